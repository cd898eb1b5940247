//! Digests: when one is due, and what goes into it. Pure; finding the candidates and writing the letter is for others.

mod schedule;
mod select;

pub use schedule::{Habit, NEWS_DAYS, Period, next_due, period};
pub use select::{Candidate, ItemKind, LeftOut, Limits, Selection, select};
