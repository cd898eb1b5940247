//! What happened to an agreement, as a party may read it: the chain of events with what stands beside it.

use agreement::lifecycle::{Agreement, Party, SlotRole};
use kernel::Timestamp;
use serde_json::Value;
use storage::ToldEvent;
use words::Text;

use super::{verify::hidden_from, work::slot_of};

/// A field that was typed differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its key, in the draft.
    pub field: String,
    /// The words before.
    pub before: Option<String>,
    /// The words after.
    pub after: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Its number in the chain.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The code of the act.
    pub act: String,
    /// The code of the role that acted: `enterprise`, `college`, `signer`, `operator`, `system`.
    pub actor: String,
    /// What happened, as a sentence.
    pub what: Text,
    /// Who did it, for an organisation.
    pub name: Option<String>,
    /// The organisation.
    pub organisation: Option<String>,
    /// As whom the slot concerned signs.
    pub role: Option<SlotRole>,
    /// The version of the content.
    pub content_version: u32,
    /// What somebody wrote: a message, or a reason.
    pub words: Option<String>,
    /// The section that was edited.
    pub section: Option<String>,
    /// What was typed differently.
    pub changes: Vec<Change>,
    /// The rule that a reason was given for.
    pub rule: Option<String>,
}

/// Acts beside those of the lifecycle that have a sentence.
pub const OWN_ACTS: [&str; 3] = ["check_apprentice", "give_reason", "new_code"];

fn text(fields: Option<&Value>, key: &str) -> Option<String> {
    fields?.get(key)?.as_str().map(str::to_owned)
}

fn changes(fields: Option<&Value>) -> Vec<Change> {
    let all = fields
        .and_then(|fields| fields.get("changes")?.as_array())
        .into_iter()
        .flatten();
    all.filter_map(|change| {
        Some(Change {
            field: text(Some(change), "field")?,
            before: text(Some(change), "before"),
            after: text(Some(change), "after"),
        })
    })
    .collect()
}

/// What happened, the newest first. What the other party wrote before it handed the draft over is left out.
pub(super) fn timeline(agreement: &Agreement, party: Party, events: &[ToldEvent]) -> Vec<TimelineEntry> {
    let hidden = hidden_from(party, events);
    let shown = events.iter().rev().filter(|told| !hidden.contains(&told.event.seq));
    shown.map(|told| entry(agreement, told)).collect()
}

fn entry(agreement: &Agreement, told: &ToldEvent) -> TimelineEntry {
    let event = &told.event;
    let fields = told.details.as_ref().map(|details| details.fields.value());
    let by = fields.and_then(|fields| fields.get("by"));
    let (name, organisation) = (text(by, "name"), text(by, "organisation"));
    let slot = event.slot.and_then(|slot| slot_of(agreement, slot));
    let role = slot.map(|(_, slot)| slot.role);
    let who = match (&organisation, role, event.actor.as_str()) {
        (Some(organisation), _, _) => Text::new("agreement_who.organisation").with("name", organisation.as_str()),
        (None, Some(role), "signer") => Text::of("agreement_role", role.code()),
        (None, _, actor) => Text::of("agreement_who", actor),
    };
    let mut what = Text::of("agreement_event", &event.act).with("who", who);
    if let Some(role) = role {
        what = what.with("role", Text::of("agreement_role", role.code()));
    }
    TimelineEntry {
        seq: event.seq,
        at: event.at,
        act: event.act.clone(),
        actor: event.actor.clone(),
        what,
        name,
        organisation,
        role,
        content_version: event.content_version,
        words: text(fields, "message").or_else(|| text(fields, "reason")),
        section: text(fields, "section"),
        changes: changes(fields),
        rule: text(fields, "rule"),
    }
}
