//! How often something was tried in a window of time.

use kernel::Timestamp;

use crate::{db::Db, error::Result, query::statements, repository::Count};

statements! {
    HIT = "INSERT INTO rate_windows (key, window_at, hits) VALUES ($1, $2, 1)
           ON CONFLICT (key, window_at) DO UPDATE SET hits = rate_windows.hits + 1 RETURNING hits AS n";
    PURGE = "DELETE FROM rate_windows WHERE window_at < $1";
}

impl Db {
    /// Counts one try under `key` in the window that began at `window_at`, and says how many there were with it.
    pub async fn hit_rate_window(&self, key: &str, window_at: Timestamp) -> Result<i64> {
        let mut tx = self.write().await?;
        let hits = tx.query(HIT).bind(key).bind(window_at.micros()).one::<Count>().await?.n;
        tx.keep().await?;
        Ok(hits)
    }

    /// Removes windows that began before `before`, and says how many. Housekeeping.
    pub async fn purge_rate_windows(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = tx.query(PURGE).bind(before.micros()).execute().await?;
        tx.keep().await?;
        Ok(gone)
    }
}
