//! Rows of posts and their lines, and what they stand for.

use std::collections::HashMap;

use kernel::{
    Criterion, Date, Fen, ImportId, LineId, Muted, OrganisationId, PostingId, PostingKind, RegisterRowId, Timestamp,
};
use marketplace::{CloseReason, Content, Line, Origin, Posting, Status};
use sqlx::types::Json;
use uuid::Uuid;
use vocabulary::SkillLevel;

use crate::{
    db::Reads,
    error::{Error, Result},
    versioned::Versioned,
};

const TABLE: &str = "postings";

#[derive(sqlx_macros::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    version: i64,
    organisation_id: Uuid,
    kind: String,
    status: String,
    published_at: Option<i64>,
    closed_at: Option<i64>,
    close_reason: Option<String>,
    title: String,
    summary: String,
    province: Option<String>,
    district: Option<String>,
    region_bound: bool,
    starts_on: Option<Date>,
    ends_on: Option<Date>,
    closing_on: Option<Date>,
    modes: Json<Vec<String>>,
    industries: Json<Vec<String>>,
    skills: Json<Vec<String>>,
    price: Option<i64>,
    origin: String,
    register_row_id: Option<Uuid>,
    import_id: Option<Uuid>,
    import_reference: Option<String>,
    muted: Json<Vec<String>>,
    created_at: i64,
    updated_at: i64,
}

/// The columns of [`Row`], of a table named `p`.
macro_rules! columns {
    () => {
        "p.id, p.version, p.organisation_id, p.kind, p.status, p.published_at, p.closed_at, p.close_reason, p.title,
         p.summary, p.province, p.district, p.region_bound, p.starts_on, p.ends_on, p.closing_on, p.modes, p.industries,
         p.skills, p.price, p.origin, p.register_row_id, p.import_id, p.import_reference, p.muted, p.created_at, p.updated_at"
    };
}
pub(super) use columns;

#[derive(sqlx_macros::FromRow)]
struct LineRow {
    id: Uuid,
    posting_id: Uuid,
    major: Option<String>,
    occupation: Option<String>,
    level: Option<String>,
    seats: Option<i64>,
    hours: Option<i64>,
    pay_min: Option<i64>,
    pay_max: Option<i64>,
    note: String,
}

impl TryFrom<LineRow> for Line {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self> {
        let level = row
            .level
            .map(|code| {
                SkillLevel::from_code(&code).ok_or_else(|| Error::unknown("posting_lines", "level", row.id, &code))
            })
            .transpose()?;
        Ok(Self {
            id: LineId::from_uuid(row.id),
            major: row.major,
            occupation: row.occupation,
            level,
            seats: row.seats,
            hours: row.hours,
            pay_min: row.pay_min.map(Fen::new),
            pay_max: row.pay_max.map(Fen::new),
            note: row.note,
        })
    }
}

impl Row {
    fn status(&self) -> Result<Status> {
        let published_at = self.published_at.map(Timestamp::from_micros);
        let closed_at = self.closed_at.map(Timestamp::from_micros);
        let reason = self
            .close_reason
            .as_deref()
            .map(|code| {
                CloseReason::from_code(code).ok_or_else(|| Error::unknown(TABLE, "close_reason", self.id, code))
            })
            .transpose()?;
        match (self.status.as_str(), published_at, closed_at, reason) {
            ("draft", None, None, None) => Ok(Status::Draft),
            ("published", Some(at), None, None) => Ok(Status::Published { at }),
            ("closed", Some(published_at), Some(at), Some(reason)) => Ok(Status::Closed {
                published_at,
                at,
                reason,
            }),
            _ => Err(Error::unknown(TABLE, "status", self.id, &self.status)),
        }
    }

    fn origin(&mut self) -> Result<Origin> {
        match (
            self.origin.as_str(),
            self.register_row_id,
            self.import_id,
            self.import_reference.take(),
        ) {
            ("typed", None, None, None) => Ok(Origin::Typed),
            ("register", Some(row), None, None) => Ok(Origin::Register {
                row: RegisterRowId::from_uuid(row),
            }),
            ("import", None, Some(import), Some(reference)) => Ok(Origin::Import {
                import: ImportId::from_uuid(import),
                reference,
            }),
            _ => Err(Error::unknown(TABLE, "origin", self.id, &self.origin)),
        }
    }

    fn muted(&self) -> Result<Muted> {
        let criterion =
            |code: &String| Criterion::from_code(code).ok_or_else(|| Error::unknown(TABLE, "muted", self.id, code));
        let criteria: Result<Vec<Criterion>> = self.muted.0.iter().map(criterion).collect();
        Ok(Muted::of(criteria?))
    }

    fn with_lines(mut self, lines: Vec<Line>) -> Result<Versioned<Posting>> {
        let kind =
            PostingKind::from_code(&self.kind).ok_or_else(|| Error::unknown(TABLE, "kind", self.id, &self.kind))?;
        let (status, origin, muted) = (self.status()?, self.origin()?, self.muted()?);
        let posting = Posting {
            id: PostingId::from_uuid(self.id),
            organisation: OrganisationId::from_uuid(self.organisation_id),
            kind,
            status,
            content: Content {
                title: self.title,
                summary: self.summary,
                province: self.province,
                district: self.district,
                region_bound: self.region_bound,
                starts_on: self.starts_on,
                ends_on: self.ends_on,
                closing_on: self.closing_on,
                modes: self.modes.0,
                industries: self.industries.0,
                skills: self.skills.0,
                price: self.price.map(Fen::new),
                lines,
            },
            origin,
            muted,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        };
        Ok(Versioned::new(posting, self.version))
    }
}

/// The lines of some posts, in order.
pub(super) async fn lines_of(tx: &mut Reads, postings: &[Uuid]) -> Result<HashMap<Uuid, Vec<Line>>> {
    let mut lines: HashMap<Uuid, Vec<Line>> = HashMap::new();
    for some in postings.chunks(500) {
        let rows = tx
            .dynamic(
                "SELECT id, posting_id, major, occupation, level, seats, hours, pay_min, pay_max, note
                   FROM posting_lines WHERE TRUE",
            )
            .among("posting_id", some.iter().copied())
            .push(" ORDER BY posting_id, position, id")
            .all::<LineRow>()
            .await?;
        for row in rows {
            lines.entry(row.posting_id).or_default().push(row.try_into()?);
        }
    }
    Ok(lines)
}

/// The posts of some rows, with their lines, in the same order.
pub(super) async fn with_lines(tx: &mut Reads, rows: Vec<Row>) -> Result<Vec<Versioned<Posting>>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut lines = lines_of(tx, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let lines = lines.remove(&row.id).unwrap_or_default();
            row.with_lines(lines)
        })
        .collect()
}
