//! What stands in the lists: one type a list, each row a code and its official name.

use kernel::{Date, Locale};

/// When an entry of a list holds. An unknown end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// The first day, where known.
    pub from: Option<Date>,
    /// The last day, where known.
    pub to: Option<Date>,
}

impl Validity {
    /// Whether the entry holds on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

fn chosen<'a>(name: &'a str, english: Option<&'a str>, locale: Locale) -> &'a str {
    match locale {
        Locale::Zh => name,
        Locale::En => english.unwrap_or(name),
    }
}

macro_rules! named {
    ($($list:ident),*) => {$(
        impl $list {
            /// The name in this locale; the Chinese name where no English one is known.
            pub fn name(&self, locale: Locale) -> &str {
                chosen(&self.name, self.english.as_deref(), locale)
            }
        }
    )*};
}
named!(Category, District, EconomicClass, Industry, Mode, Province);

/// Which catalogue a major stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// 高等职业教育专科, codes 41 to 59
    Higher,
    /// 高等职业教育本科, codes 21 to 39
    Bachelor,
}

/// One of the 19 major categories. Catalogues of different tiers are compared by this index (46 = 66 = 26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryCode(u8);

impl CategoryCode {
    /// How many categories there are.
    pub const COUNT: u8 = 19;

    /// The category at this place, 1 to 19.
    pub const fn from_index(index: u8) -> Option<Self> {
        if index >= 1 && index <= Self::COUNT {
            Some(Self(index))
        } else {
            None
        }
    }

    /// The category a code of any catalogue begins with: `46`, `460103`, `66`, `260101K`.
    pub fn of_code(code: &str) -> Option<Self> {
        let two: u8 = code.trim().get(..2)?.parse().ok()?;
        [41, 61, 21]
            .into_iter()
            .filter_map(|first| two.checked_sub(first))
            .find_map(|offset| Self::from_index(offset + 1))
    }

    /// The place in the list, 1 to 19.
    pub const fn index(self) -> u8 {
        self.0
    }

    /// The two digits of the higher-vocational catalogue: `41` to `59`.
    pub fn code(self) -> String {
        (self.0 + 40).to_string()
    }
}

impl std::fmt::Display for CategoryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0 + 40)
    }
}

/// A major category 专业大类.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its place in the list, the same in every catalogue.
    pub index: CategoryCode,
    /// Two digits in the higher-vocational catalogue, `41` to `59`.
    pub code: String,
    /// Two digits in the secondary catalogue, `61` to `79`.
    pub code_secondary: String,
    /// Two digits in the vocational-bachelor catalogue, `21` to `39`.
    pub code_bachelor: String,
    /// 名称
    pub name: String,
    /// English name.
    pub english: Option<String>,
    /// When it holds.
    pub validity: Validity,
}

/// A major 专业 of a vocational catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Major {
    /// Six digits, never with the K of state-controlled majors.
    pub code: String,
    /// 专业名称
    pub name: String,
    /// 专业类; the same names in both catalogues.
    pub class_name: String,
    /// 专业大类
    pub category: CategoryCode,
    /// Which catalogue it stands in.
    pub tier: Tier,
    /// 国家控制布点专业, written with a K behind the code in registers.
    pub state_controlled: bool,
    /// When it holds; unknown for the shipped catalogue.
    pub validity: Validity,
}

impl Major {
    /// The name. The catalogue has no English names, so every locale sees the Chinese one.
    pub fn name(&self, _locale: Locale) -> &str {
        &self.name
    }
}

/// A class of majors 专业类, with the majors that the vocabulary has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MajorClass {
    /// 专业类, such as 机械设计制造类.
    pub name: String,
    /// The category it lies in.
    pub category: CategoryCode,
    /// Places of its majors in `Vocabulary::majors`.
    pub majors: Vec<usize>,
}

/// The code without the K, k or blanks that registers add: `520101K` is `520101`.
pub fn normal_major_code(code: &str) -> &str {
    code.trim().trim_end_matches(['K', 'k', 'Ｋ', 'ｋ']).trim_end()
}

/// How deep an entry of the occupation tree lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OccupationRank {
    /// 大类, `6-00-00-00`
    Major,
    /// 中类, `6-18-00-00`
    Middle,
    /// 小类, `6-18-01-00`
    Minor,
    /// 职业 (细类), `6-18-01-07`
    Occupation,
}

/// An occupation, or a group of occupations, of 职业分类大典.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupation {
    /// `6-18-01-07`; groups end in `-00`, and so do the few occupations that are their group's only member.
    pub code: String,
    /// The name without the marks L (green) and S (digital).
    pub name: String,
    /// How deep it lies in the tree.
    pub rank: OccupationRank,
    /// A group that the source leaves out: its code is the members', its name is made of theirs.
    pub derived: bool,
    /// When it holds.
    pub validity: Validity,
}

impl Occupation {
    /// The name. The classification has no English names, so every locale sees the Chinese one.
    pub fn name(&self, _locale: Locale) -> &str {
        &self.name
    }

    /// Whether this is a group and not an occupation.
    pub fn is_group(&self) -> bool {
        self.rank != OccupationRank::Occupation
    }

    /// The code without the zeroes of groups: `6-18-01` for `6-18-01-00`. What it contains begins with it.
    pub fn stem(&self) -> &str {
        stem(&self.code)
    }
}

pub(crate) fn stem(code: &str) -> &str {
    let mut stem = code;
    while let Some(shorter) = stem.strip_suffix("-00") {
        stem = shorter;
    }
    stem
}

/// A district of Shanghai.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// GB/T 2260, six digits.
    pub code: String,
    /// 名称
    pub name: String,
    /// English name.
    pub english: Option<String>,
    /// Latitude of the centre in millionths of a degree (Baidu datum: good for distances between districts).
    pub lat_micro: i32,
    /// Longitude of the centre in millionths of a degree.
    pub lng_micro: i32,
    /// Codes of the districts beside it.
    pub neighbours: Vec<String>,
    /// When it holds.
    pub validity: Validity,
}

impl District {
    /// The name without 区 and 新区: 浦东, 黄浦.
    pub fn short_name(&self) -> &str {
        self.name.trim_end_matches('区').trim_end_matches('新')
    }
}

/// A province, municipality, autonomous or special region, or 新疆生产建设兵团.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Province {
    /// Six digits, the last four zero.
    pub code: String,
    /// The full name as registers write it: 上海市.
    pub name: String,
    /// The short name: 上海.
    pub short_name: String,
    /// English name.
    pub english: Option<String>,
    /// When it holds.
    pub validity: Validity,
}

/// Which of the two groups of the city's industries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndustryKind {
    /// 三大先导产业
    Leading,
    /// 六大重点产业
    Key,
}

/// One of the nine industries the city names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Industry {
    /// A short code such as `ic`.
    pub code: String,
    /// 名称
    pub name: String,
    /// English name.
    pub english: Option<String>,
    /// Leading or key.
    pub kind: IndustryKind,
    /// When it holds.
    pub validity: Validity,
}

/// A class of GB/T 4754: a section, a division, or deeper in imported lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EconomicClass {
    /// `C`, `34`, `342`, `3421`.
    pub code: String,
    /// 名称
    pub name: String,
    /// English name, sections only.
    pub english: Option<String>,
    /// The letter of the section it lies in.
    pub section: char,
    /// When it holds.
    pub validity: Validity,
}

impl EconomicClass {
    /// Depth: 1 section, 2 division, 3 group, 4 class.
    pub fn level(&self) -> u8 {
        match self.code.len() {
            0 | 1 => 1,
            2 => 2,
            3 => 3,
            _ => 4,
        }
    }
}

/// A mode of training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mode {
    /// `M01` to `M20`.
    pub code: String,
    /// 名称
    pub name: String,
    /// English name.
    pub english: Option<String>,
    /// When it holds.
    pub validity: Validity,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_major_code_comes_with_k_or_without() {
        for code in ["520101K", "520101k", "520101", " 520101K ", "520101Ｋ"] {
            assert_eq!(normal_major_code(code), "520101");
        }
    }

    #[test]
    fn categories_compare_across_catalogues() {
        let higher = CategoryCode::of_code("460103");
        assert_eq!(higher.map(CategoryCode::index), Some(6));
        assert_eq!(higher, CategoryCode::of_code("66"));
        assert_eq!(higher, CategoryCode::of_code("26"));
        assert_eq!(higher.map(CategoryCode::code).as_deref(), Some("46"));
        for code in ["", "4", "40", "60", "80", "20", "xx", "类类"] {
            assert_eq!(CategoryCode::of_code(code), None, "{code}");
        }
    }

    #[test]
    fn a_group_code_loses_its_zeroes() {
        assert_eq!(stem("6-18-01-00"), "6-18-01");
        assert_eq!(stem("6-00-00-00"), "6");
        assert_eq!(stem("6-18-01-07"), "6-18-01-07");
    }

    #[test]
    fn an_entry_holds_between_its_days() {
        let day = |text| kernel::parse_date(text).unwrap();
        let validity = Validity {
            from: Some(day("2021-03-12")),
            to: Some(day("2025-12-31")),
        };
        assert!(!validity.holds_on(day("2021-03-11")));
        assert!(validity.holds_on(day("2021-03-12")) && validity.holds_on(day("2025-12-31")));
        assert!(!validity.holds_on(day("2026-01-01")));
        assert!(Validity::default().holds_on(day("1950-01-01")));
    }
}
