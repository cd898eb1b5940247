//! What the batches of a run read one after the other and is the same for all of them: kept until the run is over, and never
//! more than so much of it, so that memory does not grow with how many people are written to.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use kernel::{PostingId, Timestamp};

use super::{searches::Answer, tell::Post};

/// Of two hundred posts at most each.
const ANSWERS: usize = 20_000;
const POSTS: usize = 50_000;

/// A map that begins anew when it is full.
pub(super) struct Kept<K, V> {
    most: usize,
    all: HashMap<K, V>,
}

impl<K: Hash + Eq, V> Kept<K, V> {
    fn new(most: usize) -> Self {
        Self {
            most,
            all: HashMap::new(),
        }
    }

    pub(super) fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.all.get(key)
    }

    pub(super) fn put(&mut self, key: K, value: V) {
        if self.all.len() >= self.most && !self.all.contains_key(&key) {
            self.all.clear();
        }
        self.all.insert(key, value);
    }
}

/// What is seen or not is asked anew for each batch; what these hold was so when the run began to speak of it.
pub(super) struct Shared {
    /// Up to when search and matches knew of everything when the run began. What they learn while it goes on may be missing
    /// in an answer that is kept: no mark passes this moment.
    pub(super) known: Timestamp,
    /// What the engine answered, by what a search keeps: many people look for the same.
    pub(super) answers: Kept<String, Answer>,
    /// What letters say of posts.
    pub(super) posts: Kept<PostingId, Arc<Post>>,
}

impl Shared {
    pub(super) fn new(known: Timestamp) -> Self {
        Self {
            known,
            answers: Kept::new(ANSWERS),
            posts: Kept::new(POSTS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_never_more_than_was_said() {
        let mut kept = Kept::new(2);
        for (key, value) in [("a", 1), ("b", 2), ("b", 3)] {
            kept.put(key, value);
        }
        assert_eq!((kept.get("a"), kept.get("b")), (Some(&1), Some(&3)));
        kept.put("c", 4);
        assert_eq!((kept.get("a"), kept.get("c")), (None, Some(&4)), "it begins anew");
    }
}
