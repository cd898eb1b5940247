//! A10 and A16, and answers to proposals: a round taken back, an agreement given up.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{SlotId, Timestamp};

use super::{
    Agreement,
    done::{Done, Effect, Notice, Told},
    grid::{Act, Stage},
    refusal::{AnswerRefusal, Barred, RecallRefusal, VoidRefusal},
    slot::{Actor, Slot, SlotRole},
    state::{Negotiation, PastRound, Proposal, Proposed, RoundEnd, Slots, State, VoidReason, Voided},
};

/// Taking back what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalling {
    /// By whom.
    pub by: Actor,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Giving an agreement up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voiding {
    /// By whom.
    pub by: Actor,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What became of something that others may have to agree to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It is done.
    Done,
    /// It waits for these to agree.
    WaitingFor(Vec<SlotRole>),
}

/// For the branches that the table has closed already.
pub(super) const fn not_signing(act: Act, now: Stage) -> Barred {
    Barred::Stage { act, now }
}

impl Agreement {
    /// A10: takes a round back. Once somebody signed, all who did have to agree; until they have, nobody signs.
    pub fn recall(self, recalling: Recalling) -> Result<(Self, Done<Settled>), RecallRefusal> {
        let Recalling { by: actor, reason, at } = recalling;
        self.permit(Act::Recall, actor, None)?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(RecallRefusal::NoReason);
        }
        if self.proposal().is_some() {
            return Err(RecallRefusal::Pending);
        }
        let by = actor.party().map(SlotRole::from).ok_or(Barred::NotAParty)?;
        let steps = vec![self.step(Act::Recall, actor, None)];
        let needs: BTreeSet<SlotRole> = self
            .slots()
            .into_iter()
            .flat_map(Slots::signed)
            .map(|slot| slot.role)
            .collect();
        let proposal = Proposal {
            of: Proposed::Recall { reason },
            by,
            at,
            needs,
            agreed: BTreeSet::from([by]),
        };
        Ok(self.propose(proposal, actor, steps, at))
    }

    /// Carries a proposal out when nobody has to agree any more, or keeps it and tells the others.
    pub(super) fn propose(
        mut self,
        proposal: Proposal,
        by: Actor,
        steps: Vec<super::Step>,
        at: Timestamp,
    ) -> (Self, Done<Settled>) {
        if proposal.is_agreed() {
            let effects = self.carry_out(proposal.of, at);
            let outcome = Settled::Done;
            return (
                self,
                Done {
                    steps,
                    effects,
                    outcome,
                },
            );
        }
        let waiting: Vec<SlotRole> = proposal.waiting_for().collect();
        self.set_proposal(Some(proposal));
        let effects = self.tell_all(Notice::Proposed, by);
        let outcome = Settled::WaitingFor(waiting);
        (
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        )
    }

    /// A10, A13, A15: agrees to what was proposed.
    pub fn agree(mut self, by: Actor, at: Timestamp) -> Result<(Self, Done<Settled>), AnswerRefusal> {
        self.permit(Act::Agree, by, None)?;
        let mut proposal = self.proposal().cloned().ok_or(AnswerRefusal::NothingProposed)?;
        let role = self
            .slots()
            .and_then(|slots| slots.role_of(by))
            .ok_or(AnswerRefusal::NotAsked)?;
        if proposal.agreed.contains(&role) {
            return Err(AnswerRefusal::Agreed);
        }
        if !proposal.needs.contains(&role) {
            return Err(AnswerRefusal::NotAsked);
        }
        let steps = vec![self.step(Act::Agree, by, None)];
        proposal.agreed.insert(role);
        if proposal.is_agreed() {
            self.set_proposal(None);
            let effects = self.carry_out(proposal.of, at);
            let outcome = Settled::Done;
            return Ok((
                self,
                Done {
                    steps,
                    effects,
                    outcome,
                },
            ));
        }
        let outcome = Settled::WaitingFor(proposal.waiting_for().collect());
        let effects = self.tell_of_answer(&proposal, role, by);
        self.set_proposal(Some(proposal));
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        ))
    }

    /// Tells the parties, and whoever proposed it, that one more has agreed. What is taken back while it is being signed
    /// waits for few, and is told at once when they have answered.
    fn tell_of_answer(&self, proposal: &Proposal, role: SlotRole, by: Actor) -> Vec<Effect> {
        if matches!(proposal.of, Proposed::Recall { .. }) {
            return Vec::new();
        }
        let proposer = |told: Told| match told {
            Told::Party(_) => true,
            Told::Slot(slot) => {
                let slot = self.slots().and_then(|slots| slots.find(slot));
                slot.is_some_and(|slot| slot.role == proposal.by && slot.role.is_the_party())
            }
        };
        let all = self.tell_all(Notice::Agreed(role), by).into_iter();
        all.filter(|effect| matches!(effect, Effect::Tell(told, _) if proposer(*told)))
            .collect()
    }

    /// A10, A13, A15: objects to what was proposed, or takes the own proposal back. It is off then, and who could not sign
    /// for so long has so much longer.
    pub fn object(mut self, by: Actor, at: Timestamp) -> Result<(Self, Done<()>), AnswerRefusal> {
        self.permit(Act::Object, by, None)?;
        let proposal = self.proposal().ok_or(AnswerRefusal::NothingProposed)?;
        let role = self
            .slots()
            .and_then(|slots| slots.role_of(by))
            .ok_or(AnswerRefusal::NotAsked)?;
        if role != proposal.by && !proposal.needs.contains(&role) {
            return Err(AnswerRefusal::NotAsked);
        }
        let steps = vec![self.step(Act::Object, by, None)];
        let held = at.micros().saturating_sub(proposal.at.micros()).max(0);
        self.set_proposal(None);
        if let State::Signing(round) = &mut self.state {
            round.slots.put_off(held);
        }
        let effects = self.tell_all(Notice::Objected, by);
        let outcome = ();
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        ))
    }

    /// A16: gives the agreement up before it takes effect.
    pub fn void(mut self, voiding: Voiding) -> Result<(Self, Done<()>), VoidRefusal> {
        let Voiding { by, reason, at } = voiding;
        self.permit(Act::Void, by, None)?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(VoidRefusal::NoReason);
        }
        let steps = vec![self.step(Act::Void, by, None)];
        let mut effects: Vec<Effect> = self.unanswered().into_iter().map(Effect::RevokeLink).collect();
        // Of a draft that was never handed over nobody else knows.
        let known = !matches!(self.state, State::Draft(_));
        effects.extend(if known {
            self.tell_all(Notice::Voided, by)
        } else {
            // An operator's word goes to whoever wrote it.
            let owner = Actor::from(self.owner);
            (by != owner)
                .then_some(Effect::Tell(Told::Party(self.owner), Notice::Voided))
                .into_iter()
                .collect()
        });
        effects.push(Effect::ReleaseSeats);
        self.end_void(VoidReason::Withdrawn { reason }, RoundEnd::Voided, at);
        let outcome = ();
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        ))
    }

    fn set_proposal(&mut self, proposal: Option<Proposal>) {
        match &mut self.state {
            State::Signing(round) => round.proposal = proposal,
            State::Effective(running) => running.proposal = proposal,
            State::Suspended(paused) => paused.running.proposal = proposal,
            _ => {}
        }
    }

    fn carry_out(&mut self, proposed: Proposed, at: Timestamp) -> Vec<Effect> {
        match proposed {
            Proposed::Recall { .. } => {
                let mut effects: Vec<Effect> = self.unanswered().into_iter().map(Effect::RevokeLink).collect();
                effects.extend(self.tell_all(Notice::Recalled, Actor::System));
                self.back_to_negotiation(RoundEnd::Recalled, at);
                effects
            }
            Proposed::Suspend(pause) => self.begin_pause(pause),
            Proposed::Resume { .. } => self.end_pause(),
            Proposed::Terminate(termination) => self.end(termination, at),
        }
    }

    /// The slots whose links stop working when the round ends.
    pub(super) fn unanswered(&self) -> Vec<SlotId> {
        let slots = self.slots().into_iter().flat_map(Slots::standing);
        slots
            .filter(|slot| !slot.is_signed() && slot.state.code() != "declined")
            .map(|slot: &Slot| slot.id)
            .collect()
    }

    /// Puts the round away, and negotiates a new version. The owner has the ball.
    pub(super) fn back_to_negotiation(&mut self, end: RoundEnd, at: Timestamp) {
        let negotiation = State::Negotiating(Negotiation {
            with: self.owner,
            approvals: BTreeMap::new(),
        });
        let before = std::mem::replace(&mut self.state, negotiation);
        self.put_away(before, end, at);
        self.content_version += 1;
    }

    pub(super) fn end_void(&mut self, reason: VoidReason, end: RoundEnd, at: Timestamp) {
        let from = self.stage();
        let before = std::mem::replace(&mut self.state, State::Voided(Voided { from, reason, at }));
        self.put_away(before, end, at);
    }

    fn put_away(&mut self, state: State, end: RoundEnd, at: Timestamp) {
        if let State::Signing(mut round) = state {
            round.slots.close(at);
            self.past.push(PastRound {
                frozen: round.frozen,
                slots: round.slots,
                end,
                at,
            });
        }
    }
}
