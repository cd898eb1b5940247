//! Commands that read files.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;
use kernel::{Clock as _, LineId, Side};
use matching::{Book, Unit, UnitId};
use operations::{
    Actor, App, Cx,
    import::{
        self, ImportFailure, List, Report,
        post_file::{self, FilePost},
    },
    matches::units,
};
use serde_json::json;

use crate::{
    Outcome,
    cli::{Import, ImportKind, Match},
    compose::{Data, EngineUse, compose},
    config::Config,
    system::{SystemChance, SystemClock},
    tell,
};

/// Reads a file into the database.
pub(crate) async fn import(config: &Config, args: &Import) -> anyhow::Result<Outcome> {
    let bytes = read(&args.file)?;
    let app = compose(config, EngineUse::None, Data::Any).await?;
    let cx = Cx::system(app.clock().now());
    let name = args
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let file = (name.as_str(), bytes.as_slice());
    let outcome = run(&app, &cx, args, file).await;
    match outcome {
        Ok(report) => {
            if args.json {
                tell::json(&report)?;
            } else {
                tell::report(&report);
            }
            Ok(Outcome::Done)
        }
        Err(ImportFailure::File(problems)) => {
            if args.json {
                tell::json(&json!({ "problems": problems }))?;
            } else {
                tell::problems(&args.file.display().to_string(), &problems);
            }
            Ok(Outcome::BadInput)
        }
        Err(ImportFailure::Other(operations::Failure::Conflict)) => {
            anyhow::bail!("another import of the register has begun since; nothing of this one is seen. Run it again")
        }
        Err(other) => Err(other.into()),
    }
}

async fn run(app: &App, cx: &Cx, args: &Import, file: (&str, &[u8])) -> Result<Report, ImportFailure> {
    let (actor, dry) = (&Actor::Command, args.dry_run);
    match args.kind {
        ImportKind::Programmes => {
            import::import_programmes(app, cx, actor, file, args.year, dry, &tell::Bar::new()).await
        }
        ImportKind::Postings => import::import_postings(app, cx, actor, file, dry).await,
        ImportKind::Majors => import::import_list(app, cx, actor, List::Majors, file, dry).await,
        ImportKind::Occupations => import::import_list(app, cx, actor, List::Occupations, file, dry).await,
        ImportKind::Industries => import::import_list(app, cx, actor, List::Industries, file, dry).await,
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// The units of one side of a file of posts.
fn units_of(file: &Path, side: Side, vocabulary: &vocabulary::Vocabulary) -> anyhow::Result<Option<Vec<Unit>>> {
    let bytes = read(file)?;
    let now = SystemClock.now();
    match post_file::read(&bytes, vocabulary, &mut || LineId::new(now, &SystemChance)) {
        Ok(mut posts) => {
            posts.retain(|post| post.kind.side() == side);
            let coded = posts.iter().flat_map(FilePost::coded);
            tell::coded_aside(&file.display().to_string(), coded);
            Ok(Some(posts.iter().flat_map(units::of_file_post).collect()))
        }
        Err(problems) => {
            tell::problems(&file.display().to_string(), &problems);
            Ok(None)
        }
    }
}

/// Matches a file of offers with a file of needs: a line each need.
pub(crate) async fn match_files(_config: &Config, args: &Match) -> anyhow::Result<Outcome> {
    let vocabulary = std::sync::Arc::new(vocabulary::Vocabulary::builtin());
    let offers = units_of(&args.offers, Side::Offer, &vocabulary)?;
    let needs = units_of(&args.needs, Side::Need, &vocabulary)?;
    let (Some(offers), Some(needs)) = (offers, needs) else {
        return Ok(Outcome::BadInput);
    };
    let context = matching::Context::new(vocabulary, std::sync::Arc::default());
    let book = Book::new(context, offers, needs);
    for need in book.needs() {
        let matches = book.best_offers(need, args.top);
        if args.json {
            let found: Vec<_> = matches
                .iter()
                .map(|found| json!({ "offer": name(&found.offer), "score": found.score, "criteria": found.criteria }))
                .collect();
            let mut line = json!({ "need": name(&need.id), "matches": found });
            if args.explain && matches.is_empty() {
                let obstacles: BTreeMap<&str, usize> = book
                    .obstacles(need)
                    .into_iter()
                    .map(|(criterion, offers)| (criterion.code(), offers))
                    .collect();
                line["obstacles"] = json!(obstacles);
            }
            tell::json(&line)?;
            continue;
        }
        println!("{}", name(&need.id));
        for found in &matches {
            println!("  {:>4}  {}", found.score, name(&found.offer));
            if args.explain {
                for assessed in &found.criteria {
                    let reason = words::reason(tell::LOCALE, &book.context().vocabulary, assessed);
                    println!(
                        "        {:<10} {:>4}  {}",
                        assessed.criterion.code(),
                        assessed.score,
                        reason.render(tell::LOCALE)
                    );
                }
            }
        }
        if matches.is_empty() {
            let obstacles: Vec<String> = book
                .obstacles(need)
                .into_iter()
                .map(|(criterion, offers)| format!("{} ({offers})", criterion.code()))
                .collect();
            println!("     -  no offer; stopped by: {}", obstacles.join(", "));
        }
    }
    Ok(Outcome::Done)
}

fn name(id: &UnitId) -> String {
    match id {
        UnitId::External(reference) => reference.clone(),
        UnitId::Posting { posting, .. } => posting.to_string(),
        UnitId::Register(row) => row.to_string(),
    }
}
