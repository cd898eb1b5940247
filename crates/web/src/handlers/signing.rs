//! Signing: by the link of a letter, by a code that was handed over, or by the login of whom a slot names. Opening a link
//! signs nothing: mail scanners open every one.

use agreement::lifecycle::{SignRefusal, Wish};
use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::IntoResponse as _,
};
use kernel::{AgreementId, Locale, SlotId, shanghai_date};
use marketplace::{Problem, ProblemCode};
use operations::{
    Failure, Refusal, Token,
    access::DeadLink,
    agreements::{
        AgreementRefusal, AuthorityInput, ExportFile,
        signing::{self, DeclineInput, SignInput, SignKey, SignLook, SignStep},
    },
};
use words::Text;

use super::{Answer, Fields, agreements::paper, id, to};
use crate::{
    Failed,
    pages::{
        Form, SignClosedPage, SignCodeInput, SignCodePage, SignDeclineInput, SignDeclinePage, SignForm, SignPage,
        SignatureInput, SignedPage,
    },
    show,
    visit::Visit,
};

/// By what somebody comes, and where the page of it is.
pub(super) struct Door {
    path: String,
    key: Key,
}

enum Key {
    Link(String),
    Slot(AgreementId, SlotId),
}

impl Door {
    /// The door behind a link or a code. A token cannot be guessed, a code that people read to each other could be.
    pub(super) fn of_link(visit: &Visit, key: String) -> Result<Self, Failed> {
        if Token::parse(&key).is_none() {
            visit.may_look_at_code()?;
        }
        Ok(Self {
            path: format!("/sign/{}", show::encode(&key)),
            key: Key::Link(key),
        })
    }

    /// The door of a slot that names whoever is signed in.
    fn of_login(visit: &Visit, agreement: &str, slot: &str) -> Result<Self, Failed> {
        visit.actor.officer()?;
        Ok(Self {
            path: format!("/agreements/{agreement}/slots/{slot}/sign"),
            key: Key::Slot(id(agreement)?, id(slot)?),
        })
    }

    /// Where its page is.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn key(&self) -> SignKey<'_> {
        match &self.key {
            Key::Link(key) => SignKey::Link(key),
            Key::Slot(agreement, slot) => SignKey::Slot(*agreement, *slot),
        }
    }

    pub(super) async fn look(&self, visit: &Visit) -> Result<SignLook, Failure> {
        signing::look(&visit.app, &visit.cx, &visit.actor, self.key()).await
    }

    fn closed(&self, why: &'static str) -> SignClosedPage {
        SignClosedPage {
            path: self.path.clone(),
            why,
            at: None,
            enterprise: String::new(),
            reason: None,
            asked: false,
        }
    }

    /// What there is behind it now.
    async fn show(&self, visit: &Visit) -> Answer {
        match self.look(visit).await {
            Ok(look) => {
                let form = Form::new(&proposed(&look));
                self.show_step(visit, StatusCode::OK, &look, form, None)
            }
            Err(failure) => self.failed(visit, failure),
        }
    }

    /// The page of what was found. Only a place that is open has a form.
    fn show_step(
        &self,
        visit: &Visit,
        status: StatusCode,
        look: &SignLook,
        form: Form,
        again: Option<&'static str>,
    ) -> Answer {
        let closed = |why, at| SignClosedPage {
            at,
            enterprise: look.enterprise.clone(),
            ..self.closed(why)
        };
        let page = match &look.step {
            SignStep::Open { deadline } => {
                let sign = SignForm {
                    deadline: *deadline,
                    asks_for_name: look.asks_for_name,
                    asks_for_id: look.asks_for_id,
                    asks_for_authority: look.authority.is_some(),
                    consent: look.consent.text.clone(),
                    consent_version: look.consent.version.clone(),
                    consent_locale: look.consent.locale.clone(),
                    form,
                };
                return visit.page_with(status, &self.read(look, Some(sign), again));
            }
            SignStep::WaitingTurn => return visit.page_with(status, &self.read(look, None, again)),
            SignStep::Signed { at } => {
                let page = SignedPage {
                    head: show::sign_head(&self.path, look),
                    sections: show::sections(&look.clauses, &look.plain),
                    at: *at,
                    on: shanghai_date(*at),
                    short_hash: look.content_hash.to_string().chars().take(8).collect(),
                    waits_for: show::waits_for(look),
                    effective_on: look.effective_on,
                    in_effect: look.effective_on.is_some_and(|day| day <= visit.cx.today()),
                    ended: show::has_ended(look.stage),
                    verify_code: look.verify_code.clone(),
                    course: show::signed_course(look, visit.cx.today()),
                };
                return visit.page_with(status, &page);
            }
            SignStep::Declined { at } => closed("declined", Some(*at)),
            SignStep::Expired { at } => closed("expired", Some(*at)),
            SignStep::Over => closed("over", None),
            SignStep::BeingRecalled { asked, reason } => SignClosedPage {
                reason: Some(reason.clone()),
                asked: *asked,
                ..closed("recalled", None)
            },
        };
        visit.page_with(status, &page)
    }

    fn read(&self, look: &SignLook, sign: Option<SignForm>, again: Option<&'static str>) -> SignPage {
        SignPage {
            head: show::sign_head(&self.path, look),
            sections: show::sections(&look.clauses, &look.plain),
            seen: look.content_hash.to_string(),
            sign,
            again,
        }
    }

    /// A link that opens nothing says why, and whom to ask; other failures are those of every page.
    pub(super) fn failed(&self, visit: &Visit, failure: Failure) -> Answer {
        let (status, why) = match (&failure, &self.key) {
            (Failure::NotFound, Key::Link(_)) => (StatusCode::NOT_FOUND, "unknown"),
            (Failure::Refused(Refusal::Agreement(refusal)), _) => match **refusal {
                AgreementRefusal::Link(DeadLink::Expired) => (StatusCode::GONE, "link_expired"),
                AgreementRefusal::Link(DeadLink::Revoked) => (StatusCode::GONE, "link_revoked"),
                _ => return Err(failure.into()),
            },
            _ => return Err(failure.into()),
        };
        visit.page_with(status, &self.closed(why))
    }

    async fn sign(&self, visit: &Visit, headers: &HeaderMap, fields: &Fields) -> Answer {
        let typed = SignatureInput {
            signatory_name: fields.get("signatory_name"),
            id_last_four: fields.get("id_last_four"),
            agreed: fields.get("agreed"),
            capacity: fields.get("capacity"),
            authority_title: fields.get("authority_title"),
            authority_document: fields.get("authority_document"),
            authority_dated: fields.get("authority_dated"),
        };
        let input = SignInput {
            name: typed.signatory_name.clone(),
            id_last_four: typed.id_last_four.clone(),
            seen: fields.get("seen"),
            consent: fields.get("consent"),
            locale: Locale::from_code(&fields.get("locale")),
            agreed: typed.agreed == "yes",
            authority: AuthorityInput {
                capacity: typed.capacity.clone(),
                title: typed.authority_title.clone(),
                document: typed.authority_document.clone(),
                dated: typed.authority_dated.clone(),
            },
            user_agent: user_agent(headers),
        };
        let outcome = signing::sign(&visit.app, &visit.cx, &visit.actor, self.key(), &input).await;
        let Err(failure) = outcome else {
            return Ok(to(&self.path));
        };
        let refusal = match &failure {
            Failure::Refused(Refusal::Agreement(refusal)) => &**refusal,
            Failure::Conflict => return self.once_more(visit, &typed, "meanwhile").await,
            Failure::Invalid(problems) => {
                let look = self.look(visit).await?;
                let form = Form::with_problems(&typed, problems);
                return self.show_step(visit, StatusCode::UNPROCESSABLE_ENTITY, &look, form, None);
            }
            _ => return self.failed(visit, failure),
        };
        match refusal {
            AgreementRefusal::NotThePerson => {
                let look = self.look(visit).await?;
                let form = Form::new(&typed).wrong("signatory_name", not_known(&look));
                self.show_step(visit, StatusCode::UNPROCESSABLE_ENTITY, &look, form, None)
            }
            AgreementRefusal::NotTheRepresentative => {
                let look = self.look(visit).await?;
                let form = Form::new(&typed).wrong("capacity", refusal.text());
                self.show_step(visit, StatusCode::UNPROCESSABLE_ENTITY, &look, form, None)
            }
            AgreementRefusal::NotAgreed => {
                let look = self.look(visit).await?;
                let form = Form::new(&typed).wrong("agreed", Text::new("signing.not_agreed"));
                self.show_step(visit, StatusCode::UNPROCESSABLE_ENTITY, &look, form, None)
            }
            AgreementRefusal::OtherConsent => self.once_more(visit, &typed, "consent").await,
            AgreementRefusal::Sign(SignRefusal::ContentChanged { .. }) => {
                self.once_more(visit, &typed, "changed").await
            }
            AgreementRefusal::Sign(SignRefusal::AlreadySigned { .. }) => Ok(to(&self.path)),
            AgreementRefusal::Link(_) | AgreementRefusal::PartyNotVerified => self.failed(visit, failure),
            // Whatever else is in the way, the page of the place says it.
            _ => self.as_it_stands(visit).await,
        }
    }

    /// Nothing was signed; the page says why and asks again. What was ticked is not ticked any more.
    async fn once_more(&self, visit: &Visit, typed: &SignatureInput, why: &'static str) -> Answer {
        let look = match self.look(visit).await {
            Ok(look) => look,
            Err(failure) => return self.failed(visit, failure),
        };
        let form = Form::new(&SignatureInput {
            agreed: String::new(),
            ..typed.clone()
        });
        self.show_step(visit, StatusCode::CONFLICT, &look, form, Some(why))
    }

    pub(super) async fn as_it_stands(&self, visit: &Visit) -> Answer {
        match self.look(visit).await {
            Ok(look) => {
                let form = Form::new(&proposed(&look));
                self.show_step(visit, StatusCode::CONFLICT, &look, form, None)
            }
            Err(failure) => self.failed(visit, failure),
        }
    }

    async fn show_decline(&self, visit: &Visit) -> Answer {
        let look = match self.look(visit).await {
            Ok(look) => look,
            Err(failure) => return self.failed(visit, failure),
        };
        // Whoever can still sign can still decline, and nobody else.
        if !matches!(look.step, SignStep::Open { .. }) {
            return Ok(to(&self.path));
        }
        let input = SignDeclineInput {
            wish: "change".to_owned(),
            ..SignDeclineInput::default()
        };
        visit.page(&self.declining(&look, Form::new(&input)))
    }

    fn declining(&self, look: &SignLook, form: Form) -> SignDeclinePage {
        SignDeclinePage {
            head: show::sign_head(&self.path, look),
            asks_for_name: look.asks_for_name,
            asks_for_id: look.asks_for_id,
            form,
        }
    }

    async fn decline(&self, visit: &Visit, headers: &HeaderMap, fields: &Fields) -> Answer {
        let typed = SignDeclineInput {
            reason: fields.get("reason"),
            wish: fields.get("wish"),
            signatory_name: fields.get("signatory_name"),
        };
        let wish = match typed.wish.as_str() {
            "change" => Some(Wish::Change),
            "refuse" => Some(Wish::Refuse),
            _ => None,
        };
        let mut problems = Vec::new();
        let required = |field: &str| Problem {
            field: field.to_owned(),
            code: ProblemCode::Required,
        };
        if typed.reason.trim().is_empty() {
            problems.push(required("reason"));
        }
        let outcome = match wish {
            Some(wish) if problems.is_empty() => {
                let input = DeclineInput {
                    name: typed.signatory_name.clone(),
                    id_last_four: fields.get("id_last_four"),
                    reason: typed.reason.clone(),
                    wish,
                    user_agent: user_agent(headers),
                };
                signing::decline(&visit.app, &visit.cx, &visit.actor, self.key(), &input).await
            }
            Some(_) => Err(problems.into()),
            None => {
                problems.push(required("wish"));
                Err(problems.into())
            }
        };
        match outcome {
            Ok(()) => Ok(to(&self.path)),
            Err(Failure::Invalid(problems)) => match self.look(visit).await {
                Ok(look) => visit.mend(&self.declining(&look, Form::with_problems(&typed, &problems))),
                Err(failure) => self.failed(visit, failure),
            },
            Err(Failure::Refused(Refusal::Agreement(refusal)))
                if matches!(*refusal, AgreementRefusal::NotThePerson) =>
            {
                let look = self.look(visit).await?;
                let form = Form::new(&typed).wrong("signatory_name", not_known(&look));
                visit.mend(&self.declining(&look, form))
            }
            Err(failure @ Failure::Refused(_)) => match &failure {
                Failure::Refused(Refusal::Agreement(refusal)) if !matches!(**refusal, AgreementRefusal::Link(_)) => {
                    self.as_it_stands(visit).await
                }
                _ => self.failed(visit, failure),
            },
            Err(failure) => self.failed(visit, failure),
        }
    }

    async fn answer(&self, visit: &Visit, fields: &Fields) -> Answer {
        let agrees = match fields.get("answer").as_str() {
            "agree" => true,
            "object" => false,
            // Neither button was pressed.
            _ => return Ok(to(&self.path)),
        };
        match signing::answer(&visit.app, &visit.cx, &visit.actor, self.key(), agrees).await {
            Ok(()) => Ok(to(&self.path)),
            Err(Failure::Refused(Refusal::Agreement(refusal))) if !matches!(*refusal, AgreementRefusal::Link(_)) => {
                self.as_it_stands(visit).await
            }
            Err(failure) => self.failed(visit, failure),
        }
    }

    async fn document(&self, visit: &Visit) -> Answer {
        match signing::document(&visit.app, &visit.cx, &visit.actor, self.key()).await {
            Ok(file) => paper(file),
            Err(failure) => self.failed(visit, failure),
        }
    }

    async fn file(&self, visit: &Visit) -> Answer {
        match signing::copy(&visit.app, &visit.cx, &visit.actor, self.key()).await {
            Ok(file) => download(file),
            Err(failure) => self.failed(visit, failure),
        }
    }
}

/// What the form says before anybody typed.
fn proposed(look: &SignLook) -> SignatureInput {
    let authority = look.authority.clone().unwrap_or_default();
    SignatureInput {
        capacity: authority.capacity,
        ..SignatureInput::default()
    }
}

/// Name or number are not those of the agreement.
fn not_known(look: &SignLook) -> Text {
    let wrong = if look.asks_for_id {
        "signing.not_the_person"
    } else {
        "signing.not_the_name"
    };
    Text::new(wrong).with("enterprise", look.enterprise.clone())
}

/// The program they use, as it names itself.
pub(super) fn user_agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

/// A file to keep.
fn download(file: ExportFile) -> Answer {
    // Numbers of agreements are plain; whatever is not stays out of the header.
    let name: String = file
        .name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
        .collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(Failed::internal)?;
    let kind = HeaderValue::from_static("application/json");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, file.content).into_response())
}

/// `GET /sign`
pub(crate) async fn enter(visit: Visit) -> Answer {
    visit.page(&SignCodePage {
        form: Form::new(&SignCodeInput::default()),
    })
}

/// `POST /sign`
pub(crate) async fn by_code(visit: Visit, fields: Fields) -> Answer {
    let input = SignCodeInput {
        sign_code: fields.get("sign_code").trim().to_owned(),
    };
    let path = format!("/sign/{}", show::encode(&input.sign_code));
    let wrong = |text| {
        visit.mend(&SignCodePage {
            form: Form::new(&input).wrong("sign_code", text),
        })
    };
    match signing::try_code(&visit.app, &visit.cx, &visit.actor, &input.sign_code).await {
        // A code that was good once leads to the page that says what became of it.
        Ok(_) | Err(Failure::Refused(Refusal::Agreement(_))) => Ok(to(&path)),
        Err(Failure::NotFound) => wrong(Text::new("signing.code_wrong")),
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /sign/{token}`
pub(crate) async fn get(visit: Visit, Path(key): Path<String>) -> Answer {
    Door::of_link(&visit, key)?.show(&visit).await
}

/// `POST /sign/{token}`
pub(crate) async fn post(visit: Visit, headers: HeaderMap, Path(key): Path<String>, fields: Fields) -> Answer {
    Door::of_link(&visit, key)?.sign(&visit, &headers, &fields).await
}

/// `GET /sign/{token}/decline`
pub(crate) async fn ask_decline(visit: Visit, Path(key): Path<String>) -> Answer {
    Door::of_link(&visit, key)?.show_decline(&visit).await
}

/// `POST /sign/{token}/decline`
pub(crate) async fn decline(visit: Visit, headers: HeaderMap, Path(key): Path<String>, fields: Fields) -> Answer {
    Door::of_link(&visit, key)?.decline(&visit, &headers, &fields).await
}

/// `POST /sign/{token}/answer`
pub(crate) async fn answer(visit: Visit, Path(key): Path<String>, fields: Fields) -> Answer {
    Door::of_link(&visit, key)?.answer(&visit, &fields).await
}

/// `GET /sign/{token}/file`
pub(crate) async fn file(visit: Visit, Path(key): Path<String>) -> Answer {
    Door::of_link(&visit, key)?.file(&visit).await
}

/// `GET /sign/{token}/document.pdf`
pub(crate) async fn document(visit: Visit, Path(key): Path<String>) -> Answer {
    Door::of_link(&visit, key)?.document(&visit).await
}

/// `GET /agreements/{id}/slots/{slot}/sign/document.pdf`
pub(crate) async fn document_own(visit: Visit, Path((agreement, slot)): Path<(String, String)>) -> Answer {
    Door::of_login(&visit, &agreement, &slot)?.document(&visit).await
}

/// `POST /sign/{token}/again`
pub(crate) async fn again(visit: Visit, Path(key): Path<String>) -> Answer {
    let door = Door::of_link(&visit, key.clone())?;
    match signing::send_link_again(&visit.app, &visit.cx, &key).await {
        Ok(()) => visit.page(&door.closed("link_sent")),
        Err(failure) => door.failed(&visit, failure),
    }
}

/// `GET /agreements/{id}/slots/{slot}/sign`
pub(crate) async fn own(visit: Visit, Path((agreement, slot)): Path<(String, String)>) -> Answer {
    Door::of_login(&visit, &agreement, &slot)?.show(&visit).await
}

/// `POST /agreements/{id}/slots/{slot}/sign`
pub(crate) async fn sign_own(
    visit: Visit,
    headers: HeaderMap,
    Path((agreement, slot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let door = Door::of_login(&visit, &agreement, &slot)?;
    door.sign(&visit, &headers, &fields).await
}

/// `GET /agreements/{id}/slots/{slot}/sign/decline`
pub(crate) async fn ask_decline_own(visit: Visit, Path((agreement, slot)): Path<(String, String)>) -> Answer {
    Door::of_login(&visit, &agreement, &slot)?.show_decline(&visit).await
}

/// `POST /agreements/{id}/slots/{slot}/sign/decline`
pub(crate) async fn decline_own(
    visit: Visit,
    headers: HeaderMap,
    Path((agreement, slot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let door = Door::of_login(&visit, &agreement, &slot)?;
    door.decline(&visit, &headers, &fields).await
}

/// `POST /agreements/{id}/slots/{slot}/sign/answer`
pub(crate) async fn answer_own(
    visit: Visit,
    Path((agreement, slot)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    Door::of_login(&visit, &agreement, &slot)?.answer(&visit, &fields).await
}

/// `GET /agreements/{id}/slots/{slot}/sign/file`
pub(crate) async fn file_own(visit: Visit, Path((agreement, slot)): Path<(String, String)>) -> Answer {
    Door::of_login(&visit, &agreement, &slot)?.file(&visit).await
}
