#![doc = include_str!("../README.md")]

pub mod access;
pub mod accounts;
mod actor;
pub mod agreements;
mod app;
pub mod came_back;
mod delivery;
pub mod demand;
pub mod demo;
pub mod digests;
pub mod doctor;
mod failure;
pub mod home;
pub mod import;
pub mod jobs;
mod letter_key;
mod letters;
pub mod mail_room;
pub mod matches;
pub mod members;
pub mod notices;
pub mod operator;
pub mod organisations;
pub mod postings;
pub mod preferences;
pub mod records;
pub mod register;
pub mod search;
pub mod searches;
pub mod setup;
#[cfg(test)]
mod tests;
mod token;
pub mod trades;
pub mod workspace;

/// On an `async fn` that other crates await: its code is compiled here, once. Without, it would be compiled anew in every crate
/// that awaits it, with the code of all that it awaits itself.
use async_recursion::async_recursion as compiled_here;

pub use ::search as engine;
pub use ::storage::Page;
pub use actor::{Acting, Actor, Cx, Person};
pub use app::{App, Parts, Settings};
pub use failure::{Failure, Forbidden, Refusal, Result};
pub use token::Token;
