//! What the shipped lists contain, and how they are asked.

use std::collections::HashSet;
use std::path::PathBuf;

use kernel::Locale;
use vocabulary::{
    EconomicClass, IndustryKind, ListError, ListProblem, Major, Occupation, OccupationRank, SkillLevel, Tier,
    Vocabulary,
};

/// A file of real public data that lies beside the project, where it does.
fn real_file(name: &str) -> Option<String> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {name} is not present");
    }
    text
}

fn all_differ<'a>(mut values: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = HashSet::new();
    values.all(|value| seen.insert(value))
}

#[test]
fn sixteen_districts_have_symmetric_neighbours() {
    let vocabulary = Vocabulary::builtin();
    assert_eq!(vocabulary.districts().len(), 16);
    assert!(all_differ(vocabulary.districts().iter().map(|d| d.name.as_str())));
    for district in vocabulary.districts() {
        assert!(district.code.starts_with("310") && district.code.len() == 6);
        assert!(
            (30_600_000..31_900_000).contains(&district.lat_micro),
            "{}",
            district.name
        );
        assert!(
            (120_800_000..122_200_000).contains(&district.lng_micro),
            "{}",
            district.name
        );
        assert!(!district.neighbours.is_empty());
        for neighbour in vocabulary.neighbours(&district.code) {
            assert_ne!(*neighbour, district.code);
            assert!(
                vocabulary.neighbours(neighbour).contains(&district.code),
                "{} {neighbour}",
                district.name
            );
        }
    }
    assert!(vocabulary.neighbours("110000").is_empty());
}

#[test]
fn distances_between_districts_are_plausible() {
    let vocabulary = Vocabulary::builtin();
    // 黄浦 to 静安 is a walk, to 金山 an hour's drive; 崇明 lies beyond 宝山.
    let distance = |a, b| vocabulary.distance_m(a, b).unwrap();
    assert!((3_000..5_000).contains(&distance("310101", "310106")));
    assert!((50_000..60_000).contains(&distance("310101", "310116")));
    assert!((20_000..35_000).contains(&distance("310113", "310151")));
    assert!(distance("310101", "310151") > distance("310101", "310113"));
    assert_eq!(distance("310115", "310115"), 0);
    assert_eq!(vocabulary.distance_m("310101", "999999"), None);
    for a in vocabulary.districts() {
        for b in vocabulary.districts() {
            assert_eq!(distance(&a.code, &b.code), distance(&b.code, &a.code));
        }
    }
}

#[test]
fn a_district_is_found_by_its_name_in_any_form() {
    let vocabulary = Vocabulary::builtin();
    for name in ["浦东新区", "浦东", " 浦东 "] {
        assert_eq!(
            vocabulary.district_named(name).map(|d| d.code.as_str()),
            Some("310115"),
            "{name}"
        );
    }
    assert_eq!(
        vocabulary.district_named("嘉定").map(|d| d.name(Locale::En)),
        Some("Jiading")
    );
    assert!(vocabulary.district_named("朝阳区").is_none());
    assert!(vocabulary.district_named("").is_none());
}

#[test]
fn thirty_four_provinces_and_the_corps_resolve_by_name() {
    let vocabulary = Vocabulary::builtin();
    assert_eq!(vocabulary.provinces().len(), 35);
    for province in vocabulary.provinces() {
        assert!(province.code.ends_with("0000"));
        assert_eq!(vocabulary.province_named(&province.name), Some(province));
        assert_eq!(vocabulary.province_named(&province.short_name), Some(province));
        assert_eq!(vocabulary.province(&province.code), Some(province));
    }
    assert_eq!(
        vocabulary.province("310115").map(|p| p.name(Locale::Zh)),
        Some("上海市")
    );
    assert_eq!(vocabulary.province("31").map(|p| p.name(Locale::En)), Some("Shanghai"));
    assert!(vocabulary.province("990000").is_none() && vocabulary.province("3").is_none());
}

#[test]
fn every_province_and_major_of_the_register_resolves() {
    let Some(text) = real_file("programmes_national_2025.csv") else {
        return;
    };
    let vocabulary = Vocabulary::builtin();
    let column = |place: usize| -> HashSet<&str> {
        text.lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth(place))
            .collect()
    };
    let provinces = column(1);
    assert!(provinces.len() >= 32);
    for name in provinces {
        assert!(vocabulary.province_named(name).is_some(), "{name}");
    }
    for code in column(4) {
        assert!(vocabulary.major(code).is_some(), "{code}");
    }
}

#[test]
fn nineteen_categories_carry_three_codes() {
    let vocabulary = Vocabulary::builtin();
    assert_eq!(vocabulary.categories().len(), 19);
    for category in vocabulary.categories() {
        for code in [&category.code, &category.code_secondary, &category.code_bachelor] {
            assert_eq!(vocabulary.category(code), Some(category), "{code}");
        }
        assert!(category.name(Locale::Zh).ends_with("大类"));
        assert!(category.name(Locale::En).is_ascii());
    }
    let equipment = vocabulary.category("460103").unwrap();
    assert_eq!(
        (equipment.name(Locale::Zh), equipment.index.index()),
        ("装备制造大类", 6)
    );
}

#[test]
fn two_catalogues_share_ninety_seven_classes() {
    let vocabulary = Vocabulary::builtin();
    let of_tier = |tier| vocabulary.majors().iter().filter(move |major| major.tier == tier);
    assert_eq!(
        (of_tier(Tier::Higher).count(), of_tier(Tier::Bachelor).count()),
        (801, 210)
    );
    assert_eq!(vocabulary.major_classes().len(), 97);
    let listed: usize = vocabulary.major_classes().iter().map(|class| class.majors.len()).sum();
    assert_eq!(listed, vocabulary.majors().len());
    for tier in [Tier::Higher, Tier::Bachelor] {
        assert!(all_differ(of_tier(tier).map(|major| major.name.as_str())));
    }
    assert!(all_differ(vocabulary.majors().iter().map(|major| major.code.as_str())));
    for class in vocabulary.major_classes() {
        for place in &class.majors {
            let major = &vocabulary.majors()[*place];
            assert_eq!((&major.class_name, major.category), (&class.name, class.category));
        }
    }
}

#[test]
fn a_major_is_found_by_code_with_or_without_k_and_by_name() {
    let vocabulary = Vocabulary::builtin();
    for code in ["520101", "520101K", "520101k"] {
        let major = vocabulary.major(code).unwrap();
        assert_eq!((major.name(Locale::En), major.code.as_str()), ("临床医学", "520101"));
        assert!(major.state_controlled);
    }
    let named = vocabulary.find_major_by_name("数控技术").unwrap();
    assert_eq!((named.code.as_str(), named.tier), ("460103", Tier::Higher));
    let of_higher: HashSet<_> = vocabulary
        .majors()
        .iter()
        .filter(|m| m.tier == Tier::Higher)
        .map(|m| m.name.as_str())
        .collect();
    for major in vocabulary.majors().iter().filter(|m| m.tier == Tier::Bachelor) {
        let found = vocabulary.find_major_by_name(&major.name).unwrap();
        assert_eq!(
            found.tier == Tier::Higher,
            of_higher.contains(major.name.as_str()),
            "{}",
            major.name
        );
    }
    assert!(vocabulary.major("999999").is_none());
    assert!(vocabulary.find_major_by_name("屠龙技术").is_none());
}

#[test]
fn occupations_have_plain_names_and_every_parent() {
    let vocabulary = Vocabulary::builtin();
    let occupations = vocabulary.occupations();
    assert!(occupations.is_sorted_by_key(|o| &o.code));
    assert!(all_differ(occupations.iter().map(|o| o.code.as_str())));
    // The classification itself has one name twice.
    let names = occupations.iter().filter(|o| !o.is_group() && o.name != "甘油制造工");
    assert!(all_differ(names.map(|o| o.name.as_str())));
    assert_eq!(occupations.iter().filter(|o| !o.is_group()).count(), 1_631);
    for occupation in occupations {
        assert!(!occupation.name.ends_with(['S', 'L', '/', ' ']), "{}", occupation.name);
        let (mut code, mut steps) = (occupation.code.clone(), 0);
        while let Some(parent) = vocabulary.occupation_parent(&code) {
            assert!(parent.is_group(), "{code}");
            code.clone_from(&parent.code);
            steps += 1;
        }
        assert!(code.ends_with("-00-00-00") && steps <= 3, "{}", occupation.code);
    }
    let of_rank = |rank| occupations.iter().filter(|o| o.rank == rank).count();
    assert_eq!(
        (of_rank(OccupationRank::Major), of_rank(OccupationRank::Middle)),
        (8, 72)
    );
    assert_eq!(occupations.iter().filter(|o| o.derived).count(), 4);
}

#[test]
fn an_occupation_is_found_by_code_and_by_name() {
    let vocabulary = Vocabulary::builtin();
    let turner = vocabulary.find_occupation_by_name("车工").unwrap();
    assert_eq!((turner.code.as_str(), turner.is_group()), ("6-18-01-01", false));
    let parent = vocabulary.occupation_parent("6-18-01-01");
    assert_eq!(parent.map(|o| o.name.as_str()), Some("机械冷加工人员"));
    assert_eq!(
        vocabulary.occupation("6-18-01-00").map(Occupation::stem),
        Some("6-18-01")
    );
    assert!(
        vocabulary
            .occupation("2-02-38-09")
            .is_some_and(|o| o.name == "集成电路工程技术人员")
    );
    assert!(vocabulary.occupation("9-99-99-99").is_none());
}

#[test]
fn levels_industries_modes_and_economic_classes_are_complete() {
    let vocabulary = Vocabulary::builtin();
    let leading = vocabulary
        .industries()
        .iter()
        .filter(|i| i.kind == IndustryKind::Leading);
    assert_eq!((leading.count(), vocabulary.industries().len()), (3, 9));
    assert_eq!(vocabulary.industry("ic").map(|i| i.name(Locale::Zh)), Some("集成电路"));
    assert_eq!(vocabulary.modes().len(), 20);
    assert_eq!(vocabulary.mode("M06").map(|m| m.name(Locale::En)), Some("Dual system"));
    let sections = vocabulary.economic().iter().filter(|class| class.level() == 1).count();
    assert_eq!((sections, vocabulary.economic().len()), (20, 117));
    assert_eq!(
        vocabulary.economic_class("3421").map(|c| c.name.as_str()),
        Some("通用设备制造业")
    );
    assert_eq!(
        vocabulary.economic_class("C").map(|c| c.name(Locale::En)),
        Some("Manufacturing")
    );
    assert!(
        vocabulary
            .economic_class("37")
            .is_some_and(|c| c.name.ends_with("制造业"))
    );
    for code in ["", "x", "类"] {
        assert!(vocabulary.economic_class(code).is_none(), "{code}");
    }
}

#[test]
fn the_list_of_levels_agrees_with_the_ladder() {
    let rows = include_str!("../data/levels.csv").lines().skip(2);
    let rows: Vec<Vec<&str>> = rows.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), SkillLevel::ALL.len());
    for (row, level) in rows.iter().zip(SkillLevel::ALL) {
        assert_eq!(row[0], level.code());
        assert_eq!((row[1], row[2]), (level.name(Locale::Zh), level.name(Locale::En)));
        assert_eq!(row[3], level.old_grade().unwrap_or_default());
    }
}

#[test]
fn the_real_catalogue_of_majors_replaces_the_shipped_one() {
    let Some(text) = real_file("majors.csv") else { return };
    let majors = Major::read_csv(&text).unwrap();
    assert_eq!(majors.len(), 801);
    let shipped = Vocabulary::builtin();
    let replaced = shipped.clone().with_majors(majors);
    assert_eq!(replaced.majors(), shipped.majors());
    if let Some(bachelor) = real_file("majors_vocational_bachelor.csv") {
        let bachelor = Major::read_csv(&bachelor).unwrap();
        assert_eq!(bachelor.len(), 210);
        assert_eq!(replaced.with_majors(bachelor).majors(), shipped.majors());
    }
}

#[test]
fn the_real_classification_of_occupations_replaces_the_shipped_one() {
    let Some(text) = real_file("occupations_2022.csv") else {
        return;
    };
    let occupations = Occupation::read_csv(&text).unwrap();
    let shipped = Vocabulary::builtin();
    assert_eq!(
        shipped.clone().with_occupations(occupations).occupations(),
        shipped.occupations()
    );
}

#[test]
fn the_real_economic_classification_brings_every_depth() {
    let Some(text) = real_file("industries_gbt4754_2017.csv") else {
        return;
    };
    let classes = EconomicClass::read_csv(&text).unwrap();
    assert_eq!(classes.len(), 1_971);
    let vocabulary = Vocabulary::builtin().with_industries(classes);
    assert_eq!(
        vocabulary.economic_class("011").map(|c| c.name.as_str()),
        Some("谷物种植")
    );
    assert_eq!(vocabulary.industries().len(), 9);
}

#[test]
fn a_smaller_list_leaves_what_it_does_not_speak_of() {
    let text = "major_code,major_name,class\n460103,数控技术,机械设计制造类\n";
    let vocabulary = Vocabulary::builtin().with_majors(Major::read_csv(text).unwrap());
    let higher = vocabulary
        .majors()
        .iter()
        .filter(|major| major.tier == Tier::Higher)
        .count();
    assert_eq!((higher, vocabulary.majors().len()), (1, 211));
    assert!(vocabulary.affinity("460103", "6-18-01-01") > 800);
}

fn refused<T: std::fmt::Debug>(result: Result<T, ListError>) -> (u64, String, ListProblem) {
    let error = result.expect_err("the list is refused");
    (error.line, error.column, error.problem)
}

#[test]
fn a_bad_row_is_refused_with_its_place() {
    use ListProblem::{BadCode, Disagrees, Duplicate, Empty, Malformed, MissingColumn, NoRows};
    let at = |line, column: &str, problem| (line, column.to_owned(), problem);
    let cases = [
        (
            "major_code,major_name\n460103,数控技术\n",
            at(1, "class", MissingColumn),
        ),
        ("major_code,major_name,class\n", at(1, "major_code", NoRows)),
        (
            "major_code,major_name,class\n46010,数控技术,机\n",
            at(2, "major_code", BadCode("46010".to_owned())),
        ),
        (
            "major_code,major_name,class\n660103,数控技术,机\n",
            at(2, "major_code", BadCode("660103".to_owned())),
        ),
        ("major_code,major_name,class\n460103,,机\n", at(2, "major_name", Empty)),
        (
            "major_code,major_name,category,class\n460103,数控技术,水利大类,机\n",
            at(2, "category", Disagrees("水利大类".to_owned())),
        ),
        (
            "major_code,major_name,class\n460103,数控技术,机\n460103K,数控,机\n",
            at(3, "major_code", Duplicate("460103".to_owned(), 2)),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(refused(Major::read_csv(text)), expected, "{text}");
    }
    let ragged = refused(Major::read_csv("major_code,major_name,class\n460103,数控技术\n"));
    assert!(matches!(ragged, (2, _, Malformed(_))), "{ragged:?}");
    let code = refused(Occupation::read_csv("code,name\n6-18-1-1,车工\n"));
    assert_eq!(code, at(2, "code", BadCode("6-18-1-1".to_owned())));
    let section = refused(EconomicClass::read_csv("code,name,section\nC,制造业,D\n"));
    assert_eq!(section, at(2, "section", Disagrees("D".to_owned())));
}

#[test]
fn marks_are_stripped_repetitions_kept_once_and_parents_derived() {
    let text = "level,code,name\n4,6-18-01-13,增材制造设备操作员L/S\n4,6-18-01-13,增材制造设备操作员\n";
    let occupations = Occupation::read_csv(text).unwrap();
    let rows: Vec<_> = occupations.iter().map(|o| (o.code.as_str(), o.derived)).collect();
    let groups = [("6-00-00-00", true), ("6-18-00-00", true), ("6-18-01-00", true)];
    assert_eq!(rows, [groups[0], groups[1], groups[2], ("6-18-01-13", false)]);
    assert!(occupations.iter().all(|o| o.name == "增材制造设备操作员"));
}
