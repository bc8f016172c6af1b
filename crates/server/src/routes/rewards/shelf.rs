//! The shelf as somebody sees it: what is there for them, at their price, and what that is worth.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::book::shelf::of_tier;
use jifen_program::flows::{Looker, ShownPrice, shown_price};
use jifen_program::member::Member;
use jifen_program::members::Profile;
use jifen_program::pricing::PriceHistory;
use jifen_program::rewards::{REWARD, Reward as Stored, RewardKind};
use jifen_program::stock::Stock;
use jifen_program::wallets::view_at;
use jifen_program::{Books, RuleBook};
use jifen_store::{Bound, Find, Order, Value as Column};
use jifen_vocab::{Decimal, MemberId, Money, Ratio, Rounding, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::inventory::one_of;
use crate::app::App;
use crate::call::{Call, Parameters, Reply, unknown_member};
use crate::callers::CallerKind;
use crate::cursor::IdCursor;
use crate::explain::price_steps;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::personal::SealError;
use crate::problems::{Problem, table};
use crate::routes::entries::{CURSOR, LIMIT};
use crate::scopes::Scope;
use crate::wire::{Amount, Text};

/// Rewards read at once.
const SLICE: usize = 200;
/// Rewards that are ranked at most.
const RANKED_MAX: usize = 10_000;
/// Digits behind the point of what a point is worth in a reward.
const WORTH_SCALE: u8 = 6;

macro_rules! parameters {
    ($($name:ident = $text:literal, $en:literal, $zh:literal, $schema:literal, $example:literal;)*) => {$(
        static $name: Parameter = Parameter {
            name: $text,
            in_path: false,
            about: Said { en: $en, zh: $zh },
            schema: $schema,
            example: $example,
        };
    )*};
}

parameters! {
    AFFORDABLE = "affordable", "Only what the member's points suffice for.", "只看积分足够兑换的商品。", r#"{"type": "boolean"}"#, "true";
    CATEGORY = "category", "Only this kind of goods.", "只看该品类。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "daily";
    KIND = "kind", "Only rewards of this kind.", "只看该类型。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "goods";
    MEMBER = "member", "As this member sees it; members see their own.", "以该会员的身份查看；会员看到本人的货架。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "lin";
    POINTS = "points", "Only what so many points suffice for: a simulator.", "只看该积分数可兑换的商品（兑换模拟）。", r#"{"type": "integer", "minimum": 0}"#, "1000";
    REGION = "region", "Only what is for this region or for all.", "只看适用于该地区的商品。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "north";
    SORT = "sort", "`value`: the most worth for a point first; `points`: the cheapest first; by identifier otherwise.", "`value`：每积分价值最高者在前；`points`：积分最少者在前；默认按标识。", r#"{"type": "string", "enum": ["value", "points"]}"#, "value";
    TAG = "tag", "Only rewards with this word.", "只看带有该标签的商品。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "spring";
    ZONE = "zone", "`priority`: limited rewards, for tiers that come first; `birthday`: what is for the month of the birthday.", "`priority`：优先区，优先等级可见的限量商品；`birthday`：生日月专享商品。", r#"{"type": "string", "enum": ["priority", "birthday"]}"#, "priority";
}

/// The shelf.
#[derive(Serialize, ToSchema)]
pub(super) struct Shelf {
    /// What a point of the main unit is worth today, in major units; nothing where it has no worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    point_worth: Option<String>,
    /// Points that can be spent; nothing where nobody is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    available: Option<i64>,
    /// Whether the member's tier has limited rewards before others do.
    priority: bool,
    /// Whether it is the month of the member's birthday.
    birthday: bool,
    /// The rewards.
    data: Vec<ShelfItem>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// A reward as somebody sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct ShelfItem {
    /// The identifier.
    pub(super) id: String,
    /// What people call it.
    name: Text,
    /// What it is.
    kind: &'static str,
    /// The kind of goods.
    category: String,
    /// The unit it is paid in.
    pub(super) unit: String,
    /// Points that one costs them now.
    pub(super) points: i64,
    /// Money that one costs besides.
    cash: Amount,
    /// What it is worth in a shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Amount>,
    /// What a point buys here, in major units; nothing where the worth of the reward is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    point_buys: Option<String>,
    /// Its place by what a point buys, from 1, among those that are ranked; only where the list is sorted by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<usize>,
    /// How the points came about, step by step.
    explanation: Vec<Text>,
    /// Pieces that can be taken now; nothing where it never runs out.
    remaining: Option<i64>,
    /// Whether it can be had now.
    available: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    /// From when on it can be had, where time changes that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    opens_at: Option<String>,
    /// Whether the member's points suffice.
    #[serde(skip_serializing_if = "Option::is_none")]
    affordable: Option<bool>,
    /// Words on it.
    tags: Vec<String>,
    /// Shops it is handed over in.
    stores: Vec<String>,
    /// Whether higher tiers come first.
    limited: bool,
    /// Whether it is for the month of the birthday.
    birthday_only: bool,
    #[serde(skip)]
    #[schema(ignore)]
    buys: i64,
}

impl ShelfItem {
    /// Whether it is for them, now or later.
    pub(super) fn is_theirs(&self) -> bool {
        !matches!(self.why, Some(why) if !OPENS.contains(&why) && why != SOLD_OUT)
    }
}

/// What only time keeps away.
const OPENS: [&str; 2] = ["not_yet", "hours"];
/// None is left.
const SOLD_OUT: &str = "out_of_stock";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    Birthday,
    Priority,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Id,
    Points,
    Value,
}

struct Wanted {
    member: Option<MemberId>,
    affordable: bool,
    points: Option<i64>,
    kind: Option<RewardKind>,
    category: Option<String>,
    tag: Option<String>,
    region: Option<String>,
    zone: Option<Zone>,
    sort: Sort,
    limit: usize,
    after: Option<CompactString>,
}

impl Wanted {
    fn read(call: &Call, query: &Parameters) -> Result<Wanted, Problem> {
        let owned = |name: &str| query.get(name).map(str::to_owned);
        let kind = query.get("kind").map(|text| one_of("kind", RewardKind::WORDS, text));
        let points = query.get("points").map(|text| {
            let number = text.parse().ok().filter(|points| (0..=jifen_vocab::limits::AMOUNT_MAX).contains(points));
            number.ok_or_else(|| Problem::parameter("points", "be a whole number from 0 on"))
        });
        let sort = match query.get("sort") {
            None => Sort::Id,
            Some("points") => Sort::Points,
            Some("value") => Sort::Value,
            Some(_) => return Err(Problem::parameter("sort", "be value or points")),
        };
        let zone = match query.get("zone") {
            None => None,
            Some("birthday") => Some(Zone::Birthday),
            Some("priority") => Some(Zone::Priority),
            Some(_) => return Err(Problem::parameter("zone", "be priority or birthday")),
        };
        let member = query.get("member").map(|id| MemberId::new(id).map_err(|_| unknown_member(id))).transpose()?;
        Ok(Wanted {
            member: yourself(call, member)?,
            affordable: query.flag("affordable")?,
            points: points.transpose()?,
            kind: kind.transpose()?,
            category: owned("category"),
            tag: owned("tag"),
            region: owned("region"),
            zone,
            sort,
            limit: query.limit()?,
            after: query.get("cursor").map(IdCursor::read).transpose()?.map(|cursor| cursor.0),
        })
    }

    fn has(&self, reward: &Stored) -> bool {
        let offer = &reward.offer;
        let in_zone = match self.zone {
            None => true,
            Some(Zone::Birthday) => offer.birthday_only,
            Some(Zone::Priority) => offer.limited,
        };
        !offer.hidden
            && !offer.retired
            && in_zone
            && self.kind.is_none_or(|kind| kind == offer.kind)
            && self.category.as_ref().is_none_or(|category| offer.category == *category)
            && self.tag.as_ref().is_none_or(|tag| offer.tags.iter().any(|there| there == tag))
            && self
                .region
                .as_ref()
                .is_none_or(|region| offer.regions.is_empty() || offer.regions.iter().any(|there| there == region))
    }
}

/// Members ask for themselves: whom a member names must be that member.
pub(crate) fn yourself(call: &Call, member: Option<MemberId>) -> Result<Option<MemberId>, Problem> {
    if call.caller.kind != CallerKind::Member {
        return Ok(member);
    }
    match member {
        Some(other) if other.as_str() != call.caller.id => Err(Problem::new(&table::FORBIDDEN)),
        _ => MemberId::new(&call.caller.id).map(Some).map_err(|error| Problem::internal(error.to_string())),
    }
}

/// The month of a member's birthday, where it is known.
pub fn birth_month(app: &App, member: &str) -> Result<Option<i8>, Problem> {
    let profile = app.engine.read::<Profile>(member)?.filter(|profile| profile.erased.is_none());
    let Some(profile) = profile else { return Ok(None) };
    match app.vault.open_profile(member, &profile) {
        Ok(personal) => Ok(personal.birthday.map(jifen_vocab::Day::month)),
        Err(SealError::Destroyed) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn list_rewards(call: Call) -> Answered {
    let query = call.query()?;
    let wanted = Wanted::read(&call, &query)?;
    let app = call.app.clone();
    let shelf = tokio::task::spawn_blocking(move || shelf(&app, &wanted));
    Reply::json(&shelf.await.map_err(|error| Problem::internal(error.to_string()))??)
}

/// Who looks, and what they have.
pub(super) struct View<'a> {
    app: &'a App,
    pub(super) book: &'a RuleBook,
    now: Timestamp,
    pub(super) looker: Looker,
    wallet: Option<jifen_program::wallets::WalletView>,
}

fn shelf(app: &App, wanted: &Wanted) -> Result<Shelf, Problem> {
    let books = app.engine.books();
    let view = View::of(app, &books, wanted.member.as_ref())?;
    let (book, priority) = (view.book, view.has_priority());
    let (data, next) = match wanted.sort {
        _ if wanted.zone == Some(Zone::Priority) && !priority => (Vec::new(), None),
        Sort::Id => view.collect(wanted, wanted.after.clone(), wanted.limit)?,
        sort => {
            let (mut data, _) = view.collect(wanted, None, RANKED_MAX)?;
            rank(&mut data, sort);
            paged(data, wanted)
        }
    };
    let main = book.unit(book.default_unit.as_str());
    Ok(Shelf {
        point_worth: main.and_then(|unit| unit.value).map(|value| value.to_string()),
        priority,
        birthday: view.looker.has_birthday(book, view.now),
        available: view.wallet.as_ref().map(|_| view.available(book.default_unit.as_str())),
        data,
        next_cursor: next.map(|id| IdCursor(id).write()),
    })
}

fn rank(data: &mut [ShelfItem], sort: Sort) {
    match sort {
        Sort::Value => data.sort_by(|a, b| b.buys.cmp(&a.buys).then_with(|| a.id.cmp(&b.id))),
        _ => data.sort_by(|a, b| a.points.cmp(&b.points).then_with(|| a.id.cmp(&b.id))),
    }
    if sort == Sort::Value {
        for (place, item) in data.iter_mut().enumerate().filter(|(_, item)| item.point_buys.is_some()) {
            item.rank = Some(place + 1);
        }
    }
}

/// The page of a ranked list that begins after the cursor's reward.
fn paged(data: Vec<ShelfItem>, wanted: &Wanted) -> (Vec<ShelfItem>, Option<CompactString>) {
    let after = wanted.after.as_ref().and_then(|after| data.iter().position(|item| item.id == after.as_str()));
    let first = after.map_or(0, |place| place + 1);
    let has_more = data.len() > first + wanted.limit;
    let page: Vec<ShelfItem> = data.into_iter().skip(first).take(wanted.limit).collect();
    let next = page.last().filter(|_| has_more).map(|item| CompactString::new(&item.id));
    (page, next)
}

impl<'a> View<'a> {
    /// As that member sees it, or nobody in particular.
    pub(super) fn of(app: &'a App, books: &'a Books, member: Option<&MemberId>) -> Result<View<'a>, Problem> {
        let now = app.engine.clock().now();
        let book = books.at(now);
        let Some(id) = member else { return Ok(View { app, book, now, looker: Looker::anybody(book), wallet: None }) };
        let member = app.engine.read::<Member>(id.as_str())?.ok_or_else(|| unknown_member(id.as_str()))?;
        let looker = Looker::of(&member, birth_month(app, id.as_str())?);
        Ok(View { app, book, now, looker, wallet: Some(view_at(&member, books, now)) })
    }

    /// Whether their tier has limited rewards at once while another one waits (MEM-14).
    fn has_priority(&self) -> bool {
        let waits = &self.book.shelf.early_access;
        waits.iter().any(|(_, hours)| *hours > 0) && of_tier(waits, &self.looker.tier).unwrap_or(0) == 0
    }

    pub(super) fn available(&self, unit: &str) -> i64 {
        let units = self.wallet.iter().flat_map(|wallet| &wallet.units);
        units.into_iter().find(|there| there.unit.as_str() == unit).map_or(0, |there| there.available.get())
    }

    /// Rewards in the order of their identifiers, and where the next page starts.
    fn collect(
        &self,
        wanted: &Wanted,
        after: Option<CompactString>,
        limit: usize,
    ) -> Result<(Vec<ShelfItem>, Option<CompactString>), Problem> {
        let mut data: Vec<ShelfItem> = Vec::new();
        let mut from = after.map_or(Bound::Start, |after| Bound::After(Column::Null, after));
        loop {
            let find = Find { kind: &REWARD, column: None, equals: None, order: Order::Ascending, from, limit: SLICE };
            let found = self.app.engine.store().find(&find)?;
            for (id, _, row) in &found.rows {
                let reward = jifen_program::rewards::read(&row.body)
                    .map_err(|error| Problem::internal(format!("the reward {id} cannot be read: {error}")))?;
                let Some(item) = self.item(wanted, &reward)? else { continue };
                if data.len() >= limit {
                    let last = data.last().map(|item| CompactString::new(&item.id));
                    return Ok((data, last));
                }
                data.push(item);
            }
            match found.next {
                Some(next) => from = next,
                None => return Ok((data, None)),
            }
        }
    }

    fn item(&self, wanted: &Wanted, reward: &Stored) -> Result<Option<ShelfItem>, Problem> {
        if !wanted.has(reward) {
            return Ok(None);
        }
        let obstacle = self.looker.obstacle(self.book, reward, self.now);
        // What is for others is not shown; what only time keeps away is, with when it opens.
        if obstacle.is_some_and(|obstacle| !OPENS.contains(&obstacle.why)) {
            return Ok(None);
        }
        let Some(item) = self.seen(reward)? else { return Ok(None) };
        let suffices = wanted.points.is_none_or(|points| item.points <= points);
        Ok(Some(item).filter(|item| suffices && (!wanted.affordable || item.affordable == Some(true))))
    }

    /// A reward at their price, whether they may have it or not; nothing where it has none.
    pub(super) fn seen(&self, reward: &Stored) -> Result<Option<ShelfItem>, Problem> {
        let obstacle = self.looker.obstacle(self.book, reward, self.now);
        let id = reward.id.as_str();
        let stock = self.app.engine.read::<Stock>(id)?.unwrap_or_else(|| Stock::new(None, reward.created));
        let history = self.app.engine.read::<PriceHistory>(id)?.unwrap_or_else(PriceHistory::new);
        let Some(price) = shown_price(self.book, reward, &stock, &history, &self.looker, 1, self.now) else {
            return Ok(None);
        };
        let unit = reward.offer.unit.as_ref().unwrap_or(&self.book.default_unit).to_string();
        let affordable = self.wallet.as_ref().map(|_| price.points <= self.available(&unit));
        let sold_out = stock.remaining() == Some(0);
        let why = obstacle.map(|obstacle| obstacle.why).or(sold_out.then_some(SOLD_OUT));
        let opens_at = obstacle.and_then(|obstacle| obstacle.from).map(|at| self.book.zone.rfc3339(at));
        Ok(Some(self.shown(reward, &stock, &price, unit, affordable, why, opens_at)))
    }

    #[allow(clippy::too_many_arguments, reason = "each is a column of one row")]
    fn shown(
        &self,
        reward: &Stored,
        stock: &Stock,
        price: &ShownPrice,
        unit: String,
        affordable: Option<bool>,
        why: Option<&'static str>,
        opens_at: Option<String>,
    ) -> ShelfItem {
        let offer = &reward.offer;
        let money = |amount: i64| Amount::from(Money { amount, currency: self.book.currency });
        let buys = point_buys(self.book, offer.value, price);
        ShelfItem {
            id: reward.id.to_string(),
            name: Text::from(&offer.name),
            kind: offer.kind.as_str(),
            category: offer.category.to_string(),
            unit,
            points: price.points,
            cash: money(price.cash),
            value: offer.value.map(money),
            point_buys: buys.and_then(|buys| Decimal::new(buys, WORTH_SCALE)).map(|worth| worth.to_string()),
            rank: None,
            explanation: price_steps(&price.steps),
            remaining: stock.remaining(),
            available: why.is_none(),
            why,
            opens_at,
            affordable,
            tags: offer.tags.iter().map(ToString::to_string).collect(),
            stores: offer.stores.iter().map(ToString::to_string).collect(),
            limited: offer.limited,
            birthday_only: offer.birthday_only,
            buys: buys.unwrap_or(-1),
        }
    }
}

/// What a point buys here, in millionths of a major unit: the worth less the money paid besides, by the points.
fn point_buys(book: &RuleBook, value: Option<i64>, price: &ShownPrice) -> Option<i64> {
    let worth = value?.checked_sub(price.cash).filter(|worth| *worth >= 0)?;
    let minor = Ratio::whole(book.currency.minor_per_major());
    let major = Ratio::whole(worth).checked_div(minor)?;
    let each = major.checked_div(Ratio::whole(price.points))?;
    each.checked_mul(Ratio::whole(10_i64.pow(u32::from(WORTH_SCALE))))?.round(Rounding::Floor)
}

/// `GET /v1/rewards`
pub static LIST: Operation = Operation {
    id: "list_rewards",
    method: Method::GET,
    path: "/v1/rewards",
    feature: "rewards",
    access: Access::ScopeOrMember(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "Look at the shelf", zh: "浏览货架" },
    about: Said {
        en: "What there is for this member, at the member's own price with how it came about, the pieces left, and what a point buys. Without `member`, as somebody of the lowest tier sees it. Hidden rewards and those for others are left out.",
        zh: "该会员可见的商品：个人价格及其形成过程、准确余量、每积分可换的价值。不填 `member` 时按最低等级显示。隐藏商品和仅限他人的商品不在其中。",
    },
    parameters: &[&AFFORDABLE, &CATEGORY, &CURSOR, &KIND, &LIMIT, &MEMBER, &POINTS, &REGION, &SORT, &TAG, &ZONE],
    body: None,
    key: Key::None,
    answer: Answer::json::<Shelf>(200, Said { en: "A page of the shelf.", zh: "一页货架。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_rewards(call)),
};
