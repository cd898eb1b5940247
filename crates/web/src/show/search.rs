//! The search page: its state is its address, and every link on it is the same search with one thing changed.

use kernel::{Date, Fen, PostingKind};
use marketplace::register::Presence;
use operations::{
    engine,
    search::{Asked, Found, Help, Meant, NeedStep, PER_PAGE, REGISTER, SORTS, Wider, value_name},
    searches::Cadence,
};
use serde::Serialize;
use vocabulary::Trade;
use words::Text;

use super::{Names, encode, pager};
use crate::pages::{
    Chosen, Facet, FacetValue, Fragment, Hidden, NeedHint, ResultRow, SearchFacetsPage, SearchPage, Sort, Suggestion,
};

/// How many values of a facet stand beside the results; the page of facets has all of them.
const VALUES: usize = 8;

/// What the search page says by addresses.
pub(crate) trait SearchLinks: Sized {
    /// The address of a search.
    fn href(&self) -> String;
}

/// Who reads a page of results.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    /// Everything here is invented.
    pub(crate) fictional: bool,
    /// How often they are told of new results of saved searches, once they are signed in.
    pub(crate) told: Option<Cadence>,
}

/// What is suggested to somebody who types, as the script reads it.
#[derive(Debug, Serialize)]
pub(crate) struct Suggested {
    /// What it is called.
    name: String,
    /// What kind of thing it is.
    kind: String,
    /// Where it leads.
    href: String,
}

impl SearchLinks for Asked {
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
}

impl Names {
    /// The name of a facet's value; `None` when there is no such value.
    fn value(&self, facet: engine::Facet, code: &str) -> Option<String> {
        value_name(&self.vocabulary, self.locale, facet, code)
    }

    /// How another search differs, in words.
    fn wider(&self, wider: &Wider) -> Text {
        match wider {
            Wider::Neighbours => Text::new("search.neighbours"),
            Wider::Words(words) => Text::new("search.instead").with("query", words.as_str()),
            Wider::WordsAlone(words) => Text::new("search.instead_unfiltered").with("query", words.as_str()),
            Wider::Without(facet, value) => {
                let name = self.value(*facet, value).unwrap_or_default();
                Text::new("search.without").with("name", name)
            }
            Wider::BothSides(side) => Text::new("search.without").with("name", Text::from(*side)),
            Wider::Trade(name) => Text::new("search.trade").with("name", name.as_str()),
        }
    }

    /// A suggestion; none when there is no such trade.
    pub(crate) fn suggested(&self, meant: &Meant) -> Option<Suggested> {
        let searched = |name: &str| format!("/search?q={}", encode(name));
        let (kind, name, href) = match meant {
            Meant::Trade(code) => {
                let trade = self.vocabulary.trade(code)?;
                let name = trade.chinese();
                match trade {
                    Trade::Major(_) => ("trade_kind.major", name, searched(name)),
                    // Nobody posts a group by its name.
                    Trade::Occupation(occupation) if occupation.is_group() => {
                        ("trade_kind.group", name, self.trade_path(code)?)
                    }
                    Trade::Occupation(_) => ("trade_kind.occupation", name, searched(name)),
                }
            }
            Meant::Skill(name) => ("search.skill", name.as_str(), searched(name)),
            Meant::Organisation(id, name) => ("search.organisation", name.as_str(), format!("/organisations/{id}")),
        };
        Some(Suggested {
            name: name.to_owned(),
            kind: Text::new(kind).render(self.locale),
            href,
        })
    }

    /// The page of results.
    pub(crate) fn search_page(&self, asked: &Asked, found: &Found, help: Option<&Help>, reader: Reader) -> SearchPage {
        let total = i64::try_from(found.page.total).unwrap_or(i64::MAX);
        let hints = help.iter().flat_map(|help| &help.hints);
        let mut suggestions: Vec<Suggestion> = hints
            .map(|hint| Suggestion {
                text: self.wider(&hint.wider),
                count: Some(i64::try_from(hint.total).unwrap_or(i64::MAX)),
                href: hint.asked.href(),
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
            read_as: found.read_as.clone(),
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
                .filter_map(|hit| self.hit(hit, reader.fictional))
                .collect(),
            pager: pager(i64::from(asked.page), total, i64::from(PER_PAGE), |page| {
                let mut other = asked.clone();
                other.page = u32::try_from(page).unwrap_or(1);
                other.href()
            }),
            fallback: found.fallback,
            suggestions,
            need: help.and_then(|help| need(asked, help)),
            save: reader.told.map(|told| self.save_search(asked, told)),
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
            let others = others.filter(|code| asked.is_of_side(facet, code));
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

/// The way to a need of one's own, for whoever may go it.
fn need(asked: &Asked, help: &Help) -> Option<NeedHint> {
    let (href, joins) = match help.need {
        NeedStep::None => return None,
        NeedStep::Join => ("/sign-up?side=enterprise".to_owned(), true),
        NeedStep::Post => {
            let occupation = help.occupation.iter().map(|code| format!("&occupation={code}"));
            let occupation: String = occupation.collect();
            let title = encode(&asked.text);
            (format!("/posts/new?kind=apprentices&title={title}{occupation}"), false)
        }
    };
    Some(NeedHint { href, joins })
}

/// The date so many days after 1970 began.
fn date(days: i64) -> Option<Date> {
    let days = i32::try_from(days).ok()?;
    Date::from_julian_day(time::macros::date!(1970 - 01 - 01).to_julian_day().checked_add(days)?).ok()
}

#[cfg(test)]
mod tests {
    use vocabulary::Vocabulary;

    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Asked::read(&owned.collect::<Vec<_>>(), &Vocabulary::builtin())
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
    fn days_are_counted_from_1970() {
        assert_eq!(date(0), Some(time::macros::date!(1970 - 01 - 01)));
        assert_eq!(date(20_787), Some(time::macros::date!(2026 - 11 - 30)));
        assert_eq!(date(i64::MAX), None);
    }
}
