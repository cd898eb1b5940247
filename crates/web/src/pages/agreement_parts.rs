//! What several pages of agreements show: what rules say, fields of the table of fields, codes to hand over.

use kernel::Timestamp;
use serde::Serialize;
use words::{Qr, Text};

use super::Choice;

/// What a rule says of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingView {
    /// The rule: `TA-14`.
    pub rule: &'static str,
    /// What it does: `block`, `warn`, `info`.
    pub weight: &'static str,
    /// Key of the field it speaks of; empty where it speaks of none.
    pub field: String,
    /// Name of that field.
    pub about: Option<Text>,
    /// Where to mend it.
    pub href: Option<String>,
    /// The sentence.
    pub said: Text,
    /// What mends it.
    pub fix: Option<Text>,
    /// The numbers it rests on.
    pub used: Vec<UsedView>,
    /// Where the rule stands.
    pub cited: Vec<Text>,
    /// The reason given for it, when it is a warning.
    pub reason: Option<String>,
    /// Whether a reason can be given, or put in other words, by who looks.
    pub asks: bool,
}

/// A number that a rule rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsedView {
    /// Its name, value, region, and since when.
    pub text: Text,
    /// How well it is known.
    pub evidence: Text,
    /// The text it stands in, as people cite it.
    pub source: String,
}

/// A field as its form shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldView {
    /// Its key: `training.content.0.topic` within a list.
    pub key: String,
    /// What it is called.
    pub label: Text,
    /// A word of help.
    pub help: Option<Text>,
    /// When it has to be there, where that is not always.
    pub need: Option<Text>,
    /// How it is typed: `text`, `area`, `date`, `number`, `decimal`, `one` of the choices, `few` of them, `many`.
    pub control: &'static str,
    /// The words typed so far.
    pub value: String,
    /// The choices ticked so far.
    pub values: Vec<String>,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// What the words mean, where that is not what they say: the name of a code.
    pub means: Option<String>,
    /// Signing needs it, and it is empty.
    pub missing: bool,
    /// What rules say beside it.
    pub findings: Vec<FindingView>,
}

/// A list of entries that have the same fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListView {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub label: Text,
    /// A word of help.
    pub help: Option<Text>,
    /// When it has to be there, where that is not always.
    pub need: Option<Text>,
    /// Signing needs an entry, and there is none.
    pub missing: bool,
    /// The entries; one of nothing but empty fields at least while somebody writes.
    pub rows: Vec<Vec<FieldView>>,
    /// What rules say of the list, or of an entry as a whole.
    pub findings: Vec<FindingView>,
}

/// A field or a list of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionItem {
    /// A field.
    Field(FieldView),
    /// A list.
    List(ListView),
}

/// Fields that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldGroup {
    /// Key of the group.
    pub key: &'static str,
    /// What it is called; none where the section has no other.
    pub title: Option<Text>,
    /// Its fields.
    pub items: Vec<SectionItem>,
}

/// A code to hand over to somebody who signs. Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeView {
    /// As whom they sign.
    pub role: Text,
    /// Whom to hand it to.
    pub name: String,
    /// The code, to be said or written down.
    pub code: String,
    /// The address that opens the same page.
    pub link: String,
    /// The address for a camera.
    pub qr: Option<Qr>,
    /// Until when it signs.
    pub until: Timestamp,
}
