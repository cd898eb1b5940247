//! Weeks of a record: written, handed in, taken back; approved or returned by those who look after the apprentice.

use apprenticeship::Monday;
use axum::{extract::Path, http::StatusCode};
use kernel::AgreementId;
use operations::{
    Failure, Refusal,
    records::{self, LineInput, RecordRefusal, WeekInput, WeekView},
};
use words::Text;

use super::{
    Answer, Fields, Params, id,
    records::{closed, form, needs_reason, refused},
};
use crate::{
    Failed,
    pages::{Form, LateRow, Mistake, RecordWeeksPage, ReviewPage},
    show::{self, WeekShown, record_path},
    visit::Visit,
};

/// More lines than a week can have.
const MOST_LINES: usize = 100;

/// Which week of which record.
#[derive(Clone, Copy)]
struct Which {
    id: AgreementId,
    monday: Monday,
}

impl Which {
    fn of(visit: &Visit, record: &str, monday: &str) -> Result<Self, Failed> {
        visit.actor.signed_in()?;
        Ok(Self {
            id: id(record)?,
            monday: records::monday(monday).ok_or_else(Failed::not_found)?,
        })
    }

    fn path(self) -> String {
        format!("{}/weeks/{}", record_path(self.id), self.monday)
    }

    async fn view(self, visit: &Visit) -> Result<WeekView, Failure> {
        records::week(&visit.app, &visit.cx, &visit.actor, self.id, self.monday).await
    }

    async fn show(self, visit: &Visit, status: StatusCode, shown: WeekShown) -> Answer {
        match self.view(visit).await {
            Ok(view) => visit.page_with(status, &show::week_page(&view, visit.cx.today(), shown)),
            Err(failure) => closed(self.id, failure),
        }
    }

    /// The page again with what was refused; the typed words stay.
    async fn again(self, visit: &Visit, failure: Failure, typed: Option<WeekInput>, fields: &Fields) -> Answer {
        if needs_reason(&failure) {
            return closed(self.id, failure);
        }
        let faulty = matches!(
            &failure,
            Failure::Refused(Refusal::Record(refusal))
                if !refusal.faults().is_empty() || matches!(**refusal, RecordRefusal::Unreadable { .. })
                    || refusal.code() == "submit.empty"
        );
        let (status, refused, mistakes) = refused(failure, "words", str::to_owned)?;
        let status = if faulty {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            status
        };
        let form = (!mistakes.is_empty()).then(|| form(fields, &["words"], mistakes));
        let shown = WeekShown { refused, typed, form };
        self.show(visit, status, shown).await
    }
}

/// `GET /records/{id}/weeks`
pub(crate) async fn list(visit: Visit, Path(record): Path<String>) -> Answer {
    visit.actor.signed_in()?;
    let id = id(&record)?;
    match records::weeks(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(view) => {
            let path = record_path(id);
            visit.page(&RecordWeeksPage {
                head: show::record_head(&view.head),
                rows: view.weeks.iter().map(|week| show::week_row(&path, week)).collect(),
                hours: show::record_hours(&view.hours),
            })
        }
        Err(failure) => closed(id, failure),
    }
}

/// `GET /records/{id}/weeks/{monday}`; `?correct=` begins the correction of an approved line.
pub(crate) async fn get(
    visit: Visit,
    Path((record, monday)): Path<(String, String)>,
    Params(fields): Params,
) -> Answer {
    let which = Which::of(&visit, &record, &monday)?;
    let corrects = fields.get("correct");
    let Some((wrong_week, number)) = corrects.split_once('.') else {
        return which.show(&visit, StatusCode::OK, WeekShown::default()).await;
    };
    let mut shown = WeekShown::default();
    if let (Some(wrong_week), Ok(here)) = (records::monday(wrong_week), which.view(&visit).await)
        && here.may.write
    {
        let wrong = Which {
            monday: wrong_week,
            ..which
        };
        let wrong = wrong.view(&visit).await.map_err(Failed::from)?;
        let line = wrong.lines.iter().find(|line| line.number.to_string() == number);
        shown.typed = line.map(|line| {
            let mut typed = here.typed;
            typed.lines.insert(0, show::correction(wrong_week, line));
            typed
        });
    }
    which.show(&visit, StatusCode::OK, shown).await
}

/// What the form of a week sent. Lines in which nothing stands but their day are left out, if `whole` is not set.
fn typed(fields: &Fields, whole: bool) -> WeekInput {
    let mut lines: Vec<LineInput> = Vec::new();
    for (name, words) in &fields.0 {
        let mut parts = name.splitn(3, '.');
        let (Some("lines"), Some(at), Some(field)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let Some(at) = at.parse::<usize>().ok().filter(|at| *at < MOST_LINES) else {
            continue;
        };
        if lines.len() <= at {
            lines.resize_with(at + 1, LineInput::default);
        }
        let (line, words) = (&mut lines[at], words.clone());
        match field {
            "number" => line.number = words,
            "day" => line.day = words,
            "what" => {
                let mut parts = words.splitn(3, '.').map(str::to_owned);
                line.category = parts.next().unwrap_or_default();
                line.place = parts.next().unwrap_or_default();
                line.course = parts.next().unwrap_or_default();
            }
            "unit" => line.unit = words,
            "extra" => line.extra = words,
            "planned" => line.planned = words,
            "missed" => line.missed = words,
            "from" => line.from = words,
            "until" => line.until = words,
            "evidence" => line.evidence = words,
            "note" => line.note = words,
            "corrects" => line.corrects = words,
            _ => {}
        }
    }
    let says_something = |line: &LineInput| {
        let words = [
            &line.category,
            &line.extra,
            &line.planned,
            &line.missed,
            &line.from,
            &line.until,
            &line.evidence,
            &line.note,
        ];
        !line.day.is_empty() && (whole || words.iter().any(|words| !words.trim().is_empty()))
    };
    lines.retain(says_something);
    WeekInput {
        // An edition that cannot be read is none that was seen.
        edition: fields.get("edition").parse().unwrap_or_default(),
        text: fields.get("text"),
        lines,
    }
}

/// `POST /records/{id}/weeks/{monday}`: saved, or shown with a line more or less.
pub(crate) async fn save(visit: Visit, Path((record, monday)): Path<(String, String)>, fields: Fields) -> Answer {
    let which = Which::of(&visit, &record, &monday)?;
    let act = fields.get("act");
    if let Some(day) = act.strip_prefix("add:") {
        let mut typed = typed(&fields, true);
        let at = typed
            .lines
            .iter()
            .rposition(|line| line.day == day)
            .map_or(typed.lines.len(), |at| at + 1);
        typed.lines.insert(at, show::blank_line(day.to_owned()));
        return which.show(&visit, StatusCode::OK, unsaved(typed)).await;
    }
    if let Some(at) = act.strip_prefix("drop:").and_then(|at| at.parse::<usize>().ok()) {
        let mut typed = typed(&fields, true);
        if at < typed.lines.len() {
            typed.lines.remove(at);
        }
        return which.show(&visit, StatusCode::OK, unsaved(typed)).await;
    }
    let typed = typed(&fields, false);
    if let Some(shown) = without_time(&typed) {
        return which.show(&visit, StatusCode::UNPROCESSABLE_ENTITY, shown).await;
    }
    match records::save_week(&visit.app, &visit.cx, &visit.actor, which.id, which.monday, &typed).await {
        Ok(saved) if saved.problems.is_empty() => Ok(visit.done(&which.path(), "week_saved")),
        // What cannot be read is kept, and said beside its field.
        Ok(_) => {
            which
                .show(&visit, StatusCode::UNPROCESSABLE_ENTITY, WeekShown::default())
                .await
        }
        Err(failure) => which.again(&visit, failure, Some(typed), &fields).await,
    }
}

/// Lines for which something is chosen and no time typed: the commonest slip. Nothing is lost of them.
fn without_time(typed: &WeekInput) -> Option<WeekShown> {
    let is_bare = |line: &LineInput| {
        let words = [&line.extra, &line.planned, &line.missed, &line.from, &line.until];
        line.corrects.is_empty() && words.iter().all(|words| words.trim().is_empty())
    };
    let bare = typed.lines.iter().enumerate().filter(|(_, line)| is_bare(line));
    let mistakes: Vec<Mistake> = bare
        .map(|(at, _)| Mistake {
            field: format!("lines.{at}.extra"),
            label: Text::new("week.time"),
            message: Text::of("problem", "required"),
        })
        .collect();
    (!mistakes.is_empty()).then(|| WeekShown {
        typed: Some(typed.clone()),
        form: Some(Form::with_mistakes(&(), mistakes)),
        ..WeekShown::default()
    })
}

fn unsaved(typed: WeekInput) -> WeekShown {
    WeekShown {
        typed: Some(typed),
        ..WeekShown::default()
    }
}

/// `POST /records/{id}/weeks/{monday}/submit`: what the form sent is saved first.
pub(crate) async fn submit(visit: Visit, Path((record, monday)): Path<(String, String)>, fields: Fields) -> Answer {
    let which = Which::of(&visit, &record, &monday)?;
    let mut typed = typed(&fields, false);
    let has_form = fields
        .0
        .iter()
        .any(|(name, _)| name == "text" || name.starts_with("lines."));
    if let Some(shown) = without_time(&typed) {
        return which.show(&visit, StatusCode::UNPROCESSABLE_ENTITY, shown).await;
    }
    if has_form {
        match records::save_week(&visit.app, &visit.cx, &visit.actor, which.id, which.monday, &typed).await {
            Ok(saved) if saved.problems.is_empty() => typed.edition = saved.edition,
            Ok(_) => {
                return which
                    .show(&visit, StatusCode::UNPROCESSABLE_ENTITY, WeekShown::default())
                    .await;
            }
            Err(failure) => return which.again(&visit, failure, Some(typed), &fields).await,
        }
    }
    match records::submit_week(
        &visit.app,
        &visit.cx,
        &visit.actor,
        which.id,
        which.monday,
        typed.edition,
    )
    .await
    {
        Ok(()) => Ok(visit.done(&record_path(which.id), "week_submitted")),
        // It is saved: the page shows what storage has, with what is wrong beside each line.
        Err(failure) => which.again(&visit, failure, None, &fields).await,
    }
}

/// `POST /records/{id}/weeks/{monday}/take-back`
pub(crate) async fn take_back(visit: Visit, Path((record, monday)): Path<(String, String)>) -> Answer {
    let which = Which::of(&visit, &record, &monday)?;
    match records::take_back_week(&visit.app, &visit.cx, &visit.actor, which.id, which.monday).await {
        Ok(()) => Ok(visit.done(&which.path(), "week_taken_back")),
        Err(failure) => which.again(&visit, failure, None, &Fields::default()).await,
    }
}

/// `POST /records/{id}/weeks/{monday}/approve`, from the list of what waits or from the week's own page.
pub(crate) async fn approve(visit: Visit, Path((record, monday)): Path<(String, String)>, fields: Fields) -> Answer {
    let which = Which::of(&visit, &record, &monday)?;
    let edition = fields.get("edition").parse().unwrap_or_default();
    let outcome = records::approve_week(&visit.app, &visit.cx, &visit.actor, which.id, which.monday, edition).await;
    reviewed(&visit, which, &fields, outcome, "week_approved", "words").await
}

/// `POST /records/{id}/weeks/{monday}/return`
pub(crate) async fn give_back(visit: Visit, Path((record, monday)): Path<(String, String)>, fields: Fields) -> Answer {
    let which = Which::of(&visit, &record, &monday)?;
    let edition = fields.get("edition").parse().unwrap_or_default();
    let list = fields.get("list");
    let field = if list.is_empty() { "words" } else { list.as_str() };
    let reason = fields.get(field);
    let outcome = records::return_week(
        &visit.app,
        &visit.cx,
        &visit.actor,
        which.id,
        which.monday,
        edition,
        &reason,
    )
    .await;
    reviewed(&visit, which, &fields, outcome, "week_returned", field).await
}

/// After a review: back to where it was pressed, or there again with what was refused.
async fn reviewed(
    visit: &Visit,
    which: Which,
    fields: &Fields,
    outcome: operations::Result<()>,
    done: &'static str,
    field: &str,
) -> Answer {
    let in_list = !fields.get("list").is_empty();
    match outcome {
        Ok(()) if in_list => Ok(visit.done("/weeks", done)),
        Ok(()) => Ok(visit.done(&which.path(), done)),
        Err(failure @ Failure::Refused(Refusal::Record(_))) if in_list => {
            let (status, refused, mistakes) = refused(failure, field, str::to_owned)?;
            let form = form(fields, &[], mistakes);
            visit.page_with(status, &review_page(visit, form, refused).await?)
        }
        Err(failure) => which.again(visit, failure, None, fields).await,
    }
}

/// `POST /records/{id}/weeks/{monday}/unlock`
pub(crate) async fn unlock(visit: Visit, Path((record, monday)): Path<(String, String)>, fields: Fields) -> Answer {
    let which = Which::of(&visit, &record, &monday)?;
    let reason = fields.get("words");
    match records::unlock_week(&visit.app, &visit.cx, &visit.actor, which.id, which.monday, &reason).await {
        Ok(()) => Ok(visit.done(&which.path(), "week_unlocked")),
        Err(failure) => which.again(&visit, failure, None, &fields).await,
    }
}

async fn review_page(visit: &Visit, form: Form, refused: Option<Text>) -> Result<ReviewPage, Failed> {
    let list = records::to_review(&visit.app, &visit.cx, &visit.actor).await?;
    Ok(ReviewPage {
        rows: list.weeks.iter().map(show::review_row).collect(),
        late: list
            .late
            .iter()
            .map(|(id, apprentice, monday, days)| LateRow {
                href: format!("{}/weeks/{monday}", record_path(*id)),
                apprentice: apprentice.clone(),
                monday: monday.date(),
                days: *days,
            })
            .collect(),
        refused,
        form,
    })
}

/// `GET /weeks`
pub(crate) async fn to_review(visit: Visit) -> Answer {
    visit.actor.signed_in()?;
    visit.page(&review_page(&visit, Form::new(&()), None).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_its_fields_say_and_an_empty_one_is_none() {
        let field = |name: &str, words: &str| (name.to_owned(), words.to_owned());
        let fields = Fields(vec![
            field("edition", "3"),
            field("text", "会对刀了"),
            field("lines.0.day", "2026-09-07"),
            field("lines.0.what", "skill.enterprise.2"),
            field("lines.0.extra", "7:30"),
            field("lines.1.day", "2026-09-08"),
            field("lines.1.unit", "hour"),
            field("lines.100000.day", "2026-09-08"),
            field("lines.x.day", "2026-09-08"),
        ]);
        let week = typed(&fields, false);
        assert_eq!((week.edition, week.text.as_str(), week.lines.len()), (3, "会对刀了", 1));
        let line = &week.lines[0];
        assert_eq!(
            (line.category.as_str(), line.place.as_str(), line.course.as_str()),
            ("skill", "enterprise", "2")
        );
        assert_eq!(typed(&fields, true).lines.len(), 2);
    }
}
