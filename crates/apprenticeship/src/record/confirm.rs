//! T2: the apprentice looks at five sections and says of each: so it is, or what is not right.

use std::collections::BTreeSet;

use agreement::{
    lifecycle::Party,
    training::{Body, FieldSpec},
};
use kernel::{Date, Timestamp, codes};
use serde::{Deserialize, Serialize};

use super::{Act, Actor, Record, has_words};
use crate::{
    Terms,
    done::{Done, Notice, Told},
    refusal::{Barred, ConfirmRefusal, QueryAnswerRefusal, QueryRefusal, ReviseRefusal},
};

codes! {
    /// What the apprentice confirms.
    Section {
        /// 用人单位: the enterprise and the labour contract.
        Enterprise = "enterprise",
        /// 院校: the college, or that there is none.
        College = "college",
        /// 培养内容: who learns what, from when to when, and to which level.
        Training = "training",
        /// 培养方式: where, how, by whom, and how it is assessed.
        Delivery = "delivery",
        /// 权利与义务: pay, hours, protection, duties, where to complain.
        Rights = "rights",
    }
}

/// Fields of the group `training` that say how, not what.
const DELIVERY: [&str; 10] = [
    "lesson_minutes",
    "modes",
    "quality_standard",
    "pass_mark",
    "assessor",
    "assessor_name",
    "retakes",
    "class_no",
    "plan_id",
    "cooperation_no",
];

impl Section {
    /// The section in which a field of the agreement is shown.
    pub fn of(field: &FieldSpec) -> Self {
        Self::of_key(field.key)
    }

    fn of_key(key: &str) -> Self {
        let Some((group, name)) = key.split_once('.') else {
            return Self::Rights;
        };
        match group {
            "enterprise" | "labour_contract" => Self::Enterprise,
            "college" => Self::College,
            "people" | "mentor_allowance" => Self::Delivery,
            "training" if DELIVERY.contains(&name) => Self::Delivery,
            "head" | "apprentice" | "guardian" | "post" | "training" => Self::Training,
            _ => Self::Rights,
        }
    }
}

/// The sections in which something differs between two versions: confirmations of the others carry over.
pub fn affected(before: &Body, after: &Body) -> BTreeSet<Section> {
    after.changed_from(before).into_iter().map(Section::of).collect()
}

/// How one section stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The section.
    pub section: Section,
    /// Since when the apprentice is asked.
    pub since: Timestamp,
    /// When it was confirmed.
    pub confirmed_at: Option<Timestamp>,
}

impl Confirmation {
    pub(super) const fn open(section: Section, since: Timestamp) -> Self {
        Self {
            section,
            since,
            confirmed_at: None,
        }
    }
}

/// What the apprentice finds not right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// In which section.
    pub section: Section,
    /// Whom it is put to.
    pub side: Party,
    /// In the apprentice's words.
    pub words: String,
    /// Of which version of the agreement.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// The answer.
    pub answer: Option<Answer>,
    /// When it was settled: confirmed after all, or the section changed.
    pub closed_at: Option<Timestamp>,
}

impl Query {
    /// Whether that side has to answer.
    pub const fn waits(&self) -> bool {
        self.answer.is_none() && self.closed_at.is_none()
    }
}

/// What a side says to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// In its words.
    pub words: String,
    /// When.
    pub at: Timestamp,
}

/// Confirming a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirming {
    /// By whom.
    pub by: Actor,
    /// Which.
    pub section: Section,
    /// The version that was looked at.
    pub version: u32,
    /// When.
    pub at: Timestamp,
}

/// Saying what is not right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Querying {
    /// By whom.
    pub by: Actor,
    /// In which section.
    pub section: Section,
    /// Whom it is put to.
    pub side: Party,
    /// What is not right.
    pub words: String,
    /// When.
    pub at: Timestamp,
}

/// Answering that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// By whom.
    pub by: Actor,
    /// In which section.
    pub section: Section,
    /// The answer.
    pub words: String,
    /// When.
    pub at: Timestamp,
}

/// Taking over a changed agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revising {
    /// By whom.
    pub by: Actor,
    /// The new version.
    pub version: u32,
    /// The sections that it changes: [`affected`].
    pub affected: BTreeSet<Section>,
    /// The agreed last day of training by now.
    pub end: Date,
    /// When.
    pub at: Timestamp,
}

/// Something about a section that waits too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsettled {
    /// Which section.
    pub section: Section,
    /// For whom it waits; `None` for the apprentice.
    pub side: Option<Party>,
    /// Since when.
    pub since: Timestamp,
}

impl Record {
    /// T2: so it is. A query about the section is settled with that.
    pub fn confirm(mut self, confirming: Confirming) -> Result<(Self, Done), ConfirmRefusal> {
        let Confirming {
            by,
            section,
            version,
            at,
        } = confirming;
        self.permit(Act::Confirm, by)?;
        let current = self.version;
        if version != current {
            return Err(ConfirmRefusal::Stale { current });
        }
        if let Some(at) = self.confirmation(section).and_then(|one| one.confirmed_at) {
            return Err(ConfirmRefusal::Confirmed { at });
        }
        self.settle(section, Some(at), at);
        Ok((self, Done::default()))
    }

    /// T2: so it is not. A section that was confirmed is no longer.
    pub fn query(mut self, querying: Querying) -> Result<(Self, Done), QueryRefusal> {
        let Querying {
            by,
            section,
            side,
            mut words,
            at,
        } = querying;
        self.permit(Act::Query, by)?;
        if !has_words(&mut words) {
            return Err(QueryRefusal::NoWords);
        }
        if !self.parties().contains(&side) {
            return Err(QueryRefusal::NoSuchSide);
        }
        if let Some(query) = self
            .queries
            .iter()
            .find(|query| query.section == section && query.waits())
        {
            return Err(QueryRefusal::Pending { since: query.at });
        }
        self.settle(section, None, at);
        self.queries.push(Query {
            section,
            side,
            words,
            version: self.version,
            at,
            answer: None,
            closed_at: None,
        });
        Ok((self, Done::telling(&[Told::Party(side)], Notice::Queried)))
    }

    /// T2: the side that was asked answers; the apprentice then confirms, or asks again.
    pub fn answer(mut self, answering: Answering) -> Result<(Self, Done), QueryAnswerRefusal> {
        let Answering {
            by,
            section,
            mut words,
            at,
        } = answering;
        self.permit(Act::Answer, by)?;
        let asked = self
            .queries
            .iter_mut()
            .find(|query| query.section == section && query.waits());
        let query = asked.ok_or(QueryAnswerRefusal::NothingAsked)?;
        if by.party() != Some(query.side) {
            return Err(Barred::NotYourSide.into());
        }
        if !has_words(&mut words) {
            return Err(QueryAnswerRefusal::NoWords);
        }
        query.answer = Some(Answer { words, at });
        for one in self.sections.iter_mut().filter(|one| one.section == section) {
            one.since = at;
        }
        Ok((self, Done::telling(&[Told::Apprentice], Notice::QueryAnswered)))
    }

    /// T2: the agreement was changed. What is not affected stays confirmed, and stays asked.
    pub fn revise(mut self, revising: &Revising) -> Result<(Self, Done), ReviseRefusal> {
        self.permit(Act::Revise, revising.by)?;
        let current = self.version;
        if revising.version <= current {
            return Err(ReviseRefusal::NotNewer { current });
        }
        self.version = revising.version;
        self.end = revising.end.max(self.start);
        for section in &revising.affected {
            self.settle(*section, None, revising.at);
        }
        let done = if revising.affected.is_empty() {
            Done::default()
        } else {
            Done::telling(&[Told::Apprentice], Notice::Revised)
        };
        Ok((self, done))
    }

    /// How the five sections stand.
    pub fn sections(&self) -> &[Confirmation] {
        &self.sections
    }

    /// How one section stands.
    pub fn confirmation(&self, section: Section) -> Option<&Confirmation> {
        self.sections.iter().find(|one| one.section == section)
    }

    /// Everything that was asked, the oldest first.
    pub fn queries(&self) -> &[Query] {
        &self.queries
    }

    /// Whether all sections are confirmed.
    pub fn is_confirmed(&self) -> bool {
        self.sections.iter().all(|one| one.confirmed_at.is_some())
    }

    /// What waits longer than it should: sections for the apprentice, queries for a side. Both sides see all of it.
    pub fn overdue(&self, today: Date, terms: &Terms) -> Vec<Unsettled> {
        let open = self.sections.iter().filter(|one| one.confirmed_at.is_none());
        let waiting = open.map(|one| {
            let asked = self
                .queries
                .iter()
                .find(|query| query.section == one.section && query.waits());
            Unsettled {
                section: one.section,
                side: asked.map(|query| query.side),
                since: asked.map_or(one.since, |query| query.at),
            }
        });
        waiting
            .filter(|unsettled| Self::is_over(unsettled.since, terms.confirm_days, today))
            .collect()
    }

    /// Sets a section to confirmed, or asks for it anew, and closes what was asked about it.
    fn settle(&mut self, section: Section, confirmed_at: Option<Timestamp>, at: Timestamp) {
        for one in self.sections.iter_mut().filter(|one| one.section == section) {
            one.confirmed_at = confirmed_at;
            if confirmed_at.is_none() {
                one.since = at;
            }
        }
        let open = |query: &&mut Query| query.section == section && query.closed_at.is_none();
        for query in self.queries.iter_mut().filter(open) {
            query.closed_at = Some(at);
        }
    }
}
