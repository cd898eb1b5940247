//! What the pages of posts show.

use std::collections::HashSet;

use kernel::{OrganisationId, PostingId, PostingKind, Side, Timestamp};
use marketplace::{
    CloseReason, Organisation, Origin, Posting, PostingRefusal, Problem,
    posting::{ContentInput, LineInput},
};

use super::edit::hide;
use crate::{
    Actor, App, Cx, Failure, Result, compiled_here,
    matches::{self, Beside, Cohort, Found, Near, Obstacles, Other, Partner},
};

/// A post as its page shows it.
#[derive(Debug)]
pub struct PostingLook {
    /// The post.
    pub posting: Posting,
    /// Its organisation.
    pub owner: Organisation,
    /// How many posts its organisation has published.
    pub owner_posts: i64,
    /// The year of the register row it was made from.
    pub register_year: Option<i64>,
    /// The stored matches, best first; `None` while it is not published.
    pub matches: Option<Vec<Found>>,
    /// The matches are being computed: a job waits or runs.
    pub matching: bool,
    /// Of a need that nobody who has joined answers: why, line by line.
    pub obstacles: Vec<Obstacles>,
    /// To the owner of an offer: needs that together fill a line of it, by their places among the matches.
    pub cohorts: Vec<Cohort>,
    /// To its owner, when few answer it: who nearly does.
    pub near: Vec<Near>,
    /// To its owner: what was set aside, the last first.
    pub aside: Vec<Other>,
    /// The published posts of the reader's organisation that are of kinds it may answer, beside it.
    pub beside: Vec<Beside>,
    /// Whether the reader's organisation may draft an agreement from one of those.
    pub may_draft: bool,
    /// What its owner needs to know; `None` for everybody else.
    pub mine: Option<Mine>,
}

/// What the owner of a post needs to know.
#[derive(Debug)]
pub struct Mine {
    /// What is missing before it can be published.
    pub missing: Vec<Problem>,
    /// The version that was read.
    pub version: i64,
    /// The reasons for closing.
    pub close_reasons: [CloseReason; 3],
}

/// The page of a post. A draft is there for its own organisation alone; what is suspended or of somebody not verified
/// is out of sight as well.
#[compiled_here]
pub async fn look(app: &App, cx: &Cx, actor: &Actor, id: PostingId) -> Result<PostingLook> {
    let mut tx = app.db().read().await?;
    let found = tx.postings().find(id).await?.ok_or(Failure::NotFound)?;
    let version = found.version();
    let posting = found.into_inner();
    let owner = tx
        .organisations()
        .find(posting.organisation)
        .await?
        .ok_or(Failure::NotFound)?
        .into_inner();
    let mine = actor.organisation() == Some(posting.organisation);
    if !mine && (posting.published_at().is_none() || !owner.is_verified()) {
        return Err(Failure::NotFound);
    }
    let register_year = match &posting.origin {
        Origin::Register { row } => tx.register().find(*row).await?.map(|row| row.entry.year),
        _ => None,
    };
    let owner_posts = published_by(&mut tx, posting.organisation).await?;
    let matches = if posting.is_published() {
        Some(matches::of_posting(&mut tx, &posting).await?)
    } else {
        None
    };
    let matching = posting.is_published() && matches::are_pending(&mut tx).await?;
    let partners: HashSet<Partner> = matches
        .iter()
        .flatten()
        .filter(|found| matches!(found.other, Other::Posting { .. }))
        .map(|found| found.other.partner())
        .collect();
    let known = posting.is_published() && !matching;
    let unanswered = known && posting.kind.side() == Side::Need && partners.is_empty();
    let obstacles = if unanswered {
        matches::obstacles(app, &mut tx, &[&posting])
            .await?
            .pop()
            .unwrap_or_default()
    } else {
        Vec::new()
    };
    let cohorts = match &matches {
        Some(found) if mine => matches::cohorts(&posting, found),
        _ => Vec::new(),
    };
    let near = if mine && known && partners.len() < matches::FEW {
        matches::nearest(app, &mut tx, &posting).await?
    } else {
        Vec::new()
    };
    let aside = if mine && posting.is_published() {
        matches::aside(&mut tx, id).await?
    } else {
        Vec::new()
    };
    let (mut besides, mut may_draft) = (Vec::new(), false);
    if let Some(own) = actor.organisation().filter(|_| !mine)
        && let Some(published) = tx.postings().find_published(id).await?
    {
        besides = matches::beside(app, &mut tx, own, &published).await?;
        let own = tx.organisations().find(own).await?;
        may_draft = own.is_some_and(|own| own.get().is_verified());
    }
    let mine = mine.then(|| Mine {
        missing: posting.content.missing(posting.kind, cx.today()),
        version,
        close_reasons: CloseReason::OWNER,
    });
    Ok(PostingLook {
        posting,
        owner,
        owner_posts,
        register_year,
        matches,
        matching,
        obstacles,
        cohorts,
        near,
        aside,
        beside: besides,
        may_draft,
        mine,
    })
}

/// How many posts an organisation has published now.
pub(crate) async fn published_by(tx: &mut storage::Reads, organisation: OrganisationId) -> Result<i64> {
    let counts = tx.postings().count_of_organisation(organisation).await?;
    Ok(counts
        .iter()
        .filter(|count| count.status == "published")
        .map(|count| count.postings)
        .sum())
}

/// What the form of a post is filled with.
#[derive(Debug)]
pub struct PostingForm {
    /// The post; `None` for a new one.
    pub id: Option<PostingId>,
    /// The version that was read; `None` for a new one.
    pub version: Option<i64>,
    /// Its kind.
    pub kind: PostingKind,
    /// The words in the fields.
    pub input: ContentInput,
    /// Whether it is published: then saving shows the change to everybody.
    pub published: bool,
    /// Whether the organisation may publish.
    pub verified: bool,
}

/// The form of a new post of `kind`, started with what is known of the organisation.
#[compiled_here]
pub async fn new_form(app: &App, actor: &Actor, kind: PostingKind) -> Result<PostingForm> {
    let officer = actor.officer()?;
    let owner = app
        .db()
        .read()
        .await?
        .organisations()
        .find(officer.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    let owner = owner.into_inner();
    if !owner.may_post(kind) {
        return Err(PostingRefusal::WrongSide.into());
    }
    let input = ContentInput {
        province: owner.profile.province.clone(),
        district: owner.profile.district.clone().unwrap_or_default(),
        industries: owner.profile.industries.clone(),
        lines: vec![LineInput::default()],
        ..ContentInput::default()
    };
    Ok(PostingForm {
        id: None,
        version: None,
        kind,
        input,
        published: false,
        verified: owner.is_verified(),
    })
}

/// The form for a new post that somebody came to with words: its title, and the occupation of its first line.
#[compiled_here]
pub async fn begun_form(
    app: &App,
    actor: &Actor,
    kind: PostingKind,
    title: &str,
    occupation: &str,
) -> Result<PostingForm> {
    let mut form = new_form(app, actor, kind).await?;
    title.clone_into(&mut form.input.title);
    for line in form.input.lines.iter_mut().take(1) {
        occupation.clone_into(&mut line.occupation);
    }
    Ok(form)
}

/// The form of a post that is there.
#[compiled_here]
pub async fn form(app: &App, actor: &Actor, id: PostingId) -> Result<PostingForm> {
    let officer = actor.officer()?;
    let mut tx = app.db().read().await?;
    let found = tx.postings().find(id).await?.ok_or(Failure::NotFound)?;
    let version = Some(found.version());
    let posting = found.into_inner();
    officer
        .of(posting.organisation)
        .map_err(|forbidden| hide(&posting, forbidden))?;
    if matches!(posting.status, marketplace::Status::Closed { .. }) {
        return Err(PostingRefusal::Closed.into());
    }
    let owner = tx
        .organisations()
        .find(posting.organisation)
        .await?
        .ok_or(Failure::NotFound)?;
    let mut input = ContentInput::of(&posting.content, &app.vocabulary());
    if input.lines.is_empty() {
        input.lines.push(LineInput::default());
    }
    Ok(PostingForm {
        id: Some(id),
        version,
        kind: posting.kind,
        input,
        published: posting.is_published(),
        verified: owner.get().is_verified(),
    })
}

/// A post in the list of its own organisation.
#[derive(Debug, Clone)]
pub struct OwnPost {
    /// The post.
    pub posting: Posting,
    /// How many partners its page lists.
    pub matches: i64,
    /// Since when each of them has been among the best.
    pub since: Vec<Timestamp>,
    /// The best score.
    pub best: Option<u16>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The posts of the organisation acted for, last changed first.
#[compiled_here]
pub async fn own(app: &App, actor: &Actor) -> Result<Vec<OwnPost>> {
    let officer = actor.officer()?;
    let mut tx = app.db().read().await?;
    let postings = tx.postings().of_organisation(officer.organisation()).await?;
    let mut summaries = matches::summaries(&mut tx, &postings).await?;
    let own = |posting: Posting| {
        let summary = summaries.remove(&posting.id).unwrap_or_default();
        OwnPost {
            matches: i64::try_from(summary.since.len()).unwrap_or(i64::MAX),
            since: summary.since.into_values().collect(),
            best: summary.best,
            updated_at: posting.updated_at,
            posting,
        }
    };
    let mut posts: Vec<OwnPost> = postings.into_iter().map(own).collect();
    posts.sort_by_key(|post| std::cmp::Reverse((post.updated_at, post.posting.id)));
    Ok(posts)
}
