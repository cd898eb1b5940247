use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use kernel::{CreditCode, EmailAddress, Fen, LineId, ResidentId, SeededChance, Side, Timestamp};
use marketplace::{
    organisation,
    posting::{self, Content},
    register as rows,
};
use matching::{Context, Owner, Unit, UnitId, Weights};
use time::macros::date;

use super::*;

const TODAY: Date = date!(2026 - 11 - 20);

/// Shared: building it takes longer than most of these tests.
static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::builtin()));

fn planned_on(seed: u64, today: Date) -> Plan {
    plan(&SeededChance::new(seed), &VOCABULARY, today)
}

fn planned() -> Plan {
    planned_on(20_261_120, TODAY)
}

fn posts(plan: &Plan) -> impl Iterator<Item = (&PlannedOrganisation, &PlannedPost)> {
    plan.organisations()
        .flat_map(|organisation| organisation.posts.iter().map(move |post| (organisation, post)))
}

fn read(post: &PlannedPost, vocabulary: &Vocabulary) -> Content {
    let chance = SeededChance::new(1);
    let mut fresh = || LineId::new(Timestamp::from_micros(0), &chance);
    posting::read(post.kind, &post.input, &[], vocabulary, &mut fresh)
        .unwrap_or_else(|problems| panic!("{:?}: {problems:?}", post.input))
}

#[test]
fn the_same_seed_gives_the_same_plan() {
    assert_eq!(planned(), planned());
    assert_ne!(planned(), planned_on(8, TODAY));
}

#[test]
fn the_counts_are_as_promised() {
    let plan = planned();
    assert_eq!((plan.colleges.len(), plan.enterprises.len()), (12, 40));
    assert_eq!(posts(&plan).count(), 300);
    let count = |wanted: fn(&PlannedStanding) -> bool| plan.organisations().filter(|o| wanted(&o.standing)).count();
    assert_eq!(count(|standing| *standing == PlannedStanding::Claimed), 3);
    assert_eq!(
        count(|standing| matches!(standing, PlannedStanding::Returned(reason) if !reason.is_empty())),
        1
    );
    let mut kinds: BTreeMap<PostingKind, usize> = BTreeMap::new();
    for (_, post) in posts(&plan) {
        *kinds.entry(post.kind).or_default() += 1;
    }
    assert_eq!(kinds.len(), 6);
    assert!(kinds.values().all(|&count| count >= 20), "{kinds:?}");
    let open = posts(&plan)
        .filter(|(_, post)| post.state == PlannedState::Published)
        .count();
    assert!((220..=260).contains(&open), "{open}");
}

#[test]
fn every_profile_is_read_without_a_problem_or_a_hint() {
    let vocabulary = &VOCABULARY;
    for organisation in planned().organisations() {
        let profile = organisation::read(&organisation.profile, vocabulary).unwrap();
        assert_eq!(profile.hints(), [], "{}", profile.name);
        assert!(profile.name.contains("（演示）"), "{}", profile.name);
        assert!(profile.introduction.contains("本机构为演示虚构"), "{}", profile.name);
        assert!(!profile.industries.is_empty(), "{}", profile.name);
    }
}

#[test]
fn every_post_is_read_and_every_published_one_complete() {
    let vocabulary = &VOCABULARY;
    for seed in 0..12 {
        for (organisation, post) in posts(&planned_on(seed, TODAY)) {
            let content = read(post, vocabulary);
            if post.state != PlannedState::Draft {
                assert_eq!(content.missing(post.kind, TODAY), [], "{}", content.title);
            }
            let college = organisation.profile.kinds != ["enterprise"];
            assert_eq!(post.kind.side() == Side::Offer, college, "{}", content.title);
            assert!((1..=4).contains(&content.lines.len()), "{}", content.title);
            assert!((3..=8).contains(&content.skills.len()), "{}", content.title);
            assert!(
                !content.modes.is_empty() && !content.industries.is_empty(),
                "{}",
                content.title
            );
        }
    }
}

#[test]
fn days_make_sense_on_any_day_of_the_year() {
    let vocabulary = &VOCABULARY;
    for today in [
        TODAY,
        date!(2027 - 01 - 17),
        date!(2027 - 02 - 28),
        date!(2027 - 07 - 20),
        date!(2028 - 02 - 29),
    ] {
        for (organisation, post) in posts(&planned_on(3, today)) {
            let content = read(post, vocabulary);
            let starts = content.starts_on.unwrap();
            assert!(today < starts && starts < content.ends_on.unwrap(), "{}", content.title);
            assert!(
                content
                    .closing_on
                    .is_none_or(|closing| today < closing && closing < starts),
                "{}",
                content.title
            );
            assert!(post.days_ago >= 0, "{}", content.title);
            let room = if organisation.standing == PlannedStanding::Verified {
                5
            } else {
                0
            };
            assert!(
                post.days_ago + room <= organisation.signed_up_days_ago,
                "{}",
                content.title
            );
            match post.state {
                PlannedState::Closed { reason, days_ago } => {
                    assert!(CloseReason::OWNER.contains(&reason) && 0 < days_ago && days_ago < post.days_ago);
                }
                PlannedState::Published => assert_eq!(organisation.standing, PlannedStanding::Verified),
                PlannedState::Draft => {}
            }
        }
    }
}

#[test]
fn nothing_that_must_be_unique_occurs_twice() {
    for seed in 0..6 {
        let plan = planned_on(seed, TODAY);
        let (mut names, mut codes, mut people, mut emails) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for organisation in plan.organisations() {
            assert!(names.insert(&organisation.profile.name));
            let code = CreditCode::parse(&organisation.profile.credit_code).unwrap();
            assert_eq!(&code.as_str()[8..14], "TTTTTT");
            assert!(codes.insert(code));
            assert!(organisation.officers.first().is_some_and(|officer| officer.admin));
        }
        let officers = plan.organisations().flat_map(|organisation| &organisation.officers);
        for person in officers.chain([&plan.operator]) {
            assert!(people.insert(&person.name), "{}", person.name);
            let email = EmailAddress::parse(&person.email).unwrap();
            assert!(email.domain().ends_with(".example"), "{email}");
            assert!(emails.insert(email.key()), "{email}");
        }
        let titles: BTreeSet<&str> = posts(&plan).map(|(_, post)| post.input.title.as_str()).collect();
        assert_eq!(titles.len(), 300);
        let again = titles.iter().filter(|title| title.ends_with("期）")).count();
        assert!(again <= 24, "{again} titles come back as a second round");
        let texts: BTreeSet<&str> = posts(&plan).map(|(_, post)| post.input.summary.as_str()).collect();
        assert_eq!(texts.len(), 300);
    }
}

#[test]
fn words_are_whole_and_speak_of_employees() {
    for (_, post) in posts(&planned()) {
        let words = format!("{}{}", post.input.title, post.input.summary);
        for forbidden in ["{", "}", "#", "~", "招聘", "应聘", "投递", "求职", "简历"] {
            assert!(!words.contains(forbidden), "{forbidden}: {words}");
        }
        assert!(post.input.title.chars().count() <= 40, "{}", post.input.title);
        let sentences = post.input.summary.matches('。').count();
        assert!((2..=5).contains(&sentences), "{}", post.input.summary);
    }
}

#[test]
fn all_nine_industries_and_most_districts_take_part() {
    let vocabulary = &VOCABULARY;
    let plan = planned();
    let (mut industries, mut districts, mut provinces) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for (_, post) in posts(&plan).filter(|(_, post)| post.state == PlannedState::Published) {
        *industries.entry(post.input.industries[0].as_str()).or_insert(0) += 1;
        provinces.insert(post.input.province.as_str());
        if !post.input.district.is_empty() {
            districts.insert(post.input.district.as_str());
        }
    }
    assert_eq!(industries.len(), vocabulary.industries().len());
    assert!(industries.values().all(|&count| count >= 8), "{industries:?}");
    assert!(districts.len() >= 14, "{districts:?}");
    assert!(provinces.len() >= 3, "{provinces:?}");
}

#[test]
fn apprentices_are_paid_what_the_law_asks_and_the_trade_pays() {
    let vocabulary = &VOCABULARY;
    let minimum = Fen::from_yuan(2_740);
    for (_, post) in posts(&planned()).filter(|(_, post)| post.kind == PostingKind::Apprentices) {
        for line in read(post, vocabulary).lines {
            let (least, most) = (line.pay_min.unwrap(), line.pay_max.unwrap());
            assert!(
                minimum < least && least < most && most <= Fen::from_yuan(15_000),
                "{}",
                post.input.title
            );
        }
    }
}

/// The lines of the open posts of one side, as matching sees them.
fn units(plan: &Plan, side: Side, vocabulary: &Vocabulary) -> Vec<(String, Unit)> {
    let open = posts(plan).filter(|(_, post)| post.kind.side() == side && post.state == PlannedState::Published);
    open.flat_map(|(organisation, post)| {
        let content = read(post, vocabulary);
        let owner = Owner::External(organisation.profile.credit_code.clone());
        content.lines.clone().into_iter().enumerate().map(move |(at, line)| {
            let unit = Unit {
                owner: Some(owner.clone()),
                occupation: line.occupation,
                major: line.major,
                level: line.level,
                seats: line.seats,
                province: content.province.clone(),
                district: content.district.clone(),
                region_bound: content.region_bound,
                starts_on: content.starts_on,
                ends_on: content.ends_on,
                modes: content.modes.clone(),
                industries: content.industries.clone(),
                skills: content.skills.clone(),
                price_fen: content.price.map(Fen::fen),
                hours: line.hours,
                ..Unit::new(UnitId::External(format!("{}/{at}", content.title)), post.kind)
            };
            (content.title.clone(), unit)
        })
    })
    .collect()
}

#[test]
fn most_needs_have_good_answers_and_some_have_none() {
    let vocabulary = &VOCABULARY;
    let context = Context::new(Arc::clone(vocabulary), Arc::new(Weights::default()));
    let plan = planned();
    let (offers, needs) = (
        units(&plan, Side::Offer, vocabulary),
        units(&plan, Side::Need, vocabulary),
    );
    // A post is as well answered as its best answered line.
    let mut scores: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for (title, need) in &needs {
        let found = offers
            .iter()
            .filter_map(|(_, offer)| matching::score(offer, need, &context));
        scores.entry(title).or_default().extend(found);
    }
    let good = |least: u16, count: usize| {
        scores
            .values()
            .filter(|scores| scores.iter().filter(|&&score| score >= least).count() >= count)
            .count()
    };
    let all = scores.len();
    assert!(
        good(700, 1) * 100 >= all * 65,
        "{} of {all} have a good answer",
        good(700, 1)
    );
    assert!(
        good(600, 3) * 100 >= all * 45,
        "{} of {all} have a choice",
        good(600, 3)
    );
    for title in ["钟表维修", "潜水", "手语", "织补"] {
        let (_, scores) = scores.iter().find(|(post, _)| post.contains(title)).unwrap();
        assert!(scores.iter().all(|&score| score < 700), "{title}: {scores:?}");
    }
    assert!(scores.values().filter(|scores| scores.is_empty()).count() >= 2);
}

#[test]
fn the_register_has_colleges_that_joined_and_colleges_that_did_not() {
    let vocabulary = &VOCABULARY;
    let plan = planned();
    let mut schools: BTreeMap<&str, bool> = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for row in &plan.register {
        let entry = rows::read(&row.input(), vocabulary).unwrap();
        assert_eq!(entry.year, 2025);
        assert!(keys.insert(entry.key()), "{}", entry.key());
        let joined = plan
            .colleges
            .iter()
            .any(|college| rows::same_school(&college.profile.name, &entry.school_name));
        schools.insert(&row.school_name, joined);
    }
    assert_eq!(plan.register.len(), 150);
    assert_eq!(
        (schools.len(), schools.values().filter(|&&joined| joined).count()),
        (6, 2)
    );
    let claims: Vec<_> = plan
        .organisations()
        .filter(|organisation| organisation.claims)
        .collect();
    assert_eq!(claims.len(), 1, "the other has yet to claim its rows");
    assert!(
        plan.register
            .iter()
            .any(|row| row.school_name == claims[0].profile.name)
    );
    assert!(schools.keys().all(|name| name.contains("（演示）")));
}

#[test]
fn no_invented_college_bears_the_name_of_a_real_one() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let Ok(national) = std::fs::read_to_string(format!("{folder}/programmes_national_2025.csv")) else {
        eprintln!("skipped: {folder} is not here");
        return;
    };
    let real: BTreeSet<&str> = national.lines().filter_map(|line| line.split(',').nth(3)).collect();
    let plan = planned();
    let invented = plan.colleges.iter().map(|college| college.profile.name.as_str());
    for name in invented.chain(plan.register.iter().map(|row| row.school_name.as_str())) {
        let bare = name.replace("（演示）", "");
        assert!(
            !real.iter().any(|real| real.contains(&bare) || bare.contains(real)),
            "{name}"
        );
    }
}

#[test]
fn sixty_apprentices_have_every_fate_and_nobodys_number() {
    let plan = planned();
    assert_eq!(plan.apprentices.len(), 60);
    let fates: BTreeSet<Fate> = plan.apprentices.iter().map(|one| one.fate).collect();
    assert_eq!(fates.len(), 37);
    let names: BTreeSet<&str> = plan.apprentices.iter().map(|one| one.person.name.as_str()).collect();
    assert_eq!(names.len(), 60);
    let trades: BTreeSet<&str> = plan.places.iter().map(|place| place.trade.key.as_str()).collect();
    assert_eq!(trades.len(), 3);
    let mut numbers = BTreeSet::new();
    for apprentice in &plan.apprentices {
        assert!(EmailAddress::parse(&apprentice.person.email).is_ok());
        assert!(apprentice.person.email.ends_with("@home.example"));
        let number = ResidentId::parse(&apprentice.id_number).unwrap();
        // The city itself: nobody's household is registered there.
        assert_eq!(number.region(), "310000");
        assert_eq!(number.birth(), apprentice.birth);
        assert_eq!(number.sex() == kernel::Sex::Female, apprentice.female);
        let age = kernel::age_on(apprentice.birth, apprentice.starts);
        let minor = apprentice.guardian.is_some();
        assert_eq!(minor, age == 17, "{age}");
        assert!(numbers.insert(apprentice.id_number.clone()));
        if let Some(guardian) = &apprentice.guardian {
            assert!(ResidentId::parse(&guardian.id_number).is_ok());
            assert!(numbers.insert(guardian.id_number.clone()));
        }
        let place = &plan.places[apprentice.place];
        let enterprise = &plan.enterprises[place.enterprise];
        let sides = std::iter::once(enterprise).chain(place.college.map(|college| &plan.colleges[college]));
        for organisation in sides {
            assert_eq!(organisation.standing, PlannedStanding::Verified);
            assert!(organisation.signed_up_days_ago > apprentice.drafted_days_ago + 1);
        }
    }
    assert_eq!(plan.apprentices.iter().filter(|one| one.guardian.is_some()).count(), 2);
}
