//! `bench digest`: what the digest of many people costs, on an invented market of its own, beside what sending alone costs.
//!
//! The market is made by a process of its own, so that memory is measured in one that did nothing before. Digests are made as
//! `digest run` makes them and leave as the server sends them, to a mail server on loopback that takes everything. In turn
//! with that, a fifth of the letters each time, loops of lettre that do nothing else take the same letters to the same server: built
//! and sent; and finished ones through lettre's own transport, over one bare connection, and over as many as we have. Pages are asked for all the while through the real router.

mod peer;
mod report;
mod sink;
mod watch;
mod world;

use std::{path::Path, process::Command, sync::Arc, time::Duration};

use anyhow::{Context as _, bail, ensure};
use kernel::{AuditId, Clock, FixedClock, SeededChance, SessionId, Timestamp};
use mail::{Memory, Security, Smtp, SmtpSettings, Transport};
use matching::Weights;
use operations::{App, Cx, Parts, Settings, Token, digests, jobs::Worker, setup};
use search::{Analyzer, EmbeddedEngine};
use storage::{AuditActor, AuditEntry, Db, QueueStatus, Session, keys::Keys};
use tokio::{sync::watch as signal, time::Instant};
use vocabulary::Vocabulary;

use self::{
    peer::Finished,
    report::{Made, Rates, Report, Sent},
    sink::Sink,
    watch::{Asked, Watch},
    world::{MONDAY, Sizes},
};
use crate::{Outcome, cli::BenchDigest, system::SystemChance};

/// How long letters may not move at all.
const PATIENCE: Duration = Duration::from_mins(1);
/// So many letters of each fifth go through lettre's transport, which may need forty milliseconds for each.
const OF_TRANSPORT: u64 = 200;
/// So many posts, organisations and words take turns in what is asked for.
const TURNS: usize = 40;

/// A clock that shows Monday at nine when it is made, and goes on from there.
#[derive(Debug)]
struct FromMonday(Instant);

impl Clock for FromMonday {
    fn now(&self) -> Timestamp {
        let since = i64::try_from(self.0.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(MONDAY.micros() + since)
    }
}

/// Measures a digest.
pub(crate) async fn bench_digest(options: &BenchDigest) -> anyhow::Result<Outcome> {
    if let Some(folder) = &options.fill {
        fill(options, folder).await?;
        return Ok(Outcome::Done);
    }
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let began = Instant::now();
    filled_by_another_process(options, folder.path())?;
    let filling = began.elapsed();
    let report = measure(options, folder.path(), filling).await?;
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        report.print();
    }
    Ok(Outcome::Done)
}

async fn fill(options: &BenchDigest, folder: &Path) -> anyhow::Result<()> {
    let clock = Arc::new(FixedClock::at(MONDAY));
    let app = open(options, folder, clock.clone(), Transport::Memory(Memory::new())).await?;
    if !setup::is_empty(app.db()).await? {
        bail!("that database holds something already: this fills one of its own, which is dropped afterwards");
    }
    operations::search::rebuild_if_needed(&app).await?;
    let sizes = Sizes {
        people: options.people,
        posts: options.posts,
    };
    world::fill(&app, &clock, sizes).await?;
    app.db().close().await;
    Ok(())
}

fn filled_by_another_process(options: &BenchDigest, folder: &Path) -> anyhow::Result<()> {
    let program = std::env::current_exe().context("this program does not know where it lies")?;
    let mut command = Command::new(program);
    command.args(["bench", "digest", "--people", &options.people.to_string()]);
    command.args(["--posts", &options.posts.to_string()]);
    command.arg("--fill").arg(folder);
    if let Some(url) = &options.database {
        command.args(["--database", url]);
    }
    let status = command.status().context("the market cannot be made")?;
    ensure!(status.success(), "the market was not made");
    Ok(())
}

/// The product on what lies in the folder, with a key that is nobody's secret.
async fn open(
    options: &BenchDigest,
    folder: &Path,
    clock: Arc<dyn Clock>,
    transport: Transport,
) -> anyhow::Result<App> {
    let url = options.database.clone();
    let url = url.unwrap_or_else(|| format!("sqlite://{}", folder.join("qixiao.db").display()));
    let db = Db::connect(&url).await.context("the database cannot be opened")?;
    let vocabulary = Vocabulary::builtin();
    let analyzer = Analyzer::builtin(&vocabulary).context("the words of search cannot be read")?;
    Ok(App::new(Parts {
        db,
        engine: Arc::new(EmbeddedEngine::open(&folder.join("index"), analyzer)?),
        transport,
        clock,
        chance: Arc::new(SystemChance),
        keys: Arc::new(Keys::from_bytes(&Keys::generate(&SeededChance::new(1)))),
        weights: Weights::default(),
        vocabulary: Arc::new(vocabulary),
        settings: Settings::new(
            "https://qixiao.example".to_owned(),
            "企校 <no-reply@qixiao.example>".parse()?,
        ),
    }))
}

async fn measure(options: &BenchDigest, folder: &Path, filling: Duration) -> anyhow::Result<Report> {
    let sink = Sink::start(Duration::from_millis(options.relay_ms))?;
    let smtp = Smtp::new(&SmtpSettings {
        port: Some(sink.port()),
        security: Security::None,
        connections: options.connections,
        ..SmtpSettings::new("127.0.0.1")
    })?;
    let clock = Arc::new(FromMonday(Instant::now()));
    let app = open(options, folder, clock, Transport::Smtp(smtp)).await?;
    let router = web::router(app.clone(), 1);
    let asked = pages(&app).await?;

    let began = Instant::now();
    let watch = Watch::start(&router, &asked);
    let run = digests::run(&app, &Cx::system(app.clock().now()), false).await?;
    let making = began.elapsed();
    let made = Made::new(&run, making, watch.stop().await?);

    let watch = Watch::start(&router, &asked);
    let rates = in_turn(&app, &sink, options, run.sent).await?;
    let sent = Sent::new(&rates, watch.stop().await?);
    let left = letters_not_sent(&app).await?;
    ensure!(left == 0, "{left} letters did not leave");

    let again = digests::run(&app, &Cx::system(app.clock().now()), false).await?;
    Ok(Report {
        database: app.db().name(),
        people: options.people,
        posts: options.posts,
        connections: options.connections,
        relay_ms: options.relay_ms,
        filling_minutes: filling.as_secs_f64() / 60.0,
        together_minutes: (making + rates.ours.took()).as_secs_f64() / 60.0,
        made,
        sent,
        letters_of_second_run: again.sent,
    })
}

/// Sends the letters, a fifth of them at a time in turn with lettre alone.
async fn in_turn(app: &App, sink: &Sink, options: &BenchDigest, letters: u64) -> anyhow::Result<Rates> {
    let (mut rates, mut done) = (Rates::default(), 0);
    let mut finished = Arc::new(Vec::new());
    for fifth in 1..=5 {
        let goal = letters * fifth / 5;
        if goal <= done {
            continue;
        }
        let (began, before) = (Instant::now(), sink.taken());
        deliver(app, sink, goal - done).await?;
        let many = sink.taken() - before;
        rates.ours.add(many, began.elapsed());
        done += many;
        if finished.is_empty() {
            let kept = sink.kept().into_iter().map(Finished::of);
            finished = Arc::new(kept.collect::<anyhow::Result<Vec<_>>>()?);
        }
        let sample = many.min(OF_TRANSPORT);
        let began = Instant::now();
        peer::through_transport(sink.port(), &finished, usize::try_from(sample)?).await?;
        rates.transport.add(sample, began.elapsed());
        let began = Instant::now();
        peer::built_and_sent(sink.port(), &finished, usize::try_from(many)?).await?;
        rates.built.add(many, began.elapsed());
        let connections = usize::try_from(options.connections)?.max(1);
        for (connections, rate) in [(1, &mut rates.alone), (connections, &mut rates.abreast)] {
            let began = Instant::now();
            peer::over_connections(sink.port(), connections, &finished, usize::try_from(many)?).await?;
            rate.add(many, began.elapsed());
        }
    }
    Ok(rates)
}

/// The server's worker sends at least so many letters; what it has begun it finishes.
async fn deliver(app: &App, sink: &Sink, many: u64) -> anyhow::Result<()> {
    let goal = sink.taken() + many;
    let (stop, stopped) = signal::channel(false);
    let worker = tokio::spawn(Worker::new(app.clone()).run(stopped));
    let mut moved = (sink.taken(), Instant::now());
    while moved.0 < goal {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if sink.taken() > moved.0 {
            moved = (sink.taken(), Instant::now());
        }
        ensure!(moved.1.elapsed() < PATIENCE, "letters do not leave");
    }
    stop.send_replace(true);
    Ok(worker.await?)
}

async fn letters_not_sent(app: &App) -> anyhow::Result<i64> {
    let counted = app.db().read().await?.outbox().count().await?;
    let others = counted.iter().filter(|(status, _)| *status != QueueStatus::Done);
    Ok(others.map(|(_, many)| many).sum())
}

/// What is asked for meanwhile: the home of an organisation whose officer is signed in, its page, a search and posts.
async fn pages(app: &App) -> anyhow::Result<Vec<Asked>> {
    let cx = Cx::system(app.clock().now());
    let mut tx = app.db().read().await?;
    let newest = tx.postings().list_newest_published(i64::try_from(TURNS)?).await?;
    let mut officer = None;
    for post in &newest {
        let of = post.posting.organisation;
        let members = tx.memberships().of_organisation(of, Some(cx.today())).await?;
        if let Some(member) = members.into_iter().next() {
            let accounts = tx.accounts().of_person(member.membership.person).await?;
            officer = accounts.first().map(|account| (account.id, member.membership.id));
            break;
        }
    }
    drop(tx);
    let (account, membership) = officer.context("no organisation of the newest posts has people")?;
    let token = Token::new(app.chance());
    let session = Session {
        id: SessionId::new(cx.now, app.chance()),
        account,
        membership: Some(membership),
        created_at: cx.now,
        touched_at: cx.now,
        expires_at: cx.now.plus_days(1),
    };
    let mut tx = app.db().write().await?;
    let hash = storage::keys::token_hash(token.expose());
    tx.sessions().insert(&session, &hash).await?;
    tx.commit(entry(app, cx.now)).await?;
    let words = app.vocabulary();
    let words = words.occupations().iter().filter(|one| !one.is_group()).take(TURNS);
    let asked = |page, paths, session| Asked { page, paths, session };
    let posts = || newest.iter().map(|post| &post.posting);
    Ok(vec![
        asked("home", vec!["/workspace".to_owned()], Some(token.expose().to_owned())),
        asked(
            "organisation",
            posts()
                .map(|post| format!("/organisations/{}", post.organisation))
                .collect(),
            None,
        ),
        asked(
            "search",
            words
                .map(|one| {
                    format!(
                        "/search?q={}",
                        form_urlencoded::byte_serialize(one.stem().as_bytes()).collect::<String>()
                    )
                })
                .collect(),
            None,
        ),
        asked(
            "post",
            posts().map(|post| format!("/posts/{}", post.id)).collect(),
            None,
        ),
    ])
}

/// The audit entry of an act of this command.
fn entry(app: &App, at: Timestamp) -> AuditEntry {
    AuditEntry::new(AuditId::new(at, app.chance()), at, AuditActor::command(), "bench")
}
