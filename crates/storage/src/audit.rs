//! The audit log: one entry for each act of each actor, written by the commit of the act.

use std::collections::BTreeSet;

use kernel::{AuditId, OrganisationId, PersonId, Timestamp};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    db::{Tx, Write},
    error::{Error, Result},
    query::statements,
    repository::{repository, written},
};

/// What kind of actor acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// A person, for an organisation or for themselves.
    Person,
    /// The holder of a link or code.
    Link,
    /// An operator of the platform.
    Operator,
    /// A job of the system.
    System,
    /// A command line on the server.
    Command,
}

impl ActorKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Person, Self::Link, Self::Operator, Self::System, Self::Command];

    /// The code in columns and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Link => "link",
            Self::Operator => "operator",
            Self::System => "system",
            Self::Command => "command",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditActor {
    /// As what.
    pub kind: ActorKind,
    /// Who, when it is known.
    pub person: Option<PersonId>,
    /// For whom.
    pub organisation: Option<OrganisationId>,
}

impl AuditActor {
    /// A person acting for an organisation, or for themselves.
    pub const fn person(person: PersonId, organisation: Option<OrganisationId>) -> Self {
        Self {
            kind: ActorKind::Person,
            person: Some(person),
            organisation,
        }
    }

    /// The holder of a link or code.
    pub const fn link(person: Option<PersonId>) -> Self {
        Self {
            kind: ActorKind::Link,
            person,
            organisation: None,
        }
    }

    /// An operator.
    pub const fn operator(person: PersonId) -> Self {
        Self {
            kind: ActorKind::Operator,
            person: Some(person),
            organisation: None,
        }
    }

    /// The system itself.
    pub const fn system() -> Self {
        Self {
            kind: ActorKind::System,
            person: None,
            organisation: None,
        }
    }

    /// Somebody at the server's command line.
    pub const fn command() -> Self {
        Self {
            kind: ActorKind::Command,
            person: None,
            organisation: None,
        }
    }
}

/// One act, as the log keeps it. Protected facts (phones, identity numbers, addresses) never stand in it.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: AuditActor,
    /// What was done.
    pub act: String,
    /// To what kind of thing.
    pub object_kind: String,
    /// To which.
    pub object_id: Option<Uuid>,
    /// What it was before, as far as it changed.
    pub old: Option<Value>,
    /// What it is now.
    pub new: Option<Value>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
}

impl AuditEntry {
    /// That somebody did something, to nothing in particular so far.
    pub fn new(id: AuditId, at: Timestamp, actor: AuditActor, act: impl Into<String>) -> Self {
        Self {
            id,
            at,
            actor,
            act: act.into(),
            object_kind: String::new(),
            object_id: None,
            old: None,
            new: None,
            reason: None,
        }
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    at: i64,
    actor_kind: String,
    actor_person_id: Option<Uuid>,
    actor_organisation_id: Option<Uuid>,
    act: String,
    object_kind: String,
    object_id: Option<Uuid>,
    old_value: Option<Json<Value>>,
    new_value: Option<Json<Value>>,
    reason: Option<String>,
}

impl TryFrom<Row> for AuditEntry {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let kind = ActorKind::from_code(&row.actor_kind)
            .ok_or_else(|| Error::unknown("audit", "actor_kind", row.id, &row.actor_kind))?;
        Ok(Self {
            id: AuditId::from_uuid(row.id),
            at: Timestamp::from_micros(row.at),
            actor: AuditActor {
                kind,
                person: row.actor_person_id.map(PersonId::from_uuid),
                organisation: row.actor_organisation_id.map(OrganisationId::from_uuid),
            },
            act: row.act,
            object_kind: row.object_kind,
            object_id: row.object_id,
            old: row.old_value.map(|json| json.0),
            new: row.new_value.map(|json| json.0),
            reason: row.reason,
        })
    }
}

statements! {
    INSERT = "INSERT INTO audit (id, at, actor_kind, actor_person_id, actor_organisation_id, act, object_kind, object_id,
                                 old_value, new_value, reason)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING";
    OF_OBJECT = "SELECT id, at, actor_kind, actor_person_id, actor_organisation_id, act, object_kind, object_id, old_value,
                        new_value, reason
                   FROM audit WHERE object_id = $1 ORDER BY at DESC, id DESC LIMIT $2";
    MOMENTS = "SELECT DISTINCT at FROM audit WHERE at >= $1 AND at < $2";
}

impl Tx<Write> {
    pub(crate) async fn write_audit(&mut self, entry: &AuditEntry) -> Result<()> {
        let rows = self
            .query(INSERT)
            .bind(entry.id.uuid())
            .bind(entry.at.micros())
            .bind(entry.actor.kind.code())
            .bind(entry.actor.person.map(PersonId::uuid))
            .bind(entry.actor.organisation.map(OrganisationId::uuid))
            .bind(&entry.act)
            .bind(&entry.object_kind)
            .bind(entry.object_id)
            .bind(entry.old.as_ref().map(Json))
            .bind(entry.new.as_ref().map(Json))
            .bind(entry.reason.as_deref())
            .execute()
            .await?;
        written(rows, "audit", entry.id.uuid())
    }
}

repository! {
    /// The audit log, to be read.
    AuditLog, audit
}

impl AuditLog<'_> {
    /// What was done to a thing, the newest first.
    pub async fn of_object(&mut self, object: Uuid, limit: i64) -> Result<Vec<AuditEntry>> {
        let query = self.0.query(OF_OBJECT).bind(object).bind(limit);
        query.all::<Row>().await?.into_iter().map(TryInto::try_into).collect()
    }

    /// The moments from `from` on, before `until`, at which something was done.
    pub async fn moments(&mut self, from: Timestamp, until: Timestamp) -> Result<BTreeSet<Timestamp>> {
        let query = self.0.query(MOMENTS).bind(from.micros()).bind(until.micros());
        let rows = query.all::<(i64,)>().await?;
        Ok(rows.into_iter().map(|(at,)| Timestamp::from_micros(at)).collect())
    }
}
