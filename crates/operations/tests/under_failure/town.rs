//! A product with enterprises and colleges in it, on one database that several apps share: what some of them write fails
//! as planned.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use kernel::{AuditId, Clock as _, CreditCode, FixedClock, LetterId, Locale, SeededChance, Timestamp};
use mail::{Memory, Transport};
use marketplace::organisation::ProfileInput;
use operations::{
    Actor, App, Cx, Parts, Settings,
    accounts::{self, SignUp},
    organisations::{self, Decision},
};
use search::{Analyzer, EmbeddedEngine};
use storage::{Db, FailurePlan, keys::Keys};
use tempfile::TempDir;
use vocabulary::Vocabulary;

/// 2026-11-20 09:00 in Shanghai.
pub(crate) const MORNING: Timestamp = Timestamp::from_micros(1_795_136_400_000_000);

/// An organisation with the one person who acts for it.
pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) credit_code: String,
    pub(crate) address: String,
    pub(crate) actor: Actor,
}

pub(crate) struct Town {
    /// Where nothing fails.
    pub(crate) app: App,
    pub(crate) keys: Arc<Keys>,
    pub(crate) enterprises: Vec<Side>,
    pub(crate) colleges: Vec<Side>,
    clock: Arc<FixedClock>,
    parts: Parts,
    transport: Memory,
    mail: Mutex<Mail>,
    _folder: TempDir,
}

/// What has arrived so far.
#[derive(Default)]
struct Mail {
    /// Keys to slots, by address and subject, the newest last.
    links: BTreeMap<(String, String), Vec<String>>,
    arrived: BTreeSet<LetterId>,
}

/// What the subject of a letter says of the agreement it is about.
pub(crate) fn subject_of(enterprise: &str, number: &str) -> String {
    format!("{enterprise}的培养协议（{number}）")
}

impl Town {
    pub(crate) async fn build(url: Option<String>, enterprises: u32, colleges: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = url.unwrap_or_else(|| format!("sqlite://{}", folder.path().join("qixiao.db").display()));
        let vocabulary = Arc::new(Vocabulary::builtin());
        let analyzer = Analyzer::builtin(&vocabulary).unwrap();
        let chance = Arc::new(SeededChance::new(7));
        let keys = Arc::new(Keys::from_bytes(&Keys::generate(&*chance)));
        let clock = Arc::new(FixedClock::at(MORNING));
        let transport = Memory::new();
        let parts = Parts {
            db: Db::connect(&url).await.unwrap(),
            engine: Arc::new(EmbeddedEngine::open(&folder.path().join("index"), analyzer).unwrap()),
            transport: Transport::Memory(transport.clone()),
            clock: clock.clone(),
            keys: keys.clone(),
            chance,
            weights: matching::Weights::default(),
            vocabulary,
            settings: Settings::new(
                "https://qixiao.example".to_owned(),
                "企校 <no-reply@qixiao.example>".parse().unwrap(),
            ),
        };
        let mut town = Self {
            app: App::new(parts.clone()),
            keys,
            enterprises: Vec::new(),
            colleges: Vec::new(),
            clock,
            parts,
            transport,
            mail: Mutex::default(),
            _folder: folder,
        };
        for number in 0..enterprises {
            let side = town
                .side(&format!("上海第{number}示例机械有限公司"), "enterprise", number)
                .await;
            town.enterprises.push(side);
        }
        for number in 0..colleges {
            let side = town
                .side(
                    &format!("上海第{number}示例职业技术学院"),
                    "school",
                    enterprises + number,
                )
                .await;
            town.colleges.push(side);
        }
        town
    }

    async fn side(&self, name: &str, kind: &str, number: u32) -> Side {
        let cx = self.cx(&format!("10.1.0.{number}"));
        let registrar = if kind == "enterprise" { "91" } else { "12" };
        let credit_code = CreditCode::invent(registrar, "310000", &format!("T{number:07}"))
            .unwrap()
            .to_string();
        let input = SignUp {
            profile: ProfileInput {
                name: name.to_owned(),
                kinds: vec![kind.to_owned()],
                credit_code: credit_code.clone(),
                province: "310000".to_owned(),
                ..ProfileInput::default()
            },
            person_name: "王小明".to_owned(),
            email: format!("officer{number}@org.example"),
            password: "a long and winding road".to_owned(),
            ..SignUp::default()
        };
        let token = accounts::sign_up(&self.app, &cx, &input).await.unwrap();
        let actor = accounts::actor(&self.app, &cx, &token).await.unwrap();
        let organisation = actor.organisation().unwrap();
        organisations::decide(&self.app, &cx, &Actor::Command, organisation, None, &Decision::Verify)
            .await
            .unwrap();
        Side {
            name: name.to_owned(),
            credit_code,
            address: input.email,
            actor,
        }
    }

    /// The same product, where what is written fails as planned.
    pub(crate) fn failing(&self, plan: &FailurePlan) -> App {
        App::new(Parts {
            db: self.parts.db.with_failures(plan.clone()),
            ..self.parts.clone()
        })
    }

    pub(crate) fn db(&self) -> &Db {
        &self.parts.db
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn cx(&self, client: &str) -> Cx {
        Cx {
            now: self.clock.now(),
            locale: Locale::Zh,
            client: client.to_owned(),
        }
    }

    /// An id for an entry of the audit log.
    pub(crate) fn audit_id(&self) -> AuditId {
        AuditId::new(self.now(), &*self.parts.chance)
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(seconds);
    }

    /// Looks into the letter boxes.
    pub(crate) fn read_mail(&self) {
        let mut mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        for letter in self.transport.take() {
            mail.arrived.insert(letter.id);
            let Some(after) = letter.content.text.split("/sign/").nth(1) else {
                continue;
            };
            let subject = letter.content.subject.split_once('：').map_or("", |(_, about)| about);
            let address = letter.to.as_str().to_owned();
            let links = mail.links.entry((address, subject.to_owned())).or_default();
            links.push(after.chars().take(43).collect());
        }
    }

    /// The links that somebody was sent about an agreement, the oldest first.
    pub(crate) fn links(&self, address: &str, subject: &str) -> Vec<String> {
        let mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        let links = mail.links.get(&(address.to_owned(), subject.to_owned()));
        links.cloned().unwrap_or_default()
    }

    /// Whether a letter of the outbox arrived.
    pub(crate) fn arrived(&self, letter: LetterId) -> bool {
        let mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        mail.arrived.contains(&letter)
    }
}

/// The number of an identity card that nobody has, of a man born on that day (`19900101`).
pub(crate) fn resident_id(born: &str, number: u32) -> String {
    let id = kernel::ResidentId::invent(&format!("310000{born}{:03}", 2 * number + 1)).unwrap();
    id.expose().to_owned()
}
