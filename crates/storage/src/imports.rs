//! Bulk imports, as the operator sees them.

use kernel::{ImportId, PersonId, Timestamp};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Hash, Page, Writing, hash, micros, moment, repository, written},
};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportState {
    /// It runs, or its process died.
    Running,
    /// Everything of it is there.
    Done,
    /// Nothing of it is there.
    Failed,
}

impl ImportState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Running, Self::Done, Self::Failed];

    /// The code in columns and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// What was imported: `programmes`, `postings`, `majors`, ...
    pub kind: String,
    /// The file's name.
    pub file_name: String,
    /// The SHA-256 of the file.
    pub file_hash: Hash,
    /// The register's year, when all rows are of one.
    pub year: Option<i64>,
    /// Rows of the file.
    pub rows: i64,
    /// Rows that are new.
    pub added: i64,
    /// Rows that changed.
    pub changed: i64,
    /// Rows that ended.
    pub removed: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; set as soon as it no longer runs.
    pub finished_at: Option<Timestamp>,
    /// How far it is.
    pub state: ImportState,
    /// Who imported; `None` at the command line.
    pub actor_person: Option<PersonId>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    file_name: String,
    file_hash: Vec<u8>,
    year: Option<i64>,
    rows: i64,
    added: i64,
    changed: i64,
    removed: i64,
    started_at: i64,
    finished_at: Option<i64>,
    state: String,
    actor_person: Option<Uuid>,
}

impl TryFrom<Row> for Import {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: ImportId::from_uuid(row.id),
            kind: row.kind,
            file_name: row.file_name,
            file_hash: hash("imports", "file_hash", row.id, &row.file_hash)?,
            year: row.year,
            rows: row.rows,
            added: row.added,
            changed: row.changed,
            removed: row.removed,
            started_at: Timestamp::from_micros(row.started_at),
            finished_at: moment(row.finished_at),
            state: ImportState::from_code(&row.state)
                .ok_or_else(|| Error::unknown("imports", "state", row.id, &row.state))?,
            actor_person: row.actor_person.map(PersonId::from_uuid),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, file_name, file_hash, year, rows, added, changed, removed, started_at, finished_at, state,
                    actor_person
               FROM imports ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO imports (id, kind, file_name, file_hash, year, rows, added, changed, removed, started_at,
                                   finished_at, state, actor_person)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING";
    SAVE = "UPDATE imports SET year = $2, rows = $3, added = $4, changed = $5, removed = $6, finished_at = $7, state = $8
             WHERE id = $1 AND state = 'running'";
    LIST = select!("ORDER BY started_at DESC, id DESC LIMIT $1 OFFSET $2");
}

repository! {
    /// Bulk imports.
    Imports, imports
}

impl Imports<'_> {
    /// Imports, the newest first.
    pub async fn list(&mut self, page: Page) -> Result<Vec<Import>> {
        let rows = self
            .0
            .query(LIST)
            .bind(page.limit)
            .bind(page.offset)
            .all::<Row>()
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Writing<Imports<'_>> {
    /// A new import.
    pub async fn insert(&mut self, import: &Import) -> Result<()> {
        let rows = self
            .0
            .query(INSERT)
            .bind(import.id.uuid())
            .bind(&import.kind)
            .bind(&import.file_name)
            .bind(&import.file_hash[..])
            .bind(import.year)
            .bind(import.rows)
            .bind(import.added)
            .bind(import.changed)
            .bind(import.removed)
            .bind(import.started_at.micros())
            .bind(micros(import.finished_at))
            .bind(import.state.code())
            .bind(import.actor_person.map(PersonId::uuid))
            .execute()
            .await?;
        written(rows, "imports", import.id.uuid())
    }

    /// Saves what an import has come to. One that no longer runs stays as it is: that is a conflict.
    pub async fn save(&mut self, import: &Import) -> Result<()> {
        let rows = self
            .0
            .query(SAVE)
            .bind(import.id.uuid())
            .bind(import.year)
            .bind(import.rows)
            .bind(import.added)
            .bind(import.changed)
            .bind(import.removed)
            .bind(micros(import.finished_at))
            .bind(import.state.code())
            .execute()
            .await?;
        written(rows, "imports", import.id.uuid())
    }
}
