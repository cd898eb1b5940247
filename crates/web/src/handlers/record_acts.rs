//! What is done with a record beside weeks: people, the start, breaks, the assessment, the end, places taken.

use apprenticeship::record::{BreakReason, WithdrawReason};
use axum::{extract::Path, http::StatusCode};
use kernel::{AgreementId, AssignmentId, InvitationId, PersonId};
use operations::{
    Failure, Refusal, Token,
    records::{
        self, AssignInput, AssignWho, Assigned, BreakInput, ConcludeInput, DeadInvitation, JoinInput, RecordMay,
        RecordRefusal, RecordRole, RecordView, StartInput, WithdrawInput, joining,
    },
};
use words::{Qr, Text};

use super::{
    Answer, Fields, id,
    records::{closed, form, mistake, needs_reason, refused},
};
use crate::{
    Failed,
    pages::{
        AssignTyped, BreakRow, CodeView, EndedRow, Form, Mistake, RecordAssessmentPage, RecordBreakPage,
        RecordJoinPage, RecordStartPage, RecordWithdrawPage,
    },
    show::{self, encode, record_path},
    visit::Visit,
};

/// What a page of the record shows again after a failure.
struct Again {
    status: StatusCode,
    refused: Option<Text>,
    form: Form,
}

impl Again {
    /// The page as it is opened.
    fn fresh(names: &[&str]) -> Self {
        Self {
            status: StatusCode::OK,
            refused: None,
            form: form(&Fields::default(), names, Vec::new()),
        }
    }

    fn after(failure: Failure, fields: &Fields, names: &[&str], said: &str) -> Result<Self, Failed> {
        let (status, refused, mistakes) = refused(failure, said, str::to_owned)?;
        Ok(Self {
            status,
            refused,
            form: form(fields, names, mistakes),
        })
    }

    fn missing(fields: &Fields, names: &[&str], wrong: Vec<Mistake>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            refused: None,
            form: form(fields, names, wrong),
        }
    }
}

fn required(field: &str) -> Mistake {
    mistake(field, Text::of("problem", "required"))
}

// People.

fn assign_typed(fields: &Fields) -> AssignTyped {
    AssignTyped {
        role: fields.get("role"),
        by: fields.get("by"),
        name: fields.get("name"),
        email: fields.get("email"),
        from: fields.get("from"),
        until: fields.get("until"),
    }
}

async fn people_page(
    visit: &Visit,
    id: AgreementId,
    status: StatusCode,
    codes: Vec<CodeView>,
    shown: Option<Again>,
) -> Answer {
    let view = match records::people(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => view,
        Err(failure) => return closed(id, failure),
    };
    let (form, refused) = if let Some(again) = shown {
        (again.form, again.refused)
    } else {
        let blank = AssignTyped {
            role: match view.roles.as_slice() {
                [only] => only.code().to_owned(),
                _ => String::new(),
            },
            by: "letter".to_owned(),
            ..AssignTyped::default()
        };
        (Form::new(&blank), None)
    };
    visit.page_with(
        status,
        &show::people_page(&view, visit.cx.today(), codes, form, refused),
    )
}

const PEOPLE_FIELDS: [&str; 6] = ["role", "by", "name", "email", "from", "until"];

/// `GET /records/{id}/people`
pub(crate) async fn people(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    people_page(&visit, id(&record)?, StatusCode::OK, Vec::new(), None).await
}

async fn people_again(visit: &Visit, id: AgreementId, again: Again) -> Answer {
    people_page(visit, id, again.status, Vec::new(), Some(again)).await
}

/// `POST /records/{id}/people`: somebody is assigned or invited, ends, or is not invited any more.
pub(crate) async fn assign(visit: Visit, Path(record): Path<String>, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let record = id::<AgreementId>(&record)?;
    let path = format!("{}/people", record_path(record));
    let (app, cx, actor) = (&visit.app, &visit.cx, &visit.actor);
    match fields.get("act").as_str() {
        "end" => {
            let assignment: AssignmentId = id(&fields.get("id"))?;
            let field = format!("last.{assignment}");
            return match records::end_assignment(app, cx, actor, record, assignment, &fields.get(&field)).await {
                Ok(()) => Ok(visit.done(&path, "person_ended")),
                Err(failure) if needs_reason(&failure) => closed(record, failure),
                Err(failure) => {
                    let (status, refused, mistakes) = refused(failure, &field, |_| field.clone())?;
                    let form = form(&fields, &PEOPLE_FIELDS, mistakes);
                    people_again(&visit, record, Again { status, refused, form }).await
                }
            };
        }
        "withdraw" => {
            let invitation: InvitationId = id(&fields.get("id"))?;
            return match records::withdraw_invitation(app, cx, actor, record, invitation).await {
                Ok(()) => Ok(visit.done(&path, "invitation_withdrawn")),
                Err(failure) => closed(record, failure),
            };
        }
        _ => {}
    }
    let typed = assign_typed(&fields);
    let role = RecordRole::from_code(&typed.role);
    let who = match typed.by.as_str() {
        "letter" => Some(AssignWho::Letter {
            name: typed.name.clone(),
            email: typed.email.clone(),
        }),
        "code" => Some(AssignWho::Code {
            name: typed.name.clone(),
        }),
        member => member.parse::<PersonId>().ok().map(AssignWho::Member),
    };
    let (Some(role), Some(who)) = (role, &who) else {
        let role = role.is_none().then(|| required("role"));
        let who = who.is_none().then(|| required("by"));
        let wrong = role.into_iter().chain(who).collect();
        return people_again(&visit, record, Again::missing(&fields, &PEOPLE_FIELDS, wrong)).await;
    };
    let input = AssignInput {
        role,
        who: who.clone(),
        from: typed.from.clone(),
        until: typed.until.clone(),
    };
    match records::assign(app, cx, actor, record, &input).await {
        Ok(Assigned::AtOnce) => Ok(visit.done(&path, "person_assigned")),
        Ok(Assigned::Letter { .. }) => Ok(visit.done(&path, "person_invited")),
        Ok(Assigned::Code {
            code,
            path: link,
            expires_at,
        }) => {
            // A code is shown this once, so there is no address to be led to.
            let link = visit.absolute(&link);
            let code = CodeView {
                role: Text::of("record_role", role.code()),
                name: typed.name,
                code,
                qr: Qr::of(&link),
                link,
                until: expires_at,
            };
            people_page(&visit, record, StatusCode::OK, vec![code], None).await
        }
        Err(failure) if needs_reason(&failure) => closed(record, failure),
        Err(failure) => {
            let again = Again::after(failure, &fields, &PEOPLE_FIELDS, "name")?;
            people_again(&visit, record, again).await
        }
    }
}

// The start.

async fn start_page(visit: &Visit, id: AgreementId, again: Option<Again>) -> Answer {
    let view = match records::start(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => view,
        Err(failure) => return closed(id, failure),
    };
    let again = again.unwrap_or_else(|| Again {
        status: StatusCode::OK,
        refused: None,
        form: Form::new(&view.typed),
    });
    let page = RecordStartPage {
        head: show::record_head(&view.head),
        refused: again.refused,
        on: view.on,
        missing: view.missing.iter().map(|gate| gate.code()).collect(),
        minor: view.head.is_minor,
        may_write: view.may_write,
        form: again.form,
    };
    visit.page_with(again.status, &page)
}

/// `GET /records/{id}/start`
pub(crate) async fn start(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    start_page(&visit, id(&record)?, None).await
}

/// `POST /records/{id}/start`
pub(crate) async fn save_start(visit: Visit, Path(record): Path<String>, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    let input = StartInput {
        insured_from: fields.get("insured_from"),
        safety_training_on: fields.get("safety_training_on"),
        needs_certificate: fields.get("needs_certificate") == "yes",
        certificate_until: fields.get("certificate_until"),
        health_check_on: fields.get("health_check_on"),
        has_minor_card: fields.get("has_minor_card") == "yes",
    };
    match records::save_start(&visit.app, &visit.cx, &visit.actor, id, &input).await {
        Ok(()) => Ok(visit.done(&format!("{}/start", record_path(id)), "start_saved")),
        Err(failure) if needs_reason(&failure) => closed(id, failure),
        Err(failure) => {
            let (status, refused, mistakes) = refused(failure, "insured_from", str::to_owned)?;
            let form = Form::with_mistakes(&input, mistakes);
            start_page(&visit, id, Some(Again { status, refused, form })).await
        }
    }
}

/// The acts, by their names on the page, that the reader may do now.
fn allowed(view: &RecordView, acts: &[(&'static str, RecordMay)]) -> Vec<&'static str> {
    let may = acts.iter().filter(|(_, may)| view.may.contains(may));
    may.map(|(name, _)| *name).collect()
}

// Breaks.

const BREAK_FIELDS: [&str; 5] = ["from", "until", "reason", "words", "on"];

async fn break_page(visit: &Visit, id: AgreementId, again: Again) -> Answer {
    let view = match records::overview(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => view,
        Err(failure) => return closed(id, failure),
    };
    let page = RecordBreakPage {
        head: show::record_head(&view.head),
        refused: again.refused,
        breaks: view
            .breaks
            .iter()
            .map(|pause| BreakRow {
                from: pause.from,
                until: pause.until,
                reason: pause.reason.code(),
                words: pause.words.clone(),
            })
            .collect(),
        reasons: BreakReason::ALL.iter().map(|reason| reason.code()).collect(),
        may: allowed(&view, &[("pause", RecordMay::Pause), ("resume", RecordMay::Resume)]),
        form: again.form,
    };
    visit.page_with(again.status, &page)
}

/// `GET /records/{id}/break`
pub(crate) async fn pause_form(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    break_page(&visit, id(&record)?, Again::fresh(&BREAK_FIELDS)).await
}

/// `POST /records/{id}/break`
pub(crate) async fn pause(visit: Visit, Path(record): Path<String>, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    let (outcome, done) = if fields.get("act") == "resume" {
        let on = fields.get("on");
        (
            records::resume(&visit.app, &visit.cx, &visit.actor, id, &on).await,
            "resumed",
        )
    } else {
        let input = BreakInput {
            from: fields.get("from"),
            until: fields.get("until"),
            reason: fields.get("reason"),
            words: fields.get("words"),
        };
        (
            records::pause(&visit.app, &visit.cx, &visit.actor, id, &input).await,
            "paused",
        )
    };
    match outcome {
        Ok(()) => Ok(visit.done(&record_path(id), done)),
        Err(failure) if needs_reason(&failure) => closed(id, failure),
        Err(failure) => break_page(&visit, id, Again::after(failure, &fields, &BREAK_FIELDS, "words")?).await,
    }
}

// The early end.

const END_FIELDS: [&str; 4] = ["reason", "side", "words", "last_day"];

async fn withdraw_page(visit: &Visit, id: AgreementId, again: Again) -> Answer {
    let view = match records::overview(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => view,
        Err(failure) => return closed(id, failure),
    };
    let page = RecordWithdrawPage {
        head: show::record_head(&view.head),
        refused: again.refused,
        ended: view.withdrawal.as_ref().map(|withdrawal| EndedRow {
            last_day: withdrawal.last_day,
            reason: withdrawal.reason.code(),
            words: withdrawal.words.clone(),
        }),
        // Terminated is what the agreement does to the record; nobody says so here.
        reasons: WithdrawReason::ALL
            .iter()
            .filter(|reason| **reason != WithdrawReason::Terminated)
            .map(|reason| reason.code())
            .collect(),
        sides: show::record_sides(&view.head),
        may_withdraw: view.may.contains(&RecordMay::Withdraw),
        form: again.form,
    };
    visit.page_with(again.status, &page)
}

/// `GET /records/{id}/withdraw`
pub(crate) async fn withdraw_form(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    withdraw_page(&visit, id(&record)?, Again::fresh(&END_FIELDS)).await
}

/// `POST /records/{id}/withdraw`
pub(crate) async fn withdraw(visit: Visit, Path(record): Path<String>, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    if fields.get("sure") != "yes" {
        let wrong = vec![mistake("sure", Text::new("record.withdraw_not_sure"))];
        return withdraw_page(&visit, id, Again::missing(&fields, &END_FIELDS, wrong)).await;
    }
    let input = WithdrawInput {
        reason: fields.get("reason"),
        side: fields.get("side"),
        words: fields.get("words"),
        last_day: fields.get("last_day"),
    };
    match records::withdraw(&visit.app, &visit.cx, &visit.actor, id, &input).await {
        Ok(()) => Ok(visit.done(&record_path(id), "withdrawn")),
        Err(failure) if needs_reason(&failure) => closed(id, failure),
        Err(failure) => withdraw_page(&visit, id, Again::after(failure, &fields, &END_FIELDS, "words")?).await,
    }
}

// The assessment.

const ASSESSMENT_FIELDS: [&str; 6] = ["passed", "on", "evidence", "evidence_on", "correct_on", "reason"];

async fn assessment_page(visit: &Visit, id: AgreementId, again: Again) -> Answer {
    let view = match records::overview(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => view,
        Err(failure) => return closed(id, failure),
    };
    let passed = view.head.stage == apprenticeship::record::Stage::Completed;
    let page = RecordAssessmentPage {
        head: show::record_head(&view.head),
        refused: again.refused,
        result: view
            .completion
            .as_ref()
            .map(|completion| (passed, completion.on, completion.evidence.clone())),
        hours: (view.hours.all.approved, view.hours.all.planned),
        weeks: view.weeks_count,
        agreed: view.assessed_by.iter().map(|party| party.code()).collect(),
        may: allowed(
            &view,
            &[
                ("assess", RecordMay::Assess),
                ("conclude", RecordMay::Conclude),
                ("correct", RecordMay::Correct),
            ],
        ),
        form: again.form,
    };
    visit.page_with(again.status, &page)
}

/// `GET /records/{id}/assessment`
pub(crate) async fn assessment(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    assessment_page(&visit, id(&record)?, Again::fresh(&ASSESSMENT_FIELDS)).await
}

/// `POST /records/{id}/assessment`: put up for it, its result, or the day of it corrected.
pub(crate) async fn assess(visit: Visit, Path(record): Path<String>, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    let (app, cx, actor) = (&visit.app, &visit.cx, &visit.actor);
    let (outcome, done, said) = match fields.get("act").as_str() {
        "conclude" => {
            let passed = fields.get("passed");
            if passed.is_empty() {
                let again = Again::missing(&fields, &ASSESSMENT_FIELDS, vec![required("passed")]);
                return assessment_page(&visit, id, again).await;
            }
            let input = ConcludeInput {
                passed: passed == "passed",
                on: fields.get("on"),
                evidence: fields.get("evidence"),
                evidence_on: fields.get("evidence_on"),
            };
            let outcome = records::conclude(app, cx, actor, id, &input).await;
            (outcome, "concluded", "evidence")
        }
        "correct" => {
            let (on, reason) = (fields.get("correct_on"), fields.get("reason"));
            let outcome = records::correct(app, cx, actor, id, &on, &reason).await;
            (outcome, "corrected", "reason")
        }
        _ => (records::assess(app, cx, actor, id).await, "assessed", "reason"),
    };
    match outcome {
        Ok(()) => Ok(visit.done(&record_path(id), done)),
        Err(failure) if needs_reason(&failure) => closed(id, failure),
        Err(failure) => {
            let named = |field: &str| match field {
                "on" if done == "corrected" => "correct_on".to_owned(),
                other => other.to_owned(),
            };
            let (status, refused, mistakes) = refused(failure, said, named)?;
            let form = form(&fields, &ASSESSMENT_FIELDS, mistakes);
            assessment_page(&visit, id, Again { status, refused, form }).await
        }
    }
}

// Places taken.

async fn join_page(visit: &Visit, key: &str, shown: Option<(StatusCode, Form)>) -> Answer {
    let look = joining::look(&visit.app, &visit.cx, &visit.actor, key).await?;
    let state = match look.dead {
        None => "open",
        Some(DeadInvitation::Expired) => "expired",
        Some(DeadInvitation::Taken) => "accepted",
        Some(DeadInvitation::Withdrawn) => "withdrawn",
    };
    let is_open = state == "open";
    let (status, form) = shown.filter(|_| is_open).unwrap_or_else(|| {
        let status = if is_open { StatusCode::OK } else { StatusCode::GONE };
        let known = [
            ("name".to_owned(), look.name.clone()),
            ("email".to_owned(), look.email.clone().unwrap_or_default()),
        ];
        (status, form(&Fields(known.to_vec()), &[], Vec::new()))
    });
    let page = RecordJoinPage {
        path: format!("/join/{}", encode(key)),
        role: look.role.code(),
        name: look.name,
        enterprise: look.enterprise,
        apprentice: look.apprentice,
        expires_at: look.expires_at,
        state,
        asks_for_identity: look.asks_for_identity,
        signed_in: look.signed_in,
        has_login: look.has_login,
        form,
    };
    visit.page_with(status, &page)
}

/// A token cannot be guessed, a code that people read to each other could be.
fn may_look(visit: &Visit, key: &str) -> Result<(), Failed> {
    if Token::parse(key).is_none() {
        visit.may_look_at_code()?;
    }
    Ok(())
}

/// `GET /join/{token}`
pub(crate) async fn place(visit: Visit, Path(key): Path<String>) -> Answer {
    may_look(&visit, &key)?;
    join_page(&visit, &key, None).await
}

/// `POST /join/{token}`
pub(crate) async fn take(visit: Visit, Path(key): Path<String>, fields: Fields) -> Answer {
    may_look(&visit, &key)?;
    let input = JoinInput {
        name: fields.get("name"),
        id_last_four: fields.get("id_last_four"),
        email: fields.get("email"),
        password: fields.get("password"),
    };
    let shown: Vec<(String, String)> = ["name", "email"]
        .into_iter()
        .map(|name| (name.to_owned(), fields.get(name)))
        .collect();
    let again = |mistakes| form(&Fields(shown.clone()), &["name", "email"], mistakes);
    match joining::take(&visit.app, &visit.cx, &visit.actor, &key, &input).await {
        Ok(joined) => {
            let done = visit.done(&record_path(joined.record), "place_taken");
            Ok(match &joined.session {
                Some(session) => visit.with_session(session, done),
                None => done,
            })
        }
        Err(Failure::Refused(Refusal::Record(refusal))) => match *refusal {
            RecordRefusal::NotThePerson => {
                let wrong = again(vec![mistake("name", refusal.text())]);
                join_page(&visit, &key, Some((StatusCode::UNPROCESSABLE_ENTITY, wrong))).await
            }
            RecordRefusal::Invitation(_) => join_page(&visit, &key, None).await,
            _ => Err(Failure::Refused(Refusal::Record(refusal)).into()),
        },
        Err(failure @ Failure::Invalid(_)) => {
            let (status, _, mistakes) = refused(failure, "name", str::to_owned)?;
            join_page(&visit, &key, Some((status, again(mistakes)))).await
        }
        Err(failure) => Err(failure.into()),
    }
}
