//! A window of a segment's documents as bits: sets of documents are met, joined and counted 64 at a time.

use tantivy::DocId;

/// How many documents a window holds. Fewer in tests, so that a few hundred documents fill several.
pub(crate) const WIDTH: u32 = if cfg!(test) { 128 } else { 4096 };
const BLOCKS: usize = WIDTH as usize / 64;

/// Which of the documents of a window are in a set.
#[derive(Debug, Clone)]
pub(crate) struct Window([u64; BLOCKS]);

impl Window {
    /// None of them.
    pub(crate) const EMPTY: Self = Self([0; BLOCKS]);

    /// The first ones.
    pub(crate) fn first(many: u32) -> Self {
        let mut window = Self::EMPTY;
        for (block, from) in window.0.iter_mut().zip((0..).step_by(64)) {
            *block = match many.saturating_sub(from) {
                0 => 0,
                some @ 1..64 => (1 << some) - 1,
                _ => u64::MAX,
            };
        }
        window
    }

    /// Adds these, which stand in order.
    pub(crate) fn extend(&mut self, places: impl Iterator<Item = u32>) {
        set(&mut self.0, places);
    }

    pub(crate) fn insert(&mut self, at: u32) {
        self.0[at as usize / 64] |= 1 << (at % 64);
    }

    pub(crate) fn contains(&self, at: u32) -> bool {
        self.0[at as usize / 64] >> (at % 64) & 1 == 1
    }

    pub(crate) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= other);
    }

    pub(crate) fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= !other);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.add_blocks(&other.0);
    }

    /// Adds those whose bits these are, from the window's first document on.
    pub(crate) fn add_blocks(&mut self, blocks: &[u64]) {
        self.0.iter_mut().zip(blocks).for_each(|(own, other)| *own |= other);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|block| *block == 0)
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|block| block.count_ones()).sum()
    }

    /// The places of the documents, in order.
    pub(crate) fn places(&self) -> impl Iterator<Item = u32> {
        self.0.iter().zip((0..).step_by(64)).flat_map(|(block, from)| {
            let rest = |left: &u64| Some(left & (left - 1)).filter(|rest| *rest != 0);
            let lefts = std::iter::successors(Some(*block).filter(|block| *block != 0), rest);
            lefts.map(move |left| from + left.trailing_zeros())
        })
    }

    /// Reads the documents, in order, where the window begins with document `base`.
    pub(crate) fn read(&self, base: DocId, documents: &mut Vec<DocId>) {
        documents.clear();
        for (block, from) in self.0.iter().zip((base..).step_by(64)) {
            let mut left = *block;
            while left != 0 {
                documents.push(from + left.trailing_zeros());
                left &= left - 1;
            }
        }
    }

    /// Keeps those of which this holds.
    pub(crate) fn retain(&mut self, holds: impl Fn(u32) -> bool) {
        for (block, from) in self.0.iter_mut().zip((0..).step_by(64)) {
            let mut left = *block;
            while left != 0 {
                let lowest = left.trailing_zeros();
                left &= left - 1;
                if !holds(from + lowest) {
                    *block &= !(1 << lowest);
                }
            }
        }
    }
}

/// Documents of a window that may still be hits, counted once for all that is asked about them.
#[derive(Clone, Copy)]
pub(crate) struct Hits<'a> {
    pub(crate) window: &'a Window,
    pub(crate) many: u32,
}

impl<'a> Hits<'a> {
    pub(crate) fn new(window: &'a Window) -> Self {
        let many = window.count();
        Self { window, many }
    }
}

/// Sets the bits of these places, which stand in order. Bits of one block are put together before they are written: places that lie
/// close would each wait for the one before.
pub(crate) fn set(blocks: &mut [u64], places: impl Iterator<Item = u32>) {
    let (mut present, mut bits) = (0, 0);
    for place in places {
        let block = place as usize / 64;
        if block != present {
            blocks[present] |= bits;
            (present, bits) = (block, 0);
        }
        bits |= 1 << (place % 64);
    }
    blocks[present] |= bits;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn windows_are_sets(some in prop::collection::btree_set(0..WIDTH, 0..90), others in prop::collection::btree_set(0..WIDTH, 0..90), many in 0..=WIDTH) {
            let window = |of: &std::collections::BTreeSet<u32>| {
                let mut window = Window::EMPTY;
                let (some, rest): (Vec<u32>, Vec<u32>) = of.iter().partition(|at| *at % 3 == 0);
                window.extend(some.into_iter());
                for at in rest {
                    window.insert(at);
                }
                window
            };
            let read = |window: &Window| {
                let mut documents = vec![1];
                window.read(7, &mut documents);
                documents.into_iter().map(|at| at - 7).collect::<Vec<_>>()
            };
            let (left, right) = (window(&some), window(&others));
            prop_assert_eq!(read(&left), some.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(left.is_empty(), some.is_empty());
            prop_assert_eq!(left.count() as usize, some.len());
            prop_assert_eq!(left.places().collect::<Vec<_>>(), read(&left));
            prop_assert!(some.iter().all(|at| left.contains(*at)));
            let mut both = left.clone();
            both.keep(&right);
            prop_assert_eq!(read(&both), some.intersection(&others).copied().collect::<Vec<_>>());
            let mut either = left.clone();
            either.add(&right);
            prop_assert_eq!(read(&either), some.union(&others).copied().collect::<Vec<_>>());
            let mut odd = left.clone();
            odd.retain(|at| at % 2 == 1);
            prop_assert_eq!(read(&odd), some.iter().copied().filter(|at| at % 2 == 1).collect::<Vec<_>>());
            let mut rest = left;
            rest.remove(&right);
            prop_assert_eq!(read(&rest), some.difference(&others).copied().collect::<Vec<_>>());
            prop_assert_eq!(read(&Window::first(many)), (0..many).collect::<Vec<_>>());
        }
    }
}
