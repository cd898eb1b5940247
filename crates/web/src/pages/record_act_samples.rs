//! Samples of what is done with a record beside weeks.

use std::collections::BTreeMap;

use words::{Qr, Text};

use super::{
    AssignTyped, BreakRow, Choice, CodeView, EndedRow, Form, Mistake, OperatorRecordPage, PersonRow, PlaceInvitation,
    QueryRow, RecordAgreementPage, RecordAssessmentPage, RecordBreakPage, RecordJoinPage, RecordPeoplePage,
    RecordSectionPage, RecordStartPage, RecordWithdrawPage, SignSection, SignedBy, fixtures,
    record_samples::{PATH, clauses, head, pay_said, places},
};

const ASSIGNMENT: &str = "0199b0c1-0000-7000-8000-0000000000b1";

/// An empty form of these fields.
fn blank(fields: &[&str]) -> Form {
    typed(fields, &[])
}

fn typed(fields: &[&str], wrong: &[&str]) -> Form {
    let values: BTreeMap<&str, &str> = fields.iter().map(|field| (*field, "")).collect();
    let mistakes = wrong.iter().map(|field| Mistake {
        field: (*field).to_owned(),
        label: Text::new("record.words"),
        message: Text::of("problem", "required"),
    });
    Form::with_mistakes(&values, mistakes)
}

fn section(role: &'static str, may: &[&'static str]) -> RecordSectionPage {
    RecordSectionPage {
        head: head(role, "training"),
        section: "rights",
        at: 5,
        of: 5,
        version: 3,
        confirmed_at: None,
        refused: None,
        plain: pay_said(),
        fields: vec![(Text::of("training_field", "hours.rest_days_per_week"), "2".to_owned())],
        clauses: clauses(),
        queries: Vec::new(),
        sides: vec!["enterprise", "college"],
        may: may.to_vec(),
        form: blank(&["side", "words"]),
        complaints: places(),
        previous: Some("delivery"),
        next: None,
    }
}

pub(super) fn sections() -> Vec<RecordSectionPage> {
    let query = |answer: Option<&str>, closed| QueryRow {
        side: "enterprise",
        words: "协议写每周休息两天，实际只休一天。".to_owned(),
        at: fixtures::moment(5),
        answer: answer.map(|words| (words.to_owned(), fixtures::moment(2))),
        closed,
    };
    vec![
        section("apprentice", &["confirm", "query"]),
        RecordSectionPage {
            queries: vec![query(Some("下个月起排班改为双休。"), false)],
            refused: Some(Text::of("refusal", "changed_meanwhile")),
            form: typed(&["side", "words"], &["words"]),
            ..section("apprentice", &["confirm", "query"])
        },
        RecordSectionPage {
            queries: vec![query(None, false)],
            ..section("enterprise", &["answer"])
        },
        RecordSectionPage {
            section: "college",
            at: 2,
            confirmed_at: Some(fixtures::moment(1)),
            queries: vec![query(Some("已经改了。"), true)],
            plain: Vec::new(),
            sides: vec!["enterprise"],
            complaints: Vec::new(),
            next: Some("training"),
            ..section("guardian", &["query"])
        },
    ]
}

pub(super) fn agreements() -> Vec<RecordAgreementPage> {
    vec![RecordAgreementPage {
        head: head("apprentice", "training"),
        sealed_on: Some(fixtures::day(2026, 8, 28)),
        short_hash: "9f31c2ab".to_owned(),
        verify_code: "7K3M9QX4T2WA".to_owned(),
        signatories: vec![
            SignedBy {
                role: "apprentice",
                name: "张小雨".to_owned(),
                at: Some(fixtures::moment(90)),
            },
            SignedBy {
                role: "college",
                name: "李老师".to_owned(),
                at: None,
            },
        ],
        files: vec!["pdf", "json"],
        sections: vec![SignSection {
            key: "duties",
            heading: "八、权利与义务".to_owned(),
            clauses: clauses(),
            plain: pay_said(),
        }],
    }]
}

fn assigning() -> AssignTyped {
    AssignTyped {
        role: "mentor".to_owned(),
        by: "letter".to_owned(),
        ..AssignTyped::default()
    }
}

pub(super) fn people() -> Vec<RecordPeoplePage> {
    let person = |state, may_end| PersonRow {
        id: ASSIGNMENT.to_owned(),
        role: "mentor",
        name: "王建国".to_owned(),
        from: fixtures::day(2026, 9, 1),
        until: (state == "ended").then(|| fixtures::day(2026, 10, 31)),
        state,
        review_until: (state == "ended").then(|| fixtures::day(2026, 12, 12)),
        may_end,
    };
    let invitation = |address: Option<&str>, yours| PlaceInvitation {
        id: "0199b0c1-0000-7000-8000-0000000000c1".to_owned(),
        role: "apprentice",
        name: "张小雨".to_owned(),
        address: address.map(str::to_owned),
        created_at: fixtures::moment(2),
        expires_at: fixtures::moment(-12),
        yours,
    };
    let full = RecordPeoplePage {
        head: head("enterprise", "training"),
        refused: None,
        people: vec![person("active", true)],
        invitations: vec![invitation(Some("z***@home.example"), true), invitation(None, false)],
        codes: Vec::new(),
        named: vec![("mentor", "王建国".to_owned()), ("tutor", "李老师".to_owned())],
        members: vec![Choice::new("0199b0c1-0000-7000-8000-0000000000d1", "周宁")],
        roles: vec!["mentor", "lead"],
        form: Form::new(&assigning()),
    };
    let mistake = Mistake {
        field: "email".to_owned(),
        label: Text::of("field", "email"),
        message: Text::of("problem", "required"),
    };
    vec![
        full.clone(),
        RecordPeoplePage {
            people: vec![person("ended", false)],
            codes: vec![CodeView {
                role: Text::of("record_role", "mentor"),
                name: "王建国".to_owned(),
                code: "Q7RK9-3XM4T".to_owned(),
                link: "https://qixiao.example.cn/join/Q7RK9-3XM4T".to_owned(),
                qr: Qr::of("https://qixiao.example.cn/join/Q7RK9-3XM4T"),
                until: fixtures::moment(-14),
            }],
            form: Form::with_mistakes(&assigning(), [mistake]),
            refused: Some(Text::of("refusal", "changed_meanwhile")),
            ..full.clone()
        },
        RecordPeoplePage {
            head: head("apprentice", "waiting"),
            people: vec![person("coming", false)],
            invitations: Vec::new(),
            named: Vec::new(),
            members: Vec::new(),
            roles: Vec::new(),
            ..full.clone()
        },
        RecordPeoplePage {
            people: Vec::new(),
            roles: vec!["apprentice", "guardian", "tutor"],
            ..full
        },
    ]
}

pub(super) fn joinings() -> Vec<RecordJoinPage> {
    let join = |role, state| RecordJoinPage {
        path: "/join/Q7RK9-3XM4T".to_owned(),
        role,
        name: "王建国".to_owned(),
        enterprise: "上海示例精密机械有限公司".to_owned(),
        apprentice: "张**".to_owned(),
        expires_at: fixtures::moment(-12),
        state,
        asks_for_identity: matches!(role, "apprentice" | "guardian"),
        signed_in: None,
        has_login: false,
        form: blank(&["name", "email"]),
    };
    vec![
        join("apprentice", "open"),
        RecordJoinPage {
            has_login: true,
            ..join("guardian", "open")
        },
        RecordJoinPage {
            signed_in: Some("王建国".to_owned()),
            ..join("mentor", "open")
        },
        join("lead", "open"),
        RecordJoinPage {
            form: typed(&["name", "email"], &["email", "password"]),
            ..join("tutor", "open")
        },
        join("mentor", "expired"),
        join("mentor", "accepted"),
        join("mentor", "withdrawn"),
    ]
}

pub(super) fn starts() -> Vec<RecordStartPage> {
    let fields = [
        "insured_from",
        "safety_training_on",
        "needs_certificate",
        "certificate_until",
        "health_check_on",
        "has_minor_card",
    ];
    let start = |stage, missing: &[&'static str]| RecordStartPage {
        head: head("enterprise", stage),
        refused: None,
        on: fixtures::day(2026, 9, 1),
        missing: missing.to_vec(),
        minor: true,
        may_write: stage == "waiting",
        form: blank(&fields),
    };
    vec![
        start("waiting", &["insurance", "safety_training", "minor_card"]),
        RecordStartPage {
            form: typed(&fields, &["insured_from"]),
            refused: Some(Text::of("refusal", "changed_meanwhile")),
            ..start("waiting", &[])
        },
        start("training", &[]),
    ]
}

pub(super) fn breaks() -> Vec<RecordBreakPage> {
    let fields = ["from", "until", "reason", "words", "on"];
    let page = |stage, may: &[&'static str]| RecordBreakPage {
        head: head("enterprise", stage),
        refused: None,
        breaks: vec![BreakRow {
            from: fixtures::day(2026, 10, 12),
            until: None,
            reason: "sick",
            words: "手受伤，遵医嘱休息。".to_owned(),
        }],
        reasons: vec!["sick", "family", "service", "plant_stop", "other"],
        may: may.to_vec(),
        form: blank(&fields),
    };
    vec![
        RecordBreakPage {
            breaks: Vec::new(),
            ..page("training", &["pause"])
        },
        page("on_break", &["resume"]),
        RecordBreakPage {
            refused: Some(Text::of("refusal", "changed_meanwhile")),
            form: typed(&fields, &["from", "reason"]),
            ..page("training", &["pause"])
        },
        page("completed", &[]),
    ]
}

pub(super) fn withdrawals() -> Vec<RecordWithdrawPage> {
    let fields = ["reason", "side", "words", "last_day", "sure"];
    let page = |role, stage| RecordWithdrawPage {
        head: head(role, stage),
        refused: None,
        ended: None,
        reasons: vec!["other_job", "study", "pay", "abuse", "other"],
        sides: vec!["apprentice", "enterprise", "college"],
        may_withdraw: true,
        form: blank(&fields),
    };
    vec![
        page("apprentice", "training"),
        RecordWithdrawPage {
            refused: Some(Text::of("refusal", "changed_meanwhile")),
            form: typed(&fields, &fields),
            ..page("enterprise", "on_break")
        },
        RecordWithdrawPage {
            ended: Some(EndedRow {
                last_day: fixtures::day(2026, 11, 18),
                reason: "unsuited",
                words: "想学别的。".to_owned(),
            }),
            may_withdraw: false,
            ..page("enterprise", "withdrawn")
        },
        RecordWithdrawPage {
            may_withdraw: false,
            ..page("apprentice", "completed")
        },
    ]
}

pub(super) fn assessments() -> Vec<RecordAssessmentPage> {
    let fields = ["passed", "on", "evidence", "evidence_on", "correct_on", "reason"];
    let page = |stage, may: &[&'static str]| RecordAssessmentPage {
        head: head("college", stage),
        refused: None,
        result: None,
        hours: (54_000, 54_000),
        weeks: (98, 98),
        agreed: vec!["enterprise"],
        may: may.to_vec(),
        form: blank(&fields),
    };
    vec![
        page("training", &["assess"]),
        RecordAssessmentPage {
            result: Some((false, fixtures::day(2026, 6, 20), "成绩单 2026-118".to_owned())),
            refused: Some(Text::of("refusal", "changed_meanwhile")),
            form: typed(&fields, &["passed", "evidence"]),
            ..page("assessment", &["conclude"])
        },
        RecordAssessmentPage {
            head: head("operator", "completed"),
            result: Some((true, fixtures::day(2026, 7, 20), "数控车工四级 S000031".to_owned())),
            ..page("completed", &["correct"])
        },
        RecordAssessmentPage {
            agreed: Vec::new(),
            ..page("training", &[])
        },
    ]
}

pub(super) fn operators() -> Vec<OperatorRecordPage> {
    let page = |is_open, wrong: &[&str]| OperatorRecordPage {
        path: format!("/operator{PATH}"),
        record: PATH.to_owned(),
        number: "PX-2026-0128".to_owned(),
        enterprise: "上海示例精密机械有限公司".to_owned(),
        college: None,
        stage: "training",
        is_open,
        form: typed(&["reason"], wrong),
    };
    vec![page(false, &[]), page(true, &[]), page(false, &["reason"])]
}
