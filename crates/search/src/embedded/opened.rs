//! The columns of segments, opened once: to open those that one question needs costs more than to answer most questions. What is read
//! of every hit is held as plain numbers (24 bytes a document), the rest stays in the files.

use std::{
    collections::HashMap,
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
};

use tantivy::{
    DocId, Searcher, SegmentReader, TantivyError,
    columnar::{Cardinality, Column, StrColumn},
    index::SegmentId,
};

use super::failed;
use crate::{Error, Facet, Number, row::column};

/// What is read of the documents of a segment without opening them.
pub(crate) struct Opened {
    pub(crate) keys: StrColumn,
    pub(crate) glances: Vec<Glance>,
    pub(crate) starts: Column<i64>,
    pub(crate) seats: Column<i64>,
    pub(crate) pay: Column<i64>,
    facets: [Values; 6],
}

/// What is read of every hit. Side by side, for in columns each number would have to be fetched from another place.
#[derive(Clone, Copy, Default)]
pub(crate) struct Glance {
    pub(crate) published: i64,
    pub(crate) title_length: u16,
    /// Of each facet the place of the document's value, counted from one; nought for none, or where a document may have several.
    places: [u16; 6],
}

/// The values of a facet.
struct Values {
    /// In order.
    names: Vec<String>,
    /// Those of each document by their places, where it may have several.
    many: Option<Column<u64>>,
}

/// Some values of a facet of which a document has one at most.
pub(crate) struct Chosen<'a> {
    glances: &'a [Glance],
    facet: Facet,
    /// Of each place, whether it is among them.
    wanted: Vec<bool>,
}

impl Chosen<'_> {
    /// Whether the document has one of the values.
    pub(crate) fn has(&self, document: DocId) -> bool {
        let glance = self.glances.get(document as usize).copied().unwrap_or_default();
        self.wanted[usize::from(glance.places[self.facet as usize])]
    }
}

impl Opened {
    fn new(segment: &SegmentReader) -> Result<Self, Error> {
        let number = |name: &str| segment.fast_fields().i64(name).map_err(failed);
        let keys = segment.fast_fields().str(column::KEY).map_err(failed)?;
        let mut glances = vec![Glance::default(); segment.max_doc() as usize];
        for (number, glance) in values(&number(Number::PublishedAt.name())?).zip(&mut glances) {
            glance.published = number.unwrap_or_default();
        }
        for (length, glance) in values(&number(column::TITLE_LENGTH)?).zip(&mut glances) {
            // No title is longer.
            glance.title_length = u16::try_from(length.unwrap_or_default()).unwrap_or(u16::MAX);
        }
        let facets = Facet::ALL.map(|facet| Values::new(segment, facet, &mut glances));
        let facets: Vec<Values> = facets.into_iter().collect::<Result<_, _>>()?;
        Ok(Self {
            keys: keys.ok_or_else(|| Error::Failed("a segment of the index has no keys".into()))?,
            glances,
            starts: number(column::SORT_STARTS)?,
            seats: number(column::SORT_SEATS)?,
            pay: number(column::SORT_PAY)?,
            facets: facets
                .try_into()
                .map_err(|_| Error::Failed("a segment of the index lacks a facet".into()))?,
        })
    }

    /// A count for each value of the facet, behind one of the documents without any.
    pub(crate) fn no_counts(&self, facet: Facet) -> Vec<u64> {
        vec![0; self.facets[facet as usize].names.len() + 1]
    }

    /// Counts the values of these documents.
    pub(crate) fn count(&self, facet: Facet, documents: &[DocId], counts: &mut [u64]) {
        if let Some(many) = &self.facets[facet as usize].many {
            let each = documents.iter().flat_map(|document| many.values_for_doc(*document));
            each.for_each(|place| counts[usize::try_from(place).map_or(0, |place| place + 1)] += 1);
            return;
        }
        for document in documents {
            counts[usize::from(self.glances[*document as usize].places[facet as usize])] += 1;
        }
    }

    /// The values that occur, with their counts.
    pub(crate) fn counted<'a>(&'a self, facet: Facet, counts: &[u64]) -> impl Iterator<Item = (&'a str, u64)> {
        let names = self.facets[facet as usize].names.iter().map(String::as_str);
        names
            .zip(counts.iter().skip(1).copied())
            .filter(|(_, count)| *count > 0)
    }

    /// Some of the values, where a document has one at most.
    pub(crate) fn choose(&self, facet: Facet, values: &[String]) -> Option<Chosen<'_>> {
        let Values { names, many } = &self.facets[facet as usize];
        let mut wanted = vec![false; names.len() + 1];
        for place in values.iter().filter_map(|value| names.binary_search(value).ok()) {
            wanted[place + 1] = true;
        }
        let glances = &self.glances;
        many.is_none().then_some(Chosen { glances, facet, wanted })
    }
}

impl Values {
    fn new(segment: &SegmentReader, facet: Facet, glances: &mut [Glance]) -> Result<Self, Error> {
        let Some(column) = segment.fast_fields().str(facet.name()).map_err(failed)? else {
            return Ok(Self {
                names: Vec::new(),
                many: None,
            });
        };
        let places: Vec<u64> = (0..column.num_terms() as u64).collect();
        let mut names = Vec::with_capacity(places.len());
        let told = column.dictionary().sorted_ords_to_term_cb(&places, |value| {
            names.push(String::from_utf8_lossy(value).into_owned());
        });
        if !told.map_err(|error| failed(TantivyError::from(error)))? {
            return Err(Error::Failed("a value of a facet cannot be read".into()));
        }
        let places = column.ords();
        if places.get_cardinality() == Cardinality::Multivalued || names.len() >= usize::from(u16::MAX) {
            let many = Some(places.clone());
            return Ok(Self { names, many });
        }
        for (place, glance) in values(places).zip(glances) {
            let place = place.and_then(|place| u16::try_from(place + 1).ok());
            glance.places[facet as usize] = place.unwrap_or_default();
        }
        Ok(Self { names, many: None })
    }
}

/// What the documents have in a column, one after the other.
fn values<T>(column: &Column<T>) -> impl Iterator<Item = Option<T>>
where
    T: PartialOrd + Copy + Debug + Send + Sync + 'static,
{
    (0..column.num_docs()).map(|document| column.first(document))
}

/// The columns of all segments that were asked lately.
#[derive(Default)]
pub(crate) struct Ready(Mutex<HashMap<SegmentId, Arc<Opened>>>);

impl Ready {
    /// The columns of these segments, in their order.
    pub(crate) fn of(&self, searcher: &Searcher) -> Result<Vec<Arc<Opened>>, Error> {
        let segments = searcher.segment_readers();
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whatever is open keeps its files on the disk.
        ready.retain(|id, _| segments.iter().any(|segment| segment.segment_id() == *id));
        let of_segment = |segment: &SegmentReader| {
            if let Some(opened) = ready.get(&segment.segment_id()) {
                return Ok(Arc::clone(opened));
            }
            let opened = Arc::new(Opened::new(segment)?);
            ready.insert(segment.segment_id(), Arc::clone(&opened));
            Ok(opened)
        };
        segments.iter().map(of_segment).collect()
    }
}

impl Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ready").finish_non_exhaustive()
    }
}
