//! T6 and T8 to T10: the result, an early end, going on under another agreement, and the day of completion corrected.

use agreement::lifecycle::SlotRole;
use kernel::{AgreementId, Date, Timestamp, codes, shanghai_date};
use serde::{Deserialize, Serialize};

use super::{Act, Actor, Record, State, has_words};
use crate::{
    done::{Done, Notice},
    refusal::{ConcludeRefusal, CorrectRefusal, TransferRefusal, WithdrawRefusal},
};

codes! {
    /// Why an apprenticeship ended early.
    WithdrawReason {
        /// 另找工作
        OtherJob = "other_job",
        /// 升学
        Study = "study",
        /// 身体原因
        Health = "health",
        /// 家庭原因
        Family = "family",
        /// 服兵役
        Service = "service",
        /// 岗位不适合
        Unsuited = "unsuited",
        /// 违纪
        Conduct = "conduct",
        /// 劳动报酬问题
        Pay = "pay",
        /// 权益受侵害
        Abuse = "abuse",
        /// 企业停业
        Closure = "closure",
        /// The agreement was terminated.
        Terminated = "terminated",
        /// Something else, in words.
        Other = "other",
    }
}

/// A result, and the day of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// The day.
    #[serde(with = "crate::iso::day")]
    pub on: Date,
    /// What shows it.
    pub evidence: String,
    /// The day of that.
    #[serde(with = "crate::iso::day")]
    pub evidence_on: Date,
    /// How the day was corrected, the oldest first.
    pub corrections: Vec<Correction>,
}

/// A correction of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The day before.
    #[serde(with = "crate::iso::day")]
    pub before: Date,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// How an apprenticeship ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Why.
    pub reason: WithdrawReason,
    /// Whose reason it is.
    pub side: SlotRole,
    /// In words.
    pub words: String,
    /// The last day.
    #[serde(with = "crate::iso::day")]
    pub last_day: Date,
    /// When it was written down.
    pub at: Timestamp,
}

/// What an assessment came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Passed.
    Passed,
    /// Not passed.
    NotPassed {
        /// How often it may be taken again, by the agreement.
        retakes: u32,
    },
}

/// Writing down a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concluding {
    /// By whom.
    pub by: Actor,
    /// The result.
    pub outcome: Outcome,
    /// The day of completion.
    pub on: Date,
    /// What shows it.
    pub evidence: String,
    /// The day of that.
    pub evidence_on: Date,
    /// When.
    pub at: Timestamp,
}

/// Ending early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawing {
    /// By whom.
    pub by: Actor,
    /// Why.
    pub reason: WithdrawReason,
    /// Whose reason it is.
    pub side: SlotRole,
    /// In words.
    pub words: String,
    /// The last day; of training that never started it is the agreed first one, whatever stands here.
    pub last_day: Date,
    /// The last day for which hours are approved.
    pub last_approved: Option<Date>,
    /// When.
    pub at: Timestamp,
}

/// Going on under another agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transferring {
    /// By whom.
    pub by: Actor,
    /// Which agreement.
    pub to: AgreementId,
    /// Its first day.
    pub start: Date,
    /// When.
    pub at: Timestamp,
}

/// Correcting the day of completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correcting {
    /// By whom.
    pub by: Actor,
    /// The right day.
    pub on: Date,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Record {
    /// T6: the result. Not passed with another try left, the assessment goes on.
    pub fn conclude(mut self, concluding: Concluding) -> Result<(Self, Done), ConcludeRefusal> {
        let Concluding {
            by,
            outcome,
            on,
            mut evidence,
            evidence_on,
            at,
        } = concluding;
        self.permit(Act::Conclude, by)?;
        if !has_words(&mut evidence) {
            return Err(ConcludeRefusal::NoEvidence);
        }
        let (mut notice, today) = (Notice::Completed, shanghai_date(at));
        if let State::Assessment { since } = self.state {
            if on < since || evidence_on < on || today < evidence_on {
                return Err(ConcludeRefusal::Dates);
            }
            let completion = Completion {
                on,
                evidence,
                evidence_on,
                corrections: Vec::new(),
            };
            match outcome {
                Outcome::Passed => self.state = State::Completed { completion },
                Outcome::NotPassed { retakes } if self.attempts.len() < retakes as usize => {
                    self.attempts.push(completion);
                    notice = Notice::Resit;
                }
                Outcome::NotPassed { .. } => {
                    self.state = State::Failed { completion };
                    notice = Notice::Failed;
                }
            }
        }
        let done = self.tell_others(by, notice);
        Ok((self, done))
    }

    /// T8: an early end. It is the apprentice's to declare as much as anybody's.
    pub fn withdraw(mut self, withdrawing: Withdrawing) -> Result<(Self, Done), WithdrawRefusal> {
        let Withdrawing {
            by,
            reason,
            side,
            mut words,
            last_day,
            last_approved,
            at,
        } = withdrawing;
        self.permit(Act::Withdraw, by)?;
        if !has_words(&mut words) && reason == WithdrawReason::Other {
            return Err(WithdrawRefusal::NoWords);
        }
        if side == SlotRole::College && !self.with_college {
            return Err(WithdrawRefusal::NoSuchSide);
        }
        let last_day = match self.started {
            None => self.start,
            Some(started) if last_day < started || last_day > self.end => return Err(WithdrawRefusal::Dates),
            Some(_) => last_day,
        };
        if let Some(day) = last_approved.filter(|day| last_day < *day) {
            return Err(WithdrawRefusal::HoursAfter { day });
        }
        if let State::OnBreak { pause } = &self.state {
            let pause = pause.clone();
            self.breaks.push(pause);
        }
        let withdrawal = Withdrawal {
            reason,
            side,
            words,
            last_day,
            at,
        };
        self.state = State::Withdrawn { withdrawal };
        let done = self.tell_others(by, Notice::Withdrawn);
        Ok((self, done))
    }

    /// T9: it goes on under another agreement, whose record carries over what is approved in this one.
    pub fn transfer(mut self, transferring: Transferring) -> Result<(Self, Done), TransferRefusal> {
        self.permit(Act::Transfer, transferring.by)?;
        let Transferring { by, to, start, .. } = transferring;
        if to == self.agreement {
            return Err(TransferRefusal::Same { agreement: to });
        }
        if let Some(last_day) = self.withdrawal().map(|withdrawal| withdrawal.last_day)
            && self.started.is_some()
            && start <= last_day
        {
            return Err(TransferRefusal::Overlap { last_day });
        }
        self.state = match self.state {
            State::Withdrawn { withdrawal } => State::Transferred { withdrawal, to },
            other => other,
        };
        let done = self.tell_others(by, Notice::Transferred);
        Ok((self, done))
    }

    /// T10: the day of completion was another.
    pub fn correct(mut self, correcting: Correcting) -> Result<(Self, Done), CorrectRefusal> {
        let Correcting { by, on, mut reason, at } = correcting;
        self.permit(Act::Correct, by)?;
        if !has_words(&mut reason) {
            return Err(CorrectRefusal::NoReason);
        }
        let started = self.started;
        if let State::Completed { completion } = &mut self.state {
            let evidence = completion.evidence_on;
            if on > evidence || started.is_none_or(|started| on < started) {
                return Err(CorrectRefusal::Dates { evidence });
            }
            let before = std::mem::replace(&mut completion.on, on);
            completion.corrections.push(Correction { before, reason, at });
        }
        let done = self.tell_others(by, Notice::Corrected);
        Ok((self, done))
    }
}
