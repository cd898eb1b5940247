//! A look at everything the product stands on.

use serde::Serialize;
use storage::QueueStatus;

use crate::{App, Result};

/// What was found of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `database`, `search`, `index`, `mail`, `jobs`, `letters`.
    pub part: &'static str,
    /// Whether it is well.
    pub well: bool,
    /// What was seen.
    pub detail: String,
}

/// Looks at database, search engine, index, mail, jobs and letters.
pub async fn examine(app: &App) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut note = |part, well, detail: String| findings.push(Finding { part, well, detail });
    app.db().ping().await?;
    note("database", true, app.db().name().to_owned());
    match app.engine().health().await {
        Ok(()) => note("search", true, "answers".to_owned()),
        Err(error) => note("search", false, error.to_string()),
    }
    match (app.engine().count().await, app.engine().needs_rebuild().await) {
        (Ok(count), Ok(false)) => note("index", true, format!("{count} documents")),
        (Ok(count), Ok(true)) => note("index", false, format!("{count} documents; it has to be built again")),
        (Err(error), _) | (_, Err(error)) => note("index", false, error.to_string()),
    }
    match app.transport().check().await {
        Ok(()) => note("mail", true, "can be sent".to_owned()),
        Err(error) => note("mail", false, error.to_string()),
    }
    let mut tx = app.db().read().await?;
    let jobs = tx.jobs().count().await?;
    let of = |status: QueueStatus| {
        jobs.iter()
            .filter(|count| count.status == status)
            .map(|count| count.jobs)
            .sum::<i64>()
    };
    let (dead, waiting) = (of(QueueStatus::Dead), of(QueueStatus::Ready));
    note("jobs", dead == 0, format!("{waiting} waiting, {dead} given up"));
    let letters = tx.outbox().count().await?;
    let of = |status: QueueStatus| {
        letters
            .iter()
            .find(|(s, _)| *s == status)
            .map_or(0, |(_, count)| *count)
    };
    let waiting = of(QueueStatus::Ready) + of(QueueStatus::Running);
    let failed = of(QueueStatus::Dead);
    note("letters", failed == 0, format!("{waiting} waiting, {failed} failed"));
    Ok(findings)
}
