//! Keys that clients send with requests (`Idempotency-Key`): one key, one answer.

use compact_str::{CompactString, format_compact};
use jifen_vocab::Kind;

use super::Identity;

/// Remembered answers to requests with a key, by client, operation and key.
pub static REQUEST_KEY: Kind = Kind::facts("request_key");

/// A request's key and what it was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// Whose key it is: the credential.
    pub client: CompactString,
    /// The operation, so that one key may be used once for each.
    pub operation: &'static str,
    /// The key as sent: 1 to 255 printable characters.
    pub key: CompactString,
    /// Of the request's content, path included.
    pub fingerprint: [u8; 16],
}

impl RequestKey {
    /// Under which key the answer is remembered.
    pub fn identity(&self) -> Identity {
        let id = format_compact!("{} {} {}", self.client, self.operation, self.key);
        Identity { kind: &REQUEST_KEY, id, fingerprint: self.fingerprint }
    }
}
