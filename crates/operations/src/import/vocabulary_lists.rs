//! Fuller reference lists from files: majors, occupations, industries. The file is kept; at start it is read again.

use marketplace::ProblemCode;
use serde_json::json;
use storage::VocabularyList;
use vocabulary::{EconomicClass, ListError, Major, Occupation, Vocabulary};

use super::{
    ImportFailure, Report,
    table::{self, FileProblem, FileProblemKind},
};
use crate::{
    Actor, App, Cx, Failure, compiled_here,
    jobs::{self, Job},
};

/// A reference list that a file can replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// 专业目录
    Majors,
    /// 职业分类
    Occupations,
    /// 国民经济行业分类
    Industries,
}

impl List {
    const ALL: [Self; 3] = [Self::Majors, Self::Occupations, Self::Industries];

    /// Its name in storage and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Majors => "majors",
            Self::Occupations => "occupations",
            Self::Industries => "industries",
        }
    }
}

/// The entries of a file, and how many of them are new, changed and gone.
fn apply(list: List, text: &str, vocabulary: Vocabulary) -> Result<(Vocabulary, Report), Vec<FileProblem>> {
    let mut report = Report::default();
    let vocabulary = match list {
        List::Majors => {
            let fresh = Major::read_csv(text).map_err(|error| problem(&error))?;
            compare(&mut report, vocabulary.majors(), &fresh, |major| &major.code);
            vocabulary.with_majors(fresh)
        }
        List::Occupations => {
            let fresh = Occupation::read_csv(text).map_err(|error| problem(&error))?;
            compare(&mut report, vocabulary.occupations(), &fresh, |occupation| {
                &occupation.code
            });
            vocabulary.with_occupations(fresh)
        }
        List::Industries => {
            let fresh = EconomicClass::read_csv(text).map_err(|error| problem(&error))?;
            compare(&mut report, vocabulary.economic(), &fresh, |class| &class.code);
            vocabulary.with_industries(fresh)
        }
    };
    Ok((vocabulary, report))
}

fn compare<T: PartialEq>(report: &mut Report, old: &[T], fresh: &[T], code: impl Fn(&T) -> &String) {
    let known: std::collections::HashMap<&String, &T> = old.iter().map(|entry| (code(entry), entry)).collect();
    report.rows = fresh.len() as u64;
    for entry in fresh {
        match known.get(code(entry)) {
            None => report.added += 1,
            Some(before) if *before == entry => report.unchanged += 1,
            Some(_) => report.changed += 1,
        }
    }
    report.removed = known.len() as u64 - (report.changed + report.unchanged);
}

fn problem(error: &ListError) -> Vec<FileProblem> {
    let code = ProblemCode::Unknown {
        typed: error.problem.to_string(),
    };
    let what = FileProblemKind::Value { code };
    vec![FileProblem {
        line: error.line,
        column: Some(error.column.clone()).filter(|c| !c.is_empty()),
        what,
        meant: Vec::new(),
    }]
}

/// Replaces a reference list by the file `name`.
#[compiled_here]
pub async fn import_list(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    list: List,
    file: (&str, &[u8]),
    dry_run: bool,
) -> Result<Report, ImportFailure> {
    actor.operator()?;
    let bytes = file.1;
    let (vocabulary, report) = apply(list, table::text(bytes)?, (*app.vocabulary()).clone())?;
    let report = Report { dry_run, ..report };
    if dry_run {
        return Ok(report);
    }
    let import = super::record(app, cx, actor, list.name(), file, &report);
    let mut tx = app.db().write().await?;
    tx.imports().insert(&import).await?;
    let blob = tx.blobs().insert("text/csv", bytes, cx.now).await?;
    let kept = VocabularyList {
        list: list.name().to_owned(),
        blob,
        import: import.id,
        updated_at: cx.now,
    };
    tx.vocabulary_lists().save(&kept).await?;
    if report.added + report.changed + report.removed > 0 {
        jobs::enqueue(app, cx, &mut tx, &Job::Reindex).await?;
        jobs::enqueue(app, cx, &mut tx, &Job::Match).await?;
    }
    let entry = app
        .audit(actor, cx, "import_list")
        .on("import", import.id.uuid())
        .now(json!({
            "list": list.name(),
            "file_sha256": kernel::to_hex(&import.file_hash),
            "rows": report.rows,
        }));
    tx.commit(entry.done()).await?;
    app.set_vocabulary(vocabulary);
    app.wake();
    Ok(report)
}

/// The reference lists as they are kept: the built-in ones, replaced by the files that were imported.
#[compiled_here]
pub async fn load_vocabulary(db: &storage::Db) -> Result<Vocabulary, ImportFailure> {
    let mut vocabulary = Vocabulary::builtin();
    let mut tx = db.read().await?;
    for list in List::ALL {
        let Some(kept) = tx.vocabulary_lists().find(list.name()).await? else {
            continue;
        };
        let Some(bytes) = tx.blobs().find(&kept.blob).await? else {
            continue;
        };
        vocabulary = apply(list, table::text(&bytes)?, vocabulary)?.0;
    }
    Ok(vocabulary)
}

/// Takes over what another process has imported since this one started.
pub(crate) async fn reload_vocabulary(app: &App) -> crate::Result<()> {
    match load_vocabulary(app.db()).await {
        Ok(vocabulary) => {
            app.set_vocabulary(vocabulary);
            Ok(())
        }
        Err(ImportFailure::Other(failure)) => Err(failure),
        Err(other) => Err(Failure::internal(other)),
    }
}
