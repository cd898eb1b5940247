//! Links in letters, and the letter that resets a password.

use axum::{extract::Path, http::StatusCode};
use operations::{
    Failure, Refusal, Token,
    accounts::{self, LinkLook, LinkPurpose},
};

use super::{Answer, Fields, sign_in::sent};
use crate::{
    pages::{self, DeadLinkPage, Form, LinkInput, LinkPage, ResetInput, ResetPage},
    visit::Visit,
};

/// `GET /links/{token}`: shows what the link does and does nothing.
pub(crate) async fn get(visit: Visit, Path(text): Path<String>) -> Answer {
    show(&visit, &text, StatusCode::OK, Form::new(&LinkInput::default())).await
}

/// `POST /links/{token}`: uses it.
pub(crate) async fn post(visit: Visit, Path(text): Path<String>, fields: Fields) -> Answer {
    let Some((token, look)) = look(&visit, &text).await? else {
        return unknown(&visit, &text);
    };
    match accounts::use_link(&visit.app, &visit.cx, &token, &fields.get("password")).await {
        Ok(session) => {
            let key = match look.purpose {
                LinkPurpose::SignIn => "signed_in",
                LinkPurpose::Reset => "password_saved",
                LinkPurpose::ConfirmEmail => "email_confirmed",
            };
            Ok(visit.with_session(&session, visit.done("/workspace", key)))
        }
        Err(Failure::Invalid(problems)) => {
            let form = Form::with_problems(&LinkInput::default(), &problems);
            show(&visit, &text, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(Failure::Refused(refusal)) => dead(&visit, &text, look.purpose, &refusal),
        Err(Failure::NotFound) => unknown(&visit, &text),
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /links/{token}/again`
pub(crate) async fn again(visit: Visit, Path(text): Path<String>) -> Answer {
    let Some(token) = Token::parse(&text) else {
        return unknown(&visit, &text);
    };
    match accounts::send_link_again(&visit.app, &visit.cx, &token).await {
        Ok((look, minutes)) => sent(&visit, look.purpose, look.email.as_str(), minutes),
        Err(Failure::NotFound) => unknown(&visit, &text),
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /reset`
pub(crate) async fn reset(visit: Visit) -> Answer {
    visit.page(&ResetPage {
        form: Form::new(&ResetInput::default()),
    })
}

/// `POST /reset`
pub(crate) async fn ask_reset(visit: Visit, fields: Fields) -> Answer {
    let input = ResetInput {
        email: fields.get("email"),
    };
    match accounts::ask_for_link(&visit.app, &visit.cx, &input.email, LinkPurpose::Reset).await {
        Ok(minutes) => sent(&visit, LinkPurpose::Reset, &input.email, minutes),
        Err(Failure::Invalid(problems)) => visit.mend(&ResetPage {
            form: Form::with_problems(&input, &problems),
        }),
        Err(failure) => Err(failure.into()),
    }
}

/// The link as pages call it.
pub(super) const fn shown(purpose: LinkPurpose) -> pages::LinkPurpose {
    match purpose {
        LinkPurpose::SignIn => pages::LinkPurpose::SignIn,
        LinkPurpose::Reset => pages::LinkPurpose::Reset,
        LinkPurpose::ConfirmEmail => pages::LinkPurpose::ConfirmEmail,
    }
}

async fn look(visit: &Visit, text: &str) -> Result<Option<(Token, LinkLook)>, crate::Failed> {
    let Some(token) = Token::parse(text) else {
        return Ok(None);
    };
    let look = accounts::look_at_link(&visit.app, &visit.cx, &token).await?;
    Ok(look.map(|look| (token, look)))
}

async fn show(visit: &Visit, text: &str, status: StatusCode, form: Form) -> Answer {
    let Some((_, look)) = look(visit, text).await? else {
        return unknown(visit, text);
    };
    if let Some(refusal) = &look.dead {
        return dead(visit, text, look.purpose, refusal);
    }
    let page = LinkPage {
        path: format!("/links/{text}"),
        purpose: shown(look.purpose),
        email: look.email.masked(),
        form,
    };
    visit.page_with(status, &page)
}

fn dead(visit: &Visit, text: &str, purpose: LinkPurpose, refusal: &Refusal) -> Answer {
    let page = DeadLinkPage {
        path: format!("/links/{text}"),
        purpose: Some(shown(purpose)),
        why: if *refusal == Refusal::LinkUsed {
            "used"
        } else {
            "expired"
        },
    };
    visit.page_with(StatusCode::GONE, &page)
}

fn unknown(visit: &Visit, text: &str) -> Answer {
    let page = DeadLinkPage {
        path: format!("/links/{}", crate::show::encode(text)),
        purpose: None,
        why: "unknown",
    };
    visit.page_with(StatusCode::NOT_FOUND, &page)
}
