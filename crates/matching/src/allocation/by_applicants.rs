//! The applicants' best stable allocation: SPA-student of Abraham, Irving and Manlove; with one place a ranker the deferred
//! acceptance of Gale and Shapley.

use std::collections::BinaryHeap;

use super::{Market, pairs::Ranks};

/// Who holds a place for the time being, the worst at the top.
type Held = BinaryHeap<(u32, u32)>;

/// What the places and who ranks for them hold while applicants ask one after the other.
struct Floor<'a> {
    market: &'a Market,
    ranks: &'a Ranks,
    held: Vec<Held>,
    /// How many a ranker's places hold together.
    many: Vec<u32>,
    /// Only whose rank is less has a chance at this place: it was full once, and the worst it held then had this rank.
    /// A rank that fell behind the limit once never comes into a stable allocation, also where a seat is free again.
    place_limits: Vec<u32>,
    /// The same for who ranks.
    ranker_limits: Vec<u32>,
}

pub(super) fn allocate(market: &Market, ranks: &Ranks) -> Vec<Option<u32>> {
    let mut floor = Floor::new(market, ranks);
    let mut place_of = vec![None; market.applicants.len()];
    let mut next_wish = vec![0; market.applicants.len()];
    let mut waiting: Vec<u32> = (0..).take(market.applicants.len()).collect();
    while let Some(applicant) = waiting.pop() {
        let at = applicant as usize;
        // A place named twice has no chance left the second time.
        while let Some(place) = market.applicants[at].get(next_wish[at]) {
            next_wish[at] += 1;
            let Some(rank) = floor.rank_with_a_chance(applicant, *place) else {
                continue;
            };
            place_of[at] = Some(*place);
            if let Some(put_off) = floor.take(applicant, *place, rank) {
                place_of[put_off as usize] = None;
                waiting.push(put_off);
            }
            break;
        }
    }
    place_of
}

impl<'a> Floor<'a> {
    fn new(market: &'a Market, ranks: &'a Ranks) -> Self {
        let limit = |capacity: u32| if capacity == 0 { 0 } else { u32::MAX };
        Self {
            market,
            ranks,
            held: vec![Held::new(); market.places.len()],
            many: vec![0; market.rankers.len()],
            place_limits: market.places.iter().map(|place| limit(place.capacity)).collect(),
            ranker_limits: market.rankers.iter().map(|ranker| limit(ranker.capacity)).collect(),
        }
    }

    /// The rank that an applicant has for a place, if it is good enough.
    fn rank_with_a_chance(&self, applicant: u32, place: u32) -> Option<u32> {
        let ranker = self.market.places.get(place as usize)?.ranker;
        let limit = self.place_limits[place as usize].min(self.ranker_limits[ranker as usize]);
        Some(self.ranks.rank(ranker, applicant)).filter(|rank| *rank < limit)
    }

    /// Gives the place for the time being; answers who lost one thereby.
    fn take(&mut self, applicant: u32, place: u32, rank: u32) -> Option<u32> {
        let at = place as usize;
        let place = self.market.places[at];
        let ranker = place.ranker as usize;
        let capacity = self.market.rankers[ranker].capacity;
        self.held[at].push((rank, applicant));
        self.many[ranker] += 1;
        let put_off = if self.held[at].len() > place.capacity as usize {
            self.held[at].pop()
        } else if self.many[ranker] > capacity {
            self.worst_at(place.ranker).and_then(|(_, at)| self.held[at].pop())
        } else {
            None
        };
        self.many[ranker] -= u32::from(put_off.is_some());
        if self.held[at].len() == place.capacity as usize {
            lower(&mut self.place_limits[at], self.held[at].peek().map(|held| held.0));
        }
        if self.many[ranker] == capacity {
            let worst = self.worst_at(place.ranker).map(|(rank, _)| rank);
            lower(&mut self.ranker_limits[ranker], worst);
        }
        put_off.map(|(_, applicant)| applicant)
    }

    /// The rank of the worst whom a ranker's places hold, and which of them does.
    fn worst_at(&self, ranker: u32) -> Option<(u32, usize)> {
        let places = self.ranks.places_of(ranker).iter().map(|place| *place as usize);
        places
            .filter_map(|place| self.held[place].peek().map(|held| (held.0, place)))
            .max()
    }
}

fn lower(limit: &mut u32, worst: Option<u32>) {
    *limit = (*limit).min(worst.unwrap_or(0));
}
