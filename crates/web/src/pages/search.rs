//! Search: one list of posts and register rows, its state in the address.

use kernel::{Date, Fen, PostingKind};
use serde::Serialize;
use words::Text;

use super::{Chip, Fragment, Pager, Party, SaveSearch, fixtures};
use crate::view::Page;

/// `GET /search`
#[derive(Debug, Clone, Serialize)]
pub struct SearchPage {
    /// What was typed.
    pub query: String,
    /// The words that were searched for in its place, because nothing is found by it.
    pub read_as: Option<String>,
    /// The rest of the state, which a new query keeps.
    pub hidden: Vec<Hidden>,
    /// How many there are.
    pub total: i64,
    /// The values chosen, each with the way to drop it.
    pub chosen: Vec<Chosen>,
    /// The same search without any choice.
    pub clear_href: String,
    /// What can be chosen.
    pub facets: Vec<Facet>,
    /// The page of facets, for phones.
    pub facets_href: String,
    /// The orders.
    pub sorts: Vec<Sort>,
    /// What was found.
    pub results: Vec<ResultRow>,
    /// More of it.
    pub pager: Option<Pager>,
    /// The engine is down and the database answers.
    pub fallback: bool,
    /// What to try when nothing was found.
    pub suggestions: Vec<Suggestion>,
    /// What whoever found no offer can do about it.
    pub need: Option<NeedHint>,
    /// The form that saves the search, for whoever is signed in.
    pub save: Option<SaveSearch>,
}

/// `GET /search?facets=1`: the facets as a page of their own.
#[derive(Debug, Clone, Serialize)]
pub struct SearchFacetsPage {
    /// What was typed.
    pub query: String,
    /// How many there are.
    pub total: i64,
    /// The values chosen; dropping one stays on this page.
    pub chosen: Vec<Chosen>,
    /// What can be chosen; choosing stays on this page.
    pub facets: Vec<Facet>,
    /// Back to the results.
    pub results_href: String,
    /// The same page without any choice.
    pub clear_href: String,
}

/// A name and value to keep in the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// Name of the parameter.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A chosen value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// Of which facet, as a code: `kind`, `industry`, `province`, `district`, `category`, `level`, `standing`.
    pub facet: &'static str,
    /// Its name.
    pub name: String,
    /// The search without it.
    pub href: String,
}

/// A property to choose by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// Its code, the last part of `facet.<code>`.
    pub code: &'static str,
    /// Its values, chosen ones first.
    pub values: Vec<FacetValue>,
}

/// A value to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// Its name.
    pub name: String,
    /// How many would be found.
    pub count: i64,
    /// Whether it is chosen.
    pub chosen: bool,
    /// The search with it, or without when it is chosen.
    pub href: String,
}

/// An order of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sort {
    /// Its code, the last part of `sort.<code>`.
    pub code: &'static str,
    /// The search in that order.
    pub href: String,
    /// Whether it is this one.
    pub chosen: bool,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultRow {
    /// Its page.
    pub href: String,
    /// Title with marks.
    pub title: Vec<Fragment>,
    /// Its kind.
    pub kind: PostingKind,
    /// Whose it is.
    pub party: Party,
    /// The party's name with marks.
    pub party_name: Vec<Fragment>,
    /// Words around what was found, when the title does not show it.
    pub snippet: Vec<Fragment>,
    /// Place, level and the like, in short.
    pub facts: Vec<String>,
    /// Length of study in years.
    pub years: Option<i64>,
    /// Seats offered or wanted.
    pub seats: Option<i64>,
    /// Pay from, a month.
    pub pay_min: Option<Fen>,
    /// Pay to, a month.
    pub pay_max: Option<Fen>,
    /// First day.
    pub starts_on: Option<Date>,
    /// Last day for an answer.
    pub closing_on: Option<Date>,
    /// How well it matches the viewer's own posts, 0..=1000, when it was computed.
    pub score: Option<u16>,
    /// The two best reasons and the first thing missing.
    pub chips: Vec<Chip>,
}

/// What to try instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What it does, such as "without 嘉定区".
    pub text: Text,
    /// How many that would find, when known.
    pub count: Option<i64>,
    /// The search.
    pub href: String,
}

/// The way from a search for offers that found nothing to a need of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeedHint {
    /// Where to.
    pub href: String,
    /// Whether the enterprise has to join first.
    pub joins: bool,
}

impl Page for SearchPage {
    const TEMPLATE: &'static str = "search.html";

    fn samples() -> Vec<Self> {
        let sorts = |chosen: &str| {
            ["best", "newest", "starts", "seats"]
                .map(|code| Sort {
                    code,
                    href: format!("/search?q=数控&sort={code}"),
                    chosen: code == chosen,
                })
                .to_vec()
        };
        let full = Self {
            query: "数控".to_owned(),
            read_as: None,
            hidden: vec![
                Hidden {
                    name: "kind".to_owned(),
                    value: "programme".to_owned(),
                },
                Hidden {
                    name: "district".to_owned(),
                    value: "310114".to_owned(),
                },
            ],
            total: 1_128,
            chosen: fixtures::chosen(""),
            clear_href: "/search?q=数控".to_owned(),
            facets: fixtures::facets(""),
            facets_href: "/search?q=数控&kind=programme&district=310114&facets=1".to_owned(),
            sorts: sorts("best"),
            results: fixtures::results(),
            pager: Some(Pager {
                page: 2,
                pages: 57,
                previous: Some("/search?q=数控".to_owned()),
                next: Some("/search?q=数控&page=3".to_owned()),
            }),
            fallback: false,
            suggestions: Vec::new(),
            need: None,
            save: Some(SaveSearch::sample()),
        };
        let nothing = Self {
            query: "量子焊接".to_owned(),
            total: 0,
            results: Vec::new(),
            pager: None,
            suggestions: vec![
                Suggestion {
                    text: Text::new("search.without").with("name", "嘉定区"),
                    count: Some(12),
                    href: "/search?q=量子焊接".to_owned(),
                },
                Suggestion {
                    text: Text::new("search.instead").with("query", "焊接"),
                    count: Some(208),
                    href: "/search?q=焊接".to_owned(),
                },
            ],
            need: Some(NeedHint {
                href: "/posts/new?kind=apprentices&title=量子焊接".to_owned(),
                joins: false,
            }),
            ..full.clone()
        };
        let read = Self {
            query: "操机".to_owned(),
            read_as: Some("车工".to_owned()),
            ..full.clone()
        };
        let all = Self {
            query: String::new(),
            hidden: Vec::new(),
            total: 1,
            chosen: Vec::new(),
            results: full.results[..1].to_vec(),
            pager: None,
            fallback: true,
            save: None,
            ..full.clone()
        };
        let empty = Self {
            total: 0,
            facets: Vec::new(),
            results: Vec::new(),
            fallback: false,
            ..all.clone()
        };
        let joins = Self {
            suggestions: Vec::new(),
            need: Some(NeedHint {
                href: "/sign-up?side=enterprise".to_owned(),
                joins: true,
            }),
            save: None,
            ..nothing.clone()
        };
        vec![full, nothing, joins, read, all, empty]
    }
}

impl Page for SearchFacetsPage {
    const TEMPLATE: &'static str = "search_facets.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            query: "数控".to_owned(),
            total: 128,
            chosen: fixtures::chosen("&facets=1"),
            facets: fixtures::facets("&facets=1"),
            results_href: "/search?q=数控&kind=programme".to_owned(),
            clear_href: "/search?q=数控&facets=1".to_owned(),
        }]
    }
}
