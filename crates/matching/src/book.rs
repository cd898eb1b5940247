//! Both sides of the market in one index, and exact best answers either way.

use std::num::NonZero;

use kernel::Side;

use crate::{Context, HardCriterion, Match, Unit, assess::matched, kept::Answer, shelf::Shelf};

/// An index over offers and needs. What it answers equals scoring every pair and sorting: by the score as it is [`crate::shown`], and
/// among near-equals by a draw of the pair that is always the same, so that those whom many suit equally well do not all begin with
/// the same one.
#[derive(Debug)]
pub struct Book {
    context: Context,
    offers: Shelf,
    needs: Shelf,
}

/// A unit and its score in a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// 0..=1000.
    pub score: u16,
}

/// A unit and its best counterparts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking<'a> {
    /// Whose ranking it is.
    pub unit: &'a Unit,
    /// Best first.
    pub best: Vec<Ranked<'a>>,
}

/// The best counterparts of every unit of a book, in the order of ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview<'a> {
    /// For every need its best offers.
    pub needs: Vec<Ranking<'a>>,
    /// For every offer its best needs.
    pub offers: Vec<Ranking<'a>>,
}

impl Book {
    /// An index of these units, whatever their order.
    pub fn new(context: Context, offers: Vec<Unit>, needs: Vec<Unit>) -> Self {
        Self {
            context,
            offers: Shelf::new(Side::Offer, offers),
            needs: Shelf::new(Side::Need, needs),
        }
    }

    /// What the book judges with.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// The offers in the order of ids.
    pub fn offers(&self) -> &[Unit] {
        self.offers.units()
    }

    /// The needs in the order of ids.
    pub fn needs(&self) -> &[Unit] {
        self.needs.units()
    }

    /// The best `k` offers for a need, with reasons. The need may be new to the book.
    pub fn best_offers(&self, need: &Unit, k: usize) -> Vec<Match> {
        self.rank_offers(need, k)
            .into_iter()
            .map(|ranked| matched(ranked.unit, need, &self.context))
            .collect()
    }

    /// The best `k` needs for an offer, with reasons. The offer may be new to the book.
    pub fn best_needs(&self, offer: &Unit, k: usize) -> Vec<Match> {
        self.rank_needs(offer, k)
            .into_iter()
            .map(|ranked| matched(offer, ranked.unit, &self.context))
            .collect()
    }

    /// The best `k` offers for a need, scores only.
    pub fn rank_offers(&self, need: &Unit, k: usize) -> Vec<Ranked<'_>> {
        named(&self.offers, &self.offers.best(need, k, &self.context))
    }

    /// The best `k` needs for an offer, scores only.
    pub fn rank_needs(&self, offer: &Unit, k: usize) -> Vec<Ranked<'_>> {
        named(&self.needs, &self.needs.best(offer, k, &self.context))
    }

    /// What [`Self::rank_offers`] answers, by scoring every offer in one flat loop: what the index is measured against.
    pub fn rank_every_offer(&self, need: &Unit, k: usize) -> Vec<Ranked<'_>> {
        named(&self.offers, &self.offers.best_of_every(need, k, &self.context))
    }

    /// The same the other way: what [`Self::rank_needs`] answers.
    pub fn rank_every_need(&self, offer: &Unit, k: usize) -> Vec<Ranked<'_>> {
        named(&self.needs, &self.needs.best_of_every(offer, k, &self.context))
    }

    /// The best `k` counterparts of every unit, both ways, scores only, by so many threads: [`crate::assess()`] gives the
    /// reasons of a pair.
    pub fn match_all(&self, k: usize, threads: NonZero<usize>) -> Overview<'_> {
        let side = |asking: &'_ Shelf, answering: &'_ Shelf| answering.best_for_all(asking, k, threads, &self.context);
        Overview {
            needs: rankings(&self.needs, &self.offers, &side(&self.needs, &self.offers)),
            offers: rankings(&self.offers, &self.needs, &side(&self.offers, &self.needs)),
        }
    }

    /// Why a need has no better answer: how many offers fail each hard criterion, those that fail none left out.
    /// Offers of a kind that does not answer the need count under the kind alone; others under all they fail.
    pub fn obstacles(&self, need: &Unit) -> Vec<(HardCriterion, usize)> {
        let counts = self.offers.obstacles(need, &self.context);
        HardCriterion::ALL
            .into_iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .collect()
    }
}

fn named<'a>(shelf: &'a Shelf, answers: &[Answer]) -> Vec<Ranked<'a>> {
    answers
        .iter()
        .map(|(score, at)| Ranked {
            unit: shelf.unit(*at),
            score: *score,
        })
        .collect()
}

fn rankings<'a>(asking: &'a Shelf, answering: &'a Shelf, answers: &[Vec<Answer>]) -> Vec<Ranking<'a>> {
    let ranking = |(unit, answers): (&'a Unit, &Vec<Answer>)| Ranking {
        unit,
        best: named(answering, answers),
    };
    asking.units().iter().zip(answers).map(ranking).collect()
}
