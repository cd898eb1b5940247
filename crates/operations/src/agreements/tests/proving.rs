//! Proof, and what stays unsaid.

use agreement::{evidence::Verdict, lifecycle::Stage};

use super::*;
use crate::agreements::{export, list, proof, send_form, signing::copy};

#[tokio::test]
async fn what_was_signed_is_sealed_and_anybody_with_the_file_can_check_it() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.sign_all().await;
    let head = scene.view(&scene.enterprise).await.head;
    let look = proof::try_code(app, &cx, &head.verify_code.to_lowercase().replace('-', " "))
        .await
        .unwrap();
    assert_eq!(
        (look.stage, look.verdict, look.erased),
        (Stage::Effective, Some(Verdict::Intact), false)
    );
    let roles: Vec<SlotRole> = look.signatures.iter().map(|(role, _)| *role).collect();
    assert_eq!(roles, [SlotRole::Apprentice, SlotRole::Guardian, SlotRole::Enterprise]);
    assert!(!format!("{look:?}").contains("张小雨"), "no name of a person");
    let unknown = proof::look(app, "QQQQ-QQQQ-QQQQ").await;
    assert!(matches!(unknown, Err(Failure::NotFound)), "{unknown:?}");

    let file = export(app, &cx, &scene.enterprise.actor, scene.id).await.unwrap();
    assert_eq!(file.name, "PX-2026-0001.json");
    let checked = proof::check_file(app, &cx, file.content.as_bytes()).await.unwrap();
    assert_eq!(
        (checked.report.verdict(), checked.known_here),
        (Verdict::IntactInPart, true),
        "from where others signed is theirs"
    );
    assert_eq!(checked.report.signatures.len(), 3);
    assert!(
        checked
            .report
            .signatures
            .iter()
            .all(|signature| signature.declaration.is_some())
    );
    let forged = file.content.replace("张小雨", "张大雨");
    let checked = proof::check_file(app, &cx, forged.as_bytes()).await.unwrap();
    assert_eq!(checked.report.verdict(), Verdict::Changed);

    let theirs = export(app, &cx, &scene.college.actor, scene.id).await.unwrap();
    assert!(
        file.content.contains("\"before\"") && !theirs.content.contains("\"before\""),
        "drafts are the enterprise's own"
    );
    let checked = proof::check_file(app, &cx, theirs.content.as_bytes()).await.unwrap();
    assert_eq!(checked.report.verdict(), Verdict::IntactInPart);

    let link = scene.link(APPRENTICE);
    let kept = copy(app, &cx, &Actor::Stranger, SignKey::Link(&link)).await.unwrap();
    assert!(kept.content.contains("张小雨") && !kept.content.contains("请看工资部分。"));
    let checked = proof::check_file(app, &cx, kept.content.as_bytes()).await.unwrap();
    assert_eq!(checked.report.verdict(), Verdict::IntactInPart);
    assert!(
        checked
            .report
            .signatures
            .iter()
            .all(|signature| signature.declaration.is_some())
    );
}

#[tokio::test]
async fn from_where_somebody_signed_stands_in_their_own_file_alone() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    scene.sign_all().await;
    let by_enterprise = export(app, &cx, &scene.enterprise.actor, scene.id).await.unwrap();
    let by_college = export(app, &cx, &scene.college.actor, scene.id).await.unwrap();
    let link = scene.link(APPRENTICE);
    let own = copy(app, &cx, &Actor::Stranger, SignKey::Link(&link)).await.unwrap();
    for (file, signed_from, asked_at) in [(&by_enterprise, 0, true), (&by_college, 0, false), (&own, 1, false)] {
        assert_eq!(file.content.matches("Firefox").count(), signed_from, "the program");
        assert_eq!(
            file.content.matches("\"client\"").count(),
            signed_from,
            "the network address"
        );
        assert_eq!(file.content.matches("\"session\"").count(), signed_from);
        assert_eq!(
            file.content.contains(GUARDIAN),
            asked_at,
            "who typed an address may keep it"
        );
        let checked = proof::check_file(app, &cx, file.content.as_bytes()).await.unwrap();
        assert_eq!(checked.report.verdict(), Verdict::IntactInPart);
        let declared = |found: &agreement::evidence::SignatureFound| found.declaration.is_some();
        assert!(
            checked.report.signatures.iter().all(declared),
            "what they declared is everybody's"
        );
    }
}

#[tokio::test]
async fn looking_writes_nothing() {
    let scene = Scene::signing().await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let (link, head) = (scene.link(APPRENTICE), scene.view(&scene.enterprise).await.head);
    let key = SignKey::Slot(scene.id, scene.slot(SlotRole::Enterprise).await);
    let before = app.db().fingerprint().await.unwrap();
    scene.look(&link).await.unwrap();
    slot::look(app, &cx, &scene.enterprise.actor, key).await.unwrap();
    scene.view(&scene.college).await;
    list(app, &scene.enterprise.actor, &[], storage::Page::first(10))
        .await
        .unwrap();
    section(app, &cx, &scene.enterprise.actor, scene.id, Section::Pay)
        .await
        .unwrap();
    send_form(app, &cx, &scene.enterprise.actor, scene.id).await.unwrap();
    proof::look(app, &head.verify_code).await.unwrap();
    let after = app.db().fingerprint().await.unwrap();
    assert_eq!(before, after, "{:?}", before.differences(&after));
}

/// Every file of the database, with what was written and is not yet in its place.
fn database(scene: &Scene) -> Vec<u8> {
    let files = std::fs::read_dir(scene.product.folder.path()).unwrap();
    let files = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
    files.flat_map(|path| std::fs::read(path).unwrap()).collect()
}

#[tokio::test]
async fn nothing_that_people_wrote_lies_open_in_the_database() {
    let scene = Scene::signing().await;
    scene.sign(APPRENTICE).await;
    scene.sign(GUARDIAN).await;
    // With the last signature a record begins, and who has one is known by name on this platform.
    let lies_open = |bytes: &[u8], words: &str| bytes.windows(words.len()).any(|window| window == words.as_bytes());
    for words in ["张小雨", "张示例"] {
        assert!(!lies_open(&database(&scene), words), "{words} lies open");
    }
    scene.sign("officer1@org.example").await;
    let bytes = database(&scene);
    assert!(lies_open(&bytes, "PX-2026-0001"), "this is the database");
    for words in [
        "310000200812310039",
        "0039",
        "13000000002",
        "请看工资部分。",
        "双方已经核对",
        "Firefox",
    ] {
        // Four digits occur by chance; what is sealed is noise.
        let digits = words == "0039";
        assert!(digits || !lies_open(&bytes, words), "{words} lies open");
    }
}

#[tokio::test]
async fn before_anything_is_frozen_there_is_nothing_to_prove() {
    let scene = Scene::negotiated(&typed()).await;
    let (app, cx) = (&scene.product.app, scene.cx());
    let head = scene.view(&scene.enterprise).await.head;
    let early = proof::look(app, &head.verify_code).await;
    assert!(matches!(early, Err(Failure::NotFound)), "{early:?}");
    assert_eq!(
        code(export(app, &cx, &scene.enterprise.actor, scene.id).await),
        "nothing_frozen"
    );
    assert_eq!(
        code(send_form(app, &cx, &scene.enterprise.actor, scene.id).await),
        "nothing_frozen"
    );
    let garbage = proof::check_file(app, &cx, b"{}").await.unwrap();
    assert_eq!(
        (garbage.report.verdict(), garbage.known_here),
        (Verdict::Changed, false)
    );
}
