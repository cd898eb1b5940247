//! How often one address may search and look at codes: the limits that cost no write, because a GET writes nothing.
//! Limits on acts are counted in storage by the operations themselves.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};

/// Limits by network address.
#[derive(Debug)]
pub(crate) struct Limits {
    search: DefaultKeyedRateLimiter<String>,
    codes: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    /// 20 searches a second, 60 at once; 30 looks at codes in ten minutes.
    pub(crate) fn new() -> Self {
        const A_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
        const AT_ONCE: NonZeroU32 = NonZeroU32::new(60).unwrap();
        const CODES: NonZeroU32 = NonZeroU32::new(30).unwrap();
        const A_CODE: Duration = Duration::from_secs(10 * 60 / 30);
        // Only a period of nothing is refused.
        let codes = Quota::with_period(A_CODE).unwrap_or_else(|| Quota::per_minute(CODES));
        Self {
            search: DefaultKeyedRateLimiter::keyed(Quota::per_second(A_SECOND).allow_burst(AT_ONCE)),
            codes: DefaultKeyedRateLimiter::keyed(codes.allow_burst(CODES)),
        }
    }

    /// Whether this address may search now; else in how many seconds.
    pub(crate) fn search(&self, client: &str) -> Result<(), i64> {
        count(&self.search, client)
    }

    /// Whether this address may look at a code now; else in how many seconds.
    pub(crate) fn code(&self, client: &str) -> Result<(), i64> {
        count(&self.codes, client)
    }
}

fn count(limiter: &DefaultKeyedRateLimiter<String>, client: &str) -> Result<(), i64> {
    // Addresses that have been quiet are forgotten now and then, so that the table stays small.
    if limiter.len() > 10_000 {
        limiter.retain_recent();
    }
    limiter.check_key(&client.to_owned()).map_err(|refused| {
        let wait = refused.wait_time_from(DefaultClock::default().now());
        i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).saturating_add(1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_at_many_codes_waits_and_nobody_else_does() {
        let limits = Limits::new();
        for _ in 0..30 {
            assert_eq!(limits.code("10.0.0.1"), Ok(()));
        }
        let wait = limits.code("10.0.0.1").unwrap_err();
        assert!((1..=20).contains(&wait), "{wait}");
        assert_eq!(limits.code("10.0.0.2"), Ok(()));
        assert_eq!(limits.search("10.0.0.1"), Ok(()), "searching is counted apart");
    }
}
