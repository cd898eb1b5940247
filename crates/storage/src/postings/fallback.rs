//! The search that works when no engine answers: words by LIKE, over what everybody may see.

use kernel::{PostingId, PostingKind, RegisterRowId};
use marketplace::register::RegisterRow;

use super::{PublishedPosting, published::IdRow};
use crate::{
    db::Reads,
    error::Result,
    query::Query,
    register,
    repository::{Count, Page},
};

/// What a hit must be, apart from its words. An empty list asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FallbackFilter {
    /// Kinds of posts. Not asked of rows.
    pub kinds: Vec<PostingKind>,
    /// Whether posts are wanted at all.
    pub without_postings: bool,
    /// Rows of the register's year are wanted too. They have no district and no industry: asking for one leaves them out.
    pub register_year: Option<i64>,
    /// Province codes.
    pub provinces: Vec<String>,
    /// District codes.
    pub districts: Vec<String>,
    /// Industry codes.
    pub industries: Vec<String>,
}

/// A hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FallbackHit {
    /// A post.
    Posting(Box<PublishedPosting>),
    /// A row of the register.
    Row(RegisterRow),
}

/// `%word%` with the signs of LIKE taken literally.
fn containing(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn with_words<'t>(query: Query<'t>, column: &'static str, words: &[String]) -> Query<'t> {
    words.iter().fold(query, |query, word| {
        query
            .push(" AND ")
            .push(column)
            .push(" LIKE ")
            .value(containing(word))
            .push(" ESCAPE '\\'")
    })
}

fn postings<'t>(query: Query<'t>, words: &[String], filter: &FallbackFilter) -> Query<'t> {
    let query = query
        .push(" FROM postings p JOIN organisations o ON o.id = p.organisation_id")
        .push(" WHERE p.status = 'published' AND o.standing = 'verified'")
        .among("p.kind", filter.kinds.iter().map(|kind| kind.code()))
        .among("p.province", filter.provinces.iter())
        .among("p.district", filter.districts.iter());
    let mut query = with_words(query, "p.search_text", words);
    for (at, code) in filter.industries.iter().enumerate() {
        query = query
            .push(if at == 0 { " AND (" } else { " OR " })
            .push("p.industry_marks LIKE ");
        query = query.value(containing(&format!("|{code}|"))).push(" ESCAPE '\\'");
    }
    if filter.industries.is_empty() {
        query
    } else {
        query.push(")")
    }
}

fn rows<'t>(query: Query<'t>, year: i64, words: &[String], filter: &FallbackFilter) -> Query<'t> {
    let query = query
        .push(" FROM register_rows r JOIN register_head h ON h.one = 1 WHERE ")
        .push(register::seen!())
        .push(" AND r.year = ")
        .value(year)
        .among("r.province", filter.provinces.iter());
    with_words(query, "r.search_text", words)
}

impl Reads {
    /// Searches without an engine: `words` are folded, every one must stand somewhere in a hit's text. Posts come first,
    /// the last changed first; then rows of the register. Answers a page and how many there are in all.
    pub async fn search_fallback(
        &mut self,
        words: &[String],
        filter: &FallbackFilter,
        page: Page,
    ) -> Result<(Vec<FallbackHit>, i64)> {
        let (limit, offset) = (page.limit.max(0), page.offset.max(0));
        let mut posts = 0;
        let mut hits = Vec::new();
        if !filter.without_postings {
            let count = "SELECT CAST(COUNT(*) AS BIGINT) AS n";
            posts = postings(self.dynamic(count), words, filter).one::<Count>().await?.n;
            let query = postings(self.dynamic("SELECT p.id"), words, filter);
            let query = query.push(" ORDER BY p.updated_at DESC, p.id LIMIT ").value(limit);
            let ids = query.push(" OFFSET ").value(offset).all::<IdRow>().await?;
            let ids: Vec<PostingId> = ids.into_iter().map(|row| PostingId::from_uuid(row.id)).collect();
            let found = self.postings().list_published_by_ids(&ids).await?;
            hits.extend(found.into_iter().map(|posting| FallbackHit::Posting(Box::new(posting))));
        }
        let Some(year) = filter
            .register_year
            .filter(|_| filter.districts.is_empty() && filter.industries.is_empty())
        else {
            return Ok((hits, posts));
        };
        let count = self.dynamic("SELECT CAST(COUNT(*) AS BIGINT) AS n");
        let total = posts + rows(count, year, words, filter).one::<Count>().await?.n;
        let (limit, offset) = (
            limit - i64::try_from(hits.len()).unwrap_or(limit),
            (offset - posts).max(0),
        );
        if limit > 0 {
            let query = rows(self.dynamic("SELECT r.id"), year, words, filter)
                .push(" ORDER BY r.id LIMIT ")
                .value(limit);
            let ids = query.push(" OFFSET ").value(offset).all::<IdRow>().await?;
            let ids: Vec<RegisterRowId> = ids.into_iter().map(|row| RegisterRowId::from_uuid(row.id)).collect();
            hits.extend(
                self.register()
                    .list_by_ids(&ids)
                    .await?
                    .into_iter()
                    .map(FallbackHit::Row),
            );
        }
        Ok((hits, total))
    }
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn the_signs_of_like_are_letters_in_a_word() {
        assert_eq!(containing("100%_\\"), "%100\\%\\_\\\\%");
    }
}
