//! Agreements: the plain head that queries need, and the sealed rest.

mod documents;
mod drafts;
mod events;
mod head;
mod kept;
mod key;
mod links;
mod numbers;
mod reasons;
mod seal_keys;
mod seals;
mod slots;
mod versions;

use std::fmt;

use agreement::lifecycle::{Agreement, Stage};
use kernel::{AgreementId, Chance, LineId, OrganisationId, PersonId, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    keys::Keys,
    query::statements,
    repository::{Page, Writing, repository, written},
    versioned::Versioned,
};

pub use documents::{AgreementDocument, AgreementDocuments};
pub use drafts::AgreementDrafts;
pub use events::{AgreementEvents, KeptEvent, ToldEvent};
pub use head::{AgreementHead, AgreementOrigin};
pub use kept::{KeptAgreement, KeptSlot, KeptVersion};
pub use key::AgreementKey;
pub(crate) use key::Place;
#[cfg(any(test, feature = "planned-failures"))]
pub(crate) use key::{STATE as SEALED_STATE, unsealed};
pub use links::{AgreementLink, AgreementLinks};
pub use reasons::{AgreementReasons, Reason};
pub use seal_keys::SealKeys;
pub use seals::AgreementSeals;
pub use slots::SlotRecord;
pub use versions::AgreementVersions;

use head::{Columns, FullRow, Row, columns, unnumbered};

const TABLE: &str = "agreements";

#[cfg(test)]
pub(crate) const ALL_STATEMENTS: [&[crate::query::Statement]; 12] = [
    ALL,
    documents::ALL,
    drafts::ALL,
    events::ALL,
    kept::ALL,
    links::ALL,
    numbers::ALL,
    reasons::ALL,
    seal_keys::ALL,
    seals::ALL,
    slots::ALL,
    versions::ALL,
];

/// A new agreement, with what the lifecycle does not know of it.
#[derive(Debug, Clone, Copy)]
pub struct NewAgreement<'a> {
    /// The draft.
    pub agreement: &'a Agreement,
    /// Its number, made from `Agreements::take_number`; empty for one that has none yet.
    pub number: &'a str,
    /// The code to look it up by, drawn by chance.
    pub verify_code: &'a str,
    /// Where it came from.
    pub origin: AgreementOrigin,
    /// Who makes it.
    pub created_by: PersonId,
}

/// An agreement as it was read, with the key that opened it.
pub struct OpenAgreement {
    head: AgreementHead,
    key: AgreementKey,
    agreement: Versioned<Agreement>,
}

impl fmt::Debug for OpenAgreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAgreement")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl OpenAgreement {
    /// The plain head, as it was read.
    pub const fn head(&self) -> &AgreementHead {
        &self.head
    }

    /// The key that opened it, and opens what else is sealed in it.
    pub const fn key(&self) -> &AgreementKey {
        &self.key
    }

    /// The agreement.
    pub const fn get(&self) -> &Agreement {
        self.agreement.get()
    }

    /// Runs an act; the agreement that it returns may be saved over the version that was read.
    pub fn act<O, E>(self, act: impl FnOnce(Agreement) -> Result<(Agreement, O), E>) -> Result<(Self, O), E> {
        let version = self.agreement.version();
        let (agreement, outcome) = act(self.agreement.into_inner())?;
        let acted = Self {
            head: self.head,
            key: self.key,
            agreement: Versioned::new(agreement, version),
        };
        Ok((acted, outcome))
    }
}

/// An agreement that was looked for.
#[derive(Debug)]
pub enum FoundAgreement {
    /// It can be read.
    Open(Box<OpenAgreement>),
    /// Its key was erased: this is all that is left, with the hashes in its chain of events.
    Erased(Box<AgreementHead>),
}

impl FoundAgreement {
    /// The agreement, when it can be read.
    pub fn open(self) -> Option<OpenAgreement> {
        match self {
            Self::Open(open) => Some(*open),
            Self::Erased(_) => None,
        }
    }

    /// The plain head.
    pub const fn head(&self) -> &AgreementHead {
        match self {
            Self::Open(open) => open.head(),
            Self::Erased(head) => head,
        }
    }
}

/// How many agreements stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreementCount {
    /// Where.
    pub stage: Stage,
    /// How many.
    pub agreements: i64,
}

#[derive(sqlx_macros::FromRow)]
struct CountRow {
    stage: String,
    n: i64,
}

impl TryFrom<CountRow> for AgreementCount {
    type Error = Error;

    fn try_from(row: CountRow) -> Result<Self> {
        Ok(Self {
            stage: head::stage(&row.stage, Uuid::nil())?,
            agreements: row.n,
        })
    }
}

#[derive(sqlx_macros::FromRow)]
struct IdRow {
    id: Uuid,
}

/// The version of a content as a column has it.
fn content_version(table: &'static str, id: Uuid, column: i64) -> Result<u32> {
    u32::try_from(column).map_err(|error| Error::corrupt(table, "content_version", id, error))
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM agreements a ", $rest)
    };
}

/// Agreements that the organisation `$1` may see: another party's draft is out of sight until it is handed over, and for
/// ever when it was given up before.
macro_rules! seen_by_organisation {
    () => {
        "((a.enterprise_id = $1 AND (a.stage <> 'draft' OR a.with_party = 'enterprise'))
          OR (a.college_id = $1 AND (a.stage <> 'draft' OR a.with_party = 'college')))
         AND (a.stage <> 'voided'
              OR EXISTS (SELECT 1 FROM agreement_events e WHERE e.agreement_id = a.id AND e.act = 'hand_over')
              OR NOT EXISTS (SELECT 1 FROM agreement_events e
                              WHERE e.agreement_id = a.id AND e.act = 'create'
                                AND e.actor <> CASE WHEN a.enterprise_id = $1 THEN 'enterprise' ELSE 'college' END))"
    };
}

statements! {
    INSERT = "INSERT INTO agreements (id, version, kind, number, verify_code, enterprise_id, college_id, origin_need_id,
                                      origin_offer_id, created_by, stage, with_party, content_version, content_hash,
                                      next_at, sealed_key, state_enc, created_at, updated_at)
              VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)
              ON CONFLICT DO NOTHING";
    SAVE = "UPDATE agreements SET version = version + 1, stage = $3, with_party = $4, content_version = $5,
                   content_hash = $6, next_at = $7, state_enc = $8, updated_at = $9
             WHERE id = $1 AND version = $2";
    NUMBER = "UPDATE agreements SET number = $3 WHERE id = $1 AND number = $2";
    APPRENTICE = "UPDATE agreements SET apprentice_hash = $2 WHERE id = $1";
    OF_APPRENTICE = concat!("SELECT ", columns!(), " FROM agreements a
                              WHERE a.enterprise_id = $1 AND a.sealed_key IS NOT NULL
                                AND (a.apprentice_hash = $2 OR a.apprentice_hash IS NULL) AND a.stage IN ("),
                    pg "SELECT jsonb_array_elements_text($3)", lite "SELECT value FROM json_each($3)",
                    ") ORDER BY a.created_at DESC, a.id DESC";
    /// The version grows, so that nothing read before the erasure is saved after it.
    ERASE = "UPDATE agreements SET version = version + 1, sealed_key = NULL, apprentice_hash = NULL, next_at = NULL,
                    updated_at = $2
              WHERE id = $1 AND sealed_key IS NOT NULL";
    FIND = concat!("SELECT ", columns!(), ", a.version, a.sealed_key, a.state_enc FROM agreements a WHERE a.id = $1");
    HEAD = select!("WHERE a.id = $1");
    FIND_BY_NUMBER = select!("WHERE a.enterprise_id = $1 AND a.number = $2");
    OF_NUMBER = select!("WHERE a.number = $1 ORDER BY a.created_at DESC, a.id DESC LIMIT $2");
    FIND_BY_VERIFY_CODE = select!("WHERE a.verify_code = $1");
    DUE = "SELECT id FROM agreements WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2";
    OF_ORGANISATION = concat!("SELECT ", columns!(), " FROM agreements a WHERE ", seen_by_organisation!(), " AND a.stage IN ("),
                      pg "SELECT jsonb_array_elements_text($2)", lite "SELECT value FROM json_each($2)",
                      ") ORDER BY a.created_at DESC, a.id DESC LIMIT $3 OFFSET $4";
    COUNT_OF_ORGANISATION = concat!("SELECT a.stage, CAST(COUNT(*) AS BIGINT) AS n FROM agreements a WHERE ",
                                    seen_by_organisation!(), " GROUP BY a.stage ORDER BY a.stage");
    COUNT_OF_LINE = "SELECT a.stage, CAST(COUNT(*) AS BIGINT) AS n FROM agreements a
                      WHERE a.origin_need_id = $1 OR a.origin_offer_id = $1 GROUP BY a.stage ORDER BY a.stage";
}

repository! {
    /// Agreements.
    Agreements, agreements
}

impl Agreements<'_> {
    /// One agreement, opened; or what is left of one that was erased.
    pub async fn find(&mut self, id: AgreementId, keys: &Keys) -> Result<Option<FoundAgreement>> {
        let Some(found) = self.0.query(FIND).bind(id.uuid()).optional::<FullRow>().await? else {
            return Ok(None);
        };
        let head = AgreementHead::try_from(found.row)?;
        let Some(sealed) = found.sealed_key else {
            return Ok(Some(FoundAgreement::Erased(Box::new(head))));
        };
        let key = AgreementKey::unseal(id, keys, &sealed)?;
        let agreement = key.open_state(&found.state_enc)?;
        if agreement.stage() != head.stage {
            return Err(Error::unknown(TABLE, "stage", id, head.stage.code()));
        }
        Ok(Some(FoundAgreement::Open(Box::new(OpenAgreement {
            head,
            key,
            agreement: Versioned::new(agreement, found.version),
        }))))
    }

    /// One agreement without opening it.
    pub async fn head(&mut self, id: AgreementId) -> Result<Option<AgreementHead>> {
        let row = self.0.query(HEAD).bind(id.uuid()).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The agreement that an enterprise numbered so.
    pub async fn find_by_number(&mut self, enterprise: OrganisationId, number: &str) -> Result<Option<AgreementHead>> {
        let query = self.0.query(FIND_BY_NUMBER).bind(enterprise.uuid()).bind(number);
        query.optional::<Row>().await?.map(TryInto::try_into).transpose()
    }

    /// The agreements that any enterprise numbered so, the newest first.
    pub async fn of_number(&mut self, number: &str, limit: i64) -> Result<Vec<AgreementHead>> {
        let rows = self.0.query(OF_NUMBER).bind(number).bind(limit).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The agreement of a code printed on it.
    pub async fn find_by_verify_code(&mut self, code: &str) -> Result<Option<AgreementHead>> {
        let row = self.0.query(FIND_BY_VERIFY_CODE).bind(code).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The agreements of an organisation in some stages (none: in all), the newest first. Drafts of another party are out of
    /// sight until they are handed over.
    pub async fn of_organisation(
        &mut self,
        organisation: OrganisationId,
        stages: &[Stage],
        page: Page,
    ) -> Result<Vec<AgreementHead>> {
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

    /// The agreements of an enterprise in some stages that may be with an apprentice, by the keyed hash under which they were
    /// frozen, the newest first. Those that were frozen without one may be with anybody, and are among them.
    pub async fn of_apprentice(
        &mut self,
        enterprise: OrganisationId,
        apprentice: &[u8; 32],
        stages: &[Stage],
    ) -> Result<Vec<AgreementHead>> {
        let stages: Vec<&str> = stages.iter().map(|stage| stage.code()).collect();
        let query = self.0.query(OF_APPRENTICE).bind(enterprise.uuid());
        let rows = query.bind(&apprentice[..]).bind(Json(stages)).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// How many agreements an organisation sees in each stage; zeros are left out.
    pub async fn count_of_organisation(&mut self, organisation: OrganisationId) -> Result<Vec<AgreementCount>> {
        let query = self.0.query(COUNT_OF_ORGANISATION).bind(organisation.uuid());
        query
            .all::<CountRow>()
            .await?
            .into_iter()
            .map(TryInto::try_into)
            .collect()
    }

    /// How many agreements in each stage came from a line of a post; zeros are left out.
    pub async fn count_of_line(&mut self, line: LineId) -> Result<Vec<AgreementCount>> {
        let query = self.0.query(COUNT_OF_LINE).bind(line.uuid());
        query
            .all::<CountRow>()
            .await?
            .into_iter()
            .map(TryInto::try_into)
            .collect()
    }

    /// Agreements that have to be looked at by `now`, the most overdue first.
    pub async fn due(&mut self, now: Timestamp, limit: i64) -> Result<Vec<AgreementId>> {
        let query = self.0.query(DUE).bind(now.micros()).bind(limit);
        let rows = query.all::<IdRow>().await?;
        Ok(rows.into_iter().map(|row| AgreementId::from_uuid(row.id)).collect())
    }
}

impl Writing<Agreements<'_>> {
    /// A new agreement with a key of its own. A conflict when its number or its code is taken.
    pub async fn create(&mut self, new: NewAgreement<'_>, keys: &Keys, chance: &dyn Chance) -> Result<OpenAgreement> {
        let (agreement, parties) = (new.agreement, new.agreement.parties());
        let (key, sealed) = AgreementKey::draw(agreement.id(), keys, chance);
        let state = key.seal_json(&key::STATE, agreement, chance)?;
        let columns = Columns::from(agreement);
        let rows = self
            .0
            .query(INSERT)
            .bind(agreement.id().uuid())
            .bind(agreement.kind().code())
            .bind(if new.number.is_empty() {
                unnumbered(agreement.id())
            } else {
                new.number.to_owned()
            })
            .bind(new.verify_code)
            .bind(parties.enterprise.uuid())
            .bind(parties.college.map(OrganisationId::uuid))
            .bind(new.origin.need.map(LineId::uuid))
            .bind(new.origin.offer.map(LineId::uuid))
            .bind(new.created_by.uuid())
            .bind(columns.stage)
            .bind(columns.with)
            .bind(columns.content_version)
            .bind(columns.content_hash.as_ref().map(|hash| &hash[..]))
            .bind(columns.next_at)
            .bind(sealed)
            .bind(state)
            .bind(agreement.created_at().micros())
            .execute()
            .await?;
        written(rows, TABLE, agreement.id().uuid())?;
        let head = AgreementHead {
            id: agreement.id(),
            kind: agreement.kind(),
            number: new.number.to_owned(),
            verify_code: new.verify_code.to_owned(),
            parties: *parties,
            origin: new.origin,
            created_by: new.created_by,
            stage: agreement.stage(),
            with: agreement.with(),
            only_for: agreement.with(),
            content_version: agreement.content_version(),
            content_hash: agreement.frozen().map(|frozen| frozen.hash),
            next_at: agreement.next_due(),
            erased: false,
            created_at: agreement.created_at(),
            updated_at: agreement.created_at(),
        };
        Ok(OpenAgreement {
            head,
            key,
            agreement: Versioned::new(agreement.clone(), 1),
        })
    }

    /// Saves an agreement over the version it was read at, and the slots of its rounds. Once in a transaction: afterwards
    /// what was read is stale. A slot that is signed stays as it was signed; anything else is a conflict.
    pub async fn save(&mut self, acted: &OpenAgreement, at: Timestamp, chance: &dyn Chance) -> Result<()> {
        let agreement = acted.get();
        acted.key.is_of(&key::STATE, agreement.id())?;
        let state = acted.key.seal_json(&key::STATE, agreement, chance)?;
        let columns = Columns::from(agreement);
        let rows = self
            .0
            .query(SAVE)
            .bind(agreement.id().uuid())
            .bind(acted.agreement.version())
            .bind(columns.stage)
            .bind(columns.with)
            .bind(columns.content_version)
            .bind(columns.content_hash.as_ref().map(|hash| &hash[..]))
            .bind(columns.next_at)
            .bind(state)
            .bind(at.micros())
            .execute()
            .await?;
        written(rows, TABLE, agreement.id().uuid())?;
        self.save_slots(agreement).await
    }

    /// Gives an agreement that has none its number, made from `Agreements::take_number`. A conflict when it has one.
    pub async fn give_number(&mut self, open: &mut OpenAgreement, number: &str) -> Result<()> {
        let id = open.get().id();
        let query = self.0.query(NUMBER).bind(id.uuid()).bind(unnumbered(id)).bind(number);
        written(query.execute().await?, TABLE, id.uuid())?;
        number.clone_into(&mut open.head.number);
        Ok(())
    }

    /// Notes under which keyed hash the apprentice of what is frozen is found.
    pub async fn note_apprentice(&mut self, id: AgreementId, apprentice: &[u8; 32]) -> Result<()> {
        let query = self.0.query(APPRENTICE).bind(id.uuid()).bind(&apprentice[..]);
        written(query.execute().await?, TABLE, id.uuid())
    }

    /// Erases the agreement's own key, and with it everything that people wrote in it: state, draft, content, reasons,
    /// details of events. The head and the hashes stay. False when there is nothing to erase.
    pub async fn erase(&mut self, id: AgreementId, at: Timestamp) -> Result<bool> {
        let query = self.0.query(ERASE).bind(id.uuid()).bind(at.micros());
        Ok(query.execute().await? == 1)
    }
}
