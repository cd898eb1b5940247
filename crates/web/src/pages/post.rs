//! A post as everybody sees it, and what its owner can do with it.

use kernel::{Date, Fen, PostingKind, Timestamp};
use serde::Serialize;
use words::Text;

use super::{Choice, LineView, MatchView, Mistake, OrganisationCard, Pager, fixtures};
use crate::view::Page;

/// `GET /posts/{id}`
#[derive(Debug, Clone, Serialize)]
pub struct PostPage {
    /// `/posts/{id}`: the forms post below it.
    pub path: String,
    /// What it offers or asks for.
    pub kind: PostingKind,
    /// Code of the status: `draft`, `published`, `closed`.
    pub status: &'static str,
    /// When and why it was closed.
    pub closed: Option<Closed>,
    /// Title.
    pub title: String,
    /// Whose it is.
    pub organisation: OrganisationCard,
    /// Province and district.
    pub place: Option<String>,
    /// Only within the province.
    pub region_bound: bool,
    /// First day.
    pub starts_on: Option<Date>,
    /// Last day.
    pub ends_on: Option<Date>,
    /// Last day for an answer.
    pub closing_on: Option<Date>,
    /// Names of training modes.
    pub modes: Vec<String>,
    /// Names of industries.
    pub industries: Vec<String>,
    /// Tags.
    pub skills: Vec<String>,
    /// Per person.
    pub price: Option<Fen>,
    /// Free text, paragraphs parted by line ends.
    pub summary: String,
    /// What exactly.
    pub lines: Vec<LineView>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// It was made from this year's row of the register.
    pub register_year: Option<i64>,
    /// What answers it; `None` when this viewer is not shown matches.
    pub matches: Option<Matches>,
    /// What its owner can do; `None` for everybody else.
    pub owner: Option<OwnerBar>,
}

/// When and why a post was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// Code of the reason.
    pub reason: &'static str,
    /// When.
    pub at: Timestamp,
}

/// The matches of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matches {
    /// They are still being computed.
    pub pending: bool,
    /// The best ones, best first: those of this page of them.
    pub list: Vec<MatchView>,
    /// More of them.
    pub pager: Option<Pager>,
    /// Why there is none, when there is none and the matcher could tell.
    pub why_none: Vec<Text>,
}

/// What the owner of a post can do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnerBar {
    /// Whether the organisation is verified, without which nothing is published.
    pub verified: bool,
    /// What is missing before it can be published.
    pub missing: Vec<Mistake>,
    /// Version of the post, sent with each form.
    pub version: i64,
    /// The reasons to close it.
    pub close_reasons: Vec<Choice>,
}

impl Page for PostPage {
    const TEMPLATE: &'static str = "post.html";

    fn samples() -> Vec<Self> {
        let need = fixtures::need_post();
        let offer = fixtures::offer_post();
        let owner = |missing: Vec<Mistake>| OwnerBar {
            verified: true,
            missing,
            version: 3,
            close_reasons: vec![
                Choice::new("filled", "已找到合作方"),
                Choice::new("withdrawn", "计划取消"),
                Choice::new("other", "其他原因"),
            ],
        };
        let mistakes = vec![
            Mistake {
                field: "province".to_owned(),
                label: Text::of("field", "province"),
                message: Text::of("problem", "required"),
            },
            Mistake {
                field: "lines.0.seats".to_owned(),
                label: Text::new("field.of_line")
                    .with("n", 1)
                    .with("field", Text::of("field", "seats")),
                message: Text::of("problem", "required"),
            },
        ];
        let draft = Self {
            status: "draft",
            published_at: None,
            owner: Some(owner(mistakes)),
            matches: None,
            summary: String::new(),
            place: None,
            starts_on: None,
            ends_on: None,
            closing_on: None,
            ..need.clone()
        };
        let ready = Self {
            owner: Some(owner(Vec::new())),
            ..draft.clone()
        };
        let unverified = Self {
            owner: Some(OwnerBar {
                verified: false,
                ..owner(Vec::new())
            }),
            ..draft.clone()
        };
        let own = Self {
            owner: Some(owner(Vec::new())),
            ..need.clone()
        };
        let closed = Self {
            status: "closed",
            closed: Some(Closed {
                reason: "filled",
                at: fixtures::moment(2),
            }),
            matches: None,
            owner: Some(owner(Vec::new())),
            ..need.clone()
        };
        let unmatched = Self {
            matches: Some(Matches {
                pending: false,
                list: Vec::new(),
                pager: None,
                why_none: vec![
                    Text::of("obstacle", "level").with("n", 12),
                    Text::of("obstacle", "trade").with("n", 140),
                ],
            }),
            ..need.clone()
        };
        let pending = Self {
            matches: Some(Matches {
                pending: true,
                list: Vec::new(),
                pager: None,
                why_none: Vec::new(),
            }),
            owner: Some(owner(Vec::new())),
            ..offer.clone()
        };
        vec![need, offer, draft, ready, unverified, own, closed, unmatched, pending]
    }
}
