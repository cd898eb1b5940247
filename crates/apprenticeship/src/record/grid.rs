//! Who may do what with a record in which stage: one table, which every act consults before anything else.

use kernel::codes;

use crate::grid::{Cell, Code, Role, Transition, bound_in, grid_of};

codes! {
    /// Where a record stands.
    Stage {
        /// 已登记; before its first day it waits.
        Registered = "registered",
        /// 培养中
        Training = "training",
        /// 中断中
        OnBreak = "on_break",
        /// 考核中
        Assessment = "assessment",
        /// 已完成
        Completed = "completed",
        /// 未通过
        Failed = "failed",
        /// 已退出
        Withdrawn = "withdrawn",
        /// 已转入其他协议
        Transferred = "transferred",
    }

    /// What can be done with a record.
    Act {
        /// T1
        Register = "register",
        /// T2: confirm a section.
        Confirm = "confirm",
        /// T2: say what is not right in a section.
        Query = "query",
        /// T2: answer that.
        Answer = "answer",
        /// T2: take over a changed agreement.
        Revise = "revise",
        /// T3
        Start = "start",
        /// T4: begin a break.
        Pause = "pause",
        /// T4: end it.
        Resume = "resume",
        /// T5: put up for assessment.
        Assess = "assess",
        /// T6: the result.
        Conclude = "conclude",
        /// T8
        Withdraw = "withdraw",
        /// T9
        Transfer = "transfer",
        /// T10: correct the day of completion.
        Correct = "correct",
    }
}

/// What binds a role that may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// Nothing more.
    Free,
    /// It must be the side that was asked.
    Asked,
}

impl Bound {
    /// The code in listings.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Asked => "asked",
        }
    }
}

impl Code for Stage {
    fn word(self) -> &'static str {
        self.code()
    }
}

impl Code for Act {
    fn word(self) -> &'static str {
        self.code()
    }
}

use Bound::{Asked, Free};
use Role::{Apprentice, College, Enterprise, Operator, System};
use Stage::{Assessment, Completed, Failed, OnBreak, Registered, Training, Transferred, Withdrawn};

const A_JOB: &[(Role, Bound)] = &[(System, Free)];
const EITHER: &[(Role, Bound)] = &[(Enterprise, Free), (College, Free)];
const EITHER_OR_A_JOB: &[(Role, Bound)] = &[(Enterprise, Free), (College, Free), (System, Free)];
const ACTIVE: &[Stage] = &[Registered, Training, OnBreak, Assessment];

const fn row(
    number: &'static str,
    act: Act,
    from: &'static [Stage],
    to: &'static [Stage],
    who: &'static [(Role, Bound)],
) -> Transition<Stage, Act, Bound> {
    Transition {
        number,
        act,
        from,
        to,
        who,
    }
}

/// Everything that can happen to a record. No act may happen that is not in here.
pub const TRANSITIONS: &[Transition<Stage, Act, Bound>] = &[
    row("T1", Act::Register, &[], &[Registered], A_JOB),
    row("T2", Act::Confirm, ACTIVE, ACTIVE, &[(Apprentice, Free)]),
    row("T2", Act::Query, ACTIVE, ACTIVE, &[(Apprentice, Free)]),
    row(
        "T2",
        Act::Answer,
        ACTIVE,
        ACTIVE,
        &[(Enterprise, Asked), (College, Asked)],
    ),
    row("T2", Act::Revise, ACTIVE, ACTIVE, A_JOB),
    row("T3", Act::Start, &[Registered], &[Training], A_JOB),
    row("T4", Act::Pause, &[Training], &[OnBreak], EITHER_OR_A_JOB),
    row("T4", Act::Resume, &[OnBreak], &[Training], EITHER_OR_A_JOB),
    row("T5", Act::Assess, &[Training], &[Training, Assessment], EITHER),
    row(
        "T6",
        Act::Conclude,
        &[Assessment],
        &[Assessment, Completed, Failed],
        &[(College, Free), (Operator, Free)],
    ),
    row(
        "T8",
        Act::Withdraw,
        ACTIVE,
        &[Withdrawn],
        &[(Enterprise, Free), (College, Free), (Apprentice, Free), (System, Free)],
    ),
    row("T9", Act::Transfer, &[Withdrawn], &[Transferred], A_JOB),
    row("T10", Act::Correct, &[Completed], &[Completed], &[(Operator, Free)]),
];

/// What binds `role` doing `act` in `stage`; `None` when it may not at all.
pub fn bound(stage: Option<Stage>, act: Act, role: Role) -> Option<Bound> {
    bound_in(TRANSITIONS, stage.as_ref(), &act, role)
}

/// The whole grid: stage x act x role.
pub fn grid() -> Vec<Cell<Stage, Act, Bound>> {
    grid_of(TRANSITIONS, Stage::ALL, Act::ALL)
}
