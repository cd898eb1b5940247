//! What everybody may see: published posts of verified organisations.

use kernel::{PostingId, PostingKind, Timestamp};
use marketplace::Posting;
use uuid::Uuid;

use super::{
    Postings,
    rows::{self, Row, columns},
};
use crate::{db::Reads, error::Result, query::statements, repository::in_order_of};

/// A published post of a verified organisation, with what is shown of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedPosting {
    /// The post.
    pub posting: Posting,
    /// The organisation's name.
    pub organisation_name: String,
    /// Whether it was invented for the demonstration.
    pub fictional: bool,
    /// Length of study in years, when it was made from a row of the register, which states it.
    pub years: Option<i64>,
}

#[derive(sqlx_macros::FromRow)]
pub(super) struct PublishedRow {
    #[sqlx(flatten)]
    row: Row,
    organisation_name: String,
    fictional: bool,
    years: Option<i64>,
}

/// CROSS JOIN keeps SQLite from starting with the organisations and sorting all posts for one page.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", o.name AS organisation_name, o.fictional, r.duration_years AS years
               FROM postings p CROSS JOIN organisations o LEFT JOIN register_rows r ON r.id = p.register_row_id
              WHERE o.id = p.organisation_id AND p.status = 'published' AND o.standing = 'verified' ",
            $rest
        )
    };
}

statements! {
    LIST = select!("ORDER BY p.updated_at, p.id");
    PAGE = select!("ORDER BY p.updated_at, p.id LIMIT $1");
    PAGE_AFTER = select!("AND (p.updated_at, p.id) > ($2, $3) ORDER BY p.updated_at, p.id LIMIT $1");
    NEWEST = select!("ORDER BY p.published_at DESC, p.id DESC LIMIT $1");
    FIND = select!("AND p.id = $1");
    COUNT = "SELECT p.kind, CAST(COUNT(*) AS BIGINT) AS n
               FROM postings p JOIN organisations o ON o.id = p.organisation_id
              WHERE p.status = 'published' AND o.standing = 'verified' GROUP BY p.kind ORDER BY p.kind";
}

impl Postings<'_> {
    /// One post, when everybody may see it.
    pub async fn find_published(&mut self, id: PostingId) -> Result<Option<PublishedPosting>> {
        let row = self.0.query(FIND).bind(id.uuid()).all::<PublishedRow>().await?;
        Ok(load(self.0, row).await?.pop())
    }

    /// All that everybody may see, the longest unchanged first.
    pub async fn list_published(&mut self) -> Result<Vec<PublishedPosting>> {
        let rows = self.0.query(LIST).all::<PublishedRow>().await?;
        load(self.0, rows).await
    }

    /// Those of some kinds that everybody may see, the oldest first.
    pub async fn list_published_of(&mut self, kinds: &[PostingKind]) -> Result<Vec<PublishedPosting>> {
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        let query = self.0.dynamic(select!(""));
        let query = query.among("p.kind", kinds.iter().map(|kind| kind.code()));
        let rows = query.push(" ORDER BY p.updated_at, p.id").all::<PublishedRow>().await?;
        load(self.0, rows).await
    }

    /// A part of [`Postings::list_published`], after the last one of the part before.
    pub async fn list_published_page(
        &mut self,
        after: Option<(Timestamp, PostingId)>,
        limit: i64,
    ) -> Result<Vec<PublishedPosting>> {
        let query = match after {
            None => self.0.query(PAGE).bind(limit),
            Some((at, id)) => self.0.query(PAGE_AFTER).bind(limit).bind(at.micros()).bind(id.uuid()),
        };
        let rows = query.all::<PublishedRow>().await?;
        load(self.0, rows).await
    }

    /// The newest that everybody may see, the newest first.
    pub async fn list_newest_published(&mut self, limit: i64) -> Result<Vec<PublishedPosting>> {
        let rows = self.0.query(NEWEST).bind(limit).all::<PublishedRow>().await?;
        load(self.0, rows).await
    }

    /// Some posts, as far as everybody may see them, in the order of the ids given.
    pub async fn list_published_by_ids(&mut self, ids: &[PostingId]) -> Result<Vec<PublishedPosting>> {
        let mut found = Vec::new();
        for some in ids.chunks(500) {
            let query = self
                .0
                .dynamic(select!(""))
                .among("p.id", some.iter().map(|id| id.uuid()));
            let rows = query.all::<PublishedRow>().await?;
            found.append(&mut load(self.0, rows).await?);
        }
        in_order_of(&mut found, ids, |published| published.posting.id);
        Ok(found)
    }

    /// How many posts of each kind everybody may see; zeros are left out.
    pub async fn count_published(&mut self) -> Result<Vec<(PostingKind, i64)>> {
        let rows = self.0.query(COUNT).all::<(String, i64)>().await?;
        rows.into_iter()
            .map(|(code, n)| {
                let kind = PostingKind::from_code(&code)
                    .ok_or_else(|| crate::Error::unknown("postings", "kind", "(counted)", &code))?;
                Ok((kind, n))
            })
            .collect()
    }
}

async fn load(tx: &mut Reads, rows: Vec<PublishedRow>) -> Result<Vec<PublishedPosting>> {
    let mut facts = Vec::with_capacity(rows.len());
    let mut headers = Vec::with_capacity(rows.len());
    for row in rows {
        facts.push((row.organisation_name, row.fictional, row.years));
        headers.push(row.row);
    }
    let postings = rows::with_lines(tx, headers).await?;
    let published = postings
        .into_iter()
        .zip(facts)
        .map(|(posting, (organisation_name, fictional, years))| PublishedPosting {
            posting: posting.into_inner(),
            organisation_name,
            fictional,
            years,
        });
    Ok(published.collect())
}

/// Only to keep the id of a row at hand without its other columns.
#[derive(sqlx_macros::FromRow)]
pub(super) struct IdRow {
    pub(super) id: Uuid,
}
