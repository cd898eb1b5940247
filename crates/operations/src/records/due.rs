//! What is due in a record: acts of the system, each with its letters in one transaction, and told once.

use agreement::lifecycle::Party;
use apprenticeship::{
    Monday, Reviewer, Terms, Told,
    record::{Actor as Acting, Section, Stage, State},
    week,
};
use kernel::{AgreementId, Date, Timestamp, format_date, shanghai_date};
use mail::{RecordNews, RecordOverdue};
use serde_json::json;
use storage::{StoredWeek, Tx, Write};
use time::Duration;
use words::Text;

use super::{
    course,
    notices::{page, section_name, title},
    work::{Loaded, Work},
};
use crate::{
    App, Cx, Failure, Result, agreements,
    jobs::{self, Job},
};

/// So many records a night are looked at by the sweep.
const SWEEP: i64 = 1000;
/// So many days before its last day somebody is reminded of a week.
const SOON_DAYS: i64 = 3;

/// Something that is looked at on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Training starts, or what is missing is told.
    Start,
    /// The break is over.
    Resume,
    /// A section, or a question about it, waits too long.
    Unsettled(Section, Option<Party>, Date),
    /// The last day of a week is near.
    WeekSoon(Monday, Date),
    /// The last day of a week has passed.
    WeekLate(Monday, Date),
    /// A week waits for its reviewer too long.
    Review(Monday, Reviewer, Date),
    /// The agreement is carried through with its record.
    Complete(Date),
}

impl Look {
    /// What is remembered of it: what is told is told once, the rest is looked at anew each day.
    fn mark(&self, today: Date) -> String {
        match self {
            Self::Start | Self::Resume => format_date(today),
            _ => "1".to_owned(),
        }
    }

    /// By which it is remembered.
    fn key(&self) -> String {
        match self {
            Self::Start => "looked.start".to_owned(),
            Self::Resume => "looked.resume".to_owned(),
            Self::Complete(on) => format!("looked.complete.{on}"),
            Self::Unsettled(section, side, since) => {
                format!(
                    "told.section.{section}.{}.{since}",
                    side.map_or("apprentice", Party::code)
                )
            }
            Self::WeekSoon(monday, due) => format!("told.soon.{monday}.{due}"),
            Self::WeekLate(monday, due) => format!("told.late.{monday}.{due}"),
            Self::Review(monday, turn, since) => format!("told.review.{monday}.{turn}.{since}"),
        }
    }
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Duration::days(days))
}

/// Eight in the morning in Shanghai.
fn morning(day: Date) -> Timestamp {
    let days = i64::from(day.to_julian_day()) - 2_440_588;
    Timestamp::from_micros(days * 24 * 3_600 * 1_000_000)
}

/// Everything that is looked at, with its day; what was told is left out.
fn looks(loaded: &Loaded, weeks: &[StoredWeek], today: Date) -> Vec<(Date, Look)> {
    let (record, terms) = (loaded.record(), Terms::default());
    let mut all = Vec::new();
    match record.state() {
        State::Registered => all.push((record.start(), Look::Start)),
        State::OnBreak { pause } => {
            let over = later(pause.from, terms.break_days);
            let end = pause.until.map_or(over, |until| later(until, 1).min(over));
            all.push((end, Look::Resume));
        }
        State::Completed { completion } => all.push((completion.on, Look::Complete(completion.on))),
        State::Training { .. }
        | State::Assessment { .. }
        | State::Failed { .. }
        | State::Withdrawn { .. }
        | State::Transferred { .. } => {}
    }
    if record.is_active() {
        for section in record.sections().iter().filter(|one| one.confirmed_at.is_none()) {
            let mut asked = record.queries().iter();
            let asked = asked.find(|query| query.section == section.section && query.waits());
            let since = shanghai_date(asked.map_or(section.since, |query| query.at));
            let look = Look::Unsettled(section.section, asked.map(|query| query.side), since);
            all.push((later(since, terms.confirm_days + 1), look));
        }
        // A week that nobody wrote has no row: the present one and those before it.
        for monday in record.window().weeks(later(today, 7)) {
            let stored = weeks.iter().find(|week| week.monday == monday);
            let due = stored.map_or(later(monday.sunday(), terms.overdue_days), |week| week.due);
            let open = stored.is_none_or(|week| matches!(week.stage, week::Stage::Open | week::Stage::Returned));
            if open {
                all.push((later(due, -SOON_DAYS), Look::WeekSoon(monday, due)));
                all.push((later(due, 1), Look::WeekLate(monday, due)));
            }
        }
    }
    for week in weeks {
        if let Some(since) = week.waiting_since.map(shanghai_date) {
            let look = Look::Review(week.monday, week.turn, since);
            all.push((later(since, terms.overdue_days + 1), look));
        }
    }
    all.retain(|(_, look)| loaded.stored.note(&look.key()) != Some(look.mark(today).as_str()));
    all
}

/// When the record has to be looked at again.
pub(super) async fn next(cx: &Cx, tx: &mut Tx<Write>, loaded: &Loaded) -> Result<Option<Timestamp>> {
    let weeks = tx.record_weeks().of_record(loaded.id()).await?;
    let today = cx.today();
    let looks = looks(loaded, &weeks, today);
    let first = looks.iter().map(|(day, _)| *day).min();
    // What was looked at today without an end to it is looked at again tomorrow.
    let daily = matches!(loaded.record().stage(), Stage::Registered | Stage::OnBreak);
    let tomorrow =
        (daily && !looks.iter().any(|(_, look)| matches!(look, Look::Start | Look::Resume))).then(|| later(today, 1));
    // In training a new week is due some day, also when all that there are were told.
    let in_a_week = (loaded.record().stage() == Stage::Training).then(|| later(today, 7));
    let day = [first, tomorrow, in_a_week].into_iter().flatten().min();
    Ok(day.map(|day| morning(day).max(Timestamp::from_micros(cx.now.micros()))))
}

/// Makes sure that somebody looks.
pub(super) async fn enqueue(app: &App, cx: &Cx, tx: &mut Tx<Write>, id: AgreementId, at: Timestamp) -> Result<()> {
    jobs::enqueue_at(app, cx, tx, &Job::Record { agreement: id }, at).await
}

/// Does everything that is due in a record, and makes sure that somebody looks again when the next is.
pub(crate) async fn due(app: &App, cx: &Cx, id: AgreementId) -> Result<()> {
    let mut work = match Work::of_system(app, cx, id).await {
        Ok(work) => work,
        // Erased in the meantime: nobody looks at it any more.
        Err(Failure::NotFound) => return Ok(app.db().look_at_record_again(id, None).await?),
        Err(failure) => return Err(failure),
    };
    let today = cx.today();
    let weeks = work.tx.record_weeks().of_record(id).await?;
    let mut all = looks(&work.loaded, &weeks, today);
    all.retain(|(day, _)| *day <= today);
    if all.is_empty() {
        let next = next(cx, &mut work.tx, &work.loaded).await?;
        drop(work);
        app.db().look_at_record_again(id, next).await?;
        return match next.filter(|next| *next > cx.now) {
            Some(next) => jobs::remember(app, cx, &Job::Record { agreement: id }, next).await,
            None => Ok(()),
        };
    }
    let mut items: Vec<(Told, Text)> = Vec::new();
    let mut complete = None;
    for (_, look) in &all {
        match *look {
            Look::Start => start(&mut work).await?,
            Look::Resume => {
                if let State::OnBreak { pause } = work.record().state().clone() {
                    // The day after its last one, as it was meant; of a break without an end, today.
                    let on = pause.until.map_or(today, |until| later(until, 1));
                    course::end_break(&mut work, Acting::System, on).await?;
                }
            }
            Look::Complete(on) => complete = Some(on),
            other => items.extend(told(other, today)),
        }
        work.note(&look.key(), &look.mark(today));
    }
    let done: Vec<&'static str> = all.iter().map(|(_, look)| code(look)).collect();
    send(&mut work, items).await?;
    if let Some(on) = complete {
        // First the agreement: if that fails, this is looked at again.
        drop(work);
        agreements::complete(app, cx, &crate::Actor::System, id, Some(on)).await?;
        let mut work = Work::of_system(app, cx, id).await?;
        work.note(&Look::Complete(on).key(), "1");
        return work.commit("carry_through_record", json!({})).await;
    }
    work.commit("look_at_record", json!({ "due": done })).await
}

const fn code(look: &Look) -> &'static str {
    match look {
        Look::Start => "start",
        Look::Resume => "resume",
        Look::Unsettled(..) => "unsettled",
        Look::WeekSoon(..) => "week_soon",
        Look::WeekLate(..) => "week_late",
        Look::Review(..) => "review",
        Look::Complete(_) => "complete",
    }
}

/// T3, or what is missing: told once to those who can do something about it.
async fn start(work: &mut Work<'_>) -> Result<()> {
    if course::begin(work).await? || work.loaded.stored.note("told.not_started").is_some() {
        return Ok(());
    }
    let (_, missing) = course::missing(&work.loaded, work.cx.today());
    if missing.is_empty() {
        return Ok(());
    }
    work.note("told.not_started", "1");
    let letter = RecordNews {
        agreement: title(&mut work.tx, &work.loaded).await?,
        news: Text::of("letter.record_news", "not_started"),
        more: missing
            .iter()
            .map(|gate| Text::of("record_gate", gate.code()))
            .collect(),
        words: None,
        path: page(work.loaded.id(), "/start"),
    };
    work.post(Told::Party(Party::Enterprise), &letter).await
}

/// Whom it is told, in a sentence.
fn told(look: Look, today: Date) -> Vec<(Told, Text)> {
    let days = |since: Date| (today - since).whole_days();
    let week = |key: &'static str, monday: Monday| {
        Text::new(key)
            .with("from", monday.date())
            .with("until", monday.sunday())
    };
    match look {
        Look::Unsettled(section, side, since) => {
            let key = match side {
                Some(_) => "letter.record_overdue.answer",
                None => "letter.record_overdue.confirm",
            };
            let text = Text::new(key)
                .with("section", section_name(section))
                .with("n", days(since));
            // Both sides see what waits, whomever it waits for.
            let all = [
                Told::Apprentice,
                Told::Party(Party::Enterprise),
                Told::Party(Party::College),
            ];
            all.into_iter().map(|told| (told, text.clone())).collect()
        }
        Look::WeekSoon(monday, due) => {
            let text = week("letter.record_overdue.week_soon", monday).with("day", due);
            vec![(Told::Apprentice, text)]
        }
        Look::WeekLate(monday, due) => {
            let text = week("letter.record_overdue.week_late", monday).with("day", due);
            vec![
                (Told::Apprentice, text.clone()),
                (Told::Reviewers(Reviewer::First), text),
            ]
        }
        Look::Review(monday, turn, since) => {
            let text = week("letter.record_overdue.review", monday).with("n", days(since));
            vec![(Told::Reviewers(turn), text)]
        }
        Look::Start | Look::Resume | Look::Complete(_) => Vec::new(),
    }
}

/// One letter to each who is told, with everything in it.
async fn send(work: &mut Work<'_>, items: Vec<(Told, Text)>) -> Result<()> {
    let mut readers: Vec<Told> = items.iter().map(|(told, _)| *told).collect();
    readers.sort_unstable();
    readers.dedup();
    for reader in readers {
        let theirs = items.iter().filter(|(told, _)| *told == reader);
        let path = match reader {
            Told::Reviewers(_) => mail::LinkPath::new("/weeks"),
            Told::Apprentice | Told::Party(_) => page(work.loaded.id(), ""),
        };
        let letter = RecordOverdue {
            agreement: title(&mut work.tx, &work.loaded).await?,
            items: theirs.map(|(_, text)| text.clone()).collect(),
            path,
        };
        work.post(reader, &letter).await?;
    }
    Ok(())
}

/// Does what is overdue in any record, whatever became of its own job; says in how many.
pub(crate) async fn sweep(app: &App, cx: &Cx) -> Result<usize> {
    let overdue = app.db().read().await?.records().due(cx.now, SWEEP).await?;
    for id in &overdue {
        // One that cannot be read keeps nobody else waiting.
        if let Err(failure) = due(app, cx, *id).await {
            tracing::error!(record = %id, error = %failure, "an overdue record was left as it is");
        }
    }
    Ok(overdue.len())
}
