//! A process that is killed while it writes: what it had acknowledged is in the index, once.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use search::{Analyzer, Audience, Change, Document, EmbeddedEngine, Engine};
use vocabulary::{
    Vocabulary,
    text::{Segmenter, Synonyms},
};

/// Names the folder to the process that will be killed.
const FOLDER: &str = "QIXIAO_TEST_KILLED_FOLDER";

fn open(folder: &Path) -> EmbeddedEngine {
    let analyzer = Analyzer::new(Segmenter::new(&Vocabulary::builtin(), &[]), &Synonyms::default());
    EmbeddedEngine::open(folder, analyzer).unwrap()
}

fn document(number: u64) -> Document {
    Document {
        id: format!("posting:{number}"),
        kind: "course".into(),
        title: format!("数控课程{number}"),
        organisation: String::new(),
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
        published_at: 0,
        audience: Audience::Public,
    }
}

/// Not a test of its own: the process that `what_was_acknowledged_survives_a_kill` starts and kills.
#[tokio::test]
async fn child_writes_until_it_is_killed() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the parent test has no other way to name the folder"
    )]
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let engine = open(Path::new(&folder));
    let first = engine.count().await.unwrap();
    for number in first.. {
        // A rebuild now and then, so that kills also fall into a swap.
        if number % 5 == 4 {
            let mut rebuild = engine.begin_rebuild().await.unwrap();
            rebuild
                .push(&(0..number).map(document).collect::<Vec<_>>())
                .await
                .unwrap();
            rebuild.finish(number).await.unwrap();
        }
        engine.apply(&[Change::put(document(number))]).await.unwrap();
        writeln!(std::io::stderr(), "acknowledged {number}").unwrap();
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = None;
    for round in 0..4 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_writes_until_it_is_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        for _ in 0..=(round * 3) {
            let line = lines.next().expect("the child goes on until it is killed").unwrap();
            acknowledged = Some(line.strip_prefix("acknowledged ").expect(&line).parse::<u64>().unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it still managed to say counts as well.
        for line in lines.map_while(Result::ok) {
            acknowledged = line
                .strip_prefix("acknowledged ")
                .and_then(|n| n.parse().ok())
                .or(acknowledged);
        }

        let engine = open(folder.path());
        let entries = engine.entries(None, 1_000).await.unwrap().entries;
        let ids: BTreeSet<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        assert_eq!(ids.len(), entries.len(), "each once");
        for number in 0..=acknowledged.unwrap() {
            assert!(ids.contains(&format!("posting:{number}")), "{number} was acknowledged");
        }
        assert!(
            entries.len() as u64 <= acknowledged.unwrap() + 2,
            "nothing that was never asked for"
        );
    }
}
