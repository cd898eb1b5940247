#![doc = include_str!("../README.md")]

mod affinity;
mod builtin;
pub mod coding;
mod geo;
mod level;
mod lists;
mod names;
mod read;
pub mod text;
mod trades;
mod vocabulary;

pub use geo::distance_between;
pub use level::{SkillLevel, UnknownSkillLevel};
pub use lists::{
    Category, CategoryCode, District, EconomicClass, Industry, IndustryKind, Major, MajorClass, Mode, Occupation,
    OccupationRank, Province, Tier, Validity, normal_major_code,
};
pub use read::{ListError, ListProblem};
pub use trades::Trade;
pub use vocabulary::Vocabulary;
