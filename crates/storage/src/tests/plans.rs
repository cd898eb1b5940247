//! What is asked for a hundred thousand people goes by indexes, on both databases.

use kernel::{Side, Timestamp};
use sqlx::types::Json;

use super::{
    schema::statements,
    support::{at, id, on_both},
};
use crate::{
    Advance, Db, ItemKey, Tx, Write,
    mail::plans,
    query::{Query, Statement},
};

/// A statement by the end of its name.
fn statement(name: &str) -> Statement {
    let found = statements()
        .into_iter()
        .find(|statement| statement.name.ends_with(name));
    found.unwrap_or_else(|| panic!("no statement is called {name}"))
}

/// Checks how a query runs: by these indexes, and on `SQLite`, which plans without knowing its tables, through none whole.
async fn runs_by(what: &str, query: Query<'_>, postgres: bool, indexes: &[&str]) {
    let plan = query.plan().await.unwrap();
    let text = plan.join("\n");
    for index in indexes {
        // SQLite calls the index of a primary key by a name of its own.
        let named = postgres || !index.ends_with("_pkey");
        assert!(!named || text.contains(index), "{what} does not use {index}:\n{text}");
    }
    let given = [
        "asked",
        "CONSTANT ROW",
        "-ROW VALUES",
        "candidates",
        "ready",
        "lost",
        "unread",
        "SCAN v",
        "VIRTUAL TABLE",
    ];
    let walks = |line: &&String| {
        line.starts_with("SCAN ") && !line.contains("USING") && !given.iter().any(|name| line.contains(name))
    };
    assert_eq!(plan.iter().find(walks), None, "{what} walks through a table:\n{text}");
}

/// `PostgreSQL` plans by what there is: thousands of people, posts, matches and letters.
const CROWD: [&str; 10] = [
    "INSERT INTO people (id, name, created_at) SELECT gen_random_uuid(), 'p', n FROM generate_series(1, 2000) n",
    "INSERT INTO accounts (id, person_id, email, email_key, created_at)
     SELECT gen_random_uuid(), id, 'p' || created_at || '@example.cn', 'p' || created_at || '@example.cn', created_at
       FROM people",
    "INSERT INTO organisations (id, version, standing, standing_at, name, name_key, sort_key, credit_code, province, industries,
                                introduction, fictional, created_at)
     SELECT gen_random_uuid(), 1, 'verified', 1, 'o', 'o', 'o', 'c' || n, '310000', '[]', '', FALSE, n
       FROM generate_series(1, 2000) n",
    "INSERT INTO postings (id, version, organisation_id, kind, status, published_at, title, summary, region_bound, modes,
                           industries, skills, origin, industry_marks, search_text, created_at, updated_at)
     SELECT gen_random_uuid(), 1, o.id, 'programme', 'published', o.created_at * 10 + n, 't', '', FALSE, '[]', '[]', '[]',
            'typed', '', '', 1, n FROM organisations o, generate_series(1, 10) n",
    "INSERT INTO matches (need_line_id, offer_ref, offer_kind, need_posting_id, offer_posting_id, score, criteria, rank_for_need,
                          rank_for_offer, weights_version, first_seen_at, news_at)
     SELECT gen_random_uuid(), gen_random_uuid(), 'line', p.id, p.id, 500, '{}', 1, 1, 'w', 1, p.published_at + n
       FROM postings p, generate_series(1, 5) n",
    "INSERT INTO digests (id, account_id, cadence, period, made_at, from_at, until_at, outcome, entries, counted)
     SELECT gen_random_uuid(), id, 'weekly', 'w' || n, created_at + n, 0, 0, 'nothing', 0, 0
       FROM accounts, generate_series(1, 5) n",
    "INSERT INTO digest_items (account_id, kind, reference, digest_id, position, posting_id, score, source)
     SELECT account_id, 'match', id || '-' || n, id, n, gen_random_uuid(), 1, '' FROM digests, generate_series(1, 5) n",
    "INSERT INTO digest_schedules (account_id, cadence, next_at, mark_at)
     SELECT id, cadence, created_at, 0 FROM accounts, (VALUES ('daily'), ('weekly')) c (cadence)",
    "INSERT INTO notices (id, account_id, event, letter, subject_zh, subject_en, path, cadence, waits_for, created_at)
     SELECT gen_random_uuid(), id, 'record', 'n', '', '', '', 'daily', CASE WHEN n < 3 THEN 'daily' END, created_at + n
       FROM accounts, generate_series(1, 10) n",
    "INSERT INTO outbox (id, recipient, recipient_key, recipient_domain, name, locale, subject, body_enc, priority, status,
                         attempts, run_at, created_at, finished_at, failed_at)
     SELECT gen_random_uuid(), email, email_key, 'example.cn', 'n', 'zh', '', CASE WHEN n <> 2 THEN '\\x01'::bytea END, n,
            CASE n WHEN 1 THEN 'dead' WHEN 2 THEN 'done' ELSE 'ready' END, 0, created_at, created_at,
            CASE WHEN n <= 2 THEN created_at END, CASE WHEN n = 1 AND created_at < 100 THEN created_at END
       FROM accounts, generate_series(1, 10) n",
];

/// Fills the tables where it matters, and says whether it does.
async fn crowded(tx: &mut Tx<Write>, db: &Db) -> bool {
    let postgres = db.name() == "PostgreSQL";
    for filling in CROWD.into_iter().filter(|_| postgres) {
        tx.dynamic(filling).execute().await.unwrap();
    }
    postgres
}

async fn prepared(db: &Db) -> (Tx<Write>, bool) {
    let mut tx = db.write().await.unwrap();
    let postgres = crowded(&mut tx, db).await;
    if postgres {
        tx.dynamic("ANALYZE").execute().await.unwrap();
    }
    (tx, postgres)
}

/// In the middle of the crowd's story.
const NOW: i64 = 1_000;

on_both! {
    async fn claims_take_what_is_most_urgent_from_the_index(db: Db) {
        // Nobody has counted yet what came in a minute ago.
        let mut tx = db.write_claim().await.unwrap();
        let postgres = crowded(&mut tx, &db).await;
        let until = Timestamp::from_micros(9).micros();
        let claim = tx.query(statement("CLAIM_LETTERS")).bind(5_000_i64).bind(until).bind(64_i64);
        let claim = claim.bind(i64::MIN).bind(Json(["qq.com"])).bind(100_i64).bind(Json(["163.com"]));
        let indexes: &[&str] = if postgres { &["outbox_ready"] } else { &["outbox_ready", "outbox_running"] };
        runs_by("the claim of letters", claim, postgres, indexes).await;
        let claim = tx.query(statement("CLAIM_JOBS")).bind(NOW).bind(until).bind(64_i64);
        let indexes: &[&str] = if postgres { &["jobs_ready"] } else { &["jobs_ready", "jobs_running"] };
        runs_by("the claim of jobs", claim, postgres, indexes).await;
    }

    async fn what_is_due_comes_from_the_index(db: Db) {
        let (mut tx, postgres) = prepared(&db).await;
        let query = tx.query(statement("schedules::DUE")).bind(NOW).bind(9_i64);
        runs_by("due", query, postgres, &["digest_schedules_next_at"]).await;
        let query = tx.query(statement("schedules::DUE_AFTER")).bind(NOW).bind(9_i64).bind(1_i64);
        let query = query.bind(id!(AccountId).uuid()).bind("weekly");
        runs_by("due after", query, postgres, &["digest_schedules_next_at"]).await;
        let advance = Advance {
            account: id!(AccountId),
            cadence: "weekly".to_owned(),
            was_due_at: at(1),
            next_at: at(2),
            mark_at: at(1),
            letter_of: None,
        };
        let advances = vec![&advance; 10];
        runs_by("advance", plans::advance(&mut tx, &advances), postgres, &["digest_schedules_pkey"]).await;
    }

    async fn digests_look_things_up(db: Db) {
        let (mut tx, postgres) = prepared(&db).await;
        let key = ItemKey { account: id!(AccountId), kind: "match".to_owned(), reference: "x".to_owned() };
        let keys = vec![key; 250];
        runs_by("shown", plans::told(&mut tx, &keys), postgres, &["digest_items_pkey"]).await;
        let digests = [id!(DigestId), id!(DigestId)];
        runs_by("closed", plans::closed(&mut tx, &digests), postgres, &["digest_items_digest_id"]).await;
        let asked = vec![(id!(AccountId), "weekly"); 250];
        runs_by("waiting", plans::waiting(&mut tx, &asked), postgres, &["notices_waiting"]).await;
        let since = vec![(id!(OrganisationId), at(1)); 250];
        let needs = plans::matches_of_needs(&mut tx, &since, at(9), 500);
        runs_by("matches of needs", needs, postgres, &["matches_need_posting_id"]).await;
        let offers = plans::matches_of_offers(&mut tx, &since, at(9), 500);
        runs_by("matches of offers", offers, postgres, &["matches_offer_posting_id"]).await;
        let postings = vec![id!(PostingId); 250];
        let needs = crate::matches::rankings(&mut tx, Side::Need, &postings);
        runs_by("rankings of needs", needs, postgres, &["matches_need_posting_id"]).await;
        let offers = crate::matches::rankings(&mut tx, Side::Offer, &postings);
        runs_by("rankings of offers", offers, postgres, &["matches_offer_posting_id"]).await;
        let published = plans::published_by(&mut tx, &since, at(9));
        runs_by("published by", published, postgres, &["postings_published_by"]).await;
        let between = tx.query(statement("sources::PUBLISHED")).bind(1_i64).bind(9_i64).bind(9_i64);
        runs_by("published between", between, postgres, &["postings_published_at"]).await;
    }

    async fn pages_and_housekeeping_look_things_up(db: Db) {
        let (mut tx, postgres) = prepared(&db).await;
        let account = id!(AccountId).uuid();
        let unread = tx.query(statement("notices::COUNT_UNREAD")).bind(account);
        runs_by("the bell", unread, postgres, &["notices_unread"]).await;
        let list = tx.query(statement("notices::OF_ACCOUNT")).bind(account).bind(9_i64).bind(0_i64);
        runs_by("the list of notices", list, postgres, &["notices_account_id"]).await;
        let of_address = tx.query(statement("outbox::OF_ADDRESS")).bind("a@example.cn").bind(9_i64).bind(0_i64);
        runs_by("letters to an address", of_address, postgres, &["outbox_recipient_key"]).await;
        let failures = tx.query(statement("operator::FAILURES")).bind(9_i64).bind(0_i64);
        runs_by("failures", failures, postgres, &["outbox_failed_at"]).await;
        for (name, index) in [
            ("notices::PURGE", "notices_created_at"),
            ("outbox::PURGE", "outbox_finished_at"),
            ("outbox::PURGE_BODIES", "outbox_kept_bodies"),
            ("digests::PURGE", "digests_made_at"),
            ("digests::PURGE_ITEMS", "digests_made_at"),
        ] {
            let query = tx.query(statement(name)).bind(NOW).bind(9_i64);
            runs_by(name, query, postgres, &[index]).await;
        }
    }
}
