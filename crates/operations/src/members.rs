//! Who acts for an organisation, and how somebody becomes a member: by a letter, or by a code handed over.

use kernel::{EmailAddress, InvitationId, MembershipId, OrganisationId, PersonId, Timestamp};
use mail::LinkPath;
use marketplace::{Invitation, InvitationState, Membership, Problem, ProblemCode, Role};
use serde_json::json;
use storage::{AccountInsert, Member, MembershipInsert, Reads, Tx, Versioned};

use crate::{
    Actor, App, Cx, Failure, Refusal, Result, Token,
    accounts::{self, NewPerson},
    compiled_here, digests, letters,
    token::{spoken_code, spoken_code_hash},
};

/// The members of the organisation acted for, and its open invitations.
#[derive(Debug)]
pub struct Members {
    /// Who acts for it today.
    pub members: Vec<Member>,
    /// Who was invited and has not answered, with the inviter's name.
    pub invitations: Vec<(Invitation, String)>,
}

/// An invitation that was just made.
#[derive(Debug)]
pub struct Invited {
    /// The code to hand over, shown this once; `None` when a letter went out.
    pub code: Option<String>,
    /// The address of its page.
    pub path: String,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// An invitation as its page shows it.
#[derive(Debug)]
pub struct InvitationLook {
    /// The invitation.
    pub invitation: Invitation,
    /// The organisation's name.
    pub organisation: String,
    /// The inviter's name.
    pub invited_by: String,
}

/// How somebody is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// By a letter to this address, as typed.
    Letter(String),
    /// By a code to hand over.
    Code,
}

/// Who accepts an invitation.
#[derive(Debug, Clone, Default)]
pub struct Newcomer {
    /// Name.
    pub person_name: String,
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// The members page of the organisation acted for.
#[compiled_here]
pub async fn list(app: &App, cx: &Cx, actor: &Actor) -> Result<Members> {
    let officer = actor.officer()?;
    let mut tx = app.db().read().await?;
    let members = tx
        .memberships()
        .of_organisation(officer.organisation(), Some(cx.today()))
        .await?;
    let mut invitations = Vec::new();
    for invitation in tx.invitations().of_organisation(officer.organisation()).await? {
        if invitation.state == InvitationState::Open {
            let name = person_name(&mut tx, invitation.invited_by).await?;
            invitations.push((invitation, name));
        }
    }
    Ok(Members { members, invitations })
}

async fn person_name(tx: &mut Reads, person: PersonId) -> Result<String> {
    Ok(tx
        .accounts()
        .find_person(person)
        .await?
        .map(|person| person.name)
        .unwrap_or_default())
}

/// Invites somebody to act for the organisation.
#[compiled_here]
pub async fn invite(app: &App, cx: &Cx, actor: &Actor, way: Way, role: Role) -> Result<Invited> {
    let admin = actor.admin()?;
    accounts::limit(app, cx, "invite", &admin.organisation().to_string(), 50, 24 * 60).await?;
    let email = match &way {
        Way::Code => None,
        Way::Letter(typed) => Some(EmailAddress::parse(typed).map_err(|_| {
            let code = if typed.trim().is_empty() {
                ProblemCode::Required
            } else {
                ProblemCode::NotEmail
            };
            Failure::Invalid(vec![Problem {
                field: "email".to_owned(),
                code,
            }])
        })?),
    };
    let invitation = Invitation {
        id: app.id(cx.now, InvitationId::new),
        organisation: admin.organisation(),
        role,
        email,
        invited_by: admin.person(),
        created_at: cx.now,
        expires_at: cx.now.plus_days(Invitation::DAYS),
        state: InvitationState::Open,
    };
    let mut tx = app.db().write().await?;
    let organisation = tx
        .organisations()
        .find(admin.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    let (code, path) = if let Some(email) = &invitation.email {
        let token = Token::new(app.chance());
        let path = format!("/invitations/{}", token.expose());
        tx.invitations().insert(&invitation, Some(&token.hash()), None).await?;
        let letter = mail::Invitation {
            organisation: organisation.get().profile.name.clone(),
            inviter: person_name(&mut tx, admin.person()).await?,
            role: role.code().to_owned(),
            path: LinkPath::new(&path),
            expires_at: invitation.expires_at,
        };
        letters::post(app, cx, &mut tx, email, &letter).await?;
        (None, path)
    } else {
        let code = spoken_code(app.chance());
        tx.invitations()
            .insert(&invitation, None, Some(&spoken_code_hash(&code)))
            .await?;
        let path = format!("/invitations/{code}");
        (Some(code), path)
    };
    let entry = app
        .audit(actor, cx, "invite")
        .on("invitation", invitation.id.uuid())
        .now(json!({ "role": role.code() }));
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(Invited {
        code,
        path,
        expires_at: invitation.expires_at,
    })
}

/// Takes an invitation of the organisation back.
#[compiled_here]
pub async fn withdraw(app: &App, cx: &Cx, actor: &Actor, id: InvitationId) -> Result<()> {
    let admin = actor.admin()?;
    let mut tx = app.db().write().await?;
    let invitation = tx.invitations().find(id).await?.ok_or(Failure::NotFound)?;
    if invitation.get().organisation != admin.organisation() {
        return Err(Failure::NotFound);
    }
    let invitation = invitation.decide(|invitation| invitation.withdraw(cx.now))?;
    tx.invitations().save(&invitation).await?;
    tx.commit(
        app.audit(actor, cx, "withdraw_invitation")
            .on("invitation", id.uuid())
            .done(),
    )
    .await?;
    Ok(())
}

/// Ends a membership of the organisation at once; sessions that act by it act for nobody from then on.
#[compiled_here]
pub async fn end(app: &App, cx: &Cx, actor: &Actor, id: MembershipId) -> Result<()> {
    let admin = actor.admin()?;
    let mut tx = app.db().write().await?;
    // Two admins who remove each other at the same moment would otherwise leave none.
    tx.memberships().hold(admin.organisation()).await?;
    let membership = tx.memberships().find(id).await?;
    let membership = membership
        .filter(|membership| membership.organisation == admin.organisation())
        .ok_or(Failure::NotFound)?;
    let members: Vec<Membership> = tx
        .memberships()
        .of_organisation(admin.organisation(), Some(cx.today()))
        .await?
        .into_iter()
        .map(|member| member.membership)
        .collect();
    let ended = membership.end(&members, cx.today())?;
    if let Some(until) = ended.until {
        tx.memberships().end(id, until).await?;
        digests::follow_choices_of(cx, &mut tx, ended.person).await?;
    }
    let entry = app
        .audit(actor, cx, "end_membership")
        .on("membership", id.uuid())
        .now(json!({ "person": ended.person, "role": ended.role.code() }));
    tx.commit(entry.done()).await?;
    Ok(())
}

async fn find(tx: &mut Reads, key: &str) -> Result<Option<Versioned<Invitation>>> {
    Ok(match Token::parse(key) {
        Some(token) => tx.invitations().find_by_token(&token.hash()).await?,
        None => tx.invitations().find_by_code(&spoken_code_hash(key)).await?,
    })
}

/// The invitation of a code somebody has typed. Guessing codes is slow: each try counts.
#[compiled_here]
pub async fn try_code(app: &App, cx: &Cx, code: &str) -> Result<InvitationLook> {
    accounts::limit(app, cx, "invitation_code", &cx.client, 30, 10).await?;
    look(app, code).await
}

/// The invitation behind a link or a code. Looking writes nothing; who lets strangers look at codes counts their looks.
#[compiled_here]
pub async fn look(app: &App, key: &str) -> Result<InvitationLook> {
    let mut tx = app.db().read().await?;
    let invitation = find(&mut tx, key).await?.ok_or(Failure::NotFound)?.into_inner();
    let organisation = tx
        .organisations()
        .find(invitation.organisation)
        .await?
        .ok_or(Failure::NotFound)?;
    let invited_by = person_name(&mut tx, invitation.invited_by).await?;
    Ok(InvitationLook {
        invitation,
        organisation: organisation.into_inner().profile.name,
        invited_by,
    })
}

/// Accepts an invitation: for whoever is signed in, else for a newcomer who gets an account. Answers with the token of
/// a session that acts for the organisation.
#[compiled_here]
pub async fn accept(app: &App, cx: &Cx, actor: &Actor, key: &str, newcomer: &Newcomer) -> Result<Token> {
    accounts::limit(app, cx, "accept_invitation", &cx.client, 30, 10).await?;
    let new = if actor.person().is_none() {
        let person = accounts::read_person(&newcomer.person_name, &newcomer.email, "", &newcomer.password)?;
        Some((person, accounts::stored_password(app, &newcomer.password).await?))
    } else {
        None
    };
    let mut tx = app.db().write().await?;
    let invitation = find(&mut tx, key).await?.ok_or(Failure::NotFound)?;
    invitation.get().usable(cx.now)?;
    let (person, account) = match (actor.person(), new) {
        (Some(person), _) => (person.id, person.account),
        (None, Some((new, hash))) => insert_newcomer(app, cx, &mut tx, &new, hash, invitation.get()).await?,
        (None, None) => return Err(Failure::NotFound),
    };
    let membership = Membership {
        id: app.id(cx.now, MembershipId::new),
        person,
        organisation: invitation.get().organisation,
        role: invitation.get().role,
        from: cx.today(),
        until: None,
    };
    if tx.memberships().insert(&membership).await? == MembershipInsert::MemberAlready {
        return Err(Refusal::MemberAlready.into());
    }
    digests::follow_choices_of(cx, &mut tx, person).await?;
    let id = invitation.get().id;
    let invitation = invitation.decide(|invitation| invitation.accept(person, cx.now))?;
    tx.invitations().save(&invitation).await?;
    let token = accounts::open_session(app, cx, &mut tx, account, Some(membership.id)).await?;
    let entry = app
        .audit(actor, cx, "accept_invitation")
        .by(person, Some(membership.organisation))
        .on("invitation", id.uuid())
        .now(json!({ "role": membership.role.code() }));
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(token)
}

async fn insert_newcomer(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<storage::Write>,
    new: &NewPerson,
    hash: Option<String>,
    invitation: &Invitation,
) -> Result<(PersonId, kernel::AccountId)> {
    let (person, mut account) = accounts::new_account(app, cx, new, hash);
    // The letter reached this address: it is theirs.
    let reached = invitation
        .email
        .as_ref()
        .is_some_and(|invited| invited.key() == account.email.key());
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

/// How many people act for an organisation on the day of `cx`.
pub(crate) async fn count(tx: &mut Reads, cx: &Cx, organisation: OrganisationId) -> Result<i64> {
    let members = tx.memberships().of_organisation(organisation, Some(cx.today())).await?;
    Ok(i64::try_from(members.len()).unwrap_or(i64::MAX))
}
