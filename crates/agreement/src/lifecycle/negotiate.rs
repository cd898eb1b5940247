//! A2 to A5: the ball, edits, approvals, and sending.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Chance, Date, SlotId, Timestamp};

use super::{
    Agreement, Party,
    done::{Done, Effect, Notice},
    grid::Act,
    refusal::{ApproveRefusal, EditRefusal, HandOverRefusal, SendRefusal},
    slot::{Actor, Cadence, Slot, SlotPlan, SlotRole, SlotState},
    state::{Frozen, Negotiation, Ready, Round, Slots, State},
};
use crate::evidence::ContentHash;

/// An edit of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Editing {
    /// Whose.
    pub by: Actor,
    /// The version that was edited.
    pub version: u32,
    /// Whether it changes what is agreed.
    pub material: bool,
}

/// What an edit brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edited {
    /// The version now.
    pub content_version: u32,
    /// Whether approvals are gone.
    pub cleared_approvals: bool,
}

/// What is known of a version when somebody approves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadyFacts {
    /// Findings that block at the stages of draft or signing.
    pub open_blocks: u32,
    /// Warnings without a reason.
    pub warnings_without_reason: u32,
    /// Whether everything that this party has to fill in is.
    pub complete: bool,
}

/// One party's approval. What is to be frozen is given each time; it is kept only with the last approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Whose.
    pub by: Actor,
    /// The version that was looked at.
    pub version: u32,
    /// What is known of it.
    pub facts: ReadyFacts,
    /// The hash of the content as it would be frozen.
    pub hash: ContentHash,
    /// The dated set of rules.
    pub rule_set: String,
    /// The day from which it is to hold.
    pub effective_on: Date,
    /// When.
    pub at: Timestamp,
}

/// What an approval brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approved {
    /// The other party has yet to approve.
    WaitingFor(Party),
    /// All approved: the version is frozen, and the content given with this approval is the one to keep.
    Frozen {
        /// Its hash.
        hash: ContentHash,
    },
}

/// Sending an agreement to those who sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// By whom.
    pub by: Actor,
    /// Who signs.
    pub slots: Vec<SlotPlan>,
    /// How long it may take.
    pub cadence: Cadence,
    /// When.
    pub at: Timestamp,
}

impl Agreement {
    /// A2: passes the ball to the other party. A party alone keeps it, and moves on from the draft.
    pub fn hand_over(mut self, by: Actor) -> Result<(Self, Done<Party>), HandOverRefusal> {
        self.permit(Act::HandOver, by, None)?;
        let steps = vec![self.step(Act::HandOver, by, None)];
        let other = self.with().and_then(|with| self.parties.other(with));
        let (with, approvals) = match (&self.state, other) {
            (State::Negotiating(_), None) => return Err(HandOverRefusal::Alone),
            (State::Negotiating(negotiation), Some(other)) => (other, negotiation.approvals.clone()),
            (_, other) => (other.unwrap_or(self.owner), BTreeMap::new()),
        };
        let effects = self.tell_other(by, Notice::WithYou);
        self.state = State::Negotiating(Negotiation { with, approvals });
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome: with,
            },
        ))
    }

    /// A3: notes an edit. A material one makes a new version and clears the approvals.
    pub fn edit(mut self, editing: Editing) -> Result<(Self, Done<Edited>), EditRefusal> {
        self.permit(Act::Edit, editing.by, None)?;
        if editing.version != self.content_version {
            return Err(EditRefusal::Stale {
                current: self.content_version,
            });
        }
        let mut effects = Vec::new();
        let mut cleared_approvals = false;
        if let (State::Negotiating(negotiation), true) = (&mut self.state, editing.material) {
            cleared_approvals = !negotiation.approvals.is_empty();
            negotiation.approvals.clear();
            self.content_version += 1;
            if cleared_approvals {
                effects = self.tell_other(editing.by, Notice::Changed);
            }
        }
        let outcome = Edited {
            content_version: self.content_version,
            cleared_approvals,
        };
        let steps = vec![self.step(Act::Edit, editing.by, None)];
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        ))
    }

    /// A4: approves the present version. Who approves with the ball passes it on; the last approval freezes the version.
    pub fn approve(mut self, approval: Approval) -> Result<(Self, Done<Approved>), ApproveRefusal> {
        self.permit(Act::Approve, approval.by, None)?;
        let version = self.content_version;
        let (State::Negotiating(negotiation), Some(party)) = (&mut self.state, approval.by.party()) else {
            // The table lets only parties approve, and only here.
            return Err(super::Barred::NotAParty.into());
        };
        if approval.version != version {
            return Err(ApproveRefusal::Stale { current: version });
        }
        if let Some(at) = negotiation.approvals.get(&party) {
            return Err(ApproveRefusal::Approved { at: *at });
        }
        let ReadyFacts {
            open_blocks,
            warnings_without_reason,
            complete,
        } = approval.facts;
        if !complete {
            return Err(ApproveRefusal::Incomplete);
        }
        if open_blocks > 0 {
            return Err(ApproveRefusal::Blocked { findings: open_blocks });
        }
        if warnings_without_reason > 0 {
            return Err(ApproveRefusal::Unexplained {
                warnings: warnings_without_reason,
            });
        }
        negotiation.approvals.insert(party, approval.at);
        let waiting = self
            .parties
            .all()
            .iter()
            .find(|party| !negotiation.approvals.contains_key(party))
            .copied();
        let (effects, outcome) = if let Some(other) = waiting {
            if negotiation.with == party {
                negotiation.with = other;
            }
            (
                self.tell_other(approval.by, Notice::Approved),
                Approved::WaitingFor(other),
            )
        } else {
            let frozen = Frozen {
                version,
                hash: approval.hash,
                rule_set: approval.rule_set,
                effective_on: approval.effective_on,
                at: approval.at,
            };
            self.state = State::Ready(Ready { frozen });
            (
                self.tell_other(approval.by, Notice::Ready),
                Approved::Frozen { hash: approval.hash },
            )
        };
        let steps = vec![self.step(Act::Approve, approval.by, None)];
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        ))
    }

    /// A5: opens the first slots. The answer names them.
    pub fn send(mut self, sending: Sending, chance: &dyn Chance) -> Result<(Self, Done<Vec<SlotId>>), SendRefusal> {
        self.permit(Act::Send, sending.by, None)?;
        let State::Ready(Ready { frozen }) = &self.state else {
            return Err(super::Barred::Stage {
                act: Act::Send,
                now: self.stage(),
            }
            .into());
        };
        self.check(&sending.slots)?;
        let mut slots: Vec<Slot> = sending
            .slots
            .into_iter()
            .filter_map(|plan| {
                Some(Slot {
                    id: SlotId::new(sending.at, chance),
                    role: plan.role,
                    name: plan.name.trim().to_owned(),
                    channel: plan.channel?,
                    language: plan.language,
                    order: plan.order,
                    required: plan.required,
                    extensions: 0,
                    state: SlotState::WaitingTurn,
                })
            })
            .collect();
        slots.sort_by_key(|slot| (slot.order, slot.role));
        let mut slots = Slots(slots);
        let opened = slots.open_next(&sending.cadence, sending.at);
        self.state = State::Signing(Round {
            frozen: frozen.clone(),
            slots,
            cadence: sending.cadence,
            sent_at: sending.at,
            proposal: None,
        });
        let done = Done {
            steps: vec![self.step(Act::Send, sending.by, None)],
            effects: opened.iter().copied().map(Effect::AskToSign).collect(),
            outcome: opened,
        };
        Ok((self, done))
    }

    fn check(&self, plans: &[SlotPlan]) -> Result<(), SendRefusal> {
        let required = |role: SlotRole| plans.iter().any(|plan| plan.role == role && plan.required);
        if let Some(role) = self.kind.signatories().iter().find(|role| !required(**role)) {
            return Err(SendRefusal::Missing { role: *role });
        }
        let mut seen = BTreeSet::new();
        if let Some(plan) = plans.iter().find(|plan| !seen.insert(plan.role)) {
            return Err(SendRefusal::Twice { role: plan.role });
        }
        if seen.contains(&SlotRole::College) && !self.parties.has(Party::College) {
            return Err(SendRefusal::NoCollege);
        }
        if let Some(plan) = plans.iter().find(|plan| plan.name.trim().is_empty()) {
            return Err(SendRefusal::Nameless { role: plan.role });
        }
        let lost: Vec<SlotRole> = plans
            .iter()
            .filter(|plan| plan.channel.is_none())
            .map(|plan| plan.role)
            .collect();
        if lost.is_empty() {
            Ok(())
        } else {
            Err(SendRefusal::Unreachable { roles: lost })
        }
    }
}
