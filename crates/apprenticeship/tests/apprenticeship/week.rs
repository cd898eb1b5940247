//! Stories of a week.

use apprenticeship::{
    Monday, Notice, OpenRefusal, ReturnRefusal, ReviewRefusal, Reviewer, SubmitRefusal, Tell, Told, UnlockRefusal,
    Window, WriteRefusal,
    hours::FaultKind,
    week::{
        Act, Actor, Approving, Opening, Returning, Reviewing, Stage, State, Submitting, TEXT_MAX, Unlocking, Week,
        Writing,
    },
};
use kernel::Timestamp;
use time::macros::date;

use super::support::{
    BEGIN, FIRST, LAST, TERMS, WEEK, agreement, assigned, at, attempt_week, checking, first_approve, give_back, lead,
    mentor, open_week, review, submit, tutor, week_in, window, work, write,
};

#[test]
fn a_week_is_that_of_the_date_in_shanghai() {
    // Sunday 23:59 in Shanghai, and a minute later.
    let sunday = Timestamp::from_micros(1_788_105_540_000_000);
    assert_eq!(Monday::at(sunday).date(), date!(2026 - 08 - 24));
    assert_eq!(Monday::at(sunday.plus_minutes(1)).date(), WEEK);
    assert_eq!(Monday::of(FIRST).date(), WEEK);
    assert!(Monday::try_from(FIRST).is_err());
    assert_eq!(serde_json::to_value(Monday::of(FIRST)).unwrap(), "2026-08-31");
    assert!(serde_json::from_value::<Monday>("2026-09-01".into()).is_err());
}

#[test]
fn a_week_goes_from_the_apprentice_over_the_mentor_to_the_tutor_and_stands() {
    let week = week_in(Stage::Submitted);
    let review_of = |by| review(&week, by, at(4));
    let (week, done) = week.clone().first_approve(&review_of(mentor())).unwrap();
    assert_eq!(
        done.tell,
        [Tell(Told::Reviewers(Reviewer::Final), Notice::WeekSubmitted)]
    );
    let window = window();
    let approving = Approving {
        review: review(&week, tutor(), at(5)),
        checking: checking(&window, &[]),
    };
    let (week, done) = week.approve(&approving).unwrap();
    assert_eq!(done.tell, [Tell(Told::Apprentice, Notice::WeekApproved)]);
    let State::Approved { first, last } = week.state() else {
        panic!("not approved")
    };
    assert_eq!((first.unwrap().person, last.person), (mentor().person, tutor().person));
    let trail: Vec<_> = week.trail().iter().map(|mark| mark.act).collect();
    assert_eq!(
        trail,
        [Act::Open, Act::Write, Act::Submit, Act::FirstApprove, Act::Approve]
    );
    let kept: Week = serde_json::from_str(&serde_json::to_string(&week).unwrap()).unwrap();
    assert_eq!(kept, week);
}

#[test]
fn what_the_mentor_returned_goes_to_the_mentor_again_and_what_the_tutor_returned_to_the_tutor() {
    let by_mentor = submit(give_back(week_in(Stage::Submitted), mentor(), at(4)), &[], at(5));
    assert_eq!(by_mentor.turn(), Reviewer::First);

    let returned = give_back(week_in(Stage::FirstApproved), tutor(), at(5));
    assert!(matches!(returned.state(), State::Returned { by: Reviewer::Final, reason, .. } if !reason.is_empty()));
    let again = submit(returned, &[], at(6));
    assert_eq!((again.stage(), again.turn()), (Stage::Submitted, Reviewer::Final));
    assert_eq!(
        attempt_week(&again, Act::FirstApprove, Actor::Assigned(mentor()), true, &[], at(7)),
        Err("barred.not_your_turn")
    );
    // Taking it back is no way round the tutor.
    let taken = attempt_week(&again, Act::TakeBack, Actor::Apprentice, true, &[], at(7)).unwrap();
    let again = submit(taken, &[], at(8));
    let approved = attempt_week(&again, Act::Approve, Actor::Assigned(tutor()), true, &[], at(9)).unwrap();
    assert_eq!(approved.stage(), Stage::Approved);
}

#[test]
fn nobody_approves_what_was_written_again_meanwhile() {
    let week = week_in(Stage::Submitted);
    let looked_at = review(&week, mentor(), at(4));
    let taken = attempt_week(&week, Act::TakeBack, Actor::Apprentice, true, &[], at(4)).unwrap();
    let again = submit(write(taken, vec![work(FIRST, 480, 300)], at(4)), &[], at(4));
    let current = again.edition();
    assert_eq!(
        again.clone().first_approve(&looked_at).unwrap_err(),
        ReviewRefusal::Stale { current }
    );
    let returning = Returning {
        review: looked_at,
        reason: "请补充".to_owned(),
    };
    assert_eq!(
        again.give_back(returning).unwrap_err(),
        ReturnRefusal::Stale { current }
    );
}

#[test]
fn a_week_is_returned_with_a_reason_or_not_at_all() {
    let week = week_in(Stage::Submitted);
    let returning = Returning {
        review: review(&week, mentor(), at(4)),
        reason: " \n".to_owned(),
    };
    assert_eq!(week.give_back(returning).unwrap_err(), ReturnRefusal::NoReason);
}

#[test]
fn the_lead_stands_in_where_no_tutor_is_and_nobody_approves_twice() {
    let week = week_in(Stage::FirstApproved);
    let approve = |tutored| attempt_week(&week, Act::Approve, Actor::Assigned(lead()), tutored, &[], at(5));
    assert_eq!(approve(true), Err("barred.tutored"));
    assert_eq!(approve(false).unwrap().stage(), Stage::Approved);
    // The same person as mentor and lead is still one person.
    let twice = assigned(apprenticeship::rights::AssignmentRole::Lead, 11, FIRST, None);
    assert_eq!(
        attempt_week(&week, Act::Approve, Actor::Assigned(twice), false, &[], at(5)),
        Err("review.same_person")
    );
}

#[test]
fn two_weeks_after_its_end_an_unwritten_week_is_flagged_and_only_the_operator_opens_it() {
    let week = write(open_week(FIRST, BEGIN), vec![work(FIRST, 480, 60)], at(1));
    // Its Sunday is 6 September; the last day is the 20th.
    assert_eq!(week.due(), date!(2026 - 09 - 20));
    assert_eq!(week.overdue(date!(2026 - 09 - 20), TERMS), None);
    let overdue = week.overdue(date!(2026 - 09 - 21), TERMS).unwrap();
    assert_eq!((overdue.reviewer, overdue.days), (None, 1));
    let late = at(20);
    for act in [Act::Write, Act::Submit] {
        let refused = attempt_week(&week, act, Actor::Apprentice, true, &[], late).unwrap_err();
        assert!(refused.ends_with(".locked"), "{refused}");
    }
    let unlocking = |by, reason: &str, at| Unlocking {
        by,
        reason: reason.to_owned(),
        terms: TERMS,
        at,
    };
    for by in [
        Actor::Apprentice,
        Actor::Assigned(mentor()),
        Actor::Assigned(tutor()),
        Actor::System,
    ] {
        assert_eq!(
            week.clone().unlock(unlocking(by, "住院", late)).unwrap_err().code(),
            "barred.role"
        );
    }
    assert_eq!(
        week.clone().unlock(unlocking(Actor::Operator, " ", late)).unwrap_err(),
        UnlockRefusal::NoReason
    );
    assert_eq!(
        week.clone()
            .unlock(unlocking(Actor::Operator, "住院", at(3)))
            .unwrap_err(),
        UnlockRefusal::NotLocked
    );
    let (week, _) = week.unlock(unlocking(Actor::Operator, "住院", late)).unwrap();
    assert_eq!(week.trail().last().unwrap().reason.as_deref(), Some("住院"));
    assert_eq!(submit(week, &[], late).stage(), Stage::Submitted);
}

#[test]
fn a_week_that_reviewers_leave_lying_is_flagged_and_not_locked() {
    let week = week_in(Stage::Submitted);
    assert_eq!(week.overdue(super::support::day(17), TERMS), None);
    let overdue = week.overdue(super::support::day(18), TERMS).unwrap();
    assert_eq!((overdue.reviewer, overdue.days), (Some(Reviewer::First), 1));
    let overdue = week_in(Stage::FirstApproved)
        .overdue(super::support::day(30), TERMS)
        .unwrap();
    assert_eq!(overdue.reviewer, Some(Reviewer::Final));
    assert_eq!(first_approve(week, at(40)).stage(), Stage::FirstApproved);
    assert_eq!(week_in(Stage::Approved).overdue(LAST, TERMS), None);
}

#[test]
fn a_returned_week_has_two_weeks_from_then_on() {
    let returned = give_back(week_in(Stage::Submitted), mentor(), at(30));
    assert_eq!(returned.due(), super::support::day(44));
    assert!(!returned.is_locked(super::support::day(44)));
    assert!(returned.is_locked(super::support::day(45)));
}

#[test]
fn a_week_is_opened_once_when_it_has_begun_and_has_a_day_of_training() {
    let open = |week, exists, window: &Window, at| {
        Week::open(&Opening {
            record: agreement(1),
            week: Monday::of(week),
            exists,
            window,
            terms: TERMS,
            by: Actor::System,
            at,
        })
    };
    let with_break = Window {
        breaks: vec![(date!(2026 - 10 - 05), Some(date!(2026 - 10 - 18)))],
        ..window()
    };
    assert!(open(FIRST, false, &with_break, BEGIN).is_ok());
    assert_eq!(open(FIRST, true, &with_break, BEGIN).unwrap_err(), OpenRefusal::Exists);
    assert_eq!(
        open(FIRST, false, &with_break, at(-3)).unwrap_err(),
        OpenRefusal::Future
    );
    for week in [date!(2026 - 08 - 24), date!(2026 - 10 - 05), date!(2026 - 10 - 12)] {
        assert_eq!(
            open(week, false, &with_break, at(60)).unwrap_err(),
            OpenRefusal::NoTraining
        );
    }
    let weeks = with_break.weeks(date!(2026 - 10 - 20));
    let mondays: Vec<_> = weeks.iter().map(|week| week.date()).collect();
    let first = date!(2026 - 08 - 31);
    let expected = [0, 1, 2, 3, 4, 7].map(|number| first + time::Duration::weeks(number));
    assert_eq!(mondays, expected);
}

#[test]
fn what_is_typed_is_kept_right_or_not_and_only_handing_in_is_held_against_rules() {
    let mut wrong = work(FIRST, 480, 60);
    wrong.amount.missed = 3;
    let week = write(open_week(FIRST, BEGIN), vec![wrong.clone()], at(1));
    assert_eq!(week.lines()[0].written, wrong);
    let window = window();
    let submitting = Submitting {
        by: Actor::Apprentice,
        edition: week.edition(),
        checking: checking(&window, &[]),
        at: at(1),
    };
    let refusal = week.submit(&submitting).unwrap_err();
    let SubmitRefusal::Faulty { faults } = refusal else {
        panic!("{refusal:?}")
    };
    assert_eq!(
        faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(),
        [FaultKind::MissedOverPlanned]
    );
}

#[test]
fn numbers_of_lines_are_never_given_twice() {
    let week = write(
        open_week(FIRST, BEGIN),
        vec![work(FIRST, 480, 60), work(FIRST, 600, 60)],
        at(1),
    );
    let numbers = |week: &Week| week.lines().iter().map(|line| line.number).collect::<Vec<_>>();
    assert_eq!(numbers(&week), [1, 2]);
    let writing = |edition, numbers: &[Option<u32>]| Writing {
        by: Actor::Apprentice,
        edition,
        text: String::new(),
        lines: numbers.iter().map(|number| (*number, work(FIRST, 700, 30))).collect(),
        at: at(1),
    };
    let (week, _) = week.clone().write(writing(week.edition(), &[Some(1), None])).unwrap();
    assert_eq!(numbers(&week), [1, 3]);
    for (named, number) in [
        (&[Some(2)][..], 2),
        (&[Some(1), Some(1)][..], 1),
        (&[None, Some(4)][..], 4),
    ] {
        let refusal = week.clone().write(writing(week.edition(), named)).unwrap_err();
        assert_eq!(refusal, WriteRefusal::NoSuchLine { number });
    }
    let stale = week.clone().write(writing(1, &[])).unwrap_err();
    assert_eq!(
        stale,
        WriteRefusal::Stale {
            current: week.edition()
        }
    );
    let mut long = writing(week.edition(), &[]);
    long.text = "长".repeat(TEXT_MAX + 1);
    assert_eq!(
        week.clone().write(long).unwrap_err(),
        WriteRefusal::TooLong { limit: TEXT_MAX }
    );
    let many = writing(week.edition(), &[None; 101]);
    assert_eq!(week.write(many).unwrap_err(), WriteRefusal::TooMany { limit: 100 });
}

#[test]
fn an_empty_week_is_not_handed_in_and_words_alone_are_enough() {
    let week = open_week(FIRST, BEGIN);
    let refused = attempt_week(&week, Act::Submit, Actor::Apprentice, true, &[], at(1));
    assert_eq!(refused, Err("submit.empty"));
    let week = write(week, Vec::new(), at(1));
    assert_eq!(submit(week, &[], at(1)).stage(), Stage::Submitted);
}

#[test]
fn what_was_handed_in_before_a_break_was_agreed_for_its_days_is_not_approved() {
    let week = week_in(Stage::FirstApproved);
    let with_break = Window {
        breaks: vec![(FIRST, None)],
        ..window()
    };
    let approving = Approving {
        review: Reviewing {
            tutored: true,
            ..review(&week, tutor(), at(5))
        },
        checking: checking(&with_break, &[]),
    };
    assert_eq!(week.approve(&approving).unwrap_err().code(), "review.faulty");
}
