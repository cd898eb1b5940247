//! Why somebody got a letter, or did not.

use kernel::{EmailAddress, Timestamp};
use mail::{Cadence, Event};
use marketplace::ProblemCode;
use storage::{
    Account, Digest, DigestItem, DigestOutcome, Letter, MailHabit, Page, QueueStatus, Reads, Schedule, Suppression,
};

use super::problem;
use crate::{Actor, App, Cx, Result, compiled_here, letters};

/// How many letters and digests of an address are looked at.
const LOOKED_AT: i64 = 30;

/// Everything that decides whether letters reach an address.
#[derive(Debug)]
pub struct Dossier {
    /// The address.
    pub email: EmailAddress,
    /// Whose it is: when the account was made, and when the address was confirmed.
    pub account: Option<Account>,
    /// Whether it is, or was, not written to.
    pub suppression: Option<Suppression>,
    /// What holds letters back or makes none, the weightiest first; empty when nothing does.
    pub why: Vec<Why>,
    /// How often the account hears of each event.
    pub told: Vec<Told>,
    /// Day and hour of its digests, when it chose them.
    pub habit: Option<MailHabit>,
    /// When its next digests are made.
    pub schedules: Vec<Schedule>,
    /// Its digests, the latest first, with what they told.
    pub digests: Vec<(Digest, Vec<DigestItem>)>,
    /// The letters to the address, the latest first.
    pub letters: Vec<Letter>,
}

/// How often an account hears of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Of what.
    pub event: Event,
    /// How often.
    pub cadence: Cadence,
    /// Since when, when it was chosen.
    pub chosen_at: Option<Timestamp>,
    /// How many things it has that can bring news: organisations, searches, followed ones. None for events that happen.
    pub sources: Option<usize>,
}

/// What holds letters to an address back, or lets none be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nothing is written to the address.
    Suppressed,
    /// An operator holds all letters back.
    HeldBack,
    /// Nobody has an account with this address: it gets what it is invited to and nothing else.
    NoAccount,
    /// Nobody confirmed the address: no digest goes there.
    NotConfirmed,
    /// Of this event the account wants no letters.
    Never(Event),
    /// New matches are told, and the account acts for no verified organisation, or for one without posts.
    NoSource(Event),
    /// The last digest found nothing new.
    NothingNew(Timestamp),
    /// Letters wait to be tried again.
    Waiting,
    /// The last letter was given up, in the words of its server.
    GivenUp(Timestamp),
}

/// Looks up an address. An operator types the whole of it.
#[compiled_here]
pub async fn look(app: &App, cx: &Cx, actor: &Actor, typed: &str) -> Result<Dossier> {
    actor.operator()?;
    let email = EmailAddress::parse(typed).map_err(|_| problem("email", ProblemCode::NotEmail))?;
    let key = email.key();
    let mut tx = app.db().read().await?;
    let account = tx.accounts().find_by_email_key(&key).await?;
    let suppression = tx.suppressions().find(&key).await?;
    let held_back = tx.mail_switch().find().await?.is_some_and(|switch| switch.paused);
    let letters = tx.outbox().of_address(&key, Page::first(LOOKED_AT)).await?;
    let mut dossier = Dossier {
        email,
        account,
        suppression,
        why: Vec::new(),
        told: Vec::new(),
        habit: None,
        schedules: Vec::new(),
        digests: Vec::new(),
        letters,
    };
    if let Some(account) = &dossier.account {
        dossier.told = told(cx, &mut tx, account).await?;
        dossier.habit = tx.mail_preferences().habit(account.id).await?;
        dossier.schedules = tx.digest_schedules().of_account(account.id).await?;
        for digest in tx.digests().of_account(account.id, Page::first(LOOKED_AT)).await? {
            let items = tx.digests().items(digest.id).await?;
            dossier.digests.push((digest, items));
        }
    }
    dossier.why = why(&dossier, held_back);
    Ok(dossier)
}

async fn told(cx: &Cx, tx: &mut Reads, account: &Account) -> Result<Vec<Told>> {
    let chosen = tx.mail_preferences().of_account(account.id).await?;
    let mut all = Vec::new();
    for event in Event::ALL.iter().copied() {
        let sources = match event {
            Event::Matches => {
                let own = tx
                    .digest_sources()
                    .organisations_of(&[account.person], cx.today())
                    .await?;
                Some(own.values().map(Vec::len).sum())
            }
            Event::Searches => Some(tx.saved_searches().of_account(account.id).await?.len()),
            Event::Followed => Some(tx.follows().of_account(account.id).await?.len()),
            _ => None,
        };
        let own = chosen.iter().find(|own| own.event == event.code());
        all.push(Told {
            event,
            cadence: letters::cadence(tx, account.id, event).await?,
            chosen_at: own.map(|own| own.changed_at),
            sources,
        });
    }
    Ok(all)
}

/// What the facts say, the weightiest first.
fn why(dossier: &Dossier, held_back: bool) -> Vec<Why> {
    let mut why = Vec::new();
    if dossier.suppression.as_ref().is_some_and(Suppression::is_active) {
        why.push(Why::Suppressed);
    }
    if held_back {
        why.push(Why::HeldBack);
    }
    match &dossier.account {
        None => why.push(Why::NoAccount),
        Some(account) if account.email_confirmed_at.is_none() => why.push(Why::NotConfirmed),
        Some(_) => {}
    }
    for told in &dossier.told {
        if told.cadence == Cadence::Never {
            why.push(Why::Never(told.event));
        } else if told.sources == Some(0) {
            why.push(Why::NoSource(told.event));
        }
    }
    if let Some((digest, _)) = dossier.digests.first()
        && digest.outcome == DigestOutcome::Nothing
    {
        why.push(Why::NothingNew(digest.made_at));
    }
    match dossier.letters.first() {
        Some(letter) if letter.status == QueueStatus::Ready && letter.failures > 0 => why.push(Why::Waiting),
        Some(letter) if letter.suppressed.is_none() => why.extend(letter.failed_at.map(Why::GivenUp)),
        _ => {}
    }
    why
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, DigestId, PersonId, SeededChance};
    use storage::{NewSuppression, SuppressionReason};

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn nobody() -> Dossier {
        Dossier {
            email: EmailAddress::parse("zhao@example.cn").unwrap(),
            account: None,
            suppression: None,
            why: Vec::new(),
            told: Vec::new(),
            habit: None,
            schedules: Vec::new(),
            digests: Vec::new(),
            letters: Vec::new(),
        }
    }

    fn somebody(confirmed: bool) -> Dossier {
        let chance = SeededChance::new(1);
        let account = Account {
            id: AccountId::new(at(1), &chance),
            person: PersonId::new(at(1), &chance),
            email: nobody().email,
            password_hash: None,
            email_confirmed_at: confirmed.then_some(at(2)),
            created_at: at(1),
        };
        Dossier {
            account: Some(account),
            ..nobody()
        }
    }

    #[test]
    fn what_holds_letters_back_is_said_before_what_makes_none() {
        assert_eq!(why(&nobody(), true), [Why::HeldBack, Why::NoAccount]);
        assert_eq!(why(&somebody(true), false), []);
        let told = |event, cadence, sources| Told {
            event,
            cadence,
            chosen_at: None,
            sources,
        };
        let dossier = Dossier {
            suppression: Some(Suppression {
                suppression: NewSuppression {
                    email: nobody().email,
                    reason: SuppressionReason::Bounced,
                    said: None,
                    at: at(3),
                    letter: None,
                    by: None,
                },
                lifted: None,
            }),
            told: vec![
                told(Event::Week, Cadence::Never, None),
                told(Event::Matches, Cadence::Weekly, Some(0)),
                told(Event::Searches, Cadence::Daily, Some(2)),
            ],
            ..somebody(false)
        };
        let expected = [
            Why::Suppressed,
            Why::NotConfirmed,
            Why::Never(Event::Week),
            Why::NoSource(Event::Matches),
        ];
        assert_eq!(why(&dossier, false), expected);
    }

    #[test]
    fn only_the_last_digest_counts() {
        let chance = SeededChance::new(1);
        let digest = |outcome, made| Digest {
            id: DigestId::new(at(1), &chance),
            account: AccountId::new(at(1), &chance),
            cadence: "weekly".to_owned(),
            period: "W".to_owned(),
            made_at: at(made),
            from: at(1),
            until: at(made),
            outcome,
            letter: None,
            entries: 0,
            counted: 0,
            counted_at_least: false,
        };
        let with = |outcomes: [DigestOutcome; 2]| Dossier {
            digests: outcomes.map(|outcome| (digest(outcome, 9), Vec::new())).to_vec(),
            ..somebody(true)
        };
        let nothing_last = with([DigestOutcome::Nothing, DigestOutcome::Sent]);
        assert_eq!(why(&nothing_last, false), [Why::NothingNew(at(9))]);
        assert_eq!(why(&with([DigestOutcome::Sent, DigestOutcome::Nothing]), false), []);
    }
}
