//! Sentences for findings: what a rule says of a case, what mends it, and which numbers and texts it rests on.

use agreement::training::{CHOICE_SETS, Kind, field_of};
use kernel::Locale;
use law::{Citation, Finding, Missing, Outcome, Resolved, Shown, Used, Value};
use vocabulary::SkillLevel;

use crate::{Arg, Text, has};

/// What is shown where there is nothing to show.
const NOTHING: &str = "–";

/// What a finding says.
pub fn finding(finding: &Finding) -> Text {
    match &finding.outcome {
        Outcome::Passed => Text::new("finding.passed"),
        Outcome::NotApplicable => Text::new("finding.not_applicable"),
        Outcome::Failed { found, limit } | Outcome::NeedsReason { found, limit } => {
            Text::of("rule", &format!("{}.message", finding.rule))
                .with("found", shown(&finding.field, found))
                .with("limit", shown(&finding.field, limit))
        }
        Outcome::Unknown { missing } => {
            let fields = missing.iter().filter_map(|missing| match missing {
                Missing::Field(key) => Some(Arg::Text(field_name(key))),
                Missing::Param(_) => None,
            });
            let fields: Vec<Arg> = fields.collect();
            if fields.is_empty() {
                let params = missing.iter().map(|missing| Arg::Text(param_name(missing.key())));
                Text::new("finding.missing_param").with("param", params.collect::<Vec<Arg>>())
            } else {
                Text::new("finding.missing_field").with("field", fields)
            }
        }
    }
}

/// What to do about a finding; nothing where there is nothing to do.
pub fn finding_fix(finding: &Finding) -> Option<Text> {
    match &finding.outcome {
        Outcome::Passed | Outcome::NotApplicable => None,
        Outcome::Failed { .. } | Outcome::NeedsReason { .. } => {
            Some(Text::of("rule", &format!("{}.fix", finding.rule)))
        }
        Outcome::Unknown { missing } => Some(Text::new(
            match missing.iter().find(|missing| matches!(missing, Missing::Field(_))) {
                None => "finding.fix_param",
                Some(fact) if fact.key().starts_with("facts.") => "finding.fix_fact",
                Some(_) => "finding.fix_field",
            },
        )),
    }
}

/// A few words for how much a finding weighs: what is unknown is no reproach yet.
pub fn finding_label(finding: &Finding) -> Text {
    match finding.outcome {
        Outcome::Unknown { .. } => Text::new("finding.unknown"),
        _ => Text::of("severity", finding.severity.code()),
    }
}

/// The name of a field of the training agreement, or of a fact beside it: `Parts of the wage, entry 1: Amount`.
pub fn field_name(key: &str) -> Text {
    if let Some(fact) = key.strip_prefix("facts.") {
        return Text::of("training_fact", fact);
    }
    let segments: Vec<&str> = key.split('.').collect();
    let entry = segments
        .iter()
        .position(|segment| !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit()));
    let Some(entry) = entry else {
        return Text::of("training_field", key);
    };
    let list = segments[..entry].join(".");
    let number = segments[entry].parse::<i64>().unwrap_or_default().saturating_add(1);
    let inside = segments[entry + 1..].join(".");
    let of_entry = if inside.is_empty() {
        Text::new("finding.entry")
    } else {
        Text::new("finding.field_of_entry").with("field", Text::of("training_field", &format!("{list}.{inside}")))
    };
    of_entry
        .with("list", Text::of("training_field", &list))
        .with("n", number)
}

/// The name of a parameter of the law.
pub fn param_name(key: &str) -> Text {
    Text::of("param", key)
}

/// A parameter that a finding rests on: its value where it is one number, where it holds, and since when.
pub fn param_used(used: &Used) -> Text {
    let region_known = has(&format!("pack_region.{}", used.region));
    let region = if region_known {
        Arg::Text(Text::of("pack_region", &used.region))
    } else {
        Arg::Plain(used.region_name.clone())
    };
    let place = match (used.effective_from, used.review_by) {
        (Some(since), Some(by)) if used.stale => Text::new("finding.place_stale").with("since", since).with("by", by),
        (Some(since), _) => Text::new("finding.place_since").with("since", since),
        (None, _) => Text::new("finding.place_undated"),
    }
    .with("region", region);
    let text = match &used.value {
        Value::Int(_) | Value::Code(_) => Text::new("finding.used").with("value", shown(&used.key, &used.shown())),
        Value::Flag(_) | Value::List(_) | Value::Table(_) => Text::new("finding.used_table"),
    };
    text.with("param", param_name(&used.key)).with("place", place)
}

/// The text that a parameter stands in, as people cite it: title, number, article. The id of the source where no pack
/// describes it.
pub fn param_source(resolved: &Resolved, used: &Used) -> String {
    let (id, article) = used.source.split_once('#').unwrap_or((&used.source, ""));
    let Some(source) = resolved.source(id) else {
        return used.source.clone();
    };
    let number = source
        .number
        .as_deref()
        .map(|number| format!("（{number}）"))
        .unwrap_or_default();
    let article = if !article.is_empty() && article.bytes().all(|b| b.is_ascii_digit()) {
        format!("第{article}条")
    } else {
        article.to_owned()
    };
    format!("{}{number}{article}", source.title)
}

/// Where a rule stands, and how well that is known.
pub fn citation(citation: &Citation) -> Text {
    let text = if citation.article.is_empty() {
        Text::new("finding.cited")
    } else {
        Text::new("finding.cited_article").with("article", citation.article)
    };
    text.with("source", citation.source)
        .with("evidence", Text::of("evidence", citation.evidence.code()))
}

/// A value as a message shows it. Names that stand in the document in Chinese are said in the reader's language.
pub fn shown(field: &str, shown: &Shown) -> Arg {
    let counted = |key: &'static str, n: i64| Arg::Text(Text::new(key).with("n", n));
    match shown {
        Shown::None => Arg::Plain(NOTHING.to_owned()),
        Shown::Int(n) | Shown::Years(n) => Arg::Number(*n),
        Shown::Fen(amount) => Arg::Money(*amount),
        Shown::Months(n) => counted("shown.months", *n),
        Shown::Days(n) => counted("shown.days", *n),
        Shown::Minutes(minutes) => {
            let (hours, part) = (minutes / 60, minutes % 60);
            if part == 0 {
                counted("shown.hours", hours)
            } else {
                Arg::Text(
                    Text::new("shown.hours_minutes")
                        .with("hours", hours)
                        .with("minutes", part),
                )
            }
        }
        Shown::BasisPoints(n) => Arg::Plain(match n % 100 {
            0 => format!("{}%", n / 100),
            part => format!("{}.{part:02}%", n / 100),
        }),
        Shown::Date(day) => Arg::Date(*day),
        Shown::Code(code) => Arg::Plain(code.clone()),
        Shown::Words(words) => names_in_document(field, words).unwrap_or_else(|| Arg::Plain(words.clone())),
    }
}

/// Names joined as the document joins them; some hold the same mark themselves, so the longest that is one goes first.
/// Anything else is somebody's own words.
fn names_in_document(field: &str, words: &str) -> Option<Arg> {
    let pieces: Vec<&str> = words.split('、').collect();
    let mut names = Vec::new();
    let mut from = 0;
    while from < pieces.len() {
        let (name, until) = (from + 1..=pieces.len())
            .rev()
            .find_map(|until| Some((name_in_document(field, &pieces[from..until].join("、"))?, until)))?;
        names.push(name);
        from = until;
    }
    Some(if names.len() == 1 {
        names.remove(0)
    } else {
        Arg::List(names)
    })
}

/// The name of a choice or of a level of skill, found by the name it has in the document.
fn name_in_document(field: &str, name: &str) -> Option<Arg> {
    let own = match field_of(field) {
        Some((_, Kind::Choice { set } | Kind::Many { set })) => Some(*set),
        _ => None,
    };
    let choice = own.into_iter().chain(CHOICE_SETS.iter().copied()).find_map(|set| {
        let (code, _) = set.choices.iter().find(|(_, have)| *have == name)?;
        Some(Arg::Text(Text::of("training_choice", &format!("{}.{code}", set.name))))
    });
    let level = || {
        let level = SkillLevel::ALL
            .into_iter()
            .find(|level| level.name(Locale::Zh) == name)?;
        Some(Arg::Level(level))
    };
    choice.or_else(level)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use agreement::training::{Body, Case, FIELDS, Facts, RULES, sample, sample_facts};
    use kernel::Fen;
    use law::{Packs, Stage, evaluate};
    use time::macros::date;
    use vocabulary::Vocabulary;

    use super::*;

    fn findings(body: Body, facts: Facts) -> Vec<Finding> {
        let today = date!(2026 - 08 - 25);
        let case = Case {
            body,
            today,
            facts,
            vocabulary: Arc::new(Vocabulary::builtin()),
        };
        let resolved = Packs::builtin().resolve("310118", today);
        Stage::ALL
            .into_iter()
            .flat_map(|stage| evaluate(RULES, &case, &resolved, stage).all)
            .collect()
    }

    fn said(text: &Text) -> [String; 2] {
        assert!(has(text.key()), "{}", text.key());
        Locale::ALL.map(|locale| {
            let words = text.render(locale);
            assert!(!words.contains('{') && !words.contains("training_"), "{words}");
            words
        })
    }

    #[test]
    fn every_rule_has_a_sentence_for_each_outcome() {
        let breach = |outcome| Finding {
            rule: "",
            field: "pay.wage_items.0.amount".to_owned(),
            stage: Stage::Sign,
            severity: law::Severity::Block,
            outcome,
            used: Vec::new(),
            citations: &[],
            overridable: false,
        };
        for rule in RULES {
            for (found, limit) in [
                (Shown::None, Shown::None),
                (Shown::Minutes(450), Shown::BasisPoints(8_050)),
                (Shown::Words("伙食补贴".to_owned()), Shown::Date(date!(2026 - 09 - 01))),
            ] {
                let finding_of = Finding {
                    rule: rule.id,
                    ..breach(Outcome::Failed { found, limit })
                };
                said(&finding(&finding_of));
                said(&finding_fix(&finding_of).unwrap());
            }
            for citation_of in rule.citations {
                said(&citation(citation_of));
            }
        }
        for outcome in [Outcome::Passed, Outcome::NotApplicable] {
            said(&finding(&breach(outcome)));
        }
    }

    #[test]
    fn what_an_empty_agreement_lacks_is_said_by_name() {
        for found in findings(Body::default(), Facts::default()) {
            said(&finding(&found));
            said(&finding_label(&found));
            if let Some(fix) = finding_fix(&found) {
                said(&fix);
            }
        }
    }

    #[test]
    fn a_wage_below_the_minimum_is_said_with_both_amounts_the_region_and_the_day() {
        let mut body = sample();
        body.pay.wage_items[0].amount = Some(Fen::new(100_000));
        let all = findings(body, sample_facts());
        let found = all
            .iter()
            .find(|found| found.rule == "TA-14" && found.is_open())
            .unwrap();
        let [zh, en] = said(&finding(found));
        assert!(zh.contains("¥2,740") && en.contains("¥2,740"), "{zh} {en}");
        let wage = found.used.iter().find(|used| used.key == "wage.min_monthly").unwrap();
        let [zh, en] = said(&param_used(wage));
        assert!(zh.contains("上海市") && zh.contains("2025年7月1日"), "{zh}");
        assert!(en.contains("Shanghai") && en.contains("1 Jul 2025"), "{en}");
        let resolved = Packs::builtin().resolve("310118", date!(2026 - 08 - 25));
        assert!(param_source(&resolved, wage).starts_with("上海市最低工资标准"));
        let law::Answer::Known { used, .. } = resolved.int(law::params::CAPACITY_AGE_FULL) else {
            panic!("the nation says from when on somebody is of age")
        };
        assert_eq!(param_source(&resolved, &used), "中华人民共和国民法典第17条");
    }

    #[test]
    fn names_of_the_document_are_said_in_the_readers_language() {
        let one = |field, words: &str| shown(field, &Shown::Words(words.to_owned())).render(Locale::En);
        assert_eq!(one("apprentice.sex", "女"), "Female");
        assert_eq!(one("training.target_level", "高级工"), SkillLevel::L4.name(Locale::En));
        assert_eq!(
            one("labour_contract.items", "劳动合同期限、社会保险"),
            "Term, Social insurance"
        );
        let with_mark = "劳动者的姓名、住址和身份证件号码、社会保险";
        assert_eq!(
            one("labour_contract.items", with_mark),
            "Worker, address and identity number, Social insurance"
        );
        assert_eq!(one("training.objectives", "缴纳、押金"), "缴纳、押金");
    }

    #[test]
    fn every_parameter_and_every_region_that_gives_one_has_a_name() {
        for key in law::params::KEYS {
            said(&param_name(key.name));
        }
        for region in ["CN", "310000", "310101", "310118"] {
            for version in Packs::builtin().resolve(region, date!(2026 - 08 - 25)).versions() {
                assert!(has(&format!("pack_region.{}", version.id)), "{}", version.id);
            }
        }
        assert_eq!(law::BUILTIN.len(), 4);
    }

    #[test]
    fn a_field_within_an_entry_is_said_with_the_number_of_the_entry() {
        for spec in FIELDS {
            said(&field_name(spec.key));
            if let Kind::List { fields } = &spec.kind {
                said(&field_name(&format!("{}.0", spec.key)));
                for field in *fields {
                    let [zh, _] = said(&field_name(&format!("{}.1.{}", spec.key, field.key)));
                    assert!(zh.contains('2'), "{zh}");
                }
            }
        }
        let fact = field_name("facts.identity_checked");
        assert_eq!(said(&fact)[1], "Record that identity was checked");
    }
}
