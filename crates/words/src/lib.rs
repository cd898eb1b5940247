//! What the product says: one catalogue in Chinese and English, and how dates, money and counts are written.
//!
//! A message is found by key and locale ([`text()`], [`text_with`]). What is said later, when the reader's language is
//! known, travels as a [`Text`]: a key and its arguments. Templates are rendered in an [`environment()`] whose function
//! `t` takes the language from the variable `lang`.
//!
//! Pure: the catalogue is part of the program, nothing is read from disk.
//!
//! # To add a message
//! Put `"area.key" = { zh = "..", en = ".." }` into the area's file under `catalogue/`. Placeholders are `{name}`; English
//! plurals are `{n|post|posts}`. Spaces between Chinese and Latin letters or digits are set by the crate, not typed.

mod catalogue;
mod environment;
mod finding;
pub mod format;
mod names;
mod proof;
mod qr;
mod reason;
mod spacing;
mod text;

pub use catalogue::{Entry, entries, has, text, text_with};
pub use environment::environment;
pub use finding::{
    citation, field_name, finding, finding_fix, finding_label, param_name, param_source, param_used, shown,
};
pub use names::{kind, problem};
pub use proof::{proof_fault, proof_part, proof_verdict};
pub use qr::{Dark, Qr};
pub use reason::{failure, reason, reason_label};
pub use spacing::spaced;
pub use text::{Arg, Text};
