//! What does not suit the owner of a post: partners set aside, and criteria that shall not count. Both are taken back in a press.

use kernel::{Criterion, Muted, PostingId, Side};
use marketplace::{Posting, PostingRefusal};
use serde_json::{Value, json};
use storage::{Partner, Tx, Versioned, Write};

use super::edit::{hide, save};
use crate::{
    Actor, App, Cx, Failure, Result, compiled_here,
    jobs::{self, Job},
};

/// Leaves a partner out of the matches of one's own post: of its list, the figures and the letters. The next best moves up; the other
/// side is told nothing and keeps its own list. Done twice it is done once.
#[compiled_here]
pub async fn set_aside(app: &App, cx: &Cx, actor: &Actor, id: PostingId, partner: Partner) -> Result<()> {
    let (mut tx, own) = own(app, actor, id).await?;
    let side = own.get().kind.side();
    let is_there = match partner {
        Partner::Posting(other) => {
            let other = tx.postings().find_published(other).await?;
            other.is_some_and(|other| other.posting.kind.side() != side)
        }
        Partner::Row(row) => side == Side::Need && tx.register().find(row).await?.is_some(),
    };
    if !is_there {
        return Err(Failure::NotFound);
    }
    if tx.set_aside().set(id, partner, cx.now).await? {
        tx.matches().set_aside(id, partner).await?;
        settle(app, cx, actor, tx, ("set_match_aside", id, named(partner))).await?;
    }
    Ok(())
}

/// Lets a partner that was set aside be among the matches again, as soon as they are computed anew.
#[compiled_here]
pub async fn take_back(app: &App, cx: &Cx, actor: &Actor, id: PostingId, partner: Partner) -> Result<()> {
    let (mut tx, _) = own(app, actor, id).await?;
    if tx.set_aside().take_back(id, partner).await? {
        settle(app, cx, actor, tx, ("take_match_back", id, named(partner))).await?;
    }
    Ok(())
}

/// Says what shall not count in the matches of one's own post; what is not named counts. All its pairs are judged anew, and both
/// sides are told which criterion does not count and who said so.
#[compiled_here]
pub async fn mute(app: &App, cx: &Cx, actor: &Actor, id: PostingId, muted: Muted) -> Result<()> {
    let (mut tx, before) = own(app, actor, id).await?;
    if before.get().muted == muted {
        return Ok(());
    }
    let after = before.decide(|posting| posting.mute(muted))?;
    save(app, &mut tx, &after).await?;
    let codes: Vec<&str> = muted.criteria().map(Criterion::code).collect();
    settle(app, cx, actor, tx, ("mute_criteria", id, json!({ "muted": codes }))).await
}

/// One's own published post, with the transaction in which it was read.
async fn own(app: &App, actor: &Actor, id: PostingId) -> Result<(Tx<Write>, Versioned<Posting>)> {
    let officer = actor.officer()?;
    let mut tx = app.db().write().await?;
    let found = tx.postings().find(id).await?.ok_or(Failure::NotFound)?;
    let posting = found.get();
    officer
        .of(posting.organisation)
        .map_err(|forbidden| hide(posting, forbidden))?;
    if !posting.is_published() {
        return Err(PostingRefusal::NotPublished.into());
    }
    Ok((tx, found))
}

async fn settle(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    mut tx: Tx<Write>,
    (act, id, now): (&'static str, PostingId, Value),
) -> Result<()> {
    jobs::enqueue(app, cx, &mut tx, &Job::Match).await?;
    let entry = app.audit(actor, cx, act).on("posting", id.uuid()).now(now);
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(())
}

fn named(partner: Partner) -> Value {
    match partner {
        Partner::Posting(posting) => json!({ "posting": posting }),
        Partner::Row(row) => json!({ "row": row }),
    }
}
