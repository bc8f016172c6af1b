//! Headers of pages: what a browser may do with them, and what it may keep.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::App;

/// What a page may load. Scripts and styles come from here or not at all; the console's component library adds style
/// sheets of its own, which it marks with the nonce of the answer, and its charts place labels by style attributes.
/// Pictures may come from elsewhere: those of rewards stand where a shop keeps its pictures, and run nothing.
pub(super) fn policy(headers: &mut HeaderMap, app: App, nonce: Option<&str>) {
    let styles = match (app, nonce) {
        (App::Member, _) => "style-src 'self'".to_owned(),
        (App::Console, None) => "style-src 'self'; style-src-attr 'unsafe-inline'".to_owned(),
        (App::Console, Some(nonce)) => {
            format!("style-src 'self'; style-src-elem 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'")
        }
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; {styles}; img-src 'self' data: blob: https:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// What protects every answer of the pages, files and errors included.
pub(super) fn protect(headers: &mut HeaderMap, app: App) {
    let always: [(HeaderName, &'static str); 5] = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), permissions(app)),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A worker is bound by the policy of its own file: it may ask this server, and nobody else. Any other file that is
    // opened by itself (a picture with a script in it) may do nothing.
    let script = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/javascript"));
    let policy = match script {
        true => "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
        false => "default-src 'none'; frame-ancestors 'none'; sandbox",
    };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
}

/// What of the device a page may ask for. The console's till reads codes with the camera, where the person at it agrees.
const fn permissions(app: App) -> &'static str {
    match app {
        App::Console => {
            "accelerometer=(), camera=(self), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), usb=()"
        }
        App::Member => {
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), usb=()"
        }
    }
}

/// The content type of a built file, by the end of its name.
pub(super) fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Whether `Accept-Encoding` takes a coding; weights other than "not at all" do not matter between two.
pub(super) fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

/// Whether one of the tags of `If-None-Match` is this one.
pub(super) fn names_tag(tags: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(tag)) = (tags.to_str(), tag.to_str()) else { return false };
    tags.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}
