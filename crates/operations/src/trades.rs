//! The map of a trade: what a major prepares for, who prepares for an occupation, and what is posted here under its name. The
//! table is the one that matching uses.

use kernel::{PostingKind, Side};
use matching::Verdict;
use vocabulary::Trade;

use crate::{
    Actor, App, Failure, Result, compiled_here,
    engine::{Facet, Query},
    search::{self, REGISTER},
};

/// How many trades of the other side are shown: the nearest.
const SHOWN: usize = 60;
/// How many majors, and how many occupations, words find at most.
const FOUND: usize = 30;

/// A trade of the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Across {
    /// Its code.
    pub code: String,
    /// How near it is, 0..=1000.
    pub affinity: u16,
    /// What matching says of that.
    pub fit: Verdict,
}

/// How much is posted here that names a trade.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Posted {
    /// Offers.
    pub offers: u64,
    /// Needs.
    pub needs: u64,
    /// Rows of the register.
    pub register: u64,
}

/// A trade, by codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeLook {
    /// Its code as the catalogue writes it.
    pub code: String,
    /// The groups it lies in, the widest first; none of a major.
    pub groups: Vec<String>,
    /// What stands beside it: its class, its group, or what lies in it.
    pub beside: Vec<String>,
    /// The trades of the other side that matching lets through, the nearest first; as many as are shown.
    pub across: Vec<Across>,
    /// How many there are beyond those.
    pub more: usize,
    /// Posts that name it. None of a group, which nobody posts by its name, and none while search is out of order.
    pub posted: Option<Posted>,
}

/// What words may mean, by codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TradesFound {
    /// Majors, the likeliest first.
    pub majors: Vec<String>,
    /// Occupations and groups, the likeliest first.
    pub occupations: Vec<String>,
}

/// The map of the trade with this code, a major's or an occupation's.
#[compiled_here]
pub async fn look(app: &App, actor: &Actor, code: &str) -> Result<TradeLook> {
    let vocabulary = app.vocabulary();
    let trade = vocabulary.trade(code).ok_or(Failure::NotFound)?;
    let codes = |trades: Vec<Trade<'_>>| trades.into_iter().map(|trade| trade.code().to_owned()).collect();
    let weights = app.matching().weights;
    let across = vocabulary.trades_across(trade).into_iter();
    let mut across: Vec<Across> = across
        .filter(|(_, affinity)| weights.is_kin(*affinity))
        .map(|(trade, affinity)| Across {
            code: trade.code().to_owned(),
            affinity,
            fit: weights.trade_fit(affinity),
        })
        .collect();
    let more = across.len().saturating_sub(SHOWN);
    across.truncate(SHOWN);
    let is_group = matches!(trade, Trade::Occupation(occupation) if occupation.is_group());
    let groups = match trade {
        Trade::Major(_) => Vec::new(),
        Trade::Occupation(occupation) => vocabulary.occupation_groups(&occupation.code),
    };
    Ok(TradeLook {
        code: trade.code().to_owned(),
        groups: groups.into_iter().map(|group| group.code.clone()).collect(),
        beside: codes(vocabulary.trades_beside(trade)),
        across,
        more,
        posted: if is_group {
            None
        } else {
            posted(app, actor, trade.chinese()).await?
        },
    })
}

/// What these words may mean; nothing when there are none.
pub fn find(app: &App, words: &str) -> TradesFound {
    let vocabulary = app.vocabulary();
    let (majors, occupations) = vocabulary.trades_named(words, FOUND);
    TradesFound {
        majors: majors.into_iter().map(|major| major.code.clone()).collect(),
        occupations: occupations.into_iter().map(|one| one.code.clone()).collect(),
    }
}

async fn posted(app: &App, actor: &Actor, name: &str) -> Result<Option<Posted>> {
    let query = Query {
        facets: vec![Facet::Kind],
        per_page: 1,
        marked: false,
        ..Query::new(name)
    };
    let found = search::find(app, actor, &query).await?;
    let Some(kinds) = found.page.facets.get(&Facet::Kind).filter(|_| !found.fallback) else {
        return Ok(None);
    };
    let mut posted = Posted::default();
    for (code, count) in kinds {
        match PostingKind::from_code(code).map(PostingKind::side) {
            Some(Side::Offer) => posted.offers += count,
            Some(Side::Need) => posted.needs += count,
            None if code == REGISTER => posted.register += count,
            None => {}
        }
    }
    Ok(Some(posted))
}
