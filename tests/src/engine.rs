//! An engine that can be out of order: the embedded one, behind a switch.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use search::{Answer, Change, EmbeddedEngine, Engine, Entries, Error, Page, Query, Rebuild, Viewer};

/// The embedded engine, or nothing at all while it is out of order.
#[derive(Debug)]
pub(crate) struct Switched {
    inner: EmbeddedEngine,
    out_of_order: Arc<AtomicBool>,
}

impl Switched {
    pub(crate) fn new(inner: EmbeddedEngine, out_of_order: Arc<AtomicBool>) -> Self {
        Self { inner, out_of_order }
    }

    fn or_nothing<'a, T: Send + 'a>(
        &'a self,
        answer: impl FnOnce(&'a EmbeddedEngine) -> Answer<'a, T>,
    ) -> Answer<'a, T> {
        if self.out_of_order.load(Ordering::Relaxed) {
            Box::pin(async { Err(Error::Unreachable("switched off".to_owned())) })
        } else {
            answer(&self.inner)
        }
    }
}

impl Engine for Switched {
    fn search<'a>(&'a self, viewer: &'a Viewer, query: &'a Query) -> Answer<'a, Page> {
        self.or_nothing(|inner| inner.search(viewer, query))
    }

    fn apply<'a>(&'a self, changes: &'a [Change]) -> Answer<'a, ()> {
        self.or_nothing(|inner| inner.apply(changes))
    }

    fn begin_rebuild(&self) -> Answer<'_, Box<dyn Rebuild>> {
        self.or_nothing(Engine::begin_rebuild)
    }

    fn count(&self) -> Answer<'_, u64> {
        self.or_nothing(Engine::count)
    }

    fn entries<'a>(&'a self, cursor: Option<&'a str>, limit: usize) -> Answer<'a, Entries> {
        self.or_nothing(|inner| inner.entries(cursor, limit))
    }

    fn health(&self) -> Answer<'_, ()> {
        self.or_nothing(Engine::health)
    }

    fn needs_rebuild(&self) -> Answer<'_, bool> {
        self.or_nothing(Engine::needs_rebuild)
    }
}
