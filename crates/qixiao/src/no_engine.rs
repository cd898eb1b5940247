//! The engine of commands that have none: the embedded index has one writer, the server. What a command changes is
//! enqueued and indexed there.

use search::{Answer, Change, Engine, Entries, Error, Page, Query, Rebuild, Viewer};

/// Answers nothing, so that a search falls back to the database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoEngine;

fn elsewhere<T: Send>() -> Answer<'static, T> {
    Box::pin(async {
        Err(Error::Unreachable(
            "the embedded index belongs to the server".to_owned(),
        ))
    })
}

impl Engine for NoEngine {
    fn search<'a>(&'a self, _: &'a Viewer, _: &'a Query) -> Answer<'a, Page> {
        elsewhere()
    }

    fn apply<'a>(&'a self, _: &'a [Change]) -> Answer<'a, ()> {
        elsewhere()
    }

    fn begin_rebuild(&self) -> Answer<'_, Box<dyn Rebuild>> {
        elsewhere()
    }

    fn count(&self) -> Answer<'_, u64> {
        elsewhere()
    }

    fn entries<'a>(&'a self, _: Option<&'a str>, _: usize) -> Answer<'a, Entries> {
        elsewhere()
    }

    fn health(&self) -> Answer<'_, ()> {
        elsewhere()
    }

    fn needs_rebuild(&self) -> Answer<'_, bool> {
        elsewhere()
    }
}
