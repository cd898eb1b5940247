//! The job queue. Enqueue in the transaction of the fact, claim in a short one, work in none, finish in another.
//! `attempts` is the fencing token: whoever lost the lease can no longer finish, put back or bury the job.

use kernel::{JobId, Timestamp};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    db::{Db, Write},
    error::{Error, Result},
    query::statements,
    repository::{Page, moment, repository},
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

/// Where in its life a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobStatus {
    /// Waits for its moment and a worker.
    Ready,
    /// A worker holds its lease.
    Running,
    /// Done.
    Done,
    /// Given up; an operator may revive it.
    Dead,
}

impl JobStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Running, Self::Done, Self::Dead];

    /// The code in columns and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// The status of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
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
    pub status: JobStatus,
    /// How often it was claimed: the token of the present lease.
    pub attempts: i64,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it was done or given up.
    pub finished_at: Option<Timestamp>,
}

/// How many jobs of a kind have a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// The status.
    pub status: JobStatus,
    /// How many.
    pub jobs: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    payload: Json<Value>,
    priority: i64,
    status: String,
    attempts: i64,
    run_at: i64,
    last_error: Option<String>,
    created_at: i64,
    finished_at: Option<i64>,
}

impl TryFrom<Row> for Job {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: JobId::from_uuid(row.id),
            kind: row.kind,
            payload: row.payload.0,
            priority: row.priority,
            status: JobStatus::from_code(&row.status)
                .ok_or_else(|| Error::unknown("jobs", "status", row.id, &row.status))?,
            attempts: row.attempts,
            run_at: Timestamp::from_micros(row.run_at),
            last_error: row.last_error,
            created_at: Timestamp::from_micros(row.created_at),
            finished_at: moment(row.finished_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct CountRow {
    kind: String,
    status: String,
    n: i64,
}

macro_rules! columns {
    () => {
        "jobs.id, jobs.kind, jobs.payload, jobs.priority, jobs.status, jobs.attempts, jobs.run_at, jobs.last_error,
         jobs.created_at, jobs.finished_at"
    };
}

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
    CLAIM = "WITH due AS (
                 SELECT id FROM jobs
                  WHERE (status = 'ready' AND run_at <= $1) OR (status = 'running' AND locked_until < $1)
                  ORDER BY priority DESC, run_at, id LIMIT $3 ", pg "FOR UPDATE SKIP LOCKED", lite "", "
             )
             UPDATE jobs SET status = 'running', locked_until = $2, attempts = attempts + 1, dedup_key = NULL
               FROM due WHERE jobs.id = due.id
             RETURNING jobs.id, jobs.kind, jobs.payload, jobs.priority, jobs.status, jobs.attempts, jobs.run_at,
                       jobs.last_error, jobs.created_at, jobs.finished_at";
    EXTEND = "UPDATE jobs SET locked_until = $3 WHERE id = $1 AND attempts = $2 AND status = 'running'";
    FINISH = "UPDATE jobs SET status = 'done', locked_until = NULL, finished_at = $3
               WHERE id = $1 AND attempts = $2 AND status = 'running'";
    RETRY = "UPDATE jobs SET status = 'ready', locked_until = NULL, run_at = $3, last_error = $4
              WHERE id = $1 AND attempts = $2 AND status = 'running'";
    BURY = "UPDATE jobs SET status = 'dead', locked_until = NULL, last_error = $3, finished_at = $4
             WHERE id = $1 AND attempts = $2 AND status = 'running'";
    REVIVE = "UPDATE jobs SET status = 'ready', finished_at = NULL, run_at = $2 WHERE id = $1 AND status = 'dead'";
    LIST = concat!("SELECT ", columns!(), " FROM jobs WHERE status = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    COUNT = "SELECT kind, status, CAST(COUNT(*) AS BIGINT) AS n FROM jobs GROUP BY kind, status ORDER BY kind, status";
    PURGE = "DELETE FROM jobs WHERE status = 'done' AND finished_at < $1";
}

repository! {
    /// The job queue, as acts see it.
    Jobs, jobs
}

#[derive(sqlx::FromRow)]
struct IdRow {
    id: Uuid,
}

impl<M> Jobs<'_, M> {
    /// Jobs of a status, the newest first.
    pub async fn list(&mut self, status: JobStatus, page: Page) -> Result<Vec<Job>> {
        let query = self
            .0
            .query(LIST)
            .bind(status.code())
            .bind(page.limit)
            .bind(page.offset);
        query.all::<Row>().await?.into_iter().map(TryInto::try_into).collect()
    }

    /// How many jobs of each kind have each status; zeros are left out.
    pub async fn count(&mut self) -> Result<Vec<JobCount>> {
        let rows = self.0.query(COUNT).all::<CountRow>().await?;
        rows.into_iter()
            .map(|row| {
                let status = JobStatus::from_code(&row.status)
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

impl Jobs<'_, Write> {
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

    /// Lets an operator bring a dead job back. False when it is not dead.
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
        let mut tx = self.write().await?;
        let query = tx.query(CLAIM).bind(now.micros()).bind(until.micros()).bind(limit);
        let rows = query.all::<Row>().await?;
        tx.keep().await?;
        let mut jobs = rows.into_iter().map(Job::try_from).collect::<Result<Vec<_>>>()?;
        // RETURNING promises no order.
        jobs.sort_by_key(|job| (std::cmp::Reverse(job.priority), job.run_at, job.id));
        Ok(jobs)
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

    /// Makes a lease longer. False when it was lost.
    pub async fn extend_lease(&self, id: JobId, attempts: i64, until: Timestamp) -> Result<bool> {
        let mut tx = self.write().await?;
        let query = tx.query(EXTEND).bind(id.uuid()).bind(attempts).bind(until.micros());
        let held = query.execute().await? == 1;
        tx.keep().await?;
        Ok(held)
    }

    /// Notes that a job is done. False when its lease was lost.
    pub async fn finish_job(&self, id: JobId, attempts: i64, at: Timestamp) -> Result<bool> {
        let mut tx = self.write().await?;
        let query = tx.query(FINISH).bind(id.uuid()).bind(attempts).bind(at.micros());
        let held = query.execute().await? == 1;
        tx.keep().await?;
        Ok(held)
    }

    /// Puts a job back for another try at `run_at`. False when its lease was lost.
    pub async fn retry_job(&self, id: JobId, attempts: i64, run_at: Timestamp, error: &str) -> Result<bool> {
        let mut tx = self.write().await?;
        let query = tx
            .query(RETRY)
            .bind(id.uuid())
            .bind(attempts)
            .bind(run_at.micros())
            .bind(error);
        let held = query.execute().await? == 1;
        tx.keep().await?;
        Ok(held)
    }

    /// Gives a job up. False when its lease was lost.
    pub async fn bury_job(&self, id: JobId, attempts: i64, error: &str, at: Timestamp) -> Result<bool> {
        let mut tx = self.write().await?;
        let query = tx
            .query(BURY)
            .bind(id.uuid())
            .bind(attempts)
            .bind(error)
            .bind(at.micros());
        let held = query.execute().await? == 1;
        tx.keep().await?;
        Ok(held)
    }

    /// Removes jobs done before `before`, and says how many. Housekeeping.
    pub async fn purge_jobs(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = tx.query(PURGE).bind(before.micros()).execute().await?;
        tx.keep().await?;
        Ok(gone)
    }
}
