//! The front page's live figures and newest posts, and whether the product is well.

use kernel::Side;
use marketplace::OrganisationKind;
pub use storage::PublishedPosting;

use crate::{App, Failure, Result, compiled_here};

/// Live figures. What each of them counts is said beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Verified schools and training bodies.
    pub colleges: i64,
    /// Verified enterprises.
    pub enterprises: i64,
    /// Published posts of verified organisations.
    pub posts: i64,
    /// Stored matches.
    pub matches: i64,
    /// Rows of the newest year of the programme register.
    pub register_rows: i64,
    /// That year.
    pub register_year: Option<i64>,
}

/// What the front page shows.
#[derive(Debug)]
pub struct Front {
    /// Live figures.
    pub figures: Figures,
    /// The newest offers.
    pub offers: Vec<PublishedPosting>,
    /// The newest needs.
    pub needs: Vec<PublishedPosting>,
}

/// How many posts of each side the front page shows.
const NEWEST: usize = 3;

/// The front page.
#[compiled_here]
pub async fn front(app: &App) -> Result<Front> {
    let mut tx = app.db().read().await?;
    let newest = tx.postings().list_newest_published(60).await?;
    let side = |side: Side| {
        newest
            .iter()
            .filter(|post| post.posting.kind.side() == side)
            .take(NEWEST)
            .cloned()
            .collect::<Vec<_>>()
    };
    let (offers, needs) = (side(Side::Offer), side(Side::Need));
    let posts = tx
        .postings()
        .count_published()
        .await?
        .into_iter()
        .map(|(_, count)| count)
        .sum();
    let register = tx.register().count().await?.into_iter().max_by_key(|count| count.year);
    let mut figures = Figures {
        posts,
        matches: tx.matches().count().await?,
        register_rows: register.as_ref().map_or(0, |count| count.rows),
        register_year: register.map(|count| count.year),
        ..Figures::default()
    };
    let of_kind = |kinds: &[(OrganisationKind, i64)], wanted: &[OrganisationKind]| {
        kinds
            .iter()
            .filter(|(kind, _)| wanted.contains(kind))
            .map(|(_, count)| count)
            .sum()
    };
    let kinds = tx.organisations().count_verified().await?;
    figures.colleges = of_kind(&kinds, &[OrganisationKind::School, OrganisationKind::TrainingBody]);
    figures.enterprises = of_kind(&kinds, &[OrganisationKind::Enterprise]);
    Ok(Front { figures, offers, needs })
}

/// Whether the database answers. A search engine that is down is no reason to take the site away: search falls back.
#[compiled_here]
pub async fn healthy(app: &App) -> Result<()> {
    app.db().ping().await.map_err(Failure::from)
}
