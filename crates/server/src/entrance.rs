//! The way in and out of every request, as one function: identifier, token, scope, rate, body, handler, headers,
//! figures, log. One function and no layers, because a layer costs as much as the whole of it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header, request};
use bytes::{Bytes, BytesMut};
use compact_str::CompactString;
use http_body_util::BodyExt;
use jifen_engine::EngineError;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::call::{Call, Segments};
use crate::callers::{Caller, SignIn};
use crate::gate::Peer;
use crate::gate::cookies::{CSRF, Ticket};
use crate::gate::tokens::Claims;
use crate::language::Lang;
use crate::operation::{Access, Answered, BodyKind, Operation};
use crate::problems::{Problem, table};
use crate::rate::{LIMIT_HEADER, Left, POLICY_HEADER, Policy};
use crate::scopes::Scope;

/// `X-Request-Id`
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Serves one request to an operation. `place` is the operation's in the router's list.
pub(crate) async fn serve(
    app: Arc<App>,
    operation: &'static Operation,
    place: usize,
    request: Request,
) -> Response<Body> {
    let began = Instant::now();
    app.metrics.begin();
    let id = app.next_request();
    let (mut parts, body) = request.into_parts();
    // A handler takes the headers with it; the language is needed afterwards, and looked at only for problems.
    let language = parts.headers.get(header::ACCEPT_LANGUAGE).cloned();
    let admitted = admit(&app, operation, &parts);
    let (caller, left, answered) = match admitted {
        Ok((caller, left)) => {
            let call = receive(&app, operation, &mut parts, body, Arc::clone(&caller), id.clone()).await;
            let answered = match call {
                Ok(call) => Guarded((operation.handler)(call)).await,
                Err(problem) => Err(problem),
            };
            (caller, left, answered)
        }
        Err((caller, problem)) => (caller, None, Err(problem)),
    };
    let mut response = match answered {
        Ok(reply) => reply.into_response(),
        Err(problem) => {
            note(&problem, operation, &caller, &id);
            problem.into_response(Lang::wanted(language.as_ref()), &id)
        }
    };
    stamp(app.rate_of(caller.kind), response.headers_mut(), left, &id);
    let took = began.elapsed();
    let status = response.status().as_u16();
    app.metrics.end(place, status, took);
    let micros = took.as_micros();
    tracing::debug!(request = %id, operation = operation.id, status, micros, client = %caller.id, "answered");
    response
}

/// Answers a request that no operation is for.
pub(crate) async fn stray(app: Arc<App>, problem: Problem, request: Request) -> Response<Body> {
    let began = Instant::now();
    app.metrics.begin();
    let id = app.next_request();
    let mut response = problem.into_response(Lang::of(request.headers()), &id);
    stamp(&app.rate, response.headers_mut(), None, &id);
    app.metrics.end(usize::MAX, response.status().as_u16(), began.elapsed());
    response
}

/// Sends a built page on its way.
pub(crate) fn page(app: &App, mut response: Response<Body>) -> Response<Body> {
    let began = Instant::now();
    app.metrics.begin();
    let id = app.next_request();
    stamp(&app.rate, response.headers_mut(), None, &id);
    app.metrics.end(usize::MAX, response.status().as_u16(), began.elapsed());
    response
}

fn stamp(rate: &Policy, headers: &mut HeaderMap, left: Option<Left>, id: &CompactString) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(POLICY_HEADER, rate.header());
    headers.insert(LIMIT_HEADER, rate.limit_header(left));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Answers are about people and points: nobody in between may keep them.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// No bodies, no tokens, no personal data: what is logged can be shown to anyone who runs the server.
fn note(problem: &Problem, operation: &Operation, caller: &Caller, id: &CompactString) {
    let (status, code) = (problem.row.status, problem.row.code);
    if status >= 500 {
        let inner = problem.inner.as_deref().unwrap_or_default();
        tracing::error!(request = %id, operation = operation.id, client = %caller.id, status, code, inner, "failed");
    } else {
        tracing::info!(request = %id, operation = operation.id, client = %caller.id, status, code, "refused");
    }
}

type Refused = (Arc<Caller>, Problem);

/// Who it is, what they may do, and rate, in this order.
fn admit(
    app: &App,
    operation: &'static Operation,
    parts: &request::Parts,
) -> Result<(Arc<Caller>, Option<Left>), Refused> {
    let anyone = || Arc::clone(app.callers.anyone());
    let caller = match who(app, &parts.headers) {
        Ok(known) => known.unwrap_or_else(anyone),
        Err(error) => return Err((anyone(), error.into())),
    };
    let is_opened = app.open_metrics && matches!(operation.access, Access::ScopeUnlessOpened(_));
    let checked = match is_opened {
        true => Ok(()),
        false => caller.check(operation.access, || id_in(operation, parts.uri.path())),
    };
    if let Err(problem) = checked {
        return Err((caller, problem));
    }
    if operation.writes() && operation.access != Access::Open && !is_from_our_pages(&caller, &parts.headers) {
        return Err((caller, Problem::new(&table::CSRF_TOKEN_MISSING)));
    }
    if operation.confirm && !caller.is_confirmed(app.wall.now()) {
        return Err((caller, Problem::new(&table::SECOND_FACTOR_REQUIRED)));
    }
    if caller.unlimited {
        return Ok((caller, None));
    }
    let rate = app.rate_of(caller.kind);
    match rate.take(&caller.bucket) {
        Ok(left) => Ok((caller, Some(left))),
        Err(wait) => {
            let problem = Problem::new(&table::RATE_LIMITED)
                .number("limit", rate.quota() as i64)
                .number("window", crate::rate::WINDOW_SECONDS as i64)
                .retry_after(wait.0);
            Err((caller, problem))
        }
    }
}

/// Who has the request's token or, where it has none, its cookie.
fn who(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Caller>>, EngineError> {
    if headers.contains_key(header::AUTHORIZATION) {
        return Ok(bearer(headers).and_then(|token| app.callers.find(token).or_else(|| signed(app, token))));
    }
    if !headers.contains_key(header::COOKIE) {
        return Ok(None);
    }
    let Some(ticket) = Ticket::of(headers) else { return Ok(None) };
    Ok(app.gate.people.find(&app.engine, &ticket, app.wall.now())?.map(Arc::new))
}

/// Who has a token that says by itself whose it is. Whom it was issued by or to must still be let in.
fn signed(app: &App, token: &str) -> Option<Arc<Caller>> {
    match app.gate.tokens.read(token, app.wall.now())? {
        Claims::Access { client, scopes, .. } => app.callers.narrowed(&client, scopes),
        Claims::Member { member, issuer, device, until } => {
            let lets_in = |issuer: &Arc<Caller>| {
                [Scope::MembersToken, Scope::MembersIdentify].iter().any(|scope| issuer.may(*scope))
            };
            app.callers.named(&issuer).filter(lets_in)?;
            let sign_in = SignIn { expires_at: until, device, ..SignIn::default() };
            Some(Arc::new(app.gate.people.member(member.as_str(), sign_in)))
        }
    }
}

/// Whether a change is asked for by our own pages: a browser sends a cookie along with whatever any page makes it send,
/// but only our pages know what goes into the header. Tokens are never sent by themselves.
fn is_from_our_pages(caller: &Caller, headers: &HeaderMap) -> bool {
    let csrf = caller.sign_in.as_ref().and_then(|sign_in| sign_in.csrf.as_ref());
    let sent = headers.get(CSRF).map(HeaderValue::as_bytes);
    csrf.is_none_or(|csrf| sent.is_some_and(|sent| bool::from(sent.ct_eq(csrf.as_bytes()))))
}

/// The value of the path's `{id}`.
fn id_in(operation: &'static Operation, path: &str) -> Option<CompactString> {
    let segments = segments(operation, path).ok()?;
    segments.into_iter().find(|(name, _)| *name == "id").map(|(_, value)| value)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// Everything that a handler needs.
async fn receive(
    app: &Arc<App>,
    operation: &'static Operation,
    parts: &mut request::Parts,
    body: Body,
    caller: Arc<Caller>,
    request: CompactString,
) -> Result<Call, Problem> {
    let path = match operation.path.contains('{') {
        true => segments(operation, parts.uri.path())?,
        false => Segments::new(),
    };
    let body = match &operation.body {
        None => Bytes::new(),
        Some(reads) => match kind_of(reads, &parts.headers)? {
            Some(kind) => read(body, &parts.headers, kind.bytes_max).await?,
            None => Bytes::new(),
        },
    };
    let peer = parts.extensions.get::<Peer>().copied();
    let peer = peer.map(|peer| if app.behind_proxy { peer.behind(&parts.headers) } else { peer });
    let (uri, headers) = (std::mem::take(&mut parts.uri), std::mem::take(&mut parts.headers));
    let call = Call { app: Arc::clone(app), operation, caller, request, uri, headers, path, body, peer };
    // What anyone may ask for is asked for by machines that add parameters of their own; they do no harm there.
    if call.uri.query().is_some() && operation.access != Access::Open {
        call.query()?;
    }
    Ok(call)
}

/// The values of a path's `{names}`, decoded. The router let the path in, so it has the operation's form; it is read
/// here once more because the router's own list of them costs several allocations.
fn segments(operation: &'static Operation, path: &str) -> Result<Segments, Problem> {
    let lost = || Problem::new(&table::NOT_FOUND).word("path", path);
    let named = operation.path.split('/').zip(path.split('/'));
    let named = named.filter_map(|(form, value)| Some((form.strip_prefix('{')?.strip_suffix('}')?, value)));
    let decoded = |(name, value)| Ok((name, decode(value).ok_or_else(lost)?));
    named.map(decoded).collect()
}

/// Decodes `%41`; nothing where the bytes are not UTF-8. A `%` without two digits stands for itself.
fn decode(text: &str) -> Option<CompactString> {
    if !text.contains('%') {
        return Some(CompactString::new(text));
    }
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
    Some(CompactString::new(decoded))
}

/// The kind of body by its content type; nothing where there is none and none is needed.
fn kind_of<'a>(reads: &'a crate::operation::Body, headers: &HeaderMap) -> Result<Option<&'a BodyKind>, Problem> {
    let essence = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = essence.map(|value| value.split(';').next().unwrap_or_default().trim());
    let kind =
        essence.and_then(|essence| reads.kinds.iter().find(|kind| kind.content_type.eq_ignore_ascii_case(essence)));
    let is_empty = headers.get(header::CONTENT_LENGTH).is_some_and(|length| length == "0")
        || !headers.contains_key(header::CONTENT_LENGTH) && !headers.contains_key(header::TRANSFER_ENCODING);
    if kind.is_some() || (is_empty && !reads.required) {
        return Ok(kind);
    }
    let accepted: Vec<&str> = reads.kinds.iter().map(|kind| kind.content_type).collect();
    Err(Problem::new(&table::UNSUPPORTED_MEDIA_TYPE).word("accepted", &accepted.join(", ")))
}

/// Reads a body that may have so many bytes; one that announces more is not read at all.
async fn read(body: Body, headers: &HeaderMap, bytes_max: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(&table::PAYLOAD_TOO_LARGE).number("limit", bytes_max as i64);
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > bytes_max as u64) {
        return Err(too_large());
    }
    let seconds = BODY_TIME.as_secs() as i64;
    tokio::time::timeout(BODY_TIME, gather(body, bytes_max, too_large))
        .await
        .unwrap_or_else(|_| Err(Problem::new(&table::REQUEST_TIMEOUT).number("seconds", seconds)))
}

async fn gather(mut body: Body, bytes_max: usize, too_large: impl Fn() -> Problem) -> Result<Bytes, Problem> {
    let broken = |error: axum::Error| Problem::new(&table::MALFORMED_JSON).word("reason", &error.to_string());
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        if first.len() + all.len() + data.len() > bytes_max {
            return Err(too_large());
        }
        // Most bodies come in one piece, which is then not copied.
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.extend_from_slice(&first);
            first = Bytes::new();
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// A handler that may panic: a bug in one of them is that one request's problem.
struct Guarded<F>(F);

impl<F: Future<Output = Answered> + Unpin> Future for Guarded<F> {
    type Output = Answered;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answered> {
        let inner = pin!(&mut self.0);
        match catch_unwind(AssertUnwindSafe(|| inner.poll(cx))) {
            Ok(poll) => poll,
            Err(_) => Poll::Ready(Err(Problem::internal("a handler panicked"))),
        }
    }
}
