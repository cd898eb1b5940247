//! Whose digest is due when. A schedule stands for whoever has something to read at a cadence, and for nobody else: a row a
//! day for each person who reads nothing helps nobody.

use std::collections::BTreeSet;

use kernel::{AccountId, PersonId, Timestamp};
use mail::{Cadence, Event, Habit, NEWS_DAYS, next_due, period};
use storage::{Reads, Tx, Write};

use crate::{Cx, Result, jobs::Job, letters};

/// Brings the schedules of an account into line with what it chose, follows and belongs to: called by every act that changes
/// any of these, in its transaction. A new schedule tells of what can be found from now on.
pub(crate) async fn follow_choices(cx: &Cx, tx: &mut Tx<Write>, account: AccountId) -> Result<()> {
    let habit = habit(tx, account).await?;
    let wanted = wanted(cx, tx, account).await?;
    let works = |day| law::calendar::builtin().is_working_day(day).value;
    let standing = tx.digest_schedules().of_account(account).await?;
    // One that should have been made by now is made next, unless its hour is none any more.
    let is_late = |cadence: Cadence| {
        let of_cadence = standing.iter().find(|one| one.cadence == cadence.code());
        of_cadence.is_some_and(|one| {
            let due = period(cadence, one.next_at, habit, &works).map(|period| period.due_at);
            one.next_at <= cx.now && due == Some(one.next_at)
        })
    };
    let known = known_until(tx, cx).await?;
    for cadence in Cadence::ALL.iter().copied() {
        if !wanted.contains(&cadence) {
            tx.digest_schedules().delete(account, cadence.code()).await?;
        } else if let Some(next) = next_due(cadence, cx.now, habit, &works).filter(|_| !is_late(cadence)) {
            tx.digest_schedules().save(account, cadence.code(), next, known).await?;
        }
    }
    Ok(())
}

/// The next digest of a cadence tells of what came since the last one, as if it had never been ended.
pub(crate) async fn resume(cx: &Cx, tx: &mut Tx<Write>, account: AccountId, cadence: Cadence) -> Result<()> {
    if let Some(until) = tx.digests().last_until(account, cadence.code()).await? {
        let mark = until.max(cx.now.plus_days(-NEWS_DAYS));
        tx.digest_schedules().reach_back(account, cadence.code(), mark).await?;
    }
    Ok(())
}

/// Up to when search and matches know of everything: what they have yet to learn of is not behind a mark when they have.
pub(super) async fn known_until(tx: &mut Reads, cx: &Cx) -> Result<Timestamp> {
    let waiting = tx.jobs().waiting_since(Job::LEARNING).await?;
    Ok(waiting.map_or(cx.now, |since| since.min(cx.now)))
}

/// The day and hour at which the account reads digests.
pub(crate) async fn habit(tx: &mut Reads, account: AccountId) -> Result<Habit> {
    let chosen = tx.mail_preferences().habit(account).await?;
    let chosen = chosen.and_then(|habit| Habit::new(habit.weekday, habit.hour));
    Ok(chosen.unwrap_or_default())
}

/// The same for every account of a person.
pub(crate) async fn follow_choices_of(cx: &Cx, tx: &mut Tx<Write>, person: PersonId) -> Result<()> {
    for account in tx.accounts().of_person(person).await? {
        follow_choices(cx, tx, account.id).await?;
    }
    Ok(())
}

/// The cadences at which the account has something to read.
async fn wanted(cx: &Cx, tx: &mut Reads, account: AccountId) -> Result<BTreeSet<Cadence>> {
    let mut wanted = BTreeSet::new();
    for event in Event::ALL.iter().copied().filter(|event| !event.is_required()) {
        let cadence = letters::cadence(tx, account, event).await?;
        let has_matter = match event {
            Event::Matches => belongs_somewhere(cx, tx, account).await?,
            Event::Searches => !tx.saved_searches().of_account(account).await?.is_empty(),
            Event::Followed => !tx.follows().of_account(account).await?.is_empty(),
            // What is told at once has letters of its own.
            _ => cadence != Cadence::AtOnce,
        };
        if has_matter && cadence != Cadence::Never {
            wanted.insert(cadence);
        }
    }
    Ok(wanted)
}

async fn belongs_somewhere(cx: &Cx, tx: &mut Reads, account: AccountId) -> Result<bool> {
    let Some(found) = tx.accounts().find(account).await? else {
        return Ok(false);
    };
    let own = tx
        .digest_sources()
        .organisations_of(&[found.person], cx.today())
        .await?;
    Ok(own.values().any(|organisations| !organisations.is_empty()))
}
