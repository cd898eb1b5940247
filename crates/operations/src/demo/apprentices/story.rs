//! One story: its steps, carried out by whoever they are of.

use std::{collections::BTreeMap, sync::Arc};

use agreement::{
    lifecycle::{Party, SlotRole},
    training::{Draft, Section},
};
use apprenticeship::Monday;
use futures::future::BoxFuture;
use kernel::{AgreementId, FixedClock, Locale, SeededChance, Timestamp, shanghai_date};

use super::{
    cast::Cast,
    draft,
    script::{Act, Step},
};
use crate::{
    Actor, App, Cx, Failure, Result, agreements as acts,
    demo::plan::{Plan, PlannedApprentice, PlannedOrganisation, PlannedPerson, PlannedPlace},
};

/// A story being told.
pub(super) struct Story<'a> {
    pub(super) app: &'a App,
    clock: &'a Arc<FixedClock>,
    cast: &'a mut Cast,
    plan: &'a Plan,
    pub(super) number: usize,
    pub(super) planned: &'a PlannedApprentice,
    pub(super) place: &'a PlannedPlace,
    pub(super) id: AgreementId,
    /// Everything typed.
    draft: Draft,
    /// The version of the draft that was saved last.
    seen: Option<i64>,
    /// The editions of weeks, as far as this process wrote them.
    pub(super) editions: BTreeMap<Monday, u32>,
    steps: usize,
}

impl<'a> Story<'a> {
    /// The id of the agreement that is begun at that moment by chance of that seed.
    pub(super) fn id(at: Timestamp, seed: u64) -> AgreementId {
        AgreementId::new(at, &SeededChance::new(seed))
    }

    pub(super) fn new(
        app: &'a App,
        clock: &'a Arc<FixedClock>,
        cast: &'a mut Cast,
        plan: &'a Plan,
        (number, planned, place): (usize, &'a PlannedApprentice, &'a PlannedPlace),
        id: AgreementId,
    ) -> Self {
        Self {
            app,
            clock,
            cast,
            plan,
            number,
            planned,
            place,
            id,
            draft: Draft::default(),
            seen: None,
            editions: BTreeMap::new(),
            steps: 0,
        }
    }

    /// How many steps happened.
    pub(super) const fn steps(&self) -> usize {
        self.steps
    }

    /// Carries out the steps of an agreement that was, or is to be, begun at that moment.
    pub(super) async fn tell(&mut self, steps: &[Step], begun: Timestamp) -> Result<()> {
        self.draft = draft::of(self.plan, self.planned, self.number, shanghai_date(begun));
        for step in steps {
            self.clock.set(step.at);
            let cx = self.cx(step.at);
            self.act(&cx, step.act).await?;
            self.steps += 1;
        }
        Ok(())
    }

    pub(super) fn cx(&self, now: Timestamp) -> Cx {
        Cx {
            now,
            locale: Locale::Zh,
            client: format!("demonstration {}", self.number),
        }
    }

    /// Each act in a box of its own: together they would be too large for a stack.
    fn act<'s>(&'s mut self, cx: &'s Cx, act: Act) -> BoxFuture<'s, Result<()>> {
        match act {
            Act::Create(by) => Box::pin(self.create(cx, by)),
            Act::Write(section) => Box::pin(self.write(cx, section)),
            Act::Check => Box::pin(self.check(cx)),
            Act::Reasons => Box::pin(self.reasons(cx)),
            Act::HandOver(by, message) => Box::pin(self.hand_over(cx, by, message)),
            Act::Mend(by, key, words) => Box::pin(self.mend(cx, by, key, words)),
            Act::Approve(by) => Box::pin(self.approve(cx, by)),
            Act::Send(asking) => Box::pin(self.send(cx, asking)),
            Act::Sign(role) => Box::pin(self.sign(cx, role)),
            Act::Decline(wish, reason) => Box::pin(self.decline(cx, wish, reason)),
            Act::Replace => Box::pin(self.replace(cx)),
            Act::Extend => Box::pin(self.extend(cx)),
            Act::Due => Box::pin(acts::due(self.app, cx, self.id)),
            Act::Recall(reason) => Box::pin(self.recall(cx, reason)),
            Act::Void(reason) => Box::pin(self.void(cx, reason)),
            other => self.learn(cx, other),
        }
    }

    async fn check(&mut self, cx: &Cx) -> Result<()> {
        let by = self.enterprise(cx).await?;
        acts::check_apprentice(self.app, cx, &by, self.id, true, "0").await
    }

    async fn hand_over(&mut self, cx: &Cx, by: Party, message: &str) -> Result<()> {
        let by = self.party(cx, by).await?;
        acts::hand_over(self.app, cx, &by, self.id, message).await.map(drop)
    }

    async fn mend(&mut self, cx: &Cx, by: Party, key: &str, words: &str) -> Result<()> {
        let by = self.party(cx, by).await?;
        let section = acts::section_of(key).ok_or(Failure::NotFound)?;
        self.save(cx, &by, section, &[(key.to_owned(), words.to_owned())]).await
    }

    async fn approve(&mut self, cx: &Cx, by: Party) -> Result<()> {
        let by = self.party(cx, by).await?;
        let head = self.app.db().read().await?.agreements().head(self.id).await?;
        let version = head.ok_or(Failure::NotFound)?.content_version;
        acts::approve(self.app, cx, &by, self.id, version).await.map(drop)
    }

    async fn extend(&mut self, cx: &Cx) -> Result<()> {
        let slot = self.slot(SlotRole::Apprentice).await?.0;
        let by = self.enterprise(cx).await?;
        acts::ask_again(self.app, cx, &by, self.id, slot).await.map(drop)
    }

    async fn recall(&mut self, cx: &Cx, reason: &str) -> Result<()> {
        let by = self.enterprise(cx).await?;
        acts::recall(self.app, cx, &by, self.id, reason).await.map(drop)
    }

    async fn void(&mut self, cx: &Cx, reason: &str) -> Result<()> {
        let by = self.enterprise(cx).await?;
        acts::void(self.app, cx, &by, self.id, reason).await
    }

    pub(super) async fn person(&mut self, cx: &Cx, person: &PlannedPerson) -> Result<Actor> {
        self.cast.get(self.app, cx.today(), &person.email).await
    }

    pub(super) async fn person_if_any(&mut self, cx: &Cx, person: &PlannedPerson) -> Result<Option<Actor>> {
        self.cast.find(self.app, cx.today(), &person.email).await
    }

    pub(super) async fn operator(&mut self, cx: &Cx) -> Result<Actor> {
        let operator = &self.plan.operator;
        self.person(cx, operator).await
    }

    pub(super) fn organisation(&self, party: Party) -> Result<&'a PlannedOrganisation> {
        let found = match party {
            Party::Enterprise => self.plan.enterprises.get(self.place.enterprise),
            Party::College => self.place.college.and_then(|college| self.plan.colleges.get(college)),
        };
        found.ok_or(Failure::NotFound)
    }

    /// The person who looks after agreements there.
    pub(super) fn officer(&self, party: Party) -> Result<&'a PlannedPerson> {
        self.organisation(party)?.officers.first().ok_or(Failure::NotFound)
    }

    pub(super) async fn party(&mut self, cx: &Cx, party: Party) -> Result<Actor> {
        let officer = self.officer(party)?;
        self.person(cx, officer).await
    }

    pub(super) async fn enterprise(&mut self, cx: &Cx) -> Result<Actor> {
        self.party(cx, Party::Enterprise).await
    }

    async fn create(&mut self, cx: &Cx, by: Party) -> Result<()> {
        let actor = self.party(cx, by).await?;
        let other = match by {
            Party::Enterprise => self.organisation(Party::College).ok(),
            Party::College => Some(self.organisation(Party::Enterprise)?),
        };
        let other = other.map_or("", |other| &other.profile.name);
        let id = acts::create(self.app, cx, &actor, other).await?;
        if id == self.id {
            return Ok(());
        }
        // By its id the agreement is found again after an interruption.
        Err(Failure::Internal(
            "an agreement of the demonstration got another id than was foreseen".into(),
        ))
    }

    async fn write(&mut self, cx: &Cx, section: Section) -> Result<()> {
        let head = self.app.db().read().await?.agreements().head(self.id).await?;
        let owner = head.and_then(|head| head.only_for).unwrap_or(Party::Enterprise);
        let by = self.party(cx, owner).await?;
        let here = self
            .draft
            .typed()
            .filter(|(key, _)| acts::section_of(key) == Some(section));
        let words: Vec<_> = here.map(|(key, words)| (key.to_owned(), words.to_owned())).collect();
        self.save(cx, &by, section, &words).await
    }

    async fn save(&mut self, cx: &Cx, by: &Actor, section: Section, words: &[(String, String)]) -> Result<()> {
        let seen = match self.seen {
            Some(seen) => seen,
            None => acts::section(self.app, cx, by, self.id, section).await?.seen,
        };
        let saved = acts::save_section(self.app, cx, by, self.id, section, seen, words).await?;
        self.seen = Some(saved.seen);
        Ok(())
    }

    /// Gives every warning its reason.
    async fn reasons(&mut self, cx: &Cx) -> Result<()> {
        let by = self.enterprise(cx).await?;
        let view = acts::view(self.app, cx, &by, self.id).await?;
        for finding in view.review.unexplained() {
            let reasons = &self.plan.reasons;
            let words = reasons.get(finding.rule).or_else(|| reasons.get("other"));
            let words = words.map_or("", String::as_str);
            acts::give_reason(self.app, cx, &by, self.id, finding.rule, &finding.field, words).await?;
        }
        Ok(())
    }
}
