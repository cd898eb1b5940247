//! `bench allocate`: how long the lists of many applicants take.
#![expect(clippy::disallowed_methods, reason = "measures")]

use std::{collections::BTreeMap, fs, path::Path, time::Instant};

use anyhow::{Context as _, ensure};
use kernel::{Chance as _, SeededChance};
use matching::allocation::{Market, Optimal, Ranker, allocate};
use serde_json::json;

use super::seconds_of_peer;
use crate::{Outcome, cli::BenchAllocate, tell};

/// Measures an allocation of invented lists.
pub(crate) fn bench_allocate(options: &BenchAllocate) -> anyhow::Result<Outcome> {
    let market = invented(options.size, options.places, options.seed);
    let mut took = BTreeMap::new();
    for optimal in Optimal::ALL {
        let mut best = f64::INFINITY;
        for _ in 0..options.runs {
            let began = Instant::now();
            let allocation = allocate(&market, *optimal);
            best = best.min(began.elapsed().as_secs_f64() * 1_000.0);
            ensure!(
                allocation.blocking_pairs == 0,
                "{} pairs block",
                allocation.blocking_pairs
            );
        }
        took.insert(optimal.code(), best);
    }
    let pairs: usize = market.applicants.iter().map(Vec::len).sum();
    let peer = options
        .peer
        .as_deref()
        .map(|script| by_peer(script, &market))
        .transpose()?;
    let ratio = peer.map(|seconds| seconds * 1_000.0 / took[Optimal::Applicants.code()]);
    if options.json {
        tell::json(&json!({
            "applicants": options.size, "places": options.places, "pairs": pairs, "seed": options.seed,
            "blocking_pairs": 0, "best_of": options.runs, "milliseconds": took,
            "peer_seconds": peer, "times_faster": ratio,
        }))?;
        return Ok(Outcome::Done);
    }
    println!(
        "{} applicants, {} places, {pairs} wishes, seed {}; no blocking pair; best of {} runs",
        options.size, options.places, options.seed, options.runs
    );
    for (side, milliseconds) in &took {
        println!("best for {side}: {milliseconds:.2} ms");
    }
    if let Some((seconds, ratio)) = peer.zip(ratio) {
        println!("the peer takes {seconds:.3} s over the applicants' best: {ratio:.0} times as long");
    }
    Ok(Outcome::Done)
}

/// Lists in which everybody wants roughly the same: many are refused many times. All name all; nine of ten can be placed.
fn invented(applicants: u32, places: u32, seed: u64) -> Market {
    let chance = SeededChance::new(seed);
    // What an item is worth to all, and a liking of one's own on top.
    let ranked = |items: u32| -> Vec<u32> {
        let mut scored: Vec<(u64, u32)> = (0..items)
            .map(|item| {
                let common = u64::from(item) * 1_000 / u64::from(items.max(1));
                (common + chance.below(1_000), item)
            })
            .collect();
        scored.sort_unstable();
        scored.into_iter().map(|(_, item)| item).collect()
    };
    let lists = (0..applicants).map(|_| ranked(places)).collect();
    let capacity = (u64::from(applicants) * 9 / 10 / u64::from(places.max(1))).max(1);
    let capacity = u32::try_from(capacity).unwrap_or(u32::MAX);
    let place = |_| Ranker {
        capacity,
        ranked: ranked(applicants),
    };
    Market::of_two_sides(lists, (0..places).map(place).collect())
}

/// How many seconds a Python script takes over the same lists: it reads `id,rol` and `id,numberOfPos,rol`, lists as `[a,b]`, and
/// prints `solve SECONDS`.
fn by_peer(script: &Path, market: &Market) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let list = |prefix: char, list: &[u32]| {
        let names: Vec<String> = list.iter().map(|item| format!("{prefix}{item}")).collect();
        format!("\"[{}]\"", names.join(","))
    };
    let wishes = market.applicants.iter().enumerate();
    let residents = wishes.map(|(number, wishes)| format!("a{number},{}", list('p', wishes)));
    let rankers = market.rankers.iter().enumerate();
    let programs =
        rankers.map(|(number, ranker)| format!("p{number},{},{}", ranker.capacity, list('a', &ranker.ranked)));
    let file = |name: &str, header: &str, lines: Vec<String>| {
        let path = folder.path().join(name);
        fs::write(&path, format!("{header}\n{}\n", lines.join("\n"))).map(|()| path)
    };
    let residents = file("residents.csv", "id,rol", residents.collect()).context("a list cannot be written")?;
    let programs =
        file("programs.csv", "id,numberOfPos,rol", programs.collect()).context("a list cannot be written")?;
    seconds_of_peer(script, &[residents.as_os_str(), programs.as_os_str()], |said| {
        said.split_whitespace().skip_while(|word| *word != "solve").nth(1)
    })
}
