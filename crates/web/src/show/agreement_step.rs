//! The one thing to do next with an agreement, and what comes after it.

use agreement::{
    lifecycle::{Party, Proposed, SlotRole, Stage},
    training::{Section, TaskState},
};
use operations::agreements::{AgreementView, Ball, May, section_of};
use words::Text;

use super::{agreement::roles, agreement_form::CHECK_RULE};
use crate::pages::AgreementStep;

fn says(text: Text) -> AgreementStep {
    AgreementStep {
        text,
        act: None,
        button: None,
        href: None,
    }
}

fn leads(text: Text, button: Text, href: String) -> AgreementStep {
    AgreementStep {
        text,
        act: Some("link"),
        button: Some(button),
        href: Some(href),
    }
}

fn does(text: Text, act: &'static str) -> AgreementStep {
    let button = match act {
        "approve" => Text::new("agreement.do_approve"),
        "agree" => Text::of("agreement_agree", "recall"),
        _ => Text::new("agreement.do_hand_over"),
    };
    AgreementStep {
        text,
        act: Some(act),
        button: Some(button),
        href: None,
    }
}

fn next(code: &str) -> Text {
    Text::of("agreement_next", code)
}

/// The first section that somebody has to type something into.
fn unfinished(view: &AgreementView) -> Option<Section> {
    let review = &view.review;
    let first = review.tasks.iter().find(|task| match task.state {
        TaskState::Done => false,
        TaskState::NotStarted | TaskState::InProgress => true,
        // What only waits for a look at a document is nothing to type.
        TaskState::NeedsChange => {
            let here = |field: &str| section_of(field) == Some(task.section);
            !task.missing.is_empty()
                || review.problems.iter().any(|problem| here(&problem.field))
                || review
                    .findings
                    .blocking()
                    .any(|finding| finding.rule != CHECK_RULE && here(&finding.field))
        }
    })?;
    Some(first.section)
}

/// The one thing to do next.
pub(super) fn step(path: &str, view: &AgreementView) -> AgreementStep {
    if view.may.contains(&May::Agree) {
        return answer(path, view);
    }
    match view.head.stage {
        Stage::Draft | Stage::Negotiating => write(path, view),
        // Its form stands right below.
        Stage::Ready => says(next("send")),
        Stage::Signing => signing(path, view),
        Stage::Effective if view.not_yet => {
            let text = next("not_yet");
            says(view.effective_on.map_or(text.clone(), |day| text.with("day", day)))
        }
        Stage::Effective | Stage::Suspended if view.proposal.is_some() => says(next("waits")),
        Stage::Effective => says(next("runs")),
        Stage::Suspended => says(next("suspended")),
        Stage::Completed => says(next("completed")),
        Stage::Terminated => says(next("terminated")),
        Stage::Voided => says(view.voided.clone().unwrap_or_else(|| next("voided"))),
    }
}

/// Who did not want to sign the version before, as long as nothing was changed since.
fn declined(view: &AgreementView) -> Option<SlotRole> {
    let last = view
        .timeline
        .iter()
        .find(|entry| matches!(entry.act.as_str(), "decline" | "edit"));
    last.filter(|entry| entry.act == "decline").and_then(|entry| entry.role)
}

/// What is proposed and waits for the reader's party. An end is read on a page of its own, for it cannot be undone.
fn answer(path: &str, view: &AgreementView) -> AgreementStep {
    let button = |kind| Some(Text::of("agreement_agree", kind));
    match view.proposal.as_ref().map(|proposal| &proposal.of) {
        Some(Proposed::Suspend(_)) => AgreementStep {
            button: button("suspend"),
            ..does(next("agree_suspend"), "agree")
        },
        Some(Proposed::Resume { .. }) => AgreementStep {
            button: button("resume"),
            ..does(next("agree_resume"), "agree")
        },
        Some(Proposed::Terminate(_)) => leads(
            next("agree_terminate"),
            Text::of("agreement_agree", "terminate"),
            format!("{path}/agree"),
        ),
        Some(Proposed::Recall { .. }) | None => does(next("agree"), "agree"),
    }
}

fn other(view: &AgreementView) -> Text {
    let party = match view.own {
        Party::Enterprise => Party::College,
        Party::College => Party::Enterprise,
    };
    Text::of("agreement_party", party.code())
}

fn write(path: &str, view: &AgreementView) -> AgreementStep {
    let approved = view.approvals.iter().any(|(party, _)| *party == view.own);
    if approved {
        return says(next("approved").with("party", other(view)));
    }
    let ready = view.review.is_ready();
    if view.ball != Ball::Yours {
        return if ready && view.may.contains(&May::Approve) {
            does(next("approve_theirs").with("party", other(view)), "approve")
        } else {
            says(next("theirs").with("party", other(view)))
        };
    }
    if let Some(section) = unfinished(view) {
        let text = next("fill").with("section", Text::of("training_section", section.key()));
        let href = format!("{path}/sections/{}", section.key());
        return leads(text, Text::new("agreement.do_fill"), href);
    }
    if view.review.findings.blocking().next().is_some() {
        return if view.may.contains(&May::CheckApprentice) {
            leads(next("check"), Text::new("agreement.do_check"), format!("{path}#check"))
        } else {
            does(next("hand_over_check").with("party", other(view)), "hand_over")
        };
    }
    if view.review.unexplained().next().is_some() {
        let n = view.review.unexplained().count();
        let text = next("reasons").with("n", n);
        return leads(text, Text::new("agreement.do_reasons"), format!("{path}#findings"));
    }
    if let Some(role) = declined(view) {
        let text = next("declined").with("role", roles(&[role]));
        return leads(text, Text::new("agreement.do_read_reason"), format!("{path}#slots"));
    }
    if view.may.contains(&May::Approve) {
        return does(next("approve"), "approve");
    }
    match view.college {
        Some(_) => does(next("hand_over").with("party", other(view)), "hand_over"),
        None => AgreementStep {
            button: Some(Text::new("agreement.do_begin_approval")),
            ..does(next("begin_approval"), "hand_over")
        },
    }
}

fn signing(path: &str, view: &AgreementView) -> AgreementStep {
    let expired = view.slots.iter().any(|slot| slot.state == "expired");
    let open: Vec<SlotRole> = view
        .slots
        .iter()
        .filter(|slot| slot.state == "open")
        .map(|slot| slot.role)
        .collect();
    if view.proposal.is_some() {
        says(next("proposed"))
    } else if let Some(own) = view.slots.iter().find(|slot| slot.may.contains(&May::Sign)) {
        let href = format!("{path}/slots/{}/sign", own.id);
        leads(next("sign"), Text::new("agreement.do_sign"), href)
    } else if expired {
        leads(next("expired"), Text::new("agreement.do_see"), format!("{path}#slots"))
    } else {
        says(next("signing").with("roles", roles(&open)))
    }
}

/// What is yet to come, in outline.
pub(super) fn coming(view: &AgreementView) -> Vec<Text> {
    let codes: &[&str] = match view.head.stage {
        Stage::Draft if view.college.is_some() => &["other_reads", "both_approve", "sent", "signed", "effective"],
        Stage::Negotiating if view.college.is_some() => &["both_approve", "sent", "signed", "effective"],
        Stage::Draft | Stage::Negotiating => &["approve", "sent", "signed", "effective"],
        Stage::Ready => &["signed", "effective"],
        Stage::Signing => &["effective"],
        _ => &[],
    };
    codes.iter().map(|code| Text::of("agreement_coming", code)).collect()
}
