//! As whom somebody comes to a record.

use apprenticeship::rights::AssignmentRole;

/// As whom somebody comes to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordRole {
    /// The apprentice, whose record it is.
    Apprentice,
    /// The guardian, who acts for the apprentice while they are under age.
    Guardian,
    /// 企业导师
    Mentor,
    /// 带头导师
    Lead,
    /// 院校导师
    Tutor,
    /// A member of the enterprise.
    Enterprise,
    /// A member of the college.
    College,
    /// The platform's operator, with a reason.
    Operator,
}

impl RecordRole {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Apprentice,
        Self::Guardian,
        Self::Mentor,
        Self::Lead,
        Self::Tutor,
        Self::Enterprise,
        Self::College,
        Self::Operator,
    ];

    /// The code in columns and words (`record_role.<code>`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Apprentice => "apprentice",
            Self::Guardian => "guardian",
            Self::Mentor => "mentor",
            Self::Lead => "lead",
            Self::Tutor => "tutor",
            Self::Enterprise => "enterprise",
            Self::College => "college",
            Self::Operator => "operator",
        }
    }

    /// The one of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether it is the apprentice, or the guardian for them.
    pub const fn is_own(self) -> bool {
        matches!(self, Self::Apprentice | Self::Guardian)
    }

    /// As what somebody reviews weeks, of those who do.
    pub const fn assigned(self) -> Option<AssignmentRole> {
        match self {
            Self::Mentor => Some(AssignmentRole::Mentor),
            Self::Lead => Some(AssignmentRole::Lead),
            Self::Tutor => Some(AssignmentRole::Tutor),
            _ => None,
        }
    }
}

impl From<AssignmentRole> for RecordRole {
    fn from(role: AssignmentRole) -> Self {
        match role {
            AssignmentRole::Mentor => Self::Mentor,
            AssignmentRole::Lead => Self::Lead,
            AssignmentRole::Tutor => Self::Tutor,
        }
    }
}
