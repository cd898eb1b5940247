use proptest::{collection::vec, prelude::*};

use super::*;

/// A small market, with lists that name somebody twice, nobody, or whoever there is not, and with no seats here and there.
pub(super) fn market() -> impl Strategy<Value = Market> {
    let sizes = (0_u32..=4, 0_u32..=4, 1_u32..=4);
    sizes.prop_flat_map(|(applicants, places, rankers)| {
        let place = (0_u32..=2, 0..rankers).prop_map(|(capacity, ranker)| Place { capacity, ranker });
        let ranker = (0_u32..=3, vec(0..=applicants, 0..7)).prop_map(|(capacity, ranked)| Ranker { capacity, ranked });
        (
            vec(vec(0..=places, 0..6), applicants as usize),
            vec(place, places as usize),
            vec(ranker, rankers as usize),
        )
            .prop_map(|(applicants, places, rankers)| Market {
                applicants,
                places,
                rankers,
            })
    })
}

fn at(list: &[u32], wanted: u32) -> Option<usize> {
    list.iter().position(|item| *item == wanted)
}

/// Where the applicant stands with who ranks for the place.
fn rank(market: &Market, applicant: usize, place: u32) -> Option<usize> {
    let ranker = market.places[place as usize].ranker as usize;
    at(&market.rankers[ranker].ranked, u32::try_from(applicant).unwrap())
}

/// Stable, word for word, on the lists as they came.
fn is_stable(market: &Market, place_of: &[Option<u32>]) -> bool {
    let held_by = |of: &dyn Fn(u32) -> bool| -> Vec<usize> {
        let pairs = place_of.iter().enumerate();
        let ranks = pairs.filter_map(|(applicant, place)| {
            let place = place.filter(|place| of(*place))?;
            rank(market, applicant, place)
        });
        ranks.collect()
    };
    let ranker_of = |place: u32| market.places[place as usize].ranker;
    (0..market.applicants.len()).all(|applicant| {
        let list = &market.applicants[applicant];
        let held = place_of[applicant];
        (0..u32::try_from(market.places.len()).unwrap()).all(|place| {
            let Some((wish, rank)) = at(list, place).zip(rank(market, applicant, place)) else {
                return true;
            };
            if held.is_some_and(|held| at(list, held).unwrap() <= wish) {
                return true;
            }
            let ranker = ranker_of(place);
            let here = held_by(&|held| held == place);
            let with_ranker = held_by(&|held| ranker_of(held) == ranker);
            let has_worse = |held: &[usize]| held.iter().any(|other| *other > rank);
            let has_seat = here.len() < market.places[place as usize].capacity as usize;
            let has_room = with_ranker.len() < market.rankers[ranker as usize].capacity as usize;
            let is_theirs = held.is_some_and(|held| ranker_of(held) == ranker);
            let blocks = match (has_seat, has_room) {
                (true, true) => true,
                (true, false) => is_theirs || has_worse(&with_ranker),
                (false, _) => has_worse(&here),
            };
            !blocks
        })
    })
}

/// Nobody got what is not on both lists, nobody has more than fits.
fn is_legal(market: &Market, place_of: &[Option<u32>]) -> bool {
    let fits = |capacity: u32, of: &dyn Fn(u32) -> bool| {
        place_of.iter().flatten().filter(|place| of(**place)).count() <= capacity as usize
    };
    let wanted = place_of.iter().enumerate().all(|(applicant, place)| {
        place.is_none_or(|place| {
            at(&market.applicants[applicant], place).is_some() && rank(market, applicant, place).is_some()
        })
    });
    wanted
        && (0..)
            .zip(&market.places)
            .all(|(number, place)| fits(place.capacity, &|held| held == number))
        && (0..)
            .zip(&market.rankers)
            .all(|(number, ranker)| fits(ranker.capacity, &|held| market.places[held as usize].ranker == number))
}

/// Every allocation there is.
fn all(market: &Market) -> Vec<Vec<Option<u32>>> {
    let places = u32::try_from(market.places.len()).unwrap();
    market.applicants.iter().fold(vec![Vec::new()], |begun, _| {
        let longer = |begun: &Vec<Option<u32>>| {
            let begun = begun.clone();
            (0..=places).map(move |place| {
                let mut longer = begun.clone();
                longer.push((place < places).then_some(place));
                longer
            })
        };
        begun.iter().flat_map(longer).collect()
    })
}

/// Where each applicant's place stands on its list; nothing is behind everything.
fn wishes(market: &Market, place_of: &[Option<u32>]) -> Vec<usize> {
    let pairs = market.applicants.iter().zip(place_of);
    pairs
        .map(|(list, place)| place.map_or(usize::MAX, |place| at(list, place).unwrap()))
        .collect()
}

/// Whom each ranker got, by rank.
fn ranks(market: &Market, place_of: &[Option<u32>]) -> Vec<Vec<usize>> {
    (0..u32::try_from(market.rankers.len()).unwrap())
        .map(|ranker| {
            let held = place_of.iter().enumerate().filter_map(|(applicant, place)| {
                let place = place.filter(|place| market.places[*place as usize].ranker == ranker)?;
                rank(market, applicant, place)
            });
            let mut held: Vec<usize> = held.collect();
            held.sort_unstable();
            held
        })
        .collect()
}

fn each_at_most<T: PartialOrd>(some: &[T], others: &[T]) -> bool {
    some.len() == others.len() && some.iter().zip(others).all(|(one, other)| one <= other)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn of_all_stable_allocations_each_side_gets_its_best(market in market()) {
        let stable: Vec<_> = all(&market)
            .into_iter()
            .filter(|place_of| is_legal(&market, place_of) && is_stable(&market, place_of))
            .collect();
        prop_assert!(!stable.is_empty());

        let theirs = allocate(&market, Optimal::Applicants);
        prop_assert_eq!(theirs.blocking_pairs, 0);
        prop_assert!(stable.contains(&theirs.place_of), "{:?} is not stable", theirs);
        let best = wishes(&market, &theirs.place_of);
        let ours = allocate(&market, Optimal::Places);
        prop_assert_eq!(ours.blocking_pairs, 0);
        prop_assert!(stable.contains(&ours.place_of), "{:?} is not stable", ours);
        let best_ranks = ranks(&market, &ours.place_of);
        for other in &stable {
            prop_assert!(each_at_most(&best, &wishes(&market, other)), "applicants like {:?} better", other);
            let others = ranks(&market, other);
            let better = best_ranks.iter().zip(&others).all(|(ours, others)| each_at_most(ours, others));
            prop_assert!(better, "who ranks likes {:?} better than {:?}", other, ours);
        }
    }

    #[test]
    fn blocking_pairs_are_counted_where_there_are_some(market in market()) {
        let ranks = pairs::Ranks::of(&market);
        for place_of in all(&market).into_iter().filter(|place_of| is_legal(&market, place_of)) {
            let counted = blocking::count(&market, &ranks, &place_of);
            prop_assert_eq!(counted == 0, is_stable(&market, &place_of));
        }
    }
}

/// Three applicants and three places that like each other crosswise: the sides' best allocations differ.
#[test]
fn whose_best_it_is_makes_a_difference() {
    let ranked = |ranked: [u32; 3]| Ranker {
        capacity: 1,
        ranked: ranked.into(),
    };
    let applicants = vec![vec![0, 1, 2], vec![1, 2, 0], vec![2, 0, 1]];
    let market = Market::of_two_sides(
        applicants,
        vec![ranked([1, 2, 0]), ranked([2, 0, 1]), ranked([0, 1, 2])],
    );
    let place_of = |optimal| allocate(&market, optimal).place_of;
    assert_eq!(place_of(Optimal::Applicants), [Some(0), Some(1), Some(2)]);
    assert_eq!(place_of(Optimal::Places), [Some(2), Some(0), Some(1)]);
}

/// A mentor's limit binds before the places' seats do.
#[test]
fn a_mentor_takes_no_more_than_the_mentor_can() {
    let market = Market {
        applicants: vec![vec![0], vec![1], vec![1, 0]],
        places: vec![Place { capacity: 2, ranker: 0 }; 2],
        rankers: vec![Ranker {
            capacity: 2,
            ranked: vec![2, 1, 0],
        }],
    };
    for optimal in [Optimal::Applicants, Optimal::Places] {
        let allocation = allocate(&market, optimal);
        assert_eq!(allocation.place_of, [None, Some(1), Some(1)], "{optimal:?}");
        assert_eq!(allocation.free(&market), [2, 0]);
    }
}
