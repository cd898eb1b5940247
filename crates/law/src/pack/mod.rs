//! Policy packs: numbers with where they stand, how well they are known, and from when.

mod read;
mod resolve;

use std::collections::BTreeMap;

use kernel::Date;
use serde::Serialize;

pub use read::{PackError, PackProblem};
pub use resolve::{Answer, Resolved, Used};

use crate::{Evidence, Severity, Stage};

/// The packs that come with the product: a file's name and its text.
pub const BUILTIN: &[(&str, &str)] = &[
    ("CN.toml", include_str!("../../packs/CN.toml")),
    ("310000.toml", include_str!("../../packs/310000.toml")),
    ("310101.toml", include_str!("../../packs/310101.toml")),
    ("310118.toml", include_str!("../../packs/310118.toml")),
];

/// The region that every other lies in.
pub(crate) const NATION: &str = "CN";

/// A set of packs that belong together: every region's parent is there, and nobody weakens what lies above.
#[derive(Debug, Clone)]
pub struct Packs {
    /// By region.
    packs: BTreeMap<String, Pack>,
}

/// A pack as it was frozen into an agreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackVersion {
    /// `310000`.
    pub id: String,
    /// `2026.11.1`.
    pub version: String,
}

/// One region's pack.
#[derive(Debug, Clone)]
pub(crate) struct Pack {
    pub(crate) file: String,
    pub(crate) version: PackVersion,
    pub(crate) region: String,
    pub(crate) parent: Option<String>,
    pub(crate) title: String,
    pub(crate) sources: Vec<Source>,
    pub(crate) params: Vec<Param>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) raises: Vec<Raise>,
    pub(crate) rates: Vec<Rate>,
    pub(crate) documents: Vec<Document>,
}

/// A text that numbers come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// What numbers name it by.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its number, where it has one: `人社部发〔2021〕39号`.
    pub number: Option<String>,
    /// When it was made or last changed.
    #[serde(serialize_with = "crate::iso::maybe_day")]
    pub dated: Option<Date>,
    /// When it came into force.
    #[serde(serialize_with = "crate::iso::maybe_day")]
    pub effective: Option<Date>,
    /// How it was seen. No number from it can be known better.
    pub seen: Evidence,
}

/// Where a row of a pack stands, how well that is known, and from when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Known {
    /// The source, with the article behind `#`.
    pub(crate) source: String,
    pub(crate) evidence: Evidence,
    /// `None`: not established.
    #[serde(serialize_with = "crate::iso::maybe_day")]
    pub(crate) effective_from: Option<Date>,
    #[serde(serialize_with = "crate::iso::maybe_day")]
    pub(crate) review_by: Option<Date>,
}

impl Known {
    /// The grade on a day: not from when it holds is to be taken as remembered; past its review it is hearsay at best.
    pub(crate) fn grade(&self, on: Date) -> Evidence {
        let dated = if self.effective_from.is_some() {
            self.evidence
        } else {
            self.evidence.weaker(Evidence::Recall)
        };
        if self.is_stale(on) {
            dated.weaker(Evidence::Quote)
        } else {
            dated
        }
    }

    pub(crate) fn is_stale(&self, on: Date) -> bool {
        self.review_by.is_some_and(|by| on > by)
    }

    /// Whether it holds on a day; a row without a date may.
    pub(crate) fn holds(&self, on: Date) -> bool {
        self.effective_from.is_none_or(|from| from <= on)
    }
}

/// How far a nearer pack may go from a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// It stands as it is.
    Fixed,
    /// A nearer pack may only ask for as much or more.
    AtLeast,
    /// A nearer pack may only allow as much or less.
    AtMost,
}

#[derive(Debug, Clone)]
pub(crate) struct Param {
    pub(crate) key: String,
    pub(crate) value: Value,
    pub(crate) known: Known,
    pub(crate) guard: Option<Guard>,
}

#[derive(Debug, Clone)]
pub(crate) struct Gap {
    pub(crate) key: String,
    pub(crate) note: String,
}

/// A pack's word that a rule weighs more here, or is asked where it would not be. It can only add weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raise {
    /// The rule.
    pub rule: String,
    /// Where it is asked.
    pub stage: Stage,
    /// What it does there.
    pub severity: Severity,
    /// Why, in the pack's words; may be empty.
    pub note: String,
    pub(crate) known: Known,
}

/// An amount of subsidy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// `base`, or `topup` on top of it.
    pub stack: String,
    /// A level's code, or `*`.
    pub level: String,
    /// What it is paid for: `person_year`.
    pub per: String,
    /// The amount in fen.
    pub amount_fen: i64,
    pub(crate) known: Known,
}

/// A paper that an authority asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// `file`, `advance` or `balance`.
    pub stage: String,
    /// `roster`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether nothing moves without it.
    pub required: bool,
    pub(crate) known: Known,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// One integer.
    Int(i64),
    /// Yes or no.
    Flag(bool),
    /// A code.
    Code(String),
    /// Codes.
    List(Vec<String>),
    /// Named integers and codes.
    Table(Table),
}

/// Named integers and codes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Table(pub(crate) BTreeMap<String, Value>);

impl Table {
    /// The integer of this name.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.0.get(name)? {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The code of this name.
    pub fn code(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Code(code) => Some(code),
            _ => None,
        }
    }

    /// The value of the step that holds at `months`: of `m0`, `m3`, `m12` that of the largest not above it.
    pub fn step(&self, months: i64) -> Option<i64> {
        self.0
            .iter()
            .filter_map(|(name, value)| match value {
                Value::Int(n) => Some((name.strip_prefix('m')?.parse::<i64>().ok()?, *n)),
                _ => None,
            })
            .filter(|(from, _)| *from <= months)
            .max()
            .map(|(_, value)| value)
    }

    /// Names and values, by name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl Raise {
    /// How well the pack's word is known on a day.
    pub fn grade(&self, on: Date) -> Evidence {
        self.known.grade(on)
    }

    /// Where the pack has it from.
    pub fn source(&self) -> &str {
        &self.known.source
    }
}

impl Rate {
    /// How well it is known on a day.
    pub fn grade(&self, on: Date) -> Evidence {
        self.known.grade(on)
    }

    /// Whether an amount computed from it is an estimate: everything but a text that was read, in force and not past
    /// its review (SB-12).
    pub fn is_estimate(&self, on: Date) -> bool {
        self.known.grade(on) != Evidence::Text
    }

    /// Where it stands.
    pub fn source(&self) -> &str {
        &self.known.source
    }
}

impl Document {
    /// How well it is known on a day.
    pub fn grade(&self, on: Date) -> Evidence {
        self.known.grade(on)
    }

    /// Where it stands.
    pub fn source(&self) -> &str {
        &self.known.source
    }
}
