//! The home of an organisation's people: where it stands, its posts, what answers them.

use kernel::{PostingId, Side};
use marketplace::{Organisation, OrganisationSide};

use crate::{
    Actor, App, Cx, Failure, Result, compiled_here,
    matches::{self, Found},
    members,
    postings::{self, OwnPost},
    register,
};

/// How many matches the workspace shows.
const SHOWN: i64 = 10;

/// What the workspace shows.
#[derive(Debug)]
pub struct Workspace {
    /// The organisation acted for.
    pub organisation: Organisation,
    /// Its posts, last changed first.
    pub posts: Vec<OwnPost>,
    /// The best matches of its posts: the own post, its title, what was found.
    pub matches: Vec<(PostingId, String, Found)>,
    /// Of a college: register rows claimed and not posted, posted, not yet claimed.
    pub claims: Option<(i64, i64, i64)>,
    /// How many people act for it.
    pub members: i64,
    /// Whether whoever looks has confirmed their address.
    pub email_confirmed: bool,
}

/// The workspace of the organisation acted for.
#[compiled_here]
pub async fn look(app: &App, cx: &Cx, actor: &Actor) -> Result<Workspace> {
    let officer = actor.officer()?;
    let posts = postings::own(app, actor).await?;
    let mut tx = app.db().read().await?;
    let organisation = tx
        .organisations()
        .find(officer.organisation())
        .await?
        .ok_or(Failure::NotFound)?
        .into_inner();
    let members = members::count(&mut tx, cx, organisation.id).await?;
    let account = tx.accounts().find(actor.signed_in()?.person().account).await?;
    let email_confirmed = account.is_some_and(|account| account.email_confirmed_at.is_some());
    let side = if organisation.side() == OrganisationSide::Enterprise {
        Side::Need
    } else {
        Side::Offer
    };
    let found = matches::of_organisation(&mut tx, organisation.id, side, SHOWN).await?;
    drop(tx);
    let title = |id: PostingId| {
        posts
            .iter()
            .find(|post| post.posting.id == id)
            .map(|post| post.posting.content.title.clone())
            .unwrap_or_default()
    };
    let matches = found.into_iter().map(|(own, found)| (own, title(own), found)).collect();
    let claims = if organisation.side() == OrganisationSide::College {
        let claims = register::claims(app, actor).await?;
        let count = |len: usize| i64::try_from(len).unwrap_or(i64::MAX);
        Some((
            count(claims.claimed.len()),
            count(claims.posted.len()),
            count(claims.open.len()),
        ))
    } else {
        None
    };
    Ok(Workspace {
        organisation,
        posts,
        matches,
        claims,
        members,
        email_confirmed,
    })
}
