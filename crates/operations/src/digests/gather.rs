//! What could be told to a batch of people: one query a source, whatever the batch holds.

use std::collections::{HashMap, HashSet};

use kernel::{AccountId, LineId, NoticeId, OrganisationId, PersonId, PostingId, Timestamp};
use mail::{Candidate, Event, ItemKind};
use storage::{DueDigest, ItemKey, NewMatch, NewPosting, Notice, Offer, Preference, Reads, SavedSearch};

use super::{searches::Searched, shared::Shared};
use crate::{App, Cx, Result, letters, matches::FAIR_SCORE};

/// What was written bears the moment at which its writing began, and is seen later: matches are computed for minutes, and the
/// engine learns of a post a while after it was published. Each digest looks back so far behind the last one; what that one
/// told is not told again.
const OVERLAP_HOURS: i64 = 24;

/// After which moment things are new to a digest of that mark.
pub(super) const fn new_after(mark: Timestamp) -> Timestamp {
    mark.plus_hours(-OVERLAP_HOURS)
}

/// What was found, for each of the due schedules in their order.
pub(super) struct Found {
    pub(super) candidates: Vec<Vec<Candidate>>,
    /// For each of them, the searches of which more is new than the candidates say.
    pub(super) beyond: Vec<Vec<String>>,
    /// The matches behind the references.
    pub(super) matches: HashMap<String, NewMatch>,
    pub(super) notices: HashMap<String, Notice>,
    /// The saved searches by their ids.
    pub(super) searches: HashMap<String, SavedSearch>,
    keys: Vec<ItemKey>,
    waiting: Vec<Vec<NoticeId>>,
}

impl Found {
    /// The notices that wait for the digest of a schedule.
    pub(super) fn notices(&self, at: usize) -> Vec<NoticeId> {
        self.waiting.get(at).cloned().unwrap_or_default()
    }

    /// What earlier digests told, by account.
    pub(super) async fn shown(&self, tx: &mut Reads) -> Result<HashMap<AccountId, HashSet<(ItemKind, String)>>> {
        let mut shown: HashMap<AccountId, HashSet<(ItemKind, String)>> = HashMap::new();
        for key in tx.digests().shown(&self.keys).await? {
            if let Some(kind) = ItemKind::from_code(&key.kind) {
                shown.entry(key.account).or_default().insert((kind, key.reference));
            }
        }
        Ok(shown)
    }
}

/// As which kinds the same thing may have been told: a post is one, whichever way it came.
const fn same_thing(kind: ItemKind) -> &'static [ItemKind] {
    match kind {
        ItemKind::Search | ItemKind::Follow => &[ItemKind::Search, ItemKind::Follow],
        ItemKind::Match => &[ItemKind::Match],
        ItemKind::Notice => &[ItemKind::Notice],
    }
}

/// Under which keys it is found whether an account was told of these.
fn keys(account: AccountId, candidates: &[Candidate]) -> Vec<ItemKey> {
    let mut keys = Vec::new();
    for candidate in candidates {
        keys.extend(same_thing(candidate.kind).iter().map(|kind| ItemKey {
            account,
            kind: kind.code().to_owned(),
            reference: candidate.reference.clone(),
        }));
    }
    keys
}

/// A match is new once for each pair of an own post and what answers it.
fn reference(found: &NewMatch) -> String {
    let other = match (found.counterpart, found.offer) {
        (Some((posting, _)), _) | (None, Offer::Line { posting, .. }) => posting.to_string(),
        (None, Offer::Row(row)) => row.to_string(),
    };
    format!("{}:{other}", found.posting)
}

pub(super) fn pair(found: &NewMatch) -> (LineId, Offer) {
    (found.need_line, found.offer)
}

/// The events that an account reads at a cadence.
fn told_at(chosen: Option<&Vec<Preference>>, cadence: &str) -> Vec<Event> {
    let chosen = chosen.map_or(&[][..], Vec::as_slice);
    let all = Event::ALL.iter().copied();
    all.filter(|event| !event.is_required() && letters::chosen(chosen, *event).code() == cadence)
        .collect()
}

/// The least of the marks of those who share a source.
pub(super) fn least<K: std::hash::Hash + Eq + Copy>(
    of: impl IntoIterator<Item = (K, Timestamp)>,
) -> Vec<(K, Timestamp)> {
    let mut least: HashMap<K, Timestamp> = HashMap::new();
    for (key, mark) in of {
        let first = least.entry(key).or_insert(mark);
        *first = mark.min(*first);
    }
    least.into_iter().collect()
}

fn by_organisation<T: Copy>(all: &[T], of: impl Fn(&T) -> OrganisationId) -> HashMap<OrganisationId, Vec<T>> {
    let mut grouped: HashMap<OrganisationId, Vec<T>> = HashMap::new();
    for one in all {
        grouped.entry(of(one)).or_default().push(*one);
    }
    grouped
}

pub(super) async fn gather(
    app: &App,
    cx: &Cx,
    tx: &mut Reads,
    due: &[DueDigest],
    shared: &mut Shared,
) -> Result<Found> {
    let accounts: Vec<AccountId> = due.iter().map(|due| due.schedule.account).collect();
    let chosen = tx.mail_preferences().of_accounts(&accounts).await?;
    let events: Vec<Vec<Event>> = due
        .iter()
        .map(|due| told_at(chosen.get(&due.schedule.account), &due.schedule.cadence))
        .collect();
    let reads = |event: Event| {
        let all = due.iter().zip(&events);
        all.filter(move |(_, events)| events.contains(&event))
            .map(|(due, _)| due)
    };
    let people: Vec<PersonId> = reads(Event::Matches).map(|due| due.person).collect();
    let organisations = tx.digest_sources().organisations_of(&people, cx.today()).await?;
    let marks = reads(Event::Matches).flat_map(|due| {
        let own = organisations.get(&due.person).into_iter().flatten();
        own.map(|organisation| (*organisation, new_after(due.schedule.mark_at)))
    });
    let matches = tx
        .digest_sources()
        .new_matches(&least(marks), cx.now, FAIR_SCORE)
        .await?;
    let matches_of = by_organisation(&matches, |found| found.organisation);
    let followers: Vec<AccountId> = reads(Event::Followed).map(|due| due.schedule.account).collect();
    let followed = tx.follows().of_accounts(&followers).await?;
    let marks = reads(Event::Followed).flat_map(|due| {
        let own = followed.get(&due.schedule.account).into_iter().flatten();
        own.map(|one| (one.organisation, one.since.max(new_after(due.schedule.mark_at))))
    });
    let posted = tx.digest_sources().published_by(&least(marks), cx.now).await?;
    let posted_by = by_organisation(&posted, |new| new.organisation);
    let searchers: Vec<(AccountId, Timestamp)> = reads(Event::Searches)
        .map(|due| (due.schedule.account, new_after(due.schedule.mark_at)))
        .collect();
    let searched = Searched::load(app, cx, tx, &searchers, &mut shared.answers).await?;
    let waiting: Vec<(AccountId, &str)> = due
        .iter()
        .map(|due| (due.schedule.account, due.schedule.cadence.as_str()))
        .collect();
    let notices = tx.notices().waiting(&waiting).await?;
    let mut found = Found {
        candidates: Vec::with_capacity(due.len()),
        beyond: Vec::with_capacity(due.len()),
        // Of the lines of two posts the best pair speaks for both: it comes first, and the last one stays.
        matches: matches.iter().rev().map(|one| (reference(one), *one)).collect(),
        notices: HashMap::new(),
        searches: HashMap::new(),
        keys: Vec::new(),
        waiting: Vec::with_capacity(due.len()),
    };
    let mut notices_of: HashMap<(AccountId, &str), Vec<&Notice>> = HashMap::new();
    for notice in &notices {
        if let Some(cadence) = notice.notice.waits_for.as_deref() {
            notices_of
                .entry((notice.notice.account, cadence))
                .or_default()
                .push(notice);
        }
    }
    for (due, events) in due.iter().zip(&events) {
        let schedule = &due.schedule;
        let since = new_after(schedule.mark_at);
        let (mut candidates, mut beyond) = (Vec::new(), Vec::new());
        if events.contains(&Event::Matches) {
            let own = organisations.get(&due.person).into_iter().flatten();
            let new = own.flat_map(|organisation| matches_of.get(organisation).into_iter().flatten());
            candidates.extend(new.filter(|one| one.news_at > since).map(of_match));
        }
        if events.contains(&Event::Searches) {
            let new = searched.candidates(schedule.account, schedule.mark_at);
            candidates.extend(new.0);
            beyond = new.1;
        }
        if events.contains(&Event::Followed) {
            for one in followed.get(&schedule.account).into_iter().flatten() {
                let since = one.since.max(since);
                let new = posted_by.get(&one.organisation).into_iter().flatten();
                candidates.extend(new.filter(|new| new.published_at > since).map(of_follow));
            }
        }
        let own = notices_of.get(&(schedule.account, schedule.cadence.as_str()));
        let own = own.into_iter().flatten();
        candidates.extend(own.clone().map(|notice| of_notice(notice)));
        found.waiting.push(own.map(|notice| notice.notice.id).collect());
        found.keys.extend(keys(schedule.account, &candidates));
        found.candidates.push(candidates);
        found.beyond.push(beyond);
    }
    found.notices = notices
        .into_iter()
        .map(|notice| (notice.notice.id.to_string(), notice))
        .collect();
    found.searches = searched.by_id();
    tracing::debug!(
        due = due.len(),
        matches = matches.len(),
        posts = posted.len(),
        "a batch of digests was gathered"
    );
    Ok(found)
}

fn of_match(found: &NewMatch) -> Candidate {
    Candidate {
        kind: ItemKind::Match,
        reference: reference(found),
        posting: found.counterpart.map(|(posting, _)| posting),
        organisation: found.counterpart.map(|(_, organisation)| organisation),
        score: u16::try_from(found.score).unwrap_or(0),
        at: found.news_at,
        source: found.posting.to_string(),
    }
}

pub(super) fn of_follow(new: &NewPosting) -> Candidate {
    Candidate {
        kind: ItemKind::Follow,
        reference: new.posting.to_string(),
        posting: Some(new.posting),
        organisation: Some(new.organisation),
        score: 0,
        at: new.published_at,
        source: new.organisation.to_string(),
    }
}

fn of_notice(notice: &Notice) -> Candidate {
    let id: NoticeId = notice.notice.id;
    Candidate {
        kind: ItemKind::Notice,
        reference: id.to_string(),
        posting: None::<PostingId>,
        organisation: None,
        score: 0,
        at: notice.notice.created_at,
        source: String::new(),
    }
}
