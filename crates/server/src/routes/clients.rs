//! API clients: who may call, for what, and for which event sources.

use std::collections::BTreeSet;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::clients::{AddClient, Client, RemoveClient};
use jifen_vocab::EventSource;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside};
use crate::callers::{self, hash, hex, new_token};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::problems::{Problem, table};
use crate::scopes::{Scope, ScopeName};

static CLIENT_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The API client.", zh: "API 客户端。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "till",
};

/// Sources of one client.
const SOURCES_MAX: usize = 100;

/// An API client to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// The identifier, which entries will name: 1 to 64 of `A-Z a-z 0-9 . _ : -`; a new one unless it is given.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    id: Option<String>,
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may do; never more than who registers it may.
    #[schema(value_type = Vec<ScopeName>, min_items = 1)]
    scopes: Vec<String>,
    /// From which event sources it may report; any unless it is given.
    #[schema(max_items = 100)]
    sources: Option<Vec<String>>,
}

/// An API client.
#[derive(Serialize, ToSchema)]
pub struct ApiClient {
    /// The identifier.
    id: String,
    /// What people call it.
    name: String,
    /// What it may do.
    scopes: Vec<String>,
    /// From which event sources it may report; nothing for any.
    sources: Option<Vec<String>>,
    /// Since when.
    #[schema(format = DateTime)]
    created_at: String,
    /// Whether it may still call.
    active: bool,
}

/// An API client that was registered just now.
#[derive(Serialize, ToSchema)]
pub struct RegisteredClient {
    /// The client.
    #[serde(flatten)]
    client: ApiClient,
    /// Its token. It is shown this once and stored nowhere.
    token: String,
}

/// Every API client.
#[derive(Serialize, ToSchema)]
pub struct ClientList {
    /// The clients, by identifier.
    data: Vec<ApiClient>,
}

async fn register_client(call: Call) -> Answered {
    let new: NewClient = call.json()?;
    let command = command(&call, new)?;
    let token = new_token().map_err(|error| Problem::internal(error.to_string()))?;
    let command = AddClient { token_sha256: hex(&hash(&token)), ..command };
    let (client, _) = call.submit(command).await?;
    reload(&call).await?;
    let location = format!("/v1/clients/{}", client.id);
    Ok(Reply::json(&RegisteredClient { client: ApiClient::of(&client, &call), token })?.created(&location))
}

fn command(call: &Call, new: NewClient) -> Result<AddClient, Problem> {
    if let Some(id) = &new.id {
        jifen_vocab::id::check(id).map_err(|error| Problem::field("/id", &error.to_string()))?;
        if id == callers::SANDBOX {
            return Err(Problem::field("/id", "not be in use"));
        }
    }
    let length = new.name.chars().count();
    if new.name.trim().is_empty() || length > 200 {
        return Err(Problem::field("/name", "have 1 to 200 characters"));
    }
    if new.scopes.is_empty() {
        return Err(Problem::field("/scopes", "name at least one scope"));
    }
    for (place, name) in new.scopes.iter().enumerate() {
        let scope = Scope::named(name)
            .ok_or_else(|| Problem::field(format!("/scopes/{place}"), "be one of the scopes in /docs"))?;
        if !call.caller.may(scope) {
            return Err(Problem::new(&table::FORBIDDEN).word("scope", scope.as_str()));
        }
    }
    let sources = new.sources.map(sources).transpose()?;
    Ok(AddClient {
        id: new.id.map(CompactString::from),
        name: new.name,
        token_sha256: String::new(),
        scopes: new.scopes.iter().map(CompactString::from).collect(),
        sources,
        by: call.by(),
    })
}

fn sources(sources: Vec<String>) -> Result<BTreeSet<CompactString>, Problem> {
    if sources.len() > SOURCES_MAX {
        return Err(Problem::field("/sources", &format!("have at most {SOURCES_MAX} sources")));
    }
    let check = |(place, source): (usize, String)| match EventSource::new(&source) {
        Ok(source) => Ok(CompactString::new(source.as_str())),
        Err(error) => Err(Problem::field(format!("/sources/{place}"), &format!("be a URI reference: {error}"))),
    };
    sources.into_iter().enumerate().map(check).collect()
}

/// The change holds for the next request already.
async fn reload(call: &Call) -> Result<(), Problem> {
    let app = call.app.clone();
    aside(move || app.callers.reload(&app.engine)).await
}

async fn list_clients(call: Call) -> Answered {
    let app = call.app.clone();
    let all = aside(move || callers::all(&app.engine));
    let all = all.await?;
    Reply::json(&ClientList { data: all.iter().map(|client| ApiClient::of(client, &call)).collect() })
}

async fn remove_client(call: Call) -> Answered {
    let id = call.segment("id");
    let known = jifen_vocab::id::check(id).is_ok();
    if !known {
        return Err(Problem::new(&table::UNKNOWN).word("client", id));
    }
    let (client, _) = call.submit(RemoveClient { id: CompactString::new(id), by: call.by() }).await?;
    reload(&call).await?;
    Reply::json(&ApiClient::of(&client, &call))
}

impl ApiClient {
    fn of(client: &Client, call: &Call) -> ApiClient {
        ApiClient {
            id: client.id.to_string(),
            name: client.name.clone(),
            scopes: client.scopes.iter().map(ToString::to_string).collect(),
            sources: client.sources.as_ref().map(|sources| sources.iter().map(ToString::to_string).collect()),
            created_at: call.zone().rfc3339(client.created_at),
            active: client.active,
        }
    }
}

const EXAMPLE: &str = r#"{"id": "till", "name": "Tills", "scopes": ["events:write", "points:spend"],
    "sources": ["/shop/tills"], "created_at": "2026-06-18T20:00:00+08:00", "active": true}"#;

/// `GET /v1/clients`
pub static LIST: Operation = Operation {
    id: "list_clients",
    method: Method::GET,
    path: "/v1/clients",
    feature: "clients",
    access: Access::Scope(Scope::ClientsRead),
    confirm: false,
    summary: Said { en: "List API clients", zh: "查看 API 客户端" },
    about: Said { en: "Without their tokens, which are stored nowhere.", zh: "不含令牌，令牌不存储。" },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<ClientList>(200, Said { en: "The clients.", zh: "客户端。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_clients(call)),
};

/// `POST /v1/clients`
pub static REGISTER: Operation = Operation {
    id: "register_client",
    method: Method::POST,
    path: "/v1/clients",
    feature: "clients",
    access: Access::Scope(Scope::ClientsWrite),
    confirm: false,
    summary: Said { en: "Register an API client", zh: "登记 API 客户端" },
    about: Said {
        en: "The answer shows the token this once. A client never gets a scope that who registers it lacks.",
        zh: "令牌只在此次应答中显示。客户端的权限不会超过登记者。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewClient>(
            r#"{"id": "till", "name": "Tills", "scopes": ["events:write", "points:spend"], "sources": ["/shop/tills"]}"#,
        )],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<RegisteredClient>(201, Said { en: "The client and its token.", zh: "客户端及其令牌。" }, ""),
    problems: &[],
    handler: |call| Box::pin(register_client(call)),
};

/// `DELETE /v1/clients/{id}`
pub static REMOVE: Operation = Operation {
    id: "remove_client",
    method: Method::DELETE,
    path: "/v1/clients/{id}",
    feature: "clients",
    access: Access::Scope(Scope::ClientsWrite),
    confirm: false,
    summary: Said { en: "Take a client's access away", zh: "停用 API 客户端" },
    about: Said {
        en: "At once. Its record stays, because entries name it; its identifier is not given again.",
        zh: "立即生效。记录保留，因为明细会引用它；标识不再分配。",
    },
    parameters: &[&CLIENT_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<ApiClient>(200, Said { en: "The client.", zh: "客户端。" }, EXAMPLE),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(remove_client(call)),
};
