//! Who may do what in which stage: the shape of the two tables, of the record and of the week.

use std::fmt;

use kernel::codes;
use serde::{Deserialize, Serialize};

codes! {
    /// In which role somebody acts.
    Role {
        /// The apprentice, or the guardian for them.
        Apprentice = "apprentice",
        /// A member of the enterprise with the right to.
        Enterprise = "enterprise",
        /// A member of the college with the right to.
        College = "college",
        /// 企业导师, by assignment.
        Mentor = "mentor",
        /// 带头导师, who answers for the other mentors, by assignment.
        Lead = "lead",
        /// 院校导师, by assignment.
        Tutor = "tutor",
        /// 平台运营
        Operator = "operator",
        /// A job.
        System = "system",
    }
}

/// One line of a table: an act, from where it can lead where, and who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition<S: 'static, A, B: 'static> {
    /// The number in the domain's list.
    pub number: &'static str,
    /// The act.
    pub act: A,
    /// The stages in which it can be done; none for the act that begins it all.
    pub from: &'static [S],
    /// The stages that it can lead to.
    pub to: &'static [S],
    /// Who may, and what binds them.
    pub who: &'static [(Role, B)],
}

/// One cell of a grid: what binds `role` doing `act` in `stage`; `None` when it may not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell<S, A, B> {
    /// The stage; `None` before there is anything.
    pub stage: Option<S>,
    /// The act.
    pub act: A,
    /// The role.
    pub role: Role,
    /// What binds it.
    pub bound: Option<B>,
}

pub(crate) fn bound_in<S: PartialEq, A: PartialEq, B: Copy>(
    table: &[Transition<S, A, B>],
    stage: Option<&S>,
    act: &A,
    role: Role,
) -> Option<B> {
    let here = |row: &&Transition<S, A, B>| {
        row.act == *act && stage.map_or(row.from.is_empty(), |stage| row.from.contains(stage))
    };
    let row = table.iter().find(here)?;
    row.who.iter().find(|(who, _)| *who == role).map(|(_, bound)| *bound)
}

pub(crate) fn grid_of<S: Copy + PartialEq, A: Copy + PartialEq, B: Copy>(
    table: &[Transition<S, A, B>],
    stages: &[S],
    acts: &[A],
) -> Vec<Cell<S, A, B>> {
    let mut cells = Vec::new();
    for stage in std::iter::once(None).chain(stages.iter().copied().map(Some)) {
        for act in acts.iter().copied() {
            cells.extend(Role::ALL.iter().map(|role| Cell {
                stage,
                act,
                role: *role,
                bound: bound_in(table, stage.as_ref(), &act, *role),
            }));
        }
    }
    cells
}

/// Whether a table lets `role` do `act` in `stage`, and what binds it then.
pub(crate) fn permitted<S, A, B>(
    table: &[Transition<S, A, B>],
    now: S,
    act: A,
    role: Role,
) -> Result<B, crate::refusal::Barred>
where
    S: Copy + PartialEq + Code,
    A: Copy + PartialEq + Code,
    B: Copy,
{
    use crate::refusal::Barred;
    if !table.iter().any(|row| row.act == act && row.from.contains(&now)) {
        let (act, now) = (act.word(), now.word());
        return Err(Barred::Stage { act, now });
    }
    let act_code = act.word();
    bound_in(table, Some(&now), &act, role).ok_or(Barred::Role { act: act_code, role })
}

/// Something with a code.
pub(crate) trait Code {
    fn word(self) -> &'static str;
}

/// A first approval is the first reviewer's, the last word the final one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reviewer {
    /// A mentor of the enterprise.
    First,
    /// The tutor; where none is assigned, the lead.
    Final,
}

impl Reviewer {
    /// The code in columns and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Final => "final",
        }
    }
}

impl fmt::Display for Reviewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
