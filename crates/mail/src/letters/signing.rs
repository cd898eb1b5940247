//! Letters about signing a training agreement: asked, reminded, signed, declined, expired, all signed.
//!
//! A link that lets somebody sign stands only in [`PleaseSign`] and [`SignReminder`], which go to that signatory alone.

use std::ops::Range;

use kernel::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    SAMPLE_COMPANY, SAMPLE_MOMENT,
    agreements::{AgreementTitle, Reader, SAMPLE_LONG_NAME, SAMPLE_NAME},
};
use crate::LinkPath;

/// As whom somebody signs; the words say for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignAs {
    /// For the enterprise.
    Enterprise,
    /// For the college, which acknowledges.
    College,
    /// As the apprentice.
    Apprentice,
    /// As the apprentice's guardian.
    Guardian,
}

/// Somebody is asked to sign; the college to acknowledge. Only to that signatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PleaseSign {
    /// The signatory's name.
    pub name: String,
    /// As whom.
    pub sign_as: SignAs,
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that asks.
    pub organisation: String,
    /// Who acts for it, where that is known.
    pub officer: Option<String>,
    /// Until when the slot is open.
    pub deadline: Timestamp,
    /// Whether they were asked before and got more time.
    pub extended: bool,
    /// The signatory's own link.
    pub path: LinkPath,
}

/// Somebody who was asked has not answered. Only to that signatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignReminder {
    /// The signatory's name.
    pub name: String,
    /// As whom.
    pub sign_as: SignAs,
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that asks.
    pub organisation: String,
    /// Who acts for it, where that is known.
    pub officer: Option<String>,
    /// Which reminder it is, from 1.
    pub nth: u8,
    /// When the one before went out, or for the first the request itself.
    pub last_asked: Timestamp,
    /// Until when the slot is open.
    pub deadline: Timestamp,
    /// The signatory's own link.
    pub path: LinkPath,
}

/// Somebody signed, and others have yet to. To the parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedBy {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who signed.
    pub name: String,
    /// As whom.
    pub sign_as: SignAs,
    /// When.
    pub at: Timestamp,
    /// Who has yet to sign, in the order in which they are asked.
    pub next: Vec<Remaining>,
    /// The agreement's page.
    pub path: LinkPath,
}

/// Somebody who has yet to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// Their name.
    pub name: String,
    /// As whom.
    pub sign_as: SignAs,
    /// Until when they are asked to; `None` while others sign first.
    pub deadline: Option<Timestamp>,
}

/// Somebody declined, which ends the round. To the parties, and to everybody who was asked or has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignDeclined {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who declined.
    pub name: String,
    /// As whom.
    pub sign_as: SignAs,
    /// Why, in their words.
    pub reason: String,
    /// Whether that is the end of the agreement; else the parties change it and ask again.
    pub ended: bool,
    /// Who reads this.
    pub reader: Reader,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// A signatory is asked at another address from now on. To the address that was written to before: whoever reads there
/// and signs in no other place learns of it. Where to is not said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignMoved {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who was asked.
    pub name: String,
    /// As whom.
    pub sign_as: SignAs,
    /// The organisation that changed the address.
    pub organisation: String,
    /// Who acts for it, where that is known.
    pub officer: Option<String>,
    /// The platform.
    pub path: LinkPath,
}

/// The deadline of a slot passed, and the agreement goes on waiting. To the parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignExpired {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who did not answer.
    pub name: String,
    /// As whom they were asked.
    pub sign_as: SignAs,
    /// When the deadline was.
    pub deadline: Timestamp,
    /// How often it can still be extended.
    pub extensions_left: u8,
    /// When the whole agreement lapses by it; `None` when the agreement does not wait for this slot.
    pub lapses_at: Option<Timestamp>,
    /// The agreement's page.
    pub path: LinkPath,
}

/// Everybody signed. To the parties and to all who signed: this is the letter to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllSigned {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The first day on which it holds.
    pub effective_on: Date,
    /// Who signed, in the order of time.
    pub signatures: Vec<SignedSlot>,
    /// The code by which anybody can verify it, as it is printed.
    pub verify_code: String,
    /// The public page that does so.
    pub verify_path: LinkPath,
    /// The hash of what was signed, in hexadecimal.
    pub content_hash: String,
    /// Where the reader reads it.
    pub path: LinkPath,
}

/// A signature as a letter tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedSlot {
    /// Who.
    pub name: String,
    /// As whom.
    pub sign_as: SignAs,
    /// When.
    pub at: Timestamp,
}

const SAMPLE_LINK: &str = "/sign/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e";
const SAMPLE_PAGE: &str = "/agreements/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a";
const SAMPLE_HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Who signs in the samples.
const fn sample_signatories(long: bool) -> [(&'static str, SignAs); 4] {
    [
        (if long { SAMPLE_LONG_NAME } else { SAMPLE_NAME }, SignAs::Apprentice),
        ("帕提古丽·阿卜杜外力·<i>玉素甫</i> & \"O'Brien\"", SignAs::Guardian),
        ("王敏", SignAs::Enterprise),
        ("周立新", SignAs::College),
    ]
}

impl PleaseSign {
    pub(super) fn examples() -> Vec<Self> {
        let of = |index: usize, long: bool| Self {
            name: sample_signatories(long)[index].0.to_owned(),
            sign_as: sample_signatories(long)[index].1,
            agreement: AgreementTitle::example(long),
            organisation: SAMPLE_COMPANY.to_owned(),
            officer: index.is_multiple_of(2).then(|| "王敏".to_owned()),
            deadline: SAMPLE_MOMENT.plus_days(10),
            extended: false,
            path: LinkPath::new(SAMPLE_LINK),
        };
        let mut all: Vec<Self> = (0..4).map(|index| of(index, index > 0)).collect();
        all.push(of(0, true));
        all.extend([0, 3].map(|index| Self {
            extended: true,
            ..of(index, false)
        }));
        // The college that acknowledges and has no name yet.
        all.push(of(3, false));
        all
    }
}

impl SignReminder {
    pub(super) fn examples() -> Vec<Self> {
        let of = |(index, nth): (usize, u8)| Self {
            name: sample_signatories(nth > 1)[index].0.to_owned(),
            sign_as: sample_signatories(nth > 1)[index].1,
            agreement: AgreementTitle::example(nth > 1),
            organisation: SAMPLE_COMPANY.to_owned(),
            officer: Some("王敏".to_owned()),
            nth,
            last_asked: SAMPLE_MOMENT,
            deadline: SAMPLE_MOMENT.plus_days(10),
            path: LinkPath::new(SAMPLE_LINK),
        };
        [(0, 1), (1, 2), (2, 3), (3, 4)].map(of).into()
    }
}

impl SignedBy {
    pub(super) fn examples() -> Vec<Self> {
        let of = |index: usize, next: Range<usize>| {
            let everybody = sample_signatories(index == 1);
            let remaining = |(at, (name, sign_as)): (usize, &(&str, SignAs))| Remaining {
                name: (*name).to_owned(),
                sign_as: *sign_as,
                deadline: (at == 0).then(|| SAMPLE_MOMENT.plus_days(10)),
            };
            Self {
                agreement: AgreementTitle::example(index == 1),
                name: everybody[index].0.to_owned(),
                sign_as: everybody[index].1,
                at: SAMPLE_MOMENT,
                next: everybody[next].iter().enumerate().map(remaining).collect(),
                path: LinkPath::new(SAMPLE_PAGE),
            }
        };
        // The college may acknowledge before the others sign.
        vec![of(0, 1..4), of(1, 2..4), of(3, 0..3)]
    }
}

impl SignDeclined {
    pub(super) fn examples() -> Vec<Self> {
        let of = |who: usize, ended: bool, reader: Reader, reason: &str| Self {
            agreement: AgreementTitle::example(who == 1),
            name: sample_signatories(who == 1)[who].0.to_owned(),
            sign_as: sample_signatories(who == 1)[who].1,
            reason: reason.to_owned(),
            ended,
            reader,
            path: LinkPath::new(if reader == Reader::Party {
                SAMPLE_PAGE
            } else {
                SAMPLE_LINK
            }),
        };
        let signed = Reader::Signed { at: SAMPLE_MOMENT };
        vec![
            of(0, false, Reader::Party, "说好的是白班，协议里写了夜班。"),
            of(1, true, signed, "孩子要继续上学。\n<b>请不要再发。</b> & 谢谢"),
            of(3, false, Reader::Asked, "专业名称写错了，应为“数控技术”。"),
            of(2, false, signed, "培训费用的数目与用工部门说的不一致。"),
        ]
    }
}

impl SignExpired {
    pub(super) fn examples() -> Vec<Self> {
        let of = |who: usize, extensions_left: u8| Self {
            agreement: AgreementTitle::example(who == 1),
            name: sample_signatories(who == 1)[who].0.to_owned(),
            sign_as: sample_signatories(who == 1)[who].1,
            deadline: SAMPLE_MOMENT,
            extensions_left,
            lapses_at: (who != 3).then(|| SAMPLE_MOMENT.plus_days(10)),
            path: LinkPath::new(SAMPLE_PAGE),
        };
        vec![of(0, 2), of(1, 1), of(3, 0)]
    }
}

impl SignMoved {
    pub(super) fn examples() -> Vec<Self> {
        let of = |who: usize| Self {
            agreement: AgreementTitle::example(who == 1),
            name: sample_signatories(who == 1)[who].0.to_owned(),
            sign_as: sample_signatories(who == 1)[who].1,
            organisation: SAMPLE_COMPANY.to_owned(),
            officer: who.is_multiple_of(2).then(|| "王敏".to_owned()),
            path: LinkPath::new("/"),
        };
        (0..4).map(of).collect()
    }
}

impl AllSigned {
    pub(super) fn examples() -> Vec<Self> {
        [(false, 3), (true, 4)]
            .into_iter()
            .map(|(long, count)| Self {
                agreement: AgreementTitle::example(long),
                effective_on: kernel::shanghai_date(SAMPLE_MOMENT.plus_days(11)),
                signatures: sample_signatories(long)[..count]
                    .iter()
                    .map(|(name, sign_as)| SignedSlot {
                        name: (*name).to_owned(),
                        sign_as: *sign_as,
                        at: SAMPLE_MOMENT,
                    })
                    .collect(),
                verify_code: "7K3M-P9QX-4RTW".to_owned(),
                verify_path: LinkPath::new("/verify/7K3M-P9QX-4RTW"),
                content_hash: SAMPLE_HASH.to_owned(),
                path: LinkPath::new(if long { SAMPLE_LINK } else { SAMPLE_PAGE }),
            })
            .collect()
    }
}
