//! Both schemas have one shape, and every statement prepares on both.

use sqlx::{Executor, SqlSafeStr};

use super::support::on_both;
use crate::{db::Pools, query::Statement};

fn statements() -> Vec<Statement> {
    let mut all = vec![
        crate::accounts::ALL,
        crate::assignments::ALL,
        crate::audit::ALL,
        crate::blobs::ALL,
        crate::imports::ALL,
        crate::invitations::ALL,
        crate::jobs::ALL,
        crate::links::ALL,
        crate::matches::ALL,
        crate::memberships::ALL,
        crate::organisations::ALL,
        crate::outbox::ALL,
        crate::rate_windows::ALL,
        crate::sessions::ALL,
        crate::settings::ALL,
        crate::vocabulary_lists::ALL,
    ];
    all.extend(crate::postings::ALL_STATEMENTS);
    all.extend(crate::register::ALL_STATEMENTS);
    all.concat()
}

on_both! {
    async fn every_statement_prepares(db: Db) {
        for statement in statements() {
            let prepared = match &db.pools {
                Pools::Sqlite { writer, .. } => writer.prepare(statement.sqlite.into_sql_str()).await.map(drop),
                Pools::Postgres(pool) => pool.prepare(statement.postgres.into_sql_str()).await.map(drop),
            };
            prepared.unwrap_or_else(|error| panic!("{} does not prepare: {error}", statement.name));
        }
    }
}
