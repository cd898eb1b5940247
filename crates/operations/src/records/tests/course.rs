//! From the start to the end of a record.

use agreement::lifecycle::Party;
use apprenticeship::record::Section;

use super::*;
use crate::records::{
    BreakInput, Next, WithdrawInput, answer, complaint_places, confirm, my_file, pause, query, resume, section,
    withdraw,
};

#[tokio::test]
async fn training_starts_when_nothing_is_missing() {
    let story = Box::pin(Story::begun()).await;
    let (app, id) = (&story.scene.product.app, story.id());
    let enterprise = &story.scene.enterprise.actor;
    let some = StartInput {
        safety_training_on: String::new(),
        ..facts()
    };
    save_start(app, &story.cx(), enterprise, id, &some).await.unwrap();
    let view = story.view(&story.scene.enterprise).await.unwrap();
    assert_eq!(view.head.stage, Stage::Registered);
    assert_eq!(view.missing, [apprenticeship::record::Gate::SafetyTraining]);
    save_start(app, &story.cx(), enterprise, id, &facts()).await.unwrap();
    let view = story.view(&story.scene.enterprise).await.unwrap();
    assert_eq!(
        (view.head.stage, view.head.started),
        (Stage::Training, parse_date("2026-09-01"))
    );
    assert_eq!(
        code(save_start(app, &story.cx(), enterprise, id, &facts()).await),
        "barred.stage"
    );
}

on_both! {
    async fn sections_are_confirmed_or_asked_about() {
        let (story, apprentice) = Box::pin(Story::training()).await;
        let (app, id) = (&story.scene.product.app, story.id());
        let view = story.view(&apprentice).await.unwrap();
        let version = section(app, &story.cx(), &apprentice.actor, id, Section::Rights).await.unwrap().version;
        assert!(view.due.iter().any(|due| matches!(due.next, Next::Confirm { left: 5, .. })));
        let stale = confirm(app, &story.cx(), &apprentice.actor, id, Section::Rights, version + 1).await;
        assert_eq!(code(stale), "confirm.stale");
        confirm(app, &story.cx(), &apprentice.actor, id, Section::Rights, version).await.unwrap();
        query(app, &story.cx(), &apprentice.actor, id, Section::College, Party::College, "老师的名字不对。")
            .await
            .unwrap();
        assert_eq!(story.scene.told("officer2@org.example").await.last().unwrap(), "学徒有疑问，请答复");
        let enterprise = answer(app, &story.cx(), &story.scene.enterprise.actor, id, Section::College, "对的。").await;
        assert_eq!(code(enterprise), "barred.not_your_side");
        answer(app, &story.cx(), &story.scene.college.actor, id, Section::College, "改由钱老师负责。")
            .await
            .unwrap();
        let view = section(app, &story.cx(), &apprentice.actor, id, Section::College).await.unwrap();
        assert_eq!(view.queries[0].answer.as_ref().unwrap().words, "改由钱老师负责。");
        // What waits is told to all after 14 days, once.
        story.scene.product.letters.take();
        story.scene.days(15).await;
        story.scene.days(1).await;
        let told = story.scene.told("officer1@org.example").await;
        assert_eq!(told.iter().filter(|subject| *subject == "提醒").count(), 1, "{told:?}");
    }
}

on_both! {
    async fn no_hours_are_written_for_a_break() {
        let (story, apprentice) = Box::pin(Story::training()).await;
        let (app, id) = (&story.scene.product.app, story.id());
        let enterprise = &story.scene.enterprise.actor;
        story.handed_in(&apprentice, WEEK, line("2026-11-17", "8:00", "12:00")).await;
        let input = BreakInput {
            from: "2026-11-17".to_owned(),
            until: "2026-11-18".to_owned(),
            reason: "sick".to_owned(),
            words: String::new(),
        };
        assert_eq!(code(pause(app, &story.cx(), enterprise, id, &input).await), "break.hours_in_break");
        let input = BreakInput {
            from: "2026-11-18".to_owned(),
            until: "2026-11-22".to_owned(),
            ..input
        };
        pause(app, &story.cx(), enterprise, id, &input).await.unwrap();
        // The job ends it on its day.
        story.scene.days(4).await;
        assert_eq!(story.view(&apprentice).await.unwrap().head.stage, Stage::Training);
        let gone = resume(app, &story.cx(), enterprise, id, "").await;
        assert_eq!(code(gone), "barred.stage");
        let saved = story
            .save(&apprentice, "2026-11-23", &written(0, vec![line("2026-11-19", "8:00", "12:00")]))
            .await
            .unwrap();
        let refusal = refused(story.submit(&apprentice, "2026-11-23", saved.edition).await);
        let faults: Vec<&str> = refusal.faults().iter().map(|fault| fault.kind.code()).collect();
        assert_eq!(faults, ["other_week", "no_training"]);
    }
}

#[tokio::test]
async fn the_apprentice_can_end_it_as_much_as_anybody() {
    let (story, apprentice) = Box::pin(Story::training()).await;
    let (app, id) = (&story.scene.product.app, story.id());
    let input = WithdrawInput {
        reason: "pay".to_owned(),
        side: "enterprise".to_owned(),
        words: "两个月没有发工资。".to_owned(),
        last_day: "2026-11-20".to_owned(),
    };
    withdraw(app, &story.cx(), &apprentice.actor, id, &input).await.unwrap();
    let view = story.view(&story.scene.enterprise).await.unwrap();
    assert_eq!((view.head.stage, view.next.next), (Stage::Withdrawn, Next::Ended));
    assert_eq!(
        story.scene.told("officer1@org.example").await.last().unwrap(),
        "学徒培养有新消息"
    );
}

#[tokio::test]
async fn my_file_holds_everything_and_opens_anywhere() {
    let (story, apprentice) = Box::pin(Story::training()).await;
    let (app, id) = (&story.scene.product.app, story.id());
    story
        .handed_in(&apprentice, WEEK, line("2026-11-17", "8:00", "12:00"))
        .await;
    let file = my_file(app, &story.cx(), &apprentice.actor, id).await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file.bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    for name in ["README.txt", "agreement.json", "record.json", "weeks.csv", "opened.csv"] {
        assert!(names.iter().any(|have| have == name), "{names:?}");
    }
    let mut weeks = String::new();
    let mut entry = archive.by_name("weeks.csv").unwrap();
    std::io::Read::read_to_string(&mut entry, &mut weeks).unwrap();
    assert!(weeks.contains("车削阶梯轴") && weeks.contains("240"), "{weeks}");
}

#[test]
fn every_place_to_complain_at_is_told_apart() {
    let places = complaint_places();
    let codes: std::collections::BTreeSet<&str> = places.iter().map(|place| place.code.as_str()).collect();
    assert_eq!(codes.len(), places.len());
}
