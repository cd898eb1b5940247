//! One side of the market in compact form, and the exact walk through it.
//!
//! Units are gathered in *cells*: same kind, same trade, same place. For a query, kinship and nearness are the same for
//! a whole cell, and a criterion about which the query or the whole cell says nothing is neutral; with every other
//! criterion taken as full the cell has an upper bound. Cells are visited from the highest bound down, and the walk
//! ends when no bound left can beat the worst answer kept.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    hash::Hash,
};

use kernel::{PostingKind, Side};

use crate::{
    Context, Criterion, HardCriterion, Owner, Unit, Verdict, Weights, answers,
    assess::{Trade, kinship, speaks, words},
    judge::{self, Facts, Overlap, Pair, Relations, Set},
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
    trade_cells: Vec<(u32, u32)>,
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
    members: (u32, u32),
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
    owner: Option<u32>,
    speaks: u16,
    /// Per set: the words the shelf knows, sorted, and how many distinct words there are.
    sets: [(Vec<u32>, usize); SETS.len()],
}

/// What a query is compared by, one entry for every distinct trade and place of the shelf.
#[derive(Default)]
struct Tables {
    kinship: Vec<Option<u16>>,
    lies: Vec<Lie>,
}

/// One answer: the score, and the unit's place in the order of ids.
pub(crate) type Answer = (u16, u32);

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
                    members: (end, end),
                });
            }
            self.members.push(at);
            if let Some(cell) = self.cells.last_mut() {
                cell.speaks |= spoken(&self.units[at as usize], &packed.facts);
                cell.members.1 = end + 1;
            }
        }
        self.trade_cells = vec![(0, 0); self.trades.len()];
        for (at, cell) in (0..).zip(&self.cells) {
            let (start, end) = &mut self.trade_cells[cell.trade as usize];
            if *end == 0 {
                *start = at;
            }
            *end = at + 1;
        }
    }

    /// The cells whose trade is kin to the query's, or not known: the great rest is never looked at.
    fn kin_cells(&self, tables: &Tables, weights: &Weights) -> impl Iterator<Item = u32> {
        let kin = |kinship: &Option<u16>| kinship.is_none_or(|kinship| kinship >= weights.trade_floor);
        let cells = tables.kinship.iter().zip(&self.trade_cells);
        cells
            .filter(move |(kinship, _)| kin(kinship))
            .flat_map(|(_, (start, end))| *start..*end)
    }

    pub(crate) fn units(&self) -> &[Unit] {
        &self.units
    }

    pub(crate) fn unit(&self, at: u32) -> &Unit {
        &self.units[at as usize]
    }

    /// The best `k` units for `unit`, best first.
    pub(crate) fn best(&self, unit: &Unit, k: usize, context: &Context) -> Vec<Answer> {
        let tables = Tables {
            kinship: self.kinships(unit, context),
            lies: self.lies(unit, context),
        };
        self.walk(&self.query(unit), &tables, k, &context.weights)
    }

    /// The best `k` units for every unit of `other`, in the order of `other`.
    pub(crate) fn best_for_all(&self, other: &Self, k: usize, context: &Context) -> Vec<Vec<Answer>> {
        let mut all = vec![Vec::new(); other.units.len()];
        let mut tables = Tables::default();
        let mut trade = None;
        for cell in &other.cells {
            // Every unit of a cell has the same trade and place, and the cells of a trade stand together.
            let asking = other.members_of(cell);
            let Some(unit) = asking.first().map(|at| other.unit(*at)) else {
                continue;
            };
            if trade != Some(cell.trade) {
                tables.kinship = self.kinships(unit, context);
                trade = Some(cell.trade);
            }
            tables.lies = self.lies(unit, context);
            for at in asking {
                all[*at as usize] = self.walk(&self.query(other.unit(*at)), &tables, k, &context.weights);
            }
        }
        all
    }

    /// How many units fail each hard criterion; of a unit of the wrong kind only the kind is counted.
    pub(crate) fn obstacles(&self, unit: &Unit, context: &Context) -> [usize; HardCriterion::ALL.len()] {
        let tables = Tables {
            kinship: self.kinships(unit, context),
            lies: self.lies(unit, context),
        };
        let query = self.query(unit);
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
            owner,
            speaks: spoken(unit, &facts),
            sets,
        }
    }

    fn kinships(&self, unit: &Unit, context: &Context) -> Vec<Option<u16>> {
        let of = |at: &u32| {
            let (offer, need) = self.sides(self.unit(*at), unit);
            kinship(&context.vocabulary, Trade::of(offer), Trade::of(need)).map(|(kinship, _)| kinship)
        };
        self.trades.iter().map(of).collect()
    }

    fn lies(&self, unit: &Unit, context: &Context) -> Vec<Lie> {
        let of = |at: &u32| {
            let (offer, need) = self.sides(self.unit(*at), unit);
            let districts = offer.district.as_deref().zip(need.district.as_deref());
            let provinces = offer.province.as_deref().zip(need.province.as_deref());
            Lie {
                metres: districts.and_then(|(offer, need)| context.vocabulary.distance_m(offer, need)),
                same_province: provinces.map(|(offer, need)| offer == need),
            }
        };
        self.places.iter().map(of).collect()
    }

    /// (offer, need) of something of this shelf and something of the other side.
    fn sides<T>(&self, own: T, other: T) -> (T, T) {
        match self.side {
            Side::Offer => (own, other),
            Side::Need => (other, own),
        }
    }

    fn pair<'a>(&'a self, query: &'a Query, tables: &'a Tables, packed: &'a Packed) -> Pair<'a, Walk<'a>> {
        let (offer, need) = self.sides(&packed.facts, &query.facts);
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

    /// The most any unit of a cell of kin trade can score, or `None` when none can pass.
    fn bound(&self, cell: &Cell, query: &Query, tables: &Tables, weights: &Weights) -> Option<u16> {
        let (offer, need) = self.sides(cell.kind, query.facts.kind);
        let kinship = tables.kinship[cell.trade as usize];
        let lie = tables.lies[cell.place as usize];
        let passes = answers(offer, need) && !(query.facts.region_bound && lie.same_province == Some(false));
        let both_speak = cell.speaks & query.speaks;
        passes.then(|| {
            weights.total(Criterion::ALL.map(|criterion| match criterion {
                Criterion::Trade => kinship.unwrap_or(weights.neutral()),
                Criterion::Distance => {
                    judge::nearness(lie.metres, lie.same_province, weights).unwrap_or(weights.neutral())
                }
                _ if both_speak & bit(criterion) != 0 => judge::FULL,
                _ => weights.neutral(),
            }))
        })
    }

    fn walk(&self, query: &Query, tables: &Tables, k: usize, weights: &Weights) -> Vec<Answer> {
        if k == 0 {
            return Vec::new();
        }
        // Heaps order by score, then by the smaller id; `kept` has its worst answer on top.
        let mut cells: BinaryHeap<(u16, Reverse<u32>)> = self
            .kin_cells(tables, weights)
            .filter_map(|at| {
                Some((
                    self.bound(&self.cells[at as usize], query, tables, weights)?,
                    Reverse(at),
                ))
            })
            .collect();
        let mut kept: BinaryHeap<Reverse<(u16, Reverse<u32>)>> = BinaryHeap::with_capacity(k.min(self.units.len()) + 1);
        while let Some((bound, Reverse(cell))) = cells.pop() {
            let beaten = |kept: &BinaryHeap<Reverse<(u16, Reverse<u32>)>>, best: (u16, Reverse<u32>)| {
                kept.len() == k && kept.peek().is_some_and(|Reverse(worst)| best <= *worst)
            };
            if beaten(&kept, (bound, Reverse(0))) {
                // Not even the first of all ids could come in with this bound, nor with a lower one.
                break;
            }
            for at in self.members_of(&self.cells[cell as usize]) {
                // Members stand in the order of ids: if this one cannot come in with full marks, no later one can.
                if beaten(&kept, (bound, Reverse(*at))) {
                    break;
                }
                let pair = self.pair(query, tables, &self.packed[*at as usize]);
                if !pair.passes(weights) {
                    continue;
                }
                let score = pair.total(weights);
                debug_assert!(score <= bound, "a bound below a score would make the walk inexact");
                if !beaten(&kept, (score, Reverse(*at))) {
                    if kept.len() == k {
                        kept.pop();
                    }
                    kept.push(Reverse((score, Reverse(*at))));
                }
            }
        }
        let best_first = kept.into_sorted_vec();
        best_first
            .into_iter()
            .map(|Reverse((score, Reverse(at)))| (score, at))
            .collect()
    }
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
        let (_, wanted) = self.shelf.sides(own.len(), *count);
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
        .filter(|criterion| speaks(*criterion, unit, facts))
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
