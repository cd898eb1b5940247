//! The weights and scales of the soft criteria: configuration, with a stamp that is stored beside every match.

use serde::Deserialize;

use crate::{Criterion, Verdict, judge::verdict};

/// `search-config/weights.toml` as it was when this was built.
const BUILTIN: &str = include_str!("../../../search-config/weights.toml");

/// Why a weights file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// Not TOML, or a key is missing, unknown or of the wrong kind.
    #[error("not a weights file: {0}")]
    Form(String),
    /// A number is outside its range.
    #[error("{key} must lie within {least}..={most}")]
    Range {
        /// The key.
        key: String,
        /// The least it may be.
        least: i64,
        /// The most it may be.
        most: i64,
    },
    /// Every weight is zero.
    #[error("at least one weight must be above zero")]
    AllZero,
}

/// Weights and scales. Made by [`Weights::parse`], so always within their ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    version: String,
    each: [u16; Criterion::ALL.len()],
    sum: u32,
    neutral: u16,
    pub(crate) trade_floor: u16,
    pub(crate) near_metres: i64,
    pub(crate) far_metres: i64,
    pub(crate) same_province: u16,
    pub(crate) level_step: u16,
    pub(crate) far_days: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    neutral: i64,
    weights: Each,
    trade: Trade,
    distance: Distance,
    level: Level,
    schedule: Schedule,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Each {
    trade: i64,
    skills: i64,
    industry: i64,
    distance: i64,
    mode: i64,
    level: i64,
    capacity: i64,
    schedule: i64,
    price: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trade {
    floor: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Distance {
    near_metres: i64,
    far_metres: i64,
    same_province: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Level {
    step: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Schedule {
    far_days: i64,
}

/// The farthest a distance scale may reach: half way round the earth.
const FARTHEST: i64 = 20_000_000;

impl Weights {
    /// Reads a weights file.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let file: File = toml::from_str(text).map_err(|error| WeightsError::Form(error.to_string()))?;
        ranged("version", file.version, 1, i64::from(u32::MAX))?;
        let near_metres = ranged("distance.near_metres", file.distance.near_metres, 0, FARTHEST - 1)?;
        let each = Criterion::ALL.map(|criterion| (criterion, file.weights.of(criterion)));
        let mut weights = [0; Criterion::ALL.len()];
        for (slot, (criterion, value)) in weights.iter_mut().zip(each) {
            *slot = small(&format!("weights.{}", criterion.code()), value, 0, 10_000)?;
        }
        let sum = weights.iter().copied().map(u32::from).sum();
        if sum == 0 {
            return Err(WeightsError::AllZero);
        }
        let mut read = Self {
            version: String::new(),
            each: weights,
            sum,
            neutral: small("neutral", file.neutral, 0, 1000)?,
            trade_floor: small("trade.floor", file.trade.floor, 1, 1000)?,
            near_metres,
            far_metres: ranged(
                "distance.far_metres",
                file.distance.far_metres,
                near_metres + 1,
                FARTHEST,
            )?,
            same_province: small("distance.same_province", file.distance.same_province, 0, 1000)?,
            level_step: small("level.step", file.level.step, 0, 1000)?,
            far_days: ranged("schedule.far_days", file.schedule.far_days, 1, 36_500)?,
        };
        read.version = format!("{}-{:08x}", file.version, read.digest());
        Ok(read)
    }

    /// The version of the file and a digest of its numbers: stored beside matches, so that a change of either shows.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The weight of a criterion.
    pub const fn weight(&self, criterion: Criterion) -> u16 {
        self.each[criterion as usize]
    }

    /// The score of a criterion nobody can judge.
    pub const fn neutral(&self) -> u16 {
        self.neutral
    }

    /// Whether two trades this close may match at all.
    pub const fn is_kin(&self, kinship: u16) -> bool {
        kinship >= self.trade_floor
    }

    /// How well two trades fit that are this close: what the criterion `trade` of a match says.
    pub const fn trade_fit(&self, kinship: u16) -> Verdict {
        if self.is_kin(kinship) {
            verdict(Some(kinship))
        } else {
            Verdict::Unmet
        }
    }

    /// The weighted mean of the scores, in the order of [`Criterion::ALL`], rounded half up.
    pub(crate) fn total(&self, scores: [u16; Criterion::ALL.len()]) -> u16 {
        let points: u32 = self
            .each
            .iter()
            .zip(scores)
            .map(|(weight, score)| u32::from(*weight) * u32::from(score))
            .sum();
        u16::try_from((points + self.sum / 2) / self.sum).unwrap_or(u16::MAX)
    }

    /// FNV-1a over every number that can change a score.
    fn digest(&self) -> u32 {
        let numbers = self.each.map(i64::from).into_iter().chain([
            i64::from(self.neutral),
            i64::from(self.trade_floor),
            self.near_metres,
            self.far_metres,
            i64::from(self.same_province),
            i64::from(self.level_step),
            self.far_days,
        ]);
        numbers.flat_map(i64::to_le_bytes).fold(0x811c_9dc5, |digest, byte| {
            (digest ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
    }
}

impl Default for Weights {
    /// The weights this was built with.
    fn default() -> Self {
        Self::parse(BUILTIN).expect("the embedded weights file is read by a test")
    }
}

impl Each {
    const fn of(&self, criterion: Criterion) -> i64 {
        match criterion {
            Criterion::Trade => self.trade,
            Criterion::Skills => self.skills,
            Criterion::Industry => self.industry,
            Criterion::Distance => self.distance,
            Criterion::Mode => self.mode,
            Criterion::Level => self.level,
            Criterion::Capacity => self.capacity,
            Criterion::Schedule => self.schedule,
            Criterion::Price => self.price,
        }
    }
}

fn ranged(key: &str, value: i64, least: i64, most: i64) -> Result<i64, WeightsError> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(WeightsError::Range {
            key: key.to_owned(),
            least,
            most,
        })
    }
}

fn small(key: &str, value: i64, least: u16, most: u16) -> Result<u16, WeightsError> {
    let value = ranged(key, value, least.into(), most.into())?;
    Ok(u16::try_from(value).unwrap_or(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_is_read_and_its_weights_sum_to_a_thousand() {
        let weights = Weights::default();
        assert_eq!(weights.sum, 1000);
        assert!(weights.version().starts_with("1-"), "{}", weights.version());
        assert_eq!(weights.total([1000; 9]), 1000);
        assert_eq!(weights.total([0; 9]), 0);
    }

    #[test]
    fn a_changed_number_changes_the_version() {
        let changed = Weights::parse(&BUILTIN.replace("trade = 400", "trade = 401")).unwrap();
        assert_ne!(changed.version(), Weights::default().version());
    }

    #[test]
    fn nonsense_is_refused_with_its_key() {
        let range = |from: &str, to: &str| match Weights::parse(&BUILTIN.replace(from, to)) {
            Err(WeightsError::Range { key, .. }) => key,
            other => panic!("{from} -> {to}: {other:?}"),
        };
        assert_eq!(range("price = 30", "price = -1"), "weights.price");
        assert_eq!(range("neutral = 400", "neutral = 1001"), "neutral");
        assert_eq!(range("far_metres = 60000", "far_metres = 5000"), "distance.far_metres");
        assert!(matches!(
            Weights::parse(&BUILTIN.replace("price", "prize")),
            Err(WeightsError::Form(_))
        ));
        let zero = BUILTIN.lines().map(|line| match line.split_once(" = ") {
            Some((key, _)) if Criterion::from_code(key).is_some() => format!("{key} = 0\n"),
            _ => format!("{line}\n"),
        });
        assert_eq!(Weights::parse(&zero.collect::<String>()), Err(WeightsError::AllZero));
    }
}
