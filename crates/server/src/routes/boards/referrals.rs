//! What invitations bring: friends by day, how many become customers, what each costs, how long the chains are.

use std::sync::Arc;

use axum::http::Method;
use jifen_program::RuleBook;
use jifen_vocab::{Day, Money, UnitId};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::{DAYS, DAYS_DEFAULT, DAYS_MAX};
use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::problems::Problem;
use crate::scopes::Scope;
use crate::wire::{Amount, Text};

/// What invitations bring.
#[derive(Serialize, ToSchema)]
pub(super) struct ReferralBoard {
    /// When it was made.
    #[schema(format = DateTime)]
    as_of: String,
    /// Sums over the days.
    totals: ReferralSums,
    /// Friends whose first order counts out of a hundred who joined; nothing where nobody joined.
    #[schema(value_type = Option<f64>)]
    conversion: Option<Number>,
    /// Points that inviters and friends got, what was taken back taken off.
    points: Vec<ReferralPoints>,
    /// What they are worth today.
    cost: Amount,
    /// What each friend who became a customer cost; nothing where there is none.
    cost_per_member: Option<Amount>,
    /// What a new member costs elsewhere, as the rule book names it.
    references: Vec<ReferralReference>,
    /// Friends by the length of the chain that brought them.
    depth: Vec<ReferralDepth>,
    /// Each day on which something happened, oldest first.
    days: Vec<ReferralDay>,
}

/// What became of friends.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
pub(super) struct ReferralSums {
    /// Who joined by an invitation.
    invited: i64,
    /// Whose first order counted.
    completed: i64,
    /// Whose invitation brings nothing.
    refused: i64,
    /// Whose first order was taken back.
    undone: i64,
}

/// A day of invitations.
#[derive(Serialize, ToSchema)]
pub(super) struct ReferralDay {
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// What became of friends.
    #[serde(flatten)]
    sums: ReferralSums,
}

/// Points of a unit.
#[derive(Serialize, ToSchema)]
pub(super) struct ReferralPoints {
    /// The unit.
    unit: String,
    /// How many.
    points: i64,
}

/// What a new member costs elsewhere.
#[derive(Serialize, ToSchema)]
pub(super) struct ReferralReference {
    /// Where.
    name: Text,
    /// How much.
    cost: Amount,
}

/// Friends at the end of chains of a length.
#[derive(Serialize, ToSchema)]
pub(super) struct ReferralDepth {
    /// How many invitations lie between the friend and somebody whom nobody brought.
    depth: i64,
    /// How many friends.
    members: i64,
}

impl ReferralSums {
    fn add(&mut self, state: &str, value: i64) {
        let sum = match state {
            "bound" => &mut self.invited,
            "completed" => &mut self.completed,
            "refused" => &mut self.refused,
            _ => &mut self.undone,
        };
        *sum += value;
    }
}

async fn show_referrals(call: Call) -> Answered {
    let query = call.query()?;
    let days = match query.get("days") {
        None => DAYS_DEFAULT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|days| (1..=DAYS_MAX).contains(days))
            .ok_or_else(|| Problem::parameter("days", &format!("be a number from 1 to {DAYS_MAX}")))?,
    };
    let app = Arc::clone(&call.app);
    let board = aside(move || make(&app, days));
    Reply::json(&board.await?)
}

fn make(app: &App, days: u16) -> Result<ReferralBoard, Problem> {
    let (books, now) = (app.engine.books(), app.engine.clock().now());
    let book = books.at(now);
    let until = book.zone.day_of(now);
    let from = until.plus_days(1 - i32::from(days));
    let store = app.engine.store();
    let (mut totals, mut by_day): (ReferralSums, Vec<(Day, ReferralSums)>) = Default::default();
    for row in store.counters("referrals", from, until)? {
        totals.add(&row.dimensions, row.value);
        if by_day.last().is_none_or(|(day, _)| *day != row.day) {
            by_day.push((row.day, ReferralSums::default()));
        }
        if let Some((_, sums)) = by_day.last_mut() {
            sums.add(&row.dimensions, row.value);
        }
    }
    let mut points: Vec<(String, i64)> = Vec::new();
    for row in store.counters("referral_points", from, until)? {
        match points.iter_mut().find(|(unit, _)| *unit == row.dimensions.as_str()) {
            Some((_, sum)) => *sum += row.value,
            None => points.push((row.dimensions.to_string(), row.value)),
        }
    }
    let mut depth: Vec<(i64, i64)> = Vec::new();
    for row in store.counters("referral_depth", from, until)? {
        let Ok(steps) = row.dimensions.parse::<i64>() else { continue };
        match depth.iter_mut().find(|(known, _)| *known == steps) {
            Some((_, members)) => *members += row.value,
            None => depth.push((steps, row.value)),
        }
    }
    depth.sort_unstable();
    let cost = points.iter().map(|(unit, points)| worth(book, unit, *points)).sum();
    let gained = totals.completed - totals.undone;
    let money = |amount: i64| Amount::from(Money { amount, currency: book.currency });
    let references = book.referrals.iter().flat_map(|terms| &terms.references);
    Ok(ReferralBoard {
        as_of: book.zone.rfc3339(now),
        conversion: share(gained, totals.invited),
        totals,
        points: points.into_iter().map(|(unit, points)| ReferralPoints { unit, points }).collect(),
        cost: money(cost),
        cost_per_member: (gained > 0).then(|| money(cost / gained)),
        references: references
            .map(|known| ReferralReference { name: Text::from(&known.name), cost: money(known.cost) })
            .collect(),
        depth: depth.into_iter().map(|(depth, members)| ReferralDepth { depth, members }).collect(),
        days: by_day.into_iter().map(|(day, sums)| ReferralDay { day: day.to_string(), sums }).collect(),
    })
}

/// What points are worth today, in minor units; nothing where the unit has no worth.
fn worth(book: &RuleBook, unit: &str, points: i64) -> i64 {
    let unit = UnitId::new(unit).ok();
    unit.and_then(|unit| book.worth(&unit, points)).map_or(0, |money| money.amount)
}

/// A part of a whole, out of a hundred, to two places.
fn share(part: i64, whole: i64) -> Option<Number> {
    let hundredths = part.checked_mul(10_000)?.checked_div(whole)?;
    format!("{}.{:02}", hundredths / 100, (hundredths % 100).abs()).parse().ok()
}

/// `GET /v1/boards/referrals`
pub static REFERRALS: Operation = Operation {
    id: "show_referral_board",
    method: Method::GET,
    path: "/v1/boards/referrals",
    feature: "boards",
    access: Access::Scope(Scope::BoardsRead),
    confirm: false,
    summary: Said { en: "What invitations bring", zh: "邀请看板" },
    about: Said {
        en: "Friends who joined, ordered, were refused or taken back; how many became customers and what each cost, beside what a new member costs elsewhere; how long the chains of invitations are.",
        zh: "受邀入会、首单、不成立与扣回的人数；转化率与单个新会员成本，对照参考成本；邀请链的长度。",
    },
    parameters: &[&DAYS],
    body: None,
    key: Key::None,
    answer: Answer::json::<ReferralBoard>(200, Said { en: "The board.", zh: "邀请看板。" }, ""),
    problems: &[],
    handler: |call| Box::pin(show_referrals(call)),
};
