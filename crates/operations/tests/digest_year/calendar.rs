//! When somebody's digest is due, counted anew from what the page of preferences promises: on working days at the hour that
//! was chosen; weekly on the first of them from the chosen day of the week on, else on the last one before.

use kernel::{Date, Timestamp, shanghai_date};

/// A quarter of an hour, in seconds.
const QUARTER: i64 = 15 * 60;

fn works(day: Date) -> bool {
    law::calendar::builtin().is_working_day(day).value
}

fn week_of(day: Date) -> [Date; 7] {
    let monday = day - time::Duration::days(i64::from(day.weekday().number_days_from_monday()));
    std::array::from_fn(|n| monday + time::Duration::days(i64::try_from(n).unwrap()))
}

/// The day of the weekly digest in the week of `day`; none when nobody works in it.
fn in_week_of(day: Date, weekday: u8) -> Option<Date> {
    let worked: Vec<Date> = week_of(day).into_iter().filter(|day| works(*day)).collect();
    let from = worked.iter().find(|day| day.weekday().number_from_monday() >= weekday);
    from.or(worked.last()).copied()
}

fn at(day: Date, hour: u8) -> Timestamp {
    Timestamp::of_shanghai(day, hour, 0)
}

/// The moments that are due around one, in their order.
fn moments(cadence: &str, (weekday, hour): (u8, u8), around: Timestamp) -> Vec<Timestamp> {
    let today = shanghai_date(around);
    let days = |first: i64, last: i64| (first..=last).map(move |n| today + time::Duration::days(n));
    match cadence {
        "at_once" => {
            let quarter = around.seconds().div_euclid(QUARTER);
            let of = |n| Timestamp::from_micros((quarter + n) * QUARTER * 1_000_000);
            [-1, 0, 1, 2].map(of).to_vec()
        }
        "daily" => days(-14, 28)
            .filter(|day| works(*day))
            .map(|day| at(day, hour))
            .collect(),
        "weekly" => {
            let mut all: Vec<Date> = days(-28, 42).filter_map(|day| in_week_of(day, weekday)).collect();
            all.dedup();
            all.into_iter().map(|day| at(day, hour)).collect()
        }
        _ => Vec::new(),
    }
}

/// The first of them after `after`; `nth` 1 is the second.
pub(crate) fn due_after(cadence: &str, habit: (u8, u8), after: Timestamp, nth: usize) -> Timestamp {
    let all = moments(cadence, habit, after);
    all.into_iter().filter(|due| *due > after).nth(nth).unwrap()
}

/// The last of them that was not after `at`.
pub(crate) fn due_before(cadence: &str, habit: (u8, u8), at: Timestamp) -> Timestamp {
    moments(cadence, habit, at).into_iter().rfind(|due| *due <= at).unwrap()
}

/// What nobody wants two digests of: the quarter of an hour, the day, the week.
pub(crate) fn period(cadence: &str, due: Timestamp) -> String {
    let day = shanghai_date(due);
    match cadence {
        "at_once" => due.seconds().div_euclid(QUARTER).to_string(),
        "weekly" => format!("{}", week_of(day)[0]),
        _ => day.to_string(),
    }
}
