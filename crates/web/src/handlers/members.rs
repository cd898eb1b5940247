//! Members and invitations.

use axum::{extract::Path, http::StatusCode};
use kernel::{InvitationId, MembershipId};
use marketplace::{AcceptRefusal, Problem, ProblemCode, Role};
use operations::{
    Failure, Refusal, Token,
    members::{self, InvitationLook, Newcomer, Way},
    operator::Member,
    records::joining,
};
use words::Text;

use super::{Answer, Fields, id, to, workspace::acting};
use crate::{
    Failed,
    pages::{
        AcceptInput, Form, FreshCode, InvitationPage, InvitationRow, InviteInput, JoinInput, JoinPage, MembersPage,
    },
    show::{encode, member_row},
    visit::Visit,
};

/// `GET /workspace/members`
pub(crate) async fn get(visit: Visit) -> Answer {
    visit.page(&page(&visit, Form::new(&blank())).await?)
}

/// `POST /workspace/members`
pub(crate) async fn invite(visit: Visit, fields: Fields) -> Answer {
    visit.actor.admin()?;
    let input = InviteInput {
        by: fields.get("by"),
        email: fields.get("email"),
        role: fields.get("role"),
    };
    let outcome = match read(&input) {
        Ok((way, role)) => members::invite(&visit.app, &visit.cx, &visit.actor, way, role).await,
        Err(problems) => Err(Failure::Invalid(problems)),
    };
    match outcome {
        Ok(invited) => match invited.code {
            Some(code) => {
                // A code is shown this once, so there is no address to be led to.
                let mut page = page(&visit, Form::new(&blank())).await?;
                page.fresh_code = Some(FreshCode {
                    code,
                    link: visit.absolute(&invited.path),
                    expires_at: invited.expires_at,
                });
                visit.page(&page)
            }
            None => Ok(visit.done("/workspace/members", "invited")),
        },
        Err(Failure::Invalid(problems)) => visit.mend(&page(&visit, Form::with_problems(&input, &problems)).await?),
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /workspace/members/invitations/{id}/withdraw`
pub(crate) async fn withdraw(visit: Visit, Path(invitation): Path<String>) -> Answer {
    visit.actor.admin()?;
    let invitation: InvitationId = id(&invitation)?;
    members::withdraw(&visit.app, &visit.cx, &visit.actor, invitation).await?;
    Ok(visit.done("/workspace/members", "invitation_withdrawn"))
}

/// `POST /workspace/members/{id}/end`
pub(crate) async fn end(visit: Visit, Path(membership): Path<String>) -> Answer {
    visit.actor.admin()?;
    let membership: MembershipId = id(&membership)?;
    members::end(&visit.app, &visit.cx, &visit.actor, membership).await?;
    // Whoever has removed themselves is no member any more and is led to where they can do something.
    let own = visit.actor.person().and_then(|person| person.acting.as_ref());
    let gone = own.is_some_and(|acting| acting.membership == membership);
    let path = if gone { "/workspace" } else { "/workspace/members" };
    Ok(visit.done(path, "member_removed"))
}

/// `GET /invitations/{token}`
pub(crate) async fn invitation(visit: Visit, Path(key): Path<String>) -> Answer {
    // A token cannot be guessed, a code that people read to each other could be.
    if Token::parse(&key).is_none() {
        visit.may_look_at_code()?;
    }
    let look = members::look(&visit.app, &key).await?;
    visit.page(&invitation_page(
        &visit,
        &key,
        &look,
        Form::new(&AcceptInput::default()),
    ))
}

/// `POST /invitations/{token}`
pub(crate) async fn accept(visit: Visit, Path(key): Path<String>, fields: Fields) -> Answer {
    let input = AcceptInput {
        person_name: fields.get("person_name"),
        email: fields.get("email"),
        password: fields.get("password"),
    };
    let newcomer = Newcomer {
        person_name: input.person_name.clone(),
        email: input.email.clone(),
        password: input.password.clone(),
    };
    match members::accept(&visit.app, &visit.cx, &visit.actor, &key, &newcomer).await {
        Ok(token) => Ok(visit.with_session(&token, visit.done("/workspace", "joined"))),
        Err(Failure::Invalid(problems)) => {
            let look = members::look(&visit.app, &key).await?;
            visit.mend(&invitation_page(
                &visit,
                &key,
                &look,
                Form::with_problems(&input, &problems),
            ))
        }
        Err(Failure::Refused(Refusal::MemberAlready)) => Ok(visit.done("/workspace", "member_already")),
        Err(Failure::Refused(Refusal::Invitation(_))) => {
            let look = members::look(&visit.app, &key).await?;
            let page = invitation_page(&visit, &key, &look, Form::new(&input));
            visit.page_with(StatusCode::GONE, &page)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /join`
pub(crate) async fn join(visit: Visit) -> Answer {
    visit.page(&join_page(&visit, Form::new(&JoinInput::default())).await?)
}

/// `POST /join`: a code leads to its invitation.
pub(crate) async fn join_by_code(visit: Visit, fields: Fields) -> Answer {
    let input = JoinInput {
        code: fields.get("code").trim().chars().take(60).collect(),
    };
    if input.code.is_empty() {
        let form = Form::with_problems(&input, &[problem("code", ProblemCode::Required)]);
        return visit.mend(&join_page(&visit, form).await?);
    }
    match members::try_code(&visit.app, &visit.cx, &input.code).await {
        Ok(_) => Ok(to(&format!("/invitations/{}", encode(&input.code)))),
        // A code of a record leads to a place in it.
        Err(Failure::NotFound) => match joining::try_code(&visit.app, &visit.cx, &visit.actor, &input.code).await {
            Ok(_) => Ok(to(&format!("/join/{}", encode(&input.code)))),
            Err(Failure::NotFound) => {
                let form = Form::new(&input).wrong("code", Text::new("members.code_unknown"));
                visit.mend(&join_page(&visit, form).await?)
            }
            Err(failure) => Err(failure.into()),
        },
        Err(failure) => Err(failure.into()),
    }
}

/// Who acts for nobody may have a membership all the same, and chooses it here.
async fn join_page(visit: &Visit, form: Form) -> Result<JoinPage, Failed> {
    let acts = visit.actor.organisation().is_some();
    let acting = if acts { None } else { acting(visit).await? };
    Ok(JoinPage { form, acting })
}

fn blank() -> InviteInput {
    InviteInput {
        by: "letter".to_owned(),
        role: Role::Officer.code().to_owned(),
        ..InviteInput::default()
    }
}

fn problem(field: &str, code: ProblemCode) -> Problem {
    Problem {
        field: field.to_owned(),
        code,
    }
}

fn read(input: &InviteInput) -> Result<(Way, Role), Vec<Problem>> {
    let way = match input.by.as_str() {
        "letter" => Some(Way::Letter(input.email.clone())),
        "code" => Some(Way::Code),
        _ => None,
    };
    match (way, Role::from_code(&input.role)) {
        (Some(way), Some(role)) => Ok((way, role)),
        (way, role) => {
            let by = way.is_none().then(|| problem("by", ProblemCode::Required));
            let role = role.is_none().then(|| problem("role", ProblemCode::Required));
            Err(role.into_iter().chain(by).collect())
        }
    }
}

async fn page(visit: &Visit, form: Form) -> Result<MembersPage, Failed> {
    let list = members::list(&visit.app, &visit.cx, &visit.actor).await?;
    let admin = visit.actor.admin().is_ok();
    let is_admin = |member: &&Member| member.membership.role == Role::Admin;
    let admins = list.members.iter().filter(is_admin).count();
    let you = visit.actor.person().map(|person| person.id);
    let shown = list.invitations.into_iter().filter(|_| admin);
    let invitations = shown.map(|(invitation, invited_by)| InvitationRow {
        path: format!("/workspace/members/invitations/{}", invitation.id),
        role: invitation.role.code(),
        invited_by,
        expires_at: invitation.expires_at,
        expired: invitation.usable(visit.cx.now).is_err(),
        email: invitation.email.map(|email| email.to_string()),
    });
    Ok(MembersPage {
        admin,
        members: list
            .members
            .iter()
            .map(|member| {
                let mut row = member_row(member, admin, you);
                // The last admin stays; the operation says so as well.
                let stays = member.membership.role == Role::Admin && admins < 2;
                row.end = (admin && !stays).then(|| format!("/workspace/members/{}/end", member.membership.id));
                row
            })
            .collect(),
        invitations: invitations.collect(),
        form,
        fresh_code: None,
    })
}

fn invitation_page(visit: &Visit, key: &str, look: &InvitationLook, form: Form) -> InvitationPage {
    let state = match look.invitation.usable(visit.cx.now) {
        Ok(()) => "open",
        Err(AcceptRefusal::Accepted) => "accepted",
        Err(AcceptRefusal::Withdrawn) => "withdrawn",
        Err(AcceptRefusal::Expired) => "expired",
    };
    InvitationPage {
        path: format!("/invitations/{}", encode(key)),
        organisation: look.organisation.clone(),
        role: look.invitation.role.code(),
        invited_by: look.invited_by.clone(),
        expires_at: look.invitation.expires_at,
        state,
        signed_in_as: visit.actor.person().map(|person| person.name.clone()),
        form,
    }
}
