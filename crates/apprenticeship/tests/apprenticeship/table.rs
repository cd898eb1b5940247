//! The tables are what the methods do, and they are the domain's lists.

use std::collections::BTreeSet;

use super::support::{BEGIN, at, attempt, attempt_week, lead, mentor, record_in, step, tutor, week_in};
use apprenticeship::{Role, hours, record, refusal_codes, rights, week};

fn set<'a>(words: &[&'a str]) -> BTreeSet<&'a str> {
    words.iter().copied().collect()
}

#[test]
fn the_records_methods_do_what_the_grid_says_and_nothing_else() {
    use record::{Act, Actor, Stage, TRANSITIONS, bound};
    let (mut seen, mut led) = (BTreeSet::new(), BTreeSet::new());
    let mut samples = Vec::new();
    for with_college in [true, false] {
        for stage in Stage::ALL {
            let sample = record_in(*stage, with_college);
            assert_eq!(sample.stage(), *stage);
            // With a question open to either side, where questions can be asked.
            for variant in [0, 1] {
                if let Ok(asked) = attempt(&sample, Act::Query, Actor::Apprentice, variant, at(-10)) {
                    samples.push(asked);
                }
            }
            if *stage == Stage::Training && with_college {
                samples.push(step(&sample, Act::Assess, Actor::Enterprise, 0, at(300)));
            }
            samples.push(sample);
        }
    }
    for sample in &samples {
        let stage = sample.stage();
        for act in Act::ALL.iter().copied().filter(|act| *act != Act::Register) {
            for actor in Actor::ALL {
                for variant in 0..6 {
                    for days in [-5, 0, 40, 305, 320] {
                        let Ok(after) = attempt(sample, act, actor, variant, at(days)) else {
                            continue;
                        };
                        assert!(
                            bound(Some(stage), act, actor.role()).is_some(),
                            "{actor:?} may {act} while {stage}"
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
                    }
                }
            }
        }
    }
    let cells = record::grid().into_iter().filter(|cell| cell.bound.is_some());
    let allowed: BTreeSet<_> = cells
        .filter_map(|cell| Some((cell.stage?, cell.act, cell.role)))
        .collect();
    assert_eq!(
        allowed.difference(&seen).collect::<Vec<_>>(),
        Vec::<&(Stage, Act, Role)>::new()
    );
    let leads = TRANSITIONS.iter().filter(|row| row.act != Act::Register);
    let leads: BTreeSet<_> = leads
        .flat_map(|row| row.to.iter().map(|to| (row.number, row.act, *to)))
        .collect();
    assert_eq!(
        leads.difference(&led).collect::<Vec<_>>(),
        Vec::<&(&str, Act, Stage)>::new()
    );
}

#[test]
fn the_weeks_methods_do_what_the_grid_says_and_nothing_else() {
    use week::{Act, Actor, Stage, TRANSITIONS, bound};
    let actors = [
        Actor::Apprentice,
        Actor::Assigned(mentor()),
        Actor::Assigned(lead()),
        Actor::Assigned(tutor()),
        Actor::Operator,
        Actor::System,
    ];
    let mut samples: Vec<_> = Stage::ALL.iter().map(|stage| week_in(*stage)).collect();
    let returned = attempt_week(
        &week_in(Stage::FirstApproved),
        Act::Return,
        Actor::Assigned(tutor()),
        true,
        &[],
        at(5),
    )
    .unwrap();
    samples.push(attempt_week(&returned, Act::Submit, Actor::Apprentice, true, &[], at(6)).unwrap());
    samples.push(returned);
    let (mut seen, mut pairs) = (BTreeSet::new(), BTreeSet::new());
    for sample in &samples {
        let stage = sample.stage();
        for act in Act::ALL.iter().copied() {
            for actor in actors {
                for (tutored, days) in [(true, 7), (false, 7), (true, 40), (false, 40)] {
                    let Ok(after) = attempt_week(sample, act, actor, tutored, &[], at(days)) else {
                        continue;
                    };
                    assert!(
                        bound(Some(stage), act, actor.role()).is_some(),
                        "{actor:?} may {act} while {stage}"
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
                    if stage != after.stage() {
                        pairs.insert((stage.code(), after.stage().code()));
                    }
                }
            }
        }
    }
    let cells = week::grid().into_iter().filter(|cell| cell.bound.is_some());
    let allowed: BTreeSet<_> = cells
        .filter_map(|cell| Some((cell.stage?, cell.act, cell.role)))
        .collect();
    assert_eq!(
        allowed.difference(&seen).collect::<Vec<_>>(),
        Vec::<&(Stage, Act, Role)>::new()
    );

    // lifecycles.md, "Logbook week", as pairs of stages.
    let mut domain = BTreeSet::from([
        ("open", "submitted"),
        ("submitted", "first_approved"),
        ("first_approved", "approved"),
        ("submitted", "open"),
        ("submitted", "returned"),
        ("first_approved", "returned"),
        ("returned", "submitted"),
    ]);
    // Beyond it: what the final reviewer returned goes straight back to that one, who then approves it from `submitted`.
    assert!(domain.insert(("submitted", "approved")));
    assert_eq!(pairs, domain);
}

/// Whether what binds the week's reviewers is what the domain says, in its words.
#[test]
fn who_may_do_what_with_a_week_is_the_domains_list() {
    use week::{Act, Bound, TRANSITIONS};
    // Act, roles, and the words of lifecycles.md it comes from; or why it is here although nothing is said.
    let domain: [(Act, &[&str], &str); 8] = [
        (
            Act::Open,
            &["apprentice", "system"],
            "a week begins when it is first written, or by a job",
        ),
        (
            Act::Write,
            &["apprentice"],
            "open and returned weeks are the apprentice's",
        ),
        (Act::Submit, &["apprentice"], "`open → submitted"),
        (
            Act::TakeBack,
            &["apprentice"],
            "`submitted → open` (apprentice withdraws)",
        ),
        (
            Act::FirstApprove,
            &["mentor", "lead"],
            "company mentor only for weeks inside the assignment dates",
        ),
        (
            Act::Approve,
            &["tutor", "lead"],
            "college mentor always; the lead where there is no tutor",
        ),
        (
            Act::Return,
            &["mentor", "lead", "tutor"],
            "`submitted|first_approved → returned(reason)`",
        ),
        (Act::Unlock, &["operator"], "unlocked only by op with reason"),
    ];
    for (act, who, why) in domain {
        let rows = TRANSITIONS.iter().filter(|row| row.act == act);
        let code: BTreeSet<_> = rows.flat_map(|row| row.who).map(|(role, _)| role.code()).collect();
        assert_eq!(code, set(who), "{act}: {why}");
    }
    assert_eq!(domain.len(), Act::ALL.len());
    // Who is of the enterprise is bound by dates wherever they review, and the tutor by the assignment alone.
    for (role, bound) in TRANSITIONS.iter().flat_map(|row| row.who) {
        let expected: &[Bound] = match role {
            Role::Mentor => &[Bound::First],
            Role::Lead => &[Bound::First, Bound::StandIn, Bound::FirstOrStandIn],
            Role::Tutor => &[Bound::Final],
            _ => &[Bound::Free],
        };
        assert!(expected.contains(bound), "{role} {bound:?}");
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

const ACTIVE: &[&str] = &["registered", "training", "on_break", "assessment"];

/// lifecycles.md, "4 Apprentice record".
const DOMAIN: &[Row] = &[
    Row(
        "T1",
        "– → registered",
        "agreement effective (sys)",
        &[],
        &["registered"],
        &["system"],
    ),
    Row(
        "T2",
        "(flag) section confirmations",
        "apprentice",
        ACTIVE,
        ACTIVE,
        &["apprentice"],
    ),
    Row(
        "T3",
        "registered → training",
        "start date reached (sys)",
        &["registered"],
        &["training"],
        &["system"],
    ),
    Row(
        "T4",
        "training ↔ on_break",
        "either org (apprentice informed; sick, service, plant stop)",
        &["training", "on_break"],
        &["on_break", "training"],
        &["enterprise", "college"],
    ),
    Row(
        "T5",
        "training → assessment",
        "college + enterprise",
        &["training"],
        &["assessment"],
        &["college", "enterprise"],
    ),
    Row(
        "T6",
        "assessment → completed / failed",
        "assessor result (college or authority)",
        &["assessment"],
        &["completed", "failed"],
        &["college", "operator"],
    ),
    Row(
        "T8",
        "any active → withdrawn",
        "org or apprentice, with reason code and *side*",
        ACTIVE,
        &["withdrawn"],
        &["enterprise", "college", "apprentice"],
    ),
    Row(
        "T9",
        "withdrawn → transferred",
        "new agreement with `continuation_of`",
        &["withdrawn"],
        &["transferred"],
        &["system"],
    ),
    Row(
        "T10",
        "completed → completed",
        "correct date (op)",
        &["completed"],
        &["completed"],
        &["operator"],
    ),
];

/// What the code has beyond the domain's list, and why: number, stages to, roles, reason.
type Beyond = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
);
const BEYOND: &[Beyond] = &[
    (
        "T2",
        &[],
        &["enterprise", "college", "system"],
        "the named side answers a query; a changed agreement is taken over by a job",
    ),
    (
        "T4",
        &[],
        &["system"],
        "a pause of the agreement (A13) pauses the record, and a break ends on its last day",
    ),
    ("T5", &["training"], &[], "the word of one party of two is not both"),
    (
        "T6",
        &["assessment"],
        &[],
        "with another try left, the assessment goes on",
    ),
    ("T8", &[], &["system"], "a terminated agreement (A15) ends the record"),
];

#[test]
fn the_records_table_is_the_domains_list_and_what_it_has_beyond_that_is_explained() {
    use record::TRANSITIONS;
    for Row(number, _, _, from, to, who) in DOMAIN {
        let rows: Vec<_> = TRANSITIONS.iter().filter(|row| row.number == *number).collect();
        let beyond = BEYOND.iter().find(|row| row.0 == *number);
        let (more_to, more_who) = beyond.map_or((&[][..], &[][..]), |row| (row.1, row.2));
        let code_from: BTreeSet<_> = rows.iter().flat_map(|row| row.from).map(|stage| stage.code()).collect();
        let code_to: BTreeSet<_> = rows.iter().flat_map(|row| row.to).map(|stage| stage.code()).collect();
        let code_who: BTreeSet<_> = rows
            .iter()
            .flat_map(|row| row.who)
            .map(|(role, _)| role.code())
            .collect();
        assert_eq!(code_from, set(from), "{number} from");
        assert_eq!(code_to, &set(to) | &set(more_to), "{number} to");
        assert_eq!(code_who, &set(who) | &set(more_who), "{number} who");
        for (domain, more) in [(to, more_to), (who, more_who)] {
            assert!(
                set(domain).is_disjoint(&set(more)),
                "{number}: {more:?} is in the domain's list and needs no reason"
            );
        }
    }
    // T7 (certificates) is not built yet.
    let code: BTreeSet<_> = TRANSITIONS.iter().map(|row| row.number).collect();
    assert_eq!(code, DOMAIN.iter().map(|row| row.0).collect());
    assert!(BEYOND.iter().all(|row| !row.3.is_empty()));
}

#[test]
fn the_lists_written_down_here_are_those_of_the_document() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/domain/lifecycles.md");
    let Ok(document) = std::fs::read_to_string(path) else {
        println!("skipped: the domain's document is not here");
        return;
    };
    let rows: Vec<_> = document.lines().filter(|line| line.starts_with("| T")).collect();
    for Row(number, transition, who, ..) in DOMAIN {
        let row = rows
            .iter()
            .find(|row| row.starts_with(&format!("| {number} |")))
            .unwrap();
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[2], *transition, "{number}");
        assert!(cells[3].starts_with(who), "{number}: {}", cells[3]);
    }
    assert_eq!(rows.len(), DOMAIN.len() + 1, "all but T7");
    let week = document
        .lines()
        .find(|line| line.starts_with("**Logbook week**"))
        .unwrap();
    for said in [
        "`open → submitted → first_approved → approved`",
        "`submitted → open` (apprentice withdraws)",
        "`submitted|first_approved → returned(reason)`",
        "if the *final* reviewer returned it, it goes straight back to the final reviewer",
        "`approved` immutable (correction = new line referring to it)",
        "company mentor only for weeks inside the assignment dates + 42-day grace",
        "college mentor always",
        "weeks overdue > 14 d flagged",
        "unlocked only by op with reason",
    ] {
        assert!(week.contains(said), "{said}");
    }
}

#[test]
fn the_grids_are_whole_and_the_ends_are_ends() {
    let record_cells = (record::Stage::ALL.len() + 1) * record::Act::ALL.len() * Role::ALL.len();
    assert_eq!(record::grid().len(), record_cells);
    let week_cells = (week::Stage::ALL.len() + 1) * week::Act::ALL.len() * Role::ALL.len();
    assert_eq!(week::grid().len(), week_cells);
    for cell in record::grid() {
        if matches!(cell.stage, Some(record::Stage::Failed | record::Stage::Transferred)) {
            assert_eq!(cell.bound, None, "{cell:?}");
        }
    }
    for cell in week::grid() {
        if cell.stage == Some(week::Stage::Approved) {
            assert_eq!(cell.bound, None, "an approved week does not change: {cell:?}");
        }
    }
}

#[test]
fn a_record_is_begun_by_a_job_and_by_nobody_else() {
    for by in record::Actor::ALL {
        let new = record::Registering {
            by,
            ..super::support::registering(true)
        };
        assert_eq!(record::Record::register(new).is_ok(), by == record::Actor::System);
    }
}

#[test]
fn every_code_reads_back_and_stands_once() {
    for stage in record::Stage::ALL {
        assert_eq!(record::Stage::from_code(stage.code()), Some(*stage));
        let state = serde_json::to_value(record_in(*stage, true).state()).unwrap();
        assert_eq!(state["stage"], stage.code());
    }
    for stage in week::Stage::ALL {
        assert_eq!(week::Stage::from_code(stage.code()), Some(*stage));
        let state = serde_json::to_value(week_in(*stage).state()).unwrap();
        assert_eq!(state["stage"], stage.code());
    }
    for role in rights::AssignmentRole::ALL {
        assert_eq!(role.code(), role.role().code());
    }
    let codes = refusal_codes();
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    let faults = hours::FaultKind::CODES;
    assert_eq!(faults.iter().collect::<BTreeSet<_>>().len(), faults.len());
    assert_eq!(apprenticeship::Terms::default(), *super::support::TERMS);
    assert_eq!(kernel::shanghai_date(BEGIN), super::support::FIRST);
}
