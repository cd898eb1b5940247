//! Who has to sign: a function of the body and the day.

use super::{
    body::Body,
    field::{Condition, Occasion},
};
use crate::lifecycle::SlotRole;

/// Who signs, and whether the agreement waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signatory {
    /// As whom.
    pub role: SlotRole,
    /// Whether there is no agreement without this signature. A college only acknowledges.
    pub required: bool,
}

/// Who signs this agreement: the apprentice; the guardian where the apprentice has no full capacity today, or where one is
/// named; the enterprise; a college that stands in it acknowledges. Somebody whose birthday is not known counts as a minor.
pub fn required_signatories(body: &Body, occasion: &Occasion) -> Vec<Signatory> {
    let unknown = body.apprentice.birth.is_none();
    // Whoever the text names as a signatory has a slot: text and slots never part.
    let guardian = unknown || body.guardian.name.is_some() || Condition::Guardian.holds(body, occasion);
    let required = |role| Signatory { role, required: true };
    let mut signatories = vec![required(SlotRole::Apprentice)];
    if guardian {
        signatories.push(required(SlotRole::Guardian));
    }
    signatories.push(required(SlotRole::Enterprise));
    if Condition::College.holds(body, occasion) {
        signatories.push(Signatory {
            role: SlotRole::College,
            required: false,
        });
    }
    signatories
}
