//! The platform's seal: an Ed25519 signature over the content, its sections and the end of the chain.
//!
//! A key is named by (half of) its own hash, so a name cannot be moved to another key. Keys change: a new key seals from
//! then on, the old public key stays in the list of trusted ones with the time until which it sealed. Seals form a chain
//! of their own: each names the one before, so that later events, or the same evidence under a newer key, can be sealed
//! again without touching what was there.

use std::{collections::BTreeMap, fmt};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use kernel::{AgreementId, Chance, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    canonical::text_of,
    content::Content,
    event::Tip,
    hash::{
        ContentHash, Ed25519, EventHash, KeyId, KeyType, PublicKey, SealHash, SealLinkType, SealSignature, SealType,
    },
    hash::{SectionHash, digest},
};

/// What a seal says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The agreement.
    pub agreement: AgreementId,
    /// The hash of the frozen content.
    pub content_hash: ContentHash,
    /// Its version.
    pub content_version: u32,
    /// How many events are sealed.
    pub events: u64,
    /// The key that seals.
    pub key: KeyId,
    /// The hash of the last event that is sealed.
    pub last_event: EventHash,
    /// The hash of the seal before; `None` for the first.
    pub previous: Option<SealHash>,
    /// When.
    pub sealed_at: Timestamp,
    /// The hash of every section, so that one section can be shown without the others.
    pub sections: BTreeMap<String, SectionHash>,
    /// What this is.
    pub r#type: SealType,
}

/// A seal: Ed25519 over the canonical text of its statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The signature.
    pub signature: SealSignature,
    /// What it signs.
    pub statement: Statement,
}

/// What of the content a seal vouches for. Of a content, or of an earlier seal when the content itself has been erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The agreement.
    pub agreement: AgreementId,
    /// The hash of the frozen content.
    pub content_hash: ContentHash,
    /// Its version.
    pub content_version: u32,
    /// The hash of every section.
    pub sections: BTreeMap<String, SectionHash>,
}

impl From<&Content> for Subject {
    fn from(content: &Content) -> Self {
        Self {
            agreement: content.agreement,
            content_hash: content.hash(),
            content_version: content.version,
            sections: content.section_hashes(),
        }
    }
}

impl From<&Seal> for Subject {
    fn from(seal: &Seal) -> Self {
        Self {
            agreement: seal.statement.agreement,
            content_hash: seal.statement.content_hash,
            content_version: seal.statement.content_version,
            sections: seal.statement.sections.clone(),
        }
    }
}

/// The secret key that seals. It is used for nothing else.
pub struct SealKey(SigningKey);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({})", self.public().id())
    }
}

impl SealKey {
    /// The key of a secret of 32 random bytes.
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// A new secret; the key is [`Self::from_secret`] of it.
    pub fn draw_secret(chance: &dyn Chance) -> [u8; 32] {
        let mut secret = [0; 32];
        chance.fill(&mut secret);
        secret
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        PublicKey::from_bytes(self.0.verifying_key().to_bytes())
    }

    /// Seals the chain up to `tip`, after the seal `previous`.
    pub fn seal(&self, subject: Subject, tip: Tip, previous: Option<&Seal>, sealed_at: Timestamp) -> Seal {
        let statement = Statement {
            agreement: subject.agreement,
            content_hash: subject.content_hash,
            content_version: subject.content_version,
            events: tip.seq,
            key: self.public().id(),
            last_event: tip.hash,
            previous: previous.map(Seal::hash),
            sealed_at,
            sections: subject.sections,
            r#type: SealType,
        };
        Seal {
            signature: self.sign(&text_of(&statement)),
            statement,
        }
    }

    pub(super) fn sign(&self, text: &str) -> SealSignature {
        SealSignature::from_bytes(self.0.sign(text.as_bytes()).to_bytes())
    }
}

impl PublicKey {
    /// Its name: the first half of the hash of the key itself.
    pub fn id(&self) -> KeyId {
        #[derive(Serialize)]
        struct Tagged<'a> {
            algorithm: Ed25519,
            public_key: &'a PublicKey,
            r#type: KeyType,
        }
        let whole = digest(&Tagged {
            algorithm: Ed25519,
            public_key: self,
            r#type: KeyType,
        });
        let mut half = [0; 16];
        half.copy_from_slice(&whole[..16]);
        KeyId::from_bytes(half)
    }

    /// Strict: weak keys and second ways to write a signature are refused.
    pub(super) fn signed(&self, text: &str, signature: &SealSignature) -> bool {
        let Ok(verifying) = VerifyingKey::from_bytes(self.bytes()) else {
            return false;
        };
        let signature = Signature::from_bytes(signature.bytes());
        verifying.verify_strict(text.as_bytes(), &signature).is_ok()
    }
}

impl Seal {
    /// Whether the signature is `key`'s over the statement.
    pub fn is_by(&self, key: &PublicKey) -> bool {
        key.signed(&text_of(&self.statement), &self.signature)
    }

    /// The hash that the next seal names.
    pub fn hash(&self) -> SealHash {
        #[derive(Serialize)]
        struct Tagged<'a> {
            seal: &'a Seal,
            r#type: SealLinkType,
        }
        SealHash::from_bytes(digest(&Tagged {
            seal: self,
            r#type: SealLinkType,
        }))
    }
}

/// A public key that is trusted, and for which time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedKey {
    /// The key.
    pub public_key: PublicKey,
    /// From when it sealed.
    pub from: Timestamp,
    /// Until when, once it was retired.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// When its secret was lost to others. A thief dates seals as he likes, so from then on its seals count only when a
    /// later seal of another trusted key stands upon them.
    #[serde(default)]
    pub stolen: Option<Timestamp>,
}

/// The public keys that are trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrustedKeys(Vec<TrustedKey>);

impl TrustedKeys {
    /// These keys.
    pub const fn new(keys: Vec<TrustedKey>) -> Self {
        Self(keys)
    }

    /// One key that is trusted for all time: of a deployment that never changed its key.
    pub fn only(public_key: PublicKey) -> Self {
        let from = Timestamp::from_micros(0);
        Self(vec![TrustedKey {
            public_key,
            from,
            until: None,
            stolen: None,
        }])
    }

    /// The key of that name.
    pub fn find(&self, id: KeyId) -> Option<&TrustedKey> {
        self.0.iter().find(|key| key.public_key.id() == id)
    }
}
