//! Who has which place in which record, from when to when.

use kernel::{AgreementId, AssignmentId, Date, PersonId, Timestamp};
use uuid::Uuid;

use super::RecordRole;
use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Writing, repository},
};

const TABLE: &str = "record_assignments";

/// Somebody's place in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordAssignment {
    /// Its id.
    pub id: AssignmentId,
    /// In which record.
    pub agreement: AgreementId,
    /// Whose it is.
    pub person: PersonId,
    /// As what.
    pub role: RecordRole,
    /// The first day.
    pub from: Date,
    /// The last day, when there is one.
    pub until: Option<Date>,
}

impl RecordAssignment {
    /// Whether it holds on `day`.
    pub fn active_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it is held on `day`. A place of apprentice or guardian that was taken away is gone at once.
    pub fn holds_on(&self, day: Date) -> bool {
        self.active_on(day) && (self.until.is_none() || !self.role.is_own())
    }

    /// As who reviews weeks, of those who do.
    pub fn reviewer(&self) -> Option<apprenticeship::rights::Assignment> {
        Some(apprenticeship::rights::Assignment {
            id: self.id,
            record: self.agreement,
            person: self.person,
            role: self.role.assigned()?,
            from: self.from,
            until: self.until,
        })
    }
}

/// What became of a new place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum PlaceInsert {
    /// It is there.
    Inserted,
    /// The apprentice's or guardian's place is taken; nothing was written.
    Taken,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    agreement_id: Uuid,
    person_id: Uuid,
    role: String,
    from_day: Date,
    until_day: Option<Date>,
}

impl TryFrom<Row> for RecordAssignment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: AssignmentId::from_uuid(row.id),
            agreement: AgreementId::from_uuid(row.agreement_id),
            person: PersonId::from_uuid(row.person_id),
            role: RecordRole::from_code(&row.role).ok_or_else(|| Error::unknown(TABLE, "role", row.id, &row.role))?,
            from: row.from_day,
            until: row.until_day,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, agreement_id, person_id, role, from_day, until_day FROM record_assignments ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO record_assignments (id, agreement_id, person_id, role, from_day, until_day, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    FIND = select!("WHERE id = $1");
    OF_RECORD = select!("WHERE agreement_id = $1 ORDER BY from_day, id");
    OF_PERSON = select!("WHERE person_id = $1 ORDER BY from_day, id");
    /// Nothing when somebody else ended it earlier in the meantime.
    END = "UPDATE record_assignments SET until_day = $2 WHERE id = $1 AND (until_day IS NULL OR until_day >= $2)";
}

repository! {
    /// Who has which place in which record.
    RecordAssignments, record_assignments
}

impl RecordAssignments<'_> {
    /// One place.
    pub async fn find(&mut self, id: AssignmentId) -> Result<Option<RecordAssignment>> {
        let row = self.0.query(FIND).bind(id.uuid()).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// Every place there is or was in a record, the oldest first.
    pub async fn of_record(&mut self, id: AgreementId) -> Result<Vec<RecordAssignment>> {
        let rows = self.0.query(OF_RECORD).bind(id.uuid()).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Every place that a person has or had, the oldest first.
    pub async fn of_person(&mut self, person: PersonId) -> Result<Vec<RecordAssignment>> {
        let rows = self.0.query(OF_PERSON).bind(person.uuid()).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Writing<RecordAssignments<'_>> {
    /// A new place.
    pub async fn insert(&mut self, new: &RecordAssignment, at: Timestamp) -> Result<PlaceInsert> {
        let rows = self
            .0
            .query(INSERT)
            .bind(new.id.uuid())
            .bind(new.agreement.uuid())
            .bind(new.person.uuid())
            .bind(new.role.code())
            .bind(new.from)
            .bind(new.until)
            .bind(at.micros())
            .execute()
            .await?;
        Ok(if rows == 1 {
            PlaceInsert::Inserted
        } else {
            PlaceInsert::Taken
        })
    }

    /// Ends it with `until` as its last day. False when it had ended before.
    pub async fn end(&mut self, id: AssignmentId, until: Date) -> Result<bool> {
        Ok(self.0.query(END).bind(id.uuid()).bind(until).execute().await? == 1)
    }
}
