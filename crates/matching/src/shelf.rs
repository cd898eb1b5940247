//! One side of the market in compact form, and the exact walk through it.
//!
//! Units are gathered in *cells*: same kind, same trade, same place. For a query, kinship and nearness are the same for
//! a whole cell, and a criterion about which the query or the whole cell says nothing is neutral; with every other
//! criterion taken as full the cell has an upper bound. The cells of a trade have one together, with the nearest place there is.
//! Trades and cells are visited from the highest bound down, the cells of a trade once it is reached, and the walk ends when no
//! bound left can beat the worst answer kept.

use std::{
    collections::{BinaryHeap, HashMap},
    hash::Hash,
    num::NonZero,
    panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use kernel::{Muted, PostingKind, Side};

use crate::{
    Context, Criterion, HardCriterion, Owner, Unit, Verdict, Weights, answers,
    assess::{Trade, kinship, speaks, words},
    judge::{self, Facts, Overlap, Pair, Relations, Set},
    kept::{Answer, Kept, drawn, lot},
};

/// An owner or a word the shelf has never seen: equal to nothing on it.
const FOREIGN: u32 = u32::MAX;
const SETS: [Set; 3] = [Set::Skills, Set::Industries, Set::Modes];

/// One side of the market, in the order of ids.
#[derive(Debug)]
pub(crate) struct Shelf {
    side: Side,
    units: Vec<Unit>,
    packed: Vec<Packed>,
    owners: HashMap<Owner, u32>,
    words: HashMap<String, u32>,
    /// The first unit with each distinct trade.
    trades: Vec<u32>,
    /// The cells of each distinct trade.
    trade_cells: Vec<TradeCells>,
    /// The first unit with each distinct place.
    places: Vec<u32>,
    cells: Vec<Cell>,
    /// The units of the cells, each cell's in the order of ids.
    members: Vec<u32>,
    /// The words of the units' sets.
    pool: Vec<u32>,
}

/// A unit in numbers.
#[derive(Debug)]
struct Packed {
    facts: Facts,
    lot: u64,
    owner: Option<u32>,
    trade: u32,
    place: u32,
    /// Ranges of the pool, each sorted and without repetition.
    sets: [(u32, u32); SETS.len()],
}

/// Units of one kind, trade and place.
#[derive(Debug)]
struct Cell {
    kind: PostingKind,
    trade: u32,
    place: u32,
    /// The criteria any member says something about, one bit each.
    speaks: u16,
    /// The criteria that any member mutes.
    muted: Muted,
    members: (u32, u32),
}

/// The cells of one trade, which stand together.
#[derive(Debug, Clone, Copy, Default)]
struct TradeCells {
    start: u32,
    end: u32,
    /// The criteria any member of any of them says something about.
    speaks: u16,
    /// The criteria that any member of any of them mutes.
    muted: Muted,
}

/// How one place lies to the place of the query.
#[derive(Debug, Clone, Copy)]
struct Lie {
    metres: Option<i64>,
    same_province: Option<bool>,
}

/// A unit of the other side, asked against every unit of the shelf.
struct Query {
    facts: Facts,
    lot: u64,
    owner: Option<u32>,
    speaks: u16,
    /// Per set: the words the shelf knows, sorted, and how many distinct words there are.
    sets: [(Vec<u32>, usize); SETS.len()],
}

/// What a query is compared by, one entry for every distinct trade and place of the shelf.
#[derive(Default)]
struct Tables {
    kinship: Vec<Option<u16>>,
    /// The trades that are kin, or of which nobody knows: the great rest is never looked at.
    kin: Vec<u32>,
    lies: Vec<Lie>,
    /// The nearest place's nearness.
    nearest: Option<u16>,
}

/// What is next on a walk: all of a trade, or a cell of one. Of equal bounds trades come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Cell(u32),
    Trade(u32),
}

impl Shelf {
    pub(crate) fn new(side: Side, mut units: Vec<Unit>) -> Self {
        // The whole unit, not only its id: even if ids repeat, the order of the input never shows.
        units.sort_unstable();
        let mut shelf = Self {
            side,
            units: Vec::new(),
            packed: Vec::with_capacity(units.len()),
            owners: HashMap::new(),
            words: HashMap::new(),
            trades: Vec::new(),
            trade_cells: Vec::new(),
            places: Vec::new(),
            cells: Vec::new(),
            members: Vec::with_capacity(units.len()),
            pool: Vec::new(),
        };
        let mut trades = HashMap::new();
        let mut places = HashMap::new();
        for (at, unit) in (0..).zip(&units) {
            let facts = Facts::of(unit);
            let owner = unit.owner.clone().map(|owner| number(&mut shelf.owners, owner));
            let trade = first(&mut trades, &mut shelf.trades, Trade::of(unit), at);
            let place = first(&mut places, &mut shelf.places, place(unit), at);
            let sets = SETS.map(|set| {
                let mut numbers: Vec<_> = words(unit, set)
                    .iter()
                    .map(|word| number(&mut shelf.words, word.clone()))
                    .collect();
                numbers.sort_unstable();
                numbers.dedup();
                let start = index(shelf.pool.len());
                shelf.pool.append(&mut numbers);
                (start, index(shelf.pool.len()))
            });
            shelf.packed.push(Packed {
                facts,
                lot: lot(&unit.id),
                owner,
                trade,
                place,
                sets,
            });
        }
        shelf.units = units;
        shelf.gather();
        shelf
    }

    /// Fills the cells, ordered by trade and place so that a walk over them reuses what it computed.
    fn gather(&mut self) {
        let key = |packed: &Packed| (packed.trade, packed.place, packed.facts.kind);
        let mut order: Vec<u32> = (0..index(self.packed.len())).collect();
        order.sort_by_key(|at| key(&self.packed[*at as usize]));
        for at in order {
            let packed = &self.packed[at as usize];
            let (trade, place, kind) = key(packed);
            let end = index(self.members.len());
            if self
                .cells
                .last()
                .is_none_or(|cell| (cell.trade, cell.place, cell.kind) != (trade, place, kind))
            {
                self.cells.push(Cell {
                    kind,
                    trade,
                    place,
                    speaks: 0,
                    muted: Muted::NONE,
                    members: (end, end),
                });
            }
            self.members.push(at);
            if let Some(cell) = self.cells.last_mut() {
                cell.speaks |= spoken(&self.units[at as usize], &packed.facts);
                cell.muted = cell.muted.or(packed.facts.muted);
                cell.members.1 = end + 1;
            }
        }
        self.trade_cells = vec![TradeCells::default(); self.trades.len()];
        for (at, cell) in (0..).zip(&self.cells) {
            let of_trade = &mut self.trade_cells[cell.trade as usize];
            if of_trade.end == 0 {
                of_trade.start = at;
            }
            of_trade.end = at + 1;
            of_trade.speaks |= cell.speaks;
            of_trade.muted = of_trade.muted.or(cell.muted);
        }
    }

    pub(crate) fn units(&self) -> &[Unit] {
        &self.units
    }

    pub(crate) fn unit(&self, at: u32) -> &Unit {
        &self.units[at as usize]
    }

    /// The best `k` units for `unit`, best first.
    pub(crate) fn best(&self, unit: &Unit, k: usize, context: &Context) -> Vec<Answer> {
        self.walk(&self.query(unit), &self.tables(unit, context), k, &context.weights)
    }

    /// The best `k` units for every unit of `other`, in the order of `other`, by so many threads.
    pub(crate) fn best_for_all(
        &self,
        other: &Self,
        k: usize,
        threads: NonZero<usize>,
        context: &Context,
    ) -> Vec<Vec<Answer>> {
        let next = AtomicUsize::new(0);
        // One trade after the other, so that what is known of a trade is found out once.
        let work = || {
            let mut done = Vec::new();
            while let Some(cells) = other.trade_cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.best_for_trade(other, *cells, k, context, &mut done);
            }
            done
        };
        let mut all = vec![Vec::new(); other.units.len()];
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.get()).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                let done = worker.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked));
                for (at, answers) in done {
                    all[at as usize] = answers;
                }
            }
        });
        all
    }

    /// The best `k` units for every unit of `other` in these cells, which are those of one trade.
    fn best_for_trade(
        &self,
        other: &Self,
        of_trade: TradeCells,
        k: usize,
        context: &Context,
        done: &mut Vec<(u32, Vec<Answer>)>,
    ) {
        let mut tables = Tables::default();
        for (number, cell) in other.cells_of(of_trade).enumerate() {
            let asking = other.members_of(cell);
            // Every unit of a cell has the same trade and place.
            let Some(unit) = asking.first().map(|at| other.unit(*at)) else {
                continue;
            };
            if number == 0 {
                tables.kinship = self.kinships(unit, context);
                tables.kin = kin(&tables.kinship, &context.weights);
            }
            tables.lies = self.lies(unit, context);
            tables.nearest = nearest(&tables.lies, &context.weights);
            done.extend(asking.iter().map(|at| {
                let query = self.query(other.unit(*at));
                (*at, self.walk(&query, &tables, k, &context.weights))
            }));
        }
    }

    /// How many units fail each hard criterion; of a unit of the wrong kind only the kind is counted.
    pub(crate) fn obstacles(&self, unit: &Unit, context: &Context) -> [usize; HardCriterion::ALL.len()] {
        let (tables, query) = (self.tables(unit, context), self.query(unit));
        let mut counts = [0; HardCriterion::ALL.len()];
        for packed in &self.packed {
            let pair = self.pair(&query, &tables, packed);
            for criterion in HardCriterion::ALL {
                if pair.hard(criterion, &context.weights) == Verdict::Unmet {
                    counts[criterion as usize] += 1;
                    if criterion == HardCriterion::Kind {
                        break;
                    }
                }
            }
        }
        counts
    }

    fn cells_of(&self, of_trade: TradeCells) -> impl Iterator<Item = &Cell> {
        self.cells[of_trade.start as usize..of_trade.end as usize].iter()
    }

    fn members_of(&self, cell: &Cell) -> &[u32] {
        &self.members[cell.members.0 as usize..cell.members.1 as usize]
    }

    fn query(&self, unit: &Unit) -> Query {
        let facts = Facts::of(unit);
        let owner = unit
            .owner
            .as_ref()
            .map(|owner| self.owners.get(owner).copied().unwrap_or(FOREIGN));
        let sets = SETS.map(|set| {
            let mut texts: Vec<_> = words(unit, set).iter().collect();
            texts.sort_unstable();
            texts.dedup();
            let mut known: Vec<_> = texts.iter().filter_map(|word| self.words.get(*word).copied()).collect();
            known.sort_unstable();
            (known, texts.len())
        });
        Query {
            facts,
            lot: lot(&unit.id),
            owner,
            speaks: spoken(unit, &facts),
            sets,
        }
    }

    fn tables(&self, unit: &Unit, context: &Context) -> Tables {
        let (kinship, lies) = (self.kinships(unit, context), self.lies(unit, context));
        Tables {
            kin: kin(&kinship, &context.weights),
            nearest: nearest(&lies, &context.weights),
            kinship,
            lies,
        }
    }

    fn kinships(&self, unit: &Unit, context: &Context) -> Vec<Option<u16>> {
        let of = |at: &u32| {
            let (offer, need) = self.side.offer_and_need(self.unit(*at), unit);
            kinship(&context.vocabulary, Trade::of(offer), Trade::of(need)).map(|(kinship, _)| kinship)
        };
        self.trades.iter().map(of).collect()
    }

    fn lies(&self, unit: &Unit, context: &Context) -> Vec<Lie> {
        let of = |at: &u32| {
            let (offer, need) = self.side.offer_and_need(self.unit(*at), unit);
            let districts = offer.district.as_deref().zip(need.district.as_deref());
            let provinces = offer.province.as_deref().zip(need.province.as_deref());
            Lie {
                metres: districts.and_then(|(offer, need)| context.vocabulary.distance_m(offer, need)),
                same_province: provinces.map(|(offer, need)| offer == need),
            }
        };
        self.places.iter().map(of).collect()
    }

    fn pair<'a>(&'a self, query: &'a Query, tables: &'a Tables, packed: &'a Packed) -> Pair<'a, Walk<'a>> {
        let (offer, need) = self.side.offer_and_need(&packed.facts, &query.facts);
        Pair {
            offer,
            need,
            relations: Walk {
                shelf: self,
                query,
                tables,
                packed,
            },
        }
    }

    /// The most any unit of a kin trade can score, wherever it is.
    fn bound_of_trade(&self, trade: u32, query: &Query, tables: &Tables, weights: &Weights) -> u16 {
        let of_trade = self.trade_cells[trade as usize];
        let nearness = nearness_of(tables.nearest, query, of_trade.muted, weights);
        bound(
            tables.kinship[trade as usize],
            nearness,
            of_trade.speaks & query.speaks,
            weights,
        )
    }

    /// The most any unit of a cell of kin trade can score, or `None` when none can pass.
    fn bound_of_cell(&self, cell: &Cell, query: &Query, tables: &Tables, weights: &Weights) -> Option<u16> {
        let (offer, need) = self.side.offer_and_need(cell.kind, query.facts.kind);
        let lie = tables.lies[cell.place as usize];
        let passes = answers(offer, need) && !(query.facts.region_bound && lie.same_province == Some(false));
        let kinship = tables.kinship[cell.trade as usize];
        passes.then(|| {
            let nearness = judge::nearness(lie.metres, lie.same_province, weights);
            let nearness = nearness_of(nearness, query, cell.muted, weights);
            bound(kinship, nearness, cell.speaks & query.speaks, weights)
        })
    }

    fn walk(&self, query: &Query, tables: &Tables, k: usize, weights: &Weights) -> Vec<Answer> {
        let mut kept = Kept::new(k);
        let trades = tables.kin.iter();
        let trades = trades.map(|trade| (self.bound_of_trade(*trade, query, tables, weights), Step::Trade(*trade)));
        let mut steps: BinaryHeap<(u16, Step)> = trades.collect();
        while let Some((bound, step)) = steps.pop() {
            if !kept.has_room_for_score(bound) {
                // Not even the luckiest draw could come in with this bound, nor with a lower one.
                break;
            }
            let cell = match step {
                Step::Cell(cell) => &self.cells[cell as usize],
                Step::Trade(trade) => {
                    let of_trade = self.trade_cells[trade as usize];
                    for (at, cell) in (of_trade.start..).zip(self.cells_of(of_trade)) {
                        let bound = self.bound_of_cell(cell, query, tables, weights);
                        steps.extend(bound.map(|bound| (bound, Step::Cell(at))));
                    }
                    continue;
                }
            };
            for at in self.members_of(cell) {
                let packed = &self.packed[*at as usize];
                let draw = drawn(query.lot, packed.lot);
                // Among near-equals most have drawn too little to come in even with full marks: no need to judge them.
                if !kept.has_room_for(bound, draw, *at) {
                    continue;
                }
                let pair = self.pair(query, tables, packed);
                if pair.passes(weights) {
                    let score = pair.total(weights);
                    debug_assert!(score <= bound, "a bound below a score would make the walk inexact");
                    kept.offer((score, *at), draw);
                }
            }
        }
        kept.best_first()
    }

    /// What [`Self::best`] answers, by scoring every unit in one flat loop.
    pub(crate) fn best_of_every(&self, unit: &Unit, k: usize, context: &Context) -> Vec<Answer> {
        let (tables, query) = (self.tables(unit, context), self.query(unit));
        let mut kept = Kept::new(k);
        for (at, packed) in (0..).zip(&self.packed) {
            let pair = self.pair(&query, &tables, packed);
            if pair.passes(&context.weights) {
                kept.offer((pair.total(&context.weights), at), drawn(query.lot, packed.lot));
            }
        }
        kept.best_first()
    }
}

/// The trades that may answer.
fn kin(kinship: &[Option<u16>], weights: &Weights) -> Vec<u32> {
    let is_kin = |kinship: &Option<u16>| kinship.is_none_or(|kinship| weights.is_kin(kinship));
    let kin = (0..).zip(kinship).filter(|(_, kinship)| is_kin(kinship));
    kin.map(|(trade, _)| trade).collect()
}

/// The nearness of the nearest place; where nobody knows of a place how near it is, that place is as good as neutral.
fn nearest(lies: &[Lie], weights: &Weights) -> Option<u16> {
    let nearness = |lie: &Lie| judge::nearness(lie.metres, lie.same_province, weights).unwrap_or(weights.neutral());
    lies.iter().map(nearness).max()
}

/// The most that nearness can count where a query meets units some of which mute it: neutral is better than far away.
fn nearness_of(nearness: Option<u16>, query: &Query, muted: Muted, weights: &Weights) -> Option<u16> {
    if query.facts.muted.contains(Criterion::Distance) {
        None
    } else if muted.contains(Criterion::Distance) {
        nearness.map(|nearness| nearness.max(weights.neutral()))
    } else {
        nearness
    }
}

/// The most that a pair can score of which trade and nearness are known, and of the rest what both speak of.
fn bound(kinship: Option<u16>, nearness: Option<u16>, both_speak: u16, weights: &Weights) -> u16 {
    weights.total(Criterion::ALL.map(|criterion| match criterion {
        Criterion::Trade => kinship.unwrap_or(weights.neutral()),
        Criterion::Distance => nearness.unwrap_or(weights.neutral()),
        _ if both_speak & bit(criterion) != 0 => judge::FULL,
        _ => weights.neutral(),
    }))
}

/// A query held against one unit of the shelf.
struct Walk<'a> {
    shelf: &'a Shelf,
    query: &'a Query,
    tables: &'a Tables,
    packed: &'a Packed,
}

impl Relations for Walk<'_> {
    #[inline]
    fn same_owner(&self) -> Option<bool> {
        Some(self.packed.owner? == self.query.owner?)
    }

    #[inline]
    fn same_province(&self) -> Option<bool> {
        self.tables.lies[self.packed.place as usize].same_province
    }

    #[inline]
    fn metres(&self) -> Option<i64> {
        self.tables.lies[self.packed.place as usize].metres
    }

    #[inline]
    fn kinship(&self) -> Option<u16> {
        self.tables.kinship[self.packed.trade as usize]
    }

    #[inline]
    fn overlap(&self, set: Set) -> Option<Overlap> {
        let (start, end) = self.packed.sets[set as usize];
        let own = &self.shelf.pool[start as usize..end as usize];
        let (theirs, count) = &self.query.sets[set as usize];
        if own.is_empty() || *count == 0 {
            return None;
        }
        let (_, wanted) = self.shelf.side.offer_and_need(own.len(), *count);
        Some(Overlap {
            common: common(own, theirs),
            wanted,
        })
    }
}

/// How many numbers two sorted lists share.
fn common(mut a: &[u32], mut b: &[u32]) -> usize {
    let mut count = 0;
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => a = rest_a,
            std::cmp::Ordering::Greater => b = rest_b,
            std::cmp::Ordering::Equal => {
                count += 1;
                (a, b) = (rest_a, rest_b);
            }
        }
    }
    count
}

const fn bit(criterion: Criterion) -> u16 {
    1 << criterion as u16
}

fn spoken(unit: &Unit, facts: &Facts) -> u16 {
    Criterion::ALL
        .into_iter()
        .filter(|criterion| speaks(*criterion, unit, facts) && !facts.muted.contains(*criterion))
        .map(bit)
        .sum()
}

fn place(unit: &Unit) -> (Option<&str>, Option<&str>) {
    (unit.province.as_deref(), unit.district.as_deref())
}

/// The number of `key`, a new one if it has none.
fn number<K: Hash + Eq>(numbers: &mut HashMap<K, u32>, key: K) -> u32 {
    let next = index(numbers.len());
    *numbers.entry(key).or_insert(next)
}

/// The number of `key`; the unit at `at` stands for it if it is the first with it.
fn first<K: Hash + Eq>(numbers: &mut HashMap<K, u32>, firsts: &mut Vec<u32>, key: K, at: u32) -> u32 {
    let number = number(numbers, key);
    if number == index(firsts.len()) {
        firsts.push(at);
    }
    number
}

fn index(length: usize) -> u32 {
    u32::try_from(length).expect("a market of four billion units does not fit into memory")
}
