//! Passing the ball, and approving.

use agreement::lifecycle::{Approval, Approved, Party};
use kernel::AgreementId;
use marketplace::ProblemCode;
use serde_json::{Map, Value, json};

use super::{
    edit::problem,
    refusal::AgreementRefusal,
    review::{note_apprentice, review},
    work::{self, News, Note, Work},
};
use crate::{Actor, App, Cx, Failure, Result, compiled_here};

/// The longest message or reason.
const WORDS: usize = 1000;

/// What somebody wrote beside an act: trimmed, and not endless.
pub(super) fn words(field: &str, typed: &str) -> Result<String> {
    let typed = typed.trim();
    if typed.chars().count() > WORDS {
        return Err(problem(field, ProblemCode::TooLong { max: WORDS }));
    }
    Ok(typed.to_owned())
}

/// Passes the ball to the other party, with a message. An enterprise alone begins to approve by it.
#[compiled_here]
pub async fn hand_over(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, message: &str) -> Result<Party> {
    let message = words("message", message)?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    work.agreement()
        .permit(agreement::lifecycle::Act::HandOver, officer.acts_as(), None)?;
    work.number().await?;
    let message = Some(message).filter(|message| !message.is_empty());
    let note = Note::of(json!({ "message": message }));
    let note = note.telling(News {
        message,
        ..News::default()
    });
    let (work, with) = work
        .act(note, |agreement| agreement.hand_over(officer.acts_as()))
        .await?;
    work.commit("hand_over_agreement", json!({ "with": with.code() }))
        .await?;
    Ok(with)
}

/// Approves the version that was `seen`. The last approval freezes it. A refusal carries everything that stands in the way.
#[compiled_here]
pub async fn approve(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, seen: u32) -> Result<Approved> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    work.agreement()
        .permit(agreement::lifecycle::Act::Approve, officer.acts_as(), None)?;
    work.verified_parties().await?;
    let draft = work::draft(&mut work.tx, &work.open).await?.into_inner();
    let events = work
        .tx
        .agreement_events()
        .of_agreement(id, Some(work.open.key()))
        .await?;
    let review = review(app, cx, &mut work.tx, &work.open, &draft, &events).await?;
    if let Some(unready) = review.unready() {
        return Err(AgreementRefusal::Unready(unready).into());
    }
    let content = review.freeze(app, &work.open)?;
    let start = review.body.training.start.map(agreement::training::Day::date);
    let approval = Approval {
        by: officer.acts_as(),
        version: seen,
        facts: review.facts(),
        hash: content.hash(),
        rule_set: content.rule_set.clone(),
        effective_on: start.unwrap_or_else(|| cx.today()),
        at: cx.now,
    };
    // Whether this is the last approval is the lifecycle's to say; what it needs to freeze stands ready either way.
    let last = work.agreement().parties().all().iter().all(|party| {
        let given = match work.agreement().state() {
            agreement::lifecycle::State::Negotiating(negotiation) => negotiation.approvals.contains_key(party),
            _ => false,
        };
        given || *party == officer.party()
    });
    let fields = if last {
        content.frozen_details()
    } else {
        Value::Object(Map::new())
    };
    let (mut work, approved) = work
        .act(Note::of(fields), |agreement| agreement.approve(approval))
        .await?;
    if let Approved::Frozen { .. } = approved {
        let key = work.open.key().clone();
        work.tx
            .agreement_versions()
            .insert(&key, &content, cx.now, app.chance())
            .await?;
        note_apprentice(app, &mut work.tx, &work.open, &review.body).await?;
    }
    work.commit("approve_agreement", json!({ "party": officer.party().code() }))
        .await?;
    Ok(approved)
}

/// What is frozen, for acts that follow.
pub(super) async fn frozen(
    tx: &mut storage::Reads,
    open: &storage::OpenAgreement,
) -> Result<agreement::evidence::Content> {
    let version = open
        .get()
        .frozen()
        .map(|frozen| frozen.version)
        .ok_or(AgreementRefusal::NothingFrozen)?;
    tx.agreement_versions()
        .find(open.key(), version)
        .await?
        .ok_or(Failure::NotFound)
}
