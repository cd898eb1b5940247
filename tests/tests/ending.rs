//! An agreement that holds is paused, goes on, and ends: by its parties, by the apprentice on a phone, and what the operator
//! of the platform sees and does of it.

use journeys::{APPRENTICE, Answer, College, Enterprise, GUARDIAN, Site, Visitor, stories};
use kernel::AgreementId;
use operations::agreements as acts;

const MINOR: (&str, &str) = ("张小雨", "0039");
const FATHER: (&str, &str) = ("张示例", "0010");

/// An agreement with a minor that holds, and its path.
async fn signed(site: &Site) -> (Enterprise, College, AgreementId, String) {
    let enterprise = site.verified_enterprise("上海示例精密机械有限公司").await;
    let college = site.verified_college("上海示例职业技术学院").await;
    let id = site.agreement_with_a_minor(&enterprise, &college).await;
    site.all_sign(&enterprise.email).await;
    (enterprise, college, id, format!("/agreements/{id}"))
}

/// The form of the end.
fn end<'a>(ground: &'a str, last_day: &'a str, sure: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("ground", ground),
        ("last_day", last_day),
        ("reason", "连续两个月没有按时发工资。"),
        ("stipend", "工资结清到最后一天。"),
        ("hours", "已经确认的学时保留。"),
        ("subsidy", "按学时核算。"),
        ("sure", sure),
    ]
}

fn with<'a>(mut fields: Vec<(&'a str, &'a str)>, who: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    fields.extend([("signatory_name", who.0), ("id_last_four", who.1)]);
    fields
}

/// Whether a letter that begins so went to that address.
async fn told(site: &Site, address: &str, begins: &str) -> bool {
    site.work().await;
    site.subjects_to(address)
        .await
        .iter()
        .any(|subject| subject.starts_with(begins))
}

async fn agree(phone: &mut Visitor, link: &str, who: (&str, &str)) -> Answer {
    phone
        .post(
            &format!("{link}/agree"),
            &[("signatory_name", who.0), ("id_last_four", who.1)],
        )
        .await
}

stories! {
    async fn the_parties_pause_it_and_go_on(site: Site) {
        let (mut enterprise, mut college, _, path) = signed(&site).await;
        let (firm, school) = (&mut enterprise.visitor, &mut college.visitor);
        firm.get(&path).await.shows("已生效").shows("暂停").shows("提前解除").hides("恢复培养");
        firm.get(&format!("{path}/resume")).await.is(303);
        let pause = format!("{path}/pause");
        firm.get(&pause).await.shows("暂停培养协议").shows("对方同意才暂停").shows("劳动合同照常有效");
        let wrong = firm.post(&pause, &[("from", "明天"), ("until", ""), ("reason", "")]).await;
        wrong.is(422);
        assert!(wrong.says("日历上没有这一天") && wrong.says("请填写"), "{}", wrong.plain());
        firm.post(&pause, &[("from", "2026-12-10"), ("until", "2026-12-01"), ("reason", "停产")]).await.is(422);
        let early = firm.post(&pause, &[("from", "2026-01-01"), ("until", ""), ("reason", "停产")]).await;
        early.is(409);
        assert!(early.says("还没有生效"), "{}", early.plain());
        firm.post(&pause, &[("from", "2026-12-01"), ("until", "2027-01-15"), ("reason", "设备大修停产")]).await.is(303);
        firm.get(&path).await.shows("等待同意：院校").shows("设备大修停产").shows("2026年12月1日").shows("收回提议");
        assert!(told(&site, APPRENTICE, "提议暂停").await);
        school.get("/workspace/agreements").await.shows("轮到我们");
        school.get(&path).await.shows("对方提议暂停协议").shows("同意暂停").shows("设备大修停产");
        school.post_and_follow(&format!("{path}/agree"), &[]).await.shows("已暂停").shows("不登记学时");
        for address in [APPRENTICE, GUARDIAN, enterprise.email.as_str(), college.email.as_str()] {
            assert!(told(&site, address, "已暂停").await, "{address}");
        }
        let own = site.sign_link_to(APPRENTICE).await;
        site.visitor().get(&own).await.shows("协议已暂停").shows("设备大修停产").shows("提出解除");
        site.visitor().in_english().get(&own).await.shows("The agreement is paused").shows("labour contract goes on");

        let resume = format!("{path}/resume");
        school.get(&resume).await.shows("恢复培养协议").shows("2026年12月1日");
        school.post(&resume, &[("on", "2026-11-01")]).await.is(409);
        school.post(&resume, &[("on", "2026-12-20")]).await.is(303);
        firm.get(&path).await.shows("对方提议恢复协议").shows("2026年12月20日");
        firm.post(&format!("{path}/object"), &[]).await.is(303);
        assert!(told(&site, &college.email, "恢复没有谈成").await);
        school.get(&path).await.shows("已暂停").hides("等待同意");
        school.post(&resume, &[("on", "2026-12-20")]).await.is(303);
        firm.post_and_follow(&format!("{path}/agree"), &[]).await.shows("已生效").shows("提出恢复");
        assert!(told(&site, GUARDIAN, "已恢复").await);
        firm.post(&format!("{path}/agree"), &[]).await.is(409);
    }

    async fn by_consent_it_ends_once_everybody_agrees(site: Site) {
        let (mut enterprise, mut college, id, path) = signed(&site).await;
        let (firm, school) = (&mut enterprise.visitor, &mut college.visitor);
        let at = format!("{path}/end");
        firm.get(&at).await.shows("各方协商一致").shows("停业").hides("拖欠劳动报酬").shows("不等于辞退");
        let missing = firm.post(&at, &[("ground", ""), ("last_day", "")]).await;
        missing.is(422);
        assert!(missing.body.contains("href=\"#f-ground\""));
        firm.post(&at, &end("unpaid", "2026-12-31", "")).await.is(422);
        firm.post(&at, &end("unpaid", "2026-12-31", "yes")).await.is(409);
        firm.post(&at, &end("mutual", "2026-01-31", "")).await.is(422);
        let sure = firm.post(&at, &end("mutual", "2026-12-31", "")).await;
        sure.shows("请再核对一次").shows("2026年12月31日").shows("连续两个月");
        firm.get(&path).await.hides("等待同意");
        firm.post(&at, &end("mutual", "2026-12-31", "no")).await.shows("解除的依据").shows("连续两个月");
        firm.post(&at, &end("mutual", "2026-12-31", "yes")).await.is(303);
        let page = firm.get(&path).await;
        page.shows("已生效").shows("院校").shows("解除的提议").shows("2026年12月31日").hides("看清楚再答复");
        assert!(told(&site, APPRENTICE, "提议解除").await);

        let (own, mut phone) = (site.sign_link_to(APPRENTICE).await, site.visitor());
        let asked = phone.get(&own).await;
        asked.shows("解除的提议").shows("看清楚再答复");
        let read = phone.get(&asked.link(&format!("{own}/agree")).expect("a way to answer")).await;
        read.shows("2026年12月31日").shows("身份证号后四位").shows("不等于辞退");
        phone.post(&format!("{own}/answer"), &[("answer", "agree")]).await.is(409);
        let stranger = agree(&mut phone, &own, ("张小雨", "0010")).await;
        stranger.is(422);
        assert!(stranger.says("和协议里写的不一致"), "{}", stranger.plain());
        assert_eq!(agree(&mut phone, &own, MINOR).await.leads(), own);
        phone.get(&own).await.hides("看清楚再答复").shows("等待同意");
        agree(&mut phone, &own, MINOR).await.is(409);
        assert!(told(&site, &enterprise.email, "又一方同意解除").await);
        let fathers = site.sign_link_to(GUARDIAN).await;
        agree(&mut site.visitor(), &fathers, FATHER).await.is(303);

        let page = school.get(&path).await;
        let answer = page.link(&format!("{path}/agree")).expect("a page of its own");
        school.get(&answer).await.shows("同意解除").shows("2026年12月31日").hides("身份证号后四位");
        school.post_and_follow(&format!("{path}/agree"), &[]).await.shows("已解除").shows("最后一天还没有到");
        for address in [APPRENTICE, GUARDIAN, enterprise.email.as_str(), college.email.as_str()] {
            assert!(told(&site, address, "已解除").await, "{address}");
        }
        phone.get(&own).await.shows("协议已约定解除").hides("提出解除");
        phone.get(&format!("{own}/end")).await.is(303);
        assert_eq!(firm.get(&path).await.link(&at), None, "there is nothing left to end");
        firm.get(&at).await.is(303);
        let verdict = acts::view(site.app(), &site.cx(), &site.actor(&enterprise.visitor).await, id).await;
        let code = verdict.expect("the own agreement").head.verify_code;
        site.visitor().get(&format!("/verify/{code}")).await.shows("已提前解除").shows("与封存时");
    }

    async fn an_apprentice_whose_pay_is_owed_ends_it_on_the_phone(site: Site) {
        let (mut enterprise, college, _, path) = signed(&site).await;
        let (own, mut phone) = (site.sign_link_to(APPRENTICE).await, site.visitor());
        let page = phone.get(&own).await;
        let at = page.link(&format!("{own}/end")).expect("a way out");
        phone.get(&at).await.shows("拖欠劳动报酬").shows("不需要对方同意").shows("学时保留");
        phone.post(&at, &[("ground", "unpaid")]).await.is(422);
        let sure = phone.post(&at, &end("unpaid", "2026-11-30", "")).await;
        sure.shows("立即").shows("劳动合同法第三十八条").shows("您的姓名");
        let nameless = phone.post(&at, &end("unpaid", "2026-11-30", "yes")).await;
        nameless.is(422);
        assert!(nameless.says("和协议里写的不一致"));
        let forged = with(end("unpaid", "2026-11-30", "yes"), ("张小雨", "1234"));
        phone.post(&at, &forged).await.is(422);
        enterprise.visitor.get(&path).await.shows("已生效");
        let own_words = with(end("unpaid", "2026-11-30", "yes"), MINOR);
        assert_eq!(phone.post(&at, &own_words).await.leads(), own);
        phone.get(&own).await.shows("拖欠劳动报酬").shows("2026年11月30日").shows("不用付违约金");
        enterprise.visitor.get(&path).await.shows("学徒依法单方解除").shows("连续两个月").shows("已解除");
        for address in [APPRENTICE, GUARDIAN, enterprise.email.as_str(), college.email.as_str()] {
            assert!(told(&site, address, "已解除").await, "{address}");
        }
        phone.post(&at, &own_words).await.is(409);
    }

    async fn what_the_apprentice_proposes_can_be_taken_back_or_refused(site: Site) {
        let (mut enterprise, _, _, path) = signed(&site).await;
        let (own, mut phone) = (site.sign_link_to(APPRENTICE).await, site.visitor());
        let at = format!("{own}/end");
        phone.post(&at, &with(end("mutual", "2026-12-31", "yes"), MINOR)).await.is(303);
        phone.get(&own).await.shows("收回提议").hides("看清楚再答复");
        assert!(told(&site, &enterprise.email, "提议解除").await);
        phone.post(&format!("{own}/answer"), &[("answer", "object")]).await.is(303);
        phone.get(&own).await.hides("收回提议");
        assert!(told(&site, &enterprise.email, "解除没有谈成").await);
        phone.post(&at, &with(end("mutual", "2026-12-31", "yes"), MINOR)).await.is(303);
        let refused = enterprise.visitor.post(&format!("{path}/object"), &[]).await;
        refused.is(303);
        assert!(told(&site, APPRENTICE, "解除没有谈成").await);
        enterprise.visitor.get(&path).await.shows("已生效").hides("等待同意");
    }

    async fn an_operator_reads_with_a_reason_that_everybody_sees(site: Site) {
        let enterprise = site.verified_enterprise("上海示例精密机械有限公司").await;
        let college = site.verified_college("上海示例职业技术学院").await;
        let id = site.agreement_with_a_minor(&enterprise, &college).await;
        let actor = site.actor(&enterprise.visitor).await;
        let head = acts::view(site.app(), &site.cx(), &actor, id).await.expect("the own agreement").head;
        let mut operator = site.operator().await;
        operator.get("/operator").await.shows("培养协议");
        operator.get("/operator/agreements?q=PX-1999-0001").await.shows("没有这个编号");
        operator.get(&format!("/operator/agreements?q={}", head.verify_code)).await.shows(&head.number);
        let found = operator.get(&format!("/operator/agreements?q={}", head.number.to_lowercase())).await;
        found.shows("上海示例精密机械有限公司").hides("张小雨");
        let path = found.link("/operator/agreements/").expect("its page");
        let page = operator.get(&path).await;
        page.shows("等待签署").hides("张小雨").hides(APPRENTICE).hides("数控车床操作工");

        let silent = operator.post(&format!("{path}/open"), &[("reason", " ")]).await;
        silent.is(422);
        assert!(silent.body.contains("href=\"#f-reason\"") && !silent.says("张小雨"), "{}", silent.plain());
        let open = [("reason", "学徒来电说收不到信")];
        operator.post_and_follow(&format!("{path}/open"), &open).await.shows("张小雨").shows(APPRENTICE);
        let mut firm = enterprise.visitor;
        firm.get(&format!("/agreements/{id}")).await.shows("平台运营查看了协议内容").shows("学徒来电说收不到信");
        // Another operator has reasons of their own to give, and a reason does not count for ever.
        site.pass(31 * 60);
        operator.get(&path).await.hides("张小雨");

        let slot = site.slot(&firm, id, agreement::lifecycle::SlotRole::Apprentice).await;
        let (at, name) = (format!("{path}/slots/{slot}/address"), format!("{slot}.email"));
        operator.post(&at, &[(name.as_str(), "没写完@")]).await.is(422);
        operator.post(&at, &[(name.as_str(), "zhang2@home.example")]).await.is(303);
        site.work().await;
        assert!(site.sign_link_to("zhang2@home.example").await.starts_with("/sign/"));
        operator.post(&format!("{path}/void"), &[("void_reason", "")]).await.is(409);
        operator.post(&format!("{path}/void"), &[("void_reason", "企业已经注销")]).await.is(303);
        firm.get(&format!("/agreements/{id}")).await.shows("已作废").shows("企业已经注销");
        assert!(told(&site, &college.email, "已作废").await);
    }

    async fn an_operator_pauses_what_nobody_answers(site: Site) {
        let (mut enterprise, college, id, path) = signed(&site).await;
        let mut operator = site.operator().await;
        let at = format!("/operator/agreements/{id}");
        operator.get(&at).await.shows("已生效").hides("作废");
        operator.get(&format!("{at}/pause")).await.shows("由平台决定").hides("张小雨");
        operator.post(&format!("{at}/pause"), &[("from", "2026-12-01"), ("until", ""), ("reason", "")]).await.is(422);
        let pause = [("from", "2026-12-01"), ("until", ""), ("reason", "企业正在接受调查")];
        operator.post_and_follow(&format!("{at}/pause"), &pause).await.shows("已暂停").hides("企业正在接受调查");
        enterprise.visitor.get(&path).await.shows("平台运营决定暂停").shows("企业正在接受调查");
        assert!(told(&site, &college.email, "已暂停").await);
        operator.post(&format!("{at}/resume"), &[("on", "2026-12-15")]).await.is(303);
        enterprise.visitor.get(&path).await.shows("平台运营决定恢复").shows("已生效");
        operator.post(&format!("{at}/void"), &[("void_reason", "不做了")]).await.is(409);
    }
}
