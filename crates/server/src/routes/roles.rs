//! Roles and places: what staff may be, and the organization they are it in. Both come from the rule book.

use axum::http::Method;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::scopes::{self, Scope, ScopeName};
use crate::wire::Text;

/// Every role.
#[derive(Serialize, ToSchema)]
pub struct RoleList {
    /// The roles, as the rule book lists them.
    data: Vec<RoleAnswer>,
}

/// A role.
#[derive(Serialize, ToSchema)]
#[schema(as = Role)]
pub struct RoleAnswer {
    /// The role.
    id: String,
    /// What people call it.
    name: Text,
    /// What whoever has it is there for.
    about: Text,
    /// What it allows.
    scopes: Vec<RoleScope>,
}

/// A right in plain words.
#[derive(Serialize, ToSchema)]
pub struct RoleScope {
    /// The scope.
    #[schema(value_type = ScopeName)]
    id: &'static str,
    /// What it allows.
    about: Text,
}

/// Every place.
#[derive(Serialize, ToSchema)]
pub struct PlaceList {
    /// The places; each stands after the one it belongs to.
    data: Vec<PlaceAnswer>,
}

/// A place of the organization.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub struct PlaceAnswer {
    /// The place.
    id: String,
    /// What people call it.
    name: Text,
    /// `group`, `brand`, `region`, `city`, `district` or `store`.
    kind: &'static str,
    /// What it belongs to; nothing for the top.
    parent: Option<String>,
}

fn scope(scope: Scope) -> RoleScope {
    let about = scopes::about(scope);
    RoleScope { id: scope.as_str(), about: Text { zh: about.zh.to_owned(), en: about.en.to_owned() } }
}

async fn list_roles(call: Call) -> Answered {
    let books = call.app.engine.books();
    let organization = &books.at(call.app.engine.clock().now()).organization;
    let roles = organization.roles.iter().map(|role| RoleAnswer {
        id: role.id.to_string(),
        name: (&role.name).into(),
        about: (&role.about).into(),
        scopes: role.scopes.iter().map(scope).collect(),
    });
    Reply::json(&RoleList { data: roles.collect() })
}

async fn list_places(call: Call) -> Answered {
    let books = call.app.engine.books();
    let organization = &books.at(call.app.engine.clock().now()).organization;
    let places = organization.places.iter().map(|place| PlaceAnswer {
        id: place.id.to_string(),
        name: (&place.name).into(),
        kind: place.kind.as_str(),
        parent: place.parent.as_ref().map(ToString::to_string),
    });
    Reply::json(&PlaceList { data: places.collect() })
}

/// `GET /v1/roles`
pub static LIST: Operation = Operation {
    id: "list_roles",
    method: Method::GET,
    path: "/v1/roles",
    feature: "staff",
    access: Access::SignedIn,
    confirm: false,
    summary: Said { en: "List roles", zh: "查看角色" },
    about: Said {
        en: "Each is a named set of scopes, from `roles.yaml`. Whoever has signed in may know whom to ask.",
        zh: "每个角色是一组权限，来自 `roles.yaml`。任何已登录者均可查看，以便得知应向谁申请。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<RoleList>(200, Said { en: "The roles.", zh: "角色。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_roles(call)),
};

/// `GET /v1/places`
pub static PLACES: Operation = Operation {
    id: "list_places",
    method: Method::GET,
    path: "/v1/places",
    feature: "staff",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "List places", zh: "查看组织机构" },
    about: Said {
        en: "From the group down to each shop, from `organization.yaml`.",
        zh: "从集团到门店，来自 `organization.yaml`。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<PlaceList>(200, Said { en: "The places.", zh: "组织机构。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_places(call)),
};
