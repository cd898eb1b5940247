//! Agreements: their list, their page, their text.

use agreement::{
    evidence::Authority,
    lifecycle::{Party, SlotRole, Stage},
    training::{Clause, PREAMBLE, Plain, TITLE, TaskState as Far, field_of},
};
use kernel::Timestamp;
use operations::agreements::{
    AgreementLine, AgreementView, Ball, Course, HandedCode, May, Planned, SlotView, TimelineEntry, section_of,
};
use words::{Arg, Qr, Text};

use super::{
    Names,
    agreement_form::{CHECK_RULE, Law},
    agreement_running::{course, proposal},
    agreement_step,
    signing::sections,
};
use crate::pages::{
    AgreementPage, AgreementRow, AgreementTask, AgreementTextPage, Approved, ChangeRow, CodeView, FindingView, Form,
    OpenCount, PlannedView, SectionText, SlotRow, TaskState, TimelineRow,
};

/// How much of what happened a page shows: all of it would weigh more than a page may.
pub(super) const EVENTS: usize = 30;
/// How many changed fields of one edit are shown.
const CHANGES: usize = 10;
/// For so many days before it a deadline is near.
const NEAR_DAYS: i64 = 3;

const fn party(party: Party) -> &'static str {
    party.code()
}

/// Several roles, as a language joins them.
pub(super) fn roles(roles: &[SlotRole]) -> Arg {
    let said = roles
        .iter()
        .map(|role| Arg::Text(Text::of("agreement_role", role.code())));
    Arg::List(said.collect())
}

/// The codes of what may be done, for templates.
fn codes(may: impl IntoIterator<Item = May>) -> Vec<&'static str> {
    may.into_iter()
        .map(|may| match may {
            May::Edit => "edit",
            May::HandOver => "hand_over",
            May::Approve => "approve",
            May::GiveReason => "give_reason",
            May::CheckApprentice => "check",
            May::Send => "send",
            May::Recall => "recall",
            May::Agree => "agree",
            May::Object => "object",
            May::Void => "void",
            May::Suspend => "suspend",
            May::Resume => "resume",
            May::Terminate => "terminate",
            May::Export => "export",
            May::Replace => "replace",
            May::AskAgain => "ask_again",
            May::NewCode => "new_code",
            May::Sign => "sign",
        })
        .collect()
}

pub(super) const fn far(state: Far) -> TaskState {
    match state {
        Far::NotStarted => TaskState::Todo,
        Far::InProgress => TaskState::Doing,
        Far::Done => TaskState::Done,
        Far::NeedsChange => TaskState::Fix,
    }
}

/// An agreement of the list.
pub(crate) fn agreement_row(line: &AgreementLine) -> AgreementRow {
    let head = &line.head;
    let about = [&line.apprentice, &line.post].into_iter();
    let turn = match (&line.ball, head.stage) {
        (Ball::Yours, Stage::Draft) => Text::of("agreement_turn", "write"),
        (Ball::Yours, _) => Text::of("agreement_turn", "yours"),
        (Ball::Theirs(other), _) => {
            Text::of("agreement_turn", "theirs").with("party", Text::of("agreement_party", party(*other)))
        }
        (Ball::Either, _) => Text::of("agreement_turn", "send"),
        (Ball::Signatories(waiting), _) if waiting.is_empty() => Text::of("agreement_turn", "stuck"),
        (Ball::Signatories(waiting), _) => Text::of("agreement_turn", "sign").with("roles", roles(waiting)),
        (Ball::Nobody, Stage::Effective) => Text::of("agreement_turn", "runs"),
        (Ball::Nobody, _) => Text::of("agreement_turn", "nobody"),
    };
    AgreementRow {
        href: format!("/agreements/{}", head.id),
        number: head.number.clone(),
        about: about.filter(|words| !words.is_empty()).cloned().collect(),
        other: line.other.clone(),
        stage: head.stage.code(),
        turn,
        yours: matches!(line.ball, Ball::Yours | Ball::Either),
        next_at: line.next_at,
        updated_at: head.updated_at,
    }
}

/// What the page of an agreement adds to the view of it.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// Why the last request did not go through.
    pub(crate) refused: Option<Text>,
    /// Typed words with what is wrong with them.
    pub(crate) form: Option<Form>,
    /// Codes to hand over.
    pub(crate) codes: Vec<CodeView>,
    /// Who is to sign.
    pub(crate) planned: Vec<Planned>,
}

/// A code to hand over; `absolute` makes a path an address that others can open.
pub(crate) fn code_view(handed: &HandedCode, absolute: impl Fn(&str) -> String) -> CodeView {
    let link = absolute(&handed.path);
    CodeView {
        role: Text::of("agreement_role", handed.role.code()),
        name: handed.name.clone(),
        code: handed.code.clone(),
        qr: Qr::of(&link),
        link,
        until: handed.expires_at,
    }
}

impl Law<'_> {
    /// What rules say of an agreement, what forbids first.
    fn findings(&self, path: &str, view: &AgreementView) -> Vec<FindingView> {
        let may_reason = view.may.contains(&May::GiveReason);
        let said = view.review.worth_saying().map(|finding| {
            let shown = self.finding(path, finding);
            let warns = shown.weight == "warn";
            FindingView {
                reason: view.review.reason(finding).map(|reason| reason.words.clone()),
                asks: warns && may_reason,
                ..shown
            }
        });
        let mut findings: Vec<FindingView> = said.collect();
        // The order within a weight stays that of the table of rules.
        findings.sort_by_key(|finding| match (finding.weight, &finding.reason) {
            ("block", _) => 0,
            ("warn", None) => 1,
            ("warn", Some(_)) => 2,
            _ => 3,
        });
        findings
    }

    /// The page of an agreement.
    pub(crate) fn agreement_page(
        &self,
        names: &Names,
        view: &AgreementView,
        now: Timestamp,
        shown: Shown,
    ) -> AgreementPage {
        let path = format!("/agreements/{}", view.head.id);
        let review = &view.review;
        let findings = self.findings(&path, view);
        let tasks: Vec<AgreementTask> = review
            .tasks
            .iter()
            .map(|task| AgreementTask {
                section: task.section.key(),
                state: far(task.state),
                missing: task.missing.len(),
            })
            .collect();
        let checked = !review.findings.blocking().any(|finding| finding.rule == CHECK_RULE);
        AgreementPage {
            number: view.head.number.clone(),
            stage: view.head.stage.code(),
            version: view.head.content_version,
            apprentice: view.apprentice.clone(),
            post: view.post.clone(),
            enterprise: view.enterprise.clone(),
            college: view.college.clone(),
            step: agreement_step::step(&path, view),
            refused: shown.refused,
            codes: shown.codes,
            form: shown.form.unwrap_or_else(|| Form::new(&())),
            may: codes(view.may.iter().copied()),
            done: tasks.iter().filter(|task| task.state == TaskState::Done).count(),
            tasks,
            open: OpenCount {
                missing: review.missing.len() + review.problems.len(),
                blocking: findings.iter().filter(|finding| finding.weight == "block").count(),
                unexplained: findings
                    .iter()
                    .filter(|finding| finding.weight == "warn" && finding.reason.is_none())
                    .count(),
            },
            findings,
            checked: view.may.contains(&May::CheckApprentice).then_some(checked),
            planned: shown.planned.iter().map(planned).collect(),
            slots: view.slots.iter().map(|slot| slot_row(slot, now)).collect(),
            round_is_over: view.round_is_over,
            proposal: view.proposal.as_ref().map(proposal),
            course: view
                .course
                .as_ref()
                .filter(|found| **found != Course::Holds)
                .map(|found| course(found, kernel::shanghai_date(now))),
            approvals: view
                .approvals
                .iter()
                .map(|(by, at)| Approved {
                    party: party(*by),
                    at: *at,
                })
                .collect(),
            effective_on: view.effective_on,
            content_hash: view.content_hash.map(|hash| hash.to_string()),
            verify_code: view.content_hash.map(|_| view.head.verify_code.clone()),
            verify_qr: None,
            timeline: view
                .timeline
                .iter()
                .take(EVENTS)
                .map(|entry| names.timeline_row(entry))
                .collect(),
            earlier: view.timeline.len().saturating_sub(EVENTS),
            coming: agreement_step::coming(view),
            path,
        }
    }

    /// The text of an agreement with notes.
    pub(crate) fn text_page(&self, view: &AgreementView) -> AgreementTextPage {
        let path = format!("/agreements/{}", view.head.id);
        let open = matches!(view.head.stage, Stage::Draft | Stage::Negotiating);
        let notes = if open { self.findings(&path, view) } else { Vec::new() };
        let (sections, notes) = with_notes(&view.clauses, &view.plain, notes);
        AgreementTextPage {
            path,
            number: view.head.number.clone(),
            stage: view.head.stage.code(),
            title: TITLE,
            preamble: PREAMBLE,
            version: view.head.content_version,
            content_hash: view.content_hash.map(|hash| hash.to_string()),
            sections,
            findings: notes,
        }
    }
}

/// The sections with the notes that belong to them, and the notes that belong to none.
pub(crate) fn with_notes(
    clauses: &[Clause],
    plain: &[Plain],
    mut notes: Vec<FindingView>,
) -> (Vec<SectionText>, Vec<FindingView>) {
    let mut all = Vec::new();
    for text in sections(clauses, plain) {
        let belongs = |note: &FindingView| section_of(&note.field).is_some_and(|section| section.key() == text.key);
        let (findings, rest) = notes.into_iter().partition(belongs);
        notes = rest;
        all.push(SectionText { text, findings });
    }
    (all, notes)
}

fn planned(planned: &Planned) -> PlannedView {
    let person = |(name, email): &(String, Option<kernel::EmailAddress>)| match email {
        Some(email) => format!("{name} {}", email.as_str()),
        None => name.clone(),
    };
    let first = planned.candidates.first();
    let email = first.and_then(|(_, email)| email.as_ref());
    PlannedView {
        role: planned.role.code(),
        required: planned.required,
        fixed: planned.name.is_some(),
        name: planned
            .name
            .clone()
            .or_else(|| first.filter(|_| planned.required).map(|(name, _)| name.clone()))
            .unwrap_or_default(),
        email: email
            .filter(|_| planned.required)
            .map(|email| email.as_str().to_owned())
            .unwrap_or_default(),
        by_code: false,
        others: planned.candidates.iter().map(person).collect(),
    }
}

/// By what right somebody signed for an organisation.
fn authority(authority: &Authority) -> Text {
    let text = Text::of("agreement.authority", authority.code());
    match authority {
        Authority::LegalRepresentative => text,
        Authority::Agent { title, document, dated } => text
            .with("title", title.as_str())
            .with("document", document.as_str())
            .with("date", Arg::Date(dated.date())),
    }
}

fn slot_row(slot: &SlotView, now: Timestamp) -> SlotRow {
    SlotRow {
        id: slot.id.to_string(),
        role: slot.role.code(),
        name: slot.name.clone(),
        address: slot.address.clone(),
        required: slot.required,
        state: slot.state,
        deadline: slot.deadline,
        urgent: slot
            .deadline
            .is_some_and(|deadline| deadline <= now.plus_days(NEAR_DAYS)),
        asked_at: slot.asked_at,
        reminded_at: slot.reminded_at,
        at: slot.at,
        reason: slot.reason.clone(),
        authority: slot.authority.as_ref().map(authority),
        may: codes(slot.may.iter().copied()),
        renames: !slot.role.is_the_party(),
    }
}

impl Names {
    /// The groups of stages that the list is cut by, with their codes.
    pub(crate) const AGREEMENT_GROUPS: [(&'static str, &'static [Stage]); 4] = [
        ("writing", &[Stage::Draft, Stage::Negotiating]),
        ("signing", &[Stage::Ready, Stage::Signing]),
        ("running", &[Stage::Effective, Stage::Suspended]),
        ("over", &[Stage::Completed, Stage::Terminated, Stage::Voided]),
    ];

    /// Words as they were typed; the name where they are a code.
    pub(super) fn said(&self, field: &str, words: &str) -> String {
        let meant = field_of(field).and_then(|(_, kind)| self.meaning(kind, words));
        meant.unwrap_or_else(|| words.to_owned())
    }

    pub(super) fn timeline_row(&self, entry: &TimelineEntry) -> TimelineRow {
        let who = match (&entry.name, &entry.organisation) {
            (Some(name), Some(organisation)) => Some(format!("{name} · {organisation}")),
            (name, organisation) => name.clone().or_else(|| organisation.clone()),
        };
        TimelineRow {
            what: entry.what.clone(),
            who,
            at: entry.at,
            version: entry.content_version,
            words: entry.words.clone().filter(|words| !words.is_empty()),
            sections: entry
                .sections
                .iter()
                .map(|section| Text::of("training_section", section))
                .collect(),
            facts: entry.facts.clone(),
            changes: entry
                .changes
                .iter()
                .take(CHANGES)
                .map(|change| ChangeRow {
                    field: words::field_name(&change.field),
                    before: change.before.as_deref().map(|words| self.said(&change.field, words)),
                    after: change.after.as_deref().map(|words| self.said(&change.field, words)),
                    private: change.private,
                })
                .collect(),
            more: entry.changes.len().saturating_sub(CHANGES),
        }
    }
}
