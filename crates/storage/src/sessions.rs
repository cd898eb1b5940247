//! Server-side sessions. The browser holds a token; only its hash is kept here.

use kernel::{AccountId, MembershipId, SessionId, Timestamp};
use uuid::Uuid;

use crate::{
    db::Db,
    error::{Error, Result},
    query::statements,
    repository::{Hash, Writing, repository, written},
};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose login it is.
    pub account: AccountId,
    /// For which membership the person acts in it.
    pub membership: Option<MembershipId>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, roughly.
    pub touched_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    membership_id: Option<Uuid>,
    created_at: i64,
    touched_at: i64,
    expires_at: i64,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: SessionId::from_uuid(row.id),
            account: AccountId::from_uuid(row.account_id),
            membership: row.membership_id.map(MembershipId::from_uuid),
            created_at: Timestamp::from_micros(row.created_at),
            touched_at: Timestamp::from_micros(row.touched_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
}

statements! {
    INSERT = "INSERT INTO sessions (id, token_hash, account_id, membership_id, created_at, touched_at, expires_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    FIND_BY_TOKEN = "SELECT id, account_id, membership_id, created_at, touched_at, expires_at FROM sessions
                      WHERE token_hash = $1 AND expires_at > $2";
    SET_MEMBERSHIP = "UPDATE sessions SET membership_id = $2 WHERE id = $1";
    DELETE = "DELETE FROM sessions WHERE id = $1";
    DELETE_OF_ACCOUNT = "DELETE FROM sessions WHERE account_id = $1 AND id IS DISTINCT FROM $2";
    TOUCH = "UPDATE sessions SET touched_at = $2, expires_at = $3 WHERE id = $1 AND touched_at < $2";
    PURGE = "DELETE FROM sessions WHERE expires_at <= $1";
}

repository! {
    /// Sessions.
    Sessions, sessions
}

impl Sessions<'_> {
    /// The session of a token, when it has not ended at `now`.
    pub async fn find_by_token(&mut self, token: &Hash, now: Timestamp) -> Result<Option<Session>> {
        let query = self.0.query(FIND_BY_TOKEN).bind(&token[..]).bind(now.micros());
        Ok(query.optional::<Row>().await?.map(Into::into))
    }
}

impl Writing<Sessions<'_>> {
    /// A new session.
    pub async fn insert(&mut self, session: &Session, token: &Hash) -> Result<()> {
        let rows = self
            .0
            .query(INSERT)
            .bind(session.id.uuid())
            .bind(&token[..])
            .bind(session.account.uuid())
            .bind(session.membership.map(MembershipId::uuid))
            .bind(session.created_at.micros())
            .bind(session.touched_at.micros())
            .bind(session.expires_at.micros())
            .execute()
            .await?;
        written(rows, "sessions", session.id.uuid())
    }

    /// Changes for which membership the person acts. False when the session is gone.
    pub async fn set_membership(&mut self, id: SessionId, membership: Option<MembershipId>) -> Result<bool> {
        let query = self
            .0
            .query(SET_MEMBERSHIP)
            .bind(id.uuid())
            .bind(membership.map(MembershipId::uuid));
        Ok(query.execute().await? == 1)
    }

    /// Ends a session. False when it was gone.
    pub async fn delete(&mut self, id: SessionId) -> Result<bool> {
        Ok(self.0.query(DELETE).bind(id.uuid()).execute().await? == 1)
    }

    /// Ends an account's sessions but one, and says how many.
    pub async fn delete_of_account(&mut self, account: AccountId, except: Option<SessionId>) -> Result<u64> {
        let query = self
            .0
            .query(DELETE_OF_ACCOUNT)
            .bind(account.uuid())
            .bind(except.map(SessionId::uuid));
        query.execute().await
    }
}

impl Db {
    /// Notes that a session is in use, and moves its end. Housekeeping: nobody's act.
    pub async fn touch_session(&self, id: SessionId, now: Timestamp, expires_at: Timestamp) -> Result<bool, Error> {
        let mut tx = self.write().await?;
        let query = tx
            .query(TOUCH)
            .bind(id.uuid())
            .bind(now.micros())
            .bind(expires_at.micros());
        let touched = query.execute().await? == 1;
        tx.keep().await?;
        Ok(touched)
    }

    /// Removes sessions that have ended, and says how many. Housekeeping.
    pub async fn purge_sessions(&self, now: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = tx.query(PURGE).bind(now.micros()).execute().await?;
        tx.keep().await?;
        Ok(gone)
    }
}
