//! Needs that nobody on the platform answers.

use kernel::{LineId, PostingId};
use uuid::Uuid;

use super::Postings;
use crate::{error::Result, query::statements};

/// A line of a published need for which no post of another organisation is a fair match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnansweredLine {
    /// The line.
    pub line: LineId,
    /// Its post.
    pub posting: PostingId,
    /// Code of the occupation.
    pub occupation: Option<String>,
    /// Code of the major.
    pub major: Option<String>,
    /// How many seats.
    pub seats: Option<i64>,
    /// Code of the province of the post.
    pub province: Option<String>,
    /// Code of its district.
    pub district: Option<String>,
}

#[derive(sqlx_macros::FromRow)]
struct UnansweredRow {
    line_id: Uuid,
    posting_id: Uuid,
    occupation: Option<String>,
    major: Option<String>,
    seats: Option<i64>,
    province: Option<String>,
    district: Option<String>,
}

statements! {
    // Of a row of the register nobody knows whether its college would: it answers nothing.
    UNANSWERED = "SELECT l.id AS line_id, p.id AS posting_id, l.occupation, l.major, l.seats, p.province, p.district
                    FROM postings p
                    JOIN organisations o ON o.id = p.organisation_id
                    JOIN posting_kinds k ON k.code = p.kind
                    JOIN posting_lines l ON l.posting_id = p.id
                   WHERE p.status = 'published' AND o.standing = 'verified' AND k.side = 'need'
                     AND (l.occupation IS NOT NULL OR l.major IS NOT NULL)
                     AND NOT EXISTS (SELECT 1 FROM matches m
                                      WHERE m.need_line_id = l.id AND m.offer_kind = 'line'
                                        AND m.rank_for_need IS NOT NULL AND m.score >= $1)
                   ORDER BY p.published_at DESC, p.id, l.position";
}

impl Postings<'_> {
    /// The lines of published needs that name a trade and have no match with a post of this score (0..=1000) or more; the newest
    /// post first.
    pub async fn list_unanswered(&mut self, fair: i64) -> Result<Vec<UnansweredLine>> {
        let rows = self.0.query(UNANSWERED).bind(fair).all::<UnansweredRow>().await?;
        let lines = rows.into_iter().map(|row| UnansweredLine {
            line: LineId::from_uuid(row.line_id),
            posting: PostingId::from_uuid(row.posting_id),
            occupation: row.occupation,
            major: row.major,
            seats: row.seats,
            province: row.province,
            district: row.district,
        });
        Ok(lines.collect())
    }
}
