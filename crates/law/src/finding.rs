//! Rules asked of a case: every finding at once, each with what it rests on.

use kernel::Date;
use serde::Serialize;

use crate::{
    Breach, Citation, Evidence, Missing, PackVersion, Resolved, Rule, Severity, Shown, Stage, Used, Verdict, effective,
};

/// What came out of one rule in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not concern this case.
    NotApplicable,
    /// It does not hold.
    Failed {
        /// What was found.
        found: Shown,
        /// What would have been right.
        limit: Shown,
    },
    /// It may go on with a reason on record.
    NeedsReason {
        /// What was found.
        found: Shown,
        /// What is usual.
        limit: Shown,
    },
    /// It could not be said.
    Unknown {
        /// What was missing.
        missing: Vec<Missing>,
    },
}

/// One rule's answer about one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: &'static str,
    /// The field it concerns; empty where none does.
    pub field: String,
    /// Where it was asked.
    pub stage: Stage,
    /// What it does there, after the evidence is weighed; `Info` where there is nothing to hold against the case.
    pub severity: Severity,
    /// What came out.
    pub outcome: Outcome,
    /// The parameters it rests on.
    pub used: Vec<Used>,
    /// Where the rule stands.
    pub citations: &'static [Citation],
    /// Whether an operator may let it pass with a reason.
    pub overridable: bool,
}

/// Everything that was asked at one stage, in the order of the table, and by which numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Where it was asked.
    pub stage: Stage,
    /// The region whose numbers were taken.
    pub region: String,
    /// The day they were taken for.
    #[serde(serialize_with = "crate::iso::day")]
    pub on: Date,
    /// The packs they came from.
    pub packs: Vec<PackVersion>,
    /// One for each rule that was asked; several where a rule fails in several places.
    pub all: Vec<Finding>,
}

impl Finding {
    /// Whether there is something to mend, to give a reason for, or to find out.
    pub const fn is_open(&self) -> bool {
        !matches!(self.outcome, Outcome::Passed | Outcome::NotApplicable)
    }

    /// Whether it stops the case at its stage.
    pub fn blocks(&self) -> bool {
        self.is_open() && self.severity == Severity::Block
    }
}

impl Findings {
    /// What there is to mend, to give a reason for, or to find out.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.all.iter().filter(|finding| finding.is_open())
    }

    /// What stops the case.
    pub fn blocking(&self) -> impl Iterator<Item = &Finding> {
        self.all.iter().filter(|finding| finding.blocks())
    }

    /// What may go on with a reason on record.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.open().filter(|finding| finding.severity == Severity::Warn)
    }

    /// What there is to say beside one field.
    pub fn at<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.open().filter(move |finding| finding.field == field)
    }
}

/// Asks every rule that has something to say at `stage`. Nothing stops at the first failure.
pub fn evaluate<C>(rules: &[Rule<C>], case: &C, resolved: &Resolved, stage: Stage) -> Findings {
    let mut all = Vec::with_capacity(rules.len());
    for rule in rules {
        if rule.severity_at(stage).is_none() && resolved.raises(rule.id, stage).next().is_none() {
            continue;
        }
        let verdict = (rule.check)(case, &resolved.for_rule(rule.params));
        ask(rule, verdict, resolved, stage, &mut all);
    }
    Findings {
        stage,
        region: resolved.region().to_owned(),
        on: resolved.on(),
        packs: resolved.versions(),
        all,
    }
}

/// A rule that fails without saying where still fails.
fn somewhere(breaches: Vec<Breach>) -> Vec<Breach> {
    if breaches.is_empty() {
        vec![Breach::new("", Shown::None, Shown::None)]
    } else {
        breaches
    }
}

fn ask<C>(rule: &Rule<C>, verdict: Verdict, resolved: &Resolved, stage: Stage, all: &mut Vec<Finding>) {
    let finding = |field: String, severity, outcome, used| Finding {
        rule: rule.id,
        field,
        stage,
        severity,
        outcome,
        used,
        citations: rule.citations,
        overridable: rule.overridable,
    };
    match verdict {
        Verdict::Pass => {
            let used = resolved.used(rule.params);
            all.push(finding(String::new(), Severity::Info, Outcome::Passed, used));
        }
        Verdict::NotApplicable => {
            all.push(finding(
                String::new(),
                Severity::Info,
                Outcome::NotApplicable,
                Vec::new(),
            ));
        }
        Verdict::Fail(breaches) => {
            for breach in somewhere(breaches) {
                let used = rests_on(rule, &breach, resolved);
                let severity = weighed(rule, resolved, stage, &used).min(breach.at_most);
                let (found, limit) = (breach.found, breach.limit);
                all.push(finding(breach.field, severity, Outcome::Failed { found, limit }, used));
            }
        }
        Verdict::NeedsReason(breaches) => {
            for breach in somewhere(breaches) {
                let used = rests_on(rule, &breach, resolved);
                let severity = weighed(rule, resolved, stage, &used)
                    .min(breach.at_most)
                    .min(Severity::Warn);
                let (found, limit) = (breach.found, breach.limit);
                all.push(finding(
                    breach.field,
                    severity,
                    Outcome::NeedsReason { found, limit },
                    used,
                ));
            }
        }
        Verdict::Unknown(missing) => {
            // A field that is not filled in is the case's own silence, and weighs as the rule does. A number that no pack
            // gives is our ignorance, and may stop nobody.
            let field = missing.iter().find_map(|missing| match missing {
                Missing::Field(field) => Some(field.clone()),
                Missing::Param(_) => None,
            });
            let weight = weighed(rule, resolved, stage, &[]);
            let severity = if field.is_some() {
                weight
            } else {
                weight.min(Severity::Warn)
            };
            let used = resolved.used(rule.params);
            let field = field.unwrap_or_default();
            all.push(finding(field, severity, Outcome::Unknown { missing }, used));
        }
    }
}

fn rests_on<C>(rule: &Rule<C>, breach: &Breach, resolved: &Resolved) -> Vec<Used> {
    let params = if breach.params.is_empty() {
        rule.params
    } else {
        &breach.params
    };
    resolved.used(params)
}

/// The rule's severity with its evidence, its parameters' and what packs raise. A pack can only add weight.
fn weighed<C>(rule: &Rule<C>, resolved: &Resolved, stage: Stage, used: &[Used]) -> Severity {
    let declared = rule.severity_at(stage);
    let grades: Vec<Evidence> = used.iter().map(Used::grade).collect();
    let own = declared.map_or(Severity::Info, |declared| {
        effective(declared, stage, rule.grade(), &grades)
    });
    let in_force: Vec<Evidence> = grades.iter().map(|grade| grade.in_force()).collect();
    resolved
        .raises(rule.id, stage)
        .map(|raise| {
            let grade = rule.grade().in_force().stronger(raise.grade(resolved.on()).in_force());
            effective(raise.severity, stage, grade, &in_force)
        })
        .fold(own, Severity::max)
}
