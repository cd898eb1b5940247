//! The best offers for each need line, and the best needs for each offer. A pair that is among the best both ways is one
//! row with two ranks; a row without a rank goes.

use kernel::{LineId, OrganisationId, PostingId, RegisterRowId, Timestamp};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    db::{Tx, Write},
    error::{Error, Result},
    mail::tuples,
    query::statements,
    repository::repository,
};

/// What is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offer {
    /// A line of a post.
    Line {
        /// The line.
        line: LineId,
        /// Its post.
        posting: PostingId,
    },
    /// A row of the register, whose college may not have joined.
    Row(RegisterRowId),
}

impl Offer {
    fn columns(self) -> (Uuid, &'static str, Option<Uuid>) {
        match self {
            Self::Line { line, posting } => (line.uuid(), "line", Some(posting.uuid())),
            Self::Row(row) => (row.uuid(), "row", None),
        }
    }
}

/// What is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// The line.
    pub line: LineId,
    /// Its post.
    pub posting: PostingId,
}

/// A counterpart in a ranking: the place in the list is its rank.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterpart<T> {
    /// What it is.
    pub unit: T,
    /// 0..=1000.
    pub score: i64,
    /// Criteria met and unmet, as data.
    pub criteria: Value,
}

/// A stored match.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMatch {
    /// What is needed.
    pub need: Need,
    /// What is offered.
    pub offer: Offer,
    /// 0..=1000.
    pub score: i64,
    /// Criteria met and unmet, as data.
    pub criteria: Value,
    /// Its place among the need's best offers, from 1.
    pub rank_for_need: Option<i64>,
    /// Its place among the offer's best needs, from 1.
    pub rank_for_offer: Option<i64>,
    /// By which weights.
    pub weights_version: String,
    /// When the pair was first among the best.
    pub first_seen_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    need_line_id: Uuid,
    offer_ref: Uuid,
    offer_kind: String,
    need_posting_id: Uuid,
    offer_posting_id: Option<Uuid>,
    score: i64,
    criteria: Json<Value>,
    rank_for_need: Option<i64>,
    rank_for_offer: Option<i64>,
    weights_version: String,
    first_seen_at: i64,
}

impl TryFrom<Row> for StoredMatch {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let offer = match (row.offer_kind.as_str(), row.offer_posting_id) {
            ("line", Some(posting)) => Offer::Line {
                line: LineId::from_uuid(row.offer_ref),
                posting: PostingId::from_uuid(posting),
            },
            ("row", None) => Offer::Row(RegisterRowId::from_uuid(row.offer_ref)),
            _ => return Err(Error::unknown("matches", "offer_kind", row.offer_ref, &row.offer_kind)),
        };
        Ok(Self {
            need: Need {
                line: LineId::from_uuid(row.need_line_id),
                posting: PostingId::from_uuid(row.need_posting_id),
            },
            offer,
            score: row.score,
            criteria: row.criteria.0,
            rank_for_need: row.rank_for_need,
            rank_for_offer: row.rank_for_offer,
            weights_version: row.weights_version,
            first_seen_at: Timestamp::from_micros(row.first_seen_at),
        })
    }
}

macro_rules! columns {
    () => {
        "m.need_line_id, m.offer_ref, m.offer_kind, m.need_posting_id, m.offer_posting_id, m.score, m.criteria,
         m.rank_for_need, m.rank_for_offer, m.weights_version, m.first_seen_at"
    };
}

statements! {
    /// Rank 0 is that of who was among the best, while the new ranks are written.
    BEGIN_NEED = "UPDATE matches SET rank_for_need = 0 WHERE need_line_id = $1 AND rank_for_need IS NOT NULL";
    BEGIN_OFFER = "UPDATE matches SET rank_for_offer = 0 WHERE offer_ref = $1 AND rank_for_offer IS NOT NULL";
    CLEAR_NEED = "UPDATE matches SET rank_for_need = NULL WHERE need_line_id = $1 AND rank_for_need = 0";
    CLEAR_OFFER = "UPDATE matches SET rank_for_offer = NULL WHERE offer_ref = $1 AND rank_for_offer = 0";
    DROP_NEED = "DELETE FROM matches WHERE need_line_id = $1 AND rank_for_need IS NULL AND rank_for_offer IS NULL";
    DROP_OFFER = "DELETE FROM matches WHERE offer_ref = $1 AND rank_for_need IS NULL AND rank_for_offer IS NULL";
    DELETE_FOR_POSTING = "DELETE FROM matches WHERE need_posting_id = $1 OR offer_posting_id = $1";
    OF_POSTING = concat!("SELECT ", columns!(), " FROM matches m
                           WHERE (m.need_posting_id = $1 AND m.rank_for_need IS NOT NULL)
                              OR (m.offer_posting_id = $1 AND m.rank_for_offer IS NOT NULL)
                           ORDER BY m.score DESC, m.need_line_id, m.offer_ref");
    OF_ORGANISATION = concat!("SELECT ", columns!(), " FROM matches m JOIN postings p ON p.id = m.need_posting_id
                                WHERE p.organisation_id = $1 AND m.rank_for_need IS NOT NULL
                                UNION ALL
                               SELECT ", columns!(), " FROM matches m JOIN postings p ON p.id = m.offer_posting_id
                                WHERE p.organisation_id = $1 AND m.rank_for_offer IS NOT NULL
                                ORDER BY score DESC, need_line_id, offer_ref LIMIT $2");
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM matches";
}

repository! {
    /// Stored matches.
    Matches, matches
}

impl<M> Matches<'_, M> {
    /// A post's matches, the best first: of a need the best offers of its lines, of an offer the best needs.
    pub async fn list_for_posting(&mut self, posting: PostingId) -> Result<Vec<StoredMatch>> {
        let rows = self.0.query(OF_POSTING).bind(posting.uuid()).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The best matches of all posts of an organisation.
    pub async fn top_for_organisation(&mut self, organisation: OrganisationId, limit: i64) -> Result<Vec<StoredMatch>> {
        let rows = self
            .0
            .query(OF_ORGANISATION)
            .bind(organisation.uuid())
            .bind(limit)
            .all::<Row>()
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Some matches by their need line and their offer, in no order; those that are gone are left out.
    pub async fn list_pairs(&mut self, pairs: &[(LineId, Offer)]) -> Result<Vec<StoredMatch>> {
        let mut found = Vec::new();
        for some in pairs.chunks(250) {
            // CROSS JOIN keeps SQLite from walking through all matches.
            let query = self.0.dynamic(concat!("SELECT ", columns!(), " FROM (VALUES "));
            let query = tuples(query, some, |query, (line, offer)| {
                let (reference, ..) = offer.columns();
                query.value(line.uuid()).push(", ").value(reference)
            });
            let query = query.push(
                ") AS asked CROSS JOIN matches m WHERE m.need_line_id = asked.column1 AND m.offer_ref = asked.column2",
            );
            for row in query.planned_afresh().all::<Row>().await? {
                found.push(row.try_into()?);
            }
        }
        Ok(found)
    }

    /// How many matches there are.
    pub async fn count(&mut self) -> Result<i64> {
        Ok(self.0.query(COUNT).one::<crate::repository::Count>().await?.n)
    }
}

/// A pair to be written, with its rank on one side.
struct Pair<'a> {
    need: Need,
    offer: Offer,
    score: i64,
    criteria: &'a Value,
    rank_for_need: Option<i64>,
    rank_for_offer: Option<i64>,
}

/// How pairs were judged.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// By which weights.
    pub weights_version: &'a str,
    /// From which score on a match is a fair one.
    pub fair: i64,
    /// When.
    pub at: Timestamp,
}

/// Writes pairs, keeping the rank on the other side and the moment they were first seen. A pair that comes among the best of
/// this side, or becomes a fair match, is news.
async fn upsert(tx: &mut Tx<Write>, pairs: &[Pair<'_>], rank: &'static str, judged: &Judged<'_>) -> Result<()> {
    let at = judged.at.micros();
    for some in pairs.chunks(500) {
        let mut query = tx.dynamic(
            "INSERT INTO matches (need_line_id, offer_ref, offer_kind, need_posting_id, offer_posting_id, score, criteria,
                                  rank_for_need, rank_for_offer, weights_version, first_seen_at, news_at) VALUES ",
        );
        for (place, pair) in some.iter().enumerate() {
            let (offer, kind, posting) = pair.offer.columns();
            query = query
                .push(if place == 0 { "(" } else { ", (" })
                .value(pair.need.line.uuid());
            query = query.push(", ").value(offer).push(", ").value(kind);
            query = query
                .push(", ")
                .value(pair.need.posting.uuid())
                .push(", ")
                .value(posting);
            query = query.push(", ").value(pair.score).push(", ").value(Json(pair.criteria));
            query = query
                .push(", ")
                .value(pair.rank_for_need)
                .push(", ")
                .value(pair.rank_for_offer);
            query = query.push(", ").value(judged.weights_version);
            query = query.push(", ").value(at).push(", ").value(at).push(")");
        }
        query = query.push(
            " ON CONFLICT (need_line_id, offer_ref) DO UPDATE
                 SET score = excluded.score, criteria = excluded.criteria, weights_version = excluded.weights_version, ",
        );
        query = query.push(rank).push(" = excluded.").push(rank);
        query = query.push(", news_at = CASE WHEN matches.").push(rank);
        query = query.push(" IS NULL OR (excluded.score >= ").value(judged.fair);
        query = query.push(" AND matches.score < ").value(judged.fair);
        query = query.push(") THEN excluded.news_at ELSE matches.news_at END");
        query.kept().execute().await?;
    }
    Ok(())
}

impl Matches<'_, Write> {
    /// Replaces the best offers for a need line.
    pub async fn replace_for_need(
        &mut self,
        need: Need,
        best: &[Counterpart<Offer>],
        judged: &Judged<'_>,
    ) -> Result<()> {
        let pairs: Vec<Pair<'_>> = (1..)
            .zip(best)
            .map(|(rank, counterpart)| Pair {
                need,
                offer: counterpart.unit,
                score: counterpart.score,
                criteria: &counterpart.criteria,
                rank_for_need: Some(rank),
                rank_for_offer: None,
            })
            .collect();
        self.0.query(BEGIN_NEED).bind(need.line.uuid()).execute().await?;
        upsert(self.0, &pairs, "rank_for_need", judged).await?;
        self.0.query(CLEAR_NEED).bind(need.line.uuid()).execute().await?;
        self.0.query(DROP_NEED).bind(need.line.uuid()).execute().await?;
        Ok(())
    }

    /// Replaces the best needs for an offer.
    pub async fn replace_for_offer(
        &mut self,
        offer: Offer,
        best: &[Counterpart<Need>],
        judged: &Judged<'_>,
    ) -> Result<()> {
        let pairs: Vec<Pair<'_>> = (1..)
            .zip(best)
            .map(|(rank, counterpart)| Pair {
                need: counterpart.unit,
                offer,
                score: counterpart.score,
                criteria: &counterpart.criteria,
                rank_for_need: None,
                rank_for_offer: Some(rank),
            })
            .collect();
        let (reference, ..) = offer.columns();
        self.0.query(BEGIN_OFFER).bind(reference).execute().await?;
        upsert(self.0, &pairs, "rank_for_offer", judged).await?;
        self.0.query(CLEAR_OFFER).bind(reference).execute().await?;
        self.0.query(DROP_OFFER).bind(reference).execute().await?;
        Ok(())
    }

    /// Removes all matches of a post: nobody sees it any more. Says how many there were.
    pub async fn delete_for_posting(&mut self, posting: PostingId) -> Result<u64> {
        self.0.query(DELETE_FOR_POSTING).bind(posting.uuid()).execute().await
    }
}
