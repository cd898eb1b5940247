use kernel::{Criterion, SeededChance};
use proptest::prelude::*;
use time::macros::date;

use super::*;
use crate::organisation::{self, ProfileInput};

fn vocabulary() -> &'static vocabulary::Vocabulary {
    static VOCABULARY: std::sync::LazyLock<vocabulary::Vocabulary> =
        std::sync::LazyLock::new(vocabulary::Vocabulary::builtin);
    &VOCABULARY
}

fn input() -> ContentInput {
    ContentInput {
        title: "数控车工学徒 8 名".to_owned(),
        province: "310000".to_owned(),
        district: "310115".to_owned(),
        starts_on: "2027/3/1".to_owned(),
        ends_on: "2028-02-29".to_owned(),
        closing_on: "2027-01-31".to_owned(),
        skills: "数控编程、CAD，数控编程".to_owned(),
        lines: vec![
            LineInput {
                occupation: "6-18-01-01".to_owned(),
                level: "L3".to_owned(),
                seats: "8".to_owned(),
                pay_min: "5000".to_owned(),
                pay_max: "7,000元".to_owned(),
                ..LineInput::default()
            },
            LineInput::default(),
        ],
        ..ContentInput::default()
    }
}

fn read_as(kind: PostingKind, input: &ContentInput) -> Result<Content, Vec<Problem>> {
    let chance = SeededChance::new(1);
    read(kind, input, &[], vocabulary(), &mut || {
        LineId::new(Timestamp::from_micros(0), &chance)
    })
}

fn draft(kind: PostingKind) -> Posting {
    let (at, chance) = (Timestamp::from_micros(1), SeededChance::new(2));
    Posting {
        id: PostingId::new(at, &chance),
        organisation: OrganisationId::new(at, &chance),
        kind,
        status: Status::Draft,
        content: read_as(kind, &input()).unwrap(),
        origin: Origin::Typed,
        muted: Muted::NONE,
        created_at: at,
        updated_at: at,
    }
}

fn enterprise(verified: bool) -> Organisation {
    let (at, chance) = (Timestamp::from_micros(1), SeededChance::new(3));
    let profile = organisation::read(
        &ProfileInput {
            name: "上海示范精密制造有限公司".to_owned(),
            kinds: vec!["enterprise".to_owned()],
            credit_code: "91310115MAXXXX0072".to_owned(),
            province: "310000".to_owned(),
            ..ProfileInput::default()
        },
        vocabulary(),
    )
    .unwrap();
    let organisation = Organisation::sign_up(OrganisationId::new(at, &chance), profile, false, at);
    if verified {
        organisation.verify(at).unwrap()
    } else {
        organisation
    }
}

const TODAY: Date = date!(2026 - 11 - 20);

#[test]
fn a_post_is_read_as_people_type_it() {
    let content = read_as(PostingKind::Apprentices, &input()).unwrap();
    assert_eq!(content.skills, ["数控编程", "CAD"]);
    assert_eq!(content.lines.len(), 1, "a blank line is no line");
    assert_eq!(content.lines[0].pay_max, Some(Fen::from_yuan(7_000)));
    assert_eq!(content.starts_on, Some(date!(2027 - 03 - 01)));
    assert_eq!(content.missing(PostingKind::Apprentices, TODAY), []);
}

#[test]
fn what_was_read_can_be_typed_again() {
    let content = read_as(PostingKind::Apprentices, &input()).unwrap();
    let again = ContentInput::of(&content, vocabulary());
    let known: Vec<LineId> = content.lines.iter().map(|line| line.id).collect();
    let chance = SeededChance::new(9);
    let reread = read(PostingKind::Apprentices, &again, &known, vocabulary(), &mut || {
        LineId::new(Timestamp::from_micros(0), &chance)
    });
    assert_eq!(reread, Ok(content));
}

#[test]
fn trades_are_found_by_code_by_name_and_by_both() {
    let vocabulary = vocabulary();
    let major = vocabulary.find_major_by_name("数控技术").unwrap();
    for typed in [
        major.code.clone(),
        format!("{}K", major.code),
        "数控技术".to_owned(),
        format!("{} 数控技术", major.code),
    ] {
        let mut input = input();
        input.lines[0].major.clone_from(&typed);
        let content = read_as(PostingKind::Apprentices, &input).unwrap();
        assert_eq!(content.lines[0].major.as_deref(), Some(major.code.as_str()), "{typed}");
    }
}

#[test]
fn every_wrong_field_is_named_with_its_line() {
    let mut wrong = input();
    wrong.starts_on = "明年三月".to_owned();
    wrong.price = "面议".to_owned();
    wrong.lines[0].seats = "0".to_owned();
    wrong.lines[0].occupation = "魔法师".to_owned();
    wrong.lines[0].pay_max = "4000".to_owned();
    let fields: Vec<String> = read_as(PostingKind::Apprentices, &wrong)
        .unwrap_err()
        .into_iter()
        .map(|problem| problem.field)
        .collect();
    assert_eq!(
        fields,
        [
            "starts_on",
            "price",
            "lines.0.occupation",
            "lines.0.pay_max",
            "lines.0.seats"
        ]
    );
}

#[test]
fn an_offer_pays_nobody_a_wage() {
    let problems = read_as(PostingKind::Course, &input()).unwrap_err();
    assert_eq!(
        problems[0],
        Problem {
            field: "lines.0.pay_min".to_owned(),
            code: ProblemCode::NotAChoice
        }
    );
}

#[test]
fn an_unverified_organisation_publishes_nothing() {
    let at = Timestamp::from_micros(9);
    let refused = draft(PostingKind::Apprentices).publish(&enterprise(false), TODAY, at);
    assert_eq!(refused, Err(PostingRefusal::NotVerified));
}

#[test]
fn a_half_done_post_is_published_by_nobody() {
    let mut half = draft(PostingKind::Apprentices);
    half.content.lines.clear();
    half.content.closing_on = Some(date!(2026 - 11 - 19));
    let Err(PostingRefusal::Incomplete(problems)) = half.publish(&enterprise(true), TODAY, Timestamp::from_micros(9))
    else {
        panic!("published")
    };
    assert_eq!(
        problems.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(),
        ["closing_on", "lines"]
    );
}

#[test]
fn a_post_moves_only_along_its_arrows() {
    let at = Timestamp::from_micros(9);
    let draft = draft(PostingKind::Apprentices);
    let published = draft.clone().publish(&enterprise(true), TODAY, at).unwrap();
    let closed = published.clone().close(CloseReason::Filled, at).unwrap();
    let grid = [draft, published, closed].map(|from| {
        let content = from.content.clone();
        let code = from.status.code();
        let can = [
            from.clone().edit(content, TODAY, at).is_ok(),
            from.clone().publish(&enterprise(true), TODAY, at).is_ok(),
            from.clone().mute(Muted::of([Criterion::Price])).is_ok(),
            from.close(CloseReason::Other, at).is_ok(),
        ];
        (code, can)
    });
    assert_eq!(
        grid,
        [
            ("draft", [true, true, false, false]),
            ("published", [true, false, true, true]),
            ("closed", [false, false, false, false]),
        ]
    );
}

#[test]
fn a_published_post_stays_complete() {
    let at = Timestamp::from_micros(9);
    let published = draft(PostingKind::Apprentices)
        .publish(&enterprise(true), TODAY, at)
        .unwrap();
    let emptied = Content {
        lines: Vec::new(),
        ..published.content.clone()
    };
    assert!(matches!(
        published.edit(emptied, TODAY, at),
        Err(PostingRefusal::Incomplete(_))
    ));
}

#[test]
fn a_post_expires_the_day_after_its_closing_date() {
    let at = Timestamp::from_micros(9);
    let published = draft(PostingKind::Apprentices)
        .publish(&enterprise(true), TODAY, at)
        .unwrap();
    assert!(!published.has_expired(date!(2027 - 01 - 31)));
    assert!(published.has_expired(date!(2027 - 02 - 01)));
}

proptest! {
    #[test]
    fn anything_typed_is_answered_without_a_panic(texts in proptest::collection::vec(".{0,30}", 12)) {
        let mut at = 0;
        let mut next = || { at += 1; texts[at % texts.len()].clone() };
        let input = ContentInput {
            title: next(), summary: next(), province: next(), district: next(), starts_on: next(), ends_on: next(),
            skills: next(), price: next(),
            lines: vec![LineInput { id: next(), major: next(), occupation: next(), seats: next(), ..LineInput::default() }],
            ..ContentInput::default()
        };
        let _ = read_as(PostingKind::BaseTime, &input);
    }
}

#[test]
fn ids_of_other_posts_are_not_taken_over() {
    let chance = SeededChance::new(5);
    let foreign = LineId::new(Timestamp::from_micros(7), &chance);
    let mut typed = input();
    typed.lines[0].id = foreign.to_string();
    let content = read_as(PostingKind::Apprentices, &typed).unwrap();
    assert_ne!(content.lines[0].id, foreign);
}
