//! What people want to hear of and when, and what is made of it: preferences, digests, searches and follows, notices, and
//! addresses that are not written to any more.
//!
//! Events and cadences are codes of lookup tables: which there are, and what each allows, is the business of the crates above.

mod digests;
mod follows;
mod notices;
mod preferences;
mod schedules;
mod searches;
mod sources;
mod suppressions;
mod switch;

use kernel::Timestamp;

pub use digests::{ClosedItem, Digest, DigestCount, DigestItem, DigestOutcome, Digests, ItemKey, NewDigest};
pub use follows::{Followed, Follows};
pub use notices::{NewNotice, Notice, Notices};
pub use preferences::{MailHabit, MailPreferences, Preference};
pub use schedules::{Advance, DigestSchedules, DueDigest, Schedule};
pub use searches::{SavedSearch, SavedSearches};
pub use sources::{DigestSources, NewMatch, NewPosting};
pub use suppressions::{Lifting, NewSuppression, Suppression, SuppressionReason, Suppressions};
pub use switch::{MailSwitch, MailSwitches};

use crate::{
    db::Db,
    error::Result,
    query::{Query, Statement},
};

#[cfg(test)]
pub(crate) const ALL_STATEMENTS: [&[Statement]; 9] = [
    digests::ALL,
    follows::ALL,
    notices::ALL,
    preferences::ALL,
    schedules::ALL,
    searches::ALL,
    sources::ALL,
    suppressions::ALL,
    switch::ALL,
];

/// How many rows a statement of many takes at once: thousands of values, which both databases allow.
const ROWS: usize = 250;

/// How many old rows go in one transaction, so that nobody waits long for the one writer.
const PORTION: i64 = 1_000;

/// Adds `(..), (..)`, one for each row.
pub(crate) fn tuples<'t, T>(
    query: Query<'t>,
    rows: impl IntoIterator<Item = T>,
    mut tuple: impl FnMut(Query<'t>, T) -> Query<'t>,
) -> Query<'t> {
    let mut query = query;
    for (place, row) in rows.into_iter().enumerate() {
        let started = query.push(if place == 0 { "(" } else { ", (" });
        query = tuple(started, row).push(")");
    }
    query
}

impl Db {
    /// Runs a statement of a moment and a limit until it finds nothing more, each time in a transaction of its own.
    pub(crate) async fn purge_in_portions(&self, statement: Statement, before: Timestamp) -> Result<u64> {
        let mut gone = 0;
        loop {
            let mut tx = self.write().await?;
            let some = tx
                .query(statement)
                .bind(before.micros())
                .bind(PORTION)
                .execute()
                .await?;
            tx.keep().await?;
            gone += some;
            if some < PORTION.unsigned_abs() {
                return Ok(gone);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod plans {
    //! Queries that are put together as they go, for the test that asks how they run.
    pub(crate) use super::{
        digests::{closed, told},
        notices::waiting,
        schedules::advance,
        sources::{matches_of_needs, matches_of_offers, published_by},
    };
}
