//! T3 to T5: the start, breaks, and being put up for assessment.

use std::collections::BTreeSet;

use kernel::{Date, Timestamp, codes, shanghai_date};
use serde::{Deserialize, Serialize};

use super::{Act, Actor, Consented, GateFacts, GatewayFacts, Record, State, gates, has_words};
use crate::{
    Terms,
    calendar::days_between,
    done::{Done, Notice},
    refusal::{AssessRefusal, Barred, BreakRefusal, StartRefusal},
};

codes! {
    /// Why there is a break.
    BreakReason {
        /// 病假
        Sick = "sick",
        /// 生育、哺乳
        Family = "family",
        /// 服兵役
        Service = "service",
        /// 停产
        PlantStop = "plant_stop",
        /// Something else, in words.
        Other = "other",
    }
}

/// A break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// The first day.
    #[serde(with = "crate::iso::day")]
    pub from: Date,
    /// The last day, when it is known.
    #[serde(with = "crate::iso::maybe")]
    pub until: Option<Date>,
    /// Why.
    pub reason: BreakReason,
    /// In words.
    pub words: String,
}

impl Break {
    fn meets(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from <= until) && other.until.is_none_or(|until| self.from <= until)
    }
}

/// Starting training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starting {
    /// By whom.
    pub by: Actor,
    /// The first day of training: the agreed one, or a later one.
    pub first: Date,
    /// What is known on it.
    pub facts: GateFacts,
    /// When.
    pub at: Timestamp,
}

/// Beginning a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pausing<'a> {
    /// By whom.
    pub by: Actor,
    /// The break.
    pub pause: Break,
    /// The days for which hours are handed in or approved.
    pub booked: &'a BTreeSet<Date>,
    /// The terms.
    pub terms: &'a Terms,
    /// When.
    pub at: Timestamp,
}

/// Ending a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resuming {
    /// By whom.
    pub by: Actor,
    /// The first day after it.
    pub on: Date,
    /// When.
    pub at: Timestamp,
}

/// Putting somebody up for assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessing<'a> {
    /// By whom.
    pub by: Actor,
    /// What is known.
    pub facts: GatewayFacts<'a>,
    /// When.
    pub at: Timestamp,
}

impl Record {
    /// T3: training starts when its day has come, and everything is there that has to be.
    pub fn begin(mut self, starting: Starting) -> Result<(Self, Done), StartRefusal> {
        self.permit(Act::Start, starting.by)?;
        let today = shanghai_date(starting.at);
        if self.is_waiting(today) {
            return Err(StartRefusal::Waiting { until: self.start });
        }
        if starting.first < self.start || starting.first > today || starting.first > self.end {
            return Err(StartRefusal::Dates);
        }
        let missing = gates(&starting.facts, starting.first);
        if !missing.is_empty() {
            return Err(StartRefusal::NotReady { missing });
        }
        self.started = Some(starting.first);
        self.state = State::Training { consents: Vec::new() };
        let done = self.tell_others(starting.by, Notice::Started);
        Ok((self, done))
    }

    /// T4: a break. No hours can be written down for its days; mentors keep their rights.
    pub fn pause(mut self, pausing: Pausing) -> Result<(Self, Done), BreakRefusal> {
        self.permit(Act::Pause, pausing.by)?;
        let (mut pause, limit) = (pausing.pause, pausing.terms.break_days);
        if !has_words(&mut pause.words) && pause.reason == BreakReason::Other {
            return Err(BreakRefusal::NoWords);
        }
        let wrong = pause.until.is_some_and(|until| until < pause.from)
            || self.started.is_none_or(|started| pause.from < started)
            || pause.from > self.end
            || self.breaks.iter().any(|other| other.meets(&pause));
        if wrong {
            return Err(BreakRefusal::Dates);
        }
        if pause
            .until
            .is_some_and(|until| days_between(pause.from, until) >= limit)
        {
            return Err(BreakRefusal::TooLong { limit });
        }
        let last = pause.until.unwrap_or(Date::MAX);
        if let Some(day) = pausing.booked.range(pause.from..=last).next_back() {
            return Err(BreakRefusal::HoursInBreak { day: *day });
        }
        self.state = State::OnBreak { pause };
        let done = self.tell_others(pausing.by, Notice::OnBreak);
        Ok((self, done))
    }

    /// T4: the break ends the day before `on`. A break that is taken back before it began leaves nothing.
    pub fn resume(mut self, resuming: Resuming) -> Result<(Self, Done), BreakRefusal> {
        self.permit(Act::Resume, resuming.by)?;
        let now = std::mem::replace(&mut self.state, State::Training { consents: Vec::new() });
        if let State::OnBreak { mut pause } = now {
            if resuming.on < pause.from {
                return Err(BreakRefusal::Dates);
            }
            if let Some(last) = resuming.on.previous_day().filter(|last| *last >= pause.from) {
                pause.until = Some(last);
                self.breaks.push(pause);
            }
        }
        let done = self.tell_others(resuming.by, Notice::Resumed);
        Ok((self, done))
    }

    /// Whether the present break is longer than it was meant to be, or than any may be.
    pub fn is_break_over(&self, today: Date, terms: &Terms) -> bool {
        match &self.state {
            State::OnBreak { pause } => {
                pause.until.is_some_and(|until| until < today) || days_between(pause.from, today) >= terms.break_days
            }
            _ => false,
        }
    }

    /// T5: a party puts the apprentice up for assessment; with the last party's word it begins.
    pub fn assess(mut self, assessing: Assessing) -> Result<(Self, Done), AssessRefusal> {
        self.permit(Act::Assess, assessing.by)?;
        let (act, role, at) = (Act::Assess.code(), assessing.by.role(), assessing.at);
        let party = assessing.by.party().ok_or(Barred::Role { act, role })?;
        let missing = assessing.facts.missing(self.carried.as_ref());
        let parties = self.parties();
        let mut notice = Notice::AssessmentProposed;
        if let State::Training { consents } = &mut self.state {
            if let Some(one) = consents.iter().find(|one| one.party == party) {
                return Err(AssessRefusal::Agreed { at: one.at });
            }
            if !missing.is_empty() {
                return Err(AssessRefusal::NotReady { missing });
            }
            consents.push(Consented { party, at });
            if parties
                .iter()
                .all(|party| consents.iter().any(|one| one.party == *party))
            {
                let since = shanghai_date(at);
                self.state = State::Assessment { since };
                notice = Notice::Assessment;
            }
        }
        let done = self.tell_others(assessing.by, notice);
        Ok((self, done))
    }
}
