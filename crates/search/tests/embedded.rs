//! What only the embedded engine has to do: its folder.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]

use std::{fs, path::Path, sync::LazyLock};

use search::{Analyzer, Audience, Change, Document, EmbeddedEngine, Engine, Error, Query, Viewer};
use vocabulary::{
    Vocabulary,
    text::{Segmenter, Synonyms},
};

fn open(folder: &Path) -> Result<EmbeddedEngine, Error> {
    static ANALYZER: LazyLock<Analyzer> =
        LazyLock::new(|| Analyzer::new(Segmenter::new(&Vocabulary::builtin(), &[]), &Synonyms::default()));
    EmbeddedEngine::open(folder, ANALYZER.clone())
}

fn document(number: u32) -> Document {
    Document {
        id: format!("posting:{number}"),
        kind: "course".into(),
        title: format!("数控课程{number}"),
        organisation: "浦东职业技术学院".into(),
        body: String::new(),
        trades: Vec::new(),
        industries: Vec::new(),
        province: None,
        district: None,
        categories: Vec::new(),
        levels: Vec::new(),
        voice: search::Voice::Own,
        years: None,
        seats: None,
        pay_max_fen: None,
        starts_on: None,
        published_at: i64::from(number),
        audience: Audience::Public,
    }
}

async fn total(engine: &EmbeddedEngine) -> u64 {
    engine.search(&Viewer::Public, &Query::new("数控")).await.unwrap().total
}

async fn rebuild(engine: &EmbeddedEngine, count: u32) {
    let mut rebuild = engine.begin_rebuild().await.unwrap();
    rebuild
        .push(&(0..count).map(document).collect::<Vec<_>>())
        .await
        .unwrap();
    rebuild.finish(u64::from(count)).await.unwrap();
}

/// The folders of generations and what else lies there.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_was_applied_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path()).unwrap();
    assert!(
        engine.needs_rebuild().await.unwrap(),
        "a new index knows that it may lack something"
    );
    engine
        .apply(&[Change::put(document(1)), Change::put(document(2))])
        .await
        .unwrap();
    engine.apply(&[Change::remove("posting:1")]).await.unwrap();
    drop(engine);

    let engine = open(folder.path()).unwrap();
    assert_eq!((total(&engine).await, engine.count().await.unwrap()), (1, 1));
    assert!(
        engine.needs_rebuild().await.unwrap(),
        "it was never filled from storage"
    );
    rebuild(&engine, 5).await;
    drop(engine);

    let engine = open(folder.path()).unwrap();
    assert_eq!(total(&engine).await, 5);
    assert!(!engine.needs_rebuild().await.unwrap());
}

#[tokio::test]
async fn a_folder_in_use_is_refused_and_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path()).unwrap();
    let refused = open(folder.path()).unwrap_err();
    assert!(matches!(refused, Error::Locked(_)), "{refused}");
    assert!(refused.to_string().contains("another process"));
    drop(engine);
    open(folder.path()).unwrap();
}

#[tokio::test]
async fn rebuilding_leaves_one_generation() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path()).unwrap();
    rebuild(&engine, 3).await;
    rebuild(&engine, 4).await;
    drop(engine.begin_rebuild().await.unwrap());
    assert_eq!(names(folder.path()), ["current.json", "generation-3", "lock"]);
    assert_eq!(total(&engine).await, 4);
}

#[tokio::test]
async fn a_rebuild_cut_off_by_a_crash_is_cleared_away_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path()).unwrap();
    rebuild(&engine, 3).await;
    drop(engine);
    fs::create_dir(folder.path().join("generation-9")).unwrap();
    fs::write(folder.path().join("generation-9/meta.json"), "half").unwrap();
    fs::write(folder.path().join("current.json.new"), "{\"form\"").unwrap();

    let engine = open(folder.path()).unwrap();
    assert_eq!(total(&engine).await, 3);
    assert!(!folder.path().join("generation-9").exists());
}

#[tokio::test]
async fn a_damaged_index_starts_empty_and_says_so() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 5] = [
        ("no pointer", |folder| {
            fs::remove_file(folder.join("current.json")).unwrap();
        }),
        ("pointer to nothing", |folder| {
            fs::write(
                folder.join("current.json"),
                r#"{"form":1,"generation":77,"complete":true}"#,
            )
            .unwrap();
        }),
        ("broken list of segments", |folder| {
            fs::write(folder.join("generation-2/meta.json"), "{").unwrap();
        }),
        ("files cut to nothing", |folder| {
            each_segment_file(folder, |path| fs::write(path, "").unwrap());
        }),
        ("files gone", |folder| {
            each_segment_file(folder, |path| fs::remove_file(path).unwrap());
        }),
    ];
    for (name, damage) in damages {
        let folder = tempfile::tempdir().unwrap();
        let engine = open(folder.path()).unwrap();
        rebuild(&engine, 3).await;
        drop(engine);
        damage(folder.path());

        let engine = open(folder.path()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(engine.needs_rebuild().await.unwrap(), "{name}");
        assert_eq!(total(&engine).await, 0, "{name}");
        rebuild(&engine, 3).await;
        assert_eq!(total(&engine).await, 3, "{name}");
        assert!(!engine.needs_rebuild().await.unwrap(), "{name}");
    }
}

fn each_segment_file(folder: &Path, damage: impl Fn(&Path)) {
    for entry in fs::read_dir(folder.join("generation-2")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension != "json" && extension != "lock")
        {
            damage(&path);
        }
    }
}

#[tokio::test]
async fn many_searches_and_changes_at_once_agree_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let engine = std::sync::Arc::new(open(folder.path()).unwrap());
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let engine = std::sync::Arc::clone(&engine);
            tokio::spawn(async move {
                engine.apply(&[Change::put(document(number))]).await.unwrap();
                assert!(total(&engine).await >= 1, "found as soon as applied");
            })
        })
        .collect();
    rebuild(&engine, 0).await;
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(total(&engine).await, engine.count().await.unwrap());
}
