//! A section of a training agreement: its form, made from the table of fields.

use serde::Serialize;

use super::{FieldGroup, FindingView, Form};
use crate::view::Page;

/// `GET /agreements/{id}/sections/{section}`, `POST` the same.
#[derive(Debug, Clone, Serialize)]
pub struct AgreementSectionPage {
    /// `/agreements/{id}`
    pub agreement: String,
    /// Number of the agreement.
    pub number: String,
    /// Key of the section.
    pub section: &'static str,
    /// Which section of how many, counted from 1.
    pub at: usize,
    /// How many there are.
    pub of: usize,
    /// Key of the section before.
    pub previous: Option<&'static str>,
    /// Key of the section that follows.
    pub next: Option<&'static str>,
    /// Problems of what was typed.
    pub form: Form,
    /// The fields.
    pub groups: Vec<FieldGroup>,
    /// What rules say of the section, beside no field that stands here.
    pub findings: Vec<FindingView>,
    /// What was read: given back when saving.
    pub seen: i64,
    /// Whether who looks may save.
    pub may_save: bool,
    /// How many approvals a material change takes back.
    pub approvals: usize,
    /// How many fields signing needs that are empty.
    pub missing: usize,
    /// Somebody saved the agreement while this was typed.
    pub stale: bool,
}

impl Page for AgreementSectionPage {
    const TEMPLATE: &'static str = "agreements/section.html";

    fn samples() -> Vec<Self> {
        super::agreement_samples::sections()
    }
}
