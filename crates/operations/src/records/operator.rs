//! The operator opens a record: with a reason that the person reads.

use kernel::AgreementId;
use serde_json::json;
use storage::{Opening, RecordRole};

use super::{OperatorLook, sections::words, work::load};
use crate::{Actor, App, Cx, Failure, Result, agreements::organisation_name, compiled_here};

/// What an operator sees before opening a record: nothing of the person's.
#[compiled_here]
pub async fn operator_look(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<OperatorLook> {
    let operator = actor.operator()?.person().ok_or(Failure::NotFound)?;
    let mut tx = app.db().read().await?;
    let stored = tx.records().head(id).await?.ok_or(Failure::NotFound)?;
    let head = tx.agreements().head(id).await?.ok_or(Failure::NotFound)?;
    let college = match stored.college {
        Some(college) => Some(organisation_name(&mut tx, college).await?),
        None => None,
    };
    Ok(OperatorLook {
        id,
        number: head.number,
        enterprise: organisation_name(&mut tx, stored.enterprise).await?,
        college,
        stage: stored.stage,
        is_open: tx
            .record_openings()
            .is_noted(id, operator, RecordRole::Operator, cx.today())
            .await?,
    })
}

/// Opens a record for today, with a reason. The pages of the record open for this operator until the day ends.
#[compiled_here]
pub async fn open_as_operator(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, reason: &str) -> Result<()> {
    let person = actor.operator()?.person().ok_or(Failure::NotFound)?;
    let reason = words("reason", reason)?;
    if reason.is_empty() {
        return Err(super::RecordRefusal::NeedsReason.into());
    }
    let mut tx = app.db().write().await?;
    let loaded = load(app, cx, &mut tx, id).await?;
    let opening = Opening {
        agreement: id,
        person,
        role: RecordRole::Operator,
        organisation: None,
        at: cx.now,
    };
    tx.record_openings()
        .insert(loaded.key(), &opening, &reason, app.chance())
        .await?;
    let entry = app
        .audit(actor, cx, "open_record")
        .on("record", id.uuid())
        .now(json!({}));
    tx.commit(entry.done()).await?;
    Ok(())
}
