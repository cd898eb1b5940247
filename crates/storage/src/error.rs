//! What can go wrong, and whether trying again may help.

use std::fmt::Display;

use uuid::Uuid;

/// What can go wrong in storage. Duplicates and absences are no errors: they are outcomes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The driver, the connection or the database refused.
    #[error("the database driver failed")]
    Driver(#[from] sqlx::Error),
    /// A stored value is none that the program knows.
    #[error("{table}.{column} of row {id} cannot be read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key.
        id: String,
        /// What is wrong with the value.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody else changed the row since it was read.
    #[error("{table} row {id} was changed by someone else")]
    Conflict {
        /// The table.
        table: &'static str,
        /// The row.
        id: Uuid,
    },
    /// The schema could not be brought up to date.
    #[error("the schema could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The URL names neither of the two databases, or one that does not outlive its connection.
    #[error("the database url begins with neither sqlite: (and a file) nor postgres:")]
    Scheme,
}

/// What every call answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A stored word that stands for nothing.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} stands for nothing here")]
struct Unknown(String);

impl Error {
    /// Whether the same call may succeed when it is made again: the database was busy, gave way to another transaction,
    /// or could not be reached.
    pub fn is_transient(&self) -> bool {
        let Self::Driver(error) = self else { return false };
        match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| transient_code(&code)),
            _ => false,
        }
    }

    pub(crate) fn unknown(table: &'static str, column: &'static str, id: impl Display, value: &str) -> Self {
        Self::corrupt(table, column, id, Unknown(value.to_owned()))
    }

    pub(crate) fn corrupt(
        table: &'static str,
        column: &'static str,
        id: impl Display,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Corrupt {
            table,
            column,
            id: id.to_string(),
            source: source.into(),
        }
    }
}

/// `SQLite` answers numbers, whose low byte is BUSY (5) or LOCKED (6); `PostgreSQL` five characters.
fn transient_code(code: &str) -> bool {
    if code.len() == 5 {
        return matches!(
            code,
            "40001" | "40P01" | "55P03" | "57P01" | "57P02" | "57P03" | "53300"
        ) || code.starts_with("08");
    }
    code.parse::<u32>().is_ok_and(|number| matches!(number & 0xff, 5 | 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        for code in ["5", "517", "6", "262", "40001", "40P01", "08006", "57P01"] {
            assert!(transient_code(code), "{code}");
        }
        for code in ["1", "19", "2067", "23505", "22P02", "25006"] {
            assert!(!transient_code(code), "{code}");
        }
        assert!(Error::Driver(sqlx::Error::PoolTimedOut).is_transient());
        assert!(!Error::Scheme.is_transient());
    }
}
