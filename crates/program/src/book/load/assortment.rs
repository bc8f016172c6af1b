//! `assortment` of `rewards.yaml`: what the shelf as a whole is to look like.

use jifen_rules::NamedDay;
use jifen_rules::document::{MapReader, Node, Problems};
use jifen_rules::rule::Season;
use jifen_vocab::{Currency, Decimal, limits::AMOUNT_MAX};

use super::values::maps;
use super::{limits, values};
use crate::book::Name;
use crate::book::assortment::{
    Assortment, Layer, LowValue, Margin, MixTarget, Retire, ReviewTerms, ShareCap, Shortage, Theme,
};

/// Days beyond which a slip is more likely: a year.
const DAYS_MAX: i64 = 366;
/// Redemptions a second beyond which a slip is more likely.
const PER_SECOND_MAX: i64 = 10_000_000;

/// Reads the map.
pub(super) fn read(node: Node<'_>, currency: Currency, days_of: &[NamedDay], problems: &mut Problems) -> Assortment {
    let Some(mut map) = node.map(problems) else { return Assortment::default() };
    let (layers, mix) = (map.take("layers"), map.take("mix"));
    let (caps, themes) = (map.take("share_caps"), map.take("themes"));
    let mut found = Assortment {
        margin: map.take("margin").and_then(|node| margin(node, currency, problems)),
        low_value: map.take("low_value").and_then(|node| low_value(node, problems)),
        retire: map.take("retire").and_then(|node| retire(node, problems)),
        refresh_days: days(map.take("refresh_days"), problems),
        turnover_days: days(map.take("turnover_days"), problems),
        low_stock: map.take("low_stock").and_then(|node| values::share(node, problems)),
        near_expiry_days: days(map.take("near_expiry_days"), problems),
        shortage: map.take("shortage").and_then(|node| shortage(node, problems)),
        reviews: map.take("reviews").and_then(|node| reviews(node, problems)),
        capacity_per_second: map
            .take("capacity_per_second")
            .and_then(|node| node.integer_in(1..=PER_SECOND_MAX, problems)),
        ..Assortment::default()
    };
    map.finish(problems);
    let mut seen = Vec::new();
    for map in maps(layers, limits::BOARDS_MAX, problems) {
        found.layers.extend(layer(map, &mut seen, problems));
    }
    found.layers.sort_by_key(|layer| layer.from);
    seen.clear();
    for map in maps(mix, limits::BOARDS_MAX, problems) {
        found.mix.extend(target(map, &mut seen, problems));
    }
    for map in maps(caps, limits::BOARDS_MAX, problems) {
        found.share_caps.extend(cap(map, problems));
    }
    seen.clear();
    for map in maps(themes, limits::BOARDS_MAX, problems) {
        found.themes.extend(theme(map, days_of, &mut seen, problems));
    }
    found
}

fn days(node: Option<Node<'_>>, problems: &mut Problems) -> Option<u16> {
    node.and_then(|node| values::count(node, 1..=DAYS_MAX, problems))
}

fn required_share(map: &mut MapReader<'_>, key: &'static str, problems: &mut Problems) -> Option<Decimal> {
    map.require(key, problems).and_then(|node| values::share(node, problems))
}

fn points(map: &mut MapReader<'_>, key: &'static str, problems: &mut Problems) -> Option<i64> {
    map.require(key, problems).and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems))
}

fn layer(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Layer> {
    let id = values::identified(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let from = points(&mut map, "from", problems);
    let to = map.take("to").and_then(|node| {
        let to = node.integer_in(1..=AMOUNT_MAX, problems);
        node.or_problem(to.filter(|to| from.is_none_or(|from| *to >= from)), "must not lie below `from`", problems)
    });
    map.finish(problems);
    Some(Layer { id: id?, name, from: from?, to })
}

fn target(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<MixTarget> {
    let id = values::identified(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let tag = map.require("tag", problems).and_then(|node| values::word(node, problems));
    let share = required_share(&mut map, "share", problems);
    map.finish(problems);
    Some(MixTarget { id: id?, name, tag: tag?, share: share? })
}

fn cap(mut map: MapReader<'_>, problems: &mut Problems) -> Option<ShareCap> {
    let of = map.require("of", problems).and_then(|node| values::word(node, problems));
    let name = map.take("name").and_then(|node| values::both(node, limits::NAME_CHARS_MAX, problems));
    let most = required_share(&mut map, "most", problems);
    map.finish(problems);
    let of = of?;
    let name = name.unwrap_or_else(|| Name { zh: of.to_string(), en: of.to_string() });
    Some(ShareCap { of, name, most: most? })
}

fn theme(
    mut map: MapReader<'_>,
    days: &[NamedDay],
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<Theme> {
    let place = map.node();
    let id = values::identified(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let tag = map.require("tag", problems).and_then(|node| values::word(node, problems));
    let months = map.take("months").map(Node::one_or_many).unwrap_or_default();
    let during = map.take("during").map(Node::one_or_many).unwrap_or_default();
    let is_dated = !months.is_empty() || !during.is_empty();
    place.or_problem(is_dated.then_some(()), "needs `months` or `during`", problems)?;
    let month = |node: Node<'_>| node.integer_in(1..=12, problems).and_then(|month| i8::try_from(month).ok());
    let months = months.into_iter().filter_map(month).collect();
    let during = Season::read(during, days, problems);
    map.finish(problems);
    Some(Theme { id: id?, name, months, during: during?, tag: tag? })
}

fn margin(node: Node<'_>, currency: Currency, problems: &mut Problems) -> Option<Margin> {
    let mut map = node.map(problems)?;
    let least = required_share(&mut map, "least", problems);
    let value = map.require("value", problems).and_then(|node| values::money(node, currency, problems));
    map.finish(problems);
    Some(Margin { least: least?, value: value? })
}

fn low_value(node: Node<'_>, problems: &mut Problems) -> Option<LowValue> {
    let mut map = node.map(problems)?;
    let below = points(&mut map, "below", problems);
    let share = required_share(&mut map, "share", problems);
    map.finish(problems);
    Some(LowValue { below: below?, share: share? })
}

fn retire(node: Node<'_>, problems: &mut Problems) -> Option<Retire> {
    let mut map = node.map(problems)?;
    let below = required_share(&mut map, "below", problems);
    let months = map.require("months", problems).and_then(|node| values::count(node, 1..=24, problems));
    map.finish(problems);
    Some(Retire { below: below?, months: months? })
}

fn shortage(node: Node<'_>, problems: &mut Problems) -> Option<Shortage> {
    let mut map = node.map(problems)?;
    let compared = map.require("days", problems);
    let compared = days(compared, problems);
    let fall = required_share(&mut map, "fall", problems);
    let hot = points(&mut map, "hot", problems);
    map.finish(problems);
    Some(Shortage { days: compared?, fall: fall?, hot: hot? })
}

fn reviews(node: Node<'_>, problems: &mut Problems) -> Option<ReviewTerms> {
    let mut map = node.map(problems)?;
    let least = points(&mut map, "least", problems);
    let stars = map.require("stars", problems).and_then(|node| values::stars(node, problems));
    map.finish(problems);
    Some(ReviewTerms { least: least?, stars: stars? })
}
