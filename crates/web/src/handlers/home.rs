//! The front page, the menu, the language, and what machines ask for.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use kernel::Locale;
use operations::{accounts, home};

use super::{Answer, Fields, Params, local, to};
use crate::{
    Failed, Web,
    assets::Asset,
    pages::{Figures, HomePage, MenuPage},
    visit::Visit,
};

/// `GET /`
pub(crate) async fn get(visit: Visit) -> Answer {
    // The workspace leads on to the own page who acts for nobody.
    if visit.actor.person().is_some() {
        return Ok(to("/workspace"));
    }
    let front = home::front(&visit.app).await?;
    let names = visit.names();
    let figures = front.figures;
    visit.page(&HomePage {
        figures: Figures {
            colleges: figures.colleges,
            enterprises: figures.enterprises,
            posts: figures.posts,
            matches: figures.matches,
            register_rows: figures.register_rows,
            register_year: figures.register_year,
        },
        offers: names.published_rows(&front.offers),
        needs: names.published_rows(&front.needs),
    })
}

/// `GET /menu`
pub(crate) async fn menu(visit: Visit) -> Answer {
    visit.page(&MenuPage {})
}

/// `POST /language`
pub(crate) async fn language(visit: Visit, fields: Fields) -> Answer {
    let back = fields.get("return_to");
    let back = to(local(&back).unwrap_or("/"));
    Ok(match Locale::from_code(&fields.get("lang")) {
        Some(locale) => {
            accounts::choose_language(&visit.app, &visit.cx, &visit.actor, locale).await?;
            visit.with_language(locale, back)
        }
        None => back,
    })
}

/// `GET /healthz`
pub(crate) async fn health(State(web): State<Web>) -> Answer {
    home::healthy(&web.app).await?;
    Ok("ok\n".into_response())
}

/// `GET /assets/{file}`. An address with the right version never changes what it means.
pub(crate) async fn asset(Path(file): Path<String>, Params(fields): Params) -> Result<Response, Failed> {
    let asset = Asset::find(&file).ok_or_else(Failed::not_found)?;
    let kept = if fields.get("v") == asset.version() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, kept)];
    Ok((headers, asset.body()).into_response())
}

/// Any other address.
pub(crate) async fn nowhere() -> Failed {
    Failed::not_found()
}
