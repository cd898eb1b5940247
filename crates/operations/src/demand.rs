//! Demand that nobody answers (未满足的需求): which trades are asked for where, how many seats, and why no offer fits. For the colleges
//! that could offer it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{LineId, PostingId};
use storage::{PublishedPosting, UnansweredLine};

use crate::{
    Actor, App, Result, compiled_here,
    matches::{self, FAIR_SCORE, Obstacles},
};

/// How many trades are listed at most.
const TRADES: usize = 100;
/// How many needs behind a trade are shown with their reasons.
const NEEDS: usize = 20;

/// Where demand is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Code of the province; everywhere when none.
    pub province: Option<String>,
    /// Code of the district; the whole province when none.
    pub district: Option<String>,
}

impl Place {
    fn holds(&self, line: &UnansweredLine) -> bool {
        let agrees = |asked: &Option<String>, is: &Option<String>| asked.is_none() || asked == is;
        agrees(&self.province, &line.province) && agrees(&self.district, &line.district)
    }
}

/// How much is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Posts.
    pub needs: usize,
    /// Seats, as far as posts say how many.
    pub seats: i64,
    /// Lines that do not say how many.
    pub open: usize,
}

/// A trade that is asked for in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Code of the occupation, or of the major where a need names no occupation.
    pub trade: String,
    /// Where.
    pub place: Place,
    /// How much.
    pub amount: Amount,
}

/// Demand that nobody answers, by trade and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Where it was looked for.
    pub place: Place,
    /// The places that have such demand, the largest first.
    pub places: Vec<(Place, Amount)>,
    /// What is asked for in the place looked at, the most seats first; as many as are listed.
    pub cells: Vec<Cell>,
    /// How many more there are.
    pub more: usize,
    /// All of it in that place.
    pub all: Amount,
}

/// A need behind a trade, and why nobody answers it.
#[derive(Debug, Clone)]
pub struct UnmetNeed {
    /// The need.
    pub published: PublishedPosting,
    /// Its lines that ask for the trade.
    pub lines: Vec<LineId>,
    /// What keeps offers from answering those lines.
    pub obstacles: Vec<Obstacles>,
}

/// The needs behind a trade in a place.
#[derive(Debug, Clone)]
pub struct Behind {
    /// The trade.
    pub trade: String,
    /// The place.
    pub place: Place,
    /// The newest first; as many as are shown.
    pub needs: Vec<UnmetNeed>,
    /// How many more there are.
    pub more: usize,
    /// All of it.
    pub amount: Amount,
}

/// Demand that nobody answers; where nothing is said of the place, in that of the organisation acted for.
#[compiled_here]
pub async fn unmet(app: &App, actor: &Actor, place: Option<Place>) -> Result<Unmet> {
    let mut tx = app.db().read().await?;
    let place = match (place, actor.organisation()) {
        (Some(place), _) => place,
        (None, None) => Place::default(),
        (None, Some(own)) => tx
            .organisations()
            .find(own)
            .await?
            .map_or_else(Place::default, |own| Place {
                province: Some(own.get().profile.province.clone()),
                district: own.get().profile.district.clone(),
            }),
    };
    let lines = tx.postings().list_unanswered(FAIR_SCORE).await?;
    Ok(gathered(place, &lines))
}

/// The needs behind a trade.
#[compiled_here]
pub async fn behind(app: &App, trade: &str, place: Place) -> Result<Behind> {
    let mut tx = app.db().read().await?;
    let mut lines = tx.postings().list_unanswered(FAIR_SCORE).await?;
    lines.retain(|line| trade_of(line) == Some(trade) && place.holds(line));
    let mut ids: Vec<PostingId> = lines.iter().map(|line| line.posting).collect();
    ids.dedup();
    let more = ids.len().saturating_sub(NEEDS);
    ids.truncate(NEEDS);
    let published = tx.postings().list_published_by_ids(&ids).await?;
    let postings: Vec<_> = published.iter().map(|published| &published.posting).collect();
    let obstacles = matches::obstacles(app, &mut tx, &postings).await?;
    let needs = published.into_iter().zip(obstacles).map(|(published, mut obstacles)| {
        let own = lines.iter().filter(|line| line.posting == published.posting.id);
        let own: Vec<LineId> = own.map(|line| line.line).collect();
        obstacles.retain(|obstacles| own.contains(&obstacles.line));
        UnmetNeed {
            published,
            lines: own,
            obstacles,
        }
    });
    Ok(Behind {
        trade: trade.to_owned(),
        place,
        needs: needs.collect(),
        more,
        amount: amount(lines.iter()),
    })
}

fn trade_of(line: &UnansweredLine) -> Option<&str> {
    line.occupation.as_deref().or(line.major.as_deref())
}

fn amount<'a>(lines: impl Iterator<Item = &'a UnansweredLine>) -> Amount {
    let (mut posts, mut amount) = (BTreeSet::new(), Amount::default());
    for line in lines {
        posts.insert(line.posting);
        match line.seats {
            Some(seats) => amount.seats += seats,
            None => amount.open += 1,
        }
    }
    amount.needs = posts.len();
    amount
}

/// What is asked for where.
fn gathered(place: Place, lines: &[UnansweredLine]) -> Unmet {
    let mut by_place: BTreeMap<Place, Vec<&UnansweredLine>> = BTreeMap::new();
    let mut by_cell: BTreeMap<(&str, Place), Vec<&UnansweredLine>> = BTreeMap::new();
    for line in lines {
        let at = Place {
            province: line.province.clone(),
            district: line.district.clone(),
        };
        if let Some(trade) = trade_of(line).filter(|_| place.holds(line)) {
            by_cell.entry((trade, at.clone())).or_default().push(line);
        }
        by_place.entry(at).or_default().push(line);
    }
    // The most seats first, then the most posts.
    let size = |amount: &Amount| std::cmp::Reverse((amount.seats, amount.needs));
    let places = by_place
        .into_iter()
        .map(|(place, lines)| (place, amount(lines.into_iter())));
    let mut places: Vec<(Place, Amount)> = places.collect();
    places.sort_by_key(|(_, amount)| size(amount));
    let cells = by_cell.into_iter().map(|((trade, place), lines)| Cell {
        trade: trade.to_owned(),
        place,
        amount: amount(lines.into_iter()),
    });
    let mut cells: Vec<Cell> = cells.collect();
    cells.sort_by_key(|cell| size(&cell.amount));
    let more = cells.len().saturating_sub(TRADES);
    cells.truncate(TRADES);
    let all = amount(lines.iter().filter(|line| place.holds(line)));
    Unmet {
        place,
        places,
        cells,
        more,
        all,
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Chance as _, SeededChance, Timestamp};

    use super::*;

    fn line(
        chance: &SeededChance,
        posting: PostingId,
        trade: &str,
        seats: Option<i64>,
        district: &str,
    ) -> UnansweredLine {
        UnansweredLine {
            line: LineId::new(Timestamp::from_micros(0), chance),
            posting,
            occupation: Some(trade.to_owned()),
            major: Some("460103".to_owned()),
            seats,
            province: Some("310000".to_owned()),
            district: Some(district.to_owned()),
        }
    }

    fn place(district: &str) -> Place {
        Place {
            province: Some("310000".to_owned()),
            district: Some(district.to_owned()),
        }
    }

    #[test]
    fn demand_is_counted_by_trade_and_place_and_a_post_once() {
        let chance = SeededChance::new(1);
        let post = || PostingId::new(Timestamp::from_micros(0), &chance);
        let (one, two) = (post(), post());
        let lines = [
            line(&chance, one, "turner", Some(8), "310115"),
            line(&chance, one, "turner", None, "310115"),
            line(&chance, one, "welder", Some(30), "310115"),
            line(&chance, two, "turner", Some(3), "310112"),
        ];
        let everywhere = gathered(Place::default(), &lines);
        assert_eq!(
            (everywhere.all.needs, everywhere.all.seats, everywhere.all.open),
            (2, 41, 1)
        );
        let trades: Vec<_> = everywhere
            .cells
            .iter()
            .map(|cell| (cell.trade.as_str(), cell.amount.seats))
            .collect();
        assert_eq!(trades, [("welder", 30), ("turner", 8), ("turner", 3)]);
        let here = gathered(place("310112"), &lines);
        assert_eq!((here.all.needs, here.cells.len()), (1, 1));
        assert_eq!(here.places.len(), 2, "the other place is still offered");
        assert_eq!(here.places[0].0, place("310115"));
        let nothing = gathered(place("310101"), &lines);
        assert_eq!((nothing.all, nothing.cells.len()), (Amount::default(), 0));
    }

    #[test]
    fn no_seat_is_lost_or_counted_twice_whatever_is_asked_for() {
        let chance = SeededChance::new(7);
        for _ in 0..200 {
            let posts: Vec<PostingId> = (0..5)
                .map(|_| PostingId::new(Timestamp::from_micros(0), &chance))
                .collect();
            let lines: Vec<UnansweredLine> = (0..chance.below(30))
                .map(|_| {
                    let post = posts[usize::try_from(chance.below(5)).unwrap()];
                    let seats = i64::try_from(chance.below(9)).ok().filter(|seats| *seats > 0);
                    let district = format!("31011{}", chance.below(3));
                    line(&chance, post, &format!("t{}", chance.below(4)), seats, &district)
                })
                .collect();
            let all = gathered(Place::default(), &lines);
            let seats = |amounts: &mut dyn Iterator<Item = Amount>| amounts.map(|amount| amount.seats).sum::<i64>();
            assert_eq!(seats(&mut all.cells.iter().map(|cell| cell.amount)), all.all.seats);
            assert_eq!(seats(&mut all.places.iter().map(|(_, amount)| *amount)), all.all.seats);
            for (place, amount) in &all.places {
                assert_eq!(gathered(place.clone(), &lines).all, *amount);
            }
        }
    }
}
