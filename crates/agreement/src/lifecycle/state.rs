//! The states, each with the data that only it has.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Date, OrganisationId, SlotId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Party,
    grid::Stage,
    slot::{Actor, Cadence, Slot, SlotRole, SlotState},
};
use crate::evidence::ContentHash;

/// The negotiating parties: always an enterprise, and the college when there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    /// The enterprise.
    pub enterprise: OrganisationId,
    /// The college.
    pub college: Option<OrganisationId>,
}

impl Parties {
    /// The parties that negotiate.
    pub const fn all(&self) -> &'static [Party] {
        match self.college {
            Some(_) => &[Party::Enterprise, Party::College],
            None => &[Party::Enterprise],
        }
    }

    /// Whether `party` negotiates here.
    pub fn has(&self, party: Party) -> bool {
        self.all().contains(&party)
    }

    /// The other party, when there is one.
    pub const fn other(&self, party: Party) -> Option<Party> {
        match (party, self.college) {
            (Party::Enterprise, Some(_)) => Some(Party::College),
            (Party::College, _) => Some(Party::Enterprise),
            (Party::Enterprise, None) => None,
        }
    }
}

/// Where an agreement stands, with what belongs to that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum State {
    /// One party writes.
    Draft(Draft),
    /// The parties write in turn, and approve.
    Negotiating(Negotiation),
    /// All approved; the version is frozen.
    Ready(Ready),
    /// People sign.
    Signing(Round),
    /// Signed by all who have to.
    Effective(Running),
    /// Paused.
    Suspended(Paused),
    /// Carried through.
    Completed(Completed),
    /// Ended before its time.
    Terminated(Terminated),
    /// Given up before it took effect.
    Voided(Voided),
}

impl State {
    /// The stage without its data.
    pub const fn stage(&self) -> Stage {
        match self {
            Self::Draft(_) => Stage::Draft,
            Self::Negotiating(_) => Stage::Negotiating,
            Self::Ready(_) => Stage::Ready,
            Self::Signing(_) => Stage::Signing,
            Self::Effective(_) => Stage::Effective,
            Self::Suspended(_) => Stage::Suspended,
            Self::Completed(_) => Stage::Completed,
            Self::Terminated(_) => Stage::Terminated,
            Self::Voided(_) => Stage::Voided,
        }
    }
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Who writes it.
    pub with: Party,
}

/// A negotiation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Negotiation {
    /// Who has the ball.
    pub with: Party,
    /// Who approved the present version, and when.
    pub approvals: BTreeMap<Party, Timestamp>,
}

/// A frozen version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// The version.
    pub version: u32,
    /// The hash of its content.
    pub hash: ContentHash,
    /// The dated set of rules that looked at it.
    pub rule_set: String,
    /// The day from which it is to hold.
    pub effective_on: Date,
    /// When it was frozen.
    pub at: Timestamp,
}

/// An agreement that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// What is to be signed.
    pub frozen: Frozen,
}

/// A round of signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// What is signed.
    pub frozen: Frozen,
    /// Who signs.
    pub slots: Slots,
    /// How long it may take.
    pub cadence: Cadence,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// What a party proposed, and others have to agree to.
    pub proposal: Option<Proposal>,
}

/// A round that ended without the agreement taking effect. Its signatures stay as what was signed then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastRound {
    /// What was to be signed.
    pub frozen: Frozen,
    /// What became of each slot.
    pub slots: Slots,
    /// How it ended.
    pub end: RoundEnd,
    /// When.
    pub at: Timestamp,
}

/// How a round ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundEnd {
    /// Somebody declined.
    Declined,
    /// It was recalled.
    Recalled,
    /// A deadline passed too often.
    Lapsed,
    /// The agreement was given up.
    Voided,
}

/// An agreement that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// What was signed.
    pub frozen: Frozen,
    /// Who signed.
    pub slots: Slots,
    /// The first day on which it holds: as agreed, but never before the last signature.
    pub since: Date,
    /// When the last signature was made.
    pub signed_at: Timestamp,
    /// What a party proposed, and others have to agree to.
    pub proposal: Option<Proposal>,
}

/// An agreement that is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paused {
    /// What is paused.
    pub running: Running,
    /// The pause.
    pub pause: Pause,
}

/// A pause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// The first day.
    pub from: Date,
    /// The last day, when it is known.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
}

/// An agreement that was carried through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completed {
    /// What was carried through.
    pub running: Running,
    /// The last day.
    pub on: Date,
    /// When it was noted.
    pub at: Timestamp,
}

/// An agreement that ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terminated {
    /// What ended.
    pub running: Running,
    /// How.
    pub termination: Termination,
    /// When it was agreed or declared.
    pub at: Timestamp,
}

/// How an agreement ends before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Termination {
    /// On which ground.
    pub ground: Ground,
    /// Why.
    pub reason: String,
    /// The last day.
    pub last_day: Date,
    /// What follows from it.
    pub consequences: Consequences,
}

/// What a termination settles. Each has to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consequences {
    /// How the stipend is settled.
    pub stipend: String,
    /// What becomes of the hours.
    pub hours: String,
    /// What becomes of the subsidy.
    pub subsidy: String,
}

/// On which ground an agreement is terminated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// All agree.
    Mutual,
    /// 侵害权益: abuse. No agreement is needed.
    Abuse,
    /// 停业、关闭. No agreement is needed.
    Closure,
    /// 拖欠报酬. No agreement is needed.
    Unpaid,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 4] = [Self::Mutual, Self::Abuse, Self::Closure, Self::Unpaid];

    /// The code for words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mutual => "mutual",
            Self::Abuse => "abuse",
            Self::Closure => "closure",
            Self::Unpaid => "unpaid",
        }
    }

    /// The ground of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// Whether one party alone can end the agreement on it.
    pub const fn is_unilateral(self) -> bool {
        !matches!(self, Self::Mutual)
    }

    /// Whether it is for `role` to name it: abuse and wages that are owed are faults of the enterprise, which cannot end
    /// the agreement on them itself.
    pub const fn is_for(self, role: SlotRole) -> bool {
        !matches!((self, role), (Self::Abuse | Self::Unpaid, SlotRole::Enterprise))
    }
}

/// An agreement that never took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voided {
    /// Where it stood.
    pub from: Stage,
    /// Why.
    pub reason: VoidReason,
    /// When.
    pub at: Timestamp,
}

/// Why an agreement was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case", deny_unknown_fields)]
pub enum VoidReason {
    /// Its owner or the operator gave it up.
    Withdrawn {
        /// Why, in their words.
        reason: String,
    },
    /// A signatory refuses it altogether.
    Refused {
        /// Whose slot.
        slot: SlotId,
        /// Why, in their words.
        reason: String,
    },
    /// A deadline passed too often.
    Lapsed {
        /// Whose slot.
        slot: SlotId,
    },
}

/// What one party proposed and the others have to agree to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// What.
    pub of: Proposed,
    /// Whose.
    pub by: SlotRole,
    /// When.
    pub at: Timestamp,
    /// Whose agreement it needs.
    pub needs: BTreeSet<SlotRole>,
    /// Who agreed.
    pub agreed: BTreeSet<SlotRole>,
}

impl Proposal {
    /// Who has yet to agree.
    pub fn waiting_for(&self) -> impl Iterator<Item = SlotRole> + '_ {
        self.needs.difference(&self.agreed).copied()
    }

    /// Whether nobody has to agree any more.
    pub fn is_agreed(&self) -> bool {
        self.needs.is_subset(&self.agreed)
    }
}

/// What can be proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "proposed", rename_all = "snake_case")]
pub enum Proposed {
    /// Back to the negotiation.
    Recall {
        /// Why.
        reason: String,
    },
    /// A pause.
    Suspend(Pause),
    /// The end of a pause.
    Resume {
        /// The first day after it.
        on: Date,
    },
    /// The end of the agreement.
    Terminate(Termination),
}

/// The slots of a round, replaced ones included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slots(pub(super) Vec<Slot>);

impl Slots {
    /// Every slot, replaced ones included.
    pub fn all(&self) -> &[Slot] {
        &self.0
    }

    /// The slots that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter(|slot| !slot.is_replaced())
    }

    /// The slot of that id.
    pub fn find(&self, id: SlotId) -> Option<&Slot> {
        self.0.iter().find(|slot| slot.id == id)
    }

    pub(super) fn find_mut(&mut self, id: SlotId) -> Option<&mut Slot> {
        self.0.iter_mut().find(|slot| slot.id == id)
    }

    /// The slots that are signed.
    pub fn signed(&self) -> impl Iterator<Item = &Slot> {
        self.standing().filter(|slot| slot.is_signed())
    }

    /// Whether all are signed that the agreement waits for.
    pub fn is_complete(&self) -> bool {
        self.standing().filter(|slot| slot.required).all(Slot::is_signed)
    }

    /// Opens the slots whose turn it is at `at`, and says which. A slot's turn comes when all required ones before it are
    /// signed; nobody waits for an optional one, and it for nobody.
    pub(super) fn open_next(&mut self, cadence: &Cadence, at: Timestamp) -> Vec<SlotId> {
        let unsigned = self.standing().filter(|slot| slot.required && !slot.is_signed());
        let turn = unsigned.map(|slot| slot.order).min();
        let mut opened = Vec::new();
        for slot in &mut self.0 {
            if slot.state == SlotState::WaitingTurn && (!slot.required || turn.is_none_or(|turn| slot.order <= turn)) {
                slot.state = opened_at(cadence, at);
                opened.push(slot.id);
            }
        }
        opened
    }

    /// Puts off every deadline that is running by so many microseconds.
    pub(super) fn put_off(&mut self, micros: i64) {
        let later = |at: &mut Timestamp| *at = Timestamp::from_micros(at.micros().saturating_add(micros));
        for slot in &mut self.0 {
            match &mut slot.state {
                SlotState::Open { deadline, .. } => later(deadline),
                SlotState::Expired { at } => later(at),
                _ => {}
            }
        }
    }

    /// Closes what is still unsigned: the round is over.
    pub(super) fn close(&mut self, at: Timestamp) {
        for slot in &mut self.0 {
            if matches!(
                slot.state,
                SlotState::WaitingTurn | SlotState::Open { .. } | SlotState::Expired { .. }
            ) {
                slot.state = SlotState::Closed { at };
            }
        }
    }

    /// The role of the slot that `actor` signs or signed.
    pub(super) fn role_of(&self, actor: Actor) -> Option<SlotRole> {
        match actor {
            Actor::Signer(id) => self.find(id).map(|slot| slot.role),
            _ => actor.party().map(SlotRole::from),
        }
    }
}

/// An open slot's state from `at` on.
pub(super) fn opened_at(cadence: &Cadence, at: Timestamp) -> SlotState {
    SlotState::Open {
        since: at,
        deadline: at.plus_days(cadence.deadline_days),
        reminders: 0,
        reminded_at: None,
    }
}
