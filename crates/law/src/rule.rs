//! Rules as values: what they rest on, where they are asked, and what they answer.

use kernel::{Date, Fen, format_date};
use serde::Serialize;

use crate::{Basis, Evidence, Resolved, Severity, Stage};

/// Where a rule stands, and how well that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// The law or document: `劳动合同法`.
    pub source: &'static str,
    /// The article, as people say it: `第十九条`; empty where there is none.
    pub article: &'static str,
    /// How this provision is known.
    pub evidence: Evidence,
}

/// One rule about a case `C`. Rules stand in tables; a rule is data and one pure function.
#[derive(Debug)]
pub struct Rule<C> {
    /// `TA-14`.
    pub id: &'static str,
    /// What it rests on.
    pub basis: Basis,
    /// Where it is asked, and what it does there by itself. Empty: off until a pack switches it on.
    pub stages: &'static [(Stage, Severity)],
    /// Where it stands.
    pub citations: &'static [Citation],
    /// Keys of the parameters it asks for, all of them.
    pub params: &'static [&'static str],
    /// Whether an operator may let it pass with a reason.
    pub overridable: bool,
    /// The check.
    pub check: fn(&C, &Resolved) -> Verdict,
}

/// What a rule says of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not hold, in each of these places.
    Fail(Vec<Breach>),
    /// It may go on with a reason on record: never more than a warning.
    NeedsReason(Vec<Breach>),
    /// It does not concern this case.
    NotApplicable,
    /// It cannot be said. Never a pass.
    Unknown(Vec<Missing>),
}

/// A place where a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The field it concerns: `pay.wage_items.0.amount`.
    pub field: String,
    /// What was found.
    pub found: Shown,
    /// What would have been right.
    pub limit: Shown,
    /// The parameters this breach rests on; empty means all that the rule names.
    pub params: Vec<&'static str>,
    /// No stronger than this, whatever the rule declares.
    pub at_most: Severity,
}

/// What a check could not do without.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No pack says it.
    Param(String),
    /// The case does not say it.
    Field(String),
}

/// A value as a message shows it; the words around it and its unit belong to the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Shown {
    /// Nothing to show.
    None,
    /// A count.
    Int(i64),
    /// An amount.
    Fen(Fen),
    /// Full years.
    Years(i64),
    /// Whole months.
    Months(i64),
    /// Days.
    Days(i64),
    /// Minutes, shown as hours.
    Minutes(i64),
    /// Ten-thousandths, shown in per cent.
    BasisPoints(i64),
    /// A day.
    Date(#[serde(serialize_with = "crate::iso::day")] Date),
    /// A code of a vocabulary.
    Code(String),
    /// Words of the document or of a person.
    Words(String),
}

impl<C> Rule<C> {
    /// What the rule does by itself at `stage`. What may not be drafted may not be signed either.
    pub fn severity_at(&self, stage: Stage) -> Option<Severity> {
        let at = |asked| self.stages.iter().find(|(stage, _)| *stage == asked);
        let found = match stage {
            Stage::Sign => at(Stage::Sign).or_else(|| at(Stage::Draft)),
            other => at(other),
        };
        found.map(|(_, severity)| *severity)
    }

    /// The grade of the rule: that of its best known citation.
    pub fn grade(&self) -> Evidence {
        strongest(self.citations)
    }
}

/// The strongest grade among citations; without any it is a choice of ours.
pub fn strongest(citations: &[Citation]) -> Evidence {
    citations
        .iter()
        .map(|citation| citation.evidence)
        .reduce(Evidence::stronger)
        .unwrap_or(Evidence::Design)
}

impl Breach {
    /// A breach that rests on every parameter of its rule.
    pub fn new(field: impl Into<String>, found: Shown, limit: Shown) -> Self {
        Self {
            field: field.into(),
            found,
            limit,
            params: Vec::new(),
            at_most: Severity::Block,
        }
    }

    /// The same, resting on these parameters only.
    #[must_use]
    pub fn by(mut self, params: &[&'static str]) -> Self {
        self.params = params.to_vec();
        self
    }

    /// The same, no stronger than `severity`.
    #[must_use]
    pub fn at_most(mut self, severity: Severity) -> Self {
        self.at_most = severity;
        self
    }
}

impl Verdict {
    /// Fails with the breaches found; passes without any.
    pub fn of(breaches: Vec<Breach>) -> Self {
        if breaches.is_empty() {
            Self::Pass
        } else {
            Self::Fail(breaches)
        }
    }

    /// Fails in one place.
    pub fn fail(breach: Breach) -> Self {
        Self::Fail(vec![breach])
    }

    /// Asks for a reason in one place.
    pub fn needs_reason(breach: Breach) -> Self {
        Self::NeedsReason(vec![breach])
    }

    /// Cannot be said without this field.
    pub fn without_field(field: impl Into<String>) -> Self {
        Missing::Field(field.into()).into()
    }
}

impl From<Missing> for Verdict {
    fn from(missing: Missing) -> Self {
        Self::Unknown(vec![missing])
    }
}

/// So that a check may be written with `?` and turned into its verdict at the end.
impl From<Result<Verdict, Missing>> for Verdict {
    fn from(result: Result<Verdict, Missing>) -> Self {
        result.unwrap_or_else(Self::from)
    }
}

impl Missing {
    /// The key of the parameter or of the field.
    pub fn key(&self) -> &str {
        match self {
            Self::Param(key) | Self::Field(key) => key,
        }
    }
}

impl std::fmt::Display for Shown {
    /// The bare value, for logs and tests: amounts in yuan, dates as `2026-09-01`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Int(n)
            | Self::Years(n)
            | Self::Months(n)
            | Self::Days(n)
            | Self::Minutes(n)
            | Self::BasisPoints(n) => write!(f, "{n}"),
            Self::Fen(amount) => write!(f, "{amount}"),
            Self::Date(date) => f.write_str(&format_date(*date)),
            Self::Code(text) | Self::Words(text) => f.write_str(text),
        }
    }
}
