//! What happened in the year, written down as it happened: facts alone, nothing that the product concluded from them.

use std::collections::{BTreeMap, HashMap};

use kernel::{LetterId, OrganisationId, PostingId, PostingKind, Timestamp};

/// What digests find by themselves; everything else has letters of its own.
pub(crate) const SOURCES: [&str; 3] = ["matches", "searches", "followed"];

/// From when until when something held, again and again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spans(Vec<(Timestamp, Option<Timestamp>)>);

impl Spans {
    /// It holds from now on, unless it did.
    pub(crate) fn open(&mut self, at: Timestamp) {
        if !self.is_open() {
            self.0.push((at, None));
        }
    }

    /// It holds no more.
    pub(crate) fn close(&mut self, at: Timestamp) {
        if let Some((_, until @ None)) = self.0.last_mut() {
            *until = Some(at);
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.0.last(), Some((_, None)))
    }

    /// Since when it holds at `at`.
    pub(crate) fn since(&self, at: Timestamp) -> Option<Timestamp> {
        let span = self.0.iter().rfind(|(from, _)| *from <= at)?;
        span.1.is_none_or(|until| until > at).then_some(span.0)
    }

    pub(crate) fn at(&self, at: Timestamp) -> bool {
        self.since(at).is_some()
    }

    /// When it began, each time.
    pub(crate) fn starts(&self) -> impl Iterator<Item = Timestamp> {
        self.0.iter().map(|(from, _)| *from)
    }

    /// Whether it held from `from` to `to` without a break.
    pub(crate) fn throughout(&self, from: Timestamp, to: Timestamp) -> bool {
        self.since(to).is_some_and(|since| since <= from)
    }

    /// Whether it ever held between two moments.
    pub(crate) fn ever(&self, from: Timestamp, to: Timestamp) -> bool {
        let overlaps =
            |(start, end): &(Timestamp, Option<Timestamp>)| *start <= to && end.is_none_or(|end| end >= from);
        self.0.iter().any(overlaps)
    }
}

/// A post that everybody saw.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) organisation: OrganisationId,
    pub(crate) kind: PostingKind,
    pub(crate) title: String,
    pub(crate) province: String,
    pub(crate) published: Timestamp,
    /// Since when the search knows of it.
    pub(crate) indexed: Option<Timestamp>,
    pub(crate) closed: Option<Timestamp>,
}

impl Post {
    pub(crate) fn is_open(&self, at: Timestamp) -> bool {
        self.published <= at && self.closed.is_none_or(|closed| closed > at)
    }
}

/// What somebody looks for.
#[derive(Debug, Clone)]
pub(crate) enum Sought {
    Kind(PostingKind),
    Province(&'static str),
    /// A word of the title.
    Word(&'static str),
}

impl Sought {
    /// Whether a post is one of those that may be found: by a word the search finds more than those that have it.
    pub(crate) fn may_be(&self, post: &Post) -> bool {
        matches!(self, Self::Word(_)) || self.is(post)
    }

    /// Whether a post is one of those looked for.
    pub(crate) fn is(&self, post: &Post) -> bool {
        match self {
            Self::Kind(kind) => post.kind == *kind,
            Self::Province(province) => post.province == *province,
            Self::Word(word) => post.title.contains(word),
        }
    }
}

/// A search that somebody saved, under its id.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub(crate) id: String,
    pub(crate) sought: Sought,
    pub(crate) saved: Spans,
}

/// What one person wanted, and when.
#[derive(Debug, Default)]
pub(crate) struct Life {
    /// Cadences by event, each as of a moment.
    pub(crate) choices: Vec<(Timestamp, BTreeMap<String, String>)>,
    /// Weekday and hour.
    pub(crate) habits: Vec<(Timestamp, (u8, u8))>,
    pub(crate) member: HashMap<OrganisationId, Spans>,
    pub(crate) follows: HashMap<OrganisationId, Spans>,
    pub(crate) searches: Vec<Search>,
    pub(crate) suppressed: Spans,
    /// The link that ends a digest was pressed.
    pub(crate) pressed: Vec<(Timestamp, String)>,
}

impl Life {
    /// How often they wanted to hear of an event.
    pub(crate) fn cadence(&self, event: &str, at: Timestamp) -> &str {
        let chosen = self.choices.iter().rfind(|(since, _)| *since <= at);
        chosen.and_then(|(_, of)| of.get(event)).map_or("never", String::as_str)
    }

    /// All that they chose.
    pub(crate) fn choices_at(&self, at: Timestamp) -> impl Iterator<Item = (&str, &str)> {
        let chosen = self.choices.iter().rfind(|(since, _)| *since <= at);
        let of = chosen.into_iter().flat_map(|(_, of)| of);
        of.map(|(event, cadence)| (event.as_str(), cadence.as_str()))
    }

    /// Whether they wanted to hear of an event, however often, from `from` to `to` without a break.
    pub(crate) fn wanted(&self, event: &str, from: Timestamp, to: Timestamp) -> bool {
        let mut between = self.choices.iter().filter(|(at, _)| *at > from && *at <= to);
        self.cadence(event, from) != "never"
            && between.all(|(_, of)| of.get(event).is_some_and(|cadence| cadence != "never"))
    }

    pub(crate) fn habit(&self, at: Timestamp) -> (u8, u8) {
        let chosen = self.habits.iter().rfind(|(since, _)| *since <= at);
        chosen.map_or((1, 9), |(_, habit)| *habit)
    }

    /// When they last chose anything between two moments.
    pub(crate) fn last_choice(&self, from: Timestamp, to: Timestamp) -> Option<Timestamp> {
        let all = self.choices.iter().map(|(at, _)| *at);
        all.filter(|at| *at > from && *at <= to).max()
    }
}

/// A digest that left.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) who: usize,
    pub(crate) at: Timestamp,
    pub(crate) id: LetterId,
    /// Which one its foot says that it is.
    pub(crate) cadence: String,
    /// The posts that it leads to, one for each entry.
    pub(crate) posts: Vec<PostingId>,
    /// The searches of which it says that there is more than it tells or counts.
    pub(crate) more: Vec<String>,
}

/// The whole year.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) lives: Vec<Life>,
    pub(crate) posts: HashMap<PostingId, Post>,
    /// Since when a fair match of a post (the first) with another one stood on its page.
    pub(crate) matches: HashMap<(PostingId, PostingId), Spans>,
    pub(crate) verified: HashMap<OrganisationId, Spans>,
    /// When digests were made to the end.
    pub(crate) runs: Vec<Timestamp>,
    /// Digests as they left.
    pub(crate) left: Vec<Left>,
}

impl Log {
    /// The first moment from `at` on at which digests were made to the end.
    pub(crate) fn run_from(&self, at: Timestamp) -> Option<Timestamp> {
        self.runs.get(self.runs.partition_point(|run| *run < at)).copied()
    }

    /// Whether an organisation was verified without a break.
    pub(crate) fn is_verified(&self, organisation: OrganisationId, from: Timestamp, to: Timestamp) -> bool {
        self.verified
            .get(&organisation)
            .is_some_and(|spans| spans.throughout(from, to))
    }

    /// Whether everybody saw a post all the while.
    pub(crate) fn is_seen(&self, post: &Post, from: Timestamp, to: Timestamp) -> bool {
        post.is_open(from) && post.is_open(to) && self.is_verified(post.organisation, from, to)
    }

    /// Whether two posts were a fair match all the while, and both seen.
    pub(crate) fn is_match(&self, pair: (PostingId, PostingId), from: Timestamp, to: Timestamp) -> bool {
        self.matches[&pair].throughout(from, to)
            && [pair.0, pair.1]
                .iter()
                .all(|post| self.is_seen(&self.posts[post], from, to))
    }
}
