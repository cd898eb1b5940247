//! The engines that are asked: ours, and what a user would pick instead.

use search::{Document, Engine, Facet, Filter, Query, Viewer};
use serde::Deserialize;

use super::plain::Plain;

/// What is counted beside every page.
pub(super) const FACETS: [Facet; 3] = [Facet::Province, Facet::Category, Facet::Kind];

/// Who is asked.
pub(super) enum Asking<'a> {
    Ours(&'a dyn Engine),
    Plain(&'a Plain),
}

/// Of a hit, what tells whether it answers.
#[derive(Debug, Deserialize)]
pub(super) struct Seen {
    pub(super) title: String,
    pub(super) organisation: String,
    pub(super) province: Option<String>,
}

impl From<Document> for Seen {
    fn from(document: Document) -> Self {
        Self {
            title: document.title,
            organisation: document.organisation,
            province: document.province,
        }
    }
}

impl Asking<'_> {
    /// The first hits.
    pub(super) async fn first(&self, text: &str, many: usize) -> anyhow::Result<Vec<Seen>> {
        match self {
            Self::Ours(engine) => {
                let query = Query {
                    per_page: u32::try_from(many)?,
                    ..Query::new(text)
                };
                let page = engine.search(&Viewer::Public, &query).await?;
                Ok(page.hits.into_iter().map(|hit| hit.document.into()).collect())
            }
            Self::Plain(plain) => plain.first(text, many).await,
        }
    }

    /// Asks as a page does, with counts and marks, in one province or everywhere.
    pub(super) async fn page(&self, text: String, province: Option<&str>) -> anyhow::Result<()> {
        match self {
            Self::Ours(engine) => {
                let query = Query {
                    filter: province.map_or_else(Filter::default, |code| Filter::is(Facet::Province, [code])),
                    facets: FACETS.to_vec(),
                    ..Query::new(text)
                };
                engine.search(&Viewer::Public, &query).await?;
            }
            Self::Plain(plain) => plain.page(&text, province).await?,
        }
        Ok(())
    }
}
