//! From the start to the end: what has to be there before, breaks, the assessment, the result, an early end.

use std::collections::BTreeSet;

use agreement::{
    lifecycle::{Party, SlotRole},
    training::Day,
};
use apprenticeship::{
    Barred, Terms,
    hours::{booked_days, last_approved_day, totals},
    record::{
        Act, Actor as Acting, Assessing, Break, BreakReason, Concluding, Correcting, Gate, GateFacts, GatewayFacts,
        Minor, Outcome, Pausing, Resuming, Stage, Starting, WithdrawReason, Withdrawing, gates, is_minor,
    },
    week,
};
use kernel::{AgreementId, Date, format_date, parse_date};
use law::params;
use marketplace::{ProblemCode, Problems};
use serde_json::json;
use storage::Reads;

use super::{
    BreakInput, ConcludeInput, RecordRefusal, StartInput, StartView, WithdrawInput,
    notices::News,
    overview::head,
    sections::words,
    work::{Loaded, Work, look},
};
use crate::{Actor, App, Cx, Failure, Result, access::RecordOfficer, compiled_here};

/// A day as typed.
fn day(problems: &mut Problems, field: &str, typed: &str, required: bool) -> Option<Date> {
    let typed = typed.trim();
    let day = parse_date(typed);
    if day.is_none() && !typed.is_empty() {
        problems.add(field, ProblemCode::NotADate);
    } else if day.is_none() && required {
        problems.add(field, ProblemCode::Required);
    }
    day
}

fn noted(loaded: &Loaded, name: &str) -> Option<Date> {
    loaded.stored.note(name).and_then(parse_date)
}

/// What is known for the first day `first`.
pub(super) fn gate_facts(loaded: &Loaded, first: Date) -> GateFacts {
    let body = &loaded.body;
    let date = |day: Option<Day>| day.map(Day::date);
    let running = loaded.open.get().running();
    let birth = date(body.apprentice.birth);
    let minor = match birth.map(|birth| is_minor(birth, first, &loaded.law)) {
        Some(Ok(false)) => None,
        Some(Ok(true)) => Some(Minor {
            health_check_on: noted(loaded, "start.health_check_on").or(date(body.safety.health_check_on)),
            has_card: loaded.stored.note("start.has_minor_card") == Some("yes")
                || body
                    .safety
                    .minor_card_no
                    .as_ref()
                    .is_some_and(|no| !no.trim().is_empty()),
            has_banned_hazard: has_banned_hazard(loaded),
        }),
        // What is not known is missing.
        Some(Err(_)) | None => Some(Minor::default()),
    };
    let guardian = running.map(|running| {
        let slot = running.slots.standing().find(|slot| slot.role == SlotRole::Guardian);
        slot.map(agreement::lifecycle::Slot::is_signed)
    });
    let certificate = loaded.stored.note("start.needs_certificate") == Some("yes");
    GateFacts {
        signed: running.is_some_and(|running| running.slots.is_complete()),
        insured_from: noted(loaded, "start.insured_from").or(date(body.insurance.registered_on)),
        guardian_consents: guardian.flatten(),
        safety_training_on: noted(loaded, "start.safety_training_on").or(date(body.safety.training_passed_on)),
        certificate_until: certificate.then(|| noted(loaded, "start.certificate_until")),
        minor,
    }
}

/// Whether something of the post is on the list for minors; what the law does not say counts as banned.
fn has_banned_hazard(loaded: &Loaded) -> bool {
    let Some(hazards) = &loaded.body.post.hazards else {
        return true;
    };
    match loaded.law.list(params::MINOR_BANNED).or_missing() {
        Ok(banned) => hazards
            .iter()
            .any(|hazard| hazard.codes().iter().any(|code| banned.iter().any(|one| one == code))),
        Err(_) => !hazards.is_empty(),
    }
}

/// What is missing before training starts, on the agreed first day or today.
pub(super) fn missing(loaded: &Loaded, today: Date) -> (Date, Vec<Gate>) {
    let agreed = loaded.record().start();
    let now = gates(&gate_facts(loaded, agreed), agreed);
    // Begun late, it is the later day on which everything has to be there.
    if !now.is_empty() && today > agreed {
        return (today, gates(&gate_facts(loaded, today), today));
    }
    (agreed, now)
}

/// What is known before the start.
#[compiled_here]
pub async fn start(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<StartView> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    // Health is the employer's to know, and the apprentice's.
    let party = access.officer().map(RecordOfficer::party);
    if party != Some(Party::Enterprise) && access.apprentice().is_none() && access.operator().is_none() {
        return Err(Failure::NotFound);
    }
    let typed = |name: &str| loaded.stored.note(name).unwrap_or_default().to_owned();
    let shown = |name: &str, fact: Option<Date>| match loaded.stored.note(name) {
        Some(typed) => typed.to_owned(),
        None => fact.map(format_date).unwrap_or_default(),
    };
    let (on, missing) = missing(&loaded, cx.today());
    let facts = gate_facts(&loaded, on);
    Ok(StartView {
        head: head(&mut tx, cx, &loaded, access.role()).await?,
        typed: StartInput {
            insured_from: shown("start.insured_from", facts.insured_from),
            safety_training_on: shown("start.safety_training_on", facts.safety_training_on),
            needs_certificate: typed("start.needs_certificate") == "yes",
            certificate_until: typed("start.certificate_until"),
            health_check_on: shown(
                "start.health_check_on",
                facts.minor.and_then(|minor| minor.health_check_on),
            ),
            has_minor_card: facts.minor.is_some_and(|minor| minor.has_card),
        },
        missing,
        on,
        may_write: party == Some(Party::Enterprise) && loaded.record().stage() == Stage::Registered,
    })
}

/// Writes down what has to be there before training starts. Once its day has come and nothing is missing, it starts.
#[compiled_here]
pub async fn save_start(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, input: &StartInput) -> Result<()> {
    let mut problems = Problems::none();
    let days = [
        ("insured_from", &input.insured_from),
        ("safety_training_on", &input.safety_training_on),
        ("certificate_until", &input.certificate_until),
        ("health_check_on", &input.health_check_on),
    ];
    for (field, typed) in days {
        day(&mut problems, field, typed, false);
    }
    problems.or(())?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let is_employer = work
        .access()?
        .officer()
        .is_some_and(|officer| officer.party() == Party::Enterprise);
    // The table says so in its own words: only a job starts training, from what the employer wrote down.
    let act = Act::Start.code();
    if !is_employer {
        let role = apprenticeship::Role::College;
        return Err(RecordRefusal::Barred(Barred::Role { act, role }).into());
    }
    if work.record().stage() != Stage::Registered {
        let now = work.record().stage().code();
        return Err(RecordRefusal::Barred(Barred::Stage { act, now }).into());
    }
    for (field, typed) in days {
        let typed = parse_date(typed.trim()).map(format_date).unwrap_or_default();
        work.note(&format!("start.{field}"), &typed);
    }
    let yes = |is: bool| if is { "yes" } else { "" };
    work.note("start.needs_certificate", yes(input.needs_certificate));
    work.note("start.has_minor_card", yes(input.has_minor_card));
    let started = begin(&mut work).await?;
    work.commit("save_start_facts", json!({ "started": started })).await
}

/// T3: starts training if its day has come and nothing is missing.
pub(super) async fn begin(work: &mut Work<'_>) -> Result<bool> {
    let (at, today) = (work.cx.now, work.cx.today());
    if work.record().stage() != Stage::Registered || today < work.record().start() {
        return Ok(false);
    }
    let (first, missing) = missing(&work.loaded, today);
    if !missing.is_empty() || first > work.record().end() {
        return Ok(false);
    }
    let starting = Starting {
        by: Acting::System,
        first,
        facts: gate_facts(&work.loaded, first),
        at,
    };
    let done = work.decide(|record| record.begin(starting))?;
    let news = News {
        day: Some(first),
        ..News::default()
    };
    work.tell(done, &news).await?;
    Ok(true)
}

/// The days of a record for which hours are handed in, and the last for which they are approved.
async fn booked(tx: &mut Reads, loaded: &Loaded) -> Result<(BTreeSet<Date>, Option<Date>)> {
    let files = tx.record_weeks().files(loaded.key()).await?;
    let lines: Vec<_> = files.iter().flat_map(|file| file.get().week.booked()).collect();
    Ok((booked_days(&lines), last_approved_day(&lines)))
}

/// T4: a break.
#[compiled_here]
pub async fn pause(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, input: &BreakInput) -> Result<()> {
    let mut problems = Problems::none();
    let from = day(&mut problems, "from", &input.from, true);
    let until = day(&mut problems, "until", &input.until, false);
    let reason = BreakReason::from_code(input.reason.trim());
    if reason.is_none() {
        problems.add("reason", ProblemCode::NotAChoice);
    }
    let said = words("words", &input.words)?;
    let (Some(from), Some(reason)) = (from, reason) else {
        return Err(problems.into_vec().into());
    };
    problems.or(())?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let by = work.acting(Act::Pause)?;
    let pause = Break {
        from,
        until,
        reason,
        words: said,
    };
    begin_break(&mut work, by, pause).await?;
    work.commit(
        "pause_record",
        json!({ "from": format_date(from), "reason": reason.code() }),
    )
    .await
}

pub(super) async fn begin_break(work: &mut Work<'_>, by: Acting, pause: Break) -> Result<()> {
    let (booked, _) = booked(&mut work.tx, &work.loaded).await?;
    let news = News {
        day: Some(pause.from),
        words: Some(pause.words.clone()),
        ..News::default()
    };
    let (at, terms) = (work.cx.now, Terms::default());
    let pausing = Pausing {
        by,
        pause,
        booked: &booked,
        terms: &terms,
        at,
    };
    let done = work.decide(|record| record.pause(pausing))?;
    work.tell(done, &news).await
}

/// T4: the break ends the day before `on`; empty: today.
#[compiled_here]
pub async fn resume(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, on: &str) -> Result<()> {
    let mut problems = Problems::none();
    let on = day(&mut problems, "on", on, false).unwrap_or_else(|| cx.today());
    problems.or(())?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let by = work.acting(Act::Resume)?;
    end_break(&mut work, by, on).await?;
    work.commit("resume_record", json!({ "on": format_date(on) })).await
}

pub(super) async fn end_break(work: &mut Work<'_>, by: Acting, on: Date) -> Result<()> {
    let at = work.cx.now;
    let done = work.decide(|record| record.resume(Resuming { by, on, at }))?;
    let news = News {
        day: Some(on),
        ..News::default()
    };
    work.tell(done, &news).await
}

/// T5: puts the apprentice up for assessment, for the own side.
#[compiled_here]
pub async fn assess(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<()> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let by = work.acting(Act::Assess)?;
    let files = work.tx.record_weeks().files(work.loaded.key()).await?;
    let lines: Vec<_> = files.iter().flat_map(|file| file.get().week.booked()).collect();
    let totals = totals(&work.loaded.plan(), &lines);
    let approved = |monday: &apprenticeship::Monday| {
        let file = files.iter().find(|file| file.get().week.monday() == *monday);
        file.is_some_and(|file| file.get().week.stage() == week::Stage::Approved)
    };
    let weeks = work.record().window().weeks(cx.today());
    let open = weeks.iter().filter(|monday| !approved(monday)).count();
    let assessing = Assessing {
        by,
        facts: GatewayFacts {
            totals: &totals,
            open_weeks: u32::try_from(open).unwrap_or(u32::MAX),
        },
        at: cx.now,
    };
    let done = work.decide(|record| record.assess(assessing))?;
    let news = News {
        day: Some(cx.today()),
        ..News::default()
    };
    work.tell(done, &news).await?;
    work.commit("assess_record", json!({})).await
}

/// T6: the result.
#[compiled_here]
pub async fn conclude(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, input: &ConcludeInput) -> Result<()> {
    let mut problems = Problems::none();
    let on = day(&mut problems, "on", &input.on, true);
    let evidence_on = day(&mut problems, "evidence_on", &input.evidence_on, true);
    let evidence = words("evidence", &input.evidence)?;
    let (Some(on), Some(evidence_on)) = (on, evidence_on) else {
        return Err(problems.into_vec().into());
    };
    problems.or(())?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let retakes = work.loaded.body.training.retakes.unwrap_or(0);
    let outcome = if input.passed {
        Outcome::Passed
    } else {
        let retakes = u32::try_from(retakes).unwrap_or(0);
        Outcome::NotPassed { retakes }
    };
    let concluding = Concluding {
        by: work.acting(Act::Conclude)?,
        outcome,
        on,
        evidence,
        evidence_on,
        at: cx.now,
    };
    let done = work.decide(|record| record.conclude(concluding))?;
    let news = News {
        day: Some(on),
        ..News::default()
    };
    work.tell(done, &news).await?;
    // The agreement is carried through by the job of the record, which looks at once.
    work.commit("conclude_record", json!({ "passed": input.passed })).await
}

/// T8: an early end, the apprentice's to declare as much as anybody's.
#[compiled_here]
pub async fn withdraw(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, input: &WithdrawInput) -> Result<()> {
    let mut problems = Problems::none();
    let reason = WithdrawReason::from_code(input.reason.trim());
    let side = SlotRole::from_code(input.side.trim());
    if reason.is_none() {
        problems.add("reason", ProblemCode::NotAChoice);
    }
    if side.is_none() {
        problems.add("side", ProblemCode::NotAChoice);
    }
    let last_day = day(&mut problems, "last_day", &input.last_day, false);
    let said = words("words", &input.words)?;
    let (Some(reason), Some(side)) = (reason, side) else {
        return Err(problems.into_vec().into());
    };
    problems.or(())?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let by = work.acting(Act::Withdraw)?;
    let last_day = last_day.unwrap_or_else(|| cx.today());
    end_early(&mut work, by, (reason, side), said, last_day).await?;
    work.commit(
        "withdraw_record",
        json!({ "reason": reason.code(), "side": side.code() }),
    )
    .await
}

pub(super) async fn end_early(
    work: &mut Work<'_>,
    by: Acting,
    (reason, side): (WithdrawReason, SlotRole),
    words: String,
    last_day: Date,
) -> Result<()> {
    let (_, last_approved) = booked(&mut work.tx, &work.loaded).await?;
    let withdrawing = Withdrawing {
        by,
        reason,
        side,
        words: words.clone(),
        last_day,
        last_approved,
        at: work.cx.now,
    };
    let done = work.decide(|record| record.withdraw(withdrawing))?;
    let news = News {
        day: work.record().withdrawal().map(|withdrawal| withdrawal.last_day),
        words: Some(words),
        ..News::default()
    };
    work.tell(done, &news).await
}

/// T10: the day of completion was another.
#[compiled_here]
pub async fn correct(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, on: &str, reason: &str) -> Result<()> {
    let mut problems = Problems::none();
    let day = day(&mut problems, "on", on, true);
    let reason = words("reason", reason)?;
    let Some(on) = day else {
        return Err(problems.into_vec().into());
    };
    let mut work = Work::open(app, cx, actor, id).await?;
    let correcting = Correcting {
        by: work.acting(Act::Correct)?,
        on,
        reason,
        at: cx.now,
    };
    let done = work.decide(|record| record.correct(correcting))?;
    let news = News {
        day: Some(on),
        ..News::default()
    };
    work.tell(done, &news).await?;
    work.commit("correct_record", json!({ "on": format_date(on) })).await
}
