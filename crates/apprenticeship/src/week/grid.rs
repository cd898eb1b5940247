//! Who may do what with a week in which stage: one table, which every act consults before anything else.

use kernel::codes;

use crate::grid::{Cell, Code, Role, Transition, bound_in, grid_of};

codes! {
    /// Where a week stands.
    Stage {
        /// 填写中
        Open = "open",
        /// 已提交
        Submitted = "submitted",
        /// 企业导师已通过
        FirstApproved = "first_approved",
        /// 已通过: it does not change any more.
        Approved = "approved",
        /// 已退回
        Returned = "returned",
    }

    /// What can be done with a week.
    Act {
        /// Begin it.
        Open = "open",
        /// Write text and lines.
        Write = "write",
        /// Hand it in.
        Submit = "submit",
        /// Take it back before anybody approved it.
        TakeBack = "take_back",
        /// The first approval.
        FirstApprove = "first_approve",
        /// The last one.
        Approve = "approve",
        /// Give it back with a reason.
        Return = "return",
        /// Open a week again that is overdue.
        Unlock = "unlock",
    }
}

/// What binds a role that may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// Nothing more.
    Free,
    /// It must be the first reviewer's turn, and the week inside the assignment's dates, with the grace after its end.
    First,
    /// It must be the final reviewer's turn, while the assignment holds.
    Final,
    /// It must be the final reviewer's turn and no tutor assigned; the week inside the assignment's dates, as with the first.
    StandIn,
    /// As the first reviewer on the first one's turn, as who stands in on the final one's.
    FirstOrStandIn,
}

impl Bound {
    /// The code in listings.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::First => "first",
            Self::Final => "final",
            Self::StandIn => "stand_in",
            Self::FirstOrStandIn => "first_or_stand_in",
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

use Bound::{Final, First, FirstOrStandIn, Free, StandIn};
use Role::{Apprentice, Lead, Mentor, Operator, System, Tutor};
use Stage::{Approved, FirstApproved, Open, Returned, Submitted};

const APPRENTICE: &[(Role, Bound)] = &[(Apprentice, Free)];

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

/// Everything that can happen to a week. No act may happen that is not in here.
pub const TRANSITIONS: &[Transition<Stage, Act, Bound>] = &[
    row("W1", Act::Open, &[], &[Open], &[(Apprentice, Free), (System, Free)]),
    row("W2", Act::Write, &[Open, Returned], &[Open, Returned], APPRENTICE),
    row("W3", Act::Submit, &[Open, Returned], &[Submitted], APPRENTICE),
    row("W4", Act::TakeBack, &[Submitted], &[Open], APPRENTICE),
    row(
        "W5",
        Act::FirstApprove,
        &[Submitted],
        &[FirstApproved],
        &[(Mentor, First), (Lead, First)],
    ),
    row(
        "W6",
        Act::Approve,
        &[Submitted, FirstApproved],
        &[Approved],
        &[(Tutor, Final), (Lead, StandIn)],
    ),
    row(
        "W7",
        Act::Return,
        &[Submitted],
        &[Returned],
        &[(Mentor, First), (Lead, FirstOrStandIn), (Tutor, Final)],
    ),
    row(
        "W7",
        Act::Return,
        &[FirstApproved],
        &[Returned],
        &[(Lead, StandIn), (Tutor, Final)],
    ),
    row(
        "W8",
        Act::Unlock,
        &[Open, Returned],
        &[Open, Returned],
        &[(Operator, Free)],
    ),
];

/// What binds `role` doing `act` in `stage`; `None` when it may not at all.
pub fn bound(stage: Option<Stage>, act: Act, role: Role) -> Option<Bound> {
    bound_in(TRANSITIONS, stage.as_ref(), &act, role)
}

/// The whole grid: stage x act x role.
pub fn grid() -> Vec<Cell<Stage, Act, Bound>> {
    grid_of(TRANSITIONS, Stage::ALL, Act::ALL)
}
