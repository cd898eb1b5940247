//! A browser without script: it keeps cookies, sends what browsers send, and follows links when told.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// Somebody with a browser.
#[derive(Debug, Clone)]
pub struct Visitor {
    router: Router,
    cookies: BTreeMap<String, String>,
    language: &'static str,
    address: String,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The page, or whatever the body is.
    pub body: String,
    /// After how many seconds to try again.
    pub retry_after: Option<u64>,
    asked: String,
}

/// What goes with a request.
struct Sent {
    kind: &'static str,
    body: Vec<u8>,
}

impl Sent {
    fn form(fields: &[String]) -> Self {
        Self {
            kind: "application/x-www-form-urlencoded",
            body: fields.join("&").into_bytes(),
        }
    }
}

impl Visitor {
    pub(crate) fn new(router: Router, address: String) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            language: "zh-CN",
            address,
        }
    }

    /// The same visitor reading English.
    #[must_use]
    pub fn in_english(mut self) -> Self {
        self.language = "en";
        self
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None, "same-origin").await
    }

    /// Presses a button.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>();
        self.send("POST", path, Some(Sent::form(&body)), "same-origin").await
    }

    /// Presses a button and opens the page it leads to.
    pub async fn post_and_follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "POST {path}: {}", answer.plain());
        let to = answer.location.clone().expect("a redirect says where to");
        self.get(&to).await
    }

    /// What a page of another site does to this visitor's browser.
    pub async fn post_from_elsewhere(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>();
        self.send("POST", path, Some(Sent::form(&body)), "cross-site").await
    }

    /// Whether a session's cookie is kept.
    pub fn is_signed_in(&self) -> bool {
        self.cookies.contains_key("qixiao_session")
    }

    /// The token of the session, when one is kept.
    pub fn session(&self) -> Option<operations::Token> {
        operations::Token::parse(self.cookies.get("qixiao_session")?)
    }

    /// Sends a file by the form at `path`.
    pub async fn upload(&mut self, path: &str, field: &str, file: &[u8]) -> Answer {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"file.json\"\r\n\r\n");
        let body = [head.as_bytes(), file, b"\r\n--b--\r\n"].concat();
        let body = Sent {
            kind: "multipart/form-data; boundary=b",
            body,
        };
        self.send("POST", path, Some(body), "same-origin").await
    }

    async fn send(&mut self, method: &str, path: &str, body: Option<Sent>, site: &str) -> Answer {
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "qixiao.example")
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header("x-forwarded-for", &self.address)
            .header("sec-fetch-site", site);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        if let Some(body) = &body {
            request = request.header(header::CONTENT_TYPE, body.kind);
        }
        let request = request
            .body(body.map_or_else(Body::empty, |sent| Body::from(sent.body)))
            .expect("a request that can be built");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router always answers");
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap_or_default());
        }
        let status = response.status();
        let location = response
            .headers()
            .get(header::LOCATION)
            .and_then(|to| to.to_str().ok())
            .map(str::to_owned);
        let retry_after = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|after| after.to_str().ok()?.parse().ok());
        let bytes = response
            .into_body()
            .collect()
            .await
            .expect("a body in memory")
            .to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status,
            location,
            body,
            retry_after,
            asked: format!("{method} {path}"),
        }
    }

    fn keep(&mut self, cookie: &str) {
        let Some((name, rest)) = cookie.split_once('=') else {
            return;
        };
        let value = rest.split(';').next().unwrap_or_default();
        if value.is_empty() || rest.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Answer {
    /// The text that a person reads: no tags, entities resolved, white space joined.
    pub fn plain(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                c if !inside => text.push(c),
                _ => {}
            }
        }
        let text = text
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"");
        text.replace("&#x27;", "'")
            .replace("&#x2f;", "/")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The answer is a page with this text on it.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(
            self.status.is_success(),
            "{}: {} {}",
            self.asked,
            self.status,
            self.plain()
        );
        assert!(
            self.says(text),
            "{} does not show {text:?}: {}",
            self.asked,
            self.plain()
        );
        self
    }

    /// This text is nowhere on it.
    #[track_caller]
    pub fn hides(&self, text: &str) -> &Self {
        assert!(!self.says(text), "{} shows {text:?}", self.asked);
        self
    }

    /// The answer has this status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.asked, self.plain());
        self
    }

    /// Where the redirect leads.
    #[track_caller]
    pub fn leads(&self) -> String {
        self.is(303);
        self.location.clone().expect("a redirect says where to")
    }

    /// Whether the text is on it; spaces between Chinese and Latin are the page's own affair.
    pub fn says(&self, text: &str) -> bool {
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        bare(&self.plain()).contains(&bare(text)) || self.body.contains(text)
    }

    /// The first address of a link or form on the page that starts with `start`.
    pub fn link(&self, start: &str) -> Option<String> {
        self.links(start).into_iter().next()
    }

    /// Every address of a link or form on the page that starts with `start`, each once.
    pub fn links(&self, start: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for attribute in ["href=\"", "action=\""] {
            for piece in self.body.split(attribute).skip(1) {
                let address = piece.split('"').next().unwrap_or_default();
                let address = address
                    .replace("&#x2f;", "/")
                    .replace("&amp;", "&")
                    .replace("&#x3d;", "=");
                if address.starts_with(start) && !found.contains(&address) {
                    found.push(address);
                }
            }
        }
        found
    }
}

/// Percent-encodes for a form.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
