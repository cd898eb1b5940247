//! What the owner of a post set aside. It is left out where that side is ranked, so that lists, figures and letters agree.

use std::collections::HashMap;

use kernel::PostingId;
use storage::{Partner, Reads};

use super::{Other, other};
use crate::Result;

/// What was set aside for a post, the last first; what is no longer to be seen is left out, for it cannot come back.
pub(crate) async fn aside(tx: &mut Reads, posting: PostingId) -> Result<Vec<Other>> {
    let partners = tx.set_aside().of_posting(posting).await?;
    let (mut posts, mut rows) = (Vec::new(), Vec::new());
    for (partner, _) in &partners {
        match partner {
            Partner::Posting(posting) => posts.push(*posting),
            Partner::Row(row) => rows.push(*row),
        }
    }
    let posts = tx.postings().list_published_by_ids(&posts).await?;
    let posts = posts.iter().filter_map(|post| {
        let line = post.posting.content.lines.first()?;
        Some(other(post, line.id))
    });
    let rows = tx.register().list_by_ids(&rows).await?;
    let rows = rows.into_iter().filter(|row| !row.college.is_claimed());
    let rows = rows.map(|row| Other::Register { row: Box::new(row) });
    let mut seen: HashMap<Partner, Other> = posts.chain(rows).map(|other| (other.partner(), other)).collect();
    Ok(partners
        .iter()
        .filter_map(|(partner, _)| seen.remove(partner))
        .collect())
}
