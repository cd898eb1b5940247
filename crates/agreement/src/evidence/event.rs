//! The chain of events: each names the hash of the one before it, and of the two parts that stand beside it.

use kernel::{AgreementId, Chance, SlotId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    canonical::{NotPlain, Plain},
    hash::{ContentHash, DetailsHash, DetailsType, EventHash, EventType, OriginHash, OriginType, Salt, digest},
};

/// What happened, without a word about a person: names, addresses and reasons stand in the details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The code of the act: `sign`. A text, so that an old check reads new acts.
    pub act: String,
    /// The code of the role that acted: `signer`.
    pub actor: String,
    /// The agreement.
    pub agreement: AgreementId,
    /// When.
    pub at: Timestamp,
    /// The hash of the frozen content, when there is one.
    pub content_hash: Option<ContentHash>,
    /// The version of the content.
    pub content_version: u32,
    /// The hash of the details.
    pub details_hash: DetailsHash,
    /// The hash of all the other members.
    pub hash: EventHash,
    /// The hash of where it came from; `None` when nothing was noted.
    pub origin_hash: Option<OriginHash>,
    /// The hash of the event before; `None` for the first.
    pub previous: Option<EventHash>,
    /// Counted from 1.
    pub seq: u64,
    /// The slot concerned.
    pub slot: Option<SlotId>,
}

/// The end of a chain: what the next event has to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tip {
    /// The number of the last event, and how many there are.
    pub seq: u64,
    /// Its hash.
    pub hash: EventHash,
}

/// An event before it is put into the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The agreement.
    pub agreement: AgreementId,
    /// When.
    pub at: Timestamp,
    /// The code of the act.
    pub act: String,
    /// The code of the role that acted.
    pub actor: String,
    /// The slot concerned.
    pub slot: Option<SlotId>,
    /// The version of the content.
    pub content_version: u32,
    /// The hash of the frozen content, when there is one.
    pub content_hash: Option<ContentHash>,
}

/// What stands beside an event and is kept encrypted: who, how, why. It belongs to the evidence that every party gets.
/// Erased, the chain still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// The data.
    pub fields: Plain,
    /// Random bytes.
    pub salt: Salt,
}

/// From where an act came: network address, program, session, and the address at which somebody was asked. It is nobody
/// else's business and stands apart from the details, with a salt and a hash of its own: withheld, all else is proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The data.
    pub fields: Plain,
    /// Random bytes.
    pub salt: Salt,
}

/// The hash of something that stands beside event `seq`: of its place as well as of its data.
fn beside(r#type: &impl Serialize, agreement: AgreementId, seq: u64, fields: &Plain, salt: Salt) -> [u8; 32] {
    #[derive(Serialize)]
    struct Tagged<'a, T> {
        agreement: AgreementId,
        fields: &'a Plain,
        salt: Salt,
        seq: u64,
        r#type: &'a T,
    }
    digest(&Tagged {
        agreement,
        fields,
        salt,
        seq,
        r#type,
    })
}

impl Details {
    /// Details of `fields`, with a salt.
    pub fn new(fields: Value, chance: &dyn Chance) -> Result<Self, NotPlain> {
        let salt = Salt::draw(chance);
        Plain::new(fields).map(|fields| Self { fields, salt })
    }

    /// The hash as the details of event `seq` of `agreement`.
    pub fn hash(&self, agreement: AgreementId, seq: u64) -> DetailsHash {
        DetailsHash::from_bytes(beside(&DetailsType, agreement, seq, &self.fields, self.salt))
    }
}

impl Origin {
    /// An origin of `fields`, with a salt.
    pub fn new(fields: Value, chance: &dyn Chance) -> Result<Self, NotPlain> {
        let salt = Salt::draw(chance);
        Plain::new(fields).map(|fields| Self { fields, salt })
    }

    /// The hash as the origin of event `seq` of `agreement`.
    pub fn hash(&self, agreement: AgreementId, seq: u64) -> OriginHash {
        OriginHash::from_bytes(beside(&OriginType, agreement, seq, &self.fields, self.salt))
    }
}

impl Event {
    /// The event that follows `tip` (`None`: the first of the chain), with what stands beside it.
    pub fn next(tip: Option<Tip>, entry: Entry, details: &Details, origin: Option<&Origin>) -> Self {
        let seq = tip.map_or(1, |tip| tip.seq + 1);
        let mut event = Self {
            act: entry.act,
            actor: entry.actor,
            agreement: entry.agreement,
            at: entry.at,
            content_hash: entry.content_hash,
            content_version: entry.content_version,
            details_hash: details.hash(entry.agreement, seq),
            hash: EventHash::from_bytes([0; 32]),
            origin_hash: origin.map(|origin| origin.hash(entry.agreement, seq)),
            previous: tip.map(|tip| tip.hash),
            seq,
            slot: entry.slot,
        };
        event.hash = event.computed_hash();
        event
    }

    /// The hash that follows from the other members.
    pub fn computed_hash(&self) -> EventHash {
        #[derive(Serialize)]
        struct Tagged<'a> {
            act: &'a str,
            actor: &'a str,
            agreement: AgreementId,
            at: Timestamp,
            content_hash: Option<ContentHash>,
            content_version: u32,
            details_hash: DetailsHash,
            origin_hash: Option<OriginHash>,
            previous: Option<EventHash>,
            seq: u64,
            slot: Option<SlotId>,
            r#type: EventType,
        }
        EventHash::from_bytes(digest(&Tagged {
            act: &self.act,
            actor: &self.actor,
            agreement: self.agreement,
            at: self.at,
            content_hash: self.content_hash,
            content_version: self.content_version,
            details_hash: self.details_hash,
            origin_hash: self.origin_hash,
            previous: self.previous,
            seq: self.seq,
            slot: self.slot,
            r#type: EventType,
        }))
    }

    /// The end of the chain when this is its last event.
    pub const fn tip(&self) -> Tip {
        Tip {
            seq: self.seq,
            hash: self.hash,
        }
    }
}
