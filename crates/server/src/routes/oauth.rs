//! OAuth 2.0 for programs: an API client gets a short-lived token for its secret (RFC 6749, client credentials), and
//! standard libraries find out how (RFC 8414).

use axum::http::{HeaderMap, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jifen_vocab::{Scope, Scopes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply, text};
use crate::callers::Caller;
use crate::gate::tokens::Claims;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, BYTES_MAX, Body, BodyKind, Key, Operation, Shape};
use crate::problems::{Problem, Row, table};

/// Seconds for which a token counts.
const TOKEN_SECONDS: u32 = 3_600;

/// What a client asks for, as a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read field by field, and is here for the document")]
pub struct TokenRequest {
    /// `client_credentials`
    grant_type: String,
    /// The client, unless it is in the header `Authorization: Basic`.
    client_id: Option<String>,
    /// Its secret: the token it was registered with.
    client_secret: Option<String>,
    /// Scopes, with spaces between; all that the client has unless it is given.
    scope: Option<String>,
}

/// A token.
#[derive(Serialize, ToSchema)]
pub struct AccessToken {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// `Bearer`
    token_type: &'static str,
    /// Seconds.
    expires_in: u32,
    /// What it may do.
    scope: String,
}

/// How tokens are asked for (RFC 8414).
#[derive(Serialize, ToSchema)]
pub struct AuthorizationServer {
    /// This server.
    issuer: String,
    /// Where tokens are asked for.
    token_endpoint: String,
    /// How a client shows its secret.
    token_endpoint_auth_methods_supported: [&'static str; 2],
    /// What can be asked with.
    grant_types_supported: [&'static str; 1],
    /// Nothing: nobody is sent anywhere to sign in.
    response_types_supported: [&'static str; 0],
    /// Every scope.
    scopes_supported: Vec<&'static str>,
    /// The pages of the API.
    service_documentation: String,
}

/// The problem, with the code that OAuth libraries look for.
fn refused(row: &'static Row, error: &str) -> Problem {
    Problem::new(row).word("error", error)
}

/// Client and secret of a form or, before that, of the header.
fn credentials(form: &[(String, String)], headers: &HeaderMap) -> Option<(String, String)> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Some((field(form, "client_id")?.to_owned(), field(form, "client_secret")?.to_owned()));
    };
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| Some(percent_encoding::percent_decode_str(text).decode_utf8().ok()?.into_owned());
    Some((plain(id)?, plain(secret)?))
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

/// The scopes asked for, none of which the client may lack.
fn scopes(asked: Option<&str>, client: &Caller) -> Result<Scopes, Problem> {
    let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else { return Ok(client.scopes) };
    let named = asked.split_whitespace().map(|name| Scope::named(name).filter(|scope| client.may(*scope)));
    let scopes = named.collect::<Option<Scopes>>();
    scopes.ok_or_else(|| refused(&table::INVALID_SCOPE, "invalid_scope"))
}

async fn issue(call: Call) -> Answered {
    let body = text(&call.body).map_err(|_| refused(&table::INVALID_TOKEN_REQUEST, "invalid_request"))?;
    let form: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let is_twice = form.iter().enumerate().any(|(n, (name, _))| form[..n].iter().any(|(before, _)| before == name));
    let grant = field(&form, "grant_type").filter(|_| !is_twice);
    let grant = grant.ok_or_else(|| refused(&table::INVALID_TOKEN_REQUEST, "invalid_request"))?;
    if grant != "client_credentials" {
        return Err(refused(&table::UNSUPPORTED_GRANT_TYPE, "unsupported_grant_type"));
    }
    let stranger = || refused(&table::INVALID_CLIENT, "invalid_client");
    let (id, secret) = credentials(&form, &call.headers).ok_or_else(stranger)?;
    call.knock(None)?;
    let client = call.app.callers.find(&secret).filter(|client| client.id == id).ok_or_else(stranger)?;
    let scopes = scopes(field(&form, "scope"), &client)?;
    let until = call.app.wall.now().plus_millis(i64::from(TOKEN_SECONDS) * 1_000);
    let names: Vec<&str> = scopes.iter().map(Scope::as_str).collect();
    Reply::json(&AccessToken {
        access_token: call.app.gate.tokens.sign(&Claims::Access { client: client.id.clone(), scopes, until }),
        token_type: "Bearer",
        expires_in: TOKEN_SECONDS,
        scope: names.join(" "),
    })
}

async fn describe(call: Call) -> Answered {
    let issuer = call.app.address(&call.headers);
    Reply::json(&AuthorizationServer {
        token_endpoint: format!("{issuer}/oauth/token"),
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        scopes_supported: Scope::ALL.iter().map(|scope| scope.as_str()).collect(),
        service_documentation: format!("{issuer}/docs"),
        issuer,
    })
}

/// `GET /.well-known/oauth-authorization-server`
pub static DESCRIBE: Operation = Operation {
    id: "describe_authorization_server",
    method: Method::GET,
    path: "/.well-known/oauth-authorization-server",
    feature: "clients",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "How are tokens asked for?", zh: "查看授权服务器信息" },
    about: Said { en: "RFC 8414, for OAuth libraries.", zh: "RFC 8414，供 OAuth 库使用。" },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<AuthorizationServer>(200, Said { en: "The metadata.", zh: "元数据。" }, ""),
    problems: &[],
    handler: |call| Box::pin(describe(call)),
};

/// `POST /oauth/token`
pub static ISSUE: Operation = Operation {
    id: "issue_access_token",
    method: Method::POST,
    path: "/oauth/token",
    feature: "clients",
    access: Access::Open,
    confirm: false,
    summary: Said { en: "Get a token (OAuth 2.0)", zh: "获取令牌（OAuth 2.0）" },
    about: Said {
        en: "Client credentials (RFC 6749, section 4.4). The secret is the token that the API client was registered with; what comes back counts for an hour and ends with the client's access. Problems carry `error` as the standard names it.",
        zh: "客户端凭据模式（RFC 6749 第 4.4 节）。密钥即登记 API 客户端时得到的令牌；返回的令牌有效一小时，客户端停用后随即失效。错误带有标准规定的 `error`。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind {
            content_type: "application/x-www-form-urlencoded",
            bytes_max: BYTES_MAX,
            shape: Shape::of::<TokenRequest>(),
            example: r#"{"grant_type": "client_credentials", "client_id": "till", "client_secret": "jft_…"}"#,
        }],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<AccessToken>(
        200,
        Said { en: "The token.", zh: "令牌。" },
        r#"{"access_token": "jfa_…", "token_type": "Bearer", "expires_in": 3600, "scope": "events:write"}"#,
    ),
    problems: &[
        &table::INVALID_CLIENT,
        &table::INVALID_SCOPE,
        &table::INVALID_TOKEN_REQUEST,
        &table::UNSUPPORTED_GRANT_TYPE,
    ],
    handler: |call| Box::pin(issue(call)),
};
