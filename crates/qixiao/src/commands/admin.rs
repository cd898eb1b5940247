//! Commands for whoever runs the product.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};
use kernel::Locale;
use operations::{Actor, Cx, demo, jobs::Worker, operator};
use serde_json::json;

use crate::{
    Outcome,
    compose::{self, Data, EngineUse, compose},
    config::{Config, Loaded},
    serve, tell,
};

/// The same story on every first start.
const DEMO_SEED: u64 = 20_261_120;

/// Serves fictional data, which the first start makes.
pub(crate) async fn demo(config: &Config) -> anyhow::Result<Outcome> {
    let app = compose(config, EngineUse::Writer, Data::Demonstration).await?;
    if demo::populate(&app, DEMO_SEED)
        .await
        .context("the demonstration data cannot be made")?
    {
        Worker::new(app.clone())
            .drain()
            .await
            .context("the demonstration's first jobs")?;
    }
    eprintln!(
        "Everything here is fictional. Open http://{}/demo to become anybody in one click.",
        config.listen
    );
    // Takes a while, and pages can be looked at meanwhile. What is interrupted goes on at the next start.
    let story = app.clone();
    let apprentices = async move {
        match demo::apprentices(&story).await {
            Ok(told) if told.steps > 0 => tracing::info!(?told, "the stories of the apprentices are told"),
            Ok(_) => {}
            Err(failure) => tracing::error!(error = ?failure, "the stories of the apprentices go on at the next start"),
        }
    };
    serve::serve(app, &config.listen, config.trusted_proxies, apprentices).await?;
    Ok(Outcome::Done)
}

/// Brings the database to this version and stops.
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<Outcome> {
    fs::create_dir_all(&config.data)?;
    let db = compose::connect(config).await?;
    println!("{} is up to date", db.name());
    Ok(Outcome::Done)
}

/// Prints every setting with where it came from, and renders every page and letter.
pub(crate) fn check(loaded: &Loaded) -> anyhow::Result<Outcome> {
    for (key, value, origin) in &loaded.origins {
        println!("{key:<24} {value:<40} {origin}");
    }
    let letters = mail::Letterhead::new(&loaded.config.public_url())
        .check()
        .context("a letter does not render")?;
    let pages = web::check_pages(&Locale::ALL).context("a page does not render")?;
    println!("{pages} pages and {letters} letters render");
    Ok(Outcome::Done)
}

/// Looks at everything the product stands on.
pub(crate) async fn doctor(config: &Config, as_json: bool) -> anyhow::Result<Outcome> {
    let app = match compose(config, EngineUse::Writer, Data::Any).await {
        Ok(app) => app,
        // A running server holds the embedded index: everything else can still be looked at.
        Err(error) if config.search.url.is_none() => {
            tracing::info!(error = format!("{error:#}"), "the embedded index is in use");
            compose(config, EngineUse::None, Data::Any).await?
        }
        Err(error) => return Err(error),
    };
    let findings = operations::doctor::examine(&app).await?;
    let ill = findings.iter().any(|finding| !finding.well);
    if as_json {
        tell::json(&json!({ "well": !ill, "findings": findings }))?;
    } else {
        for finding in &findings {
            println!(
                "{} {:<10} {}",
                if finding.well { "ok  " } else { "ILL " },
                finding.part,
                finding.detail
            );
        }
    }
    Ok(if ill { Outcome::Findings } else { Outcome::Done })
}

/// Builds a new search index beside the old one and swaps. On the embedded engine the server does it, when one runs.
pub(crate) async fn reindex(config: &Config) -> anyhow::Result<Outcome> {
    match compose(config, EngineUse::Writer, Data::Any).await {
        Ok(app) => {
            let documents = operations::search::reindex(&app).await?;
            println!("{documents} documents");
        }
        Err(error) if config.search.url.is_none() => {
            tracing::info!(error = format!("{error:#}"), "the embedded index is in use");
            let app = compose(config, EngineUse::None, Data::Any).await?;
            operations::search::ask_to_reindex(&app, &Actor::Command).await?;
            println!("the server has been asked to build a new index");
        }
        Err(error) => return Err(error),
    }
    Ok(Outcome::Done)
}

/// Makes somebody an operator.
pub(crate) async fn add_operator(config: &Config, email: &str, name: &str) -> anyhow::Result<Outcome> {
    let app = compose(config, EngineUse::None, Data::Any).await?;
    let cx = Cx::system(app.clock().now());
    match operator::add(&app, &cx, &Actor::Command, email, name).await {
        Ok(added) => {
            println!(
                "{email} {} an operator",
                if added.already { "already was" } else { "is now" }
            );
            if let Some(path) = added.link {
                println!("set a password within an hour: {}{path}", config.public_url());
            }
            Ok(Outcome::Done)
        }
        Err(operations::Failure::Invalid(_)) => {
            eprintln!("{email} is not an e-mail address");
            Ok(Outcome::BadInput)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Writes the whole database into a file, while it runs.
pub(crate) async fn backup(config: &Config, file: &Path) -> anyhow::Result<Outcome> {
    if file.exists() {
        bail!("{} exists; choose another name", file.display());
    }
    let db = compose::connect(config).await?;
    db.back_up(file).await.context("the backup cannot be written")?;
    println!(
        "{}; the key file {} is not in it: keep it apart",
        file.display(),
        config.key_path().display()
    );
    Ok(Outcome::Done)
}

/// Puts a backup in the place of a database that is not there.
pub(crate) async fn restore(config: &Config, file: &Path) -> anyhow::Result<Outcome> {
    if config.database.url.is_some() {
        bail!("restore puts back the embedded database; use pg_restore for PostgreSQL");
    }
    let target = config.data.join("qixiao.db");
    if target.exists() {
        bail!("{} exists; move it away first", target.display());
    }
    fs::create_dir_all(&config.data)?;
    let copied = target.with_extension("db.restoring");
    fs::copy(file, &copied).with_context(|| format!("{} cannot be copied", file.display()))?;
    fs::File::open(&copied)?.sync_all()?;
    fs::rename(&copied, &target)?;
    let db = compose::connect(config).await.context("the backup cannot be opened")?;
    println!(
        "{} restored; the search index is built again at the next start ({})",
        target.display(),
        db.name()
    );
    Ok(Outcome::Done)
}
