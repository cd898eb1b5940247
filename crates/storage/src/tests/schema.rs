//! Both schemas have one shape, every statement prepares on both, and migrations stand on what is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use sqlx::{Executor, SqlSafeStr};

use super::support::{at, commit, on_both, sqlite};
use crate::{Db, LetterChoice, Page, QueueStatus, db::Pools, query::Statement};

pub(super) fn statements() -> Vec<Statement> {
    let mut all = vec![
        crate::accounts::ALL,
        crate::aside::ALL,
        crate::assignments::ALL,
        crate::audit::ALL,
        crate::blobs::ALL,
        crate::imports::ALL,
        crate::invitations::ALL,
        crate::jobs::ALL,
        crate::leases::ALL,
        crate::links::ALL,
        crate::matches::ALL,
        crate::memberships::ALL,
        crate::organisations::ALL,
        crate::questions::ALL,
        crate::rate_windows::ALL,
        crate::sessions::ALL,
        crate::settings::ALL,
        crate::vocabulary_lists::ALL,
    ];
    all.extend(crate::agreements::ALL_STATEMENTS);
    all.extend(crate::mail::ALL_STATEMENTS);
    all.extend(crate::outbox::ALL_STATEMENTS);
    all.extend(crate::postings::ALL_STATEMENTS);
    all.extend(crate::records::ALL_STATEMENTS);
    all.extend(crate::register::ALL_STATEMENTS);
    all.concat()
}

on_both! {
    async fn every_statement_prepares(db: Db) {
        for statement in statements() {
            let prepared = match &db.pools {
                Pools::Sqlite { writer, .. } => writer.prepare(statement.sqlite.into_sql_str()).await.map(drop),
                Pools::Postgres { pool, .. } => pool.prepare(statement.postgres.into_sql_str()).await.map(drop),
            };
            prepared.unwrap_or_else(|error| panic!("{} does not prepare: {error}", statement.name));
        }
    }
}

#[test]
fn every_module_with_statements_is_walked() {
    let walked: BTreeSet<String> = statements()
        .iter()
        .filter_map(|statement| statement.name.rsplit_once("::").map(|(module, _)| module.to_owned()))
        .collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source.clone()];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
            if file.is_dir() {
                folders.push(file);
            } else if fs::read_to_string(&file).unwrap().contains("\nstatements! {") {
                let path = file.strip_prefix(&source).unwrap().with_extension("");
                let module = path.to_str().unwrap().trim_end_matches("/mod").replace('/', "::");
                found.insert(format!("storage::{module}"));
            }
        }
    }
    assert_eq!(walked, found);
}

#[test]
fn both_folders_hold_migrations_of_the_same_names() {
    let names = |database: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../migrations")
            .join(database);
        let names = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap());
        names.collect::<BTreeSet<_>>()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert_eq!(sqlite, postgres);
    for (number, name) in (1..).zip(&sqlite) {
        assert!(
            name.starts_with(&format!("{number:04}_")),
            "{name} is not number {number}"
        );
    }
}

/// Tables, their columns, and whether a column may be empty.
type Shape = BTreeMap<String, BTreeMap<String, bool>>;

async fn shape(db: &Db) -> Shape {
    let rows: Vec<(String, String, bool)> = match &db.pools {
        Pools::Sqlite { writer, .. } => sqlx::query_as(
            "SELECT t.name, c.name, c.\"notnull\" = 0 FROM sqlite_master t JOIN pragma_table_info(t.name) c
              WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
        )
        .fetch_all(writer)
        .await
        .unwrap(),
        Pools::Postgres { pool, .. } => sqlx::query_as(
            "SELECT table_name::text, column_name::text, is_nullable = 'YES' FROM information_schema.columns
              WHERE table_schema = 'public'",
        )
        .fetch_all(pool)
        .await
        .unwrap(),
    };
    let mut shape = Shape::new();
    for (table, column, nullable) in rows {
        shape.entry(table).or_default().insert(column, nullable);
    }
    shape.remove("_sqlx_migrations");
    shape
}

#[tokio::test]
async fn both_schemas_have_one_shape() {
    let Some(url) = testbed::fresh_postgres_database() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (lite, pg) = (
        shape(&sqlite(&folder).await).await,
        shape(&Db::connect(&url).await.unwrap()).await,
    );
    assert!(lite.len() > 20, "{} tables", lite.len());
    assert_eq!(lite, pg);
}

#[tokio::test]
async fn every_table_of_sqlite_is_strict() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(&folder).await;
    let Pools::Sqlite { writer, .. } = &db.pools else {
        panic!("another database")
    };
    let loose: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%) STRICT%' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'
            AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .fetch_all(writer)
    .await
    .unwrap();
    assert_eq!(loose, []);
}

#[tokio::test]
async fn migrations_apply_over_an_existing_database() {
    let folder = tempfile::tempdir().unwrap();
    let mut urls = vec![format!("sqlite:{}/test.db", folder.path().display())];
    urls.extend(testbed::fresh_postgres_database());
    for url in urls {
        let db = Db::connect(&url).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.settings().save("kept", "yes").await.unwrap();
        commit(tx).await;
        db.hit_rate_window("k", at(0)).await.unwrap();
        db.close().await;
        let again = Db::connect(&url).await.unwrap();
        assert_eq!(
            again
                .read()
                .await
                .unwrap()
                .settings()
                .find("kept")
                .await
                .unwrap()
                .as_deref(),
            Some("yes")
        );
        assert_eq!(again.hit_rate_window("k", at(0)).await.unwrap(), 2);
    }
}

/// Runs these statements on a database that is at this version of the schema.
async fn run_at_version(url: &str, version: i64, statements: &'static str) {
    let only = |mut migrator: sqlx::migrate::Migrator| {
        migrator
            .migrations
            .to_mut()
            .retain(|migration| migration.version <= version);
        migrator
    };
    if url.starts_with("sqlite:") {
        let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
        let pool = sqlx::SqlitePool::connect_with(options.create_if_missing(true))
            .await
            .unwrap();
        let migrator = only(sqlx_macros::migrate!("../../migrations/sqlite"));
        migrator.run(&pool).await.unwrap();
        pool.execute(statements).await.unwrap();
        pool.close().await;
    } else {
        let pool = sqlx::PgPool::connect(url).await.unwrap();
        let migrator = only(sqlx_macros::migrate!("../../migrations/postgres"));
        migrator.run(&pool).await.unwrap();
        pool.execute(statements).await.unwrap();
        pool.close().await;
    }
}

/// A letter in each state that letters had before their outbox was a queue: the identifier is of the database's own kind.
macro_rules! old_letters {
    ($start:literal, $body:literal, $end:literal) => {
        concat!(
            "INSERT INTO outbox (id, recipient, name, locale, subject, body_enc, priority, status, attempts, send_at,
                                 locked_until, created_at, finished_at) VALUES
             (",
            $start,
            "00000000000000000000000000000001",
            $end,
            ", 'a@example.cn', 'n', 'zh', 'waits', ",
            $body,
            ", 0, 'waiting', 0, 5, NULL, 5, NULL),
             (",
            $start,
            "00000000000000000000000000000002",
            $end,
            ", 'a@example.cn', 'n', 'zh', 'being sent', ",
            $body,
            ", 0, 'waiting', 1, 5, 9, 5, NULL),
             (",
            $start,
            "00000000000000000000000000000003",
            $end,
            ", 'a@example.cn', 'n', 'zh', 'sent', NULL,
              0, 'sent', 1, 5, NULL, 5, 6),
             (",
            $start,
            "00000000000000000000000000000004",
            $end,
            ", 'a@example.cn', 'n', 'zh', 'failed', NULL,
              0, 'failed', 12, 5, NULL, 5, 7)"
        )
    };
}

#[tokio::test]
async fn letters_keep_their_place_when_the_outbox_becomes_a_queue() {
    let folder = tempfile::tempdir().unwrap();
    let lite = format!("sqlite:{}/test.db", folder.path().display());
    let mut urls = vec![(lite, old_letters!("x'", "x'010203'", "'"))];
    let url = testbed::fresh_postgres_database();
    urls.extend(url.map(|url| (url, old_letters!("'", "'\\x010203'", "'"))));
    for (url, letters) in urls {
        run_at_version(&url, 13, letters).await;
        let db = Db::connect(&url).await.unwrap();
        let mut tx = db.read().await.unwrap();
        for (status, subject) in QueueStatus::ALL
            .into_iter()
            .zip(["waits", "being sent", "sent", "failed"])
        {
            let found = tx.outbox().list(status, Page::first(9)).await.unwrap();
            let subjects: Vec<&str> = found.iter().map(|letter| letter.subject.as_str()).collect();
            assert_eq!(subjects, [subject], "{} {status:?}", db.name());
        }
        let all = tx.outbox().of_address("a@example.cn", Page::first(9)).await.unwrap();
        assert_eq!(all.len(), 4, "{}", db.name());
        let failures = tx.outbox().failures(Page::first(9)).await.unwrap();
        let failures: Vec<_> = failures.iter().map(|letter| letter.subject.as_str()).collect();
        assert_eq!(failures, ["failed"], "{}", db.name());
        drop(tx);
        let choice = LetterChoice {
            except_domains: vec!["example.cn".to_owned()],
            ..LetterChoice::default()
        };
        assert_eq!(db.claim_letters_of(at(0), at(30), 9, &choice).await.unwrap(), []);
        let claimed = db.claim_letters(at(0), at(30), 9).await.unwrap();
        let claimed: Vec<_> = claimed
            .iter()
            .map(|letter| (letter.attempts, letter.body.as_deref()))
            .collect();
        assert_eq!(
            claimed,
            [(1, Some(&[1, 2, 3][..])), (2, Some(&[1, 2, 3][..]))],
            "{}",
            db.name()
        );
    }
}
