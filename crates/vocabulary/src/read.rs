//! Reading lists from CSV: the shipped ones and the ones that replace them.

use std::collections::{HashMap, HashSet};

use crate::lists::{
    CategoryCode, EconomicClass, Major, Occupation, OccupationRank, Tier, Validity, normal_major_code, stem,
};

/// Why a list was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ListError {
    /// Line of the file, the header being 1.
    pub line: u64,
    /// Name of the column.
    pub column: String,
    /// What is wrong there.
    pub problem: ListProblem,
}

/// What may be wrong with a cell of a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListProblem {
    /// The header lacks the column.
    #[error("the column is missing")]
    MissingColumn,
    /// The row is not CSV, or has another number of cells than the header.
    #[error("the row cannot be read: {0}")]
    Malformed(String),
    /// The cell is empty.
    #[error("the cell is empty")]
    Empty,
    /// The code has not the shape of its list.
    #[error("{0:?} is not a code of this list")]
    BadCode(String),
    /// The name in the cell is not the one the code implies.
    #[error("{0:?} does not agree with the code")]
    Disagrees(String),
    /// The same code stands in an earlier line with another name.
    #[error("{0:?} stands in line {1} with another name")]
    Duplicate(String, u64),
    /// The list has no rows.
    #[error("the list has no rows")]
    NoRows,
}

/// Rows of a CSV text whose columns are found by name.
pub(crate) struct Table {
    columns: HashMap<String, usize>,
    rows: Vec<(u64, csv::StringRecord)>,
}

/// One row of a [`Table`].
pub(crate) struct Row<'a> {
    table: &'a Table,
    pub(crate) line: u64,
    record: &'a csv::StringRecord,
}

impl Table {
    /// Reads `text`; lines that begin with `#` are comments when `comments` is set.
    pub(crate) fn parse(text: &str, comments: bool, needed: &[&str]) -> Result<Self, ListError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .comment(comments.then_some(b'#'))
            .from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| malformed(1, &error))?.clone();
        let columns: HashMap<String, usize> = header.iter().map(str::to_owned).zip(0..).collect();
        if let Some(column) = needed.iter().find(|column| !columns.contains_key(**column)) {
            return Err(ListError {
                line: 1,
                column: (*column).to_owned(),
                problem: ListProblem::MissingColumn,
            });
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                malformed(line, &error)
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record));
        }
        if rows.is_empty() {
            let column = needed.first().copied().unwrap_or_default().to_owned();
            return Err(ListError {
                line: 1,
                column,
                problem: ListProblem::NoRows,
            });
        }
        Ok(Self { columns, rows })
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row {
            table: self,
            line: *line,
            record,
        })
    }
}

fn malformed(line: u64, error: &csv::Error) -> ListError {
    ListError {
        line,
        column: String::new(),
        problem: ListProblem::Malformed(error.to_string()),
    }
}

impl<'a> Row<'a> {
    /// The cell, empty when the column is absent.
    pub(crate) fn get(&self, column: &str) -> &'a str {
        let place = self.table.columns.get(column);
        place.and_then(|place| self.record.get(*place)).unwrap_or_default()
    }

    /// The cell, which must not be empty.
    pub(crate) fn need(&self, column: &str) -> Result<&'a str, ListError> {
        match self.get(column) {
            "" => Err(self.wrong(column, ListProblem::Empty)),
            cell => Ok(cell),
        }
    }

    pub(crate) fn wrong(&self, column: &str, problem: ListProblem) -> ListError {
        ListError {
            line: self.line,
            column: column.to_owned(),
            problem,
        }
    }

    pub(crate) fn validity(&self) -> Validity {
        Validity {
            from: kernel::parse_date(self.get("valid_from")),
            to: kernel::parse_date(self.get("valid_to")),
        }
    }
}

/// Remembers codes and refuses a second name for one.
#[derive(Default)]
struct Seen(HashMap<String, (u64, String)>);

impl Seen {
    /// Whether the code is new; a repetition of the same pair is not, another name is an error.
    fn is_new(&mut self, row: &Row<'_>, column: &str, code: &str, name: &str) -> Result<bool, ListError> {
        if let Some((line, earlier)) = self.0.get(code) {
            if earlier == name {
                return Ok(false);
            }
            return Err(row.wrong(column, ListProblem::Duplicate(code.to_owned(), *line)));
        }
        self.0.insert(code.to_owned(), (row.line, name.to_owned()));
        Ok(true)
    }
}

impl Major {
    /// Reads majors; columns `major_code`, `major_name`, `class`, and where present `category`, `state_controlled_K`
    /// (`Y`), `valid_from`, `valid_to`. The tier and the category follow from the code.
    pub fn read_csv(text: &str) -> Result<Vec<Self>, ListError> {
        let table = Table::parse(text, false, &["major_code", "major_name", "class"])?;
        let (mut majors, mut seen) = (Vec::new(), Seen::default());
        for row in table.rows() {
            let written = row.need("major_code")?;
            let code = normal_major_code(written);
            let (category, tier) = major_code_parts(code)
                .ok_or_else(|| row.wrong("major_code", ListProblem::BadCode(written.to_owned())))?;
            let said = row.get("category");
            if !said.is_empty() && crate::builtin::category_index(said) != Some(category) {
                return Err(row.wrong("category", ListProblem::Disagrees(said.to_owned())));
            }
            let name = row.need("major_name")?;
            let class_name = row.need("class")?.to_owned();
            if seen.is_new(&row, "major_code", code, name)? {
                majors.push(Self {
                    code: code.to_owned(),
                    name: name.to_owned(),
                    class_name,
                    category,
                    tier,
                    state_controlled: written.len() > code.len() || !row.get("state_controlled_K").is_empty(),
                    validity: row.validity(),
                });
            }
        }
        Ok(majors)
    }
}

pub(crate) fn major_code_parts(code: &str) -> Option<(CategoryCode, Tier)> {
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let tier = match code.as_bytes().first()? {
        b'2' | b'3' => Tier::Bachelor,
        b'4' | b'5' => Tier::Higher,
        _ => return None,
    };
    Some((CategoryCode::of_code(code)?, tier))
}

impl Occupation {
    /// Reads occupations; columns `code`, `name`, and where present `level` (1 to 4; else it follows from the code).
    /// The marks L and S are stripped, repeated rows are kept once, missing groups are derived from their members.
    pub fn read_csv(text: &str) -> Result<Vec<Self>, ListError> {
        let table = Table::parse(text, false, &["code", "name"])?;
        let mut occupations: Vec<Self> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut seen = Seen::default();
        for row in table.rows() {
            let code = row.need("code")?;
            if !is_occupation_code(code) {
                return Err(row.wrong("code", ListProblem::BadCode(code.to_owned())));
            }
            let rank = match row.get("level") {
                "" => rank_of(code),
                "1" => OccupationRank::Major,
                "2" => OccupationRank::Middle,
                "3" => OccupationRank::Minor,
                "4" => OccupationRank::Occupation,
                other => return Err(row.wrong("level", ListProblem::BadCode(other.to_owned()))),
            };
            let name = plain_occupation_name(row.need("name")?);
            if seen.is_new(&row, "code", code, &name)? {
                places.insert(code.to_owned(), occupations.len());
                occupations.push(Self {
                    code: code.to_owned(),
                    name,
                    rank,
                    derived: false,
                    validity: row.validity(),
                });
            } else if let Some(place) = places.get(code) {
                // The source writes a group and its only member, which share a code, in two rows.
                occupations[*place].rank = occupations[*place].rank.max(rank);
            }
        }
        add_missing_groups(&mut occupations);
        Ok(occupations)
    }
}

/// Whether `code` has the shape `6-18-01-07`.
fn is_occupation_code(code: &str) -> bool {
    let shape: String = code.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0-00-00-00"
}

fn rank_of(code: &str) -> OccupationRank {
    match stem(code).len() {
        0..=1 => OccupationRank::Major,
        2..=4 => OccupationRank::Middle,
        5..=7 => OccupationRank::Minor,
        _ => OccupationRank::Occupation,
    }
}

/// The name without a trailing S, L, L/S or S/L and without blanks inside.
fn plain_occupation_name(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    name.trim_end_matches(['S', 'L', '/']).to_owned()
}

/// Adds the groups that codes imply and the list lacks, and sorts by code. A row that says it is an occupation and
/// has members is a group all the same.
fn add_missing_groups(occupations: &mut Vec<Occupation>) {
    let with_members: HashSet<String> = occupations
        .iter()
        .filter(|o| !o.code.ends_with("-00"))
        .filter_map(|o| o.code.get(..7).map(|group| format!("{group}-00")))
        .collect();
    for occupation in occupations.iter_mut().filter(|o| with_members.contains(&o.code)) {
        occupation.rank = rank_of(&occupation.code);
    }
    let known: HashSet<String> = occupations.iter().map(|o| o.code.clone()).collect();
    let mut missing: HashMap<String, Vec<String>> = HashMap::new();
    for occupation in occupations.iter() {
        let stem = occupation.stem();
        for (length, zeroes) in [(1, "-00-00-00"), (4, "-00-00"), (7, "-00")] {
            if stem.len() > length {
                let group = format!("{}{zeroes}", &stem[..length]);
                if !known.contains(&group) {
                    missing.entry(group).or_default().push(occupation.name.clone());
                }
            }
        }
    }
    occupations.extend(missing.into_iter().map(|(code, members)| Occupation {
        rank: rank_of(&code),
        code,
        name: members.join("、"),
        derived: true,
        validity: Validity::default(),
    }));
    occupations.sort_by(|a, b| a.code.cmp(&b.code));
}

impl EconomicClass {
    /// Reads classes of GB/T 4754; columns `code`, `name`, `section`, and where present `level`, which must agree
    /// with the code's length. Classes of every depth are kept.
    pub fn read_csv(text: &str) -> Result<Vec<Self>, ListError> {
        let table = Table::parse(text, false, &["code", "name", "section"])?;
        let (mut classes, mut seen) = (Vec::new(), Seen::default());
        for row in table.rows() {
            let code = row.need("code")?;
            let section = section_letter(row.need("section")?)
                .ok_or_else(|| row.wrong("section", ListProblem::BadCode(row.get("section").to_owned())))?;
            let letter = section_letter(code);
            let digits = (2..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
            if !digits && letter.is_none() {
                return Err(row.wrong("code", ListProblem::BadCode(code.to_owned())));
            }
            if letter.is_some_and(|letter| letter != section) {
                return Err(row.wrong("section", ListProblem::Disagrees(section.to_string())));
            }
            let level = row.get("level");
            if !level.is_empty() && level != code.len().to_string() {
                return Err(row.wrong("level", ListProblem::Disagrees(level.to_owned())));
            }
            let name = row.need("name")?;
            if seen.is_new(&row, "code", code, name)? {
                classes.push(Self {
                    code: code.to_owned(),
                    name: name.to_owned(),
                    english: None,
                    section,
                    validity: row.validity(),
                });
            }
        }
        Ok(classes)
    }
}

fn section_letter(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let letter = chars.next()?;
    (letter.is_ascii_uppercase() && chars.next().is_none()).then_some(letter)
}
