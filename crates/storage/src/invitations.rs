//! Invitations to act for an organisation.

use kernel::{EmailAddress, InvitationId, OrganisationId, PersonId, Timestamp};
use marketplace::{Invitation, InvitationState, Role};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Hash, Writing, micros, repository, written},
    versioned::Versioned,
};

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    organisation_id: Uuid,
    role: String,
    email: Option<String>,
    invited_by: Uuid,
    created_at: i64,
    expires_at: i64,
    accepted_by: Option<Uuid>,
    accepted_at: Option<i64>,
    withdrawn_at: Option<i64>,
}

impl TryFrom<Row> for Versioned<Invitation> {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let state = match (row.accepted_by, row.accepted_at, row.withdrawn_at) {
            (Some(by), Some(at), _) => InvitationState::Accepted {
                by: PersonId::from_uuid(by),
                at: Timestamp::from_micros(at),
            },
            (_, _, Some(at)) => InvitationState::Withdrawn {
                at: Timestamp::from_micros(at),
            },
            _ => InvitationState::Open,
        };
        let email = row.email.map(|text| EmailAddress::parse(&text)).transpose();
        let invitation = Invitation {
            id: InvitationId::from_uuid(row.id),
            organisation: OrganisationId::from_uuid(row.organisation_id),
            role: Role::from_code(&row.role).ok_or_else(|| Error::unknown("invitations", "role", row.id, &row.role))?,
            email: email.map_err(|error| Error::corrupt("invitations", "email", row.id, error))?,
            invited_by: PersonId::from_uuid(row.invited_by),
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            state,
        };
        Ok(Self::new(invitation, row.version))
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, version, organisation_id, role, email, invited_by, created_at, expires_at, accepted_by, accepted_at,
                    withdrawn_at
               FROM invitations ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO invitations (id, version, organisation_id, role, email, token_hash, code_hash, invited_by,
                                       created_at, expires_at, accepted_by, accepted_at, withdrawn_at)
              VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    FIND = select!("WHERE id = $1");
    FIND_BY_TOKEN = select!("WHERE token_hash = $1");
    FIND_BY_CODE = select!("WHERE code_hash = $1");
    OF_ORGANISATION = select!("WHERE organisation_id = $1 ORDER BY created_at DESC, id DESC");
    SAVE = "UPDATE invitations SET version = version + 1, expires_at = $3, accepted_by = $4, accepted_at = $5, withdrawn_at = $6
             WHERE id = $1 AND version = $2";
}

repository! {
    /// Invitations.
    Invitations, invitations
}

/// The columns `accepted_by`, `accepted_at`, `withdrawn_at`.
const fn state_columns(state: InvitationState) -> (Option<PersonId>, Option<Timestamp>, Option<Timestamp>) {
    match state {
        InvitationState::Open => (None, None, None),
        InvitationState::Accepted { by, at } => (Some(by), Some(at), None),
        InvitationState::Withdrawn { at } => (None, None, Some(at)),
    }
}

impl Invitations<'_> {
    /// One invitation.
    pub async fn find(&mut self, id: InvitationId) -> Result<Option<Versioned<Invitation>>> {
        self.0
            .query(FIND)
            .bind(id.uuid())
            .optional::<Row>()
            .await?
            .map(TryInto::try_into)
            .transpose()
    }

    /// The invitation of a letter's link.
    pub async fn find_by_token(&mut self, token: &Hash) -> Result<Option<Versioned<Invitation>>> {
        self.0
            .query(FIND_BY_TOKEN)
            .bind(&token[..])
            .optional::<Row>()
            .await?
            .map(TryInto::try_into)
            .transpose()
    }

    /// The invitation of a code that was handed over.
    pub async fn find_by_code(&mut self, code: &Hash) -> Result<Option<Versioned<Invitation>>> {
        self.0
            .query(FIND_BY_CODE)
            .bind(&code[..])
            .optional::<Row>()
            .await?
            .map(TryInto::try_into)
            .transpose()
    }

    /// An organisation's invitations, the newest first.
    pub async fn of_organisation(&mut self, organisation: OrganisationId) -> Result<Vec<Invitation>> {
        let rows = self
            .0
            .query(OF_ORGANISATION)
            .bind(organisation.uuid())
            .all::<Row>()
            .await?;
        rows.into_iter()
            .map(|row| Versioned::try_from(row).map(Versioned::into_inner))
            .collect()
    }
}

impl Writing<Invitations<'_>> {
    /// A new invitation, to be found by the hash of its letter's token, of its code, or of both.
    pub async fn insert(&mut self, invitation: &Invitation, token: Option<&Hash>, code: Option<&Hash>) -> Result<()> {
        let (accepted_by, accepted_at, withdrawn_at) = state_columns(invitation.state);
        let rows = self
            .0
            .query(INSERT)
            .bind(invitation.id.uuid())
            .bind(invitation.organisation.uuid())
            .bind(invitation.role.code())
            .bind(invitation.email.as_ref().map(EmailAddress::as_str))
            .bind(token.map(|hash| &hash[..]))
            .bind(code.map(|hash| &hash[..]))
            .bind(invitation.invited_by.uuid())
            .bind(invitation.created_at.micros())
            .bind(invitation.expires_at.micros())
            .bind(accepted_by.map(PersonId::uuid))
            .bind(micros(accepted_at))
            .bind(micros(withdrawn_at))
            .execute()
            .await?;
        written(rows, "invitations", invitation.id.uuid())
    }

    /// Saves a change over the version it was made from.
    pub async fn save(&mut self, changed: &Versioned<Invitation>) -> Result<()> {
        let invitation = changed.get();
        let (accepted_by, accepted_at, withdrawn_at) = state_columns(invitation.state);
        let rows = self
            .0
            .query(SAVE)
            .bind(invitation.id.uuid())
            .bind(changed.version())
            .bind(invitation.expires_at.micros())
            .bind(accepted_by.map(PersonId::uuid))
            .bind(micros(accepted_at))
            .bind(micros(withdrawn_at))
            .execute()
            .await?;
        written(rows, "invitations", invitation.id.uuid())
    }
}
