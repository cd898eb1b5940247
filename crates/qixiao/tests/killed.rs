//! The server is killed twenty times while somebody posts: what was acknowledged is there, is found once, and every job
//! gets done.

use std::{
    collections::BTreeSet,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use storage::{Db, QueueStatus};

const ROUNDS: u64 = 20;
const PASSWORD: &str = "a long and winding road";

/// How often and how long at most the end is waited for: a job that a killed server had claimed is given back after 30 s.
const LOOKS: u32 = 450;
const LOOK: Duration = Duration::from_millis(200);

/// The real binary on a folder of its own, with the database at `url` or its own.
struct Site<'a> {
    folder: &'a Path,
    url: Option<&'a str>,
}

/// A running server. Dropped, it is killed.
struct Server {
    child: Child,
    address: String,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// A browser: one cookie and nothing more.
#[derive(Default)]
struct Browser {
    session: String,
}

impl Site<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qixiao"));
        command
            .current_dir(self.folder)
            .arg("--data")
            .arg(self.folder.join("data"));
        command
            .env_remove("QIXIAO_DATABASE_URL")
            .env("QIXIAO_LOG", "off")
            .stderr(Stdio::null());
        if let Some(url) = self.url {
            command.env("QIXIAO_DATABASE_URL", url);
        }
        command
    }

    /// Starts the server and waits until it says where it listens.
    fn start(&self) -> Server {
        let mut command = self.command();
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let output = child.stdout.take().expect("asked for with Stdio::piped");
        let mut server = Server {
            child,
            address: String::new(),
        };
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the server says where it listens");
        line.trim()
            .trim_start_matches("http://")
            .clone_into(&mut server.address);
        assert!(
            !server.address.is_empty(),
            "the server ended: {:?}",
            server.child.wait()
        );
        server
    }

    /// The path of the link that sets the password of a new operator.
    fn operator(&self) -> String {
        let output = self
            .command()
            .args(["operator", "add", "operator@qixiao.example"])
            .output();
        let text = String::from_utf8(output.expect("the binary starts").stdout).expect("text");
        let at = text.find("/links/").unwrap_or_else(|| panic!("no link in {text}"));
        text[at..].trim().to_owned()
    }

    async fn db(&self) -> Db {
        let own = format!("sqlite://{}", self.folder.join("data/qixiao.db").display());
        Db::connect(self.url.unwrap_or(&own)).await.expect("the database opens")
    }
}

impl Server {
    /// As `kill -9` does it.
    fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn location(&self) -> Option<&str> {
        let headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("location"))
            .map(|(_, value)| value)
    }

    /// Every address of this start on the page, as often as it stands there.
    fn links(&self, start: &str) -> Vec<String> {
        let addresses = self
            .body
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        let addresses = addresses.map(|address| address.replace("&#x2f;", "/"));
        addresses.filter(|address| address.starts_with(start)).collect()
    }
}

impl Browser {
    fn get(&mut self, server: &str, path: &str) -> io::Result<Answer> {
        self.send(server, "GET", path, "")
    }

    fn post(&mut self, server: &str, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        self.send(server, "POST", path, &body.extend_pairs(fields).finish())
    }

    /// One connection a request, by a version of HTTP whose answers end where the connection ends.
    fn send(&mut self, server: &str, method: &str, path: &str, body: &str) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(server)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: {server}\r\nAccept: text/html\r\nAccept-Language: zh-CN\r\n\
             Sec-Fetch-Site: same-origin\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.session,
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "half an answer");
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(cut)?;
        let mut values = head
            .lines()
            .filter_map(|line| line.split_once(": ").map(|(_, value)| value));
        if let Some(session) = values.find(|value| value.starts_with("qixiao_session=")) {
            session
                .split(';')
                .next()
                .unwrap_or_default()
                .clone_into(&mut self.session);
        }
        Ok(Answer {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }
}

/// An enterprise that the operator has verified.
fn enterprise(site: &Site<'_>, server: &str) -> Browser {
    let mut enterprise = Browser::default();
    let code = kernel::CreditCode::invent("91", "310000", "T0000001").expect("it holds");
    let fields = [
        ("side", "enterprise"),
        ("name", "上海不倒机械有限公司"),
        ("kinds", "enterprise"),
        ("credit_code", code.as_str()),
        ("province", "310000"),
        ("person_name", "王小明"),
        ("email", "officer@org.example"),
        ("password", PASSWORD),
    ];
    let answer = enterprise.post(server, "/sign-up", &fields).expect("an answer");
    assert_eq!(answer.status, 303, "{}", answer.body);

    let mut operator = Browser::default();
    let answer = operator.post(server, &site.operator(), &[("password", PASSWORD)]);
    assert_eq!(answer.expect("an answer").status, 303);
    let queue = operator.get(server, "/operator").expect("an answer");
    let dossier = queue.links("/operator/organisations/");
    let verify = format!("{}/verify", dossier.first().expect("somebody waits"));
    let page = operator.get(server, &dossier[0]).expect("an answer");
    let version = page
        .body
        .split("name=\"version\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let fields = [("version", version.expect("the version that was looked at"))];
    let answer = operator.post(server, &verify, &fields).expect("an answer");
    assert_eq!(answer.status, 303, "{}", answer.body);
    enterprise
}

/// Posts needs until the server is gone, and notes those that were acknowledged as published.
fn post_until_killed(
    enterprise: &mut Browser,
    server: &str,
    round: u64,
    acknowledged: &mut BTreeSet<String>,
    noted: &AtomicUsize,
) {
    for number in 0.. {
        let title = format!("车工学徒 第{round}轮 第{number}条");
        let fields = [
            ("kind", "apprentices"),
            ("title", title.as_str()),
            ("province", "310000"),
            ("lines.0.occupation", "车工"),
            ("lines.0.seats", "8"),
            ("act", "publish"),
        ];
        let Ok(answer) = enterprise.post(server, "/posts", &fields) else {
            return;
        };
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(answer.head.contains("qixiao_flash=post_published"), "{}", answer.head);
        acknowledged.insert(answer.location().expect("a redirect says where to").to_owned());
        noted.fetch_add(1, Ordering::Relaxed);
    }
}

/// Every job is done and every letter sent; waits for it.
async fn everything_gets_done(db: &Db) {
    let mut left = String::new();
    for _ in 0..LOOKS {
        let mut tx = db.read().await.expect("the database reads");
        let jobs = tx.jobs().count().await.expect("jobs are counted");
        let letters = tx.outbox().count().await.expect("letters are counted");
        drop(tx);
        assert!(
            jobs.iter().all(|count| count.status != QueueStatus::Dead),
            "a job was given up: {jobs:?}"
        );
        let done = jobs.iter().all(|count| count.status == QueueStatus::Done);
        if done && letters.iter().all(|(status, _)| *status == QueueStatus::Done) {
            return;
        }
        left = format!("{jobs:?} {letters:?}");
        tokio::time::sleep(LOOK).await;
    }
    panic!("not everything gets done: {left}");
}

/// The paths of the needs that the search finds, page by page, as often as they come.
fn found(server: &str) -> Vec<String> {
    let mut stranger = Browser::default();
    let mut found = Vec::new();
    for page in 1.. {
        let path = format!("/search?side=need&sort=newest&page={page}");
        let answer = stranger.get(server, &path).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(
            !answer.body.contains("搜索引擎暂不可用"),
            "the engine answers, not the database"
        );
        let posts = answer.links("/posts/");
        if posts.is_empty() {
            return found;
        }
        found.extend(posts);
    }
    found
}

async fn survives(url: Option<&str>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = Site {
        folder: folder.path(),
        url,
    };
    let mut server = site.start();
    let mut enterprise = enterprise(&site, &server.address);
    let mut acknowledged = BTreeSet::new();
    for round in 1..=ROUNDS {
        // Another moment in each round: from at once to half a second later.
        let moment = Duration::from_millis(round * 137 % 500 + 20);
        let address = server.address.clone();
        let noted = AtomicUsize::new(0);
        thread::scope(|scope| {
            let (acknowledged, noted) = (&mut acknowledged, &noted);
            let enterprise = &mut enterprise;
            let poster = scope.spawn(move || post_until_killed(enterprise, &address, round, acknowledged, noted));
            // However slow the machine is: something was acknowledged before the server is killed.
            while noted.load(Ordering::Relaxed) == 0 && !poster.is_finished() {
                thread::sleep(Duration::from_millis(5));
            }
            thread::sleep(moment);
            server.kill();
            poster.join().expect("every answer was as it should be");
        });
        server = site.start();
    }
    let db = site.db().await;
    everything_gets_done(&db).await;
    let mut tx = db.read().await.expect("the database reads");
    let published = tx.postings().list_published().await.expect("posts are listed");
    drop(tx);
    let published: BTreeSet<String> = published
        .iter()
        .map(|post| format!("/posts/{}", post.posting.id))
        .collect();
    let lost: Vec<&String> = acknowledged.difference(&published).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let mut found = found(&server.address);
    found.sort_unstable();
    let published: Vec<String> = published.into_iter().collect();
    assert_eq!(found, published, "the index holds every post once");
    println!(
        "{} posts were acknowledged, {} are there",
        acknowledged.len(),
        published.len()
    );
    db.close().await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_twenty_kills_on_sqlite() {
    survives(None).await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_twenty_kills_on_postgres() {
    let Some(url) = testbed::fresh_postgres_database() else {
        return;
    };
    survives(Some(&url)).await;
}
