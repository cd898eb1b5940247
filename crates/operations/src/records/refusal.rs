//! Why something about a record was not done, as facts with a sentence each.

use std::fmt;

use apprenticeship::{
    AssessRefusal, AssignRefusal, Barred, BreakRefusal, ConcludeRefusal, ConfirmRefusal, CorrectRefusal, OpenRefusal,
    QueryAnswerRefusal, QueryRefusal, RegisterRefusal, ReturnRefusal, ReviewRefusal, ReviseRefusal, StartRefusal,
    SubmitRefusal, TakeBackRefusal, TransferRefusal, UnlockRefusal, WithdrawRefusal, WriteRefusal,
    hours::Fault,
    record::{Gate, Gateway},
    refusal_codes,
};
use words::{Arg, Text};

use super::DeadInvitation;
use crate::{Failure, failure::failures_by_way_of};

/// Why something about a record was not done. Its `Debug` is the code alone.
#[derive(Clone, PartialEq, Eq)]
pub enum RecordRefusal {
    /// The record's own, of beginning.
    Register(RegisterRefusal),
    /// Of a confirmation.
    Confirm(ConfirmRefusal),
    /// Of a question.
    Query(QueryRefusal),
    /// Of an answer.
    QueryAnswer(QueryAnswerRefusal),
    /// Of taking over a changed agreement.
    Revise(ReviseRefusal),
    /// Of the start.
    Start(StartRefusal),
    /// Of a break.
    Break(BreakRefusal),
    /// Of putting up for assessment.
    Assess(AssessRefusal),
    /// Of a result.
    Conclude(ConcludeRefusal),
    /// Of an early end.
    Withdraw(WithdrawRefusal),
    /// Of going on under another agreement.
    Transfer(TransferRefusal),
    /// Of a correction of the day.
    Correct(CorrectRefusal),
    /// The week's own, of beginning one.
    Open(OpenRefusal),
    /// Of writing.
    Write(WriteRefusal),
    /// Of handing in.
    Submit(SubmitRefusal),
    /// Of taking back.
    TakeBack(TakeBackRefusal),
    /// Of an approval.
    Review(ReviewRefusal),
    /// Of giving back.
    Return(ReturnRefusal),
    /// Of unlocking.
    Unlock(UnlockRefusal),
    /// Of an assignment.
    Assign(AssignRefusal),
    /// An act on the record that is not for this role or this stage.
    Barred(Barred),
    /// An act on a week that is not for this role or this stage.
    WeekBarred(Barred),
    /// An operator opens a record with a reason, that day.
    NeedsReason,
    /// Something that was typed cannot be read; it is kept.
    Unreadable {
        /// How many fields.
        fields: u32,
    },
    /// A number of the law at this place is not known, so nothing is held to be right.
    LawUnknown {
        /// Which.
        param: String,
    },
    /// The place cannot be taken by this invitation.
    Invitation(DeadInvitation),
    /// The place of apprentice or guardian is taken.
    PlaceTaken,
    /// Name or number are not those of the agreement.
    NotThePerson,
    /// That is for the other side to assign.
    OtherSide,
    /// Nobody has a place in their own record twice, or reviews what a member of their family writes.
    TwoPlaces,
}

impl fmt::Debug for RecordRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordRefusal({})", self.code())
    }
}

impl RecordRefusal {
    /// The codes of its own, beside those of the record and of weeks.
    pub const OWN_CODES: [&'static str; 10] = [
        "needs_reason",
        "unreadable",
        "law_unknown",
        "invitation.expired",
        "invitation.taken",
        "invitation.withdrawn",
        "place_taken",
        "not_the_person",
        "other_side",
        "two_places",
    ];

    /// Every code there is: each has words, `record_refusal.<code>`.
    pub fn codes() -> Vec<&'static str> {
        let mut codes = refusal_codes();
        codes.extend(Self::OWN_CODES);
        codes
    }

    /// The code for words. Exhaustive: a new refusal does not compile until it has one.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Register(refusal) => refusal.code(),
            Self::Confirm(refusal) => refusal.code(),
            Self::Query(refusal) => refusal.code(),
            Self::QueryAnswer(refusal) => refusal.code(),
            Self::Revise(refusal) => refusal.code(),
            Self::Start(refusal) => refusal.code(),
            Self::Break(refusal) => refusal.code(),
            Self::Assess(refusal) => refusal.code(),
            Self::Conclude(refusal) => refusal.code(),
            Self::Withdraw(refusal) => refusal.code(),
            Self::Transfer(refusal) => refusal.code(),
            Self::Correct(refusal) => refusal.code(),
            Self::Open(refusal) => refusal.code(),
            Self::Write(refusal) => refusal.code(),
            Self::Submit(refusal) => refusal.code(),
            Self::TakeBack(refusal) => refusal.code(),
            Self::Review(refusal) => refusal.code(),
            Self::Return(refusal) => refusal.code(),
            Self::Unlock(refusal) => refusal.code(),
            Self::Assign(refusal) => refusal.code(),
            Self::Barred(refusal) | Self::WeekBarred(refusal) => refusal.code(),
            Self::NeedsReason => "needs_reason",
            Self::Unreadable { .. } => "unreadable",
            Self::LawUnknown { .. } => "law_unknown",
            Self::Invitation(DeadInvitation::Expired) => "invitation.expired",
            Self::Invitation(DeadInvitation::Taken) => "invitation.taken",
            Self::Invitation(DeadInvitation::Withdrawn) => "invitation.withdrawn",
            Self::PlaceTaken => "place_taken",
            Self::NotThePerson => "not_the_person",
            Self::OtherSide => "other_side",
            Self::TwoPlaces => "two_places",
        }
    }

    /// What the table of transitions, or a right, says where it is that which refuses; and whether it is that of weeks.
    const fn barred(&self) -> Option<(&Barred, bool)> {
        match self {
            Self::Barred(barred)
            | Self::Register(RegisterRefusal::Barred(barred))
            | Self::Confirm(ConfirmRefusal::Barred(barred))
            | Self::Query(QueryRefusal::Barred(barred))
            | Self::QueryAnswer(QueryAnswerRefusal::Barred(barred))
            | Self::Revise(ReviseRefusal::Barred(barred))
            | Self::Start(StartRefusal::Barred(barred))
            | Self::Break(BreakRefusal::Barred(barred))
            | Self::Assess(AssessRefusal::Barred(barred))
            | Self::Conclude(ConcludeRefusal::Barred(barred))
            | Self::Withdraw(WithdrawRefusal::Barred(barred))
            | Self::Transfer(TransferRefusal::Barred(barred))
            | Self::Correct(CorrectRefusal::Barred(barred))
            | Self::Assign(AssignRefusal::Barred(barred)) => Some((barred, false)),
            Self::WeekBarred(barred)
            | Self::Open(OpenRefusal::Barred(barred))
            | Self::Write(WriteRefusal::Barred(barred))
            | Self::Submit(SubmitRefusal::Barred(barred))
            | Self::TakeBack(TakeBackRefusal::Barred(barred))
            | Self::Review(ReviewRefusal::Barred(barred))
            | Self::Return(ReturnRefusal::Barred(barred))
            | Self::Unlock(UnlockRefusal::Barred(barred)) => Some((barred, true)),
            _ => None,
        }
    }

    /// What is wrong with which lines, of a week that is refused for them.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Submit(SubmitRefusal::Faulty { faults }) | Self::Review(ReviewRefusal::Faulty { faults }) => faults,
            _ => &[],
        }
    }

    /// The sentence.
    pub fn text(&self) -> Text {
        let text = Text::of("record_refusal", self.code());
        if let Some((barred, of_week)) = self.barred() {
            return told(text, barred, of_week);
        }
        match self {
            Self::Confirm(ConfirmRefusal::Confirmed { at }) | Self::Assess(AssessRefusal::Agreed { at }) => {
                text.with("at", *at)
            }
            Self::Query(QueryRefusal::Pending { since }) => text.with("at", *since),
            Self::Start(StartRefusal::Waiting { until }) => text.with("day", *until),
            Self::Start(StartRefusal::NotReady { missing }) => text.with("missing", gates(missing)),
            Self::Break(BreakRefusal::TooLong { limit }) => text.with("n", *limit),
            Self::Break(BreakRefusal::HoursInBreak { day }) | Self::Withdraw(WithdrawRefusal::HoursAfter { day }) => {
                text.with("day", *day)
            }
            Self::Assess(AssessRefusal::NotReady { missing }) => {
                let missing = missing.iter().map(|one| Arg::Text(gateway(one))).collect();
                text.with("missing", Arg::List(missing))
            }
            Self::Transfer(TransferRefusal::Overlap { last_day }) => text.with("day", *last_day),
            Self::Correct(CorrectRefusal::Dates { evidence }) => text.with("day", *evidence),
            Self::Write(WriteRefusal::Locked { due }) | Self::Submit(SubmitRefusal::Locked { due }) => {
                text.with("day", *due)
            }
            Self::Write(WriteRefusal::TooLong { limit } | WriteRefusal::TooMany { limit }) => text.with("n", *limit),
            Self::Write(WriteRefusal::NoSuchLine { number }) => text.with("n", *number),
            Self::Submit(SubmitRefusal::Faulty { .. }) | Self::Review(ReviewRefusal::Faulty { .. }) => {
                text.with("n", self.faults().len())
            }
            Self::Unreadable { fields } => text.with("n", *fields),
            _ => text,
        }
    }
}

fn told(text: Text, barred: &Barred, of_week: bool) -> Text {
    let act_named = |act: &str| {
        if of_week {
            Text::of("week_act", act)
        } else {
            Text::of("record_act", act)
        }
    };
    let stage_named = |stage: &str| {
        if of_week {
            Text::of("week_stage", stage)
        } else {
            Text::of("record_stage", stage)
        }
    };
    match barred {
        Barred::Stage { act, now } => text.with("act", act_named(act)).with("stage", stage_named(now)),
        Barred::Role { act, .. } => text.with("act", act_named(act)),
        Barred::NotYourTurn { turn } => text.with("turn", Text::of("week_turn", turn.code())),
        _ => text,
    }
}

fn gates(missing: &[Gate]) -> Arg {
    let names = missing
        .iter()
        .map(|gate| Arg::Text(Text::of("record_gate", gate.code())));
    Arg::List(names.collect())
}

fn gateway(missing: &Gateway) -> Text {
    use agreement::training::choice::{Choice as _, CourseKind};

    let text = Text::of("record_gateway", missing.code());
    match missing {
        Gateway::Hours { category, minutes } => {
            let kind = format!("{}.{}", CourseKind::SET.name, category.code());
            text.with("kind", Text::of("training_choice", &kind))
                .with("hours", Arg::Hours(*minutes))
        }
        Gateway::Weeks { open } => text.with("n", *open),
    }
}

failures_by_way_of! { RecordRefusal:
    Register(RegisterRefusal), Confirm(ConfirmRefusal), Query(QueryRefusal), QueryAnswer(QueryAnswerRefusal),
    Revise(ReviseRefusal), Start(StartRefusal), Break(BreakRefusal), Assess(AssessRefusal), Conclude(ConcludeRefusal),
    Withdraw(WithdrawRefusal), Transfer(TransferRefusal), Correct(CorrectRefusal), Open(OpenRefusal),
    Write(WriteRefusal), Submit(SubmitRefusal), TakeBack(TakeBackRefusal), Review(ReviewRefusal),
    Return(ReturnRefusal), Unlock(UnlockRefusal), Assign(AssignRefusal),
}

impl From<law::Missing> for RecordRefusal {
    fn from(missing: law::Missing) -> Self {
        Self::LawUnknown {
            param: missing.key().to_owned(),
        }
    }
}

impl From<law::Missing> for Failure {
    fn from(missing: law::Missing) -> Self {
        RecordRefusal::from(missing).into()
    }
}
