//! Posts from a file ([`super::post_file`]), for organisations that are on the platform. A second run of the same file
//! changes nothing: a post is known again by its organisation and reference.

use kernel::{Date, ImportId, LineId, PostingId};
use marketplace::{Content, Organisation, Origin, Posting, Status};
use serde_json::json;
use storage::{Import, ImportState, Tx, Write};

use super::{
    ImportFailure, Report,
    post_file::{self, FilePost},
    table::{FileProblem, FileProblemKind},
};
use crate::{Actor, App, Cx, Failure, compiled_here, postings, search::documents};

/// The most posts of one file: they are written in one transaction, which holds up other writers as long as it runs.
const MOST: usize = 2_000;

/// Reads the file `name`. Everything is checked first, then written at once or not at all.
#[compiled_here]
pub async fn import_postings(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    file: (&str, &[u8]),
    dry_run: bool,
) -> Result<Report, ImportFailure> {
    actor.operator()?;
    let bytes = file.1;
    let posts = post_file::read(bytes, &app.vocabulary(), &mut || app.id(cx.now, LineId::new))?;
    if let Some(beyond) = posts.get(MOST) {
        let line = beyond.lines.first().copied().unwrap_or_default();
        let code = marketplace::ProblemCode::TooMany { max: MOST };
        return Err(ImportFailure::File(vec![FileProblem::on_line(
            line,
            FileProblemKind::Value { code },
        )]));
    }
    let mut tx = app.db().write().await?;
    let mut report = Report {
        rows: posts.len() as u64,
        dry_run,
        ..Report::default()
    };
    // Posts refer to their import, so it is written first.
    let mut import = Import {
        state: ImportState::Running,
        finished_at: None,
        ..super::record(app, cx, actor, "postings", file, &report)
    };
    tx.imports().insert(&import).await?;
    let mut problems = Vec::new();
    let mut owners = std::collections::BTreeSet::new();
    for post in posts {
        let Some(owner) = owner(&mut tx, &post.organisation).await? else {
            problems.push(in_first(&post, "organisation", FileProblemKind::NoSuchOrganisation));
            continue;
        };
        let obstacles = obstacles(&post, &owner, cx.today());
        if !obstacles.is_empty() {
            problems.extend(obstacles);
            continue;
        }
        owners.insert(owner.id);
        report.coded.extend_from_slice(post.coded());
        match put(app, cx, &mut tx, post, &owner, import.id).await? {
            Put::Added => report.added += 1,
            Put::Changed => report.changed += 1,
            Put::Unchanged => report.unchanged += 1,
        }
    }
    report.organisations = owners.len() as u64;
    if !problems.is_empty() {
        return Err(ImportFailure::File(problems));
    }
    if dry_run {
        return Ok(report);
    }
    import.added = i64::try_from(report.added).unwrap_or(i64::MAX);
    import.changed = i64::try_from(report.changed).unwrap_or(i64::MAX);
    import.state = ImportState::Done;
    import.finished_at = Some(app.clock().now());
    tx.imports().save(&import).await?;
    tx.blobs().insert("text/csv", bytes, cx.now).await?;
    let entry = app
        .audit(actor, cx, "import_postings")
        .on("import", import.id.uuid())
        .now(json!({
            "file_sha256": kernel::to_hex(&import.file_hash),
            "rows": report.rows,
            "added": report.added,
            "changed": report.changed,
        }));
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(report)
}

fn in_first(post: &FilePost, column: &str, what: FileProblemKind) -> FileProblem {
    FileProblem::in_column(post.lines.first().copied().unwrap_or_default(), column, what)
}

/// Why this organisation cannot have this post.
fn obstacles(post: &FilePost, owner: &Organisation, today: Date) -> Vec<FileProblem> {
    if !owner.may_post(post.kind) {
        return vec![in_first(post, "kind", FileProblemKind::WrongSide)];
    }
    if !post.publish {
        return Vec::new();
    }
    if !owner.is_verified() {
        return vec![in_first(post, "organisation", FileProblemKind::NoSuchOrganisation)];
    }
    let missing = post.content.missing(post.kind, today);
    missing.into_iter().map(|problem| post.place(problem)).collect()
}

/// What became of one post.
enum Put {
    Added,
    Changed,
    Unchanged,
}

/// The organisation of this name or credit code; of several with one name, none.
async fn owner(tx: &mut Tx<Write>, named: &str) -> Result<Option<Organisation>, Failure> {
    if let Ok(code) = kernel::CreditCode::parse(named)
        && let Some(found) = tx.organisations().find_by_credit_code(&code).await?
    {
        return Ok(Some(found));
    }
    let mut named = tx
        .organisations()
        .list_by_name_key(&marketplace::organisation::name_key(named))
        .await?;
    Ok(if named.len() == 1 { named.pop() } else { None })
}

async fn put(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    post: FilePost,
    owner: &Organisation,
    import: ImportId,
) -> Result<Put, Failure> {
    let Some(before) = tx.postings().find_by_reference(owner.id, &post.reference).await? else {
        let (id, reference) = (app.id(cx.now, PostingId::new), post.reference);
        let origin = Origin::Import { import, reference };
        let posting = Posting::draft((id, owner.id), post.kind, post.content, origin, cx.now);
        let posting = if post.publish {
            posting.publish(owner, cx.today(), cx.now)?
        } else {
            posting
        };
        let text = documents::fallback_text(&posting, owner, &app.vocabulary());
        tx.postings().insert(&posting, &text).await?;
        if posting.is_published() {
            postings::enqueue(app, cx, tx, posting.id).await?;
        }
        return Ok(Put::Added);
    };
    let content = with_known_lines(post.content, &before.get().content);
    let publish = post.publish && matches!(before.get().status, Status::Draft);
    // What its people have closed stays closed.
    if matches!(before.get().status, Status::Closed { .. }) || (content == before.get().content && !publish) {
        return Ok(Put::Unchanged);
    }
    let after = before.decide(|posting| posting.edit(content, cx.today(), cx.now))?;
    let after = if publish {
        after.decide(|posting| posting.publish(owner, cx.today(), cx.now))?
    } else {
        after
    };
    postings::save(app, tx, &after).await?;
    if after.get().is_published() {
        postings::enqueue(app, cx, tx, after.get().id).await?;
    }
    Ok(Put::Changed)
}

/// The lines of a file have no ids: the first is the first again.
fn with_known_lines(mut content: Content, known: &Content) -> Content {
    for (line, known) in content.lines.iter_mut().zip(&known.lines) {
        line.id = known.id;
    }
    content
}
