//! Signing up with an organisation.

use marketplace::OrganisationSide;
use operations::{
    Failure,
    accounts::{self, SignUp},
};

use super::{Answer, Fields, Params, organisations::profile, to};
use crate::{
    pages::{Form, SignUpInput, SignUpPage, SignUpSidePage},
    visit::Visit,
};

/// `GET /sign-up`, with `side` or without.
pub(crate) async fn get(visit: Visit, Params(fields): Params) -> Answer {
    let input = input(&fields);
    match side(&input.side) {
        Some(side) => visit.page(&page(&visit, side, Form::new(&input))),
        None => visit.page(&SignUpSidePage {}),
    }
}

/// `POST /sign-up`
pub(crate) async fn post(visit: Visit, fields: Fields) -> Answer {
    let input = input(&fields);
    let Some(side) = side(&input.side) else {
        return Ok(to("/sign-up"));
    };
    let sign_up = SignUp {
        profile: input.organisation.clone(),
        person_name: input.person_name.clone(),
        email: input.email.clone(),
        phone: input.phone.clone(),
        password: input.password.clone(),
        // On demonstration data nobody is real.
        fictional: visit.app.settings().demonstration,
    };
    match accounts::sign_up(&visit.app, &visit.cx, &sign_up).await {
        Ok(token) => Ok(visit.with_session(&token, visit.done("/workspace", "signed_up"))),
        Err(Failure::Invalid(problems)) => visit.mend(&page(&visit, side, Form::with_problems(&input, &problems))),
        Err(failure) => Err(failure.into()),
    }
}

fn side(code: &str) -> Option<OrganisationSide> {
    match code {
        "college" => Some(OrganisationSide::College),
        "enterprise" => Some(OrganisationSide::Enterprise),
        _ => None,
    }
}

fn page(visit: &Visit, side: OrganisationSide, form: Form) -> SignUpPage {
    let names = visit.names();
    SignUpPage {
        side: if side == OrganisationSide::College {
            "college"
        } else {
            "enterprise"
        },
        form,
        kinds: names.kind_choices(side),
        provinces: names.provinces(),
        districts: names.districts(),
    }
}

fn input(fields: &Fields) -> SignUpInput {
    SignUpInput {
        side: fields.get("side"),
        organisation: profile(fields),
        person_name: fields.get("person_name"),
        email: fields.get("email"),
        phone: fields.get("phone"),
        password: fields.get("password"),
    }
}
