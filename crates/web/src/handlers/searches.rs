//! Saved searches and followed organisations.

use axum::extract::Path;
use operations::{
    search::Asked,
    searches::{self, Cadence},
};

use super::{Answer, Fields, id, to};
use crate::{
    show::{SearchLinks as _, searches_page},
    visit::Visit,
};

/// `GET /searches`
pub(crate) async fn list(visit: Visit) -> Answer {
    let watched = searches::watched(&visit.app, &visit.actor).await?;
    visit.page(&searches_page(&watched, &visit.names()))
}

/// `POST /searches`: the search that the page showed.
pub(crate) async fn save(visit: Visit, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let asked = Asked::read(&fields.0, &visit.app.vocabulary());
    let cadence = Cadence::from_code(&fields.get("cadence"));
    let name = fields.get("name");
    searches::save(&visit.app, &visit.cx, &visit.actor, &asked, &name, cadence).await?;
    Ok(visit.done("/searches", "search_saved"))
}

/// `GET /searches/{id}`: to what it finds.
pub(crate) async fn run(visit: Visit, Path(search): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    let asked = searches::find(&visit.app, &visit.actor, id(&search)?).await?;
    Ok(to(&asked.href()))
}

/// `POST /searches/{id}`: another name.
pub(crate) async fn rename(visit: Visit, Path(search): Path<String>, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let name = fields.get("name");
    searches::rename(&visit.app, &visit.cx, &visit.actor, id(&search)?, &name).await?;
    Ok(visit.done("/searches", "search_renamed"))
}

/// `POST /searches/{id}/delete`
pub(crate) async fn forget(visit: Visit, Path(search): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    searches::forget(&visit.app, &visit.cx, &visit.actor, id(&search)?).await?;
    Ok(visit.done("/searches", "search_forgotten"))
}

/// `POST /organisations/{id}/follow`
pub(crate) async fn follow(visit: Visit, Path(organisation): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    searches::follow(&visit.app, &visit.cx, &visit.actor, id(&organisation)?).await?;
    Ok(visit.done(&format!("/organisations/{organisation}"), "followed"))
}

/// `POST /organisations/{id}/unfollow`, from its page or from the list.
pub(crate) async fn unfollow(visit: Visit, Path(organisation): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    searches::unfollow(&visit.app, &visit.cx, &visit.actor, id(&organisation)?).await?;
    Ok(visit.done("/searches", "unfollowed"))
}
