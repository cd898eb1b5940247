//! Search.

use operations::{
    engine::Query,
    search::{self, Asked},
    searches,
};

use super::{Answer, Params};
use crate::{show::SearchLinks as _, visit::Visit};

/// How many wider searches are tried when nothing was found.
const TRIED: usize = 4;

/// `GET /search`
pub(crate) async fn get(visit: Visit, Params(fields): Params) -> Answer {
    visit.may_search()?;
    let names = visit.names();
    let asked = Asked::read(&fields.0, &visit.app.vocabulary());
    let found = search::find(&visit.app, &visit.actor, &asked.query()).await?;
    if asked.facets {
        return visit.page(&names.facets_page(&asked, &found));
    }
    let mut tried = Vec::new();
    if found.page.total == 0 && !found.fallback {
        for (text, wider) in asked.wider(&names).into_iter().take(TRIED) {
            let query = Query {
                facets: Vec::new(),
                per_page: 1,
                marked: false,
                ..wider.query()
            };
            let total = search::find(&visit.app, &visit.actor, &query).await?.page.total;
            if total > 0 {
                tried.push((text, wider, i64::try_from(total).unwrap_or(i64::MAX)));
            }
        }
    }
    let fictional = visit.app.settings().demonstration;
    let told = searches::told(&visit.app, &visit.actor).await?;
    visit.page(&names.search_page(&asked, &found, tried, fictional, told))
}
