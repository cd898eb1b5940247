//! Allocation: every applicant gets at most one place, every place as many applicants as it has seats, and nobody can do better
//! together.
//!
//! Stable many-to-one matching with incomplete strict lists: hospitals and residents (Gale and Shapley, *College Admissions and
//! the Stability of Marriage*, 1962; Roth, *The Evolution of the Labor Market for Medical Interns and Residents*, 1984). In the
//! three-sided form (apprentice, post, mentor) a mentor offers several posts, has a limit over all of them, and is the one who
//! ranks: student-project allocation (Abraham, Irving and Manlove, *Two algorithms for the Student-Project Allocation problem*,
//! Journal of Discrete Algorithms 5, 2007). A place without a mentor is a mentor of one post with the same limit, so that one
//! algorithm a side serves both forms.
//!
//! Both algorithms take time in proportion to the length of the lists, up to the logarithm of the seats.

mod blocking;
mod by_applicants;
mod by_places;
mod pairs;
#[cfg(test)]
mod tests;

use self::pairs::Ranks;

kernel::codes! {
    /// Of all stable allocations, whose best one: each of that side gets the best it gets in any of them.
    Optimal {
        /// The applicants'.
        Applicants = "applicants",
        /// The places', or the mentors' where there are any.
        Places = "places",
    }
}

/// A place that applicants are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// How many applicants it takes.
    pub capacity: u32,
    /// Who ranks applicants for it: an index of [`Market::rankers`].
    pub ranker: u32,
}

/// Who ranks applicants: a place by itself, or a mentor for all places that are the mentor's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranker {
    /// How many applicants over all its places.
    pub capacity: u32,
    /// The applicants it would take, the best first: indices of [`Market::applicants`].
    pub ranked: Vec<u32>,
}

/// Who wants what. A pair can come about only if each is on the other's list; of an index that a list names twice the first
/// counts, and an index that nobody has names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Market {
    /// For each applicant the places it would take, the best first: indices of [`Self::places`].
    pub applicants: Vec<Vec<u32>>,
    /// The places.
    pub places: Vec<Place>,
    /// Who ranks for them.
    pub rankers: Vec<Ranker>,
}

/// Who got what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// For each applicant its place.
    pub place_of: Vec<Option<u32>>,
    /// How many pairs would both rather have each other: none, unless this code is wrong. Counted by the definition, on what
    /// was allocated.
    pub blocking_pairs: u64,
}

/// The stable allocation that is best for one side. It is the same for the same market, whatever the machine.
pub fn allocate(market: &Market, optimal: Optimal) -> Allocation {
    let ranks = Ranks::of(market);
    let place_of = match optimal {
        Optimal::Applicants => by_applicants::allocate(market, &ranks),
        Optimal::Places => by_places::allocate(market, &ranks),
    };
    let blocking_pairs = blocking::count(market, &ranks, &place_of);
    Allocation {
        place_of,
        blocking_pairs,
    }
}

impl Market {
    /// A market in which each place ranks for itself: its seats and its list.
    pub fn of_two_sides(applicants: Vec<Vec<u32>>, places: Vec<Ranker>) -> Self {
        let place = |(ranker, of): (u32, &Ranker)| Place {
            capacity: of.capacity,
            ranker,
        };
        Self {
            applicants,
            places: (0..).zip(&places).map(place).collect(),
            rankers: places,
        }
    }
}

impl Allocation {
    /// How many seats of each place stay free.
    pub fn free(&self, market: &Market) -> Vec<u32> {
        let mut free: Vec<u32> = market.places.iter().map(|place| place.capacity).collect();
        for place in self.place_of.iter().flatten() {
            free[*place as usize] -= 1;
        }
        free
    }
}
