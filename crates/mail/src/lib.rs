//! Letters and how they leave.
//!
//! A letter is a type ([`Letter`]) with a template for each of its two bodies, in every language. A [`Letterhead`] renders it; a
//! [`Message`] is the rendered letter with its recipient; a [`Transport`] sends it over SMTP, into a folder or, for tests, into
//! memory. Nothing is sent from a request: `operations` puts the letter into the outbox in the transaction of the fact it
//! reports, and a job sends it.
//!
//! No link in any letter changes anything by being opened: mail scanners open them all.
//!
//! What somebody is told, and how often, is a choice of [`Cadence`] for each [`Event`]. What is not told at once is gathered:
//! [`next_due`] says when, [`select`] what, and the letter [`Digest`] tells it. What comes back from other servers, refusals
//! of letters and complaints about them, is read by [`reports`].
//!
//! # To add a letter
//! Write the type and add it to the table in `letters/mod.rs`, its templates `NAME.html` and `NAME.txt` (blocks `subject`, `news`,
//! `body`, `action`) under `templates/`, whose elements take their looks from the classes in `styles/letter.css`, and its words under `letter.NAME.` in the catalogue. The test that walks the table
//! renders it.

mod digest;
mod dsn;
mod error;
mod events;
mod letterhead;
mod letters;
mod link_path;
mod message;
mod packed;
mod reply;
mod signing;
mod transport;

pub use digest::{Candidate, Habit, ItemKind, LeftOut, Limits, NEWS_DAYS, Period, Selection, next_due, period, select};
pub use dsn::{Action, Report, mbox, reports};
pub use error::Error;
pub use events::{Cadence, Event};
pub use letterhead::{Foot, Letterhead, RenderError, Rendered};
pub use letters::{
    AgreementApproved, AgreementChanged, AgreementCompleted, AgreementPaused, AgreementReady, AgreementRecalled,
    AgreementResumed, AgreementTerminated, AgreementTitle, AgreementVoided, AgreementWithYou, AllSigned, Change,
    ChangeAgreed, ChangeBy, ChangeDropped, ChangeProposed, ConfirmEmail, Digest, DigestClosed, DigestEntry,
    DigestGroup, Invitation, Letter, NAMES, OrganisationReturned, OrganisationSuspended, OrganisationVerified,
    PleaseSign, Reader, RecallAsked, RecallDropped, RecordInvitation, RecordNews, RecordOverdue, Remaining,
    ResetPassword, SectionAnswered, SectionQueried, SectionsToConfirm, SignAs, SignDeclined, SignExpired, SignInLink,
    SignMoved, SignReminder, SignedBy, SignedSlot, Voiding, WeekReturned, WeekSubmitted, event_of,
};
pub use link_path::LinkPath;
pub use message::{Attachment, AttachmentKind, ListHeaders, Message, Sender};
pub use reply::{EnhancedCode, NotAnEnhancedCode, Reply};
pub use signing::{Signing, SigningError};
pub use transport::{
    Credentials, Folder, HandedOver, KeptHead, KeptLetter, Memory, Security, Smtp, SmtpSettings, Transport,
};

/// `text` with the address in it masked: relays repeat the recipient in their refusals.
fn masking(text: &str, address: &kernel::EmailAddress) -> String {
    text.replace(address.as_str(), &address.masked())
}
