//! An apprentice, seventeen, from the last signature to an approved week: everybody through the front door.

use journeys::{
    APPRENTICE, Answer, GUARDIAN, PASSWORD, Site, Visitor, assign_by_letter, chosen, field, fill_in_start, stories,
};

const MENTOR: &str = "zhao@firm.example";
const TUTOR: &str = "qian@college.example";

/// Everybody has signed: the firm's and the college's browsers, and the path of the record.
struct Signed {
    firm: Visitor,
    college: Visitor,
    path: String,
}

async fn signed(site: &Site) -> Signed {
    let enterprise = site.verified_enterprise("上海示例精密机械有限公司").await;
    let college = site.verified_college("上海示例职业技术学院").await;
    let id = site.agreement_with_a_minor(&enterprise, &college).await;
    site.all_sign(&enterprise.email).await;
    Signed {
        firm: enterprise.visitor,
        college: college.visitor,
        path: format!("/records/{id}"),
    }
}

/// Assigns a mentor or a tutor by letter, who takes the place.
async fn assign(site: &Site, officer: &mut Visitor, path: &str, role: &str, name: &str, email: &str) -> Visitor {
    assign_by_letter(officer, path, role, name, email).await;
    site.take_place(email, name, "").await
}

/// What has to be there before the first day is there, so that training starts today.
async fn start(site: &Site, firm: &mut Visitor, path: &str) {
    fill_in_start(firm, path).await;
    site.work().await;
}

fn edition(page: &Answer) -> String {
    field(&page.body, "edition")
}

stories! {
    async fn a_week_is_written_returned_mended_and_approved(site: Site) {
        let Signed { mut firm, mut college, path } = signed(&site).await;

        // The record is there with the last signature; whoever took part is asked to come.
        firm.get("/workspace/apprentices").await.shows("张小雨").shows("未开始");
        let link = site.join_link_to(APPRENTICE).await;
        let mut phone = site.visitor();
        phone.get(&link).await.shows("打开你的学徒档案").shows("不收费").hides("张小雨").hides("0039");
        let wrong = phone.post(&link, &[("name", "张小雨"), ("id_last_four", "0010"), ("email", APPRENTICE), ("password", PASSWORD)]).await;
        wrong.is(422);
        assert_eq!(field(&wrong.body, "name"), "张小雨", "what was typed stays");
        let taken = [("name", "张小雨"), ("id_last_four", "0039"), ("email", APPRENTICE), ("password", PASSWORD)];
        assert_eq!(phone.post(&link, &taken).await.leads(), path);
        site.visitor().get(&link).await.is(410);

        // One thing at the top of the own page: five sections to confirm.
        let home = phone.get("/my").await;
        home.shows("接下来").shows("还剩5项").shows("工资怎么说好的");
        let mut next = home.link(&format!("{path}/sections/")).expect("a section to confirm");
        for left in (0..5).rev() {
            let page = phone.get(&next).await;
            page.shows("没错，我确认");
            let version = field(&page.body, "version");
            next = phone.post(&next, &[("act", "confirm"), ("version", &version)]).await.leads();
            assert_eq!(left == 0, next == path, "{next}");
        }
        phone.get(&path).await.shows("5项里已确认5项");

        // Nothing starts before insurance and safety training.
        phone.get(&path).await.shows("开始之前还缺");
        firm.get(&path).await.shows("接下来").shows("缺");
        let refused = firm.post(&format!("{path}/start"), &[("insured_from", "明天")]).await;
        refused.is(422);
        start(&site, &mut firm, &path).await;
        let mut mentor = assign(&site, &mut firm, &path, "mentor", "赵示例", MENTOR).await;
        let mut tutor = assign(&site, &mut college, &path, "tutor", "钱示例", TUTOR).await;

        // The week of today, with one line begun.
        let home = phone.get("/my").await;
        home.shows("写11月16日到11月22日这一周的周记");
        let week = home.link(&format!("{path}/weeks/2026-11-16")).expect("the week to write");
        let page = phone.get(&week).await;
        page.shows("周五").shows("加一条").shows("保存并提交");
        assert_eq!(field(&page.body, "lines.0.day"), "2026-11-20");
        let more = phone.post(&week, &[("edition", &edition(&page)), ("act", "add:2026-11-20"), ("lines.0.day", "2026-11-20"), ("lines.0.note", "看图纸")]).await;
        more.is(200);
        assert!(more.body.contains("lines.1.day"), "a line more, and nothing saved");
        more.shows("看图纸");

        // What cannot be read is kept, and said beside its field.
        let seen = edition(&page);
        let line = |edition: &str, extra: &'static str, note: &'static str| {
            vec![
                ("edition", edition.to_owned()),
                ("act", "save".to_owned()),
                ("lines.0.day", "2026-11-20".to_owned()),
                ("lines.0.what", "skill.enterprise.".to_owned()),
                ("lines.0.extra", extra.to_owned()),
                ("lines.0.unit", "hour".to_owned()),
                ("lines.0.note", note.to_owned()),
                ("text", "第一周".to_owned()),
            ]
        };
        let send = |fields: Vec<(&'static str, String)>| fields;
        let fields = send(line(&seen, "七个半", "看图纸"));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let wrong = phone.post(&week, &fields).await;
        wrong.is(422);
        assert_eq!(field(&wrong.body, "lines.0.extra"), "七个半");
        assert!(wrong.body.contains("#f-lines.0.extra"), "the summary leads to the field");
        // More than a day may have cannot be handed in; it is saved, and said beside the line.
        let page = phone.get(&week).await;
        let fields = line(&edition(&page), "12:30", "看图纸");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let over = phone.post(&format!("{week}/submit"), &fields).await;
        over.is(422);
        assert!(over.says("超过上限"), "{}", over.plain());
        let fields = line(&edition(&over), "7.5", "看图纸，量零件");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        phone.post(&week, &fields).await.is(303);
        let saved = phone.get(&week).await;
        saved.shows("7小时30分");
        assert_eq!(chosen(&saved.body, "lines.0.unit"), "hour");
        // Nobody else reads it before it is handed in.
        mentor.get(&week).await.hides("看图纸");
        mentor.get("/weeks").await.shows("都看完了");
        let fields = line(&edition(&saved), "7:30", "看图纸，量零件");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(phone.post(&format!("{week}/submit"), &fields).await.leads(), path);
        phone.get(&path).await.shows("等导师看");

        // The mentor returns it with a reason, from the list.
        let list = mentor.get("/weeks").await;
        list.shows("张小雨").shows("7小时30分").shows("看图纸，量零件").shows("同意").shows("退回");
        let row = list.body.split("name=\"list\" value=\"w").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
        let (row, words) = (format!("w{row}"), edition(&list));
        let empty = mentor.post(&format!("{week}/return"), &[("edition", &words), ("list", &row), (&row, " ")]).await;
        empty.is(422);
        let reason = [("edition", words.as_str()), ("list", &row), (row.as_str(), "五点以后在打扫，请改成七小时")];
        assert_eq!(mentor.post(&format!("{week}/return"), &reason).await.leads(), "/weeks");
        assert!(site.link_to(APPRENTICE).await.contains("/weeks/2026-11-16"), "a letter leads to the week");
        phone.get("/my").await.shows("被退回了");
        let returned = phone.get(&week).await;
        returned.shows("企业导师退回了这一周").shows("五点以后在打扫");
        let fields = line(&edition(&returned), "7", "看图纸，量零件");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        phone.post(&format!("{week}/submit"), &fields).await.is(303);

        // A stale page approves nothing; one press on a fresh one does. Then it is the tutor's.
        let stale = mentor.post(&format!("{week}/approve"), &[("edition", &words), ("list", "yes")]).await;
        stale.is(409);
        let list = mentor.get("/weeks").await;
        mentor.post(&format!("{week}/approve"), &[("edition", &edition(&list)), ("list", "yes")]).await.is(303);
        mentor.get("/weeks").await.shows("都看完了");
        let list = tutor.get("/weeks").await;
        list.shows("赵示例已经看过");
        tutor.post(&format!("{week}/approve"), &[("edition", &edition(&list)), ("list", "yes")]).await.is(303);
        phone.get(&path).await.shows("已通过7小时");
        phone.get(&week).await.shows("最后通过").hides("保存并提交");

        // Who looked is written down, and the file is the apprentice's to take.
        phone.get(&format!("{path}/opened")).await.shows("赵示例").shows("钱示例").hides("没有别人看过");
        let file = phone.get(&format!("{path}/file")).await;
        file.is(200);
        assert!(file.body.starts_with("PK"), "an archive");
        phone.get(&format!("{path}/complain")).await.shows("不收费");
        phone.get(&format!("{path}/agreement")).await.shows("用大白话说").shows("张小雨");
        college.get(&format!("{path}/opened")).await.is(404);
    }

    async fn what_is_not_right_is_asked_and_answered(site: Site) {
        let Signed { mut firm, mut college, path } = signed(&site).await;
        let mut phone = site.take_place(APPRENTICE, "张小雨", "0039").await;
        let section = format!("{path}/sections/rights");
        phone.post(&section, &[("act", "query"), ("side", "enterprise"), ("words", " ")]).await.is(422);
        let asked = [("act", "query"), ("side", "enterprise"), ("words", "每周只休一天")];
        phone.post(&section, &asked).await.is(303);
        phone.get(&path).await.shows("等答复");
        let twice = phone.post(&section, &asked).await;
        twice.is(409);
        firm.get(&path).await.shows("有不对的地方");
        let answer = format!("{path}/queries/rights");
        college.post(&answer, &[("words", "与我们无关")]).await.is(409);
        firm.post(&answer, &[("words", "")]).await.is(422);
        firm.post(&answer, &[("words", "下月起双休")]).await.is(303);
        phone.get("/my").await.shows("有答复了");
        phone.get(&section).await.shows("下月起双休").shows("没错，我确认");
    }

    async fn a_guardian_follows_and_a_stranger_learns_nothing(site: Site) {
        let Signed { path, .. } = signed(&site).await;
        let mut phone = site.take_place(APPRENTICE, "张小雨", "0039").await;
        let mut father = site.take_place(GUARDIAN, "张示例", "0010").await;
        father.get("/my").await.shows("张小雨").shows("接下来");
        let mut other = site.verified_enterprise("上海别家机械有限公司").await.visitor;
        // What was done last is said once, and not any more.
        other.get("/workspace").await.is(200);
        let nothing = other.get("/records/0199b0c1-0000-7000-8000-00000000000b").await;
        nothing.is(404);
        let id = path.rsplit('/').next().unwrap_or_default().to_owned();
        let guessed = other.get(&path).await;
        guessed.is(404);
        let bare = |answer: &Answer, id: &str| answer.body.replace(id, "ID");
        assert_eq!(bare(&guessed, &id), bare(&nothing, "0199b0c1-0000-7000-8000-00000000000b"));

        // The operator says why, reads, and the person sees it.
        let mut operator = site.operator().await;
        let gate = operator.get(&path).await.leads();
        operator.get(&gate).await.hides("张小雨");
        operator.post(&gate, &[("reason", " ")]).await.is(422);
        operator.post(&gate, &[("reason", "学徒来电反映工资未发")]).await.is(303);
        operator.get(&path).await.shows("张小雨").shows("平台身份");
        phone.get(&format!("{path}/opened")).await.shows("学徒来电反映工资未发");

        // Leaving is the apprentice's own to say.
        let leave = format!("{path}/withdraw");
        let unsure = [("reason", "unsuited"), ("side", "apprentice"), ("words", "想学别的"), ("last_day", "2026-11-20")];
        phone.post(&leave, &unsure).await.is(422);
        let sure = [&unsure[..], &[("sure", "yes")]].concat();
        phone.post(&leave, &sure).await.is(303);
        phone.get(&path).await.shows("提前结束");
    }
}
