//! The operator's mail room: what waits, what failed and why, and who gets no letters.

use std::collections::BTreeSet;

use journeys::{Answer, Enterprise, Site, Visitor, encode, stories};

/// An enterprise whose admin has confirmed the address.
async fn confirmed(site: &Site, name: &str) -> Enterprise {
    let mut enterprise = site.enterprise(name).await;
    let link = site.link_to(&enterprise.email).await;
    enterprise.visitor.post(&link, &[]).await.is(303);
    enterprise
}

async fn about(operator: &mut Visitor, email: &str) -> Answer {
    operator
        .get(&format!("/operator/mail/address?email={}", encode(email)))
        .await
}

/// The answer has this status and says why.
#[track_caller]
fn refuses(answer: &Answer, status: u16, why: &str) {
    answer.is(status);
    assert!(answer.says(why), "{}", answer.plain());
}

stories! {
    async fn letters_are_held_back_but_for_those_that_somebody_waits_for(site: Site) {
        let enterprise = confirmed(&site, "上海等信机械有限公司").await;
        let mut operator = site.operator().await;
        operator.get("/operator/mail").await.shows("正常发信").shows("没有信在等");
        refuses(&operator.post("/operator/mail/switch", &[("paused", "1")]).await, 422, "理由");
        let held = [("paused", "1"), ("reason", "服务商今晚迁移")];
        operator.post("/operator/mail/switch", &held).await.is(303);
        operator.post("/operator/mail/switch", &held).await.is(409);
        let before = site.subjects_to(&enterprise.email).await.len();
        site.verify(&enterprise.name).await;
        assert_eq!(site.subjects_to(&enterprise.email).await.len(), before);
        operator.get("/operator/mail").await.shows("正在暂停发信").shows("服务商今晚迁移").shows("李运营");
        about(&mut operator, &enterprise.email).await.shows("暂停了全部发信").shows("等待发送");
        // Somebody waits for a link to sign in.
        site.visitor().post("/sign-in/letter", &[("email", &enterprise.email)]).await.is(200);
        assert_eq!(site.subjects_to(&enterprise.email).await.len(), before + 1);
        operator.post("/operator/mail/switch", &[("paused", "0"), ("reason", "迁移完成")]).await.is(303);
        assert_eq!(site.subjects_to(&enterprise.email).await.len(), before + 2);
    }

    async fn why_somebody_got_no_letter_is_said_and_mended(site: Site) {
        let enterprise = confirmed(&site, "上海退信机械有限公司").await;
        let mut operator = site.operator().await;
        site.refuse_next_letter("550 5.1.1 no such user here");
        site.verify(&enterprise.name).await;
        let before = site.subjects_to(&enterprise.email).await.len();
        let room = operator.get("/operator/mail").await;
        room.shows("550 5.1.1 no such user here").hides(&enterprise.email);
        let letter = room.link("/operator/mail/letters/").expect("the letter");
        let dossier = about(&mut operator, &enterprise.email).await;
        dossier.shows("已停止发信").shows("没有这个邮箱").shows("550 5.1.1").shows("已放弃");
        operator.get("/operator/mail/suppressions").await.shows(&enterprise.email);

        // It is not sent again while nothing is written to its address.
        let resend = format!("{letter}/resend");
        operator.post(&resend, &[]).await.is(422);
        refuses(&operator.post(&resend, &[("reason", "本人说邮箱好了")]).await, 409, "停止发信");
        let email = enterprise.email.as_str();
        refuses(&operator.post("/operator/mail/lift", &[("email", email)]).await, 422, "理由");
        operator.post("/operator/mail/lift", &[("email", email), ("reason", "本人来电")]).await.is(303);
        operator.post("/operator/mail/lift", &[("email", email), ("reason", "本人来电")]).await.is(404);
        about(&mut operator, email).await.shows("曾经停止发信").shows("本人来电");
        let new = operator.post(&resend, &[("reason", "邮箱已恢复")]).await.leads();
        assert_eq!(site.subjects_to(email).await.len(), before + 1);
        operator.get(&new).await.shows("已发出").shows("重发自这一封");
        // Its words are with the new one.
        refuses(&operator.post(&resend, &[("reason", "再来一次")]).await, 409, "不能再发");
    }

    async fn nothing_is_written_to_whom_the_operator_leaves_out(site: Site) {
        let enterprise = confirmed(&site, "上海谢绝机械有限公司").await;
        let mut operator = site.operator().await;
        operator.get("/operator/mail/suppressions").await.shows("没有停止发信的邮箱");
        operator.post("/operator/mail/suppressions", &[("email", "谁"), ("reason", "")]).await.is(422);
        let email = enterprise.email.to_uppercase();
        let fields = [("email", email.as_str()), ("reason", "本人来电要求")];
        operator.post("/operator/mail/suppressions", &fields).await.is(303);
        operator.post("/operator/mail/suppressions", &fields).await.is(409);
        let before = site.subjects_to(&enterprise.email).await.len();
        site.verify(&enterprise.name).await;
        assert_eq!(site.subjects_to(&enterprise.email).await.len(), before);
        about(&mut operator, &enterprise.email).await.shows("本人来电要求").shows("停止发信，未发出");
    }

    async fn an_address_that_nobody_knows_is_said_to_be_one(site: Site) {
        let mut operator = site.operator().await;
        about(&mut operator, "nobody@elsewhere.example").await.is(200).shows("没有用这个邮箱注册的账号");
        about(&mut operator, "no address").await.is(422);
        let waiting = site.enterprise("上海未确认机械有限公司").await;
        about(&mut operator, &waiting.email).await.shows("没有确认");
    }

    async fn every_letter_can_be_looked_at_in_both_languages(site: Site) {
        let mut operator = site.operator().await;
        let list = operator.get("/operator/mail/previews").await;
        let previews: BTreeSet<String> = list.links("/operator/mail/previews/").into_iter().collect();
        assert_eq!(previews.len(), mail::NAMES.len());
        for preview in previews {
            for language in ["zh", "en"] {
                let page = operator.get(&format!("{preview}?lang={language}")).await;
                page.is(200);
                let frame = format!("{preview}/html?sample=1&lang={language}");
                let html = operator.get(&frame).await;
                html.is(200);
                assert!(html.body.contains("</html>"), "{frame}");
            }
        }
        operator.get("/operator/mail/previews/digest?sample=99").await.is(404);
    }
}
