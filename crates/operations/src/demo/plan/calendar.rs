//! Days that make sense from where one stands.

use kernel::Date;
use time::{Duration, Month};

/// `days` later, or earlier.
pub(super) fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(Duration::days(days))
}

/// The Monday of its week.
pub(super) fn monday_of(day: Date) -> Date {
    plus_days(day, -i64::from(day.weekday().number_days_from_monday()))
}

/// The last day of `months` months that begin on `start`.
pub(super) fn last_day(start: Date, months: i64) -> Date {
    let counted = i64::from(start.year()) * 12 + i64::from(u8::from(start.month())) - 1 + months;
    let year = i32::try_from(counted.div_euclid(12)).unwrap_or(start.year());
    let month = u8::try_from(counted.rem_euclid(12) + 1)
        .ok()
        .and_then(|month| Month::try_from(month).ok());
    let month = month.unwrap_or(start.month());
    let day = start.day().min(month.length(year));
    plus_days(Date::from_calendar_date(year, month, day).unwrap_or(start), -1)
}

/// The next two beginnings of a term, spring (1 March) or autumn (1 September), at least six weeks ahead of `today`.
pub(super) fn next_terms(today: Date) -> [Date; 2] {
    let soonest = plus_days(today, 42);
    let mut terms = (0..=2)
        .flat_map(|years| [Month::March, Month::September].map(|month| (today.year() + years, month)))
        .filter_map(|(year, month)| Date::from_calendar_date(year, month, 1).ok())
        .filter(|&term| term >= soonest);
    let first = terms.next().unwrap_or(soonest);
    [first, terms.next().unwrap_or(first)]
}

/// `2027年春季`: what people call the time of year in which something starts.
pub(super) fn season(day: Date) -> String {
    let name = match u8::from(day.month()) {
        2..=5 => "春季",
        6..=7 => "夏季",
        8..=11 => "秋季",
        _ => "冬季",
    };
    format!("{}年{name}", day.year())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn twelve_months_end_the_day_before() {
        assert_eq!(last_day(date!(2027 - 03 - 01), 12), date!(2028 - 02 - 29));
        assert_eq!(last_day(date!(2027 - 09 - 15), 18), date!(2029 - 03 - 14));
        assert_eq!(last_day(date!(2027 - 12 - 01), 1), date!(2027 - 12 - 31));
    }

    #[test]
    fn terms_lie_ahead_of_every_day_of_the_year() {
        let mut day = date!(2026 - 01 - 01);
        while day < date!(2027 - 01 - 01) {
            let [first, second] = next_terms(day);
            assert!(plus_days(day, 42) <= first && first < second, "{day}");
            assert!(second <= plus_days(day, 420), "{day}");
            day = plus_days(day, 1);
        }
        assert_eq!(season(next_terms(date!(2026 - 11 - 20))[0]), "2027年春季");
    }
}
