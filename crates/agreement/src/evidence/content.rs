//! The frozen content of one version: what everybody signs.

use std::collections::BTreeMap;

use kernel::{AgreementId, Chance};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    canonical::{self, NotPlain, Plain},
    hash::{ContentHash, ContentType, Salt, SectionHash, SectionType, digest},
};

/// A pack of parameters and its version, as the rules used it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The pack: `310000`.
    pub id: String,
    /// Its version.
    pub version: String,
}

/// One section: its fields, and the salt that keeps its hash from telling them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The data of the section.
    pub fields: Plain,
    /// Random bytes.
    pub salt: Salt,
}

/// What stands in a version before it is frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// The agreement.
    pub agreement: AgreementId,
    /// The version of its content.
    pub version: u32,
    /// The schema of the sections: `training/1`.
    pub schema: String,
    /// The template that makes the wording: `training/1`.
    pub template: String,
    /// The dated set of rules that looked at it.
    pub rule_set: String,
    /// The packs that gave the rules their numbers.
    pub packs: Vec<Pack>,
    /// The data, section by section. Keys are lower-case letters, digits and `_`.
    pub sections: BTreeMap<String, Value>,
}

/// One frozen version. Its hash is the SHA-256 of its canonical text, nothing around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The agreement.
    pub agreement: AgreementId,
    /// The packs that gave the rules their numbers.
    pub packs: Vec<Pack>,
    /// The dated set of rules that looked at it.
    pub rule_set: String,
    /// The schema of the sections.
    pub schema: String,
    /// The sections by key.
    pub sections: BTreeMap<String, Section>,
    /// The template that makes the wording.
    pub template: String,
    /// What this is.
    pub r#type: ContentType,
    /// The version of the content.
    pub version: u32,
}

/// Why content cannot be frozen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FreezeError {
    /// There is no section.
    #[error("content without a section")]
    Empty,
    /// A key that is not 1 to 40 lower-case letters, digits and `_`.
    #[error("{0:?} cannot be the key of a section")]
    Key(String),
    /// A value that readers of JSON do not agree on.
    #[error("section {section}: {source}")]
    Value {
        /// The section.
        section: String,
        /// What is wrong with it.
        source: NotPlain,
    },
}

/// Whether `key` can name a section: such keys sort alike in every language, and never need to be escaped.
pub(super) fn is_key(key: &str) -> bool {
    let plain = |b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_');
    (1..=40).contains(&key.len()) && key.bytes().all(plain)
}

impl Content {
    /// Freezes `material`: every section gets a salt of its own.
    pub fn freeze(material: Material, chance: &dyn Chance) -> Result<Self, FreezeError> {
        if material.sections.is_empty() {
            return Err(FreezeError::Empty);
        }
        let mut sections = BTreeMap::new();
        for (key, value) in material.sections {
            if !is_key(&key) {
                return Err(FreezeError::Key(key));
            }
            match Plain::new(value) {
                Ok(fields) => {
                    let salt = Salt::draw(chance);
                    sections.insert(key, Section { fields, salt });
                }
                Err(source) => return Err(FreezeError::Value { section: key, source }),
            }
        }
        Ok(Self {
            agreement: material.agreement,
            packs: material.packs,
            rule_set: material.rule_set,
            schema: material.schema,
            sections,
            template: material.template,
            r#type: ContentType,
            version: material.version,
        })
    }

    /// The canonical text. `sha256sum` of it is [`Self::hash`].
    pub fn canonical(&self) -> String {
        canonical::text_of(self)
    }

    /// The hash of the whole, which every signatory signs.
    pub fn hash(&self) -> ContentHash {
        ContentHash::from_bytes(digest(self))
    }

    /// The hash of every section.
    pub fn section_hashes(&self) -> BTreeMap<String, SectionHash> {
        let hash = |(key, section)| {
            (
                String::clone(key),
                section_hash(self.agreement, self.version, key, section),
            )
        };
        self.sections.iter().map(hash).collect()
    }

    /// The hash of one section; `None` when there is no such section.
    pub fn section_hash(&self, key: &str) -> Option<SectionHash> {
        let section = self.sections.get(key)?;
        Some(section_hash(self.agreement, self.version, key, section))
    }

    /// What the details of the event that froze this version should be: with them a changed section is named even before
    /// there is a seal.
    pub fn frozen_details(&self) -> Value {
        json!({ "sections": self.section_hashes() })
    }
}

/// The hash of a section: of its place as well as of its data, so that it cannot be shown as another's.
pub(super) fn section_hash(agreement: AgreementId, version: u32, key: &str, section: &Section) -> SectionHash {
    #[derive(Serialize)]
    struct Tagged<'a> {
        agreement: AgreementId,
        fields: &'a Plain,
        key: &'a str,
        salt: Salt,
        r#type: SectionType,
        version: u32,
    }
    SectionHash::from_bytes(digest(&Tagged {
        agreement,
        fields: &section.fields,
        key,
        salt: section.salt,
        r#type: SectionType,
        version,
    }))
}
