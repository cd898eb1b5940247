//! What people choose to be written to about, how often, and at which hour; and the way out at the foot of every letter.
//!
//! A choice takes effect in its own transaction: what waited for a digest waits for the one that is wanted now, what was on
//! its way of a kind that is ended stays here, and the schedules of digests follow.

use std::collections::HashMap;

use kernel::{AccountId, EmailAddress, Timestamp};
pub use mail::{Cadence, Event, Habit};
use marketplace::{Problem, ProblemCode};
use serde_json::json;
pub use storage::SuppressionReason;
use storage::{Account, MailHabit, Reads, Tx, Write};

pub use crate::letter_key::Scope;
use crate::{
    Actor, App, Cx, Failure, Refusal, Result,
    access::LetterReader,
    accounts::{self, LinkPurpose},
    compiled_here, digests, letter_key, letters,
};

/// By what somebody may choose.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// By being signed in.
    Session(&'a Actor),
    /// By the key in a link of a letter.
    Letter(&'a str),
}

/// What an account chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// Where its letters go.
    pub email: EmailAddress,
    /// Whether the address is known to be theirs: before that, only its letters lead to a choice.
    pub confirmed: bool,
    /// Every event that there are letters about.
    pub choices: Vec<Choice>,
    /// Day and hour of the digests.
    pub habit: Habit,
    /// The page that ends all of them; none for who may not choose.
    pub end_all: Option<String>,
    /// When the next digest is made, of those that have a day and an hour.
    pub next: Option<Timestamp>,
    /// Why nothing is written to the address, if so.
    pub suppressed: Option<Suppressed>,
}

/// How often an account hears of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Of what.
    pub event: Event,
    /// How often.
    pub cadence: Cadence,
}

/// Why nothing is written to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// Why.
    pub reason: SuppressionReason,
    /// In the words of its server, or of whoever decided.
    pub said: Option<String>,
    /// Since when.
    pub at: Timestamp,
    /// Whether confirming the address once more ends it: not against a wish, and not against a decision.
    pub may_confirm: bool,
}

/// What was chosen on the form: codes as they came. What is not named stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Event and cadence.
    pub cadences: Vec<(String, String)>,
    /// 1 is Monday.
    pub weekday: String,
    /// 0 to 23.
    pub hour: String,
}

/// What a link that ends letters is about, before or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Where the letters go.
    pub email: EmailAddress,
    /// Which letters.
    pub scope: Scope,
    /// What there would be no more letters about, or what there are none about any more, each with how often there were; also
    /// what nothing is told about yet, since who wants no letters wants none of a coming kind either.
    pub ended: Vec<Choice>,
    /// The page where everything is chosen, for the same reader.
    pub preferences: String,
}

impl By<'_> {
    fn reader(self, app: &App) -> Result<LetterReader> {
        match self {
            Self::Session(actor) => actor.letter_reader(),
            Self::Letter(key) => LetterReader::by_key(app, key),
        }
    }

    /// As whom the audit log knows them. A link shows that somebody reads the letters, not who.
    fn actor(self) -> Actor {
        match self {
            Self::Session(actor) => actor.clone(),
            Self::Letter(_) => Actor::Stranger,
        }
    }
}

/// What an account chose.
#[compiled_here]
pub async fn look<'a>(app: &'a App, by: By<'a>) -> Result<Preferences> {
    let reader = by.reader(app)?.of_all()?;
    let mut tx = app.db().read().await?;
    let account = account(&mut tx, &reader).await?;
    let suppressed = tx.suppressions().find(&account.email.key()).await?;
    let suppressed = suppressed.filter(storage::Suppression::is_active).map(|found| {
        let reason = found.suppression.reason;
        Suppressed {
            reason,
            said: found.suppression.said,
            at: found.suppression.at,
            may_confirm: may_confirm(reason),
        }
    });
    let schedules = tx.digest_schedules().of_account(account.id).await?;
    let timed = schedules.iter().filter(|schedule| {
        let cadence = Cadence::from_code(&schedule.cadence);
        matches!(cadence, Some(Cadence::Daily | Cadence::Weekly))
    });
    let end_all = may_choose(&reader, &account).is_ok().then(|| {
        let path = foot(app, account.id, Some(Scope::All)).unsubscribe;
        path.map(|path| path.as_str().to_owned())
    });
    Ok(Preferences {
        end_all: end_all.flatten(),
        confirmed: account.email_confirmed_at.is_some(),
        email: account.email,
        choices: {
            let all = choices(&mut tx, account.id).await?.into_iter();
            all.filter(|choice| choice.event.is_told()).collect()
        },
        habit: digests::habit(&mut tx, account.id).await?,
        next: timed.map(|schedule| schedule.next_at).min(),
        suppressed,
    })
}

/// Chooses how often and when.
#[compiled_here]
pub async fn change<'a>(app: &'a App, cx: &Cx, by: By<'a>, wanted: &Wanted) -> Result<()> {
    let reader = by.reader(app)?.of_all()?;
    let (chosen, habit) = read(wanted)?;
    limit(app, cx, &reader).await?;
    let mut tx = app.db().write().await?;
    let account = account(&mut tx, &reader).await?;
    may_choose(&reader, &account)?;
    let now = choices(&mut tx, account.id).await?;
    let changed: Vec<Change> = now
        .iter()
        .filter_map(|was| {
            let to = chosen.iter().find(|to| to.event == was.event)?.cadence;
            (to != was.cadence).then_some(Change { was: *was, to })
        })
        .collect();
    let old_habit = digests::habit(&mut tx, account.id).await?;
    let habit = habit.filter(|habit| *habit != old_habit);
    if changed.is_empty() && habit.is_none() {
        return Ok(());
    }
    if let Some(habit) = habit {
        let habit = MailHabit {
            weekday: habit.weekday(),
            hour: habit.hour(),
        };
        tx.mail_preferences().set_habit(account.id, habit).await?;
    }
    apply(cx, &mut tx, &account, &changed).await?;
    let (mut old, mut new) = (
        told(changed.iter().map(|change| change.was)),
        told(changed.iter().map(Change::now)),
    );
    if let Some(habit) = habit {
        old.insert("hour".to_owned(), json!([old_habit.weekday(), old_habit.hour()]));
        new.insert("hour".to_owned(), json!([habit.weekday(), habit.hour()]));
    }
    let entry = app
        .audit(&by.actor(), cx, "choose_letters")
        .on("account", account.id.uuid())
        .change(old.into(), new.into());
    tx.commit(entry.done()).await?;
    Ok(())
}

/// What the link ends, or has ended: with nothing left to end, `ended` is empty.
#[compiled_here]
pub async fn look_at_ending(app: &App, key: &str) -> Result<Ending> {
    let reader = LetterReader::by_key(app, key)?;
    let mut tx = app.db().read().await?;
    let account = account(&mut tx, &reader).await?;
    let ended = endable(&choices(&mut tx, account.id).await?, reader.scope());
    Ok(ending(app, account, reader.scope(), ended))
}

/// Ends the letters that the link is about. What concerns the account still stands on its pages.
#[compiled_here]
pub async fn end(app: &App, cx: &Cx, key: &str) -> Result<Ending> {
    let by = By::Letter(key);
    let reader = by.reader(app)?;
    limit(app, cx, &reader).await?;
    let mut tx = app.db().write().await?;
    let account = account(&mut tx, &reader).await?;
    let ended = endable(&choices(&mut tx, account.id).await?, reader.scope());
    if !ended.is_empty() {
        let never = |was: &Choice| Change {
            was: *was,
            to: Cadence::Never,
        };
        let changes: Vec<Change> = ended.iter().map(never).collect();
        apply(cx, &mut tx, &account, &changes).await?;
        if !matches!(reader.scope(), Scope::Event(_)) {
            // A digest on its way goes with what it is made of; another cadence's goes on.
            let digest = <mail::Digest as mail::Letter>::EVENT.code();
            let own = foot(app, account.id, Some(reader.scope())).unsubscribe;
            let path = own.filter(|_| reader.scope() != Scope::All);
            let path = path.as_ref().map(mail::LinkPath::as_str);
            tx.outbox().withhold(&account.email.key(), digest, path, cx.now).await?;
        }
        let entry = app
            .audit(&by.actor(), cx, "end_letters")
            .on("account", account.id.uuid())
            .change(
                told(ended.iter().copied()).into(),
                told(changes.iter().map(Change::now)).into(),
            );
        tx.commit(entry.done()).await?;
    }
    Ok(ending(app, account, reader.scope(), ended))
}

/// Takes an ending back: what the link had ended comes as it came before. `before` is what [`end`] answered, by codes; what the
/// link is not about is left alone. Says what there are letters about again.
#[compiled_here]
pub async fn take_back(app: &App, cx: &Cx, key: &str, before: &[(String, String)]) -> Result<Ending> {
    let by = By::Letter(key);
    let reader = by.reader(app)?;
    limit(app, cx, &reader).await?;
    let mut tx = app.db().write().await?;
    let account = account(&mut tx, &reader).await?;
    let changes: Vec<Change> = choices(&mut tx, account.id)
        .await?
        .into_iter()
        .filter(|was| was.cadence == Cadence::Never)
        .filter_map(|was| {
            let (_, cadence) = before.iter().find(|(event, _)| *event == was.event.code())?;
            let to = Cadence::from_code(cadence).filter(|to| was.event.may(*to) && *to != Cadence::Never)?;
            let as_it_was = Choice {
                event: was.event,
                cadence: to,
            };
            covers(reader.scope(), as_it_was).then_some(Change { was, to })
        })
        .collect();
    let again: Vec<Choice> = changes.iter().map(Change::now).collect();
    if !changes.is_empty() {
        apply(cx, &mut tx, &account, &changes).await?;
        for change in &changes {
            digests::resume(cx, &mut tx, account.id, change.to).await?;
        }
        let entry = app
            .audit(&by.actor(), cx, "resume_letters")
            .on("account", account.id.uuid())
            .change(
                told(changes.iter().map(|change| change.was)).into(),
                told(again.iter().copied()).into(),
            );
        tx.commit(entry.done()).await?;
    }
    Ok(ending(app, account, reader.scope(), again))
}

/// Sends whoever is signed in the letter that confirms their address: because nobody has, or because nothing is written to it
/// and the letter, once its link was used, shows that it works. Answers where it went and for how many minutes its link is
/// good; `None` when there is nothing to confirm.
#[compiled_here]
pub async fn confirm_again(app: &App, cx: &Cx, actor: &Actor) -> Result<Option<(EmailAddress, i64)>> {
    let stands = look(app, By::Session(actor)).await?;
    let liftable = stands.suppressed.is_some_and(|suppressed| suppressed.may_confirm);
    if stands.confirmed && !liftable {
        return Ok(None);
    }
    let minutes = accounts::ask_for_link(app, cx, stands.email.as_str(), LinkPurpose::ConfirmEmail).await?;
    Ok(Some((stands.email, minutes)))
}

/// Whether an address that is not written to for this reason is again once its reader has confirmed it.
pub(crate) const fn may_confirm(reason: SuppressionReason) -> bool {
    matches!(reason, SuppressionReason::Bounced | SuppressionReason::Complained)
}

/// The foot of a letter to an account, and the path that ends letters like it.
pub(crate) fn foot(app: &App, account: AccountId, scope: Option<Scope>) -> mail::Foot {
    let path = |page: &str, scope| {
        let key = letter_key::key(app.keys(), account, scope);
        mail::LinkPath::new(&format!("/mail/{page}/{key}"))
    };
    mail::Foot {
        preferences: Some(path("preferences", Scope::All)),
        unsubscribe: scope.map(|scope| path("unsubscribe", scope)),
    }
}

/// A choice that becomes another.
struct Change {
    was: Choice,
    to: Cadence,
}

impl Change {
    fn now(&self) -> Choice {
        Choice {
            event: self.was.event,
            cadence: self.to,
        }
    }
}

/// A link is pressed a few times by whoever reads it, and by machines for ever: each change is written down.
async fn limit(app: &App, cx: &Cx, reader: &LetterReader) -> Result<()> {
    accounts::limit(app, cx, "letters.account", &reader.account().to_string(), 60, 60).await
}

async fn account(tx: &mut Reads, reader: &LetterReader) -> Result<Account> {
    tx.accounts().find(reader.account()).await?.ok_or(Failure::NotFound)
}

/// Who signed up with an address that is not known to be theirs does not choose for whoever reads there.
fn may_choose(reader: &LetterReader, account: &Account) -> Result<()> {
    if reader.is_by_letter() || account.email_confirmed_at.is_some() {
        Ok(())
    } else {
        Err(Refusal::AddressNotConfirmed.into())
    }
}

async fn choices(tx: &mut Reads, account: AccountId) -> Result<Vec<Choice>> {
    let chosen = tx.mail_preferences().of_account(account).await?;
    let choice = |event: &Event| Choice {
        event: *event,
        cadence: letters::chosen(&chosen, *event),
    };
    Ok(Event::ALL.iter().map(choice).collect())
}

/// Whether letters that come so are what a link is about.
fn covers(scope: Scope, choice: Choice) -> bool {
    let Choice { event, cadence } = choice;
    !event.is_required()
        && match scope {
            Scope::All => true,
            Scope::Event(own) => own == event,
            // What is told at once has letters of its own, unless a digest finds it.
            Scope::Digest(own) => own == cadence && (event.is_source() || cadence != Cadence::AtOnce),
        }
}

fn endable(choices: &[Choice], scope: Scope) -> Vec<Choice> {
    let live = choices
        .iter()
        .copied()
        .filter(|choice| choice.cadence != Cadence::Never);
    live.filter(|choice| covers(scope, *choice)).collect()
}

fn ending(app: &App, account: Account, scope: Scope, ended: Vec<Choice>) -> Ending {
    let preferences = foot(app, account.id, None).preferences;
    Ending {
        email: account.email,
        scope,
        ended,
        preferences: preferences.map(|path| path.as_str().to_owned()).unwrap_or_default(),
    }
}

/// Reads the form; everything that is wrong comes at once.
fn read(wanted: &Wanted) -> Result<(Vec<Choice>, Option<Habit>)> {
    let (mut chosen, mut problems) = (Vec::new(), Vec::new());
    let mut wrong = |field: &str| {
        problems.push(Problem {
            field: field.to_owned(),
            code: ProblemCode::NotAChoice,
        });
    };
    for (event, cadence) in &wanted.cadences {
        let read = Event::from_code(event).zip(Cadence::from_code(cadence));
        match read.filter(|(event, cadence)| event.may(*cadence)) {
            Some((event, cadence)) => chosen.push(Choice { event, cadence }),
            None => wrong(event),
        }
    }
    let hour = wanted.hour.parse().ok().filter(|hour| *hour < 24);
    let weekday = wanted.weekday.parse().ok().filter(|day| (1..=7).contains(day));
    let habit = if wanted.hour.is_empty() && wanted.weekday.is_empty() {
        None
    } else {
        if hour.is_none() {
            wrong("hour");
        }
        if weekday.is_none() {
            wrong("weekday");
        }
        weekday.zip(hour).and_then(|(weekday, hour)| Habit::new(weekday, hour))
    };
    if problems.is_empty() {
        Ok((chosen, habit))
    } else {
        Err(problems.into())
    }
}

/// Chooses how often an account hears of one event, within an act of more. Where nobody has shown yet that the address is
/// theirs, nothing is chosen.
pub(crate) async fn choose(cx: &Cx, tx: &mut Tx<Write>, id: AccountId, event: Event, to: Cadence) -> Result<()> {
    let account = tx.accounts().find(id).await?.ok_or(Failure::NotFound)?;
    let was = choices(tx, id).await?.into_iter().find(|was| was.event == event);
    let change = was.filter(|was| was.cadence != to && event.may(to) && account.email_confirmed_at.is_some());
    match change {
        Some(was) => apply(cx, tx, &account, &[Change { was, to }]).await,
        None => Ok(()),
    }
}

/// Writes the choices, and everything that follows from them.
async fn apply(cx: &Cx, tx: &mut Tx<Write>, account: &Account, changes: &[Change]) -> Result<()> {
    let marks: HashMap<String, Timestamp> = tx
        .digest_schedules()
        .of_account(account.id)
        .await?
        .into_iter()
        .map(|schedule| (schedule.cadence, schedule.mark_at))
        .collect();
    for Change { was, to } in changes {
        let event = was.event.code();
        tx.mail_preferences().set(account.id, event, to.code(), cx.now).await?;
        let digest = matches!(to, Cadence::Daily | Cadence::Weekly).then(|| to.code());
        tx.notices().wait_for(account.id, event, digest).await?;
        if *to == Cadence::Never && !was.event.is_source() {
            tx.outbox().withhold(&account.email.key(), event, None, cx.now).await?;
        }
    }
    digests::follow_choices(cx, tx, account.id).await?;
    for Change { was, to } in changes {
        // What was found since the last digest of the old cadence is told in the next one of the new cadence.
        if let Some(mark) = marks.get(was.cadence.code()).filter(|_| was.event.is_source()) {
            let schedules = &mut tx.digest_schedules();
            schedules.reach_back(account.id, to.code(), *mark).await?;
        }
    }
    Ok(())
}

/// Choices as the audit log keeps them.
fn told(choices: impl Iterator<Item = Choice>) -> serde_json::Map<String, serde_json::Value> {
    choices
        .map(|choice| (choice.event.code().to_owned(), choice.cadence.code().into()))
        .collect()
}

#[cfg(test)]
mod tests;
