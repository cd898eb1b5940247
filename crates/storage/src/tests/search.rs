//! The search without an engine.

use kernel::PostingKind;

use super::support::{at, college, commit, id, on_both, posting, register_entry};
use crate::{Db, FallbackFilter, FallbackHit, Page, StagedRow};

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// `post` or `row`, hit by hit, and the total.
async fn found(db: &Db, text: &str, filter: &FallbackFilter, page: Page) -> (Vec<&'static str>, i64) {
    let (hits, total) = db
        .read()
        .await
        .unwrap()
        .search_fallback(&words(text), filter, page)
        .await
        .unwrap();
    let kinds = hits.iter().map(|hit| match hit {
        FallbackHit::Posting(_) => "post",
        FallbackHit::Row(_) => "row",
    });
    (kinds.collect(), total)
}

on_both! {
    async fn words_are_found_in_posts_and_rows_page_by_page(db: Db) {
        let mut tx = db.write().await.unwrap();
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        for seconds in 1..=2 {
            let post = posting(&college, PostingKind::Course, seconds);
            tx.postings().insert(&post, "数控车工 上海示范职业学院 100% a_b").await.unwrap();
        }
        commit(tx).await;
        let import = id!(ImportId);
        db.begin_register_import(import).await.unwrap();
        let rows: Vec<_> = (0..3)
            .map(|major| {
                let entry = register_entry("4131010001", major);
                StagedRow { id: id!(RegisterRowId), search_text: format!("数控技术 {}", entry.school_name), entry }
            })
            .collect();
        db.stage_register_rows(import, &rows).await.unwrap();
        let all = FallbackFilter { register_year: Some(2025), ..FallbackFilter::default() };
        assert_eq!(found(&db, "数控", &all, Page::first(9)).await.1, 2, "staged rows are not seen");
        let mut tx = db.write().await.unwrap();
        tx.register().publish(import).await.unwrap();
        commit(tx).await;

        assert_eq!(found(&db, "数控", &all, Page::first(9)).await, (vec!["post", "post", "row", "row", "row"], 5));
        assert_eq!(found(&db, "数控", &all, Page { limit: 2, offset: 1 }).await, (vec!["post", "row"], 5));
        assert_eq!(found(&db, "数控", &all, Page { limit: 9, offset: 4 }).await, (vec!["row"], 5));
        assert_eq!(found(&db, "", &all, Page::first(1)).await, (vec!["post"], 5));
        assert_eq!(found(&db, "数控 车工", &all, Page::first(9)).await.1, 2);
        assert_eq!(found(&db, "100%", &all, Page::first(9)).await.1, 2);
        assert_eq!(found(&db, "1%%", &all, Page::first(9)).await.1, 0, "a sign of LIKE is a letter");
        assert_eq!(found(&db, "a_b", &all, Page::first(9)).await.1, 2);
        assert_eq!(found(&db, "acb", &all, Page::first(9)).await.1, 0);
        assert_eq!(found(&db, "数控' OR 1=1", &all, Page::first(9)).await.1, 0);

        let only = |change: fn(&mut FallbackFilter)| {
            let mut filter = all.clone();
            change(&mut filter);
            filter
        };
        let cases = [
            (only(|filter| filter.kinds = vec![PostingKind::Base]), 3),
            (only(|filter| filter.without_postings = true), 3),
            (only(|filter| filter.register_year = None), 2),
            (only(|filter| filter.register_year = Some(2024)), 2),
            (only(|filter| filter.provinces = words("310000 320000")), 5),
            (only(|filter| filter.provinces = words("320000")), 0),
            (only(|filter| filter.districts = words("310115")), 2),
            (only(|filter| filter.districts = words("310101")), 0),
            (only(|filter| filter.industries = words("ic auto")), 2),
            (only(|filter| filter.industries = words("aut")), 0),
        ];
        for (filter, total) in cases {
            assert_eq!(found(&db, "数控", &filter, Page::first(9)).await.1, total, "{filter:?}");
        }
        let (hits, _) = db.read().await.unwrap().search_fallback(&[], &all, Page::first(1)).await.unwrap();
        let FallbackHit::Posting(newest) = &hits[0] else { panic!("a post comes first") };
        assert_eq!(newest.posting.updated_at, at(2));
    }
}
