//! A market with organisations and people in it, on one database.

use std::sync::Arc;

use kernel::{
    AccountId, AuditId, Chance as _, Clock as _, CreditCode, EmailAddress, FixedClock, Locale, MembershipId,
    OrganisationId, PersonId, PostingKind, SeededChance, Timestamp,
};
use mail::{Memory, Transport};
use marketplace::{
    Membership, Organisation, OrganisationKind, OrganisationSide, Role, Standing, organisation::Profile,
};
use operations::{Acting, Actor, App, Cx, Parts, Person, Settings, jobs::Worker};
use search::{Analyzer, EmbeddedEngine};
use storage::{
    Account, AccountInsert, AuditActor, AuditEntry, Db, FailurePlan, MembershipInsert, OrganisationInsert, keys::Keys,
};
use tempfile::TempDir;
use vocabulary::Vocabulary;

/// An organisation with the admin who acts for it and reads no letters.
pub(crate) struct Firm {
    pub(crate) id: OrganisationId,
    pub(crate) admin: Actor,
    pub(crate) kind: PostingKind,
}

/// Somebody who reads letters.
pub(crate) struct Reader {
    pub(crate) account: AccountId,
    pub(crate) email: EmailAddress,
    pub(crate) actor: Actor,
}

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) letters: Memory,
    pub(crate) chance: SeededChance,
    pub(crate) firms: Vec<Firm>,
    pub(crate) readers: Vec<Reader>,
    parts: Parts,
    _folder: TempDir,
}

impl World {
    pub(crate) async fn build(url: Option<&str>, people: usize, morning: Timestamp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = url.map_or_else(
            || format!("sqlite://{}", folder.path().join("qixiao.db").display()),
            str::to_owned,
        );
        let vocabulary = Arc::new(Vocabulary::builtin());
        let analyzer = Analyzer::builtin(&vocabulary).unwrap();
        let chance = Arc::new(SeededChance::new(7));
        let clock = Arc::new(FixedClock::at(morning));
        let letters = Memory::new();
        let parts = Parts {
            db: Db::connect(&url).await.unwrap(),
            engine: Arc::new(EmbeddedEngine::open(&folder.path().join("index"), analyzer).unwrap()),
            transport: Transport::Memory(letters.clone()),
            clock: clock.clone(),
            keys: Arc::new(Keys::from_bytes(&Keys::generate(&*chance))),
            chance,
            weights: matching::Weights::default(),
            vocabulary,
            settings: Settings::new(
                "https://qixiao.example".to_owned(),
                "企校 <no-reply@qixiao.example>".parse().unwrap(),
            ),
        };
        let mut world = Self {
            app: App::new(parts.clone()),
            clock,
            letters,
            chance: SeededChance::new(2_000),
            firms: Vec::new(),
            readers: Vec::new(),
            parts,
            _folder: folder,
        };
        world.settle(people).await;
        world
    }

    /// One organisation for each five people.
    async fn settle(&mut self, people: usize) {
        let mut tx = self.app.db().write().await.unwrap();
        for number in 0..people + people / 5 {
            let now = self.now();
            let (id, account) = (PersonId::new(now, &self.chance), AccountId::new(now, &self.chance));
            let email = EmailAddress::parse(&format!("reader{number}@org.example")).unwrap();
            let person = storage::Person {
                id,
                name: "王小明".to_owned(),
                phone: None,
                id_number: None,
                created_at: now,
            };
            let row = Account {
                id: account,
                person: id,
                email: email.clone(),
                password_hash: None,
                email_confirmed_at: Some(now),
                created_at: now,
            };
            assert_eq!(
                tx.accounts().insert(&person, &row).await.unwrap(),
                AccountInsert::Inserted
            );
            let mut who = Person {
                id,
                account,
                name: person.name,
                acting: None,
                operator: false,
                unread: 0,
            };
            if number >= people {
                let firm = self.firms.len();
                let organisation = organisation(firm, now, &self.chance);
                let inserted = tx.organisations().insert(&organisation).await.unwrap();
                assert_eq!(inserted, OrganisationInsert::Inserted);
                let membership = Membership {
                    id: MembershipId::new(now, &self.chance),
                    person: id,
                    organisation: organisation.id,
                    role: Role::Admin,
                    from: kernel::shanghai_date(now),
                    until: None,
                };
                let inserted = tx.memberships().insert(&membership).await.unwrap();
                assert_eq!(inserted, MembershipInsert::Inserted);
                let is_college = firm.is_multiple_of(2);
                who.acting = Some(Acting {
                    membership: membership.id,
                    organisation: organisation.id,
                    organisation_name: organisation.profile.name,
                    side: if is_college {
                        OrganisationSide::College
                    } else {
                        OrganisationSide::Enterprise
                    },
                    role: Role::Admin,
                });
                self.firms.push(Firm {
                    id: organisation.id,
                    admin: Actor::Person(Box::new(who)),
                    kind: if is_college {
                        PostingKind::Course
                    } else {
                        PostingKind::Apprentices
                    },
                });
            } else {
                self.readers.push(Reader {
                    account,
                    email,
                    actor: Actor::Person(Box::new(who)),
                });
            }
        }
        let entry = self.entry();
        tx.commit(entry).await.unwrap();
    }

    /// An entry of the audit log for what this test does by itself.
    pub(crate) fn entry(&self) -> AuditEntry {
        AuditEntry::new(
            AuditId::new(self.now(), &self.chance),
            self.now(),
            AuditActor::system(),
            "test.year",
        )
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn cx(&self, client: &str) -> Cx {
        Cx {
            now: self.now(),
            locale: Locale::Zh,
            client: client.to_owned(),
        }
    }

    pub(crate) fn below(&self, bound: usize) -> usize {
        usize::try_from(self.chance.below(bound as u64)).unwrap()
    }

    /// About once in `of` times.
    pub(crate) fn once_in(&self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub(crate) async fn work(&self) {
        Worker::new(self.app.clone()).drain().await.unwrap();
    }

    /// The same product, which loses its database at the `place`-th write from now on.
    pub(crate) fn dying(&self, place: u64) -> App {
        let plan = FailurePlan::nth(place, 0);
        App::new(Parts {
            db: self.parts.db.with_failures(plan),
            ..self.parts.clone()
        })
    }
}

fn organisation(number: usize, now: Timestamp, chance: &SeededChance) -> Organisation {
    let is_college = number.is_multiple_of(2);
    let kind = if is_college {
        OrganisationKind::School
    } else {
        OrganisationKind::Enterprise
    };
    let name = if is_college {
        format!("上海第{number}示例职业技术学院")
    } else {
        format!("上海第{number}示例机械有限公司")
    };
    Organisation {
        id: OrganisationId::new(now, chance),
        standing: Standing::Verified { at: now },
        profile: Profile {
            name,
            kinds: [kind].into(),
            credit_code: CreditCode::invent(if is_college { "12" } else { "91" }, "310000", &format!("T{number:07}"))
                .unwrap(),
            province: "310000".to_owned(),
            district: None,
            industries: Vec::new(),
            introduction: String::new(),
        },
        fictional: false,
        created_at: now,
    }
}
