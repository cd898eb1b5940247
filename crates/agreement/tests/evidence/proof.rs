//! The evidence: what an export proves, and that nothing in it can be changed unseen.

use std::collections::{BTreeMap, BTreeSet};

use super::story::{BEGIN, Story, key, material};
use agreement::evidence::{
    Content, ContentHash, Details, Event, Export, FaultKind, FreezeError, Origin, Part, Seal, Subject, TrustedKey,
    TrustedKeys, Verdict, verify, verify_file,
};
use kernel::{AgreementId, SeededChance};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

#[test]
fn an_export_is_intact_as_it_was_written() {
    let story = Story::told(1);
    let report = verify_file(story.export.render().as_bytes(), &story.trusted);
    assert_eq!(report.faults, []);
    assert_eq!(report.verdict(), Verdict::Intact);
    assert_eq!(report.content_hash, Some(story.content.hash()));
    assert_eq!(
        (report.signatures.len(), report.seals.len(), report.unsealed_events),
        (3, 2, 0)
    );
    assert!(
        report
            .signatures
            .iter()
            .all(|signature| signature.declaration.is_some())
    );
}

fn replaced<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_change_of_a_value_blames_nothing_else() {
    let story = Story::told(1);
    let of = |change: &dyn Fn(&mut Export)| {
        let mut export = story.export.clone();
        change(&mut export);
        let report = verify_file(export.render().as_bytes(), &story.trusted);
        assert_eq!(report.verdict(), Verdict::Changed);
        report.changed_parts()
    };
    let pay = Part::Section("pay".to_owned());
    assert_eq!(
        of(
            &|export| export.content.sections.get_mut("pay").unwrap().as_mut().unwrap().fields =
                replaced(json!({"fen": 1}))
        ),
        std::slice::from_ref(&pay)
    );
    assert_eq!(
        of(&|export| {
            export.content.sections.remove("pay");
        }),
        [pay]
    );
    let template = |export: &mut Export| export.content.template = "training/2".to_owned();
    assert_eq!(of(&template), [Part::Head]);
    let version = |export: &mut Export| export.content.version = 3;
    assert_eq!(of(&version), [Part::Head]);
    for place in 0..story.export.events.len() {
        let number = place as u64 + 1;
        let event = [Part::Event(number)];
        assert_eq!(of(&|export| export.events[place].at = BEGIN.plus_days(-1)), event);
        assert_eq!(
            of(&|export| export.events[place].hash = replaced(json!("0".repeat(64)))),
            event
        );
        assert_eq!(of(&|export| export.events[place].act = "sign".to_owned() + "ed"), event);
        assert_eq!(
            of(&|export| export.events[place].previous = Some(replaced(json!("0".repeat(64))))),
            event
        );
        let other = Details::new(json!({"why": "else"}), &story.chance).unwrap();
        assert_eq!(
            of(&|export| export.details[place] = Some(other.clone())),
            [Part::Details(number)]
        );
        let elsewhere = Origin::new(json!({"client": "198.51.100.4"}), &story.chance).unwrap();
        assert_eq!(
            of(&|export| export.origins[place] = Some(elsewhere.clone())),
            [Part::Origin(number)]
        );
    }
    for place in 0..2 {
        let seal = [Part::Seal(place as u64 + 1)];
        assert_eq!(of(&|export| export.seals[place].statement.sealed_at = BEGIN), seal);
        assert_eq!(of(&|export| export.seals[place].statement.events = 3), seal);
        assert_eq!(
            of(&|export| export.seals[place].signature = replaced(json!("1".repeat(128)))),
            seal
        );
        assert_eq!(
            of(&|export| export.seals[place].statement.key = replaced(json!("1".repeat(32)))),
            seal
        );
        let other = || ContentHash::from_bytes([7; 32]);
        assert_eq!(of(&|export| export.seals[place].statement.content_hash = other()), seal);
        assert_eq!(
            of(&|export| export.keys[place].public_key = key(9).public()),
            [Part::Key(place as u64 + 1)]
        );
    }
}

#[test]
fn an_event_rewritten_with_its_hash_is_found_by_the_next_or_by_the_seal() {
    let story = Story::told(1);
    let rewrite = |place: usize| {
        let mut export = story.export.clone();
        export.events[place].at = BEGIN.plus_days(-9);
        export.events[place].hash = export.events[place].computed_hash();
        verify(&export, &story.trusted)
    };
    let middle = rewrite(3);
    assert_eq!(
        middle.changed_parts(),
        [Part::Event(5)],
        "event 5 does not follow from what event 4 became"
    );
    let last = rewrite(story.export.events.len() - 1);
    assert_eq!(last.changed_parts(), [Part::Event(story.export.events.len() as u64)]);
    assert_eq!(last.faults[0].kind, FaultKind::StatementDiffers);
}

#[test]
fn cutting_off_what_came_last_is_seen_unless_its_seal_goes_too() {
    let story = Story::told(1);
    let mut cut = story.export.clone();
    cut.events.pop();
    cut.details.pop();
    cut.origins.pop();
    assert_eq!(verify(&cut, &story.trusted).verdict(), Verdict::Changed);
    // With the seal it is an older export, which was true then: whoever asks reads the date of its seal.
    cut.seals.pop();
    cut.keys.pop();
    assert_eq!(verify(&cut, &story.trusted).verdict(), Verdict::Intact);
}

#[test]
fn events_after_the_last_seal_are_counted() {
    let story = Story::told(1);
    let mut export = story.export.clone();
    export.seals.pop();
    export.keys.pop();
    let report = verify_file(export.render().as_bytes(), &story.trusted);
    assert_eq!((report.verdict(), report.unsealed_events), (Verdict::IntactWithMore, 1));
}

#[test]
fn what_is_withheld_is_said_and_the_rest_still_holds() {
    let story = Story::told(1);
    let export = story
        .export
        .clone()
        .without_section("parties")
        .without_details(5)
        .without_details(6);
    let report = verify_file(export.render().as_bytes(), &story.trusted);
    assert_eq!(report.faults, []);
    assert_eq!(report.verdict(), Verdict::IntactInPart);
    assert_eq!(report.withheld.len(), 3);
    assert_eq!(report.content_hash, Some(story.content.hash()), "as sealed");
    assert!(!export.render().contains("310115200801010015"));

    let mut changed = export;
    changed.content.sections.get_mut("pay").unwrap().as_mut().unwrap().salt =
        agreement::evidence::Salt::draw(&story.chance);
    assert_eq!(
        verify(&changed, &story.trusted).changed_parts(),
        [Part::Section("pay".to_owned())]
    );
}

#[test]
fn from_where_others_signed_is_withheld_and_what_they_declared_is_proven_all_the_same() {
    let story = Story::told(1);
    let own = story.export.events[4].slot;
    let export = story.export.clone().with_origins_of(|event| event.slot == own);
    let file = export.render();
    let report = verify_file(file.as_bytes(), &story.trusted);
    assert_eq!((report.faults, report.signatures.len()), (Vec::new(), 3));
    assert_eq!(report.withheld, [Part::Origin(6), Part::Origin(7)]);
    assert!(report.signatures.iter().all(|found| found.declaration.is_some()));
    assert_eq!(file.matches("203.0.113.7").count(), 1, "only the own address is left");
    assert_eq!(
        file.matches("授权委托书 2026-17").count(),
        1,
        "by what right is for everybody"
    );

    // What is withheld is still bound to its place: another's cannot be shown as one's own.
    let mut moved = export;
    moved.origins.swap(4, 5);
    assert_eq!(verify(&moved, &story.trusted).changed_parts(), [Part::Origin(6)]);
    moved.origins.clear();
    assert_eq!(
        verify(&moved, &story.trusted).faults[0].kind,
        FaultKind::Missing,
        "a list that is too short hides nothing"
    );
}

#[test]
fn chain_and_seals_are_checked_where_nothing_can_be_opened() {
    let story = Story::told(1);
    let (events, seals) = (story.export.events.clone(), story.export.seals.clone());
    let keys: Vec<_> = story.export.keys.iter().map(|key| key.public_key).collect();
    let closed = Export::closed(events.clone(), seals.clone(), &keys).unwrap();
    let report = verify(&closed, &story.trusted);
    assert_eq!((report.faults.len(), report.verdict()), (0, Verdict::IntactInPart));
    assert_eq!(report.content_hash, Some(story.content.hash()));
    let mut changed = closed;
    changed.events[4].at = BEGIN;
    assert_eq!(verify(&changed, &story.trusted).changed_parts(), [Part::Event(5)]);
    assert_eq!(
        Export::closed(events, Vec::new(), &keys),
        None,
        "before there is a seal nothing says of what"
    );
}

#[test]
fn with_everything_erased_chain_and_seal_still_hold() {
    let story = Story::told(1);
    let keys: Vec<String> = story.content.sections.keys().cloned().collect();
    let export = keys
        .iter()
        .fold(story.export.clone(), |export, key| export.without_section(key));
    let export = (1..=export.events.len() as u64).fold(export, Export::without_details);
    let export = export.with_origins_of(|_| false);
    let report = verify_file(export.render().as_bytes(), &story.trusted);
    assert_eq!((report.faults.len(), report.verdict()), (0, Verdict::IntactInPart));
    for name in ["王", "李经理", "203.0.113.7"] {
        assert!(!export.render().contains(name), "{name}");
    }
}

#[test]
fn before_the_seal_a_changed_section_is_named_by_the_event_that_froze_it() {
    let story = Story::told(1);
    let mut export = story.export.clone();
    export.seals.clear();
    export.keys.clear();
    assert_eq!(verify(&export, &story.trusted).verdict(), Verdict::Unsealed);
    let pay = export.content.sections.get_mut("pay").unwrap().as_mut().unwrap();
    pay.fields = serde_json::from_value(json!({"fen": 1})).unwrap();
    assert_eq!(
        verify(&export, &story.trusted).changed_parts(),
        [Part::Section("pay".to_owned())]
    );
}

#[test]
fn a_seal_counts_only_by_a_trusted_key_in_its_time() {
    let story = Story::told(1);
    let file = story.export.render();
    let verdict = |keys: Vec<TrustedKey>| verify_file(file.as_bytes(), &TrustedKeys::new(keys));
    let trusted = |seed, from, until, stolen| TrustedKey {
        public_key: key(seed).public(),
        from: BEGIN.plus_days(from),
        until: Some(BEGIN.plus_days(until)),
        stolen: if stolen { Some(BEGIN.plus_days(300)) } else { None },
    };
    assert_eq!(verdict(vec![]).verdict(), Verdict::Untrusted);
    assert_eq!(
        verdict(vec![trusted(101, -30, 100, false)]).verdict(),
        Verdict::Untrusted
    );
    let late = verdict(vec![trusted(101, 1, 100, false), trusted(102, 100, 900, false)]);
    assert_eq!(late.faults[0].kind, FaultKind::KeyOutOfTime);
    // The first key was stolen later; the second key's seal stands upon the first seal and keeps it good.
    assert_eq!(
        verdict(vec![trusted(101, -30, 100, true), trusted(102, 100, 900, false)]).verdict(),
        Verdict::Intact
    );
    let stolen = verdict(vec![trusted(101, -30, 100, false), trusted(102, 100, 900, true)]);
    assert_eq!(
        (stolen.verdict(), stolen.faults[0].kind),
        (Verdict::Untrusted, FaultKind::KeyStolen)
    );
    assert_eq!(stolen.seals.len(), 1);
}

#[test]
fn a_forger_with_a_key_of_his_own_is_not_believed() {
    let story = Story::told(1);
    let mut forged = material(story.content.agreement);
    forged.sections.insert("pay".to_owned(), json!({"fen": 1}));
    let content = Content::freeze(forged, &story.chance).unwrap();
    let own_key = key(666);
    let (events, details) = (story.export.events.clone(), story.export.details.clone());
    let tip = events.last().unwrap().tip();
    let seal = own_key.seal(Subject::from(&content), tip, None, BEGIN);
    let export = Export::new(content, events, details, vec![seal], &[own_key.public()]);
    let report = verify(&export, &story.trusted);
    assert_eq!(report.verdict(), Verdict::Changed);
    assert!(report.faults.iter().any(|fault| fault.kind == FaultKind::KeyUnknown));
}

#[test]
fn a_declaration_that_says_something_else_than_its_event_is_found() {
    let story = Story::told(1);
    let mut export = story.export.clone();
    export.seals.clear();
    export.keys.clear();
    let mut declared = export.details[6].clone().unwrap().fields.value().clone();
    declared["declaration"]["content_version"] = json!(1);
    let beside = Details::new(declared, &story.chance).unwrap();
    // The whole chain from there is told anew, as only somebody with the database could.
    export.events[6].details_hash = beside.hash(export.agreement, 7);
    export.details[6] = Some(beside);
    for place in 6..export.events.len() {
        export.events[place].previous = Some(export.events[place - 1].hash);
        export.events[place].hash = export.events[place].computed_hash();
    }
    let report = verify(&export, &story.trusted);
    assert_eq!(
        report.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(),
        [FaultKind::DeclarationDiffers]
    );
    assert_eq!(
        verify(
            &{
                let mut sealed = export;
                sealed.seals.clone_from(&story.export.seals);
                sealed
            },
            &story.trusted
        )
        .verdict(),
        Verdict::Changed
    );
}

#[test]
fn a_slot_that_signed_twice_is_found() {
    let story = Story::told(1);
    let mut export = story.export.clone();
    let (event, details) = (export.events[4].clone(), export.details[4].clone().unwrap());
    let entry = agreement::evidence::Entry {
        agreement: event.agreement,
        at: event.at,
        act: event.act,
        actor: event.actor,
        slot: event.slot,
        content_version: event.content_version,
        content_hash: event.content_hash,
    };
    export
        .events
        .push(Event::next(export.events.last().map(Event::tip), entry, &details, None));
    export.details.push(Some(details));
    export.origins.push(None);
    let report = verify(&export, &story.trusted);
    assert_eq!(report.faults[0].kind, FaultKind::SignedTwice);
}

#[test]
fn the_hash_of_the_content_is_the_hash_of_its_text_and_the_file_is_canonical_but_for_its_breaks() {
    let story = Story::told(1);
    let text = story.content.canonical();
    assert_eq!(kernel::to_hex(&Sha256::digest(&text)), story.content.hash().to_string());
    let file = story.export.render();
    let value: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(
        serde_json_canonicalizer::to_string(&value).unwrap(),
        file.replace('\n', "")
    );
    assert_eq!(serde_json::from_str::<Export>(&file).unwrap(), story.export);
    assert!(
        file.replace('\n', "").contains(&text),
        "the content stands in the file as it was hashed"
    );
}

#[test]
fn the_same_section_frozen_twice_has_two_hashes() {
    let (chance, mut seen) = (SeededChance::new(5), BTreeSet::new());
    let agreement = AgreementId::new(BEGIN, &chance);
    for _ in 0..3 {
        let content = Content::freeze(material(agreement), &chance).unwrap();
        assert!(
            content.section_hashes().into_values().all(|hash| seen.insert(hash)),
            "salted"
        );
        assert_eq!(
            content.section_hash("pay"),
            content.section_hashes().get("pay").copied()
        );
    }
    // An empty section tells nothing either, and two sections with the same data differ.
    assert_eq!(seen.len(), 15);
}

#[test]
fn content_that_readers_would_not_agree_on_is_not_frozen() {
    let chance = SeededChance::new(5);
    let agreement = AgreementId::new(BEGIN, &chance);
    let freeze = |key: &str, value: Value| {
        let mut material = material(agreement);
        material.sections = BTreeMap::from([(key.to_owned(), value)]);
        Content::freeze(material, &chance)
    };
    assert!(freeze("pay", json!({"fen": 380_000})).is_ok());
    assert!(
        matches!(freeze("pay", json!({"yuan": 3800.5})), Err(FreezeError::Value { section, .. }) if section == "pay")
    );
    assert!(matches!(freeze("工资", json!({})), Err(FreezeError::Key(_))));
    let mut none = material(agreement);
    none.sections.clear();
    assert_eq!(Content::freeze(none, &chance), Err(FreezeError::Empty));
}

#[test]
fn a_seal_is_of_its_statement_and_of_nothing_else() {
    let story = Story::told(1);
    let seal = &story.export.seals[0];
    assert!(seal.is_by(&key(101).public()));
    assert!(!seal.is_by(&key(102).public()));
    let moved = Seal {
        signature: seal.signature,
        statement: story.export.seals[1].statement.clone(),
    };
    assert!(!moved.is_by(&key(101).public()) && !moved.is_by(&key(102).public()));
    assert_eq!(
        format!("{:?}", key(101)),
        format!("SealKey({})", key(101).public().id()),
        "the secret is not printed"
    );
}

/// The first export ever. It must verify with every later version of this code; the file is never written anew.
#[test]
fn the_golden_export_verifies() {
    let file = include_bytes!("../golden/export-1.json");
    let keys: TrustedKeys = serde_json::from_str(include_str!("../golden/trusted-1.json")).unwrap();
    let report = verify_file(file, &keys);
    assert_eq!(report.faults, []);
    assert_eq!(report.verdict(), Verdict::Intact);
    assert_eq!(
        report.content_hash.unwrap().to_string(),
        include_str!("../golden/content-1.sha256").trim()
    );
    assert_eq!(report.signatures.len(), 3);
}

/// Old files verifying is not enough: new ones must come out as the old ones did, or two versions could not check each other.
#[test]
fn the_golden_story_told_again_gives_the_same_bytes() {
    assert_eq!(
        Story::told(20_261_120).export.render(),
        include_str!("../golden/export-1.json")
    );
}
