//! One life, act by act: each is tried with a failure at the first place that writes, at the second, and so on, until it
//! is done without one. What failed before its commit left nothing; what failed after it is there, once.

use agreement::lifecycle::{Party, SlotRole, Stage, Wish};
use kernel::SlotId;
use operations::{App, jobs::Worker};
use storage::{FailurePlan, Page, QueueStatus};

use crate::{
    check::{self, Outbox},
    life::{Act, Life, Tally, Which},
    town::Town,
};

/// An act has fewer places than this.
const ENOUGH: u64 = 500;

struct Trial {
    town: Town,
    life: Life,
    plan: FailurePlan,
    app: App,
    tally: Tally,
    outbox: Outbox,
    tried: u64,
}

impl Trial {
    async fn new(url: Option<String>) -> Self {
        let town = Town::build(url, 1, 1).await;
        let plan = FailurePlan::nth(0, 0);
        let app = town.failing(&plan);
        Worker::new(town.app.clone()).drain().await.unwrap();
        Self {
            town,
            life: Life::scripted(1),
            plan,
            app,
            tally: Tally::new(1),
            outbox: Outbox::default(),
            tried: 0,
        }
    }

    async fn check(&mut self) {
        self.plan.stop();
        self.outbox.read(&self.town).await;
        if let Some(id) = self.life.id() {
            check::one(&self.town, id, &self.outbox).await;
        }
    }

    /// The letters leave, and everybody reads theirs.
    async fn deliver(&mut self) {
        Worker::new(self.town.app.clone()).drain().await.unwrap();
        self.town.read_mail();
        check::looked_after(&self.town).await;
    }

    /// Tries with a failure at every place, until there is none. Places fail in turn in each of the ways.
    async fn every(&mut self, act: Option<Act>) {
        for place in 1..ENOUGH {
            // Who tries for the hundredth time in an hour is stopped otherwise.
            let later = self.town.now().plus_days(60);
            self.town.db().purge_rate_windows(later).await.unwrap();
            let before = self.town.db().fingerprint().await.unwrap();
            self.plan.begin_again(place, self.tried);
            match act {
                Some(act) => self.life.act(&self.town, &self.app, &self.tally, act).await,
                None => self.life.begin(&self.town, &self.app, &self.tally).await,
            }
            let (failed, kept) = (self.plan.failures(), self.plan.failures_after_commit());
            if failed > 0 && kept == 0 {
                // All is as it was, and as it was checked then.
                let after = self.town.db().fingerprint().await.unwrap();
                let differs = after.differences(&before).into_iter();
                let left: Vec<&str> = differs.filter(|table| *table != "rate_windows").collect();
                assert_eq!(left, [""; 0], "left behind by {act:?} at place {place}");
            } else {
                self.check().await;
            }
            self.tried += failed;
            if failed == 0 {
                self.deliver().await;
                return;
            }
        }
        panic!("{act:?} has no end");
    }

    /// A worker does what is due, with a failure at every place.
    async fn work(&mut self) {
        for place in 1..ENOUGH {
            self.plan.begin_again(place, self.tried);
            let round = Worker::new(self.app.clone()).round().await;
            let failed = self.plan.failures();
            assert!(failed > 0 || round.is_ok(), "{round:?}");
            self.check().await;
            self.tried += failed;
            if failed == 0 {
                self.deliver().await;
                return;
            }
            self.bring_back().await;
        }
        panic!("a worker has no end");
    }

    /// What was claimed and not done is due again.
    async fn bring_back(&mut self) {
        let mut tx = self.town.db().write().await.unwrap();
        let everything = Page::first(1_000);
        for job in tx.jobs().list(QueueStatus::Dead, everything).await.unwrap() {
            assert!(tx.jobs().revive(job.id, self.town.now()).await.unwrap());
        }
        let ready = tx.jobs().list(QueueStatus::Ready, everything).await.unwrap();
        let tried = ready.iter().filter(|job| job.attempts > 0);
        let wait = tried.map(|job| job.run_at.seconds() - self.town.now().seconds()).max();
        tx.commit(crate::life::entry(&self.town, "test.revive")).await.unwrap();
        self.town.pass(wait.unwrap_or(0).clamp(31, 3_600));
    }

    async fn slot(&self, role: SlotRole) -> SlotId {
        let open = self.life.look(&self.town).await.unwrap();
        let slots = open.get().slots().unwrap();
        slots.standing().find(|slot| slot.role == role).unwrap().id
    }

    async fn sign(&mut self, role: SlotRole) {
        let link = if role == SlotRole::Enterprise {
            Which::Login
        } else {
            Which::Newest
        };
        let slot = self.slot(role).await;
        self.every(Some(Act::Sign { slot, link })).await;
    }

    async fn acts(&mut self, acts: &[Act]) {
        for act in acts {
            self.every(Some(*act)).await;
        }
    }

    async fn stage(&self) -> Stage {
        self.life.look(&self.town).await.unwrap().get().stage()
    }
}

const AGAIN: [Act; 3] = [
    Act::Approve(Party::College),
    Act::Approve(Party::Enterprise),
    Act::Send(Party::Enterprise),
];

async fn whole_life(trial: &mut Trial) {
    trial.every(None).await;
    trial
        .acts(&[
            Act::Check,
            Act::Edit(Party::Enterprise),
            Act::HandOver(Party::Enterprise),
        ])
        .await;
    trial.acts(&AGAIN).await;
    let guardian = trial.slot(SlotRole::Guardian).await;
    trial.acts(&[Act::Replace(guardian)]).await;
    trial.sign(SlotRole::Apprentice).await;
    let slot = trial.slot(SlotRole::Apprentice).await;
    for agrees in [false, true] {
        trial
            .acts(&[Act::Recall(Party::College), Act::Answer { slot, agrees }])
            .await;
    }
    assert_eq!(trial.stage().await, Stage::Negotiating);

    trial.acts(&AGAIN).await;
    trial.town.pass(3 * 86_400);
    trial.work().await;
    trial.sign(SlotRole::Apprentice).await;
    trial.town.pass(8 * 86_400);
    trial.work().await;
    let slot = trial.slot(SlotRole::Guardian).await;
    trial.acts(&[Act::MoreTime(slot), Act::LinkAgain(slot)]).await;
    let wish = Wish::Change;
    trial.acts(&[Act::Decline { slot, wish }]).await;
    assert_eq!(trial.stage().await, Stage::Negotiating);

    trial.acts(&AGAIN).await;
    for role in [SlotRole::Apprentice, SlotRole::Guardian, SlotRole::Enterprise] {
        trial.sign(role).await;
    }
    assert_eq!(trial.stage().await, Stage::Effective);
}

/// Another agreement, which comes to nothing.
async fn given_up(trial: &mut Trial) {
    trial.life = Life::scripted(2);
    trial.every(None).await;
    trial.acts(&[Act::Check, Act::HandOver(Party::Enterprise)]).await;
    trial.acts(&AGAIN).await;
    let enterprise = trial.slot(SlotRole::Enterprise).await;
    trial.acts(&[Act::Replace(enterprise)]).await;
    trial.sign(SlotRole::Apprentice).await;
    trial.sign(SlotRole::Guardian).await;
    let enterprise = trial.slot(SlotRole::Enterprise).await;
    trial
        .acts(&[Act::NewCode(enterprise), Act::Void(Party::Enterprise)])
        .await;
    assert_eq!(trial.stage().await, Stage::Voided);
}

async fn every_place(url: Option<String>) {
    let mut trial = Trial::new(url).await;
    whole_life(&mut trial).await;
    given_up(&mut trial).await;
    let census = check::all(&trial.town, &trial.outbox).await;
    let name = trial.town.db().name();
    println!(
        "{name}: {} failures at every place; {census:?}\n{}",
        trial.tried,
        trial.tally.report()
    );
    assert!(trial.tried > 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agreement_lives_through_a_failure_at_every_place_on_sqlite() {
    Box::pin(every_place(None)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agreement_lives_through_a_failure_at_every_place_on_postgres() {
    let Some(url) = testbed::fresh_postgres_database() else {
        return;
    };
    Box::pin(every_place(Some(url))).await;
}
