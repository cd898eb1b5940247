//! Trades, by name.

use matching::Verdict;
use operations::trades::{Across, Posted, TradeLook, TradesFound};
use vocabulary::{Category, OccupationRank, Tier, Trade};

use super::{Names, encode};
use crate::pages::{Link, TradeCategory, TradeKind, TradePage, TradePosts, TradeRow, TradesPage};

fn path(code: &str) -> String {
    format!("/trades/{code}")
}

fn of_class(name: &str) -> Link {
    Link::new(format!("/trades?q={}", encode(name)), name)
}

/// Where a category stands on the page that finds trades.
fn anchor(category: &Category) -> String {
    format!("c{}", category.code)
}

impl Names {
    /// A code that is a trade's leads to its map.
    pub(crate) fn trade_path(&self, code: &str) -> Option<String> {
        self.vocabulary.trade(code).map(|trade| path(trade.code()))
    }

    /// The page that finds trades.
    pub(crate) fn trades_page(&self, query: &str, found: &TradesFound) -> TradesPage {
        let rows = |codes: &[String]| codes.iter().filter_map(|code| self.trade_row(code, None)).collect();
        let leafs = query.trim().is_empty();
        let widest = self.vocabulary.occupations().iter();
        let widest = widest.filter(|group| group.rank == OccupationRank::Major);
        TradesPage {
            query: query.trim().to_owned(),
            majors: rows(&found.majors),
            occupations: rows(&found.occupations),
            categories: if leafs { self.trade_categories() } else { Vec::new() },
            groups: if leafs {
                widest
                    .map(|group| Link::new(path(&group.code), group.name(self.locale)))
                    .collect()
            } else {
                Vec::new()
            },
        }
    }

    fn trade_categories(&self) -> Vec<TradeCategory> {
        let classes = |index| {
            let classes = self.vocabulary.major_classes().iter();
            let classes = classes.filter(move |class| class.category == index);
            classes.map(|class| of_class(&class.name)).collect()
        };
        let categories = self.vocabulary.categories().iter();
        categories
            .map(|category| TradeCategory {
                anchor: anchor(category),
                name: category.name(self.locale).to_owned(),
                classes: classes(category.index),
            })
            .collect()
    }

    fn trade_row(&self, code: &str, affinity: Option<u16>) -> Option<TradeRow> {
        let trade = self.vocabulary.trade(code)?;
        let under = match trade {
            Trade::Major(major) => major.class_name.clone(),
            Trade::Occupation(occupation) => {
                let parent = self.vocabulary.occupation_parent(&occupation.code);
                parent.map(|parent| parent.name.clone()).unwrap_or_default()
            }
        };
        Some(TradeRow {
            href: path(trade.code()),
            code: trade.code().to_owned(),
            name: trade.chinese().to_owned(),
            bachelor: matches!(trade, Trade::Major(major) if major.tier == Tier::Bachelor),
            under,
            affinity,
        })
    }

    fn trade_links(&self, codes: &[String]) -> Vec<Link> {
        let trades = codes.iter().filter_map(|code| self.vocabulary.trade(code));
        trades
            .map(|trade| Link::new(path(trade.code()), trade.chinese()))
            .collect()
    }

    /// The map of a trade.
    pub(crate) fn trade_page(&self, look: &TradeLook) -> Option<TradePage> {
        let trade = self.vocabulary.trade(&look.code)?;
        let fitting = |fits: &dyn Fn(&Across) -> bool| {
            let fitting = look.across.iter().filter(|across| fits(across));
            fitting
                .filter_map(|across| self.trade_row(&across.code, Some(across.affinity)))
                .collect()
        };
        let (kind, bachelor, above) = match trade {
            Trade::Major(major) => {
                let category = self.vocabulary.category_at(major.category);
                let category = category
                    .map(|category| Link::new(format!("/trades#{}", anchor(category)), category.name(self.locale)));
                let above = category.into_iter().chain([of_class(&major.class_name)]).collect();
                (TradeKind::Major, major.tier == Tier::Bachelor, above)
            }
            Trade::Occupation(occupation) => {
                let kind = if occupation.is_group() {
                    TradeKind::Group
                } else {
                    TradeKind::Occupation
                };
                (kind, false, self.trade_links(&look.groups))
            }
        };
        Some(TradePage {
            kind,
            code: look.code.clone(),
            name: trade.chinese().to_owned(),
            bachelor,
            above,
            close: fitting(&|across| across.fit == Verdict::Met),
            partly: fitting(&|across| across.fit != Verdict::Met),
            more: look.more,
            too_wide: matches!(trade, Trade::Occupation(group) if group.rank < OccupationRank::Minor),
            beside: self.trade_links(&look.beside),
            posted: look.posted.map(|posted| posts(trade.chinese(), posted)),
        })
    }
}

fn posts(name: &str, posted: Posted) -> Vec<TradePosts> {
    let counts = [
        ("offers", posted.offers, "kind=programme&kind=course&kind=base"),
        ("needs", posted.needs, "side=need"),
        ("register", posted.register, "kind=register"),
    ];
    counts
        .map(|(what, count, choice)| TradePosts {
            what,
            count: i64::try_from(count).unwrap_or(i64::MAX),
            href: format!("/search?q={}&{choice}", encode(name)),
        })
        .to_vec()
}
