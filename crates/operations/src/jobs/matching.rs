//! The stored matches, kept true: computed from all published posts and the register, written only where they differ.

use std::{
    collections::{HashMap, HashSet},
    num::NonZero,
};

use ::matching::{Book, Context, Unit, UnitId, assess};
use kernel::{PostingId, Side};
use storage::{Counterpart, Judged, Need, Offer, Partner, RankedPair};

use crate::{
    Actor, App, Cx, Failure, Result,
    matches::{FAIR_SCORE, units},
};

/// How many matches a line keeps.
pub const MATCHES_KEPT: usize = 20;
/// How many register rows that no college has claimed a need keeps beside them.
const ROWS_KEPT: usize = 10;
/// How many lines are written in one transaction: few, because whoever saves a page meanwhile waits for it.
const CHUNK: usize = 10;
/// Of how many posts the rankings are read at one go.
const LOADED: usize = 250;

/// The ranking of one line, as it should be.
#[derive(Debug)]
struct Ranked {
    own: Unit,
    best: Vec<(Unit, u16)>,
}

/// Computes the best matches of every published line and writes those that differ from what is stored.
pub(super) async fn match_all(app: &App, cx: &Cx) -> Result<()> {
    let mut tx = app.db().read().await?;
    let published = tx.postings().list_published().await?;
    let aside = tx.set_aside().of_published().await?;
    let year = tx.register().newest_year().await?;
    let rows = match year {
        Some(year) => tx.register().list(Some(year)).await?,
        None => Vec::new(),
    };
    drop(tx);
    let (mut offers, mut needs) = (Vec::new(), Vec::new());
    for published in &published {
        let side = if published.posting.kind.side() == Side::Offer {
            &mut offers
        } else {
            &mut needs
        };
        side.extend(units::of_posting(&published.posting));
    }
    // A college that has claimed its rows speaks through its posts, not through the register.
    let free: Vec<Unit> = rows
        .iter()
        .filter(|row| !row.college.is_claimed())
        .map(units::of_register_row)
        .collect();
    let context = app.matching();
    let compute = context.clone();
    let wanted = tokio::task::spawn_blocking(move || rank(compute, offers, needs, free, &aside))
        .await
        .map_err(Failure::internal)?;
    let version = context.weights.version().to_owned();
    let postings: Vec<PostingId> = published.iter().map(|published| published.posting.id).collect();
    let stored = load(app, &postings).await?;
    let changed: Vec<Ranked> = wanted
        .into_iter()
        .filter(|ranked| differs(ranked, &stored, &version))
        .collect();
    for chunk in changed.chunks(CHUNK) {
        write(app, cx, chunk, &context, &version).await?;
    }
    Ok(())
}

/// What was set aside, by the post for which it was.
type Aside = HashMap<PostingId, HashSet<Partner>>;

/// Exact rankings of every line: pure, and the slow part.
fn rank(context: Context, offers: Vec<Unit>, needs: Vec<Unit>, rows: Vec<Unit>, aside: &Aside) -> Vec<Ranked> {
    let register = Book::new(context.clone(), rows, Vec::new());
    let book = Book::new(context, offers, needs);
    let owned = |ranked: Vec<::matching::Ranked<'_>>| -> Vec<(Unit, u16)> {
        ranked
            .into_iter()
            .map(|ranked| (ranked.unit.clone(), ranked.score))
            .collect()
    };
    // By one thread: those who wait for pages need the others.
    let overview = book.match_all(MATCHES_KEPT, NonZero::<usize>::MIN);
    let of_needs = overview.needs.into_iter().map(|ranking| {
        let own = ranking.unit.clone();
        let dropped = dropped(&own, aside);
        let mut best = match dropped {
            None => owned(ranking.best),
            Some(dropped) => kept(dropped, book.offers(), MATCHES_KEPT, |many| {
                owned(book.rank_offers(&own, many))
            }),
        };
        best.extend(match dropped {
            None => owned(register.rank_offers(&own, ROWS_KEPT)),
            Some(dropped) => kept(dropped, register.offers(), ROWS_KEPT, |many| {
                owned(register.rank_offers(&own, many))
            }),
        });
        Ranked { own, best }
    });
    let of_offers = overview.offers.into_iter().map(|ranking| {
        let own = ranking.unit.clone();
        let best = match dropped(&own, aside) {
            None => owned(ranking.best),
            Some(dropped) => kept(dropped, book.needs(), MATCHES_KEPT, |many| {
                owned(book.rank_needs(&own, many))
            }),
        };
        Ranked { own, best }
    });
    of_needs.chain(of_offers).collect()
}

/// The partners that the owner of a unit set aside; none when nothing was.
fn dropped<'a>(own: &Unit, aside: &'a Aside) -> Option<&'a HashSet<Partner>> {
    match own.id {
        UnitId::Posting { posting, .. } => aside.get(&posting),
        UnitId::Register(_) | UnitId::External(_) => None,
    }
}

/// The best so many without those that were set aside: as many more are asked for as those have units.
fn kept(
    dropped: &HashSet<Partner>,
    all: &[Unit],
    many: usize,
    best: impl Fn(usize) -> Vec<(Unit, u16)>,
) -> Vec<(Unit, u16)> {
    let is_dropped = |unit: &Unit| match unit.id {
        UnitId::Posting { posting, .. } => dropped.contains(&Partner::Posting(posting)),
        UnitId::Register(row) => dropped.contains(&Partner::Row(row)),
        UnitId::External(_) => false,
    };
    let more = all.iter().filter(|unit| is_dropped(unit)).count();
    let mut kept = best(many + more);
    kept.retain(|(unit, _)| !is_dropped(unit));
    kept.truncate(many);
    kept
}

/// What is stored, by own line: the other side's id and score in the order of rank, and the weights they were judged by.
type Stored = HashMap<UnitId, Vec<(UnitId, u16, String)>>;

async fn load(app: &App, postings: &[PostingId]) -> Result<Stored> {
    let mut all: HashMap<UnitId, Vec<(i64, UnitId, u16, String)>> = HashMap::new();
    let mut tx = app.db().read().await?;
    for some in postings.chunks(LOADED) {
        for side in [Side::Need, Side::Offer] {
            for ranked in tx.matches().rankings(side, some).await? {
                let (need, offer) = ids(&ranked);
                let (own, other) = match side {
                    Side::Need => (need, offer),
                    Side::Offer => (offer, need),
                };
                let score = u16::try_from(ranked.score).unwrap_or(0);
                all.entry(own)
                    .or_default()
                    .push((ranked.rank, other, score, ranked.weights_version));
            }
        }
    }
    let ordered = |mut list: Vec<(i64, UnitId, u16, String)>| {
        list.sort();
        list.into_iter()
            .map(|(_, id, score, version)| (id, score, version))
            .collect()
    };
    Ok(all.into_iter().map(|(own, list)| (own, ordered(list))).collect())
}

fn ids(pair: &RankedPair) -> (UnitId, UnitId) {
    let need = UnitId::Posting {
        posting: pair.need.posting,
        line: pair.need.line,
    };
    let offer = match pair.offer {
        Offer::Line { line, posting } => UnitId::Posting { posting, line },
        Offer::Row(row) => UnitId::Register(row),
    };
    (need, offer)
}

fn differs(wanted: &Ranked, stored: &Stored, version: &str) -> bool {
    let stored = stored.get(&wanted.own.id).map_or(&[][..], Vec::as_slice);
    stored.len() != wanted.best.len()
        || stored
            .iter()
            .zip(&wanted.best)
            .any(|((id, score, by), (unit, now))| *id != unit.id || score != now || by != version)
}

async fn write(app: &App, cx: &Cx, chunk: &[Ranked], context: &Context, version: &str) -> Result<()> {
    let judged = Judged {
        weights_version: version,
        fair: FAIR_SCORE,
        at: cx.now,
    };
    let mut tx = app.db().write().await?;
    for ranked in chunk {
        let UnitId::Posting { posting, line } = ranked.own.id else {
            continue;
        };
        if ranked.own.kind.side() == Side::Need {
            let mut best = Vec::with_capacity(ranked.best.len());
            for (offer, score) in &ranked.best {
                if let Some(unit) = offer_of(&offer.id) {
                    best.push(counterpart(unit, *score, offer, &ranked.own, context)?);
                }
            }
            tx.matches()
                .replace_for_need(Need { line, posting }, &best, &judged)
                .await?;
        } else {
            let mut best = Vec::with_capacity(ranked.best.len());
            for (need, score) in &ranked.best {
                if let UnitId::Posting { posting, line } = need.id {
                    best.push(counterpart(Need { line, posting }, *score, &ranked.own, need, context)?);
                }
            }
            tx.matches()
                .replace_for_offer(Offer::Line { line, posting }, &best, &judged)
                .await?;
        }
    }
    let entry = app
        .audit(&Actor::System, cx, "match")
        .now(serde_json::json!({ "lines": chunk.len() }));
    tx.commit(entry.done()).await?;
    Ok(())
}

fn offer_of(id: &UnitId) -> Option<Offer> {
    match id {
        UnitId::Posting { posting, line } => Some(Offer::Line {
            line: *line,
            posting: *posting,
        }),
        UnitId::Register(row) => Some(Offer::Row(*row)),
        UnitId::External(_) => None,
    }
}

fn counterpart<T>(unit: T, score: u16, offer: &Unit, need: &Unit, context: &Context) -> Result<Counterpart<T>> {
    let criteria = assess(offer, need, context)
        .map(|matched| matched.criteria)
        .unwrap_or_default();
    let criteria = serde_json::to_value(criteria).map_err(Failure::internal)?;
    Ok(Counterpart {
        unit,
        score: i64::from(score),
        criteria,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::matching::{Owner, Weights};
    use kernel::{LineId, PostingKind, SeededChance, Timestamp};
    use vocabulary::Vocabulary;

    use super::*;

    #[test]
    fn who_is_set_aside_leaves_the_owner_s_ranking_and_the_next_moves_up() {
        let (at, chance) = (Timestamp::from_micros(1), SeededChance::new(1));
        let unit = |posting: PostingId, kind, owner: &str| Unit {
            owner: Some(Owner::External(owner.to_owned())),
            major: Some("460103".to_owned()),
            ..Unit::new(
                UnitId::Posting {
                    posting,
                    line: LineId::new(at, &chance),
                },
                kind,
            )
        };
        let posts: Vec<PostingId> = (0..MATCHES_KEPT + 5).map(|_| PostingId::new(at, &chance)).collect();
        // Of each post two lines: whoever sets a post aside means both.
        let lines = posts.iter().chain(&posts);
        let offers: Vec<Unit> = lines
            .map(|post| unit(*post, PostingKind::Programme, "college"))
            .collect();
        let own = PostingId::new(at, &chance);
        let needs = vec![unit(own, PostingKind::Apprentices, "firm")];
        let context = Context::new(Arc::new(Vocabulary::builtin()), Arc::new(Weights::default()));
        let ranking = |aside: &Aside| {
            let ranked = rank(context.clone(), offers.clone(), needs.clone(), Vec::new(), aside);
            let posts =
                |ranked: &Ranked| -> Vec<UnitId> { ranked.best.iter().map(|(unit, _)| unit.id.clone()).collect() };
            let (of_need, of_offers) = ranked
                .split_first()
                .map(|(need, rest)| (posts(need), rest))
                .unwrap_or_default();
            (of_need, of_offers.iter().filter(|offer| offer.best.len() == 1).count())
        };
        let (before, answered) = ranking(&Aside::new());
        assert_eq!((before.len(), answered), (MATCHES_KEPT, offers.len()));
        let of = |id: &UnitId| match id {
            UnitId::Posting { posting, .. } => Partner::Posting(*posting),
            UnitId::Register(row) => Partner::Row(*row),
            UnitId::External(_) => unreachable!("units of posts"),
        };
        let dropped: HashSet<Partner> = before.iter().take(3).map(of).collect();
        let (after, answered) = ranking(&HashMap::from([(own, dropped.clone())]));
        assert_eq!(
            (after.len(), answered),
            (MATCHES_KEPT, offers.len()),
            "full again, and the offers keep the need"
        );
        assert!(after.iter().all(|id| !dropped.contains(&of(id))));
        let kept: Vec<&UnitId> = before.iter().filter(|id| !dropped.contains(&of(id))).collect();
        assert!(
            after.iter().zip(kept).all(|(after, before)| after == before),
            "the others keep their order"
        );
    }
}
