//! 新八级工, the ladder of skill levels.

use kernel::Locale;
use serde::{Deserialize, Serialize};

/// A level of the ladder 新八级工. Closed by law, hence an enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SkillLevel {
    /// 学徒工, a status during training
    L1,
    /// 初级工 (五级)
    L2,
    /// 中级工 (四级)
    L3,
    /// 高级工 (三级); 高技能人才 from here up
    L4,
    /// 技师 (二级)
    L5,
    /// 高级技师 (一级)
    L6,
    /// 特级技师, by appointment
    L7,
    /// 首席技师, by appointment
    L8,
}

/// A text that is no code of a skill level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no skill level")]
pub struct UnknownSkillLevel(pub String);

impl SkillLevel {
    /// Every level, lowest first.
    pub const ALL: [Self; 8] = [
        Self::L1,
        Self::L2,
        Self::L3,
        Self::L4,
        Self::L5,
        Self::L6,
        Self::L7,
        Self::L8,
    ];

    /// The code: `L1` to `L8`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
            Self::L4 => "L4",
            Self::L5 => "L5",
            Self::L6 => "L6",
            Self::L7 => "L7",
            Self::L8 => "L8",
        }
    }

    /// The level's name.
    pub const fn name(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::L1, Locale::Zh) => "学徒工",
            (Self::L2, Locale::Zh) => "初级工",
            (Self::L3, Locale::Zh) => "中级工",
            (Self::L4, Locale::Zh) => "高级工",
            (Self::L5, Locale::Zh) => "技师",
            (Self::L6, Locale::Zh) => "高级技师",
            (Self::L7, Locale::Zh) => "特级技师",
            (Self::L8, Locale::Zh) => "首席技师",
            (Self::L1, Locale::En) => "Apprentice worker",
            (Self::L2, Locale::En) => "Junior worker",
            (Self::L3, Locale::En) => "Intermediate worker",
            (Self::L4, Locale::En) => "Senior worker",
            (Self::L5, Locale::En) => "Technician",
            (Self::L6, Locale::En) => "Senior technician",
            (Self::L7, Locale::En) => "Distinguished technician",
            (Self::L8, Locale::En) => "Chief technician",
        }
    }

    /// The name of the older five-grade ladder, where the level has one: `三级` for 高级工.
    pub const fn old_grade(self) -> Option<&'static str> {
        match self {
            Self::L2 => Some("五级"),
            Self::L3 => Some("四级"),
            Self::L4 => Some("三级"),
            Self::L5 => Some("二级"),
            Self::L6 => Some("一级"),
            Self::L1 | Self::L7 | Self::L8 => None,
        }
    }

    /// The place on the ladder, 1 to 8.
    pub const fn rank(self) -> u8 {
        self as u8 + 1
    }

    /// The level with this code, in either case.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.trim();
        Self::ALL
            .into_iter()
            .find(|level| level.code().eq_ignore_ascii_case(code))
    }

    /// The level of this name (`高级工`), old grade (`三级`) or old full form (`高级工（三级）`, `三级/高级工`).
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let whole = Self::ALL
            .into_iter()
            .find(|level| level.name(Locale::Zh) == name || level.old_grade() == Some(name));
        whole.or_else(|| {
            let mut parts = name
                .split(['/', '（', '）', '(', ')', '、', ' '])
                .filter(|part| !part.is_empty());
            let (first, second) = (parts.next()?, parts.next()?);
            let (first, second) = (Self::from_name(first)?, Self::from_name(second)?);
            (first == second && parts.next().is_none()).then_some(first)
        })
    }
}

impl std::fmt::Display for SkillLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for SkillLevel {
    type Err = UnknownSkillLevel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_code(text).ok_or_else(|| UnknownSkillLevel(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eight_levels_in_rising_order() {
        assert_eq!(SkillLevel::ALL.map(SkillLevel::rank), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(SkillLevel::ALL.is_sorted());
    }

    #[test]
    fn every_code_names_its_level() {
        for level in SkillLevel::ALL {
            assert_eq!(level.code().parse(), Ok(level));
            assert_eq!(SkillLevel::from_code(&level.code().to_lowercase()), Some(level));
        }
        assert_eq!("L9".parse::<SkillLevel>(), Err(UnknownSkillLevel("L9".to_owned())));
    }

    #[test]
    fn a_name_an_old_grade_and_both_together_are_understood() {
        assert_eq!(SkillLevel::from_name("高级工"), Some(SkillLevel::L4));
        assert_eq!(SkillLevel::from_name("三级"), Some(SkillLevel::L4));
        assert_eq!(SkillLevel::from_name("高级工（三级）"), Some(SkillLevel::L4));
        assert_eq!(SkillLevel::from_name("三级/高级工"), Some(SkillLevel::L4));
        assert_eq!(SkillLevel::from_name("三级/中级工"), None);
        assert_eq!(SkillLevel::from_name("大师"), None);
    }
}
