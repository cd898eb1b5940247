//! Links and codes of those who sign an agreement of the college's with the enterprise of the table.

use agreement::lifecycle::SlotRole;
use journeys::{APPRENTICE, College, GUARDIAN, field};
use kernel::AgreementId;
use operations::agreements::{self as acts, ReplaceInput};

use super::{COLLEGE, World, last_part};

impl World {
    pub(super) async fn make_signing(&self, object: &str) -> String {
        let firm = self.visitor("firm");
        let id = self.sent().await;
        match object {
            "sign_link" => last_part(&self.site.sign_link_to(APPRENTICE).await),
            "signed_link" => {
                self.sign().await;
                last_part(&self.site.sign_link_to(APPRENTICE).await)
            }
            "effective" | "effective_link" => {
                self.site.all_sign(&self.addresses["firm"]).await;
                if object == "effective" {
                    id.to_string()
                } else {
                    last_part(&self.site.sign_link_to(APPRENTICE).await)
                }
            }
            "mended_link" => {
                let link = self.site.sign_link_to(GUARDIAN).await;
                let slot = self.site.slot(&firm, id, SlotRole::Guardian).await;
                let input = ReplaceInput {
                    name: String::new(),
                    email: "father2@home.example".to_owned(),
                    by_code: false,
                };
                let actor = self.site.actor(&firm).await;
                acts::replace(self.site.app(), &self.site.cx(), &actor, id, slot, &input)
                    .await
                    .expect("the address is mended");
                last_part(&link)
            }
            "own_slot" | "others_slot" => {
                let role = if object == "own_slot" {
                    SlotRole::Enterprise
                } else {
                    SlotRole::Guardian
                };
                let slot = self.site.slot(&firm, id, role).await;
                format!("{id}/{slot}")
            }
            "verify_code" => {
                let actor = self.site.actor(&firm).await;
                let view = acts::view(self.site.app(), &self.site.cx(), &actor, id).await;
                view.expect("the own agreement").head.verify_code
            }
            other => panic!("nobody knows how to make {other}"),
        }
    }

    async fn sent(&self) -> AgreementId {
        let college = College {
            visitor: self.visitor("admin"),
            name: COLLEGE.to_owned(),
            email: self.addresses["admin"].clone(),
        };
        let firm = self.visitor("firm");
        let id = self.site.approved_agreement(&firm, &college, false).await;
        self.site.send_to_a_minor(&firm, &self.addresses["firm"], id).await;
        id
    }

    /// The apprentice signs.
    async fn sign(&self) {
        let (mut phone, link) = (self.site.visitor(), self.site.sign_link_to(APPRENTICE).await);
        let page = phone.get(&link).await;
        let of = |name| field(&page.body, name).replace("&#x2f;", "/");
        let fields = [
            ("seen", of("seen")),
            ("consent", of("consent")),
            ("signatory_name", "张小雨".to_owned()),
            ("id_last_four", "0039".to_owned()),
            ("agreed", "yes".to_owned()),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        phone.post(&link, &fields).await.is(303);
    }
}
