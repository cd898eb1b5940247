//! One agreement told as evidence: frozen, signed by three, sealed, and sealed again with a later key.

use std::collections::BTreeMap;

use agreement::evidence::{
    Consent, Content, Declaration, DeclarationType, Details, Entry, Event, Export, Material, Pack, Seal, SealKey,
    Subject, Tip, TrustedKey, TrustedKeys,
};
use kernel::{AgreementId, SeededChance, SlotId, Timestamp};
use serde_json::{Value, json};

/// 2026-11-20T06:30:00Z.
pub(crate) const BEGIN: Timestamp = Timestamp::from_micros(1_795_156_200_000_000);

/// The evidence of one agreement with the keys that sealed it.
pub(crate) struct Story {
    pub(crate) content: Content,
    pub(crate) export: Export,
    pub(crate) trusted: TrustedKeys,
    pub(crate) chance: SeededChance,
}

pub(crate) fn key(seed: u64) -> SealKey {
    SealKey::from_secret(&SealKey::draw_secret(&SeededChance::new(seed)))
}

pub(crate) fn material(agreement: AgreementId) -> Material {
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

impl Story {
    pub(crate) fn told(seed: u64) -> Self {
        let chance = SeededChance::new(seed);
        let agreement = AgreementId::new(BEGIN, &chance);
        let content = Content::freeze(material(agreement), &chance).unwrap();
        let hash = content.hash();
        let mut events: Vec<Event> = Vec::new();
        let mut details: Vec<Option<Details>> = Vec::new();
        let mut tell = |act: &str, actor: &str, slot, frozen: bool, minutes, beside: Details| {
            let tip: Option<Tip> = events.last().map(Event::tip);
            let entry = Entry {
                agreement,
                at: BEGIN.plus_minutes(minutes),
                act: act.to_owned(),
                actor: actor.to_owned(),
                slot,
                content_version: if frozen { 2 } else { 1 },
                content_hash: frozen.then_some(hash),
            };
            events.push(Event::next(tip, entry, &beside));
            details.push(Some(beside));
        };
        let plain = |fields: Value| Details::new(fields, &chance).unwrap();
        tell(
            "create",
            "enterprise",
            None,
            false,
            0,
            plain(json!({"person": "李经理"})),
        );
        tell(
            "edit",
            "enterprise",
            None,
            false,
            20,
            plain(json!({"changed": ["pay"]})),
        );
        tell("approve", "enterprise", None, true, 60, plain(content.frozen_details()));
        tell("send", "enterprise", None, true, 61, plain(json!({})));
        for (minutes, role, name) in [
            (90, "apprentice", "王䶮"),
            (95, "guardian", "王建国"),
            (600, "enterprise", "李经理"),
        ] {
            let slot = SlotId::new(BEGIN, &chance);
            let declaration = Declaration {
                agreement,
                at: BEGIN.plus_minutes(minutes),
                consent: Consent {
                    locale: "zh".to_owned(),
                    text: "我已阅读并同意以电子方式签署本协议。".to_owned(),
                    version: "consent/1".to_owned(),
                },
                content_hash: hash,
                content_version: 2,
                method: "link_and_code".to_owned(),
                name: name.to_owned(),
                role: role.to_owned(),
                slot,
                r#type: DeclarationType,
            };
            let circumstances =
                json!({"ip": "203.0.113.7", "user_agent": "Mozilla/5.0 (Linux; Android 14)", "guide_shown_at": BEGIN});
            let beside = declaration.details(circumstances, &chance).unwrap();
            tell("sign", "signer", Some(slot), true, minutes, beside);
        }
        tell("take_effect", "system", None, true, 600, plain(json!({})));
        let (first, second) = (key(101), key(102));
        let tip = events.last().unwrap().tip();
        let seal = first.seal(Subject::from(&content), tip, None, BEGIN.plus_minutes(600));
        let mut terminated = |act: &str| {
            let entry = Entry {
                agreement,
                at: BEGIN.plus_days(200),
                act: act.to_owned(),
                actor: "system".to_owned(),
                slot: None,
                content_version: 2,
                content_hash: Some(hash),
            };
            let beside = plain(json!({"record": "completed"}));
            events.push(Event::next(Some(tip), entry, &beside));
            details.push(Some(beside));
        };
        terminated("complete");
        let again: Seal = second.seal(
            Subject::from(&seal),
            events.last().unwrap().tip(),
            Some(&seal),
            BEGIN.plus_days(200),
        );
        let trusted = TrustedKeys::new(vec![
            TrustedKey {
                public_key: first.public(),
                from: BEGIN.plus_days(-30),
                until: Some(BEGIN.plus_days(100)),
                stolen: None,
            },
            TrustedKey {
                public_key: second.public(),
                from: BEGIN.plus_days(100),
                until: None,
                stolen: None,
            },
        ]);
        let export = Export::new(
            content.clone(),
            events,
            details,
            vec![seal, again],
            &[first.public(), second.public()],
        );
        Self {
            content,
            export,
            trusted,
            chance,
        }
    }
}
