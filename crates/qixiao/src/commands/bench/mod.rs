//! What things cost, on invented data that the same seed makes everywhere, beside what others need for the same in the same run.

mod allocation;
mod digest;
mod finding;
mod market;

pub(crate) use self::{allocation::bench_allocate, digest::bench_digest, finding::bench_search, market::bench_match};

/// The memory that this process holds, in KiB; none where the system does not tell it in this way.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").trim().parse().ok()
}
