//! The clock: reminders, deadlines, more time, and the end of waiting.

use agreement::lifecycle::Stage;

use super::*;
use crate::agreements::{
    ask_again,
    signing::{SignStep, send_link_again},
};

#[tokio::test]
async fn reminders_go_to_who_has_not_answered_and_to_nobody_after() {
    let scene = Scene::signing().await;
    scene.sign(GUARDIAN).await;
    scene.product.letters.take();
    scene.days(2).await;
    assert!(scene.told(APPRENTICE).await.is_empty());
    scene.days(1).await;
    assert_eq!(scene.told(APPRENTICE).await, ["提醒签署"]);
    let view = scene.view(&scene.enterprise).await;
    let slot = view
        .slots
        .iter()
        .find(|slot| slot.role == SlotRole::Apprentice)
        .unwrap();
    assert_eq!(slot.reminded_at, Some(scene.cx().now), "the page says when");
    let link = scene.link(APPRENTICE);
    scene.days(3).await;
    assert_eq!(scene.told(APPRENTICE).await.len(), 2);
    assert!(scene.told(GUARDIAN).await.is_empty(), "who signed is left in peace");
    let input = scene.input(&link).await;
    scene.sign_with(&link, &input).await.unwrap();
    let before = scene.told(APPRENTICE).await.len();
    scene.days(3).await;
    assert_eq!(scene.told(APPRENTICE).await.len(), before);
    assert!(
        scene
            .told("officer1@org.example")
            .await
            .contains(&"提醒签署".to_owned()),
        "now the enterprise is"
    );
}

#[tokio::test]
async fn a_deadline_passes_is_extended_and_in_the_end_the_agreement_lapses() {
    let scene = Scene::signing().await;
    let (app, slot) = (&scene.product.app, scene.slot(SlotRole::Apprentice).await);
    scene.sign(GUARDIAN).await;
    let link = scene.link(APPRENTICE);
    for round in 0..2 {
        scene.days(11).await;
        let told = scene.told("officer1@org.example").await;
        assert_eq!(told.iter().filter(|subject| *subject == "到期未签").count(), round + 1);
        let look = scene.look(&link).await.unwrap();
        assert!(matches!(look.step, SignStep::Expired { .. }), "{:?}", look.step);
        let input = scene.input(&link).await;
        assert_eq!(code(scene.sign_with(&link, &input).await), "sign.expired");
        let cx = scene.cx();
        ask_again(app, &cx, &scene.enterprise.actor, scene.id, slot)
            .await
            .unwrap();
        assert_eq!(scene.told(APPRENTICE).await.last().unwrap(), "请签署");
    }
    let third = ask_again(app, &scene.cx(), &scene.enterprise.actor, scene.id, slot).await;
    assert_eq!(code(third), "extend.extensions_used");
    scene.days(11).await;
    let view = scene.view(&scene.college).await;
    assert_eq!(view.head.stage, Stage::Voided);
    for address in [GUARDIAN, "officer1@org.example", "officer2@org.example"] {
        assert_eq!(scene.told(address).await.last().unwrap(), "已作废", "{address}");
    }
    assert_eq!(view.head.next_at, None, "nobody looks again");
    assert!(view.voided.unwrap().render(kernel::Locale::En).contains("apprentice"));
}

#[tokio::test]
async fn who_comes_with_an_old_link_gets_a_new_one_by_letter() {
    let scene = Scene::signing().await;
    let app = &scene.product.app;
    let first = scene.link(APPRENTICE);
    let slot = scene.slot(SlotRole::Apprentice).await;
    // The guardian signs; the apprentice is given more time twice, and the first letter's link grows old.
    scene.sign(GUARDIAN).await;
    for days in [9, 11] {
        scene.days(days).await;
        ask_again(app, &scene.cx(), &scene.enterprise.actor, scene.id, slot)
            .await
            .unwrap();
    }
    scene.days(9).await;
    assert!(matches!(scene.look(&first).await.unwrap().step, SignStep::Open { .. }));
    let before = scene.told(APPRENTICE).await.len();
    send_link_again(app, &scene.cx(), &first).await.unwrap();
    assert_eq!(scene.told(APPRENTICE).await.len(), before + 1);
    assert_ne!(scene.link(APPRENTICE), first);
    for _ in 0..2 {
        send_link_again(app, &scene.cx(), &first).await.unwrap();
    }
    let enough = send_link_again(app, &scene.cx(), &first).await;
    assert!(matches!(enough, Err(Failure::TooMany { .. })), "{enough:?}");
}

#[tokio::test]
async fn what_its_own_job_did_not_do_the_night_does() {
    let scene = Scene::signing().await;
    scene.product.clock.set(scene.product.clock.now().plus_days(3));
    let overdue = super::super::sweep(&scene.product.app, &scene.cx()).await.unwrap();
    assert_eq!(overdue, 1);
    let view = scene.view(&scene.enterprise).await;
    let reminded = view.slots.iter().filter(|slot| slot.reminded_at.is_some()).count();
    assert_eq!(reminded, 2);
    assert_eq!(super::super::sweep(&scene.product.app, &scene.cx()).await.unwrap(), 0);
}
