//! Tiers: where a member stands and why; the company's CRM, or a person, puts a member into one.

mod standing;

use axum::http::Method;
use jifen_program::flows::{Action, AssignTier, Assigned, Done};
use jifen_vocab::TierId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approvals::{Outcome, Waiting, ask};
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{Wallet, reason};

pub use standing::SHOW;

/// A tier to be assigned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTier {
    /// One of the program's tiers.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    tier: TierId,
    /// Why, in a person's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// A tier that was assigned.
#[derive(Serialize, ToSchema)]
pub struct AssignedTier {
    /// Who.
    member: String,
    /// The tier before.
    before: String,
    /// The tier now.
    tier: String,
    /// Since when it counts.
    #[schema(format = DateTime)]
    at: String,
    /// The wallet afterwards: points may live longer.
    wallet: Wallet,
}

async fn assign_tier(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewTier = call.json()?;
    reason(&new.reason)?;
    let assign = AssignTier { request: None, member, tier: new.tier, reason: new.reason.clone(), by: call.by() };
    match ask(&call, Action::AssignTier(assign), &new.reason).await? {
        Outcome::Waits(reply) => Ok(reply),
        Outcome::Done(Done::AssignTier(assigned), replayed) => {
            Ok(Reply::json(&answer(&call, &assigned))?.replayed(replayed))
        }
        Outcome::Done(..) => Err(Problem::internal("another action was carried out")),
    }
}

fn answer(call: &Call, assigned: &Assigned) -> AssignedTier {
    let books = call.app.engine.books();
    let book = books.at(assigned.at);
    AssignedTier {
        member: assigned.member.to_string(),
        before: assigned.before.to_string(),
        tier: assigned.tier.to_string(),
        at: book.zone.rfc3339(assigned.at),
        wallet: Wallet::of(&assigned.wallet, book),
    }
}

/// `PUT /v1/members/{id}/tier`
pub static ASSIGN: Operation = Operation {
    id: "assign_tier",
    method: Method::PUT,
    path: "/v1/members/{id}/tier",
    feature: "tiers",
    access: Access::Scope(Scope::MembersWrite),
    confirm: false,
    summary: Said { en: "Put a member into a tier", zh: "调整会员等级" },
    about: Said {
        en: "It counts at once: the next order earns by the new tier. Points already held live longer where the new tier promises more, and never shorter. The same tier again changes nothing. The reason is kept beside the journal. Raised by a person above the rank that the program names, it waits for a second one: 202 with the approval, and nothing has changed yet.",
        zh: "立即生效：下一笔订单按新等级获取积分。若新等级的有效期更长，已有积分随之延长；降级不会缩短。重复指定同一等级不产生变化。原因另行保存，不写入账本。员工手工调整高于计划规定的等级时须第二人审批：返回 202 和审批事项，尚未做任何改动。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewTier>(r#"{"tier": "silver", "reason": "turnover of the year"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<AssignedTier>(
        200,
        Said { en: "The tier before, the tier now, and the wallet.", zh: "原等级、现等级与钱包。" },
        r#"{"member": "lin", "before": "ordinary", "tier": "silver", "at": "2026-06-18T20:15:00+08:00", "wallet":
            {"as_of": "2026-06-18T20:15:00+08:00", "units": [{"unit": "points", "available": 55, "pending": 0,
            "held": 0, "dormant": 0, "debt": 0, "expiring": [{"at": "2027-12-18T20:00:00+08:00", "points": 55}],
            "lifetime": {"earned": 55, "spent": 0, "expired": 0}}]}}"#,
    )
    .or_waits::<Waiting>(),
    problems: &[&table::LIMIT_EXCEEDED, &table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(assign_tier(call)),
};
