//! What several pages show.

use kernel::{Date, Fen, PostingKind, Timestamp};
use matching::Verdict;
use serde::Serialize;
use words::Text;

/// A piece of a text; marked where the search found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fragment {
    /// The words.
    pub text: String,
    /// Whether they were searched for.
    pub marked: bool,
}

impl Fragment {
    /// A text without marks.
    pub fn plain(text: impl Into<String>) -> Vec<Self> {
        vec![Self {
            text: text.into(),
            marked: false,
        }]
    }
}

/// A name that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// What it says.
    pub name: String,
}

impl Link {
    /// A link.
    pub fn new(href: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            name: name.into(),
        }
    }
}

/// An entry of a list of choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What the form sends.
    pub code: String,
    /// What people read.
    pub name: String,
}

impl Choice {
    /// A choice.
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
        }
    }
}

/// For whom somebody may act. The form sends `membership`: one of the codes, nothing for the platform itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActingChoice {
    /// The organisations, by the membership's id.
    pub choices: Vec<Choice>,
    /// The one acted by now.
    pub chosen: String,
    /// Whether the platform can be acted for as well.
    pub operator: bool,
}

/// Whose something is, and how far they are trusted: `verified`, `claimed`, `returned`, `suspended`, or `listed` for a
/// college that stands in the register only, and `unclaimed` for one that has joined and not claimed its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Name.
    pub name: String,
    /// The organisation's page; none for a college that is only in the register.
    pub href: Option<String>,
    /// Code of the standing.
    pub standing: &'static str,
    /// Invented for the demonstration.
    pub fictional: bool,
}

/// An organisation with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganisationCard {
    /// Name and standing.
    pub party: Party,
    /// What it is, as codes of `OrganisationKind`.
    pub kinds: Vec<&'static str>,
    /// Province and district.
    pub place: Option<String>,
    /// Names of its industries.
    pub industries: Vec<String>,
    /// A few sentences.
    pub introduction: String,
    /// How many posts everybody can see.
    pub posts: i64,
}

/// A trade: an occupation or a major.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trade {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Its map; none when the lists at hand do not have it.
    pub href: Option<String>,
}

/// A line of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineView {
    /// Major and occupation, one of them at least unless it is a draft.
    pub trades: Vec<Trade>,
    /// Name of the level.
    pub level: Option<String>,
    /// Seats.
    pub seats: Option<i64>,
    /// Teaching hours.
    pub hours: Option<i64>,
    /// Pay from, a month.
    pub pay_min: Option<Fen>,
    /// Pay to, a month.
    pub pay_max: Option<Fen>,
    /// Remark.
    pub note: String,
}

/// One reason of a match: a chip that opens its sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chip {
    /// How the criterion came out.
    pub verdict: Verdict,
    /// A few words.
    pub label: Text,
    /// The whole sentence.
    pub sentence: Text,
}

/// A match as a card: what, whose, how well, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchView {
    /// The matching post, or the register row.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: PostingKind,
    /// Whose it is.
    pub party: Party,
    /// Place, level and the like, in short.
    pub facts: Vec<String>,
    /// Seats offered or wanted.
    pub seats: Option<i64>,
    /// When it starts.
    pub starts_on: Option<Date>,
    /// 0..=1000.
    pub score: u16,
    /// The reasons, the most telling first.
    pub chips: Vec<Chip>,
    /// Where to invite the college that is not on the platform, when the viewer may.
    pub invite: Option<String>,
    /// When it was first found; unknown for what is compared at the moment it is looked at.
    pub first_seen: Option<Timestamp>,
    /// Which line of the own post it answers, when that post has several.
    pub line: Option<String>,
    /// How else the two posts fit: their other lines, best first.
    pub more: Vec<MatchMore>,
    /// In how many further ways they fit, none of them better.
    pub rest: usize,
    /// From which lines an agreement can be drafted, when the viewer may.
    pub draft: Option<MatchDraft>,
    /// How it is set aside, when the viewer may.
    pub aside: Option<AsideForm>,
}

/// How a partner is set aside for a post, or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AsideForm {
    /// Where the form goes.
    pub action: String,
    /// The partner, as the form names it.
    pub partner: String,
}

/// The two lines that an agreement is drafted from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchDraft {
    /// The need.
    pub need: String,
    /// Its line.
    pub need_line: String,
    /// The offer.
    pub offer: String,
    /// Its line.
    pub offer_line: String,
}

/// Another pair of lines of two posts that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchMore {
    /// The trade and level of the other side's line.
    pub facts: Vec<String>,
    /// Which line of the own post it answers, when that post has several.
    pub line: Option<String>,
    /// 0..=1000.
    pub score: u16,
    /// The reasons in which it differs from the best pair, the most telling first.
    pub chips: Vec<Chip>,
}

/// Pages of a long list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pager {
    /// This page, counted from 1.
    pub page: i64,
    /// How many there are.
    pub pages: i64,
    /// The one before.
    pub previous: Option<String>,
    /// The next one.
    pub next: Option<String>,
}

/// A list cut by one property: the choice and how many each has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tab {
    /// What it says.
    pub label: Text,
    /// How many.
    pub count: i64,
    /// Where it leads.
    pub href: String,
    /// Whether it is the one shown.
    pub chosen: bool,
}
