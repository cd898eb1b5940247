//! Links that are good once: to sign in, to reset a password, to confirm an address. Only hashes of tokens are kept.

use kernel::{AccountId, LinkId, Timestamp};
use uuid::Uuid;

use crate::{
    db::Db,
    error::{Error, Result},
    query::statements,
    repository::{Hash, Writing, micros, moment, repository, written},
};

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// To sign in without a password.
    SignIn,
    /// To set a new password.
    Reset,
    /// To show that an address is one's own.
    ConfirmEmail,
}

impl LinkPurpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::SignIn, Self::Reset, Self::ConfirmEmail];

    /// The code in columns and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Reset => "reset",
            Self::ConfirmEmail => "confirm_email",
        }
    }

    /// The purpose of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// Whose account it is for.
    pub account: AccountId,
    /// What it is good for.
    pub purpose: LinkPurpose,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl Link {
    /// Whether it is good at `now`.
    pub fn usable(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    purpose: String,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl TryFrom<Row> for Link {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: LinkId::from_uuid(row.id),
            account: AccountId::from_uuid(row.account_id),
            purpose: LinkPurpose::from_code(&row.purpose)
                .ok_or_else(|| Error::unknown("links", "purpose", row.id, &row.purpose))?,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            used_at: moment(row.used_at),
        })
    }
}

statements! {
    INSERT = "INSERT INTO links (id, token_hash, account_id, purpose, created_at, expires_at, used_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    FIND_BY_TOKEN = "SELECT id, account_id, purpose, created_at, expires_at, used_at FROM links WHERE token_hash = $1";
    USE = "UPDATE links SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2";
    SPEND_OTHERS = "UPDATE links SET used_at = $3 WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL";
    PURGE = "DELETE FROM links WHERE expires_at <= $1";
}

repository! {
    /// Links that are good once.
    Links, links
}

impl Links<'_> {
    /// The link of a token, good or not: a page says which.
    pub async fn find_by_token(&mut self, token: &Hash) -> Result<Option<Link>> {
        let row = self.0.query(FIND_BY_TOKEN).bind(&token[..]).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }
}

impl Writing<Links<'_>> {
    /// A new link.
    pub async fn insert(&mut self, link: &Link, token: &Hash) -> Result<()> {
        let rows = self
            .0
            .query(INSERT)
            .bind(link.id.uuid())
            .bind(&token[..])
            .bind(link.account.uuid())
            .bind(link.purpose.code())
            .bind(link.created_at.micros())
            .bind(link.expires_at.micros())
            .bind(micros(link.used_at))
            .execute()
            .await?;
        written(rows, "links", link.id.uuid())
    }

    /// Uses a link. True for one caller only, and only while it is good.
    pub async fn use_up(&mut self, id: LinkId, now: Timestamp) -> Result<bool> {
        Ok(self.0.query(USE).bind(id.uuid()).bind(now.micros()).execute().await? == 1)
    }

    /// Spends all unused links of a purpose, and says how many: after a reset no older link works.
    pub async fn spend_all(&mut self, account: AccountId, purpose: LinkPurpose, now: Timestamp) -> Result<u64> {
        let query = self
            .0
            .query(SPEND_OTHERS)
            .bind(account.uuid())
            .bind(purpose.code())
            .bind(now.micros());
        query.execute().await
    }
}

impl Db {
    /// Removes links that expired before `before`, and says how many. Housekeeping.
    pub async fn purge_links(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = tx.query(PURGE).bind(before.micros()).execute().await?;
        tx.keep().await?;
        Ok(gone)
    }
}
