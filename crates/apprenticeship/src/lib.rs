#![doc = include_str!("../README.md")]

mod calendar;
mod done;
mod grid;
pub mod hours;
mod iso;
pub mod record;
mod refusal;
pub mod rights;
pub mod week;

use serde::{Deserialize, Serialize};

pub use calendar::{Monday, NoMonday, Window};
pub use done::{Done, Notice, Tell, Told};
pub use grid::{Cell, Reviewer, Role, Transition};
pub use refusal::*;

/// How many days things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// A section has to be confirmed, and a query answered, within so many days.
    pub confirm_days: i64,
    /// A week has to be handed in within so many days of its end, and looked at within so many of being handed in.
    pub overdue_days: i64,
    /// A mentor can approve weeks of the assignment for so many days after its end.
    pub grace_days: i64,
    /// A break has so many days at most.
    pub break_days: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            confirm_days: 14,
            overdue_days: 14,
            grace_days: 42,
            break_days: 365,
        }
    }
}
