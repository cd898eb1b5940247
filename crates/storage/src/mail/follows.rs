//! Organisations that somebody follows, to hear of what they publish.

use std::collections::HashMap;

use kernel::{AccountId, OrganisationId, Timestamp};
use uuid::Uuid;

use super::ROWS;
use crate::{
    error::Result,
    query::statements,
    repository::{Count, Writing, repository},
};

/// An organisation that somebody follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Which.
    pub organisation: OrganisationId,
    /// What it is called.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    account_id: Uuid,
    organisation_id: Uuid,
    name: String,
    created_at: i64,
}

impl From<Row> for Followed {
    fn from(row: Row) -> Self {
        Self {
            organisation: OrganisationId::from_uuid(row.organisation_id),
            name: row.name,
            since: Timestamp::from_micros(row.created_at),
        }
    }
}

/// CROSS JOIN keeps SQLite from starting with the organisations.
macro_rules! select {
    () => {
        "SELECT f.account_id, f.organisation_id, o.name, f.created_at FROM follows f CROSS JOIN organisations o
          WHERE o.id = f.organisation_id "
    };
}

statements! {
    OF_ACCOUNT = concat!(select!(), "AND f.account_id = $1 ORDER BY f.created_at DESC, f.organisation_id");
    IS_FOLLOWED = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM follows WHERE account_id = $1 AND organisation_id = $2";
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM follows WHERE organisation_id = $1";
    INSERT = "INSERT INTO follows (account_id, organisation_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    DELETE = "DELETE FROM follows WHERE account_id = $1 AND organisation_id = $2";
}

repository! {
    /// Who follows which organisations.
    Follows, follows
}

impl Follows<'_> {
    /// What an account follows, the latest first.
    pub async fn of_account(&mut self, account: AccountId) -> Result<Vec<Followed>> {
        let rows = self.0.query(OF_ACCOUNT).bind(account.uuid()).all::<Row>().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// What many accounts follow, the latest first; accounts that follow nobody are left out.
    pub async fn of_accounts(&mut self, accounts: &[AccountId]) -> Result<HashMap<AccountId, Vec<Followed>>> {
        let mut found: HashMap<AccountId, Vec<Followed>> = HashMap::new();
        for some in accounts.chunks(ROWS) {
            let query = self.0.dynamic(select!());
            let query = query.among("f.account_id", some.iter().map(|id| id.uuid()));
            let query = query.push(" ORDER BY f.account_id, f.created_at DESC, f.organisation_id");
            for row in query.planned_afresh().all::<Row>().await? {
                let account = AccountId::from_uuid(row.account_id);
                found.entry(account).or_default().push(row.into());
            }
        }
        Ok(found)
    }

    /// Whether an account follows an organisation.
    pub async fn is_followed(&mut self, account: AccountId, organisation: OrganisationId) -> Result<bool> {
        let query = self.0.query(IS_FOLLOWED).bind(account.uuid()).bind(organisation.uuid());
        Ok(query.one::<Count>().await?.n > 0)
    }

    /// How many accounts follow an organisation.
    pub async fn count(&mut self, organisation: OrganisationId) -> Result<i64> {
        let query = self.0.query(COUNT).bind(organisation.uuid());
        Ok(query.one::<Count>().await?.n)
    }
}

impl Writing<Follows<'_>> {
    /// The account follows the organisation from now on. False when it did before.
    pub async fn insert(&mut self, account: AccountId, organisation: OrganisationId, at: Timestamp) -> Result<bool> {
        let query = self.0.query(INSERT).bind(account.uuid()).bind(organisation.uuid());
        Ok(query.bind(at.micros()).execute().await? == 1)
    }

    /// The account follows the organisation no more. False when it did not.
    pub async fn delete(&mut self, account: AccountId, organisation: OrganisationId) -> Result<bool> {
        let query = self.0.query(DELETE).bind(account.uuid()).bind(organisation.uuid());
        Ok(query.execute().await? == 1)
    }
}
