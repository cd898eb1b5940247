//! Every repository on both databases.

mod import;
mod market;
mod matching;
mod people;
mod queue;
mod register;
mod schema;
mod seam;
mod search;
mod support;
