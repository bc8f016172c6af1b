//! The shelf as somebody sees it: what is there for them, at their price, and what that is worth.

use std::collections::HashMap;
use std::ops::Bound;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::book::assortment::{Layer, Theme};
use jifen_program::book::prices::Anchor;
use jifen_program::book::shelf::of_tier;
use jifen_program::flows::{Looker, ShownPrice, base_points, shown_price};
use jifen_program::member::Member;
use jifen_program::members::Profile;
use jifen_program::rewards::{Reward as Stored, RewardKind};
use jifen_program::wallets::view_at;
use jifen_program::{Books, RuleBook};
use jifen_vocab::{Day, Decimal, MemberId, Money, Ratio, Rounding, Timestamp, UnitId};
use serde::Serialize;
use utoipa::ToSchema;

use super::inventory::one_of;
use super::makeup::Makeup;
use crate::app::App;
use crate::call::{Call, Parameters, Reply, aside, unknown_member};
use crate::callers::CallerKind;
use crate::cursor::IdCursor;
use crate::explain::price_steps;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::personal::SealError;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::shelf::{Priced, Row, Rows};
use crate::wire::{Amount, Text};

/// Stars of reviews, by reward, as they are counted.
pub(crate) const STARS: &str = "reward_stars";
/// Reviews, by reward.
pub(crate) const REVIEWS: &str = "reward_reviews";
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
    LAYER = "layer", "Only this layer of the shelf, by price.", "只看该价位层。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "essentials";
    MEMBER = "member", "As this member sees it; members see their own.", "以该会员的身份查看；会员看到本人的货架。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "lin";
    POINTS = "points", "Only what so many points suffice for: a simulator.", "只看该积分数可兑换的商品（兑换模拟）。", r#"{"type": "integer", "minimum": 0}"#, "1000";
    REGION = "region", "Only what is for this region or for all.", "只看适用于该地区的商品。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "north";
    SORT = "sort", "`value`: the most worth for a point first; `points`: the cheapest first; `weight`: what operators put in front, then what members like best; by identifier otherwise.", "`value`：每积分价值最高者在前；`points`：积分最少者在前；`weight`：运营置顶优先，其次按会员评分；默认按标识。", r#"{"type": "string", "enum": ["value", "points", "weight"]}"#, "value";
    TAG = "tag", "Only rewards with this word.", "只看带有该标签的商品。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "spring";
    STORE = "store", "Only what this shop hands over.", "只看该门店可提取的商品。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "s319";
    THEME = "theme", "Only what stands on this shelf of the month.", "只看该月度主题货架。", r#"{"type": "string", "minLength": 1, "maxLength": 64}"#, "spring-outing";
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
    /// The layers of the shelf, the cheapest first.
    layers: Vec<ShelfPart>,
    /// The shelves of this month.
    themes: Vec<ShelfPart>,
    /// What a point is worth in some kinds of goods, and over all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    anchors: Option<Anchors>,
    /// The rewards.
    data: Vec<ShelfItem>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// A part of the shelf.
#[derive(Serialize, ToSchema)]
struct ShelfPart {
    /// The identifier, to ask for it.
    id: String,
    /// What people call it.
    name: Text,
    /// From so many points on, for layers.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<i64>,
    /// Up to so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<i64>,
}

/// What a point is worth in several kinds of goods.
#[derive(Serialize, ToSchema)]
struct Anchors {
    /// Over all of them, each with its share, in major units.
    combined: String,
    /// Each of them.
    data: Vec<AnchorWorth>,
}

/// What a point is worth in some kinds of goods.
#[derive(Serialize, ToSchema)]
struct AnchorWorth {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// The kinds of goods.
    categories: Vec<String>,
    /// What a point is worth there, in major units.
    point_worth: String,
    /// Its share in the combined worth, as a decimal.
    share: String,
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
    /// The layer of the shelf, by its price before tiers, seasons and stock.
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<String>,
    /// Whether it stands on a shelf of this month.
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<String>,
    #[serde(flatten)]
    makeup: Makeup,
}

impl ShelfItem {
    /// Whether it is for them, now or later.
    pub(super) fn is_theirs(&self) -> bool {
        !matches!(self.why, Some(why) if !OPENS.contains(&why) && why != SOLD_OUT)
    }
}

/// What only time or the member's own deeds keep away.
const OPENS: [&str; 3] = ["not_yet", "hours", "locked"];
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
    Weight,
}

struct Wanted {
    member: Option<MemberId>,
    affordable: bool,
    points: Option<i64>,
    kind: Option<RewardKind>,
    category: Option<String>,
    tag: Option<String>,
    region: Option<String>,
    store: Option<String>,
    layer: Option<String>,
    theme: Option<String>,
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
            Some("weight") => Sort::Weight,
            Some(_) => return Err(Problem::parameter("sort", "be value, points or weight")),
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
            store: owned("store"),
            layer: owned("layer"),
            theme: owned("theme"),
            zone,
            sort,
            limit: query.limit()?,
            after: query.get("cursor").map(IdCursor::read).transpose()?.map(|cursor| cursor.0),
        })
    }

    fn has(&self, row: &Row, view: &View<'_>) -> bool {
        let offer = &row.reward.offer;
        let in_zone = match self.zone {
            None => true,
            Some(Zone::Birthday) => offer.birthday_only,
            Some(Zone::Priority) => offer.limited,
        };
        let is_or_all = |wanted: &Option<String>, named: &[CompactString]| {
            wanted.as_ref().is_none_or(|wanted| named.is_empty() || named.iter().any(|there| there == wanted))
        };
        // What is gone for good is not listed (CAT-37).
        let is_gone = offer.last && row.stock.remaining() == Some(0);
        !offer.hidden
            && !offer.retired
            && !is_gone
            && in_zone
            && self.kind.is_none_or(|kind| kind == offer.kind)
            && self.category.as_ref().is_none_or(|category| offer.category == *category)
            && self.tag.as_ref().is_none_or(|tag| offer.tags.iter().any(|there| there == tag))
            && is_or_all(&self.region, &offer.regions)
            && is_or_all(&self.store, &offer.stores)
            && self.layer.as_ref().is_none_or(|layer| view.layer(row).is_some_and(|there| there.id == *layer))
            && self.theme.as_ref().is_none_or(|theme| view.theme(row).is_some_and(|there| there.id == *theme))
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
    let shelf = aside(move || shelf(&app, &wanted));
    Reply::json(&shelf.await?)
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
    let rows = app.shelf.rows(&app.engine)?;
    let (data, next) = match wanted.sort {
        _ if wanted.zone == Some(Zone::Priority) && !priority => (Vec::new(), None),
        Sort::Id => view.page(wanted, &rows),
        sort => paged(&view, wanted, &view.ranked(wanted, &rows, sort)?),
    };
    drop(rows);
    let main = book.unit(book.default_unit.as_str());
    let assortment = &book.shelf.assortment;
    let layers = assortment.layers.iter();
    let layers = layers.map(|layer| ShelfPart {
        id: layer.id.to_string(),
        name: Text::from(&layer.name),
        from: Some(layer.from),
        to: layer.to,
    });
    let themes = assortment.themes_on(book.zone.day_of(view.now));
    let themes =
        themes.map(|theme| ShelfPart { id: theme.id.to_string(), name: Text::from(&theme.name), from: None, to: None });
    Ok(Shelf {
        point_worth: main.and_then(|unit| unit.value).map(|value| value.to_string()),
        priority,
        birthday: view.looker.has_birthday(book, view.now),
        available: view.wallet.as_ref().map(|_| view.available(book.default_unit.as_str())),
        layers: layers.collect(),
        themes: themes.collect(),
        anchors: Anchors::of(book),
        data,
        next_cursor: next.map(|id| IdCursor(id).write()),
    })
}

impl Anchors {
    fn of(book: &RuleBook) -> Option<Anchors> {
        let worth = |anchor: &Anchor| AnchorWorth {
            id: anchor.id.to_string(),
            name: Text::from(&anchor.name),
            categories: anchor.categories.clone(),
            point_worth: anchor.value.to_string(),
            share: anchor.share.to_string(),
        };
        let combined = book.prices.combined_worth()?.checked_mul(millions())?.round(Rounding::HalfUp)?;
        Some(Anchors {
            combined: Decimal::new(combined, WORTH_SCALE)?.to_string(),
            data: book.prices.anchors.iter().map(worth).collect(),
        })
    }
}

/// The parts that [`WORTH_SCALE`] digits have.
fn millions() -> Ratio {
    Ratio::whole(10_i64.pow(u32::from(WORTH_SCALE)))
}

/// The page of a ranked list that begins after the cursor's reward.
fn paged(view: &View<'_>, wanted: &Wanted, ranked: &[Ranked<'_>]) -> (Vec<ShelfItem>, Option<CompactString>) {
    let after = wanted.after.as_ref().and_then(|after| ranked.iter().position(|at| at.row.reward.id.as_str() == after));
    let first = after.map_or(0, |place| place + 1);
    let has_more = ranked.len() > first + wanted.limit;
    let mut page: Vec<ShelfItem> = Vec::with_capacity(wanted.limit);
    for (place, at) in ranked.iter().enumerate().skip(first).take(wanted.limit) {
        let Some(mut item) = view.seen_row(at.row) else { continue };
        item.rank = (wanted.sort == Sort::Value && item.point_buys.is_some()).then_some(place + 1);
        page.push(item);
    }
    let next = page.last().filter(|_| has_more).map(|item| CompactString::new(&item.id));
    (page, next)
}

/// A reward with what it is ranked by: the smaller comes first.
struct Ranked<'r> {
    by: (i64, i64),
    row: &'r Row,
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
        units.into_iter().find(|there| there.unit.as_str() == unit).map_or(0, |there| there.usable().get())
    }

    /// The layer of a reward, by its price before anything counts for or against it.
    fn layer(&self, row: &Row) -> Option<&'a Layer> {
        self.book.shelf.assortment.layer(base_points(self.book, &row.reward)?)
    }

    /// The shelf of this month on which a reward stands.
    fn theme(&self, row: &Row) -> Option<&'a Theme> {
        let mut themes = self.book.shelf.assortment.themes_on(self.book.zone.day_of(self.now));
        themes.find(|theme| row.reward.offer.tags.contains(&theme.tag))
    }

    /// What one costs them, where it is there for them and what is wanted.
    fn wanted(&self, wanted: &Wanted, row: &Row) -> Option<Priced> {
        if !wanted.has(row, self) {
            return None;
        }
        let obstacle = row.obstacle(self.book, &self.looker, self.now);
        // What is for others is not shown; what only time keeps away is, with when it opens.
        if obstacle.is_some_and(|obstacle| !OPENS.contains(&obstacle.why)) {
            return None;
        }
        let price = row.price(self.book, &self.looker, self.now)?;
        let affordable = || self.wallet.is_some() && price.points <= self.available(self.unit(&row.reward).as_str());
        let suffices = wanted.points.is_none_or(|points| price.points <= points);
        (suffices && (!wanted.affordable || affordable())).then_some(price)
    }

    fn unit<'r>(&'r self, reward: &'r Stored) -> &'r UnitId {
        reward.offer.unit.as_ref().unwrap_or(&self.book.default_unit)
    }

    /// A page in the order of identifiers, and where the next one starts.
    fn page(&self, wanted: &Wanted, rows: &Rows) -> (Vec<ShelfItem>, Option<CompactString>) {
        let from = wanted.after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        let range = rows.range::<CompactString, _>((from, Bound::Unbounded));
        let mut there = range.map(|(_, row)| row).filter(|row| self.wanted(wanted, row).is_some());
        let data: Vec<ShelfItem> = there.by_ref().take(wanted.limit).filter_map(|row| self.seen_row(row)).collect();
        let next = there.next().and(data.last()).map(|item| CompactString::new(&item.id));
        (data, next)
    }

    /// Everything that is wanted, in its order.
    fn ranked<'r>(&self, wanted: &Wanted, rows: &'r Rows, sort: Sort) -> Result<Vec<Ranked<'r>>, Problem> {
        let stars = if sort == Sort::Weight { stars(self.app, self.book, self.now)? } else { HashMap::new() };
        // What nobody has judged stands between what pleases and what is to be corrected.
        let threshold = self
            .book
            .shelf
            .assortment
            .reviews
            .and_then(|terms| terms.stars.ratio().checked_mul(Ratio::whole(100))?.round(Rounding::HalfUp));
        let unknown = threshold.unwrap_or(0);
        let rank = |row: &'r Row| {
            let price = self.wanted(wanted, row)?;
            let offer = &row.reward.offer;
            let by = match sort {
                Sort::Value => (-point_buys(self.book, offer.value, price).unwrap_or(-1), 0),
                Sort::Weight => {
                    let stars = stars.get(row.reward.id.as_str()).copied().unwrap_or(unknown);
                    (-i64::from(offer.weight), -stars)
                }
                Sort::Id | Sort::Points => (price.points, 0),
            };
            Some(Ranked { by, row })
        };
        let mut ranked: Vec<Ranked<'r>> = rows.values().filter_map(rank).collect();
        // They come in the order of their identifiers, which stays among equals.
        ranked.sort_by_key(|ranked| ranked.by);
        Ok(ranked)
    }

    /// A reward at their price, whether they may have it or not; nothing where it has none.
    pub(super) fn seen(&self, reward: &Stored) -> Result<Option<ShelfItem>, Problem> {
        let rows = self.app.shelf.rows(&self.app.engine)?;
        Ok(rows.get(reward.id.as_str()).and_then(|row| self.seen_row(row)))
    }

    fn seen_row(&self, row: &Row) -> Option<ShelfItem> {
        let obstacle = row.obstacle(self.book, &self.looker, self.now);
        let price = shown_price(self.book, &row.reward, &row.stock, &row.history, &self.looker, 1, self.now)?;
        let unit = self.unit(&row.reward).to_string();
        let affordable = self.wallet.as_ref().map(|_| price.points <= self.available(&unit));
        let sold_out = row.stock.remaining() == Some(0);
        let why = obstacle.map(|obstacle| obstacle.why).or(sold_out.then_some(SOLD_OUT));
        let opens_at = obstacle.and_then(|obstacle| obstacle.from).map(|at| self.book.zone.rfc3339(at));
        Some(self.shown(row, &price, unit, affordable, why, opens_at))
    }

    fn shown(
        &self,
        row: &Row,
        price: &ShownPrice,
        unit: String,
        affordable: Option<bool>,
        why: Option<&'static str>,
        opens_at: Option<String>,
    ) -> ShelfItem {
        let (reward, stock, offer) = (&row.reward, &row.stock, &row.reward.offer);
        let money = |amount: i64| Amount::from(Money { amount, currency: self.book.currency });
        let buys = point_buys(self.book, offer.value, Priced { points: price.points, cash: price.cash });
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
            layer: self.layer(row).map(|layer| layer.id.to_string()),
            theme: self.theme(row).map(|theme| theme.id.to_string()),
            makeup: Makeup::of(offer),
        }
    }
}

/// What a point buys here, in millionths of a major unit: the worth less the money paid besides, by the points.
fn point_buys(book: &RuleBook, value: Option<i64>, price: Priced) -> Option<i64> {
    let worth = value?.checked_sub(price.cash).filter(|worth| *worth >= 0)?;
    let minor = Ratio::whole(book.currency.minor_per_major());
    let major = Ratio::whole(worth).checked_div(minor)?;
    let each = major.checked_div(Ratio::whole(price.points))?;
    each.checked_mul(millions())?.round(Rounding::Floor)
}

/// Average stars of rewards with as many reviews as count, in hundredths of a star.
fn stars(app: &App, book: &RuleBook, now: Timestamp) -> Result<HashMap<CompactString, i64>, Problem> {
    let least = book.shelf.assortment.reviews.map_or(1, |terms| terms.least);
    let (from, to) = (Day::from_number(0), book.zone.day_of(now));
    let mut sums: HashMap<CompactString, (i64, i64)> = HashMap::new();
    for row in app.engine.store().counters(STARS, from, to)? {
        sums.entry(row.dimensions).or_default().0 += row.value;
    }
    for row in app.engine.store().counters(REVIEWS, from, to)? {
        sums.entry(row.dimensions).or_default().1 += row.value;
    }
    let average = |(id, (stars, reviews)): (CompactString, (i64, i64))| {
        (reviews >= least.max(1)).then(|| (id, stars.saturating_mul(100) / reviews))
    };
    Ok(sums.into_iter().filter_map(average).collect())
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
    parameters: &[
        &AFFORDABLE,
        &CATEGORY,
        &CURSOR,
        &KIND,
        &LAYER,
        &LIMIT,
        &MEMBER,
        &POINTS,
        &REGION,
        &SORT,
        &STORE,
        &TAG,
        &THEME,
        &ZONE,
    ],
    body: None,
    key: Key::None,
    answer: Answer::json::<Shelf>(200, Said { en: "A page of the shelf.", zh: "一页货架。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_rewards(call)),
};
