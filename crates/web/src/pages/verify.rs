//! Verifying an agreement: open to everybody.

use kernel::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use words::Text;

use super::{Form, fixtures};
use crate::view::Page;

/// What is typed or chosen to verify.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VerifyInput {
    /// The code on the agreement.
    pub verify_code: String,
}

/// `GET` and `POST /verify`
#[derive(Debug, Clone, Serialize)]
pub struct VerifyPage {
    /// A [`VerifyInput`] with its problems.
    pub form: Form,
}

/// How a check came out: the sentence, and `done`, `wait` or `wrong`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The sentence.
    pub text: Text,
    /// How it is shown.
    pub tone: &'static str,
}

/// Who signed, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedLine {
    /// Code of the role.
    pub role: &'static str,
    /// When.
    pub at: Timestamp,
}

/// `GET /verify/{code}`: what everybody may know.
#[derive(Debug, Clone, Serialize)]
pub struct VerifyAgreementPage {
    /// The code, as it is printed.
    pub code: String,
    /// The agreement's number.
    pub number: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// Code of the stage.
    pub stage: &'static str,
    /// The first day on which it holds.
    pub effective_on: Option<Date>,
    /// The hash of what was signed.
    pub content_hash: Option<String>,
    /// Who signed.
    pub signatures: Vec<SignedLine>,
    /// What the check of what stands here says.
    pub checked: Option<Checked>,
    /// Whether the content was erased.
    pub erased: bool,
    /// Whether it cannot be opened here.
    pub locked: bool,
    /// The last seal upon it.
    pub sealed: Option<KeySeal>,
    /// What of it was changed.
    pub faults: Vec<Text>,
}

/// When something was sealed, and with which key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeySeal {
    /// When.
    pub at: Timestamp,
    /// The id of the key.
    pub key: String,
}

/// A seal of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealLine {
    /// When.
    pub at: Timestamp,
    /// How many events it covers.
    pub events: u64,
    /// The id of its key.
    pub key: String,
}

/// A signature of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureLine {
    /// The version.
    pub version: u32,
    /// When.
    pub at: Timestamp,
}

/// `POST /verify` with a file: what the check says.
#[derive(Debug, Clone, Serialize)]
pub struct VerifyFilePage {
    /// The result.
    pub checked: Checked,
    /// Whether it is a file of an agreement at all.
    pub readable: bool,
    /// Whether the same stands here.
    pub known_here: bool,
    /// The agreement's id.
    pub agreement: Option<String>,
    /// The version.
    pub version: Option<u32>,
    /// The hash of the text.
    pub content_hash: Option<String>,
    /// What is wrong.
    pub faults: Vec<Text>,
    /// What is withheld.
    pub withheld: Vec<Text>,
    /// The good seals.
    pub seals: Vec<SealLine>,
    /// Events after the last of them.
    pub later_events: u64,
    /// The signatures.
    pub signatures: Vec<SignatureLine>,
}

impl Page for VerifyPage {
    const TEMPLATE: &'static str = "verify/enter.html";

    fn samples() -> Vec<Self> {
        let input = VerifyInput {
            verify_code: "7K3M-P9QX".to_owned(),
        };
        vec![
            Self {
                form: Form::new(&VerifyInput::default()),
            },
            Self {
                form: Form::new(&input).wrong("verify_code", Text::new("verify.code_wrong")),
            },
            Self {
                form: Form::new(&VerifyInput::default()).wrong("file", Text::new("verify.file_large").with("max", 8)),
            },
        ]
    }
}

impl Page for VerifyAgreementPage {
    const TEMPLATE: &'static str = "verify/agreement.html";

    fn samples() -> Vec<Self> {
        let signed = |role, days| SignedLine {
            role,
            at: fixtures::moment(days),
        };
        let full = Self {
            code: "7K3M-P9QX-4RTW".to_owned(),
            number: "PX-2026-0001".to_owned(),
            enterprise: "上海示例精密机械有限公司".to_owned(),
            college: Some("示例电子信息职业技术学院".to_owned()),
            stage: "effective",
            effective_on: Some(fixtures::day(2026, 12, 1)),
            content_hash: Some("b6a1".repeat(16)),
            signatures: vec![signed("apprentice", 3), signed("guardian", 2), signed("enterprise", 1)],
            checked: Some(Checked {
                text: Text::of("proof_verdict", "intact"),
                tone: "done",
            }),
            erased: false,
            locked: false,
            sealed: Some(KeySeal {
                at: fixtures::moment(1),
                key: "0c".repeat(16),
            }),
            faults: Vec::new(),
        };
        let fault = |kind, part: Text| Text::of("proof_fault", kind).with("part", part);
        let section = Text::of("proof_part", "section").with("name", Text::of("training_section", "pay"));
        let version = Text::of("proof_part", "version").with("name", 2_u32);
        vec![
            full.clone(),
            Self {
                locked: true,
                checked: Some(Checked {
                    text: Text::of("proof_verdict", "intact_in_part"),
                    tone: "done",
                }),
                ..full.clone()
            },
            Self {
                stage: "negotiating",
                college: None,
                effective_on: None,
                content_hash: None,
                signatures: Vec::new(),
                checked: None,
                sealed: None,
                ..full.clone()
            },
            Self {
                stage: "completed",
                checked: None,
                erased: true,
                ..full.clone()
            },
            Self {
                checked: Some(Checked {
                    text: Text::of("proof_verdict", "changed"),
                    tone: "wrong",
                }),
                effective_on: None,
                content_hash: None,
                signatures: Vec::new(),
                sealed: None,
                faults: vec![fault("hash_differs", section), fault("unreadable", version)],
                ..full
            },
        ]
    }
}

impl Page for VerifyFilePage {
    const TEMPLATE: &'static str = "verify/file.html";

    fn samples() -> Vec<Self> {
        let part = Text::of("proof_part", "section").with("name", Text::of("training_section", "pay"));
        let good = Self {
            checked: Checked {
                text: Text::of("proof_verdict", "intact_in_part"),
                tone: "done",
            },
            readable: true,
            known_here: true,
            agreement: Some("0199b0c1-0000-7000-8000-00000000000b".to_owned()),
            version: Some(2),
            content_hash: Some("b6a1".repeat(16)),
            faults: Vec::new(),
            withheld: vec![Text::of("proof_part", "details").with("name", "3")],
            seals: vec![SealLine {
                at: fixtures::moment(1),
                events: 14,
                key: "0c".repeat(16),
            }],
            later_events: 2,
            signatures: vec![SignatureLine {
                version: 2,
                at: fixtures::moment(2),
            }],
        };
        vec![
            good.clone(),
            Self {
                checked: Checked {
                    text: Text::of("proof_verdict", "changed"),
                    tone: "wrong",
                },
                known_here: false,
                faults: vec![Text::of("proof_fault", "hash_differs").with("part", part)],
                seals: Vec::new(),
                later_events: 0,
                ..good.clone()
            },
            Self {
                checked: Checked {
                    text: Text::of("proof_verdict", "changed"),
                    tone: "wrong",
                },
                readable: false,
                known_here: false,
                agreement: None,
                version: None,
                content_hash: None,
                withheld: Vec::new(),
                seals: Vec::new(),
                later_events: 0,
                signatures: Vec::new(),
                ..good
            },
        ]
    }
}
