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

/// So many letters took so long.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rate {
    letters: u64,
    took: Duration,
}

impl Rate {
    /// So many more letters took so long.
    pub(super) fn add(&mut self, letters: u64, took: Duration) {
        self.letters += letters;
        self.took += took;
    }

    pub(super) const fn took(&self) -> Duration {
        self.took
    }

    fn a_second(&self) -> f64 {
        f64::from(u32::try_from(self.letters).unwrap_or(u32::MAX)) / self.took.as_secs_f64()
    }
}

/// How fast the same letters leave: ours; those that lettre builds and sends; finished ones by lettre's transport, over one bare
/// connection, and over as many of them as we have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rates {
    pub(super) ours: Rate,
    pub(super) built: Rate,
    pub(super) transport: Rate,
    pub(super) alone: Rate,
    pub(super) abreast: Rate,
}

/// What sending them took.
#[derive(Debug, Serialize)]
pub(super) struct Sent {
    minutes: f64,
    letters_a_second: f64,
    /// By one loop in which lettre builds a letter and sends it, over a connection that is asked nothing before a letter and waits
    /// for nothing within it.
    lettre_alone_a_second: f64,
    percent_of_lettre_alone: f64,
    /// Finished letters, by one loop over lettre's own transport.
    transport_a_second: f64,
    /// Finished letters, by one loop over such a connection.
    finished_a_second: f64,
    percent_of_finished: f64,
    /// Finished letters, by as many such loops as we have connections, none of which has to write down what it sent.
    finished_abreast_a_second: f64,
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
    pub(super) fn new(rates: &Rates, noticed: Noticed) -> Self {
        let Rates {
            ours,
            built,
            transport,
            alone,
            abreast,
        } = rates;
        Self {
            minutes: ours.took.as_secs_f64() / 60.0,
            letters_a_second: ours.a_second(),
            lettre_alone_a_second: built.a_second(),
            percent_of_lettre_alone: ours.a_second() / built.a_second() * 100.0,
            transport_a_second: transport.a_second(),
            finished_a_second: alone.a_second(),
            percent_of_finished: ours.a_second() / alone.a_second() * 100.0,
            finished_abreast_a_second: abreast.a_second(),
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
            "letters: {:.0} a second in {:.2} min over {} connections to a server that takes {} ms over each",
            sent.letters_a_second, sent.minutes, self.connections, self.relay_ms
        );
        println!(
            "  lettre alone, building and sending in a loop: {:.0} a second, ours {:.0} %",
            sent.lettre_alone_a_second, sent.percent_of_lettre_alone
        );
        println!(
            "  finished letters by lettre: {:.0} a second through its transport; {:.0} over one bare connection, ours {:.0} %; {:.0} over as many as ours",
            sent.transport_a_second, sent.finished_a_second, sent.percent_of_finished, sent.finished_abreast_a_second
        );
        println!("  memory, the most in each fifth: {:?} MiB", sent.memory_mib);
        sent.pages.iter().for_each(|page| println!("  {}", page.line()));
        println!("together: {:.2} min", self.together_minutes);
        println!("a second run: {} letters", self.letters_of_second_run);
    }
}
