//! Those who sign: by the link of a letter, on a phone, without an account; and anybody who verifies.

use agreement::{lifecycle::SlotRole, training::Section};
use journeys::{APPRENTICE, Answer, College, Enterprise, GUARDIAN, Site, Visitor, field, stories};
use operations::agreements::{self as acts, ReplaceInput, SignatoryInput};

const MINOR: (&str, &str) = ("张小雨", "0039");
const FATHER: (&str, &str) = ("张示例", "0010");
const OFFICER: (&str, &str) = ("王小明", "");

async fn parties(site: &Site) -> (Enterprise, College) {
    let enterprise = site.verified_enterprise("上海示例精密机械有限公司").await;
    let college = site.verified_college("上海示例职业技术学院").await;
    (enterprise, college)
}

/// Reads what the link shows and signs it.
async fn sign(visitor: &mut Visitor, link: &str, who: (&str, &str)) -> Answer {
    let page = visitor.get(link).await;
    page.is(200);
    post(visitor, link, &page, who, "yes").await
}

async fn post(visitor: &mut Visitor, link: &str, page: &Answer, who: (&str, &str), agreed: &str) -> Answer {
    let of = |name| field(&page.body, name).replace("&#x2f;", "/");
    let (seen, consent, locale) = (of("seen"), of("consent"), of("locale"));
    let fields = [
        ("seen", seen.as_str()),
        ("consent", &consent),
        ("locale", &locale),
        ("signatory_name", who.0),
        ("id_last_four", who.1),
        ("agreed", agreed),
        ("capacity", "agent"),
        ("authority_title", "人力资源经理"),
        ("authority_document", "授权委托书 2026-17"),
        ("authority_dated", "2026-11-01"),
    ];
    visitor.post(link, &fields).await
}

/// Everybody signs; answers with the links of their last letters.
async fn all_sign(site: &Site, officer: &str) -> String {
    for (address, who) in [(APPRENTICE, MINOR), (GUARDIAN, FATHER), (officer, OFFICER)] {
        let link = site.sign_link_to(address).await;
        sign(&mut site.visitor(), &link, who).await.is(303);
    }
    site.sign_link_to(APPRENTICE).await
}

stories! {
    async fn everybody_signs_by_letter_and_the_agreement_takes_effect(site: Site) {
        let (enterprise, college) = parties(&site).await;
        site.agreement_with_a_minor(&enterprise, &college).await;

        let link = site.sign_link_to(APPRENTICE).await;
        assert!(link.starts_with("/sign/"), "{link}");
        let mut phone = site.visitor();
        let page = phone.get(&link).await;
        page.shows("张小雨").shows("上海示例精密机械有限公司").shows("作为学徒").shows("用大白话说").shows("不收费")
            .shows("身份证号后四位").hides("310000200812310039").hides("0039");
        assert_eq!(page.body.matches("class=\"button\"").count(), 1, "one button");
        // Whoever opens the link first, and how often: nothing is signed by looking.
        site.visitor().get(&link).await.is(200);

        let nameless = post(&mut phone, &link, &page, ("", "0039"), "yes").await;
        nameless.is(422);
        let stranger = post(&mut phone, &link, &page, ("张小雨", "0010"), "yes").await;
        stranger.is(422);
        assert!(stranger.says("和协议里写的不一致"), "{}", stranger.plain());
        assert_eq!(field(&stranger.body, "signatory_name"), "张小雨", "what was typed stays");
        assert_eq!(field(&stranger.body, "id_last_four"), "", "but for the number");
        let unsure = post(&mut phone, &link, &page, MINOR, "").await;
        unsure.is(422);
        assert!(unsure.says("打勾"));
        let stale = phone.post(&link, &[("seen", "00"), ("agreed", "yes")]).await;
        stale.is(409);
        assert!(stale.says("刚才没有签上"));

        let signed = post(&mut phone, &link, &page, MINOR, "yes").await;
        assert_eq!(signed.leads(), link);
        let calm = phone.get(&link).await;
        calm.shows("您已签署").shows("接下来").shows("监护人").shows("class=\"seal\"").hides("签署处");
        assert_eq!(post(&mut phone, &link, &page, MINOR, "yes").await.leads(), link, "twice is once");

        let guardian = site.sign_link_to(GUARDIAN).await;
        site.visitor().get(&guardian).await.shows("作为张小雨的监护人");
        sign(&mut site.visitor(), &guardian, FATHER).await.is(303);
        let officer = site.sign_link_to(&enterprise.email).await;
        let mut desk = site.visitor();
        desk.clone().in_english().get(&officer).await.shows("please sign this agreement for").hides("Last four");
        sign(&mut desk, &officer, OFFICER).await.is(303);
        desk.in_english().get(&officer).await.shows("You have signed").shows("Everybody has signed");

        for address in [APPRENTICE, GUARDIAN, enterprise.email.as_str()] {
            let subjects = site.subjects_to(address).await;
            assert!(subjects.iter().any(|subject| subject.contains("已签好")), "{subjects:?}");
        }
        let kept = site.sign_link_to(APPRENTICE).await;
        let home = phone.get(&kept).await;
        home.shows("各方都签好了").shows("查验码");
        let verify = home.link("/verify/").expect("the seal leads to the page that verifies");
        let seen = site.visitor().get(&verify).await;
        seen.shows("上海示例精密机械有限公司").shows("各方已签署").shows("文本摘要值").hides("张小雨").hides("张示例").hides("王小明");
        assert!(seen.says("与封存时"), "{}", seen.plain());
    }

    async fn a_file_is_checked_and_a_changed_one_names_the_part(site: Site) {
        let (enterprise, college) = parties(&site).await;
        site.agreement_with_a_minor(&enterprise, &college).await;
        let before = site.sign_link_to(APPRENTICE).await;
        site.visitor().get(&format!("{before}/file")).await.is(404);
        let link = all_sign(&site, &enterprise.email).await;
        let file = site.visitor().get(&format!("{link}/file")).await;
        file.is(200);
        let mut anybody = site.visitor();
        let good = anybody.upload("/verify", "file", file.body.as_bytes()).await;
        good.shows("与封存时").shows("文本完全相同").hides("哪里不对");
        assert!(file.body.contains("数控车床操作工"));
        let changed = file.body.replacen("数控车床操作工", "数控铣床操作工", 1);
        let bad = anybody.upload("/verify", "file", changed.as_bytes()).await;
        bad.shows("有改动").shows("哪里不对").shows("内容被改动过");
        anybody.upload("/verify", "file", "合同".as_bytes()).await.shows("这不像是从企校下载的协议文件");
        anybody.upload("/verify", "file", b"").await.is(422);
        anybody.upload("/verify", "file", &vec![b'{'; 700_000]).await.is(200);
        anybody.upload("/verify", "file", &vec![b'{'; 9_000_000]).await.is(422);
        anybody.post("/verify", &[("verify_code", "7K3M-P9QX-4RTW")]).await.is(422);
    }

    async fn one_declines_and_everybody_is_told(site: Site) {
        let (enterprise, college) = parties(&site).await;
        let id = site.agreement_with_a_minor(&enterprise, &college).await;
        let first = site.sign_link_to(APPRENTICE).await;
        sign(&mut site.visitor(), &first, MINOR).await.is(303);

        let link = site.sign_link_to(GUARDIAN).await;
        let mut phone = site.visitor();
        let decline = phone.get(&link).await.link(&format!("{link}/decline")).expect("a way out");
        let page = phone.get(&decline).await;
        page.shows("不签没有关系").shows("改一改再签");
        phone.post(&decline, &[("reason", " "), ("wish", "change")]).await.is(422);
        phone.post(&decline, &[("reason", "夜班太多"), ("wish", "")]).await.is(422);
        let forwarded = [("reason", "夜班太多"), ("wish", "change"), ("signatory_name", FATHER.0)];
        let stranger = phone.post(&decline, &forwarded).await;
        stranger.is(422);
        assert!(stranger.says("和协议里写的不一致"), "a link alone declines nothing: {}", stranger.plain());
        let known = [&forwarded[..], &[("id_last_four", FATHER.1)]].concat();
        let told = phone.post_and_follow(&decline, &known).await;
        told.shows("您没有同意签署").shows("各方都已收到通知");
        assert_eq!(phone.get(&decline).await.leads(), link, "there is nothing left to decline");
        phone.post(&link, &[("seen", "00")]).await.is(409);

        for address in [APPRENTICE, enterprise.email.as_str(), college.email.as_str()] {
            let subjects = site.subjects_to(address).await;
            assert!(subjects.last().is_some_and(|subject| subject.contains("拒签")), "{address}: {subjects:?}");
        }
        let history = site.sign_link_to(APPRENTICE).await;
        site.visitor().get(&history).await.shows("这一版已经作废");
        let actor = site.actor(&enterprise.visitor).await;
        let view = acts::view(site.app(), &site.cx(), &actor, id).await.expect("the own agreement");
        let because = view.slots.iter().find_map(|slot| slot.reason.clone());
        assert_eq!(because.as_deref(), Some("夜班太多"));
    }

    async fn a_wrong_address_is_mended_and_nothing_starts_over(site: Site) {
        let (enterprise, college) = parties(&site).await;
        let id = site.agreement_with_a_minor(&enterprise, &college).await;
        let wrong = site.sign_link_to(GUARDIAN).await;
        let apprentice = site.sign_link_to(APPRENTICE).await;
        sign(&mut site.visitor(), &apprentice, MINOR).await.is(303);

        let slot = site.slot(&enterprise.visitor, id, SlotRole::Guardian).await;
        let actor = site.actor(&enterprise.visitor).await;
        let input = ReplaceInput { name: String::new(), email: "father2@home.example".to_owned(), by_code: false };
        acts::replace(site.app(), &site.cx(), &actor, id, slot, &input).await.expect("the address is mended");

        let old = site.visitor().get(&wrong).await;
        old.is(410);
        assert!(old.says("这个链接不能用了") && !old.says("张小雨"), "{}", old.plain());
        site.visitor().post(&wrong, &[]).await.is(410);
        site.visitor().post(&format!("{wrong}/again"), &[]).await.is(410);
        let right = site.sign_link_to("father2@home.example").await;
        site.visitor().get(&apprentice).await.shows("您已签署");
        sign(&mut site.visitor(), &right, FATHER).await.is(303);
        let officer = site.sign_link_to(&enterprise.email).await;
        sign(&mut site.visitor(), &officer, OFFICER).await.is(303);
        site.visitor().get(&officer).await.shows("各方都签好了");
    }

    async fn who_signed_is_asked_before_it_is_taken_back(site: Site) {
        let (enterprise, college) = parties(&site).await;
        let id = site.agreement_with_a_minor(&enterprise, &college).await;
        let link = site.sign_link_to(APPRENTICE).await;
        let guardian = site.sign_link_to(GUARDIAN).await;
        let mut phone = site.visitor();
        sign(&mut phone, &link, MINOR).await.is(303);
        let actor = site.actor(&enterprise.visitor).await;
        acts::recall(site.app(), &site.cx(), &actor, id, "工资写错了").await.expect("a proposal");
        let asked = phone.get(&link).await;
        asked.shows("工资写错了").shows("同意收回");
        site.visitor().get(&guardian).await.shows("谁都不能签署").hides("同意收回");
        phone.post(&format!("{guardian}/answer"), &[("answer", "agree")]).await.is(409);
        let after = phone.post_and_follow(&format!("{link}/answer"), &[("answer", "object")]).await;
        after.shows("您已签署");
        sign(&mut site.visitor(), &guardian, FATHER).await.is(303);
    }

    async fn a_code_is_typed_and_an_officer_signs_by_login(site: Site) {
        let (mut enterprise, college) = parties(&site).await;
        let id = site.approved_agreement(&enterprise.visitor, &college, true).await;
        let actor = site.actor(&enterprise.visitor).await;
        let of = |role, email: &str| SignatoryInput {
            role,
            name: OFFICER.0.to_owned(),
            email: email.to_owned(),
            by_code: email.is_empty(),
            language: None,
        };
        let signatories = [of(SlotRole::Apprentice, ""), of(SlotRole::Enterprise, &enterprise.email)];
        let sent = acts::send(site.app(), &site.cx(), &actor, id, &signatories).await.expect("sent");
        let mut phone = site.visitor();
        phone.get("/sign").await.shows("签署码");
        phone.post("/sign", &[("sign_code", "K7M2Q-4XWPA")]).await.is(422);
        let typed = sent.codes[0].code.replace('-', " ").to_lowercase();
        let path = phone.post("/sign", &[("sign_code", &typed)]).await.leads();
        phone.get(&path).await.shows("李晓峰");
        sign(&mut phone, &path, ("李晓峰", "0010")).await.is(303);

        let slot = site.slot(&enterprise.visitor, id, SlotRole::Enterprise).await;
        let own = format!("/agreements/{id}/slots/{slot}/sign");
        let desk = &mut enterprise.visitor;
        let page = desk.get(&own).await;
        page.shows("您已登录").hides("身份证号后四位");
        post(desk, &own, &page, ("", ""), "yes").await.is(303);
        desk.get(&own).await.shows("各方都签好了");
        desk.get(&format!("{own}/file")).await.is(200);
        site.visitor().get(&own).await.is(303);
        let mut other = college.visitor;
        other.get(&own).await.is(403);
    }

    async fn the_text_of_a_new_version_is_shown_before_it_is_signed(site: Site) {
        let (enterprise, college) = parties(&site).await;
        let id = site.agreement_with_a_minor(&enterprise, &college).await;
        let old = site.sign_link_to(APPRENTICE).await;
        let mut phone = site.visitor();
        let stale = phone.get(&old).await;
        let (app, one) = (site.app(), site.actor(&enterprise.visitor).await);
        let other = site.actor(&college.visitor).await;
        acts::recall(app, &site.cx(), &one, id, "工资写错了").await.expect("taken back");
        site.work().await;
        phone.get(&old).await.is(410);
        let seen = acts::section(app, &site.cx(), &one, id, Section::Pay).await.expect("a section").seen;
        let words = [("pay.pay_day".to_owned(), "15".to_owned())];
        acts::save_section(app, &site.cx(), &one, id, Section::Pay, seen, &words).await.expect("kept");
        acts::hand_over(app, &site.cx(), &one, id, "").await.expect("handed over");
        for who in [&other, &one] {
            let version = acts::view(app, &site.cx(), who, id).await.expect("a view").head.content_version;
            acts::approve(app, &site.cx(), who, id, version).await.expect("approved");
        }
        site.send_to_a_minor(&enterprise.visitor, &enterprise.email, id).await;
        let link = site.sign_link_to(APPRENTICE).await;
        let answer = post(&mut phone, &link, &stale, MINOR, "yes").await;
        answer.is(409);
        assert!(answer.says("文本和您刚才看到的不一样了"), "{}", answer.plain());
        post(&mut phone, &link, &answer, MINOR, "yes").await.is(303);
    }
}
