//! Who claimed which college of the register, and who invited it.

use kernel::{OrganisationId, PersonId, Timestamp};
use uuid::Uuid;

use super::Register;
use crate::{error::Result, query::statements, repository::Writing};

/// An organisation's word that a college of the register is itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The college ([`marketplace::register::Entry::school_key`]).
    pub school_key: String,
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who said so.
    pub claimed_by: PersonId,
    /// When.
    pub claimed_at: Timestamp,
}

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum ClaimOutcome {
    /// It is there.
    Claimed,
    /// This organisation claimed the college before, perhaps the same one; nothing was written.
    TakenBy(OrganisationId),
}

/// An organisation's wish that a college of the register join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// The college.
    pub school_key: String,
    /// Who wishes it.
    pub organisation: OrganisationId,
    /// The person who acted.
    pub invited_by: PersonId,
    /// When.
    pub created_at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct HolderRow {
    organisation_id: Uuid,
}

#[derive(sqlx_macros::FromRow)]
struct InviteRow {
    school_key: String,
    organisation_id: Uuid,
    invited_by: Uuid,
    created_at: i64,
}

impl From<InviteRow> for Invite {
    fn from(row: InviteRow) -> Self {
        Self {
            school_key: row.school_key,
            organisation: OrganisationId::from_uuid(row.organisation_id),
            invited_by: PersonId::from_uuid(row.invited_by),
            created_at: Timestamp::from_micros(row.created_at),
        }
    }
}

statements! {
    CLAIM = "INSERT INTO register_claims (school_key, organisation_id, claimed_by, claimed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (school_key) DO NOTHING";
    HOLDER = "SELECT organisation_id FROM register_claims WHERE school_key = $1";
    INVITE = "INSERT INTO register_invites (school_key, organisation_id, invited_by, created_at) VALUES ($1, $2, $3, $4)
              ON CONFLICT (school_key, organisation_id) DO NOTHING";
    INVITES_TO = "SELECT school_key, organisation_id, invited_by, created_at FROM register_invites
                   WHERE school_key = $1 ORDER BY created_at, organisation_id";
}

impl Register<'_> {
    /// Who invited a college, the oldest first.
    pub async fn invites_to(&mut self, school_key: &str) -> Result<Vec<Invite>> {
        let rows = self.0.query(INVITES_TO).bind(school_key).all::<InviteRow>().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

impl Writing<Register<'_>> {
    /// Claims a college, unless somebody has.
    pub async fn insert_claim(&mut self, claim: &Claim) -> Result<ClaimOutcome> {
        let query = self
            .0
            .query(CLAIM)
            .bind(&claim.school_key)
            .bind(claim.organisation.uuid());
        let rows = query
            .bind(claim.claimed_by.uuid())
            .bind(claim.claimed_at.micros())
            .execute()
            .await?;
        if rows == 1 {
            return Ok(ClaimOutcome::Claimed);
        }
        let holder = self
            .0
            .query(HOLDER)
            .bind(&claim.school_key)
            .optional::<HolderRow>()
            .await?;
        Ok(ClaimOutcome::TakenBy(holder.map_or(claim.organisation, |row| {
            OrganisationId::from_uuid(row.organisation_id)
        })))
    }

    /// Notes that an organisation would like a college to join. False when it was noted before.
    pub async fn insert_invite(&mut self, invite: &Invite) -> Result<bool> {
        let query = self
            .0
            .query(INVITE)
            .bind(&invite.school_key)
            .bind(invite.organisation.uuid());
        Ok(query
            .bind(invite.invited_by.uuid())
            .bind(invite.created_at.micros())
            .execute()
            .await?
            == 1)
    }
}
