//! What things cost, on invented data that the same seed makes everywhere, beside what others need for the same in the same run.

mod allocation;
mod digest;
mod finding;
mod market;

pub(crate) use self::{allocation::bench_allocate, digest::bench_digest, finding::bench_search, market::bench_match};

use std::{ffi::OsStr, fs, path::Path, process::Command};

use anyhow::{Context as _, ensure};
use marketplace::register::Entry;
use operations::import::register_entries;
use vocabulary::Vocabulary;

use crate::tell;

/// The memory that this process holds, in KiB; none where the system does not tell it in this way.
fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").trim().parse().ok()
}

/// The rows of a file of the national register; none when it is no such file, and that is said.
fn register(file: &Path, vocabulary: &Vocabulary) -> anyhow::Result<Option<Vec<Entry>>> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    match register_entries(&bytes, None, vocabulary) {
        Ok(entries) => Ok(Some(entries)),
        Err(problems) => {
            tell::problems(&file.display().to_string(), &problems);
            Ok(None)
        }
    }
}

/// What a Python script says, and the number in it that stands where `seconds` looks.
fn seconds_of_peer(script: &Path, arguments: &[&OsStr], seconds: impl Fn(&str) -> Option<&str>) -> anyhow::Result<f64> {
    let output = Command::new("python3").arg(script).args(arguments).output();
    let output = output.context("python3 does not start")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "the peer fails: {complaint}");
    let number = seconds(&said).with_context(|| format!("the peer does not say how long it took: {said}"))?;
    number.parse().context("the peer's time is no number")
}

/// What so many hundredths of the values do not exceed; nought of none. The values are in order.
fn percentile(values: &[f64], hundredths: usize) -> f64 {
    let at = (values.len() * hundredths / 100).min(values.len().saturating_sub(1));
    values.get(at).copied().unwrap_or_default()
}

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
