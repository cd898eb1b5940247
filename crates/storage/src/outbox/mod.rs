//! Letters to send. A letter is written in the transaction of the fact it reports, and sent later, outside any: a queue
//! like that of jobs ([`crate::leases`]).

mod operator;

use kernel::{AccountId, EmailAddress, LetterId, Locale, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    db::Db,
    error::{Error, Result},
    leases::{Lease, Queue, QueueStatus, Queued},
    mail::{SuppressionReason, tuples},
    query::{Query, statements},
    repository::{Page, Writing, moment, repository},
};

pub use operator::{DomainFigures, HourFigures, PriorityFigures};

/// How many letters one statement writes.
const ROWS: usize = 100;

#[cfg(test)]
pub(crate) const ALL_STATEMENTS: [&[crate::query::Statement]; 2] = [ALL, operator::ALL];

/// A letter to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// Its id.
    pub id: LetterId,
    /// To whom.
    pub recipient: EmailAddress,
    /// Whose address that is, when it is an account's.
    pub account: Option<AccountId>,
    /// What it is about (`mail_events`).
    pub event: Option<String>,
    /// Which letter of the catalogue.
    pub name: String,
    /// In which language.
    pub locale: Locale,
    /// Its subject.
    pub subject: String,
    /// Where letters like this one are turned off, on this site.
    pub list_path: Option<String>,
    /// Its sealed body ([`crate::keys::Keys::seal`]).
    pub body: Vec<u8>,
    /// Higher goes first.
    pub priority: i64,
    /// The letter it is sent again for.
    pub resent_from: Option<LetterId>,
    /// Now; not sent before.
    pub created_at: Timestamp,
}

/// Which letters to claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterChoice {
    /// None that is less urgent.
    pub least_priority: Option<i64>,
    /// None to these domains ([`EmailAddress::domain`]).
    pub except_domains: Vec<String>,
    /// To these domains none but what is at least as urgent as `awaited`.
    pub patient_domains: Vec<String>,
    /// How urgent what somebody waits for is.
    pub awaited: i64,
}

/// A letter of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its id.
    pub id: LetterId,
    /// To whom.
    pub recipient: EmailAddress,
    /// Whose address that is, when it is an account's.
    pub account: Option<AccountId>,
    /// What it is about; unknown of the oldest letters.
    pub event: Option<String>,
    /// Which letter of the catalogue.
    pub name: String,
    /// In which language.
    pub locale: Locale,
    /// Its subject.
    pub subject: String,
    /// Where letters like this one are turned off, on this site.
    pub list_path: Option<String>,
    /// Its sealed body, for whoever claimed it.
    pub body: Option<Vec<u8>>,
    /// Higher goes first.
    pub priority: i64,
    /// Where in its life it is.
    pub status: QueueStatus,
    /// How often it was claimed: the fencing number of the present lease.
    pub attempts: i64,
    /// How often it was tried and failed.
    pub failures: i64,
    /// When it is due.
    pub run_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// With which words its server took it.
    pub reply: Option<String>,
    /// Why its address is not written to, when it was given up for that.
    pub suppressed: Option<SuppressionReason>,
    /// The letter it is sent again for.
    pub resent_from: Option<LetterId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was sent or given up.
    pub finished_at: Option<Timestamp>,
    /// When it was given up, or came back after it was sent.
    pub failed_at: Option<Timestamp>,
}

impl Letter {
    /// The lease it was claimed with.
    pub const fn lease(&self) -> Lease {
        Queue::Outbox.lease(self.id.uuid(), self.attempts)
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    recipient: String,
    account_id: Option<Uuid>,
    event: Option<String>,
    name: String,
    locale: String,
    subject: String,
    list_path: Option<String>,
    body_enc: Option<Vec<u8>>,
    priority: i64,
    status: String,
    attempts: i64,
    failures: i64,
    run_at: i64,
    last_error: Option<String>,
    reply: Option<String>,
    suppressed: Option<String>,
    resent_from: Option<Uuid>,
    created_at: i64,
    finished_at: Option<i64>,
    failed_at: Option<i64>,
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
            account: row.account_id.map(AccountId::from_uuid),
            event: row.event,
            name: row.name,
            locale: Locale::from_code(&row.locale)
                .ok_or_else(|| Error::unknown("outbox", "locale", row.id, &row.locale))?,
            subject: row.subject,
            list_path: row.list_path,
            body: row.body_enc,
            priority: row.priority,
            status: QueueStatus::from_code(&row.status)
                .ok_or_else(|| Error::unknown("outbox", "status", row.id, &row.status))?,
            attempts: row.attempts,
            failures: row.failures,
            run_at: Timestamp::from_micros(row.run_at),
            last_error: row.last_error,
            reply: row.reply,
            suppressed: row
                .suppressed
                .map(|code| {
                    SuppressionReason::from_code(&code)
                        .ok_or_else(|| Error::unknown("outbox", "suppressed", row.id, &code))
                })
                .transpose()?,
            resent_from: row.resent_from.map(LetterId::from_uuid),
            created_at: Timestamp::from_micros(row.created_at),
            finished_at: moment(row.finished_at),
            failed_at: moment(row.failed_at),
        })
    }
}

/// The columns of a letter; without its body, which nobody but the sender needs, they differ in that one.
macro_rules! columns {
    () => {
        crate::outbox::columns!("body_enc")
    };
    ($body:literal) => {
        concat!(
            "id, recipient, account_id, event, name, locale, subject, list_path, ",
            $body,
            ", priority, status, attempts, failures, run_at, last_error, reply, suppressed, resent_from, created_at, finished_at,
             failed_at"
        )
    };
}
pub(crate) use columns;

statements! {
    LIST = concat!("SELECT ", columns!("NULL AS body_enc"), " FROM outbox WHERE status = $1
                     ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    FIND = concat!("SELECT ", columns!("NULL AS body_enc"), " FROM outbox WHERE id = $1");
    FIND_DEAD = concat!("SELECT ", columns!(), " FROM outbox WHERE id = $1 AND status = 'dead' AND body_enc IS NOT NULL");
    OF_ADDRESS = concat!("SELECT ", columns!("NULL AS body_enc"), " FROM outbox WHERE recipient_key = $1
                           ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3");
    COUNT = "SELECT status, CAST(COUNT(*) AS BIGINT) AS n FROM outbox GROUP BY status ORDER BY status";
    WIPE = "UPDATE outbox SET body_enc = NULL WHERE id = $1 AND status = 'dead'";
    COME_BACK = "UPDATE outbox SET failed_at = $2, last_error = $3 WHERE id = $1 AND status = 'done' AND failed_at IS NULL";
    WITHHOLD = "UPDATE outbox SET status = 'dead', finished_at = $3, suppressed = $4
                 WHERE recipient_key = $1 AND status = 'ready' AND event = $2
                   AND (CAST($5 AS TEXT) IS NULL OR list_path = $5)";
    PURGE = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE finished_at < $1 ORDER BY finished_at LIMIT $2)";
    PURGE_BODIES = "UPDATE outbox SET body_enc = NULL WHERE id IN
                        (SELECT id FROM outbox ", pg "", lite "INDEXED BY outbox_kept_bodies",
                        " WHERE status = 'dead' AND body_enc IS NOT NULL AND finished_at < $1 LIMIT $2)";
}

repository! {
    /// The outbox, as acts see it.
    Outbox, outbox
}

impl Outbox<'_> {
    /// Letters of a status, the newest first, without their bodies.
    pub async fn list(&mut self, status: QueueStatus, page: Page) -> Result<Vec<Letter>> {
        let query = self.0.query(LIST).bind(status.code());
        letters(query.bind(page.limit).bind(page.offset)).await
    }

    /// One letter, without its body.
    pub async fn find(&mut self, id: LetterId) -> Result<Option<Letter>> {
        Ok(letters(self.0.query(FIND).bind(id.uuid())).await?.pop())
    }

    /// Letters to an address ([`EmailAddress::key`]), the newest first, without their bodies.
    pub async fn of_address(&mut self, key: &str, page: Page) -> Result<Vec<Letter>> {
        let query = self.0.query(OF_ADDRESS).bind(key);
        letters(query.bind(page.limit).bind(page.offset)).await
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

async fn letters(query: Query<'_>) -> Result<Vec<Letter>> {
    query.all::<Row>().await?.into_iter().map(TryInto::try_into).collect()
}

impl Writing<Outbox<'_>> {
    /// A new letter.
    pub async fn insert(&mut self, letter: &NewLetter) -> Result<()> {
        self.insert_all(std::slice::from_ref(letter)).await
    }

    /// New letters, many at once.
    pub async fn insert_all(&mut self, letters: &[NewLetter]) -> Result<()> {
        for some in letters.chunks(ROWS) {
            let query = self.0.dynamic(
                "INSERT INTO outbox (id, recipient, recipient_key, recipient_domain, account_id, event, name, locale, subject,
                                     list_path, body_enc, priority, status, attempts, run_at, resent_from, created_at)
                 VALUES ",
            );
            let query = tuples(query, some, |query, letter| {
                let query = query
                    .value(letter.id.uuid())
                    .push(", ")
                    .value(letter.recipient.as_str());
                let query = query.push(", ").value(letter.recipient.key());
                let query = query.push(", ").value(letter.recipient.domain());
                let query = query.push(", ").value(letter.account.map(AccountId::uuid));
                let query = query
                    .push(", ")
                    .value(letter.event.as_deref())
                    .push(", ")
                    .value(&letter.name);
                let query = query.push(", ").value(letter.locale.code());
                let query = query.push(", ").value(&letter.subject);
                let query = query.push(", ").value(letter.list_path.as_deref());
                let query = query.push(", ").value(&letter.body).push(", ").value(letter.priority);
                let query = query.push(", 'ready', 0, ").value(letter.created_at.micros());
                let query = query.push(", ").value(letter.resent_from.map(LetterId::uuid));
                query.push(", ").value(letter.created_at.micros())
            });
            let rows = query.push(" ON CONFLICT (id) DO NOTHING").kept().execute().await?;
            if rows < some.len() as u64 {
                // Ids are made of chance: which one was taken is not worth another query.
                return Err(Error::Conflict {
                    table: "outbox",
                    id: some[0].id.uuid(),
                });
            }
        }
        Ok(())
    }

    /// Sends a letter that was given up once more, as a new one: the old one stays as it was, without its body. False when
    /// it was not given up, or its body is gone.
    pub async fn resend(&mut self, id: LetterId, new: LetterId, at: Timestamp) -> Result<bool> {
        let Some(old) = letters(self.0.query(FIND_DEAD).bind(id.uuid())).await?.pop() else {
            return Ok(false);
        };
        let Some(body) = old.body else { return Ok(false) };
        let letter = NewLetter {
            id: new,
            recipient: old.recipient,
            account: old.account,
            event: old.event,
            name: old.name,
            locale: old.locale,
            subject: old.subject,
            list_path: old.list_path,
            body,
            priority: old.priority,
            resent_from: Some(id),
            created_at: at,
        };
        self.insert(&letter).await?;
        self.0.query(WIPE).bind(id.uuid()).execute().await?;
        Ok(true)
    }

    /// Gives up a leased letter, as [`Db::give_up`] does, together with what follows from it. False when the lease was lost.
    pub async fn give_up(&mut self, lease: Lease, at: Timestamp, error: &str) -> Result<bool> {
        let query = lease.bind(self.0.query(lease.to_give_up())).bind(at.micros());
        Ok(query.bind(error).execute().await? == 1)
    }

    /// A letter that had left came back, with these words. False when no such letter left, or it came back before.
    pub async fn came_back(&mut self, id: LetterId, at: Timestamp, said: &str) -> Result<bool> {
        let query = self.0.query(COME_BACK).bind(id.uuid()).bind(at.micros());
        Ok(query.bind(said).execute().await? == 1)
    }

    /// Gives up the letters about an event that wait for an address ([`EmailAddress::key`]): whoever reads there asked for no
    /// more; with a path, those alone that are turned off there. Says how many; one that is being sent is not held back.
    pub async fn withhold(&mut self, key: &str, event: &str, list_path: Option<&str>, at: Timestamp) -> Result<u64> {
        let query = self.0.query(WITHHOLD).bind(key).bind(event).bind(at.micros());
        let query = query.bind(SuppressionReason::Asked.code()).bind(list_path);
        query.execute().await
    }
}

impl Db {
    /// Claims letters to send, the most urgent first, for a lease until `until`. Letters whose lease has ended come back.
    pub async fn claim_letters(&self, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Letter>> {
        self.claim_letters_of(now, until, limit, &LetterChoice::default()).await
    }

    /// Claims letters as [`Db::claim_letters`] does, of a choice.
    pub async fn claim_letters_of(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: i64,
        choice: &LetterChoice,
    ) -> Result<Vec<Letter>> {
        let rows = self
            .claim::<Row>(now, until, limit, |query| {
                let query = query.bind(choice.least_priority.unwrap_or(i64::MIN));
                let query = query.bind(Json(&choice.except_domains)).bind(choice.awaited);
                query.bind(Json(&choice.patient_domains))
            })
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Removes letters sent or given up before `before`, and says how many. Housekeeping.
    pub async fn purge_letters(&self, before: Timestamp) -> Result<u64> {
        self.purge_in_portions(PURGE, before).await
    }

    /// Wipes the bodies of letters given up before `before`, which cannot be sent again then, and says how many.
    /// Housekeeping.
    pub async fn purge_letter_bodies(&self, before: Timestamp) -> Result<u64> {
        self.purge_in_portions(PURGE_BODIES, before).await
    }
}
