//! Who may sign for an organisation, who reads what of people, and what is asked once more before anybody signs.

use agreement::{evidence::Authority, lifecycle::Stage};

use kernel::Locale;

use super::*;
use crate::agreements::{export, proof, recall, signing::copy};

/// Everything of a scene that is ready, but for the apprentice's last four characters.
const NUMBER: &str = "310000200812310039";

#[tokio::test]
async fn nobody_signs_for_an_organisation_without_saying_by_what_right() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.sign(APPRENTICE).await;
    scene.sign(GUARDIAN).await;
    let link = scene.link("officer1@org.example");
    let look = scene.look(&link).await.unwrap();
    assert_eq!(
        look.authority,
        Some(AuthorityInput::agent("", "", "")),
        "the agreement names another"
    );
    let right = scene.input(&link).await;
    let with = |authority| SignInput {
        authority,
        ..right.clone()
    };
    for (typed, field) in [
        (AuthorityInput::default(), "capacity"),
        (AuthorityInput::agent("经理", "授权书", "2027-01-01"), "authority_dated"),
    ] {
        let refused = scene.sign_with(&link, &with(typed)).await;
        let Err(Failure::Invalid(problems)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(problems[0].field, field);
    }
    let by_law = scene
        .sign_with(&link, &with(AuthorityInput::legal_representative()))
        .await;
    assert_eq!(code(by_law), "not_the_representative");
    scene.sign_with(&link, &right).await.unwrap();

    let view = scene.view(&scene.college).await;
    let slot = view
        .slots
        .iter()
        .find(|slot| slot.role == SlotRole::Enterprise)
        .unwrap();
    assert!(matches!(&slot.authority, Some(Authority::Agent { title, .. }) if title == "人力资源经理"));
    let apprentice = view
        .slots
        .iter()
        .find(|slot| slot.role == SlotRole::Apprentice)
        .unwrap();
    assert_eq!(apprentice.authority, None);
    let file = export(app, &cx, &scene.college.actor, scene.id).await.unwrap();
    assert_eq!(
        file.content.matches("授权委托书 2026-17").count(),
        1,
        "it stands in what was declared"
    );
}

#[tokio::test]
async fn numbers_phones_and_addresses_are_for_the_employer_and_the_person() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.sign_all().await;
    let by_enterprise = export(app, &cx, &scene.enterprise.actor, scene.id).await.unwrap();
    let by_college = export(app, &cx, &scene.college.actor, scene.id).await.unwrap();
    let mut kept = Vec::new();
    for address in [APPRENTICE, GUARDIAN] {
        let link = scene.link(address);
        kept.push(copy(app, &cx, &Actor::Stranger, SignKey::Link(&link)).await.unwrap());
    }
    let numbers = |file: &crate::agreements::ExportFile| {
        let has = |key: &str| file.content.contains(&format!("\"{key}\":\""));
        (has("apprentice.id_no"), has("guardian.id_no"))
    };
    assert_eq!(numbers(&by_enterprise), (true, true), "who typed them may keep them");
    assert_eq!(numbers(&by_college), (false, false));
    assert_eq!(numbers(&kept[0]), (true, false), "the own");
    assert_eq!(numbers(&kept[1]), (true, true), "a guardian acts for the apprentice");
    assert!(!by_college.content.contains(NUMBER) && !by_college.content.contains("apprentice.address"));
    for file in [&by_enterprise, &by_college, &kept[0], &kept[1]] {
        let checked = proof::check_file(app, &cx, file.content.as_bytes()).await.unwrap();
        assert_eq!(
            (checked.report.faults, checked.known_here),
            (Vec::new(), true),
            "what is withheld is proven by its hash"
        );
    }
}

#[tokio::test]
async fn the_enterprise_reads_what_it_typed_until_it_is_frozen_and_the_college_never() {
    let scene = Scene::negotiated(&typed()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let text = |view: &AgreementView| -> String { view.clauses.iter().map(|clause| clause.text.as_str()).collect() };
    assert!(text(&scene.view(&scene.enterprise).await).contains(NUMBER));
    let college = scene.view(&scene.college).await;
    assert!(!text(&college).contains(NUMBER) && text(&college).contains("310*************39"));
    let form = section(app, &cx, &scene.college.actor, scene.id, Section::Parties)
        .await
        .unwrap();
    assert_eq!(form.draft.get("apprentice.id_no"), None);
    assert!(form.fields.iter().all(|spec| spec.person().is_none()));
    // The college has the ball, and what it sends of them changes nothing.
    let saved = scene
        .save(
            &scene.college,
            Section::Parties,
            &[("apprentice.id_no", "310*************39")],
        )
        .await
        .unwrap();
    assert!(!saved.changed);
    let own = section(app, &cx, &scene.enterprise.actor, scene.id, Section::Parties)
        .await
        .unwrap();
    assert_eq!(own.draft.get("apprentice.id_no"), Some(NUMBER));

    scene.approve_both().await;
    let frozen = scene.view(&scene.enterprise).await;
    assert_eq!(frozen.head.stage, Stage::Ready);
    assert!(
        !text(&frozen).contains(NUMBER),
        "from here on it is masked for everybody"
    );
}

#[tokio::test]
async fn the_history_says_that_a_number_was_changed_and_not_what_it_was() {
    let scene = Scene::draft().await;
    scene.write(&scene.enterprise, &typed()).await;
    let view = scene.view(&scene.enterprise).await;
    let changes: Vec<_> = view.timeline.iter().flat_map(|entry| &entry.changes).collect();
    let of = |field: &str| changes.iter().find(|change| change.field == field).unwrap();
    let number = of("apprentice.id_no");
    assert!(number.private && number.before.is_none() && number.after.is_none());
    assert_eq!(of("apprentice.name").after.as_deref(), Some("张小雨"));
}

#[tokio::test]
async fn what_was_approved_is_asked_once_more_when_it_is_sent() {
    let first = Scene::ready(&typed()).await;
    let product = first.product;
    let (app, cx) = (&product.app, product.cx());
    let id = create(app, &cx, &first.enterprise.actor, "上海示例职业技术学院")
        .await
        .unwrap();
    let second = Scene {
        product,
        enterprise: first.enterprise,
        college: first.college,
        id,
    };
    second.write(&second.enterprise, &typed()).await;
    let (app, cx) = (&second.product.app, second.cx());
    check_apprentice(app, &cx, &second.enterprise.actor, id, true, "0")
        .await
        .unwrap();
    second.explain(&second.enterprise).await;
    hand_over(app, &cx, &second.enterprise.actor, id, "").await.unwrap();
    second.approve_both().await;
    // Both are ready; what is sent first makes the other an agreement of the same person for the same occupation.
    send(app, &cx, &second.enterprise.actor, first.id, &Scene::by_letter())
        .await
        .unwrap();
    let AgreementRefusal::Unready(unready) =
        refusal(send(app, &cx, &second.enterprise.actor, id, &Scene::by_letter()).await)
    else {
        panic!("not ready any more")
    };
    let rules: Vec<&str> = unready.unexplained.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["ID-12"], "{unready:?}");
}

#[tokio::test]
async fn everybody_is_written_to_in_the_language_they_read() {
    let scene = Scene::negotiated(&typed()).await;
    let (app, product) = (&scene.product.app, &scene.product);
    let english = Cx {
        locale: Locale::En,
        ..scene.cx()
    };
    let language = |address: &str| product.letters.last_to(address).unwrap().locale;
    let version = scene.view(&scene.college).await.head.content_version;
    approve(app, &english, &scene.college.actor, scene.id, version)
        .await
        .unwrap();
    product.work().await;
    assert_eq!(language("officer1@org.example"), Locale::Zh, "not that of who acts");
    crate::accounts::choose_language(app, &scene.cx(), &scene.college.actor, Locale::En)
        .await
        .unwrap();
    approve(app, &scene.cx(), &scene.enterprise.actor, scene.id, version)
        .await
        .unwrap();
    product.work().await;
    assert_eq!(language("officer2@org.example"), Locale::En, "as they chose");

    let mut signatories = Scene::by_letter();
    signatories[1].language = Some(Locale::En);
    send(app, &english, &scene.enterprise.actor, scene.id, &signatories)
        .await
        .unwrap();
    product.work().await;
    assert_eq!((language(APPRENTICE), language(GUARDIAN)), (Locale::Zh, Locale::En));
    scene.days(3).await;
    assert_eq!(
        (language(APPRENTICE), language(GUARDIAN)),
        (Locale::Zh, Locale::En),
        "and when reminded"
    );
}

#[tokio::test]
async fn who_asked_for_a_recall_and_who_signed_are_told_that_it_is_off() {
    let scene = Scene::signing().await;
    scene.sign(APPRENTICE).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    recall(app, &cx, &scene.enterprise.actor, scene.id, "工资写错了")
        .await
        .unwrap();
    scene.product.work().await;
    scene.days(20).await;
    assert_eq!(
        scene.view(&scene.enterprise).await.head.stage,
        Stage::Signing,
        "no deadline passes meanwhile"
    );
    let link = scene.link(APPRENTICE);
    let cx = scene.cx();
    slot::answer(app, &cx, &Actor::Stranger, SignKey::Link(&link), false)
        .await
        .unwrap();
    for address in [GUARDIAN, "officer1@org.example", "officer2@org.example"] {
        let told = scene.told(address).await;
        assert!(told.iter().any(|subject| subject == "不再撤回"), "{address}: {told:?}");
    }
    assert!(
        matches!(scene.sign(GUARDIAN).await, Signed::Waiting { .. }),
        "the time of waiting does not count"
    );
}

#[tokio::test]
async fn with_the_key_file_lost_the_chain_and_the_seal_are_checked_all_the_same() {
    let scene = Scene::signing().await;
    scene.sign_all().await;
    let code = scene.view(&scene.enterprise).await.head.verify_code;
    let look = proof::look(&scene.product.app, &code).await.unwrap();
    let (at, key) = look.sealed.expect("sealed with the last signature");
    assert_eq!((at, look.locked), (scene.cx().now, false));
    let lost = scene.product.with_another_key().await;
    let look = proof::look(&lost, &code).await.unwrap();
    assert_eq!((look.locked, look.sealed), (true, Some((at, key))));
    assert_eq!(look.verdict, Some(agreement::evidence::Verdict::IntactInPart));
    assert_eq!(look.signatures.len(), 3);
}
