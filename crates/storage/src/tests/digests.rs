//! Digests: made once, told once, and what they are made from.

use std::collections::{BTreeSet, HashMap, HashSet};

use kernel::{AccountId, LineId, OrganisationId, PostingId, PostingKind};
use marketplace::{CloseReason, Membership, Organisation, Role, Status};
use serde_json::{Value, json};
use time::macros::date;

use super::{
    matching::judged,
    support::{at, college, commit, id, on_both, organisation, posting, somebody},
};
use crate::{
    Counterpart, DigestItem, DigestOutcome, ItemKey, MembershipInsert, Need, NewDigest, NewPosting, Offer,
    OrganisationInsert, Page, Tx, Write,
};

fn item(kind: &str, reference: &str, position: Option<i64>) -> DigestItem {
    DigestItem {
        position,
        kind: kind.to_owned(),
        reference: reference.to_owned(),
        posting: None,
        organisation: None,
        score: 812,
        source: "post 1".to_owned(),
    }
}

fn digest(account: AccountId, period: &str, items: Vec<DigestItem>) -> NewDigest {
    NewDigest {
        id: id!(DigestId),
        account,
        cadence: "weekly".to_owned(),
        period: period.to_owned(),
        made_at: at(100),
        from: at(1),
        until: at(99),
        outcome: DigestOutcome::Sent,
        letter: Some(id!(LetterId)),
        counted: 7,
        counted_at_least: true,
        items,
    }
}

/// A post of somebody, stored, and its first line.
async fn posted(tx: &mut Tx<Write>, of: &Organisation, kind: PostingKind, seconds: i64) -> (PostingId, LineId) {
    let post = posting(of, kind, seconds);
    tx.postings().insert(&post, "").await.unwrap();
    (post.id, post.content.lines[0].id)
}

fn counterpart<T>(unit: T, score: i64) -> Counterpart<T> {
    Counterpart {
        unit,
        score,
        criteria: json!({ "score": score }),
    }
}

on_both! {
    async fn a_digest_of_a_period_is_made_once(db: Db) {
        let mut tx = db.write().await.unwrap();
        let mut people = Vec::new();
        for number in 0..260 {
            people.push(somebody(&mut tx, &format!("p{number}@example.cn")).await.1.id);
        }
        let first: Vec<_> = people
            .iter()
            .map(|account| digest(*account, "W2026-W47", vec![item("match", "a", Some(1)), item("match", "b", None)]))
            .collect();
        let written = tx.digests().insert(&first).await.unwrap();
        assert_eq!(written, first.iter().map(|one| one.id).collect());
        let other = vec![item("match", "c", Some(1))];
        let again: Vec<_> = people.iter().map(|account| digest(*account, "W2026-W47", other.clone())).collect();
        assert_eq!(tx.digests().insert(&again).await.unwrap(), HashSet::new());
        let found = tx.digests().of_period(people[0], "weekly", "W2026-W47").await.unwrap().unwrap();
        assert_eq!((found.id, found.outcome), (first[0].id, DigestOutcome::Sent));
        assert_eq!((found.entries, found.counted, found.counted_at_least), (1, 7, true));
        assert_eq!((found.letter, found.from, found.until, found.made_at), (first[0].letter, at(1), at(99), at(100)));
        assert_eq!(tx.digests().find(found.id).await.unwrap(), Some(found.clone()));
        assert_eq!(tx.digests().items(found.id).await.unwrap(), [item("match", "a", Some(1)), item("match", "b", None)]);
        assert_eq!(tx.digests().of_account(people[0], Page::first(9)).await.unwrap(), [found]);
        let nothing = digest(people[0], "W2026-W48", vec![]);
        let nothing = NewDigest { outcome: DigestOutcome::Nothing, letter: None, ..nothing };
        tx.digests().insert(std::slice::from_ref(&nothing)).await.unwrap();
        let counts = tx.digests().count_since(at(100)).await.unwrap();
        let counts: Vec<_> = counts
            .iter()
            .map(|one| (one.cadence.as_str(), one.outcome, one.digests, one.entries))
            .collect();
        assert_eq!(counts, [("weekly", DigestOutcome::Nothing, 1, 0), ("weekly", DigestOutcome::Sent, 260, 260)]);
        assert_eq!(tx.digests().count_since(at(101)).await.unwrap(), []);
        commit(tx).await;
        assert_eq!(db.purge_digests(at(100)).await.unwrap(), 0);
        assert_eq!(db.purge_digests(at(101)).await.unwrap(), 261);
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.digests().of_account(people[0], Page::first(9)).await.unwrap(), []);
    }

    async fn what_was_told_is_not_told_again(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (one, two) = (somebody(&mut tx, "a@example.cn").await.1.id, somebody(&mut tx, "b@example.cn").await.1.id);
        let first = digest(one, "W2026-W47", vec![item("match", "a", Some(1)), item("search", "a", None)]);
        tx.digests().insert(std::slice::from_ref(&first)).await.unwrap();
        let key = |account, kind: &str, reference: &str| ItemKey {
            account, kind: kind.to_owned(), reference: reference.to_owned(),
        };
        let mut asked = vec![key(one, "match", "a"), key(one, "search", "a")];
        asked.extend([key(one, "match", "b"), key(two, "match", "a")]);
        let shown = HashSet::from([asked[0].clone(), asked[1].clone()]);
        asked.extend((0..600).map(|number| key(two, "match", &format!("{number}"))));
        assert_eq!(tx.digests().shown(&asked).await.unwrap(), shown);
        assert_eq!(tx.digests().shown(&[]).await.unwrap(), HashSet::new());
        let second = digest(one, "W2026-W48", vec![item("match", "a", Some(1)), item("match", "b", Some(2))]);
        tx.digests().insert(std::slice::from_ref(&second)).await.unwrap();
        assert_eq!(tx.digests().items(second.id).await.unwrap(), [item("match", "b", Some(2))], "the key holds");
    }

    async fn entries_whose_posts_closed_are_told_as_closed(db: Db) {
        let mut tx = db.write().await.unwrap();
        let account = somebody(&mut tx, "a@example.cn").await.1.id;
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let (open, _) = posted(&mut tx, &college, PostingKind::Programme, 5).await;
        let mut closed = posting(&college, PostingKind::Programme, 5);
        closed.status = Status::Closed { published_at: at(5), at: at(50), reason: CloseReason::Filled };
        tx.postings().insert(&closed, "").await.unwrap();
        let about = |post: PostingId, reference: &str, position| DigestItem {
            posting: Some(post),
            ..item("match", reference, position)
        };
        let told = digest(account, "W2026-W47", vec![about(open, "a", Some(1)), about(closed.id, "b", Some(2))]);
        let counted = digest(account, "W2026-W48", vec![about(closed.id, "c", None)]);
        tx.digests().insert(&[told.clone(), counted.clone()]).await.unwrap();
        let found = tx.digests().closed(&[told.id, counted.id, id!(DigestId)]).await.unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.digest, one.item.posting, one.organisation_name.as_str(), one.closed_at, &one.close_reason[..]))
            .collect();
        assert_eq!(found, [(told.id, Some(closed.id), "上海示范职业学院", at(50), "filled")]);
        assert_eq!(tx.digests().closed(&[]).await.unwrap(), []);
    }

    async fn people_act_for_verified_organisations_while_they_are_members(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (member, _) = somebody(&mut tx, "a@example.cn").await;
        let (stranger, _) = somebody(&mut tx, "b@example.cn").await;
        let verified = college(&mut tx, 1, "上海一院").await.id;
        let left = college(&mut tx, 2, "上海二院").await.id;
        let claimed = organisation(3, "上海三院", marketplace::OrganisationKind::School);
        assert_eq!(tx.organisations().insert(&claimed).await.unwrap(), OrganisationInsert::Inserted);
        for (of, until) in [(verified, None), (left, Some(date!(2026 - 11 - 19))), (claimed.id, None)] {
            let membership = Membership {
                id: id!(MembershipId),
                person: member.id,
                organisation: of,
                role: Role::Officer,
                from: date!(2026 - 11 - 01),
                until,
            };
            assert_eq!(tx.memberships().insert(&membership).await.unwrap(), MembershipInsert::Inserted);
        }
        let people = [member.id, stranger.id];
        let on = |day| (day, people);
        for ((day, people), expected) in [
            (on(date!(2026 - 10 - 31)), vec![]),
            (on(date!(2026 - 11 - 19)), vec![verified, left]),
            (on(date!(2026 - 11 - 20)), vec![verified]),
        ] {
            let found = tx.digest_sources().organisations_of(&people, day).await.unwrap();
            let found: HashMap<_, BTreeSet<OrganisationId>> =
                found.into_iter().map(|(person, all)| (person, all.into_iter().collect())).collect();
            let expected = (!expected.is_empty()).then(|| (member.id, expected.into_iter().collect()));
            assert_eq!(found, expected.into_iter().collect());
        }
        assert!(tx.digest_sources().organisations_of(&[], date!(2026 - 11 - 20)).await.unwrap().is_empty());
    }

    async fn a_match_is_news_to_a_side_that_ranks_it_later_and_when_it_becomes_a_fair_one(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (school, firm) = (college(&mut tx, 1, "上海一院").await, college(&mut tx, 2, "上海机床厂").await);
        let (offer_post, offer_line) = posted(&mut tx, &school, PostingKind::Programme, 1).await;
        let (need_post, need_line) = posted(&mut tx, &firm, PostingKind::Apprentices, 1).await;
        let need = Need { line: need_line, posting: need_post };
        let offer = Offer::Line { line: offer_line, posting: offer_post };
        tx.matches().replace_for_need(need, &[counterpart(offer, 450)], &judged("w", 10)).await.unwrap();
        tx.matches().replace_for_offer(offer, &[counterpart(need, 450)], &judged("w", 20)).await.unwrap();
        let seen = async |tx: &mut Tx<Write>, since| {
            let asked = [(firm.id, at(since)), (school.id, at(since))];
            tx.digest_sources().new_matches(&asked, at(99), 0).await.unwrap().len()
        };
        assert_eq!(seen(&mut tx, 19).await, 2, "the offer ranks it only now");
        assert_eq!(seen(&mut tx, 20).await, 0);
        tx.matches().replace_for_need(need, &[counterpart(offer, 499)], &judged("w", 30)).await.unwrap();
        tx.matches().replace_for_offer(offer, &[counterpart(need, 499)], &judged("w", 30)).await.unwrap();
        assert_eq!(seen(&mut tx, 20).await, 0, "a little better is no news");
        tx.matches().replace_for_need(need, &[counterpart(offer, 500)], &judged("w", 40)).await.unwrap();
        tx.matches().replace_for_offer(offer, &[counterpart(need, 500)], &judged("w", 41)).await.unwrap();
        assert_eq!(seen(&mut tx, 39).await, 2, "it is a fair one now");
        assert_eq!(seen(&mut tx, 40).await, 0);
    }

    async fn new_matches_are_those_first_seen_since_for_each_side(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (school, firm) = (college(&mut tx, 1, "上海一院").await, college(&mut tx, 2, "上海机床厂").await);
        let claimed = organisation(3, "上海三院", marketplace::OrganisationKind::School);
        assert_eq!(tx.organisations().insert(&claimed).await.unwrap(), OrganisationInsert::Inserted);
        let (offer_post, offer_line) = posted(&mut tx, &school, PostingKind::Programme, 1).await;
        let (hidden_post, hidden_line) = posted(&mut tx, &claimed, PostingKind::Programme, 1).await;
        let (need_post, need_line) = posted(&mut tx, &firm, PostingKind::Apprentices, 1).await;
        let need = Need { line: need_line, posting: need_post };
        let offer = Offer::Line { line: offer_line, posting: offer_post };
        let hidden = Offer::Line { line: hidden_line, posting: hidden_post };
        let row = Offer::Row(id!(RegisterRowId));
        let best = [counterpart(offer, 900), counterpart(row, 700), counterpart(hidden, 600)];
        tx.matches().replace_for_need(need, &best, &judged("w", 10)).await.unwrap();
        let mut sources = tx.digest_sources();
        let found = sources.new_matches(&[(firm.id, at(9)), (school.id, at(0))], at(10), 0).await.unwrap();
        assert!(found.iter().all(|new| (new.organisation, new.posting) == (firm.id, need_post)));
        let told: Vec<_> = found.iter().map(|new| (new.offer, new.counterpart, new.score)).collect();
        assert_eq!(told, [
            (offer, Some((offer_post, school.id)), 900),
            (row, None, 700),
        ], "the offer does not rank the need, and who is not verified is not told of");
        tx.matches().replace_for_offer(offer, &[counterpart(need, 900)], &judged("w", 20)).await.unwrap();
        let mut sources = tx.digest_sources();
        let of_school = sources.new_matches(&[(school.id, at(9))], at(30), 0).await.unwrap();
        assert_eq!(of_school.len(), 1);
        assert_eq!((of_school[0].posting, of_school[0].counterpart), (offer_post, Some((need_post, firm.id))));
        assert_eq!((of_school[0].need_line, of_school[0].news_at), (need_line, at(20)), "then it came among its best");
        assert_eq!(sources.new_matches(&[(firm.id, at(9))], at(20), 800).await.unwrap().len(), 1, "above the threshold");
        assert_eq!(sources.new_matches(&[(firm.id, at(20))], at(30), 0).await.unwrap(), [], "nothing since");
        assert_eq!(sources.new_matches(&[(firm.id, at(9))], at(9), 0).await.unwrap(), [], "not yet");
        assert_eq!(sources.new_matches(&[], at(9), 0).await.unwrap(), []);
        let pairs = [(need_line, offer), (need_line, row), (id!(LineId), offer)];
        let mut criteria = tx.matches().criteria_of(&pairs).await.unwrap();
        criteria.sort();
        let mut expected = [((need_line, offer), 900), ((need_line, row), 700)];
        expected.sort();
        assert_eq!(criteria.len(), expected.len());
        for ((pair, criteria), (expected, score)) in criteria.into_iter().zip(expected) {
            assert_eq!(pair, expected);
            assert_eq!(serde_json::from_str::<Value>(&criteria).unwrap(), json!({ "score": score }));
        }
        assert_eq!(tx.matches().criteria_of(&[]).await.unwrap(), []);
    }

    async fn new_posts_are_those_published_since(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (one, two) = (college(&mut tx, 1, "上海一院").await, college(&mut tx, 2, "上海二院").await);
        let claimed = organisation(3, "上海三院", marketplace::OrganisationKind::School);
        assert_eq!(tx.organisations().insert(&claimed).await.unwrap(), OrganisationInsert::Inserted);
        let mut posts = Vec::new();
        for (of, seconds) in [(&one, 10), (&one, 20), (&two, 15), (&claimed, 12)] {
            posts.push((of.id, posted(&mut tx, of, PostingKind::Programme, seconds).await.0, seconds));
        }
        let mut closed = posting(&one, PostingKind::Programme, 11);
        closed.status = Status::Closed { published_at: at(11), at: at(13), reason: CloseReason::Withdrawn };
        tx.postings().insert(&closed, "").await.unwrap();
        let new = |number: usize| {
            let (organisation, posting, seconds) = posts[number];
            NewPosting { organisation, posting, published_at: at(seconds) }
        };
        let mut sources = tx.digest_sources();
        let of_one = sources.published_by(&[(one.id, at(9))], at(20)).await.unwrap();
        assert_eq!(of_one, [new(0), new(1)]);
        assert_eq!(sources.published_by(&[(one.id, at(10))], at(19)).await.unwrap(), []);
        let followed = [(one.id, at(10)), (two.id, at(0)), (claimed.id, at(0))];
        let both = sources.published_by(&followed, at(99)).await.unwrap();
        assert_eq!(both.iter().copied().collect::<HashSet<_>>(), HashSet::from([new(1), new(2)]));
        assert_eq!(sources.published_by(&[], at(99)).await.unwrap(), []);
        let all = sources.published_between(at(10), at(20), None, 9).await.unwrap();
        assert_eq!(all, [new(2), new(1)]);
        assert_eq!(sources.published_between(at(0), at(20), None, 1).await.unwrap(), [new(0)]);
        assert_eq!(sources.published_between(at(0), at(20), Some(&new(0)), 9).await.unwrap(), [new(2), new(1)]);
        let asked: Vec<PostingId> = posts.iter().map(|(_, posting, _)| *posting).chain([closed.id]).collect();
        let seen = sources.published(&asked).await.unwrap();
        assert_eq!(seen.into_iter().collect::<HashSet<_>>(), HashSet::from([new(0), new(1), new(2)]));
        assert_eq!(sources.published(&[]).await.unwrap(), []);
    }
}
