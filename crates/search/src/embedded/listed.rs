//! The documents of a term, read as the blocks they are stored in.

use tantivy::{DocId, TERMINATED, postings::BlockSegmentPostings};

use super::window::{WIDTH, Window};

/// A list of documents on the way through a segment.
pub(crate) struct Listed {
    blocks: BlockSegmentPostings,
    /// The place in the present block.
    at: usize,
}

impl Listed {
    pub(crate) fn new(blocks: BlockSegmentPostings) -> Self {
        Self { blocks, at: 0 }
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
    pub(crate) fn mark(&mut self, base: DocId, into: &mut Window) {
        let end = base.saturating_add(WIDTH);
        self.next(base);
        while !self.read(end, |document| into.insert(document - base)) {}
    }

    /// All that are left.
    pub(crate) fn mark_all(&mut self, mut mark: impl FnMut(DocId)) {
        while !self.read(TERMINATED, &mut mark) {}
    }

    /// Reads what is left of the present block before `end`; says whether there is no more to read.
    fn read(&mut self, end: DocId, mark: impl FnMut(DocId)) -> bool {
        let rest = self.rest();
        let before = match rest.last() {
            None => return true,
            Some(last) if *last < end => rest.len(),
            Some(_) => rest.partition_point(|document| *document < end),
        };
        rest[..before].iter().copied().for_each(mark);
        let ends_here = before < rest.len();
        if ends_here {
            self.at += before;
        } else {
            self.blocks.advance();
            self.at = 0;
        }
        ends_here
    }
}
