//! Everything that is kept of one agreement, each value read by itself: what cannot be read is told from what can. For
//! whoever checks the evidence; everybody else reads with [`Agreements::find`] and its neighbours, which refuse at once.

use std::fmt;

use agreement::{
    evidence::{ContentHash, Seal},
    lifecycle::{Agreement, Party, Signature, SlotState},
};
use kernel::{AgreementId, SlotId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::{
    AgreementHead, Agreements, FIND, content_version,
    drafts::{self, BODY},
    events::{self, KeptEvent},
    head::FullRow,
    key::AgreementKey,
    slots::{self, SlotRecord},
    versions,
};
use crate::{
    db::Reads,
    error::{Error, Result},
    keys::Keys,
    query::statements,
    repository::{hash, moment},
};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Everything that is kept of one agreement. What is `Err` cannot be read.
#[derive(Debug)]
pub struct KeptAgreement {
    /// The plain head.
    pub head: AgreementHead,
    /// The lifecycle; nothing once it was erased.
    pub state: Option<Result<Agreement>>,
    /// Columns of the head that say something else than the lifecycle.
    pub differing: Vec<&'static str>,
    /// What was typed; nothing once it was erased.
    pub draft: Option<Result<()>>,
    /// Frozen content, the oldest first.
    pub versions: Vec<Result<KeptVersion>>,
    /// The chain of events.
    pub events: Vec<KeptEvent>,
    /// The slots of every round.
    pub slots: Vec<Result<KeptSlot>>,
    /// The seals, the oldest first.
    pub seals: Vec<Result<Seal>>,
}

/// A frozen version as it is kept.
pub struct KeptVersion {
    /// Its number.
    pub version: u32,
    /// Its hash.
    pub hash: ContentHash,
    /// When it was frozen.
    pub frozen_at: Timestamp,
    /// The canonical text, as it was opened; nothing once it was erased.
    pub text: Option<Result<Vec<u8>>>,
}

impl fmt::Debug for KeptVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("KeptVersion");
        shown.field("version", &self.version).field("hash", &self.hash);
        shown.finish_non_exhaustive()
    }
}

/// A slot as it is kept in a plain row.
#[derive(Debug)]
pub struct KeptSlot {
    /// The version that it signs.
    pub version: u32,
    /// The slot.
    pub slot: SlotId,
    /// What the row says.
    pub record: Result<SlotRecord>,
}

/// The row says one thing in two ways, and they differ.
#[derive(Debug, thiserror::Error)]
#[error("the row contradicts itself")]
struct Contradiction;

/// A row that has to be there is not.
#[derive(Debug, thiserror::Error)]
#[error("missing")]
struct Missing;

/// What is kept is not what it was written as.
#[derive(Debug, thiserror::Error)]
#[error("written in another way")]
struct OtherwiseWritten;

#[derive(sqlx_macros::FromRow)]
struct DraftRow {
    body_enc: Vec<u8>,
}

#[derive(sqlx_macros::FromRow)]
struct VersionRow {
    content_version: i64,
    content_enc: Vec<u8>,
    content_hash: Vec<u8>,
    frozen_at: i64,
}

#[derive(sqlx_macros::FromRow)]
struct SlotRow {
    content_version: i64,
    slot_id: Uuid,
    role: String,
    state: String,
    deadline_at: Option<i64>,
    signed_at: Option<i64>,
    signature: Option<String>,
}

#[derive(sqlx_macros::FromRow)]
struct SealRow {
    place: i64,
    key_id: Vec<u8>,
    sealed_at: i64,
    seal: String,
}

#[derive(sqlx_macros::FromRow)]
struct IdRow {
    id: Uuid,
}

statements! {
    DRAFT = "SELECT body_enc FROM agreement_drafts WHERE agreement_id = $1";
    VERSIONS = "SELECT content_version, content_enc, content_hash, frozen_at FROM agreement_versions
                 WHERE agreement_id = $1 ORDER BY content_version";
    SLOTS = "SELECT content_version, slot_id, role, state, deadline_at, signed_at, CAST(signature AS TEXT) AS signature
               FROM signature_slots WHERE agreement_id = $1 ORDER BY content_version, slot_id";
    SEALS = "SELECT place, key_id, sealed_at, CAST(seal AS TEXT) AS seal FROM agreement_seals
              WHERE agreement_id = $1 ORDER BY place";
    AFTER = "SELECT id FROM agreements WHERE id > $1 ORDER BY id LIMIT $2";
}

/// Evidence as it was written here. What is written in another way than it would be is not what was written.
fn strict<T: Serialize + DeserializeOwned>(text: &str) -> Result<T, Source> {
    let value: Value = serde_json::from_str(text)?;
    let read: T = serde_json::from_value(value.clone())?;
    if serde_json::to_value(&read)? == value {
        Ok(read)
    } else {
        Err(OtherwiseWritten.into())
    }
}

impl VersionRow {
    fn kept(&self, id: AgreementId, key: Option<&AgreementKey>) -> Result<KeptVersion> {
        let version = content_version(versions::TABLE, id.uuid(), self.content_version)?;
        let hash = hash(versions::TABLE, "content_hash", id.uuid(), &self.content_hash)?;
        Ok(KeptVersion {
            version,
            hash: ContentHash::from_bytes(hash),
            frozen_at: Timestamp::from_micros(self.frozen_at),
            text: key.map(|key| key.open_bytes(&versions::place(version), &self.content_enc)),
        })
    }
}

impl SlotRow {
    fn record(&self, version: u32) -> Result<SlotRecord> {
        let corrupt = |column, error: Source| Error::corrupt(slots::TABLE, column, self.slot_id, error);
        let signature = self
            .signature
            .as_deref()
            .map(serde_json::from_str::<Signature>)
            .transpose();
        let signature = signature.map_err(|error| corrupt("signature", error.into()))?;
        if signature.as_ref().map(|signature| signature.at.micros()) != self.signed_at {
            return Err(corrupt("signed_at", Contradiction.into()));
        }
        let role = slots::role(&self.role, self.slot_id)?;
        let state = SlotState::CODES.into_iter().find(|code| *code == self.state);
        Ok(SlotRecord {
            content_version: version,
            slot: SlotId::from_uuid(self.slot_id),
            role,
            state: state.ok_or_else(|| Error::unknown(slots::TABLE, "state", self.slot_id, &self.state))?,
            deadline_at: moment(self.deadline_at),
            signature,
        })
    }

    fn kept(&self) -> Result<KeptSlot> {
        let version = content_version(slots::TABLE, self.slot_id, self.content_version)?;
        Ok(KeptSlot {
            version,
            slot: SlotId::from_uuid(self.slot_id),
            record: self.record(version),
        })
    }
}

impl SealRow {
    fn seal(&self, id: AgreementId, place: i64) -> Result<Seal> {
        let row = format!("{id} {}", self.place);
        let corrupt = |column, error: Source| Error::corrupt("agreement_seals", column, &row, error);
        let seal: Seal = strict(&self.seal).map_err(|error| corrupt("seal", error))?;
        let statement = &seal.statement;
        let same = [
            ("place", self.place == place),
            ("key_id", self.key_id[..] == statement.key.bytes()[..]),
            ("sealed_at", self.sealed_at == statement.sealed_at.micros()),
        ];
        match same.into_iter().find(|(_, same)| !same) {
            Some((column, _)) => Err(corrupt(column, Contradiction.into())),
            None => Ok(seal),
        }
    }
}

/// Columns of the head that say something else than the lifecycle.
fn differing(head: &AgreementHead, state: &Agreement) -> Vec<&'static str> {
    let parties = (head.parties, *state.parties());
    let pairs = [
        ("kind", head.kind == state.kind()),
        ("enterprise_id", parties.0.enterprise == parties.1.enterprise),
        ("college_id", parties.0.college == parties.1.college),
        ("created_at", head.created_at == state.created_at()),
        ("stage", head.stage == state.stage()),
        (
            "with_party",
            head.with.map(Party::code) == state.with().map(Party::code),
        ),
        ("content_version", head.content_version == state.content_version()),
        (
            "content_hash",
            head.content_hash == state.frozen().map(|frozen| frozen.hash),
        ),
    ];
    let differing = pairs.into_iter().filter(|(_, same)| !same);
    differing.map(|(column, _)| column).collect()
}

async fn draft(tx: &mut Reads, key: &AgreementKey) -> Result<()> {
    let row = tx
        .query(DRAFT)
        .bind(key.agreement().uuid())
        .optional::<DraftRow>()
        .await?;
    let row = row.ok_or_else(|| Error::corrupt(drafts::TABLE, "agreement_id", key.agreement(), Missing))?;
    let _: Value = key.open_json(&BODY, &row.body_enc)?;
    Ok(())
}

impl Agreements<'_> {
    /// Everything that is kept of an agreement. `Err` when not even its head and its key can be read.
    pub async fn kept(&mut self, id: AgreementId, keys: &Keys) -> Result<Option<KeptAgreement>> {
        let found = self.0.query(FIND).bind(id.uuid()).optional::<FullRow>().await?;
        let Some(found) = found else { return Ok(None) };
        let head = AgreementHead::try_from(found.row)?;
        let key = found.sealed_key.map(|sealed| AgreementKey::unseal(id, keys, &sealed));
        // Without its key nothing can be opened: that is one fault, and not one of every value.
        let key = key.transpose()?;
        let key = key.as_ref();
        let state = key.map(|key| key.open_state(&found.state_enc));
        let draft = match key {
            Some(key) => Some(draft(self.0, key).await),
            None => None,
        };
        let versions = self.0.query(VERSIONS).bind(id.uuid()).all::<VersionRow>().await?;
        let slots = self.0.query(SLOTS).bind(id.uuid()).all::<SlotRow>().await?;
        let seals = self.0.query(SEALS).bind(id.uuid()).all::<SealRow>().await?;
        Ok(Some(KeptAgreement {
            differing: match &state {
                Some(Ok(state)) => differing(&head, state),
                _ => Vec::new(),
            },
            head,
            state,
            draft,
            versions: versions.iter().map(|row| row.kept(id, key)).collect(),
            events: events::kept(self.0, id, key).await?,
            slots: slots.iter().map(SlotRow::kept).collect(),
            seals: (1..).zip(&seals).map(|(place, row)| row.seal(id, place)).collect(),
        }))
    }

    /// Ids of agreements in their own order, after one of them.
    pub async fn after(&mut self, id: Option<AgreementId>, limit: i64) -> Result<Vec<AgreementId>> {
        let id = id.map_or(Uuid::nil(), AgreementId::uuid);
        let rows = self.0.query(AFTER).bind(id).bind(limit).all::<IdRow>().await?;
        Ok(rows.into_iter().map(|row| AgreementId::from_uuid(row.id)).collect())
    }
}
