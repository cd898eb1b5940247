//! Why something cannot be done. One enum per act; each carries the facts that its sentence needs, and has a code for it.

use kernel::{AgreementId, Date, Timestamp, refusals};

use crate::{
    grid::{Reviewer, Role},
    hours::Fault,
    record::{Gate, Gateway},
};

/// Why a table, or a right, does not let somebody act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// Not in this stage.
    #[error("{act} cannot be done while it is {now}")]
    Stage {
        /// The act.
        act: &'static str,
        /// Where it stands.
        now: &'static str,
    },
    /// Not in this role.
    #[error("{act} is not for the role {role}")]
    Role {
        /// The act.
        act: &'static str,
        /// The role.
        role: Role,
    },
    /// No college takes part.
    #[error("no college takes part")]
    NoCollege,
    /// Another side was asked.
    #[error("the other side was asked")]
    NotYourSide,
    /// The assignment is to another record.
    #[error("assigned to another record")]
    NotAssigned,
    /// The week is outside of the assignment's dates.
    #[error("the week is outside of the assignment")]
    OutsideDates {
        /// The assignment's first day.
        from: Date,
        /// Its last day.
        until: Option<Date>,
    },
    /// The assignment is over, and so is the grace after it, or it has not begun.
    #[error("the assignment does not reach today")]
    NotNow {
        /// The last day on which one could.
        until: Option<Date>,
    },
    /// It is another reviewer's turn.
    #[error("it is the {turn} reviewer's turn")]
    NotYourTurn {
        /// Whose.
        turn: Reviewer,
    },
    /// A tutor is assigned, so nobody stands in.
    #[error("a tutor is assigned")]
    Tutored,
}

impl Barred {
    /// Every code.
    pub const CODES: [&'static str; 9] = [
        "barred.stage",
        "barred.role",
        "barred.no_college",
        "barred.not_your_side",
        "barred.not_assigned",
        "barred.outside_dates",
        "barred.not_now",
        "barred.not_your_turn",
        "barred.tutored",
    ];

    /// The code for words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Stage { .. } => "barred.stage",
            Self::Role { .. } => "barred.role",
            Self::NoCollege => "barred.no_college",
            Self::NotYourSide => "barred.not_your_side",
            Self::NotAssigned => "barred.not_assigned",
            Self::OutsideDates { .. } => "barred.outside_dates",
            Self::NotNow { .. } => "barred.not_now",
            Self::NotYourTurn { .. } => "barred.not_your_turn",
            Self::Tutored => "barred.tutored",
        }
    }
}

refusals! {
    /// Why no record begins.
    RegisterRefusal("register") {
        /// The last day is before the first.
        Dates = "dates" "the last day is before the first",
        /// It would continue itself.
        ContinuesItself = "continues_itself" "a record cannot continue itself",
    }

    /// Why a section cannot be confirmed.
    ConfirmRefusal("confirm") {
        /// The agreement was changed since it was looked at.
        Stale {
            /// The version now.
            current: u32,
        } = "stale" "the version is {current} by now",
        /// It is confirmed already.
        Confirmed {
            /// When.
            at: Timestamp,
        } = "confirmed" "confirmed at {at}",
    }

    /// Why nothing can be asked about a section.
    QueryRefusal("query") {
        /// What is wrong has to be said.
        NoWords = "no_words" "what is wrong has to be said",
        /// No college takes part, so none can be asked.
        NoSuchSide = "no_such_side" "no college takes part",
        /// Something was asked already, and waits for an answer.
        Pending {
            /// Since when.
            since: Timestamp,
        } = "pending" "asked at {since}, not answered yet",
    }

    /// Why a query cannot be answered.
    QueryAnswerRefusal("query_answer") {
        /// Nothing was asked about this section, or it was answered.
        NothingAsked = "nothing_asked" "nothing is asked",
        /// The answer is empty.
        NoWords = "no_words" "the answer is empty",
    }

    /// Why a revision cannot be taken over.
    ReviseRefusal("revise") {
        /// Versions only grow.
        NotNewer {
            /// The version now.
            current: u32,
        } = "not_newer" "the version is {current} already",
    }

    /// Why training cannot start.
    StartRefusal("start") {
        /// The first day is yet to come.
        Waiting {
            /// Which day.
            until: Date,
        } = "waiting" "it starts on {until}",
        /// The first day would be before that of the agreement, or in the future.
        Dates = "dates" "the first day is not possible",
        /// What has to be there on the first day is not.
        NotReady {
            /// What is missing.
            missing: Vec<Gate>,
        } = "not_ready" "something has to be there before",
    }

    /// Why a break cannot begin or end.
    BreakRefusal("break") {
        /// The dates cannot be: the last day before the first, before training began, or inside another break.
        Dates = "dates" "the dates are not possible",
        /// It is longer than a break may be.
        TooLong {
            /// Days at most.
            limit: i64,
        } = "too_long" "a break is {limit} days at most",
        /// Hours were handed in for a day of it.
        HoursInBreak {
            /// The last such day.
            day: Date,
        } = "hours_in_break" "hours were handed in for {day}",
        /// What happened has to be said.
        NoWords = "no_words" "what happened has to be said",
    }

    /// Why somebody cannot be put up for assessment.
    AssessRefusal("assess") {
        /// This side put them up already.
        Agreed {
            /// When.
            at: Timestamp,
        } = "agreed" "agreed at {at}",
        /// Something is lacking.
        NotReady {
            /// What.
            missing: Vec<Gateway>,
        } = "not_ready" "something is lacking",
    }

    /// Why no result can be written down.
    ConcludeRefusal("conclude") {
        /// The result has no evidence.
        NoEvidence = "no_evidence" "the result has no evidence",
        /// The day is before the assessment began, or in the future.
        Dates = "dates" "the day is not possible",
    }

    /// Why an apprenticeship cannot end early.
    WithdrawRefusal("withdraw") {
        /// The reason has to be said in words.
        NoWords = "no_words" "the reason has to be said",
        /// The last day is before the first, or after the agreed end.
        Dates = "dates" "the last day is not possible",
        /// Hours are approved for a later day.
        HoursAfter {
            /// The last approved day.
            day: Date,
        } = "hours_after" "hours are approved until {day}",
        /// A college that takes no part is named as the side.
        NoSuchSide = "no_such_side" "no college takes part",
    }

    /// Why it is not continued under another agreement.
    TransferRefusal("transfer") {
        /// It would be continued under the same agreement.
        Same {
            /// Which.
            agreement: AgreementId,
        } = "same" "it is the same agreement",
        /// The new one begins before the old one ended.
        Overlap {
            /// The last day of the old one.
            last_day: Date,
        } = "overlap" "it ends on {last_day}",
    }

    /// Why the day of completion cannot be corrected.
    CorrectRefusal("correct") {
        /// A reason is needed.
        NoReason = "no_reason" "a reason is needed",
        /// The day is before the first of training, or after the evidence of completion.
        Dates {
            /// The day of the evidence.
            evidence: Date,
        } = "dates" "the evidence is of {evidence}",
    }

    /// Why a week cannot be opened.
    OpenRefusal("open") {
        /// No day of it is a day of training.
        NoTraining = "no_training" "no day of it is a day of training",
        /// It is yet to begin.
        Future = "future" "the week is yet to begin",
        /// There is one already.
        Exists = "exists" "the week is there already",
    }

    /// Why a week cannot be written.
    WriteRefusal("write") {
        /// Somebody wrote it since.
        Stale {
            /// The edition now.
            current: u32,
        } = "stale" "the edition is {current} by now",
        /// It is overdue, and closed until the operator opens it.
        Locked {
            /// Its last day was this.
            due: Date,
        } = "locked" "it was due on {due}",
        /// The text is too long.
        TooLong {
            /// Characters at most.
            limit: usize,
        } = "too_long" "{limit} characters at most",
        /// Too many lines.
        TooMany {
            /// Lines at most.
            limit: usize,
        } = "too_many" "{limit} lines at most",
        /// A line is named that is not there, or twice.
        NoSuchLine {
            /// Its number.
            number: u32,
        } = "no_such_line" "no line {number}",
    }

    /// Why a week cannot be handed in.
    SubmitRefusal("submit") {
        /// Somebody wrote it since.
        Stale {
            /// The edition now.
            current: u32,
        } = "stale" "the edition is {current} by now",
        /// It is overdue, and closed until the operator opens it.
        Locked {
            /// Its last day was this.
            due: Date,
        } = "locked" "it was due on {due}",
        /// Nothing stands in it.
        Empty = "empty" "nothing stands in it",
        /// Lines are not right.
        Faulty {
            /// What is wrong with which.
            faults: Vec<Fault>,
        } = "faulty" "lines are not right",
    }

    /// Why a week cannot be taken back.
    TakeBackRefusal("take_back") {
    }

    /// Why a week cannot be approved.
    ReviewRefusal("review") {
        /// Another edition than was looked at.
        Stale {
            /// The edition now.
            current: u32,
        } = "stale" "the edition is {current} by now",
        /// Both approvals would be one person's.
        SamePerson = "same_person" "two people approve a week",
        /// Lines are not right any more: there is a break by now, an end, or another line.
        Faulty {
            /// What is wrong with which.
            faults: Vec<Fault>,
        } = "faulty" "lines are not right any more",
    }

    /// Why a week cannot be returned.
    ReturnRefusal("return") {
        /// Another edition than was looked at.
        Stale {
            /// The edition now.
            current: u32,
        } = "stale" "the edition is {current} by now",
        /// A reason is needed.
        NoReason = "no_reason" "a reason is needed",
    }

    /// Why a week cannot be unlocked.
    UnlockRefusal("unlock") {
        /// A reason is needed.
        NoReason = "no_reason" "a reason is needed",
        /// It is not locked.
        NotLocked = "not_locked" "it is not locked",
    }

    /// Why somebody cannot be assigned, or an assignment cannot end.
    AssignRefusal("assign") {
        /// The last day is before the first.
        Dates = "dates" "the last day is before the first",
        /// The same person has the same role in the same days.
        Overlap = "overlap" "assigned in these days already",
        /// Nobody approves their own weeks.
        Oneself = "oneself" "nobody approves their own weeks",
        /// It ended already, on an earlier day.
        Ended = "ended" "it ended already",
        /// A college's tutor, and no college takes part.
        NoCollege = "no_college" "no college takes part",
    }
}
