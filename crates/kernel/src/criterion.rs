//! What a match is measured by: matching judges by it, and the owner of a post says of which that it shall not count.

use serde::{Deserialize, Serialize};

/// A measure of how well a pair fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Kinship of occupations and majors.
    Trade,
    /// Share of the skills wanted that are taught.
    Skills,
    /// Share of the need's industries that the offer serves.
    Industry,
    /// How near they are.
    Distance,
    /// Share of the modes wished that are practised.
    Mode,
    /// How closely the level reached meets the level wanted.
    Level,
    /// Share of the seats wanted that are offered.
    Capacity,
    /// How windows and hours fit.
    Schedule,
    /// How the price asked fits the budget.
    Price,
}

impl Criterion {
    /// Every soft criterion, in the order of a match.
    pub const ALL: [Self; 9] = [
        Self::Trade,
        Self::Skills,
        Self::Industry,
        Self::Distance,
        Self::Mode,
        Self::Level,
        Self::Capacity,
        Self::Schedule,
        Self::Price,
    ];

    /// The word stored and exchanged, and the key in the weights file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Skills => "skills",
            Self::Industry => "industry",
            Self::Distance => "distance",
            Self::Mode => "mode",
            Self::Level => "level",
            Self::Capacity => "capacity",
            Self::Schedule => "schedule",
            Self::Price => "price",
        }
    }

    /// The criterion that `code` stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|criterion| criterion.code() == code)
    }

    /// Whether the owner of a post may mute it: a match is about its trade, which therefore always counts.
    pub const fn is_mutable(self) -> bool {
        !matches!(self, Self::Trade)
    }

    /// Those that the owner of a post may mute, in the order of a match.
    pub fn mutable() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|one| one.is_mutable())
    }
}

/// The criteria that do not count for a post, because its owner said so (不计入匹配). Never the trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Muted(u16);

impl Muted {
    /// Every one counts.
    pub const NONE: Self = Self(0);

    /// Those of `criteria` that may be muted.
    pub fn of(criteria: impl IntoIterator<Item = Criterion>) -> Self {
        let mutable = criteria.into_iter().filter(|one| one.is_mutable());
        Self(mutable.fold(0, |bits, one| bits | Self::bit(one)))
    }

    /// Whether it does not count.
    pub const fn contains(self, criterion: Criterion) -> bool {
        self.0 & Self::bit(criterion) != 0
    }

    /// What does not count for one of two.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Them, in the order of a match.
    pub fn criteria(self) -> impl Iterator<Item = Criterion> {
        Criterion::mutable().filter(move |one| self.contains(*one))
    }

    const fn bit(criterion: Criterion) -> u16 {
        1 << criterion as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_muted_is_kept_and_the_trade_always_counts() {
        assert_eq!(Muted::of([]), Muted::NONE);
        let all = Muted::of(Criterion::ALL);
        assert!(all.criteria().eq(Criterion::mutable()));
        assert!(!all.contains(Criterion::Trade));
        for one in Criterion::mutable() {
            assert!(Muted::of([one]).criteria().eq([one]));
            assert_eq!(Criterion::from_code(one.code()), Some(one));
        }
        let two = Muted::of([Criterion::Price]).or(Muted::of([Criterion::Skills]));
        assert!(two.criteria().eq([Criterion::Skills, Criterion::Price]));
    }
}
