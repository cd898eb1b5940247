//! Whether two engines answer alike: the same matches, numbers, counts and order, for every question under every filter.

use search::{Engine, Facet, Filter, MAX_PER_PAGE, Page, Query, Sort, Viewer};
use serde::Serialize;

use super::{answers::LOOKED_AT, questions::Question};

/// How many differences are told.
const TOLD: usize = 10;

/// How often two engines differ.
#[derive(Debug, Default, Serialize)]
pub(super) struct Agreement {
    /// Questions times filters.
    asked: usize,
    /// All hits of all of them together, in the one engine.
    hits: u64,
    totals: usize,
    counts: usize,
    /// Not the same hits on all pages.
    matches: usize,
    /// Not the same ten first.
    top_ten: usize,
    /// Not in the same order where the newest are asked for.
    newest: usize,
    /// The first differences.
    first: Vec<String>,
}

fn filters() -> [Filter; 5] {
    let joined = Filter::Joined(false);
    let elsewhere = Filter::Not(Box::new(Filter::is(Facet::Province, ["310000"])));
    [
        Filter::default(),
        Filter::is(Facet::Province, ["310000"]),
        Filter::is(Facet::Category, ["46"]),
        Filter::is(Facet::Province, ["320000", "330000"]).and(Filter::is(Facet::Category, ["51", "53"])),
        joined.and(elsewhere),
    ]
}

/// Asks both engines everything.
pub(super) async fn compare(one: &dyn Engine, other: &dyn Engine, questions: &[Question]) -> anyhow::Result<Agreement> {
    let mut agreement = Agreement::default();
    for question in questions {
        for filter in filters() {
            agreement.asked += 1;
            let query = Query {
                filter,
                facets: Facet::ALL.to_vec(),
                per_page: MAX_PER_PAGE,
                marked: false,
                ..Query::new(&question.text)
            };
            agreement.hold(one, other, &query).await?;
        }
    }
    Ok(agreement)
}

impl Agreement {
    async fn hold(&mut self, one: &dyn Engine, other: &dyn Engine, query: &Query) -> anyhow::Result<()> {
        let (a, b) = (ask(one, query).await?, ask(other, query).await?);
        self.hits += a.total;
        let mut told = Vec::new();
        if a.total != b.total || a.taken != b.taken {
            self.totals += 1;
            told.push(format!("{} and {} hits", a.total, b.total));
        }
        if a.facets != b.facets {
            self.counts += 1;
            told.push("counts".to_owned());
        }
        let top = |page: &Page| ids(page).take(LOOKED_AT).map(str::to_owned).collect::<Vec<_>>();
        if top(&a) != top(&b) {
            self.top_ten += 1;
            let titles = |page: &Page| {
                page.hits
                    .iter()
                    .take(LOOKED_AT)
                    .map(|hit| hit.document.title.clone())
                    .collect::<Vec<_>>()
            };
            told.push(format!("the first: {:?} and {:?}", titles(&a), titles(&b)));
        }
        let (mut all, mut others) = (every(one, query, a).await?, every(other, query, b).await?);
        all.sort_unstable();
        others.sort_unstable();
        if all != others {
            self.matches += 1;
            told.push("matches".to_owned());
        }
        let newest = Query {
            sort: Sort::Newest,
            facets: Vec::new(),
            ..query.clone()
        };
        let (a, b) = (ask(one, &newest).await?, ask(other, &newest).await?);
        if !ids(&a).eq(ids(&b)) {
            self.newest += 1;
            told.push("the newest".to_owned());
        }
        if !told.is_empty() && self.first.len() < TOLD {
            self.first
                .push(format!("{} {:?}: {}", query.text, query.filter, told.join("; ")));
        }
        Ok(())
    }

    pub(super) fn print(&self) {
        println!(
            "{} questions with filters, {} hits: {} differ in totals, {} in counts, {} in matches, {} in the first ten, {} in the newest",
            self.asked, self.hits, self.totals, self.counts, self.matches, self.top_ten, self.newest
        );
        self.first.iter().for_each(|difference| println!("  {difference}"));
    }
}

async fn ask(engine: &dyn Engine, query: &Query) -> anyhow::Result<Page> {
    Ok(engine.search(&Viewer::Public, query).await?)
}

fn ids(page: &Page) -> impl Iterator<Item = &str> {
    page.hits.iter().map(|hit| hit.document.id.as_str())
}

/// The ids of all hits, of which the first page is there.
async fn every(engine: &dyn Engine, query: &Query, first: Page) -> anyhow::Result<Vec<String>> {
    let mut every: Vec<String> = ids(&first).map(str::to_owned).collect();
    for page in 2..=u32::try_from(first.total.div_ceil(u64::from(MAX_PER_PAGE)))? {
        let next = Query {
            page,
            facets: Vec::new(),
            ..query.clone()
        };
        every.extend(ids(&ask(engine, &next).await?).map(str::to_owned));
    }
    Ok(every)
}
