//! Samples of weeks: to write, with mistakes, returned, to read, approved; and those that wait.

use words::{Arg, Text};

use super::{
    Form, LateRow, Mistake, RecordWeekPage, RecordWeeksPage, ReturnedWeek, ReviewPage, ReviewRow, WeekDay, WeekLine,
    WeekMark, WhatChoice, WhatGroup, fixtures,
    record_samples::{PATH, head, hours, week, weeks},
};

const PLACES: [(&str, &str); 3] = [("skill", "enterprise"), ("basic", "college"), ("general", "online")];

fn named(kind: &str, place: &str) -> Vec<Text> {
    vec![
        Text::of("training_choice.course_kind", kind),
        Text::of("training_choice.place", place),
    ]
}

fn choices() -> Vec<WhatGroup> {
    let course = |at: usize, topic: &str| WhatChoice {
        code: format!("{}.{}.{at}", PLACES[at].0, PLACES[at].1),
        topic: Some(topic.to_owned()),
        name: named(PLACES[at].0, PLACES[at].1),
    };
    vec![
        WhatGroup {
            label: Text::new("week.what_plan"),
            choices: vec![course(0, "数控车床操作"), course(1, "机械制图"), course(2, "安全生产")],
        },
        WhatGroup {
            label: Text::new("week.what_other"),
            choices: PLACES
                .iter()
                .map(|(kind, place)| WhatChoice {
                    code: format!("{kind}.{place}."),
                    topic: None,
                    name: named(kind, place),
                })
                .collect(),
        },
    ]
}

fn line(at: usize, day: u8, minutes: i64, note: &str) -> WeekLine {
    WeekLine {
        at,
        number: (at + 1).to_string(),
        day: format!("2026-11-{day:02}"),
        what: "skill.enterprise.0".to_owned(),
        what_name: named("skill", "enterprise"),
        topic: Some("数控车床操作".to_owned()),
        unit: "hour".to_owned(),
        extra: format!("{}:{:02}", minutes / 60, minutes % 60),
        note: note.to_owned(),
        minutes,
        ..WeekLine::default()
    }
}

fn days(lines: &[WeekLine]) -> Vec<WeekDay> {
    (16..=22)
        .map(|day| {
            let key = format!("2026-11-{day:02}");
            let here: Vec<WeekLine> = lines.iter().filter(|line| line.day == key).cloned().collect();
            WeekDay {
                date: fixtures::day(2026, 11, day),
                open: day < 21,
                minutes: here.iter().map(|line| line.minutes).sum(),
                lines: here,
                key,
            }
        })
        .collect()
}

fn some_lines() -> Vec<WeekLine> {
    let mut second = line(1, 17, 480, "外圆、端面车削，自己对刀");
    "8".clone_into(&mut second.planned);
    second.planned_minutes = 540;
    "8:00".clone_into(&mut second.from);
    "17:00".clone_into(&mut second.until);
    second.more = true;
    "实训报告3号".clone_into(&mut second.evidence);
    vec![line(0, 16, 450, "跟师傅学看图纸\n量了三个零件"), second]
}

fn page(role: &'static str, state: &'static str, may: &[&'static str]) -> RecordWeekPage {
    RecordWeekPage {
        head: head(role, "training"),
        week: week(16, state, 930, weeks()[0].note.clone()),
        edition: 3,
        refused: None,
        returned: None,
        cautions: Vec::new(),
        form: Form::new(&()),
        days: days(&some_lines()),
        corrections: Vec::new(),
        text: "会自己对刀了，螺纹还不太懂。".to_owned(),
        choices: choices(),
        may: may.to_vec(),
        trail: Vec::new(),
        previous: Some(format!("{PATH}/weeks/2026-11-09")),
        next: None,
    }
}

fn trail() -> Vec<WeekMark> {
    vec![
        WeekMark {
            act: "submit",
            role: "apprentice",
            name: None,
            at: fixtures::moment(3),
            reason: None,
        },
        WeekMark {
            act: "return",
            role: "mentor",
            name: Some("王建国".to_owned()),
            at: fixtures::moment(2),
            reason: Some("星期三的时间和排班对不上".to_owned()),
        },
    ]
}

fn wrong() -> RecordWeekPage {
    let mut lines = some_lines();
    "七个半".clone_into(&mut lines[0].extra);
    lines[1].faults = vec![Text::new("week.planned_was").with("time", "9:00")];
    let mistake = Mistake {
        field: "lines.0.extra".to_owned(),
        label: Text::new("week.time"),
        message: Text::of("problem", "required"),
    };
    RecordWeekPage {
        form: Form::with_mistakes(&(), [mistake]),
        days: days(&lines),
        corrections: vec![WeekLine {
            day: "2026-11-04".to_owned(),
            corrects: "2026-11-02.1".to_owned(),
            correcting: Some(Text::new("week.correcting").with("day", Arg::Day(fixtures::day(2026, 11, 4)))),
            ..line(2, 4, 60, "")
        }],
        returned: Some(ReturnedWeek {
            who: Text::new("week.by_first"),
            reason: "星期三的时间和排班对不上".to_owned(),
            at: fixtures::moment(2),
        }),
        refused: Some(Text::of("refusal", "changed_meanwhile")),
        cautions: vec![
            Text::of("week_caution", "week_over_normal")
                .with("time", Arg::Hours(2_500))
                .with("limit", Arg::Hours(2_400)),
            Text::of("week_caution", "no_rest").with("days", 0).with("limit", 1),
        ],
        trail: trail(),
        ..page("apprentice", "returned", &["write", "submit"])
    }
}

fn to_review() -> RecordWeekPage {
    page("mentor", "submitted", &["approve", "give_back"])
}

fn empty() -> RecordWeekPage {
    RecordWeekPage {
        week: week(16, "unwritten", 0, None),
        edition: 0,
        days: days(&[]),
        text: String::new(),
        previous: None,
        ..page("apprentice", "unwritten", &["write", "submit"])
    }
}

pub(super) fn week_pages() -> Vec<RecordWeekPage> {
    vec![
        empty(),
        page("apprentice", "open", &["write", "submit"]),
        wrong(),
        page("apprentice", "submitted", &["take_back"]),
        to_review(),
        RecordWeekPage {
            trail: trail(),
            next: Some(format!("{PATH}/weeks/2026-11-23")),
            ..page("apprentice", "approved", &[])
        },
        RecordWeekPage {
            days: days(&[]),
            text: String::new(),
            week: week(16, "locked", 0, Some(Text::new("week.due_over").with("n", 4))),
            ..page("operator", "locked", &["unlock"])
        },
    ]
}

pub(super) fn lists() -> Vec<RecordWeeksPage> {
    vec![
        RecordWeeksPage {
            head: head("apprentice", "training"),
            rows: weeks(),
            hours: hours(),
        },
        RecordWeeksPage {
            head: head("mentor", "waiting"),
            rows: Vec::new(),
            hours: hours(),
        },
    ]
}

fn review_rows() -> Vec<ReviewRow> {
    let row = |number: usize, first: Option<&str>| ReviewRow {
        field: format!("w{number}"),
        head: head("mentor", "training"),
        week: week(9, "submitted", 2_250, None),
        edition: 4,
        since: fixtures::moment(2),
        days_over: if first.is_some() { 3 } else { 0 },
        text: "会自己对刀了，螺纹还不太懂。".to_owned(),
        days: days(&some_lines()),
        lines: 2,
        cautions: if first.is_some() {
            vec![Text::of("week_caution", "no_rest").with("days", 0).with("limit", 1)]
        } else {
            Vec::new()
        },
        first: first.map(str::to_owned),
    };
    vec![row(1, None), row(2, Some("王建国"))]
}

pub(super) fn reviews() -> Vec<ReviewPage> {
    let mistake = Mistake {
        field: "w1.words".to_owned(),
        label: Text::new("week.return_words"),
        message: Text::of("problem", "required"),
    };
    let late = vec![LateRow {
        href: format!("{PATH}/weeks/2026-11-02"),
        apprentice: "张小雨".to_owned(),
        monday: fixtures::day(2026, 11, 2),
        days: 3,
    }];
    vec![
        ReviewPage {
            rows: review_rows(),
            late: late.clone(),
            refused: None,
            form: Form::new(&()),
        },
        ReviewPage {
            rows: Vec::new(),
            late: Vec::new(),
            refused: None,
            form: Form::new(&()),
        },
        ReviewPage {
            rows: review_rows(),
            late,
            refused: Some(Text::of("refusal", "changed_meanwhile")),
            form: Form::with_mistakes(&(), [mistake]),
        },
    ]
}
