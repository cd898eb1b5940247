//! Members: invited by a letter or by a code, as officer or admin; accepted, withdrawn, expired, used.

use journeys::{Answer, Enterprise, PASSWORD, Site, Visitor, stories};

const NEWCOMER: [(&str, &str); 3] = [
    ("person_name", "赵六"),
    ("email", "zhao@org.example"),
    ("password", PASSWORD),
];

async fn enterprise(site: &Site) -> Enterprise {
    site.verified_enterprise("上海示范精密制造有限公司").await
}

/// Invites by code and answers with the code.
async fn code(admin: &mut Visitor, role: &str) -> String {
    let answer = admin
        .post("/workspace/members", &[("by", "code"), ("role", role)])
        .await;
    shown_code(&answer)
}

fn shown_code(answer: &Answer) -> String {
    answer.shows("只显示这一次");
    let field = answer
        .body
        .split("id=\"code\"")
        .nth(1)
        .and_then(|rest| rest.split("value=\"").nth(1));
    field
        .and_then(|rest| rest.split('"').next())
        .expect("a code")
        .to_owned()
}

stories! {
    async fn a_colleague_joins_by_letter(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let fields = [("by", "letter"), ("email", "zhao@org.example"), ("role", "officer")];
        enterprise.visitor.post_and_follow("/workspace/members", &fields).await.shows("zhao@org.example");
        let link = site.link_to("zhao@org.example").await;
        let mut newcomer = site.visitor();
        newcomer.get(&link).await.shows("上海示范精密制造有限公司").shows("王小明").shows("经办人");
        newcomer.get(&link).await.is(200);
        assert!(!newcomer.is_signed_in());

        let wrong = newcomer.post(&link, &[("person_name", "赵六"), ("email", "x"), ("password", "hunter2hunter2")]).await;
        wrong.is(422);
        assert_eq!(journeys::field(&wrong.body, "person_name"), "赵六");
        assert!(!wrong.body.contains("hunter2hunter2"));
        newcomer.post_and_follow(&link, &NEWCOMER).await.shows("上海示范精密制造有限公司");
        assert_eq!(site.subjects_to("zhao@org.example").await.len(), 1, "the letter has shown whose address it is");
        let list = newcomer.get("/workspace/members").await;
        list.shows("赵六").shows("王小明").hides("等待接受的邀请");

        let used = site.visitor().get(&link).await;
        assert!(used.says("已经被接受") || used.says("已接受"), "{}", used.plain());
        let mut late = site.visitor();
        let again = [("person_name", "孙八"), ("email", "sun@org.example"), ("password", PASSWORD)];
        late.post(&link, &again).await.is(410);
        assert!(!late.is_signed_in());
    }

    async fn a_colleague_joins_by_a_code_however_it_is_typed(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let code = code(&mut enterprise.visitor, "officer").await;
        enterprise.visitor.get("/workspace/members").await.hides(&code);
        let mut newcomer = site.visitor();
        newcomer.post("/join", &[("code", "")]).await.is(422);
        newcomer.post("/join", &[("code", "K7M2Q-4XWPA")]).await.is(422);
        let typed = code.to_lowercase().replace('-', " ");
        let invitation = newcomer.post("/join", &[("code", &typed)]).await.leads();
        newcomer.get(&invitation).await.shows("上海示范精密制造有限公司");
        newcomer.post(&invitation, &NEWCOMER).await.is(303);
        newcomer.get("/workspace").await.shows("上海示范精密制造有限公司");
        assert_eq!(site.subjects_to("zhao@org.example").await.len(), 1, "a letter asks to confirm the address");
    }

    async fn an_officer_posts_but_only_an_admin_invites_and_describes(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let code = code(&mut enterprise.visitor, "officer").await;
        let mut officer = site.visitor();
        officer.post(&format!("/invitations/{code}"), &NEWCOMER).await.is(303);
        officer.get("/posts/new?kind=apprentices").await.is(200);
        officer.get("/workspace/members").await.shows("王小明").hides("发出邀请");
        officer.post("/workspace/members", &[("by", "code"), ("role", "admin")]).await.is(403);
        officer.get("/workspace/organisation").await.is(403);
        officer.post("/workspace/organisation", &[("name", "换了名字")]).await.is(403);
        officer.get("/workspace").await.hides("换了名字");
    }

    async fn an_admin_invited_by_code_may_what_admins_may(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let code = code(&mut enterprise.visitor, "admin").await;
        let mut second = site.visitor();
        second.post(&format!("/invitations/{code}"), &NEWCOMER).await.is(303);
        second.get("/workspace/organisation").await.is(200);
        self::code(&mut second, "officer").await;
    }

    async fn a_withdrawn_invitation_is_no_longer_open(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let code = code(&mut enterprise.visitor, "officer").await;
        let list = enterprise.visitor.get("/workspace/members").await;
        let withdraw = list.link("/workspace/members/invitations/").expect("a button");
        enterprise.visitor.post_and_follow(&withdraw, &[]).await.hides("等待接受的邀请");
        enterprise.visitor.post(&withdraw, &[]).await.is(409);
        let mut newcomer = site.visitor();
        let path = format!("/invitations/{code}");
        let page = newcomer.get(&path).await;
        assert!(page.says("撤回"), "{}", page.plain());
        newcomer.post(&path, &NEWCOMER).await.is(410);
        assert!(!newcomer.is_signed_in());
    }

    async fn an_invitation_expires(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let code = code(&mut enterprise.visitor, "officer").await;
        site.pass(15 * 24 * 3_600);
        let mut newcomer = site.visitor();
        let path = format!("/invitations/{code}");
        let page = newcomer.get(&path).await;
        assert!(page.says("过期"), "{}", page.plain());
        newcomer.post(&path, &NEWCOMER).await.is(410);
        assert!(!newcomer.is_signed_in());
    }

    async fn somebody_of_two_organisations_chooses_for_whom_to_act(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let mut college = site.verified_college("上海示范职业技术学院").await;
        let code = code(&mut enterprise.visitor, "officer").await;
        let invitation = college.visitor.post("/join", &[("code", &code)]).await.leads();
        college.visitor.get(&invitation).await.shows("王小明");
        college.visitor.post_and_follow(&invitation, &[]).await.shows("上海示范精密制造有限公司");
        college.visitor.get("/posts/new").await.shows("学徒培养需求");
        enterprise.visitor.get("/workspace/members").await.shows(&college.email);

        // Once a member, always the same member.
        let again = self::code(&mut enterprise.visitor, "officer").await;
        college.visitor.post(&format!("/invitations/{again}"), &[]).await.is(303);
        site.visitor().post(&format!("/invitations/{again}"), &NEWCOMER).await.is(303);

        // A new sign-in acts for the first organisation again; nobody acts by somebody else's membership.
        let mut fresh = site.visitor();
        fresh.post("/sign-in", &[("email", &college.email), ("password", PASSWORD)]).await.is(303);
        fresh.get("/workspace").await.shows("上海示范职业技术学院");
        let foreign = [("membership", "0199b0c1-0000-7000-8000-00000000000b")];
        fresh.post("/workspace/acting", &foreign).await.is(404);
        fresh.get("/workspace").await.shows("上海示范职业技术学院");
    }

    async fn a_member_who_is_removed_acts_no_more_and_the_last_admin_stays(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let code = code(&mut enterprise.visitor, "officer").await;
        let mut officer = site.visitor();
        officer.post(&format!("/invitations/{code}"), &NEWCOMER).await.is(303);
        let list = enterprise.visitor.get("/workspace/members").await;
        let ends: Vec<String> =
            list.links("/workspace/members/").into_iter().filter(|path| path.ends_with("/end")).collect();
        let [end] = ends.as_slice() else { panic!("the last admin has no such button: {ends:?}") };
        enterprise.visitor.post_and_follow(end, &[]).await.hides("赵六");
        assert_eq!(officer.get("/workspace").await.leads(), "/my");
        officer.get("/my").await.shows("/join");
        officer.get("/posts/new").await.is(403);
        enterprise.visitor.post(end, &[]).await.is(404);
    }

    async fn somebody_switches_between_organisations_and_back(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let mut college = site.verified_college("上海示范职业技术学院").await;
        college.visitor.get("/workspace").await.hides("membership");
        let code = code(&mut enterprise.visitor, "officer").await;
        college.visitor.post(&format!("/invitations/{code}"), &[]).await.is(303);
        let home = college.visitor.get("/workspace").await;
        let form = home.body.split("name=\"membership\"").nth(1).expect("a choice");
        let form = form.split("</form>").next().unwrap_or_default();
        let choices: Vec<&str> = form.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(choices.len(), 2, "{form}");
        let mut seen = std::collections::BTreeSet::new();
        for membership in choices {
            let home = college.visitor.post_and_follow("/workspace/acting", &[("membership", membership)]).await;
            seen.insert(home.says("发布供给"));
        }
        assert_eq!(seen.len(), 2, "once a college, once an enterprise");
    }

    async fn guessing_codes_is_slowed_down(site: Site) {
        let mut enterprise = enterprise(&site).await;
        let code = code(&mut enterprise.visitor, "officer").await;
        let mut guesser = site.visitor();
        for number in 0..30 {
            guesser.post("/join", &[("code", &format!("QQQQQ-QQ{number:03}"))]).await.is(422);
        }
        let refused = guesser.post("/join", &[("code", &code)]).await;
        refused.is(429);
        assert!(refused.retry_after.is_some());
        site.visitor().post("/join", &[("code", &code)]).await.is(303);

        let mut reader = site.visitor();
        for number in 0..30 {
            reader.get(&format!("/invitations/QQQQQ-QQ{number:03}")).await.is(404);
        }
        reader.get(&format!("/invitations/{code}")).await.is(429);
    }
}
