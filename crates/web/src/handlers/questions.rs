//! What people search for, and what the operator decides that it means.

use axum::http::StatusCode;
use marketplace::Problem;
use operations::{Failure, Result as Done, search::questions};

use super::{Answer, Fields, Params};
use crate::{
    pages::{Form, MeaningTyped, OperatorQuestionsPage},
    show::{decided_row, question_row, unfound_row},
    visit::Visit,
};

const PATH: &str = "/operator/questions";

/// `GET /operator/questions?words=`
pub(crate) async fn get(visit: Visit, Params(fields): Params) -> Answer {
    let typed = MeaningTyped {
        words: fields.get("words"),
        means: String::new(),
    };
    room(&visit, StatusCode::OK, Form::new(&typed)).await
}

/// `POST /operator/questions/read`
pub(crate) async fn read(visit: Visit, fields: Fields) -> Answer {
    let means = fields.get("means");
    let done = questions::decide(&visit.app, &visit.cx, &visit.actor, &fields.get("words"), Some(&means)).await;
    after(&visit, &fields, done, "meaning_decided").await
}

/// `POST /operator/questions/leave`
pub(crate) async fn leave(visit: Visit, fields: Fields) -> Answer {
    let done = questions::decide(&visit.app, &visit.cx, &visit.actor, &fields.get("words"), None).await;
    after(&visit, &fields, done, "question_left").await
}

/// `POST /operator/questions/undo`
pub(crate) async fn undo(visit: Visit, fields: Fields) -> Answer {
    let done = questions::undecide(&visit.app, &visit.cx, &visit.actor, &fields.get("words")).await;
    after(&visit, &fields, done, "meaning_taken_back").await
}

async fn after(visit: &Visit, fields: &Fields, done: Done<()>, flash: &'static str) -> Answer {
    match done {
        Ok(()) => Ok(visit.done(PATH, flash)),
        Err(Failure::Invalid(problems)) => {
            let form = wrong(fields, &problems);
            room(visit, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(failure) => Err(failure.into()),
    }
}

fn wrong(fields: &Fields, problems: &[Problem]) -> Form {
    let typed = MeaningTyped {
        words: fields.get("words"),
        means: fields.get("means"),
    };
    Form::with_problems(&typed, problems)
}

async fn room(visit: &Visit, status: StatusCode, form: Form) -> Answer {
    let found = questions::questions(&visit.app, &visit.cx, &visit.actor).await?;
    let page = OperatorQuestionsPage {
        days: questions::DAYS,
        often: questions::OFTEN,
        unfound: found.unfound.iter().map(unfound_row).collect(),
        decided: found.decided.iter().map(decided_row).collect(),
        most: found.most.iter().map(question_row).collect(),
        form,
    };
    visit.page_with(status, &page)
}
