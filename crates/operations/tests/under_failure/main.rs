//! Agreements are signed, declined, mended, taken back and left to expire by many at once, while every place that writes
//! fails at some time: before it writes, before its commit, and after a commit that happened all the same.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]

mod bytes;
mod check;
mod days;
mod every_place;
mod life;
mod oracle;
mod town;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use operations::{App, jobs::Worker};
use storage::FailurePlan;
use tokio::sync::Semaphore;

use self::{
    check::Outbox,
    life::{Life, Tally, one_day},
    town::Town,
};

const AGREEMENTS: u32 = 500;
const ENTERPRISES: u32 = 25;
const COLLEGES: u32 = 5;
/// How many people work at once, how many workers send letters and look at deadlines meanwhile.
const PEOPLE: usize = 6;
const WORKERS: usize = 2;
/// How often somebody presses again on a day.
const PRESSES: u32 = 4;
/// One of so many places fails.
const ONE_IN: u64 = 40;
/// How many hours pass from day to day: long enough for every deadline, extension and lapse in all.
const HOURS: [i64; 24] = [
    0, 2, 20, 24, 24, 24, 24, 48, 24, 24, 48, 24, 24, 48, 48, 24, 72, 24, 48, 72, 72, 48, 72, 72,
];

fn plan(at: usize) -> FailurePlan {
    FailurePlan::seeded(20_261_120 + at as u64, ONE_IN)
}

/// What people leave for the workers.
struct Day {
    news: Semaphore,
    is_over: AtomicBool,
}

/// Jobs and letters are done until the day is over, and then until nothing is due any more.
async fn work(app: App, day: Arc<Day>, tally: Arc<Tally>) {
    let worker = Worker::new(app);
    let mut failed = 0;
    loop {
        match worker.round().await {
            Ok(round) if round.is_idle() => {
                if day.is_over.load(Ordering::SeqCst) {
                    return;
                }
                day.news.acquire().await.unwrap().forget();
            }
            Ok(_) => {}
            Err(_) => {
                tally.count("failures of workers");
                failed += 1;
                assert!(failed < 100_000, "a worker that only fails");
            }
        }
    }
}

async fn five_hundred(url: Option<String>) {
    let town = Arc::new(Town::build(url, ENTERPRISES, COLLEGES).await);
    let plans: Vec<FailurePlan> = (0..PEOPLE + WORKERS).map(plan).collect();
    let apps: Vec<App> = plans.iter().map(|plan| town.failing(plan)).collect();
    let tally = Arc::new(Tally::new(PRESSES));
    let lives: Arc<Vec<Arc<Life>>> = Arc::new(
        (0..AGREEMENTS)
            .map(|number| Arc::new(Life::new(number, &town, 11)))
            .collect(),
    );
    let mut outbox = Outbox::default();
    for hours in HOURS {
        town.pass(hours * 3_600);
        let day = Arc::new(Day {
            news: Semaphore::new(0),
            is_over: AtomicBool::new(false),
        });
        let workers: Vec<_> = apps[PEOPLE..]
            .iter()
            .map(|app| tokio::spawn(work(app.clone(), day.clone(), tally.clone())))
            .collect();
        let turn = Arc::new(AtomicUsize::new(0));
        let people: Vec<_> = (0..PEOPLE)
            .map(|_| {
                let (town, lives, turn, tally) = (town.clone(), lives.clone(), turn.clone(), tally.clone());
                let day = day.clone();
                let apps = apps[..PEOPLE].to_vec();
                tokio::spawn(async move {
                    while let Some(life) = lives.get(turn.fetch_add(1, Ordering::SeqCst)) {
                        one_day(life, &town, &apps, &tally).await;
                        day.news.add_permits(1);
                    }
                })
            })
            .collect();
        for person in people {
            person.await.unwrap();
        }
        day.is_over.store(true, Ordering::SeqCst);
        day.news.add_permits(WORKERS * AGREEMENTS as usize);
        for worker in workers {
            worker.await.unwrap();
        }
        town.read_mail();
        outbox.read(&town).await;
        for _ in 0..check::bring_back(&town).await {
            tally.count("jobs brought back");
        }
        check::looked_after(&town).await;
    }
    // From now on nothing fails: what was left lying is done.
    for plan in &plans {
        plan.stop();
    }
    for _ in 0..3 {
        town.pass(3_600);
        Worker::new(town.app.clone()).drain().await.unwrap();
    }
    town.read_mail();
    outbox.read(&town).await;
    outbox.all_left(&town);
    let census = check::all(&town, &outbox).await;
    let sum = |of: fn(&FailurePlan) -> u64| plans.iter().map(of).sum::<u64>();
    println!(
        "{}: {} letters, {} places, {} failed, {} of them after the commit\n{census:?}\n{}",
        town.db().name(),
        outbox.len(),
        sum(FailurePlan::places),
        sum(FailurePlan::failures),
        sum(FailurePlan::failures_after_commit),
        tally.report(),
    );
    assert!(sum(FailurePlan::failures) > 1_000, "hardly anything failed");
    assert!(sum(FailurePlan::failures_after_commit) > 50);
    // Who comes first decides how many: between 190 and 260 took effect whenever somebody looked.
    for (stage, least) in [("effective", 150), ("voided", 40)] {
        let there = census.get(stage).copied().unwrap_or_default();
        assert!(there >= least, "{there} agreements are {stage}");
    }
    for act in [
        "sign",
        "decline",
        "replace",
        "more time",
        "recall",
        "answer",
        "void",
        "edit",
    ] {
        assert!(tally.of(act) > 5, "{act} hardly happened");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_agreements_live_through_failures_on_sqlite() {
    five_hundred(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_agreements_live_through_failures_on_postgres() {
    let Some(url) = testbed::fresh_postgres_database() else {
        return;
    };
    five_hundred(Some(url)).await;
}
