//! A new index beside the one that answers, then both swapped.

use std::sync::{Arc, atomic::Ordering};

use meilisearch_sdk::client::SwapIndexes;

use super::{Server, wire};
use crate::{Answer, Change, Document, Error, Rebuild, row::column};

/// See [`Rebuild`].
#[derive(Debug)]
pub(super) struct MeilisearchRebuild {
    server: Arc<Server>,
    uid: String,
    number: u64,
    swapped: bool,
}

impl MeilisearchRebuild {
    pub(super) async fn begin(server: &Arc<Server>) -> Result<Self, Error> {
        let uid = format!("{}_next", server.uid);
        server.forget(&uid).await?;
        server.create(&uid).await?;
        let mut recording = server.recording();
        recording.rebuilds += 1;
        recording.changes = Some(Vec::new());
        let number = recording.rebuilds;
        drop(recording);
        Ok(Self {
            server: Arc::clone(server),
            uid,
            number,
            swapped: false,
        })
    }

    async fn swap(&mut self, expected: u64) -> Result<(), Error> {
        let server = &self.server;
        let found = server.count(&self.uid).await?;
        if found != expected {
            return Err(Error::SizeMismatch { expected, found });
        }
        let _closed = server.gate.write().await;
        let changes = self.recorded().ok_or(Error::Superseded)?;
        server.write(&self.uid, &changes).await?;
        // Only what exists can be swapped.
        match server.reading(server.client.get_raw_index(&server.uid)).await {
            Ok(_) => {}
            Err(Error::NotBuilt) => server.create(&server.uid).await?,
            Err(error) => return Err(error),
        }
        let pair = SwapIndexes {
            indexes: (server.uid.clone(), self.uid.clone()),
            rename: None,
        };
        server
            .done(server.writing(server.client.swap_indexes([&pair])).await?)
            .await?;
        self.swapped = true;
        server.known.store(true, Ordering::Relaxed);
        if let Err(error) = server.forget(&self.uid).await {
            tracing::warn!(index = self.uid, %error, "search.generation.not_removed");
        }
        Ok(())
    }

    /// The changes recorded for this rebuild, if no other has begun since.
    fn recorded(&self) -> Option<Vec<Change>> {
        let mut recording = self.server.recording();
        if recording.rebuilds == self.number {
            recording.changes.take()
        } else {
            None
        }
    }
}

impl Server {
    async fn create(&self, uid: &str) -> Result<(), Error> {
        self.done(self.writing(self.client.create_index(uid, Some(column::KEY))).await?)
            .await?;
        let settings = wire::settings(&self.analyzer.config);
        self.done(self.writing(self.index(uid).set_settings(&settings)).await?)
            .await
    }

    /// Removes an index; no matter if there is none.
    async fn forget(&self, uid: &str) -> Result<(), Error> {
        match self.done(self.writing(self.client.delete_index(uid)).await?).await {
            Err(Error::NotBuilt) => Ok(()),
            other => other,
        }
    }
}

impl Rebuild for MeilisearchRebuild {
    fn push<'a>(&'a mut self, documents: &'a [Document]) -> Answer<'a, ()> {
        Box::pin(async move {
            if self.server.recording().rebuilds != self.number {
                return Err(Error::Superseded);
            }
            let index = self.server.index(&self.uid);
            for batch in documents.chunks(self.server.analyzer.config.meilisearch.batch.max(1)) {
                let rows = batch
                    .iter()
                    .map(|document| self.server.document(document))
                    .collect::<Result<Vec<_>, _>>()?;
                let sent = self
                    .server
                    .writing(index.add_documents(&rows, Some(column::KEY)))
                    .await?;
                self.server.done(sent).await?;
            }
            Ok(())
        })
    }

    fn finish(mut self: Box<Self>, expected: u64) -> Answer<'static, ()> {
        Box::pin(async move { self.swap(expected).await })
    }
}

impl Drop for MeilisearchRebuild {
    fn drop(&mut self) {
        // A rebuild that has been superseded must not remove the index of the one that took its place.
        if self.swapped || self.server.recording().rebuilds != self.number {
            return;
        }
        self.server.recording().changes = None;
        // Nobody waits for a drop; if this does not come to pass, the next rebuild begins with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (server, uid) = (Arc::clone(&self.server), self.uid.clone());
            drop(runtime.spawn(async move { server.writing(server.client.delete_index(&uid)).await.map(drop) }));
        }
    }
}
