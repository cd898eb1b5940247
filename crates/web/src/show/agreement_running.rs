//! What became of an agreement since everybody signed it, and what is proposed of it.

use agreement::lifecycle::{Ground, Pause, Proposal, Proposed, SlotRole, Termination};
use kernel::Date;
use operations::agreements::{Course, signing::SignLook};
use words::Text;

use super::agreement::roles;
use crate::pages::{CourseView, ProposalView, RunningHead, SignedCourseView};

fn fact(key: &str) -> Text {
    Text::of("agreement_fact", key)
}

fn means(key: &str) -> Text {
    Text::of("agreement_means", key)
}

fn pause_facts(pause: &Pause) -> Vec<Text> {
    vec![match pause.until {
        Some(until) => fact("pause").with("from", pause.from).with("until", until),
        None => fact("pause_open").with("from", pause.from),
    }]
}

/// The ground, the last day, and what is settled.
pub(crate) fn end_facts(end: &Termination) -> Vec<Text> {
    let settled = [
        ("stipend", &end.consequences.stipend),
        ("hours", &end.consequences.hours),
        ("subsidy", &end.consequences.subsidy),
    ];
    let mut facts = vec![
        fact("ground").with("ground", Text::of("agreement_ground", end.ground.code())),
        fact("last_day").with("day", end.last_day),
    ];
    facts.extend(settled.map(|(key, words)| fact(key).with("words", words.as_str())));
    facts
}

/// What an end means for pay and hours.
pub(crate) fn end_means(ground: Ground) -> Vec<Text> {
    let mut all = vec![means("end")];
    if matches!(ground, Ground::Abuse | Ground::Unpaid) {
        all.push(means("fault"));
    }
    all
}

/// What became of an agreement, as of `today`.
pub(crate) fn course(course: &Course, today: Date) -> CourseView {
    let of = |code| CourseView {
        code,
        facts: Vec::new(),
        reason: None,
        means: Vec::new(),
    };
    match course {
        Course::Holds => of("holds"),
        Course::Paused(pause) => CourseView {
            facts: pause_facts(pause),
            reason: Some(pause.reason.clone()),
            means: vec![means("pause")],
            ..of("paused")
        },
        Course::Completed(on) => CourseView {
            facts: vec![fact("completed").with("day", *on)],
            ..of("completed")
        },
        Course::Ended(end) => CourseView {
            facts: end_facts(end),
            reason: Some(end.reason.clone()),
            means: end_means(end.ground),
            ..of(if end.last_day < today { "ended" } else { "ending" })
        },
    }
}

/// What a party or a signatory proposed.
pub(crate) fn proposal(proposal: &Proposal) -> ProposalView {
    let (kind, facts, reason) = match &proposal.of {
        Proposed::Recall { reason } => ("recall", Vec::new(), Some(reason)),
        Proposed::Suspend(pause) => ("suspend", pause_facts(pause), Some(&pause.reason)),
        Proposed::Resume { on } => ("resume", vec![fact("on").with("day", *on)], None),
        Proposed::Terminate(end) => ("terminate", end_facts(end), Some(&end.reason)),
    };
    let waiting: Vec<SlotRole> = proposal.waiting_for().collect();
    ProposalView {
        kind,
        text: Text::of("agreement_proposal", kind).with("role", Text::of("agreement_role", proposal.by.code())),
        facts,
        reason: reason.filter(|reason| !reason.is_empty()).cloned(),
        waits: Text::new("agreement.waits_for").with("roles", roles(&waiting)),
        at: proposal.at,
    }
}

/// The agreement as its signatory sees it once it holds.
pub(crate) fn signed_course(look: &SignLook, today: Date) -> Option<SignedCourseView> {
    let found = look.course.as_ref()?;
    Some(SignedCourseView {
        course: course(&found.course, today),
        proposal: found.proposal.as_ref().map(proposal),
        asked: found.asked,
        own: found.own,
        may_end: found.may_end,
    })
}

/// Where a form of a signatory belongs.
pub(crate) fn own_head(path: &str, form: &str, look: &SignLook) -> RunningHead {
    RunningHead {
        action: format!("{path}/{form}"),
        back: path.to_owned(),
        number: look.number.clone(),
        enterprise: look.enterprise.clone(),
        apprentice: Some(look.apprentice.clone()),
        way: "own",
    }
}
