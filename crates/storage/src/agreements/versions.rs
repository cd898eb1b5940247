//! Frozen content, sealed. Written once and never changed.

use agreement::evidence::{Content, ContentHash};
use kernel::{Chance, Timestamp};

use super::key::{AgreementKey, Place};
use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Writing, hash, repository, written},
};

pub(super) const TABLE: &str = "agreement_versions";

pub(super) fn place(version: u32) -> Place {
    Place::new(TABLE, "content_enc", version.to_string())
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    content_enc: Vec<u8>,
    content_hash: Vec<u8>,
}

/// What was opened is not what was hashed.
#[derive(Debug, thiserror::Error)]
#[error("the content has another hash")]
struct HashDiffers;

statements! {
    INSERT = "INSERT INTO agreement_versions (agreement_id, content_version, content_enc, content_hash, frozen_at)
              VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    FIND = "SELECT content_enc, content_hash FROM agreement_versions WHERE agreement_id = $1 AND content_version = $2";
}

repository! {
    /// Frozen content of agreements.
    AgreementVersions, agreement_versions
}

impl AgreementVersions<'_> {
    /// The content of a version.
    pub async fn find(&mut self, key: &AgreementKey, version: u32) -> Result<Option<Content>> {
        let id = key.agreement();
        let query = self.0.query(FIND).bind(id.uuid()).bind(i64::from(version));
        let Some(row) = query.optional::<Row>().await? else {
            return Ok(None);
        };
        let place = place(version);
        let content: Content = key.open_json(&place, &row.content_enc)?;
        key.is_of(&place, content.agreement)?;
        let kept = hash(TABLE, "content_hash", id.uuid(), &row.content_hash).map(ContentHash::from_bytes)?;
        if content.version != version || content.hash() != kept {
            return Err(Error::corrupt(
                TABLE,
                "content_hash",
                format!("{id} {version}"),
                HashDiffers,
            ));
        }
        Ok(Some(content))
    }
}

impl Writing<AgreementVersions<'_>> {
    /// Keeps what was frozen. A version is written once: another of the same number is a conflict.
    pub async fn insert(
        &mut self,
        key: &AgreementKey,
        content: &Content,
        at: Timestamp,
        chance: &dyn Chance,
    ) -> Result<()> {
        let place = place(content.version);
        key.is_of(&place, content.agreement)?;
        let sealed = key.seal(&place, content.canonical().as_bytes(), chance);
        let rows = self
            .0
            .query(INSERT)
            .bind(content.agreement.uuid())
            .bind(i64::from(content.version))
            .bind(sealed)
            .bind(&content.hash().bytes()[..])
            .bind(at.micros())
            .execute()
            .await?;
        written(rows, TABLE, content.agreement.uuid())
    }
}
