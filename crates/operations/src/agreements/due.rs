//! Reminders and deadlines: acts of the system, each in a transaction of its own.

use agreement::lifecycle::{Actor as Acting, Agreement, Due, DueRefusal, SlotState};
use kernel::{AgreementId, SlotId, Timestamp};
use serde_json::json;

use super::work::{self, News, Note, Work};
use crate::{
    Actor, App, Cx, Failure, Result,
    jobs::{self, Job},
};

/// So many overdue agreements a night are looked at by the sweep.
const SWEEP: i64 = 1000;

/// Does everything that is due in an agreement, and makes sure that somebody looks again when the next is.
pub(crate) async fn due(app: &App, cx: &Cx, id: AgreementId) -> Result<()> {
    let mut acted = false;
    loop {
        let mut tx = app.db().read().await?;
        let open = match work::open(app, &mut tx, id).await {
            Ok(open) => open,
            // Erased in the meantime.
            Err(Failure::NotFound) => return Ok(()),
            Err(failure) => return Err(failure),
        };
        drop(tx);
        let Some(due) = open.get().due(cx.now).into_iter().next() else {
            let next = open.get().next_due().filter(|_| !acted);
            return match next {
                Some(next) => jobs::remember(app, cx, &Job::Agreement { agreement: id }, next).await,
                None => Ok(()),
            };
        };
        do_due(app, cx, id, due).await?;
        acted = true;
    }
}

/// Somebody was quicker: signed, declined, recalled. The next look sees it.
fn overtaken(_: DueRefusal) -> Failure {
    Failure::Conflict
}

async fn do_due(app: &App, cx: &Cx, id: AgreementId, due: Due) -> Result<()> {
    let work = Work::open(app, cx, &Actor::System, id).await?;
    match due {
        Due::Remind(slot) => {
            let note = Note::default().telling(News {
                last_asked: last_asked(work.agreement(), slot),
                ..News::default()
            });
            let remind = |agreement: Agreement| agreement.remind(Acting::System, slot, cx.now).map_err(overtaken);
            let (work, ()) = work.act(note, remind).await?;
            work.commit("remind_signatory", json!({ "slot": slot })).await?;
        }
        Due::Expire(slot) => {
            let note = Note::default().telling(News {
                deadline: deadline(work.agreement(), slot),
                ..News::default()
            });
            let expire = |agreement: Agreement| agreement.expire(Acting::System, slot, cx.now).map_err(overtaken);
            let (work, lapsed) = work.act(note, expire).await?;
            work.commit("expire_signatory", json!({ "slot": slot, "lapsed": lapsed }))
                .await?;
        }
    }
    Ok(())
}

fn last_asked(agreement: &Agreement, slot: SlotId) -> Option<Timestamp> {
    match agreement.slot(slot)?.state {
        SlotState::Open { since, reminded_at, .. } => Some(reminded_at.unwrap_or(since)),
        _ => None,
    }
}

fn deadline(agreement: &Agreement, slot: SlotId) -> Option<Timestamp> {
    match agreement.slot(slot)?.state {
        SlotState::Open { deadline, .. } => Some(deadline),
        _ => None,
    }
}

/// Does what is overdue in any agreement, whatever became of its own job; says in how many.
pub(crate) async fn sweep(app: &App, cx: &Cx) -> Result<usize> {
    let overdue = app.db().read().await?.agreements().due(cx.now, SWEEP).await?;
    for id in &overdue {
        // One that cannot be read keeps nobody else waiting.
        if let Err(failure) = due(app, cx, *id).await {
            tracing::error!(agreement = %id, error = %failure, "an overdue agreement was left as it is");
        }
    }
    Ok(overdue.len())
}
