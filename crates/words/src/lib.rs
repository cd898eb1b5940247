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
pub mod format;
mod names;
mod reason;
mod spacing;
mod text;

pub use catalogue::{Entry, entries, has, text, text_with};
pub use environment::environment;
pub use names::{kind, problem};
pub use reason::{reason, reason_label};
pub use spacing::spaced;
pub use text::{Arg, Text};
