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

    /// Ends it at once, when `members` are all who act for the organisation `today`: its last day was the day before, so
    /// that nothing more can be done by it today. One that began today held on no day.
    pub fn end(mut self, members: &[Self], today: Date) -> Result<Self, EndRefusal> {
        if !self.active_on(today) {
            return Err(EndRefusal::Ended);
        }
        let admin_remains = members
            .iter()
            .any(|member| member.id != self.id && member.role == Role::Admin && member.active_on(today));
        if !admin_remains {
            return Err(EndRefusal::LastAdmin);
        }
        self.until = Some(today.previous_day().unwrap_or(Date::MIN));
        Ok(self)
    }
}

/// Why a membership cannot be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndRefusal {
    /// It is over already.
    Ended,
    /// Nobody would be left who may invite and remove members.
    LastAdmin,
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

    fn membership(seed: u64, role: Role, from: Date) -> Membership {
        let (at, chance) = (Timestamp::from_micros(0), SeededChance::new(seed));
        Membership {
            id: MembershipId::new(at, &chance),
            person: PersonId::new(at, &chance),
            organisation: OrganisationId::new(at, &chance),
            role,
            from,
            until: None,
        }
    }

    #[test]
    fn an_ended_membership_is_over_the_same_day_even_when_it_began_that_day() {
        let today = date!(2026 - 11 - 20);
        let admin = membership(1, Role::Admin, date!(2026 - 09 - 01));
        for from in [date!(2026 - 09 - 01), today] {
            let officer = membership(2, Role::Officer, from);
            let members = [admin.clone(), officer.clone()];
            let ended = officer.end(&members, today).unwrap();
            assert!(!ended.active_on(today));
            assert_eq!(ended.active_on(date!(2026 - 11 - 19)), from < today);
            assert_eq!(ended.end(&members, today), Err(EndRefusal::Ended));
        }
    }

    #[test]
    fn the_last_admin_stays_and_one_of_two_may_leave() {
        let today = date!(2026 - 11 - 20);
        let first = membership(1, Role::Admin, date!(2026 - 09 - 01));
        let officer = membership(2, Role::Officer, date!(2026 - 09 - 01));
        let second = membership(3, Role::Admin, date!(2026 - 09 - 01));
        let alone = [first.clone(), officer];
        assert_eq!(first.clone().end(&alone, today), Err(EndRefusal::LastAdmin));
        let two = [first.clone(), second.clone()];
        let ended = first.end(&two, today).unwrap();
        assert_eq!(second.clone().end(&[ended, second], today), Err(EndRefusal::LastAdmin));
    }

    #[test]
    fn a_membership_holds_from_its_first_to_its_last_day() {
        let mut membership = membership(1, Role::Officer, date!(2026 - 09 - 01));
        assert!(!membership.active_on(date!(2026 - 08 - 31)));
        assert!(membership.active_on(date!(2030 - 01 - 01)));
        membership.until = Some(date!(2026 - 12 - 31));
        assert!(membership.active_on(date!(2026 - 12 - 31)));
        assert!(!membership.active_on(date!(2027 - 01 - 01)));
    }
}
