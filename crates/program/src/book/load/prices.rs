//! `prices.yaml`: how the price of a reward is made.

use compact_str::CompactString;
use jifen_rules::NamedDay;
use jifen_rules::document::{MapReader, Node, Problems};
use jifen_rules::rule::Season;
use jifen_vocab::{Currency, Decimal, Ratio, Rounding, TierId};

use super::values::{maps, unique};
use super::{limits, plan, values};
use crate::book::Tier;
use crate::book::prices::{Anchor, Overstock, PriceTerms, Scarcity, TakeUp, Weight};

/// Days beyond which a slip is more likely: a year.
const DAYS_MAX: i64 = 366;

/// Days of the week.
const WEEKDAYS: [(&str, i8); 7] = [("mon", 1), ("tue", 2), ("wed", 3), ("thu", 4), ("fri", 5), ("sat", 6), ("sun", 7)];

/// Reads the file.
pub(super) fn read(
    root: Node<'_>,
    tiers: &[Tier],
    currency: Currency,
    days: &[NamedDay],
    problems: &mut Problems,
) -> PriceTerms {
    let Some(mut map) = root.map(problems) else { return PriceTerms::default() };
    let categories = map.take("categories").map(|node| categories(node, problems)).unwrap_or_default();
    let discounts = map.take("discounts").map(|node| shares(node, tiers, problems)).unwrap_or_default();
    let bonuses = map.take("bonuses").map(|node| shares(node, tiers, problems)).unwrap_or_default();
    let birthday = map.take("birthday").and_then(|node| values::weight(node, problems));
    let guard = map.take("guard").and_then(|node| values::share(node, problems));
    let scarcity = map.take("scarcity").and_then(|node| scarcity(node, problems));
    let take_up = map.take("take_up").and_then(|node| take_up(node, problems));
    let overstock = map.take("overstock").and_then(|node| overstock(node, problems));
    let plan = map.take("plan").map(|node| plan::read(node, currency, problems));
    let (weights, anchors) = (map.take("weights"), map.take("anchors"));
    map.finish(problems);
    let anchors = anchors_of(anchors, problems);
    let mut seen = Vec::new();
    let weights = maps(weights, limits::RULES_MAX, problems).into_iter();
    let weights = weights.filter_map(|map| timed(map, days, &mut seen, problems)).collect();
    PriceTerms {
        categories,
        discounts,
        bonuses,
        birthday,
        guard,
        scarcity,
        take_up,
        overstock,
        weights,
        anchors,
        plan: plan.unwrap_or_default(),
    }
}

/// The anchors, whose shares make a whole.
fn anchors_of(list: Option<Node<'_>>, problems: &mut Problems) -> Vec<Anchor> {
    let Some(list) = list else { return Vec::new() };
    let mut seen = Vec::new();
    let found: Vec<Anchor> = maps(Some(list), limits::BOARDS_MAX, problems)
        .into_iter()
        .filter_map(|map| anchor(map, &mut seen, problems))
        .collect();
    let sum = found.iter().try_fold(Ratio::ZERO, |sum, anchor| sum.checked_add(anchor.share.ratio()));
    let is_whole = |rounding| sum.and_then(|sum| sum.round(rounding)) == Some(1);
    if !(is_whole(Rounding::Floor) && is_whole(Rounding::Ceil)) {
        problems.push(list.problem("must have shares that make 100% together"));
    }
    found
}

fn anchor(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Anchor> {
    let id = values::identified(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let categories = words(map.take("categories"), problems);
    let value = map.require("value", problems).and_then(|node| values::weight(node, problems));
    let share = map.require("share", problems).and_then(|node| values::share(node, problems));
    map.finish(problems);
    Some(Anchor { id: id?, name, categories, value: value?, share: share? })
}

fn categories(node: Node<'_>, problems: &mut Problems) -> Vec<(String, Decimal)> {
    let entries = node.entries(problems).unwrap_or_default();
    entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), values::weight(value, problems)?))).collect()
}

fn shares(node: Node<'_>, tiers: &[Tier], problems: &mut Problems) -> Vec<(TierId, Decimal)> {
    let entries = node.entries(problems).unwrap_or_default();
    let read = |(key, value): (&str, Node<'_>)| {
        let share = values::share(value, problems);
        let share = share.and_then(|share| {
            value.or_problem(Some(share).filter(|share| *share < Decimal::ONE), "must be below 100%", problems)
        });
        Some((values::tier(key, value, tiers, problems)?, share?))
    };
    entries.into_iter().filter_map(read).collect()
}

fn scarcity(node: Node<'_>, problems: &mut Problems) -> Option<Scarcity> {
    let mut map = node.map(problems)?;
    let below = map.require("below", problems).and_then(|node| values::share(node, problems));
    let by = map.require("by", problems).and_then(|node| values::weight(node, problems));
    map.finish(problems);
    Some(Scarcity { below: below?, by: by? })
}

fn take_up(node: Node<'_>, problems: &mut Problems) -> Option<TakeUp> {
    let mut map = node.map(problems)?;
    let above = map.require("above", problems).and_then(|node| values::share(node, problems));
    let rise = map.require("rise", problems).and_then(|node| values::share(node, problems));
    map.finish(problems);
    Some(TakeUp { above: above?, rise: rise? })
}

fn overstock(node: Node<'_>, problems: &mut Problems) -> Option<Overstock> {
    let mut map = node.map(problems)?;
    let above = map.require("above", problems).and_then(|node| values::share(node, problems));
    let days = map.require("days", problems).and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    let fall = map.require("fall", problems).and_then(|node| values::share(node, problems));
    map.finish(problems);
    Some(Overstock { above: above?, days: days?, fall: fall? })
}

fn timed(
    mut map: MapReader<'_>,
    days: &[NamedDay],
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<Weight> {
    let place = map.require("id", problems);
    let check = |text: &str| jifen_vocab::id::check(text).map(|()| CompactString::new(text));
    let id = place.and_then(|node| values::id(node, check, problems));
    let name = values::name(&mut map, problems);
    let by = map.require("by", problems).and_then(|node| values::weight(node, problems));
    let from = map.take("from").and_then(|node| node.day(problems));
    let until = map.take("until").and_then(|node| node.day(problems));
    let during = map.take("during").map(Node::one_or_many).unwrap_or_default();
    let during = Season::read(during, days, problems);
    let weekdays = map.take("weekdays").map(Node::one_or_many).unwrap_or_default();
    let weekdays = weekdays.into_iter().filter_map(|node| node.choice(&WEEKDAYS, problems)).collect();
    let categories = words(map.take("categories"), problems);
    let except_tags = words(map.take("except_tags"), problems);
    map.finish(problems);
    let (place, id) = (place?, id?);
    unique(seen, &id, place, problems);
    Some(Weight { id, name, by: by?, from, until, during: during?, weekdays, categories, except_tags })
}

fn words(node: Option<Node<'_>>, problems: &mut Problems) -> Vec<String> {
    let nodes = node.map(Node::one_or_many).unwrap_or_default();
    nodes.into_iter().filter_map(|node| node.text(problems).map(str::to_owned)).collect()
}
