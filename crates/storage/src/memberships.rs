//! Dated memberships of people in organisations.

use kernel::{Date, EmailAddress, Locale, MembershipId, OrganisationId, PersonId};
use marketplace::{Membership, Role};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Writing, repository},
};

/// A member with a name, and an address to be masked on screens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The membership.
    pub membership: Membership,
    /// The person's name.
    pub name: String,
    /// The address of the person's oldest account.
    pub email: Option<EmailAddress>,
    /// In which language they read.
    pub language: Locale,
}

/// What became of a new membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum MembershipInsert {
    /// It is there.
    Inserted,
    /// The person has a membership there that has no end; nothing was written.
    MemberAlready,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    organisation_id: Uuid,
    role: String,
    from_day: Date,
    until_day: Option<Date>,
}

impl TryFrom<Row> for Membership {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: MembershipId::from_uuid(row.id),
            person: PersonId::from_uuid(row.person_id),
            organisation: OrganisationId::from_uuid(row.organisation_id),
            role: Role::from_code(&row.role).ok_or_else(|| Error::unknown("memberships", "role", row.id, &row.role))?,
            from: row.from_day,
            until: row.until_day,
        })
    }
}

#[derive(sqlx_macros::FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    row: Row,
    name: String,
    email: Option<String>,
    locale: Option<String>,
}

impl TryFrom<MemberRow> for Member {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self> {
        let id = row.row.id;
        let email = row.email.map(|text| EmailAddress::parse(&text)).transpose();
        Ok(Self {
            membership: row.row.try_into()?,
            name: row.name,
            email: email.map_err(|error| Error::corrupt("accounts", "email", id, error))?,
            language: row.locale.as_deref().and_then(Locale::from_code).unwrap_or_default(),
        })
    }
}

macro_rules! columns {
    () => {
        "m.id, m.person_id, m.organisation_id, m.role, m.from_day, m.until_day"
    };
}

statements! {
    INSERT = "INSERT INTO memberships (id, person_id, organisation_id, role, from_day, until_day)
              VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    FIND = concat!("SELECT ", columns!(), " FROM memberships m WHERE m.id = $1");
    OF_PERSON = concat!("SELECT ", columns!(), " FROM memberships m WHERE m.person_id = $1 ORDER BY m.from_day, m.id");
    OF_ORGANISATION = concat!("SELECT ", columns!(), ", p.name,
              (SELECT a.email FROM accounts a WHERE a.person_id = p.id ORDER BY a.created_at, a.id LIMIT 1) AS email,
              (SELECT a.locale FROM accounts a WHERE a.person_id = p.id ORDER BY a.created_at, a.id LIMIT 1) AS locale
         FROM memberships m JOIN people p ON p.id = m.person_id
        WHERE m.organisation_id = $1 ORDER BY m.from_day, m.id");
    HOLD = "SELECT id FROM organisations WHERE id = $1 ", pg "FOR UPDATE", lite "", "";
    END = "UPDATE memberships SET until_day = $2 WHERE id = $1 AND until_day IS NULL";
}

repository! {
    /// Who may act for which organisation.
    Memberships, memberships
}

impl Memberships<'_> {
    /// One membership.
    pub async fn find(&mut self, id: MembershipId) -> Result<Option<Membership>> {
        self.0
            .query(FIND)
            .bind(id.uuid())
            .optional::<Row>()
            .await?
            .map(TryInto::try_into)
            .transpose()
    }

    /// A person's memberships, the oldest first: those that hold on a day, or all.
    pub async fn of_person(&mut self, person: PersonId, on: Option<Date>) -> Result<Vec<Membership>> {
        let rows = self.0.query(OF_PERSON).bind(person.uuid()).all::<Row>().await?;
        let all = rows.into_iter().map(Membership::try_from).collect::<Result<Vec<_>>>()?;
        Ok(all
            .into_iter()
            .filter(|membership| on.is_none_or(|day| membership.active_on(day)))
            .collect())
    }

    /// An organisation's members, the oldest first: those whose membership holds on a day, or all.
    pub async fn of_organisation(&mut self, organisation: OrganisationId, on: Option<Date>) -> Result<Vec<Member>> {
        let rows = self
            .0
            .query(OF_ORGANISATION)
            .bind(organisation.uuid())
            .all::<MemberRow>()
            .await?;
        let all = rows.into_iter().map(Member::try_from).collect::<Result<Vec<_>>>()?;
        Ok(all
            .into_iter()
            .filter(|member| on.is_none_or(|day| member.membership.active_on(day)))
            .collect())
    }
}

impl Writing<Memberships<'_>> {
    /// A new membership.
    pub async fn insert(&mut self, membership: &Membership) -> Result<MembershipInsert> {
        let rows = self
            .0
            .query(INSERT)
            .bind(membership.id.uuid())
            .bind(membership.person.uuid())
            .bind(membership.organisation.uuid())
            .bind(membership.role.code())
            .bind(membership.from)
            .bind(membership.until)
            .execute()
            .await?;
        Ok(if rows == 1 {
            MembershipInsert::Inserted
        } else {
            MembershipInsert::MemberAlready
        })
    }

    /// Keeps others from changing who acts for an organisation until this transaction ends: what follows from the list of
    /// its members stays true.
    pub async fn hold(&mut self, organisation: OrganisationId) -> Result<()> {
        self.0
            .query(HOLD)
            .bind(organisation.uuid())
            .optional::<(Uuid,)>()
            .await?;
        Ok(())
    }

    /// Ends it with `until` as its last day. False when it had ended.
    pub async fn end(&mut self, id: MembershipId, until: Date) -> Result<bool> {
        Ok(self.0.query(END).bind(id.uuid()).bind(until).execute().await? == 1)
    }
}
