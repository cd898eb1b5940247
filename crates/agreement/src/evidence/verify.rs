//! The check of an export against itself and the trusted keys.
//!
//! A fault is put down to the part that was changed, not to every part that no longer agrees with it. So the check leans
//! on what it cannot doubt: a seal whose signature is right; else a chain whose hashes are.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    content::section_hash,
    declaration::Declaration,
    event::Event,
    export::Export,
    hash::{ContentHash, PublicKey, SectionHash},
    layout::part_to_blame,
    report::{FaultKind, Part, Report, SealFound, SignatureFound},
    seal::{Seal, Statement, TrustedKeys},
};

/// The code of the act by which a slot signs; the lifecycle's own.
const SIGN: &str = "sign";

/// Checks a file. Every byte of it counts.
pub fn verify_file(file: &[u8], trusted: &TrustedKeys) -> Report {
    let export: Export = match serde_json::from_slice(file) {
        Ok(export) => export,
        Err(error) => {
            let mut report = Report::default();
            report.add(part_to_blame(file, error.line()), FaultKind::Unreadable);
            return report;
        }
    };
    let mut report = verify(&export, trusted);
    let mut written = file.split(|byte| *byte == b'\n');
    let mut rewritten = None;
    for (part, line) in export.lines() {
        if written.next() != Some(line.as_bytes()) {
            rewritten = Some(part);
            break;
        }
    }
    // After the last line comes its break, then nothing.
    if rewritten.is_none() && (written.next() != Some(b"".as_slice()) || written.next().is_some()) {
        rewritten = Some(Part::Frame);
    }
    if let Some(part) = rewritten {
        report.add(part, FaultKind::Rewritten);
    }
    report.faults.sort();
    report
}

/// Checks what was read from a file. It does not see how the file was written: [`verify_file`] does.
pub fn verify(export: &Export, trusted: &TrustedKeys) -> Report {
    let mut check = Check {
        export,
        report: Report {
            agreement: Some(export.content.agreement),
            content_version: Some(export.content.version),
            ..Report::default()
        },
        sound: BTreeSet::new(),
    };
    if export.agreement != export.content.agreement {
        check
            .report
            .add_member(Part::Head, FaultKind::Misplaced, Some("agreement"));
    }
    check.keys();
    check.events();
    check.details();
    check.origins();
    let vouched = check.seals(trusted);
    check.content(vouched);
    check.signatures();
    check.report.faults.sort();
    check.report
}

struct Check<'a> {
    export: &'a Export,
    report: Report,
    /// The numbers of the events whose hash is right.
    sound: BTreeSet<u64>,
}

impl<'a> Check<'a> {
    fn keys(&mut self) {
        for (at, key) in (1..).zip(&self.export.keys) {
            if key.public_key.id() != key.id {
                self.report.add(Part::Key(at), FaultKind::KeyMisnamed);
            }
        }
    }

    fn events(&mut self) {
        let mut before: Option<&Event> = None;
        for (place, event) in (1..).zip(&self.export.events) {
            let part = || Part::Event(place);
            let sound = event.computed_hash() == event.hash;
            if !sound {
                self.report.add(part(), FaultKind::HashDiffers);
            }
            if event.seq != place {
                self.report.add_member(part(), FaultKind::Misplaced, Some("seq"));
            }
            if event.agreement != self.export.agreement && event.agreement != self.export.content.agreement {
                self.report.add_member(part(), FaultKind::Misplaced, Some("agreement"));
            }
            // A link is broken by this event or the one before. When the one before has the wrong hash, and this one
            // names the hash that it ought to have, this one is not to blame.
            let named = event.previous;
            let fits = named == before.map(|before| before.hash) || named == before.map(Event::computed_hash);
            if !fits {
                self.report.add(part(), FaultKind::LinkBroken);
            }
            if sound {
                self.sound.insert(place);
            }
            before = Some(event);
        }
        if self.export.events.is_empty() {
            self.report.add(Part::Event(1), FaultKind::Missing);
        }
    }

    fn details(&mut self) {
        for (place, event) in (1..).zip(&self.export.events) {
            match index(place).and_then(|index| self.export.details.get(index)) {
                None => self.report.add(Part::Details(place), FaultKind::Missing),
                Some(None) => self.report.withheld.push(Part::Details(place)),
                // An event whose own hash is wrong says nothing about its details, unless they agree.
                Some(Some(details)) => {
                    let agrees = details.hash(event.agreement, event.seq) == event.details_hash;
                    if !agrees && self.sound.contains(&place) {
                        self.report.add(Part::Details(place), FaultKind::HashDiffers);
                    }
                }
            }
        }
        for place in (1..).take(self.export.details.len()).skip(self.export.events.len()) {
            self.report.add(Part::Details(place), FaultKind::Unexpected);
        }
    }

    fn origins(&mut self) {
        for (place, event) in (1..).zip(&self.export.events) {
            let shown = index(place).and_then(|index| self.export.origins.get(index));
            match (shown, event.origin_hash) {
                (None, _) => self.report.add(Part::Origin(place), FaultKind::Missing),
                (Some(None), None) => {}
                (Some(None), Some(_)) => self.report.withheld.push(Part::Origin(place)),
                (Some(Some(origin)), noted) => {
                    let agrees = noted == Some(origin.hash(event.agreement, event.seq));
                    if !agrees && self.sound.contains(&place) {
                        self.report.add(Part::Origin(place), FaultKind::HashDiffers);
                    }
                }
            }
        }
        for place in (1..).take(self.export.origins.len()).skip(self.export.events.len()) {
            self.report.add(Part::Origin(place), FaultKind::Unexpected);
        }
    }

    /// Checks the seals, and gives the statement of the last one whose signature is right, trusted or not.
    fn seals(&mut self, trusted: &TrustedKeys) -> Option<&'a Statement> {
        let export = self.export;
        let mut vouched = None;
        let mut before: Option<&Seal> = None;
        let mut good_events = 0;
        for (place, seal) in (1..).zip(&export.seals) {
            let part = || Part::Seal(place);
            let statement = &seal.statement;
            let listed = trusted.find(statement.key);
            let enclosed = export
                .keys
                .iter()
                .find(|key| key.id == statement.key)
                .map(|key| key.public_key);
            let signed = |key: PublicKey| key.id() == statement.key && seal.is_by(&key);
            let right = listed.map(|key| key.public_key).or(enclosed).is_some_and(signed);
            if right {
                vouched = Some(statement);
                if enclosed.is_none() && !export.keys.iter().any(|key| key.public_key.id() == statement.key) {
                    self.report.add(Part::Key(place), FaultKind::Missing);
                }
            } else {
                self.report.add(part(), FaultKind::SignatureWrong);
            }
            if statement.previous != before.map(Seal::hash) && !self.blamed(place.saturating_sub(1)) {
                self.report.add_member(part(), FaultKind::LinkBroken, Some("previous"));
            }
            self.chain_of(place, seal, right, before.map_or(0, |before| before.statement.events));
            match listed {
                _ if !right => {}
                None => self.report.add(part(), FaultKind::KeyUnknown),
                Some(key) => {
                    let at = statement.sealed_at;
                    let later = export.seals.iter().skip(index(place + 1).unwrap_or(usize::MAX));
                    let upheld = later
                        .filter_map(|later| Some((later, trusted.find(later.statement.key)?)))
                        .any(|(later, other)| {
                            other.public_key != key.public_key
                                && other.stolen.is_none()
                                && later.is_by(&other.public_key)
                        });
                    if at < key.from || key.until.is_some_and(|until| at > until) {
                        self.report.add(part(), FaultKind::KeyOutOfTime);
                    } else if key.stolen.is_some() && !upheld {
                        self.report.add(part(), FaultKind::KeyStolen);
                    } else {
                        good_events = statement.events;
                        self.report.seals.push(SealFound {
                            at,
                            key: statement.key,
                            events: statement.events,
                        });
                    }
                }
            }
            before = Some(seal);
        }
        for (place, key) in (1..).zip(&export.keys) {
            let used = export
                .seals
                .iter()
                .any(|seal| seal.statement.key == key.public_key.id());
            let doubted = self
                .report
                .faults
                .iter()
                .any(|fault| matches!(fault.part, Part::Key(_) | Part::Seal(_)));
            if !used && !doubted {
                self.report.add(Part::Key(place), FaultKind::Unexpected);
            }
        }
        self.report.unsealed_events = (export.events.len() as u64).saturating_sub(good_events);
        vouched
    }

    /// Whether seal `place` was found wrong already.
    fn blamed(&self, place: u64) -> bool {
        self.report.faults.iter().any(|fault| fault.part == Part::Seal(place))
    }

    /// Compares what a seal says of the chain and of the content's place with the events.
    fn chain_of(&mut self, place: u64, seal: &Seal, right: bool, at_least: u64) {
        let statement = &seal.statement;
        let mut differs = |part, member| self.report.add_member(part, FaultKind::StatementDiffers, Some(member));
        let last = statement
            .events
            .checked_sub(1)
            .and_then(|events| usize::try_from(events).ok());
        let Some(last) = last.and_then(|last| self.export.events.get(last)) else {
            // The seal is right, so events were cut off; or it is not, and its number is one more thing wrong with it.
            if right {
                let missing = self.export.events.len() as u64 + 1;
                self.report.add(Part::Event(missing), FaultKind::Missing);
            } else {
                differs(Part::Seal(place), "events");
            }
            return;
        };
        let blame = |member| {
            if right {
                (Part::Event(statement.events), member)
            } else {
                (Part::Seal(place), member)
            }
        };
        if statement.events < at_least {
            differs(Part::Seal(place), "events");
        }
        let sealed_hash_is_there = [last.hash, last.computed_hash()].contains(&statement.last_event);
        if !sealed_hash_is_there {
            let (part, member) = blame("last_event");
            differs(part, member);
        }
        if sealed_hash_is_there || !right {
            if last.agreement != statement.agreement {
                let (part, member) = blame("agreement");
                differs(part, member);
            }
            if last.content_version != statement.content_version {
                let (part, member) = blame("content_version");
                differs(part, member);
            }
            if last.content_hash.is_some_and(|hash| hash != statement.content_hash) {
                let (part, member) = blame("content_hash");
                differs(part, member);
            }
        }
    }

    fn content(&mut self, vouched: Option<&Statement>) {
        let content = &self.export.content;
        let computed: BTreeMap<&String, Option<SectionHash>> = content
            .sections
            .iter()
            .map(|(key, section)| {
                let hash = section
                    .as_ref()
                    .map(|section| section_hash(content.agreement, content.version, key, section));
                (key, hash)
            })
            .collect();
        for (key, hash) in &computed {
            if hash.is_none() {
                self.report.withheld.push(Part::Section((*key).clone()));
            }
        }
        let whole = content.whole().map(|content| content.hash());
        let chained = self.chained();
        let expected = vouched.map(|statement| statement.content_hash).or(chained);
        self.report.content_hash = whole.or(expected);

        if let Some(statement) = vouched {
            // Hashes of sections cover their agreement and version, so those are compared first.
            if statement.agreement != content.agreement {
                self.report
                    .add_member(Part::Head, FaultKind::StatementDiffers, Some("agreement"));
                return;
            }
            if statement.content_version != content.version {
                self.report
                    .add_member(Part::Head, FaultKind::StatementDiffers, Some("version"));
                return;
            }
        }
        if whole.is_some() && whole == expected {
            self.unvouched_seals(&computed, whole);
            return;
        }
        let recorded = vouched
            .map(|statement| statement.sections.clone())
            .or_else(|| self.recorded());
        let before = self.report.faults.len();
        if let Some(recorded) = &recorded {
            for (key, hash) in &computed {
                let part = Part::Section((*key).clone());
                match recorded.get(*key) {
                    None => self.report.add(part, FaultKind::Unexpected),
                    Some(sealed) if hash.is_some_and(|hash| hash != *sealed) => {
                        self.report.add(part, FaultKind::HashDiffers);
                    }
                    Some(_) => {}
                }
            }
            for key in recorded.keys().filter(|key| !content.sections.contains_key(*key)) {
                self.report.add(Part::Section(key.clone()), FaultKind::Missing);
            }
        }
        // The whole differs and every section is as it was: it is the head.
        if whole.is_some() && expected.is_some() && self.report.faults.len() == before {
            self.report.add(Part::Head, FaultKind::HashDiffers);
        }
    }

    /// When the content is as the chain has it, a seal with a wrong signature may be wrong about the content.
    fn unvouched_seals(&mut self, computed: &BTreeMap<&String, Option<SectionHash>>, whole: Option<ContentHash>) {
        for (place, seal) in (1..).zip(&self.export.seals) {
            if !self.blamed(place) || seal.statement.content_version != self.export.content.version {
                continue;
            }
            let sealed = &seal.statement.sections;
            let same =
                sealed.len() == computed.len() && computed.iter().all(|(key, hash)| hash.as_ref() == sealed.get(*key));
            if !same {
                self.report
                    .add_member(Part::Seal(place), FaultKind::StatementDiffers, Some("sections"));
            }
            if whole != Some(seal.statement.content_hash) {
                self.report
                    .add_member(Part::Seal(place), FaultKind::StatementDiffers, Some("content_hash"));
            }
        }
    }

    /// The content's hash by the last event of its version that is sound.
    fn chained(&self) -> Option<ContentHash> {
        let sound = |place: &u64| self.sound.contains(place);
        let of_version = |event: &Event| event.content_version == self.export.content.version;
        (1..)
            .zip(&self.export.events)
            .filter(|(place, event)| sound(place) && of_version(event))
            .filter_map(|(_, event)| event.content_hash)
            .last()
    }

    /// The hashes of the sections as the event that froze the version recorded them.
    fn recorded(&self) -> Option<BTreeMap<String, SectionHash>> {
        let events = self.export.events.iter().zip(&self.export.details);
        events
            .filter(|(event, _)| event.content_version == self.export.content.version && event.content_hash.is_some())
            .filter_map(|(event, details)| Some((event, details.as_ref()?)))
            .filter(|(event, details)| details.hash(event.agreement, event.seq) == event.details_hash)
            .find_map(|(_, details)| serde_json::from_value(details.fields.value().get("sections")?.clone()).ok())
    }

    fn signatures(&mut self) {
        let mut signed = BTreeSet::new();
        for (place, event) in (1..).zip(&self.export.events) {
            let (true, Some(slot)) = (event.act == SIGN, event.slot) else {
                continue;
            };
            let shown = index(place).and_then(|index| self.export.details.get(index)?.as_ref());
            let shown = shown.filter(|details| details.hash(event.agreement, event.seq) == event.details_hash);
            let declaration = shown.and_then(Declaration::of);
            let agrees = declaration.as_ref().is_none_or(|declaration| {
                declaration.agreement == event.agreement
                    && declaration.at == event.at
                    && declaration.slot == slot
                    && declaration.content_version == event.content_version
                    && Some(declaration.content_hash) == event.content_hash
            });
            if self.sound.contains(&place) && (!agrees || (shown.is_some() && declaration.is_none())) {
                self.report.add(Part::Details(place), FaultKind::DeclarationDiffers);
            }
            if !signed.insert((event.content_version, slot)) {
                self.report.add(Part::Event(place), FaultKind::SignedTwice);
            }
            if event.content_version == self.export.content.version {
                self.report.signatures.push(SignatureFound {
                    slot,
                    content_version: event.content_version,
                    at: event.at,
                    declaration: declaration.as_ref().map(Declaration::hash),
                });
            }
        }
    }
}

/// The place in a list of what is counted from 1.
fn index(place: u64) -> Option<usize> {
    usize::try_from(place).ok()?.checked_sub(1)
}
