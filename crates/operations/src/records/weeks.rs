//! Logbook weeks: written, handed in, reviewed.

use apprenticeship::{
    Monday, Reviewer, Terms,
    rights::{AssignmentRole, is_tutored},
    week::{
        Act, Actor as Acting, Approving, Opening, Returning, Reviewing, Stage, Submitting, Unlocking, Week, Writing,
    },
};
use kernel::AgreementId;
use serde_json::json;
use storage::{Versioned, WeekFile};

use super::{
    RecordRefusal, SavedWeek, WeekInput,
    notices::News,
    sections::words,
    work::{Loaded, Work, checking},
};
use crate::{Actor, App, Cx, Failure, Result, compiled_here};

/// Characters of what is kept although it cannot be read, at most.
const TYPED_MAX: usize = 60_000;

fn news(week: &Week) -> News {
    let minutes = week.lines().iter().map(|line| i64::from(line.written.amount.minutes()));
    News {
        monday: Some(week.monday()),
        minutes: minutes.sum(),
        due: Some(week.due()),
        ..News::default()
    }
}

/// What was typed of a week, when something of it could not be read.
pub(super) fn typed(file: &WeekFile) -> Option<WeekInput> {
    let typed = serde_json::from_value::<WeekInput>(file.typed.clone()?).ok()?;
    // What was typed belongs to the edition that it made.
    (typed.edition == file.week.edition()).then_some(typed)
}

/// How many fields of a week cannot be read.
pub(super) fn unreadable(loaded: &Loaded, file: &WeekFile) -> u32 {
    let lesson = loaded.plan().lesson_minutes;
    let problems = typed(file).map(|typed| typed.read(Some(&file.week), lesson).problems.len());
    problems.map_or(0, |problems| u32::try_from(problems).unwrap_or(u32::MAX))
}

/// Keeps what was typed, right or not; says what of it cannot be read.
#[compiled_here]
pub async fn save_week(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    monday: Monday,
    input: &WeekInput,
) -> Result<SavedWeek> {
    let kept = serde_json::to_value(input).map_err(Failure::internal)?;
    if kept.to_string().len() > TYPED_MAX {
        return Err(apprenticeship::WriteRefusal::TooLong { limit: TYPED_MAX }.into());
    }
    let mut work = Work::open(app, cx, actor, id).await?;
    let (terms, window, at) = (Terms::default(), work.record().window(), cx.now);
    let found = work.week(monday).await?;
    let (mut file, is_new) = if let Some(file) = found {
        (file, false)
    } else {
        let by = work
            .access()?
            .apprentice()
            .map_or(Acting::Operator, |_| Acting::Apprentice);
        let opening = Opening {
            record: id,
            week: monday,
            exists: false,
            window: &window,
            terms: &terms,
            by,
            at,
        };
        let (week, done) = Week::open(&opening)?;
        work.tell(done, &News::default()).await?;
        let file = WeekFile { week, typed: None };
        work.tx
            .record_weeks()
            .insert(work.loaded.key(), &file, at, app.chance())
            .await?;
        let found = work.week(monday).await?.ok_or(Failure::Conflict)?;
        (found, true)
    };
    let by = work.acting_on(&file.get().week, Act::Write)?;
    let readable = input.read(Some(&file.get().week), work.loaded.plan().lesson_minutes);
    // A week that was not there was written on as the edition 0.
    let edition = if is_new && input.edition == 0 {
        file.get().week.edition()
    } else {
        input.edition
    };
    let writing = Writing {
        by,
        edition,
        text: input.text.clone(),
        lines: readable.lines,
        at,
    };
    let problems = readable.problems;
    file = file.decide(|file| {
        let (week, _) = file.week.write(writing)?;
        let edition = week.edition();
        let typed = WeekInput {
            edition,
            ..input.clone()
        };
        let typed = (!problems.is_empty()).then(|| serde_json::to_value(&typed));
        let typed = typed.transpose().map_err(Failure::internal)?;
        Ok::<_, Failure>(WeekFile { week, typed })
    })?;
    work.save_week(&file).await?;
    let edition = file.get().week.edition();
    let more = json!({ "week": monday.to_string(), "edition": edition, "unreadable": problems.len() });
    work.commit("save_week", more).await?;
    Ok(SavedWeek { edition, problems })
}

/// A week to act on.
async fn open<'a>(
    app: &'a App,
    cx: &'a Cx,
    actor: &'a Actor,
    id: AgreementId,
    monday: Monday,
) -> Result<(Work<'a>, Versioned<WeekFile>)> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let file = work.week(monday).await?.ok_or(Failure::NotFound)?;
    Ok((work, file))
}

/// Saves what was decided, tells, and commits.
async fn finish(
    mut work: Work<'_>,
    file: Versioned<WeekFile>,
    done: apprenticeship::Done,
    (act, said): (&'static str, Option<String>),
) -> Result<()> {
    work.save_week(&file).await?;
    let week = &file.get().week;
    let more =
        json!({ "week": week.monday().to_string(), "edition": week.edition(), "stage_of_week": week.stage().code() });
    let news = News {
        words: said,
        ..news(week)
    };
    work.tell(done, &news).await?;
    work.commit(act, more).await
}

/// Changes the week of a file, and keeps who is to be told.
fn decide<E: Into<Failure>>(
    file: Versioned<WeekFile>,
    act: impl FnOnce(Week) -> Result<(Week, apprenticeship::Done), E>,
) -> Result<(Versioned<WeekFile>, apprenticeship::Done)> {
    let mut told = None;
    let file = file.decide(|file| {
        let (week, done) = act(file.week).map_err(Into::into)?;
        told = Some(done);
        Ok::<_, Failure>(WeekFile { week, ..file })
    })?;
    Ok((file, told.unwrap_or_default()))
}

/// Hands a week in. Its lines are held against those of all records of the person, which nobody else adds to meanwhile.
#[compiled_here]
pub async fn submit_week(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    monday: Monday,
    edition: u32,
) -> Result<()> {
    let (mut work, file) = open(app, cx, actor, id, monday).await?;
    let by = work.acting_on(&file.get().week, Act::Submit)?;
    let fields = unreadable(&work.loaded, file.get());
    if fields > 0 && file.get().week.edition() == edition {
        return Err(RecordRefusal::Unreadable { fields }.into());
    }
    let (limits, window, courses) = (work.loaded.limits()?, work.record().window(), work.loaded.plan().len());
    let others = work.all_lines().await?;
    let submitting = Submitting {
        by,
        edition,
        checking: checking(&window, &limits, courses, &others, cx.today()),
        at: cx.now,
    };
    let (file, done) = decide(file, |week| week.submit(&submitting))?;
    finish(work, file, done, ("submit_week", None)).await
}

/// Takes a week back before anybody approved it.
#[compiled_here]
pub async fn take_back_week(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, monday: Monday) -> Result<()> {
    let (work, file) = open(app, cx, actor, id, monday).await?;
    let by = work.acting_on(&file.get().week, Act::TakeBack)?;
    let (file, done) = decide(file, |week| week.take_back(by, &Terms::default(), cx.now))?;
    finish(work, file, done, ("take_back_week", None)).await
}

/// Approves a week: first or last, whichever it waits for.
#[compiled_here]
pub async fn approve_week(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    monday: Monday,
    edition: u32,
) -> Result<()> {
    let (mut work, file) = open(app, cx, actor, id, monday).await?;
    let week = &file.get().week;
    let assignments = work.loaded.assignments();
    let terms = Terms::default();
    let tutored = is_tutored(&assignments, id, cx.today());
    let review = |by| Reviewing {
        by,
        edition,
        tutored,
        terms: &terms,
        at: cx.now,
    };
    // Who can only say the last word hears whose turn it is.
    let tutor_only = work
        .access()?
        .reviewers()
        .iter()
        .all(|one| one.assignment().role == AssignmentRole::Tutor);
    let reviews_first = !work.access()?.reviewers().is_empty() && !tutor_only;
    if reviews_first && week.turn() == Reviewer::First && week.stage() == Stage::Submitted {
        let by = work.acting_on(week, Act::FirstApprove)?;
        let (file, done) = decide(file, |week| week.first_approve(&review(by)))?;
        return finish(work, file, done, ("first_approve_week", None)).await;
    }
    let by = work.acting_on(week, Act::Approve)?;
    let (limits, window, courses) = (work.loaded.limits()?, work.record().window(), work.loaded.plan().len());
    let others = work.all_lines().await?;
    let approving = Approving {
        review: review(by),
        checking: checking(&window, &limits, courses, &others, cx.today()),
    };
    let (file, done) = decide(file, |week| week.approve(&approving))?;
    finish(work, file, done, ("approve_week", None)).await
}

/// Gives a week back, with what has to be mended.
#[compiled_here]
pub async fn return_week(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    monday: Monday,
    edition: u32,
    reason: &str,
) -> Result<()> {
    let reason = words("reason", reason)?;
    let (work, file) = open(app, cx, actor, id, monday).await?;
    let by = work.acting_on(&file.get().week, Act::Return)?;
    let terms = Terms::default();
    let returning = Returning {
        review: Reviewing {
            by,
            edition,
            tutored: is_tutored(&work.loaded.assignments(), id, cx.today()),
            terms: &terms,
            at: cx.now,
        },
        reason: reason.clone(),
    };
    let (file, done) = decide(file, |week| week.give_back(returning))?;
    finish(work, file, done, ("return_week", Some(reason))).await
}

/// The operator opens a week again that is overdue.
#[compiled_here]
pub async fn unlock_week(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    monday: Monday,
    reason: &str,
) -> Result<()> {
    let reason = words("reason", reason)?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let terms = Terms::default();
    let file = match work.week(monday).await? {
        Some(file) => file,
        None => begin(&mut work, monday, &terms).await?,
    };
    let by = work.acting_on(&file.get().week, Act::Unlock)?;
    let unlocking = Unlocking {
        by,
        reason: reason.clone(),
        terms: &terms,
        at: cx.now,
    };
    let (file, done) = decide(file, |week| week.unlock(unlocking))?;
    finish(work, file, done, ("unlock_week", Some(reason))).await
}

/// A week that nobody wrote yet, to be unlocked.
async fn begin(work: &mut Work<'_>, monday: Monday, terms: &Terms) -> Result<Versioned<WeekFile>> {
    let window = work.record().window();
    let opening = Opening {
        record: work.loaded.id(),
        week: monday,
        exists: false,
        window: &window,
        terms,
        by: Acting::System,
        at: work.cx.now,
    };
    let (week, done) = Week::open(&opening)?;
    work.tell(done, &News::default()).await?;
    let file = WeekFile { week, typed: None };
    let (at, chance) = (work.cx.now, work.app.chance());
    work.tx
        .record_weeks()
        .insert(work.loaded.key(), &file, at, chance)
        .await?;
    work.week(monday).await?.ok_or(Failure::Conflict)
}
