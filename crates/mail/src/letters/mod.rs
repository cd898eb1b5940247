//! The letters, each with samples by which its templates are tested.

mod accounts;
mod agreements;
mod organisations;
mod records;
mod running;
mod signing;

use kernel::Timestamp;
use minijinja::value::{Serde, Value};
use serde::Serialize;

pub use accounts::{ConfirmEmail, Invitation, ResetPassword, SignInLink};
pub use agreements::{
    AgreementApproved, AgreementChanged, AgreementReady, AgreementRecalled, AgreementTitle, AgreementVoided,
    AgreementWithYou, Reader, RecallAsked, RecallDropped, Voiding,
};
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

    /// One of each kind that looks different.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

macro_rules! letters {
    ($($letter:ident = $name:literal),* $(,)?) => {
        /// The name of every letter.
        pub const NAMES: &[&str] = &[$($name),*];

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

            fn samples() -> Vec<Self> {
                $letter::examples()
            }
        })*
    };
}

letters! {
    SignInLink = "sign_in_link",
    ResetPassword = "reset_password",
    ConfirmEmail = "confirm_email",
    Invitation = "invitation",
    OrganisationVerified = "organisation_verified",
    OrganisationReturned = "organisation_returned",
    OrganisationSuspended = "organisation_suspended",
    PleaseSign = "please_sign",
    SignReminder = "sign_reminder",
    SignedBy = "signed_by",
    SignDeclined = "sign_declined",
    SignExpired = "sign_expired",
    SignMoved = "sign_moved",
    AllSigned = "all_signed",
    AgreementWithYou = "agreement_with_you",
    AgreementChanged = "agreement_changed",
    AgreementApproved = "agreement_approved",
    AgreementReady = "agreement_ready",
    AgreementRecalled = "agreement_recalled",
    RecallAsked = "recall_asked",
    RecallDropped = "recall_dropped",
    AgreementVoided = "agreement_voided",
    ChangeProposed = "change_proposed",
    ChangeAgreed = "change_agreed",
    ChangeDropped = "change_dropped",
    AgreementPaused = "agreement_paused",
    AgreementResumed = "agreement_resumed",
    AgreementTerminated = "agreement_terminated",
    AgreementCompleted = "agreement_completed",
    RecordInvitation = "record_invitation",
    SectionsToConfirm = "sections_to_confirm",
    SectionQueried = "section_queried",
    SectionAnswered = "section_answered",
    WeekSubmitted = "week_submitted",
    WeekReturned = "week_returned",
    RecordOverdue = "record_overdue",
    RecordNews = "record_news",
}

/// 2026-11-20 16:30 in Shanghai.
const SAMPLE_MOMENT: Timestamp = Timestamp::from_micros(1_795_163_400_000_000);
const SAMPLE_COLLEGE: &str = "上海示例职业技术学院";
/// Longer than most, and with what HTML and headers must not take literally.
const SAMPLE_COMPANY: &str = "示例（上海）<精密>机械与\"智能\"装备制造 & 技术服务股份有限公司第二分公司";
