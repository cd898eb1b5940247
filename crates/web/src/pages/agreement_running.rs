//! An agreement that holds: its state, a pause, going on, the end. For its parties, the operator, and who signed it.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use words::Text;

use super::Form;
use crate::view::Page;

/// What became of an agreement since everybody signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseView {
    /// `holds`, `paused`, `completed`, `ended`, or `ending` until the last day has come.
    pub code: &'static str,
    /// Days, ground and consequences.
    pub facts: Vec<Text>,
    /// Why, in words of whoever proposed it.
    pub reason: Option<String>,
    /// What it means for pay and hours.
    pub means: Vec<Text>,
}

/// What is proposed of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposalView {
    /// `recall`, `suspend`, `resume` or `terminate`: the last is answered on a page of its own.
    pub kind: &'static str,
    /// What, and whose.
    pub text: Text,
    /// Days, ground and consequences.
    pub facts: Vec<Text>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// Who has yet to agree.
    pub waits: Text,
    /// When.
    pub at: Timestamp,
}

/// The agreement as a signatory sees it once it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedCourseView {
    /// What became of it.
    pub course: CourseView,
    /// What is proposed.
    pub proposal: Option<ProposalView>,
    /// Whether they have to agree to that.
    pub asked: bool,
    /// Whether it is their own.
    pub own: bool,
    /// Whether they may propose or declare the end.
    pub may_end: bool,
}

/// Where a form about a running agreement belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunningHead {
    /// Where the form goes.
    pub action: String,
    /// The page it came from.
    pub back: String,
    /// The agreement's number.
    pub number: String,
    /// The enterprise.
    pub enterprise: String,
    /// The apprentice; none for an operator who has not opened the agreement.
    pub apprentice: Option<String>,
    /// How it comes about: `asks` the other side, `alone`, or `ordered` by the operator.
    pub way: &'static str,
}

/// What is typed for a pause.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PauseTyped {
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Why.
    pub reason: String,
}

/// What is typed to go on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResumeTyped {
    /// From which day.
    pub on: String,
}

/// What is typed for the end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndTyped {
    /// Code of the ground.
    pub ground: String,
    /// The last day.
    pub last_day: String,
    /// Why.
    pub reason: String,
    /// How pay is settled.
    pub stipend: String,
    /// What becomes of the hours.
    pub hours: String,
    /// What becomes of the subsidy.
    pub subsidy: String,
    /// The name of who does it by their own link.
    pub signatory_name: String,
    /// The end of their identity number. Never shown again.
    #[serde(skip_serializing)]
    pub id_last_four: String,
}

/// `GET` and `POST /agreements/{id}/pause`, `/operator/agreements/{id}/pause`
#[derive(Debug, Clone, Serialize)]
pub struct PausePage {
    /// Where it belongs.
    pub head: RunningHead,
    /// A [`PauseTyped`] with its problems.
    pub form: Form,
}

/// `GET` and `POST /agreements/{id}/resume`, `/operator/agreements/{id}/resume`
#[derive(Debug, Clone, Serialize)]
pub struct ResumePage {
    /// Where it belongs.
    pub head: RunningHead,
    /// The pause that would end.
    pub course: CourseView,
    /// A [`ResumeTyped`] with its problems.
    pub form: Form,
}

/// `GET` and `POST /agreements/{id}/end`, `/sign/{token}/end`
#[derive(Debug, Clone, Serialize)]
pub struct EndPage {
    /// Where it belongs.
    pub head: RunningHead,
    /// Codes of the grounds that are for whoever ends it.
    pub grounds: Vec<&'static str>,
    /// Whether a proposal waits for answers already.
    pub pending: bool,
    /// An [`EndTyped`] with its problems.
    pub form: Form,
}

/// The same before it is done: what cannot be undone is read once more.
#[derive(Debug, Clone, Serialize)]
pub struct EndSurePage {
    /// Where it belongs.
    pub head: RunningHead,
    /// Whether it ends at once, without anybody's agreement.
    pub alone: bool,
    /// Days, ground and consequences.
    pub facts: Vec<Text>,
    /// What it means for pay and hours.
    pub means: Vec<Text>,
    /// Whether name and number are asked for.
    pub asks_who: bool,
    /// An [`EndTyped`], with what is wrong about who it is.
    pub form: Form,
}

/// `GET /agreements/{id}/agree`, `GET` and `POST /sign/{token}/agree`: an end that others proposed.
#[derive(Debug, Clone, Serialize)]
pub struct EndAgreePage {
    /// Where it belongs.
    pub head: RunningHead,
    /// What is proposed.
    pub proposal: ProposalView,
    /// What it means for pay and hours.
    pub means: Vec<Text>,
    /// Whether name and number are asked for.
    pub asks_who: bool,
    /// An [`EndTyped`], with what is wrong about who it is.
    pub form: Form,
}

impl Page for PausePage {
    const TEMPLATE: &'static str = "agreements/pause.html";

    fn samples() -> Vec<Self> {
        samples::pauses()
    }
}

impl Page for ResumePage {
    const TEMPLATE: &'static str = "agreements/resume.html";

    fn samples() -> Vec<Self> {
        samples::resumings()
    }
}

impl Page for EndPage {
    const TEMPLATE: &'static str = "agreements/end.html";

    fn samples() -> Vec<Self> {
        samples::ends()
    }
}

impl Page for EndSurePage {
    const TEMPLATE: &'static str = "agreements/end_sure.html";

    fn samples() -> Vec<Self> {
        samples::sure()
    }
}

impl Page for EndAgreePage {
    const TEMPLATE: &'static str = "agreements/end_agree.html";

    fn samples() -> Vec<Self> {
        samples::agreeing()
    }
}

/// Samples of these pages, and of parts that other pages show.
pub(super) mod samples {
    use agreement::lifecycle::{Consequences, Ground, Pause, Proposal, Proposed, SlotRole, Termination};
    use kernel::Date;
    use marketplace::{Problem, ProblemCode};
    use operations::agreements::Course;

    use super::{
        CourseView, EndAgreePage, EndPage, EndSurePage, EndTyped, Form, PausePage, PauseTyped, ProposalView,
        ResumePage, ResumeTyped, RunningHead, Text,
    };
    use crate::{
        pages::{
            AgreementPage,
            agreement_samples::{over, step},
            fixtures,
        },
        show,
    };

    const AGREEMENT: &str = "/agreements/0199b0c1-0000-7000-8000-00000000000b";
    const LINK: &str = "/sign/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn today() -> Date {
        fixtures::day(2026, 11, 20)
    }

    fn pause() -> Pause {
        Pause {
            from: fixtures::day(2026, 12, 1),
            until: Some(fixtures::day(2027, 1, 15)),
            reason: "设备大修，停产一个半月。".to_owned(),
        }
    }

    fn termination(ground: Ground) -> Termination {
        Termination {
            ground,
            reason: "连续两个月没有按时发工资。".to_owned(),
            last_day: fixtures::day(2026, 12, 31),
            consequences: Consequences {
                stipend: "工资结清到最后一天，拖欠的一并补发。".to_owned(),
                hours: "已经确认的学时保留。".to_owned(),
                subsidy: "按已经完成的学时核算。".to_owned(),
            },
        }
    }

    fn proposed(of: Proposed, by: SlotRole) -> ProposalView {
        show::proposal(&Proposal {
            of,
            by,
            at: fixtures::moment(0),
            needs: [SlotRole::Enterprise, SlotRole::College, SlotRole::Apprentice].into(),
            agreed: [by].into(),
        })
    }

    /// An end that the apprentice proposes.
    pub(in super::super) fn end_proposed() -> ProposalView {
        proposed(Proposed::Terminate(termination(Ground::Mutual)), SlotRole::Apprentice)
    }

    /// A pause that the enterprise proposes.
    pub(in super::super) fn pause_proposed() -> ProposalView {
        proposed(Proposed::Suspend(pause()), SlotRole::Enterprise)
    }

    /// Every course that looks different.
    pub(in super::super) fn courses() -> Vec<CourseView> {
        let open = Pause { until: None, ..pause() };
        let past = Termination {
            last_day: fixtures::day(2026, 11, 1),
            ..termination(Ground::Unpaid)
        };
        [
            Course::Holds,
            Course::Paused(pause()),
            Course::Paused(open),
            Course::Completed(today()),
            Course::Ended(termination(Ground::Mutual)),
            Course::Ended(past),
        ]
        .iter()
        .map(|course| show::course(course, today()))
        .collect()
    }

    /// Agreements that hold, with what became of them and what is proposed.
    pub(in super::super) fn pages() -> Vec<AgreementPage> {
        let of = |stage, code, act, may: &[&'static str]| AgreementPage {
            may: may.to_vec(),
            step: step(code, act),
            ..over(stage, "runs")
        };
        let mut courses = courses().into_iter().skip(1);
        let mut pages = vec![
            AgreementPage {
                proposal: Some(pause_proposed()),
                ..of(
                    "effective",
                    "agree_suspend",
                    Some("agree"),
                    &["agree", "object", "terminate"],
                )
            },
            AgreementPage {
                proposal: Some(end_proposed()),
                ..of(
                    "effective",
                    "agree_terminate",
                    Some("link"),
                    &["agree", "object", "terminate"],
                )
            },
            AgreementPage {
                proposal: Some(end_proposed()),
                ..of("effective", "waits", None, &["object", "suspend", "terminate"])
            },
            AgreementPage {
                course: courses.next(),
                ..of("suspended", "suspended", None, &["resume", "terminate", "export"])
            },
        ];
        pages.extend(courses.map(|course| AgreementPage {
            course: Some(course),
            ..of("terminated", "terminated", None, &["export"])
        }));
        pages
    }

    fn head(action: &str, way: &'static str) -> RunningHead {
        let back = match way {
            "own" => LINK.to_owned(),
            "ordered" => format!("/operator{AGREEMENT}"),
            _ => AGREEMENT.to_owned(),
        };
        RunningHead {
            action: format!("{back}/{action}"),
            back,
            number: "PX-2026-0001".to_owned(),
            enterprise: "上海示例精密机械有限公司".to_owned(),
            apprentice: (way != "ordered").then(|| "陈晨".to_owned()),
            way,
        }
    }

    pub(super) fn pauses() -> Vec<PausePage> {
        let typed = PauseTyped {
            from: "2026-13-01".to_owned(),
            ..PauseTyped::default()
        };
        let problems =
            [("from", ProblemCode::NotADate), ("reason", ProblemCode::Required)].map(|(field, code)| Problem {
                field: field.to_owned(),
                code,
            });
        let empty = Form::new(&PauseTyped::default());
        let of = |way, form| PausePage {
            head: head("pause", way),
            form,
        };
        vec![
            of("asks", empty.clone()),
            of("alone", Form::with_problems(&typed, &problems)),
            of("ordered", empty),
        ]
    }

    pub(super) fn resumings() -> Vec<ResumePage> {
        ["asks", "alone", "ordered"]
            .into_iter()
            .zip(courses().into_iter().skip(1))
            .map(|(way, course)| ResumePage {
                head: head("resume", way),
                course,
                form: Form::new(&ResumeTyped {
                    on: "2026-12-20".to_owned(),
                }),
            })
            .collect()
    }

    fn typed() -> EndTyped {
        EndTyped {
            ground: "unpaid".to_owned(),
            last_day: "2026-12-31".to_owned(),
            reason: "连续两个月没有按时发工资。".to_owned(),
            stipend: "工资结清到最后一天，拖欠的一并补发。".to_owned(),
            hours: "已经确认的学时保留。".to_owned(),
            subsidy: "按已经完成的学时核算。".to_owned(),
            ..EndTyped::default()
        }
    }

    pub(super) fn ends() -> Vec<EndPage> {
        let wrong = [Problem {
            field: "ground".to_owned(),
            code: ProblemCode::Required,
        }];
        vec![
            EndPage {
                head: head("end", "asks"),
                grounds: vec!["mutual", "closure"],
                pending: true,
                form: Form::with_problems(&EndTyped::default(), &wrong),
            },
            EndPage {
                head: head("end", "own"),
                grounds: vec!["mutual", "abuse", "closure", "unpaid"],
                pending: false,
                form: Form::new(&typed()),
            },
        ]
    }

    pub(super) fn sure() -> Vec<EndSurePage> {
        let of = |way, ground: Ground, form| EndSurePage {
            head: head("end", way),
            alone: ground.is_unilateral(),
            facts: show::end_facts(&termination(ground)),
            means: show::end_means(ground),
            asks_who: way == "own",
            form,
        };
        let wrong = Text::new("signing.not_the_person").with("enterprise", "上海示例精密机械有限公司");
        vec![
            of("asks", Ground::Mutual, Form::new(&typed())),
            of("own", Ground::Unpaid, Form::new(&typed())),
            of(
                "own",
                Ground::Mutual,
                Form::new(&typed()).wrong("signatory_name", wrong),
            ),
        ]
    }

    pub(super) fn agreeing() -> Vec<EndAgreePage> {
        ["asks", "own"]
            .map(|way| EndAgreePage {
                head: head("agree", way),
                proposal: end_proposed(),
                means: show::end_means(Ground::Mutual),
                asks_who: way == "own",
                form: Form::new(&EndTyped::default()),
            })
            .to_vec()
    }
}
