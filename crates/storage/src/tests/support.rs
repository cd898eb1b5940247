//! One test body, two databases.

use std::sync::atomic::{AtomicU64, Ordering};

use kernel::{AuditId, Chance, SeededChance, Timestamp};

use crate::{AuditActor, AuditEntry, Db, Tx, Write};

/// Makes `::sqlite` (a file, as in production) and `::postgres` (a database of its own) of each test.
macro_rules! on_both {
    ($(async fn $name:ident($db:ident: Db) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every test names something of its module")]
            use super::*;

            async fn check($db: $crate::Db) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let folder = tempfile::tempdir().unwrap();
                check($crate::tests::support::sqlite(&folder).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(url) = testbed::fresh_postgres_database() else { return };
                check($crate::Db::connect(&url).await.unwrap()).await;
            }
        }
    )*};
}
pub(super) use on_both;

pub(super) async fn sqlite(folder: &tempfile::TempDir) -> Db {
    Db::connect(&format!("sqlite:{}/test.db", folder.path().display()))
        .await
        .unwrap()
}

/// A moment: so many seconds into the story.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_795_132_800_000_000).plus_seconds(seconds)
}

/// Chance that differs from call to call and is the same in every run of one thread.
pub(super) fn chance() -> SeededChance {
    static CALLS: AtomicU64 = AtomicU64::new(1);
    SeededChance::new(CALLS.fetch_add(1, Ordering::Relaxed))
}

/// A new id.
macro_rules! id {
    ($id:ident) => {
        kernel::$id::new($crate::tests::support::at(0), &$crate::tests::support::chance())
    };
}
pub(super) use id;

pub(super) fn entry(act: &str) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(at(0), &chance()),
        at: at(0),
        actor: AuditActor::system(),
        act: act.to_owned(),
        object_kind: "test".to_owned(),
        object_id: None,
        old: None,
        new: None,
        reason: None,
    }
}

pub(super) async fn commit(tx: Tx<Write>) {
    tx.commit(entry("test.prepare")).await.unwrap();
}

pub(super) fn hash() -> crate::Hash {
    let mut bytes = [0; 32];
    chance().fill(&mut bytes);
    bytes
}
