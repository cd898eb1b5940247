//! Signing in and out.

use kernel::EmailAddress;
use operations::{
    Failure, Refusal,
    accounts::{self, LinkPurpose},
};
use words::Text;

use super::{Answer, Fields, Params, local, to};
use crate::{
    pages::{Form, MailSentPage, SignInInput, SignInPage},
    visit::Visit,
};

/// `GET /sign-in`
pub(crate) async fn get(visit: Visit, Params(fields): Params) -> Answer {
    let input = input(&fields);
    if visit.actor.person().is_some() {
        return Ok(to(next(&input)));
    }
    visit.page(&SignInPage {
        form: Form::new(&input),
    })
}

/// `POST /sign-in`
pub(crate) async fn post(visit: Visit, fields: Fields) -> Answer {
    let input = input(&fields);
    match accounts::sign_in(&visit.app, &visit.cx, &input.email, &input.password).await {
        Ok(token) => Ok(visit.with_session(&token, to(next(&input)))),
        Err(Failure::Refused(Refusal::WrongPassword)) => visit.mend(&SignInPage {
            form: Form::new(&input).wrong("password", Text::new("sign.refused")),
        }),
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /sign-in/letter`
pub(crate) async fn letter(visit: Visit, fields: Fields) -> Answer {
    let input = input(&fields);
    match accounts::ask_for_link(&visit.app, &visit.cx, &input.email, LinkPurpose::SignIn).await {
        Ok(minutes) => sent(&visit, LinkPurpose::SignIn, &input.email, minutes),
        Err(Failure::Invalid(problems)) => visit.mend(&SignInPage {
            form: Form::with_problems(&input, &problems),
        }),
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /sign-out`
pub(crate) async fn out(visit: Visit) -> Answer {
    if let Some(token) = &visit.token {
        accounts::sign_out(&visit.app, &visit.cx, &visit.actor, token).await?;
    }
    Ok(Visit::without_session(visit.done("/", "signed_out")))
}

/// "Look into your mail". Said of any address, known or not.
pub(super) fn sent(visit: &Visit, purpose: LinkPurpose, email: &str, minutes: i64) -> Answer {
    let email = EmailAddress::parse(email)
        .map(|email| email.masked())
        .unwrap_or_default();
    visit.page(&MailSentPage {
        purpose: super::links::shown(purpose),
        email,
        minutes,
    })
}

fn next(input: &SignInInput) -> &str {
    local(&input.next).unwrap_or("/workspace")
}

fn input(fields: &Fields) -> SignInInput {
    SignInInput {
        email: fields.get("email"),
        password: fields.get("password"),
        next: fields.get("next"),
    }
}
