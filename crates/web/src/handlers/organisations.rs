//! Organisations: their public page, and what they say of themselves.

use axum::extract::Path;
use marketplace::organisation::ProfileInput;
use operations::{Failure, organisations};

use super::{Answer, Fields, id};
use crate::{
    pages::{FollowView, Form, Link, OrganisationFormPage, OrganisationPage},
    show::{Names, encode, returned},
    visit::Visit,
};

/// How many of its posts an organisation's page lists.
const LISTED: usize = 30;

/// `GET /organisations/{id}`
pub(crate) async fn get(visit: Visit, Path(organisation): Path<String>) -> Answer {
    let look = organisations::look(&visit.app, &visit.actor, id(&organisation)?).await?;
    let names = visit.names();
    let organisation = &look.organisation;
    let verified_at = match organisation.standing {
        marketplace::Standing::Verified { at } => Some(at),
        _ => None,
    };
    let listed = look.posts.iter().take(LISTED);
    let more = look.posts.len() > LISTED;
    visit.page(&OrganisationPage {
        organisation: names.card(organisation, i64::try_from(look.posts.len()).unwrap_or(i64::MAX)),
        credit_code: organisation.profile.credit_code.to_string(),
        verified_at,
        posts: listed
            .map(|post| names.result_row(post, Names::party(organisation)))
            .collect(),
        more_href: more.then(|| format!("/search?q={}", encode(&organisation.profile.name))),
        own: look.mine && visit.actor.admin().is_ok(),
        follow: look.followed.map(|followed| FollowView {
            path: format!("/organisations/{}", organisation.id),
            followed,
        }),
    })
}

/// `GET /workspace/organisation`
pub(crate) async fn edit(visit: Visit) -> Answer {
    visit.page(&form(&visit, Form::new).await?)
}

/// `POST /workspace/organisation`
pub(crate) async fn save(visit: Visit, fields: Fields) -> Answer {
    visit.actor.admin()?;
    let typed = profile(&fields);
    match organisations::describe(&visit.app, &visit.cx, &visit.actor, fields.version(), &typed).await {
        Ok(()) => Ok(visit.done("/workspace", "organisation_saved")),
        Err(Failure::Invalid(problems)) => {
            let mut page = form(&visit, |_| Form::with_problems(&typed, &problems)).await?;
            page.version = fields.version().unwrap_or(page.version);
            visit.mend(&page)
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn form(visit: &Visit, fill: impl FnOnce(&ProfileInput) -> Form) -> Result<OrganisationFormPage, crate::Failed> {
    let own = organisations::own(&visit.app, &visit.actor).await?;
    let names = visit.names();
    let organisation = own.get();
    Ok(OrganisationFormPage {
        form: fill(&ProfileInput::of(&organisation.profile)),
        version: own.version(),
        standing: organisation.standing.code(),
        returned: returned(&organisation.standing),
        kinds: names.kind_choices(organisation.side()),
        provinces: names.provinces(),
        districts: names.districts(),
        industries: names.industry_choices(),
        public: Link::new(
            format!("/organisations/{}", organisation.id),
            &organisation.profile.name,
        ),
    })
}

/// What was typed of an organisation.
pub(super) fn profile(fields: &Fields) -> ProfileInput {
    ProfileInput {
        name: fields.get("name"),
        kinds: fields.all("kinds"),
        credit_code: fields.get("credit_code"),
        province: fields.get("province"),
        district: fields.get("district"),
        industries: fields.all("industries"),
        introduction: fields.get("introduction"),
    }
}
