//! Training agreements, from the first draft to the last signature.
//!
//! Every act goes one way (`work`): load, decide in the pure lifecycle, append to the chain of events, save, follow the
//! effects (links, letters, the seal), commit with an audit entry. What people wrote is sealed under the agreement's own
//! key; audit entries, jobs and logs get ids and codes. Looking writes nothing.
//!
//! - parties: [`create()`], [`create_from_match`], [`list`], [`view()`], [`section`], [`save_section`], [`give_reason`],
//!   [`check_apprentice`], [`hand_over`], [`approve`], [`send_form`], [`send()`], [`replace`], [`ask_again`], [`new_code`],
//!   [`recall`], [`agree`], [`object`], [`void`], [`export`], [`document()`], [`draft_document`], and once it holds [`suspend`], [`resume`], [`terminate`],
//!   [`complete`];
//! - signatories: [`signing::look`], [`signing::try_code`], [`signing::sign`], [`signing::decline`], [`signing::answer`],
//!   [`signing::send_link_again`], [`signing::copy`], [`signing::terminate`], [`signing::agree_to_end`],
//!   [`signing::document`];
//! - anybody: [`proof::look`], [`proof::try_code`], [`proof::check_file`].

mod answering;
mod at_hand;
mod authority;
mod create;
mod document;
mod due;
mod edit;
mod ending;
mod negotiate;
mod notices;
mod overseeing;
mod refusal;
mod review;
mod running;
mod running_letters;
mod send;
mod sign;
mod stored;
#[cfg(test)]
pub(crate) mod tests;
mod timeline;
mod verify;
mod view;
mod work;

pub(crate) use at_hand::link_at_hand;
pub use authority::AuthorityInput;
pub use create::{LineRef, create, create_from_match};
pub use document::{DocumentFile, document, draft_document};
pub(crate) use document::{document_of, make as make_document};
pub(crate) use due::{due, sweep};
pub use edit::{Saved, SectionForm, check_apprentice, give_reason, save_section, section, section_of};
pub use ending::{Course, SignedCourse};
pub use negotiate::{approve, hand_over};
pub(crate) use notices::{carers, organisation_name};
pub use refusal::{AgreementRefusal, Unready};
pub(crate) use review::body_of;
pub use review::{PRIVACY_NOTICE, Review};
pub use running::{EndInput, PauseInput, check_end, complete, resume, suspend, terminate};
pub use send::{
    Planned, ReplaceInput, Sent, SignatoryInput, agree, ask_again, new_code, object, recall, replace, send, send_form,
    void,
};
pub use stored::{AllStored, StoredFault, StoredPart, check_all_stored, check_stored};
pub use timeline::{Change, OWN_ACTS, TimelineEntry};
pub(crate) use verify::copy_for;
pub use verify::{ExportFile, export};
pub use view::{AgreementLine, AgreementList, AgreementView, Ball, May, SlotView, list, view};
pub use work::HandedCode;
pub(crate) use work::open as open_agreement;

/// What signatories do.
pub mod signing {
    pub use super::{
        answering::{DeclineInput, answer, decline, send_link_again},
        document::signed_document as document,
        ending::{agree_to_end, check_end, terminate},
        sign::{CONSENT, SignInput, SignKey, SignLook, SignStep, look, sign, try_code},
        verify::copy,
    };
}

/// What the operator of the platform sees and does; giving up, mending an address, a pause and its end are [`void`],
/// [`replace`], [`suspend`] and [`resume`].
pub mod overseen {
    pub use super::overseeing::{OPEN_MINUTES, Opened, Overseen, OverseenSlot, OverseenView, find, open, oversee};
}

/// What anybody may ask.
pub mod proof {
    pub use super::verify::{FileChecked, MAX_FILE, VerifyLook, check_file, look, try_verify_code as try_code};
}
