//! Why something about an agreement was not done, as facts with a sentence each.

use std::fmt;

use agreement::{
    evidence::{FreezeError, NotPlain},
    lifecycle::{
        AnswerRefusal, ApproveRefusal, Barred, CompleteRefusal, CreateRefusal, DeclineRefusal, EditRefusal,
        ExtendRefusal, HandOverRefusal, PauseRefusal, RecallRefusal, ReplaceRefusal, SendRefusal, SignRefusal,
        SlotRole, TerminateRefusal, VoidRefusal, refusal_codes,
    },
    training::Problem,
};
use law::Finding;
use words::{Arg, Text};

use crate::{Failure, access::DeadLink, failure::failures_by_way_of};

/// What stands between a version and its approval. Its `Debug` counts: findings and problems quote what people wrote.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Unready {
    /// Keys of fields that signing needs and that are empty.
    pub missing: Vec<String>,
    /// What was typed and cannot be read.
    pub problems: Vec<Problem>,
    /// What rules forbid.
    pub blocking: Vec<Finding>,
    /// Warnings that nobody has given a reason for.
    pub unexplained: Vec<Finding>,
}

impl fmt::Debug for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = (
            self.missing.len(),
            self.problems.len(),
            self.blocking.len(),
            self.unexplained.len(),
        );
        write!(f, "Unready{counts:?}")
    }
}

/// Why something about an agreement was not done. Its `Debug` is the code alone: findings and problems quote what people
/// wrote.
#[derive(Clone, PartialEq, Eq)]
pub enum AgreementRefusal {
    /// The lifecycle's own, of making one.
    Create(CreateRefusal),
    /// Of passing the ball.
    HandOver(HandOverRefusal),
    /// Of an edit.
    Edit(EditRefusal),
    /// Of an approval.
    Approve(ApproveRefusal),
    /// Of sending.
    Send(SendRefusal),
    /// Of signing.
    Sign(SignRefusal),
    /// Of declining.
    Decline(DeclineRefusal),
    /// Of mending an address.
    Replace(ReplaceRefusal),
    /// Of giving more time.
    Extend(ExtendRefusal),
    /// Of taking back.
    Recall(RecallRefusal),
    /// Of an answer to what was proposed.
    Answer(AnswerRefusal),
    /// Of a pause, or of going on.
    Pause(PauseRefusal),
    /// Of carrying it through.
    Complete(CompleteRefusal),
    /// Of ending it before its time.
    Terminate(TerminateRefusal),
    /// Of giving up.
    Void(VoidRefusal),
    /// Of anything that is not for this party or this stage.
    Barred(Barred),
    /// The version cannot be approved as it is; everything that stands in the way.
    Unready(Unready),
    /// Name or number are not those of the agreement.
    NotThePerson,
    /// The agreement names somebody else as the legal representative.
    NotTheRepresentative,
    /// The signatory did not agree to the sentence.
    NotAgreed,
    /// The sentence that was agreed to is not the one of today, or of another language.
    OtherConsent,
    /// The link opens nothing any more.
    Link(DeadLink),
    /// It is to be signed on paper.
    OnPaper,
    /// The slot has an address: its link goes there, and no code is handed over.
    HasAddress,
    /// A reason is needed.
    NoReason,
    /// The rule does not warn of this any more.
    NoSuchWarning,
    /// The need asks for no apprentices, or the offer is none for them.
    NotForApprentices,
    /// The other organisation is not verified.
    OtherNotVerified,
    /// Nothing was frozen yet.
    NothingFrozen,
    /// The paper is being made.
    DocumentNotReady,
    /// The apprentice's name and number have to be there first.
    NobodyToCheck,
    /// An organisation that concludes the agreement is not verified, or not any more.
    PartyNotVerified,
    /// The address of whoever signs as themselves is one of a party's.
    AddressOfParty {
        /// As whom they sign.
        role: SlotRole,
    },
    /// Nobody of that organisation is reached at the address that the other party typed.
    NotOfTheirs {
        /// As whom they sign.
        role: SlotRole,
    },
}

impl fmt::Debug for AgreementRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgreementRefusal({})", self.code())
    }
}

impl AgreementRefusal {
    /// The codes of its own, beside those of the lifecycle.
    pub const OWN_CODES: [&'static str; 19] = [
        "unready",
        "not_the_person",
        "not_the_representative",
        "not_agreed",
        "other_consent",
        "link.expired",
        "link.revoked",
        "on_paper",
        "has_address",
        "no_reason",
        "no_such_warning",
        "not_for_apprentices",
        "other_not_verified",
        "nothing_frozen",
        "document_not_ready",
        "nobody_to_check",
        "party_not_verified",
        "address_of_party",
        "not_of_theirs",
    ];

    /// Every code there is: each has words, `agreement_refusal.<code>`.
    pub fn codes() -> Vec<&'static str> {
        let mut codes = refusal_codes();
        codes.extend(Self::OWN_CODES);
        codes
    }

    /// The code for words. Exhaustive: a new refusal does not compile until it has one.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Create(refusal) => refusal.code(),
            Self::HandOver(refusal) => refusal.code(),
            Self::Edit(refusal) => refusal.code(),
            Self::Approve(refusal) => refusal.code(),
            Self::Send(refusal) => refusal.code(),
            Self::Sign(refusal) => refusal.code(),
            Self::Decline(refusal) => refusal.code(),
            Self::Replace(refusal) => refusal.code(),
            Self::Extend(refusal) => refusal.code(),
            Self::Recall(refusal) => refusal.code(),
            Self::Answer(refusal) => refusal.code(),
            Self::Pause(refusal) => refusal.code(),
            Self::Complete(refusal) => refusal.code(),
            Self::Terminate(refusal) => refusal.code(),
            Self::Void(refusal) => refusal.code(),
            Self::Barred(refusal) => refusal.code(),
            Self::Unready(_) => "unready",
            Self::NotThePerson => "not_the_person",
            Self::NotTheRepresentative => "not_the_representative",
            Self::NotAgreed => "not_agreed",
            Self::OtherConsent => "other_consent",
            Self::Link(DeadLink::Expired) => "link.expired",
            Self::Link(DeadLink::Revoked) => "link.revoked",
            Self::OnPaper => "on_paper",
            Self::HasAddress => "has_address",
            Self::NoReason => "no_reason",
            Self::NoSuchWarning => "no_such_warning",
            Self::NotForApprentices => "not_for_apprentices",
            Self::OtherNotVerified => "other_not_verified",
            Self::NothingFrozen => "nothing_frozen",
            Self::DocumentNotReady => "document_not_ready",
            Self::NobodyToCheck => "nobody_to_check",
            Self::PartyNotVerified => "party_not_verified",
            Self::AddressOfParty { .. } => "address_of_party",
            Self::NotOfTheirs { .. } => "not_of_theirs",
        }
    }

    /// What the table of transitions says, where it is that which refuses.
    const fn barred(&self) -> Option<&Barred> {
        match self {
            Self::Barred(barred)
            | Self::Create(CreateRefusal::Barred(barred))
            | Self::HandOver(HandOverRefusal::Barred(barred))
            | Self::Edit(EditRefusal::Barred(barred))
            | Self::Approve(ApproveRefusal::Barred(barred))
            | Self::Send(SendRefusal::Barred(barred))
            | Self::Sign(SignRefusal::Barred(barred))
            | Self::Decline(DeclineRefusal::Barred(barred))
            | Self::Replace(ReplaceRefusal::Barred(barred))
            | Self::Extend(ExtendRefusal::Barred(barred))
            | Self::Recall(RecallRefusal::Barred(barred))
            | Self::Answer(AnswerRefusal::Barred(barred))
            | Self::Pause(PauseRefusal::Barred(barred))
            | Self::Complete(CompleteRefusal::Barred(barred))
            | Self::Terminate(TerminateRefusal::Barred(barred))
            | Self::Void(VoidRefusal::Barred(barred)) => Some(barred),
            _ => None,
        }
    }

    /// The sentence.
    pub fn text(&self) -> Text {
        let text = Text::of("agreement_refusal", self.code());
        if let Some(barred) = self.barred() {
            return match barred {
                Barred::Stage { act, now } => text
                    .with("act", Text::of("agreement_act", act.code()))
                    .with("stage", Text::of("agreement_stage", now.code())),
                Barred::Role { act, .. } => text.with("act", Text::of("agreement_act", act.code())),
                Barred::NoBall { with } => text.with("party", Text::of("agreement_party", with.code())),
                _ => text,
            };
        }
        let role = |role: &SlotRole| Text::of("agreement_role", role.code());
        match self {
            Self::Approve(ApproveRefusal::Approved { at })
            | Self::Sign(
                SignRefusal::AlreadySigned { at } | SignRefusal::Declined { at } | SignRefusal::Expired { at },
            )
            | Self::Decline(DeclineRefusal::AlreadySigned { at })
            | Self::Replace(ReplaceRefusal::AlreadySigned { at }) => text.with("at", *at),
            Self::Approve(ApproveRefusal::Blocked { findings: n } | ApproveRefusal::Unexplained { warnings: n }) => {
                text.with("n", i64::from(*n))
            }
            Self::Send(
                SendRefusal::Missing { role: one }
                | SendRefusal::Twice { role: one }
                | SendRefusal::Nameless { role: one },
            )
            | Self::AddressOfParty { role: one }
            | Self::NotOfTheirs { role: one } => text.with("role", role(one)),
            Self::Send(SendRefusal::Unreachable { roles }) => {
                let roles = roles.iter().map(|one| Arg::Text(role(one))).collect();
                text.with("roles", Arg::List(roles))
            }
            Self::Unready(unready) => {
                let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
                text.with("missing", count(unready.missing.len() + unready.problems.len()))
                    .with("blocking", count(unready.blocking.len()))
                    .with("unexplained", count(unready.unexplained.len()))
            }
            _ => text,
        }
    }
}

failures_by_way_of! { AgreementRefusal:
    Create(CreateRefusal), HandOver(HandOverRefusal), Edit(EditRefusal), Approve(ApproveRefusal), Send(SendRefusal),
    Sign(SignRefusal), Decline(DeclineRefusal), Replace(ReplaceRefusal), Extend(ExtendRefusal), Recall(RecallRefusal),
    Answer(AnswerRefusal), Pause(PauseRefusal), Complete(CompleteRefusal), Terminate(TerminateRefusal),
    Void(VoidRefusal), Barred(Barred),
}

impl From<DeadLink> for Failure {
    fn from(dead: DeadLink) -> Self {
        AgreementRefusal::Link(dead).into()
    }
}

/// Fields and wording of the product itself; the tests freeze every kind of agreement there is.
impl From<FreezeError> for Failure {
    fn from(error: FreezeError) -> Self {
        Self::internal(error)
    }
}

impl From<NotPlain> for Failure {
    fn from(error: NotPlain) -> Self {
        Self::internal(error)
    }
}
