//! Handlers: each parses, calls one operation and answers.

pub(crate) mod agreements;
pub(crate) mod agreements_acts;
pub(crate) mod agreements_running;
pub(crate) mod demand;
pub(crate) mod demo;
pub(crate) mod home;
pub(crate) mod links;
pub(crate) mod mail_room;
pub(crate) mod mail_settings;
pub(crate) mod members;
pub(crate) mod notices;
pub(crate) mod operator;
pub(crate) mod operator_agreements;
pub(crate) mod organisations;
pub(crate) mod posts;
pub(crate) mod questions;
pub(crate) mod record_acts;
pub(crate) mod record_weeks;
pub(crate) mod records;
pub(crate) mod register;
pub(crate) mod search;
pub(crate) mod searches;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
pub(crate) mod signing;
pub(crate) mod signing_end;
pub(crate) mod trades;
pub(crate) mod verify;
pub(crate) mod workspace;

use std::str::FromStr;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::Form;

use crate::Failed;

/// What a handler answers.
pub(crate) type Answer = Result<Response, Failed>;

/// Names and values as they came, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The first value of that name; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> String {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// Every value of that name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).collect()
    }

    /// The version that a form was filled from.
    fn version(&self) -> Option<i64> {
        self.get("version").parse().ok()
    }
}

/// What was sent as `application/x-www-form-urlencoded`.
impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Err(Failed::status(StatusCode::PAYLOAD_TOO_LARGE)),
                _ => Err(Failed::status(StatusCode::BAD_REQUEST)),
            },
        }
    }
}

/// The query of an address. One that is malformed asks for nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(pub(crate) Fields);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        use axum_extra::extract::Query;
        let read = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        Ok(Self(read.map(|Query(fields)| Fields(fields)).unwrap_or_default()))
    }
}

/// The id in an address. What is none leads nowhere.
fn id<T: FromStr>(text: &str) -> Result<T, Failed> {
    text.parse().map_err(|_| Failed::not_found())
}

/// To `path` by GET.
fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The page number asked for.
fn page_number(fields: &Fields) -> i64 {
    fields.get("page").parse().unwrap_or(1).clamp(1, 100_000)
}

/// `path` when it is a path on this site and nothing else. A browser reads `\` as `/`, drops tabs and line ends, and
/// takes `//host` for another site.
fn local(path: &str) -> Option<&str> {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for good in ["/", "/posts/new?kind=course", "/search?q=%E6%95%B0#top", "/a//b"] {
            assert_eq!(local(good), Some(good));
        }
        for bad in [
            "",
            "posts",
            "//evil.test",
            "/\\evil.test",
            "https://evil.test/",
            "javascript:alert(1)",
            "/\t/evil.test",
            "/a\r\nSet-Cookie: x=1",
            " /x",
        ] {
            assert_eq!(local(bad), None, "{bad:?}");
        }
    }
}
