//! What holds whatever people do, in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use agreement::training::choice::{CourseKind, Place};
use apprenticeship::{
    Monday, Window,
    hours::{Amount, Booked, Limits, LineRef, LineSource, Span, Standing, Unit, Written, totals},
    record::{self, Record},
    rights::{Assignment, AssignmentRole},
    week::{Act, Actor, Approving, Opening, Returning, Reviewing, Stage, Submitting, Unlocking, Week, Writing},
};
use kernel::{Chance as _, Date, SeededChance, Timestamp, shanghai_date};
use proptest::prelude::*;

use super::support::{BEGIN, FIRST, LAST, LIMITS, TERMS, agreement, assigned, attempt, day, plan, registering};

const RECORDS: u64 = 2;

fn chosen<T: Copy>(chance: &SeededChance, all: &[T]) -> T {
    all[usize::try_from(chance.below(u64::try_from(all.len()).unwrap())).unwrap()]
}

fn small(chance: &SeededChance, below: u64) -> u32 {
    u32::try_from(chance.below(below)).unwrap()
}

/// One person with two records, and everybody who looks after them.
struct World {
    chance: SeededChance,
    weeks: BTreeMap<(u64, Monday), Week>,
    approved: BTreeMap<(u64, Monday), Week>,
    assignments: Vec<Assignment>,
    window: Window,
    at: Timestamp,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut assignments = Vec::new();
        for record in 1..=RECORDS {
            // Two mentors one after the other, a lead, and a tutor who comes late; people of the one record know the other.
            for (number, role, from, until) in [
                (11, AssignmentRole::Mentor, FIRST, Some(day(10))),
                (12, AssignmentRole::Mentor, day(8), Some(day(60))),
                (14, AssignmentRole::Lead, FIRST, None),
                (13, AssignmentRole::Tutor, day(3), Some(day(70))),
            ] {
                let mut one = assigned(role, number + record * 10, from, until);
                one.record = agreement(record);
                assignments.push(one);
            }
        }
        let window = Window {
            from: Some(FIRST),
            until: LAST,
            breaks: vec![(day(15), Some(day(17)))],
        };
        Self {
            chance: SeededChance::new(seed),
            weeks: BTreeMap::new(),
            approved: BTreeMap::new(),
            assignments,
            window,
            at: BEGIN,
        }
    }

    fn booked(&self) -> Vec<Booked> {
        self.weeks.values().flat_map(Week::booked).collect()
    }

    fn line(&self, record: u64, week: Monday) -> Written {
        let chance = &self.chance;
        let day = week.date() + time::Duration::days(chosen(chance, &[-1, 0, 1, 1, 2, 2, 3, 6]));
        let from = u16::try_from(480 + chance.below(10) * 30).unwrap();
        let length = u16::try_from((2 + chance.below(9)) * 30).unwrap();
        let amount = if chance.below(3) == 0 {
            let planned = small(chance, 5);
            Amount::of_lessons(planned, small(chance, 6), chosen(chance, &[45, 45, 45, 40]))
        } else {
            Amount {
                unit: Unit::Minute,
                planned: small(chance, 200),
                missed: small(chance, 40),
                extra: small(chance, 300),
            }
        };
        let of_record = self.approved.iter().filter(|((of, _), _)| *of == record);
        let candidates: Vec<Booked> = of_record.flat_map(|(_, week)| week.booked()).collect();
        if chance.below(2) == 0 && !candidates.is_empty() {
            let index = usize::try_from(chance.below(u64::try_from(candidates.len()).unwrap())).unwrap();
            let corrected = &candidates[index];
            // Somewhat other minutes, at the same time, at another one, or at none that is said.
            return Written {
                amount: Amount::of_minutes(small(chance, 60)),
                span: match chance.below(3) {
                    0 => None,
                    1 => corrected.line.written.span,
                    _ => Span::new(from, from + length),
                },
                corrects: Some(corrected.source().line),
                ..corrected.line.written.clone()
            };
        }
        Written {
            day,
            category: chosen(chance, &[CourseKind::General, CourseKind::Basic, CourseKind::Skill]),
            place: chosen(chance, &[Place::Enterprise, Place::College]),
            course: (chance.below(4) == 0).then(|| small(chance, 3)),
            amount,
            span: (chance.below(4) > 0).then(|| Span::new(from, from + length).unwrap()),
            evidence: Vec::new(),
            note: String::new(),
            corrects: None,
        }
    }

    /// Mostly somebody whose act it is; sometimes anybody.
    fn actor(&self, record: u64, act: Act) -> Actor {
        let review = matches!(act, Act::FirstApprove | Act::Approve | Act::Return);
        let mut actors = vec![Actor::Apprentice, Actor::Operator, Actor::System];
        actors.extend(self.assignments.iter().map(|one| Actor::Assigned(*one)));
        if self.chance.below(4) > 0 {
            actors.retain(|actor| match actor {
                Actor::Assigned(one) => review && one.record == agreement(record),
                Actor::Apprentice => !review,
                _ => false,
            });
        }
        chosen(&self.chance, &actors)
    }

    /// Tries something; says what was done, by whom, in which stage.
    #[expect(clippy::too_many_lines, reason = "one arm for each act")]
    fn turn(&mut self) -> Option<(Act, Actor, Stage)> {
        let hours = chosen(&self.chance, &[0, 1, 1, 2, 5, 20]);
        self.at = self.at.plus_hours(hours);
        let (at, today) = (self.at, shanghai_date(self.at));
        let record = 1 + self.chance.below(RECORDS);
        let back = chosen(&self.chance, &[0, 0, 0, 1, 1, 2, 5]);
        let week = Monday::of(today - time::Duration::weeks(back));
        let others = self.booked();
        let checking = apprenticeship::hours::Checking {
            window: &self.window,
            limits: &LIMITS,
            courses: 2,
            others: &others,
            today,
        };
        let Some(now) = self.weeks.get(&(record, week)).cloned() else {
            let by = self.actor(record, Act::Open);
            let opening = Opening {
                record: agreement(record),
                week,
                exists: false,
                window: &self.window,
                terms: TERMS,
                by,
                at,
            };
            if let Ok((week_now, _)) = Week::open(&opening) {
                self.weeks.insert((record, week), week_now);
            }
            return None;
        };
        let mut acts: Vec<Act> = Act::ALL.to_vec();
        acts.extend(match now.stage() {
            Stage::Open | Stage::Returned => [Act::Write, Act::Submit].repeat(4),
            _ => [Act::FirstApprove, Act::Approve].repeat(4),
        });
        let act = chosen(&self.chance, &acts);
        let by = self.actor(record, act);
        let (stage, reason) = (now.stage(), "请补充".to_owned());
        let review = Reviewing {
            by,
            edition: now.edition(),
            tutored: self.chance.below(2) == 0,
            terms: TERMS,
            at,
        };
        let edition = now.edition();
        let after = match act {
            Act::Open => None,
            Act::Write => {
                let mut lines: Vec<_> = now
                    .lines()
                    .iter()
                    .map(|line| (Some(line.number), line.written.clone()))
                    .collect();
                if self.chance.below(3) == 0 {
                    lines.clear();
                }
                lines.extend((0..4).map(|_| (None, self.line(record, week))));
                let writing = Writing {
                    by,
                    edition,
                    text: "周志".to_owned(),
                    lines,
                    at,
                };
                now.write(writing).ok()
            }
            Act::Submit => {
                // People mend what is said to be wrong.
                let faults = now.faults(&checking);
                let good = now
                    .lines()
                    .iter()
                    .filter(|line| faults.iter().all(|fault| fault.number != line.number));
                let lines = good.map(|line| (Some(line.number), line.written.clone())).collect();
                let writing = Writing {
                    by: Actor::Apprentice,
                    edition,
                    text: "周志".to_owned(),
                    lines,
                    at,
                };
                let mended = now.write(writing).map(|(week, _)| week).ok();
                mended.and_then(|week| {
                    let submitting = Submitting {
                        by,
                        edition: week.edition(),
                        checking,
                        at,
                    };
                    week.submit(&submitting).ok()
                })
            }
            Act::TakeBack => now.take_back(by, TERMS, at).ok(),
            Act::FirstApprove => now.first_approve(&review).ok(),
            Act::Approve => now.approve(&Approving { review, checking }).ok(),
            Act::Return => now.give_back(Returning { review, reason }).ok(),
            Act::Unlock => {
                let unlocking = Unlocking {
                    by,
                    reason,
                    terms: TERMS,
                    at,
                };
                now.unlock(unlocking).ok()
            }
        };
        let (after, _) = after?;
        if after.stage() == Stage::Approved {
            self.approved.insert((record, week), after.clone());
        }
        self.weeks.insert((record, week), after);
        Some((act, by, stage))
    }

    /// What is true at any time.
    fn holds(&self) {
        for (key, week) in &self.approved {
            assert_eq!(&self.weeks[key], week, "an approved week never changes");
        }
        let all = self.booked();
        let gone: BTreeSet<LineSource> = all
            .iter()
            .filter(|line| line.standing == Standing::Approved)
            .filter_map(Booked::corrected)
            .collect();
        let approved: Vec<&Booked> = all
            .iter()
            .filter(|line| line.standing == Standing::Approved && !gone.contains(&line.source()))
            .collect();
        no_two_overlap(&approved);
        for record in 1..=RECORDS {
            let lines: Vec<Booked> = all
                .iter()
                .filter(|line| line.record == agreement(record))
                .cloned()
                .collect();
            totals_are_sums(&lines);
        }
    }
}

fn no_two_overlap(approved: &[&Booked]) {
    let mut days: BTreeMap<Date, u32> = BTreeMap::new();
    for (index, one) in approved.iter().enumerate() {
        let (written, minutes) = (&one.line.written, one.line.written.amount.minutes());
        *days.entry(written.day).or_default() += minutes;
        assert!(written.amount.missed <= written.amount.planned);
        for other in &approved[index + 1..] {
            let (a, b) = (written, &other.line.written);
            let (Some(x), Some(y)) = (a.span, b.span) else { continue };
            let apart = a.day != b.day || x.until() <= y.from() || y.until() <= x.from();
            assert!(
                apart || minutes == 0 || b.amount.minutes() == 0,
                "{one:?} and {other:?}"
            );
        }
    }
    let Limits { day: limit, .. } = LIMITS;
    assert!(days.values().all(|minutes| *minutes <= limit), "{days:?}");
}

/// Adds up line by line, along the chains of corrections, apart from the code.
fn totals_are_sums(lines: &[Booked]) {
    let follower = |source: LineSource, least: Standing| {
        lines
            .iter()
            .any(|line| line.standing >= least && line.corrected() == Some(source))
    };
    let (mut submitted, mut approved) = (0, 0);
    let mut by_category: BTreeMap<CourseKind, i64> = BTreeMap::new();
    for line in lines {
        let minutes = i64::from(line.line.written.amount.minutes());
        if line.standing != Standing::Written && !follower(line.source(), Standing::Submitted) {
            submitted += minutes;
        }
        if line.standing == Standing::Approved && !follower(line.source(), Standing::Approved) {
            approved += minutes;
            *by_category.entry(line.line.written.category).or_default() += minutes;
        }
    }
    let sums = totals(&plan(), lines);
    assert_eq!(
        (sums.all.planned, sums.all.submitted, sums.all.approved),
        (330, submitted, approved)
    );
    for (category, minutes) in by_category {
        assert_eq!(sums.by_category[&category].approved, minutes);
    }
    let over = |tallies: Vec<i64>| tallies.iter().sum::<i64>();
    assert_eq!(
        over(sums.by_category.values().map(|tally| tally.approved).collect()),
        approved
    );
    assert_eq!(
        over(sums.by_place.values().map(|tally| tally.approved).collect()),
        approved
    );
    assert_eq!(
        over(sums.by_place.values().map(|tally| tally.submitted).collect()),
        submitted
    );
}

/// Whether that person could do it, worked out apart from the code.
fn was_allowed(week: Monday, record: u64, act: Act, by: Actor, today: Date) {
    let review = matches!(act, Act::FirstApprove | Act::Approve | Act::Return);
    let Actor::Assigned(one) = by else {
        assert!(!review, "{by:?} reviewed");
        return;
    };
    assert!(review, "{by:?} did {act}");
    assert_eq!(one.record, agreement(record));
    assert!(one.from <= today);
    if one.role == AssignmentRole::Tutor {
        assert!(one.until.is_none_or(|until| today <= until));
        assert_ne!(act, Act::FirstApprove);
    } else {
        let touches = week
            .days()
            .any(|day| one.from <= day && one.until.is_none_or(|until| day <= until));
        assert!(touches, "a mentor outside of the dates");
        let grace = one.until.map(|until| until + time::Duration::days(42));
        assert!(grace.is_none_or(|last| today <= last), "a mentor after the grace");
    }
}

/// How often weeks were approved, and corrections among them.
fn play(seed: u64, turns: usize) -> (usize, usize) {
    let mut world = World::new(seed);
    for _ in 0..turns {
        let before = world.weeks.clone();
        let Some((act, by, _)) = world.turn() else { continue };
        let today = shanghai_date(world.at);
        let ((record, week), _) = world
            .weeks
            .iter()
            .find(|(key, week)| before.get(key) != Some(week))
            .unwrap();
        was_allowed(*week, *record, act, by, today);
        world.holds();
    }
    for week in world.weeks.values() {
        let kept: Week = serde_json::from_str(&serde_json::to_string(week).unwrap()).unwrap();
        assert_eq!(&kept, week, "storage keeps all of it");
    }
    let corrections = |week: &&Week| week.lines().iter().any(|line| line.written.corrects.is_some());
    (
        world.approved.len(),
        world.approved.values().filter(corrections).count(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_with_weeks_the_laws_hold(seed in any::<u64>()) {
        play(seed, 250);
    }

    #[test]
    fn a_mentor_outside_the_dates_is_always_refused(
        from in -30_i64..120,
        length in 0_i64..200,
        week in -10_i64..40,
        days in -10_i64..400,
        lead in any::<bool>(),
    ) {
        let role = if lead { AssignmentRole::Lead } else { AssignmentRole::Mentor };
        let one = assigned(role, 11, day(from), Some(day(from + length)));
        let (week, today) = (Monday::of(day(week * 7)), day(days));
        let touches = week.days().any(|day| one.active_on(day));
        let in_time = one.from <= today && today <= day(from + length + 42);
        prop_assert_eq!(one.may_review(agreement(1), week, today, TERMS).is_ok(), touches && in_time);
    }

    #[test]
    fn whatever_people_do_with_records_the_laws_hold(
        with_college in any::<bool>(),
        tries in prop::collection::vec((0..record::Act::ALL.len(), 0..5_usize, 0..6_usize, 0_i64..12), 1..120),
    ) {
        let mut now = Record::register(registering(with_college)).unwrap().0;
        let mut at = BEGIN.plus_days(-20);
        let mut ended = None;
        for (act, actor, variant, days) in tries {
            at = at.plus_days(days);
            let (act, actor) = (record::Act::ALL[act], record::Actor::ALL[actor]);
            let Ok(after) = attempt(&now, act, actor, variant, at) else { continue };
            prop_assert!(record::bound(Some(now.stage()), act, actor.role()).is_some());
            prop_assert!(with_college || actor != record::Actor::College);
            prop_assert_eq!(after.sections().len(), 5);
            prop_assert!(after.started().is_none_or(|started| started >= after.start()));
            prop_assert!(after.breaks().count() >= now.breaks().count() || act == record::Act::Resume);
            // Of two breaks, none covers a day of the other.
            let breaks: Vec<_> = after.breaks().cloned().collect();
            for (index, one) in breaks.iter().enumerate() {
                for other in &breaks[index + 1..] {
                    prop_assert!(one.until.is_some_and(|until| until < other.from) || other.until.is_some_and(|until| until < one.from));
                }
            }
            if let Some(withdrawal) = after.withdrawal() {
                prop_assert!(withdrawal.last_day >= after.start());
                prop_assert!(ended.is_none_or(|before| before == withdrawal.last_day), "an end stays");
                ended = Some(withdrawal.last_day);
            }
            let kept: Record = serde_json::from_str(&serde_json::to_string(&after).unwrap()).unwrap();
            prop_assert_eq!(&kept, &after);
            now = after;
        }
    }
}

#[test]
fn the_plays_approve_weeks_and_corrections() {
    let (mut approved, mut corrected) = (0, 0);
    for seed in 0..60 {
        let (weeks, corrections) = play(seed, 400);
        approved += weeks;
        corrected += corrections;
    }
    assert!(
        approved >= 100 && corrected >= 5,
        "{approved} approved, {corrected} with corrections"
    );
}

#[test]
fn a_correction_refers_to_its_line_for_ever() {
    let reference = LineRef {
        week: Monday::of(FIRST),
        number: 3,
    };
    let json = serde_json::to_string(&reference).unwrap();
    assert_eq!(json, r#"{"week":"2026-08-31","number":3}"#);
    assert_eq!(serde_json::from_str::<LineRef>(&json).unwrap(), reference);
}
