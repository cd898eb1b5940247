#![doc = include_str!("../README.md")]

pub mod allocation;
mod assess;
mod book;
pub mod cohort;
mod criterion;
mod judge;
mod kept;
mod shelf;
mod unit;
mod weights;

pub use assess::{Context, assess, nearly, score};
pub use book::{Book, Overview, Ranked, Ranking};
pub use criterion::{
    ANSWERS, Assessed, DatesFit, HardCheck, HardCriterion, HardFailure, HoursFit, Match, Reason, TradeBasis, Verdict,
    Window, answers, counterparts,
};
pub use kept::{draw, shown};
pub use kernel::{Criterion, Muted};
pub use unit::{Owner, Unit, UnitId};
pub use weights::{Weights, WeightsError};
