//! Search.

use axum::{Json, response::IntoResponse as _};
use operations::{
    search::{self, Asked},
    searches,
};

use super::{Answer, Params};
use crate::{show::SearchReader, visit::Visit};

/// `GET /search`
pub(crate) async fn get(visit: Visit, Params(fields): Params) -> Answer {
    visit.may_search()?;
    let names = visit.names();
    let asked = Asked::read(&fields.0, &visit.app.vocabulary());
    let found = search::ask(&visit.app, &visit.cx, &visit.actor, &asked).await?;
    if asked.facets {
        return visit.page(&names.facets_page(&asked, &found));
    }
    let help = if found.page.total == 0 && !found.fallback {
        Some(search::help(&visit.app, &visit.actor, &asked).await?)
    } else {
        None
    };
    let reader = SearchReader {
        fictional: visit.app.settings().demonstration,
        told: searches::told(&visit.app, &visit.actor).await?,
    };
    visit.page(&names.search_page(&asked, &found, help.as_ref(), reader))
}

/// `GET /search/suggest`: what the beginning of a question may mean, for the script.
pub(crate) async fn suggest(visit: Visit, Params(fields): Params) -> Answer {
    visit.may_search()?;
    let meant = search::suggest(&visit.app, &visit.actor, &fields.get("q")).await?;
    let names = visit.names();
    let suggested: Vec<_> = meant.iter().filter_map(|meant| names.suggested(meant)).collect();
    Ok(Json(suggested).into_response())
}
