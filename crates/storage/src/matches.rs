//! The best offers for each need line, and the best needs for each offer. A pair that is among the best both ways is one
//! row with two ranks; a row without a rank goes.

use std::{cmp::Reverse, collections::HashMap};

use kernel::{LineId, OrganisationId, PostingId, RegisterRowId, Side, Timestamp};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    aside::Partner,
    db::Reads,
    error::{Error, Result},
    mail::tuples,
    query::{Query, statements},
    repository::{Writing, repository},
};

/// How many rows a statement asks for at once.
const ROWS: usize = 250;

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

/// A pair with its place in the ranking of one of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedPair {
    /// What is needed.
    pub need: Need,
    /// What is offered.
    pub offer: Offer,
    /// Its place, from 1.
    pub rank: i64,
    /// 0..=1000.
    pub score: i64,
    /// By which weights.
    pub weights_version: String,
    /// When the pair was first among the best.
    pub first_seen_at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct RankedRow {
    need_line_id: Uuid,
    need_posting_id: Uuid,
    offer_ref: Uuid,
    offer_kind: String,
    offer_posting_id: Option<Uuid>,
    rank: i64,
    score: i64,
    weights_version: String,
    first_seen_at: i64,
}

impl TryFrom<RankedRow> for RankedPair {
    type Error = Error;

    fn try_from(row: RankedRow) -> Result<Self> {
        Ok(Self {
            need: Need {
                line: LineId::from_uuid(row.need_line_id),
                posting: PostingId::from_uuid(row.need_posting_id),
            },
            offer: offer(row.offer_ref, &row.offer_kind, row.offer_posting_id)?,
            rank: row.rank,
            score: row.score,
            weights_version: row.weights_version,
            first_seen_at: Timestamp::from_micros(row.first_seen_at),
        })
    }
}

fn offer(reference: Uuid, kind: &str, posting: Option<Uuid>) -> Result<Offer> {
    match (kind, posting) {
        ("line", Some(posting)) => Ok(Offer::Line {
            line: LineId::from_uuid(reference),
            posting: PostingId::from_uuid(posting),
        }),
        ("row", None) => Ok(Offer::Row(RegisterRowId::from_uuid(reference))),
        _ => Err(Error::unknown("matches", "offer_kind", reference, kind)),
    }
}

#[derive(sqlx_macros::FromRow)]
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
        Ok(Self {
            need: Need {
                line: LineId::from_uuid(row.need_line_id),
                posting: PostingId::from_uuid(row.need_posting_id),
            },
            offer: offer(row.offer_ref, &row.offer_kind, row.offer_posting_id)?,
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
    ASIDE_OF_NEED = "UPDATE matches SET rank_for_need = NULL
                      WHERE need_posting_id = $1 AND (offer_posting_id = $2 OR offer_ref = $2)";
    ASIDE_OF_OFFER = "UPDATE matches SET rank_for_offer = NULL WHERE offer_posting_id = $1 AND need_posting_id = $2";
    DROP_OF_POSTING = "DELETE FROM matches WHERE (need_posting_id = $1 OR offer_posting_id = $1)
                          AND rank_for_need IS NULL AND rank_for_offer IS NULL";
    OUTDATE = "UPDATE matches SET weights_version = '' WHERE need_posting_id = $1 OR offer_posting_id = $1";
    DELETE_FOR_POSTING = "DELETE FROM matches WHERE need_posting_id = $1 OR offer_posting_id = $1";
    OF_POSTING = concat!("SELECT ", columns!(), " FROM matches m
                           WHERE (m.need_posting_id = $1 AND m.rank_for_need IS NOT NULL)
                              OR (m.offer_posting_id = $1 AND m.rank_for_offer IS NOT NULL)");
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

/// The rankings of the lines of these posts.
pub(crate) fn rankings<'t>(tx: &'t mut Reads, side: Side, postings: &[PostingId]) -> Query<'t> {
    let query = tx.dynamic(
        "SELECT m.need_line_id, m.need_posting_id, m.offer_ref, m.offer_kind, m.offer_posting_id, m.score, m.weights_version, m.first_seen_at,",
    );
    let (query, posting) = match side {
        Side::Need => (
            query.push(" m.rank_for_need AS rank FROM matches m WHERE m.rank_for_need IS NOT NULL"),
            "m.need_posting_id",
        ),
        Side::Offer => (
            query.push(" m.rank_for_offer AS rank FROM matches m WHERE m.rank_for_offer IS NOT NULL"),
            "m.offer_posting_id",
        ),
    };
    query.among(posting, postings.iter().map(|id| id.uuid()))
}

impl Matches<'_> {
    /// A post's matches, the best first: of a need the best offers of its lines, of an offer the best needs. Near-equals stand in
    /// the order of their ranks, whatever line they are for.
    pub async fn list_for_posting(&mut self, posting: PostingId) -> Result<Vec<StoredMatch>> {
        let rows = self.0.query(OF_POSTING).bind(posting.uuid()).all::<Row>().await?;
        let found: Result<Vec<StoredMatch>> = rows.into_iter().map(TryInto::try_into).collect();
        let mut found = found?;
        found.sort_by_cached_key(|found| {
            let rank = if found.need.posting == posting {
                found.rank_for_need
            } else {
                found.rank_for_offer
            };
            let score = u16::try_from(found.score).unwrap_or(0);
            (Reverse(matching::shown(score)), rank, found.need.line, found.offer)
        });
        Ok(found)
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

    /// The rankings of the lines of these posts, as needs or as offers, in no order and without the reasons.
    pub async fn rankings(&mut self, side: Side, postings: &[PostingId]) -> Result<Vec<RankedPair>> {
        let mut found = Vec::new();
        for some in postings.chunks(ROWS) {
            for row in rankings(self.0, side, some).planned_afresh().all::<RankedRow>().await? {
                found.push(row.try_into()?);
            }
        }
        Ok(found)
    }

    /// The criteria of some matches, by their need line and their offer, in no order; those that are gone are left out. As
    /// the text (JSON) they are stored in: reading thousands of them is work for the threads that need them.
    pub async fn criteria_of(&mut self, pairs: &[(LineId, Offer)]) -> Result<Vec<((LineId, Offer), String)>> {
        let mut found = Vec::new();
        for some in pairs.chunks(ROWS) {
            // CROSS JOIN keeps SQLite from walking through all matches.
            let query = self
                .0
                .dynamic("SELECT m.need_line_id, m.offer_ref, CAST(m.criteria AS TEXT) FROM (VALUES ");
            let query = tuples(query, some, |query, (line, offer)| {
                let (reference, ..) = offer.columns();
                query.value(line.uuid()).push(", ").value(reference)
            });
            let query = query.push(
                ") AS asked CROSS JOIN matches m WHERE m.need_line_id = asked.column1 AND m.offer_ref = asked.column2",
            );
            let asked: HashMap<(Uuid, Uuid), (LineId, Offer)> = some
                .iter()
                .map(|pair| ((pair.0.uuid(), pair.1.columns().0), *pair))
                .collect();
            for (line, offer, criteria) in query.planned_afresh().all::<(Uuid, Uuid, String)>().await? {
                found.extend(asked.get(&(line, offer)).map(|pair| (*pair, criteria)));
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
async fn upsert(tx: &mut Reads, pairs: &[Pair<'_>], rank: &'static str, judged: &Judged<'_>) -> Result<()> {
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

impl Writing<Matches<'_>> {
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

    /// Takes a partner out of a post's ranking; the post stays in the partner's.
    pub async fn set_aside(&mut self, posting: PostingId, partner: Partner) -> Result<()> {
        let (_, partner) = partner.columns();
        for statement in [ASIDE_OF_NEED, ASIDE_OF_OFFER] {
            self.0
                .query(statement)
                .bind(posting.uuid())
                .bind(partner)
                .execute()
                .await?;
        }
        self.0.query(DROP_OF_POSTING).bind(posting.uuid()).execute().await?;
        Ok(())
    }

    /// What a post says has changed: even where its scores stay, its reasons have to be judged anew.
    pub async fn outdate(&mut self, posting: PostingId) -> Result<u64> {
        self.0.query(OUTDATE).bind(posting.uuid()).execute().await
    }

    /// Removes all matches of a post: nobody sees it any more. Says how many there were.
    pub async fn delete_for_posting(&mut self, posting: PostingId) -> Result<u64> {
        self.0.query(DELETE_FOR_POSTING).bind(posting.uuid()).execute().await
    }
}
