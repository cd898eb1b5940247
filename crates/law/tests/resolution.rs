//! Laws of resolution: the nearest region that says anything, then its latest word in force.

use std::fmt::Write as _;

use kernel::Date;
use law::{Answer, Packs, params};
use proptest::prelude::*;
use time::{Duration, macros::date};

const CHAIN: [&str; 3] = ["310118", "310000", "CN"];

/// A word on the minimum wage: which region of the chain says it, from which day (none: not established), how much.
type Word = (usize, Option<i64>, i64);

fn day(offset: i64) -> Date {
    date!(2020 - 01 - 01).saturating_add(Duration::days(offset))
}

fn packs(words: &[Word], gaps: &[usize]) -> Packs {
    let files: Vec<(String, String)> = CHAIN
        .iter()
        .enumerate()
        .map(|(index, region)| {
            let mut text =
                format!("schema = 1\nid = \"{region}\"\nversion = \"1\"\nregion = \"{region}\"\ntitle = \"x\"\n");
            if let Some(parent) = CHAIN.get(index + 1) {
                writeln!(text, "parent = \"{parent}\"").expect("a string takes every word");
            }
            text.push_str("[[source]]\nid = \"S\"\ntitle = \"x\"\nseen = \"text\"\n");
            for (_, from, amount) in words.iter().filter(|word| word.0 == index) {
                let from = from.map_or("\"unknown\"".to_owned(), |from| kernel::format_date(day(from)));
                writeln!(
                    text,
                    "[[param]]\nkey = \"wage.min_monthly\"\nunit = \"fen\"\nvalue = {amount}\neffective_from = {from}\n\
                     source = \"S\"\nevidence = \"text\""
                )
                .expect("a string takes every word");
            }
            if gaps.contains(&index) {
                text.push_str("[[gap]]\nkey = \"wage.min_monthly\"\nnote = \"x\"\n");
            }
            (format!("{region}.toml"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Packs::parse(&files).expect("the packs fit together")
}

fn words() -> impl Strategy<Value = Vec<Word>> {
    let word = (0..CHAIN.len(), prop::option::weighted(0.8, 0i64..200), 1i64..1_000_000);
    prop::collection::vec(word, 0..12).prop_map(|mut words| {
        words.sort_unstable();
        words.dedup_by_key(|word| (word.0, word.1));
        words
    })
}

/// The same by the book, slowly.
fn expected(words: &[Word], gaps: &[usize], on: i64) -> Result<(usize, i64), bool> {
    for index in 0..CHAIN.len() {
        let said = words
            .iter()
            .filter(|word| word.0 == index && word.1.is_none_or(|from| from <= on));
        if let Some(latest) = said.max_by_key(|word| word.1) {
            return Ok((index, latest.2));
        }
        if gaps.contains(&index) {
            return Err(true);
        }
    }
    Err(false)
}

proptest! {
    #[test]
    fn the_nearest_region_then_the_latest_day_wins(
        words in words(),
        gaps in prop::collection::vec(0..CHAIN.len(), 0..3),
        on in -10i64..220,
    ) {
        let resolved = packs(&words, &gaps).resolve(CHAIN[0], day(on));
        let found = match resolved.int(params::WAGE_MIN_MONTHLY) {
            Answer::Known { value, used } => {
                prop_assert!(used.effective_from.is_none_or(|from| from <= day(on)));
                let place = CHAIN.iter().position(|region| *region == used.region).unwrap();
                Ok((place, value))
            }
            Answer::Gap { .. } => Err(true),
            Answer::Absent { .. } => Err(false),
        };
        prop_assert_eq!(found, expected(&words, &gaps, on));
    }

    #[test]
    fn what_a_farther_region_says_does_not_matter_where_a_nearer_one_speaks(words in words(), amount in 1i64..1000, on in 0i64..200) {
        let near: Vec<Word> = words.iter().copied().filter(|word| word.0 == 0).chain([(0, Some(-1), amount)]).collect();
        let all: Vec<Word> = words.iter().copied().filter(|word| word.0 != 0).chain(near.iter().copied()).collect();
        let of = |words: &[Word]| packs(words, &[]).resolve(CHAIN[0], day(on)).int(params::WAGE_MIN_MONTHLY);
        let value = |answer: Answer<i64>| answer.known();
        prop_assert_eq!(value(of(&near)), value(of(&all)));
    }

    #[test]
    fn the_order_of_files_and_rows_does_not_matter(words in words(), on in 0i64..200) {
        let mut turned = words.clone();
        turned.reverse();
        let of = |words: &[Word]| packs(words, &[]).resolve(CHAIN[0], day(on)).int(params::WAGE_MIN_MONTHLY);
        prop_assert_eq!(of(&words), of(&turned));
    }
}
