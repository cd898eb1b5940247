//! Letters leave the outbox: several at a time, each settled as soon as its server has answered.
//!
//! Sending is at least once. A process that stops between the last dot of a letter and its own note of the answer sends that
//! letter once more: at most one, as letters pass that point one by one. Both bear the same `Message-ID`.

mod pace;

use std::{collections::VecDeque, time::Duration};

use kernel::Timestamp;
use mail::{Error, Event, Message};
use storage::{Letter, LetterChoice, NewSuppression, SuppressionReason};
use tokio::{task::JoinSet, time::timeout};

pub(crate) use self::pace::Pace;
use crate::{Actor, App, Cx, Failure, Result, jobs::Round, letters};

/// For how long a claimed letter is nobody else's.
const LEASE_SECONDS: i64 = 600;
/// No letter is begun so late that its lease could end meanwhile: another sender would send it too.
const LAST_BEGUN_SECONDS: i64 = 300;
/// The longest that one letter may take.
const PATIENCE: Duration = Duration::from_mins(4);
/// How many letters are claimed at once: what somebody waits for leaves after those that were claimed before.
const BATCH: i64 = 64;
/// While others can be claimed, so many wait beside those that are under way: nobody is idle until the next are there.
const AHEAD: usize = 16;
/// For how long one round goes on claiming.
const ROUND_SECONDS: i64 = 5;
/// A letter that no server took for so long is given up.
const KEPT_TRYING_DAYS: i64 = 3;

/// When a letter that failed so often is tried again; none when it waited long enough. Servers that put strangers off for a
/// while (greylisting) take the letter after five minutes; sign-in links are awaited at the screen.
fn next_try(letter: &Letter, failures: i64, now: Timestamp) -> Option<Timestamp> {
    const WAITS: [i64; 6] = [60, 300, 900, 1_800, 7_200, 21_600];
    const AWAITED: [i64; 4] = [10, 30, 60, 300];
    let waits: &[i64] = if letter.priority >= letters::AWAITED {
        &AWAITED
    } else {
        &WAITS
    };
    let place = usize::try_from(failures - 1).unwrap_or(0);
    let wait = waits.get(place).or(waits.last()).copied().unwrap_or(WAITS[0]);
    let next = now.plus_seconds(wait);
    (next <= letter.created_at.plus_days(KEPT_TRYING_DAYS)).then_some(next)
}

/// A letter that was claimed.
struct Claimed {
    letter: Letter,
    /// Why it may have to stay here.
    suppressed: Option<SuppressionReason>,
    /// Until when it may be begun.
    last_begun: Timestamp,
}

/// What is due, up to a batch of it. While an operator holds letters back, only those leave that somebody waits for.
async fn claim(app: &App) -> Result<Vec<Claimed>> {
    let now = app.clock().now();
    let mut tx = app.db().read().await?;
    let paused = tx.mail_switch().find().await?.is_some_and(|switch| switch.paused);
    drop(tx);
    let choice = LetterChoice {
        least_priority: paused.then_some(letters::AWAITED),
        except_domains: app.pace().slowed(now),
        patient_domains: app.pace().full(now),
        awaited: letters::AWAITED,
    };
    let until = now.plus_seconds(LEASE_SECONDS);
    let claimed = app.db().claim_letters_of(now, until, BATCH, &choice).await?;
    if claimed.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = claimed.iter().map(|letter| letter.recipient.key()).collect();
    let mut tx = app.db().read().await?;
    let suppressed = tx.suppressions().among(&keys).await?;
    let claimed = claimed.into_iter().map(|letter| Claimed {
        suppressed: suppressed
            .get(&letter.recipient.key())
            .map(|found| found.suppression.reason),
        letter,
        last_begun: now.plus_seconds(LAST_BEGUN_SECONDS),
    });
    Ok(claimed.collect())
}

/// What one of the tasks of a round did.
enum Step {
    Claimed(Vec<Claimed>),
    /// Whether the letter left.
    Sent(bool),
}

/// Sends what is due, for a few seconds or until nothing is. The next letters are claimed while others are under way.
pub(crate) async fn send_some(app: &App) -> Result<Round> {
    let until = app.clock().now().plus_seconds(ROUND_SECONDS);
    let mut waiting = VecDeque::new();
    let (mut are_more, mut is_claiming) = (true, false);
    let mut round = Round::default();
    let mut tasks = JoinSet::new();
    let mut failure: Option<Failure> = None;
    loop {
        if failure.is_none() {
            if are_more && !is_claiming && waiting.len() < AHEAD {
                let app = app.clone();
                tasks.spawn(async move { claim(&app).await.map(Step::Claimed) });
                is_claiming = true;
            }
            let sending = tasks.len() - usize::from(is_claiming);
            let free = app.transport().at_a_time().saturating_sub(sending);
            for claimed in waiting.drain(..free.min(waiting.len())) {
                let app = app.clone();
                tasks.spawn(async move { one(&app, claimed).await.map(Step::Sent) });
            }
        }
        match tasks.join_next().await {
            Some(done) => match done.map_err(Failure::internal).flatten() {
                Ok(Step::Claimed(claimed)) => {
                    is_claiming = false;
                    are_more = !claimed.is_empty() && app.clock().now() < until;
                    waiting.extend(claimed);
                }
                Ok(Step::Sent(has_left)) => round.count(has_left),
                // No more are begun. Those under way are seen through: a letter that a server took and nobody wrote down
                // would be sent again.
                Err(failed) => failure = failure.or(Some(failed)),
            },
            None => return failure.map_or(Ok(round), Err),
        }
    }
}

/// Sends one letter and writes down what became of it. False when it did not leave.
async fn one(app: &App, claimed: Claimed) -> Result<bool> {
    let Claimed {
        letter,
        suppressed,
        last_begun,
    } = claimed;
    let now = app.clock().now();
    let (db, lease) = (app.db(), letter.lease());
    if now > last_begun {
        // Its lease ends soon, and whoever claims it next sends it.
        return Ok(false);
    }
    if let Some(reason) = suppressed.filter(|reason| is_withheld(&letter, *reason)) {
        db.suppress_letter(lease, now, reason).await?;
        return Ok(true);
    }
    let domain = letter.recipient.domain();
    if let Err(free) = app.pace().begin(domain, letter.priority < letters::AWAITED, now) {
        db.postpone_letter(lease, free).await?;
        return Ok(false);
    }
    let Some(message) = message(app, &letter) else {
        db.give_up(lease, now, "the key file does not open this letter").await?;
        return Ok(false);
    };
    let outcome = timeout(PATIENCE, app.transport().send(&message)).await;
    let now = app.clock().now();
    let error = match outcome {
        Ok(Ok(handed_over)) => {
            app.pace().took(domain);
            match handed_over.reply() {
                Some(reply) => {
                    db.finish_letter(lease, now, &masked(&letter, &reply.to_string()))
                        .await?
                }
                None => db.finish(lease, now).await?,
            };
            // Not before now is it the next letter's turn.
            drop(handed_over);
            return Ok(true);
        }
        Ok(Err(error)) => error,
        Err(_) => {
            put_off(app, &letter, now, "the server did not answer in time").await?;
            return Ok(false);
        }
    };
    let said = masked(&letter, &error.said());
    if error.is_rate_limit() {
        app.pace().slow(domain, now);
    }
    if error.is_transient() {
        put_off(app, &letter, now, &said).await?;
    } else {
        if error.is_address_fault() {
            suppress(app, &letter, &error, &said).await?;
        } else {
            db.give_up(lease, now, &said).await?;
        }
        tracing::error!(letter.id = %letter.id, letter.name = letter.name, said, "a letter is given up");
    }
    Ok(false)
}

/// Whether a letter to an address that is not written to stays here. Who asked for no letters still gets the link asked for
/// at the screen; a mailbox that does not exist gets nothing but the letter by which its reader shows that
/// it does.
fn is_withheld(letter: &Letter, reason: SuppressionReason) -> bool {
    let asks_whether_it_works = letter.name == <mail::ConfirmEmail as mail::Letter>::NAME;
    letter.priority < letters::AWAITED || (reason == SuppressionReason::Bounced && !asks_whether_it_works)
}

/// A server's words, which may repeat the address.
pub(crate) fn masked(letter: &Letter, said: &str) -> String {
    said.replace(letter.recipient.as_str(), &letter.recipient.masked())
}

async fn put_off(app: &App, letter: &Letter, now: Timestamp, said: &str) -> Result<()> {
    let (db, lease) = (app.db(), letter.lease());
    if let Some(next) = next_try(letter, letter.failures + 1, now) {
        tracing::warn!(letter.id = %letter.id, letter.name = letter.name, said, "a letter is tried again later");
        db.give_back(lease, next, said).await?;
    } else {
        tracing::error!(letter.id = %letter.id, letter.name = letter.name, said, "a letter is given up");
        db.give_up(lease, now, said).await?;
    }
    Ok(())
}

/// An address that takes no letters is written to no more, and this one is given up: both or neither, so that no letter is
/// found later of which nobody knows how it ended.
async fn suppress(app: &App, letter: &Letter, error: &Error, said: &str) -> Result<()> {
    let cx = Cx::system(app.clock().now());
    let mut tx = app.db().write().await?;
    let new = NewSuppression {
        email: letter.recipient.clone(),
        reason: SuppressionReason::Bounced,
        said: Some(said.to_owned()),
        at: cx.now,
        letter: Some(letter.id),
        by: None,
    };
    tx.suppressions().insert(&new).await?;
    tx.outbox().give_up(letter.lease(), cx.now, said).await?;
    let entry = app.audit(&Actor::System, &cx, "suppress_address");
    let code = error.code();
    tx.commit(
        entry
            .on("letter", letter.id.uuid())
            .now(serde_json::json!({ "code": code }))
            .done(),
    )
    .await?;
    Ok(())
}

fn message(app: &App, letter: &Letter) -> Option<Message> {
    let content = letters::opened(app, letter.body.as_ref()?)?;
    let event = letter.event.as_deref().and_then(Event::from_code);
    let list = event
        .zip(letter.list_path.as_deref())
        .map(|(event, path)| app.letterhead().list_headers(event, &mail::LinkPath::new(path)));
    Some(Message {
        id: letter.id,
        at: letter.created_at,
        from: app.settings().sender.clone(),
        to: letter.recipient.clone(),
        locale: letter.locale,
        content,
        list,
        attachments: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
