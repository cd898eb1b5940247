//! T1: a record begins in the transaction in which its agreement takes effect, and follows it through pauses to its end.

use agreement::{
    lifecycle::{Channel, Effect, SlotRole, State},
    training::{Body, IdNumber},
};
use apprenticeship::record::{
    Actor as Acting, Break, BreakReason, Record, Registering, Stage, State as RecordState, WithdrawReason,
};
use kernel::{EmailAddress, PersonId};
use mail::AgreementTitle;
use storage::{Invitee, NewRecord, OpenAgreement, Person, RecordRole, Sealed, Tx, Write};

use super::{
    course,
    invite::{Inviting, invite},
    work::{Held, Work, hold},
};
use crate::{
    Actor, App, Cx, Failure, Result,
    agreements::body_of,
    jobs::{self, Job},
};

/// Who somebody is by the number of the identity document: known by it, or known from now on. What the agreement calls them
/// stays sealed in it.
async fn person_of(app: &App, cx: &Cx, tx: &mut Tx<Write>, number: Option<&IdNumber>) -> Result<PersonId> {
    let number = number.map(IdNumber::expose).filter(|number| !number.is_empty());
    let sealed = number.map(|number| Sealed {
        bytes: app.keys().seal("people.id_number", number.as_bytes(), app.chance()),
        fingerprint: app.keys().fingerprint("people.id_number", number),
    });
    if let Some(sealed) = &sealed
        && let Some(known) = tx.accounts().find_person_by_id_number(&sealed.fingerprint).await?
    {
        return Ok(known.id);
    }
    let person = Person {
        id: app.id(cx.now, PersonId::new),
        name: String::new(),
        phone: None,
        id_number: sealed,
        created_at: cx.now,
    };
    tx.accounts().insert_person_alone(&person).await?;
    Ok(person.id)
}

/// Begins the record of an agreement that takes effect, and asks apprentice and guardian to take their places: by the
/// address at which they were asked to sign. Who signed with a code is invited with one, by the enterprise.
async fn begin(app: &App, cx: &Cx, tx: &mut Tx<Write>, open: &OpenAgreement, title: &AgreementTitle) -> Result<()> {
    let (agreement, key) = (open.get(), open.key());
    let running = agreement.running().ok_or(Failure::NotFound)?;
    let version = running.frozen.version;
    let content = tx.agreement_versions().find(key, version).await?;
    let body: Body = body_of(&content.ok_or(Failure::NotFound)?)?;
    let parties = *agreement.parties();
    let apprentice = person_of(app, cx, tx, body.apprentice.id_no.as_ref()).await?;
    let signed = |role| running.slots.signed().find(|slot| slot.role == role);
    let guardian = if signed(SlotRole::Guardian).is_some() {
        Some(person_of(app, cx, tx, body.guardian.id_no.as_ref()).await?)
    } else {
        None
    };
    let start = body
        .training
        .start
        .map_or(running.since, agreement::training::Day::date);
    let registering = Registering {
        agreement: agreement.id(),
        apprentice,
        with_college: parties.college.is_some(),
        version,
        start,
        // No agreement is signed without both days.
        end: body.training.end.map_or(start, agreement::training::Day::date),
        carried: None,
        by: Acting::System,
        at: cx.now,
    };
    let (record, _) = Record::register(registering)?;
    let new = NewRecord {
        record: &record,
        guardian,
        enterprise: parties.enterprise,
        college: parties.college,
        next_at: Some(cx.now),
    };
    tx.records().insert(key, &new, cx.now, app.chance()).await?;
    for (slot, role) in [
        (SlotRole::Apprentice, RecordRole::Apprentice),
        (SlotRole::Guardian, RecordRole::Guardian),
    ] {
        let Some(slot) = signed(slot) else { continue };
        let Channel::Email { address } = &slot.channel else {
            continue;
        };
        let email: EmailAddress = address.clone();
        let inviting = Inviting {
            role,
            invitee: Invitee {
                name: slot.name.clone(),
                email: Some(email),
            },
            from: None,
            until: None,
            by: None,
            language: Some(slot.language),
        };
        invite(app, cx, tx, key, title, inviting).await?;
    }
    let job = Job::Record {
        agreement: agreement.id(),
    };
    jobs::enqueue(app, cx, tx, &job).await
}

/// What an act on an agreement means for its record, in the transaction of that act.
pub(crate) async fn follow(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    open: &OpenAgreement,
    (effect, title): (Effect, &AgreementTitle),
) -> Result<()> {
    if effect == Effect::BeginRecord {
        return begin(app, cx, tx, open, title).await;
    }
    let loaded = match hold(app, cx, tx, open.get().id()).await {
        Ok(loaded) => loaded,
        // Agreements that took effect before there were records have none.
        Err(Failure::NotFound) => return Ok(()),
        Err(failure) => return Err(failure),
    };
    let mut work = Work::with(app, cx, &Actor::System, Held::Lent(tx), loaded);
    match (effect, open.get().state()) {
        (Effect::PauseRecord, State::Suspended(paused)) if work.record().stage() == Stage::Training => {
            let pause = Break {
                from: work
                    .record()
                    .started()
                    .map_or(paused.pause.from, |on| on.max(paused.pause.from)),
                until: paused.pause.until,
                reason: BreakReason::Other,
                words: paused.pause.reason.clone(),
            };
            course::begin_break(&mut work, Acting::System, pause).await?;
        }
        (Effect::ResumeRecord, _) => {
            if let RecordState::OnBreak { pause } = work.record().state() {
                let on = cx.today().max(pause.from);
                course::end_break(&mut work, Acting::System, on).await?;
            }
        }
        (Effect::EndRecord, State::Terminated(terminated)) if work.record().is_active() => {
            let termination = &terminated.termination;
            let why = (WithdrawReason::Terminated, SlotRole::Enterprise);
            let last = termination.last_day.min(work.record().end());
            let words = termination.reason.clone();
            course::end_early(&mut work, Acting::System, why, words, last).await?;
        }
        _ => {}
    }
    work.save().await
}
