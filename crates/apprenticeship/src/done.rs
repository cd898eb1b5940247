//! What an act brought about beside the new state.

use agreement::lifecycle::Party;

use crate::grid::Reviewer;

/// What an act brought about: who is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Done {
    /// Whom to tell what.
    pub tell: Vec<Tell>,
}

impl Done {
    pub(crate) fn telling(told: &[Told], notice: Notice) -> Self {
        Self {
            tell: told.iter().map(|told| Tell(*told, notice)).collect(),
        }
    }
}

/// Somebody is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tell(
    /// Who.
    pub Told,
    /// What.
    pub Notice,
);

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// The apprentice.
    Apprentice,
    /// The members of a party who care for the agreement.
    Party(Party),
    /// Those assigned who can review now: mentors and leads, or the tutor (where there is none, the lead).
    Reviewers(Reviewer),
}

kernel::codes! {
    /// What somebody is told.
    Notice {
        /// Your record begins: look at it and confirm it.
        Registered = "registered",
        /// The agreement was changed: confirm what is new.
        Revised = "revised",
        /// The apprentice says that something is not right.
        Queried = "queried",
        /// What you asked is answered.
        QueryAnswered = "query_answered",
        /// Training starts.
        Started = "started",
        /// A break begins.
        OnBreak = "on_break",
        /// A break is over.
        Resumed = "resumed",
        /// The other side puts the apprentice up for assessment.
        AssessmentProposed = "assessment_proposed",
        /// The apprentice is put up for assessment.
        Assessment = "assessment",
        /// The apprentice did not pass and can try again.
        Resit = "resit",
        /// The apprenticeship is completed.
        Completed = "completed",
        /// It was not passed.
        Failed = "failed",
        /// It ended early.
        Withdrawn = "withdrawn",
        /// It goes on under another agreement.
        Transferred = "transferred",
        /// The day of completion was corrected.
        Corrected = "corrected",
        /// A week waits for you.
        WeekSubmitted = "week_submitted",
        /// Your week was given back.
        WeekReturned = "week_returned",
        /// Your week is approved.
        WeekApproved = "week_approved",
        /// Your week is open again.
        WeekUnlocked = "week_unlocked",
    }
}
