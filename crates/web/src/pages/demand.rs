//! Demand that nobody answers: by trade and place, and the needs behind a trade.

use serde::Serialize;
use words::Text;

use super::{Link, NextStep};
use crate::view::Page;

/// How much is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DemandAmount {
    /// Posts.
    pub needs: i64,
    /// Seats, as far as posts say how many.
    pub seats: i64,
    /// Lines that do not say how many.
    pub open: i64,
}

/// A place that has such demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemandPlace {
    /// The page for it.
    pub href: String,
    /// Its name.
    pub name: String,
    /// How many posts.
    pub needs: i64,
    /// The one looked at.
    pub chosen: bool,
}

/// A trade that is asked for in a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemandRow {
    /// The needs behind it.
    pub href: String,
    /// The trade's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Where; none when the needs do not say.
    pub place: Option<String>,
    /// How much.
    pub amount: DemandAmount,
}

/// `GET /demand`
#[derive(Debug, Clone, Serialize)]
pub struct DemandPage {
    /// The place looked at; none for everywhere.
    pub place: Option<String>,
    /// Everywhere, and all places that have such demand.
    pub places: Vec<DemandPlace>,
    /// What is asked for, the most seats first.
    pub rows: Vec<DemandRow>,
    /// How many more trades there are.
    pub more: i64,
    /// All of it in the place.
    pub all: DemandAmount,
}

/// A need that nobody answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemandNeed {
    /// The post.
    pub post: Link,
    /// Its organisation.
    pub organisation: String,
    /// Where.
    pub place: Option<String>,
    /// Seats of the lines that ask for the trade; none when one of them does not say.
    pub seats: Option<i64>,
    /// Why nobody answers it.
    pub why: Vec<Text>,
}

/// `GET /demand?trade=`
#[derive(Debug, Clone, Serialize)]
pub struct DemandTradePage {
    /// The trade's name.
    pub name: String,
    /// Its map.
    pub map: String,
    /// Back to all trades of the place.
    pub back: String,
    /// The place looked at; none for everywhere.
    pub place: Option<String>,
    /// All of it.
    pub amount: DemandAmount,
    /// The newest first.
    pub needs: Vec<DemandNeed>,
    /// How many more there are.
    pub more: i64,
    /// What whoever may offer it can do.
    pub step: Option<NextStep>,
}

impl Page for DemandPage {
    const TEMPLATE: &'static str = "demand.html";

    fn samples() -> Vec<Self> {
        let place = |name: &str, needs, chosen| DemandPlace {
            href: format!("/demand?province=310000&district={name}"),
            name: name.to_owned(),
            needs,
            chosen,
        };
        let row = |code: &str, name: &str, seats, open| DemandRow {
            href: format!("/demand?trade={code}"),
            code: code.to_owned(),
            name: name.to_owned(),
            place: (open == 0).then(|| "上海市浦东新区".to_owned()),
            amount: DemandAmount { needs: 2, seats, open },
        };
        let full = Self {
            place: Some("上海市浦东新区".to_owned()),
            places: vec![
                place("全部地区", 4, false),
                place("上海市浦东新区", 3, true),
                place("上海市闵行区", 1, false),
            ],
            rows: vec![
                row("6-18-01-01", "车工", 38, 0),
                row("460103", "数控技术", 8, 1),
                row("6-18-02-04", "焊工", 0, 2),
            ],
            more: 3,
            all: DemandAmount {
                needs: 4,
                seats: 46,
                open: 3,
            },
        };
        let empty = Self {
            rows: Vec::new(),
            more: 0,
            all: DemandAmount {
                needs: 0,
                seats: 0,
                open: 0,
            },
            ..full.clone()
        };
        let nothing = Self {
            place: None,
            places: Vec::new(),
            ..empty.clone()
        };
        vec![full, empty, nothing]
    }
}

impl Page for DemandTradePage {
    const TEMPLATE: &'static str = "demand_trade.html";

    fn samples() -> Vec<Self> {
        let need = |seats, why| DemandNeed {
            post: Link::new("/posts/1", "数控车铣学徒 18 名，白班为主"),
            organisation: "上海示范精密制造有限公司".to_owned(),
            place: Some("上海市浦东新区".to_owned()),
            seats,
            why,
        };
        let why = vec![
            Text::of("obstacle", "level").with("n", 2_i64),
            Text::of("obstacle", "trade").with("n", 7_i64),
        ];
        let full = Self {
            name: "车工".to_owned(),
            map: "/trades/6-18-01-01".to_owned(),
            back: "/demand?province=310000".to_owned(),
            place: Some("上海市".to_owned()),
            amount: DemandAmount {
                needs: 2,
                seats: 18,
                open: 1,
            },
            needs: vec![need(Some(18), why), need(None, vec![Text::new("obstacle.none")])],
            more: 1,
            step: Some(NextStep {
                text: Text::new("demand.offer_text"),
                button: Text::new("layout.new_offer"),
                href: "/posts/new".to_owned(),
            }),
        };
        let none = Self {
            place: None,
            amount: DemandAmount {
                needs: 0,
                seats: 0,
                open: 0,
            },
            needs: Vec::new(),
            more: 0,
            step: None,
            ..full.clone()
        };
        vec![full, none]
    }
}
