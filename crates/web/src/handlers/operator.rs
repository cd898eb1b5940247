//! The operator's queues.

use axum::extract::Path;
use kernel::{JobId, OrganisationId};
use marketplace::{Problem, ProblemCode, Standing, StandingRefusal};
use operations::{
    Failure, Refusal,
    operator::{self, QueueStatus},
    organisations::{self, Decision},
};
use words::Text;

use super::{Answer, Fields, Params, id, page_number, workspace::acting};
use crate::{
    Failed,
    pages::{
        DecisionInput, Form, Link, OperatorImportsPage, OperatorJobsPage, OperatorOrganisationPage, OperatorQueuePage,
        Tab,
    },
    show::{checks, decisions, encode, failed_letter, job_row, jobs_in, letters_in, member_row, pager, remark},
    visit::Visit,
};

/// `GET /operator`
pub(crate) async fn queue(visit: Visit, Params(fields): Params) -> Answer {
    let asked = fields.get("standing");
    let standing = Standing::CODES.into_iter().find(|code| *code == asked);
    let standing = standing.unwrap_or(Standing::CODES[0]);
    let page = page_number(&fields);
    let queue = operator::queue(&visit.app, &visit.actor, standing, page).await?;
    let count = |code: &str| {
        queue
            .counts
            .iter()
            .find(|(of, _)| of == code)
            .map_or(0, |(_, count)| *count)
    };
    let href = |code: &str| format!("/operator?standing={code}");
    let names = visit.names();
    visit.page(&OperatorQueuePage {
        tabs: Standing::CODES
            .map(|code| Tab {
                label: Text::of("standing", code),
                count: count(code),
                href: href(code),
                chosen: code == standing,
            })
            .to_vec(),
        standing,
        rows: queue.organisations.iter().map(|found| names.queue_row(found)).collect(),
        pager: pager(page, count(standing), operator::PER_PAGE, |page| {
            format!("{}&page={page}", href(standing))
        }),
        acting: acting(&visit).await?,
    })
}

/// `GET /operator/organisations/{id}`
pub(crate) async fn organisation(visit: Visit, Path(organisation): Path<String>) -> Answer {
    let form = Form::new(&DecisionInput::default());
    visit.page(&dossier(&visit, id(&organisation)?, form).await?)
}

/// `POST /operator/organisations/{id}/verify`
pub(crate) async fn verify(visit: Visit, Path(organisation): Path<String>, fields: Fields) -> Answer {
    decide(&visit, &organisation, &fields, &Decision::Verify, "verified").await
}

/// `POST /operator/organisations/{id}/return`
pub(crate) async fn return_with(visit: Visit, Path(organisation): Path<String>, fields: Fields) -> Answer {
    let reason = fields.get("reason");
    decide(&visit, &organisation, &fields, &Decision::Return { reason }, "returned").await
}

/// `POST /operator/organisations/{id}/suspend`
pub(crate) async fn suspend(visit: Visit, Path(organisation): Path<String>, fields: Fields) -> Answer {
    let reason = fields.get("reason");
    decide(
        &visit,
        &organisation,
        &fields,
        &Decision::Suspend { reason },
        "suspended",
    )
    .await
}

/// `POST /operator/organisations/{id}/reinstate`
pub(crate) async fn reinstate(visit: Visit, Path(organisation): Path<String>, fields: Fields) -> Answer {
    decide(&visit, &organisation, &fields, &Decision::Reinstate, "reinstated").await
}

/// `GET /operator/jobs`
pub(crate) async fn jobs(visit: Visit, Params(fields): Params) -> Answer {
    // What was given up waits for somebody; the rest takes care of itself.
    let status = QueueStatus::from_code(&fields.get("state")).unwrap_or(QueueStatus::Dead);
    let page = page_number(&fields);
    let works = operator::works(&visit.app, &visit.actor, status, page).await?;
    let href = |code: &str| format!("/operator/jobs?state={code}");
    visit.page(&OperatorJobsPage {
        tabs: QueueStatus::ALL
            .map(|state| Tab {
                label: Text::of("job_state", state.code()),
                count: jobs_in(&works, state.code()),
                href: href(state.code()),
                chosen: state == status,
            })
            .to_vec(),
        rows: works.jobs.iter().map(job_row).collect(),
        pager: pager(page, jobs_in(&works, status.code()), operator::PER_PAGE, |page| {
            format!("{}&page={page}", href(status.code()))
        }),
        letters_waiting: letters_in(&works, QueueStatus::Ready) + letters_in(&works, QueueStatus::Running),
        letters_sent: letters_in(&works, QueueStatus::Done),
        failed_letters: works.failed_letters.iter().map(failed_letter).collect(),
    })
}

/// `POST /operator/jobs/{id}/retry`
pub(crate) async fn retry(visit: Visit, Path(job): Path<String>) -> Answer {
    visit.actor.operator()?;
    let job: JobId = id(&job)?;
    operator::revive(&visit.app, &visit.cx, &visit.actor, job).await?;
    Ok(visit.done("/operator/jobs", "job_retried"))
}

/// `GET /operator/imports`
pub(crate) async fn imports(visit: Visit) -> Answer {
    let imports = operator::imports(&visit.app, &visit.actor).await?;
    let names = visit.names();
    visit.page(&OperatorImportsPage {
        rows: imports
            .iter()
            .map(|(import, who)| names.import_row(import, who))
            .collect(),
        pager: None,
    })
}

async fn decide(visit: &Visit, organisation: &str, fields: &Fields, decision: &Decision, done: &'static str) -> Answer {
    visit.actor.operator()?;
    let organisation: OrganisationId = id(organisation)?;
    let seen = fields.version();
    match organisations::decide(&visit.app, &visit.cx, &visit.actor, organisation, seen, decision).await {
        Ok(()) => Ok(visit.done("/operator", done)),
        Err(Failure::Refused(Refusal::Standing(StandingRefusal::ReasonMissing))) => {
            let missing = Problem {
                field: "reason".to_owned(),
                code: ProblemCode::Required,
            };
            let input = DecisionInput {
                reason: fields.get("reason"),
                version: seen.unwrap_or_default(),
            };
            visit.mend(&dossier(visit, organisation, Form::with_problems(&input, &[missing])).await?)
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn dossier(visit: &Visit, id: OrganisationId, form: Form) -> Result<OperatorOrganisationPage, Failed> {
    let dossier = operator::dossier(&visit.app, &visit.cx, &visit.actor, id).await?;
    let names = visit.names();
    let organisation = &dossier.organisation;
    let name = &organisation.profile.name;
    let register = (dossier.register_rows > 0).then(|| {
        let href = format!("/search?q={}&kind=register", encode(name));
        Link::new(href, name)
    });
    Ok(OperatorOrganisationPage {
        path: format!("/operator/organisations/{id}"),
        organisation: names.card(organisation, dossier.posts),
        credit_code: organisation.profile.credit_code.to_string(),
        remark: remark(&organisation.standing),
        checks: checks(&dossier),
        members: dossier
            .members
            .iter()
            .map(|member| member_row(member, false, None))
            .collect(),
        register: register.into_iter().collect(),
        history: names.history(&dossier.history),
        form,
        version: dossier.version,
        may: decisions(&organisation.standing),
    })
}
