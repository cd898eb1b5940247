//! Did anybody miss what they wanted? From the log alone: whatever was new to somebody, and stayed so until their next digest
//! had to come, has to stand in a letter that left by then, in full or as one of those that it counts. Of a search with more
//! news than a digest looks at the letter says that there are more.

use std::collections::{BTreeMap, HashMap};

use kernel::{OrganisationId, PostingId, Timestamp};

use crate::{
    calendar::due_after,
    log::{Life, Log, Post},
    told::Told,
    year::Year,
};

/// A change of mind so long ago leaves no trace: the period in which it happened is over.
const PERIOD_DAYS: i64 = 15;

/// What was owed, and what of it did not come.
#[derive(Debug, Default)]
pub(crate) struct Missed {
    pub(crate) findings: Vec<String>,
    pub(crate) owed: BTreeMap<&'static str, usize>,
    /// The longest that somebody waited for what they were owed, in hours.
    longest: i64,
}

impl Missed {
    pub(crate) fn figures(&self) -> String {
        format!("owed {:?}, the longest wait {} hours", self.owed, self.longest)
    }
}

pub(crate) fn check(year: &Year, told: &Told) -> Missed {
    let log = &year.log;
    let came = Came::of(log, told);
    let mut by_owner: HashMap<OrganisationId, Vec<(PostingId, PostingId)>> = HashMap::new();
    for pair in log.matches.keys() {
        by_owner.entry(log.posts[&pair.0].organisation).or_default().push(*pair);
    }
    let mut posts_of: HashMap<OrganisationId, Vec<(PostingId, &Post)>> = HashMap::new();
    for (id, post) in &log.posts {
        posts_of.entry(post.organisation).or_default().push((*id, post));
    }
    let mut missed = Missed::default();
    for (who, life) in log.lives.iter().enumerate() {
        for (organisation, member) in &life.member {
            for pair in by_owner.get(organisation).into_iter().flatten() {
                for since in log.matches[pair].starts() {
                    let holds = |until| member.throughout(since, until) && log.is_match(*pair, since, until);
                    let owed = Owed::new(log, life, "matches", since, holds);
                    missed.judge(who, owed, came.matches.get(&(who, *pair)), || format!("{pair:?}"));
                }
            }
        }
        for (organisation, follows) in &life.follows {
            for (id, post) in posts_of.get(organisation).into_iter().flatten() {
                let since = post.published;
                let holds = |until| follows.throughout(since, until) && log.is_seen(post, since, until);
                let owed = Owed::new(log, life, "followed", since, holds);
                missed.judge(who, owed, came.posts.get(&(who, *id)), || id.to_string());
            }
        }
        for search in &life.searches {
            for (id, post) in log.posts.iter().filter(|(_, post)| search.sought.is(post)) {
                // From when on both are there: the search saved before, the post known to the search.
                let Some(since) = post.indexed.filter(|_| search.saved.at(post.published)) else {
                    continue;
                };
                let holds = |until| search.saved.throughout(post.published, until) && log.is_seen(post, since, until);
                let owed = Owed::new(log, life, "searches", since, holds);
                let named = came.posts.get(&(who, *id));
                let more = came.more.get(&(who, search.id.clone())).into_iter().flatten();
                let told = named.into_iter().chain(more).filter(|at| **at >= since).min().or(named);
                missed.judge(who, owed, told, || id.to_string());
            }
        }
    }
    missed
}

/// When something first came to somebody.
#[derive(Debug, Default)]
struct Came {
    matches: HashMap<(usize, (PostingId, PostingId)), Timestamp>,
    posts: HashMap<(usize, PostingId), Timestamp>,
    /// When they were told that there is more in a search than was counted, by its id.
    more: HashMap<(usize, String), Vec<Timestamp>>,
}

impl Came {
    fn of(log: &Log, told: &Told) -> Self {
        let mut came = Self::default();
        // They are in the order in which they left.
        for left in &log.left {
            let Some(made) = told.letters.get(&left.id) else {
                continue;
            };
            for search in &left.more {
                came.more.entry((left.who, search.clone())).or_default().push(left.at);
            }
            for item in &made.items {
                let Some(post) = item.posting else { continue };
                came.posts.entry((left.who, post)).or_insert(left.at);
                if item.kind == "match" {
                    let pair = (item.source.parse().unwrap(), post);
                    came.matches.entry((left.who, pair)).or_insert(left.at);
                }
            }
        }
        came
    }
}

/// Something that had to be told to somebody by a moment.
#[derive(Debug, Clone, Copy)]
struct Owed {
    event: &'static str,
    since: Timestamp,
    by: Timestamp,
}

impl Owed {
    /// Nothing when it did not hold until the digest had to come, when it was not wanted all the while, and when no digest
    /// came any more.
    fn new(
        log: &Log,
        life: &Life,
        event: &'static str,
        since: Timestamp,
        holds: impl Fn(Timestamp) -> bool,
    ) -> Option<Self> {
        if !holds(since) {
            return None;
        }
        let mut from = since;
        loop {
            let cadence = life.cadence(event, from);
            if cadence == "never" {
                return None;
            }
            // A period has one digest: who chose otherwise lately may have had it.
            let due = due_after(cadence, life.habit(from), from, 0);
            let lately = life.last_choice(from.plus_days(-PERIOD_DAYS), due).is_some();
            let due = if lately {
                due_after(cadence, life.habit(from), from, 1)
            } else {
                due
            };
            let by = log.run_from(due)?;
            if let Some(choice) = life.last_choice(from, by) {
                from = choice;
                continue;
            }
            // A letter on its way stays where it is when its reader ends it, or takes none any more.
            let left = by.plus_hours(1);
            let is_owed = holds(by) && life.wanted(event, since, left) && !life.suppressed.ever(since, left);
            return is_owed.then_some(Self { event, since, by });
        }
    }
}

impl Missed {
    fn judge(&mut self, who: usize, owed: Option<Owed>, came: Option<&Timestamp>, what: impl Fn() -> String) {
        let Some(Owed { event, since, by }) = owed else {
            return;
        };
        *self.owed.entry(event).or_default() += 1;
        // It leaves a moment after it was made.
        if let Some(came) = came.filter(|came| **came <= by.plus_hours(1)) {
            self.longest = self.longest.max((came.seconds() - since.seconds()) / 3_600);
        } else {
            let (since, by) = (since.in_shanghai(), by.in_shanghai());
            let came = came.map(|came| came.in_shanghai());
            let what = what();
            self.findings.push(format!(
                "reader {who}: {event} {what} of {since}, due by {by}, came {came:?}"
            ));
        }
    }
}
