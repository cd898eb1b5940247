//! An apprentice's record as its pages show it.

use agreement::{
    lifecycle::{Party, SlotRole},
    training::{Clause, Plain, Section as Part, choice::Choice as _},
};
use apprenticeship::{Reviewer, hours::Tally, record::Stage, week};
use kernel::{AgreementId, shanghai_date};
use operations::records::{
    ComplaintPlace, Due, HoursView as Hours, Next, OfficersRecords, OpeningLine, PeopleView, PersonLine,
    RecordAgreement, RecordHead as Head, RecordLine, RecordMay, RecordRole, RecordView, SectionState, SectionView,
    WeekLine,
};
use words::{Arg, Text};

use super::{
    Names,
    signing::{said, sections},
};
use crate::pages::{
    ApprenticeRow, Choice, CodeView, ComplaintRow, Form, HoursRow, HoursTally, HoursView, MyRecord, OpenedRow, PayView,
    PersonRow, PlaceInvitation, QueryRow, RecordAgreementPage, RecordHead, RecordNotice, RecordPage, RecordPeoplePage,
    RecordPerson, RecordSectionPage, RecordStep, SectionRow, SignClause, SignedBy, WeekRow,
};

/// The path of a record.
pub(crate) fn record_path(id: AgreementId) -> String {
    format!("/records/{id}")
}

/// Code of a party.
pub(super) const fn party(party: Party) -> &'static str {
    match party {
        Party::Enterprise => "enterprise",
        Party::College => "college",
    }
}

/// The head of a record.
pub(crate) fn record_head(head: &Head) -> RecordHead {
    RecordHead {
        path: record_path(head.id),
        number: head.number.clone(),
        apprentice: head.apprentice.clone(),
        post: head.post.clone(),
        enterprise: head.enterprise.clone(),
        college: head.college.clone(),
        start: head.start,
        end: head.end,
        stage: if head.is_waiting { "waiting" } else { head.stage.code() },
        role: head.role.code(),
    }
}

/// What is next, as a sentence and a way there.
pub(crate) fn step(path: &str, due: &Due) -> RecordStep {
    let next = &due.next;
    let text = Text::of("record_next", next.code());
    let list = |missing: &[apprenticeship::record::Gate]| {
        let names = missing
            .iter()
            .map(|gate| Arg::Text(Text::of("record_gate", gate.code())));
        Arg::List(names.collect())
    };
    let (text, to) = match next {
        Next::Confirm { section, left } => (
            text.with("section", Text::of("record_section", section.code()))
                .with("n", *left),
            Some(format!("{path}/sections/{section}")),
        ),
        Next::ReadAnswer { section } | Next::AnswerQuery { section } => (
            text.with("section", Text::of("record_section", section.code())),
            Some(format!("{path}/sections/{section}")),
        ),
        Next::WriteWeek { monday } | Next::MendWeek { monday } | Next::AskToUnlock { monday } => (
            text.with("from", Arg::Day(monday.date()))
                .with("until", Arg::Day(monday.sunday())),
            Some(format!("{path}/weeks/{monday}")),
        ),
        Next::Review { weeks } => (text.with("n", *weeks), Some("/weeks".to_owned())),
        Next::CompleteStart { missing } => (text.with("what", list(missing)), Some(format!("{path}/start"))),
        Next::Assign { role } | Next::Invite { role } => (
            text.with("role", Text::of("record_role", role.code())),
            Some(format!("{path}/people")),
        ),
        Next::Assess | Next::Conclude => (text, Some(format!("{path}/assessment"))),
        Next::WaitForStart { on } => (text.with("date", *on), None),
        Next::WaitForGates { missing } => (text.with("what", list(missing)), None),
        Next::WaitForAnswer { side } => (text.with("party", Text::of("agreement_party", party(*side))), None),
        Next::WaitForReview { weeks } => (text.with("n", *weeks), None),
        Next::OnBreak { until: Some(until) } => (text.with("date", *until), None),
        Next::OnBreak { until: None } => (Text::new("record_next.on_break_open"), None),
        Next::InAssessment | Next::Nothing | Next::Ended => (text, None),
    };
    let by = due.by.map(|by| Text::new("record_next.by").with("date", by));
    let over = (due.days_over > 0).then(|| Text::new("record_next.over").with("n", due.days_over));
    RecordStep {
        text,
        why: over.or(by),
        button: to.as_ref().map(|_| Text::of("record_go", next.code())),
        href: to,
    }
}

fn tally(tally: &Tally) -> HoursTally {
    HoursTally {
        planned: tally.planned,
        submitted: tally.submitted,
        approved: tally.approved,
    }
}

/// How long a bar of so many minutes is, of a thousand.
fn width(minutes: i64, whole: i64) -> i64 {
    minutes.saturating_mul(1_000) / whole.max(1)
}

/// Hours with nothing but their sum.
fn hours_of(all: &Tally) -> HoursView {
    let whole = all.planned.max(all.submitted);
    HoursView {
        all: tally(all),
        submitted_width: width(all.submitted, whole),
        approved_width: width(all.approved, whole),
        ..HoursView::default()
    }
}

/// Hours beside what was agreed.
pub(crate) fn hours(hours: &Hours) -> HoursView {
    HoursView {
        rows: hours
            .by_category
            .iter()
            .map(|(kind, of)| HoursRow {
                name: Text::of("training_choice.course_kind", kind.code()),
                tally: tally(of),
            })
            .collect(),
        lesson_minutes: hours.lesson_minutes,
        carried: hours.carried,
        ..hours_of(&hours.all)
    }
}

/// A week of a list.
pub(crate) fn week_row(path: &str, line: &WeekLine) -> WeekRow {
    let handed_in = matches!(
        line.stage,
        Some(week::Stage::Submitted | week::Stage::FirstApproved | week::Stage::Approved)
    );
    let state = match line.stage {
        _ if line.is_locked => "locked",
        None => "unwritten",
        Some(stage) => stage.code(),
    };
    let note = match (line.stage, line.turn) {
        (Some(week::Stage::Approved), _) => None,
        _ if handed_in && line.days_over > 0 => Some(Text::new("week.waits_days").with("n", line.days_over)),
        _ if line.days_over > 0 => Some(Text::new("week.due_over").with("n", line.days_over)),
        (_, Some(Reviewer::First)) if handed_in => Some(Text::new("week.waits_first")),
        (_, Some(Reviewer::Final)) if handed_in => Some(Text::new("week.waits_final")),
        _ => Some(Text::new("week.due").with("date", Arg::Day(line.due))),
    };
    WeekRow {
        href: format!("{path}/weeks/{}", line.monday),
        monday: line.monday.date(),
        sunday: line.sunday,
        state,
        minutes: line.minutes.into(),
        note,
        yours: line.is_yours,
    }
}

fn section_row(section: &SectionState) -> SectionRow {
    let since = |key, at| Text::new(key).with("date", shanghai_date(at));
    let (state, note) = match (&section.query, section.confirmed_at) {
        (Some(query), _) => (
            if query.waits() { "queried" } else { "answered" },
            since("record.section_asked", query.at).with("party", Text::of("agreement_party", party(query.side))),
        ),
        (None, Some(at)) => ("confirmed", since("record.section_confirmed", at)),
        (None, None) if section.days_over > 0 => ("overdue", since("record.section_since", section.since)),
        (None, None) => ("open", since("record.section_since", section.since)),
    };
    SectionRow {
        key: section.section.code(),
        state,
        note: Some(note),
    }
}

fn clause(clause: &Clause) -> SignClause {
    SignClause {
        heading: format!("{}　{}", clause.article(), clause.title),
        text: clause.text.clone(),
    }
}

/// What the agreement says of pay.
fn pay(clauses: &[Clause], plain: &[Plain]) -> Option<PayView> {
    let plain: Vec<Text> = plain
        .iter()
        .filter(|plain| plain.section == Part::Pay)
        .map(said)
        .collect();
    let clauses: Vec<SignClause> = clauses
        .iter()
        .filter(|clause| clause.section == Part::Pay)
        .map(self::clause)
        .collect();
    (!plain.is_empty()).then_some(PayView { plain, clauses })
}

/// The pages that the reader may open, in the order of the menu.
fn places(view: &RecordView) -> Vec<&'static str> {
    let may = |may| view.may.contains(&may);
    let own = view.head.role.is_own();
    let all = [
        ("agreement", may(RecordMay::SeeAgreement)),
        ("weeks", true),
        ("people", may(RecordMay::SeePeople)),
        // Insurance and health are the enterprise's and the apprentice's own to read.
        ("start", may(RecordMay::WriteStart) || (own && !view.missing.is_empty())),
        (
            "break",
            may(RecordMay::Pause) || may(RecordMay::Resume) || !view.breaks.is_empty(),
        ),
        (
            "assessment",
            may(RecordMay::Assess) || may(RecordMay::Conclude) || view.completion.is_some(),
        ),
        ("opened", may(RecordMay::SeeOpenings)),
        ("complain", own),
        ("file", may(RecordMay::TakeFile)),
        ("withdraw", may(RecordMay::Withdraw) || view.withdrawal.is_some()),
    ];
    all.into_iter()
        .filter(|(_, may)| *may)
        .map(|(place, _)| place)
        .collect()
}

fn notices(view: &RecordView) -> Vec<RecordNotice> {
    let notice = |tone, text| RecordNotice { tone, text };
    let mut notices = Vec::new();
    if !view.overdue.is_empty() {
        let text = Text::new("record.overdue_sections").with("n", view.overdue.len());
        notices.push(notice("wait", text));
    }
    if let Some(withdrawal) = &view.withdrawal {
        let text = Text::new("record.ended_early")
            .with("date", withdrawal.last_day)
            .with("reason", Text::of("withdraw_reason", withdrawal.reason.code()));
        notices.push(notice("", text));
    }
    if let Some(completion) = &view.completion {
        let passed = view.head.stage == Stage::Completed;
        let (tone, key) = if passed {
            ("done", "record.completed")
        } else {
            ("wait", "record.failed")
        };
        notices.push(notice(tone, Text::new(key).with("date", completion.on)));
    }
    notices
}

fn person(person: &PersonLine) -> RecordPerson {
    let note = match person.until {
        Some(until) => Text::new("record.person_until").with("date", until),
        None => Text::new("record.person_from").with("date", person.from),
    };
    RecordPerson {
        role: person.role.code(),
        name: person.name.clone(),
        note: Some(note),
    }
}

/// The page of a record; `agreement` for those who may see it.
pub(crate) fn record_page(view: &RecordView, agreement: Option<&RecordAgreement>) -> RecordPage {
    let path = record_path(view.head.id);
    let sections: Vec<SectionRow> = view.sections.iter().map(section_row).collect();
    RecordPage {
        head: record_head(&view.head),
        step: step(&path, &view.next),
        later: view
            .due
            .iter()
            .filter(|due| due.next.is_to_do() && due.next != view.next.next)
            .map(|due| step(&path, due))
            .collect(),
        notices: notices(view),
        confirmed: view.sections.iter().filter(|one| one.confirmed_at.is_some()).count(),
        sections,
        weeks: view.weeks.iter().map(|week| week_row(&path, week)).collect(),
        weeks_count: view.weeks_count,
        hours: hours(&view.hours),
        pay: agreement.and_then(|agreement| pay(&agreement.clauses, &agreement.plain)),
        people: view.people.iter().map(person).collect(),
        places: places(view),
        openings: view.openings,
    }
}

/// A record of the own start page.
pub(crate) fn my_record(line: &RecordLine) -> MyRecord {
    MyRecord {
        head: record_head(&line.head),
        step: step(&record_path(line.head.id), &line.next),
    }
}

/// A record in the list of an organisation.
pub(crate) fn apprentice_row(records: &OfficersRecords, line: &RecordLine) -> ApprenticeRow {
    let count = |key, n: u32| (n > 0).then(|| Text::new(key).with("n", n));
    let sections = (line.confirmed < 5).then(|| Text::new("record.flag_sections").with("n", line.confirmed));
    let flags = [
        sections,
        count("record.flag_weeks", line.weeks_overdue),
        count("record.flag_waiting", line.weeks_waiting),
    ];
    ApprenticeRow {
        other: match records.party {
            Party::Enterprise => line.head.college.clone(),
            Party::College => Some(line.head.enterprise.clone()),
        },
        hours: hours_of(&line.hours),
        step: line
            .next
            .next
            .is_to_do()
            .then(|| step(&record_path(line.head.id), &line.next)),
        flags: flags.into_iter().flatten().collect(),
        head: record_head(&line.head),
    }
}

/// The agreement as its people see it.
pub(crate) fn agreement_page(view: &RecordAgreement, files: Vec<&'static str>) -> RecordAgreementPage {
    let last = view.signatories.iter().filter_map(|(.., at)| *at).max();
    RecordAgreementPage {
        head: record_head(&view.head),
        sealed_on: last.map(shanghai_date),
        short_hash: view.content_hash.to_string().chars().take(8).collect(),
        verify_code: view.verify_code.clone(),
        signatories: view
            .signatories
            .iter()
            .map(|(role, name, at)| SignedBy {
                role: role.code(),
                name: name.clone(),
                at: *at,
            })
            .collect(),
        files,
        sections: sections(&view.clauses, &view.plain),
    }
}

/// A section to be confirmed.
pub(crate) fn section_page(names: &Names, view: &SectionView, form: Form, refused: Option<Text>) -> RecordSectionPage {
    let all = apprenticeship::record::Section::ALL;
    let at = all
        .iter()
        .position(|one| *one == view.state.section)
        .unwrap_or_default();
    let may = [
        ("confirm", view.may_confirm),
        ("query", view.may_query),
        ("answer", view.may_answer),
    ];
    RecordSectionPage {
        head: record_head(&view.head),
        section: view.state.section.code(),
        at: at + 1,
        of: all.len(),
        version: view.version,
        confirmed_at: view.state.confirmed_at,
        refused,
        plain: view.plain.iter().map(said).collect(),
        fields: view
            .fields
            .iter()
            .map(|field| (field.label.clone(), names.said(&field.key, &field.words)))
            .collect(),
        clauses: view.clauses.iter().map(clause).collect(),
        queries: view
            .queries
            .iter()
            .map(|query| QueryRow {
                side: party(query.side),
                words: query.words.clone(),
                at: query.at,
                answer: query.answer.as_ref().map(|answer| (answer.words.clone(), answer.at)),
                closed: query.closed_at.is_some(),
            })
            .collect(),
        sides: view.sides.iter().map(|side| party(*side)).collect(),
        may: may.into_iter().filter(|(_, may)| *may).map(|(code, _)| code).collect(),
        form,
        complaints: view.complaints.iter().map(complaint).collect(),
        previous: at.checked_sub(1).and_then(|at| all.get(at)).map(|one| one.code()),
        next: all.get(at + 1).map(|one| one.code()),
    }
}

/// A place to complain at.
pub(crate) fn complaint(place: &ComplaintPlace) -> ComplaintRow {
    ComplaintRow {
        code: place.code.clone(),
        phone: place.phone.clone(),
        url: place.url.clone(),
        source: place.source.clone(),
        evidence: place.evidence.code(),
    }
}

/// Somebody opened a record.
pub(crate) fn opened(line: &OpeningLine) -> OpenedRow {
    OpenedRow {
        name: line.name.clone(),
        organisation: line.organisation.clone(),
        role: line.role.code(),
        at: line.at,
        reason: line.reason.clone(),
    }
}

/// Who looks after an apprentice.
pub(crate) fn people_page(
    view: &PeopleView,
    today: kernel::Date,
    codes: Vec<CodeView>,
    form: Form,
    refused: Option<Text>,
) -> RecordPeoplePage {
    RecordPeoplePage {
        head: record_head(&view.head),
        refused,
        people: view
            .people
            .iter()
            .map(|person| PersonRow {
                id: person.assignment.to_string(),
                role: person.role.code(),
                name: person.name.clone(),
                from: person.from,
                until: person.until,
                state: if person.is_active {
                    "active"
                } else if person.from > today {
                    "coming"
                } else {
                    "ended"
                },
                review_until: person.review_until,
                may_end: person.may_end,
            })
            .collect(),
        invitations: view
            .invitations
            .iter()
            .map(|invitation| PlaceInvitation {
                id: invitation.id.to_string(),
                role: invitation.role.code(),
                name: invitation.name.clone(),
                address: invitation.address.clone(),
                created_at: invitation.created_at,
                expires_at: invitation.expires_at,
                yours: invitation.is_yours,
            })
            .collect(),
        codes,
        named: view
            .named
            .iter()
            .map(|(role, name)| (role.code(), name.clone()))
            .collect(),
        members: view
            .members
            .iter()
            .map(|(person, name)| Choice::new(person.to_string(), name))
            .collect(),
        roles: view.roles.iter().copied().map(RecordRole::code).collect(),
        form,
    }
}

/// Whose reason an early end can be.
pub(crate) fn sides(head: &Head) -> Vec<&'static str> {
    let college = head.college.as_ref().map(|_| SlotRole::College);
    [SlotRole::Apprentice, SlotRole::Enterprise]
        .into_iter()
        .chain(college)
        .map(SlotRole::code)
        .collect()
}

/// The groups of stages that the list of an organisation is cut by, with their codes.
pub(crate) const RECORD_GROUPS: [(&str, &[Stage]); 4] = [
    ("running", &[Stage::Training, Stage::OnBreak]),
    ("before", &[Stage::Registered]),
    ("assessment", &[Stage::Assessment]),
    (
        "over",
        &[Stage::Completed, Stage::Failed, Stage::Withdrawn, Stage::Transferred],
    ),
];
