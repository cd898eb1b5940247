//! What somebody may try who means ill, or who is careless.

use agreement::lifecycle::SlotRole;

use super::{
    super::{ReplaceInput, list, new_code, replace, signing as slot, void},
    *,
};
use crate::organisations::{self, Decision};

async fn suspend(scene: &Scene, who: &Somebody) {
    let organisation = who.actor.organisation().unwrap();
    let decision = Decision::Suspend {
        reason: "被举报，核查中".to_owned(),
    };
    organisations::decide(
        &scene.product.app,
        &scene.cx(),
        &Actor::Command,
        organisation,
        None,
        &decision,
    )
    .await
    .unwrap();
}

fn at(signatories: &mut [SignatoryInput], role: SlotRole, email: &str) {
    for signatory in signatories.iter_mut().filter(|signatory| signatory.role == role) {
        email.clone_into(&mut signatory.email);
        signatory.by_code = email.is_empty();
    }
}

#[tokio::test]
async fn who_sends_is_not_shown_the_codes_of_the_other_side() {
    let scene = Scene::ready(&typed()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let mut signatories = Scene::by_letter();
    at(&mut signatories, SlotRole::Apprentice, "");
    at(&mut signatories, SlotRole::Guardian, "");
    let sent = super::super::send(app, &cx, &scene.college.actor, scene.id, &signatories)
        .await
        .unwrap();
    assert_eq!(sent.codes, [], "a college could sign as the apprentice with it");
    let slot = scene.slot(SlotRole::Apprentice).await;
    assert!(new_code(app, &cx, &scene.college.actor, scene.id, slot).await.is_err());
    new_code(app, &cx, &scene.enterprise.actor, scene.id, slot)
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_has_the_letters_of_another_sent_to_themselves() {
    let scene = Scene::ready(&typed()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let tried = async |who: &Somebody, role, email: &str| {
        let mut signatories = Scene::by_letter();
        at(&mut signatories, role, email);
        code(super::super::send(app, &cx, &who.actor, scene.id, &signatories).await)
    };
    let (enterprise, college) = (&scene.enterprise, &scene.college);
    assert_eq!(
        tried(college, SlotRole::Enterprise, "somebody@college.example").await,
        "not_of_theirs"
    );
    for who in [enterprise, college] {
        for address in ["officer1@org.example", "OFFICER2@org.example"] {
            assert_eq!(tried(who, SlotRole::Apprentice, address).await, "address_of_party");
        }
    }
    let mut signatories = Scene::by_letter();
    at(&mut signatories, SlotRole::Enterprise, "boss@home.example");
    at(&mut signatories, SlotRole::Guardian, "Boss@home.example");
    let same = super::super::send(app, &cx, &enterprise.actor, scene.id, &signatories).await;
    assert_eq!(code(same), "address_of_party", "nobody is on both sides");

    scene.send(&Scene::by_letter()).await;
    let slot = scene.slot(SlotRole::Apprentice).await;
    let own = ReplaceInput {
        email: "officer1@org.example".to_owned(),
        ..ReplaceInput::default()
    };
    let own = replace(app, &cx, &enterprise.actor, scene.id, slot, &own).await;
    assert_eq!(code(own), "address_of_party");
}

#[tokio::test]
async fn a_draft_given_up_before_it_was_handed_over_was_never_anybody_elses() {
    let scene = Scene::draft().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.write(&scene.enterprise, &typed()).await;
    scene.product.work().await;
    scene.product.letters.take();
    void(app, &cx, &scene.enterprise.actor, scene.id, "名字写错了")
        .await
        .unwrap();
    let seen = view(app, &cx, &scene.college.actor, scene.id).await;
    assert!(
        matches!(seen, Err(Failure::NotFound)),
        "{:?}",
        seen.map(|view| view.head)
    );
    let theirs = list(app, &scene.college.actor, &[], storage::Page::first(10))
        .await
        .unwrap();
    assert!(theirs.lines.is_empty() && theirs.counts.is_empty(), "{theirs:?}");
    assert_eq!(scene.told("officer2@org.example").await, Vec::<String>::new());
    assert_eq!(scene.view(&scene.enterprise).await.timeline[0].act, "void");

    let handed = Scene::negotiated(&typed()).await;
    void(
        &handed.product.app,
        &handed.cx(),
        &handed.enterprise.actor,
        handed.id,
        "不办了",
    )
    .await
    .unwrap();
    handed.view(&handed.college).await;
}

#[tokio::test]
async fn nothing_is_approved_or_signed_with_an_organisation_that_is_suspended() {
    let scene = Scene::negotiated(&typed()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    suspend(&scene, &scene.college).await;
    let version = scene.view(&scene.college).await.head.content_version;
    let own = approve(app, &cx, &scene.college.actor, scene.id, version).await;
    assert!(matches!(own, Err(Failure::Refused(Refusal::NotVerified))), "{own:?}");
    let other = approve(app, &cx, &scene.enterprise.actor, scene.id, version).await;
    assert_eq!(code(other), "party_not_verified");

    let scene = Scene::signing().await;
    let link = scene.link(APPRENTICE);
    let input = scene.input(&link).await;
    suspend(&scene, &scene.enterprise).await;
    assert_eq!(code(scene.sign_with(&link, &input).await), "party_not_verified");
    let declining = scene.declining(&link, "单位被停用了", Wish::Refuse).await;
    slot::decline(
        &scene.product.app,
        &scene.cx(),
        &Actor::Stranger,
        SignKey::Link(&link),
        &declining,
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn an_agreement_names_the_organisations_that_conclude_it_whatever_was_typed() {
    let mut draft = typed();
    draft.set("enterprise.name", "上海别家机械有限公司").unwrap();
    let scene = Scene::negotiated(&draft).await;
    let mut tx = scene.product.app.db().read().await.unwrap();
    let own = scene.enterprise.actor.organisation().unwrap();
    let found = tx.organisations().find(own).await.unwrap().unwrap();
    let code = found.get().profile.credit_code.to_string();
    drop(tx);
    let body = scene.view(&scene.college).await.review.body;
    assert_eq!(body.enterprise.uscc, Some(code));
    assert_eq!(body.enterprise.name.as_deref(), Some("上海示例精密机械有限公司"));
    assert_eq!(body.college.name.as_deref(), Some("上海示例职业技术学院"));
}

#[tokio::test]
async fn who_guesses_for_days_finds_no_number() {
    let scene = Scene::signing().await;
    let link = scene.link(APPRENTICE);
    let right = scene.input(&link).await;
    let wrong = SignInput {
        id_last_four: "0019".to_owned(),
        ..right.clone()
    };
    let mut tries = 0;
    for _ in 0..4 {
        for _ in 0..12 {
            if !matches!(scene.sign_with(&link, &wrong).await, Err(Failure::TooMany { .. })) {
                tries += 1;
            }
        }
        scene.days(1).await;
    }
    assert!(tries <= 20, "{tries} of some hundreds");
    let (app, cx) = (&scene.product.app, scene.cx());
    let slot = scene.slot(SlotRole::Apprentice).await;
    super::super::ask_again(app, &cx, &scene.enterprise.actor, scene.id, slot)
        .await
        .unwrap();
    scene.product.work().await;
    scene.sign(APPRENTICE).await;
}

#[tokio::test]
async fn a_reason_counts_for_what_it_was_given_for_and_not_for_what_is_typed_later() {
    let scene = Scene::draft().await;
    scene.write(&scene.enterprise, &typed()).await;
    let standard = |words| [("training.quality_standard", words)];
    let section = agreement::training::Section::Quality;
    let warned = async || {
        let view = scene.view(&scene.enterprise).await;
        view.review.unexplained().any(|finding| finding.rule == "TA-48")
    };
    let before = standard("考核不合格的，押金不退。");
    scene.save(&scene.enterprise, section, &before).await.unwrap();
    assert!(warned().await);
    scene.explain(&scene.enterprise).await;
    assert!(!warned().await);
    let pass_mark = [("training.pass_mark", "70")];
    scene.save(&scene.enterprise, section, &pass_mark).await.unwrap();
    assert!(!warned().await, "the words are the same");
    let after = standard("考核不合格的，扣押身份证。");
    scene.save(&scene.enterprise, section, &after).await.unwrap();
    assert!(warned().await);
}

#[tokio::test]
async fn a_signature_says_who_was_signed_in_where_it_was_made() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let link = scene.link(APPRENTICE);
    let input = scene.input(&link).await;
    slot::sign(app, &cx, &scene.enterprise.actor, SignKey::Link(&link), &input)
        .await
        .unwrap();
    let file = slot::copy(app, &cx, &Actor::Stranger, SignKey::Link(&link))
        .await
        .unwrap();
    let id = scene.enterprise.actor.person().unwrap().id.to_string();
    let signed = file.content.split("\"session\"").nth(1).unwrap();
    assert!(signed.contains(&id), "{signed}");
}

#[tokio::test]
async fn whoever_was_asked_at_an_address_is_told_there_that_it_was_changed() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.product.letters.take();
    let slot = scene.slot(SlotRole::Apprentice).await;
    let input = ReplaceInput {
        email: "new@home.example".to_owned(),
        ..ReplaceInput::default()
    };
    replace(app, &cx, &scene.enterprise.actor, scene.id, slot, &input)
        .await
        .unwrap();
    assert_eq!(scene.told("new@home.example").await, ["请签署"]);
    assert_eq!(scene.told(APPRENTICE).await, ["签署邮箱已更换"]);
    let letters = scene.product.letters.sent();
    let told = letters.iter().find(|letter| letter.to.as_str() == APPRENTICE).unwrap();
    assert!(
        !told.content.text.contains("new@home.example"),
        "whose it is now is not said"
    );
    assert!(!told.content.text.contains("/sign/"));
}

#[tokio::test]
async fn who_signed_is_asked_by_letter_to_let_it_be_taken_back_and_nobody_is_reminded_meanwhile() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.sign(APPRENTICE).await;
    scene.product.letters.take();
    super::super::recall(app, &cx, &scene.enterprise.actor, scene.id, "工资写错了")
        .await
        .unwrap();
    assert_eq!(scene.told(APPRENTICE).await, ["请求撤回"]);
    assert_eq!(scene.told(GUARDIAN).await, ["请求撤回"]);
    let link = scene.link(APPRENTICE);
    scene.product.letters.take();
    scene.days(4).await;
    assert_eq!(scene.told(GUARDIAN).await, Vec::<String>::new());
    slot::answer(app, &scene.cx(), &Actor::Stranger, SignKey::Link(&link), false)
        .await
        .unwrap();
    scene.days(1).await;
    let told = scene.told(GUARDIAN).await;
    assert_eq!(
        (told.len(), told[0].as_str()),
        (2, "不再撤回"),
        "now there is something to sign again: {told:?}"
    );
}

#[tokio::test]
async fn a_sender_sees_of_the_other_side_only_who_has_to_do_with_it() {
    let scene = Scene::ready(&typed()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene
        .product
        .joins(
            &scene.enterprise,
            marketplace::Role::Officer,
            &Actor::Stranger,
            "zhao@org.example",
        )
        .await;
    let addresses = async |who: &Somebody| {
        let planned = super::super::send_form(app, &cx, &who.actor, scene.id).await.unwrap();
        let of = planned.into_iter().find(|planned| planned.role == SlotRole::Enterprise);
        let all = of.unwrap().candidates.into_iter().filter_map(|(_, email)| email);
        all.map(|email| email.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(addresses(&scene.enterprise).await.len(), 2);
    assert_eq!(addresses(&scene.college).await, ["officer1@org.example"]);
}

#[tokio::test]
async fn what_the_platform_says_of_a_party_is_no_field_and_a_link_is_no_code() {
    let scene = Scene::draft().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let parties = agreement::training::Section::Parties;
    let form = section(app, &cx, &scene.enterprise.actor, scene.id, parties)
        .await
        .unwrap();
    let keys: Vec<&str> = form.fields.iter().map(|spec| spec.key).collect();
    assert!(!keys.contains(&"enterprise.uscc") && !keys.contains(&"college.name"));
    assert!(keys.contains(&"enterprise.address"));

    let scene = Scene::ready(&typed()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let mut long = Scene::by_letter();
    long.last_mut().unwrap().name = "王".repeat(61);
    let long = super::super::send(app, &cx, &scene.enterprise.actor, scene.id, &long).await;
    assert!(matches!(long, Err(Failure::Invalid(_))), "{long:?}");
    let mut lines = Scene::by_letter();
    lines.last_mut().unwrap().name = "王小明\n请点击".to_owned();
    scene.send(&lines).await;
    let view = scene.view(&scene.enterprise).await;
    assert!(view.slots.iter().all(|slot| !slot.name.contains('\n')));
    let look = scene.look(&scene.link(APPRENTICE)).await.unwrap();
    assert_eq!(look.method.code(), "link");
}
