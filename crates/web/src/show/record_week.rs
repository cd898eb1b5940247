//! Weeks of a record as their pages show them: to write, to read, to review.

use std::collections::BTreeMap;

use agreement::training::choice::{Choice as _, CourseKind, Place};
use apprenticeship::{
    Monday, Reviewer,
    hours::{Caution, Fault, FaultKind, LineRef},
};
use kernel::{Date, format_date, parse_date};
use operations::records::{LineInput, LineView, ReviewLine, WeekInput, WeekView};
use words::{Arg, Text};

use super::record::{record_head, record_path, week_row};
use crate::pages::{
    Form, Mistake, RecordWeekPage, ReturnedWeek, ReviewRow, WeekDay, WeekLine, WeekMark, WhatChoice, WhatGroup,
};

/// What the page of a week adds to the view of it.
#[derive(Debug, Default)]
pub(crate) struct WeekShown {
    /// Why the last request did not go through.
    pub(crate) refused: Option<Text>,
    /// What was typed and is not saved.
    pub(crate) typed: Option<WeekInput>,
    /// A form with what is wrong with it.
    pub(crate) form: Option<Form>,
}

fn kind_and_place(category: &str, place: &str) -> Vec<Text> {
    vec![
        Text::of("training_choice.course_kind", category),
        Text::of("training_choice.place", place),
    ]
}

/// Which of the choices a line has; empty while nothing is chosen.
fn what(line: &LineInput) -> String {
    if line.category.is_empty() && line.place.is_empty() && line.course.is_empty() {
        return String::new();
    }
    format!("{}.{}.{}", line.category, line.place, line.course)
}

/// What can be chosen for a line: the parts of the curriculum, then every kind at every place.
fn choices(view: &WeekView, lines: &[LineInput]) -> Vec<WhatGroup> {
    let of_plan = view.courses.iter().map(|(at, topic, kind, place)| WhatChoice {
        code: format!("{}.{}.{at}", kind.code(), place.code()),
        topic: Some(topic.clone()),
        name: kind_and_place(kind.code(), place.code()),
    });
    let plan: Vec<WhatChoice> = of_plan.collect();
    let mut others = Vec::new();
    for kind in CourseKind::VALUES {
        for place in Place::VALUES {
            others.push(WhatChoice {
                code: format!("{}.{}.", kind.code(), place.code()),
                topic: None,
                name: kind_and_place(kind.code(), place.code()),
            });
        }
    }
    // A part of the curriculum that was learned elsewhere than agreed stays chosen.
    for line in lines {
        let code = what(line);
        let known = |choice: &WhatChoice| choice.code == code;
        let valid = CourseKind::from_code(&line.category).is_some() && Place::from_code(&line.place).is_some();
        if valid && !plan.iter().any(known) && !others.iter().any(known) {
            let at = line.course.parse::<u32>().ok();
            let topic = view.courses.iter().find(|(index, ..)| Some(*index) == at);
            others.push(WhatChoice {
                code,
                topic: topic.map(|(_, topic, ..)| topic.clone()),
                name: kind_and_place(&line.category, &line.place),
            });
        }
    }
    let groups = [("week.what_plan", plan), ("week.what_other", others)];
    groups
        .into_iter()
        .filter(|(_, choices)| !choices.is_empty())
        .map(|(label, choices)| WhatGroup {
            label: Text::new(label),
            choices,
        })
        .collect()
}

/// `2026-09-07.2`
fn reference(line: LineRef) -> String {
    format!("{}.{}", line.week, line.number)
}

fn correcting(day: Date) -> Text {
    Text::new("week.correcting").with("day", Arg::Day(day))
}

/// What was typed in minutes, or is stored so, as hours and minutes: nobody thinks of a day as 450 minutes.
fn in_hours(line: &LineInput) -> LineInput {
    let as_hours = |words: &str| match words.trim().parse::<u32>() {
        Ok(minutes) => words::format::clock(minutes.into()),
        Err(_) => words.to_owned(),
    };
    let mut line = line.clone();
    if line.unit == "minute" {
        "hour".clone_into(&mut line.unit);
        for words in [&mut line.extra, &mut line.planned, &mut line.missed] {
            *words = as_hours(words);
        }
    }
    line
}

fn written(at: usize, line: &LineInput, stored: &BTreeMap<String, &LineView>) -> WeekLine {
    let known = stored.get(&line.number);
    let line = &in_hours(line);
    let more = [&line.planned, &line.missed, &line.from, &line.until, &line.evidence];
    WeekLine {
        at,
        number: line.number.clone(),
        day: line.day.clone(),
        what: what(line),
        unit: if line.unit.is_empty() {
            "hour".to_owned()
        } else {
            line.unit.clone()
        },
        extra: line.extra.clone(),
        planned: line.planned.clone(),
        missed: line.missed.clone(),
        from: line.from.clone(),
        until: line.until.clone(),
        evidence: line.evidence.clone(),
        note: line.note.clone(),
        corrects: line.corrects.clone(),
        correcting: (!line.corrects.is_empty()).then(|| {
            let day = parse_date(&line.day);
            day.map_or_else(|| Text::new("week.corrections"), correcting)
        }),
        more: more.iter().any(|words| !words.trim().is_empty()),
        minutes: known.map_or(0, |line| line.minutes.into()),
        faults: known
            .map(|line| line.faults.iter().map(fault_text).collect())
            .unwrap_or_default(),
        ..WeekLine::default()
    }
}

fn clock(minute: u16) -> String {
    words::format::clock(minute.into())
}

fn read(line: &LineView, correct: Option<String>) -> WeekLine {
    WeekLine {
        number: line.number.to_string(),
        day: format_date(line.day),
        what_name: kind_and_place(line.category.code(), line.place.code()),
        topic: line.course.clone(),
        from: line.span.map(|(from, _)| clock(from)).unwrap_or_default(),
        until: line.span.map(|(_, until)| clock(until)).unwrap_or_default(),
        evidence: line.evidence.join("\n"),
        note: line.note.clone(),
        correcting: line.corrects.map(|_| correcting(line.day)),
        minutes: line.minutes.into(),
        planned_minutes: line.planned.into(),
        faults: line.faults.iter().map(fault_text).collect(),
        correct,
        ..WeekLine::default()
    }
}

/// The seven days, each with its lines; and the lines of no day of the week.
fn by_day(days: impl Iterator<Item = Date>, open: &[Date], lines: Vec<WeekLine>) -> (Vec<WeekDay>, Vec<WeekLine>) {
    let mut all: Vec<WeekDay> = days
        .map(|date| WeekDay {
            date,
            key: format_date(date),
            open: open.contains(&date),
            minutes: 0,
            lines: Vec::new(),
        })
        .collect();
    let mut rest = Vec::new();
    for line in lines {
        match all
            .iter_mut()
            .find(|day| day.key == line.day && line.corrects.is_empty())
        {
            Some(day) => {
                day.minutes += line.minutes;
                day.lines.push(line);
            }
            None => rest.push(line),
        }
    }
    (all, rest)
}

/// What is wrong with a line.
fn fault_text(fault: &Fault) -> Text {
    let text = Text::of("week_fault", fault.kind.code());
    match fault.kind {
        FaultKind::LessonLength { minutes } | FaultKind::LongerThanTimes { minutes } => text.with("minutes", minutes),
        FaultKind::DayFull { minutes, limit } => text.with("minutes", minutes).with("limit", limit),
        _ => text,
    }
}

/// What has to be seen about a week.
pub(crate) fn caution(caution: &Caution) -> Text {
    let text = Text::of("week_caution", caution.code());
    match caution {
        Caution::WeekOverNormal { minutes, limit } | Caution::WeekOverMax { minutes, limit } => text
            .with("time", Arg::Hours((*minutes).into()))
            .with("limit", Arg::Hours((*limit).into())),
        Caution::NoRest { days, limit } => text.with("days", *days).with("limit", *limit),
    }
}

/// What cannot be read, under the names that the fields have in the form.
fn mistakes(view: &WeekView) -> Vec<Mistake> {
    let named = |field: &str| match field.rsplit_once('.') {
        Some((line, "unit" | "extra")) => (format!("{line}.extra"), "week.time"),
        Some((_, "planned")) => (field.to_owned(), "week.planned"),
        Some((_, "missed")) => (field.to_owned(), "week.missed"),
        Some((_, "from")) => (field.to_owned(), "week.from"),
        Some((_, "until")) => (field.to_owned(), "week.until"),
        Some((_, "evidence")) => (field.to_owned(), "week.evidence"),
        Some((line, "note")) => (format!("{line}.note"), "week.note"),
        // Kind, place and course are one choice; the day is where the line stands, and what it corrects is beside it.
        Some((line, _)) => (format!("{line}.what"), "week.what"),
        None => ("text".to_owned(), "week.text"),
    };
    let mistake = |problem: &marketplace::Problem| {
        let (field, label) = named(&problem.field);
        Mistake {
            field,
            label: Text::new(label),
            message: words::problem(&problem.code),
        }
    };
    view.problems.iter().map(mistake).collect()
}

/// A line that nobody wrote yet.
pub(crate) fn blank_line(day: String) -> LineInput {
    LineInput {
        day,
        unit: "hour".to_owned(),
        ..LineInput::default()
    }
}

/// A line that takes the place of an approved one, with what stands in that one.
pub(crate) fn correction(week: Monday, line: &LineView) -> LineInput {
    let time = |minutes: u32| words::format::clock(minutes.into());
    let has_plan = line.planned > 0;
    LineInput {
        number: String::new(),
        day: format_date(line.day),
        category: line.category.code().to_owned(),
        place: line.place.code().to_owned(),
        unit: "hour".to_owned(),
        planned: if has_plan { time(line.planned) } else { String::new() },
        missed: if has_plan { time(line.missed) } else { String::new() },
        extra: time((line.minutes + line.missed).saturating_sub(line.planned)),
        from: line.span.map(|(from, _)| clock(from)).unwrap_or_default(),
        until: line.span.map(|(_, until)| clock(until)).unwrap_or_default(),
        evidence: line.evidence.join("\n"),
        note: line.note.clone(),
        corrects: format!("{week}.{}", line.number),
        course: String::new(),
    }
}

/// The page of a week.
pub(crate) fn week_page(view: &WeekView, today: Date, shown: WeekShown) -> RecordWeekPage {
    let path = record_path(view.head.id);
    let row = week_row(&path, &view.week);
    let is_fresh = shown.typed.is_none();
    let mut typed = shown.typed.unwrap_or_else(|| view.typed.clone());
    if is_fresh && view.edition == 0 && view.may.write {
        // A week that nobody wrote begins with a line of today, or of its first day; nothing is chosen for anybody.
        let day = view.days.iter().find(|day| **day == today).or(view.days.first());
        typed.lines = day.map(|day| blank_line(format_date(*day))).into_iter().collect();
    }
    let stored: BTreeMap<String, &LineView> = view.lines.iter().map(|line| (line.number.to_string(), line)).collect();
    let correct = |line: &LineView| {
        let may = view.head.role.is_own() && row.state == "approved" && line.corrects.is_none();
        let number = line.number;
        let of = LineRef {
            week: view.week.monday,
            number,
        };
        may.then(|| format!("{path}/weeks/{}?correct={}", Monday::of(today), reference(of)))
    };
    let lines = if view.may.write {
        let lines = typed.lines.iter().enumerate();
        lines.map(|(at, line)| written(at, line, &stored)).collect()
    } else {
        view.lines.iter().map(|line| read(line, correct(line))).collect()
    };
    let choices = if view.may.write {
        choices(view, &typed.lines)
    } else {
        Vec::new()
    };
    let (days, corrections) = by_day(view.week.monday.days(), &view.days, lines);
    let may = [
        ("write", view.may.write),
        ("submit", view.may.submit),
        ("take_back", view.may.take_back),
        ("approve", view.may.approve),
        ("give_back", view.may.give_back),
        ("unlock", view.may.unlock),
    ];
    RecordWeekPage {
        head: record_head(&view.head),
        edition: view.edition,
        refused: shown.refused,
        returned: view.returned.as_ref().map(|(by, reason, at)| ReturnedWeek {
            who: Text::new(match by {
                Reviewer::First => "week.by_first",
                Reviewer::Final => "week.by_final",
            }),
            reason: reason.clone(),
            at: *at,
        }),
        cautions: view.cautions.iter().map(caution).collect(),
        form: shown.form.unwrap_or_else(|| {
            let wrong = if is_fresh { mistakes(view) } else { Vec::new() };
            Form::with_mistakes(&(), wrong)
        }),
        days,
        corrections,
        text: if view.may.write { typed.text } else { view.text.clone() },
        choices,
        may: may.into_iter().filter(|(_, may)| *may).map(|(code, _)| code).collect(),
        trail: view
            .trail
            .iter()
            .filter(|mark| !matches!(mark.act.code(), "open" | "write"))
            .map(|mark| WeekMark {
                act: mark.act.code(),
                role: mark.role,
                name: mark.name.clone(),
                at: mark.at,
                reason: mark.reason.clone(),
            })
            .collect(),
        previous: view.before.map(|monday| format!("{path}/weeks/{monday}")),
        next: view.after.map(|monday| format!("{path}/weeks/{monday}")),
        week: row,
    }
}

/// A week that waits for the reader.
pub(crate) fn review_row(line: &ReviewLine) -> ReviewRow {
    let path = record_path(line.head.id);
    let lines = line.lines.iter().map(|line| read(line, None)).collect();
    let (mut days, rest) = by_day(line.week.monday.days(), &[], lines);
    // A correction is read with its own day, which is none of this week's.
    for line in rest {
        days.extend(parse_date(&line.day).map(|date| WeekDay {
            date,
            key: line.day.clone(),
            open: false,
            minutes: line.minutes,
            lines: vec![line.clone()],
        }));
    }
    ReviewRow {
        field: format!("w{}-{}", line.head.id, line.week.monday),
        head: record_head(&line.head),
        week: week_row(&path, &line.week),
        edition: line.edition,
        since: line.since,
        days_over: line.week.days_over,
        text: line.text.clone(),
        days,
        lines: line.lines.len(),
        cautions: line.cautions.iter().map(caution).collect(),
        first: line.first.clone(),
    }
}
