//! Several needs that together fill a class.

use ::matching::cohort::{Wanted, cohort};
use kernel::{LineId, Side};
use marketplace::Posting;

use super::{FAIR_SCORE, Found, Other};

/// Needs that together fill a line of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// The line of the offer.
    pub line: LineId,
    /// Its seats.
    pub seats: i64,
    /// How many of them the needs fill.
    pub filled: i64,
    /// The needs: which of the matches, and how many seats each of them wants. At least two.
    pub needs: Vec<(usize, i64)>,
}

/// For every line of an offer with seats, the fair matches that fill it best together. A line that one need fills as well needs no
/// others, and has none.
pub(crate) fn cohorts(own: &Posting, found: &[Found]) -> Vec<Cohort> {
    if own.kind.side() != Side::Offer {
        return Vec::new();
    }
    let of_line = |line: &marketplace::Line| {
        let seats = u32::try_from(line.seats?).ok()?;
        let fair: Vec<(usize, Wanted)> = found
            .iter()
            .enumerate()
            .filter(|(_, found)| found.line == line.id && i64::from(found.score) >= FAIR_SCORE)
            .filter_map(|(at, found)| {
                let score = found.score;
                seats_wanted(found).map(|seats| (at, Wanted { score, seats }))
            })
            .collect();
        let wanted: Vec<Wanted> = fair.iter().map(|(_, wanted)| *wanted).collect();
        let chosen = cohort(seats, &wanted);
        let needs: Vec<(usize, i64)> = chosen
            .iter()
            .filter_map(|at| fair.get(*at))
            .map(|(at, wanted)| (*at, i64::from(wanted.seats)))
            .collect();
        (needs.len() > 1).then(|| Cohort {
            line: line.id,
            seats: seats.into(),
            filled: needs.iter().map(|(_, seats)| seats).sum(),
            needs,
        })
    };
    own.content.lines.iter().filter_map(of_line).collect()
}

fn seats_wanted(found: &Found) -> Option<u32> {
    let Other::Posting { posting, line, .. } = &found.other else {
        return None;
    };
    let line = posting.content.lines.iter().find(|other| other.id == *line)?;
    u32::try_from(line.seats?).ok()
}
