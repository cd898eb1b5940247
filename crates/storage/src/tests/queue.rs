//! The job queue: leases, fences, priorities, keys.

use kernel::JobId;
use serde_json::json;

use super::support::{at, commit, id, on_both};
use crate::{Db, Job, NewJob, Page, QueueStatus};

fn job(kind: &str, priority: i64, run_at: i64) -> NewJob {
    NewJob {
        id: id!(JobId),
        kind: kind.to_owned(),
        payload: json!({ "id": 7, "名": "数控" }),
        priority,
        run_at: at(run_at),
        dedup_key: None,
        created_at: at(0),
    }
}

fn keyed(key: &str, priority: i64, run_at: i64) -> NewJob {
    NewJob {
        dedup_key: Some(key.to_owned()),
        ..job("index", priority, run_at)
    }
}

async fn enqueue(db: &Db, job: &NewJob) -> bool {
    let mut tx = db.write().await.unwrap();
    let new = tx.jobs().enqueue(job).await.unwrap();
    commit(tx).await;
    new
}

async fn find(db: &Db, id: JobId) -> Job {
    let mut tx = db.read().await.unwrap();
    for status in QueueStatus::ALL {
        let jobs = tx.jobs().list(status, Page::first(99)).await.unwrap();
        if let Some(job) = jobs.into_iter().find(|job| job.id == id) {
            return job;
        }
    }
    panic!("no such job")
}

on_both! {
    async fn urgent_jobs_come_first_and_none_before_its_time(db: Db) {
        let jobs = [job("a", 0, 2), job("a", 0, 1), job("b", 5, 3), job("b", 9, 100)];
        for job in &jobs {
            assert!(enqueue(&db, job).await);
        }
        let claimed = db.claim_jobs(at(50), at(80), 10).await.unwrap();
        let ids: Vec<_> = claimed.iter().map(|job| job.id).collect();
        assert_eq!(ids, [jobs[2].id, jobs[1].id, jobs[0].id]);
        let first = &claimed[0];
        assert_eq!((first.attempts, first.status), (1, QueueStatus::Running));
        assert_eq!(first.payload, json!({ "id": 7, "名": "数控" }));
        assert_eq!(db.claim_jobs(at(80), at(90), 10).await.unwrap(), [], "the leases hold, and one has time");
        assert_eq!(db.claim_jobs(at(99), at(130), 10).await.unwrap().len(), 3, "leases that ended come back");
    }

    async fn two_workers_never_hold_one_job(db: Db) {
        for number in 0..20 {
            enqueue(&db, &job("a", number % 3, 0)).await;
        }
        let workers = (0..4).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let some = db.claim_jobs(at(1), at(60), 2).await.unwrap();
                    if some.is_empty() {
                        return mine;
                    }
                    mine.extend(some.into_iter().map(|job| job.id));
                }
            })
        });
        let mut all = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            all.extend(worker.await.unwrap());
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 20);
    }

    async fn whoever_lost_the_lease_can_do_nothing(db: Db) {
        let new = job("a", 0, 0);
        enqueue(&db, &new).await;
        let lost = db.claim_jobs(at(1), at(10), 1).await.unwrap().remove(0);
        assert_eq!(db.claim_jobs(at(5), at(15), 1).await.unwrap(), [], "the lease holds");
        let held = db.claim_jobs(at(11), at(20), 1).await.unwrap().remove(0);
        assert_eq!((held.id, held.attempts), (lost.id, 2));
        assert!(!db.extend(lost.lease(), at(99)).await.unwrap());
        assert!(!db.finish(lost.lease(), at(12)).await.unwrap());
        assert!(!db.give_back(lost.lease(), at(12), "late").await.unwrap());
        assert!(!db.give_up(lost.lease(), at(12), "late").await.unwrap());
        assert!(db.extend(held.lease(), at(30)).await.unwrap());
        assert_eq!(db.claim_jobs(at(25), at(35), 1).await.unwrap(), []);
        assert!(db.finish(held.lease(), at(26)).await.unwrap());
        assert!(!db.finish(held.lease(), at(27)).await.unwrap(), "done once");
        let done = find(&db, new.id).await;
        assert_eq!((done.status, done.finished_at), (QueueStatus::Done, Some(at(26))));
        assert_eq!(db.purge_jobs(at(26)).await.unwrap(), 0);
        assert_eq!(db.purge_jobs(at(27)).await.unwrap(), 1);
    }

    async fn a_failed_job_is_tried_again_and_given_up_in_the_end(db: Db) {
        let new = job("a", 0, 0);
        enqueue(&db, &new).await;
        let first = db.claim_jobs(at(1), at(10), 1).await.unwrap().remove(0);
        assert!(db.give_back(first.lease(), at(60), "busy").await.unwrap());
        assert_eq!(db.claim_jobs(at(59), at(70), 1).await.unwrap(), []);
        let second = db.claim_jobs(at(60), at(70), 1).await.unwrap().remove(0);
        assert_eq!((second.attempts, second.failures, second.last_error.as_deref()), (2, 1, Some("busy")));
        assert!(db.give_up(second.lease(), at(61), "broken").await.unwrap());
        let mut tx = db.read().await.unwrap();
        let dead = tx.jobs().list(QueueStatus::Dead, Page::first(10)).await.unwrap();
        assert_eq!((dead.len(), dead[0].failures, dead[0].last_error.as_deref()), (1, 2, Some("broken")));
        let counts = tx.jobs().count().await.unwrap();
        assert_eq!((counts[0].kind.as_str(), counts[0].status, counts[0].jobs), ("a", QueueStatus::Dead, 1));
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert!(tx.jobs().revive(new.id, at(70)).await.unwrap());
        assert!(!tx.jobs().revive(new.id, at(70)).await.unwrap());
        commit(tx).await;
        let revived = db.claim_jobs(at(70), at(80), 1).await.unwrap().remove(0);
        assert_eq!((revived.attempts, revived.failures), (3, 0), "it starts anew");
    }

    async fn the_same_waiting_job_is_enqueued_once_and_keeps_the_earlier_moment(db: Db) {
        let first = keyed("posting:1", 1, 50);
        assert!(enqueue(&db, &first).await);
        assert!(!enqueue(&db, &keyed("posting:1", 0, 90)).await);
        assert_eq!((find(&db, first.id).await.run_at, find(&db, first.id).await.priority), (at(50), 1));
        assert!(!enqueue(&db, &keyed("posting:1", 7, 20)).await);
        assert_eq!((find(&db, first.id).await.run_at, find(&db, first.id).await.priority), (at(20), 7));
        assert!(enqueue(&db, &keyed("posting:2", 0, 20)).await);
        assert!(enqueue(&db, &job("index", 0, 20)).await, "without a key every job is its own");
        assert!(enqueue(&db, &job("index", 0, 20)).await);
    }

    async fn news_that_comes_while_a_job_runs_is_queued_again(db: Db) {
        enqueue(&db, &keyed("posting:1", 0, 0)).await;
        let running = db.claim_jobs(at(1), at(10), 1).await.unwrap().remove(0);
        assert!(enqueue(&db, &keyed("posting:1", 0, 0)).await);
        assert!(db.finish(running.lease(), at(2)).await.unwrap());
        assert_eq!(db.claim_jobs(at(3), at(10), 9).await.unwrap().len(), 1);
    }

    async fn a_job_of_a_period_is_scheduled_once(db: Db) {
        assert!(db.schedule_job(&job("reconcile", 0, 0), "reconcile:2026-11-20").await.unwrap());
        assert!(!db.schedule_job(&job("reconcile", 0, 0), "reconcile:2026-11-20").await.unwrap());
        let done = db.claim_jobs(at(1), at(10), 9).await.unwrap().remove(0);
        db.finish(done.lease(), at(2)).await.unwrap();
        assert!(!db.schedule_job(&job("reconcile", 0, 0), "reconcile:2026-11-20").await.unwrap(), "done as well");
        assert!(db.schedule_job(&job("reconcile", 0, 0), "reconcile:2026-11-21").await.unwrap());
    }
}
