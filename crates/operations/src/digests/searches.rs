//! What is new in saved searches: the engine that answers the search page is asked the same, for what was published lately.

use std::collections::{HashMap, HashSet};

use ::search::{Filter, MAX_PER_PAGE, Number, Sort, Taken, Viewer};
use kernel::{AccountId, PostingId, Timestamp};
use mail::{Candidate, ItemKind};
use storage::{NewPosting, Reads, SavedSearch};

use super::{
    gather::{least, new_after, of_follow},
    shared::Kept,
};
use crate::{
    App, Cx, Failure, Result,
    search::{Asked, questions::read_as},
};

/// How many of the newest results are looked at. A letter tells twenty posts, and leads to the rest; when there are more, it
/// says that what it counts is not all.
const LOOKED_AT: usize = 200;
/// Those, and one more.
const PAGES: u32 = 3;

/// What is new in a search.
pub(super) struct Answer {
    since: Timestamp,
    /// The newest first; the last of them only says whether there are more than are looked at.
    posts: Vec<PostingId>,
}

/// Of an answer, those that are still published.
struct Found {
    posts: Vec<NewPosting>,
    /// When the newest of those that were not looked at was published.
    next_at: Option<Timestamp>,
}

/// Saved searches of a batch of people, with what is new in each.
pub(super) struct Searched {
    saved: HashMap<AccountId, Vec<SavedSearch>>,
    /// The newest first, by what a search keeps: many people look for the same.
    results: HashMap<String, Found>,
}

impl Searched {
    /// The searches of these accounts, with what was published after a moment of each. When the engine does not answer
    /// nobody's digest is made, and the next run finds everything as it is.
    pub(super) async fn load(
        app: &App,
        cx: &Cx,
        tx: &mut Reads,
        accounts: &[(AccountId, Timestamp)],
        answers: &mut Kept<String, Answer>,
    ) -> Result<Self> {
        let ids: Vec<AccountId> = accounts.iter().map(|(account, _)| *account).collect();
        let saved = tx.saved_searches().of_accounts(&ids).await?;
        let mut asked: Vec<(&str, Timestamp)> = Vec::new();
        for (account, since) in accounts {
            for one in saved.get(account).into_iter().flatten() {
                asked.push((one.query.as_str(), one.created_at.max(*since)));
            }
        }
        let vocabulary = app.vocabulary();
        let mut ids: HashMap<String, Vec<PostingId>> = HashMap::new();
        for (kept, since) in least(asked) {
            // What is new since an earlier moment holds what is new since this one.
            let known = answers.get(kept).filter(|answer| answer.since <= since);
            let posts = if let Some(answer) = known {
                answer.posts.clone()
            } else {
                let asked = Asked::of_kept(kept, &vocabulary);
                let mut posts = new_in(app, &asked, since, cx.now).await?;
                if posts.is_empty()
                    && let Some(other) = read_as(tx, &asked).await?
                {
                    posts = new_in(app, &other, since, cx.now).await?;
                }
                let answer = Answer {
                    since,
                    posts: posts.clone(),
                };
                answers.put(kept.to_owned(), answer);
                posts
            };
            ids.insert(kept.to_owned(), posts);
        }
        let every: HashSet<PostingId> = ids.values().flatten().copied().collect();
        let every: Vec<PostingId> = every.into_iter().collect();
        // Whose they are; and what the engine still has and is not there any more is left out.
        let published = tx.digest_sources().published(&every).await?;
        let published: HashMap<PostingId, NewPosting> = published.into_iter().map(|new| (new.posting, new)).collect();
        let found = |(kept, ids): (String, Vec<PostingId>)| {
            let (looked_at, next) = ids.split_at(ids.len().min(LOOKED_AT));
            let posts = looked_at.iter().filter_map(|id| published.get(id).copied()).collect();
            let next_at = next
                .iter()
                .find_map(|id| published.get(id))
                .map(|next| next.published_at);
            (kept, Found { posts, next_at })
        };
        let results = ids.into_iter().map(found).collect();
        Ok(Self { saved, results })
    }

    /// What is new for an account since its mark; and of which searches there is more than was looked at.
    pub(super) fn candidates(&self, account: AccountId, mark: Timestamp) -> (Vec<Candidate>, Vec<String>) {
        let (mut candidates, mut beyond) = (Vec::new(), Vec::new());
        for saved in self.saved.get(&account).into_iter().flatten() {
            let since = saved.created_at.max(new_after(mark));
            let Some(found) = self.results.get(&saved.query) else {
                continue;
            };
            let is_new = |new: &&NewPosting| new.published_at > since;
            candidates.extend(found.posts.iter().filter(is_new).map(|new| Candidate {
                kind: ItemKind::Search,
                source: saved.id.to_string(),
                ..of_follow(new)
            }));
            // What was published before the mark the last digest told, or said that there was more. What was published at
            // that very moment it may not have known of.
            if found.next_at.is_some_and(|at| at > saved.created_at && at >= mark) {
                beyond.push(saved.id.to_string());
            }
        }
        (candidates, beyond)
    }

    /// The searches by their ids.
    pub(super) fn by_id(self) -> HashMap<String, SavedSearch> {
        let all = self.saved.into_values().flatten();
        all.map(|saved| (saved.id.to_string(), saved)).collect()
    }
}

async fn new_in(app: &App, asked: &Asked, since: Timestamp, until: Timestamp) -> Result<Vec<PostingId>> {
    let mut query = asked.query();
    let lately = Filter::Between(Number::PublishedAt, Some(since.micros() + 1), Some(until.micros()));
    query.filter = query.filter.and(lately);
    query.facets = Vec::new();
    query.sort = Sort::Newest;
    query.per_page = MAX_PER_PAGE;
    query.marked = false;
    let mut found = Vec::new();
    for page in 1..=PAGES {
        query.page = page;
        let answer = app.engine().search(&Viewer::Public, &query).await;
        let answer = answer.map_err(Failure::internal)?;
        // Nothing new has these words; what merely sounds like them nobody asked to be told.
        if answer.taken != Taken::AsTyped {
            break;
        }
        let ids = answer
            .hits
            .iter()
            .filter_map(|hit| hit.document.id.strip_prefix("posting:"));
        found.extend(ids.filter_map(|id| id.parse::<PostingId>().ok()));
        if answer.hits.len() < MAX_PER_PAGE as usize {
            break;
        }
    }
    found.truncate(LOOKED_AT + 1);
    Ok(found)
}
