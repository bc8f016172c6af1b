//! One reward as a member sees it: the price with its history, what money may stand for, and the conditions.

use axum::http::Method;
use jifen_program::RuleBook;
use jifen_program::book::shelf::of_tier;
use jifen_program::flows::{cash_for_missing, most_cash_of};
use jifen_program::pricing::PriceHistory;
use jifen_program::rewards::Reward as Stored;
use jifen_vocab::{MemberId, Money, TierId};
use serde::Serialize;
use utoipa::ToSchema;

use super::shelf::{ShelfItem, View};
use super::{PricePoint, points_of, unknown};
use crate::app::App;
use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Amount;

static REWARD: Parameter = Parameter {
    name: "reward",
    in_path: true,
    about: Said { en: "The reward.", zh: "商品。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "umbrella",
};

/// A reward as a member sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberReward {
    #[serde(flatten)]
    item: ShelfItem,
    /// Whether it is left out of the shelf.
    hidden: bool,
    /// Points that the member can spend on it.
    wallet: i64,
    /// Money that would make up for the points that are missing; nothing where none are, or money may not stand for so
    /// many.
    cash_for_missing: Option<Amount>,
    /// The market's factor on the days that changed it, oldest first.
    prices: Vec<PricePoint>,
    /// What applies to it.
    terms: RewardTerms,
}

/// What applies to a reward for a member. What is not there does not bind.
#[derive(Serialize, ToSchema)]
pub(super) struct RewardTerms {
    /// Minutes for which a quoted price holds.
    quote_minutes: u16,
    /// Money that may stand for points of one piece.
    most_cash: Amount,
    /// Minutes within which money is to come.
    payment_minutes: u16,
    /// The least points of a redemption.
    least_points: i64,
    /// The most points of a redemption.
    points_max: Option<i64>,
    /// Redemptions in a month.
    month_max: Option<i64>,
    /// Pieces in a day.
    day_max: Option<i64>,
    /// How it can come.
    deliveries: Vec<&'static str>,
    /// Hours within which it is on its way where it is sent.
    ship_hours: Option<i64>,
    /// Days for which its vouchers are valid.
    voucher_days: u16,
    /// The share of the points that is kept when a voucher lapses, as a decimal.
    voucher_fee: String,
    /// Days for which it may come back once it was handed over; nothing where it is no thing.
    return_days: Option<u16>,
    /// More points than this wait for a second word.
    confirm_above: Option<i64>,
    /// Hours for that word.
    confirm_hours: Option<u16>,
}

impl RewardTerms {
    fn of(book: &RuleBook, reward: &Stored, points: i64, tier: &TierId) -> RewardTerms {
        let (shelf, physical) = (&book.shelf, reward.offer.is_physical());
        let confirmation = shelf.confirmation.as_ref().filter(|terms| terms.tiers.contains(tier));
        let most = most_cash_of(book, reward, points);
        RewardTerms {
            quote_minutes: shelf.quote_minutes,
            most_cash: Money { amount: most, currency: book.currency }.into(),
            payment_minutes: shelf.payment.minutes,
            least_points: shelf.least_points,
            points_max: of_tier(&shelf.points_max, tier),
            month_max: of_tier(&shelf.month_max, tier),
            day_max: shelf.day_max,
            deliveries: if physical { vec!["pick_up", "ship", "express"] } else { vec!["electronic"] },
            ship_hours: of_tier(&shelf.ship_hours, tier).filter(|_| physical),
            voucher_days: if physical { shelf.vouchers.goods_days } else { shelf.vouchers.other_days },
            voucher_fee: shelf.vouchers.fee.to_string(),
            return_days: physical.then_some(shelf.return_days),
            confirm_above: confirmation.map(|terms| terms.above),
            confirm_hours: confirmation.map(|terms| terms.hours),
        }
    }
}

fn find(app: &App, member: &MemberId, id: &str) -> Result<MemberReward, Problem> {
    let reward = app.engine.read::<Stored>(id)?.filter(|reward| !reward.offer.retired);
    let reward = reward.ok_or_else(|| unknown(id))?;
    let books = app.engine.books();
    let view = View::of(app, &books, Some(member))?;
    let item = view.seen(&reward)?.filter(|item| !reward.offer.hidden || item.is_theirs());
    let item = item.ok_or_else(|| unknown(id))?;
    let history = app.engine.read::<PriceHistory>(id)?.unwrap_or_else(PriceHistory::new);
    let terms = RewardTerms::of(view.book, &reward, item.points, &view.looker.tier);
    let (hidden, wallet) = (reward.offer.hidden, view.available(&item.unit));
    let missing = cash_for_missing(view.book, &reward, item.points, wallet);
    let cash_for_missing = missing.map(|amount| Money { amount, currency: view.book.currency }.into());
    Ok(MemberReward { item, hidden, wallet, cash_for_missing, prices: points_of(&history), terms })
}

async fn show(call: Call) -> Answered {
    let member = call.member()?;
    let id = call.segment("reward").to_owned();
    let app = call.app.clone();
    let found = aside(move || find(&app, &member, &id));
    Reply::json(&found.await?)
}

/// `GET /v1/members/{id}/rewards/{reward}`
pub static SHOW: Operation = Operation {
    id: "show_member_reward",
    method: Method::GET,
    path: "/v1/members/{id}/rewards/{reward}",
    feature: "rewards",
    access: Access::ScopeOrSelf(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "Show a reward as a member sees it", zh: "查看会员所见的商品" },
    about: Said {
        en: "At the member's price, with how the price came about and changed, how much money may stand for points, and what applies. A hidden reward is shown to those who may have it.",
        zh: "会员的个人价格、价格形成过程与变化、可用现金抵扣的上限以及适用条件。隐藏商品仅对符合条件的会员显示。",
    },
    parameters: &[&MEMBER_ID, &REWARD],
    body: None,
    key: Key::None,
    answer: Answer::json::<MemberReward>(200, Said { en: "The reward.", zh: "商品。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(show(call)),
};
