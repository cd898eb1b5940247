//! What is searched for is counted by words and days; what is rare is forgotten; a decision takes words off the list.

use kernel::Date;

use super::support::{at, commit, on_both, somebody};
use crate::{Db, Meaning, QuestionTally};

fn day(number: i64) -> Date {
    kernel::shanghai_date(at(number * 86_400))
}

fn tally(words: &str, on: i64, asked: i64, unfound: i64) -> QuestionTally {
    QuestionTally {
        words: words.to_owned(),
        day: day(on),
        asked,
        unfound,
    }
}

async fn asked(db: &Db, since: i64, often: i64) -> Vec<(String, i64, i64)> {
    let found = db
        .read()
        .await
        .unwrap()
        .questions()
        .most_asked(day(since), often, 9)
        .await;
    let rows = found.unwrap().into_iter();
    rows.map(|row| (row.words, row.asked, row.unfound)).collect()
}

on_both! {
    async fn words_are_counted_by_day_and_the_rare_are_forgotten(db: Db) {
        let first = [tally("数控", 0, 2, 0), tally("操机", 0, 1, 1), tally("数控", 1, 1, 0)];
        db.note_questions(&first, 100).await.unwrap();
        db.note_questions(&[tally("数控", 1, 3, 0), tally("电工", 40, 1, 0)], 100).await.unwrap();
        let of = |words: &str, asked, unfound| (words.to_owned(), asked, unfound);
        assert_eq!(asked(&db, 0, 1).await, [of("数控", 6, 0), of("操机", 1, 1), of("电工", 1, 0)]);
        assert_eq!(asked(&db, 0, 2).await, [of("数控", 6, 0)]);
        assert_eq!(asked(&db, 1, 1).await, [of("数控", 4, 0), of("电工", 1, 0)]);
        let last = db.read().await.unwrap().questions().most_asked(day(0), 1, 1).await.unwrap();
        assert_eq!(last[0].last_on, day(1));

        // Asked once long ago: it says nothing of what people look for, and may be somebody's secret.
        assert_eq!(db.purge_questions(day(0), day(30), 3).await.unwrap(), 1);
        assert_eq!(asked(&db, 0, 1).await, [of("数控", 6, 0), of("电工", 1, 0)]);
        assert_eq!(db.purge_questions(day(40), day(30), 3).await.unwrap(), 2);
        assert_eq!(asked(&db, 0, 1).await, [of("电工", 1, 0)]);
    }

    async fn a_day_has_so_many_words_and_goes_on_counting_those(db: Db) {
        db.note_questions(&[tally("a", 0, 1, 0), tally("b", 0, 1, 0), tally("c", 0, 1, 0)], 2).await.unwrap();
        db.note_questions(&[tally("a", 0, 1, 0), tally("c", 1, 1, 0)], 2).await.unwrap();
        let words: Vec<String> = asked(&db, 0, 1).await.into_iter().map(|(words, ..)| words).collect();
        assert_eq!(words, ["a", "b", "c"]);
        assert_eq!(asked(&db, 0, 2).await, [("a".to_owned(), 2, 0)]);
    }

    async fn what_is_decided_is_off_the_list_until_it_is_taken_back(db: Db) {
        db.note_questions(&[tally("操机", 0, 5, 4), tally("打螺丝", 0, 9, 3)], 100).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "a@example.cn").await;
        let decided = |means: Option<&str>, seconds| Meaning {
            words: "操机".to_owned(),
            means: means.map(str::to_owned),
            decided_by: Some(person.id),
            decided_at: at(seconds),
        };
        let unfound: Vec<_> = tx.questions().unfound(day(0), 1, 9).await.unwrap();
        assert_eq!(unfound.iter().map(|row| row.words.as_str()).collect::<Vec<_>>(), ["操机", "打螺丝"]);
        tx.questions().decide(&decided(None, 1)).await.unwrap();
        tx.questions().decide(&decided(Some("车工"), 2)).await.unwrap();
        assert_eq!(tx.questions().unfound(day(0), 1, 9).await.unwrap()[0].words, "打螺丝");
        assert_eq!(tx.questions().meaning("操机").await.unwrap(), Some(decided(Some("车工"), 2)));
        assert_eq!(tx.questions().meaning("打螺丝").await.unwrap(), None);
        assert_eq!(tx.questions().meanings(9).await.unwrap(), [decided(Some("车工"), 2)]);
        assert!(tx.questions().undecide("操机").await.unwrap());
        assert!(!tx.questions().undecide("操机").await.unwrap());
        assert_eq!(tx.questions().unfound(day(0), 1, 9).await.unwrap().len(), 2);
        commit(tx).await;
    }
}
