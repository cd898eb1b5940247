//! The chain of events: each names the hash of the one before it.

use kernel::{AgreementId, Chance, SlotId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    canonical::{NotPlain, Plain},
    hash::{
        ContentHash, DeclarationHash, DeclarationType, DetailsHash, DetailsType, EventHash, EventType, Salt, digest,
    },
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

/// What stands beside an event and is kept encrypted: who, from where, how, why. Erased, the chain still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// The data.
    pub fields: Plain,
    /// Random bytes.
    pub salt: Salt,
}

impl Details {
    /// Details of `fields`, with a salt.
    pub fn new(fields: Value, chance: &dyn Chance) -> Result<Self, NotPlain> {
        let salt = Salt::draw(chance);
        Plain::new(fields).map(|fields| Self { fields, salt })
    }

    /// The hash as the details of event `seq` of `agreement`.
    pub fn hash(&self, agreement: AgreementId, seq: u64) -> DetailsHash {
        #[derive(Serialize)]
        struct Tagged<'a> {
            agreement: AgreementId,
            fields: &'a Plain,
            salt: Salt,
            seq: u64,
            r#type: DetailsType,
        }
        DetailsHash::from_bytes(digest(&Tagged {
            agreement,
            fields: &self.fields,
            salt: self.salt,
            seq,
            r#type: DetailsType,
        }))
    }
}

impl Event {
    /// The event that follows `tip` (`None`: the first of the chain).
    pub fn next(tip: Option<Tip>, entry: Entry, details: &Details) -> Self {
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

/// The sentence a signatory agreed to, as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The language it was shown in: `zh`.
    pub locale: String,
    /// The words. They are kept with every signature: what was agreed to must not hang on a catalogue of later years.
    pub text: String,
    /// The version of the words.
    pub version: String,
}

/// What a signatory signs: this content of this agreement, in this slot, with these words, at this moment, known by this
/// method. It stands in the details of the event; the event's own members say the same, and a check compares them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The agreement.
    pub agreement: AgreementId,
    /// When.
    pub at: Timestamp,
    /// The words agreed to.
    pub consent: Consent,
    /// The hash of the content that was shown.
    pub content_hash: ContentHash,
    /// Its version.
    pub content_version: u32,
    /// How the signatory was known: `login`, `link`, `link_and_code`, `in_person`.
    pub method: String,
    /// The name signed with.
    pub name: String,
    /// The role of the slot: `apprentice`.
    pub role: String,
    /// The slot.
    pub slot: SlotId,
    /// What this is.
    pub r#type: DeclarationType,
}

impl Declaration {
    /// The hash printed beside the signature. It is not salted, so it stays inside the details and on the parties' own papers.
    pub fn hash(&self) -> DeclarationHash {
        DeclarationHash::from_bytes(digest(self))
    }

    /// The details of the event of this signature. `circumstances`: address, user agent, when the guide was shown.
    pub fn details(&self, circumstances: Value, chance: &dyn Chance) -> Result<Details, NotPlain> {
        let fields = [
            ("circumstances".to_owned(), circumstances),
            ("declaration".to_owned(), json!(self)),
        ];
        Details::new(Value::Object(fields.into_iter().collect()), chance)
    }

    /// The declaration in `details`, when there is one that can be read.
    pub fn of(details: &Details) -> Option<Self> {
        serde_json::from_value(details.fields.value().get("declaration")?.clone()).ok()
    }
}
