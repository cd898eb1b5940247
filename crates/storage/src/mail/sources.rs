//! What is new for many accounts at once: one query a source and batch, whatever the batch holds.

use std::collections::HashMap;

use kernel::{Date, LineId, OrganisationId, PersonId, PostingId, RegisterRowId, Timestamp};
use uuid::Uuid;

use super::{ROWS, tuples};
use crate::{
    db::Reads,
    error::Result,
    matches::Offer,
    query::{Query, statements},
    repository::repository,
};

/// A match that is new to an organisation. Criteria are read afterwards, of those that are told
/// ([`crate::Matches::criteria_of`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewMatch {
    /// The organisation it is news for.
    pub organisation: OrganisationId,
    /// Its post.
    pub posting: PostingId,
    /// The line that needs, of either side.
    pub need_line: LineId,
    /// What is offered, of either side.
    pub offer: Offer,
    /// The other side's post and whose it is; none for a row of the register.
    pub counterpart: Option<(PostingId, OrganisationId)>,
    /// 0..=1000.
    pub score: i64,
    /// When the pair came among the best of a side, or became a fair match.
    pub news_at: Timestamp,
}

/// A post that an organisation published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NewPosting {
    /// Whose.
    pub organisation: OrganisationId,
    /// Which.
    pub posting: PostingId,
    /// When.
    pub published_at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct MatchRow {
    organisation_id: Uuid,
    posting_id: Uuid,
    need_line_id: Uuid,
    offer_ref: Uuid,
    offer_posting_id: Option<Uuid>,
    counterpart_id: Option<Uuid>,
    counterpart_organisation_id: Option<Uuid>,
    score: i64,
    news_at: i64,
}

impl From<MatchRow> for NewMatch {
    fn from(row: MatchRow) -> Self {
        let offer = match row.offer_posting_id {
            Some(posting) => Offer::Line {
                line: LineId::from_uuid(row.offer_ref),
                posting: PostingId::from_uuid(posting),
            },
            None => Offer::Row(RegisterRowId::from_uuid(row.offer_ref)),
        };
        let counterpart = row.counterpart_id.zip(row.counterpart_organisation_id);
        Self {
            organisation: OrganisationId::from_uuid(row.organisation_id),
            posting: PostingId::from_uuid(row.posting_id),
            need_line: LineId::from_uuid(row.need_line_id),
            offer,
            counterpart: counterpart.map(|(id, of)| (PostingId::from_uuid(id), OrganisationId::from_uuid(of))),
            score: row.score,
            news_at: Timestamp::from_micros(row.news_at),
        }
    }
}

#[derive(sqlx_macros::FromRow)]
struct PostingRow {
    organisation_id: Uuid,
    id: Uuid,
    published_at: i64,
}

impl From<PostingRow> for NewPosting {
    fn from(row: PostingRow) -> Self {
        Self {
            organisation: OrganisationId::from_uuid(row.organisation_id),
            posting: PostingId::from_uuid(row.id),
            published_at: Timestamp::from_micros(row.published_at),
        }
    }
}

/// Posts in the order they were published. CROSS JOIN keeps SQLite from starting with the organisations.
macro_rules! published {
    ($after:literal) => {
        concat!(
            "SELECT p.organisation_id, p.id, p.published_at FROM postings p CROSS JOIN organisations o
              WHERE o.id = p.organisation_id AND p.status = 'published' AND o.standing = 'verified'
                AND p.published_at > $1 AND p.published_at <= $2 ",
            $after,
            "ORDER BY p.published_at, p.id LIMIT $3"
        )
    };
}

statements! {
    PUBLISHED = published!("");
    PUBLISHED_AFTER = published!("AND (p.published_at, p.id) > ($4, $5) ");
}

repository! {
    /// What digests are made from, for many accounts at once.
    DigestSources, digest_sources
}

/// A moment for each of these organisations, as rows to be joined.
fn since<'t>(query: Query<'t>, organisations: &[(OrganisationId, Timestamp)]) -> Query<'t> {
    tuples(query, organisations, |query, (organisation, since)| {
        query.value(organisation.uuid()).push(", ").value(since.micros())
    })
}

/// Matches of these organisations' needs: with posts, and with rows of the register.
pub(crate) fn matches_of_needs<'t>(
    tx: &'t mut Reads,
    organisations: &[(OrganisationId, Timestamp)],
    until: Timestamp,
    least: i64,
) -> Query<'t> {
    let query = tx.dynamic(
        "SELECT p.organisation_id, p.id AS posting_id, m.need_line_id, m.offer_ref, m.offer_posting_id,
                c.id AS counterpart_id, c.organisation_id AS counterpart_organisation_id, m.score, m.news_at
           FROM (VALUES ",
    );
    let query = since(query, organisations).push(
        ") AS asked CROSS JOIN postings p CROSS JOIN matches m LEFT JOIN postings c ON c.id = m.offer_posting_id
             LEFT JOIN organisations o ON o.id = c.organisation_id
          WHERE p.organisation_id = asked.column1 AND p.status = 'published' AND m.need_posting_id = p.id
            AND m.rank_for_need IS NOT NULL AND m.news_at > asked.column2
            AND (m.offer_posting_id IS NULL OR (c.status = 'published' AND o.standing = 'verified'))
            AND m.news_at <= ",
    );
    query.value(until.micros()).push(" AND m.score >= ").value(least)
}

/// Matches of these organisations' offers.
pub(crate) fn matches_of_offers<'t>(
    tx: &'t mut Reads,
    organisations: &[(OrganisationId, Timestamp)],
    until: Timestamp,
    least: i64,
) -> Query<'t> {
    let query = tx.dynamic(
        "SELECT p.organisation_id, p.id AS posting_id, m.need_line_id, m.offer_ref, m.offer_posting_id,
                c.id AS counterpart_id, c.organisation_id AS counterpart_organisation_id, m.score, m.news_at
           FROM (VALUES ",
    );
    let query = since(query, organisations).push(
        ") AS asked CROSS JOIN postings p CROSS JOIN matches m CROSS JOIN postings c CROSS JOIN organisations o
          WHERE p.organisation_id = asked.column1 AND p.status = 'published' AND m.offer_posting_id = p.id
            AND m.rank_for_offer IS NOT NULL AND m.news_at > asked.column2
            AND c.id = m.need_posting_id AND c.status = 'published'
            AND o.id = c.organisation_id AND o.standing = 'verified' AND m.news_at <= ",
    );
    query.value(until.micros()).push(" AND m.score >= ").value(least)
}

/// Posts that these organisations published.
pub(crate) fn published_by<'t>(
    tx: &'t mut Reads,
    organisations: &[(OrganisationId, Timestamp)],
    until: Timestamp,
) -> Query<'t> {
    let query = tx.dynamic("SELECT p.organisation_id, p.id, p.published_at FROM (VALUES ");
    let query = since(query, organisations).push(
        ") AS asked CROSS JOIN organisations o CROSS JOIN postings p
          WHERE o.id = asked.column1 AND o.standing = 'verified' AND p.organisation_id = asked.column1
            AND p.status = 'published' AND p.published_at > asked.column2 AND p.published_at <= ",
    );
    query.value(until.micros())
}

impl DigestSources<'_> {
    /// For which verified organisations each of these people acts on a day; those who act for none are left out.
    pub async fn organisations_of(
        &mut self,
        people: &[PersonId],
        on: Date,
    ) -> Result<HashMap<PersonId, Vec<OrganisationId>>> {
        let mut found: HashMap<PersonId, Vec<OrganisationId>> = HashMap::new();
        for some in people.chunks(ROWS) {
            let query = self.0.dynamic(
                "SELECT m.person_id, m.organisation_id FROM memberships m CROSS JOIN organisations o
                  WHERE o.id = m.organisation_id AND o.standing = 'verified' AND m.from_day <= ",
            );
            let query = query
                .value(on)
                .push(" AND (m.until_day IS NULL OR m.until_day >= ")
                .value(on)
                .push(")");
            let query = query.among("m.person_id", some.iter().map(|id| id.uuid()));
            let query = query.push(" ORDER BY m.person_id, m.from_day, m.id").planned_afresh();
            for (person, organisation) in query.all::<(Uuid, Uuid)>().await? {
                let organisations = found.entry(PersonId::from_uuid(person)).or_default();
                organisations.push(OrganisationId::from_uuid(organisation));
            }
        }
        Ok(found)
    }

    /// Matches of these organisations' published posts that became news after the moment given for each (give each
    /// once) and not after `until`, with a score of at least `least`: both sides', the best first.
    pub async fn new_matches(
        &mut self,
        organisations: &[(OrganisationId, Timestamp)],
        until: Timestamp,
        least: i64,
    ) -> Result<Vec<NewMatch>> {
        let mut found: Vec<NewMatch> = Vec::new();
        for some in organisations.chunks(ROWS) {
            let needs = matches_of_needs(self.0, some, until, least)
                .planned_afresh()
                .all::<MatchRow>();
            found.extend(needs.await?.into_iter().map(NewMatch::from));
            let offers = matches_of_offers(self.0, some, until, least)
                .planned_afresh()
                .all::<MatchRow>();
            found.extend(offers.await?.into_iter().map(NewMatch::from));
        }
        found.sort_by_key(|new| (new.organisation, -new.score, new.need_line, new.offer));
        Ok(found)
    }

    /// Posts that these organisations published after the moment given for each (give each once) and not after `until`,
    /// as far as everybody sees them now; the oldest first.
    pub async fn published_by(
        &mut self,
        organisations: &[(OrganisationId, Timestamp)],
        until: Timestamp,
    ) -> Result<Vec<NewPosting>> {
        let mut found: Vec<NewPosting> = Vec::new();
        for some in organisations.chunks(ROWS) {
            let rows = published_by(self.0, some, until)
                .planned_afresh()
                .all::<PostingRow>()
                .await?;
            found.extend(rows.into_iter().map(NewPosting::from));
        }
        found.sort_by_key(|new| (new.organisation, new.published_at, new.posting));
        Ok(found)
    }

    /// Which of these posts everybody sees now, and since when; in no order.
    pub async fn published(&mut self, postings: &[PostingId]) -> Result<Vec<NewPosting>> {
        let mut found = Vec::new();
        for some in postings.chunks(ROWS) {
            let query = self.0.dynamic(
                "SELECT p.organisation_id, p.id, p.published_at FROM postings p CROSS JOIN organisations o
                  WHERE o.id = p.organisation_id AND p.status = 'published' AND o.standing = 'verified'",
            );
            let query = query.among("p.id", some.iter().map(|id| id.uuid())).planned_afresh();
            found.extend(query.all::<PostingRow>().await?.into_iter().map(NewPosting::from));
        }
        Ok(found)
    }

    /// Posts published after `since` and not after `until`, as far as everybody sees them now, the oldest first, after the
    /// last one of the page before.
    pub async fn published_between(
        &mut self,
        since: Timestamp,
        until: Timestamp,
        after: Option<&NewPosting>,
        limit: i64,
    ) -> Result<Vec<NewPosting>> {
        let statement = if after.is_some() { PUBLISHED_AFTER } else { PUBLISHED };
        let query = self.0.query(statement).bind(since.micros()).bind(until.micros());
        let query = query.bind(limit);
        let query = match after {
            Some(after) => query.bind(after.published_at.micros()).bind(after.posting.uuid()),
            None => query,
        };
        let rows = query.planned_afresh().all::<PostingRow>().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}
