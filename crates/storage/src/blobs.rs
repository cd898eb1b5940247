//! Stored bytes, found by their hash and kept as they were made.

use kernel::Timestamp;

use crate::{
    error::Result,
    keys::content_hash,
    query::statements,
    repository::{Hash, Writing, repository},
};

#[derive(sqlx_macros::FromRow)]
struct Row {
    bytes: Vec<u8>,
}

statements! {
    INSERT = "INSERT INTO blobs (hash, media_type, bytes, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING";
    FIND = "SELECT bytes FROM blobs WHERE hash = $1";
}

repository! {
    /// Stored bytes by their hash.
    Blobs, blobs
}

impl Blobs<'_> {
    /// The bytes of a hash.
    pub async fn find(&mut self, hash: &Hash) -> Result<Option<Vec<u8>>> {
        let row = self.0.query(FIND).bind(&hash[..]).optional::<Row>().await?;
        Ok(row.map(|row| row.bytes))
    }
}

impl Writing<Blobs<'_>> {
    /// Stores bytes of a media type, such as `text/csv`, and answers their hash. The same bytes are stored once.
    pub async fn insert(&mut self, media_type: &str, bytes: &[u8], at: Timestamp) -> Result<Hash> {
        let hash = content_hash(bytes);
        let query = self
            .0
            .query(INSERT)
            .bind(&hash[..])
            .bind(media_type)
            .bind(bytes)
            .bind(at.micros());
        query.execute().await?;
        Ok(hash)
    }
}
