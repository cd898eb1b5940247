//! On demonstration data a visitor becomes somebody in one press, and reads the letters that nobody is sent.

use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _},
};
use operations::demo::{self, Landing, Part, Role};

use super::{Answer, Fields, Params, id};
use crate::{
    CONTENT_SECURITY_POLICY, Failed,
    pages::{Choice, DemoMailPage, DemoPage},
    show::{letter_page, letter_row},
    visit::Visit,
};

/// How many letters are listed.
const LISTED: usize = 50;

/// A letter is shown as a mail program would: with its own styles, without script, forms or anything from elsewhere. A link
/// in it opens in the whole window, and only when it is pressed.
pub(super) const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation";

/// People around an apprentice, in the order of their doors.
const LEARNERS: [Part; 4] = [Part::Apprentice, Part::Guardian, Part::Mentor, Part::Tutor];

/// `GET /demo`
pub(crate) async fn get(visit: Visit) -> Answer {
    let roles = demo::roles(&visit.app, &visit.cx).await?;
    let choices = |part| {
        let of_part = roles.iter().filter(|role| role.part == part);
        let choice = |role: &Role| Some(Choice::new(&role.code, role.organisation.as_ref()?));
        of_part.filter_map(choice).collect()
    };
    visit.page(&DemoPage {
        colleges: choices(Part::College),
        enterprises: choices(Part::Enterprise),
        learners: LEARNERS
            .map(|part| (part.code(), roles.iter().any(|role| role.part == part)))
            .to_vec(),
    })
}

/// `POST /demo/become`
pub(crate) async fn become_role(visit: Visit, fields: Fields) -> Answer {
    let chosen = fields.get("organisation");
    let code = if chosen.is_empty() {
        let part = Part::from_code(&fields.get("role")).ok_or_else(Failed::not_found)?;
        let roles = demo::roles(&visit.app, &visit.cx).await?;
        let first = roles.into_iter().find(|role| role.part == part);
        first.map(|role| role.code).ok_or_else(Failed::not_found)?
    } else {
        chosen
    };
    let became = demo::become_role(&visit.app, &visit.cx, &code).await?;
    let path = match &became.landing {
        Landing::Workspace => "/workspace".to_owned(),
        Landing::Week(record, monday) => format!("/records/{record}/weeks/{monday}"),
        Landing::Reviews => "/weeks".to_owned(),
        Landing::Sign(link) => format!("/sign/{link}"),
        Landing::Own => "/my".to_owned(),
    };
    let done = visit.done(&path, "became");
    Ok(match &became.token {
        Some(token) => visit.with_session(token, done),
        // Who comes by a link is nobody else at the same time.
        None => Visit::without_session(done),
    })
}

/// `GET /demo/mail`
pub(crate) async fn letters(visit: Visit, Params(fields): Params) -> Answer {
    visit.may_search()?;
    let to = fields.get("to");
    let found = demo::letters(&visit.app, &to, LISTED + 1).await?;
    visit.page(&DemoMailPage {
        to,
        more: found.len() > LISTED,
        rows: found.iter().take(LISTED).map(letter_row).collect(),
    })
}

/// `GET /demo/mail/{id}`
pub(crate) async fn letter(visit: Visit, Path(letter): Path<String>) -> Answer {
    let letter = demo::letter(&visit.app, id(&letter)?).await?;
    let mut answer = visit.page(&letter_page(&letter, &visit.app.settings().public_url))?;
    let policy = format!("{CONTENT_SECURITY_POLICY}; frame-src 'self'");
    let policy = HeaderValue::from_str(&policy).map_err(Failed::internal)?;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

/// `GET /demo/mail/{id}/html`: the letter and nothing else, for the frame of its page.
pub(crate) async fn letter_html(visit: Visit, Path(letter): Path<String>) -> Answer {
    let letter = demo::letter(&visit.app, id(&letter)?).await?;
    let policy = [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(LETTER_POLICY))];
    let html = letter.html.replacen("<head>", "<head>\n<base target=\"_top\">", 1);
    Ok((policy, Html(html)).into_response())
}
