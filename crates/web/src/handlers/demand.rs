//! Demand that nobody answers.

use operations::demand::{self, Place};

use super::{Answer, Fields, Params};
use crate::{Failed, visit::Visit};

/// `GET /demand`: by trade and place, or the needs behind one trade.
pub(crate) async fn get(visit: Visit, Params(fields): Params) -> Answer {
    visit.may_search()?;
    let names = visit.names();
    let (trade, place) = (fields.get("trade"), place(&fields));
    if trade.is_empty() {
        let unmet = demand::unmet(&visit.app, &visit.actor, place).await?;
        return visit.page(&names.demand_page(&unmet));
    }
    let behind = demand::behind(&visit.app, &trade, place.unwrap_or_default()).await?;
    let page = names
        .demand_trade_page(&behind, visit.side())
        .ok_or_else(Failed::not_found)?;
    visit.page(&page)
}

/// The place that is asked for; none when nothing is said of it, which is not everywhere.
fn place(fields: &Fields) -> Option<Place> {
    let said = fields
        .0
        .iter()
        .any(|(name, _)| name == "province" || name == "district");
    let code = |name| Some(fields.get(name)).filter(|code| !code.is_empty());
    said.then(|| Place {
        province: code("province"),
        district: code("district"),
    })
}
