//! `bench search`: how long finding takes in a register, and whether what people ask for is found.
#![expect(clippy::disallowed_methods, reason = "measures")]

mod questions;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use kernel::{Chance as _, RegisterRowId, SeededChance, Timestamp};
use marketplace::register::{Entry, Presence, RegisterRow};
use operations::search::documents;
use search::{Analyzer, Document, EmbeddedEngine, Engine, Facet, Filter, Query, Viewer};
use serde::Serialize;
use serde_json::json;
use vocabulary::Vocabulary;

use self::questions::{Maker, Question};
use super::{memory, percentile, real, register};
use crate::{Outcome, cli::BenchSearch, tell};

/// The hits that people look at.
const SEEN: usize = 10;
/// How many documents are put into the index at a time.
const BATCH: usize = 10_000;
const FACETS: [Facet; 3] = [Facet::Province, Facet::Category, Facet::Kind];
const SHANGHAI: &str = "310000";

/// Everything measured.
#[derive(Debug, Serialize)]
struct Report {
    documents: usize,
    seed: u64,
    load_seconds: f64,
    memory_mib: Option<u64>,
    searches: usize,
    p50_ms: f64,
    p99_ms: f64,
    /// Of each kind of question and of all: of what answers it, as far as ten hits can hold it, how much is among the first ten; and
    /// one by the place of the first hit that answers, in the mean.
    found: BTreeMap<&'static str, Found>,
    all: Found,
}

/// How well questions are answered.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Found {
    questions: usize,
    recall: f64,
    reciprocal_rank: f64,
}

/// A question that is not answered well.
#[derive(Debug, Serialize)]
struct Missed {
    kind: &'static str,
    question: String,
    answers: usize,
    among_ten: usize,
    /// The first three titles with their colleges.
    first: Vec<String>,
}

/// Measures finding.
pub(crate) async fn bench_search(options: &BenchSearch) -> anyhow::Result<Outcome> {
    let vocabulary = Vocabulary::builtin();
    let Some(entries) = register(&options.register, &vocabulary)? else {
        return Ok(Outcome::BadInput);
    };
    ensure!(!entries.is_empty(), "the register has no row");
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let analyzer = Analyzer::builtin(&vocabulary).context("the words of search cannot be read")?;
    let engine = EmbeddedEngine::open(&folder.path().join("index"), analyzer)?;
    let held_before = memory();
    let load_seconds = load(&engine, &entries, options, &vocabulary).await?.as_secs_f64();
    let took = ask_often(&engine, &entries, options).await?;
    let memory_mib = memory()
        .zip(held_before)
        .map(|(now, before)| now.saturating_sub(before) / 1024);
    let questions = Maker::new(&entries, &vocabulary, options.seed).questions();
    let (found, missed) = ask(&engine, &entries, &questions).await?;
    let all = mean(found.values().copied());
    let report = Report {
        documents: options.size.unwrap_or(entries.len()),
        seed: options.seed,
        load_seconds,
        memory_mib,
        searches: took.len(),
        p50_ms: percentile(&took, 50),
        p99_ms: percentile(&took, 99),
        found,
        all,
    };
    if options.json {
        tell::json(&json!({ "figures": report, "missed": missed }))?;
    } else {
        report.print();
        if options.missed {
            missed.iter().for_each(Missed::print);
        }
    }
    Ok(Outcome::Done)
}

/// Puts the register into the index: as often as it takes, where more documents are asked for than there are rows.
async fn load(
    engine: &EmbeddedEngine,
    entries: &[Entry],
    options: &BenchSearch,
    vocabulary: &Vocabulary,
) -> anyhow::Result<Duration> {
    let chance = SeededChance::new(options.seed);
    let now = Timestamp::from_micros(0);
    let size = options.size.unwrap_or(entries.len());
    let mut rows = entries.iter().cycle().take(size);
    let mut took = Duration::ZERO;
    let mut rebuild = engine.begin_rebuild().await?;
    loop {
        let some: Vec<Document> = rows
            .by_ref()
            .take(BATCH)
            .map(|entry| {
                let row = RegisterRow {
                    id: RegisterRowId::new(now, &chance),
                    entry: entry.clone(),
                    college: Presence::Absent,
                };
                documents::of_register_row(&row, vocabulary)
            })
            .collect();
        if some.is_empty() {
            break;
        }
        let began = Instant::now();
        rebuild.push(&some).await?;
        took += began.elapsed();
    }
    let began = Instant::now();
    rebuild.finish(size as u64).await?;
    Ok(took + began.elapsed())
}

/// Asks as a page does, with counts of facets and marks, for names, halves of names, colleges with names and two characters, three in
/// ten in Shanghai alone: the questions of `meili_programmes.py`. Answers how many milliseconds each took, in order.
async fn ask_often(engine: &EmbeddedEngine, entries: &[Entry], options: &BenchSearch) -> anyhow::Result<Vec<f64>> {
    let chance = SeededChance::new(options.seed);
    let first = |text: &str, many: usize| text.chars().take(many).collect::<String>();
    let mut took = Vec::new();
    for _ in 0..options.searches {
        let row = || &entries[usize::try_from(chance.below(entries.len() as u64)).unwrap_or(0)];
        let name = row().major_name.as_str();
        let text = match chance.below(4) {
            0 => name.to_owned(),
            1 => first(name, (name.chars().count() / 2).max(2)),
            2 => format!("{} {}", first(&row().school_name, 4), first(name, 4)),
            _ => first(name, 2),
        };
        let filter = if chance.below(10) < 3 {
            Filter::is(Facet::Province, [SHANGHAI])
        } else {
            Filter::default()
        };
        let query = Query {
            filter,
            facets: FACETS.to_vec(),
            ..Query::new(text)
        };
        let began = Instant::now();
        engine.search(&Viewer::Public, &query).await?;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    took.sort_by(f64::total_cmp);
    Ok(took)
}

/// Asks the questions once; what was missed comes with what was found instead.
async fn ask(
    engine: &dyn Engine,
    entries: &[Entry],
    questions: &[Question],
) -> anyhow::Result<(BTreeMap<&'static str, Found>, Vec<Missed>)> {
    let mut of_kind: BTreeMap<&str, Vec<Found>> = BTreeMap::new();
    let mut missed = Vec::new();
    for question in questions {
        let answers = entries.iter().filter(|row| question.is_answered_by(row)).count();
        if answers == 0 {
            continue;
        }
        let query = Query {
            per_page: u32::try_from(SEEN)?,
            ..Query::new(&question.text)
        };
        let page = engine.search(&Viewer::Public, &query).await?;
        let right: Vec<bool> = page
            .hits
            .iter()
            .map(|hit| question.is_answered_by_hit(&hit.document))
            .collect();
        let among_ten = right.iter().filter(|right| **right).count();
        let recall = real(among_ten) / real(answers.min(SEEN));
        let first_right = right.iter().position(|right| *right);
        of_kind.entry(question.kind).or_default().push(Found {
            questions: 1,
            recall,
            reciprocal_rank: first_right.map_or(0.0, |at| 1.0 / real(at + 1)),
        });
        if among_ten < answers.min(SEEN) {
            let name = |hit: &search::Hit| format!("{} {}", hit.document.title, hit.document.organisation);
            missed.push(Missed {
                kind: question.kind,
                question: question.text.clone(),
                answers,
                among_ten,
                first: page.hits.iter().take(3).map(name).collect(),
            });
        }
    }
    let means = of_kind.into_iter().map(|(kind, found)| (kind, mean(found.into_iter())));
    Ok((means.collect(), missed))
}

/// The mean over all questions.
fn mean(found: impl Iterator<Item = Found>) -> Found {
    let mut sum = Found::default();
    for one in found {
        let weight = real(one.questions);
        sum.questions += one.questions;
        sum.recall += one.recall * weight;
        sum.reciprocal_rank += one.reciprocal_rank * weight;
    }
    let many = real(sum.questions.max(1));
    Found {
        questions: sum.questions,
        recall: sum.recall / many,
        reciprocal_rank: sum.reciprocal_rank / many,
    }
}

impl Report {
    fn print(&self) {
        println!(
            "{} documents in {:.2} s{}; {} searches with facets and marks: p50 {:.2} ms, p99 {:.2} ms",
            self.documents,
            self.load_seconds,
            self.memory_mib.map(|mib| format!(", {mib} MiB")).unwrap_or_default(),
            self.searches,
            self.p50_ms,
            self.p99_ms
        );
        let kinds = self.found.iter().map(|(kind, found)| (*kind, found));
        for (kind, found) in kinds.chain([("all", &self.all)]) {
            println!(
                "{kind:<18} {:>4} questions: found among ten {:.3}, reciprocal rank {:.3}",
                found.questions, found.recall, found.reciprocal_rank
            );
        }
    }
}

impl Missed {
    fn print(&self) {
        println!(
            "{} {}: {} of {} among ten; {}",
            self.kind,
            self.question,
            self.among_ten,
            self.answers.min(SEEN),
            self.first.join(" | ")
        );
    }
}
