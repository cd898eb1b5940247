//! What the operator of the platform sees of agreements: where they stand, and no word of what people wrote in them, unless
//! the operator gives a reason to open one. The reason stands in the audit log, and among what happened, where the parties
//! read it.

use agreement::{
    lifecycle::{Act, Actor as Acting, Channel, Slot, SlotRole, SlotState, Slots},
    training::{Clause, Plain, Sight, clauses, plain},
};
use kernel::{AgreementId, Date, PersonId, SlotId, Timestamp};
use marketplace::ProblemCode;
use serde_json::json;
use storage::{AgreementHead, OpenAgreement, Opening, Reads, RecordRole, ToldEvent};

use super::{
    edit::problem,
    ending::Course,
    negotiate::words,
    notices::organisation_name,
    review::{body_of, read},
    timeline::{TimelineEntry, timeline},
    verify::printed,
    work::{self, Work},
};
use crate::{Actor, App, Cx, Result, compiled_here};

/// For so many minutes an agreement stays open to the operator who gave a reason.
pub const OPEN_MINUTES: i64 = 30;
/// So many agreements of one number are listed: each enterprise counts its own.
const FOUND: i64 = 50;

/// An agreement that was found.
#[derive(Debug, Clone)]
pub struct Overseen {
    /// What stands in plain columns.
    pub head: AgreementHead,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
}

/// A slot as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverseenSlot {
    /// Its id.
    pub id: SlotId,
    /// As whom it signs.
    pub role: SlotRole,
    /// What became of it.
    pub state: &'static str,
    /// Until when it is open.
    pub deadline: Option<Timestamp>,
    /// Whether its address can be mended.
    pub may_mend: bool,
    /// The name and the address, once opened.
    pub who: Option<(String, Option<String>)>,
}

/// What stands in an agreement that the operator opened.
#[derive(Debug)]
pub struct Opened {
    /// Until when it stays open.
    pub until: Timestamp,
    /// Why it was opened.
    pub reason: String,
    /// The apprentice.
    pub apprentice: String,
    /// What happened, the newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The text; numbers of identity documents lack their end.
    pub clauses: Vec<Clause>,
    /// The same in plain words.
    pub plain: Vec<Plain>,
}

/// One agreement as the operator sees it.
#[derive(Debug)]
pub struct OverseenView {
    /// Which.
    pub found: Overseen,
    /// What became of it since everybody signed; words of people are left out until it is opened.
    pub course: Option<Course>,
    /// Who signs.
    pub slots: Vec<OverseenSlot>,
    /// Whether it can be given up.
    pub may_void: bool,
    /// Whether it can be paused.
    pub may_suspend: bool,
    /// Whether it can go on.
    pub may_resume: bool,
    /// What stands in it, when the operator gave a reason a moment ago.
    pub opened: Option<Opened>,
}

async fn overseen(tx: &mut Reads, head: AgreementHead) -> Result<Overseen> {
    let college = match head.parties.college {
        Some(college) => Some(organisation_name(tx, college).await?),
        None => None,
    };
    Ok(Overseen {
        enterprise: organisation_name(tx, head.parties.enterprise).await?,
        college,
        head,
    })
}

/// Agreements of that number, or the one of that code.
#[compiled_here]
pub async fn find(app: &App, actor: &Actor, typed: &str) -> Result<Vec<Overseen>> {
    actor.operator()?;
    let mut tx = app.db().read().await?;
    let number = typed.trim().to_uppercase();
    let mut heads = tx.agreements().of_number(&number, FOUND).await?;
    if heads.is_empty() && !number.is_empty() {
        heads.extend(tx.agreements().find_by_verify_code(&printed(&number)).await?);
    }
    let mut all = Vec::with_capacity(heads.len());
    for head in heads {
        all.push(overseen(&mut tx, head).await?);
    }
    Ok(all)
}

/// When this operator last gave a reason to open it, and which; as long as that counts.
fn opening(cx: &Cx, person: Option<PersonId>, events: &[ToldEvent]) -> Option<(Timestamp, String)> {
    let person = person?.to_string();
    let of = |told: &ToldEvent, key: &str| {
        let fields = told.details.as_ref()?.fields.value();
        Some(fields.get(key)?.as_str()?.to_owned())
    };
    let own = |told: &&ToldEvent| {
        let by = told
            .details
            .as_ref()
            .and_then(|details| details.fields.value().get("by"));
        told.event.act == "open" && by.and_then(|by| by.get("person")?.as_str()) == Some(person.as_str())
    };
    let last = events.iter().rev().find(own)?;
    let until = last.event.at.plus_minutes(OPEN_MINUTES);
    (until > cx.now).then(|| (until, of(last, "reason").unwrap_or_default()))
}

fn slot_view(open: &OpenAgreement, slot: &Slot, opened: bool) -> OverseenSlot {
    let waits = matches!(
        slot.state,
        SlotState::WaitingTurn | SlotState::Open { .. } | SlotState::Expired { .. }
    );
    let may = open.get().permit(Act::Replace, Acting::Operator, Some(slot.id)).is_ok();
    let address = match &slot.channel {
        Channel::Email { address } => Some(address.to_string()),
        Channel::Code => None,
    };
    OverseenSlot {
        id: slot.id,
        role: slot.role,
        state: slot.state.code(),
        deadline: match slot.state {
            SlotState::Open { deadline, .. } => Some(deadline),
            _ => None,
        },
        may_mend: may && waits,
        who: opened.then(|| (slot.name.clone(), address)),
    }
}

/// What stands in it, for whoever gave a reason.
async fn contents(
    app: &App,
    today: Date,
    tx: &mut Reads,
    open: &OpenAgreement,
    events: &[ToldEvent],
) -> Result<Opened> {
    let draft = work::draft(tx, open).await?.into_inner();
    let vocabulary = app.vocabulary();
    let body = match open.get().frozen() {
        Some(frozen) => {
            let content = tx.agreement_versions().find(open.key(), frozen.version).await?;
            body_of(&content.ok_or(crate::Failure::NotFound)?)?
        }
        None => read(app, today, open.head(), &draft).0,
    };
    // What is looked into is how people dealt with each other, not where somebody lives.
    let body = body.masked(Sight::College);
    Ok(Opened {
        until: Timestamp::from_micros(0),
        reason: String::new(),
        apprentice: draft.get("apprentice.name").unwrap_or_default().to_owned(),
        timeline: timeline(open.get(), open.get().owner(), events),
        clauses: clauses(&body, &vocabulary),
        plain: plain(&body),
    })
}

/// One agreement as it stands. What people wrote is there only for the operator who gave a reason a moment ago.
#[compiled_here]
pub async fn oversee(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<OverseenView> {
    let operator = actor.operator()?;
    let mut tx = app.db().read().await?;
    let open = work::open(app, &mut tx, id).await?;
    let events = tx.agreement_events().of_agreement(id, Some(open.key())).await?;
    let opened = match opening(cx, operator.person(), &events) {
        Some((until, reason)) => Some(Opened {
            until,
            reason,
            ..contents(app, cx.today(), &mut tx, &open, &events).await?
        }),
        None => None,
    };
    let agreement = open.get();
    let slots = agreement.slots().into_iter().flat_map(Slots::standing);
    let slots = slots.map(|slot| slot_view(&open, slot, opened.is_some())).collect();
    let may = |act| agreement.permit(act, Acting::Operator, None).is_ok();
    Ok(OverseenView {
        course: Course::of(agreement).map(|course| {
            if opened.is_some() {
                course
            } else {
                course.without_words()
            }
        }),
        slots,
        may_void: may(Act::Void),
        may_suspend: may(Act::Suspend),
        may_resume: may(Act::Resume),
        opened,
        found: overseen(&mut tx, open.head().clone()).await?,
    })
}

/// Opens an agreement to the operator, who says why. The parties read that, and so does the person whose agreement it is.
#[compiled_here]
pub async fn open(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, reason: &str) -> Result<()> {
    let operator = actor.operator()?;
    let reason = words("reason", reason)?;
    let mut work = Work::open(app, cx, actor, id).await?;
    if reason.is_empty() {
        return Err(problem("reason", ProblemCode::Required));
    }
    work.note(
        "open",
        agreement::lifecycle::Role::Operator,
        None,
        json!({ "reason": reason }),
    )
    .await?;
    // The agreement is the apprentice's record in ink: who reads it stands among those who opened the record.
    if let Some(person) = operator.person()
        && work.tx.records().head(id).await?.is_some()
    {
        let opening = Opening {
            agreement: id,
            person,
            role: RecordRole::Operator,
            organisation: None,
            at: cx.now,
        };
        let key = work.open.key().clone();
        work.tx
            .record_openings()
            .insert(&key, &opening, &reason, app.chance())
            .await?;
    }
    let entry = app.audit(actor, cx, "open_agreement").on("agreement", id.uuid());
    work.tx.commit(entry.because(&reason).done()).await?;
    Ok(())
}
