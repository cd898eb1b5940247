//! When which account's next digest is due.

use kernel::{AccountId, DigestId, EmailAddress, Locale, PersonId, Timestamp};
use uuid::Uuid;

use super::{ROWS, tuples};
use crate::{
    db::Reads,
    error::{Error, Result},
    query::{Query, statements},
    repository::{Writing, moment, repository},
};

/// When an account's digest of a cadence is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Whose.
    pub account: AccountId,
    /// How often (`mail_cadences`).
    pub cadence: String,
    /// Not before this moment.
    pub next_at: Timestamp,
    /// Up to here the last digest saw what there was: what came later is new.
    pub mark_at: Timestamp,
    /// The last digest that was a letter.
    pub last_digest: Option<DigestId>,
}

/// A digest that is due, with what is needed of its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDigest {
    /// The schedule, by which the next page goes on.
    pub schedule: Schedule,
    /// Who reads it.
    pub person: PersonId,
    /// Where it goes.
    pub email: EmailAddress,
    /// Since when the address is known to be theirs.
    pub email_confirmed_at: Option<Timestamp>,
    /// In which language.
    pub language: Locale,
}

/// What a schedule becomes when its digest was made, whatever came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Whose.
    pub account: AccountId,
    /// Of which cadence.
    pub cadence: String,
    /// The moment it was due at, as it was read: where somebody chose otherwise meanwhile, all stays as they chose. What
    /// the digest told is remembered, and not told again.
    pub was_due_at: Timestamp,
    /// When the next one is due.
    pub next_at: Timestamp,
    /// Up to here everything was seen.
    pub mark_at: Timestamp,
    /// The digest, when it was a letter.
    pub letter_of: Option<DigestId>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    account_id: Uuid,
    cadence: String,
    next_at: i64,
    mark_at: i64,
    last_digest_id: Option<Uuid>,
}

impl From<Row> for Schedule {
    fn from(row: Row) -> Self {
        Self {
            account: AccountId::from_uuid(row.account_id),
            cadence: row.cadence,
            next_at: Timestamp::from_micros(row.next_at),
            mark_at: Timestamp::from_micros(row.mark_at),
            last_digest: row.last_digest_id.map(DigestId::from_uuid),
        }
    }
}

#[derive(sqlx_macros::FromRow)]
struct DueRow {
    #[sqlx(flatten)]
    row: Row,
    person_id: Uuid,
    email: String,
    email_confirmed_at: Option<i64>,
    locale: String,
}

impl TryFrom<DueRow> for DueDigest {
    type Error = Error;

    fn try_from(row: DueRow) -> Result<Self> {
        let id = row.row.account_id;
        Ok(Self {
            schedule: row.row.into(),
            person: PersonId::from_uuid(row.person_id),
            email: EmailAddress::parse(&row.email).map_err(|error| Error::corrupt("accounts", "email", id, error))?,
            email_confirmed_at: moment(row.email_confirmed_at),
            language: Locale::from_code(&row.locale).unwrap_or_default(),
        })
    }
}

macro_rules! columns {
    () => {
        "s.account_id, s.cadence, s.next_at, s.mark_at, s.last_digest_id"
    };
}

/// CROSS JOIN keeps SQLite from starting with the accounts.
macro_rules! due {
    ($after:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", a.person_id, a.email, a.email_confirmed_at, a.locale
               FROM digest_schedules s CROSS JOIN accounts a
              WHERE a.id = s.account_id AND s.next_at <= $1 ",
            $after,
            "ORDER BY s.next_at, s.account_id, s.cadence LIMIT $2"
        )
    };
}

statements! {
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM digest_schedules s WHERE s.account_id = $1 ORDER BY s.cadence");
    DUE = due!("");
    DUE_AFTER = due!("AND (s.next_at, s.account_id, s.cadence) > ($3, $4, $5) ");
    COUNT_DUE = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM digest_schedules WHERE next_at <= $1";
    WITHOUT = "SELECT a.id, a.created_at FROM accounts a
                WHERE a.id > $1
                  AND NOT EXISTS (SELECT 1 FROM digest_schedules s WHERE s.account_id = a.id AND s.cadence = $2)
                ORDER BY a.id LIMIT $3";
    SAVE = "INSERT INTO digest_schedules (account_id, cadence, next_at, mark_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (account_id, cadence) DO UPDATE SET next_at = excluded.next_at";
    REACH_BACK = "UPDATE digest_schedules SET mark_at = $3 WHERE account_id = $1 AND cadence = $2 AND mark_at > $3";
    DELETE = "DELETE FROM digest_schedules WHERE account_id = $1 AND cadence = $2";
}

repository! {
    /// When digests are due.
    DigestSchedules, digest_schedules
}

/// Moves schedules on.
pub(crate) fn advance<'t>(tx: &'t mut Reads, advances: &[&Advance]) -> Query<'t> {
    let query = tx.dynamic(
        "UPDATE digest_schedules
            SET mark_at = v.column5, last_digest_id = COALESCE(v.column6, last_digest_id), next_at = v.column4
           FROM (VALUES ",
    );
    let query = tuples(query, advances, |query, advance| {
        let query = query.value(advance.account.uuid()).push(", ").value(&advance.cadence);
        let query = query.push(", ").value(advance.was_due_at.micros());
        let query = query.push(", ").value(advance.next_at.micros());
        let query = query.push(", ").value(advance.mark_at.micros());
        query.push(", ").value(advance.letter_of.map(DigestId::uuid))
    });
    // The sign keeps both databases from looking for the moment instead of the key.
    query.push(") AS v WHERE account_id = v.column1 AND cadence = v.column2 AND +next_at = v.column3")
}

impl DigestSchedules<'_> {
    /// An account's schedules.
    pub async fn of_account(&mut self, account: AccountId) -> Result<Vec<Schedule>> {
        let rows = self.0.query(OF_ACCOUNT).bind(account.uuid()).all::<Row>().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// What is due at `now`, the longest waiting first, after the last one of the page before. What was advanced is not
    /// due any more, so only a run that advances nothing needs `after`.
    pub async fn due(&mut self, now: Timestamp, after: Option<&Schedule>, limit: i64) -> Result<Vec<DueDigest>> {
        let query = match after {
            None => self.0.query(DUE).bind(now.micros()).bind(limit),
            Some(after) => {
                let query = self.0.query(DUE_AFTER).bind(now.micros()).bind(limit);
                let query = query.bind(after.next_at.micros()).bind(after.account.uuid());
                query.bind(&after.cadence)
            }
        };
        query
            .planned_afresh()
            .all::<DueRow>()
            .await?
            .into_iter()
            .map(TryInto::try_into)
            .collect()
    }

    /// How many are due at `now`.
    pub async fn count_due(&mut self, now: Timestamp) -> Result<i64> {
        let query = self.0.query(COUNT_DUE).bind(now.micros());
        Ok(query.one::<crate::repository::Count>().await?.n)
    }

    /// Accounts that have no schedule of a cadence, and when they were made, by id after `after`.
    pub async fn accounts_without(
        &mut self,
        cadence: &str,
        after: Option<AccountId>,
        limit: i64,
    ) -> Result<Vec<(AccountId, Timestamp)>> {
        let after = after.map_or_else(Uuid::nil, AccountId::uuid);
        let query = self.0.query(WITHOUT).bind(after).bind(cadence).bind(limit);
        let rows = query.all::<(Uuid, i64)>().await?.into_iter();
        Ok(rows
            .map(|(id, at)| (AccountId::from_uuid(id), Timestamp::from_micros(at)))
            .collect())
    }
}

impl Writing<DigestSchedules<'_>> {
    /// Makes an account's digest due at `next_at`. A new schedule starts at `mark_at`; one that is there keeps its mark.
    pub async fn save(
        &mut self,
        account: AccountId,
        cadence: &str,
        next_at: Timestamp,
        mark_at: Timestamp,
    ) -> Result<()> {
        let query = self.0.query(SAVE).bind(account.uuid()).bind(cadence);
        query.bind(next_at.micros()).bind(mark_at.micros()).execute().await?;
        Ok(())
    }

    /// The next digest of a cadence tells of what is new since `mark_at`, if it would have told of less. False when it would
    /// not, or when there is no such schedule. What an earlier digest told is not told again.
    pub async fn reach_back(&mut self, account: AccountId, cadence: &str, mark_at: Timestamp) -> Result<bool> {
        let query = self.0.query(REACH_BACK).bind(account.uuid()).bind(cadence);
        Ok(query.bind(mark_at.micros()).execute().await? == 1)
    }

    /// No more digests of a cadence. False when there were none.
    pub async fn delete(&mut self, account: AccountId, cadence: &str) -> Result<bool> {
        let query = self.0.query(DELETE).bind(account.uuid()).bind(cadence);
        Ok(query.execute().await? == 1)
    }

    /// Moves schedules on, many at once. One that was deleted or changed meanwhile stays so.
    pub async fn advance(&mut self, advances: &[Advance]) -> Result<()> {
        let mut ordered: Vec<&Advance> = advances.iter().collect();
        // Two runs that meet lock rows in one order.
        ordered.sort_by(|a, b| (a.account, &a.cadence).cmp(&(b.account, &b.cadence)));
        for some in ordered.chunks(ROWS) {
            let query = advance(self.0, some);
            query.planned_afresh().execute().await?;
        }
        Ok(())
    }
}
