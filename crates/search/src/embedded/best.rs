//! The first hits in an order, kept while documents go by.

use std::{cmp::Ordering, collections::BinaryHeap};

use tantivy::{DocAddress, DocId, SegmentOrdinal, TantivyError, columnar::Column};

use super::{failed, opened::Opened};
use crate::{Error, Sort};

/// How many numbers an order looks at, at most; the key is the last resort.
const NUMBERS: usize = 3;

/// A number of a document; the greater one comes first.
enum Rule<'a> {
    Score,
    Descending(&'a Column<i64>),
    Ascending(&'a Column<i64>),
}

impl Rule<'_> {
    fn of(&self, document: DocId, score: i64) -> i64 {
        let value = |column: &Column<i64>| column.first(document).unwrap_or_default();
        match self {
            Self::Score => score,
            Self::Descending(column) => value(column),
            // Turned round without an end that has no opposite.
            Self::Ascending(column) => !value(column),
        }
    }
}

/// What an order says of a document of one segment.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    numbers: [i64; NUMBERS],
    /// The place of its key among the segment's.
    key: u64,
    document: DocId,
}

impl Ord for Kept {
    /// The greater comes later.
    fn cmp(&self, other: &Self) -> Ordering {
        other.numbers.cmp(&self.numbers).then(self.key.cmp(&other.key))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The first documents of a segment.
pub(crate) struct Best<'a> {
    rules: Vec<Rule<'a>>,
    opened: &'a Opened,
    many: usize,
    kept: BinaryHeap<Kept>,
}

impl<'a> Best<'a> {
    /// The first so many; by relevance to words, or to none.
    pub(crate) fn new(opened: &'a Opened, sort: Sort, worded: bool, many: usize) -> Self {
        let newest = Rule::Descending(&opened.published);
        let rules = match sort {
            // Where nothing is asked, no title answers better than another.
            Sort::Relevance if !worded => vec![Rule::Score, newest],
            Sort::Relevance => vec![Rule::Score, Rule::Ascending(&opened.title_length), newest],
            Sort::Newest => vec![newest],
            Sort::StartsSoonest => vec![Rule::Ascending(&opened.starts), newest],
            Sort::SeatsMost => vec![Rule::Descending(&opened.seats), newest],
            Sort::PayHighest => vec![Rule::Descending(&opened.pay), newest],
        };
        Self {
            rules,
            opened,
            many,
            kept: BinaryHeap::new(),
        }
    }

    /// Whether the order looks at scores.
    pub(crate) fn scores(&self) -> bool {
        matches!(self.rules.first(), Some(Rule::Score))
    }

    fn last(&self) -> Option<&Kept> {
        self.kept.peek().filter(|_| self.kept.len() >= self.many)
    }

    /// The score below which nothing is kept any more, where the order looks at scores.
    pub(crate) fn least(&self) -> i64 {
        self.last().filter(|_| self.scores()).map_or(0, |last| last.numbers[0])
    }

    /// A document goes by.
    pub(crate) fn offer(&mut self, document: DocId, score: i64) {
        if self.many == 0 {
            return;
        }
        let last = self.last();
        let mut numbers = [0; NUMBERS];
        // Most come after the last that is kept, and most of them by their first number: the others need not be read.
        let mut place = last.map_or(Ordering::Greater, |_| Ordering::Equal);
        for (rule, (at, number)) in self.rules.iter().zip(numbers.iter_mut().enumerate()) {
            *number = rule.of(document, score);
            if let (Ordering::Equal, Some(last)) = (place, last) {
                place = (*number).cmp(&last.numbers[at]);
            }
            if place == Ordering::Less {
                return;
            }
        }
        let key = self.opened.keys.ords().first(document).unwrap_or(u64::MAX);
        if last.is_some_and(|last| place == Ordering::Equal && key > last.key) {
            return;
        }
        if last.is_some() {
            self.kept.pop();
        }
        self.kept.push(Kept { numbers, key, document });
    }
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
        Ok(match other.kept.numbers.cmp(&self.kept.numbers) {
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
