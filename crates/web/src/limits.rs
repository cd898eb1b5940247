//! How often one address may search: the one limit that costs no write. Limits on sign-in and mail are counted in
//! storage by the operations themselves.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota};

/// Limits by network address.
#[derive(Debug)]
pub(crate) struct Limits {
    search: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    /// 20 searches a second, 60 at once.
    pub(crate) fn new() -> Self {
        const A_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
        const AT_ONCE: NonZeroU32 = NonZeroU32::new(60).unwrap();
        Self {
            search: DefaultKeyedRateLimiter::keyed(Quota::per_second(A_SECOND).allow_burst(AT_ONCE)),
        }
    }

    /// Whether this address may search now.
    pub(crate) fn search(&self, client: &str) -> bool {
        // Addresses that have been quiet are forgotten now and then, so that the table stays small.
        if self.search.len() > 10_000 {
            self.search.retain_recent();
        }
        self.search.check_key(&client.to_owned()).is_ok()
    }
}
