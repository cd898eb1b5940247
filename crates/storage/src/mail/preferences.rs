//! What somebody chose to hear of, how often, and at which hour. What is not here is as the product has it.

use std::collections::HashMap;

use kernel::{AccountId, Timestamp};
use uuid::Uuid;

use super::ROWS;
use crate::{
    db::Reads,
    error::{Error, Result},
    query::statements,
    repository::{Writing, repository},
};

/// How often an account wants to hear of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// Of what (`mail_events`).
    pub event: String,
    /// How often (`mail_cadences`).
    pub cadence: String,
    /// When that was chosen.
    pub changed_at: Timestamp,
}

/// At which day and hour an account wants its digests, in Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailHabit {
    /// 1 is Monday, 7 Sunday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    account_id: Uuid,
    event: String,
    cadence: String,
    changed_at: i64,
}

impl Row {
    fn preference(self) -> Preference {
        Preference {
            event: self.event,
            cadence: self.cadence,
            changed_at: Timestamp::from_micros(self.changed_at),
        }
    }
}

#[derive(sqlx_macros::FromRow)]
struct HabitRow {
    account_id: Uuid,
    weekday: i64,
    hour: i64,
}

impl TryFrom<HabitRow> for MailHabit {
    type Error = Error;

    fn try_from(row: HabitRow) -> Result<Self> {
        let read = |column, value: i64| {
            u8::try_from(value).map_err(|error| Error::corrupt("mail_habits", column, row.account_id, error))
        };
        Ok(Self {
            weekday: read("weekday", row.weekday)?,
            hour: read("hour", row.hour)?,
        })
    }
}

statements! {
    OF_ACCOUNT = "SELECT account_id, event, cadence, changed_at FROM mail_preferences WHERE account_id = $1 ORDER BY event";
    SET = "INSERT INTO mail_preferences (account_id, event, cadence, changed_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (account_id, event) DO UPDATE SET cadence = excluded.cadence, changed_at = excluded.changed_at
            WHERE mail_preferences.cadence <> excluded.cadence";
    RESET = "DELETE FROM mail_preferences WHERE account_id = $1 AND event = $2";
    HABIT = "SELECT account_id, weekday, hour FROM mail_habits WHERE account_id = $1";
    SET_HABIT = "INSERT INTO mail_habits (account_id, weekday, hour) VALUES ($1, $2, $3)
                 ON CONFLICT (account_id) DO UPDATE SET weekday = excluded.weekday, hour = excluded.hour";
}

repository! {
    /// What people chose to hear of, and when.
    MailPreferences, mail_preferences
}

async fn of_accounts(tx: &mut Reads, accounts: &[AccountId]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for some in accounts.chunks(ROWS) {
        let query = tx.dynamic("SELECT account_id, event, cadence, changed_at FROM mail_preferences WHERE TRUE");
        let query = query.among("account_id", some.iter().map(|id| id.uuid()));
        rows.append(&mut query.push(" ORDER BY account_id, event").planned_afresh().all().await?);
    }
    Ok(rows)
}

impl MailPreferences<'_> {
    /// What an account chose, by event; nothing for what it left as it is.
    pub async fn of_account(&mut self, account: AccountId) -> Result<Vec<Preference>> {
        let rows = self.0.query(OF_ACCOUNT).bind(account.uuid()).all::<Row>().await?;
        Ok(rows.into_iter().map(Row::preference).collect())
    }

    /// What each of many accounts chose; those that chose nothing are left out.
    pub async fn of_accounts(&mut self, accounts: &[AccountId]) -> Result<HashMap<AccountId, Vec<Preference>>> {
        let mut found: HashMap<AccountId, Vec<Preference>> = HashMap::new();
        for row in of_accounts(self.0, accounts).await? {
            let account = AccountId::from_uuid(row.account_id);
            found.entry(account).or_default().push(row.preference());
        }
        Ok(found)
    }

    /// The day and hour an account chose.
    pub async fn habit(&mut self, account: AccountId) -> Result<Option<MailHabit>> {
        let row = self.0.query(HABIT).bind(account.uuid()).optional::<HabitRow>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The day and hour each of many accounts chose; those that chose none are left out.
    pub async fn habits_of(&mut self, accounts: &[AccountId]) -> Result<HashMap<AccountId, MailHabit>> {
        let mut found = HashMap::new();
        for some in accounts.chunks(ROWS) {
            let query = self
                .0
                .dynamic("SELECT account_id, weekday, hour FROM mail_habits WHERE TRUE");
            let query = query.among("account_id", some.iter().map(|id| id.uuid()));
            for row in query.planned_afresh().all::<HabitRow>().await? {
                found.insert(AccountId::from_uuid(row.account_id), row.try_into()?);
            }
        }
        Ok(found)
    }
}

impl Writing<MailPreferences<'_>> {
    /// From now on the account hears of `event` at `cadence`. False when it did before.
    pub async fn set(&mut self, account: AccountId, event: &str, cadence: &str, at: Timestamp) -> Result<bool> {
        let query = self.0.query(SET).bind(account.uuid()).bind(event).bind(cadence);
        Ok(query.bind(at.micros()).execute().await? == 1)
    }

    /// The account hears of `event` as the product has it. False when it did before.
    pub async fn reset(&mut self, account: AccountId, event: &str) -> Result<bool> {
        Ok(self.0.query(RESET).bind(account.uuid()).bind(event).execute().await? == 1)
    }

    /// Sets the day and hour of an account's digests. Their next moments are the business of whoever calls.
    pub async fn set_habit(&mut self, account: AccountId, habit: MailHabit) -> Result<()> {
        let query = self.0.query(SET_HABIT).bind(account.uuid());
        query
            .bind(i64::from(habit.weekday))
            .bind(i64::from(habit.hour))
            .execute()
            .await?;
        Ok(())
    }
}
