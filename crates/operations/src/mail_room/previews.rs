//! What letters look like: every sample of every letter, which speak of nobody real.

use kernel::Locale;
use mail::{Event, NAMES, Rendered, event_of};

use crate::{Actor, App, Failure, Result};

/// A letter with one of its samples.
#[derive(Debug)]
pub struct Preview {
    /// What the letter is called.
    pub name: &'static str,
    /// What it is about.
    pub event: Option<Event>,
    /// The sample.
    pub letter: Rendered,
    /// How many samples it has.
    pub samples: usize,
}

/// Every letter and what it is about.
pub fn previews(actor: &Actor) -> Result<Vec<(&'static str, Option<Event>)>> {
    actor.operator()?;
    Ok(NAMES.iter().map(|name| (*name, event_of(name))).collect())
}

/// A sample of a letter, counted from 1, in a language.
pub fn preview(app: &App, actor: &Actor, name: &str, sample: usize, locale: Locale) -> Result<Preview> {
    actor.operator()?;
    let name = NAMES.iter().copied().find(|of| *of == name).ok_or(Failure::NotFound)?;
    let samples = app.letterhead().samples(name, locale).map_err(Failure::internal)?;
    let count = samples.len();
    let letter = samples
        .into_iter()
        .nth(sample.saturating_sub(1))
        .ok_or(Failure::NotFound)?;
    Ok(Preview {
        name,
        event: event_of(name),
        letter,
        samples: count,
    })
}
