use std::collections::BTreeMap;

use super::*;
use crate::{demo::populate, tests::Product};

const SEED: u64 = 20_261_120;

/// What there is of everything that stories leave behind.
async fn counted(product: &Product) -> BTreeMap<String, usize> {
    let mut tx = product.app.db().read().await.unwrap();
    let mut counts = BTreeMap::new();
    let mut count = |what: String, n: usize| *counts.entry(what).or_default() += n;
    for id in tx.agreements().after(None, 1_000).await.unwrap() {
        let head = tx.agreements().head(id).await.unwrap().unwrap();
        count(format!("agreement {}", head.stage.code()), 1);
        for slot in tx.agreements().slots(id).await.unwrap() {
            count(format!("slot {}", slot.state), 1);
        }
        count(
            "event".to_owned(),
            tx.agreement_events().of_agreement(id, None).await.unwrap().len(),
        );
        if let Some(record) = tx.records().head(id).await.unwrap() {
            count(format!("record {}", record.stage.code()), 1);
        }
        for week in tx.record_weeks().of_record(id).await.unwrap() {
            count(format!("week {}", week.stage.code()), 1);
        }
        count(
            "place".to_owned(),
            tx.record_assignments().of_record(id).await.unwrap().len(),
        );
    }
    counts
}

/// Stories of every kind, and not too long ones.
const fn wanted(fate: Fate) -> bool {
    matches!(
        fate,
        Fate::Draft(_)
            | Fate::Signing(Round::Guardian | Round::Extended)
            | Fate::Signed(Course::NotYet | Course::Training(Book::Fresh | Book::ReturnedByTutor))
    )
}

#[tokio::test]
async fn a_story_that_is_interrupted_goes_on_where_it_was_and_nothing_happens_twice() {
    let whole = Product::demonstration().await;
    assert!(Box::pin(populate(&whole.app, SEED)).await.unwrap());
    let told = Box::pin(tell(&whole.app, usize::MAX, wanted)).await.unwrap();
    assert_eq!((told.stories, told.broken), (11, Vec::new()));

    let torn = Product::demonstration().await;
    assert!(Box::pin(populate(&torn.app, SEED)).await.unwrap());
    for most in [1, 1, 2, 13, 40, 1, 90, usize::MAX] {
        // Each start is some minutes later: the stories keep their days all the same.
        torn.clock.advance(600);
        let told = Box::pin(tell(&torn.app, most, wanted)).await.unwrap();
        assert_eq!(told.broken, Vec::<String>::new());
    }
    assert_eq!(counted(&torn).await, counted(&whole).await);
    assert_eq!(apprentices(&torn.app).await.unwrap(), Told::default());
}
