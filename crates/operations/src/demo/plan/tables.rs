//! The handwritten tables, as they stand in `demo/data`.
//!
//! A title or text may begin with marks and a space: `#b` is its topic (a title takes texts of its own topic or of `*`;
//! none is a topic too), `@2` the place of the occupation, for programmes the major, that it speaks of (the first when
//! absent), `~` on a text says that it divides the days itself. `{n}` places, `{months}`, `{level}`, `{season}` and
//! `{hours}` are filled in from the post's own figures.

use std::collections::BTreeMap;

use kernel::PostingKind;
use serde::{Deserialize, de::DeserializeOwned};

use super::apprentices::ApprenticeTables;

const INDUSTRIES: [&str; 9] = [
    include_str!("../data/ic.toml"),
    include_str!("../data/biomed.toml"),
    include_str!("../data/ai.toml"),
    include_str!("../data/electronics.toml"),
    include_str!("../data/auto.toml"),
    include_str!("../data/equipment.toml"),
    include_str!("../data/materials.toml"),
    include_str!("../data/health.toml"),
    include_str!("../data/fashion.toml"),
];

/// All tables.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(super) industries: Vec<Industry>,
    pub(super) phrases: Phrases,
    pub(super) organisations: Organisations,
    pub(super) unanswered: Vec<Unanswered>,
    pub(super) schools: Vec<School>,
    pub(crate) people: People,
    pub(super) apprentices: ApprenticeTables,
}

/// Parts of people's names with the letters that stand for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct People {
    pub(crate) surnames: Vec<(String, String)>,
    pub(crate) given: Vec<(String, String)>,
}

/// An industry's trades and what its enterprises say about themselves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Industry {
    pub(super) code: String,
    pub(super) conditions: Vec<String>,
    pub(super) trades: Vec<Trade>,
}

/// A trade: its codes, its figures, and what people write about it, by kind of post.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trade {
    pub(super) key: String,
    #[serde(default)]
    pub(super) conditions: Vec<String>,
    #[serde(default = "largest_group")]
    pub(super) largest_group: i64,
    pub(super) majors: Vec<String>,
    pub(super) occupations: Vec<String>,
    pub(super) skills: Vec<String>,
    pub(super) pay: (i64, i64),
    programme: Script,
    course: Script,
    base: Script,
    apprentices: Script,
    staff_training: Script,
    base_time: Script,
}

const fn largest_group() -> i64 {
    18
}

/// Titles and texts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    pub(super) titles: Vec<String>,
    pub(super) texts: Vec<String>,
}

/// Sentences that fit every trade, by kind of post.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    programme: Sentences,
    course: Sentences,
    base: Sentences,
    apprentices: Sentences,
    staff_training: Sentences,
    base_time: Sentences,
    pub(super) notes: BTreeMap<PostingKind, Vec<String>>,
}

/// How days are divided, and what is said last.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sentences {
    pub(super) schedules: Vec<Schedule>,
    pub(super) tails: Vec<String>,
}

/// A sentence about how days are divided, with the training modes it describes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Schedule {
    pub(super) modes: Vec<String>,
    pub(super) text: String,
}

/// Who takes part.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organisations {
    pub(super) colleges: Vec<Roster>,
    pub(super) enterprises: Vec<Roster>,
}

/// An organisation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roster {
    pub(super) name: String,
    pub(super) slug: String,
    #[serde(default = "enterprise")]
    pub(super) kind: String,
    #[serde(default = "business")]
    pub(super) registrar: String,
    pub(super) province: String,
    pub(super) sites: Vec<String>,
    pub(super) industries: Vec<String>,
    pub(super) trades: Vec<String>,
    #[serde(default)]
    pub(super) standing: RosterStanding,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) claims: bool,
    pub(super) introduction: String,
}

/// What became of its sign-up.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RosterStanding {
    #[default]
    Verified,
    Claimed,
    Returned,
}

fn enterprise() -> String {
    "enterprise".to_owned()
}

fn business() -> String {
    "91".to_owned()
}

/// A need that nobody here can answer well, written out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unanswered {
    pub(super) owner: String,
    pub(super) kind: PostingKind,
    pub(super) occupation: String,
    #[serde(default)]
    pub(super) level: String,
    pub(super) seats: i64,
    #[serde(default)]
    pub(super) pay: Option<(i64, i64)>,
    #[serde(default)]
    pub(super) hours: Option<i64>,
    #[serde(default)]
    pub(super) budget: Option<i64>,
    pub(super) industries: Vec<String>,
    pub(super) skills: Vec<String>,
    pub(super) title: String,
    pub(super) text: String,
}

/// A college of the register; `/5` behind a major adds a row for five years beside the one for three.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct School {
    pub(super) name: String,
    pub(super) province: String,
    pub(super) code: String,
    pub(super) majors: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnansweredFile {
    needs: Vec<Unanswered>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterFile {
    schools: Vec<School>,
}

fn parse<T: DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).expect("the embedded tables are read by a test")
}

impl Tables {
    /// The tables shipped with the crate.
    pub(super) fn builtin() -> Self {
        Self {
            industries: INDUSTRIES.map(parse).into(),
            phrases: parse(include_str!("../data/phrases.toml")),
            organisations: parse(include_str!("../data/organisations.toml")),
            unanswered: parse::<UnansweredFile>(include_str!("../data/unanswered.toml")).needs,
            schools: parse::<RegisterFile>(include_str!("../data/register.toml")).schools,
            people: parse(include_str!("../data/people.toml")),
            apprentices: parse(include_str!("../data/apprentices.toml")),
        }
    }

    /// The trades of these keys, each with its industry.
    pub(super) fn trades<'t>(&'t self, keys: &'t [String]) -> impl Iterator<Item = (&'t Industry, &'t Trade)> {
        self.industries
            .iter()
            .flat_map(|industry| industry.trades.iter().map(move |trade| (industry, trade)))
            .filter(|(_, trade)| keys.contains(&trade.key))
    }
}

impl Trade {
    /// What is written in posts of this kind.
    pub(super) const fn script(&self, kind: PostingKind) -> &Script {
        match kind {
            PostingKind::Programme => &self.programme,
            PostingKind::Course => &self.course,
            PostingKind::Base => &self.base,
            PostingKind::Apprentices => &self.apprentices,
            PostingKind::StaffTraining => &self.staff_training,
            PostingKind::BaseTime => &self.base_time,
        }
    }
}

impl Phrases {
    /// What fits posts of this kind.
    pub(super) const fn of(&self, kind: PostingKind) -> &Sentences {
        match kind {
            PostingKind::Programme => &self.programme,
            PostingKind::Course => &self.course,
            PostingKind::Base => &self.base,
            PostingKind::Apprentices => &self.apprentices,
            PostingKind::StaffTraining => &self.staff_training,
            PostingKind::BaseTime => &self.base_time,
        }
    }
}

/// A title or text without its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phrase<'t> {
    /// The topic; a space stands for none.
    pub(super) topic: char,
    /// The place of the occupation or major it speaks of, if it names one.
    pub(super) place: Option<usize>,
    /// Whether it says itself how the days are divided.
    pub(super) own_days: bool,
    /// What is written.
    pub(super) words: &'t str,
}

impl<'t> Phrase<'t> {
    /// Takes the marks off.
    pub(super) fn read(raw: &'t str) -> Self {
        let (marks, words) = match raw.split_once(' ') {
            Some((marks, words)) if marks.starts_with(['#', '@', '~']) => (marks, words),
            _ => ("", raw),
        };
        let after = |mark: char| marks.split_once(mark).and_then(|(_, rest)| rest.chars().next());
        Self {
            topic: after('#').unwrap_or(' '),
            place: after('@')
                .and_then(|digit| digit.to_digit(10))
                .and_then(|digit| usize::try_from(digit).ok()),
            own_days: marks.starts_with('~'),
            words,
        }
    }

    /// Whether a text goes with a title.
    pub(super) fn goes_with(&self, title: &Phrase<'_>) -> bool {
        self.topic == '*' || self.topic == title.topic
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_and_words_left_alone() {
        let marked = Phrase::read("~#b@2 样衣间新人");
        assert_eq!(
            marked,
            Phrase {
                topic: 'b',
                place: Some(2),
                own_days: true,
                words: "样衣间新人"
            }
        );
        let plain = Phrase::read("SPC 与良率分析");
        assert_eq!(
            plain,
            Phrase {
                topic: ' ',
                place: None,
                own_days: false,
                words: "SPC 与良率分析"
            }
        );
    }

    #[test]
    fn every_title_has_a_text_and_every_mark_a_trade() {
        for trade in Tables::builtin()
            .industries
            .iter()
            .flat_map(|industry| &industry.trades)
        {
            for kind in PostingKind::ALL {
                let script = trade.script(kind);
                let places = if kind == PostingKind::Programme {
                    &trade.majors
                } else {
                    &trade.occupations
                };
                for raw in &script.titles {
                    let title = Phrase::read(raw);
                    assert!(title.place.is_none_or(|place| place < places.len()), "{raw}");
                    assert!(
                        script.texts.iter().any(|text| Phrase::read(text).goes_with(&title)),
                        "{raw}"
                    );
                }
            }
        }
    }
}
