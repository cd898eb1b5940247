//! The apprentice's record: from the signed agreement to its end, one for each agreement.
//!
//! Every act is a method of [`Record`]: it takes the record, facts and a moment, and gives the record as it is then with
//! who is to be told, or a refusal. Each first asks the one table of [`TRANSITIONS`], of which [`grid()`] is the whole.

mod confirm;
mod end;
mod gate;
mod grid;
mod run;

use agreement::lifecycle::Party;
use kernel::{AgreementId, Date, PersonId, Timestamp, shanghai_date};
use serde::{Deserialize, Serialize};

pub use confirm::{
    Answer, Answering, Confirmation, Confirming, Query, Querying, Revising, Section, Unsettled, affected,
};
pub use end::{
    Completion, Concluding, Correcting, Correction, Outcome, Transferring, WithdrawReason, Withdrawal, Withdrawing,
};
pub use gate::{Gate, GateFacts, Gateway, GatewayFacts, Minor, gates, is_minor};
pub use grid::{Act, Bound, Stage, TRANSITIONS, bound, grid};
pub use run::{Assessing, Break, BreakReason, Pausing, Resuming, Starting};

use crate::{
    calendar::{Window, plus_days},
    done::{Done, Notice, Told},
    grid::{Role, permitted},
    hours::Carried,
    refusal::{Barred, RegisterRefusal},
};

/// Who acts on a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The apprentice, or the guardian for them.
    Apprentice,
    /// A member of the enterprise.
    Enterprise,
    /// A member of the college.
    College,
    /// The platform's operator.
    Operator,
    /// A job.
    System,
}

impl Actor {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Apprentice,
        Self::Enterprise,
        Self::College,
        Self::Operator,
        Self::System,
    ];

    /// The role in the table.
    pub const fn role(self) -> Role {
        match self {
            Self::Apprentice => Role::Apprentice,
            Self::Enterprise => Role::Enterprise,
            Self::College => Role::College,
            Self::Operator => Role::Operator,
            Self::System => Role::System,
        }
    }

    /// The party, of a member of one.
    pub const fn party(self) -> Option<Party> {
        match self {
            Self::Enterprise => Some(Party::Enterprise),
            Self::College => Some(Party::College),
            _ => None,
        }
    }
}

impl From<Party> for Actor {
    fn from(party: Party) -> Self {
        match party {
            Party::Enterprise => Self::Enterprise,
            Party::College => Self::College,
        }
    }
}

/// A consent of one party to something that needs both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consented {
    /// Which party.
    pub party: Party,
    /// When.
    pub at: Timestamp,
}

/// Where a record stands, with what belongs to that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case", deny_unknown_fields)]
pub enum State {
    /// Before training.
    Registered,
    /// In training.
    Training {
        /// Which parties put the apprentice up for assessment.
        consents: Vec<Consented>,
    },
    /// In a break.
    OnBreak {
        /// The break; those before stand in the record.
        pause: Break,
    },
    /// In assessment.
    Assessment {
        /// Since when.
        #[serde(with = "crate::iso::day")]
        since: Date,
    },
    /// Passed.
    Completed {
        /// How.
        completion: Completion,
    },
    /// Not passed.
    Failed {
        /// The result's day and evidence.
        completion: Completion,
    },
    /// Ended early.
    Withdrawn {
        /// How.
        withdrawal: Withdrawal,
    },
    /// Ended early, and continued under another agreement.
    Transferred {
        /// How it ended.
        withdrawal: Withdrawal,
        /// Which agreement.
        to: AgreementId,
    },
}

/// What a new record is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registering {
    /// The agreement, in effect.
    pub agreement: AgreementId,
    /// Whose record it is.
    pub apprentice: PersonId,
    /// Whether a college takes part.
    pub with_college: bool,
    /// The version of the agreement that was signed.
    pub version: u32,
    /// The agreed first day of training.
    pub start: Date,
    /// The agreed last day of training.
    pub end: Date,
    /// What a record that this one continues brings.
    pub carried: Option<Carried>,
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// An apprentice's record under one agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    agreement: AgreementId,
    apprentice: PersonId,
    with_college: bool,
    registered_at: Timestamp,
    /// The version of the agreement that the sections are of.
    version: u32,
    #[serde(with = "crate::iso::day")]
    start: Date,
    #[serde(with = "crate::iso::day")]
    end: Date,
    /// The day on which training did start.
    #[serde(with = "crate::iso::maybe")]
    started: Option<Date>,
    sections: Vec<Confirmation>,
    queries: Vec<Query>,
    breaks: Vec<Break>,
    carried: Option<Carried>,
    /// Results that were not the last one.
    attempts: Vec<Completion>,
    state: State,
}

impl Record {
    /// T1: a record begins when its agreement takes effect.
    pub fn register(new: Registering) -> Result<(Self, Done), RegisterRefusal> {
        let (act, role) = (Act::Register.code(), new.by.role());
        bound(None, Act::Register, role).ok_or(Barred::Role { act, role })?;
        if new.end < new.start {
            return Err(RegisterRefusal::Dates);
        }
        if new
            .carried
            .as_ref()
            .is_some_and(|carried| carried.from == new.agreement)
        {
            return Err(RegisterRefusal::ContinuesItself);
        }
        let record = Self {
            agreement: new.agreement,
            apprentice: new.apprentice,
            with_college: new.with_college,
            registered_at: new.at,
            version: new.version,
            start: new.start,
            end: new.end,
            started: None,
            sections: Section::ALL
                .iter()
                .map(|section| Confirmation::open(*section, new.at))
                .collect(),
            queries: Vec::new(),
            breaks: Vec::new(),
            carried: new.carried,
            attempts: Vec::new(),
            state: State::Registered,
        };
        Ok((record, Done::telling(&[Told::Apprentice], Notice::Registered)))
    }

    /// The agreement, by which the record is known.
    pub const fn agreement(&self) -> AgreementId {
        self.agreement
    }

    /// Whose it is.
    pub const fn apprentice(&self) -> PersonId {
        self.apprentice
    }

    /// Whether a college takes part.
    pub const fn with_college(&self) -> bool {
        self.with_college
    }

    /// When it began.
    pub const fn registered_at(&self) -> Timestamp {
        self.registered_at
    }

    /// The version of the agreement that the sections are of.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The agreed first day of training.
    pub const fn start(&self) -> Date {
        self.start
    }

    /// The agreed last day of training.
    pub const fn end(&self) -> Date {
        self.end
    }

    /// The day on which training did start.
    pub const fn started(&self) -> Option<Date> {
        self.started
    }

    /// What a record that this one continues brought.
    pub const fn carried(&self) -> Option<&Carried> {
        self.carried.as_ref()
    }

    /// Where it stands, with what belongs to that.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Where it stands.
    pub const fn stage(&self) -> Stage {
        match self.state {
            State::Registered => Stage::Registered,
            State::Training { .. } => Stage::Training,
            State::OnBreak { .. } => Stage::OnBreak,
            State::Assessment { .. } => Stage::Assessment,
            State::Completed { .. } => Stage::Completed,
            State::Failed { .. } => Stage::Failed,
            State::Withdrawn { .. } => Stage::Withdrawn,
            State::Transferred { .. } => Stage::Transferred,
        }
    }

    /// Whether it is registered, and its first day is yet to come.
    pub fn is_waiting(&self, today: Date) -> bool {
        matches!(self.state, State::Registered) && today < self.start
    }

    /// Whether it is neither over nor continued elsewhere.
    pub const fn is_active(&self) -> bool {
        matches!(
            self.stage(),
            Stage::Registered | Stage::Training | Stage::OnBreak | Stage::Assessment
        )
    }

    /// Whether it came to its good end: then the agreement can.
    pub const fn is_completed(&self) -> bool {
        matches!(self.state, State::Completed { .. })
    }

    /// Every break, the present one included.
    pub fn breaks(&self) -> impl Iterator<Item = &Break> {
        let now = match &self.state {
            State::OnBreak { pause } => Some(pause),
            _ => None,
        };
        self.breaks.iter().chain(now)
    }

    /// Results of assessments that were not passed and taken again, the oldest first.
    pub fn attempts(&self) -> &[Completion] {
        &self.attempts
    }

    /// How it ended early, if it did.
    pub const fn withdrawal(&self) -> Option<&Withdrawal> {
        match &self.state {
            State::Withdrawn { withdrawal } | State::Transferred { withdrawal, .. } => Some(withdrawal),
            _ => None,
        }
    }

    /// The days for which hours can be written down.
    pub fn window(&self) -> Window {
        let until = match &self.state {
            State::Completed { completion } | State::Failed { completion } => completion.on,
            State::Withdrawn { withdrawal } | State::Transferred { withdrawal, .. } => withdrawal.last_day,
            _ => self.end,
        };
        Window {
            from: self.started,
            until,
            breaks: self.breaks().map(|pause| (pause.from, pause.until)).collect(),
        }
    }

    /// Whether the table lets `actor` do `act` now. An act that is for the side that was asked looks at that itself.
    pub fn permit(&self, act: Act, actor: Actor) -> Result<(), Barred> {
        if actor == Actor::College && !self.with_college {
            return Err(Barred::NoCollege);
        }
        permitted(TRANSITIONS, self.stage(), act, actor.role()).map(drop)
    }

    /// The parties there are.
    fn parties(&self) -> &'static [Party] {
        if self.with_college {
            &[Party::Enterprise, Party::College]
        } else {
            &[Party::Enterprise]
        }
    }

    /// The apprentice and every party but who acts.
    fn tell_others(&self, by: Actor, notice: Notice) -> Done {
        let apprentice = (by != Actor::Apprentice).then_some(Told::Apprentice);
        let parties = self.parties().iter().filter(|party| by.party() != Some(**party));
        let told: Vec<Told> = apprentice
            .into_iter()
            .chain(parties.map(|party| Told::Party(*party)))
            .collect();
        Done::telling(&told, notice)
    }

    /// Whether something asked at `since` waits longer than `days`.
    fn is_over(since: Timestamp, days: i64, today: Date) -> bool {
        plus_days(shanghai_date(since), days) < today
    }
}

/// Takes the blanks off the end, and says whether anything is left.
fn has_words(words: &mut String) -> bool {
    words.truncate(words.trim_end().len());
    !words.is_empty()
}
