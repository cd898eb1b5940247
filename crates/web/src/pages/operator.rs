//! The operator's queues.

use kernel::Timestamp;
use marketplace::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use words::Text;

use super::{ActingChoice, Form, Link, MemberRow, OrganisationCard, Pager, Tab, fixtures};
use crate::view::Page;

/// `GET /operator?standing=&q=`: organisations, those that wait first.
#[derive(Debug, Clone, Serialize)]
pub struct OperatorQueuePage {
    /// One tab for each standing.
    pub tabs: Vec<Tab>,
    /// Code of the standing shown.
    pub standing: &'static str,
    /// The organisations.
    pub rows: Vec<QueueRow>,
    /// More of them.
    pub pager: Option<Pager>,
    /// For whom else the operator may act; none for most.
    pub acting: Option<ActingChoice>,
}

/// An organisation of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueRow {
    /// Its operator page.
    pub href: String,
    /// Name.
    pub name: String,
    /// Codes of its kinds.
    pub kinds: Vec<&'static str>,
    /// 统一社会信用代码
    pub credit_code: String,
    /// Province and district.
    pub place: Option<String>,
    /// Since when it has this standing.
    pub since: Timestamp,
    /// How many things are unusual.
    pub hints: usize,
    /// Invented for the demonstration.
    pub fictional: bool,
}

/// What the operator types to return or suspend.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionInput {
    /// Why, in words the organisation reads.
    pub reason: String,
    /// Version of the organisation that was looked at.
    pub version: i64,
}

/// `GET /operator/organisations/{id}`; `POST {path}/verify`, `/return`, `/suspend`, `/reinstate`.
#[derive(Debug, Clone, Serialize)]
pub struct OperatorOrganisationPage {
    /// `/operator/organisations/{id}`
    pub path: String,
    /// What is said of it.
    pub organisation: OrganisationCard,
    /// 统一社会信用代码
    pub credit_code: String,
    /// What the present standing was explained with.
    pub remark: Option<String>,
    /// What the program looked at, with its finding.
    pub checks: Vec<Check>,
    /// Its members.
    pub members: Vec<MemberRow>,
    /// Colleges of that name in the register.
    pub register: Vec<Link>,
    /// What happened so far, the latest first.
    pub history: Vec<HistoryEvent>,
    /// A [`DecisionInput`] with its problems.
    pub form: Form,
    /// Version of the organisation.
    pub version: i64,
    /// What can be decided now.
    pub may: Decisions,
}

/// What the operator can decide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "four buttons, each there or not")]
pub struct Decisions {
    /// Verify.
    pub verify: bool,
    /// Return with a reason.
    pub send_back: bool,
    /// Suspend with a reason.
    pub suspend: bool,
    /// Reinstate.
    pub reinstate: bool,
}

/// Something the program looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Whether it is as expected; unusual is a hint, never a block.
    pub passed: bool,
    /// What was found.
    pub text: Text,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What.
    pub what: Text,
    /// In whose words why.
    pub reason: Option<String>,
}

/// `GET /operator/jobs?state=`; `POST {path}/retry` for a dead one.
#[derive(Debug, Clone, Serialize)]
pub struct OperatorJobsPage {
    /// One tab for each state: `ready`, `running`, `done`, `dead`.
    pub tabs: Vec<Tab>,
    /// The jobs.
    pub rows: Vec<JobRow>,
    /// More of them.
    pub pager: Option<Pager>,
    /// How many letters wait to be sent.
    pub letters_waiting: i64,
    /// How many letters were sent.
    pub letters_sent: i64,
    /// The letters that could not be sent, the latest first.
    pub failed_letters: Vec<FailedLetter>,
}

/// A letter that could not be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedLetter {
    /// Which letter.
    pub name: Text,
    /// To whom, masked.
    pub recipient: String,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was given up.
    pub at: Timestamp,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobRow {
    /// `/operator/jobs/{id}`
    pub path: String,
    /// Kind, as the program calls it.
    pub kind: String,
    /// Code of its state.
    pub state: &'static str,
    /// How often it was tried in vain.
    pub failures: i64,
    /// When it runs, or ran.
    pub run_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// `GET /operator/imports`
#[derive(Debug, Clone, Serialize)]
pub struct OperatorImportsPage {
    /// The imports, the latest first.
    pub rows: Vec<ImportRow>,
    /// More of them.
    pub pager: Option<Pager>,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportRow {
    /// When.
    pub at: Timestamp,
    /// Code of the kind: `programmes`, `postings`, ..
    pub kind: String,
    /// The file's name.
    pub file: String,
    /// Its SHA-256, shortened.
    pub hash: String,
    /// Rows read.
    pub rows: i64,
    /// New ones.
    pub added: i64,
    /// Changed ones.
    pub changed: i64,
    /// Who.
    pub who: String,
}

impl Page for OperatorQueuePage {
    const TEMPLATE: &'static str = "operator/queue.html";

    fn samples() -> Vec<Self> {
        let tabs = |chosen: &str| {
            [("claimed", 3), ("returned", 1), ("verified", 52), ("suspended", 0)]
                .map(|(code, count)| Tab {
                    label: Text::of("standing", code),
                    count,
                    href: format!("/operator?standing={code}"),
                    chosen: code == chosen,
                })
                .to_vec()
        };
        let row = |name: &str, kind, since, hints| QueueRow {
            href: "/operator/organisations/0199b0c1-0000-7000-8000-00000000000a".to_owned(),
            name: name.to_owned(),
            kinds: vec![kind],
            credit_code: "91310000000000000U".to_owned(),
            place: Some("上海市嘉定区".to_owned()),
            since: fixtures::moment(since),
            hints,
            fictional: true,
        };
        vec![
            Self {
                tabs: tabs("claimed"),
                standing: "claimed",
                rows: vec![
                    row("上海示例精密机械有限公司", "enterprise", 3, 0),
                    row("示例电子信息职业技术学院", "school", 1, 2),
                    row("上海示例生物医药科技股份有限公司张江分公司", "enterprise", 0, 1),
                ],
                pager: None,
                acting: None,
            },
            Self {
                tabs: tabs("suspended"),
                standing: "suspended",
                rows: Vec::new(),
                pager: None,
                acting: Some(fixtures::acting()),
            },
        ]
    }
}

impl Page for OperatorOrganisationPage {
    const TEMPLATE: &'static str = "operator/organisation.html";

    fn samples() -> Vec<Self> {
        let mut organisation = fixtures::college_card();
        organisation.party.standing = "claimed";
        let waiting = Self {
            path: "/operator/organisations/0199b0c1-0000-7000-8000-00000000000a".to_owned(),
            organisation,
            credit_code: "123100001234567888".to_owned(),
            remark: None,
            checks: vec![
                Check {
                    passed: true,
                    text: Text::new("check.credit_code"),
                },
                Check {
                    passed: false,
                    text: Text::of("hint", "registrar"),
                },
                Check {
                    passed: true,
                    text: Text::new("check.no_double"),
                },
            ],
            members: vec![MemberRow {
                name: "沈念".to_owned(),
                email: "s***@example.cn".to_owned(),
                role: "admin",
                from: fixtures::day(2026, 11, 17),
                you: false,
                end: None,
            }],
            register: vec![Link::new(
                "/search?q=上海示例电子信息职业技术学院",
                "上海示例电子信息职业技术学院",
            )],
            history: vec![HistoryEvent {
                at: fixtures::moment(3),
                who: "沈念".to_owned(),
                what: Text::new("event.organisation_signed_up"),
                reason: None,
            }],
            form: Form::new(&DecisionInput::default()),
            version: 1,
            may: Decisions {
                verify: true,
                send_back: true,
                suspend: true,
                reinstate: false,
            },
        };
        let missing = [Problem {
            field: "reason".to_owned(),
            code: ProblemCode::Required,
        }];
        let mut suspended = Self {
            remark: Some("多次收到“联系不上”的反映。".to_owned()),
            register: Vec::new(),
            may: Decisions {
                reinstate: true,
                ..Decisions::default()
            },
            ..waiting.clone()
        };
        suspended.organisation.party.standing = "suspended";
        suspended.history.insert(
            0,
            HistoryEvent {
                at: fixtures::moment(1),
                who: "平台运营".to_owned(),
                what: Text::new("event.organisation_suspended"),
                reason: Some("多次收到“联系不上”的反映。".to_owned()),
            },
        );
        vec![
            waiting.clone(),
            Self {
                form: Form::with_problems(&DecisionInput::default(), &missing),
                ..waiting
            },
            suspended,
        ]
    }
}

impl Page for OperatorJobsPage {
    const TEMPLATE: &'static str = "operator/jobs.html";

    fn samples() -> Vec<Self> {
        let tabs: Vec<Tab> = [("ready", 2), ("running", 1), ("done", 1_904), ("dead", 1)]
            .map(|(code, count)| Tab {
                label: Text::of("job_state", code),
                count,
                href: format!("/operator/jobs?state={code}"),
                chosen: code == "dead",
            })
            .to_vec();
        let row = |kind: &str, state, failures, error: Option<&str>| JobRow {
            path: "/operator/jobs/0199b0c1-0000-7000-8000-00000000000d".to_owned(),
            kind: kind.to_owned(),
            state,
            failures,
            run_at: fixtures::moment(0),
            last_error: error.map(str::to_owned),
        };
        vec![
            Self {
                tabs: tabs.clone(),
                rows: vec![
                    row("index", "dead", 12, Some("the search engine does not answer")),
                    row("nightly", "ready", 0, None),
                    row("match", "running", 1, None),
                ],
                pager: None,
                letters_waiting: 2,
                letters_sent: 1_310,
                failed_letters: vec![FailedLetter {
                    name: Text::of("letter_name", "organisation_verified"),
                    recipient: "s***@example.cn".to_owned(),
                    last_error: Some("550 5.1.1 no such mailbox".to_owned()),
                    at: fixtures::moment(0),
                }],
            },
            Self {
                tabs,
                rows: Vec::new(),
                pager: None,
                letters_waiting: 0,
                letters_sent: 0,
                failed_letters: Vec::new(),
            },
        ]
    }
}

impl Page for OperatorImportsPage {
    const TEMPLATE: &'static str = "operator/imports.html";

    fn samples() -> Vec<Self> {
        vec![
            Self {
                rows: vec![ImportRow {
                    at: fixtures::moment(1),
                    kind: "programmes".to_owned(),
                    file: "programmes_national_2025.csv".to_owned(),
                    hash: "9f2c41ab07d3".to_owned(),
                    rows: 68_236,
                    added: 68_236,
                    changed: 0,
                    who: "命令行".to_owned(),
                }],
                pager: None,
            },
            Self {
                rows: Vec::new(),
                pager: None,
            },
        ]
    }
}
