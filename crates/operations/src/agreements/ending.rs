//! The end of an agreement, for who signed it for themselves: they come by their own link or code, without an account. They
//! can propose it or declare it on a legal ground, and agree to what others proposed. Both cannot be undone, so who does it
//! says once more who they are, as when signing.

use agreement::lifecycle::{
    Act, Agreement, Pause, Proposal, Proposed, Settled, Slot, SlotRole, State, Terminating, Termination,
};
use kernel::Date;
use mail::ChangeBy;
use serde_json::json;

use super::{
    notices::{organisation_name, sign_as},
    refusal::AgreementRefusal,
    review::body_of,
    running::{EndInput, checked_ground, note_of, settled_code},
    send::news_of_proposal,
    sign::{SignInput, SignKey, begin, hold, identity, is_the_person, limit, origin},
    work::{Note, Work, slot_of},
};
use crate::{Actor, App, Cx, Failure, Result, access::Signatory, compiled_here};

/// What became of an agreement since it was signed by all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Course {
    /// It holds.
    Holds,
    /// It is paused.
    Paused(Pause),
    /// It was carried through on that day.
    Completed(Date),
    /// It ended before its time.
    Ended(Termination),
}

impl Course {
    /// The same without what people wrote.
    pub(super) fn without_words(self) -> Self {
        match self {
            Self::Paused(pause) => Self::Paused(Pause {
                reason: String::new(),
                ..pause
            }),
            Self::Ended(end) => Self::Ended(Termination {
                reason: String::new(),
                consequences: agreement::lifecycle::Consequences {
                    stipend: String::new(),
                    hours: String::new(),
                    subsidy: String::new(),
                },
                ..end
            }),
            other => other,
        }
    }

    /// That of an agreement; `None` before everybody has signed.
    pub(super) fn of(agreement: &Agreement) -> Option<Self> {
        match agreement.state() {
            State::Effective(_) => Some(Self::Holds),
            State::Suspended(paused) => Some(Self::Paused(paused.pause.clone())),
            State::Completed(completed) => Some(Self::Completed(completed.on)),
            State::Terminated(terminated) => Some(Self::Ended(terminated.termination.clone())),
            _ => None,
        }
    }
}

/// What a signatory sees of an agreement that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCourse {
    /// What became of it.
    pub course: Course,
    /// What is proposed now.
    pub proposal: Option<Proposal>,
    /// Whether this signatory has to agree to it.
    pub asked: bool,
    /// Whether it is this signatory's own proposal, to be taken back.
    pub own: bool,
    /// Whether they may propose or declare the end now.
    pub may_end: bool,
}

impl SignedCourse {
    /// That of a slot which was signed in the round that took effect.
    pub(super) fn of(agreement: &Agreement, slot: &Slot) -> Option<Self> {
        let course = Course::of(agreement)?;
        if !slot.is_signed() || agreement.slots()?.find(slot.id).is_none() {
            return None;
        }
        let proposal = agreement.proposal().cloned();
        let waits = |proposal: &Proposal| proposal.waiting_for().any(|role| role == slot.role);
        let may = agreement
            .permit(Act::Terminate, agreement::lifecycle::Actor::Signer(slot.id), None)
            .is_ok();
        Some(Self {
            course,
            // Officers answer on the page of their organisation.
            asked: slot.role.is_the_party() && proposal.as_ref().is_some_and(waits),
            own: slot.role.is_the_party() && proposal.as_ref().is_some_and(|proposal| proposal.by == slot.role),
            may_end: slot.role.is_the_party() && may,
            proposal,
        })
    }
}

/// Who acts at a slot, for letters.
pub(super) async fn signs_as(work: &mut Work<'_>, slot: &Slot) -> Result<ChangeBy> {
    let parties = *work.agreement().parties();
    let organisation = match slot.role {
        SlotRole::Enterprise => parties.enterprise,
        SlotRole::College => parties.college.unwrap_or(parties.enterprise),
        SlotRole::Apprentice | SlotRole::Guardian => {
            return Ok(ChangeBy::Person {
                name: slot.name.clone(),
                sign_as: sign_as(slot.role),
            });
        }
    };
    let name = organisation_name(&mut work.tx, organisation).await?;
    Ok(ChangeBy::Organisation { name })
}

/// The slot of whoever signed for themselves; officers act on the page of their organisation.
fn own_slot(agreement: &Agreement, signatory: &Signatory) -> Result<Slot> {
    let (_, slot) = slot_of(agreement, signatory.slot()).ok_or(Failure::NotFound)?;
    if slot.role.is_the_party() {
        Ok(slot.clone())
    } else {
        Err(Failure::NotFound)
    }
}

/// What the form of ending says so far, before it is confirmed. Writes nothing.
#[compiled_here]
pub async fn check_end<'a>(
    app: &'a App,
    cx: &Cx,
    actor: &Actor,
    key: SignKey<'a>,
    input: &EndInput,
) -> Result<Termination> {
    let mut tx = app.db().read().await?;
    let (open, signatory) = hold(app, cx, actor, &mut tx, key).await?;
    let slot = own_slot(open.get(), &signatory)?;
    open.get().permit(Act::Terminate, signatory.acts_as(), None)?;
    let termination = input.read(open.get().running().map(|running| running.since))?;
    checked_ground(termination, slot.role)
}

/// Refuses whoever does not say who they are as the agreement says it.
async fn identified(work: &mut Work<'_>, slot: &Slot, who: &SignInput) -> Result<()> {
    let (version, _) = slot_of(work.agreement(), slot.id).ok_or(Failure::NotFound)?;
    let content = work.tx.agreement_versions().find(work.open.key(), version).await?;
    let body = body_of(&content.ok_or(Failure::NotFound)?)?;
    if is_the_person(who, slot, &body) {
        Ok(())
    } else {
        Err(AgreementRefusal::NotThePerson.into())
    }
}

/// Proposes the end to everybody else, or declares it on a legal ground.
#[compiled_here]
pub async fn terminate<'a>(
    app: &'a App,
    cx: &Cx,
    actor: &Actor,
    key: SignKey<'a>,
    input: &EndInput,
    who: &SignInput,
) -> Result<Settled> {
    limit(app, cx, actor, "sign", key).await?;
    let (mut work, signatory) = begin(app, cx, actor, key).await?;
    let (slot, by) = (own_slot(work.agreement(), &signatory)?, signatory.acts_as());
    work.agreement().permit(Act::Terminate, by, None)?;
    let termination = input.read(work.agreement().running().map(|running| running.since))?;
    identified(&mut work, &slot, who).await?;
    let signs_as = signs_as(&mut work, &slot).await?;
    let mut note = note_of(&Proposed::Terminate(termination.clone()), Some(signs_as));
    let how = json!({ "method": signatory.method().code(), "shown": identity(&signatory, &slot) });
    note.fields.insert("identity".to_owned(), how);
    let note = note.with_origin(origin(cx, actor, &signatory, &slot, &who.user_agent));
    let terminating = Terminating {
        by,
        termination,
        at: cx.now,
    };
    let (work, settled) = work.act(note, |agreement| agreement.terminate(terminating)).await?;
    work.commit("terminate_agreement", settled_code(&settled)).await?;
    Ok(settled)
}

/// Agrees to an end that others proposed.
#[compiled_here]
pub async fn agree_to_end<'a>(
    app: &'a App,
    cx: &Cx,
    actor: &Actor,
    key: SignKey<'a>,
    who: &SignInput,
) -> Result<Settled> {
    limit(app, cx, actor, "sign", key).await?;
    let (mut work, signatory) = begin(app, cx, actor, key).await?;
    let (slot, by) = (own_slot(work.agreement(), &signatory)?, signatory.acts_as());
    let mut news = news_of_proposal(&mut work).await?;
    // Why there is nothing to agree to comes before what was typed wrong.
    let _ = work.agreement().clone().agree(by, cx.now)?;
    identified(&mut work, &slot, who).await?;
    news.signatory = Some(signs_as(&mut work, &slot).await?);
    let how = json!({ "method": signatory.method().code(), "shown": identity(&signatory, &slot) });
    let note = Note::of(json!({ "identity": how })).telling(news);
    let note = note.with_origin(origin(cx, actor, &signatory, &slot, &who.user_agent));
    let (work, settled) = work.act(note, |agreement| agreement.agree(by, cx.now)).await?;
    work.commit("agree_to_proposal", settled_code(&settled)).await?;
    Ok(settled)
}
