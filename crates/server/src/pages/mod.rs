//! The built pages: the member app at `/`, the console at `/console`. They are part of the program, compressed when they
//! were built, and sent with a strict content security policy.
//!
//! An address under one of them that is no file is answered with its first page where a browser asks for a page: the app
//! finds its own way from there. Machines that ask for what is not there are told so.

mod headers;
mod unbuilt;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use sha2::{Digest, Sha256};

/// A built file, as it is and compressed.
struct File {
    /// Where it stands below `web/dist`.
    path: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static BUILT: LazyLock<Pages> = LazyLock::new(|| Pages::of(include!(concat!(env!("OUT_DIR"), "/pages.rs"))));

/// What the server itself answers: there no page is ever shown instead.
const NOT_PAGES: &[&str] = &[
    // sorted
    ".well-known",
    "docs",
    "health",
    "metrics",
    "oauth",
    "openapi.json",
    "v1",
];

/// Where the console puts the nonce of an answer.
const NONCE: &str = "__CSP_NONCE__";

/// One of the two apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum App {
    Console,
    Member,
}

impl App {
    /// The app at an address, and the rest of the address. Nothing where the server answers itself.
    fn at(path: &str) -> Option<(App, &str)> {
        let path = path.strip_prefix('/')?;
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        match first {
            "console" => Some((App::Console, rest)),
            first if NOT_PAGES.contains(&first) => None,
            _ => Some((App::Member, path)),
        }
    }

    fn folder(self) -> &'static str {
        match self {
            App::Console => "console",
            App::Member => "member",
        }
    }
}

/// The answer to a request that no operation is for, where a page or a file of one is asked for.
pub(crate) fn answer(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response<Body>> {
    BUILT.answer(method, uri.path(), headers)
}

/// Built files by their path.
struct Pages(BTreeMap<&'static str, Served>);

struct Served {
    file: &'static File,
    tag: HeaderValue,
}

impl Pages {
    fn of(files: &'static [File]) -> Pages {
        let served = |file: &'static File| {
            let sum = URL_SAFE_NO_PAD.encode(&Sha256::digest(file.plain)[..12]);
            // Characters of base64 between quotes: a header in any case.
            let tag = HeaderValue::from_str(&format!("\"{sum}\"")).unwrap_or(HeaderValue::from_static("\"\""));
            (file.path, Served { file, tag })
        };
        Pages(files.iter().map(served).collect())
    }

    fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        let (app, rest) = App::at(path)?;
        let named = self.0.get(format!("{}/{rest}", app.folder()).as_str()).filter(|_| !rest.is_empty());
        let mut response = match named {
            Some(served) if !rest.ends_with(".html") => served.answer(rest, headers),
            _ if is_file_of_ours(rest) || !(rest.is_empty() || wants_page(headers)) => return None,
            _ => match self.0.get(format!("{}/index.html", app.folder()).as_str()) {
                Some(index) => index.first_page(app, headers),
                None => unbuilt::page(),
            },
        };
        headers::protect(response.headers_mut(), app);
        if *method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        Some(response)
    }
}

/// What the build names after its content: it is there, or it is an old page that asks.
fn is_file_of_ours(rest: &str) -> bool {
    rest.starts_with("assets/")
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

impl Served {
    fn answer(&self, path: &str, headers: &HeaderMap) -> Response<Body> {
        let cache = match is_file_of_ours(path) {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        self.send(headers::content_type(path), cache, headers)
    }

    fn first_page(&self, app: App, headers: &HeaderMap) -> Response<Body> {
        let html = String::from_utf8_lossy(self.file.plain);
        if !html.contains(NONCE) {
            let mut response = self.send("text/html; charset=utf-8", "no-cache", headers);
            headers::policy(response.headers_mut(), app, None);
            return response;
        }
        // Without randomness there is no nonce, and styles that need one are refused: better plain than guessable.
        let mut random = [0; 16];
        let nonce = getrandom::fill(&mut random).ok().map(|()| STANDARD.encode(random));
        let html = html.replace(NONCE, nonce.as_deref().unwrap_or_default());
        let mut response = Response::new(Body::from(html));
        let answer = response.headers_mut();
        answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers::policy(answer, app, nonce.as_deref());
        response
    }

    fn send(&self, content_type: &'static str, cache: &'static str, headers: &HeaderMap) -> Response<Body> {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| headers::names_tag(tags, &self.tag));
        let (bytes, encoding) = self.encoded(headers);
        let mut response = match known {
            true => Response::new(Body::empty()),
            false => Response::new(Body::from(Bytes::from_static(bytes))),
        };
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let answer = response.headers_mut();
        answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        answer.insert(header::ETAG, self.tag.clone());
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding.filter(|_| !known) {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }

    fn encoded(&self, headers: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
        match (self.file.brotli, self.file.gzip) {
            (Some(bytes), _) if headers::accepts(headers, "br") => (bytes, Some("br")),
            (_, Some(bytes)) if headers::accepts(headers, "gzip") => (bytes, Some("gzip")),
            _ => (self.file.plain, None),
        }
    }
}

#[cfg(test)]
mod tests;
