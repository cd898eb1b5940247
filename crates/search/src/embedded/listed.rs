//! The documents of a term, read as the blocks they are stored in.

use tantivy::{DocId, TERMINATED, postings::BlockSegmentPostings};

use super::window::{self, Hits, WIDTH, Window};

/// To look one document up takes as long as to read so many.
const LOOK_UP: u64 = 4;

/// A list of documents on the way through a segment.
pub(crate) struct Listed {
    blocks: BlockSegmentPostings,
    /// The place in the present block.
    at: usize,
    /// How many documents of a window are listed, on average.
    in_window: u64,
}

impl Listed {
    /// A list of a segment of so many documents.
    pub(crate) fn new(blocks: BlockSegmentPostings, documents: DocId) -> Self {
        let in_window = u64::from(blocks.doc_freq()) * u64::from(WIDTH) / u64::from(documents.max(1));
        Self {
            blocks,
            at: 0,
            in_window,
        }
    }

    /// How many documents there are, those that were deleted among them.
    pub(crate) fn len(&self) -> u32 {
        self.blocks.doc_freq()
    }

    /// What is left of the present block.
    fn rest(&self) -> &[DocId] {
        self.blocks.docs().get(self.at..).unwrap_or_default()
    }

    /// Goes to the first document from `base` on, and says which it is.
    pub(crate) fn next(&mut self, base: DocId) -> DocId {
        match (self.rest().first(), self.rest().last()) {
            (Some(first), _) if *first >= base => {}
            (_, Some(last)) if *last >= base => self.at += self.rest().partition_point(|document| *document < base),
            (Some(_), _) => self.at = self.blocks.seek(base),
            (None, _) => {}
        }
        self.rest().first().copied().unwrap_or(TERMINATED)
    }

    /// Adds the documents of the window that begins with `base`.
    fn mark(&mut self, base: DocId, into: &mut Window) {
        let end = base.saturating_add(WIDTH);
        self.next(base);
        let within = |documents: &[DocId]| into.extend(documents.iter().map(|document| document - base));
        self.read(end, within);
    }

    /// Adds at least those documents of the window that are among `hits`. Where these are few, they are looked for in the list one by
    /// one, and most of a long list is never read.
    pub(crate) fn mark_among(&mut self, base: DocId, hits: Hits<'_>, into: &mut Window) {
        if u64::from(hits.many) * LOOK_UP > self.in_window {
            return self.mark(base, into);
        }
        for at in hits.window.places() {
            if self.next(base + at) == base + at {
                into.insert(at);
            }
        }
    }

    /// Sets the bits of all that are left.
    pub(crate) fn mark_all(&mut self, blocks: &mut [u64]) {
        self.read(TERMINATED, |documents| window::set(blocks, documents.iter().copied()));
    }

    /// Reads what is left before `end`, block by block.
    fn read(&mut self, end: DocId, mut mark: impl FnMut(&[DocId])) {
        while let Some(last) = self.rest().last().copied() {
            let rest = self.rest();
            if last >= end {
                let before = rest.partition_point(|document| *document < end);
                mark(&rest[..before]);
                self.at += before;
                return;
            }
            mark(rest);
            self.blocks.advance();
            self.at = 0;
        }
    }
}
