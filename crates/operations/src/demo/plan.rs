//! What the demonstration consists of: invented organisations, their officers and posts, and a few register rows.
//!
//! Pure: the same seed, vocabulary and day give the same plan. Nothing here is written anywhere; whoever carries the
//! plan out does so through the operations everybody uses.

mod apprentices;
mod calendar;
pub(super) mod dealer;
mod organisations;
mod posts;
mod register;
mod shape;
pub(super) mod tables;
mod wording;

use std::collections::BTreeMap;

pub use apprentices::{
    Book, Course, End, Fate, PlannedApprentice, PlannedGuardian, PlannedPlace, PlannedTrade, Round, Talk, WeekWords,
};
use kernel::{Chance, Date, PostingKind};
use marketplace::{CloseReason, organisation::ProfileInput, posting::ContentInput, register::EntryInput};
use vocabulary::Vocabulary;

use super::names::Names;
use dealer::Dealer;
use tables::Tables;

/// The whole demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// 12 colleges and training bodies.
    pub colleges: Vec<PlannedOrganisation>,
    /// 40 enterprises.
    pub enterprises: Vec<PlannedOrganisation>,
    /// Who verifies them.
    pub operator: PlannedPerson,
    /// Rows of last year's register: of two of the colleges above, and of four that have not joined.
    pub register: Vec<PlannedEntry>,
    /// Where apprentices learn.
    pub places: Vec<PlannedPlace>,
    /// 60 apprentices.
    pub apprentices: Vec<PlannedApprentice>,
    /// Why a warning of a rule is accepted, by rule; `other` for every other.
    pub reasons: BTreeMap<String, String>,
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPerson {
    /// An invented name.
    pub name: String,
    /// An address under `.example`, where no letter ever arrives.
    pub email: String,
    /// Whether the person is an admin of the organisation.
    pub admin: bool,
}

/// An organisation, what became of its sign-up, and its posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedOrganisation {
    /// What it says at sign-up.
    pub profile: ProfileInput,
    /// Its people; the first is an admin and signs it up.
    pub officers: Vec<PlannedPerson>,
    /// What the operator made of it.
    pub standing: PlannedStanding,
    /// Whether it has claimed its rows of the register, once it was verified.
    pub claims: bool,
    /// How many days ago it signed up. Posts of a verified one begin at least five days later, so that there was time
    /// to verify it.
    pub signed_up_days_ago: i64,
    /// Its posts, the oldest first.
    pub posts: Vec<PlannedPost>,
}

/// What the operator made of a sign-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedStanding {
    /// Checked and let in.
    Verified,
    /// Not looked at yet.
    Claimed,
    /// Sent back, with this reason.
    Returned(String),
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPost {
    /// What it offers or asks for.
    pub kind: PostingKind,
    /// What is typed into the form.
    pub input: ContentInput,
    /// How many days ago it was written and, unless it is a draft, published.
    pub days_ago: i64,
    /// What became of it.
    pub state: PlannedState,
}

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedState {
    /// Still a draft, perhaps half done.
    Draft,
    /// Open to answers.
    Published,
    /// Published, then closed by its owner.
    Closed {
        /// Why; one of [`CloseReason::OWNER`].
        reason: CloseReason,
        /// How many days ago; fewer than the post's own `days_ago`.
        days_ago: i64,
    },
}

/// A row of the programme register, in the columns of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedEntry {
    /// `year`
    pub year: String,
    /// `province`, by name
    pub province: String,
    /// `school_code`, empty for one college
    pub school_code: String,
    /// `school_name`
    pub school_name: String,
    /// `major_code`
    pub major_code: String,
    /// `major_name`
    pub major_name: String,
    /// `duration_years`
    pub duration_years: String,
    /// `remark`
    pub remark: String,
}

impl PlannedEntry {
    /// The row as the register reads it.
    pub fn input(&self) -> EntryInput<'_> {
        EntryInput {
            year: &self.year,
            province: &self.province,
            school_code: &self.school_code,
            school_name: &self.school_name,
            major_code: &self.major_code,
            major_name: &self.major_name,
            duration_years: &self.duration_years,
            remark: &self.remark,
        }
    }
}

impl Plan {
    /// Every organisation, colleges first.
    pub fn organisations(&self) -> impl Iterator<Item = &PlannedOrganisation> {
        self.colleges.iter().chain(&self.enterprises)
    }
}

/// The plan that follows from a seed, as it looks on `today`.
pub fn plan(chance: &dyn Chance, vocabulary: &Vocabulary, today: Date) -> Plan {
    let tables = Tables::builtin();
    let mut dealer = Dealer::new(chance);
    let mut names = Names::new(&tables.people);
    let operator = names.person(&mut dealer, "qixiao", false);
    let (mut colleges, mut enterprises) = organisations::plan(&tables, &mut names, &mut dealer);
    posts::plan(&tables, &mut dealer, today, &mut colleges, &mut enterprises);
    let places = apprentices::places(&tables, &mut names, &mut dealer);
    for place in &places {
        let college = place.college.and_then(|college| colleges.get_mut(college));
        for organisation in enterprises.get_mut(place.enterprise).into_iter().chain(college) {
            let days = &mut organisation.signed_up_days_ago;
            // More than one place may be with the same organisation.
            *days = (*days).max(apprentices::EARLIER_DAYS + *days % apprentices::EARLIER_DAYS);
        }
    }
    let apprentices = apprentices::apprentices(&places, &mut names, &mut dealer, today);
    Plan {
        colleges,
        enterprises,
        operator,
        register: register::plan(&tables, vocabulary, today),
        places,
        apprentices,
        reasons: tables.apprentices.reasons,
    }
}

#[cfg(test)]
mod tests;
