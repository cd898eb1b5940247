//! The letters, each with samples by which its templates are tested.

mod accounts;
mod agreements;
mod digest;
mod organisations;
mod records;
mod running;
mod signing;

use kernel::Timestamp;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use crate::Event;

pub use accounts::{ConfirmEmail, Invitation, ResetPassword, SignInLink};
pub use agreements::{
    AgreementApproved, AgreementChanged, AgreementReady, AgreementRecalled, AgreementTitle, AgreementVoided,
    AgreementWithYou, Reader, RecallAsked, RecallDropped, Voiding,
};
pub use digest::{Digest, DigestClosed, DigestEntry, DigestGroup};
pub use organisations::{OrganisationReturned, OrganisationSuspended, OrganisationVerified};
pub use records::{
    RecordInvitation, RecordNews, RecordOverdue, SectionAnswered, SectionQueried, SectionsToConfirm, WeekReturned,
    WeekSubmitted,
};
pub use running::{
    AgreementCompleted, AgreementPaused, AgreementResumed, AgreementTerminated, Change, ChangeAgreed, ChangeBy,
    ChangeDropped, ChangeProposed,
};
pub use signing::{
    AllSigned, PleaseSign, Remaining, SignAs, SignDeclined, SignExpired, SignMoved, SignReminder, SignedBy, SignedSlot,
};

/// A letter: the context of its templates.
pub trait Letter: Serialize {
    /// What it is called in the outbox, in the catalogue and among the templates.
    const NAME: &'static str;
    /// What it is about, for which its reader chose how often.
    const EVENT: Event;

    /// One of each kind that looks different.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

macro_rules! letters {
    ($($letter:ident = $name:literal in $event:ident),* $(,)?) => {
        /// The name of every letter.
        pub const NAMES: &[&str] = &[$($name),*];

        /// What the letter of that name is about; `None` when there is no such letter.
        pub fn event_of(name: &str) -> Option<Event> {
            match name {
                $($name => Some(Event::$event),)*
                _ => None,
            }
        }

        /// Every template with its text.
        pub(crate) const TEMPLATES: &[(&str, &str)] = &[
            ("layout.html", include_str!("../../templates/layout.html")),
            ("layout.txt", include_str!("../../templates/layout.txt")),
            ("agreement.html", include_str!("../../templates/agreement.html")),
            ("agreement.txt", include_str!("../../templates/agreement.txt")),
            ("parts.html", include_str!("../../templates/parts.html")),
            ("change.html", include_str!("../../templates/change.html")),
            ("change.txt", include_str!("../../templates/change.txt")),
            ("change_by.txt", include_str!("../../templates/change_by.txt")),
            $(
                (concat!($name, ".html"), include_str!(concat!("../../templates/", $name, ".html"))),
                (concat!($name, ".txt"), include_str!(concat!("../../templates/", $name, ".txt"))),
            )*
        ];

        /// Every sample of every letter, by name.
        pub(crate) fn samples() -> Vec<(&'static str, Value)> {
            let mut all = Vec::new();
            $(all.extend($letter::samples().iter().map(|letter| ($name, Value::from(Serde(letter)))));)*
            all
        }

        $(impl Letter for $letter {
            const NAME: &'static str = $name;
            const EVENT: Event = Event::$event;

            fn samples() -> Vec<Self> {
                $letter::examples()
            }
        })*
    };
}

letters! {
    SignInLink = "sign_in_link" in Access,
    ResetPassword = "reset_password" in Access,
    ConfirmEmail = "confirm_email" in Access,
    Invitation = "invitation" in Organisation,
    OrganisationVerified = "organisation_verified" in Organisation,
    OrganisationReturned = "organisation_returned" in Organisation,
    OrganisationSuspended = "organisation_suspended" in Organisation,
    PleaseSign = "please_sign" in Signing,
    SignReminder = "sign_reminder" in Signing,
    SignedBy = "signed_by" in Agreement,
    SignDeclined = "sign_declined" in Signing,
    SignExpired = "sign_expired" in Signing,
    SignMoved = "sign_moved" in Signing,
    AllSigned = "all_signed" in Signing,
    AgreementWithYou = "agreement_with_you" in Agreement,
    AgreementChanged = "agreement_changed" in Agreement,
    AgreementApproved = "agreement_approved" in Agreement,
    AgreementReady = "agreement_ready" in Agreement,
    AgreementRecalled = "agreement_recalled" in Signing,
    RecallAsked = "recall_asked" in Signing,
    RecallDropped = "recall_dropped" in Signing,
    AgreementVoided = "agreement_voided" in Signing,
    ChangeProposed = "change_proposed" in Signing,
    ChangeAgreed = "change_agreed" in Agreement,
    ChangeDropped = "change_dropped" in Agreement,
    AgreementPaused = "agreement_paused" in Agreement,
    AgreementResumed = "agreement_resumed" in Agreement,
    AgreementTerminated = "agreement_terminated" in Signing,
    AgreementCompleted = "agreement_completed" in Agreement,
    RecordInvitation = "record_invitation" in Signing,
    SectionsToConfirm = "sections_to_confirm" in Record,
    SectionQueried = "section_queried" in Record,
    SectionAnswered = "section_answered" in Record,
    WeekSubmitted = "week_submitted" in Week,
    WeekReturned = "week_returned" in Week,
    RecordOverdue = "record_overdue" in Record,
    RecordNews = "record_news" in Record,
    Digest = "digest" in Matches,
}

/// 2026-11-20 16:30 in Shanghai.
const SAMPLE_MOMENT: Timestamp = Timestamp::from_micros(1_795_163_400_000_000);
const SAMPLE_COLLEGE: &str = "上海示例职业技术学院";
/// Longer than most, and with what HTML and headers must not take literally.
const SAMPLE_COMPANY: &str = "示例（上海）<精密>机械与\"智能\"装备制造 & 技术服务股份有限公司第二分公司";
