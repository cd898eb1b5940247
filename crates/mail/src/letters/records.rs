//! Letters about an apprentice's record: to take a place in it, to confirm, to answer, about weeks, and about what is late.
//!
//! What an apprentice wrote in a week stands in none of them.

use kernel::{Date, Timestamp};
use serde::Serialize;
use words::Text;

use super::{SAMPLE_COLLEGE, SAMPLE_COMPANY, SAMPLE_MOMENT, agreements::AgreementTitle};
use crate::LinkPath;

/// Somebody is asked to take a place in a record. Only to them: the link takes the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordInvitation {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// As what: `apprentice`, `guardian`, `mentor`, `lead`, `tutor`.
    pub role: String,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// The page.
    pub path: LinkPath,
}

/// The agreement was changed: sections are to be confirmed anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionsToConfirm {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The sections.
    pub sections: Vec<Text>,
    /// The page.
    pub path: LinkPath,
}

/// The apprentice says that something in a section is not right, and this side is to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionQueried {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The section.
    pub section: Text,
    /// In the apprentice's words.
    pub words: String,
    /// The page.
    pub path: LinkPath,
}

/// What the apprentice asked about a section is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionAnswered {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that answers.
    pub by: String,
    /// The section.
    pub section: Text,
    /// In its words.
    pub words: String,
    /// The page.
    pub path: LinkPath,
}

/// A week waits for its reviewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekSubmitted {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The week's Monday.
    pub monday: Date,
    /// Its Sunday.
    pub sunday: Date,
    /// Minutes in it.
    pub minutes: i64,
    /// The page.
    pub path: LinkPath,
}

/// A week was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekReturned {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who gave it back.
    pub by: String,
    /// The week's Monday.
    pub monday: Date,
    /// Its Sunday.
    pub sunday: Date,
    /// What has to be mended.
    pub reason: String,
    /// The last day for handing it in again.
    pub due: Date,
    /// The page.
    pub path: LinkPath,
}

/// Something waits longer than it should, or soon will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordOverdue {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// What, a sentence each.
    pub items: Vec<Text>,
    /// The page.
    pub path: LinkPath,
}

/// Something happened in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordNews {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// What, a sentence.
    pub news: Text,
    /// More about it, a sentence each.
    pub more: Vec<Text>,
    /// Words that somebody wrote about it.
    pub words: Option<String>,
    /// The page.
    pub path: LinkPath,
}

const SAMPLE_PAGE: &str = "/records/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a";
const SAMPLE_WORDS: &str = "合同里写的岗位是铣工，\n我做的是<b>装配</b> & 打磨。";

fn day(number: u8) -> Date {
    kernel::parse_date(&format!("2026-09-{number:02}")).unwrap_or(Date::MIN)
}

impl RecordInvitation {
    pub(super) fn examples() -> Vec<Self> {
        ["apprentice", "guardian", "mentor", "lead", "tutor"]
            .into_iter()
            .map(|role| Self {
                agreement: AgreementTitle::example(role == "tutor"),
                role: role.to_owned(),
                expires_at: SAMPLE_MOMENT,
                path: LinkPath::new("/join/m8Qd0Zk3vYx1uB7hT5nC2wJr9sLpA4eF6gKiOqXyZab"),
            })
            .collect()
    }
}

impl SectionsToConfirm {
    pub(super) fn examples() -> Vec<Self> {
        vec![Self {
            agreement: AgreementTitle::example(false),
            sections: vec![
                Text::of("record_section", "training"),
                Text::of("record_section", "rights"),
            ],
            path: LinkPath::new(SAMPLE_PAGE),
        }]
    }
}

impl SectionQueried {
    pub(super) fn examples() -> Vec<Self> {
        [false, true]
            .into_iter()
            .map(|long| Self {
                agreement: AgreementTitle::example(long),
                section: Text::of("record_section", "training"),
                words: SAMPLE_WORDS.to_owned(),
                path: LinkPath::new(SAMPLE_PAGE),
            })
            .collect()
    }
}

impl SectionAnswered {
    pub(super) fn examples() -> Vec<Self> {
        vec![Self {
            agreement: AgreementTitle::example(true),
            by: SAMPLE_COLLEGE.to_owned(),
            section: Text::of("record_section", "college"),
            words: SAMPLE_WORDS.to_owned(),
            path: LinkPath::new(SAMPLE_PAGE),
        }]
    }
}

impl WeekSubmitted {
    pub(super) fn examples() -> Vec<Self> {
        vec![Self {
            agreement: AgreementTitle::example(true),
            monday: day(7),
            sunday: day(13),
            minutes: 2_250,
            path: LinkPath::new("/weeks"),
        }]
    }
}

impl WeekReturned {
    pub(super) fn examples() -> Vec<Self> {
        vec![Self {
            agreement: AgreementTitle::example(false),
            by: "王师傅".to_owned(),
            monday: day(7),
            sunday: day(13),
            reason: SAMPLE_WORDS.to_owned(),
            due: day(27),
            path: LinkPath::new(SAMPLE_PAGE),
        }]
    }
}

impl RecordOverdue {
    pub(super) fn examples() -> Vec<Self> {
        let week = |key: &'static str| Text::new(key).with("from", day(7)).with("until", day(13));
        let section = Text::of("record_section", "training");
        let items = vec![
            week("letter.record_overdue.week_soon").with("day", day(27)),
            week("letter.record_overdue.week_late").with("day", day(27)),
            week("letter.record_overdue.review").with("n", 15_i64),
            Text::new("letter.record_overdue.confirm")
                .with("section", section.clone())
                .with("n", 15_i64),
            Text::new("letter.record_overdue.answer")
                .with("section", section)
                .with("n", 15_i64),
        ];
        let of = |items: Vec<Text>, long| Self {
            agreement: AgreementTitle::example(long),
            items,
            path: LinkPath::new(SAMPLE_PAGE),
        };
        vec![of(items[..1].to_vec(), false), of(items, true)]
    }
}

impl RecordNews {
    /// What it tells of ([`Text`]s `letter.record_news.<code>`).
    pub const CODES: [&'static str; 15] = [
        "assigned",
        "started",
        "not_started",
        "on_break",
        "resumed",
        "assessment_proposed",
        "assessment",
        "resit",
        "completed",
        "failed",
        "withdrawn",
        "transferred",
        "corrected",
        "week_approved",
        "week_unlocked",
    ];

    pub(super) fn examples() -> Vec<Self> {
        Self::CODES
            .into_iter()
            .map(|code| Self {
                agreement: AgreementTitle::example(code == "withdrawn"),
                news: Text::of("letter.record_news", code)
                    .with("by", SAMPLE_COMPANY)
                    .with("day", day(7))
                    .with("until", day(13))
                    .with("role", Text::of("record_role", "mentor")),
                more: match code {
                    "not_started" => vec![
                        Text::of("record_gate", "insurance"),
                        Text::of("record_gate", "safety_training"),
                    ],
                    _ => Vec::new(),
                },
                words: (code == "withdrawn").then(|| SAMPLE_WORDS.to_owned()),
                path: LinkPath::new(SAMPLE_PAGE),
            })
            .collect()
    }
}
