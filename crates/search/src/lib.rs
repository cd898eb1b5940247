#![doc = include_str!("../README.md")]

mod document;
mod engine;
mod query;
#[cfg(test)]
mod testing;

pub use document::{Audience, Document};
pub use engine::{Answer, Change, Engine, Entries, Entry, Error, Rebuild};
pub use query::{Facet, Filter, Fragment, Hit, MAX_PER_PAGE, Marked, Number, Page, Query, Sort, Taken, Viewer};
