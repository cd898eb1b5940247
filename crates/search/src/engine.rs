//! The contract of an engine.

use std::{fmt, path::PathBuf};

use futures::future::BoxFuture;

use crate::{Document, Page, Query, Viewer};

/// A future answer of an engine; boxed, so that `dyn Engine` can be held.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Error>>;

/// One change of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Add the document, or replace the one with its id.
    Put(Box<Document>),
    /// Forget the document with this id; no matter if there is none.
    Remove(String),
}

impl Change {
    /// Put this document.
    pub fn put(document: Document) -> Self {
        Self::Put(Box::new(document))
    }

    /// Remove the document of this id.
    pub fn remove(id: impl Into<String>) -> Self {
        Self::Remove(id.into())
    }

    /// The id it is about.
    pub fn id(&self) -> &str {
        match self {
            Self::Put(document) => &document.id,
            Self::Remove(id) => id,
        }
    }
}

/// What a reconcile needs to know of an indexed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// [`Document::digest`] of what was indexed.
    pub digest: String,
}

/// A page of the index's content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entries {
    /// Some entries; no id twice over all pages while nothing changes.
    pub entries: Vec<Entry>,
    /// Give this to get more; none at the end. Its text means something to the engine alone.
    pub next: Option<String>,
}

/// A search engine. Storage is the truth; what an engine holds can be thrown away and built again.
pub trait Engine: Send + Sync + fmt::Debug {
    /// What this viewer finds.
    fn search<'a>(&'a self, viewer: &'a Viewer, query: &'a Query) -> Answer<'a, Page>;

    /// Makes these changes in this order, as one; they are found as soon as this returns. Making them twice does no
    /// harm.
    fn apply<'a>(&'a self, changes: &'a [Change]) -> Answer<'a, ()>;

    /// Starts a new index beside the present one, which keeps answering. One at a time: starting another forgets the
    /// first.
    fn begin_rebuild(&self) -> Answer<'_, Box<dyn Rebuild>>;

    /// How many documents there are, whoever may see them.
    fn count(&self) -> Answer<'_, u64>;

    /// Ids and digests, page by page: `cursor` is none for the first page, then [`Entries::next`].
    fn entries<'a>(&'a self, cursor: Option<&'a str>, limit: usize) -> Answer<'a, Entries>;

    /// Whether the engine can answer now; decides within about a second.
    fn health(&self) -> Answer<'_, ()>;

    /// Whether the index is new, was lost or is of an older form, and has not been rebuilt since.
    fn needs_rebuild(&self) -> Answer<'_, bool>;
}

/// A new index being filled. Dropped without [`finish`](Self::finish), it leaves no trace.
pub trait Rebuild: Send + fmt::Debug {
    /// Adds documents; one with an id seen before replaces it.
    fn push<'a>(&'a mut self, documents: &'a [Document]) -> Answer<'a, ()>;

    /// Puts the new index in the place of the old one, provided it has `expected` documents; otherwise the old one
    /// stays and the answer is [`Error::SizeMismatch`]. Changes applied through the same engine since the rebuild began
    /// are in the new index as well.
    fn finish(self: Box<Self>, expected: u64) -> Answer<'static, ()>;
}

/// Why an engine did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine cannot be reached.
    #[error("the search engine cannot be reached: {0}")]
    Unreachable(String),
    /// The engine did not answer in time.
    #[error("the search engine did not answer within {0} ms")]
    Timeout(u64),
    /// The engine is there but cannot work now.
    #[error("the search engine is busy or out of order: {0}")]
    Busy(String),
    /// The index does not exist yet.
    #[error("the search index has not been built yet")]
    NotBuilt,
    /// The engine refused the request; asking again will not help.
    #[error("the search engine refused: {0}")]
    Refused(String),
    /// Another process works on this index.
    #[error("another process has opened the search index in {}; stop it, or use one engine that several processes may share", .0.display())]
    Locked(PathBuf),
    /// A rebuilt index does not have as many documents as storage.
    #[error("the new search index has {found} documents instead of {expected}; the old one stays")]
    SizeMismatch {
        /// What storage has.
        expected: u64,
        /// What was indexed.
        found: u64,
    },
    /// Another rebuild has begun since.
    #[error("another rebuild of the search index has begun; this one is given up")]
    Superseded,
    /// The folder of the index cannot be used.
    #[error("the search index in {}: {source}", path.display())]
    Folder {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A setting is wrong.
    #[error("search settings: {0}")]
    Settings(String),
    /// The engine failed inside.
    #[error("the search engine failed: {0}")]
    Failed(String),
}

impl Error {
    /// Whether the same call may succeed later, so that a job should be tried again and a page should say that search
    /// is out of order for the moment.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::Timeout(_) | Self::Busy(_) | Self::NotBuilt
        )
    }
}
