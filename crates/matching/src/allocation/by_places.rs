//! The places' best stable allocation: SPA-lecturer of Abraham, Irving and Manlove; with one place a ranker the places ask, and
//! applicants keep the best that asked them.

use super::{
    Market,
    pairs::{Candidate, Candidates, Ranks},
};

/// Where things stand while who ranks asks applicants.
struct Asking<'a> {
    market: &'a Market,
    ranks: &'a Ranks,
    candidates: Candidates,
    /// Each applicant's place, and where it stands among the applicant's wishes.
    held: Vec<Option<(u32, u32)>>,
    /// How many of a place's candidates need not be asked again: they were, or hold something better, and that for ever.
    passed: Vec<usize>,
    /// How many seats are free at a place.
    seats: Vec<u32>,
    /// How many more a ranker would take.
    room: Vec<u32>,
}

pub(super) fn allocate(market: &Market, ranks: &Ranks) -> Vec<Option<u32>> {
    let mut asking = Asking {
        market,
        ranks,
        candidates: Candidates::of(market),
        held: vec![None; market.applicants.len()],
        passed: vec![0; market.places.len()],
        seats: market.places.iter().map(|place| place.capacity).collect(),
        room: market.rankers.iter().map(|ranker| ranker.capacity).collect(),
    };
    let mut waiting: Vec<u32> = (0..).take(market.rankers.len()).collect();
    while let Some(ranker) = waiting.pop() {
        while asking.room[ranker as usize] > 0 {
            let Some((place, candidate)) = asking.best(ranker) else {
                break;
            };
            // Whose applicant went has room again.
            waiting.extend(asking.give(place, candidate));
        }
    }
    asking.held.iter().map(|held| held.map(|(place, _)| place)).collect()
}

impl Asking<'_> {
    /// The best candidate for a place of this ranker that has a free seat; of several such places the one that the candidate
    /// likes best.
    fn best(&mut self, ranker: u32) -> Option<(u32, Candidate)> {
        let mut best: Option<(u32, Candidate)> = None;
        for place in self.ranks.places_of(ranker) {
            let at = *place as usize;
            if self.seats[at] == 0 {
                continue;
            }
            let candidates = &self.candidates.of_place(*place)[self.passed[at]..];
            let would = candidates.iter().position(|candidate| {
                let held = self.held[candidate.applicant as usize];
                held.is_none_or(|(_, wish)| candidate.wish < wish)
            });
            self.passed[at] += would.unwrap_or(candidates.len());
            let found = would.map(|would| candidates[would]);
            let order = |candidate: &Candidate| (candidate.rank, candidate.wish);
            if let Some(found) = found
                && best.as_ref().is_none_or(|(_, best)| order(&found) < order(best))
            {
                best = Some((*place, found));
            }
        }
        best
    }

    /// Gives the place to the candidate; answers whose applicant it was.
    fn give(&mut self, place: u32, candidate: Candidate) -> Option<u32> {
        let ranker_of = |place: u32| self.market.places[place as usize].ranker;
        let before = self.held[candidate.applicant as usize].replace((place, candidate.wish));
        self.seats[place as usize] -= 1;
        self.room[ranker_of(place) as usize] -= 1;
        let (left, _) = before?;
        self.seats[left as usize] += 1;
        self.room[ranker_of(left) as usize] += 1;
        Some(ranker_of(left))
    }
}
