//! The file of posts that `import postings` and `match` read: one line of the file is one line of a post.
//!
//! | column | meaning |
//! |---|---|
//! | `reference` | required: the file's own name for the post; lines with the same reference are lines of one post |
//! | `organisation` | required: name or 统一社会信用代码 |
//! | `kind` | required: `programme`, `course`, `base`, `apprentices`, `staff_training`, `base_time` |
//! | `title` | required on the first line of a post |
//! | `major`, `occupation` | code or name; for an occupation also a title as people write it, when it is clear what it means |
//! | `level` | `L1` .. `L8` |
//! | `seats`, `hours` | whole numbers |
//! | `pay_min`, `pay_max` | yuan a month, needs only |
//! | `note` | a remark on the line |
//! | `province`, `district` | codes of GB/T 2260 |
//! | `region_bound` | `yes` when the other side must be in the same province |
//! | `starts_on`, `ends_on`, `closing_on` | dates |
//! | `modes`, `industries`, `skills` | several, separated by `;` |
//! | `price` | yuan per person |
//! | `summary` | free text |
//! | `publish` | `no` leaves a draft |
//!
//! A need whose line names neither major nor occupation is coded by its title, when that is clear. What was coded is reported,
//! line by line; where several are meant, the problem names them.
//!
//! The columns of the post (not of the line) are read from its first line; on further lines they are empty or the same.

use std::collections::BTreeMap;

use kernel::{LineId, PostingKind};
use marketplace::{
    Content, ProblemCode,
    posting::{self, ContentInput, LineInput},
};
use vocabulary::Vocabulary;

use super::{
    table::{FileProblem, FileProblemKind, Row, Table},
    trades::{CodedLine, Trades},
};

const REQUIRED: [&str; 4] = ["reference", "organisation", "kind", "title"];
const OPTIONAL: [&str; 20] = [
    "major",
    "occupation",
    "level",
    "seats",
    "hours",
    "pay_min",
    "pay_max",
    "note",
    "province",
    "district",
    "region_bound",
    "starts_on",
    "ends_on",
    "closing_on",
    "modes",
    "industries",
    "skills",
    "price",
    "summary",
    "publish",
];

/// Index in [`REQUIRED`] followed by [`OPTIONAL`].
const LINE_COLUMNS: std::ops::Range<usize> = 4..12;

/// A post as the file has it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePost {
    /// The file's own name for it.
    pub reference: String,
    /// Name or credit code of its organisation.
    pub organisation: String,
    /// What it offers or asks for.
    pub kind: PostingKind,
    /// What it says.
    pub content: Content,
    /// Whether to publish it.
    pub publish: bool,
    /// Its lines in the file, in the order of the content's lines.
    pub lines: Vec<u64>,
    /// What its lines were taken to mean.
    trades: Trades,
}

impl FilePost {
    /// The lines that named no occupation by code or name and were taken to mean one.
    pub fn coded(&self) -> &[CodedLine] {
        &self.trades.coded
    }

    /// A problem of the content at the line of the file it came from.
    pub(super) fn place(&self, problem: marketplace::Problem) -> FileProblem {
        place(problem, &self.lines, &self.trades)
    }
}

/// Reads a file of posts; `fresh` makes the ids of their lines. All problems of the file come at once.
pub fn read(
    bytes: &[u8],
    vocabulary: &Vocabulary,
    fresh: &mut dyn FnMut() -> LineId,
) -> Result<Vec<FilePost>, Vec<FileProblem>> {
    let table = Table::read(bytes, &REQUIRED, &OPTIONAL)?;
    let mut problems = Vec::new();
    let mut posts: Vec<Vec<(u64, Row<'_>)>> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (line, row) in table.rows() {
        let reference = row.get(0);
        if reference.is_empty() {
            problems.push(value(line, "reference", ProblemCode::Required));
            continue;
        }
        let place = *places.entry(reference).or_insert_with(|| {
            posts.push(Vec::new());
            posts.len() - 1
        });
        posts[place].push((line, row));
    }
    let mut read = Vec::with_capacity(posts.len());
    for rows in &posts {
        match read_post(rows, vocabulary, fresh) {
            Ok(post) => read.push(post),
            Err(found) => problems.extend(found),
        }
    }
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

fn value(line: u64, column: &str, code: ProblemCode) -> FileProblem {
    FileProblem::in_column(line, column, FileProblemKind::Value { code })
}

fn read_post(
    rows: &[(u64, Row<'_>)],
    vocabulary: &Vocabulary,
    fresh: &mut dyn FnMut() -> LineId,
) -> Result<FilePost, Vec<FileProblem>> {
    let (first_line, first) = rows[0];
    let mut problems = Vec::new();
    for (line, row) in &rows[1..] {
        for at in (1..REQUIRED.len() + OPTIONAL.len()).filter(|at| !LINE_COLUMNS.contains(at)) {
            let name = REQUIRED.iter().chain(&OPTIONAL).nth(at).copied().unwrap_or_default();
            if !row.get(at).is_empty() && row.get(at) != first.get(at) {
                problems.push(FileProblem::in_column(
                    *line,
                    name,
                    FileProblemKind::Differs { line: first_line },
                ));
            }
        }
    }
    if first.get(1).is_empty() {
        problems.push(value(first_line, "organisation", ProblemCode::Required));
    }
    let Some(kind) = PostingKind::from_code(first.get(2)) else {
        problems.push(value(
            first_line,
            "kind",
            ProblemCode::Unknown {
                typed: first.get(2).to_owned(),
            },
        ));
        return Err(problems);
    };
    let lines: Vec<u64> = rows.iter().map(|(line, _)| *line).collect();
    let mut input = input(rows);
    let trades = Trades::code(kind.side(), &mut input, &lines, vocabulary);
    match posting::read(kind, &input, &[], vocabulary, fresh) {
        Ok(content) if problems.is_empty() => Ok(FilePost {
            reference: first.get(0).to_owned(),
            organisation: first.get(1).to_owned(),
            kind,
            content,
            publish: !matches!(first.get(23).to_lowercase().as_str(), "no" | "0" | "false" | "否"),
            lines,
            trades,
        }),
        Ok(_) => Err(problems),
        Err(found) => {
            problems.extend(found.into_iter().map(|problem| place(problem, &lines, &trades)));
            Err(problems)
        }
    }
}

/// A problem of the content at the line of the file it came from: `lines.2.seats` is `seats` on the post's third line.
fn place(problem: marketplace::Problem, lines: &[u64], trades: &Trades) -> FileProblem {
    let first = lines.first().copied().unwrap_or_default();
    let mut parts = problem.field.splitn(3, '.');
    if let (Some("lines"), Some(at), Some(column)) = (parts.next(), parts.next(), parts.next()) {
        let line = at
            .parse::<usize>()
            .ok()
            .and_then(|at| lines.get(at))
            .copied()
            .unwrap_or(first);
        let field = column.to_owned();
        let meant = if field == "occupation" {
            trades.meant(line)
        } else {
            Vec::new()
        };
        let found = FileProblem::value(line, marketplace::Problem { field, ..problem });
        return FileProblem { meant, ..found };
    }
    FileProblem::value(first, problem)
}

fn input(rows: &[(u64, Row<'_>)]) -> ContentInput {
    let (_, first) = rows[0];
    let text = |at: usize| first.get(at).to_owned();
    let list = |at: usize| {
        first
            .get(at)
            .split([';', '；'])
            .map(|code| code.trim().to_owned())
            .collect()
    };
    ContentInput {
        title: text(3),
        province: text(12),
        district: text(13),
        region_bound: text(14),
        starts_on: text(15),
        ends_on: text(16),
        closing_on: text(17),
        modes: list(18),
        industries: list(19),
        skills: text(20),
        price: text(21),
        summary: text(22),
        lines: rows
            .iter()
            .map(|(_, row)| LineInput {
                id: String::new(),
                major: row.get(4).to_owned(),
                occupation: row.get(5).to_owned(),
                level: row.get(6).to_owned(),
                seats: row.get(7).to_owned(),
                hours: row.get(8).to_owned(),
                pay_min: row.get(9).to_owned(),
                pay_max: row.get(10).to_owned(),
                note: row.get(11).to_owned(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{SeededChance, Timestamp};

    use super::*;

    fn read_text(text: &str) -> Result<Vec<FilePost>, Vec<FileProblem>> {
        let chance = SeededChance::new(1);
        read(text.as_bytes(), &Vocabulary::builtin(), &mut || {
            LineId::new(Timestamp::from_micros(0), &chance)
        })
    }

    const HEADER: &str = "reference,organisation,kind,title,occupation,level,seats,province,skills\n";

    #[test]
    fn lines_with_one_reference_are_one_post() {
        let posts = read_text(&format!(
            "{HEADER}A1,示范公司,apprentices,学徒培养,6-18-01-01,L3,8,310000,数控编程;CAD\n\
             A2,示范公司,base_time,实训工位,6-18-01-01,,4,310000,\n\
             A1,,,,6-18-01-02,L3,4,,\n"
        ))
        .unwrap();
        assert_eq!(
            posts.iter().map(|post| post.lines.clone()).collect::<Vec<_>>(),
            [vec![2, 4], vec![3]]
        );
        assert_eq!(posts[0].content.skills, ["数控编程", "CAD"]);
        assert_eq!(posts[0].content.lines[1].seats, Some(4));
        assert!(posts[0].publish);
    }

    #[test]
    fn a_line_without_a_code_is_coded_by_its_words_or_by_the_title() {
        let posts = read_text(&format!(
            "{HEADER}A1,示范公司,apprentices,学徒培养,养老院护理员,L3,8,310000,\n\
             A2,示范公司,apprentices,【急聘】电焊工（包吃住）,,,4,310000,\n\
             A3,示范学院,course,电焊工培训,,,,310000,\n\
             A4,示范公司,apprentices,学徒培养,车工,,4,310000,\n"
        ))
        .unwrap();
        let coded: Vec<(u64, &str, &str)> = posts
            .iter()
            .flat_map(FilePost::coded)
            .map(|line| (line.line, line.typed.as_str(), line.coded.code.as_str()))
            .collect();
        let title = "【急聘】电焊工（包吃住）";
        assert_eq!(coded, [(2, "养老院护理员", "4-10-01-05"), (3, title, "6-18-02-04")]);
        assert_eq!(posts[1].content.lines[0].occupation.as_deref(), Some("6-18-02-04"));
        assert_eq!(
            posts[3].content.lines[0].occupation.as_deref(),
            Some("6-18-01-01"),
            "a name is a name"
        );
    }

    #[test]
    fn where_several_are_meant_the_problem_names_them() {
        let text = format!("{HEADER}A1,示范公司,apprentices,学徒培养,储备干部,L3,8,310000,\n");
        let problems = read_text(&text).unwrap_err();
        assert_eq!(
            (problems[0].line, problems[0].column.as_deref()),
            (2, Some("occupation"))
        );
        assert_eq!(problems[0].meant.len(), 3);
    }

    #[test]
    fn a_wrong_field_is_named_by_line_and_column() {
        let problems = read_text(&format!(
            "{HEADER}A1,示范公司,apprentices,学徒培养,6-18-01-01,L3,8,310000,\nA1,别的公司,,,6-18-01-01,L9,x,,\n"
        ))
        .unwrap_err();
        let places: Vec<(u64, &str)> = problems
            .iter()
            .map(|problem| (problem.line, problem.column.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(places, [(3, "organisation"), (3, "level"), (3, "seats")]);
    }
}
