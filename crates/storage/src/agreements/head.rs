//! What stands in plain columns of an agreement.

use agreement::{
    evidence::ContentHash,
    lifecycle::{Agreement, Kind, Parties, Party, Stage},
};
use kernel::{AgreementId, LineId, OrganisationId, PersonId, Timestamp};
use uuid::Uuid;

use super::{TABLE, content_version};
use crate::{
    error::{Error, Result},
    repository::{hash, moment},
};

/// The lines of posts that an agreement came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgreementOrigin {
    /// What was needed.
    pub need: Option<LineId>,
    /// What was offered.
    pub offer: Option<LineId>,
}

/// What is known of an agreement without opening it, and all that is known of one that was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementHead {
    /// Its id.
    pub id: AgreementId,
    /// What it is.
    pub kind: Kind,
    /// Its number at the enterprise; empty while it is a draft that was never handed over.
    pub number: String,
    /// The code to look it up by.
    pub verify_code: String,
    /// Between whom.
    pub parties: Parties,
    /// Where it came from.
    pub origin: AgreementOrigin,
    /// Who made it.
    pub created_by: PersonId,
    /// Where it stands.
    pub stage: Stage,
    /// Who has the ball, while it is negotiated.
    pub with: Option<Party>,
    /// The only party that has ever seen it: a draft that was not handed over, or was given up before.
    pub only_for: Option<Party>,
    /// The version of its content.
    pub content_version: u32,
    /// The hash of what is frozen.
    pub content_hash: Option<ContentHash>,
    /// When it has to be looked at again.
    pub next_at: Option<Timestamp>,
    /// Whether its key was erased, and with it what people wrote.
    pub erased: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// What stands in the column of an agreement that has no number yet. Numbers are without gaps, so a draft that comes to
/// nothing takes none.
pub(super) fn unnumbered(id: AgreementId) -> String {
    format!("draft {id}")
}

#[derive(sqlx_macros::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    kind: String,
    number: String,
    verify_code: String,
    enterprise_id: Uuid,
    college_id: Option<Uuid>,
    origin_need_id: Option<Uuid>,
    origin_offer_id: Option<Uuid>,
    created_by: Uuid,
    stage: String,
    with_party: Option<String>,
    only_for: Option<String>,
    content_version: i64,
    content_hash: Option<Vec<u8>>,
    next_at: Option<i64>,
    erased: bool,
    created_at: i64,
    updated_at: i64,
}

/// The columns of [`Row`], of a table named `a`.
macro_rules! columns {
    () => {
        "a.id, a.kind, a.number, a.verify_code, a.enterprise_id, a.college_id, a.origin_need_id, a.origin_offer_id,
         a.created_by, a.stage, a.with_party,
         CASE WHEN a.stage = 'draft' THEN a.with_party
              WHEN a.stage = 'voided' AND NOT EXISTS (SELECT 1 FROM agreement_events e
                                                       WHERE e.agreement_id = a.id AND e.act = 'hand_over')
              THEN (SELECT e.actor FROM agreement_events e WHERE e.agreement_id = a.id AND e.act = 'create')
         END AS only_for, a.content_version, a.content_hash, a.next_at, a.sealed_key IS NULL AS erased,
         a.created_at, a.updated_at"
    };
}
pub(super) use columns;

#[derive(sqlx_macros::FromRow)]
pub(super) struct FullRow {
    #[sqlx(flatten)]
    pub(super) row: Row,
    pub(super) version: i64,
    pub(super) sealed_key: Option<Vec<u8>>,
    pub(super) state_enc: Vec<u8>,
}

pub(super) fn stage(code: &str, id: Uuid) -> Result<Stage> {
    Stage::from_code(code).ok_or_else(|| Error::unknown(TABLE, "stage", id, code))
}

impl TryFrom<Row> for AgreementHead {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let party =
            |code: String| Party::from_code(&code).ok_or_else(|| Error::unknown(TABLE, "with_party", row.id, &code));
        let frozen = |bytes: Vec<u8>| hash(TABLE, "content_hash", row.id, &bytes).map(ContentHash::from_bytes);
        Ok(Self {
            id: AgreementId::from_uuid(row.id),
            kind: Kind::from_code(&row.kind).ok_or_else(|| Error::unknown(TABLE, "kind", row.id, &row.kind))?,
            number: if row.number == unnumbered(AgreementId::from_uuid(row.id)) {
                String::new()
            } else {
                row.number
            },
            verify_code: row.verify_code,
            parties: Parties {
                enterprise: OrganisationId::from_uuid(row.enterprise_id),
                college: row.college_id.map(OrganisationId::from_uuid),
            },
            origin: AgreementOrigin {
                need: row.origin_need_id.map(LineId::from_uuid),
                offer: row.origin_offer_id.map(LineId::from_uuid),
            },
            created_by: PersonId::from_uuid(row.created_by),
            stage: stage(&row.stage, row.id)?,
            with: row.with_party.map(party).transpose()?,
            only_for: row.only_for.map(party).transpose()?,
            content_version: content_version(TABLE, row.id, row.content_version)?,
            content_hash: row.content_hash.map(frozen).transpose()?,
            next_at: moment(row.next_at),
            erased: row.erased,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

/// The plain columns that follow from the state.
pub(super) struct Columns {
    pub(super) stage: &'static str,
    pub(super) with: Option<&'static str>,
    pub(super) content_version: i64,
    pub(super) content_hash: Option<[u8; 32]>,
    pub(super) next_at: Option<i64>,
}

impl From<&Agreement> for Columns {
    fn from(agreement: &Agreement) -> Self {
        Self {
            stage: agreement.stage().code(),
            with: agreement.with().map(Party::code),
            content_version: i64::from(agreement.content_version()),
            content_hash: agreement.frozen().map(|frozen| *frozen.hash.bytes()),
            next_at: agreement.next_due().map(Timestamp::micros),
        }
    }
}
