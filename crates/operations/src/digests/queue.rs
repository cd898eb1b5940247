//! What is due, given out batch by batch to those who make it.

use std::collections::HashSet;

use kernel::AccountId;
use storage::{DueDigest, Read, Schedule, Tx};
use tokio::sync::Mutex;

use crate::{App, Cx, Result};

/// How many schedules are read and written at one go.
const BATCH: i64 = 200;

/// One walk over all that is due, in its order.
pub(super) struct Queue {
    app: App,
    cx: Cx,
    /// Nothing is written, so that nothing waits for anything either.
    dry_run: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last one that was looked at.
    last: Option<Schedule>,
    /// Whose digests are being made.
    busy: HashSet<AccountId>,
}

impl Queue {
    pub(super) fn new(app: &App, cx: &Cx, dry_run: bool) -> Self {
        Self {
            app: app.clone(),
            cx: cx.clone(),
            dry_run,
            state: Mutex::default(),
        }
    }

    /// The next batch, and the transaction in which everything about it is read. What one digest of somebody tells, the next
    /// one does not: of those with two that are due the second is left to a later walk, unless the first one is written
    /// before this transaction begins.
    pub(super) async fn next(&self) -> Result<Option<(Tx<Read>, Vec<DueDigest>)>> {
        let mut state = self.state.lock().await;
        let mut tx = self.app.db().read().await?;
        loop {
            let mut due = tx
                .digest_schedules()
                .due(self.cx.now, state.last.as_ref(), BATCH)
                .await?;
            let Some(last) = due.last() else {
                return Ok(None);
            };
            state.last = Some(last.schedule.clone());
            if !self.dry_run {
                due.retain(|due| state.busy.insert(due.schedule.account));
            }
            if !due.is_empty() {
                return Ok(Some((tx, due)));
            }
        }
    }

    /// The batch of these is written.
    pub(super) async fn done(&self, accounts: &[AccountId]) {
        let mut state = self.state.lock().await;
        for account in accounts {
            state.busy.remove(account);
        }
    }
}
