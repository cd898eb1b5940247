//! Single bytes of what is stored, and of a file that a party took, are changed: each change is found, and named.

use std::collections::BTreeMap;

use agreement::{
    evidence::{Part, Verdict, verify_file},
    lifecycle::{Party, SlotRole, Stage, Wish},
};
use kernel::{AgreementId, Chance as _, SeededChance, SlotId};
use operations::{
    agreements::{self, StoredPart, check_all_stored, check_stored},
    jobs::Worker,
};
use storage::StoredValue;

use crate::{
    life::{Act, Life, Tally, Which},
    town::Town,
};

async fn slot(life: &Life, town: &Town, role: SlotRole) -> SlotId {
    let open = life.look(town).await.unwrap();
    let slots = open.get().slots().unwrap();
    slots.standing().find(|slot| slot.role == role).unwrap().id
}

/// An agreement of two rounds, in force.
async fn signed(town: &Town) -> AgreementId {
    let (life, tally) = (Life::scripted(1), Tally::new(1));
    life.begin(town, &town.app, &tally).await;
    let act = async |act| {
        life.act(town, &town.app, &tally, act).await;
        Worker::new(town.app.clone()).drain().await.unwrap();
        town.read_mail();
    };
    act(Act::Check).await;
    act(Act::HandOver(Party::Enterprise)).await;
    for round in 0..2 {
        act(Act::Approve(Party::College)).await;
        act(Act::Approve(Party::Enterprise)).await;
        act(Act::Send(Party::Enterprise)).await;
        for role in [SlotRole::Apprentice, SlotRole::Guardian, SlotRole::Enterprise] {
            let slot = slot(&life, town, role).await;
            let link = Which::Newest;
            if round == 0 && role == SlotRole::Guardian {
                let wish = Wish::Change;
                act(Act::Decline { slot, wish }).await;
                break;
            }
            act(Act::Sign { slot, link }).await;
        }
    }
    assert_eq!(
        life.look(town).await.unwrap().get().stage(),
        Stage::Effective,
        "{}",
        tally.report()
    );
    life.id().unwrap()
}

/// The part of a canonical content that each byte belongs to.
fn parts_of_content(text: &[u8]) -> Vec<Part> {
    let content: serde_json::Value = serde_json::from_slice(text).unwrap();
    let text = std::str::from_utf8(text).unwrap();
    let mut parts = vec![Part::Head; text.len()];
    for (key, section) in content["sections"].as_object().unwrap() {
        let written = format!("\"{key}\":{section}");
        let at = text
            .find(&written)
            .expect("canonical, as serde_json sorts what it knows not");
        parts[at..at + written.len()].fill(Part::Section(key.clone()));
    }
    parts
}

/// The part that a changed byte has to be put down to.
fn expected(value: &StoredValue, at: usize) -> StoredPart {
    let number = || u64::try_from(value.number.unwrap()).unwrap();
    let version = || u32::try_from(value.number.unwrap()).unwrap();
    match (value.table, value.column) {
        ("agreements", "state_enc") => StoredPart::State,
        ("agreements", _) => StoredPart::Head,
        ("agreement_drafts", _) => StoredPart::Draft,
        ("agreement_versions", "content_enc") if value.opened => {
            StoredPart::Content(version(), parts_of_content(&value.bytes)[at].clone())
        }
        ("agreement_versions", _) => StoredPart::Version(version()),
        ("agreement_events", "details_enc") => StoredPart::Proof(Part::Details(number())),
        ("agreement_events", "origin_enc") => StoredPart::Proof(Part::Origin(number())),
        ("agreement_events", _) => StoredPart::Proof(Part::Event(number())),
        ("agreement_seals", _) => StoredPart::Proof(Part::Seal(number())),
        ("signature_slots", _) => StoredPart::Slot(SlotId::from_uuid(value.slot.unwrap())),
        other => panic!("{other:?}"),
    }
}

/// Another byte for one of a value. Texts stay texts.
fn other(value: &StoredValue, at: usize, chance: &SeededChance) -> Option<u8> {
    let binary = value.opened || !std::str::from_utf8(&value.bytes).is_ok_and(str::is_ascii);
    let byte = u8::try_from(chance.below(if binary { 256 } else { 95 })).unwrap();
    let byte = if binary { byte } else { byte + 32 };
    (byte != value.bytes[at]).then_some(byte)
}

const CHANGES: u32 = 2_000;

async fn stored_bytes(url: Option<String>, changes: u32) {
    let town = Town::build(url, 1, 1).await;
    let id = Box::pin(signed(&town)).await;
    assert_eq!(check_stored(&town.app, id).await.unwrap(), []);
    let values = town.db().stored_values(id, &town.keys).await.unwrap();
    // What the state and the draft say is sealed, and nobody signs it: with the keys it can be written anew.
    let is_evidence = |value: &&StoredValue| !value.opened || !matches!(value.table, "agreements" | "agreement_drafts");
    let values: Vec<&StoredValue> = values.iter().filter(is_evidence).collect();
    let mut places: BTreeMap<(&str, &str, bool), Vec<&StoredValue>> = BTreeMap::new();
    for value in values {
        places
            .entry((value.table, value.column, value.opened))
            .or_default()
            .push(value);
    }
    let places: Vec<_> = places.into_iter().collect();
    let chance = SeededChance::new(4);
    let any = |n: usize| usize::try_from(chance.below(n as u64)).unwrap();
    let (mut found, mut refused) = (BTreeMap::<(&str, &str, bool), u32>::new(), 0);
    while found.values().sum::<u32>() < changes {
        // As many changes of one column as of another, however long its values are.
        let (place, there) = &places[any(places.len())];
        let value = there[any(there.len())];
        let at = any(value.bytes.len());
        let Some(byte) = other(value, at, &chance) else {
            continue;
        };
        let mut bytes = value.bytes.clone();
        bytes[at] = byte;
        if !town.db().spoil(id, &town.keys, value, &bytes).await.unwrap() {
            refused += 1;
            continue;
        }
        let faults = check_stored(&town.app, id).await.unwrap();
        let parts: Vec<&StoredPart> = faults.iter().map(|fault| &fault.part).collect();
        let expected = expected(value, at);
        let was = value.bytes[at];
        assert!(
            parts.iter().all(|part| **part == expected) && !parts.is_empty(),
            "byte {at} of {place:?} {:?} {:?} from {was} to {byte}: {expected:?} expected, found {faults:?}",
            value.number,
            value.slot,
        );
        *found.entry(*place).or_default() += 1;
        assert!(town.db().spoil(id, &town.keys, value, &value.bytes).await.unwrap());
    }
    assert_eq!(check_stored(&town.app, id).await.unwrap(), []);
    let all = check_all_stored(&town.app).await.unwrap();
    assert_eq!((all.agreements, all.changed.len()), (1, 0));
    println!("{}: {found:?}, {refused} refused by the database", town.db().name());
}

#[tokio::test]
async fn every_changed_byte_of_what_is_stored_is_found_and_named_on_sqlite() {
    Box::pin(stored_bytes(None, CHANGES)).await;
}

#[tokio::test]
async fn every_changed_byte_of_what_is_stored_is_found_and_named_on_postgres() {
    let Some(url) = testbed::fresh_postgres_database() else {
        return;
    };
    Box::pin(stored_bytes(Some(url), CHANGES / 10)).await;
}

/// The part that a line of a block is, by its place in the block.
type OfBlock = fn(u64) -> Part;

/// The part of a file that each line belongs to, worked out from the layout alone.
fn parts_of_file(file: &str) -> Vec<Part> {
    let blocks: [(&str, OfBlock); 5] = [
        ("details", Part::Details),
        ("events", Part::Event),
        ("keys", Part::Key),
        ("origins", Part::Origin),
        ("seals", Part::Seal),
    ];
    let (mut parts, mut block, mut at): (Vec<Part>, Option<OfBlock>, u64) = (Vec::new(), None, 0);
    for (number, line) in file.split_inclusive('\n').enumerate() {
        let text = line.trim_end();
        let next = blocks.iter().find(|(name, _)| text.ends_with(&format!("\"{name}\":[")));
        let part = match (next, block) {
            _ if number == 0 => Part::Head,
            (Some(("details", _)), _) => Part::Head,
            (Some(_), _) => Part::Frame,
            _ if text.starts_with(']') => Part::Frame,
            (None, None) => Part::Section(text.split('"').nth(1).unwrap().to_owned()),
            (None, Some(of)) => {
                at += 1;
                of(at)
            }
        };
        if let Some((_, of)) = next {
            (block, at) = (Some(*of), 0);
        }
        parts.extend(std::iter::repeat_n(part, line.len()));
    }
    parts
}

#[tokio::test]
async fn every_changed_byte_of_a_file_is_found_and_named() {
    let town = Town::build(None, 1, 1).await;
    let id = Box::pin(signed(&town)).await;
    let enterprise = &town.enterprises[0].actor;
    let file = agreements::export(&town.app, &town.cx("10.3.0.1"), enterprise, id)
        .await
        .unwrap();
    let trusted = town.db().read().await.unwrap().seal_keys().trusted().await.unwrap();
    let whole = verify_file(file.content.as_bytes(), &trusted);
    assert_eq!(whole.faults, []);
    let parts = parts_of_file(&file.content);
    let chance = SeededChance::new(5);
    let (mut changed, mut found) = (file.content.clone().into_bytes(), BTreeMap::<&'static str, u32>::new());
    while found.values().sum::<u32>() < CHANGES {
        let at = usize::try_from(chance.below(changed.len() as u64)).unwrap();
        let byte = u8::try_from(chance.below(256)).unwrap();
        let was = std::mem::replace(&mut changed[at], byte);
        if byte != was {
            let report = verify_file(&changed, &trusted);
            assert_eq!(report.verdict(), Verdict::Changed, "byte {at} from {was} to {byte}");
            let named = report.changed_parts();
            assert!(
                named.contains(&parts[at]),
                "byte {at} from {was} to {byte}: {:?} expected, found {named:?}",
                parts[at]
            );
            *found.entry(parts[at].code()).or_default() += 1;
        }
        changed[at] = was;
    }
    println!("{found:?} of {} bytes", changed.len());
}
