//! Judging one offer against one need, with every reason.

use std::sync::Arc;

use vocabulary::Vocabulary;

use crate::{
    Assessed, Criterion, DatesFit, HardCheck, HardCriterion, HardFailure, HoursFit, Match, Reason, TradeBasis, Unit,
    Verdict, Weights, Window,
    judge::{self, Dates, Facts, Overlap, Pair, Relations, Set},
};

/// What judging needs besides the two units. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Context {
    /// Trades, districts, levels.
    pub vocabulary: Arc<Vocabulary>,
    /// Weights and scales.
    pub weights: Arc<Weights>,
}

impl Context {
    /// A context of these two.
    pub const fn new(vocabulary: Arc<Vocabulary>, weights: Arc<Weights>) -> Self {
        Self { vocabulary, weights }
    }
}

/// Judges `offer` against `need`: the match with all its criteria, or every hard criterion that says no.
pub fn assess(offer: &Unit, need: &Unit, context: &Context) -> Result<Match, Vec<HardFailure>> {
    let (offer_facts, need_facts) = (Facts::of(offer), Facts::of(need));
    let pair = Pair {
        offer: &offer_facts,
        need: &need_facts,
        relations: Units { offer, need, context },
    };
    let failures = failures(&pair);
    if failures.is_empty() {
        Ok(describe(&pair))
    } else {
        Err(failures)
    }
}

/// What keeps `offer` from answering `need` when that is one hard criterion alone, and how well they fit otherwise, 0..=1000.
pub fn nearly(offer: &Unit, need: &Unit, context: &Context) -> Option<(HardFailure, u16)> {
    let (offer_facts, need_facts) = (Facts::of(offer), Facts::of(need));
    let pair = Pair {
        offer: &offer_facts,
        need: &need_facts,
        relations: Units { offer, need, context },
    };
    let mut failures = failures(&pair);
    let failure = failures.pop().filter(|_| failures.is_empty())?;
    Some((failure, pair.total(&context.weights)))
}

/// The score alone, without reasons and without allocation; `None` where [`assess`] would name failures.
pub fn score(offer: &Unit, need: &Unit, context: &Context) -> Option<u16> {
    let (offer_facts, need_facts) = (Facts::of(offer), Facts::of(need));
    let pair = Pair {
        offer: &offer_facts,
        need: &need_facts,
        relations: Units { offer, need, context },
    };
    pair.passes(&context.weights).then(|| pair.total(&context.weights))
}

/// The match of a pair that is known to pass.
pub(crate) fn matched(offer: &Unit, need: &Unit, context: &Context) -> Match {
    let (offer_facts, need_facts) = (Facts::of(offer), Facts::of(need));
    describe(&Pair {
        offer: &offer_facts,
        need: &need_facts,
        relations: Units { offer, need, context },
    })
}

/// Two units compared by what they say themselves.
struct Units<'a> {
    offer: &'a Unit,
    need: &'a Unit,
    context: &'a Context,
}

impl Relations for Units<'_> {
    fn same_owner(&self) -> Option<bool> {
        Some(self.offer.owner.as_ref()? == self.need.owner.as_ref()?)
    }

    fn same_province(&self) -> Option<bool> {
        Some(self.offer.province.as_ref()? == self.need.province.as_ref()?)
    }

    fn metres(&self) -> Option<i64> {
        self.context
            .vocabulary
            .distance_m(self.offer.district.as_deref()?, self.need.district.as_deref()?)
    }

    fn kinship(&self) -> Option<u16> {
        kinship(&self.context.vocabulary, Trade::of(self.offer), Trade::of(self.need)).map(|(kinship, _)| kinship)
    }

    fn overlap(&self, set: Set) -> Option<Overlap> {
        let (offered, wanted) = (words(self.offer, set), words(self.need, set));
        if offered.is_empty() || wanted.is_empty() {
            return None;
        }
        let mut overlap = Overlap { common: 0, wanted: 0 };
        for word in distinct(wanted) {
            overlap.wanted += 1;
            overlap.common += usize::from(offered.contains(word));
        }
        Some(overlap)
    }
}

/// The trade of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Trade<'a> {
    pub(crate) occupation: Option<&'a str>,
    pub(crate) major: Option<&'a str>,
}

impl<'a> Trade<'a> {
    pub(crate) fn of(unit: &'a Unit) -> Self {
        Self {
            occupation: unit.occupation.as_deref(),
            major: unit.major.as_deref(),
        }
    }
}

/// How close kin two trades are: the closest of the up to four pairs of their codes; `None` when one side has none.
/// Of equally close ones the first named basis counts.
pub(crate) fn kinship(vocabulary: &Vocabulary, offer: Trade<'_>, need: Trade<'_>) -> Option<(u16, TradeBasis)> {
    let both =
        |a: Option<&'_ str>, b: Option<&'_ str>, kin: &dyn Fn(&str, &str) -> u16| Some(kin(a?, b?).min(judge::FULL));
    let candidates = [
        (
            both(offer.occupation, need.occupation, &|a, b| {
                vocabulary.occupations_kin(a, b)
            }),
            TradeBasis::Occupations,
        ),
        (
            both(offer.major, need.occupation, &|a, b| vocabulary.affinity(a, b)),
            TradeBasis::MajorForOccupation,
        ),
        (
            both(offer.occupation, need.major, &|a, b| vocabulary.affinity(b, a)),
            TradeBasis::OccupationForMajor,
        ),
        (
            both(offer.major, need.major, &|a, b| vocabulary.majors_kin(a, b)),
            TradeBasis::Majors,
        ),
    ];
    let mut best: Option<(u16, TradeBasis)> = None;
    for (kinship, basis) in candidates {
        if let Some(kinship) = kinship
            && best.is_none_or(|(known, _)| kinship > known)
        {
            best = Some((kinship, basis));
        }
    }
    best
}

pub(crate) fn words(unit: &Unit, set: Set) -> &[String] {
    match set {
        Set::Skills => &unit.skills,
        Set::Industries => &unit.industries,
        Set::Modes => &unit.modes,
    }
}

/// The words without repetition, in the order written. The lists are short: no set is worth its allocation.
fn distinct(words: &[String]) -> impl Iterator<Item = &String> {
    words
        .iter()
        .enumerate()
        .filter(|(at, word)| !words[..*at].contains(word))
        .map(|(_, word)| word)
}

fn failures(pair: &Pair<'_, Units<'_>>) -> Vec<HardFailure> {
    let Units { offer, need, context } = pair.relations;
    let weights = &*context.weights;
    let window = |unit: &Unit| Window {
        starts_on: unit.starts_on,
        ends_on: unit.ends_on,
    };
    let failed = |criterion: &HardCriterion| pair.hard(*criterion, weights) == Verdict::Unmet;
    HardCriterion::ALL
        .into_iter()
        .filter(failed)
        .filter_map(|criterion| {
            Some(match criterion {
                HardCriterion::Kind => HardFailure::Kind {
                    offer: offer.kind,
                    need: need.kind,
                },
                HardCriterion::NotSameOrganisation => HardFailure::NotSameOrganisation,
                HardCriterion::Dates => HardFailure::Dates {
                    offer: window(offer),
                    need: window(need),
                },
                HardCriterion::Level => HardFailure::Level {
                    reached: offer.level?,
                    wanted: need.level?,
                },
                HardCriterion::Capacity => HardFailure::Capacity {
                    offered: offer.seats,
                    wanted: need.seats,
                },
                HardCriterion::Region => HardFailure::Region {
                    offer: offer.province.clone()?,
                    need: need.province.clone()?,
                },
                HardCriterion::Trade => HardFailure::Trade {
                    kinship: pair.relations.kinship()?,
                    floor: weights.trade_floor,
                },
            })
        })
        .collect()
}

fn describe(pair: &Pair<'_, Units<'_>>) -> Match {
    let Units { offer, need, context } = pair.relations;
    let weights = &*context.weights;
    let hard = HardCriterion::ALL.map(|criterion| HardCheck {
        criterion,
        verdict: pair.hard(criterion, weights),
    });
    let mut scores = [weights.neutral(); Criterion::ALL.len()];
    let mut criteria = Vec::with_capacity(Criterion::ALL.len());
    for (slot, criterion) in scores.iter_mut().zip(Criterion::ALL) {
        let known = pair.soft(criterion, weights);
        *slot = known.unwrap_or(*slot);
        let reason = known
            .and_then(|_| reason(criterion, pair))
            .unwrap_or_else(|| unknown(criterion, pair));
        let verdict = judge::verdict(known);
        criteria.push(Assessed {
            criterion,
            score: *slot,
            weight: weights.weight(criterion),
            reason,
            verdict,
        });
    }
    Match {
        offer: offer.id.clone(),
        need: need.id.clone(),
        score: weights.total(scores),
        hard: hard.to_vec(),
        criteria,
    }
}

/// The facts behind a known score.
fn reason(criterion: Criterion, pair: &Pair<'_, Units<'_>>) -> Option<Reason> {
    let Units { offer, need, context } = pair.relations;
    Some(match criterion {
        Criterion::Trade => {
            let (_, basis) = kinship(&context.vocabulary, Trade::of(offer), Trade::of(need))?;
            let (mine, theirs) = match basis {
                TradeBasis::Occupations => (&offer.occupation, &need.occupation),
                TradeBasis::MajorForOccupation => (&offer.major, &need.occupation),
                TradeBasis::OccupationForMajor => (&offer.occupation, &need.major),
                TradeBasis::Majors => (&offer.major, &need.major),
            };
            Reason::Trade {
                basis,
                offer: mine.clone()?,
                need: theirs.clone()?,
            }
        }
        Criterion::Skills => {
            let (common, missing) = sorted_out(offer, need, Set::Skills);
            Reason::Skills { common, missing }
        }
        Criterion::Industry => {
            let (common, missing) = sorted_out(offer, need, Set::Industries);
            Reason::Industry { common, missing }
        }
        Criterion::Mode => {
            let (common, missing) = sorted_out(offer, need, Set::Modes);
            Reason::Mode { common, missing }
        }
        Criterion::Distance => match pair.relations.metres() {
            Some(metres) => Reason::Distance {
                metres,
                offer: offer.district.clone()?,
                need: need.district.clone()?,
            },
            None if pair.relations.same_province()? => Reason::SameProvince {
                province: offer.province.clone()?,
            },
            None => Reason::OtherProvince {
                offer: offer.province.clone()?,
                need: need.province.clone()?,
            },
        },
        Criterion::Level => Reason::Level {
            reached: offer.level?,
            wanted: need.level?,
        },
        Criterion::Capacity => Reason::Capacity {
            offered: offer.seats?,
            wanted: need.seats?,
        },
        Criterion::Schedule => Reason::Schedule {
            dates: judge::dates(pair.offer, pair.need).map(|dates| match dates {
                Dates::Shared { days, of } => DatesFit::Shared { days, of },
                Dates::Apart { days } => DatesFit::Apart { days },
            }),
            hours: judge::hours(pair.offer, pair.need).map(|(offered, wanted)| HoursFit { offered, wanted }),
        },
        Criterion::Price => Reason::Price {
            asked_fen: offer.price_fen?,
            budget_fen: need.price_fen?,
        },
    })
}

/// What the need wants, parted into what the offer has and what it lacks.
fn sorted_out(offer: &Unit, need: &Unit, set: Set) -> (Vec<String>, Vec<String>) {
    let offered = words(offer, set);
    distinct(words(need, set))
        .cloned()
        .partition(|word| offered.contains(word))
}

fn unknown(criterion: Criterion, pair: &Pair<'_, Units<'_>>) -> Reason {
    let muted = |facts: &Facts| facts.muted.contains(criterion);
    if muted(pair.offer) || muted(pair.need) {
        return Reason::Muted {
            offer: muted(pair.offer),
            need: muted(pair.need),
        };
    }
    let silent = |unit: &Unit, facts: &Facts| !speaks(criterion, unit, facts);
    Reason::Unknown {
        offer_silent: silent(pair.relations.offer, pair.offer),
        need_silent: silent(pair.relations.need, pair.need),
    }
}

/// Whether a unit says anything a criterion could use. Where one of a pair does not, the criterion is unknown.
pub(crate) fn speaks(criterion: Criterion, unit: &Unit, facts: &Facts) -> bool {
    match criterion {
        Criterion::Trade => unit.occupation.is_some() || unit.major.is_some(),
        Criterion::Skills => !unit.skills.is_empty(),
        Criterion::Industry => !unit.industries.is_empty(),
        Criterion::Distance => unit.district.is_some() || unit.province.is_some(),
        Criterion::Mode => !unit.modes.is_empty(),
        Criterion::Level => facts.level.is_some(),
        Criterion::Capacity => facts.seats.is_some(),
        Criterion::Schedule => facts.starts.is_some() || facts.hours.is_some(),
        Criterion::Price => facts.price.is_some(),
    }
}
