//! Allocation from the command line: lists in, a stable allocation out.
#![expect(clippy::disallowed_methods, reason = "how long it took is part of the answer")]

use std::{collections::BTreeMap, fs, io::Write as _, path::Path, time::Instant};

use anyhow::Context as _;
use matching::allocation::{Optimal, allocate};
use operations::import::ranked_lists::{self, ListFile, ListWarning, RankedLists};
use serde_json::json;
use words::Text;

use crate::{
    Outcome,
    cli::{Allocate, OptimalFor},
    tell,
};

impl From<OptimalFor> for Optimal {
    fn from(side: OptimalFor) -> Self {
        match side {
            OptimalFor::Applicants => Self::Applicants,
            OptimalFor::Places => Self::Places,
        }
    }
}

/// Places applicants by the lists of files.
pub(crate) fn allocate_files(args: &Allocate) -> anyhow::Result<Outcome> {
    let read = |file: &Path| fs::read(file).with_context(|| format!("{} cannot be read", file.display()));
    let (applicants, places) = (read(&args.applicants)?, read(&args.places)?);
    let mentors = args.mentors.as_deref().map(read).transpose()?;
    let name = |file: ListFile| {
        let path = match file {
            ListFile::Applicants => &args.applicants,
            ListFile::Places => &args.places,
            ListFile::Mentors => args.mentors.as_ref().unwrap_or(&args.places),
        };
        path.display().to_string()
    };
    let lists = match ranked_lists::read(&applicants, &places, mentors.as_deref()) {
        Ok(lists) => lists,
        Err(wrong) if args.json => {
            tell::json(&json!({ "file": wrong.file, "problems": wrong.problems }))?;
            return Ok(Outcome::BadInput);
        }
        Err(wrong) => {
            tell::problems(&name(wrong.file), &wrong.problems);
            return Ok(Outcome::BadInput);
        }
    };
    let began = Instant::now();
    let allocation = allocate(&lists.market, args.optimal.into());
    let elapsed_ms = began.elapsed().as_secs_f64() * 1_000.0;
    let answer = Answer::of(&lists, &allocation.place_of, &allocation.free(&lists.market));
    if args.json {
        let mut document = json!({
            "pairs": answer.pairs, "unmatched": answer.unmatched, "free": answer.free,
            "blocking_pairs": allocation.blocking_pairs, "elapsed_ms": elapsed_ms, "warnings": lists.warnings,
        });
        if args.mentors.is_some() {
            document["free_of_mentors"] = json!(answer.free_of_mentors);
        }
        tell::json(&document)?;
        return Ok(Outcome::Done);
    }
    for warning in &lists.warnings {
        eprintln!("{}", sentence(&name(warning.file), warning));
    }
    let mut out = std::io::stdout().lock();
    for (applicant, place) in &answer.pairs {
        writeln!(out, "{applicant}  {place}")?;
    }
    for applicant in &answer.unmatched {
        writeln!(out, "{applicant}  -")?;
    }
    writeln!(
        out,
        "{} applicants placed, {} not; {} seats free; {} blocking pairs; {elapsed_ms:.1} ms",
        answer.pairs.len(),
        answer.unmatched.len(),
        answer.free.values().sum::<u32>(),
        allocation.blocking_pairs
    )?;
    Ok(Outcome::Done)
}

fn sentence(file: &str, ListWarning { line, column, what, .. }: &ListWarning) -> String {
    let text = Text::of("list_warning", what.key());
    let text = match what.name() {
        Some(name) => text.with("name", name),
        None => text,
    };
    format!("{file}:{line}: {column}: {}", text.render(tell::LOCALE))
}

/// An allocation with names, in the order of the files.
struct Answer<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    unmatched: Vec<&'a str>,
    free: BTreeMap<&'a str, u32>,
    free_of_mentors: BTreeMap<&'a str, u32>,
}

impl<'a> Answer<'a> {
    fn of(lists: &'a RankedLists, place_of: &[Option<u32>], free: &[u32]) -> Self {
        let (mut pairs, mut unmatched) = (Vec::new(), Vec::new());
        let mut left: Vec<u32> = lists.market.rankers.iter().map(|ranker| ranker.capacity).collect();
        for (applicant, place) in lists.applicants.iter().zip(place_of) {
            match place {
                Some(place) => {
                    pairs.push((applicant.as_str(), lists.places[*place as usize].as_str()));
                    left[lists.market.places[*place as usize].ranker as usize] -= 1;
                }
                None => unmatched.push(applicant.as_str()),
            }
        }
        let named = |names: &'a [String], free: &[u32]| {
            let free = names.iter().map(String::as_str).zip(free.iter().copied());
            free.collect()
        };
        Self {
            pairs,
            unmatched,
            free: named(&lists.places, free),
            free_of_mentors: named(&lists.mentors, &left),
        }
    }
}
