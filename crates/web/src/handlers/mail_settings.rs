//! Which letters somebody gets: the own page, the page behind the link of a letter, and the way out.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, Path, Request},
    http::{StatusCode, header},
    response::IntoResponse as _,
};
use operations::{
    Failure,
    accounts::LinkPurpose,
    preferences::{self, By, Event, Wanted},
};

use super::{Answer, Fields, sign_in::sent};
use crate::{
    Failed,
    pages::WrongLetterLinkPage,
    show::{ending_page, settings_form, settings_page},
    visit::Visit,
};

const OWN: &str = "/settings/mail";

/// `GET /settings/mail`
pub(crate) async fn own(visit: Visit) -> Answer {
    show(&visit, By::Session(&visit.actor), OWN).await
}

/// `POST /settings/mail`
pub(crate) async fn save_own(visit: Visit, fields: Fields) -> Answer {
    save(&visit, By::Session(&visit.actor), OWN, &fields).await
}

/// `POST /settings/mail/confirm`: the letter that confirms the address, for the first time or once more.
pub(crate) async fn confirm(visit: Visit) -> Answer {
    match preferences::confirm_again(&visit.app, &visit.cx, &visit.actor).await? {
        Some((email, minutes)) => sent(&visit, LinkPurpose::ConfirmEmail, email.as_str(), minutes),
        None => Ok(visit.done(OWN, "email_confirmed")),
    }
}

/// `GET /mail/preferences/{token}`
pub(crate) async fn by_letter(visit: Visit, Path(key): Path<String>) -> Answer {
    show(&visit, By::Letter(&key), &path("preferences", &key)).await
}

/// `POST /mail/preferences/{token}`
pub(crate) async fn save_by_letter(visit: Visit, Path(key): Path<String>, fields: Fields) -> Answer {
    save(&visit, By::Letter(&key), &path("preferences", &key), &fields).await
}

/// `GET /mail/unsubscribe/{token}`: shows what would end, and ends nothing.
pub(crate) async fn ask_ending(visit: Visit, Path(key): Path<String>) -> Answer {
    match preferences::look_at_ending(&visit.app, &key).await {
        Ok(ending) => visit.page(&ending_page(&ending, path("unsubscribe", &key), "ask")),
        Err(Failure::NotFound) => wrong_link(&visit),
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /mail/unsubscribe/{token}`: ends them, by the button of the page or by that of a mailbox, or takes it back.
pub(crate) async fn end(visit: Visit, Path(key): Path<String>, pressed: Pressed) -> Answer {
    let Pressed { by_mailbox, fields } = pressed;
    let (app, cx) = (&visit.app, &visit.cx);
    let (ending, state) = if fields.get("act") == "back" && !by_mailbox {
        (preferences::take_back(app, cx, &key, &fields.0).await, "back")
    } else if fields.get("act") == "end" || by_mailbox {
        (preferences::end(app, cx, &key).await, "ended")
    } else {
        return Err(Failed::status(StatusCode::BAD_REQUEST));
    };
    match ending {
        Ok(_) if by_mailbox => {
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            Ok((kind, "已停发。 Unsubscribed.\n").into_response())
        }
        Ok(ending) => visit.page(&ending_page(&ending, path("unsubscribe", &key), state)),
        Err(Failure::NotFound) => wrong_link(&visit),
        Err(failure) => Err(failure.into()),
    }
}

/// Which button was pressed. That of a mailbox sends one field, as a form or in parts (RFC 8058 section 3.2).
pub(crate) struct Pressed {
    by_mailbox: bool,
    fields: Fields,
}

impl<S: Send + Sync> FromRequest<S> for Pressed {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data")) {
            let body = Bytes::from_request(request, state).await;
            let body = body.map_err(|rejection| Failed::status(rejection.into_response().status()))?;
            let has = |words: &[u8]| body.windows(words.len()).any(|part| part == words);
            return Ok(Self {
                by_mailbox: has(b"\"List-Unsubscribe\"") && has(b"One-Click"),
                fields: Fields::default(),
            });
        }
        let fields = Fields::from_request(request, state).await?;
        Ok(Self {
            by_mailbox: fields.get("List-Unsubscribe") == "One-Click",
            fields,
        })
    }
}

/// The path under which a key is taken, written out for pages.
fn path(page: &str, key: &str) -> String {
    format!("/mail/{page}/{}", crate::show::encode(key))
}

async fn show(visit: &Visit, by: By<'_>, path: &str) -> Answer {
    match preferences::look(&visit.app, by).await {
        Ok(chosen) => {
            let values = settings_form(&chosen);
            let own = is_own(by);
            visit.page(&settings_page(visit.locale(), &chosen, own, path, &values, &[]))
        }
        Err(failure) => failed(visit, by, failure),
    }
}

async fn save(visit: &Visit, by: By<'_>, path: &str, fields: &Fields) -> Answer {
    let events = fields.0.iter().filter(|(name, _)| Event::from_code(name).is_some());
    let wanted = Wanted {
        cadences: events.cloned().collect(),
        weekday: fields.get("weekday"),
        hour: fields.get("hour"),
    };
    match preferences::change(&visit.app, &visit.cx, by, &wanted).await {
        Ok(()) => Ok(visit.done(path, "letters_saved")),
        Err(Failure::Invalid(problems)) => {
            let chosen = preferences::look(&visit.app, by).await?;
            let mut values: BTreeMap<String, String> = settings_form(&chosen);
            values.extend(fields.0.iter().cloned());
            let own = is_own(by);
            visit.mend(&settings_page(visit.locale(), &chosen, own, path, &values, &problems))
        }
        Err(failure) => failed(visit, by, failure),
    }
}

fn failed(visit: &Visit, by: By<'_>, failure: Failure) -> Answer {
    match failure {
        Failure::NotFound if !is_own(by) => wrong_link(visit),
        failure => Err(failure.into()),
    }
}

/// Nobody's link: part of it was lost, or it is of another platform.
fn wrong_link(visit: &Visit) -> Answer {
    visit.page_with(StatusCode::NOT_FOUND, &WrongLetterLinkPage {})
}

const fn is_own(by: By<'_>) -> bool {
    matches!(by, By::Session(_))
}
