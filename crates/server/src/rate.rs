//! How often a client may call: a token bucket in one atomic number, and the headers that tell.
//!
//! Headers follow the IETF draft "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers-10):
//! `RateLimit-Policy: "client";q=60000;w=60` and `RateLimit: "client";r=59999;t=1`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::http::{HeaderName, HeaderValue};

/// `RateLimit-Policy`
pub const POLICY_HEADER: HeaderName = HeaderName::from_static("ratelimit-policy");
/// `RateLimit`
pub const LIMIT_HEADER: HeaderName = HeaderName::from_static("ratelimit");

/// Seconds in which the quota may be used up at once; it refills evenly.
pub const WINDOW_SECONDS: u64 = 60;

const WINDOW_NANOS: u64 = WINDOW_SECONDS * 1_000_000_000;

/// How many requests a client may send, and the header that says so.
#[derive(Debug, Clone)]
pub struct Policy {
    quota: u64,
    header: HeaderValue,
    full: HeaderValue,
    began: Instant,
}

/// Room that is left after a request was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Requests that may follow at once.
    pub requests: u64,
    /// Seconds until the whole quota is there again.
    pub reset_seconds: u64,
}

/// The client has to wait that many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub u32);

/// A client's bucket: the instant at which it will be full again, in nanoseconds since the policy began.
#[derive(Debug, Default)]
pub struct Bucket(AtomicU64);

impl Policy {
    /// So many requests in [`WINDOW_SECONDS`]; at least one.
    pub fn new(quota: u32) -> Self {
        let quota = u64::from(quota.max(1));
        let text = |text: String| HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        Policy {
            quota,
            header: text(format!("\"client\";q={quota};w={WINDOW_SECONDS}")),
            full: text(format!("\"client\";r={quota};t=0")),
            began: Instant::now(),
        }
    }

    /// How many requests.
    pub fn quota(&self) -> u64 {
        self.quota
    }

    /// The value of [`POLICY_HEADER`].
    pub fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The value of [`LIMIT_HEADER`]; for callers without a limit, the whole quota.
    pub fn limit_header(&self, left: Option<Left>) -> HeaderValue {
        let Some(left) = left else { return self.full.clone() };
        let text = format!("\"client\";r={};t={}", left.requests, left.reset_seconds);
        HeaderValue::from_str(&text).unwrap_or_else(|_| self.full.clone())
    }

    /// Takes one request out of the bucket.
    pub fn take(&self, bucket: &Bucket) -> Result<Left, Wait> {
        let now = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.take_at(bucket, now)
    }

    fn take_at(&self, bucket: &Bucket, now: u64) -> Result<Left, Wait> {
        let each = WINDOW_NANOS / self.quota;
        let mut full_again = bucket.0.load(Ordering::Relaxed);
        loop {
            let next = full_again.max(now) + each;
            let used = next - now;
            if used > WINDOW_NANOS {
                let seconds = (used - WINDOW_NANOS).div_ceil(1_000_000_000).max(1);
                return Err(Wait(u32::try_from(seconds).unwrap_or(u32::MAX)));
            }
            match bucket.0.compare_exchange_weak(full_again, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => {
                    let requests = (WINDOW_NANOS - used) / each;
                    return Ok(Left { requests, reset_seconds: used.div_ceil(1_000_000_000) });
                }
                Err(changed) => full_again = changed,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_refills_evenly() {
        let policy = Policy::new(3);
        let bucket = Bucket::default();
        for left in [2, 1, 0] {
            assert_eq!(policy.take_at(&bucket, 5).unwrap().requests, left);
        }
        assert_eq!(policy.take_at(&bucket, 5), Err(Wait(20)));
        assert_eq!(policy.take_at(&bucket, 15_000_000_000), Err(Wait(6)));
        assert_eq!(policy.take_at(&bucket, 20_000_000_005).unwrap(), Left { requests: 0, reset_seconds: 60 });
        assert_eq!(policy.take_at(&bucket, u64::MAX / 2).unwrap().requests, 2);
    }
}
