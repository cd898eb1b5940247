//! Stored bytes, found by their hash and kept as they were made.

use kernel::Timestamp;

use crate::{
    db::Write,
    error::Result,
    keys::content_hash,
    query::statements,
    repository::{Hash, repository},
};

/// Stored bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// What they are, such as `text/csv`.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When they were stored first.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    media_type: String,
    bytes: Vec<u8>,
    created_at: i64,
}

statements! {
    INSERT = "INSERT INTO blobs (hash, media_type, bytes, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING";
    FIND = "SELECT media_type, bytes, created_at FROM blobs WHERE hash = $1";
}

repository! {
    /// Stored bytes by their hash.
    Blobs, blobs
}

impl<M> Blobs<'_, M> {
    /// The bytes of a hash.
    pub async fn find(&mut self, hash: &Hash) -> Result<Option<Blob>> {
        let row = self.0.query(FIND).bind(&hash[..]).optional::<Row>().await?;
        Ok(row.map(|row| Blob {
            media_type: row.media_type,
            bytes: row.bytes,
            created_at: Timestamp::from_micros(row.created_at),
        }))
    }
}

impl Blobs<'_, Write> {
    /// Stores bytes and answers their hash. The same bytes are stored once.
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
