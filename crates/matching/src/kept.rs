//! The best answers found so far, and which of near-equals comes first.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::UnitId;

/// A score as people see it, 0..=100. Scores that are shown as one are near-equal: what parts them is nothing that anybody was told.
pub const fn shown(score: u16) -> u16 {
    score / 10
}

/// One answer: the score, and the unit's place in the order of ids.
pub(crate) type Answer = (u16, u32);

/// What an answer is ranked by: the score as shown; among near-equals the draw of the pair; then the smaller id.
type Rank = (u16, u64, Reverse<u32>);

/// The best answers so far, the worst of them on top.
pub(crate) struct Kept {
    most: usize,
    heap: BinaryHeap<Reverse<(Rank, u16)>>,
}

impl Kept {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            heap: BinaryHeap::new(),
        }
    }

    /// Whether an answer of such a score could come in, if its draw were the highest of all.
    pub(crate) fn has_room_for_score(&self, score: u16) -> bool {
        self.has_room_for(score, u64::MAX, 0)
    }

    pub(crate) fn has_room_for(&self, score: u16, draw: u64, at: u32) -> bool {
        let rank = (shown(score), draw, Reverse(at));
        self.heap.len() < self.most || self.heap.peek().is_some_and(|Reverse((worst, _))| rank > *worst)
    }

    pub(crate) fn offer(&mut self, (score, at): Answer, draw: u64) {
        if self.has_room_for(score, draw, at) {
            if self.heap.len() == self.most {
                self.heap.pop();
            }
            let rank = (shown(score), draw, Reverse(at));
            self.heap.push(Reverse((rank, score)));
        }
    }

    pub(crate) fn best_first(self) -> Vec<Answer> {
        let best_first = self.heap.into_sorted_vec();
        best_first
            .into_iter()
            .map(|Reverse(((_, _, Reverse(at)), score))| (score, at))
            .collect()
    }
}

/// What stands for a unit in draws: its id in 64 bits, mixed.
pub(crate) fn lot(id: &UnitId) -> u64 {
    match id {
        UnitId::Posting { line, .. } => of_uuid(line.uuid().as_u64_pair()),
        UnitId::Register(row) => of_uuid(row.uuid().as_u64_pair()),
        // FNV-1a: references are short.
        UnitId::External(reference) => mix(reference.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })),
    }
}

/// What a pair draws: always the same, the same from both sides, and of one unit's pairs evenly spread. So everybody whom many
/// suit equally well begins with another one (rendezvous hashing: Thaler and Ravishankar, 1998).
pub fn draw(one: &UnitId, other: &UnitId) -> u64 {
    drawn(lot(one), lot(other))
}

/// What the units of these lots draw.
pub(crate) const fn drawn(one: u64, other: u64) -> u64 {
    mix(one ^ other)
}

const fn of_uuid((high, low): (u64, u64)) -> u64 {
    mix(mix(high) ^ low)
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood, 2014).
const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
