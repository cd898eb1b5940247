//! The check of what is stored of an agreement: content, chain of events, seals, slots and state, against each other and
//! the keys of the platform. It reads every value by itself, so that it can say which of them was changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use agreement::{
    evidence::{
        Content, ContentHash, Event, Export, ExportType, Fault, FaultKind, Part, SectionHash, ShownContent,
        TrustedKeys, check_content, verify,
    },
    lifecycle::{Agreement, Slot, SlotState},
};
use kernel::{AgreementId, SlotId, Timestamp};
use storage::{KeptAgreement, KeptVersion, Reads, SlotRecord};

use crate::{App, Failure, Result, compiled_here};

/// So many agreements are looked up at once when all are checked.
const PAGE: i64 = 200;

/// A part of what is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoredPart {
    /// The plain columns that everything is found by.
    Head,
    /// Where it stands, with everybody's names and addresses.
    State,
    /// What was typed.
    Draft,
    /// A frozen version as a whole.
    Version(u32),
    /// A part of the content of a frozen version.
    Content(u32, Part),
    /// A part of the chain of events, of the seals and their keys.
    Proof(Part),
    /// A slot in its plain row.
    Slot(SlotId),
}

impl StoredPart {
    /// The code for words, and the number where there is one; what stands in a file, too, has the words of a file.
    pub fn named(&self) -> Result<(&'static str, Option<String>), &Part> {
        match self {
            Self::Head => Ok(("row", None)),
            Self::State => Ok(("state", None)),
            Self::Draft => Ok(("draft", None)),
            Self::Slot(_) => Ok(("slot", None)),
            Self::Version(version) => Ok(("version", Some(version.to_string()))),
            Self::Content(_, part) | Self::Proof(part) => Err(part),
        }
    }
}

impl fmt::Display for StoredPart {
    /// `version 2, section pay`; `event 3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("head"),
            Self::State => f.write_str("state"),
            Self::Draft => f.write_str("draft"),
            Self::Version(version) => write!(f, "version {version}"),
            Self::Content(version, part) => write!(f, "version {version}, {part}"),
            Self::Proof(part) => part.fmt(f),
            Self::Slot(slot) => write!(f, "slot {slot}"),
        }
    }
}

/// Something that is wrong with what is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredFault {
    /// Where.
    pub part: StoredPart,
    /// How it shows.
    pub kind: FaultKind,
    /// The column or member concerned, when one can be named.
    pub member: Option<&'static str>,
}

impl fmt::Display for StoredFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            Some(member) => write!(f, "{}: {} ({member})", self.part, self.kind.code()),
            None => write!(f, "{}: {}", self.part, self.kind.code()),
        }
    }
}

/// What the check of everything that is stored says.
#[derive(Debug, Default)]
pub struct AllStored {
    /// How many agreements there are.
    pub agreements: u64,
    /// Those with which something is wrong.
    pub changed: Vec<(AgreementId, Vec<StoredFault>)>,
}

/// Checks what is stored of one agreement. Nothing is wrong when the answer is empty.
#[compiled_here]
pub async fn check_stored(app: &App, id: AgreementId) -> Result<Vec<StoredFault>> {
    let mut tx = app.db().read().await?;
    check(app, &mut tx, id).await?.ok_or(Failure::NotFound)
}

/// Checks what is stored of every agreement.
#[compiled_here]
pub async fn check_all_stored(app: &App) -> Result<AllStored> {
    let (mut all, mut last) = (AllStored::default(), None);
    loop {
        let ids = app.db().read().await?.agreements().after(last, PAGE).await?;
        if ids.is_empty() {
            return Ok(all);
        }
        for id in ids {
            // Each at a moment of its own: nobody waits for the whole look.
            let mut tx = app.db().read().await?;
            if let Some(faults) = check(app, &mut tx, id).await? {
                all.agreements += 1;
                if !faults.is_empty() {
                    all.changed.push((id, faults));
                }
            }
            last = Some(id);
        }
    }
}

/// The check at one moment; nothing when there is no such agreement.
pub(super) async fn check(app: &App, tx: &mut Reads, id: AgreementId) -> Result<Option<Vec<StoredFault>>> {
    let mut check = Check {
        id,
        faults: BTreeSet::new(),
    };
    let keys = tx.seal_keys().kept().await?;
    let trusted = TrustedKeys::new(keys.into_iter().filter_map(Result::ok).collect());
    match tx.agreements().kept(id, app.keys()).await {
        Ok(Some(kept)) => check.run(&kept, &trusted),
        Ok(None) => return Ok(None),
        // A value that cannot be read is a fault; a database that does not answer is none of what it holds.
        Err(storage::Error::Corrupt { column, .. }) => {
            check.add(StoredPart::Head, FaultKind::Unreadable, Some(column));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Some(check.faults.into_iter().collect()))
}

/// Whether all that is wrong is that the key file here is another one.
pub(super) fn is_locked(faults: &[StoredFault]) -> bool {
    let of_key = |fault: &StoredFault| fault.part == StoredPart::Head && fault.member == Some("sealed_key");
    !faults.is_empty() && faults.iter().all(of_key)
}

struct Check {
    id: AgreementId,
    faults: BTreeSet<StoredFault>,
}

/// What the chain says of frozen versions.
#[derive(Debug, Default)]
struct Chain {
    /// Whether every event is as it was hashed. Of a chain that was changed only what is right is believed, and what is
    /// missing is not missed: where it was changed is said already.
    sound: bool,
    /// The hash of each version, and when it was frozen.
    frozen: BTreeMap<u32, (ContentHash, Timestamp)>,
}

impl Check {
    fn add(&mut self, part: StoredPart, kind: FaultKind, member: Option<&'static str>) {
        self.faults.insert(StoredFault { part, kind, member });
    }

    fn unread(&mut self, part: StoredPart, error: &storage::Error) {
        let column = match error {
            storage::Error::Corrupt { column, .. } => Some(*column),
            _ => None,
        };
        self.add(part, FaultKind::Unreadable, column);
    }

    fn run(&mut self, kept: &KeptAgreement, trusted: &TrustedKeys) {
        for column in &kept.differing {
            self.add(StoredPart::Head, FaultKind::StatementDiffers, Some(column));
        }
        if let Some(Err(error)) = &kept.draft {
            self.unread(StoredPart::Draft, error);
        }
        if let Some(Err(error)) = &kept.state {
            self.unread(StoredPart::State, error);
        }
        let state = kept.state.as_ref().and_then(|state| state.as_ref().ok());
        let events = self.events(kept);
        let chain = chain_of(&events, kept);
        self.proof(kept, &events, trusted);
        self.versions(kept, &chain);
        if let Some(state) = state {
            self.frozen(state, &chain);
        }
        self.slots(kept, state, &events, chain.sound);
    }

    /// The events that can be read; what cannot is noted.
    fn events(&mut self, kept: &KeptAgreement) -> Vec<Event> {
        let mut events = Vec::new();
        for (place, kept) in (1..).zip(&kept.events) {
            match &kept.event {
                Ok(event) => events.push(event.clone()),
                Err(error) => self.unread(StoredPart::Proof(Part::Event(place)), error),
            }
            if let Some(Err(error)) = &kept.details {
                self.unread(StoredPart::Proof(Part::Details(place)), error);
            }
            if let Some(Err(error)) = &kept.origin {
                self.unread(StoredPart::Proof(Part::Origin(place)), error);
            }
        }
        events
    }

    /// Chain, details, origins, seals and keys, as a file with nothing but these would be checked.
    fn proof(&mut self, kept: &KeptAgreement, events: &[Event], trusted: &TrustedKeys) {
        let mut seals = Vec::new();
        for (place, seal) in (1..).zip(&kept.seals) {
            match seal {
                Ok(seal) => seals.push(seal.clone()),
                Err(error) => self.unread(StoredPart::Proof(Part::Seal(place)), error),
            }
        }
        // A chain with a hole says nothing more; which event cannot be read is said already.
        if events.len() < kept.events.len() || seals.len() < kept.seals.len() {
            return;
        }
        let sealed = seals.last().map(|seal| seal.statement.content_version);
        let version = sealed.unwrap_or(kept.head.content_version);
        let mut keys = Vec::new();
        let mut lost = BTreeSet::new();
        for (place, seal) in (1..).zip(&seals) {
            match trusted.find(seal.statement.key).map(|key| key.public_key) {
                Some(key) if !keys.contains(&key) => keys.push(key),
                Some(_) => {}
                // Its key is not there any more, or is not what it was.
                None => {
                    lost.insert(Part::Seal(place));
                    self.add(StoredPart::Proof(Part::Key(place)), FaultKind::KeyUnknown, None);
                }
            }
        }
        let sections = sealed
            .into_iter()
            .flat_map(|version| recorded(kept, version).into_keys());
        let shown = ShownContent {
            agreement: self.id,
            packs: Vec::new(),
            rule_set: String::new(),
            schema: String::new(),
            sections: sections.map(|key| (key, None)).collect(),
            template: String::new(),
            r#type: agreement::evidence::ContentType,
            version,
        };
        let export = Export {
            agreement: self.id,
            content: shown,
            details: kept.events.iter().map(|kept| read(kept.details.as_ref())).collect(),
            events: events.to_vec(),
            keys: keys.into_iter().map(Into::into).collect(),
            origins: kept.events.iter().map(|kept| read(kept.origin.as_ref())).collect(),
            seals,
            r#type: ExportType,
        };
        for Fault { part, kind, member } in verify(&export, trusted).faults {
            // The content is checked by itself, and a seal without its key says nothing.
            if !matches!(part, Part::Head | Part::Section(_) | Part::Frame) && !lost.contains(&part) {
                self.add(StoredPart::Proof(part), kind, member);
            }
        }
    }

    fn versions(&mut self, kept: &KeptAgreement, chain: &Chain) {
        let mut there = BTreeSet::new();
        for version in &kept.versions {
            match version {
                Ok(version) => {
                    there.insert(version.version);
                    self.version(kept, version, chain);
                }
                Err(error) => self.unread(StoredPart::Version(0), error),
            }
        }
        for version in chain.frozen.keys().filter(|version| !there.contains(version)) {
            self.add(StoredPart::Version(*version), FaultKind::Missing, None);
        }
    }

    fn version(&mut self, kept: &KeptAgreement, version: &KeptVersion, chain: &Chain) {
        let (number, part) = (version.version, StoredPart::Version(version.version));
        let chained = chain.frozen.get(&number);
        if chain.sound {
            match chained {
                None => self.add(part.clone(), FaultKind::Unexpected, None),
                Some((_, at)) if version.frozen_at != *at => {
                    self.add(part.clone(), FaultKind::StatementDiffers, Some("frozen_at"));
                }
                Some(_) => {}
            }
        }
        let hash = chained.map_or(version.hash, |(hash, _)| *hash);
        if version.hash != hash {
            self.add(part.clone(), FaultKind::HashDiffers, Some("content_hash"));
        }
        match &version.text {
            None => {}
            Some(Err(error)) => self.unread(part, error),
            Some(Ok(text)) => {
                let faults = check_content((self.id, number), text, hash, &recorded(kept, number));
                for Fault { part, kind, member } in faults {
                    self.add(StoredPart::Content(number, part), kind, member);
                }
                if number_of(text).is_some_and(|written| written != kept.head.number) {
                    self.add(StoredPart::Head, FaultKind::StatementDiffers, Some("number"));
                }
            }
        }
    }

    /// What the state says was frozen is what the chain says.
    fn frozen(&mut self, state: &Agreement, chain: &Chain) {
        let past = state.past_rounds().iter().map(|round| &round.frozen);
        for frozen in past.chain(state.frozen()) {
            let said = (frozen.hash, frozen.at);
            let differs = match chain.frozen.get(&frozen.version) {
                Some(chained) => *chained != said,
                None => true,
            };
            if chain.sound && differs {
                self.add(StoredPart::State, FaultKind::StatementDiffers, Some("frozen"));
            }
        }
    }

    /// The plain rows say what the state says, and have the signatures that the chain has.
    fn slots(&mut self, kept: &KeptAgreement, state: Option<&Agreement>, events: &[Event], sound: bool) {
        let mut rows: BTreeMap<(u32, SlotId), Option<&SlotRecord>> = BTreeMap::new();
        for row in &kept.slots {
            match row {
                Ok(row) => {
                    if let Err(error) = &row.record {
                        self.unread(StoredPart::Slot(row.slot), error);
                    }
                    rows.insert((row.version, row.slot), row.record.as_ref().ok());
                }
                Err(error) => self.unread(StoredPart::Head, error),
            }
        }
        if let Some(expected) = state.map(slots_of) {
            for (place, slot) in &expected {
                match rows.get(place) {
                    None => self.add(StoredPart::Slot(slot.id), FaultKind::Missing, None),
                    Some(Some(row)) if !agrees(row, slot) => {
                        self.add(StoredPart::Slot(slot.id), FaultKind::StatementDiffers, None);
                    }
                    Some(_) => {}
                }
            }
            for (_, slot) in rows.keys().filter(|place| !expected.contains_key(place)) {
                self.add(StoredPart::Slot(*slot), FaultKind::Unexpected, None);
            }
        }
        if !sound {
            return;
        }
        let signed = rows.iter().filter_map(|((version, slot), row)| {
            let signature = row.as_ref()?.signature.as_ref()?;
            Some((*version, *slot, signature.at, signature.content_hash))
        });
        let acts = events.iter().filter(|event| event.act == "sign");
        let acts = acts.filter_map(|event| Some((event.content_version, event.slot?, event.at, event.content_hash?)));
        let (signed, acts): (BTreeSet<_>, BTreeSet<_>) = (signed.collect(), acts.collect());
        for (version, slot, ..) in signed.symmetric_difference(&acts) {
            // A row that cannot be read is said already.
            if rows.get(&(*version, *slot)) != Some(&None) {
                self.add(StoredPart::Slot(*slot), FaultKind::StatementDiffers, Some("signature"));
            }
        }
    }
}

fn read<T: Clone>(kept: Option<&storage::Result<T>>) -> Option<T> {
    kept.and_then(|kept| kept.as_ref().ok()).cloned()
}

/// What the chain says of frozen versions, by the first event of each that is as it was hashed.
fn chain_of(events: &[Event], kept: &KeptAgreement) -> Chain {
    let is_sound = |event: &&Event| event.computed_hash() == event.hash;
    let mut chain = Chain {
        sound: events.len() == kept.events.len() && events.iter().all(|event| is_sound(&event)),
        frozen: BTreeMap::new(),
    };
    for event in events.iter().filter(is_sound) {
        if let Some(hash) = event.content_hash {
            chain.frozen.entry(event.content_version).or_insert((hash, event.at));
        }
    }
    chain
}

/// The hashes of the sections of a version, by the event that froze it or a seal over it.
fn recorded(kept: &KeptAgreement, version: u32) -> BTreeMap<String, SectionHash> {
    let of_event = kept.events.iter().find_map(|kept| {
        let (event, details) = (kept.event.as_ref().ok()?, kept.details.as_ref()?.as_ref().ok()?);
        let freezes = event.content_version == version && event.content_hash.is_some();
        let is_whole = details.hash(event.agreement, event.seq) == event.details_hash;
        let sections = details.fields.value().get("sections")?;
        let sections = serde_json::from_value(sections.clone()).ok();
        sections.filter(|_| freezes && is_whole)
    });
    let of_seal = || {
        let seals = kept.seals.iter().filter_map(|seal| seal.as_ref().ok());
        let mut of_version = seals.filter(|seal| seal.statement.content_version == version);
        of_version.next().map(|seal| seal.statement.sections.clone())
    };
    of_event.or_else(of_seal).unwrap_or_default()
}

/// The number of the agreement as it stands in a content.
fn number_of(text: &[u8]) -> Option<String> {
    let content: Content = serde_json::from_slice(text).ok()?;
    let mut sections = content.sections.values();
    sections.find_map(|section| Some(section.fields.value().get("head.no")?.as_str()?.to_owned()))
}

/// The slots of every round.
fn slots_of(state: &Agreement) -> BTreeMap<(u32, SlotId), &Slot> {
    let past = state.past_rounds().iter().map(|round| (&round.frozen, &round.slots));
    let rounds = past.chain(state.frozen().zip(state.slots()));
    rounds
        .flat_map(|(frozen, slots)| slots.all().iter().map(|slot| ((frozen.version, slot.id), slot)))
        .collect()
}

fn agrees(row: &SlotRecord, slot: &Slot) -> bool {
    let deadline = match slot.state {
        SlotState::Open { deadline, .. } => Some(deadline),
        _ => None,
    };
    let said = (row.role, row.state, row.deadline_at, row.signature.as_ref());
    said == (slot.role, slot.state.code(), deadline, slot.signature())
}
