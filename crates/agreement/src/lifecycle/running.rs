//! A13 to A15: pauses, completion, termination.

use std::collections::BTreeSet;

use kernel::{Date, Timestamp};

use super::{
    Agreement,
    done::{Done, Effect, Notice},
    grid::Act,
    recall::Settled,
    refusal::{CompleteRefusal, PauseRefusal, TerminateRefusal},
    slot::{Actor, SlotRole},
    state::{Completed, Pause, Paused, Proposal, Proposed, Slots, State, Terminated, Termination},
};

/// Beginning a pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspending {
    /// By whom.
    pub by: Actor,
    /// The pause.
    pub pause: Pause,
    /// When.
    pub at: Timestamp,
}

/// Ending a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resuming {
    /// By whom.
    pub by: Actor,
    /// The first day after it.
    pub on: Date,
    /// When.
    pub at: Timestamp,
}

/// Carrying an agreement through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completing {
    /// By whom.
    pub by: Actor,
    /// Whether the apprentice's record is completed.
    pub record_completed: bool,
    /// The last day.
    pub on: Date,
    /// When.
    pub at: Timestamp,
}

/// Ending an agreement before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminating {
    /// By whom.
    pub by: Actor,
    /// How.
    pub termination: Termination,
    /// When.
    pub at: Timestamp,
}

impl Agreement {
    /// A13: proposes a pause to the other party; alone, or by the operator, it begins at once.
    pub fn suspend(self, suspending: Suspending) -> Result<(Self, Done<Settled>), PauseRefusal> {
        self.permit(Act::Suspend, suspending.by, None)?;
        let mut pause = suspending.pause;
        pause.reason.truncate(pause.reason.trim_end().len());
        if pause.reason.is_empty() {
            return Err(PauseRefusal::NoReason);
        }
        if pause.until.is_some_and(|until| until < pause.from) {
            return Err(PauseRefusal::Dates);
        }
        if self.running().is_some_and(|running| pause.from < running.since) {
            return Err(PauseRefusal::TooEarly);
        }
        self.pause_or_go_on(Act::Suspend, Proposed::Suspend(pause), suspending.by, suspending.at)
    }

    /// A13: the same for going on.
    pub fn resume(self, resuming: Resuming) -> Result<(Self, Done<Settled>), PauseRefusal> {
        self.permit(Act::Resume, resuming.by, None)?;
        if matches!(&self.state, State::Suspended(paused) if resuming.on < paused.pause.from) {
            return Err(PauseRefusal::Dates);
        }
        let on = resuming.on;
        self.pause_or_go_on(Act::Resume, Proposed::Resume { on }, resuming.by, resuming.at)
    }

    fn pause_or_go_on(
        mut self,
        act: Act,
        of: Proposed,
        by: Actor,
        at: Timestamp,
    ) -> Result<(Self, Done<Settled>), PauseRefusal> {
        let steps = vec![self.step(act, by, None)];
        // The operator's word needs nobody's agreement, and puts an end to what was being discussed.
        let Some(party) = by.party().map(SlotRole::from) else {
            self.drop_proposal();
            let nobody = Proposal {
                of,
                by: SlotRole::Enterprise,
                at,
                needs: BTreeSet::new(),
                agreed: BTreeSet::new(),
            };
            return Ok(self.propose(nobody, by, steps, at));
        };
        if self.proposal().is_some() {
            return Err(PauseRefusal::Pending);
        }
        let proposal = Proposal {
            of,
            by: party,
            at,
            needs: self.negotiating_roles(),
            agreed: BTreeSet::from([party]),
        };
        Ok(self.propose(proposal, by, steps, at))
    }

    /// A14: carries the agreement through, when the apprentice's record is completed.
    pub fn complete(mut self, completing: Completing) -> Result<(Self, Done<()>), CompleteRefusal> {
        self.permit(Act::Complete, completing.by, None)?;
        if !completing.record_completed {
            return Err(CompleteRefusal::RecordOpen);
        }
        let steps = vec![self.step(Act::Complete, completing.by, None)];
        let mut effects = vec![Effect::Seal];
        effects.extend(self.tell_all(Notice::Completed, completing.by));
        self.state = match self.state {
            State::Effective(running) if completing.on < running.since => return Err(CompleteRefusal::TooEarly),
            State::Effective(mut running) => {
                running.proposal = None;
                let Completing { on, at, .. } = completing;
                State::Completed(Completed { running, on, at })
            }
            other => other,
        };
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

    /// A15: proposes the end to all who signed and all who negotiate; on a legal ground it ends at once.
    pub fn terminate(mut self, terminating: Terminating) -> Result<(Self, Done<Settled>), TerminateRefusal> {
        self.permit(Act::Terminate, terminating.by, None)?;
        let (by, at, termination) = (terminating.by, terminating.at, terminating.termination);
        if termination.reason.trim().is_empty() {
            return Err(TerminateRefusal::NoReason);
        }
        let consequences = &termination.consequences;
        let settled = [&consequences.stipend, &consequences.hours, &consequences.subsidy];
        if settled.iter().any(|text| text.trim().is_empty()) {
            return Err(TerminateRefusal::Unsettled);
        }
        // Of training that never began the last day is its first.
        if self
            .running()
            .is_some_and(|running| termination.last_day < running.since)
        {
            return Err(TerminateRefusal::TooEarly);
        }
        let steps = vec![self.step(Act::Terminate, by, None)];
        let role = self
            .slots()
            .and_then(|slots| slots.role_of(by))
            .ok_or(super::Barred::NoVoice)?;
        if !termination.ground.is_for(role) {
            return Err(TerminateRefusal::NotYourGround);
        }
        let mut needs = BTreeSet::new();
        if termination.ground.is_unilateral() {
            self.drop_proposal();
        } else if self.proposal().is_some() {
            return Err(TerminateRefusal::Pending);
        } else {
            needs = self.negotiating_roles();
            needs.extend(self.slots().into_iter().flat_map(Slots::signed).map(|slot| slot.role));
        }
        let proposal = Proposal {
            of: Proposed::Terminate(termination),
            by: role,
            at,
            needs,
            agreed: BTreeSet::from([role]),
        };
        Ok(self.propose(proposal, by, steps, at))
    }

    fn negotiating_roles(&self) -> BTreeSet<SlotRole> {
        self.parties.all().iter().copied().map(SlotRole::from).collect()
    }

    fn drop_proposal(&mut self) {
        match &mut self.state {
            State::Effective(running) => running.proposal = None,
            State::Suspended(paused) => paused.running.proposal = None,
            _ => {}
        }
    }

    pub(super) fn begin_pause(&mut self, pause: Pause) -> Vec<Effect> {
        if let State::Effective(running) = &self.state {
            let running = running.clone();
            self.state = State::Suspended(Paused { running, pause });
        }
        let mut effects = vec![Effect::PauseRecord];
        effects.extend(self.tell_all(Notice::Suspended, Actor::System));
        effects
    }

    pub(super) fn end_pause(&mut self) -> Vec<Effect> {
        if let State::Suspended(paused) = &self.state {
            self.state = State::Effective(paused.running.clone());
        }
        let mut effects = vec![Effect::ResumeRecord];
        effects.extend(self.tell_all(Notice::Resumed, Actor::System));
        effects
    }

    pub(super) fn end(&mut self, termination: Termination, at: Timestamp) -> Vec<Effect> {
        self.drop_proposal();
        if let Some(running) = self.running().cloned() {
            self.state = State::Terminated(Terminated {
                running,
                termination,
                at,
            });
        }
        let mut effects = vec![Effect::Seal, Effect::EndRecord];
        effects.extend(self.tell_all(Notice::Terminated, Actor::System));
        effects
    }
}
