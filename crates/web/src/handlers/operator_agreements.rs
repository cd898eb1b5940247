//! The operator's pages of agreements: found by number, opened with a reason that the parties read.

use std::collections::BTreeMap;

use axum::{extract::Path, http::StatusCode};
use kernel::{AgreementId, SlotId};
use marketplace::Problem;
use operations::{
    Failure, Refusal,
    agreements::{self, Course, ReplaceInput, overseen},
};
use words::Text;

use super::{Answer, Fields, Params, agreements_running::pause_typed, id};
use crate::{
    Failed,
    pages::{
        Form, Mistake, OperatorAgreementTyped, OperatorAgreementsPage, PausePage, PauseTyped, ResumePage, ResumeTyped,
        RunningHead,
    },
    show,
    visit::Visit,
};

/// `GET /operator/agreements`
pub(crate) async fn find(visit: Visit, Params(fields): Params) -> Answer {
    let asked = fields.get("q").trim().to_owned();
    let found = overseen::find(&visit.app, &visit.actor, &asked).await?;
    visit.page(&OperatorAgreementsPage {
        rows: found.iter().map(show::operator_row).collect(),
        asked,
    })
}

fn path(id: AgreementId) -> String {
    format!("/operator/agreements/{id}")
}

async fn page(visit: &Visit, id: AgreementId, status: StatusCode, form: Form, refused: Option<Text>) -> Answer {
    let view = overseen::oversee(&visit.app, &visit.cx, &visit.actor, id).await?;
    visit.page_with(status, &show::operator_agreement(visit, &view, form, refused))
}

/// The page again with what was refused; `named` says under which name a field stands in the page.
async fn again(visit: &Visit, id: AgreementId, fields: &Fields, failure: Failure, named: &str) -> Answer {
    let typed: BTreeMap<&str, &str> = fields
        .0
        .iter()
        .map(|(name, words)| (name.as_str(), words.as_str()))
        .collect();
    let label = match named.rsplit('.').next().unwrap_or(named) {
        "email" => Text::of("field", "email"),
        "reason" => Text::new("operator_agreement.open_reason"),
        _ => Text::of("field", "void_reason"),
    };
    let mistakes = |problems: &[Problem]| {
        let mistakes = problems.iter().map(|problem| Mistake {
            field: named.to_owned(),
            label: label.clone(),
            message: words::problem(&problem.code),
        });
        Form::with_mistakes(&typed, mistakes.collect::<Vec<_>>())
    };
    match failure {
        Failure::Invalid(problems) => {
            page(visit, id, StatusCode::UNPROCESSABLE_ENTITY, mistakes(&problems), None).await
        }
        Failure::Refused(Refusal::Agreement(refusal)) => {
            page(visit, id, StatusCode::CONFLICT, mistakes(&[]), Some(refusal.text())).await
        }
        other => Err(other.into()),
    }
}

/// `GET /operator/agreements/{id}`
pub(crate) async fn get(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.operator()?;
    let form = Form::new(&OperatorAgreementTyped::default());
    page(&visit, id(&agreement)?, StatusCode::OK, form, None).await
}

/// `POST /operator/agreements/{id}/open`
pub(crate) async fn open(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let id = id(&agreement)?;
    match overseen::open(&visit.app, &visit.cx, &visit.actor, id, &fields.get("reason")).await {
        Ok(()) => Ok(visit.done(&path(id), "agreement_opened")),
        Err(failure) => again(&visit, id, &fields, failure, "reason").await,
    }
}

/// `POST /operator/agreements/{id}/void`
pub(crate) async fn void(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let id = id(&agreement)?;
    match agreements::void(&visit.app, &visit.cx, &visit.actor, id, &fields.get("void_reason")).await {
        Ok(()) => Ok(visit.done(&path(id), "agreement_voided")),
        Err(failure) => again(&visit, id, &fields, failure, "void_reason").await,
    }
}

/// `POST /operator/agreements/{id}/slots/{slot}/address`
pub(crate) async fn address(visit: Visit, Path((agreement, slot)): Path<(String, String)>, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let (id, slot): (AgreementId, SlotId) = (id(&agreement)?, id(&slot)?);
    let named = format!("{slot}.email");
    let input = ReplaceInput {
        email: fields.get(&named),
        ..ReplaceInput::default()
    };
    match agreements::replace(&visit.app, &visit.cx, &visit.actor, id, slot, &input).await {
        Ok(_) => Ok(visit.done(&path(id), "agreement_replaced")),
        Err(failure) => again(&visit, id, &fields, failure, &named).await,
    }
}

/// Where a form of the operator belongs.
async fn head(visit: &Visit, id: AgreementId, form: &str) -> Result<(RunningHead, Course), Failed> {
    let view = overseen::oversee(&visit.app, &visit.cx, &visit.actor, id).await?;
    let head = RunningHead {
        action: format!("{}/{form}", path(id)),
        back: path(id),
        number: view.found.head.number.clone(),
        enterprise: view.found.enterprise.clone(),
        apprentice: view.opened.map(|opened| opened.apprentice),
        way: "ordered",
    };
    Ok((head, view.course.unwrap_or(Course::Holds)))
}

/// `GET /operator/agreements/{id}/pause`
pub(crate) async fn ask_pause(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.operator()?;
    let (head, _) = head(&visit, id(&agreement)?, "pause").await?;
    let form = Form::new(&PauseTyped::default());
    visit.page(&PausePage { head, form })
}

/// `POST /operator/agreements/{id}/pause`
pub(crate) async fn pause(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let id = id(&agreement)?;
    let (typed, input) = pause_typed(&fields);
    match agreements::suspend(&visit.app, &visit.cx, &visit.actor, id, &input).await {
        Ok(_) => Ok(visit.done(&path(id), "agreement_paused")),
        Err(Failure::Invalid(problems)) => {
            let (head, _) = head(&visit, id, "pause").await?;
            let form = Form::with_problems(&typed, &problems);
            visit.mend(&PausePage { head, form })
        }
        Err(failure) => again(&visit, id, &fields, failure, "reason").await,
    }
}

async fn resume_page(visit: &Visit, id: AgreementId, form: Form) -> Result<ResumePage, Failed> {
    let (head, course) = head(visit, id, "resume").await?;
    let mut course = show::course(&course, visit.cx.today());
    course.reason = course.reason.filter(|reason| !reason.is_empty());
    Ok(ResumePage { head, course, form })
}

/// `GET /operator/agreements/{id}/resume`
pub(crate) async fn ask_resume(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.operator()?;
    let typed = ResumeTyped {
        on: kernel::format_date(visit.cx.today()),
    };
    visit.page(&resume_page(&visit, id(&agreement)?, Form::new(&typed)).await?)
}

/// `POST /operator/agreements/{id}/resume`
pub(crate) async fn resume(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let id = id(&agreement)?;
    let typed = ResumeTyped { on: fields.get("on") };
    match agreements::resume(&visit.app, &visit.cx, &visit.actor, id, &typed.on).await {
        Ok(_) => Ok(visit.done(&path(id), "agreement_resumed")),
        Err(Failure::Invalid(problems)) => {
            visit.mend(&resume_page(&visit, id, Form::with_problems(&typed, &problems)).await?)
        }
        Err(failure) => again(&visit, id, &fields, failure, "reason").await,
    }
}
