//! A look at everything the product stands on.

use serde::Serialize;
use storage::QueueStatus;

use crate::{App, Result, agreements, compiled_here};

/// What was found of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `database`, `search`, `index`, `mail`, `jobs`, `letters`, `evidence`.
    pub part: &'static str,
    /// Whether it is well.
    pub well: bool,
    /// What was seen.
    pub detail: String,
}

/// So many agreements that were changed are named; the rest is counted.
const NAMED: usize = 20;

/// Looks at database, search engine, index, mail, jobs, letters, and at everything that proves an agreement.
#[compiled_here]
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
    drop(tx);
    let stored = agreements::check_all_stored(app).await?;
    note(
        "evidence",
        stored.changed.is_empty(),
        format!("{} agreements, {} changed", stored.agreements, stored.changed.len()),
    );
    for (id, faults) in stored.changed.iter().take(NAMED) {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        note("evidence", false, format!("agreement {id}: {}", faults.join("; ")));
    }
    Ok(findings)
}
