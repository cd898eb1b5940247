//! What is asked of the search: words, choices, an order and a page. The search page keeps it in its address, a saved search as
//! data; what either says that no page could have made is not there.

use ::search::{Facet, Filter, Query, Sort};
use kernel::{Locale, PostingKind, Side};
use vocabulary::{SkillLevel, Vocabulary};
use words::Text;

/// How many results a page has.
pub const PER_PAGE: u32 = 20;

/// The longest query that is looked for: every link of the page carries it.
pub(super) const LONGEST: usize = 50;

/// The code of register rows among the kinds of documents.
pub const REGISTER: &str = "register";
/// The code of organisations among them.
pub(super) const ORGANISATION: &str = "organisation";

/// The orders of the page by their codes, the usual one first.
pub const SORTS: [(&str, Sort); 4] = [
    ("best", Sort::Relevance),
    ("newest", Sort::Newest),
    ("starts", Sort::StartsSoonest),
    ("seats", Sort::SeatsMost),
];

/// What is asked of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The words.
    pub text: String,
    /// Offers or needs alone.
    pub side: Option<Side>,
    /// The values chosen.
    pub chosen: Vec<(Facet, String)>,
    /// The code of the order.
    pub sort: &'static str,
    /// The page, from 1.
    pub page: u32,
    /// The page of facets is wanted.
    pub facets: bool,
}

impl Asked {
    /// Reads the names and values of an address.
    pub fn read(pairs: &[(String, String)], vocabulary: &Vocabulary) -> Self {
        let all = |name: &'static str| {
            let named = pairs.iter().filter(move |(key, _)| key == name);
            named.map(|(_, value)| value.as_str())
        };
        let first = |name| all(name).next().unwrap_or_default();
        let mut asked = Self {
            text: first("q").trim().chars().take(LONGEST).collect(),
            side: Side::from_code(first("side")),
            chosen: Vec::new(),
            sort: SORTS[0].0,
            page: first("page").parse().unwrap_or(1).clamp(1, 5_000),
            facets: first("facets") == "1",
        };
        if let Some((code, _)) = SORTS.iter().find(|(code, _)| *code == first("sort")) {
            asked.sort = code;
        }
        for facet in Facet::ALL {
            for value in all(facet.name()) {
                let choice = (facet, value.to_owned());
                let fits = value_name(vocabulary, Locale::Zh, facet, value).is_some() && asked.is_of_side(facet, value);
                if fits && !asked.chosen.contains(&choice) {
                    asked.chosen.push(choice);
                }
            }
        }
        asked
    }

    /// The usual search for these words.
    pub(super) fn words_alone(words: &str) -> Self {
        Self {
            text: words.to_owned(),
            side: None,
            chosen: Vec::new(),
            sort: SORTS[0].0,
            page: 1,
            facets: false,
        }
    }

    /// Whether words are all that is asked.
    pub(super) fn is_words_alone(&self) -> bool {
        *self == Self::words_alone(&self.text)
    }

    /// What a saved search keeps: what is looked for, without an order or a page. Two that look for the same are the same
    /// text.
    pub fn to_kept(&self) -> String {
        let mut bare = self.with(|asked| {
            asked.sort = SORTS[0].0;
            asked.facets = false;
        });
        bare.chosen.sort();
        let text = (!bare.text.is_empty()).then_some(("q", bare.text.as_str()));
        let pairs: Vec<(&str, &str)> = text.into_iter().chain(bare.pairs()).collect();
        serde_json::to_string(&pairs).unwrap_or_default()
    }

    /// Reads what a saved search keeps. A value that the lists no longer have is not looked for any more.
    pub fn of_kept(kept: &str, vocabulary: &Vocabulary) -> Self {
        let pairs: Vec<(String, String)> = serde_json::from_str(kept).unwrap_or_default();
        Self::read(&pairs, vocabulary)
    }

    /// Whether a value, when it is one of kinds, is of the side asked for.
    pub fn is_of_side(&self, facet: Facet, value: &str) -> bool {
        facet != Facet::Kind || self.side.is_none_or(|side| kinds(side).contains(&value))
    }

    /// The question to the engine.
    pub fn query(&self) -> Query {
        let mut filter = Filter::default();
        for facet in Facet::ALL {
            let values: Vec<&str> = self.values(facet).collect();
            let filtered = match (facet, values.is_empty(), self.side) {
                (_, false, _) => Filter::is(facet, values),
                (Facet::Kind, true, Some(side)) => Filter::is(facet, kinds(side)),
                // The list is one of posts and register rows.
                (Facet::Kind, true, None) => Filter::Not(Box::new(Filter::is(facet, [ORGANISATION]))),
                (_, true, _) => continue,
            };
            filter = filter.and(filtered);
        }
        let sort = SORTS.iter().find(|(code, _)| *code == self.sort).map(|(_, sort)| *sort);
        Query {
            text: self.text.clone(),
            filter,
            facets: Facet::ALL.to_vec(),
            sort: sort.unwrap_or_default(),
            page: self.page,
            per_page: PER_PAGE,
            marked: true,
        }
    }

    /// The values chosen of a facet.
    pub fn values(&self, facet: Facet) -> impl Iterator<Item = &str> {
        self.chosen
            .iter()
            .filter(move |(of, _)| *of == facet)
            .map(|(_, value)| value.as_str())
    }

    /// The names and values of the address, apart from the words and the page.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let side = self.side.map(|side| ("side", side.code()));
        let chosen = self.chosen.iter().map(|(facet, value)| (facet.name(), value.as_str()));
        let sort = (self.sort != SORTS[0].0).then_some(("sort", self.sort));
        let facets = self.facets.then_some(("facets", "1"));
        side.into_iter().chain(chosen).chain(sort).chain(facets).collect()
    }

    /// The same search, changed, from its first page.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self {
            page: 1,
            ..self.clone()
        };
        change(&mut other);
        other
    }

    /// The same search with this value, or without when it was chosen.
    #[must_use]
    pub fn toggled(&self, facet: Facet, value: &str) -> Self {
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

    /// The same words without any choice.
    #[must_use]
    pub fn without_choices(&self) -> Self {
        self.with(|asked| {
            asked.chosen.clear();
            asked.side = None;
        })
    }

    /// What is looked for, in words; empty when it is everything.
    pub fn in_words(&self, vocabulary: &Vocabulary, locale: Locale) -> String {
        let text = Some(self.text.clone()).filter(|text| !text.is_empty());
        let side = self.side.map(|side| Text::from(side).render(locale));
        let chosen = self.chosen.iter();
        let chosen = chosen.filter_map(|(facet, value)| value_name(vocabulary, locale, *facet, value));
        let parts: Vec<String> = text.into_iter().chain(side).chain(chosen).collect();
        parts.join(" · ")
    }
}

/// The kinds of documents of a side. Register rows are what colleges could offer.
fn kinds(side: Side) -> Vec<&'static str> {
    let kinds = PostingKind::ALL.into_iter().filter(|kind| kind.side() == side);
    let register = (side == Side::Offer).then_some(REGISTER);
    kinds.map(PostingKind::code).chain(register).collect()
}

/// The name of a facet's value; `None` when there is no such value.
pub fn value_name(vocabulary: &Vocabulary, locale: Locale, facet: Facet, code: &str) -> Option<String> {
    let name = match facet {
        Facet::Kind => {
            let is_kind = code == REGISTER || PostingKind::from_code(code).is_some();
            return is_kind.then(|| Text::of("kind", code).render(locale));
        }
        Facet::Industry => vocabulary.industry(code)?.name(locale),
        Facet::Province => vocabulary.province(code)?.name(locale),
        Facet::District => vocabulary.district(code)?.name(locale),
        Facet::Category => vocabulary.category(code)?.name(locale),
        Facet::Level => SkillLevel::from_code(code)?.name(locale),
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        let owned: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Asked::read(&owned, &Vocabulary::builtin())
    }

    #[test]
    fn what_is_kept_comes_back_without_order_and_page_and_is_one_text_for_one_thing() {
        let typed = [
            ("q", " 数控 "),
            ("kind", "programme"),
            ("kind", "course"),
            ("district", "310114"),
        ];
        let search = asked(&[&typed[..], &[("sort", "newest"), ("page", "3"), ("facets", "1")]].concat());
        let back = Asked::of_kept(&search.to_kept(), &Vocabulary::builtin());
        assert_eq!(
            (back.text.as_str(), back.sort, back.page, back.facets),
            ("数控", "best", 1, false)
        );
        let other = asked(&[typed[3], typed[2], typed[1], typed[0]]);
        assert_eq!(other.to_kept(), search.to_kept());
        assert_eq!(back.to_kept(), search.to_kept());
        assert_ne!(asked(&typed[..3]).to_kept(), search.to_kept());
    }

    #[test]
    fn what_was_kept_and_cannot_be_read_any_more_looks_for_less_and_breaks_nothing() {
        let vocabulary = Vocabulary::builtin();
        assert_eq!(Asked::of_kept("not ours", &vocabulary), asked(&[]));
        let kept = r#"[["q","焊工"],["district","999999"],["kind","organisation"]]"#;
        assert_eq!(Asked::of_kept(kept, &vocabulary), asked(&[("q", "焊工")]));
    }

    #[test]
    fn a_side_is_its_kinds_and_the_register_is_an_offer() {
        assert!(kinds(Side::Offer).contains(&"register"));
        assert!(!kinds(Side::Need).contains(&"programme"));
        let search = asked(&[("side", "need"), ("kind", "programme"), ("kind", "apprentices")]);
        assert_eq!(search.values(Facet::Kind).collect::<Vec<_>>(), ["apprentices"]);
    }

    #[test]
    fn what_is_looked_for_is_said_in_either_language() {
        let vocabulary = Vocabulary::builtin();
        let search = asked(&[("q", "数控"), ("kind", "course"), ("district", "310114")]);
        let said = search.in_words(&vocabulary, Locale::Zh);
        assert!(said.starts_with("数控 · ") && said.ends_with("嘉定区"), "{said}");
        assert!(search.in_words(&vocabulary, Locale::En).contains("Jiading"));
        assert_eq!(asked(&[]).in_words(&vocabulary, Locale::Zh), "");
    }
}
