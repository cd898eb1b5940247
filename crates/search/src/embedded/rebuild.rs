//! A new generation beside the one that answers.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use tantivy::{Index, IndexReader, IndexWriter};

use super::{Live, Recording, Shared, aside, created, failed, folder::Current, writer};
use crate::{Answer, Document, Error, Rebuild, row};

/// See [`Rebuild`].
pub(super) struct EmbeddedRebuild {
    shared: Arc<Shared>,
    number: u64,
    generation: u64,
    index: Index,
    reader: IndexReader,
    filling: Arc<Mutex<Filling>>,
    installed: bool,
}

/// What is put into the new index.
struct Filling {
    /// None once it is finished or given up.
    writer: Option<IndexWriter>,
    /// The keys that came, as hashes. tantivy keeps every deletion until the end and looks for it in every segment: to delete each
    /// document before it is added, in case it came before, would hold a kilobyte of memory a document.
    came: HashSet<u64>,
}

impl std::fmt::Debug for EmbeddedRebuild {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddedRebuild")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

impl EmbeddedRebuild {
    pub(super) fn begin(shared: &Arc<Shared>) -> Result<Self, Error> {
        let generation = shared.folder.create_generation()?;
        let begin = || {
            let (index, reader) = created(&shared.folder, generation, &shared.columns)?;
            let megabytes = shared.analyzer.config.embedded.rebuild_mb;
            let writer = writer(&index, megabytes, &shared.folder.generation(generation))?;
            Ok((index, reader, writer))
        };
        let (index, reader, writer) = begin().inspect_err(|_: &Error| shared.folder.remove(generation))?;
        let mut work = shared.work();
        work.rebuilds += 1;
        let number = work.rebuilds;
        // From here on: whatever the caller reads from storage after this cannot be older than what is recorded.
        work.recording = Some(Recording {
            rebuild: number,
            changes: Vec::new(),
        });
        drop(work);
        let filling = Filling {
            writer: Some(writer),
            came: HashSet::new(),
        };
        Ok(Self {
            shared: Arc::clone(shared),
            number,
            generation,
            index,
            reader,
            filling: Arc::new(Mutex::new(filling)),
            installed: false,
        })
    }

    fn install(&mut self, expected: u64) -> Result<(), Error> {
        let writer = self
            .filling
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .writer
            .take();
        let Some(mut filled) = writer else {
            return Err(Error::Superseded);
        };
        filled.commit().map_err(failed)?;
        filled.wait_merging_threads().map_err(failed)?;
        self.reader.reload().map_err(failed)?;
        let found = self.reader.searcher().num_docs();
        if found != expected {
            return Err(Error::SizeMismatch { expected, found });
        }

        let shared = &self.shared;
        let mut work = shared.work();
        let recording = work.recording.take_if(|recording| recording.rebuild == self.number);
        let Some(recording) = recording else {
            return Err(Error::Superseded);
        };
        let config = &shared.analyzer.config.embedded;
        let mut fresh = writer_of(&self.index, config.writer_mb, shared, self.generation)?;
        for change in &recording.changes {
            shared.write(&fresh, change)?;
        }
        fresh.commit().map_err(failed)?;
        self.reader.reload().map_err(failed)?;
        shared.folder.set_current(Current::new(self.generation, true))?;
        self.installed = true;

        let live = Arc::new(Live {
            generation: self.generation,
            complete: true,
            reader: self.reader.clone(),
        });
        let old = mem::replace(&mut *shared.live.write().unwrap_or_else(PoisonError::into_inner), live);
        let old_writer = mem::replace(&mut work.writer, fresh);
        drop(work);
        if let Err(error) = old_writer.wait_merging_threads() {
            tracing::warn!(%error, "search.generation.merge");
        }
        // Searches under way keep the old files open; the system keeps them until those end.
        shared.folder.remove(old.generation);
        Ok(())
    }
}

fn writer_of(index: &Index, megabytes: usize, shared: &Shared, generation: u64) -> Result<IndexWriter, Error> {
    writer(index, megabytes, &shared.folder.generation(generation))
}

impl Rebuild for EmbeddedRebuild {
    fn push<'a>(&'a mut self, documents: &'a [Document]) -> Answer<'a, ()> {
        let (shared, filling) = (Arc::clone(&self.shared), Arc::clone(&self.filling));
        let documents = documents.to_vec();
        Box::pin(aside(move || {
            let mut filling = filling.lock().unwrap_or_else(PoisonError::into_inner);
            let Filling { writer, came } = &mut *filling;
            let Some(writer) = writer else {
                return Err(Error::Superseded);
            };
            for document in &documents {
                // Two ids of one hash are no harm: nothing is deleted but what has the id.
                if !came.insert(BuildHasherDefault::<DefaultHasher>::default().hash_one(&document.id)) {
                    writer.delete_term(shared.columns.key_term(&row::key(&document.id)));
                }
                writer.add_document(shared.stored(document)?).map_err(failed)?;
            }
            Ok(())
        }))
    }

    fn finish(mut self: Box<Self>, expected: u64) -> Answer<'static, ()> {
        Box::pin(aside(move || self.install(expected)))
    }
}

impl Drop for EmbeddedRebuild {
    fn drop(&mut self) {
        if self.installed {
            return;
        }
        self.shared
            .work()
            .recording
            .take_if(|recording| recording.rebuild == self.number);
        drop(
            self.filling
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .writer
                .take(),
        );
        self.shared.folder.remove(self.generation);
    }
}
