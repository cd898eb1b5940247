//! Numbers of agreements, counted for each enterprise and year without gaps.

use kernel::OrganisationId;

use super::Agreements;
use crate::{error::Result, query::statements, repository::Writing};

#[derive(sqlx_macros::FromRow)]
struct Last {
    last: i64,
}

statements! {
    /// The row is locked until the transaction ends: a number that is taken and given up is taken by the next.
    TAKE = "INSERT INTO agreement_numbers (enterprise_id, year, last) VALUES ($1, $2, 1)
            ON CONFLICT (enterprise_id, year) DO UPDATE SET last = agreement_numbers.last + 1 RETURNING last";
}

impl Writing<Agreements<'_>> {
    /// The next number of an enterprise in a year, from 1. Where the transaction comes to nothing, so does the number: there
    /// are no gaps.
    pub async fn take_number(&mut self, enterprise: OrganisationId, year: i32) -> Result<i64> {
        let query = self.0.query(TAKE).bind(enterprise.uuid()).bind(i64::from(year));
        Ok(query.one::<Last>().await?.last)
    }
}
