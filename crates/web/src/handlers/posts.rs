//! Posts: their page, their form, and what their owner does with them.

use axum::extract::Path;
use kernel::{Criterion, Muted, PostingId, PostingKind};
use marketplace::{CloseReason, OrganisationSide, Problem, ProblemCode, posting::ContentInput};
use operations::{Failure, Refusal, matches::Partner, postings};

use super::{Answer, Fields, Params, id, page_number, to};
use crate::{
    pages::{PostAct, PostFormInput, PostKindsPage},
    show::{Typed, kinds_of, partner_of},
    visit::Visit,
};

/// `GET /posts/new`, with `kind` or without.
pub(crate) async fn new(visit: Visit, Params(fields): Params) -> Answer {
    if let Some(kind) = PostingKind::from_code(&fields.get("kind")) {
        let (title, occupation) = (fields.get("title"), fields.get("occupation"));
        let form = postings::begun_form(&visit.app, &visit.actor, kind, &title, &occupation).await?;
        return visit.page(&visit.names().post_form(form, None));
    }
    let kinds = kinds_of(visit.side().unwrap_or(OrganisationSide::College));
    let kind = kinds.first().copied().unwrap_or(PostingKind::Programme);
    let form = postings::new_form(&visit.app, &visit.actor, kind).await?;
    visit.page(&PostKindsPage {
        kinds,
        verified: form.verified,
    })
}

/// `POST /posts`
pub(crate) async fn create(visit: Visit, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let input = PostFormInput::from_pairs(fields.0);
    let Some(kind) = input.kind else {
        return Ok(to("/posts/new"));
    };
    if changes_lines(input.act) {
        let form = postings::new_form(&visit.app, &visit.actor, kind).await?;
        return visit.page(&visit.names().post_form(form, Some(unsaved(input))));
    }
    match postings::create(&visit.app, &visit.cx, &visit.actor, kind, &input.content).await {
        Ok(id) => saved(&visit, id, input.act, false).await,
        Err(Failure::Invalid(problems)) => {
            let form = postings::new_form(&visit.app, &visit.actor, kind).await?;
            visit.mend(&visit.names().post_form(form, Some(mistaken(input.content, problems))))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /posts/{id}`
pub(crate) async fn get(visit: Visit, Path(post): Path<String>, Params(fields): Params) -> Answer {
    let look = postings::look(&visit.app, &visit.cx, &visit.actor, id(&post)?).await?;
    visit.page(
        &visit
            .names()
            .post_page(&look, page_number(&fields), visit.is_enterprise()),
    )
}

/// `GET /posts/{id}/edit`
pub(crate) async fn edit(visit: Visit, Path(post): Path<String>) -> Answer {
    let form = postings::form(&visit.app, &visit.actor, id(&post)?).await?;
    visit.page(&visit.names().post_form(form, None))
}

/// `POST /posts/{id}`
pub(crate) async fn save(visit: Visit, Path(post): Path<String>, fields: Fields) -> Answer {
    let id: PostingId = id(&post)?;
    let mut form = postings::form(&visit.app, &visit.actor, id).await?;
    let published = form.published;
    let input = PostFormInput::from_pairs(fields.0);
    // The form goes on from the version its words were typed upon, not from the one that is there now.
    form.version = input.version.or(form.version);
    if changes_lines(input.act) {
        return visit.page(&visit.names().post_form(form, Some(unsaved(input))));
    }
    match postings::edit(&visit.app, &visit.cx, &visit.actor, id, input.version, &input.content).await {
        Ok(()) => saved(&visit, id, input.act, published).await,
        Err(Failure::Invalid(problems)) => {
            visit.mend(&visit.names().post_form(form, Some(mistaken(input.content, problems))))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /posts/{id}/publish`
pub(crate) async fn publish(visit: Visit, Path(post): Path<String>, fields: Fields) -> Answer {
    show_everybody(&visit, id(&post)?, fields.version()).await
}

/// `POST /posts/{id}/close`
pub(crate) async fn close(visit: Visit, Path(post): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id: PostingId = id(&post)?;
    let reason = CloseReason::from_code(&fields.get("reason")).filter(|reason| CloseReason::OWNER.contains(reason));
    let Some(reason) = reason else {
        let missing = Problem {
            field: "reason".to_owned(),
            code: ProblemCode::Required,
        };
        return Err(Failure::Invalid(vec![missing]).into());
    };
    postings::close(&visit.app, &visit.cx, &visit.actor, id, fields.version(), reason).await?;
    Ok(visit.done(&format!("/posts/{id}"), "post_closed"))
}

/// `POST /posts/{id}/aside`
pub(crate) async fn aside(visit: Visit, Path(post): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let (id, partner) = (id(&post)?, partner(&fields)?);
    postings::set_aside(&visit.app, &visit.cx, &visit.actor, id, partner).await?;
    Ok(visit.done(&format!("/posts/{id}#matches"), "match_set_aside"))
}

/// `POST /posts/{id}/back`
pub(crate) async fn back(visit: Visit, Path(post): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let (id, partner) = (id(&post)?, partner(&fields)?);
    postings::take_back(&visit.app, &visit.cx, &visit.actor, id, partner).await?;
    Ok(visit.done(&format!("/posts/{id}#matches"), "match_taken_back"))
}

/// `POST /posts/{id}/counting`: what is ticked counts, the rest does not.
pub(crate) async fn counting(visit: Visit, Path(post): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id: PostingId = id(&post)?;
    let counting = fields.all("counts");
    let is_muted = |one: &Criterion| !counting.iter().any(|code| code == one.code());
    let muted = Muted::of(Criterion::mutable().filter(is_muted));
    postings::mute(&visit.app, &visit.cx, &visit.actor, id, muted).await?;
    Ok(visit.done(&format!("/posts/{id}#matches"), "criteria_muted"))
}

fn partner(fields: &Fields) -> Result<Partner, Failure> {
    partner_of(&fields.get("partner")).ok_or(Failure::NotFound)
}

/// What follows when the words are saved.
async fn saved(visit: &Visit, id: PostingId, act: PostAct, published: bool) -> Answer {
    if act == PostAct::Publish && !published {
        // The act that saved these words has looked at the version already.
        return show_everybody(visit, id, None).await;
    }
    let key = if published { "post_saved" } else { "draft_saved" };
    Ok(visit.done(&format!("/posts/{id}"), key))
}

/// Publishes; what is still missing is asked for in the form, which is saved by then.
async fn show_everybody(visit: &Visit, id: PostingId, seen: Option<i64>) -> Answer {
    let path = format!("/posts/{id}");
    match postings::publish(&visit.app, &visit.cx, &visit.actor, id, seen).await {
        Ok(()) => Ok(visit.done(&path, "post_published")),
        Err(Failure::Invalid(problems)) => {
            let form = postings::form(&visit.app, &visit.actor, id).await?;
            let typed = mistaken(form.input.clone(), problems);
            visit.mend(&visit.names().post_form(form, Some(typed)))
        }
        // The words are kept; the post's page says what it waits for.
        Err(Failure::Refused(Refusal::NotVerified | Refusal::Posting(marketplace::PostingRefusal::NotVerified))) => {
            Ok(visit.done(&path, "draft_saved"))
        }
        Err(failure) => Err(failure.into()),
    }
}

const fn changes_lines(act: PostAct) -> bool {
    matches!(act, PostAct::AddLine | PostAct::RemoveLine(_) | PostAct::Pick)
}

/// The form with its lines changed and nothing saved.
fn unsaved(input: PostFormInput) -> Typed {
    mistaken(input.with_lines_changed().content, Vec::new())
}

const fn mistaken(content: ContentInput, problems: Vec<Problem>) -> Typed {
    Typed { content, problems }
}
