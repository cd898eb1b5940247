//! A class made of several needs.

/// What somebody asks of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How well they fit, 0..=1000.
    pub score: u16,
    /// How many seats they want; those who want none are left out.
    pub seats: u32,
}

/// Which of `wanted` fill a class of so many seats best: the sum of score times seats is the greatest there is, of equal sums the
/// one of fewer needs, of those the one whose needs come first. Nobody gets a part of what they want. Places in `wanted`, ascending.
///
/// The 0-1 knapsack by dynamic programming (Bellman 1957): needs times seats steps.
pub fn cohort(seats: u32, wanted: &[Wanted]) -> Vec<usize> {
    let room = seats as usize;
    // For each need from the last to the first, and each rest of seats: the best sum, and how few needs reach it.
    let mut best = vec![vec![(0_u64, 0_usize); room + 1]; wanted.len() + 1];
    for (at, one) in wanted.iter().enumerate().rev() {
        let takes = one.seats as usize;
        for rest in 0..=room {
            let without = best[at + 1][rest];
            best[at][rest] = match rest.checked_sub(takes) {
                Some(left) if takes > 0 => {
                    let (sum, needs) = best[at + 1][left];
                    let with = (sum + u64::from(one.score) * u64::from(one.seats), needs + 1);
                    if is_better(with, without) { with } else { without }
                }
                _ => without,
            };
        }
    }
    let (mut chosen, mut rest) = (Vec::new(), room);
    for (at, one) in wanted.iter().enumerate() {
        let takes = one.seats as usize;
        let Some(left) = rest.checked_sub(takes).filter(|_| takes > 0) else {
            continue;
        };
        let (sum, needs) = best[at + 1][left];
        // What comes first is taken whenever the best can be reached with it.
        if (sum + u64::from(one.score) * u64::from(one.seats), needs + 1) == best[at][rest] {
            chosen.push(at);
            rest = left;
        }
    }
    chosen
}

const fn is_better(one: (u64, usize), other: (u64, usize)) -> bool {
    one.0 > other.0 || one.0 == other.0 && one.1 < other.1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wanted(list: &[(u16, u32)]) -> Vec<Wanted> {
        list.iter()
            .map(|(score, seats)| Wanted {
                score: *score,
                seats: *seats,
            })
            .collect()
    }

    #[test]
    fn four_needs_of_eight_make_no_class_of_thirty_but_three_and_one_of_six_do() {
        let eight = [(800, 8), (790, 8), (780, 8), (770, 8)];
        assert_eq!(cohort(30, &wanted(&eight)), [0, 1, 2]);
        assert_eq!(cohort(32, &wanted(&eight)), [0, 1, 2, 3]);
        let and_six = [&eight[..], &[(600, 6)]].concat();
        assert_eq!(cohort(30, &wanted(&and_six)), [0, 1, 2, 4]);
    }

    #[test]
    fn who_wants_nothing_or_too_much_is_left_out() {
        assert!(cohort(30, &wanted(&[(900, 0), (900, 31)])).is_empty());
        assert!(cohort(0, &wanted(&[(900, 1)])).is_empty());
        assert_eq!(cohort(30, &wanted(&[(900, 31), (500, 30)])), [1]);
    }

    #[test]
    fn of_equals_the_first_is_taken() {
        assert_eq!(cohort(10, &wanted(&[(700, 10), (700, 10)])), [0]);
        assert_eq!(
            cohort(10, &wanted(&[(700, 5), (700, 10), (700, 5)])),
            [1],
            "one partner rather than two"
        );
    }

    proptest! {
        #[test]
        fn no_other_choice_is_better(seats in 0_u32..40, list in prop::collection::vec((1_u16..=1000, 0_u32..20), 0..9)) {
            let list = wanted(&list);
            let sum = |chosen: &[usize]| -> (u64, u32) {
                let of = |at: &usize| list[*at];
                (chosen.iter().map(of).map(|one| u64::from(one.score) * u64::from(one.seats)).sum(),
                 chosen.iter().map(of).map(|one| one.seats).sum())
            };
            let chosen = cohort(seats, &list);
            let (best, taken) = sum(&chosen);
            prop_assert!(taken <= seats);
            prop_assert!(chosen.is_sorted() && chosen.iter().all(|at| list[*at].seats > 0));
            for mask in 0_u32..1 << list.len() {
                let other: Vec<usize> = (0..list.len()).filter(|at| mask >> at & 1 == 1).collect();
                let (value, takes) = sum(&other);
                prop_assert!(takes > seats || value <= best);
            }
        }
    }
}
