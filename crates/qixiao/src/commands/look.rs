//! Searching from the command line.

use anyhow::{Context as _, bail};
use operations::Actor;
use search::{Analyzer, Engine as _, Facet, Filter, Page, Query, Viewer};
use serde_json::json;

use crate::{
    Outcome,
    cli::{EngineName, Search},
    compose::{self, Data, EngineUse, compose},
    config::Config,
    tell,
};

/// Searches as anybody would. While a server holds the embedded index, the database answers instead and says so.
pub(crate) async fn search(config: &Config, args: &Search) -> anyhow::Result<Outcome> {
    let query = Query {
        filter: filter(&args.filter)?,
        per_page: args.limit,
        ..Query::new(&args.query)
    };
    let (page, fallback) = match args.engine {
        Some(EngineName::Meilisearch) => {
            let url = config.search.url.as_deref().context("search.url is not set")?;
            let analyzer = Analyzer::builtin(&vocabulary::Vocabulary::builtin())?;
            (
                compose::meilisearch(config, url, analyzer)?
                    .search(&Viewer::Public, &query)
                    .await?,
                false,
            )
        }
        Some(EngineName::Embedded) | None => {
            let mut config = config.clone();
            if args.engine == Some(EngineName::Embedded) {
                config.search.url = None;
            }
            let app = match compose(&config, EngineUse::Writer, Data::Any).await {
                Ok(app) => app,
                Err(error) if args.engine.is_none() => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        "the database answers instead of the index"
                    );
                    compose(&config, EngineUse::None, Data::Any).await?
                }
                Err(error) => return Err(error),
            };
            let found = operations::search::find(&app, &Actor::Stranger, &query).await?;
            (found.page, found.fallback)
        }
    };
    if args.json {
        tell_json(&page, fallback)?;
    } else {
        tell_people(&page, fallback);
    }
    Ok(Outcome::Done)
}

fn filter(conditions: &[String]) -> anyhow::Result<Filter> {
    let mut filter = Filter::default();
    for facet in Facet::ALL {
        let mut values = Vec::new();
        for condition in conditions {
            let Some((key, value)) = condition.split_once('=') else {
                bail!("--filter {condition}: KEY=VALUE is expected")
            };
            if Facet::from_name(key).is_none() {
                let known: Vec<&str> = Facet::ALL.into_iter().map(Facet::name).collect();
                bail!("--filter {condition}: {key} is none of {}", known.join(", "));
            }
            if key == facet.name() {
                values.push(value);
            }
        }
        if !values.is_empty() {
            filter = filter.and(Filter::is(facet, values));
        }
    }
    Ok(filter)
}

fn tell_json(page: &Page, fallback: bool) -> anyhow::Result<()> {
    let hits: Vec<_> = page.hits.iter().map(|hit| &hit.document).collect();
    tell::json(&json!({ "total": page.total, "fallback": fallback, "hits": hits }))
}

fn tell_people(page: &Page, fallback: bool) {
    if fallback {
        eprintln!("the search engine does not answer; the database does, by plain words");
    }
    println!("{} found", page.total);
    for hit in &page.hits {
        let document = &hit.document;
        println!(
            "{:<14} {}  ·  {}  ({})",
            document.kind, document.title, document.organisation, document.id
        );
    }
}
