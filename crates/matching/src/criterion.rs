//! The criteria by name, and what they say about a pair: data, never sentences.

use kernel::{Criterion, Date, PostingKind};
use serde::{Deserialize, Serialize};
use vocabulary::SkillLevel;

use crate::UnitId;

/// A question every match has to answer with yes, or with "nobody said".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HardCriterion {
    /// The kind of the offer answers the kind of the need.
    Kind,
    /// They belong to different owners.
    NotSameOrganisation,
    /// Their windows share a day.
    Dates,
    /// The offer leads to the level wanted, or beyond.
    Level,
    /// There is at least one seat on either side.
    Capacity,
    /// Who is bound to a province finds the other one there.
    Region,
    /// Their trades are kin.
    Trade,
}

impl HardCriterion {
    /// Every hard criterion, in the order of judging and showing.
    pub const ALL: [Self; 7] = [
        Self::Kind,
        Self::NotSameOrganisation,
        Self::Dates,
        Self::Level,
        Self::Capacity,
        Self::Region,
        Self::Trade,
    ];

    /// The word stored and exchanged.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::NotSameOrganisation => "not_same_organisation",
            Self::Dates => "dates",
            Self::Level => "level",
            Self::Capacity => "capacity",
            Self::Region => "region",
            Self::Trade => "trade",
        }
    }
}

/// What a criterion says, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It fits.
    Met,
    /// It fits in part.
    Partly,
    /// It does not fit.
    Unmet,
    /// One side says nothing, so nobody knows.
    Unknown,
}

impl Verdict {
    /// The word stored and exchanged.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partly => "partly",
            Self::Unmet => "unmet",
            Self::Unknown => "unknown",
        }
    }
}

/// A span of days, open where nobody said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First day, written `2026-09-01`.
    #[serde(with = "day")]
    pub starts_on: Option<Date>,
    /// Last day, written `2026-09-01`.
    #[serde(with = "day")]
    pub ends_on: Option<Date>,
}

/// A hard criterion answered with no, and the facts that say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "criterion", rename_all = "snake_case")]
pub enum HardFailure {
    /// This kind of offer does not answer this kind of need.
    Kind {
        /// Kind of the offer.
        offer: PostingKind,
        /// Kind of the need.
        need: PostingKind,
    },
    /// Both are of one owner.
    NotSameOrganisation,
    /// The windows share no day.
    Dates {
        /// Window of the offer.
        offer: Window,
        /// Window of the need.
        need: Window,
    },
    /// The offer does not lead as far as wanted.
    Level {
        /// The level the offer leads to.
        reached: SkillLevel,
        /// The level the need wants.
        wanted: SkillLevel,
    },
    /// Nothing is free, or nothing is wanted any more.
    Capacity {
        /// Seats of the offer.
        offered: Option<i64>,
        /// Seats of the need.
        wanted: Option<i64>,
    },
    /// One is bound to its province and the other one is elsewhere.
    Region {
        /// Province of the offer.
        offer: String,
        /// Province of the need.
        need: String,
    },
    /// The trades are not kin enough.
    Trade {
        /// Their kinship, 0..=1000.
        kinship: u16,
        /// The least kinship that would do.
        floor: u16,
    },
}

impl HardFailure {
    /// The criterion that was answered with no.
    pub const fn criterion(&self) -> HardCriterion {
        match self {
            Self::Kind { .. } => HardCriterion::Kind,
            Self::NotSameOrganisation => HardCriterion::NotSameOrganisation,
            Self::Dates { .. } => HardCriterion::Dates,
            Self::Level { .. } => HardCriterion::Level,
            Self::Capacity { .. } => HardCriterion::Capacity,
            Self::Region { .. } => HardCriterion::Region,
            Self::Trade { .. } => HardCriterion::Trade,
        }
    }
}

/// A hard criterion of a match: met, or unknown because one side says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardCheck {
    /// Which one.
    pub criterion: HardCriterion,
    /// `Met` or `Unknown`: a match has no other.
    pub verdict: Verdict,
}

/// Which two codes made two trades kin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradeBasis {
    /// The occupations of both.
    Occupations,
    /// The major of the offer and the occupation of the need.
    MajorForOccupation,
    /// The occupation of the offer and the major of the need.
    OccupationForMajor,
    /// The majors of both.
    Majors,
}

/// How the two windows lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum DatesFit {
    /// Both windows are known: the days they share, and the days of the shorter one.
    Shared {
        /// Days in both.
        days: i64,
        /// Days of the shorter window.
        of: i64,
    },
    /// Only the starts are known: the days between them.
    Apart {
        /// Days between the starts.
        days: i64,
    },
}

/// Hours given and wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursFit {
    /// Hours of the offer.
    pub offered: i64,
    /// Hours of the need.
    pub wanted: i64,
}

/// Why a soft criterion scored as it did: facts only; pages and letters make the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Reason {
    /// Nobody knows: who of the two says nothing. Where both speak, what they say cannot be compared.
    Unknown {
        /// The offer says nothing.
        offer_silent: bool,
        /// The need says nothing.
        need_silent: bool,
    },
    /// Not judged: who of the two does not want it to count.
    Muted {
        /// The offer's owner.
        offer: bool,
        /// The need's owner.
        need: bool,
    },
    /// The two codes that are closest kin.
    Trade {
        /// What kind of codes they are.
        basis: TradeBasis,
        /// Code of the offer.
        offer: String,
        /// Code of the need.
        need: String,
    },
    /// Skills wanted.
    Skills {
        /// Those taught.
        common: Vec<String>,
        /// Those not taught.
        missing: Vec<String>,
    },
    /// Industries of the need.
    Industry {
        /// Those served.
        common: Vec<String>,
        /// Those not served.
        missing: Vec<String>,
    },
    /// Two districts and the way between their centres.
    Distance {
        /// Metres.
        metres: i64,
        /// District of the offer.
        offer: String,
        /// District of the need.
        need: String,
    },
    /// Only the provinces are known, and they are the same.
    SameProvince {
        /// The province.
        province: String,
    },
    /// Only the provinces are known, and they differ.
    OtherProvince {
        /// Province of the offer.
        offer: String,
        /// Province of the need.
        need: String,
    },
    /// Training modes wished.
    Mode {
        /// Those practised.
        common: Vec<String>,
        /// Those not practised.
        missing: Vec<String>,
    },
    /// The two levels.
    Level {
        /// The level the offer leads to.
        reached: SkillLevel,
        /// The level the need wants.
        wanted: SkillLevel,
    },
    /// Seats on either side.
    Capacity {
        /// Seats of the offer.
        offered: i64,
        /// Seats of the need.
        wanted: i64,
    },
    /// Windows and hours; the poorer of the two counts.
    Schedule {
        /// How the windows lie, when known.
        dates: Option<DatesFit>,
        /// Hours, when known.
        hours: Option<HoursFit>,
    },
    /// Fen per person.
    Price {
        /// What the offer asks.
        asked_fen: i64,
        /// What the need can pay.
        budget_fen: i64,
    },
}

/// One soft criterion of a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// Which one.
    pub criterion: Criterion,
    /// 0..=1000; the neutral score when unknown.
    pub score: u16,
    /// Its weight at the time.
    pub weight: u16,
    /// Why.
    pub reason: Reason,
    /// The score in one word.
    pub verdict: Verdict,
}

/// An offer and a need that fit, how well, and why. Advice: nobody is refused by a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The offer.
    pub offer: UnitId,
    /// The need.
    pub need: UnitId,
    /// 0..=1000.
    pub score: u16,
    /// The hard criteria in the order of [`HardCriterion::ALL`].
    pub hard: Vec<HardCheck>,
    /// The soft criteria in the order of [`Criterion::ALL`].
    pub criteria: Vec<Assessed>,
}

/// Which kinds of offers answer which kind of need.
pub const ANSWERS: [(PostingKind, &[PostingKind]); 3] = [
    (PostingKind::Apprentices, &[PostingKind::Programme, PostingKind::Course]),
    (
        PostingKind::StaffTraining,
        &[PostingKind::Course, PostingKind::Programme],
    ),
    (PostingKind::BaseTime, &[PostingKind::Base]),
];

/// Whether this kind of offer answers this kind of need.
pub fn answers(offer: PostingKind, need: PostingKind) -> bool {
    ANSWERS
        .iter()
        .any(|(wanted, by)| *wanted == need && by.contains(&offer))
}

/// The kinds of posts of the other side that answer a post of this kind, or that it answers.
pub fn counterparts(kind: PostingKind) -> Vec<PostingKind> {
    let meets = |other: &PostingKind| answers(*other, kind) || answers(kind, *other);
    PostingKind::ALL.into_iter().filter(meets).collect()
}

/// Days as text, for people who read the data.
mod day {
    use kernel::{Date, format_date, parse_date};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference"
    )]
    pub(super) fn serialize<S: Serializer>(date: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        date.map(format_date).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| parse_date(&text).ok_or_else(|| D::Error::custom("a day is written 2026-09-01")))
            .transpose()
    }
}
