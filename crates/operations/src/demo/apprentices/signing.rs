//! The part of a story in which people sign, or do not.

use agreement::{
    evidence::ContentHash,
    lifecycle::{Party, SlotRole, Wish},
};
use kernel::{SlotId, format_date};
use time::Duration;

use super::{script::Asking, story::Story};
use crate::{
    Actor, Cx, Failure, Result,
    agreements::{
        self as acts, AuthorityInput, ReplaceInput, SignatoryInput,
        signing::{self, CONSENT, DeclineInput, SignInput, SignKey},
    },
};

/// What a browser of the demonstration calls itself.
const USER_AGENT: &str = "演示";

impl Story<'_> {
    pub(super) async fn send(&mut self, cx: &Cx, asking: Asking) -> Result<()> {
        let email = match asking {
            Asking::WrongAddress => format!("x{}", self.planned.person.email),
            Asking::Code => String::new(),
            Asking::Letter | Asking::WithCollege => self.planned.person.email.clone(),
        };
        let of = |role, name: &str, email: &str| SignatoryInput {
            role,
            name: name.to_owned(),
            email: email.to_owned(),
            by_code: email.is_empty(),
            language: None,
        };
        let mut signatories = vec![of(SlotRole::Apprentice, "", &email)];
        if let Some(guardian) = &self.planned.guardian {
            signatories.push(of(SlotRole::Guardian, "", &guardian.person.email));
        }
        let officer = self.officer(Party::Enterprise)?;
        signatories.push(of(SlotRole::Enterprise, &officer.name, &officer.email));
        if asking == Asking::WithCollege {
            let officer = self.officer(Party::College)?;
            signatories.push(of(SlotRole::College, &officer.name, &officer.email));
        }
        let by = self.enterprise(cx).await?;
        acts::send(self.app, cx, &by, self.id, &signatories).await.map(drop)
    }

    /// The place of that role, with the hash of what is to be signed there.
    pub(super) async fn slot(&self, role: SlotRole) -> Result<(SlotId, ContentHash)> {
        let mut tx = self.app.db().read().await?;
        let found = tx.agreements().find(self.id, self.app.keys()).await?;
        let open = found.and_then(storage::FoundAgreement::open).ok_or(Failure::NotFound)?;
        let slots = open.get().slots().ok_or(Failure::NotFound)?;
        let slot = slots
            .standing()
            .find(|slot| slot.role == role)
            .ok_or(Failure::NotFound)?;
        let frozen = open.get().frozen().ok_or(Failure::NotFound)?;
        Ok((slot.id, frozen.hash))
    }

    /// A link like that of the letter, which nobody reads here.
    pub(super) async fn link(&self, cx: &Cx, slot: SlotId) -> Result<String> {
        let before = self.cx(cx.now.plus_seconds(-1));
        acts::link_at_hand(self.app, &before, self.id, slot).await
    }

    /// What the person of that role types to show who they are.
    pub(super) fn identity(&self, role: SlotRole, hash: ContentHash) -> SignInput {
        let (name, number) = match (role, &self.planned.guardian) {
            (SlotRole::Guardian, Some(guardian)) => (&guardian.person.name, &guardian.id_number),
            _ => (&self.planned.person.name, &self.planned.id_number),
        };
        SignInput {
            name: name.clone(),
            id_last_four: number.chars().skip(14).collect(),
            seen: hash.to_string(),
            consent: CONSENT.to_owned(),
            agreed: true,
            user_agent: USER_AGENT.to_owned(),
            ..SignInput::default()
        }
    }

    pub(super) async fn sign(&mut self, cx: &Cx, role: SlotRole) -> Result<()> {
        let (slot, hash) = self.slot(role).await?;
        let mut input = self.identity(role, hash);
        input.authority = match role {
            SlotRole::Apprentice | SlotRole::Guardian => AuthorityInput::default(),
            // Whom the agreement names.
            SlotRole::Enterprise => AuthorityInput::legal_representative(),
            SlotRole::College => {
                let dated = format_date(cx.today().saturating_add(Duration::days(-60)));
                AuthorityInput::agent("产教融合办公室主任", "演示授权书第三号", &dated)
            }
        };
        let signed = match role {
            SlotRole::Apprentice | SlotRole::Guardian => {
                let link = self.link(cx, slot).await?;
                signing::sign(self.app, cx, &Actor::Stranger, SignKey::Link(&link), &input).await
            }
            SlotRole::Enterprise | SlotRole::College => {
                let by = self.party(cx, role.side()).await?;
                signing::sign(self.app, cx, &by, SignKey::Slot(self.id, slot), &input).await
            }
        };
        signed.map(drop)
    }

    pub(super) async fn decline(&mut self, cx: &Cx, wish: Wish, reason: &str) -> Result<()> {
        let (slot, hash) = self.slot(SlotRole::Apprentice).await?;
        let link = self.link(cx, slot).await?;
        let who = self.identity(SlotRole::Apprentice, hash);
        let input = DeclineInput {
            name: who.name,
            id_last_four: who.id_last_four,
            reason: reason.to_owned(),
            wish,
            user_agent: USER_AGENT.to_owned(),
        };
        signing::decline(self.app, cx, &Actor::Stranger, SignKey::Link(&link), &input).await
    }

    pub(super) async fn replace(&mut self, cx: &Cx) -> Result<()> {
        let (slot, _) = self.slot(SlotRole::Apprentice).await?;
        let input = ReplaceInput {
            email: self.planned.person.email.clone(),
            ..ReplaceInput::default()
        };
        let by = self.enterprise(cx).await?;
        acts::replace(self.app, cx, &by, self.id, slot, &input).await.map(drop)
    }
}
