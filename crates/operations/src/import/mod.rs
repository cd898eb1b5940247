//! Bulk imports: everything is checked before anything is written, and then all of it or nothing.

pub mod post_file;
mod postings;
mod programmes;
pub mod ranked_lists;
pub mod table;
mod trades;
mod vocabulary_lists;

use kernel::ImportId;
pub use postings::import_postings;
pub use programmes::{import_programmes, register_entries};
use serde::Serialize;
use storage::{Import, ImportState};
pub use trades::CodedLine;
pub(crate) use vocabulary_lists::reload_vocabulary;
pub use vocabulary_lists::{List, import_list, load_vocabulary};

use self::table::FileProblem;
use crate::{Actor, App, Cx, Failure};

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows of the file.
    pub rows: u64,
    /// Rows that were not there before.
    pub added: u64,
    /// Rows that were there and say something else now.
    pub changed: u64,
    /// Rows that were there and are no longer in the file.
    pub removed: u64,
    /// Rows that were there and stay as they are.
    pub unchanged: u64,
    /// Distinct colleges or organisations named by the file.
    pub organisations: u64,
    /// Lines of posts whose words were taken to mean an occupation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coded: Vec<CodedLine>,
    /// Nothing was written: `--dry-run`.
    pub dry_run: bool,
}

/// Why an import did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure {
    /// The file is wrong; nothing was changed.
    #[error("the file has {} problems", .0.len())]
    File(Vec<FileProblem>),
    /// Another import is running.
    #[error("another import is running")]
    Busy,
    /// Something else.
    #[error(transparent)]
    Other(#[from] Failure),
}

impl From<Vec<FileProblem>> for ImportFailure {
    fn from(problems: Vec<FileProblem>) -> Self {
        Self::File(problems)
    }
}

impl From<storage::Error> for ImportFailure {
    fn from(error: storage::Error) -> Self {
        Self::Other(error.into())
    }
}

/// How far an import has come, for a bar on a terminal.
pub trait Progress: Send + Sync {
    /// `done` of `total` rows.
    fn at(&self, done: u64, total: u64);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn at(&self, _done: u64, _total: u64) {}
}

/// What is kept of an import: who, when, which file, how much.
fn record(app: &App, cx: &Cx, actor: &Actor, kind: &str, file: (&str, &[u8]), report: &Report) -> Import {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Import {
        id: app.id(cx.now, ImportId::new),
        kind: kind.to_owned(),
        file_name: file.0.chars().take(200).collect(),
        file_hash: storage::keys::content_hash(file.1),
        year: None,
        rows: count(report.rows),
        added: count(report.added),
        changed: count(report.changed),
        removed: count(report.removed),
        started_at: cx.now,
        finished_at: Some(app.clock().now()),
        state: ImportState::Done,
        actor_person: actor.person().map(|person| person.id),
    }
}
