//! What must hold for any market: exact answers, the same answers in any order, scores within bounds, no perverse scores.

use std::{
    cmp::Reverse,
    collections::HashMap,
    num::NonZero,
    sync::{Arc, OnceLock},
};

use kernel::{Date, LineId, OrganisationId, PostingId, PostingKind, RegisterRowId};
use matching::{
    Book, Context, Criterion, Match, Muted, Owner, Reason, Unit, UnitId, Verdict, Weights, assess, draw, score, shown,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use vocabulary::{SkillLevel, Vocabulary};

fn vocabulary() -> Arc<Vocabulary> {
    static VOCABULARY: OnceLock<Arc<Vocabulary>> = OnceLock::new();
    Arc::clone(VOCABULARY.get_or_init(|| Arc::new(Vocabulary::builtin())))
}

fn text(choices: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    option::of(select(choices)).prop_map(|text| text.map(str::to_owned))
}

fn texts(choices: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    vec(select(choices), 0..4).prop_map(|texts| texts.into_iter().map(str::to_owned).collect())
}

fn date() -> impl Strategy<Value = Option<Date>> {
    option::of((2_461_000_i32..2_461_200).prop_map(|day| Date::from_julian_day(day).expect("a day")))
}

fn kinds() -> impl Strategy<Value = PostingKind> {
    // Mostly kinds that answer each other, so that most pairs get past the first criterion.
    prop_oneof![
        4 => select(&[PostingKind::Programme, PostingKind::Apprentices][..]),
        1 => select(&PostingKind::ALL[..]),
    ]
}

prop_compose! {
    fn trade()(
        // Codes that are kin, codes that are not, a group, one nobody knows.
        occupation in text(&["6-18-01-01", "6-18-01-07", "6-18-01-00", "6-18-02-01", "4-14-01-00", "9-99-99-99"]),
        major in text(&["460103", "460104", "460301", "520201", "000000"]),
    ) -> (Option<String>, Option<String>) {
        (occupation, major)
    }
}

prop_compose! {
    fn place()(
        province in text(&["310000", "320000", "330000"]),
        district in text(&["310115", "310112", "310151", "999999"]),
        region_bound in prop::bool::weighted(0.2),
    ) -> (Option<String>, Option<String>, bool) {
        (province, district, region_bound)
    }
}

prop_compose! {
    fn numbers()(
        level in option::of(select(&SkillLevel::ALL[..])),
        seats in option::of(-1_i64..40),
        price_fen in option::of(prop_oneof![-1_i64..5, Just(i64::MAX), 1000_i64..9000]),
        hours in option::of(-1_i64..400),
    ) -> (Option<SkillLevel>, Option<i64>, Option<i64>, Option<i64>) {
        (level, seats, price_fen, hours)
    }
}

prop_compose! {
    fn sets()(
        modes in texts(&["M01", "M02", "M03"]),
        industries in texts(&["ic", "ai", "auto"]),
        skills in texts(&["数控", "焊接", "plc", "cad", "测量"]),
    ) -> (Vec<String>, Vec<String>, Vec<String>) {
        (modes, industries, skills)
    }
}

prop_compose! {
    fn unit()(
        kind in kinds(),
        owner in option::weighted(0.7, 0_u128..4),
        trade in trade(),
        place in place(),
        numbers in numbers(),
        sets in sets(),
        starts_on in date(),
        ends_on in date(),
        joined in any::<bool>(),
        muted in prop_oneof![2 => Just(Vec::new()), 1 => vec(select(&Criterion::ALL[..]), 1..4)],
    ) -> Unit {
        let owner = owner.map(|number| match number {
            0 => Owner::External("school".to_owned()),
            number => Owner::Organisation(OrganisationId::from_uuid(uuid::Uuid::from_u128(number))),
        });
        let (occupation, major) = trade;
        let (province, district, region_bound) = place;
        let (level, seats, price_fen, hours) = numbers;
        let (modes, industries, skills) = sets;
        Unit {
            owner, occupation, major, level, seats, province, district, region_bound, starts_on, ends_on, modes,
            industries, skills, price_fen, hours, joined, muted: Muted::of(muted), ..Unit::new(UnitId::External(String::new()), kind)
        }
    }
}

/// Units with ids of all kinds, each different.
fn units(most: usize) -> impl Strategy<Value = Vec<Unit>> {
    vec(unit(), 0..most).prop_map(|units| {
        let number = |(at, unit)| {
            let uuid = uuid::Uuid::from_u128(at);
            let id = match at % 3 {
                0 => UnitId::External(at.to_string()),
                1 => UnitId::Register(RegisterRowId::from_uuid(uuid)),
                _ => UnitId::Posting {
                    posting: PostingId::from_uuid(uuid),
                    line: LineId::from_uuid(uuid),
                },
            };
            Unit { id, ..unit }
        };
        (0_u128..).zip(units).map(number).collect()
    })
}

prop_compose! {
    fn weights()(
        each in vec(prop_oneof![1 => Just(0_u16), 3 => 0_u16..1000], 8), first in 1_u16..1000, neutral in 0_u16..=1000, floor in 1_u16..600, near in 0_u32..20_000,
        far in 1_u32..90_000, same_province in 0_u16..=1000, step in 0_u16..400, far_days in 1_u16..400,
    ) -> Weights {
        let lines: Vec<_> =
            Criterion::ALL.iter().zip([first].into_iter().chain(each)).map(|(criterion, weight)| format!("{} = {weight}", criterion.code())).collect();
        let weights = lines.join("\n");
        Weights::parse(&format!(
            "version = 7\nneutral = {neutral}\n[weights]\n{weights}\n[trade]\nfloor = {floor}\n\
             [distance]\nnear_metres = {near}\nfar_metres = {}\nsame_province = {same_province}\n\
             [level]\nstep = {step}\n[schedule]\nfar_days = {far_days}\n",
            near + far,
        ))
        .expect("every number lies within its range")
    }
}

prop_compose! {
    fn context()(weights in prop_oneof![Just(Weights::default()), weights()]) -> Context {
        Context::new(vocabulary(), Arc::new(weights))
    }
}

/// The score as it is shown, then what the pair draws, then the id.
fn rank(found: &Match, other: UnitId) -> (Reverse<u16>, Reverse<u64>, UnitId) {
    (
        Reverse(shown(found.score)),
        Reverse(draw(&found.need, &found.offer)),
        other,
    )
}

/// Every pair scored and sorted: what the index has to equal.
fn every_offer(need: &Unit, offers: &[Unit], k: usize, context: &Context) -> Vec<Match> {
    let mut all: Vec<_> = offers
        .iter()
        .filter_map(|offer| assess(offer, need, context).ok())
        .collect();
    all.sort_by_cached_key(|found| rank(found, found.offer.clone()));
    all.truncate(k);
    all
}

fn every_need(offer: &Unit, needs: &[Unit], k: usize, context: &Context) -> Vec<Match> {
    let mut all: Vec<_> = needs
        .iter()
        .filter_map(|need| assess(offer, need, context).ok())
        .collect();
    all.sort_by_cached_key(|found| rank(found, found.need.clone()));
    all.truncate(k);
    all
}

const THREADS: NonZero<usize> = NonZero::new(3).unwrap();

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_what_scoring_every_pair_and_sorting_answers(
        context in context(), offers in units(40), needs in units(12), strangers in units(4), k in 0_usize..8,
    ) {
        let book = Book::new(context.clone(), offers.clone(), needs.clone());
        for need in needs.iter().chain(&strangers) {
            prop_assert_eq!(book.best_offers(need, k), every_offer(need, &offers, k, &context));
        }
        for offer in offers.iter().chain(&strangers) {
            prop_assert_eq!(book.best_needs(offer, k), every_need(offer, &needs, k, &context));
        }
        let overview = book.match_all(k, THREADS);
        prop_assert_eq!((overview.needs.len(), overview.offers.len()), (needs.len(), offers.len()));
        for ranking in &overview.needs {
            prop_assert_eq!(&ranking.best, &book.rank_offers(ranking.unit, k));
            prop_assert_eq!(&ranking.best, &book.rank_every_offer(ranking.unit, k));
        }
        for ranking in &overview.offers {
            prop_assert_eq!(&ranking.best, &book.rank_needs(ranking.unit, k));
            prop_assert_eq!(&ranking.best, &book.rank_every_need(ranking.unit, k));
        }
    }

    #[test]
    fn the_order_of_the_input_never_shows(
        context in context(),
        (offers, turned) in units(30).prop_flat_map(|units| (Just(units.clone()), Just(units).prop_shuffle())),
        needs in units(10), k in 1_usize..6,
    ) {
        let mut backwards = needs.clone();
        backwards.reverse();
        let one = Book::new(context.clone(), offers, needs);
        let other = Book::new(context, turned, backwards);
        prop_assert_eq!(one.match_all(k, NonZero::<usize>::MIN), other.match_all(k, THREADS));
    }

    #[test]
    fn both_sides_see_the_same_score(context in context(), offers in units(20), needs in units(20)) {
        let book = Book::new(context, offers, needs);
        let overview = book.match_all(usize::MAX, THREADS);
        let mut seen_by_needs: Vec<_> = overview.needs.iter()
            .flat_map(|ranking| ranking.best.iter().map(|best| (&best.unit.id, &ranking.unit.id, best.score))).collect();
        let mut seen_by_offers: Vec<_> = overview.offers.iter()
            .flat_map(|ranking| ranking.best.iter().map(|best| (&ranking.unit.id, &best.unit.id, best.score))).collect();
        seen_by_needs.sort_unstable();
        seen_by_offers.sort_unstable();
        prop_assert_eq!(seen_by_needs, seen_by_offers);
    }

    #[test]
    fn a_match_is_the_weighted_mean_of_its_criteria(context in context(), offer in unit(), need in unit()) {
        let Ok(found) = assess(&offer, &need, &context) else {
            prop_assert_eq!(score(&offer, &need, &context), None);
            return Ok(());
        };
        prop_assert_eq!(score(&offer, &need, &context), Some(found.score));
        prop_assert!(found.score <= 1000);
        prop_assert!(found.criteria.iter().map(|assessed| assessed.criterion).eq(Criterion::ALL));
        let (mut points, mut sum) = (0_u64, 0_u64);
        for assessed in &found.criteria {
            prop_assert!(assessed.score <= 1000);
            let unknown = matches!(assessed.reason, Reason::Unknown { .. } | Reason::Muted { .. });
            let muted = offer.muted.contains(assessed.criterion) || need.muted.contains(assessed.criterion);
            prop_assert_eq!(matches!(assessed.reason, Reason::Muted { .. }), muted);
            prop_assert_eq!(unknown, assessed.verdict == Verdict::Unknown);
            if unknown {
                prop_assert_eq!(assessed.score, context.weights.neutral());
            }
            points += u64::from(assessed.weight) * u64::from(assessed.score);
            sum += u64::from(assessed.weight);
        }
        prop_assert_eq!(u64::from(found.score), (points + sum / 2) / sum);
        prop_assert!(found.hard.iter().all(|check| matches!(check.verdict, Verdict::Met | Verdict::Unknown)));
        let json = serde_json::to_string(&found).unwrap();
        prop_assert_eq!(serde_json::from_str::<Match>(&json).unwrap(), found);
    }

    #[test]
    fn a_better_offer_never_scores_less(context in context(), offer in unit(), need in unit()) {
        let Some(before) = score(&offer, &need, &context) else { return Ok(()) };
        let mut better = Vec::new();
        if let (Some(asked), false) = (offer.price_fen, need.price_fen.is_none()) && asked > 0 {
            better.push(Unit { price_fen: Some(asked - 1), ..offer.clone() });
        }
        if let (Some(seats), false) = (offer.seats, need.seats.is_none()) {
            better.push(Unit { seats: Some(seats + 1), ..offer.clone() });
        }
        if let (Some(word), false) = (need.skills.first(), offer.skills.is_empty()) {
            let mut skills = offer.skills.clone();
            skills.push(word.clone());
            better.push(Unit { skills, ..offer.clone() });
        }
        if let (Some(hours), false) = (offer.hours, need.hours.is_none()) && hours > 0 {
            better.push(Unit { hours: Some(hours + 1), ..offer.clone() });
        }
        for better in better {
            prop_assert!(score(&better, &need, &context) >= Some(before), "{:?}", better);
        }
    }

    #[test]
    fn whoever_fails_is_told_every_reason_once(context in context(), offer in unit(), need in unit()) {
        if let Err(failures) = assess(&offer, &need, &context) {
            let criteria: Vec<_> = failures.iter().map(matching::HardFailure::criterion).collect();
            prop_assert!(!criteria.is_empty() && criteria.is_sorted_by(|a, b| a < b), "{:?}", failures);
            let json = serde_json::to_string(&failures).unwrap();
            prop_assert_eq!(serde_json::from_str::<Vec<matching::HardFailure>>(&json).unwrap(), failures);
        }
    }

    #[test]
    fn what_is_muted_makes_no_difference(
        context in context(), offer in unit(), need in unit(), price_fen in option::of(0_i64..9000), skills in texts(&["cad", "plc"]),
    ) {
        let muted = Muted::of([Criterion::Price, Criterion::Skills]);
        let silent = Unit { price_fen: None, skills: Vec::new(), ..offer.clone() };
        let other = Unit { price_fen, skills, muted, ..offer };
        prop_assert_eq!(score(&other, &need, &context), score(&Unit { muted, ..silent }, &need, &context));
        // Nor does it matter which of the two mutes.
        let by_need = Unit { muted: need.muted.or(muted), ..need.clone() };
        let offer = Unit { muted: Muted::NONE, ..other.clone() };
        let by_offer = score(&other, &need, &context);
        prop_assert_eq!(score(&offer, &by_need, &context), by_offer);
        prop_assert_eq!(assess(&other, &need, &context).is_ok(), assess(&offer, &need, &context).is_ok(), "what is hard stays hard");
    }
}

/// A hundred needs and a hundred offers that all suit each other equally well: whoever comes first for one must not come first for
/// all.
#[test]
fn near_equals_share_the_load() {
    const MANY: u128 = 100;
    let context = Context::new(vocabulary(), Arc::default());
    let units = |kind, base: u128| -> Vec<Unit> {
        let id = |n: u128| {
            let uuid = uuid::Uuid::from_u128(base + n);
            let (posting, line) = (PostingId::from_uuid(uuid), LineId::from_uuid(uuid));
            UnitId::Posting { posting, line }
        };
        let unit = |n: u128| Unit {
            // Some a little dearer than others: a difference that the score as it is shown does not tell.
            price_fen: (kind == PostingKind::Programme).then_some(1_000_000 + i64::try_from(n % 3).unwrap() * 1_000),
            major: Some("460103".to_owned()),
            ..Unit::new(id(n), kind)
        };
        (0..MANY).map(unit).collect()
    };
    let mut needs = units(PostingKind::Apprentices, 1 << 80);
    for need in &mut needs {
        need.price_fen = Some(900_000);
    }
    let book = Book::new(context, units(PostingKind::Programme, 2 << 80), needs);
    let overview = book.match_all(5, THREADS);
    let mut first: HashMap<&UnitId, usize> = HashMap::new();
    let mut among_five: HashMap<&UnitId, usize> = HashMap::new();
    for ranking in &overview.needs {
        assert!(
            ranking
                .best
                .iter()
                .all(|best| shown(best.score) == shown(ranking.best[0].score))
        );
        for (at, best) in ranking.best.iter().enumerate() {
            *first.entry(&best.unit.id).or_default() += usize::from(at == 0);
            *among_five.entry(&best.unit.id).or_default() += 1;
        }
    }
    // By chance alone the most asked for of a hundred would be asked for by four or five; in the order of ids it was all hundred.
    let most = |counts: &HashMap<&UnitId, usize>| counts.values().copied().max().unwrap_or(0);
    assert!(most(&first) <= 6, "first for {} needs", most(&first));
    assert!(
        most(&among_five) <= 14,
        "among the first five for {} needs",
        most(&among_five)
    );
    assert!(
        among_five.len() >= 95,
        "only {} offers are seen at all",
        among_five.len()
    );
}
