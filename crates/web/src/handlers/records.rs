//! An apprentice's record: the own start page, one record, its sections, the agreement, who opened it, files.

use std::collections::BTreeMap;

use agreement::lifecycle::Party;
use apprenticeship::record::Section;
use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use kernel::AgreementId;
use marketplace::Problem;
use operations::{
    Failure, Page as Part, Refusal,
    records::{self, RecordFile, RecordMay, RecordRefusal, RecordView, SectionView},
};
use words::Text;

use super::{Answer, Fields, Params, id, page_number, to};
use crate::{
    Failed,
    pages::{
        ApprenticesPage, Form, Mistake, MyPage, OperatorRecordPage, RecordComplainPage, RecordOpenedPage, RecordPage,
        Tab,
    },
    show::{self, pager, record_path},
    visit::Visit,
};

/// How many records a page lists.
const PER_PAGE: i64 = 20;

/// Whether an operator has not said yet why a record is opened.
pub(super) fn needs_reason(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(Refusal::Record(refusal)) if **refusal == RecordRefusal::NeedsReason)
}

/// An operator says first why a record is opened; all other failures are those of every page.
pub(super) fn closed(id: AgreementId, failure: Failure) -> Answer {
    if needs_reason(&failure) {
        return Ok(to(&format!("/operator{}", record_path(id))));
    }
    Err(failure.into())
}

/// What a field of the record's forms is called.
fn label(field: &str) -> Text {
    Text::new(match field.split('.').next().unwrap_or(field) {
        "name" => "record.person_name",
        "email" => "field.email",
        "password" => "field.password",
        "id_last_four" => "field.id_last_four",
        "reason" => "field.reason",
        "role" => "record.assign_role",
        "by" => "record.assign_by",
        "from" => "record.from",
        "until" => "record.until",
        "last" | "last_day" => "record.last_day",
        "on" | "correct_on" => "record.outcome_on",
        "evidence" => "record.evidence",
        "evidence_on" => "record.evidence_on",
        "passed" => "record.outcome",
        "side" => "record.withdraw_side",
        "sure" => "record.withdraw_go",
        "insured_from" => "record.insured_from",
        "safety_training_on" => "record.safety_training_on",
        "certificate_until" => "record.certificate_until",
        "health_check_on" => "record.health_check_on",
        _ => "record.words",
    })
}

/// Something that is wrong with a field.
pub(super) fn mistake(field: &str, message: Text) -> Mistake {
    Mistake {
        field: field.to_owned(),
        label: label(field),
        message,
    }
}

/// What was typed into these fields, with what is wrong with it.
pub(super) fn form(fields: &Fields, names: &[&str], mistakes: Vec<Mistake>) -> Form {
    let blank = names.iter().map(|name| ((*name).to_owned(), String::new()));
    let typed = fields.0.iter().cloned();
    let values: BTreeMap<String, String> = blank.chain(typed).collect();
    Form::with_mistakes(&values, mistakes)
}

/// Problems of an operation. `named` says under which name a field of its input stands in the page.
pub(super) fn mistakes(problems: &[Problem], named: impl Fn(&str) -> String) -> Vec<Mistake> {
    let of = |problem: &Problem| mistake(&named(&problem.field), words::problem(&problem.code));
    problems.iter().map(of).collect()
}

/// What a page shows after a failure: status, the refusal's sentence, what is wrong with fields. A refusal for want of
/// words is said beside the field of the words.
pub(super) fn refused(
    failure: Failure,
    said: &str,
    named: impl Fn(&str) -> String,
) -> Result<(StatusCode, Option<Text>, Vec<Mistake>), Failed> {
    match failure {
        Failure::Invalid(problems) => Ok((StatusCode::UNPROCESSABLE_ENTITY, None, mistakes(&problems, named))),
        Failure::Refused(Refusal::Record(refusal)) => {
            let code = refusal.code();
            let wants_words = [".no_words", ".no_reason", ".no_evidence", "needs_reason"]
                .iter()
                .any(|end| code.ends_with(end));
            if wants_words {
                let mistake = mistake(said, refusal.text());
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, None, vec![mistake]));
            }
            Ok((StatusCode::CONFLICT, Some(refusal.text()), Vec::new()))
        }
        other => Err(other.into()),
    }
}

/// A file to keep.
pub(super) fn attachment(file: RecordFile, kind: &'static str) -> Result<Response, Failed> {
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name)).map_err(Failed::internal)?;
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// The page of a record; the pay only for those who may see the agreement.
async fn page(visit: &Visit, view: &RecordView) -> Result<RecordPage, Failure> {
    let agreement = if view.may.contains(&RecordMay::SeeAgreement) {
        Some(records::agreement(&visit.app, &visit.cx, &visit.actor, view.head.id).await?)
    } else {
        None
    };
    Ok(show::record_page(view, agreement.as_ref()))
}

/// `GET /my`: with one record of one's own and nothing else to look after, that record.
pub(crate) async fn my(visit: Visit) -> Answer {
    let mine = records::mine(&visit.app, &visit.cx, &visit.actor).await?;
    if let ([own], []) = (mine.own.as_slice(), mine.assigned.as_slice()) {
        let view = records::overview(&visit.app, &visit.cx, &visit.actor, own.head.id).await?;
        return visit.page(&page(&visit, &view).await?);
    }
    visit.page(&MyPage {
        name: visit
            .actor
            .person()
            .map(|person| person.name.clone())
            .unwrap_or_default(),
        own: mine.own.iter().map(show::my_record).collect(),
        cared: mine.assigned.iter().map(show::my_record).collect(),
        waiting: mine.to_review,
    })
}

/// `GET /records/{id}`
pub(crate) async fn get(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    match records::overview(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => visit.page(&page(&visit, &view).await?),
        Err(failure) => closed(id, failure),
    }
}

/// `GET /records/{id}/agreement`
pub(crate) async fn agreement(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    match records::agreement(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => {
            let pdf = records::pdf(&visit.app, &visit.cx, &visit.actor, id).await?;
            let files = pdf.map(|_| "pdf").into_iter().chain(["json"]).collect();
            visit.page(&show::agreement_page(&view, files))
        }
        Err(failure) => closed(id, failure),
    }
}

/// `POST /records/{id}/agreement/{kind}`: who takes the file is written down, so it is no GET.
pub(crate) async fn agreement_file(visit: Visit, Path((record, kind)): Path<(String, String)>) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    let (file, media_type) = match kind.as_str() {
        "json" => {
            // Who may not read it may not take it, whoever else they are.
            let seen = records::agreement(&visit.app, &visit.cx, &visit.actor, id).await;
            let file = match seen {
                Ok(_) => records::export(&visit.app, &visit.cx, &visit.actor, id).await.map(Some),
                Err(failure) => Err(failure),
            };
            (file, "application/json")
        }
        "pdf" => (
            records::pdf(&visit.app, &visit.cx, &visit.actor, id).await,
            "application/pdf",
        ),
        _ => return Err(Failed::not_found()),
    };
    match file {
        Ok(Some(file)) => attachment(file, media_type),
        Ok(None) => Err(Failed::not_found()),
        Err(failure) => closed(id, failure),
    }
}

fn section_named(code: &str) -> Result<Section, Failed> {
    Section::from_code(code).ok_or_else(Failed::not_found)
}

const SECTION_FIELDS: [&str; 2] = ["side", "words"];

async fn section_view(visit: &Visit, id: AgreementId, section: Section) -> Result<SectionView, Failure> {
    records::section(&visit.app, &visit.cx, &visit.actor, id, section).await
}

/// `GET /records/{id}/sections/{section}`
pub(crate) async fn section(visit: Visit, Path((record, code)): Path<(String, String)>) -> Answer {
    visit.actor.signed_in()?;
    let (id, section) = (id(&record)?, section_named(&code)?);
    match section_view(&visit, id, section).await {
        Ok(view) => {
            let form = form(&Fields::default(), &SECTION_FIELDS, Vec::new());
            visit.page(&show::section_page(&visit.names(), &view, form, None))
        }
        Err(failure) => closed(id, failure),
    }
}

/// The section's page again with what was refused.
async fn section_again(visit: &Visit, id: AgreementId, section: Section, fields: &Fields, failure: Failure) -> Answer {
    if needs_reason(&failure) {
        return closed(id, failure);
    }
    let (status, refused, mistakes) = refused(failure, "words", str::to_owned)?;
    let form = form(fields, &SECTION_FIELDS, mistakes);
    let view = section_view(visit, id, section).await?;
    visit.page_with(status, &show::section_page(&visit.names(), &view, form, refused))
}

/// `POST /records/{id}/sections/{section}`: so it is, or it is not.
pub(crate) async fn say(visit: Visit, Path((record, code)): Path<(String, String)>, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let (id, section) = (id(&record)?, section_named(&code)?);
    if fields.get("act") == "query" {
        let side = match fields.get("side").as_str() {
            "college" => Party::College,
            _ => Party::Enterprise,
        };
        let words = fields.get("words");
        return match records::query(&visit.app, &visit.cx, &visit.actor, id, section, side, &words).await {
            Ok(()) => Ok(visit.done(&record_path(id), "section_asked")),
            Err(failure) => section_again(&visit, id, section, &fields, failure).await,
        };
    }
    // A version that cannot be read is none that was seen.
    let version = fields.get("version").parse().unwrap_or_default();
    match records::confirm(&visit.app, &visit.cx, &visit.actor, id, section, version).await {
        Ok(()) => {
            let next = section_view(&visit, id, section).await?.next;
            let path = record_path(id);
            let path = next.map_or(path.clone(), |next| format!("{path}/sections/{next}"));
            Ok(visit.done(&path, "section_confirmed"))
        }
        Err(failure) => section_again(&visit, id, section, &fields, failure).await,
    }
}

/// `POST /records/{id}/queries/{section}`
pub(crate) async fn answer(visit: Visit, Path((record, code)): Path<(String, String)>, fields: Fields) -> Answer {
    visit.actor.signed_in()?;
    let (id, section) = (id(&record)?, section_named(&code)?);
    let words = fields.get("words");
    match records::answer(&visit.app, &visit.cx, &visit.actor, id, section, &words).await {
        Ok(()) => Ok(visit.done(&record_path(id), "section_answered")),
        Err(failure) => section_again(&visit, id, section, &fields, failure).await,
    }
}

/// `GET /records/{id}/opened`
pub(crate) async fn opened(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    match records::openings(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => visit.page(&RecordOpenedPage {
            head: show::record_head(&view.head),
            rows: view.openings.iter().map(show::opened).collect(),
        }),
        Err(failure) => closed(id, failure),
    }
}

/// `GET /records/{id}/complain`
pub(crate) async fn complain(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    match records::complaints(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => visit.page(&RecordComplainPage {
            head: show::record_head(&view.head),
            complaints: view.places.iter().map(show::complaint).collect(),
        }),
        Err(failure) => closed(id, failure),
    }
}

/// `GET /records/{id}/file`
pub(crate) async fn file(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    match records::my_file(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(file) => attachment(file, "application/zip"),
        Err(failure) => closed(id, failure),
    }
}

/// `GET /workspace/apprentices`
pub(crate) async fn apprentices(visit: Visit, Params(fields): Params) -> Answer {
    visit.actor.officer()?;
    let (asked, page) = (fields.get("show"), page_number(&fields));
    let groups = show::RECORD_GROUPS;
    let shown = groups.iter().position(|(code, _)| *code == asked);
    let part = Part {
        limit: PER_PAGE,
        offset: (page - 1) * PER_PAGE,
    };
    let first = groups[shown.unwrap_or(0)].1;
    let mut found = records::of_organisation(&visit.app, &visit.cx, &visit.actor, first, part).await?;
    let count = |at: usize| -> i64 {
        let here = found.counts.iter().filter(|(stage, _)| groups[at].1.contains(stage));
        here.map(|(_, count)| count).sum()
    };
    let counts = [0, 1, 2, 3].map(count);
    // Nobody asked for a group: the first one that has somebody.
    let chosen = shown.unwrap_or_else(|| counts.iter().position(|count| *count > 0).unwrap_or(0));
    if shown.is_none() && chosen > 0 {
        found = records::of_organisation(&visit.app, &visit.cx, &visit.actor, groups[chosen].1, part).await?;
    }
    let href = |code: &str| format!("/workspace/apprentices?show={code}");
    let tabs = groups.iter().enumerate().map(|(at, (code, _))| Tab {
        label: Text::of("record_group", code),
        count: counts[at],
        href: href(code),
        chosen: at == chosen,
    });
    visit.page(&ApprenticesPage {
        tabs: tabs.collect(),
        rows: found
            .lines
            .iter()
            .map(|line| show::apprentice_row(&found, line))
            .collect(),
        pager: pager(page, counts[chosen], PER_PAGE, |page| {
            format!("{}&page={page}", href(groups[chosen].0))
        }),
        empty: counts.iter().sum::<i64>() == 0,
    })
}

async fn operator_page(visit: &Visit, id: AgreementId, form: Form) -> Result<OperatorRecordPage, Failed> {
    let look = records::operator_look(&visit.app, &visit.cx, &visit.actor, id).await?;
    let record = record_path(id);
    Ok(OperatorRecordPage {
        path: format!("/operator{record}"),
        record,
        number: look.number,
        enterprise: look.enterprise,
        college: look.college,
        stage: look.stage.code(),
        is_open: look.is_open,
        form,
    })
}

/// `GET /operator/records/{id}`
pub(crate) async fn operator(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.operator()?;
    let form = form(&Fields::default(), &["reason"], Vec::new());
    visit.page(&operator_page(&visit, id(&record)?, form).await?)
}

/// `POST /operator/records/{id}`
pub(crate) async fn open(visit: Visit, Path(record): Path<String>, fields: Fields) -> Answer {
    visit.actor.operator()?;
    let id = id(&record)?;
    match records::open_as_operator(&visit.app, &visit.cx, &visit.actor, id, &fields.get("reason")).await {
        Ok(()) => Ok(visit.done(&record_path(id), "record_opened")),
        Err(failure) => {
            let (status, refused, mistakes) = refused(failure, "reason", str::to_owned)?;
            let mistakes = refused.map(|text| mistake("reason", text)).into_iter().chain(mistakes);
            let form = form(&fields, &["reason"], mistakes.collect());
            visit.page_with(status, &operator_page(&visit, id, form).await?)
        }
    }
}
