//! The ledger of hours: lines, what is wrong with them, and what they come to.
//!
//! Everything is counted in whole minutes. A line keeps what was typed, in minutes or in lessons with the length of a
//! lesson beside it, so that nobody has to know later how long a lesson was taken to be. A line of an approved week never
//! changes: another line that refers to it takes its place, once that one is approved as well.

mod check;
mod line;
mod totals;

pub use check::{Caution, Checking, Fault, FaultKind, cautions, check};
pub use line::{Amount, Booked, Line, LineRef, LineSource, Span, Standing, Unit, Written};
pub use totals::{Carried, Course, Plan, Tally, Totals, booked_days, last_approved_day, totals};

use agreement::training::Training;
use law::{Missing, Resolved, params};
use serde::{Deserialize, Serialize};

/// Minutes of a class hour (课时) where neither the agreement nor the law of the place says otherwise.
pub const LESSON_MINUTES: u32 = 45;

/// Numbers that lines are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Minutes in a day at most, work and class together.
    pub day: u32,
    /// Minutes in a week as it should be.
    pub week: u32,
    /// Minutes in a week at most.
    pub week_max: u32,
    /// Days of rest in a week at least.
    pub rest_days: u32,
    /// Minutes of a lesson.
    pub lesson: u32,
}

impl Limits {
    /// The numbers of the law at hand (TA-35; class time counts, TA-36), and the agreement's length of a lesson. What the
    /// law does not say is unknown, and then nothing is held to be right.
    pub fn of(law: &Resolved, training: &Training) -> Result<Self, Missing> {
        let number = |key: &str| -> Result<u32, Missing> {
            let value = law.int(key).or_missing()?;
            u32::try_from(value).map_err(|_| Missing::Param(key.to_owned()))
        };
        let shortest = number(params::LESSON_MINUTES_MIN).unwrap_or(LESSON_MINUTES);
        let agreed = training.lesson_minutes.and_then(|minutes| u32::try_from(minutes).ok());
        Ok(Self {
            day: number(params::HOURS_DAY_MAX)?,
            week: number(params::HOURS_WEEK_NORMAL)?,
            week_max: number(params::HOURS_WEEK_MAX)?,
            rest_days: number(params::REST_DAYS_WEEK_MIN)?,
            lesson: agreed.filter(|minutes| *minutes > 0).unwrap_or(shortest),
        })
    }
}
