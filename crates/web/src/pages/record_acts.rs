//! What is done with a record beside weeks: sections, people, the start, breaks, the end, places taken.

use kernel::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use words::Text;

use super::{Choice, CodeView, ComplaintRow, Form, RecordHead, SignClause, SignSection, record_act_samples as samples};
use crate::view::Page;

/// `GET` and `POST /records/{id}/sections/{section}`; answers go to `/records/{id}/queries/{section}`.
#[derive(Debug, Clone, Serialize)]
pub struct RecordSectionPage {
    /// The head.
    pub head: RecordHead,
    /// Code of the section.
    pub section: &'static str,
    /// Its place among the five.
    pub at: usize,
    /// How many there are.
    pub of: usize,
    /// The version of the agreement that is looked at.
    pub version: u32,
    /// When it was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// In plain words.
    pub plain: Vec<Text>,
    /// The fields of the agreement that it covers, with what stands in them.
    pub fields: Vec<(Text, String)>,
    /// As it was signed.
    pub clauses: Vec<SignClause>,
    /// What was asked, the oldest first.
    pub queries: Vec<QueryRow>,
    /// Whom something can be asked.
    pub sides: Vec<&'static str>,
    /// Codes of what the reader may do: `confirm`, `query`, `answer`.
    pub may: Vec<&'static str>,
    /// `side`, `words`, with their problems.
    pub form: Form,
    /// The places to complain at, of rights and duties.
    pub complaints: Vec<ComplaintRow>,
    /// The section before it.
    pub previous: Option<&'static str>,
    /// The section after it.
    pub next: Option<&'static str>,
}

/// Something that was asked about a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueryRow {
    /// Code of the party that was asked.
    pub side: &'static str,
    /// What.
    pub words: String,
    /// When.
    pub at: Timestamp,
    /// The answer, and when.
    pub answer: Option<(String, Timestamp)>,
    /// Whether it is settled.
    pub closed: bool,
}

/// `GET /records/{id}/agreement`
#[derive(Debug, Clone, Serialize)]
pub struct RecordAgreementPage {
    /// The head.
    pub head: RecordHead,
    /// The day of the last signature.
    pub sealed_on: Option<Date>,
    /// The first signs of the hash.
    pub short_hash: String,
    /// The code by which anybody can verify it.
    pub verify_code: String,
    /// Who signed.
    pub signatories: Vec<SignedBy>,
    /// Kinds of files there are.
    pub files: Vec<&'static str>,
    /// The text with its plain words.
    pub sections: Vec<SignSection>,
}

/// Somebody who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedBy {
    /// Code of the role.
    pub role: &'static str,
    /// The name.
    pub name: String,
    /// When.
    pub at: Option<Timestamp>,
}

/// What is typed to assign or invite somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssignTyped {
    /// Code of the role.
    pub role: String,
    /// `letter`, `code`, or the id of a member.
    pub by: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
}

/// `GET` and `POST /records/{id}/people`
#[derive(Debug, Clone, Serialize)]
pub struct RecordPeoplePage {
    /// The head.
    pub head: RecordHead,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// Everybody who has a place, or had one.
    pub people: Vec<PersonRow>,
    /// Who was asked and has not come.
    pub invitations: Vec<PlaceInvitation>,
    /// Codes to hand over, shown this once.
    pub codes: Vec<CodeView>,
    /// Names that the agreement gives: role, name.
    pub named: Vec<(&'static str, String)>,
    /// Members who can be assigned at once.
    pub members: Vec<Choice>,
    /// Codes of the roles that the reader may give.
    pub roles: Vec<&'static str>,
    /// An [`AssignTyped`], and `last`, with their problems.
    pub form: Form,
}

/// Somebody who has a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonRow {
    /// The assignment.
    pub id: String,
    /// Code of the role.
    pub role: &'static str,
    /// The name.
    pub name: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Option<Date>,
    /// `active`, `coming` or `ended`.
    pub state: &'static str,
    /// Until when weeks can be reviewed after the end.
    pub review_until: Option<Date>,
    /// Whether the reader may end it.
    pub may_end: bool,
}

/// Somebody who was asked to take a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceInvitation {
    /// Its id.
    pub id: String,
    /// Code of the role.
    pub role: &'static str,
    /// The name.
    pub name: String,
    /// The masked address; none for a code.
    pub address: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// Whether the reader may take it back.
    pub yours: bool,
}

/// `GET` and `POST /join/{token}`
#[derive(Debug, Clone, Serialize)]
pub struct RecordJoinPage {
    /// `/join/{token}`
    pub path: String,
    /// Code of the role.
    pub role: &'static str,
    /// Who is invited.
    pub name: String,
    /// The enterprise.
    pub enterprise: String,
    /// The apprentice, for mentors and tutors.
    pub apprentice: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// `open`, `expired`, `accepted` or `withdrawn`.
    pub state: &'static str,
    /// Whether name and the end of the identity number are asked for.
    pub asks_for_identity: bool,
    /// Who is signed in.
    pub signed_in: Option<String>,
    /// Whether there is a login of the address already.
    pub has_login: bool,
    /// `person_name`, `id_last_four`, `email`, with their problems.
    pub form: Form,
}

/// `GET` and `POST /records/{id}/start`
#[derive(Debug, Clone, Serialize)]
pub struct RecordStartPage {
    /// The head.
    pub head: RecordHead,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// The day for which it is asked.
    pub on: Date,
    /// Codes of what is missing.
    pub missing: Vec<&'static str>,
    /// Whether the apprentice is under age.
    pub minor: bool,
    /// Whether the reader may write it.
    pub may_write: bool,
    /// What is typed, with its problems.
    pub form: Form,
}

/// `GET` and `POST /records/{id}/break`
#[derive(Debug, Clone, Serialize)]
pub struct RecordBreakPage {
    /// The head.
    pub head: RecordHead,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// Every break.
    pub breaks: Vec<BreakRow>,
    /// What a break can be for.
    pub reasons: Vec<&'static str>,
    /// Codes of what the reader may do: `pause`, `resume`.
    pub may: Vec<&'static str>,
    /// What is typed, with its problems.
    pub form: Form,
}

/// A break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreakRow {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Option<Date>,
    /// Code of the reason.
    pub reason: &'static str,
    /// In words.
    pub words: String,
}

/// `GET` and `POST /records/{id}/withdraw`
#[derive(Debug, Clone, Serialize)]
pub struct RecordWithdrawPage {
    /// The head.
    pub head: RecordHead,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// How it ended.
    pub ended: Option<EndedRow>,
    /// What it can end for.
    pub reasons: Vec<&'static str>,
    /// Whose reason it can be.
    pub sides: Vec<&'static str>,
    /// Whether the reader may end it.
    pub may_withdraw: bool,
    /// What is typed, with its problems.
    pub form: Form,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndedRow {
    /// The last day.
    pub last_day: Date,
    /// Code of the reason.
    pub reason: &'static str,
    /// In words.
    pub words: String,
}

/// `GET` and `POST /records/{id}/assessment`
#[derive(Debug, Clone, Serialize)]
pub struct RecordAssessmentPage {
    /// The head.
    pub head: RecordHead,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// The last result: whether it was passed, when, what shows it.
    pub result: Option<(bool, Date, String)>,
    /// Minutes approved and agreed.
    pub hours: (i64, i64),
    /// Weeks, and how many of them are approved.
    pub weeks: (u32, u32),
    /// Codes of the parties that put the apprentice up for it.
    pub agreed: Vec<&'static str>,
    /// Codes of what the reader may do: `assess`, `conclude`, `correct`.
    pub may: Vec<&'static str>,
    /// What is typed, with its problems.
    pub form: Form,
}

/// `GET` and `POST /operator/records/{id}`
#[derive(Debug, Clone, Serialize)]
pub struct OperatorRecordPage {
    /// `/operator/records/{id}`
    pub path: String,
    /// The record's page.
    pub record: String,
    /// The agreement's number.
    pub number: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// Code of the stage.
    pub stage: &'static str,
    /// Whether it is open for the reader today.
    pub is_open: bool,
    /// `reason`, with its problems.
    pub form: Form,
}

macro_rules! pages {
    ($($Page:ident $template:literal $samples:ident;)*) => {$(
        impl Page for $Page {
            const TEMPLATE: &'static str = $template;

            fn samples() -> Vec<Self> {
                samples::$samples()
            }
        }
    )*};
}

pages! {
    RecordSectionPage "records/section.html" sections;
    RecordAgreementPage "records/agreement.html" agreements;
    RecordPeoplePage "records/people.html" people;
    RecordJoinPage "records/join.html" joinings;
    RecordStartPage "records/start.html" starts;
    RecordBreakPage "records/break.html" breaks;
    RecordWithdrawPage "records/withdraw.html" withdrawals;
    RecordAssessmentPage "records/assessment.html" assessments;
    OperatorRecordPage "records/operator.html" operators;
}
