//! Walking between majors and occupations, and finding them by words.

use vocabulary::{OccupationRank, Tier, Trade, Vocabulary};

fn names(trades: &[Trade<'_>]) -> Vec<String> {
    trades.iter().map(|trade| trade.chinese().to_owned()).collect()
}

#[test]
fn a_code_is_a_major_or_an_occupation() {
    let vocabulary = Vocabulary::builtin();
    assert_eq!(vocabulary.trade("460103").map(Trade::chinese), Some("数控技术"));
    assert_eq!(vocabulary.trade("6-18-01-01").map(Trade::chinese), Some("车工"));
    assert_eq!(vocabulary.trade("6-18-01-00").map(Trade::code), Some("6-18-01-00"));
    for none in ["", "1", "999999", "9-99-99-99", "数控技术"] {
        assert_eq!(vocabulary.trade(none), None, "{none}");
    }
}

#[test]
fn both_ways_say_the_same_of_a_pair() {
    let vocabulary = Vocabulary::builtin();
    for code in ["460103", "510203", "520201", "260101"] {
        let Some(major) = vocabulary.trade(code) else {
            panic!("no major {code}")
        };
        let across = vocabulary.trades_across(major);
        assert!(across.iter().is_sorted_by(|(_, near), (_, far)| near >= far), "{code}");
        for (occupation, affinity) in across.iter().take(5) {
            assert_eq!(vocabulary.affinity(code, occupation.code()), *affinity);
            let back = vocabulary.trades_across(*occupation);
            assert!(back.contains(&(major, *affinity)), "{code} {}", occupation.code());
        }
    }
}

#[test]
fn a_major_leads_to_single_occupations_and_wide_groups_lead_back_to_nothing() {
    let vocabulary = Vocabulary::builtin();
    let across = vocabulary.trades_across(vocabulary.trade("460103").unwrap());
    assert!(!across.is_empty());
    for (trade, affinity) in across {
        assert!(affinity > 0);
        assert!(matches!(trade, Trade::Occupation(occupation) if !occupation.is_group()));
    }
    let across = |code: &str| vocabulary.trades_across(vocabulary.trade(code).unwrap()).len();
    assert!(across("6-18-01-00") > 0, "a 小类 has majors");
    assert_eq!((across("6-18-00-00"), across("6-00-00-00")), (0, 0));
}

#[test]
fn beside_a_trade_stands_its_class_or_group() {
    let vocabulary = Vocabulary::builtin();
    let beside = |code: &str| names(&vocabulary.trades_beside(vocabulary.trade(code).unwrap()));
    assert!(beside("460103").contains(&"模具设计与制造".to_owned()));
    assert!(!beside("460103").contains(&"护理".to_owned()));
    assert!(beside("6-18-01-01").contains(&"铣工".to_owned()));
    assert!(!beside("6-18-01-01").contains(&"车工".to_owned()));
    assert!(beside("6-18-01-00").contains(&"车工".to_owned()));
    let wide: Vec<String> = beside("6-00-00-00");
    assert!(wide.len() > 10, "{wide:?}");
}

#[test]
fn groups_come_the_widest_first_and_every_occupation_is_reached_from_the_top() {
    let vocabulary = Vocabulary::builtin();
    let groups = vocabulary.occupation_groups("6-18-01-01");
    let ranks: Vec<OccupationRank> = groups.iter().map(|group| group.rank).collect();
    assert_eq!(
        ranks,
        [OccupationRank::Major, OccupationRank::Middle, OccupationRank::Minor]
    );
    for occupation in vocabulary.occupations().iter().step_by(23) {
        let groups = vocabulary.occupation_groups(&occupation.code);
        let mut path: Vec<&str> = groups.iter().map(|group| group.code.as_str()).collect();
        path.push(&occupation.code);
        assert_eq!(
            vocabulary.occupation(path[0]).unwrap().rank,
            OccupationRank::Major,
            "{path:?}"
        );
        for step in path.windows(2) {
            let beside = vocabulary.trades_beside(vocabulary.trade(step[0]).unwrap());
            assert!(beside.iter().any(|trade| trade.code() == step[1]), "{step:?}");
        }
    }
}

#[test]
fn words_find_trades_by_name_sound_class_and_title() {
    let vocabulary = Vocabulary::builtin();
    let found = |typed: &str| {
        let (majors, occupations) = vocabulary.trades_named(typed, 8);
        let majors: Vec<String> = majors.iter().map(|major| major.name.clone()).collect();
        let occupations: Vec<String> = occupations.iter().map(|occupation| occupation.name.clone()).collect();
        (majors, occupations)
    };
    assert_eq!(found("数控技术").0[0], "数控技术");
    assert_eq!(found("車工").1[0], "车工", "traditional characters");
    assert_eq!(found("shukongjishu").0[0], "数控技术");
    assert!(found("hgong").1.is_empty(), "no sound of any");
    assert_eq!(found("汽车 维修").1[0], "汽车维修工");
    assert!(found("机械设计制造类").0.contains(&"数控技术".to_owned()));
    assert!(
        found("数控车床操作员").1.iter().any(|name| name == "车工"),
        "{:?}",
        found("数控车床操作员")
    );
    assert_eq!(found("460103K").0, ["数控技术"]);
    assert_eq!(found("6-18-01-01"), (Vec::new(), vec!["车工".to_owned()]));
    assert!(
        found("4601").0.contains(&"数控技术".to_owned()),
        "the beginning of a code"
    );
    assert!(
        found("数控").1.iter().all(|name| name.contains("数控")),
        "no guesses beside names"
    );
    let twins = vocabulary.trades_named("数控技术", 8).0;
    assert_eq!([twins[0].tier, twins[1].tier], [Tier::Higher, Tier::Bachelor]);
    assert_eq!(found("  "), (Vec::new(), Vec::new()));
    let (majors, occupations) = vocabulary.trades_named("工", 8);
    assert_eq!((majors.len(), occupations.len()), (8, 8), "never more than asked for");
}
