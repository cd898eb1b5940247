//! The national programme register: rows as they are seen at the head, who claimed which college, and who would like to
//! be told when a college joins.

mod claims;
mod staging;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{OrganisationId, RegisterRowId};
use marketplace::{
    Organisation,
    organisation::name_key,
    register::{Entry, RegisterRow},
};
use uuid::Uuid;

pub use claims::{Claim, ClaimOutcome, Invite};
pub use staging::StagedRow;

use crate::{
    error::Result,
    query::statements,
    repository::{Count, in_order_of, repository},
};

/// What the register holds of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterCount {
    /// The year.
    pub year: i64,
    /// Its rows.
    pub rows: i64,
}

/// A college as the register has it in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Its code, else its name ([`Entry::school_key`]).
    pub key: String,
    /// Its name.
    pub name: String,
}

#[derive(sqlx_macros::FromRow)]
pub(crate) struct Row {
    id: Uuid,
    year: i64,
    province: String,
    school_code: Option<String>,
    school_name: String,
    major_code: String,
    major_name: String,
    duration_years: i64,
    remark: String,
    claimed_by: Option<Uuid>,
}

impl Row {
    /// The row, with its college among `namesakes` if it is there.
    fn into_row(self, namesakes: &[Organisation]) -> RegisterRow {
        let entry = Entry {
            year: self.year,
            province: self.province,
            school_code: self.school_code,
            school_name: self.school_name,
            major_code: self.major_code,
            major_name: self.major_name,
            duration_years: self.duration_years,
            remark: self.remark,
        };
        let claimed_by = self.claimed_by.map(OrganisationId::from_uuid);
        RegisterRow {
            id: RegisterRowId::from_uuid(self.id),
            college: entry.presence(claimed_by, namesakes),
            entry,
        }
    }
}

/// A row of the register that is seen: the pluses keep the planner from walking the register by its versions, which all
/// rows share.
macro_rules! seen {
    () => {
        "+r.since_seq <= h.seq AND (r.until_seq IS NULL OR r.until_seq > h.seq)"
    };
}

/// Rows as [`Row`], of a register `r` at the head `h`.
macro_rules! select {
    () => {
        "SELECT r.id, r.year, r.province, r.school_code, r.school_name, r.major_code, r.major_name, r.duration_years,
                r.remark, c.organisation_id AS claimed_by
           FROM register_rows r JOIN register_head h ON h.one = 1
           LEFT JOIN register_claims c ON c.school_key = r.school_key "
    };
}
pub(crate) use seen;

statements! {
    FIND = concat!(select!(), "WHERE r.id = $1 AND ", seen!());
    OF_SCHOOL = concat!(select!(), "WHERE r.school_key = $1 AND ", seen!(),
                        " ORDER BY r.year DESC, r.major_code, r.duration_years, r.id");
    NEWEST_YEAR = concat!("SELECT r.year AS n FROM register_rows r JOIN register_head h ON h.one = 1 WHERE ", seen!(),
                          " ORDER BY r.year DESC LIMIT 1");
    COUNT = concat!("SELECT r.year, CAST(COUNT(*) AS BIGINT) AS n
                       FROM register_rows r JOIN register_head h ON h.one = 1 WHERE ", seen!(),
                    " GROUP BY r.year ORDER BY r.year DESC");
    SCHOOLS = concat!("SELECT r.school_key, r.school_name FROM register_rows r JOIN register_head h ON h.one = 1
                        WHERE r.year = $1 AND ", seen!(),
                      " GROUP BY r.school_key, r.school_name ORDER BY r.school_name, r.school_key");
}

#[cfg(test)]
pub(crate) const ALL_STATEMENTS: [&[crate::query::Statement]; 3] = [ALL, claims::ALL, staging::ALL];

repository! {
    /// The national programme register.
    Register, register
}

#[derive(sqlx_macros::FromRow)]
struct CountRow {
    year: i64,
    n: i64,
}

#[derive(sqlx_macros::FromRow)]
struct SchoolRow {
    school_key: String,
    school_name: String,
}

impl Register<'_> {
    /// One row, when it is seen.
    pub async fn find(&mut self, id: RegisterRowId) -> Result<Option<RegisterRow>> {
        let row = self.0.query(FIND).bind(id.uuid()).optional::<Row>().await?;
        Ok(self.with_colleges(row.into_iter().collect()).await?.pop())
    }

    /// The rows, each with how far its college has come. Colleges that claimed are known already; the others are looked
    /// for by name, each name once.
    async fn with_colleges(&mut self, rows: Vec<Row>) -> Result<Vec<RegisterRow>> {
        let unclaimed = rows.iter().filter(|row| row.claimed_by.is_none());
        let names: BTreeSet<&str> = unclaimed.map(|row| row.school_name.as_str()).collect();
        let keys: BTreeMap<String, String> = names
            .into_iter()
            .map(|name| (name.to_owned(), name_key(name)))
            .collect();
        let wanted: BTreeSet<&String> = keys.values().collect();
        let mut namesakes: HashMap<String, Vec<Organisation>> = HashMap::new();
        for organisation in self.0.organisations().list_verified_by_name_keys(wanted).await? {
            let key = name_key(&organisation.profile.name);
            namesakes.entry(key).or_default().push(organisation);
        }
        let row = |row: Row| {
            let found = keys.get(&row.school_name).and_then(|key| namesakes.get(key));
            row.into_row(found.map_or(&[], Vec::as_slice))
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Some rows, as far as they are seen, in the order of the ids given.
    pub async fn list_by_ids(&mut self, ids: &[RegisterRowId]) -> Result<Vec<RegisterRow>> {
        let mut found: Vec<Row> = Vec::new();
        for some in ids.chunks(500) {
            let query = self.0.dynamic(concat!(select!(), "WHERE ", seen!()));
            found.extend(
                query
                    .among("r.id", some.iter().map(|id| id.uuid()))
                    .all::<Row>()
                    .await?,
            );
        }
        let mut found = self.with_colleges(found).await?;
        in_order_of(&mut found, ids, |row| row.id);
        Ok(found)
    }

    /// The rows that are seen, of a year or of all, in the order of their ids: a page after the last one of the page
    /// before.
    pub async fn list_page(
        &mut self,
        year: Option<i64>,
        after: Option<RegisterRowId>,
        limit: i64,
    ) -> Result<Vec<RegisterRow>> {
        let mut query = self.0.dynamic(concat!(select!(), "WHERE ", seen!()));
        if let Some(year) = year {
            query = query.push(" AND +r.year = ").value(year);
        }
        if let Some(after) = after {
            query = query.push(" AND r.id > ").value(after.uuid());
        }
        let rows = query
            .push(" ORDER BY r.id LIMIT ")
            .value(limit)
            .kept()
            .all::<Row>()
            .await?;
        self.with_colleges(rows).await
    }

    /// All rows that are seen, of a year or of all: what an import compares its file with.
    pub async fn list(&mut self, year: Option<i64>) -> Result<Vec<RegisterRow>> {
        self.list_page(year, None, i64::MAX).await
    }

    /// A college's rows, the newest year first. `key` is [`Entry::school_key`].
    pub async fn of_school(&mut self, key: &str) -> Result<Vec<RegisterRow>> {
        let rows = self.0.query(OF_SCHOOL).bind(key).all::<Row>().await?;
        self.with_colleges(rows).await
    }

    /// The newest year that has rows; `None` before the first import. Much cheaper than [`Register::count`].
    pub async fn newest_year(&mut self) -> Result<Option<i64>> {
        Ok(self.0.query(NEWEST_YEAR).optional::<Count>().await?.map(|row| row.n))
    }

    /// Rows of each year, the newest first.
    pub async fn count(&mut self) -> Result<Vec<RegisterCount>> {
        let rows = self.0.query(COUNT).all::<CountRow>().await?;
        let count = |row: CountRow| RegisterCount {
            year: row.year,
            rows: row.n,
        };
        Ok(rows.into_iter().map(count).collect())
    }

    /// The colleges of a year, by name.
    pub async fn schools(&mut self, year: i64) -> Result<Vec<School>> {
        let rows = self.0.query(SCHOOLS).bind(year).all::<SchoolRow>().await?;
        let school = |row: SchoolRow| School {
            key: row.school_key,
            name: row.school_name,
        };
        Ok(rows.into_iter().map(school).collect())
    }
}
