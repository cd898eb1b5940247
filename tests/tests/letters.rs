//! Which letters somebody gets: chosen on the own page or behind a link, ended by one press, taken back.

use journeys::{Enterprise, PASSWORD, Site, Visitor, stories};
use operations::digests;
use storage::{AuditActor, AuditEntry, NewSuppression, SuppressionReason};

const SITE: &str = "https://qixiao.example";

/// The admin of an enterprise, whose address is confirmed.
async fn enterprise(site: &Site) -> Enterprise {
    let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
    site.confirm_address(&mut enterprise.visitor, &enterprise.email).await;
    enterprise
}

/// The operator suspends the enterprise or reinstates it, which its admin is told.
async fn decide(site: &Site, enterprise: &mut Enterprise, decision: &str) {
    let own = enterprise.visitor.get("/workspace").await.link("/organisations/");
    let id = own
        .expect("its own page")
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let path = format!("/operator/organisations/{id}/{decision}");
    let mut operator = site.operator().await;
    operator.post(&path, &[("reason", "联系不上")]).await.is(303);
    site.work().await;
}

/// The path at which the last letter to this address ends letters like it.
async fn ending(site: &Site, email: &str) -> String {
    let letters = site.letters_to(email).await;
    let list = letters.iter().rev().find_map(|letter| letter.list.clone());
    let url = list.expect("a letter that can be ended").unsubscribe;
    url.trim_start_matches(SITE).to_owned()
}

/// The page that the last letter to this address leads to for choosing.
async fn choosing(site: &Site, email: &str) -> String {
    let letters = site.letters_to(email).await;
    let mut texts = letters.iter().rev().map(|letter| &letter.content.text);
    let rest = texts.find_map(|text| text.split("/mail/preferences/").nth(1));
    let key = rest.and_then(|rest| rest.split_whitespace().next());
    format!("/mail/preferences/{}", key.expect("a letter with a foot"))
}

/// What the list of that name has chosen.
fn picked(body: &str, name: &str) -> String {
    let list = body.split(&format!("name=\"{name}\"")).nth(1).unwrap_or_default();
    let list = list.split("</select>").next().unwrap_or_default();
    let option = list.split("<option").find(|option| option.contains(" selected"));
    let value = option.and_then(|option| option.split("value=\"").nth(1)?.split('"').next());
    value.unwrap_or_default().to_owned()
}

async fn notices(visitor: &mut Visitor, site: &Site) -> usize {
    let account = site.actor(visitor).await.person().expect("signed in").account;
    let mut tx = site.app().db().read().await.expect("the database reads");
    let all = tx.notices().of_account(account, storage::Page::first(50)).await;
    all.expect("notices are listed").len()
}

stories! {
    async fn a_choice_holds_from_the_next_letter_on_and_the_digest_tells_it(site: Site) {
        let mut firm = enterprise(&site).await;
        firm.visitor.get("/menu").await.shows("通知设置");
        let page = firm.visitor.get("/settings/mail").await;
        page.shows("通知设置").shows(&firm.email).shows("单位的核验与成员").shows("新的匹配").shows("必须送达的信").hides("自己发布的信息");
        assert_eq!(picked(&page.body, "organisation"), "at_once");
        let saved = firm.visitor.post_and_follow("/settings/mail", &[("organisation", "daily"), ("hour", "18"), ("weekday", "3")]).await;
        saved.shows("通知设置已保存").shows("2026年11月20日 18:00");
        let before = site.subjects_to(&firm.email).await.len();
        decide(&site, &mut firm, "suspend").await;
        assert_eq!(site.subjects_to(&firm.email).await.len(), before, "nothing at once");
        assert_eq!(notices(&mut firm.visitor, &site).await, 1, "its page tells it at once");
        site.pass(9 * 3_600);
        let run = digests::run(site.app(), &site.cx(), false).await.expect("digests are made");
        assert_eq!(run.sent, 1);
        let digest = site.letters_to(&firm.email).await.pop().expect("the digest");
        assert!(digest.content.text.contains("暂停"), "{}", digest.content.text);

        let wrong = firm.visitor.post("/settings/mail", &[("organisation", "hourly"), ("hour", "25"), ("weekday", "3")]).await;
        wrong.is(422);
        assert!(wrong.says("有3处") || wrong.says("有2处"), "{}", wrong.plain());

        // What the digest is ended by ends all that it told.
        let ending = ending(&site, &firm.email).await;
        site.visitor().get(&ending).await.shows("单位的核验与成员").hides("新的匹配");
    }

    async fn one_press_in_the_mailbox_ends_letters_and_the_page_still_tells(site: Site) {
        let mut firm = enterprise(&site).await;
        decide(&site, &mut firm, "suspend").await;
        let ending = ending(&site, &firm.email).await;
        let told = site.subjects_to(&firm.email).await.len();
        let mut mailbox = site.visitor();
        let pressed = mailbox.post_from_elsewhere(&ending, &[("List-Unsubscribe", "One-Click")]).await;
        pressed.is(200);
        assert_eq!(pressed.body, "已停发。 Unsubscribed.\n");
        // Mailboxes may send it in parts, and press twice.
        mailbox.upload(&ending, "List-Unsubscribe", b"One-Click").await.is(200);
        mailbox.post_from_elsewhere(&ending, &[("something", "else")]).await.is(400);
        decide(&site, &mut firm, "reinstate").await;
        assert_eq!(site.subjects_to(&firm.email).await.len(), told, "no letter any more");
        assert_eq!(notices(&mut firm.visitor, &site).await, 2);
        // What must come comes.
        site.visitor().post("/sign-in/letter", &[("email", &firm.email)]).await.is(200);
        assert_eq!(site.subjects_to(&firm.email).await.len(), told + 1);
    }

    async fn the_button_of_the_page_ends_letters_and_takes_that_back(site: Site) {
        let mut firm = enterprise(&site).await;
        decide(&site, &mut firm, "suspend").await;
        let ending = ending(&site, &firm.email).await;
        let mut reader = site.visitor();
        let asked = reader.get(&ending).await;
        asked.shows("不再接收这类邮件？").shows("单位的核验与成员").hides(&firm.email);
        let ended = reader.post(&ending, &[("act", "end")]).await;
        ended.shows("已停发").shows("撤销");
        assert_eq!(journeys::field(&ended.body, "organisation"), "at_once");
        reader.get(&ending).await.shows("已经停发");
        let back = reader.post(&ending, &[("act", "back"), ("organisation", "at_once"), ("week", "never")]).await;
        back.shows("已恢复").shows("马上");
        let page = firm.visitor.get("/settings/mail").await;
        assert_eq!(picked(&page.body, "organisation"), "at_once");
        let mut english = site.visitor().in_english();
        english.get(&ending).await.shows("No more letters of this kind?");
    }

    async fn a_letter_leads_to_the_choice_without_signing_in(site: Site) {
        let mut firm = enterprise(&site).await;
        decide(&site, &mut firm, "suspend").await;
        let choosing = choosing(&site, &firm.email).await;
        let mut reader = site.visitor();
        reader.get(&choosing).await.shows("通知设置").hides(&firm.email).hides("王小明");
        reader.post_and_follow(&choosing, &[("organisation", "never"), ("matches", "daily")]).await.shows("通知设置已保存");
        let page = firm.visitor.get("/settings/mail").await;
        for (event, cadence) in [("organisation", "never"), ("matches", "daily"), ("week", "at_once")] {
            assert_eq!(picked(&page.body, event), cadence, "{event}");
        }
        let all = reader.get(&choosing).await.link("/mail/unsubscribe/all.").expect("a way out of all");
        reader.post(&all, &[("act", "end")]).await.shows("已停发").shows("新的匹配");

        // A link that lost a letter on the way says what to do; that of one kind does not open the choice of all.
        let lost = reader.get(&choosing[..choosing.len() - 1]).await;
        lost.is(404);
        assert!(lost.says("这个链接打不开") && lost.says("登录后更改"));
        let of_one = ending(&site, &firm.email).await.replace("unsubscribe", "preferences");
        reader.get(&of_one).await.is(404);
        reader.post(&of_one, &[("week", "never")]).await.is(404);
        reader.post("/mail/unsubscribe/week.AAAA", &[("List-Unsubscribe", "One-Click")]).await.is(404);
    }

    async fn an_address_that_is_not_confirmed_is_confirmed_first(site: Site) {
        let mut firm = site.verified_enterprise("上海示范精密制造有限公司").await;
        let page = firm.visitor.get("/settings/mail").await;
        page.shows("还没有确认").hides("每周的那封");
        assert_eq!(page.link("/mail/unsubscribe/"), None);
        firm.visitor.post("/settings/mail", &[("organisation", "never")]).await.is(409);
        firm.visitor.post("/settings/mail/confirm", &[]).await.is(200);
        site.confirm_address(&mut firm.visitor, &firm.email).await;
        firm.visitor.get("/settings/mail").await.shows("每周的那封");
    }

    async fn an_address_that_took_no_letters_is_confirmed_once_more(site: Site) {
        let mut firm = enterprise(&site).await;
        site.work().await;
        let app = site.app();
        let now = site.cx().now;
        let mut tx = app.db().write().await.expect("the database writes");
        let new = NewSuppression {
            email: kernel::EmailAddress::parse(&firm.email).expect("an address"),
            reason: SuppressionReason::Bounced,
            said: Some("550 5.1.1 no such user here".to_owned()),
            at: now,
            letter: None,
            by: None,
        };
        tx.suppressions().insert(&new).await.expect("it is written");
        let entry = AuditEntry::new(kernel::AuditId::new(now, app.chance()), now, AuditActor::system(), "test");
        tx.commit(entry).await.expect("the database writes");
        let page = firm.visitor.get("/settings/mail").await;
        page.shows("现在不往这个邮箱发信").shows("550 5.1.1").shows("发送确认邮件");
        firm.visitor.post("/settings/mail/confirm", &[]).await.is(200);
        site.confirm_address(&mut firm.visitor, &firm.email).await;
        firm.visitor.get("/settings/mail").await.hides("现在不往这个邮箱发信");
        firm.visitor.post_and_follow("/settings/mail/confirm", &[]).await.shows("邮箱已确认");
        let answer = site.visitor().post("/sign-in", &[("email", &firm.email), ("password", PASSWORD)]).await;
        answer.is(303);
    }
}
