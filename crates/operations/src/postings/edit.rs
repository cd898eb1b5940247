//! The acts on a post.

use kernel::{LineId, PostingId, PostingKind};
use marketplace::{
    CloseReason, Origin, Posting, PostingRefusal,
    posting::{self, ContentInput},
};
use serde_json::json;
use storage::{Tx, Versioned, Write};

use crate::{
    Actor, App, Cx, Failure, Result, compiled_here,
    jobs::{self, Job},
    search::documents,
};

/// Begins a post as a draft of the organisation acted for.
#[compiled_here]
pub async fn create(app: &App, cx: &Cx, actor: &Actor, kind: PostingKind, input: &ContentInput) -> Result<PostingId> {
    let officer = actor.officer()?;
    let content = posting::read(kind, input, &[], &app.vocabulary(), &mut || app.id(cx.now, LineId::new))?;
    let mut tx = app.db().write().await?;
    let owner = tx
        .organisations()
        .find(officer.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    if !owner.get().may_post(kind) {
        return Err(PostingRefusal::WrongSide.into());
    }
    let id = app.id(cx.now, PostingId::new);
    let posting = Posting::draft((id, officer.organisation()), kind, content, Origin::Typed, cx.now);
    let text = documents::fallback_text(&posting, owner.get(), &app.vocabulary());
    tx.postings().insert(&posting, &text).await?;
    let entry = app
        .audit(actor, cx, "create_posting")
        .on("posting", posting.id.uuid())
        .now(summary(&posting));
    tx.commit(entry.done()).await?;
    Ok(posting.id)
}

/// Changes what a post says. `seen` is the version that was edited: what somebody else changed meanwhile is not
/// overwritten.
#[compiled_here]
pub async fn edit(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: PostingId,
    seen: Option<i64>,
    input: &ContentInput,
) -> Result<()> {
    let officer = actor.officer()?;
    let mut tx = app.db().write().await?;
    let before = tx.postings().find(id).await?.ok_or(Failure::NotFound)?;
    officer
        .of(before.get().organisation)
        .map_err(|forbidden| hide(before.get(), forbidden))?;
    still(&before, seen)?;
    let known: Vec<LineId> = before.get().content.lines.iter().map(|line| line.id).collect();
    let fresh = &mut || app.id(cx.now, LineId::new);
    let content = posting::read(before.get().kind, input, &known, &app.vocabulary(), fresh)?;
    let old = summary(before.get());
    let after = before.decide(|posting| posting.edit(content, cx.today(), cx.now))?;
    save(app, &mut tx, &after).await?;
    if after.get().is_published() {
        enqueue(app, cx, &mut tx, id).await?;
    }
    let entry = app
        .audit(actor, cx, "edit_posting")
        .on("posting", id.uuid())
        .change(old, summary(after.get()));
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(())
}

/// Shows a post to everybody, as it was `seen`: nobody publishes words that somebody else has just put there.
#[compiled_here]
pub async fn publish(app: &App, cx: &Cx, actor: &Actor, id: PostingId, seen: Option<i64>) -> Result<()> {
    let officer = actor.officer()?;
    let mut tx = app.db().write().await?;
    let before = tx.postings().find(id).await?.ok_or(Failure::NotFound)?;
    officer
        .of(before.get().organisation)
        .map_err(|forbidden| hide(before.get(), forbidden))?;
    still(&before, seen)?;
    let owner = tx
        .organisations()
        .find(before.get().organisation)
        .await?
        .ok_or(Failure::NotFound)?;
    let after = before.decide(|posting| posting.publish(owner.get(), cx.today(), cx.now))?;
    save(app, &mut tx, &after).await?;
    enqueue(app, cx, &mut tx, id).await?;
    let entry = app
        .audit(actor, cx, "publish_posting")
        .on("posting", id.uuid())
        .now(summary(after.get()));
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(())
}

/// Takes a post, as it was `seen`, out of sight for good.
#[compiled_here]
pub async fn close(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: PostingId,
    seen: Option<i64>,
    reason: CloseReason,
) -> Result<()> {
    let officer = actor.officer()?;
    let mut tx = app.db().write().await?;
    let before = tx.postings().find(id).await?.ok_or(Failure::NotFound)?;
    officer
        .of(before.get().organisation)
        .map_err(|forbidden| hide(before.get(), forbidden))?;
    still(&before, seen)?;
    let after = before.decide(|posting| posting.close(reason, cx.now))?;
    save(app, &mut tx, &after).await?;
    enqueue(app, cx, &mut tx, id).await?;
    let entry = app
        .audit(actor, cx, "close_posting")
        .on("posting", id.uuid())
        .because(reason.code());
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(())
}

/// Closes every post whose closing date has passed. An act of the system, once a day.
#[compiled_here]
pub async fn expire(app: &App, cx: &Cx) -> Result<u64> {
    let due = app.db().read().await?.postings().expired_on(cx.today()).await?;
    let mut closed = 0;
    for id in due {
        let mut tx = app.db().write().await?;
        let Some(before) = tx.postings().find(id).await? else {
            continue;
        };
        if !before.get().has_expired(cx.today()) {
            continue;
        }
        let after = before.decide(|posting| posting.close(CloseReason::Expired, cx.now))?;
        save(app, &mut tx, &after).await?;
        enqueue(app, cx, &mut tx, id).await?;
        let entry = app.audit(&Actor::System, cx, "expire_posting").on("posting", id.uuid());
        tx.commit(entry.done()).await?;
        closed += 1;
    }
    Ok(closed)
}

/// Saves a post with the words that the search without an engine looks through. Matches of what nobody sees go; of what others see
/// differently the reasons are judged anew.
pub(crate) async fn save(app: &App, tx: &mut Tx<Write>, posting: &Versioned<Posting>) -> Result<()> {
    let owner = tx
        .organisations()
        .find(posting.get().organisation)
        .await?
        .ok_or(Failure::NotFound)?;
    let text = documents::fallback_text(posting.get(), owner.get(), &app.vocabulary());
    tx.postings().save(posting, &text).await?;
    if posting.get().is_published() {
        tx.matches().outdate(posting.get().id).await?;
    } else {
        tx.matches().delete_for_posting(posting.get().id).await?;
    }
    Ok(())
}

/// What follows when others see a post differently: the index, and the matches.
pub(crate) async fn enqueue(app: &App, cx: &Cx, tx: &mut Tx<Write>, id: PostingId) -> Result<()> {
    jobs::enqueue(
        app,
        cx,
        tx,
        &Job::Index {
            document: documents::posting_id(id),
        },
    )
    .await?;
    jobs::enqueue(app, cx, tx, &Job::Match).await
}

/// What was read is still what is there.
fn still(before: &Versioned<Posting>, seen: Option<i64>) -> Result<()> {
    if seen.is_some_and(|seen| seen != before.version()) {
        return Err(Failure::Conflict);
    }
    Ok(())
}

/// Somebody else's draft is not there at all; of a post that was published everybody knows.
pub(crate) fn hide(posting: &Posting, forbidden: crate::Forbidden) -> Failure {
    if posting.published_at().is_some() {
        forbidden.into()
    } else {
        Failure::NotFound
    }
}

/// What the audit log keeps of a post.
pub(crate) fn summary(posting: &Posting) -> serde_json::Value {
    json!({
        "kind": posting.kind.code(),
        "status": posting.status.code(),
        "title": posting.content.title,
        "lines": posting.content.lines.len(),
        "seats": posting.content.lines.iter().filter_map(|line| line.seats).sum::<i64>(),
    })
}
