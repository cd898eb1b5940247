//! What happened is told on the pages as well as by letter.

use journeys::{Answer, Enterprise, Site, stories};

/// An enterprise whose admin has confirmed the address and was told that it is verified.
async fn told(site: &Site, name: &str) -> Enterprise {
    let mut enterprise = site.enterprise(name).await;
    let link = site.link_to(&enterprise.email).await;
    enterprise.visitor.post(&link, &[]).await.is(303);
    site.verify(name).await;
    enterprise
}

/// Whether the bell says that one notice is unread.
fn rings(page: &Answer) -> bool {
    let bare: String = page.body.chars().filter(|c| !c.is_whitespace()).collect();
    bare.contains("aria-label=\"通知，1条未读\"")
}

stories! {
    async fn a_notice_is_counted_read_and_leads_to_what_it_is_about(site: Site) {
        let mut somebody = told(&site, "上海铃声机械有限公司").await.visitor;
        let home = somebody.get("/workspace").await;
        assert!(rings(&home), "{}", home.body);
        let page = somebody.get("/notices").await;
        page.shows("1 条未读").shows("核验").shows("全部标为已读");
        // Looking reads nothing.
        somebody.get("/notices").await.shows("1 条未读");
        let notice = page.link("/notices/").expect("the notice");
        let leads = somebody.post(&notice, &[]).await.leads();
        somebody.get(&leads).await.is(200);
        let page = somebody.get("/notices").await;
        page.shows("没有未读的通知").shows("已读");
        assert!(page.links(&leads).contains(&leads), "{}", page.body);
        assert!(!rings(&somebody.get("/workspace").await));
        // Pressed once more it leads there again.
        assert_eq!(somebody.post(&notice, &[]).await.leads(), leads);
    }

    async fn nobody_reads_what_another_was_told(site: Site) {
        let mut first = told(&site, "上海甲铃机械有限公司").await.visitor;
        let mut second = told(&site, "上海乙铃机械有限公司").await.visitor;
        let notice = first.get("/notices").await.link("/notices/").expect("the notice");
        second.post(&notice, &[]).await.is(404);
        second.post("/notices", &[("until", "not a moment")]).await.is(303);
        second.get("/notices").await.shows("没有未读的通知");
        first.get("/notices").await.shows("1 条未读");
    }

    async fn what_came_after_the_page_stays_unread(site: Site) {
        let mut somebody = told(&site, "上海晚铃机械有限公司").await.visitor;
        let page = somebody.get("/notices").await;
        let until = journeys::field(&page.body, "until");
        site.pass(60);
        let mut operator = site.operator().await;
        let dossier = operator.get("/operator?standing=verified").await.link("/operator/organisations/").expect("it");
        let version = journeys::field(&operator.get(&dossier).await.body, "version");
        let fields = [("version", version.as_str()), ("reason", "有人举报信息不实。")];
        operator.post(&format!("{dossier}/suspend"), &fields).await.is(303);
        somebody.post("/notices", &[("until", &until)]).await.is(303);
        somebody.get("/notices").await.shows("1 条未读");
        somebody.post("/notices", &[]).await.is(303);
        somebody.get("/notices").await.shows("没有未读的通知");
    }

    async fn who_was_told_nothing_reads_why_the_page_is_empty(site: Site) {
        let mut somebody = site.enterprise("上海静静机械有限公司").await.visitor;
        somebody.get("/notices").await.shows("还没有通知");
        let reader = somebody.in_english().get("/notices").await;
        reader.shows("There is no notice yet");
    }
}
