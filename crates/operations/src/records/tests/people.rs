//! Who takes a place, who sees what, and who sees that.

use super::*;
use crate::records::{
    end_assignment, mine, my_file, open_as_operator, openings, operator_look, people, to_review, week, weeks,
};

on_both! {
    async fn a_record_begins_when_the_agreement_takes_effect() {
        let story = Box::pin(Story::begun()).await;
        for address in [APPRENTICE, GUARDIAN] {
            assert!(story.scene.told(address).await.iter().any(|subject| subject == "请登记"));
        }
        let view = story.view(&story.scene.enterprise).await.unwrap();
        assert_eq!(view.head.stage, Stage::Registered);
        assert_eq!(view.sections.len(), 5);
        assert!(view.head.is_minor);
        // What is missing before the start is told to the enterprise, once.
        let told = story.scene.told("officer1@org.example").await;
        assert_eq!(told.iter().filter(|subject| *subject == "学徒培养有新消息").count(), 1);
        story.scene.days(1).await;
        let told = story.scene.told("officer1@org.example").await;
        assert_eq!(told.iter().filter(|subject| *subject == "学徒培养有新消息").count(), 1);
    }
}

#[tokio::test]
async fn a_forwarded_link_gives_nothing() {
    let story = Box::pin(Story::begun()).await;
    let (app, cx) = (&story.scene.product.app, story.cx());
    let key = story.invitation(APPRENTICE);
    let before = app.db().fingerprint().await.unwrap();
    let look = joining::look(app, &cx, &Actor::Stranger, &key).await.unwrap();
    assert_eq!((look.role, look.asks_for_identity), (RecordRole::Apprentice, true));
    assert_eq!((look.name.as_str(), look.apprentice.as_str()), ("", ""));
    assert_eq!(before, app.db().fingerprint().await.unwrap());
    let mut input = JoinInput {
        name: "张小雨".to_owned(),
        id_last_four: "0038".to_owned(),
        email: APPRENTICE.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let taken = joining::take(app, &cx, &Actor::Stranger, &key, &input).await;
    assert_eq!(code(taken), "not_the_person");
    // The parent's link is no way to the child's place, nor the other way round.
    let other = joining::take(app, &cx, &Actor::Stranger, &story.invitation(GUARDIAN), &input).await;
    assert_eq!(code(other), "not_the_person");
    input.id_last_four = "0039".to_owned();
    let joined = joining::take(app, &cx, &Actor::Stranger, &key, &input).await.unwrap();
    assert!(joined.session.is_some());
    input.email = "other@home.example".to_owned();
    let again = joining::take(app, &cx, &Actor::Stranger, &key, &input).await;
    assert_eq!(code(again), "invitation.taken");
}

#[tokio::test]
async fn a_stranger_learns_nothing_by_a_guessed_id() {
    let (story, apprentice) = Box::pin(Story::training()).await;
    let (app, cx, id) = (&story.scene.product.app, story.cx(), story.id());
    let stranger = story.scene.product.admin("上海其他制造有限公司", "enterprise", 7).await;
    let nothing = AgreementId::new(cx.now, &kernel::SeededChance::new(99));
    for (who, id) in [(&stranger, id), (&apprentice, nothing)] {
        let all = [
            overview(app, &cx, &who.actor, id).await.err(),
            weeks(app, &cx, &who.actor, id).await.err(),
            week(app, &cx, &who.actor, id, on(WEEK)).await.err(),
            people(app, &cx, &who.actor, id).await.err(),
            openings(app, &cx, &who.actor, id).await.err(),
            my_file(app, &cx, &who.actor, id).await.err(),
            save_week(app, &cx, &who.actor, id, on(WEEK), &WeekInput::default())
                .await
                .err(),
            approve_week(app, &cx, &who.actor, id, on(WEEK), 1).await.err(),
            operator_look(app, &cx, &Actor::Stranger, id)
                .await
                .err()
                .map(|_| Failure::NotFound),
        ];
        for failure in all {
            assert!(matches!(failure, Some(Failure::NotFound)), "{failure:?}");
        }
    }
    let nobody = overview(app, &cx, &Actor::Stranger, id).await.unwrap_err();
    assert!(matches!(nobody, Failure::Forbidden(_)));
}

on_both! {
    async fn whoever_opens_a_record_is_shown_to_its_person_once_a_day() {
        let (story, apprentice) = Box::pin(Story::training()).await;
        let (app, id) = (&story.scene.product.app, story.id());
        let opened = async || openings(app, &story.cx(), &apprentice.actor, id).await.unwrap().openings;
        let before = opened().await.len();
        for _ in 0..3 {
            story.view(&story.scene.college).await.unwrap();
            story.view(&apprentice).await.unwrap();
        }
        let now = opened().await;
        assert_eq!(now.len(), before + 1);
        assert_eq!(now[0].role, RecordRole::College);
        assert_eq!(now[0].organisation.as_deref(), Some("上海示例职业技术学院"));
        story.scene.days(1).await;
        story.view(&story.scene.college).await.unwrap();
        assert_eq!(opened().await.len(), before + 2);
    }
}

#[tokio::test]
async fn an_operator_gives_a_reason_that_the_person_reads() {
    let (story, apprentice) = Box::pin(Story::training()).await;
    let (app, cx, id) = (&story.scene.product.app, story.cx(), story.id());
    let operator = Box::pin(story.operator()).await;
    assert_eq!(code(story.view(&operator).await), "needs_reason");
    assert!(!operator_look(app, &cx, &operator.actor, id).await.unwrap().is_open);
    assert_eq!(
        code(open_as_operator(app, &cx, &operator.actor, id, "  ").await),
        "needs_reason"
    );
    open_as_operator(app, &cx, &operator.actor, id, "本人来电，请求核对学时。")
        .await
        .unwrap();
    assert_eq!(story.view(&operator).await.unwrap().head.role, RecordRole::Operator);
    let shown = openings(app, &cx, &apprentice.actor, id).await.unwrap().openings;
    assert!(
        shown
            .iter()
            .any(|one| one.reason.as_deref() == Some("本人来电，请求核对学时。"))
    );
    story.scene.days(1).await;
    assert_eq!(code(story.view(&operator).await), "needs_reason");
}

#[tokio::test]
async fn a_guardian_acts_while_the_apprentice_is_under_age_and_not_after() {
    let (story, _) = Box::pin(Story::training()).await;
    let (app, id) = (&story.scene.product.app, story.id());
    let guardian = story.joins(GUARDIAN, "张示例", "0010").await;
    let view = story.view(&guardian).await.unwrap();
    assert_eq!(view.head.role, RecordRole::Guardian);
    let section = apprenticeship::record::Section::Training;
    let seen = crate::records::section(app, &story.cx(), &guardian.actor, id, section)
        .await
        .unwrap();
    assert!(seen.may_confirm && !seen.fields.is_empty() && !seen.clauses.is_empty());
    crate::records::confirm(app, &story.cx(), &guardian.actor, id, section, seen.version)
        .await
        .unwrap();
    // Of age on the last day of the year.
    story.scene.days(41).await;
    assert!(matches!(story.view(&guardian).await, Err(Failure::NotFound)));
    assert_eq!(mine(app, &story.cx(), &guardian.actor).await.unwrap().own.len(), 0);
}

on_both! {
    async fn each_side_assigns_its_own_and_nobody_reviews_their_own() {
        let (story, apprentice) = Box::pin(Story::training()).await;
        let (app, cx, id) = (&story.scene.product.app, story.cx(), story.id());
        let of = |role, email: &str| AssignInput {
            role,
            who: AssignWho::Letter {
                name: "钱老师".to_owned(),
                email: email.to_owned(),
            },
            from: String::new(),
            until: String::new(),
        };
        let (enterprise, college) = (&story.scene.enterprise.actor, &story.scene.college.actor);
        let wrong = assign(app, &cx, enterprise, id, &of(RecordRole::Tutor, "a@home.example")).await;
        assert_eq!(code(wrong), "other_side");
        let wrong = assign(app, &cx, college, id, &of(RecordRole::Mentor, "a@home.example")).await;
        assert_eq!(code(wrong), "other_side");
        let taken = assign(app, &cx, enterprise, id, &of(RecordRole::Apprentice, "a@home.example")).await;
        assert_eq!(code(taken), "place_taken");
        assign(app, &cx, enterprise, id, &of(RecordRole::Mentor, APPRENTICE)).await.unwrap();
        story.scene.product.work().await;
        let key = story.invitation(APPRENTICE);
        let own = joining::take(app, &cx, &apprentice.actor, &key, &JoinInput::default()).await;
        assert_eq!(code(own), "two_places");
        let member = people(app, &cx, college, id).await.unwrap().members[0].0;
        let input = AssignInput {
            who: AssignWho::Member(member),
            ..of(RecordRole::Tutor, "")
        };
        assert_eq!(assign(app, &cx, college, id, &input).await.unwrap(), Assigned::AtOnce);
        assert_eq!(code(assign(app, &cx, college, id, &input).await), "assign.overlap");
    }
}

on_both! {
    async fn a_mentor_reviews_in_the_grace_and_not_after_it() {
        let (story, [apprentice, mentor, _]) = Box::pin(Story::reviewed()).await;
        let (app, id) = (&story.scene.product.app, story.id());
        let edition = story.handed_in(&apprentice, WEEK_BEFORE, line("2026-11-10", "8:00", "12:00")).await;
        let lines = people(app, &story.cx(), &story.scene.enterprise.actor, id).await.unwrap().people;
        let place = lines.iter().find(|line| line.role == RecordRole::Lead).unwrap();
        end_assignment(app, &story.cx(), &story.scene.enterprise.actor, id, place.assignment, "2026-11-15")
            .await
            .unwrap();
        // The week after the last day is not theirs.
        let after = story.handed_in(&apprentice, WEEK, line("2026-11-17", "8:00", "12:00")).await;
        assert_eq!(code(story.approve(&mentor, WEEK, after).await), "barred.outside_dates");
        story.scene.days(30).await;
        let waiting = to_review(app, &story.cx(), &mentor.actor).await.unwrap();
        let mondays: Vec<String> = waiting.weeks.iter().map(|one| one.week.monday.to_string()).collect();
        assert_eq!(mondays, [WEEK_BEFORE]);
        story.approve(&mentor, WEEK_BEFORE, edition).await.unwrap();
        story.scene.days(10).await;
        assert!(matches!(story.view(&mentor).await, Err(Failure::NotFound)));
    }
}
