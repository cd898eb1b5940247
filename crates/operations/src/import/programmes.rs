//! The national programme register, read from the ministry's table. Columns: see [`marketplace::register::COLUMNS`].
//!
//! A file speaks for the years and provinces it names: rows of those that it no longer has are ended, everything else
//! stays. The whole file is checked before anything is written; rows are staged unseen in short transactions with rests
//! between them, so that nobody who signs in waits for an import; one last transaction shows them all.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use kernel::RegisterRowId;
use marketplace::register::{self, COLUMNS, Entry, EntryInput};
use serde_json::json;
use storage::{Import, StagedRow};
use vocabulary::{Vocabulary, text::fold};

use super::{
    ImportFailure, Progress, Report,
    table::{FileProblem, FileProblemKind, Table},
};
use crate::{
    Actor, App, Cx, Failure, compiled_here,
    jobs::{self, Job},
};

/// Rows of one short transaction.
const CHUNK: usize = 2_000;
/// A rest after each of them on `SQLite`, whose writers of other processes look for the lock every tenth of a second.
const REST: Duration = Duration::from_millis(110);
/// No more problems of a file are told at once.
const PROBLEMS_TOLD: usize = 100;

/// Reads the file `name`; with `year` only the rows of that year are taken. `dry_run` checks and compares, and writes
/// nothing.
#[compiled_here]
pub async fn import_programmes(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    file: (&str, &[u8]),
    year: Option<i64>,
    dry_run: bool,
    progress: &dyn Progress,
) -> Result<Report, ImportFailure> {
    actor.operator()?;
    let bytes = file.1;
    let entries = register_entries(bytes, year, &app.vocabulary())?;
    let mut change = compare(app, entries).await?;
    let report = Report {
        dry_run,
        ..std::mem::take(&mut change.report)
    };
    if dry_run {
        return Ok(report);
    }
    let import = Import {
        year,
        ..super::record(app, cx, actor, "programmes", file, &report)
    };
    let touched = !(change.fresh.is_empty() && change.ended.is_empty());
    if touched {
        stage(app, cx, &import, &change, progress).await?;
    }
    let mut tx = app.db().write().await?;
    if touched {
        tx.register().publish(import.id).await?;
        jobs::enqueue(app, cx, &mut tx, &Job::Reindex).await?;
        jobs::enqueue(app, cx, &mut tx, &Job::Match).await?;
    }
    tx.blobs().insert("text/csv", bytes, cx.now).await?;
    tx.imports()
        .insert(&Import {
            finished_at: Some(app.clock().now()),
            ..import.clone()
        })
        .await?;
    let entry = app
        .audit(actor, cx, "import_programmes")
        .on("import", import.id.uuid())
        .now(json!({
            "file_sha256": kernel::to_hex(&import.file_hash),
            "rows": report.rows,
            "added": report.added,
            "changed": report.changed,
            "removed": report.removed,
        }));
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(report)
}

/// The rows of a file of the register, checked: every problem names its line and column.
pub fn register_entries(
    bytes: &[u8],
    year: Option<i64>,
    vocabulary: &Vocabulary,
) -> Result<Vec<Entry>, Vec<FileProblem>> {
    let (required, optional) = COLUMNS.split_at(7);
    let table = Table::read(bytes, required, optional)?;
    let mut entries = Vec::with_capacity(table.count());
    let mut lines: HashMap<String, u64> = HashMap::with_capacity(table.count());
    let mut problems = Vec::new();
    for (line, row) in table.rows() {
        let input = EntryInput {
            year: row.get(0),
            province: row.get(1),
            school_code: row.get(2),
            school_name: row.get(3),
            major_code: row.get(4),
            major_name: row.get(5),
            duration_years: row.get(6),
            remark: row.get(7),
        };
        match register::read(&input, vocabulary) {
            Ok(entry) if year.is_some_and(|year| year != entry.year) => {}
            Ok(entry) => match lines.insert(entry.key(), line) {
                None => entries.push(entry),
                Some(earlier) => problems.push(FileProblem::on_line(line, FileProblemKind::Repeats { line: earlier })),
            },
            Err(found) => problems.extend(found.into_iter().map(|problem| FileProblem::value(line, problem))),
        }
        if problems.len() >= PROBLEMS_TOLD {
            break;
        }
    }
    if problems.is_empty() {
        Ok(entries)
    } else {
        Err(problems)
    }
}

/// What has to be written so that the register says what the file says.
#[derive(Debug)]
struct Change {
    report: Report,
    fresh: Vec<Entry>,
    ended: Vec<RegisterRowId>,
}

async fn compare(app: &App, entries: Vec<Entry>) -> Result<Change, Failure> {
    let scope: BTreeSet<(i64, String)> = entries
        .iter()
        .map(|entry| (entry.year, entry.province.clone()))
        .collect();
    let years: BTreeSet<i64> = scope.iter().map(|(year, _)| *year).collect();
    let schools: BTreeSet<&str> = entries.iter().map(Entry::school_key).collect();
    let mut report = Report {
        rows: entries.len() as u64,
        organisations: schools.len() as u64,
        ..Report::default()
    };
    let mut present: HashMap<String, (RegisterRowId, Entry)> = HashMap::new();
    let mut tx = app.db().read().await?;
    for year in years {
        for row in tx.register().list(Some(year)).await? {
            if scope.contains(&(year, row.entry.province.clone())) {
                present.insert(row.entry.key(), (row.id, row.entry));
            }
        }
    }
    drop(tx);
    let (mut fresh, mut ended) = (Vec::new(), Vec::new());
    for entry in entries {
        match present.remove(&entry.key()) {
            Some((_, stored)) if stored == entry => report.unchanged += 1,
            Some((id, _)) => {
                report.changed += 1;
                ended.push(id);
                fresh.push(entry);
            }
            None => {
                report.added += 1;
                fresh.push(entry);
            }
        }
    }
    report.removed = present.len() as u64;
    ended.extend(present.into_values().map(|(id, _)| id));
    ended.sort_unstable();
    Ok(Change { report, fresh, ended })
}

async fn stage(app: &App, cx: &Cx, import: &Import, change: &Change, progress: &dyn Progress) -> Result<(), Failure> {
    let db = app.db();
    let rest = db.name() == "SQLite";
    // Ids that grow fill the database's pages in order.
    let mut ids: Vec<RegisterRowId> = change
        .fresh
        .iter()
        .map(|_| app.id(cx.now, RegisterRowId::new))
        .collect();
    ids.sort_unstable();
    db.begin_register_import(import.id).await?;
    let total = (change.fresh.len() + change.ended.len()) as u64;
    let mut done = 0;
    for (ids, entries) in ids.chunks(CHUNK).zip(change.fresh.chunks(CHUNK)) {
        let rows: Vec<StagedRow> = ids.iter().zip(entries).map(|(id, entry)| staged(*id, entry)).collect();
        db.stage_register_rows(import.id, &rows).await?;
        done += rows.len() as u64;
        progress.at(done, total);
        if rest && done < total {
            tokio::time::sleep(REST).await;
        }
    }
    for ended in change.ended.chunks(CHUNK) {
        db.stage_register_ends(import.id, ended).await?;
        done += ended.len() as u64;
        progress.at(done, total);
        if rest && done < total {
            tokio::time::sleep(REST).await;
        }
    }
    Ok(())
}

fn staged(id: RegisterRowId, entry: &Entry) -> StagedRow {
    let search_text = fold(&format!(
        "{} {} {}",
        entry.major_name, entry.school_name, entry.major_code
    ));
    StagedRow {
        id,
        entry: entry.clone(),
        search_text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "year,province,school_code,school_name,major_code,major_name,duration_years,remark\n";

    fn read_text(text: &str, year: Option<i64>) -> Result<Vec<Entry>, Vec<FileProblem>> {
        register_entries(format!("{HEADER}{text}").as_bytes(), year, &Vocabulary::builtin())
    }

    #[test]
    fn only_the_year_asked_for_is_taken() {
        let text = "2024,上海市,1,示范学院,460103,数控技术,3,\n2025,上海市,1,示范学院,460103,数控技术,3,\n";
        assert_eq!(read_text(text, Some(2025)).unwrap().len(), 1);
        assert_eq!(read_text(text, None).unwrap().len(), 2);
    }

    #[test]
    fn the_same_row_twice_names_both_lines() {
        let text = "2025,上海市,1,示范学院,460103,数控技术,3,\n2025,上海市,1,示范学院,460103K,数控技术,3,\n";
        assert_eq!(
            read_text(text, None).unwrap_err(),
            [FileProblem::on_line(3, FileProblemKind::Repeats { line: 2 })]
        );
    }
}
