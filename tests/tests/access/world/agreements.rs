//! Agreements of the college's with the enterprise of the table, as far along as a line needs them.

use agreement::lifecycle::SlotRole;
use journeys::College;
use kernel::AgreementId;

use super::{COLLEGE, FIRM, Fields, World, last_part};

impl World {
    /// What is posted to the pages of agreements, for those that need anything.
    pub(super) fn agreement_fields(path: &str) -> Fields {
        let of = |fields: &[(&'static str, &str)]| {
            let fields = fields.iter();
            fields.map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        match path {
            "/agreements/new" => of(&[("with", "college"), ("other", FIRM)]),
            "/agreements/{id}/sections/{section}" => of(&[("seen", "1"), ("act", "back")]),
            "/agreements/{id}/check" => of(&[("earlier_probations", "0")]),
            "/agreements/{id}/send" => of(&[
                ("apprentice.email", "li@home.example"),
                ("enterprise.name", "王小明"),
                ("enterprise.by_code", "yes"),
                ("enterprise.email", ""),
            ]),
            "/agreements/{id}/recall" => of(&[("recall.words", "还要改一处")]),
            "/agreements/{id}/void" => of(&[("void.words", "不做了")]),
            _ => Vec::new(),
        }
    }

    pub(super) async fn make_agreement(&self, object: &str) -> String {
        match object {
            "agreement" => last_part(&self.drafted().await),
            "passed" => {
                let path = self.drafted().await;
                let mut admin = self.visitor("admin");
                admin.post(&format!("{path}/hand-over"), &[]).await.is(303);
                last_part(&path)
            }
            "approved" => self.approved(true).await.to_string(),
            "slot" => {
                let (firm, id) = (self.visitor("firm"), self.approved(false).await);
                self.site.send_to_a_minor(&firm, &self.addresses["firm"], id).await;
                let slot = self.site.slot(&firm, id, SlotRole::Apprentice).await;
                format!("{id}/{slot}")
            }
            other => panic!("nobody knows how to make {other}"),
        }
    }

    /// The path of a draft of the college's.
    async fn drafted(&self) -> String {
        let fields = [("with", "college"), ("other", FIRM)];
        self.visitor("admin").post("/agreements/new", &fields).await.leads()
    }

    pub(super) async fn approved(&self, of_age: bool) -> AgreementId {
        let college = College {
            visitor: self.visitor("admin"),
            name: COLLEGE.to_owned(),
            email: self.addresses["admin"].clone(),
        };
        self.site
            .approved_agreement(&self.visitor("firm"), &college, of_age)
            .await
    }
}
