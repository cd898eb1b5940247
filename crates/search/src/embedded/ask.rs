//! Questions in tantivy's language.

use std::{collections::BTreeMap, ops::Bound};

use tantivy::{
    DocAddress, Order, Searcher, TantivyDocument, Term,
    aggregation::{AggContextParams, AggregationCollector, agg_req::Aggregations, agg_result::AggregationResults},
    collector::{
        Count, TopDocs,
        sort_key::{SortBySimilarityScore, SortByStaticFastValue, SortByString, SortKeyComputer},
    },
    query::{
        AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, Query as Ask, RangeQuery,
        RegexQuery, TermQuery,
    },
    schema::{Field, IndexRecordOption, Value},
};

use super::{failed, schema::Columns};
use crate::{
    Document, Entries, Entry, Error, Facet, Filter, Number, Query, Sort, Viewer,
    analysis::Word,
    query,
    row::{self, column},
};

/// Scores, so that one number keeps the first two orders of `search-config/index.toml`: a rank is worth more than living. They are
/// small whole numbers, which a float adds up exactly.
const RANK: f32 = 2.0;
const LIVING: f32 = 1.0;

/// How many values of a facet are counted; more than any has.
const VALUES: usize = 1000;

pub(crate) type Counts = BTreeMap<Facet, Vec<(String, u64)>>;

/// One question to one state of the index.
pub(crate) struct Asking<'a> {
    pub(crate) columns: &'a Columns,
    pub(crate) searcher: &'a Searcher,
}

impl Asking<'_> {
    /// The documents of the page, their number in all, and the counts.
    pub(crate) fn find(
        &self,
        viewer: &Viewer,
        query: &Query,
        words: &[Word],
    ) -> Result<(Vec<Document>, u64, Counts), Error> {
        let (chosen, free): (Vec<Facet>, Vec<Facet>) =
            query.facets.iter().partition(|facet| query.filter.chooses(**facet));
        let main = self.whole(viewer, &query.filter, words)?;
        let (addresses, total, counted) = self.top(&*main, query, !words.is_empty(), &free)?;
        let mut counts = Counts::new();
        read_counts(counted, &free, &mut counts)?;
        for facet in chosen {
            let others = self.whole(viewer, &query.filter.without(facet), words)?;
            let collector = AggregationCollector::from_aggs(aggregations(&[facet])?, AggContextParams::default());
            read_counts(
                self.searcher.search(&*others, &collector).map_err(failed)?,
                &[facet],
                &mut counts,
            )?;
        }
        let documents = addresses
            .into_iter()
            .map(|address| self.document(address))
            .collect::<Result<_, _>>()?;
        Ok((documents, total as u64, counts))
    }

    /// Ids and digests after a key, in the order of keys.
    pub(crate) fn entries(&self, after: Option<&str>, limit: usize) -> Result<Entries, Error> {
        let query: Box<dyn Ask> = match after {
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

    fn top(
        &self,
        ask: &dyn Ask,
        query: &Query,
        worded: bool,
        facets: &[Facet],
    ) -> Result<(Vec<DocAddress>, usize, AggregationResults), Error> {
        let newest = (
            SortByStaticFastValue::<i64>::for_field(Number::PublishedAt.name()),
            Order::Desc,
        );
        let key = (SortByString::for_field(column::KEY), Order::Asc);
        let by = |name: &str, order| {
            (
                (SortByStaticFastValue::<i64>::for_field(name), order),
                newest.clone(),
                key.clone(),
            )
        };
        let best = (SortBySimilarityScore, Order::Desc);
        match query.sort {
            // Where nothing is asked, no title answers better than another.
            Sort::Relevance if !worded => self.collect(ask, query, facets, (best, newest, key)),
            Sort::Relevance => {
                let shortest = SortByStaticFastValue::<i64>::for_field(column::TITLE_LENGTH);
                // Four in a row would all be sorted downwards: tantivy 0.27 forgets the directions of four, not those of a pair in a row.
                self.collect(ask, query, facets, (best, ((shortest, Order::Asc), newest), key))
            }
            Sort::Newest => self.collect(ask, query, facets, (newest, key)),
            Sort::StartsSoonest => self.collect(ask, query, facets, by(column::SORT_STARTS, Order::Asc)),
            Sort::SeatsMost => self.collect(ask, query, facets, by(column::SORT_SEATS, Order::Desc)),
            Sort::PayHighest => self.collect(ask, query, facets, by(column::SORT_PAY, Order::Desc)),
        }
    }

    fn collect<K: 'static + Clone + Send + Sync + std::fmt::Debug>(
        &self,
        ask: &dyn Ask,
        query: &Query,
        facets: &[Facet],
        order: impl SortKeyComputer<SortKey = K> + Send + 'static,
    ) -> Result<(Vec<DocAddress>, usize, AggregationResults), Error> {
        let counting = AggregationCollector::from_aggs(aggregations(facets)?, AggContextParams::default());
        let documents = usize::try_from(self.searcher.num_docs()).unwrap_or(usize::MAX);
        // A page behind the last document has no hits; asking tantivy for it would reserve memory for all before it.
        if query.offset() >= documents {
            let (total, counted) = self.searcher.search(ask, &(Count, counting)).map_err(failed)?;
            return Ok((Vec::new(), total, counted));
        }
        let top = TopDocs::with_limit(query.per_page())
            .and_offset(query.offset())
            .order_by(order);
        let (found, total, counted) = self.searcher.search(ask, &(top, Count, counting)).map_err(failed)?;
        Ok((found.into_iter().map(|(_, address)| address).collect(), total, counted))
    }

    /// Words, filter and viewer together.
    fn whole(&self, viewer: &Viewer, filter: &Filter, words: &[Word]) -> Result<Box<dyn Ask>, Error> {
        let audiences = row::audiences(viewer)
            .iter()
            .map(|name| term(self.columns.audience, name))
            .collect();
        let mut parts = vec![
            (Occur::Must, silent(any(audiences))),
            (Occur::Must, silent(self.filter(filter))),
        ];
        let living = TermQuery::new(
            Term::from_field_bool(self.columns.living, true),
            IndexRecordOption::Basic,
        );
        parts.push((Occur::Should, worth(Box::new(living), LIVING)));
        for word in words {
            parts.push((Occur::Must, self.ranked(word)?));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    /// The word in any field, worth the rank of the best one.
    fn ranked(&self, word: &Word) -> Result<Box<dyn Ask>, Error> {
        let mut fields: Vec<Box<dyn Ask>> = Vec::new();
        let mut worth_of_field = 0.0;
        for field in self.columns.ranked.iter().rev().copied() {
            worth_of_field += RANK;
            let found = if word.prefix {
                begins(field, word)?
            } else {
                term(field, &word.text)
            };
            fields.push(worth(found, worth_of_field));
        }
        Ok(Box::new(DisjunctionMaxQuery::new(fields)))
    }

    fn filter(&self, filter: &Filter) -> Box<dyn Ask> {
        match filter {
            Filter::All(parts) if parts.is_empty() => Box::new(AllQuery),
            Filter::All(parts) => Box::new(BooleanQuery::new(
                parts.iter().map(|part| (Occur::Must, self.filter(part))).collect(),
            )),
            Filter::Any(parts) => any(parts.iter().map(|part| self.filter(part)).collect()),
            Filter::Not(part) => Box::new(BooleanQuery::new(vec![
                (Occur::Must, Box::new(AllQuery)),
                (Occur::MustNot, self.filter(part)),
            ])),
            Filter::Is(_, values) if values.is_empty() => Box::new(AllQuery),
            Filter::Is(facet, values) => any(values
                .iter()
                .map(|value| term(self.columns.facet(*facet), value))
                .collect()),
            Filter::Joined(joined) => Box::new(TermQuery::new(
                Term::from_field_bool(self.columns.joined, *joined),
                IndexRecordOption::Basic,
            )),
            Filter::Between(_, None, None) => Box::new(AllQuery),
            Filter::Between(number, from, to) => {
                let field = self.columns.number(*number);
                let bound = |value: Option<i64>| match value {
                    Some(value) => Bound::Included(Term::from_field_i64(field, value)),
                    None => Bound::Unbounded,
                };
                Box::new(RangeQuery::new(bound(*from), bound(*to)))
            }
        }
    }
}

fn any(parts: Vec<Box<dyn Ask>>) -> Box<dyn Ask> {
    if parts.is_empty() {
        return Box::new(EmptyQuery);
    }
    Box::new(BooleanQuery::new(
        parts.into_iter().map(|part| (Occur::Should, part)).collect(),
    ))
}

fn term(field: Field, text: &str) -> Box<dyn Ask> {
    Box::new(TermQuery::new(
        Term::from_field_text(field, text),
        IndexRecordOption::Basic,
    ))
}

/// Words that begin with this one.
fn begins(field: Field, word: &Word) -> Result<Box<dyn Ask>, Error> {
    // Letters and digits only: nothing in the word means anything to a regular expression.
    let begins = RegexQuery::from_pattern(&format!("{}.*", word.text), field).map_err(failed)?;
    Ok(Box::new(begins))
}

/// A condition that is worth so much, however it is met.
fn worth(query: Box<dyn Ask>, score: f32) -> Box<dyn Ask> {
    Box::new(ConstScoreQuery::new(query, score))
}

/// A condition that does not make a hit better or worse.
fn silent(query: Box<dyn Ask>) -> Box<dyn Ask> {
    worth(query, 0.0)
}

fn aggregations(facets: &[Facet]) -> Result<Aggregations, Error> {
    let asked: serde_json::Map<String, serde_json::Value> = facets
        .iter()
        .map(|facet| {
            let terms = serde_json::json!({ "field": facet.name(), "size": VALUES, "segment_size": VALUES });
            (facet.name().to_owned(), serde_json::json!({ "terms": terms }))
        })
        .collect();
    serde_json::from_value(asked.into()).map_err(|error| Error::Failed(error.to_string()))
}

/// The buckets of a facet.
#[derive(serde::Deserialize)]
struct Counted {
    buckets: Vec<Bucket>,
}

/// One value.
#[derive(serde::Deserialize)]
struct Bucket {
    key: String,
    doc_count: u64,
}

fn read_counts(results: AggregationResults, facets: &[Facet], into: &mut Counts) -> Result<(), Error> {
    let broken = |error: serde_json::Error| Error::Failed(format!("counts of a facet: {error}"));
    let mut results: BTreeMap<String, Counted> = serde_json::to_value(results)
        .and_then(serde_json::from_value)
        .map_err(broken)?;
    for facet in facets {
        let counted = results.remove(facet.name());
        let values = counted
            .into_iter()
            .flat_map(|c| c.buckets)
            .map(|bucket| (bucket.key, bucket.doc_count));
        into.insert(*facet, query::by_count(values.collect()));
    }
    Ok(())
}
