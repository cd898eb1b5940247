//! The rules that look at a training agreement: one table, in the order identity, bans, money, content, people, evidence.
//!
//! A rule compares; every number it compares with is a parameter of a policy pack.

mod contract;
mod evidence;
mod identity;
mod money;
mod protection;
mod table;
mod training;

use std::sync::Arc;

use kernel::{Date, age_on};
use law::{Answer, Missing, Resolved, params};
use time::Month;
use vocabulary::{SkillLevel, Vocabulary};

use super::{body::Body, choice::Choice, field::Occasion, value::Day};

pub use money::{damages_at_most, damages_share};
pub use table::RULES;

/// What the rules are asked about.
#[derive(Debug, Clone)]
pub struct Case {
    /// What the parties agree on.
    pub body: Body,
    /// The day in Shanghai.
    pub today: Date,
    /// What stands outside of the body.
    pub facts: Facts,
    /// The lists that codes come from.
    pub vocabulary: Arc<Vocabulary>,
}

/// What rules need to know that is not in the body. `None`: nobody looked yet, which is never a pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whether the enterprise checked the apprentice's identity document and has that on record.
    pub identity_checked: Option<bool>,
    /// Training agreements of the same person that are running or being signed.
    pub other_agreements: Option<Vec<OtherAgreement>>,
    /// Probations that the apprentice had with this employer before this labour contract.
    pub earlier_probations: Option<i64>,
    /// Whether every required signature is there.
    pub signed: Option<bool>,
    /// What signing electronically takes the signers through.
    pub signing_steps: Option<SigningSteps>,
}

/// Names of the facts: a rule that lacks one says `facts.<name>` is missing.
pub const FACTS: &[&str] = &[
    "identity_checked",
    "other_agreements",
    "earlier_probations",
    "signed",
    "signing_steps",
];

/// Another training agreement of the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherAgreement {
    /// Occupation.
    pub occupation: String,
    /// Level to reach.
    pub level: SkillLevel,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// What signing electronically takes the signers through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningSteps {
    /// The signer is told how to sign, read and download.
    pub guide_shown: bool,
    /// The signer confirms the will to sign.
    pub will_confirmed: bool,
    /// The signer may download what was signed.
    pub downloadable: bool,
}

/// What the conditions of fields need to know, by the packs. An unknown age of majority makes everybody a minor: the
/// guardian is rather asked once too often.
pub fn occasion(today: Date, law: &Resolved) -> Occasion {
    Occasion {
        today,
        adult_age: law.int(params::CAPACITY_AGE_FULL).known().unwrap_or(i64::MAX),
    }
}

/// What a check says before it is a verdict.
type Checked = Result<law::Verdict, Missing>;

/// The field's value, or that it is missing.
fn field<T: Clone>(value: Option<&T>, key: &str) -> Result<T, Missing> {
    value.cloned().ok_or_else(|| Missing::Field(key.to_owned()))
}

fn day(value: Option<Day>, key: &str) -> Result<Date, Missing> {
    value.map(Day::date).ok_or_else(|| Missing::Field(key.to_owned()))
}

/// A fact that somebody looked up, or that nobody did.
fn fact<T: Clone>(value: Option<&T>, name: &str) -> Result<T, Missing> {
    debug_assert!(FACTS.contains(&name), "{name} is no fact");
    value.cloned().ok_or_else(|| Missing::Field(format!("facts.{name}")))
}

/// Full years on `on`.
fn age(case: &Case, on: Date) -> Result<i64, Missing> {
    let birth = day(case.body.apprentice.birth, "apprentice.birth")?;
    Ok(i64::from(age_on(birth, on)))
}

/// The parameter, nothing where no pack mentions it, or that it is a gap.
fn switched_on<T>(answer: Answer<T>) -> Result<Option<T>, Missing> {
    if answer.is_absent() {
        return Ok(None);
    }
    answer.or_missing().map(Some)
}

/// The day so many months later; in a month without that day its last.
fn add_months(day: Date, months: i64) -> Option<Date> {
    let index = i64::from(day.year()) * 12 + i64::from(u8::from(day.month())) - 1 + months;
    let year = i32::try_from(index.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(index.rem_euclid(12) + 1).ok()?).ok()?;
    Date::from_calendar_date(year, month, day.day().min(month.length(year))).ok()
}

/// Names in the document of what a list lacks.
fn lacking<T: Choice>(wanted: &[String], had: &[T]) -> Vec<String> {
    wanted
        .iter()
        .filter(|code| !had.iter().any(|value| value.code() == code.as_str()))
        .map(|code| T::from_code(code).map_or_else(|| code.clone(), |value| value.name().to_owned()))
        .collect()
}
