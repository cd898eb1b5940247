//! Whether letters leave at all, and to whom none do.

use kernel::EmailAddress;
use marketplace::ProblemCode;
use storage::{Lifting, MailSwitch, NewSuppression, Page, Suppression, SuppressionReason};

use super::{PER_PAGE, name, problem, reason};
use crate::{Actor, App, Cx, Failure, Refusal, Result, compiled_here};

/// What is typed so that nothing is written to an address any more, or again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SuppressInput {
    /// The address.
    pub email: String,
    /// Why.
    pub reason: String,
}

/// A page of the addresses that are not written to.
#[derive(Debug)]
pub struct Listing {
    /// The addresses of this page, the latest first.
    pub listed: Vec<Listed>,
    /// How many there are.
    pub total: i64,
}

/// An address that is not written to.
#[derive(Debug)]
pub struct Listed {
    /// Which, and why.
    pub suppression: Suppression,
    /// Who decided; empty when the program did.
    pub who: String,
}

/// Holds all letters back that nobody waits for at the screen, or lets them leave again.
#[compiled_here]
pub async fn turn(app: &App, cx: &Cx, actor: &Actor, paused: bool, typed: &str) -> Result<()> {
    let by = actor.operator()?.person();
    let reason = reason(typed)?;
    let mut tx = app.db().write().await?;
    let before = tx.mail_switch().find().await?.is_some_and(|switch| switch.paused);
    if before == paused {
        // Somebody else was faster, or the page was old.
        return Err(Failure::Conflict);
    }
    let switch = MailSwitch {
        paused,
        reason,
        by,
        at: cx.now,
    };
    tx.mail_switch().save(&switch).await?;
    let act = if paused { "hold_letters" } else { "release_letters" };
    tx.commit(app.audit(actor, cx, act).because(&switch.reason).done())
        .await?;
    app.wake();
    Ok(())
}

/// The addresses that are not written to, page by page from 1.
#[compiled_here]
pub async fn suppressions(app: &App, actor: &Actor, page: i64) -> Result<Listing> {
    actor.operator()?;
    let mut tx = app.db().read().await?;
    let page = Page {
        limit: PER_PAGE,
        offset: (page.max(1) - 1) * PER_PAGE,
    };
    let mut listed = Vec::new();
    for suppression in tx.suppressions().list(page).await? {
        let who = name(&mut tx, suppression.suppression.by).await?;
        listed.push(Listed { suppression, who });
    }
    Ok(Listing {
        listed,
        total: tx.suppressions().count().await?,
    })
}

/// Nothing is written to this address any more.
#[compiled_here]
pub async fn suppress(app: &App, cx: &Cx, actor: &Actor, input: &SuppressInput) -> Result<()> {
    let by = actor.operator()?.person();
    let email = address(&input.email)?;
    let reason = reason(&input.reason)?;
    let mut tx = app.db().write().await?;
    let new = NewSuppression {
        email,
        reason: SuppressionReason::Operator,
        said: Some(reason.clone()),
        at: cx.now,
        letter: None,
        by,
    };
    if !tx.suppressions().insert(&new).await? {
        return Err(Refusal::AddressSuppressed.into());
    }
    tx.commit(app.audit(actor, cx, "suppress_address").because(&reason).done())
        .await?;
    Ok(())
}

/// Letters to this address leave again.
#[compiled_here]
pub async fn lift(app: &App, cx: &Cx, actor: &Actor, input: &SuppressInput) -> Result<()> {
    let by = actor.operator()?.person();
    let email = address(&input.email)?;
    let reason = reason(&input.reason)?;
    let lifting = Lifting {
        at: cx.now,
        by,
        reason: reason.clone(),
    };
    let mut tx = app.db().write().await?;
    if !tx.suppressions().lift(&email.key(), &lifting).await? {
        return Err(Failure::NotFound);
    }
    tx.commit(app.audit(actor, cx, "lift_suppression").because(&reason).done())
        .await?;
    Ok(())
}

fn address(typed: &str) -> Result<EmailAddress> {
    EmailAddress::parse(typed).map_err(|_| {
        let code = if typed.trim().is_empty() {
            ProblemCode::Required
        } else {
            ProblemCode::NotEmail
        };
        problem("email", code)
    })
}
