//! The matrix of benefits: what each tier gets.

use axum::http::Method;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::scopes::Scope;
use crate::wire::Text;

/// What each tier gets.
#[derive(Serialize, ToSchema)]
pub struct BenefitMatrix {
    /// The tiers, lowest first.
    tiers: Vec<BenefitTier>,
    /// The benefits.
    rows: Vec<BenefitRow>,
}

/// A tier of the matrix.
#[derive(Serialize, ToSchema)]
pub struct BenefitTier {
    /// The tier.
    id: String,
    /// What people call it.
    name: Text,
    /// The score from which on it is reached; only people assign a tier without one.
    from: Option<i64>,
    /// The score below which it is lost.
    keep: Option<i64>,
}

/// A benefit.
#[derive(Serialize, ToSchema)]
pub struct BenefitRow {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// The file of the rule book in which it is said.
    file: &'static str,
    /// What each tier gets, in the order of the tiers.
    cells: Vec<BenefitCell>,
}

/// What a tier gets.
#[derive(Serialize, ToSchema)]
pub struct BenefitCell {
    /// The tier.
    tier: String,
    /// What it gets; nothing where it gets nothing.
    value: Option<Text>,
}

async fn show_benefits(call: Call) -> Answered {
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    let tier = |tier: &jifen_program::book::Tier| BenefitTier {
        id: tier.id.to_string(),
        name: Text::from(&tier.name),
        from: tier.from,
        keep: tier.keep,
    };
    let row = |row: jifen_program::book::benefits::Row| BenefitRow {
        name: Text::from(&row.name),
        file: row.file,
        cells: book
            .tiers
            .iter()
            .zip(&row.cells)
            .map(|(tier, cell)| BenefitCell { tier: tier.id.to_string(), value: cell.as_ref().map(Text::from) })
            .collect(),
        id: row.id,
    };
    Reply::json(&BenefitMatrix {
        tiers: book.tiers.iter().map(tier).collect(),
        rows: book.benefit_matrix().into_iter().map(row).collect(),
    })
}

/// `GET /v1/program/benefits`
pub static SHOW: Operation = Operation {
    id: "show_benefits",
    method: Method::GET,
    path: "/v1/program/benefits",
    feature: "benefits",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "What each tier gets", zh: "等级权益" },
    about: Said {
        en: "The matrix of benefits, from every place of the rule book that tells tiers apart: multiplier, validity, caps, discounts, limits, early access, shipping, and what `benefits` of tiers.yaml adds. Each row says in which file it stands.",
        zh: "等级权益矩阵，汇集规则中按等级区分的全部内容：倍率、有效期、上限、折扣、次数、优先购、发货，以及 tiers.yaml 中 `benefits` 所列权益；每行注明所在文件。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<BenefitMatrix>(200, Said { en: "The matrix.", zh: "权益矩阵。" }, ""),
    problems: &[],
    handler: |call| Box::pin(show_benefits(call)),
};
