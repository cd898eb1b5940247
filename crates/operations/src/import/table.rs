//! Files with rows and named columns, read so that every complaint names its line and column.

use std::collections::HashMap;

use marketplace::{Problem, ProblemCode};
use serde::Serialize;
use vocabulary::coding::Coded;

/// What is wrong with a file, and where. Lines are numbered as lines of the file, the header being 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileProblem {
    /// The line.
    pub line: u64,
    /// The column's name, when it is about one.
    pub column: Option<String>,
    /// What is wrong.
    #[serde(flatten)]
    pub what: FileProblemKind,
    /// Where words name no occupation, those that they may mean, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meant: Vec<Coded>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileProblemKind {
    /// The file has no header.
    Empty,
    /// Not UTF-8 text.
    NotUtf8,
    /// The header lacks the column.
    ColumnMissing,
    /// The header names the column twice.
    ColumnTwice,
    /// The line has another number of fields than the header.
    Fields {
        /// Fields found.
        found: u64,
        /// Fields of the header.
        expected: u64,
    },
    /// A field's value.
    Value {
        /// What is wrong with it.
        #[serde(flatten)]
        code: ProblemCode,
    },
    /// The same thing as on an earlier line.
    Repeats {
        /// The earlier line.
        line: u64,
    },
    /// Differs from the first line of the same post.
    Differs {
        /// The first line of the post.
        line: u64,
    },
    /// An organisation that is not on the platform, or not verified.
    NoSuchOrganisation,
    /// This organisation does not make posts of this kind.
    WrongSide,
}

impl FileProblemKind {
    /// The last part of the key of its sentence: `file_problem.<key>`.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotUtf8 => "not_utf8",
            Self::ColumnMissing => "column_missing",
            Self::ColumnTwice => "column_twice",
            Self::Fields { .. } => "fields",
            Self::Value { .. } => "value",
            Self::Repeats { .. } => "repeats",
            Self::Differs { .. } => "differs",
            Self::NoSuchOrganisation => "no_such_organisation",
            Self::WrongSide => "wrong_side",
        }
    }

    /// The facts its sentence needs.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Fields { found, expected } => vec![("found", found.to_string()), ("expected", expected.to_string())],
            Self::Repeats { line } | Self::Differs { line } => vec![("line", line.to_string())],
            _ => Vec::new(),
        }
    }
}

impl FileProblem {
    /// About a whole line.
    pub const fn on_line(line: u64, what: FileProblemKind) -> Self {
        Self {
            line,
            column: None,
            what,
            meant: Vec::new(),
        }
    }

    /// About one field.
    pub fn in_column(line: u64, column: &str, what: FileProblemKind) -> Self {
        Self {
            line,
            column: Some(column.to_owned()),
            what,
            meant: Vec::new(),
        }
    }

    /// About the value of a field.
    pub fn value(line: u64, problem: Problem) -> Self {
        Self {
            line,
            column: Some(problem.field),
            what: FileProblemKind::Value { code: problem.code },
            meant: Vec::new(),
        }
    }
}

/// The file as text without its byte-order mark, or the line where it is none.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Vec<FileProblem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = 1 + before.matches('\n').count() as u64;
        vec![FileProblem::on_line(line, FileProblemKind::NotUtf8)]
    })
}

/// A table in memory: the columns asked for, in the order asked for, and the rows with their lines.
#[derive(Debug)]
pub struct Table {
    columns: Vec<Option<usize>>,
    /// The columns whose names are whole numbers, in the order of these.
    numbered: Vec<(String, usize)>,
    rows: Vec<(u64, csv::StringRecord)>,
}

impl Table {
    /// Reads comma-separated `bytes`. `required` columns must be in the header, `optional` ones may be; others are
    /// ignored. A byte-order mark is skipped.
    pub fn read(bytes: &[u8], required: &[&str], optional: &[&str]) -> Result<Self, Vec<FileProblem>> {
        let bytes = text(bytes)?.as_bytes();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut records = reader.records();
        let Some(Ok(header)) = records.next() else {
            return Err(vec![FileProblem::on_line(1, FileProblemKind::Empty)]);
        };
        let columns = columns(&header, required, optional)?;
        let numbered = numbered(&header);
        let mut rows = Vec::new();
        let mut problems = Vec::new();
        let mut lines = Lines::new(bytes);
        for record in records {
            let Ok(record) = record else { continue };
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            if record.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            if record.len() == header.len() {
                rows.push((line, record));
            } else {
                let (found, expected) = (record.len() as u64, header.len() as u64);
                problems.push(FileProblem::on_line(line, FileProblemKind::Fields { found, expected }));
            }
        }
        if problems.is_empty() {
            Ok(Self {
                columns,
                numbered,
                rows,
            })
        } else {
            Err(problems)
        }
    }

    /// Whether the file has the column asked for as number `index`.
    pub fn has(&self, index: usize) -> bool {
        self.columns.get(index).copied().flatten().is_some()
    }

    /// Whether names of columns are whole numbers.
    pub const fn has_numbered(&self) -> bool {
        !self.numbered.is_empty()
    }

    /// How many rows there are.
    pub const fn count(&self) -> usize {
        self.rows.len()
    }

    /// The rows: line, then the fields by the index of their column among `required` followed by `optional`.
    pub fn rows(&self) -> impl Iterator<Item = (u64, Row<'_>)> {
        self.rows
            .iter()
            .map(|(line, record)| (*line, Row { table: self, record }))
    }
}

/// Counts lines as far as they have been read. The reader ends a record at the `\r` of `\r\n`, so that it places the next one
/// before the `\n`, on the line before; it also places a record before the blank lines it skips. So line ends are counted
/// in the bytes.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// The line of the record that begins at this byte, or right behind it.
    fn at(&mut self, start: u64) -> u64 {
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(self.bytes.len());
        while self.at < self.bytes.len() && (self.at < start || matches!(self.bytes[self.at], b'\r' | b'\n')) {
            self.line += u64::from(self.bytes[self.at] == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    record: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// The trimmed field of the column asked for as number `index`; empty when the file lacks an optional column.
    pub fn get(&self, index: usize) -> &'a str {
        let at = self.table.columns.get(index).copied().flatten();
        at.and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    /// Name and trimmed field of the columns that are numbers, in their order, those left out that are empty here.
    pub fn numbered(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (table, record) = (self.table, self.record);
        let fields = table.numbered.iter().map(|(name, at)| {
            let field = record.get(*at).unwrap_or_default();
            (name.as_str(), field.trim())
        });
        fields.filter(|(_, field)| !field.is_empty())
    }
}

fn numbered(header: &csv::StringRecord) -> Vec<(String, usize)> {
    let numbers = header.iter().enumerate().filter_map(|(at, name)| {
        let name = name.trim();
        let number: u32 = name.parse().ok()?;
        Some((number, name.to_owned(), at))
    });
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort();
    numbers.into_iter().map(|(_, name, at)| (name, at)).collect()
}

fn columns(
    header: &csv::StringRecord,
    required: &[&str],
    optional: &[&str],
) -> Result<Vec<Option<usize>>, Vec<FileProblem>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut problems = Vec::new();
    for (at, name) in header.iter().enumerate() {
        let name = name.trim().to_lowercase();
        if !name.is_empty() && places.insert(name.clone(), at).is_some() {
            problems.push(FileProblem::in_column(1, &name, FileProblemKind::ColumnTwice));
        }
    }
    for name in required {
        if !places.contains_key(*name) {
            problems.push(FileProblem::in_column(1, name, FileProblemKind::ColumnMissing));
        }
    }
    if problems.is_empty() {
        Ok(required
            .iter()
            .chain(optional)
            .map(|name| places.get(*name).copied())
            .collect())
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let table = Table::read(
            b"\xef\xbb\xbfb,extra,A\n2,x,1\n\n,,\n4,y,\"3\n3\"\n",
            &["a", "b"],
            &["c"],
        )
        .unwrap();
        let rows: Vec<(u64, &str, &str, &str)> = table
            .rows()
            .map(|(line, row)| (line, row.get(0), row.get(1), row.get(2)))
            .collect();
        assert_eq!(rows, [(2, "1", "2", ""), (5, "3\n3", "4", "")]);
    }

    #[test]
    fn lines_are_counted_alike_whatever_ends_them() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "1,2", "", "3,4", "5"].join(end);
            let problems = Table::read(text.as_bytes(), &["a"], &[]).unwrap_err();
            let wanted = FileProblemKind::Fields { found: 1, expected: 2 };
            assert_eq!(problems, [FileProblem::on_line(5, wanted)], "{end:?}");
        }
    }

    #[test]
    fn a_broken_file_names_line_and_column() {
        assert_eq!(
            Table::read(b"a,a\n", &["a", "b"], &[]).unwrap_err(),
            [
                FileProblem::in_column(1, "a", FileProblemKind::ColumnTwice),
                FileProblem::in_column(1, "b", FileProblemKind::ColumnMissing)
            ]
        );
        assert_eq!(
            Table::read(b"a,b\n1,2\n1\n", &["a"], &[]).unwrap_err(),
            [FileProblem::on_line(
                3,
                FileProblemKind::Fields { found: 1, expected: 2 }
            )]
        );
        assert_eq!(
            Table::read(b"a\n1\n\xc9\xcf\n", &["a"], &[]).unwrap_err(),
            [FileProblem::on_line(3, FileProblemKind::NotUtf8)]
        );
        assert_eq!(
            Table::read(b"", &["a"], &[]).unwrap_err(),
            [FileProblem::on_line(1, FileProblemKind::Empty)]
        );
    }
}
