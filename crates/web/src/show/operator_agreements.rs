//! Agreements as the operator sees them.

use operations::agreements::{
    Course,
    overseen::{OPEN_MINUTES, Opened, Overseen, OverseenSlot, OverseenView},
};
use words::Text;

use super::{Names, agreement::EVENTS, agreement_running::course, signing::sections};
use crate::{
    pages::{Form, OpenedView, OperatorAgreementPage, OperatorAgreementRow, OperatorSlot},
    visit::Visit,
};

/// An agreement that was found.
pub(crate) fn operator_row(found: &Overseen) -> OperatorAgreementRow {
    OperatorAgreementRow {
        href: format!("/operator/agreements/{}", found.head.id),
        number: found.head.number.clone(),
        enterprise: found.enterprise.clone(),
        college: found.college.clone(),
        stage: found.head.stage.code(),
        updated_at: found.head.updated_at,
    }
}

fn slot(slot: &OverseenSlot) -> OperatorSlot {
    OperatorSlot {
        id: slot.id.to_string(),
        role: slot.role.code(),
        state: slot.state,
        deadline: slot.deadline,
        may_mend: slot.may_mend,
        name: slot.who.as_ref().map(|(name, _)| name.clone()),
        address: slot.who.as_ref().and_then(|(_, address)| address.clone()),
    }
}

fn opened(names: &Names, opened: &Opened) -> OpenedView {
    let shown = opened.timeline.iter().take(EVENTS);
    OpenedView {
        until: opened.until,
        reason: opened.reason.clone(),
        apprentice: opened.apprentice.clone(),
        timeline: shown.map(|entry| names.timeline_row(entry)).collect(),
        earlier: opened.timeline.len().saturating_sub(EVENTS),
        sections: sections(&opened.clauses, &opened.plain),
    }
}

/// The operator's page of an agreement.
pub(crate) fn operator_agreement(
    visit: &Visit,
    view: &OverseenView,
    form: Form,
    refused: Option<Text>,
) -> OperatorAgreementPage {
    let row = operator_row(&view.found);
    let since = view.course.as_ref().filter(|found| **found != Course::Holds);
    let course = since.map(|found| {
        let mut shown = course(found, visit.cx.today());
        // Of what people wrote nothing is left but empty lines, until it is opened.
        if view.opened.is_none() {
            shown
                .facts
                .truncate(if matches!(found, Course::Ended(_)) { 2 } else { 1 });
            shown.reason = None;
        }
        shown
    });
    OperatorAgreementPage {
        path: row.href.clone(),
        row,
        course,
        slots: view.slots.iter().map(slot).collect(),
        may_void: view.may_void,
        may_suspend: view.may_suspend,
        may_resume: view.may_resume,
        refused,
        form,
        minutes: OPEN_MINUTES,
        opened: view.opened.as_ref().map(|found| opened(&visit.names(), found)),
    }
}
