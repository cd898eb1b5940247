//! Who may do what in which stage: one table, which every act consults before anything else.

use kernel::codes;

codes! {
    /// Where an agreement stands.
    Stage {
        /// 草稿
        Draft = "draft",
        /// 协商中
        Negotiating = "negotiating",
        /// 待签署: the version is frozen.
        Ready = "ready",
        /// 签署中
        Signing = "signing",
        /// 已生效, or signed with a later first day.
        Effective = "effective",
        /// 已暂停
        Suspended = "suspended",
        /// 已完成
        Completed = "completed",
        /// 已解除
        Terminated = "terminated",
        /// 已作废: it never took effect.
        Voided = "voided",
    }

    /// In which role somebody acts.
    Role {
        /// A member of the enterprise with the right to.
        Enterprise = "enterprise",
        /// A member of the college with the right to.
        College = "college",
        /// Whoever holds a slot's link or is known as its signatory.
        Signer = "signer",
        /// 平台运营
        Operator = "operator",
        /// A job.
        System = "system",
    }

    /// What can be done with an agreement.
    Act {
        /// A1
        Create = "create",
        /// A2: pass the ball.
        HandOver = "hand_over",
        /// A3
        Edit = "edit",
        /// A4
        Approve = "approve",
        /// A5
        Send = "send",
        /// A5: remind a signatory.
        Remind = "remind",
        /// A6
        Sign = "sign",
        /// A7
        Replace = "replace",
        /// A8
        Decline = "decline",
        /// A9: a deadline passed.
        Expire = "expire",
        /// A9: a new deadline.
        Extend = "extend",
        /// A10
        Recall = "recall",
        /// A11: with the last signature.
        TakeEffect = "take_effect",
        /// A13: propose a pause, or order it.
        Suspend = "suspend",
        /// A13: propose the end of a pause, or order it.
        Resume = "resume",
        /// A14
        Complete = "complete",
        /// A15: propose the end, or declare it on a legal ground.
        Terminate = "terminate",
        /// A10, A13, A15: agree to what another party proposed.
        Agree = "agree",
        /// A10, A13, A15: object to what was proposed, or take it back.
        Object = "object",
        /// A16
        Void = "void",
    }
}

/// What binds a role that may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// Nothing more.
    Free,
    /// It must have the ball.
    WithBall,
    /// It must be the party that made the draft.
    Owner,
    /// It must be this slot's own signatory.
    OwnSlot,
    /// The slot must be of its own side.
    OwnSide,
    /// It must have a voice in the agreement: a negotiating party, or who signed.
    Voice,
}

impl Bound {
    /// The code in listings.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::WithBall => "with_ball",
            Self::Owner => "owner",
            Self::OwnSlot => "own_slot",
            Self::OwnSide => "own_side",
            Self::Voice => "voice",
        }
    }
}

/// One line of the table: an act, from where it can lead where, and who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The number in the domain's list: `A6`.
    pub number: &'static str,
    /// The act.
    pub act: Act,
    /// The stages in which it can be done; none for [`Act::Create`].
    pub from: &'static [Stage],
    /// The stages that it can lead to.
    pub to: &'static [Stage],
    /// Who may.
    pub who: &'static [(Role, Bound)],
}

use Bound::{Free, OwnSide, OwnSlot, Owner, Voice, WithBall};
use Role::{College, Enterprise, Operator, Signer, System};
use Stage::{Completed, Draft, Effective, Negotiating, Ready, Signing, Suspended, Terminated, Voided};

const EITHER: &[(Role, Bound)] = &[(Enterprise, Free), (College, Free)];
const PARTY_WITH_BALL: &[(Role, Bound)] = &[(Enterprise, WithBall), (College, WithBall)];
const PARTIES_OR_OPERATOR: &[(Role, Bound)] = &[(Enterprise, Free), (College, Free), (Operator, Free)];
const VOICES: &[(Role, Bound)] = &[(Enterprise, Free), (College, Free), (Signer, Voice)];
const SIDE_OR_OPERATOR: &[(Role, Bound)] = &[(Enterprise, OwnSide), (College, OwnSide), (Operator, Free)];
const OWNER_OR_OPERATOR: &[(Role, Bound)] = &[(Enterprise, Owner), (College, Owner), (Operator, Free)];
const OWN_SLOT: &[(Role, Bound)] = &[(Signer, OwnSlot)];
const A_JOB: &[(Role, Bound)] = &[(System, Free)];

const fn row(
    number: &'static str,
    act: Act,
    from: &'static [Stage],
    to: &'static [Stage],
    who: &'static [(Role, Bound)],
) -> Transition {
    Transition {
        number,
        act,
        from,
        to,
        who,
    }
}

/// Everything that can happen. No act may happen that is not in here.
pub const TRANSITIONS: &[Transition] = &[
    row("A1", Act::Create, &[], &[Draft], EITHER),
    row(
        "A2",
        Act::HandOver,
        &[Draft, Negotiating],
        &[Negotiating],
        PARTY_WITH_BALL,
    ),
    row(
        "A3",
        Act::Edit,
        &[Draft, Negotiating],
        &[Draft, Negotiating],
        PARTY_WITH_BALL,
    ),
    row("A4", Act::Approve, &[Negotiating], &[Negotiating, Ready], EITHER),
    row("A5", Act::Send, &[Ready], &[Signing], EITHER),
    row("A5", Act::Remind, &[Signing], &[Signing], A_JOB),
    row("A6", Act::Sign, &[Signing], &[Signing, Effective], OWN_SLOT),
    row("A7", Act::Replace, &[Signing], &[Signing], SIDE_OR_OPERATOR),
    row("A8", Act::Decline, &[Signing], &[Negotiating, Voided], OWN_SLOT),
    row("A9", Act::Expire, &[Signing], &[Signing, Voided], A_JOB),
    row("A9", Act::Extend, &[Signing], &[Signing], EITHER),
    row("A10", Act::Recall, &[Ready, Signing], &[Signing, Negotiating], EITHER),
    row("A10", Act::Agree, &[Signing], &[Signing, Negotiating], VOICES),
    row("A10", Act::Object, &[Signing], &[Signing], VOICES),
    row("A11", Act::TakeEffect, &[Signing], &[Effective], A_JOB),
    row(
        "A13",
        Act::Suspend,
        &[Effective],
        &[Effective, Suspended],
        PARTIES_OR_OPERATOR,
    ),
    row(
        "A13",
        Act::Resume,
        &[Suspended],
        &[Suspended, Effective],
        PARTIES_OR_OPERATOR,
    ),
    row(
        "A14",
        Act::Complete,
        &[Effective],
        &[Completed],
        &[(College, Free), (System, Free)],
    ),
    row(
        "A15",
        Act::Terminate,
        &[Effective, Suspended],
        &[Effective, Suspended, Terminated],
        VOICES,
    ),
    row(
        "A15",
        Act::Agree,
        &[Effective, Suspended],
        &[Effective, Suspended, Terminated],
        VOICES,
    ),
    row(
        "A15",
        Act::Object,
        &[Effective, Suspended],
        &[Effective, Suspended],
        VOICES,
    ),
    row(
        "A16",
        Act::Void,
        &[Draft, Negotiating, Ready, Signing],
        &[Voided],
        OWNER_OR_OPERATOR,
    ),
];

/// One cell of the grid: what binds `role` doing `act` in `stage`; `None` when it may not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The stage; `None` before there is an agreement.
    pub stage: Option<Stage>,
    /// The act.
    pub act: Act,
    /// The role.
    pub role: Role,
    /// What binds it.
    pub bound: Option<Bound>,
}

/// What binds `role` doing `act` in `stage`; `None` when it may not at all.
pub fn bound(stage: Option<Stage>, act: Act, role: Role) -> Option<Bound> {
    let here =
        |row: &&Transition| row.act == act && stage.map_or(row.from.is_empty(), |stage| row.from.contains(&stage));
    let row = TRANSITIONS.iter().find(here)?;
    row.who.iter().find(|(who, _)| *who == role).map(|(_, bound)| *bound)
}

/// The whole grid: stage x act x role.
pub fn grid() -> Vec<Cell> {
    let stages = std::iter::once(None).chain(Stage::ALL.iter().copied().map(Some));
    let mut cells = Vec::new();
    for stage in stages {
        for act in Act::ALL.iter().copied() {
            cells.extend(Role::ALL.iter().map(|role| Cell {
                stage,
                act,
                role: *role,
                bound: bound(stage, act, *role),
            }));
        }
    }
    cells
}
