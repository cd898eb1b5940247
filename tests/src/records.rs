//! Records of apprentices as stories fill them: people who take their places, and what has to be there before training.

use crate::{PASSWORD, Site, Visitor};

impl Site {
    /// Takes the place in a record that the last letter to this address offers; the signatories' places ask for the last four
    /// characters of an identity number.
    pub async fn take_place(&self, email: &str, name: &str, end: &str) -> Visitor {
        let link = self.join_link_to(email).await;
        let mut visitor = self.visitor();
        visitor.get(&link).await.is(200);
        let fields = [
            ("name", name),
            ("id_last_four", end),
            ("email", email),
            ("password", PASSWORD),
        ];
        visitor.post(&link, &fields).await.is(303);
        visitor
    }
}

/// An officer assigns a mentor or a tutor to the record at `path` by letter.
pub async fn assign_by_letter(officer: &mut Visitor, path: &str, role: &str, name: &str, email: &str) {
    let fields = [
        ("act", "assign"),
        ("role", role),
        ("by", "letter"),
        ("name", name),
        ("email", email),
    ];
    officer.post(&format!("{path}/people"), &fields).await.is(303);
}

/// An officer of the enterprise writes down what has to be there before the first day, so that training starts today.
pub async fn fill_in_start(firm: &mut Visitor, path: &str) {
    let fields = [
        ("insured_from", "2026-11-20"),
        ("safety_training_on", "2026-11-20"),
        ("health_check_on", "2026-08-15"),
        ("has_minor_card", "yes"),
    ];
    firm.post(&format!("{path}/start"), &fields).await.is(303);
}
