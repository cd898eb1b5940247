//! Records and weeks in every stage, and every act tried with facts that let it pass.
use std::collections::{BTreeMap, BTreeSet};

use agreement::{
    lifecycle::{Party, SlotRole},
    training::choice::{CourseKind, Place},
};
use apprenticeship::{
    Monday, Terms, Window,
    hours::{Amount, Booked, Checking, Course, Limits, Plan, Span, Tally, Totals, Written},
    record::{self, GateFacts, GatewayFacts, Outcome, Record, Section, WithdrawReason},
    rights::{Assignment, AssignmentRole},
    week::{self, Approving, Opening, Returning, Reviewing, Submitting, Unlocking, Week, Writing},
};
use kernel::{AgreementId, AssignmentId, Date, PersonId, SeededChance, Timestamp, shanghai_date};
use time::{Duration, macros::date};

/// Tuesday, 1 September 2026, 08:00 in Shanghai: the first day of training.
pub(super) const BEGIN: Timestamp = Timestamp::from_micros(1_788_220_800_000_000);
pub(super) const FIRST: Date = date!(2026 - 09 - 01);
pub(super) const LAST: Date = date!(2027 - 08 - 31);
/// The week of the first day.
pub(super) const WEEK: Date = date!(2026 - 08 - 31);

pub(super) const TERMS: &Terms = &Terms {
    confirm_days: 14,
    overdue_days: 14,
    grace_days: 42,
    break_days: 365,
};

pub(super) const LIMITS: Limits = Limits {
    day: 480,
    week: 2_400,
    week_max: 2_640,
    rest_days: 1,
    lesson: 45,
};

pub(super) fn day(days: i64) -> Date {
    FIRST + Duration::days(days)
}

pub(super) fn at(days: i64) -> Timestamp {
    BEGIN.plus_days(days)
}

pub(super) fn monday(day: Date) -> Monday {
    Monday::of(day)
}

pub(super) fn window() -> Window {
    Window {
        from: Some(FIRST),
        until: LAST,
        breaks: Vec::new(),
    }
}

pub(super) fn checking<'a>(window: &'a Window, others: &'a [Booked]) -> Checking<'a> {
    Checking {
        window,
        limits: &LIMITS,
        courses: 2,
        others,
        today: FIRST,
    }
}

/// Work of so many minutes from a minute of the day on.
pub(super) fn work(day: Date, from: u16, minutes: u16) -> Written {
    Written {
        day,
        category: CourseKind::Skill,
        place: Place::Enterprise,
        course: None,
        amount: Amount::of_minutes(u32::from(minutes)),
        span: Span::new(from, from + minutes),
        evidence: Vec::new(),
        note: "车削练习".to_owned(),
        corrects: None,
    }
}

pub(super) fn person(number: u64) -> PersonId {
    PersonId::new(BEGIN, &SeededChance::new(number))
}

pub(super) fn agreement(number: u64) -> AgreementId {
    AgreementId::new(BEGIN, &SeededChance::new(number))
}

pub(super) fn assigned(role: AssignmentRole, number: u64, from: Date, until: Option<Date>) -> Assignment {
    Assignment {
        id: AssignmentId::new(BEGIN, &SeededChance::new(number)),
        record: agreement(1),
        person: person(number),
        role,
        from,
        until,
    }
}

pub(super) fn mentor() -> Assignment {
    assigned(AssignmentRole::Mentor, 11, FIRST, Some(LAST))
}

pub(super) fn lead() -> Assignment {
    assigned(AssignmentRole::Lead, 12, FIRST, Some(LAST))
}

pub(super) fn tutor() -> Assignment {
    assigned(AssignmentRole::Tutor, 13, FIRST, Some(LAST))
}

// --- weeks

pub(super) fn open_week(of: Date, at: Timestamp) -> Week {
    let window = window();
    let opening = Opening {
        record: agreement(1),
        week: monday(of),
        exists: false,
        window: &window,
        terms: TERMS,
        by: week::Actor::Apprentice,
        at,
    };
    Week::open(&opening).unwrap().0
}

pub(super) fn write(week: Week, lines: Vec<Written>, at: Timestamp) -> Week {
    let writing = Writing {
        by: week::Actor::Apprentice,
        edition: week.edition(),
        text: "本周学习车床操作。".to_owned(),
        lines: lines.into_iter().map(|line| (None, line)).collect(),
        at,
    };
    week.write(writing).unwrap().0
}

pub(super) fn submit(week: Week, others: &[Booked], at: Timestamp) -> Week {
    let window = window();
    let submitting = Submitting {
        by: week::Actor::Apprentice,
        edition: week.edition(),
        checking: checking(&window, others),
        at,
    };
    week.submit(&submitting).unwrap().0
}

pub(super) fn review(week: &Week, by: Assignment, at: Timestamp) -> Reviewing<'static> {
    Reviewing {
        by: week::Actor::Assigned(by),
        edition: week.edition(),
        tutored: true,
        terms: TERMS,
        at,
    }
}

/// A week of the first days in the given stage.
pub(super) fn week_in(stage: week::Stage) -> Week {
    let window = window();
    let open = write(open_week(FIRST, BEGIN), vec![work(FIRST, 480, 240)], at(2));
    if stage == week::Stage::Open {
        return open;
    }
    let submitted = submit(open, &[], at(3));
    match stage {
        week::Stage::Open | week::Stage::Submitted => submitted,
        week::Stage::FirstApproved => first_approve(submitted, at(4)),
        week::Stage::Approved => {
            let week = first_approve(submitted, at(4));
            let review = review(&week, tutor(), at(5));
            let checking = checking(&window, &[]);
            week.approve(&Approving { review, checking }).unwrap().0
        }
        week::Stage::Returned => give_back(submitted, mentor(), at(4)),
    }
}

pub(super) fn first_approve(week: Week, at: Timestamp) -> Week {
    let review = review(&week, mentor(), at);
    week.first_approve(&review).unwrap().0
}

pub(super) fn give_back(week: Week, by: Assignment, at: Timestamp) -> Week {
    let review = review(&week, by, at);
    let reason = "请写明练习内容".to_owned();
    week.give_back(Returning { review, reason }).unwrap().0
}

/// Tries an act on a week with facts that let it pass; the refusal's code otherwise.
pub(super) fn attempt_week(
    week: &Week,
    act: week::Act,
    by: week::Actor,
    tutored: bool,
    others: &[Booked],
    at: Timestamp,
) -> Result<Week, &'static str> {
    let (window, week) = (window(), week.clone());
    let (edition, reason) = (week.edition(), "请写明练习内容".to_owned());
    let checking = checking(&window, others);
    let review = Reviewing {
        by,
        edition,
        tutored,
        terms: TERMS,
        at,
    };
    let done = match act {
        week::Act::Open => {
            let opening = Opening {
                record: week.record(),
                week: week.monday(),
                exists: true,
                window: &window,
                terms: TERMS,
                by,
                at,
            };
            Week::open(&opening).map_err(|refusal| refusal.code())
        }
        week::Act::Write => {
            let lines = week
                .lines()
                .iter()
                .map(|line| (Some(line.number), line.written.clone()));
            let writing = Writing {
                by,
                edition,
                text: "改写后的周志".to_owned(),
                lines: lines.collect(),
                at,
            };
            week.write(writing).map_err(|refusal| refusal.code())
        }
        week::Act::Submit => {
            let submitting = Submitting {
                by,
                edition,
                checking,
                at,
            };
            week.submit(&submitting).map_err(|refusal| refusal.code())
        }
        week::Act::TakeBack => week.take_back(by, TERMS, at).map_err(|refusal| refusal.code()),
        week::Act::FirstApprove => week.first_approve(&review).map_err(|refusal| refusal.code()),
        week::Act::Approve => week
            .approve(&Approving { review, checking })
            .map_err(|refusal| refusal.code()),
        week::Act::Return => week
            .give_back(Returning { review, reason })
            .map_err(|refusal| refusal.code()),
        week::Act::Unlock => {
            let unlocking = Unlocking {
                by,
                reason,
                terms: TERMS,
                at,
            };
            week.unlock(unlocking).map_err(|refusal| refusal.code())
        }
    };
    done.map(|(week, _)| week)
}

// --- records

pub(super) fn registering(with_college: bool) -> record::Registering {
    record::Registering {
        agreement: agreement(1),
        apprentice: person(1),
        with_college,
        version: 3,
        start: FIRST,
        end: LAST,
        carried: None,
        by: record::Actor::System,
        at: at(-20),
    }
}

pub(super) const READY: GateFacts = GateFacts {
    signed: true,
    insured_from: Some(FIRST),
    guardian_consents: None,
    safety_training_on: Some(FIRST),
    certificate_until: None,
    minor: None,
};

pub(super) fn plan() -> Plan {
    let course = |category, place, minutes| {
        Some(Course {
            topic: "车工".to_owned(),
            category,
            place,
            minutes,
        })
    };
    Plan {
        lesson_minutes: 45,
        courses: vec![
            course(CourseKind::Basic, Place::College, 90),
            course(CourseKind::Skill, Place::Enterprise, 240),
        ],
    }
}

/// Totals of which nothing is lacking.
pub(super) fn done_totals() -> Totals {
    let tally = Tally {
        planned: 240,
        submitted: 240,
        approved: 240,
        missed: 0,
    };
    Totals {
        all: tally,
        by_category: BTreeMap::from([(CourseKind::Skill, tally)]),
        ..Totals::default()
    }
}

pub(super) fn pausing(
    by: record::Actor,
    from: Date,
    until: Option<Date>,
    at: Timestamp,
) -> (record::Actor, record::Break, Timestamp) {
    let pause = record::Break {
        from,
        until,
        reason: record::BreakReason::Sick,
        words: String::new(),
    };
    (by, pause, at)
}

/// Tries an act on a record with facts that let it pass; the refusal's code otherwise.
#[expect(clippy::too_many_lines, reason = "one arm for each act")]
pub(super) fn attempt(
    record: &Record,
    act: record::Act,
    by: record::Actor,
    variant: usize,
    at: Timestamp,
) -> Result<Record, &'static str> {
    let (record, today, booked) = (record.clone(), shanghai_date(at), BTreeSet::new());
    let section = Section::ALL[variant % Section::ALL.len()];
    let words = "工资与约定不符".to_owned();
    let totals = done_totals();
    let done = match act {
        record::Act::Register => {
            let new = record::Registering {
                by,
                ..registering(record.with_college())
            };
            // A record is registered once; that there is none yet is the storage's to know.
            return if record::bound(Some(record.stage()), act, by.role()).is_none() {
                Err("barred.stage")
            } else {
                Record::register(new)
                    .map(|(record, _)| record)
                    .map_err(|refusal| refusal.code())
            };
        }
        record::Act::Confirm => {
            let version = record.version();
            let confirming = record::Confirming {
                by,
                section,
                version,
                at,
            };
            record.confirm(confirming).map_err(|refusal| refusal.code())
        }
        record::Act::Query => {
            let side = if variant.is_multiple_of(2) {
                Party::Enterprise
            } else {
                Party::College
            };
            let querying = record::Querying {
                by,
                section,
                side,
                words,
                at,
            };
            record.query(querying).map_err(|refusal| refusal.code())
        }
        record::Act::Answer => {
            let answering = record::Answering { by, section, words, at };
            record.answer(answering).map_err(|refusal| refusal.code())
        }
        record::Act::Revise => {
            let revising = record::Revising {
                by,
                version: record.version() + 1,
                affected: BTreeSet::from([section]),
                end: record.end(),
                at,
            };
            record.revise(&revising).map_err(|refusal| refusal.code())
        }
        record::Act::Start => {
            let first = today.max(record.start());
            let starting = record::Starting {
                by,
                first,
                facts: READY,
                at,
            };
            record.begin(starting).map_err(|refusal| refusal.code())
        }
        record::Act::Pause => {
            let (by, pause, at) = pausing(by, today, Some(today + Duration::days(30)), at);
            let pausing = record::Pausing {
                by,
                pause,
                booked: &booked,
                terms: TERMS,
                at,
            };
            record.pause(pausing).map_err(|refusal| refusal.code())
        }
        record::Act::Resume => {
            let resuming = record::Resuming { by, on: today, at };
            record.resume(resuming).map_err(|refusal| refusal.code())
        }
        record::Act::Assess => {
            let facts = GatewayFacts {
                totals: &totals,
                open_weeks: 0,
            };
            let assessing = record::Assessing { by, facts, at };
            record.assess(assessing).map_err(|refusal| refusal.code())
        }
        record::Act::Conclude => {
            let outcome = match variant % 3 {
                0 => Outcome::Passed,
                1 => Outcome::NotPassed { retakes: 0 },
                _ => Outcome::NotPassed { retakes: 1 },
            };
            let concluding = record::Concluding {
                by,
                outcome,
                on: today,
                evidence: "沪技鉴 2027-0815".to_owned(),
                evidence_on: today,
                at,
            };
            record.conclude(concluding).map_err(|refusal| refusal.code())
        }
        record::Act::Withdraw => {
            let withdrawing = record::Withdrawing {
                by,
                reason: WithdrawReason::OtherJob,
                side: SlotRole::Apprentice,
                words: String::new(),
                last_day: today,
                last_approved: None,
                at,
            };
            record.withdraw(withdrawing).map_err(|refusal| refusal.code())
        }
        record::Act::Transfer => {
            let start = record
                .withdrawal()
                .map_or(today, |withdrawal| withdrawal.last_day + Duration::days(1));
            let transferring = record::Transferring {
                by,
                to: agreement(2),
                start,
                at,
            };
            record.transfer(transferring).map_err(|refusal| refusal.code())
        }
        record::Act::Correct => {
            let on = match record.state() {
                record::State::Completed { completion } => completion.on - Duration::days(1),
                _ => today,
            };
            let correcting = record::Correcting {
                by,
                on,
                reason: words,
                at,
            };
            record.correct(correcting).map_err(|refusal| refusal.code())
        }
    };
    done.map(|(record, _)| record)
}

pub(super) fn step(record: &Record, act: record::Act, by: record::Actor, variant: usize, at: Timestamp) -> Record {
    attempt(record, act, by, variant, at).unwrap()
}

/// A record in the given stage, by the shortest way.
pub(super) fn record_in(stage: record::Stage, with_college: bool) -> Record {
    use record::{Act, Actor, Stage};
    let registered = Record::register(registering(with_college)).unwrap().0;
    let training = step(&registered, Act::Start, Actor::System, 0, at(0));
    let assessment = || {
        let one = step(&training, Act::Assess, Actor::Enterprise, 0, at(300));
        if with_college {
            step(&one, Act::Assess, Actor::College, 0, at(301))
        } else {
            one
        }
    };
    let withdrawn = || step(&training, Act::Withdraw, Actor::Apprentice, 0, at(100));
    match stage {
        Stage::Registered => registered,
        Stage::Training => training,
        Stage::OnBreak => step(&training, Act::Pause, Actor::Enterprise, 0, at(30)),
        Stage::Assessment => assessment(),
        Stage::Completed => step(&assessment(), Act::Conclude, Actor::Operator, 0, at(310)),
        Stage::Failed => step(&assessment(), Act::Conclude, Actor::Operator, 1, at(310)),
        Stage::Withdrawn => withdrawn(),
        Stage::Transferred => step(&withdrawn(), Act::Transfer, Actor::System, 0, at(101)),
    }
}
