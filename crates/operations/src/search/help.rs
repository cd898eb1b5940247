//! What to look for instead, when a search found nothing.

use ::search::{Facet, Query};
use kernel::Side;
use marketplace::OrganisationSide;
use vocabulary::{Trade, Vocabulary};

use super::{Asked, find};
use crate::{Actor, App, Result, compiled_here};

/// How many other searches are tried at most.
const TRIED: usize = 10;
/// How many of them are shown.
const SHOWN: usize = 5;
/// How many occupations the words may mean, and how many majors of each are looked for.
const TRADES: usize = 2;

/// How another search differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wider {
    /// The districts beside those chosen are looked at as well.
    Neighbours,
    /// Other words, the same choices.
    Words(String),
    /// Other words and no choice at all.
    WordsAlone(String),
    /// Without this value of a facet.
    Without(Facet, String),
    /// Without keeping to this side.
    BothSides(Side),
    /// The name of a trade that the words may mean, or of one that leads there.
    Trade(String),
}

/// Another search that finds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// How it differs.
    pub wider: Wider,
    /// The search.
    pub asked: Asked,
    /// How much it finds.
    pub total: u64,
}

/// What whoever found no offer can do about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NeedStep {
    /// Nothing: they look for needs, for nothing in particular, or act for no enterprise.
    #[default]
    None,
    /// An enterprise posts it as a need.
    Post,
    /// A stranger who may be an enterprise joins first.
    Join,
}

/// What helps whoever found nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Help {
    /// Other searches that find something, the nearest to what was asked first.
    pub hints: Vec<Hint>,
    /// Whether it can be posted as a need.
    pub need: NeedStep,
    /// The code of the occupation that such a need would be of, if the words mean one.
    pub occupation: Option<String>,
}

/// Tries what is near to a search that found nothing.
#[compiled_here]
pub async fn help(app: &App, actor: &Actor, asked: &Asked) -> Result<Help> {
    let vocabulary = app.vocabulary();
    let occupations = occupations(&vocabulary, &asked.text);
    let mut hints = Vec::new();
    for (wider, other) in ways(asked, &vocabulary, &occupations).into_iter().take(TRIED) {
        let query = Query {
            facets: Vec::new(),
            per_page: 1,
            marked: false,
            ..other.query()
        };
        let total = find(app, actor, &query).await?.page.total;
        if total > 0 {
            hints.push(Hint {
                wider,
                asked: other,
                total,
            });
        }
        if hints.len() == SHOWN {
            break;
        }
    }
    Ok(Help {
        hints,
        need: need(actor, asked),
        occupation: occupations.into_iter().next(),
    })
}

fn need(actor: &Actor, asked: &Asked) -> NeedStep {
    if asked.text.is_empty() || asked.side == Some(Side::Need) {
        return NeedStep::None;
    }
    match actor.person().map(|person| &person.acting) {
        None => NeedStep::Join,
        Some(Some(acting)) if acting.side == OrganisationSide::Enterprise => NeedStep::Post,
        Some(_) => NeedStep::None,
    }
}

/// The codes of the occupations that these words may mean, groups left out.
pub(super) fn occupations(vocabulary: &Vocabulary, words: &str) -> Vec<String> {
    let (_, occupations) = vocabulary.trades_named(words, TRADES);
    let single = occupations.into_iter().filter(|occupation| !occupation.is_group());
    single.map(|occupation| occupation.code.clone()).collect()
}

/// Other searches, the nearest first: a wider district, fewer words, fewer choices, both, then what the words may mean.
fn ways(asked: &Asked, vocabulary: &Vocabulary, occupations: &[String]) -> Vec<(Wider, Asked)> {
    let typed: Vec<&str> = asked.text.split_whitespace().collect();
    let mut shorter = Vec::new();
    if typed.len() > 1 {
        shorter = vec![typed[..typed.len() - 1].join(" "), typed[1..].join(" ")];
    }
    let with_words = |asked: &Asked, words: &str| asked.with(|asked| words.clone_into(&mut asked.text));
    let mut fewer: Vec<(Wider, Asked)> = Vec::new();
    for (facet, value) in &asked.chosen {
        let way = Wider::Without(*facet, value.clone());
        fewer.push((way, asked.toggled(*facet, value)));
    }
    if let Some(side) = asked.side {
        fewer.push((Wider::BothSides(side), asked.with(|asked| asked.side = None)));
    }
    let bare = asked.without_choices();
    let both = shorter.iter().filter(|_| !fewer.is_empty());
    let both: Vec<_> = both
        .map(|words| (Wider::WordsAlone(words.clone()), with_words(&bare, words)))
        .collect();
    let mut ways: Vec<(Wider, Asked)> = neighbours(asked, vocabulary)
        .map(|wider| (Wider::Neighbours, wider))
        .into_iter()
        .collect();
    let instead = shorter.iter();
    ways.extend(instead.map(|words| (Wider::Words(words.clone()), with_words(asked, words))));
    let mut fewer = fewer.into_iter();
    ways.extend(fewer.next());
    ways.extend(both);
    ways.extend(fewer);
    for name in trades(vocabulary, occupations) {
        if name != asked.text && !ways.iter().any(|(_, way)| way.text == name) {
            ways.push((Wider::Trade(name.clone()), with_words(asked, &name)));
        }
    }
    ways
}

/// The same search with the districts beside those chosen; none when no district is chosen that has any.
fn neighbours(asked: &Asked, vocabulary: &Vocabulary) -> Option<Asked> {
    let wider = asked.with(|asked| {
        let chosen: Vec<String> = asked.values(Facet::District).map(str::to_owned).collect();
        for neighbour in chosen.iter().flat_map(|district| vocabulary.neighbours(district)) {
            let choice = (Facet::District, neighbour.clone());
            if !asked.chosen.contains(&choice) {
                asked.chosen.push(choice);
            }
        }
    });
    (wider.chosen != asked.chosen).then_some(wider)
}

/// The names of these occupations, and after each those of the majors that lead there best.
pub(super) fn trades(vocabulary: &Vocabulary, occupations: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for occupation in occupations.iter().filter_map(|code| vocabulary.occupation(code)) {
        let trade = Trade::Occupation(occupation);
        let across = vocabulary.trades_across(trade).into_iter().map(|(major, _)| major);
        let mut majors: Vec<&str> = across.map(Trade::chinese).take(2 * TRADES).collect();
        // The same name in both catalogues is one search.
        majors.dedup();
        for name in std::iter::once(trade.chinese()).chain(majors.into_iter().take(TRADES)) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Asked::read(&owned.collect::<Vec<_>>(), &Vocabulary::builtin())
    }

    fn ways_of(pairs: &[(&str, &str)]) -> Vec<(Wider, Asked)> {
        let vocabulary = Vocabulary::builtin();
        let asked = asked(pairs);
        ways(&asked, &vocabulary, &occupations(&vocabulary, &asked.text))
    }

    #[test]
    fn a_wider_district_comes_first_then_fewer_words_then_fewer_choices() {
        let ways = ways_of(&[("q", "量子 焊接"), ("district", "310114")]);
        let wider: Vec<&Wider> = ways.iter().map(|(wider, _)| wider).collect();
        assert_eq!(
            wider[..6],
            [
                &Wider::Neighbours,
                &Wider::Words("量子".to_owned()),
                &Wider::Words("焊接".to_owned()),
                &Wider::Without(Facet::District, "310114".to_owned()),
                &Wider::WordsAlone("量子".to_owned()),
                &Wider::WordsAlone("焊接".to_owned()),
            ]
        );
        assert_eq!(ways[1].1.values(Facet::District).count(), 1, "the district is kept");
        assert!(
            ways[0].1.values(Facet::District).count() > 2,
            "嘉定 and those beside it"
        );
        assert!(ways[4].1.chosen.is_empty());
    }

    #[test]
    fn what_a_title_means_and_who_leads_there_is_looked_for_last() {
        let ways = ways_of(&[("q", "数控车床操作员"), ("side", "offer")]);
        assert_eq!(ways[0].0, Wider::BothSides(Side::Offer));
        let trades: Vec<&Wider> = ways[1..].iter().map(|(wider, _)| wider).collect();
        for name in ["车工", "数控技术"] {
            assert!(trades.contains(&&Wider::Trade(name.to_owned())), "{name} in {trades:?}");
        }
        assert!(ways[1..].iter().all(|(_, way)| way.side == Some(Side::Offer)));
    }

    #[test]
    fn no_search_is_tried_that_asks_the_same() {
        for pairs in [
            &[("q", "车工"), ("district", "310114")][..],
            &[("q", "车工 焊工"), ("side", "need"), ("level", "L4")],
            &[("q", ""), ("district", "310151")],
        ] {
            let itself = asked(pairs);
            let ways = ways_of(pairs);
            for (at, (wider, way)) in ways.iter().enumerate() {
                assert_ne!(*way, itself, "{wider:?}");
                assert!(!ways[..at].iter().any(|(_, other)| other == way), "{wider:?}");
            }
        }
    }
}
