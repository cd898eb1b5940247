//! Logbook weeks, sealed; beside them what lists need.

use apprenticeship::{
    Monday, Reviewer,
    week::{Stage, State, Week},
};
use kernel::{AgreementId, Chance, Date, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    agreements::{AgreementKey, Place},
    error::{Error, Result},
    query::statements,
    repository::{Writing, micros, moment, repository, written},
    versioned::Versioned,
};

const TABLE: &str = "record_weeks";

fn place(monday: Monday) -> Place {
    Place::new(TABLE, "state_enc", monday.to_string())
}

/// What is sealed of a week: the week, and what was typed last where it could not all be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekFile {
    /// The week.
    pub week: Week,
    /// What was typed, when something of it cannot be read.
    pub typed: Option<Value>,
}

/// What stands in plain columns of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredWeek {
    /// The record.
    pub agreement: AgreementId,
    /// Which week.
    pub monday: Monday,
    /// Where it stands.
    pub stage: Stage,
    /// Whose turn it is to look at it, or will be.
    pub turn: Reviewer,
    /// Grows with each writing.
    pub edition: u32,
    /// The last day for handing it in.
    pub due: Date,
    /// Since when it waits for a reviewer.
    pub waiting_since: Option<Timestamp>,
    /// Minutes in it.
    pub minutes: u32,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    agreement_id: Uuid,
    monday: Date,
    stage: String,
    turn: String,
    edition: i64,
    due_day: Date,
    waiting_since: Option<i64>,
    minutes: i64,
}

impl TryFrom<Row> for StoredWeek {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.agreement_id;
        let number =
            |column, value: i64| u32::try_from(value).map_err(|error| Error::corrupt(TABLE, column, id, error));
        Ok(Self {
            agreement: AgreementId::from_uuid(id),
            monday: Monday::try_from(row.monday).map_err(|error| Error::corrupt(TABLE, "monday", id, error))?,
            stage: Stage::from_code(&row.stage).ok_or_else(|| Error::unknown(TABLE, "stage", id, &row.stage))?,
            turn: match row.turn.as_str() {
                "first" => Reviewer::First,
                "final" => Reviewer::Final,
                other => return Err(Error::unknown(TABLE, "turn", id, other)),
            },
            edition: number("edition", row.edition)?,
            due: row.due_day,
            waiting_since: moment(row.waiting_since),
            minutes: number("minutes", row.minutes)?,
        })
    }
}

#[derive(sqlx_macros::FromRow)]
struct FileRow {
    agreement_id: Uuid,
    monday: Date,
    version: i64,
    state_enc: Vec<u8>,
}

impl FileRow {
    fn open(self, key: &AgreementKey) -> Result<Versioned<WeekFile>> {
        let id = self.agreement_id;
        let monday = Monday::try_from(self.monday).map_err(|error| Error::corrupt(TABLE, "monday", id, error))?;
        let place = place(monday);
        let file: WeekFile = key.open_json(&place, &self.state_enc)?;
        key.is_of(&place, file.week.record())?;
        Ok(Versioned::new(file, self.version))
    }
}

statements! {
    INSERT = "INSERT INTO record_weeks (agreement_id, monday, version, stage, turn, edition, due_day, waiting_since, minutes,
                                        state_enc, updated_at)
              VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    SAVE = "UPDATE record_weeks SET version = version + 1, stage = $4, turn = $5, edition = $6, due_day = $7, waiting_since = $8,
                   minutes = $9, state_enc = $10, updated_at = $11
             WHERE agreement_id = $1 AND monday = $2 AND version = $3";
    FIND = "SELECT agreement_id, monday, version, state_enc FROM record_weeks WHERE agreement_id = $1 AND monday = $2";
    FILES = "SELECT agreement_id, monday, version, state_enc FROM record_weeks WHERE agreement_id = $1 ORDER BY monday";
    OF_RECORD = "SELECT agreement_id, monday, stage, turn, edition, due_day, waiting_since, minutes FROM record_weeks
                  WHERE agreement_id = $1 ORDER BY monday";
}

repository! {
    /// Logbook weeks.
    RecordWeeks, record_weeks
}

impl RecordWeeks<'_> {
    /// One week.
    pub async fn find(&mut self, key: &AgreementKey, monday: Monday) -> Result<Option<Versioned<WeekFile>>> {
        let query = self.0.query(FIND).bind(key.agreement().uuid()).bind(monday.date());
        let row = query.optional::<FileRow>().await?;
        row.map(|row| row.open(key)).transpose()
    }

    /// The weeks of a record, opened, the oldest first.
    pub async fn files(&mut self, key: &AgreementKey) -> Result<Vec<Versioned<WeekFile>>> {
        let rows = self
            .0
            .query(FILES)
            .bind(key.agreement().uuid())
            .all::<FileRow>()
            .await?;
        rows.into_iter().map(|row| row.open(key)).collect()
    }

    /// The weeks of a record without opening them, the oldest first.
    pub async fn of_record(&mut self, id: AgreementId) -> Result<Vec<StoredWeek>> {
        let rows = self.0.query(OF_RECORD).bind(id.uuid()).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

/// The plain columns that follow from a week.
struct Columns {
    stage: &'static str,
    turn: &'static str,
    edition: i64,
    waiting_since: Option<i64>,
    minutes: i64,
}

impl From<&Week> for Columns {
    fn from(week: &Week) -> Self {
        let since = match week.state() {
            State::Submitted { at } => Some(*at),
            State::FirstApproved { first } => Some(first.at),
            _ => None,
        };
        let minutes = week.lines().iter().map(|line| i64::from(line.written.amount.minutes()));
        Self {
            stage: week.stage().code(),
            turn: week.turn().code(),
            edition: i64::from(week.edition()),
            waiting_since: micros(since),
            minutes: minutes.fold(0, i64::saturating_add).min(i64::from(u32::MAX)),
        }
    }
}

impl Writing<RecordWeeks<'_>> {
    /// A new week. A conflict when there is one.
    pub async fn insert(
        &mut self,
        key: &AgreementKey,
        file: &WeekFile,
        at: Timestamp,
        chance: &dyn Chance,
    ) -> Result<()> {
        let week = &file.week;
        let (id, place) = (week.record().uuid(), place(week.monday()));
        key.is_of(&place, week.record())?;
        let state = key.seal_json(&place, file, chance)?;
        let columns = Columns::from(week);
        let rows = self
            .0
            .query(INSERT)
            .bind(id)
            .bind(week.monday().date())
            .bind(columns.stage)
            .bind(columns.turn)
            .bind(columns.edition)
            .bind(week.due())
            .bind(columns.waiting_since)
            .bind(columns.minutes)
            .bind(state)
            .bind(at.micros())
            .execute()
            .await?;
        written(rows, TABLE, id)
    }

    /// Saves a week over the version it was read at.
    pub async fn save(
        &mut self,
        key: &AgreementKey,
        changed: &Versioned<WeekFile>,
        at: Timestamp,
        chance: &dyn Chance,
    ) -> Result<()> {
        let week = &changed.get().week;
        let (id, place) = (week.record().uuid(), place(week.monday()));
        key.is_of(&place, week.record())?;
        let state = key.seal_json(&place, changed.get(), chance)?;
        let columns = Columns::from(week);
        let rows = self
            .0
            .query(SAVE)
            .bind(id)
            .bind(week.monday().date())
            .bind(changed.version())
            .bind(columns.stage)
            .bind(columns.turn)
            .bind(columns.edition)
            .bind(week.due())
            .bind(columns.waiting_since)
            .bind(columns.minutes)
            .bind(state)
            .bind(at.micros())
            .execute()
            .await?;
        written(rows, TABLE, id)
    }
}
