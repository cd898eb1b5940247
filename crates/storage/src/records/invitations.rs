//! Invitations to take a place in a record. Who is invited is sealed; of links and codes only hashes are kept.

use std::fmt;

use kernel::{AgreementId, Chance, Date, EmailAddress, InvitationId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::RecordRole;
use crate::{
    agreements::{AgreementKey, Place},
    error::{Error, Result},
    query::statements,
    repository::{Hash, Writing, moment, repository, written},
};

const TABLE: &str = "record_invitations";

fn place(id: InvitationId) -> Place {
    Place::new(TABLE, "invitee_enc", id.to_string())
}

/// Who is invited. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitee {
    /// The name.
    pub name: String,
    /// Where the letter went; nothing where a code is handed over.
    pub email: Option<EmailAddress>,
}

impl fmt::Debug for Invitee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invitee(..)")
    }
}

/// An invitation to take a place in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordInvitation {
    /// Its id.
    pub id: InvitationId,
    /// In which record.
    pub agreement: AgreementId,
    /// As what.
    pub role: RecordRole,
    /// The first day of the assignment.
    pub from: Option<Date>,
    /// Its last day.
    pub until: Option<Date>,
    /// Who invited; nobody where it followed from the agreement.
    pub invited_by: Option<PersonId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// When it was taken.
    pub taken_at: Option<Timestamp>,
    /// Since when it leads nowhere any more.
    pub withdrawn_at: Option<Timestamp>,
    sealed: Vec<u8>,
}

impl RecordInvitation {
    /// An invitation to be made.
    pub fn new(
        id: InvitationId,
        agreement: AgreementId,
        role: RecordRole,
        created_at: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            id,
            agreement,
            role,
            from: None,
            until: None,
            invited_by: None,
            created_at,
            expires_at,
            taken_at: None,
            withdrawn_at: None,
            sealed: Vec::new(),
        }
    }

    /// Whether it waits for somebody.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.taken_at.is_none() && self.withdrawn_at.is_none() && now < self.expires_at
    }

    /// Who is invited.
    pub fn invitee(&self, key: &AgreementKey) -> Result<Invitee> {
        key.is_of(&place(self.id), self.agreement)?;
        key.open_json(&place(self.id), &self.sealed)
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    agreement_id: Uuid,
    role: String,
    invitee_enc: Vec<u8>,
    from_day: Option<Date>,
    until_day: Option<Date>,
    invited_by: Option<Uuid>,
    created_at: i64,
    expires_at: i64,
    taken_at: Option<i64>,
    withdrawn_at: Option<i64>,
}

impl TryFrom<Row> for RecordInvitation {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            agreement: AgreementId::from_uuid(row.agreement_id),
            role: RecordRole::from_code(&row.role).ok_or_else(|| Error::unknown(TABLE, "role", row.id, &row.role))?,
            from: row.from_day,
            until: row.until_day,
            invited_by: row.invited_by.map(PersonId::from_uuid),
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            taken_at: moment(row.taken_at),
            withdrawn_at: moment(row.withdrawn_at),
            sealed: row.invitee_enc,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, agreement_id, role, invitee_enc, from_day, until_day, invited_by, created_at, expires_at, taken_at,
                    withdrawn_at
               FROM record_invitations ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO record_invitations (id, agreement_id, role, token_hash, code_hash, invitee_enc, from_day, until_day,
                                              invited_by, created_at, expires_at, taken_by, taken_at, withdrawn_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, NULL) ON CONFLICT DO NOTHING";
    FIND = select!("WHERE id = $1");
    FIND_BY_TOKEN = select!("WHERE token_hash = $1");
    FIND_BY_CODE = select!("WHERE code_hash = $1");
    OF_RECORD = select!("WHERE agreement_id = $1 ORDER BY created_at DESC, id DESC");
    TAKE = "UPDATE record_invitations SET taken_by = $2, taken_at = $3
             WHERE id = $1 AND taken_at IS NULL AND withdrawn_at IS NULL";
    WITHDRAW = "UPDATE record_invitations SET withdrawn_at = $2
                 WHERE id = $1 AND taken_at IS NULL AND withdrawn_at IS NULL";
    WITHDRAW_ROLE = "UPDATE record_invitations SET withdrawn_at = $3
                      WHERE agreement_id = $1 AND role = $2 AND taken_at IS NULL AND withdrawn_at IS NULL";
}

repository! {
    /// Invitations to take a place in a record.
    RecordInvitations, record_invitations
}

impl RecordInvitations<'_> {
    /// One invitation.
    pub async fn find(&mut self, id: InvitationId) -> Result<Option<RecordInvitation>> {
        let row = self.0.query(FIND).bind(id.uuid()).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The invitation of a link, good or not: a page says which.
    pub async fn find_by_token(&mut self, token: &Hash) -> Result<Option<RecordInvitation>> {
        let row = self.0.query(FIND_BY_TOKEN).bind(&token[..]).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The invitation of a code, good or not.
    pub async fn find_by_code(&mut self, code: &Hash) -> Result<Option<RecordInvitation>> {
        let row = self.0.query(FIND_BY_CODE).bind(&code[..]).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// Every invitation to a record, the newest first.
    pub async fn of_record(&mut self, id: AgreementId) -> Result<Vec<RecordInvitation>> {
        let rows = self.0.query(OF_RECORD).bind(id.uuid()).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Writing<RecordInvitations<'_>> {
    /// A new invitation, to be found by the hash of its token, and of its code where it has one.
    pub async fn insert(
        &mut self,
        key: &AgreementKey,
        new: &RecordInvitation,
        invitee: &Invitee,
        (token, code): (&Hash, Option<&Hash>),
        chance: &dyn Chance,
    ) -> Result<()> {
        let place = place(new.id);
        key.is_of(&place, new.agreement)?;
        let sealed = key.seal_json(&place, invitee, chance)?;
        let rows = self
            .0
            .query(INSERT)
            .bind(new.id.uuid())
            .bind(new.agreement.uuid())
            .bind(new.role.code())
            .bind(&token[..])
            .bind(code.map(|hash| &hash[..]))
            .bind(sealed)
            .bind(new.from)
            .bind(new.until)
            .bind(new.invited_by.map(PersonId::uuid))
            .bind(new.created_at.micros())
            .bind(new.expires_at.micros())
            .execute()
            .await?;
        written(rows, TABLE, new.id.uuid())
    }

    /// Somebody takes the place. False when somebody did before, or it was taken back.
    pub async fn take(&mut self, id: InvitationId, by: PersonId, at: Timestamp) -> Result<bool> {
        let query = self.0.query(TAKE).bind(id.uuid()).bind(by.uuid()).bind(at.micros());
        Ok(query.execute().await? == 1)
    }

    /// Takes it back. False when it was taken.
    pub async fn withdraw(&mut self, id: InvitationId, at: Timestamp) -> Result<bool> {
        Ok(self
            .0
            .query(WITHDRAW)
            .bind(id.uuid())
            .bind(at.micros())
            .execute()
            .await?
            == 1)
    }

    /// Takes back every open invitation to a place of that role; says how many there were.
    pub async fn withdraw_role(&mut self, id: AgreementId, role: RecordRole, at: Timestamp) -> Result<u64> {
        let query = self.0.query(WITHDRAW_ROLE).bind(id.uuid()).bind(role.code());
        query.bind(at.micros()).execute().await
    }
}
