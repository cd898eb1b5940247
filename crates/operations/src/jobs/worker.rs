//! The worker: claims what is due, runs it outside any transaction, finishes it only if the lease is still its own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI32, AtomicI64, Ordering},
    },
    time::Duration,
};

use ::search::Change;
use kernel::Timestamp;
use storage::Lease;
use tokio::sync::watch;

use super::{Job, MAX_FAILURES, matching, next_try, nightly};
use crate::{App, Cx, Failure, Result, agreements, compiled_here, delivery, digests, import, records, search};

/// For how long a claimed job is nobody else's. A worker that dies gives it back after this time.
const LEASE_SECONDS: i64 = 30;
/// How often digests are made, in seconds.
const QUARTER: i64 = 15 * 60;
/// A long job says so often that it is still being done.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How many jobs are claimed at once.
const BATCH: i64 = 64;
/// How long an idle worker sleeps when nobody wakes it: what other processes enqueue is seen after this time.
const IDLE: Duration = Duration::from_secs(1);

/// Does jobs and sends letters.
#[derive(Debug, Clone)]
pub struct Worker {
    app: App,
    /// The day whose nightly job this worker knows to be scheduled.
    scheduled: Arc<AtomicI32>,
    /// The same for the quarter of an hour whose digests are.
    quarter: Arc<AtomicI64>,
}

/// What a worker is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Jobs.
    Jobs,
    /// Letters.
    Letters,
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Jobs and letters that are done.
    pub done: usize,
    /// Jobs and letters that failed and will be tried again, or given up.
    pub failed: usize,
}

impl Round {
    /// Whether there was nothing to do.
    pub const fn is_idle(self) -> bool {
        self.done == 0 && self.failed == 0
    }
}

/// What a worker holds.
#[derive(Debug)]
struct Held<'a> {
    lease: Lease,
    id: uuid::Uuid,
    kind: &'a str,
    failures: i64,
}

impl<'a> Held<'a> {
    fn of(job: &'a storage::Job) -> Self {
        Self {
            lease: job.lease(),
            id: job.id.uuid(),
            kind: &job.kind,
            failures: job.failures,
        }
    }
}

/// Why a job did not get done.
#[derive(Debug)]
enum Trouble {
    /// Trying again may help.
    Later(String),
    /// It will not.
    Never(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Later(chain(&failure))
    }
}

impl From<storage::Error> for Trouble {
    fn from(error: storage::Error) -> Self {
        Self::Later(chain(&error))
    }
}

impl From<::search::Error> for Trouble {
    fn from(error: ::search::Error) -> Self {
        if error.is_transient() {
            Self::Later(error.to_string())
        } else {
            Self::Never(error.to_string())
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}

impl Worker {
    /// A worker on `app`.
    pub fn new(app: App) -> Self {
        Self {
            app,
            scheduled: Arc::default(),
            quarter: Arc::default(),
        }
    }

    /// Works until `stop` becomes true; what it is at is finished first. Letters leave while jobs are done: neither waits for
    /// the other.
    #[compiled_here]
    pub async fn run(self, stop: watch::Receiver<bool>) {
        tokio::join!(self.work(Work::Jobs, stop.clone()), self.work(Work::Letters, stop));
        self.count_questions(true).await;
    }

    async fn work(&self, work: Work, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let round = match work {
                Work::Jobs => self.do_some().await,
                Work::Letters => delivery::send_some(&self.app).await,
            };
            match round {
                Ok(round) if round.is_idle() => {
                    tokio::select! {
                        () = self.app.woken(work) => {}
                        () = tokio::time::sleep(IDLE) => {}
                        _ = stop.changed() => {}
                    }
                }
                Ok(_) => {}
                Err(failure) => {
                    tracing::warn!(error = chain(&failure), "the worker could not reach its queue");
                    tokio::select! {
                        () = tokio::time::sleep(IDLE) => {}
                        _ = stop.changed() => {}
                    }
                }
            }
        }
    }

    /// Writes what this process was asked to search for. No job waits for it, and none fails by it.
    async fn count_questions(&self, at_once: bool) {
        let now = self.app.clock().now();
        if let Err(failure) = search::questions::write_down(&self.app, now, at_once).await {
            tracing::warn!(error = chain(&failure), "what was searched for is not written yet");
        }
    }

    /// Works until nothing is due any more. For tests, commands and the demonstration's first start.
    #[compiled_here]
    pub async fn drain(&self) -> Result<Round> {
        let mut total = Round::default();
        loop {
            let round = self.round().await?;
            if round.is_idle() {
                return Ok(total);
            }
            total.done += round.done;
            total.failed += round.failed;
        }
    }

    /// One round: letters first, then jobs.
    #[compiled_here]
    pub async fn round(&self) -> Result<Round> {
        let letters = delivery::send_some(&self.app).await?;
        let jobs = self.do_some().await?;
        Ok(Round {
            done: letters.done + jobs.done,
            failed: letters.failed + jobs.failed,
        })
    }

    /// A batch of jobs.
    async fn do_some(&self) -> Result<Round> {
        let now = self.app.clock().now();
        let mut round = Round::default();
        self.schedule(now).await?;
        self.count_questions(false).await;
        let claimed = self
            .app
            .db()
            .claim_jobs(now, now.plus_seconds(LEASE_SECONDS), BATCH)
            .await?;
        let (index, others): (Vec<_>, Vec<_>) = claimed.into_iter().partition(|job| job.kind == "index");
        if !index.is_empty() {
            let outcome = self.index(&index).await;
            for job in &index {
                round.count(self.settle(&Held::of(job), outcome.as_ref().map(drop)).await?);
            }
        }
        for job in &others {
            let outcome = self.with_heartbeat(job, Box::pin(self.run_one(job))).await;
            round.count(self.settle(&Held::of(job), outcome.as_ref().map(drop)).await?);
        }
        Ok(round)
    }

    /// Digests every quarter of an hour; the rest once a day, after three in the morning in Shanghai. Every worker asks; the
    /// first one of the quarter or the day is heard.
    async fn schedule(&self, now: Timestamp) -> Result<()> {
        let local = now.in_shanghai();
        let quarter = now.seconds().div_euclid(QUARTER);
        if self.quarter.load(Ordering::Relaxed) != quarter {
            let job = super::new(&self.app, now, &Job::Digests)?;
            self.app.db().schedule_job(&job, &format!("digests:{quarter}")).await?;
            self.quarter.store(quarter, Ordering::Relaxed);
        }
        let day = local.date().to_julian_day();
        if local.hour() < 3 || self.scheduled.load(Ordering::Relaxed) == day {
            return Ok(());
        }
        let key = format!("nightly:{}", kernel::format_date(local.date()));
        let job = super::new(&self.app, now, &Job::Nightly)?;
        self.app.db().schedule_job(&job, &key).await?;
        self.scheduled.store(day, Ordering::Relaxed);
        Ok(())
    }

    /// Writes down what became of a job, if it is still ours.
    async fn settle(&self, held: &Held<'_>, outcome: Result<(), &Trouble>) -> Result<bool> {
        let now = self.app.clock().now();
        let db = self.app.db();
        let lease = held.lease;
        let failures = held.failures + 1;
        match outcome {
            Ok(()) => {
                db.finish(lease, now).await?;
                Ok(true)
            }
            Err(Trouble::Later(error)) if failures < MAX_FAILURES => {
                tracing::warn!(queued.id = %held.id, queued.kind = held.kind, failures, error, "a job failed and will be tried again");
                db.give_back(lease, next_try(now, failures), error).await?;
                Ok(false)
            }
            Err(Trouble::Later(error) | Trouble::Never(error)) => {
                tracing::error!(queued.id = %held.id, queued.kind = held.kind, failures, error, "a job is given up");
                db.give_up(lease, now, error).await?;
                Ok(false)
            }
        }
    }

    /// All index jobs of a round in one change of the index.
    async fn index(&self, jobs: &[storage::Job]) -> Result<(), Trouble> {
        let mut changes = Vec::with_capacity(jobs.len());
        for job in jobs {
            let Ok(Job::Index { document }) = serde_json::from_value::<Job>(job.payload.clone()) else {
                continue;
            };
            let found = search::load_document(&self.app, &document).await?;
            changes.push(found.map_or_else(|| Change::remove(document), Change::put));
        }
        self.app.engine().apply(&changes).await?;
        Ok(())
    }

    async fn run_one(&self, job: &storage::Job) -> Result<(), Trouble> {
        let what = serde_json::from_value::<Job>(job.payload.clone());
        let what = what.map_err(|error| Trouble::Never(format!("the payload cannot be read: {error}")))?;
        let cx = Cx::system(self.app.clock().now());
        match what {
            Job::Index { document } => {
                let found = search::load_document(&self.app, &document).await?;
                let change = found.map_or_else(|| Change::remove(document), Change::put);
                Ok(self.app.engine().apply(&[change]).await?)
            }
            Job::Match => Ok(matching::match_all(&self.app, &cx).await?),
            Job::Reindex => {
                // Another process may have imported a list since this one started.
                import::reload_vocabulary(&self.app).await?;
                Ok(search::reindex(&self.app).await.map(drop)?)
            }
            Job::Nightly => Ok(nightly::run(&self.app, &cx).await?),
            Job::Digests => Ok(Box::pin(digests::run(&self.app, &cx, false)).await.map(drop)?),
            Job::Agreement { agreement } => Ok(agreements::due(&self.app, &cx, agreement).await?),
            Job::Document { agreement } => Ok(agreements::make_document(&self.app, &cx, agreement).await?),
            Job::Record { agreement } => Ok(Box::pin(records::due(&self.app, &cx, agreement)).await?),
        }
    }

    /// Keeps the lease of a long job while it runs.
    async fn with_heartbeat<T>(&self, job: &storage::Job, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(HEARTBEAT) => {
                    let until = self.app.clock().now().plus_seconds(LEASE_SECONDS);
                    if let Err(error) = self.app.db().extend(job.lease(), until).await {
                        tracing::warn!(job.id = %job.id, error = chain(&error), "a lease could not be extended");
                    }
                }
            }
        }
    }
}

impl Round {
    pub(crate) fn count(&mut self, done: bool) {
        if done { self.done += 1 } else { self.failed += 1 }
    }
}
