//! A line of hours.

use agreement::training::choice::{CourseKind, Place};
use kernel::{AgreementId, Date};
use serde::{Deserialize, Serialize};

use crate::calendar::Monday;

/// In what time was counted when it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "unit", rename_all = "snake_case", deny_unknown_fields)]
pub enum Unit {
    /// In minutes.
    Minute,
    /// In lessons (课时).
    Lesson {
        /// Minutes of one.
        minutes: u32,
    },
}

impl Unit {
    /// Minutes of one.
    pub const fn minutes(self) -> u32 {
        match self {
            Self::Minute => 1,
            Self::Lesson { minutes } => minutes,
        }
    }
}

/// How much, in the unit it was typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// The unit.
    pub unit: Unit,
    /// What the timetable had.
    pub planned: u32,
    /// How much of that was missed.
    pub missed: u32,
    /// What was done beyond the timetable.
    pub extra: u32,
}

impl Amount {
    /// So many minutes beyond any timetable.
    pub const fn of_minutes(minutes: u32) -> Self {
        Self {
            unit: Unit::Minute,
            planned: 0,
            missed: 0,
            extra: minutes,
        }
    }

    /// So many lessons of a timetable, of which some were missed.
    pub const fn of_lessons(planned: u32, missed: u32, minutes: u32) -> Self {
        Self {
            unit: Unit::Lesson { minutes },
            planned,
            missed,
            extra: 0,
        }
    }

    /// Minutes of the timetable.
    pub const fn planned_minutes(&self) -> u32 {
        self.planned.saturating_mul(self.unit.minutes())
    }

    /// Minutes of it that were missed.
    pub const fn missed_minutes(&self) -> u32 {
        self.missed.saturating_mul(self.unit.minutes())
    }

    /// Minutes that were done: this is subtracted here and nowhere else.
    pub const fn minutes(&self) -> u32 {
        let done = self.planned.saturating_sub(self.missed).saturating_add(self.extra);
        done.saturating_mul(self.unit.minutes())
    }
}

/// From when to when, in minutes of one day. A night has two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u16, u16)", into = "(u16, u16)")]
pub struct Span {
    from: u16,
    until: u16,
}

impl Span {
    const DAY: u16 = 24 * 60;

    /// From one minute of the day up to another.
    pub const fn new(from: u16, until: u16) -> Option<Self> {
        if from < until && until <= Self::DAY {
            Some(Self { from, until })
        } else {
            None
        }
    }

    /// The first minute.
    pub const fn from(self) -> u16 {
        self.from
    }

    /// The minute after the last.
    pub const fn until(self) -> u16 {
        self.until
    }

    /// Minutes in it.
    pub fn minutes(self) -> u32 {
        u32::from(self.until - self.from)
    }

    /// Whether they have a minute in common.
    pub const fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

/// Times that are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no times of one day")]
pub struct NoSpan;

impl TryFrom<(u16, u16)> for Span {
    type Error = NoSpan;

    fn try_from((from, until): (u16, u16)) -> Result<Self, Self::Error> {
        Self::new(from, until).ok_or(NoSpan)
    }
}

impl From<Span> for (u16, u16) {
    fn from(span: Span) -> Self {
        (span.from, span.until)
    }
}

/// A line of some week of the same record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineRef {
    /// The week.
    pub week: Monday,
    /// The line's number in it.
    pub number: u32,
}

/// A line as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The day.
    #[serde(with = "crate::iso::day")]
    pub day: Date,
    /// What kind of training it was.
    pub category: CourseKind,
    /// Where.
    pub place: Place,
    /// Which part of the agreed curriculum, counted from 0.
    pub course: Option<u32>,
    /// How much.
    pub amount: Amount,
    /// From when to when, breaks included.
    pub span: Option<Span>,
    /// What shows it: names or references of papers.
    pub evidence: Vec<String>,
    /// What was done.
    pub note: String,
    /// The approved line whose place it takes.
    pub corrects: Option<LineRef>,
}

/// A line of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number in the week, never given twice.
    pub number: u32,
    /// What stands in it.
    pub written: Written,
}

/// How far a line is: as far as its week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Written only.
    Written,
    /// Handed in, and perhaps approved once.
    Submitted,
    /// Approved for good.
    Approved,
}

/// A line with what is needed to weigh it against others: of other weeks, and of other records of the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Booked {
    /// Whose record.
    pub record: AgreementId,
    /// Which week.
    pub week: Monday,
    /// How far it is.
    pub standing: Standing,
    /// The line.
    pub line: Line,
}

impl Booked {
    /// Where it stands.
    pub const fn source(&self) -> LineSource {
        let (record, week, number) = (self.record, self.week, self.line.number);
        LineSource {
            record,
            line: LineRef { week, number },
        }
    }

    /// The line whose place it takes.
    pub fn corrected(&self) -> Option<LineSource> {
        let record = self.record;
        self.line.written.corrects.map(|line| LineSource { record, line })
    }
}

/// A line of some record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSource {
    /// The record.
    pub record: AgreementId,
    /// The line.
    pub line: LineRef,
}
