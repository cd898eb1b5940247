#![doc = include_str!("../README.md")]

pub mod evidence;
pub mod lifecycle;
pub mod training;
