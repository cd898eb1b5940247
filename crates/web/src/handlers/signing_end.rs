//! The end of an agreement, for who signed it: by their own link or code, without an account. What cannot be undone is
//! shown once more, and asks who it is.

use agreement::lifecycle::{Proposed, Termination};
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode},
};
use operations::{
    Failure, Refusal,
    agreements::{
        AgreementRefusal,
        signing::{self, SignInput, SignLook},
    },
};
use words::Text;

use super::{
    Answer, Fields,
    agreements_running::{end_begun, end_typed, grounds},
    signing::{Door, user_agent},
    to,
};
use crate::{
    pages::{EndAgreePage, EndPage, EndSurePage, EndTyped, Form},
    show,
    visit::Visit,
};

/// What they say to be known as the signatory.
fn who(typed: &EndTyped, headers: &HeaderMap) -> SignInput {
    SignInput {
        name: typed.signatory_name.clone(),
        id_last_four: typed.id_last_four.clone(),
        user_agent: user_agent(headers),
        ..SignInput::default()
    }
}

fn not_the_person(typed: &EndTyped, look: &SignLook) -> Form {
    let wrong = Text::new("signing.not_the_person").with("enterprise", look.enterprise.clone());
    Form::new(typed).wrong("signatory_name", wrong)
}

impl Door {
    /// The form of the end; whoever may not end it is led to the page of their place.
    async fn end_form(&self, visit: &Visit, status: StatusCode, form: Form) -> Answer {
        let look = match self.look(visit).await {
            Ok(look) => look,
            Err(failure) => return self.failed(visit, failure),
        };
        match &look.course {
            Some(course) if course.may_end => visit.page_with(
                status,
                &EndPage {
                    head: show::own_head(self.path(), "end", &look),
                    grounds: grounds(look.role),
                    pending: course.proposal.is_some(),
                    form,
                },
            ),
            _ => Ok(to(self.path())),
        }
    }

    async fn sure(&self, visit: &Visit, status: StatusCode, end: &Termination, form: Form) -> Answer {
        let look = match self.look(visit).await {
            Ok(look) => look,
            Err(failure) => return self.failed(visit, failure),
        };
        let page = EndSurePage {
            head: show::own_head(self.path(), "end", &look),
            alone: end.ground.is_unilateral(),
            facts: show::end_facts(end),
            means: show::end_means(end.ground),
            asks_who: true,
            form,
        };
        visit.page_with(status, &page)
    }

    async fn end(&self, visit: &Visit, headers: &HeaderMap, fields: &Fields) -> Answer {
        let (typed, input) = end_typed(fields);
        let (app, cx, actor) = (&visit.app, &visit.cx, &visit.actor);
        if fields.get("sure") == "no" {
            return self.end_form(visit, StatusCode::OK, Form::new(&typed)).await;
        }
        let end = match signing::check_end(app, cx, actor, self.key(), &input).await {
            Ok(end) => end,
            Err(Failure::Invalid(problems)) => {
                let form = Form::with_problems(&typed, &problems);
                return self.end_form(visit, StatusCode::UNPROCESSABLE_ENTITY, form).await;
            }
            Err(failure) => return self.not_done(visit, failure).await,
        };
        if fields.get("sure") != "yes" {
            return self.sure(visit, StatusCode::OK, &end, Form::new(&typed)).await;
        }
        match signing::terminate(app, cx, actor, self.key(), &input, &who(&typed, headers)).await {
            Ok(_) => Ok(to(self.path())),
            Err(Failure::Refused(Refusal::Agreement(refusal))) if *refusal == AgreementRefusal::NotThePerson => {
                let look = self.look(visit).await?;
                let form = not_the_person(&typed, &look);
                self.sure(visit, StatusCode::UNPROCESSABLE_ENTITY, &end, form).await
            }
            Err(failure) => self.not_done(visit, failure).await,
        }
    }

    async fn agree_form(&self, visit: &Visit, status: StatusCode, form: Option<Form>) -> Answer {
        let look = match self.look(visit).await {
            Ok(look) => look,
            Err(failure) => return self.failed(visit, failure),
        };
        let course = look.course.as_ref().filter(|course| course.asked);
        let Some(proposal) = course.and_then(|course| course.proposal.as_ref()) else {
            return Ok(to(self.path()));
        };
        let page = EndAgreePage {
            head: show::own_head(self.path(), "agree", &look),
            proposal: show::proposal(proposal),
            means: match &proposal.of {
                Proposed::Terminate(end) => show::end_means(end.ground),
                _ => Vec::new(),
            },
            asks_who: true,
            form: form.unwrap_or_else(|| Form::new(&EndTyped::default())),
        };
        visit.page_with(status, &page)
    }

    async fn agree(&self, visit: &Visit, headers: &HeaderMap, fields: &Fields) -> Answer {
        let (typed, _) = end_typed(fields);
        let who = who(&typed, headers);
        match signing::agree_to_end(&visit.app, &visit.cx, &visit.actor, self.key(), &who).await {
            Ok(_) => Ok(to(self.path())),
            Err(Failure::Refused(Refusal::Agreement(refusal))) if *refusal == AgreementRefusal::NotThePerson => {
                let look = self.look(visit).await?;
                let form = not_the_person(&typed, &look);
                self.agree_form(visit, StatusCode::UNPROCESSABLE_ENTITY, Some(form))
                    .await
            }
            Err(failure) => self.not_done(visit, failure).await,
        }
    }

    /// Whatever else is in the way, the page of the place says how it stands.
    async fn not_done(&self, visit: &Visit, failure: Failure) -> Answer {
        match &failure {
            Failure::Refused(Refusal::Agreement(refusal)) if !matches!(**refusal, AgreementRefusal::Link(_)) => {
                self.as_it_stands(visit).await
            }
            _ => self.failed(visit, failure),
        }
    }
}

/// `GET /sign/{token}/end`
pub(crate) async fn ask_end(visit: Visit, Path(key): Path<String>) -> Answer {
    let form = Form::new(&end_begun(&visit));
    Door::of_link(&visit, key)?.end_form(&visit, StatusCode::OK, form).await
}

/// `POST /sign/{token}/end`
pub(crate) async fn end(visit: Visit, headers: HeaderMap, Path(key): Path<String>, fields: Fields) -> Answer {
    Door::of_link(&visit, key)?.end(&visit, &headers, &fields).await
}

/// `GET /sign/{token}/agree`
pub(crate) async fn ask_agree(visit: Visit, Path(key): Path<String>) -> Answer {
    Door::of_link(&visit, key)?
        .agree_form(&visit, StatusCode::OK, None)
        .await
}

/// `POST /sign/{token}/agree`
pub(crate) async fn agree(visit: Visit, headers: HeaderMap, Path(key): Path<String>, fields: Fields) -> Answer {
    Door::of_link(&visit, key)?.agree(&visit, &headers, &fields).await
}
