//! Lists of records: one's own and those one is assigned to, and those of an organisation.

use agreement::lifecycle::Party;
use apprenticeship::{hours::Booked, record::Stage, week};
use kernel::AgreementId;
use storage::{Page, Reads};

use super::{
    MyRecords, OfficersRecords, RecordLine, next,
    overview::{head, hours, tally},
    week_page::{is_for, week_lines},
    work::{Loaded, access, load},
};
use crate::{Actor, App, Cx, Failure, Result, access::RecordAccess, compiled_here};

/// A record in a list, for its reader.
async fn line(cx: &Cx, tx: &mut Reads, loaded: &Loaded, access: &RecordAccess) -> Result<RecordLine> {
    let (id, today) = (loaded.id(), cx.today());
    let files = tx.record_weeks().files(loaded.key()).await?;
    let lines: Vec<Booked> = files.iter().flat_map(|file| file.get().week.booked()).collect();
    let stored = tx.record_weeks().of_record(id).await?;
    let hours = hours(loaded, &lines);
    let due = next::due(loaded, access, &stored, &hours, today);
    let weeks = week_lines(loaded, access, &stored, today);
    let waits = |stage| matches!(stage, Some(week::Stage::Submitted | week::Stage::FirstApproved));
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let confirmed = loaded
        .record()
        .sections()
        .iter()
        .filter(|one| one.confirmed_at.is_some());
    Ok(RecordLine {
        head: head(tx, cx, loaded, access.role()).await?,
        next: next::first(&due),
        hours: tally(loaded, &lines),
        confirmed: count(confirmed.count()),
        weeks_overdue: count(weeks.iter().filter(|week| week.is_locked).count()),
        weeks_waiting: count(weeks.iter().filter(|week| waits(week.stage)).count()),
    })
}

/// What is there of one record for an actor; nothing where there is none for them.
async fn find(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    tx: &mut Reads,
    id: AgreementId,
) -> Result<Option<(Box<Loaded>, RecordAccess)>> {
    let loaded = match load(app, cx, tx, id).await {
        Ok(loaded) => loaded,
        Err(Failure::NotFound) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    match access(cx, actor, tx, &loaded).await {
        Ok(access) => Ok(Some((loaded, access))),
        Err(Failure::NotFound | Failure::Refused(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The own start page: the own records, those one is assigned to, and how many weeks wait.
#[compiled_here]
pub async fn mine(app: &App, cx: &Cx, actor: &Actor) -> Result<MyRecords> {
    let person = actor.signed_in()?.person().id;
    let today = cx.today();
    let mut tx = app.db().read().await?;
    let places = tx.record_assignments().of_person(person).await?;
    let mut ids: Vec<AgreementId> = places.iter().map(|place| place.agreement).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut mine = MyRecords {
        own: Vec::new(),
        assigned: Vec::new(),
        to_review: 0,
    };
    for id in ids.into_iter().rev() {
        let Some((loaded, access)) = find(app, cx, actor, &mut tx, id).await? else {
            continue;
        };
        let stored = tx.record_weeks().of_record(id).await?;
        let waiting = stored
            .iter()
            .filter(|week| is_for(&loaded, &access, week, today))
            .count();
        mine.to_review = mine
            .to_review
            .saturating_add(u32::try_from(waiting).unwrap_or(u32::MAX));
        let line = line(cx, &mut tx, &loaded, &access).await?;
        if access.apprentice().is_some() {
            mine.own.push(line);
        } else if !access.reviewers().is_empty() {
            mine.assigned.push(line);
        }
    }
    Ok(mine)
}

/// The records of the organisation acted for, in some stages (none: in all), the newest first.
#[compiled_here]
pub async fn of_organisation(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    stages: &[Stage],
    page: Page,
) -> Result<OfficersRecords> {
    let officer = actor.officer()?;
    let mut tx = app.db().read().await?;
    let counts = tx.records().count_of_organisation(officer.organisation()).await?;
    let found = tx
        .records()
        .of_organisation(officer.organisation(), stages, page)
        .await?;
    let mut lines = Vec::new();
    let mut party = match officer.of_college() {
        Ok(_) => Party::College,
        Err(_) => Party::Enterprise,
    };
    for stored in found {
        if let Some((loaded, access)) = find(app, cx, actor, &mut tx, stored.agreement).await? {
            if let Some(officer) = access.officer() {
                party = officer.party();
            }
            lines.push(line(cx, &mut tx, &loaded, &access).await?);
        }
    }
    Ok(OfficersRecords { party, counts, lines })
}
