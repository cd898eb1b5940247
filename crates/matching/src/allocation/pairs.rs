//! Who would take whom, from both ends.

use super::Market;

/// Behind everybody: the rank of an applicant who is not on the list.
pub(super) const NOWHERE: u32 = u32::MAX;

/// A table of all pairs is worth its room while it is no more than so many times as long as all lists together.
const ROOM: usize = 8;

/// Where applicants stand on the lists of those who rank.
#[derive(Debug)]
pub(super) struct Ranks {
    table: Table,
    places_of: Lists<u32>,
}

#[derive(Debug)]
enum Table {
    /// One rank for each of those who rank, applicant by applicant: an applicant who is put off again and again asks in one place.
    Whole { rankers: usize, ranks: Vec<u32> },
    /// Applicant and rank, a list for each of those who rank, in the order of applicants.
    Lists(Vec<Vec<(u32, u32)>>),
}

impl Ranks {
    pub(super) fn of(market: &Market) -> Self {
        Self {
            table: Table::of(market),
            places_of: places_of(market),
        }
    }

    /// Where an applicant stands with who ranks, less being better; [`NOWHERE`] when not on the list.
    pub(super) fn rank(&self, ranker: u32, applicant: u32) -> u32 {
        self.table.rank(ranker, applicant)
    }

    /// The places that somebody ranks for.
    pub(super) fn places_of(&self, ranker: u32) -> &[u32] {
        self.places_of.of(ranker)
    }
}

impl Table {
    fn of(market: &Market) -> Self {
        let names: usize = market.rankers.iter().map(|ranker| ranker.ranked.len()).sum();
        let whole = market.applicants.len().saturating_mul(market.rankers.len());
        if whole > names.saturating_mul(ROOM) {
            Self::lists(market)
        } else {
            Self::whole(market)
        }
    }

    fn whole(market: &Market) -> Self {
        let rankers = market.rankers.len();
        let mut ranks = vec![NOWHERE; market.applicants.len() * rankers];
        for (number, ranker) in market.rankers.iter().enumerate() {
            for (rank, applicant) in (0..).zip(&ranker.ranked) {
                if let Some(first) = ranks.get_mut(*applicant as usize * rankers + number) {
                    *first = rank.min(*first);
                }
            }
        }
        Self::Whole { rankers, ranks }
    }

    fn lists(market: &Market) -> Self {
        let lists = market.rankers.iter().map(|ranker| {
            let mut list: Vec<(u32, u32)> = ranker.ranked.iter().copied().zip(0..).collect();
            list.sort_unstable();
            list.dedup_by_key(|(applicant, _)| *applicant);
            list
        });
        Self::Lists(lists.collect())
    }

    fn rank(&self, ranker: u32, applicant: u32) -> u32 {
        match self {
            Self::Whole { rankers, ranks } => ranks[applicant as usize * rankers + ranker as usize],
            Self::Lists(lists) => {
                let list = &lists[ranker as usize];
                let found = list.binary_search_by_key(&applicant, |(applicant, _)| *applicant);
                found.map_or(NOWHERE, |at| list[at].1)
            }
        }
    }
}

/// An applicant whom a place would take and who would take it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) applicant: u32,
    /// Where the place stands on the applicant's list; less is better.
    pub(super) wish: u32,
    /// Where the applicant stands with who ranks for the place; less is better.
    pub(super) rank: u32,
}

/// For each place those who name it and are on its ranker's list, the best first.
#[derive(Debug)]
pub(super) struct Candidates(Lists<Candidate>);

impl Candidates {
    pub(super) fn of(market: &Market) -> Self {
        let named_by = named_by(market);
        let mut candidates = Lists::with_room(market.places.len(), named_by.items.len());
        // Where on an applicant's list the place at hand stands; nowhere of those who do not name it.
        let mut wish_of = vec![NOWHERE; market.applicants.len()];
        for (number, place) in (0..).zip(&market.places) {
            for (applicant, wish) in named_by.of(number) {
                let first = &mut wish_of[*applicant as usize];
                *first = (*wish).min(*first);
            }
            for (rank, applicant) in (0..).zip(&market.rankers[place.ranker as usize].ranked) {
                let wish = wish_of.get_mut(*applicant as usize);
                // Taken away, so that an applicant whom the list names twice is not there the second time.
                let wish = wish.map_or(NOWHERE, |wish| std::mem::replace(wish, NOWHERE));
                if wish != NOWHERE {
                    candidates.items.push(Candidate {
                        applicant: *applicant,
                        wish,
                        rank,
                    });
                }
            }
            wish_of.fill(NOWHERE);
            candidates.end();
        }
        Self(candidates)
    }

    pub(super) fn of_place(&self, place: u32) -> &[Candidate] {
        self.0.of(place)
    }
}

/// For each place the applicants who name it, with where on their lists they do.
fn named_by(market: &Market) -> Lists<(u32, u32)> {
    let places = market.places.len();
    let known = |place: &u32| (*place as usize) < places;
    let mut next = vec![0; places + 1];
    for place in market.applicants.iter().flatten().filter(|place| known(place)) {
        next[*place as usize + 1] += 1;
    }
    for place in 1..next.len() {
        next[place] += next[place - 1];
    }
    let ends = next[1..].to_vec();
    let mut items = vec![(0, 0); next[places]];
    for (applicant, list) in (0..).zip(&market.applicants) {
        for (wish, place) in (0..).zip(list).filter(|(_, place)| known(place)) {
            let at = &mut next[*place as usize];
            items[*at] = (applicant, wish);
            *at += 1;
        }
    }
    Lists { items, ends }
}

fn places_of(market: &Market) -> Lists<u32> {
    let mut of = vec![Vec::new(); market.rankers.len()];
    for (number, place) in (0..).zip(&market.places) {
        of[place.ranker as usize].push(number);
    }
    let mut lists = Lists::with_room(of.len(), market.places.len());
    for places in of {
        lists.items.extend(places);
        lists.end();
    }
    lists
}

/// Several lists, one behind the other.
#[derive(Debug)]
struct Lists<T> {
    items: Vec<T>,
    /// Where each list ends.
    ends: Vec<usize>,
}

impl<T> Lists<T> {
    fn with_room(lists: usize, items: usize) -> Self {
        Self {
            items: Vec::with_capacity(items),
            ends: Vec::with_capacity(lists),
        }
    }

    /// What was pushed since the last end is a list.
    fn end(&mut self) {
        self.ends.push(self.items.len());
    }

    fn of(&self, list: u32) -> &[T] {
        let list = list as usize;
        let start = list.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start..self.ends[list]]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::allocation::tests::market;

    proptest! {
        #[test]
        fn a_rank_is_the_same_however_it_is_kept(market in market()) {
            let (whole, lists) = (Table::whole(&market), Table::lists(&market));
            for (ranker, of) in (0_u32..).zip(&market.rankers) {
                for applicant in (0..).take(market.applicants.len()) {
                    let first = of.ranked.iter().position(|ranked| *ranked == applicant);
                    let rank = first.map_or(NOWHERE, |at| u32::try_from(at).unwrap());
                    prop_assert_eq!(whole.rank(ranker, applicant), rank);
                    prop_assert_eq!(lists.rank(ranker, applicant), rank);
                }
            }
        }
    }
}
