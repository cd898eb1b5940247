//! Civil dates in Shanghai, and how the law counts with them.

use crate::Timestamp;

/// A civil date. Legal dates are dates in Asia/Shanghai.
pub type Date = time::Date;

/// The date in Shanghai at the moment `at`.
pub fn shanghai_date(at: Timestamp) -> Date {
    at.in_shanghai().date()
}

/// Reads `2026-09-01`, and what people type instead: `2026/9/1`, `2026.9.1`, `2026年9月1日`.
pub fn parse_date(text: &str) -> Option<Date> {
    let plain = text.trim().trim_end_matches('日').replace(['年', '月', '/', '.'], "-");
    let mut parts = plain.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// `2026-09-01`.
pub fn format_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// Whole months of [start, end + 1 day): 2026-09-01..2027-08-31 is 12 (rules.md, "Months"). 0 when `end` is before `start`.
pub fn months_between(start: Date, end: Date) -> i32 {
    let Some(after) = end.next_day() else { return 0 };
    if after <= start {
        return 0;
    }
    let months =
        (after.year() - start.year()) * 12 + i32::from(u8::from(after.month())) - i32::from(u8::from(start.month()));
    // A month that has no such day ends with its last day: 31 January .. 28 February is a whole month.
    let last = after.month().length(after.year());
    let reached = after.day() >= start.day() || (after.day() == last && start.day() > last);
    if reached { months } else { months - 1 }
}

/// Full years of somebody born on `birth`, on `day`. Born on 29 February, one grows older on 1 March of a common year.
pub fn age_on(birth: Date, day: Date) -> i32 {
    let years = day.year() - birth.year();
    let had_birthday = (u8::from(day.month()), day.day()) >= (u8::from(birth.month()), birth.day());
    if had_birthday { years } else { years - 1 }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn months_are_counted_to_the_day_after_the_end() {
        assert_eq!(months_between(date!(2026 - 09 - 01), date!(2027 - 08 - 31)), 12);
        assert_eq!(months_between(date!(2026 - 09 - 01), date!(2027 - 08 - 30)), 11);
        assert_eq!(months_between(date!(2026 - 09 - 01), date!(2026 - 09 - 30)), 1);
        assert_eq!(months_between(date!(2026 - 09 - 15), date!(2026 - 10 - 14)), 1);
        assert_eq!(months_between(date!(2026 - 09 - 15), date!(2026 - 09 - 14)), 0);
        assert_eq!(months_between(date!(2024 - 02 - 29), date!(2025 - 02 - 28)), 12);
    }

    #[test]
    fn the_day_in_shanghai_begins_eight_hours_early() {
        let at = Timestamp::from_micros(1_795_132_800_000_000).plus_hours(-8);
        assert_eq!(shanghai_date(at), date!(2026 - 11 - 20));
        assert_eq!(shanghai_date(at.plus_seconds(-1)), date!(2026 - 11 - 19));
    }

    #[test]
    fn dates_are_read_as_people_type_them() {
        for typed in ["2026-09-01", "2026/9/1", "2026.9.1", "2026年9月1日"] {
            assert_eq!(parse_date(typed), Some(date!(2026 - 09 - 01)), "{typed}");
        }
        for typed in ["", "2026-13-01", "2026-02-30", "26-1-1", "2026-1"] {
            assert_eq!(parse_date(typed), None, "{typed}");
        }
        assert_eq!(format_date(date!(2026 - 09 - 01)), "2026-09-01");
    }

    #[test]
    fn age_is_in_full_years() {
        assert_eq!(age_on(date!(2010 - 09 - 01), date!(2026 - 09 - 01)), 16);
        assert_eq!(age_on(date!(2010 - 09 - 02), date!(2026 - 09 - 01)), 15);
        assert_eq!(age_on(date!(2000 - 02 - 29), date!(2025 - 02 - 28)), 24);
    }
}
