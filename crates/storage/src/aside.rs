//! What the owner of a post set aside: it no longer stands among the post's matches, until it is taken back.

use std::collections::{HashMap, HashSet};

use kernel::{PostingId, RegisterRowId, Timestamp};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Writing, repository},
};

/// What is on the other side of a match: lines match lines, but people look for partners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partner {
    /// A post.
    Posting(PostingId),
    /// A row of the register.
    Row(RegisterRowId),
}

impl Partner {
    pub(crate) fn columns(self) -> (&'static str, Uuid) {
        match self {
            Self::Posting(posting) => ("posting", posting.uuid()),
            Self::Row(row) => ("row", row.uuid()),
        }
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    posting_id: Uuid,
    partner_kind: String,
    partner_id: Uuid,
    set_at: i64,
}

impl Row {
    fn partner(&self) -> Result<Partner> {
        match self.partner_kind.as_str() {
            "posting" => Ok(Partner::Posting(PostingId::from_uuid(self.partner_id))),
            "row" => Ok(Partner::Row(RegisterRowId::from_uuid(self.partner_id))),
            other => Err(Error::unknown("set_aside", "partner_kind", self.posting_id, other)),
        }
    }
}

statements! {
    SET = "INSERT INTO set_aside (posting_id, partner_kind, partner_id, set_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (posting_id, partner_id) DO NOTHING";
    TAKE_BACK = "DELETE FROM set_aside WHERE posting_id = $1 AND partner_id = $2";
    OF_POSTING = "SELECT posting_id, partner_kind, partner_id, set_at FROM set_aside
                   WHERE posting_id = $1 ORDER BY set_at DESC, partner_id";
    OF_PUBLISHED = "SELECT a.posting_id, a.partner_kind, a.partner_id, a.set_at
                      FROM set_aside a JOIN postings p ON p.id = a.posting_id WHERE p.status = 'published'";
}

repository! {
    /// What owners of posts set aside.
    SetAside, set_aside
}

impl SetAside<'_> {
    /// What was set aside for a post, the last first, and when.
    pub async fn of_posting(&mut self, posting: PostingId) -> Result<Vec<(Partner, Timestamp)>> {
        let rows = self.0.query(OF_POSTING).bind(posting.uuid()).all::<Row>().await?;
        let of = |row: &Row| Ok((row.partner()?, Timestamp::from_micros(row.set_at)));
        rows.iter().map(of).collect()
    }

    /// The same for all published posts; those for which nothing was are left out.
    pub async fn of_published(&mut self) -> Result<HashMap<PostingId, HashSet<Partner>>> {
        let mut found: HashMap<PostingId, HashSet<Partner>> = HashMap::new();
        for row in self.0.query(OF_PUBLISHED).all::<Row>().await? {
            let partners = found.entry(PostingId::from_uuid(row.posting_id)).or_default();
            partners.insert(row.partner()?);
        }
        Ok(found)
    }
}

impl Writing<SetAside<'_>> {
    /// Sets a partner aside for a post; says whether it was not before.
    pub async fn set(&mut self, posting: PostingId, partner: Partner, at: Timestamp) -> Result<bool> {
        let (kind, id) = partner.columns();
        let query = self.0.query(SET).bind(posting.uuid()).bind(kind).bind(id);
        Ok(query.bind(at.micros()).execute().await? > 0)
    }

    /// Takes a partner back; says whether it was set aside.
    pub async fn take_back(&mut self, posting: PostingId, partner: Partner) -> Result<bool> {
        let (_, id) = partner.columns();
        let taken = self.0.query(TAKE_BACK).bind(posting.uuid()).bind(id).execute().await?;
        Ok(taken > 0)
    }
}
