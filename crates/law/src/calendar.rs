//! Working days of mainland China: weekdays, less public holidays, plus the days worked to make up for them. The
//! arrangement of a year is data; a year that is not carried is not known, and its weekdays are assumed to be worked.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use kernel::Date;
use serde::Deserialize;
use time::Weekday;
use toml::value::Datetime;

use crate::Evidence;

/// The arrangements of some years.
#[derive(Debug, Clone)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
}

/// The arrangement of one year.
#[derive(Debug, Clone)]
struct Year {
    source: String,
    evidence: Evidence,
    holidays: BTreeMap<Date, String>,
    worked: BTreeSet<Date>,
}

/// What kind of day a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day<'a> {
    /// A weekday like any other.
    Weekday,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday, or a day moved to one; its name.
    Holiday(&'a str),
    /// A Saturday or Sunday that is worked to make up for a holiday.
    MadeUp,
}

/// An answer, and whether it rests on a year that is not carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<T> {
    /// The answer.
    pub value: T,
    /// Whether weekdays of a year without an arrangement were taken for working days.
    pub assumed: bool,
}

/// Why a calendar cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not the TOML it should be.
    #[error("{0}")]
    Syntax(String),
    /// A day that does not exist, lies outside of its year, or stands twice; a holiday that ends before it begins.
    #[error("{year}: {day} does not fit")]
    Day {
        /// The year.
        year: i32,
        /// The day as it is written.
        day: String,
    },
    /// A year stands twice.
    #[error("{0} stands twice")]
    Twice(i32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Vec<YearRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearRow {
    year: i32,
    source: String,
    evidence: Evidence,
    holidays: Vec<HolidayRow>,
    worked: Vec<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayRow {
    name: String,
    from: Datetime,
    to: Datetime,
}

static BUILT_IN: LazyLock<Calendar> = LazyLock::new(|| {
    Calendar::parse(include_str!("../data/calendar.toml")).expect("the calendar of the product is read in a test")
});

/// The calendar that comes with the product.
pub fn builtin() -> &'static Calendar {
    &BUILT_IN
}

impl Calendar {
    /// Reads the arrangements of some years.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let file: File = toml::from_str(text).map_err(|error| CalendarError::Syntax(error.to_string()))?;
        let mut years = BTreeMap::new();
        for row in file.year {
            let number = row.year;
            if years.insert(number, year(row)?).is_some() {
                return Err(CalendarError::Twice(number));
            }
        }
        Ok(Self { years })
    }

    /// What kind of day this is, as far as its year is carried.
    pub fn day(&self, date: Date) -> Told<Day<'_>> {
        let year = self.years.get(&date.year());
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let holiday = year.and_then(|year| year.holidays.get(&date));
        let worked = year.is_some_and(|year| year.worked.contains(&date));
        let value = match (holiday, worked, weekend) {
            (Some(name), ..) => Day::Holiday(name),
            (None, true, _) => Day::MadeUp,
            (None, false, true) => Day::Weekend,
            (None, false, false) => Day::Weekday,
        };
        Told {
            value,
            assumed: year.is_none(),
        }
    }

    /// Whether people work on this day.
    pub fn is_working_day(&self, date: Date) -> Told<bool> {
        let Told { value, assumed } = self.day(date);
        Told {
            value: matches!(value, Day::Weekday | Day::MadeUp),
            assumed,
        }
    }

    /// The working day that comes `count` working days after `from`; `from` itself does not count. 0 is `from`.
    pub fn add_working_days(&self, from: Date, count: u32) -> Told<Date> {
        let (mut value, mut assumed, mut left) = (from, false, count);
        while left > 0 {
            let Some(next) = value.next_day() else { break };
            value = next;
            let told = self.is_working_day(value);
            assumed |= told.assumed;
            left -= u32::from(told.value);
        }
        Told { value, assumed }
    }

    /// Where the arrangement of a year stands, and how well it is known; `None` for a year that is not carried.
    pub fn source(&self, year: i32) -> Option<(&str, Evidence)> {
        self.years.get(&year).map(|year| (year.source.as_str(), year.evidence))
    }
}

fn year(row: YearRow) -> Result<Year, CalendarError> {
    let number = row.year;
    let wrong = |day: &Datetime| CalendarError::Day {
        year: number,
        day: day.to_string(),
    };
    let read = |day: &Datetime| -> Result<Date, CalendarError> {
        let date = day.date.filter(|_| day.time.is_none()).ok_or_else(|| wrong(day))?;
        let month = time::Month::try_from(date.month).map_err(|_| wrong(day))?;
        let date = Date::from_calendar_date(i32::from(date.year), month, date.day).map_err(|_| wrong(day))?;
        if date.year() == number {
            Ok(date)
        } else {
            Err(wrong(day))
        }
    };
    let mut holidays = BTreeMap::new();
    for holiday in row.holidays {
        let (from, to) = (read(&holiday.from)?, read(&holiday.to)?);
        if to < from {
            return Err(wrong(&holiday.to));
        }
        let days = std::iter::successors(Some(from), |day| day.next_day().filter(|next| *next <= to));
        for day in days {
            if holidays.insert(day, holiday.name.clone()).is_some() {
                return Err(wrong(&holiday.from));
            }
        }
    }
    let mut worked = BTreeSet::new();
    for day in &row.worked {
        let date = read(day)?;
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        if !weekend || holidays.contains_key(&date) || !worked.insert(date) {
            return Err(wrong(day));
        }
    }
    Ok(Year {
        source: row.source,
        evidence: row.evidence,
        holidays,
        worked,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn works(day: Date) -> bool {
        let told = builtin().is_working_day(day);
        assert!(!told.assumed, "{day}");
        told.value
    }

    #[test]
    fn holidays_are_off_and_what_makes_up_for_them_is_worked() {
        assert!(!works(date!(2026 - 10 - 01)));
        assert!(!works(date!(2026 - 10 - 07)));
        assert!(works(date!(2026 - 10 - 08)));
        assert!(works(date!(2026 - 10 - 10)), "a Saturday that is worked");
        assert!(!works(date!(2026 - 10 - 11)));
        assert_eq!(builtin().day(date!(2026 - 02 - 17)).value, Day::Holiday("春节"));
        assert_eq!(builtin().day(date!(2026 - 02 - 28)).value, Day::MadeUp);
        assert!(works(date!(2025 - 09 - 28)));
        assert!(!works(date!(2025 - 10 - 08)));
    }

    #[test]
    fn each_year_has_as_many_days_as_the_notice_counts() {
        let days = |year, named: &str| {
            let days = &builtin().years[&year].holidays;
            days.values().filter(|name| *name == named).count()
        };
        assert_eq!(
            ["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"].map(|name| days(2026, name)),
            [3, 9, 3, 5, 3, 3, 7]
        );
        assert_eq!(
            ["元旦", "春节", "清明节", "劳动节", "端午节", "国庆节、中秋节"].map(|name| days(2025, name)),
            [1, 8, 3, 5, 3, 8]
        );
    }

    #[test]
    fn a_year_that_is_not_carried_is_assumed_and_says_so() {
        let told = builtin().is_working_day(date!(2027 - 01 - 01));
        assert_eq!(
            told,
            Told {
                value: true,
                assumed: true
            }
        );
        assert_eq!(builtin().source(2027), None);
        assert!(!builtin().is_working_day(date!(2027 - 01 - 02)).value);
        assert_eq!(builtin().source(2026).unwrap().1, Evidence::Quote);
    }

    #[test]
    fn working_days_are_counted_after_the_first_day() {
        let after = |from, count| builtin().add_working_days(from, count);
        let known = |value| Told { value, assumed: false };
        assert_eq!(after(date!(2026 - 09 - 30), 0), known(date!(2026 - 09 - 30)));
        assert_eq!(after(date!(2026 - 09 - 30), 1), known(date!(2026 - 10 - 08)));
        assert_eq!(after(date!(2026 - 09 - 30), 3), known(date!(2026 - 10 - 10)));
        assert_eq!(after(date!(2026 - 11 - 20), 5), known(date!(2026 - 11 - 27)));
        let over = after(date!(2026 - 12 - 30), 2);
        assert_eq!(
            over,
            Told {
                value: date!(2027 - 01 - 01),
                assumed: true
            }
        );
        assert_eq!(after(Date::MAX, 3).value, Date::MAX);
    }

    #[test]
    fn a_calendar_that_contradicts_itself_is_refused() {
        let parse = |holidays: &str, worked: &str| {
            let text = format!(
                "[[year]]\nyear = 2026\nsource = \"x\"\nevidence = \"text\"\nholidays = [{holidays}]\nworked = [{worked}]"
            );
            Calendar::parse(&text).map(|_| ())
        };
        let day = |day: &str| {
            Err(CalendarError::Day {
                year: 2026,
                day: day.to_owned(),
            })
        };
        assert_eq!(parse("", ""), Ok(()));
        assert_eq!(
            parse("", "2026-02-16"),
            day("2026-02-16"),
            "a Monday needs nothing made up"
        );
        assert_eq!(parse("", "2025-10-11"), day("2025-10-11"));
        assert_eq!(
            parse("{ name = \"x\", from = 2026-01-02, to = 2026-01-01 }", ""),
            day("2026-01-01")
        );
        assert_eq!(
            parse("{ name = \"x\", from = 2026-01-03, to = 2026-01-04 }", "2026-01-04"),
            day("2026-01-04")
        );
        assert!(matches!(Calendar::parse("year = 3"), Err(CalendarError::Syntax(_))));
    }

    proptest! {
        #[test]
        fn one_working_day_after_another_is_the_same_as_both_at_once(start in 0i64..900, one in 0u32..40, two in 0u32..40) {
            let from = date!(2025 - 01 - 01).saturating_add(time::Duration::days(start));
            let calendar = builtin();
            let there = calendar.add_working_days(from, one);
            let further = calendar.add_working_days(there.value, two);
            let both = calendar.add_working_days(from, one + two);
            prop_assert_eq!(further.value, both.value);
            prop_assert_eq!(there.assumed || further.assumed, both.assumed);
            prop_assert!(one + two == 0 || calendar.is_working_day(both.value).value);
        }
    }
}
