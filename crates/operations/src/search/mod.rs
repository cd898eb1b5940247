//! Search: what is asked of the engine, what storage answers when the engine is down, and how the index is kept true.

mod asked;
pub mod documents;
mod help;
pub mod questions;
mod rebuild;
mod suggest;

use std::collections::BTreeMap;

use ::search::{Document, Facet, Filter, Fragment, Hit, Page, Query, Taken, Viewer};
pub use asked::{Asked, PER_PAGE, REGISTER, SORTS, value_name};
pub use help::{Help, Hint, NeedStep, Wider, help};
use kernel::{OrganisationId, PostingId, PostingKind, RegisterRowId};
pub use questions::ask;
pub use rebuild::{Reconciled, ask_to_reindex, rebuild_if_needed, reconcile, reindex};
use storage::{FallbackFilter, FallbackHit};
pub use suggest::{Meant, suggest};
use vocabulary::text::fold;

use crate::{Actor, App, Result, compiled_here};

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// The page.
    pub page: Page,
    /// The engine is out of order: storage answered, without facets, by plain words.
    pub fallback: bool,
    /// The words that it was searched by, when nothing was found by those asked and an operator decided what they mean.
    pub read_as: Option<String>,
}

/// Searches as `actor`. When the engine does not answer, storage does, and says so.
#[compiled_here]
pub async fn find(app: &App, actor: &Actor, query: &Query) -> Result<Found> {
    let viewer = actor.organisation().map_or(Viewer::Public, Viewer::Organisation);
    match app.engine().search(&viewer, query).await {
        Ok(page) => Ok(Found {
            page,
            fallback: false,
            read_as: None,
        }),
        Err(error) => {
            tracing::warn!(%error, "the search engine does not answer; storage does");
            Ok(Found {
                page: fall_back(app, query).await?,
                fallback: true,
                read_as: None,
            })
        }
    }
}

/// The document of this id as storage has it now; `None` when nobody may find it.
pub(crate) async fn load_document(app: &App, id: &str) -> Result<Option<Document>> {
    let vocabulary = app.vocabulary();
    let mut tx = app.db().read().await?;
    Ok(match id.split_once(':') {
        Some(("posting", id)) => {
            let Ok(id) = id.parse::<PostingId>() else {
                return Ok(None);
            };
            tx.postings()
                .find_published(id)
                .await?
                .map(|published| documents::of_posting(&published, &vocabulary))
        }
        Some(("register", id)) => {
            let Ok(id) = id.parse::<RegisterRowId>() else {
                return Ok(None);
            };
            // Older years stay on their pages; people search the newest.
            let newest = tx.register().newest_year().await?;
            tx.register()
                .find(id)
                .await?
                .filter(|row| Some(row.entry.year) == newest)
                .map(|row| documents::of_register_row(&row, &vocabulary))
        }
        Some(("organisation", id)) => {
            let Ok(id) = id.parse::<OrganisationId>() else {
                return Ok(None);
            };
            tx.organisations()
                .find(id)
                .await?
                .and_then(|found| documents::of_organisation(found.get()))
        }
        _ => None,
    })
}

async fn fall_back(app: &App, query: &Query) -> Result<Page> {
    let vocabulary = app.vocabulary();
    let words: Vec<String> = fold(&query.text).split_whitespace().map(str::to_owned).collect();
    let kinds = chosen(&query.filter, Facet::Kind);
    let posts: Vec<PostingKind> = kinds.iter().filter_map(|code| PostingKind::from_code(code)).collect();
    let mut tx = app.db().read().await?;
    let newest = tx.register().newest_year().await?;
    let filter = FallbackFilter {
        without_postings: !kinds.is_empty() && posts.is_empty(),
        kinds: posts,
        register_year: newest.filter(|_| kinds.is_empty() || kinds.iter().any(|kind| kind == "register")),
        provinces: chosen(&query.filter, Facet::Province),
        districts: chosen(&query.filter, Facet::District),
        industries: chosen(&query.filter, Facet::Industry),
    };
    let limit = i64::from(query.per_page.clamp(1, ::search::MAX_PER_PAGE));
    let offset = (i64::from(query.page.max(1)) - 1) * limit;
    let (found, total) = tx
        .search_fallback(&words, &filter, storage::Page { limit, offset })
        .await?;
    let hits = found
        .into_iter()
        .map(|hit| match hit {
            FallbackHit::Posting(published) => documents::of_posting(&published, &vocabulary),
            FallbackHit::Row(row) => documents::of_register_row(&row, &vocabulary),
        })
        .map(unmarked)
        .collect();
    let total = u64::try_from(total).unwrap_or(0);
    Ok(Page {
        hits,
        total,
        facets: BTreeMap::new(),
        taken: Taken::AsTyped,
    })
}

/// A hit without marks: storage does not say where a word was found.
fn unmarked(document: Document) -> Hit {
    let plain = |text: &str| {
        vec![Fragment {
            text: text.to_owned(),
            marked: false,
        }]
    };
    let excerpt: String = document.body.chars().take(80).collect();
    Hit {
        title: plain(&document.title),
        organisation: plain(&document.organisation),
        trades: document.trades.iter().map(|trade| plain(trade)).collect(),
        excerpt: if excerpt.is_empty() {
            Vec::new()
        } else {
            plain(&excerpt)
        },
        document,
    }
}

/// The values chosen in a facet, by conditions that all must hold.
fn chosen(filter: &Filter, facet: Facet) -> Vec<String> {
    match filter {
        Filter::All(parts) => parts.iter().flat_map(|part| chosen(part, facet)).collect(),
        Filter::Is(own, values) if *own == facet => values.clone(),
        _ => Vec::new(),
    }
}
