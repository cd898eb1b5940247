//! Pages: what people see and press. No SQL, no rule; a handler parses, calls one operation and answers.

pub mod assets;
mod failed;
mod handlers;
mod limits;
pub mod pages;
pub mod routes;
mod show;
pub mod view;
mod visit;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::Response,
};
pub(crate) use failed::Failed;
use kernel::RequestId;
use operations::App;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer, limit::RequestBodyLimitLayer,
    set_header::SetResponseHeaderLayer, timeout::TimeoutLayer, trace::TraceLayer,
};

use crate::limits::Limits;

/// What every handler may reach.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    app: App,
    limits: Arc<Limits>,
    trusted_proxies: usize,
}

/// The longest form: 20 lines of a post with 5,000 characters of Chinese, percent-encoded, and room to spare.
const MAX_BODY: usize = 512 * 1024;

pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The header that carries a request's id from the outermost layer inwards. What a client sends there is replaced.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// Renders every sample of every page in these languages; answers how many there were.
pub fn check_pages(locales: &[kernel::Locale]) -> Result<usize, view::RenderError> {
    let mut rendered = 0;
    for locale in locales {
        let view = view::View {
            locale: *locale,
            viewer: view::Viewer::Stranger,
            path: "/".to_owned(),
            demo: false,
            mailbox: false,
            flash: None,
            today: kernel::Date::MIN,
        };
        for sample in pages::render_samples(&view, view::templates()) {
            sample.html?;
            rendered += 1;
        }
    }
    Ok(rendered)
}

/// The whole site on `app`, believing so many entries of `X-Forwarded-For`.
pub fn router(app: App, trusted_proxies: usize) -> Router {
    let web = Web {
        app,
        limits: Arc::new(Limits::new()),
        trusted_proxies,
    };
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    routes::router()
        .fallback(handlers::home::nowhere)
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn_with_state(web.clone(), request_id))
                .layer(TraceLayer::new_for_http().make_span_with(span).on_response(answered))
                .layer(CompressionLayer::new())
                .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
                .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .layer(fixed(header::REFERRER_POLICY, "same-origin"))
                .layer(fixed(
                    HeaderName::from_static("permissions-policy"),
                    "camera=(), microphone=(), geolocation=()",
                ))
                .layer(fixed(header::CACHE_CONTROL, "no-store"))
                .layer(middleware::from_fn_with_state(web.clone(), failed::show))
                .layer(CatchPanicLayer::new())
                .layer(TimeoutLayer::with_status_code(
                    StatusCode::SERVICE_UNAVAILABLE,
                    Duration::from_secs(20),
                ))
                // Mailboxes press the button of a list header from wherever they are; the token alone authorises it (RFC 8058).
                .layer(CsrfLayer::new().with_insecure_bypass(|_, uri| uri.path().starts_with("/mail/unsubscribe/")))
                .layer(RequestBodyLimitLayer::new(handlers::verify::MAX_REQUEST))
                // Forms are read by extractors, which keep to this; who takes a file raises it.
                .layer(DefaultBodyLimit::max(MAX_BODY)),
        )
        .with_state(web)
}

/// Gives each request an id that its log lines and its error page carry.
async fn request_id(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new(web.app.clock().now(), web.app.chance());
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        request.headers_mut().insert(REQUEST_ID, value);
    }
    next.run(request).await
}

/// The span of a request. It names the route and never the address itself: addresses carry tokens.
fn span<B>(request: &axum::http::Request<B>) -> tracing::Span {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str);
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    tracing::info_span!("request", method = %request.method(), route, id)
}

/// How long an answer may take before the log says so.
const SLOW: Duration = Duration::from_secs(2);

/// Says what somebody had to wait for; the span names the route.
fn answered<B>(response: &axum::http::Response<B>, latency: Duration, _: &tracing::Span) {
    let (status, millis) = (response.status().as_u16(), latency.as_millis());
    if latency < SLOW {
        tracing::debug!(status, millis, "answered");
    } else {
        tracing::warn!(status, millis, "an answer took long");
    }
}
