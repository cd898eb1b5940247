//! What is shown when something cannot be shown, and the menu.

use serde::Serialize;
use words::Text;

use crate::view::Page;

/// Any failure, as a page.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorPage {
    /// HTTP status; the words are those of `error.title_<status>`, or of `error.title_500` when it has none.
    pub status: u16,
    /// Which words.
    words: &'static str,
    /// More about it, in words that help.
    pub detail: Option<Text>,
    /// For the operator who looks for it in the log.
    pub request_id: Option<String>,
}

impl ErrorPage {
    /// The page of a status.
    pub fn new(status: u16) -> Self {
        let words = match status {
            400 => "400",
            403 => "403",
            404 => "404",
            405 => "405",
            409 => "409",
            410 => "410",
            413 => "413",
            422 => "422",
            429 => "429",
            503 => "503",
            _ => "500",
        };
        Self {
            status,
            words,
            detail: None,
            request_id: None,
        }
    }
}

/// `GET /menu`: every place, for phones.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MenuPage {}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "error.html";

    fn samples() -> Vec<Self> {
        let mut samples: Vec<Self> = [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503]
            .map(Self::new)
            .to_vec();
        samples.push(Self {
            request_id: Some("0199b0c1-0000-7000-8000-00000000000e".to_owned()),
            detail: Some(Text::new("error.not_verified")),
            ..Self::new(500)
        });
        samples
    }
}

impl Page for MenuPage {
    const TEMPLATE: &'static str = "menu.html";

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}
