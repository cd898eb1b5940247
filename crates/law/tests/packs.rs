//! The packs that come with the product, and what they say in a region on a day.

use kernel::Date;
use law::{Answer, BUILTIN, Evidence, PackProblem, Packs, Resolved, Stage, params};
use time::macros::date;

/// 深圳's text, for tests only.
const SHENZHEN: (&str, &str) = ("440300.toml", include_str!("fixtures/440300.toml"));

const TODAY: Date = date!(2026 - 11 - 20);

fn with(more: &[(&str, &str)]) -> Packs {
    let files: Vec<(&str, &str)> = BUILTIN.iter().chain(more).copied().collect();
    Packs::parse(&files).expect("the packs fit together")
}

fn minimum_wage(resolved: &Resolved) -> (i64, Evidence, bool) {
    match resolved.int(params::WAGE_MIN_MONTHLY) {
        Answer::Known { value, used } => (value, used.grade(), used.stale),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_packs_of_the_product_are_read() {
    let packs = Packs::builtin();
    for region in ["CN", "310000", "310101", "310118"] {
        let versions = packs.resolve(region, TODAY).versions();
        assert_eq!(versions[0].id, region);
        assert_eq!(versions.last().unwrap().id, "CN");
    }
}

#[test]
fn every_parameter_carries_its_source_and_its_grade() {
    let packs = with(&[SHENZHEN]);
    for region in ["310101", "310118", "440300"] {
        let resolved = packs.resolve(region, TODAY);
        for used in resolved.all() {
            let source = resolved.source(&used.source);
            assert!(source.is_some(), "{region}: {} names {}", used.key, used.source);
        }
    }
}

#[test]
fn every_key_is_given_declared_unknown_or_left_to_other_cities() {
    let packs = Packs::builtin();
    let said = |region: &str, key: &str| {
        let resolved = packs.resolve(region, TODAY);
        resolved.all().any(|used| used.key == key) || resolved.gaps().any(|(gap, _)| gap == key)
    };
    let nowhere: Vec<&str> = params::KEYS
        .iter()
        .map(|key| key.name)
        .filter(|key| !said("310118", key) && !said("310101", key))
        .collect();
    assert_eq!(
        nowhere,
        [
            params::MENTOR_PER_CLASS,
            params::OUTCOME_FACTORS,
            params::REFUND_MONTHS,
            params::SUBSIDY_EXCLUSIONS,
            params::VIDEO_MIN
        ]
    );
}

#[test]
fn the_latest_minimum_wage_in_force_is_taken() {
    let packs = Packs::builtin();
    let on = |day| minimum_wage(&packs.resolve("310000", day));
    assert_eq!(on(date!(2021 - 07 - 01)), (259_000, Evidence::Quote, false));
    assert_eq!(on(date!(2023 - 06 - 30)), (259_000, Evidence::Quote, false));
    assert_eq!(on(date!(2023 - 07 - 01)), (269_000, Evidence::Recall, false));
    assert_eq!(on(date!(2025 - 07 - 01)), (274_000, Evidence::Quote, false));
}

#[test]
fn a_number_past_its_review_is_stale() {
    let packs = Packs::builtin();
    assert!(!minimum_wage(&packs.resolve("310000", date!(2026 - 07 - 01))).2);
    assert_eq!(
        minimum_wage(&packs.resolve("310000", TODAY)),
        (274_000, Evidence::Quote, true)
    );
}

#[test]
fn before_the_first_word_of_a_city_the_nations_gap_holds() {
    let resolved = Packs::builtin().resolve("310000", date!(2020 - 01 - 01));
    assert!(matches!(resolved.int(params::WAGE_MIN_MONTHLY), Answer::Gap { .. }));
}

#[test]
fn a_district_without_a_pack_stands_under_its_city() {
    let packs = Packs::builtin();
    let pudong = packs.resolve("310115", TODAY);
    assert_eq!(pudong.region(), "310115");
    assert_eq!(minimum_wage(&pudong).0, 274_000);
    let ids: Vec<String> = pudong.versions().into_iter().map(|pack| pack.id).collect();
    assert_eq!(ids, ["310000", "CN"]);
}

#[test]
fn a_place_without_any_pack_stands_under_the_nation() {
    let packs = Packs::builtin();
    for region in ["", "440305", "上海市", "３１００００", "31000", "999999"] {
        let resolved = packs.resolve(region, TODAY);
        assert_eq!(resolved.versions()[0].id, "CN", "{region}");
        assert!(
            matches!(resolved.int(params::WAGE_MIN_MONTHLY), Answer::Gap { .. }),
            "{region}"
        );
        assert_eq!(resolved.int(params::EMPLOYMENT_AGE_MIN).known(), Some(16));
    }
}

#[test]
fn the_nearest_region_wins_even_where_it_knows_less() {
    let resolved = Packs::builtin().resolve("310118", TODAY);
    let Answer::Known { value, used } = resolved.list(params::TRAINING_LEVELS) else {
        panic!("levels are known");
    };
    assert_eq!(value, ["L2", "L3", "L4", "L5", "L6"]);
    assert_eq!((used.region.as_str(), used.grade()), ("310000", Evidence::Recall));
}

#[test]
fn a_number_without_a_beginning_is_an_estimate() {
    let resolved = Packs::builtin().resolve("310118", TODAY);
    let Answer::Known { value, used } = resolved.table(params::TRAINING_HOURS_BY_LEVEL) else {
        panic!("hours are known");
    };
    assert_eq!(value.int("L4"), Some(600));
    assert_eq!(used.evidence, Evidence::Part);
    assert_eq!(used.effective_from, None);
    assert_eq!(used.grade(), Evidence::Recall);
    assert!(!used.grade().may_block_at(Stage::File));
}

#[test]
fn the_longest_probation_follows_the_contract() {
    let resolved = Packs::builtin().resolve("310000", TODAY);
    let steps = resolved.table(params::PROBATION_STEPS).known().unwrap();
    let longest: Vec<Option<i64>> = [0, 2, 3, 11, 12, 35, 36, 120].map(|months| steps.step(months)).to_vec();
    assert_eq!(longest, [0, 0, 1, 1, 2, 2, 6, 6].map(Some));
    let types = resolved.table(params::PROBATION_BY_TYPE).known().unwrap();
    assert_eq!((types.int("open"), types.int("task")), (Some(6), Some(0)));
}

#[test]
fn what_no_text_gives_is_a_gap_and_what_other_cities_have_is_absent() {
    let shanghai = Packs::builtin().resolve("310000", TODAY);
    assert!(matches!(shanghai.int(params::SUBSIDY_RATE), Answer::Gap { .. }));
    assert!(shanghai.int(params::VIDEO_MIN).is_absent());
    let shenzhen = with(&[SHENZHEN]).resolve("440300", TODAY);
    assert_eq!(shenzhen.int(params::VIDEO_MIN).known(), Some(10));
    assert_eq!(shenzhen.flag(params::GROUP_EMPLOYER_ALLOWED).known(), Some(true));
    assert_eq!(shanghai.flag(params::GROUP_EMPLOYER_ALLOWED).known(), Some(false));
}

#[test]
fn a_key_asked_for_in_another_shape_is_no_answer() {
    let resolved = Packs::builtin().resolve("310000", TODAY);
    assert!(resolved.list(params::EMPLOYMENT_AGE_MIN).is_absent());
    assert!(
        resolved
            .without(params::EMPLOYMENT_AGE_MIN)
            .int(params::EMPLOYMENT_AGE_MIN)
            .is_absent()
    );
}

#[test]
fn a_rate_is_taken_from_the_nearest_region_that_has_any() {
    let packs = with(&[SHENZHEN]);
    let base = |region, level| {
        packs
            .resolve(region, TODAY)
            .rate("base", level)
            .map(|rate| rate.amount_fen)
    };
    assert_eq!(base("440300", "L4"), Some(700_000));
    assert_eq!(
        base("440300", "L6"),
        None,
        "a city with rates of its own does not fall back to the floor"
    );
    assert_eq!(base("310101", "L4"), Some(500_000));
    let huangpu = packs.resolve("310101", TODAY);
    let topup = huangpu.rate("topup", "L4").unwrap();
    assert_eq!((topup.amount_fen, topup.is_estimate(TODAY)), (400_000, true));
    assert_eq!(huangpu.documents("file").count(), 1);
}

/// The problem of the national pack with `more` behind it.
fn refused(more: &str) -> (String, String, PackProblem) {
    let text = format!("{}\n{more}", BUILTIN[0].1);
    let error = Packs::parse(&[("CN.toml", &text)]).expect_err("the row is wrong");
    assert_eq!(error.file, "CN.toml");
    (error.table, error.key, error.problem)
}

const KNOWN: &str = "effective_from = 2026-01-01\nsource = \"L-LHT\"\nevidence = \"text\"";

#[test]
fn what_is_not_understood_is_refused_by_table_and_key() {
    let param = |key: &str, rest: &str| refused(&format!("[[param]]\nkey = \"{key}\"\n{rest}\n{KNOWN}"));
    let at = |key: &str, problem| ("param".to_owned(), key.to_owned(), problem);
    assert_eq!(
        param("wage.max", "value = 1"),
        at("wage.max", PackProblem::Unknown("wage.max".to_owned()))
    );
    assert_eq!(
        param("noncompete.months.max", "value = 24\nunit = \"month\"\ncolour = 1"),
        at("noncompete.months.max", PackProblem::Unknown("colour".to_owned()))
    );
    assert_eq!(
        param("noncompete.months.max", "value = 24.5\nunit = \"month\""),
        at("noncompete.months.max", PackProblem::Fraction)
    );
    assert_eq!(
        param("noncompete.months.max", "value = 2\nunit = \"year\""),
        at("noncompete.months.max", PackProblem::Shape)
    );
    assert_eq!(
        param("training.term_months", "value = { min = 1 }\nunit = \"month\""),
        at("training.term_months", PackProblem::Shape)
    );
    assert_eq!(
        refused("[[gap]]\nkey = \"wage.min_monthly\""),
        (
            "gap".to_owned(),
            "wage.min_monthly".to_owned(),
            PackProblem::Missing("note")
        )
    );
    assert_eq!(
        refused("[[para]]\nkey = \"wage.min_monthly\"").2,
        PackProblem::Unknown("para".to_owned())
    );
}

#[test]
fn a_pack_that_raises_what_can_be_no_rule_is_refused() {
    let raise = |id: &str| {
        refused(&format!(
            "[[rule]]\nid = \"{id}\"\nstage = \"sign\"\nseverity = \"block\"\n{KNOWN}"
        ))
        .2
    };
    for id in ["TA14", "TA-1", "ta-14", "TA-144", "TA-1x"] {
        assert_eq!(raise(id), PackProblem::Unreadable("id"), "{id}");
    }
}

#[test]
fn every_source_that_is_declared_is_named_by_a_number() {
    for (file, text) in BUILTIN {
        let ids = text.split("[[source]]\nid = \"").skip(1);
        for id in ids.map(|rest| rest.split('"').next().unwrap_or_default()) {
            let named = |end: &str| text.contains(&format!("source = \"{id}{end}"));
            assert!(named("\"") || named("#"), "{file}: {id}");
        }
    }
}

#[test]
fn a_number_needs_a_source_a_grade_and_a_beginning() {
    let param = |rest: &str| {
        refused(&format!(
            "[[param]]\nkey = \"noncompete.months.max\"\nvalue = 24\nunit = \"month\"\n{rest}"
        ))
        .2
    };
    assert_eq!(
        param("source = \"L-LHT\"\nevidence = \"text\""),
        PackProblem::Missing("effective_from")
    );
    assert_eq!(
        param("effective_from = 2026-01-01\nevidence = \"text\""),
        PackProblem::Missing("source")
    );
    assert_eq!(
        param("effective_from = 2026-01-01\nsource = \"L-LHT\""),
        PackProblem::Missing("evidence")
    );
    assert_eq!(
        param("effective_from = 2026-01-01\nsource = \"L-LHT\"\nevidence = \"rumour\""),
        PackProblem::Unknown("rumour".to_owned())
    );
    assert_eq!(
        param("effective_from = 2026-01-01\nsource = \"NOWHERE#3\"\nevidence = \"text\""),
        PackProblem::NoSource("NOWHERE".to_owned())
    );
    assert_eq!(
        param("effective_from = 2026-01-01\nsource = \"P-39\"\nevidence = \"text\""),
        PackProblem::BetterThanSource
    );
    assert_eq!(
        param("effective_from = 2012-12-28\nsource = \"L-LHT\"\nevidence = \"text\""),
        PackProblem::Twice
    );
}

fn city(rows: &str) -> Result<Packs, PackProblem> {
    let text = format!(
        "schema = 1\nid = \"330100\"\nversion = \"1\"\nregion = \"330100\"\nparent = \"CN\"\ntitle = \"x\"\n\
         [[source]]\nid = \"HERE\"\ntitle = \"x\"\nseen = \"text\"\n{rows}"
    );
    let files: Vec<(&str, &str)> = BUILTIN
        .iter()
        .copied()
        .chain([("330100.toml", text.as_str())])
        .collect();
    Packs::parse(&files).map_err(|error| {
        assert_eq!(error.file, "330100.toml");
        error.problem
    })
}

fn restated(key: &str, unit: &str, value: i64, evidence: &str, rest: &str) -> Result<Packs, PackProblem> {
    city(&format!(
        "[[param]]\nkey = \"{key}\"\nvalue = {value}\nunit = \"{unit}\"\nsource = \"HERE\"\nevidence = \"{evidence}\"\n{rest}"
    ))
}

#[test]
fn a_nearer_pack_may_ask_for_more_than_the_law_and_never_for_less() {
    let from = "effective_from = 2026-01-01";
    let weakens = |result: Result<Packs, PackProblem>| {
        assert_eq!(result.unwrap_err(), PackProblem::Weakens("CN.toml".to_owned()));
    };
    weakens(restated(params::EMPLOYMENT_AGE_MIN, "year", 15, "text", from));
    weakens(restated(params::NONCOMPETE_MONTHS_MAX, "month", 36, "text", from));
    weakens(restated(params::CAPACITY_AGE_FULL, "year", 19, "text", from));
    let stricter = restated(params::NONCOMPETE_MONTHS_MAX, "month", 12, "text", from).unwrap();
    let resolved = stricter.resolve("330100", TODAY);
    assert_eq!(resolved.int(params::NONCOMPETE_MONTHS_MAX).known(), Some(12));
}

#[test]
fn a_nearer_pack_may_not_bring_doubt_into_what_stands_in_law() {
    let weakens = |result: Result<Packs, PackProblem>| {
        assert_eq!(result.unwrap_err(), PackProblem::Weakens("CN.toml".to_owned()));
    };
    let key = params::EMPLOYMENT_AGE_MIN;
    weakens(restated(key, "year", 16, "quote", "effective_from = 2026-01-01"));
    weakens(restated(key, "year", 16, "text", "effective_from = \"unknown\""));
    let reviewed = "effective_from = 2026-01-01\nreview_by = 2026-02-01";
    weakens(restated(key, "year", 16, "text", reviewed));
    weakens(city(&format!("[[gap]]\nkey = \"{key}\"\nnote = \"x\"")));
}

#[test]
fn a_pack_needs_its_parents_up_to_the_nation() {
    let alone = |parent: &str| {
        let text = format!("schema = 1\nid = \"1\"\nversion = \"1\"\nregion = \"1\"\n{parent}\ntitle = \"x\"");
        Packs::parse(&[BUILTIN[0], ("1.toml", &text)]).unwrap_err().problem
    };
    assert_eq!(alone("parent = \"2\""), PackProblem::Parent("2".to_owned()));
    assert_eq!(alone("parent = \"1\""), PackProblem::Parent("1".to_owned()));
    assert_eq!(alone(""), PackProblem::Parent("CN".to_owned()));
    assert!(Packs::parse(&[]).is_err());
}

#[test]
fn an_error_says_where_it_stands() {
    let text = format!(
        "{}\n[[param]]\nkey = \"noncompete.months.max\"\nvalue = true",
        BUILTIN[0].1
    );
    let error = Packs::parse(&[("CN.toml", &text)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "CN.toml: param noncompete.months.max: the key has another shape or unit"
    );
    assert!(
        Packs::parse(&[("CN.toml", "schema = ")])
            .unwrap_err()
            .to_string()
            .starts_with("CN.toml: pack : ")
    );
}
