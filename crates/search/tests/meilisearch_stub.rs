//! How the Meilisearch engine takes failures, against a server that only plays one.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]

use std::{
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use search::{
    Analyzer, Audience, Change, Document, Engine, Error, Facet, Filter, MeilisearchEngine, Query, Sort, Viewer,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use vocabulary::{
    Vocabulary,
    text::{Segmenter, Synonyms},
};

static ANALYZER: LazyLock<Analyzer> =
    LazyLock::new(|| Analyzer::new(Segmenter::new(&Vocabulary::builtin(), &[]), &Synonyms::default()));

type Reply = fn(&str) -> Response;

/// What came in: method and path, and the body.
type Log = Arc<Mutex<Vec<(String, Value)>>>;

async fn answer(State((reply, log)): State<(Reply, Log)>, method: Method, uri: Uri, body: Bytes) -> Response {
    let line = format!("{method} {}", uri.path());
    let response = reply(&line);
    log.lock()
        .unwrap()
        .push((line, serde_json::from_slice(&body).unwrap_or(Value::Null)));
    response
}

async fn stub(reply: Reply) -> (MeilisearchEngine, Log) {
    let log = Log::default();
    let app = Router::new().fallback(answer).with_state((reply, Arc::clone(&log)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (engine(&url), log)
}

fn engine(url: &str) -> MeilisearchEngine {
    MeilisearchEngine::new(url, Some("key"), "test", ANALYZER.clone()).unwrap()
}

fn error(status: StatusCode, kind: &str, code: &str) -> Response {
    (
        status,
        Json(json!({ "message": "no", "code": code, "type": kind, "link": "" })),
    )
        .into_response()
}

fn task(status: &str) -> Value {
    json!({
        "taskUid": 1, "uid": 1, "indexUid": "test_6", "status": status, "type": "documentAdditionOrUpdate",
        "details": { "receivedDocuments": 1, "indexedDocuments": 1 }, "duration": "PT0.1S",
        "enqueuedAt": "2026-11-20T00:00:00Z", "startedAt": "2026-11-20T00:00:00Z", "finishedAt": "2026-11-20T00:00:00Z",
    })
}

fn index() -> Response {
    Json(json!({
        "uid": "test_6", "primaryKey": "key", "createdAt": "2026-11-20T00:00:00Z", "updatedAt": "2026-11-20T00:00:00Z",
    }))
    .into_response()
}

fn change() -> [Change; 1] {
    [Change::put(Document {
        id: "posting:1".into(),
        kind: "course".into(),
        title: "数控".into(),
        organisation: String::new(),
        body: String::new(),
        trades: Vec::new(),
        industries: Vec::new(),
        province: None,
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
    })]
}

async fn search(engine: &MeilisearchEngine) -> Error {
    engine.search(&Viewer::Public, &Query::new("数控")).await.unwrap_err()
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_at_once_and_may_come_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let engine = engine(&url);
    let all = async {
        let errors = [
            search(&engine).await,
            engine.apply(&change()).await.unwrap_err(),
            engine.count().await.unwrap_err(),
            engine.health().await.unwrap_err(),
            engine.needs_rebuild().await.unwrap_err(),
            engine.begin_rebuild().await.map(drop).unwrap_err(),
            engine.entries(None, 10).await.unwrap_err(),
        ];
        for error in errors {
            assert!(
                matches!(error, Error::Unreachable(_)) && error.is_transient(),
                "{error}"
            );
        }
    };
    tokio::time::timeout(Duration::from_secs(7), all)
        .await
        .expect("a second for each call at most");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_given_up() {
    // The listener takes connections and says nothing. Time is paused, and passes when nobody has anything to do.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let engine = engine(&format!("http://{}", listener.local_addr().unwrap()));
    let error = search(&engine).await;
    assert!(matches!(error, Error::Timeout(1000)) && error.is_transient(), "{error}");
    let error = engine.health().await.unwrap_err();
    assert!(matches!(error, Error::Timeout(1000)), "{error}");
}

#[tokio::test]
async fn what_will_not_mend_itself_is_permanent_and_what_may_is_not() {
    let cases: [(Reply, bool); 8] = [
        (
            |_| error(StatusCode::BAD_REQUEST, "invalid_request", "invalid_search_filter"),
            false,
        ),
        (|_| error(StatusCode::FORBIDDEN, "auth", "invalid_api_key"), false),
        (|_| StatusCode::NOT_ACCEPTABLE.into_response(), false),
        (|_| "this is not JSON".into_response(), false),
        (
            |_| error(StatusCode::NOT_FOUND, "invalid_request", "index_not_found"),
            true,
        ),
        (
            |_| error(StatusCode::INTERNAL_SERVER_ERROR, "internal", "internal"),
            true,
        ),
        (
            |_| error(StatusCode::SERVICE_UNAVAILABLE, "system", "too_many_search_requests"),
            true,
        ),
        (|_| (StatusCode::BAD_GATEWAY, "<html>").into_response(), true),
    ];
    for (number, (reply, transient)) in cases.into_iter().enumerate() {
        let (engine, _) = stub(reply).await;
        let error = search(&engine).await;
        assert_eq!(error.is_transient(), transient, "case {number}: {error}");
    }
}

#[tokio::test]
async fn a_document_never_makes_an_index_without_settings() {
    let (engine, log) = stub(|_| error(StatusCode::NOT_FOUND, "invalid_request", "index_not_found")).await;
    let refused = engine.apply(&change()).await.unwrap_err();
    assert!(
        matches!(refused, Error::NotBuilt) && refused.is_transient(),
        "{refused}"
    );
    assert!(engine.needs_rebuild().await.unwrap());
    assert!(
        log.lock().unwrap().iter().all(|(line, _)| line.starts_with("GET ")),
        "nothing was written"
    );
}

#[tokio::test]
async fn a_change_counts_when_its_task_has_succeeded() {
    let (engine, log) = stub(|line| match line {
        "GET /indexes/test_6" => index(),
        "GET /tasks/1" => Json(task("succeeded")).into_response(),
        _ => (StatusCode::ACCEPTED, Json(task("enqueued"))).into_response(),
    })
    .await;
    engine.apply(&change()).await.unwrap();
    engine.apply(&[Change::remove("posting:1")]).await.unwrap();
    let log = log.lock().unwrap();
    let sent: Vec<&str> = log
        .iter()
        .map(|(line, _)| line.as_str())
        .filter(|line| line.starts_with("POST"))
        .collect();
    assert_eq!(
        sent,
        [
            "POST /indexes/test_6/documents",
            "POST /indexes/test_6/documents/delete-batch"
        ]
    );
    let put = &log
        .iter()
        .find(|(line, _)| line == "POST /indexes/test_6/documents")
        .unwrap()
        .1;
    assert_eq!(put[0]["key"], "posting_3a1");
}

#[tokio::test]
async fn a_failed_task_is_a_failure_of_the_change() {
    let (engine, _) = stub(|line| match line {
        "GET /indexes/test_6" => index(),
        "GET /tasks/1" => {
            let mut failed = task("failed");
            failed["error"] =
                json!({ "message": "no", "code": "invalid_document_id", "type": "invalid_request", "link": "" });
            Json(failed).into_response()
        }
        _ => (StatusCode::ACCEPTED, Json(task("enqueued"))).into_response(),
    })
    .await;
    let error = engine.apply(&change()).await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)) && !error.is_transient(), "{error}");
}

#[tokio::test]
async fn one_request_asks_for_the_page_and_for_every_facet_in_which_something_is_chosen() {
    let (engine, log) = stub(|_| {
        let counts = json!({ "kind": { "course": 2, "staff_5ftraining": 3 }, "level": { "_4c3": 1 } });
        let one = json!({
            "hits": [], "totalHits": 5, "page": 1, "hitsPerPage": 20, "totalPages": 1, "processingTimeMs": 1,
            "query": "", "indexUid": "test_6", "facetDistribution": counts,
        });
        Json(json!({ "results": [one, one] })).into_response()
    })
    .await;
    let query = Query {
        filter: Filter::is(Facet::Kind, ["course"]),
        facets: vec![Facet::Kind, Facet::Level],
        sort: Sort::Newest,
        page: 3,
        ..Query::new("数控 cn")
    };
    let page = engine.search(&Viewer::Public, &query).await.unwrap();
    assert_eq!(page.total, 5);
    assert_eq!(
        page.facets[&Facet::Kind],
        [("staff_training".to_owned(), 3), ("course".to_owned(), 2)]
    );
    assert_eq!(page.facets[&Facet::Level], [("L3".to_owned(), 1)]);

    let log = log.lock().unwrap();
    assert_eq!(log.len(), 1);
    let queries = &log[0].1["queries"];
    assert_eq!(queries[0]["q"], "\"vv6570vv63a7\" cn");
    assert_eq!(queries[0]["matchingStrategy"], "all");
    assert_eq!(
        (&queries[0]["page"], &queries[0]["hitsPerPage"]),
        (&json!(3), &json!(20))
    );
    assert_eq!(queries[0]["facets"], json!(["level"]));
    assert_eq!(queries[0]["sort"], json!(["published_at:desc", "key:asc"]));
    assert_eq!(
        queries[0]["filter"],
        "audience IN [\"public\"] AND (kind IN [\"course\"])"
    );
    assert_eq!(queries[1]["facets"], json!(["kind"]));
    assert_eq!(queries[1]["filter"], "audience IN [\"public\"] AND (key EXISTS)");
}

#[test]
fn settings_that_cannot_work_are_refused_at_the_start() {
    let new = |url: &str, key: Option<&str>, name: &str| MeilisearchEngine::new(url, key, name, ANALYZER.clone());
    for (url, key, name) in [
        ("localhost:7700", None, "qixiao"),
        ("http://localhost:7700", Some("line\nbreak"), "qixiao"),
        ("http://localhost:7700", None, "企校"),
        ("http://localhost:7700", None, ""),
    ] {
        let error = new(url, key, name).unwrap_err();
        assert!(matches!(error, Error::Settings(_)) && !error.is_transient(), "{error}");
    }
    new("http://localhost:7700/", None, "qixiao").unwrap();
}
