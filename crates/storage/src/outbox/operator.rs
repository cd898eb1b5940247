//! What the operator asks of the outbox: what waits, where it goes, what failed.

use std::collections::BTreeMap;

use kernel::Timestamp;

use super::{Letter, Outbox, columns, letters};
use crate::{error::Result, query::statements, repository::Page};

/// What waits at one priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriorityFigures {
    /// The priority.
    pub priority: i64,
    /// How many letters wait or are being sent.
    pub waiting: i64,
    /// When the oldest of them was written.
    pub oldest: Timestamp,
}

/// What goes to one domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DomainFigures {
    /// The domain.
    pub domain: String,
    /// How many letters wait or are being sent.
    pub waiting: i64,
    /// How many of them were tried before.
    pub tried: i64,
    /// When the oldest of them was written.
    pub oldest: Option<Timestamp>,
    /// How many left since the moment asked for.
    pub sent: i64,
    /// How many were given up or came back since then.
    pub failed: i64,
}

/// What left in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourFigures {
    /// When the hour began.
    pub at: Timestamp,
    /// How many letters left.
    pub sent: i64,
    /// How many were given up, or held back.
    pub given_up: i64,
}

#[derive(sqlx_macros::FromRow)]
struct WaitingRow {
    domain: String,
    waiting: i64,
    tried: i64,
    oldest: i64,
}

statements! {
    FAILURES = concat!("SELECT ", columns!("NULL AS body_enc"), " FROM outbox WHERE failed_at IS NOT NULL
                         ORDER BY failed_at DESC, id DESC LIMIT $1 OFFSET $2");
    BY_PRIORITY = "SELECT priority, CAST(COUNT(*) AS BIGINT) AS waiting, MIN(created_at) AS oldest FROM outbox
                    WHERE status IN ('ready', 'running') GROUP BY priority ORDER BY priority DESC";
    WAITING = "SELECT recipient_domain AS domain, CAST(COUNT(*) AS BIGINT) AS waiting,
                      CAST(COUNT(*) FILTER (WHERE failures > 0) AS BIGINT) AS tried, MIN(created_at) AS oldest
                 FROM outbox WHERE status IN ('ready', 'running') GROUP BY recipient_domain";
    SENT = "SELECT recipient_domain, CAST(COUNT(*) AS BIGINT) AS n FROM outbox
             WHERE finished_at >= $1 AND status = 'done' GROUP BY recipient_domain";
    FAILED = "SELECT recipient_domain, CAST(COUNT(*) AS BIGINT) AS n FROM outbox
               WHERE failed_at >= $1 GROUP BY recipient_domain";
    BY_HOUR = "SELECT finished_at / 3600000000 AS hour, CAST(COUNT(*) FILTER (WHERE status = 'done') AS BIGINT) AS sent,
                      CAST(COUNT(*) FILTER (WHERE status = 'dead') AS BIGINT) AS given_up
                 FROM outbox WHERE finished_at >= $1 GROUP BY finished_at / 3600000000 ORDER BY hour";
}

impl Outbox<'_> {
    /// Letters that were given up or came back, the latest first, with the words of their servers, without their bodies.
    pub async fn failures(&mut self, page: Page) -> Result<Vec<Letter>> {
        letters(self.0.query(FAILURES).bind(page.limit).bind(page.offset)).await
    }

    /// What waits at each priority, the most urgent first.
    pub async fn waiting_by_priority(&mut self) -> Result<Vec<PriorityFigures>> {
        let rows = self.0.query(BY_PRIORITY).all::<(i64, i64, i64)>().await?.into_iter();
        Ok(rows
            .map(|(priority, waiting, oldest)| PriorityFigures {
                priority,
                waiting,
                oldest: Timestamp::from_micros(oldest),
            })
            .collect())
    }

    /// What waits for each domain, and what left and failed since a moment; by domain.
    pub async fn by_domain(&mut self, since: Timestamp) -> Result<Vec<DomainFigures>> {
        let mut domains: BTreeMap<String, DomainFigures> = BTreeMap::new();
        for row in self.0.query(WAITING).all::<WaitingRow>().await? {
            let domain = domains.entry(row.domain).or_default();
            (domain.waiting, domain.tried) = (row.waiting, row.tried);
            domain.oldest = Some(Timestamp::from_micros(row.oldest));
        }
        for (domain, n) in self.0.query(SENT).bind(since.micros()).all::<(String, i64)>().await? {
            domains.entry(domain).or_default().sent = n;
        }
        for (domain, n) in self.0.query(FAILED).bind(since.micros()).all::<(String, i64)>().await? {
            domains.entry(domain).or_default().failed = n;
        }
        Ok(domains
            .into_iter()
            .map(|(domain, figures)| DomainFigures { domain, ..figures })
            .collect())
    }

    /// What left in each hour since a moment; hours in which nothing did are left out.
    pub async fn by_hour(&mut self, since: Timestamp) -> Result<Vec<HourFigures>> {
        let query = self.0.query(BY_HOUR).bind(since.micros());
        let rows = query.all::<(i64, i64, i64)>().await?.into_iter();
        Ok(rows
            .map(|(hour, sent, given_up)| HourFigures {
                at: Timestamp::from_micros(0).plus_hours(hour),
                sent,
                given_up,
            })
            .collect())
    }
}
