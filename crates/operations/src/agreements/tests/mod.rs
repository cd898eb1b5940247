//! Acts on agreements, on a product in memory.

mod authority;
mod catalogue;
mod negotiating;
mod paper;
mod proving;
mod review;
mod running;
mod signing;
mod waiting;

use agreement::{
    lifecycle::{Signed, SlotRole, Wish},
    training::{Draft, Section, sample_draft, sample_minor},
};
use kernel::{AgreementId, Clock as _, SlotId};

use super::{
    AuthorityInput, May, Sent, SignatoryInput, approve, check_apprentice, give_reason, hand_over, save_section,
    section, section_of, send,
    signing::{self as slot, DeclineInput, SignInput, SignKey},
    view,
};
use crate::{
    Actor, Cx, Failure, Refusal, Result,
    agreements::{AgreementRefusal, AgreementView, create},
    tests::{Product, Somebody},
};

pub(crate) const APPRENTICE: &str = "zhang@home.example";
pub(crate) const GUARDIAN: &str = "father@home.example";

/// An enterprise and a college with an agreement between them.
pub(crate) struct Scene {
    pub(crate) product: Product,
    pub(crate) enterprise: Somebody,
    pub(crate) college: Somebody,
    pub(crate) id: AgreementId,
}

/// What was typed into a whole agreement with a minor, with a way of identification that rules warn of.
pub(crate) fn typed() -> Draft {
    let mut draft = Draft::of(&sample_minor());
    draft.set("esign.identity_method", "in_person").unwrap();
    draft
}

fn words_of(draft: &Draft, section: Section) -> Vec<(String, String)> {
    let here = draft.typed().filter(|(key, _)| section_of(key) == Some(section));
    here.map(|(key, words)| (key.to_owned(), words.to_owned())).collect()
}

impl Scene {
    /// A draft of the enterprise, with what is known of the parties.
    async fn draft() -> Self {
        let product = Product::new().await;
        let enterprise = product.admin("上海示例精密机械有限公司", "enterprise", 1).await;
        let college = product.admin("上海示例职业技术学院", "school", 2).await;
        let id = create(&product.app, &product.cx(), &enterprise.actor, "上海示例职业技术学院")
            .await
            .unwrap();
        Self {
            product,
            enterprise,
            college,
            id,
        }
    }

    fn cx(&self) -> Cx {
        self.product.cx()
    }

    async fn save(&self, who: &Somebody, section_: Section, words: &[(&str, &str)]) -> Result<super::Saved> {
        let (app, cx) = (&self.product.app, self.cx());
        let seen = section(app, &cx, &who.actor, self.id, section_).await?.seen;
        let words: Vec<(String, String)> = words
            .iter()
            .map(|(key, words)| ((*key).to_owned(), (*words).to_owned()))
            .collect();
        save_section(app, &cx, &who.actor, self.id, section_, seen, &words).await
    }

    pub(crate) async fn write(&self, who: &Somebody, draft: &Draft) {
        for section in Section::ALL {
            let words = words_of(draft, section);
            let words: Vec<(&str, &str)> = words
                .iter()
                .map(|(key, words)| (key.as_str(), words.as_str()))
                .collect();
            self.save(who, section, &words).await.unwrap();
        }
    }

    pub(crate) async fn explain(&self, who: &Somebody) {
        let (app, cx) = (&self.product.app, self.cx());
        let review = Box::pin(self.view(who)).await.review;
        for finding in review.unexplained() {
            let reason = "双方已经核对，确有需要。";
            Box::pin(give_reason(
                app,
                &cx,
                &who.actor,
                self.id,
                finding.rule,
                &finding.field,
                reason,
            ))
            .await
            .unwrap();
        }
    }

    /// Written, looked at, explained, and with the college.
    async fn negotiated(draft: &Draft) -> Self {
        let scene = Self::draft().await;
        let (app, cx) = (&scene.product.app, scene.cx());
        scene.write(&scene.enterprise, draft).await;
        check_apprentice(app, &cx, &scene.enterprise.actor, scene.id, true, "0")
            .await
            .unwrap();
        scene.explain(&scene.enterprise).await;
        scene.product.work().await;
        scene.product.letters.take();
        hand_over(app, &cx, &scene.enterprise.actor, scene.id, "请看工资部分。")
            .await
            .unwrap();
        scene
    }

    /// Approved by both.
    pub(crate) async fn ready(draft: &Draft) -> Self {
        let scene = Self::negotiated(draft).await;
        scene.approve_both().await;
        scene
    }

    pub(crate) async fn approve_both(&self) {
        let (app, cx) = (&self.product.app, self.cx());
        for who in [&self.college, &self.enterprise] {
            let version = self.view(who).await.head.content_version;
            approve(app, &cx, &who.actor, self.id, version).await.unwrap();
        }
    }

    /// Everybody by letter; the college left out.
    pub(crate) fn by_letter() -> Vec<SignatoryInput> {
        let of = |role, name: &str, email: &str| SignatoryInput {
            role,
            name: name.to_owned(),
            email: email.to_owned(),
            by_code: false,
            language: None,
        };
        vec![
            of(SlotRole::Apprentice, "", APPRENTICE),
            of(SlotRole::Guardian, "", GUARDIAN),
            of(SlotRole::Enterprise, "王小明", "officer1@org.example"),
        ]
    }

    pub(crate) async fn send(&self, signatories: &[SignatoryInput]) -> Sent {
        let sent = send(
            &self.product.app,
            &self.cx(),
            &self.enterprise.actor,
            self.id,
            signatories,
        )
        .await
        .unwrap();
        self.product.work().await;
        sent
    }

    /// Being signed, by letters that have left; nothing else in the box.
    async fn signing() -> Self {
        let scene = Self::ready(&typed()).await;
        scene.product.work().await;
        scene.product.letters.take();
        scene.send(&Self::by_letter()).await;
        scene
    }

    async fn view(&self, who: &Somebody) -> AgreementView {
        view(&self.product.app, &self.cx(), &who.actor, self.id).await.unwrap()
    }

    async fn slot(&self, role: SlotRole) -> SlotId {
        let view = self.view(&self.enterprise).await;
        view.slots.iter().find(|slot| slot.role == role).unwrap().id
    }

    /// The token in the last letter to an address.
    fn link(&self, address: &str) -> String {
        let letters = self.product.letters.sent();
        let theirs = letters.iter().rev().filter(|letter| letter.to.as_str() == address);
        let mut theirs = theirs.map(|letter| letter.content.text.split("/sign/").nth(1));
        let after = theirs.find_map(|after| after).unwrap();
        after.chars().take(43).collect()
    }

    /// The subjects of the letters to an address, up to their colon.
    pub(crate) async fn told(&self, address: &str) -> Vec<String> {
        self.product.work().await;
        let letters = self.product.letters.sent();
        let theirs = letters.iter().filter(|letter| letter.to.as_str() == address);
        theirs
            .map(|letter| letter.content.subject.split('：').next().unwrap().to_owned())
            .collect()
    }

    async fn look(&self, link: &str) -> Result<slot::SignLook> {
        slot::look(&self.product.app, &self.cx(), &Actor::Stranger, SignKey::Link(link)).await
    }

    /// What the right person types.
    async fn input(&self, link: &str) -> SignInput {
        let look = self.look(link).await.unwrap();
        SignInput {
            id_last_four: if look.role == SlotRole::Apprentice {
                "0039"
            } else {
                "0010"
            }
            .to_owned(),
            name: look.name,
            seen: look.content_hash.to_string(),
            authority: authority(look.role),
            consent: look.consent.version,
            agreed: true,
            user_agent: "Firefox".to_owned(),
            locale: None,
        }
    }

    /// What the right person types who will not sign.
    async fn declining(&self, link: &str, reason: &str, wish: Wish) -> DeclineInput {
        let known = self.input(link).await;
        DeclineInput {
            name: known.name,
            id_last_four: known.id_last_four,
            reason: reason.to_owned(),
            wish,
            user_agent: String::new(),
        }
    }

    async fn sign_with(&self, link: &str, input: &SignInput) -> Result<Signed> {
        slot::sign(
            &self.product.app,
            &self.cx(),
            &Actor::Stranger,
            SignKey::Link(link),
            input,
        )
        .await
    }

    pub(crate) async fn sign(&self, address: &str) -> Signed {
        let link = self.link(address);
        let input = self.input(&link).await;
        let signed = self.sign_with(&link, &input).await.unwrap();
        self.product.work().await;
        signed
    }

    pub(crate) async fn sign_all(&self) -> Signed {
        self.sign(APPRENTICE).await;
        self.sign(GUARDIAN).await;
        self.sign("officer1@org.example").await
    }

    /// Moves the clock on by so many days, and lets the worker do what is due.
    pub(crate) async fn days(&self, days: i64) {
        self.product.clock.set(self.product.clock.now().plus_days(days));
        self.product.work().await;
    }
}

/// By what right the officers of these scenes sign.
fn authority(role: SlotRole) -> AuthorityInput {
    if role.is_the_party() {
        AuthorityInput::default()
    } else {
        AuthorityInput::agent("人力资源经理", "授权委托书 2026-17", "2026-11-01")
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(Failure::Refused(Refusal::Agreement(refusal))) => refusal.code(),
        other => panic!("no refusal of an agreement: {other:?}"),
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> AgreementRefusal {
    match result {
        Err(Failure::Refused(Refusal::Agreement(refusal))) => *refusal,
        other => panic!("no refusal of an agreement: {other:?}"),
    }
}

fn can(view: &AgreementView, what: May) -> bool {
    view.may.contains(&what)
}

/// An agreement with somebody of age, for whom nobody else signs.
fn of_age() -> Draft {
    sample_draft()
}
