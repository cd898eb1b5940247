//! Searches that somebody saved, to hear of what is new in them.

use std::collections::HashMap;

use kernel::{AccountId, SavedSearchId, Timestamp};
use uuid::Uuid;

use super::ROWS;
use crate::{
    error::Result,
    query::statements,
    repository::{Writing, repository},
};

/// A saved search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its id.
    pub id: SavedSearchId,
    /// Whose.
    pub account: AccountId,
    /// What they call it.
    pub name: String,
    /// What is searched for, as the search page reads it.
    pub query: String,
    /// When it was saved.
    pub created_at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    name: String,
    query: String,
    created_at: i64,
}

impl From<Row> for SavedSearch {
    fn from(row: Row) -> Self {
        Self {
            id: SavedSearchId::from_uuid(row.id),
            account: AccountId::from_uuid(row.account_id),
            name: row.name,
            query: row.query,
            created_at: Timestamp::from_micros(row.created_at),
        }
    }
}

statements! {
    FIND = "SELECT id, account_id, name, query, created_at FROM saved_searches WHERE id = $1";
    FIND_SAME = "SELECT id, account_id, name, query, created_at FROM saved_searches WHERE account_id = $1 AND query = $2";
    OF_ACCOUNT = "SELECT id, account_id, name, query, created_at FROM saved_searches WHERE account_id = $1
                   ORDER BY created_at, id";
    INSERT = "INSERT INTO saved_searches (id, account_id, name, query, created_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT DO NOTHING";
    RENAME = "UPDATE saved_searches SET name = $3 WHERE id = $1 AND account_id = $2";
    DELETE = "DELETE FROM saved_searches WHERE id = $1 AND account_id = $2";
}

repository! {
    /// Saved searches.
    SavedSearches, saved_searches
}

impl SavedSearches<'_> {
    /// One search, whoever's it is.
    pub async fn find(&mut self, id: SavedSearchId) -> Result<Option<SavedSearch>> {
        let row = self.0.query(FIND).bind(id.uuid()).optional::<Row>().await?;
        Ok(row.map(Into::into))
    }

    /// An account's search for the same thing.
    pub async fn find_same(&mut self, account: AccountId, query: &str) -> Result<Option<SavedSearch>> {
        let found = self.0.query(FIND_SAME).bind(account.uuid()).bind(query);
        Ok(found.optional::<Row>().await?.map(Into::into))
    }

    /// An account's searches, the oldest first.
    pub async fn of_account(&mut self, account: AccountId) -> Result<Vec<SavedSearch>> {
        let rows = self.0.query(OF_ACCOUNT).bind(account.uuid()).all::<Row>().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The searches of many accounts, the oldest first; accounts without any are left out.
    pub async fn of_accounts(&mut self, accounts: &[AccountId]) -> Result<HashMap<AccountId, Vec<SavedSearch>>> {
        let mut found: HashMap<AccountId, Vec<SavedSearch>> = HashMap::new();
        for some in accounts.chunks(ROWS) {
            let query = self
                .0
                .dynamic("SELECT id, account_id, name, query, created_at FROM saved_searches WHERE TRUE");
            let query = query.among("account_id", some.iter().map(|id| id.uuid()));
            let query = query.push(" ORDER BY account_id, created_at, id").planned_afresh();
            for row in query.all::<Row>().await? {
                let search = SavedSearch::from(row);
                found.entry(search.account).or_default().push(search);
            }
        }
        Ok(found)
    }
}

impl Writing<SavedSearches<'_>> {
    /// A new search. False when the account has one for the same thing.
    pub async fn insert(&mut self, search: &SavedSearch) -> Result<bool> {
        let query = self.0.query(INSERT).bind(search.id.uuid()).bind(search.account.uuid());
        let query = query.bind(&search.name).bind(&search.query);
        Ok(query.bind(search.created_at.micros()).execute().await? == 1)
    }

    /// Gives an account's search another name. False when it has no such search.
    pub async fn rename(&mut self, account: AccountId, id: SavedSearchId, name: &str) -> Result<bool> {
        let query = self.0.query(RENAME).bind(id.uuid()).bind(account.uuid()).bind(name);
        Ok(query.execute().await? == 1)
    }

    /// Forgets an account's search. False when it has no such search.
    pub async fn delete(&mut self, account: AccountId, id: SavedSearchId) -> Result<bool> {
        let query = self.0.query(DELETE).bind(id.uuid()).bind(account.uuid());
        Ok(query.execute().await? == 1)
    }
}
