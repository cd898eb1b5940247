//! Agreements as files: their shape, what the rules say of them, how they look on paper, and whether an export or a PDF is
//! as it was sealed. No database.

mod body;
mod check;
mod render;
mod verify;

use std::{fmt::Display, fs, path::Path};

use anyhow::Context as _;
use kernel::Locale;
use words::Text;

pub(crate) use check::check;
pub(crate) use render::render;
pub(crate) use verify::verify;

use crate::{
    Outcome,
    cli::{AgreementCommand, AgreementKind, Language},
    config, tell,
};

/// Does what is asked.
pub(crate) fn agreement(command: &AgreementCommand) -> anyhow::Result<Outcome> {
    match command {
        AgreementCommand::Schema { kind } => schema(*kind),
        AgreementCommand::Check(args) => check(args),
        AgreementCommand::Render(args) => render(args),
        AgreementCommand::Verify(args) => verify(args),
    }
}

fn schema(kind: AgreementKind) -> anyhow::Result<Outcome> {
    let schema = match kind {
        AgreementKind::Training => agreement::training::schema(),
    };
    tell::json(&schema)?;
    Ok(Outcome::Done)
}

/// The language that was asked for, else that of the terminal.
fn language(asked: &Language) -> Locale {
    asked
        .locale
        .as_deref()
        .and_then(Locale::from_code)
        .unwrap_or_else(config::locale_of_the_terminal)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Something wrong in a file, with its place: `line:column`, or the path of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Misread {
    place: Place,
    what: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Position { line: usize, column: usize },
    Field(String),
}

impl Misread {
    /// What serde found, which knows its line and column but no field.
    fn of(error: &serde_json::Error) -> Self {
        let whole = error.to_string();
        let said = whole.split(" at line ").next().unwrap_or(&whole);
        Self {
            place: Place::Position {
                line: error.line(),
                column: error.column(),
            },
            what: Text::new("body_problem.unreadable").with("error", said),
        }
    }

    /// `file:line:column: sentence`, or `file: field: sentence`.
    fn tell(&self, file: &impl Display, locale: Locale) {
        let what = self.what.render(locale);
        match &self.place {
            Place::Position { line, column } => eprintln!("{file}:{line}:{column}: {what}"),
            Place::Field(field) if field.is_empty() => eprintln!("{file}: {what}"),
            Place::Field(field) => eprintln!("{file}: {field}: {what}"),
        }
    }

    fn json(&self, locale: Locale) -> serde_json::Value {
        let problem = self.what.key().rsplit('.').next().unwrap_or_default();
        let message = self.what.render(locale);
        match &self.place {
            Place::Position { line, column } => {
                serde_json::json!({ "line": line, "column": column, "problem": problem, "message": message })
            }
            Place::Field(field) => serde_json::json!({ "field": field, "problem": problem, "message": message }),
        }
    }
}
