//! The index is disposable: it is built anew from storage, and compared with it every night.

use std::collections::HashMap;

use ::search::{Change, Document};
use kernel::{PostingId, RegisterRowId, Timestamp};

use super::documents;
use crate::{
    Actor, App, Cx, Failure, Result, compiled_here,
    jobs::{self, Job},
};

/// How many documents are read and written at once.
const PAGE: i64 = 2_000;

/// Builds a new index beside the old one from everything that may be found, compares sizes, and swaps. Answers with
/// the number of documents.
#[compiled_here]
pub async fn reindex(app: &App) -> Result<u64> {
    let mut rebuild = app.engine().begin_rebuild().await.map_err(Failure::internal)?;
    let mut source = Source::default();
    let mut total = 0;
    while let Some(documents) = source.next(app).await? {
        rebuild.push(&documents).await.map_err(Failure::internal)?;
        total += documents.len() as u64;
    }
    rebuild.finish(total).await.map_err(Failure::internal)?;
    Ok(total)
}

/// What a comparison of index and storage found and mended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Documents that storage has and the index had not.
    pub missing: u64,
    /// Documents that said something else.
    pub stale: u64,
    /// Documents that storage no longer has.
    pub surplus: u64,
}

impl Reconciled {
    /// How many documents differed.
    pub const fn drift(self) -> u64 {
        self.missing + self.stale + self.surplus
    }
}

/// Compares the index with storage, document by document, and mends what differs.
#[compiled_here]
pub async fn reconcile(app: &App) -> Result<Reconciled> {
    let mut indexed: HashMap<String, String> = HashMap::new();
    let mut cursor = None;
    loop {
        let page = app
            .engine()
            .entries(cursor.as_deref(), 5_000)
            .await
            .map_err(Failure::internal)?;
        indexed.extend(page.entries.into_iter().map(|entry| (entry.id, entry.digest)));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut found = Reconciled::default();
    let mut source = Source::default();
    while let Some(documents) = source.next(app).await? {
        let mut changes = Vec::new();
        for document in documents {
            match indexed.remove(&document.id) {
                None => found.missing += 1,
                Some(digest) if digest != document.digest() => found.stale += 1,
                Some(_) => continue,
            }
            changes.push(Change::put(document));
        }
        app.engine().apply(&changes).await.map_err(Failure::internal)?;
    }
    let surplus: Vec<Change> = indexed.into_keys().map(Change::remove).collect();
    found.surplus = surplus.len() as u64;
    app.engine().apply(&surplus).await.map_err(Failure::internal)?;
    Ok(found)
}

/// Everything that may be found, page by page: posts, organisations, register rows.
#[derive(Debug, Default)]
struct Source {
    stage: Stage,
    posting: Option<(Timestamp, PostingId)>,
    organisations: i64,
    year: Option<i64>,
    row: Option<RegisterRowId>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Postings,
    Organisations,
    Register,
    Done,
}

impl Source {
    async fn next(&mut self, app: &App) -> Result<Option<Vec<Document>>> {
        let vocabulary = app.vocabulary();
        let mut tx = app.db().read().await?;
        Ok(match self.stage {
            Stage::Postings => {
                let page = tx.postings().list_published_page(self.posting, PAGE).await?;
                match page.last() {
                    Some(last) => self.posting = Some((last.posting.updated_at, last.posting.id)),
                    None => self.stage = Stage::Organisations,
                }
                Some(
                    page.iter()
                        .map(|published| documents::of_posting(published, &vocabulary))
                        .collect(),
                )
            }
            Stage::Organisations => {
                let page = tx
                    .organisations()
                    .list(storage::Page {
                        limit: PAGE,
                        offset: self.organisations,
                    })
                    .await?;
                self.organisations += PAGE;
                if page.is_empty() {
                    // Older years stay on their pages; people search the newest.
                    self.year = tx.register().newest_year().await?;
                    self.stage = if self.year.is_some() {
                        Stage::Register
                    } else {
                        Stage::Done
                    };
                }
                Some(page.iter().filter_map(documents::of_organisation).collect())
            }
            Stage::Register => {
                let page = tx.register().list_page(self.year, self.row, PAGE).await?;
                match page.last() {
                    Some(last) => self.row = Some(last.id),
                    None => self.stage = Stage::Done,
                }
                Some(
                    page.iter()
                        .map(|row| documents::of_register_row(row, &vocabulary))
                        .collect(),
                )
            }
            Stage::Done => None,
        })
    }
}

/// Enqueues a rebuild when the index is new, was lost, or is of an older form.
#[compiled_here]
pub async fn rebuild_if_needed(app: &App) -> Result<bool> {
    // An engine that does not answer now is asked again by the nightly comparison.
    if !app.engine().needs_rebuild().await.unwrap_or(false) {
        return Ok(false);
    }
    let cx = Cx::system(app.clock().now());
    let mut tx = app.db().write().await?;
    jobs::enqueue(app, &cx, &mut tx, &Job::Reindex).await?;
    tx.commit(app.audit(&Actor::System, &cx, "rebuild_index").done())
        .await?;
    Ok(true)
}

/// Asks the server to build a new index: the embedded one has no other writer.
#[compiled_here]
pub async fn ask_to_reindex(app: &App, actor: &Actor) -> Result<()> {
    actor.operator()?;
    let cx = Cx::system(app.clock().now());
    let mut tx = app.db().write().await?;
    jobs::enqueue(app, &cx, &mut tx, &Job::Reindex).await?;
    tx.commit(app.audit(actor, &cx, "ask_to_reindex").done()).await?;
    app.wake();
    Ok(())
}
