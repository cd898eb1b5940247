//! Rules asked of a case: what comes out, how much it weighs, and that packs can only add weight.

use kernel::{Date, Fen};
use law::{
    BUILTIN, Basis, Breach, Citation, Evidence, Finding, Findings, Missing, Outcome, Packs, Resolved, Rule, Severity,
    Shown, Stage, Verdict, evaluate, params,
};
use proptest::prelude::*;
use time::macros::date;

const SHENZHEN: (&str, &str) = ("440300.toml", include_str!("fixtures/440300.toml"));

const TODAY: Date = date!(2026 - 11 - 20);

/// What the rules below look at.
struct Case {
    age: Option<i64>,
    wage: Option<i64>,
    term: i64,
    student: bool,
}

const FINE: Case = Case {
    age: Some(19),
    wage: Some(500_000),
    term: 12,
    student: false,
};

const fn text(article: &'static str) -> Citation {
    Citation {
        source: "劳动法",
        article,
        evidence: Evidence::Text,
    }
}

const RULES: &[Rule<Case>] = &[
    Rule {
        id: "ID-08",
        basis: Basis::Law,
        stages: &[(Stage::Draft, Severity::Warn), (Stage::Sign, Severity::Block)],
        citations: &[text("第十五条")],
        params: &[params::EMPLOYMENT_AGE_MIN],
        overridable: false,
        check: old_enough,
    },
    Rule {
        id: "TA-14",
        basis: Basis::Law,
        stages: &[(Stage::Sign, Severity::Block), (Stage::File, Severity::Block)],
        citations: &[
            Citation {
                source: "人社部发〔2021〕39号",
                article: "",
                evidence: Evidence::Quote,
            },
            text("第四十八条"),
        ],
        params: &[params::WAGE_MIN_MONTHLY],
        overridable: false,
        check: paid_enough,
    },
    Rule {
        id: "TA-11",
        basis: Basis::Policy,
        stages: &[(Stage::Sign, Severity::Warn), (Stage::File, Severity::Block)],
        citations: &[Citation {
            source: "人社部发〔2021〕39号",
            article: "",
            evidence: Evidence::Quote,
        }],
        params: &[params::TERM_MONTHS],
        overridable: false,
        check: right_term,
    },
    Rule {
        id: "TA-07",
        basis: Basis::Local,
        stages: &[(Stage::Sign, Severity::Warn)],
        citations: &[Citation {
            source: "深圳办法",
            article: "",
            evidence: Evidence::Local,
        }],
        params: &[params::STUDENT_APPRENTICE_ALLOWED],
        overridable: false,
        check: no_student,
    },
    Rule {
        id: "TA-99",
        basis: Basis::Design,
        stages: &[],
        citations: &[],
        params: &[],
        overridable: true,
        check: |_, _| Verdict::Fail(Vec::new()),
    },
];

fn old_enough(case: &Case, law: &Resolved) -> Verdict {
    let check = || {
        let age = case.age.ok_or(Missing::Field("apprentice.birth".to_owned()))?;
        let least = law.int(params::EMPLOYMENT_AGE_MIN).or_missing()?;
        if age >= least {
            return Ok(Verdict::Pass);
        }
        let breach = Breach::new("apprentice.birth", Shown::Years(age), Shown::Years(least));
        Ok(Verdict::fail(breach))
    };
    check().into()
}

fn paid_enough(case: &Case, law: &Resolved) -> Verdict {
    let check = || {
        let wage = case.wage.ok_or(Missing::Field("pay.wage_items".to_owned()))?;
        let least = law.fen(params::WAGE_MIN_MONTHLY).or_missing()?;
        let (found, limit) = (Shown::Fen(Fen::new(wage)), Shown::Fen(least));
        let below = wage < least.fen();
        Ok(Verdict::of(if below {
            vec![Breach::new("pay.wage_items", found, limit)]
        } else {
            vec![]
        }))
    };
    check().into()
}

fn right_term(case: &Case, law: &Resolved) -> Verdict {
    let Some(terms) = law.table(params::TERM_MONTHS).known() else {
        return Missing::Param(params::TERM_MONTHS.to_owned()).into();
    };
    let month = |name| terms.int(name).unwrap_or_default();
    let breach = |limit| Breach::new("training.end", Shown::Months(case.term), Shown::Months(limit));
    if case.term < month("min") {
        Verdict::fail(breach(month("min")))
    } else if case.term > month("hard_max") {
        Verdict::fail(breach(month("hard_max")))
    } else if case.term > month("usual_max") {
        Verdict::needs_reason(breach(month("usual_max")))
    } else {
        Verdict::Pass
    }
}

fn no_student(case: &Case, law: &Resolved) -> Verdict {
    match law.flag(params::STUDENT_APPRENTICE_ALLOWED).known() {
        Some(false) if case.student => {
            Verdict::fail(Breach::new("apprentice.fulltime_student", Shown::None, Shown::None))
        }
        Some(_) => Verdict::Pass,
        None => Verdict::NotApplicable,
    }
}

fn asked(case: &Case, region: &str, on: Date, stage: Stage) -> Findings {
    let files: Vec<(&str, &str)> = BUILTIN.iter().copied().chain([SHENZHEN]).collect();
    let packs = Packs::parse(&files).expect("the packs fit together");
    let resolved = packs.resolve(region, on);
    evaluate(RULES, case, &resolved, stage)
}

fn one<'a>(findings: &'a Findings, rule: &str) -> &'a Finding {
    let mut found = findings.all.iter().filter(|finding| finding.rule == rule);
    let first = found.next().unwrap_or_else(|| panic!("{rule} was not asked"));
    assert!(found.next().is_none(), "{rule} stands twice");
    first
}

#[test]
fn everything_is_asked_in_the_order_of_the_table_and_nothing_stops_at_the_first() {
    let wrong = Case {
        age: Some(15),
        wage: Some(200_000),
        term: 6,
        student: true,
    };
    let findings = asked(&wrong, "310000", TODAY, Stage::Sign);
    let rules: Vec<&str> = findings.open().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["ID-08", "TA-14", "TA-11", "TA-07"]);
    let blocking: Vec<&str> = findings.blocking().map(|finding| finding.rule).collect();
    assert_eq!(blocking, ["ID-08"]);
    assert_eq!(findings.warnings().count(), 3);
    assert_eq!(findings.at("apprentice.birth").count(), 1);
    let packs: Vec<&str> = findings.packs.iter().map(|pack| pack.id.as_str()).collect();
    assert_eq!(packs, ["310000", "CN"]);
}

#[test]
fn what_holds_is_told_as_well_with_the_numbers_it_was_held_against() {
    let findings = asked(&FINE, "310000", TODAY, Stage::Sign);
    assert_eq!(findings.open().count(), 0);
    let wage = one(&findings, "TA-14");
    assert_eq!((&wage.outcome, wage.severity), (&Outcome::Passed, Severity::Info));
    assert_eq!(wage.used[0].shown(), Shown::Fen(Fen::from_yuan(2740)));
    assert_eq!(wage.citations.len(), 2);
}

#[test]
fn a_law_with_a_number_that_is_only_quoted_warns_at_signing_and_blocks_at_filing() {
    let poor = Case {
        wage: Some(270_000),
        ..FINE
    };
    let severity = |on, stage| one(&asked(&poor, "310000", on, stage), "TA-14").severity;
    assert_eq!(severity(date!(2026 - 01 - 01), Stage::Sign), Severity::Warn);
    assert_eq!(severity(date!(2026 - 01 - 01), Stage::File), Severity::Block);
    assert_eq!(severity(TODAY, Stage::Sign), Severity::Warn, "past its review");
    assert_eq!(severity(TODAY, Stage::File), Severity::Block);
    assert_eq!(
        one(&asked(&poor, "310000", TODAY, Stage::Sign), "TA-14").outcome,
        Outcome::Failed {
            found: Shown::Fen(Fen::from_yuan(2700)),
            limit: Shown::Fen(Fen::from_yuan(2740)),
        }
    );
}

#[test]
fn a_number_that_is_only_remembered_stops_nobody() {
    let poor = Case {
        wage: Some(200_000),
        ..FINE
    };
    let findings = asked(&poor, "310000", date!(2024 - 01 - 01), Stage::File);
    assert_eq!(one(&findings, "TA-14").severity, Severity::Warn);
}

#[test]
fn unknown_is_never_a_pass() {
    let nowhere = asked(&FINE, "440300", TODAY, Stage::Sign);
    let wage = one(&nowhere, "TA-14");
    assert!(wage.is_open());
    assert_eq!(wage.severity, Severity::Warn, "our ignorance stops nobody");
    let missing = vec![Missing::Param(params::WAGE_MIN_MONTHLY.to_owned())];
    assert_eq!(wage.outcome, Outcome::Unknown { missing });

    let silent = Case { age: None, ..FINE };
    let findings = asked(&silent, "310000", TODAY, Stage::Sign);
    let age = one(&findings, "ID-08");
    assert!(age.blocks(), "a field that is not filled in weighs as the rule does");
    assert_eq!(age.field, "apprentice.birth");
}

#[test]
fn a_reason_is_never_asked_for_by_a_block() {
    let long = Case { term: 30, ..FINE };
    let findings = asked(&long, "310000", TODAY, Stage::File);
    let term = one(&findings, "TA-11");
    assert_eq!(term.severity, Severity::Warn);
    assert!(matches!(term.outcome, Outcome::NeedsReason { .. }));
    let too_long = Case { term: 37, ..FINE };
    assert!(one(&asked(&too_long, "310000", TODAY, Stage::File), "TA-11").blocks());
}

#[test]
fn what_may_not_be_drafted_may_not_be_signed_and_other_stages_ask_their_own() {
    let young = Case { age: Some(15), ..FINE };
    assert_eq!(
        one(&asked(&young, "CN", TODAY, Stage::Draft), "ID-08").severity,
        Severity::Warn
    );
    assert!(one(&asked(&young, "CN", TODAY, Stage::Sign), "ID-08").blocks());
    assert!(asked(&young, "CN", TODAY, Stage::Run).all.is_empty());
    let drafted: Rule<Case> = Rule {
        stages: &[(Stage::Draft, Severity::Block)],
        id: "ID-11",
        ..RULES[0]
    };
    assert_eq!(drafted.severity_at(Stage::Sign), Some(Severity::Block));
    assert_eq!(drafted.severity_at(Stage::File), None);
}

#[test]
fn a_citys_own_pack_puts_its_rule_in_force() {
    let student = Case { student: true, ..FINE };
    let shanghai = asked(&student, "310000", TODAY, Stage::Sign);
    assert_eq!(one(&shanghai, "TA-07").severity, Severity::Warn);
    assert!(
        asked(&student, "310000", TODAY, Stage::File)
            .all
            .iter()
            .all(|finding| finding.rule != "TA-07")
    );
    assert!(one(&asked(&student, "440300", TODAY, Stage::File), "TA-07").blocks());
    assert_eq!(
        one(&asked(&student, "440300", TODAY, Stage::Sign), "TA-07").severity,
        Severity::Warn
    );
}

#[test]
fn a_breach_may_rest_on_some_of_the_numbers_only() {
    let rule = Rule::<Case> {
        params: &[params::PROBATION_WAGE, params::WAGE_MIN_MONTHLY],
        check: |_, _| {
            let breach = |field: &str| Breach::new(field, Shown::None, Shown::None);
            Verdict::of(vec![
                breach("all"),
                breach("ratio").by(&[params::PROBATION_WAGE]),
                breach("capped").by(&[params::PROBATION_WAGE]).at_most(Severity::Warn),
            ])
        },
        ..RULES[1]
    };
    let resolved = Packs::builtin().resolve("310000", TODAY);
    let findings = evaluate(&[rule], &FINE, &resolved, Stage::Sign);
    let weights: Vec<(&str, Severity)> = findings
        .all
        .iter()
        .map(|one| (one.field.as_str(), one.severity))
        .collect();
    assert_eq!(
        weights,
        [
            ("all", Severity::Warn),
            ("ratio", Severity::Block),
            ("capped", Severity::Warn)
        ]
    );
}

#[test]
#[should_panic(expected = "which it does not name")]
fn a_rule_that_asks_for_what_it_does_not_name_is_found_out() {
    let rule = Rule::<Case> {
        params: &[],
        ..RULES[0]
    };
    evaluate(&[rule], &FINE, &Packs::builtin().resolve("CN", TODAY), Stage::Sign);
}

#[test]
fn findings_are_kept_as_json_with_all_they_rest_on() {
    let poor = Case {
        wage: Some(270_000),
        ..FINE
    };
    let findings = serde_json::to_value(asked(&poor, "310000", TODAY, Stage::File)).unwrap();
    let wage = &findings["all"][0];
    assert_eq!(wage["rule"], "TA-14");
    assert_eq!(wage["severity"], "block");
    assert_eq!(wage["outcome"]["is"], "failed");
    assert_eq!(wage["outcome"]["found"]["value"], 270_000);
    assert_eq!(wage["used"][0]["value"], 274_000);
    assert_eq!(wage["used"][0]["effective_from"], "2025-07-01");
    assert_eq!(wage["used"][0]["stale"], true);
    assert_eq!(wage["citations"][1]["evidence"], "text");
    assert_eq!(findings["on"], "2026-11-20");
    let shown = serde_json::to_value(Shown::Date(TODAY)).unwrap();
    assert_eq!(shown["value"], "2026-11-20");
    assert_eq!(findings["packs"][0]["version"], "2026.11.1");
}

/// A city's pack that says something about one rule.
fn city(stage: Stage, severity: Severity, evidence: Evidence) -> String {
    format!(
        "schema = 1\nid = \"330100\"\nversion = \"1\"\nregion = \"330100\"\nparent = \"CN\"\ntitle = \"x\"\n\
         [[source]]\nid = \"HERE\"\ntitle = \"x\"\nseen = \"{evidence}\"\n\
         [[rule]]\nid = \"TA-98\"\nstage = \"{stage}\"\nseverity = \"{severity}\"\neffective_from = 2020-01-01\n\
         source = \"HERE\"\nevidence = \"{evidence}\"",
        evidence = evidence.code(),
        stage = stage.code(),
        severity = severity.code(),
    )
}

/// One citation of each grade, and one row of stages for each stage and severity.
fn rule(grade: Evidence, stage: Stage, severity: Severity) -> Rule<Case> {
    let citation = Citation {
        evidence: grade,
        ..text("")
    };
    Rule {
        id: "TA-98",
        stages: Box::leak(Box::new([(stage, severity)])),
        citations: Box::leak(Box::new([citation])),
        params: &[],
        check: |_, _| Verdict::Fail(Vec::new()),
        ..RULES[4]
    }
}

proptest! {
    #[test]
    fn a_pack_cannot_weaken_a_rule_and_raises_it_no_further_than_it_says_and_knows(
        grade in prop::sample::select(&Evidence::ALL[..]),
        stage in prop::sample::select(&Stage::ALL[..]),
        own in prop::sample::select(&Severity::ALL[..]),
        raised in prop::sample::select(&Severity::ALL[..]),
        known in prop::sample::select(&Evidence::ALL[..]),
    ) {
        let text = city(stage, raised, known);
        let files: Vec<(&str, &str)> = BUILTIN.iter().copied().chain([("330100.toml", text.as_str())]).collect();
        let packs = Packs::parse(&files).unwrap();
        let rules = [rule(grade, stage, own)];
        let at = |region: &str| evaluate(&rules, &FINE, &packs.resolve(region, TODAY), stage).all[0].severity;
        let (without, with) = (at("CN"), at("330100"));
        prop_assert_eq!(without, own.min(grade.ceiling(stage)));
        prop_assert!(with >= without);
        prop_assert!(with <= own.max(raised));
        let in_force = |grade| if grade == Evidence::Local { Evidence::Quote } else { grade };
        prop_assert!(with <= in_force(grade).ceiling(stage).max(in_force(known).ceiling(stage)));
    }
}
