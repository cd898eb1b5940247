//! Organisations.

use std::collections::BTreeSet;

use kernel::{CreditCode, OrganisationId, Timestamp};
use marketplace::{
    Organisation, OrganisationKind, Standing,
    organisation::{Profile, name_key},
};
use sqlx::types::Json;
use uuid::Uuid;
use vocabulary::text;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Count, Page, Writing, micros, repository},
    versioned::Versioned,
};

/// What became of a new organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum OrganisationInsert {
    /// It is there.
    Inserted,
    /// Another organisation has the code; nothing was written.
    CreditCodeTaken,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum OrganisationSave {
    /// It is saved.
    Saved,
    /// Another organisation has the code; nothing was written.
    CreditCodeTaken,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    standing: String,
    standing_at: Option<i64>,
    standing_reason: Option<String>,
    name: String,
    kinds: Option<String>,
    credit_code: String,
    province: String,
    district: Option<String>,
    industries: Json<Vec<String>>,
    introduction: String,
    fictional: bool,
    created_at: i64,
}

impl TryFrom<Row> for Versioned<Organisation> {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let at = row.standing_at.map(Timestamp::from_micros);
        let standing = match (row.standing.as_str(), at, row.standing_reason) {
            ("claimed", None, None) => Standing::Claimed,
            ("returned", Some(at), Some(reason)) => Standing::Returned { at, reason },
            ("verified", Some(at), None) => Standing::Verified { at },
            ("suspended", Some(at), Some(reason)) => Standing::Suspended { at, reason },
            _ => return Err(Error::unknown("organisations", "standing", row.id, &row.standing)),
        };
        let kinds = row.kinds.unwrap_or_default();
        let kinds = kinds
            .split_terminator(',')
            .map(|code| {
                OrganisationKind::from_code(code)
                    .ok_or_else(|| Error::unknown("organisation_kinds", "kind", row.id, code))
            })
            .collect::<Result<BTreeSet<_>>>()?;
        let credit_code = CreditCode::parse(&row.credit_code)
            .map_err(|error| Error::corrupt("organisations", "credit_code", row.id, error))?;
        let organisation = Organisation {
            id: OrganisationId::from_uuid(row.id),
            standing,
            profile: Profile {
                name: row.name,
                kinds,
                credit_code,
                province: row.province,
                district: row.district,
                industries: row.industries.0,
                introduction: row.introduction,
            },
            fictional: row.fictional,
            created_at: Timestamp::from_micros(row.created_at),
        };
        Ok(Self::new(organisation, row.version))
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.version, o.standing, o.standing_at, o.standing_reason, o.name,
                    (SELECT string_agg(k.kind, ',') FROM organisation_kinds k WHERE k.organisation_id = o.id) AS kinds,
                    o.credit_code, o.province, o.district, o.industries, o.introduction, o.fictional, o.created_at
               FROM organisations o ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO organisations (id, version, standing, standing_at, standing_reason, name, name_key, sort_key,
                                         credit_code, province, district, industries, introduction, fictional, created_at)
              VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
              ON CONFLICT (credit_code) DO NOTHING";
    INSERT_KIND = "INSERT INTO organisation_kinds (organisation_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    DELETE_KINDS = "DELETE FROM organisation_kinds WHERE organisation_id = $1";
    FIND = select!("WHERE o.id = $1");
    FIND_BY_CREDIT_CODE = select!("WHERE o.credit_code = $1");
    LIST_BY_NAME = select!("WHERE o.name_key = $1 ORDER BY o.created_at, o.id");
    LIST = select!("ORDER BY o.created_at, o.id LIMIT $1 OFFSET $2");
    LIST_BY_STANDING = select!("WHERE o.standing = $1 ORDER BY o.created_at, o.id LIMIT $2 OFFSET $3");
    LIST_VERIFIED_OF_KIND = select!(
        "WHERE o.standing = 'verified'
           AND EXISTS (SELECT 1 FROM organisation_kinds k WHERE k.organisation_id = o.id AND k.kind = $1)
         ORDER BY o.sort_key, o.id LIMIT $2 OFFSET $3"
    );
    COUNT_VERIFIED = "SELECT k.kind, CAST(COUNT(*) AS BIGINT) AS n
                        FROM organisation_kinds k JOIN organisations o ON o.id = k.organisation_id
                       WHERE o.standing = 'verified' GROUP BY k.kind ORDER BY k.kind";
    COUNT_BY_STANDING = "SELECT standing, CAST(COUNT(*) AS BIGINT) AS n FROM organisations GROUP BY standing";
    /// Saves only over the version it was read at, and not when another organisation has the code.
    SAVE = "UPDATE organisations SET version = version + 1, standing = $3, standing_at = $4, standing_reason = $5, name = $6,
                   name_key = $7, sort_key = $8, credit_code = $9, province = $10, district = $11, industries = $12,
                   introduction = $13
             WHERE id = $1 AND version = $2
               AND NOT EXISTS (SELECT 1 FROM organisations other WHERE other.credit_code = $9 AND other.id <> $1)";
    CODE_OF_ANOTHER = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM organisations WHERE credit_code = $2 AND id <> $1";
}

/// The key by which Chinese names are put in order: their reading.
fn sort_key(name: &str) -> String {
    text::pinyin(&name_key(name))
}

fn standing_columns(standing: &Standing) -> (Option<Timestamp>, Option<&str>) {
    match standing {
        Standing::Claimed => (None, None),
        Standing::Verified { at } => (Some(*at), None),
        Standing::Returned { at, reason } | Standing::Suspended { at, reason } => (Some(*at), Some(reason)),
    }
}

repository! {
    /// Organisations.
    Organisations, organisations
}

impl Organisations<'_> {
    /// One organisation.
    pub async fn find(&mut self, id: OrganisationId) -> Result<Option<Versioned<Organisation>>> {
        self.0
            .query(FIND)
            .bind(id.uuid())
            .optional::<Row>()
            .await?
            .map(TryInto::try_into)
            .transpose()
    }

    /// The organisation of a credit code.
    pub async fn find_by_credit_code(&mut self, code: &CreditCode) -> Result<Option<Organisation>> {
        let row = self
            .0
            .query(FIND_BY_CREDIT_CODE)
            .bind(code.as_str())
            .optional::<Row>()
            .await?;
        row.map(organisation).transpose()
    }

    /// The organisations whose name folds to `key` ([`name_key`]).
    pub async fn list_by_name_key(&mut self, key: &str) -> Result<Vec<Organisation>> {
        organisations(self.0.query(LIST_BY_NAME).bind(key).all().await?)
    }

    /// The verified organisations whose names fold to one of these keys.
    pub(crate) async fn list_verified_by_name_keys(
        &mut self,
        keys: impl IntoIterator<Item = &String>,
    ) -> Result<Vec<Organisation>> {
        let keys: Vec<&String> = keys.into_iter().collect();
        let mut found = Vec::new();
        for some in keys.chunks(500) {
            let query = self.0.dynamic(select!("WHERE o.standing = 'verified'"));
            let rows = query.among("o.name_key", some.iter().copied()).all::<Row>().await?;
            found.extend(organisations(rows)?);
        }
        Ok(found)
    }

    /// All organisations, the oldest first.
    pub async fn list(&mut self, page: Page) -> Result<Vec<Organisation>> {
        organisations(self.0.query(LIST).bind(page.limit).bind(page.offset).all().await?)
    }

    /// The organisations of a standing ([`Standing::CODES`]), the oldest first.
    pub async fn list_by_standing(&mut self, standing: &str, page: Page) -> Result<Vec<Organisation>> {
        let query = self
            .0
            .query(LIST_BY_STANDING)
            .bind(standing)
            .bind(page.limit)
            .bind(page.offset);
        organisations(query.all().await?)
    }

    /// The verified organisations of a kind, in the order of their names' reading.
    pub async fn list_verified(&mut self, kind: OrganisationKind, page: Page) -> Result<Vec<Organisation>> {
        let query = self
            .0
            .query(LIST_VERIFIED_OF_KIND)
            .bind(kind.code())
            .bind(page.limit)
            .bind(page.offset);
        organisations(query.all().await?)
    }

    /// How many organisations have each standing; those with none of a standing are left out.
    pub async fn count_by_standing(&mut self) -> Result<Vec<(String, i64)>> {
        self.0.query(COUNT_BY_STANDING).all().await
    }

    /// How many verified organisations there are of each kind; one that is several things counts as each.
    pub async fn count_verified(&mut self) -> Result<Vec<(OrganisationKind, i64)>> {
        let rows: Vec<(String, i64)> = self.0.query(COUNT_VERIFIED).all().await?;
        Ok(rows
            .into_iter()
            .filter_map(|(code, n)| Some((OrganisationKind::from_code(&code)?, n)))
            .collect())
    }
}

fn organisation(row: Row) -> Result<Organisation> {
    Versioned::try_from(row).map(Versioned::into_inner)
}

fn organisations(rows: Vec<Row>) -> Result<Vec<Organisation>> {
    rows.into_iter().map(organisation).collect()
}

impl Writing<Organisations<'_>> {
    /// A new organisation.
    pub async fn insert(&mut self, organisation: &Organisation) -> Result<OrganisationInsert> {
        let profile = &organisation.profile;
        let (at, reason) = standing_columns(&organisation.standing);
        let rows = self
            .0
            .query(INSERT)
            .bind(organisation.id.uuid())
            .bind(organisation.standing.code())
            .bind(micros(at))
            .bind(reason)
            .bind(&profile.name)
            .bind(name_key(&profile.name))
            .bind(sort_key(&profile.name))
            .bind(profile.credit_code.as_str())
            .bind(&profile.province)
            .bind(profile.district.as_deref())
            .bind(Json(&profile.industries))
            .bind(&profile.introduction)
            .bind(organisation.fictional)
            .bind(organisation.created_at.micros())
            .execute()
            .await?;
        if rows == 0 {
            return Ok(OrganisationInsert::CreditCodeTaken);
        }
        self.insert_kinds(organisation).await?;
        Ok(OrganisationInsert::Inserted)
    }

    /// Saves a change over the version it was made from.
    pub async fn save(&mut self, changed: &Versioned<Organisation>) -> Result<OrganisationSave> {
        let organisation = changed.get();
        let profile = &organisation.profile;
        let id = organisation.id.uuid();
        let (at, reason) = standing_columns(&organisation.standing);
        let rows = self
            .0
            .query(SAVE)
            .bind(id)
            .bind(changed.version())
            .bind(organisation.standing.code())
            .bind(micros(at))
            .bind(reason)
            .bind(&profile.name)
            .bind(name_key(&profile.name))
            .bind(sort_key(&profile.name))
            .bind(profile.credit_code.as_str())
            .bind(&profile.province)
            .bind(profile.district.as_deref())
            .bind(Json(&profile.industries))
            .bind(&profile.introduction)
            .execute()
            .await?;
        if rows == 0 {
            let code = profile.credit_code.as_str();
            let taken = self
                .0
                .query(CODE_OF_ANOTHER)
                .bind(id)
                .bind(code)
                .one::<Count>()
                .await?
                .n
                > 0;
            return if taken {
                Ok(OrganisationSave::CreditCodeTaken)
            } else {
                Err(Error::Conflict {
                    table: "organisations",
                    id,
                })
            };
        }
        self.0.query(DELETE_KINDS).bind(id).execute().await?;
        self.insert_kinds(organisation).await?;
        Ok(OrganisationSave::Saved)
    }

    async fn insert_kinds(&mut self, organisation: &Organisation) -> Result<()> {
        for kind in &organisation.profile.kinds {
            self.0
                .query(INSERT_KIND)
                .bind(organisation.id.uuid())
                .bind(kind.code())
                .execute()
                .await?;
        }
        Ok(())
    }
}
