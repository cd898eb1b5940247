//! Server-side sessions: only the hash of a token is stored, and a session says for whom its person acts.

use kernel::{AccountId, EmailAddress, Locale, MembershipId, SessionId};
use marketplace::{AssignmentRole, Membership};
use storage::{Reads, Session, Tx, Write};

use super::password;
use crate::{Acting, Actor, App, Cx, Failure, Forbidden, Person, Refusal, Result, Token, compiled_here};

/// How long a session lasts without use, in days.
pub const SESSION_DAYS: i64 = 14;

/// A session in use is written down at most this often.
const TOUCH_SECONDS: i64 = 3_600;

/// Opens a session inside the caller's transaction.
pub(crate) async fn open_session(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    account: AccountId,
    membership: Option<MembershipId>,
) -> Result<Token> {
    let token = Token::new(app.chance());
    let session = Session {
        id: app.id(cx.now, SessionId::new),
        account,
        membership,
        created_at: cx.now,
        touched_at: cx.now,
        expires_at: cx.now.plus_days(SESSION_DAYS),
    };
    tx.sessions().insert(&session, &token.hash()).await?;
    // Letters go out in the language that somebody comes with.
    tx.accounts().set_language(account, cx.locale).await?;
    Ok(token)
}

/// Who is behind a session's token. A session whose time is over, or a membership that has ended, is nobody's.
#[compiled_here]
pub async fn actor(app: &App, cx: &Cx, token: &Token) -> Result<Actor> {
    let mut tx = app.db().read().await?;
    let Some(session) = tx.sessions().find_by_token(&token.hash(), cx.now).await? else {
        return Ok(Actor::Stranger);
    };
    let Some(account) = tx.accounts().find(session.account).await? else {
        return Ok(Actor::Stranger);
    };
    let Some(person) = tx.accounts().find_person(account.person).await? else {
        return Ok(Actor::Stranger);
    };
    let today = cx.today();
    let acting = match session.membership {
        None => None,
        Some(id) => match tx.memberships().find(id).await? {
            Some(membership) if membership.active_on(today) => tx
                .organisations()
                .find(membership.organisation)
                .await?
                .map(|organisation| Acting {
                    membership: membership.id,
                    organisation: membership.organisation,
                    organisation_name: organisation.get().profile.name.clone(),
                    side: organisation.get().side(),
                    role: membership.role,
                }),
            _ => None,
        },
    };
    let assignments = tx.assignments().of_person(person.id, Some(today)).await?;
    let operator = assignments
        .iter()
        .any(|assignment| assignment.role == AssignmentRole::Operator);
    let unread = tx.notices().count_unread(account.id).await?;
    drop(tx);
    if cx.now.seconds() - session.touched_at.seconds() > TOUCH_SECONDS {
        app.db()
            .touch_session(session.id, cx.now, cx.now.plus_days(SESSION_DAYS))
            .await?;
    }
    Ok(Actor::Person(Box::new(Person {
        id: person.id,
        account: account.id,
        name: person.name,
        acting,
        operator,
        unread,
    })))
}

/// Signs in with address and password. What was wrong of the two is not said.
#[compiled_here]
pub async fn sign_in(app: &App, cx: &Cx, email: &str, password: &str) -> Result<Token> {
    super::limit(app, cx, "sign_in.client", &cx.client, 30, 10).await?;
    let key = EmailAddress::parse(email).map(|email| email.key()).unwrap_or_default();
    super::limit(app, cx, "sign_in.address", &key, 10, 10).await?;
    let account = app.db().read().await?.accounts().find_by_email_key(&key).await?;
    let stored = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let right = password::verify(password, stored).await?;
    let account = account.filter(|_| right).ok_or(Refusal::WrongPassword)?;
    let mut tx = app.db().write().await?;
    let membership = first_membership(&mut tx, cx, account.person).await?;
    let token = open_session(app, cx, &mut tx, account.id, membership.as_ref().map(|m| m.id)).await?;
    let entry = app
        .audit(&Actor::Stranger, cx, "sign_in")
        .by(account.person, membership.map(|membership| membership.organisation))
        .on("account", account.id.uuid());
    tx.commit(entry.done()).await?;
    Ok(token)
}

/// The membership a person acts by when nothing else was chosen: the oldest.
pub(crate) async fn first_membership(tx: &mut Reads, cx: &Cx, person: kernel::PersonId) -> Result<Option<Membership>> {
    let mut all = tx.memberships().of_person(person, Some(cx.today())).await?;
    all.sort_by_key(|membership| membership.id);
    Ok(all.into_iter().next())
}

/// Notes in which language whoever is signed in would read letters. Of strangers nothing is noted.
#[compiled_here]
pub async fn choose_language(app: &App, cx: &Cx, actor: &Actor, language: Locale) -> Result<()> {
    let Some(person) = actor.person() else { return Ok(()) };
    let mut tx = app.db().write().await?;
    tx.accounts().set_language(person.account, language).await?;
    let entry = app.audit(actor, cx, "choose_language");
    tx.commit(entry.on("account", person.account.uuid()).done()).await?;
    Ok(())
}

/// Ends the session of this token.
#[compiled_here]
pub async fn sign_out(app: &App, cx: &Cx, actor: &Actor, token: &Token) -> Result<()> {
    let mut tx = app.db().write().await?;
    let Some(session) = tx.sessions().find_by_token(&token.hash(), cx.now).await? else {
        return Ok(());
    };
    tx.sessions().delete(session.id).await?;
    tx.commit(
        app.audit(actor, cx, "sign_out")
            .on("account", session.account.uuid())
            .done(),
    )
    .await?;
    Ok(())
}

/// The memberships that a person may act by, with the name of each organisation.
#[compiled_here]
pub async fn memberships(app: &App, cx: &Cx, actor: &Actor) -> Result<Vec<(Membership, String)>> {
    let person = actor.signed_in()?.person().id;
    let mut tx = app.db().read().await?;
    let mut all = Vec::new();
    for membership in tx.memberships().of_person(person, Some(cx.today())).await? {
        if let Some(organisation) = tx.organisations().find(membership.organisation).await? {
            all.push((membership, organisation.into_inner().profile.name));
        }
    }
    Ok(all)
}

/// From now on, this session acts by that membership of its person; of an operator, without one, for the platform.
#[compiled_here]
pub async fn act_for(app: &App, cx: &Cx, actor: &Actor, token: &Token, membership: Option<MembershipId>) -> Result<()> {
    let person = actor.signed_in()?.person().id;
    if membership.is_none() {
        actor.operator()?;
    }
    let mut tx = app.db().write().await?;
    let session = tx
        .sessions()
        .find_by_token(&token.hash(), cx.now)
        .await?
        .ok_or(Forbidden::SignIn)?;
    let mut entry = app.audit(actor, cx, "act_for");
    if let Some(membership) = membership {
        let chosen = tx.memberships().find(membership).await?;
        let chosen = chosen
            .filter(|m| m.person == person && m.active_on(cx.today()))
            .ok_or(Failure::NotFound)?;
        entry = entry.on("organisation", chosen.organisation.uuid());
    }
    tx.sessions().set_membership(session.id, membership).await?;
    tx.commit(entry.done()).await?;
    Ok(())
}
