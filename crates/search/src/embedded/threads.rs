//! Who goes through the segments of an index.

use std::{num::NonZero, thread};

use tantivy::{Executor, Searcher};

use super::failed;
use crate::Error;

/// From so many documents on segments are gone through side by side: Lucene's slices are as large. Of fewer, to call other threads
/// takes longer than to do without.
const MANY: u64 = if cfg!(test) { 400 } else { 250_000 };
/// On how many threads one question is answered at most.
const MOST: usize = 4;

/// The threads of an engine.
pub(crate) struct Threads(Executor);

impl Threads {
    pub(crate) fn new() -> Result<Self, Error> {
        let many = thread::available_parallelism().map_or(1, NonZero::get).min(MOST);
        Executor::multi_thread(many, "search-").map(Self).map_err(failed)
    }

    /// Those that go through this index.
    pub(crate) fn of(&self, searcher: &Searcher) -> &Executor {
        if searcher.num_docs() < MANY {
            &Executor::SingleThread
        } else {
            &self.0
        }
    }
}

impl std::fmt::Debug for Threads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Threads").finish_non_exhaustive()
    }
}
