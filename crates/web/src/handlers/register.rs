//! Rows of the programme register: their page, inviting their college, and a college's claims.

use axum::extract::Path;
use kernel::RegisterRowId;
use operations::{Failure, Refusal, register};

use super::{Answer, Fields, id};
use crate::{
    pages::{Link, RegisterInvitationPage},
    show::register_path,
    visit::Visit,
};

/// `GET /register/{id}`
pub(crate) async fn get(visit: Visit, Path(row): Path<String>) -> Answer {
    let look = register::look(&visit.app, &visit.actor, id(&row)?).await?;
    let stranger = visit.actor.person().is_none();
    visit.page(&visit.names().register_page(&look, stranger))
}

/// `POST /register/{id}/invite`
pub(crate) async fn invite(visit: Visit, Path(row): Path<String>) -> Answer {
    let row = register::invite(&visit.app, &visit.cx, &visit.actor, id(&row)?).await?;
    let path = register_path(&row);
    let acting = visit.actor.person().and_then(|person| person.acting.as_ref());
    visit.page(&RegisterInvitationPage {
        link: visit.absolute(&path),
        back: Link::new(path, &row.entry.major_name),
        organisation: acting
            .map(|acting| acting.organisation_name.clone())
            .unwrap_or_default(),
        school_name: row.entry.school_name,
        major_name: row.entry.major_name,
    })
}

/// `GET /workspace/claims`
pub(crate) async fn claims(visit: Visit) -> Answer {
    let claims = register::claims(&visit.app, &visit.actor).await?;
    visit.page(&visit.names().claims_page(claims, &college(&visit)))
}

/// `POST /workspace/claims`
pub(crate) async fn claim(visit: Visit, fields: Fields) -> Answer {
    match register::claim(&visit.app, &visit.cx, &visit.actor, &chosen(&fields)).await {
        Ok(()) => Ok(visit.done("/workspace/claims", "claimed")),
        Err(failure) => choose_again(&visit, failure).await,
    }
}

/// `POST /workspace/claims/posts`
pub(crate) async fn posts(visit: Visit, fields: Fields) -> Answer {
    match register::post_rows(&visit.app, &visit.cx, &visit.actor, &chosen(&fields)).await {
        Ok(made) => Ok(match made.as_slice() {
            [one] => visit.done(&format!("/posts/{one}/edit"), "drafts_made"),
            _ => visit.done("/workspace", "drafts_made"),
        }),
        Err(failure) => choose_again(&visit, failure).await,
    }
}

async fn choose_again(visit: &Visit, failure: Failure) -> Answer {
    if !matches!(failure, Failure::Refused(Refusal::NothingChosen)) {
        return Err(failure.into());
    }
    let claims = register::claims(&visit.app, &visit.actor).await?;
    let mut page = visit.names().claims_page(claims, &college(visit));
    page.nothing_chosen = true;
    visit.mend(&page)
}

fn chosen(fields: &Fields) -> Vec<RegisterRowId> {
    fields.all("row").iter().filter_map(|row| row.parse().ok()).collect()
}

fn college(visit: &Visit) -> String {
    let acting = visit.actor.person().and_then(|person| person.acting.as_ref());
    acting
        .map(|acting| acting.organisation_name.clone())
        .unwrap_or_default()
}
