//! Letters about a training agreement that holds: a pause, going on, the end. To the parties, and to everybody who signed.

use kernel::Date;
use serde::{Deserialize, Serialize};

use super::{
    SAMPLE_COLLEGE, SAMPLE_COMPANY, SAMPLE_MOMENT,
    agreements::{AgreementTitle, SAMPLE_LONG_NAME, SAMPLE_NAME},
    signing::SignAs,
};
use crate::LinkPath;

/// Who did something in an agreement that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChangeBy {
    /// A party.
    Organisation {
        /// Its name.
        name: String,
    },
    /// Somebody who signed for themselves.
    Person {
        /// Their name.
        name: String,
        /// As whom they signed.
        sign_as: SignAs,
    },
    /// The operator of the platform.
    Operator,
}

/// What is proposed or decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// A pause.
    Pause {
        /// The first day.
        from: Date,
        /// The last day, when it is known.
        until: Option<Date>,
        /// Why.
        reason: String,
    },
    /// Going on after a pause.
    Resume {
        /// The first day after it.
        on: Date,
    },
    /// The end before its time.
    End {
        /// Code of the ground.
        ground: String,
        /// Why.
        reason: String,
        /// The last day.
        last_day: Date,
        /// How pay is settled.
        stipend: String,
        /// What becomes of the hours.
        hours: String,
        /// What becomes of the subsidy.
        subsidy: String,
    },
}

/// Somebody proposes a pause, going on, or the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeProposed {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who proposes it.
    pub by: ChangeBy,
    /// What.
    pub change: Change,
    /// Whether the reader has to agree.
    pub asked: bool,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// One more agreed to it, and others have yet to. To the parties, and to whoever proposed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeAgreed {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who agreed.
    pub by: ChangeBy,
    /// To what.
    pub change: Change,
    /// Who has yet to.
    pub waits_for: Vec<SignAs>,
    /// Whether the reader has to agree.
    pub asked: bool,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// Somebody objected, or took the own proposal back: it is off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeDropped {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who.
    pub by: ChangeBy,
    /// What is off.
    pub change: Change,
    /// Whether its own proposer took it back.
    pub taken_back: bool,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// A pause begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementPaused {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who proposed or ordered it.
    pub by: ChangeBy,
    /// The pause.
    pub change: Change,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// It goes on after a pause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementResumed {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who proposed or ordered it.
    pub by: ChangeBy,
    /// From when.
    pub change: Change,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// It ends before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementTerminated {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// Who proposed or declared it.
    pub by: ChangeBy,
    /// How it ends.
    pub change: Change,
    /// Whether all agreed; else it was declared on a legal ground.
    pub agreed: bool,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// It was carried through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementCompleted {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The last day.
    pub on: Date,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

const SAMPLE_PAGE: &str = "/agreements/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a";
const SAMPLE_OWN: &str = "/sign/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e";

fn sample_day(days: i64) -> Date {
    kernel::shanghai_date(SAMPLE_MOMENT.plus_days(days))
}

impl ChangeBy {
    fn examples() -> [Self; 4] {
        [
            Self::Organisation {
                name: SAMPLE_COMPANY.to_owned(),
            },
            Self::Person {
                name: SAMPLE_LONG_NAME.to_owned(),
                sign_as: SignAs::Apprentice,
            },
            Self::Person {
                name: SAMPLE_NAME.to_owned(),
                sign_as: SignAs::Guardian,
            },
            Self::Operator,
        ]
    }
}

impl Change {
    fn pauses() -> [Self; 2] {
        let of = |until, reason: &str| Self::Pause {
            from: sample_day(3),
            until,
            reason: reason.to_owned(),
        };
        [
            of(Some(sample_day(40)), "设备大修，<停产>一个月 & 照发生活费。"),
            of(None, "学徒住院治疗，\n出院后再定。"),
        ]
    }

    fn end(ground: &str) -> Self {
        Self::End {
            ground: ground.to_owned(),
            reason: "连续两个月没有发<b>工资</b>，\n多次催要没有结果 & 不愿再等。".to_owned(),
            last_day: sample_day(10),
            stipend: "工资结清到最后一天，拖欠的两个月一并补发。".to_owned(),
            hours: "已经确认的学时保留。".to_owned(),
            subsidy: "按实际学时核算。".to_owned(),
        }
    }

    fn examples() -> Vec<Self> {
        let mut all = Self::pauses().to_vec();
        all.push(Self::Resume { on: sample_day(41) });
        all.extend(["mutual", "abuse", "closure", "unpaid"].map(Self::end));
        all
    }
}

fn page(own: bool) -> LinkPath {
    LinkPath::new(if own { SAMPLE_OWN } else { SAMPLE_PAGE })
}

/// The n-th sample: what it is about, who did what, and where it leads.
type Sample = (usize, AgreementTitle, ChangeBy, Change, LinkPath);

fn samples(changes: impl IntoIterator<Item = Change>) -> impl Iterator<Item = Sample> {
    let by = ChangeBy::examples().into_iter().cycle();
    let of = |(index, (change, by)): (usize, (Change, ChangeBy))| {
        let agreement = AgreementTitle::example(index == 1);
        (index, agreement, by, change, page(index % 2 == 0))
    };
    changes.into_iter().zip(by).enumerate().map(of)
}

impl ChangeProposed {
    pub(super) fn examples() -> Vec<Self> {
        let of = |(index, agreement, by, change, path): Sample| Self {
            agreement,
            by,
            change,
            asked: index % 2 == 0,
            path,
        };
        samples(Change::examples()).map(of).collect()
    }
}

impl ChangeAgreed {
    pub(super) fn examples() -> Vec<Self> {
        let of = |(index, agreement, by, change, path): Sample| Self {
            agreement,
            by,
            change,
            waits_for: [SignAs::College, SignAs::Apprentice, SignAs::Guardian][..=index % 3].to_vec(),
            asked: index % 2 == 0,
            path,
        };
        samples(Change::examples()).map(of).collect()
    }
}

impl ChangeDropped {
    pub(super) fn examples() -> Vec<Self> {
        let of = |(index, agreement, by, change, path): Sample| Self {
            agreement,
            by,
            change,
            taken_back: index % 2 == 0,
            path,
        };
        samples(Change::examples()).map(of).collect()
    }
}

impl AgreementPaused {
    pub(super) fn examples() -> Vec<Self> {
        let of = |(_, agreement, by, change, path): Sample| Self {
            agreement,
            by,
            change,
            path,
        };
        let pauses = Change::pauses().into_iter().cycle();
        samples(pauses.take(ChangeBy::examples().len())).map(of).collect()
    }
}

impl AgreementResumed {
    pub(super) fn examples() -> Vec<Self> {
        let of = |(_, agreement, by, change, path): Sample| Self {
            agreement,
            by,
            change,
            path,
        };
        let resumed = ChangeBy::examples().map(|_| Change::Resume { on: sample_day(41) });
        samples(resumed).map(of).collect()
    }
}

impl AgreementTerminated {
    pub(super) fn examples() -> Vec<Self> {
        let grounds = ["mutual", "abuse", "closure", "unpaid"].map(Change::end);
        let of = |(index, (change, by)): (usize, (Change, ChangeBy))| Self {
            agreement: AgreementTitle::example(index == 1),
            by,
            change,
            agreed: index == 0,
            path: page(index % 2 == 0),
        };
        let by = ChangeBy::examples().into_iter().take(3).cycle();
        grounds.into_iter().zip(by).enumerate().map(of).collect()
    }
}

impl AgreementCompleted {
    pub(super) fn examples() -> Vec<Self> {
        [false, true]
            .map(|long| {
                let mut agreement = AgreementTitle::example(long);
                agreement.college = Some(SAMPLE_COLLEGE.to_owned());
                Self {
                    agreement,
                    on: sample_day(0),
                    path: page(long),
                }
            })
            .to_vec()
    }
}
