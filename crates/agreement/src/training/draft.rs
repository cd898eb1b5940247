//! The draft: what people typed, word for word, before anybody knows whether it means anything.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use vocabulary::Vocabulary;

use super::{
    body::{Body, FIELDS},
    field::{FieldSpec, Kind},
    table::Reader,
};

/// More entries than any list has.
const MOST_ENTRIES: usize = 200;

/// What was typed, by field. Lists by index: `training.content.0.topic`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Draft(BTreeMap<String, String>);

/// A key that no field has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the training agreement has no field {0:?}")]
pub struct UnknownField(pub String);

/// Something typed that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The field's key as it was typed into.
    pub field: String,
    /// What is wrong; the sentence is made by the page.
    pub code: ProblemCode,
}

/// What can be wrong with what was typed. The sentences are those of every other form: `problem.<key>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum ProblemCode {
    /// More than `max` characters.
    TooLong {
        /// The limit in characters.
        max: usize,
    },
    /// No date of the calendar.
    NotADate,
    /// Not a number.
    NotANumber,
    /// A number outside of what makes sense.
    OutOfRange {
        /// The smallest that does.
        min: i64,
        /// The largest that does.
        max: i64,
    },
    /// Not an amount in yuan.
    NotMoney,
    /// A code or name that the vocabulary lacks.
    Unknown {
        /// What was typed.
        typed: String,
    },
    /// Not a choice that is offered here.
    NotAChoice,
    /// No font prints it. Found by whoever has the fonts.
    Unprintable {
        /// The characters.
        characters: String,
    },
}

impl ProblemCode {
    /// The last part of the key of its sentence: `problem.<key>`.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::NotADate => "not_a_date",
            Self::NotANumber => "not_a_number",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NotMoney => "not_money",
            Self::Unknown { .. } => "unknown",
            Self::NotAChoice => "not_a_choice",
            Self::Unprintable { .. } => "unprintable",
        }
    }

    /// The facts its sentence needs, by name.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLong { max } => vec![("max", max.to_string())],
            Self::OutOfRange { min, max } => vec![("min", min.to_string()), ("max", max.to_string())],
            Self::Unknown { typed } => vec![("typed", typed.clone())],
            Self::Unprintable { characters } => vec![("characters", characters.clone())],
            _ => Vec::new(),
        }
    }
}

/// The field that a finding or a problem speaks of: its key, or that of an entry or of a field of an entry.
pub fn spec_of(key: &str) -> Option<&'static FieldSpec> {
    FIELDS
        .iter()
        .find(|spec| key == spec.key || key.strip_prefix(spec.key).is_some_and(|rest| rest.starts_with('.')))
}

/// The field that a key of a draft belongs to, with the kind of what is typed there.
pub fn field_of(key: &str) -> Option<(&'static FieldSpec, &'static Kind)> {
    let spec = spec_of(key)?;
    let Kind::List { fields } = &spec.kind else {
        return (key == spec.key).then_some((spec, &spec.kind));
    };
    let (index, name) = key.strip_prefix(spec.key)?.strip_prefix('.')?.split_once('.')?;
    let plain = index
        .parse::<usize>()
        .ok()
        .filter(|n| *n < MOST_ENTRIES && n.to_string() == index);
    plain?;
    let field = fields.iter().find(|field| field.key == name)?;
    Some((spec, &field.kind))
}

impl Draft {
    /// The draft that reads as `body`.
    pub fn of(body: &Body) -> Self {
        let mut draft = Self::default();
        body.write(&mut draft);
        draft
    }

    /// Types `words` into the field `key`; empty words take away what was there.
    pub fn set(&mut self, key: &str, words: &str) -> Result<(), UnknownField> {
        if field_of(key).is_none() {
            return Err(UnknownField(key.to_owned()));
        }
        if words.trim().is_empty() {
            self.0.remove(key);
        } else {
            self.put(key.to_owned(), words.to_owned());
        }
        Ok(())
    }

    pub(crate) fn put(&mut self, key: String, words: String) {
        self.0.insert(key, words);
    }

    /// What was typed into the field `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Everything typed, by key.
    pub fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, words)| (key.as_str(), words.as_str()))
    }

    /// Whether anything was typed into the field or into an entry of it.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some() || !self.indices(key).is_empty()
    }

    /// The indices at which the list `key` has entries, in order.
    pub fn indices(&self, key: &str) -> BTreeSet<usize> {
        let prefix = format!("{key}.");
        self.0
            .range(prefix.clone()..)
            .take_while(|(have, _)| have.starts_with(&prefix))
            .filter_map(|(have, _)| have[prefix.len()..].split_once('.')?.0.parse().ok())
            .collect()
    }

    /// Takes the entry `index` out of the list `key`; those behind it move up.
    pub fn remove_entry(&mut self, key: &str, index: usize) {
        let prefix = format!("{key}.{index}.");
        self.0.retain(|have, _| !have.starts_with(&prefix));
        self.close_gaps();
    }

    /// Numbers the entries of every list from 0 without gaps, so that an entry has one index in draft, body and findings.
    pub fn close_gaps(&mut self) {
        for spec in FIELDS.iter().filter(|spec| matches!(spec.kind, Kind::List { .. })) {
            for (wanted, had) in self.indices(spec.key).into_iter().enumerate() {
                if wanted != had {
                    let from = format!("{}.{had}.", spec.key);
                    let moved: Vec<String> = self.0.keys().filter(|have| have.starts_with(&from)).cloned().collect();
                    for old in moved {
                        if let Some(words) = self.0.remove(&old) {
                            self.0
                                .insert(format!("{}.{wanted}.{}", spec.key, &old[from.len()..]), words);
                        }
                    }
                }
            }
        }
    }

    /// The body that was meant, and what could not be read. Nothing typed is lost: the draft stays as it is.
    pub fn read(&self, vocabulary: &Vocabulary) -> (Body, Vec<Problem>) {
        let mut reader = Reader {
            draft: self,
            vocabulary,
            problems: Vec::new(),
        };
        let body = Body::read(&mut reader);
        (body, reader.problems)
    }
}
