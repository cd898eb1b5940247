//! Who opened whose record: once for each person, role and day. Appended, and never changed.

use kernel::{AgreementId, Chance, Date, OrganisationId, PersonId, Timestamp};
use uuid::Uuid;

use super::RecordRole;
use crate::{
    agreements::{AgreementKey, Place},
    db::Reads,
    error::{Error, Result},
    query::statements,
    repository::{Writing, repository},
};

const TABLE: &str = "record_openings";

fn place(person: Uuid, day: Date) -> Place {
    Place::new(TABLE, "reason_enc", format!("{person} {}", kernel::format_date(day)))
}

/// Somebody opens a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Which record.
    pub agreement: AgreementId,
    /// Who.
    pub person: PersonId,
    /// As whom.
    pub role: RecordRole,
    /// For which organisation.
    pub organisation: Option<OrganisationId>,
    /// When, first on that day.
    pub at: Timestamp,
}

/// Somebody opened a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordOpening {
    /// Who, as whom, when.
    pub opening: Opening,
    /// Why, where a reason was asked for.
    pub reason: Option<String>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    agreement_id: Uuid,
    person_id: Uuid,
    day: Date,
    role: String,
    organisation_id: Option<Uuid>,
    at: i64,
    reason_enc: Option<Vec<u8>>,
}

impl Row {
    fn open(self, key: &AgreementKey) -> Result<RecordOpening> {
        let role = RecordRole::from_code(&self.role)
            .ok_or_else(|| Error::unknown(TABLE, "role", self.agreement_id, &self.role))?;
        let place = place(self.person_id, self.day);
        let reason = self.reason_enc.map(|sealed| key.open_json(&place, &sealed));
        Ok(RecordOpening {
            opening: Opening {
                agreement: AgreementId::from_uuid(self.agreement_id),
                person: PersonId::from_uuid(self.person_id),
                role,
                organisation: self.organisation_id.map(OrganisationId::from_uuid),
                at: Timestamp::from_micros(self.at),
            },
            reason: reason.transpose()?,
        })
    }
}

#[derive(sqlx_macros::FromRow)]
struct There {
    there: i64,
}

statements! {
    INSERT = "INSERT INTO record_openings (agreement_id, person_id, day, role, organisation_id, at, reason_enc)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    IS_THERE = "SELECT CAST(1 AS BIGINT) AS there FROM record_openings
                 WHERE agreement_id = $1 AND person_id = $2 AND day = $3 AND role = $4";
    OF_RECORD = "SELECT agreement_id, person_id, day, role, organisation_id, at, reason_enc FROM record_openings
                  WHERE agreement_id = $1 ORDER BY at DESC, person_id, role";
}

repository! {
    /// Who opened whose record.
    RecordOpenings, record_openings
}

impl RecordOpenings<'_> {
    /// Everybody who opened a record, the newest first.
    pub async fn of_record(&mut self, key: &AgreementKey) -> Result<Vec<RecordOpening>> {
        let rows = self
            .0
            .query(OF_RECORD)
            .bind(key.agreement().uuid())
            .all::<Row>()
            .await?;
        rows.into_iter().map(|row| row.open(key)).collect()
    }

    /// Whether that person opened that record in that role on that day.
    pub async fn is_noted(&mut self, id: AgreementId, person: PersonId, role: RecordRole, day: Date) -> Result<bool> {
        let query = self.0.query(IS_THERE).bind(id.uuid()).bind(person.uuid()).bind(day);
        let found = query.bind(role.code()).optional::<There>().await?;
        Ok(found.is_some_and(|found| found.there == 1))
    }
}

async fn insert(tx: &mut Reads, opening: &Opening, day: Date, reason: Option<Vec<u8>>) -> Result<bool> {
    let rows = tx
        .query(INSERT)
        .bind(opening.agreement.uuid())
        .bind(opening.person.uuid())
        .bind(day)
        .bind(opening.role.code())
        .bind(opening.organisation.map(OrganisationId::uuid))
        .bind(opening.at.micros())
        .bind(reason)
        .execute()
        .await?;
    Ok(rows == 1)
}

impl Writing<RecordOpenings<'_>> {
    /// Notes that somebody acts on a record whose work it is to look at it.
    pub async fn note(&mut self, opening: &Opening) -> Result<()> {
        insert(self.0, opening, kernel::shanghai_date(opening.at), None).await?;
        Ok(())
    }

    /// Notes that somebody opens a record, with the reason that was asked for. False when it was noted that day before.
    pub async fn insert(
        &mut self,
        key: &AgreementKey,
        opening: &Opening,
        reason: &str,
        chance: &dyn Chance,
    ) -> Result<bool> {
        let day = kernel::shanghai_date(opening.at);
        let place = place(opening.person.uuid(), day);
        key.is_of(&place, opening.agreement)?;
        let sealed = key.seal_json(&place, &reason, chance)?;
        insert(self.0, opening, day, Some(sealed)).await
    }
}

impl crate::Db {
    /// Notes that somebody opens a record whose work it is to look at it. Housekeeping: looking is no act.
    pub async fn note_opening(&self, opening: &Opening) -> Result<()> {
        let mut tx = self.write().await?;
        insert(&mut tx, opening, kernel::shanghai_date(opening.at), None).await?;
        tx.keep().await
    }
}
