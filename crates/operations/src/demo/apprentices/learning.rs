//! The part of a story in which somebody learns: what follows the signatures.

use agreement::lifecycle::{Party, SlotRole};
use apprenticeship::{Monday, record};
use futures::future::BoxFuture;
use kernel::{Date, format_date};
use time::Duration;

use super::{
    script::{Act, WeekAct},
    story::Story,
};
use crate::{
    Actor, Cx, Failure, Result, Token, accounts,
    agreements::{
        self as acts, EndInput, PauseInput,
        signing::{self, SignKey},
    },
    demo::plan::PlannedPerson,
    records::{
        self, AssignInput, AssignWho, Assigned, BreakInput, ConcludeInput, JoinInput, LineInput, RecordRole,
        StartInput, WeekInput, WithdrawInput, joining,
    },
};

const PAUSED: &str = "车间设备大修，停产六周，双方同意中止培养，期满后继续。";
const ENDED: &str = "学徒因家庭原因回乡，三方协商一致解除。";

/// Day of the week, what it was (course, kind, place), from when to when, and in words.
type Planned<'a> = (i64, (&'a str, &'a str, &'a str), (&'a str, &'a str), &'a str);

fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(Duration::days(days))
}

impl Story<'_> {
    pub(super) fn learn<'s>(&'s mut self, cx: &'s Cx, act: Act) -> BoxFuture<'s, Result<()>> {
        match act {
            Act::Join(role) => Box::pin(self.join(cx, role)),
            Act::Mentor => Box::pin(self.assign(cx, RecordRole::Mentor)),
            Act::Lead => Box::pin(self.assign(cx, RecordRole::Lead)),
            Act::Tutor => Box::pin(self.assign(cx, RecordRole::Tutor)),
            Act::Confirm(section) => Box::pin(self.confirm(cx, section)),
            Act::Query(words) => Box::pin(self.query(cx, words)),
            Act::Start => Box::pin(self.start(cx)),
            Act::Week(monday, WeekAct::Write) => Box::pin(self.write_week(cx, monday)),
            Act::Week(monday, act) => Box::pin(self.week(cx, monday, act)),
            Act::Pause => Box::pin(self.pause(cx)),
            Act::Withdraw => Box::pin(self.withdraw(cx)),
            Act::Assess(by) => Box::pin(self.assess(cx, by)),
            Act::Conclude { passed } => Box::pin(self.conclude(cx, passed)),
            // The job of the record looks at once, and carries the agreement through.
            Act::Complete => Box::pin(records::due(self.app, cx, self.id)),
            Act::Suspend(by) => Box::pin(self.suspend(cx, by)),
            Act::Terminate => Box::pin(self.terminate(cx)),
            Act::Agree(role) => Box::pin(self.agree(cx, role)),
            // Everything else is of the agreement.
            _ => Box::pin(std::future::ready(Ok(()))),
        }
    }

    async fn confirm(&mut self, cx: &Cx, section: record::Section) -> Result<()> {
        let by = self.apprentice(cx).await?;
        let head = self.app.db().read().await?.agreements().head(self.id).await?;
        let version = head.ok_or(Failure::NotFound)?.content_version;
        records::confirm(self.app, cx, &by, self.id, section, version).await
    }

    async fn query(&mut self, cx: &Cx, words: &str) -> Result<()> {
        let (by, section) = (self.apprentice(cx).await?, record::Section::Rights);
        records::query(self.app, cx, &by, self.id, section, Party::Enterprise, words).await
    }

    async fn pause(&mut self, cx: &Cx) -> Result<()> {
        let input = BreakInput {
            from: format_date(cx.today()),
            until: format_date(plus(cx.today(), 55)),
            reason: "sick".to_owned(),
            words: "左手骨折，医院建议休息八周。".to_owned(),
        };
        let by = self.enterprise(cx).await?;
        records::pause(self.app, cx, &by, self.id, &input).await
    }

    async fn withdraw(&mut self, cx: &Cx) -> Result<()> {
        let input = WithdrawInput {
            reason: "study".to_owned(),
            side: SlotRole::Apprentice.code().to_owned(),
            words: "已被录取，下月入学。".to_owned(),
            last_day: format_date(plus(cx.today(), -1)),
        };
        let by = self.apprentice(cx).await?;
        records::withdraw(self.app, cx, &by, self.id, &input).await
    }

    async fn assess(&mut self, cx: &Cx, by: Party) -> Result<()> {
        let by = self.party(cx, by).await?;
        records::assess(self.app, cx, &by, self.id).await
    }

    async fn conclude(&mut self, cx: &Cx, passed: bool) -> Result<()> {
        let today = format_date(cx.today());
        let input = ConcludeInput {
            passed,
            on: today.clone(),
            evidence: "演示职业技能评价中心成绩单".to_owned(),
            evidence_on: today,
        };
        let by = self.party(cx, Party::College).await?;
        records::conclude(self.app, cx, &by, self.id, &input).await
    }

    async fn suspend(&mut self, cx: &Cx, by: Party) -> Result<()> {
        let input = PauseInput {
            from: format_date(cx.today()),
            until: format_date(plus(cx.today(), 41)),
            reason: PAUSED.to_owned(),
        };
        let by = self.party(cx, by).await?;
        acts::suspend(self.app, cx, &by, self.id, &input).await.map(drop)
    }

    async fn terminate(&mut self, cx: &Cx) -> Result<()> {
        let input = EndInput {
            ground: "mutual".to_owned(),
            last_day: format_date(cx.today()),
            reason: ENDED.to_owned(),
            stipend: "工资结算到最后一日，下月十日支付。".to_owned(),
            hours: "已审核的学时继续有效，可以转到新的协议。".to_owned(),
            subsidy: "未申领补贴，不涉及退回。".to_owned(),
        };
        let by = self.enterprise(cx).await?;
        acts::terminate(self.app, cx, &by, self.id, &input).await.map(drop)
    }

    /// Agrees to what was proposed: officers by their login, who signed for themselves by their link.
    async fn agree(&mut self, cx: &Cx, role: SlotRole) -> Result<()> {
        if !role.is_the_party() {
            let by = self.party(cx, role.side()).await?;
            return acts::agree(self.app, cx, &by, self.id).await.map(drop);
        }
        let (slot, hash) = self.slot(role).await?;
        let link = self.link(cx, slot).await?;
        let who = self.identity(role, hash);
        let agreed = signing::agree_to_end(self.app, cx, &Actor::Stranger, SignKey::Link(&link), &who);
        agreed.await.map(drop)
    }

    async fn apprentice(&mut self, cx: &Cx) -> Result<Actor> {
        self.person(cx, &self.planned.person).await
    }

    async fn join(&mut self, cx: &Cx, role: SlotRole) -> Result<()> {
        let (as_whom, person, number) = match (role, &self.planned.guardian) {
            (SlotRole::Guardian, Some(guardian)) => (RecordRole::Guardian, &guardian.person, &guardian.id_number),
            _ => (RecordRole::Apprentice, &self.planned.person, &self.planned.id_number),
        };
        let last_four = number.chars().skip(14).collect();
        self.take_place(cx, as_whom, Party::Enterprise, person, last_four).await
    }

    async fn assign(&mut self, cx: &Cx, role: RecordRole) -> Result<()> {
        let (by, person) = match role {
            RecordRole::Tutor => (Party::College, self.place.tutor.as_ref()),
            RecordRole::Lead => (Party::Enterprise, self.place.mentors.first()),
            _ => (Party::Enterprise, self.place.mentors.get(self.planned.mentor)),
        };
        let person = person.ok_or(Failure::NotFound)?;
        self.take_place(cx, role, by, person, String::new()).await
    }

    /// Somebody is handed a code and takes the place with it.
    async fn take_place(
        &mut self,
        cx: &Cx,
        role: RecordRole,
        by: Party,
        person: &PlannedPerson,
        id_last_four: String,
    ) -> Result<()> {
        let by = self.party(cx, by).await?;
        let before = self.cx(cx.now.plus_seconds(-2));
        let input = AssignInput {
            role,
            who: AssignWho::Code {
                name: person.name.clone(),
            },
            from: String::new(),
            until: String::new(),
        };
        let Assigned::Code { code, .. } = records::assign(self.app, &before, &by, self.id, &input).await? else {
            return Err(Failure::NotFound);
        };
        let known = self.person_if_any(cx, person).await?;
        let input = JoinInput {
            name: person.name.clone(),
            id_last_four,
            email: person.email.clone(),
            password: Token::new(self.app.chance()).expose().to_owned(),
        };
        let actor = known.unwrap_or(Actor::Stranger);
        let joined = joining::take(self.app, cx, &actor, &code, &input).await?;
        if let Some(session) = joined.session {
            let actor = accounts::actor(self.app, cx, &session).await?;
            accounts::confirm_invented(self.app, cx, &actor).await?;
        }
        Ok(())
    }

    async fn start(&mut self, cx: &Cx) -> Result<()> {
        let day = |days: i64| format_date(plus(self.planned.starts, days));
        let minor = self.planned.guardian.is_some();
        let input = StartInput {
            insured_from: day(0),
            safety_training_on: day(-1),
            health_check_on: if minor { day(-30) } else { String::new() },
            has_minor_card: minor,
            ..StartInput::default()
        };
        let by = self.enterprise(cx).await?;
        records::save_start(self.app, cx, &by, self.id, &input).await
    }

    async fn write_week(&mut self, cx: &Cx, monday: Monday) -> Result<()> {
        let by = self.apprentice(cx).await?;
        let input = self.written(monday);
        let saved = records::save_week(self.app, cx, &by, self.id, monday, &input).await?;
        self.editions.insert(monday, saved.edition);
        Ok(())
    }

    async fn week(&mut self, cx: &Cx, monday: Monday, act: WeekAct) -> Result<()> {
        let (app, id) = (self.app, self.id);
        let edition = if let Some(edition) = self.editions.get(&monday) {
            *edition
        } else {
            let by = self.apprentice(cx).await?;
            records::week(app, cx, &by, id, monday).await?.edition
        };
        match act {
            WeekAct::Write => Ok(()),
            WeekAct::Submit => {
                let by = self.apprentice(cx).await?;
                records::submit_week(app, cx, &by, id, monday, edition).await
            }
            WeekAct::First => {
                let by = self.mentor(cx).await?;
                records::approve_week(app, cx, &by, id, monday, edition).await
            }
            WeekAct::Final => {
                let by = self.last_word(cx).await?;
                records::approve_week(app, cx, &by, id, monday, edition).await
            }
            WeekAct::ReturnFirst(reason) => {
                let by = self.mentor(cx).await?;
                records::return_week(app, cx, &by, id, monday, edition, reason).await
            }
            WeekAct::ReturnFinal(reason) => {
                let by = self.last_word(cx).await?;
                records::return_week(app, cx, &by, id, monday, edition, reason).await
            }
            WeekAct::Unlock(reason) => {
                let by = self.operator(cx).await?;
                let before = self.cx(cx.now.plus_seconds(-1));
                records::open_as_operator(app, &before, &by, id, reason).await?;
                records::unlock_week(app, cx, &by, id, monday, reason).await
            }
        }
    }

    async fn mentor(&mut self, cx: &Cx) -> Result<Actor> {
        let mentor = self.place.mentors.get(self.planned.mentor).ok_or(Failure::NotFound)?;
        self.person(cx, mentor).await
    }

    /// The tutor, or the lead where there is none.
    async fn last_word(&mut self, cx: &Cx) -> Result<Actor> {
        let person = self.place.tutor.as_ref().or_else(|| self.place.mentors.first());
        self.person(cx, person.ok_or(Failure::NotFound)?).await
    }

    /// What the apprentice writes about a week: one afternoon of class, two half days at the machine.
    fn written(&self, monday: Monday) -> WeekInput {
        let nth = usize::try_from((monday.date() - self.planned.starts).whole_weeks()).unwrap_or_default();
        let words = &self.place.trade.weeks;
        let Some(words) = words.get((nth + self.number) % words.len().max(1)) else {
            return WeekInput::default();
        };
        let (course, category) = if nth < 20 { ("0", "general") } else { ("1", "basic") };
        let room = if self.place.college.is_some() {
            "college"
        } else {
            "training_room"
        };
        let at_work = ("2", "skill", "enterprise");
        let days: [Planned<'_>; 3] = [
            (1, at_work, ("8:30", "11:45"), &words.work.0),
            (2, (course, category, room), ("13:00", "16:15"), &words.class),
            (3, at_work, ("13:00", "16:15"), &words.work.1),
        ];
        let lines = days
            .into_iter()
            .filter_map(|(day, (course, category, place), (from, until), note)| {
                let day = plus(monday.date(), day);
                (day <= self.planned.ends).then(|| LineInput {
                    day: format_date(day),
                    category: category.to_owned(),
                    place: place.to_owned(),
                    course: course.to_owned(),
                    unit: "lesson".to_owned(),
                    planned: "4".to_owned(),
                    from: from.to_owned(),
                    until: until.to_owned(),
                    note: note.to_owned(),
                    ..LineInput::default()
                })
            });
        WeekInput {
            edition: 0,
            text: words.text.clone(),
            lines: lines.collect(),
        }
    }
}
