//! Who somebody is to an apprentice's record.

use agreement::lifecycle::Party;
use apprenticeship::{Terms, record, rights::Assignment};
use kernel::{AgreementId, Date, OrganisationId, PersonId, Timestamp};
use storage::{Opening, RecordAssignment, RecordRole, StoredRecord};

use super::Officer;
use crate::{Actor, Failure, records::RecordRefusal};

/// The apprentice whose record it is, or the guardian while the apprentice is under age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Apprentice {
    guardian: bool,
}

/// A mentor, lead or tutor who is assigned to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekReviewer {
    assignment: Assignment,
}

/// A member of the enterprise or the college of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordOfficer {
    officer: Officer,
    party: Party,
}

/// An operator of the platform who gave a reason that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordOperator {
    person: PersonId,
}

impl Apprentice {
    /// Whether it is the guardian.
    pub const fn is_guardian(&self) -> bool {
        self.guardian
    }
}

impl WeekReviewer {
    /// The assignment.
    pub const fn assignment(&self) -> &Assignment {
        &self.assignment
    }
}

impl RecordOfficer {
    /// Of which side.
    pub const fn party(&self) -> Party {
        self.party
    }

    /// For whom.
    pub const fn organisation(&self) -> OrganisationId {
        self.officer.organisation()
    }
}

impl RecordOperator {
    /// Who.
    pub const fn person(&self) -> PersonId {
        self.person
    }
}

/// Everything that somebody is to one record: at least one of it.
#[derive(Debug, Clone)]
pub struct RecordAccess {
    record: AgreementId,
    person: PersonId,
    apprentice: Option<Apprentice>,
    reviewers: Vec<WeekReviewer>,
    officer: Option<RecordOfficer>,
    operator: Option<RecordOperator>,
}

/// What access to a record depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordBeing<'a> {
    /// The record.
    pub(crate) of: &'a StoredRecord,
    /// Its places.
    pub(crate) places: &'a [RecordAssignment],
    /// Whether the apprentice is under age today.
    pub(crate) is_minor: bool,
    /// Whether this operator gave a reason today.
    pub(crate) reason_given: bool,
    /// Today.
    pub(crate) today: Date,
    /// The terms.
    pub(crate) terms: &'a Terms,
}

impl RecordAccess {
    /// Who.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The apprentice, or the guardian for them.
    pub const fn apprentice(&self) -> Option<&Apprentice> {
        self.apprentice.as_ref()
    }

    /// As whom they review weeks; several when they are assigned more than once.
    pub fn reviewers(&self) -> &[WeekReviewer] {
        &self.reviewers
    }

    /// For whom they act.
    pub const fn officer(&self) -> Option<&RecordOfficer> {
        self.officer.as_ref()
    }

    /// The operator.
    pub const fn operator(&self) -> Option<&RecordOperator> {
        self.operator.as_ref()
    }

    /// As whom they come, first of all.
    pub fn role(&self) -> RecordRole {
        if let Some(apprentice) = &self.apprentice {
            return if apprentice.guardian {
                RecordRole::Guardian
            } else {
                RecordRole::Apprentice
            };
        }
        if let Some(reviewer) = self.reviewers.first() {
            return reviewer.assignment.role.into();
        }
        match &self.officer {
            Some(officer) if officer.party == Party::College => RecordRole::College,
            Some(_) => RecordRole::Enterprise,
            None => RecordRole::Operator,
        }
    }

    /// As whom the record knows them.
    pub(crate) fn acts_as(&self) -> Vec<record::Actor> {
        let own = self.apprentice.map(|_| record::Actor::Apprentice);
        let party = self.officer.map(|officer| officer.party.into());
        let operator = self.operator.map(|_| record::Actor::Operator);
        own.into_iter().chain(party).chain(operator).collect()
    }

    /// What is noted for the apprentice to see; nothing of their own looks, and of an operator's that was noted with the
    /// reason.
    pub(crate) fn opening(&self, now: Timestamp) -> Option<Opening> {
        let role = self.role();
        let noted = !role.is_own() && role != RecordRole::Operator;
        noted.then(|| Opening {
            agreement: self.record,
            person: self.person,
            role,
            organisation: self.officer.map(|officer| officer.organisation()),
            at: now,
        })
    }
}

impl Actor {
    /// What somebody is to a record. For everybody else there is no such record.
    pub(crate) fn record_access(&self, being: &RecordBeing<'_>) -> Result<RecordAccess, Failure> {
        let person = self.signed_in()?.person().id;
        let RecordBeing {
            of,
            places,
            is_minor,
            today,
            terms,
            ..
        } = *being;
        let own: Vec<&RecordAssignment> = places.iter().filter(|place| place.person == person).collect();
        let holds = |role: RecordRole| own.iter().any(|place| place.role == role && place.holds_on(today));
        let apprentice = if holds(RecordRole::Apprentice) {
            Some(Apprentice { guardian: false })
        } else if is_minor && holds(RecordRole::Guardian) {
            Some(Apprentice { guardian: true })
        } else {
            None
        };
        // A mentor may still review in the grace after the last day, so the record is open to them until then.
        let assigned = own.iter().filter_map(|place| place.reviewer());
        let reviewers: Vec<WeekReviewer> = assigned
            .filter(|one| {
                let last = one.last_day_to_review(terms);
                one.from <= today && last.is_none_or(|last| today <= last)
            })
            .map(|assignment| WeekReviewer { assignment })
            .collect();
        let officer = self.officer().ok().and_then(|officer| {
            let party = if officer.organisation() == of.enterprise {
                Party::Enterprise
            } else if Some(officer.organisation()) == of.college {
                Party::College
            } else {
                return None;
            };
            Some(RecordOfficer { officer, party })
        });
        let operator = self.operator().ok().filter(|_| self.organisation().is_none());
        let operator = operator.and_then(|operator| operator.person());
        let nothing = apprentice.is_none() && reviewers.is_empty() && officer.is_none();
        if nothing && operator.is_none() {
            return Err(Failure::NotFound);
        }
        if nothing && !being.reason_given {
            return Err(RecordRefusal::NeedsReason.into());
        }
        Ok(RecordAccess {
            record: of.agreement,
            person,
            apprentice,
            reviewers,
            officer,
            operator: operator
                .filter(|_| being.reason_given)
                .map(|person| RecordOperator { person }),
        })
    }
}
