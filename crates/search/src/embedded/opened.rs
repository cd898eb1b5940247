//! The columns of segments, opened once: to open those that one question needs costs more than to answer most questions.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tantivy::{
    DocId, Searcher, SegmentReader, TantivyError,
    columnar::{Cardinality, Column, ColumnValues as _, StrColumn},
    index::SegmentId,
};

use super::failed;
use crate::{Error, Facet, Number, row::column};

/// What is read of the documents of a segment without opening them.
pub(crate) struct Opened {
    pub(crate) keys: StrColumn,
    pub(crate) title_length: Column<i64>,
    pub(crate) published: Column<i64>,
    pub(crate) starts: Column<i64>,
    pub(crate) seats: Column<i64>,
    pub(crate) pay: Column<i64>,
    facets: [Values; 6],
}

/// The values of a facet.
pub(crate) struct Values {
    /// Which values each document has, by their places; none where no document has any.
    places: Option<Column<u64>>,
    /// The values in order.
    pub(crate) names: Vec<String>,
}

impl Opened {
    fn new(segment: &SegmentReader) -> Result<Self, Error> {
        let number = |name: &str| segment.fast_fields().i64(name).map_err(failed);
        let keys = segment.fast_fields().str(column::KEY).map_err(failed)?;
        let facets: Vec<Values> = Facet::ALL
            .into_iter()
            .map(|facet| Values::new(segment, facet))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            keys: keys.ok_or_else(|| Error::Failed("a segment of the index has no keys".into()))?,
            title_length: number(column::TITLE_LENGTH)?,
            published: number(Number::PublishedAt.name())?,
            starts: number(column::SORT_STARTS)?,
            seats: number(column::SORT_SEATS)?,
            pay: number(column::SORT_PAY)?,
            facets: facets
                .try_into()
                .map_err(|_| Error::Failed("a segment of the index lacks a facet".into()))?,
        })
    }

    pub(crate) fn facet(&self, facet: Facet) -> &Values {
        &self.facets[facet as usize]
    }
}

impl Values {
    fn new(segment: &SegmentReader, facet: Facet) -> Result<Self, Error> {
        let Some(column) = segment.fast_fields().str(facet.name()).map_err(failed)? else {
            return Ok(Self {
                places: None,
                names: Vec::new(),
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
        Ok(Self {
            places: Some(column.ords().clone()),
            names,
        })
    }

    /// Counts the values of these documents, by their places.
    pub(crate) fn count(&self, documents: &[DocId], counts: &mut [u64]) {
        let Some(places) = &self.places else {
            return;
        };
        let mut count = |place: u64| {
            if let Some(count) = usize::try_from(place).ok().and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        };
        match places.get_cardinality() {
            Cardinality::Full if self.names.len() == 1 => counts[0] += documents.len() as u64,
            Cardinality::Full => {
                let mut values = [0; 64];
                for some in documents.chunks(values.len()) {
                    let values = &mut values[..some.len()];
                    places.values.get_vals(some, values);
                    for place in values {
                        count(*place);
                    }
                }
            }
            Cardinality::Optional | Cardinality::Multivalued => {
                let each = documents.iter().flat_map(|document| places.values_for_doc(*document));
                each.for_each(count);
            }
        }
    }
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

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ready").finish_non_exhaustive()
    }
}
