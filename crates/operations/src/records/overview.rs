//! A record as its reader may see it: the one next thing, hours, weeks, people; the agreement beside plain words; the five
//! sections.

use std::collections::BTreeSet;

use agreement::{
    lifecycle::{Party, SlotRole},
    training::{Body, Draft, FIELDS, Sight, clauses, plain, spec_of},
};
use apprenticeship::{
    hours::{Booked, Tally, totals},
    record::{Act, Break, Query, Section, Stage, State},
    week,
};
use kernel::{AgreementId, Date, shanghai_date};
use storage::{Reads, RecordRole};
use words::Text;

use super::{
    HoursView, OpeningLine, OpeningsView, RecordAgreement, RecordHead, RecordMay, RecordView, SectionField,
    SectionState, SectionView, complain, course, next, people,
    sections::next_after,
    week_page::week_lines,
    work::{Loaded, look},
};
use crate::{Actor, App, Cx, Failure, Result, access::RecordAccess, agreements::organisation_name, compiled_here};

/// So many weeks stand on the overview.
const WEEKS: usize = 6;
/// Openings of so many days are counted there.
const OPENED_DAYS: i64 = 30;

/// The head of every page.
pub(super) async fn head(tx: &mut Reads, cx: &Cx, loaded: &Loaded, role: RecordRole) -> Result<RecordHead> {
    let (record, plain) = (loaded.record(), *loaded.stored.plain());
    let college = match plain.college {
        Some(college) => Some(organisation_name(tx, college).await?),
        None => None,
    };
    Ok(RecordHead {
        id: record.agreement(),
        number: loaded.open.head().number.clone(),
        apprentice: loaded.body.apprentice.name.clone().unwrap_or_default(),
        post: loaded.body.post.name.clone().unwrap_or_default(),
        enterprise: organisation_name(tx, plain.enterprise).await?,
        college,
        start: record.start(),
        end: record.window().until,
        started: record.started(),
        stage: record.stage(),
        is_waiting: record.is_waiting(cx.today()),
        is_minor: loaded.is_minor,
        role,
    })
}

/// Hours beside what was agreed.
pub(super) fn hours(loaded: &Loaded, lines: &[Booked]) -> HoursView {
    let plan = loaded.plan();
    let totals = totals(&plan, lines);
    let topic = |index: u32| {
        let course = usize::try_from(index)
            .ok()
            .and_then(|index| plan.courses.get(index)?.as_ref());
        course.map(|course| course.topic.clone()).unwrap_or_default()
    };
    let carried = loaded.record().carried();
    HoursView {
        all: totals.all,
        by_category: totals.by_category.into_iter().collect(),
        by_place: totals.by_place.into_iter().collect(),
        by_course: totals
            .by_course
            .into_iter()
            .map(|(index, tally)| (index, topic(index), tally))
            .collect(),
        carried: carried.map_or(0, |carried| carried.approved.values().sum()),
        lesson_minutes: plan.lesson_minutes,
    }
}

/// Hours together, for lists.
pub(super) fn tally(loaded: &Loaded, lines: &[Booked]) -> Tally {
    totals(&loaded.plan(), lines).all
}

/// How the five sections stand.
pub(super) fn sections(loaded: &Loaded, today: Date) -> Vec<SectionState> {
    let record = loaded.record();
    let terms = apprenticeship::Terms::default();
    let over = record.overdue(today, &terms);
    let states = record.sections().iter().map(|one| {
        let late = over.iter().find(|unsettled| unsettled.section == one.section);
        let late = late.map(|unsettled| (today - shanghai_date(unsettled.since)).whole_days() - terms.confirm_days);
        let mut queries = record.queries().iter().rev();
        SectionState {
            section: one.section,
            since: one.since,
            confirmed_at: one.confirmed_at,
            query: queries
                .find(|query| query.section == one.section && query.closed_at.is_none())
                .cloned(),
            days_over: late.unwrap_or(0),
        }
    });
    states.collect()
}

/// Whether everything in a record is for this reader, or only what the work with weeks needs.
pub(super) const fn sees_all(access: &RecordAccess) -> bool {
    access.apprentice().is_some() || access.officer().is_some() || access.operator().is_some()
}

/// What the reader may do with a record now.
pub(super) fn may(loaded: &Loaded, access: &RecordAccess) -> BTreeSet<RecordMay> {
    let record = loaded.record();
    let actors = access.acts_as();
    let can = |act: Act| actors.iter().any(|actor| record.permit(act, *actor).is_ok());
    let party = access.officer().map(crate::access::RecordOfficer::party);
    let asked = |query: &Query| query.waits() && Some(query.side) == party;
    let own = access.apprentice().is_some();
    let in_training = matches!(record.stage(), Stage::Training | Stage::OnBreak | Stage::Assessment);
    let all = [
        (RecordMay::SeeAgreement, sees_all(access)),
        (RecordMay::Confirm, can(Act::Confirm)),
        (
            RecordMay::Answer,
            can(Act::Answer) && record.queries().iter().any(asked),
        ),
        (RecordMay::WriteWeeks, own && in_training),
        (RecordMay::ReviewWeeks, !access.reviewers().is_empty()),
        (RecordMay::UnlockWeeks, access.operator().is_some()),
        (RecordMay::SeeOpenings, own),
        (RecordMay::TakeFile, own),
        (RecordMay::SeePeople, true),
        (RecordMay::AssignPeople, party.is_some() || access.operator().is_some()),
        (
            RecordMay::WriteStart,
            party == Some(Party::Enterprise) && record.stage() == Stage::Registered,
        ),
        (RecordMay::Pause, can(Act::Pause)),
        (RecordMay::Resume, can(Act::Resume)),
        (RecordMay::Assess, can(Act::Assess)),
        (RecordMay::Conclude, can(Act::Conclude)),
        (RecordMay::Withdraw, can(Act::Withdraw)),
        (RecordMay::Correct, can(Act::Correct)),
    ];
    all.into_iter().filter(|(_, may)| *may).map(|(what, _)| what).collect()
}

/// A record as its reader may see it.
#[compiled_here]
pub async fn overview(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<RecordView> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    let today = cx.today();
    let files = tx.record_weeks().files(loaded.key()).await?;
    let lines: Vec<Booked> = files.iter().flat_map(|file| file.get().week.booked()).collect();
    let stored = tx.record_weeks().of_record(id).await?;
    let weeks = week_lines(&loaded, &access, &stored, today);
    let hours = hours(&loaded, &lines);
    let due = next::due(&loaded, &access, &stored, &hours, today);
    let record = loaded.record();
    let approved = weeks.iter().filter(|week| week.stage == Some(week::Stage::Approved));
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let weeks_count = (count(weeks.len()), count(approved.count()));
    let mut people = people::lines(cx, &mut tx, &loaded, &access).await?;
    people.retain(|line| line.is_active || line.review_until.is_some_and(|last| today <= last));
    let openings = match access.apprentice() {
        Some(_) => {
            let since = cx.now.plus_days(-OPENED_DAYS);
            let all = tx.record_openings().of_record(loaded.key()).await?;
            Some(count(all.iter().filter(|one| since <= one.opening.at).count()))
        }
        None => None,
    };
    let missing = if record.stage() == Stage::Registered {
        course::missing(&loaded, today).1
    } else {
        Vec::new()
    };
    let (assessed_by, completion) = match record.state() {
        State::Training { consents } => (consents.iter().map(|one| one.party).collect(), None),
        State::Completed { completion } | State::Failed { completion } => (Vec::new(), Some(completion.clone())),
        _ => (Vec::new(), None),
    };
    // Who only reviews weeks reads neither what was asked nor why somebody was away.
    let all = sees_all(&access);
    let mut states = sections(&loaded, today);
    let mut breaks: Vec<Break> = record.breaks().cloned().collect();
    if !all {
        for state in &mut states {
            state.query = None;
        }
        for pause in &mut breaks {
            pause.words.clear();
        }
    }
    Ok(RecordView {
        next: next::first(&due),
        due,
        may: may(&loaded, &access),
        sections: states,
        overdue: if all {
            record.overdue(today, &apprenticeship::Terms::default())
        } else {
            Vec::new()
        },
        hours,
        weeks: weeks.into_iter().take(WEEKS).collect(),
        weeks_count,
        people,
        missing,
        breaks,
        assessed_by,
        completion: completion.or_else(|| record.attempts().last().cloned()),
        withdrawal: record.withdrawal().filter(|_| all).cloned(),
        openings,
        head: head(&mut tx, cx, &loaded, access.role()).await?,
    })
}

/// The content as this reader is shown it: a college trains, and needs neither numbers nor where people live.
pub(super) fn body_for(loaded: &Loaded, access: &RecordAccess) -> Body {
    let of_college = access
        .officer()
        .is_some_and(|officer| officer.party() == Party::College);
    let sight = if of_college && access.apprentice().is_none() {
        Sight::College
    } else {
        Sight::Employer
    };
    loaded.body.clone().masked(sight)
}

/// The agreement as its people see it. Not for those who are assigned to review weeks alone.
#[compiled_here]
pub async fn agreement(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<RecordAgreement> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    if !sees_all(&access) {
        return Err(Failure::NotFound);
    }
    let body = body_for(&loaded, &access);
    let agreement = loaded.open.get();
    let running = agreement.running().ok_or(Failure::NotFound)?;
    let slots = running.slots.standing();
    let signatories: Vec<(SlotRole, String, _)> = slots
        .map(|slot| {
            (
                slot.role,
                slot.name.clone(),
                slot.signature().map(|signature| signature.at),
            )
        })
        .collect();
    Ok(RecordAgreement {
        version: running.frozen.version,
        clauses: clauses(&body, &app.vocabulary()),
        plain: plain(&body),
        body,
        signatories,
        content_hash: running.frozen.hash,
        verify_code: loaded.open.head().verify_code.clone(),
        effective_on: Some(running.since),
        head: head(&mut tx, cx, &loaded, access.role()).await?,
    })
}

/// The sections of the document whose fields a section of the record covers.
fn covers(section: Section, of: agreement::training::Section) -> bool {
    let fields = agreement::training::FIELDS.iter().filter(|field| field.section == of);
    let (mut all, mut here) = (0, 0);
    for field in fields {
        all += 1;
        here += usize::from(Section::of(field) == section);
    }
    // A section of the document stands where most of it belongs.
    here * 2 > all || (of == agreement::training::Section::Parties && section == Section::Enterprise)
}

/// What stands in the fields of a section.
fn fields(body: &Body, section: Section) -> Vec<SectionField> {
    let draft = Draft::of(body);
    let here = draft.typed().filter(|(_, words)| !words.trim().is_empty());
    let mut here: Vec<(usize, SectionField)> = here
        .filter_map(|(key, words)| {
            let spec = spec_of(key).filter(|spec| Section::of(spec) == section)?;
            let at = FIELDS.iter().position(|field| field.key == spec.key)?;
            Some((at, field(key, words)))
        })
        .collect();
    // In the order of the document; entries of a list stay as they are.
    here.sort_by_key(|(at, _)| *at);
    here.into_iter().map(|(_, field)| field).collect()
}

fn field(key: &str, words: &str) -> SectionField {
    // An entry of a list is named by the list and its own field, without its place.
    let name: Vec<&str> = key.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
    SectionField {
        key: key.to_owned(),
        label: Text::of("training_field", &name.join(".")),
        words: words.to_owned(),
    }
}

/// One of the five sections.
#[compiled_here]
pub async fn section(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, section: Section) -> Result<SectionView> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    if !sees_all(&access) {
        return Err(Failure::NotFound);
    }
    let record = loaded.record();
    let mut states = sections(&loaded, cx.today()).into_iter();
    let state = states.find(|state| state.section == section).ok_or(Failure::NotFound)?;
    let queries: Vec<Query> = record
        .queries()
        .iter()
        .filter(|query| query.section == section)
        .cloned()
        .collect();
    let may = may(&loaded, &access);
    let party = access.officer().map(crate::access::RecordOfficer::party);
    let waits = queries.iter().any(Query::waits);
    let asked = queries.iter().any(|query| query.waits() && Some(query.side) == party);
    let sides = if record.with_college() {
        vec![Party::Enterprise, Party::College]
    } else {
        vec![Party::Enterprise]
    };
    let body = body_for(&loaded, &access);
    let mut clauses = clauses(&body, &app.vocabulary());
    clauses.retain(|clause| covers(section, clause.section));
    let mut sentences = plain(&body);
    sentences.retain(|sentence| covers(section, sentence.section));
    Ok(SectionView {
        head: head(&mut tx, cx, &loaded, access.role()).await?,
        may_confirm: may.contains(&RecordMay::Confirm) && state.confirmed_at.is_none(),
        may_query: may.contains(&RecordMay::Confirm) && !waits,
        may_answer: asked && may.contains(&RecordMay::Answer),
        state,
        version: record.version(),
        clauses,
        plain: sentences,
        fields: fields(&body, section),
        queries,
        sides,
        next: next_after(&loaded, section),
        complaints: if section == Section::Rights {
            complain::complaint_places()
        } else {
            Vec::new()
        },
    })
}

/// Who opened a record: for the person whose it is.
#[compiled_here]
pub async fn openings(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<OpeningsView> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    if access.apprentice().is_none() {
        return Err(Failure::NotFound);
    }
    let openings = opening_lines(&mut tx, &loaded).await?;
    Ok(OpeningsView {
        head: head(&mut tx, cx, &loaded, access.role()).await?,
        openings,
    })
}

pub(super) async fn opening_lines(tx: &mut Reads, loaded: &Loaded) -> Result<Vec<OpeningLine>> {
    let mut lines = Vec::new();
    for one in tx.record_openings().of_record(loaded.key()).await? {
        let opening = one.opening;
        let found = tx.accounts().find_person(opening.person).await?;
        let organisation = match opening.organisation {
            Some(organisation) => Some(organisation_name(tx, organisation).await?),
            None => None,
        };
        lines.push(OpeningLine {
            name: found.map(|person| person.name).unwrap_or_default(),
            role: opening.role,
            organisation,
            at: opening.at,
            reason: one.reason,
        });
    }
    Ok(lines)
}
