//! What was typed in an agreement so far, sealed.

use kernel::{Chance, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

use super::key::{AgreementKey, Place};
use crate::{
    error::Result,
    query::statements,
    repository::{Writing, repository, written},
    versioned::Versioned,
};

pub(super) const TABLE: &str = "agreement_drafts";
pub(super) const BODY: Place = Place::new(TABLE, "body_enc", String::new());

#[derive(sqlx_macros::FromRow)]
struct Row {
    version: i64,
    body_enc: Vec<u8>,
}

statements! {
    INSERT = "INSERT INTO agreement_drafts (agreement_id, version, body_enc, updated_at) VALUES ($1, 1, $2, $3)
              ON CONFLICT DO NOTHING";
    FIND = "SELECT version, body_enc FROM agreement_drafts WHERE agreement_id = $1";
    SAVE = "UPDATE agreement_drafts SET version = version + 1, body_enc = $3, updated_at = $4
             WHERE agreement_id = $1 AND version = $2";
}

repository! {
    /// What was typed in agreements so far.
    AgreementDrafts, agreement_drafts
}

impl AgreementDrafts<'_> {
    /// The draft of an agreement.
    pub async fn find<D: DeserializeOwned>(&mut self, key: &AgreementKey) -> Result<Option<Versioned<D>>> {
        let query = self.0.query(FIND).bind(key.agreement().uuid());
        let Some(row) = query.optional::<Row>().await? else {
            return Ok(None);
        };
        let draft = key.open_json(&BODY, &row.body_enc)?;
        Ok(Some(Versioned::new(draft, row.version)))
    }
}

impl Writing<AgreementDrafts<'_>> {
    /// The draft of a new agreement.
    pub async fn insert<D: Serialize + Sync>(
        &mut self,
        key: &AgreementKey,
        draft: &D,
        at: Timestamp,
        chance: &dyn Chance,
    ) -> Result<()> {
        let id = key.agreement().uuid();
        let body = key.seal_json(&BODY, draft, chance)?;
        let query = self.0.query(INSERT).bind(id).bind(body).bind(at.micros());
        written(query.execute().await?, TABLE, id)
    }

    /// Saves a draft over the version it was read at.
    pub async fn save<D: Serialize + Sync>(
        &mut self,
        key: &AgreementKey,
        changed: &Versioned<D>,
        at: Timestamp,
        chance: &dyn Chance,
    ) -> Result<()> {
        let id = key.agreement().uuid();
        let body = key.seal_json(&BODY, changed.get(), chance)?;
        let query = self
            .0
            .query(SAVE)
            .bind(id)
            .bind(changed.version())
            .bind(body)
            .bind(at.micros());
        written(query.execute().await?, TABLE, id)
    }
}
