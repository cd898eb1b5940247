//! One agreement as evidence: frozen, signed, sealed, printed.

use agreement::{
    evidence::{
        Authority, Consent, Content, Declaration, DeclarationType, Details, Entry, Event, Export, Material, Origin,
        Pack, SealKey, Subject, TrustedKeys,
    },
    training::{Body, Day, Person},
};
use document::{Lookup, Paper, Pdf, RenderError, Sealing, render};
use kernel::{AgreementId, SeededChance, SlotId, Timestamp, parse_date};
use serde_json::{Value, json};
use vocabulary::Vocabulary;

/// 2026-11-20T06:30:00Z.
pub(crate) const BEGIN: Timestamp = Timestamp::from_micros(1_795_156_200_000_000);

/// Signed and sealed, with the key.
pub(crate) struct Story {
    pub(crate) body: Body,
    pub(crate) export: Export,
    pub(crate) key: SealKey,
}

pub(crate) fn key(seed: u64) -> SealKey {
    SealKey::from_secret(&SealKey::draw_secret(&SeededChance::new(seed)))
}

/// Who signs: role, name, minutes after the beginning.
const SIGNED: [(&str, &str, i64); 3] = [
    ("apprentice", "张喆堃", 90),
    ("guardian", "张镕", 95),
    ("enterprise", "陈玥珺", 600),
];

impl Story {
    pub(crate) fn told(body: Body, seed: u64) -> Self {
        let chance = SeededChance::new(seed);
        let agreement = AgreementId::new(BEGIN, &chance);
        let parts = body.parts().into_iter();
        let material = Material {
            agreement,
            version: 1,
            schema: "qixiao/training/1".to_owned(),
            template: "training/1".to_owned(),
            rule_set: "training/1".to_owned(),
            packs: vec![Pack {
                id: "310118".to_owned(),
                version: "2026.11.1".to_owned(),
            }],
            sections: parts
                .map(|(key, fields)| (key.to_owned(), Value::Object(fields)))
                .collect(),
        };
        let content = Content::freeze(material, &chance).unwrap();
        let (mut events, mut details): (Vec<Event>, Vec<Option<Details>>) = (Vec::new(), Vec::new());
        let mut tell = |act: &str, actor: &str, minutes: i64, slot: Option<SlotId>, beside: Details| {
            let entry = Entry {
                agreement,
                at: BEGIN.plus_minutes(minutes),
                act: act.to_owned(),
                actor: actor.to_owned(),
                slot,
                content_version: 1,
                content_hash: Some(content.hash()),
            };
            let origin = Origin::new(json!({ "client": "203.0.113.7" }), &chance).unwrap();
            events.push(Event::next(
                events.last().map(Event::tip),
                entry,
                &beside,
                Some(&origin),
            ));
            details.push(Some(beside));
        };
        let plain = |fields| Details::new(fields, &chance).unwrap();
        tell("create", "enterprise", 0, None, plain(json!({})));
        tell("approve", "enterprise", 60, None, plain(content.frozen_details()));
        tell("send", "enterprise", 61, None, plain(json!({})));
        for (role, name, minutes) in SIGNED {
            let slot = SlotId::new(BEGIN, &chance);
            let declaration = Declaration {
                agreement,
                at: BEGIN.plus_minutes(minutes),
                authority: (role == "enterprise").then(|| Authority::Agent {
                    title: "人力资源部经理".to_owned(),
                    document: "授权委托书（2026）第18号".to_owned(),
                    dated: Day::new(parse_date("2026-08-01").unwrap()),
                }),
                consent: Consent {
                    locale: "zh".to_owned(),
                    text: "我已阅读并同意以电子方式签署本协议。".to_owned(),
                    version: "consent/1".to_owned(),
                },
                content_hash: content.hash(),
                content_version: 1,
                method: "link".to_owned(),
                name: name.to_owned(),
                role: role.to_owned(),
                slot,
                r#type: DeclarationType,
            };
            let beside = declaration.details(&["link", "name"], &chance).unwrap();
            tell("sign", "signer", minutes, Some(slot), beside);
        }
        tell("take_effect", "system", 600, None, plain(json!({})));
        let key = key(seed + 100);
        let tip = events.last().unwrap().tip();
        let seal = key.seal(Subject::from(&content), tip, None, BEGIN.plus_minutes(600));
        let export = Export::new(content, events, details, vec![seal], &[key.public()]);
        let export = Person::ALL
            .into_iter()
            .fold(export, |export, person| export.without_section(person.key()));
        Self { body, export, key }
    }

    pub(crate) fn trusted(&self) -> TrustedKeys {
        TrustedKeys::only(self.key.public())
    }

    pub(crate) fn lookup() -> Lookup {
        Lookup {
            code: "7K3M-P9QX-4RTW".to_owned(),
            url: "https://qixiao.example/verify/7K3M-P9QX-4RTW".to_owned(),
        }
    }

    pub(crate) fn print(&self, sealed: bool) -> Result<Pdf, RenderError> {
        self.print_with(&Vocabulary::builtin(), sealed)
            .inspect(|pdf| keep(pdf, "signed"))
    }

    pub(crate) fn print_with(&self, vocabulary: &Vocabulary, sealed: bool) -> Result<Pdf, RenderError> {
        let paper = Paper {
            body: &self.body,
            export: Some(&self.export),
            lookup: Some(&Self::lookup()),
            at: Some(BEGIN.plus_minutes(600)),
            sealing: sealed.then_some(Sealing {
                key: &self.key,
                at: BEGIN.plus_minutes(601),
            }),
        };
        render(&paper, vocabulary)
    }
}

/// Leaves papers in the folder `QIXIAO_KEEP_PAPERS`, for whoever wants to look at them.
fn keep(pdf: &Pdf, name: &str) {
    if let Some(folder) = std::env::var_os("QIXIAO_KEEP_PAPERS") {
        let file = format!("{name}-{}.pdf", pdf.bytes.len());
        std::fs::write(std::path::Path::new(&folder).join(file), &pdf.bytes).unwrap();
    }
}

pub(crate) fn draft(body: &Body) -> Result<Pdf, RenderError> {
    let paper = Paper {
        body,
        export: None,
        lookup: None,
        at: None,
        sealing: None,
    };
    render(&paper, &Vocabulary::builtin()).inspect(|pdf| keep(pdf, "draft"))
}
