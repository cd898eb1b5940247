//! Stored matches.

use std::collections::{HashMap, HashSet};

use kernel::{Chance as _, PostingId, PostingKind, Side};
use marketplace::{Posting, Status};
use serde_json::json;

use super::support::{at, chance, changed, college, commit, id, on_both, posting};
use crate::{Counterpart, Judged, Need, Offer, Partner, RankedPair, StoredMatch, Tx, Write};

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
    async fn what_was_set_aside_leaves_one_side_s_ranking_until_it_is_taken_back(db: Db) {
        let mut tx = db.write().await.unwrap();
        let college = college(&mut tx, 1, "学院").await;
        let own = posting(&college, PostingKind::Apprentices, 1);
        let draft = Posting { status: Status::Draft, ..posting(&college, PostingKind::Apprentices, 1) };
        for posting in [&own, &draft] {
            tx.postings().insert(posting, "").await.unwrap();
        }
        let need = Need { line: own.content.lines[0].id, posting: own.id };
        let (a, b, row) = (offer(), offer(), Offer::Row(id!(RegisterRowId)));
        let of = |offer: Offer| match offer {
            Offer::Line { posting, .. } => Partner::Posting(posting),
            Offer::Row(row) => Partner::Row(row),
        };
        let best = [counterpart(a, 900), counterpart(b, 800), counterpart(row, 700)];
        tx.matches().replace_for_need(need, &best, &judged("w", 1)).await.unwrap();
        tx.matches().replace_for_offer(a, &[counterpart(need, 900)], &judged("w", 1)).await.unwrap();
        for partner in [of(a), of(row)] {
            assert!(tx.set_aside().set(own.id, partner, at(2)).await.unwrap());
            assert!(!tx.set_aside().set(own.id, partner, at(3)).await.unwrap(), "once is enough");
            tx.matches().set_aside(own.id, partner).await.unwrap();
        }
        assert!(tx.set_aside().set(draft.id, of(a), at(2)).await.unwrap());
        let left = self::of(&mut tx, own.id).await;
        assert_eq!(left.iter().map(|found| found.offer).collect::<Vec<_>>(), [b]);
        let Partner::Posting(theirs) = of(a) else { panic!("an offer of a post") };
        assert_eq!(self::of(&mut tx, theirs).await.len(), 1, "the other side keeps its own ranking");
        assert_eq!(tx.matches().count().await.unwrap(), 2, "what nobody ranks is gone");
        let all = tx.set_aside().of_published().await.unwrap();
        assert_eq!(all, HashMap::from([(own.id, HashSet::from([of(a), of(row)]))]));
        assert!(tx.set_aside().take_back(own.id, of(a)).await.unwrap());
        assert!(!tx.set_aside().take_back(own.id, of(a)).await.unwrap());
        assert_eq!(tx.set_aside().of_posting(own.id).await.unwrap(), [(of(row), at(2))]);
        commit(tx).await;
    }

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

    async fn near_equals_stand_in_the_order_of_their_ranks(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (need, a, b, c, d) = (need(), offer(), offer(), offer(), offer());
        let best = [counterpart(a, 910), counterpart(b, 902), counterpart(c, 908), counterpart(d, 899)];
        tx.matches().replace_for_need(need, &best, &judged("w", 1)).await.unwrap();
        let found = of(&mut tx, need.posting).await;
        assert_eq!(found.iter().map(|found| found.offer).collect::<Vec<_>>(), [a, b, c, d]);
    }

    async fn what_a_post_no_longer_says_was_not_judged(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (one, other, offer) = (need(), need(), offer());
        for need in [one, other] {
            tx.matches().replace_for_need(need, &[counterpart(offer, 900)], &judged("w", 1)).await.unwrap();
        }
        assert_eq!(tx.matches().outdate(one.posting).await.unwrap(), 1);
        let versions = |pairs: Vec<RankedPair>| pairs.into_iter().map(|pair| pair.weights_version).collect::<Vec<_>>();
        assert_eq!(versions(tx.matches().rankings(Side::Need, &[one.posting]).await.unwrap()), [""]);
        assert_eq!(versions(tx.matches().rankings(Side::Need, &[other.posting]).await.unwrap()), ["w"]);
        let Offer::Line { posting, .. } = offer else { unreachable!() };
        assert_eq!(tx.matches().outdate(posting).await.unwrap(), 2, "either side's");
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
