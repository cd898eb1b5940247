//! The figures, and how they are told.

use std::time::Duration;

use operations::digests::Run;
use serde::Serialize;

use super::watch::{Noticed, PageTimes};

/// Everything measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) database: &'static str,
    pub(super) people: u64,
    pub(super) posts: u64,
    pub(super) connections: u32,
    pub(super) relay_ms: u64,
    pub(super) filling_minutes: f64,
    pub(super) made: Made,
    pub(super) sent: Sent,
    /// Making and sending.
    pub(super) together_minutes: f64,
    pub(super) letters_of_second_run: u64,
}

/// What making the digests took.
#[derive(Debug, Serialize)]
pub(super) struct Made {
    minutes: f64,
    due: u64,
    letters: u64,
    nothing: u64,
    entries: u64,
    /// The most memory in each fifth of the time.
    memory_mib: Vec<u64>,
    pages: Vec<PageTimes>,
}

/// How long the same letters took: ours, lettre's in one loop, and in as many as we have connections.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    pub(super) ours: Duration,
    pub(super) alone: Duration,
    pub(super) abreast: Duration,
}

/// What sending them took.
#[derive(Debug, Serialize)]
pub(super) struct Sent {
    minutes: f64,
    letters_a_second: f64,
    /// By one loop that only sends.
    lettre_alone_a_second: f64,
    percent_of_lettre: f64,
    /// By as many loops as we have connections, none of which has to write down what it sent.
    lettre_abreast_a_second: f64,
    memory_mib: Vec<u64>,
    pages: Vec<PageTimes>,
}

impl Made {
    pub(super) fn new(run: &Run, took: Duration, noticed: Noticed) -> Self {
        Self {
            minutes: took.as_secs_f64() / 60.0,
            due: run.due,
            letters: run.sent,
            nothing: run.nothing,
            entries: run.entries,
            memory_mib: noticed.memory,
            pages: noticed.pages,
        }
    }
}

impl Sent {
    pub(super) fn new(letters: u64, times: &Times, noticed: Noticed) -> Self {
        let letters = f64::from(u32::try_from(letters).unwrap_or(u32::MAX));
        let Times { ours, alone, abreast } = times;
        Self {
            minutes: ours.as_secs_f64() / 60.0,
            letters_a_second: letters / ours.as_secs_f64(),
            lettre_alone_a_second: letters / alone.as_secs_f64(),
            percent_of_lettre: alone.as_secs_f64() / ours.as_secs_f64() * 100.0,
            lettre_abreast_a_second: letters / abreast.as_secs_f64(),
            memory_mib: noticed.memory,
            pages: noticed.pages,
        }
    }
}

impl Report {
    /// For people.
    pub(super) fn print(&self) {
        let (made, sent) = (&self.made, &self.sent);
        println!(
            "{} people and {} new posts on {}, made in {:.1} min",
            self.people, self.posts, self.database, self.filling_minutes
        );
        println!(
            "digests: {} due, {} letters with {} entries, {} with nothing new, in {:.2} min",
            made.due, made.letters, made.entries, made.nothing, made.minutes
        );
        println!("  memory, the most in each fifth: {:?} MiB", made.memory_mib);
        made.pages.iter().for_each(|page| println!("  {}", page.line()));
        println!(
            "letters: {:.0} a second in {:.2} min over {} connections to a server that takes {} ms over each; lettre in a loop that only sends {:.0} a second: {:.0} %; in as many loops {:.0} a second",
            sent.letters_a_second,
            sent.minutes,
            self.connections,
            self.relay_ms,
            sent.lettre_alone_a_second,
            sent.percent_of_lettre,
            sent.lettre_abreast_a_second
        );
        println!("  memory, the most in each fifth: {:?} MiB", sent.memory_mib);
        sent.pages.iter().for_each(|page| println!("  {}", page.line()));
        println!("together: {:.2} min", self.together_minutes);
        println!("a second run: {} letters", self.letters_of_second_run);
    }
}
