//! The outbox: who is sent what when, what became of it, and what the operator sees.

use kernel::{LetterId, Locale};

use super::support::{at, commit, id, letter, on_both, somebody};
use crate::{
    Db, DomainFigures, HourFigures, LetterChoice, NewLetter, Page, PriorityFigures, QueueStatus, SuppressionReason,
    db::Durability, query::Statement,
};

async fn post(db: &Db, letters: &[NewLetter]) {
    let mut tx = db.write().await.unwrap();
    tx.outbox().insert_all(letters).await.unwrap();
    commit(tx).await;
}

async fn kept_bodies(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    let kept = tx.dynamic("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM outbox WHERE body_enc IS NOT NULL");
    kept.one::<crate::repository::Count>().await.unwrap().n
}

async fn find(db: &Db, id: LetterId) -> crate::Letter {
    let mut tx = db.read().await.unwrap();
    tx.outbox().find(id).await.unwrap().unwrap()
}

on_both! {
    async fn a_letter_is_sent_by_one_and_its_body_wiped(db: Db) {
        let (usual, urgent) = (letter("a@example.cn", 0), letter("a@example.cn", 5));
        post(&db, &[usual.clone(), urgent.clone()]).await;
        let claimed = db.claim_letters(at(1), at(30), 9).await.unwrap();
        assert_eq!([claimed[0].id, claimed[1].id], [urgent.id, usual.id]);
        assert_eq!((claimed[0].body.as_deref(), claimed[0].locale), (Some(&[1, 2, 3][..]), Locale::Zh));
        assert_eq!(db.claim_letters(at(2), at(30), 9).await.unwrap(), []);
        assert!(db.finish_letter(claimed[0].lease(), at(3), "250 queued as 4F3").await.unwrap());
        assert!(!db.finish_letter(claimed[0].lease(), at(3), "250 again").await.unwrap());
        let sent = find(&db, urgent.id).await;
        assert_eq!((sent.status, sent.reply.as_deref()), (QueueStatus::Done, Some("250 queued as 4F3")));
        assert!(db.give_back(claimed[1].lease(), at(60), "451").await.unwrap());
        assert_eq!(find(&db, usual.id).await.run_at, at(60));
        assert_eq!(db.claim_letters(at(59), at(90), 9).await.unwrap(), []);
        let again = db.claim_letters(at(60), at(90), 9).await.unwrap().remove(0);
        assert_eq!((again.attempts, again.failures, again.last_error.as_deref()), (2, 1, Some("451")));
        assert!(!db.give_up(claimed[1].lease(), at(61), "late").await.unwrap(), "the first lease is lost");
        assert!(db.give_up(again.lease(), at(61), "550").await.unwrap());
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.outbox().count().await.unwrap(), [(QueueStatus::Dead, 1), (QueueStatus::Done, 1)]);
        let failed = tx.outbox().list(QueueStatus::Dead, Page::first(9)).await.unwrap();
        assert_eq!((failed[0].last_error.as_deref(), failed[0].finished_at), (Some("550"), Some(at(61))));
        assert_eq!(tx.outbox().failures(Page::first(9)).await.unwrap(), failed);
        drop(tx);
        assert_eq!(kept_bodies(&db).await, 1, "what was given up may be sent again");
        assert_eq!(db.purge_letters(at(10)).await.unwrap(), 1);
        assert_eq!(db.purge_letter_bodies(at(61)).await.unwrap(), 0);
        assert_eq!(db.purge_letter_bodies(at(62)).await.unwrap(), 1);
        assert_eq!(kept_bodies(&db).await, 0);
    }

    async fn a_letter_whose_sender_died_is_claimed_again(db: Db) {
        post(&db, &[letter("a@example.cn", 0)]).await;
        assert_eq!(db.claim_letters(at(1), at(30), 9).await.unwrap().len(), 1);
        let again = db.claim_letters(at(31), at(60), 9).await.unwrap().remove(0);
        assert_eq!((again.attempts, again.failures), (2, 0), "it was never tried");
        assert!(db.extend(again.lease(), at(90)).await.unwrap(), "a slow mail server");
        assert_eq!(db.claim_letters(at(61), at(99), 9).await.unwrap(), []);
    }

    async fn a_letter_says_whose_it_is_and_what_it_is_about(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (_, account) = somebody(&mut tx, "Wang@example.cn").await;
        let new = NewLetter {
            account: Some(account.id),
            event: Some("matches".to_owned()),
            list_path: Some("/mail/unsubscribe/x".to_owned()),
            ..letter("Wang@example.cn", 10)
        };
        tx.outbox().insert(&new).await.unwrap();
        let found = tx.outbox().of_address("wang@example.cn", Page::first(9)).await.unwrap().remove(0);
        assert_eq!((found.id, found.account, found.event.as_deref()), (new.id, Some(account.id), Some("matches")));
        assert_eq!((found.list_path, found.body), (new.list_path.clone(), None));
        assert!(matches!(
            tx.outbox().insert(&new).await,
            Err(crate::Error::Conflict { table: "outbox", .. })
        ));
        assert_eq!(tx.outbox().of_address("li@example.cn", Page::first(9)).await.unwrap(), []);
        let stranger = NewLetter { event: Some("weather".to_owned()), ..letter("a@example.cn", 0) };
        assert!(tx.outbox().insert(&stranger).await.is_err(), "no such event");
    }

    async fn letters_are_chosen_by_urgency_and_domain(db: Db) {
        let addresses = [("a@qq.com", 50), ("b@163.com", 50), ("c@qq.com", 100), ("d@163.com", 100)];
        let letters: Vec<_> = addresses.iter().map(|(to, priority)| letter(to, *priority)).collect();
        post(&db, &letters).await;
        let choice = LetterChoice { least_priority: Some(100), except_domains: vec!["qq.com".to_owned()], ..LetterChoice::default() };
        let urgent = db.claim_letters_of(at(1), at(9), 9, &choice).await.unwrap();
        assert_eq!(urgent.iter().map(|one| one.id).collect::<Vec<_>>(), [letters[3].id]);
        let choice = LetterChoice { except_domains: vec!["qq.com".to_owned(), "x.cn".to_owned()], ..LetterChoice::default() };
        let others = db.claim_letters_of(at(2), at(9), 9, &choice).await.unwrap();
        assert_eq!(others.iter().map(|one| one.id).collect::<Vec<_>>(), [letters[1].id]);
        let rest = db.claim_letters(at(3), at(9), 9).await.unwrap();
        assert_eq!(rest.iter().map(|one| one.id).collect::<Vec<_>>(), [letters[2].id, letters[0].id]);
        let lost = db.claim_letters_of(at(10), at(20), 9, &choice).await.unwrap();
        let lost: Vec<_> = lost.iter().map(|one| one.id).collect();
        assert_eq!(lost, [letters[3].id, letters[1].id], "leases that ended, and not to that domain");
    }

    async fn the_most_urgent_come_first_whether_they_wait_or_were_lost(db: Db) {
        let (early, late) = (letter("a@qq.com", 1), letter("b@qq.com", 9));
        post(&db, std::slice::from_ref(&early)).await;
        db.claim_letters(at(1), at(5), 1).await.unwrap();
        post(&db, std::slice::from_ref(&late)).await;
        let claimed = db.claim_letters(at(6), at(9), 1).await.unwrap();
        assert_eq!(claimed.iter().map(|one| one.id).collect::<Vec<_>>(), [late.id]);
        let claimed = db.claim_letters(at(6), at(9), 1).await.unwrap();
        assert_eq!(claimed.iter().map(|one| one.id).collect::<Vec<_>>(), [early.id]);
    }

    async fn a_suppressed_letter_is_no_failure_and_can_be_sent_again(db: Db) {
        let new = letter("a@example.cn", 7);
        post(&db, std::slice::from_ref(&new)).await;
        let claimed = db.claim_letters(at(1), at(9), 9).await.unwrap().remove(0);
        assert!(db.suppress_letter(claimed.lease(), at(2), SuppressionReason::Bounced).await.unwrap());
        assert!(!db.suppress_letter(claimed.lease(), at(2), SuppressionReason::Bounced).await.unwrap());
        let found = find(&db, new.id).await;
        assert_eq!((found.status, found.suppressed), (QueueStatus::Dead, Some(SuppressionReason::Bounced)));
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.outbox().failures(Page::first(9)).await.unwrap(), []);
        let again = id!(LetterId);
        assert!(tx.outbox().resend(new.id, again, at(5)).await.unwrap());
        assert!(!tx.outbox().resend(new.id, id!(LetterId), at(5)).await.unwrap(), "its body is gone");
        commit(tx).await;
        let claimed = db.claim_letters(at(6), at(9), 9).await.unwrap().remove(0);
        assert_eq!((claimed.id, claimed.resent_from, claimed.attempts), (again, Some(new.id), 1));
        assert_eq!((claimed.body.as_deref(), claimed.priority), (Some(&[1, 2, 3][..]), 7));
        let mut tx = db.write().await.unwrap();
        assert!(!tx.outbox().resend(again, id!(LetterId), at(7)).await.unwrap(), "it is being sent");
    }

    async fn a_letter_that_came_back_is_a_failure_once(db: Db) {
        let (left, waits) = (letter("a@example.cn", 0), letter("b@example.cn", -1));
        post(&db, &[left.clone(), waits.clone()]).await;
        let claimed = db.claim_letters(at(1), at(9), 1).await.unwrap().remove(0);
        db.finish(claimed.lease(), at(2)).await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(!tx.outbox().came_back(waits.id, at(3), "550").await.unwrap(), "it never left");
        assert!(tx.outbox().came_back(left.id, at(3), "550 5.1.1 no such user").await.unwrap());
        assert!(!tx.outbox().came_back(left.id, at(4), "550 again").await.unwrap());
        let failure = tx.outbox().failures(Page::first(9)).await.unwrap().remove(0);
        assert_eq!((failure.id, failure.status, failure.failed_at), (left.id, QueueStatus::Done, Some(at(3))));
        assert_eq!(failure.last_error.as_deref(), Some("550 5.1.1 no such user"));
    }

    async fn what_can_wait_does_and_what_is_awaited_goes(db: Db) {
        let letters = [letter("a@qq.com", 50), letter("b@qq.com", 100), letter("c@163.com", 50)];
        post(&db, &letters).await;
        let choice = LetterChoice { patient_domains: vec!["qq.com".to_owned()], awaited: 100, ..LetterChoice::default() };
        let claimed = db.claim_letters_of(at(1), at(9), 9, &choice).await.unwrap();
        assert_eq!(claimed.iter().map(|one| one.id).collect::<Vec<_>>(), [letters[1].id, letters[2].id]);
        assert!(db.postpone_letter(claimed[1].lease(), at(30)).await.unwrap());
        let postponed = find(&db, letters[2].id).await;
        assert_eq!((postponed.status, postponed.failures, postponed.run_at), (QueueStatus::Ready, 0, at(30)));
        assert!(!db.postpone_letter(claimed[1].lease(), at(40)).await.unwrap(), "its lease is over");
        let lost = db.claim_letters_of(at(10), at(20), 9, &choice).await.unwrap();
        assert_eq!(lost.iter().map(|one| one.id).collect::<Vec<_>>(), [letters[1].id], "awaited, its lease ended");
    }

    async fn whoever_wants_no_more_is_not_sent_what_waits(db: Db) {
        let about = |event: &str, to: &str| NewLetter { event: Some(event.to_owned()), ..letter(to, 0) };
        let letters = [
            about("matches", "Li@example.cn"),
            about("record", "li@example.cn"),
            about("matches", "other@example.cn"),
        ];
        post(&db, &letters).await;
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.outbox().withhold("li@example.cn", "matches", Some("/another"), at(1)).await.unwrap(), 0);
        assert_eq!(tx.outbox().withhold("li@example.cn", "matches", None, at(1)).await.unwrap(), 1);
        commit(tx).await;
        assert_eq!(find(&db, letters[0].id).await.suppressed, Some(SuppressionReason::Asked));
        assert_eq!(db.claim_letters(at(2), at(9), 9).await.unwrap().len(), 2);
    }

    async fn the_operator_sees_what_waits_where_it_goes_and_what_left(db: Db) {
        let letters = [
            letter("a@qq.com", 100),
            letter("b@qq.com", 50),
            NewLetter { created_at: at(7), ..letter("c@qq.com", 50) },
            letter("d@163.com", 50),
        ];
        post(&db, &letters[..2]).await;
        let claimed = db.claim_letters(at(1), at(9), 9).await.unwrap();
        db.finish(claimed[0].lease(), at(3_605)).await.unwrap();
        db.give_up(claimed[1].lease(), at(5), "550").await.unwrap();
        post(&db, &letters[2..]).await;
        let tried = db.claim_letters(at(6), at(9), 9).await.unwrap().remove(0);
        assert_eq!(tried.id, letters[3].id);
        assert!(db.give_back(tried.lease(), at(6), "451").await.unwrap());
        let mut tx = db.read().await.unwrap();
        let waiting = tx.outbox().waiting_by_priority().await.unwrap();
        assert_eq!(waiting, [PriorityFigures { priority: 50, waiting: 2, oldest: at(0) }]);
        let domain = |domain: &str, waiting, tried, oldest, sent, failed| DomainFigures {
            domain: domain.to_owned(), waiting, tried, oldest: Some(oldest), sent, failed,
        };
        let domains = tx.outbox().by_domain(at(5)).await.unwrap();
        assert_eq!(domains, [domain("163.com", 1, 1, at(0), 0, 0), domain("qq.com", 1, 0, at(7), 1, 1)]);
        assert_eq!(tx.outbox().by_domain(at(4_000)).await.unwrap()[1].failed, 0);
        let hours = tx.outbox().by_hour(at(0)).await.unwrap();
        let hour = |hours: i64, sent, given_up| HourFigures { at: at(hours * 3_600), sent, given_up };
        assert_eq!(hours, [hour(0, 0, 1), hour(1, 1, 0)]);
    }

    async fn hundreds_of_letters_are_written_and_purged_in_portions(db: Db) {
        let letters: Vec<_> = (0..2_300).map(|number| letter(&format!("p{number}@example.cn"), 0)).collect();
        post(&db, &letters).await;
        let claimed = db.claim_letters(at(1), at(9), 2_300).await.unwrap();
        assert_eq!(claimed.len(), 2_300);
        let mut tx = db.write().await.unwrap();
        let done = tx.dynamic("UPDATE outbox SET status = 'done', locked_until = NULL, body_enc = NULL, finished_at = 5");
        done.execute().await.unwrap();
        commit(tx).await;
        assert_eq!(db.purge_letters(at(9)).await.unwrap(), 2_300);
    }

    async fn what_became_of_a_letter_and_what_others_write_take_turns(db: Db) {
        let letters: Vec<_> = (0..40).map(|number| letter(&format!("p{number}@example.cn"), 0)).collect();
        post(&db, &letters).await;
        let claimed = db.claim_letters(at(1), at(90), 99).await.unwrap();
        let senders = claimed.into_iter().map(|letter| {
            let db = db.clone();
            tokio::spawn(async move { db.finish_letter(letter.lease(), at(2), "250").await.unwrap() })
        });
        let senders: Vec<_> = senders.collect();
        for number in 0..20 {
            let mut tx = db.write().await.unwrap();
            tx.settings().save(&format!("key {number}"), "1").await.unwrap();
            commit(tx).await;
        }
        for sender in senders {
            assert!(sender.await.unwrap());
        }
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.outbox().count().await.unwrap(), [(QueueStatus::Done, 40)]);
    }

    async fn only_what_becomes_of_letters_is_written_without_waiting_for_the_disk(db: Db) {
        let postgres = db.name() == "PostgreSQL";
        let (how, relaxed) = if postgres {
            ("SELECT current_setting('synchronous_commit')", "off")
        } else {
            ("SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous", "1")
        };
        let asked = Statement { name: "how it commits", sqlite: how, postgres: how };
        let mut tx = db.write().await.unwrap();
        let usual = tx.dynamic(how).one::<(String,)>().await.unwrap().0;
        drop(tx);
        // The servers of tests do not wait for the disk at all.
        assert!(postgres || usual == "2", "{usual}");
        for _ in 0..2 {
            let mut alone = db.alone(Durability::Relaxed).await.unwrap();
            assert_eq!(alone.query(asked).one::<(String,)>().await.unwrap().0, relaxed);
            drop(alone);
            let mut tx = db.write().await.unwrap();
            assert_eq!(tx.dynamic(how).one::<(String,)>().await.unwrap().0, usual);
        }
    }
}
