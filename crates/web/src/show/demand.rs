//! Demand that nobody answers, by names.

use marketplace::OrganisationSide;
use operations::{
    demand::{Amount, Behind, Place, Unmet, UnmetNeed},
    matches::HardCriterion,
};
use words::Text;

use super::{Names, encode};
use crate::pages::{DemandAmount, DemandNeed, DemandPage, DemandPlace, DemandRow, DemandTradePage, Link, NextStep};

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

fn amount(amount: Amount) -> DemandAmount {
    DemandAmount {
        needs: count(amount.needs),
        seats: amount.seats,
        open: count(amount.open),
    }
}

/// The page of a place; that of everywhere says so, because without a word of it an organisation's own is shown.
fn path(place: &Place) -> String {
    let code = |code: &Option<String>| encode(code.as_deref().unwrap_or_default());
    format!(
        "/demand?province={}&district={}",
        code(&place.province),
        code(&place.district)
    )
}

impl Names {
    fn demand_place(&self, place: &Place) -> Option<String> {
        self.place(place.province.as_deref(), place.district.as_deref())
    }

    /// Demand that nobody answers, by trade.
    pub(crate) fn demand_page(&self, unmet: &Unmet) -> DemandPage {
        let total: usize = unmet.places.iter().map(|(_, amount)| amount.needs).sum();
        let unknown = || Text::new("demand.no_place").render(self.locale);
        // Needs that do not say where they are cannot be asked for by place.
        let known = unmet.places.iter().filter(|(place, _)| place.province.is_some());
        let everywhere = DemandPlace {
            href: path(&Place::default()),
            name: Text::new("demand.everywhere").render(self.locale),
            needs: count(total),
            chosen: unmet.place == Place::default(),
        };
        let places = known.map(|(place, amount)| DemandPlace {
            href: path(place),
            name: self.demand_place(place).unwrap_or_else(unknown),
            needs: count(amount.needs),
            chosen: unmet.place == *place,
        });
        let rows = unmet.cells.iter().filter_map(|cell| {
            Some(DemandRow {
                href: format!("{}&trade={}", path(&cell.place), encode(&cell.trade)),
                code: cell.trade.clone(),
                name: self.vocabulary.trade(&cell.trade)?.chinese().to_owned(),
                place: self.demand_place(&cell.place),
                amount: amount(cell.amount),
            })
        });
        DemandPage {
            place: self.demand_place(&unmet.place),
            places: if total == 0 {
                Vec::new()
            } else {
                std::iter::once(everywhere).chain(places).collect()
            },
            rows: rows.collect(),
            more: count(unmet.more),
            all: amount(unmet.all),
        }
    }

    /// The needs behind a trade; none when there is no such trade.
    pub(crate) fn demand_trade_page(&self, behind: &Behind, side: Option<OrganisationSide>) -> Option<DemandTradePage> {
        let trade = self.vocabulary.trade(&behind.trade)?;
        let step = |text, button, href: &str| NextStep {
            text: Text::new(text),
            button: Text::new(button),
            href: href.to_owned(),
        };
        let step = match side {
            Some(OrganisationSide::College) => Some(step("demand.offer_text", "layout.new_offer", "/posts/new")),
            None => Some(step("demand.join_text", "demand.join", "/sign-up?side=college")),
            Some(OrganisationSide::Enterprise | OrganisationSide::Neither) => None,
        };
        Some(DemandTradePage {
            name: trade.chinese().to_owned(),
            map: self.trade_path(&behind.trade)?,
            back: path(&behind.place),
            place: self.demand_place(&behind.place),
            amount: amount(behind.amount),
            needs: behind.needs.iter().map(|need| self.demand_need(need)).collect(),
            more: count(behind.more),
            step,
        })
    }

    fn demand_need(&self, need: &UnmetNeed) -> DemandNeed {
        let posting = &need.published.posting;
        let content = &posting.content;
        let asking = content.lines.iter().filter(|line| need.lines.contains(&line.id));
        let mut obstacles = need.obstacles.clone();
        for of_line in &mut obstacles {
            // Whoever reads this is another organisation.
            of_line
                .failed
                .retain(|(criterion, _)| *criterion != HardCriterion::NotSameOrganisation);
        }
        DemandNeed {
            post: Link::new(format!("/posts/{}", posting.id), &content.title),
            organisation: need.published.organisation_name.clone(),
            place: self.place(content.province.as_deref(), content.district.as_deref()),
            seats: asking.map(|line| line.seats).sum(),
            why: self.why_none(posting, &obstacles),
        }
    }
}
