//! Stored matches.

use kernel::{Chance as _, PostingId, PostingKind, Side};
use serde_json::json;

use super::support::{at, chance, changed, college, commit, id, on_both, posting};
use crate::{Counterpart, Judged, Need, Offer, RankedPair, StoredMatch, Tx, Write};

fn counterpart<T>(unit: T, score: i64) -> Counterpart<T> {
    Counterpart {
        unit,
        score,
        criteria: json!({ "trade": score }),
    }
}

pub(super) fn judged(weights_version: &str, seconds: i64) -> Judged<'_> {
    Judged {
        weights_version,
        fair: 500,
        at: at(seconds),
    }
}

fn offer() -> Offer {
    Offer::Line {
        line: id!(LineId),
        posting: id!(PostingId),
    }
}

fn need() -> Need {
    Need {
        line: id!(LineId),
        posting: id!(PostingId),
    }
}

async fn of(tx: &mut Tx<Write>, posting: PostingId) -> Vec<StoredMatch> {
    tx.matches().list_for_posting(posting).await.unwrap()
}

on_both! {
    async fn a_pair_keeps_the_moment_it_was_first_seen(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (need, a, b, c) = (need(), offer(), Offer::Row(id!(RegisterRowId)), offer());
        let best = [counterpart(a, 900), counterpart(b, 800)];
        tx.matches().replace_for_need(need, &best, &judged("w1", 1)).await.unwrap();
        let best = [counterpart(c, 950), counterpart(a, 910)];
        tx.matches().replace_for_need(need, &best, &judged("w2", 2)).await.unwrap();
        let found = of(&mut tx, need.posting).await;
        let seen: Vec<_> =
            found.iter().map(|m| (m.offer, m.score, m.rank_for_need, m.first_seen_at)).collect();
        assert_eq!(seen, [(c, 950, Some(1), at(2)), (a, 910, Some(2), at(1))]);
        assert_eq!((found[1].criteria.clone(), found[1].weights_version.as_str()), (json!({ "trade": 910 }), "w2"));
        let mut ranked = tx.matches().rankings(Side::Need, &[need.posting]).await.unwrap();
        ranked.sort_by_key(|pair| pair.rank);
        let pair = |offer, rank, score, seen| RankedPair {
            need,
            offer,
            rank,
            score,
            weights_version: "w2".to_owned(),
            first_seen_at: at(seen),
        };
        assert_eq!(ranked, [pair(c, 1, 950, 2), pair(a, 2, 910, 1)]);
        let Offer::Line { posting: of_c, .. } = c else { unreachable!() };
        assert_eq!(tx.matches().rankings(Side::Offer, &[of_c]).await.unwrap(), [], "the offer does not rank the need");
        assert_eq!(tx.matches().count().await.unwrap(), 2, "the row without a rank is gone");
        tx.matches().replace_for_need(need, &[], &judged("w2", 3)).await.unwrap();
        assert_eq!(tx.matches().count().await.unwrap(), 0);
    }

    async fn a_pair_is_one_row_with_a_rank_on_each_side(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (need_a, need_b) = (need(), need());
        let (line, posting) = (id!(LineId), id!(PostingId));
        let offer = Offer::Line { line, posting };
        tx.matches().replace_for_need(need_a, &[counterpart(offer, 700)], &judged("w", 1)).await.unwrap();
        assert_eq!(of(&mut tx, posting).await, [], "the offer has better needs, for all we know");
        let best = [counterpart(need_b, 900), counterpart(need_a, 700)];
        tx.matches().replace_for_offer(offer, &best, &judged("w", 2)).await.unwrap();
        let found = of(&mut tx, posting).await;
        let ranks: Vec<_> = found.iter().map(|m| (m.need, m.rank_for_need, m.rank_for_offer)).collect();
        assert_eq!(ranks, [(need_b, None, Some(1)), (need_a, Some(1), Some(2))]);
        tx.matches().replace_for_offer(offer, &[], &judged("w", 3)).await.unwrap();
        assert_eq!(of(&mut tx, posting).await, []);
        assert_eq!(of(&mut tx, need_a.posting).await.len(), 1, "still among the need's best");
        assert_eq!(tx.matches().delete_for_posting(posting).await.unwrap(), 1);
    }

    async fn a_need_is_unanswered_until_a_post_is_a_fair_match(db: Db) {
        let mut tx = db.write().await.unwrap();
        let enterprise = college(&mut tx, 1, "上海示范制造有限公司").await;
        let need = posting(&enterprise, PostingKind::Apprentices, 1);
        let answered = posting(&enterprise, PostingKind::Apprentices, 2);
        let offer_of_its_own = posting(&enterprise, PostingKind::Course, 3);
        let mut closed = posting(&enterprise, PostingKind::Apprentices, 4);
        closed.status = marketplace::Status::Draft;
        let mut of_no_trade = posting(&enterprise, PostingKind::BaseTime, 5);
        for line in &mut of_no_trade.content.lines {
            (line.major, line.occupation) = (None, None);
        }
        for post in [&need, &answered, &offer_of_its_own, &closed, &of_no_trade] {
            tx.postings().insert(post, "").await.unwrap();
        }
        let row = Offer::Row(id!(RegisterRowId));
        for post in [&need, &answered] {
            for (line, score) in post.content.lines.iter().zip([499, 500]) {
                let unit = Need { line: line.id, posting: post.id };
                let best = [counterpart(row, 900), counterpart(offer(), if post.id == need.id { score } else { 700 })];
                tx.matches().replace_for_need(unit, &best, &judged("w", 1)).await.unwrap();
            }
        }
        let unanswered = tx.postings().list_unanswered(500).await.unwrap();
        let first = &need.content.lines[0];
        assert_eq!(unanswered.len(), 1, "a row of the register answers nothing: {unanswered:?}");
        assert_eq!((unanswered[0].line, unanswered[0].posting), (first.id, need.id));
        assert_eq!(unanswered[0].occupation, first.occupation);
        assert_eq!((unanswered[0].seats, unanswered[0].district.as_deref()), (first.seats, Some("310115")));
        assert_eq!(tx.postings().list_unanswered(0).await.unwrap(), []);
    }

    async fn an_organisation_sees_the_best_of_all_its_posts(db: Db) {
        let mut tx = db.write().await.unwrap();
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let (one, two) = (posting(&college, PostingKind::Course, 1), posting(&college, PostingKind::Course, 2));
        for post in [&one, &two] {
            tx.postings().insert(post, "").await.unwrap();
            let offer = Offer::Line { line: post.content.lines[0].id, posting: post.id };
            let score = 500 + i64::try_from(chance().below(3)).unwrap();
            tx.matches().replace_for_offer(offer, &[counterpart(need(), score)], &judged("w", 1)).await.unwrap();
        }
        let all = tx.matches().top_for_organisation(college.id, 10).await.unwrap();
        assert_eq!(all.len(), 2);
        assert!(all[0].score >= all[1].score);
        assert_eq!(tx.matches().top_for_organisation(college.id, 1).await.unwrap(), all[..1]);
        let loaded = tx.postings().find(one.id).await.unwrap().unwrap();
        let shorter = changed(loaded, |post| drop(post.content.lines.remove(0)));
        tx.postings().save(&shorter, "").await.unwrap();
        assert_eq!(tx.matches().top_for_organisation(college.id, 10).await.unwrap().len(), 1, "the line is gone");
        commit(tx).await;
    }
}
