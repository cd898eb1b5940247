//! Fictional data that the samples of pages share. Never shown to anybody but tests and those who look at the gallery.

use kernel::{Date, Fen, PostingKind, Timestamp};
use matching::Verdict;
use words::{Arg, Text};

use super::{
    ActingChoice, Chip, Choice, Chosen, Facet, FacetValue, Fragment, LineView, MatchDraft, MatchMore, MatchView,
    Matches, OrganisationCard, OwnPost, Pager, Party, PostPage, ResultRow, Trade,
};

pub(super) const POST: &str = "/posts/0199b0c1-0000-7000-8000-00000000000b";
const ORGANISATION: &str = "/organisations/0199b0c1-0000-7000-8000-00000000000a";
const REGISTER_ROW: &str = "/register/0199b0c1-0000-7000-8000-000000000001";

/// 2026-11-20, noon in Shanghai, less `days_ago` days.
pub(super) fn moment(days_ago: i64) -> Timestamp {
    Timestamp::from_micros(1_795_147_200_000_000).plus_days(-days_ago)
}

pub(super) fn day(year: i32, month: u8, day: u8) -> Date {
    time::Month::try_from(month)
        .ok()
        .and_then(|month| Date::from_calendar_date(year, month, day).ok())
        .unwrap_or(Date::MIN)
}

pub(super) fn party(name: &str, standing: &'static str) -> Party {
    Party {
        name: name.to_owned(),
        href: (standing != "listed").then(|| ORGANISATION.to_owned()),
        standing,
        fictional: standing != "listed",
    }
}

pub(super) fn college_card() -> OrganisationCard {
    OrganisationCard {
        party: party("示例电子信息职业技术学院", "verified"),
        kinds: vec!["school", "training_body"],
        place: Some("上海市嘉定区".to_owned()),
        industries: vec!["集成电路".to_owned(), "高端装备".to_owned()],
        introduction: "以装备制造和电子信息见长，设有市级职业教育开放实训中心，可送教上门。".to_owned(),
        posts: 9,
    }
}

pub(super) fn enterprise_card() -> OrganisationCard {
    OrganisationCard {
        party: party("上海示例精密机械有限公司", "verified"),
        kinds: vec!["enterprise"],
        place: Some("上海市嘉定区".to_owned()),
        industries: vec!["高端装备".to_owned()],
        introduction: "为新能源汽车和航空提供精密结构件，员工约600人，三班制。".to_owned(),
        posts: 4,
    }
}

pub(super) fn acting() -> ActingChoice {
    ActingChoice {
        choices: choices(&[
            ("0199b0c1-0000-7000-8000-00000000000e", "示例电子信息职业技术学院"),
            ("0199b0c1-0000-7000-8000-00000000000f", "上海示例精密机械有限公司"),
        ]),
        chosen: "0199b0c1-0000-7000-8000-00000000000e".to_owned(),
        operator: true,
    }
}

fn chip(verdict: Verdict, label: Text, sentence: Text) -> Chip {
    Chip {
        verdict,
        label,
        sentence,
    }
}

pub(super) fn chips() -> Vec<Chip> {
    let criterion = |code: &str| Text::of("criterion", code);
    let unknown = |code: &str| Text::new("reason.short_unknown").with("what", criterion(code));
    vec![
        chip(
            Verdict::Met,
            criterion("trade"),
            Text::of("reason_trade", "close")
                .with("offer", "数控技术")
                .with("need", "车工"),
        ),
        chip(
            Verdict::Met,
            criterion("level"),
            Text::of("reason_level", "above")
                .with("offer", "高级工")
                .with("need", "中级工"),
        ),
        chip(
            Verdict::Met,
            Text::new("reason.short_distance").with("way", Arg::Distance(6_490)),
            Text::new("reason.distance")
                .with("way", Arg::Distance(6_490))
                .with("offer", "嘉定区")
                .with("need", "普陀区"),
        ),
        chip(
            Verdict::Partly,
            Text::new("reason.short_apart").with("n", 31),
            Text::new("reason.both")
                .with("first", Text::new("reason.dates_apart").with("n", 31))
                .with(
                    "second",
                    Text::new("reason.hours").with("offered", 400).with("wanted", 360),
                ),
        ),
        chip(
            Verdict::Unmet,
            Text::new("reason.short_capacity")
                .with("offered", 20)
                .with("wanted", 24),
            Text::of("reason_capacity", "short")
                .with("offered", 20)
                .with("wanted", 24),
        ),
        chip(
            Verdict::Unknown,
            unknown("price"),
            Text::of("reason_unknown", "offer").with("what", criterion("price")),
        ),
    ]
}

fn found(title: &str, kind: PostingKind, party: Party, score: u16) -> MatchView {
    let listed = party.standing == "listed";
    MatchView {
        href: if listed { REGISTER_ROW } else { POST }.to_owned(),
        title: title.to_owned(),
        kind,
        facts: vec!["嘉定区".to_owned(), "高级工".to_owned()],
        seats: (!listed).then_some(20),
        starts_on: (!listed).then(|| day(2027, 3, 1)),
        score,
        chips: chips(),
        invite: listed.then(|| format!("{REGISTER_ROW}/invite")),
        draft: (kind == PostingKind::Programme && !listed).then(|| MatchDraft {
            need: "0199b0c1-0000-7000-8000-00000000000b".to_owned(),
            need_line: "0199b0c1-0000-7000-8000-00000000000c".to_owned(),
            offer: "0199b0c1-0000-7000-8000-00000000000d".to_owned(),
            offer_line: "0199b0c1-0000-7000-8000-00000000000e".to_owned(),
        }),
        aside: None,
        first_seen: Some(moment(3)),
        line: None,
        more: Vec::new(),
        rest: 0,
        party,
    }
}

pub(super) fn matches_of_need() -> Vec<MatchView> {
    let college = || party("示例电子信息职业技术学院", "verified");
    let mut second = found(
        "机电一体化技术：钳工、装配方向，可送教上门",
        PostingKind::Course,
        college(),
        742,
    );
    second.line = Some("钳工".to_owned());
    second.chips.truncate(4);
    second.more = vec![MatchMore {
        facts: vec!["装配钳工".to_owned(), "中级工".to_owned()],
        line: Some("车工".to_owned()),
        score: 511,
        chips: chips(),
    }];
    second.rest = 2;
    vec![
        found("数控技术 2026 级新型学徒班", PostingKind::Programme, college(), 867),
        second,
        found(
            "数控技术",
            PostingKind::Programme,
            party("上海示例城市交通职业学院", "listed"),
            655,
        ),
        found(
            "精密机械技术",
            PostingKind::Programme,
            party("示例临港技师学院", "claimed"),
            301,
        ),
    ]
}

pub(super) fn matches_of_offer() -> Vec<MatchView> {
    let enterprise = || party("上海示例精密机械有限公司", "verified");
    vec![
        found("数控车工、钳工学徒 24 名", PostingKind::Apprentices, enterprise(), 867),
        found("五轴加工高级工提升", PostingKind::StaffTraining, enterprise(), 610),
    ]
}

fn marked(text: &str, word: &str) -> Vec<Fragment> {
    let Some(at) = text.find(word) else {
        return Fragment::plain(text);
    };
    let piece = |text: &str, marked| Fragment {
        text: text.to_owned(),
        marked,
    };
    vec![
        piece(&text[..at], false),
        piece(word, true),
        piece(&text[at + word.len()..], false),
    ]
    .into_iter()
    .filter(|fragment| !fragment.text.is_empty())
    .collect()
}

pub(super) fn results() -> Vec<ResultRow> {
    let row = |title: &str, kind, party: Party, seats, snippet: &str| ResultRow {
        href: if party.standing == "listed" { REGISTER_ROW } else { POST }.to_owned(),
        title: marked(title, "数控"),
        kind,
        party_name: Fragment::plain(party.name.clone()),
        party,
        snippet: if snippet.is_empty() {
            Vec::new()
        } else {
            marked(snippet, "数控")
        },
        facts: vec!["上海市嘉定区".to_owned(), "高级工".to_owned()],
        years: None,
        seats,
        pay_min: None,
        pay_max: None,
        starts_on: Some(day(2027, 3, 1)),
        closing_on: Some(day(2026, 12, 31)),
        score: None,
        chips: Vec::new(),
    };
    let college = || party("示例电子信息职业技术学院", "verified");
    let enterprise = || party("上海示例精密机械有限公司", "verified");
    let mut scored = row(
        "数控技术 2026 级新型学徒班",
        PostingKind::Programme,
        college(),
        Some(40),
        "",
    );
    scored.score = Some(867);
    scored.chips = vec![chips()[0].clone(), chips()[2].clone(), chips()[4].clone()];
    let mut paid = row(
        "数控车工、钳工学徒 24 名",
        PostingKind::Apprentices,
        enterprise(),
        Some(24),
        "",
    );
    paid.pay_min = Some(Fen::from_yuan(5_000));
    paid.pay_max = Some(Fen::from_yuan(6_500));
    let mut listed = row(
        "数控技术",
        PostingKind::Programme,
        party("上海示例城市交通职业学院", "listed"),
        None,
        "",
    );
    listed.facts = vec!["上海市".to_owned(), "装备制造大类".to_owned(), "2025".to_owned()];
    listed.years = Some(3);
    listed.starts_on = None;
    listed.closing_on = None;
    vec![
        scored,
        row(
            "智能制造开放实训中心：五轴加工、三坐标测量与工业机器人综合实训基地（嘉定校区）",
            PostingKind::Base,
            college(),
            Some(36),
            "……配有数控车床 20 台、五轴加工中心 4 台，可按周预约……",
        ),
        listed,
        paid,
        row(
            "电工高级工提升 30 人",
            PostingKind::StaffTraining,
            enterprise(),
            Some(30),
            "",
        ),
        row(
            "3 月借用焊接工位 10 个",
            PostingKind::BaseTime,
            party("Shanghai Example Advanced Materials Co., Ltd.", "claimed"),
            Some(10),
            "",
        ),
    ]
}

pub(super) fn chosen(stay: &str) -> Vec<Chosen> {
    vec![
        Chosen {
            facet: "kind",
            name: "专业".to_owned(),
            href: format!("/search?q=数控{stay}"),
        },
        Chosen {
            facet: "district",
            name: "嘉定区".to_owned(),
            href: format!("/search?q=数控{stay}"),
        },
    ]
}

pub(super) fn facets(stay: &str) -> Vec<Facet> {
    let facet = |code: &'static str, values: &[(&str, i64)]| Facet {
        code,
        values: values
            .iter()
            .enumerate()
            .map(|(index, (name, count))| FacetValue {
                name: (*name).to_owned(),
                count: *count,
                chosen: index == 0 && matches!(code, "kind" | "district"),
                href: format!("/search?q=数控&{code}={index}{stay}"),
            })
            .collect(),
    };
    vec![
        facet(
            "kind",
            &[
                ("专业", 842),
                ("课程", 120),
                ("实训基地", 46),
                ("学徒培养需求", 80),
                ("职工培训需求", 30),
            ],
        ),
        facet("industry", &[("高端装备", 210), ("集成电路", 96), ("汽车", 77)]),
        facet("province", &[("上海市", 128), ("江苏省", 410), ("浙江省", 322)]),
        facet("district", &[("嘉定区", 31), ("浦东新区", 44), ("闵行区", 20)]),
        facet("level", &[("中级工", 51), ("高级工", 60), ("技师", 12)]),
        facet("standing", &[("已核验", 104), ("未入驻", 1_024)]),
    ]
}

fn line(trades: &[(&str, &str)], level: &str, seats: i64) -> LineView {
    LineView {
        trades: trades
            .iter()
            .map(|(name, code)| Trade {
                name: (*name).to_owned(),
                code: (*code).to_owned(),
                href: Some(format!("/trades/{code}")),
            })
            .collect(),
        level: Some(level.to_owned()),
        seats: Some(seats),
        hours: Some(360),
        pay_min: Some(Fen::from_yuan(5_000)),
        pay_max: Some(Fen::from_yuan(6_500)),
        note: String::new(),
    }
}

pub(super) fn need_post() -> PostPage {
    let last = LineView {
        note: "其中 3 人为转岗".to_owned(),
        hours: None,
        pay_max: None,
        ..line(&[("装配钳工", "6-20-01-01")], "中级工", 8)
    };
    PostPage {
        path: POST.to_owned(),
        kind: PostingKind::Apprentices,
        status: "published",
        closed: None,
        title: "数控车工、钳工学徒 24 名".to_owned(),
        organisation: enterprise_card(),
        place: Some("上海市嘉定区".to_owned()),
        region_bound: true,
        starts_on: Some(day(2027, 3, 1)),
        ends_on: Some(day(2028, 2, 29)),
        closing_on: Some(day(2026, 12, 5)),
        modes: vec!["工学交替".to_owned(), "企业导师带徒".to_owned()],
        industries: vec!["高端装备".to_owned()],
        skills: vec!["数控编程".to_owned(), "三坐标测量".to_owned()],
        price: Some(Fen::from_yuan(6_000)),
        summary: "新入职员工，白班为主，希望每周集中授课一天。\n车间可以安排 6 名企业导师，已有 2 台教学用车床。"
            .to_owned(),
        lines: vec![line(&[("车工", "6-18-01-01")], "中级工", 16), last],
        published_at: Some(moment(5)),
        updated_at: moment(1),
        register_year: None,
        beside: Vec::new(),
        beside_rest: 0,
        matches: Some(Matches {
            pending: false,
            list: matches_of_need(),
            pager: Some(Pager {
                page: 1,
                pages: 2,
                previous: None,
                next: Some(format!("{POST}?page=2#matches")),
            }),
            why_none: Vec::new(),
            cohorts: Vec::new(),
            near: Vec::new(),
            aside: Vec::new(),
            muted: Vec::new(),
            counting: None,
        }),
        owner: None,
    }
}

pub(super) fn offer_post() -> PostPage {
    let mut programme = line(&[("数控技术", "460103"), ("车工", "6-18-01-01")], "高级工", 40);
    programme.pay_min = None;
    programme.pay_max = None;
    PostPage {
        kind: PostingKind::Programme,
        title: "数控技术 2026 级新型学徒班".to_owned(),
        organisation: college_card(),
        region_bound: false,
        closing_on: None,
        price: None,
        lines: vec![programme],
        register_year: Some(2025),
        beside: Vec::new(),
        beside_rest: 0,
        matches: Some(Matches {
            pending: false,
            list: matches_of_offer(),
            pager: None,
            why_none: Vec::new(),
            cohorts: Vec::new(),
            near: Vec::new(),
            aside: Vec::new(),
            muted: Vec::new(),
            counting: None,
        }),
        ..need_post()
    }
}

pub(super) fn own_posts() -> Vec<OwnPost> {
    let post = |title: &str, kind, status, matches: Option<i64>| OwnPost {
        href: POST.to_owned(),
        title: title.to_owned(),
        kind,
        status,
        seats: Some(24),
        closing_on: Some(day(2026, 12, 31)),
        matches,
        best: matches.filter(|n| *n > 0).map(|_| 867),
        updated_at: moment(2),
    };
    vec![
        post("电工高级工提升 30 人", PostingKind::StaffTraining, "draft", None),
        post(
            "数控车工、钳工学徒 24 名",
            PostingKind::Apprentices,
            "published",
            Some(6),
        ),
        post("3 月借用焊接工位 10 个", PostingKind::BaseTime, "published", Some(0)),
        post("2025 年铣工学徒 12 名", PostingKind::Apprentices, "closed", None),
    ]
}

fn choices(choices: &[(&str, &str)]) -> Vec<Choice> {
    choices.iter().map(|(code, name)| Choice::new(*code, *name)).collect()
}

pub(super) fn provinces() -> Vec<Choice> {
    choices(&[("310000", "上海市"), ("320000", "江苏省"), ("330000", "浙江省")])
}

pub(super) fn districts() -> Vec<Choice> {
    choices(&[
        ("310114", "嘉定区"),
        ("310115", "浦东新区"),
        ("310112", "闵行区"),
        ("310151", "崇明区"),
    ])
}

pub(super) fn levels() -> Vec<Choice> {
    choices(&[
        ("L2", "初级工"),
        ("L3", "中级工"),
        ("L4", "高级工"),
        ("L5", "技师"),
        ("L6", "高级技师"),
    ])
}

pub(super) fn modes() -> Vec<Choice> {
    choices(&[
        ("M03", "工学交替"),
        ("M04", "企业导师带徒"),
        ("M07", "订单式"),
        ("M12", "送教上门"),
    ])
}

pub(super) fn industries() -> Vec<Choice> {
    choices(&[
        ("ic", "集成电路"),
        ("biomed", "生物医药"),
        ("ai", "人工智能"),
        ("electronics", "电子信息"),
        ("auto", "汽车"),
        ("equipment", "高端装备"),
        ("materials", "先进材料"),
        ("health", "生命健康"),
        ("fashion", "时尚消费品"),
    ])
}
