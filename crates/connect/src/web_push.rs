//! Messages for browsers: encrypted for the browser (RFC 8291), signed by us (VAPID, RFC 8292), left with the browser's
//! push service (RFC 8030).
//!
//! The push service sees neither text nor member: only that something came for a browser.

use std::time::Duration;

use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hkdf::Hkdf;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use ureq::Agent;

use crate::Undelivered;

/// How long a push service may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Seconds for which the push service keeps it for a browser that is asleep: a day.
const KEPT_SECONDS: u32 = 86_400;
/// Seconds for which a signature counts; at most a day by the standard.
const SIGNED_SECONDS: i64 = 12 * 3_600;
/// Bytes of a record, as browsers want it.
const RECORD_BYTES: u32 = 4_096;
/// Bytes of a message that fit into one record with its header, its end and its tag.
pub const PUSHED_BYTES_MAX: usize = 3_993;

/// A browser that a person allowed to show messages.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Where its messages are left.
    pub endpoint: String,
    /// Its public key: a point of P-256, base64url.
    pub p256dh: String,
    /// What it shares with us: sixteen bytes, base64url.
    pub auth: String,
}

impl std::fmt::Debug for Subscription {
    /// Says nothing: who knows it can write to a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subscription { … }")
    }
}

impl Subscription {
    /// Checks its form. Who sends it may be anybody, so it leads to a named host on the internet and nowhere in the
    /// house, except where that is tried out (`in_sandbox`).
    ///
    /// # Errors
    /// The name of the field that is wrong, and what it must be.
    pub fn check(&self, in_sandbox: bool) -> Result<(), (&'static str, &'static str)> {
        let is_address = is_abroad(&self.endpoint) || in_sandbox && is_on_this_machine(&self.endpoint);
        if !is_address || self.endpoint.len() > 1_000 || self.endpoint.chars().any(char::is_whitespace) {
            return Err(("endpoint", "be the address that the browser gave"));
        }
        if self.key().is_none() {
            return Err(("p256dh", "be the browser's public key in base64url"));
        }
        if self.secret().is_none() {
            return Err(("auth", "be sixteen bytes in base64url"));
        }
        Ok(())
    }

    fn key(&self) -> Option<PublicKey> {
        PublicKey::from_sec1_bytes(&BASE64.decode(self.p256dh.trim_end_matches('=')).ok()?).ok()
    }

    fn secret(&self) -> Option<[u8; 16]> {
        BASE64.decode(self.auth.trim_end_matches('=')).ok()?.try_into().ok()
    }
}

/// Whether an address is of a named host that is not one of the house.
fn is_abroad(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let is_name = host.contains('.') && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let is_number = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    let is_inside = [".local", ".internal", ".localhost", ".lan"].iter().any(|end| host.ends_with(end));
    is_name && !is_number && !is_inside
}

fn is_on_this_machine(url: &str) -> bool {
    url.starts_with("http://127.0.0.1:")
}

/// A key to sign with, and who we are to push services.
pub struct WebPush {
    agent: Agent,
    key: SigningKey,
    contact: String,
}

impl WebPush {
    /// Push messages signed with that key. `contact` is an address under which push services reach the operator:
    /// `https://…` or `mailto:…`. Nothing for a key that is none, of which there is one in 2^32.
    pub fn new(key: &[u8; 32], contact: &str) -> Option<WebPush> {
        let key = SigningKey::from(SecretKey::from_slice(key).ok()?);
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).build();
        Some(WebPush { agent: config.into(), key, contact: contact.to_owned() })
    }

    /// Our public key, as browsers want it when they subscribe: base64url.
    pub fn public_key(&self) -> String {
        BASE64.encode(self.key.verifying_key().to_sec1_point(false).as_bytes())
    }

    /// Leaves a message for a browser; `second` since 1970, `random` for this message alone.
    ///
    /// # Errors
    /// [`Undelivered`]
    pub fn send(
        &self,
        to: &Subscription,
        body: &[u8],
        urgent: bool,
        second: i64,
        random: &[u8; 48],
    ) -> Result<(), Undelivered> {
        let sealed =
            sealed(to, body, random).ok_or_else(|| Undelivered::Never("the browser's keys are none".to_owned()))?;
        let sent = self
            .agent
            .post(&to.endpoint)
            .header("authorization", &self.signed(&to.endpoint, second))
            .header("content-encoding", "aes128gcm")
            .header("content-type", "application/octet-stream")
            .header("ttl", &KEPT_SECONDS.to_string())
            .header("urgency", if urgent { "high" } else { "normal" })
            .send(sealed.as_slice());
        match sent {
            Ok(_) => Ok(()),
            // The browser took its permission back.
            Err(ureq::Error::StatusCode(404 | 410)) => Err(Undelivered::Gone),
            Err(error) => Err(Undelivered::of(&error)),
        }
    }

    /// Who we are, for the push service of that address (RFC 8292).
    fn signed(&self, endpoint: &str, second: i64) -> String {
        let origin: String = endpoint.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        let header = BASE64.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = serde_json::json!({"aud": origin, "exp": second + SIGNED_SECONDS, "sub": self.contact});
        let text = format!("{header}.{}", BASE64.encode(claims.to_string()));
        let signature: Signature = self.key.sign(text.as_bytes());
        format!("vapid t={text}.{}, k={}", BASE64.encode(signature.to_bytes()), self.public_key())
    }
}

/// A message as only the browser can read it: RFC 8291. Of the random bytes sixteen are the salt, the rest a key of our
/// own for this message.
fn sealed(to: &Subscription, body: &[u8], random: &[u8; 48]) -> Option<Vec<u8>> {
    let (salt, own) = random.split_at(16);
    let own = SecretKey::from_slice(own).ok()?;
    let (theirs, secret) = (to.key()?, to.secret()?);
    let (ours, body) = (own.public_key().to_sec1_point(false), body.get(..body.len().min(PUSHED_BYTES_MAX))?);
    let shared = own.diffie_hellman(&theirs);
    let mut info = b"WebPush: info\0".to_vec();
    info.extend_from_slice(theirs.to_sec1_point(false).as_bytes());
    info.extend_from_slice(ours.as_bytes());
    let mut input = [0; 32];
    Hkdf::<Sha256>::new(Some(&secret), shared.raw_secret_bytes()).expand(&info, &mut input).ok()?;
    let keys = Hkdf::<Sha256>::new(Some(salt), &input);
    let (mut key, mut nonce) = ([0; 16], [0; 12]);
    keys.expand(b"Content-Encoding: aes128gcm\0", &mut key).ok()?;
    keys.expand(b"Content-Encoding: nonce\0", &mut nonce).ok()?;
    // Two ends the last record.
    let plain = [body, &[2][..]].concat();
    let cipher = Aes128Gcm::new(&key.into()).encrypt(&Nonce::from(nonce), plain.as_slice()).ok()?;
    let length = u8::try_from(ours.as_bytes().len()).ok()?;
    Some([salt, &RECORD_BYTES.to_be_bytes(), &[length], ours.as_bytes(), &cipher].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    // row NOTE-01
    #[test]
    fn a_message_is_sealed_as_the_standard_shows() {
        // RFC 8291, section 5 and appendix A.
        let to = Subscription {
            endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV".to_owned(),
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                .to_owned(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".to_owned(),
        };
        to.check(false).unwrap();
        let salt = BASE64.decode("DGv6ra1nlYgDCS1FRnbzlw").unwrap();
        let own = BASE64.decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").unwrap();
        let random: [u8; 48] = [salt, own].concat().try_into().unwrap();
        let sealed = sealed(&to, b"When I grow up, I want to be a watermelon", &random).unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64.encode(sealed), expected);
    }

    #[test]
    fn what_is_no_subscription_is_told() {
        let good = Subscription {
            endpoint: "https://push.example/1".to_owned(),
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                .to_owned(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".to_owned(),
        };
        let told = |change: &dyn Fn(&mut Subscription)| {
            let mut subscription = good.clone();
            change(&mut subscription);
            subscription.check(false).map_err(|(field, _)| field)
        };
        assert_eq!(told(&|_| {}), Ok(()));
        assert_eq!(told(&|s| s.endpoint = "http://push.example/1".to_owned()), Err("endpoint"));
        for inside in [
            "https://10.0.0.1/1",
            "https://[::1]/1",
            "https://localhost/1",
            "https://db.internal:9/",
            "https://a@10.1/",
        ] {
            assert_eq!(told(&|s| s.endpoint = inside.to_owned()), Err("endpoint"), "{inside}");
        }
        assert_eq!(told(&|s| s.p256dh = "AAAA".to_owned()), Err("p256dh"));
        assert_eq!(told(&|s| s.auth = "AAAA".to_owned()), Err("auth"));
        assert_eq!(format!("{good:?}"), "Subscription { … }");
    }

    #[test]
    fn the_signature_can_be_checked_with_our_key() {
        use p256::ecdsa::signature::Verifier;
        let push = WebPush::new(&[7; 32], "mailto:points@example.com").unwrap();
        let header = push.signed("https://push.example:8443/a/b", 1_000);
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(key, push.public_key());
        let (text, signature) = token.rsplit_once('.').unwrap();
        let signature = Signature::from_slice(&BASE64.decode(signature).unwrap()).unwrap();
        push.key.verifying_key().verify(text.as_bytes(), &signature).unwrap();
        let claims = BASE64.decode(text.split_once('.').unwrap().1).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example:8443");
        assert_eq!(claims["exp"], 1_000 + SIGNED_SECONDS);
    }
}
