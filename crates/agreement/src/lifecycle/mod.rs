//! The states of an agreement, and what each party may do in each.
//!
//! Every act is a method of [`Agreement`]: it takes the agreement, facts and a moment, and gives the agreement as it is
//! then with a [`Done`] (what to write into the chain of events, what has to follow, the answer), or a refusal. Each act
//! first asks the one table of [`TRANSITIONS`], of which [`grid()`] is the whole.
//!
//! A version is a number that grows with every material edit and after every round: slots and signatures are known by
//! agreement, version and slot, and a signature of an old round is never one of a new round.

mod deadline;
mod done;
mod grid;
mod negotiate;
mod recall;
mod refusal;
mod running;
mod sign;
mod slot;
mod state;

use kernel::{AgreementId, Date, SlotId, Timestamp, codes};
use serde::{Deserialize, Serialize};

pub use deadline::{Due, Extending};
pub use done::{Done, Effect, Notice, Step, Told};
pub use grid::{Act, Bound, Cell, Role, Stage, TRANSITIONS, Transition, bound, grid};
pub use negotiate::{Approval, Approved, Edited, Editing, ReadyFacts, Sending};
pub use recall::{Recalling, Settled, Voiding};
pub use refusal::{
    AnswerRefusal, ApproveRefusal, Barred, CompleteRefusal, CreateRefusal, DeclineRefusal, DueRefusal, EditRefusal,
    ExtendRefusal, HandOverRefusal, PauseRefusal, RecallRefusal, ReplaceRefusal, SendRefusal, SignRefusal,
    TerminateRefusal, VoidRefusal, refusal_codes,
};
pub use running::{Completing, Resuming, Suspending, Terminating};
pub use sign::{Declining, Replacing, Signed, Signing, Wish};
pub use slot::{Actor, Cadence, Channel, Method, Signature, Slot, SlotPlan, SlotRole, SlotState};
pub use state::{
    Completed, Consequences, Draft, Frozen, Ground, Negotiation, Parties, PastRound, Pause, Paused, Proposal, Proposed,
    Ready, Round, RoundEnd, Running, Slots, State, Terminated, Termination, VoidReason, Voided,
};

use crate::evidence::ContentHash;

codes! {
    /// A party that negotiates.
    Party {
        /// The enterprise.
        Enterprise = "enterprise",
        /// The college.
        College = "college",
    }

    /// What an agreement is.
    Kind {
        /// 培养协议, between an enterprise and one apprentice.
        Training = "training",
    }
}

impl Kind {
    /// As whom somebody always has to sign. Who else, is a question of facts: [`SlotPlan`] says.
    pub const fn signatories(self) -> &'static [SlotRole] {
        match self {
            Self::Training => &[SlotRole::Apprentice, SlotRole::Enterprise],
        }
    }
}

/// What a new agreement is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Creating {
    /// Its id.
    pub id: AgreementId,
    /// What it is.
    pub kind: Kind,
    /// Between whom.
    pub parties: Parties,
    /// Who makes it.
    pub by: Actor,
    /// Whether seats of a post are reserved for it.
    pub seats: Seats,
    /// When.
    pub at: Timestamp,
}

/// What is known of the seats of the post that an agreement comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seats {
    /// It comes from no post, or the post counts none.
    NotCounted,
    /// One is reserved.
    Reserved,
    /// None is.
    NotReserved,
}

/// An agreement with everything that happened to it so far, but not its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    id: AgreementId,
    kind: Kind,
    parties: Parties,
    owner: Party,
    created_at: Timestamp,
    content_version: u32,
    state: State,
    past: Vec<PastRound>,
}

impl Agreement {
    /// A new draft of the party that makes it.
    pub fn create(new: Creating) -> Result<(Self, Done<()>), CreateRefusal> {
        let owner = new
            .by
            .party()
            .filter(|_| bound(None, Act::Create, new.by.role()).is_some());
        let owner = owner.ok_or(Barred::Role {
            act: Act::Create,
            role: new.by.role(),
        })?;
        if !new.parties.has(owner) {
            return Err(Barred::NotAParty.into());
        }
        if new.seats == Seats::NotReserved {
            return Err(CreateRefusal::NoSeat);
        }
        let agreement = Self {
            id: new.id,
            kind: new.kind,
            parties: new.parties,
            owner,
            created_at: new.at,
            content_version: 1,
            state: State::Draft(Draft { with: owner }),
            past: Vec::new(),
        };
        let done = Done {
            steps: vec![agreement.step(Act::Create, new.by, None)],
            effects: Vec::new(),
            outcome: (),
        };
        Ok((agreement, done))
    }

    /// Its id.
    pub const fn id(&self) -> AgreementId {
        self.id
    }

    /// What it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Who negotiates.
    pub const fn parties(&self) -> &Parties {
        &self.parties
    }

    /// Who made it.
    pub const fn owner(&self) -> Party {
        self.owner
    }

    /// When it was made.
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The version of its content.
    pub const fn content_version(&self) -> u32 {
        self.content_version
    }

    /// Where it stands, with what belongs to that.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Where it stands.
    pub const fn stage(&self) -> Stage {
        self.state.stage()
    }

    /// The rounds of signing that came to nothing, the oldest first.
    pub fn past_rounds(&self) -> &[PastRound] {
        &self.past
    }

    /// Who has the ball, while it is negotiated.
    pub const fn with(&self) -> Option<Party> {
        match &self.state {
            State::Draft(draft) => Some(draft.with),
            State::Negotiating(negotiation) => Some(negotiation.with),
            _ => None,
        }
    }

    /// What is frozen, from the last approval on.
    pub const fn frozen(&self) -> Option<&Frozen> {
        match &self.state {
            State::Ready(ready) => Some(&ready.frozen),
            State::Signing(round) => Some(&round.frozen),
            _ => match self.running() {
                Some(running) => Some(&running.frozen),
                None => None,
            },
        }
    }

    /// The slots of the present round, or of the one that took effect.
    pub const fn slots(&self) -> Option<&Slots> {
        match &self.state {
            State::Signing(round) => Some(&round.slots),
            _ => match self.running() {
                Some(running) => Some(&running.slots),
                None => None,
            },
        }
    }

    /// The agreement that was signed, in whatever stage it is since.
    pub const fn running(&self) -> Option<&Running> {
        match &self.state {
            State::Effective(running) => Some(running),
            State::Suspended(paused) => Some(&paused.running),
            State::Completed(completed) => Some(&completed.running),
            State::Terminated(terminated) => Some(&terminated.running),
            _ => None,
        }
    }

    /// What a party proposed and others have to agree to.
    pub const fn proposal(&self) -> Option<&Proposal> {
        match &self.state {
            State::Signing(round) => round.proposal.as_ref(),
            State::Effective(running) => running.proposal.as_ref(),
            State::Suspended(paused) => paused.running.proposal.as_ref(),
            _ => None,
        }
    }

    /// Whether it is signed, and its first day is yet to come.
    pub fn is_signed_not_yet_effective(&self, today: Date) -> bool {
        matches!(&self.state, State::Effective(running) if running.since > today)
    }

    /// The slot of that id, in the present round or a past one.
    pub fn slot(&self, id: SlotId) -> Option<&Slot> {
        let now = self.slots().and_then(|slots| slots.find(id));
        now.or_else(|| self.past.iter().find_map(|round| round.slots.find(id)))
    }

    /// Whether the table lets `actor` do `act` now, on `slot` where the act is about one.
    pub fn permit(&self, act: Act, actor: Actor, slot: Option<SlotId>) -> Result<(), Barred> {
        let (now, role) = (self.stage(), actor.role());
        if actor.party().is_some_and(|party| !self.parties.has(party)) {
            return Err(Barred::NotAParty);
        }
        if Role::ALL.iter().all(|role| bound(Some(now), act, *role).is_none()) {
            return Err(Barred::Stage { act, now });
        }
        let bound = bound(Some(now), act, role).ok_or(Barred::Role { act, role })?;
        let found = slot.and_then(|id| self.slots()?.find(id));
        if slot.is_some() && found.is_none() {
            return Err(Barred::NoSuchSlot);
        }
        match bound {
            Bound::Free => Ok(()),
            Bound::WithBall => match self.with() {
                Some(with) if actor.party() != Some(with) => Err(Barred::NoBall { with }),
                _ => Ok(()),
            },
            Bound::Owner if actor.party() == Some(self.owner) => Ok(()),
            Bound::Owner => Err(Barred::NotOwner),
            Bound::OwnSlot if found.is_some_and(|slot| actor == Actor::Signer(slot.id)) => Ok(()),
            Bound::OwnSlot => Err(Barred::NotYourSlot),
            Bound::OwnSide if found.is_some_and(|slot| actor.party() == Some(slot.role.side())) => Ok(()),
            Bound::OwnSide => Err(Barred::NotYourSide),
            Bound::Voice => {
                let signed = self
                    .slots()
                    .is_some_and(|slots| slots.signed().any(|slot| actor == Actor::Signer(slot.id)));
                if signed { Ok(()) } else { Err(Barred::NoVoice) }
            }
        }
    }

    /// The event of an act. That of a signatory names their slot, also when the act is about the whole agreement.
    fn step(&self, act: Act, by: Actor, slot: Option<SlotId>) -> Step {
        let own = match by {
            Actor::Signer(slot) => Some(slot),
            _ => None,
        };
        Step {
            act,
            role: by.role(),
            slot: slot.or(own),
            content_version: self.content_version,
            content_hash: self.content_hash(),
        }
    }

    fn content_hash(&self) -> Option<ContentHash> {
        self.frozen().map(|frozen| frozen.hash)
    }

    /// Tells every party, and every signatory who was asked, but not `except`.
    fn tell_all(&self, notice: Notice, except: Actor) -> Vec<Effect> {
        let parties = self.parties.all().iter().filter(|party| except != Actor::from(**party));
        let parties = parties.map(|party| Effect::Tell(Told::Party(*party), notice));
        let slots = self.slots().into_iter().flat_map(Slots::standing);
        let asked = slots.filter(|slot| !matches!(slot.state, SlotState::WaitingTurn | SlotState::Closed { .. }));
        let asked = asked.filter(|slot| except != Actor::Signer(slot.id));
        parties
            .chain(asked.map(|slot| Effect::Tell(Told::Slot(slot.id), notice)))
            .collect()
    }

    /// Tells the party other than `by`, when there is one.
    fn tell_other(&self, by: Actor, notice: Notice) -> Vec<Effect> {
        let others = self.parties.all().iter().filter(|party| by != Actor::from(**party));
        others.map(|party| Effect::Tell(Told::Party(*party), notice)).collect()
    }
}
