//! When a digest is due, in the time of Shanghai and by the working calendar, and which period it is for.

use kernel::{Date, Timestamp, format_date, shanghai_date};

use crate::Cadence;

/// On which day and at which hour somebody reads digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Habit {
    weekday: u8,
    hour: u8,
}

/// What one digest is for. At most one is made of the same cadence and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// `D2026-11-20`, `W2026-W47` or `Q2026-11-20T09:15`.
    pub key: String,
    /// From when on it may be made.
    pub due_at: Timestamp,
}

/// A digest of what is told at once comes this often at most.
const QUARTER: i64 = 15 * 60;
/// No run of days off is as long: beyond it the calendar says that nobody ever works, and is not believed.
const DAYS_LOOKED_AT: usize = 40;
/// What came while nobody expected a digest is no news for longer than so many days.
pub const NEWS_DAYS: i64 = 14;

impl Habit {
    /// A weekday (1 is Monday, 7 Sunday) and an hour of the day (0 to 23); `None` for others.
    pub const fn new(weekday: u8, hour: u8) -> Option<Self> {
        if 1 <= weekday && weekday <= 7 && hour <= 23 {
            Some(Self { weekday, hour })
        } else {
            None
        }
    }

    /// The day of the weekly digest, 1 for Monday.
    pub const fn weekday(self) -> u8 {
        self.weekday
    }

    /// The hour, in Shanghai.
    pub const fn hour(self) -> u8 {
        self.hour
    }
}

impl Default for Habit {
    /// Monday, nine o'clock.
    fn default() -> Self {
        Self { weekday: 1, hour: 9 }
    }
}

/// The first moment later than `after` at which a digest is due; `None` for [`Cadence::Never`].
///
/// A daily digest comes on working days. A weekly one comes on the first working day of its week from the chosen weekday on,
/// else on the last one before it; a week in which nobody works has none, and the next one tells of both.
pub fn next_due(
    cadence: Cadence,
    after: Timestamp,
    habit: Habit,
    is_working: &dyn Fn(Date) -> bool,
) -> Option<Timestamp> {
    match cadence {
        Cadence::AtOnce => Some(quarter(after).plus_seconds(QUARTER)),
        Cadence::Daily => Some(daily(days_from(shanghai_date(after)), habit, is_working, |at| {
            at > after
        })),
        Cadence::Weekly => {
            let mondays = mondays_from(shanghai_date(after));
            Some(weekly(mondays, habit, is_working, |at| at > after))
        }
        Cadence::Never => None,
    }
}

/// The period for which a digest made at the moment `at` is: that of the last moment at which one was due. A run that was
/// missed is not made up for; its matter goes into the next digest. `None` for [`Cadence::Never`].
pub fn period(cadence: Cadence, at: Timestamp, habit: Habit, is_working: &dyn Fn(Date) -> bool) -> Option<Period> {
    let today = shanghai_date(at);
    match cadence {
        Cadence::AtOnce => {
            let due_at = quarter(at);
            let clock = due_at.in_shanghai();
            let key = format!(
                "Q{}T{:02}:{:02}",
                format_date(clock.date()),
                clock.hour(),
                clock.minute()
            );
            Some(Period { key, due_at })
        }
        Cadence::Daily => {
            let due_at = daily(days_before(today), habit, is_working, |due| due <= at);
            let key = format!("D{}", format_date(shanghai_date(due_at)));
            Some(Period { key, due_at })
        }
        Cadence::Weekly => {
            let due_at = weekly(mondays_before(today), habit, is_working, |due| due <= at);
            let (year, week, _) = shanghai_date(due_at).to_iso_week_date();
            let key = format!("W{year}-W{week:02}");
            Some(Period { key, due_at })
        }
        Cadence::Never => None,
    }
}

/// The beginning of the quarter of an hour.
fn quarter(at: Timestamp) -> Timestamp {
    // Shanghai is whole hours away from UTC, so that its quarters are those of UTC.
    Timestamp::from_micros(0).plus_seconds(at.seconds().div_euclid(QUARTER) * QUARTER)
}

/// The first of these days on which people work and whose hour fits; were there none, the first whose hour fits.
fn daily(
    days: impl Iterator<Item = Date>,
    habit: Habit,
    is_working: &dyn Fn(Date) -> bool,
    fits: impl Fn(Timestamp) -> bool,
) -> Timestamp {
    let mut otherwise = None;
    for day in days.take(DAYS_LOOKED_AT) {
        let at = moment(day, habit.hour);
        if fits(at) {
            if is_working(day) {
                return at;
            }
            otherwise.get_or_insert(at);
        }
    }
    otherwise.unwrap_or(Timestamp::from_micros(0))
}

/// The same for weeks, each by its Monday.
fn weekly(
    mondays: impl Iterator<Item = Date>,
    habit: Habit,
    is_working: &dyn Fn(Date) -> bool,
    fits: impl Fn(Timestamp) -> bool,
) -> Timestamp {
    let mut otherwise = None;
    for monday in mondays.take(DAYS_LOOKED_AT / 7) {
        let days: Vec<Date> = days_from(monday).take(7).collect();
        let chosen = usize::from(habit.weekday - 1).min(days.len().saturating_sub(1));
        let (before, from) = days.split_at(chosen);
        let worked = from.iter().chain(before.iter().rev()).find(|day| is_working(**day));
        if let Some(at) = worked.map(|day| moment(*day, habit.hour)).filter(|at| fits(*at)) {
            return at;
        }
        let plain = moment(days.get(chosen).copied().unwrap_or(monday), habit.hour);
        if worked.is_none() && fits(plain) {
            otherwise.get_or_insert(plain);
        }
    }
    otherwise.unwrap_or(Timestamp::from_micros(0))
}

fn moment(day: Date, hour: u8) -> Timestamp {
    Timestamp::of_shanghai(day, hour, 0)
}

fn days_from(day: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(day), |day| day.next_day())
}

fn days_before(day: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(day), |day| day.previous_day())
}

fn monday(day: Date) -> Date {
    let back = day.weekday().number_days_from_monday();
    days_before(day).nth(usize::from(back)).unwrap_or(day)
}

fn mondays_from(day: Date) -> impl Iterator<Item = Date> {
    days_from(monday(day)).step_by(7)
}

fn mondays_before(day: Date) -> impl Iterator<Item = Date> {
    days_before(monday(day)).step_by(7)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    /// Monday to Friday without National Day, whose week is made up for on Sunday the 27th of September.
    fn works(day: Date) -> bool {
        let weekend = day.weekday().number_from_monday() > 5;
        let holiday = (date!(2026 - 10 - 01)..=date!(2026 - 10 - 07)).contains(&day);
        (!weekend && !holiday) || day == date!(2026 - 09 - 27)
    }

    fn at(day: Date, hour: u8, minute: i64) -> Timestamp {
        moment(day, hour).plus_minutes(minute)
    }

    fn due(cadence: Cadence, after: Timestamp, habit: Habit) -> String {
        let clock = next_due(cadence, after, habit, &works).unwrap().in_shanghai();
        format!(
            "{} {:02}:{:02}",
            format_date(clock.date()),
            clock.hour(),
            clock.minute()
        )
    }

    fn key(cadence: Cadence, at: Timestamp, habit: Habit) -> String {
        period(cadence, at, habit, &works).unwrap().key
    }

    #[test]
    fn a_daily_digest_comes_at_the_persons_hour_on_working_days() {
        let nine = Habit::default();
        let friday = date!(2026 - 11 - 20);
        assert_eq!(due(Cadence::Daily, at(friday, 8, 59), nine), "2026-11-20 09:00");
        assert_eq!(
            due(Cadence::Daily, at(friday, 9, 0), nine),
            "2026-11-23 09:00",
            "over the weekend"
        );
        let night = Habit::new(1, 0).unwrap();
        assert_eq!(due(Cadence::Daily, at(friday, 23, 59), night), "2026-11-23 00:00");
        assert_eq!(
            due(Cadence::Daily, at(date!(2026 - 09 - 30), 10, 0), nine),
            "2026-10-08 09:00",
            "after the holiday"
        );
        assert_eq!(
            due(Cadence::Daily, at(date!(2026 - 09 - 25), 10, 0), nine),
            "2026-09-27 09:00",
            "a Sunday on which people work"
        );
    }

    #[test]
    fn a_weekly_digest_moves_within_its_week_when_the_chosen_day_is_off() {
        let friday = Habit::new(5, 9).unwrap();
        let thursday = Habit::new(4, 9).unwrap();
        let saturday = Habit::new(6, 9).unwrap();
        let week = at(date!(2026 - 09 - 28), 0, 0);
        assert_eq!(
            due(Cadence::Weekly, week, friday),
            "2026-09-30 09:00",
            "no day is left after it"
        );
        assert_eq!(due(Cadence::Weekly, week, thursday), "2026-09-30 09:00");
        assert_eq!(
            due(Cadence::Weekly, at(date!(2026 - 10 - 05), 0, 0), Habit::default()),
            "2026-10-08 09:00",
            "the first working day from Monday on"
        );
        assert_eq!(
            due(Cadence::Weekly, at(date!(2026 - 09 - 21), 0, 0), saturday),
            "2026-09-27 09:00"
        );
        assert_eq!(
            due(Cadence::Weekly, at(date!(2026 - 11 - 16), 0, 0), saturday),
            "2026-11-20 09:00"
        );
    }

    #[test]
    fn what_is_told_at_once_is_gathered_for_a_quarter_of_an_hour() {
        let friday = date!(2026 - 11 - 20);
        let habit = Habit::default();
        assert_eq!(due(Cadence::AtOnce, at(friday, 9, 14), habit), "2026-11-20 09:15");
        assert_eq!(due(Cadence::AtOnce, at(friday, 9, 15), habit), "2026-11-20 09:30");
        assert_eq!(key(Cadence::AtOnce, at(friday, 9, 29), habit), "Q2026-11-20T09:15");
        assert_eq!(next_due(Cadence::Never, at(friday, 9, 0), habit, &works), None);
        assert_eq!(period(Cadence::Never, at(friday, 9, 0), habit, &works), None);
    }

    #[test]
    fn a_period_is_called_by_its_day_or_by_its_week() {
        let habit = Habit::default();
        let friday = date!(2026 - 11 - 20);
        assert_eq!(key(Cadence::Daily, at(friday, 9, 0), habit), "D2026-11-20");
        assert_eq!(
            key(Cadence::Daily, at(friday, 8, 0), habit),
            "D2026-11-19",
            "it is not nine yet"
        );
        assert_eq!(
            key(Cadence::Daily, at(date!(2026 - 11 - 22), 12, 0), habit),
            "D2026-11-20"
        );
        assert_eq!(key(Cadence::Weekly, at(friday, 9, 0), habit), "W2026-W47");
        assert_eq!(
            key(Cadence::Weekly, at(date!(2027 - 01 - 02), 9, 0), habit),
            "W2026-W53"
        );
    }

    #[test]
    fn where_nobody_ever_works_digests_still_come() {
        let never = |_: Date| false;
        let friday = at(date!(2026 - 11 - 20), 10, 0);
        for cadence in [Cadence::Daily, Cadence::Weekly] {
            let next = next_due(cadence, friday, Habit::default(), &never).unwrap();
            assert!(next > friday && next < friday.plus_days(8), "{cadence}");
            let made = period(cadence, friday, Habit::default(), &never).unwrap();
            assert!(made.due_at <= friday && made.due_at > friday.plus_days(-8), "{cadence}");
        }
    }

    #[test]
    fn a_day_or_an_hour_that_does_not_exist_is_no_habit() {
        for (weekday, hour) in [(0, 9), (8, 9), (1, 24)] {
            assert_eq!(Habit::new(weekday, hour), None);
        }
    }

    /// A calendar with days off strewn over it.
    fn strewn(seed: u64) -> impl Fn(Date) -> bool {
        move |day| {
            let mixed = (u64::from(day.to_julian_day().unsigned_abs()) ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed >> 61 > 2
        }
    }

    proptest! {
        #[test]
        fn a_person_gets_no_more_than_asked_for_at_the_hour_asked_for(
            start in 1_700_000_000i64..1_900_000_000, weekday in 1u8..=7, hour in 0u8..=23, seed: u64, steps in 1usize..60,
        ) {
            let habit = Habit::new(weekday, hour).unwrap();
            let working = strewn(seed);
            for cadence in [Cadence::AtOnce, Cadence::Daily, Cadence::Weekly] {
                let mut after = Timestamp::from_micros(start * 1_000_000);
                let mut keys = BTreeSet::new();
                for _ in 0..steps {
                    let next = next_due(cadence, after, habit, &working).unwrap();
                    prop_assert!(next > after);
                    let made = period(cadence, next, habit, &working).unwrap();
                    prop_assert_eq!(made.due_at, next, "a digest made on time is of its own period");
                    prop_assert!(keys.insert(made.key.clone()), "{} twice", made.key);
                    // Made late, it is still the same one, until the next is due.
                    let later = next_due(cadence, next, habit, &working).unwrap();
                    let late = period(cadence, later.plus_seconds(-1), habit, &working).unwrap();
                    prop_assert_eq!(&late.key, &made.key);
                    if cadence != Cadence::AtOnce {
                        prop_assert_eq!(next.in_shanghai().hour(), hour);
                        prop_assert!(working(shanghai_date(next)));
                    }
                    after = next;
                }
            }
        }

        #[test]
        fn a_second_digest_in_the_same_week_after_a_change_of_habit_is_known_by_its_key(
            start in 1_700_000_000i64..1_900_000_000, before in 1u8..=7, after in 1u8..=7, seed: u64,
        ) {
            let working = strewn(seed);
            let start = Timestamp::from_micros(start * 1_000_000);
            let habit = Habit::new(before, 9).unwrap();
            let first = next_due(Cadence::Weekly, start, habit, &working).unwrap();
            let changed = Habit::new(after, 9).unwrap();
            let second = next_due(Cadence::Weekly, first, changed, &working).unwrap();
            let week = |at| {
                let (year, week, _) = shanghai_date(at).to_iso_week_date();
                (year, week)
            };
            let key = |at, habit| period(Cadence::Weekly, at, habit, &working).unwrap().key;
            let keys = [key(first, habit), key(second, changed)];
            prop_assert_eq!(keys[0] == keys[1], week(first) == week(second), "{:?}", keys);
        }
    }
}
