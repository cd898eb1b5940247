//! What the rules say of a training agreement in a file.

use std::{collections::BTreeSet, sync::Arc};

use agreement::training::{Body, Case, Facts, RULES, SigningSteps, field_of, occasion};
use kernel::{Clock as _, Date, Locale, shanghai_date};
use law::{Finding, Findings, Missing, Outcome as Found, Packs, Resolved, Stage, evaluate};
use serde_json::{Value as Json, json};
use vocabulary::Vocabulary;
use words::Text;

use super::{body, language, read};
use crate::{Outcome, cli::AgreementCheck, system::SystemClock, tell};

/// Reads the file, asks the rules, and tells what they found.
pub(crate) fn check(args: &AgreementCheck) -> anyhow::Result<Outcome> {
    let locale = language(&args.language);
    let bytes = read(&args.file)?;
    let vocabulary = Arc::new(Vocabulary::builtin());
    let body = match body::read(&bytes, &vocabulary) {
        Ok(body) => body,
        Err(wrong) => {
            if args.json {
                let problems: Vec<Json> = wrong.iter().map(|wrong| wrong.json(locale)).collect();
                tell::json(&json!({ "problems": problems }))?;
            } else {
                for wrong in &wrong {
                    wrong.tell(&args.file.display(), locale);
                }
            }
            return Ok(Outcome::BadInput);
        }
    };
    let on = args.on.unwrap_or_else(|| shanghai_date(SystemClock.now()));
    let checked = Checked::of(body, vocabulary, on, args.stage);
    if args.json {
        tell::json(&checked.json(locale)?)?;
    } else {
        checked.tell(locale);
    }
    Ok(if checked.is_clean() {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}

/// What a file cannot show, as it should be: so that whatever the body itself has wrong comes to light.
fn as_they_should_be() -> Facts {
    Facts {
        identity_checked: Some(true),
        other_agreements: Some(Vec::new()),
        earlier_probations: Some(0),
        signed: Some(true),
        signing_steps: Some(SigningSteps {
            guide_shown: true,
            will_confirmed: true,
            downloadable: true,
        }),
    }
}

/// What came out.
struct Checked {
    resolved: Resolved,
    findings: Findings,
    /// Fields that this stage needs and that are empty.
    missing: Vec<String>,
    /// Rules that hold only if something outside of the file does, each with that fact.
    assumed: Vec<(&'static str, String)>,
}

impl Checked {
    fn of(body: Body, vocabulary: Arc<Vocabulary>, on: Date, stage: Stage) -> Self {
        let resolved = Packs::builtin().resolve(body.head.region.as_deref().unwrap_or_default(), on);
        let missing = missing(&body, &resolved, on, stage);
        let mut case = Case {
            body,
            today: on,
            facts: Facts::default(),
            vocabulary,
        };
        let unseen = evaluate(RULES, &case, &resolved, stage);
        let assumed: BTreeSet<(&'static str, String)> = unseen.all.iter().flat_map(facts_missing).collect();
        case.facts = as_they_should_be();
        let findings = evaluate(RULES, &case, &resolved, stage);
        Self {
            resolved,
            findings,
            missing,
            assumed: assumed.into_iter().collect(),
        }
    }

    fn unknown(&self) -> usize {
        self.findings.open().filter(|finding| is_unknown(finding)).count()
    }

    fn blocking(&self) -> usize {
        self.findings.blocking().filter(|finding| !is_unknown(finding)).count()
    }

    fn warnings(&self) -> usize {
        self.findings.warnings().filter(|finding| !is_unknown(finding)).count()
    }

    fn is_clean(&self) -> bool {
        self.blocking() + self.unknown() + self.missing.len() == 0
    }

    fn rules(&self) -> usize {
        let rules: BTreeSet<&str> = self.findings.all.iter().map(|finding| finding.rule).collect();
        rules.len()
    }

    fn json(&self, locale: Locale) -> serde_json::Result<Json> {
        let named = |field: &str| json!({ "field": field, "name": words::field_name(field).render(locale) });
        let missing: Vec<Json> = self.missing.iter().map(|field| named(field)).collect();
        let assumed = self
            .assumed
            .iter()
            .map(|(rule, fact)| json!({ "rule": rule, "fact": fact, "name": words::field_name(fact).render(locale) }));
        let assumed: Vec<Json> = assumed.collect();
        let open: serde_json::Result<Vec<Json>> = self
            .findings
            .open()
            .map(|finding| self.finding_json(finding, locale))
            .collect();
        Ok(json!({
            "kind": "training",
            "stage": self.findings.stage,
            "on": kernel::format_date(self.findings.on),
            "region": self.findings.region,
            "packs": self.findings.packs,
            "rules": self.rules(),
            "clean": self.is_clean(),
            "blocking": self.blocking(),
            "warnings": self.warnings(),
            "unknown": self.unknown(),
            "missing": missing,
            "assumed": assumed,
            "findings": open?,
        }))
    }

    /// The finding as it is, and the words for it.
    fn finding_json(&self, finding: &Finding, locale: Locale) -> serde_json::Result<Json> {
        let mut json = serde_json::to_value(finding)?;
        json["blocks"] = json!(finding.blocks());
        json["message"] = json!(words::finding(finding).render(locale));
        json["fix"] = json!(words::finding_fix(finding).map(|fix| fix.render(locale)));
        json["name"] = json!(field_name(&finding.field).render(locale));
        for (used, json) in finding
            .used
            .iter()
            .zip(json["used"].as_array_mut().into_iter().flatten())
        {
            json["name"] = json!(words::param_name(&used.key).render(locale));
            json["source_title"] = json!(words::param_source(&self.resolved, used));
            json["weighs_as"] = json!(used.grade());
        }
        Ok(json)
    }

    fn tell(&self, locale: Locale) {
        for finding in self.findings.open() {
            let label = words::finding_label(finding).render(locale);
            let name = field_name(&finding.field).render(locale);
            let key = match finding.field.as_str() {
                "" => String::new(),
                key => format!(" ({key})"),
            };
            println!("{}  [{label}]  {name}{key}", finding.rule);
            println!("    {}", words::finding(finding).render(locale));
            if let Some(fix) = words::finding_fix(finding) {
                println!("    → {}", fix.render(locale));
            }
            for citation in finding.citations {
                println!("    § {}", words::citation(citation).render(locale));
            }
            for used in &finding.used {
                let evidence = Text::of("evidence", used.evidence.code()).render(locale);
                println!("    # {}", words::param_used(used).render(locale));
                println!("      {} · {evidence}", words::param_source(&self.resolved, used));
            }
            println!();
        }
        let list = |heading: Text, lines: Vec<String>| {
            if !lines.is_empty() {
                println!("{}", heading.render(locale));
                for line in lines {
                    println!("    {line}");
                }
                println!();
            }
        };
        let missing = self.missing.iter();
        list(
            Text::new("agreement_file.missing"),
            missing
                .map(|field| format!("{} ({field})", words::field_name(field).render(locale)))
                .collect(),
        );
        let assumed = self.assumed.iter();
        list(
            Text::new("agreement_file.assumed"),
            assumed
                .map(|(rule, fact)| format!("{rule}  {}", words::field_name(fact).render(locale)))
                .collect(),
        );
        let region = self
            .findings
            .packs
            .first()
            .map(|pack| Text::of("pack_region", &pack.id));
        let settings = Text::new("agreement_file.settings")
            .with("rules", self.rules())
            .with("region", region.unwrap_or(Text::new("agreement_file.no_region")))
            .with("date", self.findings.on);
        println!("{}", settings.render(locale));
        let summary = Text::new("agreement_file.summary")
            .with("blocking", self.blocking())
            .with("warnings", self.warnings())
            .with("unknown", self.unknown())
            .with("missing", self.missing.len());
        println!("{}", summary.render(locale));
    }
}

/// Fields that have to be there at `stage`; while it is being typed up, none. What the product fills in nobody has to type.
fn missing(body: &Body, resolved: &Resolved, on: Date, stage: Stage) -> Vec<String> {
    let mut missing = match stage {
        Stage::Draft => Vec::new(),
        _ => body.missing(&occasion(on, resolved)),
    };
    if !matches!(stage, Stage::Draft | Stage::Sign) {
        missing.extend(body.missing_for_filing());
    }
    missing.retain(|key| !field_of(key).is_some_and(|(spec, _)| spec.is_filled_by_the_product()));
    missing
}

const fn is_unknown(finding: &Finding) -> bool {
    matches!(finding.outcome, Found::Unknown { .. })
}

/// The facts outside of the body that a rule waits for.
fn facts_missing(finding: &Finding) -> Vec<(&'static str, String)> {
    let Found::Unknown { missing } = &finding.outcome else {
        return Vec::new();
    };
    let facts = missing.iter().filter_map(|missing| match missing {
        Missing::Field(key) if key.starts_with("facts.") => Some((finding.rule, key.clone())),
        _ => None,
    });
    facts.collect()
}

fn field_name(field: &str) -> Text {
    match field {
        "" => Text::new("agreement_file.no_field"),
        field => words::field_name(field),
    }
}
