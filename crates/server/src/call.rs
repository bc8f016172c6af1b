//! A request that was let in, as handlers see it, and the reply they give.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, header};
use bytes::Bytes;
use compact_str::CompactString;
use hyper::body::Frame;
use jifen_engine::Answered as Judged;
use jifen_program::approvals::Person;
use jifen_program::audit::{ActorKind, By};
use jifen_program::book::Held;
use jifen_program::desk::{Command, RequestKey};
use jifen_program::sessions::Presence;
use jifen_vocab::{HoldId, MemberId, SpendId, Zone, mistake};
use serde::Serialize;
use serde::de::DeserializeOwned;
use smallvec::SmallVec;
use tokio::sync::mpsc;

use crate::app::App;
use crate::callers::{Caller, CallerKind, RoleAt};
use crate::gate::Peer;
use crate::operation::Operation;
use crate::problems::{IDEMPOTENT_REPLAY, Problem, table};

/// The key that makes a write safe to send again.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Characters of an `Idempotency-Key` at most.
pub const IDEMPOTENCY_KEY_LEN_MAX: usize = 255;

/// The names in an operation's path with their values.
pub type Segments = SmallVec<[(&'static str, CompactString); 1]>;

/// A request that was let in.
pub struct Call {
    /// What every request shares.
    pub app: Arc<App>,
    /// The operation.
    pub operation: &'static Operation,
    /// Who calls.
    pub caller: Arc<Caller>,
    /// Its identifier.
    pub request: CompactString,
    /// The address.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The values of the path's `{names}`, decoded.
    pub path: Segments,
    /// The body.
    pub body: Bytes,
    /// Where it comes from; none where that is not known.
    pub peer: Option<Peer>,
}

impl Call {
    /// Does what waits for the store, away from the threads that serve connections.
    ///
    /// # Errors
    /// What the work gives; one that panicked is ours.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = Arc::clone(&self.app);
        aside(move || work(&app)).await
    }

    /// The value of a `{name}` of the path.
    pub fn segment(&self, name: &str) -> &str {
        self.path.iter().find(|(found, _)| *found == name).map_or("", |(_, value)| value)
    }

    /// Counts a try to get in, as that person where one is named.
    ///
    /// # Errors
    /// `rate-limited`
    pub fn knock(&self, account: Option<&str>) -> Result<(), Problem> {
        // A sandbox is for trying things out, from one machine.
        let peer = self.peer.filter(|_| !self.app.sandbox);
        let rates = &self.app.gate.rates;
        peer.map_or(Ok(()), |peer| rates.from(peer))?;
        account.map_or(Ok(()), |account| rates.of(account))
    }

    /// The device that the calling member is on, where it is known.
    pub fn presence(&self) -> Option<Presence> {
        let device = self.caller.sign_in.as_ref()?.device.clone()?;
        Some(Presence { device, wall: self.app.wall.now() })
    }

    /// From where a member spends; nothing where a program asks for them. A member's token that names no device is none
    /// that anybody knows.
    pub fn spends_from(&self) -> Option<Presence> {
        let is_member = self.caller.kind == CallerKind::Member;
        let nowhere = || Presence { device: CompactString::default(), wall: self.app.wall.now() };
        self.presence().or_else(|| is_member.then(nowhere))
    }

    /// The member that the path names. What cannot be an identifier is nobody's.
    pub fn member(&self) -> Result<MemberId, Problem> {
        let id = self.segment("id");
        MemberId::new(id).map_err(|_| unknown_member(id))
    }

    /// The hold that the path names.
    pub fn hold(&self) -> Result<HoldId, Problem> {
        let id = self.segment("id");
        HoldId::new(id).map_err(|_| Problem::new(&table::UNKNOWN).word("hold", id))
    }

    /// The spend that the path names.
    pub fn spend(&self) -> Result<SpendId, Problem> {
        let id = self.segment("id");
        SpendId::new(id).map_err(|_| Problem::new(&table::UNKNOWN).word("spend", id))
    }

    /// Who calls, by which request, as the audit trail names it.
    pub fn by(&self) -> By {
        let kind = match self.caller.kind {
            CallerKind::Anyone | CallerKind::Client => ActorKind::Client,
            CallerKind::Member => ActorKind::Member,
            CallerKind::Sandbox => ActorKind::Sandbox,
            CallerKind::Staff => ActorKind::Staff,
        };
        By { request: Some(self.request.clone()), ..By::new(kind, &self.caller.id) }
    }

    /// Who calls, with the roles they have.
    pub fn person(&self) -> Person {
        let roles = self.caller.sign_in.as_ref().map(|sign_in| sign_in.roles.as_slice()).unwrap_or_default();
        let held = |role: &RoleAt| Held { role: role.role.clone(), place: role.place.clone() };
        let exempt = self.caller.kind == CallerKind::Sandbox;
        Person { by: self.by(), roles: roles.iter().map(held).collect(), exempt }
    }

    /// The program's zone now.
    pub fn zone(&self) -> Zone {
        self.app.engine.books().at(self.app.engine.clock().now()).zone.clone()
    }

    /// The parameters of the query; one that the operation does not know is refused.
    pub fn query(&self) -> Result<Parameters, Problem> {
        let Some(query) = self.uri.query().filter(|query| !query.is_empty()) else { return Ok(Parameters(Vec::new())) };
        let read = Query::<Vec<(String, String)>>::try_from_uri(&self.uri);
        let Ok(Query(pairs)) = read else { return Err(Problem::parameter(query, "be name=value pairs")) };
        let known = || self.operation.parameters.iter().filter(|parameter| !parameter.in_path);
        for (place, (name, _)) in pairs.iter().enumerate() {
            if !known().any(|parameter| parameter.name == name) {
                let names: Vec<&str> = known().map(|parameter| parameter.name).collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                return Err(Problem::new(&table::UNKNOWN_PARAMETER).word("parameter", name).word("known", &names));
            }
            if pairs[..place].iter().any(|(before, _)| before == name) {
                return Err(Problem::parameter(name, "be given once"));
            }
        }
        Ok(Parameters(pairs))
    }

    /// The body, read as JSON. What is not JSON is 400; a field that is missing, unknown or not what it must be is 422
    /// with its pointer.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        check_object(&self.body)?;
        read_json(&self.body)
    }

    /// The request's key, where it has one, with a fingerprint of path and body.
    pub fn key(&self) -> Result<Option<RequestKey>, Problem> {
        let required = self.operation.key == crate::operation::Key::Required;
        let Some(value) = self.headers.get(&IDEMPOTENCY_KEY) else {
            return if required { Err(Problem::new(&table::IDEMPOTENCY_KEY_MISSING)) } else { Ok(None) };
        };
        let key = value.to_str().ok().map(str::trim).filter(|key| is_key(key));
        let Some(key) = key else { return Err(Problem::new(&table::IDEMPOTENCY_KEY_INVALID)) };
        Ok(Some(RequestKey {
            client: self.caller.key(),
            operation: self.operation.id,
            key: CompactString::new(key),
            fingerprint: self.fingerprint()?,
        }))
    }

    /// Sixteen bytes that stand for what is asked: the path and the content of the body, whatever its spaces and the
    /// order of its fields.
    pub fn fingerprint(&self) -> Result<[u8; 16], Problem> {
        let body = if self.body.is_empty() { "null" } else { text(&self.body)? };
        let path = serde_json::Value::from(self.uri.path());
        let asked = format!("[{path},{body}]");
        jifen_program::events::fingerprint(asked.as_bytes())
            .map_err(|error| Problem::new(&table::MALFORMED_JSON).word("reason", &error.to_string()))
    }

    /// Judges a command and gives its outcome, or the refusal as a problem.
    pub async fn submit<C: Command>(&self, command: C) -> Result<(C::Outcome, bool), Problem> {
        judged(self.app.engine.submit(command).await?)
    }
}

/// An outcome and whether it was given before, or the refusal as a problem.
pub fn judged<T>(answered: Judged<T>) -> Result<(T, bool), Problem> {
    match answered.result {
        Ok(outcome) => Ok((outcome, answered.replayed)),
        Err(refusal) => Err(Problem { replayed: answered.replayed, ..Problem::from(refusal) }),
    }
}

/// No member has this identifier.
pub fn unknown_member(id: &str) -> Problem {
    Problem::new(&table::MEMBER_UNKNOWN).word("member", id)
}

fn is_key(key: &str) -> bool {
    (1..=IDEMPOTENCY_KEY_LEN_MAX).contains(&key.len()) && key.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Bytes as text, or the problem that they are not UTF-8.
pub fn text(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| {
        let reason = format!("invalid UTF-8 at byte {}", error.valid_up_to());
        Problem::new(&table::MALFORMED_JSON).word("reason", &reason)
    })
}

/// Checks that JSON is an object: what reads it would take an array for the fields in their order.
pub fn check_object(bytes: &[u8]) -> Result<(), Problem> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(first, Some(b'[' | b'"' | b't' | b'f' | b'n' | b'0'..=b'9' | b'-')) {
        return Ok(());
    }
    // What is not even JSON is told so, by reading it to its end.
    read_json::<serde::de::IgnoredAny>(bytes)?;
    Err(Problem::field("", "be an object"))
}

/// Reads JSON; see [`Call::json`].
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = text(bytes)?;
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if !error.is_data() {
        return Err(Problem::new(&table::MALFORMED_JSON).word("reason", &error.to_string()));
    }
    // The text is read once more, slowly, to find the field at fault.
    let reader = &mut serde_json::Deserializer::from_str(text);
    Err(match serde_path_to_error::deserialize::<_, T>(reader) {
        Ok(_) => Problem::new(&table::MALFORMED_JSON).word("reason", "trailing characters"),
        Err(error) => field_at_fault(&error),
    })
}

fn field_at_fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (pointer, must) = mistake::at_fault(error);
    Problem::field(pointer, &must)
}

/// Does what waits for the store, away from the threads that serve connections.
///
/// # Errors
/// What the work gives; one that panicked is ours.
pub(crate) async fn aside<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Send + 'static,
    Problem: From<E>,
{
    let done = tokio::task::spawn_blocking(work).await.map_err(|error| Problem::internal(error.to_string()))?;
    Ok(done?)
}

/// The parameters of a query.
#[derive(Debug)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// A yes or no; no where it is not there.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::parameter(name, "be true or false")),
        }
    }

    /// How many items a page has.
    pub fn limit(&self) -> Result<usize, Problem> {
        use jifen_vocab::limits::{PAGE_DEFAULT, PAGE_MAX};
        let Some(text) = self.get("limit") else { return Ok(PAGE_DEFAULT) };
        match text.parse() {
            Ok(limit) if (1..=PAGE_MAX).contains(&limit) => Ok(limit),
            _ => Err(Problem::parameter("limit", &format!("be a number from 1 to {PAGE_MAX}"))
                .number("limit", PAGE_MAX as i64)),
        }
    }
}

#[derive(Debug)]
enum Content {
    Whole(Cow<'static, [u8]>),
    Flowing(Flow),
}

/// Bytes that are made while they are sent; after an error nothing more is, and whoever reads learns that not all is
/// there.
#[derive(Debug)]
struct Flow(mpsc::Receiver<Result<Bytes, String>>);

impl hyper::body::Body for Flow {
    type Data = Bytes;
    type Error = String;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, String>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| bytes.map(Frame::data)))
    }
}

/// What a handler gives when all is well.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    content_type: HeaderValue,
    content: Content,
    replayed: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    /// JSON, 200.
    pub fn json<T: Serialize>(value: &T) -> Result<Reply, Problem> {
        let mut body = Vec::with_capacity(1024);
        serde_json::to_writer(&mut body, value).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Reply::of(HeaderValue::from_static("application/json"), Cow::Owned(body)))
    }

    /// JSON that is written already, 200.
    pub fn json_written(json: &[u8]) -> Reply {
        Reply::of(HeaderValue::from_static("application/json"), Cow::Owned(json.to_vec()))
    }

    /// A text of that content type, 200.
    pub fn text(content_type: &'static str, text: impl Into<Cow<'static, str>>) -> Reply {
        let body = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Reply::of(HeaderValue::from_static(content_type), body)
    }

    /// Bytes of that content type, 200.
    pub fn bytes(content_type: &'static str, body: Vec<u8>) -> Reply {
        Reply::of(HeaderValue::from_static(content_type), Cow::Owned(body))
    }

    /// Bytes of that content type that are made while they are sent, 200.
    pub(crate) fn flowing(content_type: &'static str, bytes: mpsc::Receiver<Result<Bytes, String>>) -> Reply {
        let reply = Reply::of(HeaderValue::from_static(content_type), Cow::Borrowed(b""));
        Reply { content: Content::Flowing(Flow(bytes)), ..reply }
    }

    fn of(content_type: HeaderValue, body: Cow<'static, [u8]>) -> Reply {
        let content = Content::Whole(body);
        Reply { status: StatusCode::OK, content_type, content, replayed: false, headers: Vec::new() }
    }

    /// Something new was made: 201, at that address.
    #[must_use]
    pub fn created(mut self, location: &str) -> Reply {
        self.status = StatusCode::CREATED;
        if let Ok(location) = HeaderValue::from_str(location) {
            self.headers.push((header::LOCATION, location));
        }
        self
    }

    /// Something new was made that has no address: 201.
    #[must_use]
    pub fn made(mut self) -> Reply {
        self.status = StatusCode::CREATED;
        self
    }

    /// All is well, and there is nothing to say: 204.
    pub fn nothing() -> Reply {
        Reply { status: StatusCode::NO_CONTENT, ..Reply::of(HeaderValue::from_static(""), Cow::Borrowed(b"")) }
    }

    /// It was taken, and what comes of it is told otherwise: 202.
    #[must_use]
    pub fn accepted(mut self) -> Reply {
        self.status = StatusCode::ACCEPTED;
        self
    }

    /// Go there: 302.
    pub fn redirect(location: &str) -> Result<Reply, Problem> {
        let location = HeaderValue::from_str(location).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Reply { status: StatusCode::FOUND, ..Reply::nothing() }.with(header::LOCATION, location))
    }

    /// Go there, with the headers of this reply and nothing else: 302.
    pub fn going_to(self, location: &str) -> Result<Reply, Problem> {
        Ok(Reply { headers: [self.headers, Reply::redirect(location)?.headers].concat(), ..Reply::redirect(location)? })
    }

    /// Says whether it was given before.
    #[must_use]
    pub fn replayed(mut self, replayed: bool) -> Reply {
        self.replayed = replayed;
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Reply {
        self.headers.push((name, value));
        self
    }

    /// The whole answer.
    pub fn into_response(self) -> Response<Body> {
        let body = match self.content {
            Content::Whole(Cow::Borrowed(bytes)) => Body::from(Bytes::from_static(bytes)),
            Content::Whole(Cow::Owned(bytes)) => Body::from(Bytes::from(bytes)),
            Content::Flowing(flow) => Body::new(flow),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if !self.content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, self.content_type);
        }
        if self.replayed {
            headers.insert(IDEMPOTENT_REPLAY, HeaderValue::from_static("true"));
        }
        headers.extend(self.headers);
        response
    }
}
