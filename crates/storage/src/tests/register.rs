//! The programme register: staged imports, claims, invites.

use std::time::{Duration, Instant};

use kernel::{RegisterRowId, SeededChance};
use marketplace::{OrganisationKind, register::Presence};

use super::support::{at, college, commit, id, on_both, organisation, register_entry, somebody, sqlite};
use crate::{Claim, ClaimOutcome, Db, Error, Invite, OrganisationInsert, StagedRow};

fn staged(school: &str, major: u32) -> StagedRow {
    let entry = register_entry(school, major);
    StagedRow {
        id: id!(RegisterRowId),
        search_text: entry.school_name.clone(),
        entry,
    }
}

/// Imports rows and ends others, as one import of its own.
async fn import(db: &Db, rows: &[StagedRow], ends: &[RegisterRowId]) -> i64 {
    let import = id!(ImportId);
    db.begin_register_import(import).await.unwrap();
    db.stage_register_rows(import, rows).await.unwrap();
    db.stage_register_ends(import, ends).await.unwrap();
    let mut tx = db.write().await.unwrap();
    let seq = tx.register().publish(import).await.unwrap();
    commit(tx).await;
    seq
}

async fn seen(db: &Db) -> Vec<RegisterRowId> {
    let mut rows: Vec<_> = db
        .read()
        .await
        .unwrap()
        .register()
        .list(None)
        .await
        .unwrap()
        .iter()
        .map(|row| row.id)
        .collect();
    rows.sort();
    rows
}

fn ids(rows: &[StagedRow]) -> Vec<RegisterRowId> {
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    ids.sort();
    ids
}

#[expect(clippy::disallowed_methods, reason = "these tests measure")]
fn start() -> Instant {
    Instant::now()
}

on_both! {
    async fn an_import_is_seen_all_at_once(db: Db) {
        let (kept, gone) = (staged("1", 1), staged("1", 2));
        assert_eq!(db.read().await.unwrap().register().newest_year().await.unwrap(), None);
        assert_eq!(import(&db, &[kept.clone(), gone.clone()], &[]).await, 1);
        let new = staged("2", 3);
        let run = id!(ImportId);
        db.begin_register_import(run).await.unwrap();
        db.stage_register_rows(run, std::slice::from_ref(&new)).await.unwrap();
        db.stage_register_ends(run, &[gone.id]).await.unwrap();
        assert_eq!(seen(&db).await, ids(&[kept.clone(), gone.clone()]), "nothing yet");
        let mut before = db.read().await.unwrap();
        assert_eq!(before.register().list(None).await.unwrap().len(), 2);
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.register().publish(run).await.unwrap(), 2);
        commit(tx).await;
        assert_eq!(before.register().list(None).await.unwrap().len(), 2, "a reader sees one moment");
        assert!(before.register().find(gone.id).await.unwrap().is_some());
        assert_eq!(seen(&db).await, ids(&[kept.clone(), new.clone()]));
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.register().find(gone.id).await.unwrap(), None);
        assert_eq!(tx.register().find(new.id).await.unwrap().unwrap().entry, new.entry);
        assert_eq!(tx.register().list_by_ids(&[new.id, gone.id, kept.id]).await.unwrap().len(), 2);
        assert_eq!(tx.register().newest_year().await.unwrap(), Some(2025));
        let counts = tx.register().count().await.unwrap();
        assert_eq!((counts[0].year, counts[0].rows), (2025, 2));
    }

    async fn what_a_crashed_import_left_is_never_seen_and_cleared_by_the_next(db: Db) {
        let old: Vec<_> = (0..5).map(|major| staged("1", major)).collect();
        import(&db, &old, &[]).await;
        let crashed = id!(ImportId);
        db.begin_register_import(crashed).await.unwrap();
        let left: Vec<_> = (10..20).map(|major| staged("9", major)).collect();
        db.stage_register_rows(crashed, &left).await.unwrap();
        db.stage_register_ends(crashed, &ids(&old)).await.unwrap();
        assert_eq!(seen(&db).await, ids(&old), "the process died here");
        let new = [staged("2", 30)];
        assert_eq!(import(&db, &new, &[old[0].id]).await, 2);
        let expected = [&old[1..], &new[..]].concat();
        assert_eq!(seen(&db).await, ids(&expected), "neither the rows nor the ends of the crashed one");
        let mut tx = db.read().await.unwrap();
        let rows = tx.dynamic("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM register_rows");
        assert_eq!(rows.one::<crate::repository::Count>().await.unwrap().n, 6);
    }

    async fn an_import_that_was_overtaken_is_shut_out(db: Db) {
        let (slow, quick) = (id!(ImportId), id!(ImportId));
        db.begin_register_import(slow).await.unwrap();
        db.stage_register_rows(slow, &[staged("1", 1)]).await.unwrap();
        db.begin_register_import(quick).await.unwrap();
        let row = staged("2", 2);
        db.stage_register_rows(quick, std::slice::from_ref(&row)).await.unwrap();
        let refused = db.stage_register_rows(slow, &[staged("1", 3)]).await;
        assert!(matches!(refused, Err(Error::Conflict { table: "register_head", .. })), "{refused:?}");
        let mut tx = db.write().await.unwrap();
        assert!(matches!(tx.register().publish(slow).await, Err(Error::Conflict { .. })));
        tx.register().publish(quick).await.unwrap();
        assert!(tx.register().publish(quick).await.is_err(), "once");
        commit(tx).await;
        assert_eq!(seen(&db).await, [row.id]);
        assert!(db.stage_register_rows(quick, &[staged("2", 4)]).await.is_err(), "its time is over");
    }

    async fn rows_are_listed_page_by_page(db: Db) {
        let rows: Vec<_> = (0..7).map(|major| staged("1", major)).collect();
        import(&db, &rows, &[]).await;
        let mut tx = db.read().await.unwrap();
        let (mut all, mut last) = (Vec::new(), None);
        loop {
            let page = tx.register().list_page(Some(2025), last, 3).await.unwrap();
            let Some(row) = page.last() else { break };
            last = Some(row.id);
            all.extend(page.iter().map(|row| row.id));
        }
        assert_eq!(all, ids(&rows));
        assert_eq!(tx.register().list_page(Some(2024), None, 3).await.unwrap(), []);
    }

    async fn a_college_is_claimed_once(db: Db) {
        import(&db, &[staged("1", 1), staged("1", 2), staged("2", 1)], &[]).await;
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "a@example.cn").await;
        let (mine, theirs) = (college(&mut tx, 1, "上海示范职业学院").await, college(&mut tx, 2, "别的学院").await);
        let claim = |organisation| Claim {
            school_key: "1".to_owned(), organisation, claimed_by: person.id, claimed_at: at(1),
        };
        assert_eq!(tx.register().insert_claim(&claim(mine.id)).await.unwrap(), ClaimOutcome::Claimed);
        assert_eq!(tx.register().insert_claim(&claim(theirs.id)).await.unwrap(), ClaimOutcome::TakenBy(mine.id));
        let rows = tx.register().of_school("1").await.unwrap();
        assert_eq!(rows.iter().map(|row| row.college).collect::<Vec<_>>(), [Presence::Claimed(mine.id); 2]);
        let schools = tx.register().schools(2025).await.unwrap();
        let schools: Vec<_> = schools.iter().map(|school| (school.key.as_str(), school.name.as_str())).collect();
        assert_eq!(schools, [("1", "上海第1职业学院"), ("2", "上海第2职业学院")], "each once");
    }

    async fn a_row_says_how_far_its_college_has_come_however_it_is_loaded(db: Db) {
        let rows = [staged("1", 1), staged("2", 1), staged("3", 1)];
        import(&db, &rows, &[]).await;
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "a@example.cn").await;
        // Of a name typed in other widths, and of one that has yet to be verified.
        let (joined, claimed) = (college(&mut tx, 1, "上海　第１职业学院").await, college(&mut tx, 2, "别的学院").await);
        let waiting = organisation(3, "上海第3职业学院", OrganisationKind::School);
        assert_eq!(tx.organisations().insert(&waiting).await.unwrap(), OrganisationInsert::Inserted);
        let claim = Claim {
            school_key: "2".to_owned(), organisation: claimed.id, claimed_by: person.id, claimed_at: at(1),
        };
        assert_eq!(tx.register().insert_claim(&claim).await.unwrap(), ClaimOutcome::Claimed);
        commit(tx).await;
        let expected = [Presence::Joined(joined.id), Presence::Claimed(claimed.id), Presence::Absent];
        let mut tx = db.read().await.unwrap();
        for (row, presence) in rows.iter().zip(expected) {
            assert_eq!(tx.register().find(row.id).await.unwrap().unwrap().college, presence);
            assert_eq!(tx.register().of_school(row.entry.school_key()).await.unwrap()[0].college, presence);
        }
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let listed = tx.register().list_by_ids(&ids).await.unwrap();
        assert_eq!(listed.iter().map(|row| row.college).collect::<Vec<_>>(), expected);
        for row in tx.register().list(Some(2025)).await.unwrap() {
            assert_eq!(Some(row.college), ids.iter().position(|id| *id == row.id).map(|at| expected[at]));
        }
    }

    async fn a_college_is_invited_once_by_each(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "a@example.cn").await;
        let mine = college(&mut tx, 1, "上海示范职业学院").await;
        let invite = Invite {
            school_key: "1".to_owned(), organisation: mine.id, invited_by: person.id, created_at: at(1),
        };
        assert!(tx.register().insert_invite(&invite).await.unwrap());
        assert!(!tx.register().insert_invite(&invite).await.unwrap());
        assert_eq!(tx.register().invites_to("1").await.unwrap(), [invite]);
    }

    async fn the_national_register_is_staged_in_seconds(db: Db) {
        let chance = SeededChance::new(1);
        let rows: Vec<StagedRow> = (0..68_236_u32)
            .map(|number| {
                let school = format!("41{:08}", number / 45);
                let entry = register_entry(&school, number % 45);
                let search_text = format!("{} {} {}", entry.school_name, entry.major_name, entry.major_code);
                StagedRow { id: RegisterRowId::new(at(i64::from(number)), &chance), entry, search_text }
            })
            .collect();
        let run = id!(ImportId);
        let began = start();
        db.begin_register_import(run).await.unwrap();
        let mut longest = Duration::ZERO;
        for chunk in rows.chunks(2_000) {
            let chunk_began = start();
            db.stage_register_rows(run, chunk).await.unwrap();
            longest = longest.max(chunk_began.elapsed());
        }
        let mut tx = db.write().await.unwrap();
        tx.register().publish(run).await.unwrap();
        commit(tx).await;
        println!("{}: 68,236 rows staged in {:?}, the longest chunk {longest:?}", db.name(), began.elapsed());
        let began = start();
        let all = db.read().await.unwrap().register().list(Some(2025)).await.unwrap();
        println!("{}: read again in {:?}", db.name(), began.elapsed());
        assert_eq!(all.len(), rows.len());
        let began = start();
        let counts = db.read().await.unwrap().register().count().await.unwrap();
        println!("{}: counted in {:?}", db.name(), began.elapsed());
        assert_eq!(counts[0].rows, 68_236);
        let filter = crate::FallbackFilter { register_year: Some(2025), ..crate::FallbackFilter::default() };
        let began = start();
        let mut tx = db.read().await.unwrap();
        let found = tx.search_fallback(&["数控".to_owned()], &filter, crate::Page::first(20)).await.unwrap();
        println!("{}: searched without an engine in {:?}", db.name(), began.elapsed());
        assert_eq!((found.0.len(), found.1), (20, 68_236));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_does_not_hold_up_a_foreground_write() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(&folder).await;
    let importer = {
        let db = db.clone();
        tokio::spawn(async move {
            let (run, chance) = (id!(ImportId), SeededChance::new(2));
            db.begin_register_import(run).await.unwrap();
            for chunk in 0..10_u32 {
                let rows: Vec<_> = (0..2_000)
                    .map(|number| {
                        let id = RegisterRowId::new(at(i64::from(chunk * 2_000 + number)), &chance);
                        StagedRow {
                            id,
                            ..staged("1", number)
                        }
                    })
                    .collect();
                db.stage_register_rows(run, &rows).await.unwrap();
            }
        })
    };
    let (mut writes, mut longest) = (0, Duration::ZERO);
    while !importer.is_finished() {
        let began = start();
        let mut tx = db.write().await.unwrap();
        tx.settings().save("a", "1").await.unwrap();
        commit(tx).await;
        longest = longest.max(began.elapsed());
        writes += 1;
    }
    importer.await.unwrap();
    println!("{writes} writes during an import, the longest took {longest:?}");
    assert!(writes > 1);
    assert!(longest < Duration::from_secs(1), "{longest:?}");
}
