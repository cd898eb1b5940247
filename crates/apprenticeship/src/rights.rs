//! Who looks after an apprentice from when to when, and which weeks that lets them approve.

use kernel::{AgreementId, AssignmentId, Date, PersonId, codes};
use serde::{Deserialize, Serialize};

use crate::{
    Terms,
    calendar::Monday,
    grid::Role,
    refusal::{AssignRefusal, Barred},
};

codes! {
    /// As what somebody looks after an apprentice.
    AssignmentRole {
        /// 企业导师
        Mentor = "mentor",
        /// 带头导师: a mentor who answers for the others.
        Lead = "lead",
        /// 院校导师
        Tutor = "tutor",
    }
}

impl AssignmentRole {
    /// The role in the tables.
    pub const fn role(self) -> Role {
        match self {
            Self::Mentor => Role::Mentor,
            Self::Lead => Role::Lead,
            Self::Tutor => Role::Tutor,
        }
    }

    /// Whether it is one of the enterprise's.
    pub const fn is_of_the_enterprise(self) -> bool {
        !matches!(self, Self::Tutor)
    }
}

/// A person's dated assignment to one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// To the record of which agreement.
    pub record: AgreementId,
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: AssignmentRole,
    /// The first day.
    #[serde(with = "crate::iso::day")]
    pub from: Date,
    /// The last day, when one is known.
    #[serde(with = "crate::iso::maybe")]
    pub until: Option<Date>,
}

/// Who may be assigned: what the record knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigning<'a> {
    /// The assignment.
    pub new: Assignment,
    /// Those of the record that there are.
    pub others: &'a [Assignment],
    /// Whose record it is.
    pub apprentice: PersonId,
    /// Whether a college takes part.
    pub with_college: bool,
}

impl Assignment {
    /// A new assignment beside the others.
    pub fn assign(assigning: &Assigning) -> Result<Self, AssignRefusal> {
        let new = assigning.new;
        if new.until.is_some_and(|until| until < new.from) {
            return Err(AssignRefusal::Dates);
        }
        if new.person == assigning.apprentice {
            return Err(AssignRefusal::Oneself);
        }
        if new.role == AssignmentRole::Tutor && !assigning.with_college {
            return Err(AssignRefusal::NoCollege);
        }
        let same = |other: &&Self| {
            other.id != new.id && (other.record, other.person, other.role) == (new.record, new.person, new.role)
        };
        if assigning.others.iter().filter(same).any(|other| other.meets(&new)) {
            return Err(AssignRefusal::Overlap);
        }
        Ok(new)
    }

    /// Ends with `last`. An end that is known can be brought forward, not put off: that is a new assignment.
    pub fn end(mut self, last: Date) -> Result<Self, AssignRefusal> {
        if last < self.from {
            return Err(AssignRefusal::Dates);
        }
        if self.until.is_some_and(|until| until < last) {
            return Err(AssignRefusal::Ended);
        }
        self.until = Some(last);
        Ok(self)
    }

    /// Whether it holds on `day`.
    pub fn active_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether a day of the week is a day of the assignment. A week in which mentors change is everybody's.
    pub fn reaches(&self, week: Monday) -> bool {
        self.from <= week.sunday() && self.until.is_none_or(|until| week.date() <= until)
    }

    /// The last day on which weeks can be approved: with the grace after its end for who is of the enterprise.
    pub fn last_day_to_review(&self, terms: &Terms) -> Option<Date> {
        let grace = if self.role.is_of_the_enterprise() {
            terms.grace_days
        } else {
            0
        };
        self.until
            .map(|until| until.saturating_add(time::Duration::days(grace)))
    }

    /// Whether this lets its person look at, and approve, that week on that day. A mentor's and lead's weeks are those of
    /// the assignment, for as long as it holds and the grace after it; a tutor's are all of the record's while it holds.
    pub fn may_review(&self, record: AgreementId, week: Monday, today: Date, terms: &Terms) -> Result<(), Barred> {
        if self.record != record {
            return Err(Barred::NotAssigned);
        }
        let until = self.last_day_to_review(terms);
        if today < self.from || until.is_some_and(|until| until < today) {
            return Err(Barred::NotNow { until });
        }
        if self.role.is_of_the_enterprise() && !self.reaches(week) {
            let (from, until) = (self.from, self.until);
            return Err(Barred::OutsideDates { from, until });
        }
        Ok(())
    }

    fn meets(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from <= until) && other.until.is_none_or(|until| self.from <= until)
    }
}

/// Whether a tutor is assigned to the record on `day`, so that nobody stands in.
pub fn is_tutored(assignments: &[Assignment], record: AgreementId, day: Date) -> bool {
    let tutors = assignments
        .iter()
        .filter(|one| one.record == record && one.role == AssignmentRole::Tutor);
    tutors.into_iter().any(|tutor| tutor.active_on(day))
}
