//! Weeks, and the days on which there is training.

use std::fmt;

use kernel::{Date, Timestamp, format_date, parse_date, shanghai_date};
use serde::{Deserialize, Serialize};
use time::{Duration, Weekday};

/// A week, known by its Monday in Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Monday(Date);

/// The day is no Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no Monday")]
pub struct NoMonday;

impl Monday {
    /// The week that the day is in.
    pub fn of(day: Date) -> Self {
        Self(day.saturating_sub(Duration::days(i64::from(day.weekday().number_days_from_monday()))))
    }

    /// The week of the moment, in Shanghai.
    pub fn at(at: Timestamp) -> Self {
        Self::of(shanghai_date(at))
    }

    /// The Monday itself.
    pub const fn date(self) -> Date {
        self.0
    }

    /// Its last day.
    pub fn sunday(self) -> Date {
        self.0.saturating_add(Duration::days(6))
    }

    /// The week after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(Duration::days(7)))
    }

    /// Its days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        (0..7).map(move |day| self.0.saturating_add(Duration::days(day)))
    }

    /// Whether the day is in it.
    pub fn contains(self, day: Date) -> bool {
        self.0 <= day && day <= self.sunday()
    }
}

impl TryFrom<Date> for Monday {
    type Error = NoMonday;

    fn try_from(day: Date) -> Result<Self, Self::Error> {
        if day.weekday() == Weekday::Monday {
            Ok(Self(day))
        } else {
            Err(NoMonday)
        }
    }
}

impl TryFrom<String> for Monday {
    type Error = NoMonday;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse_date(&text).ok_or(NoMonday).and_then(Self::try_from)
    }
}

impl From<Monday> for String {
    fn from(week: Monday) -> Self {
        format_date(week.0)
    }
}

impl fmt::Display for Monday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_date(self.0))
    }
}

/// The days for which hours can be written down: from the first day of training to the last, without breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The first day; `None` while training has not started.
    pub from: Option<Date>,
    /// The last day.
    pub until: Date,
    /// First and last days of breaks; a break without a last day goes on.
    pub breaks: Vec<(Date, Option<Date>)>,
}

impl Window {
    /// Whether hours can be written down for the day.
    pub fn is_open_on(&self, day: Date) -> bool {
        let broken = |(from, until): &(Date, Option<Date>)| *from <= day && until.is_none_or(|until| day <= until);
        self.from.is_some_and(|from| from <= day) && day <= self.until && !self.breaks.iter().any(broken)
    }

    /// Whether a day of the week is a day of training.
    pub fn touches(&self, week: Monday) -> bool {
        week.days().any(|day| self.is_open_on(day))
    }

    /// The weeks of training that have begun by `today`, the first first: each has a logbook week.
    pub fn weeks(&self, today: Date) -> Vec<Monday> {
        let Some(from) = self.from else { return Vec::new() };
        let last = self.until.min(today);
        std::iter::successors(Some(Monday::of(from)), |week| Some(week.next()))
            .take_while(|week| week.date() <= last)
            .filter(|week| self.touches(*week))
            .collect()
    }
}

/// Whole days from the one to the other.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    (to - from).whole_days()
}

/// The day so many days later.
pub(crate) fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(Duration::days(days))
}
