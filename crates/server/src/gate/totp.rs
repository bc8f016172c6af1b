//! Codes that change with time (RFC 6238): six digits, every thirty seconds, as any authenticator shows them.

use hmac::{Hmac, Mac};
use jifen_vocab::Timestamp;
use sha1::Sha1;

/// Bytes of a secret: what RFC 4226 recommends.
pub const SECRET_LEN: usize = 20;

/// Seconds for which a code is shown.
const STEP_SECONDS: u64 = 30;

/// Steps before and after now whose codes count: clocks differ, and people type slowly.
const STEPS_AROUND: u64 = 1;

/// A secret.
pub type Secret = [u8; SECRET_LEN];

/// The step of an instant.
pub fn step_at(wall: Timestamp) -> u64 {
    u64::try_from(wall.as_millis() / 1_000).unwrap_or(0) / STEP_SECONDS
}

/// The code of a step.
pub fn code(secret: &Secret, step: u64) -> String {
    format!("{:06}", truncated(secret, step) % 1_000_000)
}

/// The step whose code that is, around now; none where it is wrong.
pub fn step_of(secret: &Secret, shown: &str, wall: Timestamp) -> Option<u64> {
    use subtle::ConstantTimeEq;
    let shown: String = shown.chars().filter(|letter| !letter.is_whitespace()).collect();
    let now = step_at(wall);
    let around = now.saturating_sub(STEPS_AROUND)..=now + STEPS_AROUND;
    around.into_iter().find(|step| bool::from(code(secret, *step).as_bytes().ct_eq(shown.as_bytes())))
}

/// What an authenticator reads, by hand or from a picture.
pub fn uri(issuer: &str, login: &str, secret: &Secret) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let (issuer, login) = (encode(issuer), encode(login));
    format!("otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}", base32(secret))
}

/// A secret as people type it (RFC 4648, without padding).
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut bits = [0_u8; 8];
        bits[..chunk.len()].copy_from_slice(chunk);
        let number = u64::from_be_bytes(bits) >> 24;
        let letters = (chunk.len() * 8).div_ceil(5);
        text.extend((0..letters).map(|n| char::from(LETTERS[(number >> (35 - 5 * n) & 31) as usize])));
    }
    text
}

/// RFC 4226, section 5.3.
fn truncated(secret: &Secret, step: u64) -> u32 {
    // A key of any length is a key.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return 0 };
    mac.update(&step.to_be_bytes());
    let digest: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(digest[19] & 15);
    u32::from_be_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: Secret = *b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1; its codes have eight digits, ours are the last six of them.
        let vectors = [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ];
        for (seconds, expected) in vectors {
            let wall = Timestamp::from_millis(seconds * 1_000);
            assert_eq!(code(&RFC, step_at(wall)), expected[2..], "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_a_step_before_and_after() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let shown = code(&RFC, 10);
        assert_eq!(step_of(&RFC, &shown, at(300)), Some(10));
        assert_eq!(step_of(&RFC, &format!("{} {}", &shown[..3], &shown[3..]), at(330)), Some(10));
        assert_eq!(step_of(&RFC, &shown, at(270)), Some(10));
        assert_eq!(step_of(&RFC, &shown, at(360)), None);
        for wrong in ["", "00000", "abcdef", "0000000000"] {
            assert_eq!(step_of(&RFC, wrong, at(300)), None, "{wrong}");
        }
    }

    #[test]
    fn base32_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(
            uri("Jifen 积分", "lin", &RFC),
            "otpauth://totp/Jifen%20%E7%A7%AF%E5%88%86:lin?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Jifen%20%E7%A7%AF%E5%88%86"
        );
    }
}
