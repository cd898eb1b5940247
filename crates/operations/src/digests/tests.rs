//! Digests from the posts that match to the letter that says so.

use kernel::{PostingKind, Timestamp};
use storage::{Page, QueueStatus};

use super::{Making, Run, run};
use crate::{
    Cx, postings,
    preferences::{self, By, Wanted},
    search::Asked,
    searches,
    tests::{Product, Somebody, on_both},
};

impl Product {
    pub(crate) async fn run(&self, dry_run: bool) -> Run {
        run(&self.app, &Cx::system(self.cx().now), dry_run).await.unwrap()
    }

    pub(crate) async fn publish(&self, owner: &Somebody, kind: PostingKind) {
        let id = self.draft(owner, kind, "L3").await;
        postings::publish(&self.app, &self.cx(), &owner.actor, id, None)
            .await
            .unwrap();
    }

    /// An organisation whose admin has confirmed the address: others are not written to.
    pub(crate) async fn member(&self, name: &str, kind: &str, number: u32) -> Somebody {
        let admin = self.admin(name, kind, number).await;
        let person = admin.actor.person().unwrap().id;
        let cx = Cx::system(self.cx().now);
        let mut tx = self.app.db().write().await.unwrap();
        for account in tx.accounts().of_person(person).await.unwrap() {
            assert!(tx.accounts().confirm_email(account.id, cx.now).await.unwrap());
        }
        let entry = self.app.audit(&crate::Actor::System, &cx, "test.confirm");
        tx.commit(entry.done()).await.unwrap();
        // What is new is newer than they are.
        self.clock.advance(60);
        admin
    }

    /// The clock moves to a day and hour of November in Shanghai.
    pub(crate) fn until(&self, day: u8, hour: u8) {
        let date = kernel::parse_date(&format!("2026-11-{day:02}")).unwrap();
        self.clock.set(Timestamp::of_shanghai(date, hour, 0));
    }

    /// They save a search for courses; what is new in it is told daily.
    async fn looks_for_courses(&self, somebody: &Somebody) {
        let courses = Asked::read(&[("kind".to_owned(), "course".to_owned())], &self.app.vocabulary());
        searches::save(&self.app, &self.cx(), &somebody.actor, &courses, "", None)
            .await
            .unwrap();
    }

    /// An operator holds letters back, or lets them go again.
    async fn hold_letters(&self, paused: bool) {
        let cx = Cx::system(self.cx().now);
        let mut tx = self.app.db().write().await.unwrap();
        let switch = storage::MailSwitch {
            paused,
            reason: "the relay is being moved".to_owned(),
            by: None,
            at: cx.now,
        };
        tx.mail_switch().save(&switch).await.unwrap();
        let entry = self.app.audit(&crate::Actor::System, &cx, "test.switch");
        tx.commit(entry.done()).await.unwrap();
    }

    /// To whom letters went since the last call.
    fn told(&self) -> Vec<String> {
        let letters = self.letters.take().into_iter();
        let digests = letters.filter(|letter| letter.list.is_some());
        digests.map(|letter| letter.to.as_str().to_owned()).collect()
    }
}

/// An enterprise and a college.
async fn two() -> (Product, Somebody, Somebody) {
    let product = Product::new().await;
    let enterprise = product.member("上海示范精密制造有限公司", "enterprise", 1).await;
    let college = product.member("上海示例职业技术学院", "school", 2).await;
    (product, enterprise, college)
}

/// An enterprise and a college whose posts have been found to match.
async fn matched() -> (Product, Somebody, Somebody) {
    let (product, enterprise, college) = two().await;
    product.publish(&enterprise, PostingKind::Apprentices).await;
    product.publish(&college, PostingKind::Course).await;
    product.work().await;
    (product, enterprise, college)
}

on_both! {
    /// The 20th of November 2026 is a Friday; the digest of the week comes on Monday at nine.
    async fn a_new_match_is_told_once_on_monday_at_nine() {
        let (product, ..) = matched().await;
        product.letters.take();
        product.until(23, 8);
        assert_eq!(product.run(false).await, Run::default(), "nothing is due before its hour");
        product.until(23, 9);
        let foreseen = product.run(true).await;
        assert_eq!((foreseen.due, foreseen.sent, foreseen.entries), (2, 2, 2));
        assert_eq!(product.run(true).await, foreseen, "looking changes nothing");
        assert_eq!(product.run(false).await, foreseen);
        assert_eq!(product.run(false).await, Run::default(), "a second run sends nothing");
        product.work().await;
        let letters = product.letters.take();
        assert_eq!(letters.len(), 2);
        for letter in &letters {
            assert!(letter.content.subject.contains("条新匹配"), "{}", letter.content.subject);
            assert!(letter.content.text.contains("车工"), "{}", letter.content.text);
        }
        product.until(30, 9);
        let next = product.run(false).await;
        assert_eq!((next.due, next.sent, next.nothing), (2, 0, 2), "nothing is new: nothing is sent");
    }

    /// What came between the last digest and the ending is told in the next one.
    async fn an_ending_that_is_taken_back_loses_nothing() {
        let (product, _, college) = matched().await;
        product.letters.take();
        product.until(23, 9);
        assert_eq!(product.run(false).await.sent, 2);
        product.work().await;
        let letters = product.letters.take();
        product.until(24, 9);
        product.publish(&college, PostingKind::Course).await;
        product.work().await;
        product.until(26, 10);
        for letter in letters {
            let list = letter.list.unwrap();
            let key = list.unsubscribe.rsplit('/').next().unwrap();
            let ended = preferences::end(&product.app, &product.cx(), key).await.unwrap().ended;
            let code = |choice: &preferences::Choice| (choice.event.code().to_owned(), choice.cadence.code().to_owned());
            let before: Vec<(String, String)> = ended.iter().map(code).collect();
            preferences::take_back(&product.app, &product.cx(), key, &before).await.unwrap();
        }
        product.until(30, 9);
        let next = product.run(false).await;
        assert_eq!((next.sent, next.entries), (2, 2), "the new course, to both of whom it concerns");
    }

    async fn a_digest_waits_while_letters_are_held_back_and_loses_nothing() {
        let (product, ..) = matched().await;
        product.letters.take();
        product.hold_letters(true).await;
        product.until(23, 9);
        assert!(product.run(false).await.held_back);
        product.work().await;
        assert_eq!(product.letters.take(), []);
        product.hold_letters(false).await;
        product.until(24, 15);
        assert_eq!(product.run(false).await.sent, 2);
        product.work().await;
        assert_eq!(product.letters.take().len(), 2);
    }

    async fn an_address_that_does_not_exist_is_written_to_no_more() {
        let (product, ..) = matched().await;
        product.letters.take();
        product.until(23, 9);
        product.letters.refuse_next("550 5.1.1 no such user here");
        assert_eq!(product.run(false).await.sent, 2);
        product.work().await;
        assert_eq!(product.letters.take().len(), 1);
        let mut tx = product.app.db().read().await.unwrap();
        let dead = tx.outbox().list(QueueStatus::Dead, Page::first(9)).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert!(dead[0].last_error.as_deref().unwrap().starts_with("550 5.1.1"), "{:?}", dead[0].last_error);
        let key = dead[0].recipient.key();
        assert!(tx.suppressions().find(&key).await.unwrap().unwrap().is_active());
        drop(tx);
        let third = product.member("上海别家机械有限公司", "enterprise", 3).await;
        product.publish(&third, PostingKind::Apprentices).await;
        let offer = product.member("上海别家职业技术学院", "school", 4).await;
        product.publish(&offer, PostingKind::Course).await;
        product.work().await;
        product.until(30, 9);
        let next = product.run(false).await;
        assert_eq!(next.suppressed, 1, "{next:?}");
    }

    /// The week has had its letter; what is new until the day that was chosen meanwhile is told in the next week.
    async fn a_changed_day_brings_no_second_letter_in_a_week_and_loses_nothing() {
        let (product, enterprise, _) = matched().await;
        product.until(23, 9);
        assert_eq!(product.run(false).await.sent, 2);
        product.until(24, 10);
        let friday = Wanted {
            weekday: "5".to_owned(),
            hour: "9".to_owned(),
            ..Wanted::default()
        };
        preferences::change(&product.app, &product.cx(), By::Session(&enterprise.actor), &friday).await.unwrap();
        let other = product.member("上海别家职业技术学院", "school", 3).await;
        product.publish(&other, PostingKind::Course).await;
        product.work().await;
        product.until(27, 9);
        let run = product.run(false).await;
        assert_eq!((run.due, run.sent), (1, 0), "{run:?}");
        product.work().await;
        product.told();
        product.until(30, 9);
        product.run(false).await;
        product.work().await;
        assert!(!product.told().contains(&"officer1@org.example".to_owned()));
        product.clock.set(Timestamp::of_shanghai(kernel::parse_date("2026-12-04").unwrap(), 9, 0));
        assert_eq!(product.run(false).await.entries, 1);
        product.work().await;
        assert_eq!(product.told(), ["officer1@org.example"]);
    }

    /// A post is found by a search that is told daily and by following its organisation, which is told weekly: on Mondays
    /// both are due in one run.
    async fn what_a_search_told_is_not_told_again_for_following_its_organisation() {
        let (product, enterprise, college) = two().await;
        let (app, cx) = (&product.app, product.cx());
        product.looks_for_courses(&enterprise).await;
        searches::follow(app, &cx, &enterprise.actor, college.actor.organisation().unwrap()).await.unwrap();
        product.until(21, 9);
        product.publish(&college, PostingKind::Course).await;
        product.work().await;
        product.until(23, 9);
        let monday = product.run(false).await;
        assert_eq!((monday.sent, monday.entries), (1, 1), "{monday:?}");
        product.until(24, 8);
        product.publish(&college, PostingKind::Course).await;
        product.work().await;
        product.until(25, 9);
        assert_eq!(product.run(false).await.sent, 1, "the search is told daily");
        product.until(30, 9);
        assert_eq!(product.run(false).await.sent, 0, "and following has nothing to add");
    }

    /// No more than two hundred results of a search are looked at: nobody shall think that these were all.
    async fn of_a_search_with_more_news_than_is_looked_at_the_letter_says_that_there_are_more() {
        let (product, enterprise, college) = two().await;
        product.looks_for_courses(&enterprise).await;
        // Another of which everything is told under the first.
        let same = [("q".to_owned(), "车工".to_owned()), ("kind".to_owned(), "course".to_owned())];
        let same = Asked::read(&same, &product.app.vocabulary());
        searches::save(&product.app, &product.cx(), &enterprise.actor, &same, "", None).await.unwrap();
        product.work().await;
        let both = &["至少另有197条", "还有更多"][..];
        // The last are published at the moment of a digest that does not know of them.
        for (day, hour, courses, expected) in
            [(23, 8, 201, both), (24, 8, 200, &["另有197条"]), (25, 8, 2, &[]), (26, 9, 201, both)]
        {
            product.until(day, hour);
            for _ in 0..courses {
                product.publish(&college, PostingKind::Course).await;
            }
            let day = if hour == 9 { day + 1 } else { day };
            assert_eq!(product.run(false).await.sent, 0);
            product.work().await;
            product.letters.take();
            product.until(day, 9);
            assert_eq!(product.run(false).await.sent, 1);
            product.work().await;
            let letter = product.letters.take().into_iter().find(|letter| letter.list.is_some()).unwrap();
            let text = letter.content.text.replace('\u{2009}', "");
            let said: Vec<&str> = text.lines().filter_map(|line| line.strip_suffix("，去网站上看")).collect();
            assert_eq!(said, expected, "on the {day}th");
        }
    }

    async fn what_search_learns_of_days_later_is_told_then() {
        let (product, enterprise, college) = two().await;
        product.looks_for_courses(&enterprise).await;
        product.work().await;
        product.until(23, 10);
        product.publish(&college, PostingKind::Course).await;
        for day in 24..=26 {
            product.until(day, 9);
            let unknown = product.run(false).await;
            assert_eq!((unknown.sent, unknown.nothing), (0, unknown.due), "{unknown:?}");
        }
        product.until(26, 10);
        product.work().await;
        product.until(27, 9);
        let told = product.run(false).await;
        assert_eq!((told.sent, told.entries), (1, 1), "{told:?}");
    }

    /// A post that nobody could find yet is news for whoever asks to be told from then on.
    async fn what_search_learns_of_after_somebody_chose_anew_is_told_too() {
        let (product, enterprise, college) = two().await;
        product.looks_for_courses(&enterprise).await;
        product.work().await;
        product.until(23, 10);
        product.publish(&college, PostingKind::Course).await;
        product.until(24, 10);
        for cadence in ["never", "daily"] {
            let wanted = Wanted {
                cadences: vec![("searches".to_owned(), cadence.to_owned())],
                ..Wanted::default()
            };
            preferences::change(&product.app, &product.cx(), By::Session(&enterprise.actor), &wanted).await.unwrap();
        }
        for day in [25, 26] {
            product.until(day, 9);
            assert_eq!(product.run(false).await.sent, 0, "nobody can find it yet");
        }
        product.until(26, 10);
        product.work().await;
        product.until(27, 9);
        let told = product.run(false).await;
        assert_eq!((told.sent, told.entries), (1, 1), "{told:?}");
    }

    /// What the engine answered for the first batch is kept for the second.
    async fn what_search_learns_of_between_two_batches_is_told_in_the_next_run() {
        let (product, enterprise, college) = two().await;
        let other = product.member("上海别家机械有限公司", "enterprise", 3).await;
        product.looks_for_courses(&enterprise).await;
        product.looks_for_courses(&other).await;
        product.work().await;
        // From here on both marks are the same.
        product.until(23, 9);
        product.run(false).await;
        product.until(23, 10);
        product.publish(&college, PostingKind::Course).await;
        product.until(25, 9);
        let cx = Cx::system(product.cx().now);
        let mut making = Making::begin(&product.app, &cx, false, 1).await.unwrap().unwrap();
        assert!(making.batch().await.unwrap());
        // Workers index, and make no digests of their own.
        product.hold_letters(true).await;
        product.work().await;
        product.hold_letters(false).await;
        while making.batch().await.unwrap() {}
        assert_eq!(making.run.sent, 0, "{:?}", making.run);
        product.until(26, 9);
        let told = product.run(false).await;
        assert_eq!((told.sent, told.entries), (2, 2), "{told:?}");
    }

    /// Matches are computed for a while: they bear the moment at which that began, and are there later.
    async fn a_match_that_was_written_while_a_digest_was_made_is_told_in_the_next() {
        let (product, enterprise, college) = two().await;
        product.until(23, 8);
        product.publish(&enterprise, PostingKind::Apprentices).await;
        product.publish(&college, PostingKind::Course).await;
        product.until(23, 9);
        let run = product.run(false).await;
        assert_eq!((run.due, run.sent), (2, 0), "{run:?}");
        product.clock.advance(-60);
        product.work().await;
        product.until(30, 9);
        let run = product.run(false).await;
        assert_eq!((run.sent, run.entries), (2, 2), "{run:?}");
    }

    /// Nobody made the digest at its hour, and its reader acts before somebody does.
    async fn a_digest_that_is_late_is_not_put_off_by_what_its_reader_does_meanwhile() {
        let (product, enterprise, college) = matched().await;
        product.until(23, 10);
        let (app, cx) = (&product.app, product.cx());
        searches::follow(app, &cx, &enterprise.actor, college.actor.organisation().unwrap()).await.unwrap();
        assert_eq!(product.run(false).await.sent, 2);
    }
}
