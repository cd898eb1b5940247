//! One test body, two databases, and a small world to stand on.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicU64, Ordering},
};

use kernel::{
    AuditId, Chance, CreditCode, Criterion, EmailAddress, Locale, Muted, PostingKind, SeededChance, Timestamp,
};
use marketplace::{
    Content, Line, Organisation, OrganisationKind, Origin, Posting, Status, organisation::Profile, register::Entry,
};

use crate::{
    Account, AccountInsert, AuditActor, AuditEntry, Db, NewLetter, OrganisationInsert, Person, Tx, Versioned, Write,
};

/// Makes `::sqlite` (a file, as in production) and `::postgres` (a database of its own) of each test.
macro_rules! on_both {
    ($(async fn $name:ident($db:ident: Db) $body:block)*) => {$(
        async fn $name($db: $crate::Db) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let folder = tempfile::tempdir().unwrap();
                super::$name($crate::tests::support::sqlite(&folder).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(url) = testbed::fresh_postgres_database() else { return };
                super::$name($crate::Db::connect(&url).await.unwrap()).await;
            }
        }
    )*};
}
pub(super) use on_both;

pub(super) async fn sqlite(folder: &tempfile::TempDir) -> Db {
    Db::connect(&format!("sqlite:{}/test.db", folder.path().display()))
        .await
        .unwrap()
}

/// A moment: so many seconds into the story.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_795_132_800_000_000).plus_seconds(seconds)
}

/// Chance that differs from call to call.
pub(super) fn chance() -> SeededChance {
    static CALLS: AtomicU64 = AtomicU64::new(1);
    SeededChance::new(CALLS.fetch_add(1, Ordering::Relaxed))
}

/// A new id.
macro_rules! id {
    ($id:ident) => {
        kernel::$id::new($crate::tests::support::at(0), &$crate::tests::support::chance())
    };
}
pub(super) use id;

pub(super) fn entry(act: &str) -> AuditEntry {
    AuditEntry::new(AuditId::new(at(0), &chance()), at(0), AuditActor::system(), act)
}

pub(super) async fn commit(tx: Tx<Write>) {
    tx.commit(entry("test.prepare")).await.unwrap();
}

/// What was loaded, with a change that cannot fail.
pub(super) fn changed<T>(loaded: Versioned<T>, change: impl FnOnce(&mut T)) -> Versioned<T> {
    let decided = loaded.decide(|mut value| {
        change(&mut value);
        Ok::<_, Infallible>(value)
    });
    decided.unwrap()
}

/// A letter to somebody, that waits from the beginning of the story on.
pub(super) fn letter(to: &str, priority: i64) -> NewLetter {
    NewLetter {
        id: id!(LetterId),
        recipient: EmailAddress::parse(to).unwrap(),
        account: None,
        event: Some("access".to_owned()),
        name: "sign_in".to_owned(),
        locale: Locale::Zh,
        subject: "登录链接".to_owned(),
        list_path: None,
        body: vec![1, 2, 3],
        priority,
        resent_from: None,
        created_at: at(0),
    }
}

pub(super) fn hash() -> crate::Hash {
    let mut bytes = [0; 32];
    chance().fill(&mut bytes);
    bytes
}

pub(super) fn person(name: &str) -> Person {
    Person {
        id: id!(PersonId),
        name: name.to_owned(),
        phone: None,
        id_number: None,
        created_at: at(0),
    }
}

pub(super) fn account(person: &Person, email: &str) -> Account {
    Account {
        id: id!(AccountId),
        person: person.id,
        email: EmailAddress::parse(email).unwrap(),
        password_hash: None,
        email_confirmed_at: None,
        created_at: at(0),
    }
}

/// A person with an account, stored.
pub(super) async fn somebody(tx: &mut Tx<Write>, email: &str) -> (Person, Account) {
    let person = person("王师傅");
    let account = account(&person, email);
    assert_eq!(
        tx.accounts().insert(&person, &account).await.unwrap(),
        AccountInsert::Inserted
    );
    (person, account)
}

pub(super) fn organisation(number: u32, name: &str, kind: OrganisationKind) -> Organisation {
    let profile = Profile {
        name: name.to_owned(),
        kinds: [kind].into(),
        credit_code: CreditCode::invent("91", "310115", &format!("{number:08}")).unwrap(),
        province: "310000".to_owned(),
        district: Some("310115".to_owned()),
        industries: vec!["auto".to_owned(), "ic".to_owned()],
        introduction: "示例".to_owned(),
    };
    Organisation::sign_up(id!(OrganisationId), profile, false, at(0))
}

/// A verified college, stored.
pub(super) async fn college(tx: &mut Tx<Write>, number: u32, name: &str) -> Organisation {
    let college = organisation(number, name, OrganisationKind::School)
        .verify(at(1))
        .unwrap();
    assert_eq!(
        tx.organisations().insert(&college).await.unwrap(),
        OrganisationInsert::Inserted
    );
    college
}

pub(super) fn line(occupation: &str) -> Line {
    Line {
        id: id!(LineId),
        major: Some("460103".to_owned()),
        occupation: Some(occupation.to_owned()),
        level: vocabulary::SkillLevel::from_code("L3"),
        seats: Some(8),
        hours: None,
        pay_min: Some(kernel::Fen::from_yuan(5_000)),
        pay_max: None,
        note: "两班倒".to_owned(),
    }
}

pub(super) fn posting(organisation: &Organisation, kind: PostingKind, seconds: i64) -> Posting {
    Posting {
        id: id!(PostingId),
        organisation: organisation.id,
        kind,
        status: Status::Published { at: at(seconds) },
        content: Content {
            title: "数控车工".to_owned(),
            summary: "第一行\n第二行 'quoted' 100%".to_owned(),
            province: Some("310000".to_owned()),
            district: Some("310115".to_owned()),
            region_bound: true,
            starts_on: Some(time::macros::date!(2027 - 03 - 01)),
            ends_on: None,
            closing_on: Some(time::macros::date!(2027 - 01 - 31)),
            modes: vec!["M01".to_owned()],
            industries: vec!["auto".to_owned()],
            skills: vec!["数控编程".to_owned(), "CAD".to_owned()],
            price: Some(kernel::Fen::new(123_456)),
            lines: vec![line("6-18-01-01"), line("6-18-01-07")],
        },
        origin: Origin::Typed,
        muted: Muted::of([Criterion::Price]),
        created_at: at(0),
        updated_at: at(seconds),
    }
}

pub(super) fn register_entry(school: &str, major: u32) -> Entry {
    Entry {
        year: 2025,
        province: "310000".to_owned(),
        school_code: Some(school.to_owned()),
        school_name: format!("上海第{school}职业学院"),
        major_code: format!("{major:06}"),
        major_name: "数控技术".to_owned(),
        duration_years: 3,
        remark: String::new(),
    }
}
