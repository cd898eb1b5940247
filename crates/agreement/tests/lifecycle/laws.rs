//! What holds whatever people do, in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use super::support::{BEGIN, attempt, create, hash};
use agreement::{
    evidence::{Content, Details, Event, Export, Material, TrustedKeys, Verdict, verify},
    lifecycle::{Act, Actor, Agreement, Cadence, Party, Slots, Stage, Step, TRANSITIONS},
};
use kernel::{Chance as _, SeededChance, SlotId, Timestamp};
use proptest::{prelude::*, strategy::ValueTree as _};
use serde_json::json;

/// One thing that somebody tries.
#[derive(Debug, Clone)]
struct Try {
    act: prop::sample::Index,
    actor: prop::sample::Index,
    slot: prop::sample::Index,
    variant: bool,
    hours: i64,
    own: bool,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let hours = prop_oneof![16 => 0_i64..4, 3 => 20_i64..80, 1 => Just(241_i64)];
    let one = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<bool>(),
        hours,
        prop::bool::weighted(0.8),
    );
    let one = one.prop_map(|(act, actor, slot, variant, hours, own)| Try {
        act,
        actor,
        slot,
        variant,
        hours,
        own,
    });
    prop::collection::vec(one, 1..160)
}

/// The acts that come up, those that go forward more often than those that end everything.
fn acts(stage: Stage) -> Vec<Act> {
    let mut acts = Act::ALL.to_vec();
    let often: &[Act] = match stage {
        Stage::Draft => &[Act::HandOver],
        Stage::Negotiating => &[Act::Approve],
        Stage::Ready => &[Act::Send],
        Stage::Signing => &[
            Act::Sign,
            Act::Sign,
            Act::Sign,
            Act::Sign,
            Act::Sign,
            Act::Sign,
            Act::Sign,
            Act::Agree,
        ],
        _ => &[Act::Suspend, Act::Agree],
    };
    for act in often {
        acts.extend([*act; 8]);
    }
    acts.retain(|act| *act != Act::Void || matches!(stage, Stage::Draft | Stage::Signing));
    acts
}

fn slots_hold(slots: &Slots, version: u32, content: agreement::evidence::ContentHash) {
    let limit = Cadence::default().extensions;
    for slot in slots.all() {
        assert!(slot.extensions <= limit, "{slot:?}");
        if let Some(signature) = slot.signature() {
            assert_eq!((signature.content_version, signature.content_hash), (version, content));
        }
    }
    let mut roles = BTreeSet::new();
    assert!(
        slots.standing().all(|slot| roles.insert(slot.role)),
        "one slot a role stands"
    );
}

/// What is true of every agreement at any time.
fn holds(agreement: &Agreement) {
    let kept: Agreement = serde_json::from_str(&serde_json::to_string(agreement).unwrap()).unwrap();
    assert_eq!(&kept, agreement, "storage keeps all of it");
    if let (Some(slots), Some(frozen)) = (agreement.slots(), agreement.frozen()) {
        assert_eq!(
            (frozen.version, frozen.hash),
            (agreement.content_version(), hash(frozen.version))
        );
        slots_hold(slots, frozen.version, frozen.hash);
    }
    let mut versions = BTreeSet::new();
    for round in agreement.past_rounds() {
        slots_hold(&round.slots, round.frozen.version, round.frozen.hash);
        assert!(versions.insert(round.frozen.version), "a round a version");
        assert!(
            round.slots.all().iter().all(|slot| !slot.is_open()),
            "nothing of it is open any more"
        );
        assert!(!round.slots.is_complete(), "else it had taken effect");
    }
    if agreement.stage() != Stage::Voided {
        assert!(versions.iter().all(|version| *version < agreement.content_version()));
    }
    if let Some(running) = agreement.running() {
        assert!(running.slots.is_complete(), "no required slot is unsigned");
        assert!(running.since >= running.frozen.effective_on);
        assert!(running.since >= kernel::shanghai_date(running.signed_at));
    }
}

/// What has to be true after an act that was done.
fn follows(before: &Agreement, after: &Agreement, steps: &[Step], signed: &mut BTreeSet<SlotId>) {
    let step = steps[0];
    let row = TRANSITIONS
        .iter()
        .find(|row| row.act == step.act && row.from.contains(&before.stage()))
        .unwrap();
    assert!(row.to.contains(&after.stage()));
    assert!(after.content_version() >= before.content_version());
    match step.act {
        Act::Sign => assert!(signed.insert(step.slot.unwrap()), "signed twice"),
        Act::Decline => {
            assert!(
                matches!(after.stage(), Stage::Negotiating | Stage::Voided),
                "a declined slot ends the round"
            );
            assert_eq!(after.past_rounds().len(), before.past_rounds().len() + 1);
        }
        _ => {}
    }
    assert_eq!(
        after.stage() == Stage::Effective && before.stage() == Stage::Signing,
        steps.len() == 2,
        "A11 is told"
    );
    // Who signed, signed: nothing but the end of the round touches a signature.
    for slot in before.slots().into_iter().flat_map(Slots::signed) {
        assert_eq!(after.slot(slot.id), Some(slot));
    }
}

/// How a play ended, what was told of it, and where it led.
struct Played {
    agreement: Agreement,
    told: Vec<(Timestamp, Step)>,
    stages: BTreeSet<Stage>,
}

fn play(with_college: bool, by: Party, tries: &[Try], seed: u64) -> Played {
    let chance = SeededChance::new(seed);
    let mut agreement = create(with_college, by, &chance);
    let (mut at, mut signed, mut told) = (BEGIN, BTreeSet::new(), Vec::new());
    let mut stages = BTreeSet::from([agreement.stage()]);
    holds(&agreement);
    for one in tries {
        at = at.plus_hours(one.hours);
        let acts = acts(agreement.stage());
        let mut slots: Vec<SlotId> = agreement
            .slots()
            .into_iter()
            .flat_map(Slots::all)
            .map(|slot| slot.id)
            .collect();
        slots.push(SlotId::new(at, &chance));
        let slot = slots[one.slot.index(slots.len())];
        let act = acts[one.act.index(acts.len())];
        let mut actors = vec![Actor::Enterprise, Actor::College, Actor::Operator, Actor::System];
        actors.extend(slots.iter().copied().map(Actor::Signer));
        let own = matches!(act, Act::Sign | Act::Decline) && one.own;
        let actor = if own {
            Actor::Signer(slot)
        } else {
            actors[one.actor.index(actors.len())]
        };
        if let Ok((after, steps)) = attempt(&agreement, act, actor, slot, one.variant, at, &chance) {
            follows(&agreement, &after, &steps, &mut signed);
            holds(&after);
            told.extend(steps.into_iter().map(|step| (at, step)));
            stages.insert(after.stage());
            agreement = after;
        }
    }
    Played {
        agreement,
        told,
        stages,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_the_laws_hold(with_college in any::<bool>(), tries in tries(), seed in any::<u64>()) {
        play(with_college, Party::Enterprise, &tries, seed);
        if with_college {
            play(true, Party::College, &tries, seed);
        }
    }
}

#[test]
fn two_thousand_plays_reach_every_stage_and_their_chains_verify() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut stages = BTreeMap::new();
    for seed in 0..2_000 {
        let tries = tries().new_tree(&mut runner).unwrap().current();
        let chance = SeededChance::new(seed);
        let Played {
            agreement,
            told,
            stages: led,
        } = play(true, Party::Enterprise, &tries, seed);
        for stage in led {
            *stages.entry(stage).or_insert(0) += 1;
        }
        // Chains are dear without optimisation; every twentieth is enough.
        if seed % 20 != 0 {
            continue;
        }
        let material = Material {
            agreement: agreement.id(),
            version: agreement.content_version(),
            schema: "training/1".to_owned(),
            template: "training/1".to_owned(),
            rule_set: "2026-11-01".to_owned(),
            packs: vec![],
            sections: [("pay".to_owned(), json!({"fen": chance.below(900_000)}))].into(),
        };
        let content = Content::freeze(material, &chance).unwrap();
        let signs = |(_, step): &&(Timestamp, Step)| step.act == Act::Sign && step.content_version == content.version;
        let signatures = told.iter().filter(signs).count();
        let (mut events, mut beside): (Vec<Event>, Vec<_>) = (Vec::new(), Vec::new());
        for (at, step) in told {
            // The played hashes stand for contents; the last version's is the one exported.
            let own = step.content_version == content.version;
            let mut entry = step.entry(agreement.id(), at);
            if own && entry.content_hash.is_some() {
                entry.content_hash = Some(content.hash());
            }
            let details = Details::new(json!({}), &chance).unwrap();
            events.push(Event::next(events.last().map(Event::tip), entry, &details, None));
            beside.push((step.act != Act::Sign).then_some(details));
        }
        if events.is_empty() {
            continue;
        }
        let report = verify(
            &Export::new(content, events, beside, vec![], &[]),
            &TrustedKeys::default(),
        );
        assert_eq!(
            (report.faults.as_slice(), report.verdict()),
            ([].as_slice(), Verdict::Unsealed)
        );
        assert_eq!(report.signatures.len(), signatures);
    }
    for stage in Stage::ALL {
        assert!(
            stages.get(stage).is_some_and(|plays| *plays >= 10),
            "{stage}: {stages:?}"
        );
    }
}
