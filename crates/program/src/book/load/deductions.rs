//! `deductions.yaml`: how points pay a part of a bill.

use compact_str::CompactString;
use jifen_rules::document::{MapReader, Node, Problems, closest};
use jifen_vocab::{Currency, Day, UnitId, limits::AMOUNT_MAX};

use super::program::Settings;
use super::values::{maps, unique};
use super::{limits, values, wake_ups};
use crate::book::Unit;
use crate::book::deductions::{BadgeWorth, DeductionCoupon, DeductionRule, DeductionSeason, DeductionTerms};
use crate::book::tasks::Badge;

/// Minutes beyond which a slip is more likely: a day.
const MINUTES_MAX: i64 = 1_440;
/// Seasons of one deduction beyond which a slip is more likely.
const SEASONS_MAX: usize = 50;

/// Reads the file.
pub(super) fn read(
    root: Node<'_>,
    settings: &Settings,
    units: &[Unit],
    badges: &[Badge],
    problems: &mut Problems,
) -> DeductionTerms {
    let usual = DeductionTerms::default();
    let Some(mut map) = root.map(problems) else { return usual };
    let unit = map.take("unit").and_then(|node| unit(node, units, problems));
    let minutes = map.take("minutes").and_then(|node| values::count(node, 1..=MINUTES_MAX, problems));
    let (deductions, coupons) = (map.take("deductions"), map.take("coupons"));
    map.finish(problems);
    let mut seen = Vec::new();
    let deductions = maps(deductions, limits::RULES_MAX, problems).into_iter();
    let deductions = deductions.filter_map(|map| deduction(map, settings, badges, &mut seen, problems)).collect();
    let coupons = maps(coupons, limits::RULES_MAX, problems).into_iter();
    let coupons = coupons.filter_map(|map| coupon(map, settings.currency, &mut seen, problems)).collect();
    DeductionTerms { unit, minutes: minutes.unwrap_or(usual.minutes), deductions, coupons }
}

/// A unit of the program that members may spend.
pub(super) fn unit(node: Node<'_>, units: &[Unit], problems: &mut Problems) -> Option<UnitId> {
    let found = values::known_unit(node, units, problems)?;
    node.or_problem(found.spendable.then(|| found.id.clone()), "must be a unit that can be spent", problems)
}

fn deduction(
    mut map: MapReader<'_>,
    settings: &Settings,
    badges: &[Badge],
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<DeductionRule> {
    let (place, name) = (map.require("id", problems), values::name(&mut map, problems));
    let points = positive_points(&mut map, problems);
    let off = above_zero(map.require("off", problems), settings.currency, problems);
    let most = map.require("most", problems).and_then(|node| values::share(node, problems));
    let least = map.take("least").map_or(Some(0), |node| values::amount(node, settings.currency, problems));
    let channels: Vec<&str> = settings.channels.iter().map(|channel| channel.id.as_str()).collect();
    let channels = known(map.take("channels"), "channel", &channels, problems);
    let stores = map.take("stores").map(Node::one_or_many).unwrap_or_default();
    let stores = stores.into_iter().filter_map(|node| values::id(node, checked, problems)).collect();
    let categories: Vec<&str> = settings.categories.iter().map(String::as_str).collect();
    let categories = known(map.take("categories"), "kind of goods", &categories, problems);
    let seasons = map.take("seasons");
    let for_badge = map.take("for_badge").map(|node| badge_worth(node, settings.currency, badges, problems));
    map.finish(problems);
    let mut days: Vec<(Day, Day)> = Vec::new();
    let seasons = maps(seasons, SEASONS_MAX, problems).into_iter();
    let seasons = seasons.filter_map(|map| season(map, &mut days, problems)).collect();
    Some(DeductionRule {
        id: named(place?, seen, problems)?,
        name,
        points: points?,
        off: off?,
        most: most?,
        least: least?,
        channels,
        stores,
        categories: categories.into_iter().map(String::from).collect(),
        seasons,
        for_badge: match for_badge {
            None => None,
            Some(worth) => Some(worth?),
        },
    })
}

/// `{ badge: welcome-back, off: 2.00 CNY }`.
fn badge_worth(node: Node<'_>, currency: Currency, badges: &[Badge], problems: &mut Problems) -> Option<BadgeWorth> {
    let mut map = node.map(problems)?;
    let badge = map.require("badge", problems).and_then(|node| wake_ups::known_badge(node, badges, problems));
    let off = above_zero(map.require("off", problems), currency, problems);
    map.finish(problems);
    Some(BadgeWorth { badge: badge?, off: off? })
}

fn season(mut map: MapReader<'_>, days: &mut Vec<(Day, Day)>, problems: &mut Problems) -> Option<DeductionSeason> {
    let place = map.node();
    let id = map.require("id", problems).and_then(|node| values::id(node, checked, problems));
    let name = values::name(&mut map, problems);
    let most = map.require("most", problems).and_then(|node| values::share(node, problems));
    let from = map.require("from", problems).and_then(|node| node.day(problems));
    let until = map.require("until", problems).and_then(|node| node.day(problems));
    map.finish(problems);
    let (from, until) = (from?, until?);
    place.or_problem((from <= until).then_some(()), "ends before it begins", problems)?;
    let is_free = days.iter().all(|(first, last)| until < *first || from > *last);
    place.or_problem(is_free.then_some(()), "has days that an earlier season has as well", problems)?;
    days.push((from, until));
    Some(DeductionSeason { id: id?, name, most: most?, from, until })
}

fn coupon(
    mut map: MapReader<'_>,
    currency: Currency,
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<DeductionCoupon> {
    let (place, name) = (map.require("id", problems), values::name(&mut map, problems));
    let points = positive_points(&mut map, problems);
    let off = above_zero(map.require("off", problems), currency, problems);
    let floor = map.require("least", problems);
    let least = floor.and_then(|node| values::amount(node, currency, problems));
    let from = map.take("from").and_then(|node| node.day(problems));
    let until = map.take("until").and_then(|node| node.day(problems));
    let stackable = map.take("stackable").map_or(Some(false), |node| node.boolean(problems));
    map.finish(problems);
    let (off, least) = (off?, least?);
    floor?.or_problem((off <= least).then_some(()), "must not be less than what the coupon takes off", problems)?;
    let id = named(place?, seen, problems)?;
    Some(DeductionCoupon { id, name, points: points?, off, least, from, until, stackable: stackable? })
}

pub(super) fn positive_points(map: &mut MapReader<'_>, problems: &mut Problems) -> Option<i64> {
    map.require("points", problems).and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems))
}

fn checked(text: &str) -> Result<CompactString, jifen_vocab::id::InvalidId> {
    jifen_vocab::id::check(text).map(|()| CompactString::new(text))
}

fn named(place: Node<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<CompactString> {
    let id = values::id(place, checked, problems)?;
    unique(seen, &id, place, problems);
    Some(id)
}

/// A conversion value of nothing would make points pay nothing, or anything.
pub(super) fn above_zero(node: Option<Node<'_>>, currency: Currency, problems: &mut Problems) -> Option<i64> {
    let (node, amount) = (node?, values::amount(node?, currency, problems)?);
    node.or_problem((amount > 0).then_some(amount), "must be above zero", problems)
}

fn known(node: Option<Node<'_>>, what: &str, known: &[&str], problems: &mut Problems) -> Vec<CompactString> {
    let nodes = node.map(Node::one_or_many).unwrap_or_default();
    let mut words = Vec::new();
    for node in nodes {
        let Some(text) = node.text(problems) else { continue };
        if !known.contains(&text) {
            let suggestion = closest(text, known.iter().copied());
            problems.push(node.problem(format!("there is no {what} `{text}`")).suggest(suggestion));
        }
        words.push(CompactString::new(text));
    }
    words
}
