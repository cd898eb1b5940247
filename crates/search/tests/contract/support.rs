//! Engines and documents for the cases.

use std::{
    io::Write as _,
    sync::{LazyLock, Once},
};

use kernel::{OrganisationId, SeededChance, Timestamp};
use search::{Analyzer, Audience, Change, Document, EmbeddedEngine, Engine, MeilisearchEngine, Page, Query, Viewer};
use vocabulary::{
    Vocabulary,
    text::{Segmenter, Synonyms},
};

const SYNONYMS: &str = r#"
[[group]]
words = ["数控", "CNC", "computer numerical control"]
[[short]]
word = "汽修"
means = ["汽车维修", "汽车检测与维修"]
"#;

/// The dictionary takes a moment to load; the tests of a process share it.
static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| {
    let (vocabulary, synonyms) = (Vocabulary::builtin(), Synonyms::parse(SYNONYMS).unwrap());
    Analyzer::new(Segmenter::new(&vocabulary, &synonyms.words()), &synonyms).with_places(&vocabulary)
});

pub(crate) fn analyzer() -> Analyzer {
    ANALYZER.clone()
}

pub(crate) fn embedded() -> (tempfile::TempDir, EmbeddedEngine) {
    let folder = tempfile::tempdir().unwrap();
    let engine = EmbeddedEngine::open(folder.path(), analyzer()).unwrap();
    (folder, engine)
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests have no configuration but the environment"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Said once, not for each case, and past the test runner, which keeps to itself what passing tests print.
static SKIPPED: Once = Once::new();

/// An engine on the server the environment names, with an index of the case's own.
pub(crate) fn meilisearch(case: &str) -> Option<MeilisearchEngine> {
    let Some(url) = environment("QIXIAO_TEST_MEILI_URL") else {
        assert!(
            environment("QIXIAO_REQUIRE_MEILI").is_none(),
            "QIXIAO_TEST_MEILI_URL is not set"
        );
        SKIPPED.call_once(|| {
            let mut stderr = std::io::stderr();
            writeln!(stderr, "skipped: Meilisearch (QIXIAO_TEST_MEILI_URL not set)").unwrap();
        });
        return None;
    };
    let key = environment("QIXIAO_TEST_MEILI_KEY");
    Some(MeilisearchEngine::new(&url, key.as_deref(), &format!("contract_{case}"), analyzer()).unwrap())
}

/// Nine public documents and a draft, by way of a rebuild and a change.
pub(crate) async fn fill(engine: &dyn Engine) {
    let documents = documents();
    let mut rebuild = engine.begin_rebuild().await.unwrap();
    rebuild.push(&documents[..8]).await.unwrap();
    rebuild.finish(8).await.unwrap();
    let rest: Vec<Change> = documents[8..].iter().cloned().map(Change::put).collect();
    engine.apply(&rest).await.unwrap();
}

pub(crate) fn own_organisation() -> OrganisationId {
    OrganisationId::new(Timestamp::from_micros(1_000_000), &SeededChance::new(7))
}

pub(crate) fn document(id: &str, kind: &str, title: &str) -> Document {
    Document {
        id: id.into(),
        kind: kind.into(),
        title: title.into(),
        organisation: String::new(),
        body: String::new(),
        trades: Vec::new(),
        industries: Vec::new(),
        province: Some("31".into()),
        district: None,
        categories: Vec::new(),
        levels: Vec::new(),
        voice: search::Voice::Own,
        years: None,
        seats: None,
        pay_max_fen: None,
        starts_on: None,
        published_at: 0,
        audience: Audience::Public,
    }
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

pub(crate) fn documents() -> Vec<Document> {
    vec![
        Document {
            organisation: "浦东职业技术学院".into(),
            body: "面向装备制造企业，培养会操作、会编程的技能人才。实训车间有二十台设备，由企业师傅带教。".into(),
            trades: strings(&["车工", "机械制造"]),
            industries: strings(&["equipment"]),
            district: Some("310115".into()),
            categories: strings(&["46"]),
            levels: strings(&["L3", "L4"]),
            seats: Some(40),
            starts_on: Some(20_000),
            published_at: 1_000,
            ..document("posting:01", "programme", "数控车床操作")
        },
        Document {
            organisation: "闵行培训中心".into(),
            body: "短期课程，周末上课。".into(),
            industries: strings(&["equipment", "auto"]),
            district: Some("310112".into()),
            categories: strings(&["46"]),
            levels: strings(&["L4"]),
            seats: Some(20),
            starts_on: Some(19_000),
            published_at: 2_000,
            ..document("posting:02", "course", "CNC编程基础")
        },
        Document {
            organisation: "西门子医疗设备".into(),
            body: "需要学徒十人。".into(),
            trades: strings(&["护理"]),
            industries: strings(&["biomed"]),
            district: Some("310115".into()),
            levels: strings(&["L5"]),
            seats: Some(10),
            pay_max_fen: Some(600_000),
            published_at: 3_000,
            ..document("posting:03", "apprentices", "护理学徒")
        },
        Document {
            organisation: "闵行培训中心".into(),
            body: "基地有六轴机器人十二台，可预约工位。".into(),
            trades: strings(&["工业机器人系统操作员"]),
            industries: strings(&["equipment", "ai"]),
            district: Some("310112".into()),
            published_at: 4_000,
            ..document("posting:04", "base", "工业机器人实训基地")
        },
        Document {
            organisation: "苏州工业学院".into(),
            province: Some("32".into()),
            categories: strings(&["46"]),
            voice: search::Voice::Absent,
            published_at: 5_000,
            ..document("register:05", "register", "数控技术")
        },
        Document {
            organisation: "嘉定汽车配件厂".into(),
            body: "上海嘉定，为在职员工安排。".into(),
            trades: strings(&["汽车维修工"]),
            industries: strings(&["auto"]),
            district: Some("310114".into()),
            levels: strings(&["L3"]),
            seats: Some(20),
            pay_max_fen: Some(900_000),
            starts_on: Some(21_000),
            published_at: 6_000,
            ..document("posting:06", "staff_training", "汽车维修职工培训")
        },
        Document {
            organisation: "鑫源机床制造".into(),
            published_at: 7_000,
            ..document("organisation:07", "organisation", "鑫源机床制造")
        },
        Document {
            organisation: "杨浦 \"新\" 技校".into(),
            industries: strings(&["a\"b\\", "x' OR key EXISTS"]),
            published_at: 8_000,
            ..document("posting:08", "course", "烹饪 'A' 级 \"班\"")
        },
        Document {
            organisation: "宝山护理站".into(),
            body: "上海宝山，养老照护。".into(),
            industries: strings(&["health"]),
            district: Some("310113".into()),
            published_at: 8_000,
            ..document("posting:09", "course", "养老护理入门")
        },
        Document {
            audience: Audience::Organisation(own_organisation()),
            published_at: 9_000,
            ..document("posting:10", "course", "数控草稿")
        },
    ]
}

pub(crate) async fn ask(engine: &dyn Engine, query: &Query) -> Page {
    engine.search(&Viewer::Public, query).await.unwrap()
}

/// The numbers at the end of the ids found, sorted.
pub(crate) fn found(page: &Page) -> Vec<u32> {
    let mut numbers = in_order(page);
    numbers.sort_unstable();
    assert_eq!(numbers.len() as u64, page.total, "all hits are on the page");
    numbers
}

pub(crate) fn in_order(page: &Page) -> Vec<u32> {
    page.hits
        .iter()
        .map(|hit| hit.document.id.split(':').nth(1).unwrap().parse().unwrap())
        .collect()
}

/// What a stranger finds who types this.
pub(crate) async fn type_in(engine: &dyn Engine, text: &str) -> Vec<u32> {
    found(&ask(engine, &Query::new(text)).await)
}
