//! Agreements as the operator of the platform sees them: where they stand, and what people wrote only with a reason.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use words::Text;

use super::{CourseView, Form, SignSection, TimelineRow, agreement_running::samples, fixtures};
use crate::view::Page;

/// `GET /operator/agreements?q=`
#[derive(Debug, Clone, Serialize)]
pub struct OperatorAgreementsPage {
    /// What was asked for.
    pub asked: String,
    /// What was found.
    pub rows: Vec<OperatorAgreementRow>,
}

/// An agreement that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperatorAgreementRow {
    /// Its page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// Code of the stage.
    pub stage: &'static str,
    /// When anything happened last.
    pub updated_at: Timestamp,
}

/// What the forms of the page send; `{slot}.email` for the address of a slot.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OperatorAgreementTyped {
    /// Why it is opened.
    pub reason: String,
    /// Why it is given up.
    pub void_reason: String,
}

/// `GET /operator/agreements/{id}`; its forms post below the path.
#[derive(Debug, Clone, Serialize)]
pub struct OperatorAgreementPage {
    /// `/operator/agreements/{id}`
    pub path: String,
    /// Which, and where it stands.
    pub row: OperatorAgreementRow,
    /// What became of it, unless it simply holds.
    pub course: Option<CourseView>,
    /// Who signs.
    pub slots: Vec<OperatorSlot>,
    /// Whether it can be given up.
    pub may_void: bool,
    /// Whether it can be paused.
    pub may_suspend: bool,
    /// Whether it can go on.
    pub may_resume: bool,
    /// Why the last request did not go through.
    pub refused: Option<Text>,
    /// Typed words with what is wrong with them.
    pub form: Form,
    /// For how many minutes it stays open to whoever gives a reason.
    pub minutes: i64,
    /// What stands in it.
    pub opened: Option<OpenedView>,
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperatorSlot {
    /// Its id.
    pub id: String,
    /// Code of the role.
    pub role: &'static str,
    /// Code of what became of it.
    pub state: &'static str,
    /// Until when it is open.
    pub deadline: Option<Timestamp>,
    /// Whether its address can be mended.
    pub may_mend: bool,
    /// The name, once opened.
    pub name: Option<String>,
    /// The address, once opened.
    pub address: Option<String>,
}

/// What stands in an agreement that was opened.
#[derive(Debug, Clone, Serialize)]
pub struct OpenedView {
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// The apprentice.
    pub apprentice: String,
    /// What happened, the newest first.
    pub timeline: Vec<TimelineRow>,
    /// How much more happened than is shown.
    pub earlier: usize,
    /// The text.
    pub sections: Vec<SignSection>,
}

const PATH: &str = "/operator/agreements/0199b0c1-0000-7000-8000-00000000000b";

fn row(stage: &'static str, college: bool) -> OperatorAgreementRow {
    OperatorAgreementRow {
        href: PATH.to_owned(),
        number: "PX-2026-0001".to_owned(),
        enterprise: "上海示例精密机械有限公司".to_owned(),
        college: college.then(|| "示例电子信息职业技术学院".to_owned()),
        stage,
        updated_at: fixtures::moment(1),
    }
}

impl Page for OperatorAgreementsPage {
    const TEMPLATE: &'static str = "operator/agreements.html";

    fn samples() -> Vec<Self> {
        let of = |asked: &str, rows| Self {
            asked: asked.to_owned(),
            rows,
        };
        vec![
            of("", Vec::new()),
            of("PX-2026-9999", Vec::new()),
            of("PX-2026-0001", vec![row("signing", true), row("effective", false)]),
        ]
    }
}

impl Page for OperatorAgreementPage {
    const TEMPLATE: &'static str = "operator/agreement.html";

    fn samples() -> Vec<Self> {
        let slot = |n: usize, role, state| OperatorSlot {
            id: format!("0199b0c1-0000-7000-8000-0000000000a{n}"),
            role,
            state,
            deadline: (state == "open").then(|| fixtures::moment(-5)),
            may_mend: state != "signed",
            name: None,
            address: None,
        };
        let slots = vec![
            slot(1, "apprentice", "open"),
            slot(2, "guardian", "signed"),
            slot(3, "enterprise", "waiting_turn"),
        ];
        let signing = Self {
            path: PATH.to_owned(),
            row: row("signing", true),
            course: None,
            slots,
            may_void: true,
            may_suspend: false,
            may_resume: false,
            refused: None,
            form: Form::new(&OperatorAgreementTyped::default()),
            minutes: 30,
            opened: None,
        };
        let known = |slot: &OperatorSlot| OperatorSlot {
            name: Some("陈晨".to_owned()),
            address: (slot.role != "guardian").then(|| "chen@example.cn".to_owned()),
            ..slot.clone()
        };
        let opened = Self {
            slots: signing.slots.iter().map(known).collect(),
            opened: Some(OpenedView {
                until: fixtures::moment(0),
                reason: "学徒来电说收不到签署的信。".to_owned(),
                apprentice: "陈晨".to_owned(),
                timeline: super::agreement_samples::timeline(),
                earlier: 3,
                sections: super::signing::sample_sections(),
            }),
            ..signing.clone()
        };
        let paused = samples::courses().into_iter().nth(1);
        let missing = Text::of("problem", "required");
        vec![
            signing.clone(),
            Self {
                form: Form::new(&OperatorAgreementTyped::default())
                    .wrong("reason", missing.clone())
                    .wrong("void_reason", missing),
                refused: Some(Text::of("agreement_refusal", "barred.not_a_party")),
                ..signing.clone()
            },
            opened,
            Self {
                row: row("suspended", true),
                course: paused,
                slots: Vec::new(),
                may_void: false,
                may_resume: true,
                ..signing.clone()
            },
            Self {
                row: row("effective", false),
                may_void: false,
                may_suspend: true,
                ..signing
            },
        ]
    }
}
