//! What has to follow from a chain of events, worked out from the events alone and from nothing that the product decides
//! by: where the agreement stands, what became of every slot, and who was told what. Of the agreement it takes only what
//! never changes: who signs as what in which order, and where they are reached.

use std::collections::{BTreeMap, BTreeSet};

use agreement::{
    evidence::Event,
    lifecycle::{Agreement, Channel, SlotRole, SlotState, Slots},
};
use kernel::SlotId;

/// The letters that tell of an agreement until it holds. Of what follows then other letters tell.
pub(crate) const LETTERS: [&str; 15] = [
    "agreement_approved",
    "agreement_changed",
    "agreement_ready",
    "agreement_recalled",
    "agreement_voided",
    "agreement_with_you",
    "all_signed",
    "please_sign",
    "recall_asked",
    "recall_dropped",
    "sign_declined",
    "sign_expired",
    "sign_moved",
    "sign_reminder",
    "signed_by",
];

/// A letter: to whom, and which.
pub(crate) type Told = (String, &'static str);

/// What has to follow.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) stage: &'static str,
    /// What became of every slot of every round.
    pub(crate) slots: BTreeMap<(u32, SlotId), &'static str>,
    /// Every letter, and how often.
    pub(crate) letters: BTreeMap<Told, u64>,
    pub(crate) frozen: BTreeSet<u32>,
    pub(crate) seals: u64,
    /// What the oracle does not understand.
    pub(crate) riddles: Vec<String>,
}

struct Seat {
    id: SlotId,
    role: SlotRole,
    order: u8,
    required: bool,
    address: Option<String>,
    extensions: u8,
    state: &'static str,
}

/// What never changes of a slot, and which slot took its place.
struct Place {
    version: u32,
    seat: Seat,
    successor: Option<SlotId>,
}

struct Recall {
    needs: BTreeSet<&'static str>,
    agreed: BTreeSet<&'static str>,
}

pub(crate) struct Oracle<'a> {
    /// Where the officers of enterprise and college read.
    parties: BTreeMap<&'static str, &'a str>,
    places: BTreeMap<SlotId, Place>,
    round: Vec<Seat>,
    version: u32,
    approvals: BTreeSet<String>,
    recall: Option<Recall>,
    out: Expected,
}

const EXTENSIONS: u8 = 2;

fn side(role: SlotRole) -> &'static str {
    role.code()
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(agreement: &Agreement, enterprise: &'a str, college: Option<&'a str>) -> Self {
        let mut places = BTreeMap::new();
        let mut add = |version: u32, slots: &Slots| {
            for slot in slots.all() {
                let address = match &slot.channel {
                    Channel::Email { address } => Some(address.as_str().to_owned()),
                    Channel::Code => None,
                };
                let seat = Seat {
                    id: slot.id,
                    role: slot.role,
                    order: slot.order,
                    required: slot.required,
                    address,
                    extensions: 0,
                    state: "waiting_turn",
                };
                let successor = match slot.state {
                    SlotState::Replaced { by, .. } => Some(by),
                    _ => None,
                };
                let place = Place {
                    version,
                    seat,
                    successor,
                };
                places.insert(slot.id, place);
            }
        };
        for past in agreement.past_rounds() {
            add(past.frozen.version, &past.slots);
        }
        if let Some((frozen, slots)) = agreement.frozen().zip(agreement.slots()) {
            add(frozen.version, slots);
        }
        let mut parties = BTreeMap::from([("enterprise", enterprise)]);
        parties.extend(college.map(|college| ("college", college)));
        Self {
            parties,
            places,
            round: Vec::new(),
            version: 1,
            approvals: BTreeSet::new(),
            recall: None,
            out: Expected::default(),
        }
    }

    pub(crate) fn tell(mut self, events: &[Event]) -> Expected {
        for event in events {
            self.hear(event);
        }
        self.put_away();
        self.out
    }

    fn riddle(&mut self, event: &Event, why: &str) {
        self.out
            .riddles
            .push(format!("event {} {}: {why}", event.seq, event.act));
    }

    fn write(&mut self, to: &str, letter: &'static str) {
        *self.out.letters.entry((to.to_owned(), letter)).or_default() += 1;
    }

    fn write_to_seat(&mut self, at: usize, letter: &'static str) {
        if let Some(address) = self.round[at].address.clone() {
            self.write(&address, letter);
        }
    }

    /// The parties but for the one that acts.
    fn write_to_parties(&mut self, but: &str, letter: &'static str) {
        let others: Vec<&str> = self
            .parties
            .iter()
            .filter(|(party, _)| **party != but)
            .map(|(_, address)| *address)
            .collect();
        for address in others {
            self.write(address, letter);
        }
    }

    /// Everybody who was asked to sign, but for one.
    fn write_to_asked(&mut self, but: Option<SlotId>, letter: &'static str) {
        for at in 0..self.round.len() {
            let seat = &self.round[at];
            if !matches!(seat.state, "waiting_turn" | "closed" | "replaced") && Some(seat.id) != but {
                self.write_to_seat(at, letter);
            }
        }
    }

    fn put_away(&mut self) {
        for seat in self.round.drain(..) {
            let version = self.places[&seat.id].version;
            self.out.slots.insert((version, seat.id), seat.state);
        }
    }

    /// The round is over: what is not answered is closed.
    fn close(&mut self) {
        for seat in &mut self.round {
            if matches!(seat.state, "waiting_turn" | "open" | "expired") {
                seat.state = "closed";
            }
        }
        self.recall = None;
    }

    fn negotiate_again(&mut self) {
        self.close();
        self.put_away();
        self.approvals.clear();
        self.version += 1;
        self.out.stage = "negotiating";
    }

    fn open_next(&mut self) -> Vec<usize> {
        let waits = |seat: &&Seat| seat.required && !matches!(seat.state, "signed" | "replaced");
        let turn = self.round.iter().filter(waits).map(|seat| seat.order).min();
        let mut opened = Vec::new();
        for (at, seat) in self.round.iter_mut().enumerate() {
            let comes = !seat.required || turn.is_none_or(|turn| seat.order <= turn);
            if seat.state == "waiting_turn" && comes {
                seat.state = "open";
                opened.push(at);
            }
        }
        opened
    }

    fn seat_of(&self, event: &Event) -> Option<usize> {
        let id = event.slot?;
        self.round.iter().position(|seat| seat.id == id)
    }

    fn who(&self, event: &Event) -> Option<&'static str> {
        match event.actor.as_str() {
            "enterprise" => Some("enterprise"),
            "college" => Some("college"),
            "signer" => self.seat_of(event).map(|at| side(self.round[at].role)),
            _ => None,
        }
    }

    fn hear(&mut self, event: &Event) {
        let actor = event.actor.clone();
        let version = event.content_version;
        let edited = event.act == "edit" && version == self.version + 1;
        if version != self.version && !edited {
            self.riddle(event, "of another version");
        }
        match event.act.as_str() {
            "create" => self.out.stage = "draft",
            "hand_over" => {
                self.out.stage = "negotiating";
                self.write_to_parties(&actor, "agreement_with_you");
            }
            "edit" if edited => {
                self.version = version;
                if !self.approvals.is_empty() {
                    self.approvals.clear();
                    self.write_to_parties(&actor, "agreement_changed");
                }
            }
            "check_apprentice" | "give_reason" | "new_code" | "edit" => {}
            "approve" => self.approve(event),
            "send" => self.send(),
            "sign" | "decline" | "replace" | "remind" | "expire" | "extend" => match self.seat_of(event) {
                Some(at) => self.of_seat(event, at),
                None => self.riddle(event, "of no slot of this round"),
            },
            "take_effect" => {
                self.write_to_parties("nobody", "all_signed");
                self.write_to_asked(None, "all_signed");
                self.close();
                self.out.seals += 1;
                self.out.stage = "effective";
            }
            "recall" => self.recall(event),
            "agree" => match (self.who(event), &mut self.recall) {
                (Some(who), Some(recall)) => {
                    recall.agreed.insert(who);
                    self.recall_if_agreed();
                }
                _ => self.riddle(event, "by nobody, or to nothing"),
            },
            "object" => {
                self.recall = None;
                self.write_to_parties(&actor, "recall_dropped");
                self.write_to_asked(event.slot, "recall_dropped");
            }
            "void" => {
                if self.out.stage != "draft" {
                    self.write_to_parties(&actor, "agreement_voided");
                    self.write_to_asked(None, "agreement_voided");
                }
                self.close();
                self.out.stage = "voided";
            }
            _ => self.riddle(event, "unheard of"),
        }
    }

    fn approve(&mut self, event: &Event) {
        self.approvals.insert(event.actor.clone());
        if self.approvals.len() < self.parties.len() {
            self.write_to_parties(&event.actor, "agreement_approved");
        } else {
            self.out.frozen.insert(self.version);
            self.out.stage = "ready";
            self.write_to_parties(&event.actor, "agreement_ready");
        }
    }

    fn send(&mut self) {
        self.out.stage = "signing";
        let successors: BTreeSet<SlotId> = self.places.values().filter_map(|place| place.successor).collect();
        let version = self.version;
        self.round = self
            .places
            .values()
            .filter(|place| place.version == version && !successors.contains(&place.seat.id))
            .map(|place| Seat {
                address: place.seat.address.clone(),
                ..place.seat
            })
            .collect();
        for at in self.open_next() {
            self.write_to_seat(at, "please_sign");
        }
    }

    fn of_seat(&mut self, event: &Event, at: usize) {
        let (id, state) = (self.round[at].id, self.round[at].state);
        match (event.act.as_str(), state) {
            ("sign", "open") => {
                self.round[at].state = "signed";
                let standing = self.round.iter().filter(|seat| seat.state != "replaced");
                let mut required = standing.filter(|seat| seat.required);
                // The last signature is told of by the event that follows it.
                if required.any(|seat| seat.state != "signed") {
                    for opened in self.open_next() {
                        self.write_to_seat(opened, "please_sign");
                    }
                    self.write_to_parties("nobody", "signed_by");
                }
            }
            ("decline", "open") => {
                self.round[at].state = "declined";
                self.write_to_parties("nobody", "sign_declined");
                self.write_to_asked(Some(id), "sign_declined");
                self.negotiate_again();
            }
            ("replace", "open" | "expired" | "waiting_turn") => self.replace(event, at, state),
            ("remind", "open") => self.write_to_seat(at, "sign_reminder"),
            ("extend", "open" | "expired") => {
                self.round[at].state = "open";
                self.round[at].extensions += 1;
                self.write_to_seat(at, "please_sign");
            }
            ("expire", "open" | "expired") => {
                let seat = &mut self.round[at];
                seat.state = "expired";
                if seat.required && (state == "expired" || seat.extensions >= EXTENSIONS) {
                    self.write_to_parties("nobody", "agreement_voided");
                    self.write_to_asked(None, "agreement_voided");
                    self.close();
                    self.out.stage = "voided";
                } else {
                    self.write_to_parties("nobody", "sign_expired");
                }
            }
            _ => self.riddle(event, &format!("of a slot that is {state}")),
        }
    }

    fn replace(&mut self, event: &Event, at: usize, state: &'static str) {
        let successor = self.places[&self.round[at].id].successor;
        let Some(place) = successor.and_then(|id| self.places.get(&id)) else {
            self.riddle(event, "by nobody");
            return;
        };
        let expired = u8::from(state == "expired");
        let new = Seat {
            address: place.seat.address.clone(),
            extensions: self.round[at].extensions + expired,
            state: if state == "waiting_turn" { state } else { "open" },
            ..place.seat
        };
        let moved = new.address != self.round[at].address;
        self.round[at].state = "replaced";
        self.round.push(new);
        if state != "waiting_turn" {
            self.write_to_seat(self.round.len() - 1, "please_sign");
            if moved {
                self.write_to_seat(at, "sign_moved");
            }
        }
    }

    fn recall(&mut self, event: &Event) {
        let Some(by) = self.who(event) else {
            self.riddle(event, "by nobody");
            return;
        };
        let signed = self.round.iter().filter(|seat| seat.state == "signed");
        let needs: BTreeSet<&'static str> = signed.map(|seat| side(seat.role)).collect();
        let agreed = BTreeSet::from([by]);
        self.recall = Some(Recall { needs, agreed });
        if !self.recall_if_agreed() {
            self.write_to_parties(&event.actor, "recall_asked");
            self.write_to_asked(None, "recall_asked");
        }
    }

    fn recall_if_agreed(&mut self) -> bool {
        let agreed = self
            .recall
            .as_ref()
            .is_some_and(|recall| recall.needs.is_subset(&recall.agreed));
        if agreed {
            self.write_to_parties("nobody", "agreement_recalled");
            self.write_to_asked(None, "agreement_recalled");
            self.negotiate_again();
        }
        agreed
    }
}

/// After a refusal that ends everything nothing is negotiated again: the chain does not say which it was, the agreement does.
pub(crate) fn settle_refusal(expected: &mut Expected, events: &[Event], stage: &str) {
    let declined_last = events.last().is_some_and(|event| event.act == "decline");
    if declined_last && stage == "voided" && expected.stage == "negotiating" {
        expected.stage = "voided";
    }
}
