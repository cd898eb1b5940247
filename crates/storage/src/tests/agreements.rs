//! Agreements: found as they were saved, saved by one of two, listed, due, numbered, erased.

use std::collections::BTreeSet;

use agreement::lifecycle::{Actor, Kind, Party, SlotRole, SlotState, Stage};
use kernel::SlotId;
use serde_json::{Value, json};

use super::{
    agreements_story::{
        NAME, SECRET, acted, again, content, details, draft, entry_of, for_organisation, is_signed, send, signing,
        slot, store, untouched, world,
    },
    support::{at, chance, changed, commit, hash, id, on_both},
};
use crate::{
    AgreementCount, AgreementLink, AgreementOrigin, Db, Error, FoundAgreement, NewAgreement, Page, Reason, SlotRecord,
    db::Pools, keys::Keys,
};

#[derive(sqlx_macros::FromRow)]
struct Text(String);

/// Every value of every table, bytes in hexadecimal.
async fn dump(db: &Db) -> String {
    let mut all = String::new();
    match &db.pools {
        Pools::Sqlite { writer, .. } => {
            let columns: Vec<(String, String)> = sqlx::query_as(
                "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
                  WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
            )
            .fetch_all(writer)
            .await
            .unwrap();
            for (table, column) in columns {
                let sql = sqlx::AssertSqlSafe(format!("SELECT quote(\"{column}\") FROM \"{table}\""));
                let values: Vec<Text> = sqlx::query_as(sql).fetch_all(writer).await.unwrap();
                all.extend(values.into_iter().map(|Text(text)| text + "\n"));
            }
        }
        Pools::Postgres { pool, .. } => {
            let tables: Vec<Text> = sqlx::query_as(
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()",
            )
            .fetch_all(pool)
            .await
            .unwrap();
            for Text(table) in tables {
                let sql = sqlx::AssertSqlSafe(format!("SELECT t::text FROM \"{table}\" t"));
                let rows: Vec<Text> = sqlx::query_as(sql).fetch_all(pool).await.unwrap();
                all.extend(rows.into_iter().map(|Text(text)| text + "\n"));
            }
        }
    }
    all
}

on_both! {
    async fn a_draft_has_no_number_until_it_is_given_one_and_then_keeps_it(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let mut made = Vec::new();
        for seconds in [1, 2] {
            let agreement = draft(&world, Actor::Enterprise, seconds);
            let new = NewAgreement {
                agreement: &agreement,
                number: "",
                verify_code: &format!("code {seconds}"),
                origin: AgreementOrigin::default(),
                created_by: world.person,
            };
            made.push(tx.agreements().create(new, &world.keys, &chance()).await.unwrap());
        }
        let found = again(&mut tx, &world, &made[1]).await;
        assert_eq!((made[1].head().number.as_str(), found.head().number.as_str()), ("", ""));
        let mut found = found;
        tx.agreements().give_number(&mut found, "PX-2026-0001").await.unwrap();
        assert_eq!(found.head().number, "PX-2026-0001");
        assert_eq!(again(&mut tx, &world, &found).await.head().number, "PX-2026-0001");
        let twice = tx.agreements().give_number(&mut found, "PX-2026-0002").await.unwrap_err();
        assert!(matches!(twice, Error::Conflict { table: "agreements", .. }), "{twice:?}");
    }

    async fn an_agreement_is_found_as_it_was_made_by_id_number_and_code(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let agreement = draft(&world, Actor::College, 10);
        let origin = AgreementOrigin { need: Some(id!(LineId)), offer: Some(id!(LineId)) };
        let new = NewAgreement {
            agreement: &agreement,
            number: "PX-2026-0001",
            verify_code: "K7M2Q-4XWPA-9C",
            origin,
            created_by: world.person,
        };
        let made = tx.agreements().create(new, &world.keys, &chance()).await.unwrap();
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        let found = again(&mut tx, &world, &made).await;
        assert_eq!(found.get(), &agreement);
        assert_eq!(found.head(), made.head());
        assert_eq!(found.head().with, Some(Party::College));
        assert_eq!(found.head().origin, origin);
        assert!(!found.head().erased);
        let head = Some(found.head().clone());
        assert_eq!(tx.agreements().head(agreement.id()).await.unwrap(), head);
        assert_eq!(tx.agreements().find_by_number(world.enterprise, "PX-2026-0001").await.unwrap(), head);
        assert_eq!(tx.agreements().find_by_number(world.college, "PX-2026-0001").await.unwrap(), None);
        assert_eq!(tx.agreements().find_by_verify_code("K7M2Q-4XWPA-9C").await.unwrap(), head);
        assert_eq!(tx.agreements().find_by_verify_code("K7M2Q").await.unwrap(), None);
        assert!(tx.agreements().find(id!(AgreementId), &world.keys).await.unwrap().is_none());
        let counted = AgreementCount { stage: Stage::Draft, agreements: 1 };
        for line in [origin.need, origin.offer] {
            assert_eq!(tx.agreements().count_of_line(line.unwrap()).await.unwrap(), [counted]);
        }
        assert_eq!(tx.agreements().count_of_line(id!(LineId)).await.unwrap(), []);
    }

    async fn a_number_or_a_code_that_is_taken_is_a_conflict(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let (first, second) = (draft(&world, Actor::Enterprise, 1), draft(&world, Actor::Enterprise, 2));
        let origin = AgreementOrigin::default();
        let new = NewAgreement { agreement: &first, number: "1", verify_code: "a", origin, created_by: world.person };
        tx.agreements().create(new, &world.keys, &chance()).await.unwrap();
        for (number, verify_code) in [("1", "b"), ("2", "a")] {
            let new = NewAgreement { agreement: &second, number, verify_code, ..new };
            let refused = tx.agreements().create(new, &world.keys, &chance()).await.unwrap_err();
            assert!(matches!(refused, Error::Conflict { table: "agreements", .. }), "{refused:?}");
        }
    }

    async fn a_stale_save_of_an_agreement_is_a_conflict(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let made = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let (mine, theirs) = (again(&mut tx, &world, &made).await, again(&mut tx, &world, &made).await);
        let mine = acted(mine, |agreement| agreement.hand_over(Actor::Enterprise));
        tx.agreements().save(&mine, at(2), &chance()).await.unwrap();
        for stale in [theirs, mine] {
            let refused = tx.agreements().save(&untouched(stale), at(3), &chance()).await.unwrap_err();
            assert!(matches!(refused, Error::Conflict { table: "agreements", .. }), "{refused:?}");
        }
        let found = again(&mut tx, &world, &made).await;
        assert_eq!((found.get().stage(), found.head().with), (Stage::Negotiating, Some(Party::College)));
        assert_eq!(found.head().updated_at, at(2));
    }

    async fn a_draft_is_read_as_it_was_typed_and_a_stale_save_of_it_is_a_conflict(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        assert!(tx.agreement_drafts().find::<Value>(open.key()).await.unwrap().is_none());
        let typed = json!({ "apprentice.name": NAME, "pay.base": "三千八" });
        tx.agreement_drafts().insert(open.key(), &typed, at(1), &chance()).await.unwrap();
        let mine = tx.agreement_drafts().find::<Value>(open.key()).await.unwrap().unwrap();
        let theirs = mine.clone();
        assert_eq!(mine.get(), &typed);
        let mine = changed(mine, |draft| draft["pay.base"] = json!("3800"));
        tx.agreement_drafts().save(open.key(), &mine, at(2), &chance()).await.unwrap();
        let refused = tx.agreement_drafts().save(open.key(), &theirs, at(3), &chance()).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { table: "agreement_drafts", .. }), "{refused:?}");
        let kept = tx.agreement_drafts().find::<Value>(open.key()).await.unwrap().unwrap();
        assert_eq!(kept.get(), mine.get());
        let again = tx.agreement_drafts().insert(open.key(), &typed, at(4), &chance()).await.unwrap_err();
        assert!(matches!(again, Error::Conflict { .. }), "{again:?}");
    }

    async fn what_people_wrote_stands_nowhere_in_the_open(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        tx.agreement_drafts().insert(open.key(), &json!({ "name": NAME, "home": SECRET }), at(1), &chance()).await.unwrap();
        let reason = Reason {
            content_version: 1,
            rule: "TA-14".to_owned(),
            field: "training.start".to_owned(),
            words: SECRET.to_owned(),
            by: world.person,
            at: at(1),
        };
        tx.agreement_reasons().save(open.key(), &reason, &chance()).await.unwrap();
        let content = content(open.get());
        let open = send(&mut tx, &world, open, &content, 2).await;
        tx.agreement_events().append(open.key(), entry_of(&open, "send", 2), &details(SECRET), &chance()).await.unwrap();
        let apprentice = slot(&open, SlotRole::Apprentice);
        let open = acted(open, |agreement| agreement.sign(signing(apprentice, content.hash(), 3)));
        tx.agreements().save(&open, at(3), &chance()).await.unwrap();
        commit(tx).await;
        let all = dump(&db).await.to_lowercase();
        assert!(all.contains("上海示例精密机械有限公司"), "the dump is one");
        for secret in [NAME, SECRET, "apprentice@example.cn"] {
            assert!(!all.contains(secret), "{secret} stands in the open");
            assert!(!all.contains(&kernel::to_hex(secret.as_bytes())), "{secret} stands in the open, as bytes");
        }
        let mut tx = db.read().await.unwrap();
        assert!(again(&mut tx, &world, &open).await.get().slots().unwrap().all().iter().any(|slot| slot.name == NAME));
        assert!(!format!("{open:?}").contains(NAME));
    }

    async fn an_erased_agreement_is_an_outcome_and_its_head_stays(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let content = content(open.get());
        let open = send(&mut tx, &world, open, &content, 2).await;
        tx.agreement_events().append(open.key(), entry_of(&open, "send", 2), &details(SECRET), &chance()).await.unwrap();
        let id = open.get().id();
        assert_eq!(tx.agreements().due(at(99_999_999), 9).await.unwrap(), [id]);
        assert!(tx.agreements().erase(id, at(9)).await.unwrap());
        assert!(!tx.agreements().erase(id, at(9)).await.unwrap(), "there is nothing left to erase");
        let refused = tx.agreements().save(&untouched(open), at(10), &chance()).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { .. }), "{refused:?}");
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        let found = tx.agreements().find(id, &world.keys).await.unwrap().unwrap();
        let FoundAgreement::Erased(head) = &found else { panic!("{found:?}") };
        assert!(head.erased);
        assert_eq!((head.stage, head.content_hash), (Stage::Signing, Some(content.hash())));
        assert_eq!(found.head().number, format!("PX-{id}"));
        assert!(found.open().is_none());
        assert_eq!(tx.agreements().due(at(99_999_999), 9).await.unwrap(), []);
        let told = tx.agreement_events().of_agreement(id, None).await.unwrap();
        assert_eq!(told[0].event.hash, told[0].event.computed_hash());
        assert_eq!(told[0].details, None);
        assert_eq!(tx.agreements().slots(id).await.unwrap().len(), 2);
    }

    async fn agreements_with_an_apprentice_are_found_by_hash_and_those_without_one_may_be_anybodys(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let mut ids = Vec::new();
        for seconds in 1..=4 {
            ids.push(store(&mut tx, &world, &draft(&world, Actor::Enterprise, seconds)).await.get().id());
        }
        let [same, another, erased, before] = ids[..] else { panic!("{ids:?}") };
        for (id, apprentice) in [(same, [1; 32]), (another, [2; 32]), (erased, [1; 32])] {
            tx.agreements().note_apprentice(id, &apprentice).await.unwrap();
        }
        assert!(tx.agreements().erase(erased, at(9)).await.unwrap());
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        let found = tx.agreements().of_apprentice(world.enterprise, &[1; 32], &[Stage::Draft]).await.unwrap();
        assert_eq!(found.iter().map(|head| head.id).collect::<Vec<_>>(), [before, same]);
        let elsewhere = tx.agreements().of_apprentice(world.college, &[1; 32], &[Stage::Draft]).await.unwrap();
        assert_eq!(elsewhere, []);
        assert_eq!(tx.agreements().of_apprentice(world.enterprise, &[1; 32], &[Stage::Signing]).await.unwrap(), []);
        let left = tx.dynamic("SELECT COUNT(*) FROM agreements WHERE apprentice_hash IS NOT NULL");
        let (left,) = left.optional::<(i64,)>().await.unwrap().unwrap();
        assert_eq!(left, 2, "of an erased agreement no trace of the person is left");
    }

    async fn another_master_key_opens_no_agreement(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let other = Keys::from_bytes(&hash());
        let error = tx.agreements().find(open.get().id(), &other).await.unwrap_err();
        assert_eq!(error.to_string(), format!("agreements.sealed_key of row {} cannot be read", open.get().id()));
    }

    async fn one_agreements_state_does_not_open_as_anothers(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let mine = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await.get().id();
        let theirs = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await.get().id();
        let swap = tx.dynamic("UPDATE agreements SET state_enc = (SELECT b.state_enc FROM agreements b WHERE b.id = ");
        swap.value(theirs.uuid()).push(") WHERE id = ").value(mine.uuid()).execute().await.unwrap();
        let error = tx.agreements().find(mine, &world.keys).await.unwrap_err();
        assert_eq!(error.to_string(), format!("agreements.state_enc of row {mine} cannot be read"));
        assert!(tx.agreements().find(theirs, &world.keys).await.unwrap().is_some());
    }

    async fn an_organisation_sees_its_agreements_the_newest_first_and_no_draft_of_another(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let mut made = Vec::new();
        for (by, seconds) in [(Actor::Enterprise, 3), (Actor::College, 1), (Actor::Enterprise, 2), (Actor::College, 4)] {
            made.push(store(&mut tx, &world, &draft(&world, by, seconds)).await);
        }
        let third = made.remove(2);
        let third = acted(third, |agreement| agreement.hand_over(Actor::Enterprise));
        tx.agreements().save(&third, at(5), &chance()).await.unwrap();
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        let seconds = |heads: Vec<crate::AgreementHead>| -> Vec<_> {
            heads.into_iter().map(|head| (head.created_at.micros() - at(0).micros()) / 1_000_000).collect()
        };
        let all = tx.agreements().of_organisation(world.enterprise, &[], Page::first(9)).await.unwrap();
        assert_eq!(seconds(all), [3, 2]);
        let all = tx.agreements().of_organisation(world.college, &[], Page::first(9)).await.unwrap();
        assert_eq!(seconds(all), [4, 2, 1]);
        let drafts = [Stage::Draft, Stage::Voided];
        let page = Page { limit: 1, offset: 1 };
        assert_eq!(seconds(tx.agreements().of_organisation(world.college, &drafts, page).await.unwrap()), [1]);
        let none = tx.agreements().of_organisation(id!(OrganisationId), &[], Page::first(9)).await.unwrap();
        assert_eq!(seconds(none), [0_i64; 0]);
        let counts = tx.agreements().count_of_organisation(world.college).await.unwrap();
        let counts: Vec<_> = counts.into_iter().map(|count| (count.stage, count.agreements)).collect();
        assert_eq!(counts, [(Stage::Draft, 2), (Stage::Negotiating, 1)]);
    }

    async fn the_most_overdue_is_due_first(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let mut sent = Vec::new();
        for seconds in [30, 10, 20] {
            let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
            let content = content(open.get());
            sent.push(send(&mut tx, &world, open, &content, seconds).await);
        }
        store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let ids: Vec<_> = sent.iter().map(|open| open.get().id()).collect();
        let first = sent[1].get().next_due().unwrap();
        assert_eq!(sent[1].head().next_at, Some(first));
        let before = first.plus_seconds(-1);
        assert_eq!(tx.agreements().due(before, 9).await.unwrap(), []);
        assert_eq!(tx.agreements().due(first, 9).await.unwrap(), [ids[1]]);
        assert_eq!(tx.agreements().due(at(99_999_999), 9).await.unwrap(), [ids[1], ids[2], ids[0]]);
        assert_eq!(tx.agreements().due(at(99_999_999), 2).await.unwrap(), [ids[1], ids[2]]);
    }

    async fn numbers_have_no_gaps_although_two_write_and_some_give_up(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        commit(tx).await;
        let writers = [0, 1].map(|writer| {
            let (db, enterprise) = (db.clone(), world.enterprise);
            tokio::spawn(async move {
                let mut kept = Vec::new();
                for turn in 0..12 {
                    let mut tx = db.write().await.unwrap();
                    let number = tx.agreements().take_number(enterprise, 2026).await.unwrap();
                    if (turn + writer) % 3 == 0 {
                        drop(tx);
                    } else {
                        commit(tx).await;
                        kept.push(number);
                    }
                }
                kept
            })
        });
        let mut kept = Vec::new();
        for writer in writers {
            kept.extend(writer.await.unwrap());
        }
        kept.sort_unstable();
        assert_eq!(kept, (1..=16).collect::<Vec<i64>>());
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.agreements().take_number(world.enterprise, 2027).await.unwrap(), 1);
        assert_eq!(tx.agreements().take_number(world.college, 2026).await.unwrap(), 1);
        assert_eq!(tx.agreements().take_number(world.enterprise, 2026).await.unwrap(), 17);
    }

    async fn slots_stand_in_rows_of_their_round_and_the_database_refuses_a_second_signature(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let content = content(open.get());
        let open = send(&mut tx, &world, open, &content, 2).await;
        let apprentice = slot(&open, SlotRole::Apprentice);
        let enterprise = slot(&open, SlotRole::Enterprise);
        let states = |rows: Vec<SlotRecord>| -> BTreeSet<_> { rows.iter().map(|row| (row.role, row.state)).collect() };
        let rows = tx.agreements().slots(open.get().id()).await.unwrap();
        assert_eq!(states(rows), [(SlotRole::Apprentice, "open"), (SlotRole::Enterprise, "waiting_turn")].into());
        let open = acted(open, |agreement| agreement.sign(signing(apprentice, content.hash(), 3)));
        tx.agreements().save(&open, at(3), &chance()).await.unwrap();
        let id = open.get().id();
        let rows = tx.agreements().slots(id).await.unwrap();
        let signed = rows.iter().find(|row| row.slot == apprentice).unwrap().clone();
        assert!(is_signed(&open.get().slot(apprentice).unwrap().state));
        assert_eq!(signed, SlotRecord::of(1, open.get().slot(apprentice).unwrap()));
        assert_eq!(states(rows), [(SlotRole::Apprentice, "signed"), (SlotRole::Enterprise, "open")].into());

        let mut second = signed.clone();
        second.signature.as_mut().unwrap().at = at(4);
        let unsigned = SlotRecord { state: "open", deadline_at: Some(at(9)), signature: None, ..signed.clone() };
        for other in [second, unsigned, signed.clone()] {
            let refused = tx.agreements().save_slot(id, &other).await.unwrap_err();
            assert!(matches!(refused, Error::Conflict { table: "signature_slots", .. }), "{refused:?}");
        }

        let open = again(&mut tx, &world, &open).await;
        let open = acted(open, |agreement| agreement.sign(for_organisation(signing(enterprise, content.hash(), 5))));
        tx.agreements().save(&open, at(5), &chance()).await.unwrap();
        let rows = tx.agreements().slots(id).await.unwrap();
        assert!(rows.contains(&signed), "the first signature stays as it was");
        assert!(rows.iter().all(|row| row.signature.is_some()));
        let head = tx.agreements().head(id).await.unwrap().unwrap();
        assert_eq!((head.stage, head.next_at), (Stage::Effective, None));
    }

    async fn a_round_that_came_to_nothing_keeps_its_rows(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let first = content(open.get());
        let open = send(&mut tx, &world, open, &first, 2).await;
        let recalling = agreement::lifecycle::Recalling { by: Actor::Enterprise, reason: SECRET.to_owned(), at: at(3) };
        let open = acted(open, |agreement| agreement.recall(recalling));
        tx.agreements().save(&open, at(3), &chance()).await.unwrap();
        let open = again(&mut tx, &world, &open).await;
        let second = content(open.get());
        let open = send(&mut tx, &world, open, &second, 4).await;
        let rows = tx.agreements().slots(open.get().id()).await.unwrap();
        let rows: Vec<_> = rows.iter().map(|row| (row.content_version, row.state)).collect();
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[..2], [(1, "closed"); 2]);
        assert_eq!(rows[2..].iter().map(|row| row.0).collect::<Vec<_>>(), [2, 2]);
        let kept = tx.agreement_versions().find(open.key(), 1).await.unwrap();
        assert_eq!(kept, Some(first));
    }

    async fn a_link_or_its_code_leads_to_its_slot_until_it_is_revoked(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let content = content(open.get());
        let open = send(&mut tx, &world, open, &content, 2).await;
        let of = |role| AgreementLink {
            agreement: open.get().id(),
            content_version: 1,
            slot: slot(&open, role),
            created_at: at(2),
            expires_at: at(100),
            revoked_at: None,
        };
        let (mine, theirs) = (of(SlotRole::Apprentice), of(SlotRole::Enterprise));
        let (token, code, other) = (hash(), hash(), hash());
        tx.agreement_links().insert(&mine, &token, Some(&code)).await.unwrap();
        tx.agreement_links().insert(&theirs, &other, None).await.unwrap();
        for (token, code) in [(token, None), (hash(), Some(&code))] {
            let refused = tx.agreement_links().insert(&theirs, &token, code).await.unwrap_err();
            assert!(matches!(refused, Error::Conflict { .. }), "{refused:?}");
        }
        assert_eq!(tx.agreement_links().find_by_token(&token).await.unwrap(), Some(mine));
        assert_eq!(tx.agreement_links().find_by_code(&code).await.unwrap(), Some(mine));
        assert_eq!(tx.agreement_links().find_by_code(&token).await.unwrap(), None);
        assert!(mine.usable(at(99)) && !mine.usable(at(100)));
        assert_eq!(tx.agreement_links().revoke(mine.agreement, mine.slot, at(5)).await.unwrap(), 1);
        assert_eq!(tx.agreement_links().revoke(mine.agreement, mine.slot, at(6)).await.unwrap(), 0);
        let revoked = tx.agreement_links().find_by_token(&token).await.unwrap().unwrap();
        assert_eq!(revoked.revoked_at, Some(at(5)));
        assert!(!revoked.usable(at(6)));
        assert_eq!(tx.agreement_links().find_by_token(&other).await.unwrap(), Some(theirs));
    }

    async fn a_reason_for_a_warning_can_be_given_again_and_belongs_to_a_version(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let reason = |content_version, field: &str, words: &str| Reason {
            content_version,
            rule: "TA-14".to_owned(),
            field: field.to_owned(),
            words: words.to_owned(),
            by: world.person,
            at: at(i64::from(content_version)),
        };
        let kept = [reason(1, "", "因为"), reason(1, "pay.base", "补充"), reason(2, "", "另因")];
        for given in [&reason(1, "", "最初"), &kept[2], &kept[1], &kept[0]] {
            tx.agreement_reasons().save(open.key(), given, &chance()).await.unwrap();
        }
        assert_eq!(tx.agreement_reasons().of_agreement(open.key()).await.unwrap(), kept);
        let other = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        assert_eq!(tx.agreement_reasons().of_agreement(other.key()).await.unwrap(), []);
    }

    async fn the_tables_know_every_code_of_the_lifecycle(db: Db) {
        let mut tx = db.write().await.unwrap();
        for (select, codes) in [
            ("SELECT code FROM agreement_stages", Stage::ALL.iter().map(|code| code.code()).collect::<BTreeSet<_>>()),
            ("SELECT code FROM agreement_kinds", Kind::ALL.iter().map(|code| code.code()).collect()),
            ("SELECT code FROM signatory_roles", SlotRole::ALL.iter().map(|code| code.code()).collect()),
        ] {
            let stored = tx.dynamic(select).all::<Text>().await.unwrap();
            assert_eq!(stored.iter().map(|Text(code)| code.as_str()).collect::<BTreeSet<_>>(), codes, "{select}");
        }
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let content = content(open.get());
        let open = send(&mut tx, &world, open, &content, 2).await;
        let signed = acted(open, |agreement| {
            let slot = agreement.slots().unwrap().all()[0].id;
            agreement.sign(signing(slot, content.hash(), 3))
        });
        let slots = signed.get().slots().unwrap().all();
        let signature = slots.iter().find_map(|slot| slot.signature()).unwrap();
        for state in SlotState::CODES {
            let slot = SlotRecord {
                content_version: 1,
                slot: SlotId::new(at(1), &chance()),
                role: SlotRole::Guardian,
                state,
                deadline_at: (state == "open").then_some(at(9)),
                signature: (state == "signed").then(|| signature.clone()),
            };
            tx.agreements().save_slot(signed.get().id(), &slot).await.unwrap();
        }
    }
}
