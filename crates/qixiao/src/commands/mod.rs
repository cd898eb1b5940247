//! The commands, each a short story told with operations.

mod admin;
mod agreement;
mod allocate;
mod bench;
mod digest;
mod files;
mod look;
mod mail;
mod occupation;

pub(crate) use self::agreement::agreement;
pub(crate) use admin::{add_operator, backup, check, demo, doctor, migrate, reindex, restore};
pub(crate) use allocate::allocate_files;
pub(crate) use bench::{bench_allocate, bench_digest, bench_match, bench_search};
pub(crate) use digest::make_digests;
pub(crate) use files::{import, match_files};
pub(crate) use look::search;
pub(crate) use mail::read_returned;
pub(crate) use occupation::{bench_occupation, occupation};
