//! Who has a place in a record, what is typed about the start and the end, who opened it, and where to complain.

use apprenticeship::record::{Gate, Stage};
use kernel::{AgreementId, Date, InvitationId, PersonId, Timestamp};
use storage::RecordRole;

use super::{PersonLine, RecordHead};

/// Somebody who was asked to take a place and has not.
#[derive(Debug, Clone)]
pub struct InvitationLine {
    /// The invitation.
    pub id: InvitationId,
    /// As what.
    pub role: RecordRole,
    /// The name.
    pub name: String,
    /// The address that the letter went to, masked; `None` when a code is handed over.
    pub address: Option<String>,
    /// The first day of the assignment, of a mentor, lead or tutor.
    pub from: Option<Date>,
    /// Its last day.
    pub until: Option<Date>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// Whether the reader may invite again, or take it back.
    pub is_yours: bool,
}

/// Who looks after an apprentice.
#[derive(Debug)]
pub struct PeopleView {
    /// The head.
    pub head: RecordHead,
    /// Everybody who has a place, or had one.
    pub people: Vec<PersonLine>,
    /// Invitations that are open.
    pub invitations: Vec<InvitationLine>,
    /// Names that the agreement gives: as what, the name.
    pub named: Vec<(RecordRole, String)>,
    /// Members of the own organisation who can be assigned at once.
    pub members: Vec<(PersonId, String)>,
    /// The roles that the reader may assign; or invite anew, of apprentice and guardian.
    pub roles: Vec<RecordRole>,
}

/// How somebody is asked to take a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignWho {
    /// A member of the own organisation, at once.
    Member(PersonId),
    /// By a letter: the name, the address as typed.
    Letter {
        /// The name.
        name: String,
        /// The address.
        email: String,
    },
    /// By a code to hand over: the name.
    Code {
        /// The name.
        name: String,
    },
}

/// An assignment as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignInput {
    /// As what.
    pub role: RecordRole,
    /// Whom.
    pub who: AssignWho,
    /// The first day; empty for today. Not of apprentice and guardian.
    pub from: String,
    /// The last day; empty for none.
    pub until: String,
}

/// What became of an assignment.
#[derive(Clone, PartialEq, Eq)]
pub enum Assigned {
    /// It holds.
    AtOnce,
    /// A letter went out.
    Letter {
        /// Until when it can be taken.
        expires_at: Timestamp,
    },
    /// A code to hand over, shown this once.
    Code {
        /// The code.
        code: String,
        /// The page it leads to.
        path: String,
        /// Until when it can be taken.
        expires_at: Timestamp,
    },
}

/// Why a place cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadInvitation {
    /// Its time is over.
    Expired,
    /// It was taken.
    Taken,
    /// It was taken back, or a newer one was made.
    Withdrawn,
}

/// An invitation as its page shows it, before anybody takes it. Nothing of the apprentice's is in it.
#[derive(Debug)]
pub struct JoinLook {
    /// As what.
    pub role: RecordRole,
    /// The name of who is invited; empty for apprentice and guardian, who type it.
    pub name: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// The apprentice's family name with the rest hidden, for mentors and tutors; empty for others.
    pub apprentice: String,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// Why it cannot be taken.
    pub dead: Option<DeadInvitation>,
    /// Whether name and the last four characters of the identity number are asked for.
    pub asks_for_identity: bool,
    /// The name of who is signed in, who takes the place with that login.
    pub signed_in: Option<String>,
    /// The address the letter went to, to fill in for a new login.
    pub email: Option<String>,
    /// Whether there is a login of that address already: then sign in.
    pub has_login: bool,
}

/// What somebody sends who takes a place. Its `Debug` shows nothing of it.
#[derive(Clone, Default)]
pub struct JoinInput {
    /// The name.
    pub name: String,
    /// The last four characters of the identity number.
    pub id_last_four: String,
    /// The address of a new login; not of somebody signed in.
    pub email: String,
    /// The password of a new login.
    pub password: String,
}

impl std::fmt::Debug for JoinInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinInput(..)")
    }
}

impl std::fmt::Debug for Assigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AtOnce => "AtOnce",
            Self::Letter { .. } => "Letter(..)",
            Self::Code { .. } => "Code(..)",
        })
    }
}

/// Who took a place.
#[derive(Debug)]
pub struct Joined {
    /// The session of a new login.
    pub session: Option<crate::Token>,
    /// The record.
    pub record: AgreementId,
    /// As what.
    pub role: RecordRole,
}

/// What has to be there before training starts, as typed: days, and `yes` or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct StartInput {
    /// Since when insurance is in force.
    pub insured_from: String,
    /// When safety training was passed.
    pub safety_training_on: String,
    /// Whether the post needs a certificate for special operations.
    pub needs_certificate: bool,
    /// Until when the certificate is valid.
    pub certificate_until: String,
    /// Of a minor: the day of the health check.
    pub health_check_on: String,
    /// Of a minor: whether there is a registration card.
    pub has_minor_card: bool,
}

/// What is known before the start.
#[derive(Debug)]
pub struct StartView {
    /// The head.
    pub head: RecordHead,
    /// The form.
    pub typed: StartInput,
    /// What is missing on the first day, or today when that has passed.
    pub missing: Vec<Gate>,
    /// The day for which this is asked.
    pub on: Date,
    /// Whether the reader may write it.
    pub may_write: bool,
}

/// A break as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BreakInput {
    /// The first day.
    pub from: String,
    /// The last day; empty when it is not known.
    pub until: String,
    /// Why ([`apprenticeship::record::BreakReason`]'s code).
    pub reason: String,
    /// In words.
    pub words: String,
}

/// An early end as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WithdrawInput {
    /// Why ([`apprenticeship::record::WithdrawReason`]'s code).
    pub reason: String,
    /// Whose reason it is ([`agreement::lifecycle::SlotRole`]'s code).
    pub side: String,
    /// In words.
    pub words: String,
    /// The last day.
    pub last_day: String,
}

/// A result as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConcludeInput {
    /// Whether it was passed.
    pub passed: bool,
    /// The day of it.
    pub on: String,
    /// What shows it.
    pub evidence: String,
    /// The day of that.
    pub evidence_on: String,
}

/// Somebody opened a record.
#[derive(Debug, Clone)]
pub struct OpeningLine {
    /// Who: the name, when it may be known; operators are named as such.
    pub name: String,
    /// As whom.
    pub role: RecordRole,
    /// For which organisation.
    pub organisation: Option<String>,
    /// When, first on that day.
    pub at: Timestamp,
    /// Why, where a reason was asked for.
    pub reason: Option<String>,
}

/// Who opened a record.
#[derive(Debug)]
pub struct OpeningsView {
    /// The head.
    pub head: RecordHead,
    /// The openings, the newest first.
    pub openings: Vec<OpeningLine>,
}

/// A place to complain at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintPlace {
    /// Its code: each has words, `complaint_place.<code>` and `complaint_for.<code>`.
    pub code: String,
    /// The number to call; `None` when it is not known.
    pub phone: Option<String>,
    /// The page, when it is known.
    pub url: Option<String>,
    /// Where this is from.
    pub source: String,
    /// How good that is.
    pub evidence: law::Evidence,
}

/// Where to complain.
#[derive(Debug)]
pub struct ComplaintsView {
    /// The head.
    pub head: RecordHead,
    /// The places.
    pub places: Vec<ComplaintPlace>,
}

/// A file to keep.
#[derive(Debug)]
pub struct RecordFile {
    /// Its name.
    pub name: String,
    /// The archive.
    pub bytes: Vec<u8>,
}

/// What an operator sees before opening a record: nothing of the person's.
#[derive(Debug)]
pub struct OperatorLook {
    /// The record.
    pub id: AgreementId,
    /// The agreement's number.
    pub number: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// Where it stands.
    pub stage: Stage,
    /// Whether this operator opened it today, so that its pages open.
    pub is_open: bool,
}
