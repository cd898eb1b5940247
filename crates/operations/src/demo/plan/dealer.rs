//! Drawing without repetition: a table is dealt like a pack of cards and shuffled again only when it is used up, so
//! that every phrase is heard before any is heard twice.

use std::collections::BTreeMap;

use kernel::Chance;

/// Deals from named packs.
#[derive(Debug)]
pub(crate) struct Dealer<'c> {
    chance: &'c dyn Chance,
    packs: BTreeMap<String, Vec<usize>>,
}

impl<'c> Dealer<'c> {
    /// A dealer who shuffles by `chance`.
    pub(crate) const fn new(chance: &'c dyn Chance) -> Self {
        Self {
            chance,
            packs: BTreeMap::new(),
        }
    }

    /// The next of `items`, which must not be empty, from the pack of this name.
    pub(crate) fn pick<'t, T>(&mut self, pack: &str, items: &'t [T]) -> &'t T {
        let mut rest = self.packs.remove(pack).unwrap_or_default();
        // A pack of another size is another table under the same name: begin anew.
        if rest.is_empty() || rest.iter().any(|&at| at >= items.len()) {
            rest = (0..items.len()).collect();
            self.shuffle(&mut rest);
        }
        let at = rest.pop().unwrap_or_default();
        self.packs.insert(pack.to_owned(), rest);
        &items[at]
    }

    /// Brings `items` into another order.
    pub(crate) fn shuffle<T>(&self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    /// A place in a list of `len`.
    pub(crate) fn below(&self, len: usize) -> usize {
        usize::try_from(self.chance.below(len as u64)).unwrap_or_default()
    }

    /// A number from `least` to `most`, both included.
    pub(crate) fn between(&self, least: i64, most: i64) -> i64 {
        let width = u64::try_from(most - least + 1).unwrap_or(1);
        least + i64::try_from(self.chance.below(width)).unwrap_or_default()
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub(crate) fn happens(&self, percent: u64) -> bool {
        self.chance.below(100) < percent
    }
}

#[cfg(test)]
mod tests {
    use kernel::SeededChance;

    use super::*;

    #[test]
    fn every_card_comes_before_any_comes_twice() {
        let chance = SeededChance::new(3);
        let mut dealer = Dealer::new(&chance);
        for _ in 0..4 {
            let mut round: Vec<i32> = (0..5).map(|_| *dealer.pick("numbers", &[1, 2, 3, 4, 5])).collect();
            round.sort_unstable();
            assert_eq!(round, [1, 2, 3, 4, 5]);
        }
    }
}
