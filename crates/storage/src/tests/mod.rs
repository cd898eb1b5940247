//! Every repository on both databases.

mod agreements;
mod agreements_documents;
mod agreements_evidence;
mod agreements_story;
mod digests;
mod import;
mod letters;
mod mail;
mod market;
mod matching;
mod people;
mod plans;
mod questions;
mod queue;
mod records;
mod register;
mod schema;
mod seam;
mod search;
mod support;
