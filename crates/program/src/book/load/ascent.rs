//! `tiers.yaml`, besides the tiers: how members rise and fall, what redemptions bring, the matrix of benefits.

use compact_str::CompactString;
use jifen_rules::NamedDay;
use jifen_rules::document::{MapReader, Node, Problems, closest};
use jifen_rules::rule::Season;
use jifen_vocab::limits::AMOUNT_MAX;
use jifen_vocab::{Currency, Decimal, Ratio, Rounding, UnitId};

use super::values::{maps, unique};
use super::{limits, values};
use crate::book::ascent::{
    Ascent, AssessmentTerms, Benefit, Downgrade, Every, HUNDRED, Part, PartKind, Progress, Reading, RedemptionGrowth,
    RoughRate, Temporary, Upgrade, hundredths,
};
use crate::book::{Name, Tier, Unit};

/// Months beyond which members' records would grow too large.
const MONTHS_MAX: i64 = 36;
/// Score beyond which a slip is more likely.
pub(super) const SCORE_MAX: i64 = 1_000_000_000;
/// Days of a notice beyond which a slip is more likely.
const NOTICE_DAYS_MAX: i64 = 366;
/// Distances at which members are told that a tier is near: more would be a nuisance.
const DISTANCES_MAX: usize = 5;
/// What a share of a standard may be at most, in whole times.
const REACH_MAX: i64 = 100;

/// What the file needs to know of others.
pub(super) struct Around<'a> {
    pub(super) units: &'a [Unit],
    pub(super) currency: Currency,
    pub(super) days: &'a [NamedDay],
}

/// Reads `ascent`.
pub(super) fn read(node: Node<'_>, tiers: &[Tier], around: &Around<'_>, problems: &mut Problems) -> Option<Ascent> {
    let mut map = node.map(problems)?;
    let reading = map.take("reading").map_or(Some(Reading::Linear), |node| node.choice(Reading::WORDS, problems));
    let out_of = map.take("out_of");
    let whole = out_of.and_then(|node| node.integer_in(1..=SCORE_MAX, problems));
    let months = map.take("months").and_then(|node| values::count(node, 1..=MONTHS_MAX, problems));
    let activity = event_types(map.take("activity"), problems);
    let list = map.require("parts", problems);
    let upgrade = map.take("upgrade").map_or(Some(Upgrade::AtAssessment), |node| node.choice(Upgrade::WORDS, problems));
    let assessment = map.take("assessment").and_then(|node| assessment(node, problems));
    let downgrade = map.take("downgrade").and_then(|node| downgrade(node, problems)).unwrap_or_default();
    let temporary = map.take("temporary");
    let progress = map.take("progress").and_then(|node| progress(node, problems));
    map.finish(problems);
    let reading = reading?;
    match (reading, out_of) {
        (Reading::Weighted, None) => problems.push(node.problem("needs `out_of`, the score of somebody who has all")),
        (Reading::Linear, Some(stray)) => problems.push(stray.problem("goes only with `reading: weighted`")),
        _ => {}
    }
    let parts = parts(list, reading, whole.unwrap_or(SCORE_MAX), around, problems);
    if tiers.iter().skip(1).all(|tier| tier.from.is_none()) {
        problems.push(node.problem("needs tiers with `from`: nobody would rise"));
    }
    if activity.is_empty() && parts.iter().any(|part| part.kind == PartKind::ActiveMonths) {
        problems.push(node.problem("needs `activity`, the types of events that make a day an active one"));
    }
    let temporary = temporary.and_then(|node| temporary_of(node, tiers, &parts, around.days, problems));
    Some(Ascent { reading, months, activity, parts, upgrade: upgrade?, assessment, downgrade, temporary, progress })
}

fn event_types(node: Option<Node<'_>>, problems: &mut Problems) -> Vec<CompactString> {
    let nodes = node.map(Node::one_or_many).unwrap_or_default();
    let check = |text: &str| jifen_vocab::id::check(text).map(|()| CompactString::new(text));
    nodes.into_iter().filter_map(|node| values::id(node, check, problems)).collect()
}

fn parts(
    list: Option<Node<'_>>,
    reading: Reading,
    whole: i64,
    around: &Around<'_>,
    problems: &mut Problems,
) -> Vec<Part> {
    let Some(list) = list else { return Vec::new() };
    let mut found: Vec<Part> = Vec::new();
    let mut weights = Some(Ratio::ZERO);
    for map in maps(Some(list), PartKind::WORDS.len(), problems) {
        let node = map.node();
        let Some((part, weight)) = part(map, reading, whole, around, problems) else { continue };
        if found.iter().any(|other| other.kind == part.kind) {
            problems.push(node.problem(format!("there is a part of `{}` already", part.kind.as_str())));
        }
        weights = weights.zip(weight).and_then(|(sum, weight)| sum.checked_add(weight.ratio()));
        found.push(part);
    }
    if found.is_empty() && problems.is_empty() {
        problems.push(list.problem("needs a part"));
    }
    let is_whole = |rounding| weights.and_then(|sum| sum.round(rounding)) == Some(1);
    if reading == Reading::Weighted && !(is_whole(Rounding::Floor) && is_whole(Rounding::Ceil)) {
        problems.push(list.problem("must have weights that make 100% together"));
    }
    found
}

fn part(
    mut map: MapReader<'_>,
    reading: Reading,
    whole: i64,
    around: &Around<'_>,
    problems: &mut Problems,
) -> Option<(Part, Option<Decimal>)> {
    let kind = map.require("of", problems).and_then(|node| node.choice(PartKind::WORDS, problems));
    let name = map.take("name").and_then(|node| values::both(node, limits::NAME_CHARS_MAX, problems));
    let unit = map.take("unit").map(|node| unit(node, around.units, problems));
    let days = map.take("days");
    let [each, score, most] = [map.take("each"), map.take("score"), map.take("most")];
    let [full, weight] = [map.take("full"), map.take("weight")];
    let node = map.node();
    map.finish(problems);
    let kind = kind?;
    let days = match (kind, days) {
        (PartKind::ActiveMonths, Some(days)) => days.integer_in(1..=28, problems)? as u8,
        (PartKind::ActiveMonths, None) => {
            problems.push(node.problem("needs `days`, the active days that make a month count"));
            return None;
        }
        (_, Some(stray)) => {
            problems.push(stray.problem("goes only with `of: active_months`"));
            return None;
        }
        (_, None) => 0,
    };
    let (each, score, rate, most, share) = match reading {
        Reading::Linear => {
            if let Some(stray) = full.or(weight) {
                problems.push(stray.problem("goes only with `reading: weighted`"));
            }
            let each = amount(node.or_problem(each, "needs `each`", problems)?, kind, around.currency, problems)?;
            let score = node.or_problem(score, "needs `score`", problems)?.integer_in(1..=SCORE_MAX, problems)?;
            let most = most.and_then(|node| node.integer_in(1..=SCORE_MAX, problems)).map(Ratio::whole);
            (each, score, Ratio::new(score, each)?, most, None)
        }
        Reading::Weighted => {
            if let Some(stray) = each.or(score).or(most) {
                problems.push(stray.problem("goes only with `reading: linear`"));
            }
            let full = amount(node.or_problem(full, "needs `full`", problems)?, kind, around.currency, problems)?;
            let share = values::share(node.or_problem(weight, "needs `weight`", problems)?, problems)?;
            let most = share.ratio().checked_mul(Ratio::whole(whole))?;
            let score = most.round(Rounding::Floor)?;
            (full, score, most.checked_div(Ratio::whole(full))?, Some(most), Some(share))
        }
    };
    let unit = unit.unwrap_or_else(|| around.units.first().map(|unit| unit.id.clone()))?;
    let name = name.unwrap_or_else(|| usual_name(kind));
    let whole = match (reading, most) {
        (Reading::Weighted, Some(most)) => hundredths(most),
        _ => score.saturating_mul(HUNDRED),
    };
    let rough = RoughRate {
        hundredths: i128::from(whole),
        each: i128::from(each.max(1)),
        most: most.map_or(i64::MAX, hundredths),
    };
    Some((Part { kind, name, unit, days, each, score, rate, most, rough }, share))
}

/// An amount of what a part counts: money in minor units, or a number.
fn amount(node: Node<'_>, kind: PartKind, currency: Currency, problems: &mut Problems) -> Option<i64> {
    if kind != PartKind::Spent {
        return node.integer_in(1..=AMOUNT_MAX, problems);
    }
    let amount = values::money(node, currency, problems)?;
    node.or_problem(Some(amount).filter(|amount| (1..=AMOUNT_MAX).contains(amount)), "must be above 0", problems)
}

fn usual_name(kind: PartKind) -> Name {
    let (zh, en) = match kind {
        PartKind::ActiveMonths => ("活跃", "Activity"),
        PartKind::Balance => ("成长值", "Growth value"),
        PartKind::Orders => ("订单", "Orders"),
        PartKind::Points => ("积分", "Points"),
        PartKind::Spent => ("消费", "Spending"),
    };
    Name { zh: zh.to_owned(), en: en.to_owned() }
}

fn unit(node: Node<'_>, units: &[Unit], problems: &mut Problems) -> Option<UnitId> {
    let text = node.text(problems)?;
    let found = units.iter().find(|unit| unit.id.as_str() == text).map(|unit| unit.id.clone());
    if found.is_none() {
        let suggestion = closest(text, units.iter().map(|unit| unit.id.as_str()));
        problems.push(node.problem(format!("there is no unit `{text}`")).suggest(suggestion));
    }
    found
}

fn assessment(node: Node<'_>, problems: &mut Problems) -> Option<AssessmentTerms> {
    let mut map = node.map(problems)?;
    let every = map.require("every", problems).and_then(|node| node.choice(Every::WORDS, problems));
    let approval = map.take("approval").map_or(Some(false), |node| node.boolean(problems));
    map.finish(problems);
    Some(AssessmentTerms { every: every?, approval: approval? })
}

fn downgrade(node: Node<'_>, problems: &mut Problems) -> Option<Downgrade> {
    let mut map = node.map(problems)?;
    let notice = map.take("notice_days").map_or(Some(0), |node| values::count(node, 0..=NOTICE_DAYS_MAX, problems));
    let least = map.take("least_months").map_or(Some(0), |node| values::count(node, 0..=MONTHS_MAX, problems));
    map.finish(problems);
    Some(Downgrade { notice_days: notice?, least_months: least? })
}

/// When members are told that the next tier is near.
fn progress(node: Node<'_>, problems: &mut Problems) -> Option<Progress> {
    let mut map = node.map(problems)?;
    let missing_at = map.require("missing", problems);
    let per = map.require("per", problems).and_then(|node| node.choice(Every::WORDS, problems));
    map.finish(problems);
    let list = missing_at.map(Node::one_or_many).unwrap_or_default();
    let mut missing: Vec<i64> = list.into_iter().filter_map(|node| node.integer_in(1..=SCORE_MAX, problems)).collect();
    missing.sort_unstable_by(|a, b| b.cmp(a));
    let fits = (1..=DISTANCES_MAX).contains(&missing.len());
    let missing = missing_at?.or_problem(fits.then_some(missing), "needs 1 to 5 scores", problems);
    Some(Progress { missing: missing?, per: per? })
}

/// What must be spent in a festival follows from the part of spending: what would bring a tier's score alone, times
/// the share.
fn temporary_of(
    node: Node<'_>,
    tiers: &[Tier],
    parts: &[Part],
    days: &[NamedDay],
    problems: &mut Problems,
) -> Option<Temporary> {
    let mut map = node.map(problems)?;
    let during = map.require("during", problems).map(Node::one_or_many).unwrap_or_default();
    let during = Season::read(during, days, problems);
    let reach = map.take("reach").map_or(Some(Decimal::ONE), |node| {
        let share = node.percent(problems)?;
        let fits = !share.is_negative() && !share.is_zero() && share <= Decimal::from(REACH_MAX);
        node.or_problem(fits.then_some(share), "must be above 0%", problems)
    });
    let months = map.require("months", problems).and_then(|node| values::count(node, 1..=MONTHS_MAX, problems));
    map.finish(problems);
    let spending = parts.iter().find(|part| part.kind == PartKind::Spent && part.most.is_none());
    let spending = node.or_problem(spending, "needs a part of `spent` without bound", problems)?;
    let (reach, during) = (reach?, during?);
    let standard = |tier: &Tier| {
        let alone = spending.needed(0, tier.from?.checked_mul(HUNDRED)?)?;
        let whole = reach.ratio().checked_mul(Ratio::whole(alone))?.round(Rounding::Ceil)?;
        Some((tier.id.clone(), whole))
    };
    Some(Temporary { during, reach, months: months?, standards: tiers.iter().filter_map(standard).collect() })
}

/// Reads `growth`.
pub(super) fn growth(node: Node<'_>, around: &Around<'_>, problems: &mut Problems) -> Option<RedemptionGrowth> {
    let mut map = node.map(problems)?;
    let place = map.require("unit", problems);
    let grown = place.and_then(|node| unit(node, around.units, problems));
    let of = map.take("of").map(|node| unit(node, around.units, problems));
    let each = map.require("each", problems).and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems));
    let growth = map.require("gives", problems).and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems));
    map.finish(problems);
    let grown = grown?;
    let is_spent = around.units.iter().any(|unit| unit.id == grown && unit.spendable);
    if let Some(place) = place.filter(|_| is_spent) {
        problems.push(place.problem("can be spent: redemptions raise a unit that cannot"));
    }
    let of = of.unwrap_or_else(|| around.units.first().map(|unit| unit.id.clone()))?;
    Some(RedemptionGrowth { unit: grown, of, each: each?, growth: growth? })
}

/// Reads `benefits`.
pub(super) fn benefits(node: Node<'_>, tiers: &[Tier], problems: &mut Problems) -> Vec<Benefit> {
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for mut map in maps(Some(node), limits::BENEFITS_MAX, problems) {
        let place = map.require("id", problems);
        let check = |text: &str| jifen_vocab::id::check(text).map(|()| CompactString::new(text));
        let id = place.and_then(|node| values::id(node, check, problems));
        let name = values::name(&mut map, problems);
        let of = map.require("tiers", problems).and_then(|node| node.entries(problems)).unwrap_or_default();
        map.finish(problems);
        let read = |(key, value): (&str, Node<'_>)| {
            let tier = values::tier(key, value, tiers, problems);
            let told = values::both(value, limits::TERMS_CHARS_MAX, problems);
            tier.zip(told)
        };
        let of = of.into_iter().filter_map(read).collect();
        let (Some(place), Some(id)) = (place, id) else { continue };
        unique(&mut seen, &id, place, problems);
        found.push(Benefit { id, name, tiers: of });
    }
    found
}
