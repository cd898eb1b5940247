//! Who looks after an apprentice: assigned by their own side, from one day to another.

use agreement::lifecycle::Party;
use apprenticeship::rights::{Assigning, Assignment};
use kernel::{AgreementId, AssignmentId, Date, EmailAddress, InvitationId, PersonId, format_date, parse_date};
use mail::RecordNews;
use marketplace::{ProblemCode, Problems};
use serde_json::json;
use storage::{Invitee, PlaceInsert, RecordAssignment, RecordRole};
use words::Text;

use super::{
    AssignInput, AssignWho, Assigned, InvitationLine, PeopleView, PersonLine, RecordRefusal,
    invite::{Inviting, invite},
    notices::{page, title},
    overview::head,
    work::{Loaded, Work, look},
};
use crate::{
    Actor, App, Cx, Failure, Result,
    access::{RecordAccess, RecordOfficer},
    accounts, compiled_here, letters,
};

/// Names in agreements are as long.
const NAME_MAX: usize = 60;

/// Whether somebody may give that role to people. The operator invites anew who lost a login.
fn may_assign(access: &RecordAccess, role: RecordRole) -> bool {
    let party = access.officer().map(RecordOfficer::party);
    match role {
        RecordRole::Mentor | RecordRole::Lead => party == Some(Party::Enterprise),
        RecordRole::Tutor => party == Some(Party::College),
        RecordRole::Apprentice | RecordRole::Guardian => {
            party == Some(Party::Enterprise) || access.operator().is_some()
        }
        RecordRole::Enterprise | RecordRole::College | RecordRole::Operator => false,
    }
}

fn may_end(access: &RecordAccess, role: RecordRole) -> bool {
    if role.is_own() {
        access.operator().is_some()
    } else {
        may_assign(access, role)
    }
}

/// The names that the agreement gives.
fn named(loaded: &Loaded) -> Vec<(RecordRole, String)> {
    let mentors = loaded.body.people.mentors.iter().filter_map(|mentor| {
        let role = if mentor.lead == Some(true) {
            RecordRole::Lead
        } else {
            RecordRole::Mentor
        };
        Some((role, mentor.name.clone()?))
    });
    let tutors = loaded.body.people.tutors.iter();
    let tutors = tutors.filter_map(|tutor| Some((RecordRole::Tutor, tutor.name.clone()?)));
    mentors.chain(tutors).collect()
}

/// Everybody who has a place in a record, or had one.
pub(super) async fn lines(
    cx: &Cx,
    tx: &mut storage::Reads,
    loaded: &Loaded,
    access: &RecordAccess,
) -> Result<Vec<PersonLine>> {
    let today = cx.today();
    let mut lines = Vec::new();
    for place in &loaded.places {
        let found = tx.accounts().find_person(place.person).await?;
        let terms = apprenticeship::Terms::default();
        lines.push(PersonLine {
            assignment: place.id,
            person: place.person,
            name: found.map(|person| person.name).unwrap_or_default(),
            role: place.role,
            from: place.from,
            until: place.until,
            is_active: place.holds_on(today),
            review_until: place.reviewer().and_then(|one| one.last_day_to_review(&terms)),
            may_end: place.until.is_none_or(|until| today < until) && may_end(access, place.role),
        });
    }
    Ok(lines)
}

/// Who looks after an apprentice, and who may be asked to.
#[compiled_here]
pub async fn people(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<PeopleView> {
    let (mut tx, loaded, access) = look(app, cx, actor, id).await?;
    let people = lines(cx, &mut tx, &loaded, &access).await?;
    let mut invitations = Vec::new();
    for invitation in tx.record_invitations().of_record(id).await? {
        // Who is asked is the business of those who ask.
        if !invitation.is_open(cx.now) || (access.officer().is_none() && access.operator().is_none()) {
            continue;
        }
        let invitee = invitation.invitee(loaded.key())?;
        invitations.push(InvitationLine {
            id: invitation.id,
            role: invitation.role,
            name: invitee.name,
            address: invitee.email.as_ref().map(EmailAddress::masked),
            from: invitation.from,
            until: invitation.until,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            is_yours: may_assign(&access, invitation.role),
        });
    }
    let members = match access.officer() {
        Some(officer) => tx
            .memberships()
            .of_organisation(officer.organisation(), Some(cx.today()))
            .await?
            .into_iter()
            .map(|member| (member.membership.person, member.name))
            .collect(),
        None => Vec::new(),
    };
    let today = cx.today();
    let wanted = |role: &RecordRole| match role {
        RecordRole::Apprentice => loaded.holders(*role, today).next().is_none() || access.operator().is_some(),
        RecordRole::Guardian => loaded.wants_guardian(today) || access.operator().is_some(),
        _ => true,
    };
    let roles = RecordRole::ALL
        .into_iter()
        .filter(|role| may_assign(&access, *role) && wanted(role));
    Ok(PeopleView {
        head: head(&mut tx, cx, &loaded, access.role()).await?,
        people,
        invitations,
        named: named(&loaded),
        members,
        roles: roles.collect(),
    })
}

struct Read {
    from: Date,
    until: Option<Date>,
    name: String,
    email: Option<EmailAddress>,
}

fn read(cx: &Cx, input: &AssignInput) -> Result<Read> {
    let mut problems = Problems::none();
    let mut day = |field: &str, typed: &str| {
        let read = parse_date(typed.trim());
        if read.is_none() && !typed.trim().is_empty() {
            problems.add(field, ProblemCode::NotADate);
        }
        read
    };
    let (from, until) = (day("from", &input.from), day("until", &input.until));
    let (name, email) = match &input.who {
        AssignWho::Member(_) => (String::new(), None),
        AssignWho::Code { name } => (problems.text("name", name, NAME_MAX), None),
        AssignWho::Letter { name, email } => {
            let parsed = EmailAddress::parse(email);
            if parsed.is_err() {
                let code = if email.trim().is_empty() {
                    ProblemCode::Required
                } else {
                    ProblemCode::NotEmail
                };
                problems.add("email", code);
            }
            (problems.text("name", name, NAME_MAX), parsed.ok())
        }
    };
    problems.or(())?;
    Ok(Read {
        from: from.unwrap_or_else(|| cx.today()),
        until,
        name,
        email,
    })
}

/// Assigns a member of the own organisation at once, or invites somebody by letter or with a code.
#[compiled_here]
pub async fn assign(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, input: &AssignInput) -> Result<Assigned> {
    let typed = read(cx, input)?;
    accounts::limit(app, cx, "assign", &id.to_string(), 40, 24 * 60).await?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let access = work.access()?.clone();
    if !may_assign(&access, input.role) {
        return Err(RecordRefusal::OtherSide.into());
    }
    if input.role.is_own() {
        return invite_own(work, &access, input, typed).await;
    }
    if input.role == RecordRole::Tutor && !work.record().with_college() {
        return Err(apprenticeship::AssignRefusal::NoCollege.into());
    }
    if let AssignWho::Member(person) = input.who {
        let officer = access.officer().ok_or(Failure::NotFound)?;
        let members = work
            .tx
            .memberships()
            .of_organisation(officer.organisation(), Some(cx.today()))
            .await?;
        let member = members.into_iter().find(|member| member.membership.person == person);
        let member = member.ok_or(Failure::NotFound)?;
        place(&mut work, person, (input.role, typed.from, typed.until)).await?;
        if let Some(email) = &member.email {
            let letter = RecordNews {
                agreement: title(&mut work.tx, &work.loaded).await?,
                news: Text::of("letter.record_news", "assigned")
                    .with("role", Text::of("record_role", input.role.code()))
                    .with("day", typed.from),
                more: Vec::new(),
                words: None,
                path: page(id, ""),
            };
            let cx = cx.read_in(member.language);
            letters::post(app, &cx, &mut work.tx, email, &letter).await?;
        }
        let more = json!({ "role": input.role.code(), "person": person, "from": format_date(typed.from) });
        work.commit("assign_to_record", more).await?;
        return Ok(Assigned::AtOnce);
    }
    if typed.until.is_some_and(|until| until < typed.from) {
        return Err(apprenticeship::AssignRefusal::Dates.into());
    }
    let inviting = Inviting {
        role: input.role,
        invitee: Invitee {
            name: typed.name,
            email: typed.email,
        },
        from: Some(typed.from),
        until: typed.until,
        by: Some(access.person()),
        language: None,
    };
    send(work, inviting).await
}

/// Invites the apprentice or the guardian anew: the enterprise while nobody has the place, the operator whenever a login
/// was lost.
async fn invite_own(mut work: Work<'_>, access: &RecordAccess, input: &AssignInput, typed: Read) -> Result<Assigned> {
    let today = work.cx.today();
    let wanted = input.role == RecordRole::Apprentice || work.loaded.stored.plain().guardian.is_some();
    if !wanted {
        return Err(Failure::NotFound);
    }
    let holders: Vec<AssignmentId> = work.loaded.holders(input.role, today).map(|place| place.id).collect();
    if !holders.is_empty() && access.operator().is_none() {
        return Err(RecordRefusal::PlaceTaken.into());
    }
    for holder in holders {
        work.tx.record_assignments().end(holder, today).await?;
    }
    let inviting = Inviting {
        role: input.role,
        invitee: Invitee {
            name: typed.name,
            email: typed.email,
        },
        from: None,
        until: None,
        by: Some(access.person()),
        language: None,
    };
    send(work, inviting).await
}

async fn send(mut work: Work<'_>, inviting: Inviting) -> Result<Assigned> {
    let role = inviting.role;
    let by_letter = inviting.invitee.email.is_some();
    let about = title(&mut work.tx, &work.loaded).await?;
    let made = invite(work.app, work.cx, &mut work.tx, work.loaded.key(), &about, inviting).await?;
    work.commit(
        "invite_to_record",
        json!({ "role": role.code(), "by_letter": by_letter }),
    )
    .await?;
    Ok(match made.code {
        None => Assigned::Letter {
            expires_at: made.expires_at,
        },
        Some(code) => Assigned::Code {
            code,
            path: made.path,
            expires_at: made.expires_at,
        },
    })
}

/// Gives a person a place to review from.
pub(super) async fn place(
    work: &mut Work<'_>,
    person: PersonId,
    (role, from, until): (RecordRole, Date, Option<Date>),
) -> Result<()> {
    let id = work.app.id(work.cx.now, AssignmentId::new);
    let new = RecordAssignment {
        id,
        agreement: work.loaded.id(),
        person,
        role,
        from,
        until,
    };
    if let Some(reviewer) = new.reviewer() {
        let others = work.loaded.assignments();
        let assigning = Assigning {
            new: reviewer,
            others: &others,
            apprentice: work.record().apprentice(),
            with_college: work.record().with_college(),
        };
        Assignment::assign(&assigning)?;
    }
    let other_side =
        work.loaded.places.iter().any(|place| {
            place.person == person && place.role.is_own() != role.is_own() && place.holds_on(work.cx.today())
        });
    if other_side {
        return Err(RecordRefusal::TwoPlaces.into());
    }
    match work.tx.record_assignments().insert(&new, work.cx.now).await? {
        PlaceInsert::Inserted => {
            work.loaded.places.push(new);
            Ok(())
        }
        PlaceInsert::Taken => Err(RecordRefusal::PlaceTaken.into()),
    }
}

/// Ends an assignment with a last day; empty: today.
#[compiled_here]
pub async fn end_assignment(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    assignment: AssignmentId,
    last_day: &str,
) -> Result<()> {
    let last = match last_day.trim() {
        "" => cx.today(),
        typed => parse_date(typed).ok_or_else(|| {
            let mut problems = Problems::none();
            problems.add("last_day", ProblemCode::NotADate);
            Failure::Invalid(problems.into_vec())
        })?,
    };
    let mut work = Work::open(app, cx, actor, id).await?;
    let place = work.loaded.places.iter().find(|place| place.id == assignment).copied();
    let place = place.ok_or(Failure::NotFound)?;
    if !may_end(work.access()?, place.role) {
        return Err(RecordRefusal::OtherSide.into());
    }
    if let Some(reviewer) = place.reviewer() {
        reviewer.end(last)?;
    }
    if !work.tx.record_assignments().end(assignment, last).await? {
        return Err(apprenticeship::AssignRefusal::Ended.into());
    }
    let more = json!({ "role": place.role.code(), "person": place.person, "last_day": format_date(last) });
    work.commit("end_assignment", more).await
}

/// Takes an invitation back.
#[compiled_here]
pub async fn withdraw_invitation(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    invitation: InvitationId,
) -> Result<()> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let found = work.tx.record_invitations().find(invitation).await?;
    let found = found.filter(|found| found.agreement == id).ok_or(Failure::NotFound)?;
    if !may_assign(work.access()?, found.role) {
        return Err(RecordRefusal::OtherSide.into());
    }
    if !work.tx.record_invitations().withdraw(invitation, cx.now).await? {
        return Err(RecordRefusal::Invitation(super::DeadInvitation::Taken).into());
    }
    work.commit("withdraw_record_invitation", json!({ "role": found.role.code() }))
        .await
}
