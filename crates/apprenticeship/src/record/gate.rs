//! What has to be there before training starts, and before an assessment.

use agreement::training::choice::CourseKind;
use kernel::{Date, age_on, codes};
use law::{Missing, Resolved, params};

use crate::hours::{Carried, Totals};

codes! {
    /// Something that has to be there before training starts.
    Gate {
        /// Every slot of the agreement is signed, and it is in effect.
        Signed = "signed",
        /// Insurance is in force.
        Insurance = "insurance",
        /// The guardian consents, where one has to.
        Guardian = "guardian",
        /// 上岗前安全生产教育 was passed by the first day (TA-38).
        SafetyTraining = "safety_training",
        /// The certificate for special operations is valid (TA-38).
        Certificate = "certificate",
        /// Nothing in the post is banned for minors (TA-39).
        BannedWork = "banned_work",
        /// A minor's health check is of the first day or before (TA-40).
        HealthCheck = "health_check",
        /// A minor has the registration card (TA-40).
        MinorCard = "minor_card",
    }
}

/// What is known of somebody who is under age on the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Minor {
    /// The day of the health check.
    pub health_check_on: Option<Date>,
    /// Whether there is a registration card.
    pub has_card: bool,
    /// Whether a hazard of the post is on the list for minors.
    pub has_banned_hazard: bool,
}

/// What is known on the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GateFacts {
    /// Whether every slot of the agreement is signed, and it is in effect.
    pub signed: bool,
    /// Since when insurance is in force.
    pub insured_from: Option<Date>,
    /// Whether a guardian has to consent and does; `None` where none has to.
    pub guardian_consents: Option<bool>,
    /// When safety training was passed.
    pub safety_training_on: Option<Date>,
    /// Until when the certificate for special operations is valid and whether there is one; `None` where none is needed.
    pub certificate_until: Option<Option<Date>>,
    /// What is known of a minor; `None` of an adult.
    pub minor: Option<Minor>,
}

/// What is missing on `first`, the first day. What is not known is missing.
pub fn gates(facts: &GateFacts, first: Date) -> Vec<Gate> {
    let by_then = |day: Option<Date>| day.is_some_and(|day| day <= first);
    let minor = |wrong: fn(&Minor, Date) -> bool| facts.minor.is_some_and(|minor| wrong(&minor, first));
    let missing = [
        (Gate::Signed, !facts.signed),
        (Gate::Insurance, !by_then(facts.insured_from)),
        (Gate::Guardian, facts.guardian_consents == Some(false)),
        (Gate::SafetyTraining, !by_then(facts.safety_training_on)),
        (
            Gate::Certificate,
            facts
                .certificate_until
                .is_some_and(|until| until.is_none_or(|until| until < first)),
        ),
        (Gate::BannedWork, minor(|minor, _| minor.has_banned_hazard)),
        (
            Gate::HealthCheck,
            minor(|minor, first| minor.health_check_on.is_none_or(|day| day > first)),
        ),
        (Gate::MinorCard, minor(|minor, _| !minor.has_card)),
    ];
    missing
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(gate, _)| gate)
        .collect()
}

/// Whether somebody is under the protection of minors on that day, by the law at hand.
pub fn is_minor(birth: Date, on: Date, law: &Resolved) -> Result<bool, Missing> {
    let below = law.int(params::MINOR_AGE_BELOW).or_missing()?;
    Ok(i64::from(age_on(birth, on)) < below)
}

/// Something that is lacking before an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gateway {
    /// Approved hours of one kind are fewer than agreed.
    Hours {
        /// Which kind.
        category: CourseKind,
        /// Minutes that are lacking.
        minutes: i64,
    },
    /// Weeks are not approved yet.
    Weeks {
        /// How many.
        open: u32,
    },
}

impl Gateway {
    /// Every code.
    pub const CODES: [&'static str; 2] = ["hours", "weeks"];

    /// The code for words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Hours { .. } => "hours",
            Self::Weeks { .. } => "weeks",
        }
    }
}

/// What is known before an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayFacts<'a> {
    /// What the lines come to.
    pub totals: &'a Totals,
    /// Weeks of training so far that are not approved, unwritten ones included.
    pub open_weeks: u32,
}

impl GatewayFacts<'_> {
    /// What is lacking.
    pub fn missing(&self, carried: Option<&Carried>) -> Vec<Gateway> {
        let hours = self.totals.shortfall(carried).into_iter();
        let hours = hours.map(|(category, minutes)| Gateway::Hours { category, minutes });
        let open = self.open_weeks;
        let weeks = (open > 0).then_some(Gateway::Weeks { open });
        hours.chain(weeks).collect()
    }
}
