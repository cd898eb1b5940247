//! Failures that a test plans: where something is written, before a commit, and after one that happened all the same.
//! And stored values that a test spoils.
//!
//! The seam costs the product nothing: without the feature `planned-failures`, which tests alone turn on, a plan is a
//! type without a value in it, and asking it is asking nobody.

#[cfg(any(test, feature = "planned-failures"))]
mod plan;
#[cfg(any(test, feature = "planned-failures"))]
mod spoil;

#[cfg(any(test, feature = "planned-failures"))]
pub use self::{plan::FailurePlan, spoil::StoredValue};

/// Where a plan may strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// A transaction that writes begins.
    Begin,
    /// A statement that writes is about to run.
    Write,
    /// Nothing is committed yet.
    Commit,
    /// All is committed, and whoever did it does not hear of it.
    Committed,
}

/// What a transaction carries of a plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Planned {
    #[cfg(any(test, feature = "planned-failures"))]
    plan: Option<FailurePlan>,
}

impl Planned {
    #[cfg(any(test, feature = "planned-failures"))]
    pub(crate) const fn of(plan: FailurePlan) -> Self {
        Self { plan: Some(plan) }
    }

    /// The failure that is planned here.
    #[cfg(any(test, feature = "planned-failures"))]
    pub(crate) fn failure(&self, point: Point) -> Option<sqlx::Error> {
        self.plan.as_ref()?.strike(point)
    }

    /// The failure that is planned here: none.
    #[cfg(not(any(test, feature = "planned-failures")))]
    #[expect(clippy::unused_self, reason = "the same call as in tests")]
    pub(crate) const fn failure(&self, _: Point) -> Option<sqlx::Error> {
        None
    }

    /// Fails where it is planned.
    pub(crate) fn pass(&self, point: Point) -> crate::Result<()> {
        match self.failure(point) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// The failure that is planned for a statement. One that only reads is none of a plan's business.
    pub(crate) fn failure_of(&self, text: &str) -> Option<sqlx::Error> {
        if text.trim_start().starts_with("SELECT") {
            None
        } else {
            self.failure(Point::Write)
        }
    }
}
