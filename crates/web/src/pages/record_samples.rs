//! Samples of a record's own pages: the start, in training, over; as each role sees it.

use kernel::Timestamp;
use words::{Arg, Text};

use super::{
    ApprenticeRow, ApprenticesPage, ComplaintRow, HoursRow, HoursTally, HoursView, MyPage, MyRecord, OpenedRow, Pager,
    PayView, RecordComplainPage, RecordHead, RecordNotice, RecordOpenedPage, RecordPage, RecordPerson, RecordStep,
    SectionRow, SignClause, Tab, WeekRow, fixtures,
};

pub(super) const PATH: &str = "/records/0199b0c1-0000-7000-8000-0000000000aa";

pub(super) fn head(role: &'static str, stage: &'static str) -> RecordHead {
    RecordHead {
        path: PATH.to_owned(),
        number: "PX-2026-0128".to_owned(),
        apprentice: "张小雨".to_owned(),
        post: "数控车工学徒".to_owned(),
        enterprise: "上海示例精密机械有限公司".to_owned(),
        college: Some("示例电子信息职业技术学院".to_owned()),
        start: fixtures::day(2026, 9, 1),
        end: fixtures::day(2028, 8, 31),
        stage,
        role,
    }
}

pub(super) fn step(code: &'static str, text: Text, to: Option<&str>) -> RecordStep {
    RecordStep {
        text,
        why: to.map(|_| Text::new("record_next.by").with("date", Arg::Date(fixtures::day(2026, 12, 6)))),
        href: to.map(|to| format!("{PATH}{to}")),
        button: to.map(|_| Text::of("record_go", code)),
    }
}

pub(super) fn write_week() -> RecordStep {
    let text = Text::new("record_next.write_week")
        .with("from", Arg::Day(fixtures::day(2026, 11, 16)))
        .with("until", Arg::Day(fixtures::day(2026, 11, 22)));
    step("write_week", text, Some("/weeks/2026-11-16"))
}

pub(super) fn week(day: u8, state: &'static str, minutes: i64, note: Option<Text>) -> WeekRow {
    WeekRow {
        href: format!("{PATH}/weeks/2026-11-{day:02}"),
        monday: fixtures::day(2026, 11, day),
        sunday: fixtures::day(2026, 11, day + 6),
        state,
        minutes,
        note,
        yours: state == "open",
    }
}

pub(super) fn weeks() -> Vec<WeekRow> {
    let due = Text::new("week.due").with("date", Arg::Day(fixtures::day(2026, 12, 6)));
    vec![
        week(16, "open", 930, Some(due)),
        week(9, "submitted", 2_250, Some(Text::new("week.waits_first"))),
        week(2, "returned", 2_400, None),
    ]
}

pub(super) fn hours() -> HoursView {
    let tally = |planned, submitted, approved| HoursTally {
        planned,
        submitted,
        approved,
    };
    let row = |code, tally| HoursRow {
        name: Text::of("training_choice.course_kind", code),
        tally,
    };
    HoursView {
        all: tally(54_000, 18_900, 15_750),
        submitted_width: 350,
        approved_width: 291,
        rows: vec![
            row("general", tally(9_000, 2_700, 2_250)),
            row("basic", tally(13_500, 6_300, 4_500)),
            row("skill", tally(31_500, 9_900, 9_000)),
        ],
        lesson_minutes: 45,
        carried: 0,
    }
}

fn sections(states: [&'static str; 5]) -> Vec<SectionRow> {
    let keys = ["enterprise", "college", "training", "delivery", "rights"];
    let note = |state: &str| {
        let day = Arg::Date(fixtures::day(2026, 11, 12));
        match state {
            "confirmed" => Text::new("record.section_confirmed").with("date", day),
            "queried" | "answered" => Text::new("record.section_asked")
                .with("party", Text::of("agreement_party", "enterprise"))
                .with("date", day),
            _ => Text::new("record.section_since").with("date", day),
        }
    };
    keys.into_iter()
        .zip(states)
        .map(|(key, state)| SectionRow {
            key,
            state,
            note: Some(note(state)),
        })
        .collect()
}

pub(super) fn clauses() -> Vec<SignClause> {
    vec![SignClause {
        heading: "第十二条　劳动报酬".to_owned(),
        text: "甲方每月支付乙方工资人民币4,200元，其中基本工资3,200元，学徒津贴1,000元。\n参加培训的时间视为提供正常劳动，照发工资。".to_owned(),
    }]
}

pub(super) fn pay_said() -> Vec<Text> {
    vec![
        Text::new("training_plain.pay").with("sum", "¥4,200"),
        Text::new("training_plain.study_paid"),
    ]
}

fn full(role: &'static str, stage: &'static str) -> RecordPage {
    let person = |role, name: &str| RecordPerson {
        role,
        name: name.to_owned(),
        note: Some(Text::new("record.person_from").with("date", Arg::Date(fixtures::day(2026, 9, 1)))),
    };
    RecordPage {
        head: head(role, stage),
        step: write_week(),
        later: Vec::new(),
        notices: Vec::new(),
        sections: sections(["confirmed", "confirmed", "confirmed", "answered", "open"]),
        confirmed: 3,
        weeks: weeks(),
        weeks_count: (12, 9),
        hours: hours(),
        pay: Some(PayView {
            plain: pay_said(),
            clauses: clauses(),
        }),
        people: vec![person("mentor", "王建国"), person("tutor", "李老师")],
        places: vec![
            "agreement",
            "weeks",
            "people",
            "start",
            "break",
            "assessment",
            "opened",
            "complain",
            "file",
            "withdraw",
        ],
        openings: Some(3),
    }
}

fn fresh() -> RecordPage {
    let text = Text::new("record_next.confirm")
        .with("section", Text::of("record_section", "enterprise"))
        .with("left", 5)
        .with("n", 5);
    RecordPage {
        step: step("confirm", text, Some("/sections/enterprise")),
        sections: sections(["open"; 5]),
        confirmed: 0,
        weeks: Vec::new(),
        weeks_count: (0, 0),
        hours: HoursView {
            all: HoursTally {
                planned: 54_000,
                ..HoursTally::default()
            },
            submitted_width: 0,
            approved_width: 0,
            rows: Vec::new(),
            ..hours()
        },
        people: Vec::new(),
        openings: Some(0),
        ..full("apprentice", "waiting")
    }
}

fn over() -> RecordPage {
    let reason = Text::of("withdraw_reason", "unsuited");
    let ended = Text::new("record.ended_early")
        .with("date", Arg::Date(fixtures::day(2026, 11, 18)))
        .with("reason", reason);
    RecordPage {
        step: step("ended", Text::new("record_next.ended"), None),
        notices: vec![RecordNotice { tone: "", text: ended }],
        openings: None,
        ..full("enterprise", "withdrawn")
    }
}

fn of_officer() -> RecordPage {
    let asked = Text::new("record_next.answer_query").with("section", Text::of("record_section", "rights"));
    let late = Text::new("record.overdue_sections").with("n", 2);
    RecordPage {
        step: step("answer_query", asked, Some("/sections/rights")),
        later: vec![
            step(
                "assign",
                Text::new("record_next.assign").with("role", Text::of("record_role", "mentor")),
                Some("/people"),
            ),
            write_week(),
        ],
        notices: vec![RecordNotice {
            tone: "wait",
            text: late,
        }],
        sections: sections(["confirmed", "overdue", "confirmed", "confirmed", "queried"]),
        openings: None,
        ..full("enterprise", "training")
    }
}

pub(super) fn records() -> Vec<RecordPage> {
    vec![
        full("apprentice", "training"),
        fresh(),
        of_officer(),
        over(),
        full("guardian", "on_break"),
        RecordPage {
            places: vec!["weeks", "people"],
            pay: None,
            openings: None,
            ..full("mentor", "assessment")
        },
        full("operator", "completed"),
    ]
}

pub(super) fn starts() -> Vec<MyPage> {
    let one = |role, stage| MyRecord {
        head: head(role, stage),
        step: write_week(),
    };
    vec![
        MyPage {
            name: "张小雨".to_owned(),
            own: Vec::new(),
            cared: Vec::new(),
            waiting: 0,
        },
        MyPage {
            name: "张建国".to_owned(),
            own: vec![one("guardian", "training"), one("apprentice", "failed")],
            cared: vec![one("mentor", "training"), one("tutor", "transferred")],
            waiting: 2,
        },
        MyPage {
            name: "王建国".to_owned(),
            own: Vec::new(),
            cared: vec![one("mentor", "registered")],
            waiting: 0,
        },
    ]
}

pub(super) fn lists() -> Vec<ApprenticesPage> {
    let tab = |code, count, chosen| Tab {
        label: Text::of("record_group", code),
        count,
        href: format!("/workspace/apprentices?show={code}"),
        chosen,
    };
    let row = |stage, step: Option<RecordStep>, flags| ApprenticeRow {
        head: head("enterprise", stage),
        other: Some("示例电子信息职业技术学院".to_owned()),
        hours: hours(),
        step,
        flags,
    };
    let asked = Text::new("record_next.answer_query").with("section", Text::of("record_section", "rights"));
    let flags = vec![
        Text::new("record.flag_sections").with("n", 3),
        Text::new("record.flag_weeks").with("n", 2),
        Text::new("record.flag_waiting").with("n", 1),
    ];
    let full = ApprenticesPage {
        tabs: vec![
            tab("running", 12, true),
            tab("before", 3, false),
            tab("assessment", 0, false),
            tab("over", 5, false),
        ],
        rows: vec![
            row(
                "training",
                Some(step("answer_query", asked, Some("/sections/rights"))),
                flags,
            ),
            row("on_break", None, Vec::new()),
        ],
        pager: Some(Pager {
            page: 1,
            pages: 2,
            previous: None,
            next: Some("/workspace/apprentices?show=running&page=2".to_owned()),
        }),
        empty: false,
    };
    vec![
        ApprenticesPage {
            rows: Vec::new(),
            pager: None,
            empty: true,
            ..full.clone()
        },
        ApprenticesPage {
            rows: Vec::new(),
            pager: None,
            ..full.clone()
        },
        full,
    ]
}

pub(super) fn openings() -> Vec<RecordOpenedPage> {
    let row = |name: &str, role, organisation: Option<&str>, at: Timestamp, reason: Option<&str>| OpenedRow {
        name: name.to_owned(),
        organisation: organisation.map(str::to_owned),
        role,
        at,
        reason: reason.map(str::to_owned),
    };
    vec![
        RecordOpenedPage {
            head: head("apprentice", "training"),
            rows: vec![
                row(
                    "平台工作人员",
                    "operator",
                    None,
                    fixtures::moment(1),
                    Some("学徒来电反映工资未发，核对协议约定"),
                ),
                row(
                    "王建国",
                    "mentor",
                    Some("上海示例精密机械有限公司"),
                    fixtures::moment(2),
                    None,
                ),
            ],
        },
        RecordOpenedPage {
            head: head("guardian", "training"),
            rows: Vec::new(),
        },
    ]
}

pub(super) fn places() -> Vec<ComplaintRow> {
    let place = |code: &str, phone: Option<&str>| ComplaintRow {
        code: code.to_owned(),
        phone: phone.map(str::to_owned),
        url: None,
        source: "政务服务便民热线（通行号码，未据原文核对）".to_owned(),
        evidence: "recall",
    };
    vec![place("labour_hotline", Some("12333")), place("arbitration", None)]
}

pub(super) fn complaints() -> Vec<RecordComplainPage> {
    vec![RecordComplainPage {
        head: head("apprentice", "training"),
        complaints: places(),
    }]
}
