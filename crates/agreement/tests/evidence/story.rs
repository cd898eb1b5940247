//! One agreement told as evidence: frozen, signed by three, sealed, and sealed again with a later key.

use std::collections::BTreeMap;

use agreement::{
    evidence::{
        Authority, Consent, Content, Declaration, DeclarationType, Details, Entry, Event, Export, Material, Origin,
        Pack, SealKey, Subject, Tip, TrustedKey, TrustedKeys,
    },
    training::Day,
};
use kernel::{AgreementId, SeededChance, SlotId, Timestamp, shanghai_date};
use serde_json::{Value, json};

/// 2026-11-20T06:30:00Z.
pub(super) const BEGIN: Timestamp = Timestamp::from_micros(1_795_156_200_000_000);

/// The evidence of one agreement with the keys that sealed it.
pub(super) struct Story {
    pub(super) content: Content,
    pub(super) export: Export,
    pub(super) trusted: TrustedKeys,
    pub(super) chance: SeededChance,
}

pub(super) fn key(seed: u64) -> SealKey {
    SealKey::from_secret(&SealKey::draw_secret(&SeededChance::new(seed)))
}

pub(super) fn material(agreement: AgreementId) -> Material {
    let section = |key: &str, fields: Value| (key.to_owned(), fields);
    let sections: BTreeMap<String, Value> = [
        section("parties", json!({"apprentice": {"name": "王䶮", "id_no": "310115200801010015"}, "enterprise": {"name": "上海示例精密机械有限公司"}})),
        section("training", json!({"start": "2026-12-01", "end": "2027-11-30", "occupation": "6-18-01-07", "target_level": "L3"})),
        section("pay", json!({"wage_items": [{"name": "基本工资", "fen": 380_000, "counts_to_minimum": true}], "study_paid": true})),
        section("safety", json!({"note": "佩戴护目镜\n\"严禁\"戴手套操作\\旋转部件", "hours": 24})),
        section("annex", json!([])),
    ]
    .into();
    Material {
        agreement,
        version: 2,
        schema: "training/1".to_owned(),
        template: "training/1".to_owned(),
        rule_set: "2026-11-01".to_owned(),
        packs: vec![
            Pack {
                id: "CN".to_owned(),
                version: "2026.1".to_owned(),
            },
            Pack {
                id: "310000".to_owned(),
                version: "2026.2".to_owned(),
            },
        ],
        sections,
    }
}

/// Events and details as they are written, one after the other.
struct Chain {
    content: Content,
    chance: SeededChance,
    events: Vec<Event>,
    details: Vec<Option<Details>>,
    origins: Vec<Option<Origin>>,
}

impl Chain {
    fn tell(
        &mut self,
        (act, actor): (&str, &str),
        minutes: i64,
        slot: Option<SlotId>,
        beside: Details,
        origin: Option<Value>,
    ) {
        // The first two acts edit version 1; from the third on version 2 is frozen.
        let frozen = self.events.len() >= 2;
        let entry = Entry {
            agreement: self.content.agreement,
            at: BEGIN.plus_minutes(minutes),
            act: act.to_owned(),
            actor: actor.to_owned(),
            slot,
            content_version: if frozen { 2 } else { 1 },
            content_hash: frozen.then(|| self.content.hash()),
        };
        let origin = origin.map(|fields| Origin::new(fields, &self.chance).unwrap());
        self.events
            .push(Event::next(self.tip(), entry, &beside, origin.as_ref()));
        self.details.push(Some(beside));
        self.origins.push(origin);
    }

    fn tell_plain(&mut self, act: &str, actor: &str, minutes: i64, fields: Value) {
        let beside = Details::new(fields, &self.chance).unwrap();
        self.tell((act, actor), minutes, None, beside, None);
    }

    fn sign(&mut self, role: &str, name: &str, minutes: i64) {
        let slot = SlotId::new(BEGIN, &self.chance);
        let declaration = Declaration {
            agreement: self.content.agreement,
            at: BEGIN.plus_minutes(minutes),
            authority: (role == "enterprise").then(|| Authority::Agent {
                title: "人力资源经理".to_owned(),
                document: "授权委托书 2026-17".to_owned(),
                dated: Day::new(shanghai_date(BEGIN.plus_days(-20))),
            }),
            consent: Consent {
                locale: "zh".to_owned(),
                text: "我已阅读并同意以电子方式签署本协议。".to_owned(),
                version: "consent/1".to_owned(),
            },
            content_hash: self.content.hash(),
            content_version: 2,
            method: "link_and_code".to_owned(),
            name: name.to_owned(),
            role: role.to_owned(),
            slot,
            r#type: DeclarationType,
        };
        let origin = json!({"client": "203.0.113.7", "user_agent": "Mozilla/5.0 (Linux; Android 14)"});
        let beside = declaration
            .details(&["link", "name", "id_last_four"], &self.chance)
            .unwrap();
        self.tell(("sign", "signer"), minutes, Some(slot), beside, Some(origin));
    }

    fn tip(&self) -> Option<Tip> {
        self.events.last().map(Event::tip)
    }
}

impl Story {
    pub(super) fn told(seed: u64) -> Self {
        let chance = SeededChance::new(seed);
        let agreement = AgreementId::new(BEGIN, &chance);
        let content = Content::freeze(material(agreement), &chance).unwrap();
        let frozen = content.frozen_details();
        let mut chain = Chain {
            content,
            chance,
            events: Vec::new(),
            details: Vec::new(),
            origins: Vec::new(),
        };
        chain.tell_plain("create", "enterprise", 0, json!({"person": "李经理"}));
        chain.tell_plain("edit", "enterprise", 20, json!({"changed": ["pay"]}));
        chain.tell_plain("approve", "enterprise", 60, frozen);
        chain.tell_plain("send", "enterprise", 61, json!({}));
        chain.sign("apprentice", "王䶮", 90);
        chain.sign("guardian", "王建国", 95);
        chain.sign("enterprise", "李经理", 600);
        chain.tell_plain("take_effect", "system", 600, json!({}));
        let (old, new) = (key(101), key(102));
        let seal = old.seal(
            Subject::from(&chain.content),
            chain.tip().unwrap(),
            None,
            BEGIN.plus_minutes(600),
        );
        chain.tell_plain("complete", "system", 200 * 24 * 60, json!({"record": "completed"}));
        let again = new.seal(
            Subject::from(&seal),
            chain.tip().unwrap(),
            Some(&seal),
            BEGIN.plus_days(200),
        );
        let trusted = |key: &SealKey, from, until: Option<i64>| TrustedKey {
            public_key: key.public(),
            from: BEGIN.plus_days(from),
            until: until.map(|days| BEGIN.plus_days(days)),
            stolen: None,
        };
        let keys = [old.public(), new.public()];
        let seals = vec![seal, again];
        Self {
            export: Export::new(chain.content.clone(), chain.events, chain.details, seals, &keys)
                .with_origins(chain.origins),
            content: chain.content,
            trusted: TrustedKeys::new(vec![trusted(&old, -30, Some(100)), trusted(&new, 100, None)]),
            chance: chain.chance,
        }
    }
}
