//! The pages of those who sign an agreement: they have no account, and hold a phone.

use agreement::training::{clauses, plain, sample_minor};
use kernel::{Date, Timestamp};
use marketplace::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use vocabulary::Vocabulary;
use words::Text;

use super::{Form, SignedCourseView, agreement_running::samples, fixtures};
use crate::{show, view::Page};

/// What is typed to find the place to sign.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignCodeInput {
    /// The code that was handed over.
    pub sign_code: String,
}

/// `GET` and `POST /sign`
#[derive(Debug, Clone, Serialize)]
pub struct SignCodePage {
    /// A [`SignCodeInput`] with its problems.
    pub form: Form,
}

/// What a signatory types.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignatureInput {
    /// Their name.
    pub signatory_name: String,
    /// The end of their identity number. Never shown again.
    #[serde(skip_serializing)]
    pub id_last_four: String,
    /// Whether they agreed to the sentence: `yes`.
    pub agreed: String,
    /// `legal_representative` or `agent`, for an organisation.
    pub capacity: String,
    /// Of an agent: what they are there.
    pub authority_title: String,
    /// Of an agent: the authorisation.
    pub authority_document: String,
    /// Of an agent: its day.
    pub authority_dated: String,
}

/// Which agreement, and as whom somebody signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignHead {
    /// `/sign/{token}`, or that of a slot signed by login: forms and links of the page begin with it.
    pub path: String,
    /// The agreement's number.
    pub number: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// The apprentice.
    pub apprentice: String,
    /// Code of the role.
    pub role: &'static str,
    /// The name of who signs.
    pub name: String,
    /// Who signs, and what became of it, in order.
    pub others: Vec<SlotLine>,
}

/// A slot of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlotLine {
    /// Code of the role.
    pub role: &'static str,
    /// Code of its state.
    pub state: &'static str,
}

/// A section of the text with its plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignSection {
    /// Its key.
    pub key: &'static str,
    /// Its heading as it is signed: `一、当事人`.
    pub heading: String,
    /// Its clauses.
    pub clauses: Vec<SignClause>,
    /// What it means.
    pub plain: Vec<Text>,
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignClause {
    /// Number and title.
    pub heading: String,
    /// Its text.
    pub text: String,
}

/// The signature that a page asks for.
#[derive(Debug, Clone, Serialize)]
pub struct SignForm {
    /// Until when.
    pub deadline: Timestamp,
    /// Whether the name is asked for; who is signed in is known.
    pub asks_for_name: bool,
    /// Whether the end of the identity number is asked for.
    pub asks_for_id: bool,
    /// Whether who signs for an organisation says by what right.
    pub asks_for_authority: bool,
    /// The sentence to agree to.
    pub consent: String,
    /// Its version.
    pub consent_version: String,
    /// Its language.
    pub consent_locale: String,
    /// A [`SignatureInput`] with its problems.
    pub form: Form,
}

/// `GET` and `POST /sign/{token}`: what there is to sign.
#[derive(Debug, Clone, Serialize)]
pub struct SignPage {
    /// Which, and as whom.
    pub head: SignHead,
    /// The sections.
    pub sections: Vec<SignSection>,
    /// The hash of what is shown.
    pub seen: String,
    /// What to sign with; nothing while others sign first.
    pub sign: Option<SignForm>,
    /// Why it is shown once more: `changed`, `consent` or `meanwhile`.
    pub again: Option<&'static str>,
}

/// The same once it is signed.
#[derive(Debug, Clone, Serialize)]
pub struct SignedPage {
    /// Which, and as whom.
    pub head: SignHead,
    /// The sections.
    pub sections: Vec<SignSection>,
    /// When.
    pub at: Timestamp,
    /// On which day, for the seal.
    pub on: Date,
    /// The beginning of the hash of what was signed.
    pub short_hash: String,
    /// Roles that the agreement waits for.
    pub waits_for: Vec<&'static str>,
    /// The first day on which it holds, once all signed.
    pub effective_on: Option<Date>,
    /// Whether that day has come.
    pub in_effect: bool,
    /// Whether it has ended since.
    pub ended: bool,
    /// By which anybody can verify it, once all signed.
    pub verify_code: Option<String>,
    /// What became of it since, and what they may do with it.
    pub course: Option<SignedCourseView>,
}

/// A place that cannot be signed: what happened and whom to ask.
#[derive(Debug, Clone, Serialize)]
pub struct SignClosedPage {
    /// `/sign/{token}`
    pub path: String,
    /// `declined`, `expired`, `over`, `recalled`, `link_expired`, `link_sent`, `link_revoked` or `unknown`.
    pub why: &'static str,
    /// When.
    pub at: Option<Timestamp>,
    /// Whom to ask; unknown behind a dead link.
    pub enterprise: String,
    /// Why a party would take it back.
    pub reason: Option<String>,
    /// Whether who reads this is asked about that.
    pub asked: bool,
}

/// What is typed to decline.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignDeclineInput {
    /// Why.
    pub reason: String,
    /// `change` or `refuse`.
    pub wish: String,
    /// The name.
    pub signatory_name: String,
}

/// `GET` and `POST /sign/{token}/decline`
#[derive(Debug, Clone, Serialize)]
pub struct SignDeclinePage {
    /// Which, and as whom.
    pub head: SignHead,
    /// Whether the name is asked for; who is signed in is known.
    pub asks_for_name: bool,
    /// Whether the end of the identity number is asked for.
    pub asks_for_id: bool,
    /// A [`SignDeclineInput`] with its problems.
    pub form: Form,
}

const PATH: &str = "/sign/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const BY_LOGIN: &str =
    "/agreements/0199b0c1-0000-7000-8000-00000000000b/slots/0199b0c1-0000-7000-8000-00000000000c/sign";
const ENTERPRISE: &str = "上海示例精密机械有限公司";
const COLLEGE: &str = "示例电子信息职业技术学院";

fn head(role: &'static str, name: &str) -> SignHead {
    let line = |role, state| SlotLine { role, state };
    SignHead {
        path: PATH.to_owned(),
        number: "PX-2026-0001".to_owned(),
        enterprise: ENTERPRISE.to_owned(),
        college: Some(COLLEGE.to_owned()),
        apprentice: "陈晨".to_owned(),
        role,
        name: name.to_owned(),
        others: vec![
            line("apprentice", "open"),
            line("guardian", "signed"),
            line("enterprise", "waiting_turn"),
            line("college", "open"),
        ],
    }
}

pub(super) fn sample_sections() -> Vec<SignSection> {
    let body = sample_minor();
    show::sections(&clauses(&body, &Vocabulary::builtin()), &plain(&body))
}

fn problem(field: &str, code: ProblemCode) -> Problem {
    Problem {
        field: field.to_owned(),
        code,
    }
}

impl Page for SignCodePage {
    const TEMPLATE: &'static str = "sign/code.html";

    fn samples() -> Vec<Self> {
        let wrong = SignCodeInput {
            sign_code: "K7M2Q-4XWP".to_owned(),
        };
        let form = Form::new(&wrong).wrong("sign_code", Text::new("signing.code_wrong"));
        vec![
            Self {
                form: Form::new(&SignCodeInput::default()),
            },
            Self { form },
        ]
    }
}

impl Page for SignPage {
    const TEMPLATE: &'static str = "sign/read.html";

    fn samples() -> Vec<Self> {
        let sections = sample_sections();
        let input = SignatureInput::default();
        let sign = SignForm {
            deadline: fixtures::moment(-10),
            asks_for_name: true,
            asks_for_id: true,
            asks_for_authority: false,
            consent: "本人陈晨作为学徒，已经看完并同意编号PX-2026-0001的培养协议，同意以电子形式签署。".to_owned(),
            consent_version: "consent/1".to_owned(),
            consent_locale: "zh".to_owned(),
            form: Form::new(&input),
        };
        let wrong = Form::new(&SignatureInput {
            signatory_name: "陈辰".to_owned(),
            ..SignatureInput::default()
        });
        let wrong = wrong
            .wrong(
                "signatory_name",
                Text::new("signing.not_the_person").with("enterprise", ENTERPRISE),
            )
            .wrong("agreed", Text::new("signing.not_agreed"));
        let agent = SignatureInput {
            capacity: "agent".to_owned(),
            authority_title: "人力资源经理".to_owned(),
            authority_dated: "2026-11-01".to_owned(),
            ..SignatureInput::default()
        };
        let open = Self {
            head: head("apprentice", "陈晨"),
            sections,
            seen: "b6a1".repeat(16),
            sign: Some(sign.clone()),
            again: None,
        };
        vec![
            open.clone(),
            Self {
                sign: Some(SignForm {
                    form: wrong,
                    ..sign.clone()
                }),
                ..open.clone()
            },
            Self {
                head: head("guardian", "陈建国"),
                again: Some("changed"),
                ..open.clone()
            },
            Self {
                head: head("enterprise", "周宁"),
                sign: Some(SignForm {
                    asks_for_id: false,
                    asks_for_authority: true,
                    form: Form::with_problems(&agent, &[problem("authority_document", ProblemCode::Required)]),
                    ..sign.clone()
                }),
                again: Some("consent"),
                ..open.clone()
            },
            Self {
                head: SignHead {
                    path: BY_LOGIN.to_owned(),
                    ..head("college", "李可")
                },
                sign: Some(SignForm {
                    asks_for_name: false,
                    asks_for_id: false,
                    asks_for_authority: true,
                    ..sign
                }),
                again: Some("meanwhile"),
                ..open.clone()
            },
            Self {
                head: head("enterprise", "周宁"),
                sign: None,
                ..open
            },
        ]
    }
}

impl Page for SignedPage {
    const TEMPLATE: &'static str = "sign/signed.html";

    fn samples() -> Vec<Self> {
        let waiting = Self {
            head: head("apprentice", "陈晨"),
            sections: sample_sections(),
            at: fixtures::moment(0),
            on: fixtures::day(2026, 11, 20),
            short_hash: "b6a1b6a1".to_owned(),
            waits_for: vec!["guardian", "enterprise"],
            effective_on: None,
            in_effect: false,
            ended: false,
            verify_code: None,
            course: None,
        };
        let signed = |name: &str, role| SignHead {
            others: ["apprentice", "guardian", "enterprise"]
                .map(|role| SlotLine { role, state: "signed" })
                .to_vec(),
            ..head(role, name)
        };
        let all = Self {
            head: signed("陈晨", "apprentice"),
            waits_for: Vec::new(),
            effective_on: Some(fixtures::day(2026, 12, 1)),
            verify_code: Some("7K3M-P9QX-4RTW".to_owned()),
            ..waiting.clone()
        };
        let since = |(at, course)| SignedCourseView {
            may_end: at == 0,
            proposal: (at == 1).then(samples::pause_proposed),
            course,
            asked: false,
            own: false,
        };
        let holds = samples::courses().swap_remove(0);
        let answers = [(true, false), (false, true)].map(|(asked, own)| Self {
            course: Some(SignedCourseView {
                course: holds.clone(),
                proposal: Some(samples::end_proposed()),
                asked,
                own,
                may_end: true,
            }),
            ..all.clone()
        });
        let courses = samples::courses()
            .into_iter()
            .enumerate()
            .map(since)
            .map(|course| Self {
                course: Some(course),
                in_effect: true,
                ..all.clone()
            });
        let mut pages: Vec<Self> = answers.into_iter().chain(courses).collect();
        pages.extend([
            waiting,
            all.clone(),
            Self {
                head: signed("陈建国", "guardian"),
                in_effect: true,
                ..all.clone()
            },
            Self {
                head: signed("周宁", "enterprise"),
                ended: true,
                ..all.clone()
            },
            Self {
                head: SignHead {
                    path: BY_LOGIN.to_owned(),
                    ..signed("李可", "college")
                },
                ..all
            },
        ]);
        pages
    }
}

impl Page for SignClosedPage {
    const TEMPLATE: &'static str = "sign/closed.html";

    fn samples() -> Vec<Self> {
        let closed = |why, at: Option<i64>| Self {
            path: PATH.to_owned(),
            why,
            at: at.map(fixtures::moment),
            enterprise: ENTERPRISE.to_owned(),
            reason: None,
            asked: false,
        };
        let recalled = Self {
            reason: Some("岗位调整，培养时间要重新商量。".to_owned()),
            ..closed("recalled", None)
        };
        vec![
            closed("declined", Some(2)),
            closed("expired", Some(1)),
            closed("over", None),
            recalled.clone(),
            Self {
                asked: true,
                ..recalled.clone()
            },
            Self {
                path: BY_LOGIN.to_owned(),
                asked: true,
                ..recalled
            },
            closed("link_expired", None),
            closed("link_sent", None),
            closed("link_revoked", None),
            closed("unknown", None),
        ]
    }
}

impl Page for SignDeclinePage {
    const TEMPLATE: &'static str = "sign/decline.html";

    fn samples() -> Vec<Self> {
        let input = SignDeclineInput {
            wish: "change".to_owned(),
            ..SignDeclineInput::default()
        };
        let missing = [problem("reason", ProblemCode::Required)];
        vec![
            Self {
                head: head("apprentice", "陈晨"),
                asks_for_name: true,
                asks_for_id: true,
                form: Form::new(&input),
            },
            Self {
                head: SignHead {
                    path: BY_LOGIN.to_owned(),
                    ..head("college", "李可")
                },
                asks_for_name: false,
                asks_for_id: false,
                form: Form::with_problems(&input, &missing),
            },
        ]
    }
}
