//! Who may look at which week, and when.

use apprenticeship::{
    AssignRefusal, Barred, Monday,
    rights::{Assigning, Assignment, AssignmentRole, is_tutored},
    week::{Act, Actor, Stage},
};
use time::macros::date;

use super::support::{FIRST, LAST, TERMS, agreement, assigned, at, attempt_week, person, tutor, week_in};

const UNTIL: kernel::Date = date!(2026 - 10 - 14);

#[test]
fn a_mentor_approves_weeks_of_the_assignment_and_for_42_days_after_it() {
    for role in [AssignmentRole::Mentor, AssignmentRole::Lead] {
        let mentor = assigned(role, 11, date!(2026 - 09 - 09), Some(UNTIL));
        let may = |week, today| mentor.may_review(agreement(1), Monday::of(week), today, TERMS);
        // The week of its first day, the week of its last day; not those before and after.
        let inside = [date!(2026 - 09 - 07), date!(2026 - 09 - 28), date!(2026 - 10 - 12)];
        for week in inside {
            assert_eq!(may(week, UNTIL), Ok(()), "{week}");
        }
        for week in [date!(2026 - 08 - 31), date!(2026 - 10 - 19)] {
            let refused = Barred::OutsideDates {
                from: date!(2026 - 09 - 09),
                until: Some(UNTIL),
            };
            assert_eq!(may(week, UNTIL), Err(refused), "{week}");
        }
        let last = date!(2026 - 11 - 25);
        assert_eq!(may(inside[1], last), Ok(()));
        let over = Barred::NotNow { until: Some(last) };
        assert_eq!(may(inside[1], date!(2026 - 11 - 26)), Err(over));
        assert_eq!(may(inside[0], date!(2026 - 09 - 08)), Err(over));
    }
}

#[test]
fn a_tutor_sees_every_week_while_assigned_and_none_after() {
    let tutor = assigned(AssignmentRole::Tutor, 13, date!(2026 - 10 - 01), Some(UNTIL));
    let may = |week, today| tutor.may_review(agreement(1), Monday::of(week), today, TERMS);
    for week in [FIRST, date!(2026 - 10 - 05), LAST] {
        assert_eq!(may(week, UNTIL), Ok(()));
        assert_eq!(
            may(week, date!(2026 - 10 - 15)),
            Err(Barred::NotNow { until: Some(UNTIL) })
        );
        assert!(may(week, date!(2026 - 09 - 30)).is_err());
    }
}

#[test]
fn nobody_reviews_the_weeks_of_another_record() {
    let stranger = Assignment {
        record: agreement(2),
        ..tutor()
    };
    let week = week_in(Stage::FirstApproved);
    let refused = attempt_week(&week, Act::Approve, Actor::Assigned(stranger), true, &[], at(5));
    assert_eq!(refused, Err("barred.not_assigned"));
}

#[test]
fn assignments_have_dates_that_can_be_and_nobody_is_assigned_to_themselves() {
    let others = [assigned(AssignmentRole::Mentor, 11, FIRST, Some(UNTIL))];
    let assign = |new, with_college| {
        Assignment::assign(&Assigning {
            new,
            others: &others,
            apprentice: person(1),
            with_college,
        })
    };
    let mut again = others[0];
    again.id = tutor().id;
    assert_eq!(assign(again, true), Err(AssignRefusal::Overlap));
    let after = Assignment {
        from: date!(2026 - 10 - 15),
        until: None,
        ..again
    };
    assert_eq!(assign(after, true), Ok(after));
    let lead = Assignment {
        role: AssignmentRole::Lead,
        ..again
    };
    assert_eq!(assign(lead, true), Ok(lead), "another role is another assignment");
    let oneself = Assignment {
        person: person(1),
        ..again
    };
    assert_eq!(assign(oneself, true), Err(AssignRefusal::Oneself));
    let backwards = Assignment {
        until: Some(date!(2026 - 08 - 31)),
        ..lead
    };
    assert_eq!(assign(backwards, true), Err(AssignRefusal::Dates));
    assert_eq!(assign(tutor(), false), Err(AssignRefusal::NoCollege));
}

#[test]
fn an_assignment_can_end_earlier_and_not_later() {
    let mentor = assigned(AssignmentRole::Mentor, 11, FIRST, Some(UNTIL));
    let ended = mentor.end(date!(2026 - 09 - 30)).unwrap();
    assert!(ended.active_on(date!(2026 - 09 - 30)) && !ended.active_on(date!(2026 - 10 - 01)));
    assert_eq!(ended.end(UNTIL), Err(AssignRefusal::Ended));
    assert_eq!(mentor.end(date!(2026 - 08 - 31)), Err(AssignRefusal::Dates));
}

#[test]
fn a_record_is_tutored_while_a_tutor_is_assigned_to_it() {
    let assignments = [assigned(AssignmentRole::Tutor, 13, FIRST, Some(UNTIL))];
    assert!(is_tutored(&assignments, agreement(1), UNTIL));
    assert!(!is_tutored(&assignments, agreement(1), LAST));
    assert!(!is_tutored(&assignments, agreement(2), UNTIL));
}
