//! The platform's seals over agreements. Appended, and never changed; no word in them is about a person.

use agreement::evidence::Seal;
use kernel::AgreementId;
use sqlx::types::Json;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Writing, repository, written},
};

const TABLE: &str = "agreement_seals";

#[derive(sqlx_macros::FromRow)]
struct Row {
    seal: Json<Seal>,
}

statements! {
    INSERT = "INSERT INTO agreement_seals (agreement_id, place, key_id, sealed_at, seal) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT DO NOTHING";
    OF_AGREEMENT = "SELECT seal FROM agreement_seals WHERE agreement_id = $1 ORDER BY place";
}

repository! {
    /// The platform's seals over agreements.
    AgreementSeals, agreement_seals
}

impl AgreementSeals<'_> {
    /// The seals over an agreement, the oldest first.
    pub async fn of_agreement(&mut self, id: AgreementId) -> Result<Vec<Seal>> {
        let rows = self.0.query(OF_AGREEMENT).bind(id.uuid()).all::<Row>().await?;
        Ok(rows.into_iter().map(|row| row.seal.0).collect())
    }
}

impl Writing<AgreementSeals<'_>> {
    /// Puts a seal after the last one, which it has to name: else somebody else sealed in the meantime, and it is a conflict.
    pub async fn append(&mut self, seal: &Seal) -> Result<()> {
        let id = seal.statement.agreement;
        let before = self.of_agreement(id).await?;
        if seal.statement.previous != before.last().map(Seal::hash) {
            return Err(Error::Conflict {
                table: TABLE,
                id: id.uuid(),
            });
        }
        let place = i64::try_from(before.len() + 1).map_err(|error| Error::corrupt(TABLE, "place", id, error))?;
        let rows = self
            .0
            .query(INSERT)
            .bind(id.uuid())
            .bind(place)
            .bind(&seal.statement.key.bytes()[..])
            .bind(seal.statement.sealed_at.micros())
            .bind(Json(seal))
            .execute()
            .await?;
        written(rows, TABLE, id.uuid())
    }
}
