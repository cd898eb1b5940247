//! The operator's mail room.

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _},
};
use kernel::{LetterId, Locale};
use marketplace::Problem;
use operations::{
    Failure,
    mail_room::{self, Preview, SuppressInput},
};

use super::{Answer, Fields, Params, demo::LETTER_POLICY, id, page_number};
use crate::{
    CONTENT_SECURITY_POLICY, Failed,
    pages::{Form, MailAddressPage, MailPreviewsPage, MailRoomTyped, MailSuppressionsPage},
    show::{self, encode, pager},
    visit::Visit,
};

fn typed(fields: &Fields) -> MailRoomTyped {
    MailRoomTyped {
        email: fields.get("email"),
        reason: fields.get("reason"),
    }
}

fn input(fields: &Fields) -> SuppressInput {
    SuppressInput {
        email: fields.get("email"),
        reason: fields.get("reason"),
    }
}

fn empty() -> Form {
    Form::new(&MailRoomTyped::default())
}

fn wrong(fields: &Fields, problems: &[Problem]) -> Form {
    Form::with_problems(&typed(fields), problems)
}

/// `GET /operator/mail`
pub(crate) async fn overview(visit: Visit) -> Answer {
    room(&visit, StatusCode::OK, empty()).await
}

async fn room(visit: &Visit, status: StatusCode, form: Form) -> Answer {
    let overview = mail_room::overview(&visit.app, &visit.cx, &visit.actor).await?;
    visit.page_with(status, &show::mail_room(&overview, form))
}

/// `POST /operator/mail/switch`
pub(crate) async fn switch(visit: Visit, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let paused = fields.get("paused") == "1";
    let reason = fields.get("reason");
    match mail_room::turn(&visit.app, &visit.cx, &visit.actor, paused, &reason).await {
        Ok(()) if paused => Ok(visit.done("/operator/mail", "letters_held")),
        Ok(()) => Ok(visit.done("/operator/mail", "letters_released")),
        Err(Failure::Invalid(problems)) => {
            room(&visit, StatusCode::UNPROCESSABLE_ENTITY, wrong(&fields, &problems)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /operator/mail/letters/{id}`
pub(crate) async fn letter(visit: Visit, Path(letter): Path<String>) -> Answer {
    visit.actor.operator()?;
    one(&visit, id(&letter)?, StatusCode::OK, empty()).await
}

async fn one(visit: &Visit, id: LetterId, status: StatusCode, form: Form) -> Answer {
    let (letter, may_resend) = mail_room::letter(&visit.app, &visit.actor, id).await?;
    visit.page_with(status, &show::mail_letter(&letter, may_resend, form))
}

/// `POST /operator/mail/letters/{id}/resend`
pub(crate) async fn resend(visit: Visit, Path(letter): Path<String>, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let id: LetterId = id(&letter)?;
    match mail_room::resend(&visit.app, &visit.cx, &visit.actor, id, &fields.get("reason")).await {
        Ok(new) => Ok(visit.done(&format!("/operator/mail/letters/{new}"), "letter_resent")),
        Err(Failure::Invalid(problems)) => {
            one(&visit, id, StatusCode::UNPROCESSABLE_ENTITY, wrong(&fields, &problems)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /operator/mail/suppressions`
pub(crate) async fn suppressions(visit: Visit, Params(fields): Params) -> Answer {
    listing(&visit, StatusCode::OK, page_number(&fields), empty()).await
}

async fn listing(visit: &Visit, status: StatusCode, page: i64, form: Form) -> Answer {
    let listing = mail_room::suppressions(&visit.app, &visit.actor, page).await?;
    let page = MailSuppressionsPage {
        rows: listing
            .listed
            .iter()
            .map(|listed| show::suppression_row(&listed.suppression, &listed.who))
            .collect(),
        total: listing.total,
        form,
        pager: pager(page, listing.total, mail_room::PER_PAGE, |page| {
            format!("/operator/mail/suppressions?page={page}")
        }),
    };
    visit.page_with(status, &page)
}

/// `POST /operator/mail/suppressions`
pub(crate) async fn suppress(visit: Visit, fields: Fields) -> Answer {
    visit.actor.operator()?;
    match mail_room::suppress(&visit.app, &visit.cx, &visit.actor, &input(&fields)).await {
        Ok(()) => Ok(visit.done("/operator/mail/suppressions", "address_suppressed")),
        Err(Failure::Invalid(problems)) => {
            listing(&visit, StatusCode::UNPROCESSABLE_ENTITY, 1, wrong(&fields, &problems)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /operator/mail/lift`
pub(crate) async fn lift(visit: Visit, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let input = input(&fields);
    match mail_room::lift(&visit.app, &visit.cx, &visit.actor, &input).await {
        Ok(()) => {
            let path = format!("/operator/mail/address?email={}", encode(&input.email));
            Ok(visit.done(&path, "suppression_lifted"))
        }
        Err(Failure::Invalid(problems)) => about(&visit, &input.email, wrong(&fields, &problems)).await,
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /operator/mail/address`
pub(crate) async fn address(visit: Visit, Params(fields): Params) -> Answer {
    visit.actor.operator()?;
    let asked = fields.get("email");
    if asked.trim().is_empty() {
        return visit.page(&MailAddressPage {
            form: empty(),
            dossier: None,
        });
    }
    let form = Form::new(&MailRoomTyped {
        email: asked.trim().to_owned(),
        ..MailRoomTyped::default()
    });
    match mail_room::look(&visit.app, &visit.cx, &visit.actor, &asked).await {
        Ok(dossier) => visit.page(&MailAddressPage {
            form,
            dossier: Some(show::mail_dossier(&dossier)),
        }),
        Err(Failure::Invalid(problems)) => visit.mend(&MailAddressPage {
            form: wrong(&fields, &problems),
            dossier: None,
        }),
        Err(failure) => Err(failure.into()),
    }
}

/// The page of an address again, with what is wrong.
async fn about(visit: &Visit, email: &str, form: Form) -> Answer {
    let dossier = match mail_room::look(&visit.app, &visit.cx, &visit.actor, email).await {
        Ok(dossier) => Some(show::mail_dossier(&dossier)),
        Err(Failure::Invalid(_)) => None,
        Err(failure) => return Err(failure.into()),
    };
    visit.mend(&MailAddressPage { form, dossier })
}

/// `GET /operator/mail/previews`
pub(crate) async fn previews(visit: Visit) -> Answer {
    let all = mail_room::previews(&visit.actor)?;
    visit.page(&MailPreviewsPage {
        rows: all.into_iter().map(show::preview_row).collect(),
    })
}

/// `GET /operator/mail/previews/{name}`
pub(crate) async fn preview(visit: Visit, Path(name): Path<String>, Params(fields): Params) -> Answer {
    let (sample, locale, preview) = asked(&visit, &name, &fields)?;
    let mut answer = visit.page(&show::mail_preview(&preview, sample, locale))?;
    let policy = format!("{CONTENT_SECURITY_POLICY}; frame-src 'self'");
    let policy = HeaderValue::from_str(&policy).map_err(Failed::internal)?;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

/// `GET /operator/mail/previews/{name}/html`: the letter and nothing else, for the frame of its page.
pub(crate) async fn preview_html(visit: Visit, Path(name): Path<String>, Params(fields): Params) -> Answer {
    let (_, _, preview) = asked(&visit, &name, &fields)?;
    let policy = [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(LETTER_POLICY))];
    Ok((policy, Html(preview.letter.html)).into_response())
}

fn asked(visit: &Visit, name: &str, fields: &Fields) -> Result<(usize, Locale, Preview), Failed> {
    let sample = fields.get("sample").parse().unwrap_or(1);
    let locale = Locale::from_code(&fields.get("lang")).unwrap_or(visit.locale());
    let preview = mail_room::preview(&visit.app, &visit.actor, name, sample, locale)?;
    Ok((sample, locale, preview))
}
