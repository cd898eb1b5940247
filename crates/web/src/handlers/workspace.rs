//! The organisation's home.

use kernel::MembershipId;
use operations::{Failure, Forbidden, accounts, workspace};

use super::{Answer, Fields, id, to};
use crate::visit::Visit;

/// `GET /workspace`. Who acts for nobody is led to where they can do something.
pub(crate) async fn get(visit: Visit) -> Answer {
    match workspace::look(&visit.app, &visit.cx, &visit.actor).await {
        Ok(space) => visit.page(&visit.names().workspace(&space, visit.cx.now)),
        Err(Failure::Forbidden(Forbidden::NotOfficer)) => {
            let operator = visit.actor.operator().is_ok();
            Ok(to(if operator { "/operator" } else { "/join" }))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /workspace/acting`
pub(crate) async fn act_for(visit: Visit, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let membership: MembershipId = id(&fields.get("membership"))?;
    let token = visit.token.as_ref().ok_or(Failure::Forbidden(Forbidden::SignIn))?;
    accounts::act_for(&visit.app, &visit.cx, &visit.actor, token, membership).await?;
    Ok(visit.done("/workspace", "acting"))
}
