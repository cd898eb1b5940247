//! The parties of an agreement, through the pages: from the draft to the last signature that is asked for.

use agreement::training::{Section, sample_draft};
use journeys::{Answer, Site, Visitor, field, stories};
use operations::agreements::section_of;

const FIRM: &str = "上海示例精密机械有限公司";
const COLLEGE: &str = "上海示例职业技术学院";

/// Fills a section as a form does: every field of the invented agreement.
async fn fill(visitor: &mut Visitor, path: &str, section: Section, instead: &[(&str, &str)]) -> Answer {
    let at = format!("{path}/sections/{}", section.key());
    let page = visitor.get(&at).await;
    page.is(200);
    let (draft, seen) = (sample_draft(), field(&page.body, "seen"));
    let mut fields: Vec<(&str, &str)> = vec![("seen", &seen), ("act", "back")];
    fields.extend(draft.typed().filter(|(key, _)| section_of(key) == Some(section)));
    fields.retain(|(key, _)| !instead.iter().any(|(other, _)| other == key));
    fields.extend(instead);
    visitor.post(&at, &fields).await
}

/// The version that the page asks to approve.
async fn approve(visitor: &mut Visitor, path: &str) -> Answer {
    let page = visitor.get(path).await;
    let version = field(&page.body, "version");
    visitor.post(&format!("{path}/approve"), &[("version", &version)]).await
}

stories! {
    async fn two_parties_write_agree_and_send(site: Site) {
        let mut firm = site.verified_enterprise(FIRM).await;
        let mut college = site.verified_college(COLLEGE).await;
        let (firm_email, firm, college) = (firm.email, &mut firm.visitor, &mut college.visitor);

        firm.get("/workspace/agreements").await.shows("还没有培养协议");
        firm.post("/agreements/new", &[("with", "college"), ("other", "没有这家学院")]).await.is(422);
        firm.post("/agreements/new", &[("with", "college"), ("other", "")]).await.is(422);
        let path = firm.post("/agreements/new", &[("with", "college"), ("other", COLLEGE)]).await.leads();
        firm.get(&path).await.shows("下一步").shows("当事人").shows("未开始");
        college.get(&path).await.is(404);

        // What cannot be read is kept, and said beside its field.
        let page = fill(firm, &path, Section::Content, &[("training.start", "明年")]).await;
        page.is(422);
        assert!(page.says("日历上没有这一天"));
        assert_eq!(field(&page.body, "training.start"), "明年");
        // A deposit is forbidden, and said with the rule and the law it stands in.
        fill(firm, &path, Section::Costs, &[("cost.deposit", "500")]).await.is(303);
        let costs = firm.get(&format!("{path}/sections/costs")).await;
        costs.shows("必须修改").shows("TA-19").shows("劳动合同法");
        for section in Section::ALL {
            fill(firm, &path, section, &[]).await.is(303);
        }
        let page = firm.get(&path).await;
        page.shows("核对学徒的身份证件");
        let refused = firm.post(&format!("{path}/check"), &[("earlier_probations", "0")]).await;
        refused.is(422);
        let seen = [("document_seen", "yes"), ("earlier_probations", "0")];
        firm.post(&format!("{path}/check"), &seen).await.is(303);

        // A stale form does not overwrite, and loses nothing.
        let at = format!("{path}/sections/duties");
        let stale = [("seen", "1"), ("act", "back"), ("duty.enterprise_duties", "教会他")];
        let page = firm.post(&at, &stale).await;
        page.is(409);
        assert!(page.says("有人保存了这份协议") && page.says("教会他"));
        // An entry more is shown without anything being saved.
        let at = format!("{path}/sections/content");
        let page = firm.get(&at).await;
        let (seen, rows) = (field(&page.body, "seen"), page.body.matches(".topic\"").count());
        let more = firm.post(&at, &[("seen", &seen), ("act", "add:training.content"), ("training.content.9.topic", "钳工")]).await;
        more.is(200);
        assert!(more.body.matches(".topic\"").count() > rows);
        more.shows("钳工");

        // Warnings want a reason.
        while let Some(rest) = firm.get(&path).await.body.split("name=\"rule\" value=\"").nth(1) {
            let rule = rest.split('"').next().unwrap_or_default().to_owned();
            let at = rest.split("name=\"at\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
            let on = rest.split("name=\"field\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
            let (at, on) = (at.unwrap_or_default().to_owned(), on.unwrap_or_default().to_owned());
            let fields = [("rule", rule.as_str()), ("field", &on), ("at", &at), (at.as_str(), "双方已经核对。")];
            firm.post(&format!("{path}/reasons"), &fields).await.is(303);
            if firm.get(&path).await.body.contains("双方已经核对。") {
                break;
            }
        }

        firm.post(&format!("{path}/hand-over"), &[("hand_over.words", "请核对课程。")]).await.is(303);
        college.get(&path).await.shows("请核对课程。").shows("同意这一版").hides("登记</button>");
        college.get("/workspace/agreements").await.shows("轮到我们");
        firm.get(&path).await.shows("协议在院校手里");
        assert_eq!(approve(college, &path).await.leads(), path);
        // A material change takes the approval back.
        college.get(&format!("{path}/text")).await.shows("第一条").shows("用大白话说");
        approve(firm, &path).await.is(303);
        let ready = firm.get(&path).await;
        ready.shows("发出签署").shows("查验码");

        let nobody = firm.post(&format!("{path}/send"), &[("apprentice.email", "没写完@"), ("enterprise.email", "")]).await;
        nobody.is(422);
        assert!(nobody.says("没写完@"));
        let asked = [
            ("apprentice.email", ""),
            ("apprentice.by_code", "yes"),
            ("enterprise.name", "王小明"),
            ("enterprise.email", firm_email.as_str()),
        ];
        let sent = firm.post(&format!("{path}/send"), &asked).await;
        sent.is(200);
        sent.shows("只显示这一次");
        assert!(sent.body.replace("&#x2f;", "/").contains("/sign/"));
        let page = firm.get(&path).await;
        page.shows("等待签署").shows("还没轮到").hides("只显示这一次");
        let slot = page.links(&format!("{path}/slots/")).into_iter().find(|at| at.ends_with("/code")).expect("a form");
        firm.post(&slot, &[]).await.shows("只显示这一次");
        let address = slot.replace("/code", "/address");
        let id = address.trim_end_matches("/address").rsplit('/').next().unwrap_or_default();
        let name = format!("{id}.email");
        firm.post(&address, &[(name.as_str(), "没写完@")]).await.is(422);
        firm.post(&address, &[(name.as_str(), "li@home.example")]).await.is(303);
        site.work().await;
        assert!(site.link_to("li@home.example").await.starts_with("/sign/"));

        let file = firm.post(&format!("{path}/export"), &[]).await;
        file.is(200);
        assert!(file.body.contains("\"seals\""));
        firm.post(&format!("{path}/recall"), &[("recall.words", "")]).await.is(409);
        firm.post(&format!("{path}/recall"), &[("recall.words", "导师换了人")]).await.is(303);
        firm.get(&path).await.shows("上一轮签署").shows("导师换了人");
        firm.post(&format!("{path}/void"), &[("void.words", "不做了")]).await.is(303);
        firm.get(&path).await.shows("不做了").shows("已作废");
    }

    async fn an_enterprise_alone_begins_without_a_college(site: Site) {
        let mut firm = site.verified_enterprise(FIRM).await.visitor;
        let path = firm.post("/agreements/new", &[("with", "alone"), ("other", "")]).await.leads();
        firm.get(&path).await.shows("没有合作院校");
        firm.get(&format!("{path}/sections/parties")).await.hides("院校统一社会信用代码");
    }
}
