//! What the installation knows about itself.

use crate::{
    error::Result,
    query::statements,
    repository::{Writing, repository},
};

statements! {
    GET = "SELECT value FROM settings WHERE key = $1";
    SET = "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
}

repository! {
    /// Settings kept in the database.
    Settings, settings
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    value: String,
}

impl Settings<'_> {
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

impl Writing<Settings<'_>> {
    /// Sets a key.
    pub async fn save(&mut self, key: &str, value: &str) -> Result<()> {
        self.0.query(SET).bind(key).bind(value).execute().await?;
        Ok(())
    }
}
