//! Signing: by link, by code, by login; mended, declined, taken back.

use agreement::lifecycle::{Settled, Stage, Wish};

use super::*;
use crate::agreements::{
    Ball, ReplaceInput, new_code, recall, replace,
    signing::{DeclineInput, SignStep, answer, decline, send_link_again, try_code},
};

#[tokio::test]
async fn three_sign_in_their_order_and_all_are_told() {
    let scene = Scene::ready(&typed()).await;
    scene.product.work().await;
    scene.product.letters.take();
    let planned = super::super::send_form(&scene.product.app, &scene.cx(), &scene.enterprise.actor, scene.id)
        .await
        .unwrap();
    let roles: Vec<(SlotRole, bool)> = planned.iter().map(|who| (who.role, who.required)).collect();
    assert_eq!(
        roles,
        [
            (SlotRole::Apprentice, true),
            (SlotRole::Guardian, true),
            (SlotRole::Enterprise, true),
            (SlotRole::College, false),
        ]
    );
    assert_eq!(planned[0].name.as_deref(), Some("张小雨"));
    assert_eq!(planned[2].candidates[0].0, "王小明");

    let sent = scene.send(&Scene::by_letter()).await;
    assert_eq!(
        (sent.open.len(), sent.codes.len()),
        (2, 0),
        "apprentice and guardian side by side"
    );
    assert_eq!(
        scene.told("officer1@org.example").await,
        Vec::<String>::new(),
        "the enterprise signs after them"
    );
    let view = scene.view(&scene.enterprise).await;
    assert_eq!(
        view.ball,
        Ball::Signatories(vec![SlotRole::Apprentice, SlotRole::Guardian])
    );

    let waiting = scene.sign(APPRENTICE).await;
    assert_eq!(waiting, Signed::Waiting { next: Vec::new() });
    let Signed::Waiting { next } = scene.sign(GUARDIAN).await else {
        panic!("the enterprise has yet to sign")
    };
    assert_eq!(next, [scene.slot(SlotRole::Enterprise).await]);
    let last = scene.sign("officer1@org.example").await;
    let Signed::AllSigned { effective_on } = last else {
        panic!("everybody has signed")
    };
    assert_eq!(
        kernel::format_date(effective_on),
        "2026-11-20",
        "never before the last signature"
    );

    let view = scene.view(&scene.college).await;
    assert_eq!(
        (view.head.stage, view.effective_on),
        (Stage::Effective, Some(effective_on))
    );
    let acts: Vec<&str> = view
        .timeline
        .iter()
        .rev()
        .map(|entry| entry.act.as_str())
        .skip_while(|act| *act != "send")
        .collect();
    assert_eq!(acts, ["send", "sign", "sign", "sign", "take_effect"]);
    for address in [APPRENTICE, GUARDIAN, "officer1@org.example", "officer2@org.example"] {
        let told = scene.told(address).await;
        assert!(
            told.iter().any(|subject| subject == "已签好，请保存"),
            "{address}: {told:?}"
        );
    }
    let letters = scene.product.letters.sent();
    let mut theirs = letters.iter().filter(|letter| letter.to.as_str() == APPRENTICE);
    assert!(theirs.any(|letter| letter.content.text.contains(&view.head.verify_code)));

    let link = scene.link(APPRENTICE);
    let look = scene.look(&link).await.unwrap();
    assert!(
        matches!(look.step, SignStep::Signed { .. }),
        "who comes back finds no dead end: {:?}",
        look.step
    );
    let input = scene.input(&link).await;
    assert_eq!(code(scene.sign_with(&link, &input).await), "sign.already_signed");
}

#[tokio::test]
async fn name_and_number_have_to_be_those_of_the_agreement_and_are_not_found_by_guessing() {
    let scene = Scene::signing().await;
    let link = scene.link(APPRENTICE);
    let look = scene.look(&link).await.unwrap();
    assert!(look.asks_for_id && look.asks_for_name);
    let text: String = look.clauses.iter().map(|clause| clause.text.as_str()).collect();
    assert!(
        text.contains("310***************") && !text.contains("0039"),
        "the end is asked for, not shown"
    );
    let right = scene.input(&link).await;
    let wrong = |change: fn(&mut SignInput)| {
        let mut input = right.clone();
        change(&mut input);
        input
    };
    for (change, expected) in [
        (wrong(|input| "张大雨".clone_into(&mut input.name)), "not_the_person"),
        (
            wrong(|input| "0010".clone_into(&mut input.id_last_four)),
            "not_the_person",
        ),
        (wrong(|input| input.id_last_four.clear()), "not_the_person"),
        (
            wrong(|input| "039".clone_into(&mut input.id_last_four)),
            "not_the_person",
        ),
        (wrong(|input| input.agreed = false), "not_agreed"),
        (
            wrong(|input| "consent/0".clone_into(&mut input.consent)),
            "other_consent",
        ),
        (
            wrong(|input| "00".repeat(32).clone_into(&mut input.seen)),
            "sign.content_changed",
        ),
        (wrong(|input| input.seen.clear()), "sign.content_changed"),
    ] {
        assert_eq!(code(scene.sign_with(&link, &change).await), expected);
    }
    for _ in 0..4 {
        let change = wrong(|input| "1234".clone_into(&mut input.id_last_four));
        assert_eq!(code(scene.sign_with(&link, &change).await), "not_the_person");
    }
    let too_many = scene.sign_with(&link, &right).await;
    assert!(matches!(too_many, Err(Failure::TooMany { .. })), "{too_many:?}");
    scene.product.clock.advance(3_600);
    let spaced = wrong(|input| " 张 小雨 ".clone_into(&mut input.name));
    scene.sign_with(&link, &spaced).await.unwrap();
}

#[tokio::test]
async fn a_wrong_address_is_mended_and_everybody_else_stays_as_they_are() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.sign(GUARDIAN).await;
    let old = scene.link(APPRENTICE);
    let slot = scene.slot(SlotRole::Apprentice).await;
    let input = ReplaceInput {
        email: "zhang.new@home.example".to_owned(),
        ..ReplaceInput::default()
    };
    let college = replace(app, &cx, &scene.college.actor, scene.id, slot, &input).await;
    assert_eq!(code(college), "barred.not_your_side");
    let other = ReplaceInput {
        name: "李四".to_owned(),
        ..input.clone()
    };
    assert_eq!(
        code(replace(app, &cx, &scene.enterprise.actor, scene.id, slot, &other).await),
        "replace.name_is_material"
    );
    let nowhere = replace(
        app,
        &cx,
        &scene.enterprise.actor,
        scene.id,
        slot,
        &ReplaceInput::default(),
    )
    .await;
    assert!(matches!(nowhere, Err(Failure::Invalid(_))), "{nowhere:?}");

    replace(app, &cx, &scene.enterprise.actor, scene.id, slot, &input)
        .await
        .unwrap();
    scene.product.work().await;
    assert_eq!(code(scene.look(&old).await), "link.revoked");
    assert_eq!(code(scene.sign_with(&old, &SignInput::default()).await), "link.revoked");
    assert_eq!(code(send_link_again(app, &cx, &old).await), "link.revoked");
    let guardian = scene.view(&scene.enterprise).await;
    let guardian = guardian
        .slots
        .iter()
        .find(|slot| slot.role == SlotRole::Guardian)
        .unwrap();
    assert_eq!(guardian.state, "signed", "no signature is lost");
    scene.sign("zhang.new@home.example").await;
    let last = scene.sign("officer1@org.example").await;
    assert!(matches!(last, Signed::AllSigned { .. }));
}

#[tokio::test]
async fn who_signed_is_told_that_another_declined() {
    let scene = Scene::signing().await;
    scene.sign(APPRENTICE).await;
    scene.product.letters.take();
    let (app, cx) = (&scene.product.app, scene.cx());
    // The letters are gone from the box, not the links.
    let slot = scene.slot(SlotRole::Guardian).await;
    let again = super::super::ask_again(app, &cx, &scene.enterprise.actor, scene.id, slot)
        .await
        .unwrap();
    assert!(again.0 >= cx.now);
    scene.product.work().await;
    let link = scene.link(GUARDIAN);
    let mut input = scene.declining(&link, "  ", Wish::Change).await;
    let no_reason = decline(app, &cx, &Actor::Stranger, SignKey::Link(&link), &input).await;
    assert_eq!(code(no_reason), "decline.no_reason");
    "夜班不行。".clone_into(&mut input.reason);
    for change in [
        |input: &mut DeclineInput| input.name.clear(),
        |input: &mut DeclineInput| "0039".clone_into(&mut input.id_last_four),
        |input: &mut DeclineInput| input.id_last_four.clear(),
    ] {
        let mut forwarded = input.clone();
        change(&mut forwarded);
        let stranger = decline(app, &cx, &Actor::Stranger, SignKey::Link(&link), &forwarded).await;
        assert_eq!(code(stranger), "not_the_person", "a link alone declines nothing");
    }
    decline(app, &cx, &Actor::Stranger, SignKey::Link(&link), &input)
        .await
        .unwrap();
    for address in [APPRENTICE, "officer1@org.example", "officer2@org.example"] {
        assert_eq!(scene.told(address).await.last().unwrap(), "有人拒签", "{address}");
    }
    let signed = scene.product.letters.last_to(APPRENTICE).unwrap();
    assert!(signed.content.text.contains("夜班不行。"));
    assert!(
        !scene.told("officer1@org.example").await.contains(&"请签署".to_owned()),
        "nobody is asked any more"
    );

    let view = scene.view(&scene.enterprise).await;
    assert_eq!(
        (view.head.stage, view.head.content_version, view.ball.clone()),
        (Stage::Negotiating, 2, Ball::Yours)
    );
    assert!(view.round_is_over);
    let declined = view.slots.iter().find(|slot| slot.role == SlotRole::Guardian).unwrap();
    assert_eq!(declined.reason.as_deref(), Some("夜班不行。"));
    let look = scene.look(&scene.link(APPRENTICE)).await.unwrap();
    assert_eq!(look.step, SignStep::Over, "the signature of an old round is history");
    scene.approve_both().await;
    scene.send(&Scene::by_letter()).await;
    assert!(matches!(scene.sign_all().await, Signed::AllSigned { .. }));
}

#[tokio::test]
async fn an_operator_mends_an_address_sees_no_code_and_may_give_the_agreement_up() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let slot = scene.slot(SlotRole::Apprentice).await;
    let by_code = ReplaceInput {
        by_code: true,
        ..ReplaceInput::default()
    };
    let mended = replace(app, &cx, &Actor::Command, scene.id, slot, &by_code)
        .await
        .unwrap();
    assert!(mended.codes.is_empty());
    assert!(matches!(
        super::super::view(app, &cx, &Actor::Command, scene.id).await,
        Err(Failure::Forbidden(_))
    ));
    super::super::void(app, &cx, &Actor::Command, scene.id, "企业已注销")
        .await
        .unwrap();
    for address in [GUARDIAN, "officer2@org.example"] {
        assert_eq!(scene.told(address).await.last().unwrap(), "已作废");
    }
    let letter = scene.product.letters.last_to(GUARDIAN).unwrap();
    assert!(letter.content.text.contains("企业已注销") && letter.content.text.contains("平台已将"));
}

#[tokio::test]
async fn who_refuses_altogether_ends_the_agreement() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let link = scene.link(APPRENTICE);
    let input = scene.declining(&link, "我要继续上学。", Wish::Refuse).await;
    decline(app, &cx, &Actor::Stranger, SignKey::Link(&link), &input)
        .await
        .unwrap();
    assert_eq!(scene.view(&scene.college).await.head.stage, Stage::Voided);
    assert_eq!(scene.told(GUARDIAN).await.last().unwrap(), "有人拒签");
}

#[tokio::test]
async fn what_was_not_shown_is_shown_again_and_not_signed() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let old = scene.link(APPRENTICE);
    let stale = scene.input(&old).await;
    recall(app, &cx, &scene.enterprise.actor, scene.id, "工资写错了")
        .await
        .unwrap();
    assert_eq!(scene.told(APPRENTICE).await.last().unwrap(), "已撤回");
    assert_eq!(code(scene.look(&old).await), "link.revoked");
    let saved = scene
        .save(&scene.enterprise, Section::Pay, &[("pay.pay_day", "15")])
        .await
        .unwrap();
    assert!(saved.changed);
    hand_over(app, &cx, &scene.enterprise.actor, scene.id, "")
        .await
        .unwrap();
    scene.approve_both().await;
    scene.send(&Scene::by_letter()).await;
    let link = scene.link(APPRENTICE);
    let current = scene.look(&link).await.unwrap().content_hash;
    let AgreementRefusal::Sign(agreement::lifecycle::SignRefusal::ContentChanged { current: told }) =
        refusal(scene.sign_with(&link, &stale).await)
    else {
        panic!("signed, or refused for another reason");
    };
    assert_eq!(told, current);
    assert!(
        matches!(scene.look(&link).await.unwrap().step, SignStep::Open { .. }),
        "nothing was signed"
    );
    scene.sign(APPRENTICE).await;
}

#[tokio::test]
async fn once_somebody_signed_they_have_a_say_in_a_recall() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let apprentice = scene.link(APPRENTICE);
    scene.sign(APPRENTICE).await;
    let settled = recall(app, &cx, &scene.enterprise.actor, scene.id, "日期要改")
        .await
        .unwrap();
    assert_eq!(settled, Settled::WaitingFor(vec![SlotRole::Apprentice]));
    let guardian = scene.link(GUARDIAN);
    let input = scene.input(&guardian).await;
    assert_eq!(code(scene.sign_with(&guardian, &input).await), "sign.being_recalled");
    let look = scene.look(&apprentice).await.unwrap();
    let reason = "日期要改".to_owned();
    assert_eq!(look.step, SignStep::BeingRecalled { asked: true, reason });
    let outsider = answer(app, &cx, &Actor::Stranger, SignKey::Link(&guardian), true).await;
    assert_eq!(code(outsider), "barred.no_voice");
    answer(app, &cx, &Actor::Stranger, SignKey::Link(&apprentice), false)
        .await
        .unwrap();
    scene.sign_with(&guardian, &input).await.unwrap();
    recall(app, &cx, &scene.college.actor, scene.id, "日期要改")
        .await
        .unwrap();
    for link in [&apprentice, &guardian] {
        answer(app, &cx, &Actor::Stranger, SignKey::Link(link), true)
            .await
            .unwrap();
    }
    assert_eq!(scene.view(&scene.enterprise).await.head.stage, Stage::Negotiating);
    scene.product.work().await;
    let letter = scene.product.letters.last_to(APPRENTICE).unwrap();
    assert!(letter.content.text.contains("日期要改") && letter.content.text.contains("上海示例职业技术学院"));
}

#[tokio::test]
async fn a_code_is_handed_over_shown_once_and_a_new_one_kills_the_old() {
    let scene = Scene::ready(&of_age()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let signatories = [
        SignatoryInput {
            role: SlotRole::Apprentice,
            name: String::new(),
            email: String::new(),
            by_code: true,
            language: None,
        },
        SignatoryInput {
            role: SlotRole::Enterprise,
            name: "王小明".to_owned(),
            email: "officer1@org.example".to_owned(),
            by_code: false,
            language: None,
        },
    ];
    let sent = scene.send(&signatories).await;
    let first = sent.codes[0].clone();
    assert_eq!((first.role, first.name.as_str()), (SlotRole::Apprentice, "李晓峰"));
    let slot = first.slot;
    assert_eq!(
        code(new_code(app, &cx, &scene.college.actor, scene.id, slot).await),
        "barred.not_your_side"
    );
    let second = new_code(app, &cx, &scene.enterprise.actor, scene.id, slot)
        .await
        .unwrap();
    assert_eq!(code(scene.look(&first.code).await), "link.revoked");
    let look = try_code(app, &cx, &Actor::Stranger, &second.code.to_lowercase())
        .await
        .unwrap();
    assert_eq!(look.method, agreement::lifecycle::Method::InPerson);
    let scanned = scene.look(second.path.strip_prefix("/sign/").unwrap()).await.unwrap();
    assert_eq!(scanned.slot, look.slot);
    for _ in 0..29 {
        let wrong = try_code(app, &cx, &Actor::Stranger, "QQQQQ-QQQQQ").await;
        assert!(matches!(wrong, Err(Failure::NotFound)), "{wrong:?}");
    }
    let wrong = try_code(app, &cx, &Actor::Stranger, "QQQQQ-QQQQQ").await;
    assert!(matches!(wrong, Err(Failure::TooMany { .. })), "{wrong:?}");
    let input = SignInput {
        id_last_four: "0010".to_owned(),
        ..scene.input(&second.code).await
    };
    scene.sign_with(&second.code, &input).await.unwrap();
    let by_mail = new_code(
        app,
        &cx,
        &scene.enterprise.actor,
        scene.id,
        scene.slot(SlotRole::Enterprise).await,
    )
    .await;
    assert_eq!(code(by_mail), "has_address");
}

#[tokio::test]
async fn an_officer_signs_by_login_where_the_slot_names_them_and_nobody_else_does() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let zhao = scene
        .product
        .joins(
            &scene.enterprise,
            marketplace::Role::Officer,
            &Actor::Stranger,
            "zhao@org.example",
        )
        .await;
    scene.sign(APPRENTICE).await;
    scene.sign(GUARDIAN).await;
    let key = SignKey::Slot(scene.id, scene.slot(SlotRole::Enterprise).await);
    for who in [&zhao.actor, &scene.college.actor] {
        let refused = slot::look(app, &cx, who, key).await;
        assert!(
            matches!(refused, Err(Failure::Forbidden(crate::Forbidden::NotNamed))),
            "{refused:?}"
        );
    }
    let view = scene.view(&scene.enterprise).await;
    let own = view
        .slots
        .iter()
        .find(|slot| slot.role == SlotRole::Enterprise)
        .unwrap();
    assert!(own.may.contains(&May::Sign));
    let look = slot::look(app, &cx, &scene.enterprise.actor, key).await.unwrap();
    assert!(!look.asks_for_id && !look.asks_for_name);
    let input = SignInput {
        seen: look.content_hash.to_string(),
        consent: look.consent.version,
        agreed: true,
        authority: authority(SlotRole::Enterprise),
        ..SignInput::default()
    };
    let signed = slot::sign(app, &cx, &scene.enterprise.actor, key, &input)
        .await
        .unwrap();
    assert!(matches!(signed, Signed::AllSigned { .. }));
    let own = SignKey::Slot(scene.id, scene.slot(SlotRole::Apprentice).await);
    let apprentice = slot::look(app, &cx, &scene.enterprise.actor, own).await;
    assert!(
        matches!(apprentice, Err(Failure::Forbidden(_))),
        "nobody signs as somebody else: {apprentice:?}"
    );
}
