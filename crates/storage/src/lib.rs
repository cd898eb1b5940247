#![doc = include_str!("../README.md")]

mod accounts;
mod assignments;
mod audit;
mod db;
mod error;
mod invitations;
mod jobs;
pub mod keys;
mod links;
mod memberships;
mod organisations;
mod outbox;
mod postings;
mod query;
mod rate_windows;
mod repository;
mod sessions;
mod settings;
mod versioned;

pub use accounts::{Account, AccountInsert, Accounts, Person, Sealed};
pub use assignments::{AssignmentInsert, Assignments};
pub use audit::{ActorKind, AuditActor, AuditEntry, AuditFilter, AuditLog};
pub use db::{Db, Read, Tx, Write};
pub use error::{Error, Result};
pub use invitations::Invitations;
pub use jobs::{Job, JobCount, JobStatus, Jobs, NewJob};
pub use links::{Link, LinkPurpose, Links};
pub use memberships::{Member, MembershipInsert, Memberships};
pub use organisations::{OrganisationInsert, OrganisationSave, Organisations, name_key};
pub use outbox::{Letter, LetterStatus, NewLetter, Outbox};
pub use postings::{PostingCount, Postings, PublishedPosting};
pub use repository::{Hash, Page};
pub use sessions::{Session, Sessions};
pub use settings::Settings;
pub use versioned::Versioned;

#[cfg(test)]
mod tests;
