//! Letters about a training agreement between the parties: whose turn it is, what changed, and how it ended.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use words::Text;

use super::{SAMPLE_COLLEGE, SAMPLE_COMPANY, SAMPLE_MOMENT, signing::SignAs};
use crate::LinkPath;

/// Which agreement a letter is about. The apprentice's name stands in the sealed body and never in the subject, which
/// the outbox keeps as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementTitle {
    /// The agreement's number.
    pub number: String,
    /// The apprentice's name.
    pub apprentice: String,
    /// What the apprentice is trained for.
    pub post: String,
    /// The enterprise's name.
    pub enterprise: String,
    /// The college's name, when one takes part.
    pub college: Option<String>,
}

/// Who reads a letter that goes to several people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reader {
    /// Somebody who looks after the agreement for a party.
    Party,
    /// A signatory who signed this version.
    Signed {
        /// When.
        at: Timestamp,
    },
    /// A signatory who was asked and has not answered.
    Asked,
}

/// The other party passed the agreement on: it is your turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementWithYou {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that passed it on.
    pub by: String,
    /// What it wrote beside it.
    pub message: Option<String>,
    /// The agreement's page.
    pub path: LinkPath,
}

/// The other party changed what is agreed: approvals given before are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementChanged {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that changed it.
    pub by: String,
    /// The names of the fields that changed, in the order of the document.
    pub fields: Vec<Text>,
    /// The agreement's page.
    pub path: LinkPath,
}

/// The other party approved the present version: yours is the approval that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementApproved {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that approved.
    pub by: String,
    /// The agreement's page.
    pub path: LinkPath,
}

/// All approved: the version is frozen and can be sent to those who sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementReady {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that approved last.
    pub by: String,
    /// The agreement's page.
    pub path: LinkPath,
}

/// What was sent for signing is taken back. To the parties, and to everybody who was asked or has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementRecalled {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that takes it back.
    pub by: String,
    /// Why, in its words.
    pub reason: String,
    /// Who reads this.
    pub reader: Reader,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// A party asks to take back what somebody has signed already: whoever signed has to agree, and nobody signs meanwhile. To
/// the other party, and to everybody who was asked or has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallAsked {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that asks.
    pub by: String,
    /// Why, in its words.
    pub reason: String,
    /// Who reads this.
    pub reader: Reader,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// Nobody takes the agreement back: somebody who signed objected, or who asked gave it up. To everybody who was told that
/// it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallDropped {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// The organisation that asked.
    pub by: String,
    /// Whether it gave up asking itself.
    pub taken_back: bool,
    /// Who reads this.
    pub reader: Reader,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// The agreement is given up before it took effect. To the parties, and to everybody who was asked or has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementVoided {
    /// Which agreement.
    pub agreement: AgreementTitle,
    /// How that came.
    pub voiding: Voiding,
    /// Who reads this.
    pub reader: Reader,
    /// The agreement's page, or the reader's own.
    pub path: LinkPath,
}

/// How an agreement came to be void; a refusal is told by [`super::SignDeclined`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Voiding {
    /// Its owner gave it up.
    Withdrawn {
        /// The organisation.
        by: String,
        /// Why, in its words.
        reason: String,
    },
    /// The operator of the platform ended it.
    Operator {
        /// Why, in the operator's words.
        reason: String,
    },
    /// A signatory let the deadline pass, and nobody could or would extend it any more.
    Lapsed {
        /// Who.
        name: String,
        /// As whom they were asked.
        sign_as: SignAs,
    },
}

pub(super) const SAMPLE_NAME: &str = "赵一鸣";
/// As long as names on identity cards get, with what HTML must not take literally.
pub(super) const SAMPLE_LONG_NAME: &str = "阿卜杜热合曼·买买提吐尔逊江·<i>图尔荪</i> & \"O'Brien\"";
const SAMPLE_PAGE: &str = "/agreements/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a";

impl AgreementTitle {
    pub(super) fn example(long: bool) -> Self {
        let of = |apprentice: &str, post: &str, enterprise: &str, college: Option<&str>| Self {
            number: "PX-2026-0001".to_owned(),
            apprentice: apprentice.to_owned(),
            post: post.to_owned(),
            enterprise: enterprise.to_owned(),
            college: college.map(str::to_owned),
        };
        if long {
            of(
                SAMPLE_LONG_NAME,
                "多工序数控机床操作调整工（五轴加工中心 <A&B>）",
                SAMPLE_COMPANY,
                Some(SAMPLE_COLLEGE),
            )
        } else {
            of(SAMPLE_NAME, "数控铣工", "上海示例精密机械有限公司", None)
        }
    }
}

impl AgreementWithYou {
    pub(super) fn examples() -> Vec<Self> {
        [
            (false, None),
            (true, Some("工资部分请看第三行。\n<em>夜班</em>去掉了 & 周末另算。")),
        ]
        .into_iter()
        .map(|(long, message)| Self {
            agreement: AgreementTitle::example(long),
            by: if long { SAMPLE_COMPANY } else { SAMPLE_COLLEGE }.to_owned(),
            message: message.map(str::to_owned),
            path: LinkPath::new(SAMPLE_PAGE),
        })
        .collect()
    }
}

impl AgreementChanged {
    pub(super) fn examples() -> Vec<Self> {
        // Names of fields that every catalogue has; more of them than a letter lists.
        let names = [
            "starts_on",
            "level",
            "hours",
            "district",
            "ends_on",
            "major",
            "occupation",
            "pay_min",
            "pay_max",
            "seats",
            "modes",
            "skills",
            "note",
            "price",
        ];
        [1, 3, names.len()]
            .into_iter()
            .map(|count| Self {
                agreement: AgreementTitle::example(count == 3),
                by: SAMPLE_COMPANY.to_owned(),
                fields: names[..count].iter().map(|name| Text::of("field", name)).collect(),
                path: LinkPath::new(SAMPLE_PAGE),
            })
            .collect()
    }
}

impl AgreementApproved {
    pub(super) fn examples() -> Vec<Self> {
        [(false, SAMPLE_COLLEGE), (true, SAMPLE_COMPANY)]
            .into_iter()
            .map(|(long, by)| Self {
                agreement: AgreementTitle::example(long),
                by: by.to_owned(),
                path: LinkPath::new(SAMPLE_PAGE),
            })
            .collect()
    }
}

impl AgreementReady {
    pub(super) fn examples() -> Vec<Self> {
        [(false, SAMPLE_COLLEGE), (true, SAMPLE_COMPANY)]
            .into_iter()
            .map(|(long, by)| Self {
                agreement: AgreementTitle::example(long),
                by: by.to_owned(),
                path: LinkPath::new(SAMPLE_PAGE),
            })
            .collect()
    }
}

/// Each kind of reader with a page of theirs.
fn sample_readers() -> [(Reader, LinkPath); 3] {
    let own = LinkPath::new("/sign/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e");
    [
        (Reader::Party, LinkPath::new(SAMPLE_PAGE)),
        (Reader::Signed { at: SAMPLE_MOMENT }, own.clone()),
        (Reader::Asked, own),
    ]
}

impl AgreementRecalled {
    pub(super) fn examples() -> Vec<Self> {
        sample_readers()
            .into_iter()
            .map(|(reader, path)| Self {
                agreement: AgreementTitle::example(reader == Reader::Asked),
                by: SAMPLE_COMPANY.to_owned(),
                reason: "第四条的工资写错了，\n<strong>应为</strong> 5,200 元 & 另加餐补。".to_owned(),
                reader,
                path,
            })
            .collect()
    }
}

impl RecallAsked {
    pub(super) fn examples() -> Vec<Self> {
        sample_readers()
            .into_iter()
            .map(|(reader, path)| Self {
                agreement: AgreementTitle::example(reader == Reader::Asked),
                by: SAMPLE_COMPANY.to_owned(),
                reason: "第四条的工资写错了，\n<strong>应为</strong> 5,200 元 & 另加餐补。".to_owned(),
                reader,
                path,
            })
            .collect()
    }
}

impl RecallDropped {
    pub(super) fn examples() -> Vec<Self> {
        sample_readers()
            .into_iter()
            .map(|(reader, path)| Self {
                agreement: AgreementTitle::example(reader == Reader::Asked),
                by: SAMPLE_COMPANY.to_owned(),
                taken_back: reader == Reader::Party,
                reader,
                path,
            })
            .collect()
    }
}

impl AgreementVoided {
    pub(super) fn examples() -> Vec<Self> {
        let ways = [
            Voiding::Withdrawn {
                by: SAMPLE_COMPANY.to_owned(),
                reason: "岗位取消，<招聘>计划调整 & 另行通知。".to_owned(),
            },
            Voiding::Lapsed {
                name: SAMPLE_LONG_NAME.to_owned(),
                sign_as: SignAs::Guardian,
            },
            Voiding::Operator {
                reason: "经核实，企业已注销。".to_owned(),
            },
        ];
        sample_readers()
            .into_iter()
            .zip(ways)
            .map(|((reader, path), voiding)| Self {
                agreement: AgreementTitle::example(reader == Reader::Party),
                voiding,
                reader,
                path,
            })
            .collect()
    }
}
