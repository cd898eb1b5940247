//! A6 to A8: signing, declining, and mending an address.

use kernel::{Chance, Date, SlotId, Timestamp, shanghai_date};

use super::{
    Agreement,
    done::{Done, Effect, Notice},
    grid::{Act, Role},
    recall::not_signing,
    refusal::{Barred, DeclineRefusal, ReplaceRefusal, SignRefusal},
    slot::{Actor, Channel, Method, Signature, SlotRole, SlotState},
    state::{RoundEnd, Running, State, VoidReason, opened_at},
};
use crate::evidence::{Authority, Consent, ContentHash, Declaration, DeclarationType};

/// A signature about to be made. The identity step is done by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// By whom.
    pub by: Actor,
    /// In which slot.
    pub slot: SlotId,
    /// The hash of the content that was shown.
    pub seen: ContentHash,
    /// By what right they sign for an organisation; `None` for who signs as themselves.
    pub authority: Option<Authority>,
    /// How the signatory was known.
    pub method: Method,
    /// When the identity step was done.
    pub identified_at: Timestamp,
    /// The words agreed to, as they were shown.
    pub consent: Consent,
    /// When.
    pub at: Timestamp,
}

/// What a signature brought about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// Others have yet to sign.
    Waiting {
        /// The slots that opened by it.
        next: Vec<SlotId>,
    },
    /// It was the last.
    AllSigned {
        /// The first day on which the agreement holds.
        effective_on: Date,
    },
}

/// A signatory who will not sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declining {
    /// Who.
    pub by: Actor,
    /// In which slot.
    pub slot: SlotId,
    /// Why.
    pub reason: String,
    /// What they would have instead.
    pub wish: Wish,
    /// When.
    pub at: Timestamp,
}

/// What who declines would have instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wish {
    /// Another version: back to the negotiation.
    Change,
    /// No agreement at all.
    Refuse,
}

/// Another address, or another person, for a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacing {
    /// By whom.
    pub by: Actor,
    /// The slot.
    pub slot: SlotId,
    /// The new name, when it is another person.
    pub name: Option<String>,
    /// How to reach them.
    pub channel: Channel,
    /// When.
    pub at: Timestamp,
}

/// Whether somebody may sign in that role by the right they declare. Who signs for an organisation does it by law or by a
/// written authorisation, which is named in full and older than the signature; who signs as themselves needs none.
fn has_authority(role: SlotRole, authority: Option<&Authority>, at: Timestamp) -> bool {
    match (role.is_the_party(), authority) {
        (true, authority) => authority.is_none(),
        (false, None) => false,
        (false, Some(Authority::LegalRepresentative)) => true,
        (false, Some(Authority::Agent { title, document, dated })) => {
            let named = !title.trim().is_empty() && !document.trim().is_empty();
            named && dated.date() <= shanghai_date(at)
        }
    }
}

impl Agreement {
    /// A6: signs a slot. With the last one that has to, the agreement takes effect (A11).
    pub fn sign(mut self, signing: Signing) -> Result<(Self, Done<Signed>), SignRefusal> {
        self.signed_before(signing.by, signing.slot)?;
        self.permit(Act::Sign, signing.by, Some(signing.slot))?;
        let steps = vec![self.step(Act::Sign, signing.by, Some(signing.slot))];
        let (now, content_version) = (self.stage(), self.content_version);
        let State::Signing(round) = &mut self.state else {
            return Err(not_signing(Act::Sign, now).into());
        };
        let recalling = round.proposal.is_some();
        let slot = round.slots.find_mut(signing.slot).ok_or(Barred::NoSuchSlot)?;
        match &slot.state {
            SlotState::Open { .. } if recalling => return Err(SignRefusal::BeingRecalled),
            SlotState::Open { deadline, .. } if signing.at < *deadline => {}
            SlotState::Open { deadline: at, .. } | SlotState::Expired { at } => {
                return Err(SignRefusal::Expired { at: *at });
            }
            SlotState::WaitingTurn => return Err(SignRefusal::NotYourTurn),
            SlotState::Signed(signature) => return Err(SignRefusal::AlreadySigned { at: signature.at }),
            SlotState::Declined { at, .. } => return Err(SignRefusal::Declined { at: *at }),
            SlotState::Replaced { by, .. } => return Err(SignRefusal::Replaced { by: *by }),
            SlotState::Closed { .. } => return Err(SignRefusal::Closed),
        }
        if signing.seen != round.frozen.hash {
            return Err(SignRefusal::ContentChanged {
                current: round.frozen.hash,
            });
        }
        if signing.identified_at > signing.at {
            return Err(SignRefusal::NotIdentified);
        }
        if signing.consent.version.trim().is_empty() || signing.consent.text.trim().is_empty() {
            return Err(SignRefusal::NoConsent);
        }
        let role = slot.role;
        if !has_authority(role, signing.authority.as_ref(), signing.at) {
            return Err(SignRefusal::NoAuthority);
        }
        slot.state = SlotState::Signed(Signature {
            at: signing.at,
            authority: signing.authority,
            content_version,
            content_hash: signing.seen,
            method: signing.method,
            identified_at: signing.identified_at,
            consent_version: signing.consent.version,
        });
        if round.slots.is_complete() {
            return Ok(self.take_effect(steps, signing.by, signing.at));
        }
        let next = round.slots.open_next(&round.cadence, signing.at);
        let mut effects: Vec<Effect> = next.iter().copied().map(Effect::AskToSign).collect();
        effects.extend(self.tell_other(signing.by, Notice::Signed(role)));
        let outcome = Signed::Waiting { next };
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        ))
    }

    /// What `signing` declares: for the details of its event. `None` when there is no such slot. It is made before
    /// [`Self::sign`] and of the same value, so that signature and evidence cannot differ.
    pub fn declaration(&self, signing: &Signing) -> Option<Declaration> {
        let slot = self.slots()?.find(signing.slot)?;
        Some(Declaration {
            agreement: self.id,
            at: signing.at,
            authority: signing.authority.clone(),
            consent: signing.consent.clone(),
            content_hash: signing.seen,
            content_version: self.content_version,
            method: signing.method.code().to_owned(),
            name: slot.name.clone(),
            role: slot.role.code().to_owned(),
            slot: slot.id,
            r#type: DeclarationType,
        })
    }

    /// A slot that was signed answers so in every stage, also of a past round: who comes back to a link finds no dead end.
    fn signed_before(&self, by: Actor, slot: SlotId) -> Result<(), SignRefusal> {
        let own = self.slot(slot).filter(|slot| by == Actor::Signer(slot.id));
        match own.and_then(|slot| slot.signature()) {
            Some(signature) => Err(SignRefusal::AlreadySigned { at: signature.at }),
            None => Ok(()),
        }
    }

    /// A11.
    fn take_effect(mut self, mut steps: Vec<super::Step>, by: Actor, at: Timestamp) -> (Self, Done<Signed>) {
        let mut last = self.step(Act::TakeEffect, by, None);
        last.role = Role::System;
        steps.push(last);
        let mut effects = vec![Effect::Seal, Effect::CommitSeats, Effect::BeginRecord];
        effects.extend(self.unanswered().into_iter().map(Effect::RevokeLink));
        effects.extend(self.tell_all(Notice::AllSigned, Actor::System));
        let mut since = shanghai_date(at);
        if let State::Signing(mut round) = self.state {
            since = since.max(round.frozen.effective_on);
            round.slots.close(at);
            self.state = State::Effective(Running {
                frozen: round.frozen,
                slots: round.slots,
                since,
                signed_at: at,
                proposal: None,
            });
        }
        let outcome = Signed::AllSigned { effective_on: since };
        (
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        )
    }

    /// A8: declines a slot. That ends the round; everybody is told, those who signed too.
    pub fn decline(mut self, declining: Declining) -> Result<(Self, Done<()>), DeclineRefusal> {
        let Declining {
            by,
            slot: id,
            reason,
            wish,
            at,
        } = declining;
        if let Err(SignRefusal::AlreadySigned { at }) = self.signed_before(by, id) {
            return Err(DeclineRefusal::AlreadySigned { at });
        }
        self.permit(Act::Decline, by, Some(id))?;
        let reason = reason.trim().to_owned();
        let steps = vec![self.step(Act::Decline, by, Some(id))];
        let now = self.stage();
        let State::Signing(round) = &mut self.state else {
            return Err(not_signing(Act::Decline, now).into());
        };
        let recalling = round.proposal.is_some();
        let slot = round.slots.find_mut(id).ok_or(Barred::NoSuchSlot)?;
        match &slot.state {
            SlotState::Open { deadline, .. } if recalling || at < *deadline => {}
            SlotState::WaitingTurn => return Err(DeclineRefusal::NotYourTurn),
            _ => return Err(DeclineRefusal::NotOpen),
        }
        if reason.is_empty() {
            return Err(DeclineRefusal::NoReason);
        }
        let role = slot.role;
        slot.state = SlotState::Declined {
            at,
            reason: reason.clone(),
        };
        let mut effects: Vec<Effect> = self.unanswered().into_iter().map(Effect::RevokeLink).collect();
        effects.extend(self.tell_all(Notice::Declined(role), by));
        match wish {
            Wish::Change => self.back_to_negotiation(RoundEnd::Declined, at),
            Wish::Refuse => {
                let slot = id;
                effects.push(Effect::ReleaseSeats);
                self.end_void(VoidReason::Refused { slot, reason }, RoundEnd::Declined, at);
            }
        }
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

    /// A7: puts a new slot in the place of one whose address or person was wrong. All others stay as they are. The
    /// deadline stays too, so that mending an address again and again is no way around the limit of extensions; a slot
    /// that had expired is extended by it.
    pub fn replace(
        mut self,
        replacing: Replacing,
        chance: &dyn Chance,
    ) -> Result<(Self, Done<SlotId>), ReplaceRefusal> {
        self.permit(Act::Replace, replacing.by, Some(replacing.slot))?;
        let steps = vec![self.step(Act::Replace, replacing.by, Some(replacing.slot))];
        let now = self.stage();
        let State::Signing(round) = &mut self.state else {
            return Err(not_signing(Act::Replace, now).into());
        };
        let cadence = round.cadence;
        let old = round.slots.find_mut(replacing.slot).ok_or(Barred::NoSuchSlot)?;
        let mut new = old.clone();
        match &old.state {
            SlotState::WaitingTurn => {}
            SlotState::Open { deadline, .. } => {
                new.state = SlotState::Open {
                    since: replacing.at,
                    deadline: *deadline,
                    reminders: 0,
                    reminded_at: None,
                };
            }
            SlotState::Expired { .. } if old.extensions >= cadence.extensions => {
                return Err(ReplaceRefusal::ExtensionsUsed);
            }
            SlotState::Expired { .. } => {
                new.extensions += 1;
                new.state = opened_at(&cadence, replacing.at);
            }
            SlotState::Signed(signature) => return Err(ReplaceRefusal::AlreadySigned { at: signature.at }),
            SlotState::Declined { .. } | SlotState::Replaced { .. } | SlotState::Closed { .. } => {
                return Err(ReplaceRefusal::NotOpen);
            }
        }
        if let Some(name) = replacing.name {
            name.trim().clone_into(&mut new.name);
        }
        new.channel = replacing.channel;
        if new.name.is_empty() {
            return Err(ReplaceRefusal::Nameless);
        }
        if new.name != old.name && old.role.is_the_party() {
            return Err(ReplaceRefusal::NameIsMaterial);
        }
        if new.name == old.name && new.channel == old.channel {
            return Err(ReplaceRefusal::Same);
        }
        new.id = SlotId::new(replacing.at, chance);
        old.state = SlotState::Replaced {
            by: new.id,
            at: replacing.at,
        };
        let (outcome, is_open) = (new.id, new.is_open());
        round.slots.0.push(new);
        let mut effects = vec![Effect::RevokeLink(replacing.slot)];
        if is_open {
            effects.push(Effect::AskToSign(outcome));
        }
        Ok((
            self,
            Done {
                steps,
                effects,
                outcome,
            },
        ))
    }
}
