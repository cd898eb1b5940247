//! An agreement that holds: paused, going on, ended, carried through.

use agreement::lifecycle::{Settled, Stage};
use kernel::{Date, Locale, parse_date};

use super::*;
use crate::agreements::{
    Course, EndInput, PauseInput, agree, complete, object, overseen, resume,
    signing::{agree_to_end, answer, terminate as end_own},
    suspend, terminate,
};

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn pause() -> PauseInput {
    PauseInput {
        from: "2026-12-01".to_owned(),
        until: "2027-01-15".to_owned(),
        reason: "设备大修".to_owned(),
    }
}

fn end(ground: &str) -> EndInput {
    EndInput {
        ground: ground.to_owned(),
        last_day: "2026-12-31".to_owned(),
        reason: "回老家照顾父母".to_owned(),
        stipend: "结清到最后一天".to_owned(),
        hours: "保留".to_owned(),
        subsidy: "按学时核算".to_owned(),
    }
}

fn fields<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    match result {
        Err(Failure::Invalid(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
        other => panic!("nothing to mend: {other:?}"),
    }
}

async fn running() -> Scene {
    let scene = Scene::signing().await;
    scene.sign_all().await;
    scene.product.letters.take();
    scene
}

impl Scene {
    /// An operator of the platform, who belongs to nobody.
    async fn operator(&self) -> Actor {
        let (app, cx) = (&self.product.app, self.cx());
        let added = crate::operator::add(app, &cx, &Actor::Command, "ops@qixiao.example", "平台甲");
        let person = added.await.unwrap().person;
        Actor::Person(Box::new(crate::Person {
            id: person,
            account: app.id(cx.now, kernel::AccountId::new),
            name: "平台甲".to_owned(),
            acting: None,
            operator: true,
            unread: 0,
        }))
    }

    async fn stage(&self) -> Stage {
        self.view(&self.enterprise).await.head.stage
    }

    /// The same link again: letters about what happens lead there for a year.
    async fn own_link(&self, address: &str) -> String {
        self.product.work().await;
        self.link(address)
    }
}

#[tokio::test]
async fn a_pause_is_proposed_agreed_to_and_told_to_everybody_once() {
    let scene = running().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let (one, other) = (&scene.enterprise.actor, &scene.college.actor);
    let empty = suspend(app, &cx, one, scene.id, &PauseInput::default()).await;
    assert_eq!(fields(empty), ["from", "reason"]);
    let backwards = PauseInput {
        until: "2026-11-30".to_owned(),
        ..pause()
    };
    assert_eq!(fields(suspend(app, &cx, one, scene.id, &backwards).await), ["until"]);
    let early = PauseInput {
        from: "2026-01-01".to_owned(),
        ..pause()
    };
    assert_eq!(code(suspend(app, &cx, one, scene.id, &early).await), "pause.too_early");

    let asked = suspend(app, &cx, one, scene.id, &pause()).await.unwrap();
    assert_eq!(asked, Settled::WaitingFor(vec![SlotRole::College]));
    assert_eq!(
        code(suspend(app, &cx, other, scene.id, &pause()).await),
        "pause.pending"
    );
    let view = scene.view(&scene.college).await;
    assert!(can(&view, May::Agree) && can(&view, May::Terminate) && !can(&view, May::Suspend));
    assert_eq!(scene.told(APPRENTICE).await, ["提议暂停"]);
    assert_eq!(scene.told("officer2@org.example").await, ["提议暂停"]);
    assert_eq!(
        scene.told("officer1@org.example").await,
        Vec::<String>::new(),
        "who proposed it knows"
    );

    assert_eq!(agree(app, &cx, other, scene.id).await.unwrap(), Settled::Done);
    for address in [APPRENTICE, GUARDIAN, "officer1@org.example", "officer2@org.example"] {
        let told = scene.told(address).await;
        assert_eq!(
            told.iter().filter(|subject| *subject == "已暂停").count(),
            1,
            "{address}: {told:?}"
        );
    }
    let view = scene.view(&scene.enterprise).await;
    assert_eq!(view.head.stage, Stage::Suspended);
    assert!(matches!(&view.course, Some(Course::Paused(paused)) if paused.until == Some(day("2027-01-15"))));
    let told = &view.timeline[1];
    assert_eq!(
        (told.act.as_str(), told.words.as_deref()),
        ("suspend", Some("设备大修"))
    );
    let pause = told.facts[0].render(Locale::Zh);
    assert!(
        pause.contains("2026年12月1日") && pause.contains("2027年1月15日"),
        "{pause}"
    );

    assert_eq!(fields(resume(app, &cx, one, scene.id, "").await), ["on"]);
    assert_eq!(code(resume(app, &cx, one, scene.id, "2026-11-01").await), "pause.dates");
    resume(app, &cx, one, scene.id, "2026-12-20").await.unwrap();
    object(app, &cx, other, scene.id).await.unwrap();
    assert_eq!(scene.stage().await, Stage::Suspended);
    let told = scene.told("officer1@org.example").await;
    assert!(told.contains(&"恢复没有谈成".to_owned()), "{told:?}");
    resume(app, &cx, other, scene.id, "2026-12-20").await.unwrap();
    agree(app, &cx, one, scene.id).await.unwrap();
    assert_eq!(scene.stage().await, Stage::Effective);
    let told = scene.told(GUARDIAN).await;
    assert!(told.contains(&"已恢复".to_owned()), "{told:?}");
}

#[tokio::test]
async fn an_end_by_consent_waits_for_all_who_signed_and_a_link_alone_agrees_to_nothing() {
    let scene = running().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let (one, other) = (&scene.enterprise.actor, &scene.college.actor);
    let empty = terminate(app, &cx, one, scene.id, &EndInput::default()).await;
    assert_eq!(
        fields(empty),
        ["ground", "reason", "last_day", "stipend", "hours", "subsidy"]
    );
    let own_fault = terminate(app, &cx, one, scene.id, &end("unpaid")).await;
    assert_eq!(code(own_fault), "terminate.not_your_ground");
    let asked = terminate(app, &cx, one, scene.id, &end("mutual")).await.unwrap();
    let waiting = [SlotRole::College, SlotRole::Apprentice, SlotRole::Guardian];
    assert_eq!(asked, Settled::WaitingFor(waiting.to_vec()));

    let link = scene.own_link(APPRENTICE).await;
    let course = scene.look(&link).await.unwrap().course.unwrap();
    assert!(course.asked && course.may_end && !course.own);
    let stranger = Actor::Stranger;
    let by_link = SignKey::Link(&link);
    assert_eq!(
        code(answer(app, &cx, &stranger, by_link, true).await),
        "not_the_person",
        "who it is has to be said"
    );
    let input = scene.input(&link).await;
    let wrong = SignInput {
        id_last_four: "0010".to_owned(),
        ..input.clone()
    };
    assert_eq!(
        code(agree_to_end(app, &cx, &stranger, by_link, &wrong).await),
        "not_the_person"
    );
    let settled = agree_to_end(app, &cx, &stranger, by_link, &input).await.unwrap();
    assert_eq!(
        settled,
        Settled::WaitingFor(vec![SlotRole::College, SlotRole::Guardian])
    );
    assert_eq!(
        code(agree_to_end(app, &cx, &stranger, by_link, &input).await),
        "answer.agreed"
    );
    let told = scene.told("officer1@org.example").await;
    assert!(told.contains(&"又一方同意解除".to_owned()), "{told:?}");
    assert_eq!(
        scene.told(GUARDIAN).await,
        ["提议解除"],
        "one more agreeing is told to the parties alone"
    );

    agree(app, &cx, other, scene.id).await.unwrap();
    let fathers = scene.own_link(GUARDIAN).await;
    let input = scene.input(&fathers).await;
    let done = agree_to_end(app, &cx, &stranger, SignKey::Link(&fathers), &input)
        .await
        .unwrap();
    assert_eq!((done, scene.stage().await), (Settled::Done, Stage::Terminated));
    for address in [APPRENTICE, GUARDIAN, "officer1@org.example", "officer2@org.example"] {
        let told = scene.told(address).await;
        assert_eq!(
            told.iter().filter(|subject| *subject == "已解除").count(),
            1,
            "{address}: {told:?}"
        );
    }
    let view = scene.view(&scene.college).await;
    let names: Vec<String> = view
        .timeline
        .iter()
        .map(|entry| entry.what.render(Locale::Zh))
        .collect();
    assert!(names.contains(&"监护人同意对方的提议".to_owned()), "{names:?}");
    assert_eq!(
        code(terminate(app, &cx, one, scene.id, &end("closure")).await),
        "barred.stage"
    );
}

#[tokio::test]
async fn the_apprentice_ends_it_alone_on_a_legal_ground_whatever_is_being_discussed() {
    let scene = running().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    suspend(app, &cx, &scene.enterprise.actor, scene.id, &pause())
        .await
        .unwrap();
    let link = scene.own_link(APPRENTICE).await;
    let by_link = SignKey::Link(&link);
    let input = scene.input(&link).await;
    let pending = end_own(app, &cx, &Actor::Stranger, by_link, &end("mutual"), &input).await;
    assert_eq!(code(pending), "terminate.pending");
    let settled = end_own(app, &cx, &Actor::Stranger, by_link, &end("abuse"), &input)
        .await
        .unwrap();
    assert_eq!((settled, scene.stage().await), (Settled::Done, Stage::Terminated));
    let view = scene.view(&scene.enterprise).await;
    assert_eq!(view.timeline[0].what.render(Locale::Zh), "学徒依法单方解除");
    scene.product.work().await;
    let letters = scene.product.letters.sent();
    let ended = letters
        .iter()
        .find(|letter| letter.content.subject.starts_with("已解除"));
    let text = &ended.unwrap().content.text;
    assert!(
        text.contains("张小雨（学徒）") && text.contains("侵害学徒权益") && text.contains("第三十八条"),
        "{text}"
    );
    let after = scene.look(&link).await.unwrap().course.unwrap();
    assert!(matches!(after.course, Course::Ended(_)) && !after.may_end);
}

#[tokio::test]
async fn an_agreement_is_carried_through_with_the_record_and_once() {
    let scene = running().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let by_college = complete(app, &cx, &scene.college.actor, scene.id, None).await;
    assert_eq!(code(by_college), "complete.record_open");
    let by_enterprise = complete(app, &cx, &scene.enterprise.actor, scene.id, Some(cx.today())).await;
    assert_eq!(code(by_enterprise), "barred.role");
    let early = complete(app, &cx, &Actor::System, scene.id, Some(day("2026-01-01"))).await;
    assert_eq!(code(early), "complete.too_early");
    for _ in 0..2 {
        complete(app, &cx, &Actor::System, scene.id, Some(day("2027-06-30")))
            .await
            .unwrap();
    }
    assert_eq!(scene.stage().await, Stage::Completed);
    assert_eq!(scene.told(APPRENTICE).await, ["已完成"]);
    assert_eq!(scene.told("officer2@org.example").await, ["已完成"]);
}

#[tokio::test]
async fn an_operator_reads_nothing_without_a_reason_and_orders_a_pause_alone() {
    let scene = running().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let operator = scene.operator().await;
    let number = scene.view(&scene.enterprise).await.head.number;
    assert_eq!(overseen::find(app, &operator, &number).await.unwrap().len(), 1);
    assert!(overseen::find(app, &scene.enterprise.actor, &number).await.is_err());
    let shown = overseen::oversee(app, &cx, &operator, scene.id).await.unwrap();
    assert!(shown.opened.is_none() && shown.slots.iter().all(|slot| slot.who.is_none()));
    assert_eq!(
        fields(overseen::open(app, &cx, &operator, scene.id, " ").await),
        ["reason"]
    );
    overseen::open(app, &cx, &operator, scene.id, "有人投诉").await.unwrap();
    let shown = overseen::oversee(app, &cx, &operator, scene.id).await.unwrap();
    assert_eq!(shown.opened.unwrap().apprentice, "张小雨");
    assert_eq!(shown.slots[0].who.as_ref().unwrap().0, "张小雨");
    let told = &scene.view(&scene.college).await.timeline[0];
    assert_eq!((told.act.as_str(), told.words.as_deref()), ("open", Some("有人投诉")));

    let settled = suspend(app, &cx, &operator, scene.id, &pause()).await.unwrap();
    assert_eq!((settled, scene.stage().await), (Settled::Done, Stage::Suspended));
    scene.product.work().await;
    let letter = scene.product.letters.last_to(APPRENTICE).unwrap();
    assert!(letter.content.text.contains("提出方：平台"), "{}", letter.content.text);
}

#[tokio::test]
async fn what_one_writes_on_a_day_is_one_entry_of_what_happened() {
    let scene = Scene::draft().await;
    let draft = typed();
    scene.write(&scene.enterprise, &draft).await;
    scene
        .save(
            &scene.enterprise,
            Section::Duties,
            &[("duty.enterprise_duties", "教会他")],
        )
        .await
        .unwrap();
    let edits = |view: &AgreementView| view.timeline.iter().filter(|entry| entry.act == "edit").count();
    let view = scene.view(&scene.enterprise).await;
    assert_eq!(edits(&view), 1);
    let entry = &view.timeline[0];
    assert!(
        entry.sections.len() > 5 && entry.changes.len() > 20,
        "{:?}",
        entry.sections
    );
    let duty: Vec<_> = entry
        .changes
        .iter()
        .filter(|change| change.field == "duty.enterprise_duties")
        .collect();
    assert_eq!(duty.len(), 1, "a field that was written twice stands once");
    assert_eq!(
        (duty[0].before.as_deref(), duty[0].after.as_deref()),
        (None, Some("教会他"))
    );
    scene.days(1).await;
    scene
        .save(
            &scene.enterprise,
            Section::Duties,
            &[("duty.enterprise_duties", "好好教")],
        )
        .await
        .unwrap();
    assert_eq!(edits(&scene.view(&scene.enterprise).await), 2);
}
