//! What the installation knows about itself, and counters.

use crate::{
    db::Write,
    error::Result,
    query::statements,
    repository::{Count, repository},
};

statements! {
    GET = "SELECT value FROM settings WHERE key = $1";
    SET = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    REMOVE = "DELETE FROM settings WHERE key = $1";
    /// One row fought over by those who want the next number: both databases let one through at a time.
    NEXT = "INSERT INTO counters (key, value) VALUES ($1, 1)
            ON CONFLICT (key) DO UPDATE SET value = counters.value + 1 RETURNING value AS n";
}

repository! {
    /// Settings kept in the database, and counters.
    Settings, settings
}

#[derive(sqlx::FromRow)]
struct Row {
    value: String,
}

impl<M> Settings<'_, M> {
    /// The value of a key.
    pub async fn find(&mut self, key: &str) -> Result<Option<String>> {
        Ok(self
            .0
            .query(GET)
            .bind(key)
            .optional::<Row>()
            .await?
            .map(|row| row.value))
    }
}

impl Settings<'_, Write> {
    /// Sets a key.
    pub async fn save(&mut self, key: &str, value: &str) -> Result<()> {
        self.0.query(SET).bind(key).bind(value).execute().await?;
        Ok(())
    }

    /// Forgets a key.
    pub async fn delete(&mut self, key: &str) -> Result<()> {
        self.0.query(REMOVE).bind(key).execute().await?;
        Ok(())
    }

    /// The next number of a counter; the first is 1.
    pub async fn next_number(&mut self, counter: &str) -> Result<i64> {
        Ok(self.0.query(NEXT).bind(counter).one::<Count>().await?.n)
    }
}
