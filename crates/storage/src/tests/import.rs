//! Imports, blobs, vocabulary lists.

use super::support::{at, hash, id, on_both};
use crate::{Error, Import, ImportState, Page, VocabularyList, keys::content_hash};

pub(super) fn import(kind: &str) -> Import {
    Import {
        id: id!(ImportId),
        kind: kind.to_owned(),
        file_name: "专业.csv".to_owned(),
        file_hash: hash(),
        year: Some(2025),
        rows: 0,
        added: 0,
        changed: 0,
        removed: 0,
        started_at: at(0),
        finished_at: None,
        state: ImportState::Running,
        actor_person: None,
    }
}

on_both! {
    async fn an_import_ends_once(db: Db) {
        let running = import("programmes");
        let mut tx = db.write().await.unwrap();
        tx.imports().insert(&running).await.unwrap();
        assert_eq!(tx.imports().list(Page::first(9)).await.unwrap(), std::slice::from_ref(&running));
        let done = Import { rows: 9, added: 9, finished_at: Some(at(5)), state: ImportState::Done, ..running.clone() };
        tx.imports().save(&done).await.unwrap();
        let late = Import { finished_at: Some(at(6)), state: ImportState::Failed, ..running };
        assert!(matches!(tx.imports().save(&late).await, Err(Error::Conflict { table: "imports", .. })));
        assert_eq!(tx.imports().list(Page::first(9)).await.unwrap(), [done]);
    }

    async fn the_same_bytes_are_stored_once(db: Db) {
        let mut tx = db.write().await.unwrap();
        let hash = tx.blobs().insert("text/csv", b"a,b", at(1)).await.unwrap();
        assert_eq!(tx.blobs().insert("text/plain", b"a,b", at(2)).await.unwrap(), hash);
        assert_eq!(hash, content_hash(b"a,b"));
        assert_eq!(tx.blobs().find(&hash).await.unwrap().as_deref(), Some(&b"a,b"[..]));
        assert_eq!(tx.blobs().find(&[0; 32]).await.unwrap(), None);
    }

    async fn a_vocabulary_list_is_replaced(db: Db) {
        let mut tx = db.write().await.unwrap();
        let run = import("majors");
        tx.imports().insert(&run).await.unwrap();
        for (at_second, bytes) in [(1, b"one"), (2, b"two")] {
            let blob = tx.blobs().insert("text/csv", bytes, at(0)).await.unwrap();
            let list = VocabularyList { list: "majors".to_owned(), blob, import: run.id, updated_at: at(at_second) };
            tx.vocabulary_lists().save(&list).await.unwrap();
            assert_eq!(tx.vocabulary_lists().find("majors").await.unwrap(), Some(list));
        }
        assert_eq!(tx.vocabulary_lists().find("occupations").await.unwrap(), None);
    }
}
