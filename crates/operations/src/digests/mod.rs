//! Digests: what is new for somebody since the last one, in one letter, at the person's day and hour.
//!
//! The row of a period, what it tells and its letter are one transaction, and the schedule moves on in it: a run that was
//! stopped goes on where it stopped, and a second run finds nothing due. People are taken in batches, each read at one go, so
//! that no transaction is long.

mod gather;
mod letters;
mod schedule;
mod searches;
mod shared;
mod tell;
#[cfg(test)]
mod tests;

use std::{collections::HashSet, sync::Arc};

use kernel::{AccountId, DigestId, NoticeId};
use mail::{Cadence, Habit, LeftOut, Limits, Selection, next_due, period, select};
use serde::Serialize;
use storage::{Advance, DigestItem, DigestOutcome, DueDigest, NewDigest, NewLetter, Reads, Schedule};

pub(crate) use self::schedule::{follow_choices, follow_choices_of, habit, resume};
use self::{gather::gather, letters::Batch, shared::Shared, tell::Told};
use crate::{Actor, App, Cx, Result, compiled_here};

/// How many schedules are read and written at one go.
const BATCH: i64 = 200;
/// Digests leave after everything that somebody waits for.
pub(crate) const PRIORITY: i64 = 10;

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Schedules that were due.
    pub due: u64,
    /// Digests that are letters in the outbox now; in a dry run, that would be.
    pub sent: u64,
    /// Schedules for which nothing was new.
    pub nothing: u64,
    /// Schedules of addresses that are not written to.
    pub suppressed: u64,
    /// What the letters tell in full.
    pub entries: u64,
    /// An operator holds letters back: nothing was made, and nothing is lost by it.
    pub held_back: bool,
}

/// Makes every digest that is due. `dry_run` reads all and writes nothing.
#[compiled_here]
pub async fn run(app: &App, cx: &Cx, dry_run: bool) -> Result<Run> {
    let Some(mut making) = Making::begin(app, cx, dry_run, BATCH).await? else {
        return Ok(Run {
            held_back: true,
            ..Run::default()
        });
    };
    while making.batch().await? {}
    Ok(making.run)
}

/// A run that goes on from batch to batch.
struct Making<'a> {
    app: &'a App,
    cx: &'a Cx,
    dry_run: bool,
    /// How many schedules are read and written at one go.
    most: i64,
    /// The last that was looked at, where looking leaves it due.
    after: Option<Schedule>,
    shared: Shared,
    run: Run,
}

impl<'a> Making<'a> {
    /// None while an operator holds letters back.
    async fn begin(app: &'a App, cx: &'a Cx, dry_run: bool, most: i64) -> Result<Option<Self>> {
        let mut tx = app.db().read().await?;
        if tx.mail_switch().find().await?.is_some_and(|switch| switch.paused) {
            return Ok(None);
        }
        let shared = Shared::new(schedule::known_until(&mut tx, cx).await?);
        Ok(Some(Self {
            app,
            cx,
            dry_run,
            most,
            after: None,
            shared,
            run: Run::default(),
        }))
    }

    /// Whether any were due.
    async fn batch(&mut self) -> Result<bool> {
        let (app, cx) = (self.app, self.cx);
        let mut tx = app.db().read().await?;
        let mut due = tx
            .digest_schedules()
            .due(cx.now, self.after.as_ref(), self.most)
            .await?;
        let Some(last) = due.last() else {
            return Ok(false);
        };
        if self.dry_run {
            self.after = Some(last.schedule.clone());
        } else {
            // What the first digest of somebody tells, the second does not: it is made in the next round.
            let mut accounts = HashSet::new();
            due.retain(|due| accounts.insert(due.schedule.account));
        }
        let made = make(app, cx, &mut tx, due, &mut self.shared).await?;
        drop(tx);
        if self.dry_run {
            for one in &made {
                self.run.count(one);
            }
        } else {
            self.run = write(app, cx, made, self.run).await?;
        }
        Ok(true)
    }
}

impl Run {
    fn count(&mut self, made: &Made) {
        self.due += 1;
        match made.digest.outcome {
            DigestOutcome::Sent => self.sent += 1,
            DigestOutcome::Nothing => self.nothing += 1,
            DigestOutcome::Suppressed | DigestOutcome::Paused => self.suppressed += 1,
        }
        let told = made.digest.items.iter().filter(|item| item.position.is_some());
        self.entries += told.count() as u64;
    }
}

/// A digest with everything that is written with it.
struct Made {
    digest: NewDigest,
    letter: Option<NewLetter>,
    notices: Vec<NoticeId>,
    advance: Advance,
}

async fn make(app: &App, cx: &Cx, tx: &mut Reads, due: Vec<DueDigest>, shared: &mut Shared) -> Result<Vec<Made>> {
    let accounts: Vec<AccountId> = due.iter().map(|due| due.schedule.account).collect();
    let habits = tx.mail_preferences().habits_of(&accounts).await?;
    let keys: Vec<String> = due.iter().map(|due| due.email.key()).collect();
    let suppressed = tx.suppressions().among(&keys).await?;
    let mut found = gather(app, cx, tx, &due, shared).await?;
    let shown = found.shown(tx).await?;
    let nothing = HashSet::new();
    let new = std::mem::take(&mut found.candidates).into_iter();
    let new = new.zip(std::mem::take(&mut found.beyond));
    let chosen: Vec<Selection> = due
        .iter()
        .zip(new)
        .map(|(due, (candidates, beyond))| {
            let shown = shown.get(&due.schedule.account).unwrap_or(&nothing);
            let selection = select(candidates, shown, &Limits::default());
            Selection { beyond, ..selection }
        })
        .collect();
    let told = Told::load(tx, &due, &chosen, &found, &mut shared.posts).await?;
    let outcomes: Vec<DigestOutcome> = due
        .iter()
        .zip(&chosen)
        .map(|(due, selection)| {
            let is_written_to = due.email_confirmed_at.is_some() && !suppressed.contains_key(&due.email.key());
            match (is_written_to, selection.is_empty()) {
                (false, _) => DigestOutcome::Suppressed,
                (true, true) => DigestOutcome::Nothing,
                (true, false) => DigestOutcome::Sent,
            }
        })
        .collect();
    let sent = |at: &usize| outcomes[*at] == DigestOutcome::Sent;
    let wanted: Vec<usize> = (0..due.len()).filter(sent).collect();
    let batch = Arc::new(Batch {
        due,
        chosen,
        found,
        told,
    });
    let mut letters = letters::written(app, cx, &batch, &wanted).await?.into_iter();
    let mut all = Vec::with_capacity(batch.due.len());
    for (at, (due, outcome)) in batch.due.iter().zip(outcomes).enumerate() {
        let habit = habits.get(&due.schedule.account);
        let habit = habit
            .and_then(|habit| Habit::new(habit.weekday, habit.hour))
            .unwrap_or_default();
        let letter = (outcome == DigestOutcome::Sent).then(|| letters.next()).flatten();
        let notices = batch.found.notices(at);
        let mut made = one(app, cx, due, habit, outcome, &batch.chosen[at], letter, notices);
        made.advance.mark_at = shared.known.max(due.schedule.mark_at);
        all.push(made);
    }
    Ok(all)
}

#[expect(clippy::too_many_arguments, reason = "what a digest's rows are made of, each once")]
fn one(
    app: &App,
    cx: &Cx,
    due: &DueDigest,
    habit: Habit,
    outcome: DigestOutcome,
    selection: &Selection,
    letter: Option<NewLetter>,
    notices: Vec<NoticeId>,
) -> Made {
    let schedule = &due.schedule;
    let cadence = Cadence::from_code(&schedule.cadence).unwrap_or(Cadence::Never);
    let id = app.id(cx.now, DigestId::new);
    let works = |day| law::calendar::builtin().is_working_day(day).value;
    let items = match outcome {
        DigestOutcome::Sent => items(selection),
        _ => Vec::new(),
    };
    let counted = selection.left_out.iter().filter(|(_, why)| why.is_counted()).count();
    let key = period(cadence, cx.now, habit, &works).map(|period| period.key);
    // A cadence that no release knows any more is looked at again in a year.
    let next_at = next_due(cadence, cx.now, habit, &works).unwrap_or_else(|| cx.now.plus_days(365));
    Made {
        advance: Advance {
            account: schedule.account,
            cadence: schedule.cadence.clone(),
            was_due_at: schedule.next_at,
            next_at,
            mark_at: cx.now,
            letter_of: letter.as_ref().map(|_| id),
        },
        digest: NewDigest {
            id,
            account: schedule.account,
            cadence: schedule.cadence.clone(),
            period: key.unwrap_or_default(),
            made_at: cx.now,
            from: schedule.mark_at,
            until: cx.now,
            outcome,
            letter: letter.as_ref().map(|letter| letter.id),
            counted: i64::try_from(counted).unwrap_or(i64::MAX),
            counted_at_least: !selection.beyond.is_empty(),
            items,
        },
        letter,
        // What a letter that does not go would have told stays on the pages.
        notices,
    }
}

/// What is remembered as told: in full, or as a number.
fn items(selection: &Selection) -> Vec<DigestItem> {
    let item = |candidate: &mail::Candidate, position| DigestItem {
        position,
        kind: candidate.kind.code().to_owned(),
        reference: candidate.reference.clone(),
        posting: candidate.posting,
        organisation: candidate.organisation,
        score: i64::from(candidate.score),
        source: candidate.source.clone(),
    };
    let entries = (0..).zip(&selection.entries);
    let entries = entries.map(|(position, candidate)| item(candidate, Some(position)));
    let counted = selection
        .left_out
        .iter()
        .filter(|(_, why): &&(_, LeftOut)| why.is_counted());
    entries
        .chain(counted.map(|(candidate, _)| item(candidate, None)))
        .collect()
}

/// One transaction for a batch; what was written is counted in `run`. A digest whose period has one already, made by another
/// run meanwhile or before somebody chose another hour, is not written again, nor its letter: what it would have told waits
/// for the next period.
async fn write(app: &App, cx: &Cx, made: Vec<Made>, mut run: Run) -> Result<Run> {
    let digests: Vec<NewDigest> = made.iter().map(|one| one.digest.clone()).collect();
    let mut tx = app.db().write().await?;
    let new = tx.digests().insert(&digests).await?;
    let (mut posted, mut told, mut advances) = (Vec::new(), Vec::new(), Vec::new());
    for mut one in made {
        if new.contains(&one.digest.id) {
            run.count(&one);
            posted.extend(one.letter);
            told.extend(one.notices);
        } else {
            run.due += 1;
            one.advance.mark_at = one.digest.from;
            one.advance.letter_of = None;
        }
        advances.push(one.advance);
    }
    posted.sort_by_key(|letter| letter.id);
    tx.outbox().insert_all(&posted).await?;
    tx.notices().told(&told).await?;
    tx.digest_schedules().advance(&advances).await?;
    let entry = app.audit(&Actor::System, cx, "make_digests");
    let figures = serde_json::json!({ "digests": digests.len(), "letters": posted.len() });
    tx.commit(entry.now(figures).done()).await?;
    app.wake();
    Ok(run)
}
