//! Tokens that say by themselves whose they are and until when: signed, stored nowhere, short-lived. Shops' backends
//! get them for members, and API clients for themselves (OAuth 2.0). Also the keyed hashes of one-time codes, and the
//! sealing of secrets of second factors.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use compact_str::{CompactString, format_compact};
use hmac::{Hmac, Mac};
use jifen_vocab::{MemberId, Scopes, Timestamp};
use sha2::Sha256;

use super::totp::Secret;

/// How tokens of API clients begin that they got for their secret.
pub const ACCESS: &str = "jfa_";

/// How tokens of members begin.
pub const MEMBER: &str = "jfm_";

/// Longer texts are nobody's token.
const LEN_MAX: usize = 600;

const NONCE_LEN: usize = 12;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claims {
    /// An API client, with no more than these scopes.
    Access {
        /// The client.
        client: CompactString,
        /// What it may do with this token, if it still may.
        scopes: Scopes,
        /// Until when.
        until: Timestamp,
    },
    /// A member.
    Member {
        /// Who.
        member: MemberId,
        /// The API client that asked for it.
        issuer: CompactString,
        /// The device it is for, hashed under a key, where the client said so.
        device: Option<CompactString>,
        /// Until when.
        until: Timestamp,
    },
}

impl Claims {
    /// Until when it counts.
    pub const fn until(&self) -> Timestamp {
        match self {
            Claims::Access { until, .. } | Claims::Member { until, .. } => *until,
        }
    }
}

/// Signs tokens, hashes codes and seals secrets.
pub struct Tokens {
    signing: [u8; 32],
    sealing: [u8; 32],
}

impl Tokens {
    /// With these keys.
    pub fn new(signing: [u8; 32], sealing: [u8; 32]) -> Self {
        Tokens { signing, sealing }
    }

    fn mac(&self, purpose: &str, text: &str) -> [u8; 32] {
        // A key of any length is a key.
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(&self.signing) else { return [0; 32] };
        mac.update(purpose.as_bytes());
        mac.update(b"\n");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The token that says so.
    pub fn sign(&self, claims: &Claims) -> String {
        let (prefix, text) = match claims {
            Claims::Access { client, scopes, until } => {
                let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
                (ACCESS, format!("{}|{client}|{}", until.as_millis(), names.join(" ")))
            }
            Claims::Member { member, issuer, device, until } => {
                let device = device.as_deref().unwrap_or_default();
                (MEMBER, format!("{}|{member}|{issuer}|{device}", until.as_millis()))
            }
        };
        format!("{prefix}{}.{}", BASE64.encode(&text), BASE64.encode(self.mac(prefix, &text)))
    }

    /// What a token says, where it is one of ours that still counts.
    pub fn read(&self, token: &str, wall: Timestamp) -> Option<Claims> {
        use subtle::ConstantTimeEq;
        let prefix = [ACCESS, MEMBER].into_iter().find(|prefix| token.starts_with(prefix))?;
        if token.len() > LEN_MAX {
            return None;
        }
        let (text, mac) = token[prefix.len()..].split_once('.')?;
        let text = String::from_utf8(BASE64.decode(text).ok()?).ok()?;
        if !bool::from(self.mac(prefix, &text).ct_eq(&BASE64.decode(mac).ok()?)) {
            return None;
        }
        let mut parts = text.splitn(3, '|');
        let (until, who, more) = (parts.next()?, parts.next()?, parts.next()?);
        let until = Timestamp::from_millis(until.parse().ok()?);
        let claims = if prefix == ACCESS {
            Claims::Access { client: who.into(), scopes: Scopes::named(more.split(' ')), until }
        } else {
            // Tokens of before say nothing of a device.
            let (issuer, device) = more.split_once('|').unwrap_or((more, ""));
            let device = Some(device).filter(|device| !device.is_empty()).map(CompactString::from);
            Claims::Member { member: MemberId::new(who).ok()?, issuer: issuer.into(), device, until }
        };
        (wall < until).then_some(claims)
    }

    /// A one-time code of that person as it is kept.
    pub fn code(&self, whose: &str, code: &str) -> CompactString {
        let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let hash = self.mac("code", &format_compact!("{whose}\n{digits}"));
        BASE64.encode(&hash[..16]).into()
    }

    /// A member's device as it is kept: two members on one device do not look alike.
    pub fn device(&self, member: &str, said: &str) -> CompactString {
        BASE64.encode(&self.mac("device", &format_compact!("{member}\n{said}"))[..12]).into()
    }

    /// Something small that only this server reads again, such as what a sign-in elsewhere is under way for.
    ///
    /// # Errors
    /// A sentence, where there is no randomness.
    pub fn note(&self, purpose: &str, text: &str) -> Result<CompactString, String> {
        self.sealed(&format!("note\n{purpose}"), text.as_bytes())
    }

    /// What such a note says.
    pub fn read_note(&self, purpose: &str, note: &str) -> Option<String> {
        String::from_utf8(self.opened(&format!("note\n{purpose}"), note)?).ok()
    }

    /// Seals the secret of somebody's second factor.
    ///
    /// # Errors
    /// A sentence, where there is no randomness.
    pub fn seal(&self, login: &str, secret: &Secret) -> Result<CompactString, String> {
        self.sealed(login, secret)
    }

    /// Opens the secret of somebody's second factor; nothing where it was sealed under another key or for another.
    pub fn open(&self, login: &str, sealed: &str) -> Option<Secret> {
        self.opened(login, sealed)?.try_into().ok()
    }

    fn sealed(&self, whose: &str, msg: &[u8]) -> Result<CompactString, String> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|error| error.to_string())?;
        let cipher = Aes256Gcm::new(&self.sealing.into());
        let payload = Payload { msg, aad: whose.as_bytes() };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|error| error.to_string())?;
        Ok(BASE64.encode([nonce.as_slice(), &sealed].concat()).into())
    }

    fn opened(&self, whose: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let cipher = Aes256Gcm::new(&self.sealing.into());
        cipher.decrypt(&Nonce::from(*nonce), Payload { msg, aad: whose.as_bytes() }).ok()
    }
}

#[cfg(test)]
mod tests {
    use jifen_vocab::Scope;

    use super::*;

    fn tokens() -> Tokens {
        Tokens::new([1; 32], [2; 32])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn a_token_says_what_was_signed_until_it_ends() {
        let scopes = Scopes::default().with(Scope::EventsWrite);
        let member = MemberId::new("lin").unwrap();
        for claims in [
            Claims::Access { client: "till".into(), scopes, until: at(60) },
            Claims::Member { member: member.clone(), issuer: "app".into(), device: None, until: at(60) },
            Claims::Member { member, issuer: "app".into(), device: Some("mark".into()), until: at(60) },
        ] {
            let token = tokens().sign(&claims);
            assert_eq!(tokens().read(&token, at(59)), Some(claims.clone()));
            assert_eq!(tokens().read(&token, at(60)), None);
            assert_eq!(Tokens::new([3; 32], [2; 32]).read(&token, at(0)), None);
        }
    }

    #[test]
    fn a_changed_token_is_nobodys() {
        let member = MemberId::new("lin").unwrap();
        let token = tokens().sign(&Claims::Member { member, issuer: "app".into(), device: None, until: at(60) });
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(tokens().read(&changed, at(0)), None, "{place}");
        }
        let other = format!("{ACCESS}{}", &token[MEMBER.len()..]);
        assert_eq!(tokens().read(&other, at(0)), None);
        for wrong in ["jfm_", "jfm_.", "jfm_x.y", "jfa_é.é", &"jfm_x".repeat(1_000)] {
            assert_eq!(tokens().read(wrong, at(0)), None);
        }
    }

    #[test]
    fn a_secret_opens_for_whom_it_was_sealed() {
        let sealed = tokens().seal("lin", &[7; 20]).unwrap();
        assert_eq!(tokens().open("lin", &sealed), Some([7; 20]));
        assert_eq!(tokens().open("wei", &sealed), None);
        assert_eq!(Tokens::new([1; 32], [9; 32]).open("lin", &sealed), None);
        assert_eq!(tokens().open("lin", "nonsense"), None);
    }

    #[test]
    fn notes_and_codes_are_bound_to_what_they_are_for() {
        let note = tokens().note("oidc", "state").unwrap();
        assert_eq!(tokens().read_note("oidc", &note).as_deref(), Some("state"));
        assert_eq!(tokens().read_note("other", &note), None);
        assert_eq!(tokens().read_note("oidc", "state"), None);
        assert!(!note.contains("state"));
        assert_eq!(tokens().code("lin", "123 456"), tokens().code("lin", "123456"));
        assert_ne!(tokens().code("lin", "123456"), tokens().code("wei", "123456"));
    }
}
