//! What somebody who is still typing may mean: trades by name, sound or code, skills that are posted, organisations.

use std::collections::BTreeSet;

use ::search::{Facet, Filter, Hit, Query};
use kernel::PostingKind;
use vocabulary::Vocabulary;

use super::{asked::ORGANISATION, find};
use crate::{Actor, App, Result, compiled_here};

/// How many majors, and how many occupations, are suggested at most.
const TRADES: usize = 3;
/// In how many catalogues a major may stand under one name.
const CATALOGUES: usize = 2;
/// How many skills.
const SKILLS: usize = 2;
/// How many organisations.
const ORGANISATIONS: usize = 3;
/// How many posts are looked at for their skills.
const POSTS: u32 = 20;
/// What is longer is no word that somebody begins to type.
const LONGEST: usize = 40;

/// What may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// A major or an occupation, by its code.
    Trade(String),
    /// A skill, as posts name it.
    Skill(String),
    /// An organisation, by its id, with its name.
    Organisation(String, String),
}

/// What the beginning of a question may mean: majors first, then occupations, skills and organisations. Nothing for a single letter,
/// which begins too much.
#[compiled_here]
pub async fn suggest(app: &App, actor: &Actor, typed: &str) -> Result<Vec<Meant>> {
    if !begins_something(typed) {
        return Ok(Vec::new());
    }
    let vocabulary = app.vocabulary();
    let (mut majors, occupations) = vocabulary.trades_named(typed, TRADES * CATALOGUES);
    // One search finds the majors of all catalogues that are called so.
    let mut named = BTreeSet::new();
    majors.retain(|major| named.insert(major.name.as_str()));
    majors.truncate(TRADES);
    let occupations = occupations.into_iter().take(TRADES);
    let mut suggestions: Vec<Meant> = majors
        .into_iter()
        .map(|major| major.code.clone())
        .chain(occupations.map(|occupation| occupation.code.clone()))
        .map(Meant::Trade)
        .collect();
    let posts = Query {
        filter: Filter::is(Facet::Kind, PostingKind::ALL.map(PostingKind::code)),
        per_page: POSTS,
        ..Query::new(typed)
    };
    let posts = find(app, actor, &posts).await?;
    suggestions.extend(skills(&posts.page.hits, &vocabulary).into_iter().map(Meant::Skill));
    let organisations = Query {
        filter: Filter::is(Facet::Kind, [ORGANISATION]),
        per_page: u32::try_from(ORGANISATIONS).unwrap_or(u32::MAX),
        marked: false,
        ..Query::new(typed)
    };
    // Storage, which answers when the engine does not, finds posts whatever the kind.
    if !posts.fallback {
        let found = find(app, actor, &organisations).await?.page.hits.into_iter();
        suggestions.extend(found.filter_map(|hit| {
            let id = hit.document.id.strip_prefix("organisation:")?.to_owned();
            Some(Meant::Organisation(id, hit.document.title))
        }));
    }
    Ok(suggestions)
}

fn begins_something(typed: &str) -> bool {
    let letters = || typed.chars().filter(|c| c.is_alphanumeric());
    let many = letters().count();
    many <= LONGEST && (many > 1 || letters().any(|letter| !letter.is_ascii()))
}

/// What posts name that answers the question and is no trade, the most frequent first.
fn skills(hits: &[Hit], vocabulary: &Vocabulary) -> Vec<String> {
    let is_trade = |name: &str| {
        vocabulary.find_major_by_name(name).is_some() || vocabulary.find_occupation_by_name(name).is_some()
    };
    let named = hits.iter().flat_map(|hit| hit.document.trades.iter().zip(&hit.trades));
    let answering = named.filter(|(_, marked)| marked.iter().any(|fragment| fragment.marked));
    let mut counted: Vec<(String, usize)> = Vec::new();
    for (name, _) in answering.filter(|(name, _)| !is_trade(name)) {
        match counted.iter_mut().find(|(known, _)| known == name) {
            Some((_, count)) => *count += 1,
            None => counted.push((name.clone(), 1)),
        }
    }
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted.into_iter().take(SKILLS).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use ::search::{Audience, Document, Fragment, Voice};

    use super::*;

    fn hit(trades: &[(&str, bool)]) -> Hit {
        let names: Vec<String> = trades.iter().map(|(name, _)| (*name).to_owned()).collect();
        let marked = |(name, marked): &(&str, bool)| {
            vec![Fragment {
                text: (*name).to_owned(),
                marked: *marked,
            }]
        };
        Hit {
            document: Document {
                id: "posting:1".into(),
                kind: "apprentices".into(),
                title: "学徒".into(),
                organisation: "示范".into(),
                body: String::new(),
                trades: names,
                industries: Vec::new(),
                province: None,
                district: None,
                categories: Vec::new(),
                levels: Vec::new(),
                voice: Voice::Own,
                years: None,
                seats: None,
                pay_max_fen: None,
                starts_on: None,
                published_at: 0,
                audience: Audience::Public,
            },
            title: Vec::new(),
            organisation: Vec::new(),
            trades: trades.iter().map(marked).collect(),
            excerpt: Vec::new(),
        }
    }

    #[test]
    fn a_letter_begins_too_much_and_a_character_does_not() {
        for typed in ["", " ", "s", "？！", "3", &"数".repeat(41)] {
            assert!(!begins_something(typed), "{typed}");
        }
        for typed in ["数", "sk", "46", " 数 "] {
            assert!(begins_something(typed), "{typed}");
        }
    }

    #[test]
    fn skills_are_what_answers_and_is_no_trade_the_most_frequent_first() {
        let hits = [
            hit(&[("数控技术", true), ("数控编程", true), ("三坐标测量", false)]),
            hit(&[("数控系统维护", true), ("车工", true)]),
            hit(&[("数控系统维护", true), ("数控夹具", true)]),
        ];
        assert_eq!(skills(&hits, &Vocabulary::builtin()), ["数控系统维护", "数控编程"]);
    }
}
