#![doc = include_str!("../README.md")]

pub mod calendar;
mod evidence;
mod finding;
mod iso;
mod pack;
pub mod params;
pub mod phrases;
mod rule;

pub use evidence::{Basis, Evidence, Severity, Stage, effective};
pub use finding::{Finding, Findings, Outcome, evaluate};
pub use pack::{
    Answer, BUILTIN, Document, PackError, PackProblem, PackVersion, Packs, Raise, Rate, Resolved, Source, Table, Used,
    Value,
};
pub use rule::{Breach, Citation, Missing, Rule, Shown, Verdict, strongest};
