//! The national programme register (专业备案): which college may recruit for which major, year by year. A row is a fact,
//! not an offer: it speaks for nobody until its college has joined and claimed it.

use kernel::{OrganisationId, RegisterRowId};
use serde::{Deserialize, Serialize};
use vocabulary::Vocabulary;

use crate::{Organisation, OrganisationSide, Problem, ProblemCode, Problems, organisation::name_key};

/// A row of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Its id.
    pub id: RegisterRowId,
    /// What the register says.
    pub entry: Entry,
    /// How far its college has come to the platform.
    pub college: Presence,
}

/// How far the college of a row has come to the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// 未入驻: nobody on the platform is this college.
    Absent,
    /// 未认领: a verified college bears exactly its name, and has not said yet that the rows are its own.
    Joined(OrganisationId),
    /// The college has said so, and speaks for the row.
    Claimed(OrganisationId),
}

impl Presence {
    /// The organisation of the platform that is this college.
    pub const fn organisation(self) -> Option<OrganisationId> {
        match self {
            Self::Absent => None,
            Self::Joined(organisation) | Self::Claimed(organisation) => Some(organisation),
        }
    }

    /// The organisation that speaks for the row.
    pub const fn claimed_by(self) -> Option<OrganisationId> {
        match self {
            Self::Claimed(organisation) => Some(organisation),
            Self::Absent | Self::Joined(_) => None,
        }
    }

    /// Whether a college speaks for the row.
    pub const fn is_claimed(self) -> bool {
        matches!(self, Self::Claimed(_))
    }
}

/// What the register says in one row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The year of the register.
    pub year: i64,
    /// Province code.
    pub province: String,
    /// The college's code in the register; 15 colleges have none.
    pub school_code: Option<String>,
    /// The college's name in the register.
    pub school_name: String,
    /// Major code without the mark of state control.
    pub major_code: String,
    /// Major name as in that year's register.
    pub major_name: String,
    /// Length of study in years. One college may offer a major at several lengths: they are rows of their own.
    pub duration_years: i64,
    /// Remark.
    pub remark: String,
}

impl Entry {
    /// What stands for the college: its code, else its name (SOURCES.md, "Traps in the data").
    pub fn school_key(&self) -> &str {
        self.school_code.as_deref().unwrap_or(&self.school_name)
    }

    /// Whether an organisation is this college: a verified one that teaches, under exactly its name.
    pub fn is_of(&self, organisation: &Organisation) -> bool {
        organisation.is_verified()
            && organisation.side() == OrganisationSide::College
            && same_school(&organisation.profile.name, &self.school_name)
    }

    /// How far the college has come: who claimed it, else the organisation among `namesakes` that could. Of several the
    /// oldest stands for them all.
    pub fn presence<'a>(
        &self,
        claimed_by: Option<OrganisationId>,
        namesakes: impl IntoIterator<Item = &'a Organisation>,
    ) -> Presence {
        if let Some(organisation) = claimed_by {
            return Presence::Claimed(organisation);
        }
        let own = namesakes.into_iter().filter(|organisation| self.is_of(organisation));
        own.min_by_key(|organisation| (organisation.created_at, organisation.id))
            .map_or(Presence::Absent, |organisation| Presence::Joined(organisation.id))
    }

    /// What makes two rows the same row: year, college, major, length, and the remark that tells double rows apart.
    pub fn key(&self) -> String {
        format!(
            "{}|{}|{}|{}|{}",
            self.year,
            self.school_key(),
            self.major_code,
            self.duration_years,
            self.remark
        )
    }
}

/// A row as the file has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryInput<'a> {
    /// `year`
    pub year: &'a str,
    /// `province`: name or code
    pub province: &'a str,
    /// `school_code`
    pub school_code: &'a str,
    /// `school_name`
    pub school_name: &'a str,
    /// `major_code`
    pub major_code: &'a str,
    /// `major_name`
    pub major_name: &'a str,
    /// `duration_years`
    pub duration_years: &'a str,
    /// `remark`
    pub remark: &'a str,
}

/// The columns of the file, in the order of [`EntryInput`].
pub const COLUMNS: [&str; 8] = [
    "year",
    "province",
    "school_code",
    "school_name",
    "major_code",
    "major_name",
    "duration_years",
    "remark",
];

/// Reads a row, or says what is wrong with which column.
pub fn read(input: &EntryInput<'_>, vocabulary: &Vocabulary) -> Result<Entry, Vec<Problem>> {
    let mut problems = Problems::none();
    let year = whole(&mut problems, "year", input.year, 2000, 2100);
    let province = problems.text("province", input.province, 20);
    let found = vocabulary
        .province_named(&province)
        .or_else(|| vocabulary.province(&province));
    if found.is_none() && !province.is_empty() {
        problems.add(
            "province",
            ProblemCode::Unknown {
                typed: province.clone(),
            },
        );
    }
    let school_code = problems.optional_text("school_code", input.school_code, 20);
    if !school_code.bytes().all(|byte| byte.is_ascii_digit()) {
        problems.add("school_code", ProblemCode::NotANumber);
    }
    let school_name = problems.text("school_name", input.school_name, 60);
    let major_code = vocabulary::normal_major_code(input.major_code).to_owned();
    if major_code.is_empty() {
        problems.add("major_code", ProblemCode::Required);
    } else if major_code.len() != 6 || !major_code.bytes().all(|byte| byte.is_ascii_digit()) {
        problems.add(
            "major_code",
            ProblemCode::Unknown {
                typed: input.major_code.to_owned(),
            },
        );
    }
    let major_name = problems.text("major_name", input.major_name, 60);
    let duration_years = whole(&mut problems, "duration_years", input.duration_years, 1, 8);
    let remark = problems.optional_text("remark", input.remark, 200);
    problems.or(Entry {
        year,
        province: found.map(|province| province.code.clone()).unwrap_or_default(),
        school_code: (!school_code.is_empty()).then_some(school_code),
        school_name,
        major_code,
        major_name,
        duration_years,
        remark,
    })
}

fn whole(problems: &mut Problems, field: &str, typed: &str, min: i64, max: i64) -> i64 {
    match typed.trim().parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => number,
        Ok(_) => {
            problems.add(field, ProblemCode::OutOfRange { min, max });
            0
        }
        Err(_) if typed.trim().is_empty() => {
            problems.add(field, ProblemCode::Required);
            0
        }
        Err(_) => {
            problems.add(field, ProblemCode::NotANumber);
            0
        }
    }
}

/// Whether a college's name and the register's name for a school are the same: 全角 and spaces aside.
pub fn same_school(organisation_name: &str, school_name: &str) -> bool {
    name_key(organisation_name) == name_key(school_name)
}

#[cfg(test)]
mod tests {
    use kernel::{CreditCode, SeededChance, Timestamp};

    use super::*;
    use crate::{OrganisationKind, organisation::Profile};

    fn vocabulary() -> &'static Vocabulary {
        static VOCABULARY: std::sync::LazyLock<Vocabulary> = std::sync::LazyLock::new(Vocabulary::builtin);
        &VOCABULARY
    }

    fn input<'a>() -> EntryInput<'a> {
        EntryInput {
            year: "2025",
            province: "上海市",
            school_code: "4131010262",
            school_name: "上海健康医学院",
            major_code: "520101K",
            major_name: "临床医学",
            duration_years: "3",
            remark: "",
        }
    }

    #[test]
    fn a_row_is_read_and_keyed_by_code_else_by_name() {
        let vocabulary = vocabulary();
        let entry = read(&input(), vocabulary).unwrap();
        assert_eq!(
            (entry.province.as_str(), entry.major_code.as_str()),
            ("310000", "520101")
        );
        assert_eq!(entry.school_key(), "4131010262");
        let nameless = read(
            &EntryInput {
                school_code: "",
                ..input()
            },
            vocabulary,
        )
        .unwrap();
        assert_eq!(nameless.school_key(), "上海健康医学院");
    }

    #[test]
    fn one_college_offers_one_major_at_two_lengths() {
        let vocabulary = vocabulary();
        let three = read(&input(), vocabulary).unwrap();
        let five = read(
            &EntryInput {
                duration_years: "5",
                ..input()
            },
            vocabulary,
        )
        .unwrap();
        assert_ne!(three.key(), five.key());
    }

    #[test]
    fn a_broken_row_names_its_columns() {
        let broken = EntryInput {
            year: "二零二五",
            province: "上海滩",
            school_code: "41X",
            major_code: "52",
            duration_years: "30",
            ..input()
        };
        let problems = read(&broken, vocabulary()).unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(
            fields,
            ["year", "province", "school_code", "major_code", "duration_years"]
        );
    }

    #[test]
    fn a_school_is_recognised_by_its_name_in_any_width() {
        assert!(same_school("上海　健康医学院", "上海健康医学院"));
        assert!(!same_school("上海健康医学院", "上海健康职业学院"));
    }

    fn college(number: u64, kind: OrganisationKind, name: &str) -> Organisation {
        let at = Timestamp::from_micros(i64::try_from(number).unwrap());
        let profile = Profile {
            name: name.to_owned(),
            kinds: [kind].into(),
            credit_code: CreditCode::parse("91310115MAXXXX0072").unwrap(),
            province: "310000".to_owned(),
            district: None,
            industries: Vec::new(),
            introduction: String::new(),
        };
        Organisation::sign_up(OrganisationId::new(at, &SeededChance::new(number)), profile, false, at)
    }

    #[test]
    fn a_college_is_joined_when_a_verified_one_bears_its_name_and_claimed_when_it_said_so() {
        let entry = read(&input(), vocabulary()).unwrap();
        let at = Timestamp::from_micros(9);
        let waiting = college(1, OrganisationKind::School, "上海健康医学院");
        let older = college(2, OrganisationKind::School, "上海 健康医学院")
            .verify(at)
            .unwrap();
        let younger = college(3, OrganisationKind::TrainingBody, "上海健康医学院")
            .verify(at)
            .unwrap();
        let other = college(4, OrganisationKind::School, "上海健康职业学院")
            .verify(at)
            .unwrap();
        let works = college(5, OrganisationKind::Enterprise, "上海健康医学院")
            .verify(at)
            .unwrap();
        let suspended = older.clone().suspend("投诉属实", at).unwrap();
        assert_eq!(
            entry.presence(None, [&waiting, &other, &works, &suspended]),
            Presence::Absent
        );
        assert_eq!(
            entry.presence(None, [&younger, &older, &waiting]),
            Presence::Joined(older.id)
        );
        assert_eq!(entry.presence(Some(other.id), [&older]), Presence::Claimed(other.id));
        let told = |presence: Presence| (presence.organisation(), presence.claimed_by(), presence.is_claimed());
        assert_eq!(told(Presence::Absent), (None, None, false));
        assert_eq!(told(Presence::Joined(older.id)), (Some(older.id), None, false));
        assert_eq!(
            told(Presence::Claimed(other.id)),
            (Some(other.id), Some(other.id), true)
        );
    }
}
