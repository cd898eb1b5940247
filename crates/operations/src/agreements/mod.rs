//! Training agreements, from the first draft to the last signature.
//!
//! Every act goes one way (`work`): load, decide in the pure lifecycle, append to the chain of events, save, follow the
//! effects (links, letters, the seal), commit with an audit entry. What people wrote is sealed under the agreement's own
//! key; audit entries, jobs and logs get ids and codes. Looking writes nothing.
//!
//! - parties: [`create()`], [`create_from_match`], [`list`], [`view()`], [`section`], [`save_section`], [`give_reason`],
//!   [`check_apprentice`], [`hand_over`], [`approve`], [`send_form`], [`send()`], [`replace`], [`ask_again`], [`new_code`],
//!   [`recall`], [`agree`], [`object`], [`void`], [`export`];
//! - signatories: [`signing::look`], [`signing::try_code`], [`signing::sign`], [`signing::decline`], [`signing::answer`],
//!   [`signing::send_link_again`], [`signing::copy`];
//! - anybody: [`proof::look`], [`proof::try_code`], [`proof::check_file`].

mod create;
mod due;
mod edit;
mod negotiate;
mod notices;
mod refusal;
mod review;
mod send;
mod sign;
#[cfg(test)]
mod tests;
mod timeline;
mod verify;
mod view;
mod work;

pub use create::{LineRef, create, create_from_match};
pub(crate) use due::{due, sweep};
pub use edit::{Saved, SectionForm, check_apprentice, give_reason, save_section, section, section_of};
pub use negotiate::{approve, hand_over};
pub use refusal::{AgreementRefusal, Unready};
pub use review::{PRIVACY_NOTICE, Review};
pub use send::{
    Planned, ReplaceInput, Sent, SignatoryInput, agree, ask_again, new_code, object, recall, replace, send, send_form,
    void,
};
pub use timeline::{Change, OWN_ACTS, TimelineEntry};
pub use verify::{ExportFile, export};
pub use view::{AgreementLine, AgreementList, AgreementView, Ball, May, SlotView, list, view};
pub use work::HandedCode;

/// What signatories do.
pub mod signing {
    pub use super::{
        sign::{
            CONSENT, DeclineInput, SignInput, SignKey, SignLook, SignStep, answer, decline, look, send_link_again,
            sign, try_code,
        },
        verify::copy,
    };
}

/// What anybody may ask.
pub mod proof {
    pub use super::verify::{FileChecked, MAX_FILE, VerifyLook, check_file, look, try_verify_code as try_code};
}
