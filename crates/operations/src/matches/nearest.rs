//! Who nearly answers a post: what is offered to whoever finds few.

use ::matching::{HardFailure, counterparts, nearly, score};
use kernel::LineId;
use marketplace::Posting;
use storage::Reads;

use super::{Other, other, units};
use crate::{App, Result};

/// A post with fewer partners among the posts is offered the nearest.
pub(crate) const FEW: usize = 3;
/// How many of the nearest are offered.
const OFFERED: usize = 5;

/// Somebody's post that one thing alone keeps from being a match.
#[derive(Debug)]
pub struct Near {
    /// The own line.
    pub line: LineId,
    /// How well they fit otherwise, 0..=1000.
    pub score: u16,
    /// The one thing.
    pub failure: HardFailure,
    /// The post.
    pub other: Other,
}

/// The published posts that one hard criterion alone keeps from answering a post, those that fit best otherwise first. Another
/// trade is nothing near, unless it is half as near as it would have to be.
pub(crate) async fn nearest(app: &App, tx: &mut Reads, own: &Posting) -> Result<Vec<Near>> {
    let context = app.matching();
    let own_units = units::of_posting(own);
    let mut near = Vec::new();
    for published in tx.postings().list_published_of(&counterparts(own.kind)).await? {
        let theirs = &published.posting;
        if theirs.organisation == own.organisation {
            continue;
        }
        let their_units = units::of_posting(theirs);
        let (mut best, mut fits): (Option<(u16, HardFailure, LineId, LineId)>, bool) = (None, false);
        for (line, mine) in own.content.lines.iter().zip(&own_units) {
            for (their_line, other) in theirs.content.lines.iter().zip(&their_units) {
                let (offer, need) = own.kind.side().offer_and_need(mine, other);
                fits |= score(offer, need, &context).is_some();
                let found = nearly(offer, need, &context).filter(|(failure, _)| is_near(failure));
                if let Some((failure, score)) = found
                    && best.as_ref().is_none_or(|(known, ..)| score > *known)
                {
                    best = Some((score, failure, line.id, their_line.id));
                }
            }
        }
        // One pair of lines that fits makes them partners already.
        if let Some((score, failure, line, their_line)) = best.filter(|_| !fits) {
            near.push(Near {
                line,
                score,
                failure,
                other: other(&published, their_line),
            });
        }
    }
    near.sort_by_key(|near| std::cmp::Reverse(near.score));
    near.truncate(OFFERED);
    Ok(near)
}

const fn is_near(failure: &HardFailure) -> bool {
    match failure {
        HardFailure::Trade { kinship, floor } => *kinship >= *floor / 2 && *kinship > 0,
        _ => true,
    }
}
