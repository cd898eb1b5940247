//! On demonstration data letters reach nobody: whoever plays a signatory gets a link made on the spot.

use kernel::{AgreementId, SlotId};
use serde_json::json;

use super::work::Work;
use crate::{Actor, App, Cx, Failure, Result};

/// For how many days such a link opens.
const DAYS: i64 = 1;

/// A link to a slot: its token. Only where everybody is invented.
pub(crate) async fn link_at_hand(app: &App, cx: &Cx, id: AgreementId, slot: SlotId) -> Result<String> {
    if !app.settings().demonstration {
        return Err(Failure::NotFound);
    }
    let mut work = Work::open(app, cx, &Actor::Stranger, id).await?;
    let (path, _) = work.link(slot, DAYS, false).await?;
    work.commit("become_demonstration_role", json!({ "slot": slot }))
        .await?;
    path.rsplit('/').next().map(str::to_owned).ok_or(Failure::NotFound)
}
