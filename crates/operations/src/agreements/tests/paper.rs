//! The paper of an agreement: made once, the same for everybody, and checked by whoever has it.

use agreement::{
    evidence::{PaperPart, Part, Verdict},
    training::ProblemCode as Typed,
};

use super::*;
use crate::agreements::{document, draft_document, make_document, proof, signing};

#[tokio::test]
async fn all_who_signed_get_the_same_paper_and_anybody_can_check_it() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let early = document(app, &scene.enterprise.actor, scene.id).await;
    assert!(matches!(early, Err(Failure::NotFound)), "{early:?}");
    scene.sign(APPRENTICE).await;
    let link = scene.link(APPRENTICE);
    let early = signing::document(app, &cx, &Actor::Stranger, SignKey::Link(&link)).await;
    assert!(matches!(early, Err(Failure::NotFound)), "others sign yet: {early:?}");
    scene.sign(GUARDIAN).await;
    scene.sign("officer1@org.example").await;

    let paper = document(app, &scene.enterprise.actor, scene.id).await.unwrap();
    assert_eq!(paper.name, "PX-2026-0001.pdf");
    let link = scene.link(APPRENTICE);
    let theirs = signing::document(app, &cx, &Actor::Stranger, SignKey::Link(&link))
        .await
        .unwrap();
    assert_eq!(theirs.bytes, paper.bytes);
    let college = document(app, &scene.college.actor, scene.id).await.unwrap();
    assert_eq!(college.bytes, paper.bytes);
    make_document(app, &scene.cx(), scene.id).await.unwrap();
    let again = document(app, &scene.enterprise.actor, scene.id).await.unwrap();
    assert_eq!(again.bytes, paper.bytes, "what was made first stays");

    let checked = proof::check_file(app, &cx, &paper.bytes).await.unwrap();
    assert_eq!(
        (checked.report.verdict(), checked.known_here),
        (Verdict::IntactInPart, true),
        "{:?}",
        checked.report
    );
    assert_eq!(checked.report.signatures.len(), 3);
    let mut changed = paper.bytes.clone();
    changed[3] ^= 1;
    let checked = proof::check_file(app, &cx, &changed).await.unwrap();
    assert_eq!(checked.report.changed_parts(), [Part::Paper(PaperPart::Header)]);

    let attached = ::document::verify(&paper.bytes, &agreement::evidence::TrustedKeys::default()).export;
    let attached = attached.unwrap().render();
    assert!(attached.contains("张小雨"));
    for private in [
        "310000200812310039",
        "13000000002",
        "请看工资部分。",
        "Firefox",
        "\"before\"",
    ] {
        assert!(!attached.contains(private), "{private}");
    }
}

#[tokio::test]
async fn nobody_else_gets_a_paper() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let stranger = scene.product.admin("上海另一家精密机械有限公司", "enterprise", 3).await;
    scene.sign_all().await;
    let refused = document(app, &stranger.actor, scene.id).await;
    assert!(matches!(refused, Err(Failure::NotFound)), "{refused:?}");
    let refused = draft_document(app, &cx, &stranger.actor, scene.id).await;
    assert!(matches!(refused, Err(Failure::NotFound)), "{refused:?}");
    let refused = draft_document(app, &cx, &scene.enterprise.actor, scene.id).await;
    assert!(
        matches!(refused, Err(Failure::NotFound)),
        "there is the paper itself: {refused:?}"
    );
}

#[tokio::test]
async fn a_party_sees_on_paper_what_it_is_about_to_sign() {
    let scene = Scene::draft().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.write(&scene.enterprise, &typed()).await;
    let paper = draft_document(app, &cx, &scene.enterprise.actor, scene.id)
        .await
        .unwrap();
    assert_eq!(paper.name, "draft.pdf");
    let checked = proof::check_file(app, &cx, &paper.bytes).await.unwrap();
    assert_eq!(checked.report.verdict(), Verdict::Unsealed);
}

#[tokio::test]
async fn what_no_font_prints_is_named_where_it_is_typed() {
    let scene = Scene::draft().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.write(&scene.enterprise, &typed()).await;
    let saved = scene
        .save(&scene.enterprise, Section::Parties, &[("apprentice.name", "张䶮")])
        .await
        .unwrap();
    let characters = "䶮".to_owned();
    assert_eq!(saved.problems.len(), 1, "{:?}", saved.problems);
    assert_eq!(saved.problems[0].field, "apprentice.name");
    assert_eq!(saved.problems[0].code, Typed::Unprintable { characters });
    assert!(!scene.view(&scene.enterprise).await.review.is_ready());
    let refused = draft_document(app, &cx, &scene.enterprise.actor, scene.id).await;
    let Err(Failure::Invalid(problems)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(problems[0].field, "apprentice.name");

    let scene = Scene::ready(&typed()).await;
    let mut signatories = Scene::by_letter();
    signatories[2].name = "王䶮".to_owned();
    let (app, cx) = (&scene.product.app, scene.cx());
    let refused = send(app, &cx, &scene.enterprise.actor, scene.id, &signatories).await;
    let Err(Failure::Invalid(problems)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (problems[0].field.as_str(), problems[0].code.key()),
        ("enterprise.name", "unprintable")
    );
}
