//! Dated assignments of people, beyond any organisation.

use kernel::{AssignmentId, Date, PersonId};
use marketplace::{Assignment, AssignmentRole};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Writing, repository},
};

/// What became of a new assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum AssignmentInsert {
    /// It is there.
    Inserted,
    /// The person has that role without an end; nothing was written.
    AssignedAlready,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    role: String,
    from_day: Date,
    until_day: Option<Date>,
}

impl TryFrom<Row> for Assignment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: AssignmentId::from_uuid(row.id),
            person: PersonId::from_uuid(row.person_id),
            role: AssignmentRole::from_code(&row.role)
                .ok_or_else(|| Error::unknown("assignments", "role", row.id, &row.role))?,
            from: row.from_day,
            until: row.until_day,
        })
    }
}

statements! {
    INSERT = "INSERT INTO assignments (id, person_id, role, from_day, until_day)
              VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    OF_PERSON = "SELECT id, person_id, role, from_day, until_day FROM assignments WHERE person_id = $1
                 ORDER BY from_day, id";
    WITH_ROLE = "SELECT id, person_id, role, from_day, until_day FROM assignments WHERE role = $1
                 ORDER BY from_day, id";
}

repository! {
    /// Who is assigned to what.
    Assignments, assignments
}

impl Assignments<'_> {
    /// A person's assignments, the oldest first: those that hold on a day, or all.
    pub async fn of_person(&mut self, person: PersonId, on: Option<Date>) -> Result<Vec<Assignment>> {
        let rows = self.0.query(OF_PERSON).bind(person.uuid()).all::<Row>().await?;
        holding(rows, on)
    }

    /// Everybody with a role, the oldest first: those for whom it holds on a day, or all.
    pub async fn with_role(&mut self, role: AssignmentRole, on: Option<Date>) -> Result<Vec<Assignment>> {
        let rows = self.0.query(WITH_ROLE).bind(role.code()).all::<Row>().await?;
        holding(rows, on)
    }
}

fn holding(rows: Vec<Row>, on: Option<Date>) -> Result<Vec<Assignment>> {
    let all = rows.into_iter().map(Assignment::try_from).collect::<Result<Vec<_>>>()?;
    Ok(all
        .into_iter()
        .filter(|assignment| on.is_none_or(|day| assignment.active_on(day)))
        .collect())
}

impl Writing<Assignments<'_>> {
    /// A new assignment.
    pub async fn insert(&mut self, assignment: &Assignment) -> Result<AssignmentInsert> {
        let rows = self
            .0
            .query(INSERT)
            .bind(assignment.id.uuid())
            .bind(assignment.person.uuid())
            .bind(assignment.role.code())
            .bind(assignment.from)
            .bind(assignment.until)
            .execute()
            .await?;
        Ok(if rows == 1 {
            AssignmentInsert::Inserted
        } else {
            AssignmentInsert::AssignedAlready
        })
    }
}
