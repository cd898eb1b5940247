//! What people do on a day, by dice.

use agreement::lifecycle::{Agreement, Party, Slot, SlotRole, SlotState, Slots, State, Wish};
use kernel::Chance as _;

use crate::life::{Act, Life, Which};

impl Life {
    /// What happens on a day: several things at once.
    pub(crate) fn today(&self, agreement: &Agreement) -> Vec<Act> {
        let roll = self.dice.below(100);
        let parties = agreement.parties().all();
        let anyone = parties[usize::try_from(self.dice.below(parties.len() as u64)).unwrap()];
        match agreement.state() {
            State::Draft(_) if roll < 3 => vec![Act::Void(Party::Enterprise)],
            State::Draft(_) => vec![Act::HandOver(Party::Enterprise)],
            State::Negotiating(negotiation) => match roll {
                0..3 => vec![Act::Void(Party::Enterprise)],
                3..10 => vec![Act::Edit(negotiation.with)],
                10..15 => vec![Act::Approve(anyone), Act::Edit(negotiation.with)],
                15..20 => vec![Act::HandOver(negotiation.with)],
                _ => parties.iter().copied().map(Act::Approve).collect(),
            },
            State::Ready(_) => match roll {
                0..3 => vec![Act::Void(Party::Enterprise)],
                3..10 => vec![Act::Recall(anyone)],
                10..16 => vec![Act::Send(Party::Enterprise), Act::Recall(anyone)],
                16..30 => vec![Act::Send(Party::Enterprise), Act::Send(anyone)],
                _ => vec![Act::Send(Party::Enterprise)],
            },
            State::Signing(round) if round.proposal.is_some() => self.answers(&round.slots, roll, anyone),
            State::Signing(round) => self.signing(&round.slots, roll, anyone),
            State::Effective(running) if roll < 15 => Self::again(&running.slots),
            _ => Vec::new(),
        }
    }

    fn answers(&self, slots: &Slots, roll: u64, anyone: Party) -> Vec<Act> {
        let agrees = roll < 70;
        let mut acts: Vec<Act> = slots
            .signed()
            .map(|slot| Act::Answer { slot: slot.id, agrees })
            .collect();
        acts.push(match roll {
            0..20 => Act::Object(anyone),
            20..40 => Act::Agree(anyone),
            _ => Act::Recall(anyone),
        });
        acts.extend(self.sign_all(slots, 1));
        acts
    }

    fn again(slots: &Slots) -> Vec<Act> {
        let link = Which::Newest;
        slots.signed().map(|slot| Act::Sign { slot: slot.id, link }).collect()
    }

    fn sign_all(&self, slots: &Slots, at_most: usize) -> Vec<Act> {
        let mut acts = Vec::new();
        for slot in slots.standing().filter(|slot| slot.is_open()).take(at_most) {
            let link = match (slot.role, self.dice.below(10)) {
                (SlotRole::Enterprise | SlotRole::College, 0..5) => Which::Login,
                (_, 9) => Which::Oldest,
                _ => Which::Newest,
            };
            acts.push(Act::Sign { slot: slot.id, link });
            // Two people press at once, or one person twice.
            if self.one_in(3) {
                let link = Which::Newest;
                acts.push(Act::Sign { slot: slot.id, link });
            }
        }
        acts
    }

    fn signing(&self, slots: &Slots, roll: u64, anyone: Party) -> Vec<Act> {
        let waiting: Vec<&Slot> = slots.standing().filter(|slot| !slot.is_signed()).collect();
        let open = waiting.iter().find(|slot| slot.is_open()).map(|slot| slot.id);
        let expired = |slot: &&&Slot| matches!(slot.state, SlotState::Expired { .. });
        if let Some(slot) = waiting.iter().find(expired).map(|slot| slot.id) {
            return match roll {
                0..25 => vec![Act::MoreTime(slot)],
                25..50 => vec![Act::Replace(slot)],
                50..55 => vec![Act::Recall(anyone)],
                _ => Vec::new(),
            };
        }
        let Some(slot) = open else { return Vec::new() };
        if self.slow && roll > 12 {
            return Vec::new();
        }
        let any = waiting[usize::try_from(self.dice.below(waiting.len() as u64)).unwrap()].id;
        let sign = || self.sign_all(slots, 1).into_iter();
        let wish = if self.one_in(4) { Wish::Refuse } else { Wish::Change };
        match roll {
            0..4 => sign().chain([Act::Decline { slot, wish }]).collect(),
            4..8 => vec![Act::Decline { slot, wish }],
            8..14 => sign().chain([Act::Replace(slot)]).collect(),
            14..20 => vec![Act::Replace(any)],
            20..24 => sign().chain([Act::MoreTime(slot)]).collect(),
            24..28 => vec![Act::MoreTime(slot)],
            28..33 => sign().chain([Act::Recall(anyone)]).collect(),
            33..38 => vec![Act::Recall(anyone)],
            38..40 => sign().chain([Act::Void(Party::Enterprise)]).collect(),
            40..44 => vec![Act::LinkAgain(slot)],
            44..47 => vec![Act::NewCode(slot)],
            47..60 => Vec::new(),
            _ => self.sign_all(slots, 3),
        }
    }
}
