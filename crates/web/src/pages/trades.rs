//! Trades: finding one, and the map of one.

use serde::Serialize;

use super::Link;
use crate::view::Page;

/// A trade in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TradeRow {
    /// Its page.
    pub href: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// A major of the vocational bachelor's catalogue.
    pub bachelor: bool,
    /// The class of a major, the next group of an occupation.
    pub under: String,
    /// How near it is, 0..=1000; none in lists that are not about that.
    pub affinity: Option<u16>,
}

/// A category of majors with its classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TradeCategory {
    /// Where it stands on the page.
    pub anchor: String,
    /// Its name.
    pub name: String,
    /// Its classes.
    pub classes: Vec<Link>,
}

/// `GET /trades`
#[derive(Debug, Clone, Serialize)]
pub struct TradesPage {
    /// The words asked for; empty for none.
    pub query: String,
    /// Majors found.
    pub majors: Vec<TradeRow>,
    /// Occupations and groups found.
    pub occupations: Vec<TradeRow>,
    /// To leaf through when nothing is asked: majors by category.
    pub categories: Vec<TradeCategory>,
    /// Occupations by their widest groups.
    pub groups: Vec<Link>,
}

/// What kind of trade a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TradeKind {
    /// A major.
    Major,
    /// An occupation.
    Occupation,
    /// A group of occupations.
    Group,
}

/// Posts that name the trade, of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TradePosts {
    /// `offers`, `needs` or `register`.
    pub what: &'static str,
    /// How many.
    pub count: i64,
    /// Where they are listed.
    pub href: String,
}

/// `GET /trades/{code}`
#[derive(Debug, Clone, Serialize)]
pub struct TradePage {
    /// What it is.
    pub kind: TradeKind,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// A major of the vocational bachelor's catalogue.
    pub bachelor: bool,
    /// What it lies in, the widest first: groups that lead somewhere, or category and class.
    pub above: Vec<Link>,
    /// Trades of the other side that fit.
    pub close: Vec<TradeRow>,
    /// Trades of the other side that fit in part.
    pub partly: Vec<TradeRow>,
    /// How many more there are.
    pub more: usize,
    /// Whether the group is too wide to say who fits.
    pub too_wide: bool,
    /// What stands beside it, or lies in it.
    pub beside: Vec<Link>,
    /// What is posted here; none when that cannot be said.
    pub posted: Option<Vec<TradePosts>>,
}

fn row(code: &str, name: &str, under: &str, affinity: Option<u16>) -> TradeRow {
    TradeRow {
        href: format!("/trades/{code}"),
        code: code.to_owned(),
        name: name.to_owned(),
        bachelor: code.starts_with('2'),
        under: under.to_owned(),
        affinity,
    }
}

impl Page for TradesPage {
    const TEMPLATE: &'static str = "trades.html";

    fn samples() -> Vec<Self> {
        let start = Self {
            query: String::new(),
            majors: Vec::new(),
            occupations: Vec::new(),
            categories: vec![TradeCategory {
                anchor: "c46".to_owned(),
                name: "装备制造大类".to_owned(),
                classes: ["机械设计制造类", "机电设备类", "自动化类"]
                    .map(|name| Link::new(format!("/trades?q={name}"), name))
                    .to_vec(),
            }],
            groups: vec![Link::new("/trades/6-00-00-00", "生产制造及有关人员")],
        };
        let found = Self {
            query: "数控".to_owned(),
            majors: vec![
                row("460103", "数控技术", "机械设计制造类", None),
                row("260103", "数控技术", "机械设计制造类", None),
            ],
            occupations: vec![row("6-18-01-07", "多工序数控机床操作调整工", "机械冷加工人员", None)],
            categories: Vec::new(),
            groups: Vec::new(),
        };
        let nothing = Self {
            query: "没有这个专业".to_owned(),
            majors: Vec::new(),
            occupations: Vec::new(),
            ..found.clone()
        };
        vec![start, found, nothing]
    }
}

impl Page for TradePage {
    const TEMPLATE: &'static str = "trade.html";

    fn samples() -> Vec<Self> {
        let posts = |what, count| TradePosts {
            what,
            count,
            href: "/search?q=数控技术&side=offer".to_owned(),
        };
        let major = Self {
            kind: TradeKind::Major,
            code: "460103".to_owned(),
            name: "数控技术".to_owned(),
            bachelor: false,
            above: vec![
                Link::new("/trades#c46", "装备制造大类"),
                Link::new("/trades?q=机械设计制造类", "机械设计制造类"),
            ],
            close: vec![
                row("6-18-01-07", "多工序数控机床操作调整工", "机械冷加工人员", Some(960)),
                row("6-18-01-01", "车工", "机械冷加工人员", Some(900)),
            ],
            partly: vec![row("6-20-03-01", "装配钳工", "机械设备装配人员", Some(450))],
            more: 3,
            too_wide: false,
            beside: vec![Link::new("/trades/460113", "模具设计与制造")],
            posted: Some(vec![posts("offers", 12), posts("needs", 3), posts("register", 1_204)]),
        };
        let occupation = Self {
            kind: TradeKind::Occupation,
            code: "6-18-01-01".to_owned(),
            name: "车工".to_owned(),
            above: vec![
                Link::new("/trades/6-00-00-00", "生产制造及有关人员"),
                Link::new("/trades/6-18-01-00", "机械冷加工人员"),
            ],
            close: vec![row("460103", "数控技术", "机械设计制造类", Some(900))],
            partly: Vec::new(),
            more: 0,
            beside: vec![Link::new("/trades/6-18-01-02", "铣工")],
            posted: None,
            ..major.clone()
        };
        let alone = Self {
            code: "3-02-01-01".to_owned(),
            name: "人民警察".to_owned(),
            close: Vec::new(),
            beside: Vec::new(),
            posted: Some(vec![posts("offers", 0), posts("needs", 0), posts("register", 0)]),
            ..occupation.clone()
        };
        let group = Self {
            kind: TradeKind::Group,
            code: "6-00-00-00".to_owned(),
            name: "生产制造及有关人员".to_owned(),
            above: Vec::new(),
            close: Vec::new(),
            too_wide: true,
            beside: vec![Link::new("/trades/6-18-00-00", "机械制造基础加工人员")],
            ..occupation.clone()
        };
        vec![major, occupation, alone, group]
    }
}
