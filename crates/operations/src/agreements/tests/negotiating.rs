//! From the first draft to the last approval.

use agreement::{
    lifecycle::{Approved, Party, Stage},
    training::{Section, TaskState},
};
use kernel::PostingKind;
use marketplace::{
    Role,
    posting::{ContentInput, LineInput},
};

use super::*;
use crate::{
    agreements::{Ball, LineRef, create_from_match, export, list, recall, send_form, signing, void},
    postings,
};

#[tokio::test]
async fn a_draft_is_written_section_by_section_and_nothing_typed_is_lost() {
    let scene = Scene::draft().await;
    let (app, cx, me) = (&scene.product.app, scene.cx(), &scene.enterprise);
    let view = scene.view(me).await;
    assert_eq!(view.head.number, "", "a draft has no number");
    assert_eq!(
        (view.head.stage, view.ball.clone(), view.own),
        (Stage::Draft, Ball::Yours, Party::Enterprise)
    );
    assert!(can(&view, May::Edit) && can(&view, May::HandOver) && can(&view, May::Void));
    assert!(!can(&view, May::Approve) && !can(&view, May::Send) && !can(&view, May::Export));
    assert_eq!(view.review.tasks.len(), Section::ALL.len());

    let saved = scene.save(
        me,
        Section::Content,
        &[("training.start", "明年九月"), ("training.end", "2027-08-31")],
    );
    let saved = saved.await.unwrap();
    assert_eq!(saved.problems[0].field, "training.start");
    let form = section(app, &cx, &me.actor, scene.id, Section::Content).await.unwrap();
    assert_eq!(
        form.draft.get("training.start"),
        Some("明年九月"),
        "kept as it was typed"
    );
    assert_eq!(form.problems.len(), 1);
    let task = form.tasks.iter().find(|task| task.section == Section::Content).unwrap();
    assert_eq!(task.state, TaskState::NeedsChange);

    let stale = save_section(app, &cx, &me.actor, scene.id, Section::Content, form.seen - 1, &[]).await;
    assert!(matches!(stale, Err(Failure::Conflict)), "{stale:?}");
    let same = scene
        .save(me, Section::Content, &[("training.end", "2027-08-31")])
        .await
        .unwrap();
    assert!(!same.changed, "nothing new is no event");
    let elsewhere = scene.save(me, Section::Content, &[("apprentice.name", "别人")]).await;
    assert!(matches!(elsewhere, Err(Failure::NotFound)), "{elsewhere:?}");
    let timeline = scene.view(me).await.timeline;
    assert_eq!(
        timeline.iter().map(|entry| entry.act.as_str()).collect::<Vec<_>>(),
        ["edit", "create"]
    );
    assert_eq!(timeline[0].changes[1].after.as_deref(), Some("明年九月"));
}

#[tokio::test]
async fn others_find_no_agreement_and_the_other_party_none_before_it_is_handed_over() {
    let scene = Scene::draft().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let foreign = scene.product.admin("上海别家机械有限公司", "enterprise", 3).await;
    for who in [&foreign.actor, &scene.college.actor] {
        let gone = |failure: Failure| assert!(matches!(failure, Failure::NotFound), "{failure:?}");
        gone(view(app, &cx, who, scene.id).await.unwrap_err());
        gone(section(app, &cx, who, scene.id, Section::Pay).await.unwrap_err());
        gone(
            save_section(app, &cx, who, scene.id, Section::Pay, 1, &[])
                .await
                .unwrap_err(),
        );
        gone(
            give_reason(app, &cx, who, scene.id, "ID-02", "", "x")
                .await
                .unwrap_err(),
        );
        gone(check_apprentice(app, &cx, who, scene.id, true, "0").await.unwrap_err());
        gone(hand_over(app, &cx, who, scene.id, "").await.unwrap_err());
        gone(approve(app, &cx, who, scene.id, 1).await.unwrap_err());
        gone(send_form(app, &cx, who, scene.id).await.unwrap_err());
        gone(send(app, &cx, who, scene.id, &[]).await.unwrap_err());
        gone(recall(app, &cx, who, scene.id, "x").await.unwrap_err());
        gone(void(app, &cx, who, scene.id, "x").await.unwrap_err());
        gone(export(app, &cx, who, scene.id).await.unwrap_err());
        assert!(
            list(app, who, &[], storage::Page::first(10))
                .await
                .unwrap()
                .lines
                .is_empty()
        );
    }
    let stranger = view(app, &cx, &Actor::Stranger, scene.id).await;
    assert!(matches!(stranger, Err(Failure::Forbidden(_))), "{stranger:?}");

    scene
        .save(&scene.enterprise, Section::Parties, &[("apprentice.name", "张小雨")])
        .await
        .unwrap();
    hand_over(app, &cx, &scene.enterprise.actor, scene.id, "")
        .await
        .unwrap();
    let view = scene.view(&scene.college).await;
    assert_eq!((view.own, view.ball), (Party::College, Ball::Yours));
    let acts: Vec<&str> = view.timeline.iter().map(|entry| entry.act.as_str()).collect();
    assert_eq!(
        acts,
        ["hand_over", "create"],
        "what was written before is the enterprise's own business"
    );
    let list = list(
        app,
        &scene.college.actor,
        &[Stage::Negotiating],
        storage::Page::first(10),
    )
    .await
    .unwrap();
    assert_eq!(
        (list.lines[0].apprentice.as_str(), list.counts[0].agreements),
        ("张小雨", 1)
    );
}

#[tokio::test]
async fn only_who_has_the_ball_writes_and_a_material_change_takes_approvals_back() {
    let scene = Scene::negotiated(&typed()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    assert_eq!(
        scene.told("officer2@org.example").await,
        ["轮到您了"],
        "and nothing else was sent"
    );
    let letter = scene.product.letters.last_to("officer2@org.example").unwrap();
    assert!(letter.content.text.contains("请看工资部分。"));
    assert!(
        !letter.content.subject.contains("张小雨"),
        "the subject is kept as it is"
    );

    let without = scene
        .save(&scene.enterprise, Section::Pay, &[("pay.pay_day", "11")])
        .await;
    assert_eq!(code(without), "barred.no_ball");
    let approved = approve(app, &cx, &scene.college.actor, scene.id, 1).await.unwrap();
    assert_eq!(approved, Approved::WaitingFor(Party::Enterprise));
    assert_eq!(
        code(approve(app, &cx, &scene.college.actor, scene.id, 1).await),
        "approve.approved"
    );

    let saved = scene
        .save(
            &scene.enterprise,
            Section::Annexes,
            &[("training.class_no", "XTZ-2026-04")],
        )
        .await
        .unwrap();
    assert!(
        !saved.cleared_approvals,
        "a number of a class is nothing that was agreed"
    );
    let saved = scene
        .save(&scene.enterprise, Section::Pay, &[("pay.pay_day", "15")])
        .await
        .unwrap();
    assert!(saved.cleared_approvals);
    assert_eq!(scene.told("officer2@org.example").await, ["轮到您了", "有修改"]);
    let letter = scene.product.letters.last_to("officer2@org.example").unwrap();
    let field = words::text(kernel::Locale::Zh, "training_field.pay.pay_day");
    assert!(letter.content.text.contains(&field), "{}", letter.content.text);
    let stale = approve(app, &cx, &scene.enterprise.actor, scene.id, 1).await;
    assert_eq!(code(stale), "approve.stale");
    assert!(
        scene.view(&scene.enterprise).await.review.is_ready(),
        "reasons for what did not change still count"
    );

    let view = scene.view(&scene.enterprise).await;
    approve(app, &cx, &scene.enterprise.actor, scene.id, view.head.content_version)
        .await
        .unwrap();
    let frozen = approve(app, &cx, &scene.college.actor, scene.id, view.head.content_version)
        .await
        .unwrap();
    assert!(matches!(frozen, Approved::Frozen { .. }));
    let view = scene.view(&scene.college).await;
    assert_eq!((view.head.stage, view.ball.clone()), (Stage::Ready, Ball::Either));
    assert!(can(&view, May::Send) && can(&view, May::Recall) && can(&view, May::Export) && !can(&view, May::Edit));
    assert_eq!(view.review.body.head.template_version.as_deref(), Some("training/1"));
    assert_eq!(
        scene.told("officer1@org.example").await.last().unwrap(),
        "已定稿，可以发出签署"
    );
}

#[tokio::test]
async fn an_approval_is_refused_with_everything_that_stands_in_the_way() {
    let scene = Scene::draft().await;
    let (app, cx, me) = (&scene.product.app, scene.cx(), &scene.enterprise);
    scene.write(me, &typed()).await;
    scene
        .save(me, Section::Pay, &[("pay.pay_day", "下月初")])
        .await
        .unwrap();
    scene
        .save(me, Section::Duties, &[("duty.apprentice_duties", "")])
        .await
        .unwrap();
    scene
        .save(me, Section::Costs, &[("cost.deposit", "500")])
        .await
        .unwrap();
    hand_over(app, &cx, &me.actor, scene.id, "").await.unwrap();
    let AgreementRefusal::Unready(unready) = refusal(approve(app, &cx, &me.actor, scene.id, 1).await) else {
        panic!("refused for another reason");
    };
    assert!(
        unready.missing.contains(&"duty.apprentice_duties".to_owned()),
        "{:?}",
        unready.missing
    );
    assert_eq!(unready.problems[0].field, "pay.pay_day");
    let blocking: Vec<&str> = unready.blocking.iter().map(|finding| finding.rule).collect();
    assert!(blocking.contains(&"TA-19"), "a deposit is never lawful: {blocking:?}");
    assert!(
        blocking.contains(&"ID-07"),
        "nobody looked at the document: {blocking:?}"
    );
    let shown = format!("{:?}", refusal(approve(app, &cx, &me.actor, scene.id, 1).await));
    assert_eq!(
        shown, "AgreementRefusal(unready)",
        "nothing that people wrote gets into a log"
    );

    let warned = scene.view(me).await;
    let warning = warned
        .review
        .unexplained()
        .next()
        .expect("the sample has a warning")
        .clone();
    let empty = give_reason(app, &cx, &me.actor, scene.id, warning.rule, &warning.field, "  ").await;
    assert_eq!(code(empty), "no_reason");
    let none = give_reason(app, &cx, &me.actor, scene.id, "TA-19", "cost.deposit", "双方同意").await;
    assert_eq!(code(none), "no_such_warning", "what is forbidden is not talked away");
    give_reason(app, &cx, &me.actor, scene.id, warning.rule, &warning.field, "已核对。")
        .await
        .unwrap();
    let now = scene.view(me).await;
    assert!(now.review.reason(&warning).is_some());
}

#[tokio::test]
async fn the_look_at_a_document_counts_for_that_person_alone() {
    let scene = Scene::draft().await;
    let (app, cx, me) = (&scene.product.app, scene.cx(), &scene.enterprise);
    let nobody = check_apprentice(app, &cx, &me.actor, scene.id, true, "0").await;
    assert_eq!(code(nobody), "nobody_to_check");
    scene.write(me, &typed()).await;
    let unticked = check_apprentice(app, &cx, &me.actor, scene.id, false, "0").await;
    assert!(matches!(unticked, Err(Failure::Invalid(_))), "{unticked:?}");
    check_apprentice(app, &cx, &me.actor, scene.id, true, "0")
        .await
        .unwrap();
    let blocks = |view: &AgreementView| view.review.findings.blocking().any(|finding| finding.rule == "ID-07");
    assert!(!blocks(&scene.view(me).await));
    scene
        .save(me, Section::Parties, &[("apprentice.name", "张大雨")])
        .await
        .unwrap();
    assert!(blocks(&scene.view(me).await), "another name is another person");
    hand_over(app, &cx, &me.actor, scene.id, "").await.unwrap();
    let college = check_apprentice(app, &cx, &scene.college.actor, scene.id, true, "0").await;
    assert!(matches!(college, Err(Failure::Forbidden(_))), "{college:?}");
}

#[tokio::test]
async fn a_match_fills_in_what_both_posts_say() {
    let product = Product::new().await;
    let enterprise = product.admin("上海示例精密机械有限公司", "enterprise", 1).await;
    let college = product.admin("上海示例职业技术学院", "school", 2).await;
    let foreign = product.admin("上海别家机械有限公司", "enterprise", 3).await;
    let (app, cx) = (&product.app, product.cx());
    let input = ContentInput {
        title: "车工学徒".to_owned(),
        province: "310000".to_owned(),
        district: "310118".to_owned(),
        starts_on: "2027-03-01".to_owned(),
        ends_on: "2028-02-28".to_owned(),
        lines: vec![LineInput {
            occupation: "6-18-01-01".to_owned(),
            level: "L3".to_owned(),
            seats: "8".to_owned(),
            pay_min: "5200".to_owned(),
            ..LineInput::default()
        }],
        ..ContentInput::default()
    };
    let need = postings::create(app, &cx, &enterprise.actor, PostingKind::Apprentices, &input)
        .await
        .unwrap();
    postings::publish(app, &cx, &enterprise.actor, need, None)
        .await
        .unwrap();
    let offer = product.draft(&college, PostingKind::Course, "L3").await;
    postings::publish(app, &cx, &college.actor, offer, None).await.unwrap();
    let mut refs = Vec::new();
    for (who, posting) in [(&enterprise, need), (&college, offer)] {
        let look = postings::look(app, &cx, &who.actor, posting).await.unwrap();
        let line = look.posting.content.lines[0].id;
        refs.push(LineRef { posting, line });
    }
    let elsewhere = create_from_match(app, &cx, &foreign.actor, refs[0], refs[1]).await;
    assert!(matches!(elsewhere, Err(Failure::NotFound)), "{elsewhere:?}");
    assert_eq!(
        code(create_from_match(app, &cx, &college.actor, refs[1], refs[0]).await),
        "not_for_apprentices"
    );

    let id = create_from_match(app, &cx, &college.actor, refs[0], refs[1])
        .await
        .unwrap();
    let view = view(app, &cx, &college.actor, id).await.unwrap();
    assert_eq!((view.own, view.head.stage), (Party::College, Stage::Draft));
    assert_eq!(
        (view.enterprise.as_str(), view.college.as_deref()),
        ("上海示例精密机械有限公司", Some("上海示例职业技术学院"))
    );
    let body = &view.review.body;
    assert_eq!(body.post.occupation.as_deref(), Some("6-18-01-01"));
    assert_eq!(body.training.target_level.map(vocabulary::SkillLevel::code), Some("L3"));
    assert_eq!(body.training.start.unwrap().to_string(), "2027-03-01");
    assert_eq!(body.head.region.as_deref(), Some("310118"));
    assert_eq!(body.labour_contract.wage.unwrap().fen(), 520_000);
    assert_eq!(view.head.origin.need, Some(refs[0].line));
}

#[tokio::test]
async fn an_enterprise_may_train_alone_and_somebody_unknown_is_no_party() {
    let product = Product::new().await;
    let enterprise = product.admin("上海示例精密机械有限公司", "enterprise", 1).await;
    let college = product.admin("上海示例职业技术学院", "school", 2).await;
    let (app, cx) = (&product.app, product.cx());
    let unknown = create(app, &cx, &enterprise.actor, "没有这所学院").await;
    assert!(matches!(unknown, Err(Failure::Invalid(_))), "{unknown:?}");
    let nobody = create(app, &cx, &college.actor, "").await;
    assert!(matches!(nobody, Err(Failure::Invalid(_))), "{nobody:?}");
    let same = create(app, &cx, &college.actor, "上海示例职业技术学院").await;
    assert!(matches!(same, Err(Failure::Invalid(_))), "{same:?}");

    let id = create(app, &cx, &enterprise.actor, "").await.unwrap();
    let second = create(app, &cx, &college.actor, "上海示例精密机械有限公司")
        .await
        .unwrap();
    let given_up = create(app, &cx, &enterprise.actor, "").await.unwrap();
    void(app, &cx, &enterprise.actor, given_up, "写错了").await.unwrap();
    hand_over(app, &cx, &college.actor, second, "").await.unwrap();
    assert_eq!(
        view(app, &cx, &enterprise.actor, second).await.unwrap().head.number,
        "PX-2026-0001",
        "the first that is handed over, and no gap for what came to nothing"
    );
    assert_eq!(
        hand_over(app, &cx, &enterprise.actor, id, "").await.unwrap(),
        Party::Enterprise
    );
    let alone = view(app, &cx, &enterprise.actor, id).await.unwrap();
    assert_eq!(alone.head.number, "PX-2026-0002");
    let form = section(app, &cx, &enterprise.actor, id, Section::Parties)
        .await
        .unwrap();
    assert!(
        form.fields.iter().all(|spec| !spec.key.starts_with("college.")),
        "a college that approves nothing is not named as a party"
    );
    assert!(can(&alone, May::Approve) && can(&alone, May::Edit) && !can(&alone, May::HandOver));

    let officer = product
        .joins(&enterprise, Role::Officer, &Actor::Stranger, "zhao@org.example")
        .await;
    assert!(
        view(app, &cx, &officer.actor, id).await.is_ok(),
        "every officer of a party"
    );
    void(app, &cx, &officer.actor, id, "岗位取消").await.unwrap();
    let voided = view(app, &cx, &enterprise.actor, id).await.unwrap();
    assert_eq!(voided.head.stage, Stage::Voided);
    assert!(voided.voided.unwrap().render(kernel::Locale::Zh).contains("岗位取消"));
    assert_eq!(
        code(hand_over(app, &cx, &enterprise.actor, id, "").await),
        "barred.stage"
    );
    let _ = signing::CONSENT;
}
