//! The links and codes by which signatories come to their slots. Only hashes are kept.

use kernel::{AgreementId, SlotId, Timestamp};
use uuid::Uuid;

use super::content_version;
use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Hash, Writing, moment, repository, written},
};

const TABLE: &str = "agreement_links";

/// A signatory's own link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreementLink {
    /// The agreement.
    pub agreement: AgreementId,
    /// The version that is signed.
    pub content_version: u32,
    /// The slot.
    pub slot: SlotId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it opens.
    pub expires_at: Timestamp,
    /// Since when it opens nothing any more.
    pub revoked_at: Option<Timestamp>,
}

impl AgreementLink {
    /// Whether it opens at `now`.
    pub fn usable(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    agreement_id: Uuid,
    content_version: i64,
    slot_id: Uuid,
    created_at: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
}

impl TryFrom<Row> for AgreementLink {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            agreement: AgreementId::from_uuid(row.agreement_id),
            content_version: content_version(TABLE, row.slot_id, row.content_version)?,
            slot: SlotId::from_uuid(row.slot_id),
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            revoked_at: moment(row.revoked_at),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT agreement_id, content_version, slot_id, created_at, expires_at, revoked_at FROM agreement_links ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO agreement_links (token_hash, code_hash, agreement_id, content_version, slot_id, created_at,
                                           expires_at, revoked_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT DO NOTHING";
    FIND_BY_TOKEN = select!("WHERE token_hash = $1");
    FIND_BY_CODE = select!("WHERE code_hash = $1");
    REVOKE = "UPDATE agreement_links SET revoked_at = $3 WHERE agreement_id = $1 AND slot_id = $2 AND revoked_at IS NULL";
}

repository! {
    /// The links by which signatories come to their slots.
    AgreementLinks, agreement_links
}

impl AgreementLinks<'_> {
    /// The link of a token, good or not: a page says which.
    pub async fn find_by_token(&mut self, token: &Hash) -> Result<Option<AgreementLink>> {
        let row = self.0.query(FIND_BY_TOKEN).bind(&token[..]).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The link of a code, good or not.
    pub async fn find_by_code(&mut self, code: &Hash) -> Result<Option<AgreementLink>> {
        let row = self.0.query(FIND_BY_CODE).bind(&code[..]).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }
}

impl Writing<AgreementLinks<'_>> {
    /// A new link, found by the hash of its token, and of its code where it has one. Its slot has to be saved before.
    pub async fn insert(&mut self, link: &AgreementLink, token: &Hash, code: Option<&Hash>) -> Result<()> {
        let rows = self
            .0
            .query(INSERT)
            .bind(&token[..])
            .bind(code.map(|hash| &hash[..]))
            .bind(link.agreement.uuid())
            .bind(i64::from(link.content_version))
            .bind(link.slot.uuid())
            .bind(link.created_at.micros())
            .bind(link.expires_at.micros())
            .execute()
            .await?;
        written(rows, TABLE, link.slot.uuid())
    }

    /// From now on no link to a slot opens anything; says how many did.
    pub async fn revoke(&mut self, agreement: AgreementId, slot: SlotId, at: Timestamp) -> Result<u64> {
        let query = self.0.query(REVOKE).bind(agreement.uuid()).bind(slot.uuid());
        query.bind(at.micros()).execute().await
    }
}
