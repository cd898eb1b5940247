//! Search.

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
    let found = search::find(&visit.app, &visit.actor, &asked.query()).await?;
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
