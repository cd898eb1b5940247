//! The programme register and imports: claimed by its college, turned into posts; all of a file or nothing of it.

use journeys::{Site, Visitor, field, stories};
use operations::import::{ImportFailure, table::FileProblemKind};

const ROWS: &str = "2025,上海市,9001,上海示范职业技术学院,460103,数控技术,3,\n\
                    2025,上海市,9001,上海示范职业技术学院,460113,模具设计与制造,3,\n\
                    2025,上海市,9002,上海别家职业学院,460103,数控技术,3,\n";

const NEED: [(&str, &str); 6] = [
    ("kind", "apprentices"),
    ("title", "车工学徒 8 名"),
    ("province", "310000"),
    ("lines.0.occupation", "车工"),
    ("lines.0.seats", "8"),
    ("act", "publish"),
];

const POSTS: &str = "reference,organisation,kind,title,occupation,level,seats,province,skills\n";

/// The rows on the claims page, as they are sent.
async fn rows(visitor: &mut Visitor) -> Vec<String> {
    let page = visitor.get("/workspace/claims").await;
    let links = page.links("/register/");
    links
        .iter()
        .map(|path| path.trim_start_matches("/register/").to_owned())
        .collect()
}

fn chosen(rows: &[String]) -> Vec<(&'static str, &str)> {
    rows.iter().map(|row| ("row", row.as_str())).collect()
}

stories! {
    async fn a_college_claims_its_rows_and_turns_them_into_posts(site: Site) {
        site.import_programmes(ROWS).await.expect("a good file");
        let mut stranger = site.visitor();
        stranger.get("/search?kind=register").await.shows("3 个结果").shows("未入驻");

        let mut college = site.college("上海示范职业技术学院").await;
        let row = stranger.get("/search?kind=register").await.link("/register/").expect("a row");
        let row = row.trim_start_matches("/register/").to_owned();
        college.visitor.post("/workspace/claims", &[("row", &row)]).await.is(409);
        site.verify(&college.name).await;
        let own = rows(&mut college.visitor).await;
        assert_eq!(own.len(), 2, "the rows of its own name");
        let nothing = college.visitor.post("/workspace/claims", &[]).await;
        nothing.is(422);
        assert!(nothing.says("勾选"), "{}", nothing.plain());
        college.visitor.post_and_follow("/workspace/claims", &chosen(&own)).await.shows("认领成功");
        college.visitor.post("/workspace/claims", &chosen(&own)).await.is(303);
        site.work().await;
        stranger.get(&format!("/register/{}", own[0])).await.shows("上海示范职业技术学院").hides("未入驻");
        stranger.get("/search?kind=register&q=9001").await.is(200);

        let drafts = college.visitor.post("/workspace/claims/posts", &chosen(&own)).await;
        assert_eq!(drafts.leads(), "/workspace");
        let home = college.visitor.get("/workspace").await;
        home.shows("数控技术（3 年制）").shows("模具设计与制造（3 年制）");
        college.visitor.post("/workspace/claims/posts", &chosen(&own)).await.is(303);
        let posts = college.visitor.get("/workspace").await.links("/posts/");
        let posts: Vec<&String> = posts.iter().filter(|path| path.len() == 43).collect();
        assert_eq!(posts.len(), 2, "a row becomes one post: {posts:?}");

        for path in posts {
            college.visitor.get(path).await.shows("草稿");
            college.visitor.post_and_follow(&format!("{path}/publish"), &[]).await.shows("已发布");
            stranger.get(path).await.shows("2025 年专业备案");
        }
        site.work().await;
        stranger.get("/search?kind=programme").await.shows("2 个结果").shows("学制 3 年");
    }

    async fn a_college_that_has_joined_and_not_claimed_its_rows_is_not_invited(site: Site) {
        site.import_programmes(ROWS).await.expect("a good file");
        let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
        let need = enterprise.visitor.post("/posts", &NEED).await.leads();
        site.work().await;
        let mut stranger = site.visitor();
        let list = "/search?kind=register&q=%E6%A8%A1%E5%85%B7";
        let row = stranger.get(list).await.shows("未入驻").link("/register/").expect("the row");
        enterprise.visitor.get(&row).await.shows("还没有入驻").shows("邀请这所院校入驻");
        enterprise.visitor.get(&need).await.shows("上海示范职业技术学院").shows("未入驻").shows("邀请这所院校入驻").hides("未认领");

        // Signing up under the name proves nothing.
        let mut college = site.college("上海示范职业技术学院").await;
        site.work().await;
        stranger.get(list).await.shows("未入驻").hides("未认领");
        enterprise.visitor.get(&row).await.shows("还没有入驻");

        site.verify(&college.name).await;
        site.work().await;
        let found = stranger.get(list).await;
        found.shows("未认领").hides("未入驻");
        let own = found.link("/organisations/").expect("the college's page");
        stranger.get(&own).await.is(200).shows("上海示范职业技术学院");
        for visitor in [&mut stranger, &mut enterprise.visitor] {
            let page = visitor.get(&row).await;
            page.shows("未认领").shows("还没有认领").hides("未入驻");
            page.hides("邀请这所院校").hides("登录后邀请");
            assert!(page.links("/organisations/").contains(&own));
        }
        enterprise.visitor.clone().in_english().get(&row).await.shows("Joined, not yet claimed");
        let refused = enterprise.visitor.post(&format!("{row}/invite"), &[]).await;
        assert!(refused.is(409).says("已经入驻"), "{}", refused.plain());
        let page = enterprise.visitor.get(&need).await;
        page.shows("未认领").shows("未入驻");
        assert!(page.links("/organisations/").contains(&own));
        let joined = stranger.get("/search?kind=register&q=%E6%95%B0%E6%8E%A7").await;
        let joined = joined.links("/register/");
        let invites = page.body.matches("邀请这所院校入驻").count();
        assert_eq!((joined.len(), invites), (2, 1), "only the college that has not joined is invited");
        site.switch_search(false);
        stranger.get(list).await.shows("未认领").hides("未入驻");
        site.switch_search(true);
        // Its own people are led to the claim.
        college.visitor.get(&row).await.shows("未认领").shows("去认领");

        let all = rows(&mut college.visitor).await;
        college.visitor.post("/workspace/claims", &chosen(&all)).await.is(303);
        site.work().await;
        stranger.get(list).await.hides("未认领").hides("未入驻");
        enterprise.visitor.get(&row).await.shows("院校已认领").hides("邀请这所院校");
        enterprise.visitor.get(&need).await.hides("上海示范职业技术学院").shows("上海别家职业学院");
    }

    async fn a_college_out_of_sight_has_not_joined(site: Site) {
        site.import_programmes(ROWS).await.expect("a good file");
        let mut college = site.verified_college("上海示范职业技术学院").await;
        site.work().await;
        let mut stranger = site.visitor();
        let list = "/search?kind=register&q=%E6%A8%A1%E5%85%B7";
        stranger.get(list).await.shows("未认领");

        // Another name is another college, until it is verified again.
        let form = college.visitor.get("/workspace/organisation").await;
        let (version, code) = (field(&form.body, "version"), field(&form.body, "credit_code"));
        let renamed = [
            ("version", version.as_str()),
            ("name", "上海别家职业学院"),
            ("kinds", "school"),
            ("credit_code", &code),
            ("province", "310000"),
        ];
        college.visitor.post("/workspace/organisation", &renamed).await.is(303);
        site.work().await;
        stranger.get("/search?kind=register").await.shows("未入驻").hides("未认领");
        site.verify("上海别家职业学院").await;
        site.work().await;
        stranger.get(list).await.shows("未入驻").hides("未认领");
        let other = stranger.get("/search?kind=register&q=%E5%88%AB%E5%AE%B6").await;
        other.shows("上海别家职业学院").shows("未认领").hides("未入驻");

        let mut operator = site.operator().await;
        let dossier = operator.get("/operator?standing=verified").await;
        let dossier = dossier.link("/operator/organisations/").expect("it is verified");
        let version = field(&operator.get(&dossier).await.body, "version");
        let suspended = [("version", version.as_str()), ("reason", "投诉属实")];
        operator.post(&format!("{dossier}/suspend"), &suspended).await.is(303);
        site.work().await;
        stranger.get("/search?kind=register").await.shows("未入驻").hides("未认领");
    }

    async fn nobody_claims_another_colleges_rows(site: Site) {
        site.import_programmes(ROWS).await.expect("a good file");
        let mut owner = site.verified_college("上海别家职业学院").await;
        let foreign = rows(&mut owner.visitor).await;
        let mut college = site.verified_college("上海示范职业技术学院").await;
        college.visitor.post("/workspace/claims", &chosen(&foreign)).await.is(409);
        college.visitor.post("/workspace/claims/posts", &chosen(&foreign)).await.is(409);
        owner.visitor.post("/workspace/claims", &chosen(&foreign)).await.is(303);
        college.visitor.post("/workspace/claims/posts", &chosen(&foreign)).await.is(409);

        // Taking the other's name means being verified again first, and what is taken stays taken.
        let form = college.visitor.get("/workspace/organisation").await;
        let (version, code) = (field(&form.body, "version"), field(&form.body, "credit_code"));
        let renamed = [
            ("version", version.as_str()),
            ("name", "上海别家职业学院"),
            ("kinds", "school"),
            ("credit_code", &code),
            ("province", "310000"),
        ];
        college.visitor.post("/workspace/organisation", &renamed).await.is(303);
        college.visitor.post("/workspace/claims", &chosen(&foreign)).await.is(409);
        let mut operator = site.operator().await;
        let dossier = operator.get("/operator").await.link("/operator/organisations/").expect("it waits");
        operator.get(&dossier).await.shows("同名");
        site.verify("上海别家职业学院").await;
        college.visitor.post("/workspace/claims", &chosen(&foreign)).await.is(409);
        college.visitor.get("/workspace/claims").await.shows("上海别家职业学院");

        let mut enterprise = site.verified_enterprise("上海旁观机械有限公司").await;
        enterprise.visitor.get("/workspace/claims").await.is(403);
        enterprise.visitor.post("/workspace/claims", &chosen(&foreign)).await.is(403);
    }

    async fn a_second_import_changes_nothing(site: Site) {
        let report = site.import_programmes(ROWS).await.expect("a good file");
        assert_eq!((report.rows, report.added, report.organisations), (3, 3, 2));
        let before = site.app().db().fingerprint().await.expect("tables are read");
        let report = site.import_programmes(ROWS).await.expect("a good file");
        assert_eq!((report.added, report.changed, report.removed, report.unchanged), (0, 0, 0, 3));
        let after = site.app().db().fingerprint().await.expect("tables are read");
        assert_eq!(before.differences(&after), ["audit", "imports"], "who imported what when is all that is written");

        let fewer = "2025,上海市,9001,上海示范职业技术学院,460103,数控技术,3,\n2025,上海市,9001,上海示范职业技术学院,460113,模具设计与制造,5,\n";
        let report = site.import_programmes(fewer).await.expect("a good file");
        assert_eq!((report.added, report.removed, report.unchanged), (1, 2, 1));
        site.visitor().get("/search?kind=register").await.shows("2 个结果").hides("上海别家职业学院");
    }

    async fn a_broken_file_changes_nothing_and_names_line_and_column(site: Site) {
        site.import_programmes(ROWS).await.expect("a good file");
        let before = site.app().db().fingerprint().await.expect("tables are read");
        let broken = format!("{ROWS}2025,上海市,9003,上海新学院,460103,数控技术,三,\n2025,火星,9004,火星学院,46010,数控技术,3,\n");
        let Err(ImportFailure::File(problems)) = site.import_programmes(&broken).await else {
            panic!("a broken file was taken");
        };
        let places: Vec<(u64, &str)> =
            problems.iter().map(|problem| (problem.line, problem.column.as_deref().unwrap_or_default())).collect();
        assert_eq!(places, [(5, "duration_years"), (6, "province"), (6, "major_code")]);
        let short = format!("{ROWS}2025,上海市,9003\n");
        let Err(ImportFailure::File(problems)) = site.import_programmes(&short).await else {
            panic!("a short line was taken");
        };
        assert_eq!((problems[0].line, &problems[0].what), (5, &FileProblemKind::Fields { found: 3, expected: 8 }));
        assert_eq!(before, site.app().db().fingerprint().await.expect("tables are read"));
        site.visitor().get("/search?kind=register").await.shows("3 个结果");
    }

    async fn posts_come_from_a_file_once(site: Site) {
        let mut enterprise = site.verified_enterprise("上海文件机械有限公司").await;
        let file = format!(
            "{POSTS}A1,上海文件机械有限公司,apprentices,车工学徒,6-18-01-01,L3,8,310000,数控编程;CAD\n\
             A1,,,,6-18-01-02,L3,4,,\n\
             A2,上海文件机械有限公司,base_time,实训工位,6-18-01-01,,4,310000,\n"
        );
        let before = site.app().db().fingerprint().await.expect("tables are read");
        let report = site.import_postings(&file, true).await.expect("a good file");
        assert_eq!((report.added, report.dry_run), (2, true));
        assert_eq!(before, site.app().db().fingerprint().await.expect("tables are read"), "a dry run writes nothing");

        let report = site.import_postings(&file, false).await.expect("a good file");
        assert_eq!((report.rows, report.added, report.organisations), (2, 2, 1));
        site.visitor().get("/search?side=need").await.shows("2 个结果").shows("车工学徒").shows("12 人");
        let report = site.import_postings(&file, false).await.expect("a good file");
        assert_eq!((report.added, report.changed, report.unchanged), (0, 0, 2));

        let changed = file.replace("实训工位", "实训工位（夜间）");
        let report = site.import_postings(&changed, false).await.expect("a good file");
        assert_eq!((report.added, report.changed, report.unchanged), (0, 1, 1));
        let home = enterprise.visitor.get("/workspace").await;
        home.shows("实训工位（夜间）").shows("车工学徒");
        let list = site.visitor().get("/search?q=%E5%A4%9C%E9%97%B4").await;
        let post = list.link("/posts/").expect("the post from the file");
        enterprise.visitor.post(&format!("{post}/close"), &[("reason", "withdrawn")]).await.is(303);
        let report = site.import_postings(&changed, false).await.expect("a good file");
        assert_eq!((report.changed, report.unchanged), (0, 2), "what its people closed stays closed");
    }

    async fn a_file_of_posts_is_taken_whole_or_not_at_all(site: Site) {
        site.verified_enterprise("上海文件机械有限公司").await;
        site.enterprise("上海等待机械有限公司").await;
        let before = site.app().db().fingerprint().await.expect("tables are read");
        for (row, line, column) in [
            ("A2,上海没有这家公司,apprentices,学徒,6-18-01-01,L3,8,310000,", 3, "organisation"),
            ("A2,上海等待机械有限公司,apprentices,学徒,6-18-01-01,L3,8,310000,", 3, "organisation"),
            ("A2,上海文件机械有限公司,programme,专业,6-18-01-01,L3,8,310000,", 3, "kind"),
            ("A2,上海文件机械有限公司,apprentices,学徒,6-18-01-01,L9,8,310000,", 3, "level"),
            ("A2,上海文件机械有限公司,apprentices,学徒,6-18-01-01,L3,,310000,", 3, "seats"),
        ] {
            let file = format!("{POSTS}A1,上海文件机械有限公司,apprentices,车工学徒,6-18-01-01,L3,8,310000,\n{row}\n");
            let Err(ImportFailure::File(problems)) = site.import_postings(&file, false).await else {
                panic!("{row} was taken");
            };
            let found = problems.first().map(|problem| (problem.line, problem.column.as_deref().unwrap_or_default()));
            assert_eq!(found, Some((line, column)), "{row}");
        }
        assert_eq!(before, site.app().db().fingerprint().await.expect("tables are read"));
    }
}
