//! What the pages tell whoever is signed in.

use kernel::Timestamp;
use serde::Serialize;
use words::Text;

use super::{Pager, fixtures};
use crate::view::Page;

/// `GET /notices`; `POST /notices` with `until` reads all that the page could show.
#[derive(Debug, Clone, Serialize)]
pub struct NoticesPage {
    /// The notices, the newest first.
    pub rows: Vec<NoticeRow>,
    /// How many are unread, on all pages: 100 stands for that many or more.
    pub unread: i64,
    /// The moment of the page, in microseconds.
    pub until: i64,
    /// More of them.
    pub pager: Option<Pager>,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeRow {
    /// `POST` reads it and leads to what it is about.
    pub path: String,
    /// What it is about.
    pub href: String,
    /// What it says.
    pub subject: String,
    /// Which event it reports.
    pub about: Text,
    /// When it came.
    pub at: Timestamp,
    /// Whether it has not been read.
    pub unread: bool,
}

impl Page for NoticesPage {
    const TEMPLATE: &'static str = "notices.html";

    fn samples() -> Vec<Self> {
        let row = |number: i64, event, subject: &str, unread| NoticeRow {
            path: format!("/notices/0199b0c1-0000-7000-8000-0000000000{number:02}"),
            href: "/workspace/agreements".to_owned(),
            subject: subject.to_owned(),
            about: Text::of("mail_event", event),
            at: fixtures::moment(number),
            unread,
        };
        let full = Self {
            rows: vec![
                row(
                    0,
                    "agreement",
                    "轮到贵单位处理培养协议：上海示例精密机械有限公司（PX-2026-0007）",
                    true,
                ),
                row(1, "week", "有周记等您审阅", true),
                row(9, "organisation", "贵单位已通过核验 <script>", false),
            ],
            unread: 2,
            until: 1_795_163_400_000_000,
            pager: Some(Pager {
                page: 1,
                pages: 2,
                previous: None,
                next: Some("/notices?page=2".to_owned()),
            }),
        };
        vec![
            full.clone(),
            Self {
                rows: full.rows[2..].to_vec(),
                unread: 0,
                pager: None,
                ..full.clone()
            },
            Self {
                rows: Vec::new(),
                unread: 0,
                pager: None,
                ..full
            },
        ]
    }
}
