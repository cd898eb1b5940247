//! PDFs of agreements, sealed. Written once and kept as they were made.

use agreement::evidence::PaperHash;
use kernel::{Chance, Timestamp};

use super::key::{AgreementKey, Place};
use crate::{
    error::{Error, Result},
    keys::content_hash,
    query::statements,
    repository::{Writing, hash, repository},
};

const TABLE: &str = "agreement_documents";

fn place(version: u32) -> Place {
    Place::new(TABLE, "document_enc", version.to_string())
}

/// A PDF as it was made.
#[derive(Clone, PartialEq, Eq)]
pub struct AgreementDocument {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its SHA-256.
    pub hash: PaperHash,
    /// When it was made.
    pub made_at: Timestamp,
}

impl std::fmt::Debug for AgreementDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgreementDocument")
            .field("bytes", &self.bytes.len())
            .field("hash", &self.hash)
            .field("made_at", &self.made_at)
            .finish()
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    document_enc: Vec<u8>,
    sha256: Vec<u8>,
    made_at: i64,
}

#[derive(sqlx_macros::FromRow)]
struct HashRow {
    sha256: Vec<u8>,
}

/// What was opened is not what was made.
#[derive(Debug, thiserror::Error)]
#[error("the document has another hash")]
struct HashDiffers;

statements! {
    INSERT = "INSERT INTO agreement_documents (agreement_id, content_version, sha256, size, document_enc, made_at)
              VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    FIND = "SELECT document_enc, sha256, made_at FROM agreement_documents WHERE agreement_id = $1 AND content_version = $2";
    HASH = "SELECT sha256 FROM agreement_documents WHERE agreement_id = $1 AND content_version = $2";
}

repository! {
    /// PDFs of agreements.
    AgreementDocuments, agreement_documents
}

impl AgreementDocuments<'_> {
    /// The PDF of a version.
    pub async fn find(&mut self, key: &AgreementKey, version: u32) -> Result<Option<AgreementDocument>> {
        let id = key.agreement();
        let query = self.0.query(FIND).bind(id.uuid()).bind(i64::from(version));
        let Some(row) = query.optional::<Row>().await? else {
            return Ok(None);
        };
        let bytes = key.open_bytes(&place(version), &row.document_enc)?;
        let kept = hash(TABLE, "sha256", id.uuid(), &row.sha256)?;
        if content_hash(&bytes) != kept {
            let row = format!("{id} {version}");
            return Err(Error::corrupt(TABLE, "sha256", row, HashDiffers));
        }
        Ok(Some(AgreementDocument {
            bytes,
            hash: PaperHash::from_bytes(kept),
            made_at: Timestamp::from_micros(row.made_at),
        }))
    }

    /// The SHA-256 of the PDF of a version, without opening it.
    pub async fn hash(&mut self, id: kernel::AgreementId, version: u32) -> Result<Option<PaperHash>> {
        let query = self.0.query(HASH).bind(id.uuid()).bind(i64::from(version));
        let row = query.optional::<HashRow>().await?;
        row.map(|row| hash(TABLE, "sha256", id.uuid(), &row.sha256).map(PaperHash::from_bytes))
            .transpose()
    }
}

impl Writing<AgreementDocuments<'_>> {
    /// Keeps the PDF of a version, unless there is one: what was made first stays. Whether it was kept.
    pub async fn insert(
        &mut self,
        key: &AgreementKey,
        version: u32,
        bytes: &[u8],
        at: Timestamp,
        chance: &dyn Chance,
    ) -> Result<bool> {
        let id = key.agreement();
        let size = i64::try_from(bytes.len()).map_err(|error| Error::corrupt(TABLE, "size", id, error))?;
        let sealed = key.seal(&place(version), bytes, chance);
        let rows = self
            .0
            .query(INSERT)
            .bind(id.uuid())
            .bind(i64::from(version))
            .bind(&content_hash(bytes)[..])
            .bind(size)
            .bind(sealed)
            .bind(at.micros())
            .execute()
            .await?;
        Ok(rows == 1)
    }
}
