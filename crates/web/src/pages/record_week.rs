//! Weeks of a record: all of them, one to write or to read, those that wait for a reviewer.

use kernel::{Date, Timestamp};
use serde::Serialize;
use words::Text;

use super::{Form, HoursView, RecordHead, WeekRow, record_week_samples as samples};
use crate::view::Page;

/// `GET /records/{id}/weeks`
#[derive(Debug, Clone, Serialize)]
pub struct RecordWeeksPage {
    /// The head.
    pub head: RecordHead,
    /// The weeks, the newest first.
    pub rows: Vec<WeekRow>,
    /// Hours.
    pub hours: HoursView,
}

/// `GET` and `POST /records/{id}/weeks/{monday}`
#[derive(Debug, Clone, Serialize)]
pub struct RecordWeekPage {
    /// The head.
    pub head: RecordHead,
    /// The week.
    pub week: WeekRow,
    /// The edition that is looked at.
    pub edition: u32,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// Why it was given back.
    pub returned: Option<ReturnedWeek>,
    /// What has to be seen and stops nothing.
    pub cautions: Vec<Text>,
    /// The typed lines with what is wrong with them; `words` of a reviewer.
    pub form: Form,
    /// The days to write or to read.
    pub days: Vec<WeekDay>,
    /// Lines that correct an earlier week.
    pub corrections: Vec<WeekLine>,
    /// What was done, in words.
    pub text: String,
    /// What can be chosen for a line.
    pub choices: Vec<WhatGroup>,
    /// Codes of what the reader may do.
    pub may: Vec<&'static str>,
    /// What was done with it, the oldest first.
    pub trail: Vec<WeekMark>,
    /// The week before.
    pub previous: Option<String>,
    /// The week after.
    pub next: Option<String>,
}

/// Why a week was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnedWeek {
    /// By whom.
    pub who: Text,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A day of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekDay {
    /// The day.
    pub date: Date,
    /// The same as forms send it.
    pub key: String,
    /// Whether there is training.
    pub open: bool,
    /// Minutes written down.
    pub minutes: i64,
    /// The lines.
    pub lines: Vec<WeekLine>,
}

/// A line of a week, to write or to read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WeekLine {
    /// Its place in the form.
    pub at: usize,
    /// Its number, when it has one.
    pub number: String,
    /// The day, as typed.
    pub day: String,
    /// Which choice: `category.place.course`.
    pub what: String,
    /// What is read of that.
    pub what_name: Vec<Text>,
    /// The part of the curriculum.
    pub topic: Option<String>,
    /// `hour`, `lesson` or `minute`.
    pub unit: String,
    /// How much was done beside the timetable, as typed.
    pub extra: String,
    /// How much the timetable had.
    pub planned: String,
    /// How much of that was missed.
    pub missed: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub until: String,
    /// What shows it.
    pub evidence: String,
    /// What was done.
    pub note: String,
    /// The line that it corrects, as the form sends it.
    pub corrects: String,
    /// The same as people read it.
    pub correcting: Option<Text>,
    /// Whether more than the first fields has something in it.
    pub more: bool,
    /// Minutes done, of a line to read.
    pub minutes: i64,
    /// Minutes of the timetable.
    pub planned_minutes: i64,
    /// What is wrong with it.
    pub faults: Vec<Text>,
    /// Where a correction of it begins, for those who may.
    pub correct: Option<String>,
}

/// Choices that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatGroup {
    /// What they are.
    pub label: Text,
    /// The choices.
    pub choices: Vec<WhatChoice>,
}

/// What a line can be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatChoice {
    /// What the form sends.
    pub code: String,
    /// The part of the curriculum.
    pub topic: Option<String>,
    /// Kind and place.
    pub name: Vec<Text>,
}

/// Something that was done with a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekMark {
    /// Code of what.
    pub act: &'static str,
    /// Code of the role.
    pub role: &'static str,
    /// Who, of somebody assigned.
    pub name: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// `GET /weeks`
#[derive(Debug, Clone, Serialize)]
pub struct ReviewPage {
    /// The weeks, the longest waiting first.
    pub rows: Vec<ReviewRow>,
    /// Weeks that are not handed in and should be.
    pub late: Vec<LateRow>,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// A reason that was typed, with what is wrong with it.
    pub form: Form,
}

/// A week that waits for the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewRow {
    /// Its name in the page: `w0199..-2026-09-07`.
    pub field: String,
    /// The record.
    pub head: RecordHead,
    /// The week.
    pub week: WeekRow,
    /// The edition that is looked at.
    pub edition: u32,
    /// Since when it waits.
    pub since: Timestamp,
    /// Days too long.
    pub days_over: i64,
    /// What was done, in words.
    pub text: String,
    /// The days with their lines.
    pub days: Vec<WeekDay>,
    /// How many lines.
    pub lines: usize,
    /// What has to be seen.
    pub cautions: Vec<Text>,
    /// Who approved it first.
    pub first: Option<String>,
}

/// A week that should have been handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LateRow {
    /// Its page.
    pub href: String,
    /// The apprentice.
    pub apprentice: String,
    /// The week.
    pub monday: Date,
    /// Days too late.
    pub days: i64,
}

impl Page for RecordWeeksPage {
    const TEMPLATE: &'static str = "records/weeks.html";

    fn samples() -> Vec<Self> {
        samples::lists()
    }
}

impl Page for RecordWeekPage {
    const TEMPLATE: &'static str = "records/week.html";

    fn samples() -> Vec<Self> {
        samples::week_pages()
    }
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "records/review.html";

    fn samples() -> Vec<Self> {
        samples::reviews()
    }
}
