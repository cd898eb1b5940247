//! Agreements that stories begin with: written and approved by acts of the product, sent to those who sign by letter.

use agreement::{
    lifecycle::SlotRole,
    training::{Draft, Section, sample_draft, sample_minor},
};
use kernel::{AgreementId, SlotId};
use operations::{
    Actor,
    agreements::{
        self as acts, AuthorityInput, SignatoryInput,
        signing::{self, SignInput, SignKey},
    },
};

use crate::{College, Enterprise, Site, Visitor};

/// The address of the apprentice of [`Site::agreement_with_a_minor`].
pub const APPRENTICE: &str = "zhang@home.example";
/// The address of the guardian.
pub const GUARDIAN: &str = "father@home.example";
/// The name of every officer in the stories.
const OFFICER: &str = "王小明";

impl Site {
    /// Whom the product sees behind this browser.
    pub async fn actor(&self, visitor: &Visitor) -> Actor {
        let token = visitor.session().expect("signed in");
        operations::accounts::actor(self.app(), &self.cx(), &token)
            .await
            .expect("a session of this site")
    }

    /// A whole agreement between the two, approved by both: with a minor, or with somebody of age.
    pub async fn approved_agreement(&self, enterprise: &Visitor, college: &College, of_age: bool) -> AgreementId {
        // Many acts make a large future: it is kept off the stack of every story.
        Box::pin(async {
            let (app, cx) = (self.app(), self.cx());
            let (one, other) = (self.actor(enterprise).await, self.actor(&college.visitor).await);
            let mut draft = if of_age {
                sample_draft()
            } else {
                Draft::of(&sample_minor())
            };
            draft
                .set("esign.identity_method", "in_person")
                .expect("a field of the table");
            let id = acts::create(app, &cx, &one, &college.name)
                .await
                .expect("the two are verified");
            for section in Section::ALL {
                let here = draft.typed().filter(|(key, _)| acts::section_of(key) == Some(section));
                let words: Vec<(String, String)> =
                    here.map(|(key, words)| (key.to_owned(), words.to_owned())).collect();
                let seen = acts::section(app, &cx, &one, id, section)
                    .await
                    .expect("a section")
                    .seen;
                acts::save_section(app, &cx, &one, id, section, seen, &words)
                    .await
                    .expect("the words are kept");
            }
            acts::check_apprentice(app, &cx, &one, id, true, "0")
                .await
                .expect("the document was seen");
            let view = acts::view(app, &cx, &one, id).await.expect("the own agreement");
            for finding in view.review.unexplained() {
                let words = "双方已经核对，确有需要。";
                acts::give_reason(app, &cx, &one, id, finding.rule, &finding.field, words)
                    .await
                    .expect("a warning takes a reason");
            }
            acts::hand_over(app, &cx, &one, id, "").await.expect("it is whole");
            for who in [&other, &one] {
                let view = acts::view(app, &cx, who, id).await.expect("the own agreement");
                acts::approve(app, &cx, who, id, view.head.content_version)
                    .await
                    .expect("nothing stands in the way");
            }
            id
        })
        .await
    }

    /// The same with a minor, sent: apprentice and guardian sign by letter, then the officer of the enterprise.
    pub async fn agreement_with_a_minor(&self, enterprise: &Enterprise, college: &College) -> AgreementId {
        self.agreement_of(&enterprise.visitor, &enterprise.email, college).await
    }

    /// The same, where only the browser and the address of the enterprise's officer are at hand.
    pub async fn agreement_of(&self, enterprise: &Visitor, email: &str, college: &College) -> AgreementId {
        let id = self.approved_agreement(enterprise, college, false).await;
        self.send_to_a_minor(enterprise, email, id).await;
        id
    }

    /// Sends it to apprentice, guardian and the officer at this address.
    pub async fn send_to_a_minor(&self, enterprise: &Visitor, email: &str, id: AgreementId) {
        let of = |role, name: &str, email: &str| SignatoryInput {
            role,
            name: name.to_owned(),
            email: email.to_owned(),
            by_code: false,
            language: None,
        };
        let signatories = [
            of(SlotRole::Apprentice, "", APPRENTICE),
            of(SlotRole::Guardian, "", GUARDIAN),
            of(SlotRole::Enterprise, OFFICER, email),
        ];
        let actor = self.actor(enterprise).await;
        acts::send(self.app(), &self.cx(), &actor, id, &signatories)
            .await
            .expect("everybody can be reached");
        self.work().await;
    }

    /// Everybody who was asked by [`Site::send_to_a_minor`] signs, the officer at this address as well.
    pub async fn all_sign(&self, officer: &str) {
        Box::pin(async {
            for (address, name, end) in [
                (APPRENTICE, "张小雨", "0039"),
                (GUARDIAN, "张示例", "0010"),
                (officer, OFFICER, ""),
            ] {
                let link = self.sign_link_to(address).await;
                let key = SignKey::Link(link.trim_start_matches("/sign/"));
                let (app, cx) = (self.app(), self.cx());
                let look = signing::look(app, &cx, &Actor::Stranger, key)
                    .await
                    .expect("a place to sign");
                let input = SignInput {
                    name: name.to_owned(),
                    id_last_four: end.to_owned(),
                    seen: look.content_hash.to_string(),
                    consent: look.consent.version,
                    agreed: true,
                    authority: AuthorityInput::agent("人力资源经理", "授权委托书 2026-17", "2026-11-01"),
                    ..SignInput::default()
                };
                signing::sign(app, &cx, &Actor::Stranger, key, &input)
                    .await
                    .expect("the right person");
                self.work().await;
            }
        })
        .await;
    }

    /// The slot of this role.
    pub async fn slot(&self, enterprise: &Visitor, id: AgreementId, role: SlotRole) -> SlotId {
        let actor = self.actor(enterprise).await;
        let view = acts::view(self.app(), &self.cx(), &actor, id).await;
        let slots = view.expect("the own agreement").slots;
        slots.iter().find(|slot| slot.role == role).expect("a slot").id
    }
}
