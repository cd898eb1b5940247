//! The demonstration's past, lived through the same operations as everybody's present, on a clock that is moved.

use std::sync::Arc;

use kernel::{Chance as _, FixedClock, Locale, SeededChance, Timestamp};
use marketplace::{CloseReason, Role};

use super::plan::{Plan, PlannedOrganisation, PlannedPost, PlannedStanding, PlannedState, plan};
use crate::{
    Actor, App, Cx, Failure, Result, Token,
    accounts::{self, SignUp},
    compiled_here,
    import::{self, ImportFailure, Quiet},
    jobs::Worker,
    members::{self, Newcomer, Way},
    operator,
    organisations::{self, Decision},
    postings, register, setup,
};

/// Something that happened, so many days before today.
#[derive(Debug)]
struct Event<'a> {
    days_ago: i64,
    what: What<'a>,
}

#[derive(Debug)]
enum What<'a> {
    SignUp(usize),
    Decide(usize),
    Claim(usize),
    Post(usize, &'a PlannedPost),
    Close(usize, &'a str, CloseReason),
    Work,
}

/// Days on which the worker runs, so that matches and letters have a past as well.
const WORKING_DAYS: [i64; 6] = [60, 30, 14, 7, 3, 1];

/// Fills an empty database with the story that follows from `seed`, and marks it as fictional for good. Answers whether
/// it did: a database that has its story keeps it.
#[compiled_here]
pub async fn populate(app: &App, seed: u64) -> Result<bool> {
    let now = app.clock().now();
    match setup::demonstration(app.db()).await? {
        setup::Demonstration::Complete => return Ok(false),
        setup::Demonstration::None => {}
        setup::Demonstration::Begun => {
            return Err(Failure::Internal(
                "the first start was interrupted while it made the demonstration; delete the data folder and start again".into(),
            ));
        }
    }
    setup::mark_demonstration(app.db(), seed, false, now, app.chance()).await?;
    let chance = Arc::new(SeededChance::new(seed));
    let plan = plan(&*chance, &app.vocabulary(), kernel::shanghai_date(now));
    let clock = Arc::new(FixedClock::at(now));
    let past = app.replayed(clock.clone(), Arc::new(SeededChance::new(chance.next_u64())));
    let mut story = Story {
        app: past,
        clock,
        now,
        plan: &plan,
        admins: vec![None; plan.colleges.len() + plan.enterprises.len()],
    };
    story.tell().await?;
    setup::mark_demonstration(app.db(), seed, true, app.clock().now(), app.chance()).await?;
    Ok(true)
}

struct Story<'a> {
    app: App,
    clock: Arc<FixedClock>,
    now: Timestamp,
    plan: &'a Plan,
    /// The first person of each organisation, once it has signed up.
    admins: Vec<Option<Actor>>,
}

impl<'a> Story<'a> {
    async fn tell(&mut self) -> Result<()> {
        let events = self.events();
        let first = events.first().map_or(0, |event| event.days_ago);
        let cx = self.at(first + 1, 0);
        let operator = &self.plan.operator;
        operator::add(&self.app, &cx, &Actor::Command, &operator.email, &operator.name).await?;
        self.import_register(&cx).await?;
        for (place, event) in events.iter().enumerate() {
            // A little later each time: events of one day stay in their order.
            let cx = self.at(event.days_ago, i64::try_from(place).unwrap_or(0));
            match &event.what {
                What::SignUp(of) => self.sign_up(&cx, *of).await?,
                What::Decide(of) => self.decide(&cx, *of).await?,
                What::Claim(of) => self.claim(&cx, *of).await?,
                What::Post(of, post) => self.post(&cx, *of, post).await?,
                What::Close(of, title, reason) => self.close(&cx, *of, title, *reason).await?,
                What::Work => drop(Worker::new(self.app.clone()).drain().await?),
            }
        }
        Ok(())
    }

    /// Everything that happens, the oldest first.
    fn events(&self) -> Vec<Event<'a>> {
        let plan: &'a Plan = self.plan;
        let mut events = Vec::new();
        for (of, organisation) in plan.organisations().enumerate() {
            events.push(Event {
                days_ago: organisation.signed_up_days_ago,
                what: What::SignUp(of),
            });
            if organisation.standing != PlannedStanding::Claimed {
                events.push(Event {
                    days_ago: organisation.signed_up_days_ago - 1,
                    what: What::Decide(of),
                });
            }
            if organisation.claims {
                events.push(Event {
                    days_ago: organisation.signed_up_days_ago - 2,
                    what: What::Claim(of),
                });
            }
            for post in &organisation.posts {
                events.push(Event {
                    days_ago: post.days_ago,
                    what: What::Post(of, post),
                });
                if let PlannedState::Closed { reason, days_ago } = post.state {
                    events.push(Event {
                        days_ago,
                        what: What::Close(of, &post.input.title, reason),
                    });
                }
            }
        }
        events.extend(WORKING_DAYS.map(|days_ago| Event {
            days_ago,
            what: What::Work,
        }));
        events.sort_by_key(|event| std::cmp::Reverse(event.days_ago));
        events
    }

    /// Moves the clock to some minutes after nine in the morning, so many days ago.
    fn at(&self, days_ago: i64, minutes: i64) -> Cx {
        let morning = self.now.plus_days(-days_ago);
        let into_day = i64::from(morning.in_shanghai().hour()) * 60 + i64::from(morning.in_shanghai().minute());
        let at = morning
            .plus_minutes(9 * 60 - into_day + minutes % (8 * 60))
            .plus_seconds(minutes % 60);
        let at = at.min(self.now.plus_minutes(-1));
        self.clock.set(at);
        Cx {
            now: at,
            locale: Locale::Zh,
            client: format!("demonstration {days_ago} {minutes}"),
        }
    }

    async fn import_register(&self, cx: &Cx) -> Result<()> {
        let mut file = marketplace::register::COLUMNS.join(",");
        file.push('\n');
        for entry in &self.plan.register {
            let row = entry.input();
            let fields = [
                row.year,
                row.province,
                row.school_code,
                row.school_name,
                row.major_code,
                row.major_name,
                row.duration_years,
                row.remark,
            ];
            file.push_str(&fields.join(","));
            file.push('\n');
        }
        let file = ("demonstration.csv", file.as_bytes());
        match import::import_programmes(&self.app, cx, &Actor::Command, file, None, false, &Quiet).await {
            Ok(_) => Ok(()),
            Err(ImportFailure::Other(failure)) => Err(failure),
            Err(other) => Err(Failure::internal(other)),
        }
    }

    fn organisation(&self, of: usize) -> &'a PlannedOrganisation {
        let (colleges, enterprises) = (&self.plan.colleges, &self.plan.enterprises);
        colleges.get(of).unwrap_or_else(|| &enterprises[of - colleges.len()])
    }

    /// A password nobody knows: in a demonstration people are become, not signed in.
    fn password(&self) -> String {
        Token::new(self.app.chance()).expose().to_owned()
    }

    async fn sign_up(&mut self, cx: &Cx, of: usize) -> Result<()> {
        let planned = self.organisation(of);
        let first = &planned.officers[0];
        let input = SignUp {
            profile: planned.profile.clone(),
            person_name: first.name.clone(),
            email: first.email.clone(),
            phone: String::new(),
            password: self.password(),
            fictional: true,
        };
        let token = accounts::sign_up(&self.app, cx, &input).await?;
        let actor = self.confirmed(cx, &token).await?;
        for officer in &planned.officers[1..] {
            let role = if officer.admin { Role::Admin } else { Role::Officer };
            let invited = members::invite(&self.app, cx, &actor, Way::Code, role).await?;
            let newcomer = Newcomer {
                person_name: officer.name.clone(),
                email: officer.email.clone(),
                password: self.password(),
            };
            let code = invited.code.unwrap_or_default();
            let token = members::accept(&self.app, cx, &Actor::Stranger, &code, &newcomer).await?;
            self.confirmed(cx, &token).await?;
        }
        self.admins[of] = Some(actor);
        Ok(())
    }

    /// Whoever has just signed in, their address confirmed: nobody reads the letters of a demonstration.
    async fn confirmed(&self, cx: &Cx, token: &Token) -> Result<Actor> {
        let actor = accounts::actor(&self.app, cx, token).await?;
        accounts::confirm_invented(&self.app, cx, &actor).await?;
        Ok(actor)
    }

    /// The admin of an organisation that has signed up.
    fn actor(&self, of: usize) -> Result<&Actor> {
        self.admins[of].as_ref().ok_or(Failure::NotFound)
    }

    async fn decide(&self, cx: &Cx, of: usize) -> Result<()> {
        let decision = match &self.organisation(of).standing {
            PlannedStanding::Claimed => return Ok(()),
            PlannedStanding::Verified => Decision::Verify,
            PlannedStanding::Returned(reason) => Decision::Return { reason: reason.clone() },
        };
        let organisation = self.actor(of)?.organisation().ok_or(Failure::NotFound)?;
        organisations::decide(&self.app, cx, &Actor::Command, organisation, None, &decision).await
    }

    async fn claim(&self, cx: &Cx, of: usize) -> Result<()> {
        let actor = self.actor(of)?;
        let open = register::claims(&self.app, actor).await?.open;
        let rows: Vec<_> = open.into_iter().map(|row| row.id).collect();
        register::claim(&self.app, cx, actor, &rows).await
    }

    async fn post(&self, cx: &Cx, of: usize, post: &PlannedPost) -> Result<()> {
        let actor = self.actor(of)?;
        let id = postings::create(&self.app, cx, actor, post.kind, &post.input).await?;
        if post.state == PlannedState::Draft {
            return Ok(());
        }
        postings::publish(&self.app, cx, actor, id, None).await
    }

    async fn close(&self, cx: &Cx, of: usize, title: &str, reason: CloseReason) -> Result<()> {
        let actor = self.actor(of)?;
        let own = postings::own(&self.app, actor).await?;
        let found = own
            .iter()
            .find(|own| own.posting.is_published() && own.posting.content.title == title);
        let id = found.ok_or(Failure::NotFound)?.posting.id;
        postings::close(&self.app, cx, actor, id, None, reason).await
    }
}
