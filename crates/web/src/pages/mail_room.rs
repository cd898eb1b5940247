//! The operator's mail room.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use words::Text;

use super::{Form, Link, Pager};
use crate::view::Page;

/// What the forms of the mail room send.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MailRoomTyped {
    /// An address.
    pub email: String,
    /// Why.
    pub reason: String,
}

/// `GET /operator/mail`; `POST /operator/mail/switch` with `paused` and `reason`.
#[derive(Debug, Clone, Serialize)]
pub struct MailRoomPage {
    /// Whether an operator holds letters back.
    pub paused: bool,
    /// How the switch was last turned.
    pub switch: Option<SwitchView>,
    /// A [`MailRoomTyped`] with its problems.
    pub form: Form,
    /// How many letters wait or are on their way.
    pub waiting: i64,
    /// When the letter that waits longest was written.
    pub oldest: Option<Timestamp>,
    /// How many left.
    pub sent: i64,
    /// How many were given up or held back.
    pub given_up: i64,
    /// How many digests are due and not made.
    pub digests_due: i64,
    /// How many addresses are not written to.
    pub suppressed: i64,
    /// What waits by priority.
    pub priorities: Vec<PriorityRow>,
    /// What goes to each domain.
    pub domains: Vec<DomainRow>,
    /// How many domains are not listed.
    pub more_domains: usize,
    /// What failed in the last day.
    pub failures: Vec<MailLetterRow>,
}

/// How the switch was turned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SwitchView {
    /// Why.
    pub reason: String,
    /// Who.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

/// What waits at a priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriorityRow {
    /// What kind of letters these are.
    pub name: Text,
    /// How many wait.
    pub waiting: i64,
    /// Since when the oldest does.
    pub oldest: Timestamp,
}

/// What goes to a domain, with the figures of the last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainRow {
    /// The domain.
    pub domain: String,
    /// How many letters wait.
    pub waiting: i64,
    /// How many of them were tried before.
    pub tried: i64,
    /// Since when the oldest waits.
    pub oldest: Option<Timestamp>,
    /// How many left.
    pub sent: i64,
    /// How many failed.
    pub failed: i64,
}

/// A letter as the mail room lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailLetterRow {
    /// Its page.
    pub href: String,
    /// Which letter.
    pub name: Text,
    /// To whom, masked unless the address was asked for.
    pub to: String,
    /// Its state, as a tone of a badge.
    pub tone: &'static str,
    /// Its state.
    pub state: Text,
    /// When it was written.
    pub at: Timestamp,
    /// When it is tried next, while it waits.
    pub next: Option<Timestamp>,
    /// When it left or was given up.
    pub ended: Option<Timestamp>,
    /// What its server said last.
    pub said: Option<String>,
}

/// `GET /operator/mail/letters/{id}`; `POST {href}/resend` with `reason`.
#[derive(Debug, Clone, Serialize)]
pub struct MailLetterPage {
    /// The letter.
    pub letter: MailLetterRow,
    /// Its subject.
    pub subject: String,
    /// What it is about.
    pub about: Option<Text>,
    /// How often it was tried in vain.
    pub failures: i64,
    /// Everything about its address.
    pub address: Link,
    /// The letter it was sent again for.
    pub again_for: Option<String>,
    /// A [`MailRoomTyped`] with its problems.
    pub form: Form,
    /// Whether it can be sent again.
    pub may_resend: bool,
}

/// `GET` and `POST /operator/mail/suppressions`.
#[derive(Debug, Clone, Serialize)]
pub struct MailSuppressionsPage {
    /// The addresses, the latest first.
    pub rows: Vec<SuppressionRow>,
    /// How many there are.
    pub total: i64,
    /// A [`MailRoomTyped`] with its problems.
    pub form: Form,
    /// More of them.
    pub pager: Option<Pager>,
}

/// An address that is, or was, not written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuppressionRow {
    /// The address, and everything about it.
    pub address: Link,
    /// Why.
    pub reason: Text,
    /// In whose words.
    pub said: Option<String>,
    /// Since when.
    pub at: Timestamp,
    /// Who decided; empty when the program did.
    pub who: String,
    /// When it was lifted, and why.
    pub lifted: Option<(Timestamp, String)>,
}

/// `GET /operator/mail/address?email=`; `POST /operator/mail/lift` with `email` and `reason`.
#[derive(Debug, Clone, Serialize)]
pub struct MailAddressPage {
    /// A [`MailRoomTyped`] with its problems.
    pub form: Form,
    /// What is known of the address, once one was asked for.
    pub dossier: Option<MailDossier>,
}

/// Why somebody got letters, or did not.
#[derive(Debug, Clone, Serialize)]
pub struct MailDossier {
    /// The address.
    pub email: String,
    /// Since when there is an account; none when nobody has one.
    pub account_since: Option<Timestamp>,
    /// When the address was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// What holds letters back, or lets none be made.
    pub why: Vec<WhyRow>,
    /// Whether it is, or was, not written to.
    pub suppression: Option<SuppressionRow>,
    /// How often it hears of each event.
    pub told: Vec<ToldRow>,
    /// When its next digests are made.
    pub due: Vec<(Text, Timestamp)>,
    /// Its digests, the latest first.
    pub digests: Vec<DigestRow>,
    /// The letters to it, the latest first.
    pub letters: Vec<MailLetterRow>,
}

/// Something that holds letters back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhyRow {
    /// What.
    pub text: Text,
    /// When, where that says more.
    pub at: Option<Timestamp>,
}

/// How often somebody hears of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldRow {
    /// Of what.
    pub event: Text,
    /// How often.
    pub how: Text,
    /// Since when that was chosen; none while it is as for everybody.
    pub chosen_at: Option<Timestamp>,
    /// How many sources of such news there are.
    pub sources: Option<usize>,
}

/// A digest that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestRow {
    /// How often it comes.
    pub how: Text,
    /// The key of its period.
    pub period: String,
    /// When it was made.
    pub at: Timestamp,
    /// From when on things were new.
    pub from: Timestamp,
    /// What became of it, as a tone of a badge.
    pub tone: &'static str,
    /// What became of it.
    pub outcome: Text,
    /// Its letter.
    pub letter: Option<String>,
    /// What it told, by kind.
    pub told: Vec<(Text, usize)>,
    /// How many more it counted, in words.
    pub counted: Option<Text>,
}

/// `GET /operator/mail/previews`
#[derive(Debug, Clone, Serialize)]
pub struct MailPreviewsPage {
    /// Every letter.
    pub rows: Vec<PreviewRow>,
}

/// A letter of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewRow {
    /// Its preview.
    pub href: String,
    /// What it is called.
    pub name: Text,
    /// What it is about.
    pub about: Option<Text>,
    /// Its name in the program.
    pub code: &'static str,
}

/// `GET /operator/mail/previews/{name}?sample=&lang=`
#[derive(Debug, Clone, Serialize)]
pub struct MailPreviewPage {
    /// What it is called.
    pub name: Text,
    /// Its subject.
    pub subject: String,
    /// The language of the letter.
    pub language: &'static str,
    /// The page that is the letter's HTML and nothing else.
    pub frame: String,
    /// The plain text by its lines.
    pub lines: Vec<String>,
    /// Its samples.
    pub samples: Vec<PreviewChoice>,
    /// Its languages.
    pub languages: Vec<PreviewChoice>,
}

/// Another sample, or another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewChoice {
    /// The page that shows it.
    pub href: String,
    /// What it says.
    pub name: String,
    /// Whether it is this one.
    pub chosen: bool,
}

impl Page for MailRoomPage {
    const TEMPLATE: &'static str = "operator/mail.html";

    fn samples() -> Vec<Self> {
        super::mail_room_samples::overviews()
    }
}

impl Page for MailLetterPage {
    const TEMPLATE: &'static str = "operator/mail_letter.html";

    fn samples() -> Vec<Self> {
        super::mail_room_samples::letters()
    }
}

impl Page for MailSuppressionsPage {
    const TEMPLATE: &'static str = "operator/mail_suppressions.html";

    fn samples() -> Vec<Self> {
        super::mail_room_samples::suppressions()
    }
}

impl Page for MailAddressPage {
    const TEMPLATE: &'static str = "operator/mail_address.html";

    fn samples() -> Vec<Self> {
        super::mail_room_samples::addresses()
    }
}

impl Page for MailPreviewsPage {
    const TEMPLATE: &'static str = "operator/mail_previews.html";

    fn samples() -> Vec<Self> {
        let row = |code| PreviewRow {
            href: format!("/operator/mail/previews/{code}"),
            name: Text::of("letter_name", code),
            about: Some(Text::of("mail_event", "signing")),
            code,
        };
        vec![Self {
            rows: vec![row("please_sign"), row("digest")],
        }]
    }
}

impl Page for MailPreviewPage {
    const TEMPLATE: &'static str = "operator/mail_preview.html";

    fn samples() -> Vec<Self> {
        let choice = |name: &str, chosen| PreviewChoice {
            href: format!("/operator/mail/previews/digest?sample={name}"),
            name: name.to_owned(),
            chosen,
        };
        vec![Self {
            name: Text::of("letter_name", "digest"),
            subject: "本周动态：3条新匹配".to_owned(),
            language: "zh-CN",
            frame: "/operator/mail/previews/digest/html?sample=1&lang=zh".to_owned(),
            lines: vec!["这一周，有3条新匹配。".to_owned(), String::new(), "<b>".to_owned()],
            samples: vec![choice("1", true), choice("2", false)],
            languages: vec![choice("中文", true), choice("English", false)],
        }]
    }
}
