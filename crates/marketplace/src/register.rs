//! The national programme register (专业备案): which college may recruit for which major, year by year. A row is a fact,
//! not an offer: it speaks for nobody until its college has joined and claimed it.

use kernel::{OrganisationId, RegisterRowId};
use serde::{Deserialize, Serialize};
use vocabulary::Vocabulary;

use crate::{Problem, ProblemCode, Problems};

/// A row of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Its id.
    pub id: RegisterRowId,
    /// What the register says.
    pub entry: Entry,
    /// The college that has joined and said: this is ours.
    pub claimed_by: Option<OrganisationId>,
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
    let plain = |name: &str| vocabulary::text::fold(name).replace(' ', "");
    plain(organisation_name) == plain(school_name)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
