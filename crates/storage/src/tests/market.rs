//! Posts.

use kernel::{ImportId, PostingKind};
use marketplace::{CloseReason, Origin, Posting, Status};
use time::macros::date;

use super::{
    import::import,
    support::{at, changed, college, commit, id, line, on_both, posting, register_entry},
};
use crate::{Error, StagedRow};

on_both! {
    async fn a_post_round_trips_with_its_lines_in_order(db: Db) {
        let mut tx = db.write().await.unwrap();
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let full = posting(&college, PostingKind::Programme, 5);
        let empty = Posting {
            status: Status::Draft,
            content: marketplace::Content::default(),
            origin: Origin::Register { row: id!(RegisterRowId) },
            ..posting(&college, PostingKind::Base, 6)
        };
        for new in [&full, &empty] {
            tx.postings().insert(new, "").await.unwrap();
            assert_eq!(tx.postings().find(new.id).await.unwrap().unwrap().get(), new);
        }
        assert!(matches!(tx.postings().insert(&full, "").await, Err(Error::Conflict { table: "postings", .. })));
        assert_eq!(tx.postings().of_organisation(college.id).await.unwrap(), [empty.clone(), full]);
        let counts = tx.postings().count_of_organisation(college.id).await.unwrap();
        let counts: Vec<_> = counts.iter().map(|count| (count.status.as_str(), count.postings)).collect();
        assert_eq!(counts, [("draft", 1), ("published", 1)]);
    }

    async fn a_save_changes_only_the_lines_that_changed(db: Db) {
        let mut tx = db.write().await.unwrap();
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let mut new = posting(&college, PostingKind::Programme, 5);
        new.content.lines.push(line("6-18-01-02"));
        tx.postings().insert(&new, "").await.unwrap();
        let loaded = tx.postings().find(new.id).await.unwrap().unwrap();
        let changed = changed(loaded.clone(), |post| {
            post.content.lines.swap(0, 2);
            post.content.lines.remove(1);
            post.content.lines[1].seats = None;
            post.content.lines.push(line("6-18-01-03"));
            post.content.title = "新标题".to_owned();
            post.content.industries.clear();
        });
        tx.postings().save(&changed, "新标题").await.unwrap();
        assert_eq!(tx.postings().find(new.id).await.unwrap().unwrap().get(), changed.get());
        assert!(matches!(tx.postings().save(&loaded, "").await, Err(Error::Conflict { table: "postings", .. })));
        let closed = tx.postings().find(new.id).await.unwrap().unwrap();
        let closed = closed.decide(|post| post.close(CloseReason::Filled, at(50))).unwrap();
        tx.postings().save(&closed, "").await.unwrap();
        assert_eq!(tx.postings().find(new.id).await.unwrap().unwrap().get(), closed.get());
    }

    async fn a_line_of_another_post_cannot_be_taken(db: Db) {
        let mut tx = db.write().await.unwrap();
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let (one, mut two) = (posting(&college, PostingKind::Base, 1), posting(&college, PostingKind::Base, 2));
        two.content.lines[0].id = one.content.lines[0].id;
        tx.postings().insert(&one, "").await.unwrap();
        let stolen = tx.postings().insert(&two, "").await;
        assert!(matches!(stolen, Err(Error::Conflict { table: "posting_lines", .. })), "{stolen:?}");
        assert_eq!(tx.postings().find(one.id).await.unwrap().unwrap().get(), &one);
    }

    async fn a_post_made_from_a_row_has_the_length_of_study_of_the_row(db: Db) {
        let run = id!(ImportId);
        let entry = marketplace::register::Entry { duration_years: 5, ..register_entry("4131010001", 460_103) };
        let row = StagedRow { id: id!(RegisterRowId), search_text: String::new(), entry };
        db.begin_register_import(run).await.unwrap();
        db.stage_register_rows(run, std::slice::from_ref(&row)).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.register().publish(run).await.unwrap();
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let typed = posting(&college, PostingKind::Programme, 1);
        let origin = Origin::Register { row: row.id };
        let made = Posting { origin, ..posting(&college, PostingKind::Programme, 2) };
        for new in [&typed, &made] {
            tx.postings().insert(new, "").await.unwrap();
        }
        let years = tx.postings().list_published().await.unwrap();
        assert_eq!(years.iter().map(|post| post.years).collect::<Vec<_>>(), [None, Some(5)]);
        assert_eq!(tx.postings().find_published(made.id).await.unwrap().unwrap().years, Some(5));
    }

    async fn everybody_sees_published_posts_of_verified_organisations(db: Db) {
        let mut tx = db.write().await.unwrap();
        let verified = college(&mut tx, 1, "上海示范职业学院").await;
        let other = college(&mut tx, 2, "上海暂停职业学院").await;
        let seen: Vec<_> = (1..=3).map(|at| posting(&verified, PostingKind::Course, at)).collect();
        let draft = Posting { status: Status::Draft, ..posting(&verified, PostingKind::Course, 4) };
        let hidden = posting(&other, PostingKind::Course, 5);
        for new in seen.iter().chain([&draft, &hidden]) {
            tx.postings().insert(new, "").await.unwrap();
        }
        let loaded = tx.organisations().find(other.id).await.unwrap().unwrap();
        let suspended = loaded.decide(|organisation| organisation.suspend("投诉属实", at(9))).unwrap();
        let _ = tx.organisations().save(&suspended).await.unwrap();
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        let all = tx.postings().list_published().await.unwrap();
        assert_eq!(all.iter().map(|found| found.posting.clone()).collect::<Vec<_>>(), seen);
        assert_eq!(all[0].organisation_name, "上海示范职业学院");
        let first = tx.postings().list_published_page(None, 2).await.unwrap();
        let last = first.last().map(|found| (found.posting.updated_at, found.posting.id));
        let rest = tx.postings().list_published_page(last, 2).await.unwrap();
        assert_eq!([first, rest].concat(), all);
        let bases = [PostingKind::Base, PostingKind::BaseTime];
        assert_eq!(tx.postings().list_published_of(&[PostingKind::Course, PostingKind::Base]).await.unwrap(), all);
        assert_eq!(tx.postings().list_published_of(&bases).await.unwrap(), []);
        assert_eq!(tx.postings().list_published_of(&[]).await.unwrap(), []);
        let newest = tx.postings().list_newest_published(1).await.unwrap();
        assert_eq!(newest[0].posting, seen[2]);
        assert_eq!(tx.postings().find_published(seen[0].id).await.unwrap().as_ref(), all.first());
        assert_eq!(tx.postings().find_published(hidden.id).await.unwrap(), None);
        let ids = [seen[2].id, hidden.id, seen[0].id];
        let some = tx.postings().list_published_by_ids(&ids).await.unwrap();
        assert_eq!(some, [all[2].clone(), all[0].clone()], "in the order asked for");
        assert_eq!(tx.postings().count_published().await.unwrap(), [(PostingKind::Course, 3)]);
    }

    async fn posts_expire_the_day_after_their_closing_date(db: Db) {
        let mut tx = db.write().await.unwrap();
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let post = posting(&college, PostingKind::Course, 1);
        let mut open = posting(&college, PostingKind::Course, 1);
        open.content.closing_on = None;
        let draft = Posting { status: Status::Draft, ..posting(&college, PostingKind::Course, 1) };
        for new in [&post, &open, &draft] {
            tx.postings().insert(new, "").await.unwrap();
        }
        assert_eq!(tx.postings().expired_on(date!(2027 - 01 - 31)).await.unwrap(), []);
        assert_eq!(tx.postings().expired_on(date!(2027 - 02 - 01)).await.unwrap(), [post.id]);
    }

    async fn a_file_names_a_post_once(db: Db) {
        let mut tx = db.write().await.unwrap();
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let run = import("postings");
        tx.imports().insert(&run).await.unwrap();
        let origin = |import: ImportId| Origin::Import { import, reference: "A-1".to_owned() };
        let post = Posting { origin: origin(run.id), ..posting(&college, PostingKind::Course, 1) };
        tx.postings().insert(&post, "").await.unwrap();
        assert_eq!(tx.postings().find_by_reference(college.id, "A-1").await.unwrap().unwrap().get(), &post);
        assert!(tx.postings().find_by_reference(college.id, "A-2").await.unwrap().is_none());
        let again = Posting { origin: origin(run.id), ..posting(&college, PostingKind::Course, 1) };
        assert!(matches!(tx.postings().insert(&again, "").await, Err(Error::Conflict { .. })));
    }
}
