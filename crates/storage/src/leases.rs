//! Leases: what a queue holds is claimed for a while, worked on outside any transaction, and settled only by whoever
//! still holds it. Jobs and letters are queues of one shape.
//!
//! `attempts` is the fencing number: each claim raises it, and a lease of an older number can no longer be extended,
//! finished, given back or given up. `failures` counts what was tried in vain: a worker that stops in the middle of its
//! batch has claimed what it never tried.

use std::cmp::Reverse;

use kernel::Timestamp;
use uuid::Uuid;

use crate::{
    db::{Db, Durability},
    error::Result,
    mail::SuppressionReason,
    query::{Query, Record, Statement, statements},
};

/// Where in its life something queued is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueueStatus {
    /// Waits for its moment and a worker.
    Ready,
    /// A worker holds its lease.
    Running,
    /// Done.
    Done,
    /// Given up.
    Dead,
}

impl QueueStatus {
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

/// A lease on something queued, by its fencing number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    queue: Queue,
    id: Uuid,
    fence: i64,
}

impl Lease {
    /// The statement that gives up what is leased, within a transaction of more.
    pub(crate) const fn to_give_up(self) -> Statement {
        self.queue.statements().give_up
    }

    /// Binds what says whose it is.
    pub(crate) fn bind(self, query: Query<'_>) -> Query<'_> {
        query.bind(self.id).bind(self.fence)
    }
}

/// A table that holds things to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queue {
    Jobs,
    Outbox,
}

impl Queue {
    pub(crate) const fn lease(self, id: Uuid, fence: i64) -> Lease {
        Lease { queue: self, id, fence }
    }

    const fn statements(self) -> &'static Statements {
        match self {
            Self::Jobs => &JOBS,
            Self::Outbox => &OUTBOX,
        }
    }
}

/// What is done to a queue, in its own words.
struct Statements {
    claim: Statement,
    extend: Statement,
    finish: Statement,
    give_back: Statement,
    give_up: Statement,
}

const JOBS: Statements = Statements {
    claim: CLAIM_JOBS,
    extend: EXTEND_JOB,
    finish: FINISH_JOB,
    give_back: GIVE_BACK_JOB,
    give_up: GIVE_UP_JOB,
};

const OUTBOX: Statements = Statements {
    claim: CLAIM_LETTERS,
    extend: EXTEND_LETTER,
    finish: FINISH_LETTER,
    give_back: GIVE_BACK_LETTER,
    give_up: GIVE_UP_LETTER,
};

/// What waits and what was lost, each in the order of its own index: looked for together, everything that waits would be sorted
/// for every claim. Without statistics SQLite prefers an index by status, and is told.
macro_rules! ready {
    ($table:literal) => {
        concat!(
            "WITH candidates AS (
                 SELECT id, priority, run_at FROM (
                     SELECT id, priority, run_at FROM ",
            $table,
            " "
        )
    };
}

macro_rules! waiting {
    () => {
        " WHERE status = 'ready' AND run_at <= $1 "
    };
}

macro_rules! lost {
    ($table:literal) => {
        concat!(
            ") AS ready
                 UNION ALL
                 SELECT id, priority, run_at FROM (
                     SELECT id, priority, run_at FROM ",
            $table,
            " "
        )
    };
}

macro_rules! over {
    () => {
        " WHERE status = 'running' AND locked_until < $1 "
    };
}

macro_rules! urgent_first {
    () => {
        " ORDER BY priority DESC, run_at, id LIMIT $3 "
    };
}

/// `also` is what else becomes of a row that is claimed.
macro_rules! claimed {
    ($table:literal, $also:literal, $columns:expr) => {
        concat!(
            ") AS lost),
             due AS (SELECT id FROM candidates ORDER BY priority DESC, run_at, id LIMIT $3)
             UPDATE ",
            $table,
            " SET status = 'running', locked_until = $2, attempts = attempts + 1",
            $also,
            " WHERE id IN (SELECT id FROM due) RETURNING ",
            $columns
        )
    };
}

/// Changes a row whose lease is still held.
macro_rules! held {
    ($table:literal, $change:literal, $also:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET ",
            $change,
            $also,
            " WHERE id = $1 AND attempts = $2 AND status = 'running'"
        )
    };
}

macro_rules! extend {
    ($table:literal) => {
        held!($table, "locked_until = $3", "")
    };
}

/// `also` is what else becomes of a row that is over.
macro_rules! finish {
    ($table:literal, $also:literal) => {
        held!($table, "status = 'done', locked_until = NULL, finished_at = $3", $also)
    };
}

macro_rules! give_back {
    ($table:literal) => {
        held!(
            $table,
            "status = 'ready', locked_until = NULL, failures = failures + 1, run_at = $3, last_error = $4",
            ""
        )
    };
}

macro_rules! give_up {
    ($table:literal, $also:literal) => {
        held!(
            $table,
            "status = 'dead', locked_until = NULL, failures = failures + 1, finished_at = $3, last_error = $4",
            $also
        )
    };
}

statements! {
    /// The key of a job is free once it runs: news that comes meanwhile is queued again.
    CLAIM_JOBS = ready!("jobs"), pg "", lite "INDEXED BY jobs_ready", concat!(waiting!(), urgent_first!()),
                 pg "FOR UPDATE SKIP LOCKED", lite "",
                 lost!("jobs"), pg "", lite "INDEXED BY jobs_running", concat!(over!(), urgent_first!()),
                 pg "FOR UPDATE SKIP LOCKED", lite "",
                 claimed!("jobs", ", dedup_key = NULL", crate::jobs::columns!());
    EXTEND_JOB = extend!("jobs");
    FINISH_JOB = finish!("jobs", "");
    GIVE_BACK_JOB = give_back!("jobs");
    GIVE_UP_JOB = give_up!("jobs", "");
    /// Of an urgency, not to some domains, and to some others only what is awaited.
    CLAIM_LETTERS = ready!("outbox"), pg "", lite "INDEXED BY outbox_ready",
                    concat!(waiting!(), "AND priority >= $4 AND recipient_domain NOT IN "),
                    pg "(SELECT jsonb_array_elements_text($5))", lite "(SELECT value FROM json_each($5))",
                    " AND (priority >= $6 OR recipient_domain NOT IN ",
                    pg "(SELECT jsonb_array_elements_text($7)))", lite "(SELECT value FROM json_each($7)))",
                    urgent_first!(), pg "FOR UPDATE SKIP LOCKED", lite "",
                    lost!("outbox"), pg "", lite "INDEXED BY outbox_running",
                    concat!(over!(), "AND priority >= $4 AND recipient_domain NOT IN "),
                    pg "(SELECT jsonb_array_elements_text($5))", lite "(SELECT value FROM json_each($5))",
                    " AND (priority >= $6 OR recipient_domain NOT IN ",
                    pg "(SELECT jsonb_array_elements_text($7)))", lite "(SELECT value FROM json_each($7)))",
                    urgent_first!(), pg "FOR UPDATE SKIP LOCKED", lite "",
                    claimed!("outbox", "", crate::outbox::columns!());
    EXTEND_LETTER = extend!("outbox");
    /// The body of a letter that left is wiped.
    FINISH_LETTER = finish!("outbox", ", body_enc = NULL");
    ANSWER_LETTER = finish!("outbox", ", body_enc = NULL, reply = $4");
    GIVE_BACK_LETTER = give_back!("outbox");
    /// The body is kept for a while: it may be sent again.
    GIVE_UP_LETTER = give_up!("outbox", ", failed_at = $3");
    POSTPONE_LETTER = held!("outbox", "status = 'ready', locked_until = NULL, run_at = $3", "");
    SUPPRESS_LETTER = held!("outbox", "status = 'dead', locked_until = NULL, finished_at = $3", ", suppressed = $4");
}

/// A row of a queue.
pub(crate) trait Queued: Record {
    /// Its queue.
    const QUEUE: Queue;

    /// Its priority, moment and id: by these the most urgent comes first.
    fn turn(&self) -> (i64, i64, Uuid);
}

impl Db {
    /// Claims what is due, the most urgent first, for a lease until `until`. What was leased until a moment that has
    /// passed comes back. `more` binds what the queue's own statement asks for besides.
    pub(crate) async fn claim<R: Queued>(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: i64,
        more: impl for<'q> FnOnce(Query<'q>) -> Query<'q> + Send,
    ) -> Result<Vec<R>> {
        let mut tx = self.write_claim().await?;
        let query = tx.query(R::QUEUE.statements().claim).bind(now.micros());
        let query = more(query.bind(until.micros()).bind(limit));
        let mut rows = query.planned_afresh().all::<R>().await?;
        tx.keep().await?;
        // RETURNING promises no order.
        rows.sort_by_key(|row| {
            let (priority, run_at, id) = row.turn();
            (Reverse(priority), run_at, id)
        });
        Ok(rows)
    }

    /// Makes a lease longer. False when it was lost.
    pub async fn extend(&self, lease: Lease, until: Timestamp) -> Result<bool> {
        self.settle(lease, lease.queue.statements().extend, until, None).await
    }

    /// Notes that what is leased is done. False when the lease was lost.
    pub async fn finish(&self, lease: Lease, at: Timestamp) -> Result<bool> {
        self.settle(lease, lease.queue.statements().finish, at, None).await
    }

    /// Puts what is leased back, for another try at `run_at`. False when the lease was lost.
    pub async fn give_back(&self, lease: Lease, run_at: Timestamp, error: &str) -> Result<bool> {
        self.settle(lease, lease.queue.statements().give_back, run_at, Some(error))
            .await
    }

    /// Gives up what is leased. False when the lease was lost.
    pub async fn give_up(&self, lease: Lease, at: Timestamp, error: &str) -> Result<bool> {
        self.settle(lease, lease.queue.statements().give_up, at, Some(error))
            .await
    }

    /// Notes that a letter left, with the words by which its server took it. False when the lease was lost.
    pub async fn finish_letter(&self, lease: Lease, at: Timestamp, reply: &str) -> Result<bool> {
        self.settle(lease, ANSWER_LETTER, at, Some(reply)).await
    }

    /// Puts a letter back, to be sent at `run_at`: no failure. False when the lease was lost.
    pub async fn postpone_letter(&self, lease: Lease, run_at: Timestamp) -> Result<bool> {
        self.settle(lease, POSTPONE_LETTER, run_at, None).await
    }

    /// Gives up a letter because its address is not written to: no failure. False when the lease was lost.
    pub async fn suppress_letter(&self, lease: Lease, at: Timestamp, reason: SuppressionReason) -> Result<bool> {
        self.settle(lease, SUPPRESS_LETTER, at, Some(reason.code())).await
    }

    async fn settle(&self, lease: Lease, statement: Statement, at: Timestamp, words: Option<&str>) -> Result<bool> {
        // What became of a letter does not wait for the disk: lost in a power cut, the letter is sent once more under the same
        // Message-ID. A claim does: two claims of one number would both hold the lease.
        let durability = match lease.queue {
            Queue::Jobs => Durability::Full,
            Queue::Outbox => Durability::Relaxed,
        };
        let alone = self.alone(durability).await?;
        let written = alone.write(statement, |query| {
            let query = lease.bind(query).bind(at.micros());
            match words {
                Some(words) => query.bind(words),
                None => query,
            }
        });
        Ok(written.await? == 1)
    }
}
