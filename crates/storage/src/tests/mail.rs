//! What people want to hear of: preferences, schedules, searches, follows, notices; the switch and addresses not written to.

use std::collections::HashMap;

use kernel::{AccountId, EmailAddress, Locale, Timestamp};

use super::support::{at, college, commit, id, on_both, somebody};
use crate::{
    Advance, Lifting, MailHabit, MailSwitch, NewNotice, NewSuppression, Page, SavedSearch, Schedule, SuppressionReason,
    Tx, Write,
};

/// Some accounts, in the order of their ids.
async fn accounts(tx: &mut Tx<Write>, count: usize) -> Vec<AccountId> {
    let mut accounts = Vec::new();
    for number in 0..count {
        let (_, account) = somebody(tx, &format!("p{number}@example.cn")).await;
        accounts.push(account.id);
    }
    accounts.sort_unstable();
    accounts
}

fn notice(account: AccountId, event: &str, waits_for: Option<&str>, at: Timestamp) -> NewNotice {
    NewNotice {
        id: id!(NoticeId),
        account,
        event: event.to_owned(),
        letter: "agreement_ready".to_owned(),
        subject_zh: "协议待您确认".to_owned(),
        subject_en: "An agreement waits for you".to_owned(),
        path: "/agreements/1".to_owned(),
        cadence: waits_for.unwrap_or("at_once").to_owned(),
        waits_for: waits_for.map(ToOwned::to_owned),
        letter_id: None,
        created_at: at,
    }
}

fn search(account: AccountId, name: &str, query: &str, seconds: i64) -> SavedSearch {
    SavedSearch {
        id: id!(SavedSearchId),
        account,
        name: name.to_owned(),
        query: query.to_owned(),
        created_at: at(seconds),
    }
}

async fn due(tx: &mut Tx<Write>, now: i64) -> Vec<(AccountId, String)> {
    let due = tx.digest_schedules().due(at(now), None, 99).await.unwrap();
    due.into_iter()
        .map(|due| (due.schedule.account, due.schedule.cadence))
        .collect()
}

on_both! {
    async fn preferences_are_kept_by_event_and_read_for_many(db: Db) {
        let mut tx = db.write().await.unwrap();
        let people = accounts(&mut tx, 600).await;
        assert!(tx.mail_preferences().set(people[0], "matches", "daily", at(1)).await.unwrap());
        assert!(!tx.mail_preferences().set(people[0], "matches", "daily", at(2)).await.unwrap(), "as before");
        assert!(tx.mail_preferences().set(people[0], "matches", "never", at(3)).await.unwrap());
        assert!(tx.mail_preferences().set(people[0], "followed", "weekly", at(3)).await.unwrap());
        assert!(tx.mail_preferences().set(people[599], "searches", "at_once", at(4)).await.unwrap());
        let own = tx.mail_preferences().of_account(people[0]).await.unwrap();
        let told: Vec<_> = own.iter().map(|one| (one.event.as_str(), one.cadence.as_str(), one.changed_at)).collect();
        assert_eq!(told, [("followed", "weekly", at(3)), ("matches", "never", at(3))]);
        let all = tx.mail_preferences().of_accounts(&people).await.unwrap();
        assert_eq!((all.len(), &all[&people[0]], all[&people[599]][0].cadence.as_str()), (2, &own, "at_once"));
        assert!(tx.mail_preferences().reset(people[0], "matches").await.unwrap());
        assert!(!tx.mail_preferences().reset(people[0], "matches").await.unwrap());
        assert!(tx.mail_preferences().of_accounts(&[]).await.unwrap().is_empty());

        let habit = MailHabit { weekday: 5, hour: 18 };
        assert_eq!(tx.mail_preferences().habit(people[0]).await.unwrap(), None);
        tx.mail_preferences().set_habit(people[0], MailHabit { weekday: 1, hour: 0 }).await.unwrap();
        tx.mail_preferences().set_habit(people[0], habit).await.unwrap();
        assert_eq!(tx.mail_preferences().habit(people[0]).await.unwrap(), Some(habit));
        assert_eq!(tx.mail_preferences().habits_of(&people).await.unwrap(), HashMap::from([(people[0], habit)]));
        assert!(tx.mail_preferences().habits_of(&[]).await.unwrap().is_empty());
        assert!(tx.mail_preferences().set(people[0], "matches", "hourly", at(9)).await.is_err(), "no such cadence");
    }

    async fn what_is_due_comes_in_the_order_of_its_moments_page_by_page(db: Db) {
        let mut tx = db.write().await.unwrap();
        let people = accounts(&mut tx, 3).await;
        tx.accounts().set_language(people[1], Locale::En).await.unwrap();
        for (account, cadence, next) in [(0, "weekly", 30), (1, "weekly", 10), (2, "daily", 20), (2, "weekly", 20)] {
            tx.digest_schedules().save(people[account], cadence, at(next), at(1)).await.unwrap();
        }
        let all = tx.digest_schedules().due(at(29), None, 99).await.unwrap();
        assert_eq!(due(&mut tx, 29).await, [
            (people[1], "weekly".to_owned()), (people[2], "daily".to_owned()), (people[2], "weekly".to_owned()),
        ]);
        assert_eq!((all[0].language, all[1].language), (Locale::En, Locale::Zh));
        assert_eq!((all[0].schedule.mark_at, all[0].email_confirmed_at), (at(1), None));
        assert_eq!(tx.digest_schedules().count_due(at(29)).await.unwrap(), 3);
        let mut paged = Vec::new();
        loop {
            let after = paged.last().map(|due: &crate::DueDigest| &due.schedule);
            let page = tx.digest_schedules().due(at(29), after, 1).await.unwrap();
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, all);
        let without = tx.digest_schedules().accounts_without("daily", None, 1).await.unwrap();
        assert_eq!(without, [(people[0], at(0))]);
        let without = tx.digest_schedules().accounts_without("daily", Some(people[0]), 9).await.unwrap();
        assert_eq!(without, [(people[1], at(0))]);
    }

    async fn schedules_are_moved_on_unless_somebody_chose_another_hour(db: Db) {
        let mut tx = db.write().await.unwrap();
        let people = accounts(&mut tx, 3).await;
        for account in &people {
            tx.digest_schedules().save(*account, "daily", at(10), at(1)).await.unwrap();
        }
        tx.digest_schedules().save(people[1], "daily", at(15), at(99)).await.unwrap();
        assert!(tx.digest_schedules().delete(people[2], "daily").await.unwrap());
        assert!(!tx.digest_schedules().delete(people[2], "daily").await.unwrap());
        let digest = id!(DigestId);
        let advance = |account, letter_of| Advance {
            account,
            cadence: "daily".to_owned(),
            was_due_at: at(10),
            next_at: at(110),
            mark_at: at(12),
            letter_of,
        };
        let advances = [advance(people[2], None), advance(people[1], None), advance(people[0], Some(digest))];
        tx.digest_schedules().advance(&advances).await.unwrap();
        let mut schedules = Vec::new();
        for account in &people {
            schedules.extend(tx.digest_schedules().of_account(*account).await.unwrap());
        }
        let schedule = |account, next_at, mark_at, last_digest| Schedule {
            account, cadence: "daily".to_owned(), next_at, mark_at, last_digest,
        };
        let as_chosen = schedule(people[1], at(15), at(1), None);
        assert_eq!(schedules, [schedule(people[0], at(110), at(12), Some(digest)), as_chosen]);
        tx.digest_schedules().advance(&[Advance { was_due_at: at(110), ..advance(people[0], None) }]).await.unwrap();
        let kept = tx.digest_schedules().of_account(people[0]).await.unwrap();
        assert_eq!(kept[0].last_digest, Some(digest), "the last one that was a letter");
        tx.digest_schedules().advance(&[]).await.unwrap();
    }

    async fn a_schedule_reaches_back_and_never_forward(db: Db) {
        let mut tx = db.write().await.unwrap();
        let people = accounts(&mut tx, 2).await;
        for account in &people {
            tx.digest_schedules().save(*account, "daily", at(10), at(5)).await.unwrap();
        }
        assert!(tx.digest_schedules().reach_back(people[0], "daily", at(3)).await.unwrap());
        assert!(!tx.digest_schedules().reach_back(people[0], "daily", at(4)).await.unwrap(), "it tells of that already");
        assert!(!tx.digest_schedules().reach_back(people[0], "weekly", at(1)).await.unwrap(), "there is none");
        for (account, mark) in [(people[0], 3), (people[1], 5)] {
            let schedules = tx.digest_schedules().of_account(account).await.unwrap();
            assert_eq!((schedules[0].next_at, schedules[0].mark_at), (at(10), at(mark)));
        }
    }

    async fn a_search_is_saved_once_and_is_its_owners(db: Db) {
        let mut tx = db.write().await.unwrap();
        let people = accounts(&mut tx, 3).await;
        let (one, two) = (search(people[0], "车工", "q=车工", 1), search(people[0], "上海", "p=310000", 2));
        assert!(tx.saved_searches().insert(&two).await.unwrap());
        assert!(tx.saved_searches().insert(&one).await.unwrap());
        assert!(!tx.saved_searches().insert(&search(people[0], "again", "q=车工", 3)).await.unwrap());
        let other = search(people[1], "车工", "q=车工", 3);
        assert!(tx.saved_searches().insert(&other).await.unwrap());
        assert_eq!(tx.saved_searches().of_account(people[0]).await.unwrap(), [one.clone(), two.clone()]);
        let all = tx.saved_searches().of_accounts(&people).await.unwrap();
        assert_eq!((all.len(), &all[&people[0]][..]), (2, &[one.clone(), two.clone()][..]));
        assert_eq!(tx.saved_searches().find_same(people[0], "q=车工").await.unwrap(), Some(one.clone()));
        assert!(!tx.saved_searches().rename(people[1], one.id, "mine").await.unwrap());
        assert!(tx.saved_searches().rename(people[0], one.id, "车床").await.unwrap());
        assert_eq!(tx.saved_searches().find(one.id).await.unwrap().unwrap().name, "车床");
        assert!(!tx.saved_searches().delete(people[1], one.id).await.unwrap());
        assert!(tx.saved_searches().delete(people[0], one.id).await.unwrap());
        assert_eq!(tx.saved_searches().find(one.id).await.unwrap(), None);
    }

    async fn organisations_are_followed_and_left(db: Db) {
        let mut tx = db.write().await.unwrap();
        let people = accounts(&mut tx, 2).await;
        let (one, two) = (college(&mut tx, 1, "上海一院").await.id, college(&mut tx, 2, "上海二院").await.id);
        assert!(tx.follows().insert(people[0], one, at(1)).await.unwrap());
        assert!(tx.follows().insert(people[0], two, at(2)).await.unwrap());
        assert!(!tx.follows().insert(people[0], two, at(3)).await.unwrap());
        assert!(tx.follows().insert(people[1], two, at(3)).await.unwrap());
        let own = tx.follows().of_account(people[0]).await.unwrap();
        let told: Vec<_> = own.iter().map(|one| (one.organisation, one.name.as_str(), one.since)).collect();
        assert_eq!(told, [(two, "上海二院", at(2)), (one, "上海一院", at(1))]);
        assert_eq!(tx.follows().of_accounts(&people).await.unwrap()[&people[0]], own);
        assert_eq!((tx.follows().count(two).await.unwrap(), tx.follows().count(one).await.unwrap()), (2, 1));
        assert!(tx.follows().is_followed(people[0], one).await.unwrap());
        assert!(tx.follows().delete(people[0], one).await.unwrap());
        assert!(!tx.follows().delete(people[0], one).await.unwrap());
        assert!(!tx.follows().is_followed(people[0], one).await.unwrap());
        assert!(tx.follows().insert(people[0], id!(OrganisationId), at(1)).await.is_err());
    }

    async fn notices_are_read_by_their_reader_alone(db: Db) {
        let mut tx = db.write().await.unwrap();
        let people = accounts(&mut tx, 2).await;
        let notices: Vec<_> = (1..=3).map(|second| notice(people[0], "agreement", None, at(second))).collect();
        for new in &notices {
            tx.notices().insert(new).await.unwrap();
        }
        commit(tx).await;
        assert_eq!((notices[0].subject(Locale::Zh), notices[0].subject(Locale::En)),
                   ("协议待您确认", "An agreement waits for you"));
        assert!(!db.read_notice(people[1], notices[0].id, at(9)).await.unwrap());
        assert!(db.read_notice(people[0], notices[0].id, at(9)).await.unwrap());
        assert!(!db.read_notice(people[0], notices[0].id, at(10)).await.unwrap());
        let mut tx = db.read().await.unwrap();
        let found = tx.notices().of_account(people[0], Page::first(2)).await.unwrap();
        assert_eq!([found[0].notice.id, found[1].notice.id], [notices[2].id, notices[1].id]);
        assert_eq!(found[0].notice, notices[2]);
        assert_eq!(tx.notices().find(notices[0].id).await.unwrap().unwrap().read_at, Some(at(9)));
        assert_eq!(tx.notices().count(people[0]).await.unwrap(), 3);
        assert_eq!(tx.notices().count_unread(people[0]).await.unwrap(), 2);
        assert_eq!(tx.notices().count_unread(people[1]).await.unwrap(), 0);
        drop(tx);
        assert_eq!(db.read_notices(people[0], at(2), at(11)).await.unwrap(), 1);
        assert_eq!(db.read_notices(people[0], at(9), at(11)).await.unwrap(), 1);
        assert_eq!(db.read_notices(people[0], at(9), at(11)).await.unwrap(), 0);
    }

    async fn what_waits_for_a_digest_waits_until_it_was_told(db: Db) {
        let mut tx = db.write().await.unwrap();
        let people = accounts(&mut tx, 300).await;
        let waiting = [
            notice(people[0], "agreement", Some("daily"), at(1)),
            notice(people[0], "record", Some("weekly"), at(2)),
            notice(people[0], "record", None, at(3)),
            notice(people[299], "week", Some("daily"), at(4)),
        ];
        for new in &waiting {
            tx.notices().insert(new).await.unwrap();
        }
        let daily: Vec<_> = people.iter().map(|account| (*account, "daily")).collect();
        let found = tx.notices().waiting(&daily).await.unwrap();
        let mut ids: Vec<_> = found.iter().map(|one| one.notice.id).collect();
        assert_eq!(ids, [waiting[0].id, waiting[3].id]);
        tx.notices().told(&ids[1..]).await.unwrap();
        assert_eq!(tx.notices().waiting(&daily).await.unwrap().len(), 1);
        assert_eq!(tx.notices().wait_for(people[0], "record", Some("daily")).await.unwrap(), 1);
        ids = tx.notices().waiting(&daily).await.unwrap().iter().map(|one| one.notice.id).collect();
        assert_eq!(ids, [waiting[0].id, waiting[1].id]);
        assert_eq!(tx.notices().wait_for(people[0], "record", None).await.unwrap(), 1);
        assert_eq!(tx.notices().waiting(&daily).await.unwrap().len(), 1);
        commit(tx).await;
        assert_eq!(db.purge_notices(at(3)).await.unwrap(), 1, "the one that waits stays");
        assert_eq!(db.purge_notices(at(99)).await.unwrap(), 2);
    }

    async fn the_first_reason_of_a_suppression_stands_until_it_is_lifted(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "operator@example.cn").await;
        let bounced = NewSuppression {
            email: EmailAddress::parse("Wang@example.cn").unwrap(),
            reason: SuppressionReason::Bounced,
            said: Some("550 5.1.1 用户不存在".to_owned()),
            at: at(1),
            letter: Some(id!(LetterId)),
            by: None,
        };
        let asked = NewSuppression {
            reason: SuppressionReason::Asked, at: at(2), said: None, letter: None, ..bounced.clone()
        };
        assert_eq!(tx.suppressions().find("wang@example.cn").await.unwrap(), None);
        assert!(tx.suppressions().insert(&bounced).await.unwrap());
        assert!(!tx.suppressions().insert(&asked).await.unwrap());
        let found = tx.suppressions().find("wang@example.cn").await.unwrap().unwrap();
        assert!(found.is_active());
        assert_eq!(found.suppression, bounced);
        assert_eq!(tx.suppressions().list(Page::first(9)).await.unwrap(), std::slice::from_ref(&found));
        let keys = ["li@example.cn".to_owned(), "wang@example.cn".to_owned()];
        let among = tx.suppressions().among(&keys).await.unwrap();
        assert_eq!(among, HashMap::from([(keys[1].clone(), found)]));
        let lifting = Lifting { at: at(3), by: Some(person.id), reason: "来电确认".to_owned() };
        assert!(tx.suppressions().lift("wang@example.cn", &lifting).await.unwrap());
        assert!(!tx.suppressions().lift("wang@example.cn", &lifting).await.unwrap());
        assert_eq!(tx.suppressions().find("wang@example.cn").await.unwrap().unwrap().lifted, Some(lifting));
        assert!(tx.suppressions().among(&keys).await.unwrap().is_empty());
        assert!(tx.suppressions().among(&[]).await.unwrap().is_empty());
        assert_eq!(tx.suppressions().count().await.unwrap(), 0);
        assert_eq!(tx.suppressions().list(Page::first(9)).await.unwrap(), []);
        assert!(tx.suppressions().insert(&asked).await.unwrap(), "anew");
        let again = tx.suppressions().find("wang@example.cn").await.unwrap().unwrap();
        assert_eq!((again.suppression, again.lifted), (asked, None));
        assert_eq!(tx.suppressions().count().await.unwrap(), 1);
    }

    async fn the_switch_says_who_turned_it_and_why(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "operator@example.cn").await;
        assert_eq!(tx.mail_switch().find().await.unwrap(), None);
        for paused in [true, false] {
            let turned = MailSwitch { paused, reason: "邮件服务器维护".to_owned(), by: Some(person.id), at: at(1) };
            tx.mail_switch().save(&turned).await.unwrap();
            assert_eq!(tx.mail_switch().find().await.unwrap(), Some(turned));
        }
    }
}
