//! What the database holds, as one hash a table: two looks that agree saw the same rows. For diagnosis and for tests
//! that say "nothing was written"; it reads everything, so no page asks for it.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use crate::{
    db::{Db, Inner},
    error::Result,
    repository::Hash,
};

/// Rows and contents of every table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(BTreeMap<String, (u64, Hash)>);

impl Fingerprint {
    /// The names of the tables that hold something else in `self` than in `other`.
    pub fn differences(&self, other: &Self) -> Vec<&str> {
        let changed = self.0.iter().filter(|(table, held)| other.0.get(*table) != Some(held));
        changed.map(|(table, _)| table.as_str()).collect()
    }
}

#[derive(sqlx_macros::FromRow)]
struct Name(String);

#[derive(sqlx_macros::FromRow)]
struct Row(String);

const TABLES_OF_SQLITE: &str =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY name";

const TABLES_OF_POSTGRES: &str =
    "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()
      AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_sqlx%' ORDER BY table_name";

impl Db {
    /// The rows and contents of every table, all at one moment.
    pub async fn fingerprint(&self) -> Result<Fingerprint> {
        let mut tables = BTreeMap::new();
        // Names of tables and columns come from the schema itself, which this program wrote.
        match self.read().await?.into_inner() {
            Inner::Sqlite(mut tx) => {
                for Name(table) in sqlx::query_as(TABLES_OF_SQLITE).fetch_all(&mut *tx).await? {
                    let columns: Vec<Name> = sqlx::query_as("SELECT name FROM pragma_table_info($1) ORDER BY cid")
                        .bind(&table)
                        .fetch_all(&mut *tx)
                        .await?;
                    let columns: Vec<String> = columns
                        .iter()
                        .map(|Name(column)| format!("quote(\"{column}\")"))
                        .collect();
                    let sql = format!("SELECT {} FROM \"{table}\" ORDER BY 1", columns.join(" || ',' || "));
                    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut *tx).await?;
                    tables.insert(table, held(&rows));
                }
            }
            Inner::Postgres(mut tx) => {
                for Name(table) in sqlx::query_as(TABLES_OF_POSTGRES).fetch_all(&mut *tx).await? {
                    let sql = format!("SELECT t::text FROM \"{table}\" t ORDER BY 1");
                    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut *tx).await?;
                    tables.insert(table, held(&rows));
                }
            }
        }
        Ok(Fingerprint(tables))
    }
}

fn held(rows: &[Row]) -> (u64, Hash) {
    let mut hash = Sha256::new();
    for Row(text) in rows {
        hash.update(text.len().to_le_bytes());
        hash.update(text.as_bytes());
    }
    (rows.len() as u64, hash.finalize().into())
}
