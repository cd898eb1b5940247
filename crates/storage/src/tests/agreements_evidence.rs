//! What proves an agreement: frozen content, the chain of events, seals and the keys that made them.

use agreement::{
    evidence::{Event, Export, KeyId, Origin, PublicKey, Seal, Subject, Verdict, verify},
    lifecycle::{Actor, SlotRole},
};
use serde_json::json;

use super::{
    agreements_story::{SECRET, acted, again, content, details, draft, entry_of, send, signing, slot, store, world},
    support::{at, chance, commit, hash, on_both},
};
use crate::{Error, keys::Keys};

on_both! {
    async fn frozen_content_is_opened_as_it_was_frozen_and_written_once(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let (first, another) = (content(open.get()), content(open.get()));
        assert_ne!(first.hash(), another.hash(), "the salts differ");
        tx.agreement_versions().insert(open.key(), &first, at(1), &chance()).await.unwrap();
        let refused = tx.agreement_versions().insert(open.key(), &another, at(2), &chance()).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { table: "agreement_versions", .. }), "{refused:?}");
        assert_eq!(tx.agreement_versions().find(open.key(), 1).await.unwrap(), Some(first));
        assert_eq!(tx.agreement_versions().find(open.key(), 2).await.unwrap(), None);
    }

    async fn content_is_sealed_with_its_own_agreements_key_only(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let mine = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let theirs = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let refused = tx.agreement_versions().insert(theirs.key(), &content(mine.get()), at(1), &chance()).await;
        assert!(matches!(refused, Err(Error::Corrupt { table: "agreement_versions", .. })), "{refused:?}");
        let entry = entry_of(&mine, "create", 1);
        let refused = tx.agreement_events().append(theirs.key(), entry, &details("x"), &chance()).await;
        assert!(matches!(refused, Err(Error::Corrupt { table: "agreement_events", .. })), "{refused:?}");
    }

    async fn events_are_told_in_their_order_and_their_details_with_the_key_only(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let other = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let id = open.get().id();
        assert_eq!(tx.agreement_events().tip(id).await.unwrap(), None);
        let mut told = Vec::new();
        for act in ["create", "edit", "edit"] {
            let beside = details(SECRET);
            let event = tx.agreement_events().append(open.key(), entry_of(&open, act, 1), &beside, &chance()).await.unwrap();
            told.push((event, Some(beside)));
        }
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        let found = tx.agreement_events().of_agreement(id, Some(open.key())).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|told| (told.event, told.details)).collect();
        assert_eq!(found, told);
        assert_eq!(found.iter().map(|(event, _)| event.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(tx.agreement_events().tip(id).await.unwrap(), Some(told[2].0.tip()));
        for key in [None, Some(other.key())] {
            let closed = tx.agreement_events().of_agreement(id, key).await.unwrap();
            assert!(closed.iter().all(|told| told.details.is_none()));
            assert_eq!(closed.len(), 3);
        }
        assert_eq!(tx.agreement_events().of_agreement(other.get().id(), None).await.unwrap(), []);
    }

    async fn where_an_act_came_from_is_kept_apart_and_opened_with_the_key_only(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let id = open.get().id();
        let origin = Origin::new(json!({ "client": "203.0.113.7" }), &chance()).unwrap();
        let beside = details("x");
        for from in [None, Some(&origin)] {
            let entry = entry_of(&open, "edit", 1);
            let append = tx.agreement_events().append_from(open.key(), entry, (&beside, from), &chance()).await;
            assert_eq!(append.unwrap().origin_hash.is_some(), from.is_some());
        }
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        let told = tx.agreement_events().of_agreement(id, Some(open.key())).await.unwrap();
        assert_eq!((&told[0].origin, &told[1].origin), (&None, &Some(origin)));
        assert!(told.iter().all(|told| told.event.computed_hash() == told.event.hash));
        let closed = tx.agreement_events().of_agreement(id, None).await.unwrap();
        assert!(closed.iter().all(|told| told.origin.is_none()));
        assert_eq!(closed[1].event, told[1].event, "the hash stays where the words are gone");
    }

    async fn a_second_event_of_the_same_place_is_refused(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let beside = details("x");
        let first = tx.agreement_events().append(open.key(), entry_of(&open, "create", 1), &beside, &chance()).await.unwrap();
        let mine = Event::next(Some(first.tip()), entry_of(&open, "edit", 2), &beside, None);
        let theirs = Event::next(Some(first.tip()), entry_of(&open, "void", 3), &beside, None);
        tx.agreement_events().insert(open.key(), &mine, (&beside, None), &chance()).await.unwrap();
        let refused = tx.agreement_events().insert(open.key(), &theirs, (&beside, None), &chance()).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { table: "agreement_events", .. }), "{refused:?}");
        let told = tx.agreement_events().of_agreement(open.get().id(), None).await.unwrap();
        assert_eq!(told.into_iter().map(|told| told.event).collect::<Vec<_>>(), [first, mine]);
    }

    async fn of_two_who_write_at_once_nobody_forks_the_chain(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        commit(tx).await;
        let (id, key) = (open.get().id(), open.key().clone());
        let writers = [0, 1].map(|_| {
            let (db, key, entry) = (db.clone(), key.clone(), entry_of(&open, "edit", 1));
            tokio::spawn(async move {
                let mut told = 0;
                for _ in 0..1_000 {
                    if told == 8 {
                        break;
                    }
                    let mut tx = db.write().await.unwrap();
                    match tx.agreement_events().append(&key, entry.clone(), &details("x"), &chance()).await {
                        Ok(_) => {
                            commit(tx).await;
                            told += 1;
                        }
                        Err(Error::Conflict { .. }) => drop(tx),
                        Err(error) => panic!("{error:?}"),
                    }
                }
            })
        });
        for writer in writers {
            writer.await.unwrap();
        }
        let told = db.read().await.unwrap().agreement_events().of_agreement(id, Some(&key)).await.unwrap();
        assert_eq!(told.len(), 16);
        for (before, after) in told.iter().zip(&told[1..]) {
            assert_eq!(after.event.previous, Some(before.event.hash));
        }
    }

    async fn what_was_stored_is_exported_and_checked(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let frozen = content(open.get());
        let open = send(&mut tx, &world, open, &frozen, 2).await;
        tx.agreement_events().append(open.key(), entry_of(&open, "send", 2), &details(SECRET), &chance()).await.unwrap();
        let seal_key = tx.seal_keys().current(&world.keys, at(3), &chance()).await.unwrap();
        let mut seals: Vec<Seal> = Vec::new();
        for seconds in [4, 5] {
            let entry = entry_of(&open, "remind", seconds);
            let event = tx.agreement_events().append(open.key(), entry, &details("x"), &chance()).await.unwrap();
            let seal = seal_key.seal(Subject::from(&frozen), event.tip(), seals.last(), at(seconds));
            tx.agreement_seals().append(&seal).await.unwrap();
            seals.push(seal);
        }
        let refused = tx.agreement_seals().append(&seals[1]).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { table: "agreement_seals", .. }), "{refused:?}");
        commit(tx).await;

        let mut tx = db.read().await.unwrap();
        let open = again(&mut tx, &world, &open).await;
        let id = open.get().id();
        let content = tx.agreement_versions().find(open.key(), 1).await.unwrap().unwrap();
        let told = tx.agreement_events().of_agreement(id, Some(open.key())).await.unwrap();
        let (events, details) = told.into_iter().map(|told| (told.event, told.details)).unzip();
        assert_eq!(tx.agreement_seals().of_agreement(id).await.unwrap(), seals);
        let trusted = tx.seal_keys().trusted().await.unwrap();
        let export = Export::new(content, events, details, seals, &[seal_key.public()]);
        let report = verify(&export, &trusted);
        assert_eq!(report.verdict(), Verdict::Intact, "{report:?}");
    }

    async fn who_signed_stays_provable_when_the_agreement_is_erased(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let frozen = content(open.get());
        let open = send(&mut tx, &world, open, &frozen, 2).await;
        let apprentice = slot(&open, SlotRole::Apprentice);
        let open = acted(open, |agreement| agreement.sign(signing(apprentice, frozen.hash(), 3)));
        tx.agreements().save(&open, at(3), &chance()).await.unwrap();
        let id = open.get().id();
        tx.agreements().erase(id, at(4)).await.unwrap();
        let slots = tx.agreements().slots(id).await.unwrap();
        let signature = slots.iter().find_map(|slot| slot.signature.clone()).unwrap();
        assert_eq!((signature.at, signature.content_hash), (at(3), frozen.hash()));
    }

    async fn the_key_that_seals_is_drawn_at_first_need_and_again_after_it_was_retired(db: Db) {
        let mut tx = db.write().await.unwrap();
        let keys = Keys::from_bytes(&hash());
        assert!(!tx.seal_keys().retire(at(1)).await.unwrap(), "there is none");
        let mut drawn: Vec<PublicKey> = Vec::new();
        for seconds in [10, 11] {
            drawn.push(tx.seal_keys().current(&keys, at(seconds), &chance()).await.unwrap().public());
        }
        assert_eq!(drawn[0], drawn[1]);
        let first: KeyId = drawn[0].id();
        assert!(!tx.seal_keys().mark_stolen(first, at(15)).await.unwrap(), "it is in use");
        assert!(tx.seal_keys().retire(at(20)).await.unwrap());
        let second = tx.seal_keys().current(&keys, at(20), &chance()).await.unwrap().public();
        assert_ne!(second, drawn[0]);
        assert!(tx.seal_keys().mark_stolen(first, at(25)).await.unwrap());
        commit(tx).await;
        let trusted = db.read().await.unwrap().seal_keys().trusted().await.unwrap();
        let old = trusted.find(first).unwrap();
        assert_eq!((old.public_key, old.from, old.until, old.stolen), (drawn[0], at(10), Some(at(20)), Some(at(25))));
        let new = trusted.find(second.id()).unwrap();
        assert_eq!((new.public_key, new.from, new.until, new.stolen), (second, at(20), None, None));
    }

    async fn two_who_need_the_first_key_at_once_get_the_same(db: Db) {
        let master = hash();
        let writers = [0, 1].map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                let key = tx.seal_keys().current(&Keys::from_bytes(&master), at(1), &chance()).await.unwrap();
                commit(tx).await;
                key.public()
            })
        });
        let mut drawn = Vec::new();
        for writer in writers {
            drawn.push(writer.await.unwrap());
        }
        assert_eq!(drawn[0], drawn[1]);
    }

    async fn another_master_key_opens_no_key_that_seals(db: Db) {
        let mut tx = db.write().await.unwrap();
        tx.seal_keys().current(&Keys::from_bytes(&hash()), at(1), &chance()).await.unwrap();
        let error = tx.seal_keys().current(&Keys::from_bytes(&hash()), at(1), &chance()).await.unwrap_err();
        assert!(matches!(error, Error::Corrupt { table: "seal_keys", column: "secret_enc", .. }), "{error:?}");
    }
}

#[test]
fn no_statement_changes_or_removes_what_proves_an_agreement() {
    for statement in crate::agreements::ALL_STATEMENTS.concat() {
        for table in [
            "agreement_documents",
            "agreement_events",
            "agreement_versions",
            "agreement_seals",
        ] {
            for verb in ["UPDATE ", "DELETE FROM "] {
                let text = statement.postgres;
                assert!(!text.contains(&format!("{verb}{table}")), "{}", statement.name);
            }
            let inserts = statement.postgres.contains(&format!("INSERT INTO {table}"));
            assert!(
                !inserts || statement.postgres.ends_with("DO NOTHING"),
                "{}",
                statement.name
            );
        }
    }
}
