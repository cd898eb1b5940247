//! The body by section, its completeness, and what differs between two bodies.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{
    Section,
    body::{Body, FIELDS},
    draft::{Draft, Problem, spec_of},
    field::{FieldSpec, Kind, Need, Occasion},
};

/// The fields of one section by key: what is hashed for it.
pub type SectionFields = Map<String, Json>;

/// How far a section of the task list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Nothing was typed, and something has to be.
    NotStarted,
    /// Something has to be typed yet.
    InProgress,
    /// Everything that signing needs is there.
    Done,
    /// Something typed cannot be read, or a rule stops it.
    NeedsChange,
}

impl TaskState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::NotStarted, Self::InProgress, Self::Done, Self::NeedsChange];

    /// The last part of the key of its name: `training_task.<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::InProgress => "in_progress",
            Self::Done => "done",
            Self::NeedsChange => "needs_change",
        }
    }
}

/// A section of the task list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// The section.
    pub section: Section,
    /// How far it is.
    pub state: TaskState,
    /// Keys that signing needs and that are empty, `training.content.0.hours` within a list.
    pub missing: Vec<String>,
}

impl Body {
    /// The body cut into its sections, all of them, each field under its key.
    pub fn sections(&self) -> BTreeMap<Section, SectionFields> {
        let mut sections: BTreeMap<Section, SectionFields> =
            Section::ALL.into_iter().map(|section| (section, Map::new())).collect();
        for (spec, value) in self.values() {
            if let Some(fields) = sections.get_mut(&spec.section) {
                fields.insert(spec.key.to_owned(), value);
            }
        }
        sections
    }

    /// The body again. Fields that do not exist, or that stand in the wrong section, are an error.
    pub fn from_sections(sections: &BTreeMap<Section, SectionFields>) -> Result<Self, serde_json::Error> {
        use serde::de::Error as _;
        let mut groups: Map<String, Json> = Map::new();
        for (section, fields) in sections {
            for (key, value) in fields {
                let spec = FIELDS.iter().find(|spec| spec.key == key && spec.section == *section);
                let Some((group, name)) = spec.and_then(|spec| spec.key.split_once('.')) else {
                    return Err(serde_json::Error::custom(format!(
                        "{key} is no field of {}",
                        section.key()
                    )));
                };
                let group = groups.entry(group).or_insert_with(|| Json::Object(Map::new()));
                if let Json::Object(group) = group {
                    group.insert(name.to_owned(), value.clone());
                }
            }
        }
        serde_json::from_value(Json::Object(groups))
    }

    /// Keys that signing needs on this occasion and that are empty, in the order of the table.
    pub fn missing(&self, occasion: &Occasion) -> Vec<String> {
        self.lacking(|need| need.holds(self, occasion))
    }

    /// Keys that filing needs beyond signing and that are empty.
    pub fn missing_for_filing(&self) -> Vec<String> {
        self.lacking(|need| need == Need::File)
    }

    fn lacking(&self, needed: impl Fn(Need) -> bool) -> Vec<String> {
        let values: BTreeMap<&str, Json> = self
            .values()
            .into_iter()
            .map(|(spec, value)| (spec.key, value))
            .collect();
        let mut missing = Vec::new();
        for spec in FIELDS {
            let value = values.get(spec.key);
            let empty_lines = matches!(spec.kind, Kind::Lines { .. } | Kind::Codes { .. })
                && value.and_then(Json::as_array).is_some_and(Vec::is_empty);
            if (value.is_none() || empty_lines) && needed(spec.need) {
                missing.push(spec.key.to_owned());
            }
            // An entry that was begun has to be finished, whether or not the list itself is needed now.
            let (Kind::List { fields }, Some(Json::Array(entries))) = (&spec.kind, value) else {
                continue;
            };
            if spec.need == Need::File && !needed(spec.need) && !needed(Need::Sign) {
                continue;
            }
            for (index, entry) in entries.iter().enumerate() {
                let lacks = fields
                    .iter()
                    .filter(|field| field.needed && entry.get(field.key).is_none());
                missing.extend(lacks.map(|field| format!("{}.{index}.{}", spec.key, field.key)));
            }
        }
        missing
    }

    /// Fields whose values differ between the two, in the order of the table.
    pub fn changed_from(&self, before: &Self) -> Vec<&'static FieldSpec> {
        let (now, then): (BTreeMap<_, _>, BTreeMap<_, _>) = (by_key(self), by_key(before));
        FIELDS
            .iter()
            .filter(|spec| now.get(spec.key) != then.get(spec.key))
            .collect()
    }

    /// Whether approvals given for `before` fall when it becomes this body.
    pub fn differs_materially_from(&self, before: &Self) -> bool {
        self.changed_from(before).iter().any(|spec| spec.material)
    }
}

fn by_key(body: &Body) -> BTreeMap<&'static str, Json> {
    body.values()
        .into_iter()
        .map(|(spec, value)| (spec.key, value))
        .collect()
}

/// The task list: every section with how far it is. `blocked` are fields that an open blocking finding names.
pub fn tasks(draft: &Draft, body: &Body, problems: &[Problem], blocked: &[&str], occasion: &Occasion) -> Vec<Task> {
    let missing = body.missing(occasion);
    let section_of = |key: &str| spec_of(key).map(|spec| spec.section);
    Section::ALL
        .into_iter()
        .map(|section| {
            let missing: Vec<String> = missing
                .iter()
                .filter(|key| section_of(key) == Some(section))
                .cloned()
                .collect();
            let wrong = problems
                .iter()
                .any(|problem| section_of(&problem.field) == Some(section))
                || blocked
                    .iter()
                    .any(|key| section_of(key) == Some(section) && !missing.iter().any(|lacks| lacks == key));
            let begun = FIELDS
                .iter()
                .any(|spec| spec.section == section && draft.has(spec.key) && !spec.is_filled_by_the_product());
            let state = match (wrong, missing.is_empty(), begun) {
                (true, ..) => TaskState::NeedsChange,
                (false, true, _) => TaskState::Done,
                (false, false, true) => TaskState::InProgress,
                (false, false, false) => TaskState::NotStarted,
            };
            Task {
                section,
                state,
                missing,
            }
        })
        .collect()
}

impl FieldSpec {
    /// Whether the product fills it in: forms do not ask for it.
    pub fn is_filled_by_the_product(&self) -> bool {
        matches!(
            self.key,
            "head.no" | "head.template_version" | "head.pack_id" | "head.pack_version" | "privacy.notice_version"
        )
    }
}
