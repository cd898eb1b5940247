//! The engine that several processes may share: a Meilisearch server.

mod rebuild;
mod wire;

use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use meilisearch_sdk::{
    client::Client,
    documents::DocumentsQuery,
    errors::{Error as SdkError, ErrorCode, ErrorType},
    indexes::Index,
    search::{MatchingStrategies, SearchQuery, SearchResults, Selectors},
    task_info::TaskInfo,
    tasks::Task,
};
use serde::Deserialize;

use self::rebuild::MeilisearchRebuild;
use crate::{
    Answer, Change, Document, Engine, Entries, Entry, Error, Facet, Page, Query, Rebuild, Taken, Viewer,
    analysis::{self, Analyzer, Finder, Word},
    highlight::Highlighter,
    row::{self, Row, column},
};

/// How often a task is asked after.
const POLL: Duration = Duration::from_millis(20);

/// An index on a Meilisearch server.
#[derive(Debug)]
pub struct MeilisearchEngine {
    server: Arc<Server>,
}

/// The server and what this process knows of it.
struct Server {
    client: Client,
    /// The name of the index that answers.
    uid: String,
    analyzer: Analyzer,
    /// Held for reading by those who change the index, for writing by the one who swaps it.
    gate: tokio::sync::RwLock<()>,
    recording: Mutex<Recording>,
    known: std::sync::atomic::AtomicBool,
}

/// Changes since the present rebuild began.
#[derive(Default)]
struct Recording {
    rebuilds: u64,
    changes: Option<Vec<Change>>,
}

/// What a hit holds.
#[derive(Deserialize)]
struct Stored {
    document: Document,
}

/// What a listing holds.
#[derive(Deserialize)]
struct Listed {
    key: String,
    digest: String,
}

impl MeilisearchEngine {
    /// The index `name` on the server at `url` (`http://host:7700`), with an API key if it asks for one. Asks the server
    /// nothing yet: a server that is down does not keep the program from starting.
    pub fn new(url: &str, key: Option<&str>, name: &str, analyzer: Analyzer) -> Result<Self, Error> {
        let url = url.trim_end_matches('/');
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            return Err(Error::Settings(format!(
                "the address of Meilisearch begins with http:// or https://: {url}"
            )));
        }
        if key.is_some_and(|key| !key.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(Error::Settings(
                "the key of Meilisearch has characters no key has".into(),
            ));
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if name.is_empty() || name.len() > 200 || !name.bytes().all(plain) {
            return Err(Error::Settings(format!(
                "an index is named in letters, digits, - and _: {name}"
            )));
        }
        let client = Client::new(url, key).map_err(|error| Error::Settings(error.to_string()))?;
        Ok(Self {
            server: Arc::new(Server {
                client,
                uid: format!("{name}_{}", row::FORM),
                analyzer,
                gate: tokio::sync::RwLock::new(()),
                recording: Mutex::default(),
                known: std::sync::atomic::AtomicBool::new(false),
            }),
        })
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("host", &self.client.get_host())
            .field("uid", &self.uid)
            .finish_non_exhaustive()
    }
}

impl Engine for MeilisearchEngine {
    fn search<'a>(&'a self, viewer: &'a Viewer, query: &'a Query) -> Answer<'a, Page> {
        Box::pin(analysis::answer(self, &self.server.analyzer, viewer, query))
    }

    fn apply<'a>(&'a self, changes: &'a [Change]) -> Answer<'a, ()> {
        Box::pin(async move {
            if changes.is_empty() {
                return Ok(());
            }
            let _open = self.server.gate.read().await;
            self.server.require_index().await?;
            if let Some(recorded) = &mut self.server.recording().changes {
                recorded.extend_from_slice(changes);
            }
            self.server.write(&self.server.uid, changes).await
        })
    }

    fn begin_rebuild(&self) -> Answer<'_, Box<dyn Rebuild>> {
        Box::pin(async move {
            let rebuild: Box<dyn Rebuild> = Box::new(MeilisearchRebuild::begin(&self.server).await?);
            Ok(rebuild)
        })
    }

    fn count(&self) -> Answer<'_, u64> {
        Box::pin(self.server.count(&self.server.uid))
    }

    fn entries<'a>(&'a self, cursor: Option<&'a str>, limit: usize) -> Answer<'a, Entries> {
        Box::pin(async move {
            let offset = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
            let index = self.server.index(&self.server.uid);
            let mut query = DocumentsQuery::new(&index);
            query
                .with_offset(offset)
                .with_limit(limit.max(1))
                .with_fields([column::KEY, column::DIGEST]);
            let listed = self.server.reading(index.get_documents_with::<Listed>(&query)).await?;
            let reached = offset + listed.results.len();
            let more = !listed.results.is_empty() && reached < listed.total as usize;
            let entry = |row: Listed| Entry {
                id: row::unkey(&row.key),
                digest: row.digest,
            };
            let entries = listed.results.into_iter().map(entry).collect();
            Ok(Entries {
                entries,
                next: more.then(|| reached.to_string()),
            })
        })
    }

    fn health(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let health = self.server.reading(self.server.client.health()).await?;
            if health.status == "available" {
                Ok(())
            } else {
                Err(Error::Busy(health.status))
            }
        })
    }

    fn needs_rebuild(&self) -> Answer<'_, bool> {
        Box::pin(async move {
            match self.server.count(&self.server.uid).await {
                Ok(count) => Ok(count == 0),
                Err(Error::NotBuilt) => Ok(true),
                Err(error) => Err(error),
            }
        })
    }
}

impl Finder for MeilisearchEngine {
    fn find<'a>(&'a self, viewer: &'a Viewer, query: &'a Query, words: &'a [Word]) -> Answer<'a, Page> {
        Box::pin(self.server.find(viewer, query, words))
    }
}

impl Server {
    fn index(&self, uid: &str) -> Index {
        self.client.index(uid)
    }

    fn recording(&self) -> MutexGuard<'_, Recording> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One question for the page, and one more for each facet in which something is chosen; one request for all.
    async fn find(&self, viewer: &Viewer, query: &Query, words: &[Word]) -> Result<Page, Error> {
        let index = self.index(&self.uid);
        let question = wire::question(words);
        let (chosen, free): (Vec<Facet>, Vec<Facet>) =
            query.facets.iter().partition(|facet| query.filter.chooses(**facet));
        let condition = wire::condition(viewer, &query.filter);
        let others: Vec<String> = chosen
            .iter()
            .map(|facet| wire::condition(viewer, &query.filter.without(*facet)))
            .collect();
        let free_names: Vec<&str> = free.iter().map(|facet| facet.name()).collect();
        let chosen_names: Vec<[&str; 1]> = chosen.iter().map(|facet| [facet.name()]).collect();

        let ask = |condition| {
            let mut ask = SearchQuery::new(&index);
            ask.with_query(&question)
                .with_filter(condition)
                .with_matching_strategy(MatchingStrategies::ALL);
            ask
        };
        let mut main = ask(&condition);
        main.with_page(query.page())
            .with_hits_per_page(query.per_page())
            .with_attributes_to_retrieve(Selectors::Some(&[column::DOCUMENT]));
        if !free_names.is_empty() {
            main.with_facets(Selectors::Some(&free_names));
        }
        let order = wire::order(query.sort, !words.is_empty());
        if !order.is_empty() {
            main.with_sort(order);
        }
        let mut all = self.client.multi_search();
        all.with_search_query(main);
        for (condition, name) in others.iter().zip(&chosen_names) {
            let mut counting = ask(condition);
            // A page, though of nothing: only then does Meilisearch count all.
            counting
                .with_page(1)
                .with_hits_per_page(0)
                .with_facets(Selectors::Some(name));
            all.with_search_query(counting);
        }

        let answers = self.reading(all.execute::<Stored>()).await?;
        let mut answers = answers.results.into_iter();
        let missing = || Error::Failed("fewer answers than questions".into());
        let mut main = answers.next().ok_or_else(missing)?;
        let mut facets = BTreeMap::new();
        for facet in free {
            facets.insert(facet, counts(&mut main, facet));
        }
        for facet in chosen {
            facets.insert(facet, counts(&mut answers.next().ok_or_else(missing)?, facet));
        }
        let highlighter = Highlighter::new(&self.analyzer, query.to_mark(words));
        let total = main
            .total_hits
            .ok_or_else(|| Error::Failed("no exact total in the answer".into()))? as u64;
        let hits = main
            .hits
            .into_iter()
            .map(|hit| highlighter.hit(hit.result.document))
            .collect();
        Ok(Page {
            hits,
            total,
            facets,
            taken: Taken::AsTyped,
        })
    }

    async fn count(&self, uid: &str) -> Result<u64, Error> {
        let index = self.index(uid);
        let mut query = DocumentsQuery::new(&index);
        query.with_limit(1).with_fields([column::KEY]);
        let listed = self
            .reading(index.get_documents_with::<serde_json::Value>(&query))
            .await?;
        Ok(u64::from(listed.total))
    }

    /// An index that is not there must not come into being by the first document: it would lack its settings.
    async fn require_index(&self) -> Result<(), Error> {
        use std::sync::atomic::Ordering::Relaxed;
        if !self.known.load(Relaxed) {
            self.reading(self.client.get_raw_index(&self.uid)).await?;
            self.known.store(true, Relaxed);
        }
        Ok(())
    }

    /// Makes the changes in this index and waits until they are found.
    async fn write(&self, uid: &str, changes: &[Change]) -> Result<(), Error> {
        // Of several changes of one document the last one counts, so that one addition and one removal do for all.
        let last: BTreeMap<&str, &Change> = changes.iter().map(|change| (change.id(), change)).collect();
        let (mut put, mut removed) = (Vec::new(), Vec::new());
        for change in last.into_values() {
            match change {
                Change::Put(document) => put.push(self.document(document)?),
                Change::Remove(id) => removed.push(row::key(id)),
            }
        }
        let index = self.index(uid);
        if !removed.is_empty() {
            self.done(self.writing(index.delete_documents(&removed)).await?).await?;
        }
        for batch in put.chunks(self.analyzer.config.meilisearch.batch.max(1)) {
            self.done(self.writing(index.add_documents(batch, Some(column::KEY))).await?)
                .await?;
        }
        Ok(())
    }

    fn document(&self, document: &Document) -> Result<serde_json::Value, Error> {
        let row = Row::new(document, &self.analyzer);
        wire::document(&row, &self.analyzer.config)
            .map_err(|error| Error::Failed(format!("document {}: {error}", document.id)))
    }

    /// Waits for a task.
    async fn done(&self, task: TaskInfo) -> Result<(), Error> {
        let seconds = self.analyzer.config.meilisearch.task_wait_s;
        let wait = self
            .client
            .wait_for_task(task, Some(POLL), Some(Duration::from_secs(seconds)));
        match within(seconds * 1000, wait).await? {
            Task::Failed { content } => Err(translate(content.error.into(), seconds * 1000)),
            _ => Ok(()),
        }
    }

    async fn reading<T>(&self, call: impl Future<Output = Result<T, SdkError>>) -> Result<T, Error> {
        within(self.analyzer.config.meilisearch.search_timeout_ms, call).await
    }

    async fn writing<T>(&self, call: impl Future<Output = Result<T, SdkError>>) -> Result<T, Error> {
        within(self.analyzer.config.meilisearch.write_timeout_ms, call).await
    }
}

fn counts(results: &mut SearchResults<Stored>, facet: Facet) -> Vec<(String, u64)> {
    let values = results
        .facet_distribution
        .as_mut()
        .and_then(|facets| facets.remove(facet.name()));
    let counted = values
        .into_iter()
        .flatten()
        .map(|(key, count)| (row::unkey(&key), count as u64));
    crate::query::by_count(counted.collect())
}

async fn within<T>(milliseconds: u64, call: impl Future<Output = Result<T, SdkError>>) -> Result<T, Error> {
    match tokio::time::timeout(Duration::from_millis(milliseconds), call).await {
        Ok(answer) => answer.map_err(|error| translate(error, milliseconds)),
        Err(_) => Err(Error::Timeout(milliseconds)),
    }
}

/// What the SDK says, as the contract says it: is it worth trying again?
fn translate(error: SdkError, milliseconds: u64) -> Error {
    let text = error.to_string();
    match error {
        SdkError::Meilisearch(inner) if inner.error_code == ErrorCode::IndexNotFound => Error::NotBuilt,
        SdkError::Meilisearch(inner) => match inner.error_type {
            ErrorType::InvalidRequest | ErrorType::Auth => Error::Refused(text),
            _ => Error::Busy(text),
        },
        SdkError::MeilisearchCommunication(inner) => match inner.status_code {
            408 | 429 | 500.. => Error::Busy(text),
            _ => Error::Refused(text),
        },
        SdkError::HttpError(inner) if inner.is_builder() => Error::Settings(text),
        SdkError::HttpError(inner) if inner.is_timeout() => Error::Timeout(milliseconds),
        SdkError::HttpError(_) => Error::Unreachable(text),
        SdkError::Timeout => Error::Timeout(milliseconds),
        _ => Error::Failed(text),
    }
}
