//! The job queue. Enqueue in the transaction of the fact, claim in a short one, work in none, finish in another
//! ([`crate::leases`]).

use kernel::{JobId, Timestamp};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    db::Db,
    error::{Error, Result},
    leases::{Lease, Queue, QueueStatus, Queued},
    query::statements,
    repository::{Page, Writing, moment, repository},
};

/// A job to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What to do.
    pub kind: String,
    /// To what.
    pub payload: Value,
    /// Higher comes first.
    pub priority: i64,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// A waiting job with the same key is the same job: the earlier moment and the higher priority win.
    pub dedup_key: Option<String>,
    /// Now.
    pub created_at: Timestamp,
}

/// A job of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What to do.
    pub kind: String,
    /// To what.
    pub payload: Value,
    /// Higher comes first.
    pub priority: i64,
    /// Where in its life it is.
    pub status: QueueStatus,
    /// How often it was claimed: the fencing number of the present lease.
    pub attempts: i64,
    /// How often it was tried and failed.
    pub failures: i64,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it was done or given up.
    pub finished_at: Option<Timestamp>,
}

impl Job {
    /// The lease it was claimed with.
    pub const fn lease(&self) -> Lease {
        Queue::Jobs.lease(self.id.uuid(), self.attempts)
    }
}

/// How many jobs of a kind have a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// The status.
    pub status: QueueStatus,
    /// How many.
    pub jobs: i64,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    payload: Json<Value>,
    priority: i64,
    status: String,
    attempts: i64,
    failures: i64,
    run_at: i64,
    last_error: Option<String>,
    created_at: i64,
    finished_at: Option<i64>,
}

impl Queued for Row {
    const QUEUE: Queue = Queue::Jobs;

    fn turn(&self) -> (i64, i64, Uuid) {
        (self.priority, self.run_at, self.id)
    }
}

impl TryFrom<Row> for Job {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: JobId::from_uuid(row.id),
            kind: row.kind,
            payload: row.payload.0,
            priority: row.priority,
            status: QueueStatus::from_code(&row.status)
                .ok_or_else(|| Error::unknown("jobs", "status", row.id, &row.status))?,
            attempts: row.attempts,
            failures: row.failures,
            run_at: Timestamp::from_micros(row.run_at),
            last_error: row.last_error,
            created_at: Timestamp::from_micros(row.created_at),
            finished_at: moment(row.finished_at),
        })
    }
}

#[derive(sqlx_macros::FromRow)]
struct CountRow {
    kind: String,
    status: String,
    n: i64,
}

macro_rules! columns {
    () => {
        "id, kind, payload, priority, status, attempts, failures, run_at, last_error, created_at, finished_at"
    };
}
pub(crate) use columns;

statements! {
    /// The earlier moment wins: a busy object is not postponed for ever.
    ENQUEUE = "INSERT INTO jobs (id, kind, payload, priority, status, attempts, run_at, dedup_key, created_at)
               VALUES ($1, $2, $3, $4, 'ready', 0, $5, $6, $7)
               ON CONFLICT (dedup_key) DO UPDATE
                  SET run_at = CASE WHEN excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END,
                      priority = CASE WHEN excluded.priority > jobs.priority THEN excluded.priority ELSE jobs.priority END
                WHERE jobs.status = 'ready'
               RETURNING id";
    SCHEDULE = "INSERT INTO jobs (id, kind, payload, priority, status, attempts, run_at, schedule_key, created_at)
                VALUES ($1, $2, $3, $4, 'ready', 0, $5, $6, $7) ON CONFLICT DO NOTHING";
    REVIVE = "UPDATE jobs SET status = 'ready', finished_at = NULL, failures = 0, run_at = $2 WHERE id = $1 AND status = 'dead'";
    LIST = concat!("SELECT ", columns!(), " FROM jobs WHERE status = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    WAITING_SINCE = "SELECT MIN(created_at) AS at FROM jobs WHERE status IN ('ready', 'running') AND kind IN ($1, $2, $3)";
    COUNT = "SELECT kind, status, CAST(COUNT(*) AS BIGINT) AS n FROM jobs GROUP BY kind, status ORDER BY kind, status";
    PURGE = "DELETE FROM jobs WHERE status = 'done' AND finished_at < $1";
}

repository! {
    /// The job queue, as acts see it.
    Jobs, jobs
}

#[derive(sqlx_macros::FromRow)]
struct IdRow {
    id: Uuid,
}

#[derive(sqlx_macros::FromRow)]
struct AtRow {
    at: Option<i64>,
}

impl Jobs<'_> {
    /// Jobs of a status, the newest first.
    pub async fn list(&mut self, status: QueueStatus, page: Page) -> Result<Vec<Job>> {
        let query = self
            .0
            .query(LIST)
            .bind(status.code())
            .bind(page.limit)
            .bind(page.offset);
        query.all::<Row>().await?.into_iter().map(TryInto::try_into).collect()
    }

    /// Since when the oldest job of these kinds that is not done has waited; `None` when none does. Those that were given up
    /// wait for an operator and do not count.
    pub async fn waiting_since(&mut self, kinds: [&str; 3]) -> Result<Option<Timestamp>> {
        let query = kinds
            .iter()
            .fold(self.0.query(WAITING_SINCE), |query, kind| query.bind(*kind));
        let row = query.optional::<AtRow>().await?;
        Ok(moment(row.and_then(|row| row.at)))
    }

    /// How many jobs of each kind have each status; zeros are left out.
    pub async fn count(&mut self) -> Result<Vec<JobCount>> {
        let rows = self.0.query(COUNT).all::<CountRow>().await?;
        rows.into_iter()
            .map(|row| {
                let status = QueueStatus::from_code(&row.status)
                    .ok_or_else(|| Error::unknown("jobs", "status", &row.kind, &row.status))?;
                Ok(JobCount {
                    kind: row.kind,
                    status,
                    jobs: row.n,
                })
            })
            .collect()
    }
}

impl Writing<Jobs<'_>> {
    /// Enqueues a job. False when a waiting job with the same key stands for it.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<bool> {
        let row = self
            .0
            .query(ENQUEUE)
            .bind(job.id.uuid())
            .bind(&job.kind)
            .bind(Json(&job.payload))
            .bind(job.priority)
            .bind(job.run_at.micros())
            .bind(job.dedup_key.as_deref())
            .bind(job.created_at.micros())
            .optional::<IdRow>()
            .await?;
        Ok(row.is_some_and(|row| row.id == job.id.uuid()))
    }

    /// Lets an operator bring a dead job back, to be tried as often as a new one. False when it is not dead.
    pub async fn revive(&mut self, id: JobId, run_at: Timestamp) -> Result<bool> {
        Ok(self
            .0
            .query(REVIVE)
            .bind(id.uuid())
            .bind(run_at.micros())
            .execute()
            .await?
            == 1)
    }
}

impl Db {
    /// Claims due jobs, the most urgent first, for a lease until `until`. Jobs whose lease has ended come back.
    pub async fn claim_jobs(&self, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Job>> {
        let rows = self.claim::<Row>(now, until, limit, |query| query).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Enqueues the job of a period, once: false when `schedule_key` was enqueued before, done or not. Housekeeping.
    pub async fn schedule_job(&self, job: &NewJob, schedule_key: &str) -> Result<bool> {
        let mut tx = self.write().await?;
        let rows = tx
            .query(SCHEDULE)
            .bind(job.id.uuid())
            .bind(&job.kind)
            .bind(Json(&job.payload))
            .bind(job.priority)
            .bind(job.run_at.micros())
            .bind(schedule_key)
            .bind(job.created_at.micros())
            .execute()
            .await?;
        tx.keep().await?;
        Ok(rows == 1)
    }

    /// Removes jobs done before `before`, and says how many. Housekeeping.
    pub async fn purge_jobs(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = tx.query(PURGE).bind(before.micros()).execute().await?;
        tx.keep().await?;
        Ok(gone)
    }
}
