//! Drafts: rule books in the making, edited by several operators, revision by revision.

use std::collections::BTreeMap;

use axum::http::Method;
use compact_str::CompactString;
use jifen_engine::Files;
use jifen_program::drafts::{Draft as Stored, DraftState, DropDraft, OpenDraft, SaveDraft};
use jifen_vocab::{Zone, limits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::book::{self, CheckedBundle, NUMBER, bundle_body, check_files, checked, published};
use crate::call::{Call, Reply, aside};
use crate::callers::CallerKind;
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::{Problem, table};
use crate::scopes::Scope;

pub(super) static DRAFT_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The draft.", zh: "草稿。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "drf_0rkf3c2gq1a2b3c4d5e6f7",
};

/// The place of the state among the columns of drafts.
const STATE_COLUMN: usize = 0;

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said {
        en: "Only drafts in this state; `editing` unless it is given.", zh: "草稿状态，默认 `editing`。"
    },
    schema: r#"{"type": "string", "enum": ["editing", "waiting", "published", "dropped"], "default": "editing"}"#,
    example: "editing",
};

/// A draft to be begun.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// The version it begins as; the one in force unless it is given.
    from_version: Option<u32>,
    /// Its files, where they are to be others than those of the version.
    files: Option<BTreeMap<String, String>>,
    /// What it is for.
    #[schema(max_length = 500)]
    note: String,
}

/// A draft as it is to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftToSave {
    /// The revision it was edited on; a newer one is not overwritten.
    revision: u32,
    /// The files: name and text. All of them: what is left out is dropped.
    files: BTreeMap<String, String>,
    /// What it is for; as before unless it is given.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// Why a version is brought back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restoration {
    /// Why.
    #[schema(max_length = 500)]
    note: String,
}

/// A rule book in the making.
#[derive(Serialize, ToSchema)]
pub struct Draft {
    #[serde(flatten)]
    about: DraftHead,
    /// The files: name and text.
    files: BTreeMap<String, String>,
}

/// A draft without its files.
#[derive(Serialize, ToSchema)]
pub struct DraftHead {
    /// Its identifier.
    id: String,
    /// The version it began as.
    base_version: u32,
    /// Rises with each save, from 1.
    revision: u32,
    /// What it is for.
    note: String,
    /// `editing`, `waiting` (for approval), `published` or `dropped`.
    state: &'static str,
    /// The version it became.
    version: Option<u32>,
    /// Who began it.
    author: String,
    /// When it was begun.
    #[schema(format = DateTime)]
    created_at: String,
    /// Who saved it last.
    updated_by: String,
    /// When it was saved last.
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A page of drafts.
#[derive(Serialize, ToSchema)]
pub struct DraftPage {
    /// The drafts, newest first, without their files.
    data: Vec<DraftHead>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

async fn list_drafts(call: Call) -> Answered {
    let query = call.query()?;
    let wanted = PageOf::read(&query)?;
    let state = query.get("state").unwrap_or(DraftState::Editing.as_str());
    let state = DraftState::ALL.iter().find(|known| known.as_str() == state);
    let state = state.ok_or_else(|| Problem::parameter("state", "be editing, waiting, published or dropped"))?;
    let (app, zone, state) = (call.app.clone(), call.zone(), state.as_str());
    let found = aside(move || newest::<Stored>(&app, Some((STATE_COLUMN, state)), wanted));
    let Listed { records, next_cursor } = found.await?;
    let data = records.iter().map(|(_, draft)| DraftHead::of(draft, &zone)).collect();
    Reply::json(&DraftPage { data, next_cursor })
}

async fn open_draft(call: Call) -> Answered {
    let new: NewDraft = call.json()?;
    check_note(&new.note)?;
    if let Some(files) = &new.files {
        check_files(files)?;
    }
    let base = new.from_version.unwrap_or_else(|| book::in_force(&call));
    let version = published(&call, base).map_err(|problem| match new.from_version {
        Some(_) if problem.row == &table::UNKNOWN => Problem::field("/from_version", "be a published version"),
        _ => problem,
    })?;
    begin(call, base, new.files.unwrap_or(version.files), new.note).await
}

async fn restore_version(call: Call) -> Answered {
    let body: Restoration = call.json()?;
    check_note(&body.note)?;
    let version = published(&call, book::number_in_path(&call)?)?;
    begin(call, version.version, version.files, body.note).await
}

async fn begin(call: Call, base: u32, files: Files, note: String) -> Answered {
    let author = call.caller.id.clone();
    let command = OpenDraft { request: call.key()?, base, files, note, author, places: places(&call) };
    let (draft, replayed) = call.submit(command).await?;
    let location = format!("/v1/program/drafts/{}", draft.id);
    Ok(Reply::json(&Draft::of(draft, &call.zone()))?.created(&location).replayed(replayed))
}

async fn show_draft(call: Call) -> Answered {
    let draft = stored(&call)?;
    Reply::json(&Draft::of(draft, &call.zone()))
}

async fn save_draft(call: Call) -> Answered {
    let body: DraftToSave = call.json()?;
    check_files(&body.files)?;
    if let Some(note) = &body.note {
        check_note(note)?;
    }
    let command = SaveDraft {
        id: id(&call)?,
        revision: body.revision,
        files: body.files,
        note: body.note,
        editor: call.caller.id.clone(),
        places: places(&call),
    };
    let (draft, _) = call.submit(command).await?;
    Reply::json(&Draft::of(draft, &call.zone()))
}

async fn drop_draft(call: Call) -> Answered {
    let command = DropDraft { id: id(&call)?, editor: call.caller.id.clone() };
    let (draft, _) = call.submit(command).await?;
    Reply::json(&Draft::of(draft, &call.zone()))
}

async fn check_draft(call: Call) -> Answered {
    let draft = stored(&call)?;
    Reply::json(&checked(&call, draft.files).await?)
}

/// The places whose rules the caller may change; nothing for the whole rule book. Programs and whoever has a role for
/// the whole company, or at the top of it, may change all of it.
pub(super) fn places(call: &Call) -> Option<Vec<CompactString>> {
    let sign_in = call.caller.sign_in.as_ref().filter(|_| call.caller.kind == CallerKind::Staff)?;
    let book = call.app.engine.books().at(call.app.engine.clock().now()).clone();
    let organization = &book.organization;
    let writes = |role: &str| {
        organization
            .role(role)
            .is_some_and(|role| role.scopes.has(Scope::ProgramWrite) || role.scopes.has(Scope::ProgramPublish))
    };
    let mut places = Vec::new();
    for held in sign_in.roles.iter().filter(|held| writes(&held.role)) {
        let place = held.place.as_ref()?;
        let is_top = organization.place(place).is_some_and(|place| place.parent.is_none());
        if is_top {
            return None;
        }
        places.push(place.clone());
    }
    Some(places)
}

/// The identifier that the path names. What cannot be an identifier is no draft's.
pub(super) fn id(call: &Call) -> Result<CompactString, Problem> {
    let id = call.segment("id");
    match jifen_vocab::id::check(id) {
        Ok(()) => Ok(CompactString::new(id)),
        Err(_) => Err(unknown(id)),
    }
}

/// The draft that the path names.
pub(super) fn stored(call: &Call) -> Result<Stored, Problem> {
    let id = id(call)?;
    call.app.engine.read::<Stored>(&id)?.ok_or_else(|| unknown(&id))
}

fn unknown(id: &str) -> Problem {
    Problem::new(&table::UNKNOWN).word("draft", id)
}

/// Checks a note; it may be empty.
pub(super) fn check_note(note: &str) -> Result<(), Problem> {
    if note.chars().count() > limits::REASON_LEN_MAX {
        return Err(Problem::field("/note", &format!("have at most {} characters", limits::REASON_LEN_MAX)));
    }
    Ok(())
}

impl Draft {
    fn of(draft: Stored, zone: &Zone) -> Self {
        Draft { about: DraftHead::of(&draft, zone), files: draft.files }
    }
}

impl DraftHead {
    fn of(draft: &Stored, zone: &Zone) -> Self {
        DraftHead {
            id: draft.id.to_string(),
            base_version: draft.base,
            revision: draft.revision,
            note: draft.note.clone(),
            state: draft.state.as_str(),
            version: draft.version,
            author: draft.author.to_string(),
            created_at: zone.rfc3339(draft.created_at),
            updated_by: draft.updated_by.to_string(),
            updated_at: zone.rfc3339(draft.updated_at),
        }
    }
}

const EXAMPLE: &str = r#"{"id": "drf_0rkf3c2gq1a2b3c4d5e6f7", "base_version": 1, "revision": 2, "note": "A raise for June",
    "state": "editing", "version": null, "author": "lin", "created_at": "2026-06-01T10:00:00+08:00",
    "updated_by": "wei", "updated_at": "2026-06-01T11:30:00+08:00", "files": {"program.yaml": "id: rulebook\n"}}"#;

const NEW_DRAFT: &str = r#"{"from_version": 1, "note": "A raise for June"}"#;

const SAVED_DRAFT: &str = r#"{"revision": 1, "files": {"program.yaml": "id: rulebook\n"}, "note": "A raise for June"}"#;

/// `POST /v1/program/drafts/{id}/check`
pub static CHECK: Operation = Operation {
    id: "check_draft",
    method: Method::POST,
    path: "/v1/program/drafts/{id}/check",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Check a draft", zh: "校验草稿" },
    about: Said {
        en: "As `check_bundle` does, for the files of the draft.",
        zh: "与 `check_bundle` 相同，针对草稿的文件。",
    },
    parameters: &[&DRAFT_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<CheckedBundle>(200, Said { en: "What was found.", zh: "校验结果。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(check_draft(call)),
};

/// `DELETE /v1/program/drafts/{id}`
pub static DROP: Operation = Operation {
    id: "drop_draft",
    method: Method::DELETE,
    path: "/v1/program/drafts/{id}",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramWrite),
    confirm: false,
    summary: Said { en: "Throw a draft away", zh: "放弃草稿" },
    about: Said { en: "It stays readable and is not edited any more.", zh: "仍可查看，但不能再修改。" },
    parameters: &[&DRAFT_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Draft>(200, Said { en: "The draft.", zh: "草稿。" }, ""),
    problems: &[&table::DRAFT_CLOSED, &table::UNKNOWN],
    handler: |call| Box::pin(drop_draft(call)),
};

/// `GET /v1/program/drafts`
pub static LIST: Operation = Operation {
    id: "list_drafts",
    method: Method::GET,
    path: "/v1/program/drafts",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "List drafts", zh: "查看草稿" },
    about: Said { en: "Newest first, without their files.", zh: "从新到旧，不含文件。" },
    parameters: &[&STATE, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<DraftPage>(200, Said { en: "A page of drafts.", zh: "一页草稿。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_drafts(call)),
};

/// `POST /v1/program/drafts`
pub static OPEN: Operation = Operation {
    id: "open_draft",
    method: Method::POST,
    path: "/v1/program/drafts",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramWrite),
    confirm: false,
    summary: Said { en: "Begin a draft", zh: "新建草稿" },
    about: Said {
        en: "A copy of a version's files that operators edit before it is published.",
        zh: "复制某一版本的文件，供运营人员修改后发布。",
    },
    parameters: &[],
    body: Some(Body { kinds: &[bundle_body::<NewDraft>(NEW_DRAFT)], required: true }),
    key: Key::Optional,
    answer: Answer::json::<Draft>(201, Said { en: "The draft.", zh: "草稿。" }, EXAMPLE),
    problems: &[&table::OUTSIDE_GRANT],
    handler: |call| Box::pin(open_draft(call)),
};

/// `POST /v1/program/versions/{version}/restore`
pub static RESTORE: Operation = Operation {
    id: "restore_version",
    method: Method::POST,
    path: "/v1/program/versions/{version}/restore",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramWrite),
    confirm: false,
    summary: Said { en: "Bring a version back", zh: "恢复版本" },
    about: Said {
        en: "Begins a draft with that version's files; publishing it rolls back. History is never rewritten.",
        zh: "以该版本的文件新建草稿，发布后即回退。历史不会被改写。",
    },
    parameters: &[&NUMBER],
    body: Some(Body {
        kinds: &[BodyKind::json::<Restoration>(r#"{"note": "Back to the rates of May"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Draft>(201, Said { en: "The draft.", zh: "草稿。" }, ""),
    problems: &[&table::OUTSIDE_GRANT, &table::UNKNOWN],
    handler: |call| Box::pin(restore_version(call)),
};

/// `PUT /v1/program/drafts/{id}`
pub static SAVE: Operation = Operation {
    id: "save_draft",
    method: Method::PUT,
    path: "/v1/program/drafts/{id}",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramWrite),
    confirm: false,
    summary: Said { en: "Save a draft", zh: "保存草稿" },
    about: Said {
        en: "On top of the revision it was edited on. Where somebody saved meanwhile, this is refused and nothing is overwritten. Mistakes are no obstacle to saving.",
        zh: "基于所依据的修订保存。若他人已先行保存则拒绝，不会覆盖。内容有错误也可以保存。",
    },
    parameters: &[&DRAFT_ID],
    body: Some(Body { kinds: &[bundle_body::<DraftToSave>(SAVED_DRAFT)], required: true }),
    key: Key::None,
    answer: Answer::json::<Draft>(200, Said { en: "The draft.", zh: "草稿。" }, EXAMPLE),
    problems: &[&table::DRAFT_CHANGED, &table::DRAFT_CLOSED, &table::OUTSIDE_GRANT, &table::UNKNOWN],
    handler: |call| Box::pin(save_draft(call)),
};

/// `GET /v1/program/drafts/{id}`
pub static SHOW: Operation = Operation {
    id: "show_draft",
    method: Method::GET,
    path: "/v1/program/drafts/{id}",
    feature: "drafts",
    access: Access::Scope(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Show a draft", zh: "查看一份草稿" },
    about: Said { en: "With its files.", zh: "包括文件。" },
    parameters: &[&DRAFT_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Draft>(200, Said { en: "The draft.", zh: "草稿。" }, EXAMPLE),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_draft(call)),
};
