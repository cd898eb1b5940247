//! The training agreement (培养协议): fields, draft, body, rules and wording.

mod body;
pub mod choice;
mod draft;
mod field;
mod parts;
mod rules;
mod sample;
mod section;
mod table;
mod value;

pub use body::*;
pub use draft::{Draft, Problem, ProblemCode, UnknownField, field_of};
pub use field::{CodeList, Condition, FieldSpec, ItemField, Kind, Need, Occasion};
pub use parts::{SectionFields, Task, TaskState, tasks};
pub use rules::{Case, Facts, OtherAgreement, RULES, SigningSteps, damages_at_most, damages_share, occasion};
pub use sample::{sample, sample_draft, sample_facts, sample_minor};
pub use section::Section;
pub use value::{Day, IdNumber, Minutes, NONE_OF_THEM};

/// Name of the body's shape, frozen into what is signed.
pub const SCHEMA: &str = "qixiao/training/1";
/// Name of the wording, frozen into what is signed.
pub const TEMPLATE: &str = "training/1";
/// Name of the table of rules, frozen into what is signed.
pub const RULE_SET: &str = "training/1";
