//! What somebody keeps an eye on: saved searches and followed organisations.

use kernel::Timestamp;
use serde::Serialize;
use words::Text;

use super::{Choice, Hidden, fixtures};
use crate::view::Page;

/// The form that saves a search: `POST /searches` with the search itself, `name` and `cadence`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SaveSearch {
    /// What the search asks.
    pub hidden: Vec<Hidden>,
    /// What it could be called.
    pub name: String,
    /// How often somebody can be told.
    pub cadences: Vec<Choice>,
    /// How often they are told now.
    pub cadence: &'static str,
}

/// `GET /searches`
#[derive(Debug, Clone, Serialize)]
pub struct SearchesPage {
    /// The searches, the oldest first.
    pub searches: Vec<SavedSearchRow>,
    /// The organisations, the latest first.
    pub followed: Vec<FollowedRow>,
    /// How often new results are told.
    pub searches_told: Text,
    /// How often new posts of the organisations are told.
    pub followed_told: Text,
    /// Whether letters reach the address: it was confirmed.
    pub confirmed: bool,
}

/// A saved search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedSearchRow {
    /// `POST {path}` with `name` gives it another name, `POST {path}/delete` forgets it.
    pub path: String,
    /// What it finds.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// What it looks for; empty when it is everything.
    pub words: String,
    /// When it was saved.
    pub at: Timestamp,
}

/// A followed organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowedRow {
    /// Its page; `POST {href}/unfollow` follows it no more.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Since when it is followed.
    pub since: Timestamp,
}

/// Whether an organisation is followed by whoever looks: `POST {path}/follow` or `{path}/unfollow`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowView {
    /// The organisation's page.
    pub path: String,
    /// Whether it is.
    pub followed: bool,
}

impl SaveSearch {
    pub(super) fn sample() -> Self {
        let hidden = |name: &str, value: &str| Hidden {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        Self {
            hidden: vec![
                hidden("q", "数控"),
                hidden("kind", "programme"),
                hidden("district", "310114"),
            ],
            name: "数控 · 合作专业 · 嘉定区".to_owned(),
            cadences: vec![
                Choice::new("daily", "每个工作日一封"),
                Choice::new("weekly", "每周一封"),
                Choice::new("never", "不发邮件"),
            ],
            cadence: "daily",
        }
    }
}

impl Page for SearchesPage {
    const TEMPLATE: &'static str = "searches.html";

    fn samples() -> Vec<Self> {
        let row = |number: u8, name: &str, words: &str| SavedSearchRow {
            path: format!("/searches/0199b0c1-0000-7000-8000-0000000000{number:02}"),
            href: "/search?q=%E6%95%B0%E6%8E%A7&kind=programme".to_owned(),
            name: name.to_owned(),
            words: words.to_owned(),
            at: fixtures::moment(i64::from(number)),
        };
        let full = Self {
            searches: vec![
                row(1, "嘉定的数控班", "数控 · 合作专业 · 嘉定区"),
                row(2, "全部 <script>", ""),
                row(
                    3,
                    "上海集成电路和生物医药方向、三级以上、明年春季开班的合作专业与短期课程，先看松江区与浦东新区",
                    "集成电路 · 合作专业 · 短期课程",
                ),
            ],
            followed: vec![FollowedRow {
                href: "/organisations/0199b0c1-0000-7000-8000-00000000000a".to_owned(),
                name: "示例电子信息职业技术学院".to_owned(),
                since: fixtures::moment(5),
            }],
            searches_told: Text::of("cadence", "daily"),
            followed_told: Text::of("cadence", "never"),
            confirmed: true,
        };
        vec![
            full.clone(),
            Self {
                searches: Vec::new(),
                followed: Vec::new(),
                confirmed: false,
                ..full
            },
        ]
    }
}
