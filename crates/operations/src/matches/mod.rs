//! Matches as pages show them: found by a job, stored with the moment they were first seen, read here.

mod aside;
mod beside;
mod cohorts;
mod nearest;
pub mod units;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use ::matching::HardCriterion;
use ::matching::{Assessed, Book, UnitId, counterparts};
pub(crate) use aside::aside;
pub(crate) use beside::beside;
pub use beside::{Beside, Outcome};
pub use cohorts::Cohort;
pub(crate) use cohorts::cohorts;
use kernel::{LineId, PostingId, PostingKind, RegisterRowId, Side, Timestamp};
use marketplace::{Posting, register::RegisterRow};
pub use nearest::Near;
pub(crate) use nearest::{FEW, nearest};
pub use storage::Partner;
use storage::{Offer, PublishedPosting, QueueStatus, RankedPair, Reads, StoredMatch};

use crate::{App, Failure, Result};

/// From this score on a match is a fair one, which is worth a letter.
pub(crate) const FAIR_SCORE: i64 = 500;

/// A match of a line with something of the other side.
#[derive(Debug, Clone)]
pub struct Found {
    /// The own line; of a register row, the line of the need.
    pub line: LineId,
    /// 0..=1000.
    pub score: u16,
    /// Every criterion with its reason.
    pub criteria: Vec<Assessed>,
    /// Since when it has been among the best; unknown for a register row's, which are computed when they are looked at.
    pub first_seen: Option<Timestamp>,
    /// The other side.
    pub other: Other,
}

/// The other side of a match.
#[derive(Debug, Clone)]
pub enum Other {
    /// A line of somebody's post.
    Posting {
        /// The post.
        posting: Box<Posting>,
        /// Its line.
        line: LineId,
        /// Its organisation's name.
        organisation: String,
        /// Whether that organisation is invented.
        fictional: bool,
    },
    /// A row of the register that no college has claimed.
    Register {
        /// The row.
        row: Box<RegisterRow>,
    },
}

impl Other {
    /// The post or row it is or belongs to.
    pub fn partner(&self) -> Partner {
        match self {
            Self::Posting { posting, .. } => Partner::Posting(posting.id),
            Self::Register { row } => Partner::Row(row.id),
        }
    }
}

/// The stored matches of a published post, best first.
pub async fn of_posting(tx: &mut Reads, posting: &Posting) -> Result<Vec<Found>> {
    let stored = tx.matches().list_for_posting(posting.id).await?;
    look_up(tx, stored, posting.kind.side()).await
}

/// The best stored matches of an organisation's posts, with the post of its own that each belongs to.
pub(crate) async fn of_organisation(
    tx: &mut Reads,
    organisation: kernel::OrganisationId,
    side: Side,
    limit: i64,
) -> Result<Vec<(PostingId, Found)>> {
    let stored = tx.matches().top_for_organisation(organisation, limit).await?;
    let own: Vec<PostingId> = stored
        .iter()
        .filter_map(|stored| match (side, stored.offer) {
            (Side::Need, _) => Some(stored.need.posting),
            (Side::Offer, Offer::Line { posting, .. }) => Some(posting),
            (Side::Offer, Offer::Row(_)) => None,
        })
        .collect();
    let found = look_up_all(tx, stored, side).await?;
    Ok(own
        .into_iter()
        .zip(found)
        .filter_map(|(own, found)| found.map(|found| (own, found)))
        .collect())
}

/// The needs that a register row's programme could answer, computed now: 68,000 rows are not worth storing them.
pub(crate) async fn of_register_row(app: &App, tx: &mut Reads, row: &RegisterRow) -> Result<Vec<Found>> {
    let offer = units::of_register_row(row);
    let published = tx.postings().list_published_of(&counterparts(offer.kind)).await?;
    let needs: Vec<_> = published
        .iter()
        .flat_map(|published| units::of_posting(&published.posting))
        .collect();
    let by_id: HashMap<PostingId, PublishedPosting> = published
        .into_iter()
        .map(|published| (published.posting.id, published))
        .collect();
    let book = Book::new(app.matching(), Vec::new(), needs);
    let mut found = Vec::new();
    for matched in book.best_needs(&offer, 10) {
        let UnitId::Posting { posting, line } = matched.need else {
            continue;
        };
        if let Some(published) = by_id.get(&posting) {
            found.push(Found {
                line,
                score: matched.score,
                criteria: matched.criteria,
                first_seen: None,
                other: other(published, line),
            });
        }
    }
    Ok(found)
}

/// What keeps the published offers from answering one line of a need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacles {
    /// The line.
    pub line: LineId,
    /// How many offers there are of a kind that answers the need.
    pub offers: usize,
    /// How many of them fail each hard criterion; one that fails several counts under each of them.
    pub failed: Vec<(HardCriterion, usize)>,
}

/// Why nobody answers each of these needs, line by line, computed now from the published offers.
pub(crate) async fn obstacles(app: &App, tx: &mut Reads, needs: &[&Posting]) -> Result<Vec<Vec<Obstacles>>> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    let kinds: BTreeSet<PostingKind> = needs.iter().flat_map(|need| counterparts(need.kind)).collect();
    let kinds: Vec<PostingKind> = kinds.into_iter().collect();
    let published = tx.postings().list_published_of(&kinds).await?;
    let offers: Vec<_> = published
        .iter()
        .flat_map(|published| units::of_posting(&published.posting))
        .collect();
    let all = offers.len();
    let book = Book::new(app.matching(), offers, Vec::new());
    let of_line = |(line, unit): (&marketplace::Line, ::matching::Unit)| {
        let mut failed = book.obstacles(&unit);
        // What is of another kind is no obstacle: nobody expects a base to train apprentices.
        let of_other_kind = failed
            .iter()
            .find(|(criterion, _)| *criterion == HardCriterion::Kind)
            .map_or(0, |(_, count)| *count);
        failed.retain(|(criterion, _)| *criterion != HardCriterion::Kind);
        Obstacles {
            line: line.id,
            offers: all - of_other_kind,
            failed,
        }
    };
    let of_need = |need: &&Posting| {
        let units = units::of_posting(need);
        need.content.lines.iter().zip(units).map(of_line).collect()
    };
    Ok(needs.iter().map(of_need).collect())
}

/// Whether matches are being computed now.
pub(crate) async fn are_pending(tx: &mut Reads) -> Result<bool> {
    let counts = tx.jobs().count().await?;
    Ok(counts
        .iter()
        .any(|count| count.kind == "match" && matches!(count.status, QueueStatus::Ready | QueueStatus::Running)))
}

/// What a post's page lists, in figures.
#[derive(Debug, Clone, Default)]
pub(crate) struct Summary {
    /// The best score.
    pub(crate) best: Option<u16>,
    /// Since when each partner has been there.
    pub(crate) since: HashMap<Partner, Timestamp>,
}

/// The partners that the pages of these posts of one organisation list, by post.
pub(crate) async fn summaries(tx: &mut Reads, postings: &[Posting]) -> Result<HashMap<PostingId, Summary>> {
    let mut summaries: HashMap<PostingId, Summary> = HashMap::new();
    for side in [Side::Need, Side::Offer] {
        let own = postings
            .iter()
            .filter(|posting| posting.is_published() && posting.kind.side() == side);
        let own: Vec<PostingId> = own.map(|posting| posting.id).collect();
        let ranked = tx.matches().rankings(side, &own).await?;
        let pairs: Vec<(PostingId, Partner)> = ranked.iter().map(|pair| pair_of(side, pair)).collect();
        let seen = seen(tx, pairs.iter().map(|(_, partner)| *partner)).await?;
        for ((own, partner), ranked) in pairs.into_iter().zip(&ranked) {
            if seen.contains(&partner) {
                let summary = summaries.entry(own).or_default();
                summary.best = summary.best.max(u16::try_from(ranked.score).ok());
                let since = summary.since.entry(partner).or_insert(ranked.first_seen_at);
                *since = (*since).min(ranked.first_seen_at);
            }
        }
    }
    Ok(summaries)
}

/// The own post and the partner of a pair, as it is ranked by that side.
fn pair_of(side: Side, pair: &RankedPair) -> (PostingId, Partner) {
    let offer = match pair.offer {
        Offer::Line { posting, .. } => Partner::Posting(posting),
        Offer::Row(row) => Partner::Row(row),
    };
    match (side, offer) {
        (Side::Offer, Partner::Posting(own)) => (own, Partner::Posting(pair.need.posting)),
        // Rows of the register rank nobody.
        (Side::Need, _) | (Side::Offer, Partner::Row(_)) => (pair.need.posting, offer),
    }
}

/// Which of these everybody may see now: posts that are published, and rows whose college does not speak for itself.
async fn seen(tx: &mut Reads, partners: impl Iterator<Item = Partner>) -> Result<HashSet<Partner>> {
    let (mut posts, mut rows) = (Vec::new(), Vec::new());
    for partner in partners {
        match partner {
            Partner::Posting(posting) => posts.push(posting),
            Partner::Row(row) => rows.push(row),
        }
    }
    posts.sort_unstable();
    posts.dedup();
    rows.sort_unstable();
    rows.dedup();
    let posts = tx.digest_sources().published(&posts).await?;
    let rows = tx.register().list_by_ids(&rows).await?;
    let rows = rows.iter().filter(|row| !row.college.is_claimed());
    let posts = posts.iter().map(|post| Partner::Posting(post.posting));
    Ok(posts.chain(rows.map(|row| Partner::Row(row.id))).collect())
}

async fn look_up(tx: &mut Reads, stored: Vec<StoredMatch>, own: Side) -> Result<Vec<Found>> {
    Ok(look_up_all(tx, stored, own).await?.into_iter().flatten().collect())
}

/// Each stored match of a post on the side `own`; `None` where the other is no longer to be seen.
async fn look_up_all(tx: &mut Reads, stored: Vec<StoredMatch>, own: Side) -> Result<Vec<Option<Found>>> {
    let stored: Vec<(Side, StoredMatch)> = stored.into_iter().map(|stored| (own, stored)).collect();
    let others = others(tx, &stored).await?;
    let mut found = Vec::with_capacity(stored.len());
    for ((_, stored), other) in stored.into_iter().zip(others) {
        let criteria: Vec<Assessed> = serde_json::from_value(stored.criteria).map_err(Failure::internal)?;
        found.push(other.map(|(line, other)| Found {
            line,
            score: u16::try_from(stored.score).unwrap_or(0),
            criteria,
            first_seen: Some(stored.first_seen_at),
            other,
        }));
    }
    Ok(found)
}

/// The own line and the other side of each stored match, by the own side; `None` where it is no longer to be seen.
async fn others(tx: &mut Reads, stored: &[(Side, StoredMatch)]) -> Result<Vec<Option<(LineId, Other)>>> {
    let mut posts: Vec<PostingId> = Vec::new();
    let mut rows: Vec<RegisterRowId> = Vec::new();
    for (own, stored) in stored {
        match (own, stored.offer) {
            (Side::Offer, _) => posts.push(stored.need.posting),
            (Side::Need, Offer::Line { posting, .. }) => posts.push(posting),
            (Side::Need, Offer::Row(row)) => rows.push(row),
        }
    }
    posts.sort_unstable();
    posts.dedup();
    rows.sort_unstable();
    rows.dedup();
    let posts = tx.postings().list_published_by_ids(&posts).await?;
    let posts: HashMap<PostingId, PublishedPosting> = posts.into_iter().map(|post| (post.posting.id, post)).collect();
    let rows = tx.register().list_by_ids(&rows).await?;
    let rows: HashMap<RegisterRowId, RegisterRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let of = |(own, stored): &(Side, StoredMatch)| match (own, stored.offer) {
        (Side::Offer, Offer::Line { line, .. }) => {
            let need = posts.get(&stored.need.posting)?;
            Some((line, other(need, stored.need.line)))
        }
        (Side::Offer, Offer::Row(_)) => None,
        (Side::Need, Offer::Line { line, posting }) => {
            let offer = posts.get(&posting)?;
            Some((stored.need.line, other(offer, line)))
        }
        (Side::Need, Offer::Row(row)) => {
            let row = rows.get(&row).filter(|row| !row.college.is_claimed())?;
            let row = Box::new(row.clone());
            Some((stored.need.line, Other::Register { row }))
        }
    };
    Ok(stored.iter().map(of).collect())
}

fn other(published: &PublishedPosting, line: LineId) -> Other {
    Other::Posting {
        posting: Box::new(published.posting.clone()),
        line,
        organisation: published.organisation_name.clone(),
        fictional: published.fictional,
    }
}
