//! `rewards.yaml`: how points become rewards.

use jifen_rules::NamedDay;
use jifen_rules::document::{MapReader, Node, Problems};
use jifen_vocab::{Currency, TierId, limits::AMOUNT_MAX};

use super::{assortment, values};
use crate::book::Tier;
use crate::book::gifts::Gift;
use crate::book::shelf::{Confirmation, DefectTerms, PaymentTerms, RatingTerms, Revocation, ShelfTerms, VoucherTerms};

/// Days beyond which a slip is more likely: ten years.
const DAYS_MAX: i64 = 3_660;
/// Hours beyond which a slip is more likely: a year.
const HOURS_MAX: i64 = 8_784;
/// Minutes beyond which a slip is more likely: a day.
const MINUTES_MAX: i64 = 1_440;

/// Reads the file: the terms of the shelf, and what is given of it.
pub(super) fn read(
    root: Node<'_>,
    tiers: &[Tier],
    currency: Currency,
    days: &[NamedDay],
    problems: &mut Problems,
) -> (ShelfTerms, Vec<Gift>) {
    let mut terms = ShelfTerms::default();
    let Some(mut map) = root.map(problems) else { return (terms, Vec::new()) };
    let gifts = super::gifts::read(map.take("gifts"), problems);
    if let Some(minutes) = number(map.take("quote_minutes"), 1..=MINUTES_MAX, problems) {
        terms.quote_minutes = minutes;
    }
    if let Some(least) = map.take("least_points").and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems)) {
        terms.least_points = least;
    }
    let by_tier = |node: Option<Node<'_>>, most, problems: &mut Problems| {
        node.map(|node| by_tier(node, tiers, most, problems)).unwrap_or_default()
    };
    terms.points_max = by_tier(map.take("points_max"), AMOUNT_MAX, problems);
    terms.month_max = by_tier(map.take("month_max"), AMOUNT_MAX, problems);
    terms.day_max = map.take("day_max").and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems));
    terms.early_access = by_tier(map.take("early_access_hours"), HOURS_MAX, problems);
    terms.ship_hours = by_tier(map.take("ship_hours"), HOURS_MAX, problems);
    terms.express_hours = number(map.take("express_hours"), 1..=HOURS_MAX, problems);
    if let Some(days) = number(map.take("return_days"), 0..=DAYS_MAX, problems) {
        terms.return_days = days;
    }
    if let Some(vouchers) = map.take("vouchers").and_then(|node| vouchers(node, &terms.vouchers, problems)) {
        terms.vouchers = vouchers;
    }
    if let Some(node) = map.take("assortment") {
        terms.assortment = assortment::read(node, currency, days, problems);
    }
    terms.revocation = map.take("revocation").and_then(|node| revocation(node, currency, problems));
    terms.confirmation = map.take("confirmation").and_then(|node| confirmation(node, tiers, problems));
    if let Some(payment) = map.take("payment").and_then(|node| payment(node, problems)) {
        terms.payment = payment;
    }
    terms.ratings = map.take("ratings").and_then(|node| ratings(node, problems));
    if let Some(hours) = map.take("bookings").and_then(|node| bookings(node, problems)) {
        terms.booking_change_hours = hours;
    }
    if let Some(low) = map.take("pool_low").and_then(|node| node.integer_in(0..=AMOUNT_MAX, problems)) {
        terms.pool_low = low;
    }
    if let Some(defects) = map.take("defects").and_then(|node| defects(node, problems)) {
        terms.defects = defects;
    }
    let pick_up = map.take("free_pick_up").map(Node::one_or_many).unwrap_or_default();
    terms.free_pick_up =
        pick_up.into_iter().filter_map(|node| values::tier(node.text(problems)?, node, tiers, problems)).collect();
    map.finish(problems);
    (terms, gifts)
}

/// `{ least: 10, below_tenths: 25 }`: below two and a half stars on average.
fn ratings(node: Node<'_>, problems: &mut Problems) -> Option<RatingTerms> {
    let mut map = node.map(problems)?;
    let least = map.require("least", problems).and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems));
    let below = map.require("below_tenths", problems).and_then(|node| node.integer_in(10..=50, problems));
    map.finish(problems);
    Some(RatingTerms { least: least?, below_tenths: below? })
}

fn bookings(node: Node<'_>, problems: &mut Problems) -> Option<u16> {
    let mut map = node.map(problems)?;
    let hours = map.require("change_hours", problems);
    let hours = number(hours, 0..=HOURS_MAX, problems);
    map.finish(problems);
    hours
}

fn defects(node: Node<'_>, problems: &mut Problems) -> Option<DefectTerms> {
    let mut map = node.map(problems)?;
    let compensation = map.require("compensation", problems).and_then(|node| values::share(node, problems));
    let exchange = map.require("exchange_hours", problems);
    let exchange = number(exchange, 1..=HOURS_MAX, problems);
    map.finish(problems);
    Some(DefectTerms { compensation: compensation?, exchange_hours: exchange? })
}

fn number(node: Option<Node<'_>>, range: std::ops::RangeInclusive<i64>, problems: &mut Problems) -> Option<u16> {
    node.and_then(|node| values::count(node, range, problems))
}

/// `{ ordinary: 2000 }`: a number for each tier that has one.
fn by_tier(node: Node<'_>, tiers: &[Tier], most: i64, problems: &mut Problems) -> Vec<(TierId, i64)> {
    let entries = node.entries(problems).unwrap_or_default();
    let read = |(key, value): (&str, Node<'_>)| {
        let number = value.integer_in(0..=most, problems);
        Some((values::tier(key, value, tiers, problems)?, number?))
    };
    entries.into_iter().filter_map(read).collect()
}

fn vouchers(node: Node<'_>, usual: &VoucherTerms, problems: &mut Problems) -> Option<VoucherTerms> {
    let mut map = node.map(problems)?;
    let goods = number(map.take("goods_days"), 1..=DAYS_MAX, problems);
    let other = number(map.take("other_days"), 1..=DAYS_MAX, problems);
    let fee = map.take("fee").and_then(|node| values::share(node, problems));
    map.finish(problems);
    Some(VoucherTerms {
        goods_days: goods.unwrap_or(usual.goods_days),
        other_days: other.unwrap_or(usual.other_days),
        fee: fee.unwrap_or(usual.fee),
    })
}

fn hours(map: &mut MapReader<'_>, problems: &mut Problems) -> Option<u16> {
    let node = map.require("hours", problems);
    number(node, 1..=HOURS_MAX, problems)
}

fn revocation(node: Node<'_>, currency: Currency, problems: &mut Problems) -> Option<Revocation> {
    let mut map = node.map(problems)?;
    let above = map.require("above", problems).and_then(|node| values::money(node, currency, problems));
    let hours = hours(&mut map, problems);
    map.finish(problems);
    Some(Revocation { above: above?, hours: hours? })
}

fn confirmation(node: Node<'_>, tiers: &[Tier], problems: &mut Problems) -> Option<Confirmation> {
    let mut map = node.map(problems)?;
    let of = map.require("tiers", problems).map(Node::one_or_many).unwrap_or_default();
    let of = of.into_iter().filter_map(|node| values::tier(node.text(problems)?, node, tiers, problems)).collect();
    let above = map.require("above", problems).and_then(|node| node.integer_in(0..=AMOUNT_MAX, problems));
    let hours = hours(&mut map, problems);
    map.finish(problems);
    Some(Confirmation { tiers: of, above: above?, hours: hours? })
}

fn payment(node: Node<'_>, problems: &mut Problems) -> Option<PaymentTerms> {
    let mut map = node.map(problems)?;
    let most = map.require("most", problems).and_then(|node| values::share(node, problems));
    let minutes = map.require("minutes", problems);
    let minutes = number(minutes, 1..=MINUTES_MAX, problems);
    map.finish(problems);
    Some(PaymentTerms { most: most?, minutes: minutes? })
}
