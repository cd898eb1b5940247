//! Letters to send. A letter is written in the transaction of the fact it reports, and sent later, outside any.

use kernel::{EmailAddress, LetterId, Locale, Timestamp};
use uuid::Uuid;

use crate::{
    db::{Db, Write},
    error::{Error, Result},
    query::statements,
    repository::{Page, moment, repository, written},
};

/// A letter to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// Its id.
    pub id: LetterId,
    /// To whom.
    pub recipient: EmailAddress,
    /// Which letter of the catalogue.
    pub name: String,
    /// In which language.
    pub locale: Locale,
    /// Its subject.
    pub subject: String,
    /// Its sealed body ([`crate::keys::Keys::seal`]).
    pub body: Vec<u8>,
    /// Higher goes first.
    pub priority: i64,
    /// Now; not sent before.
    pub created_at: Timestamp,
}

/// Where in its life a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LetterStatus {
    /// To be sent, perhaps again.
    Waiting,
    /// The mail server took it.
    Sent,
    /// Given up.
    Failed,
}

impl LetterStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Sent, Self::Failed];

    /// The code in columns and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    /// The status of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// A letter of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its id.
    pub id: LetterId,
    /// To whom.
    pub recipient: EmailAddress,
    /// Which letter of the catalogue.
    pub name: String,
    /// In which language.
    pub locale: Locale,
    /// Its subject.
    pub subject: String,
    /// Its sealed body, while it waits.
    pub body: Option<Vec<u8>>,
    /// Higher goes first.
    pub priority: i64,
    /// Where in its life it is.
    pub status: LetterStatus,
    /// How often it was claimed: the token of the present lease.
    pub attempts: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was sent or given up.
    pub finished_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    recipient: String,
    name: String,
    locale: String,
    subject: String,
    body_enc: Option<Vec<u8>>,
    priority: i64,
    status: String,
    attempts: i64,
    last_error: Option<String>,
    created_at: i64,
    finished_at: Option<i64>,
}

impl TryFrom<Row> for Letter {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: LetterId::from_uuid(row.id),
            recipient: EmailAddress::parse(&row.recipient)
                .map_err(|error| Error::corrupt("outbox", "recipient", row.id, error))?,
            name: row.name,
            locale: locale(&row.locale).ok_or_else(|| Error::unknown("outbox", "locale", row.id, &row.locale))?,
            subject: row.subject,
            body: row.body_enc,
            priority: row.priority,
            status: LetterStatus::from_code(&row.status)
                .ok_or_else(|| Error::unknown("outbox", "status", row.id, &row.status))?,
            attempts: row.attempts,
            last_error: row.last_error,
            created_at: Timestamp::from_micros(row.created_at),
            finished_at: moment(row.finished_at),
        })
    }
}

const fn locale_code(locale: Locale) -> &'static str {
    match locale {
        Locale::Zh => "zh",
        Locale::En => "en",
    }
}

fn locale(code: &str) -> Option<Locale> {
    [Locale::Zh, Locale::En]
        .into_iter()
        .find(|locale| locale_code(*locale) == code)
}

statements! {
    INSERT = "INSERT INTO outbox (id, recipient, name, locale, subject, body_enc, priority, status, attempts, send_at, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, $8) ON CONFLICT (id) DO NOTHING";
    CLAIM = "WITH due AS (
                 SELECT id FROM outbox
                  WHERE status = 'waiting' AND send_at <= $1 AND (locked_until IS NULL OR locked_until < $1)
                  ORDER BY priority DESC, send_at, id LIMIT $3 ", pg "FOR UPDATE SKIP LOCKED", lite "", "
             )
             UPDATE outbox SET locked_until = $2, attempts = attempts + 1 FROM due WHERE outbox.id = due.id
             RETURNING outbox.id, outbox.recipient, outbox.name, outbox.locale, outbox.subject, outbox.body_enc,
                       outbox.priority, outbox.status, outbox.attempts, outbox.last_error, outbox.created_at,
                       outbox.finished_at";
    SENT = "UPDATE outbox SET status = 'sent', body_enc = NULL, locked_until = NULL, last_error = NULL, finished_at = $3
             WHERE id = $1 AND attempts = $2 AND status = 'waiting'";
    RETRY = "UPDATE outbox SET locked_until = NULL, send_at = $3, last_error = $4
              WHERE id = $1 AND attempts = $2 AND status = 'waiting'";
    FAIL = "UPDATE outbox SET status = 'failed', body_enc = NULL, locked_until = NULL, last_error = $3, finished_at = $4
             WHERE id = $1 AND attempts = $2 AND status = 'waiting'";
    /// Without the bodies: nobody but the sender needs them.
    LIST = "SELECT id, recipient, name, locale, subject, NULL AS body_enc, priority, status, attempts, last_error, created_at,
                   finished_at
              FROM outbox WHERE status = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3";
    COUNT = "SELECT status, CAST(COUNT(*) AS BIGINT) AS n FROM outbox GROUP BY status ORDER BY status";
    PURGE = "DELETE FROM outbox WHERE finished_at < $1";
}

repository! {
    /// The outbox, as acts see it.
    Outbox, outbox
}

impl<M> Outbox<'_, M> {
    /// Letters of a status, the newest first, without their bodies.
    pub async fn list(&mut self, status: LetterStatus, page: Page) -> Result<Vec<Letter>> {
        let query = self
            .0
            .query(LIST)
            .bind(status.code())
            .bind(page.limit)
            .bind(page.offset);
        query.all::<Row>().await?.into_iter().map(TryInto::try_into).collect()
    }

    /// How many letters have each status; zeros are left out.
    pub async fn count(&mut self) -> Result<Vec<(LetterStatus, i64)>> {
        let rows = self.0.query(COUNT).all::<(String, i64)>().await?;
        rows.into_iter()
            .map(|(code, n)| {
                let status = LetterStatus::from_code(&code)
                    .ok_or_else(|| Error::unknown("outbox", "status", "(counted)", &code))?;
                Ok((status, n))
            })
            .collect()
    }
}

impl Outbox<'_, Write> {
    /// A new letter.
    pub async fn insert(&mut self, letter: &NewLetter) -> Result<()> {
        let rows = self
            .0
            .query(INSERT)
            .bind(letter.id.uuid())
            .bind(letter.recipient.as_str())
            .bind(&letter.name)
            .bind(locale_code(letter.locale))
            .bind(&letter.subject)
            .bind(&letter.body)
            .bind(letter.priority)
            .bind(letter.created_at.micros())
            .execute()
            .await?;
        written(rows, "outbox", letter.id.uuid())
    }
}

impl Db {
    /// Claims letters to send, the most urgent first, for a lease until `until`.
    pub async fn claim_letters(&self, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Letter>> {
        let mut tx = self.write().await?;
        let query = tx.query(CLAIM).bind(now.micros()).bind(until.micros()).bind(limit);
        let rows = query.all::<Row>().await?;
        tx.keep().await?;
        let mut letters = rows.into_iter().map(Letter::try_from).collect::<Result<Vec<_>>>()?;
        letters.sort_by_key(|letter| (std::cmp::Reverse(letter.priority), letter.created_at, letter.id));
        Ok(letters)
    }

    /// Notes that the mail server took a letter, and wipes its body. False when the lease was lost.
    pub async fn letter_sent(&self, id: LetterId, attempts: i64, at: Timestamp) -> Result<bool> {
        let mut tx = self.write().await?;
        let query = tx.query(SENT).bind(id.uuid()).bind(attempts).bind(at.micros());
        let held = query.execute().await? == 1;
        tx.keep().await?;
        Ok(held)
    }

    /// Puts a letter back for another try at `send_at`. False when the lease was lost.
    pub async fn retry_letter(&self, id: LetterId, attempts: i64, send_at: Timestamp, error: &str) -> Result<bool> {
        let mut tx = self.write().await?;
        let query = tx
            .query(RETRY)
            .bind(id.uuid())
            .bind(attempts)
            .bind(send_at.micros())
            .bind(error);
        let held = query.execute().await? == 1;
        tx.keep().await?;
        Ok(held)
    }

    /// Gives a letter up, and wipes its body. False when the lease was lost.
    pub async fn letter_failed(&self, id: LetterId, attempts: i64, error: &str, at: Timestamp) -> Result<bool> {
        let mut tx = self.write().await?;
        let query = tx
            .query(FAIL)
            .bind(id.uuid())
            .bind(attempts)
            .bind(error)
            .bind(at.micros());
        let held = query.execute().await? == 1;
        tx.keep().await?;
        Ok(held)
    }

    /// Removes letters sent or given up before `before`, and says how many. Housekeeping.
    pub async fn purge_letters(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = tx.query(PURGE).bind(before.micros()).execute().await?;
        tx.keep().await?;
        Ok(gone)
    }
}
