//! The five sections: confirmed, asked about, answered.

use agreement::lifecycle::Party;
use apprenticeship::record::{Act, Answering, Confirming, Querying, Section};
use kernel::AgreementId;
use serde_json::json;

use super::{
    notices::News,
    work::{Loaded, Work},
};
use crate::{Actor, App, Cx, Result, compiled_here};

/// Characters of a question or an answer at most.
const WORDS_MAX: usize = 2_000;

/// What somebody writes, if it is not too long.
pub(super) fn words(field: &str, words: &str) -> Result<String> {
    let words = words.trim();
    if words.chars().count() > WORDS_MAX {
        let code = marketplace::ProblemCode::TooLong { max: WORDS_MAX };
        let field = field.to_owned();
        return Err(vec![marketplace::Problem { field, code }].into());
    }
    Ok(words.to_owned())
}

/// The apprentice confirms a section of the version that was looked at.
#[compiled_here]
pub async fn confirm(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, section: Section, version: u32) -> Result<()> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let confirming = Confirming {
        by: work.acting(Act::Confirm)?,
        section,
        version,
        at: cx.now,
    };
    let done = work.decide(|record| record.confirm(confirming))?;
    work.tell(done, &News::default()).await?;
    work.commit(
        "confirm_section",
        json!({ "section": section.code(), "version": version }),
    )
    .await
}

/// The apprentice says what is not right in a section.
#[compiled_here]
pub async fn query(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    section: Section,
    side: Party,
    said: &str,
) -> Result<()> {
    let said = words("words", said)?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let querying = Querying {
        by: work.acting(Act::Query)?,
        section,
        side,
        words: said.clone(),
        at: cx.now,
    };
    let done = work.decide(|record| record.query(querying))?;
    let news = News {
        section: Some(section),
        words: Some(said),
        ..News::default()
    };
    work.tell(done, &news).await?;
    work.commit(
        "query_section",
        json!({ "section": section.code(), "side": side.code() }),
    )
    .await
}

/// The side that was asked answers.
#[compiled_here]
pub async fn answer(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, section: Section, said: &str) -> Result<()> {
    let said = words("words", said)?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let answering = Answering {
        by: work.acting(Act::Answer)?,
        section,
        words: said.clone(),
        at: cx.now,
    };
    let done = work.decide(|record| record.answer(answering))?;
    let news = News {
        section: Some(section),
        words: Some(said),
        ..News::default()
    };
    work.tell(done, &news).await?;
    work.commit("answer_query", json!({ "section": section.code() })).await
}

/// What has to be confirmed next, after a section.
pub(super) fn next_after(loaded: &Loaded, section: Section) -> Option<Section> {
    let open = |one: &Section| {
        let found = loaded.record().confirmation(*one);
        *one != section && found.is_some_and(|found| found.confirmed_at.is_none())
    };
    let from = Section::ALL.iter().position(|one| *one == section).unwrap_or(0);
    let around = Section::ALL[from..].iter().chain(&Section::ALL[..from]);
    around.copied().find(|one| open(one))
}
