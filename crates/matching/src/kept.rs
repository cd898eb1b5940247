//! The best answers found so far.

use std::{cmp::Reverse, collections::BinaryHeap};

/// One answer: the score, and the unit's place in the order of ids.
pub(crate) type Answer = (u16, u32);

/// The best answers so far, the worst of them on top: by score, then by the smaller id.
pub(crate) struct Kept {
    most: usize,
    heap: BinaryHeap<Reverse<(u16, Reverse<u32>)>>,
}

impl Kept {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            heap: BinaryHeap::new(),
        }
    }

    pub(crate) fn has_room_for(&self, (score, at): Answer) -> bool {
        self.heap.len() < self.most
            || self
                .heap
                .peek()
                .is_some_and(|Reverse(worst)| (score, Reverse(at)) > *worst)
    }

    pub(crate) fn offer(&mut self, answer: Answer) {
        if self.has_room_for(answer) {
            if self.heap.len() == self.most {
                self.heap.pop();
            }
            self.heap.push(Reverse((answer.0, Reverse(answer.1))));
        }
    }

    pub(crate) fn best_first(self) -> Vec<Answer> {
        let best_first = self.heap.into_sorted_vec();
        best_first
            .into_iter()
            .map(|Reverse((score, Reverse(at)))| (score, at))
            .collect()
    }
}
