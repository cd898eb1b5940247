//! The training agreement (培养协议): fields, draft, body, rules and wording.

mod body;
pub mod choice;
mod draft;
mod field;
mod parts;
mod persons;
mod plain;
mod rules;
mod sample;
mod schema;
mod section;
mod signatories;
mod table;
mod value;
mod wording;

pub use body::*;
pub use choice::CHOICE_SETS;
pub use draft::{Draft, Problem, ProblemCode, UnknownField, field_of, spec_of};
pub use field::{CodeList, Condition, FieldSpec, ItemField, Kind, Need, Occasion};
pub use parts::{SectionFields, Task, TaskState, tasks};
pub use persons::{Person, Sight};
pub use plain::{PLAIN_KEYS, Plain, PlainArg, plain};
pub use rules::{Case, FACTS, Facts, OtherAgreement, RULES, SigningSteps, damages_at_most, damages_share, occasion};
pub use sample::{sample, sample_draft, sample_facts, sample_minor};
pub use schema::schema;
pub use section::Section;
pub use signatories::{Signatory, required_signatories};
pub use value::{Day, IdNumber, Minutes, NONE_OF_THEM};
pub use wording::{BLANK, Clause, PREAMBLE, TITLE, clauses, document};

/// Name of the body's shape, frozen into what is signed.
pub const SCHEMA: &str = "qixiao/training/1";
/// Name of the wording, frozen into what is signed.
pub const TEMPLATE: &str = "training/1";
/// Name of the table of rules, frozen into what is signed.
pub const RULE_SET: &str = "training/1";
