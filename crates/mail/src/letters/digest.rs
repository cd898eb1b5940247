//! The digest: what is new for somebody, in one letter.

use serde::Serialize;
use words::{Arg, Text};

use super::{SAMPLE_COLLEGE, SAMPLE_COMPANY};
use crate::{Cadence, ItemKind, LinkPath};

/// What is new since the last digest. It stands under the event of matches; the link in its foot ends all that it gathers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Digest {
    subject: Text,
    news: Text,
    groups: Vec<DigestGroup>,
    closed: Vec<DigestClosed>,
    path: LinkPath,
}

/// What is told under one heading: the reader's own post, a saved search, a followed organisation, or the notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestGroup {
    /// How its entries came.
    pub kind: ItemKind,
    /// What they came by: the title of the reader's post, the name of the search or of the organisation; empty for notices.
    pub name: String,
    /// Where all of them are.
    pub path: LinkPath,
    /// Those told in full.
    pub entries: Vec<DigestEntry>,
    /// How many more there are.
    pub counted: usize,
    /// Whether there are more than were counted.
    pub at_least: bool,
}

/// One entry of a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestEntry {
    /// The post's title, or the subject of the notice.
    pub title: String,
    /// Whose post it is.
    pub organisation: Option<String>,
    /// How well it matches, 0 to 1000.
    pub score: Option<u16>,
    /// A few facts in the reader's language, each in a word or two: district, level, seats.
    pub facts: Vec<String>,
    /// Why it matches, a sentence each, the best first.
    pub reasons: Vec<Text>,
    /// Its page.
    pub path: LinkPath,
}

/// A post of an earlier digest that has closed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DigestClosed {
    /// Its title.
    pub title: String,
    /// Whose it was.
    pub organisation: Option<String>,
    /// Why it closed, where that is known.
    pub why: Option<Text>,
}

impl Digest {
    /// The digest with its subject and its first sentence, which count what is in it. `path` leads to all of it.
    pub fn new(cadence: Cadence, groups: Vec<DigestGroup>, closed: Vec<DigestClosed>, path: LinkPath) -> Self {
        // Matches are what most people read it for; what concerns them stands first in the letter itself.
        let kinds = [ItemKind::Match, ItemKind::Search, ItemKind::Follow, ItemKind::Notice];
        let counts: Vec<Arg> = kinds
            .into_iter()
            .map(|kind| {
                let of_kind = groups.iter().filter(|group| group.kind == kind);
                (
                    kind,
                    of_kind.map(|group| group.entries.len() + group.counted).sum::<usize>(),
                )
            })
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| Arg::Text(Text::of("letter.digest.count", kind.code()).with("n", count)))
            .collect();
        let (subject, news) = if counts.is_empty() {
            (
                Text::new("letter.digest.subject.closed").with("n", closed.len()),
                Text::new("letter.digest.news.closed").with("n", closed.len()),
            )
        } else {
            let code = if cadence == Cadence::Never {
                Cadence::AtOnce.code()
            } else {
                cadence.code()
            };
            (
                Text::of("letter.digest.subject", code).with("what", counts.clone()),
                Text::of("letter.digest.news", code).with("what", counts),
            )
        };
        Self {
            subject,
            news,
            groups,
            closed,
            path,
        }
    }

    pub(super) fn examples() -> Vec<Self> {
        let path = || LinkPath::new("/notices");
        let long: Vec<DigestEntry> = (0..20).map(|_| DigestEntry::long()).collect();
        vec![
            Self::new(Cadence::Weekly, sample_groups(), sample_closed(), path()),
            Self::new(Cadence::Daily, vec![sample_searches(1)], Vec::new(), path()),
            Self::new(Cadence::AtOnce, vec![sample_follow()], Vec::new(), path()),
            Self::new(Cadence::Daily, vec![sample_notices()], Vec::new(), path()),
            Self::new(
                Cadence::Weekly,
                vec![
                    DigestGroup {
                        kind: ItemKind::Match,
                        name: "多工序数控机床操作调整工（五轴加工中心 <A&B>）60 人，半年内分三批到岗".to_owned(),
                        path: LinkPath::new("/posts/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a/matches"),
                        entries: long,
                        counted: 1_234,
                        at_least: false,
                    },
                    DigestGroup {
                        counted: 199,
                        at_least: true,
                        ..sample_searches(1)
                    },
                    DigestGroup {
                        entries: Vec::new(),
                        at_least: true,
                        ..sample_searches(1)
                    },
                ],
                Vec::new(),
                path(),
            ),
            Self::new(Cadence::Weekly, Vec::new(), sample_closed(), path()),
        ]
    }
}

const SAMPLE_POST: &str = "/posts/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a";

impl DigestEntry {
    fn example(title: &str, organisation: &str, score: u16, facts: &[&str], reasons: Vec<Text>) -> Self {
        Self {
            title: title.to_owned(),
            organisation: Some(organisation.to_owned()),
            score: (score > 0).then_some(score),
            facts: facts.iter().map(|fact| (*fact).to_owned()).collect(),
            reasons,
            path: LinkPath::new(SAMPLE_POST),
        }
    }

    fn long() -> Self {
        let names: Vec<Arg> = [
            "五轴编程",
            "三坐标测量",
            "刀具管理",
            "<安全>生产 & 班组管理",
            "工艺文件编制",
        ]
        .map(Arg::from)
        .into();
        Self::example(
            "现代学徒制：多工序数控机床操作调整工与智能制造单元运维联合培养（含<高级工>认定 & 企业在岗实践 24 个月）",
            SAMPLE_COMPANY,
            1_000,
            &[
                "中国（上海）自由贸易试验区临港新片区",
                "三级（高级工）",
                "在岗培养与线上学习结合",
                "2026年9月1日至2028年8月31日",
                "名额 1,200",
            ],
            vec![
                Text::of("reason_trade", "close")
                    .with("offer", "数控技术")
                    .with("need", "多工序数控机床操作调整工"),
                Text::of("reason_skills", "some")
                    .with("common", Arg::List(names.clone()))
                    .with("missing", Arg::List(names)),
                Text::of("reason_capacity", "enough")
                    .with("offered", 1_200)
                    .with("wanted", 60),
            ],
        )
    }
}

fn sample_groups() -> Vec<DigestGroup> {
    let trade = Text::of("reason_trade", "close")
        .with("offer", "数控技术")
        .with("need", "铣工");
    let near = Text::new("reason.distance")
        .with("way", Arg::Distance(6_490))
        .with("offer", "嘉定区")
        .with("need", "浦东新区");
    let seats = Text::of("reason_capacity", "short")
        .with("offered", 16)
        .with("wanted", 24);
    vec![
        sample_notices(),
        DigestGroup {
            kind: ItemKind::Match,
            name: "数控铣工学徒 24 人".to_owned(),
            path: LinkPath::new("/posts/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a/matches"),
            entries: vec![
                DigestEntry::example(
                    "数控技术专业现代学徒制班",
                    SAMPLE_COLLEGE,
                    867,
                    &["嘉定区", "三级（高级工）", "名额 40"],
                    vec![trade.clone(), near],
                ),
                DigestEntry::example(
                    "机械加工订单班",
                    "上海样板技师学院",
                    712,
                    &["松江区", "四级（中级工）", "名额 16"],
                    vec![trade, seats],
                ),
            ],
            counted: 3,
            at_least: false,
        },
        sample_searches(2),
        sample_follow(),
    ]
}

fn sample_searches(count: usize) -> DigestGroup {
    let mut entries = vec![
        DigestEntry::example(
            "模具设计与制造企业课程",
            SAMPLE_COMPANY,
            0,
            &["宝山区", "120 学时"],
            Vec::new(),
        ),
        DigestEntry::example("五轴加工实训场地", SAMPLE_COLLEGE, 0, &["奉贤区"], Vec::new()),
    ];
    entries.truncate(count);
    DigestGroup {
        kind: ItemKind::Search,
        name: "模具，宝山和奉贤".to_owned(),
        path: LinkPath::new("/search?q=%E6%A8%A1%E5%85%B7&district=310113&district=310120"),
        entries,
        counted: 0,
        at_least: false,
    }
}

fn sample_follow() -> DigestGroup {
    let entry = DigestEntry::example("集成电路封装学徒 30 人", SAMPLE_COMPANY, 0, &["浦东新区"], Vec::new());
    DigestGroup {
        kind: ItemKind::Follow,
        name: SAMPLE_COMPANY.to_owned(),
        path: LinkPath::new("/organisations/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a"),
        entries: vec![DigestEntry {
            organisation: None,
            ..entry
        }],
        counted: 0,
        at_least: false,
    }
}

fn sample_notices() -> DigestGroup {
    let notice = |title: &str| DigestEntry {
        title: title.to_owned(),
        organisation: None,
        score: None,
        facts: vec!["11月20日 16:30".to_owned()],
        reasons: Vec::new(),
        path: LinkPath::new("/agreements/0192f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a"),
    };
    DigestGroup {
        kind: ItemKind::Notice,
        name: String::new(),
        path: LinkPath::new("/notices"),
        entries: vec![
            notice("轮到您了：上海示例精密机械有限公司的培养协议（PX-2026-0001）"),
            notice("对方同意了：上海示例精密机械有限公司的培养协议（PX-2026-0002）"),
        ],
        counted: 0,
        at_least: false,
    }
}

fn sample_closed() -> Vec<DigestClosed> {
    vec![
        DigestClosed {
            title: "电梯安装维修学徒 12 人".to_owned(),
            organisation: Some("上海示例电梯有限公司".to_owned()),
            why: Some(Text::of("close_reason", "filled")),
        },
        DigestClosed {
            title: "工业机器人<运维>班 & 实训".to_owned(),
            organisation: None,
            why: None,
        },
    ]
}
