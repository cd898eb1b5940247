//! The export: everything needed to check an agreement years later, in one JSON file.
//!
//! Its layout is part of the format. Without its line breaks the file is the canonical JSON (RFC 8785) of the whole; the
//! breaks stand between the parts, one part a line, so that a file that no longer parses still tells which part was hurt.
//! Nothing stands in it that no hash covers and nothing repeats: a moment of exporting, for one, would be a number
//! that anybody could change.

use std::collections::BTreeMap;

use kernel::AgreementId;
use serde::{Deserialize, Serialize};

use super::{
    canonical::text_of,
    content::{Content, Pack, Section},
    event::{Details, Event, Origin},
    hash::{ContentType, Ed25519, ExportType, KeyId, PublicKey},
    report::Part,
    seal::Seal,
};

/// A file that can be checked by itself, with nothing but the list of trusted keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// The agreement.
    pub agreement: AgreementId,
    /// The content of the version that was last frozen.
    pub content: ShownContent,
    /// The details of every event, in their order; `None` when withheld or erased.
    pub details: Vec<Option<Details>>,
    /// The events from the first.
    pub events: Vec<Event>,
    /// The public keys of the seals.
    pub keys: Vec<ExportedKey>,
    /// From where every event came, in their order; `None` when nothing was noted, withheld or erased.
    pub origins: Vec<Option<Origin>>,
    /// The seals from the first; none while the agreement is being signed.
    pub seals: Vec<Seal>,
    /// What this is.
    pub r#type: ExportType,
}

/// Content of which sections may be withheld: an office sees what concerns it, and can still check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownContent {
    /// The agreement.
    pub agreement: AgreementId,
    /// The packs that gave the rules their numbers.
    pub packs: Vec<Pack>,
    /// The dated set of rules that looked at it.
    pub rule_set: String,
    /// The schema of the sections.
    pub schema: String,
    /// The sections by key; `None` when withheld or erased.
    pub sections: BTreeMap<String, Option<Section>>,
    /// The template that makes the wording.
    pub template: String,
    /// What this is.
    pub r#type: ContentType,
    /// The version of the content.
    pub version: u32,
}

/// A public key in an export. It makes the file complete; whether it is trusted, the file cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedKey {
    /// `Ed25519`.
    pub algorithm: Ed25519,
    /// Its name.
    pub id: KeyId,
    /// The key.
    pub public_key: PublicKey,
}

impl From<PublicKey> for ExportedKey {
    fn from(public_key: PublicKey) -> Self {
        Self {
            algorithm: Ed25519,
            id: public_key.id(),
            public_key,
        }
    }
}

impl From<Content> for ShownContent {
    fn from(content: Content) -> Self {
        Self {
            agreement: content.agreement,
            packs: content.packs,
            rule_set: content.rule_set,
            schema: content.schema,
            sections: content
                .sections
                .into_iter()
                .map(|(key, section)| (key, Some(section)))
                .collect(),
            template: content.template,
            r#type: content.r#type,
            version: content.version,
        }
    }
}

impl ShownContent {
    /// The whole content, when nothing is withheld.
    pub fn whole(&self) -> Option<Content> {
        let section = |(key, section): (&String, &Option<Section>)| Some((key.clone(), section.clone()?));
        Some(Content {
            agreement: self.agreement,
            packs: self.packs.clone(),
            rule_set: self.rule_set.clone(),
            schema: self.schema.clone(),
            sections: self.sections.iter().map(section).collect::<Option<_>>()?,
            template: self.template.clone(),
            r#type: self.r#type,
            version: self.version,
        })
    }
}

/// Brackets and members between the parts.
pub(super) const TO_EVENTS: &str = "],\"events\":[";
pub(super) const TO_KEYS: &str = "],\"keys\":[";
pub(super) const TO_ORIGINS: &str = "],\"origins\":[";
pub(super) const TO_SEALS: &str = "],\"seals\":[";

impl Export {
    /// Everything that is known of an agreement, without the origins. `details` stand in the order of `events`.
    pub fn new(
        content: Content,
        events: Vec<Event>,
        details: Vec<Option<Details>>,
        seals: Vec<Seal>,
        keys: &[PublicKey],
    ) -> Self {
        Self {
            agreement: content.agreement,
            content: content.into(),
            details,
            origins: vec![None; events.len()],
            events,
            keys: keys.iter().copied().map(ExportedKey::from).collect(),
            seals,
            r#type: ExportType,
        }
    }

    /// What can be shown without opening anything: the chain and the seals upon it. Nothing before there is a seal, which is
    /// what says of which content it all was.
    pub fn closed(events: Vec<Event>, seals: Vec<Seal>, keys: &[PublicKey]) -> Option<Self> {
        let sealed = &seals.last()?.statement;
        let content = ShownContent {
            agreement: sealed.agreement,
            packs: Vec::new(),
            rule_set: String::new(),
            schema: String::new(),
            sections: sealed.sections.keys().map(|key| (key.clone(), None)).collect(),
            template: String::new(),
            r#type: ContentType,
            version: sealed.content_version,
        };
        Some(Self {
            agreement: sealed.agreement,
            content,
            details: vec![None; events.len()],
            origins: vec![None; events.len()],
            keys: keys.iter().copied().map(ExportedKey::from).collect(),
            events,
            seals,
            r#type: ExportType,
        })
    }

    /// The same with the origins, in the order of the events.
    #[must_use]
    pub fn with_origins(mut self, origins: Vec<Option<Origin>>) -> Self {
        self.origins = origins;
        self
    }

    /// The same without the origins but for those of the events that `keep` names.
    #[must_use]
    pub fn with_origins_of(mut self, keep: impl Fn(&Event) -> bool) -> Self {
        for (origin, event) in self.origins.iter_mut().zip(&self.events) {
            if !keep(event) {
                *origin = None;
            }
        }
        self
    }

    /// The same without the data of a section.
    #[must_use]
    pub fn without_section(mut self, key: &str) -> Self {
        if let Some(section) = self.content.sections.get_mut(key) {
            *section = None;
        }
        self
    }

    /// The same without the details of event `seq`.
    #[must_use]
    pub fn without_details(mut self, seq: u64) -> Self {
        let place = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        if let Some(details) = place.and_then(|place| self.details.get_mut(place)) {
            *details = None;
        }
        self
    }

    /// The file.
    pub fn render(&self) -> String {
        let mut file = String::new();
        for (_, line) in self.lines() {
            file.push_str(&line);
            file.push('\n');
        }
        file
    }

    /// The lines of the file with the part that each belongs to.
    pub(super) fn lines(&self) -> Vec<(Part, String)> {
        let content = &self.content;
        let mut lines = vec![(
            Part::Head,
            format!(
                "{{\"agreement\":{},\"content\":{{\"agreement\":{},\"packs\":{},\"rule_set\":{},\"schema\":{},\"sections\":{{",
                text_of(&self.agreement),
                text_of(&content.agreement),
                text_of(&content.packs),
                text_of(&content.rule_set),
                text_of(&content.schema),
            ),
        )];
        let sections = content.sections.iter();
        let section = |(key, section): (&String, &Option<Section>)| {
            (
                Part::Section(key.clone()),
                format!("{}:{}", text_of(key), text_of(section)),
            )
        };
        lines.extend(with_commas(sections.map(section)));
        lines.push((
            Part::Head,
            format!(
                "}},\"template\":{},\"type\":{},\"version\":{}}},\"details\":[",
                text_of(&content.template),
                text_of(&content.r#type),
                text_of(&content.version),
            ),
        ));
        lines.extend(with_commas(numbered(&self.details, Part::Details)));
        lines.push((Part::Frame, TO_EVENTS.to_owned()));
        lines.extend(with_commas(numbered(&self.events, Part::Event)));
        lines.push((Part::Frame, TO_KEYS.to_owned()));
        lines.extend(with_commas(numbered(&self.keys, Part::Key)));
        lines.push((Part::Frame, TO_ORIGINS.to_owned()));
        lines.extend(with_commas(numbered(&self.origins, Part::Origin)));
        lines.push((Part::Frame, TO_SEALS.to_owned()));
        lines.extend(with_commas(numbered(&self.seals, Part::Seal)));
        lines.push((Part::Frame, format!("],\"type\":{}}}", text_of(&self.r#type))));
        lines
    }
}

/// One line for each of `parts`, which are counted from 1.
fn numbered<T: Serialize>(parts: &[T], name: fn(u64) -> Part) -> impl Iterator<Item = (Part, String)> {
    (1..).zip(parts).map(move |(at, part)| (name(at), text_of(part)))
}

/// A comma after every line but the last.
fn with_commas(lines: impl Iterator<Item = (Part, String)>) -> Vec<(Part, String)> {
    let mut lines: Vec<_> = lines.collect();
    let commas = lines.len().saturating_sub(1);
    for (_, line) in &mut lines[..commas] {
        line.push(',');
    }
    lines
}
