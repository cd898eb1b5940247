//! Which stored file replaces which built-in vocabulary list.

use kernel::{ImportId, Timestamp};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Hash, Writing, repository},
};

/// A replaced list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyList {
    /// Which one: `majors`, `occupations`, `industries`.
    pub list: String,
    /// The file, in the blob store.
    pub blob: Hash,
    /// The import that brought it.
    pub import: ImportId,
    /// When.
    pub updated_at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    list: String,
    blob_hash: Vec<u8>,
    import_id: Uuid,
    updated_at: i64,
}

impl TryFrom<Row> for VocabularyList {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let blob = <Hash>::try_from(&row.blob_hash[..])
            .map_err(|error| Error::corrupt("vocabulary_lists", "blob_hash", &row.list, error))?;
        Ok(Self {
            list: row.list,
            blob,
            import: ImportId::from_uuid(row.import_id),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

statements! {
    FIND = "SELECT list, blob_hash, import_id, updated_at FROM vocabulary_lists WHERE list = $1";
    SAVE = "INSERT INTO vocabulary_lists (list, blob_hash, import_id, updated_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (list) DO UPDATE
               SET blob_hash = excluded.blob_hash, import_id = excluded.import_id, updated_at = excluded.updated_at";
}

repository! {
    /// Replaced vocabulary lists.
    VocabularyLists, vocabulary_lists
}

impl VocabularyLists<'_> {
    /// One list, when it was replaced.
    pub async fn find(&mut self, list: &str) -> Result<Option<VocabularyList>> {
        self.0
            .query(FIND)
            .bind(list)
            .optional::<Row>()
            .await?
            .map(TryInto::try_into)
            .transpose()
    }
}

impl Writing<VocabularyLists<'_>> {
    /// Replaces a list.
    pub async fn save(&mut self, list: &VocabularyList) -> Result<()> {
        let query = self.0.query(SAVE).bind(&list.list).bind(&list.blob[..]);
        query
            .bind(list.import.uuid())
            .bind(list.updated_at.micros())
            .execute()
            .await?;
        Ok(())
    }
}
