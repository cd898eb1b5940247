//! What is typed into a week, and what its pages show.

use agreement::training::choice::{CourseKind, Place};
use apprenticeship::{
    Monday, Reviewer,
    hours::{Caution, Fault, LineRef},
    week,
};
use kernel::{AgreementId, Date, Timestamp};
use marketplace::Problem;

use super::{RecordHead, WeekLine};

/// A line of a week as it is typed. Blank ones are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct LineInput {
    /// Its number, when it has one.
    pub number: String,
    /// The day.
    pub day: String,
    /// The kind of course ([`CourseKind`]'s code).
    pub category: String,
    /// The place ([`Place`]'s code).
    pub place: String,
    /// The part of the curriculum, its index; empty for none.
    pub course: String,
    /// `minute`, `hour` or `lesson`.
    pub unit: String,
    /// How much the timetable had.
    pub planned: String,
    /// How much of that was missed.
    pub missed: String,
    /// How much was done beside the timetable; empty with times given: what fits between them.
    pub extra: String,
    /// From when, `8:30`.
    pub from: String,
    /// Until when.
    pub until: String,
    /// What shows it, one a line.
    pub evidence: String,
    /// What was done.
    pub note: String,
    /// The approved line it corrects, `2026-09-07.2`; empty for none.
    pub corrects: String,
}

/// A week as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct WeekInput {
    /// The edition that was written on; 0 for a week that is not there yet.
    pub edition: u32,
    /// What was done, in words.
    pub text: String,
    /// The lines.
    pub lines: Vec<LineInput>,
}

/// What became of a week that was saved. What was typed is kept in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedWeek {
    /// The edition now.
    pub edition: u32,
    /// What cannot be read, `lines.2.day`.
    pub problems: Vec<Problem>,
}

/// A line of a week.
#[derive(Debug, Clone)]
pub struct LineView {
    /// Its number.
    pub number: u32,
    /// The day.
    pub day: Date,
    /// The kind of course.
    pub category: CourseKind,
    /// The place.
    pub place: Place,
    /// The part of the curriculum.
    pub course: Option<String>,
    /// Minutes done.
    pub minutes: u32,
    /// Minutes of the timetable.
    pub planned: u32,
    /// Minutes of it that were missed.
    pub missed: u32,
    /// The length of a lesson, when it was typed in lessons.
    pub lesson: Option<u32>,
    /// From when to when, in minutes of the day.
    pub span: Option<(u16, u16)>,
    /// What shows it.
    pub evidence: Vec<String>,
    /// What was done.
    pub note: String,
    /// The line whose place it takes.
    pub corrects: Option<LineRef>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Something that was done with a week.
#[derive(Debug, Clone)]
pub struct MarkView {
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: week::Act,
    /// In which role ([`apprenticeship::Role`]'s code).
    pub role: &'static str,
    /// The name, of somebody assigned.
    pub name: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// What the reader may do with a week now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
pub struct WeekMay {
    /// Write it.
    pub write: bool,
    /// Hand it in.
    pub submit: bool,
    /// Take it back.
    pub take_back: bool,
    /// Approve it.
    pub approve: bool,
    /// Give it back.
    pub give_back: bool,
    /// Unlock it.
    pub unlock: bool,
}

/// A week as its reader may see it.
#[derive(Debug)]
pub struct WeekView {
    /// The head.
    pub head: RecordHead,
    /// The line of the list.
    pub week: WeekLine,
    /// The edition, to be given back with every act; 0 when it is not there yet.
    pub edition: u32,
    /// What was done, in words. Empty for a reviewer while it is not handed in.
    pub text: String,
    /// The lines that can be read. None for a reviewer while it is not handed in.
    pub lines: Vec<LineView>,
    /// The form, for those who write: what was typed last, right or not.
    pub typed: WeekInput,
    /// What of it cannot be read.
    pub problems: Vec<Problem>,
    /// What has to be seen and stops nothing.
    pub cautions: Vec<Caution>,
    /// Why it was given back, by whom, and when.
    pub returned: Option<(Reviewer, String, Timestamp)>,
    /// What was done with it, the oldest first.
    pub trail: Vec<MarkView>,
    /// What the reader may do.
    pub may: WeekMay,
    /// The parts of the curriculum to choose from: index, topic, kind, place.
    pub courses: Vec<(u32, String, CourseKind, Place)>,
    /// Minutes of a lesson.
    pub lesson_minutes: u32,
    /// Days on which there is training.
    pub days: Vec<Date>,
    /// The week before, when there is one.
    pub before: Option<Monday>,
    /// The week after.
    pub after: Option<Monday>,
}

/// Weeks that wait for the reader.
#[derive(Debug)]
pub struct ReviewList {
    /// The weeks, the longest waiting first.
    pub weeks: Vec<ReviewLine>,
    /// Weeks that were due and are not handed in: record, apprentice, week, days too late.
    pub late: Vec<(AgreementId, String, Monday, i64)>,
}

/// A week that waits for the reader, with everything to decide.
#[derive(Debug)]
pub struct ReviewLine {
    /// The record.
    pub head: RecordHead,
    /// The week.
    pub week: WeekLine,
    /// The edition, to be given back.
    pub edition: u32,
    /// Since when it waits.
    pub since: Timestamp,
    /// What was done, in words.
    pub text: String,
    /// The lines.
    pub lines: Vec<LineView>,
    /// What has to be seen.
    pub cautions: Vec<Caution>,
    /// Who approved it first, where somebody did.
    pub first: Option<String>,
}
