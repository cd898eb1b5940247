//! Verifying an agreement, by its code or by the file that somebody has.

use axum::{
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request},
    http::{StatusCode, header},
};
use operations::{
    Failure,
    agreements::proof::{self, MAX_FILE},
};
use words::Text;

use super::{Answer, Fields, to};
use crate::{
    Failed,
    pages::{Form, VerifyInput, VerifyPage},
    show,
    visit::Visit,
};

/// What comes with the file: names and lines between the parts.
const AROUND_A_FILE: usize = 16 * 1024;

/// The largest body of a request that brings a file.
const MAX_UPLOAD: usize = MAX_FILE + AROUND_A_FILE;

/// The largest body of any request: larger, so that the page itself says what is wrong with a file that is too large.
pub(crate) const MAX_REQUEST: usize = MAX_UPLOAD + AROUND_A_FILE;

/// A code, or a file. Browsers send the two forms of the page in two ways.
pub(crate) enum Asked {
    Code(String),
    File(Option<Vec<u8>>),
    TooLarge,
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data")) {
            let fields = Fields::from_request(request, state).await?;
            return Ok(Self::Code(fields.get("verify_code")));
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, MAX_UPLOAD).await else {
            return Ok(Self::TooLarge);
        };
        let mut request = Request::from_parts(parts, Body::from(body));
        DefaultBodyLimit::disable().apply(&mut request);
        file(request, state)
            .await
            .map(Self::File)
            .ok_or_else(|| Failed::status(StatusCode::BAD_REQUEST))
    }
}

/// The file of the form, when one was chosen; nothing when the body is none of a form.
async fn file<S: Send + Sync>(request: Request, state: &S) -> Option<Option<Vec<u8>>> {
    let mut parts = Multipart::from_request(request, state).await.ok()?;
    while let Some(part) = parts.next_field().await.ok()? {
        if part.name() == Some("file") {
            let bytes = part.bytes().await.ok()?;
            return Some(Some(bytes.to_vec()).filter(|bytes| !bytes.is_empty()));
        }
    }
    Some(None)
}

/// `GET /verify`
pub(crate) async fn enter(visit: Visit) -> Answer {
    visit.page(&VerifyPage {
        form: Form::new(&VerifyInput::default()),
    })
}

/// `POST /verify`
pub(crate) async fn post(visit: Visit, asked: Asked) -> Answer {
    let mend = |typed: &VerifyInput, field, text| {
        visit.mend(&VerifyPage {
            form: Form::new(typed).wrong(field, text),
        })
    };
    let nothing = VerifyInput::default();
    let megabytes = MAX_FILE / 1024 / 1024;
    let too_large = || Text::new("verify.file_large").with("max", megabytes);
    match asked {
        Asked::Code(code) => {
            let typed = VerifyInput {
                verify_code: code.trim().to_owned(),
            };
            match proof::try_code(&visit.app, &visit.cx, &typed.verify_code).await {
                Ok(_) => Ok(to(&format!("/verify/{}", show::encode(&typed.verify_code)))),
                Err(Failure::NotFound) => mend(&typed, "verify_code", Text::new("verify.code_wrong")),
                Err(failure) => Err(failure.into()),
            }
        }
        Asked::File(None) => mend(&nothing, "file", Text::new("verify.file_missing")),
        Asked::TooLarge => mend(&nothing, "file", too_large()),
        Asked::File(Some(file)) => match proof::check_file(&visit.app, &visit.cx, &file).await {
            Ok(found) => visit.page(&show::verified_file(&found)),
            Err(Failure::Invalid(_)) => mend(&nothing, "file", too_large()),
            Err(failure) => Err(failure.into()),
        },
    }
}

/// `GET /verify/{code}`
pub(crate) async fn get(visit: Visit, Path(code): Path<String>) -> Answer {
    visit.may_look_at_code()?;
    match proof::look(&visit.app, &code).await {
        Ok(look) => visit.page(&show::verified_agreement(&code, look)),
        Err(Failure::NotFound) => {
            let typed = VerifyInput { verify_code: code };
            let form = Form::new(&typed).wrong("verify_code", Text::new("verify.code_wrong"));
            visit.page_with(StatusCode::NOT_FOUND, &VerifyPage { form })
        }
        Err(failure) => Err(failure.into()),
    }
}
