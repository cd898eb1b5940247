//! Each criterion by example.

use std::sync::Arc;

use kernel::{Date, PostingKind, parse_date};
use matching::{
    Assessed, Book, Context, Criterion, DatesFit, HardCriterion, HardFailure, HoursFit, Owner, Reason, TradeBasis,
    Unit, UnitId, Verdict, Weights, answers, assess, counterparts,
};
use vocabulary::{SkillLevel, Vocabulary};

const CNC: &str = "460103";

fn context() -> Context {
    Context::new(Arc::new(Vocabulary::builtin()), Arc::new(Weights::default()))
}

fn day(text: &str) -> Option<Date> {
    let day = parse_date(text);
    assert!(day.is_some(), "{text} is no day");
    day
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn offer() -> Unit {
    Unit {
        major: Some(CNC.to_owned()),
        ..Unit::new(UnitId::External("offer".to_owned()), PostingKind::Programme)
    }
}

fn need() -> Unit {
    Unit {
        major: Some(CNC.to_owned()),
        ..Unit::new(UnitId::External("need".to_owned()), PostingKind::Apprentices)
    }
}

fn assessed(offer: &Unit, need: &Unit, criterion: Criterion) -> Assessed {
    let found = assess(offer, need, &context()).expect("a match");
    found
        .criteria
        .into_iter()
        .find(|assessed| assessed.criterion == criterion)
        .expect("every criterion")
}

fn failed(offer: &Unit, need: &Unit) -> Vec<HardFailure> {
    assess(offer, need, &context()).expect_err("no match")
}

#[test]
fn the_table_of_kinds_pairs_offers_with_needs_only() {
    let pairs: Vec<_> = PostingKind::ALL
        .into_iter()
        .flat_map(|offer| PostingKind::ALL.map(|need| (offer, need)))
        .filter(|(offer, need)| answers(*offer, *need))
        .map(|(offer, need)| (offer.code(), need.code()))
        .collect();
    assert_eq!(
        pairs,
        [
            ("programme", "apprentices"),
            ("programme", "staff_training"),
            ("course", "apprentices"),
            ("course", "staff_training"),
            ("base", "base_time"),
        ]
    );
    for (kind, other) in PostingKind::ALL
        .into_iter()
        .flat_map(|kind| PostingKind::ALL.map(|other| (kind, other)))
    {
        let (offer, need) = kind.side().offer_and_need(kind, other);
        assert_eq!(
            counterparts(kind).contains(&other),
            answers(offer, need),
            "{kind:?} {other:?}"
        );
    }
}

#[test]
fn every_hard_criterion_can_fail_and_says_with_what() {
    let offer = Unit {
        kind: PostingKind::Base,
        owner: Some(Owner::External("one".to_owned())),
        major: Some("520201".to_owned()),
        level: Some(SkillLevel::L3),
        seats: Some(0),
        province: Some("320000".to_owned()),
        starts_on: day("2026-01-01"),
        ends_on: day("2026-03-31"),
        ..offer()
    };
    let need = Unit {
        owner: Some(Owner::External("one".to_owned())),
        occupation: Some("6-18-01-07".to_owned()),
        major: None,
        level: Some(SkillLevel::L4),
        province: Some("310000".to_owned()),
        region_bound: true,
        starts_on: day("2026-04-01"),
        ..need()
    };
    let failures = failed(&offer, &need);
    assert!(
        failures.iter().map(HardFailure::criterion).eq(HardCriterion::ALL),
        "{failures:?}"
    );
    assert_eq!(
        failures[3],
        HardFailure::Level {
            reached: SkillLevel::L3,
            wanted: SkillLevel::L4
        }
    );
    let json = serde_json::to_value(&failures[2]).unwrap();
    assert_eq!(json["criterion"], "dates");
    assert_eq!(json["offer"]["ends_on"], "2026-03-31");
    assert_eq!(json["need"]["ends_on"], serde_json::Value::Null);
}

#[test]
fn what_is_not_known_refuses_nobody_and_is_shown_as_unknown() {
    let need = Unit {
        region_bound: true,
        level: Some(SkillLevel::L4),
        starts_on: day("2026-09-01"),
        province: Some("310000".to_owned()),
        ..need()
    };
    let found = assess(&offer(), &need, &context()).unwrap();
    let unknown: Vec<_> = found
        .hard
        .iter()
        .filter(|check| check.verdict == Verdict::Unknown)
        .map(|check| check.criterion)
        .collect();
    assert_eq!(
        unknown,
        [
            HardCriterion::NotSameOrganisation,
            HardCriterion::Dates,
            HardCriterion::Level,
            HardCriterion::Capacity,
            HardCriterion::Region
        ]
    );
    let level = &found.criteria[Criterion::Level as usize];
    assert_eq!(
        (level.verdict, level.score),
        (Verdict::Unknown, Weights::default().neutral())
    );
    assert_eq!(
        level.reason,
        Reason::Unknown {
            offer_silent: true,
            need_silent: false
        }
    );
}

#[test]
fn windows_that_touch_on_one_day_meet() {
    let offer = Unit {
        starts_on: day("2026-01-01"),
        ends_on: day("2026-04-01"),
        ..offer()
    };
    let need = Unit {
        starts_on: day("2026-04-01"),
        ends_on: day("2026-04-10"),
        ..need()
    };
    let schedule = assessed(&offer, &need, Criterion::Schedule);
    assert_eq!(
        schedule.reason,
        Reason::Schedule {
            dates: Some(DatesFit::Shared { days: 1, of: 10 }),
            hours: None
        }
    );
    assert_eq!((schedule.score, schedule.verdict), (100, Verdict::Unmet));
}

#[test]
fn of_dates_and_hours_the_poorer_counts() {
    let offer = Unit {
        starts_on: day("2026-09-01"),
        hours: Some(60),
        ..offer()
    };
    let need = Unit {
        starts_on: day("2026-09-19"),
        hours: Some(120),
        ..need()
    };
    let schedule = assessed(&offer, &need, Criterion::Schedule);
    assert_eq!(schedule.score, 500);
    let hours = Some(HoursFit {
        offered: 60,
        wanted: 120,
    });
    assert_eq!(
        schedule.reason,
        Reason::Schedule {
            dates: Some(DatesFit::Apart { days: 18 }),
            hours
        }
    );
    let alone = Unit { hours: None, ..offer };
    assert_eq!(assessed(&alone, &need, Criterion::Schedule).score, 900);
}

#[test]
fn the_same_major_is_the_same_trade_and_a_kin_occupation_is_found_through_the_major() {
    let same = assessed(&offer(), &need(), Criterion::Trade);
    assert_eq!((same.score, same.verdict), (1000, Verdict::Met));
    let occupation = Unit {
        occupation: Some("6-18-01-01".to_owned()),
        major: None,
        ..need()
    };
    let kin = assessed(&offer(), &occupation, Criterion::Trade);
    assert!(kin.score >= 250 && kin.verdict != Verdict::Unmet, "{kin:?}");
    let facts = Reason::Trade {
        basis: TradeBasis::MajorForOccupation,
        offer: CNC.to_owned(),
        need: "6-18-01-01".to_owned(),
    };
    assert_eq!(kin.reason, facts);
}

#[test]
fn skills_count_once_and_those_missing_are_named() {
    let offer = Unit {
        skills: texts(&["数控", "cad", "cad"]),
        ..offer()
    };
    let need = Unit {
        skills: texts(&["cad", "plc", "cad", "数控", "焊接"]),
        ..need()
    };
    let skills = assessed(&offer, &need, Criterion::Skills);
    assert_eq!((skills.score, skills.verdict), (500, Verdict::Partly));
    assert_eq!(
        skills.reason,
        Reason::Skills {
            common: texts(&["cad", "数控"]),
            missing: texts(&["plc", "焊接"])
        }
    );
}

#[test]
fn nearness_is_measured_between_districts_and_else_between_provinces() {
    let at = |unit: Unit, province: &str, district: Option<&str>| Unit {
        province: Some(province.to_owned()),
        district: district.map(str::to_owned),
        ..unit
    };
    let here = at(need(), "310000", Some("310115"));
    let same = assessed(&at(offer(), "310000", Some("310115")), &here, Criterion::Distance);
    assert_eq!(same.score, 1000);
    assert!(matches!(same.reason, Reason::Distance { metres: 0, .. }), "{same:?}");
    let near = assessed(&at(offer(), "310000", Some("310112")), &here, Criterion::Distance);
    let far = assessed(&at(offer(), "310000", Some("310116")), &here, Criterion::Distance);
    assert!(same.score > near.score && near.score > far.score, "{near:?} {far:?}");
    let somewhere = assessed(&at(offer(), "310000", None), &here, Criterion::Distance);
    assert_eq!(
        somewhere.reason,
        Reason::SameProvince {
            province: "310000".to_owned()
        }
    );
    let elsewhere = assessed(&at(offer(), "110000", None), &here, Criterion::Distance);
    assert_eq!((elsewhere.score, elsewhere.verdict), (0, Verdict::Unmet));
}

#[test]
fn seats_levels_and_prices_score_as_written() {
    let offer = Unit {
        seats: Some(15),
        level: Some(SkillLevel::L5),
        price_fen: Some(150_000),
        ..offer()
    };
    let need = Unit {
        seats: Some(20),
        level: Some(SkillLevel::L4),
        price_fen: Some(100_000),
        ..need()
    };
    let scores = [Criterion::Capacity, Criterion::Level, Criterion::Price].map(|c| assessed(&offer, &need, c).score);
    assert_eq!(scores, [750, 850, 500]);
    let generous = Unit {
        seats: Some(200),
        level: Some(SkillLevel::L4),
        price_fen: Some(0),
        ..offer
    };
    let scores = [Criterion::Capacity, Criterion::Level, Criterion::Price].map(|c| assessed(&generous, &need, c).score);
    assert_eq!(scores, [1000, 1000, 1000]);
}

#[test]
fn an_empty_post_does_not_outrank_a_full_one_that_fits() {
    let full = Unit {
        level: Some(SkillLevel::L4),
        seats: Some(30),
        province: Some("310000".to_owned()),
        district: Some("310112".to_owned()),
        skills: texts(&["数控"]),
        modes: texts(&["M01"]),
        ..offer()
    };
    let need = Unit {
        id: UnitId::External("need".to_owned()),
        kind: PostingKind::Apprentices,
        ..full.clone()
    };
    let empty = Unit {
        id: UnitId::External("a".to_owned()),
        ..offer()
    };
    let book = Book::new(context(), vec![empty, full], vec![]);
    let ids: Vec<_> = book
        .best_offers(&need, 2)
        .into_iter()
        .map(|found| found.offer)
        .collect();
    assert_eq!(
        ids,
        [UnitId::External("offer".to_owned()), UnitId::External("a".to_owned())]
    );
}

#[test]
fn joining_the_platform_is_shown_and_neither_scored_nor_ranked() {
    let row = |id: &str, joined| Unit {
        id: UnitId::External(id.to_owned()),
        joined,
        ..offer()
    };
    let ranking = |joined: [bool; 3]| -> Vec<(UnitId, u16)> {
        let rows = ["a", "b", "c"].iter().zip(joined).map(|(id, joined)| row(id, joined));
        let book = Book::new(context(), rows.collect(), vec![]);
        let best = book.rank_offers(&need(), 3).into_iter();
        best.map(|ranked| (ranked.unit.id.clone(), ranked.score)).collect()
    };
    let of_nobody = ranking([false; 3]);
    assert_eq!(of_nobody.len(), 3);
    assert_eq!(ranking([true, false, true]), of_nobody);
    assert_eq!(ranking([true; 3]), of_nobody);
}

#[test]
fn a_need_without_answers_learns_what_stands_in_the_way() {
    let offers = vec![
        Unit {
            kind: PostingKind::Base,
            id: UnitId::External("1".to_owned()),
            ..offer()
        },
        Unit {
            seats: Some(0),
            id: UnitId::External("2".to_owned()),
            level: Some(SkillLevel::L2),
            ..offer()
        },
        Unit {
            seats: Some(0),
            id: UnitId::External("3".to_owned()),
            ..offer()
        },
    ];
    let book = Book::new(context(), offers, vec![]);
    let need = Unit {
        level: Some(SkillLevel::L3),
        ..need()
    };
    assert_eq!(book.best_offers(&need, 20), []);
    let expected = [
        (HardCriterion::Kind, 1),
        (HardCriterion::Level, 1),
        (HardCriterion::Capacity, 2),
    ];
    assert_eq!(book.obstacles(&need), expected);
}
