//! The slots of an agreement's rounds as plain rows, so that the database itself refuses to sign a slot twice.

use std::collections::BTreeMap;

use agreement::lifecycle::{Agreement, Signature, Slot, SlotRole, SlotState};
use kernel::{AgreementId, SlotId, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Agreements, content_version};
use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Writing, micros, moment, written},
};

pub(super) const TABLE: &str = "signature_slots";

/// A slot without what is personal in it: that stands in the sealed state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRecord {
    /// The version of the content that it signs.
    pub content_version: u32,
    /// The slot.
    pub slot: SlotId,
    /// As whom.
    pub role: SlotRole,
    /// What became of it ([`SlotState::CODES`]).
    pub state: &'static str,
    /// Until when it is open.
    pub deadline_at: Option<Timestamp>,
    /// Its signature.
    pub signature: Option<Signature>,
}

impl SlotRecord {
    pub(crate) fn of(content_version: u32, slot: &Slot) -> Self {
        let deadline_at = match slot.state {
            SlotState::Open { deadline, .. } => Some(deadline),
            _ => None,
        };
        Self {
            content_version,
            slot: slot.id,
            role: slot.role,
            state: slot.state.code(),
            deadline_at,
            signature: slot.signature().cloned(),
        }
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    content_version: i64,
    slot_id: Uuid,
    role: String,
    state: String,
    deadline_at: Option<i64>,
    signature: Option<Json<Signature>>,
}

/// The role of a code in a slot's row.
pub(super) fn role(code: &str, slot: Uuid) -> Result<SlotRole> {
    SlotRole::from_code(code).ok_or_else(|| Error::unknown(TABLE, "role", slot, code))
}

impl TryFrom<Row> for SlotRecord {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let state = SlotState::CODES.into_iter().find(|code| *code == row.state);
        Ok(Self {
            content_version: content_version(TABLE, row.slot_id, row.content_version)?,
            slot: SlotId::from_uuid(row.slot_id),
            role: role(&row.role, row.slot_id)?,
            state: state.ok_or_else(|| Error::unknown(TABLE, "state", row.slot_id, &row.state))?,
            deadline_at: moment(row.deadline_at),
            signature: row.signature.map(|json| json.0),
        })
    }
}

statements! {
    OF_AGREEMENT = "SELECT content_version, slot_id, role, state, deadline_at, signature FROM signature_slots
                     WHERE agreement_id = $1 ORDER BY content_version, slot_id";
    /// What is signed is never written again.
    SAVE = "INSERT INTO signature_slots (agreement_id, content_version, slot_id, role, state, deadline_at, signed_at, signature)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (agreement_id, content_version, slot_id) DO UPDATE
               SET state = excluded.state, deadline_at = excluded.deadline_at, signed_at = excluded.signed_at,
                   signature = excluded.signature
             WHERE signature_slots.signed_at IS NULL AND signature_slots.role = excluded.role";
}

impl Agreements<'_> {
    /// The slots of every round, replaced ones included, the oldest round first.
    pub async fn slots(&mut self, id: AgreementId) -> Result<Vec<SlotRecord>> {
        let rows = self.0.query(OF_AGREEMENT).bind(id.uuid()).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Writing<Agreements<'_>> {
    /// Writes the slots that are not as they were written before.
    pub(super) async fn save_slots(&mut self, agreement: &Agreement) -> Result<()> {
        let past = agreement.past_rounds().iter();
        let past = past.flat_map(|round| {
            round
                .slots
                .all()
                .iter()
                .map(|slot| SlotRecord::of(round.frozen.version, slot))
        });
        let present = agreement.frozen().zip(agreement.slots());
        let present = present
            .into_iter()
            .flat_map(|(frozen, slots)| slots.all().iter().map(|slot| SlotRecord::of(frozen.version, slot)));
        let slots: Vec<SlotRecord> = past.chain(present).collect();
        if slots.is_empty() {
            return Ok(());
        }
        let written = self.slots(agreement.id()).await?;
        let written: BTreeMap<_, _> = written
            .iter()
            .map(|slot| ((slot.content_version, slot.slot), slot))
            .collect();
        for slot in &slots {
            if written.get(&(slot.content_version, slot.slot)) != Some(&slot) {
                self.save_slot(agreement.id(), slot).await?;
            }
        }
        Ok(())
    }

    /// Writes one slot. A conflict when it is signed already.
    pub(crate) async fn save_slot(&mut self, agreement: AgreementId, slot: &SlotRecord) -> Result<()> {
        let signed_at = slot.signature.as_ref().map(|signature| signature.at);
        let rows = self
            .0
            .query(SAVE)
            .bind(agreement.uuid())
            .bind(i64::from(slot.content_version))
            .bind(slot.slot.uuid())
            .bind(slot.role.code())
            .bind(slot.state)
            .bind(micros(slot.deadline_at))
            .bind(micros(signed_at))
            .bind(slot.signature.as_ref().map(Json))
            .execute()
            .await?;
        written(rows, TABLE, slot.slot.uuid())
    }
}
