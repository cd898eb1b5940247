//! How fast letters go to a domain: as fast as the operator allows, and slower where its server asks for it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use kernel::Timestamp;

/// After a server asked for fewer letters, its domain waits so long, and twice as long each further time.
const SLOWED_SECONDS: i64 = 60;
const SLOWED_MOST: i64 = 3_600;
/// Rates are counted in stretches of a minute, from the first letter on.
const STRETCH_SECONDS: i64 = 60;

/// The pace of this process: another one has its own rates, and learns by itself who wants fewer letters.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// The most letters a minute, by domain.
    rates: BTreeMap<String, u32>,
    domains: Mutex<Domains>,
}

#[derive(Debug, Default)]
struct Domains {
    slowed: HashMap<String, Slowed>,
    begun: HashMap<String, Begun>,
}

#[derive(Debug, Clone, Copy)]
struct Slowed {
    until: Timestamp,
    times: u32,
}

#[derive(Debug, Clone, Copy)]
struct Begun {
    until: Timestamp,
    letters: u32,
}

impl Pace {
    /// With the most letters a minute, by domain.
    pub(crate) fn new(rates: BTreeMap<String, u32>) -> Self {
        Self {
            rates,
            domains: Mutex::default(),
        }
    }

    fn domains(&self) -> MutexGuard<'_, Domains> {
        self.domains.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The domains whose servers want no letter now.
    pub(super) fn slowed(&self, now: Timestamp) -> Vec<String> {
        let domains = self.domains();
        let waiting = domains.slowed.iter().filter(|(_, slowed)| slowed.until > now);
        waiting.map(|(domain, _)| domain.clone()).collect()
    }

    /// The domains that had as many letters as they may have for now.
    pub(super) fn full(&self, now: Timestamp) -> Vec<String> {
        let domains = self.domains();
        let full = domains.begun.iter().filter(|(domain, begun)| {
            let rate = self.rates.get(*domain);
            begun.until > now && rate.is_some_and(|rate| begun.letters >= *rate)
        });
        full.map(|(domain, _)| domain.clone()).collect()
    }

    /// Counts a letter that is about to go to a domain. When it has had as many as it may have, and the letter can wait: since
    /// when there is room again.
    pub(super) fn begin(&self, domain: &str, can_wait: bool, now: Timestamp) -> Result<(), Timestamp> {
        let Some(rate) = self.rates.get(domain) else {
            return Ok(());
        };
        let mut domains = self.domains();
        let begun = domains
            .begun
            .entry(domain.to_owned())
            .or_insert(Begun { until: now, letters: 0 });
        if begun.until <= now {
            let until = now.plus_seconds(STRETCH_SECONDS);
            *begun = Begun { until, letters: 0 };
        }
        if can_wait && begun.letters >= *rate {
            return Err(begun.until);
        }
        begun.letters = begun.letters.saturating_add(1);
        Ok(())
    }

    /// The domain's server asked for fewer letters.
    pub(super) fn slow(&self, domain: &str, now: Timestamp) {
        let slowed = &mut self.domains().slowed;
        let times = slowed.get(domain).map_or(0, |slowed| slowed.times);
        let seconds = SLOWED_SECONDS.saturating_mul(1 << times.min(10)).min(SLOWED_MOST);
        let until = now.plus_seconds(seconds);
        let times = times + 1;
        slowed.insert(domain.to_owned(), Slowed { until, times });
    }

    /// The domain's server took a letter.
    pub(super) fn took(&self, domain: &str) {
        self.domains().slowed.remove(domain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(0).plus_seconds(seconds)
    }

    #[test]
    fn a_domain_gets_as_many_letters_a_minute_as_it_may_and_what_is_awaited_besides() {
        let pace = Pace::new(BTreeMap::from([("qq.com".to_owned(), 2)]));
        for _ in 0..9 {
            assert_eq!(pace.begin("example.cn", true, at(0)), Ok(()), "no rate is set");
        }
        assert_eq!(pace.begin("qq.com", true, at(0)), Ok(()));
        assert_eq!(pace.full(at(1)), Vec::<String>::new());
        assert_eq!(pace.begin("qq.com", true, at(10)), Ok(()));
        assert_eq!(pace.full(at(10)), ["qq.com"]);
        assert_eq!(pace.begin("qq.com", true, at(59)), Err(at(60)));
        assert_eq!(pace.begin("qq.com", false, at(59)), Ok(()));
        assert_eq!(pace.full(at(60)), Vec::<String>::new());
        assert_eq!(pace.begin("qq.com", true, at(60)), Ok(()));
    }

    #[test]
    fn a_server_that_asks_for_fewer_letters_waits_longer_each_time_until_it_takes_one() {
        let pace = Pace::default();
        pace.slow("qq.com", at(0));
        assert_eq!(pace.slowed(at(59)), ["qq.com"]);
        assert_eq!(pace.slowed(at(60)), Vec::<String>::new());
        pace.slow("qq.com", at(60));
        assert_eq!(pace.slowed(at(60 + 119)), ["qq.com"]);
        pace.took("qq.com");
        pace.slow("qq.com", at(200));
        assert_eq!(pace.slowed(at(200 + 60)), Vec::<String>::new());
    }
}
