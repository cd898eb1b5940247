//! Posts: a header and its lines.

mod fallback;
mod published;
mod rows;
mod unanswered;

use kernel::{Criterion, Date, Fen, ImportId, Muted, OrganisationId, PostingId, RegisterRowId};
use marketplace::{Line, Origin, Posting, Status};
use sqlx::types::Json;
use uuid::Uuid;

pub use fallback::{FallbackFilter, FallbackHit};
use published::IdRow;
pub use published::PublishedPosting;
use rows::{Row, columns};
pub use unanswered::UnansweredLine;

use crate::{
    error::Result,
    query::statements,
    repository::{Writing, repository, written},
    versioned::Versioned,
};

/// How many posts have a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingCount {
    /// The status ([`Status::CODES`]).
    pub status: String,
    /// How many.
    pub postings: i64,
}

#[derive(sqlx_macros::FromRow)]
struct CountRow {
    status: String,
    n: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM postings p ", $rest)
    };
}

statements! {
    INSERT = "INSERT INTO postings (id, version, organisation_id, kind, status, published_at, closed_at, close_reason, title,
                                    summary, province, district, region_bound, starts_on, ends_on, closing_on, modes,
                                    industries, skills, price, industry_marks, search_text, created_at, updated_at,
                                    origin, register_row_id, import_id, import_reference, muted)
              VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                      $22, $23, $24, $25, $26, $27, $28) ON CONFLICT DO NOTHING";
    SAVE = "UPDATE postings SET version = version + 1, status = $3, published_at = $4, closed_at = $5, close_reason = $6,
                   title = $7, summary = $8, province = $9, district = $10, region_bound = $11, starts_on = $12,
                   ends_on = $13, closing_on = $14, modes = $15, industries = $16, skills = $17, price = $18,
                   industry_marks = $19, search_text = $20, updated_at = $21, origin = $22, register_row_id = $23,
                   import_id = $24, import_reference = $25, muted = $26
             WHERE id = $1 AND version = $2";
    SAVE_LINE = "INSERT INTO posting_lines (id, posting_id, position, major, occupation, level, seats, hours, pay_min,
                                            pay_max, note)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ON CONFLICT (id) DO UPDATE
                    SET position = excluded.position, major = excluded.major, occupation = excluded.occupation,
                        level = excluded.level, seats = excluded.seats, hours = excluded.hours,
                        pay_min = excluded.pay_min, pay_max = excluded.pay_max, note = excluded.note
                  WHERE posting_lines.posting_id = excluded.posting_id";
    DELETE_LINE = "DELETE FROM posting_lines WHERE id = $1 AND posting_id = $2";
    FORGET_MATCHES = "DELETE FROM matches WHERE need_line_id = $1 OR offer_ref = $1";
    FIND = select!("WHERE p.id = $1");
    FIND_BY_REFERENCE = select!("WHERE p.organisation_id = $1 AND p.import_reference = $2");
    OF_ORGANISATION = select!("WHERE p.organisation_id = $1 ORDER BY p.updated_at DESC, p.id DESC");
    EXPIRED = "SELECT id FROM postings WHERE status = 'published' AND closing_on < $1 ORDER BY closing_on, id";
    COUNT_OF_ORGANISATION = "SELECT status, CAST(COUNT(*) AS BIGINT) AS n FROM postings WHERE organisation_id = $1
                              GROUP BY status ORDER BY status";
}

#[cfg(test)]
pub(crate) const ALL_STATEMENTS: [&[crate::query::Statement]; 3] = [ALL, published::ALL, unanswered::ALL];

repository! {
    /// Posts.
    Postings, postings
}

impl Postings<'_> {
    /// One post.
    pub async fn find(&mut self, id: PostingId) -> Result<Option<Versioned<Posting>>> {
        let rows = self.0.query(FIND).bind(id.uuid()).all::<Row>().await?;
        Ok(rows::with_lines(self.0, rows).await?.pop())
    }

    /// The post that an import's file calls `reference`.
    pub async fn find_by_reference(
        &mut self,
        organisation: OrganisationId,
        reference: &str,
    ) -> Result<Option<Versioned<Posting>>> {
        let rows = self
            .0
            .query(FIND_BY_REFERENCE)
            .bind(organisation.uuid())
            .bind(reference)
            .all::<Row>()
            .await?;
        Ok(rows::with_lines(self.0, rows).await?.pop())
    }

    /// An organisation's posts, the last changed first.
    pub async fn of_organisation(&mut self, organisation: OrganisationId) -> Result<Vec<Posting>> {
        let rows = self
            .0
            .query(OF_ORGANISATION)
            .bind(organisation.uuid())
            .all::<Row>()
            .await?;
        let postings = rows::with_lines(self.0, rows).await?;
        Ok(postings.into_iter().map(Versioned::into_inner).collect())
    }

    /// Published posts whose closing date has passed on `today`.
    pub async fn expired_on(&mut self, today: Date) -> Result<Vec<PostingId>> {
        let rows = self.0.query(EXPIRED).bind(today).all::<IdRow>().await?;
        Ok(rows.into_iter().map(|row| PostingId::from_uuid(row.id)).collect())
    }

    /// How many posts of an organisation have each status; zeros are left out.
    pub async fn count_of_organisation(&mut self, organisation: OrganisationId) -> Result<Vec<PostingCount>> {
        let query = self.0.query(COUNT_OF_ORGANISATION).bind(organisation.uuid());
        let count = |row: CountRow| PostingCount {
            status: row.status,
            postings: row.n,
        };
        Ok(query.all().await?.into_iter().map(count).collect())
    }
}

/// The columns `published_at`, `closed_at`, `close_reason`.
const fn status_columns(status: Status) -> (Option<i64>, Option<i64>, Option<&'static str>) {
    match status {
        Status::Draft => (None, None, None),
        Status::Published { at } => (Some(at.micros()), None, None),
        Status::Closed {
            published_at,
            at,
            reason,
        } => (Some(published_at.micros()), Some(at.micros()), Some(reason.code())),
    }
}

/// The columns `origin`, `register_row_id`, `import_id`, `import_reference`.
fn origin_columns(origin: &Origin) -> (&'static str, Option<Uuid>, Option<Uuid>, Option<&str>) {
    match origin {
        Origin::Typed => ("typed", None, None, None),
        Origin::Register { row } => ("register", Some(RegisterRowId::uuid(*row)), None, None),
        Origin::Import { import, reference } => ("import", None, Some(ImportId::uuid(*import)), Some(reference)),
    }
}

/// Codes, as other lists are.
fn muted_column(muted: Muted) -> Json<Vec<&'static str>> {
    Json(muted.criteria().map(Criterion::code).collect())
}

/// `|ic|auto|`, so that one industry is found by `%|ic|%`.
fn industry_marks(industries: &[String]) -> String {
    let mut marks = String::from("|");
    for code in industries {
        marks.push_str(code);
        marks.push('|');
    }
    marks
}

impl Writing<Postings<'_>> {
    /// A new post. `search_text` is what it can be found by when no engine answers, folded. A taken id or import
    /// reference is a conflict.
    pub async fn insert(&mut self, posting: &Posting, search_text: &str) -> Result<()> {
        let content = &posting.content;
        let (published_at, closed_at, close_reason) = status_columns(posting.status);
        let (origin, register_row, import, reference) = origin_columns(&posting.origin);
        let rows = self
            .0
            .query(INSERT)
            .bind(posting.id.uuid())
            .bind(posting.organisation.uuid())
            .bind(posting.kind.code())
            .bind(posting.status.code())
            .bind(published_at)
            .bind(closed_at)
            .bind(close_reason)
            .bind(&content.title)
            .bind(&content.summary)
            .bind(content.province.as_deref())
            .bind(content.district.as_deref())
            .bind(content.region_bound)
            .bind(content.starts_on)
            .bind(content.ends_on)
            .bind(content.closing_on)
            .bind(Json(&content.modes))
            .bind(Json(&content.industries))
            .bind(Json(&content.skills))
            .bind(content.price.map(Fen::fen))
            .bind(industry_marks(&content.industries))
            .bind(search_text)
            .bind(posting.created_at.micros())
            .bind(posting.updated_at.micros())
            .bind(origin)
            .bind(register_row)
            .bind(import)
            .bind(reference)
            .bind(muted_column(posting.muted))
            .execute()
            .await?;
        written(rows, "postings", posting.id.uuid())?;
        for (position, line) in (0_i64..).zip(&content.lines) {
            self.save_line(posting.id, position, line).await?;
        }
        Ok(())
    }

    /// Saves a change over the version it was made from. Lines that stayed as they were are not touched; with a line
    /// that is gone go its matches.
    pub async fn save(&mut self, changed: &Versioned<Posting>, search_text: &str) -> Result<()> {
        let posting = changed.get();
        let content = &posting.content;
        let (published_at, closed_at, close_reason) = status_columns(posting.status);
        let (origin, register_row, import, reference) = origin_columns(&posting.origin);
        let rows = self
            .0
            .query(SAVE)
            .bind(posting.id.uuid())
            .bind(changed.version())
            .bind(posting.status.code())
            .bind(published_at)
            .bind(closed_at)
            .bind(close_reason)
            .bind(&content.title)
            .bind(&content.summary)
            .bind(content.province.as_deref())
            .bind(content.district.as_deref())
            .bind(content.region_bound)
            .bind(content.starts_on)
            .bind(content.ends_on)
            .bind(content.closing_on)
            .bind(Json(&content.modes))
            .bind(Json(&content.industries))
            .bind(Json(&content.skills))
            .bind(content.price.map(Fen::fen))
            .bind(industry_marks(&content.industries))
            .bind(search_text)
            .bind(posting.updated_at.micros())
            .bind(origin)
            .bind(register_row)
            .bind(import)
            .bind(reference)
            .bind(muted_column(posting.muted))
            .execute()
            .await?;
        written(rows, "postings", posting.id.uuid())?;
        self.save_lines(posting).await
    }

    async fn save_lines(&mut self, posting: &Posting) -> Result<()> {
        let id = posting.id.uuid();
        let before = rows::lines_of(self.0, &[id]).await?.remove(&id).unwrap_or_default();
        let lines = &posting.content.lines;
        for gone in before.iter().filter(|old| lines.iter().all(|new| new.id != old.id)) {
            self.0.query(FORGET_MATCHES).bind(gone.id.uuid()).execute().await?;
            self.0
                .query(DELETE_LINE)
                .bind(gone.id.uuid())
                .bind(id)
                .execute()
                .await?;
        }
        for (at, line) in lines
            .iter()
            .enumerate()
            .filter(|(at, line)| before.get(*at) != Some(*line))
        {
            // A post has few lines.
            self.save_line(posting.id, i64::try_from(at).unwrap_or(i64::MAX), line)
                .await?;
        }
        Ok(())
    }

    async fn save_line(&mut self, posting: PostingId, position: i64, line: &Line) -> Result<()> {
        let rows = self
            .0
            .query(SAVE_LINE)
            .bind(line.id.uuid())
            .bind(posting.uuid())
            .bind(position)
            .bind(line.major.as_deref())
            .bind(line.occupation.as_deref())
            .bind(line.level.map(vocabulary::SkillLevel::code))
            .bind(line.seats)
            .bind(line.hours)
            .bind(line.pay_min.map(Fen::fen))
            .bind(line.pay_max.map(Fen::fen))
            .bind(&line.note)
            .execute()
            .await?;
        written(rows, "posting_lines", line.id.uuid())
    }
}
