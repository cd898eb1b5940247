//! Transactions: one moment for a reader, all or nothing for a writer, nothing without its audit entry.

use serde_json::json;

use super::support::{at, commit, entry, id, on_both, somebody};
use crate::{AuditActor, AuditEntry, Db, Error, FailurePlan, Page, query::Statement};

const WRITE: Statement = Statement {
    name: "a write that no reader may make",
    sqlite: "INSERT INTO settings (key, value) VALUES ('x', 'y')",
    postgres: "INSERT INTO settings (key, value) VALUES ('x', 'y')",
};

on_both! {
    async fn a_dropped_transaction_leaves_nothing(db: Db) {
        let before = db.fingerprint().await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.settings().save("a", "1").await.unwrap();
        drop(tx);
        assert_eq!(db.fingerprint().await.unwrap(), before);
    }

    async fn a_commit_writes_its_audit_entry_with_the_fact(db: Db) {
        let mut tx = db.write().await.unwrap();
        tx.settings().save("a", "1").await.unwrap();
        let mut written = entry("settings.save");
        written.actor = AuditActor::person(id!(PersonId), Some(id!(OrganisationId)));
        written.object_id = Some(id!(PersonId).uuid());
        written.old = Some(json!({ "a": null }));
        written.new = Some(json!({ "a": "1", "名": [1, 2] }));
        written.reason = Some("测试".to_owned());
        tx.commit(written.clone()).await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.settings().find("a").await.unwrap().as_deref(), Some("1"));
        assert_eq!(tx.audit().of_object(written.object_id.unwrap(), 10).await.unwrap(), [written]);
    }

    async fn what_was_done_to_a_thing_is_told_from_the_newest_on(db: Db) {
        let (thing, other) = (id!(PersonId).uuid(), id!(PersonId).uuid());
        let acts = [("first", thing, 1), ("elsewhere", other, 2), ("last", thing, 3), ("between", thing, 2)];
        for (act, object, seconds) in acts {
            let act = AuditEntry { object_id: Some(object), at: at(seconds), ..entry(act) };
            db.write().await.unwrap().commit(act).await.unwrap();
        }
        let mut tx = db.read().await.unwrap();
        let acts: Vec<_> = tx.audit().of_object(thing, 2).await.unwrap().into_iter().map(|entry| entry.act).collect();
        assert_eq!(acts, ["last", "between"]);
        assert_eq!(tx.audit().of_object(thing, 9).await.unwrap().len(), 3);
    }

    async fn an_entry_that_cannot_be_written_takes_the_fact_with_it(db: Db) {
        let written = entry("once");
        db.write().await.unwrap().commit(written.clone()).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.settings().save("a", "1").await.unwrap();
        assert!(matches!(tx.commit(written).await, Err(Error::Conflict { table: "audit", .. })));
        assert_eq!(db.read().await.unwrap().settings().find("a").await.unwrap(), None);
    }

    async fn a_reader_sees_one_moment(db: Db) {
        let mut reader = db.read().await.unwrap();
        assert_eq!(reader.settings().find("a").await.unwrap(), None);
        let mut tx = db.write().await.unwrap();
        tx.settings().save("a", "1").await.unwrap();
        commit(tx).await;
        assert_eq!(reader.settings().find("a").await.unwrap(), None, "the reader began before");
        assert_eq!(db.read().await.unwrap().settings().find("a").await.unwrap().as_deref(), Some("1"));
    }

    async fn a_reader_is_refused_a_write_by_the_database_too(db: Db) {
        let mut reader = db.read().await.unwrap();
        let refused = reader.query(WRITE).execute().await.unwrap_err();
        assert!(!refused.is_transient(), "{refused:?}");
    }

    async fn writers_queue_instead_of_failing(db: Db) {
        let writers = (0..16).map(|number| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                tx.settings().save("the same key", "1").await.unwrap();
                tx.settings().save(&format!("key {number}"), "1").await.unwrap();
                commit(tx).await;
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let mut tx = db.read().await.unwrap();
        for number in 0..16 {
            assert!(tx.settings().find(&format!("key {number}")).await.unwrap().is_some(), "{number}");
        }
    }

    async fn what_fails_before_its_commit_leaves_nothing_and_what_fails_after_it_everything(db: Db) {
        // The beginning, the fact, its audit entry, the commit, and what is heard of it.
        for (place, kept) in [(1, false), (2, false), (3, false), (4, false), (5, true), (6, true)] {
            for way in 0..FailurePlan::WAYS {
                let plan = FailurePlan::nth(place, way);
                let (failing, key) = (db.with_failures(plan.clone()), format!("{place} {way}"));
                let save = async {
                    let mut tx = failing.write().await?;
                    assert_eq!(tx.settings().find(&key).await?, None, "reading is no place");
                    tx.settings().save(&key, "1").await?;
                    tx.commit(entry("settings.save")).await
                };
                let transient = save.await.map_err(|error| error.is_transient());
                let expected = if place == 6 { Ok(()) } else { Err(way < 2) };
                assert_eq!(transient, expected, "{key}");
                let counts = (plan.places(), plan.failures(), plan.failures_after_commit());
                assert_eq!(counts, (place.min(5), u64::from(place < 6), u64::from(place == 5)), "{key}");
                let found = db.read().await.unwrap().settings().find(&key).await.unwrap();
                assert_eq!(found.is_some(), kept, "{key}");
            }
        }
    }

    async fn the_same_seed_plans_the_same_failures(db: Db) {
        let mut told = Vec::new();
        for _ in 0..2 {
            let plan = FailurePlan::seeded(3, 4);
            let failing = db.with_failures(plan.clone());
            let mut failed = Vec::new();
            for _ in 0..40 {
                failed.push(failing.hit_rate_window("a", at(0)).await.is_err());
            }
            assert!((5..40).contains(&plan.failures()), "{}", plan.failures());
            told.push(failed);
            plan.stop();
            assert!(failing.hit_rate_window("a", at(0)).await.is_ok());
        }
        assert_eq!(told[0], told[1]);
    }

    async fn settings_are_set_again(db: Db) {
        let mut tx = db.write().await.unwrap();
        for value in ["1", "2"] {
            tx.settings().save("a", value).await.unwrap();
        }
        assert_eq!(tx.settings().find("a").await.unwrap().as_deref(), Some("2"));
        assert_eq!(tx.settings().find("b").await.unwrap(), None);
    }

    async fn a_word_that_stands_for_nothing_is_an_error_with_an_address(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (_, account) = somebody(&mut tx, "a@example.cn").await;
        let spoil = tx.dynamic("UPDATE accounts SET email = 'nobody' WHERE id = ").value(account.id.uuid());
        spoil.execute().await.unwrap();
        let error = tx.accounts().find(account.id).await.unwrap_err();
        assert_eq!(error.to_string(), format!("accounts.email of row {} cannot be read", account.id));
    }

    async fn hits_are_counted_by_key_and_window(db: Db) {
        assert_eq!(db.hit_rate_window("sign_in:a", at(0)).await.unwrap(), 1);
        assert_eq!(db.hit_rate_window("sign_in:a", at(0)).await.unwrap(), 2);
        assert_eq!(db.hit_rate_window("sign_in:a", at(60)).await.unwrap(), 1);
        assert_eq!(db.hit_rate_window("sign_in:b", at(0)).await.unwrap(), 1);
        assert_eq!(db.purge_rate_windows(at(60)).await.unwrap(), 2);
        assert_eq!(db.hit_rate_window("sign_in:a", at(60)).await.unwrap(), 2);
        db.ping().await.unwrap();
    }

    async fn a_row_more_or_another_value_changes_the_fingerprint_of_its_table(db: Db) {
        let mut looks = vec![db.fingerprint().await.unwrap(), db.fingerprint().await.unwrap()];
        assert_eq!(looks[0], looks[1]);
        for value in ["a", "b"] {
            let mut tx = db.write().await.unwrap();
            tx.settings().save("key", value).await.unwrap();
            commit(tx).await;
            looks.push(db.fingerprint().await.unwrap());
        }
        for pair in looks[1..].windows(2) {
            assert_eq!(pair[0].differences(&pair[1]), ["audit", "settings"]);
        }
    }
}

#[tokio::test]
async fn a_database_in_memory_or_of_another_kind_is_refused() {
    for url in [
        "sqlite::memory:",
        "sqlite://",
        "sqlite:x.db?mode=memory",
        "mysql://localhost/x",
        "",
    ] {
        assert!(matches!(Db::connect(url).await, Err(Error::Scheme)), "{url}");
    }
    assert_eq!(Page::first(5), Page { limit: 5, offset: 0 });
}
