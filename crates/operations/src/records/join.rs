//! Taking a place in a record: by the link of a letter or a code. Looking changes nothing; mail scanners open every link.
//! Apprentice and guardian say who they are, so that a forwarded link gives nothing.

use agreement::training::IdNumber;
use kernel::{AccountId, PersonId};
use marketplace::{Problem, ProblemCode, organisation::name_key};
use serde_json::json;
use storage::{AccountInsert, Reads, RecordInvitation, RecordRole, Tx, Write};

use super::{
    DeadInvitation, JoinInput, JoinLook, Joined, RecordRefusal,
    people::place,
    work::{Held, Loaded, Work, hold, load},
};
use crate::{
    Actor, App, Cx, Failure, Result, Token, accounts, agreements::organisation_name, compiled_here,
    token::spoken_code_hash,
};

async fn find(tx: &mut Reads, key: &str) -> Result<RecordInvitation> {
    let found = match Token::parse(key) {
        Some(token) => tx.record_invitations().find_by_token(&token.hash()).await?,
        None => tx.record_invitations().find_by_code(&spoken_code_hash(key)).await?,
    };
    found.ok_or(Failure::NotFound)
}

fn dead(cx: &Cx, invitation: &RecordInvitation) -> Option<DeadInvitation> {
    if invitation.taken_at.is_some() {
        Some(DeadInvitation::Taken)
    } else if invitation.withdrawn_at.is_some() {
        Some(DeadInvitation::Withdrawn)
    } else {
        (!invitation.is_open(cx.now)).then_some(DeadInvitation::Expired)
    }
}

/// The family name alone: whoever holds a forwarded link learns no more.
fn family_name(name: &str) -> String {
    let first = name.trim().chars().next();
    first.map(|first| format!("{first}**")).unwrap_or_default()
}

/// The invitation behind a code that somebody has typed. Guessing codes is slow: each try counts.
#[compiled_here]
pub async fn try_code(app: &App, cx: &Cx, actor: &Actor, code: &str) -> Result<JoinLook> {
    accounts::limit(app, cx, "join_code", &cx.client, 30, 10).await?;
    look(app, cx, actor, code).await
}

/// What there is to take. Writes nothing.
#[compiled_here]
pub async fn look(app: &App, cx: &Cx, actor: &Actor, key: &str) -> Result<JoinLook> {
    let mut tx = app.db().read().await?;
    let invitation = find(&mut tx, key).await?;
    let loaded = load(app, cx, &mut tx, invitation.agreement).await?;
    let invitee = invitation.invitee(loaded.key())?;
    let plain = *loaded.stored.plain();
    let college = match plain.college {
        Some(college) => Some(organisation_name(&mut tx, college).await?),
        None => None,
    };
    let has_login = match &invitee.email {
        Some(email) => tx.accounts().find_by_email_key(&email.key()).await?.is_some(),
        None => false,
    };
    let own = invitation.role.is_own();
    let apprentice = loaded.body.apprentice.name.as_deref().unwrap_or_default();
    Ok(JoinLook {
        role: invitation.role,
        name: if own { String::new() } else { invitee.name },
        enterprise: organisation_name(&mut tx, plain.enterprise).await?,
        college,
        apprentice: if own { String::new() } else { family_name(apprentice) },
        expires_at: invitation.expires_at,
        dead: dead(cx, &invitation),
        asks_for_identity: own,
        signed_in: actor.person().map(|person| person.name.clone()),
        email: invitee.email.map(|email| email.as_str().to_owned()),
        has_login,
    })
}

/// Whether four characters are the last of a number.
fn ends_alike(typed: &str, number: &str) -> bool {
    let plain = |text: &str| -> Vec<char> {
        let kept = text.chars().filter(|c| !c.is_whitespace());
        kept.map(|c| c.to_ascii_uppercase()).collect()
    };
    let (typed, number) = (plain(typed), plain(number));
    typed.len() == 4 && number.ends_with(&typed)
}

/// Whether what was typed is what the agreement says of them.
fn is_the_person(loaded: &Loaded, role: RecordRole, input: &JoinInput) -> bool {
    let body = &loaded.body;
    let (name, number) = match role {
        RecordRole::Apprentice => (&body.apprentice.name, &body.apprentice.id_no),
        RecordRole::Guardian => (&body.guardian.name, &body.guardian.id_no),
        _ => return true,
    };
    let name = name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let is_named = name.is_some_and(|name| name_key(&input.name) == name_key(name));
    let number = number.as_ref().map(IdNumber::expose);
    is_named && number.is_some_and(|number| ends_alike(&input.id_last_four, number))
}

/// Takes a place: for whoever is signed in, else for a newcomer who gets a login.
#[compiled_here]
pub async fn take(app: &App, cx: &Cx, actor: &Actor, key: &str, input: &JoinInput) -> Result<Joined> {
    accounts::limit(app, cx, "join", &cx.client, 60, 10).await?;
    let mut tx = app.db().read().await?;
    let invitation = find(&mut tx, key).await?;
    drop(tx);
    // The end of a number is not found out by guessing.
    accounts::limit(app, cx, "join_place", &invitation.id.to_string(), 12, 60).await?;
    accounts::limit(app, cx, "join_tries", &invitation.id.to_string(), 20, 30 * 24 * 60).await?;
    let new = if actor.person().is_none() {
        let new = accounts::read_person(&input.name, &input.email, "", &input.password).map_err(renamed)?;
        Some((new, accounts::stored_password(app, &input.password).await?))
    } else {
        None
    };
    let mut tx = app.db().write().await?;
    let invitation = find(&mut tx, key).await?;
    if let Some(dead) = dead(cx, &invitation) {
        return Err(RecordRefusal::Invitation(dead).into());
    }
    let loaded = hold(app, cx, &mut tx, invitation.agreement).await?;
    if !is_the_person(&loaded, invitation.role, input) {
        return Err(RecordRefusal::NotThePerson.into());
    }
    let invitee = invitation.invitee(loaded.key())?;
    let (person, account, session) = match (actor.person(), new) {
        (Some(person), _) => (person.id, person.account, None),
        (None, Some((new, hash))) => {
            let (person, account) = newcomer(app, cx, &mut tx, &new, hash, invitee.email.as_ref()).await?;
            (person, account, Some(()))
        }
        (None, None) => return Err(Failure::NotFound),
    };
    let session = match session {
        Some(()) => Some(accounts::open_session(app, cx, &mut tx, account, None).await?),
        None => None,
    };
    if !tx.record_invitations().take(invitation.id, person, cx.now).await? {
        return Err(RecordRefusal::Invitation(DeadInvitation::Taken).into());
    }
    let (record, role) = (invitation.agreement, invitation.role);
    let mut work = Work::with(app, cx, actor, Held::Own(tx), loaded);
    let from = invitation.from.unwrap_or_else(|| cx.today());
    place(&mut work, person, (role, from, invitation.until)).await?;
    let more = json!({ "role": role.code(), "person": person });
    work.commit_as("join_record", more, |entry| entry.by(person, None), actor)
        .await?;
    Ok(Joined { session, record, role })
}

/// The form calls the name by another name.
fn renamed(mut problems: Vec<Problem>) -> Vec<Problem> {
    for problem in problems.iter_mut().filter(|problem| problem.field == "person_name") {
        "name".clone_into(&mut problem.field);
    }
    problems
}

async fn newcomer(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    new: &accounts::NewPerson,
    hash: Option<String>,
    invited: Option<&kernel::EmailAddress>,
) -> Result<(PersonId, AccountId)> {
    let (person, mut account) = accounts::new_account(app, cx, new, hash);
    // The letter reached this address: it is theirs.
    let reached = invited.is_some_and(|invited| invited.key() == account.email.key());
    account.email_confirmed_at = reached.then_some(cx.now);
    if tx.accounts().insert(&person, &account).await? == AccountInsert::EmailTaken {
        return Err(Failure::Invalid(vec![Problem {
            field: "email".to_owned(),
            code: ProblemCode::EmailTaken,
        }]));
    }
    if !reached {
        accounts::send_confirmation(app, cx, tx, &account).await?;
    }
    Ok((person.id, account.id))
}
