//! One question to one state of the index: its segments are gone through window by window.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use tantivy::{
    DocAddress, DocId, Order, Searcher, SegmentReader, TERMINATED, TantivyDocument,
    collector::{TopDocs, sort_key::SortByString},
    query::{AllQuery, RangeQuery},
    schema::Value,
};

use super::{
    best::{self, Best},
    failed,
    opened::{Opened, Ready},
    part::{Part, Reading},
    schema::Columns,
    threads::Threads,
    window::{Hits, WIDTH, Window},
};
use crate::{
    Document, Entries, Entry, Error, Facet, Query, Viewer,
    analysis::Word,
    query,
    row::{self, column},
};

/// Scores, so that one number keeps the first two orders of `search-config/index.toml`: a rank is worth more than living.
const RANK: i64 = 2;
const LIVING: i64 = 1;

pub(crate) type Counts = BTreeMap<Facet, Vec<(String, u64)>>;

/// One question to one state of the index.
pub(crate) struct Asking<'a> {
    pub(crate) columns: &'a Columns,
    pub(crate) searcher: &'a Searcher,
    pub(crate) threads: &'a Threads,
}

impl Asking<'_> {
    /// The documents of the page, their number in all, and the counts.
    pub(crate) fn find(
        &self,
        viewer: &Viewer,
        query: &Query,
        words: &[Word],
        ready: &Ready,
    ) -> Result<(Vec<Document>, u64, Counts), Error> {
        let opened = ready.of(self.searcher)?;
        let mut total = 0;
        let facets: BTreeSet<Facet> = query.facets.iter().copied().collect();
        let mut counts: Vec<(Facet, BTreeMap<&str, u64>)> =
            facets.iter().map(|facet| (*facet, BTreeMap::new())).collect();
        let mut firsts = Vec::new();
        let segments = self.searcher.segment_readers().iter().zip(&opened);
        let readings = segments.map(|(segment, opened)| Reading {
            columns: self.columns,
            searcher: self.searcher,
            segment,
            opened,
        });
        let scan = |reading| Ok(Scan::new(&reading, viewer, query, &facets, words).map(Scan::go));
        let scanned = self.threads.of(self.searcher).map(scan, readings).map_err(failed)?;
        for (scanned, opened) in scanned.into_iter().zip(&opened) {
            let scanned = scanned?;
            total += scanned.total;
            for ((facet, counts), counted) in counts.iter_mut().zip(&scanned.counts) {
                for (name, count) in opened.counted(*facet, counted) {
                    *counts.entry(name).or_default() += count;
                }
            }
            firsts.push(scanned.best);
        }
        let page = best::page(firsts, query.offset(), query.per_page())?;
        let documents = page.into_iter().map(|address| self.document(address));
        let documents = documents.collect::<Result<_, _>>()?;
        let counts = counts.into_iter();
        let counts = counts.map(|(facet, values)| {
            let values = values.into_iter().map(|(name, count)| (name.to_owned(), count));
            (facet, query::by_count(values.collect()))
        });
        Ok((documents, total, counts.collect()))
    }

    /// Ids and digests after a key, in the order of keys.
    pub(crate) fn entries(&self, after: Option<&str>, limit: usize) -> Result<Entries, Error> {
        let query: Box<dyn tantivy::query::Query> = match after {
            Some(key) => Box::new(RangeQuery::new(
                Bound::Excluded(self.columns.key_term(key)),
                Bound::Unbounded,
            )),
            None => Box::new(AllQuery),
        };
        let order = (SortByString::for_field(column::KEY), Order::Asc);
        let collector = TopDocs::with_limit(limit.max(1)).order_by(order);
        let found = self.searcher.search(&*query, &collector).map_err(failed)?;
        let mut entries = Vec::with_capacity(found.len());
        let mut last = None;
        for (_, address) in found {
            let stored: TantivyDocument = self.searcher.doc(address).map_err(failed)?;
            let text = |field| {
                stored
                    .get_first(field)
                    .and_then(|value| value.as_str())
                    .unwrap_or_default()
                    .to_owned()
            };
            let key = text(self.columns.key);
            entries.push(Entry {
                id: row::unkey(&key),
                digest: text(self.columns.digest),
            });
            last = Some(key);
        }
        let next = last.filter(|_| entries.len() == limit.max(1));
        Ok(Entries { entries, next })
    }

    fn document(&self, address: DocAddress) -> Result<Document, Error> {
        let stored: TantivyDocument = self.searcher.doc(address).map_err(failed)?;
        let bytes = stored
            .get_first(self.columns.document)
            .and_then(|value| value.as_bytes())
            .unwrap_or_default();
        serde_json::from_slice(bytes).map_err(|error| Error::Failed(format!("a stored document: {error}")))
    }
}

/// A facet that is counted.
struct Counted<'a> {
    facet: Facet,
    /// What is chosen in it: its counts ignore the choice.
    choice: Option<Part<'a>>,
    counts: Vec<u64>,
}

/// A word on its way through one segment: the columns in which it stands at all, the best first.
struct Standing<'a>(Vec<Stand<'a>>);

/// A column in which a word stands.
struct Stand<'a> {
    /// What it is worth to stand there.
    worth: i64,
    part: Part<'a>,
    /// Where in the present window it does.
    window: Window,
    /// Whether it does so anywhere in the present window.
    here: bool,
}

/// A question on its way through one segment.
struct Scan<'a> {
    segment: &'a SegmentReader,
    opened: &'a Opened,
    seen: Part<'a>,
    living: Part<'a>,
    /// What is asked for beside the choices in facets that are counted.
    filter: Part<'a>,
    words: Vec<Standing<'a>>,
    counted: Vec<Counted<'a>>,
    best: Best<'a>,
    total: u64,
    /// The documents of a window, used again for the next.
    documents: Vec<DocId>,
}

/// What one segment answers.
struct Scanned<'a> {
    total: u64,
    /// Of each facet that is counted, by the places of its values.
    counts: Vec<Vec<u64>>,
    best: Best<'a>,
}

impl<'a> Scan<'a> {
    fn new(
        reading: &Reading<'a>,
        viewer: &Viewer,
        query: &Query,
        facets: &BTreeSet<Facet>,
        words: &[Word],
    ) -> Result<Self, Error> {
        let chosen = facets.iter().filter(|facet| query.filter.chooses(**facet));
        let filter = chosen.fold(query.filter.clone(), |rest, facet| rest.without(*facet));
        let counted = |facet: &Facet| {
            let chosen = query.filter.chooses(*facet);
            let choice = chosen.then(|| reading.filter(&query.filter.only(*facet)));
            Ok::<_, Error>(Counted {
                facet: *facet,
                choice: choice.transpose()?,
                counts: reading.opened.no_counts(*facet),
            })
        };
        let standing = |word: &Word| reading.ranks(word).map(Standing::new);
        let mut standings: Vec<Standing<'_>> = words.iter().map(standing).collect::<Result<_, _>>()?;
        // What the rarest word leaves is looked up in the lists of the others.
        standings.sort_by_cached_key(Standing::listed);
        // Of a page behind the last document there is nothing to keep.
        let many = match query.offset() {
            offset if offset as u64 >= reading.searcher.num_docs() => 0,
            offset => offset + query.per_page(),
        };
        Ok(Self {
            segment: reading.segment,
            opened: reading.opened,
            seen: reading.seen_by(viewer)?,
            living: reading.living()?,
            filter: reading.filter(&filter)?,
            words: standings,
            counted: facets.iter().map(counted).collect::<Result<_, _>>()?,
            best: Best::new(reading.opened, query.sort, !words.is_empty(), many),
            total: 0,
            documents: Vec::new(),
        })
    }

    fn go(mut self) -> Scanned<'a> {
        let end = self.segment.max_doc();
        let mut base = self.next(0);
        while base < end {
            self.look(base);
            base = self.next(base.saturating_add(WIDTH));
        }
        Scanned {
            total: self.total,
            counts: self.counted.into_iter().map(|counted| counted.counts).collect(),
            best: self.best,
        }
    }

    /// Where a hit may be from here on.
    fn next(&mut self, base: DocId) -> DocId {
        let base = self.words.iter_mut().fold(base, |base, word| word.next(base));
        // Bits come in blocks.
        self.filter.next(base) / 64 * 64
    }

    /// One window.
    fn look(&mut self, base: DocId) {
        let mut hits = Window::first(self.segment.max_doc() - base);
        for word in &mut self.words {
            if hits.is_empty() {
                return;
            }
            word.narrow(base, &mut hits);
        }
        self.filter.narrow(base, &mut hits);
        self.seen.narrow(base, &mut hits);
        if let Some(alive) = self.segment.alive_bitset() {
            hits.retain(|at| alive.is_alive(base + at));
        }
        if !hits.is_empty() {
            self.choose(base, &mut hits);
            self.rank(base, hits);
        }
    }

    /// Counts what every choice would bring, and keeps what was chosen.
    fn choose(&mut self, base: DocId, hits: &mut Window) {
        let all = hits.clone();
        let chosen = |part: &mut Part<'_>| {
            let mut chosen = all.clone();
            part.narrow(base, &mut chosen);
            chosen
        };
        let choices = self
            .counted
            .iter_mut()
            .map(|counted| counted.choice.as_mut().map(chosen));
        let choices: Vec<Option<Window>> = choices.collect();
        choices.iter().flatten().for_each(|chosen| hits.keep(chosen));
        hits.read(base, &mut self.documents);
        self.total += self.documents.len() as u64;
        for (own, counted) in self.counted.iter_mut().enumerate() {
            if counted.choice.is_none() {
                self.opened.count(counted.facet, &self.documents, &mut counted.counts);
                continue;
            }
            let mut others = all.clone();
            let rest = choices.iter().enumerate().filter(|(at, _)| *at != own);
            rest.filter_map(|(_, chosen)| chosen.as_ref())
                .for_each(|chosen| others.keep(chosen));
            let mut documents = Vec::new();
            others.read(base, &mut documents);
            self.opened.count(counted.facet, &documents, &mut counted.counts);
        }
    }

    /// Offers the hits to the page.
    fn rank(&mut self, base: DocId, mut hits: Window) {
        if !self.best.scores() {
            self.documents.iter().for_each(|document| self.best.offer(*document, 0));
            return;
        }
        // What cannot reach the page even if every other word stands in the best place need not be looked at.
        let best: i64 = self.words.iter().map(Standing::best).sum();
        let spare = RANK * best + LIVING - self.best.least();
        for word in &self.words {
            word.keep_near(spare / RANK, &mut hits);
        }
        if hits.is_empty() {
            return;
        }
        let living = self.living.marked(base, Hits::new(&hits));
        hits.read(base, &mut self.documents);
        for document in &self.documents {
            let at = document - base;
            let worth: i64 = self.words.iter().map(|word| word.worth(at)).sum();
            let score = RANK * worth + if living.contains(at) { LIVING } else { 0 };
            self.best.offer(*document, score);
        }
    }
}

impl<'a> Standing<'a> {
    fn new(ranks: Vec<Part<'a>>) -> Self {
        let stand = |(worth, part)| Stand {
            worth,
            part,
            window: Window::EMPTY,
            here: false,
        };
        let mut stands: Vec<Stand> = (1..).zip(ranks.into_iter().rev()).map(stand).collect();
        stands.retain(|stand| !matches!(stand.part, Part::Nothing));
        stands.reverse();
        Self(stands)
    }

    /// In how many places the word stands.
    fn listed(&self) -> u64 {
        self.0.iter().map(|stand| u64::from(stand.part.listed())).sum()
    }

    fn next(&mut self, base: DocId) -> DocId {
        let nexts = self.0.iter_mut().map(|stand| stand.part.next(base));
        nexts.min().unwrap_or(TERMINATED)
    }

    /// Keeps the documents in which the word stands anywhere.
    fn narrow(&mut self, base: DocId, hits: &mut Window) {
        let among = Hits::new(hits);
        let mut anywhere = Window::EMPTY;
        for stand in &mut self.0 {
            stand.here = stand.part.next(base) < base.saturating_add(WIDTH);
            if stand.here {
                stand.window.clone_from(&Window::EMPTY);
                stand.part.mark(base, among, &mut stand.window);
                anywhere.add(&stand.window);
            }
        }
        hits.keep(&anywhere);
    }

    /// What the best place is worth.
    fn best(&self) -> i64 {
        self.0.first().map_or(0, |stand| stand.worth)
    }

    /// What the word is worth in a document.
    fn worth(&self, at: u32) -> i64 {
        let mut stands = self.0.iter().filter(|stand| stand.here);
        stands
            .find(|stand| stand.window.contains(at))
            .map_or(0, |stand| stand.worth)
    }

    /// Keeps the documents in which what the word is worth is at most so much below the best.
    fn keep_near(&self, below: i64, hits: &mut Window) {
        let least = self.best() - below;
        if self.0.last().is_none_or(|worst| worst.worth >= least) {
            return;
        }
        let mut near = Window::EMPTY;
        for stand in self.0.iter().filter(|stand| stand.here && stand.worth >= least) {
            near.add(&stand.window);
        }
        hits.keep(&near);
    }
}
