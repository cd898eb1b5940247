//! What the reader of a record does next, the most urgent first.

use agreement::lifecycle::Party;
use apprenticeship::{
    Reviewer, Terms,
    record::{Act, Query, Stage, State},
    rights::AssignmentRole,
    week,
};
use kernel::{Date, shanghai_date};
use storage::{RecordRole, StoredWeek};
use time::Duration;

use super::{
    Due, HoursView, Next, course,
    week_page::{is_for, week_lines},
    work::Loaded,
};
use crate::access::{RecordAccess, RecordOfficer};

fn due_on(next: Next, by: Option<Date>, today: Date) -> Due {
    let days_over = by.map_or(0, |by| (today - by).whole_days().max(0));
    Due { next, by, days_over }
}

fn plain(next: Next) -> Due {
    Due {
        next,
        by: None,
        days_over: 0,
    }
}

/// The first of all there is to do.
pub(super) fn first(due: &[Due]) -> Due {
    due.first().cloned().unwrap_or_else(|| plain(Next::Nothing))
}

/// Everything there is to do, and what is waited for.
pub(super) fn due(
    loaded: &Loaded,
    access: &RecordAccess,
    weeks: &[StoredWeek],
    hours: &HoursView,
    today: Date,
) -> Vec<Due> {
    let mut all = Vec::new();
    if access.apprentice().is_some() {
        own(loaded, access, weeks, today, &mut all);
    }
    if !access.reviewers().is_empty() {
        let waiting = weeks.iter().filter(|week| is_for(loaded, access, week, today)).count();
        if let Ok(weeks @ 1..) = u32::try_from(waiting) {
            all.push(plain(Next::Review { weeks }));
        }
    }
    if let Some(officer) = access.officer() {
        officers(loaded, access, officer, hours, today, &mut all);
    }
    // What is late comes first, then what has a day, then the rest.
    all.sort_by_key(|due| {
        let order = if due.days_over > 0 {
            0
        } else {
            usize::from(due.by.is_none()) + 1
        };
        (!due.next.is_to_do(), order, due.by)
    });
    if !all.iter().any(|due| due.next.is_to_do()) {
        all.insert(0, waiting(loaded, weeks, today));
    }
    all
}

/// What is waited for, when there is nothing to do.
fn waiting(loaded: &Loaded, weeks: &[StoredWeek], today: Date) -> Due {
    let record = loaded.record();
    if !record.is_active() {
        return plain(Next::Ended);
    }
    if let Some(query) = record.queries().iter().find(|query| query.waits()) {
        return plain(Next::WaitForAnswer { side: query.side });
    }
    match record.state() {
        State::Registered if record.is_waiting(today) => plain(Next::WaitForStart { on: record.start() }),
        State::Registered => {
            let (_, missing) = course::missing(loaded, today);
            plain(Next::WaitForGates { missing })
        }
        State::OnBreak { pause } => plain(Next::OnBreak { until: pause.until }),
        State::Assessment { .. } => plain(Next::InAssessment),
        _ => {
            let waiting = weeks.iter().filter(|week| week.waiting_since.is_some()).count();
            match u32::try_from(waiting) {
                Ok(weeks @ 1..) => plain(Next::WaitForReview { weeks }),
                _ => plain(Next::Nothing),
            }
        }
    }
}

/// What the apprentice does, or the guardian for them.
fn own(loaded: &Loaded, access: &RecordAccess, weeks: &[StoredWeek], today: Date, all: &mut Vec<Due>) {
    let record = loaded.record();
    if !record.is_active() {
        return;
    }
    let terms = Terms::default();
    let open: Vec<_> = record
        .sections()
        .iter()
        .filter(|one| one.confirmed_at.is_none())
        .collect();
    let left = u32::try_from(open.len()).unwrap_or(u32::MAX);
    let asked = |query: &&Query, section| query.section == section && query.closed_at.is_none();
    let mut to_confirm = false;
    for one in open {
        let query = record.queries().iter().rev().find(|query| asked(query, one.section));
        let by = shanghai_date(one.since).saturating_add(Duration::days(terms.confirm_days));
        match query {
            Some(query) if query.waits() => {}
            Some(_) => {
                let section = one.section;
                all.push(due_on(Next::ReadAnswer { section }, Some(by), today));
            }
            None if !to_confirm => {
                to_confirm = true;
                let section = one.section;
                all.push(due_on(Next::Confirm { section, left }, Some(by), today));
            }
            None => {}
        }
    }
    for line in week_lines(loaded, access, weeks, today).iter().rev() {
        let monday = line.monday;
        let next = match line.stage {
            _ if line.is_locked => Next::AskToUnlock { monday },
            Some(week::Stage::Returned) => Next::MendWeek { monday },
            None | Some(week::Stage::Open) => Next::WriteWeek { monday },
            Some(_) => continue,
        };
        all.push(due_on(next, Some(line.due), today));
    }
}

/// What a member of a party does.
fn officers(
    loaded: &Loaded,
    access: &RecordAccess,
    officer: &RecordOfficer,
    hours: &HoursView,
    today: Date,
    all: &mut Vec<Due>,
) {
    let record = loaded.record();
    if !record.is_active() {
        return;
    }
    let (party, terms) = (officer.party(), Terms::default());
    for query in record
        .queries()
        .iter()
        .filter(|query| query.waits() && query.side == party)
    {
        let by = shanghai_date(query.at).saturating_add(Duration::days(terms.confirm_days));
        let section = query.section;
        all.push(due_on(Next::AnswerQuery { section }, Some(by), today));
    }
    if party == Party::Enterprise {
        if loaded.holders(RecordRole::Apprentice, today).next().is_none() {
            all.push(plain(Next::Invite {
                role: RecordRole::Apprentice,
            }));
        }
        if loaded.wants_guardian(today) {
            all.push(plain(Next::Invite {
                role: RecordRole::Guardian,
            }));
        }
        if record.stage() == Stage::Registered {
            let (on, missing) = course::missing(loaded, today);
            if !missing.is_empty() {
                all.push(due_on(Next::CompleteStart { missing }, Some(on), today));
            }
        }
    }
    let assignments = loaded.assignments();
    let has = |tutor: bool| {
        assignments
            .iter()
            .any(|one| (one.role == AssignmentRole::Tutor) == tutor && one.active_on(today))
    };
    let role = match party {
        Party::Enterprise => (!has(false)).then_some(RecordRole::Mentor),
        Party::College => (!has(true)).then_some(RecordRole::Tutor),
    };
    if let Some(role) = role {
        all.push(plain(Next::Assign { role }));
    }
    let can = |act| access.acts_as().iter().any(|actor| record.permit(act, *actor).is_ok());
    let State::Training { consents } = record.state() else {
        if can(Act::Conclude) {
            all.push(plain(Next::Conclude));
        }
        return;
    };
    let agreed = consents.iter().any(|one| one.party == party);
    let reached = hours.all.planned > 0 && hours.all.approved + hours.carried >= hours.all.planned;
    if can(Act::Assess) && !agreed && (reached || !consents.is_empty()) {
        all.push(plain(Next::Assess));
    }
}

/// Whose turn a week is that waits.
pub(super) const fn turn(week: &StoredWeek) -> Option<Reviewer> {
    if week.waiting_since.is_some() {
        Some(week.turn)
    } else {
        None
    }
}
