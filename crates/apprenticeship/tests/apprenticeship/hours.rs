//! Lines, what is wrong with them, and what they come to.

use std::collections::BTreeMap;

use agreement::training::{
    self,
    choice::{CourseKind, Place},
};
use apprenticeship::{
    Monday, Window,
    hours::{
        Amount, Booked, Carried, Caution, Checking, FaultKind, LESSON_MINUTES, Limits, Line, LineRef, LineSource, Plan,
        Span, Standing, Unit, Written, booked_days, cautions, check, last_approved_day, totals,
    },
};
use kernel::Date;
use law::{Packs, params};
use time::macros::date;

use super::support::{FIRST, LAST, LIMITS, WEEK, agreement, checking, day, plan, window, work};

fn lines(written: Vec<Written>) -> Vec<Line> {
    (1..)
        .zip(written)
        .map(|(number, written)| Line { number, written })
        .collect()
}

fn booked(record: u64, week: Date, standing: Standing, number: u32, written: Written) -> Booked {
    Booked {
        record: agreement(record),
        week: Monday::of(week),
        standing,
        line: Line { number, written },
    }
}

/// What is wrong with the lines of the first week, looked at on its Sunday.
fn kinds(written: Vec<Written>, others: &[Booked]) -> Vec<FaultKind> {
    kinds_in(WEEK, written, others, &window())
}

fn kinds_in(week: Date, written: Vec<Written>, others: &[Booked], window: &Window) -> Vec<FaultKind> {
    let checking = Checking {
        today: day(30),
        ..checking(window, others)
    };
    let faults = check(agreement(1), Monday::of(week), &lines(written), &checking);
    faults.into_iter().map(|fault| fault.kind).collect()
}

fn with(amount: Amount) -> Written {
    Written {
        amount,
        span: None,
        ..work(FIRST, 480, 60)
    }
}

fn correcting(week: Date, number: u32, written: Written) -> Written {
    let corrects = Some(LineRef {
        week: Monday::of(week),
        number,
    });
    Written { corrects, ..written }
}

#[test]
fn lessons_keep_their_length_beside_them() {
    let amount = Amount::of_lessons(4, 1, LESSON_MINUTES);
    assert_eq!(
        (amount.planned_minutes(), amount.missed_minutes(), amount.minutes()),
        (180, 45, 135)
    );
    let json = serde_json::to_value(amount).unwrap();
    assert_eq!(json["unit"], serde_json::json!({"unit": "lesson", "minutes": 45}));
    let extra = Amount {
        extra: 2,
        ..Amount::of_lessons(4, 4, 40)
    };
    assert_eq!(extra.minutes(), 80);
    assert_eq!(Amount::of_minutes(7).minutes(), 7);
}

#[test]
fn missed_more_than_planned_never_makes_less_than_nothing() {
    let amount = Amount {
        unit: Unit::Minute,
        planned: 10,
        missed: 30,
        extra: 0,
    };
    assert_eq!(amount.minutes(), 0);
    assert_eq!(kinds(vec![with(amount)], &[]), [FaultKind::MissedOverPlanned]);
    let whole = Amount { missed: 10, ..amount };
    assert_eq!(
        kinds(vec![with(whole)], &[]),
        [],
        "a lesson that was missed is written down"
    );
}

#[test]
fn a_lesson_is_as_long_as_was_agreed() {
    assert_eq!(kinds(vec![with(Amount::of_lessons(4, 0, 45))], &[]), []);
    assert_eq!(
        kinds(vec![with(Amount::of_lessons(4, 0, 40))], &[]),
        [FaultKind::LessonLength { minutes: 45 }]
    );
}

#[test]
fn each_fault_is_found() {
    let none = Amount {
        unit: Unit::Minute,
        planned: 0,
        missed: 0,
        extra: 0,
    };
    assert_eq!(kinds(vec![with(none)], &[]), [FaultKind::Nothing]);
    assert_eq!(kinds(vec![work(day(6), 480, 60)], &[]), [FaultKind::OtherWeek]);
    assert_eq!(kinds(vec![work(day(-1), 480, 60)], &[]), [FaultKind::NoTraining]);
    let with_break = Window {
        breaks: vec![(day(1), None)],
        ..window()
    };
    assert_eq!(
        kinds_in(WEEK, vec![work(day(1), 480, 60)], &[], &with_break),
        [FaultKind::NoTraining]
    );
    let long = Written {
        amount: Amount::of_minutes(61),
        ..work(FIRST, 480, 60)
    };
    assert_eq!(kinds(vec![long], &[]), [FaultKind::LongerThanTimes { minutes: 60 }]);
    let course = |course| Written {
        course: Some(course),
        ..work(FIRST, 480, 60)
    };
    assert_eq!(kinds(vec![course(1)], &[]), []);
    assert_eq!(kinds(vec![course(2)], &[]), [FaultKind::NoSuchCourse]);
    let window = window();
    let early = check(
        agreement(1),
        Monday::of(WEEK),
        &lines(vec![work(day(1), 480, 60)]),
        &checking(&window, &[]),
    );
    assert_eq!(early[0].kind, FaultKind::Future);
}

#[test]
fn a_day_has_eight_hours_over_all_records_of_the_person() {
    let others = [
        booked(2, WEEK, Standing::Submitted, 1, work(FIRST, 480, 240)),
        booked(2, WEEK, Standing::Written, 2, work(FIRST, 720, 240)),
    ];
    assert_eq!(kinds(vec![work(FIRST, 780, 240)], &others), []);
    assert_eq!(
        kinds(vec![work(FIRST, 780, 241)], &others),
        [FaultKind::DayFull {
            minutes: 481,
            limit: 480
        }]
    );
    assert_eq!(
        kinds(vec![work(day(1), 480, 481)], &others),
        [FaultKind::DayFull {
            minutes: 481,
            limit: 480
        }]
    );
}

#[test]
fn times_of_a_person_do_not_overlap_and_may_touch() {
    let span = |from, until| Span::new(from, until).unwrap();
    assert!(span(480, 540).overlaps(span(539, 600)) && !span(480, 540).overlaps(span(540, 600)));
    assert_eq!((Span::new(600, 600), Span::new(1_400, 1_441)), (None, None));
    assert_eq!(kinds(vec![work(FIRST, 480, 60), work(FIRST, 540, 60)], &[]), []);
    let inside = kinds(vec![work(FIRST, 480, 60), work(FIRST, 539, 60)], &[]);
    assert!(matches!(
        inside[..],
        [FaultKind::Overlap { .. }, FaultKind::Overlap { .. }]
    ));
    let elsewhere = booked(2, WEEK, Standing::Approved, 7, work(FIRST, 500, 10));
    let with = elsewhere.source();
    assert_eq!(
        kinds(vec![work(FIRST, 480, 60)], std::slice::from_ref(&elsewhere)),
        [FaultKind::Overlap { with }]
    );
    assert_eq!(
        with,
        LineSource {
            record: agreement(2),
            line: LineRef {
                week: Monday::of(WEEK),
                number: 7
            }
        }
    );
    let missed = Written {
        amount: Amount {
            unit: Unit::Minute,
            planned: 60,
            missed: 60,
            extra: 0,
        },
        ..work(FIRST, 480, 60)
    };
    assert_eq!(
        kinds(vec![missed], &[elsewhere]),
        [],
        "who was not there can be elsewhere"
    );
}

const NEXT: Date = date!(2026 - 09 - 07);

#[test]
fn a_correction_is_a_line_of_another_week_that_refers_to_an_approved_one() {
    let approved = booked(1, WEEK, Standing::Approved, 1, work(FIRST, 480, 240));
    let others = [
        approved.clone(),
        booked(1, WEEK, Standing::Approved, 2, work(FIRST, 780, 240)),
        booked(
            1,
            date!(2026 - 09 - 14),
            Standing::Submitted,
            1,
            work(date!(2026 - 09 - 14), 480, 60),
        ),
    ];
    let kinds = |written| kinds_in(NEXT, vec![written], &others, &window());
    // The same time again is no overlap with the line whose place it takes, and is not counted twice in the day.
    assert_eq!(kinds(correcting(WEEK, 1, work(FIRST, 480, 200))), []);
    assert_eq!(
        kinds(correcting(WEEK, 1, work(day(1), 480, 200))),
        [],
        "another day of the same week"
    );
    let taken_back = Written {
        amount: Amount::of_minutes(0),
        span: None,
        ..work(FIRST, 480, 1)
    };
    assert_eq!(kinds(correcting(WEEK, 1, taken_back)), [], "it never was");
    assert_eq!(kinds(correcting(WEEK, 1, work(NEXT, 480, 200))), [FaultKind::OtherWeek]);
    assert_eq!(
        kinds(correcting(WEEK, 9, work(day(2), 480, 200))),
        [FaultKind::CorrectsNothing]
    );
    let third = date!(2026 - 09 - 14);
    assert_eq!(
        kinds(correcting(third, 1, work(third, 480, 30))),
        [FaultKind::CorrectsOpen]
    );
    // Over the time of the other line, and over the day.
    let wide = kinds(correcting(WEEK, 1, work(FIRST, 480, 301)));
    assert!(matches!(
        wide[..],
        [FaultKind::Overlap { .. }, FaultKind::DayFull { minutes: 541, .. }]
    ));

    let twice = vec![
        correcting(WEEK, 1, work(FIRST, 480, 100)),
        correcting(WEEK, 1, work(FIRST, 480, 90)),
    ];
    let twice = kinds_in(NEXT, twice, &others, &window());
    assert!(matches!(twice[..], [FaultKind::CorrectedAlready { .. }]));
    let pending = booked(
        1,
        NEXT,
        Standing::Submitted,
        1,
        correcting(WEEK, 1, work(FIRST, 480, 100)),
    );
    let by = pending.source().line;
    let later = vec![correcting(WEEK, 1, work(FIRST, 480, 90))];
    assert_eq!(
        kinds_in(third, later, &[approved, pending], &window()),
        [FaultKind::CorrectedAlready { by }]
    );
}

#[test]
fn time_that_a_correction_freed_is_free_once_it_is_approved() {
    let approved = booked(1, WEEK, Standing::Approved, 1, work(FIRST, 480, 240));
    let shorter = correcting(WEEK, 1, work(FIRST, 480, 60));
    let other = vec![correcting(WEEK, 2, work(FIRST, 600, 60))];
    let second = booked(1, WEEK, Standing::Approved, 2, work(FIRST, 800, 60));
    for (standing, free) in [(Standing::Submitted, false), (Standing::Approved, true)] {
        let others = [
            approved.clone(),
            second.clone(),
            booked(1, NEXT, standing, 1, shorter.clone()),
        ];
        let kinds = kinds_in(date!(2026 - 09 - 14), other.clone(), &others, &window());
        assert_eq!(kinds.is_empty(), free, "{standing:?}: {kinds:?}");
    }
}

#[test]
fn totals_are_planned_by_the_agreement_and_done_by_the_weeks() {
    let theory = Written {
        category: CourseKind::Basic,
        place: Place::College,
        course: Some(0),
        amount: Amount::of_lessons(2, 1, 45),
        ..with(Amount::of_minutes(0))
    };
    let all = [
        booked(1, WEEK, Standing::Approved, 1, work(FIRST, 480, 240)),
        booked(1, WEEK, Standing::Approved, 2, theory),
        booked(
            1,
            NEXT,
            Standing::Submitted,
            1,
            correcting(WEEK, 1, work(FIRST, 480, 200)),
        ),
        booked(1, NEXT, Standing::Submitted, 2, work(NEXT, 480, 30)),
        booked(
            1,
            date!(2026 - 09 - 14),
            Standing::Written,
            1,
            work(date!(2026 - 09 - 14), 480, 99),
        ),
    ];
    let sums = totals(&plan(), &all);
    assert_eq!(
        (sums.all.planned, sums.all.submitted, sums.all.approved, sums.all.missed),
        (330, 275, 285, 45)
    );
    let skill = sums.by_category[&CourseKind::Skill];
    assert_eq!((skill.planned, skill.submitted, skill.approved), (240, 230, 240));
    let college = sums.by_place[&Place::College];
    assert_eq!((college.planned, college.submitted, college.approved), (90, 45, 45));
    assert_eq!(sums.by_course[&0].approved, 45);
    assert_eq!(sums.shortfall(None), BTreeMap::from([(CourseKind::Basic, 45)]));

    let mut later = all.to_vec();
    for line in &mut later {
        line.standing = Standing::Approved;
    }
    let sums = totals(&plan(), &later);
    assert_eq!(
        sums.by_category[&CourseKind::Skill].approved,
        200 + 30 + 99,
        "the corrected line gave way"
    );
    assert_eq!(last_approved_day(&later), Some(date!(2026 - 09 - 14)));
    assert_eq!(last_approved_day(&all), Some(FIRST));
    assert_eq!(booked_days(&all).len(), 2);
}

#[test]
fn what_was_approved_before_a_change_of_agreement_is_carried_over() {
    let lines = [booked(1, WEEK, Standing::Approved, 1, work(FIRST, 480, 100))];
    let sums = totals(&plan(), &lines);
    let carried = sums.carry(agreement(1), None);
    assert_eq!(carried.approved, BTreeMap::from([(CourseKind::Skill, 100)]));
    let mut again = [booked(2, WEEK, Standing::Approved, 1, work(FIRST, 480, 100))];
    again[0].record = agreement(2);
    let next = totals(&plan(), &again);
    assert_eq!(
        next.shortfall(Some(&carried)),
        BTreeMap::from([(CourseKind::Basic, 90), (CourseKind::Skill, 40)])
    );
    let further: Carried = next.carry(agreement(2), Some(&carried));
    assert_eq!(further.approved[&CourseKind::Skill], 200);
}

#[test]
fn the_limits_are_those_of_the_law_and_the_agreement() {
    let body = training::sample();
    let resolved = Packs::builtin().resolve("310118", date!(2026 - 11 - 20));
    let limits = Limits::of(&resolved, &body.training).unwrap();
    let agreed = body
        .training
        .lesson_minutes
        .map_or(LESSON_MINUTES, |minutes| u32::try_from(minutes).unwrap());
    assert_eq!(
        limits,
        Limits {
            lesson: agreed,
            ..LIMITS
        }
    );
    let mut silent = body.training.clone();
    silent.lesson_minutes = None;
    assert_eq!(Limits::of(&resolved, &silent).unwrap().lesson, 45);
    let unknown = resolved.without(params::HOURS_DAY_MAX);
    assert!(
        Limits::of(&unknown, &body.training).is_err(),
        "what is not known is no limit"
    );

    let plan = Plan::of(&body.training, limits.lesson);
    let lessons: i64 = body.training.content.iter().filter_map(|course| course.hours).sum();
    assert_eq!(totals(&plan, &[]).all.planned, lessons * i64::from(limits.lesson));
    assert_eq!(plan.len() as usize, body.training.content.len());
}

#[test]
fn a_week_of_too_much_is_seen_and_not_stopped() {
    let week = Monday::of(date!(2026 - 09 - 07));
    let days = |count: i64, minutes| {
        lines(
            (0..count)
                .map(|day| work(week.date() + time::Duration::days(day), 480, minutes))
                .collect(),
        )
    };
    assert_eq!(cautions(week, &days(5, 480), &LIMITS), []);
    assert_eq!(
        cautions(week, &days(6, 410), &LIMITS),
        [Caution::WeekOverNormal {
            minutes: 2_460,
            limit: 2_400
        }]
    );
    assert_eq!(
        cautions(week, &days(7, 480), &LIMITS),
        [
            Caution::WeekOverMax {
                minutes: 3_360,
                limit: 2_640
            },
            Caution::NoRest { days: 0, limit: 1 },
        ]
    );
    assert!(LAST > FIRST);
}
