//! A stranger searches, narrows down, opens; and the search that goes on while the engine is out of order.

use journeys::{Answer, Site, encode, stories};

/// Four colleges on paper, two organisations on the platform, six posts.
async fn market(site: &Site) {
    site.import_programmes(
        "2024,上海市,9001,上海未来职业学院,460103,数控技术,3,\n\
         2025,上海市,9001,上海未来职业学院,460103,数控技术,3,\n\
         2025,上海市,9001,上海未来职业学院,510215,动漫制作技术,3,\n\
         2025,江苏省,9002,江苏未来职业学院,460103,数控技术,3,\n",
    )
    .await
    .expect("a good file");
    let mut college = site.verified_college("上海示范职业技术学院").await;
    let mut enterprise = site.verified_enterprise("上海示范精密制造有限公司").await;
    let offers = [
        ("programme", "数控技术学徒班", "310114", "L4", "40", "2027-03-01"),
        ("course", "数控编程短期课程", "310115", "L3", "20", "2027-01-05"),
        ("base", "数控实训基地", "310114", "", "60", ""),
    ];
    for (kind, title, district, level, seats, starts) in offers {
        site.pass(60);
        let fields = [
            ("kind", kind),
            ("title", title),
            ("province", "310000"),
            ("district", district),
            ("industries", "equipment"),
            ("starts_on", starts),
            ("lines.0.major", "数控技术"),
            ("lines.0.level", level),
            ("lines.0.seats", seats),
            ("act", "publish"),
        ];
        college.visitor.post("/posts", &fields).await.is(303);
    }
    for (title, occupation, seats) in [("车工学徒 8 名", "车工", "8"), ("焊工学徒 5 名", "焊工", "5")] {
        site.pass(60);
        let fields = [
            ("kind", "apprentices"),
            ("title", title),
            ("province", "310000"),
            ("district", "310115"),
            ("lines.0.occupation", occupation),
            ("lines.0.level", "L3"),
            ("lines.0.seats", seats),
            ("act", "publish"),
        ];
        enterprise.visitor.post("/posts", &fields).await.is(303);
    }
    site.work().await;
}

fn search(words: &str, more: &str) -> String {
    format!("/search?q={}{more}", encode(words))
}

/// Where a text stands on the page.
#[track_caller]
fn place(answer: &Answer, text: &str) -> usize {
    let bare = answer.plain().replace(' ', "");
    bare.find(&text.replace(' ', ""))
        .unwrap_or_else(|| panic!("no {text} in {bare}"))
}

stories! {
    async fn a_search_that_finds_nothing_leads_to_what_is_near_and_to_a_registered_need(site: Site) {
        market(&site).await;
        let mut stranger = site.visitor();
        // Nobody calls it so: the title means 车工, and 数控技术 leads there.
        let nothing = stranger.get(&search("车床师傅傅", "&side=offer")).await;
        nothing.shows("没有找到").shows("可能是“数控技术”").shows("企业入驻").hides("登记为需求？");
        let hint = nothing.links("/search?q=").into_iter().find(|way| way.contains("%E6%95%B0%E6%8E%A7%E6%8A%80%E6%9C%AF"));
        stranger.get(&hint.expect("a way to 数控技术")).await.shows("数控技术学徒班");
        // What is not there but next door.
        let nothing = stranger.get(&search("数控编程", "&district=310104")).await;
        nothing.shows("没有找到").shows("去掉“徐汇区”");
        stranger.get(&search("车床师傅傅", "&side=need")).await.hides("企业入驻后");

        let mut enterprise = site.verified_enterprise("上海示范车床有限公司").await;
        let nothing = enterprise.visitor.get(&search("车床师傅傅", "&side=offer")).await;
        let way = nothing.shows("登记为需求").link("/posts/new?").expect("a way to a need");
        let form = enterprise.visitor.get(&way).await;
        form.shows("车床师傅傅").shows("6-18-01-01 车工");
        let fields = [
            ("kind", "apprentices"),
            ("title", "车床师傅傅"),
            ("province", "310000"),
            ("lines.0.occupation", "6-18-01-01 车工"),
            ("lines.0.seats", "3"),
            ("act", "publish"),
        ];
        enterprise.visitor.post("/posts", &fields).await.is(303);
        site.work().await;
        stranger.get(&search("车床师傅傅", "&side=need")).await.shows("1 个结果");
    }

    async fn the_map_of_a_trade_goes_both_ways_and_counts_what_is_posted(site: Site) {
        market(&site).await;
        let mut stranger = site.visitor();
        let turner = stranger.get("/trades/6-18-01-01").await;
        turner.shows("车工").shows("数控技术").shows("直接对口").hides("护理");
        assert_eq!(turner.link("/trades/460103").as_deref(), Some("/trades/460103"));
        turner.shows("企业需求1 个结果");
        let major = stranger.get("/trades/460103").await;
        major.shows("可以培养的职业").shows("模具设计与制造").shows("院校和培训机构供给3 个结果");
        assert!(major.links("/trades/6-18-01-01").len() == 1, "{}", major.plain());
        // The counts are what a search then shows.
        let needs = turner.link("/search?q=%E8%BD%A6%E5%B7%A5&side=need").expect("a way to the needs");
        stranger.get(&needs).await.shows("1 个结果").shows("车工学徒 8 名");
        let offers = major.links("/search?q=").into_iter().find(|way| way.contains("kind=course"));
        stranger.get(&offers.expect("a way to the offers")).await.shows("3 个结果");

        stranger.get("/trades").await.shows("装备制造大类").shows("生产制造及有关人员");
        stranger.get("/trades?q=skjs").await.shows("数控技术");
        stranger.get(&format!("/trades?q={}", encode("啊啊啊"))).await.shows("没有找到");
        stranger.get("/trades/6-00-00-00").await.shows("包含").hides("对应的专业");
        stranger.get("/trades/460199").await.is(404);
        stranger.get("/trades/%3Cscript%3E").await.is(404);

        // From a post and from a row of the register people come to the map of its trade.
        let post = stranger.get(&search("车工学徒", "")).await.link("/posts/").expect("a post");
        assert!(stranger.get(&post).await.link("/trades/6-18-01-01").is_some());
        let row = stranger.get(&search("动漫制作技术", "&kind=register")).await.link("/register/").expect("a row");
        assert!(stranger.get(&row).await.link("/trades/510215").is_some());

        // While search is out of order the map says nothing about posts, and all the rest.
        site.switch_search(false);
        stranger.get("/trades/460103").await.shows("可以培养的职业").hides("企业需求");
    }

    async fn a_stranger_searches_narrows_down_and_opens_a_post(site: Site) {
        market(&site).await;
        let mut stranger = site.visitor();
        let all = stranger.get(&search("数控", "")).await;
        all.shows("5 个结果").shows("上海未来职业学院").shows("未入驻").shows("数控技术学徒班");
        all.hides("焊工").hides("动漫");
        assert!(all.body.contains("<mark>数控</mark>"), "what was looked for is marked");

        // Every value of a facet leads to exactly as many results as it says.
        let narrow = all.links("/search?").into_iter().find(|link| link.contains("kind=programme")).expect("a facet");
        stranger.get(&narrow).await.shows("1 个结果").shows("数控技术学徒班").hides("短期课程").hides("上海未来职业学院");
        stranger.get(&search("数控", "&kind=register")).await.shows("2 个结果").hides("学徒班");
        stranger.get(&search("数控", "&kind=register&province=320000")).await.shows("1 个结果").shows("江苏未来职业学院");
        stranger.get(&search("数控", "&district=310114")).await.shows("2 个结果").hides("短期课程");
        stranger.get(&search("数控", "&industry=equipment&level=L3")).await.shows("1 个结果").shows("短期课程");
        stranger.get(&search("数控", "&industry=ic")).await.shows("0 个结果");
        stranger.get("/search?side=need").await.shows("2 个结果").shows("车工").shows("焊工").hides("学徒班");
        stranger.get("/search?side=offer&kind=apprentices").await.shows("个结果");

        let post = stranger.get(&narrow).await.link("/posts/").expect("the post");
        stranger.get(&post).await.shows("数控技术学徒班").shows("上海示范职业技术学院");
        let owner = stranger.get(&post).await.link("/organisations/").expect("who offers it");
        stranger.get(&owner).await.shows("上海示范职业技术学院").shows("数控实训基地");
    }

    async fn short_names_pinyin_and_the_other_language_find_the_same(site: Site) {
        market(&site).await;
        let mut stranger = site.visitor();
        for words in ["shukong", "sk", "CNC", "數控", "数控 学徒"] {
            stranger.get(&search(words, "")).await.shows("数控技术学徒班");
        }
        stranger.get(&search("数控 zzqq", "")).await.shows("0 个结果").shows("改搜");
        stranger.get(&search("'; DROP TABLE postings; --", "")).await.is(200);
        stranger.get("/search?q=%FF%FE&page=abc&kind=nothing&sort=upside").await.is(200);
    }

    async fn results_come_in_the_order_asked_for(site: Site) {
        market(&site).await;
        let mut stranger = site.visitor();
        let newest = stranger.get(&search("数控", "&side=offer&sort=newest")).await;
        assert!(place(&newest, "数控实训基地") < place(&newest, "数控编程短期课程"));
        assert!(place(&newest, "数控编程短期课程") < place(&newest, "数控技术学徒班"));
        let starts = stranger.get(&search("数控", "&side=offer&sort=starts")).await;
        assert!(place(&starts, "数控编程短期课程") < place(&starts, "数控技术学徒班"));
        assert!(place(&starts, "数控技术学徒班") < place(&starts, "数控实训基地"), "without a date comes last");
        let seats = stranger.get("/search?side=need&sort=seats").await;
        assert!(place(&seats, "车工学徒 8 名") < place(&seats, "焊工学徒 5 名"));
    }

    async fn posts_come_before_rows_of_the_register_that_say_the_same(site: Site) {
        market(&site).await;
        let mut stranger = site.visitor();
        // The titles of the rows say nothing else, those of the posts much more.
        for engine in [true, false] {
            site.switch_search(engine);
            let page = stranger.get(&search("数控", "")).await;
            let rows = page.plain().replace(' ', "").find("未来职业学院").expect("a row");
            for title in ["数控技术学徒班", "数控编程短期课程", "数控实训基地"] {
                assert!(place(&page, title) < rows, "{title} stands behind a row of the register");
            }
        }
    }

    async fn twins_of_the_register_tell_their_length_of_study(site: Site) {
        site.import_programmes(
            "2025,上海市,9001,上海未来职业学院,460103,数控技术,3,\n\
             2025,上海市,9001,上海未来职业学院,460103,数控技术,5,\n",
        )
        .await
        .expect("a good file");
        let mut stranger = site.visitor();
        stranger.get(&search("数控", "")).await.shows("2 个结果").shows("学制 3 年").shows("学制 5 年");
        stranger.in_english().get(&search("数控", "")).await.shows("3 years").shows("5 years");
    }

    async fn long_lists_come_in_pages(site: Site) {
        let rows: Vec<String> =
            (1..=45).map(|number| format!("2025,上海市,{number},上海第{number}职业学院,460103,数控技术,3,\n")).collect();
        site.import_programmes(&rows.concat()).await.expect("a good file");
        let mut stranger = site.visitor();
        let mut seen = std::collections::BTreeSet::new();
        let mut next = Some(search("数控", ""));
        let mut pages = 0;
        while let Some(path) = next {
            let page = stranger.get(&path).await;
            page.shows("45 个结果");
            seen.extend(page.links("/register/"));
            pages += 1;
            let wanted = format!("page={}", pages + 1);
            next = page.links("/search?").into_iter().find(|link| link.ends_with(&wanted));
        }
        assert_eq!((pages, seen.len()), (3, 45), "each row stands on one page");
        stranger.get(&search("数控", "&page=9")).await.shows("这一页没有内容");
    }

    async fn search_goes_on_without_the_engine_says_so_and_recovers(site: Site) {
        market(&site).await;
        let mut stranger = site.visitor();
        let notice = "搜索引擎暂不可用";
        stranger.get(&search("数控", "")).await.hides(notice);

        site.switch_search(false);
        let page = stranger.get(&search("数控", "")).await;
        page.shows(notice).shows("数控技术学徒班").shows("上海未来职业学院").shows("5 个结果").hides("焊工");
        stranger.get(&search("数控", "&district=310114&kind=programme")).await.shows(notice).shows("1 个结果");
        stranger.get("/search?side=need").await.shows(notice).shows("2 个结果").hides("学徒班");
        stranger.get("/healthz").await.is(200);

        // What is published meanwhile is found at once by the database, and by the engine when it works again.
        let mut enterprise = site.verified_enterprise("上海停电机械有限公司").await;
        let fields = [
            ("kind", "base_time"),
            ("title", "数控实训工位 20 个"),
            ("province", "310000"),
            ("lines.0.occupation", "车工"),
            ("lines.0.seats", "20"),
            ("act", "publish"),
        ];
        enterprise.visitor.post("/posts", &fields).await.is(303);
        site.work().await;
        stranger.get(&search("数控", "")).await.shows(notice).shows("数控实训工位 20 个");

        site.switch_search(true);
        stranger.get(&search("数控", "")).await.hides(notice).hides("数控实训工位 20 个");
        site.pass(3_600);
        site.work().await;
        stranger.get(&search("数控", "")).await.hides(notice).shows("数控实训工位 20 个").shows("6 个结果");
    }

    async fn the_front_page_counts_what_is_there(site: Site) {
        market(&site).await;
        let page = site.visitor().get("/").await;
        page.shows("院校和培训机构 1").shows("企业 1").shows("供给和需求 5").shows("备案专业 3").shows("2025 年");
        page.shows("焊工学徒 5 名").shows("数控实训基地");
        let mut reader = site.visitor().in_english();
        reader.get(&search("CNC", "")).await.shows("5 results");
    }

    async fn what_one_begins_to_type_is_suggested_and_drafts_are_not(site: Site) {
        market(&site).await;
        let mut enterprise = site.verified_enterprise("临港示范机床有限公司").await;
        for (title, skill, act) in [("维护学徒 2 名", "数控系统维护", "publish"), ("喷涂学徒 2 名", "数控喷涂", "save")] {
            let fields = [
                ("kind", "apprentices"),
                ("title", title),
                ("province", "310000"),
                ("skills", skill),
                ("lines.0.occupation", "车工"),
                ("lines.0.seats", "2"),
                ("act", act),
            ];
            enterprise.visitor.post("/posts", &fields).await.is(303);
        }
        site.work().await;
        let mut stranger = site.visitor();
        let suggest = |typed: &str| format!("/search/suggest?q={}", encode(typed));
        let answer = stranger.get(&suggest("数控")).await;
        let found: Vec<serde_json::Value> = serde_json::from_str(&answer.body).expect("a list");
        let at = |name: &str| found.iter().position(|one| one["name"] == name);
        assert_eq!(found[0]["kind"], "专业", "{found:?}");
        assert!(at("数控技术") < at("数控系统维护"), "trades before skills: {found:?}");
        assert_eq!(found[at("数控系统维护").expect("it is suggested")]["kind"], "技能");
        let majors = found.iter().filter(|one| one["name"] == "数控技术").count();
        assert_eq!(majors, 1, "of the two catalogues that have it: {found:?}");
        assert_eq!(at("数控喷涂"), None, "a draft is nobody else's");
        assert_eq!(found[at("数控技术").expect("it is suggested")]["href"], search("数控技术", ""));
        stranger.get(&suggest("shukong")).await.shows("数控技术");
        stranger.get(&suggest("临港示范")).await.shows("临港示范机床有限公司").shows("/organisations/");
        for nothing in ["", "s", "？", "<script>"] {
            assert_eq!(stranger.get(&suggest(nothing)).await.body, "[]", "{nothing}");
        }
        let mut reader = site.visitor().in_english();
        reader.get(&suggest("车工")).await.shows("Occupation");
    }

    async fn a_college_reads_the_unmet_demand_of_its_place_and_why(site: Site) {
        market(&site).await;
        let mut enterprise = site.verified_enterprise("浦东示范餐饮有限公司").await;
        let fields = [
            ("kind", "apprentices"),
            ("title", "中式烹调学徒 12 名"),
            ("province", "310000"),
            ("district", "310115"),
            ("lines.0.occupation", "中式烹调师"),
            ("lines.0.level", "L3"),
            ("lines.0.seats", "12"),
            ("act", "publish"),
        ];
        enterprise.visitor.post("/posts", &fields).await.is(303);
        site.work().await;
        let mut stranger = site.visitor();
        let all = stranger.get("/demand?province=&district=").await;
        all.shows("未满足的需求").shows("中式烹调师").shows("1条需求 · 12人").shows("上海市浦东新区").hides("焊工");
        let behind = stranger.get("/demand?province=310000&district=310115&trade=4-03-02-01").await;
        behind.shows("中式烹调学徒 12 名").shows("浦东示范餐饮有限公司").shows("专业不对口").shows("院校加入");
        stranger.get("/demand?trade=4-03-02-01&district=310112").await.shows("这里目前没有未满足的需求");
        stranger.get("/demand?trade=nothing").await.is(404);
        enterprise.visitor.get("/demand?trade=4-03-02-01").await.shows("中式烹调学徒").hides("院校加入");

        // Colleges of the tests are in Pudong.
        let mut college = site.verified_college("浦东示范职业技术学院").await;
        college.visitor.get("/demand").await.shows("浦东新区").shows("中式烹调师");
        college.visitor.get("/workspace").await.shows("查看未满足的需求");
        let fields = [
            ("kind", "programme"),
            ("title", "烹饪学徒班"),
            ("province", "310000"),
            ("district", "310115"),
            ("lines.0.major", "烹饪工艺与营养"),
            ("lines.0.level", "L3"),
            ("lines.0.seats", "30"),
            ("act", "publish"),
        ];
        college.visitor.post("/posts", &fields).await.is(303);
        site.work().await;
        college.visitor.get("/demand?province=&district=").await.hides("中式烹调师");
    }

    async fn words_that_find_nothing_are_given_a_meaning_by_the_operator(site: Site) {
        const WORDS: &str = "车床师傅傅";
        market(&site).await;
        let mut operator = site.operator().await;
        let mut stranger = site.visitor();
        for _ in 0..2 {
            stranger.get(&search(WORDS, "")).await.shows("没有找到");
            stranger.get(&search("焊工", "")).await;
            stranger.get(&search("138 0013 8000", "")).await;
        }
        // Asked twice: that may be one person's.
        operator.get("/operator/questions").await.shows("近期没有反复搜不到的词").hides(WORDS).hides("焊工");
        // With a choice it is another question, and the next page is the same one.
        stranger.get(&search(WORDS, "&side=offer")).await;
        stranger.get(&search(WORDS, "&page=2")).await;
        operator.get("/operator/questions").await.hides(WORDS);
        stranger.get(&search(WORDS, "")).await;
        stranger.get(&search("焊工", "")).await;
        stranger.get(&search("138 0013 8000", "")).await;
        let room = operator.get("/operator/questions").await;
        room.shows(WORDS).shows("3次没有结果").shows("按“车工”查找（6）").shows("焊工").hides("13800138000");

        let read = |means: &'static str| [("words", WORDS), ("means", means)];
        let wrong = operator.post("/operator/questions/read", &read("量子焊接机")).await;
        assert!(wrong.is(422).says("按“量子焊接机”也找不到任何内容"));
        operator.post("/operator/questions/read", &read(" ")).await.is(422);
        let room = operator.post_and_follow("/operator/questions/read", &read("车工")).await;
        room.shows("近期没有反复搜不到的词").shows("撤销");
        let found = stranger.get(&search(WORDS, "")).await;
        found.shows("没有找到“车床师傅傅”，以下是“车工”的结果").shows("车工学徒 8 名");
        // One word among others is read so too, and what is chosen holds.
        stranger.get(&search("车床师傅傅 学徒", "")).await.shows("以下是“车工 学徒”的结果");
        stranger.get(&search(WORDS, "&side=need")).await.shows("以下是“车工”的结果").shows("1个结果");
        stranger.get(&search("焊工", "")).await.hides("以下是");

        operator.post_and_follow("/operator/questions/undo", &read("")).await.shows(WORDS);
        operator.post("/operator/questions/undo", &read("")).await.is(404);
        stranger.get(&search(WORDS, "")).await.hides("以下是");
        operator.post_and_follow("/operator/questions/leave", &read("")).await.shows("近期没有反复搜不到的词");
        // After a season nothing of it is known.
        site.pass(91 * 86_400);
        site.work().await;
        operator.get("/operator/questions").await.hides("焊工");
        site.leave_nothing_undone().await;
    }

    async fn searching_too_fast_waits_a_second(site: Site) {
        let mut hasty = site.visitor();
        let mut answered = 0;
        let refused = loop {
            // The cheapest page that is counted: however slow the machine, it is asked for faster than twenty times a second.
            while hasty.get("/trades").await.status.as_u16() == 200 {
                answered += 1;
                assert!(answered < 5_000, "nobody may search without end");
            }
            // One more may be let through by now, not one each time.
            let search = hasty.get("/search?q=x").await;
            if search.status.as_u16() != 200 {
                break search;
            }
        };
        assert!(answered >= 60, "{answered} were answered");
        refused.is(429);
        assert_eq!(refused.retry_after, Some(1));
        site.visitor().get("/search?q=x").await.is(200);
    }
}
