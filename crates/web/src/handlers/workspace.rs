//! The organisation's home, and for whom somebody acts.

use kernel::MembershipId;
use operations::{
    Failure, Forbidden,
    accounts::{self, LinkPurpose},
    workspace,
};

use super::{Answer, Fields, id, sign_in::sent, to};
use crate::{
    Failed,
    pages::{ActingChoice, Choice},
    visit::Visit,
};

/// `GET /workspace`. Who acts for nobody is led to where they can do something.
pub(crate) async fn get(visit: Visit) -> Answer {
    match workspace::look(&visit.app, &visit.cx, &visit.actor).await {
        Ok(space) => {
            let mut page = visit.names().workspace(&space, visit.cx.now);
            page.acting = acting(&visit).await?;
            visit.page(&page)
        }
        Err(Failure::Forbidden(Forbidden::NotOfficer)) => {
            let operator = visit.actor.operator().is_ok();
            Ok(to(if operator { "/operator" } else { "/my" }))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /workspace/acting`: by a membership; without one, an operator acts for the platform.
pub(crate) async fn act_for(visit: Visit, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let chosen = fields.get("membership");
    let membership: Option<MembershipId> = if chosen.is_empty() { None } else { Some(id(&chosen)?) };
    let token = visit.token.as_ref().ok_or(Failure::Forbidden(Forbidden::SignIn))?;
    accounts::act_for(&visit.app, &visit.cx, &visit.actor, token, membership).await?;
    Ok(visit.done("/workspace", "acting"))
}

/// `POST /workspace/confirm-email`: the letter that confirms the address, once more.
pub(crate) async fn confirm_email(visit: Visit) -> Answer {
    match accounts::ask_to_confirm(&visit.app, &visit.cx, &visit.actor).await? {
        Some((email, minutes)) => sent(&visit, LinkPurpose::ConfirmEmail, email.as_str(), minutes),
        None => Ok(visit.done("/workspace", "email_confirmed")),
    }
}

/// For whom the viewer may act, when there is a choice.
pub(super) async fn acting(visit: &Visit) -> Result<Option<ActingChoice>, Failed> {
    let Some(person) = visit.actor.person() else {
        return Ok(None);
    };
    let memberships = accounts::memberships(&visit.app, &visit.cx, &visit.actor).await?;
    let now = person.acting.as_ref().map(|acting| acting.membership);
    let other = memberships.iter().any(|(membership, _)| Some(membership.id) != now);
    if !other && (memberships.is_empty() || !person.operator) {
        return Ok(None);
    }
    Ok(Some(ActingChoice {
        choices: memberships
            .iter()
            .map(|(membership, name)| Choice::new(membership.id.to_string(), name))
            .collect(),
        chosen: now.map(|membership| membership.to_string()).unwrap_or_default(),
        operator: person.operator,
    }))
}
