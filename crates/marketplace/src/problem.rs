//! What is wrong with something typed, and where.

use serde::{Deserialize, Serialize};

/// One thing to mend: the field it belongs to and what is wrong. The sentence is made by the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field's name in forms and the column's in files, `lines.2.seats` for the third line.
    pub field: String,
    /// What is wrong.
    pub code: ProblemCode,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum ProblemCode {
    /// Nothing was typed where something is needed.
    Required,
    /// More than `max` characters.
    TooLong {
        /// The limit in characters.
        max: usize,
    },
    /// Fewer than `min` characters.
    TooShort {
        /// The limit in characters.
        min: usize,
    },
    /// More than `max` entries.
    TooMany {
        /// The limit in entries.
        max: usize,
    },
    /// No date of the calendar.
    NotADate,
    /// Not a whole number.
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
    /// Not an e-mail address.
    NotEmail,
    /// Not a phone number.
    NotAPhone,
    /// A code or name that the vocabulary lacks.
    Unknown {
        /// What was typed.
        typed: String,
    },
    /// Words by which nothing is found.
    FindsNothing {
        /// What was typed.
        typed: String,
    },
    /// Not a choice that is offered here.
    NotAChoice,
    /// The end is before the start.
    EndsBeforeStart,
    /// A closing date that has passed.
    Past,
    /// A line names neither major nor occupation.
    TradeMissing,
    /// A post without a line.
    LinesMissing,
    /// The lower bound is above the upper.
    UpsideDown,
    /// A district that is not in the province.
    NotInProvince,
    /// A credit code of the wrong length.
    CreditCodeLength {
        /// How many characters there were.
        found: usize,
    },
    /// A character that no credit code has.
    CreditCodeCharacter {
        /// Counted from 1.
        position: usize,
        /// The character.
        character: char,
    },
    /// Positions 3 to 8 of a credit code must be digits.
    CreditCodeRegion,
    /// The check character of a credit code does not agree.
    CreditCodeCheck,
    /// The address has an account already.
    EmailTaken,
    /// The credit code belongs to an organisation that is here already.
    CreditCodeTaken,
    /// The two are not the same.
    NotTheSame,
    /// The password is among the commonest, or made of the name or address.
    WeakPassword,
    /// The box must be ticked.
    NotAgreed,
    /// No font prints it.
    Unprintable {
        /// The characters.
        characters: String,
    },
}

impl ProblemCode {
    /// The last part of the key of its sentence: `problem.<key>`.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong { .. } => "too_long",
            Self::TooShort { .. } => "too_short",
            Self::TooMany { .. } => "too_many",
            Self::NotADate => "not_a_date",
            Self::NotANumber => "not_a_number",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NotMoney => "not_money",
            Self::NotEmail => "not_email",
            Self::NotAPhone => "not_a_phone",
            Self::Unknown { .. } => "unknown",
            Self::FindsNothing { .. } => "finds_nothing",
            Self::NotAChoice => "not_a_choice",
            Self::EndsBeforeStart => "ends_before_start",
            Self::Past => "past",
            Self::TradeMissing => "trade_missing",
            Self::LinesMissing => "lines_missing",
            Self::UpsideDown => "upside_down",
            Self::NotInProvince => "not_in_province",
            Self::CreditCodeLength { .. } => "credit_code_length",
            Self::CreditCodeCharacter { .. } => "credit_code_character",
            Self::CreditCodeRegion => "credit_code_region",
            Self::CreditCodeCheck => "credit_code_check",
            Self::EmailTaken => "email_taken",
            Self::CreditCodeTaken => "credit_code_taken",
            Self::NotTheSame => "not_the_same",
            Self::WeakPassword => "weak_password",
            Self::NotAgreed => "not_agreed",
            Self::Unprintable { .. } => "unprintable",
        }
    }

    /// The facts its sentence needs, by name.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLong { max } | Self::TooMany { max } => vec![("max", max.to_string())],
            Self::TooShort { min } => vec![("min", min.to_string())],
            Self::OutOfRange { min, max } => vec![("min", min.to_string()), ("max", max.to_string())],
            Self::Unknown { typed } | Self::FindsNothing { typed } => vec![("typed", typed.clone())],
            Self::Unprintable { characters } => vec![("characters", characters.clone())],
            Self::CreditCodeLength { found } => vec![("found", found.to_string())],
            Self::CreditCodeCharacter { position, character } => {
                vec![("position", position.to_string()), ("character", character.to_string())]
            }
            _ => Vec::new(),
        }
    }

    /// One of each, for the test that every sentence exists.
    pub fn samples() -> Vec<Self> {
        vec![
            Self::Required,
            Self::TooLong { max: 60 },
            Self::TooShort { min: 10 },
            Self::TooMany { max: 20 },
            Self::NotADate,
            Self::NotANumber,
            Self::OutOfRange { min: 1, max: 500 },
            Self::NotMoney,
            Self::NotEmail,
            Self::NotAPhone,
            Self::Unknown {
                typed: "数控".to_owned(),
            },
            Self::FindsNothing {
                typed: "操机".to_owned(),
            },
            Self::NotAChoice,
            Self::EndsBeforeStart,
            Self::Past,
            Self::TradeMissing,
            Self::LinesMissing,
            Self::UpsideDown,
            Self::NotInProvince,
            Self::CreditCodeLength { found: 17 },
            Self::CreditCodeCharacter {
                position: 9,
                character: 'I',
            },
            Self::CreditCodeRegion,
            Self::CreditCodeCheck,
            Self::EmailTaken,
            Self::CreditCodeTaken,
            Self::NotTheSame,
            Self::WeakPassword,
            Self::NotAgreed,
            Self::Unprintable {
                characters: "䶮、𠮷".to_owned(),
            },
        ]
    }
}

/// Problems as they are found, field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// None so far.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Adds one.
    pub fn add(&mut self, field: impl Into<String>, code: ProblemCode) {
        self.0.push(Problem {
            field: field.into(),
            code,
        });
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value` when there is none, the list when there is one.
    pub fn or<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }

    /// The list.
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }

    /// The trimmed text, noting when it is empty or longer than `max` characters.
    pub fn text(&mut self, field: &str, typed: &str, max: usize) -> String {
        let text = self.optional_text(field, typed, max);
        if text.is_empty() {
            self.add(field, ProblemCode::Required);
        }
        text
    }

    /// The trimmed text, noting only when it is longer than `max` characters. Control characters are dropped: no
    /// database takes a NUL, and no page shows the others.
    pub fn optional_text(&mut self, field: &str, typed: &str, max: usize) -> String {
        let text: String = typed
            .trim()
            .replace("\r\n", "\n")
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        if text.chars().count() > max {
            self.add(field, ProblemCode::TooLong { max });
        }
        text
    }
}
