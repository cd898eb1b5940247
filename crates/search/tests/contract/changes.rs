//! Changes, rebuilds, listings.

use std::collections::BTreeMap;

use search::{Change, Document, Engine, Error};

use crate::support::{document, documents, type_in};

const NONE: [u32; 0] = [];

fn titled(id: &str, title: &str) -> Document {
    document(id, "course", title)
}

pub(crate) async fn put_twice_is_there_once(engine: &dyn Engine) {
    let before = engine.count().await.unwrap();
    let change = Change::put(titled("posting:50", "焊接课程"));
    engine.apply(std::slice::from_ref(&change)).await.unwrap();
    engine.apply(std::slice::from_ref(&change)).await.unwrap();
    assert_eq!(engine.count().await.unwrap(), before + 1);
    assert_eq!(type_in(engine, "焊接").await, [50]);
    engine
        .apply(&[Change::put(titled("posting:50", "烘焙课程"))])
        .await
        .unwrap();
    assert_eq!(type_in(engine, "焊接").await, NONE, "the older one is replaced");
    assert_eq!(type_in(engine, "烘焙").await, [50]);
    engine.apply(&[]).await.unwrap();
}

pub(crate) async fn a_removed_document_is_gone(engine: &dyn Engine) {
    let before = engine.count().await.unwrap();
    engine
        .apply(&[Change::remove("posting:01"), Change::remove("posting:none")])
        .await
        .unwrap();
    assert_eq!(engine.count().await.unwrap(), before - 1);
    assert_eq!(type_in(engine, "数控").await, [2, 5]);
    engine.apply(&[Change::remove("posting:01")]).await.unwrap();
    assert_eq!(engine.count().await.unwrap(), before - 1);
}

pub(crate) async fn the_last_change_of_a_batch_counts(engine: &dyn Engine) {
    let changes = [
        Change::put(titled("posting:50", "焊接课程")),
        Change::remove("posting:51"),
        Change::remove("posting:50"),
        Change::put(titled("posting:51", "焊接培训")),
        Change::put(titled("posting:51", "焊接实训")),
    ];
    engine.apply(&changes).await.unwrap();
    assert_eq!(type_in(engine, "焊接").await, [51]);
    assert_eq!(type_in(engine, "焊接 实训").await, [51]);
}

pub(crate) async fn a_rebuild_swaps_while_the_old_index_answers(engine: &dyn Engine) {
    let mut rebuild = engine.begin_rebuild().await.unwrap();
    rebuild
        .push(&[titled("posting:60", "数控铣床"), titled("posting:61", "数控磨床")])
        .await
        .unwrap();
    rebuild.push(&[titled("posting:61", "数控镗床")]).await.unwrap();
    assert_eq!(
        type_in(engine, "数控").await,
        [1, 2, 5],
        "the old index answers until the end"
    );
    rebuild.finish(2).await.unwrap();
    assert_eq!(type_in(engine, "数控").await, [60, 61]);
    assert_eq!(engine.count().await.unwrap(), 2);
    assert!(!engine.needs_rebuild().await.unwrap());
    engine
        .apply(&[Change::put(titled("posting:62", "数控线切割"))])
        .await
        .unwrap();
    assert_eq!(type_in(engine, "数控").await, [60, 61, 62], "and can be changed");
}

pub(crate) async fn a_rebuild_of_the_wrong_size_changes_nothing(engine: &dyn Engine) {
    let mut rebuild = engine.begin_rebuild().await.unwrap();
    rebuild.push(&[titled("posting:60", "数控铣床")]).await.unwrap();
    let refused = rebuild.finish(2).await.unwrap_err();
    assert!(
        matches!(refused, Error::SizeMismatch { expected: 2, found: 1 }),
        "{refused}"
    );
    assert!(!refused.is_transient());
    assert_eq!(type_in(engine, "数控").await, [1, 2, 5]);
}

pub(crate) async fn a_rebuild_given_up_changes_nothing(engine: &dyn Engine) {
    let mut rebuild = engine.begin_rebuild().await.unwrap();
    rebuild.push(&[titled("posting:60", "数控铣床")]).await.unwrap();
    drop(rebuild);
    assert_eq!(type_in(engine, "数控").await, [1, 2, 5]);

    let first = engine.begin_rebuild().await.unwrap();
    let second = engine.begin_rebuild().await.unwrap();
    let refused = first.finish(0).await.unwrap_err();
    assert!(matches!(refused, Error::Superseded), "{refused}");
    second.finish(0).await.unwrap();
    assert_eq!(engine.count().await.unwrap(), 0);
}

pub(crate) async fn changes_during_a_rebuild_are_not_lost(engine: &dyn Engine) {
    let mut rebuild = engine.begin_rebuild().await.unwrap();
    let stale = [titled("posting:60", "数控铣床"), titled("posting:61", "数控磨床")];
    rebuild.push(&stale).await.unwrap();
    let changes = [
        Change::put(titled("posting:60", "焊接课程")),
        Change::remove("posting:61"),
        Change::put(titled("posting:62", "焊接培训")),
    ];
    engine.apply(&changes).await.unwrap();
    rebuild.push(&[titled("posting:63", "数控镗床")]).await.unwrap();
    rebuild.finish(3).await.unwrap();
    assert_eq!(type_in(engine, "数控").await, [63]);
    assert_eq!(type_in(engine, "焊接").await, [60, 62]);
}

pub(crate) async fn everything_indexed_can_be_listed(engine: &dyn Engine) {
    let expected: BTreeMap<String, String> = documents().iter().map(|d| (d.id.clone(), d.digest())).collect();
    for limit in [1, 3, 10, 1000] {
        let (mut listed, mut cursor) = (Vec::new(), None);
        loop {
            let page = engine.entries(cursor.as_deref(), limit).await.unwrap();
            assert!(page.entries.len() <= limit);
            listed.extend(page.entries.into_iter().map(|entry| (entry.id, entry.digest)));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(listed.len(), expected.len(), "none twice, {limit} at a time");
        assert_eq!(listed.into_iter().collect::<BTreeMap<_, _>>(), expected);
    }
}

pub(crate) async fn a_healthy_engine_says_so(engine: &dyn Engine) {
    engine.health().await.unwrap();
    assert!(!engine.needs_rebuild().await.unwrap());
}
