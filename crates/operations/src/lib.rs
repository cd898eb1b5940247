//! .

pub mod access;
pub mod accounts;
mod actor;
mod app;

pub mod demo;
pub mod doctor;
mod failure;
mod letters;
pub mod import;
pub mod home;
pub mod jobs;
pub mod matches;
pub mod members;
pub mod operator;
pub mod organisations;
pub mod postings;
pub mod register;
pub mod search;
pub mod setup;
pub mod workspace;
mod token;

pub use ::search as engine;
pub use actor::{Acting, Actor, Cx, Person};
pub use app::{App, Parts, Settings};
pub use failure::{Failure, Forbidden, Refusal, Result};
pub use token::Token;
