//! Every repository on both databases.

mod agreements;
mod agreements_documents;
mod agreements_evidence;
mod agreements_story;
mod import;
mod market;
mod matching;
mod people;
mod queue;
mod records;
mod register;
mod schema;
mod seam;
mod search;
mod support;
