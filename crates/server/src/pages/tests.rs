use http_body_util::BodyExt;

use super::*;

static FILES: &[File] = &[
    File { path: "console/index.html", plain: b"<meta content=\"__CSP_NONCE__\">", brotli: None, gzip: None },
    File { path: "member/assets/a-1.js", plain: b"plain", brotli: Some(b"br"), gzip: Some(b"gz") },
    File { path: "member/icon.svg", plain: b"<svg/>", brotli: None, gzip: None },
    File { path: "member/index.html", plain: b"member", brotli: Some(b"br"), gzip: None },
];

fn ask(path: &str, headers: &[(header::HeaderName, &'static str)]) -> Option<Response<Body>> {
    let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
    Pages::of(FILES).answer(&Method::GET, path, &headers)
}

fn page(path: &str) -> Response<Body> {
    ask(path, &[(header::ACCEPT, "text/html,*/*")]).expect("a page")
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn said(response: &Response<Body>, name: header::HeaderName) -> &str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn each_app_begins_at_its_address_and_finds_its_own_way() {
    for path in ["/", "/history", "/rules/2026-06-18"] {
        assert_eq!(text(page(path)).await, "member", "{path}");
    }
    for path in ["/console", "/console/", "/console/members/a.b:c"] {
        assert!(text(page(path)).await.starts_with("<meta"), "{path}");
    }
}

#[test]
fn machines_and_the_servers_own_addresses_get_no_page() {
    assert!(ask("/", &[]).is_some(), "the address itself needs no header");
    assert!(ask("/history", &[(header::ACCEPT, "application/json")]).is_none());
    for path in ["/v1/nothing", "/docs/nothing", "/health/nothing", "/.well-known/x", "/oauth/x", "/assets/old-2.js"] {
        assert!(ask(path, &[(header::ACCEPT, "text/html")]).is_none(), "{path}");
    }
    assert!(Pages::of(FILES).answer(&Method::POST, "/", &HeaderMap::new()).is_none());
}

#[tokio::test]
async fn files_are_sent_as_they_were_packed() {
    let asked = |encodings| ask("/assets/a-1.js", &[(header::ACCEPT_ENCODING, encodings)]).expect("the file");
    for (encodings, coding, body) in [
        ("gzip, deflate, br", "br", "br"),
        ("gzip", "gzip", "gz"),
        ("br;q=0, gzip;q=0.0", "", "plain"),
        ("", "", "plain"),
    ] {
        let response = asked(encodings);
        assert_eq!(said(&response, header::CONTENT_ENCODING), coding, "{encodings}");
        assert_eq!(said(&response, header::VARY), "accept-encoding");
        assert_eq!(said(&response, header::CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert_eq!(text(response).await, body, "{encodings}");
    }
}

#[tokio::test]
async fn what_is_named_after_its_content_is_kept_and_the_rest_asked_for_again() {
    let file = ask("/assets/a-1.js", &[]).expect("the file");
    assert_eq!(said(&file, header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    let icon = ask("/icon.svg", &[]).expect("the icon");
    assert_eq!(said(&icon, header::CACHE_CONTROL), "no-cache");
    let tag = icon.headers()[header::ETAG].clone();
    let mut headers = HeaderMap::new();
    headers.insert(header::IF_NONE_MATCH, tag);
    let again = Pages::of(FILES).answer(&Method::GET, "/icon.svg", &headers).expect("the icon");
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(text(again).await, "");
}

#[tokio::test]
async fn a_page_may_run_nothing_that_did_not_come_from_here() {
    let member = page("/");
    let policy = said(&member, header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(said(&member, header::REFERRER_POLICY), "no-referrer");
    assert_eq!(said(&member, header::X_FRAME_OPTIONS), "DENY");

    let console = page("/console");
    let policy = said(&console, header::CONTENT_SECURITY_POLICY).to_owned();
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe-eval"), "{policy}");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned();
    assert!(nonce.len() >= 22);
    assert_eq!(text(console).await, format!("<meta content=\"{nonce}\">"));
    assert!(!said(&page("/console"), header::CONTENT_SECURITY_POLICY).contains(&nonce), "another one each time");

    let icon = ask("/icon.svg", &[]).expect("the icon");
    assert!(said(&icon, header::CONTENT_SECURITY_POLICY).ends_with("sandbox"));
    let worker = ask("/assets/a-1.js", &[]).expect("a script");
    assert!(said(&worker, header::CONTENT_SECURITY_POLICY).contains("connect-src 'self'"));
}

#[tokio::test]
async fn without_built_pages_it_says_what_to_do() {
    let response = Pages::of(&[]).answer(&Method::GET, "/console", &HeaderMap::new()).expect("a page");
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(text(response).await.contains("make web"));
}

#[tokio::test]
async fn asking_for_the_head_gives_the_head() {
    let response = Pages::of(FILES).answer(&Method::HEAD, "/", &HeaderMap::new()).expect("a page");
    assert_eq!(said(&response, header::CONTENT_TYPE), "text/html; charset=utf-8");
    assert_eq!(text(response).await, "");
}
