//! On demonstration data a visitor becomes somebody in one press.

use marketplace::OrganisationSide;
use operations::demo::{self, Role};

use super::{Answer, Fields};
use crate::{
    Failed,
    pages::{Choice, DemoPage},
    visit::Visit,
};

/// `GET /demo`
pub(crate) async fn get(visit: Visit) -> Answer {
    let roles = demo::roles(&visit.app, &visit.cx).await?;
    let choices = |side| {
        let of_side = roles.iter().filter(|role| role.side == Some(side));
        let choice = |role: &Role| Some(Choice::new(&role.code, role.organisation.as_ref()?));
        of_side.filter_map(choice).collect()
    };
    visit.page(&DemoPage {
        colleges: choices(OrganisationSide::College),
        enterprises: choices(OrganisationSide::Enterprise),
    })
}

/// `POST /demo/become`
pub(crate) async fn become_role(visit: Visit, fields: Fields) -> Answer {
    let chosen = fields.get("organisation");
    let code = if chosen.is_empty() {
        let side = match fields.get("role").as_str() {
            "college" => Some(OrganisationSide::College),
            "enterprise" => Some(OrganisationSide::Enterprise),
            "operator" => None,
            _ => return Err(Failed::not_found()),
        };
        let roles = demo::roles(&visit.app, &visit.cx).await?;
        let first = roles.into_iter().find(|role| role.side == side);
        first.map(|role| role.code).ok_or_else(Failed::not_found)?
    } else {
        chosen
    };
    let token = demo::become_role(&visit.app, &visit.cx, &code).await?;
    Ok(visit.with_session(&token, visit.done("/workspace", "became")))
}
