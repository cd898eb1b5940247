//! The files that `allocate` reads: who would take what, and who would take whom.
//!
//! | file | column | meaning |
//! |---|---|---|
//! | all | `id` (or `name`, `code`) | required, once a file |
//! | all | `ranked` | names of the other side, the best first, separated by `;` |
//! | all | `0`, `1`, `2`, .. | the same without `ranked`: a name a column, in the order of the numbers |
//! | applicants | `rank` | a whole number, less is better: how those rank applicants who have no list of their own; ties in the order of the file |
//! | places, mentors | `capacity` | required: how many they take |
//! | places | `mentor` (or `supervisor`) | with a file of mentors: whose the place is |
//!
//! With mentors it is they who rank, and a place's own list is not read. Lists are taken as people write them: an unknown name
//! is left out, of a repeated one the first counts, and both are told with their line.

use std::collections::HashMap;

use marketplace::ProblemCode;
use matching::allocation::{Market, Place, Ranker};
use serde::Serialize;

use super::table::{FileProblem, FileProblemKind, Row, Table};

/// The names of both sides, and who wants whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedLists {
    /// Who wants what, by number.
    pub market: Market,
    /// The applicants' names.
    pub applicants: Vec<String>,
    /// The places' names.
    pub places: Vec<String>,
    /// The mentors' names; none without a file of mentors.
    pub mentors: Vec<String>,
    /// What was left out, and what may be an oversight.
    pub warnings: Vec<ListWarning>,
}

kernel::codes! {
    /// One of the files.
    ListFile {
        /// Who is to be placed.
        Applicants = "applicants",
        /// Where.
        Places = "places",
        /// Who looks after several places.
        Mentors = "mentors",
    }
}

/// Something in a file that does not keep anybody from being placed, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListWarning {
    /// Which file.
    pub file: ListFile,
    /// The line, the header being 1.
    pub line: u64,
    /// The column.
    pub column: String,
    /// What it is.
    #[serde(flatten)]
    pub what: ListOddity,
}

/// What a list of names may have that it should not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ListOddity {
    /// It names nobody.
    Empty,
    /// The name was there before; the first counts.
    Repeated {
        /// The name.
        name: String,
    },
    /// Nobody has the name; it is left out.
    UnknownName {
        /// The name.
        name: String,
    },
    /// There is not one seat.
    NoSeats,
    /// The column is not read.
    NotRead,
}

impl ListOddity {
    /// The last part of the key of its sentence: `list_warning.<key>`.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Repeated { .. } => "repeated",
            Self::UnknownName { .. } => "unknown_name",
            Self::NoSeats => "no_seats",
            Self::NotRead => "not_read",
        }
    }

    /// The name that its sentence tells.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Repeated { name } | Self::UnknownName { name } => Some(name),
            Self::Empty | Self::NoSeats | Self::NotRead => None,
        }
    }
}

/// What is wrong with one of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListProblems {
    /// Which file.
    pub file: ListFile,
    /// All that is wrong with it.
    pub problems: Vec<FileProblem>,
}

const NAMES: [&str; 3] = ["id", "name", "code"];
const OTHERS: [&str; 5] = ["ranked", "rank", "capacity", "mentor", "supervisor"];
const RANKED: usize = 3;
const RANK: usize = 4;
const CAPACITY: usize = 5;
const MENTOR: [usize; 2] = [6, 7];

/// Reads the files; all problems of one file come at once.
pub fn read(applicants: &[u8], places: &[u8], mentors: Option<&[u8]>) -> Result<RankedLists, ListProblems> {
    let applicants = File::read(ListFile::Applicants, applicants)?;
    let places = File::read(ListFile::Places, places)?;
    let mentors = mentors.map(|bytes| File::read(ListFile::Mentors, bytes)).transpose()?;
    if !applicants.has_lists() {
        return Err(applicants.wrong(vec![column_missing("ranked")]));
    }
    let mut warnings = Vec::new();
    let wishes = applicants.lists(&places, &mut warnings);
    let who_ranks = mentors.as_ref().unwrap_or(&places);
    let of_mentors = mentors
        .as_ref()
        .map(|mentors| places.of_mentors(mentors, &mut warnings));
    let of_mentors = of_mentors.transpose()?;
    let mut problems = Vec::new();
    let capacities = who_ranks.capacities(&mut warnings, &mut problems);
    who_ranks.unless(problems)?;
    let ranked = if who_ranks.has_lists() {
        who_ranks.lists(&applicants, &mut warnings)
    } else {
        let order = applicants.by_rank(who_ranks)?;
        let ranker_of = |place: u32| {
            of_mentors
                .as_ref()
                .map_or(place, |places| places[place as usize].ranker)
        };
        by_merit(&order, &wishes, capacities.len(), ranker_of)
    };
    let rankers = capacities.into_iter().zip(ranked);
    let rankers = rankers.map(|(capacity, ranked)| Ranker { capacity, ranked }).collect();
    let market = match of_mentors {
        None => Market::of_two_sides(wishes, rankers),
        Some(places) => Market {
            applicants: wishes,
            places,
            rankers,
        },
    };
    let unread = places.unread(mentors.is_some());
    warnings.extend(unread.map(|column| places.warning(1, column, ListOddity::NotRead)));
    Ok(RankedLists {
        market,
        applicants: applicants.names(),
        places: places.names(),
        mentors: mentors.map(|mentors| mentors.names()).unwrap_or_default(),
        warnings,
    })
}

/// For each of those who rank the applicants that name one of their places, in an order that is the same for all.
fn by_merit(order: &[u32], wishes: &[Vec<u32>], rankers: usize, ranker_of: impl Fn(u32) -> u32) -> Vec<Vec<u32>> {
    let mut ranked: Vec<Vec<u32>> = vec![Vec::new(); rankers];
    for applicant in order {
        for place in &wishes[*applicant as usize] {
            let ranked = &mut ranked[ranker_of(*place) as usize];
            if ranked.last() != Some(applicant) {
                ranked.push(*applicant);
            }
        }
    }
    ranked
}

fn column_missing(column: &str) -> FileProblem {
    FileProblem::in_column(1, column, FileProblemKind::ColumnMissing)
}

fn value(line: u64, column: &str, code: ProblemCode) -> FileProblem {
    FileProblem::in_column(line, column, FileProblemKind::Value { code })
}

/// One of the files, with the numbers of its names.
struct File {
    kind: ListFile,
    table: Table,
    /// Which of [`NAMES`] it has.
    name: usize,
    numbers: HashMap<String, u32>,
}

impl File {
    fn read(kind: ListFile, bytes: &[u8]) -> Result<Self, ListProblems> {
        let columns: Vec<&str> = NAMES.into_iter().chain(OTHERS).collect();
        let wrong = |problems| ListProblems { file: kind, problems };
        let table = Table::read(bytes, &[], &columns).map_err(wrong)?;
        let Some(name) = (0..NAMES.len()).find(|at| table.has(*at)) else {
            return Err(wrong(vec![column_missing(NAMES[0])]));
        };
        let mut lines: HashMap<String, u64> = HashMap::new();
        let mut numbers = HashMap::new();
        let mut problems = Vec::new();
        for (number, (line, row)) in (0..).zip(table.rows()) {
            let found = row.get(name);
            if found.is_empty() {
                problems.push(value(line, NAMES[name], ProblemCode::Required));
            } else if let Some(line_before) = lines.insert(found.to_owned(), line) {
                let repeats = FileProblemKind::Repeats { line: line_before };
                problems.push(FileProblem::in_column(line, NAMES[name], repeats));
            }
            numbers.insert(found.to_owned(), number);
        }
        if problems.is_empty() {
            Ok(Self {
                kind,
                table,
                name,
                numbers,
            })
        } else {
            Err(wrong(problems))
        }
    }

    const fn wrong(&self, problems: Vec<FileProblem>) -> ListProblems {
        ListProblems {
            file: self.kind,
            problems,
        }
    }

    fn warning(&self, line: u64, column: &str, what: ListOddity) -> ListWarning {
        ListWarning {
            file: self.kind,
            line,
            column: column.to_owned(),
            what,
        }
    }

    fn names(&self) -> Vec<String> {
        self.table
            .rows()
            .map(|(_, row)| row.get(self.name).to_owned())
            .collect()
    }

    fn has_lists(&self) -> bool {
        self.table.has(RANKED) || self.table.has_numbered()
    }

    /// Everybody's list, as numbers of the other file.
    fn lists(&self, others: &Self, warnings: &mut Vec<ListWarning>) -> Vec<Vec<u32>> {
        let mut last_named_on = vec![0; others.numbers.len()];
        let mut list = |(line, row): (u64, Row<'_>)| {
            let mut list = Vec::new();
            let mut is_empty = true;
            let mut name = |column: &str, name: &str| {
                is_empty = false;
                let name_of = || name.to_owned();
                let odd = match others.numbers.get(name) {
                    None => ListOddity::UnknownName { name: name_of() },
                    Some(number) if std::mem::replace(&mut last_named_on[*number as usize], line) == line => {
                        ListOddity::Repeated { name: name_of() }
                    }
                    Some(number) => return list.push(*number),
                };
                warnings.push(self.warning(line, column, odd));
            };
            if self.table.has(RANKED) {
                let names = row.get(RANKED).split([';', '；']).map(str::trim);
                names
                    .filter(|part| !part.is_empty())
                    .for_each(|part| name("ranked", part));
            } else {
                row.numbered().for_each(|(column, part)| name(column, part));
            }
            if is_empty {
                let column = if self.table.has(RANKED) {
                    "ranked"
                } else {
                    NAMES[self.name]
                };
                warnings.push(self.warning(line, column, ListOddity::Empty));
            }
            list
        };
        self.table.rows().map(&mut list).collect()
    }

    /// All applicants by their `rank`, for those who have no lists.
    fn by_rank(&self, without_lists: &Self) -> Result<Vec<u32>, ListProblems> {
        if !self.table.has(RANK) {
            return Err(without_lists.wrong(vec![column_missing("ranked")]));
        }
        let mut problems = Vec::new();
        let ranks = self.whole_numbers(RANK, "rank", &mut problems);
        self.unless(problems)?;
        let mut order: Vec<u32> = (0..).take(ranks.len()).collect();
        order.sort_by_key(|applicant| ranks[*applicant as usize]);
        Ok(order)
    }

    /// How many each of them takes; of no use when there are problems.
    fn capacities(&self, warnings: &mut Vec<ListWarning>, problems: &mut Vec<FileProblem>) -> Vec<u32> {
        if !self.table.has(CAPACITY) {
            problems.push(column_missing("capacity"));
            return Vec::new();
        }
        let capacities = self.whole_numbers(CAPACITY, "capacity", problems);
        let lines = self.table.rows().map(|(line, _)| line);
        for (line, _) in lines.zip(&capacities).filter(|(_, capacity)| **capacity == 0) {
            warnings.push(self.warning(line, "capacity", ListOddity::NoSeats));
        }
        capacities
    }

    /// The numbers of a column; where there is none, that is a problem, and a nought stands for it.
    fn whole_numbers(&self, at: usize, column: &str, problems: &mut Vec<FileProblem>) -> Vec<u32> {
        let number = |(line, row): (u64, Row<'_>)| {
            let typed = row.get(at);
            typed.parse().unwrap_or_else(|_| {
                let code = if typed.is_empty() {
                    ProblemCode::Required
                } else {
                    ProblemCode::NotANumber
                };
                problems.push(value(line, column, code));
                0
            })
        };
        self.table.rows().map(number).collect()
    }

    /// The places with the mentors whose they are.
    fn of_mentors(&self, mentors: &Self, warnings: &mut Vec<ListWarning>) -> Result<Vec<Place>, ListProblems> {
        let mut problems = Vec::new();
        let capacities = self.capacities(warnings, &mut problems);
        let Some(column) = MENTOR.into_iter().find(|at| self.table.has(*at)) else {
            problems.push(column_missing("mentor"));
            return Err(self.wrong(problems));
        };
        let column_name = OTHERS[column - NAMES.len()];
        let mut places = Vec::with_capacity(capacities.len());
        for ((line, row), capacity) in self.table.rows().zip(capacities) {
            let typed = row.get(column);
            match mentors.numbers.get(typed) {
                Some(mentor) => places.push(Place {
                    capacity,
                    ranker: *mentor,
                }),
                None if typed.is_empty() => problems.push(value(line, column_name, ProblemCode::Required)),
                None => {
                    let typed = typed.to_owned();
                    problems.push(value(line, column_name, ProblemCode::Unknown { typed }));
                }
            }
        }
        problems.sort_by_key(|problem| problem.line);
        self.unless(problems).map(|()| places)
    }

    fn unless(&self, problems: Vec<FileProblem>) -> Result<(), ListProblems> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(self.wrong(problems))
        }
    }

    /// The columns of places that count for nothing, with mentors or without.
    fn unread(&self, with_mentors: bool) -> impl Iterator<Item = &'static str> {
        let columns: &[usize] = if with_mentors { &[RANKED] } else { &MENTOR };
        let unread = columns.iter().filter(|at| self.table.has(**at));
        unread.map(|at| OTHERS[at - NAMES.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lists: &RankedLists) -> Vec<String> {
        let line = |warning: &ListWarning| {
            let ListWarning {
                file,
                line,
                column,
                what,
            } = warning;
            format!(
                "{file} {line} {column}: {} {}",
                what.key(),
                what.name().unwrap_or_default()
            )
        };
        lists
            .warnings
            .iter()
            .map(|warning| line(warning).trim_end().to_owned())
            .collect()
    }

    #[test]
    fn lists_are_read_as_people_write_them() {
        let applicants = "id,ranked\n甲,p1;p2\n乙, p2 ； p9;p2;p1\n\n丙,\n";
        let places = "\u{feff}ID,capacity,ranked\np1,1,乙;甲\np2,0,丁;乙\n";
        let lists = read(applicants.as_bytes(), places.as_bytes(), None).unwrap();
        assert_eq!(lists.market.applicants, [vec![0, 1], vec![1, 0], vec![]]);
        assert_eq!(lists.market.rankers[0].ranked, [1, 0]);
        assert_eq!(
            told(&lists),
            [
                "applicants 3 ranked: unknown_name p9",
                "applicants 3 ranked: repeated p2",
                "applicants 5 ranked: empty",
                "places 3 capacity: no_seats",
                "places 3 ranked: unknown_name 丁"
            ]
        );
    }

    #[test]
    fn choices_may_stand_in_columns_of_their_own_and_mentors_rank_by_merit() {
        let applicants = "name,rank,2,10,1\n甲,2,b,a,c\n乙,1,,b,\n丙,2,,,\n";
        let places = "code,capacity,supervisor,ranked\na,1,M,x\nb,2,N,\nc,1,M,\n";
        let mentors = "name,capacity\nM,1\nN,2\n";
        let lists = read(applicants.as_bytes(), places.as_bytes(), Some(mentors.as_bytes())).unwrap();
        assert_eq!(lists.market.applicants, [vec![2, 1, 0], vec![1], vec![]]);
        assert_eq!(lists.market.rankers[0].ranked, [0], "whoever names one of M's places");
        assert_eq!(lists.market.rankers[1].ranked, [1, 0]);
        let rankers: Vec<u32> = lists.market.places.iter().map(|place| place.ranker).collect();
        assert_eq!(rankers, [0, 1, 0]);
        assert_eq!(told(&lists), ["applicants 4 name: empty", "places 1 ranked: not_read"]);
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        let wrong = |applicants: &str, places: &str, mentors: Option<&str>| {
            let read = read(applicants.as_bytes(), places.as_bytes(), mentors.map(str::as_bytes));
            let ListProblems { file, problems } = read.unwrap_err();
            let place = |problem: &FileProblem| {
                let column = problem.column.as_deref().unwrap_or_default();
                format!("{file} {} {column}: {}", problem.line, problem.what.key())
            };
            problems.iter().map(place).collect::<Vec<_>>()
        };
        let (applicants, places) = ("id,ranked\na,p\n", "id,capacity,ranked\np,1,a\n");
        assert_eq!(wrong("x\n1\n", places, None), ["applicants 1 id: column_missing"]);
        assert_eq!(wrong("id\n1\n", places, None), ["applicants 1 ranked: column_missing"]);
        assert_eq!(
            wrong("id,ranked\na,p\n,p\na,p\n", places, None),
            ["applicants 3 id: value", "applicants 4 id: repeats"]
        );
        assert_eq!(
            wrong(applicants, "id,ranked\np,a\n", None),
            ["places 1 capacity: column_missing"]
        );
        assert_eq!(
            wrong(applicants, "id,capacity,ranked\np,two,a\nq,,a\nr,-1,a\n", None),
            [
                "places 2 capacity: value",
                "places 3 capacity: value",
                "places 4 capacity: value"
            ]
        );
        assert_eq!(
            wrong(applicants, "id,capacity\np,1\n", None),
            ["places 1 ranked: column_missing"]
        );
        let mentors = Some("id,capacity,ranked\nM,1,a\n");
        assert_eq!(wrong(applicants, places, mentors), ["places 1 mentor: column_missing"]);
        assert_eq!(
            wrong(applicants, "id,capacity,mentor\np,1,X\nq,1,\n", mentors),
            ["places 2 mentor: value", "places 3 mentor: value"]
        );
        assert_eq!(
            wrong(applicants, "id,capacity,mentor\np,many,X\n", mentors),
            ["places 2 capacity: value", "places 2 mentor: value"]
        );
    }
}
