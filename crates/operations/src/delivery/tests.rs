//! Letters that leave at the pace that the operator allows.

use kernel::{EmailAddress, LetterId, Locale};
use mail::Rendered;
use storage::NewLetter;

use crate::{
    Actor, letters,
    tests::{Product, on_both},
};

impl Product {
    /// Letters to a mailbox each of `slow.example`, which gets two a minute.
    async fn write_to_slow(&self, priorities: &[i64]) {
        let cx = self.cx();
        let words = Rendered {
            subject: "你好".to_owned(),
            text: "你好".to_owned(),
            html: "<p>你好</p>".to_owned(),
        };
        let letter = |(number, priority): (usize, &i64)| NewLetter {
            id: self.app.id(cx.now, LetterId::new),
            recipient: EmailAddress::parse(&format!("reader{number}@slow.example")).unwrap(),
            account: None,
            event: None,
            name: "digest".to_owned(),
            locale: Locale::Zh,
            subject: words.subject.clone(),
            list_path: None,
            body: letters::sealed(&self.app, &words),
            priority: *priority,
            resent_from: None,
            created_at: cx.now,
        };
        let all: Vec<NewLetter> = priorities.iter().enumerate().map(letter).collect();
        let mut tx = self.app.db().write().await.unwrap();
        tx.outbox().insert_all(&all).await.unwrap();
        let entry = self.app.audit(&Actor::System, &cx, "test.write");
        tx.commit(entry.done()).await.unwrap();
    }

    async fn left(&self) -> Vec<String> {
        self.work().await;
        let left = self.letters.take().into_iter();
        let mut left: Vec<String> = left.map(|letter| letter.to.as_str().to_owned()).collect();
        left.sort();
        left
    }
}

on_both! {
    async fn a_domain_gets_no_more_letters_a_minute_than_it_may_and_loses_none() {
        let product = Product::new().await;
        product.write_to_slow(&[10, 10, 10, 10, 10]).await;
        let mut all = product.left().await;
        assert_eq!(all.len(), 2);
        product.write_to_slow(&[letters::AWAITED]).await;
        assert_eq!(product.left().await, ["reader0@slow.example"], "a link that is awaited goes besides");
        for expected in [2, 1, 0] {
            product.clock.advance(61);
            let left = product.left().await;
            assert_eq!(left.len(), expected, "{left:?}");
            all.extend(left);
        }
        all.sort();
        assert_eq!(all, (0..5).map(|number| format!("reader{number}@slow.example")).collect::<Vec<_>>());
    }
}
