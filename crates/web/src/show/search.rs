//! The search page: its state is its address, and every link on it is the same search with one thing changed.

use kernel::{Date, Fen, PostingKind, Side};
use marketplace::register::Presence;
use operations::{
    engine::{self, Filter, Query},
    search::Found,
};
use vocabulary::SkillLevel;
use words::Text;

use super::{Names, encode, pager};
use crate::{
    handlers::Fields,
    pages::{Chosen, Facet, FacetValue, Fragment, Hidden, ResultRow, SearchFacetsPage, SearchPage, Sort, Suggestion},
};

/// How many results a page has.
const PER_PAGE: i64 = 20;

/// How many values of a facet stand beside the results; the page of facets has all of them.
const VALUES: usize = 8;

/// The longest query that is looked for: every link of the page carries it.
const LONGEST: usize = 50;

/// The code of register rows among the kinds of documents.
const REGISTER: &str = "register";

const SORTS: [(&str, engine::Sort); 4] = [
    ("best", engine::Sort::Relevance),
    ("newest", engine::Sort::Newest),
    ("starts", engine::Sort::StartsSoonest),
    ("seats", engine::Sort::SeatsMost),
];

/// What is asked of the search, as the address says it. What an address says that no page could have made is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    text: String,
    side: Option<Side>,
    chosen: Vec<(engine::Facet, String)>,
    sort: &'static str,
    page: u32,
    /// The page of facets is wanted.
    pub(crate) facets: bool,
}

impl Asked {
    /// Reads an address.
    pub(crate) fn read(fields: &Fields, names: &Names) -> Self {
        let mut asked = Self {
            text: fields.get("q").trim().chars().take(LONGEST).collect(),
            side: Side::from_code(&fields.get("side")),
            chosen: Vec::new(),
            sort: SORTS[0].0,
            page: fields.get("page").parse().unwrap_or(1).clamp(1, 5_000),
            facets: fields.get("facets") == "1",
        };
        let sort = fields.get("sort");
        if let Some((code, _)) = SORTS.iter().find(|(code, _)| *code == sort) {
            asked.sort = code;
        }
        for facet in engine::Facet::ALL {
            for value in fields.all(facet.name()) {
                let choice = (facet, value);
                let fits = names.value(facet, &choice.1).is_some() && asked.of_side(&choice);
                if fits && !asked.chosen.contains(&choice) {
                    asked.chosen.push(choice);
                }
            }
        }
        asked
    }

    /// Whether the choice, when it is one of kinds, is of the side asked for.
    fn of_side(&self, (facet, value): &(engine::Facet, String)) -> bool {
        *facet != engine::Facet::Kind || self.side.is_none_or(|side| kinds(side).contains(&value.as_str()))
    }

    /// The question to the engine.
    pub(crate) fn query(&self) -> Query {
        let mut filter = Filter::default();
        for facet in engine::Facet::ALL {
            let values: Vec<&str> = self.values(facet).collect();
            let filtered = match (facet, values.is_empty(), self.side) {
                (_, false, _) => Filter::is(facet, values),
                (engine::Facet::Kind, true, Some(side)) => Filter::is(facet, kinds(side)),
                // The list is one of posts and register rows.
                (engine::Facet::Kind, true, None) => Filter::Not(Box::new(Filter::is(facet, ["organisation"]))),
                (_, true, _) => continue,
            };
            filter = filter.and(filtered);
        }
        let sort = SORTS.iter().find(|(code, _)| *code == self.sort).map(|(_, sort)| *sort);
        Query {
            text: self.text.clone(),
            filter,
            facets: engine::Facet::ALL.to_vec(),
            sort: sort.unwrap_or_default(),
            page: self.page,
            per_page: u32::try_from(PER_PAGE).unwrap_or(20),
        }
    }

    fn values(&self, facet: engine::Facet) -> impl Iterator<Item = &str> {
        self.chosen
            .iter()
            .filter(move |(of, _)| *of == facet)
            .map(|(_, value)| value.as_str())
    }

    /// The names and values of the address, apart from the words and the page.
    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let side = self.side.map(|side| ("side", side.code()));
        let chosen = self.chosen.iter().map(|(facet, value)| (facet.name(), value.as_str()));
        let sort = (self.sort != SORTS[0].0).then_some(("sort", self.sort));
        let facets = self.facets.then_some(("facets", "1"));
        side.into_iter().chain(chosen).chain(sort).chain(facets).collect()
    }

    fn href(&self) -> String {
        let page = (self.page > 1).then(|| ("page", self.page.to_string()));
        let text = (!self.text.is_empty()).then(|| ("q", self.text.clone()));
        let rest = self.pairs().into_iter().map(|(name, value)| (name, value.to_owned()));
        let pairs: Vec<String> = text
            .into_iter()
            .chain(rest)
            .chain(page)
            .map(|(name, value)| format!("{name}={}", encode(&value)))
            .collect();
        if pairs.is_empty() {
            "/search".to_owned()
        } else {
            format!("/search?{}", pairs.join("&"))
        }
    }

    /// The same search, changed, from its first page.
    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self {
            page: 1,
            ..self.clone()
        };
        change(&mut other);
        other
    }

    fn toggled(&self, facet: engine::Facet, value: &str) -> Self {
        self.with(|asked| {
            let before = asked.chosen.len();
            asked
                .chosen
                .retain(|(of, chosen)| (*of, chosen.as_str()) != (facet, value));
            if asked.chosen.len() == before {
                asked.chosen.push((facet, value.to_owned()));
            }
        })
    }

    fn without_choices(&self) -> Self {
        self.with(|asked| {
            asked.chosen.clear();
            asked.side = None;
        })
    }

    /// Wider searches to try when this one finds nothing, the likeliest first: fewer words, fewer choices, then both.
    pub(crate) fn wider(&self, names: &Names) -> Vec<(Text, Self)> {
        let typed: Vec<&str> = self.text.split_whitespace().collect();
        let with_text = |asked: &Self, text: &str, key: &'static str| {
            let said = Text::new(key).with("query", text);
            (said, asked.with(|asked| text.clone_into(&mut asked.text)))
        };
        let mut shorter = Vec::new();
        if typed.len() > 1 {
            shorter = vec![typed[..typed.len() - 1].join(" "), typed[1..].join(" ")];
        }
        let mut fewer: Vec<(Text, Self)> = Vec::new();
        for (facet, value) in &self.chosen {
            let name = names.value(*facet, value).unwrap_or_default();
            let said = Text::new("search.without").with("name", name);
            fewer.push((said, self.toggled(*facet, value)));
        }
        if let Some(side) = self.side {
            let said = Text::new("search.without").with("name", Text::from(side));
            fewer.push((said, self.with(|asked| asked.side = None)));
        }
        let bare = self.without_choices();
        let both: Vec<_> = shorter
            .iter()
            .filter(|_| !fewer.is_empty())
            .map(|text| with_text(&bare, text, "search.instead_unfiltered"))
            .collect();
        let mut wider: Vec<_> = shorter
            .iter()
            .map(|text| with_text(self, text, "search.instead"))
            .collect();
        let mut fewer = fewer.into_iter();
        wider.extend(fewer.next());
        wider.extend(both);
        wider.extend(fewer);
        wider
    }
}

/// The kinds of documents of a side. Register rows are what colleges could offer.
fn kinds(side: Side) -> Vec<&'static str> {
    let kinds = PostingKind::ALL.into_iter().filter(|kind| kind.side() == side);
    let register = (side == Side::Offer).then_some(REGISTER);
    kinds.map(PostingKind::code).chain(register).collect()
}

impl Names {
    /// The name of a facet's value; `None` when there is no such value.
    fn value(&self, facet: engine::Facet, code: &str) -> Option<String> {
        match facet {
            engine::Facet::Kind => (code == REGISTER || PostingKind::from_code(code).is_some())
                .then(|| Text::of("kind", code).render(self.locale)),
            engine::Facet::Industry => self
                .vocabulary
                .industry(code)
                .map(|found| found.name(self.locale).to_owned()),
            engine::Facet::Province => self
                .vocabulary
                .province(code)
                .map(|found| found.name(self.locale).to_owned()),
            engine::Facet::District => self
                .vocabulary
                .district(code)
                .map(|found| found.name(self.locale).to_owned()),
            engine::Facet::Category => self.category(code),
            engine::Facet::Level => SkillLevel::from_code(code).map(|level| self.level(level)),
        }
    }

    /// The page of results. `fictional` says that everything here is invented.
    pub(crate) fn search_page(
        &self,
        asked: &Asked,
        found: &Found,
        tried: Vec<(Text, Asked, i64)>,
        fictional: bool,
    ) -> SearchPage {
        let total = i64::try_from(found.page.total).unwrap_or(i64::MAX);
        let mut suggestions: Vec<Suggestion> = tried
            .into_iter()
            .map(|(text, asked, count)| Suggestion {
                text,
                count: Some(count),
                href: asked.href(),
            })
            .collect();
        if total > 0 && found.page.hits.is_empty() {
            suggestions.push(Suggestion {
                text: Text::new("search.first_page"),
                count: Some(total),
                href: asked.with(|_| {}).href(),
            });
        }
        let hidden = asked.with(|asked| asked.facets = false);
        let hidden = hidden.pairs().into_iter().map(|(name, value)| Hidden {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        SearchPage {
            query: asked.text.clone(),
            hidden: hidden.collect(),
            total,
            chosen: self.chosen(asked),
            clear_href: asked.without_choices().href(),
            facets: self.facets(asked, found, VALUES),
            facets_href: asked.with(|asked| asked.facets = true).href(),
            sorts: SORTS
                .map(|(code, _)| Sort {
                    code,
                    href: asked.with(|asked| asked.sort = code).href(),
                    chosen: asked.sort == code,
                })
                .to_vec(),
            results: found
                .page
                .hits
                .iter()
                .filter_map(|hit| self.hit(hit, fictional))
                .collect(),
            pager: pager(i64::from(asked.page), total, PER_PAGE, |page| {
                let mut other = asked.clone();
                other.page = u32::try_from(page).unwrap_or(1);
                other.href()
            }),
            fallback: found.fallback,
            suggestions,
        }
    }

    /// The page of facets.
    pub(crate) fn facets_page(&self, asked: &Asked, found: &Found) -> SearchFacetsPage {
        SearchFacetsPage {
            query: asked.text.clone(),
            total: i64::try_from(found.page.total).unwrap_or(i64::MAX),
            chosen: self.chosen(asked),
            facets: self.facets(asked, found, usize::MAX),
            results_href: asked.with(|asked| asked.facets = false).href(),
            clear_href: asked.without_choices().href(),
        }
    }

    fn chosen(&self, asked: &Asked) -> Vec<Chosen> {
        let side = asked.side.map(|side| Chosen {
            facet: "side",
            name: Text::from(side).render(self.locale),
            href: asked.with(|asked| asked.side = None).href(),
        });
        let values = asked.chosen.iter().map(|(facet, value)| Chosen {
            facet: facet.name(),
            name: self.value(*facet, value).unwrap_or_default(),
            href: asked.toggled(*facet, value).href(),
        });
        side.into_iter().chain(values).collect()
    }

    fn facets(&self, asked: &Asked, found: &Found, most: usize) -> Vec<Facet> {
        let facet = |facet: engine::Facet| {
            let counted = found.page.facets.get(&facet)?;
            let count_of = |code: &str| {
                let count = counted.iter().find(|(value, _)| value == code).map(|(_, count)| *count);
                i64::try_from(count.unwrap_or(0)).unwrap_or(i64::MAX)
            };
            let is_chosen = |code: &str| asked.values(facet).any(|value| value == code);
            let others = counted
                .iter()
                .map(|(value, _)| value.as_str())
                .filter(|code| !is_chosen(code));
            let others = others.filter(|code| asked.of_side(&(facet, (*code).to_owned())));
            let values: Vec<FacetValue> = asked
                .values(facet)
                .chain(others)
                .filter_map(|code| {
                    Some(FacetValue {
                        name: self.value(facet, code)?,
                        count: count_of(code),
                        chosen: is_chosen(code),
                        href: asked.toggled(facet, code).href(),
                    })
                })
                .take(most.max(asked.values(facet).count()))
                .collect();
            (!values.is_empty()).then(|| Facet {
                code: facet.name(),
                values,
            })
        };
        engine::Facet::ALL.into_iter().filter_map(facet).collect()
    }

    /// Something found, as a row; `None` for what has no page here.
    fn hit(&self, hit: &engine::Hit, fictional: bool) -> Option<ResultRow> {
        let document = &hit.document;
        let (of, id) = document.id.split_once(':')?;
        let (href, kind, owner) = match of {
            "posting" => {
                let kind = PostingKind::from_code(&document.kind)?;
                (
                    format!("/posts/{id}"),
                    kind,
                    Self::publisher(&document.organisation, None, fictional),
                )
            }
            REGISTER => {
                let school = match document.voice {
                    // Who claimed the row is told on its page.
                    engine::Voice::Own => Self::publisher(&document.organisation, None, false),
                    engine::Voice::Unclaimed(college) => {
                        Self::school(&document.organisation, Presence::Joined(college))
                    }
                    engine::Voice::Absent => Self::school(&document.organisation, Presence::Absent),
                };
                (format!("/register/{id}"), PostingKind::Programme, school)
            }
            _ => return None,
        };
        let place = self.place(document.province.as_deref(), document.district.as_deref());
        let levels = document
            .levels
            .iter()
            .filter_map(|code| self.value(engine::Facet::Level, code));
        // A register row has no level; its category says more than nothing.
        let category = (of == REGISTER).then(|| document.categories.first()).flatten();
        let category = category.and_then(|code| self.category(code));
        Some(ResultRow {
            href,
            title: fragments(&hit.title),
            kind,
            party: owner,
            party_name: fragments(&hit.organisation),
            snippet: snippet(hit),
            facts: place.into_iter().chain(levels).chain(category).collect(),
            years: document.years,
            seats: document.seats,
            pay_min: None,
            pay_max: document.pay_max_fen.map(Fen::new),
            starts_on: document.starts_on.and_then(date),
            closing_on: None,
            score: None,
            chips: Vec::new(),
        })
    }
}

fn fragments(marked: &[engine::Fragment]) -> Vec<Fragment> {
    let piece = |fragment: &engine::Fragment| Fragment {
        text: fragment.text.clone(),
        marked: fragment.marked,
    };
    marked.iter().map(piece).collect()
}

fn is_marked(marked: &[engine::Fragment]) -> bool {
    marked.iter().any(|fragment| fragment.marked)
}

/// Words around what was found, when title and name do not show it.
fn snippet(hit: &engine::Hit) -> Vec<Fragment> {
    if is_marked(&hit.title) {
        return Vec::new();
    }
    let trade = hit.trades.iter().find(|trade| is_marked(trade));
    let shown = trade.or_else(|| Some(&hit.excerpt).filter(|excerpt| is_marked(excerpt)));
    shown.map(|marked| fragments(marked)).unwrap_or_default()
}

/// The date so many days after 1970 began.
fn date(days: i64) -> Option<Date> {
    let days = i32::try_from(days).ok()?;
    Date::from_julian_day(time::macros::date!(1970 - 01 - 01).to_julian_day().checked_add(days)?).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::Locale;
    use vocabulary::Vocabulary;

    use super::*;

    fn names() -> Names {
        Names::new(Locale::Zh, Arc::new(Vocabulary::builtin()))
    }

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Asked::read(&Fields(owned.collect()), &names())
    }

    #[test]
    fn the_state_is_in_the_address_and_comes_back_from_it() {
        let search = asked(&[
            ("q", " 数控 "),
            ("kind", "course"),
            ("kind", "programme"),
            ("district", "310114"),
            ("sort", "newest"),
            ("page", "3"),
        ]);
        assert_eq!(
            search.href(),
            "/search?q=%E6%95%B0%E6%8E%A7&kind=course&kind=programme&district=310114&sort=newest&page=3"
        );
        let dropped = search.toggled(engine::Facet::Kind, "course");
        assert!(!dropped.href().contains("course") && !dropped.href().contains("page"));
        assert_eq!(
            dropped
                .toggled(engine::Facet::Kind, "course")
                .values(engine::Facet::Kind)
                .count(),
            2
        );
    }

    #[test]
    fn what_no_page_could_have_asked_is_not_there() {
        let search = asked(&[
            ("kind", "organisation"),
            ("level", "L99"),
            ("sort", "alphabet"),
            ("page", "-4"),
            ("utm_source", "x"),
        ]);
        assert_eq!(search.href(), "/search");
    }

    #[test]
    fn a_side_is_its_kinds_and_the_register_is_an_offer() {
        assert!(kinds(Side::Offer).contains(&"register"));
        assert!(!kinds(Side::Need).contains(&"programme"));
        let search = asked(&[("side", "need"), ("kind", "programme"), ("kind", "apprentices")]);
        assert_eq!(search.values(engine::Facet::Kind).collect::<Vec<_>>(), ["apprentices"]);
    }

    #[test]
    fn wider_searches_have_fewer_words_then_fewer_choices() {
        let wider = asked(&[("q", "量子 焊接"), ("district", "310114")]).wider(&names());
        let hrefs: Vec<String> = wider.iter().map(|(_, asked)| asked.href()).collect();
        assert_eq!(hrefs.len(), 5);
        assert_eq!(hrefs[0], "/search?q=%E9%87%8F%E5%AD%90&district=310114");
        assert_eq!(hrefs[2], "/search?q=%E9%87%8F%E5%AD%90%20%E7%84%8A%E6%8E%A5");
        assert_eq!(hrefs[3], "/search?q=%E9%87%8F%E5%AD%90");
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(date(0), Some(time::macros::date!(1970 - 01 - 01)));
        assert_eq!(date(20_787), Some(time::macros::date!(2026 - 11 - 30)));
        assert_eq!(date(i64::MAX), None);
    }
}
