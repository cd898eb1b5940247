//! Links in letters: sign in, set a new password, confirm the address. Looking at a link changes nothing, because mail
//! scanners press links; using it is an act of its own.

use kernel::{EmailAddress, LinkId, Timestamp};
use mail::{ConfirmEmail, LinkPath, ResetPassword, SignInLink};
use marketplace::Problem;
pub use storage::LinkPurpose;
use storage::{Account, Lifting, Link, Suppression, Tx, Write};

use super::{password, session};
use crate::{Actor, App, Cx, Failure, Refusal, Result, Token, compiled_here, letters, preferences};

/// For how long a link is good, in minutes.
const fn minutes(purpose: LinkPurpose) -> i64 {
    match purpose {
        LinkPurpose::SignIn => 30,
        LinkPurpose::Reset => 60,
        LinkPurpose::ConfirmEmail => 7 * 24 * 60,
    }
}

/// What a link is, before anybody uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkLook {
    /// What it does when it is used.
    pub purpose: LinkPurpose,
    /// Whose it is.
    pub email: EmailAddress,
    /// Why it can no longer be used.
    pub dead: Option<Refusal>,
}

/// Sends a link to the address, if it has an account. The answer is the same either way: how many minutes it is good.
#[compiled_here]
pub async fn ask_for_link(app: &App, cx: &Cx, email: &str, purpose: LinkPurpose) -> Result<i64> {
    let email = EmailAddress::parse(email).map_err(|_| {
        let code = if email.trim().is_empty() {
            marketplace::ProblemCode::Required
        } else {
            marketplace::ProblemCode::NotEmail
        };
        Failure::Invalid(vec![Problem {
            field: "email".to_owned(),
            code,
        }])
    })?;
    super::limit(app, cx, "link.client", &cx.client, 20, 60).await?;
    super::limit(app, cx, "link.address", &email.key(), 5, 60).await?;
    let mut tx = app.db().write().await?;
    if let Some(account) = tx.accounts().find_by_email_key(&email.key()).await? {
        send(app, cx, &mut tx, &account, purpose).await?;
        let entry = app
            .audit(&Actor::Stranger, cx, "ask_for_link")
            .on("account", account.id.uuid());
        tx.commit(entry.done()).await?;
        app.wake();
    }
    Ok(minutes(purpose))
}

/// Sends whoever is signed in the letter that confirms their address once more. Answers where it went and for how many
/// minutes its link is good; `None` when the address is confirmed.
#[compiled_here]
pub async fn ask_to_confirm(app: &App, cx: &Cx, actor: &Actor) -> Result<Option<(EmailAddress, i64)>> {
    let account = actor.signed_in()?.person().account;
    let account = app.db().read().await?.accounts().find(account).await?;
    let account = account.ok_or(Failure::NotFound)?;
    if account.email_confirmed_at.is_some() {
        return Ok(None);
    }
    let minutes = ask_for_link(app, cx, account.email.as_str(), LinkPurpose::ConfirmEmail).await?;
    Ok(Some((account.email, minutes)))
}

/// What the link is; `None` when there never was such a link.
#[compiled_here]
pub async fn look_at_link(app: &App, cx: &Cx, token: &Token) -> Result<Option<LinkLook>> {
    let mut tx = app.db().read().await?;
    let Some(link) = tx.links().find_by_token(&token.hash()).await? else {
        return Ok(None);
    };
    let Some(account) = tx.accounts().find(link.account).await? else {
        return Ok(None);
    };
    Ok(Some(LinkLook {
        purpose: link.purpose,
        email: account.email,
        dead: dead(&link, cx.now),
    }))
}

fn dead(link: &Link, now: Timestamp) -> Option<Refusal> {
    match (link.used_at, link.usable(now)) {
        (Some(_), _) => Some(Refusal::LinkUsed),
        (None, false) => Some(Refusal::LinkExpired),
        (None, true) => None,
    }
}

/// Uses the link: signs in, and for a reset takes the new password and ends every other session.
#[compiled_here]
pub async fn use_link(app: &App, cx: &Cx, token: &Token, new_password: &str) -> Result<Token> {
    super::limit(app, cx, "use_link", &cx.client, 60, 10).await?;
    let look = look_at_link(app, cx, token).await?.ok_or(Failure::NotFound)?;
    if let Some(refusal) = look.dead {
        return Err(refusal.into());
    }
    let hash = if look.purpose == LinkPurpose::Reset {
        if let Some(code) = password::problem(new_password, look.email.as_str(), "") {
            return Err(Failure::Invalid(vec![Problem {
                field: "password".to_owned(),
                code,
            }]));
        }
        Some(password::hash(new_password).await?)
    } else {
        None
    };
    let mut tx = app.db().write().await?;
    let link = tx
        .links()
        .find_by_token(&token.hash())
        .await?
        .ok_or(Failure::NotFound)?;
    if !tx.links().use_up(link.id, cx.now).await? {
        return Err(dead(&link, cx.now).unwrap_or(Refusal::LinkUsed).into());
    }
    let account = tx.accounts().find(link.account).await?.ok_or(Failure::NotFound)?;
    // Whoever holds a letter to an address has shown that the address is theirs.
    tx.accounts().confirm_email(account.id, cx.now).await?;
    if link.purpose == LinkPurpose::ConfirmEmail {
        lift_suppression(cx, &mut tx, &account).await?;
    }
    if let Some(hash) = &hash {
        tx.accounts().set_password(account.id, Some(hash)).await?;
        tx.sessions().delete_of_account(account.id, None).await?;
        tx.links().spend_all(account.id, LinkPurpose::Reset, cx.now).await?;
    }
    let membership = session::first_membership(&mut tx, cx, account.person).await?;
    let token = session::open_session(app, cx, &mut tx, account.id, membership.as_ref().map(|m| m.id)).await?;
    let act = match link.purpose {
        LinkPurpose::SignIn => "sign_in_by_link",
        LinkPurpose::Reset => "reset_password",
        LinkPurpose::ConfirmEmail => "confirm_email",
    };
    let entry = app
        .audit(&Actor::Stranger, cx, act)
        .by(account.person, membership.map(|membership| membership.organisation))
        .on("account", account.id.uuid());
    tx.commit(entry.done()).await?;
    Ok(token)
}

/// Whoever was sent a letter and used its link has shown that the address takes letters, and wants them.
async fn lift_suppression(cx: &Cx, tx: &mut Tx<Write>, account: &Account) -> Result<()> {
    let key = account.email.key();
    let stands = tx.suppressions().find(&key).await?.filter(Suppression::is_active);
    if stands.is_some_and(|found| preferences::may_confirm(found.suppression.reason)) {
        let lifting = Lifting {
            at: cx.now,
            by: Some(account.person),
            reason: "its reader confirmed the address".to_owned(),
        };
        tx.suppressions().lift(&key, &lifting).await?;
    }
    Ok(())
}

/// Sends a fresh link for the same purpose to the same address: a used or expired one is no dead end.
#[compiled_here]
pub async fn send_link_again(app: &App, cx: &Cx, token: &Token) -> Result<(LinkLook, i64)> {
    let look = look_at_link(app, cx, token).await?.ok_or(Failure::NotFound)?;
    let minutes = ask_for_link(app, cx, look.email.as_str(), look.purpose).await?;
    Ok((look, minutes))
}

/// The letter that asks a new account to confirm its address, inside the caller's transaction.
pub(crate) async fn send_confirmation(app: &App, cx: &Cx, tx: &mut Tx<Write>, account: &Account) -> Result<()> {
    send(app, cx, tx, account, LinkPurpose::ConfirmEmail).await.map(drop)
}

/// Takes the address of somebody invented as confirmed.
pub(crate) async fn confirm_invented(app: &App, cx: &Cx, actor: &Actor) -> Result<()> {
    let account = actor.signed_in()?.person().account;
    let mut tx = app.db().write().await?;
    tx.accounts().confirm_email(account, cx.now).await?;
    let entry = app.audit(actor, cx, "confirm_email").on("account", account.uuid());
    tx.commit(entry.done()).await?;
    Ok(())
}

/// A link that sets a password, for somebody who hands it over in another way than by letter.
pub(crate) async fn reset_link(app: &App, cx: &Cx, tx: &mut Tx<Write>, account: &Account) -> Result<LinkPath> {
    new_link(app, cx, tx, account, LinkPurpose::Reset)
        .await
        .map(|(path, _)| path)
}

async fn new_link(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    account: &Account,
    purpose: LinkPurpose,
) -> Result<(LinkPath, Timestamp)> {
    let token = Token::new(app.chance());
    let link = Link {
        id: app.id(cx.now, LinkId::new),
        account: account.id,
        purpose,
        created_at: cx.now,
        expires_at: cx.now.plus_minutes(minutes(purpose)),
        used_at: None,
    };
    tx.links().insert(&link, &token.hash()).await?;
    Ok((LinkPath::new(&format!("/links/{}", token.expose())), link.expires_at))
}

async fn send(app: &App, cx: &Cx, tx: &mut Tx<Write>, account: &Account, purpose: LinkPurpose) -> Result<()> {
    let (path, expires_at) = new_link(app, cx, tx, account, purpose).await?;
    let to = &account.email;
    match purpose {
        LinkPurpose::SignIn => letters::post(app, cx, tx, to, &SignInLink { path, expires_at }).await,
        LinkPurpose::Reset => letters::post(app, cx, tx, to, &ResetPassword { path, expires_at }).await,
        LinkPurpose::ConfirmEmail => letters::post(app, cx, tx, to, &ConfirmEmail { path, expires_at }).await,
    }
}
