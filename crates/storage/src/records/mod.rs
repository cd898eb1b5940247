//! Apprentices' records: the plain columns that lists and jobs need, and the rest sealed under the agreement's own key.

mod assignments;
mod invitations;
mod openings;
mod role;
mod weeks;

use std::collections::BTreeMap;

use apprenticeship::record::{Record, Stage};
use kernel::{AgreementId, Chance, Date, OrganisationId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    agreements::{AgreementKey, Place},
    error::{Error, Result},
    query::statements,
    repository::{Page, Writing, moment, repository, written},
    versioned::Versioned,
};

pub use assignments::{PlaceInsert, RecordAssignment, RecordAssignments};
pub use invitations::{Invitee, RecordInvitation, RecordInvitations};
pub use openings::{Opening, RecordOpening, RecordOpenings};
pub use role::RecordRole;
pub use weeks::{RecordWeeks, StoredWeek, WeekFile};

const TABLE: &str = "records";
const STATE: Place = Place::new(TABLE, "state_enc", String::new());

#[cfg(test)]
pub(crate) const ALL_STATEMENTS: [&[crate::query::Statement]; 5] =
    [ALL, assignments::ALL, invitations::ALL, openings::ALL, weeks::ALL];

/// What stands in plain columns of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredRecord {
    /// The agreement, by which the record is known.
    pub agreement: AgreementId,
    /// Who the apprentice is by the identity document: the same over all records.
    pub apprentice: PersonId,
    /// Who the guardian is, where one signed.
    pub guardian: Option<PersonId>,
    /// The enterprise.
    pub enterprise: OrganisationId,
    /// The college, where one takes part.
    pub college: Option<OrganisationId>,
    /// Where it stands.
    pub stage: Stage,
    /// The agreed first day.
    pub start: Date,
    /// The agreed last day.
    pub end: Date,
    /// When it has to be looked at again.
    pub next_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What is sealed of a record: the record itself, and short notes by name beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFile {
    /// The record.
    pub record: Record,
    /// What is known before the start, and what was told by letter.
    pub notes: BTreeMap<String, String>,
}

/// A record as it was read.
#[derive(Debug, Clone)]
pub struct OpenRecord {
    plain: StoredRecord,
    file: Versioned<RecordFile>,
}

impl OpenRecord {
    /// What stands in plain columns.
    pub const fn plain(&self) -> &StoredRecord {
        &self.plain
    }

    /// The record.
    pub const fn record(&self) -> &Record {
        &self.file.get().record
    }

    /// A note.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.file.get().notes.get(name).map(String::as_str)
    }

    /// Runs an act; the record that it returns may be saved over the version that was read.
    pub fn act<O, E>(self, act: impl FnOnce(Record) -> Result<(Record, O), E>) -> Result<(Self, O), E> {
        let version = self.file.version();
        let RecordFile { record, notes } = self.file.into_inner();
        let (record, outcome) = act(record)?;
        let file = Versioned::new(RecordFile { record, notes }, version);
        Ok((Self { file, ..self }, outcome))
    }

    /// The same with a note, to be saved over the version that was read.
    #[must_use]
    pub fn with_note(self, name: &str, words: &str) -> Self {
        let version = self.file.version();
        let mut file = self.file.into_inner();
        file.notes.insert(name.to_owned(), words.to_owned());
        Self {
            file: Versioned::new(file, version),
            ..self
        }
    }
}

/// A new record, with what the record itself does not know.
#[derive(Debug, Clone)]
pub struct NewRecord<'a> {
    /// The record.
    pub record: &'a Record,
    /// Who the guardian is.
    pub guardian: Option<PersonId>,
    /// The enterprise.
    pub enterprise: OrganisationId,
    /// The college.
    pub college: Option<OrganisationId>,
    /// When it has to be looked at again.
    pub next_at: Option<Timestamp>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    agreement_id: Uuid,
    apprentice_id: Uuid,
    guardian_id: Option<Uuid>,
    enterprise_id: Uuid,
    college_id: Option<Uuid>,
    stage: String,
    start_day: Date,
    end_day: Date,
    next_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<Row> for StoredRecord {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            agreement: AgreementId::from_uuid(row.agreement_id),
            apprentice: PersonId::from_uuid(row.apprentice_id),
            guardian: row.guardian_id.map(PersonId::from_uuid),
            enterprise: OrganisationId::from_uuid(row.enterprise_id),
            college: row.college_id.map(OrganisationId::from_uuid),
            stage: stage(&row.stage, row.agreement_id)?,
            start: row.start_day,
            end: row.end_day,
            next_at: moment(row.next_at),
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

fn stage(code: &str, id: Uuid) -> Result<Stage> {
    Stage::from_code(code).ok_or_else(|| Error::unknown(TABLE, "stage", id, code))
}

#[derive(sqlx_macros::FromRow)]
struct FullRow {
    #[sqlx(flatten)]
    row: Row,
    version: i64,
    state_enc: Vec<u8>,
}

#[derive(sqlx_macros::FromRow)]
struct IdRow {
    agreement_id: Uuid,
}

#[derive(sqlx_macros::FromRow)]
struct CountRow {
    stage: String,
    n: i64,
}

macro_rules! columns {
    () => {
        "agreement_id, apprentice_id, guardian_id, enterprise_id, college_id, stage, start_day, end_day, next_at, created_at"
    };
}

/// The rows of people with the identity number of `$1`.
macro_rules! same_person {
    () => {
        "SELECT p.id FROM people p JOIN people q ON q.id = $1 WHERE p.id = q.id OR p.id_number_hash = q.id_number_hash"
    };
}

statements! {
    INSERT = "INSERT INTO records (agreement_id, version, apprentice_id, guardian_id, enterprise_id, college_id, stage, start_day,
                                   end_day, next_at, state_enc, created_at, updated_at)
              VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) ON CONFLICT DO NOTHING";
    SAVE = "UPDATE records SET version = version + 1, stage = $3, end_day = $4, next_at = $5, state_enc = $6, updated_at = $7
             WHERE agreement_id = $1 AND version = $2";
    FIND = concat!("SELECT ", columns!(), ", version, state_enc FROM records WHERE agreement_id = $1");
    HEAD = concat!("SELECT ", columns!(), " FROM records WHERE agreement_id = $1");
    /// Two agreements that took effect in the same moment may have made two rows of one person: the number tells.
    OF_APPRENTICE = concat!("SELECT ", columns!(), " FROM records WHERE apprentice_id IN (", same_person!(), ")
                              ORDER BY created_at, agreement_id");
    /// Whoever adds to the hours of a person waits for whoever else does.
    HOLD = concat!("SELECT id AS agreement_id FROM people WHERE id IN (", same_person!(), ") ORDER BY id "),
           pg "FOR UPDATE", lite "", "";
    DUE = "SELECT agreement_id FROM records WHERE next_at <= $1 ORDER BY next_at, agreement_id LIMIT $2";
    LOOK_AGAIN = "UPDATE records SET next_at = $2 WHERE agreement_id = $1";
    OF_ORGANISATION = concat!("SELECT ", columns!(), " FROM records WHERE (enterprise_id = $1 OR college_id = $1) AND stage IN ("),
                      pg "SELECT jsonb_array_elements_text($2)", lite "SELECT value FROM json_each($2)",
                      ") ORDER BY created_at DESC, agreement_id DESC LIMIT $3 OFFSET $4";
    COUNT_OF_ORGANISATION = "SELECT stage, CAST(COUNT(*) AS BIGINT) AS n FROM records
                              WHERE enterprise_id = $1 OR college_id = $1 GROUP BY stage ORDER BY stage";
}

repository! {
    /// Apprentices' records.
    Records, records
}

impl Records<'_> {
    /// The record of an agreement, without opening it.
    pub async fn head(&mut self, id: AgreementId) -> Result<Option<StoredRecord>> {
        let row = self.0.query(HEAD).bind(id.uuid()).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The record of an agreement.
    pub async fn find(&mut self, key: &AgreementKey) -> Result<Option<OpenRecord>> {
        let id = key.agreement();
        let Some(found) = self.0.query(FIND).bind(id.uuid()).optional::<FullRow>().await? else {
            return Ok(None);
        };
        let file: RecordFile = key.open_json(&STATE, &found.state_enc)?;
        key.is_of(&STATE, file.record.agreement())?;
        let plain = StoredRecord::try_from(found.row)?;
        if file.record.stage() != plain.stage {
            return Err(Error::unknown(TABLE, "stage", id, plain.stage.code()));
        }
        let file = Versioned::new(file, found.version);
        Ok(Some(OpenRecord { plain, file }))
    }

    /// The records of one and the same person, the oldest first.
    pub async fn of_apprentice(&mut self, person: PersonId) -> Result<Vec<StoredRecord>> {
        let rows = self.0.query(OF_APPRENTICE).bind(person.uuid()).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The records of an organisation in some stages (none: in all), the newest first.
    pub async fn of_organisation(
        &mut self,
        organisation: OrganisationId,
        stages: &[Stage],
        page: Page,
    ) -> Result<Vec<StoredRecord>> {
        let stages = if stages.is_empty() { Stage::ALL } else { stages };
        let stages: Vec<&str> = stages.iter().map(|stage| stage.code()).collect();
        let rows = self
            .0
            .query(OF_ORGANISATION)
            .bind(organisation.uuid())
            .bind(Json(stages))
            .bind(page.limit)
            .bind(page.offset)
            .all::<Row>()
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// How many records an organisation has in each stage; zeros are left out.
    pub async fn count_of_organisation(&mut self, organisation: OrganisationId) -> Result<Vec<(Stage, i64)>> {
        let query = self.0.query(COUNT_OF_ORGANISATION).bind(organisation.uuid());
        let rows = query.all::<CountRow>().await?;
        rows.into_iter()
            .map(|row| Ok((stage(&row.stage, Uuid::nil())?, row.n)))
            .collect()
    }

    /// Records that have to be looked at by `now`, the most overdue first.
    pub async fn due(&mut self, now: Timestamp, limit: i64) -> Result<Vec<AgreementId>> {
        let query = self.0.query(DUE).bind(now.micros()).bind(limit);
        let rows = query.all::<IdRow>().await?;
        Ok(rows
            .into_iter()
            .map(|row| AgreementId::from_uuid(row.agreement_id))
            .collect())
    }
}

impl Writing<Records<'_>> {
    /// A new record. A conflict when the agreement has one.
    pub async fn insert(
        &mut self,
        key: &AgreementKey,
        new: &NewRecord<'_>,
        at: Timestamp,
        chance: &dyn Chance,
    ) -> Result<()> {
        let record = new.record;
        key.is_of(&STATE, record.agreement())?;
        let id = record.agreement().uuid();
        let file = RecordFile {
            record: record.clone(),
            notes: BTreeMap::new(),
        };
        let state = key.seal_json(&STATE, &file, chance)?;
        let rows = self
            .0
            .query(INSERT)
            .bind(id)
            .bind(record.apprentice().uuid())
            .bind(new.guardian.map(PersonId::uuid))
            .bind(new.enterprise.uuid())
            .bind(new.college.map(OrganisationId::uuid))
            .bind(record.stage().code())
            .bind(record.start())
            .bind(record.end())
            .bind(new.next_at.map(Timestamp::micros))
            .bind(state)
            .bind(at.micros())
            .execute()
            .await?;
        written(rows, TABLE, id)
    }

    /// Saves a record over the version it was read at. Once in a transaction: afterwards what was read is stale.
    pub async fn save(
        &mut self,
        key: &AgreementKey,
        acted: &OpenRecord,
        next_at: Option<Timestamp>,
        at: Timestamp,
        chance: &dyn Chance,
    ) -> Result<()> {
        let record = acted.record();
        key.is_of(&STATE, record.agreement())?;
        let id = record.agreement().uuid();
        let state = key.seal_json(&STATE, acted.file.get(), chance)?;
        let rows = self
            .0
            .query(SAVE)
            .bind(id)
            .bind(acted.file.version())
            .bind(record.stage().code())
            .bind(record.end())
            .bind(next_at.map(Timestamp::micros))
            .bind(state)
            .bind(at.micros())
            .execute()
            .await?;
        written(rows, TABLE, id)
    }

    /// Keeps others from adding to a person's hours until this transaction ends: what was read of all their records stays
    /// true.
    pub async fn hold(&mut self, apprentice: PersonId) -> Result<()> {
        let query = self.0.query(HOLD).bind(apprentice.uuid());
        query.all::<IdRow>().await?;
        Ok(())
    }
}

impl crate::Db {
    /// Notes when a record has to be looked at again, where nothing was due; never, once its agreement was erased.
    /// Housekeeping.
    pub async fn look_at_record_again(&self, id: AgreementId, at: Option<Timestamp>) -> Result<()> {
        let mut tx = self.write().await?;
        let query = tx.query(LOOK_AGAIN).bind(id.uuid()).bind(at.map(Timestamp::micros));
        query.execute().await?;
        tx.keep().await
    }
}
