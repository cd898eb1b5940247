//! How an import changes the register: rows are staged above the head in short transactions, unseen by everybody, and then
//! the head moves in one last transaction with its audit entry. What a crash leaves above the head is cleared away by the
//! next import.

use kernel::{ImportId, RegisterRowId};
use marketplace::register::Entry;

use super::Register;
use crate::{
    db::{Db, Reads},
    error::{Error, Result},
    query::statements,
    repository::{Count, Writing},
};

/// A row to be staged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedRow {
    /// Its id. Ids that grow make the fastest import.
    pub id: RegisterRowId,
    /// What it says.
    pub entry: Entry,
    /// What it can be found by when no engine answers, folded.
    pub search_text: String,
}

/// Rows written by one statement: 12 values each, below the 32,766 that `SQLite` takes.
const ROWS_PER_STATEMENT: usize = 500;
/// Leftover rows cleared away by one transaction.
const ROWS_PER_DISCARD: i64 = 2_000;

statements! {
    /// The newest import takes the fence; an older one that still runs finds itself shut out.
    BEGIN = "UPDATE register_head SET staged_by = $1 WHERE one = 1";
    FENCE = "SELECT seq AS n FROM register_head WHERE staged_by = $1 ", pg "FOR UPDATE", lite "", "";
    DISCARD_ROWS = "DELETE FROM register_rows
                     WHERE id IN (SELECT id FROM register_rows WHERE since_seq > $1 ORDER BY since_seq LIMIT $2)";
    DISCARD_ENDS = "UPDATE register_rows SET until_seq = NULL
                     WHERE id IN (SELECT id FROM register_rows WHERE until_seq > $1 ORDER BY until_seq LIMIT $2)";
    PUBLISH = "UPDATE register_head SET seq = seq + 1, staged_by = NULL WHERE staged_by = $1 RETURNING seq AS n";
}

/// The version that is seen now, when `import` holds the fence.
async fn fence(tx: &mut Reads, import: ImportId) -> Result<i64> {
    let head = tx.query(FENCE).bind(import.uuid()).optional::<Count>().await?;
    head.map(|row| row.n).ok_or(Error::Conflict {
        table: "register_head",
        id: import.uuid(),
    })
}

impl Db {
    /// Takes the fence for an import, and clears away what another left above the head.
    pub async fn begin_register_import(&self, import: ImportId) -> Result<()> {
        let mut tx = self.write().await?;
        tx.query(BEGIN).bind(import.uuid()).execute().await?;
        tx.keep().await?;
        loop {
            let mut tx = self.write().await?;
            let head = fence(&mut tx, import).await?;
            let mut cleared = tx
                .query(DISCARD_ROWS)
                .bind(head)
                .bind(ROWS_PER_DISCARD)
                .execute()
                .await?;
            if cleared == 0 {
                cleared = tx
                    .query(DISCARD_ENDS)
                    .bind(head)
                    .bind(ROWS_PER_DISCARD)
                    .execute()
                    .await?;
            }
            tx.keep().await?;
            if cleared == 0 {
                return Ok(());
            }
        }
    }

    /// Stages rows, in one short transaction: nobody sees them before `Register::publish`. Some 2,000 at a time keep
    /// the one writer of `SQLite` for a tenth of a second.
    pub async fn stage_register_rows(&self, import: ImportId, rows: &[StagedRow]) -> Result<()> {
        let mut tx = self.write().await?;
        let seq = fence(&mut tx, import).await? + 1;
        for some in rows.chunks(ROWS_PER_STATEMENT) {
            let mut query = tx.dynamic(
                "INSERT INTO register_rows (id, since_seq, year, province, school_code, school_name, school_key, major_code,
                                            major_name, duration_years, remark, search_text) VALUES ",
            );
            for (at, row) in some.iter().enumerate() {
                let entry = &row.entry;
                query = query.push(if at == 0 { "(" } else { ", (" }).value(row.id.uuid());
                query = query.push(", ").value(seq).push(", ").value(entry.year);
                query = query
                    .push(", ")
                    .value(&entry.province)
                    .push(", ")
                    .value(entry.school_code.as_deref());
                query = query
                    .push(", ")
                    .value(&entry.school_name)
                    .push(", ")
                    .value(entry.school_key());
                query = query
                    .push(", ")
                    .value(&entry.major_code)
                    .push(", ")
                    .value(&entry.major_name);
                query = query
                    .push(", ")
                    .value(entry.duration_years)
                    .push(", ")
                    .value(&entry.remark);
                query = query.push(", ").value(&row.search_text).push(")");
            }
            // All full chunks are one text.
            let query = if some.len() == ROWS_PER_STATEMENT {
                query.kept()
            } else {
                query
            };
            query.execute().await?;
        }
        tx.keep().await
    }

    /// Marks rows to end with the version to come, in one short transaction.
    pub async fn stage_register_ends(&self, import: ImportId, rows: &[RegisterRowId]) -> Result<()> {
        let mut tx = self.write().await?;
        let seq = fence(&mut tx, import).await? + 1;
        for some in rows.chunks(ROWS_PER_STATEMENT) {
            let query = tx.dynamic("UPDATE register_rows SET until_seq = ").value(seq);
            let query = query
                .push(" WHERE until_seq IS NULL")
                .among("id", some.iter().map(|id| id.uuid()));
            query.execute().await?;
        }
        tx.keep().await
    }
}

impl Writing<Register<'_>> {
    /// Moves the head: what `import` staged is seen from this transaction's commit on. Answers the new version.
    pub async fn publish(&mut self, import: ImportId) -> Result<i64> {
        let head = self.0.query(PUBLISH).bind(import.uuid()).optional::<Count>().await?;
        head.map(|row| row.n).ok_or(Error::Conflict {
            table: "register_head",
            id: import.uuid(),
        })
    }
}
