//! What follows from acts, done later: the table of jobs, and the worker that does them.
//!
//! A job holds ids, never data: it reads what is true when it runs. It is enqueued in the transaction of the fact it
//! follows from, run outside any, and safe to run twice.

mod matching;
mod nightly;
mod worker;

use kernel::{AgreementId, JobId, Timestamp};
pub use matching::MATCHES_KEPT;
use serde::{Deserialize, Serialize};
use storage::{NewJob, Tx, Write};
pub(crate) use worker::Work;
pub use worker::{Round, Worker};

use crate::{App, Cx, Failure, Result};

/// Something to be done later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Bring one document of the index up to date with storage.
    Index {
        /// Its id in the index.
        document: String,
    },
    /// Bring the stored matches up to date with the published posts and the register.
    Match,
    /// Build a new index beside the old one and swap.
    Reindex,
    /// What is done once a day: close what has expired, compare the index with storage, forget what is old.
    Nightly,
    /// Make the digests that are due.
    Digests,
    /// Remind the signatories of an agreement, and let deadlines pass: whatever is due in it.
    Agreement {
        /// Which.
        agreement: AgreementId,
    },
    /// Make the paper of an agreement that all signed.
    Document {
        /// Which.
        agreement: AgreementId,
    },
    /// Start training, end breaks, remind of weeks: whatever is due in the record of an agreement.
    Record {
        /// Which.
        agreement: AgreementId,
    },
}

impl Job {
    /// Every kind.
    pub const KINDS: [&'static str; 8] = [
        "index",
        "match",
        "reindex",
        "nightly",
        "digests",
        "agreement",
        "document",
        "record",
    ];

    /// The kinds that have to be done before search and matches know what was published.
    pub(crate) const LEARNING: [&'static str; 3] = ["index", "match", "reindex"];

    /// Its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Index { .. } => "index",
            Self::Match => "match",
            Self::Reindex => "reindex",
            Self::Nightly => "nightly",
            Self::Digests => "digests",
            Self::Agreement { .. } => "agreement",
            Self::Document { .. } => "document",
            Self::Record { .. } => "record",
        }
    }

    /// Higher runs first: what somebody waits for before what nobody sees.
    const fn priority(&self) -> i64 {
        match self {
            Self::Agreement { .. } => 60,
            Self::Record { .. } => 55,
            Self::Index { .. } => 50,
            Self::Match => 40,
            // The slowest of all, and nobody signs by it.
            Self::Document { .. } => 35,
            Self::Reindex => 20,
            Self::Digests => 30,
            Self::Nightly => 10,
        }
    }

    /// Two waiting jobs with one key are one job.
    fn dedup_key(&self) -> String {
        match self {
            Self::Index { document } => format!("index:{document}"),
            Self::Agreement { agreement } => format!("agreement:{agreement}"),
            Self::Document { agreement } => format!("document:{agreement}"),
            Self::Record { agreement } => format!("record:{agreement}"),
            other => other.kind().to_owned(),
        }
    }
}

/// Enqueues a job in the transaction of the fact it follows from. One that waits already keeps the earlier time.
pub(crate) async fn enqueue(app: &App, cx: &Cx, tx: &mut Tx<Write>, job: &Job) -> Result<()> {
    tx.jobs().enqueue(&new(app, cx.now, job)?).await?;
    Ok(())
}

/// Enqueues a job for later.
pub(crate) async fn enqueue_at(app: &App, cx: &Cx, tx: &mut Tx<Write>, job: &Job, run_at: Timestamp) -> Result<()> {
    let job = NewJob {
        run_at,
        ..new(app, cx.now, job)?
    };
    tx.jobs().enqueue(&job).await?;
    Ok(())
}

/// Makes sure that a job runs at a moment, outside of any act. Housekeeping.
pub(crate) async fn remember(app: &App, cx: &Cx, job: &Job, run_at: Timestamp) -> Result<()> {
    let key = format!("{}:{}", job.dedup_key(), run_at.micros());
    let job = NewJob {
        run_at,
        ..new(app, cx.now, job)?
    };
    app.db().schedule_job(&job, &key).await?;
    Ok(())
}

fn new(app: &App, now: Timestamp, job: &Job) -> Result<NewJob> {
    Ok(NewJob {
        id: app.id(now, JobId::new),
        kind: job.kind().to_owned(),
        payload: serde_json::to_value(job).map_err(Failure::internal)?,
        priority: job.priority(),
        run_at: now,
        dedup_key: Some(job.dedup_key()),
        created_at: now,
    })
}

/// When a job that failed runs again: after 1, 4, 16, 64 .. seconds, at most an hour.
fn next_try(now: Timestamp, failures: i64) -> Timestamp {
    let exponent = u32::try_from((failures - 1).clamp(0, 6)).unwrap_or(6);
    now.plus_seconds(4_i64.pow(exponent).min(3_600))
}

/// After so many failures a job is dead and an operator has to look at it.
const MAX_FAILURES: i64 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_fails_waits_longer_each_time_but_never_over_an_hour() {
        let now = Timestamp::from_micros(0);
        let waits: Vec<i64> = (1..=9).map(|failure| next_try(now, failure).seconds()).collect();
        assert_eq!(waits, [1, 4, 16, 64, 256, 1_024, 3_600, 3_600, 3_600]);
    }

    #[test]
    fn every_kind_has_its_job() {
        let jobs = [
            Job::Index {
                document: "posting:1".to_owned(),
            },
            Job::Match,
            Job::Reindex,
            Job::Nightly,
            Job::Digests,
            Job::Agreement {
                agreement: AgreementId::new(Timestamp::from_micros(1), &kernel::SeededChance::new(1)),
            },
            Job::Document {
                agreement: AgreementId::new(Timestamp::from_micros(1), &kernel::SeededChance::new(1)),
            },
            Job::Record {
                agreement: AgreementId::new(Timestamp::from_micros(1), &kernel::SeededChance::new(1)),
            },
        ];
        assert_eq!(jobs.each_ref().map(Job::kind), Job::KINDS);
        for job in jobs {
            let stored = serde_json::to_value(&job).unwrap();
            assert_eq!(serde_json::from_value::<Job>(stored).unwrap(), job);
        }
    }
}
