//! Occupation coding from the command line: titles in, codes out; and how well that goes.

use std::{collections::HashMap, fs, path::Path};

use anyhow::Context as _;
use serde_json::json;
use vocabulary::{
    ListError, Vocabulary,
    coding::{Coder, Fold, SURE, cross_validate, read_labelled, read_titles},
};

use crate::{
    Outcome,
    cli::{BenchOccupation, Occupation},
    tell,
};

/// How many confusions are named.
const CONFUSIONS: usize = 20;

/// Says which occupations titles may mean.
pub(crate) fn occupation(args: &Occupation) -> anyhow::Result<Outcome> {
    let coder = Coder::builtin();
    if let Some(file) = &args.file {
        let Some(titles) = read(file, read_titles)? else {
            return Ok(Outcome::BadInput);
        };
        for title in titles {
            tell::json(&json!({ "title": title, "candidates": coder.code(&title, args.top) }))?;
        }
        return Ok(Outcome::Done);
    }
    let title = args.title.as_deref().unwrap_or_default();
    let candidates = coder.code(title, args.top);
    if args.json {
        tell::json(&json!({ "title": title, "candidates": candidates }))?;
        return Ok(Outcome::Done);
    }
    for coded in &candidates {
        println!("{:>4}  {}  {}", coded.score, coded.code, coded.name);
    }
    if candidates.is_empty() {
        println!("   -  a title without a letter means nothing");
    }
    Ok(Outcome::Done)
}

/// Measures occupation coding, or learns anew what the program carries.
pub(crate) fn bench_occupation(options: &BenchOccupation) -> anyhow::Result<Outcome> {
    let Some(titles) = read(&options.titles, read_labelled)? else {
        return Ok(Outcome::BadInput);
    };
    let threads = usize::from(options.threads);
    if let Some(file) = &options.write {
        let learned = Coder::learn(&titles, threads).to_bytes();
        fs::write(file, &learned).with_context(|| format!("{} cannot be written", file.display()))?;
        println!("{} titles learned, {} bytes written", titles.len(), learned.len());
        return Ok(Outcome::Done);
    }
    let seen = |fold: &Fold| {
        eprintln!(
            "{} titles: first {:.4}, among five {:.4}",
            fold.titles,
            part(fold.first, fold.titles),
            part(fold.among_five, fold.titles)
        );
    };
    let folds = cross_validate(&titles, usize::from(options.folds), threads, seen);
    let mean = |of: fn(&Fold) -> usize| {
        let parts: f64 = folds.iter().map(|fold| part(of(fold), fold.titles)).sum();
        parts / f64::from(options.folds)
    };
    let (first, among_five) = (mean(|fold| fold.first), mean(|fold| fold.among_five));
    let sum = |of: fn(&Fold) -> usize| folds.iter().map(of).sum::<usize>();
    let (sure, sure_and_right) = (sum(|fold| fold.sure), sum(|fold| fold.sure_and_right));
    let confused = confused(&folds);
    if options.json {
        let confused: Vec<_> = confused
            .iter()
            .map(|((expected, coded), times)| json!({ "expected": expected, "coded": coded, "times": times }))
            .collect();
        tell::json(&json!({
            "titles": titles.len(), "folds": options.folds, "top1": first, "top5": among_five,
            "sure": sure, "sure_and_right": sure_and_right, "confused": confused,
        }))?;
        return Ok(Outcome::Done);
    }
    println!(
        "{} titles, mean of {} folds: first {first:.4}, among five {among_five:.4}",
        titles.len(),
        options.folds
    );
    println!(
        "of {sure} with a score of {SURE} or more {:.4} are right",
        part(sure_and_right, sure)
    );
    let vocabulary = Vocabulary::builtin();
    let name = |code: &str| {
        vocabulary
            .occupation(code)
            .map_or("", |occupation| occupation.name.as_str())
            .to_owned()
    };
    for ((expected, coded), times) in confused {
        println!("{times:>4}  {expected} {} -> {coded} {}", name(expected), name(coded));
    }
    Ok(Outcome::Done)
}

/// The commonest confusions: what was expected, what came first, how often.
fn confused(folds: &[Fold]) -> Vec<((&str, &str), usize)> {
    let mut times: HashMap<(&str, &str), usize> = HashMap::new();
    for (expected, coded) in folds.iter().flat_map(|fold| &fold.confused) {
        *times.entry((expected, coded)).or_default() += 1;
    }
    let mut confused: Vec<_> = times.into_iter().collect();
    confused.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    confused.truncate(CONFUSIONS);
    confused
}

fn part(some: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(some) / number(all.max(1))
}

/// What a file of titles holds; nothing when it is not such a file, and that is said.
fn read<T>(file: &Path, of: fn(&str) -> Result<T, ListError>) -> anyhow::Result<Option<T>> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let text = String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", file.display()))?;
    match of(&text) {
        Ok(read) => Ok(Some(read)),
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            Ok(None)
        }
    }
}
