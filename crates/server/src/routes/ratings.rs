//! Ratings: members are asked about what they redeemed, once, when it was handed over.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::flows::{Rate, is_rated};
use jifen_program::ratings::Rating as Stored;
use jifen_program::redemptions::Redemption;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::redemptions::{REDEMPTION_ID, owner, redemption_id};
use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::problems::{Problem, table};
use crate::scopes::Scope;

/// How content a member is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRating {
    /// From 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    stars: i64,
    /// What it is about: `delivery`, `description`, `quality`, `service`, `value`.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 5)]
    about: Vec<CompactString>,
}

/// What is known of a redemption's rating.
#[derive(Serialize, ToSchema)]
pub struct Rating {
    /// Whether the member is asked: it was handed over, and they have not said yet.
    asked: bool,
    /// From 1 to 5, once they have.
    stars: Option<i64>,
    /// What it is about.
    about: Vec<String>,
    /// When they said so.
    #[schema(format = DateTime)]
    at: Option<String>,
}

impl Rating {
    fn of(stored: Option<&Stored>, is_rated: bool, call: &Call) -> Rating {
        Rating {
            asked: stored.is_none() && is_rated,
            stars: stored.map(|rating| rating.stars),
            about: stored.iter().flat_map(|rating| &rating.about).map(ToString::to_string).collect(),
            at: stored.map(|rating| call.zone().rfc3339(rating.at)),
        }
    }
}

async fn rate(call: Call) -> Answered {
    let new: NewRating = call.json()?;
    let about = new.about.into_iter().take(jifen_program::ratings::ABOUT.len() + 1).collect();
    let (redemption, owner) = (redemption_id(&call)?, owner(&call)?);
    let command = Rate { request: call.key()?, redemption, owner, stars: new.stars, about };
    let (rated, replayed) = call.submit(command).await?;
    Ok(Reply::json(&Rating::of(Some(&rated.rating), true, &call))?.replayed(replayed))
}

async fn show_rating(call: Call) -> Answered {
    let (id, owner) = (redemption_id(&call)?, owner(&call)?);
    let redemption = call.app.engine.read::<Redemption>(id.as_str())?;
    let redemption = redemption.filter(|redemption| owner.is_none_or(|owner| owner == redemption.member));
    let redemption = redemption.ok_or_else(|| Problem::new(&table::UNKNOWN).word("redemption", id.as_str()))?;
    let rating = call.app.engine.read::<Stored>(id.as_str())?;
    Reply::json(&Rating::of(rating.as_ref(), is_rated(&redemption), &call))
}

const ANSWER: Answer = Answer::json::<Rating>(
    200,
    Said { en: "The rating.", zh: "评价。" },
    r#"{"asked": false, "stars": 5, "about": ["delivery"], "at": "2026-06-20T09:00:00+08:00"}"#,
);

/// `POST /v1/redemptions/{id}/rating`
pub static RATE: Operation = Operation {
    id: "rate_redemption",
    method: Method::POST,
    path: "/v1/redemptions/{id}/rating",
    feature: "ratings",
    access: Access::ScopeOrMember(Scope::RedemptionsWrite),
    confirm: false,
    summary: Said { en: "Rate what was redeemed", zh: "评价兑换" },
    about: Said {
        en: "Once, after it was handed over, sent or given. What is rated badly by many leaves the shelf until it is mended.",
        zh: "交付、发货或服务完成后可评价一次。多人差评的商品将自动下架整改。",
    },
    parameters: &[&REDEMPTION_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewRating>(r#"{"stars": 5, "about": ["delivery"]}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: ANSWER,
    problems: &[&table::RATED_ALREADY, &table::REDEMPTION_CLOSED, &table::UNKNOWN],
    handler: |call| Box::pin(rate(call)),
};

/// `GET /v1/redemptions/{id}/rating`
pub static SHOW: Operation = Operation {
    id: "show_rating",
    method: Method::GET,
    path: "/v1/redemptions/{id}/rating",
    feature: "ratings",
    access: Access::ScopeOrMember(Scope::RedemptionsRead),
    confirm: false,
    summary: Said { en: "Is the member asked, and what did they say?", zh: "查看评价" },
    about: Said { en: "`asked` says whether a page should ask now.", zh: "`asked` 为真时请邀请会员评价。" },
    parameters: &[&REDEMPTION_ID],
    body: None,
    key: Key::None,
    answer: ANSWER,
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(show_rating(call)),
};
