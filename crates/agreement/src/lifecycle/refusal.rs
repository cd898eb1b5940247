//! Why something cannot be done. One enum per act; each carries the facts that its sentence needs, and has a code for it.

use kernel::{SlotId, Timestamp, refusals};

use super::{
    Party,
    grid::{Act, Role, Stage},
    slot::SlotRole,
};
use crate::evidence::ContentHash;

/// Why the table of transitions does not let somebody act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// Not in this stage.
    #[error("{act} cannot be done while the agreement is {now}")]
    Stage {
        /// The act.
        act: Act,
        /// Where the agreement stands.
        now: Stage,
    },
    /// Not in this role.
    #[error("{act} is not for the role {role}")]
    Role {
        /// The act.
        act: Act,
        /// The role.
        role: Role,
    },
    /// The organisation does not negotiate here.
    #[error("not a party of this agreement")]
    NotAParty,
    /// The other party has the ball.
    #[error("the agreement is with the {}", with.code())]
    NoBall {
        /// Who has it.
        with: Party,
    },
    /// Only the party that made the draft, or the operator.
    #[error("only who made the draft may do this")]
    NotOwner,
    /// There is no such slot in this round.
    #[error("no such slot")]
    NoSuchSlot,
    /// The slot is another's.
    #[error("the slot is somebody else's")]
    NotYourSlot,
    /// The slot is of the other side.
    #[error("the slot is of the other side")]
    NotYourSide,
    /// Who did not sign has no say.
    #[error("who did not sign has no say in this")]
    NoVoice,
}

impl Barred {
    /// Every code.
    pub const CODES: [&'static str; 9] = [
        "barred.stage",
        "barred.role",
        "barred.not_a_party",
        "barred.no_ball",
        "barred.not_owner",
        "barred.no_such_slot",
        "barred.not_your_slot",
        "barred.not_your_side",
        "barred.no_voice",
    ];

    /// The code for words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Stage { .. } => "barred.stage",
            Self::Role { .. } => "barred.role",
            Self::NotAParty => "barred.not_a_party",
            Self::NoBall { .. } => "barred.no_ball",
            Self::NotOwner => "barred.not_owner",
            Self::NoSuchSlot => "barred.no_such_slot",
            Self::NotYourSlot => "barred.not_your_slot",
            Self::NotYourSide => "barred.not_your_side",
            Self::NoVoice => "barred.no_voice",
        }
    }
}

refusals! {
    /// Why no draft can be made.
    CreateRefusal("create") {
        /// It comes from a post, and no seat of the post is reserved for it.
        NoSeat = "no_seat" "no seat is reserved",
    }

    /// Why the ball cannot be passed.
    HandOverRefusal("hand_over") {
        /// There is nobody to pass it to.
        Alone = "alone" "there is no other party",
    }

    /// Why it cannot be edited.
    EditRefusal("edit") {
        /// Somebody edited it since.
        Stale {
            /// The version now.
            current: u32,
        } = "stale" "the version is {current} by now",
    }

    /// Why it cannot be approved.
    ApproveRefusal("approve") {
        /// Another version than was looked at.
        Stale {
            /// The version now.
            current: u32,
        } = "stale" "the version is {current} by now",
        /// This party approved it already.
        Approved {
            /// When.
            at: Timestamp,
        } = "approved" "approved at {at}",
        /// Something needed is not filled in.
        Incomplete = "incomplete" "not complete",
        /// Rules forbid it as it is.
        Blocked {
            /// How many findings block.
            findings: u32,
        } = "blocked" "{findings} findings block it",
        /// Warnings without a reason.
        Unexplained {
            /// How many.
            warnings: u32,
        } = "unexplained" "{warnings} warnings have no reason",
    }

    /// Why it cannot be sent.
    SendRefusal("send") {
        /// Nobody is planned to sign as what somebody has to.
        Missing {
            /// As what.
            role: SlotRole,
        } = "missing" "nobody signs as {role}",
        /// Two are planned to sign as the same.
        Twice {
            /// As what.
            role: SlotRole,
        } = "twice" "two would sign as {role}",
        /// The name of a signatory is missing.
        Nameless {
            /// As what.
            role: SlotRole,
        } = "nameless" "the {role} has no name",
        /// Somebody cannot be reached.
        Unreachable {
            /// Who.
            roles: Vec<SlotRole>,
        } = "unreachable" "somebody cannot be reached",
        /// A college would sign, and none is a party.
        NoCollege = "no_college" "no college is a party",
    }

    /// Why a slot cannot be signed.
    SignRefusal("sign") {
        /// Others sign first.
        NotYourTurn = "not_your_turn" "others sign first",
        /// It is signed already.
        AlreadySigned {
            /// When.
            at: Timestamp,
        } = "already_signed" "signed at {at}",
        /// Its signatory declined.
        Declined {
            /// When.
            at: Timestamp,
        } = "declined" "declined at {at}",
        /// Its time is over; whoever looks after it can extend it.
        Expired {
            /// Since when.
            at: Timestamp,
        } = "expired" "expired at {at}",
        /// Another slot stands in its place.
        Replaced {
            /// Which.
            by: SlotId,
        } = "replaced" "replaced by {by}",
        /// The round is over.
        Closed = "closed" "the round is over",
        /// A party asks to take it back; nobody signs meanwhile.
        BeingRecalled = "being_recalled" "a recall is waiting for an answer",
        /// What was shown is not what is to be signed.
        ContentChanged {
            /// The hash of what is to be signed.
            current: ContentHash,
        } = "content_changed" "the content is {current}",
        /// The identity step is missing, or said to come later than the signature.
        NotIdentified = "not_identified" "the identity step is missing",
        /// Who signs for an organisation has to say by what right: by law, or by a written authorisation that is named.
        NoAuthority = "no_authority" "the right to sign for the organisation is not named",
        /// The words agreed to are not named.
        NoConsent = "no_consent" "the words agreed to are not named",
    }

    /// Why a slot cannot be declined.
    DeclineRefusal("decline") {
        /// Others come first.
        NotYourTurn = "not_your_turn" "others sign first",
        /// It is signed: a signature is not undone by declining.
        AlreadySigned {
            /// When.
            at: Timestamp,
        } = "already_signed" "signed at {at}",
        /// It is not open any more.
        NotOpen = "not_open" "the slot is not open",
        /// A reason is needed.
        NoReason = "no_reason" "a reason is needed",
    }

    /// Why a slot's address or person cannot be changed.
    ReplaceRefusal("replace") {
        /// It is signed.
        AlreadySigned {
            /// When.
            at: Timestamp,
        } = "already_signed" "signed at {at}",
        /// It is not open any more.
        NotOpen = "not_open" "the slot is not open",
        /// The name stands in the agreement: another name is another content.
        NameIsMaterial = "name_is_material" "the name stands in the agreement",
        /// The new name is empty.
        Nameless = "nameless" "the new name is empty",
        /// Nothing would change.
        Same = "same" "nothing would change",
        /// It had expired, and was extended as often as it can be.
        ExtensionsUsed = "extensions_used" "extended as often as it can be",
    }

    /// Why a slot cannot be extended.
    ExtendRefusal("extend") {
        /// It is neither open nor expired.
        NotOpen = "not_open" "the slot is neither open nor expired",
        /// It was extended as often as it can be.
        ExtensionsUsed = "extensions_used" "extended as often as it can be",
    }

    /// Why nobody is reminded, or nothing expires.
    DueRefusal("due") {
        /// The slot is not open: answered, replaced, or not yet its turn.
        NotOpen = "not_open" "the slot is not open",
        /// It is not time.
        NotDue = "not_due" "it is not time",
    }

    /// Why it cannot be recalled.
    RecallRefusal("recall") {
        /// A reason is needed.
        NoReason = "no_reason" "a reason is needed",
        /// A proposal waits for an answer.
        Pending = "pending" "a proposal waits for an answer",
    }

    /// Why a pause cannot begin or end.
    PauseRefusal("pause") {
        /// A reason is needed.
        NoReason = "no_reason" "a reason is needed",
        /// The last day is before the first.
        Dates = "dates" "the last day is before the first",
        /// It does not hold yet on that day.
        TooEarly = "too_early" "it does not hold yet on that day",
        /// A proposal waits for an answer.
        Pending = "pending" "a proposal waits for an answer",
    }

    /// Why it cannot be completed.
    CompleteRefusal("complete") {
        /// The apprentice's record is not.
        RecordOpen = "record_open" "the record is not completed",
        /// It does not hold yet on that day.
        TooEarly = "too_early" "it does not hold yet on that day",
    }

    /// Why it cannot be terminated.
    TerminateRefusal("terminate") {
        /// A reason is needed.
        NoReason = "no_reason" "a reason is needed",
        /// What follows from it is not settled.
        Unsettled = "unsettled" "a consequence is not settled",
        /// The last day is before the first on which it holds.
        TooEarly = "too_early" "it does not hold yet on that day",
        /// Nobody ends it alone on a fault of their own side.
        NotYourGround = "not_your_ground" "the ground is a fault of the own side",
        /// A proposal waits for an answer.
        Pending = "pending" "a proposal waits for an answer",
    }

    /// Why somebody cannot answer a proposal.
    AnswerRefusal("answer") {
        /// Nothing is proposed.
        NothingProposed = "nothing_proposed" "nothing is proposed",
        /// Agreed already.
        Agreed = "agreed" "agreed already",
        /// The proposal does not wait for this answer.
        NotAsked = "not_asked" "the proposal does not need this answer",
    }

    /// Why it cannot be given up.
    VoidRefusal("void") {
        /// A reason is needed.
        NoReason = "no_reason" "a reason is needed",
    }
}
