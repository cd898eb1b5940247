//! What reviewers and the operator do with a week.

use kernel::{Timestamp, shanghai_date};

use super::{Act, Actor, Approval, State, Week};
use crate::{
    Terms,
    done::{Done, Notice, Tell, Told},
    grid::Reviewer,
    hours::Checking,
    refusal::{Barred, ReturnRefusal, ReviewRefusal, UnlockRefusal},
};

/// Approving a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewing<'a> {
    /// By whom.
    pub by: Actor,
    /// The edition that was looked at.
    pub edition: u32,
    /// Whether a tutor is assigned to the record.
    pub tutored: bool,
    /// The terms.
    pub terms: &'a Terms,
    /// When.
    pub at: Timestamp,
}

/// The last approval.
#[derive(Debug, Clone, Copy)]
pub struct Approving<'a> {
    /// By whom, which edition, when.
    pub review: Reviewing<'a>,
    /// What its lines are held against once more: since they were handed in, a break or an end may have been agreed.
    pub checking: Checking<'a>,
}

/// Giving a week back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returning<'a> {
    /// By whom, which edition, when.
    pub review: Reviewing<'a>,
    /// What has to be mended.
    pub reason: String,
}

/// Opening a week again that is overdue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlocking<'a> {
    /// By whom.
    pub by: Actor,
    /// Why.
    pub reason: String,
    /// The terms.
    pub terms: &'a Terms,
    /// When.
    pub at: Timestamp,
}

impl Week {
    /// The first approval.
    pub fn first_approve(mut self, reviewing: &Reviewing) -> Result<(Self, Done), ReviewRefusal> {
        let first = self.approval(Act::FirstApprove, reviewing)?;
        self.first = Some(first);
        self.state = State::FirstApproved { first };
        self.mark(Act::FirstApprove, reviewing.by, None, reviewing.at);
        let tell = Tell(Told::Reviewers(Reviewer::Final), Notice::WeekSubmitted);
        Ok((self, Done { tell: vec![tell] }))
    }

    /// The last approval: from here on the week does not change.
    pub fn approve(mut self, approving: &Approving) -> Result<(Self, Done), ReviewRefusal> {
        let reviewing = &approving.review;
        let last = self.approval(Act::Approve, reviewing)?;
        if self.first.is_some_and(|first| first.person == last.person) {
            return Err(ReviewRefusal::SamePerson);
        }
        let faults = self.faults(&Checking {
            today: shanghai_date(reviewing.at),
            ..approving.checking
        });
        if !faults.is_empty() {
            return Err(ReviewRefusal::Faulty { faults });
        }
        let first = self.first;
        self.state = State::Approved { first, last };
        self.mark(Act::Approve, reviewing.by, None, reviewing.at);
        let tell = Tell(Told::Apprentice, Notice::WeekApproved);
        Ok((self, Done { tell: vec![tell] }))
    }

    /// Gives it back. Handed in again, it goes to the reviewer who gave it back.
    pub fn give_back(mut self, returning: Returning) -> Result<(Self, Done), ReturnRefusal> {
        let Returning { review, mut reason } = returning;
        let (at, current) = (review.at, self.edition);
        self.permit(Act::Return, review.by, review.tutored, at, review.terms)?;
        if review.edition != current {
            return Err(ReturnRefusal::Stale { current });
        }
        reason.truncate(reason.trim_end().len());
        if reason.is_empty() {
            return Err(ReturnRefusal::NoReason);
        }
        let by = self.turn();
        self.turn = by;
        self.mark(Act::Return, review.by, Some(reason.clone()), at);
        self.state = State::Returned { by, reason, at };
        self.give_time(review.terms, at);
        let tell = Tell(Told::Apprentice, Notice::WeekReturned);
        Ok((self, Done { tell: vec![tell] }))
    }

    /// Opens it again for as many days as there are after the end of a week.
    pub fn unlock(mut self, unlocking: Unlocking) -> Result<(Self, Done), UnlockRefusal> {
        let Unlocking {
            by,
            mut reason,
            terms,
            at,
        } = unlocking;
        self.permit(Act::Unlock, by, false, at, terms)?;
        reason.truncate(reason.trim_end().len());
        if reason.is_empty() {
            return Err(UnlockRefusal::NoReason);
        }
        if !self.is_locked(shanghai_date(at)) {
            return Err(UnlockRefusal::NotLocked);
        }
        self.give_time(terms, at);
        self.mark(Act::Unlock, by, Some(reason), at);
        let tell = Tell(Told::Apprentice, Notice::WeekUnlocked);
        Ok((self, Done { tell: vec![tell] }))
    }

    fn approval(&self, act: Act, reviewing: &Reviewing) -> Result<Approval, ReviewRefusal> {
        let Reviewing {
            by,
            edition,
            tutored,
            terms,
            at,
        } = *reviewing;
        self.permit(act, by, tutored, at, terms)?;
        let (role, current) = (by.role(), self.edition);
        if edition != current {
            return Err(ReviewRefusal::Stale { current });
        }
        // The table lets only people who are assigned approve.
        let act = act.code();
        let person = by.person().ok_or(Barred::Role { act, role })?;
        Ok(Approval {
            person,
            role,
            edition,
            at,
        })
    }
}
