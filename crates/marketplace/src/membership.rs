//! Who may act for whom: dated memberships in organisations, dated assignments to records and to the platform.

use kernel::{AssignmentId, Date, MembershipId, OrganisationId, PersonId};
use serde::{Deserialize, Serialize};

/// What a member may do for the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 经办人: posts, claims, reads matches.
    Officer,
    /// 管理员: an officer who also invites members and edits the organisation.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::Officer, Self::Admin];

    /// The code in columns and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Admin => "admin",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// A person's dated role in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub organisation: OrganisationId,
    /// As what.
    pub role: Role,
    /// The first day.
    pub from: Date,
    /// The last day, when it ended.
    pub until: Option<Date>,
}

impl Membership {
    /// Whether it holds on `day`.
    pub fn active_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// What a person is assigned to do, beyond any organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentRole {
    /// 平台运营: verifies organisations, sees jobs and imports.
    Operator,
}

impl AssignmentRole {
    /// The code in columns.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Operator => "operator",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        (code == "operator").then_some(Self::Operator)
    }
}

/// A person's dated assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: AssignmentRole,
    /// The first day.
    pub from: Date,
    /// The last day, when it ended.
    pub until: Option<Date>,
}

impl Assignment {
    /// Whether it holds on `day`.
    pub fn active_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

#[cfg(test)]
mod tests {
    use kernel::{SeededChance, Timestamp};
    use time::macros::date;

    use super::*;

    #[test]
    fn a_membership_holds_from_its_first_to_its_last_day() {
        let (at, chance) = (Timestamp::from_micros(0), SeededChance::new(1));
        let mut membership = Membership {
            id: MembershipId::new(at, &chance),
            person: PersonId::new(at, &chance),
            organisation: OrganisationId::new(at, &chance),
            role: Role::Officer,
            from: date!(2026 - 09 - 01),
            until: None,
        };
        assert!(!membership.active_on(date!(2026 - 08 - 31)));
        assert!(membership.active_on(date!(2030 - 01 - 01)));
        membership.until = Some(date!(2026 - 12 - 31));
        assert!(membership.active_on(date!(2026 - 12 - 31)));
        assert!(!membership.active_on(date!(2027 - 01 - 01)));
    }
}
