//! The demonstration: filled once, fictional on every page, and anybody in one press.

use std::collections::BTreeSet;

use agreement::lifecycle::{SlotState, Stage};
use apprenticeship::{record, week};
use journeys::{Site, Visitor};
use kernel::PostingId;
use marketplace::OrganisationSide;
use operations::{agreements, demo};
use storage::Page;

const SEED: u64 = 20_261_120;

async fn demonstration() -> Site {
    let site = Site::demonstration().await;
    assert!(demo::populate(site.app(), SEED).await.expect("the story is told"));
    site.work().await;
    site
}

/// The same with the stories of its apprentices, before any worker looks at them.
async fn with_apprentices() -> Site {
    let site = Site::demonstration().await;
    assert!(demo::populate(site.app(), SEED).await.expect("the story is told"));
    let told = Box::pin(demo::apprentices(site.app()))
        .await
        .expect("every story is told");
    assert_eq!((told.stories, told.broken), (60, Vec::new()));
    site
}

/// Presses the button of that role on the demonstration's page.
async fn become_role(site: &Site, role: &str) -> Visitor {
    let mut visitor = site.visitor();
    visitor.get("/demo").await.is(200);
    visitor.post_and_follow("/demo/become", &[("role", role)]).await;
    assert!(visitor.is_signed_in());
    visitor
}

#[tokio::test]
async fn the_story_has_its_numbers_and_is_told_once() {
    let site = demonstration().await;
    let db = site.app().db();
    let mut tx = db.read().await.expect("the database reads");
    let organisations = tx
        .organisations()
        .list(Page::first(1_000))
        .await
        .expect("organisations are listed");
    let of = |side| {
        organisations
            .iter()
            .filter(|organisation| organisation.side() == side)
            .count()
    };
    assert_eq!(
        (of(OrganisationSide::College), of(OrganisationSide::Enterprise)),
        (12, 40)
    );
    assert!(organisations.iter().all(|organisation| organisation.fictional));
    let mut posts = Vec::new();
    for organisation in &organisations {
        let theirs = tx.postings().of_organisation(organisation.id).await;
        posts.extend(theirs.expect("posts are listed").into_iter().map(|post| post.id));
    }
    assert_eq!(posts.len(), 300);
    assert!(tx.matches().count().await.expect("matches are counted") > 100);
    assert!(
        tx.register()
            .newest_year()
            .await
            .expect("the register is read")
            .is_some()
    );
    drop(tx);

    let before = db.fingerprint().await.expect("tables are read");
    assert!(!demo::populate(site.app(), SEED).await.expect("nothing to tell"));
    assert!(!demo::populate(site.app(), SEED + 1).await.expect("nothing to tell"));
    assert_eq!(before, db.fingerprint().await.expect("tables are read"));
    no_page_of_a_post_is_heavy(&site, &posts).await;
    site.leave_nothing_undone().await;
}

/// A page with styles and scripts, before compression.
const HEAVIEST_PAGE: usize = 60 * 1024;

/// The posts that fit many others in many ways have the heaviest pages of all.
async fn no_page_of_a_post_is_heavy(site: &Site, posts: &[PostingId]) {
    let mut readers = [site.visitor(), site.visitor().in_english()];
    let mut linked = 0;
    for name in ["qixiao.css", "qixiao.js"] {
        linked += readers[0].get(&format!("/assets/{name}")).await.is(200).body.len();
    }
    let mut heavy = Vec::new();
    for post in posts {
        for reader in &mut readers {
            let page = reader.get(&format!("/posts/{post}")).await;
            let bytes = page.body.len() + linked;
            if bytes >= HEAVIEST_PAGE {
                heavy.push((bytes, *post));
            }
        }
    }
    assert!(heavy.is_empty(), "{heavy:?}");
}

/// Whoever one becomes in one press has their next thing before them.
async fn next_things(site: &Site) {
    let mut stranger = site.visitor();
    stranger.get("/demo").await.shows("以学徒身份写周记").hides("还在生成");
    let become_somebody = async |role: &str| {
        let mut visitor = site.visitor();
        let page = visitor.post_and_follow("/demo/become", &[("role", role)]).await;
        page.is(200);
        (visitor, page)
    };
    let (apprentice, week) = become_somebody("apprentice").await;
    assert!(apprentice.is_signed_in());
    week.shows("这一周的周记").shows("还没写");
    let (mentor, weeks) = become_somebody("mentor").await;
    assert!(mentor.is_signed_in());
    weeks.shows("有 3 周等着看").shows("没问题就点");
    let (_, weeks) = become_somebody("tutor").await;
    weeks.shows("有 3 周等着看").shows("已经看过，同意");
    // A guardian needs no account: the link of the letter does.
    let (guardian, text) = become_somebody("guardian").await;
    assert!(!guardian.is_signed_in());
    text.shows("签署培养协议").shows("监护人");
    let (mut enterprise, _) = become_somebody("enterprise").await;
    enterprise.get("/workspace/agreements").await.shows("培养协议");
    let (mut college, _) = become_somebody("college").await;
    college.get("/workspace/agreements").await.shows("培养协议");
}

#[tokio::test]
async fn sixty_apprentices_stand_in_every_state_once_and_whoever_one_becomes_has_something_to_do() {
    let site = with_apprentices().await;
    let db = site.app().db();
    let mut tx = db.read().await.expect("the database reads");
    let ids = tx.agreements().after(None, 1_000).await.expect("agreements are listed");
    assert_eq!(ids.len(), 60);
    let (mut stages, mut slots, mut records, mut weeks) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut signed, mut with_record) = (0, 0);
    for id in ids {
        let head = tx.agreements().head(id).await.expect("it reads").expect("it is there");
        stages.insert(head.stage.code());
        signed += usize::from(matches!(
            head.stage,
            Stage::Effective | Stage::Suspended | Stage::Completed | Stage::Terminated
        ));
        let of_agreement = tx.agreements().slots(id).await.expect("slots are listed");
        slots.extend(of_agreement.iter().map(|slot| slot.state));
        let Some(record) = tx.records().head(id).await.expect("it reads") else {
            continue;
        };
        with_record += 1;
        records.insert(record.stage.code());
        let of_record = tx.record_weeks().of_record(id).await.expect("weeks are listed");
        weeks.extend(of_record.iter().map(|week| week.stage.code()));
    }
    drop(tx);
    let all = |codes: &mut dyn Iterator<Item = &'static str>| codes.collect::<BTreeSet<_>>();
    assert_eq!(stages, all(&mut Stage::ALL.iter().map(|stage| stage.code())));
    assert_eq!(slots, all(&mut SlotState::CODES.into_iter()));
    // Nobody goes on under another agreement yet.
    let here = |stage: &&record::Stage| **stage != record::Stage::Transferred;
    assert_eq!(
        records,
        all(&mut record::Stage::ALL.iter().filter(here).map(|stage| stage.code()))
    );
    assert_eq!(weeks, all(&mut week::Stage::ALL.iter().map(|stage| stage.code())));
    assert_eq!((signed, with_record), (37, 37));

    // What was signed holds against everything that is checked of it.
    let checked = Box::pin(agreements::check_all_stored(site.app()))
        .await
        .expect("all is read");
    assert!(checked.changed.is_empty(), "{:#?}", checked.changed);
    assert_eq!(checked.agreements, 60);

    let before = db.fingerprint().await.expect("tables are read");
    assert!(!demo::populate(site.app(), SEED).await.expect("nothing to tell"));
    assert_eq!(
        demo::apprentices(site.app()).await.expect("nothing to tell"),
        demo::Told::default()
    );
    assert_eq!(before, db.fingerprint().await.expect("tables are read"));
    Box::pin(next_things(&site)).await;
    site.work().await;
    site.leave_nothing_undone().await;
}

#[tokio::test]
async fn every_page_says_that_it_is_fictional_and_anybody_is_one_press_away() {
    let site = demonstration().await;
    let mut stranger = site.visitor();
    let fictional = "演示环境：所有单位、人员和信息均为虚构";
    for path in [
        "/",
        "/search?q=%E6%95%B0%E6%8E%A7",
        "/demo",
        "/sign-in",
        "/sign-up",
        "/nowhere",
    ] {
        let page = stranger.get(path).await;
        assert!(page.says(fictional), "{path}: {}", page.plain());
    }
    let post = stranger
        .get("/search?kind=programme")
        .await
        .link("/posts/")
        .expect("something is posted");
    stranger.get(&post).await.shows(fictional).shows("虚构");
    let english = site.visitor().in_english().get("/").await;
    english.shows("everything here is fictional");

    let mut college = become_role(&site, "college").await;
    college.get("/workspace").await.shows(fictional).shows("已发布");
    // The first college has claimed its rows of the register; another has joined and not yet, others have not joined.
    let claims = college.get("/workspace/claims").await;
    let claimed = claims.link("/register/").expect("a row that is claimed");
    stranger.get(&claimed).await.shows("院校已认领").hides("未认领");
    let rows = stranger.get("/search?kind=register&q=%E6%95%B0%E6%8E%A7").await;
    rows.shows("未认领").shows("未入驻");
    let mut enterprise = become_role(&site, "enterprise").await;
    let home = enterprise.get("/workspace").await;
    home.shows(fictional);
    assert!(
        home.link("/posts/").is_some(),
        "an enterprise of the demonstration has posts"
    );
    let mut operator = become_role(&site, "operator").await;
    operator.get("/operator").await.shows(fictional);

    // From one role into another, without signing out.
    operator
        .post_and_follow("/demo/become", &[("role", "enterprise")])
        .await
        .is(200);
    operator.get("/operator").await.is(403);
    stranger.post("/demo/become", &[("role", "king")]).await.is(404);
    stranger
        .post(
            "/demo/become",
            &[("organisation", "member:0199b0c1-0000-7000-8000-00000000000b")],
        )
        .await
        .is(404);
    stranger
        .post_from_elsewhere("/demo/become", &[("role", "operator")])
        .await
        .is(403);
    assert!(!stranger.is_signed_in());
}

#[tokio::test]
async fn on_a_real_site_nobody_becomes_anybody() {
    let site = Site::on_sqlite().await;
    site.operator().await;
    let mut stranger = site.visitor();
    stranger.get("/demo").await.is(404);
    for fields in [
        [("role", "operator")],
        [("role", "college")],
        [("organisation", "operator:0199b0c1-0000-7000-8000-00000000000b")],
    ] {
        stranger.post("/demo/become", &fields).await.is(404);
    }
    assert!(!stranger.is_signed_in());
    stranger.get("/").await.hides("演示环境");
}

#[tokio::test]
async fn the_letters_of_a_demonstration_are_read_on_its_pages() {
    let site = Site::demonstration_with_letters().await;
    let mut anybody = site.visitor();
    let empty = anybody.get("/demo/mail").await;
    empty.shows("演示邮箱").shows("还没有信");
    let enterprise = site.enterprise("上海示例精密机械有限公司").await;
    site.work().await;
    let all = anybody.get("/demo/mail").await;
    all.shows(&enterprise.email).shows("2026年11月20日");
    let letter = all.link("/demo/mail/").expect("a letter");
    let mine = anybody.get(&format!("/demo/mail?to={}", &enterprise.email)).await;
    assert_eq!(mine.link("/demo/mail/").as_ref(), Some(&letter));
    let none = anybody.get("/demo/mail?to=nobody%3Cb%3E").await;
    none.shows("没有寄给“nobody<b>”的信");
    assert!(!none.body.contains("<b>"), "what was typed is text");

    let page = anybody.get(&letter).await;
    page.shows("企校")
        .shows(&enterprise.email)
        .shows("https://qixiao.example/links/");
    let link = page
        .link("/links/")
        .expect("what the letter leads to is a link of the plain text");
    site.visitor().get(&link).await.is(200);
    let (shown, frame) = (page.body.replace("&#x2f;", "/"), format!("src=\"{letter}/html\""));
    assert!(shown.contains(&frame), "the letter stands in a frame");
    let html = anybody.get(&format!("{letter}/html")).await;
    html.shows("https://qixiao.example/links/");
    assert!(
        html.body.contains("<base target=\"_top\">"),
        "links open in the whole window"
    );
    for nowhere in [
        "/demo/mail/0199b0c1-0000-7000-8000-00000000000b",
        "/demo/mail/..%2Fqixiao.db",
        "/demo/mail/%2Fetc%2Fpasswd",
        "/demo/mail/..%2Fqixiao.db/html",
    ] {
        anybody.get(nowhere).await.is(404);
    }
    // Where letters go elsewhere there is nothing to read, and where people are real nobody reads theirs.
    for site in [Site::demonstration().await, Site::on_sqlite().await] {
        site.visitor().get("/demo/mail").await.is(404);
        site.visitor().get("/").await.hides("演示邮箱");
    }
}
