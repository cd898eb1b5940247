//! `bench match`: what exact matching of a whole market costs, beside scoring every pair in the same run.
#![expect(clippy::disallowed_methods, reason = "measures")]

use std::{
    collections::HashMap,
    ffi::OsStr,
    num::NonZero,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use kernel::{Chance as _, PostingKind, SeededChance};
use marketplace::register::Entry;
use matching::{Book, Context, Owner, Ranking, Unit, UnitId, Weights, score};
use serde::Serialize;
use vocabulary::{SkillLevel, Vocabulary};

use super::{memory, percentile, real, register, seconds_of_peer};
use crate::{Outcome, cli::BenchMatch, tell};

/// The answers asked for.
const K: usize = 20;
/// So many new posts come, one after the other.
const NEWCOMERS: usize = 1_000;
/// A tenth of the market is matched so often.
const TENTHS: usize = 9;
/// By so many needs every pair is scored by the words of both.
const BY_WORDS: usize = 5;
/// An occupation is asked for in a place's trade when the major leads to it at least so well.
const LEADS: u16 = 500;

/// Everything measured.
#[derive(Debug, Serialize)]
struct Report {
    offers: usize,
    needs: usize,
    seed: u64,
    threads: usize,
    index_seconds: f64,
    /// The best answers of every offer and of every need.
    match_seconds: f64,
    answers: usize,
    /// The index and all answers, in MiB.
    memory_mib: Option<u64>,
    /// Scoring a pair in numbers, in one flat loop that keeps the best.
    pair_ns: f64,
    /// Scoring a pair by the words of both units.
    pair_by_words_ns: f64,
    /// How many units' answers were compared with scoring every pair, both ways: all were the same.
    equal: usize,
    /// Every pair both ways, in so many flat loops side by side, by what one pair takes.
    every_pair_seconds: f64,
    times_faster: f64,
    /// A tenth of both sides, in half of the runs.
    tenth_seconds: f64,
    times_for_ten: f64,
    /// A new post is held against so many.
    posts: usize,
    /// These posts as offers and again as needs, with their index.
    posts_memory_mib: Option<u64>,
    new_need: Times,
    new_offer: Times,
    peer_seconds: Option<f64>,
    times_faster_than_peer: Option<f64>,
}

/// How long answers with their reasons took.
#[derive(Debug, Serialize)]
struct Times {
    p50_ms: f64,
    p99_ms: f64,
}

/// Measures matching.
pub(crate) fn bench_match(options: &BenchMatch) -> anyhow::Result<Outcome> {
    let vocabulary = Arc::new(Vocabulary::builtin());
    let rows = match &options.register {
        Some(file) => match register(file, &vocabulary)? {
            Some(entries) => entries.into_iter().map(row).collect(),
            None => return Ok(Outcome::BadInput),
        },
        None => invented_register(&vocabulary, options.seed),
    };
    let context = Context::new(Arc::clone(&vocabulary), Arc::new(Weights::default()));
    let report = Market::new(context, &rows, options.seed).measure(options)?;
    if options.json {
        tell::json(&report)?;
    } else {
        report.print();
    }
    Ok(Outcome::Done)
}

/// A programme: major, province, school.
type Row = (String, String, String);

fn row(entry: Entry) -> Row {
    let school = entry.school_key().to_owned();
    (entry.major_code, entry.province, school)
}

/// A register of the real one's size: the n-th major, in an order that the seed draws, at the n-th part of the schools.
fn invented_register(vocabulary: &Vocabulary, seed: u64) -> Vec<Row> {
    const ROWS: usize = 68_236;
    const SCHOOLS: u64 = 1_564;
    let chance = SeededChance::new(seed);
    let provinces = vocabulary.provinces();
    let mut majors: Vec<_> = vocabulary
        .majors()
        .iter()
        .map(|major| (chance.next_u64(), &major.code))
        .collect();
    majors.sort_unstable();
    let mut rows = Vec::with_capacity(ROWS);
    for (place, (_, major)) in (1_u64..).zip(majors.iter().cycle()) {
        let schools = (SCHOOLS * 6 / place).clamp(8, SCHOOLS);
        for _ in 0..schools.min((ROWS - rows.len()) as u64) {
            let school = usize::try_from(chance.below(SCHOOLS)).unwrap_or(0);
            let province = &provinces[school % provinces.len()].code;
            rows.push(((*major).clone(), province.clone(), format!("school {school}")));
        }
        if rows.len() == ROWS {
            break;
        }
    }
    rows
}

/// What units are made of.
struct Market<'a> {
    context: Context,
    rows: &'a [Row],
    chance: SeededChance,
    seed: u64,
    occupations: HashMap<&'a str, Vec<String>>,
}

impl<'a> Market<'a> {
    fn new(context: Context, rows: &'a [Row], seed: u64) -> Self {
        let vocabulary = &context.vocabulary;
        let mut occupations: HashMap<&str, Vec<String>> = HashMap::new();
        for (major, ..) in rows {
            occupations.entry(major).or_insert_with(|| {
                let row = vocabulary
                    .major_place(major)
                    .map(|place| vocabulary.affinity_row(place));
                let affinities = row.into_iter().flatten().zip(vocabulary.occupations());
                let leads = affinities.filter(|(affinity, _)| **affinity >= LEADS);
                leads.map(|(_, occupation)| occupation.code.clone()).collect()
            });
        }
        Self {
            context,
            rows,
            chance: SeededChance::new(seed),
            seed,
            occupations,
        }
    }

    fn one_of<T: Clone>(&self, items: &[T]) -> Option<T> {
        let at = self.chance.below(items.len().max(1) as u64);
        items.get(usize::try_from(at).unwrap_or(0)).cloned()
    }

    /// Three fields in ten are left out.
    fn said<T>(&self, value: Option<T>) -> Option<T> {
        value.filter(|_| self.chance.below(10) < 7)
    }

    /// A row of the register says major and province.
    fn offer(&self, at: usize) -> Unit {
        let (major, province, school) = &self.rows[at % self.rows.len()];
        Unit {
            owner: Some(Owner::External(school.clone())),
            major: Some(major.clone()),
            province: Some(province.clone()),
            joined: false,
            ..Unit::new(UnitId::External(format!("o{at:07}")), PostingKind::Programme)
        }
    }

    /// A need asks for an occupation to which the major of some row leads, so that common trades are asked for often; one in five
    /// takes its own province alone.
    fn need(&self, at: usize) -> Unit {
        let vocabulary = &self.context.vocabulary;
        let (major, ..) = &self.rows[usize::try_from(self.chance.below(self.rows.len() as u64)).unwrap_or(0)];
        let occupation = self
            .occupations
            .get(major.as_str())
            .and_then(|leads| self.one_of(leads));
        let region_bound = self.chance.below(5) == 0;
        let province = self
            .one_of(vocabulary.provinces())
            .map(|province| province.code.clone());
        let district = self
            .one_of(vocabulary.districts())
            .map(|district| district.code.clone());
        let number = |least: i64, many: u64| Some(least + i64::try_from(self.chance.below(many)).unwrap_or(0));
        Unit {
            owner: Some(Owner::External(format!("enterprise {}", self.chance.below(20_000)))),
            major: occupation.is_none().then(|| major.clone()),
            occupation,
            province: if region_bound { province } else { self.said(province) },
            district: self.said(district),
            region_bound,
            level: self.said(self.one_of(&SkillLevel::ALL[..])),
            seats: self.said(number(1, 40)),
            hours: self.said(number(80, 800)),
            price_fen: self.said(number(100_000, 900_000)),
            ..Unit::new(UnitId::External(format!("n{at:07}")), PostingKind::Apprentices)
        }
    }

    fn book(&self, offers: usize, needs: usize) -> Book {
        let offers = (0..offers).map(|at| self.offer(at)).collect();
        let needs = (0..needs).map(|at| self.need(at)).collect();
        Book::new(self.context.clone(), offers, needs)
    }

    fn measure(&self, options: &BenchMatch) -> anyhow::Result<Report> {
        let threads = NonZero::new(usize::from(options.threads)).context("no thread")?;
        let size = options.size;
        let held_before = memory();
        let offers: Vec<Unit> = (0..size.min(self.rows.len())).map(|at| self.offer(at)).collect();
        let needs: Vec<Unit> = (0..size).map(|at| self.need(at)).collect();
        let began = Instant::now();
        let book = Book::new(self.context.clone(), offers, needs);
        let index_seconds = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let overview = book.match_all(K, threads);
        let match_seconds = began.elapsed().as_secs_f64();
        let memory_mib = memory()
            .zip(held_before)
            .map(|(now, before)| now.saturating_sub(before) / 1024);
        let answers = |rankings: &[Ranking<'_>]| rankings.iter().map(|ranking| ranking.best.len()).sum::<usize>();

        let (pair_ns, equal) = every_pair(&book, &overview, options.sample)?;
        let every_pair_seconds = {
            let pairs = real(book.offers().len()) * real(book.needs().len());
            // Both ways, by as many loops side by side as there are threads.
            pairs * 2.0 * pair_ns / 1e9 / real(threads.get())
        };
        let tenth = self.book(book.offers().len() / 10, size / 10);
        let tenth_seconds = median(|| answers(&tenth.match_all(K, threads).needs))?;

        let held_before = memory();
        let posts = self.book(options.posts, options.posts);
        let posts_memory_mib = memory()
            .zip(held_before)
            .map(|(now, before)| now.saturating_sub(before) / 1024);
        let new_need = times((0..NEWCOMERS).map(|at| self.need(options.posts + at)), |need| {
            posts.best_offers(need, K).len()
        });
        let new_offer = times((0..NEWCOMERS).map(|at| self.offer(at * 61)), |offer| {
            posts.best_needs(offer, K).len()
        });
        let peer_seconds = options
            .peer
            .as_deref()
            .map(|script| by_peer(script, size))
            .transpose()?;
        Ok(Report {
            offers: book.offers().len(),
            needs: book.needs().len(),
            seed: self.seed,
            threads: threads.get(),
            index_seconds,
            match_seconds,
            answers: answers(&overview.needs) + answers(&overview.offers),
            memory_mib,
            pair_ns,
            pair_by_words_ns: self.by_words(&book),
            equal,
            every_pair_seconds,
            times_faster: every_pair_seconds / match_seconds,
            tenth_seconds,
            times_for_ten: match_seconds / tenth_seconds,
            posts: options.posts,
            posts_memory_mib,
            new_need,
            new_offer,
            peer_seconds,
            times_faster_than_peer: peer_seconds.map(|seconds| seconds / match_seconds),
        })
    }

    /// What a pair takes that is scored by the words of both units, in nanoseconds.
    fn by_words(&self, book: &Book) -> f64 {
        let needs = &book.needs()[..BY_WORDS.min(book.needs().len())];
        let began = Instant::now();
        let pairs = needs
            .iter()
            .flat_map(|need| book.offers().iter().map(move |offer| (offer, need)));
        let scores = pairs.map(|(offer, need)| u64::from(score(offer, need, &self.context).unwrap_or(0)));
        std::hint::black_box(scores.sum::<u64>());
        began.elapsed().as_secs_f64() * 1e9 / (real(needs.len()) * real(book.offers().len()))
    }
}

/// Scores every pair of so many units of both sides, evenly spread; answers what a pair took in nanoseconds, and how many units
/// had the same answers as from the index.
fn every_pair<'a>(book: &'a Book, overview: &matching::Overview<'a>, sample: usize) -> anyhow::Result<(f64, usize)> {
    let (mut took, mut pairs, mut equal) = (Duration::ZERO, 0.0, 0);
    let mut compare = |rankings: &[Ranking<'_>], others: usize, every: &dyn Fn(&Unit) -> Vec<matching::Ranked<'a>>| {
        let step = (rankings.len() / sample.max(1)).max(1);
        for ranking in rankings.iter().step_by(step) {
            let began = Instant::now();
            let best = every(ranking.unit);
            took += began.elapsed();
            pairs += real(others);
            ensure!(
                best == ranking.best,
                "{:?} has other answers when every pair is scored",
                ranking.unit.id
            );
            equal += 1;
        }
        anyhow::Ok(())
    };
    compare(&overview.needs, book.offers().len(), &|need| {
        book.rank_every_offer(need, K)
    })?;
    compare(&overview.offers, book.needs().len(), &|offer| {
        book.rank_every_need(offer, K)
    })?;
    Ok((took.as_secs_f64() * 1e9 / f64::max(pairs, 1.0), equal))
}

/// What a match takes that is over too soon to be measured once.
fn median(answers: impl Fn() -> usize) -> anyhow::Result<f64> {
    let mut took = Vec::with_capacity(TENTHS);
    for _ in 0..TENTHS {
        let began = Instant::now();
        ensure!(answers() > 0, "a tenth of the market has no match");
        took.push(began.elapsed().as_secs_f64());
    }
    took.sort_by(f64::total_cmp);
    Ok(percentile(&took, 50))
}

fn times(newcomers: impl Iterator<Item = Unit>, answer: impl Fn(&Unit) -> usize) -> Times {
    let mut took: Vec<f64> = newcomers
        .map(|unit| {
            let began = Instant::now();
            std::hint::black_box(answer(&unit));
            began.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    took.sort_by(f64::total_cmp);
    Times {
        p50_ms: percentile(&took, 50),
        p99_ms: percentile(&took, 99),
    }
}

/// How many seconds a Python script says it takes over a market of this size: the last number before ` s`.
fn by_peer(script: &Path, size: usize) -> anyhow::Result<f64> {
    seconds_of_peer(script, &[OsStr::new(&size.to_string())], |said| {
        said.trim_end().strip_suffix(" s")?.rsplit(' ').next()
    })
}

impl Report {
    fn print(&self) {
        println!(
            "{} offers, {} needs, seed {}, {} threads; index in {:.2} s",
            self.offers, self.needs, self.seed, self.threads, self.index_seconds
        );
        println!(
            "the best {K} of each, both ways: {:.2} s, {} answers{}",
            self.match_seconds,
            self.answers,
            self.memory_mib.map(|mib| format!(", {mib} MiB")).unwrap_or_default()
        );
        println!(
            "every pair in a flat loop: {:.1} ns a pair in numbers ({:.0} ns by words), {:.1} s for all, {:.0} times as long; {} units have the same answers",
            self.pair_ns, self.pair_by_words_ns, self.every_pair_seconds, self.times_faster, self.equal
        );
        println!(
            "a tenth of it: {:.3} s; ten times as much takes {:.1} times as long",
            self.tenth_seconds, self.times_for_ten
        );
        if let Some(mib) = self.posts_memory_mib {
            println!("{} offers and as many needs with their index: {mib} MiB", self.posts);
        }
        for (name, times) in [("need", &self.new_need), ("offer", &self.new_offer)] {
            println!(
                "a new {name} against {}, with reasons: p50 {:.2} ms, p99 {:.2} ms",
                self.posts, times.p50_ms, times.p99_ms
            );
        }
        if let Some((seconds, times)) = self.peer_seconds.zip(self.times_faster_than_peer) {
            println!("the peer: {seconds:.1} s one way, {times:.1} times as long");
        }
    }
}
