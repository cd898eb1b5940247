//! An apprentice's record: the own start page, one record, the list of an organisation.

use kernel::{Date, Timestamp};
use serde::Serialize;
use words::Text;

use super::{Pager, SignClause, Tab, record_samples as samples};
use crate::view::Page;

/// What stands at the head of every page of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordHead {
    /// `/records/{id}`
    pub path: String,
    /// The agreement's number.
    pub number: String,
    /// The apprentice.
    pub apprentice: String,
    /// The post.
    pub post: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
    /// Code of the stage, `waiting` before the first day.
    pub stage: &'static str,
    /// Code of the role the reader comes in.
    pub role: &'static str,
}

/// The one thing to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordStep {
    /// What.
    pub text: Text,
    /// Until when, or why.
    pub why: Option<Text>,
    /// Where it is done.
    pub href: Option<String>,
    /// What the button says.
    pub button: Option<Text>,
}

/// Something that has to be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordNotice {
    /// `wait`, `wrong`, `done` or nothing.
    pub tone: &'static str,
    /// What.
    pub text: Text,
}

/// `GET /my`
#[derive(Debug, Clone, Serialize)]
pub struct MyPage {
    /// Who reads.
    pub name: String,
    /// The own records.
    pub own: Vec<MyRecord>,
    /// Records that the reader looks after.
    pub cared: Vec<MyRecord>,
    /// How many weeks wait for the reader.
    pub waiting: u32,
}

/// A record of the own start page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MyRecord {
    /// The head.
    pub head: RecordHead,
    /// What is next.
    pub step: RecordStep,
}

/// `GET /records/{id}`; `GET /my` of somebody with one record of their own.
#[derive(Debug, Clone, Serialize)]
pub struct RecordPage {
    /// The head.
    pub head: RecordHead,
    /// What is next.
    pub step: RecordStep,
    /// What else is to do.
    pub later: Vec<RecordStep>,
    /// What has to be seen.
    pub notices: Vec<RecordNotice>,
    /// The five sections.
    pub sections: Vec<SectionRow>,
    /// How many of them are confirmed.
    pub confirmed: usize,
    /// The last weeks, the newest first.
    pub weeks: Vec<WeekRow>,
    /// Weeks, and how many of them are approved.
    pub weeks_count: (u32, u32),
    /// Hours.
    pub hours: HoursView,
    /// What is paid, as agreed.
    pub pay: Option<PayView>,
    /// Who looks after the apprentice.
    pub people: Vec<RecordPerson>,
    /// Names of the pages that the reader may open.
    pub places: Vec<&'static str>,
    /// How often others opened it in the last thirty days.
    pub openings: Option<u32>,
}

/// One of the five sections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionRow {
    /// Its code.
    pub key: &'static str,
    /// `open`, `overdue`, `queried`, `answered` or `confirmed`.
    pub state: &'static str,
    /// Since when, or until when.
    pub note: Option<Text>,
}

/// A week in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekRow {
    /// Its page.
    pub href: String,
    /// Its first day.
    pub monday: Date,
    /// Its last day.
    pub sunday: Date,
    /// Code of the stage, `unwritten` or `locked`.
    pub state: &'static str,
    /// Minutes in it.
    pub minutes: i64,
    /// For whom it waits, or until when.
    pub note: Option<Text>,
    /// Whether the reader can do something with it now.
    pub yours: bool,
}

/// Minutes of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct HoursTally {
    /// Agreed.
    pub planned: i64,
    /// Handed in, approved ones included.
    pub submitted: i64,
    /// Approved.
    pub approved: i64,
}

/// Hours beside what was agreed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HoursView {
    /// Together.
    pub all: HoursTally,
    /// How long the bar of what is handed in is, of a thousand.
    pub submitted_width: i64,
    /// How long the bar of what is approved is.
    pub approved_width: i64,
    /// By kind of course.
    pub rows: Vec<HoursRow>,
    /// Minutes of a lesson.
    pub lesson_minutes: u32,
    /// Approved minutes that an earlier record brought.
    pub carried: i64,
}

/// Hours of one kind of course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoursRow {
    /// The kind.
    pub name: Text,
    /// Minutes.
    pub tally: HoursTally,
}

/// What is paid: the plain words, and the clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PayView {
    /// In plain words.
    pub plain: Vec<Text>,
    /// As it was signed.
    pub clauses: Vec<SignClause>,
}

/// Somebody who looks after the apprentice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordPerson {
    /// Code of the role.
    pub role: &'static str,
    /// The name.
    pub name: String,
    /// Since when, until when.
    pub note: Option<Text>,
}

/// `GET /workspace/apprentices?show=&page=`
#[derive(Debug, Clone, Serialize)]
pub struct ApprenticesPage {
    /// One tab for each group of stages.
    pub tabs: Vec<Tab>,
    /// The records, the newest first.
    pub rows: Vec<ApprenticeRow>,
    /// More of them.
    pub pager: Option<Pager>,
    /// Whether there is none at all.
    pub empty: bool,
}

/// A record in the list of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprenticeRow {
    /// The head.
    pub head: RecordHead,
    /// The other party.
    pub other: Option<String>,
    /// Hours.
    pub hours: HoursView,
    /// What is next for the reader, where there is something to do.
    pub step: Option<RecordStep>,
    /// What waits too long.
    pub flags: Vec<Text>,
}

/// `GET /records/{id}/opened`
#[derive(Debug, Clone, Serialize)]
pub struct RecordOpenedPage {
    /// The head.
    pub head: RecordHead,
    /// Who opened it, the newest first.
    pub rows: Vec<OpenedRow>,
}

/// Somebody opened a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenedRow {
    /// Who.
    pub name: String,
    /// For which organisation.
    pub organisation: Option<String>,
    /// Code of the role.
    pub role: &'static str,
    /// When, first on that day.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// `GET /records/{id}/complain`
#[derive(Debug, Clone, Serialize)]
pub struct RecordComplainPage {
    /// The head.
    pub head: RecordHead,
    /// The places to complain at.
    pub complaints: Vec<ComplaintRow>,
}

/// A place to complain at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComplaintRow {
    /// Its code.
    pub code: String,
    /// The number to call.
    pub phone: Option<String>,
    /// The page, as people read it.
    pub url: Option<String>,
    /// Where this is from.
    pub source: String,
    /// What kind of evidence that is.
    pub evidence: &'static str,
}

impl Page for MyPage {
    const TEMPLATE: &'static str = "records/my.html";

    fn samples() -> Vec<Self> {
        samples::starts()
    }
}

impl Page for RecordPage {
    const TEMPLATE: &'static str = "records/record.html";

    fn samples() -> Vec<Self> {
        samples::records()
    }
}

impl Page for ApprenticesPage {
    const TEMPLATE: &'static str = "records/apprentices.html";

    fn samples() -> Vec<Self> {
        samples::lists()
    }
}

impl Page for RecordOpenedPage {
    const TEMPLATE: &'static str = "records/opened.html";

    fn samples() -> Vec<Self> {
        samples::openings()
    }
}

impl Page for RecordComplainPage {
    const TEMPLATE: &'static str = "records/complain.html";

    fn samples() -> Vec<Self> {
        samples::complaints()
    }
}
