//! The logbook week: what the apprentice writes, and who approves it.
//!
//! Every act is a method of [`Week`]: it takes the week, facts and a moment, and gives the week as it is then with who is
//! to be told, or a refusal. Each first asks the one table of [`TRANSITIONS`], of which [`grid()`] is the whole. Whoever
//! approves or returns names the edition that was looked at: a week that was taken back and written again meanwhile is
//! refused as stale, not approved unseen.

mod grid;
mod review;

use kernel::{AgreementId, Date, PersonId, Timestamp, shanghai_date};
use serde::{Deserialize, Serialize};

pub use grid::{Act, Bound, Stage, TRANSITIONS, bound, grid};
pub use review::{Approving, Returning, Reviewing, Unlocking};

use crate::{
    Terms,
    calendar::{Monday, Window, days_between, plus_days},
    done::{Done, Notice, Tell, Told},
    grid::{Reviewer, Role, permitted},
    hours::{Booked, Checking, Fault, Line, Standing, Written, check},
    refusal::{Barred, OpenRefusal, SubmitRefusal, TakeBackRefusal, WriteRefusal},
    rights::{Assignment, is_tutored},
};

/// Characters of a week's text at most.
pub const TEXT_MAX: usize = 4_000;
/// Lines of a week at most.
pub const LINES_MAX: usize = 100;

/// Who acts on a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The apprentice whose record it is, or the guardian for them.
    Apprentice,
    /// Somebody assigned to the record.
    Assigned(Assignment),
    /// The platform's operator.
    Operator,
    /// A job.
    System,
}

impl Actor {
    /// The role in the table.
    pub const fn role(self) -> Role {
        match self {
            Self::Apprentice => Role::Apprentice,
            Self::Assigned(assignment) => assignment.role.role(),
            Self::Operator => Role::Operator,
            Self::System => Role::System,
        }
    }

    /// The person, of somebody assigned.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Assigned(assignment) => Some(assignment.person),
            _ => None,
        }
    }
}

/// Who approved what, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Who.
    pub person: PersonId,
    /// In which role.
    pub role: Role,
    /// Which edition.
    pub edition: u32,
    /// When.
    pub at: Timestamp,
}

/// Where a week stands, with what belongs to that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case", deny_unknown_fields)]
pub enum State {
    /// The apprentice writes.
    Open,
    /// A reviewer looks.
    Submitted {
        /// Since when.
        at: Timestamp,
    },
    /// The first reviewer approved, the final one looks.
    FirstApproved {
        /// By whom.
        first: Approval,
    },
    /// It stands.
    Approved {
        /// The first approval; of an earlier edition where the final reviewer had returned the week.
        first: Option<Approval>,
        /// The last one.
        last: Approval,
    },
    /// The apprentice mends it.
    Returned {
        /// Which reviewer returned it.
        by: Reviewer,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// Something that was done with a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: Act,
    /// In which role.
    pub role: Role,
    /// By whom, of somebody assigned.
    pub person: Option<PersonId>,
    /// With which edition.
    pub edition: u32,
    /// Why, where a reason was given.
    pub reason: Option<String>,
}

/// A logbook week of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Week {
    record: AgreementId,
    monday: Monday,
    state: State,
    /// Whose turn it is, or will be once it is handed in.
    turn: Reviewer,
    first: Option<Approval>,
    /// The last day for handing it in.
    #[serde(with = "crate::iso::day")]
    due: Date,
    edition: u32,
    text: String,
    lines: Vec<Line>,
    next_number: u32,
    trail: Vec<Mark>,
}

/// Beginning a week.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Whose record.
    pub record: AgreementId,
    /// Which week.
    pub week: Monday,
    /// Whether there is one already.
    pub exists: bool,
    /// The days of training.
    pub window: &'a Window,
    /// The terms.
    pub terms: &'a Terms,
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Writing a week: all of it anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// By whom.
    pub by: Actor,
    /// The edition that was written on.
    pub edition: u32,
    /// What was done, in words.
    pub text: String,
    /// The lines, each with its number if it has one already. Lines that are not named are gone.
    pub lines: Vec<(Option<u32>, Written)>,
    /// When.
    pub at: Timestamp,
}

/// Handing a week in.
#[derive(Debug, Clone, Copy)]
pub struct Submitting<'a> {
    /// By whom.
    pub by: Actor,
    /// The edition that was looked at.
    pub edition: u32,
    /// What its lines are held against; the day in it is the day of `at`.
    pub checking: Checking<'a>,
    /// When.
    pub at: Timestamp,
}

/// A week that waits too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// For whom; `None` for the apprentice.
    pub reviewer: Option<Reviewer>,
    /// Days too long.
    pub days: i64,
}

impl Week {
    /// Begins a week.
    pub fn open(opening: &Opening) -> Result<(Self, Done), OpenRefusal> {
        let (role, today) = (opening.by.role(), shanghai_date(opening.at));
        let act = Act::Open.code();
        bound(None, Act::Open, role).ok_or(Barred::Role { act, role })?;
        if opening.exists {
            return Err(OpenRefusal::Exists);
        }
        if today < opening.week.date() {
            return Err(OpenRefusal::Future);
        }
        if !opening.window.touches(opening.week) {
            return Err(OpenRefusal::NoTraining);
        }
        let mut week = Self {
            record: opening.record,
            monday: opening.week,
            state: State::Open,
            turn: Reviewer::First,
            first: None,
            due: plus_days(opening.week.sunday(), opening.terms.overdue_days),
            edition: 1,
            text: String::new(),
            lines: Vec::new(),
            next_number: 1,
            trail: Vec::new(),
        };
        week.mark(Act::Open, opening.by, None, opening.at);
        Ok((week, Done::default()))
    }

    /// Writes it: text and lines as they are typed, right or not.
    pub fn write(mut self, writing: Writing) -> Result<(Self, Done), WriteRefusal> {
        self.permit(Act::Write, writing.by, false, writing.at, &Terms::default())?;
        let (limit, lines_limit, current) = (TEXT_MAX, LINES_MAX, self.edition);
        if writing.edition != current {
            return Err(WriteRefusal::Stale { current });
        }
        if self.is_locked(shanghai_date(writing.at)) {
            return Err(WriteRefusal::Locked { due: self.due });
        }
        let long = |text: &str| text.chars().count() > limit;
        let too_long = long(&writing.text)
            || writing
                .lines
                .iter()
                .any(|(_, line)| long(&line.note) || line.evidence.iter().any(|evidence| long(evidence)));
        if too_long {
            return Err(WriteRefusal::TooLong { limit });
        }
        if writing.lines.len() > lines_limit {
            return Err(WriteRefusal::TooMany { limit: lines_limit });
        }
        let mut lines: Vec<Line> = Vec::with_capacity(writing.lines.len());
        let mut next = self.next_number;
        for (number, written) in writing.lines {
            let is_new = number.is_none();
            let number = number.unwrap_or(next);
            let is_here = self.lines.iter().any(|line| line.number == number);
            if is_new {
                next += 1;
            } else if !is_here || lines.iter().any(|line| line.number == number) {
                return Err(WriteRefusal::NoSuchLine { number });
            }
            lines.push(Line { number, written });
        }
        self.next_number = next;
        self.lines = lines;
        self.text = writing.text;
        self.edition += 1;
        self.mark(Act::Write, writing.by, None, writing.at);
        Ok((self, Done::default()))
    }

    /// What is wrong with its lines as they are.
    pub fn faults(&self, checking: &Checking) -> Vec<Fault> {
        check(self.record, self.monday, &self.lines, checking)
    }

    /// Hands it in: to the first reviewer, or straight to the final one if that one returned it.
    pub fn submit(mut self, submitting: &Submitting) -> Result<(Self, Done), SubmitRefusal> {
        let (at, current) = (submitting.at, self.edition);
        self.permit(Act::Submit, submitting.by, false, at, &Terms::default())?;
        if submitting.edition != current {
            return Err(SubmitRefusal::Stale { current });
        }
        let today = shanghai_date(at);
        if self.is_locked(today) {
            return Err(SubmitRefusal::Locked { due: self.due });
        }
        if self.text.trim().is_empty() && self.lines.is_empty() {
            return Err(SubmitRefusal::Empty);
        }
        let faults = self.faults(&Checking {
            today,
            ..submitting.checking
        });
        if !faults.is_empty() {
            return Err(SubmitRefusal::Faulty { faults });
        }
        self.state = State::Submitted { at };
        self.mark(Act::Submit, submitting.by, None, at);
        let tell = Tell(Told::Reviewers(self.turn), Notice::WeekSubmitted);
        Ok((self, Done { tell: vec![tell] }))
    }

    /// Takes it back before anybody approved it. There are as many days left for it as after a return.
    pub fn take_back(mut self, by: Actor, terms: &Terms, at: Timestamp) -> Result<(Self, Done), TakeBackRefusal> {
        self.permit(Act::TakeBack, by, false, at, terms)?;
        self.state = State::Open;
        self.give_time(terms, at);
        self.mark(Act::TakeBack, by, None, at);
        Ok((self, Done::default()))
    }

    /// Whether the table and the assignment let `actor` do `act` now. `tutored` says whether a tutor is assigned.
    pub fn permit(&self, act: Act, actor: Actor, tutored: bool, at: Timestamp, terms: &Terms) -> Result<(), Barred> {
        let bound = permitted(TRANSITIONS, self.stage(), act, actor.role())?;
        let turn = self.turn();
        if let Actor::Assigned(assignment) = actor {
            assignment.may_review(self.record, self.monday, shanghai_date(at), terms)?;
        }
        let stands_in = |turn| match turn {
            Reviewer::First => Err(Barred::NotYourTurn { turn }),
            Reviewer::Final if tutored => Err(Barred::Tutored),
            Reviewer::Final => Ok(()),
        };
        match (bound, turn) {
            (Bound::Free, _)
            | (Bound::First | Bound::FirstOrStandIn, Reviewer::First)
            | (Bound::Final, Reviewer::Final) => Ok(()),
            (Bound::First, Reviewer::Final) | (Bound::Final, Reviewer::First) => Err(Barred::NotYourTurn { turn }),
            (Bound::StandIn | Bound::FirstOrStandIn, turn) => stands_in(turn),
        }
    }

    /// The same with the assignments of the record at hand.
    pub fn permits(&self, act: Act, actor: Actor, assignments: &[Assignment], at: Timestamp, terms: &Terms) -> bool {
        let tutored = is_tutored(assignments, self.record, shanghai_date(at));
        self.permit(act, actor, tutored, at, terms).is_ok()
    }

    /// Whose record it belongs to.
    pub const fn record(&self) -> AgreementId {
        self.record
    }

    /// Which week it is.
    pub const fn monday(&self) -> Monday {
        self.monday
    }

    /// Where it stands, with what belongs to that.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Where it stands.
    pub const fn stage(&self) -> Stage {
        match self.state {
            State::Open => Stage::Open,
            State::Submitted { .. } => Stage::Submitted,
            State::FirstApproved { .. } => Stage::FirstApproved,
            State::Approved { .. } => Stage::Approved,
            State::Returned { .. } => Stage::Returned,
        }
    }

    /// Whose turn it is to look at it, or will be.
    pub const fn turn(&self) -> Reviewer {
        match self.state {
            State::FirstApproved { .. } | State::Approved { .. } => Reviewer::Final,
            _ => self.turn,
        }
    }

    /// The last day for handing it in.
    pub const fn due(&self) -> Date {
        self.due
    }

    /// Grows with each writing.
    pub const fn edition(&self) -> u32 {
        self.edition
    }

    /// What was done, in words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Everything that was done with it, the oldest first.
    pub fn trail(&self) -> &[Mark] {
        &self.trail
    }

    /// Whether the apprentice can write and hand in only after the operator unlocks it.
    pub fn is_locked(&self, today: Date) -> bool {
        matches!(self.stage(), Stage::Open | Stage::Returned) && self.due < today
    }

    /// Whether it waits too long, and for whom.
    pub fn overdue(&self, today: Date, terms: &Terms) -> Option<Overdue> {
        let (reviewer, due) = match &self.state {
            State::Approved { .. } => return None,
            State::Open | State::Returned { .. } => (None, self.due),
            State::Submitted { at }
            | State::FirstApproved {
                first: Approval { at, .. },
            } => (Some(self.turn()), plus_days(shanghai_date(*at), terms.overdue_days)),
        };
        let days = days_between(due, today);
        (days > 0).then_some(Overdue { reviewer, days })
    }

    /// Its lines as others are held against them.
    pub fn booked(&self) -> Vec<Booked> {
        let standing = match self.stage() {
            Stage::Open | Stage::Returned => Standing::Written,
            Stage::Submitted | Stage::FirstApproved => Standing::Submitted,
            Stage::Approved => Standing::Approved,
        };
        let booked = |line: &Line| Booked {
            record: self.record,
            week: self.monday,
            standing,
            line: line.clone(),
        };
        self.lines.iter().map(booked).collect()
    }

    fn mark(&mut self, act: Act, by: Actor, reason: Option<String>, at: Timestamp) {
        self.trail.push(Mark {
            at,
            act,
            role: by.role(),
            person: by.person(),
            edition: self.edition,
            reason,
        });
    }

    /// As many days from now on as there are after the end of a week, and never fewer than there were.
    fn give_time(&mut self, terms: &Terms, at: Timestamp) {
        self.due = self.due.max(plus_days(shanghai_date(at), terms.overdue_days));
    }
}
