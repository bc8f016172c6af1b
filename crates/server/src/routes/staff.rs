//! Staff: who works with the program, what they are, and where.

use std::collections::BTreeSet;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::flows::{NewPassword, SetPassword};
use jifen_program::staff::{AddStaff, ChangeStaff, Details, Password, RoleAt, Staff};
use jifen_store::{Bound, Find, Order};
use jifen_vocab::limits;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside};
use crate::cursor::IdCursor;
use crate::gate::one_time_password;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::problems::{Problem, table};
use crate::scopes::Scope;

static LOGIN: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The login.", zh: "账号。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "lin",
};

/// A person to be added to the staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStaff {
    /// What they sign in with: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    login: String,
    /// What people call them.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Where mail reaches them; without it a password cannot be reset by mail.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// What they are and where; never more than who says so may do.
    #[schema(max_items = 20)]
    roles: Vec<RolePlace>,
    /// Whether they may sign in; yes unless it says otherwise.
    #[serde(default = "yes")]
    active: bool,
}

/// What can be said of a person of the staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffDetails {
    /// What people call them.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Where mail reaches them; without it a password cannot be reset by mail.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// What they are and where; never more than who says so may do.
    #[schema(max_items = 20)]
    roles: Vec<RolePlace>,
    /// Whether they may sign in; yes unless it says otherwise.
    #[serde(default = "yes")]
    active: bool,
}

const fn yes() -> bool {
    true
}

/// A role and where it holds.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolePlace {
    /// The role.
    #[schema(max_length = 64)]
    role: String,
    /// The place and everything that belongs to it; nothing for everywhere.
    #[serde(default)]
    #[schema(max_length = 64)]
    place: Option<String>,
}

/// A person of the staff.
#[derive(Serialize, ToSchema)]
#[schema(as = Staff)]
pub struct StaffAnswer {
    /// The login.
    id: String,
    /// The login.
    login: String,
    /// What people call them.
    name: String,
    /// Where mail reaches them.
    email: Option<String>,
    /// What they are and where.
    roles: Vec<RolePlace>,
    /// Whether they may sign in.
    active: bool,
    /// Whether they have set up a second factor.
    second_factor: bool,
    /// Whether they have a password of their own; else a one-time password or none.
    own_password: bool,
    /// Until when nobody gets in, after too many wrong passwords or codes.
    #[schema(format = DateTime)]
    locked_until: Option<String>,
    /// Since when they are staff.
    #[schema(format = DateTime)]
    created_at: String,
}

/// Everybody of the staff.
#[derive(Serialize, ToSchema)]
pub struct StaffList {
    /// The people, by login.
    data: Vec<StaffAnswer>,
    /// From where to go on; nothing at the end.
    next_cursor: Option<String>,
}

/// A person with a one-time password.
#[derive(Serialize, ToSchema)]
pub struct AddedStaff {
    /// The person.
    staff: StaffAnswer,
    /// What they sign in with the first time, within seven days. It is shown this once and stored nowhere.
    one_time_password: String,
}

/// A one-time password.
#[derive(Serialize, ToSchema)]
pub struct OneTimePassword {
    /// What they sign in with the next time, within seven days. It is shown this once and stored nowhere.
    one_time_password: String,
}

impl StaffDetails {
    fn read(self) -> Result<Details, Problem> {
        let length = self.name.trim().chars().count();
        if !(1..=100).contains(&length) || self.name.chars().any(char::is_control) {
            return Err(Problem::field("/name", "have 1 to 100 characters"));
        }
        let email = self.email.as_deref().filter(|text| !text.trim().is_empty());
        let email = email.map(crate::personal::Contact::email).transpose()?;
        let role = |at: RolePlace| RoleAt { role: at.role.into(), place: at.place.map(Into::into) };
        Ok(Details {
            name: self.name.trim().to_owned(),
            email: email.map(|email| CompactString::new(email.as_str())),
            roles: self.roles.into_iter().map(role).collect(),
            active: self.active,
        })
    }
}

/// Nobody gives rights that they do not have themselves, nor wider than they have them.
fn check_rights(call: &Call, roles: &BTreeSet<RoleAt>) -> Result<(), Problem> {
    let books = call.app.engine.books();
    let organization = &books.at(call.app.engine.clock().now()).organization;
    for at in roles {
        let given = organization.role(&at.role).map(|role| role.scopes).unwrap_or_default();
        let missing = given.iter().find(|scope| !call.caller.may_at(*scope, at.place.as_deref(), organization));
        if let Some(scope) = missing {
            return Err(Problem::new(&table::FORBIDDEN).word("scope", scope.as_str()));
        }
    }
    Ok(())
}

/// Whoever changes somebody must be able to do what they can do: else an account could be taken over from below.
fn check_reach(call: &Call, login: &str) -> Result<(), Problem> {
    match call.app.engine.read::<Staff>(login)? {
        Some(staff) => check_rights(call, &staff.roles),
        None => Err(Problem::new(&table::UNKNOWN).word("staff", login)),
    }
}

fn login(call: &Call) -> Result<CompactString, Problem> {
    let id = call.segment("id");
    jifen_vocab::id::check(id).map_err(|_| Problem::new(&table::UNKNOWN).word("staff", id))?;
    Ok(id.into())
}

/// A new one-time password: what is told and what is kept.
async fn one_time(call: &Call) -> Result<(String, Password), Problem> {
    let text = one_time_password().map_err(|error| Problem::internal(error.to_string()))?;
    let hash = call.app.gate.passwords.hash(&text).await?;
    let until = call.app.wall.now().plus_days(limits::ONE_TIME_PASSWORD_DAYS);
    Ok((text, Password { hash, one_time_until: Some(until) }))
}

async fn add_staff(call: Call) -> Answered {
    let new: NewStaff = call.json()?;
    jifen_vocab::id::check(&new.login).map_err(|error| Problem::field("/login", &error.to_string()))?;
    let details = StaffDetails { name: new.name, email: new.email, roles: new.roles, active: new.active };
    let details = details.read()?;
    check_rights(&call, &details.roles)?;
    let (one_time_password, password) = one_time(&call).await?;
    let login = CompactString::from(new.login);
    let command = AddStaff { login, details, password: Some(password), factor: None, by: call.by() };
    let (staff, _) = call.submit(command).await?;
    let location = format!("/v1/staff/{}", staff.login);
    Ok(Reply::json(&AddedStaff { staff: StaffAnswer::of(&staff, &call), one_time_password })?.created(&location))
}

async fn change_staff(call: Call) -> Answered {
    let details: StaffDetails = call.json()?;
    let (login, details) = (login(&call)?, details.read()?);
    check_reach(&call, &login)?;
    check_rights(&call, &details.roles)?;
    let (staff, _) = call.submit(ChangeStaff { login, details, by: call.by() }).await?;
    Reply::json(&StaffAnswer::of(&staff, &call))
}

async fn show_staff(call: Call) -> Answered {
    let login = login(&call)?;
    let unknown = || Problem::new(&table::UNKNOWN).word("staff", &login);
    let staff = call.app.engine.read::<Staff>(&login)?.ok_or_else(unknown)?;
    Reply::json(&StaffAnswer::of(&staff, &call))
}

async fn reset_staff(call: Call) -> Answered {
    let login = login(&call)?;
    check_reach(&call, &login)?;
    let (one_time_password, password) = one_time(&call).await?;
    let command = SetPassword { login, new: NewPassword::Anew, password, wall: call.app.wall.now(), by: call.by() };
    call.submit(command).await?;
    Reply::json(&OneTimePassword { one_time_password })
}

async fn list_staff(call: Call) -> Answered {
    let query = call.query()?;
    let cursor = query.get("cursor").map(IdCursor::read).transpose()?;
    let from = cursor.map_or(Bound::Start, |cursor| Bound::After(jifen_store::Value::Null, cursor.0));
    let limit = query.limit()?;
    let app = call.app.clone();
    let find =
        Find { kind: &jifen_program::staff::STAFF, column: None, equals: None, order: Order::Ascending, from, limit };
    let page = aside(move || app.engine.store().find(&find)).await?;
    let mut data = Vec::with_capacity(page.rows.len());
    for (id, _, row) in &page.rows {
        let staff = <Staff as jifen_program::desk::Record>::read(&row.body);
        let staff = staff.map_err(|error| Problem::internal(format!("staff/{id}: {error}")))?;
        data.push(StaffAnswer::of(&staff, &call));
    }
    let next_cursor = page.next.and(page.rows.last()).map(|(id, _, _)| IdCursor(id.clone()).write());
    Reply::json(&StaffList { data, next_cursor })
}

impl StaffAnswer {
    fn of(staff: &Staff, call: &Call) -> StaffAnswer {
        let zone = call.zone();
        let place =
            |at: &RoleAt| RolePlace { role: at.role.to_string(), place: at.place.as_ref().map(ToString::to_string) };
        StaffAnswer {
            id: staff.login.to_string(),
            login: staff.login.to_string(),
            name: staff.name.clone(),
            email: staff.email.as_ref().map(ToString::to_string),
            roles: staff.roles.iter().map(place).collect(),
            active: staff.active,
            second_factor: staff.factor.is_some(),
            own_password: staff.password.is_some() && !staff.must_change_password(),
            locked_until: staff.lock.closed_until(call.app.wall.now()).map(|at| zone.rfc3339(at)),
            created_at: zone.rfc3339(staff.created_at),
        }
    }
}

const EXAMPLE: &str = r#"{"id": "he", "login": "he", "name": "He", "email": "he@example.com",
    "roles": [{"role": "customer-service", "place": "shanghai"}], "active": true, "second_factor": true,
    "own_password": true, "locked_until": null, "created_at": "2026-06-18T20:00:00+08:00"}"#;

const DETAILS: &str = r#"{"name": "He", "email": "he@example.com",
    "roles": [{"role": "customer-service", "place": "shanghai"}], "active": true}"#;

/// `POST /v1/staff`
pub static ADD: Operation = Operation {
    id: "add_staff",
    method: Method::POST,
    path: "/v1/staff",
    feature: "staff",
    access: Access::Scope(Scope::StaffWrite),
    confirm: true,
    summary: Said { en: "Add a person to the staff", zh: "添加员工" },
    about: Said {
        en: "The answer shows a one-time password this once. Nobody gives rights that they lack.",
        zh: "应答中的一次性密码只显示一次。授予的权限不能超过自己。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewStaff>(
            r#"{"login": "he", "name": "He", "email": "he@example.com", "roles": [{"role": "customer-service", "place": "shanghai"}]}"#,
        )],
        required: true,
    }),
    key: Key::None,
    answer: Answer::json::<AddedStaff>(201, Said { en: "The person and the password.", zh: "员工及其密码。" }, ""),
    problems: &[&table::BUSY],
    handler: |call| Box::pin(add_staff(call)),
};

/// `PUT /v1/staff/{id}`
pub static CHANGE: Operation = Operation {
    id: "change_staff",
    method: Method::PUT,
    path: "/v1/staff/{id}",
    feature: "staff",
    access: Access::Scope(Scope::StaffWrite),
    confirm: true,
    summary: Said { en: "Change a person of the staff", zh: "修改员工" },
    about: Said {
        en: "Takes effect at once, also for who is signed in. One's own roles are changed by somebody else.",
        zh: "立即生效，包括已登录者。自己的角色须由他人修改。",
    },
    parameters: &[&LOGIN],
    body: Some(Body { kinds: &[BodyKind::json::<StaffDetails>(DETAILS)], required: true }),
    key: Key::None,
    answer: Answer::json::<StaffAnswer>(200, Said { en: "The person.", zh: "员工。" }, EXAMPLE),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(change_staff(call)),
};

/// `GET /v1/staff`
pub static LIST: Operation = Operation {
    id: "list_staff",
    method: Method::GET,
    path: "/v1/staff",
    feature: "staff",
    access: Access::Scope(Scope::StaffRead),
    confirm: false,
    summary: Said { en: "List staff", zh: "查看员工" },
    about: Said { en: "By login.", zh: "按账号排序。" },
    parameters: &[&crate::parameters::CURSOR, &crate::parameters::LIMIT],
    body: None,
    key: Key::None,
    answer: Answer::json::<StaffList>(200, Said { en: "The staff.", zh: "员工。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_staff(call)),
};

/// `POST /v1/staff/{id}/reset`
pub static RESET: Operation = Operation {
    id: "reset_staff",
    method: Method::POST,
    path: "/v1/staff/{id}/reset",
    feature: "staff",
    access: Access::Scope(Scope::StaffWrite),
    confirm: true,
    summary: Said { en: "Give a person a new beginning", zh: "重置员工登录" },
    about: Said {
        en: "For whoever lost password or authenticator: a one-time password, a new second factor; their sessions end.",
        zh: "用于遗失密码或验证器：生成一次性密码，须重新设置二次验证，已有会话结束。",
    },
    parameters: &[&LOGIN],
    body: None,
    key: Key::None,
    answer: Answer::json::<OneTimePassword>(
        200,
        Said { en: "The password.", zh: "密码。" },
        r#"{"one_time_password": "h3k7d-m2q9x-w8rta-p4vbc"}"#,
    ),
    problems: &[&table::BUSY, &table::UNKNOWN],
    handler: |call| Box::pin(reset_staff(call)),
};

/// `GET /v1/staff/{id}`
pub static SHOW: Operation = Operation {
    id: "show_staff",
    method: Method::GET,
    path: "/v1/staff/{id}",
    feature: "staff",
    access: Access::Scope(Scope::StaffRead),
    confirm: false,
    summary: Said { en: "Show a person of the staff", zh: "查看一名员工" },
    about: Said { en: "Roles, and how they sign in.", zh: "角色与登录状态。" },
    parameters: &[&LOGIN],
    body: None,
    key: Key::None,
    answer: Answer::json::<StaffAnswer>(200, Said { en: "The person.", zh: "员工。" }, EXAMPLE),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_staff(call)),
};
