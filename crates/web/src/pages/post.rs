//! A post as everybody sees it, and what its owner can do with it.

use kernel::{Date, Fen, PostingKind, Timestamp};
use serde::Serialize;
use words::Text;

use super::{
    AsideForm, Chip, Choice, LineView, Link, MatchDraft, MatchView, Mistake, OrganisationCard, Pager, Party, fixtures,
};
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
    /// The reader's own posts beside it, those that fit first.
    pub beside: Vec<BesideView>,
    /// How many more of those there are.
    pub beside_rest: usize,
    /// What answers it; `None` when this viewer is not shown matches.
    pub matches: Option<Matches>,
    /// What its owner can do; `None` for everybody else.
    pub owner: Option<OwnerBar>,
}

/// An own post beside the one of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BesideView {
    /// The own post.
    pub own: Link,
    /// Which line of it, when it has several.
    pub line: Option<String>,
    /// 0..=1000; none when they do not fit.
    pub score: Option<u16>,
    /// The reasons of a match.
    pub chips: Vec<Chip>,
    /// What keeps them apart.
    pub failures: Vec<Text>,
    /// From which lines an agreement can be drafted, when the viewer may.
    pub draft: Option<MatchDraft>,
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Matches {
    /// They are still being computed.
    pub pending: bool,
    /// The best ones, best first: those of this page of them.
    pub list: Vec<MatchView>,
    /// More of them.
    pub pager: Option<Pager>,
    /// Why there is none, when there is none and the matcher could tell.
    pub why_none: Vec<Text>,
    /// To the owner of an offer: needs that together fill a class.
    pub cohorts: Vec<CohortView>,
    /// To its owner, when few answer it: who nearly does.
    pub near: Vec<NearView>,
    /// To its owner: what was set aside, the last first.
    pub aside: Vec<AsideView>,
    /// What does not count in them, named.
    pub muted: Vec<Text>,
    /// To its owner: how that is changed.
    pub counting: Option<CountingForm>,
}

/// What counts in the matches of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountingForm {
    /// Where the form goes.
    pub action: String,
    /// The criteria that may be muted.
    pub criteria: Vec<Counted>,
}

/// A criterion of matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: Text,
    /// Whether it counts.
    pub counts: bool,
}

/// What the owner of a post set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AsideView {
    /// The post or the row of the register.
    pub post: Link,
    /// Whose it is.
    pub party: Party,
    /// How it is taken back.
    pub back: AsideForm,
}

/// Needs that together fill a line of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CohortView {
    /// The trade of the line, when there are several.
    pub line: Option<String>,
    /// Its seats.
    pub seats: i64,
    /// How many the needs fill.
    pub filled: i64,
    /// The needs.
    pub needs: Vec<CohortNeed>,
}

/// One need of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CohortNeed {
    /// The post.
    pub post: Link,
    /// Whose it is.
    pub party: String,
    /// How many seats it wants.
    pub seats: i64,
}

/// Somebody's post that one thing alone keeps from being a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearView {
    /// The post.
    pub post: Link,
    /// Whose it is.
    pub party: Party,
    /// The own line, when there are several.
    pub line: Option<String>,
    /// How well they fit otherwise, 0..=1000.
    pub score: u16,
    /// The one thing.
    pub failure: Text,
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
        let mine = Self {
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
                why_none: vec![
                    Text::of("obstacle", "level").with("n", 12),
                    Text::of("obstacle", "trade").with("n", 140),
                ],
                near: vec![NearView {
                    post: Link::new(fixtures::POST, "数控技术短训班"),
                    party: fixtures::party("示例电子信息职业技术学院", "verified"),
                    line: Some("车工".to_owned()),
                    score: 812,
                    failure: Text::of("failure", "level")
                        .with("offer", "中级工")
                        .with("need", "高级工"),
                }],
                ..Matches::default()
            }),
            ..need.clone()
        };
        let pending = Self {
            matches: Some(Matches {
                pending: true,
                ..Matches::default()
            }),
            owner: Some(owner(Vec::new())),
            ..offer.clone()
        };
        let both = [
            beside(&offer),
            class(&offer, owner(Vec::new())),
            choosy(&need, owner(Vec::new())),
        ];
        let all = [need, offer, draft, ready, unverified, mine, closed, unmatched, pending];
        all.into_iter().chain(both).collect()
    }
}

/// An offer that an enterprise with needs of its own reads.
fn beside(offer: &PostPage) -> PostPage {
    let own = |title: &str, score, failures: Vec<Text>| BesideView {
        own: Link::new(fixtures::POST, title),
        line: None,
        score,
        chips: if score.is_some() { fixtures::chips() } else { Vec::new() },
        failures,
        draft: None,
    };
    let level = Text::of("failure", "level")
        .with("offer", "中级工")
        .with("need", "高级工");
    PostPage {
        beside: vec![
            own("数控车工、钳工学徒 24 名", Some(867), Vec::new()),
            own("焊工学徒 6 名", None, vec![level]),
        ],
        beside_rest: 4,
        ..offer.clone()
    }
}

/// A need whose owner sets aside what does not suit.
fn choosy(need: &PostPage, owner: OwnerBar) -> PostPage {
    let form = |act: &str| AsideForm {
        action: format!("{}/{act}", fixtures::POST),
        partner: "posting:0192f0c1".to_owned(),
    };
    let set = |title: &str, party: Party| AsideView {
        post: Link::new(fixtures::POST, title),
        party,
        back: form("back"),
    };
    PostPage {
        matches: need.matches.clone().map(|matches| Matches {
            list: matches
                .list
                .into_iter()
                .map(|found| MatchView {
                    aside: Some(form("aside")),
                    ..found
                })
                .collect(),
            aside: vec![
                set(
                    "机电一体化技术",
                    fixtures::party("示例电子信息职业技术学院", "verified"),
                ),
                set("数控技术短训班", fixtures::party("上海示例职业学院", "listed")),
            ],
            muted: vec![Text::of("counts", "distance"), Text::of("counts", "price")],
            counting: Some(CountingForm {
                action: format!("{}/counting", fixtures::POST),
                criteria: [
                    "skills", "industry", "distance", "mode", "level", "capacity", "schedule", "price",
                ]
                .map(|code| Counted {
                    code,
                    name: Text::of("counts", code),
                    counts: code != "distance" && code != "price",
                })
                .to_vec(),
            }),
            ..matches
        }),
        owner: Some(owner),
        ..need.clone()
    }
}

/// An offer whose owner reads which needs make a class.
fn class(offer: &PostPage, owner: OwnerBar) -> PostPage {
    let need_of = |title: &str, seats| CohortNeed {
        post: Link::new(fixtures::POST, title),
        party: "上海示例精密机械有限公司".to_owned(),
        seats,
    };
    PostPage {
        matches: offer.matches.clone().map(|matches| Matches {
            cohorts: vec![CohortView {
                line: Some("数控技术".to_owned()),
                seats: 40,
                filled: 30,
                needs: vec![need_of("数控车工、钳工学徒 24 名", 24), need_of("车工学徒 6 名", 6)],
            }],
            ..matches
        }),
        owner: Some(owner),
        ..offer.clone()
    }
}
