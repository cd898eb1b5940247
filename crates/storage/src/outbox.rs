//! Letters to send. A letter is written in the transaction of the fact it reports, and sent later, outside any: a queue
//! like that of jobs ([`crate::leases`]).

use kernel::{EmailAddress, LetterId, Locale, Timestamp};
use uuid::Uuid;

use crate::{
    db::{Db, Write},
    error::{Error, Result},
    leases::{Lease, Queue, QueueStatus, Queued},
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
    pub status: QueueStatus,
    /// How often it was claimed: the fencing number of the present lease.
    pub attempts: i64,
    /// How often it was tried and failed.
    pub failures: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was sent or given up.
    pub finished_at: Option<Timestamp>,
}

impl Letter {
    /// The lease it was claimed with.
    pub const fn lease(&self) -> Lease {
        Queue::Outbox.lease(self.id.uuid(), self.attempts)
    }
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
    failures: i64,
    run_at: i64,
    last_error: Option<String>,
    created_at: i64,
    finished_at: Option<i64>,
}

impl Queued for Row {
    const QUEUE: Queue = Queue::Outbox;

    fn turn(&self) -> (i64, i64, Uuid) {
        (self.priority, self.run_at, self.id)
    }
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
            status: QueueStatus::from_code(&row.status)
                .ok_or_else(|| Error::unknown("outbox", "status", row.id, &row.status))?,
            attempts: row.attempts,
            failures: row.failures,
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

macro_rules! columns {
    () => {
        "id, recipient, name, locale, subject, body_enc, priority, status, attempts, failures, run_at, last_error,
         created_at, finished_at"
    };
}
pub(crate) use columns;

statements! {
    INSERT = "INSERT INTO outbox (id, recipient, name, locale, subject, body_enc, priority, status, attempts, run_at, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, 'ready', 0, $8, $8) ON CONFLICT (id) DO NOTHING";
    /// Without the bodies: nobody but the sender needs them.
    LIST = "SELECT id, recipient, name, locale, subject, NULL AS body_enc, priority, status, attempts, failures, run_at,
                   last_error, created_at, finished_at
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
    pub async fn list(&mut self, status: QueueStatus, page: Page) -> Result<Vec<Letter>> {
        let query = self
            .0
            .query(LIST)
            .bind(status.code())
            .bind(page.limit)
            .bind(page.offset);
        query.all::<Row>().await?.into_iter().map(TryInto::try_into).collect()
    }

    /// How many letters have each status; zeros are left out.
    pub async fn count(&mut self) -> Result<Vec<(QueueStatus, i64)>> {
        let rows = self.0.query(COUNT).all::<(String, i64)>().await?;
        rows.into_iter()
            .map(|(code, n)| {
                let status = QueueStatus::from_code(&code)
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
    /// Claims letters to send, the most urgent first, for a lease until `until`. Letters whose lease has ended come back.
    pub async fn claim_letters(&self, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Letter>> {
        let rows = self.claim::<Row>(now, until, limit).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Removes letters sent or given up before `before`, and says how many. Housekeeping.
    pub async fn purge_letters(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = tx.query(PURGE).bind(before.micros()).execute().await?;
        tx.keep().await?;
        Ok(gone)
    }
}
