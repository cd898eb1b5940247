//! Blocking pairs, counted by their definition (Abraham, Irving and Manlove, section 2).

use super::{
    Market,
    pairs::{NOWHERE, Ranks},
};

/// What is held somewhere.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    many: u32,
    /// The rank of the worst who is held.
    worst: Option<u32>,
}

impl Held {
    fn add(&mut self, rank: u32) {
        self.many += 1;
        self.worst = self.worst.max(Some(rank));
    }

    fn prefers(self, rank: u32) -> bool {
        self.worst.is_some_and(|worst| rank < worst)
    }
}

/// How many applicants and places would rather have each other than what they were given: the applicant has nothing or something
/// it likes less, and
/// - the place and who ranks for it have room, or
/// - the place has room, who ranks has none, but has this applicant already or somebody worse, or
/// - the place is full and holds somebody worse.
pub(super) fn count(market: &Market, ranks: &Ranks, place_of: &[Option<u32>]) -> u64 {
    let mut places = vec![Held::default(); market.places.len()];
    let mut rankers = vec![Held::default(); market.rankers.len()];
    let ranker_of = |place: u32| market.places.get(place as usize).map(|place| place.ranker);
    for (applicant, place) in (0..).zip(place_of) {
        if let Some((place, ranker)) = place.and_then(|place| Some((place, ranker_of(place)?))) {
            let rank = ranks.rank(ranker, applicant);
            places[place as usize].add(rank);
            rankers[ranker as usize].add(rank);
        }
    }
    let mut blocking = 0;
    for ((applicant, list), held) in (0..).zip(&market.applicants).zip(place_of) {
        for place in list.iter().take_while(|place| Some(**place) != *held) {
            let Some(ranker) = ranker_of(*place) else {
                continue;
            };
            let rank = ranks.rank(ranker, applicant);
            let (here, with_ranker) = (places[*place as usize], rankers[ranker as usize]);
            let has_seat = here.many < market.places[*place as usize].capacity;
            let has_room = with_ranker.many < market.rankers[ranker as usize].capacity;
            let is_theirs = held.and_then(ranker_of) == Some(ranker);
            let would = match (has_seat, has_room) {
                (true, true) => true,
                (true, false) => is_theirs || with_ranker.prefers(rank),
                (false, _) => here.prefers(rank),
            };
            blocking += u64::from(would && rank != NOWHERE);
        }
    }
    blocking
}
