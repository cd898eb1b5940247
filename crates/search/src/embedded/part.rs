//! What a segment's documents must be, worked out window by window.
//!
//! tantivy's own queries walk from document to document through boxed scorers. All that is asked here are sets, and the same lists
//! of documents read into bits, a window at a time, cost a fraction (figures in the README).

use tantivy::{
    DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term,
    query::{EnableScoring, Query as _, RangeQuery, Scorer},
    schema::{Field, IndexRecordOption},
};

use super::{
    failed,
    listed::Listed,
    opened::{Chosen, Opened},
    schema::Columns,
    window::{Hits, WIDTH, Window},
};
use crate::{Error, Facet, Filter, Viewer, analysis::Word, row};

/// A list is long that holds more than one of so many documents of its segment.
const LONG: u32 = 32;

/// A set of a segment's documents, read forwards.
pub(crate) enum Part<'a> {
    Everything,
    Nothing,
    /// Those of a term.
    Listed(Box<Listed>),
    /// Bits of the whole segment.
    Marked(Vec<u64>),
    /// Those whose number lies between two others.
    Ranged(Box<dyn Scorer>),
    /// Those that have one of some values of a facet, by the values of each.
    Valued(Chosen<'a>),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl Part<'_> {
    /// Adds at least those documents of the window that are among `hits`. `base`, its first document, never goes back, and is a
    /// multiple of 64.
    pub(crate) fn mark(&mut self, base: DocId, hits: Hits<'_>, into: &mut Window) {
        match self {
            Self::Nothing => {}
            Self::Listed(listed) => listed.mark_among(base, hits, into),
            Self::Ranged(scorer) => {
                let mut at = from(scorer, base);
                // The end of a list is a number too, and no document's.
                into.extend(std::iter::from_fn(|| {
                    let here = at < base.saturating_add(WIDTH) && at != TERMINATED;
                    here.then(|| std::mem::replace(&mut at, scorer.advance()) - base)
                }));
            }
            Self::Marked(blocks) => {
                let from = (base as usize / 64).min(blocks.len());
                into.add_blocks(&blocks[from..]);
            }
            Self::Any(parts) => parts.iter_mut().for_each(|part| part.mark(base, hits, into)),
            Self::Everything | Self::All(_) | Self::Valued(_) | Self::Not(_) => {
                let mut among = hits.window.clone();
                self.narrow(base, &mut among);
                into.add(&among);
            }
        }
    }

    /// Keeps those of the window that are in this set.
    pub(crate) fn narrow(&mut self, base: DocId, kept: &mut Window) {
        match self {
            Self::Everything => {}
            Self::Not(part) if matches!(**part, Self::Nothing) => {}
            // What was skipped is passed over when it is looked at again.
            _ if kept.is_empty() => {}
            Self::All(parts) => parts.iter_mut().for_each(|part| part.narrow(base, kept)),
            Self::Valued(chosen) => kept.retain(|at| chosen.has(base + at)),
            Self::Not(part) => kept.remove(&part.marked(base, Hits::new(kept))),
            one => kept.keep(&one.marked(base, Hits::new(kept))),
        }
    }

    /// Those of the window that are in this set, as far as `hits` are concerned.
    pub(crate) fn marked(&mut self, base: DocId, hits: Hits<'_>) -> Window {
        let mut window = Window::EMPTY;
        self.mark(base, hits, &mut window);
        window
    }

    /// How many documents are listed, those that were deleted among them.
    pub(crate) fn listed(&self) -> u32 {
        match self {
            Self::Listed(listed) => listed.len(),
            Self::Marked(blocks) => blocks.iter().map(|block| block.count_ones()).sum(),
            _ => 0,
        }
    }

    /// Before this document, and from `base` on, there is none of the set.
    pub(crate) fn next(&mut self, base: DocId) -> DocId {
        match self {
            Self::Everything | Self::Marked(_) | Self::Valued(_) | Self::Not(_) => base,
            Self::Nothing => TERMINATED,
            Self::Listed(listed) => listed.next(base),
            Self::Ranged(scorer) => from(scorer, base),
            Self::All(parts) => parts.iter_mut().fold(base, |base, part| part.next(base)),
            Self::Any(parts) => parts.iter_mut().map(|part| part.next(base)).min().unwrap_or(TERMINATED),
        }
    }
}

/// Goes to the first document from `base` on.
fn from(documents: &mut (impl DocSet + ?Sized), base: DocId) -> DocId {
    match documents.doc() {
        at if at < base => documents.seek(base),
        at => at,
    }
}

/// Turns what is asked into parts of one segment.
pub(crate) struct Reading<'a> {
    pub(crate) columns: &'a Columns,
    pub(crate) searcher: &'a Searcher,
    pub(crate) segment: &'a SegmentReader,
    pub(crate) opened: &'a Opened,
}

impl<'a> Reading<'a> {
    /// What the viewer may see.
    pub(crate) fn seen_by(&self, viewer: &Viewer) -> Result<Part<'a>, Error> {
        let hidden = self.term(self.columns.audience, row::HIDDEN)?;
        if matches!(hidden, Part::Nothing) {
            return Ok(Part::Everything);
        }
        let own = row::audiences(viewer).into_iter();
        let own = own.map(|audience| self.term(self.columns.audience, &audience));
        let seen = [Ok(Part::Not(Box::new(hidden)))].into_iter().chain(own);
        Ok(Part::Any(seen.collect::<Result<_, _>>()?))
    }

    /// Somebody stands behind it.
    pub(crate) fn living(&self) -> Result<Part<'a>, Error> {
        self.told(self.columns.living, true)
    }

    /// Where a word stands, by the ranks of its columns, the best first.
    pub(crate) fn ranks(&self, word: &Word) -> Result<Vec<Part<'a>>, Error> {
        let columns = self.columns.ranked.iter();
        columns
            .map(|field| {
                if word.prefix {
                    self.beginning(*field, &word.text)
                } else {
                    self.term(*field, &word.text)
                }
            })
            .collect()
    }

    pub(crate) fn filter(&self, filter: &Filter) -> Result<Part<'a>, Error> {
        let each = |parts: &[Filter]| {
            parts
                .iter()
                .map(|part| self.filter(part))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match filter {
            Filter::All(parts) => Part::All(each(parts)?),
            Filter::Any(parts) => Part::Any(each(parts)?),
            Filter::Not(part) => Part::Not(Box::new(self.filter(part)?)),
            Filter::Is(_, values) if values.is_empty() => Part::Everything,
            Filter::Is(facet, values) => self.valued(*facet, values)?,
            Filter::Joined(joined) => self.told(self.columns.joined, *joined)?,
            Filter::Between(_, None, None) => Part::Everything,
            Filter::Between(number, from, to) => {
                let field = self.columns.number(*number);
                let bound = |value: Option<i64>| match value {
                    Some(value) => std::ops::Bound::Included(Term::from_field_i64(field, value)),
                    None => std::ops::Bound::Unbounded,
                };
                let range = RangeQuery::new(bound(*from), bound(*to));
                let weight = range.weight(EnableScoring::disabled_from_searcher(self.searcher));
                let scorer = weight.and_then(|weight| weight.scorer(self.segment, 1.0));
                Part::Ranged(scorer.map_err(failed)?)
            }
        })
    }

    /// Those with one of these values: by the lists of the values where those are short, by the values of each document where not.
    fn valued(&self, facet: Facet, values: &[String]) -> Result<Part<'a>, Error> {
        let field = self.columns.facet(facet);
        let listed = values.iter().map(|value| self.term(field, value));
        let listed: Vec<Part<'_>> = listed.collect::<Result<_, _>>()?;
        let many: u64 = listed.iter().map(|part| u64::from(part.listed())).sum();
        let long = many > u64::from(self.segment.max_doc() / LONG);
        let chosen = if long { self.opened.choose(facet, values) } else { None };
        Ok(chosen.map_or(Part::Any(listed), Part::Valued))
    }

    /// Where a column says yes, or no; read from the shorter of the two lists.
    fn told(&self, field: Field, answer: bool) -> Result<Part<'a>, Error> {
        let own = self.listed(&Term::from_field_bool(field, answer))?;
        let other = self.listed(&Term::from_field_bool(field, !answer))?;
        Ok(if own.listed() > other.listed() {
            Part::Not(Box::new(other))
        } else {
            own
        })
    }

    fn term(&self, field: Field, text: &str) -> Result<Part<'a>, Error> {
        self.listed(&Term::from_field_text(field, text))
    }

    fn listed(&self, term: &Term) -> Result<Part<'a>, Error> {
        let terms = self.segment.inverted_index(term.field()).map_err(failed)?;
        let blocks = terms
            .read_block_postings(term, IndexRecordOption::Basic)
            .map_err(failed)?;
        Ok(blocks.map_or(Part::Nothing, |blocks| {
            Part::Listed(Box::new(Listed::new(blocks, self.segment.max_doc())))
        }))
    }

    /// The documents of all terms that begin so.
    fn beginning(&self, field: Field, text: &str) -> Result<Part<'a>, Error> {
        let index = self.segment.inverted_index(field).map_err(failed)?;
        let mut terms = index.terms().range().ge(text).into_stream().map_err(failed)?;
        let mut one: Option<Listed> = None;
        let mut blocks: Vec<u64> = Vec::new();
        while terms.advance() && terms.key().starts_with(text.as_bytes()) {
            let listed = index.read_block_postings_from_terminfo(terms.value(), IndexRecordOption::Basic);
            let listed = Listed::new(listed.map_err(failed)?, self.segment.max_doc());
            if one.is_none() && blocks.is_empty() {
                one = Some(listed);
                continue;
            }
            blocks.resize(self.segment.max_doc() as usize / 64 + 1, 0);
            for mut listed in one.take().into_iter().chain([listed]) {
                listed.mark_all(&mut blocks);
            }
        }
        Ok(match one {
            Some(listed) => Part::Listed(Box::new(listed)),
            None if blocks.is_empty() => Part::Nothing,
            None => Part::Marked(blocks),
        })
    }
}
