//! Signed messages between two systems, by the Standard Webhooks scheme: HMAC-SHA256 over a message's name, its second
//! and its content, with any of the keys that both know.
//!
//! A message that was kept and sent again is refused by its age; within that age, whoever reads must remember the names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The header with a message's name.
pub const ID_HEADER: &str = "webhook-id";
/// The header with the second it was signed in, since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header with its signatures.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// How far the clocks of two systems and a slow network may lie apart, in seconds.
const TOLERANCE_SECONDS: i64 = 300;
/// Bytes of a secret at least: shorter ones can be guessed.
const SECRET_BYTES_MIN: usize = 16;

/// Why a message is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header is missing or unreadable.
    #[error("a header is missing or unreadable")]
    Header,
    /// It was signed too long ago, or by a clock that runs ahead.
    #[error("it was signed at another time")]
    Age,
    /// No key of ours signed it.
    #[error("no known key signed it")]
    Key,
}

/// A secret is too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret must have at least {SECRET_BYTES_MIN} bytes")]
pub struct SecretError;

/// The secrets that two systems share: the first one signs, any of them is believed, so that one can take the place of
/// another without a pause.
#[derive(Clone)]
pub struct Secrets(Vec<Vec<u8>>);

impl std::fmt::Debug for Secrets {
    /// Says how many there are and nothing else: this may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

impl Secrets {
    /// Reads secrets that stand side by side with commas between them; `whsec_` before one says that base64 follows.
    ///
    /// # Errors
    /// [`SecretError`]
    pub fn read(text: &str) -> Result<Secrets, SecretError> {
        let read = |secret: &str| match secret.strip_prefix("whsec_") {
            Some(encoded) => STANDARD.decode(encoded).unwrap_or_default(),
            None => secret.as_bytes().to_vec(),
        };
        let secrets: Vec<Vec<u8>> = text.split(',').map(str::trim).map(read).collect();
        let all_fit = secrets.iter().all(|secret| secret.len() >= SECRET_BYTES_MIN);
        if all_fit { Ok(Secrets(secrets)) } else { Err(SecretError) }
    }

    /// The signature header of a message.
    pub fn sign(&self, id: &str, second: i64, body: &[u8]) -> String {
        let first = self.0.first().map(Vec::as_slice).unwrap_or_default();
        let tag = mac(first, id, second, body).finalize().into_bytes();
        format!("v1,{}", STANDARD.encode(tag))
    }

    /// Believes a message, or says why not; `now` in seconds since 1970. Comparing takes as long for any signature.
    ///
    /// # Errors
    /// [`SignatureError`]
    pub fn verify(&self, message: &Signed<'_>, now: i64) -> Result<(), SignatureError> {
        let second: i64 = message.timestamp.parse().map_err(|_| SignatureError::Header)?;
        if message.id.is_empty() || message.signatures.is_empty() {
            return Err(SignatureError::Header);
        }
        if second.saturating_sub(now).saturating_abs() > TOLERANCE_SECONDS {
            return Err(SignatureError::Age);
        }
        let given = message.signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
        let given: Vec<Vec<u8>> = given.filter_map(|encoded| STANDARD.decode(encoded).ok()).collect();
        let is_ours = |secret: &Vec<u8>| {
            let mac = mac(secret, message.id, second, message.body);
            given.iter().any(|tag| mac.clone().verify_slice(tag).is_ok())
        };
        if self.0.iter().any(is_ours) { Ok(()) } else { Err(SignatureError::Key) }
    }
}

/// A message as it came.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'m> {
    /// Its name.
    pub id: &'m str,
    /// When it was signed.
    pub timestamp: &'m str,
    /// Its signatures, with spaces between them.
    pub signatures: &'m str,
    /// Its content.
    pub body: &'m [u8],
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(secret: &[u8], id: &str, second: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{second}.").as_bytes());
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "an old secret of a provider";
    const NEW: &str = "a new secret of the provider";

    fn verify(secrets: &str, signature: &str, timestamp: &str, body: &[u8], now: i64) -> Result<(), SignatureError> {
        let message = Signed { id: "msg-1", timestamp, signatures: signature, body };
        Secrets::read(secrets).unwrap().verify(&message, now)
    }

    // row INTG-03
    #[test]
    fn only_what_a_known_key_signed_a_moment_ago_is_believed() {
        let signed = Secrets::read(OLD).unwrap().sign("msg-1", 1_000, b"{}");
        assert_eq!(verify(OLD, &signed, "1000", b"{}", 1_300), Ok(()));
        assert_eq!(verify(OLD, &signed, "1000", b"{}", 1_301), Err(SignatureError::Age));
        assert_eq!(verify(OLD, &signed, "1000", b"{}", 699), Err(SignatureError::Age));
        assert_eq!(verify(OLD, &signed, "1001", b"{}", 1_000), Err(SignatureError::Key));
        assert_eq!(verify(OLD, &signed, "1000", b"{ }", 1_000), Err(SignatureError::Key));
        assert_eq!(verify(NEW, &signed, "1000", b"{}", 1_000), Err(SignatureError::Key));
        assert_eq!(verify(OLD, "v1,", "1000", b"{}", 1_000), Err(SignatureError::Key));
        assert_eq!(verify(OLD, "", "1000", b"{}", 1_000), Err(SignatureError::Header));
        assert_eq!(verify(OLD, &signed, "noon", b"{}", 1_000), Err(SignatureError::Header));
    }

    #[test]
    fn keys_change_without_a_pause() {
        let both = format!("{NEW}, {OLD}");
        let by_old = Secrets::read(OLD).unwrap().sign("msg-1", 1_000, b"{}");
        assert_eq!(verify(&both, &by_old, "1000", b"{}", 1_000), Ok(()));
        let by_new = Secrets::read(&both).unwrap().sign("msg-1", 1_000, b"{}");
        assert_eq!(verify(NEW, &by_new, "1000", b"{}", 1_000), Ok(()));
        assert_eq!(verify(OLD, &format!("v1,AAAA {by_old}"), "1000", b"{}", 1_000), Ok(()));
    }

    #[test]
    fn short_secrets_are_refused_and_none_is_shown() {
        assert!(Secrets::read("short").is_err());
        assert!(Secrets::read("whsec_AAAA").is_err());
        assert_eq!(format!("{:?}", Secrets::read(OLD).unwrap()), "Secrets(1)");
        // The scheme's own example.
        let secrets = Secrets::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = secrets.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
