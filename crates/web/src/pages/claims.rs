//! Register rows of a college: claim them, then turn them into posts.

use serde::Serialize;

use super::{Link, fixtures};
use crate::view::Page;

/// `GET /workspace/claims?q=`. `POST /workspace/claims` and `POST /workspace/claims/posts` send `row` as often as chosen.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimsPage {
    /// The college's name as the register is searched for.
    pub query: String,
    /// Whether the organisation is verified, without which nothing is claimed.
    pub verified: bool,
    /// Rows that can be claimed, by college and year.
    pub open: Vec<ClaimGroup>,
    /// Rows claimed and not yet turned into posts, by college and year.
    pub claimed: Vec<ClaimGroup>,
    /// Rows that are posts.
    pub posted: Vec<ClaimedPost>,
    /// Nothing was chosen when the button was pressed.
    pub nothing_chosen: bool,
}

/// Rows of one college of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimGroup {
    /// The college's name in the register.
    pub school_name: String,
    /// Its code.
    pub school_code: Option<String>,
    /// The year.
    pub year: i64,
    /// The rows.
    pub rows: Vec<ClaimRow>,
}

/// A row to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimRow {
    /// Its id, sent as `row`.
    pub id: String,
    /// Its page.
    pub href: String,
    /// Major name.
    pub major_name: String,
    /// Major code.
    pub major_code: String,
    /// Name of the category.
    pub category: Option<String>,
    /// Years of study.
    pub duration_years: i64,
    /// The organisation that claimed it before, when it is not this one: it cannot be chosen.
    pub taken_by: Option<String>,
}

/// A row that is a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimedPost {
    /// The post.
    pub post: Link,
    /// Code of its status.
    pub status: &'static str,
}

impl Page for ClaimsPage {
    const TEMPLATE: &'static str = "claims.html";

    fn samples() -> Vec<Self> {
        let row = |number: usize, name: &str, code: &str| ClaimRow {
            id: format!("0199b0c1-0000-7000-8000-{number:012}"),
            href: format!("/register/0199b0c1-0000-7000-8000-{number:012}"),
            major_name: name.to_owned(),
            major_code: code.to_owned(),
            category: Some("装备制造大类".to_owned()),
            duration_years: 3,
            taken_by: None,
        };
        let group = |rows| ClaimGroup {
            school_name: "上海示例电子信息职业技术学院".to_owned(),
            school_code: Some("4131099901".to_owned()),
            year: 2025,
            rows,
        };
        let taken = ClaimRow {
            taken_by: Some("示例技师学院".to_owned()),
            ..row(9, "工业互联网技术", "460310")
        };
        let full = Self {
            query: "示例电子信息".to_owned(),
            verified: true,
            open: vec![group(vec![
                row(1, "数控技术", "460103"),
                row(2, "工业机器人技术", "460305"),
                taken,
            ])],
            claimed: vec![group(vec![
                row(3, "机电一体化技术", "460301"),
                row(4, "模具设计与制造", "460113"),
            ])],
            posted: vec![
                ClaimedPost {
                    post: Link::new(fixtures::POST, "集成电路技术 2026 级新型学徒班"),
                    status: "published",
                },
                ClaimedPost {
                    post: Link::new(fixtures::POST, "应用电子技术"),
                    status: "draft",
                },
            ],
            nothing_chosen: false,
        };
        vec![
            full.clone(),
            Self {
                nothing_chosen: true,
                claimed: Vec::new(),
                posted: Vec::new(),
                ..full.clone()
            },
            Self {
                open: Vec::new(),
                claimed: Vec::new(),
                posted: Vec::new(),
                ..full.clone()
            },
            Self {
                verified: false,
                claimed: Vec::new(),
                posted: Vec::new(),
                ..full
            },
        ]
    }
}
