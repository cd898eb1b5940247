//! Searches that are saved and organisations that are followed, and the letters that tell what is new in them.

use journeys::{Answer, College, Site, encode, stories};

/// A college whose admin has confirmed the address.
async fn reader(site: &Site) -> College {
    let mut college = site.college("上海读信职业技术学院").await;
    let link = site.link_to(&college.email).await;
    college.visitor.post(&link, &[]).await.is(303);
    site.verify(&college.name).await;
    college
}

async fn publish(site: &Site, of: &mut journeys::Visitor, title: &str, occupation: &str) {
    let fields = [
        ("kind", "apprentices"),
        ("title", title),
        ("province", "310000"),
        ("district", "310115"),
        ("lines.0.occupation", occupation),
        ("lines.0.level", "L3"),
        ("lines.0.seats", "8"),
        ("act", "publish"),
    ];
    of.post("/posts", &fields).await.is(303);
    site.work().await;
}

/// From the morning of a Friday to nine o'clock on Monday and a little more.
const UNTIL_MONDAY: i64 = 3 * 86_400 + 600;

/// The answer has this status and says why.
#[track_caller]
fn refuses(answer: &Answer, status: u16, why: &str) {
    answer.is(status);
    assert!(answer.says(why), "{}", answer.plain());
}

stories! {
    async fn a_saved_search_is_kept_renamed_run_and_forgotten(site: Site) {
        let mut somebody = reader(&site).await.visitor;
        let asked = format!("/search?q={}&side=need&sort=newest", encode("车工"));
        somebody.get(&asked).await.shows("保存并订阅这个搜索");
        let fields = [("q", "车工"), ("side", "need"), ("sort", "newest"), ("name", ""), ("cadence", "daily")];
        somebody.post("/searches", &fields).await.is(303);
        somebody.get("/searches").await.shows("车工 · ").shows("每个工作日一封");
        // The same search once more is the same search, by its new name.
        let again = [("side", "need"), ("q", "车工"), ("name", "要车工的"), ("cadence", "weekly")];
        somebody.post("/searches", &again).await.is(303);
        let page = somebody.get("/searches").await;
        page.shows("要车工的").shows("每周一封");
        let paths: Vec<String> = page.links("/searches/").into_iter().filter(|path| path.ends_with("/delete")).collect();
        assert_eq!(paths.len(), 1, "{paths:?}");
        let path = paths[0].trim_end_matches("/delete").to_owned();
        let runs = somebody.get(&path).await.leads();
        assert!(runs.starts_with("/search?q=") && runs.contains("side=need"), "{runs}");
        somebody.post(&path, &[("name", "  浦东的车工  ")]).await.is(303);
        somebody.get("/searches").await.shows("浦东的车工").hides("要车工的");
        let mut other = site.verified_enterprise("上海旁人机械有限公司").await.visitor;
        for (method, path) in [("GET", path.clone()), ("POST", path.clone()), ("POST", paths[0].clone())] {
            let answer = if method == "GET" { other.get(&path).await } else { other.post(&path, &[]).await };
            answer.is(404);
        }
        somebody.post(&paths[0], &[]).await.is(303);
        somebody.get("/searches").await.shows("还没有保存搜索");
        let mut stranger = site.visitor();
        stranger.get(&asked).await.shows("登录后可以保存").hides("多久告诉我一次");
    }

    async fn only_so_many_searches_are_saved(site: Site) {
        let mut somebody = reader(&site).await.visitor;
        for number in 0..30 {
            somebody.post("/searches", &[("q", &format!("车工{number}"))]).await.is(303);
        }
        refuses(&somebody.post("/searches", &[("q", "焊工")]).await, 409, "最多保存");
        somebody.post("/searches", &[("q", "车工7"), ("name", "改名可以")]).await.is(303);
    }

    async fn what_is_new_in_a_saved_search_is_told_once(site: Site) {
        let mut college = reader(&site).await;
        let mut enterprise = site.verified_enterprise("上海新岗机械有限公司").await;
        publish(&site, &mut enterprise.visitor, "早先的车工 3 名", "车工").await;
        site.pass(60);
        let fields = [("q", "车工"), ("side", "need"), ("name", "要车工的"), ("cadence", "daily")];
        college.visitor.post("/searches", &fields).await.is(303);
        site.pass(60);
        publish(&site, &mut enterprise.visitor, "车工学徒 8 名", "车工").await;
        publish(&site, &mut enterprise.visitor, "焊工学徒 5 名", "焊工").await;
        site.pass(UNTIL_MONDAY);
        let told = site.texts_to(&college.email).await;
        let digest = told.last().expect("a digest");
        assert!(digest.contains("车工学徒 8 名"), "{digest}");
        assert!(digest.contains("符合您保存的搜索“要车工的”"), "{digest}");
        assert!(!digest.contains("焊工") && !digest.contains("早先"), "{digest}");
        let letters = told.len();
        site.pass(86_400);
        assert_eq!(site.texts_to(&college.email).await.len(), letters, "nothing is new: nothing is sent");
        // The link behind the name runs the search.
        let path = digest.split("/searches/").nth(1);
        assert!(path.is_none() || college.visitor.get("/searches").await.says("要车工的"));
    }

    async fn nobody_gets_a_digest_of_an_engine_that_does_not_answer(site: Site) {
        let mut college = reader(&site).await;
        let mut enterprise = site.verified_enterprise("上海停机机械有限公司").await;
        college.visitor.post("/searches", &[("q", "车工"), ("cadence", "daily")]).await.is(303);
        site.pass(60);
        publish(&site, &mut enterprise.visitor, "车工学徒 8 名", "车工").await;
        let before = site.texts_to(&college.email).await.len();
        site.switch_search(false);
        site.pass(UNTIL_MONDAY);
        assert_eq!(site.texts_to(&college.email).await.len(), before);
        site.switch_search(true);
        site.pass(3_600);
        let told = site.texts_to(&college.email).await;
        assert!(told.len() == before + 1 && told[before].contains("车工学徒 8 名"), "{told:?}");
    }

    async fn a_followed_organisation_is_told_of_until_it_is_left(site: Site) {
        let mut college = reader(&site).await;
        let mut enterprise = site.verified_enterprise("上海常新机械有限公司").await;
        publish(&site, &mut enterprise.visitor, "早先的车工 3 名", "车工").await;
        let home = enterprise.visitor.get("/workspace").await.link("/organisations/").expect("its page");
        college.visitor.get(&home).await.shows("关注").hides("已关注");
        site.pass(60);
        college.visitor.post(&format!("{home}/follow"), &[]).await.is(303);
        college.visitor.post(&format!("{home}/follow"), &[]).await.is(303);
        college.visitor.get(&home).await.shows("已关注").shows("取消关注");
        college.visitor.get("/searches").await.shows("上海常新机械有限公司");
        enterprise.visitor.get(&home).await.hides("关注");
        site.visitor().get(&home).await.hides("取消关注");
        site.pass(60);
        publish(&site, &mut enterprise.visitor, "焊工学徒 5 名", "焊工").await;
        site.pass(UNTIL_MONDAY);
        let told = site.texts_to(&college.email).await;
        let digest = told.last().expect("a digest");
        assert!(digest.contains("焊工学徒 5 名") && !digest.contains("早先"), "{digest}");
        college.visitor.post(&format!("{home}/unfollow"), &[]).await.is(303);
        college.visitor.get("/searches").await.shows("还没有关注单位");
        publish(&site, &mut enterprise.visitor, "第二批焊工 2 名", "焊工").await;
        site.pass(7 * 86_400);
        let later = site.texts_to(&college.email).await;
        assert!(!later[told.len()..].iter().any(|text| text.contains("第二批")), "{later:?}");
    }
}
