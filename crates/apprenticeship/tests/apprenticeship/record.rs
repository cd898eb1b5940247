//! Stories of a record.

use std::collections::{BTreeMap, BTreeSet};

use agreement::{
    lifecycle::{Party, SlotRole},
    training::{FIELDS, choice::CourseKind, sample},
};
use apprenticeship::{
    AssessRefusal, BreakRefusal, ConfirmRefusal, CorrectRefusal, Notice, QueryAnswerRefusal, QueryRefusal,
    RegisterRefusal, StartRefusal, Tell, Told, TransferRefusal, WithdrawRefusal,
    hours::{Carried, Tally, Totals},
    record::{
        Act, Actor, Answering, Assessing, Break, BreakReason, Confirming, Correcting, Gate, GateFacts, Gateway,
        GatewayFacts, Minor, Pausing, Querying, Record, Registering, Resuming, Revising, Section, Stage, Starting,
        State, Transferring, WithdrawReason, Withdrawing, affected, gates, is_minor,
    },
};
use kernel::{Date, Timestamp};
use law::Packs;
use time::macros::date;

use super::support::{
    FIRST, LAST, READY, TERMS, agreement, at, attempt, day, done_totals, record_in, registering, step,
};

fn confirming(record: &Record, section: Section, at: Timestamp) -> Confirming {
    Confirming {
        by: Actor::Apprentice,
        section,
        version: record.version(),
        at,
    }
}

fn confirm(record: Record, section: Section, at: Timestamp) -> Record {
    let confirming = confirming(&record, section, at);
    record.confirm(confirming).unwrap().0
}

fn query(record: Record, section: Section, side: Party, at: Timestamp) -> Record {
    let querying = Querying {
        by: Actor::Apprentice,
        section,
        side,
        words: "工资不是说好的数".to_owned(),
        at,
    };
    record.query(querying).unwrap().0
}

#[test]
fn a_record_begins_with_five_sections_to_confirm() {
    let (record, done) = Record::register(registering(true)).unwrap();
    assert_eq!(done.tell, [Tell(Told::Apprentice, Notice::Registered)]);
    assert_eq!(record.sections().len(), 5);
    assert!(!record.is_confirmed());
    assert!(record.is_waiting(day(-1)) && !record.is_waiting(FIRST));
    let record = Section::ALL
        .iter()
        .fold(record, |record, section| confirm(record, *section, at(-10)));
    assert!(record.is_confirmed());
    assert_eq!(
        record
            .clone()
            .confirm(confirming(&record, Section::Rights, at(-9)))
            .unwrap_err(),
        ConfirmRefusal::Confirmed { at: at(-10) }
    );
    let kept: Record = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
    assert_eq!(kept, record);
    let backwards = Registering {
        end: day(-1),
        ..registering(true)
    };
    assert_eq!(Record::register(backwards).unwrap_err(), RegisterRefusal::Dates);
}

#[test]
fn a_revision_asks_only_for_what_it_changes() {
    let record = record_in(Stage::Training, true);
    let record = Section::ALL
        .iter()
        .fold(record, |record, section| confirm(record, *section, at(1)));
    let (before, mut after) = (sample(), sample());
    after.people.mentors[0].name = Some("周师傅".to_owned());
    let changed = affected(&before, &after);
    assert_eq!(changed, BTreeSet::from([Section::Delivery]));
    let revising = Revising {
        by: Actor::System,
        version: record.version() + 1,
        affected: changed,
        end: LAST,
        at: at(20),
    };
    let (revised, done) = record.clone().revise(&revising).unwrap();
    assert_eq!(done.tell, [Tell(Told::Apprentice, Notice::Revised)]);
    let open: Vec<_> = revised
        .sections()
        .iter()
        .filter(|one| one.confirmed_at.is_none())
        .collect();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].section, open[0].since), (Section::Delivery, at(20)));
    // What was looked at before the revision is not what is confirmed now.
    let stale = confirming(&record, Section::Delivery, at(21));
    assert_eq!(revised.clone().confirm(stale).unwrap_err().code(), "confirm.stale");
    assert!(confirm(revised.clone(), Section::Delivery, at(21)).is_confirmed());
    assert_eq!(revised.revise(&revising).unwrap_err().code(), "revise.not_newer");
    assert!(affected(&before, &sample()).is_empty());
}

#[test]
fn every_field_of_the_agreement_is_shown_in_a_section() {
    let mut shown: BTreeMap<Section, Vec<&str>> = BTreeMap::new();
    for field in FIELDS {
        shown.entry(Section::of(field)).or_default().push(field.key);
    }
    assert_eq!(shown.keys().copied().collect::<Vec<_>>(), Section::ALL);
    for (key, section) in [
        ("enterprise.name", Section::Enterprise),
        ("labour_contract.wage", Section::Enterprise),
        ("college.name", Section::College),
        ("training.target_level", Section::Training),
        ("training.content", Section::Training),
        ("training.retakes", Section::Delivery),
        ("people.tutors", Section::Delivery),
        ("pay.wage_items", Section::Rights),
        ("hours.per_day", Section::Rights),
        ("ending.dispute", Section::Rights),
    ] {
        assert!(shown[&section].contains(&key), "{key}");
    }
}

#[test]
fn what_waits_for_two_weeks_is_overdue_for_whom_it_waits() {
    let record = record_in(Stage::Registered, true);
    // Registered twenty days before the first day.
    assert!(record.overdue(day(-6), TERMS).is_empty());
    let late = record.overdue(day(-5), TERMS);
    assert_eq!(late.len(), 5);
    assert!(late.iter().all(|one| one.side.is_none()));

    let asked = query(record, Section::Rights, Party::Enterprise, at(-6));
    let late = asked.overdue(day(8), TERMS);
    assert_eq!(
        late.len(),
        4,
        "that section waits for the enterprise, not for so long yet"
    );
    let late = asked.overdue(day(9), TERMS);
    let rights = late.iter().find(|one| one.section == Section::Rights).unwrap();
    assert_eq!((rights.side, rights.since), (Some(Party::Enterprise), at(-6)));
}

#[test]
fn what_is_not_right_is_put_to_the_side_that_is_named() {
    let record = record_in(Stage::Training, true);
    let record = query(record, Section::Rights, Party::College, at(2));
    let ask = |record: &Record, side, words: &str| {
        let querying = Querying {
            by: Actor::Apprentice,
            section: Section::Rights,
            side,
            words: words.to_owned(),
            at: at(3),
        };
        record.clone().query(querying).map(|(record, _)| record)
    };
    assert_eq!(
        ask(&record, Party::Enterprise, "还有"),
        Err(QueryRefusal::Pending { since: at(2) })
    );
    assert_eq!(ask(&record, Party::Enterprise, " "), Err(QueryRefusal::NoWords));
    assert_eq!(
        ask(&record_in(Stage::Training, false), Party::College, "还有"),
        Err(QueryRefusal::NoSuchSide)
    );
    let answer = |record: &Record, by, words: &str| {
        let answering = Answering {
            by,
            section: Section::Rights,
            words: words.to_owned(),
            at: at(4),
        };
        record.clone().answer(answering)
    };
    assert_eq!(
        answer(&record, Actor::Enterprise, "已核对").unwrap_err().code(),
        "barred.not_your_side"
    );
    assert_eq!(
        answer(&record, Actor::College, "").unwrap_err(),
        QueryAnswerRefusal::NoWords
    );
    let (answered, done) = answer(&record, Actor::College, "已核对，按协议第六条执行").unwrap();
    assert_eq!(done.tell, [Tell(Told::Apprentice, Notice::QueryAnswered)]);
    assert_eq!(
        answer(&answered, Actor::College, "再答").unwrap_err(),
        QueryAnswerRefusal::NothingAsked
    );
    // Either content with that, or not.
    let again = ask(&answered, Party::Enterprise, "仍然不对").unwrap();
    assert_eq!(again.queries().len(), 2);
    let content = confirm(answered, Section::Rights, at(5));
    assert_eq!(content.queries()[0].closed_at, Some(at(5)));
    // A section that was confirmed can still turn out wrong.
    let wrong = query(content, Section::Rights, Party::Enterprise, at(6));
    assert_eq!(wrong.confirmation(Section::Rights).unwrap().confirmed_at, None);
}

#[test]
fn no_training_starts_before_its_day_or_without_what_protects() {
    let record = record_in(Stage::Registered, true);
    let begin = |first, facts, at| {
        let starting = Starting {
            by: Actor::System,
            first,
            facts,
            at,
        };
        record.clone().begin(starting)
    };
    assert_eq!(
        begin(FIRST, READY, at(-1)).unwrap_err(),
        StartRefusal::Waiting { until: FIRST }
    );
    assert_eq!(begin(day(-1), READY, at(0)).unwrap_err(), StartRefusal::Dates);
    assert_eq!(begin(day(1), READY, at(0)).unwrap_err(), StartRefusal::Dates);
    let late = GateFacts {
        safety_training_on: Some(day(1)),
        ..READY
    };
    assert_eq!(
        begin(FIRST, late, at(3)).unwrap_err(),
        StartRefusal::NotReady {
            missing: vec![Gate::SafetyTraining]
        }
    );
    let (started, done) = begin(day(1), late, at(3)).unwrap();
    assert_eq!(started.started(), Some(day(1)));
    assert_eq!(done.tell.len(), 3);
    assert!(!started.window().is_open_on(FIRST));
}

#[test]
fn what_is_not_known_on_the_first_day_is_missing() {
    let nothing = GateFacts {
        guardian_consents: Some(false),
        certificate_until: Some(None),
        minor: Some(Minor {
            has_banned_hazard: true,
            ..Minor::default()
        }),
        ..GateFacts::default()
    };
    assert_eq!(gates(&nothing, FIRST), Gate::ALL);
    let everything = GateFacts {
        guardian_consents: Some(true),
        certificate_until: Some(Some(FIRST)),
        minor: Some(Minor {
            health_check_on: Some(FIRST),
            has_card: true,
            has_banned_hazard: false,
        }),
        ..READY
    };
    assert_eq!(gates(&everything, FIRST), []);
    let expired = GateFacts {
        certificate_until: Some(Some(day(-1))),
        insured_from: Some(day(1)),
        ..READY
    };
    assert_eq!(gates(&expired, FIRST), [Gate::Insurance, Gate::Certificate]);
    let law = Packs::builtin().resolve("310118", FIRST);
    assert_eq!(is_minor(date!(2008 - 09 - 02), FIRST, &law), Ok(true));
    assert_eq!(is_minor(date!(2008 - 09 - 01), FIRST, &law), Ok(false));
}

fn pausing(from: Date, until: Option<Date>, booked: &BTreeSet<Date>) -> Pausing<'_> {
    Pausing {
        by: Actor::Enterprise,
        pause: Break {
            from,
            until,
            reason: BreakReason::PlantStop,
            words: "停产检修".to_owned(),
        },
        booked,
        terms: TERMS,
        at: at(10),
    }
}

#[test]
fn nobody_books_hours_in_a_break() {
    let record = record_in(Stage::Training, true);
    let booked = BTreeSet::from([day(3), day(9)]);
    let pause = |record: &Record, from, until| record.clone().pause(pausing(from, until, &booked));
    for (from, until, refusal) in [
        (day(-1), Some(day(1)), BreakRefusal::Dates),
        (day(12), Some(day(11)), BreakRefusal::Dates),
        (day(400), None, BreakRefusal::Dates),
        (day(10), Some(day(375)), BreakRefusal::TooLong { limit: 365 }),
        (day(9), None, BreakRefusal::HoursInBreak { day: day(9) }),
        (day(2), Some(day(4)), BreakRefusal::HoursInBreak { day: day(3) }),
    ] {
        assert_eq!(pause(&record, from, until).unwrap_err(), refusal);
    }
    assert!(pause(&record, day(4), Some(day(8))).is_ok(), "noted down afterwards");
    let (paused, done) = pause(&record, day(10), Some(day(20))).unwrap();
    assert!(done.tell.contains(&Tell(Told::Apprentice, Notice::OnBreak)));
    assert!(!paused.window().is_open_on(day(10)) && paused.window().is_open_on(day(9)));
    assert!(!paused.is_break_over(day(20), TERMS) && paused.is_break_over(day(21), TERMS));
    let resume = |on| {
        let resuming = Resuming {
            by: Actor::College,
            on,
            at: at(15),
        };
        paused.clone().resume(resuming)
    };
    assert_eq!(resume(day(9)).unwrap_err(), BreakRefusal::Dates);
    let back = resume(day(15)).unwrap().0;
    assert!(back.window().is_open_on(day(15)) && !back.window().is_open_on(day(14)));
    assert_eq!(pause(&back, day(13), Some(day(30))).unwrap_err(), BreakRefusal::Dates);
    let never = resume(day(10)).unwrap().0;
    assert_eq!(never.breaks().count(), 0, "taken back before it began");
    let mut other = pausing(day(30), None, &booked);
    other.pause.reason = BreakReason::Other;
    other.pause.words = " ".to_owned();
    assert_eq!(record.pause(other).unwrap_err(), BreakRefusal::NoWords);
}

#[test]
fn an_assessment_needs_the_hours_the_weeks_and_both_words() {
    let record = record_in(Stage::Training, true);
    let short = Tally {
        planned: 240,
        submitted: 240,
        approved: 100,
        missed: 0,
    };
    let totals = Totals {
        by_category: BTreeMap::from([(CourseKind::Skill, short)]),
        ..done_totals()
    };
    let assess = |record: &Record, by, totals: &Totals, open_weeks| {
        let facts = GatewayFacts { totals, open_weeks };
        let at = at(300);
        record.clone().assess(Assessing { by, facts, at })
    };
    let missing = vec![
        Gateway::Hours {
            category: CourseKind::Skill,
            minutes: 140,
        },
        Gateway::Weeks { open: 2 },
    ];
    assert_eq!(
        assess(&record, Actor::College, &totals, 2).unwrap_err(),
        AssessRefusal::NotReady { missing }
    );
    let (one, done) = assess(&record, Actor::College, &done_totals(), 0).unwrap();
    assert_eq!(one.stage(), Stage::Training);
    assert!(
        done.tell
            .contains(&Tell(Told::Party(Party::Enterprise), Notice::AssessmentProposed))
    );
    assert_eq!(
        assess(&one, Actor::College, &done_totals(), 0).unwrap_err(),
        AssessRefusal::Agreed { at: at(300) }
    );
    let both = assess(&one, Actor::Enterprise, &done_totals(), 0).unwrap().0;
    assert_eq!(both.stage(), Stage::Assessment);
    let alone = record_in(Stage::Training, false);
    assert_eq!(
        assess(&alone, Actor::Enterprise, &done_totals(), 0).unwrap().0.stage(),
        Stage::Assessment
    );
    assert_eq!(
        assess(&alone, Actor::College, &done_totals(), 0).unwrap_err().code(),
        "barred.no_college"
    );
    // Hours carried over from the agreement before count.
    let carried = Carried {
        from: agreement(9),
        approved: BTreeMap::from([(CourseKind::Skill, 140)]),
    };
    let continued = Record::register(Registering {
        carried: Some(carried),
        ..registering(true)
    });
    let continued = step(&continued.unwrap().0, Act::Start, Actor::System, 0, at(0));
    assert!(assess(&continued, Actor::College, &totals, 0).is_ok());
}

#[test]
fn who_does_not_pass_can_try_again_as_often_as_was_agreed() {
    let record = record_in(Stage::Assessment, true);
    let once = step(&record, Act::Conclude, Actor::College, 2, at(310));
    assert_eq!((once.stage(), once.attempts().len()), (Stage::Assessment, 1));
    let twice = step(&once, Act::Conclude, Actor::College, 2, at(320));
    assert_eq!(twice.stage(), Stage::Failed);
    let passed = step(&once, Act::Conclude, Actor::Operator, 0, at(320));
    assert!(passed.is_completed());
    assert_eq!(passed.window().until, day(320));
    assert_eq!(
        attempt(&record, Act::Conclude, Actor::College, 0, at(299)),
        Err("conclude.dates")
    );
}

#[test]
fn the_apprentice_can_leave_and_no_approved_hour_is_lost_with_it() {
    let record = record_in(Stage::Training, true);
    let withdraw = |record: &Record, by, last_day, last_approved| {
        let withdrawing = Withdrawing {
            by,
            reason: WithdrawReason::Pay,
            side: SlotRole::Enterprise,
            words: "两个月没有发工资".to_owned(),
            last_day,
            last_approved,
            at: at(100),
        };
        record.clone().withdraw(withdrawing)
    };
    assert_eq!(
        withdraw(&record, Actor::Apprentice, day(98), Some(day(99))).unwrap_err(),
        WithdrawRefusal::HoursAfter { day: day(99) }
    );
    for last_day in [day(-1), day(400)] {
        assert_eq!(
            withdraw(&record, Actor::Enterprise, last_day, None).unwrap_err(),
            WithdrawRefusal::Dates
        );
    }
    let (left, done) = withdraw(&record, Actor::Apprentice, day(99), Some(day(99))).unwrap();
    assert_eq!(left.window().until, day(99));
    assert_eq!(
        done.tell,
        [
            Tell(Told::Party(Party::Enterprise), Notice::Withdrawn),
            Tell(Told::Party(Party::College), Notice::Withdrawn)
        ]
    );
    // Never started: the agreed first day, whatever is said.
    let waiting = record_in(Stage::Registered, true);
    let never = withdraw(&waiting, Actor::Enterprise, day(50), None).unwrap().0;
    assert_eq!(never.withdrawal().unwrap().last_day, FIRST);
    assert!(!never.window().is_open_on(FIRST));

    let to_college = Withdrawing {
        by: Actor::Enterprise,
        reason: WithdrawReason::Other,
        side: SlotRole::College,
        words: "撤销专业".to_owned(),
        last_day: day(10),
        last_approved: None,
        at: at(100),
    };
    let mut wordless = to_college.clone();
    wordless.words.clear();
    assert_eq!(record.withdraw(wordless).unwrap_err(), WithdrawRefusal::NoWords);
    assert_eq!(
        record_in(Stage::OnBreak, false).withdraw(to_college).unwrap_err(),
        WithdrawRefusal::NoSuchSide
    );
}

#[test]
fn a_record_goes_on_under_an_agreement_that_begins_after_it() {
    let record = record_in(Stage::Withdrawn, true);
    let transfer = |to, start| {
        let transferring = Transferring {
            by: Actor::System,
            to,
            start,
            at: at(120),
        };
        record.clone().transfer(transferring)
    };
    let last_day = record.withdrawal().unwrap().last_day;
    assert_eq!(
        transfer(agreement(2), last_day).unwrap_err(),
        TransferRefusal::Overlap { last_day }
    );
    assert_eq!(
        transfer(agreement(1), day(200)).unwrap_err(),
        TransferRefusal::Same {
            agreement: agreement(1)
        }
    );
    let moved = transfer(agreement(2), day(101)).unwrap().0;
    assert!(matches!(moved.state(), State::Transferred { to, .. } if *to == agreement(2)));
    let itself = Registering {
        carried: Some(Carried {
            from: agreement(1),
            approved: BTreeMap::new(),
        }),
        ..registering(true)
    };
    assert_eq!(Record::register(itself).unwrap_err(), RegisterRefusal::ContinuesItself);
}

#[test]
fn the_day_of_completion_is_corrected_by_the_operator_and_never_past_its_evidence() {
    let record = record_in(Stage::Completed, true);
    let correct = |on, reason: &str| {
        let correcting = Correcting {
            by: Actor::Operator,
            on,
            reason: reason.to_owned(),
            at: at(330),
        };
        record.clone().correct(correcting).map(|(record, _)| record)
    };
    assert_eq!(correct(day(305), " "), Err(CorrectRefusal::NoReason));
    for on in [day(311), day(-1)] {
        assert_eq!(
            correct(on, "录入有误"),
            Err(CorrectRefusal::Dates { evidence: day(310) })
        );
    }
    let corrected = correct(day(305), "录入有误").unwrap();
    let State::Completed { completion } = corrected.state() else {
        panic!("not completed")
    };
    assert_eq!((completion.on, completion.corrections[0].before), (day(305), day(310)));
}
