//! The outside world, played by small servers: what goes out, and what is done when it is not taken.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking, like the tests themselves")]

mod mail;
mod sms;
