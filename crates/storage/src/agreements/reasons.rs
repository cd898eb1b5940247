//! Why warnings of rules are accepted, sealed.

use kernel::{Chance, PersonId, Timestamp};
use uuid::Uuid;

use super::{
    content_version,
    key::{AgreementKey, Place},
};
use crate::{
    error::Result,
    query::statements,
    repository::{Writing, repository, written},
};

const TABLE: &str = "agreement_reasons";

fn place(version: u32, rule: &str, field: &str) -> Place {
    Place::new(TABLE, "reason_enc", format!("{version} {rule} {field}"))
}

/// Why a warning is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The version of the content that was warned of.
    pub content_version: u32,
    /// The rule that warns.
    pub rule: String,
    /// The field it warns of; empty where it is of none.
    pub field: String,
    /// Why, in the words of who accepts it.
    pub words: String,
    /// Who accepts it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    agreement_id: Uuid,
    content_version: i64,
    rule: String,
    field: String,
    reason_enc: Vec<u8>,
    given_by: Uuid,
    given_at: i64,
}

impl Row {
    fn open(self, key: &AgreementKey) -> Result<Reason> {
        let content_version = content_version(TABLE, self.agreement_id, self.content_version)?;
        let place = place(content_version, &self.rule, &self.field);
        Ok(Reason {
            content_version,
            words: key.open_json(&place, &self.reason_enc)?,
            rule: self.rule,
            field: self.field,
            by: PersonId::from_uuid(self.given_by),
            at: Timestamp::from_micros(self.given_at),
        })
    }
}

statements! {
    SAVE = "INSERT INTO agreement_reasons (agreement_id, content_version, rule, field, reason_enc, given_by, given_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (agreement_id, content_version, rule, field) DO UPDATE
               SET reason_enc = excluded.reason_enc, given_by = excluded.given_by, given_at = excluded.given_at";
    /// The events keep what was said.
    FORGET = "DELETE FROM agreement_reasons WHERE agreement_id = $1 AND content_version = $2 AND rule = $3";
    OF_AGREEMENT = "SELECT agreement_id, content_version, rule, field, reason_enc, given_by, given_at FROM agreement_reasons
                     WHERE agreement_id = $1 ORDER BY content_version, rule, field";
}

repository! {
    /// Why warnings of rules are accepted.
    AgreementReasons, agreement_reasons
}

impl AgreementReasons<'_> {
    /// The reasons given in an agreement for all of its versions, the oldest version first.
    pub async fn of_agreement(&mut self, key: &AgreementKey) -> Result<Vec<Reason>> {
        let query = self.0.query(OF_AGREEMENT).bind(key.agreement().uuid());
        query.all::<Row>().await?.into_iter().map(|row| row.open(key)).collect()
    }
}

impl Writing<AgreementReasons<'_>> {
    /// Gives a reason, or another one for the same warning.
    pub async fn save(&mut self, key: &AgreementKey, reason: &Reason, chance: &dyn Chance) -> Result<()> {
        let place = place(reason.content_version, &reason.rule, &reason.field);
        let sealed = key.seal_json(&place, &reason.words, chance)?;
        let rows = self
            .0
            .query(SAVE)
            .bind(key.agreement().uuid())
            .bind(i64::from(reason.content_version))
            .bind(&reason.rule)
            .bind(&reason.field)
            .bind(sealed)
            .bind(reason.by.uuid())
            .bind(reason.at.micros())
            .execute()
            .await?;
        written(rows, TABLE, key.agreement().uuid())
    }

    /// What a rule warned of in this version is different now: reasons given for it count no more. Says how many there were.
    pub async fn forget(&mut self, key: &AgreementKey, version: u32, rule: &str) -> Result<u64> {
        let query = self.0.query(FORGET).bind(key.agreement().uuid());
        query.bind(i64::from(version)).bind(rule).execute().await
    }
}
