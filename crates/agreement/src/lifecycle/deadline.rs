//! A5 and A9: reminders, deadlines, extensions.

use kernel::{SlotId, Timestamp};

use super::{
    Agreement,
    done::{Done, Effect, Notice},
    grid::Act,
    recall::not_signing,
    refusal::{Barred, DueRefusal, ExtendRefusal},
    slot::{Actor, Cadence, Slot, SlotState},
    state::{RoundEnd, State, VoidReason},
};

/// Giving a slot more time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extending {
    /// By whom.
    pub by: Actor,
    /// The slot.
    pub slot: SlotId,
    /// When.
    pub at: Timestamp,
}

/// Something that a job has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Remind the signatory.
    Remind(SlotId),
    /// Let the slot, or the agreement, expire.
    Expire(SlotId),
}

/// When the next reminder of an open slot is due, when there is one more before its deadline.
fn reminder_at(slot: &Slot, cadence: &Cadence) -> Option<Timestamp> {
    match slot.state {
        SlotState::Open {
            since,
            deadline,
            reminders,
            reminded_at,
        } if reminders < cadence.reminders => {
            let at = reminded_at.unwrap_or(since).plus_days(cadence.reminder_days);
            (at < deadline).then_some(at)
        }
        _ => None,
    }
}

/// When a slot expires; or, once it expired and nobody extended it, when the agreement lapses by it.
fn expiry_at(slot: &Slot, cadence: &Cadence) -> Option<Timestamp> {
    match slot.state {
        SlotState::Open { deadline, .. } => Some(deadline),
        SlotState::Expired { at } if slot.required => Some(at.plus_days(cadence.deadline_days)),
        _ => None,
    }
}

impl Agreement {
    /// What is due at `now`.
    pub fn due(&self, now: Timestamp) -> Vec<Due> {
        let State::Signing(round) = &self.state else {
            return Vec::new();
        };
        // While a recall waits for its answers nobody can sign, so no deadline passes.
        if round.proposal.is_some() {
            return Vec::new();
        }
        let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let due = |slot: &Slot| {
            if is_due(expiry_at(slot, &round.cadence)) {
                Some(Due::Expire(slot.id))
            } else if is_due(reminder_at(slot, &round.cadence)) {
                Some(Due::Remind(slot.id))
            } else {
                None
            }
        };
        round.slots.standing().filter_map(due).collect()
    }

    /// When something is due next, if nothing happens before.
    pub fn next_due(&self) -> Option<Timestamp> {
        let State::Signing(round) = &self.state else {
            return None;
        };
        // Nobody is reminded of what cannot be signed while it may be taken back, and no deadline passes meanwhile.
        if round.proposal.is_some() {
            return None;
        }
        let of = |slot: &Slot| [reminder_at(slot, &round.cadence), expiry_at(slot, &round.cadence)];
        round.slots.standing().flat_map(of).flatten().min()
    }

    /// A5: notes that a signatory is reminded, and only one who still has to answer.
    pub fn remind(mut self, by: Actor, slot: SlotId, at: Timestamp) -> Result<(Self, Done<()>), DueRefusal> {
        self.permit(Act::Remind, by, Some(slot))?;
        let steps = vec![self.step(Act::Remind, by, Some(slot))];
        let now = self.stage();
        let State::Signing(round) = &mut self.state else {
            return Err(not_signing(Act::Remind, now).into());
        };
        let cadence = round.cadence;
        let recalling = round.proposal.is_some();
        let found = round.slots.find_mut(slot).ok_or(Barred::NoSuchSlot)?;
        let due = reminder_at(found, &cadence).filter(|_| !recalling);
        let SlotState::Open {
            deadline,
            reminders,
            reminded_at,
            ..
        } = &mut found.state
        else {
            return Err(DueRefusal::NotOpen);
        };
        if due.is_none_or(|due| at < due) || at >= *deadline {
            return Err(DueRefusal::NotDue);
        }
        *reminders += 1;
        *reminded_at = Some(at);
        let effects = vec![Effect::Remind(slot)];
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

    /// A9: lets a slot expire whose deadline passed. One that was extended as often as it can be, or that nobody extended
    /// for as long again, takes the whole agreement with it; the answer says whether.
    pub fn expire(mut self, by: Actor, slot: SlotId, at: Timestamp) -> Result<(Self, Done<bool>), DueRefusal> {
        self.permit(Act::Expire, by, Some(slot))?;
        let steps = vec![self.step(Act::Expire, by, Some(slot))];
        let now = self.stage();
        let State::Signing(round) = &mut self.state else {
            return Err(not_signing(Act::Expire, now).into());
        };
        let cadence = round.cadence;
        let recalling = round.proposal.is_some();
        let found = round.slots.find_mut(slot).ok_or(Barred::NoSuchSlot)?;
        match expiry_at(found, &cadence) {
            None => return Err(DueRefusal::NotOpen),
            Some(due) if recalling || at < due => return Err(DueRefusal::NotDue),
            Some(_) => {}
        }
        let role = found.role;
        let lapses = found.required && (!found.is_open() || found.extensions >= cadence.extensions);
        found.state = SlotState::Expired { at };
        let mut effects = Vec::new();
        if lapses {
            effects.extend(self.unanswered().into_iter().map(Effect::RevokeLink));
            effects.extend(self.tell_all(Notice::Voided, by));
            effects.push(Effect::ReleaseSeats);
            self.end_void(VoidReason::Lapsed { slot }, RoundEnd::Lapsed, at);
        } else {
            effects.extend(self.tell_other(by, Notice::Expired(role)));
        }
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome: lapses,
            },
        ))
    }

    /// A9: gives a slot more time, and asks its signatory again. The answer is the new deadline.
    pub fn extend(mut self, extending: Extending) -> Result<(Self, Done<Timestamp>), ExtendRefusal> {
        let Extending { by, slot, at } = extending;
        self.permit(Act::Extend, by, Some(slot))?;
        let steps = vec![self.step(Act::Extend, by, Some(slot))];
        let now = self.stage();
        let State::Signing(round) = &mut self.state else {
            return Err(not_signing(Act::Extend, now).into());
        };
        let cadence = round.cadence;
        let found = round.slots.find_mut(slot).ok_or(Barred::NoSuchSlot)?;
        let (reminders, before) = match found.state {
            SlotState::Open {
                reminders, deadline, ..
            } => (reminders, Some(deadline)),
            SlotState::Expired { .. } => (0, None),
            _ => return Err(ExtendRefusal::NotOpen),
        };
        if found.extensions >= cadence.extensions {
            return Err(ExtendRefusal::ExtensionsUsed);
        }
        let fresh = at.plus_days(cadence.deadline_days);
        let deadline = before.map_or(fresh, |before| before.max(fresh));
        found.extensions += 1;
        found.state = SlotState::Open {
            since: at,
            deadline,
            reminders,
            reminded_at: None,
        };
        let effects = vec![Effect::AskToSign(slot)];
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome: deadline,
            },
        ))
    }
}
