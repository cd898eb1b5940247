//! Choosing letters, ending them, and what follows from it.

use kernel::{AccountId, PostingKind};
use storage::{NewSuppression, Page};

use super::*;
use crate::{
    Token, letter_key,
    organisations::{self, Decision},
    tests::{Product, Somebody, on_both},
};

const FIRM: &str = "上海示范精密制造有限公司";

fn account_of(who: &Somebody) -> AccountId {
    who.actor.person().unwrap().account
}

fn key_of(product: &Product, who: &Somebody, scope: Scope) -> String {
    letter_key::key(product.app.keys(), account_of(who), scope)
}

fn wanted(cadences: &[(&str, &str)]) -> Wanted {
    let own = |(event, cadence): &(&str, &str)| ((*event).to_owned(), (*cadence).to_owned());
    Wanted {
        cadences: cadences.iter().map(own).collect(),
        ..Wanted::default()
    }
}

impl Product {
    /// The standing of the organisation changes, which its admins are told: an event of `organisation`.
    async fn tell_of_standing(&self, who: &Somebody) {
        let organisation = who.actor.organisation().unwrap();
        for decision in [
            Decision::Suspend {
                reason: "联系不上".to_owned(),
            },
            Decision::Reinstate,
        ] {
            let cx = self.cx();
            organisations::decide(&self.app, &cx, &Actor::Command, organisation, None, &decision)
                .await
                .unwrap();
        }
        self.work().await;
    }

    async fn cadence_of(&self, who: &Somebody, event: Event) -> Cadence {
        let chosen = look(&self.app, By::Session(&who.actor)).await.unwrap().choices;
        chosen.iter().find(|choice| choice.event == event).unwrap().cadence
    }

    async fn schedules_of(&self, who: &Somebody) -> Vec<String> {
        let mut tx = self.app.db().read().await.unwrap();
        let all = tx.digest_schedules().of_account(account_of(who)).await.unwrap();
        all.into_iter().map(|schedule| schedule.cadence).collect()
    }

    async fn notices_of(&self, who: &Somebody) -> Vec<storage::Notice> {
        let mut tx = self.app.db().read().await.unwrap();
        tx.notices().of_account(account_of(who), Page::first(50)).await.unwrap()
    }

    async fn acts_on(&self, who: &Somebody) -> Vec<String> {
        let mut tx = self.app.db().read().await.unwrap();
        let entries = tx.audit().of_object(account_of(who).uuid(), 50).await.unwrap();
        entries.into_iter().map(|entry| entry.act).collect()
    }
}

on_both! {
    async fn what_is_chosen_holds_from_the_next_letter_on() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        product.work().await;
        product.letters.take();
        product.tell_of_standing(&firm).await;
        assert_eq!(product.letters.take().len(), 2, "at once, as the product has it");
        let by = By::Session(&firm.actor);
        let weekly = Wanted { weekday: "3".to_owned(), hour: "18".to_owned(), ..wanted(&[("organisation", "weekly")]) };
        change(&product.app, &product.cx(), by, &weekly).await.unwrap();
        assert_eq!(product.cadence_of(&firm, Event::Organisation).await, Cadence::Weekly);
        let stands = look(&product.app, by).await.unwrap();
        assert_eq!((stands.habit.weekday(), stands.habit.hour()), (3, 18));
        product.tell_of_standing(&firm).await;
        assert_eq!(product.letters.take(), [], "it waits for the digest");
        assert_eq!(product.notices_of(&firm).await.len(), 4, "the pages tell all of it");
        // The 25th of November 2026 is a Wednesday.
        product.until(25, 18);
        assert_eq!(product.run(false).await.sent, 1);
        product.work().await;
        let digest = product.letters.take().remove(0);
        assert_eq!(digest.content.subject.replace('\u{2009}', ""), "本周动态：2条通知");
        let list = digest.list.expect("a digest can be ended");
        assert!(list.unsubscribe.starts_with("https://qixiao.example/mail/unsubscribe/digest-weekly."), "{}", list.unsubscribe);
        assert_eq!(product.acts_on(&firm).await.iter().filter(|act| *act == "choose_letters").count(), 1);
        let cx = product.cx();
        change(&product.app, &cx, by, &weekly).await.unwrap();
        assert_eq!(product.acts_on(&firm).await.iter().filter(|act| *act == "choose_letters").count(), 1, "nothing new");
    }

    async fn what_waits_follows_the_choice() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        let by = By::Session(&firm.actor);
        change(&product.app, &product.cx(), by, &wanted(&[("organisation", "weekly")])).await.unwrap();
        product.tell_of_standing(&firm).await;
        change(&product.app, &product.cx(), by, &wanted(&[("organisation", "daily")])).await.unwrap();
        let waits = |notices: Vec<storage::Notice>| -> Vec<String> {
            notices.into_iter().filter_map(|notice| notice.notice.waits_for).collect()
        };
        assert_eq!(waits(product.notices_of(&firm).await), ["daily", "daily"]);
        assert!(product.schedules_of(&firm).await.contains(&"daily".to_owned()));
        change(&product.app, &product.cx(), by, &wanted(&[("organisation", "never")])).await.unwrap();
        assert_eq!(waits(product.notices_of(&firm).await), Vec::<String>::new());
        assert!(!product.schedules_of(&firm).await.contains(&"daily".to_owned()), "nothing is left to tell daily");
    }

    async fn what_was_found_before_the_choice_is_told_after_it() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        let college = product.member("上海示例职业技术学院", "school", 2).await;
        product.publish(&firm, PostingKind::Apprentices).await;
        product.publish(&college, PostingKind::Course).await;
        product.work().await;
        product.letters.take();
        product.clock.advance(3_600);
        let by = By::Session(&firm.actor);
        change(&product.app, &product.cx(), by, &wanted(&[("matches", "daily")])).await.unwrap();
        product.until(23, 9);
        assert_eq!(product.run(false).await.sent, 2, "the match of before, to each side");
        product.work().await;
        let subjects: Vec<String> = product.letters.take().into_iter().map(|letter| letter.content.subject).collect();
        assert!(subjects.iter().any(|subject| subject.starts_with("今日动态")), "{subjects:?}");
        change(&product.app, &product.cx(), by, &wanted(&[("matches", "weekly")])).await.unwrap();
        product.until(30, 9);
        assert_eq!(product.run(false).await.sent, 0, "nothing is told twice");
    }

    async fn a_link_ends_its_letters_and_takes_that_back() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        let (app, by) = (&product.app, By::Session(&firm.actor));
        change(app, &product.cx(), by, &wanted(&[("organisation", "daily"), ("week", "daily")])).await.unwrap();
        let key = key_of(&product, &firm, Scope::Event(Event::Organisation));
        let before = app.db().fingerprint().await.unwrap();
        let asked = look_at_ending(app, &key).await.unwrap();
        assert_eq!(asked.ended, [Choice { event: Event::Organisation, cadence: Cadence::Daily }]);
        assert_eq!(before, app.db().fingerprint().await.unwrap(), "looking ends nothing");
        assert_eq!(end(app, &product.cx(), &key).await.unwrap(), asked);
        assert_eq!(product.cadence_of(&firm, Event::Organisation).await, Cadence::Never);
        assert_eq!(product.cadence_of(&firm, Event::Week).await, Cadence::Daily);
        assert_eq!(end(app, &product.cx(), &key).await.unwrap().ended, [], "a second press finds nothing");
        product.work().await;
        for letter in product.letters.take() {
            assert!(letter.list.is_none(), "what was on its way stays here: {}", letter.content.subject);
        }
        product.tell_of_standing(&firm).await;
        assert_eq!(product.letters.take(), []);
        assert_eq!(product.notices_of(&firm).await.len(), 2);

        // What the link is not about stays, whatever is sent.
        let former = [("organisation", "daily"), ("week", "weekly"), ("signing", "at_once")];
        let former = wanted(&former).cadences;
        let again = take_back(app, &product.cx(), &key, &former).await.unwrap();
        assert_eq!(again.ended, asked.ended);
        assert_eq!(product.cadence_of(&firm, Event::Week).await, Cadence::Daily);
        let acts = product.acts_on(&firm).await;
        for act in ["end_letters", "resume_letters"] {
            assert_eq!(acts.iter().filter(|one| *one == act).count(), 1, "{acts:?}");
        }
    }

    async fn a_digest_ends_as_a_whole_and_everything_ends_but_what_must_come() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        let app = &product.app;
        let weekly = key_of(&product, &firm, Scope::Digest(Cadence::Weekly));
        let ended: Vec<Event> = end(app, &product.cx(), &weekly).await.unwrap().ended.iter().map(|choice| choice.event).collect();
        assert_eq!(ended, [Event::Matches, Event::Followed]);
        assert_eq!(product.schedules_of(&firm).await, Vec::<String>::new());
        let at_once = key_of(&product, &firm, Scope::Digest(Cadence::AtOnce));
        assert_eq!(end(app, &product.cx(), &at_once).await.unwrap().ended, [], "letters of their own are no digest");
        end(app, &product.cx(), &key_of(&product, &firm, Scope::All)).await.unwrap();
        for event in Event::ALL.iter().filter(|event| event.is_told()) {
            let expected = if event.is_required() { Cadence::AtOnce } else { Cadence::Never };
            assert_eq!(product.cadence_of(&firm, *event).await, expected, "{event}");
        }
    }

    async fn ending_one_digest_does_not_hold_back_the_other() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        let college = product.member("上海示例职业技术学院", "school", 2).await;
        let by = By::Session(&firm.actor);
        change(&product.app, &product.cx(), by, &wanted(&[("organisation", "daily")])).await.unwrap();
        product.tell_of_standing(&firm).await;
        product.publish(&firm, PostingKind::Apprentices).await;
        product.publish(&college, PostingKind::Course).await;
        product.work().await;
        product.letters.take();
        // A Monday: the digest of the day, that of the week, and the college's own.
        product.until(23, 9);
        assert_eq!(product.run(false).await.sent, 3);
        let daily = key_of(&product, &firm, Scope::Digest(Cadence::Daily));
        assert!(!end(&product.app, &product.cx(), &daily).await.unwrap().ended.is_empty());
        product.work().await;
        let left: Vec<String> = product.letters.take().into_iter().filter_map(|letter| letter.list).map(|list| list.unsubscribe).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(left.iter().all(|path| path.contains("/digest-weekly.")), "{left:?}");
    }

    async fn a_link_of_one_kind_chooses_nothing_else() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        let (app, cx) = (&product.app, product.cx());
        let of_week = key_of(&product, &firm, Scope::Event(Event::Week));
        assert!(matches!(look(app, By::Letter(&of_week)).await, Err(Failure::NotFound)));
        let never = wanted(&[("record", "never")]);
        assert!(matches!(change(app, &cx, By::Letter(&of_week), &never).await, Err(Failure::NotFound)));
        let of_all = key_of(&product, &firm, Scope::All);
        change(app, &cx, By::Letter(&of_all), &never).await.unwrap();
        assert_eq!(product.cadence_of(&firm, Event::Record).await, Cadence::Never);
        for wrong in ["", "all.AAAA", "week"] {
            assert!(matches!(end(app, &cx, wrong).await, Err(Failure::NotFound)), "{wrong}");
        }
    }

    async fn what_cannot_be_chosen_is_refused_and_nothing_is_written() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        let before = product.app.db().fingerprint().await.unwrap();
        let wrong = Wanted {
            weekday: "8".to_owned(),
            hour: "24".to_owned(),
            ..wanted(&[("week", "never"), ("signing", "never"), ("record", "hourly")])
        };
        let refused = change(&product.app, &product.cx(), By::Session(&firm.actor), &wrong).await;
        let Err(Failure::Invalid(problems)) = refused else { panic!("{refused:?}") };
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["signing", "record", "hour", "weekday"]);
        assert_eq!(before, product.app.db().fingerprint().await.unwrap());
    }

    async fn who_has_not_shown_that_the_address_is_theirs_does_not_choose_for_its_reader() {
        let product = Product::new().await;
        let firm = product.admin(FIRM, "enterprise", 1).await;
        let (app, cx, by) = (&product.app, product.cx(), By::Session(&firm.actor));
        let never = wanted(&[("organisation", "never")]);
        let refused = change(app, &cx, by, &never).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::AddressNotConfirmed))), "{refused:?}");
        assert_eq!(look(app, by).await.unwrap().end_all, None, "nor by a link that the page hands over");
        // Whoever reads its letters does.
        let key = key_of(&product, &firm, Scope::Event(Event::Organisation));
        end(app, &cx, &key).await.unwrap();
        product.work().await;
        product.letters.take();
        product.tell_of_standing(&firm).await;
        assert_eq!(product.letters.take(), []);
    }

    async fn an_address_that_works_again_is_written_to_again() {
        let product = Product::new().await;
        let firm = product.member(FIRM, "enterprise", 1).await;
        let (app, by) = (&product.app, By::Session(&firm.actor));
        assert_eq!(confirm_again(app, &product.cx(), &firm.actor).await.unwrap(), None, "it works");
        let email = look(app, by).await.unwrap().email;
        let suppress = async |reason| {
            let cx = product.cx();
            let mut tx = app.db().write().await.unwrap();
            let new = NewSuppression {
                email: email.clone(),
                reason,
                said: Some("550 5.1.1 no such user".to_owned()),
                at: cx.now,
                letter: None,
                by: None,
            };
            assert!(tx.suppressions().insert(&new).await.unwrap());
            tx.commit(app.audit(&Actor::System, &cx, "test.suppress").done()).await.unwrap();
        };
        for reason in [SuppressionReason::Bounced, SuppressionReason::Complained, SuppressionReason::Asked] {
            suppress(reason).await;
            product.work().await;
            product.letters.take();
            let stands = look(app, by).await.unwrap().suppressed.expect("it is not written to");
            assert_eq!((stands.reason, stands.may_confirm), (reason, reason != SuppressionReason::Asked));
            let sent = confirm_again(app, &product.cx(), &firm.actor).await.unwrap();
            if reason == SuppressionReason::Asked {
                assert_eq!(sent, None, "a wish stands");
                continue;
            }
            product.work().await;
            let letter = product.letters.take().remove(0);
            assert!(look(app, by).await.unwrap().suppressed.is_some(), "asking alone lifts nothing");
            let link = letter.content.text.split("/links/").nth(1).unwrap();
            let token = Token::parse(&link.chars().take(43).collect::<String>()).unwrap();
            accounts::use_link(app, &product.cx(), &token, "").await.unwrap();
            assert_eq!(look(app, by).await.unwrap().suppressed, None);
        }
    }
}

#[tokio::test]
async fn letters_that_must_come_say_so_and_cannot_be_ended() {
    let product = Product::new().await;
    let firm = product.member(FIRM, "enterprise", 1).await;
    product.work().await;
    product.letters.take();
    product.tell_of_standing(&firm).await;
    let email = look(&product.app, By::Session(&firm.actor)).await.unwrap().email;
    accounts::ask_for_link(&product.app, &product.cx(), email.as_str(), LinkPurpose::SignIn)
        .await
        .unwrap();
    product.work().await;
    let letters = product.letters.take();
    let (access, told): (Vec<_>, Vec<_>) = letters
        .into_iter()
        .partition(|letter| letter.content.text.contains("/links/"));
    assert_eq!((access.len(), told.len()), (1, 2));
    assert_eq!(access[0].list, None);
    assert!(access[0].content.text.contains("不能关闭") && !access[0].content.text.contains("/mail/"));
    for letter in &told {
        let list = letter.list.as_ref().expect("it can be ended");
        assert_eq!(list.id, "organisation.qixiao.example");
        assert!(
            letter.content.text.contains(&list.unsubscribe),
            "the same link at the foot"
        );
        assert!(
            letter
                .content
                .html
                .contains("https://qixiao.example/mail/preferences/all.")
        );
        let raw = String::from_utf8(letter.formatted().unwrap()).unwrap();
        assert!(
            raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"),
            "{raw}"
        );
    }
}
