//! What can be asked, and what comes back. The filter is one syntax tree; each engine writes it in its own language.

use std::{collections::BTreeMap, fmt};

use kernel::OrganisationId;
use serde::{Deserialize, Serialize};

use crate::{Document, analysis::Word};

/// The most hits on one page.
pub const MAX_PER_PAGE: u32 = 100;

/// Who asks. There is no search without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Anybody: sees public documents.
    Public,
    /// A person acting for this organisation: sees its own documents as well.
    Organisation(OrganisationId),
}

/// A property whose values can be counted and chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// Kind of document.
    Kind,
    /// Key industry.
    Industry,
    /// Province.
    Province,
    /// District.
    District,
    /// Category of majors.
    Category,
    /// Skill level.
    Level,
}

impl Facet {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::Kind,
        Self::Industry,
        Self::Province,
        Self::District,
        Self::Category,
        Self::Level,
    ];

    /// The name in addresses and in the index.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Industry => "industry",
            Self::Province => "province",
            Self::District => "district",
            Self::Category => "category",
            Self::Level => "level",
        }
    }

    /// The facet of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A number that can be bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// Seats over all lines.
    Seats,
    /// Highest pay, fen per month.
    PayMax,
    /// First day, days since 1970-01-01.
    StartsOn,
    /// Publication, microseconds since 1970.
    PublishedAt,
}

impl Number {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Seats => "seats",
            Self::PayMax => "pay_max_fen",
            Self::StartsOn => "starts_on",
            Self::PublishedAt => "published_at",
        }
    }
}

/// What a hit must be, apart from its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Each of these. Of none: everything.
    All(Vec<Filter>),
    /// At least one of these. Of none: nothing.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// The facet has at least one of these values. An empty list asks nothing.
    Is(Facet, Vec<String>),
    /// Whether the organisation is on the platform.
    Joined(bool),
    /// The number is known and lies between these bounds, both included.
    Between(Number, Option<i64>, Option<i64>),
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Filter {
    /// Any of these values.
    pub fn is<V: Into<String>>(facet: Facet, values: impl IntoIterator<Item = V>) -> Self {
        Self::Is(facet, values.into_iter().map(Into::into).collect())
    }

    /// The filter and another one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut parts) => {
                parts.push(other);
                Self::All(parts)
            }
            one => Self::All(vec![one, other]),
        }
    }

    /// The filter without what it asks of this facet: the counts beside a facet's choices say what choosing another
    /// value would bring, so they must not know the present choice. Only conditions that all must hold are dropped; one
    /// inside an `Any` or a `Not` is not the visitor's choice in that facet.
    #[must_use]
    pub fn without(&self, facet: Facet) -> Self {
        match self {
            Self::All(parts) => Self::All(parts.iter().map(|part| part.without(facet)).collect()),
            Self::Is(own, _) if *own == facet => Self::default(),
            other => other.clone(),
        }
    }

    /// What [`without`](Self::without) drops.
    pub(crate) fn only(&self, facet: Facet) -> Self {
        match self {
            Self::All(parts) => Self::All(parts.iter().map(|part| part.only(facet)).collect()),
            Self::Is(own, _) if *own == facet => self.clone(),
            _ => Self::default(),
        }
    }

    /// Whether [`without`](Self::without) would drop something.
    pub fn chooses(&self, facet: Facet) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(|part| part.chooses(facet)),
            Self::Is(own, values) => *own == facet && !values.is_empty(),
            _ => false,
        }
    }
}

/// The order of hits. Ties: newest first, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The best match first; the one order in which engines may differ.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// The earliest first day first; without one last.
    StartsSoonest,
    /// Most seats first; unknown last.
    SeatsMost,
    /// Highest pay first; unknown last.
    PayHighest,
}

impl Sort {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] = [
        Self::Relevance,
        Self::Newest,
        Self::StartsSoonest,
        Self::SeatsMost,
        Self::PayHighest,
    ];

    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::StartsSoonest => "starts_soonest",
            Self::SeatsMost => "seats_most",
            Self::PayHighest => "pay_highest",
        }
    }

    /// The order of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What was typed.
    pub text: String,
    /// What was chosen.
    pub filter: Filter,
    /// Which facets to count.
    pub facets: Vec<Facet>,
    /// In which order.
    pub sort: Sort,
    /// From 1.
    pub page: u32,
    /// 1 to [`MAX_PER_PAGE`]; other values are brought into that range.
    pub per_page: u32,
    /// Whether hits show where the words stand; who only counts them or needs their ids spares the work.
    pub marked: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            text: String::new(),
            filter: Filter::default(),
            facets: Vec::new(),
            sort: Sort::Relevance,
            page: 1,
            per_page: 20,
            marked: true,
        }
    }
}

impl Query {
    /// A question of these words alone: first page, by relevance, no facets.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// The words that are marked in the hits.
    pub(crate) fn to_mark<'w>(&self, words: &'w [Word]) -> &'w [Word] {
        if self.marked { words } else { &[] }
    }

    pub(crate) fn page(&self) -> usize {
        self.page.max(1) as usize
    }

    pub(crate) fn per_page(&self) -> usize {
        self.per_page.clamp(1, MAX_PER_PAGE) as usize
    }

    /// How many hits lie before the page.
    pub(crate) fn offset(&self) -> usize {
        (self.page() - 1).saturating_mul(self.per_page())
    }
}

/// A piece of text and whether it answers the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fragment {
    /// The text.
    pub text: String,
    /// Whether to mark it.
    pub marked: bool,
}

/// A text in pieces; joined they are the text.
pub type Marked = Vec<Fragment>;

/// One result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The document as it was indexed.
    pub document: Document,
    /// Its title, marked.
    pub title: Marked,
    /// The name of its organisation, marked.
    pub organisation: Marked,
    /// Its trades, marked, in the document's order.
    pub trades: Vec<Marked>,
    /// A piece of its text around the first mark, or its beginning; empty when there is no text.
    pub excerpt: Marked,
}

/// How the words were taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// As they were typed.
    AsTyped,
    /// Nothing was found; these words were taken for others that sound the same.
    BySound(Vec<String>),
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    /// The hits of the page asked for.
    pub hits: Vec<Hit>,
    /// How many there are on all pages; exact.
    pub total: u64,
    /// Values and counts of each facet asked for; most frequent first, then by value. The counts of a facet ignore the
    /// choice made in that facet.
    pub facets: BTreeMap<Facet, Vec<(String, u64)>>,
    /// How the words were taken.
    pub taken: Taken,
}

impl Page {
    pub(crate) fn empty(facets: &[Facet]) -> Self {
        Self {
            hits: Vec::new(),
            total: 0,
            facets: facets.iter().map(|facet| (*facet, Vec::new())).collect(),
            taken: Taken::AsTyped,
        }
    }
}

/// Values of a facet in the order of the page: most frequent first, then by value.
pub(crate) fn by_count(mut values: Vec<(String, u64)>) -> Vec<(String, u64)> {
    values.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_values() {
        for facet in Facet::ALL {
            assert_eq!(Facet::from_name(facet.name()), Some(facet));
        }
        for sort in Sort::ALL {
            assert_eq!(Sort::from_name(sort.name()), Some(sort));
        }
        assert_eq!(Facet::from_name("colour"), None);
    }

    #[test]
    fn dropping_a_facet_keeps_the_others_and_what_lies_deeper() {
        let filter = Filter::default()
            .and(Filter::is(Facet::Kind, ["course"]))
            .and(Filter::is(Facet::Level, ["L3"]))
            .and(Filter::Not(Box::new(Filter::is(Facet::Kind, ["base"]))));
        assert!(filter.chooses(Facet::Kind));
        assert!(!filter.chooses(Facet::Province));
        let rest = filter.without(Facet::Kind);
        assert!(!rest.chooses(Facet::Kind));
        assert!(rest.chooses(Facet::Level));
        let Filter::All(parts) = rest else {
            panic!("an All stays an All")
        };
        assert!(matches!(parts[2], Filter::Not(_)));
    }

    #[test]
    fn pages_outside_the_range_are_brought_into_it() {
        let query = Query {
            page: 0,
            per_page: 0,
            ..Query::default()
        };
        assert_eq!((query.page(), query.per_page(), query.offset()), (1, 1, 0));
        let query = Query {
            page: u32::MAX,
            per_page: u32::MAX,
            ..Query::default()
        };
        assert_eq!(query.per_page(), 100);
        assert_eq!(query.offset(), (u32::MAX as usize - 1) * 100);
    }
}
