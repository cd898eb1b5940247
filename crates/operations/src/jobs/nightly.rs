//! What is done once a day.

use crate::{Actor, App, Cx, Result, agreements, postings, records, search};

/// Done jobs and old letters are kept so many days for whoever asks what happened.
const KEEP_DAYS: i64 = 30;
/// The body of a letter that was given up is kept so many days: until then an operator can send it again.
const KEEP_BODIES_DAYS: i64 = 14;
/// What somebody was told on their pages is kept so many days.
const KEEP_NOTICES_DAYS: i64 = 400;
/// The longest window in which tries are counted, and a little more.
const RATE_DAYS: i64 = 32;

/// Closes posts whose closing date has passed, compares the index with storage, forgets what is old.
pub(super) async fn run(app: &App, cx: &Cx) -> Result<()> {
    let expired = postings::expire(app, cx).await?;
    // Every agreement has a job of its own for the next time; this is for those whose job was given up.
    let overdue = agreements::sweep(app, cx).await?;
    let overdue_records = Box::pin(records::sweep(app, cx)).await?;
    let reconciled = search::reconcile(app).await?;
    if reconciled.drift() > 0 {
        tracing::error!(
            search.missing = reconciled.missing,
            search.stale = reconciled.stale,
            search.surplus = reconciled.surplus,
            "the search index had drifted from storage and was mended"
        );
    }
    let db = app.db();
    db.purge_sessions(cx.now).await?;
    db.purge_links(cx.now.plus_days(-KEEP_DAYS)).await?;
    db.purge_rate_windows(cx.now.plus_days(-RATE_DAYS)).await?;
    db.purge_jobs(cx.now.plus_days(-KEEP_DAYS)).await?;
    db.purge_letters(cx.now.plus_days(-KEEP_DAYS)).await?;
    db.purge_letter_bodies(cx.now.plus_days(-KEEP_BODIES_DAYS)).await?;
    db.purge_notices(cx.now.plus_days(-KEEP_NOTICES_DAYS)).await?;
    db.purge_digests(cx.now.plus_days(-KEEP_NOTICES_DAYS)).await?;
    search::questions::forget_old(app, cx).await?;
    let mut tx = db.write().await?;
    super::enqueue(app, cx, &mut tx, &super::Job::Match).await?;
    let entry = app.audit(&Actor::System, cx, "nightly").now(serde_json::json!({
        "expired": expired,
        "overdue_agreements": overdue,
        "overdue_records": overdue_records,
        "index_drift": reconciled.drift(),
    }));
    tx.commit(entry.done()).await?;
    Ok(())
}
