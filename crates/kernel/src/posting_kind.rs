//! The kinds of posts and the two sides of the market they stand on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The side of the market a post stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Somebody offers teaching or training places.
    Offer,
    /// Somebody looks for them.
    Need,
}

impl Side {
    /// Both sides, offers first.
    pub const ALL: [Self; 2] = [Self::Offer, Self::Need];

    /// The word stored and exchanged for this side.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Need => "need",
        }
    }

    /// The side that `code` stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.code() == code)
    }

    /// Something of this side and the same of the other, as that of the offer and that of the need.
    pub fn offer_and_need<T>(self, own: T, theirs: T) -> (T, T) {
        match self {
            Self::Offer => (own, theirs),
            Self::Need => (theirs, own),
        }
    }

    /// The side that answers this one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Offer => Self::Need,
            Self::Need => Self::Offer,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What a post offers or asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostingKind {
    /// 专业: a programme a college teaches.
    Programme,
    /// 课程: a course of a college or training body.
    Course,
    /// 实训基地: a training base with places to book.
    Base,
    /// 学徒培养需求: an enterprise wants its apprentices trained.
    Apprentices,
    /// 职工培训需求: an enterprise wants its staff trained.
    StaffTraining,
    /// 实训工位需求: somebody looks for time at a training base.
    BaseTime,
}

impl PostingKind {
    /// Every kind, offers first.
    pub const ALL: [Self; 6] = [
        Self::Programme,
        Self::Course,
        Self::Base,
        Self::Apprentices,
        Self::StaffTraining,
        Self::BaseTime,
    ];

    /// The word stored and exchanged for this kind.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Programme => "programme",
            Self::Course => "course",
            Self::Base => "base",
            Self::Apprentices => "apprentices",
            Self::StaffTraining => "staff_training",
            Self::BaseTime => "base_time",
        }
    }

    /// The kind that `code` stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The side a post of this kind stands on.
    pub const fn side(self) -> Side {
        match self {
            Self::Programme | Self::Course | Self::Base => Side::Offer,
            Self::Apprentices | Self::StaffTraining | Self::BaseTime => Side::Need,
        }
    }
}

impl fmt::Display for PostingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_leads_back_to_its_kind_and_its_side() {
        for kind in PostingKind::ALL {
            assert_eq!(PostingKind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        for side in Side::ALL {
            assert_eq!(Side::from_code(side.code()), Some(side));
            assert_eq!(serde_json::to_value(side).unwrap(), side.code());
            assert_eq!(side.other().other(), side);
            assert_eq!(PostingKind::ALL.iter().filter(|kind| kind.side() == side).count(), 3);
        }
        assert_eq!(PostingKind::from_code("course "), None);
    }
}
