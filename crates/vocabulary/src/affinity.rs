//! Trade affinity: how well a major prepares for an occupation, 0..=1000. Integers only, the same on every machine.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use crate::lists::{Major, Occupation, OccupationRank};
use crate::names::{PairIndex, Pairs, agreement};
use crate::read::Table;

const AFFINITY: &str = include_str!("../data/affinity.csv");

/// The most that agreement of names alone is worth, where the table has no row.
const NAME_ALONE: u32 = 200;
/// The part of what is missing to 1000 that full agreement of names adds to a row of the table, in thousandths.
const NAME_RAISES: u32 = 750;

/// The table, spread out over the lists of a vocabulary.
#[derive(Debug, Clone)]
pub(crate) struct Affinity {
    /// For every row of the table, classes and words: a weight per occupation.
    rows: Vec<Vec<u16>>,
    majors: Vec<MajorSide>,
    occupations: Vec<OccupationSide>,
    /// The affinities of each major that somebody asked for.
    known: Vec<OnceLock<Box<[u16]>>>,
}

/// What is known of a major beforehand: the rows of its class and of the words in its name, and its name.
#[derive(Debug, Clone)]
struct MajorSide {
    rows: Vec<usize>,
    pairs: Pairs,
}

/// What is known of an occupation beforehand: its name, and of a group the places it spans and what it is worth
/// beside its best member, in thousandths.
#[derive(Debug, Clone)]
struct OccupationSide {
    pairs: Pairs,
    group: Option<(Range<usize>, u32)>,
}

/// `prefix:weight` pairs, parted by blanks.
fn rules_of(cell: &str) -> Option<Vec<(&str, u16)>> {
    cell.split_whitespace()
        .map(|rule| {
            let (prefix, weight) = rule.split_once(':')?;
            let weight = weight.parse().ok().filter(|weight| *weight <= 1_000)?;
            Some((prefix, weight))
        })
        .collect()
}

/// The places of the occupations whose codes begin with `prefix`. The list is sorted by code.
fn contained(occupations: &[Occupation], prefix: &str) -> Range<usize> {
    let start = occupations.partition_point(|o| o.code.as_str() < prefix);
    let count = occupations[start..].partition_point(|o| o.code.starts_with(prefix));
    start..start + count
}

impl Affinity {
    /// Spreads the table out. `occupations` must be sorted by code.
    pub(crate) fn new(majors: &[Major], occupations: &[Occupation]) -> Self {
        let table = Table::parse(AFFINITY, true, &["scope", "name", "prefixes"]);
        let table = table.expect("the embedded table is read by a test");
        let (mut rows, mut classes, mut words) = (Vec::new(), HashMap::new(), Vec::new());
        for row in table.rows() {
            let mut rules = rules_of(row.get("prefixes")).expect("the embedded table is read by a test");
            // Longer prefixes overwrite shorter ones: the longest match holds.
            rules.sort_by_key(|(prefix, _)| prefix.len());
            let mut weights = vec![0; occupations.len()];
            for (prefix, weight) in rules {
                weights[contained(occupations, prefix)].fill(weight);
            }
            match row.get("scope") {
                "word" => words.push((row.get("name"), rows.len())),
                _ => _ = classes.insert(row.get("name"), rows.len()),
            }
            rows.push(weights);
        }
        let index = PairIndex::new(
            majors.iter().map(|major| major.name.as_str()),
            occupations.iter().filter(|o| !o.is_group()).map(|o| o.name.as_str()),
        );
        let majors = majors.iter().map(|major| {
            let words = words.iter().filter(|(word, _)| major.name.contains(word));
            let class = classes.get(major.class_name.as_str()).copied();
            MajorSide {
                rows: class.into_iter().chain(words.map(|(_, row)| *row)).collect(),
                pairs: index.pairs(&major.name),
            }
        });
        let majors: Vec<MajorSide> = majors.collect();
        let occupations = occupations
            .iter()
            .map(|occupation| OccupationSide {
                pairs: index.pairs(&occupation.name),
                group: group_share(occupation.rank).map(|share| (contained(occupations, occupation.stem()), share)),
            })
            .collect();
        Self {
            known: vec![OnceLock::new(); majors.len()],
            rows,
            majors,
            occupations,
        }
    }

    /// The affinity of a major and an occupation or group, by their places.
    pub(crate) fn between(&self, major: usize, occupation: usize) -> u16 {
        self.row(major).get(occupation).copied().unwrap_or(0)
    }

    /// The affinities of a major with every occupation, in the order of the list; none when there is no such major. Found out
    /// once: whoever asks for one asks for more, and a large group takes as long as all its members.
    pub(crate) fn row(&self, major: usize) -> &[u16] {
        let known = self.majors.get(major).zip(self.known.get(major));
        known.map_or(&[], |(side, known)| known.get_or_init(|| self.spread(side).into()))
    }

    /// The affinities of every major with the occupation or group at this place, in the order of the majors; none when there is
    /// no such place. Looks at one occupation, or the members of one group, and not at the whole row of every major.
    pub(crate) fn column(&self, occupation: usize) -> Vec<u16> {
        let Some(side) = self.occupations.get(occupation) else {
            return Vec::new();
        };
        let single = |place: &usize| self.occupations[*place].group.is_none();
        let fresh = |major: &MajorSide| match &side.group {
            None => self.single(major, occupation),
            Some((span, share)) => {
                let members = span.clone().filter(single).map(|place| self.single(major, place));
                shared(members.max().unwrap_or(0), *share)
            }
        };
        let majors = self.majors.iter().zip(&self.known);
        majors
            .map(|(major, known)| known.get().map_or_else(|| fresh(major), |row| row[occupation]))
            .collect()
    }

    fn spread(&self, major: &MajorSide) -> Vec<u16> {
        let mut row: Vec<u16> = self
            .occupations
            .iter()
            .enumerate()
            .map(|(place, side)| {
                if side.group.is_none() {
                    self.single(major, place)
                } else {
                    0
                }
            })
            .collect();
        for (place, side) in self.occupations.iter().enumerate() {
            if let Some((span, share)) = &side.group {
                let single = |place: &usize| self.occupations[*place].group.is_none();
                let best = span.clone().filter(single).map(|place| row[place]).max();
                row[place] = shared(best.unwrap_or(0), *share);
            }
        }
        row
    }

    /// The affinity of a major and a single occupation.
    fn single(&self, major: &MajorSide, occupation: usize) -> u16 {
        let weights = major.rows.iter().map(|row| self.rows[*row][occupation]);
        let base = weights.max().unwrap_or(0);
        let agree = u32::from(agreement(&major.pairs, &self.occupations[occupation].pairs));
        let raised = if base == 0 {
            agree * NAME_ALONE / 1_000
        } else {
            u32::from(base) + (1_000 - u32::from(base)) * agree * NAME_RAISES / 1_000_000
        };
        u16::try_from(raised.min(1_000)).unwrap_or(1_000)
    }

    #[cfg(test)]
    pub(crate) fn class_names() -> Vec<String> {
        let table = Table::parse(AFFINITY, true, &["scope", "name", "prefixes"]).unwrap();
        let classes = table.rows().filter(|row| row.get("scope") == "class");
        classes.map(|row| row.get("name").to_owned()).collect()
    }
}

fn group_share(rank: OccupationRank) -> Option<u32> {
    match rank {
        OccupationRank::Major => Some(500),
        OccupationRank::Middle => Some(800),
        OccupationRank::Minor => Some(1_000),
        OccupationRank::Occupation => None,
    }
}

fn shared(best: u16, share: u32) -> u16 {
    u16::try_from(u32::from(best) * share / 1_000).unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::stem;

    #[test]
    fn every_rule_of_the_table_meets_an_occupation() {
        let occupations = crate::builtin::occupations();
        let table = Table::parse(AFFINITY, true, &["scope", "name", "prefixes"]).unwrap();
        for row in table.rows() {
            assert!(["class", "word"].contains(&row.get("scope")), "line {}", row.line);
            let rules = rules_of(row.get("prefixes")).unwrap_or_else(|| panic!("line {}", row.line));
            assert!(!rules.is_empty(), "line {}", row.line);
            for (prefix, _) in rules {
                assert_eq!(stem(prefix), prefix, "line {}", row.line);
                assert!(
                    !contained(&occupations, prefix).is_empty(),
                    "line {}: {prefix}",
                    row.line
                );
            }
        }
    }

    #[test]
    fn every_word_of_the_table_stands_in_a_major() {
        let majors = crate::builtin::majors();
        let table = Table::parse(AFFINITY, true, &["scope", "name", "prefixes"]).unwrap();
        for row in table.rows().filter(|row| row.get("scope") == "word") {
            let word = row.get("name");
            assert!(majors.iter().any(|major| major.name.contains(word)), "{word}");
        }
    }

    #[test]
    fn the_table_knows_each_class_of_the_catalogues_once() {
        let mut classes: Vec<_> = crate::builtin::majors()
            .into_iter()
            .map(|major| major.class_name)
            .collect();
        classes.sort();
        classes.dedup();
        let mut known = Affinity::class_names();
        known.sort();
        assert_eq!(known, classes);
        assert_eq!(known.len(), 97);
    }
}
