//! Who asks, in which language, from where: what every handler starts with.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use kernel::Locale;
use marketplace::OrganisationSide;
use operations::{Actor, App, Cx, Token, accounts, demo};
use words::Text;

use crate::{
    Failed, Web,
    show::Names,
    view::{Flash, Page, Person, Tone, View, Viewer, ViewerRole},
};

/// The session's cookie. The prefix `__Host-` would forbid plain http, which a demonstration on loopback uses.
pub(crate) const SESSION: &str = "qixiao_session";
const LANGUAGE: &str = "qixiao_language";
const FLASH: &str = "qixiao_flash";

/// What every handler starts with.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) app: App,
    pub(crate) actor: Actor,
    pub(crate) cx: Cx,
    pub(crate) token: Option<Token>,
    web: Web,
    view: View,
    flashed: bool,
}

impl Visit {
    /// The language of the page.
    pub(crate) const fn locale(&self) -> Locale {
        self.cx.locale
    }

    /// The names of codes in the language of the page.
    pub(crate) fn names(&self) -> Names {
        Names::new(self.locale(), self.app.vocabulary())
    }

    /// Refuses whoever searches too often.
    pub(crate) fn may_search(&self) -> Result<(), Failed> {
        self.web.limits.search(&self.cx.client).map_err(Failed::too_many)
    }

    /// Refuses whoever looks at too many codes.
    pub(crate) fn may_look_at_code(&self) -> Result<(), Failed> {
        self.web.limits.code(&self.cx.client).map_err(Failed::too_many)
    }

    /// Whether the visitor acts for an enterprise.
    pub(crate) fn is_enterprise(&self) -> bool {
        self.side() == Some(OrganisationSide::Enterprise)
    }

    /// The side of the organisation acted for.
    pub(crate) fn side(&self) -> Option<OrganisationSide> {
        self.actor
            .person()
            .and_then(|person| person.acting.as_ref())
            .map(|acting| acting.side)
    }

    /// An address as others can open it: letters and things handed over need the whole of it.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.app.settings().public_url)
    }

    /// The page, with status 200.
    pub(crate) fn page<P: Page>(&self, page: &P) -> Result<Response, Failed> {
        self.page_with(StatusCode::OK, page)
    }

    /// The page again with the typed words and what is wrong with them: status 422.
    pub(crate) fn mend<P: Page>(&self, page: &P) -> Result<Response, Failed> {
        self.page_with(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// The page with another status.
    pub(crate) fn page_with<P: Page>(&self, status: StatusCode, page: &P) -> Result<Response, Failed> {
        let html = self.view.render(page).map_err(Failed::internal)?;
        let jar = CookieJar::new();
        let jar = if self.flashed { jar.add(expired(FLASH)) } else { jar };
        Ok((status, jar, Html(html)).into_response())
    }

    /// To `path`, where one word says what was done: `flash.<key>` of the catalogue.
    pub(crate) fn done(&self, path: &str, key: &'static str) -> Response {
        debug_assert!(
            words::has(&format!("flash.{key}")),
            "flash.{key} is not in the catalogue"
        );
        let cookie = self.cookie(FLASH, key);
        (CookieJar::new().add(cookie), Redirect::to(path)).into_response()
    }

    /// Signs the browser in.
    pub(crate) fn with_session(&self, token: &Token, response: Response) -> Response {
        let mut cookie = self.cookie(SESSION, token.expose().to_owned());
        cookie.set_max_age(time::Duration::days(accounts::SESSION_DAYS));
        (CookieJar::new().add(cookie), response).into_response()
    }

    /// Signs the browser out.
    pub(crate) fn without_session(response: Response) -> Response {
        (CookieJar::new().add(expired(SESSION)), response).into_response()
    }

    /// Remembers the language.
    pub(crate) fn with_language(&self, locale: Locale, response: Response) -> Response {
        let mut cookie = self.cookie(LANGUAGE, locale.code());
        cookie.set_max_age(time::Duration::days(365));
        (CookieJar::new().add(cookie), response).into_response()
    }

    fn cookie(&self, name: &'static str, value: impl Into<std::borrow::Cow<'static, str>>) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.app.settings().public_url.starts_with("https://"))
            .build()
    }

    /// Reads the visit of a request from its head.
    pub(crate) async fn of(parts: &Parts, web: &Web) -> Result<Self, Failed> {
        let mut visit = Self::of_stranger(parts, web);
        if let Some(token) = &visit.token {
            visit.actor = accounts::actor(&web.app, &visit.cx, token).await?;
            visit.view.viewer = viewer(&visit.actor);
        }
        Ok(visit)
    }

    /// The same without asking storage who it is: what is left when storage does not answer.
    pub(crate) fn of_stranger(parts: &Parts, web: &Web) -> Self {
        let jar = CookieJar::from_headers(&parts.headers);
        let locale = locale(&jar, &parts.headers);
        let cx = Cx {
            now: web.app.clock().now(),
            locale,
            client: client(parts, web.trusted_proxies),
        };
        let flash = jar.get(FLASH).map(|cookie| cookie.value().to_owned());
        let shown = flash
            .as_deref()
            .filter(|key| !key.contains('.') && words::has(&format!("flash.{key}")));
        let view = View {
            locale,
            viewer: Viewer::Stranger,
            path: shown_path(parts),
            demo: web.app.settings().demonstration,
            mailbox: demo::has_mailbox(&web.app),
            flash: shown.map(|key| Flash {
                tone: Tone::Done,
                text: Text::of("flash", key),
            }),
            today: cx.today(),
        };
        Self {
            app: web.app.clone(),
            actor: Actor::Stranger,
            cx,
            token: jar.get(SESSION).and_then(|cookie| Token::parse(cookie.value())),
            web: web.clone(),
            view,
            flashed: flash.is_some(),
        }
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        Self::of(parts, web).await
    }
}

/// The language: the one chosen, else the one the browser asks for.
fn locale(jar: &CookieJar, headers: &HeaderMap) -> Locale {
    jar.get(LANGUAGE)
        .and_then(|cookie| Locale::from_code(cookie.value()))
        .unwrap_or_else(|| wished_locale(headers))
}

/// The language the browser asks for.
pub(crate) fn wished_locale(headers: &HeaderMap) -> Locale {
    let header = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Locale::from_accept_language(header.unwrap_or_default())
}

/// The address that shows this page again by GET. A form that failed is shown under the address it was posted to; its
/// own page is where the browser came from.
fn shown_path(parts: &Parts) -> String {
    let path = |uri: &Uri| uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    if parts.method == Method::GET || parts.method == Method::HEAD {
        return path(&parts.uri);
    }
    let from = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let here = from(header::HOST);
    from(header::REFERER)
        .and_then(|referer| referer.parse::<Uri>().ok())
        .filter(|referer| here.is_some() && referer.authority().map(axum::http::uri::Authority::as_str) == here)
        .map_or_else(|| "/".to_owned(), |referer| path(&referer))
}

fn expired(name: &'static str) -> Cookie<'static> {
    Cookie::build((name, ""))
        .path("/")
        .max_age(time::Duration::ZERO)
        .build()
}

fn viewer(actor: &Actor) -> Viewer {
    let Some(person) = actor.person() else {
        return Viewer::Stranger;
    };
    let role = match &person.acting {
        Some(acting) => match acting.side {
            OrganisationSide::College => ViewerRole::College,
            OrganisationSide::Enterprise => ViewerRole::Enterprise,
            OrganisationSide::Neither => ViewerRole::Nobody,
        },
        None if person.operator => ViewerRole::Operator,
        None => ViewerRole::Nobody,
    };
    let organisation = person.acting.as_ref().map(|acting| acting.organisation_name.clone());
    Viewer::Person(Person {
        name: person.name.clone(),
        organisation,
        role,
        unread: person.unread,
    })
}

/// The address that rate limits count by: the peer's, or what the nearest trusted proxies say it was.
fn client(parts: &Parts, trusted_proxies: usize) -> String {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_string());
    forwarded(&parts.headers, trusted_proxies)
        .or(peer)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The entry of `X-Forwarded-For` that the outermost of so many trusted proxies wrote.
fn forwarded(headers: &HeaderMap, trusted_proxies: usize) -> Option<String> {
    if trusted_proxies == 0 {
        return None;
    }
    let all: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let entry = all.len().checked_sub(trusted_proxies).and_then(|at| all.get(at))?;
    entry
        .parse::<std::net::IpAddr>()
        .ok()
        .map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn only_as_many_proxies_are_believed_as_are_trusted() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "6.6.6.6, 198.51.100.7".parse().unwrap());
        headers.append("x-forwarded-for", "10.0.0.2".parse().unwrap());
        assert_eq!(forwarded(&headers, 0), None);
        assert_eq!(forwarded(&headers, 1).as_deref(), Some("10.0.0.2"));
        assert_eq!(forwarded(&headers, 2).as_deref(), Some("198.51.100.7"));
        assert_eq!(forwarded(&headers, 9), None);
    }

    #[test]
    fn a_form_that_failed_is_shown_again_where_it_came_from() {
        let path = |method: &str, referer: &str| {
            let request = Request::builder()
                .method(method)
                .uri("/posts?x=1")
                .header("host", "qixiao.test")
                .header("referer", referer);
            shown_path(&request.body(()).unwrap().into_parts().0)
        };
        assert_eq!(path("GET", "https://qixiao.test/elsewhere"), "/posts?x=1");
        assert_eq!(
            path("POST", "https://qixiao.test/posts/new?kind=course"),
            "/posts/new?kind=course"
        );
        assert_eq!(path("POST", "https://evil.test/posts/new"), "/");
    }
}
