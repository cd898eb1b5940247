//! The operator verifies, returns, suspends and reinstates; sees jobs and imports.

use journeys::{Site, Visitor, chosen, field, stories};

/// The operator's page of the organisation of this name.
async fn dossier(operator: &mut Visitor, standing: &str, name: &str) -> String {
    let queue = operator.get(&format!("/operator?standing={standing}")).await;
    queue.shows(name);
    for link in queue.links("/operator/organisations/") {
        if operator.get(&link).await.says(name) {
            return link;
        }
    }
    panic!("{name} is not among the {standing}");
}

/// Decides as the form does, with the version it shows.
async fn decide(operator: &mut Visitor, dossier: &str, decision: &str, reason: &str) -> journeys::Answer {
    let version = field(&operator.get(dossier).await.body, "version");
    operator
        .post(
            &format!("{dossier}/{decision}"),
            &[("version", &version), ("reason", reason)],
        )
        .await
}

async fn publish_need(visitor: &mut Visitor) -> String {
    let fields = [
        ("kind", "apprentices"),
        ("title", "车工学徒 8 名"),
        ("province", "310000"),
        ("lines.0.occupation", "车工"),
        ("lines.0.seats", "8"),
        ("act", "publish"),
    ];
    visitor.post("/posts", &fields).await.leads()
}

stories! {
    async fn an_operator_returns_with_a_reason_and_verifies_what_was_mended(site: Site) {
        let mut enterprise = site.enterprise("上海打错字有限公司").await;
        let mut operator = site.operator().await;
        let dossier = dossier(&mut operator, "claimed", &enterprise.name).await;
        operator.get(&dossier).await.shows("信用代码校验位正确").shows("王小明").hides(&enterprise.email);

        let silent = decide(&mut operator, &dossier, "return", "  ").await;
        silent.is(422);
        assert!(silent.body.contains("href=\"#f-reason\""), "{}", silent.plain());
        decide(&mut operator, &dossier, "return", "名称与执照不一致，请改为全称。").await.is(303);
        site.work().await;
        assert_eq!(site.subjects_to(&enterprise.email).await.len(), 2);
        enterprise.visitor.get("/workspace").await.shows("名称与执照不一致，请改为全称。");

        let form = enterprise.visitor.get("/workspace/organisation").await;
        form.shows("名称与执照不一致，请改为全称。");
        let (version, code) = (field(&form.body, "version"), field(&form.body, "credit_code"));
        let mended = [
            ("version", version.as_str()),
            ("name", "上海全称精密制造有限公司"),
            ("kinds", "enterprise"),
            ("credit_code", &code),
            ("province", "310000"),
            ("district", "310115"),
            ("industries", "equipment"),
            ("introduction", "做精密零件的。"),
        ];
        enterprise.visitor.post_and_follow("/workspace/organisation", &mended).await.shows("上海全称精密制造有限公司");
        enterprise.visitor.get("/workspace").await.shows("待核验").hides("名称与执照不一致");
        site.verify("上海全称精密制造有限公司").await;
        enterprise.visitor.get("/workspace").await.shows("已核验");
        let public = enterprise.visitor.get("/workspace").await.link("/organisations/").expect("its page");
        site.visitor().get(&public).await.shows("做精密零件的。").shows("已核验");
    }

    async fn a_suspended_organisation_vanishes_and_comes_back(site: Site) {
        let mut enterprise = site.verified_enterprise("上海暂停机械有限公司").await;
        let mut college = site.verified_college("上海旁观学院").await;
        let offer = [
            ("kind", "programme"),
            ("title", "数控技术学徒班"),
            ("province", "310000"),
            ("lines.0.major", "数控技术"),
            ("act", "publish"),
        ];
        let offer = college.visitor.post("/posts", &offer).await.leads();
        let need = publish_need(&mut enterprise.visitor).await;
        site.work().await;
        let public = enterprise.visitor.get("/workspace").await.link("/organisations/").expect("its page");
        let mut stranger = site.visitor();
        for path in [need.as_str(), &public, "/search?side=need", "/"] {
            stranger.get(path).await.shows("上海暂停机械有限公司");
        }
        college.visitor.get(&offer).await.shows("车工学徒 8 名");

        let mut operator = site.operator().await;
        let dossier = dossier(&mut operator, "verified", &enterprise.name).await;
        decide(&mut operator, &dossier, "suspend", "").await.is(422);
        decide(&mut operator, &dossier, "suspend", "有人举报冒用名义。").await.is(303);
        // At once, before any job has run.
        stranger.get(&need).await.is(404);
        stranger.get(&public).await.is(404);
        stranger.get("/").await.hides("上海暂停机械有限公司");
        college.visitor.get(&offer).await.hides("车工学徒 8 名");
        site.work().await;
        stranger.get("/search?side=need").await.hides("车工学徒 8 名");
        site.switch_search(false);
        stranger.get("/search?side=need").await.hides("车工学徒 8 名");
        site.switch_search(true);
        enterprise.visitor.get("/workspace").await.shows("有人举报冒用名义。");
        enterprise.visitor.get(&need).await.is(200);
        let draft = publish_need(&mut enterprise.visitor).await;
        stranger.get(&draft).await.is(404);
        enterprise.visitor.get(&draft).await.shows("草稿");

        decide(&mut operator, &dossier, "reinstate", "").await.is(303);
        stranger.get(&need).await.shows("车工学徒 8 名");
        site.work().await;
        stranger.get("/search?side=need").await.shows("1 个结果").shows("车工学徒 8 名");
        college.visitor.get(&offer).await.shows("车工学徒 8 名");
        stranger.get(&draft).await.is(404);
        assert_eq!(site.subjects_to(&enterprise.email).await.len(), 4, "confirm, verified, suspended, verified again");
        operator.get(&dossier).await.shows("有人举报冒用名义。");
    }

    async fn two_operators_do_not_decide_over_each_other(site: Site) {
        let mut enterprise = site.enterprise("上海抢先机械有限公司").await;
        let mut operator = site.operator().await;
        let dossier = dossier(&mut operator, "claimed", &enterprise.name).await;
        let seen = field(&operator.get(&dossier).await.body, "version");
        operator.post(&format!("{dossier}/verify"), &[("version", &seen)]).await.is(303);
        let late = [("version", seen.as_str()), ("reason", "看着不对")];
        operator.post(&format!("{dossier}/suspend"), &late).await.is(409);
        decide(&mut operator, &dossier, "verify", "").await.is(409);
        decide(&mut operator, &dossier, "reinstate", "").await.is(409);
        enterprise.visitor.get("/workspace").await.shows("已核验");
    }

    async fn what_changed_while_the_operator_looked_is_looked_at_again(site: Site) {
        let mut enterprise = site.enterprise("上海前名机械有限公司").await;
        let mut operator = site.operator().await;
        let dossier = dossier(&mut operator, "claimed", &enterprise.name).await;
        let seen = field(&operator.get(&dossier).await.body, "version");
        let form = enterprise.visitor.get("/workspace/organisation").await;
        let changed = [
            ("version", field(&form.body, "version")),
            ("name", "上海后名机械有限公司".to_owned()),
            ("kinds", "enterprise".to_owned()),
            ("credit_code", field(&form.body, "credit_code")),
            ("province", chosen(&form.body, "province")),
        ];
        let changed: Vec<(&str, &str)> = changed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        enterprise.visitor.post("/workspace/organisation", &changed).await.is(303);
        operator.post(&format!("{dossier}/verify"), &[("version", &seen)]).await.is(409);
        enterprise.visitor.get("/workspace").await.shows("待核验");
    }

    async fn a_verified_name_that_changes_is_verified_again(site: Site) {
        let mut enterprise = site.verified_enterprise("上海老牌机械有限公司").await;
        let need = publish_need(&mut enterprise.visitor).await;
        site.work().await;
        let form = enterprise.visitor.get("/workspace/organisation").await;
        let (version, code) = (field(&form.body, "version"), field(&form.body, "credit_code"));
        let fields = |name: &'static str, version: String| {
            [
                ("version", version),
                ("name", name.to_owned()),
                ("kinds", "enterprise".to_owned()),
                ("credit_code", code.clone()),
                ("province", "310000".to_owned()),
                ("introduction", "换了介绍。".to_owned()),
            ]
        };
        let same = fields("上海老牌机械有限公司", version);
        let same: Vec<(&str, &str)> = same.iter().map(|(name, value)| (*name, value.as_str())).collect();
        enterprise.visitor.post("/workspace/organisation", &same).await.is(303);
        enterprise.visitor.get("/workspace").await.shows("已核验");
        site.visitor().get(&need).await.is(200);

        let version = field(&enterprise.visitor.get("/workspace/organisation").await.body, "version");
        let other = fields("上海大名鼎鼎有限公司", version);
        let other: Vec<(&str, &str)> = other.iter().map(|(name, value)| (*name, value.as_str())).collect();
        enterprise.visitor.post("/workspace/organisation", &other).await.is(303);
        enterprise.visitor.get("/workspace").await.shows("待核验");
        site.visitor().get(&need).await.is(404);
        site.work().await;
        site.visitor().get("/search?side=need").await.hides("车工学徒 8 名");
    }

    async fn a_job_that_was_given_up_is_tried_again(site: Site) {
        let mut enterprise = site.verified_enterprise("上海重试机械有限公司").await;
        site.switch_search(false);
        publish_need(&mut enterprise.visitor).await;
        for _ in 0..12 {
            site.work().await;
            site.pass(3_601);
        }
        let mut operator = site.operator().await;
        let jobs = operator.get("/operator/jobs").await;
        jobs.shows("index").shows("switched off");
        site.switch_search(true);
        for retry in jobs.links("/operator/jobs/") {
            operator.post(&retry, &[]).await.is(303);
        }
        site.work().await;
        operator.get("/operator/jobs").await.hides("switched off");
        site.visitor().get("/search?side=need").await.shows("车工学徒 8 名");
    }

    async fn an_operator_acts_for_nobody_until_invited(site: Site) {
        let mut operator = site.operator().await;
        assert_eq!(operator.get("/workspace").await.leads(), "/operator");
        operator.get("/posts/new").await.is(403);
        operator.get("/operator/imports").await.is(200);
        assert_eq!(operator.get("/").await.leads(), "/workspace");
        site.import_programmes("2025,上海市,9001,上海未来职业学院,460103,数控技术,3,\n").await.expect("a good file");
        operator.get("/operator/imports").await.shows("programmes.csv");
    }
}
