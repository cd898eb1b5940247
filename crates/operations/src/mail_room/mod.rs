//! The operator's mail room: what waits, what failed and why, who is written to and who is not, and what letters look like.

mod address;
mod previews;
mod switch;

use kernel::{LetterId, PersonId, Timestamp};
use marketplace::{Problem, ProblemCode};
pub use storage::{
    Digest, DigestItem, DigestOutcome, DomainFigures, Letter, MailSwitch, QueueStatus, Schedule, Suppression,
    SuppressionReason,
};
use storage::{Page, Reads};

pub use self::{
    address::{Dossier, Told, Why, look},
    previews::{Preview, preview, previews},
    switch::{Listed, Listing, SuppressInput, lift, suppress, suppressions, turn},
};
pub use mail::Event;

use crate::{Actor, App, Cx, Failure, Refusal, Result, compiled_here, digests, letters};

/// How many rows a page of the mail room has.
pub const PER_PAGE: i64 = 50;

/// How many domains are listed, the busiest first.
const DOMAINS: usize = 30;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

kernel::codes! {
    /// How urgent letters are.
    Urgency {
        /// Somebody waits for them at the screen.
        Awaited = "awaited",
        /// They report a fact.
        Usual = "usual",
        /// They gather what is new.
        Digest = "digest",
    }
}

/// What waits of an urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How urgent.
    pub kind: Urgency,
    /// How many letters wait or are being sent.
    pub letters: i64,
    /// When the oldest of them was written.
    pub oldest: Timestamp,
}

impl Urgency {
    const fn of(priority: i64) -> Self {
        if priority >= letters::AWAITED {
            Self::Awaited
        } else if priority > digests::PRIORITY {
            Self::Usual
        } else {
            Self::Digest
        }
    }
}

/// What goes on in the mail room.
#[derive(Debug)]
pub struct Overview {
    /// Whether letters leave, and who turned the switch; nothing when it never was.
    pub switch: Option<(MailSwitch, String)>,
    /// How many letters have each status.
    pub counts: Vec<(QueueStatus, i64)>,
    /// What waits of each urgency, the most urgent first.
    pub waiting: Vec<Waiting>,
    /// What goes to each domain, the busiest first, with what left and failed in the last day.
    pub domains: Vec<DomainFigures>,
    /// How many domains there are.
    pub every_domain: usize,
    /// What was given up or came back in the last day, the latest first, with the words of the servers.
    pub failures: Vec<Letter>,
    /// How many digests are due and not made yet.
    pub digests_due: i64,
    /// How many addresses are not written to.
    pub suppressed: i64,
}

impl Overview {
    /// When the letter that waits longest was written.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|waiting| waiting.oldest).min()
    }
}

/// Figures of the queue, and what failed in the last day.
#[compiled_here]
pub async fn overview(app: &App, cx: &Cx, actor: &Actor) -> Result<Overview> {
    actor.operator()?;
    let yesterday = cx.now.plus_days(-1);
    let mut tx = app.db().read().await?;
    let switch = match tx.mail_switch().find().await? {
        Some(switch) => {
            let who = name(&mut tx, switch.by).await?;
            Some((switch, who))
        }
        None => None,
    };
    let mut domains = tx.outbox().by_domain(yesterday).await?;
    let every_domain = domains.len();
    domains.sort_by_key(|domain| std::cmp::Reverse((domain.waiting, domain.failed, domain.sent)));
    domains.truncate(DOMAINS);
    let mut failures = tx.outbox().failures(Page::first(PER_PAGE)).await?;
    failures.retain(|letter| letter.failed_at.is_some_and(|at| at >= yesterday));
    Ok(Overview {
        switch,
        counts: tx.outbox().count().await?,
        waiting: tx
            .outbox()
            .waiting_by_priority()
            .await?
            .into_iter()
            .map(|found| Waiting {
                kind: Urgency::of(found.priority),
                letters: found.waiting,
                oldest: found.oldest,
            })
            .collect(),
        domains,
        every_domain,
        failures,
        digests_due: tx.digest_schedules().count_due(cx.now).await?,
        suppressed: tx.suppressions().count().await?,
    })
}

/// A letter, and whether it can be sent again.
#[compiled_here]
pub async fn letter(app: &App, actor: &Actor, id: LetterId) -> Result<(Letter, bool)> {
    actor.operator()?;
    let mut tx = app.db().read().await?;
    let letter = tx.outbox().find(id).await?.ok_or(Failure::NotFound)?;
    let may_resend = letter.status == QueueStatus::Dead;
    Ok((letter, may_resend))
}

/// Sends a letter that was given up once more, as a new one. Not to an address that is not written to, and not when its words
/// are wiped by now.
#[compiled_here]
pub async fn resend(app: &App, cx: &Cx, actor: &Actor, id: LetterId, reason: &str) -> Result<LetterId> {
    actor.operator()?;
    let reason = self::reason(reason)?;
    let mut tx = app.db().write().await?;
    let letter = tx.outbox().find(id).await?.ok_or(Failure::NotFound)?;
    let suppressed = tx.suppressions().find(&letter.recipient.key()).await?;
    if suppressed.is_some_and(|suppressed| suppressed.is_active()) {
        return Err(Refusal::AddressSuppressed.into());
    }
    let new = app.id(cx.now, LetterId::new);
    if !tx.outbox().resend(id, new, cx.now).await? {
        return Err(Refusal::LetterGone.into());
    }
    let entry = app.audit(actor, cx, "resend_letter").on("letter", id.uuid());
    let entry = entry.now(serde_json::json!({ "letter": new.to_string() }));
    tx.commit(entry.because(&reason).done()).await?;
    app.wake();
    Ok(new)
}

/// A reason in somebody's words, which every act here asks for.
fn reason(typed: &str) -> Result<String> {
    let reason = typed.trim();
    let code = if reason.is_empty() {
        ProblemCode::Required
    } else if reason.chars().count() > LONGEST_REASON {
        ProblemCode::TooLong { max: LONGEST_REASON }
    } else {
        return Ok(reason.to_owned());
    };
    Err(problem("reason", code))
}

fn problem(field: &str, code: ProblemCode) -> Failure {
    let field = field.to_owned();
    Failure::Invalid(vec![Problem { field, code }])
}

/// The name of whoever did something; empty when it was done at the command line or by the program.
async fn name(tx: &mut Reads, person: Option<PersonId>) -> Result<String> {
    let Some(person) = person else {
        return Ok(String::new());
    };
    let found = tx.accounts().find_person(person).await?;
    Ok(found.map(|person| person.name).unwrap_or_default())
}
