//! The engine inside the program: tantivy in a folder of its own. One writer, the process that opened the folder.

mod ask;
mod best;
mod folder;
mod listed;
mod opened;
mod part;
mod rebuild;
mod schema;
#[cfg(test)]
mod tests;
mod threads;
mod window;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use tantivy::{
    Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError,
    directory::MmapDirectory,
};

use self::{
    ask::Asking,
    folder::{Current, Folder},
    opened::Ready,
    rebuild::EmbeddedRebuild,
    schema::Columns,
    threads::Threads,
};
use crate::{
    Answer, Change, Engine, Entries, Error, Page, Query, Rebuild, Taken, Viewer,
    analysis::{self, Analyzer, Finder, Word},
    highlight::Highlighter,
    row::{self, Row},
};

/// Bytes of documents that are packed together, and unpacked for each hit of a page.
const BLOCK: usize = 4_096;

/// The embedded engine. Needs no server; for one process.
#[derive(Debug)]
pub struct EmbeddedEngine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    analyzer: Analyzer,
    columns: Columns,
    folder: Folder,
    ready: Ready,
    threads: Threads,
    live: RwLock<Arc<Live>>,
    work: Mutex<Work>,
}

/// The generation that answers.
struct Live {
    generation: u64,
    complete: bool,
    reader: IndexReader,
}

/// What the one writer needs.
struct Work {
    writer: IndexWriter,
    /// Changes since the present rebuild began, which its index has to catch up with.
    recording: Option<Recording>,
    /// How many rebuilds have begun.
    rebuilds: u64,
}

/// Changes made while a rebuild goes on.
struct Recording {
    rebuild: u64,
    changes: Vec<Change>,
}

impl EmbeddedEngine {
    /// Opens the index in this folder, or starts an empty one when there is none, or none that can be read: then
    /// [`needs_rebuild`](Engine::needs_rebuild) says so. Blocks for some milliseconds.
    pub fn open(path: &Path, analyzer: Analyzer) -> Result<Self, Error> {
        let folder = Folder::open(path)?;
        let columns = Columns::new(&analyzer.config);
        let (current, index, reader) = match folder.current() {
            Some(current) => match opened(&folder, current.generation, &columns) {
                Ok((index, reader)) => (current, index, reader),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "search.index.unreadable");
                    started(&folder, &columns)?
                }
            },
            None => started(&folder, &columns)?,
        };
        folder.keep_only(current.generation);
        let writer = writer(&index, analyzer.config.embedded.writer_mb, path)?;
        let live = Live {
            generation: current.generation,
            complete: current.complete,
            reader,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                analyzer,
                columns,
                folder,
                ready: Ready::default(),
                threads: Threads::new()?,
                live: RwLock::new(Arc::new(live)),
                work: Mutex::new(Work {
                    writer,
                    recording: None,
                    rebuilds: 0,
                }),
            }),
        })
    }

    /// Does this away from the threads that serve requests.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Shared>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(&self.shared);
        aside(move || work(&shared)).await
    }
}

impl Engine for EmbeddedEngine {
    fn search<'a>(&'a self, viewer: &'a Viewer, query: &'a Query) -> Answer<'a, Page> {
        Box::pin(analysis::answer(self, &self.shared.analyzer, viewer, query))
    }

    fn apply<'a>(&'a self, changes: &'a [Change]) -> Answer<'a, ()> {
        let changes = changes.to_vec();
        Box::pin(self.aside(move |shared| shared.apply(changes)))
    }

    fn begin_rebuild(&self) -> Answer<'_, Box<dyn Rebuild>> {
        Box::pin(self.aside(|shared| {
            let rebuild: Box<dyn Rebuild> = Box::new(EmbeddedRebuild::begin(shared)?);
            Ok(rebuild)
        }))
    }

    fn count(&self) -> Answer<'_, u64> {
        Box::pin(async { Ok(self.shared.live().reader.searcher().num_docs()) })
    }

    fn entries<'a>(&'a self, cursor: Option<&'a str>, limit: usize) -> Answer<'a, Entries> {
        let cursor = cursor.map(str::to_owned);
        Box::pin(self.aside(move |shared| {
            let searcher = shared.live().reader.searcher();
            shared.asking(&searcher).entries(cursor.as_deref(), limit)
        }))
    }

    fn health(&self) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn needs_rebuild(&self) -> Answer<'_, bool> {
        Box::pin(async { Ok(!self.shared.live().complete) })
    }
}

impl Finder for EmbeddedEngine {
    fn find<'a>(&'a self, viewer: &'a Viewer, query: &'a Query, words: &'a [Word]) -> Answer<'a, Page> {
        let (viewer, query, words) = (*viewer, query.clone(), words.to_vec());
        Box::pin(self.aside(move |shared| shared.find(&viewer, &query, &words)))
    }
}

impl Shared {
    fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asking<'a>(&'a self, searcher: &'a tantivy::Searcher) -> Asking<'a> {
        Asking {
            columns: &self.columns,
            searcher,
            threads: &self.threads,
        }
    }

    fn find(&self, viewer: &Viewer, query: &Query, words: &[Word]) -> Result<Page, Error> {
        let searcher = self.live().reader.searcher();
        let (documents, total, facets) = self.asking(&searcher).find(viewer, query, words, &self.ready)?;
        let highlighter = Highlighter::new(&self.analyzer, query.to_mark(words));
        let hits = documents
            .into_iter()
            .map(|document| highlighter.hit(document))
            .collect();
        Ok(Page {
            hits,
            total,
            facets,
            taken: Taken::AsTyped,
        })
    }

    fn apply(&self, changes: Vec<Change>) -> Result<(), Error> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut work = self.work();
        let written = changes.iter().try_for_each(|change| self.write(&work.writer, change));
        if let Err(error) = written.and_then(|()| work.writer.commit().map(drop).map_err(failed)) {
            // What was half written must not come out with the next commit.
            if let Err(second) = work.writer.rollback() {
                tracing::error!(error = %second, "search.rollback.failed");
            }
            return Err(error);
        }
        if let Some(recording) = &mut work.recording {
            recording.changes.extend(changes);
        }
        // Under the lock: the next writer must not find that this one's readers see less.
        self.live().reader.reload().map_err(failed)
    }

    fn write(&self, writer: &IndexWriter, change: &Change) -> Result<(), Error> {
        writer.delete_term(self.columns.key_term(&row::key(change.id())));
        if let Change::Put(document) = change {
            writer.add_document(self.stored(document)?).map_err(failed)?;
        }
        Ok(())
    }

    fn stored(&self, document: &crate::Document) -> Result<TantivyDocument, Error> {
        let row = Row::new(document, &self.analyzer);
        self.columns
            .document(&row, &self.analyzer.config)
            .map_err(|error| Error::Failed(format!("document {}: {error}", document.id)))
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live")
            .field("generation", &self.generation)
            .field("complete", &self.complete)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work")
            .field("rebuilds", &self.rebuilds)
            .finish_non_exhaustive()
    }
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Error::Failed(error.to_string())),
    }
}

/// An index of nothing yet.
fn started(folder: &Folder, columns: &Columns) -> Result<(Current, Index, IndexReader), Error> {
    let generation = folder.create_generation()?;
    let (index, reader) = created(folder, generation, columns)?;
    let current = Current::new(generation, false);
    folder.set_current(current)?;
    Ok((current, index, reader))
}

fn created(folder: &Folder, generation: u64, columns: &Columns) -> Result<(Index, IndexReader), Error> {
    let settings = IndexSettings {
        docstore_blocksize: BLOCK,
        ..IndexSettings::default()
    };
    let builder = Index::builder().schema(columns.schema.clone()).settings(settings);
    let mut index = builder.create_in_dir(folder.generation(generation)).map_err(failed)?;
    index.set_tokenizers(Columns::tokenizers());
    let reader = reader(&index)?;
    Ok((index, reader))
}

fn opened(folder: &Folder, generation: u64, columns: &Columns) -> Result<(Index, IndexReader), Error> {
    let open = || {
        let directory = MmapDirectory::open(folder.generation(generation))
            .map_err(TantivyError::from)
            .map_err(failed)?;
        let mut index = Index::open(directory).map_err(failed)?;
        if index.schema() != columns.schema {
            return Err(Error::Failed("its columns are not those of this program".into()));
        }
        index.set_tokenizers(Columns::tokenizers());
        let reader = reader(&index)?;
        Ok((index, reader))
    };
    // Files cut short make tantivy panic here; to us that is one more index that cannot be read.
    catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| Err(Error::Failed("a file of it is damaged".into())))
}

fn reader(index: &Index) -> Result<IndexReader, Error> {
    index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()
        .map_err(failed)
}

fn writer(index: &Index, megabytes: usize, path: &Path) -> Result<IndexWriter, Error> {
    index
        .writer_with_num_threads(1, megabytes * 1_000_000)
        .map_err(|error| match error {
            TantivyError::LockFailure(..) => Error::Locked(path.into()),
            other => failed(other),
        })
}

/// A full disk may have room again; anything else of tantivy's will not mend itself.
fn failed(error: impl Into<TantivyError>) -> Error {
    match error.into() {
        error @ (TantivyError::IoError(_) | TantivyError::OpenWriteError(_)) => Error::Busy(error.to_string()),
        error => Error::Failed(error.to_string()),
    }
}
