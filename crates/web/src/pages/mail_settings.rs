//! Which letters somebody gets, and the way out of them.

use kernel::Timestamp;
use marketplace::{Problem, ProblemCode};
use serde::Serialize;
use words::Text;

use super::{Choice, Form, fixtures::moment};
use crate::view::Page;

/// `GET` and `POST /settings/mail`, `/mail/preferences/{token}`
#[derive(Debug, Clone, Serialize)]
pub struct MailSettingsPage {
    /// Where its form posts to.
    pub path: String,
    /// Whether its reader is signed in.
    pub own: bool,
    /// Where letters go; masked for who is not signed in.
    pub email: String,
    /// Whether the reader may choose: not before the address is known to be theirs.
    pub may_choose: bool,
    /// What may be chosen.
    pub groups: Vec<LetterGroup>,
    /// What always comes.
    pub required: Vec<LetterKind>,
    /// The cadences by the codes of events, `hour` and `weekday`.
    pub form: Form,
    /// The hours of a day.
    pub hours: Vec<Choice>,
    /// The days of a week.
    pub weekdays: Vec<Choice>,
    /// When the next digest is made.
    pub next: Option<Timestamp>,
    /// The page that ends all.
    pub end_all: Option<String>,
    /// Why nothing is written to the address.
    pub suppressed: Option<SuppressedView>,
}

/// Kinds of letters that stand together.
#[derive(Debug, Clone, Serialize)]
pub struct LetterGroup {
    /// `own` or `found`.
    pub key: &'static str,
    /// The kinds.
    pub events: Vec<LetterKind>,
}

/// A kind of letters.
#[derive(Debug, Clone, Serialize)]
pub struct LetterKind {
    /// Code of the event, the name of its field.
    pub code: &'static str,
    /// What it is called.
    pub name: Text,
    /// What it covers.
    pub help: Text,
    /// How often it may come.
    pub cadences: Vec<Choice>,
}

/// Why nothing is written to an address.
#[derive(Debug, Clone, Serialize)]
pub struct SuppressedView {
    /// Code of the reason.
    pub reason: &'static str,
    /// What the server said.
    pub said: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// Whether confirming the address ends it.
    pub may_confirm: bool,
}

/// `GET` and `POST /mail/unsubscribe/{token}`
#[derive(Debug, Clone, Serialize)]
pub struct MailEndingPage {
    /// Where its form posts to.
    pub path: String,
    /// `ask` before, `ended` after, `none` when there was nothing to end, `back` when it was taken back.
    pub state: &'static str,
    /// Where the letters go, masked.
    pub email: String,
    /// What they are about.
    pub events: Vec<EndedKind>,
    /// How often each came before, by the codes of event and cadence: what taking it back sends.
    pub before: Vec<Choice>,
    /// Where everything is chosen.
    pub preferences: String,
}

/// A kind of letters that ends, or comes again.
#[derive(Debug, Clone, Serialize)]
pub struct EndedKind {
    /// What it is called.
    pub name: Text,
    /// How often it came, or comes.
    pub cadence_name: Text,
}

/// A link of a letter that this platform did not make.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct WrongLetterLinkPage {}

impl Page for MailSettingsPage {
    const TEMPLATE: &'static str = "mail/settings.html";

    fn samples() -> Vec<Self> {
        let own = Self {
            next: Some(moment(3)),
            ..crate::show::settings_sample(&[])
        };
        let by_letter = Self {
            path: "/mail/preferences/all.AZmwwQAAcACAAAAAAAAACw".to_owned(),
            own: false,
            email: "z***@precision.example".to_owned(),
            ..own.clone()
        };
        let unconfirmed = Self {
            may_choose: false,
            end_all: None,
            next: None,
            ..own.clone()
        };
        let wrong = crate::show::settings_sample(&["week", "hour"].map(|field| Problem {
            field: field.to_owned(),
            code: ProblemCode::NotAChoice,
        }));
        let suppressed = |reason, may_confirm, said: Option<&str>| Self {
            suppressed: Some(SuppressedView {
                reason,
                said: said.map(str::to_owned),
                since: moment(3),
                may_confirm,
            }),
            ..own.clone()
        };
        let bounced = suppressed(
            "bounced",
            true,
            Some("550 5.1.1 <z***@precision.example>: no such user here"),
        );
        let asked = suppressed("asked", false, None);
        let bounced_by_letter = Self {
            suppressed: bounced.suppressed.clone(),
            ..by_letter.clone()
        };
        vec![
            own.clone(),
            by_letter,
            unconfirmed,
            wrong,
            bounced,
            bounced_by_letter,
            asked,
        ]
    }
}

impl Page for MailEndingPage {
    const TEMPLATE: &'static str = "mail/ending.html";

    fn samples() -> Vec<Self> {
        let kind = |event: &str, cadence: &str| EndedKind {
            name: Text::of("mail_event", event),
            cadence_name: Text::of("cadence", cadence),
        };
        let page = |state, events| Self {
            path: "/mail/unsubscribe/week.AZmwwQAAcACAAAAAAAAACw".to_owned(),
            state,
            email: "z***@precision.example".to_owned(),
            events,
            before: Vec::new(),
            preferences: "/mail/preferences/all.AZmwwQAAcACAAAAAAAAACw".to_owned(),
        };
        vec![
            page("ask", vec![kind("week", "at_once")]),
            page("ask", vec![kind("matches", "weekly"), kind("followed", "weekly")]),
            Self {
                before: vec![Choice::new("week", "at_once")],
                ..page("ended", vec![kind("week", "at_once")])
            },
            page("none", Vec::new()),
            page("back", vec![kind("week", "at_once")]),
        ]
    }
}

impl Page for WrongLetterLinkPage {
    const TEMPLATE: &'static str = "mail/wrong.html";

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}
