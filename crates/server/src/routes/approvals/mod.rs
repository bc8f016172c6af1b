//! Approvals: what takes a second person, who decided and what came of it.

mod wire;
mod words;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::approvals::{APPROVAL, Approval as Stored, ApprovalState};
use jifen_program::desk::Record;
use jifen_program::flows::{Action, Ask, Asked, DecideApproval, Done, Verdict};
use jifen_store::{Bound, Find, Order, Value as Column};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside};
use crate::cursor::IdCursor;
use crate::language::Said;
use crate::names::Names;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::personal::destroy_key;
use crate::problems::{Problem, table};
use crate::scopes::Scope;

use wire::Viewer;
pub use wire::{Approval, Waiting};

/// Approvals that are looked at for one page.
const LOOKED_AT_MAX: usize = 2_000;

static APPROVAL_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The approval.", zh: "审批事项。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "apr_0rkf3c2gq1a2b3c4d5e6f7",
};

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said { en: "Only approvals in this state.", zh: "审批状态。" },
    schema: r#"{"type": "string", "enum": ["waiting", "approved", "declined", "withdrawn", "expired", "failed"]}"#,
    example: "waiting",
};

static MINE: Parameter = Parameter {
    name: "mine",
    in_path: false,
    about: Said { en: "Only what the caller asked for.", zh: "仅本人申请的事项。" },
    schema: r#"{"type": "boolean", "default": false}"#,
    example: "true",
};

/// Nothing is kept.
pub static DRY_RUN: Parameter = Parameter {
    name: "dry_run",
    in_path: false,
    about: Said {
        en: "Says what would happen and changes nothing: identifiers in the answer are not kept.",
        zh: "试算：只返回结果，不做任何改动，应答中的标识不会保留。",
    },
    schema: r#"{"type": "boolean", "default": false}"#,
    example: "true",
};

/// A page of approvals.
#[derive(Serialize, ToSchema)]
pub struct ApprovalPage {
    /// The approvals, newest first.
    data: Vec<Approval>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// What who decides says about it.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct DecisionNote {
    /// Why; to decline, it must be there.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// Does something that may take a second person. Gives what it brought about, or the answer that it waits: 202 with the
/// approval.
///
/// # Errors
/// The refusal; where somebody of the staff would need an approval and has not shown a second factor of late,
/// `second-factor-required`.
pub(crate) async fn ask(call: &Call, action: Action, reason: &str) -> Result<Outcome, Problem> {
    let request = call.key()?;
    let ask = Ask { request, person: call.person(), action, reason: reason.to_owned() };
    let parameters = call.query()?;
    let dry_run =
        call.operation.parameters.iter().any(|known| known.name == "dry_run") && parameters.flag("dry_run")?;
    if dry_run || !call.caller.is_confirmed(call.app.wall.now()) {
        let app = call.app.clone();
        let would_be = ask.clone();
        let tried = aside(move || app.engine.dry_run(&would_be));
        let tried = tried.await?;
        let (asked, replayed) = crate::call::judged(tried)?;
        if dry_run {
            return outcome(call, asked, replayed).await;
        }
        if matches!(asked, Asked::Waits(_)) && !replayed {
            return Err(Problem::new(&table::SECOND_FACTOR_REQUIRED));
        }
    }
    let (asked, replayed) = call.submit(ask).await?;
    outcome(call, asked, replayed).await
}

/// What came of asking.
pub(crate) enum Outcome {
    /// One person was enough; whether it was given before.
    Done(Done, bool),
    /// It waits.
    Waits(Reply),
}

async fn outcome(call: &Call, asked: Asked, replayed: bool) -> Result<Outcome, Problem> {
    let approval = match asked {
        Asked::Done(done) => return Ok(Outcome::Done(done, replayed)),
        Asked::Waits(approval) => approval,
    };
    // The same question again is answered with where it stands by now.
    let approval = if replayed { stored(call, &approval.id)? } else { *approval };
    let approval = shown(call, &approval)?;
    Ok(Outcome::Waits(Reply::json(&Waiting { approval })?.accepted().replayed(replayed)))
}

fn shown(call: &Call, approval: &Stored) -> Result<Approval, Problem> {
    Approval::of(approval, &Viewer::of(call), &mut Names::new(&call.app))
}

fn stored(call: &Call, id: &str) -> Result<Stored, Problem> {
    let unknown = || Problem::new(&table::UNKNOWN).word("approval", id);
    if jifen_vocab::id::check(id).is_err() {
        return Err(unknown());
    }
    call.app.engine.read::<Stored>(id)?.ok_or_else(unknown)
}

async fn list_approvals(call: Call) -> Answered {
    let query = call.query()?;
    let limit = query.limit()?;
    let state = query.get("state").map(|state| {
        let known = ApprovalState::ALL.iter().find(|known| known.as_str() == state).copied();
        known.ok_or_else(|| Problem::parameter("state", "be one of the states of an approval"))
    });
    let state = state.transpose()?;
    let mine = query.flag("mine")?;
    let cursor = query.get("cursor").map(IdCursor::read).transpose()?.map(|cursor| cursor.0);
    let page = aside(move || page(&call, state, mine, cursor, limit));
    Reply::json(&page.await?)
}

fn page(
    call: &Call,
    state: Option<ApprovalState>,
    mine: bool,
    cursor: Option<CompactString>,
    limit: usize,
) -> Result<ApprovalPage, Problem> {
    let viewer = Viewer::of(call);
    let mut names = Names::new(&call.app);
    let text = |text: &str| Column::Text(CompactString::new(text));
    let column = match (mine, state) {
        (true, _) => Some((1, text(&viewer.key()))),
        // What ran out may still be written down as waiting.
        (false, Some(ApprovalState::Expired) | None) => None,
        (false, Some(state)) => Some((0, text(state.as_str()))),
    };
    let (column, equals) = column.unzip();
    let value = equals.clone().unwrap_or(Column::Null);
    let mut from = cursor.map_or(Bound::Start, |id| Bound::After(value.clone(), id));
    let (mut data, mut looked_at, mut last) = (Vec::new(), 0, None);
    loop {
        let find =
            Find { kind: &APPROVAL, column, equals: equals.clone(), order: Order::Descending, from, limit: limit + 1 };
        let found = call.app.engine.store().find(&find).map_err(|error| Problem::internal(error.to_string()))?;
        for (id, _, row) in found.rows {
            if data.len() == limit || looked_at == LOOKED_AT_MAX {
                return Ok(ApprovalPage { data, next_cursor: last.map(|id| IdCursor(id).write()) });
            }
            let approval =
                Stored::read(&row.body).map_err(|error| Problem::internal(format!("approval {id}: {error}")))?;
            looked_at += 1;
            if state.is_none_or(|wanted| wanted == viewer.state(&approval)) {
                data.push(Approval::of(&approval, &viewer, &mut names)?);
            }
            last = Some(id);
        }
        match found.next {
            Some(next) if data.len() < limit => from = next,
            Some(Bound::After(_, id)) => return Ok(ApprovalPage { data, next_cursor: Some(IdCursor(id).write()) }),
            _ => return Ok(ApprovalPage { data, next_cursor: None }),
        }
    }
}

async fn show_approval(call: Call) -> Answered {
    let shown = aside(move || shown(&call, &stored(&call, call.segment("id"))?));
    Reply::json(&shown.await?)
}

async fn decide(call: Call, verdict: Verdict) -> Answered {
    let note = if call.body.is_empty() { DecisionNote::default() } else { call.json()? };
    let id = stored(&call, call.segment("id"))?.id;
    let command = DecideApproval { request: call.key()?, id, person: call.person(), verdict, note: note.note };
    let (decided, replayed) = call.submit(command).await?;
    if let Some(Done::Erase(erasure)) = &decided.done {
        destroy_key(&call, erasure).await?;
    }
    Ok(Reply::json(&shown(&call, &decided.approval)?)?.replayed(replayed))
}

const NOTE: &str = r#"{"note": "Agreed with the shop"}"#;

const EXAMPLE: &str = r#"{"id": "apr_0rkf3c2gq1a2b3c4d5e6f7", "action": "grant", "summary": {"zh": "给会员 h906 增加 5,000 积分", "en": "Give member h906 5,000 points"},
    "object": {"kind": "member", "id": "h906"}, "details": {"member": "h906", "unit": "points", "points": 5000, "expires_at": null},
    "impact": {"members": 1, "points": 5000, "money": {"amount": 5000, "currency": "CNY"}},
    "because": [{"rule": "role_each", "maximum": 1000, "value": 5000}], "state": "waiting",
    "asked_by": {"kind": "staff", "id": "he", "name": null}, "asked_at": "2026-06-18T20:15:00+08:00",
    "reason": "A refrigerator came broken", "expires_at": "2026-06-21T20:15:00+08:00", "decided_by": null,
    "decided_at": null, "note": null, "failure": null, "may_decide": true, "why_not": null}"#;

/// `GET /v1/approvals`
pub static LIST: Operation = Operation {
    id: "list_approvals",
    method: Method::GET,
    path: "/v1/approvals",
    feature: "approvals",
    access: Access::Scope(Scope::ApprovalsRead),
    confirm: false,
    summary: Said { en: "List approvals", zh: "查看审批事项" },
    about: Said {
        en: "Newest first. Each says whether the caller may decide about it, and why not.",
        zh: "最新的在前。每项均注明当前用户是否可审批及原因。",
    },
    parameters: &[&STATE, &MINE, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<ApprovalPage>(200, Said { en: "A page of approvals.", zh: "一页审批事项。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_approvals(call)),
};

/// `GET /v1/approvals/{id}`
pub static SHOW: Operation = Operation {
    id: "show_approval",
    method: Method::GET,
    path: "/v1/approvals/{id}",
    feature: "approvals",
    access: Access::Scope(Scope::ApprovalsRead),
    confirm: false,
    summary: Said { en: "See an approval", zh: "查看审批详情" },
    about: Said {
        en: "The exact command that was asked for, which does not change any more.",
        zh: "所申请的确切操作，申请后不再变化。",
    },
    parameters: &[&APPROVAL_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Approval>(200, Said { en: "The approval.", zh: "审批事项。" }, EXAMPLE),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_approval(call)),
};

/// `POST /v1/approvals/{id}/approve`
pub static APPROVE: Operation = Operation {
    id: "approve",
    method: Method::POST,
    path: "/v1/approvals/{id}/approve",
    feature: "approvals",
    access: Access::Scope(Scope::ApprovalsDecide),
    confirm: true,
    summary: Said { en: "Approve", zh: "同意" },
    about: Said {
        en: "Carries out what was asked for, in the same step: its state is `approved`, or `failed` with the reason where it cannot be done any more. Nobody approves what they asked for.",
        zh: "同意后立即执行：状态变为 `approved`；若已无法执行则为 `failed` 并注明原因。不得审批自己的申请。",
    },
    parameters: &[&APPROVAL_ID],
    body: Some(Body { kinds: &[BodyKind::json::<DecisionNote>(NOTE)], required: false }),
    key: Key::Optional,
    answer: Answer::json::<Approval>(
        200,
        Said { en: "The approval as it stands now.", zh: "审批事项的当前状态。" },
        "",
    ),
    problems: &[&table::APPROVAL_DECIDED, &table::APPROVAL_OWN, &table::APPROVAL_ROLE, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, Verdict::Approve)),
};

/// `POST /v1/approvals/{id}/decline`
pub static DECLINE: Operation = Operation {
    id: "decline",
    method: Method::POST,
    path: "/v1/approvals/{id}/decline",
    feature: "approvals",
    access: Access::Scope(Scope::ApprovalsDecide),
    confirm: false,
    summary: Said { en: "Decline", zh: "拒绝" },
    about: Said { en: "With a note that says why. Nothing is done.", zh: "须注明原因。不执行任何操作。" },
    parameters: &[&APPROVAL_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<DecisionNote>(r#"{"note": "The order was never delivered"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Approval>(
        200,
        Said { en: "The approval as it stands now.", zh: "审批事项的当前状态。" },
        "",
    ),
    problems: &[&table::APPROVAL_DECIDED, &table::APPROVAL_OWN, &table::APPROVAL_ROLE, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, Verdict::Decline)),
};

/// `POST /v1/approvals/{id}/withdraw`
pub static WITHDRAW: Operation = Operation {
    id: "withdraw_approval",
    method: Method::POST,
    path: "/v1/approvals/{id}/withdraw",
    feature: "approvals",
    access: Access::Scope(Scope::ApprovalsRead),
    confirm: false,
    summary: Said { en: "Withdraw a question", zh: "撤回申请" },
    about: Said { en: "Only whoever asked may.", zh: "仅限申请人。" },
    parameters: &[&APPROVAL_ID],
    body: Some(Body { kinds: &[BodyKind::json::<DecisionNote>("{}")], required: false }),
    key: Key::Optional,
    answer: Answer::json::<Approval>(
        200,
        Said { en: "The approval as it stands now.", zh: "审批事项的当前状态。" },
        "",
    ),
    problems: &[&table::APPROVAL_DECIDED, &table::APPROVAL_ROLE, &table::UNKNOWN],
    handler: |call| Box::pin(decide(call, Verdict::Withdraw)),
};
