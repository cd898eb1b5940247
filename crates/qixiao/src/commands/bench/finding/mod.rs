//! `bench search`: how long finding takes in a register, and whether what people ask for is found; or how long it takes in a market
//! of invented posts.
#![expect(clippy::disallowed_methods, reason = "measures")]

mod agreement;
mod answers;
mod engines;
mod invented;
mod plain;
mod questions;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use kernel::{Chance as _, RegisterRowId, SeededChance, Timestamp};
use marketplace::register::{Entry, Presence, RegisterRow};
use meilisearch_sdk::client::Client;
use operations::search::documents;
use search::{Analyzer, Document, EmbeddedEngine, Engine, MeilisearchEngine};
use serde::Serialize;
use serde_json::json;
use vocabulary::Vocabulary;

use self::{
    agreement::Agreement,
    answers::{Asked, Found, Missed},
    engines::Asking,
    invented::Inventor,
    plain::Plain,
    questions::Maker,
};
use super::{memory, percentile, register};
use crate::{Outcome, cli::BenchSearch, tell};

/// How many documents are put into the index at a time.
const BATCH: usize = 10_000;
/// How many questions engines are asked before it is another's turn: what else the machine does meets all of them alike.
const ROUND: usize = 200;
const SHANGHAI: &str = "310000";
/// The beginning of the names of indexes on a server.
const NAME: &str = "qixiao-bench";

/// Everything measured.
#[derive(Debug, Serialize)]
struct Report {
    documents: usize,
    seed: u64,
    engines: Vec<Figures>,
    /// Beside invented posts: what ten times as many change.
    growth: Option<Growth>,
    agreement: Option<Agreement>,
}

/// The same questions to all posts and to a tenth of them, in turn.
#[derive(Debug, Serialize)]
struct Growth {
    p50_ms: f64,
    /// The tenth's.
    documents: usize,
    tenth_p50_ms: f64,
    tenth_p99_ms: f64,
    /// How many times as long half of the searches take at most.
    times_for_ten: f64,
}

/// What one engine costs and finds.
#[derive(Debug, Serialize)]
struct Figures {
    engine: &'static str,
    load_seconds: f64,
    /// Where the engine is part of this process.
    memory_mib: Option<u64>,
    searches: usize,
    p50_ms: f64,
    p99_ms: f64,
    found: BTreeMap<&'static str, Found>,
    all: Found,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missed: Vec<Missed>,
}

/// Measures finding.
pub(crate) async fn bench_search(options: &BenchSearch) -> anyhow::Result<Outcome> {
    let vocabulary = Vocabulary::builtin();
    let entries = match &options.register {
        None => Vec::new(),
        Some(file) => match register(file, &vocabulary)? {
            None => return Ok(Outcome::BadInput),
            Some(entries) => entries,
        },
    };
    ensure!(
        options.register.is_none() || !entries.is_empty(),
        "the register has no row"
    );
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let analyzer = Analyzer::builtin(&vocabulary).context("the words of search cannot be read")?;
    let embedded = EmbeddedEngine::open(&folder.path().join("index"), analyzer.clone())?;
    let questions = Maker::new(&entries, &vocabulary, options.seed).questions();
    let bench = Bench {
        options,
        entries: &entries,
        vocabulary: &vocabulary,
        questions: answers::answerable(&questions, &entries),
    };
    let held_before = memory();
    let load = bench.load(&embedded, bench.size()).await?;
    let mut figures = bench.measure("embedded", load, Asking::Ours(&embedded)).await?;
    let held = memory().zip(held_before);
    figures.memory_mib = held.map(|(now, before)| now.saturating_sub(before) / 1024);
    let growth = if entries.is_empty() {
        let tenth = EmbeddedEngine::open(&folder.path().join("tenth"), analyzer.clone())?;
        Some(bench.growth(&embedded, &tenth).await?)
    } else {
        None
    };
    let mut report = Report {
        documents: bench.size(),
        seed: options.seed,
        engines: vec![figures],
        growth,
        agreement: None,
    };
    if let Some(url) = &options.meilisearch {
        let key = options.meilisearch_key_file.as_deref().map(key).transpose()?;
        let server = MeilisearchEngine::new(url, key.as_deref(), NAME, analyzer)?;
        let load = bench.load(&server, bench.size()).await?;
        report
            .engines
            .push(bench.measure("meilisearch", load, Asking::Ours(&server)).await?);
        report.agreement = Some(agreement::compare(&embedded, &server, &questions).await?);
        let plain = Plain::new(Client::new(url, key)?, format!("{NAME}-plain")).await?;
        let load = bench.load_plain(&plain).await?;
        let figures = bench
            .measure("meilisearch by default", load, Asking::Plain(&plain))
            .await?;
        report.engines.push(figures);
        plain.clear().await?;
    }
    if options.json {
        tell::json(&json!(report))?;
    } else {
        report.print();
    }
    Ok(Outcome::Done)
}

fn key(file: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.trim().to_owned())
}

/// What all engines are measured with.
struct Bench<'a> {
    options: &'a BenchSearch,
    /// Of the register; none where posts are invented.
    entries: &'a [Entry],
    vocabulary: &'a Vocabulary,
    questions: Vec<Asked<'a>>,
}

impl Bench<'_> {
    fn size(&self) -> usize {
        match self.entries.len() {
            0 => usize::try_from(self.options.size).unwrap_or(usize::MAX),
            rows => rows,
        }
    }

    /// The first so many of what is put into an index, some at a time.
    fn documents(&self, size: usize) -> impl Iterator<Item = Vec<Document>> {
        let chance = SeededChance::new(self.options.seed);
        let inventor = Inventor::new(self.vocabulary, self.options.seed);
        let now = Timestamp::from_micros(0);
        let document = move |at: usize| match self.entries.get(at) {
            None => inventor.post(at),
            Some(entry) => {
                let row = RegisterRow {
                    id: RegisterRowId::new(now, &chance),
                    entry: entry.clone(),
                    college: Presence::Absent,
                };
                documents::of_register_row(&row, self.vocabulary)
            }
        };
        let mut all = (0..size).map(document);
        std::iter::from_fn(move || {
            let some: Vec<Document> = all.by_ref().take(BATCH).collect();
            Some(some).filter(|some| !some.is_empty())
        })
    }

    /// Puts the documents into the index.
    async fn load(&self, engine: &dyn Engine, size: usize) -> anyhow::Result<Duration> {
        let mut took = Duration::ZERO;
        let mut rebuild = engine.begin_rebuild().await?;
        for some in self.documents(size) {
            let began = Instant::now();
            rebuild.push(&some).await?;
            took += began.elapsed();
        }
        let began = Instant::now();
        rebuild.finish(size as u64).await?;
        Ok(took + began.elapsed())
    }

    async fn load_plain(&self, plain: &Plain) -> anyhow::Result<Duration> {
        let mut took = Duration::ZERO;
        for some in self.documents(self.size()) {
            let readable = some.iter().map(|document| plain::readable(document, self.vocabulary));
            let readable = readable.collect::<anyhow::Result<Vec<_>>>()?;
            let began = Instant::now();
            plain.add(&readable).await?;
            took += began.elapsed();
        }
        Ok(took)
    }

    async fn growth(&self, all: &EmbeddedEngine, tenth: &EmbeddedEngine) -> anyhow::Result<Growth> {
        let documents = self.size() / 10;
        self.load(tenth, documents).await?;
        let [all, tenth] = self.ask_often([&Asking::Ours(all), &Asking::Ours(tenth)]).await?;
        let (p50_ms, tenth_p50_ms) = (percentile(&all, 50), percentile(&tenth, 50));
        Ok(Growth {
            p50_ms,
            documents,
            tenth_p50_ms,
            tenth_p99_ms: percentile(&tenth, 99),
            times_for_ten: p50_ms / tenth_p50_ms,
        })
    }

    async fn measure(&self, name: &'static str, load: Duration, engine: Asking<'_>) -> anyhow::Result<Figures> {
        let [took] = self.ask_often([&engine]).await?;
        let (found, mut missed) = answers::ask(&engine, &self.questions).await?;
        if !self.options.missed {
            missed.clear();
        }
        Ok(Figures {
            engine: name,
            load_seconds: load.as_secs_f64(),
            memory_mib: None,
            searches: took.len(),
            p50_ms: percentile(&took, 50),
            p99_ms: percentile(&took, 99),
            all: answers::mean(found.values().copied()),
            found,
            missed,
        })
    }

    /// Asks as a page does, with counts of facets and marks, for names, halves of names, organisations with names and two
    /// characters, three in ten in Shanghai alone: the questions of `meili_programmes.py`. Engines take turns. Answers how many
    /// milliseconds each took, in order.
    async fn ask_often<const N: usize>(&self, engines: [&Asking<'_>; N]) -> anyhow::Result<[Vec<f64>; N]> {
        let chance = SeededChance::new(self.options.seed);
        let inventor = Inventor::new(self.vocabulary, self.options.seed.wrapping_add(1));
        let first = |text: &str, many: usize| text.chars().take(many).collect::<String>();
        let names = || match usize::try_from(chance.below(self.entries.len().max(1) as u64)) {
            Ok(at) if at < self.entries.len() => {
                let row = &self.entries[at];
                (row.major_name.clone(), row.school_name.clone())
            }
            _ => inventor.names(),
        };
        let mut questions = Vec::new();
        for _ in 0..self.options.searches {
            let (name, organisation) = names();
            let text = match chance.below(4) {
                0 => name,
                1 => first(&name, (name.chars().count() / 2).max(2)),
                2 => format!("{} {}", first(&organisation, 4), first(&name, 4)),
                _ => first(&name, 2),
            };
            let province = (chance.below(10) < 3).then_some(SHANGHAI);
            questions.push((text, province));
        }
        let mut took = [const { Vec::new() }; N];
        for round in questions.chunks(ROUND) {
            for (engine, took) in engines.iter().zip(&mut took) {
                for (text, province) in round {
                    let began = Instant::now();
                    engine.page(text.clone(), *province).await?;
                    took.push(began.elapsed().as_secs_f64() * 1_000.0);
                }
            }
        }
        for took in &mut took {
            took.sort_by(f64::total_cmp);
        }
        Ok(took)
    }
}

impl Report {
    fn print(&self) {
        for figures in &self.engines {
            figures.print(self.documents);
        }
        if let Some(growth) = &self.growth {
            println!(
                "a tenth of it asked in turn, {} documents: p50 {:.2} ms, p99 {:.2} ms, of all p50 {:.2} ms: ten times as many take {:.2} times as long",
                growth.documents, growth.tenth_p50_ms, growth.tenth_p99_ms, growth.p50_ms, growth.times_for_ten
            );
        }
        self.agreement.iter().for_each(Agreement::print);
    }
}

impl Figures {
    fn print(&self, documents: usize) {
        println!(
            "{}: {documents} documents in {:.2} s{}; {} searches with facets and marks: p50 {:.2} ms, p99 {:.2} ms",
            self.engine,
            self.load_seconds,
            self.memory_mib.map(|mib| format!(", {mib} MiB")).unwrap_or_default(),
            self.searches,
            self.p50_ms,
            self.p99_ms
        );
        let kinds = self.found.iter().map(|(kind, found)| (*kind, found));
        let all = (self.all.questions > 0).then_some(("all", &self.all));
        for (kind, found) in kinds.chain(all) {
            println!(
                "  {kind:<18} {:>4} questions: found among ten {:.3}, reciprocal rank {:.3}",
                found.questions, found.recall, found.reciprocal_rank
            );
        }
        self.missed.iter().for_each(Missed::print);
    }
}
