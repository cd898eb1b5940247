//! Samples of the pages of agreements. The sections are those of the table of fields, filled with the invented agreement
//! that the tables of fields and rules are tested with.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use agreement::training::{
    Case, Draft, FIELDS, Kind, PREAMBLE, RULES, Section, TITLE, clauses, occasion, plain, sample_draft, sample_facts,
    tasks,
};
use kernel::{AgreementId, Date, Locale, SeededChance};
use law::{Finding, Packs};
use operations::agreements::{SectionForm, section_of};
use vocabulary::Vocabulary;
use words::{Arg, Qr, Text};

use super::{
    AgreementNewPage, AgreementPage, AgreementRow, AgreementSectionPage, AgreementStep, AgreementTask,
    AgreementTextPage, AgreementsPage, Approved, ChangeRow, CodeView, FindingView, Form, Mistake, OpenCount, Pager,
    PlannedView, ProposalView, SlotRow, Tab, TaskState, TimelineRow, fixtures,
};
use crate::show::{Law, Names, TypedSection, with_notes};

const PATH: &str = "/agreements/0199b0c1-0000-7000-8000-0000000000aa";
const NUMBER: &str = "PX-2026-0128";
const SLOT: &str = "0199b0c1-0000-7000-8000-0000000000a";

static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::builtin()));
static PACKS: LazyLock<Packs> = LazyLock::new(Packs::builtin);

/// The day of every sample.
fn today() -> Date {
    fixtures::day(2026, 8, 25)
}

fn law() -> Law<'static> {
    Law {
        packs: &PACKS,
        today: today(),
    }
}

/// What was typed, with a wage below the minimum, a deposit, and a day that is none.
fn typed() -> Draft {
    let mut draft = sample_draft();
    for (key, words) in [
        ("pay.wage_items.0.amount", "1000"),
        ("cost.deposit", "500"),
        ("training.start", "2026-02-30"),
        ("training.objectives", ""),
        ("ending.contract_end_grounds", "怀孕的，劳动合同终止"),
    ] {
        // Keys of the table of fields.
        let _ = draft.set(key, words);
    }
    draft
}

fn found(draft: &Draft) -> Vec<Finding> {
    let (body, _) = draft.read(&VOCABULARY);
    let case = Case {
        body,
        today: today(),
        facts: sample_facts(),
        vocabulary: VOCABULARY.clone(),
    };
    let resolved = PACKS.resolve("310118", today());
    let findings = law::evaluate(RULES, &case, &resolved, law::Stage::Sign);
    findings.open().cloned().collect()
}

fn section_form(draft: &Draft, section: Section, may_save: bool) -> SectionForm {
    let (body, problems) = draft.read(&VOCABULARY);
    let occasion = occasion(today(), &PACKS.resolve("310118", today()));
    let here = |key: &str| section_of(key) == Some(section);
    let fields = FIELDS
        .iter()
        .filter(|spec| spec.section == section && !spec.is_filled_by_the_product());
    SectionForm {
        id: AgreementId::new(fixtures::moment(0), &SeededChance::new(7)),
        number: NUMBER.to_owned(),
        section,
        fields: fields.collect(),
        draft: draft.clone(),
        tasks: tasks(draft, &body, &problems, &[], &occasion),
        problems: problems.into_iter().filter(|problem| here(&problem.field)).collect(),
        findings: found(draft)
            .into_iter()
            .filter(|finding| here(&finding.field))
            .collect(),
        missing: body.missing(&occasion).into_iter().filter(|key| here(key)).collect(),
        reasons: Vec::new(),
        seen: 4,
        may_save,
        approvals: usize::from(may_save),
    }
}

pub(super) fn sections() -> Vec<AgreementSectionPage> {
    let names = Names::new(Locale::Zh, VOCABULARY.clone());
    let (full, empty) = (typed(), Draft::default());
    let page = |form: &SectionForm, typed: &TypedSection| names.section_page(&law(), form, typed);
    let mut pages: Vec<AgreementSectionPage> = Section::ALL
        .into_iter()
        .map(|section| page(&section_form(&full, section, true), &TypedSection::default()))
        .collect();
    let lists = FIELDS.iter().filter(|spec| matches!(spec.kind, Kind::List { .. }));
    let more = TypedSection {
        rows: lists.map(|spec| (spec.key.to_owned(), 3)).collect::<BTreeMap<_, _>>(),
        stale: true,
        ..TypedSection::default()
    };
    for section in [Section::Parties, Section::Content, Section::Signing] {
        pages.push(page(&section_form(&empty, section, true), &TypedSection::default()));
        pages.push(page(&section_form(&full, section, true), &more));
        pages.push(page(&section_form(&full, section, false), &TypedSection::default()));
        pages.push(page(&section_form(&empty, section, false), &TypedSection::default()));
    }
    pages
}

pub(super) fn lists() -> Vec<AgreementsPage> {
    let tabs = |chosen: &str| {
        [("writing", 2), ("signing", 1), ("running", 41), ("over", 0)]
            .map(|(code, count)| Tab {
                label: Text::of("agreement_group_of", code),
                count,
                href: format!("/workspace/agreements?show={code}"),
                chosen: code == chosen,
            })
            .to_vec()
    };
    let row = |stage, turn: Text, about: &[&str], other: Option<&str>, yours| AgreementRow {
        href: PATH.to_owned(),
        number: NUMBER.to_owned(),
        about: about.iter().map(|words| (*words).to_owned()).collect(),
        other: other.map(str::to_owned),
        stage,
        turn,
        yours,
        next_at: (stage == "signing").then(|| fixtures::moment(-3)),
        updated_at: fixtures::moment(1),
    };
    let college = Some("示例电子信息职业技术学院");
    let turn = |code| Text::of("agreement_turn", code);
    let theirs = turn("theirs").with("party", Text::of("agreement_party", "college"));
    let sign = turn("sign").with("roles", asked());
    let rows = vec![
        row("draft", turn("write"), &[], None, true),
        row(
            "negotiating",
            turn("yours"),
            &["李晓峰", "数控车床操作工"],
            college,
            true,
        ),
        row("negotiating", theirs, &["李晓峰"], college, false),
        row("ready", turn("send"), &["李晓峰", "数控车床操作工"], college, true),
        row("signing", sign, &["李晓峰", "数控车床操作工"], college, false),
        row("signing", turn("stuck"), &["李晓峰"], college, false),
        row("effective", turn("runs"), &["李晓峰"], college, false),
        row("voided", turn("nobody"), &["李晓峰"], college, false),
    ];
    let page = |rows, empty, chosen, pager| AgreementsPage {
        tabs: tabs(chosen),
        rows,
        pager,
        empty,
    };
    let pager = Pager {
        page: 2,
        pages: 3,
        previous: Some("/workspace/agreements?show=running&page=1".to_owned()),
        next: Some("/workspace/agreements?show=running&page=3".to_owned()),
    };
    vec![
        page(rows, false, "running", Some(pager)),
        page(Vec::new(), false, "over", None),
        page(Vec::new(), true, "writing", None),
    ]
}

pub(super) fn beginnings() -> Vec<AgreementNewPage> {
    let typed = |with: &str, other: &str| BTreeMap::from([("with", with.to_owned()), ("other", other.to_owned())]);
    let mistake = Mistake {
        field: "other".to_owned(),
        label: Text::new("agreement.other_college"),
        message: Text::new("agreement.other_unknown"),
    };
    vec![
        AgreementNewPage {
            form: Form::new(&typed("college", "")),
            enterprise: true,
        },
        AgreementNewPage {
            form: Form::with_mistakes(&typed("alone", "没有这家学院"), [mistake]),
            enterprise: true,
        },
        AgreementNewPage {
            form: Form::new(&typed("college", "")),
            enterprise: false,
        },
    ]
}

fn asked() -> Arg {
    Arg::List(vec![
        Arg::Text(Text::of("agreement_role", "apprentice")),
        Arg::Text(Text::of("agreement_role", "enterprise")),
    ])
}

fn findings(reasons: bool) -> Vec<FindingView> {
    let findings = found(&typed());
    findings
        .iter()
        .enumerate()
        .map(|(at, finding)| {
            let shown = law().finding(PATH, finding);
            FindingView {
                asks: reasons && shown.weight == "warn",
                reason: (at % 2 == 1).then(|| "本岗位按月综合计算，已取得批复。".to_owned()),
                ..shown
            }
        })
        .collect()
}

pub(super) fn timeline() -> Vec<TimelineRow> {
    let enterprise = || Text::new("agreement_who.organisation").with("name", "上海示例精密机械有限公司");
    let row = |act: &str, words: Option<&str>, changes: Vec<ChangeRow>, days| TimelineRow {
        what: Text::of("agreement_event", act)
            .with("who", enterprise())
            .with("role", Text::of("agreement_role", "apprentice")),
        who: Some("陈示例 · 上海示例精密机械有限公司".to_owned()),
        at: fixtures::moment(days),
        version: 2,
        words: words.map(str::to_owned),
        facts: Vec::new(),
        sections: if act == "edit" {
            ["pay", "costs"]
                .map(|section| Text::of("training_section", section))
                .to_vec()
        } else {
            Vec::new()
        },
        more: if changes.is_empty() { 0 } else { 3 },
        changes,
    };
    let change = |before: Option<&str>, after: Option<&str>| ChangeRow {
        field: words::field_name("pay.wage_items.0.amount"),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        private: false,
    };
    let changes = vec![
        ChangeRow {
            field: words::field_name("apprentice.phone"),
            private: true,
            ..change(None, None)
        },
        change(Some("2800"), Some("3200")),
        change(None, Some("3200")),
        change(Some("2800"), None),
    ];
    vec![
        row("remind", None, Vec::new(), 0),
        row("hand_over", Some("请核对课程学时和导师。"), Vec::new(), 1),
        row("edit", None, changes, 2),
        row("create", None, Vec::new(), 3),
    ]
}

fn slots() -> Vec<SlotRow> {
    let slot = |n: u8, role, state, may: &[&'static str]| SlotRow {
        id: format!("{SLOT}{n}"),
        role,
        name: "李晓峰".to_owned(),
        address: (n != 1).then(|| "l***@example.cn".to_owned()),
        required: role != "college",
        state,
        deadline: (state == "open").then(|| fixtures::moment(-2)),
        urgent: n == 1,
        asked_at: (state == "open").then(|| fixtures::moment(8)),
        reminded_at: (state == "open").then(|| fixtures::moment(2)),
        at: matches!(state, "signed" | "declined" | "expired").then(|| fixtures::moment(1)),
        reason: (state == "declined").then(|| "工资与谈好的不一样。".to_owned()),
        authority: (state == "signed").then(|| {
            Text::of("agreement.authority", "agent")
                .with("title", "人力资源经理")
                .with("document", "授权委托书 2026-17")
                .with("date", Arg::Date(fixtures::day(2026, 11, 1)))
        }),
        may: may.to_vec(),
        renames: role == "enterprise" || role == "college",
    };
    vec![
        slot(1, "apprentice", "open", &["replace", "ask_again", "new_code"]),
        slot(2, "guardian", "signed", &[]),
        slot(3, "enterprise", "expired", &["replace", "ask_again"]),
        slot(4, "college", "waiting_turn", &["replace"]),
        slot(5, "college", "declined", &[]),
        slot(6, "college", "closed", &[]),
    ]
}

fn tasks_of(states: [TaskState; 4]) -> Vec<AgreementTask> {
    let all = Section::ALL.iter().zip(states.iter().cycle());
    all.map(|(section, state)| AgreementTask {
        section: section.key(),
        state: *state,
        missing: usize::from(*state == TaskState::Doing) * 3,
    })
    .collect()
}

pub(super) fn step(code: &str, act: Option<&'static str>) -> AgreementStep {
    AgreementStep {
        text: Text::of("agreement_next", code)
            .with("section", Text::of("training_section", "pay"))
            .with("party", Text::of("agreement_party", "college"))
            .with("roles", asked())
            .with("n", 2)
            .with("day", fixtures::day(2026, 9, 1)),
        button: act.map(|_| Text::new("agreement.do_fill")),
        href: act.filter(|act| *act == "link").map(|_| format!("{PATH}/sections/pay")),
        act,
    }
}

fn draft_page() -> AgreementPage {
    let tasks = tasks_of([TaskState::Done, TaskState::Doing, TaskState::Fix, TaskState::Todo]);
    AgreementPage {
        path: PATH.to_owned(),
        number: NUMBER.to_owned(),
        stage: "draft",
        version: 1,
        apprentice: String::new(),
        post: String::new(),
        enterprise: "上海示例精密机械有限公司".to_owned(),
        college: None,
        step: step("fill", Some("link")),
        refused: None,
        codes: Vec::new(),
        form: Form::new(&()),
        may: vec!["edit", "hand_over", "give_reason", "check", "void"],
        done: 4,
        tasks,
        findings: findings(true),
        open: OpenCount {
            missing: 7,
            blocking: 2,
            unexplained: 1,
        },
        checked: Some(false),
        planned: Vec::new(),
        slots: Vec::new(),
        round_is_over: false,
        proposal: None,
        course: None,
        approvals: Vec::new(),
        effective_on: None,
        content_hash: None,
        verify_code: None,
        verify_qr: None,
        timeline: timeline(),
        earlier: 0,
        coming: ["approve", "sent", "signed", "effective"]
            .map(|code| Text::of("agreement_coming", code))
            .to_vec(),
    }
}

fn negotiated(code: &str, act: Option<&'static str>, may: &[&'static str]) -> AgreementPage {
    AgreementPage {
        stage: "negotiating",
        apprentice: "李晓峰".to_owned(),
        post: "数控车床操作工".to_owned(),
        college: Some("示例电子信息职业技术学院".to_owned()),
        step: step(code, act),
        may: may.to_vec(),
        checked: Some(true),
        findings: Vec::new(),
        open: OpenCount::default(),
        tasks: tasks_of([TaskState::Done; 4]),
        done: 14,
        approvals: vec![Approved {
            party: "college",
            at: fixtures::moment(1),
        }],
        earlier: 12,
        ..draft_page()
    }
}

fn ready() -> AgreementPage {
    let planned = |role, required, fixed| PlannedView {
        role,
        required,
        fixed,
        name: if required {
            "李晓峰".to_owned()
        } else {
            String::new()
        },
        email: String::new(),
        by_code: role == "apprentice",
        others: vec!["陈示例 chen@example.cn".to_owned(), "周示例".to_owned()],
    };
    AgreementPage {
        stage: "ready",
        planned: vec![
            planned("apprentice", true, true),
            planned("guardian", true, true),
            planned("enterprise", true, false),
            planned("college", false, false),
        ],
        content_hash: Some("9f2c41ab07d39f2c41ab07d39f2c41ab07d39f2c41ab07d39f2c41ab07d39f2c".to_owned()),
        verify_code: Some("7K3M-P9QX-4RTW".to_owned()),
        verify_qr: Qr::of("https://qixiao.example/verify/7K3M-P9QX-4RTW"),
        checked: None,
        approvals: Vec::new(),
        ..negotiated("send", None, &["send", "recall", "void", "export"])
    }
}

fn signing(code: &str, act: Option<&'static str>) -> AgreementPage {
    AgreementPage {
        stage: "signing",
        planned: Vec::new(),
        slots: slots(),
        step: step(code, act),
        may: vec!["recall", "void", "export"],
        ..ready()
    }
}

pub(super) fn over(stage: &'static str, code: &str) -> AgreementPage {
    AgreementPage {
        stage,
        step: step(code, None),
        may: vec!["export"],
        effective_on: Some(fixtures::day(2026, 9, 1)),
        coming: Vec::new(),
        ..signing(code, None)
    }
}

pub(super) fn agreements() -> Vec<AgreementPage> {
    let mistake = |field: String| Mistake {
        field,
        label: Text::new("agreement.words"),
        message: Text::of("problem", "required"),
    };
    let send_form = BTreeMap::from([("apprentice.email", "没写完@"), ("enterprise.name", "陈示例")]);
    let slot_field = format!("{SLOT}1.email");
    let slot_form = BTreeMap::from([(slot_field.as_str(), "没写完@")]);
    let codes = vec![CodeView {
        role: Text::of("agreement_role", "apprentice"),
        name: "李晓峰".to_owned(),
        code: "7K3M-P9QX".to_owned(),
        link: "http://127.0.0.1/sign/AAAA".to_owned(),
        qr: Qr::of("http://127.0.0.1/sign/AAAA"),
        until: fixtures::moment(-10),
    }];
    let proposal = ProposalView {
        kind: "recall",
        facts: Vec::new(),
        text: Text::of("agreement_proposal", "recall").with("role", Text::of("agreement_role", "college")),
        reason: Some("导师换了人。".to_owned()),
        waits: Text::new("agreement.waits_for").with("roles", asked()),
        at: fixtures::moment(1),
    };
    let nothing_done = step("approve", Some("approve"));
    vec![
        draft_page(),
        AgreementPage {
            refused: Some(Text::of("agreement_refusal", "no_reason")),
            form: Form::with_mistakes(
                &BTreeMap::from([("earlier_probations", "很多"), ("void.words", "不做了")]),
                ["document_seen", "earlier_probations", "void.words"].map(|field| mistake(field.to_owned())),
            ),
            ..draft_page()
        },
        negotiated(
            "approve",
            Some("approve"),
            &["edit", "hand_over", "approve", "check", "void"],
        ),
        negotiated("approved", None, &["hand_over", "void"]),
        negotiated("theirs", None, &["approve"]),
        AgreementPage {
            step: nothing_done,
            ..negotiated("approve_theirs", Some("approve"), &["approve"])
        },
        negotiated("begin_approval", Some("hand_over"), &["hand_over", "void"]),
        AgreementPage {
            slots: slots(),
            round_is_over: true,
            ..negotiated("hand_over", Some("hand_over"), &["edit", "hand_over", "export", "void"])
        },
        ready(),
        AgreementPage {
            form: Form::with_mistakes(&send_form, [mistake("apprentice.email".to_owned())]),
            ..ready()
        },
        signing("signing", None),
        AgreementPage {
            codes,
            form: Form::with_mistakes(&slot_form, [mistake(slot_field.clone())]),
            ..signing("expired", Some("link"))
        },
        AgreementPage {
            proposal: Some(proposal.clone()),
            may: vec!["agree", "object", "void"],
            ..signing("agree", Some("agree"))
        },
        AgreementPage {
            proposal: Some(ProposalView {
                reason: None,
                ..proposal
            }),
            may: vec!["object"],
            ..signing("proposed", None)
        },
        over("effective", "not_yet"),
        over("effective", "runs"),
        over("completed", "completed"),
        over("voided", "voided"),
    ]
    .into_iter()
    .chain(super::agreement_running::samples::pages())
    .collect()
}

pub(super) fn texts() -> Vec<AgreementTextPage> {
    let page = |draft: &Draft, stage, notes: bool| {
        let (body, _) = draft.read(&VOCABULARY);
        let findings = if notes { findings(false) } else { Vec::new() };
        let (sections, findings) = with_notes(&clauses(&body, &VOCABULARY), &plain(&body), findings);
        AgreementTextPage {
            path: PATH.to_owned(),
            number: NUMBER.to_owned(),
            stage,
            title: TITLE,
            preamble: PREAMBLE,
            version: 2,
            content_hash: (stage == "effective").then(|| "9f2c41ab07d39f2c41ab07d3".to_owned()),
            sections,
            findings,
        }
    };
    vec![
        page(&typed(), "negotiating", true),
        page(&sample_draft(), "effective", false),
        page(&Draft::default(), "draft", false),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::SectionItem;
    use super::*;

    fn field(words: &str) -> super::super::FieldView {
        let mut draft = sample_draft();
        draft.set("head.region", words).unwrap();
        let names = Names::new(Locale::Zh, VOCABULARY.clone());
        let form = section_form(&draft, Section::Parties, true);
        let page = names.section_page(&law(), &form, &TypedSection::default());
        let mut items = page.groups.into_iter().flat_map(|group| group.items);
        let found = items.find_map(|item| match item {
            SectionItem::Field(field) if field.key == "head.region" => Some(field),
            _ => None,
        });
        found.unwrap()
    }

    #[test]
    fn a_place_typed_by_its_name_is_the_one_chosen() {
        assert_eq!(field("青浦区").value, "310118");
    }

    #[test]
    fn words_that_are_no_choice_are_kept_as_one() {
        let field = field("江湖");
        assert!(field.choices.iter().any(|choice| choice.code == "江湖"));
    }
}
