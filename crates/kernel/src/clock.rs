//! Moments and where they come from.

use std::{
    fmt,
    sync::atomic::{AtomicI64, Ordering},
};

use serde::{Deserialize, Serialize};

const EPOCH: time::PrimitiveDateTime = time::macros::datetime!(1970-01-01 0:00);

/// A moment: microseconds since 1970-01-01T00:00:00 UTC. One integer, so that it sorts alike in every database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    const SECOND: i64 = 1_000_000;

    /// The moment `micros` microseconds after 1970 began.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970 began.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970 began, rounded towards the past.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(Self::SECOND)
    }

    /// This moment and `seconds` more (or fewer).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * Self::SECOND)
    }

    /// This moment and `minutes` more (or fewer).
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes * 60)
    }

    /// This moment and `hours` more (or fewer).
    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_seconds(hours * 3_600)
    }

    /// This moment and `days` times 24 hours more (or fewer).
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days * 86_400)
    }

    /// The moment at which clocks in Shanghai show this day, hour and minute.
    pub fn of_shanghai(day: crate::Date, hour: u8, minute: u8) -> Self {
        let days = i64::from(day.to_julian_day()) - i64::from(EPOCH.date().to_julian_day());
        Self(0)
            .plus_days(days)
            .plus_hours(i64::from(hour) - 8)
            .plus_minutes(i64::from(minute))
    }

    /// The date and time of day on a clock in Shanghai (UTC+8 without summer time since 1992).
    pub fn in_shanghai(self) -> time::PrimitiveDateTime {
        let shanghai = time::Duration::microseconds(self.0).saturating_add(time::Duration::hours(8));
        EPOCH.checked_add(shanghai).unwrap_or(EPOCH)
    }
}

impl fmt::Display for Timestamp {
    /// `2026-11-20T08:30:00Z`, to the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.plus_hours(-8).in_shanghai();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }
}

/// Where moments come from. The program's own clock reads the system; tests hold a [`FixedClock`].
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at `at`.
    pub const fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves the clock to `at`.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }

    /// Moves the clock on by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * Timestamp::SECOND, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_prints_in_utc_and_reads_in_shanghai() {
        let at = Timestamp::from_micros(1_795_156_200_000_000);
        assert_eq!(at.to_string(), "2026-11-20T06:30:00Z");
        assert_eq!(at.in_shanghai().hour(), 14);
        let local = at.in_shanghai();
        assert_eq!(Timestamp::of_shanghai(local.date(), local.hour(), local.minute()), at);
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = FixedClock::at(Timestamp::from_micros(5));
        assert_eq!(clock.now(), clock.now());
        clock.advance(2);
        assert_eq!(clock.now().micros(), 2_000_005);
    }
}
