//! A site in memory: the real router, real storage on either database, the embedded engine, letters kept for reading.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use kernel::{Clock as _, CreditCode, FixedClock, SeededChance, Timestamp};
use mail::{Folder, Memory, Message, Transport};
use matching::Weights;
use operations::{
    Actor, App, Cx, Parts, Settings,
    import::{self, ImportFailure, Quiet, Report},
    jobs::Worker,
};
use search::{Analyzer, EmbeddedEngine};
use storage::{Db, Page, QueueStatus, keys::Keys};
use tempfile::TempDir;
use vocabulary::Vocabulary;

use crate::{Visitor, engine::Switched};

/// 2026-11-20 09:00 in Shanghai.
const MORNING: Timestamp = Timestamp::from_micros(1_795_136_400_000_000);

/// A site in memory.
#[derive(Debug, Clone)]
pub struct Site {
    app: App,
    clock: Arc<FixedClock>,
    letters: Memory,
    router: axum::Router,
    engine_out_of_order: Arc<AtomicBool>,
    visitors: Arc<AtomicU64>,
    _folder: Arc<TempDir>,
}

/// A visitor who is an admin of a college.
#[derive(Debug)]
pub struct College {
    /// Their browser.
    pub visitor: Visitor,
    /// The college's name.
    pub name: String,
    /// The admin's address.
    pub email: String,
}

/// A visitor who is an admin of an enterprise.
#[derive(Debug)]
pub struct Enterprise {
    /// Their browser.
    pub visitor: Visitor,
    /// The enterprise's name.
    pub name: String,
    /// The admin's address.
    pub email: String,
}

const REGISTER_HEADER: &str = "year,province,school_code,school_name,major_code,major_name,duration_years,remark\n";

/// The password of everybody in the stories.
pub const PASSWORD: &str = "a long and winding road";

fn vocabulary() -> (Arc<Vocabulary>, Analyzer) {
    static SHARED: std::sync::LazyLock<(Arc<Vocabulary>, Analyzer)> = std::sync::LazyLock::new(|| {
        let vocabulary = Arc::new(Vocabulary::builtin());
        let analyzer = Analyzer::builtin(&vocabulary).expect("the words of search are tested in their own crate");
        (vocabulary, analyzer)
    });
    SHARED.clone()
}

impl Site {
    /// A site on a fresh `SQLite` file.
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("qixiao.db").display());
        Self::on(&url, folder, false).await
    }

    /// A site on a fresh `PostgreSQL` database; `None` when there is no server, which the tests say.
    pub async fn on_postgres() -> Option<Self> {
        let url = testbed::fresh_postgres_database()?;
        Some(Self::on(&url, tempfile::tempdir().expect("a temporary folder"), false).await)
    }

    /// A demonstration on a fresh `SQLite` file, not yet filled.
    pub async fn demonstration() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("qixiao.db").display());
        Self::on(&url, folder, true).await
    }

    /// The same with its letters in a folder, as the program keeps them.
    pub async fn demonstration_with_letters() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("qixiao.db").display());
        let transport = Transport::Folder(Folder::new(folder.path().join("mail")));
        Self::sending(&url, folder, true, Memory::new(), transport).await
    }

    async fn on(url: &str, folder: TempDir, demonstration: bool) -> Self {
        let letters = Memory::new();
        let transport = Transport::Memory(letters.clone());
        Self::sending(url, folder, demonstration, letters, transport).await
    }

    async fn sending(url: &str, folder: TempDir, demonstration: bool, letters: Memory, transport: Transport) -> Self {
        let db = Db::connect(url).await.expect("a fresh database opens");
        let (vocabulary, analyzer) = vocabulary();
        let engine = EmbeddedEngine::open(&folder.path().join("index"), analyzer).expect("a fresh index opens");
        let clock = Arc::new(FixedClock::at(MORNING));
        let chance = Arc::new(SeededChance::new(7));
        let engine_out_of_order = Arc::new(AtomicBool::new(false));
        let app = App::new(Parts {
            db,
            engine: Arc::new(Switched::new(engine, engine_out_of_order.clone())),
            transport,
            clock: clock.clone(),
            keys: Arc::new(Keys::from_bytes(&Keys::generate(&*chance))),
            chance,
            weights: Weights::default(),
            vocabulary,
            settings: Settings {
                public_url: "https://qixiao.example".to_owned(),
                demonstration,
                sender: "企校 <no-reply@qixiao.example>".parse().expect("an address"),
                rates: std::collections::BTreeMap::new(),
            },
        });
        let router = web::router(app.clone(), 1);
        let site = Self {
            app,
            clock,
            letters,
            router,
            engine_out_of_order,
            visitors: Arc::default(),
            _folder: Arc::new(folder),
        };
        operations::search::rebuild_if_needed(&site.app)
            .await
            .expect("the job is enqueued");
        site.work().await;
        site
    }

    /// The product behind the site.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// The circumstances of an act of the system, now.
    pub fn cx(&self) -> Cx {
        Cx::system(self.clock.now())
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.clock.advance(seconds);
    }

    /// Does every job that is due and sends every letter.
    pub async fn work(&self) {
        // Letters and jobs are due from the moment they were written on.
        Worker::new(self.app.clone())
            .drain()
            .await
            .expect("the queue can be reached");
    }

    /// The search engine goes out of order, or works again.
    pub fn switch_search(&self, works: bool) {
        self.engine_out_of_order.store(!works, Ordering::Relaxed);
    }

    /// A browser that nobody has used yet, at a network address of its own.
    pub fn visitor(&self) -> Visitor {
        let number = self.visitors.fetch_add(1, Ordering::Relaxed);
        Visitor::new(
            self.router.clone(),
            format!("10.0.{}.{}", number / 250, number % 250 + 1),
        )
    }

    /// Imports rows of the programme register: `year,province,school_code,school_name,major_code,major_name,years,remark`.
    pub async fn import_programmes(&self, rows: &str) -> Result<Report, ImportFailure> {
        let file = format!("{REGISTER_HEADER}{rows}");
        let file = ("programmes.csv", file.as_bytes());
        let report =
            import::import_programmes(&self.app, &self.cx(), &Actor::Command, file, None, false, &Quiet).await?;
        self.work().await;
        Ok(report)
    }

    /// Imports posts: the whole file, with its header.
    pub async fn import_postings(&self, file: &str, dry_run: bool) -> Result<Report, ImportFailure> {
        let file = ("postings.csv", file.as_bytes());
        let report = import::import_postings(&self.app, &self.cx(), &Actor::Command, file, dry_run).await?;
        self.work().await;
        Ok(report)
    }

    /// The link in the last letter to this address.
    pub async fn link_to(&self, email: &str) -> String {
        self.work().await;
        let letter = self
            .letters
            .last_to(email)
            .unwrap_or_else(|| panic!("no letter to {email}"));
        let text = &letter.content.text;
        let start = text
            .find("https://qixiao.example/")
            .unwrap_or_else(|| panic!("no link in {text}"));
        let link: String = text[start..]
            .chars()
            .take_while(|c| !c.is_whitespace() && !")>」。".contains(*c))
            .collect();
        link.trim_start_matches("https://qixiao.example").to_owned()
    }

    /// The link by which this address signs: that of the last letter that has one.
    pub async fn sign_link_to(&self, email: &str) -> String {
        self.own_link_to(email, "/sign/").await
    }

    /// The link by which this address takes a place in a record: that of the last letter that has one.
    pub async fn join_link_to(&self, email: &str) -> String {
        self.own_link_to(email, "/join/").await
    }

    /// Whoever reads the letters to this address confirms it.
    pub async fn confirm_address(&self, visitor: &mut Visitor, email: &str) {
        let link = self.own_link_to(email, "/links/").await;
        visitor.post(&link, &[]).await.is(303);
    }

    /// Every letter that was sent, the oldest first.
    pub async fn letters(&self) -> Vec<Message> {
        self.work().await;
        self.letters.sent()
    }

    /// Every letter sent to this address, the oldest first.
    pub async fn letters_to(&self, email: &str) -> Vec<Message> {
        let sent = self.letters().await.into_iter();
        sent.filter(|letter| letter.to.as_str() == email).collect()
    }

    async fn own_link_to(&self, email: &str, path: &str) -> String {
        self.work().await;
        let letters = self.letters.sent();
        let mut theirs = letters.iter().rev().filter(|letter| letter.to.as_str() == email);
        let token = theirs.find_map(|letter| letter.content.text.split(path).nth(1));
        let token = token.unwrap_or_else(|| panic!("no letter to {email} leads to {path}"));
        let plain = |c: &char| c.is_ascii_alphanumeric() || "-_".contains(*c);
        format!("{path}{}", token.chars().take_while(plain).collect::<String>())
    }

    /// The subjects of all letters sent to this address.
    pub async fn subjects_to(&self, email: &str) -> Vec<String> {
        self.work().await;
        let sent = self.letters.sent();
        sent.into_iter()
            .filter(|letter| letter.to.as_str() == email)
            .map(|letter| letter.content.subject)
            .collect()
    }

    /// The plain texts of all letters sent to this address.
    pub async fn texts_to(&self, email: &str) -> Vec<String> {
        self.work().await;
        let sent = self.letters.sent();
        sent.into_iter()
            .filter(|letter| letter.to.as_str() == email)
            .map(|letter| letter.content.text)
            .collect()
    }

    /// The server of the next letter answers with this line.
    pub fn refuse_next_letter(&self, reply: &str) {
        self.letters.refuse_next(reply);
    }

    /// Signs a college up, through the form.
    pub async fn college(&self, name: &str) -> College {
        let (visitor, email) = self.sign_up("college", "school", name, "12").await;
        College {
            visitor,
            name: name.to_owned(),
            email,
        }
    }

    /// Signs an enterprise up, through the form.
    pub async fn enterprise(&self, name: &str) -> Enterprise {
        let (visitor, email) = self.sign_up("enterprise", "enterprise", name, "91").await;
        Enterprise {
            visitor,
            name: name.to_owned(),
            email,
        }
    }

    /// A college that the operator has verified.
    pub async fn verified_college(&self, name: &str) -> College {
        let college = self.college(name).await;
        self.verify(name).await;
        college
    }

    /// An enterprise that the operator has verified.
    pub async fn verified_enterprise(&self, name: &str) -> Enterprise {
        let enterprise = self.enterprise(name).await;
        self.verify(name).await;
        enterprise
    }

    async fn sign_up(&self, side: &str, kind: &str, name: &str, registrar: &str) -> (Visitor, String) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let email = format!("officer{number}@org.example");
        let mut visitor = self.visitor();
        let answer = visitor
            .post(
                "/sign-up",
                &[
                    ("side", side),
                    ("name", name),
                    ("kinds", kind),
                    ("credit_code", &credit_code(registrar, number)),
                    ("province", "310000"),
                    ("district", "310115"),
                    ("person_name", "王小明"),
                    ("email", &email),
                    ("password", PASSWORD),
                ],
            )
            .await;
        answer.is(303);
        assert!(visitor.is_signed_in(), "signing up signs in");
        // The letter that confirms the address is out before any other.
        self.work().await;
        (visitor, email)
    }

    /// Somebody who runs the platform, signed in through the link that the command line prints.
    pub async fn operator(&self) -> Visitor {
        let cx = self.cx();
        let added = operations::operator::add(
            &self.app,
            &cx,
            &operations::Actor::Command,
            "operator@qixiao.example",
            "李运营",
        )
        .await
        .expect("an operator is added");
        let mut visitor = self.visitor();
        match added.link {
            Some(link) => visitor.post(&link, &[("password", PASSWORD)]).await,
            None => {
                visitor
                    .post(
                        "/sign-in",
                        &[("email", "operator@qixiao.example"), ("password", PASSWORD)],
                    )
                    .await
            }
        }
        .is(303);
        visitor
    }

    /// The operator verifies the organisation of this name.
    pub async fn verify(&self, name: &str) {
        let mut operator = self.operator().await;
        let queue = operator.get("/operator").await;
        queue.shows(name);
        for link in queue.links("/operator/organisations/") {
            let dossier = operator.get(&link).await;
            if dossier.says(name) {
                let version = field(&dossier.body, "version");
                operator
                    .post(&format!("{link}/verify"), &[("version", &version)])
                    .await
                    .is(303);
                self.work().await;
                return;
            }
        }
        panic!("{name} is not in the queue");
    }

    /// No job is left ready, running or given up, and no letter waits. What is due later may wait.
    pub async fn leave_nothing_undone(&self) {
        self.work().await;
        let mut tx = self.app.db().read().await.expect("the database reads");
        let ready = tx.jobs().list(QueueStatus::Ready, Page::first(100)).await;
        let ready = ready.expect("jobs are listed");
        let late = |job: &&storage::Job| job.run_at <= self.clock.now();
        let late: Vec<&storage::Job> = ready.iter().filter(late).collect();
        assert!(late.is_empty(), "left for another day: {late:?}");
        for count in tx.jobs().count().await.expect("jobs are counted") {
            if count.status == QueueStatus::Ready {
                continue;
            }
            assert_eq!(
                count.status,
                QueueStatus::Done,
                "{} jobs of kind {} are left {:?}",
                count.jobs,
                count.kind,
                count.status
            );
        }
        // A letter may be given up where its address takes none, and its story says so.
        let dead = tx.outbox().list(QueueStatus::Dead, Page::first(100)).await;
        for letter in dead.expect("letters are listed") {
            let known = tx.suppressions().find(&letter.recipient.key()).await;
            assert!(known.expect("addresses are found").is_some(), "given up: {letter:?}");
        }
        for (status, count) in tx.outbox().count().await.expect("letters are counted") {
            if status == QueueStatus::Dead {
                continue;
            }
            assert_eq!(
                status,
                storage::QueueStatus::Done,
                "{count} letters are left {status:?}"
            );
        }
    }
}

/// The value of a hidden field of the page.
pub fn field(body: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\"");
    let Some(at) = body.find(&marker) else {
        return String::new();
    };
    let tag_start = body[..at].rfind('<').unwrap_or(at);
    let tag = &body[tag_start..body[at..].find('>').map_or(body.len(), |end| at + end)];
    tag.split("value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned()
}

/// What a `select` has chosen, or the ticked value of boxes and radio buttons of that name.
pub fn chosen(body: &str, name: &str) -> String {
    let value = |tag: &str| {
        tag.split("value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .map(str::to_owned)
    };
    if let Some((_, rest)) = body.split_once(&format!("name=\"{name}\">")) {
        let options = rest.split("</select>").next().unwrap_or_default();
        let option = options.split("<option").find(|option| option.contains(" selected"));
        return option.and_then(value).unwrap_or_default();
    }
    let mut tags = body.split("<input");
    let ticked = tags.find(|tag| {
        let tag = tag.split('>').next().unwrap_or_default();
        tag.contains(&format!("name=\"{name}\"")) && tag.contains(" checked")
    });
    ticked.and_then(value).unwrap_or_default()
}

/// A credit code nobody has: the registrar's two characters, Shanghai, a number, and the check characters.
pub fn credit_code(registrar: &str, number: u64) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let organisation = format!("T{number:07}");
    let check = kernel::organisation_check(&organisation).unwrap_or('0');
    let body = format!("{registrar}310000{organisation}{check}");
    ALPHABET
        .chars()
        .map(|last| format!("{body}{last}"))
        .find(|code| CreditCode::parse(code).is_ok())
        .expect("one of 31 check characters agrees")
}
