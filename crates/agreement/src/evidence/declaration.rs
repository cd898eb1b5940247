//! What a signatory declares.

use kernel::{AgreementId, Chance, SlotId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    canonical::NotPlain,
    event::Details,
    hash::{ContentHash, DeclarationHash, DeclarationType, digest},
};
use crate::training::Day;

/// By what right somebody signs for an organisation, as they declare it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "capacity", rename_all = "snake_case", deny_unknown_fields)]
pub enum Authority {
    /// 法定代表人（主要负责人）: by law.
    LegalRepresentative,
    /// 委托代理人: by a written authorisation.
    Agent {
        /// What they are in the organisation.
        title: String,
        /// Number or name of the authorisation.
        document: String,
        /// The day it bears.
        dated: Day,
    },
}

impl Authority {
    /// The code for words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LegalRepresentative => "legal_representative",
            Self::Agent { .. } => "agent",
        }
    }

    /// Every code.
    pub const CODES: [&'static str; 2] = ["legal_representative", "agent"];
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
    /// By what right they sign for an organisation; `None` for who signs as themselves.
    pub authority: Option<Authority>,
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

    /// The details of the event of this signature. `identity`: what the signatory showed to be known by.
    pub fn details(&self, identity: &[&str], chance: &dyn Chance) -> Result<Details, NotPlain> {
        Details::new(json!({ "declaration": self, "identity": identity }), chance)
    }

    /// The declaration in `details`, when there is one that can be read.
    pub fn of(details: &Details) -> Option<Self> {
        serde_json::from_value(details.fields.value().get("declaration")?.clone()).ok()
    }
}
