//! Posts: written, kept while something is missing, published, matched with reasons, changed, closed, expired.

use std::fmt::Write as _;

use journeys::{Answer, Enterprise, Site, Visitor, chosen, field, stories};

const NEED: [(&str, &str); 9] = [
    ("kind", "apprentices"),
    ("title", "车工学徒 8 名"),
    ("province", "310000"),
    ("district", "310115"),
    ("lines.0.occupation", "车工"),
    ("lines.0.level", "L3"),
    ("lines.0.seats", "8"),
    ("lines.0.pay_min", "5000"),
    ("act", "publish"),
];

const OFFER: [(&str, &str); 8] = [
    ("kind", "programme"),
    ("title", "数控技术学徒班"),
    ("province", "310000"),
    ("district", "310114"),
    ("lines.0.major", "数控技术"),
    ("lines.0.level", "L4"),
    ("lines.0.seats", "40"),
    ("act", "publish"),
];

/// The fields with others in their places, and more at the end.
fn with<'a>(fields: &[(&'a str, &'a str)], other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields
        .iter()
        .filter(|(name, _)| !other.iter().any(|(changed, _)| changed == name));
    kept.chain(other).copied().collect()
}

/// Publishes and answers with the post's path.
async fn publish(visitor: &mut Visitor, fields: &[(&str, &str)]) -> String {
    let path = visitor.post("/posts", fields).await.leads();
    visitor.get(&path).await.shows("已发布");
    path
}

/// The score of the best match on the page of a post.
async fn meter(visitor: &mut Visitor, post: &str) -> u32 {
    let page = visitor.get(post).await;
    let meter = page
        .body
        .split("<meter")
        .nth(1)
        .and_then(|rest| rest.split("value=\"").nth(1));
    let value = meter.and_then(|rest| rest.split('"').next()).expect("a score");
    value.parse().expect("a number")
}

/// How many partners the page of a post lists, from its first page to its last. The workspace has to say the same.
async fn same_figure(visitor: &mut Visitor, post: &str) -> usize {
    let mut listed = 0;
    for page in 1.. {
        let answer = visitor.get(&format!("{post}?page={page}")).await;
        let matches = answer.body.split("id=\"matches\"").nth(1).unwrap_or_default();
        let matches = matches.split("</section>").next().unwrap_or_default();
        listed += matches.matches("<div class=\"item\">").count();
        if !answer.says("下一页") {
            break;
        }
    }
    let home = visitor.get("/workspace").await;
    let link = format!("{}#matches\">", post.replace('/', "&#x2f;"));
    let mut texts = home
        .body
        .split(&link)
        .skip(1)
        .filter_map(|rest| rest.split("</a>").next());
    let figure = texts.find_map(|text| text.strip_suffix("个匹配")).map(str::trim);
    assert_eq!(figure, Some(listed.to_string().as_str()), "{}", home.plain());
    listed
}

/// The path of the post that the form on the page is of.
fn form_path(answer: &Answer) -> String {
    let of_post = |path: &String| path.len() == "/posts/".len() + 36;
    answer
        .links("/posts/")
        .into_iter()
        .find(of_post)
        .expect("the form of a post")
}

stories! {
    async fn an_enterprise_posts_a_need_and_is_told_what_is_missing(site: Site) {
        let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
        enterprise.visitor.get("/posts/new").await.shows("学徒培养需求").shows("职工培训需求").shows("实训工位需求");
        let blank = enterprise.visitor.get("/posts/new?kind=apprentices").await;
        assert_eq!(chosen(&blank.body, "province"), "310000", "what is known of the organisation is filled in");

        // Half a need is kept as a draft.
        let half = [("kind", "apprentices"), ("title", "车工学徒 8 名"), ("lines.0.occupation", "车工"), ("act", "save")];
        let draft = enterprise.visitor.post("/posts", &half).await.leads();
        enterprise.visitor.get(&draft).await.shows("草稿");
        let mut stranger = site.visitor();
        stranger.get(&draft).await.is(404);

        // Publishing names the fields that are missing.
        let form = enterprise.visitor.get(&format!("{draft}/edit")).await;
        let version = field(&form.body, "version");
        let again = with(&half, &[("version", &version), ("lines.0.seats", "八"), ("starts_on", "2026-13-01"), ("act", "publish")]);
        let wrong = enterprise.visitor.post(&draft, &again).await;
        wrong.is(422);
        assert!(wrong.body.contains("href=\"#f-lines.0.seats\""), "{}", wrong.plain());
        assert!(wrong.body.contains("href=\"#f-starts_on\""), "{}", wrong.plain());
        assert_eq!(field(&wrong.body, "lines.0.seats"), "八");
        assert_eq!(field(&wrong.body, "starts_on"), "2026-13-01");
        assert_eq!(field(&wrong.body, "title"), "车工学徒 8 名");
        assert_eq!(field(&wrong.body, "version"), version, "nothing was saved");

        let whole = with(&half, &[("version", &version), ("act", "publish")]);
        let missing = enterprise.visitor.post(&draft, &whole).await;
        missing.is(422);
        for name in ["province", "lines.0.seats"] {
            assert!(missing.body.contains(&format!("href=\"#f-{name}\"")), "{name}: {}", missing.plain());
        }
        stranger.get(&draft).await.is(404);

        let version = field(&missing.body, "version");
        let whole = with(&NEED, &[("version", &version)]);
        enterprise.visitor.post_and_follow(&draft, &whole).await.shows("已发布");
        stranger.get(&draft).await.shows("车工学徒 8 名").shows("5,000");
    }

    async fn words_that_mean_several_trades_are_offered_to_choose_from(site: Site) {
        let mut enterprise = site.verified_enterprise("上海含糊机械有限公司").await;
        let unclear = with(&NEED, &[("lines.0.occupation", "钳")]);
        let answer = enterprise.visitor.post("/posts", &unclear).await;
        answer.is(422);
        assert_eq!(field(&answer.body, "lines.0.occupation"), "钳");
        let offered = answer.body.split("name=\"pick\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let offered = offered.expect("something to choose").replace("&#x3d;", "=").replace("&#x2f;", "/");
        let picked = with(&unclear, &[("pick", &offered)]);
        let answer = enterprise.visitor.post("/posts", &picked).await;
        answer.is(200);
        let code = offered.trim_start_matches("lines.0.occupation=");
        assert!(field(&answer.body, "lines.0.occupation").contains(code), "{}", field(&answer.body, "lines.0.occupation"));
        assert_eq!(field(&answer.body, "title"), "车工学徒 8 名");
    }

    async fn lines_come_and_go_without_losing_a_word(site: Site) {
        let mut enterprise = site.verified_enterprise("上海多行机械有限公司").await;
        let more = enterprise.visitor.post("/posts", &with(&NEED, &[("line_add", "1")])).await;
        more.is(200).shows("第 2 行");
        assert_eq!(field(&more.body, "lines.0.occupation"), "车工");
        let two = with(&NEED, &[("lines.1.occupation", "铣工"), ("lines.1.seats", "3")]);
        let fewer = enterprise.visitor.post("/posts", &with(&two, &[("line_remove", "0")])).await;
        fewer.is(200).hides("第 2 行");
        assert_eq!(field(&fewer.body, "lines.0.occupation"), "铣工");
        enterprise.visitor.get("/workspace").await.shows("还没有发布");
        let path = publish(&mut enterprise.visitor, &two).await;
        site.visitor().get(&path).await.shows("车工").shows("铣工");
    }

    async fn a_need_reads_its_explained_matches_and_invites_who_has_not_joined(site: Site) {
        site.import_programmes("2025,上海市,9001,上海未来职业学院,460103,数控技术,3,\n2025,上海市,9001,上海未来职业学院,500210,道路养护与管理,3,\n")
            .await
            .expect("a good file");
        let mut college = site.verified_college("上海示范职业技术学院").await;
        let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
        let offer = publish(&mut college.visitor, &OFFER).await;
        let need = enterprise.visitor.post("/posts", &NEED).await.leads();
        enterprise.visitor.get(&need).await.shows("正在比对");
        site.work().await;

        let page = enterprise.visitor.get(&need).await;
        page.hides("正在比对").shows("数控技术学徒班").shows("数控技术直接对应车工").shows("高级工").shows("公里");
        page.shows("上海未来职业学院").shows("未入驻").hides("道路养护");
        assert!(page.links("/posts/").contains(&offer));
        let joined = page.plain().find("数控技术学徒班").expect("the joined college");
        let register = page.plain().find("上海未来职业学院").expect("the college that has not joined");
        assert!(joined < register, "better reasons stand first");

        // The offer sees the need, and both homes say so.
        college.visitor.get(&offer).await.shows("车工学徒 8 名");
        enterprise.visitor.get("/workspace").await.shows("回应").shows("数控技术学徒班");
        college.visitor.get("/workspace").await.shows("车工学徒 8 名");
        // English readers read the same reasons.
        enterprise.visitor.clone().in_english().get(&need).await.is(200);

        let invite = page.link("/register/").expect("the row's page");
        enterprise.visitor.get(&invite).await.shows("还没有入驻").shows("邀请");
        let invited = enterprise.visitor.post(&format!("{invite}/invite"), &[]).await;
        invited.shows("上海未来职业学院的老师").shows(&format!("https://qixiao.example{invite}"));
        enterprise.visitor.post(&format!("{invite}/invite"), &[]).await.is(200);
        college.visitor.post(&format!("{invite}/invite"), &[]).await.is(403);
        site.visitor().get(&invite).await.shows("未入驻");
    }

    async fn whoever_opens_a_post_reads_how_their_own_fit_and_what_keeps_them_apart(site: Site) {
        let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
        let mut college = site.verified_college("上海示范职业技术学院").await;
        let low = with(&OFFER, &[("title", "数控短训班"), ("lines.0.level", "L2"), ("region_bound", "1")]);
        let low = publish(&mut college.visitor, &low).await;
        let high = publish(&mut college.visitor, &OFFER).await;
        // Nobody to compare with, and nothing of one's own yet.
        site.visitor().get(&high).await.hides("与您的需求相比");
        enterprise.visitor.get(&high).await.hides("与您的需求相比");
        let need = publish(&mut enterprise.visitor, &NEED).await;
        let far = with(&NEED, &[("title", "外省车工学徒"), ("province", "330000"), ("district", "")]);
        let far = publish(&mut enterprise.visitor, &far).await;
        let base = [("kind", "base_time"), ("title", "实训工位"), ("province", "310000"), ("lines.0.occupation", "车工"),
            ("lines.0.seats", "8"), ("act", "publish")];
        publish(&mut enterprise.visitor, &base).await;
        // At once, before any job has matched them; the base's time is nothing a programme answers.
        let fits = enterprise.visitor.get(&high).await;
        fits.shows("与您的需求相比").shows("车工学徒 8 名").shows("名额").shows("起草培养协议").hides("实训工位");
        fits.hides("没有匹配，因为");
        let apart = enterprise.visitor.get(&low).await;
        apart.shows("没有匹配，因为").shows("最高培养到").shows("有一方限本省市：供方在上海市，需方在浙江省");
        let (near, other) = (apart.body.find("车工学徒 8 名"), apart.body.find("外省车工学徒"));
        assert!(near < other, "what fails less comes first");
        // The other way round, and nothing on one's own.
        college.visitor.get(&need).await.shows("与您的供给相比").shows("数控技术学徒班").shows("没有匹配，因为");
        college.visitor.get(&low).await.hides("相比");
        enterprise.visitor.get(&far).await.hides("相比");
        let mut rival = site.verified_college("上海另一所职业技术学院").await;
        rival.visitor.get(&high).await.hides("相比");
        // From there to the agreement.
        let form = |name: &str| journeys::field(&fits.body, name);
        let refs = ["need", "need_line", "offer", "offer_line"].map(|name| (name, form(name)));
        let refs = refs.each_ref().map(|(name, value)| (*name, value.as_str()));
        let draft = enterprise.visitor.post("/agreements/from-match", &refs).await.leads();
        enterprise.visitor.get(&draft).await.shows("上海示范职业技术学院");
        site.leave_nothing_undone().await;
    }

    async fn whoever_finds_few_is_offered_those_who_miss_by_one_thing(site: Site) {
        let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
        let mut college = site.verified_college("上海示范职业技术学院").await;
        let other = |title: &'static str, level: &'static str, province: &'static str| {
            with(&OFFER, &[("title", title), ("lines.0.level", level), ("province", province), ("district", ""),
                ("region_bound", "1")])
        };
        publish(&mut college.visitor, &other("低一级的班", "L2", "310000")).await;
        publish(&mut college.visitor, &other("外省低一级的班", "L2", "330000")).await;
        let nursing = with(&OFFER, &[("title", "护理班"), ("lines.0.major", "护理")]);
        publish(&mut college.visitor, &nursing).await;
        let need = publish(&mut enterprise.visitor, &NEED).await;
        site.work().await;
        let page = enterprise.visitor.get(&need).await;
        // Two things apart is not near, and neither is another trade.
        page.shows("只差一项的供给").shows("低一级的班").shows("最高培养到").hides("外省低一级的班").hides("护理班");
        site.visitor().get(&need).await.hides("只差一项");
        for title in ["甲班", "乙班", "丙班"] {
            publish(&mut college.visitor, &with(&OFFER, &[("title", title)])).await;
        }
        site.work().await;
        enterprise.visitor.get(&need).await.shows("丙班").hides("只差一项");
        // A college learns the same of its offers.
        let lone = publish(&mut college.visitor, &other("又一个低一级的班", "L2", "310000")).await;
        site.work().await;
        college.visitor.get(&lone).await.shows("只差一项的需求").shows("车工学徒 8 名");
        site.leave_nothing_undone().await;
    }

    async fn a_college_sees_which_needs_together_make_a_class(site: Site) {
        let mut college = site.verified_college("上海示范职业技术学院").await;
        let class = publish(&mut college.visitor, &with(&OFFER, &[("lines.0.seats", "20")])).await;
        for (number, seats) in [("甲", "8"), ("乙", "8"), ("丙", "8"), ("丁", "4")] {
            let mut enterprise = site.verified_enterprise(&format!("上海{number}精密制造有限公司")).await;
            let title = format!("{number}厂车工学徒");
            let need = with(&NEED, &[("title", &title), ("lines.0.seats", seats)]);
            publish(&mut enterprise.visitor, &need).await;
        }
        site.work().await;
        let page = college.visitor.get(&class).await;
        page.shows("可以合成一班").shows("3项需求共20人，名额20个");
        site.visitor().get(&class).await.hides("可以合成一班");
        site.leave_nothing_undone().await;
    }

    async fn the_figure_of_matches_is_what_the_page_lists(site: Site) {
        let mut rows = String::new();
        for school in 1..=8 {
            writeln!(rows, "2025,上海市,90{school:02},上海第{school}职业学院,460103,数控技术,3,").expect("text is written");
        }
        site.import_programmes(&rows).await.expect("a good file");
        let mut college = site.verified_college("上海示范职业技术学院").await;
        let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
        let several = [("lines.1.major", "机械制造及自动化"), ("lines.1.level", "L4"), ("lines.1.seats", "20")];
        let offer = publish(&mut college.visitor, &with(&OFFER, &several)).await;
        publish(&mut college.visitor, &with(&OFFER, &[("title", "数控技术夜班")])).await;
        let several = [("lines.1.occupation", "铣工"), ("lines.1.level", "L3"), ("lines.1.seats", "3")];
        let need = publish(&mut enterprise.visitor, &with(&NEED, &several)).await;
        site.work().await;
        let pairs = {
            let mut tx = site.app().db().read().await.expect("the database reads");
            tx.matches().count().await.expect("pairs are counted")
        };
        assert!(pairs > 12, "several lines of one partner answer several lines: {pairs}");
        let listed = same_figure(&mut enterprise.visitor, &need).await;
        assert_eq!(listed, 10, "two posts and eight rows, on more than one page");
        assert_eq!(same_figure(&mut college.visitor, &offer).await, 1);
        enterprise.visitor.get("/workspace").await.shows("有10个新的匹配");

        // What is out of sight before the matches are computed again is in neither.
        college.visitor.post(&format!("{offer}/close"), &[("reason", "filled")]).await.is(303);
        assert_eq!(same_figure(&mut enterprise.visitor, &need).await, 9);
        site.work().await;
        assert_eq!(same_figure(&mut enterprise.visitor, &need).await, 9);
    }

    async fn what_does_not_suit_is_set_aside_and_taken_back(site: Site) {
        site.import_programmes("2025,上海市,9001,上海未来职业学院,460103,数控技术,3,\n").await.expect("a good file");
        let mut college = site.verified_college("上海示范职业技术学院").await;
        let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
        let offer = publish(&mut college.visitor, &OFFER).await;
        publish(&mut college.visitor, &with(&OFFER, &[("title", "数控夜班")])).await;
        let need = publish(&mut enterprise.visitor, &NEED).await;
        site.work().await;
        assert_eq!(same_figure(&mut enterprise.visitor, &need).await, 3);
        for visitor in [&mut site.visitor(), &mut college.visitor] {
            visitor.get(&need).await.shows("数控夜班").hides("不合适");
        }
        let row = enterprise.visitor.get(&need).await.link("/register/").expect("the row's page");
        let (aside, back) = (format!("{need}/aside"), format!("{need}/back"));
        let class = format!("posting:{}", offer.rsplit('/').next().unwrap_or_default());
        let row = format!("row:{}", row.rsplit('/').next().unwrap_or_default());

        // At once, before any job: in the list, the figures and the workspace. The other side keeps its own list.
        enterprise.visitor.post_and_follow(&aside, &[("partner", &class)]).await.shows("已移开").shows("您移开的1项");
        assert_eq!(same_figure(&mut enterprise.visitor, &need).await, 2);
        enterprise.visitor.post(&aside, &[("partner", &class)]).await.is(303);
        enterprise.visitor.post(&aside, &[("partner", &row)]).await.is(303);
        assert_eq!(same_figure(&mut enterprise.visitor, &need).await, 1);
        enterprise.visitor.get("/workspace").await.shows("数控夜班").hides("数控技术学徒班");
        assert_eq!(same_figure(&mut college.visitor, &offer).await, 1);
        college.visitor.get(&offer).await.shows("车工学徒 8 名").hides("您移开的");
        site.work().await;
        assert_eq!(same_figure(&mut enterprise.visitor, &need).await, 1, "no job brings it back");
        site.visitor().get(&need).await.hides("数控技术学徒班").hides("移开");

        // Nobody else's, and nothing that cannot be there.
        college.visitor.post(&aside, &[("partner", &class)]).await.is(403);
        college.visitor.post(&back, &[("partner", &class)]).await.is(403);
        let own = format!("posting:{}", need.rsplit('/').next().unwrap_or_default());
        for wrong in [own.as_str(), "posting:x", "row", "", "row:0192f0c1-0000-7000-8000-000000000001"] {
            enterprise.visitor.post(&aside, &[("partner", wrong)]).await.is(404);
        }
        college.visitor.post(&format!("{offer}/aside"), &[("partner", &row)]).await.is(404);

        enterprise.visitor.post_and_follow(&back, &[("partner", &class)]).await.shows("已放回").shows("您移开的1项");
        site.work().await;
        assert_eq!(same_figure(&mut enterprise.visitor, &need).await, 2);
        enterprise.visitor.get(&need).await.shows("数控技术学徒班");
        enterprise.visitor.post(&back, &[("partner", &row)]).await.is(303);
        site.work().await;
        assert_eq!(same_figure(&mut enterprise.visitor, &need).await, 3);
        enterprise.visitor.get(&need).await.hides("移开");
        enterprise.visitor.post(&format!("{need}/close"), &[("reason", "filled")]).await.is(303);
        enterprise.visitor.post(&aside, &[("partner", &class)]).await.is(409);
        site.leave_nothing_undone().await;
    }

    async fn what_shall_not_count_is_muted_and_counts_again(site: Site) {
        let mut college = site.verified_college("上海示范职业技术学院").await;
        let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
        let offer = publish(&mut college.visitor, &with(&OFFER, &[("price", "9000")])).await;
        let need = publish(&mut enterprise.visitor, &with(&NEED, &[("price", "3000")])).await;
        site.work().await;
        enterprise.visitor.get(&need).await.shows("超出每人").shows("哪些方面计入匹配").hides("不计入：");
        for visitor in [&mut site.visitor(), &mut college.visitor] {
            visitor.get(&need).await.hides("哪些方面计入匹配");
        }
        let score = meter(&mut enterprise.visitor, &need).await;

        let counting = format!("{need}/counting");
        let all = ["skills", "industry", "distance", "mode", "level", "capacity", "schedule", "price"];
        let but_price: Vec<(&str, &str)> = all.iter().filter(|one| **one != "price").map(|one| ("counts", *one)).collect();
        let saved = enterprise.visitor.post_and_follow(&counting, &but_price).await;
        saved.shows("正在重新比对").shows("不计入：费用。");
        site.work().await;
        assert!(meter(&mut enterprise.visitor, &need).await > score, "a price that is too high no longer counts against it");
        // The other side is told who does not want it to count, and keeps its own say.
        for (visitor, post) in [(&mut enterprise.visitor, &need), (&mut college.visitor, &offer)] {
            visitor.get(post).await.shows("需方选择不计入费用").hides("超出每人");
        }
        college.visitor.get(&offer).await.hides("不计入：");
        site.visitor().get(&need).await.shows("不计入：费用。");
        let form = enterprise.visitor.get(&format!("{need}/edit")).await;
        let (version, line) = (field(&form.body, "version"), field(&form.body, "lines.0.id"));
        let said = [("price", "3000"), ("title", "车工学徒 9 名"), ("version", version.as_str()), ("lines.0.id", line.as_str())];
        let edited = enterprise.visitor.post_and_follow(&need, &with(&NEED, &said)).await;
        edited.shows("车工学徒 9 名").shows("不计入：费用。");
        college.visitor.post(&counting, &but_price).await.is(403);

        let every: Vec<(&str, &str)> = all.iter().map(|one| ("counts", *one)).collect();
        enterprise.visitor.post_and_follow(&counting, &every).await.hides("不计入：");
        site.work().await;
        enterprise.visitor.get(&need).await.shows("超出每人");
        assert_eq!(meter(&mut enterprise.visitor, &need).await, score);
        site.leave_nothing_undone().await;
    }

    async fn reasons_follow_what_posts_say_even_where_the_score_stays(site: Site) {
        let mut college = site.verified_college("上海变化学院").await;
        let mut enterprise = site.verified_enterprise("上海变化机械有限公司").await;
        let offer = publish(&mut college.visitor, &with(&OFFER, &[("skills", "数控编程")])).await;
        let need = publish(&mut enterprise.visitor, &with(&NEED, &[("skills", "数控编程、三坐标测量")])).await;
        site.work().await;
        let score = meter(&mut enterprise.visitor, &need).await;
        enterprise.visitor.get(&need).await.shows("教数控编程；没有写到三坐标测量");
        let form = college.visitor.get(&format!("{offer}/edit")).await;
        let (version, line) = (field(&form.body, "version"), field(&form.body, "lines.0.id"));
        let other = [("skills", "三坐标测量"), ("version", version.as_str()), ("lines.0.id", line.as_str())];
        college.visitor.post(&offer, &with(&OFFER, &other)).await.is(303);
        site.work().await;
        assert_eq!(meter(&mut enterprise.visitor, &need).await, score);
        enterprise.visitor.get(&need).await.shows("教三坐标测量；没有写到数控编程");
    }

    async fn matches_follow_what_posts_say_now(site: Site) {
        let mut college = site.verified_college("上海变化学院").await;
        let mut enterprise = site.verified_enterprise("上海变化机械有限公司").await;
        let offer = publish(&mut college.visitor, &OFFER).await;
        let need = publish(&mut enterprise.visitor, &NEED).await;
        site.work().await;
        enterprise.visitor.get(&need).await.shows("数控技术学徒班");

        let form = college.visitor.get(&format!("{offer}/edit")).await;
        let (version, line) = (field(&form.body, "version"), field(&form.body, "lines.0.id"));
        let renamed = with(&OFFER, &[("title", "数控技术夜班"), ("version", &version), ("lines.0.id", &line)]);
        college.visitor.post_and_follow(&offer, &renamed).await.shows("数控技术夜班");
        site.work().await;
        enterprise.visitor.get(&need).await.shows("数控技术夜班").hides("数控技术学徒班");

        college.visitor.post_and_follow(&format!("{offer}/close"), &[("reason", "filled")]).await.shows("已关闭");
        enterprise.visitor.get(&need).await.hides("数控技术夜班");
        site.work().await;
        enterprise.visitor.get(&need).await.hides("数控技术夜班");
    }

    async fn a_stale_form_overwrites_nothing(site: Site) {
        let mut enterprise = site.verified_enterprise("上海两窗机械有限公司").await;
        let need = publish(&mut enterprise.visitor, &NEED).await;
        let form = enterprise.visitor.get(&format!("{need}/edit")).await;
        let version = field(&form.body, "version");
        let first = with(&NEED, &[("title", "第一扇窗"), ("version", &version)]);
        let second = with(&NEED, &[("title", "第二扇窗"), ("version", &version)]);
        enterprise.visitor.post(&need, &first).await.is(303);
        enterprise.visitor.post(&need, &second).await.is(409);
        enterprise.visitor.get(&need).await.shows("第一扇窗").hides("第二扇窗");
    }

    async fn an_organisation_that_is_not_verified_writes_drafts_and_publishes_nothing(site: Site) {
        let Enterprise { visitor: mut waiting, name, .. } = site.enterprise("上海等待机械有限公司").await;
        let need = waiting.post("/posts", &NEED).await.leads();
        waiting.get(&need).await.shows("草稿").shows("核验");
        waiting.post(&format!("{need}/publish"), &[]).await.is(303);
        waiting.get(&need).await.shows("草稿");
        site.work().await;
        let mut stranger = site.visitor();
        stranger.get(&need).await.is(404);
        stranger.get("/search?side=need").await.hides("车工学徒 8 名");

        site.verify(&name).await;
        waiting.post_and_follow(&format!("{need}/publish"), &[]).await.shows("已发布");
        stranger.get(&need).await.shows("车工学徒 8 名");
    }

    async fn each_side_posts_its_own_kinds(site: Site) {
        let mut college = site.verified_college("上海供给学院").await;
        let mut enterprise = site.verified_enterprise("上海需求机械有限公司").await;
        college.visitor.get("/posts/new?kind=apprentices").await.is(409);
        college.visitor.post("/posts", &NEED).await.is(409);
        enterprise.visitor.get("/posts/new?kind=programme").await.is(409);
        enterprise.visitor.post("/posts", &OFFER).await.is(409);
        let course = [
            ("kind", "course"),
            ("title", "三坐标测量短期班"),
            ("province", "310000"),
            ("lines.0.occupation", "车工"),
            ("lines.0.seats", "20"),
            ("lines.0.hours", "40"),
            ("price", "1800"),
            ("modes", "M06"),
            ("modes", "M07"),
            ("act", "publish"),
        ];
        let path = publish(&mut college.visitor, &course).await;
        site.visitor().get(&path).await.shows("三坐标测量短期班").shows("1,800").shows("40");
        let base = with(&course, &[("kind", "base"), ("title", "数控实训基地")]);
        publish(&mut college.visitor, &base).await;
        for (kind, title) in [("staff_training", "班组长培训 20 人"), ("base_time", "实训工位 20 个")] {
            let fields = with(&NEED, &[("kind", kind), ("title", title)]);
            publish(&mut enterprise.visitor, &fields).await;
        }
    }

    async fn a_closed_post_stays_as_it_was_and_says_so(site: Site) {
        let mut enterprise = site.verified_enterprise("上海关门机械有限公司").await;
        let need = publish(&mut enterprise.visitor, &NEED).await;
        site.work().await;
        let mut stranger = site.visitor();
        stranger.get("/search?side=need").await.shows("车工学徒 8 名");
        enterprise.visitor.post(&format!("{need}/close"), &[("reason", "expired")]).await.is(422);
        enterprise.visitor.post(&format!("{need}/close"), &[("reason", "filled")]).await.is(303);
        stranger.get(&need).await.shows("已关闭").shows("已找到合作方");
        site.work().await;
        stranger.get("/search?side=need").await.hides("车工学徒 8 名");
        enterprise.visitor.get(&format!("{need}/edit")).await.is(409);
        enterprise.visitor.post(&need, &NEED).await.is(409);
        enterprise.visitor.post(&format!("{need}/publish"), &[]).await.is(409);
        enterprise.visitor.post(&format!("{need}/close"), &[("reason", "filled")]).await.is(409);
    }

    async fn a_post_past_its_closing_date_is_closed_by_the_nightly_job(site: Site) {
        let mut enterprise = site.verified_enterprise("上海到期机械有限公司").await;
        let past = with(&NEED, &[("closing_on", "2026-11-19")]);
        let refused = enterprise.visitor.post("/posts", &past).await;
        refused.is(422);
        assert!(refused.body.contains("href=\"#f-closing_on\""), "{}", refused.plain());
        let path = form_path(&refused);
        let version = field(&refused.body, "version");
        let soon = with(&NEED, &[("closing_on", "2026-11-21"), ("version", &version)]);
        enterprise.visitor.post_and_follow(&path, &soon).await.shows("已发布");

        site.pass(24 * 3_600);
        site.work().await;
        let mut stranger = site.visitor();
        stranger.get(&path).await.hides("已关闭").shows("2026年11月21日");
        stranger.get("/search?side=need").await.shows("车工学徒 8 名");
        site.pass(24 * 3_600);
        site.work().await;
        stranger.get(&path).await.shows("已关闭");
        stranger.get("/search?side=need").await.hides("车工学徒 8 名");
        enterprise.visitor.get("/workspace").await.shows("已关闭");
    }
}
