//! What happens to an agreement that holds: a pause, going on, the end before its time, completion. Parties and the
//! operator come by their login; who signed comes by their own place ([`super::signing`]).

use agreement::lifecycle::{
    Act, Actor as Acting, Completing, Consequences, Ground, Party, Pause, Proposal, Proposed, Resuming, Settled,
    SlotRole, Stage, Suspending, Terminating, Termination,
};
use kernel::{AgreementId, Date, format_date, parse_date};
use mail::{Change, ChangeBy};
use marketplace::{Problem, ProblemCode};
use serde_json::{Value, json};

use super::{
    notices::{organisation_name, sign_as},
    send::limit,
    work::{News, Note, Work},
};
use crate::{Actor, App, Cx, Failure, Result, compiled_here};

/// The longest reason, or words on a consequence.
const WORDS: usize = 1000;

/// A pause as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PauseInput {
    /// The first day.
    pub from: String,
    /// The last day; empty when nobody knows it yet.
    pub until: String,
    /// Why.
    pub reason: String,
}

/// The end before its time as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndInput {
    /// Code of the ground.
    pub ground: String,
    /// The last day.
    pub last_day: String,
    /// Why.
    pub reason: String,
    /// How pay is settled.
    pub stipend: String,
    /// What becomes of the hours.
    pub hours: String,
    /// What becomes of the subsidy.
    pub subsidy: String,
}

/// Reads typed words and collects what is wrong with them.
#[derive(Default)]
struct Reading(Vec<Problem>);

impl Reading {
    fn wrong(&mut self, field: &str, code: ProblemCode) {
        let field = field.to_owned();
        self.0.push(Problem { field, code });
    }

    fn words(&mut self, field: &str, typed: &str) -> String {
        let typed = typed.trim();
        if typed.is_empty() {
            self.wrong(field, ProblemCode::Required);
        } else if typed.chars().count() > WORDS {
            self.wrong(field, ProblemCode::TooLong { max: WORDS });
        }
        typed.to_owned()
    }

    fn day(&mut self, field: &str, typed: &str) -> Option<Date> {
        let day = parse_date(typed);
        match (day, typed.trim().is_empty()) {
            (Some(_), _) => {}
            (None, true) => self.wrong(field, ProblemCode::Required),
            (None, false) => self.wrong(field, ProblemCode::NotADate),
        }
        day
    }

    /// What was read, when nothing is wrong with it.
    fn done<T>(self, read: Option<T>) -> Result<T> {
        match read {
            Some(read) if self.0.is_empty() => Ok(read),
            _ => Err(self.0.into()),
        }
    }
}

impl PauseInput {
    fn read(&self) -> Result<Pause> {
        let mut reading = Reading::default();
        let from = reading.day("from", &self.from);
        let until = match self.until.trim() {
            "" => None,
            typed => reading.day("until", typed),
        };
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            reading.wrong("until", ProblemCode::EndsBeforeStart);
        }
        let reason = reading.words("reason", &self.reason);
        reading.done(from.map(|from| Pause { from, until, reason }))
    }
}

impl EndInput {
    /// What it says, for an agreement that holds from `since` on.
    pub(super) fn read(&self, since: Option<Date>) -> Result<Termination> {
        let mut reading = Reading::default();
        let ground = Ground::from_code(self.ground.trim());
        if ground.is_none() {
            let missing = self.ground.trim().is_empty();
            let code = if missing {
                ProblemCode::Required
            } else {
                ProblemCode::NotAChoice
            };
            reading.wrong("ground", code);
        }
        let reason = reading.words("reason", &self.reason);
        let last_day = reading.day("last_day", &self.last_day);
        if last_day.zip(since).is_some_and(|(last, since)| last < since) {
            reading.wrong("last_day", ProblemCode::EndsBeforeStart);
        }
        let consequences = Consequences {
            stipend: reading.words("stipend", &self.stipend),
            hours: reading.words("hours", &self.hours),
            subsidy: reading.words("subsidy", &self.subsidy),
        };
        reading.done(ground.zip(last_day).map(|(ground, last_day)| Termination {
            ground,
            reason,
            last_day,
            consequences,
        }))
    }
}

/// What is proposed, for letters; taking back is told by letters of its own.
pub(super) fn change_of(proposed: &Proposed) -> Option<Change> {
    match proposed {
        Proposed::Recall { .. } => None,
        Proposed::Suspend(pause) => Some(Change::Pause {
            from: pause.from,
            until: pause.until,
            reason: pause.reason.clone(),
        }),
        Proposed::Resume { on } => Some(Change::Resume { on: *on }),
        Proposed::Terminate(termination) => Some(Change::End {
            ground: termination.ground.code().to_owned(),
            reason: termination.reason.clone(),
            last_day: termination.last_day,
            stipend: termination.consequences.stipend.clone(),
            hours: termination.consequences.hours.clone(),
            subsidy: termination.consequences.subsidy.clone(),
        }),
    }
}

/// What is proposed or decided, for the details of the event.
fn fields_of(proposed: &Proposed) -> Value {
    match proposed {
        Proposed::Recall { reason } => json!({ "reason": reason }),
        Proposed::Suspend(pause) => json!({
            "reason": pause.reason,
            "from": format_date(pause.from),
            "until": pause.until.map(format_date),
        }),
        Proposed::Resume { on } => json!({ "on": format_date(*on) }),
        Proposed::Terminate(termination) => json!({
            "reason": termination.reason,
            "ground": termination.ground.code(),
            "last_day": format_date(termination.last_day),
            "stipend": termination.consequences.stipend,
            "hours": termination.consequences.hours,
            "subsidy": termination.consequences.subsidy,
        }),
    }
}

/// The note of an act that proposes or decides this.
pub(super) fn note_of(proposed: &Proposed, signatory: Option<ChangeBy>) -> Note {
    Note::of(fields_of(proposed)).telling(News {
        change: change_of(proposed),
        signatory,
        ..News::default()
    })
}

/// Whether it is done or waits for others, for the audit log.
pub(super) fn settled_code(settled: &Settled) -> Value {
    let waits = match settled {
        Settled::Done => Vec::new(),
        Settled::WaitingFor(roles) => roles.iter().map(|role| role.code()).collect(),
    };
    json!({ "waits_for": waits })
}

/// Whoever proposed it, for letters.
pub(super) async fn proposer(work: &mut Work<'_>, proposal: &Proposal) -> Result<ChangeBy> {
    if let SlotRole::Apprentice | SlotRole::Guardian = proposal.by {
        let slots = work.agreement().slots();
        let slot = slots.and_then(|slots| slots.standing().find(|slot| slot.role == proposal.by));
        let slot = slot.ok_or(Failure::NotFound)?;
        return Ok(ChangeBy::Person {
            name: slot.name.clone(),
            sign_as: sign_as(slot.role),
        });
    }
    let parties = *work.agreement().parties();
    let organisation = match proposal.by {
        SlotRole::College => parties.college.unwrap_or(parties.enterprise),
        _ => parties.enterprise,
    };
    let name = organisation_name(&mut work.tx, organisation).await?;
    Ok(ChangeBy::Organisation { name })
}

/// Proposes a pause to the other party; with no other, or ordered by the operator, it begins.
#[compiled_here]
pub async fn suspend(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, input: &PauseInput) -> Result<Settled> {
    limit(app, cx, actor, "change_agreement", id).await?;
    let work = Work::open(app, cx, actor, id).await?;
    let by = actor.keeper(work.open.head())?.acts_as();
    work.agreement().permit(Act::Suspend, by, None)?;
    let pause = input.read()?;
    let note = note_of(&Proposed::Suspend(pause.clone()), None);
    let suspending = Suspending { by, pause, at: cx.now };
    let (work, settled) = work.act(note, |agreement| agreement.suspend(suspending)).await?;
    work.commit("suspend_agreement", settled_code(&settled)).await?;
    Ok(settled)
}

/// Proposes to go on from a day; with no other party, or ordered by the operator, it goes on.
#[compiled_here]
pub async fn resume(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, on: &str) -> Result<Settled> {
    limit(app, cx, actor, "change_agreement", id).await?;
    let work = Work::open(app, cx, actor, id).await?;
    let by = actor.keeper(work.open.head())?.acts_as();
    work.agreement().permit(Act::Resume, by, None)?;
    let mut reading = Reading::default();
    let read = reading.day("on", on);
    let on = reading.done(read)?;
    let note = note_of(&Proposed::Resume { on }, None);
    let resuming = Resuming { by, on, at: cx.now };
    let (work, settled) = work.act(note, |agreement| agreement.resume(resuming)).await?;
    work.commit("resume_agreement", settled_code(&settled)).await?;
    Ok(settled)
}

/// What the form of ending says so far, before it is confirmed. Writes nothing.
#[compiled_here]
pub async fn check_end(app: &App, actor: &Actor, id: AgreementId, input: &EndInput) -> Result<Termination> {
    let mut tx = app.db().read().await?;
    let open = super::work::open(app, &mut tx, id).await?;
    let officer = actor.party_officer(open.head())?;
    open.get().permit(Act::Terminate, officer.acts_as(), None)?;
    let termination = input.read(open.get().running().map(|running| running.since))?;
    checked_ground(termination, officer.party().into())
}

/// The same termination, unless its ground is a fault of the own side.
pub(super) fn checked_ground(termination: Termination, role: SlotRole) -> Result<Termination> {
    if termination.ground.is_for(role) {
        return Ok(termination);
    }
    Err(vec![Problem {
        field: "ground".to_owned(),
        code: ProblemCode::NotAChoice,
    }]
    .into())
}

/// Proposes the end to all who signed and all who negotiated; on a legal ground it ends.
#[compiled_here]
pub async fn terminate(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, input: &EndInput) -> Result<Settled> {
    limit(app, cx, actor, "change_agreement", id).await?;
    let work = Work::open(app, cx, actor, id).await?;
    let by = actor.party_officer(work.open.head())?.acts_as();
    work.agreement().permit(Act::Terminate, by, None)?;
    let termination = input.read(work.agreement().running().map(|running| running.since))?;
    let note = note_of(&Proposed::Terminate(termination.clone()), None);
    let terminating = Terminating {
        by,
        termination,
        at: cx.now,
    };
    let (work, settled) = work.act(note, |agreement| agreement.terminate(terminating)).await?;
    work.commit("terminate_agreement", settled_code(&settled)).await?;
    Ok(settled)
}

/// Carries the agreement through, for the system or an officer of the college. `record` is the day on which the
/// apprentice's record was completed, when it was: whatever completes a record calls this. Once it is through, that is so.
#[compiled_here]
pub async fn complete(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, record: Option<Date>) -> Result<()> {
    let work = Work::open(app, cx, actor, id).await?;
    let by = match actor {
        Actor::System => Acting::System,
        _ => actor.party_officer(work.open.head())?.acts_as(),
    };
    if by == Acting::System && work.agreement().stage() == Stage::Completed {
        return Ok(());
    }
    let on = record.unwrap_or_else(|| cx.today());
    let completing = Completing {
        by,
        record_completed: record.is_some(),
        on,
        at: cx.now,
    };
    let note = Note::of(json!({ "on": format_date(on) }));
    let (work, ()) = work.act(note, |agreement| agreement.complete(completing)).await?;
    work.commit("complete_agreement", json!({ "on": format_date(on) }))
        .await?;
    Ok(())
}

/// The party that an officer's own slot stands for is told as a party; who signed for themselves is told at their slot.
pub(super) fn told_as_party(role: SlotRole) -> Option<Party> {
    match role {
        SlotRole::Enterprise => Some(Party::Enterprise),
        SlotRole::College => Some(Party::College),
        SlotRole::Apprentice | SlotRole::Guardian => None,
    }
}
