//! Chance as a value, so that the same seed gives the same story.

use std::{fmt, sync::Mutex};

use rand_chacha::ChaCha12Rng;
use rand_core::{Rng, SeedableRng};

/// Where random bytes come from. The program draws from the operating system; tests and the demonstration are seeded.
pub trait Chance: Send + Sync + fmt::Debug {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// A random number of 64 bits.
    fn next_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number below `bound`; 0 when `bound` is 0. The bias of the modulus is below 2^-40 for bounds in use here.
    fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next_u64() % bound }
    }
}

/// Chance from a seed (`ChaCha`, 12 rounds): the same on every machine.
#[derive(Debug)]
pub struct SeededChance(Mutex<ChaCha12Rng>);

impl SeededChance {
    /// Chance that follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut rng = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rng.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_tells_the_same_story() {
        let (a, b) = (SeededChance::new(7), SeededChance::new(7));
        assert_eq!(a.next_u64(), b.next_u64());
        assert_ne!(a.next_u64(), SeededChance::new(8).next_u64());
        assert!(a.below(3) < 3);
    }
}
