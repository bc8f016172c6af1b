//! `conversions.yaml`: what sleeping points may become (EXP-15).

use compact_str::CompactString;
use jifen_rules::document::{MapReader, Node, Problems};
use jifen_vocab::{Currency, limits::AMOUNT_MAX};

use super::values::{maps, unique};
use super::{deductions, limits, values, wake_ups};
use crate::book::Unit;
use crate::book::conversions::{ConversionTerms, Into, Way};
use crate::book::tasks::Badge;

/// Days of a voucher beyond which a slip is more likely: ten years.
const DAYS_MAX: i64 = 3_660;

/// Reads the file.
pub(super) fn read(
    root: Node<'_>,
    currency: Currency,
    units: &[Unit],
    badges: &[Badge],
    problems: &mut Problems,
) -> ConversionTerms {
    let Some(mut map) = root.map(problems) else { return ConversionTerms::default() };
    let unit = map.take("unit").and_then(|node| deductions::unit(node, units, problems));
    let list = map.require("conversions", problems);
    map.finish(problems);
    let mut seen = Vec::new();
    let ways = maps(list, limits::BOARDS_MAX, problems).into_iter();
    let ways = ways.filter_map(|map| way(map, currency, (units, badges), &mut seen, problems)).collect();
    ConversionTerms { unit, ways }
}

fn way(
    mut map: MapReader<'_>,
    currency: Currency,
    (units, badges): (&[Unit], &[Badge]),
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<Way> {
    let (place, name) = (map.require("id", problems), values::name(&mut map, problems));
    let points = deductions::positive_points(&mut map, problems);
    let into = map.require("into", problems).and_then(|node| into(node, currency, units, problems));
    let badge = map.take("badge").map(|node| wake_ups::known_badge(node, badges, problems));
    map.finish(problems);
    let check = |text: &str| jifen_vocab::id::check(text).map(|()| CompactString::new(text));
    let id = values::id(place?, check, problems)?;
    unique(seen, &id, place?, problems);
    let badge = match badge {
        None => None,
        Some(known) => Some(known?),
    };
    Some(Way { id, name, points: points?, into: into?, badge })
}

/// `{ unit: growth, points: 1 }`, `{ charity: … }` or `{ voucher: 10.00 CNY, days: 30 }`.
fn into(node: Node<'_>, currency: Currency, units: &[Unit], problems: &mut Problems) -> Option<Into> {
    let mut map = node.map(problems)?;
    let [unit, charity, voucher] = [map.take("unit"), map.take("charity"), map.take("voucher")];
    let (points, days) = (map.take("points"), map.take("days"));
    map.finish(problems);
    if [unit, charity, voucher].iter().flatten().count() != 1 {
        problems.push(node.problem("needs exactly one of `unit`, `charity` and `voucher`"));
        return None;
    }
    if let Some(stray) = points.filter(|_| unit.is_none()) {
        problems.push(stray.problem("goes only with `unit`"));
    }
    if let Some(stray) = days.filter(|_| voucher.is_none()) {
        problems.push(stray.problem("goes only with `voucher`"));
    }
    if let Some(at) = unit {
        let unit = values::known_unit(at, units, problems)?;
        let own = at.or_problem((!unit.foreign).then_some(()), "must be a unit of this program", problems);
        let points = node.or_problem(points, "needs `points`", problems)?.integer_in(1..=AMOUNT_MAX, problems);
        return own.and(Some(Into::Unit { unit: unit.id.clone(), points: points? }));
    }
    if let Some(at) = charity {
        return values::both(at, limits::NAME_CHARS_MAX, problems).map(|cause| Into::Charity { cause });
    }
    let amount = deductions::above_zero(voucher, currency, problems);
    let days = node.or_problem(days, "needs `days`", problems)?;
    Some(Into::Voucher { amount: amount?, days: values::count(days, 1..=DAYS_MAX, problems)? })
}
