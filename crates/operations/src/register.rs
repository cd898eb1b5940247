//! The programme register: what a row's page shows, a college's claim, inviting who has not joined, and posts made from
//! rows.

use std::collections::BTreeSet;

use kernel::{LineId, PostingId, PostingKind, RegisterRowId};
use marketplace::{
    Content, Line, Organisation, Origin, Posting,
    register::{Presence, RegisterRow, same_school},
};
use serde_json::json;
use storage::{Claim, ClaimOutcome, Invite, Reads, Tx, Write};
use vocabulary::Vocabulary;

use crate::{
    Actor, App, Cx, Failure, Refusal, Result, compiled_here,
    jobs::{self, Job},
    matches::{self, Found},
    search::documents,
};

/// A register row as its page shows it.
#[derive(Debug)]
pub struct RowLook {
    /// The row.
    pub row: RegisterRow,
    /// The organisation that is its college: it claimed the row, or could.
    pub college: Option<Organisation>,
    /// The published post that its claimant has made from it, with its title.
    pub post: Option<(PostingId, String)>,
    /// The other rows of the same college and year.
    pub siblings: Vec<RegisterRow>,
    /// Needs that this programme could answer, best first.
    pub matches: Vec<Found>,
    /// Whether whoever looks may claim it: a college of the same name.
    pub may_claim: bool,
    /// Whether whoever looks may invite the college: an enterprise, and the college has not joined.
    pub may_invite: bool,
    /// Whether the organisation of whoever looks has invited it before.
    pub invited: bool,
}

/// The page of a register row.
#[compiled_here]
pub async fn look(app: &App, actor: &Actor, id: RegisterRowId) -> Result<RowLook> {
    let mut tx = app.db().read().await?;
    let row = tx.register().find(id).await?.ok_or(Failure::NotFound)?;
    let college = match row.college.organisation() {
        Some(organisation) => tx
            .organisations()
            .find(organisation)
            .await?
            .map(storage::Versioned::into_inner),
        None => None,
    };
    let post = match &college {
        Some(owner) if row.college.is_claimed() && owner.is_verified() => post_of(&mut tx, owner, id).await?,
        _ => None,
    };
    let mut siblings = tx.register().of_school(row.entry.school_key()).await?;
    siblings.retain(|other| other.id != id && other.entry.year == row.entry.year);
    let matches = matches::of_register_row(app, &mut tx, &row).await?;
    let named = actor
        .person()
        .and_then(|person| person.acting.as_ref())
        .map(|acting| acting.organisation_name.clone());
    let teaches = actor.officer().is_ok_and(|officer| officer.of_college().is_ok());
    let enterprise = actor.officer().ok().and_then(|officer| officer.of_enterprise().ok());
    let may_claim =
        !row.college.is_claimed() && teaches && named.is_some_and(|name| same_school(&name, &row.entry.school_name));
    let invited = match enterprise {
        Some(officer) => {
            let invites = tx.register().invites_to(row.entry.school_key()).await?;
            invites
                .iter()
                .any(|invite| invite.organisation == officer.organisation())
        }
        None => false,
    };
    Ok(RowLook {
        may_claim,
        may_invite: row.college == Presence::Absent && enterprise.is_some(),
        invited,
        row,
        college,
        post,
        siblings,
        matches,
    })
}

/// The published post that was made from a row.
async fn post_of(tx: &mut Reads, owner: &Organisation, row: RegisterRowId) -> Result<Option<(PostingId, String)>> {
    let posts = tx.postings().of_organisation(owner.id).await?;
    let made = posts
        .into_iter()
        .find(|posting| posting.is_published() && posting.origin == Origin::Register { row });
    Ok(made.map(|posting| (posting.id, posting.content.title)))
}

/// An enterprise invites a college that has not joined. Written down once for each pair; the page then shows a text to
/// hand over.
#[compiled_here]
pub async fn invite(app: &App, cx: &Cx, actor: &Actor, id: RegisterRowId) -> Result<RegisterRow> {
    let officer = actor.officer()?.of_enterprise()?;
    let mut tx = app.db().write().await?;
    let row = tx.register().find(id).await?.ok_or(Failure::NotFound)?;
    if row.college != Presence::Absent {
        return Err(Refusal::CollegeJoined.into());
    }
    let key = row.entry.school_key().to_owned();
    let invite = Invite {
        school_key: key.clone(),
        organisation: officer.organisation(),
        invited_by: officer.person(),
        created_at: cx.now,
    };
    let fresh = tx.register().insert_invite(&invite).await?;
    if fresh {
        let entry = app
            .audit(actor, cx, "invite_college")
            .on("register_row", id.uuid())
            .now(json!({ "school": key }));
        tx.commit(entry.done()).await?;
    }
    Ok(row)
}

/// What a college sees of its rows.
#[derive(Debug)]
pub struct Claims {
    /// Whether the college is verified: before that nothing is claimed.
    pub verified: bool,
    /// The rows of its name that nobody has claimed, newest year first.
    pub open: Vec<RegisterRow>,
    /// The rows of its name that another organisation has claimed.
    pub taken: Vec<(RegisterRow, String)>,
    /// The rows it has claimed that no post was made from.
    pub claimed: Vec<RegisterRow>,
    /// The posts it has made from rows.
    pub posted: Vec<Posting>,
}

/// The claims page of the college acted for: rows of the newest year of the register that bear its name.
#[compiled_here]
pub async fn claims(app: &App, actor: &Actor) -> Result<Claims> {
    let officer = actor.officer()?.of_college()?;
    let mut tx = app.db().read().await?;
    let owner = tx
        .organisations()
        .find(officer.organisation())
        .await?
        .ok_or(Failure::NotFound)?
        .into_inner();
    let mut claims = Claims {
        verified: owner.is_verified(),
        open: Vec::new(),
        taken: Vec::new(),
        claimed: Vec::new(),
        posted: Vec::new(),
    };
    let mut from_rows = BTreeSet::new();
    for posting in tx.postings().of_organisation(owner.id).await? {
        if let Origin::Register { row } = posting.origin {
            from_rows.insert(row);
            claims.posted.push(posting);
        }
    }
    for row in rows_of_name(&mut tx, &owner.profile.name).await? {
        match row.college.claimed_by() {
            None => claims.open.push(row),
            Some(by) if by == owner.id => {
                if !from_rows.contains(&row.id) {
                    claims.claimed.push(row);
                }
            }
            Some(by) => {
                let name = tx
                    .organisations()
                    .find(by)
                    .await?
                    .map(|other| other.into_inner().profile.name);
                claims.taken.push((row, name.unwrap_or_default()));
            }
        }
    }
    Ok(claims)
}

/// The rows of the newest year under exactly this name.
pub(crate) async fn rows_of_name(tx: &mut Reads, name: &str) -> Result<Vec<RegisterRow>> {
    let Some(newest) = tx.register().newest_year().await? else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    for school in tx.register().schools(newest).await? {
        if same_school(name, &school.name) {
            rows.extend(tx.register().of_school(&school.key).await?);
        }
    }
    rows.retain(|row| row.entry.year == newest);
    rows.sort_by(|a, b| {
        (&a.entry.major_code, a.entry.duration_years).cmp(&(&b.entry.major_code, b.entry.duration_years))
    });
    Ok(rows)
}

/// How many rows of the newest year stand under this name.
pub(crate) async fn rows_named(tx: &mut Reads, name: &str) -> Result<i64> {
    Ok(i64::try_from(rows_of_name(tx, name).await?.len()).unwrap_or(i64::MAX))
}

/// Rows under this name are to be indexed again: whether their college is here has changed.
pub(crate) async fn enqueue_rows_named(app: &App, cx: &Cx, tx: &mut Tx<Write>, name: &str) -> Result<()> {
    let rows = rows_of_name(tx, name).await?;
    enqueue_index(app, cx, tx, &rows).await
}

async fn enqueue_index(app: &App, cx: &Cx, tx: &mut Tx<Write>, rows: &[RegisterRow]) -> Result<()> {
    for row in rows {
        let document = documents::register_id(row.id);
        jobs::enqueue(app, cx, tx, &Job::Index { document }).await?;
    }
    Ok(())
}

/// Claims the schools of the chosen rows: from now on they are spoken for. Only a verified college may, and only rows
/// under its own name. Claiming again what is one's own changes nothing.
#[compiled_here]
pub async fn claim(app: &App, cx: &Cx, actor: &Actor, rows: &[RegisterRowId]) -> Result<()> {
    let officer = actor.officer()?.of_college()?;
    if rows.is_empty() {
        return Err(Refusal::NothingChosen.into());
    }
    let mut tx = app.db().write().await?;
    let owner = tx
        .organisations()
        .find(officer.organisation())
        .await?
        .ok_or(Failure::NotFound)?
        .into_inner();
    if !owner.is_verified() {
        return Err(Refusal::NotVerified.into());
    }
    let mut keys = BTreeSet::new();
    for id in rows {
        let row = tx.register().find(*id).await?.ok_or(Failure::NotFound)?;
        if !row.entry.is_of(&owner) {
            return Err(Refusal::OtherSchool.into());
        }
        keys.insert(row.entry.school_key().to_owned());
    }
    for key in &keys {
        let claim = Claim {
            school_key: key.clone(),
            organisation: owner.id,
            claimed_by: officer.person(),
            claimed_at: cx.now,
        };
        match tx.register().insert_claim(&claim).await? {
            ClaimOutcome::Claimed => {}
            ClaimOutcome::TakenBy(by) if by == owner.id => {}
            ClaimOutcome::TakenBy(_) => return Err(Refusal::ClaimedByOther.into()),
        }
        let rows = tx.register().of_school(key).await?;
        enqueue_index(app, cx, &mut tx, &rows).await?;
    }
    jobs::enqueue(app, cx, &mut tx, &Job::Match).await?;
    let entry = app
        .audit(actor, cx, "claim_register")
        .on("organisation", owner.id.uuid())
        .now(json!({ "schools": keys }));
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(())
}

/// Makes a draft of a programme post from each chosen row. Rows that a post was made from already are left alone.
#[compiled_here]
pub async fn post_rows(app: &App, cx: &Cx, actor: &Actor, rows: &[RegisterRowId]) -> Result<Vec<PostingId>> {
    let officer = actor.officer()?.of_college()?;
    if rows.is_empty() {
        return Err(Refusal::NothingChosen.into());
    }
    let mut tx = app.db().write().await?;
    let owner = tx
        .organisations()
        .find(officer.organisation())
        .await?
        .ok_or(Failure::NotFound)?
        .into_inner();
    let posted: BTreeSet<RegisterRowId> = tx
        .postings()
        .of_organisation(owner.id)
        .await?
        .into_iter()
        .filter_map(|posting| match posting.origin {
            Origin::Register { row } => Some(row),
            _ => None,
        })
        .collect();
    let vocabulary = app.vocabulary();
    let mut made = Vec::new();
    for id in rows.iter().filter(|id| !posted.contains(id)) {
        let row = tx.register().find(*id).await?.ok_or(Failure::NotFound)?;
        if row.college.claimed_by() != Some(owner.id) {
            return Err(Refusal::OtherSchool.into());
        }
        let (id, kind) = (app.id(cx.now, PostingId::new), PostingKind::Programme);
        let content = content_of(&row, &owner, app.id(cx.now, LineId::new), &vocabulary);
        let posting = Posting::draft((id, owner.id), kind, content, Origin::Register { row: row.id }, cx.now);
        let text = documents::fallback_text(&posting, &owner, &vocabulary);
        tx.postings().insert(&posting, &text).await?;
        made.push(posting.id);
    }
    let entry = app
        .audit(actor, cx, "post_register_rows")
        .on("organisation", owner.id.uuid());
    tx.commit(entry.now(json!({ "posts": made.len() })).done()).await?;
    Ok(made)
}

/// What a post says that was made from a row: what the register says, and nothing it does not say.
fn content_of(row: &RegisterRow, owner: &Organisation, line: LineId, vocabulary: &Vocabulary) -> Content {
    let entry = &row.entry;
    let major = vocabulary.major(&entry.major_code).map(|major| major.code.clone());
    Content {
        title: format!("{}（{} 年制）", entry.major_name, entry.duration_years),
        province: Some(entry.province.clone()),
        district: owner.profile.district.clone(),
        industries: owner.profile.industries.clone(),
        lines: vec![Line {
            id: line,
            major,
            occupation: None,
            level: None,
            seats: None,
            hours: None,
            pay_min: None,
            pay_max: None,
            note: entry.remark.clone(),
        }],
        ..Content::default()
    }
}
