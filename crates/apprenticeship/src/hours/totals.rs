//! What the lines come to, beside what was agreed.

use std::collections::{BTreeMap, BTreeSet};

use agreement::training::{
    Training,
    choice::{CourseKind, Place},
};
use kernel::{AgreementId, Date};
use serde::{Deserialize, Serialize};

use super::{Booked, LESSON_MINUTES, LineSource, Standing};

/// A part of the agreed curriculum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// What is taught.
    pub topic: String,
    /// Its kind.
    pub category: CourseKind,
    /// Where.
    pub place: Place,
    /// Minutes.
    pub minutes: i64,
}

/// What was agreed to be learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Minutes of a lesson, of which the agreement counts.
    pub lesson_minutes: u32,
    /// The parts, as the agreement lists them. One that is not filled in stays as an empty place.
    pub courses: Vec<Option<Course>>,
}

impl Plan {
    /// The curriculum of an agreement, its lessons made into minutes.
    pub fn of(training: &Training, lesson_minutes: u32) -> Self {
        let courses = training.content.iter().map(|course| {
            Some(Course {
                topic: course.topic.clone()?,
                category: course.kind?,
                place: course.place?,
                minutes: course.hours?.saturating_mul(i64::from(lesson_minutes)),
            })
        });
        Self {
            lesson_minutes,
            courses: courses.collect(),
        }
    }

    /// How many parts there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.courses.len()).unwrap_or(u32::MAX)
    }

    /// Whether nothing is planned.
    pub fn is_empty(&self) -> bool {
        self.courses.is_empty()
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            lesson_minutes: LESSON_MINUTES,
            courses: Vec::new(),
        }
    }
}

/// Minutes of one kind of training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Agreed.
    pub planned: i64,
    /// Handed in, approved ones included.
    pub submitted: i64,
    /// Approved.
    pub approved: i64,
    /// Of the timetable, but missed; of what was handed in.
    pub missed: i64,
}

/// What all lines of a record come to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Together.
    pub all: Tally,
    /// By kind of course.
    pub by_category: BTreeMap<CourseKind, Tally>,
    /// By place.
    pub by_place: BTreeMap<Place, Tally>,
    /// By part of the curriculum, counted from 0; lines that name none are in none.
    pub by_course: BTreeMap<u32, Tally>,
}

/// Approved minutes of a record that this one continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// The record.
    pub from: AgreementId,
    /// Minutes by kind of course.
    pub approved: BTreeMap<CourseKind, i64>,
}

impl Totals {
    fn each(&mut self, category: CourseKind, place: Place, course: Option<u32>, f: impl Fn(&mut Tally)) {
        f(&mut self.all);
        f(self.by_category.entry(category).or_default());
        f(self.by_place.entry(place).or_default());
        if let Some(course) = course {
            f(self.by_course.entry(course).or_default());
        }
    }

    /// What is yet to be approved of what was agreed, by kind of course; what was carried over counts.
    pub fn shortfall(&self, carried: Option<&Carried>) -> BTreeMap<CourseKind, i64> {
        let before = |category| carried.and_then(|carried| carried.approved.get(category)).copied();
        self.by_category
            .iter()
            .map(|(category, tally)| {
                let done = tally.approved.saturating_add(before(category).unwrap_or(0));
                (*category, tally.planned.saturating_sub(done))
            })
            .filter(|(_, minutes)| *minutes > 0)
            .collect()
    }

    /// The approved minutes, with those that were carried over: what the next record carries on.
    pub fn carry(&self, from: AgreementId, carried: Option<&Carried>) -> Carried {
        let mut approved = carried.map(|carried| carried.approved.clone()).unwrap_or_default();
        for (category, tally) in self.by_category.iter().filter(|(_, tally)| tally.approved > 0) {
            let minutes = approved.entry(*category).or_default();
            *minutes = minutes.saturating_add(tally.approved);
        }
        Carried { from, approved }
    }
}

/// The sources of lines whose place another line has taken that is at least so far.
fn replaced(lines: &[Booked], least: Standing) -> BTreeSet<LineSource> {
    let far = lines.iter().filter(|line| line.standing >= least);
    far.filter_map(Booked::corrected).collect()
}

/// The days for which hours are handed in or approved: a break cannot cover them.
pub fn booked_days(lines: &[Booked]) -> BTreeSet<Date> {
    let gone = replaced(lines, Standing::Approved);
    let counts = |line: &&Booked| {
        line.standing >= Standing::Submitted && line.line.written.amount.minutes() > 0 && !gone.contains(&line.source())
    };
    lines.iter().filter(counts).map(|line| line.line.written.day).collect()
}

/// The last day for which hours are approved: an early end cannot be before it.
pub fn last_approved_day(lines: &[Booked]) -> Option<Date> {
    let gone = replaced(lines, Standing::Approved);
    let counts = |line: &&Booked| {
        line.standing == Standing::Approved && line.line.written.amount.minutes() > 0 && !gone.contains(&line.source())
    };
    lines.iter().filter(counts).map(|line| line.line.written.day).max()
}

/// Adds up the lines of one record beside its plan. A line that another one corrects counts until that one is as far as
/// itself: handed in for what is handed in, approved for what is approved.
pub fn totals(plan: &Plan, lines: &[Booked]) -> Totals {
    let submitted = replaced(lines, Standing::Submitted);
    let approved = replaced(lines, Standing::Approved);
    let mut totals = Totals::default();
    for (index, course) in plan.courses.iter().enumerate() {
        let Some(course) = course else { continue };
        totals.each(course.category, course.place, u32::try_from(index).ok(), |tally| {
            tally.planned = tally.planned.saturating_add(course.minutes);
        });
    }
    for booked in lines {
        let written = &booked.line.written;
        let minutes = i64::from(written.amount.minutes());
        let missed = i64::from(written.amount.missed_minutes());
        let counts = booked.standing >= Standing::Submitted && !submitted.contains(&booked.source());
        let is_approved = booked.standing == Standing::Approved && !approved.contains(&booked.source());
        totals.each(written.category, written.place, written.course, |tally| {
            if counts {
                tally.submitted = tally.submitted.saturating_add(minutes);
                tally.missed = tally.missed.saturating_add(missed);
            }
            if is_approved {
                tally.approved = tally.approved.saturating_add(minutes);
            }
        });
    }
    totals
}
