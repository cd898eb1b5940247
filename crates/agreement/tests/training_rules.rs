//! Every rule of the training agreement with a lawful, an unlawful and an unknown case, and the worked examples.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use agreement::training::{
    Case, Draft, FIELDS, Facts, OtherAgreement, RULES, damages_at_most, damages_share, sample, sample_draft,
    sample_facts, sample_minor,
};
use kernel::{Date, Fen};
use law::{Finding, Outcome, Packs, Resolved, Severity, Shown, Stage, evaluate, params};
use time::macros::date;
use vocabulary::{SkillLevel, Vocabulary};

/// A region that switches on what Shanghai has not.
const ELSEWHERE: &str = r#"
schema = 1
id = "440300"
version = "test.1"
region = "440300"
parent = "CN"
title = "另一座城市"

[[source]]
id = "X"
title = "测试用文件"
seen = "text"

[[param]]
key = "mentor.per_class.min"
value = { total = 3, lead_level = "L5" }
unit = "count"
effective_from = 2019-01-01
source = "X"
evidence = "text"
"#;

const TODAY: Date = date!(2026 - 08 - 25);

static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::builtin()));

/// A case that a fixture changes before it is asked.
struct World {
    draft: Draft,
    facts: Facts,
    today: Date,
    law: Resolved,
}

impl World {
    fn new() -> Self {
        Self {
            draft: sample_draft(),
            facts: sample_facts(),
            today: TODAY,
            law: law_of("310118"),
        }
    }

    fn set(&mut self, key: &str, words: &str) {
        self.draft.set(key, words).expect("fixtures name fields that exist");
    }

    fn clear(&mut self, key: &str) {
        self.set(key, "");
    }

    fn clear_list(&mut self, key: &str) {
        while let Some(index) = self.draft.indices(key).last().copied() {
            self.draft.remove_entry(key, index);
        }
    }

    fn without(&mut self, key: &str) {
        self.law = self.law.clone().without(key);
    }

    fn minor(&mut self) {
        self.draft = Draft::of(&sample_minor());
    }

    fn findings(&self, rule: &str, stage: Stage) -> Vec<Finding> {
        let vocabulary = Arc::clone(&VOCABULARY);
        let (body, problems) = self.draft.read(&vocabulary);
        assert!(problems.is_empty(), "{problems:?}");
        let case = Case {
            body,
            today: self.today,
            facts: self.facts.clone(),
            vocabulary,
        };
        let mut all = evaluate(RULES, &case, &self.law, stage).all;
        all.retain(|finding| finding.rule == rule);
        all
    }
}

fn law_of(region: &str) -> Resolved {
    let mut files = law::BUILTIN.to_vec();
    files.push(("elsewhere.toml", ELSEWHERE));
    Packs::parse(&files)
        .expect("the packs and the one of this test are read")
        .resolve(region, TODAY)
}

struct Fixture {
    rule: &'static str,
    stage: Stage,
    lawful: fn(&mut World),
    unlawful: fn(&mut World),
    /// The field that the unlawful case is told at, and how heavily.
    field: &'static str,
    severity: Severity,
    unknown: fn(&mut World),
}

fn as_it_is(_: &mut World) {}

macro_rules! fixtures {
    ($($rule:literal $stage:ident: $lawful:expr; $field:literal $severity:ident $unlawful:expr; $unknown:expr;)*) => {
        vec![$(Fixture {
            rule: $rule,
            stage: Stage::$stage,
            lawful: $lawful,
            unlawful: $unlawful,
            field: $field,
            severity: Severity::$severity,
            unknown: $unknown,
        }),*]
    };
}

fn fixtures() -> Vec<Fixture> {
    fixtures! {
        "ID-01" Sign: as_it_is; "enterprise.uscc" Block |w| w.set("enterprise.uscc", "91310115MAXXXX0073"); |w| w.clear("enterprise.uscc");
        // The code's own check holds, the one of its organisation code does not.
        "ID-02" Sign: as_it_is; "enterprise.uscc" Warn |w| w.set("enterprise.uscc", "91310000000000001Y"); |w| w.clear("enterprise.uscc");
        "ID-03" Sign: as_it_is; "enterprise.uscc" Warn |w| w.set("enterprise.uscc", "81310000TTTTTTTT51"); |w| w.clear("enterprise.uscc");
        "ID-04" Sign: as_it_is; "apprentice.id_no" Block |w| w.set("apprentice.id_no", "310000199013010015"); |w| w.clear("apprentice.id_no");
        "ID-05" Sign: as_it_is; "apprentice.birth" Block |w| w.set("apprentice.birth", "1990-01-02"); |w| w.clear("apprentice.birth");
        "ID-06" Draft: as_it_is; "apprentice.id_no" Warn |w| w.set("apprentice.id_no", "990000199001010017"); |w| w.clear("apprentice.id_no");
        "ID-07" Sign: as_it_is; "apprentice.id_no" Block |w| w.facts.identity_checked = Some(false); |w| w.facts.identity_checked = None;
        "ID-08" Sign: |w| { w.set("apprentice.birth", "2010-09-01"); }; "apprentice.birth" Block |w| w.set("apprentice.birth", "2010-09-02"); |w| w.clear("apprentice.birth");
        "ID-10" Sign: World::minor; "guardian.name" Block |w| { w.minor(); w.clear("guardian.name"); }; |w| { w.minor(); w.clear("apprentice.self_supporting"); };
        "ID-11" Draft: as_it_is; "apprentice.birth" Block |w| w.set("apprentice.birth", "2012-08-26"); |w| w.clear("apprentice.birth");
        "ID-12" Sign: as_it_is; "training.target_level" Warn overlapping; |w| w.facts.other_agreements = None;

        "TA-33" Sign: as_it_is; "insurance.waived" Block |w| w.set("insurance.waived", "true"); |w| w.clear("insurance.waived");
        "TA-19" Sign: as_it_is; "cost.deposit" Block |w| w.set("cost.deposit", "500"); |w| w.clear("cost.id_held");
        "TA-20" Sign: as_it_is; "cost.apprentice_fee" Block |w| w.set("cost.apprentice_fee", "1"); |w| w.clear("cost.apprentice_fee");
        "TA-25" Sign: as_it_is; "ending.penalties.0.kind" Block |w| w.set("ending.penalties.0.kind", "other"); |w| w.clear("ending.penalties.0.kind");
        "TA-31" Sign: as_it_is; "ending.contract_end_grounds" Block |w| w.set("ending.contract_end_grounds", "考核不合格的，劳动合同终止。"); |w| w.clear("ending.termination_grounds");
        "TA-32" Sign: |w| non_compete(w, "24"); "noncompete.months" Block |w| non_compete(w, "25"); |w| { non_compete(w, "24"); w.clear("noncompete.compensation"); };
        "TA-39" Sign: World::minor; "post.hazards" Block |w| { w.minor(); w.set("post.hazards", "m03"); }; |w| { w.minor(); w.clear("post.hazards"); };
        "TA-41" Sign: |w| { w.set("apprentice.sex", "female"); w.set("post.hazards", "m03"); }; "post.hazards" Block |w| { w.set("apprentice.sex", "female"); w.set("post.hazards", "m07"); }; |w| w.clear("apprentice.sex");
        "TA-48" Sign: |w| w.set("duty.enterprise_duties", "甲方不得收取押金。"); "duty.apprentice_duties" Warn |w| w.set("duty.apprentice_duties", "乙方入职时交纳押金500元。"); nothing_written;

        // The amount is known from a third party and past its review: a warning, as rules.md has it.
        "TA-14" Sign: as_it_is; "pay.wage_items" Warn |w| w.set("pay.wage_items.0.amount", "1000"); |w| w.without(params::WAGE_MIN_MONTHLY);
        "TA-15" Sign: as_it_is; "pay.wage_items.2.counts_to_minimum" Warn |w| w.set("pay.wage_items.2.counts_to_minimum", "true"); |w| w.clear("pay.personal_contributions");
        "TA-16" Sign: as_it_is; "labour_contract.probation_wage" Block |w| w.set("labour_contract.probation_wage", "4159.99"); |w| w.clear("labour_contract.wage");
        "TA-18" Sign: as_it_is; "pay.study_paid" Block |w| w.set("pay.study_paid", "false"); |w| w.clear("pay.study_paid");
        "TA-21" Sign: as_it_is; "service.months" Block |w| w.clear_list("cost.special_cost"); |w| w.clear("cost.special_cost.0.amount");
        "TA-22" Sign: as_it_is; "cost.special_cost.0.kind" Block |w| w.set("cost.special_cost.0.kind", "wage"); |w| w.clear("cost.special_cost.0.kind");
        "TA-23" Sign: as_it_is; "service.damages_cap" Block |w| w.set("service.damages_cap", "24000.01"); |w| w.clear("service.formula");
        "TA-24" Sign: as_it_is; "service.damages_cap" Warn |w| w.set("cost.special_cost.0.subsidised", "5000"); |w| w.clear("service.damages_cap");
        "TA-26" Sign: as_it_is; "service.carve_out_38" Block |w| w.set("service.carve_out_38", "false"); |w| w.clear("service.carve_out_38");
        "TA-28" Sign: as_it_is; "service.wage_frozen" Block |w| w.set("service.wage_frozen", "true"); |w| w.clear("service.wage_frozen");
        "TA-29" Sign: as_it_is; "service.months" Warn |w| w.set("labour_contract.end", "2029-08-30"); |w| w.clear("labour_contract.end");

        "TA-02" Sign: as_it_is; "training.end" Block |w| w.set("training.end", "2026-08-01"); |w| w.clear("training.objectives");
        "TA-03" File: |w| w.set("labour_contract.end", "2027-08-31"); "labour_contract.end" Block |w| w.set("labour_contract.end", "2027-08-30"); |w| w.clear("labour_contract.end");
        "TA-04" Sign: |w| w.set("labour_contract.signed_on", "2026-10-01"); "labour_contract.signed_on" Block |w| w.set("labour_contract.signed_on", "2026-10-02"); |w| w.clear("labour_contract.signed_on");
        "TA-05" Sign: as_it_is; "labour_contract.items" Warn |w| w.set("labour_contract.items", "employer worker"); |w| w.clear("labour_contract.items");
        "TA-09" File: as_it_is; "training.target_level" Warn |w| w.set("training.target_level", "L8"); |w| w.clear("training.target_level");
        "TA-10" Sign: as_it_is; "training.target_level" Warn |w| w.set("training.current_level", "L3"); |w| w.clear("training.current_level");
        "TA-11" File: as_it_is; "training.end" Block |w| w.set("training.end", "2027-08-30"); |w| w.clear("training.end");
        "TA-12" Sign: as_it_is; "training.end" Warn |w| w.set("training.end", "2028-08-31"); |w| w.clear("training.end");
        "TA-13" Sign: as_it_is; "labour_contract.end" Warn |w| w.set("labour_contract.end", "2027-08-30"); |w| w.clear("labour_contract.end");
        "TA-17" Sign: as_it_is; "labour_contract.probation_months" Block |w| { w.set("labour_contract.end", "2027-08-30"); }; |w| w.facts.earlier_probations = None;
        "TA-35" Sign: as_it_is; "hours.per_day" Block |w| w.set("hours.per_day", "8.5"); |w| w.clear("hours.rest_days_per_week");
        "TA-37" Sign: as_it_is; "safety.disclosed" Block |w| w.set("safety.disclosed", "work pay"); |w| w.clear("safety.disclosure_ack");

        "TA-06" File: as_it_is; "training.category" Warn |w| w.set("training.category", "on_post"); |w| w.clear("training.category");
        "TA-07" Sign: as_it_is; "apprentice.fulltime_student" Warn |w| w.set("apprentice.fulltime_student", "true"); |w| w.clear("apprentice.fulltime_student");
        "TA-08" File: as_it_is; "labour_contract.employer_uscc" Block |w| w.set("labour_contract.employer_uscc", "91310000000000000U"); |w| w.clear("labour_contract.employer_uscc");
        "TA-42" File: as_it_is; "people.mentors" Block |w| w.clear_list("people.mentors"); |w| w.without(params::TUTORS_MIN);
        "TA-43" File: three_mentors; "people.mentors" Warn |w| { w.law = law_of("440300"); }; |w| { three_mentors(w); w.clear("people.mentors.0.level"); };
        "TA-44" File: as_it_is; "mentor_allowance.payer" Warn |w| w.set("mentor_allowance.payer", "college"); |w| w.clear("mentor_allowance.amount");

        "TA-01" File: |w| w.facts.signed = Some(true); "" Block as_it_is; |w| w.facts.signed = None;
        "TA-47" File: as_it_is; "apprentice.household_address" Block |w| w.clear("apprentice.household_address"); |w| w.without(params::ROSTER_FIELDS);
        "ES-01" Sign: as_it_is; "esign.form_agreed" Block |w| w.set("esign.form_agreed", "false"); |w| w.clear("esign.form_agreed");
        "ES-03" Sign: as_it_is; "esign.conditions" Warn |w| w.set("esign.form_agreed", "false"); |w| w.clear("esign.conditions");
        "ES-07" Sign: as_it_is; "esign.fee" Block |w| w.set("esign.fee", "5"); |w| w.facts.signing_steps = None;
        "ES-08" Sign: as_it_is; "esign.identity_method" Warn |w| w.set("esign.identity_method", "in_person"); |w| w.clear("esign.identity_method");
        "ES-12" Sign: |w| { w.set("esign.form", "paper"); w.set("esign.original_location", "甲方人力资源部档案柜"); }; "esign.original_location" Warn |w| w.set("esign.form", "paper"); |w| w.clear("esign.form");
        "PI-02" Draft: as_it_is; "privacy.notice_shown_on" Block |w| w.set("privacy.notice_shown_on", "2026-08-26"); |w| w.clear("privacy.notice_shown_on");
        "PI-03" Draft: World::minor; "privacy.consents.1.separate" Block |w| { w.minor(); w.set("privacy.consents.1.separate", "false"); }; |w| w.clear("privacy.sensitive");
    }
}

fn overlapping(world: &mut World) {
    world.facts.other_agreements = Some(vec![OtherAgreement {
        occupation: "6-18-01-01".to_owned(),
        level: SkillLevel::L3,
        start: date!(2027 - 08 - 31),
        end: date!(2028 - 08 - 30),
    }]);
}

fn non_compete(world: &mut World, months: &str) {
    world.set("noncompete.months", months);
    world.set("noncompete.secret_access", "true");
    world.set("noncompete.compensation", "1500");
}

fn three_mentors(world: &mut World) {
    world.law = law_of("440300");
    for index in ["1", "2"] {
        world.set(&format!("people.mentors.{index}.name"), "孙示例");
        world.set(&format!("people.mentors.{index}.level"), "L4");
    }
}

fn nothing_written(world: &mut World) {
    let written: Vec<String> = world
        .draft
        .typed()
        .filter(|(key, _)| {
            FIELDS
                .iter()
                .any(|spec| key.starts_with(spec.key) && spec.rules.contains(&"TA-48"))
        })
        .map(|(key, _)| key.to_owned())
        .collect();
    for key in written {
        world.clear(&key);
    }
}

#[test]
fn every_rule_has_a_lawful_an_unlawful_and_an_unknown_case() {
    let fixtures = fixtures();
    let mut wrong = Vec::new();
    for rule in RULES {
        let mut own = fixtures.iter().filter(|fixture| fixture.rule == rule.id);
        let Some(fixture) = own.next() else {
            panic!("{} has no fixtures", rule.id);
        };
        assert!(own.next().is_none(), "{} has its fixtures twice", rule.id);
        let ask = |change: fn(&mut World)| {
            let mut world = World::new();
            change(&mut world);
            world.findings(rule.id, fixture.stage)
        };
        let lawful = ask(fixture.lawful);
        let fine = lawful.iter().all(|finding| match finding.outcome {
            Outcome::Passed => true,
            // Even a lawful non-compete asks for a reason.
            Outcome::NeedsReason { .. } => rule.id == "TA-32",
            _ => false,
        });
        if lawful.is_empty() || !fine {
            wrong.push(format!("{} lawful: {lawful:?}", rule.id));
        }
        let unlawful = ask(fixture.unlawful);
        let told = unlawful.iter().find(|finding| finding.field == fixture.field);
        let failed = told.is_some_and(|finding| {
            matches!(finding.outcome, Outcome::Failed { .. } | Outcome::NeedsReason { .. })
                && finding.severity == fixture.severity
        });
        if !failed {
            wrong.push(format!("{} unlawful: {unlawful:?}", rule.id));
        }
        let unknown = ask(fixture.unknown);
        let silent = unknown
            .iter()
            .all(|finding| matches!(finding.outcome, Outcome::Unknown { .. }) && finding.severity > Severity::Info);
        if unknown.is_empty() || !silent {
            wrong.push(format!("{} unknown: {unknown:?}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(fixtures.len(), RULES.len());
}

/// rules.md, head: a minimum wage known from a third party, or past its review, warns at signing and blocks at filing.
#[test]
fn a_wage_under_the_minimum_warns_at_signing_and_blocks_at_filing() {
    let mut world = World::new();
    world.set("pay.wage_items.0.amount", "1000");
    world.set("labour_contract.probation_wage", "2000");
    world.set("labour_contract.wage", "2100");
    for rule in ["TA-14", "TA-16"] {
        let severity = |stage| world.findings(rule, stage).iter().map(|finding| finding.severity).max();
        assert_eq!(severity(Stage::Sign), Some(Severity::Warn), "{rule}");
        assert_eq!(severity(Stage::File), Some(Severity::Block), "{rule}");
    }
}

#[test]
fn the_samples_may_be_signed() {
    for minor in [false, true] {
        let mut world = World::new();
        if minor {
            world.minor();
        }
        for stage in [Stage::Draft, Stage::Sign] {
            for rule in RULES {
                for finding in world.findings(rule.id, stage) {
                    assert!(!finding.is_open(), "{finding:?}");
                }
            }
        }
    }
}

#[test]
fn an_empty_body_passes_nothing_that_asks_for_something() {
    let case = Case {
        body: agreement::training::Body::default(),
        today: TODAY,
        facts: Facts::default(),
        vocabulary: Arc::clone(&VOCABULARY),
    };
    for stage in Stage::ALL {
        for finding in evaluate(RULES, &case, &law_of("310118"), stage).all {
            assert!(!matches!(finding.outcome, Outcome::Passed), "{finding:?}");
        }
    }
}

#[test]
fn the_worked_example_of_damages_comes_out() {
    let cost = Fen::from_yuan(24_000);
    assert_eq!(damages_share(cost, 36, 12), Fen::from_yuan(16_000));
    assert_eq!(damages_share(cost, 36, 0), cost);
    assert_eq!(damages_share(cost, 36, 36), Fen::default());
    assert_eq!(damages_share(cost, 36, 40), Fen::default());

    let mut world = World::new();
    world.set("service.months", "36");
    let (mut body, _) = world.draft.read(&VOCABULARY);
    // The agreed total shrinks with the months, too: 20 000 at first are 13 333.33 after 12 of 36.
    assert_eq!(damages_at_most(&body, 12), Some(Fen::new(1_333_333)));
    body.service.damages_cap = Some(cost);
    assert_eq!(damages_at_most(&body, 12), Some(Fen::from_yuan(16_000)));

    // A clause that asks 20 000 whatever was served is blocked; one that asks 20 000 of a cost of 16 000, too.
    world.set("service.formula", "whole");
    let findings = world.findings("TA-23", Stage::Sign);
    assert!(findings.iter().any(Finding::blocks), "{findings:?}");
    world.set("service.formula", "pro_rata_months");
    assert!(!world.findings("TA-23", Stage::Sign).iter().any(Finding::is_open));
    world.set("cost.special_cost.0.amount", "12000");
    let findings = world.findings("TA-23", Stage::Sign);
    assert_eq!(
        findings[0].outcome,
        Outcome::Failed {
            found: Shown::Fen(Fen::from_yuan(20_000)),
            limit: Shown::Fen(Fen::from_yuan(16_000)),
        }
    );
    assert!(findings[0].blocks());
}

#[test]
fn codes_and_numbers_of_the_reference_are_judged_as_it_says() {
    for code in [
        "91310000000000000U",
        "91310115MAXXXX0072",
        "123100001234567888",
        "523101019999999984",
        "81310000TTTTTTTT51",
        "91350100M000100Y43",
    ] {
        let mut world = World::new();
        world.set("enterprise.uscc", code);
        assert!(
            world
                .findings("ID-01", Stage::Sign)
                .iter()
                .all(|finding| !finding.is_open())
        );
        assert!(
            world
                .findings("ID-02", Stage::Sign)
                .iter()
                .all(|finding| !finding.is_open())
        );
    }
    for code in ["91310000I000000000", "913100000000000000", "9131011500000000"] {
        let mut world = World::new();
        world.set("enterprise.uscc", code);
        assert!(
            world.findings("ID-01", Stage::Sign).iter().any(Finding::blocks),
            "{code}"
        );
    }
    // Number, born, sex, and what the age on 2026-09-01 means.
    for (number, birth, sex, works) in [
        ("310000199001010010", "1990-01-01", "male", true),
        ("310000200002290021", "2000-02-29", "female", true),
        ("310000200812310039", "2008-12-31", "male", true),
        ("31000020100901004x", "2010-09-01", "female", true),
        ("310000201009020061", "2010-09-02", "female", false),
    ] {
        let mut world = World::new();
        world.set("apprentice.id_no", number);
        world.set("apprentice.birth", birth);
        world.set("apprentice.sex", sex);
        for rule in ["ID-04", "ID-05"] {
            let findings = world.findings(rule, Stage::Sign);
            assert!(
                findings.iter().all(|finding| !finding.is_open()),
                "{number}: {findings:?}"
            );
        }
        let findings = world.findings("ID-08", Stage::Sign);
        assert_eq!(!findings.iter().any(Finding::blocks), works, "{number}");
    }
}

#[test]
fn a_warning_of_the_term_becomes_a_block_at_filing() {
    let mut world = World::new();
    world.set("training.end", "2029-09-30");
    assert_eq!(world.findings("TA-11", Stage::Sign)[0].severity, Severity::Warn);
    assert_eq!(world.findings("TA-11", Stage::File)[0].severity, Severity::Block);
    // Between the usual and the longest term a reason is enough, and it never blocks.
    world.set("training.end", "2029-08-31");
    assert_eq!(world.findings("TA-11", Stage::File)[0].severity, Severity::Warn);
    world.set("training.term_reason", "高级工培养周期较长，按培养方案分三个学年实施。");
    assert!(!world.findings("TA-11", Stage::File)[0].is_open());
}

#[test]
fn what_only_the_looser_reading_of_probation_pay_allows_is_a_warning() {
    let mut world = World::new();
    world.set("labour_contract.probation_wage", "4000");
    world.set("labour_contract.lowest_same_post_wage", "5000");
    let findings = world.findings("TA-16", Stage::Sign);
    assert_eq!(findings[0].severity, Severity::Warn);
    world.set("labour_contract.lowest_same_post_wage", "4000");
    assert!(!world.findings("TA-16", Stage::Sign)[0].is_open());
}

#[test]
fn no_message_carries_the_number_of_a_person() {
    let mut world = World::new();
    world.set("apprentice.id_no", "310000199001010011");
    for stage in Stage::ALL {
        for rule in RULES {
            for finding in world.findings(rule.id, stage) {
                assert!(!format!("{finding:?}").contains("199001"), "{finding:?}");
            }
        }
    }
    assert!(!format!("{:?}", sample()).contains("310000199001010010"));
}

#[test]
fn every_field_names_only_rules_that_exist() {
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    for spec in FIELDS {
        for rule in spec.rules {
            assert!(known.contains(rule), "{} names {rule}", spec.key);
        }
    }
}
