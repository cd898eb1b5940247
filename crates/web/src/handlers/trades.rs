//! Majors and occupations, and the ways between them.

use axum::extract::Path;
use operations::trades;

use super::{Answer, Params};
use crate::{Failed, visit::Visit};

/// `GET /trades`
pub(crate) async fn list(visit: Visit, Params(fields): Params) -> Answer {
    let query = fields.get("q");
    visit.may_search()?;
    let found = trades::find(&visit.app, &query);
    visit.page(&visit.names().trades_page(&query, &found))
}

/// `GET /trades/{code}`
pub(crate) async fn get(visit: Visit, Path(code): Path<String>) -> Answer {
    visit.may_search()?;
    let look = trades::look(&visit.app, &visit.actor, &code).await?;
    let page = visit.names().trade_page(&look).ok_or_else(Failed::not_found)?;
    visit.page(&page)
}
