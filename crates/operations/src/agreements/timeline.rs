//! What happened to an agreement, as a party may read it: the chain of events with what stands beside it.

use agreement::lifecycle::{Agreement, Ground, Party, SlotRole};
use kernel::{Timestamp, shanghai_date};
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
    /// Whether the words are somebody's own and are not told.
    pub private: bool,
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
    /// Days, grounds and consequences, as sentences.
    pub facts: Vec<Text>,
    /// The sections that were edited.
    pub sections: Vec<String>,
    /// What was typed differently.
    pub changes: Vec<Change>,
    /// The rule that a reason was given for.
    pub rule: Option<String>,
}

/// Acts beside those of the lifecycle that have a sentence.
pub const OWN_ACTS: [&str; 7] = [
    "check_apprentice",
    "give_reason",
    "new_code",
    "open",
    "suspend_ordered",
    "resume_ordered",
    "terminate_alone",
];

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
            private: change.get("private").and_then(Value::as_bool) == Some(true),
        })
    })
    .collect()
}

/// What happened, the newest first. What the other party wrote before it handed the draft over is left out.
pub(super) fn timeline(agreement: &Agreement, party: Party, events: &[ToldEvent]) -> Vec<TimelineEntry> {
    let hidden = hidden_from(party, events);
    let shown = events.iter().rev().filter(|told| !hidden.contains(&told.event.seq));
    let mut entries: Vec<TimelineEntry> = Vec::new();
    for entry in shown.map(|told| entry(agreement, told)) {
        match entries.last_mut() {
            Some(later) if later.goes_on(&entry) => later.begin_with(entry),
            _ => entries.push(entry),
        }
    }
    entries
}

impl TimelineEntry {
    /// Whether this goes on with writing that somebody began on the same day.
    fn goes_on(&self, earlier: &Self) -> bool {
        let who = |entry: &Self| (entry.actor.clone(), entry.name.clone(), entry.organisation.clone());
        let edits = self.act == "edit" && earlier.act == "edit";
        edits && who(self) == who(earlier) && shanghai_date(self.at) == shanghai_date(earlier.at)
    }

    /// The same, begun with what was written before: a field that was written twice stands once.
    fn begin_with(&mut self, earlier: Self) {
        let mut changes = earlier.changes;
        for change in std::mem::take(&mut self.changes) {
            match changes.iter_mut().find(|before| before.field == change.field) {
                Some(before) => before.after = change.after,
                None => changes.push(change),
            }
        }
        changes.retain(|change| change.private || change.before != change.after);
        self.changes = changes;
        let later = std::mem::replace(&mut self.sections, earlier.sections);
        for section in later {
            if !self.sections.contains(&section) {
                self.sections.push(section);
            }
        }
    }
}

/// The sentence of an act: what nobody has to agree to is no proposal.
fn sentence<'a>(act: &'a str, actor: &str, fields: Option<&Value>) -> &'a str {
    let ground = text(fields, "ground").and_then(|code| Ground::from_code(&code));
    match act {
        "suspend" if actor == "operator" => "suspend_ordered",
        "resume" if actor == "operator" => "resume_ordered",
        "terminate" if ground.is_some_and(Ground::is_unilateral) => "terminate_alone",
        act => act,
    }
}

/// Days, grounds and consequences that the details name.
fn facts(fields: Option<&Value>) -> Vec<Text> {
    let words = |key: &str| text(fields, key).filter(|words| !words.is_empty());
    let day = |key: &str| words(key).and_then(|typed| kernel::parse_date(&typed));
    let mut facts = Vec::new();
    match (day("from"), day("until")) {
        (Some(from), Some(until)) => {
            facts.push(
                Text::of("agreement_fact", "pause")
                    .with("from", from)
                    .with("until", until),
            );
        }
        (Some(from), None) => facts.push(Text::of("agreement_fact", "pause_open").with("from", from)),
        _ => {}
    }
    if let Some(ground) = words("ground").and_then(|code| Ground::from_code(&code)) {
        facts.push(Text::of("agreement_fact", "ground").with("ground", Text::of("agreement_ground", ground.code())));
    }
    for key in ["on", "last_day"] {
        facts.extend(day(key).map(|day| Text::of("agreement_fact", key).with("day", day)));
    }
    for key in ["stipend", "hours", "subsidy"] {
        facts.extend(words(key).map(|words| Text::of("agreement_fact", key).with("words", words)));
    }
    facts
}

fn entry(agreement: &Agreement, told: &ToldEvent) -> TimelineEntry {
    let event = &told.event;
    let fields = told.details.as_ref().map(|details| details.fields.value());
    let by = fields.and_then(|fields| fields.get("by"));
    let (name, organisation) = (text(by, "name"), text(by, "organisation"));
    let slot = event.slot.and_then(|slot| slot_of(agreement, slot));
    let role = slot.map(|(_, slot)| slot.role);
    let who = match (&organisation, role, event.actor.as_str()) {
        // Whoever else is signed in where a link is opened: who signed for themselves acts for themselves.
        (_, Some(role), "signer") if role.is_the_party() => Text::of("agreement_role", role.code()),
        (Some(organisation), _, _) => Text::new("agreement_who.organisation").with("name", organisation.as_str()),
        (None, Some(role), "signer") => Text::of("agreement_role", role.code()),
        (None, _, actor) => Text::of("agreement_who", actor),
    };
    let mut what = Text::of("agreement_event", sentence(&event.act, &event.actor, fields)).with("who", who);
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
        facts: facts(fields),
        sections: text(fields, "section").into_iter().collect(),
        changes: changes(fields),
        rule: text(fields, "rule"),
    }
}
