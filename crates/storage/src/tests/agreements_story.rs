//! An enterprise, a college, an apprentice: what the tests of agreements tell.

use std::convert::Infallible;

use agreement::{
    evidence::{Authority, Consent, Content, ContentHash, Details, Entry, Material},
    lifecycle::{
        Actor, Agreement, Approval, Cadence, Channel, Creating, Done, Kind, Method, Parties, ReadyFacts, Seats,
        Sending, Signing, SlotPlan, SlotRole, SlotState, Stage,
    },
};
use kernel::{EmailAddress, OrganisationId, PersonId, SlotId};
use marketplace::OrganisationKind;
use serde_json::json;

use super::support::{at, chance, organisation, somebody};
use crate::{AgreementOrigin, NewAgreement, OpenAgreement, OrganisationInsert, Reads, Tx, Write, keys::Keys};

/// The name of the apprentice: it may stand nowhere in the open.
pub(super) const NAME: &str = "欧阳学徒";
/// What is personal in the reasons and drafts.
pub(super) const SECRET: &str = "家庭住址保密路八号";

pub(super) struct World {
    pub(super) keys: Keys,
    pub(super) enterprise: OrganisationId,
    pub(super) college: OrganisationId,
    pub(super) person: PersonId,
}

pub(super) async fn world(tx: &mut Tx<Write>) -> World {
    let enterprise = organisation(71, "上海示例精密机械有限公司", OrganisationKind::Enterprise)
        .verify(at(1))
        .unwrap();
    let college = organisation(72, "上海示例职业学院", OrganisationKind::School)
        .verify(at(1))
        .unwrap();
    for one in [&enterprise, &college] {
        assert_eq!(
            tx.organisations().insert(one).await.unwrap(),
            OrganisationInsert::Inserted
        );
    }
    let (person, _) = somebody(tx, "officer@example.cn").await;
    World {
        keys: Keys::from_bytes(&Keys::generate(&chance())),
        enterprise: enterprise.id,
        college: college.id,
        person: person.id,
    }
}

/// A draft, not stored.
pub(super) fn draft(world: &World, by: Actor, seconds: i64) -> Agreement {
    let creating = Creating {
        id: kernel::AgreementId::new(at(seconds), &chance()),
        kind: Kind::Training,
        parties: Parties {
            enterprise: world.enterprise,
            college: Some(world.college),
        },
        by,
        seats: Seats::NotCounted,
        at: at(seconds),
    };
    Agreement::create(creating).unwrap().0
}

pub(super) async fn store(tx: &mut Tx<Write>, world: &World, agreement: &Agreement) -> OpenAgreement {
    let new = NewAgreement {
        agreement,
        number: &format!("PX-{}", agreement.id()),
        verify_code: &format!("code {}", agreement.id()),
        origin: AgreementOrigin::default(),
        created_by: world.person,
    };
    tx.agreements().create(new, &world.keys, &chance()).await.unwrap()
}

/// An act that is not refused, without what follows from it.
pub(super) fn acted<O, E: std::fmt::Debug>(
    open: OpenAgreement,
    act: impl FnOnce(Agreement) -> Result<(Agreement, Done<O>), E>,
) -> OpenAgreement {
    open.act(act).unwrap().0
}

/// The agreement as it would be read again by somebody else.
pub(super) async fn again(tx: &mut Reads, world: &World, open: &OpenAgreement) -> OpenAgreement {
    let found = tx.agreements().find(open.get().id(), &world.keys).await.unwrap();
    found.unwrap().open().unwrap()
}

pub(super) fn content(of: &Agreement) -> Content {
    let material = Material {
        agreement: of.id(),
        version: of.content_version(),
        schema: "training/1".to_owned(),
        template: "training/1".to_owned(),
        rule_set: "2026-11-01".to_owned(),
        packs: Vec::new(),
        sections: [("parties".to_owned(), json!({ "apprentice": { "name": NAME } }))].into(),
    };
    Content::freeze(material, &chance()).unwrap()
}

/// Hands over, approves for both with this content, keeps it, and sends it.
pub(super) async fn send(
    tx: &mut Tx<Write>,
    world: &World,
    open: OpenAgreement,
    content: &Content,
    seconds: i64,
) -> OpenAgreement {
    let now = at(seconds);
    let approval = |by| Approval {
        by,
        version: content.version,
        facts: ReadyFacts {
            open_blocks: 0,
            warnings_without_reason: 0,
            complete: true,
        },
        hash: content.hash(),
        rule_set: "2026-11-01".to_owned(),
        effective_on: time::macros::date!(2026 - 12 - 01),
        at: now,
    };
    let mut open = open;
    if open.get().stage() == Stage::Draft {
        open = acted(open, |agreement| agreement.hand_over(Actor::Enterprise));
    }
    for party in [Actor::Enterprise, Actor::College] {
        open = acted(open, |agreement| agreement.approve(approval(party)));
    }
    tx.agreement_versions()
        .insert(open.key(), content, now, &chance())
        .await
        .unwrap();
    let mail = |name: &str| Channel::Email {
        address: EmailAddress::parse(&format!("{name}@example.cn")).unwrap(),
    };
    let slots = vec![
        SlotPlan::required(SlotRole::Apprentice, NAME, mail("apprentice")),
        SlotPlan::required(SlotRole::Enterprise, "王师傅", mail("officer")),
    ];
    let sending = Sending {
        by: Actor::Enterprise,
        slots,
        cadence: Cadence::default(),
        at: now,
    };
    let open = acted(open, |agreement| agreement.send(sending, &chance()));
    tx.agreements().save(&open, now, &chance()).await.unwrap();
    again(tx, world, &open).await
}

pub(super) fn slot(open: &OpenAgreement, role: SlotRole) -> SlotId {
    let slots = open.get().slots().unwrap();
    slots.standing().find(|slot| slot.role == role).unwrap().id
}

/// The same for whoever signs for an organisation.
pub(super) fn for_organisation(signing: Signing) -> Signing {
    let authority = Some(Authority::LegalRepresentative);
    Signing { authority, ..signing }
}

pub(super) fn signing(slot: SlotId, seen: ContentHash, seconds: i64) -> Signing {
    Signing {
        by: Actor::Signer(slot),
        slot,
        seen,
        authority: None,
        method: Method::LinkAndCode,
        identified_at: at(seconds),
        consent: Consent {
            locale: "zh".to_owned(),
            text: "我已阅读并同意以电子方式签署本协议。".to_owned(),
            version: "consent/1".to_owned(),
        },
        at: at(seconds),
    }
}

pub(super) fn entry_of(open: &OpenAgreement, act: &str, seconds: i64) -> Entry {
    Entry {
        agreement: open.get().id(),
        at: at(seconds),
        act: act.to_owned(),
        actor: "enterprise".to_owned(),
        slot: None,
        content_version: open.get().content_version(),
        content_hash: open.get().frozen().map(|frozen| frozen.hash),
    }
}

pub(super) fn details(words: &str) -> Details {
    Details::new(json!({ "reason": words }), &chance()).unwrap()
}

/// An act that changes nothing, so that there is something to save.
pub(super) fn untouched(open: OpenAgreement) -> OpenAgreement {
    open.act(|agreement| Ok::<_, Infallible>((agreement, ()))).unwrap().0
}

/// A slot's state, for telling one from another.
pub(super) fn is_signed(state: &SlotState) -> bool {
    matches!(state, SlotState::Signed(_))
}
