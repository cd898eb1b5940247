//! Everything that can be refused, done or shown has words in both languages.

use std::collections::BTreeSet;

use agreement::{
    evidence::ContentHash,
    lifecycle::{Act, ApproveRefusal, Barred, Party, Role, SendRefusal, SignRefusal, SlotRole, Stage},
};
use kernel::{Locale, SlotId};

use super::super::{AgreementRefusal, OWN_ACTS, Unready};
use crate::{access::DeadLink, tests::MORNING};

#[test]
fn every_refusal_has_words_in_both_languages() {
    let codes = AgreementRefusal::codes();
    let lacking: Vec<String> = codes
        .iter()
        .map(|code| format!("agreement_refusal.{code}"))
        .filter(|key| !words::has(key))
        .collect();
    assert!(lacking.is_empty(), "{lacking:#?}");
    let every: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(every.len(), codes.len(), "a code stands twice");
    let known = words::entries();
    let known = known
        .iter()
        .filter_map(|(_, key, _)| key.strip_prefix("agreement_refusal."));
    let surplus: Vec<&str> = known.filter(|code| !every.contains(code)).collect();
    assert!(surplus.is_empty(), "{surplus:?}");
}

/// Sentences with places are filled.
#[test]
fn no_sentence_keeps_a_place_for_something() {
    let slot = SlotId::new(MORNING, &kernel::SeededChance::new(1));
    let all: Vec<AgreementRefusal> = vec![
        Barred::Stage {
            act: Act::Send,
            now: Stage::Draft,
        }
        .into(),
        Barred::Role {
            act: Act::Void,
            role: Role::Signer,
        }
        .into(),
        Barred::NoBall { with: Party::College }.into(),
        ApproveRefusal::Approved { at: MORNING }.into(),
        ApproveRefusal::Blocked { findings: 1 }.into(),
        ApproveRefusal::Unexplained { warnings: 2 }.into(),
        SendRefusal::Missing {
            role: SlotRole::Guardian,
        }
        .into(),
        SendRefusal::Unreachable {
            roles: vec![SlotRole::Apprentice, SlotRole::Guardian],
        }
        .into(),
        SignRefusal::AlreadySigned { at: MORNING }.into(),
        SignRefusal::Expired { at: MORNING }.into(),
        SignRefusal::Replaced { by: slot }.into(),
        SignRefusal::ContentChanged {
            current: ContentHash::from_bytes([1; 32]),
        }
        .into(),
        AgreementRefusal::Unready(Unready::default()),
        AgreementRefusal::Link(DeadLink::Revoked),
        AgreementRefusal::NotThePerson,
    ];
    for refusal in all {
        for locale in Locale::ALL {
            let text = refusal.text().render(locale);
            assert!(!text.contains('{') && !text.contains("agreement_"), "{text}");
        }
    }
}

#[test]
fn every_act_stage_and_role_has_words() {
    let of =
        |group: &str, codes: Vec<&str>| -> Vec<String> { codes.iter().map(|code| format!("{group}.{code}")).collect() };
    let acts: Vec<&str> = Act::ALL.iter().map(|act| act.code()).collect();
    let events: Vec<&str> = acts.iter().copied().chain(OWN_ACTS).collect();
    let roles: Vec<&str> = SlotRole::ALL.iter().map(|role| role.code()).collect();
    let keys = [
        of("agreement_act", acts),
        of("agreement_event", events),
        of("agreement_stage", Stage::ALL.iter().map(|stage| stage.code()).collect()),
        of("agreement_party", Party::ALL.iter().map(|party| party.code()).collect()),
        of("agreement_who", Role::ALL.iter().map(|role| role.code()).collect()),
        of("agreement_consent", roles.clone()),
        of("agreement_role", roles),
        of("agreement_voided", vec!["withdrawn", "refused", "lapsed"]),
    ];
    for key in keys.concat() {
        assert!(words::has(&key), "{key}");
    }
}
