//! Pages of weeks: all of a record, one to write or review, and those that wait for a reviewer.

use agreement::training::choice::{Choice as _, CourseKind, Place};
use apprenticeship::{
    Monday, Terms,
    hours::{Booked, Fault, Limits, Line, Unit, cautions},
    rights::is_tutored,
    week::{self, Act, Week},
};
use kernel::{AgreementId, Date, shanghai_date};
use storage::{Reads, StoredWeek, WeekFile};

use super::{
    LineView, MarkView, ReviewLine, ReviewList, WeekInput, WeekLine, WeekMay, WeekView, WeeksView, next,
    overview::{head, hours},
    weeks::typed,
    work::{Loaded, access, checking, lines_of_person, load, look},
};
use crate::{Actor, App, Cx, Result, access::RecordAccess, compiled_here};

/// As whom somebody does something with weeks.
fn actors(access: &RecordAccess) -> Vec<week::Actor> {
    let own = access.apprentice().map(|_| week::Actor::Apprentice);
    let assigned = access
        .reviewers()
        .iter()
        .map(|one| week::Actor::Assigned(*one.assignment()));
    let operator = access.operator().map(|_| week::Actor::Operator);
    own.into_iter().chain(assigned).chain(operator).collect()
}

/// Whether a week waits for this reader, as far as plain columns say.
pub(super) fn is_for(loaded: &Loaded, access: &RecordAccess, week: &StoredWeek, today: Date) -> bool {
    let Some(turn) = next::turn(week) else { return false };
    let (terms, assignments) = (Terms::default(), loaded.assignments());
    let tutored = is_tutored(&assignments, loaded.id(), today);
    access.reviewers().iter().any(|one| {
        let role = one.assignment().role.role();
        let bound = match (week.stage, turn) {
            (week::Stage::Submitted, apprenticeship::Reviewer::First) => {
                week::bound(Some(week.stage), Act::FirstApprove, role)
            }
            _ => week::bound(Some(week.stage), Act::Approve, role).filter(|bound| {
                // The lead stands in where nobody is the tutor.
                !(tutored && *bound == week::Bound::StandIn)
            }),
        };
        let in_time = one
            .assignment()
            .may_review(loaded.id(), week.monday, today, &terms)
            .is_ok();
        bound.is_some() && in_time
    })
}

fn days_over(stage: Option<week::Stage>, due: Date, since: Option<Date>, today: Date) -> i64 {
    let due = match stage {
        Some(week::Stage::Approved) => return 0,
        Some(week::Stage::Submitted | week::Stage::FirstApproved) => {
            let days = time::Duration::days(Terms::default().overdue_days);
            since.map_or(today, |since| since.saturating_add(days))
        }
        _ => due,
    };
    (today - due).whole_days().max(0)
}

/// Every week of a record that has begun, the newest first, unwritten ones included.
pub(super) fn week_lines(loaded: &Loaded, access: &RecordAccess, stored: &[StoredWeek], today: Date) -> Vec<WeekLine> {
    let terms = Terms::default();
    let mut mondays: Vec<Monday> = loaded.record().window().weeks(today);
    mondays.extend(stored.iter().map(|week| week.monday));
    mondays.sort_unstable();
    mondays.dedup();
    let own = access.apprentice().is_some();
    let lines = mondays.into_iter().rev().map(|monday| {
        let week = stored.iter().find(|week| week.monday == monday);
        let due = week.map_or_else(
            || monday.sunday().saturating_add(time::Duration::days(terms.overdue_days)),
            |week| week.due,
        );
        let stage = week.map(|week| week.stage);
        let since = week.and_then(|week| week.waiting_since).map(shanghai_date);
        let is_open = matches!(stage, None | Some(week::Stage::Open | week::Stage::Returned));
        let is_locked = is_open && due < today;
        WeekLine {
            monday,
            sunday: monday.sunday(),
            stage,
            turn: week.and_then(next::turn),
            due,
            days_over: days_over(stage, due, since, today),
            is_locked,
            minutes: week.filter(|_| own || !is_open).map_or(0, |week| week.minutes),
            is_yours: (own && is_open && !is_locked) || week.is_some_and(|week| is_for(loaded, access, week, today)),
        }
    });
    lines.collect()
}

/// All weeks of a record.
#[compiled_here]
pub async fn weeks(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<WeeksView> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    let stored = tx.record_weeks().of_record(id).await?;
    let files = tx.record_weeks().files(loaded.key()).await?;
    let lines: Vec<Booked> = files.iter().flat_map(|file| file.get().week.booked()).collect();
    Ok(WeeksView {
        weeks: week_lines(&loaded, &access, &stored, cx.today()),
        hours: hours(&loaded, &lines),
        head: head(&mut tx, cx, &loaded, access.role()).await?,
    })
}

fn line_view(loaded: &Loaded, line: &Line, faults: &[Fault]) -> LineView {
    let written = &line.written;
    let plan = loaded.plan();
    let course = written.course.and_then(|course| usize::try_from(course).ok());
    let course = course.and_then(|course| plan.courses.get(course)?.as_ref());
    LineView {
        number: line.number,
        day: written.day,
        category: written.category,
        place: written.place,
        course: course.map(|course| course.topic.clone()),
        minutes: written.amount.minutes(),
        planned: written.amount.planned_minutes(),
        missed: written.amount.missed_minutes(),
        lesson: match written.amount.unit {
            Unit::Lesson { minutes } => Some(minutes),
            Unit::Minute => None,
        },
        span: written.span.map(Into::into),
        evidence: written.evidence.clone(),
        note: written.note.clone(),
        corrects: written.corrects,
        faults: faults
            .iter()
            .filter(|fault| fault.number == line.number)
            .copied()
            .collect(),
    }
}

/// What is wrong with the lines of a week; nothing where the law is not known, which handing in says.
fn faults(loaded: &Loaded, week: &Week, others: &[Booked], today: Date) -> Vec<Fault> {
    let Ok(limits) = loaded.limits() else {
        return Vec::new();
    };
    let window = loaded.record().window();
    week.faults(&checking(&window, &limits, loaded.plan().len(), others, today))
}

async fn marks(tx: &mut Reads, week: &Week) -> Result<Vec<MarkView>> {
    let mut marks = Vec::new();
    for mark in week.trail() {
        let name = match mark.person {
            Some(person) => tx.accounts().find_person(person).await?.map(|person| person.name),
            None => None,
        };
        // Each writing would drown what others did.
        if mark.act != Act::Write {
            marks.push(MarkView {
                at: mark.at,
                act: mark.act,
                role: mark.role.code(),
                name,
                reason: mark.reason.clone(),
            });
        }
    }
    Ok(marks)
}

fn may(loaded: &Loaded, access: &RecordAccess, week: &Week, cx: &Cx) -> WeekMay {
    let (terms, assignments) = (Terms::default(), loaded.assignments());
    let locked = week.is_locked(cx.today());
    let can = |act| {
        let mut all = actors(access).into_iter();
        all.any(|actor| week.permits(act, actor, &assignments, cx.now, &terms))
    };
    WeekMay {
        write: can(Act::Write) && !locked,
        submit: can(Act::Submit) && !locked,
        take_back: can(Act::TakeBack),
        approve: can(Act::FirstApprove) || can(Act::Approve),
        give_back: can(Act::Return),
        unlock: can(Act::Unlock) && locked,
    }
}

/// A line to begin with, on a day of the week.
fn blank(loaded: &Loaded, day: Option<&Date>) -> super::LineInput {
    let plan = loaded.plan();
    let course = plan.courses.iter().flatten().next();
    super::LineInput {
        day: day.copied().map(kernel::format_date).unwrap_or_default(),
        category: course
            .map_or(CourseKind::Skill, |course| course.category)
            .code()
            .to_owned(),
        place: course
            .map_or(Place::Enterprise, |course| course.place)
            .code()
            .to_owned(),
        unit: "minute".to_owned(),
        ..super::LineInput::default()
    }
}

/// One week, to write or to review. One that was never written is shown empty.
#[compiled_here]
pub async fn week(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, monday: Monday) -> Result<WeekView> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    let today = cx.today();
    let stored = tx.record_weeks().of_record(id).await?;
    let lines = week_lines(&loaded, &access, &stored, today);
    let at = lines.iter().position(|line| line.monday == monday);
    let at = at.ok_or(crate::Failure::NotFound)?;
    let file = tx.record_weeks().find(loaded.key(), monday).await?;
    let file = file.map(storage::Versioned::into_inner);
    let window = loaded.record().window();
    let days: Vec<Date> = monday
        .days()
        .filter(|day| window.is_open_on(*day) && *day <= today)
        .collect();
    let plan = loaded.plan();
    let own = access.apprentice().is_some();
    let mut view = WeekView {
        week: lines[at].clone(),
        edition: 0,
        text: String::new(),
        lines: Vec::new(),
        typed: WeekInput {
            lines: vec![blank(&loaded, days.first())],
            ..WeekInput::default()
        },
        problems: Vec::new(),
        cautions: Vec::new(),
        returned: None,
        trail: Vec::new(),
        may: WeekMay {
            write: own && !lines[at].is_locked,
            unlock: access.operator().is_some() && lines[at].is_locked,
            ..WeekMay::default()
        },
        courses: plan
            .courses
            .iter()
            .zip(0_u32..)
            .filter_map(|(course, index)| {
                let course = course.as_ref()?;
                Some((index, course.topic.clone(), course.category, course.place))
            })
            .collect(),
        lesson_minutes: plan.lesson_minutes,
        days,
        before: lines.get(at + 1).map(|line| line.monday),
        after: at.checked_sub(1).map(|at| lines[at].monday),
        head: head(&mut tx, cx, &loaded, access.role()).await?,
    };
    let Some(file) = file else { return Ok(view) };
    let week = &file.week;
    view.edition = week.edition();
    view.may = may(&loaded, &access, week, cx);
    view.trail = marks(&mut tx, week).await?;
    if let week::State::Returned { by, reason, at } = week.state() {
        view.returned = Some((*by, reason.clone(), *at));
    }
    // What is not handed in is the apprentice's own.
    let is_open = matches!(week.stage(), week::Stage::Open | week::Stage::Returned);
    if is_open && !own {
        return Ok(view);
    }
    let others = lines_of_person(app, &mut tx, loaded.record().apprentice()).await?;
    let faults = faults(&loaded, week, &others, today);
    view.text = week.text().to_owned();
    view.lines = week
        .lines()
        .iter()
        .map(|line| line_view(&loaded, line, &faults))
        .collect();
    if let Ok(limits) = loaded.limits() {
        view.cautions = cautions(monday, week.lines(), &limits);
    }
    if own {
        let kept = typed(&file);
        view.typed = kept.clone().unwrap_or_else(|| WeekInput::of(week));
        view.problems = kept.map_or_else(Vec::new, |typed| typed.read(Some(week), plan.lesson_minutes).problems);
        if view.typed.lines.is_empty() {
            view.typed.lines.push(blank(&loaded, view.days.first()));
        }
    }
    Ok(view)
}

/// The weeks that wait for the reader, with everything to decide; who opens this list opens those records.
#[compiled_here]
pub async fn to_review(app: &App, cx: &Cx, actor: &Actor) -> Result<ReviewList> {
    let person = actor.signed_in()?.person().id;
    let today = cx.today();
    let mut tx = app.db().read().await?;
    let places = tx.record_assignments().of_person(person).await?;
    let mut ids: Vec<AgreementId> = places
        .iter()
        .filter(|place| place.role.assigned().is_some())
        .map(|place| place.agreement)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut list = ReviewList {
        weeks: Vec::new(),
        late: Vec::new(),
    };
    for id in ids {
        let Ok(loaded) = load(app, cx, &mut tx, id).await else {
            continue;
        };
        let Ok(access) = access(cx, actor, &mut tx, &loaded).await else {
            continue;
        };
        let stored = tx.record_weeks().of_record(id).await?;
        let head = head(&mut tx, cx, &loaded, access.role()).await?;
        for line in week_lines(&loaded, &access, &stored, today) {
            if line.is_yours {
                if let Some(waits) = review_line(&mut tx, &loaded, &line, head.clone()).await? {
                    list.weeks.push(waits);
                }
            } else if line.is_locked && reviews(&access, line.monday, today) {
                list.late
                    .push((id, head.apprentice.clone(), line.monday, line.days_over));
            }
        }
    }
    drop(tx);
    for line in &list.weeks {
        note(app, cx, actor, line.head.id).await?;
    }
    list.weeks.sort_by_key(|line| line.since);
    Ok(list)
}

/// Whether the week would be the reader's to review.
fn reviews(access: &RecordAccess, monday: Monday, today: Date) -> bool {
    access.reviewers().iter().any(|one| {
        let assignment = one.assignment();
        assignment
            .may_review(assignment.record, monday, today, &Terms::default())
            .is_ok()
    })
}

/// Notes that somebody opens a record.
async fn note(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<()> {
    look(app, cx, actor, id).await?;
    Ok(())
}

async fn review_line(
    tx: &mut Reads,
    loaded: &Loaded,
    line: &WeekLine,
    head: super::RecordHead,
) -> Result<Option<ReviewLine>> {
    let found = tx.record_weeks().find(loaded.key(), line.monday).await?;
    let Some(WeekFile { week, .. }) = found.map(storage::Versioned::into_inner) else {
        return Ok(None);
    };
    let (since, first) = match week.state() {
        week::State::Submitted { at } => (*at, None),
        week::State::FirstApproved { first } => {
            let found = tx.accounts().find_person(first.person).await?;
            (first.at, found.map(|person| person.name))
        }
        _ => return Ok(None),
    };
    let limits: Option<Limits> = loaded.limits().ok();
    Ok(Some(ReviewLine {
        head,
        week: line.clone(),
        edition: week.edition(),
        since,
        text: week.text().to_owned(),
        lines: week.lines().iter().map(|one| line_view(loaded, one, &[])).collect(),
        cautions: limits.map_or_else(Vec::new, |limits| cautions(line.monday, week.lines(), &limits)),
        first,
    }))
}
