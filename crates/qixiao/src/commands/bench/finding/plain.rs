//! Meilisearch as it comes: the same texts, no setting but what must be named to be filtered by.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use meilisearch_sdk::{
    client::Client,
    search::{SearchQuery, Selectors},
    task_info::TaskInfo,
};
use search::{Document, Facet};
use serde_json::{Value, json};
use vocabulary::Vocabulary;

use super::engines::{FACETS, Seen};

const POLL: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_mins(10);

/// An index of its own on a server.
pub(super) struct Plain {
    client: Client,
    name: String,
}

impl Plain {
    /// An empty index of that name; one that was left behind goes.
    pub(super) async fn new(client: Client, name: String) -> anyhow::Result<Self> {
        let plain = Self { client, name };
        plain.clear().await?;
        let created = plain.client.create_index(&plain.name, Some("id")).await?;
        plain.done(created).await?;
        let facets = FACETS.map(Facet::name);
        let named = plain
            .client
            .index(&plain.name)
            .set_filterable_attributes(facets)
            .await?;
        plain.done(named).await?;
        Ok(plain)
    }

    /// Adds documents and waits until they are found.
    pub(super) async fn add(&self, documents: &[Value]) -> anyhow::Result<()> {
        let index = self.client.index(&self.name);
        let added = index.add_documents(documents, Some("id")).await?;
        self.done(added).await
    }

    /// Takes the index away.
    pub(super) async fn clear(&self) -> anyhow::Result<()> {
        let removed = self.client.delete_index(&self.name).await?;
        removed
            .wait_for_completion(&self.client, Some(POLL), Some(PATIENCE))
            .await?;
        Ok(())
    }

    async fn done(&self, task: TaskInfo) -> anyhow::Result<()> {
        let task = task
            .wait_for_completion(&self.client, Some(POLL), Some(PATIENCE))
            .await?;
        ensure!(task.is_success(), "Meilisearch fails: {task:?}");
        Ok(())
    }

    pub(super) async fn first(&self, text: &str, many: usize) -> anyhow::Result<Vec<Seen>> {
        let index = self.client.index(&self.name);
        let found = SearchQuery::new(&index)
            .with_query(text)
            .with_limit(many)
            .execute::<Seen>()
            .await?;
        Ok(found.hits.into_iter().map(|hit| hit.result).collect())
    }

    pub(super) async fn page(&self, text: &str, province: Option<&str>) -> anyhow::Result<()> {
        let index = self.client.index(&self.name);
        let facets = FACETS.map(Facet::name);
        let filter = province.map(|code| format!("province = {code}"));
        let mut query = SearchQuery::new(&index);
        query
            .with_query(text)
            .with_limit(20)
            .with_facets(Selectors::Some(&facets));
        query.with_attributes_to_highlight(Selectors::Some(&["title", "organisation"]));
        if let Some(filter) = &filter {
            query.with_filter(filter);
        }
        query.execute::<Seen>().await?;
        Ok(())
    }
}

/// A document with what people read in it: the names of places, not only their codes.
pub(super) fn readable(document: &Document, vocabulary: &Vocabulary) -> anyhow::Result<Value> {
    let id = document.id.split_once(':').context("an id without a kind")?.1;
    let province = document.province.as_deref().and_then(|code| vocabulary.province(code));
    Ok(json!({
        "id": id,
        "title": document.title,
        "organisation": document.organisation,
        "place": province.map(|province| &province.name),
        "body": document.body,
        "trades": document.trades,
        "province": document.province,
        "category": document.categories,
        "kind": document.kind,
    }))
}
