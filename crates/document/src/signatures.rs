//! Who signed, and what happened: the evidence as it is printed.

use std::collections::BTreeMap;

use agreement::{
    evidence::{Authority, Declaration, Event, Export},
    lifecycle::SlotRole,
    training::{Body, College, Guardian},
};
use kernel::{Locale, SlotId, Timestamp};
use words::{Text, format, has};

use crate::{fonts::weight, press::Weight};

/// The language of the paper: the one that is signed.
const PAPER: Locale = Locale::Zh;

/// A moment as papers have it, to the second.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{}:{:02}", format::moment(PAPER, at), at.in_shanghai().second())
}

/// A place to sign, as it is printed.
#[derive(Debug)]
pub(crate) struct Place {
    /// As whom.
    pub(crate) role: &'static str,
    /// The organisation, or the person who signs as themselves.
    pub(crate) party: String,
    /// The weight of that name.
    pub(crate) weight: Weight,
    /// What is known of the signature, line by line; none before it is given.
    pub(crate) lines: Vec<(&'static str, String)>,
    pub(crate) signed: bool,
    /// The day, for the stamp.
    pub(crate) day: String,
}

/// An event, as it is printed.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) seq: u64,
    pub(crate) at: String,
    pub(crate) what: String,
    pub(crate) role: String,
    pub(crate) hash: String,
}

const fn role_name(role: SlotRole) -> &'static str {
    match role {
        SlotRole::Enterprise => "甲方（用人单位）",
        SlotRole::Apprentice => "乙方（学徒）",
        SlotRole::Guardian => "乙方的法定代理人",
        SlotRole::College => "合作院校",
    }
}

/// What the body calls whoever signs in that role.
fn party(body: &Body, role: SlotRole) -> String {
    let name = match role {
        SlotRole::Enterprise => &body.enterprise.name,
        SlotRole::Apprentice => &body.apprentice.name,
        SlotRole::Guardian => &body.guardian.name,
        SlotRole::College => &body.college.name,
    };
    name.clone().unwrap_or_default()
}

/// The order in which papers have them.
const ORDER: [SlotRole; 4] = [
    SlotRole::Enterprise,
    SlotRole::Apprentice,
    SlotRole::Guardian,
    SlotRole::College,
];

/// Every signature that was declared under the version shown, by role; a role whose declaration is withheld is not among
/// them.
fn declared(export: &Export) -> Vec<(&Event, Declaration)> {
    let events = export.events.iter().zip(&export.details);
    let signed = events.filter(|(event, _)| event.act == "sign" && event.content_version == export.content.version);
    signed
        .filter_map(|(event, details)| Some((event, Declaration::of(details.as_ref()?)?)))
        .collect()
}

/// The places to sign: of everybody whom the agreement names, with the signatures that were given.
pub(crate) fn places(body: &Body, export: Option<&Export>) -> Vec<Place> {
    let declared = export.map(declared).unwrap_or_default();
    let mut places = Vec::new();
    for role in ORDER {
        let theirs = declared.iter().filter(|(_, declared)| declared.role == role.code());
        let mut theirs: Vec<Place> = theirs.map(|(_, declared)| signed(body, role, declared)).collect();
        let named = match role {
            SlotRole::Enterprise | SlotRole::Apprentice => true,
            SlotRole::Guardian => body.guardian != Guardian::default(),
            SlotRole::College => body.college != College::default(),
        };
        // Once the others have signed, who only acknowledges and did not is left out.
        let open = named && (export.is_none_or(|export| export.seals.is_empty()) || role != SlotRole::College);
        if theirs.is_empty() && open {
            let party = party(body, role);
            theirs.push(Place {
                role: role_name(role),
                weight: weight(&party),
                party,
                lines: Vec::new(),
                signed: false,
                day: String::new(),
            });
        }
        places.append(&mut theirs);
    }
    places
}

fn signed(body: &Body, role: SlotRole, declared: &Declaration) -> Place {
    let mut lines = vec![("签署人", declared.name.clone())];
    match &declared.authority {
        Some(Authority::LegalRepresentative) => lines.push(("身份", "法定代表人（主要负责人）".to_owned())),
        Some(Authority::Agent { title, document, dated }) => {
            lines.push(("身份", format!("委托代理人，{title}")));
            lines.push(("授权", format!("{document}，{}", format::date(PAPER, dated.date()))));
        }
        None => {}
    }
    lines.push(("时间", moment(declared.at)));
    lines.push((
        "方式",
        said(&Text::of("agreement_method", &declared.method), &declared.method),
    ));
    lines.push(("声明摘要", declared.hash().to_string()));
    let party = party(body, role);
    Place {
        role: role_name(role),
        weight: weight(&party),
        party,
        lines,
        signed: true,
        day: format::date(PAPER, kernel::shanghai_date(declared.at)),
    }
}

/// The words for a code; the code itself when a later release knows it and this one does not.
fn said(text: &Text, code: &str) -> String {
    if has(text.key()) {
        text.render(PAPER)
    } else {
        code.to_owned()
    }
}

/// The chain of events, line by line.
pub(crate) fn lines(export: &Export) -> Vec<Line> {
    let declared = declared(export);
    let roles: BTreeMap<SlotId, String> = declared
        .iter()
        .map(|(_, declared)| (declared.slot, declared.role.clone()))
        .collect();
    export.events.iter().map(|event| line(event, &roles)).collect()
}

fn line(event: &Event, roles: &BTreeMap<SlotId, String>) -> Line {
    let of_slot = event.slot.and_then(|slot| roles.get(&slot));
    let signatory = of_slot.map_or_else(
        || Text::new("agreement_who.signer"),
        |role| Text::of("agreement_role", role),
    );
    let actor = match (event.actor.as_str(), of_slot) {
        ("signer", Some(role)) => said(&Text::of("agreement_role", role), role),
        (actor, _) => said(&Text::of("agreement_who", actor), actor),
    };
    let what = Text::of("agreement_event", &event.act);
    let what = if has(what.key()) {
        what.with("who", actor.clone()).with("role", signatory).render(PAPER)
    } else {
        event.act.clone()
    };
    Line {
        seq: event.seq,
        at: moment(event.at),
        what,
        role: actor,
        hash: event.hash.to_string(),
    }
}
