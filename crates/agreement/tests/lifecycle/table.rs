//! The table of transitions is what the methods do, and it is the domain's list.

use std::collections::BTreeSet;

use super::support::{BEGIN, attempt, samples};
use agreement::lifecycle::{
    Act, Actor, Agreement, Bound, Creating, Kind, Parties, Role, Seats, Slots, Stage, TRANSITIONS, bound, grid,
};
use kernel::{AgreementId, OrganisationId, SeededChance, SlotId};

fn actors(agreement: &Agreement) -> Vec<Actor> {
    let slots = agreement
        .slots()
        .into_iter()
        .flat_map(Slots::all)
        .map(|slot| Actor::Signer(slot.id));
    [Actor::Enterprise, Actor::College, Actor::Operator, Actor::System]
        .into_iter()
        .chain(slots)
        .collect()
}

/// Whether what binds the role is met, worked out apart from the code.
fn meets(agreement: &Agreement, bound: Bound, actor: Actor, slot: SlotId) -> bool {
    let found = agreement.slots().and_then(|slots| slots.find(slot));
    match bound {
        Bound::Free => true,
        Bound::WithBall => agreement.with().is_none_or(|with| actor == Actor::from(with)),
        Bound::Owner => actor == Actor::from(agreement.owner()),
        Bound::OwnSlot => actor == Actor::Signer(slot),
        Bound::OwnSide => found.is_some_and(|slot| {
            let side = if slot.role.code() == "college" {
                Actor::College
            } else {
                Actor::Enterprise
            };
            actor == side
        }),
        Bound::Voice => {
            let signed = agreement.slots().into_iter().flat_map(Slots::signed);
            signed.map(|slot| Actor::Signer(slot.id)).any(|signer| signer == actor)
        }
    }
}

#[test]
fn the_methods_do_what_the_grid_says_and_nothing_else() {
    let chance = SeededChance::new(1);
    let somebody = SlotId::new(BEGIN, &chance);
    let (mut seen, mut led) = (BTreeSet::new(), BTreeSet::new());
    for agreement in samples(&chance) {
        let stage = agreement.stage();
        let mut slots: Vec<SlotId> = agreement
            .slots()
            .into_iter()
            .flat_map(Slots::all)
            .map(|slot| slot.id)
            .collect();
        slots.push(somebody);
        for act in Act::ALL.iter().copied() {
            for actor in actors(&agreement).into_iter().chain([Actor::Signer(somebody)]) {
                for slot in &slots {
                    for (hours, variant) in [(3, true), (3, false), (80, true), (24 * 10, true), (24 * 20, true)] {
                        let at = BEGIN.plus_hours(hours);
                        let Ok((after, steps)) = attempt(&agreement, act, actor, *slot, variant, at, &chance) else {
                            continue;
                        };
                        let cell = bound(Some(stage), act, actor.role());
                        let bound = cell.unwrap_or_else(|| panic!("{actor:?} may {act} while {stage}"));
                        assert!(
                            meets(&agreement, bound, actor, *slot),
                            "{act} by {actor:?} while {stage}: {bound:?}"
                        );
                        let row = TRANSITIONS
                            .iter()
                            .find(|row| row.act == act && row.from.contains(&stage))
                            .unwrap();
                        assert!(
                            row.to.contains(&after.stage()),
                            "{act} leads from {stage} to {}",
                            after.stage()
                        );
                        seen.insert((stage, act, actor.role()));
                        led.insert((row.number, act, after.stage()));
                        assert_eq!((steps[0].act, steps[0].role), (act, actor.role()));
                        for step in &steps[1..] {
                            assert_eq!((step.act, step.role), (Act::TakeEffect, Role::System));
                            seen.insert((stage, step.act, step.role));
                            led.insert(("A11", step.act, after.stage()));
                        }
                    }
                }
            }
        }
    }
    // Nothing in the grid is a dead letter: everything it allows was done, and led everywhere it says.
    let cells = grid().into_iter().filter(|cell| cell.bound.is_some());
    let allowed: BTreeSet<_> = cells
        .filter_map(|cell| Some((cell.stage?, cell.act, cell.role)))
        .collect();
    assert_eq!(
        allowed.difference(&seen).collect::<Vec<_>>(),
        Vec::<&(Stage, Act, Role)>::new()
    );
    let leads = TRANSITIONS.iter().filter(|row| row.act != Act::Create);
    let leads: BTreeSet<_> = leads
        .flat_map(|row| row.to.iter().map(|to| (row.number, row.act, *to)))
        .collect();
    assert_eq!(
        leads.difference(&led).collect::<Vec<_>>(),
        Vec::<&(&str, Act, Stage)>::new()
    );
}

#[test]
fn a_draft_is_made_by_a_party_and_by_nobody_else() {
    let chance = SeededChance::new(1);
    let slot = SlotId::new(BEGIN, &chance);
    for actor in [
        Actor::Enterprise,
        Actor::College,
        Actor::Operator,
        Actor::System,
        Actor::Signer(slot),
    ] {
        for college in [None, Some(OrganisationId::new(BEGIN, &chance))] {
            let creating = Creating {
                id: AgreementId::new(BEGIN, &chance),
                kind: Kind::Training,
                parties: Parties {
                    enterprise: OrganisationId::new(BEGIN, &chance),
                    college,
                },
                by: actor,
                seats: Seats::NotCounted,
                at: BEGIN,
            };
            let is_party = actor == Actor::Enterprise || (actor == Actor::College && college.is_some());
            assert_eq!(Agreement::create(creating).is_ok(), is_party, "{actor:?}");
            assert!(bound(None, Act::Create, actor.role()).is_some() || !is_party);
        }
    }
}

#[test]
fn the_grid_is_whole() {
    assert_eq!(grid().len(), (Stage::ALL.len() + 1) * Act::ALL.len() * Role::ALL.len());
    for stage in [Stage::Completed, Stage::Terminated, Stage::Voided] {
        assert!(
            grid()
                .iter()
                .all(|cell| cell.stage != Some(stage) || cell.bound.is_none()),
            "{stage} is the end"
        );
    }
}

/// A row of the domain's list: number, transition and actor in its words, then as stages and roles.
struct Row(
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

/// lifecycles.md, "3 Agreement".
const DOMAIN: &[Row] = &[
    Row(
        "A1",
        "– → draft",
        "create from inquiry / class list / renewal / by hand (college or enterprise)",
        &[],
        &["draft"],
        &["enterprise", "college"],
    ),
    Row(
        "A2",
        "draft → negotiating",
        "hand over (party)",
        &["draft"],
        &["negotiating"],
        &["enterprise", "college"],
    ),
    Row(
        "A3",
        "negotiating → negotiating",
        "edit (party with the ball)",
        &["negotiating"],
        &["negotiating"],
        &["enterprise", "college"],
    ),
    Row(
        "A4",
        "negotiating → ready",
        "approve (each)",
        &["negotiating"],
        &["ready"],
        &["enterprise", "college"],
    ),
    Row(
        "A5",
        "ready → signing",
        "send (either)",
        &["ready"],
        &["signing"],
        &["enterprise", "college"],
    ),
    Row(
        "A6",
        "slot open → signed",
        "sign (that signer)",
        &["signing"],
        &["signing"],
        &["signer"],
    ),
    Row(
        "A7",
        "slot open → replaced",
        "change address/person (op or org admin for own side)",
        &["signing"],
        &["signing"],
        &["operator", "enterprise", "college"],
    ),
    Row(
        "A8",
        "slot → declined",
        "decline (signer)",
        &["signing"],
        &["negotiating", "voided"],
        &["signer"],
    ),
    Row(
        "A9",
        "slot → expired",
        "sys",
        &["signing"],
        &["signing", "voided"],
        &["system"],
    ),
    Row(
        "A10",
        "signing → negotiating",
        "recall (either org)",
        &["signing"],
        &["negotiating"],
        &["enterprise", "college"],
    ),
    Row(
        "A11",
        "signing → effective",
        "last slot signed (sys)",
        &["signing"],
        &["effective"],
        &["system"],
    ),
    Row(
        "A13",
        "effective ↔ suspended",
        "both orgs, or op",
        &["effective", "suspended"],
        &["suspended", "effective"],
        &["enterprise", "college", "operator"],
    ),
    Row(
        "A14",
        "effective → completed",
        "sys / college",
        &["effective"],
        &["completed"],
        &["system", "college"],
    ),
    Row(
        "A15",
        "effective → terminated",
        "any party proposes, others acknowledge; unilateral for legal grounds (abuse, closure, unpaid)",
        &["effective"],
        &["terminated"],
        &["enterprise", "college", "signer"],
    ),
    Row(
        "A16",
        "draft…signing → voided",
        "owner, op",
        &["draft", "negotiating", "ready", "signing"],
        &["voided"],
        &["enterprise", "college", "operator"],
    ),
];

/// What the code has beyond the domain's list, and why: number, stages from, stages to, roles, reason.
type Beyond = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
);
const BEYOND: &[Beyond] = &[
    (
        "A2",
        &["negotiating"],
        &[],
        &[],
        "the ball goes to and fro, not only once",
    ),
    (
        "A3",
        &["draft"],
        &["draft"],
        &[],
        "a draft is written before it is handed over",
    ),
    ("A4", &[], &["negotiating"], &[], "one approval of two is not all"),
    (
        "A5",
        &["signing"],
        &[],
        &["system"],
        "a reminder is an act, so that none goes out after the answer",
    ),
    (
        "A6",
        &[],
        &["effective"],
        &[],
        "A11 comes with the last signature, in the same act",
    ),
    (
        "A9",
        &[],
        &[],
        &["enterprise", "college"],
        "more time is given by a party",
    ),
    (
        "A10",
        &["ready"],
        &["signing"],
        &["signer"],
        "what nobody was sent needs no sending to be mended; a recall waits until those who signed agree",
    ),
    (
        "A15",
        &["suspended"],
        &["effective", "suspended"],
        &[],
        "a pause locks nobody in; a proposal waits until the others agree",
    ),
];

#[test]
fn the_table_is_the_domains_list_and_what_it_has_beyond_that_is_explained() {
    let set = |words: &[&'static str]| words.iter().copied().collect::<BTreeSet<_>>();
    for Row(number, _, _, from, to, who) in DOMAIN {
        let rows: Vec<_> = TRANSITIONS.iter().filter(|row| row.number == *number).collect();
        let beyond = BEYOND.iter().find(|row| row.0 == *number);
        let (more_from, more_to, more_who) = beyond.map_or((&[][..], &[][..], &[][..]), |row| (row.1, row.2, row.3));
        let code_from: BTreeSet<_> = rows.iter().flat_map(|row| row.from).map(|stage| stage.code()).collect();
        let code_to: BTreeSet<_> = rows.iter().flat_map(|row| row.to).map(|stage| stage.code()).collect();
        let code_who: BTreeSet<_> = rows
            .iter()
            .flat_map(|row| row.who)
            .map(|(role, _)| role.code())
            .collect();
        assert_eq!(code_from, &set(from) | &set(more_from), "{number} from");
        assert_eq!(code_to, &set(to) | &set(more_to), "{number} to");
        assert_eq!(code_who, &set(who) | &set(more_who), "{number} who");
        for (domain, more) in [(from, more_from), (to, more_to), (who, more_who)] {
            assert!(
                set(domain).is_disjoint(&set(more)),
                "{number}: {more:?} is in the domain's list and needs no reason"
            );
        }
    }
    // A12 (paper) and A17 (amendments) are not built yet.
    let code: BTreeSet<_> = TRANSITIONS.iter().map(|row| row.number).collect();
    assert_eq!(code, DOMAIN.iter().map(|row| row.0).collect());
    assert!(BEYOND.iter().all(|row| !row.4.is_empty()));
}

#[test]
fn the_list_written_down_here_is_the_one_of_the_document() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/domain/lifecycles.md");
    let Ok(document) = std::fs::read_to_string(path) else {
        println!("skipped: the domain's document is not here");
        return;
    };
    let rows: Vec<_> = document.lines().filter(|line| line.starts_with("| A")).collect();
    for Row(number, transition, who, ..) in DOMAIN {
        let row = rows
            .iter()
            .find(|row| row.starts_with(&format!("| {number} |")))
            .unwrap();
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        assert!(cells[2].starts_with(transition), "{number}: {}", cells[2]);
        assert_eq!(cells[3], *who, "{number}");
    }
    assert_eq!(rows.len(), DOMAIN.len() + 2, "all but A12 and A17");
}

#[test]
fn every_code_reads_back() {
    for stage in Stage::ALL {
        assert_eq!(Stage::from_code(stage.code()), Some(*stage));
        assert_eq!(serde_json::to_value(stage).unwrap(), stage.code());
    }
    for act in Act::ALL {
        assert_eq!(Act::from_code(act.code()), Some(*act));
    }
    let codes = agreement::lifecycle::refusal_codes();
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
}
