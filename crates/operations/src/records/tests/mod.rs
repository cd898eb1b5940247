//! Acts on records, on a product in memory.

mod course;
mod people;
mod weeks;

use apprenticeship::{Monday, record::Stage};
use kernel::{AgreementId, Locale, parse_date};

use super::{
    AssignInput, AssignWho, Assigned, JoinInput, LineInput, RecordRefusal, RecordRole, RecordView, StartInput,
    WeekInput, approve_week, assign, joining, monday, overview, save_start, save_week, submit_week,
};
use crate::{
    Actor, Cx, Failure, Refusal, Result,
    agreements::{
        check_apprentice, create, hand_over,
        tests::{APPRENTICE, GUARDIAN, Scene, typed},
    },
    tests::{Somebody, on_both},
};

/// A long word that guesses do not have.
const PASSWORD: &str = "a long and winding road";
/// The week of the morning on which stories begin, and the one before.
const WEEK: &str = "2026-11-16";
const WEEK_BEFORE: &str = "2026-11-09";

/// A record that began, with everybody who has a place in it as far as the story needs them.
struct Story {
    scene: Scene,
}

impl Story {
    /// All signed; nobody took a place yet.
    async fn begun() -> Self {
        let scene = Box::pin(Scene::ready(&typed())).await;
        scene.product.work().await;
        scene.product.letters.take();
        Box::pin(scene.send(&Scene::by_letter())).await;
        Box::pin(scene.sign_all()).await;
        Box::pin(scene.product.work()).await;
        Self { scene }
    }

    /// The apprentice took the place, everything is there, and training goes on since September.
    async fn training() -> (Self, Somebody) {
        let story = Box::pin(Self::begun()).await;
        let apprentice = Box::pin(story.joins(APPRENTICE, "张小雨", "0039")).await;
        Box::pin(story.starts()).await;
        (story, apprentice)
    }

    /// The same with a lead mentor and a tutor.
    async fn reviewed() -> (Self, [Somebody; 3]) {
        let (story, apprentice) = Box::pin(Self::training()).await;
        let mentor = Box::pin(story.assigned(RecordRole::Lead, "mentor@home.example", "2026-09-01")).await;
        let tutor = Box::pin(story.assigned(RecordRole::Tutor, "tutor@home.example", "2026-09-01")).await;
        (story, [apprentice, mentor, tutor])
    }

    /// A second agreement of the same apprentice, which took effect; the story goes on with the first.
    async fn second(&mut self) -> AgreementId {
        let mut draft = typed();
        for (key, words) in [
            ("post.occupation", "6-18-01-02"),
            ("labour_contract.probation_months", "0"),
            ("labour_contract.probation_wage", ""),
        ] {
            draft.set(key, words).unwrap();
        }
        let (product, enterprise) = (&self.scene.product, &self.scene.enterprise);
        let (app, cx) = (&product.app, product.cx());
        let id = create(app, &cx, &enterprise.actor, "上海示例职业技术学院")
            .await
            .unwrap();
        let first = std::mem::replace(&mut self.scene.id, id);
        let scene = &self.scene;
        let (app, actor) = (&scene.product.app, &scene.enterprise.actor);
        scene.write(&scene.enterprise, &draft).await;
        check_apprentice(app, &cx, actor, id, true, "1").await.unwrap();
        scene.explain(&scene.enterprise).await;
        hand_over(app, &cx, actor, id, "").await.unwrap();
        scene.approve_both().await;
        scene.send(&Scene::by_letter()).await;
        scene.sign_all().await;
        scene.product.work().await;
        std::mem::replace(&mut self.scene.id, first)
    }

    fn id(&self) -> AgreementId {
        self.scene.id
    }

    fn cx(&self) -> Cx {
        self.scene.product.cx()
    }

    /// The token in the last letter to an address that asks to take a place.
    fn invitation(&self, address: &str) -> String {
        let letters = self.scene.product.letters.sent();
        let theirs = letters.iter().rev().filter(|letter| letter.to.as_str() == address);
        let mut theirs = theirs.map(|letter| letter.content.text.split("/join/").nth(1));
        let after = theirs.find_map(|after| after).unwrap();
        after.chars().take(43).collect()
    }

    /// Somebody new takes the place that the letter to an address offers.
    async fn joins(&self, address: &str, name: &str, last_four: &str) -> Somebody {
        let key = self.invitation(address);
        let input = JoinInput {
            name: name.to_owned(),
            id_last_four: last_four.to_owned(),
            email: address.to_owned(),
            password: PASSWORD.to_owned(),
        };
        let app = &self.scene.product.app;
        let joined = Box::pin(joining::take(app, &self.cx(), &Actor::Stranger, &key, &input))
            .await
            .unwrap();
        self.scene.product.who(joined.session.unwrap()).await
    }

    /// Somebody new is assigned, and takes the place.
    async fn assigned(&self, role: RecordRole, address: &str, from: &str) -> Somebody {
        let side = if role == RecordRole::Tutor {
            &self.scene.college
        } else {
            &self.scene.enterprise
        };
        let input = AssignInput {
            role,
            who: AssignWho::Letter {
                name: "王师傅".to_owned(),
                email: address.to_owned(),
            },
            from: from.to_owned(),
            until: String::new(),
        };
        let app = &self.scene.product.app;
        let assigned = assign(app, &self.cx(), &side.actor, self.id(), &input).await.unwrap();
        assert!(matches!(assigned, Assigned::Letter { .. }));
        self.scene.product.work().await;
        self.joins(address, "王师傅", "").await
    }

    /// The enterprise writes down what has to be there.
    async fn starts(&self) {
        let app = &self.scene.product.app;
        save_start(app, &self.cx(), &self.scene.enterprise.actor, self.id(), &facts())
            .await
            .unwrap();
        self.scene.product.work().await;
    }

    /// An operator of the platform, who acts for nobody.
    async fn operator(&self) -> Somebody {
        let (product, cx) = (&self.scene.product, self.cx());
        let admin = product.admin("上海示例平台运营中心", "enterprise", 9).await;
        crate::operator::add(&product.app, &cx, &Actor::Command, "officer9@org.example", "")
            .await
            .unwrap();
        let admin = product.who(admin.token).await;
        crate::accounts::act_for(&product.app, &cx, &admin.actor, &admin.token, None)
            .await
            .unwrap();
        product.who(admin.token).await
    }

    async fn view(&self, who: &Somebody) -> Result<RecordView> {
        Box::pin(overview(&self.scene.product.app, &self.cx(), &who.actor, self.id())).await
    }

    async fn save(&self, who: &Somebody, week: &str, input: &WeekInput) -> Result<super::SavedWeek> {
        save_week(
            &self.scene.product.app,
            &self.cx(),
            &who.actor,
            self.id(),
            on(week),
            input,
        )
        .await
    }

    async fn submit(&self, who: &Somebody, week: &str, edition: u32) -> Result<()> {
        Box::pin(submit_week(
            &self.scene.product.app,
            &self.cx(),
            &who.actor,
            self.id(),
            on(week),
            edition,
        ))
        .await
    }

    async fn approve(&self, who: &Somebody, week: &str, edition: u32) -> Result<()> {
        Box::pin(approve_week(
            &self.scene.product.app,
            &self.cx(),
            &who.actor,
            self.id(),
            on(week),
            edition,
        ))
        .await
    }

    /// A week with one line, handed in.
    async fn handed_in(&self, who: &Somebody, week: &str, line: LineInput) -> u32 {
        let saved = self.save(who, week, &written(0, vec![line])).await.unwrap();
        assert_eq!(saved.problems, []);
        self.submit(who, week, saved.edition).await.unwrap();
        saved.edition
    }
}

fn on(week: &str) -> Monday {
    monday(week).unwrap()
}

fn facts() -> StartInput {
    StartInput {
        insured_from: "2026-09-01".to_owned(),
        safety_training_on: "2026-08-31".to_owned(),
        health_check_on: "2026-08-15".to_owned(),
        has_minor_card: true,
        ..StartInput::default()
    }
}

fn line(day: &str, from: &str, until: &str) -> LineInput {
    LineInput {
        day: day.to_owned(),
        category: "skill".to_owned(),
        place: "enterprise".to_owned(),
        course: "2".to_owned(),
        unit: "minute".to_owned(),
        from: from.to_owned(),
        until: until.to_owned(),
        note: "车削阶梯轴".to_owned(),
        ..LineInput::default()
    }
}

fn written(edition: u32, lines: Vec<LineInput>) -> WeekInput {
    WeekInput {
        edition,
        text: "这一周学会了对刀。".to_owned(),
        lines,
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> RecordRefusal {
    match result {
        Err(Failure::Refused(Refusal::Record(refusal))) => *refusal,
        other => panic!("no refusal of a record: {other:?}"),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    refused(result).code()
}

#[test]
fn every_refusal_has_words_in_both_languages() {
    let codes = RecordRefusal::codes();
    let keys = codes.iter().map(|code| format!("record_refusal.{code}"));
    let lacking: Vec<String> = keys.filter(|key| !words::has(key)).collect();
    assert!(lacking.is_empty(), "{lacking:#?}");
    let every: std::collections::BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(every.len(), codes.len(), "a code stands twice");
    let known = words::entries();
    let known = known
        .iter()
        .filter_map(|(_, key, _)| key.strip_prefix("record_refusal."));
    let surplus: Vec<&str> = known.filter(|code| !every.contains(code)).collect();
    assert!(surplus.is_empty(), "{surplus:?}");
}

/// Sentences with places are filled, for every cell of both grids that refuses.
#[test]
fn no_sentence_keeps_a_place_for_something() {
    use apprenticeship::{
        AssessRefusal, Barred, BreakRefusal, ConfirmRefusal, CorrectRefusal, Reviewer, Role, StartRefusal,
        SubmitRefusal, WithdrawRefusal, WriteRefusal,
        record::{self, Gate, Gateway},
        week,
    };
    let at = crate::tests::MORNING;
    let day = parse_date("2026-11-20").unwrap();
    let mut all: Vec<RecordRefusal> = vec![
        Barred::NotYourTurn { turn: Reviewer::Final }.into_week(),
        ConfirmRefusal::Confirmed { at }.into(),
        StartRefusal::Waiting { until: day }.into(),
        StartRefusal::NotReady {
            missing: vec![Gate::Insurance, Gate::MinorCard],
        }
        .into(),
        BreakRefusal::TooLong { limit: 365 }.into(),
        BreakRefusal::HoursInBreak { day }.into(),
        AssessRefusal::NotReady {
            missing: vec![
                Gateway::Weeks { open: 3 },
                Gateway::Hours {
                    category: agreement::training::choice::CourseKind::Skill,
                    minutes: 90,
                },
            ],
        }
        .into(),
        WithdrawRefusal::HoursAfter { day }.into(),
        CorrectRefusal::Dates { evidence: day }.into(),
        WriteRefusal::Locked { due: day }.into(),
        WriteRefusal::TooMany { limit: 100 }.into(),
        SubmitRefusal::Faulty { faults: Vec::new() }.into(),
        RecordRefusal::Unreadable { fields: 2 },
    ];
    for cell in record::grid().iter().filter(|cell| cell.bound.is_none()) {
        let act = cell.act.code();
        all.push(RecordRefusal::Barred(match cell.stage {
            Some(now) => Barred::Stage { act, now: now.code() },
            None => Barred::Role { act, role: Role::Tutor },
        }));
    }
    for cell in week::grid().iter().filter(|cell| cell.bound.is_none()) {
        let act = cell.act.code();
        all.push(RecordRefusal::WeekBarred(match cell.stage {
            Some(now) => Barred::Stage { act, now: now.code() },
            None => Barred::Role { act, role: Role::Tutor },
        }));
    }
    for refusal in all {
        for locale in Locale::ALL {
            let text = refusal.text().render(locale);
            assert!(!text.contains(['{', '}', '_']), "{text}");
        }
    }
}

trait IntoWeek {
    fn into_week(self) -> RecordRefusal;
}

impl IntoWeek for apprenticeship::Barred {
    fn into_week(self) -> RecordRefusal {
        RecordRefusal::WeekBarred(self)
    }
}

#[test]
fn every_fault_caution_and_role_has_words() {
    use apprenticeship::hours::FaultKind;
    let of =
        |group: &str, codes: Vec<&str>| -> Vec<String> { codes.iter().map(|code| format!("{group}.{code}")).collect() };
    let keys = [
        of("week_fault", FaultKind::CODES.to_vec()),
        of("record_role", RecordRole::ALL.iter().map(|role| role.code()).collect()),
        of("record_stage", Stage::ALL.iter().map(|stage| stage.code()).collect()),
        of("letter.record_news", mail::RecordNews::CODES.to_vec()),
    ];
    for key in keys.concat() {
        assert!(words::has(&key), "{key}");
    }
    for notice in apprenticeship::Notice::ALL {
        let told_apart = [
            "registered",
            "revised",
            "queried",
            "query_answered",
            "week_submitted",
            "week_returned",
        ];
        let has = mail::RecordNews::CODES.contains(&notice.code()) || told_apart.contains(&notice.code());
        assert!(has, "{notice}");
    }
}
