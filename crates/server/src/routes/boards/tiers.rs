//! The board of tiers and stages.

use std::sync::Arc;

use axum::http::Method;
use jifen_insight::{TierBoard as Board, TierCounts};
use jifen_program::RuleBook;
use jifen_vocab::Day;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::{DAYS, days, percent};
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::problems::Problem;
use crate::scopes::Scope;
use crate::wire::Text;

/// Tiers and stages over a period.
#[derive(Serialize, ToSchema)]
struct TierBoard {
    /// When it was made.
    #[schema(format = DateTime)]
    as_of: String,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// The last day, today.
    #[schema(value_type = String, format = Date)]
    until: Day,
    /// Of those who could rise at the beginning, who did, in percent.
    #[schema(value_type = Option<f64>)]
    upgrade_rate: Option<Number>,
    /// Of those who could fall at the beginning, who did not, in percent.
    #[schema(value_type = Option<f64>)]
    retention_rate: Option<Number>,
    /// Each tier, lowest first.
    tiers: Vec<BoardTierDoing>,
    /// Members by stage; none where the rule book has no stages.
    stages: Vec<BoardStage>,
}

/// A tier over a period.
#[derive(Serialize, ToSchema)]
struct BoardTierDoing {
    /// The tier.
    tier: String,
    /// What people call it.
    name: Text,
    /// Members at the end.
    members: i64,
    /// Members at the beginning.
    before: i64,
    /// Members of it who rose.
    risen: i64,
    /// Members of it who fell.
    fallen: i64,
    /// Of those at the beginning, who did not fall, in percent.
    #[schema(value_type = Option<f64>)]
    retention: Option<Number>,
}

/// Members in a stage.
#[derive(Serialize, ToSchema)]
struct BoardStage {
    /// The stage.
    stage: &'static str,
    /// What people call it.
    name: Text,
    /// How many.
    members: i64,
}

async fn show_tiers(call: Call) -> Answered {
    let days = days(call.query()?.get("days"))?;
    let app = Arc::clone(&call.app);
    let board = aside(move || {
        let (books, now) = (app.engine.books(), app.engine.clock().now());
        let book = books.at(now);
        let today = book.zone.day_of(now);
        let board = TierCounts::read(app.engine.store().as_ref(), today)?.board(book, today, days);
        Ok::<_, Problem>(written(board, book, book.zone.rfc3339(now), today, days))
    });
    Reply::json(&board.await?)
}

fn written(board: Board, book: &RuleBook, as_of: String, today: Day, days: u16) -> TierBoard {
    TierBoard {
        as_of,
        from: today.plus_days(1 - i32::from(days)),
        until: today,
        upgrade_rate: board.upgrade_rate.map(percent),
        retention_rate: board.retention_rate.map(percent),
        tiers: board
            .tiers
            .into_iter()
            .map(|doing| BoardTierDoing {
                name: Text::from(&book.tier(&doing.id).name),
                tier: doing.id.into(),
                members: doing.members,
                before: doing.before,
                risen: doing.risen,
                fallen: doing.fallen,
                retention: doing.retention.map(percent),
            })
            .collect(),
        stages: book
            .stages
            .iter()
            .zip(board.stages)
            .map(|(rule, (stage, members))| BoardStage { stage: stage.as_str(), name: Text::from(&rule.name), members })
            .collect(),
    }
}

/// `GET /v1/boards/tiers`
pub static TIERS: Operation = Operation {
    id: "show_tier_board",
    method: Method::GET,
    path: "/v1/boards/tiers",
    feature: "boards",
    access: Access::Scope(Scope::BoardsRead),
    confirm: false,
    summary: Said { en: "Tiers and stages", zh: "等级与生命周期" },
    about: Said {
        en: "How many members stand in each tier, how many rose, how many kept theirs over so many days; and how many are in each stage of their membership, by how lately and how often they came. A tier that is lent counts as long as it lasts, and is neither a rise nor a fall.",
        zh: "各等级会员数、期间升级率与保级率，以及按最近与频次划分的生命周期分布。临时等级在有效期内计入分布，但不计为升级或降级。",
    },
    parameters: &[&DAYS],
    body: None,
    key: Key::None,
    answer: Answer::json::<TierBoard>(200, Said { en: "The board.", zh: "等级看板。" }, ""),
    problems: &[],
    handler: |call| Box::pin(show_tiers(call)),
};
