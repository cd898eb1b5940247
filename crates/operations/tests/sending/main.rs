//! Twenty thousand letters over a server on a bad day, by senders that are killed again and again: each letter arrives or is
//! given up for the right reason, none is lost, and none comes twice but for a kill or a connection cut after its last dot.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "in a test, what should not fail and does is a failure of the test, and its processes are told things by \
              their environment"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::{AuditId, Clock, EmailAddress, LetterId, Locale, SeededChance, Timestamp};
use mail::{Rendered, Security, Smtp, SmtpSettings, Transport};
use operations::{App, Page, Parts, Settings, jobs::Worker};
use search::{Analyzer, EmbeddedEngine};
use storage::{AuditActor, AuditEntry, Db, NewLetter, QueueStatus, keys::Keys};
use tempfile::TempDir;
use testbed::relay::{AUTHORITY, Fate, Plan, Relay, rough_fate};
use tokio::sync::watch;
use vocabulary::Vocabulary;

/// By itself it takes a twentieth of the letters; these variables ask for others.
const LETTERS: (&str, usize) = ("QIXIAO_TEST_LETTERS", 1_000);
const KILLS: (&str, usize) = ("QIXIAO_TEST_KILLS", 10);
/// What a sender is told: its database and the port of its server.
const DATABASE: &str = "TEST_SENDER_DATABASE";
const PORT: &str = "TEST_SENDER_PORT";
/// Letters wait for minutes and hours between two tries: the clock of this test runs so many times as fast.
const FASTER: i64 = 1_200;
/// When that clock began: the 20th of November 2026, nine o'clock in Shanghai.
const MORNING: Timestamp = Timestamp::from_micros(1_795_136_400_000_000);

fn number((name, otherwise): (&str, usize)) -> usize {
    env::var(name).map_or(otherwise, |number| number.parse().unwrap())
}

/// A clock that runs fast, the same one in all processes.
#[derive(Debug)]
struct FastClock;

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        // Since the machine was started, which all processes agree upon.
        let up = std::fs::read_to_string("/proc/uptime").unwrap();
        let seconds: f64 = up.split(' ').next().unwrap().parse().unwrap();
        #[expect(clippy::cast_possible_truncation, reason = "hundredths of seconds of an uptime")]
        let hundredths = (seconds * 100.0).round() as i64;
        Timestamp::from_micros(MORNING.micros() + hundredths * 10_000 * FASTER)
    }
}

fn keys() -> Keys {
    Keys::from_bytes(&Keys::generate(&SeededChance::new(7)))
}

async fn app(url: &str, port: u16, index: &TempDir) -> App {
    let vocabulary = Arc::new(Vocabulary::builtin());
    let analyzer = Analyzer::builtin(&vocabulary).unwrap();
    let smtp = SmtpSettings {
        port: Some(port),
        security: Security::StartTls,
        authorities: AUTHORITY.into(),
        timeout: Duration::from_secs(5),
        ..SmtpSettings::new("127.0.0.1")
    };
    App::new(Parts {
        db: Db::connect(url).await.unwrap(),
        engine: Arc::new(EmbeddedEngine::open(index.path(), analyzer).unwrap()),
        transport: Transport::Smtp(Smtp::new(&smtp).unwrap()),
        clock: Arc::new(FastClock),
        chance: Arc::new(SeededChance::new(u64::from(std::process::id()))),
        keys: Arc::new(keys()),
        weights: matching::Weights::default(),
        vocabulary,
        settings: Settings::new(
            "https://qixiao.example".to_owned(),
            "企校 <no-reply@qixiao.example>".parse().unwrap(),
        ),
    })
}

/// The sender: this very program, started by the tests below, which sends until it is killed.
#[test]
fn a_sender() {
    let Ok(url) = env::var(DATABASE) else { return };
    let port = env::var(PORT).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let index = tempfile::tempdir().unwrap();
        let worker = Worker::new(app(&url, port, &index).await);
        // Nobody ever says stop.
        let (_go_on, stop) = watch::channel(false);
        worker.run(stop).await;
    });
}

/// A running sender. Dropped, it is killed.
struct Sender(Child);

impl Sender {
    fn start(url: &str, port: u16) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["--exact", "a_sender", "--nocapture"])
            .env(DATABASE, url)
            .env(PORT, port.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Sender {
    /// As `kill -9` does it.
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn address(number: usize) -> String {
    format!("person-{number}@example.cn")
}

async fn write_letters(db: &Db, letters: usize) {
    let (chance, keys) = (SeededChance::new(11), keys());
    let at = FastClock.now();
    let new = |number: usize| {
        let content = Rendered {
            subject: format!("本周的新匹配（{number}）"),
            text: format!("第{number}封。\n"),
            html: format!("<p>第{number}封。</p>\n"),
        };
        NewLetter {
            id: LetterId::new(at, &chance),
            recipient: EmailAddress::parse(&address(number)).unwrap(),
            account: None,
            event: Some("matches".to_owned()),
            name: "digest".to_owned(),
            locale: Locale::Zh,
            subject: content.subject.clone(),
            list_path: None,
            body: keys.seal("outbox.body", &content.pack(), &chance),
            priority: 10,
            resent_from: None,
            created_at: at,
        }
    };
    let mut tx = db.write().await.unwrap();
    let all: Vec<NewLetter> = (0..letters).map(new).collect();
    tx.outbox().insert_all(&all).await.unwrap();
    tx.commit(AuditEntry::new(
        AuditId::new(at, &chance),
        at,
        AuditActor::system(),
        "test.letters",
    ))
    .await
    .unwrap();
}

async fn waiting(db: &Db) -> i64 {
    let counts = db.read().await.unwrap().outbox().count().await.unwrap();
    let open = |status| matches!(status, QueueStatus::Ready | QueueStatus::Running);
    counts.iter().filter(|(status, _)| open(*status)).map(|(_, n)| n).sum()
}

/// What the outbox says of every letter in the end.
async fn ends(db: &Db, letters: usize) -> BTreeMap<String, (QueueStatus, Option<String>)> {
    let mut ends = BTreeMap::new();
    let mut tx = db.read().await.unwrap();
    for status in [QueueStatus::Done, QueueStatus::Dead] {
        let page = Page::first(i64::try_from(letters).unwrap());
        for letter in tx.outbox().list(status, page).await.unwrap() {
            ends.insert(letter.recipient.as_str().to_owned(), (status, letter.last_error));
        }
    }
    ends
}

async fn a_bad_day(url: &str) {
    let (letters, kills) = (number(LETTERS), number(KILLS));
    let relay = Relay::start(Plan::rough());
    let db = Db::connect(url).await.unwrap();
    write_letters(&db, letters).await;
    let began = Instant::now();
    let mut killed = 0;
    let mut sender = Sender::start(url, relay.port());
    // A sender dies each time when another part of the letters has been taken, whatever it is at then.
    loop {
        let taken = relay.tally().taken;
        let next = letters * (killed + 1) / (kills + 2);
        if killed < kills && taken >= next {
            drop(sender);
            killed += 1;
            sender = Sender::start(url, relay.port());
        } else if killed == kills && waiting(&db).await == 0 {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_mins(20),
            "{} letters wait for ever",
            waiting(&db).await
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(sender);
    let (tally, times) = (relay.tally(), relay.times_taken());
    let taken = relay.letters().into_iter().flat_map(|letter| letter.to);
    let taken: BTreeSet<String> = taken.collect();
    let ends = ends(&db, letters).await;
    assert_eq!(ends.len(), letters, "letters are lost");
    let mut fates: BTreeMap<&str, usize> = BTreeMap::new();
    for number in 0..letters {
        let address = address(number);
        let (status, said) = &ends[&address];
        let arrived = taken.contains(&address);
        match rough_fate(&address) {
            Fate::Arrives => {
                assert!(
                    arrived && *status == QueueStatus::Done,
                    "{address}: {status:?} {said:?}"
                );
                *fates.entry("arrived").or_default() += 1;
            }
            Fate::NoSuchAddress => {
                assert!(!arrived && *status == QueueStatus::Dead, "{address}: {status:?}");
                assert!(said.as_deref().unwrap().contains("5.1.1"), "{address}: {said:?}");
                *fates.entry("no such address").or_default() += 1;
            }
            Fate::Unwanted => {
                assert!(!arrived && *status == QueueStatus::Dead, "{address}: {status:?}");
                assert!(said.as_deref().unwrap().contains("5.7.1"), "{address}: {said:?}");
                *fates.entry("refused").or_default() += 1;
            }
        }
    }
    let suppressed = db.read().await.unwrap().suppressions().count().await.unwrap();
    assert_eq!(usize::try_from(suppressed).unwrap(), fates["no such address"]);
    let doubles = tally.taken - times.len();
    println!(
        "{}: {letters} letters, {fates:?}, {killed} kills, {doubles} doubles in {:?}; {tally:?}",
        db.name(),
        began.elapsed()
    );
    assert!(doubles <= killed + tally.cut_after_dot, "{doubles} came twice");
    assert_eq!(tally.taken_encrypted, tally.taken, "no letter goes in the clear");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_letter_is_lost_when_senders_are_killed_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    a_bad_day(&format!("sqlite://{}", folder.path().join("qixiao.db").display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_letter_is_lost_when_senders_are_killed_on_postgres() {
    let Some(url) = testbed::fresh_postgres_database() else {
        return;
    };
    a_bad_day(&url).await;
}
