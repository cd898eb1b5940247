//! Weeks: kept as typed, handed in, taken back, approved once.

use super::*;
use crate::records::{mine, return_week, take_back_week, to_review, unlock_week, week};

on_both! {
    async fn what_is_typed_is_kept_even_when_it_cannot_be_read() {
        let (story, apprentice) = Box::pin(Story::training()).await;
        let (app, id) = (&story.scene.product.app, story.id());
        let wrong = LineInput {
            day: "周二".to_owned(),
            extra: "三个小时".to_owned(),
            ..line("", "", "")
        };
        let input = written(0, vec![line("2026-11-16", "8:00", "12:00"), wrong.clone()]);
        let saved = story.save(&apprentice, WEEK, &input).await.unwrap();
        let fields: Vec<&str> = saved.problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["lines.1.day", "lines.1.extra"]);
        let view = week(app, &story.cx(), &apprentice.actor, id, on(WEEK)).await.unwrap();
        assert_eq!(view.typed.lines[1], wrong);
        assert_eq!((view.problems.len(), view.lines.len()), (2, 1));
        assert_eq!(code(story.submit(&apprentice, WEEK, saved.edition).await), "unreadable");
        let mut mended = view.typed;
        mended.lines[1].day = "2026-11-17".to_owned();
        mended.lines[1].extra = "180".to_owned();
        let saved = story.save(&apprentice, WEEK, &mended).await.unwrap();
        assert_eq!(saved.problems, []);
        story.submit(&apprentice, WEEK, saved.edition).await.unwrap();
        // Two windows: the second one saves over nothing.
        let stale = story.save(&apprentice, WEEK, &mended).await;
        assert_eq!(code(stale), "barred.stage");
    }
}

on_both! {
    async fn a_week_goes_from_the_mentor_to_the_tutor_and_stays() {
        let (story, [apprentice, mentor, tutor]) = Box::pin(Story::reviewed()).await;
        let (app, id) = (&story.scene.product.app, story.id());
        let edition = story.handed_in(&apprentice, WEEK, line("2026-11-17", "8:00", "12:00")).await;
        let told = story.scene.told("mentor@home.example").await;
        assert_eq!(told.last().unwrap(), "有周记等您审阅");
        assert_eq!(code(story.approve(&tutor, WEEK, edition).await), "barred.not_your_turn");
        assert_eq!(code(story.approve(&mentor, WEEK, edition + 1).await), "review.stale");
        let waiting = to_review(app, &story.cx(), &mentor.actor).await.unwrap();
        assert_eq!(waiting.weeks.len(), 1);
        assert_eq!(waiting.weeks[0].lines[0].minutes, 240);
        story.approve(&mentor, WEEK, edition).await.unwrap();
        let back = take_back_week(app, &story.cx(), &apprentice.actor, id, on(WEEK)).await;
        assert_eq!(code(back), "barred.stage");
        return_week(app, &story.cx(), &tutor.actor, id, on(WEEK), edition, "请写明零件图号。")
            .await
            .unwrap();
        assert_eq!(story.scene.told(APPRENTICE).await.last().unwrap(), "周记退回修改");
        let view = week(app, &story.cx(), &apprentice.actor, id, on(WEEK)).await.unwrap();
        assert_eq!(view.returned.as_ref().unwrap().1, "请写明零件图号。");
        let saved = story.save(&apprentice, WEEK, &view.typed).await.unwrap();
        story.submit(&apprentice, WEEK, saved.edition).await.unwrap();
        // What the tutor gave back goes straight back to the tutor.
        story.approve(&tutor, WEEK, saved.edition).await.unwrap();
        let view = story.view(&apprentice).await.unwrap();
        assert_eq!((view.hours.all.submitted, view.hours.all.approved), (240, 240));
        assert_eq!(code(story.save(&apprentice, WEEK, &written(saved.edition, vec![])).await), "barred.stage");
    }
}

on_both! {
    async fn of_an_approval_and_a_taking_back_one_comes_first() {
        let (story, [apprentice, mentor, _]) = Box::pin(Story::reviewed()).await;
        let (app, id, cx) = (&story.scene.product.app, story.id(), story.cx());
        let edition = story.handed_in(&apprentice, WEEK, line("2026-11-17", "8:00", "12:00")).await;
        let (approved, back) = tokio::join!(
            approve_week(app, &cx, &mentor.actor, id, on(WEEK), edition),
            take_back_week(app, &cx, &apprentice.actor, id, on(WEEK)),
        );
        assert_ne!(approved.is_ok(), back.is_ok(), "{approved:?} {back:?}");
        let view = week(app, &cx, &apprentice.actor, id, on(WEEK)).await.unwrap();
        let stage = view.week.stage.unwrap().code();
        assert_eq!(stage, if approved.is_ok() { "first_approved" } else { "open" });
    }
}

on_both! {
    async fn a_week_that_nobody_handed_in_is_locked_and_the_operator_opens_it() {
        let (story, apprentice) = Box::pin(Story::training()).await;
        let (app, id) = (&story.scene.product.app, story.id());
        let late = written(0, vec![line("2026-10-13", "8:00", "12:00")]);
        assert_eq!(code(story.save(&apprentice, "2026-10-12", &late).await), "write.locked");
        let operator = Box::pin(story.operator()).await;
        let unlock = async || unlock_week(app, &story.cx(), &operator.actor, id, on("2026-10-12"), "住院两周。").await;
        assert_eq!(code(unlock().await), "needs_reason");
        crate::records::open_as_operator(app, &story.cx(), &operator.actor, id, "解锁周记。")
            .await
            .unwrap();
        unlock().await.unwrap();
        assert_eq!(code(unlock().await), "unlock.not_locked");
        let saved = story.save(&apprentice, "2026-10-12", &written(1, late.lines)).await.unwrap();
        story.submit(&apprentice, "2026-10-12", saved.edition).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_handed_in_is_the_apprentices_own() {
    let (story, [apprentice, mentor, _]) = Box::pin(Story::reviewed()).await;
    let (app, id) = (&story.scene.product.app, story.id());
    story
        .save(
            &apprentice,
            WEEK,
            &written(0, vec![line("2026-11-17", "8:00", "12:00")]),
        )
        .await
        .unwrap();
    for who in [&mentor, &story.scene.enterprise] {
        let view = week(app, &story.cx(), &who.actor, id, on(WEEK)).await.unwrap();
        assert_eq!((view.text.as_str(), view.lines.len(), view.week.minutes), ("", 0, 0));
        assert_eq!(code(story.submit(who, WEEK, 2).await), "barred.role");
    }
}

on_both! {
    async fn nobody_is_in_two_places_at_once_in_two_records() {
        let (mut story, apprentice) = Box::pin(Story::training()).await;
        let second = Box::pin(story.second()).await;
        let (app, cx) = (&story.scene.product.app, story.cx());
        let key = story.invitation(APPRENTICE);
        let who = JoinInput {
            name: "张小雨".to_owned(),
            id_last_four: "0039".to_owned(),
            ..JoinInput::default()
        };
        joining::take(app, &cx, &apprentice.actor, &key, &who).await.unwrap();
        save_start(app, &cx, &story.scene.enterprise.actor, second, &facts()).await.unwrap();
        assert_eq!(mine(app, &cx, &apprentice.actor).await.unwrap().own.len(), 2);
        let one = written(0, vec![line("2026-11-17", "8:00", "12:00")]);
        let other = written(0, vec![line("2026-11-17", "11:00", "13:00")]);
        let first = story.save(&apprentice, WEEK, &one).await.unwrap();
        let saved = save_week(app, &cx, &apprentice.actor, second, on(WEEK), &other).await.unwrap();
        // Handed in at the same moment, one of them is seen by the other.
        let (a, b) = tokio::join!(
            story.submit(&apprentice, WEEK, first.edition),
            submit_week(app, &cx, &apprentice.actor, second, on(WEEK), saved.edition),
        );
        assert_ne!(a.is_ok(), b.is_ok(), "{a:?} {b:?}");
        let refusal = refused(if a.is_ok() { b } else { a });
        let faults: Vec<&str> = refusal.faults().iter().map(|fault| fault.kind.code()).collect();
        assert_eq!(faults, ["overlap"]);
    }
}
