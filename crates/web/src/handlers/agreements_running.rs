//! What a party does with an agreement that holds: a pause, going on, the end. What cannot be undone is shown once more
//! before it is done.

use agreement::lifecycle::{Ground, Proposed, Settled, SlotRole, Termination};
use axum::{extract::Path, http::StatusCode};
use kernel::AgreementId;
use operations::{
    Failure, Refusal,
    agreements::{self, AgreementView, Course, EndInput, May, PauseInput},
};
use words::Text;

use super::{Answer, Fields, agreements_acts, id, to};
use crate::{
    Failed,
    pages::{
        EndAgreePage, EndPage, EndSurePage, EndTyped, Form, PausePage, PauseTyped, ResumePage, ResumeTyped, RunningHead,
    },
    show,
    visit::Visit,
};

/// The agreement, for who may `may`; whoever may not is led to its page, which says how it stands.
async fn view(visit: &Visit, id: AgreementId, may: May) -> Result<Result<AgreementView, String>, Failed> {
    let view = agreements::view(&visit.app, &visit.cx, &visit.actor, id).await?;
    Ok(if view.may.contains(&may) {
        Ok(view)
    } else {
        Err(format!("/agreements/{id}"))
    })
}

fn head(view: &AgreementView, form: &str) -> RunningHead {
    let back = format!("/agreements/{}", view.head.id);
    RunningHead {
        action: format!("{back}/{form}"),
        back,
        number: view.head.number.clone(),
        enterprise: view.enterprise.clone(),
        apprentice: Some(view.apprentice.clone()),
        way: if view.college.is_some() { "asks" } else { "alone" },
    }
}

/// What is said of something that was proposed or done.
const fn settled(settled: &Settled, done: &'static str) -> &'static str {
    match settled {
        Settled::WaitingFor(_) => "agreement_proposed",
        Settled::Done => done,
    }
}

/// What was refused as things stand is said on the agreement's page.
async fn refused(visit: &Visit, id: AgreementId, failure: Failure) -> Answer {
    match failure {
        Failure::Refused(Refusal::Agreement(refusal)) => agreements_acts::say(visit, id, refusal.text()).await,
        other => Err(other.into()),
    }
}

/// What the form of a pause sends.
pub(super) fn pause_typed(fields: &Fields) -> (PauseTyped, PauseInput) {
    let typed = PauseTyped {
        from: fields.get("from"),
        until: fields.get("until"),
        reason: fields.get("reason"),
    };
    let input = PauseInput {
        from: typed.from.clone(),
        until: typed.until.clone(),
        reason: typed.reason.clone(),
    };
    (typed, input)
}

/// What the form of an end sends.
pub(super) fn end_typed(fields: &Fields) -> (EndTyped, EndInput) {
    let typed = EndTyped {
        ground: fields.get("ground"),
        last_day: fields.get("last_day"),
        reason: fields.get("reason"),
        stipend: fields.get("stipend"),
        hours: fields.get("hours"),
        subsidy: fields.get("subsidy"),
        signatory_name: fields.get("signatory_name"),
        id_last_four: fields.get("id_last_four"),
    };
    let input = EndInput {
        ground: typed.ground.clone(),
        last_day: typed.last_day.clone(),
        reason: typed.reason.clone(),
        stipend: typed.stipend.clone(),
        hours: typed.hours.clone(),
        subsidy: typed.subsidy.clone(),
    };
    (typed, input)
}

/// The form of an end as it is begun: what usually follows from one stands there.
pub(super) fn end_begun(visit: &Visit) -> EndTyped {
    let usual = |key: &str| Text::of("running", key).render(visit.locale());
    EndTyped {
        stipend: usual("stipend_default"),
        hours: usual("hours_default"),
        subsidy: usual("subsidy_default"),
        ..EndTyped::default()
    }
}

/// Codes of the grounds that are for somebody in this role.
pub(super) fn grounds(role: SlotRole) -> Vec<&'static str> {
    let theirs = Ground::ALL.into_iter().filter(|ground| ground.is_for(role));
    theirs.map(Ground::code).collect()
}

/// `GET /agreements/{id}/pause`
pub(crate) async fn pause(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    match view(&visit, id(&agreement)?, May::Suspend).await? {
        Ok(view) => visit.page(&PausePage {
            head: head(&view, "pause"),
            form: Form::new(&PauseTyped::default()),
        }),
        Err(back) => Ok(to(&back)),
    }
}

/// `POST /agreements/{id}/pause`
pub(crate) async fn suspend(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let (typed, input) = pause_typed(&fields);
    match agreements::suspend(&visit.app, &visit.cx, &visit.actor, id, &input).await {
        Ok(outcome) => Ok(visit.done(&format!("/agreements/{id}"), settled(&outcome, "agreement_paused"))),
        Err(Failure::Invalid(problems)) => match view(&visit, id, May::Suspend).await? {
            Ok(view) => visit.mend(&PausePage {
                head: head(&view, "pause"),
                form: Form::with_problems(&typed, &problems),
            }),
            Err(back) => Ok(to(&back)),
        },
        Err(failure) => refused(&visit, id, failure).await,
    }
}

fn resume_page(visit: &Visit, view: &AgreementView, form: Form) -> ResumePage {
    let course = view.course.as_ref().unwrap_or(&Course::Holds);
    ResumePage {
        head: head(view, "resume"),
        course: show::course(course, visit.cx.today()),
        form,
    }
}

/// `GET /agreements/{id}/resume`
pub(crate) async fn ask_resume(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    let typed = ResumeTyped {
        on: kernel::format_date(visit.cx.today()),
    };
    match view(&visit, id(&agreement)?, May::Resume).await? {
        Ok(view) => visit.page(&resume_page(&visit, &view, Form::new(&typed))),
        Err(back) => Ok(to(&back)),
    }
}

/// `POST /agreements/{id}/resume`
pub(crate) async fn resume(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let typed = ResumeTyped { on: fields.get("on") };
    match agreements::resume(&visit.app, &visit.cx, &visit.actor, id, &typed.on).await {
        Ok(outcome) => Ok(visit.done(&format!("/agreements/{id}"), settled(&outcome, "agreement_resumed"))),
        Err(Failure::Invalid(problems)) => match view(&visit, id, May::Resume).await? {
            Ok(view) => visit.mend(&resume_page(&visit, &view, Form::with_problems(&typed, &problems))),
            Err(back) => Ok(to(&back)),
        },
        Err(failure) => refused(&visit, id, failure).await,
    }
}

/// The form of the end, with what was typed so far.
async fn end_form(visit: &Visit, id: AgreementId, status: StatusCode, form: Form) -> Answer {
    match view(visit, id, May::Terminate).await? {
        Ok(view) => visit.page_with(
            status,
            &EndPage {
                head: head(&view, "end"),
                grounds: grounds(view.own.into()),
                pending: view.proposal.is_some(),
                form,
            },
        ),
        Err(back) => Ok(to(&back)),
    }
}

/// `GET /agreements/{id}/end`
pub(crate) async fn ask_end(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    let form = Form::new(&end_begun(&visit));
    end_form(&visit, id(&agreement)?, StatusCode::OK, form).await
}

/// The end as it would be, before it is done.
async fn sure(visit: &Visit, id: AgreementId, end: &Termination, typed: &EndTyped) -> Answer {
    match view(visit, id, May::Terminate).await? {
        Ok(view) => visit.page(&EndSurePage {
            head: head(&view, "end"),
            alone: end.ground.is_unilateral(),
            facts: show::end_facts(end),
            means: show::end_means(end.ground),
            asks_who: false,
            form: Form::new(typed),
        }),
        Err(back) => Ok(to(&back)),
    }
}

/// `POST /agreements/{id}/end`
pub(crate) async fn end(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let (typed, input) = end_typed(&fields);
    let outcome = match fields.get("sure").as_str() {
        "yes" => {
            let ended = agreements::terminate(&visit.app, &visit.cx, &visit.actor, id, &input).await;
            ended.map(|outcome| visit.done(&format!("/agreements/{id}"), settled(&outcome, "agreement_ended")))
        }
        "no" => return end_form(&visit, id, StatusCode::OK, Form::new(&typed)).await,
        _ => match agreements::check_end(&visit.app, &visit.actor, id, &input).await {
            Ok(termination) => return sure(&visit, id, &termination, &typed).await,
            Err(failure) => Err(failure),
        },
    };
    match outcome {
        Ok(done) => Ok(done),
        Err(Failure::Invalid(problems)) => {
            let form = Form::with_problems(&typed, &problems);
            end_form(&visit, id, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(failure) => refused(&visit, id, failure).await,
    }
}

/// `GET /agreements/{id}/agree`: an end that others proposed, read before it is agreed to.
pub(crate) async fn ask_agree(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    let view = match view(&visit, id(&agreement)?, May::Agree).await? {
        Ok(view) => view,
        Err(back) => return Ok(to(&back)),
    };
    let Some(proposal) = &view.proposal else {
        return Ok(to(&format!("/agreements/{}", view.head.id)));
    };
    visit.page(&EndAgreePage {
        head: head(&view, "agree"),
        proposal: show::proposal(proposal),
        means: match &proposal.of {
            Proposed::Terminate(end) => show::end_means(end.ground),
            _ => Vec::new(),
        },
        asks_who: false,
        form: Form::new(&EndTyped::default()),
    })
}
