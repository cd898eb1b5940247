//! From a failure to an answer: a page for browsers, `application/problem+json` (RFC 9457) for everything else.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use marketplace::{AcceptRefusal, PostingRefusal, Problem, StandingRefusal};
use operations::{Failure, Forbidden, Refusal};
use serde_json::json;
use tower_http::csrf::ProtectionError;
use words::Text;

use crate::{
    REQUEST_ID, Web,
    pages::ErrorPage,
    show::encode,
    visit::{Visit, wished_locale},
};

/// A request that failed.
#[derive(Debug)]
pub(crate) struct Failed(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    shown: Shown,
    retry_after: Option<i64>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What the layer needs to make an answer of it; travels in the response's extensions.
#[derive(Debug, Clone, Default)]
struct Shown {
    detail: Option<Text>,
    sign_in: bool,
    problems: Vec<Problem>,
}

impl Failed {
    /// A failure that its status says all about.
    pub(crate) fn status(status: StatusCode) -> Self {
        Self(Box::new(Inner {
            status,
            shown: Shown::default(),
            retry_after: None,
            source: None,
        }))
    }

    /// Something broke inside.
    pub(crate) fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::broken(Box::new(error))
    }

    fn broken(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let mut failed = Self::status(StatusCode::INTERNAL_SERVER_ERROR);
        failed.0.source = Some(source);
        failed
    }

    /// Nothing was done for want of time; again in a moment.
    fn busy(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let mut failed = Self::status(StatusCode::SERVICE_UNAVAILABLE);
        failed.0.source = Some(source);
        failed.0.retry_after = Some(5);
        failed
    }

    /// There is no such thing.
    pub(crate) fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND)
    }

    /// Too often; again in so many seconds.
    pub(crate) fn too_many(seconds: i64) -> Self {
        let mut failed = Self::status(StatusCode::TOO_MANY_REQUESTS);
        failed.0.retry_after = Some(seconds);
        failed
    }

    fn said(status: StatusCode, detail: Text) -> Self {
        let mut failed = Self::status(status);
        failed.0.shown.detail = Some(detail);
        failed
    }
}

/// What is said of a refusal.
pub(crate) fn refusal_text(refusal: &Refusal) -> Text {
    let code = match refusal {
        Refusal::WrongPassword => "wrong_password",
        Refusal::LinkUsed => "link_used",
        Refusal::LinkExpired => "link_expired",
        Refusal::MemberAlready => "member_already",
        Refusal::AddressNotConfirmed => "address_not_confirmed",
        Refusal::LastAdmin => "last_admin",
        Refusal::NotVerified => "not_verified",
        Refusal::OtherSchool => "other_school",
        Refusal::ClaimedByOther => "claimed_by_other",
        Refusal::CollegeJoined => "college_joined",
        Refusal::NothingChosen => "nothing_chosen",
        Refusal::TooManySearches => "too_many_searches",
        Refusal::AddressSuppressed => "address_suppressed",
        Refusal::LetterGone => "letter_gone",
        Refusal::Agreement(refusal) => return refusal.text(),
        Refusal::Record(refusal) => return refusal.text(),
        Refusal::Invitation(refusal) => match refusal {
            AcceptRefusal::Accepted => "invitation_accepted",
            AcceptRefusal::Withdrawn => "invitation_withdrawn",
            AcceptRefusal::Expired => "invitation_expired",
        },
        Refusal::Standing(refusal) => match refusal {
            StandingRefusal::Already => "standing_already",
            StandingRefusal::NotFromHere => "standing_not_from_here",
            StandingRefusal::ReasonMissing => "reason_missing",
        },
        Refusal::Posting(refusal) => match refusal {
            PostingRefusal::NotVerified => "not_verified",
            PostingRefusal::WrongSide => "wrong_side",
            PostingRefusal::Incomplete(_) => "incomplete",
            PostingRefusal::Published => "published_already",
            PostingRefusal::NotPublished => "not_published",
            PostingRefusal::Closed => "closed",
        },
    };
    Text::of("refusal", code)
}

fn forbidden_text(forbidden: Forbidden) -> Text {
    let code = match forbidden {
        Forbidden::SignIn => "sign_in",
        Forbidden::NotOfficer => "not_officer",
        Forbidden::NotYours => "not_yours",
        Forbidden::NotAdmin => "not_admin",
        Forbidden::NotOperator => "not_operator",
        Forbidden::NotCollege => "not_college",
        Forbidden::NotEnterprise => "not_enterprise",
        Forbidden::NotNamed => "not_named",
    };
    Text::of("forbidden", code)
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotFound => Self::not_found(),
            Failure::Forbidden(Forbidden::SignIn) => {
                let mut failed = Self::said(StatusCode::UNAUTHORIZED, forbidden_text(Forbidden::SignIn));
                failed.0.shown.sign_in = true;
                failed
            }
            Failure::Forbidden(forbidden) => Self::said(StatusCode::FORBIDDEN, forbidden_text(forbidden)),
            Failure::Invalid(problems) => {
                let mut failed = Self::status(StatusCode::UNPROCESSABLE_ENTITY);
                failed.0.shown.detail = problems.first().map(|problem| words::problem(&problem.code));
                failed.0.shown.problems = problems;
                failed
            }
            Failure::Refused(refusal) => Self::said(StatusCode::CONFLICT, refusal_text(&refusal)),
            Failure::TooMany { seconds } => Self::too_many(seconds),
            Failure::Conflict => Self::said(StatusCode::CONFLICT, Text::of("refusal", "changed_meanwhile")),
            Failure::Busy(source) => Self::busy(source),
            Failure::Internal(source) => Self::broken(source),
        }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let inner = *self.0;
        if let Some(source) = &inner.source {
            let mut chain = source.to_string();
            let mut next = source.source();
            while let Some(error) = next {
                chain.push_str(": ");
                chain.push_str(&error.to_string());
                next = error.source();
            }
            tracing::error!(error = chain, "a request failed inside");
        }
        let mut response = inner.status.into_response();
        if let Some(seconds) = inner.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response.extensions_mut().insert(inner.shown);
        response
    }
}

/// Gives every failed answer its page: those of handlers and those of layers (cross-site, too large, timed out).
pub(crate) async fn show(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let kept = keep(&parts);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let has_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if has_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut shown = response.extensions_mut().remove::<Shown>().unwrap_or_default();
    if response.extensions().get::<ProtectionError>().is_some() {
        shown.detail = Some(Text::of("forbidden", "cross_site"));
    }
    let request_id = kept
        .headers
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .map(str::to_owned);
    let wants_page = kept.headers.get(header::ACCEPT).is_none_or(|accept| {
        let accept = accept.to_str().unwrap_or_default();
        accept.contains("text/html") || accept.contains("*/*")
    });
    let mut answer = if !wants_page {
        problem(&kept, status, &shown, request_id.as_deref())
    } else if shown.sign_in {
        let back = kept.uri.path_and_query().map_or("/", |path| path.as_str());
        let back = if kept.method == Method::GET { back } else { "/workspace" };
        Redirect::to(&format!("/sign-in?next={}", encode(back))).into_response()
    } else {
        page(&kept, &web, status, shown, request_id).await
    };
    for kept in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&kept) {
            answer.headers_mut().insert(kept, value.clone());
        }
    }
    answer
}

/// The head of a request, without what cannot be cloned.
fn keep(parts: &Parts) -> Parts {
    let (mut kept, ()) = axum::http::Request::new(()).into_parts();
    kept.method = parts.method.clone();
    kept.uri = parts.uri.clone();
    kept.headers = parts.headers.clone();
    kept.extensions = parts.extensions.clone();
    kept
}

fn problem(parts: &Parts, status: StatusCode, shown: &Shown, request_id: Option<&str>) -> Response {
    let locale = wished_locale(&parts.headers);
    let errors: Vec<_> = shown
        .problems
        .iter()
        .map(|problem| {
            let detail = words::problem(&problem.code).render(locale);
            json!({ "field": problem.field, "code": problem.code.key(), "detail": detail })
        })
        .collect();
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": shown.detail.as_ref().map(|detail| detail.render(locale)),
        "code": shown.detail.as_ref().map(Text::key),
        "errors": errors,
        "instance": request_id,
    });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}

async fn page(parts: &Parts, web: &Web, status: StatusCode, shown: Shown, request_id: Option<String>) -> Response {
    // A refusal says "not yet"; only a change by somebody else says "it has changed".
    let refused = status == StatusCode::CONFLICT
        && shown
            .detail
            .as_ref()
            .is_some_and(|detail| detail.key() != "refusal.changed_meanwhile");
    let words = if refused {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        status
    };
    let mut page = ErrorPage::new(words.as_u16());
    page.status = status.as_u16();
    page.detail.clone_from(&shown.detail);
    page.request_id = request_id.filter(|_| status.is_server_error());
    let visit = Visit::of(parts, web)
        .await
        .unwrap_or_else(|_| Visit::of_stranger(parts, web));
    visit
        .page_with(status, &page)
        .unwrap_or_else(|_| problem(parts, status, &shown, page.request_id.as_deref()))
}
