//! Two posts beside each other: how they fit, or what keeps them apart. Whoever wonders why somebody's post is not among their
//! matches opens it and reads it there.

use ::matching::{HardFailure, Unit, UnitId, answers, assess};
use kernel::{OrganisationId, Side};
use marketplace::Posting;
use storage::{PublishedPosting, Reads};

use super::{Found, other, units};
use crate::{App, Result};

/// How many of the own posts are looked at, the last changed first.
const LOOKED_AT: usize = 100;

/// An own post beside one of the other side.
#[derive(Debug)]
pub struct Beside {
    /// The own post.
    pub own: Box<Posting>,
    /// How the best pair of their lines came out.
    pub outcome: Outcome,
}

/// How two posts came out.
#[derive(Debug)]
pub enum Outcome {
    /// They fit.
    Fits(Box<Found>),
    /// They do not: every hard criterion that says no to the pair of lines that fails fewest.
    Apart(Vec<HardFailure>),
}

/// The published posts of this organisation beside somebody else's, those that fit first, then those that fail least. Kinds that do
/// not answer each other are left out.
pub(crate) async fn beside(
    app: &App,
    tx: &mut Reads,
    own: OrganisationId,
    theirs: &PublishedPosting,
) -> Result<Vec<Beside>> {
    let answering = |post: &Posting| {
        let (offer, need) = post.kind.side().offer_and_need(post.kind, theirs.posting.kind);
        post.is_published() && answers(offer, need)
    };
    let posts = tx.postings().of_organisation(own).await?;
    let context = app.matching();
    let other_units = units::of_posting(&theirs.posting);
    let mut beside: Vec<Beside> = Vec::new();
    for own in posts.into_iter().filter(answering).take(LOOKED_AT) {
        let own_units = units::of_posting(&own);
        let pairs = own_units
            .iter()
            .flat_map(|own| other_units.iter().map(move |other| (own, other)));
        let judged = pairs.map(|(mine, other)| judge(own.kind.side(), mine, other, theirs, &context));
        let best = judged.min_by_key(rank);
        beside.extend(best.map(|outcome| Beside {
            own: Box::new(own),
            outcome,
        }));
    }
    beside.sort_by_key(|beside| rank(&beside.outcome));
    Ok(beside)
}

fn judge(
    side: Side,
    own: &Unit,
    other_unit: &Unit,
    theirs: &PublishedPosting,
    context: &::matching::Context,
) -> Outcome {
    let (offer, need) = side.offer_and_need(own, other_unit);
    let (UnitId::Posting { line, .. }, UnitId::Posting { line: their_line, .. }) = (&own.id, &other_unit.id) else {
        return Outcome::Apart(Vec::new());
    };
    match assess(offer, need, context) {
        Ok(matched) => Outcome::Fits(Box::new(Found {
            line: *line,
            score: matched.score,
            criteria: matched.criteria,
            first_seen: None,
            other: other(theirs, *their_line),
        })),
        Err(failures) => Outcome::Apart(failures),
    }
}

/// What fits comes first, by its score; then what fails least.
fn rank(outcome: &Outcome) -> (usize, std::cmp::Reverse<u16>) {
    match outcome {
        Outcome::Fits(found) => (0, std::cmp::Reverse(found.score)),
        Outcome::Apart(failures) => (failures.len().max(1), std::cmp::Reverse(0)),
    }
}
