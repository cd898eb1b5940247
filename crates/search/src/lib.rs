#![doc = include_str!("../README.md")]

mod analysis;
mod config;
mod document;
mod embedded;
mod engine;
mod highlight;
mod meilisearch;
mod query;
mod row;
#[cfg(test)]
mod testing;

pub use analysis::Analyzer;
pub use document::{Audience, Document, Voice};
pub use embedded::EmbeddedEngine;
pub use engine::{Answer, Change, Engine, Entries, Entry, Error, Rebuild};
pub use meilisearch::MeilisearchEngine;
pub use query::{Facet, Filter, Fragment, Hit, MAX_PER_PAGE, Marked, Number, Page, Query, Sort, Taken, Viewer};
