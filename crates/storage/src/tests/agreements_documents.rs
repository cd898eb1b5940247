//! Papers of agreements, kept as they were made.

use agreement::lifecycle::Actor;

use super::{
    agreements_story::{content, draft, store, world},
    support::{at, chance, commit, on_both},
};
on_both! {
    async fn a_paper_is_opened_as_it_was_made_and_the_first_one_stays(db: Db) {
        let mut tx = db.write().await.unwrap();
        let world = world(&mut tx).await;
        let open = store(&mut tx, &world, &draft(&world, Actor::Enterprise, 1)).await;
        let (key, id) = (open.key().clone(), open.get().id());
        tx.agreement_versions().insert(&key, &content(open.get()), at(1), &chance()).await.unwrap();
        let first = tx.agreement_documents().insert(&key, 1, b"%PDF one", at(2), &chance()).await.unwrap();
        let second = tx.agreement_documents().insert(&key, 1, b"%PDF two", at(3), &chance()).await.unwrap();
        assert_eq!((first, second), (true, false));
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        let found = tx.agreement_documents().find(&key, 1).await.unwrap().unwrap();
        assert_eq!((&found.bytes[..], found.made_at), (&b"%PDF one"[..], at(2)));
        assert_eq!(tx.agreement_documents().hash(id, 1).await.unwrap(), Some(found.hash));
        assert_eq!(tx.agreement_documents().find(&key, 2).await.unwrap(), None);
        assert_eq!(tx.agreement_documents().hash(id, 2).await.unwrap(), None);
    }
}
