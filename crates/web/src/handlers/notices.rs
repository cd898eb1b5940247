//! What the pages tell whoever is signed in.

use axum::{extract::Path, response::Response};
use kernel::Timestamp;
use operations::notices;

use super::{Answer, Fields, Params, id, local, page_number, to};
use crate::{
    pages::NoticesPage,
    show::{notice_row, pager},
    visit::Visit,
};

/// `GET /notices`
pub(crate) async fn get(visit: Visit, Params(fields): Params) -> Answer {
    let page = page_number(&fields);
    let found = notices::list(&visit.app, &visit.actor, page).await?;
    let locale = visit.locale();
    visit.page(&NoticesPage {
        rows: found.notices.iter().map(|notice| notice_row(notice, locale)).collect(),
        unread: visit.actor.person().map_or(0, |person| person.unread),
        until: visit.cx.now.micros(),
        pager: pager(page, found.total, notices::PER_PAGE, |page| {
            format!("/notices?page={page}")
        }),
    })
}

/// `POST /notices`: all of them are read.
pub(crate) async fn read_all(visit: Visit, fields: Fields) -> Answer {
    let until = fields.get("until").parse().map_or(visit.cx.now, Timestamp::from_micros);
    notices::read_all(&visit.app, &visit.cx, &visit.actor, until).await?;
    Ok(visit.done("/notices", "notices_read"))
}

/// `POST /notices/{id}`: it is read, and leads to what it is about.
pub(crate) async fn read(visit: Visit, Path(notice): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    let path = notices::read(&visit.app, &visit.cx, &visit.actor, id(&notice)?).await?;
    Ok(lead(&path))
}

fn lead(path: &str) -> Response {
    to(local(path).unwrap_or("/notices"))
}
