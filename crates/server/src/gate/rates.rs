//! How often anyone may try to get in: by where they come from, and by whom they claim to be. Guesses spread over many
//! addresses meet the second, guesses of many names the first.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use jifen_vocab::limits::{SIGN_INS_OF_ACCOUNT, SIGN_INS_OF_ADDRESS};

use crate::callers::{TokenHash, hash};
use crate::problems::{Problem, table};
use crate::rate::{Bucket, Policy, WINDOW_SECONDS};

/// Addresses and names that are remembered; beyond it all are forgotten, which gives everybody a full quota once.
const REMEMBERED_MAX: usize = 100_000;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// Who is behind a proxy: the last address it names, which nobody but the proxy can have written.
    #[must_use]
    pub fn behind(self, headers: &HeaderMap) -> Peer {
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        let last = forwarded.and_then(|list| list.rsplit(',').next()).and_then(|address| address.trim().parse().ok());
        last.map_or(self, Peer)
    }
}

/// How often anyone may try.
#[derive(Debug)]
pub struct Rates {
    of_account: Policy,
    of_address: Policy,
    buckets: Mutex<HashMap<TokenHash, Arc<Bucket>, ahash::RandomState>>,
}

impl Default for Rates {
    fn default() -> Self {
        Rates {
            of_account: Policy::new(SIGN_INS_OF_ACCOUNT),
            of_address: Policy::new(SIGN_INS_OF_ADDRESS),
            buckets: Mutex::default(),
        }
    }
}

impl Rates {
    /// Counts a try from there.
    ///
    /// # Errors
    /// `rate-limited`
    pub fn from(&self, peer: Peer) -> Result<(), Problem> {
        // Whoever has one IPv6 address has the 2^64 beside it.
        let from = match peer.0.to_canonical() {
            IpAddr::V4(address) => format!("from {address}"),
            IpAddr::V6(address) => format!("from {:x?}", &address.segments()[..4]),
        };
        self.take(&self.of_address, &from)
    }

    /// Counts a try for somebody: a login, a telephone number, an address.
    ///
    /// # Errors
    /// `rate-limited`
    pub fn of(&self, account: &str) -> Result<(), Problem> {
        self.take(&self.of_account, &format!("of {}", account.trim().to_lowercase()))
    }

    fn take(&self, policy: &Policy, whose: &str) -> Result<(), Problem> {
        let bucket = {
            let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
            if buckets.len() >= REMEMBERED_MAX {
                buckets.clear();
            }
            Arc::clone(buckets.entry(hash(whose)).or_default())
        };
        policy.take(&bucket).map(drop).map_err(|wait| {
            Problem::new(&table::RATE_LIMITED)
                .number("limit", policy.quota() as i64)
                .number("window", WINDOW_SECONDS as i64)
                .retry_after(wait.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(mut attempt: impl FnMut() -> Result<(), Problem>) -> usize {
        (0..1_000).take_while(|_| attempt().is_ok()).count()
    }

    #[test]
    fn tries_are_counted_by_address_and_by_account() {
        let rates = Rates::default();
        let peer = |address: &str| Peer(address.parse().unwrap());
        assert_eq!(tries(|| rates.from(peer("203.0.113.9"))), SIGN_INS_OF_ADDRESS as usize);
        assert!(rates.from(peer("203.0.113.10")).is_ok());
        assert!(rates.from(peer("::ffff:203.0.113.9")).is_err(), "the same address otherwise written");
        assert_eq!(tries(|| rates.from(peer("2001:db8::1"))), SIGN_INS_OF_ADDRESS as usize);
        assert!(rates.from(peer("2001:db8::2")).is_err() && rates.from(peer("2001:db9::2")).is_ok());
        assert_eq!(tries(|| rates.of("lin")), SIGN_INS_OF_ACCOUNT as usize);
        assert!(rates.of(" Lin").is_err() && rates.of("wei").is_ok());
    }

    #[test]
    fn a_proxy_says_who_is_behind_it() {
        let mut headers = HeaderMap::new();
        let proxy = Peer("10.0.0.1".parse().unwrap());
        assert_eq!(proxy.behind(&headers), proxy);
        headers.insert("x-forwarded-for", "198.51.100.7, 203.0.113.9".parse().unwrap());
        assert_eq!(proxy.behind(&headers), Peer("203.0.113.9".parse().unwrap()));
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(proxy.behind(&headers), proxy);
    }
}
