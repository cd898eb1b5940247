//! What a [`Relay`](super::Relay) answers.

use std::{fmt, time::Duration};

/// How a connection is received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greeting {
    /// As it should be.
    Welcome,
    /// Turned away with 421.
    Busy,
    /// With bytes that are no greeting, as from a server that wants to speak TLS.
    Noise,
}

/// What becomes of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is taken.
    Take,
    /// Its recipient is answered with this line.
    Refuse(&'static str),
    /// Its text is answered with this line.
    RefuseAfterData(&'static str),
    /// It is taken, and its sender told so late.
    Slow(Duration),
    /// The connection is cut in the middle of it; it is not taken.
    CutInData,
    /// It is taken, and the connection cut before its sender is told.
    CutAfterDot,
}

/// How TLS is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Starttls {
    /// Not at all.
    #[default]
    NotOffered,
    /// Offered, and refused for now.
    Refused,
    /// Offered and begun, and broken off.
    Broken,
    /// Offered, with a certificate of [`AUTHORITY`](super::AUTHORITY).
    Works,
}

/// What a letter's answer may depend on.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// For whom it is.
    pub recipient: &'a str,
    /// How often this recipient was named, with this time.
    pub attempt: u32,
    /// The connection it comes over, from 1.
    pub connection: usize,
}

/// What must in the end become of a letter under [`Plan::rough`], if its sender does all that it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It arrives.
    Arrives,
    /// Its address does not exist.
    NoSuchAddress,
    /// Its recipient's server does not want it.
    Unwanted,
}

type ForConnection = Box<dyn Fn(usize) -> Greeting + Send + Sync>;
type ForTls = Box<dyn Fn(usize) -> Starttls + Send + Sync>;
type ForLetter = Box<dyn Fn(&Asked<'_>) -> Answer + Send + Sync>;

/// What a server answers.
pub struct Plan {
    pub(super) greeting: ForConnection,
    pub(super) answer: ForLetter,
    pub(super) starttls: ForTls,
    pub(super) tls_from_the_start: bool,
    pub(super) login: Option<&'static str>,
    /// 0 for no end.
    pub(super) letters_per_connection: usize,
    pub(super) headers_only: bool,
}

impl Plan {
    /// Takes everything from everybody.
    pub fn obliging() -> Self {
        Self::answering(|_| Answer::Take)
    }

    /// Greets everybody and answers each letter by `answer`.
    pub fn answering(answer: impl Fn(&Asked<'_>) -> Answer + Send + Sync + 'static) -> Self {
        Self {
            greeting: Box::new(|_| Greeting::Welcome),
            answer: Box::new(answer),
            starttls: Box::new(|_| Starttls::NotOffered),
            tls_from_the_start: false,
            login: None,
            letters_per_connection: 0,
            headers_only: false,
        }
    }

    /// A bad day of a large provider: three letters in ten meet greylisting, full mailboxes, limits, slowness or a cut
    /// connection; some addresses do not exist; some connections are not greeted, or their TLS fails; each brings ten letters
    /// at most. What must become of a letter in the end says [`rough_fate`].
    pub fn rough() -> Self {
        Self::answering(rough)
            .greeting(|number| match number % 29 {
                7 => Greeting::Noise,
                11 => Greeting::Busy,
                _ => Greeting::Welcome,
            })
            .starttls(|number| match number % 31 {
                5 => Starttls::Refused,
                17 => Starttls::Broken,
                _ => Starttls::Works,
            })
            .letters_per_connection(10)
            .headers_only()
    }

    /// Receives the connection of each number, from 1, by `greeting`.
    #[must_use]
    pub fn greeting(mut self, greeting: impl Fn(usize) -> Greeting + Send + Sync + 'static) -> Self {
        self.greeting = Box::new(greeting);
        self
    }

    /// Offers the connection of each number, from 1, TLS by `starttls`.
    #[must_use]
    pub fn starttls(mut self, starttls: impl Fn(usize) -> Starttls + Send + Sync + 'static) -> Self {
        self.starttls = Box::new(starttls);
        self
    }

    /// Speaks TLS from the first byte on, with a certificate of [`AUTHORITY`](super::AUTHORITY).
    #[must_use]
    pub const fn tls_from_the_start(mut self) -> Self {
        self.tls_from_the_start = true;
        self
    }

    /// Answers log-ins with this line.
    #[must_use]
    pub const fn login(mut self, reply: &'static str) -> Self {
        self.login = Some(reply);
        self
    }

    /// Closes a connection that has brought so many letters.
    #[must_use]
    pub const fn letters_per_connection(mut self, letters: usize) -> Self {
        self.letters_per_connection = letters;
        self
    }

    /// Keeps the headers of letters only: tens of thousands fit into memory then.
    #[must_use]
    pub const fn headers_only(mut self) -> Self {
        self.headers_only = true;
        self
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("tls_from_the_start", &self.tls_from_the_start)
            .field("login", &self.login)
            .field("letters_per_connection", &self.letters_per_connection)
            .finish_non_exhaustive()
    }
}

/// What [`Plan::rough`] lets become of a letter to this address.
pub fn rough_fate(recipient: &str) -> Fate {
    match lot(recipient) {
        0..=2 => Fate::NoSuchAddress,
        3 => Fate::Unwanted,
        _ => Fate::Arrives,
    }
}

fn rough(asked: &Asked<'_>) -> Answer {
    match (lot(asked.recipient), asked.attempt) {
        (0..=2, _) => Answer::Refuse("550 5.1.1 no such user here"),
        (3, _) => Answer::RefuseAfterData("554 5.7.1 not wanted here"),
        (4..=13, 1) => Answer::Refuse("451 4.7.1 Greylisted, come back in a minute"),
        (14..=18, 1 | 2) => Answer::Refuse("452 4.2.2 the mailbox is full"),
        (19..=20, 1) => Answer::Refuse("550 Domain frequency limited"),
        (21..=23, 1) => Answer::Slow(Duration::from_millis(50)),
        (24..=26, 1) => Answer::CutInData,
        (27..=29, 1) => Answer::CutAfterDot,
        (30..=31, 1) => Answer::RefuseAfterData("451 4.3.0 try again"),
        _ => Answer::Take,
    }
}

/// A number of 0 to 99 that an address always has (FNV-1a).
fn lot(recipient: &str) -> u64 {
    let hash = recipient.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    // The low bits of this hash alone follow the last letters of the address.
    (hash >> 20) % 100
}
