//! The cookie of a session: whose it is and 32 random bytes. Scripts cannot read it, other sites cannot send it, and it
//! travels over HTTPS only, except on the machine itself.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use compact_str::CompactString;
use jifen_program::sessions::{Holder, Opened};
use sha2::{Digest, Sha256};

use crate::callers::{hash, hex};

/// The name of the cookie.
pub const COOKIE: &str = "jifen_session";

/// The header that a change by cookie must carry.
pub const CSRF: axum::http::HeaderName = axum::http::HeaderName::from_static("x-csrf-token");

/// What a browser holds, as it comes with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Whose session it claims to be.
    pub holder: Holder,
    /// SHA-256 of the cookie, in hexadecimal.
    pub token_sha256: CompactString,
    /// What `X-CSRF-Token` must be. It follows from the cookie, which other sites cannot read.
    pub csrf: CompactString,
    /// What tells the browser apart from others.
    pub agent: CompactString,
}

impl Ticket {
    /// The ticket of a request, where it has one.
    pub fn of(headers: &HeaderMap) -> Option<Ticket> {
        let value = sent(headers, COOKIE)?;
        let (holder, _) = value.split_once('.')?;
        let holder = BASE64.decode(holder).ok().and_then(|bytes| String::from_utf8(bytes).ok())?;
        Some(Ticket::with(Holder::of_key(&holder)?, value, agent(headers)))
    }

    /// A new ticket, and the cookie's value.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn issue(holder: Holder, headers: &HeaderMap) -> Result<(Ticket, String), getrandom::Error> {
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        let value = format!("{}.{}", BASE64.encode(holder.key()), BASE64.encode(random));
        Ok((Ticket::with(holder, &value, agent(headers)), value))
    }

    fn with(holder: Holder, value: &str, agent: CompactString) -> Ticket {
        let csrf = Sha256::digest(format!("csrf {value}").as_bytes());
        Ticket { holder, token_sha256: hex(&hash(value)).into(), csrf: BASE64.encode(&csrf[..18]).into(), agent }
    }

    /// What the session that begins is known by.
    pub fn opened(&self) -> Opened {
        Opened { token_sha256: self.token_sha256.clone(), agent: self.agent.clone() }
    }
}

/// What tells a browser apart from others: a hash of how it names itself.
fn agent(headers: &HeaderMap) -> CompactString {
    let name = headers.get(header::USER_AGENT).map_or(&[][..], HeaderValue::as_bytes);
    let mut agent = hex(&Sha256::digest(name).into());
    agent.truncate(16);
    agent.into()
}

/// The value of a cookie that a request has.
pub fn sent<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// The header that sets the cookie; with an empty value, that takes it away.
pub fn set(headers: &HeaderMap, value: &str, seconds: i64) -> HeaderValue {
    written(headers, &format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}"))
}

/// The header that sets a cookie for one path, which other sites may lead to: for whoever comes back from elsewhere.
pub fn set_for_return(headers: &HeaderMap, name: &str, value: &str, path: &str, seconds: i64) -> HeaderValue {
    written(headers, &format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={seconds}"))
}

fn written(headers: &HeaderMap, cookie: &str) -> HeaderValue {
    let secure = if is_on_this_machine(headers) { "" } else { "; Secure" };
    HeaderValue::from_str(&format!("{cookie}{secure}")).unwrap_or(HeaderValue::from_static(""))
}

/// Whether the browser and the server are on one machine, so that nobody is in between.
pub fn is_on_this_machine(headers: &HeaderMap) -> bool {
    let is_forwarded = headers.contains_key("x-forwarded-proto") || headers.contains_key("forwarded");
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    !is_forwarded && (is_loopback || host == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (axum::http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn a_ticket_reads_back_from_its_cookie() {
        let browser = headers(&[("user-agent", "Browser/1")]);
        let (issued, value) = Ticket::issue(Holder::Staff("lin".into()), &browser).unwrap();
        let text = format!("theme=dark; {COOKIE}={value}");
        let sent = headers(&[("cookie", &text), ("user-agent", "Browser/1")]);
        assert_eq!(Ticket::of(&sent), Some(issued.clone()));
        let elsewhere = headers(&[("cookie", &text), ("user-agent", "Browser/2")]);
        assert_ne!(Ticket::of(&elsewhere).unwrap().agent, issued.agent);
        for wrong in ["", "x", "x.y", "!.!", ".", "c3RhZmY.x"] {
            assert_eq!(Ticket::of(&headers(&[("cookie", &format!("{COOKIE}={wrong}"))])), None, "{wrong}");
        }
    }

    #[test]
    fn the_cookie_leaves_the_machine_over_https_only() {
        let secure =
            |pairs: &[(&'static str, &str)]| set(&headers(pairs), "v", 1).to_str().unwrap().ends_with("; Secure");
        assert!(!secure(&[("host", "127.0.0.1:8080")]) && !secure(&[("host", "localhost")]));
        assert!(!secure(&[("host", "[::1]:8080")]));
        assert!(secure(&[("host", "points.example")]) && secure(&[]));
        assert!(secure(&[("host", "localhost"), ("x-forwarded-proto", "https")]));
    }
}
