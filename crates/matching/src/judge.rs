//! The rules themselves, on bare numbers. What differs between judging two units and walking an index is only how two
//! units are compared ([`Relations`]); the rules are written once, so both always agree.

use kernel::{Muted, PostingKind};
use vocabulary::SkillLevel;

use crate::{Criterion, HardCriterion, Unit, Verdict, Weights, answers};

/// The full score of a criterion.
pub(crate) const FULL: u16 = 1000;

/// From here on a criterion counts as met.
const MET: u16 = 800;
/// Up to here a criterion counts as unmet.
const UNMET: u16 = 200;

/// The numbers of one unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) kind: PostingKind,
    pub(crate) region_bound: bool,
    pub(crate) level: Option<u8>,
    /// Julian days.
    pub(crate) starts: Option<i32>,
    pub(crate) ends: Option<i32>,
    pub(crate) seats: Option<i64>,
    pub(crate) price: Option<i64>,
    pub(crate) hours: Option<i64>,
    pub(crate) muted: Muted,
}

impl Facts {
    pub(crate) fn of(unit: &Unit) -> Self {
        let window = match (unit.starts_on, unit.ends_on) {
            (Some(starts), Some(ends)) if ends < starts => (None, None),
            window => window,
        };
        Self {
            kind: unit.kind,
            region_bound: unit.region_bound,
            level: unit.level.map(SkillLevel::rank),
            starts: window.0.map(time::Date::to_julian_day),
            ends: window.1.map(time::Date::to_julian_day),
            seats: unit.seats,
            price: unit.price_fen.filter(|fen| *fen >= 0),
            hours: unit.hours.filter(|hours| *hours > 0),
            muted: unit.muted,
        }
    }
}

/// The sets of codes and words a unit carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    Skills,
    Industries,
    Modes,
}

/// How much of the need's set the offer has, both counted without repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overlap {
    pub(crate) common: usize,
    pub(crate) wanted: usize,
}

/// What can only be said of both units together. `None` is "nobody knows".
pub(crate) trait Relations {
    fn same_owner(&self) -> Option<bool>;
    fn same_province(&self) -> Option<bool>;
    fn metres(&self) -> Option<i64>;
    fn kinship(&self) -> Option<u16>;
    fn overlap(&self, set: Set) -> Option<Overlap>;
}

/// A pair as the rules see it.
pub(crate) struct Pair<'a, R> {
    pub(crate) offer: &'a Facts,
    pub(crate) need: &'a Facts,
    pub(crate) relations: R,
}

impl<R: Relations> Pair<'_, R> {
    /// A hard criterion: `Met`, `Unmet` or `Unknown`.
    #[inline]
    pub(crate) fn hard(&self, criterion: HardCriterion, weights: &Weights) -> Verdict {
        let (offer, need) = (self.offer, self.need);
        yes(match criterion {
            HardCriterion::Kind => Some(answers(offer.kind, need.kind)),
            HardCriterion::NotSameOrganisation => self.relations.same_owner().map(|same| !same),
            HardCriterion::Dates => windows_meet(offer, need),
            HardCriterion::Level => offer.level.zip(need.level).map(|(reached, wanted)| reached >= wanted),
            HardCriterion::Capacity => match (offer.seats, need.seats) {
                (None, None) => None,
                (offered, wanted) => {
                    Some(offered.is_none_or(|seats| seats >= 1) && wanted.is_none_or(|seats| seats >= 1))
                }
            },
            HardCriterion::Region if !offer.region_bound && !need.region_bound => Some(true),
            HardCriterion::Region => self.relations.same_province(),
            HardCriterion::Trade => self.relations.kinship().map(|kinship| weights.is_kin(kinship)),
        })
    }

    /// Whether no hard criterion is answered with no.
    #[inline]
    pub(crate) fn passes(&self, weights: &Weights) -> bool {
        HardCriterion::ALL
            .into_iter()
            .all(|criterion| self.hard(criterion, weights) != Verdict::Unmet)
    }

    /// A soft criterion, 0..=1000, or `None` when nobody knows, or when one of them does not want it to count.
    #[inline]
    pub(crate) fn soft(&self, criterion: Criterion, weights: &Weights) -> Option<u16> {
        let (offer, need) = (self.offer, self.need);
        if offer.muted.or(need.muted).contains(criterion) {
            return None;
        }
        match criterion {
            Criterion::Trade => self.relations.kinship(),
            Criterion::Skills => self.relations.overlap(Set::Skills).map(covered),
            Criterion::Industry => self.relations.overlap(Set::Industries).map(covered),
            Criterion::Mode => self.relations.overlap(Set::Modes).map(covered),
            Criterion::Distance => nearness(self.relations.metres(), self.relations.same_province(), weights),
            Criterion::Level => offer.level.zip(need.level).map(|(reached, wanted)| {
                let beyond = u16::from(reached.saturating_sub(wanted));
                if reached < wanted {
                    0
                } else {
                    FULL.saturating_sub(beyond.saturating_mul(weights.level_step))
                }
            }),
            Criterion::Capacity => {
                let (offered, wanted) = offer.seats.zip(need.seats).filter(|(_, wanted)| *wanted > 0)?;
                Some(share(offered, wanted))
            }
            Criterion::Schedule => {
                let hours = hours(offer, need).map(|(offered, wanted)| share(offered, wanted));
                let dates = dates(offer, need).map(|dates| dates.score(weights));
                match (dates, hours) {
                    (Some(dates), Some(hours)) => Some(dates.min(hours)),
                    (one, other) => one.or(other),
                }
            }
            Criterion::Price => {
                let (asked, budget) = offer.price.zip(need.price)?;
                // Twice the budget, and nothing is left.
                Some(if asked <= budget {
                    FULL
                } else {
                    share(budget.saturating_mul(2).saturating_sub(asked), budget)
                })
            }
        }
    }

    /// The score of the pair; meaningful for a pair that passes.
    #[inline]
    pub(crate) fn total(&self, weights: &Weights) -> u16 {
        weights.total(Criterion::ALL.map(|criterion| self.soft(criterion, weights).unwrap_or(weights.neutral())))
    }
}

/// A score in one word.
pub(crate) const fn verdict(score: Option<u16>) -> Verdict {
    match score {
        None => Verdict::Unknown,
        Some(score) if score >= MET => Verdict::Met,
        Some(score) if score <= UNMET => Verdict::Unmet,
        Some(_) => Verdict::Partly,
    }
}

const fn yes(answer: Option<bool>) -> Verdict {
    match answer {
        Some(true) => Verdict::Met,
        Some(false) => Verdict::Unmet,
        None => Verdict::Unknown,
    }
}

/// `part` of `whole` in thousandths, within 0..=1000; 0 when there is no whole.
fn share(part: i64, whole: i64) -> u16 {
    if whole <= 0 {
        return 0;
    }
    let part = i128::from(part.clamp(0, whole));
    u16::try_from(part * i128::from(FULL) / i128::from(whole)).unwrap_or(FULL)
}

fn covered(overlap: Overlap) -> u16 {
    let thousandths = overlap.common * usize::from(FULL) / overlap.wanted.max(1);
    u16::try_from(thousandths).unwrap_or(FULL)
}

/// The score of a way, or of two provinces where the way is not known.
pub(crate) fn nearness(metres: Option<i64>, same_province: Option<bool>, weights: &Weights) -> Option<u16> {
    match (metres, same_province) {
        (Some(metres), _) => Some(share(
            weights.far_metres - metres,
            weights.far_metres - weights.near_metres,
        )),
        (None, Some(true)) => Some(weights.same_province),
        (None, Some(false)) => Some(0),
        (None, None) => None,
    }
}

/// Whether two windows share a day; open ends reach everywhere. `None` when no end can be held against a start.
fn windows_meet(offer: &Facts, need: &Facts) -> Option<bool> {
    let one = offer.ends.zip(need.starts).map(|(ends, starts)| ends >= starts);
    let other = need.ends.zip(offer.starts).map(|(ends, starts)| ends >= starts);
    match (one, other) {
        (None, None) => None,
        (one, other) => Some(one.unwrap_or(true) && other.unwrap_or(true)),
    }
}

/// How two windows lie.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dates {
    Shared { days: i64, of: i64 },
    Apart { days: i64 },
}

impl Dates {
    fn score(self, weights: &Weights) -> u16 {
        match self {
            Self::Shared { days, of } => share(days, of),
            Self::Apart { days } => share(weights.far_days - days, weights.far_days),
        }
    }
}

/// How the two windows lie; `None` when not even both starts are known.
pub(crate) fn dates(offer: &Facts, need: &Facts) -> Option<Dates> {
    let (a, b) = offer.starts.zip(need.starts)?;
    let (a, b) = (i64::from(a), i64::from(b));
    let Some((until_a, until_b)) = offer.ends.zip(need.ends) else {
        return Some(Dates::Apart { days: (a - b).abs() });
    };
    let (until_a, until_b) = (i64::from(until_a), i64::from(until_b));
    let days = until_a.min(until_b) - a.max(b) + 1;
    let of = (until_a - a).min(until_b - b) + 1;
    Some(Dates::Shared { days: days.max(0), of })
}

/// Hours given and wanted, when both are known.
pub(crate) fn hours(offer: &Facts, need: &Facts) -> Option<(i64, i64)> {
    offer.hours.zip(need.hours)
}
