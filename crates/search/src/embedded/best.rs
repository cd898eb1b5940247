//! The first hits in an order, kept while documents go by.

use std::{cmp::Ordering, collections::BinaryHeap};

use tantivy::{DocAddress, DocId, SegmentOrdinal, TantivyError, columnar::Column};

use super::{failed, opened::Opened};
use crate::{Error, Sort};

/// What an order says of a document of one segment.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    /// All numbers of the order in one, so that a document is passed over by one comparison; the greater comes first.
    place: u128,
    /// The place of its key among the segment's: the last resort.
    key: u64,
    document: DocId,
    /// Never below nought.
    score: i64,
}

impl Ord for Kept {
    /// The greater comes later.
    fn cmp(&self, other: &Self) -> Ordering {
        other.place.cmp(&self.place).then(self.key.cmp(&other.key))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The first documents of a segment.
pub(crate) struct Best<'a> {
    opened: &'a Opened,
    sort: Sort,
    worded: bool,
    many: usize,
    kept: BinaryHeap<Kept>,
    /// The place of the last that is kept; nought while there is room for any.
    bar: u128,
}

impl<'a> Best<'a> {
    /// The first so many; by relevance to words, or to none.
    pub(crate) fn new(opened: &'a Opened, sort: Sort, worded: bool, many: usize) -> Self {
        Self {
            opened,
            sort,
            worded,
            many,
            kept: BinaryHeap::new(),
            bar: 0,
        }
    }

    /// Whether the order looks at scores.
    pub(crate) fn scores(&self) -> bool {
        self.sort == Sort::Relevance
    }

    fn last(&self) -> Option<&Kept> {
        self.kept.peek().filter(|_| self.kept.len() >= self.many)
    }

    /// The score below which nothing is kept any more, where the order looks at scores.
    pub(crate) fn least(&self) -> i64 {
        self.last().filter(|_| self.scores()).map_or(0, |last| last.score)
    }

    /// A document goes by, as most do.
    #[inline]
    pub(crate) fn offer(&mut self, document: DocId, score: i64) {
        let place = self.place(document, score);
        if place >= self.bar {
            self.keep(document, score, place);
        }
    }

    fn keep(&mut self, document: DocId, score: i64, place: u128) {
        if self.many == 0 {
            return;
        }
        let last = self.last();
        let key = self.opened.keys.ords().first(document).unwrap_or(u64::MAX);
        if last.is_some_and(|last| place == last.place && key > last.key) {
            return;
        }
        if last.is_some() {
            self.kept.pop();
        }
        self.kept.push(Kept {
            place,
            key,
            document,
            score,
        });
        self.bar = self.last().map_or(0, |last| last.place);
    }

    /// What comes first has the greatest.
    #[inline]
    fn place(&self, document: DocId, score: i64) -> u128 {
        let glance = &self.opened.glances[document as usize];
        let first = |column: &Column<i64>| ordered(column.first(document).unwrap_or_default());
        let before = match self.sort {
            // Where nothing is asked, no title answers better than another.
            Sort::Relevance if !self.worded => score.cast_unsigned(),
            Sort::Relevance => score.cast_unsigned() << 16 | u64::from(!glance.title_length),
            Sort::Newest => 0,
            Sort::StartsSoonest => !first(&self.opened.starts),
            Sort::SeatsMost => first(&self.opened.seats),
            Sort::PayHighest => first(&self.opened.pay),
        };
        u128::from(before) << 64 | u128::from(ordered(glance.published))
    }
}

/// Numbers without a sign, in the order of those with one.
const fn ordered(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// The next document of a segment that a page may take.
struct Head<'a> {
    opened: &'a Opened,
    segment: SegmentOrdinal,
    kept: Kept,
    rest: std::vec::IntoIter<Kept>,
    /// Its key, once it was needed: to read one costs more than to compare all numbers.
    key: Option<String>,
}

impl Head<'_> {
    fn key(&mut self) -> Result<&str, Error> {
        if self.key.is_none() {
            let mut key = String::new();
            let read = self.opened.keys.ord_to_str(self.kept.key, &mut key);
            read.map_err(|error| failed(TantivyError::from(error)))?;
            self.key = Some(key);
        }
        Ok(self.key.as_deref().unwrap_or_default())
    }

    /// Whether it comes before another, which is of another segment.
    fn is_before(&mut self, other: &mut Self) -> Result<bool, Error> {
        Ok(match other.kept.place.cmp(&self.kept.place) {
            Ordering::Less => true,
            Ordering::Equal => self.key()? < other.key()?,
            Ordering::Greater => false,
        })
    }
}

/// The documents of a page out of the first ones of each segment.
pub(crate) fn page(segments: Vec<Best<'_>>, offset: usize, many: usize) -> Result<Vec<DocAddress>, Error> {
    let mut heads: Vec<Head<'_>> = (0..)
        .zip(segments)
        .filter_map(|(segment, best)| {
            let mut rest = best.kept.into_sorted_vec().into_iter();
            let kept = rest.next()?;
            let opened = best.opened;
            Some(Head {
                opened,
                segment,
                kept,
                rest,
                key: None,
            })
        })
        .collect();
    let mut page = Vec::new();
    for place in 0..offset.saturating_add(many) {
        let Some(mut first) = heads.len().checked_sub(1) else {
            break;
        };
        for at in (0..first).rev() {
            if let Ok([head, best]) = heads.get_disjoint_mut([at, first])
                && head.is_before(best)?
            {
                first = at;
            }
        }
        let head = &mut heads[first];
        if place >= offset {
            page.push(DocAddress::new(head.segment, head.kept.document));
        }
        head.key = None;
        match head.rest.next() {
            Some(kept) => head.kept = kept,
            None => drop(heads.swap_remove(first)),
        }
    }
    Ok(page)
}
