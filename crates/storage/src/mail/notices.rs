//! Facts for an account, told on its pages beside or instead of a letter.

use kernel::{AccountId, LetterId, Locale, NoticeId, Timestamp};
use uuid::Uuid;

use super::{ROWS, tuples};
use crate::{
    db::{Db, Reads},
    error::Result,
    query::{Query, statements},
    repository::{Count, Page, Writing, moment, repository, written},
};

/// A fact to be told to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Its id.
    pub id: NoticeId,
    /// To whom.
    pub account: AccountId,
    /// What it is about (`mail_events`).
    pub event: String,
    /// Which letter of the catalogue says the same.
    pub letter: String,
    /// Its subject in Chinese. It names no person.
    pub subject_zh: String,
    /// Its subject in English.
    pub subject_en: String,
    /// Where it leads, on this site.
    pub path: String,
    /// How often the account wanted to hear of such facts (`mail_cadences`).
    pub cadence: String,
    /// The cadence of the digest that has to tell it; none when a letter goes, or nothing does.
    pub waits_for: Option<String>,
    /// The letter that goes at once.
    pub letter_id: Option<LetterId>,
    /// Now.
    pub created_at: Timestamp,
}

/// A fact that was told to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it says.
    pub notice: NewNotice,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

impl NewNotice {
    /// Its subject in a language.
    pub fn subject(&self, locale: Locale) -> &str {
        match locale {
            Locale::Zh => &self.subject_zh,
            Locale::En => &self.subject_en,
        }
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    event: String,
    letter: String,
    subject_zh: String,
    subject_en: String,
    path: String,
    cadence: String,
    waits_for: Option<String>,
    letter_id: Option<Uuid>,
    created_at: i64,
    read_at: Option<i64>,
}

impl From<Row> for Notice {
    fn from(row: Row) -> Self {
        Self {
            notice: NewNotice {
                id: NoticeId::from_uuid(row.id),
                account: AccountId::from_uuid(row.account_id),
                event: row.event,
                letter: row.letter,
                subject_zh: row.subject_zh,
                subject_en: row.subject_en,
                path: row.path,
                cadence: row.cadence,
                waits_for: row.waits_for,
                letter_id: row.letter_id.map(LetterId::from_uuid),
                created_at: Timestamp::from_micros(row.created_at),
            },
            read_at: moment(row.read_at),
        }
    }
}

macro_rules! columns {
    () => {
        "n.id, n.account_id, n.event, n.letter, n.subject_zh, n.subject_en, n.path, n.cadence, n.waits_for, n.letter_id,
         n.created_at, n.read_at"
    };
}

statements! {
    FIND = concat!("SELECT ", columns!(), " FROM notices n WHERE n.id = $1");
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM notices n WHERE n.account_id = $1
                           ORDER BY n.created_at DESC, n.id DESC LIMIT $2 OFFSET $3");
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM notices WHERE account_id = $1";
    /// Counted as far as a bell tells: every page asks.
    COUNT_UNREAD = "SELECT CAST(COUNT(*) AS BIGINT) AS n
                      FROM (SELECT id FROM notices WHERE account_id = $1 AND read_at IS NULL LIMIT 100) AS unread";
    INSERT = "INSERT INTO notices (id, account_id, event, letter, subject_zh, subject_en, path, cadence, waits_for, letter_id,
                                   created_at, read_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL) ON CONFLICT (id) DO NOTHING";
    WAIT_FOR = "UPDATE notices SET waits_for = $3 WHERE account_id = $1 AND event = $2 AND waits_for IS NOT NULL";
    READ = "UPDATE notices SET read_at = $3 WHERE id = $1 AND account_id = $2 AND read_at IS NULL";
    READ_ALL = "UPDATE notices SET read_at = $3 WHERE account_id = $1 AND read_at IS NULL AND created_at <= $2";
    PURGE = "DELETE FROM notices WHERE id IN
                 (SELECT id FROM notices WHERE created_at < $1 AND waits_for IS NULL ORDER BY created_at LIMIT $2)";
}

repository! {
    /// Facts told to accounts.
    Notices, notices
}

/// What waits for the digests of accounts and cadences.
pub(crate) fn waiting<'t>(tx: &'t mut Reads, digests: &[(AccountId, &str)]) -> Query<'t> {
    let query = tx.dynamic(concat!("SELECT ", columns!(), " FROM (VALUES "));
    let query = tuples(query, digests, |query, (account, cadence)| {
        query.value(account.uuid()).push(", ").value(*cadence)
    });
    query.push(
        ") AS asked CROSS JOIN notices n
          WHERE n.account_id = asked.column1 AND n.waits_for = asked.column2 AND n.waits_for IS NOT NULL",
    )
}

impl Notices<'_> {
    /// One notice, whoever's it is.
    pub async fn find(&mut self, id: NoticeId) -> Result<Option<Notice>> {
        Ok(self
            .0
            .query(FIND)
            .bind(id.uuid())
            .optional::<Row>()
            .await?
            .map(Into::into))
    }

    /// An account's notices, the newest first.
    pub async fn of_account(&mut self, account: AccountId, page: Page) -> Result<Vec<Notice>> {
        let query = self.0.query(OF_ACCOUNT).bind(account.uuid());
        let rows = query.bind(page.limit).bind(page.offset).all::<Row>().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// How many notices an account has.
    pub async fn count(&mut self, account: AccountId) -> Result<i64> {
        Ok(self.0.query(COUNT).bind(account.uuid()).one::<Count>().await?.n)
    }

    /// How many of an account's notices are unread: 100 stands for that many or more.
    pub async fn count_unread(&mut self, account: AccountId) -> Result<i64> {
        Ok(self.0.query(COUNT_UNREAD).bind(account.uuid()).one::<Count>().await?.n)
    }

    /// What waits for the digests of these accounts and cadences, the oldest first.
    pub async fn waiting(&mut self, digests: &[(AccountId, &str)]) -> Result<Vec<Notice>> {
        let mut found: Vec<Notice> = Vec::new();
        for some in digests.chunks(ROWS) {
            let rows = waiting(self.0, some).planned_afresh().all::<Row>().await?;
            found.extend(rows.into_iter().map(Notice::from));
        }
        found.sort_by_key(|found| (found.notice.account, found.notice.created_at, found.notice.id));
        Ok(found)
    }
}

impl Writing<Notices<'_>> {
    /// A new notice.
    pub async fn insert(&mut self, new: &NewNotice) -> Result<()> {
        let query = self.0.query(INSERT).bind(new.id.uuid()).bind(new.account.uuid());
        let query = query.bind(&new.event).bind(&new.letter).bind(&new.subject_zh);
        let query = query.bind(&new.subject_en).bind(&new.path).bind(&new.cadence);
        let query = query
            .bind(new.waits_for.as_deref())
            .bind(new.letter_id.map(LetterId::uuid));
        let rows = query.bind(new.created_at.micros()).execute().await?;
        written(rows, "notices", new.id.uuid())
    }

    /// A digest has told these: they wait no more.
    pub async fn told(&mut self, notices: &[NoticeId]) -> Result<()> {
        let mut ids: Vec<Uuid> = notices.iter().map(|id| id.uuid()).collect();
        ids.sort_unstable();
        for some in ids.chunks(ROWS) {
            let query = self.0.dynamic("UPDATE notices SET waits_for = NULL WHERE TRUE");
            query.among("id", some.iter().copied()).kept().execute().await?;
        }
        Ok(())
    }

    /// What an account was to hear of an event in a digest waits for another one, or for none any more. Says how many.
    pub async fn wait_for(&mut self, account: AccountId, event: &str, cadence: Option<&str>) -> Result<u64> {
        let query = self.0.query(WAIT_FOR).bind(account.uuid()).bind(event);
        query.bind(cadence).execute().await
    }
}

impl Db {
    /// Notes that an account read a notice. False when it had, or has no such notice. Nobody's business but the reader's:
    /// no act, no audit entry.
    pub async fn read_notice(&self, account: AccountId, id: NoticeId, at: Timestamp) -> Result<bool> {
        let mut tx = self.write().await?;
        let query = tx.query(READ).bind(id.uuid()).bind(account.uuid());
        let rows = query.bind(at.micros()).execute().await?;
        tx.keep().await?;
        Ok(rows == 1)
    }

    /// Notes that an account read everything up to `until`, and says how many were unread.
    pub async fn read_notices(&self, account: AccountId, until: Timestamp, at: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let query = tx.query(READ_ALL).bind(account.uuid()).bind(until.micros());
        let rows = query.bind(at.micros()).execute().await?;
        tx.keep().await?;
        Ok(rows)
    }

    /// Removes notices made before `before` that no digest has to tell, and says how many. Housekeeping.
    pub async fn purge_notices(&self, before: Timestamp) -> Result<u64> {
        self.purge_in_portions(PURGE, before).await
    }
}
