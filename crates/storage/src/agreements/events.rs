//! The chain of events. Appended, and never changed.

use agreement::evidence::{ContentHash, Details, DetailsHash, Entry, Event, EventHash, Origin, OriginHash, Tip};
use kernel::{AgreementId, Chance, SlotId, Timestamp};
use uuid::Uuid;

use super::{
    content_version,
    key::{AgreementKey, Place},
};
use crate::{
    db::Reads,
    error::{Error, Result},
    query::statements,
    repository::{Writing, hash, repository, written},
};

const TABLE: &str = "agreement_events";

fn place(seq: u64) -> Place {
    Place::new(TABLE, "details_enc", seq.to_string())
}

fn origin_place(seq: u64) -> Place {
    Place::new(TABLE, "origin_enc", seq.to_string())
}

/// An event, and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldEvent {
    /// The event.
    pub event: Event,
    /// Who, how and why; nothing when it was not opened.
    pub details: Option<Details>,
    /// From where; nothing when it was not opened, or nothing was noted.
    pub origin: Option<Origin>,
}

/// An event as it is kept, each part read by itself. What is `Err` cannot be read.
#[derive(Debug)]
pub struct KeptEvent {
    /// The event.
    pub event: Result<Event>,
    /// Who, how and why; nothing once it was erased.
    pub details: Option<Result<Details>>,
    /// From where; nothing when nothing was noted, or once it was erased.
    pub origin: Option<Result<Origin>>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    agreement_id: Uuid,
    seq: i64,
    at: i64,
    act: String,
    actor: String,
    slot_id: Option<Uuid>,
    content_version: i64,
    content_hash: Option<Vec<u8>>,
    details_hash: Vec<u8>,
    previous: Option<Vec<u8>>,
    hash: Vec<u8>,
    details_enc: Vec<u8>,
    origin_hash: Option<Vec<u8>>,
    origin_enc: Option<Vec<u8>>,
}

impl Row {
    fn event(&self) -> Result<Event> {
        let read = |column, bytes: &[u8]| hash(TABLE, column, self.agreement_id, bytes);
        Ok(Event {
            act: self.act.clone(),
            actor: self.actor.clone(),
            agreement: AgreementId::from_uuid(self.agreement_id),
            at: Timestamp::from_micros(self.at),
            content_hash: (self.content_hash.as_deref())
                .map(|bytes| read("content_hash", bytes).map(ContentHash::from_bytes))
                .transpose()?,
            content_version: content_version(TABLE, self.agreement_id, self.content_version)?,
            details_hash: DetailsHash::from_bytes(read("details_hash", &self.details_hash)?),
            hash: EventHash::from_bytes(read("hash", &self.hash)?),
            origin_hash: (self.origin_hash.as_deref())
                .map(|bytes| read("origin_hash", bytes).map(OriginHash::from_bytes))
                .transpose()?,
            previous: (self.previous.as_deref())
                .map(|bytes| read("previous", bytes).map(EventHash::from_bytes))
                .transpose()?,
            seq: seq(self.agreement_id, self.seq)?,
            slot: self.slot_id.map(SlotId::from_uuid),
        })
    }

    fn details(&self, key: &AgreementKey) -> Result<Details> {
        key.open_json(&place(seq(self.agreement_id, self.seq)?), &self.details_enc)
    }

    fn origin(&self, key: &AgreementKey) -> Result<Option<Origin>> {
        let place = origin_place(seq(self.agreement_id, self.seq)?);
        let sealed = self.origin_enc.as_deref();
        sealed.map(|sealed| key.open_json(&place, sealed)).transpose()
    }

    fn told(&self, key: Option<&AgreementKey>) -> Result<ToldEvent> {
        Ok(ToldEvent {
            event: self.event()?,
            details: key.map(|key| self.details(key)).transpose()?,
            origin: key.map(|key| self.origin(key)).transpose()?.flatten(),
        })
    }
}

fn seq(id: Uuid, column: i64) -> Result<u64> {
    u64::try_from(column).map_err(|error| Error::corrupt(TABLE, "seq", id, error))
}

#[derive(sqlx_macros::FromRow)]
struct TipRow {
    seq: i64,
    hash: Vec<u8>,
}

statements! {
    /// The database refuses a second event of the same place: a chain that forks is none.
    INSERT = "INSERT INTO agreement_events (agreement_id, seq, at, act, actor, slot_id, content_version, content_hash,
                                            details_hash, previous, hash, details_enc, origin_hash, origin_enc)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING";
    TIP = "SELECT seq, hash FROM agreement_events WHERE agreement_id = $1 ORDER BY seq DESC LIMIT 1";
    OF_AGREEMENT = "SELECT agreement_id, seq, at, act, actor, slot_id, content_version, content_hash, details_hash, previous,
                           hash, details_enc, origin_hash, origin_enc
                      FROM agreement_events WHERE agreement_id = $1 ORDER BY seq";
}

repository! {
    /// The chains of events of agreements.
    AgreementEvents, agreement_events
}

/// The chain as it is kept.
pub(super) async fn kept(tx: &mut Reads, id: AgreementId, key: Option<&AgreementKey>) -> Result<Vec<KeptEvent>> {
    let rows = tx.query(OF_AGREEMENT).bind(id.uuid()).all::<Row>().await?;
    let kept = |row: &Row| KeptEvent {
        event: row.event(),
        details: key.map(|key| row.details(key)),
        origin: key.and_then(|key| row.origin(key).transpose()),
    };
    Ok(rows.iter().map(kept).collect())
}

impl AgreementEvents<'_> {
    /// The whole chain, the oldest first. Details are opened with the key; without one, or once it was erased, there are
    /// none. Whether the chain holds is for [`agreement::evidence::verify`] to say.
    pub async fn of_agreement(&mut self, id: AgreementId, key: Option<&AgreementKey>) -> Result<Vec<ToldEvent>> {
        let key = key.filter(|key| key.agreement() == id);
        let rows = self.0.query(OF_AGREEMENT).bind(id.uuid()).all::<Row>().await?;
        rows.iter().map(|row| row.told(key)).collect()
    }

    /// The end of the chain.
    pub async fn tip(&mut self, id: AgreementId) -> Result<Option<Tip>> {
        let Some(row) = self.0.query(TIP).bind(id.uuid()).optional::<TipRow>().await? else {
            return Ok(None);
        };
        Ok(Some(Tip {
            seq: seq(id.uuid(), row.seq)?,
            hash: EventHash::from_bytes(hash(TABLE, "hash", id.uuid(), &row.hash)?),
        }))
    }
}

impl Writing<AgreementEvents<'_>> {
    /// Puts the next event at the end of the chain. A conflict when somebody else put one there in the meantime.
    pub async fn append(
        &mut self,
        key: &AgreementKey,
        entry: Entry,
        details: &Details,
        chance: &dyn Chance,
    ) -> Result<Event> {
        self.append_from(key, entry, (details, None), chance).await
    }

    /// The same with a note of where it came from.
    pub async fn append_from(
        &mut self,
        key: &AgreementKey,
        entry: Entry,
        (details, origin): (&Details, Option<&Origin>),
        chance: &dyn Chance,
    ) -> Result<Event> {
        let tip = self.tip(key.agreement()).await?;
        let event = Event::next(tip, entry, details, origin);
        self.insert(key, &event, (details, origin), chance).await?;
        Ok(event)
    }

    pub(crate) async fn insert(
        &mut self,
        key: &AgreementKey,
        event: &Event,
        (details, origin): (&Details, Option<&Origin>),
        chance: &dyn Chance,
    ) -> Result<()> {
        let (id, place) = (event.agreement.uuid(), place(event.seq));
        key.is_of(&place, event.agreement)?;
        let sealed = key.seal_json(&place, details, chance)?;
        let origin_sealed = origin
            .map(|origin| key.seal_json(&origin_place(event.seq), origin, chance))
            .transpose()?;
        let seq = i64::try_from(event.seq).map_err(|error| Error::corrupt(TABLE, "seq", id, error))?;
        let rows = self
            .0
            .query(INSERT)
            .bind(id)
            .bind(seq)
            .bind(event.at.micros())
            .bind(&event.act)
            .bind(&event.actor)
            .bind(event.slot.map(SlotId::uuid))
            .bind(i64::from(event.content_version))
            .bind(event.content_hash.as_ref().map(|hash| &hash.bytes()[..]))
            .bind(&event.details_hash.bytes()[..])
            .bind(event.previous.as_ref().map(|hash| &hash.bytes()[..]))
            .bind(&event.hash.bytes()[..])
            .bind(sealed)
            .bind(event.origin_hash.as_ref().map(|hash| &hash.bytes()[..]))
            .bind(origin_sealed)
            .execute()
            .await?;
        written(rows, TABLE, id)
    }
}
