//! Training agreements as their parties see them: the list, the beginning, one agreement with what is next.

use kernel::{Date, Timestamp};
use serde::Serialize;
use words::{Qr, Text};

use super::{
    CodeView, CourseView, FindingView, Form, Pager, ProposalView, SignSection, Tab, TaskState,
    agreement_samples as samples,
};
use crate::view::Page;

/// `GET /workspace/agreements?show=&page=`
#[derive(Debug, Clone, Serialize)]
pub struct AgreementsPage {
    /// One tab for each group of stages.
    pub tabs: Vec<Tab>,
    /// The agreements, the newest first.
    pub rows: Vec<AgreementRow>,
    /// More of them.
    pub pager: Option<Pager>,
    /// Whether there is none at all.
    pub empty: bool,
}

/// An agreement of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementRow {
    /// Its page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// The apprentice, and the post; what is not typed yet is left out.
    pub about: Vec<String>,
    /// The other organisation; none where the enterprise trains alone.
    pub other: Option<String>,
    /// Code of the stage.
    pub stage: &'static str,
    /// Whose turn it is, and what for.
    pub turn: Text,
    /// Whether it is the reader's turn.
    pub yours: bool,
    /// The next deadline or reminder.
    pub next_at: Option<Timestamp>,
    /// When anything happened last.
    pub updated_at: Timestamp,
}

/// `GET /agreements/new`, `POST` the same.
#[derive(Debug, Clone, Serialize)]
pub struct AgreementNewPage {
    /// `with` (`college`, `alone`) and `other`, with their problems.
    pub form: Form,
    /// Whether an enterprise begins it: it may train alone.
    pub enterprise: bool,
}

/// `GET /agreements/{id}`; its forms post below the path.
#[derive(Debug, Clone, Serialize)]
pub struct AgreementPage {
    /// `/agreements/{id}`
    pub path: String,
    /// Its number.
    pub number: String,
    /// Code of the stage.
    pub stage: &'static str,
    /// The version of its content: given back when approving.
    pub version: u32,
    /// The apprentice; empty until typed.
    pub apprentice: String,
    /// The post; empty until typed.
    pub post: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// What is next, and whose turn it is.
    pub step: AgreementStep,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// Codes to hand over, shown this once.
    pub codes: Vec<CodeView>,
    /// Typed words that could not be taken, and why.
    pub form: Form,
    /// Codes of what the reader may do.
    pub may: Vec<&'static str>,
    /// The sections.
    pub tasks: Vec<AgreementTask>,
    /// How many of them are done.
    pub done: usize,
    /// What rules say, what forbids first.
    pub findings: Vec<FindingView>,
    /// What there is to fill in or to mend before approval.
    pub open: OpenCount,
    /// Whether the look at the apprentice's document is on record; none where it cannot be put there.
    pub checked: Option<bool>,
    /// Who is to sign, while it waits to be sent.
    pub planned: Vec<PlannedView>,
    /// Who signs.
    pub slots: Vec<SlotRow>,
    /// Whether the slots are of a round that is over.
    pub round_is_over: bool,
    /// What is proposed.
    pub proposal: Option<ProposalView>,
    /// What became of it, unless it simply holds.
    pub course: Option<CourseView>,
    /// Who approved this version, and when.
    pub approvals: Vec<Approved>,
    /// The first day on which it holds.
    pub effective_on: Option<Date>,
    /// The hash of what is frozen.
    pub content_hash: Option<String>,
    /// The code by which anybody can verify it, once something is frozen.
    pub verify_code: Option<String>,
    /// The address of the page that verifies, for a camera.
    pub verify_qr: Option<Qr>,
    /// What happened, the newest first.
    pub timeline: Vec<TimelineRow>,
    /// How much more happened than is shown.
    pub earlier: usize,
    /// What is yet to come.
    pub coming: Vec<Text>,
}

/// The one thing to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementStep {
    /// Where it stands and what to do.
    pub text: Text,
    /// What the button does: `link`, `hand_over`, `approve`, `agree`; none where others act.
    pub act: Option<&'static str>,
    /// What the button says.
    pub button: Option<Text>,
    /// Where a link leads.
    pub href: Option<String>,
}

/// What stands between a version and its approval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OpenCount {
    /// Empty fields that signing needs, and words that cannot be read.
    pub missing: usize,
    /// What rules forbid.
    pub blocking: usize,
    /// Warnings without a reason.
    pub unexplained: usize,
}

/// A section in the task list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementTask {
    /// Key of the section.
    pub section: &'static str,
    /// How far it is.
    pub state: TaskState,
    /// How many fields signing needs that are empty.
    pub missing: usize,
}

/// Somebody who is to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedView {
    /// Code of the role.
    pub role: &'static str,
    /// Whether the agreement waits for them.
    pub required: bool,
    /// Whether the name stands in the agreement.
    pub fixed: bool,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether a code is handed over instead.
    pub by_code: bool,
    /// Who else of the organisation may sign for it.
    pub others: Vec<String>,
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlotRow {
    /// Its id.
    pub id: String,
    /// Code of the role.
    pub role: &'static str,
    /// The name.
    pub name: String,
    /// The address; none for a code.
    pub address: Option<String>,
    /// Whether the agreement waits for it.
    pub required: bool,
    /// Code of what became of it.
    pub state: &'static str,
    /// Until when it is open.
    pub deadline: Option<Timestamp>,
    /// Whether that moment is near.
    pub urgent: bool,
    /// When its signatory was asked.
    pub asked_at: Option<Timestamp>,
    /// When its signatory was last reminded.
    pub reminded_at: Option<Timestamp>,
    /// When it was signed, declined, or expired.
    pub at: Option<Timestamp>,
    /// Why its signatory declined.
    pub reason: Option<String>,
    /// By what right it was signed, for an organisation.
    pub authority: Option<Text>,
    /// Codes of what the reader may do with it.
    pub may: Vec<&'static str>,
    /// Whether the name can be another's: an officer signs for an organisation.
    pub renames: bool,
}

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approved {
    /// Code of the party.
    pub party: &'static str,
    /// When.
    pub at: Timestamp,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimelineRow {
    /// What happened.
    pub what: Text,
    /// Who did it, for an organisation.
    pub who: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Version of the content.
    pub version: u32,
    /// What somebody wrote.
    pub words: Option<String>,
    /// Days, grounds and consequences.
    pub facts: Vec<Text>,
    /// The sections edited.
    pub sections: Vec<Text>,
    /// What was typed differently.
    pub changes: Vec<ChangeRow>,
    /// How many more changes there are than shown.
    pub more: usize,
}

/// A field that was typed differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeRow {
    /// The field.
    pub field: Text,
    /// The words before.
    pub before: Option<String>,
    /// The words after.
    pub after: Option<String>,
    /// Whether the words are somebody's own and are not told.
    pub private: bool,
}

/// `GET /agreements/{id}/text`
#[derive(Debug, Clone, Serialize)]
pub struct AgreementTextPage {
    /// `/agreements/{id}`
    pub path: String,
    /// Its number.
    pub number: String,
    /// Code of the stage.
    pub stage: &'static str,
    /// The document's title.
    pub title: &'static str,
    /// What the parties go by.
    pub preamble: &'static str,
    /// The version of the content.
    pub version: u32,
    /// The hash of what is frozen.
    pub content_hash: Option<String>,
    /// The sections.
    pub sections: Vec<SectionText>,
    /// What rules say beside no section.
    pub findings: Vec<FindingView>,
}

/// A section of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionText {
    /// Its articles, and what they mean in plain words.
    pub text: SignSection,
    /// What rules say of it.
    pub findings: Vec<FindingView>,
}

impl Page for AgreementsPage {
    const TEMPLATE: &'static str = "agreements/list.html";

    fn samples() -> Vec<Self> {
        samples::lists()
    }
}

impl Page for AgreementNewPage {
    const TEMPLATE: &'static str = "agreements/new.html";

    fn samples() -> Vec<Self> {
        samples::beginnings()
    }
}

impl Page for AgreementPage {
    const TEMPLATE: &'static str = "agreements/agreement.html";

    fn samples() -> Vec<Self> {
        samples::agreements()
    }
}

impl Page for AgreementTextPage {
    const TEMPLATE: &'static str = "agreements/text.html";

    fn samples() -> Vec<Self> {
        samples::texts()
    }
}
