//! Addresses that are not written to any more, and why. A lifted one stays and says by whom and why.

use std::collections::HashMap;

use kernel::{EmailAddress, LetterId, PersonId, Timestamp};
use uuid::Uuid;

use super::ROWS;
use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Count, Page, Writing, repository},
};

kernel::codes! {
    /// Why an address is not written to.
    SuppressionReason {
        /// Its server said that there is no such address.
        Bounced = "bounced",
        /// Somebody called a letter unwanted.
        Complained = "complained",
        /// Whoever reads there asked for it.
        Asked = "asked",
        /// The operator decided so.
        Operator = "operator",
    }
}

/// An address that is not to be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSuppression {
    /// Which.
    pub email: EmailAddress,
    /// Why.
    pub reason: SuppressionReason,
    /// In the words of its server, or of whoever decided.
    pub said: Option<String>,
    /// Since when.
    pub at: Timestamp,
    /// After which letter.
    pub letter: Option<LetterId>,
    /// Who decided; nobody when the program did.
    pub by: Option<PersonId>,
}

/// How a suppression was lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifting {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<PersonId>,
    /// Why.
    pub reason: String,
}

/// An address that is, or was, not written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Which, and why.
    pub suppression: NewSuppression,
    /// How it was lifted.
    pub lifted: Option<Lifting>,
}

impl Suppression {
    /// Whether the address is still not written to.
    pub const fn is_active(&self) -> bool {
        self.lifted.is_none()
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    email_key: String,
    email: String,
    reason: String,
    said: Option<String>,
    at: i64,
    letter_id: Option<Uuid>,
    by_person_id: Option<Uuid>,
    lifted_at: Option<i64>,
    lifted_by: Option<Uuid>,
    lifted_reason: Option<String>,
}

impl TryFrom<Row> for Suppression {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let key = &row.email_key;
        let lifted = row.lifted_at.zip(row.lifted_reason).map(|(at, reason)| Lifting {
            at: Timestamp::from_micros(at),
            by: row.lifted_by.map(PersonId::from_uuid),
            reason,
        });
        Ok(Self {
            suppression: NewSuppression {
                email: EmailAddress::parse(&row.email)
                    .map_err(|error| Error::corrupt("suppressions", "email", key, error))?,
                reason: SuppressionReason::from_code(&row.reason)
                    .ok_or_else(|| Error::unknown("suppressions", "reason", key, &row.reason))?,
                said: row.said,
                at: Timestamp::from_micros(row.at),
                letter: row.letter_id.map(LetterId::from_uuid),
                by: row.by_person_id.map(PersonId::from_uuid),
            },
            lifted,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT email_key, email, reason, said, at, letter_id, by_person_id, lifted_at, lifted_by, lifted_reason
               FROM suppressions ",
            $rest
        )
    };
}

statements! {
    FIND = select!("WHERE email_key = $1");
    LIST = select!("WHERE lifted_at IS NULL ORDER BY at DESC, email_key DESC LIMIT $1 OFFSET $2");
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM suppressions WHERE lifted_at IS NULL";
    /// The first reason stands until it is lifted.
    INSERT = "INSERT INTO suppressions (email_key, email, reason, said, at, letter_id, by_person_id)
              VALUES ($1, $2, $3, $4, $5, $6, $7)
              ON CONFLICT (email_key) DO UPDATE
                 SET email = excluded.email, reason = excluded.reason, said = excluded.said, at = excluded.at,
                     letter_id = excluded.letter_id, by_person_id = excluded.by_person_id,
                     lifted_at = NULL, lifted_by = NULL, lifted_reason = NULL
               WHERE suppressions.lifted_at IS NOT NULL";
    LIFT = "UPDATE suppressions SET lifted_at = $2, lifted_by = $3, lifted_reason = $4
             WHERE email_key = $1 AND lifted_at IS NULL";
}

repository! {
    /// Addresses that are not written to.
    Suppressions, suppressions
}

impl Suppressions<'_> {
    /// What is known of an address ([`EmailAddress::key`]), lifted or not.
    pub async fn find(&mut self, key: &str) -> Result<Option<Suppression>> {
        let row = self.0.query(FIND).bind(key).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// Which of these addresses ([`EmailAddress::key`]) are not written to, by key.
    pub async fn among(&mut self, keys: &[String]) -> Result<HashMap<String, Suppression>> {
        let mut found = HashMap::new();
        for some in keys.chunks(ROWS) {
            let query = self.0.dynamic(select!("WHERE lifted_at IS NULL"));
            let rows = query.among("email_key", some).planned_afresh().all::<Row>().await?;
            for row in rows {
                found.insert(row.email_key.clone(), row.try_into()?);
            }
        }
        Ok(found)
    }

    /// The addresses that are not written to, the latest first.
    pub async fn list(&mut self, page: Page) -> Result<Vec<Suppression>> {
        let rows = self.0.query(LIST).bind(page.limit).bind(page.offset).all::<Row>();
        rows.await?.into_iter().map(TryInto::try_into).collect()
    }

    /// How many addresses are not written to.
    pub async fn count(&mut self) -> Result<i64> {
        Ok(self.0.query(COUNT).one::<Count>().await?.n)
    }
}

impl Writing<Suppressions<'_>> {
    /// From now on the address is not written to. False when it was not before: the first reason stands.
    pub async fn insert(&mut self, new: &NewSuppression) -> Result<bool> {
        let query = self.0.query(INSERT).bind(new.email.key()).bind(new.email.as_str());
        let query = query.bind(new.reason.code()).bind(new.said.as_deref());
        let query = query.bind(new.at.micros()).bind(new.letter.map(LetterId::uuid));
        Ok(query.bind(new.by.map(PersonId::uuid)).execute().await? == 1)
    }

    /// The address ([`EmailAddress::key`]) is written to again. False when it was.
    pub async fn lift(&mut self, key: &str, lifting: &Lifting) -> Result<bool> {
        let query = self.0.query(LIFT).bind(key).bind(lifting.at.micros());
        let query = query.bind(lifting.by.map(PersonId::uuid)).bind(&lifting.reason);
        Ok(query.execute().await? == 1)
    }
}
