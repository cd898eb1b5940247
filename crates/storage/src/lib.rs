#![doc = include_str!("../README.md")]

mod accounts;
mod agreements;
mod aside;
mod assignments;
mod audit;
mod backup;
mod blobs;
mod db;
mod error;
mod fingerprint;
mod imports;
mod invitations;
mod jobs;
pub mod keys;
mod leases;
mod links;
mod mail;
mod matches;
mod memberships;
mod organisations;
mod outbox;
mod planned;
mod postings;
mod query;
mod questions;
mod rate_windows;
mod records;
mod register;
mod repository;
mod sessions;
mod settings;
mod versioned;
mod vocabulary_lists;

/// On an `async fn` that other crates await: its code is compiled here, once. Without, it would be compiled anew in every crate
/// that awaits it, with the code of all that it awaits itself.
use async_recursion::async_recursion as compiled_here;

pub use accounts::{Account, AccountInsert, Accounts, Person, Sealed};
pub use agreements::{
    AgreementCount, AgreementDocument, AgreementDocuments, AgreementDrafts, AgreementEvents, AgreementHead,
    AgreementKey, AgreementLink, AgreementLinks, AgreementOrigin, AgreementReasons, AgreementSeals, AgreementVersions,
    Agreements, FoundAgreement, KeptAgreement, KeptEvent, KeptSlot, KeptVersion, NewAgreement, OpenAgreement, Reason,
    SealKeys, SlotRecord, ToldEvent,
};
pub use aside::{Partner, SetAside};
pub use assignments::{AssignmentInsert, Assignments};
pub use audit::{ActorKind, AuditActor, AuditEntry, AuditLog};
pub use blobs::Blobs;
pub use db::{Db, Read, Reads, Tx, Write};
pub use error::{Error, Result};
pub use fingerprint::Fingerprint;
pub use imports::{Import, ImportState, Imports};
pub use invitations::Invitations;
pub use jobs::{Job, JobCount, Jobs, NewJob};
pub use leases::{Lease, QueueStatus};
pub use links::{Link, LinkPurpose, Links};
pub use mail::{
    Advance, ClosedItem, Digest, DigestCount, DigestItem, DigestOutcome, DigestSchedules, DigestSources, Digests,
    DueDigest, Followed, Follows, ItemKey, Lifting, MailHabit, MailPreferences, MailSwitch, MailSwitches, NewDigest,
    NewMatch, NewNotice, NewPosting, NewSuppression, Notice, Notices, Preference, SavedSearch, SavedSearches, Schedule,
    Suppression, SuppressionReason, Suppressions,
};
pub use matches::{Counterpart, Judged, Matches, Need, Offer, RankedPair, StoredMatch};
pub use memberships::{Member, MembershipInsert, Memberships};
pub use organisations::{OrganisationInsert, OrganisationSave, Organisations};
pub use outbox::{DomainFigures, HourFigures, Letter, LetterChoice, NewLetter, Outbox, PriorityFigures};
#[cfg(any(test, feature = "planned-failures"))]
pub use planned::{FailurePlan, StoredValue};
pub use postings::{FallbackFilter, FallbackHit, PostingCount, Postings, PublishedPosting, UnansweredLine};
pub use questions::{Meaning, Question, QuestionTally, Questions};
pub use records::{
    Invitee, NewRecord, OpenRecord, Opening, PlaceInsert, RecordAssignment, RecordAssignments, RecordFile,
    RecordInvitation, RecordInvitations, RecordOpening, RecordOpenings, RecordRole, RecordWeeks, Records, StoredRecord,
    StoredWeek, WeekFile,
};
pub use register::{Claim, ClaimOutcome, Invite, Register, RegisterCount, School, StagedRow};
pub use repository::{Hash, Page, Writing};
pub use sessions::{Session, Sessions};
pub use settings::Settings;
pub use versioned::Versioned;
pub use vocabulary_lists::{VocabularyList, VocabularyLists};

#[cfg(test)]
mod tests;
