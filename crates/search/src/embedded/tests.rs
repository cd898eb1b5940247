//! The engine against going through every document.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Chance as _, OrganisationId, SeededChance, Timestamp};

use super::*;
use crate::{Audience, Document, Facet, Filter, Number, Sort, Voice, testing};

const TITLES: [&str; 6] = [
    "数控技术",
    "数控机床操作",
    "焊接",
    "汽车检测与维修技术",
    "智能制造",
    "护理",
];
const BODIES: [&str; 3] = ["", "数控 上海", "焊接班，包吃住"];
const WORDS: [(&str, bool); 12] = [
    ("数控", false),
    ("技术", false),
    ("焊接", false),
    ("床", false),
    ("上海", false),
    ("shu", true),
    ("sk", true),
    ("h", true),
    ("hanjie", false),
    ("汽车", false),
    ("浦东", false),
    ("没有", false),
];

struct World {
    chance: SeededChance,
    own: OrganisationId,
}

impl World {
    fn below(&self, many: u64) -> usize {
        usize::try_from(self.chance.below(many)).unwrap()
    }

    fn one<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len() as u64)].clone()
    }

    fn some<T: Clone>(&self, of: &[T]) -> Vec<T> {
        of.iter().filter(|_| self.below(3) == 0).cloned().collect()
    }

    fn number(&self) -> Option<i64> {
        (self.below(4) > 0).then(|| i64::try_from(self.below(5)).unwrap())
    }

    fn document(&self, number: u64) -> Document {
        let texts = |of: &[&str]| self.some(of).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let audience = match self.below(9) {
            0 => Audience::Organisation(self.own),
            1 => Audience::Organisation(OrganisationId::new(Timestamp::from_micros(9), &self.chance)),
            _ => Audience::Public,
        };
        Document {
            kind: self.one(&["programme", "register", "course"]).into(),
            organisation: self.one(&["上海浦东学校", "北京学院"]).into(),
            body: self.one(&BODIES).into(),
            trades: texts(&TITLES[..3]),
            industries: texts(&["A", "C35"]),
            province: self.one(&[None, Some("310000"), Some("110000")]).map(Into::into),
            categories: texts(&["46", "56", "52"]),
            levels: texts(&["L3", "L4"]),
            voice: self.one(&[Voice::Own, Voice::Absent]),
            seats: self.number(),
            pay_max_fen: self.number(),
            starts_on: self.number(),
            published_at: i64::try_from(self.below(3)).unwrap(),
            audience,
            ..testing::document(&format!("posting:{number}"), self.one(&TITLES))
        }
    }

    fn filter(&self, deep: u32) -> Filter {
        let values = |of: &[&str]| self.some(of).into_iter().map(str::to_owned).collect::<Vec<_>>();
        match self.below(if deep > 0 { 9 } else { 6 }) {
            0 => Filter::Is(Facet::Kind, values(&["programme", "course", "none"])),
            1 => Filter::Is(Facet::Province, values(&["310000", "110000"])),
            2 => Filter::Is(Facet::Category, values(&["46", "56"])),
            3 => Filter::Joined(self.below(2) == 0),
            4 => Filter::Between(
                self.one(&[Number::Seats, Number::StartsOn]),
                self.number(),
                self.number(),
            ),
            5 => Filter::default(),
            6 => Filter::Not(Box::new(self.filter(deep - 1))),
            7 => Filter::Any((0..self.below(3)).map(|_| self.filter(deep - 1)).collect()),
            _ => Filter::All((0..self.below(4)).map(|_| self.filter(deep - 1)).collect()),
        }
    }

    fn question(&self) -> (Viewer, Query, Vec<Word>) {
        let words = (0..self.below(4)).map(|_| self.one(&WORDS));
        let words = words.map(|(text, prefix)| Word {
            text: text.into(),
            prefix,
            joins: false,
        });
        // Some facet may be named twice.
        let facets = [self.some(&Facet::ALL), self.some(&Facet::ALL[..2])];
        let query = Query {
            filter: self.filter(2),
            facets: facets.concat(),
            sort: self.one(&Sort::ALL),
            page: u32::try_from(1 + self.below(4)).unwrap(),
            per_page: self.one(&[1, 5, 20]),
            ..Query::default()
        };
        let viewer = self.one(&[Viewer::Public, Viewer::Organisation(self.own)]);
        (viewer, query, words.collect())
    }
}

fn holds(filter: &Filter, row: &Row<'_>) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| holds(part, row)),
        Filter::Any(parts) => parts.iter().any(|part| holds(part, row)),
        Filter::Not(part) => !holds(part, row),
        Filter::Is(_, values) if values.is_empty() => true,
        Filter::Is(facet, values) => row
            .values(*facet)
            .iter()
            .any(|own| values.iter().any(|value| value == own)),
        Filter::Joined(joined) => row.document.joined() == *joined,
        Filter::Between(_, None, None) => true,
        Filter::Between(number, from, to) => {
            let (_, own) = row
                .numbers()
                .into_iter()
                .find(|(name, _)| *name == number.name())
                .unwrap();
            own.is_some_and(|own| from.is_none_or(|from| own >= from) && to.is_none_or(|to| own <= to))
        }
    }
}

/// The ranks of the best places of the words, added up; none where a word stands nowhere.
fn places(row: &Row<'_>, analyzer: &Analyzer, words: &[Word]) -> Option<usize> {
    let ranks: Vec<Vec<&str>> = row.ranked(&analyzer.config).collect();
    let place = |word: &Word| {
        let is = |own: &&str| {
            if word.prefix {
                own.starts_with(&word.text)
            } else {
                **own == *word.text
            }
        };
        ranks.iter().position(|rank| rank.iter().any(is))
    };
    words.iter().map(place).sum()
}

fn found(rows: &[Row<'_>], analyzer: &Analyzer, viewer: &Viewer, query: &Query, words: &[Word]) -> (Vec<String>, Page) {
    let seen = |row: &&Row<'_>| match row.document.audience {
        Audience::Public => true,
        Audience::Organisation(own) => *viewer == Viewer::Organisation(own),
    };
    let answers: Vec<&Row<'_>> = rows
        .iter()
        .filter(seen)
        .filter(|row| places(row, analyzer, words).is_some())
        .collect();
    let mut hits: Vec<&Row<'_>> = answers
        .iter()
        .filter(|row| holds(&query.filter, row))
        .copied()
        .collect();
    hits.sort_by_cached_key(|row| {
        let [starts, seats, pay] = row.sort_numbers().map(|(_, number)| number);
        let first = match query.sort {
            Sort::Relevance => {
                let rank = i64::try_from(places(row, analyzer, words).unwrap()).unwrap();
                let title = if words.is_empty() { 0 } else { row.title_length };
                vec![rank, i64::from(!row.document.is_living()), title]
            }
            Sort::Newest => Vec::new(),
            Sort::StartsSoonest => vec![starts],
            Sort::SeatsMost => vec![-seats],
            Sort::PayHighest => vec![-pay],
        };
        (first, -row.document.published_at, row.key.clone())
    });
    let counts = |facet: &Facet| {
        let filter = if query.filter.chooses(*facet) {
            query.filter.without(*facet)
        } else {
            query.filter.clone()
        };
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for value in answers
            .iter()
            .filter(|row| holds(&filter, row))
            .flat_map(|row| row.values(*facet))
        {
            *counts.entry(value.to_owned()).or_default() += 1;
        }
        (*facet, crate::query::by_count(counts.into_iter().collect()))
    };
    let page = Page {
        total: hits.len() as u64,
        facets: query.facets.iter().map(counts).collect(),
        ..Page::empty(&[])
    };
    let ids = hits
        .iter()
        .skip(query.offset())
        .take(query.per_page())
        .map(|row| row.document.id.clone());
    (ids.collect(), page)
}

/// Several segments, several windows in each, documents replaced and deleted: every answer is that of looking at each document.
#[tokio::test]
async fn what_is_found_is_what_going_through_all_finds() {
    let chance = SeededChance::new(20_261_123);
    let own = OrganisationId::new(Timestamp::from_micros(1), &chance);
    let world = World { chance, own };
    let folder = tempfile::tempdir().unwrap();
    let analyzer = testing::analyzer();
    let engine = EmbeddedEngine::open(folder.path(), analyzer.clone()).unwrap();
    let mut documents: BTreeMap<String, Document> = BTreeMap::new();
    let mut rebuild = engine.begin_rebuild().await.unwrap();
    for some in [0..300, 250..420] {
        let some: Vec<Document> = some.map(|number| world.document(number)).collect();
        rebuild.push(&some).await.unwrap();
        documents.extend(some.into_iter().map(|document| (document.id.clone(), document)));
    }
    rebuild.finish(420).await.unwrap();
    for _ in 0..5 {
        let put: Vec<Document> = (0..40).map(|_| world.document(world.chance.below(560))).collect();
        let gone: BTreeSet<String> = (0..20)
            .map(|_| format!("posting:{}", world.chance.below(560)))
            .collect();
        let changes = put.iter().cloned().map(Change::put);
        let changes: Vec<Change> = changes.chain(gone.iter().cloned().map(Change::Remove)).collect();
        engine.apply(&changes).await.unwrap();
        documents.extend(put.into_iter().map(|document| (document.id.clone(), document)));
        documents.retain(|id, _| !gone.contains(id));
    }
    let rows: Vec<Row<'_>> = documents
        .values()
        .map(|document| Row::new(document, &analyzer))
        .collect();
    let mut answered = 0;
    for _ in 0..1_500 {
        let (viewer, query, words) = world.question();
        let page = engine.find(&viewer, &query, &words).await.unwrap();
        let ids: Vec<String> = page.hits.into_iter().map(|hit| hit.document.id).collect();
        let (expected, counted) = found(&rows, &analyzer, &viewer, &query, &words);
        assert_eq!(
            (ids, page.total),
            (expected, counted.total),
            "{viewer:?} {query:?} {words:?}"
        );
        assert_eq!(page.facets, counted.facets, "{viewer:?} {query:?} {words:?}");
        answered += usize::from(page.total > 20);
    }
    assert!(answered > 300, "{answered} questions with an answer of several pages");
}
