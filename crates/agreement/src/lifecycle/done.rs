//! What an act brought about: what to write into the chain, and what has to follow.

use kernel::{AgreementId, SlotId, Timestamp};

use super::{
    Party,
    grid::{Act, Role},
    slot::SlotRole,
};
use crate::evidence::{ContentHash, Entry};

/// What an act brought about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Done<O> {
    /// What to write into the chain of events, in this order.
    pub steps: Vec<Step>,
    /// What has to follow, in the same transaction or as jobs.
    pub effects: Vec<Effect>,
    /// The answer to who asked.
    pub outcome: O,
}

/// One event for the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The act.
    pub act: Act,
    /// In which role.
    pub role: Role,
    /// The slot concerned.
    pub slot: Option<SlotId>,
    /// The version of the content.
    pub content_version: u32,
    /// The hash of the content, once it is frozen.
    pub content_hash: Option<ContentHash>,
}

impl Step {
    /// The event's entry for the chain of `agreement`.
    pub fn entry(&self, agreement: AgreementId, at: Timestamp) -> Entry {
        Entry {
            agreement,
            at,
            act: self.act.code().to_owned(),
            actor: self.role.code().to_owned(),
            slot: self.slot,
            content_version: self.content_version,
            content_hash: self.content_hash,
        }
    }
}

/// Something that has to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Somebody is asked to sign: a new link, a letter.
    AskToSign(SlotId),
    /// Somebody is asked again.
    Remind(SlotId),
    /// A slot's link opens nothing any more.
    RevokeLink(SlotId),
    /// Somebody is told.
    Tell(Told, Notice),
    /// The seats are free again.
    ReleaseSeats,
    /// The seats are taken for good.
    CommitSeats,
    /// The evidence is sealed, and the paper made.
    Seal,
    /// The apprentice's record begins; a filing is due where the scheme asks for one.
    BeginRecord,
    /// The record is on a break.
    PauseRecord,
    /// The break is over.
    ResumeRecord,
    /// The record ends with the agreement.
    EndRecord,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// The members of a negotiating party who care for the agreement.
    Party(Party),
    /// The signatory of a slot.
    Slot(SlotId),
}

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// It is with you.
    WithYou,
    /// The other party approved.
    Approved,
    /// The other party changed it, and the approvals are gone.
    Changed,
    /// All approved: it can be sent.
    Ready,
    /// Somebody signed.
    Signed(SlotRole),
    /// Somebody declined.
    Declined(SlotRole),
    /// Somebody's deadline passed.
    Expired(SlotRole),
    /// It was recalled.
    Recalled,
    /// Everybody signed.
    AllSigned,
    /// Somebody proposes something that needs your agreement.
    Proposed,
    /// Somebody agreed to what was proposed, and others have yet to.
    Agreed(SlotRole),
    /// What was proposed is off.
    Objected,
    /// It is paused.
    Suspended,
    /// It goes on.
    Resumed,
    /// It is carried through.
    Completed,
    /// It was terminated.
    Terminated,
    /// It was given up.
    Voided,
}

impl Notice {
    /// The code for words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WithYou => "with_you",
            Self::Approved => "approved",
            Self::Changed => "changed",
            Self::Ready => "ready",
            Self::Signed(_) => "signed",
            Self::Declined(_) => "declined",
            Self::Expired(_) => "expired",
            Self::Recalled => "recalled",
            Self::AllSigned => "all_signed",
            Self::Proposed => "proposed",
            Self::Agreed(_) => "agreed",
            Self::Objected => "objected",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Completed => "completed",
            Self::Terminated => "terminated",
            Self::Voided => "voided",
        }
    }
}
