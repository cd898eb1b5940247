//! A plan of failures, for tests.

use std::{
    borrow::Cow,
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::error::{DatabaseError, ErrorKind};

use super::Point;

/// Which of the places where something is written fail. The places of all databases that share a plan are counted
/// together, from 1; cloning shares the count. The same seed plans the same failures.
#[derive(Debug, Clone)]
pub struct FailurePlan(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    rule: Rule,
    passed: u64,
    failed: u64,
    after_commit: u64,
}

#[derive(Debug, Clone, Copy)]
enum Rule {
    Never,
    Nth { place: u64, way: u64 },
    Seeded { seed: u64, one_in: u64 },
}

/// In how many ways something fails: [`FailurePlan::nth`] takes a number below.
const WAYS: u64 = 3;

impl FailurePlan {
    /// In how many ways a place can fail.
    pub const WAYS: u64 = WAYS;

    /// The place of that number fails, in one of [`Self::WAYS`] ways: the connection is lost; the database gives way to
    /// another transaction; the disk is full.
    pub fn nth(place: u64, way: u64) -> Self {
        Self::of(Rule::Nth { place, way })
    }

    /// About one of `one_in` places fails, in any way.
    pub fn seeded(seed: u64, one_in: u64) -> Self {
        let one_in = one_in.max(1);
        Self::of(Rule::Seeded { seed, one_in })
    }

    fn of(rule: Rule) -> Self {
        Self(Arc::new(Mutex::new(Inner::new(rule))))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it is the plan of [`Self::nth`], and all counts begin anew.
    pub fn begin_again(&self, place: u64, way: u64) {
        *self.lock() = Inner::new(Rule::Nth { place, way });
    }

    /// From now on nothing fails, and nothing is counted.
    pub fn stop(&self) {
        self.lock().rule = Rule::Never;
    }

    /// How many places were come by.
    pub fn places(&self) -> u64 {
        self.lock().passed
    }

    /// How many of them failed.
    pub fn failures(&self) -> u64 {
        self.lock().failed
    }

    /// How many failed after a commit that happened all the same.
    pub fn failures_after_commit(&self) -> u64 {
        self.lock().after_commit
    }

    pub(super) fn strike(&self, point: Point) -> Option<sqlx::Error> {
        let mut inner = self.lock();
        if matches!(inner.rule, Rule::Never) {
            return None;
        }
        inner.passed += 1;
        let place = inner.passed;
        let way = match inner.rule {
            Rule::Nth { place: planned, way } if planned == place => way,
            Rule::Seeded { seed, one_in } if mixed(seed, place).is_multiple_of(one_in) => mixed(place, seed),
            _ => return None,
        };
        inner.failed += 1;
        inner.after_commit += u64::from(point == Point::Committed);
        drop(inner);
        Some(match way % WAYS {
            0 => sqlx::Error::Io(io::Error::other(Failed { code: "planned", point })),
            // A serialization failure of PostgreSQL; SQLite says as much by its number 5.
            1 => sqlx::Error::Database(Box::new(Failed { code: "40001", point })),
            // Not for a while: neither database calls it transient.
            _ => sqlx::Error::Database(Box::new(Failed { code: "53100", point })),
        })
    }
}

impl Inner {
    const fn new(rule: Rule) -> Self {
        Self {
            rule,
            passed: 0,
            failed: 0,
            after_commit: 0,
        }
    }
}

/// `SplitMix64` of two numbers.
const fn mixed(seed: u64, place: u64) -> u64 {
    let mut z = seed.wrapping_add(place.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What a planned failure says of itself.
#[derive(Debug)]
struct Failed {
    code: &'static str,
    point: Point,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.message(), self.point)
    }
}

impl std::error::Error for Failed {}

impl DatabaseError for Failed {
    fn message(&self) -> &'static str {
        "a planned failure"
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.code.into())
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
