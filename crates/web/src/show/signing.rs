//! Agreements as those who sign them see them.

use agreement::{
    lifecycle::{SlotRole, SlotState, Stage},
    training::{Clause, Plain, PlainArg, Section},
};
use operations::agreements::signing::SignLook;
use words::{Arg, Text};

use crate::pages::{SignClause, SignHead, SignSection, SlotLine};

/// The numbers of the sections, as they stand in the document.
const ORDINALS: [&str; 14] = [
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四",
];

/// The text, section by section, with its plain words.
pub(crate) fn sections(clauses: &[Clause], plain: &[Plain]) -> Vec<SignSection> {
    let of = |(section, ordinal): (Section, &str)| SignSection {
        key: section.key(),
        heading: format!("{ordinal}、{}", section.title()),
        clauses: clauses
            .iter()
            .filter(|clause| clause.section == section)
            .map(|clause| SignClause {
                heading: format!("{}　{}", clause.article(), clause.title),
                text: clause.text.clone(),
            })
            .collect(),
        plain: plain
            .iter()
            .filter(|plain| plain.section == section)
            .map(said)
            .collect(),
    };
    let all = Section::ALL.into_iter().zip(ORDINALS).map(of);
    all.filter(|section| !section.clauses.is_empty()).collect()
}

pub(super) fn said(plain: &Plain) -> Text {
    plain.args.iter().fold(Text::new(plain.key), |text, (name, arg)| {
        let arg = match arg {
            PlainArg::Words(words) => Arg::Plain(words.clone()),
            PlainArg::Count(count) => Arg::Number(*count),
            PlainArg::Money(amount) => Arg::Money(*amount),
            PlainArg::Date(day) => Arg::Date(day.date()),
            PlainArg::Hours(time) => Arg::Plain(time.to_string()),
            PlainArg::Level(level) => Arg::Level(*level),
        };
        text.with(name, arg)
    })
}

/// Which agreement, and as whom it is signed.
pub(crate) fn sign_head(path: &str, look: &SignLook) -> SignHead {
    SignHead {
        path: path.to_owned(),
        number: look.number.clone(),
        enterprise: look.enterprise.clone(),
        college: look.college.clone(),
        apprentice: look.apprentice.clone(),
        role: look.role.code(),
        name: look.name.clone(),
        others: look
            .others
            .iter()
            .map(|(role, state)| SlotLine {
                role: role.code(),
                state,
            })
            .collect(),
    }
}

/// The roles that the agreement waits for. A college only acknowledges: nobody waits for it.
pub(crate) fn waits_for(look: &SignLook) -> Vec<&'static str> {
    if look.stage != Stage::Signing {
        return Vec::new();
    }
    let signed = SlotState::CODES[2];
    let waiting = look
        .others
        .iter()
        .filter(|(role, state)| *role != SlotRole::College && *state != signed);
    waiting.map(|(role, _)| role.code()).collect()
}

/// Whether it held once and does no more.
pub(crate) const fn has_ended(stage: Stage) -> bool {
    matches!(stage, Stage::Completed | Stage::Terminated)
}
