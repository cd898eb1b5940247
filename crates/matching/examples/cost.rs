//! Prints what matching costs: one pair, one query, a full match both ways. `[offers] [needs]` may be given.
#![expect(clippy::disallowed_methods, reason = "measures")]

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::{Chance, PostingKind, SeededChance};
use matching::{Book, Context, Unit, UnitId, Weights, score};
use vocabulary::{SkillLevel, Vocabulary};

/// The answers asked for.
const K: usize = 20;

/// A market like the register: offers that say little, needs with three fields in ten left out.
struct Generator {
    chance: SeededChance,
    majors: Vec<String>,
    occupations: Vec<String>,
    provinces: Vec<String>,
    districts: Vec<String>,
}

impl Generator {
    fn one_of(&self, texts: &[String]) -> String {
        let at = usize::try_from(self.chance.below(texts.len() as u64)).unwrap_or(0);
        texts[at].clone()
    }

    fn said<T>(&self, value: T) -> Option<T> {
        (self.chance.below(10) < 7).then_some(value)
    }

    fn offer(&self, at: usize) -> Unit {
        let id = UnitId::External(format!("o{at:06}"));
        Unit {
            major: Some(self.one_of(&self.majors)),
            province: Some(self.one_of(&self.provinces)),
            joined: false,
            ..Unit::new(id, PostingKind::Programme)
        }
    }

    fn need(&self, at: usize) -> Unit {
        let id = UnitId::External(format!("n{at:06}"));
        let levels = u64::try_from(SkillLevel::ALL.len()).unwrap_or(1);
        let level = usize::try_from(self.chance.below(levels)).unwrap_or(0);
        Unit {
            occupation: Some(self.one_of(&self.occupations)),
            province: self.said(self.one_of(&self.provinces)),
            district: self.said(self.one_of(&self.districts)),
            region_bound: self.chance.below(5) == 0,
            level: self.said(SkillLevel::ALL[level]),
            seats: self.said(i64::try_from(self.chance.below(40)).unwrap_or(0) + 1),
            ..Unit::new(id, PostingKind::Apprentices)
        }
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|size| size.parse().ok());
    let (offers, needs): (usize, usize) = (sizes.next().unwrap_or(68_236), sizes.next().unwrap_or(500));
    let (vocabulary, took) = timed(Vocabulary::builtin);
    println!("vocabulary: {took:?}");
    let generator = Generator {
        chance: SeededChance::new(1),
        majors: vocabulary.majors().iter().map(|major| major.code.clone()).collect(),
        occupations: vocabulary
            .occupations()
            .iter()
            .map(|occupation| occupation.code.clone())
            .collect(),
        provinces: vocabulary
            .provinces()
            .iter()
            .map(|province| province.code.clone())
            .collect(),
        districts: vocabulary
            .districts()
            .iter()
            .map(|district| district.code.clone())
            .collect(),
    };
    let context = Context::new(Arc::new(vocabulary), Arc::new(Weights::default()));
    let offers: Vec<_> = (0..offers).map(|at| generator.offer(at)).collect();
    let needs: Vec<_> = (0..needs).map(|at| generator.need(at)).collect();

    let asking = &needs[..needs.len().min(5)];
    let (matches, took) = timed(|| {
        asking
            .iter()
            .flat_map(|need| offers.iter().filter_map(|offer| score(offer, need, &context)))
            .count()
    });
    let pairs = asking.len() * offers.len();
    println!(
        "every pair: {pairs} pairs, {matches} match, {} ns a pair",
        took.as_nanos() / pairs.max(1) as u128
    );

    let (book, took) = timed(|| Book::new(context, offers, needs.clone()));
    println!(
        "index of {} offers and {} needs: {took:?}",
        book.offers().len(),
        book.needs().len()
    );
    let ((), took) = timed(|| {
        for need in asking {
            black_box(book.best_offers(need, K));
        }
    });
    println!(
        "one query with reasons: {:?}",
        took / u32::try_from(asking.len().max(1)).unwrap_or(1)
    );
    let (overview, took) = timed(|| book.match_all(K));
    let answers = |rankings: &[matching::Ranking<'_>]| rankings.iter().map(|ranking| ranking.best.len()).sum::<usize>();
    println!(
        "top {K} both ways: {took:?}, {} + {} answers",
        answers(&overview.needs),
        answers(&overview.offers)
    );
}
