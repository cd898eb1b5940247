//! A chosen digest in the words of its letter.

use std::{collections::HashMap, sync::Arc};

use ::matching::{Assessed, Verdict};
use kernel::{DigestId, LineId, Locale, OrganisationId, PostingId, PostingKind, RegisterRowId};
use mail::{Cadence, Candidate, Digest, DigestClosed, DigestEntry, DigestGroup, ItemKind, LinkPath, Selection};
use marketplace::register::RegisterRow;
use storage::{ClosedItem, DueDigest, NewMatch, Offer, PublishedPosting, Reads};
use vocabulary::{SkillLevel, Vocabulary};
use words::Text;

use super::{
    gather::{Found, pair},
    shared::Kept,
};
use crate::{App, Failure, Result};

/// How many reasons an entry gives.
const REASONS: usize = 3;

/// What a letter says of a post.
pub(super) struct Post {
    id: PostingId,
    organisation: OrganisationId,
    organisation_name: String,
    kind: PostingKind,
    title: String,
    province: Option<String>,
    district: Option<String>,
    /// The first that a line names.
    level: Option<SkillLevel>,
    /// Of all lines.
    seats: Option<i64>,
}

impl From<PublishedPosting> for Post {
    fn from(post: PublishedPosting) -> Self {
        let content = post.posting.content;
        Self {
            id: post.posting.id,
            organisation: post.posting.organisation,
            organisation_name: post.organisation_name,
            kind: post.posting.kind,
            title: content.title,
            province: content.province,
            district: content.district,
            level: content.lines.iter().find_map(|line| line.level),
            seats: content.lines.iter().filter_map(|line| line.seats).reduce(|a, b| a + b),
        }
    }
}

/// What the letters of a batch speak of, read at one go.
pub(super) struct Told {
    posts: HashMap<PostingId, Arc<Post>>,
    /// What the organisations of the posts are called.
    names: HashMap<OrganisationId, String>,
    rows: HashMap<RegisterRowId, RegisterRow>,
    /// The criteria of matches, as they are stored.
    criteria: HashMap<(LineId, Offer), String>,
    closed: HashMap<DigestId, Vec<ClosedItem>>,
}

impl Told {
    pub(super) async fn load(
        tx: &mut Reads,
        due: &[DueDigest],
        chosen: &[Selection],
        found: &Found,
        kept: &mut Kept<PostingId, Arc<Post>>,
    ) -> Result<Self> {
        let entries = || chosen.iter().flat_map(|selection| &selection.entries);
        let news = || {
            let matched = entries().filter(|entry| entry.kind == ItemKind::Match);
            matched.filter_map(|entry| found.matches.get(&entry.reference))
        };
        let own = news().map(|one| one.posting);
        let mut posts: Vec<PostingId> = entries().filter_map(|entry| entry.posting).chain(own).collect();
        posts.sort_unstable();
        posts.dedup();
        let rows: Vec<RegisterRowId> = news().filter_map(row_of).collect();
        let mut pairs: Vec<(LineId, Offer)> = news().map(pair).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let last: Vec<DigestId> = due
            .iter()
            .zip(chosen)
            .filter(|(_, selection)| !selection.is_empty())
            .filter_map(|(due, _)| due.schedule.last_digest)
            .collect();
        let mut closed: HashMap<DigestId, Vec<ClosedItem>> = HashMap::new();
        for item in tx.digests().closed(&last).await? {
            closed.entry(item.digest).or_default().push(item);
        }
        let posts = read_posts(tx, posts, kept).await?;
        let rows = tx.register().list_by_ids(&rows).await?;
        let names = posts.values();
        Ok(Self {
            names: names
                .map(|post| (post.organisation, post.organisation_name.clone()))
                .collect(),
            posts,
            rows: rows.into_iter().map(|row| (row.id, row)).collect(),
            criteria: tx.matches().criteria_of(&pairs).await?.into_iter().collect(),
            closed,
        })
    }

    /// The letter.
    pub(super) fn digest(&self, app: &App, due: &DueDigest, selection: &Selection, found: &Found) -> Result<Digest> {
        let teller = Teller {
            told: self,
            found,
            vocabulary: &app.vocabulary(),
            locale: due.language,
        };
        let mut groups = Groups(Vec::new());
        for candidate in &selection.entries {
            let Some(entry) = teller.entry(candidate)? else {
                continue;
            };
            let group = groups.of(candidate.kind, &candidate.source, || teller.group(candidate));
            group.entries.push(entry);
        }
        for candidate in selection.counted() {
            let group = groups.of(candidate.kind, &candidate.source, || teller.group(candidate));
            group.counted += 1;
        }
        for search in &selection.beyond {
            let group = groups.of(ItemKind::Search, search, || teller.search_group(search));
            group.at_least = true;
        }
        let closed = due.schedule.last_digest.and_then(|last| self.closed.get(&last));
        let closed = closed.into_iter().flatten().map(|item| DigestClosed {
            title: item.title.clone(),
            organisation: Some(item.organisation_name.clone()),
            why: Some(Text::of("close_reason", &item.close_reason)),
        });
        let cadence = Cadence::from_code(&due.schedule.cadence).unwrap_or(Cadence::Weekly);
        let groups = groups.0.into_iter().map(|(_, _, group)| group).collect();
        Ok(Digest::new(
            cadence,
            groups,
            closed.collect(),
            LinkPath::new("/workspace"),
        ))
    }
}

/// The groups of a letter by kind and source, in the order in which they were asked for.
struct Groups<'a>(Vec<(ItemKind, &'a str, DigestGroup)>);

impl<'a> Groups<'a> {
    fn of(&mut self, kind: ItemKind, source: &'a str, made: impl FnOnce() -> DigestGroup) -> &mut DigestGroup {
        let known = self.0.iter().position(|(its, of, _)| (*its, *of) == (kind, source));
        let at = known.unwrap_or_else(|| {
            self.0.push((kind, source, made()));
            self.0.len() - 1
        });
        &mut self.0[at].2
    }
}

/// Those that no earlier batch of the run spoke of are read.
async fn read_posts(
    tx: &mut Reads,
    ids: Vec<PostingId>,
    kept: &mut Kept<PostingId, Arc<Post>>,
) -> Result<HashMap<PostingId, Arc<Post>>> {
    let (mut posts, mut missing) = (HashMap::with_capacity(ids.len()), Vec::new());
    for id in ids {
        match kept.get(&id) {
            Some(post) => drop(posts.insert(id, Arc::clone(post))),
            None => missing.push(id),
        }
    }
    for post in tx.postings().list_published_by_ids(&missing).await? {
        let post = Arc::new(Post::from(post));
        kept.put(post.id, Arc::clone(&post));
        posts.insert(post.id, post);
    }
    Ok(posts)
}

fn row_of(found: &NewMatch) -> Option<RegisterRowId> {
    match (found.counterpart, found.offer) {
        (None, Offer::Row(row)) => Some(row),
        _ => None,
    }
}

struct Teller<'a> {
    told: &'a Told,
    found: &'a Found,
    vocabulary: &'a Vocabulary,
    locale: Locale,
}

impl Teller<'_> {
    fn search_group(&self, source: &str) -> DigestGroup {
        DigestGroup {
            kind: ItemKind::Search,
            name: self.search(source).unwrap_or_default().to_owned(),
            path: LinkPath::new(&format!("/searches/{source}")),
            entries: Vec::new(),
            counted: 0,
            at_least: false,
        }
    }

    fn group(&self, candidate: &Candidate) -> DigestGroup {
        let title = |id: &str| {
            let id = id.parse::<PostingId>().ok();
            let post = id.and_then(|id| self.told.posts.get(&id));
            post.map(|post| post.title.clone()).unwrap_or_default()
        };
        let (name, path) = match candidate.kind {
            ItemKind::Match => (title(&candidate.source), format!("/posts/{}/matches", candidate.source)),
            ItemKind::Follow => (
                self.organisation(candidate).unwrap_or_default(),
                format!("/organisations/{}", candidate.source),
            ),
            ItemKind::Search => return self.search_group(&candidate.source),
            ItemKind::Notice => (String::new(), "/workspace".to_owned()),
        };
        DigestGroup {
            kind: candidate.kind,
            name,
            path: LinkPath::new(&path),
            entries: Vec::new(),
            counted: 0,
            at_least: false,
        }
    }

    /// What the reader calls the search.
    fn search(&self, source: &str) -> Option<&str> {
        let saved = self.found.searches.get(source)?;
        Some(&saved.name)
    }

    fn organisation(&self, candidate: &Candidate) -> Option<String> {
        self.told.names.get(&candidate.organisation?).cloned()
    }

    /// The entry; none when what it leads to is gone since.
    fn entry(&self, candidate: &Candidate) -> Result<Option<DigestEntry>> {
        if candidate.kind == ItemKind::Notice {
            let notice = self.found.notices.get(&candidate.reference);
            return Ok(notice.map(|notice| DigestEntry {
                title: notice.notice.subject(self.locale).to_owned(),
                organisation: None,
                score: None,
                facts: Vec::new(),
                reasons: Vec::new(),
                path: LinkPath::new(&notice.notice.path),
            }));
        }
        let matched = (candidate.kind == ItemKind::Match)
            .then(|| self.found.matches.get(&candidate.reference))
            .flatten();
        let reasons = match (matched, self.search(&candidate.source)) {
            (Some(matched), _) => self.reasons(matched)?,
            (None, Some(name)) => vec![Text::new("letter.digest.of_search").with("name", name)],
            (None, None) => Vec::new(),
        };
        let score = matched.map(|_| candidate.score);
        if let Some(row) = matched.and_then(row_of) {
            return Ok(self.told.rows.get(&row).map(|row| self.of_row(row, score, reasons)));
        }
        let post = candidate.posting.and_then(|id| self.told.posts.get(&id));
        Ok(post.map(|post| self.of_post(post, score, reasons)))
    }

    fn of_post(&self, post: &Post, score: Option<u16>, reasons: Vec<Text>) -> DigestEntry {
        let district = post.district.as_deref().and_then(|code| self.vocabulary.district(code));
        let province = post.province.as_deref().and_then(|code| self.vocabulary.province(code));
        let place = district
            .map(|found| found.name(self.locale))
            .or(province.map(|found| found.name(self.locale)));
        let seats = post
            .seats
            .map(|seats| Text::new("letter.digest.seats").with("n", seats).render(self.locale));
        let facts = [
            Some(words::kind(self.locale, post.kind)),
            place.map(str::to_owned),
            post.level.map(|level| level.name(self.locale).to_owned()),
            seats,
        ];
        DigestEntry {
            title: post.title.clone(),
            organisation: Some(post.organisation_name.clone()),
            score,
            facts: facts.into_iter().flatten().collect(),
            reasons,
            path: LinkPath::new(&format!("/posts/{}", post.id)),
        }
    }

    /// A row of the register speaks for nobody, and the letter says so.
    fn of_row(&self, row: &RegisterRow, score: Option<u16>, reasons: Vec<Text>) -> DigestEntry {
        let province = self.vocabulary.province(&row.entry.province);
        let facts = [
            Some(Text::new("letter.digest.register").render(self.locale)),
            province.map(|found| found.name(self.locale).to_owned()),
        ];
        DigestEntry {
            title: row.entry.major_name.clone(),
            organisation: Some(row.entry.school_name.clone()),
            score,
            facts: facts.into_iter().flatten().collect(),
            reasons,
            path: LinkPath::new(&format!("/register/{}", row.id)),
        }
    }

    /// What speaks most for a match: what is met, the weightiest first.
    fn reasons(&self, matched: &NewMatch) -> Result<Vec<Text>> {
        let Some(stored) = self.told.criteria.get(&pair(matched)) else {
            return Ok(Vec::new());
        };
        let mut criteria: Vec<Assessed> = serde_json::from_str(stored).map_err(Failure::internal)?;
        criteria.retain(|assessed| assessed.verdict == Verdict::Met);
        criteria.sort_by_key(|assessed| std::cmp::Reverse(u32::from(assessed.weight) * u32::from(assessed.score)));
        let sentences = criteria.iter().take(REASONS);
        Ok(sentences
            .map(|assessed| words::reason(self.locale, self.vocabulary, assessed))
            .collect())
    }
}
