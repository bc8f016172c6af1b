//! `tiers.yaml`: tiers of members, lowest first; how members rise and fall; what each tier gets.

use jifen_ledger::Validity;
use jifen_rules::NamedDay;
use jifen_rules::document::{MapReader, Node, Problems, closest};
use jifen_vocab::{Currency, Decimal, TierId, UnitId};

use super::findings::Findings;
use super::values::{maps, unique};
use super::{ascent, limits, values};
use crate::book::ascent::{Ascent, Benefit, RedemptionGrowth};
use crate::book::{Tier, Unit};

/// What a tier may multiply by at most; beyond it a slip is more likely.
const MULTIPLIER_MAX: i64 = 100;

/// What the file says.
#[derive(Default)]
pub(super) struct Terms {
    pub(super) tiers: Vec<Tier>,
    pub(super) ascent: Option<Ascent>,
    pub(super) growth: Option<RedemptionGrowth>,
    pub(super) benefits: Vec<Benefit>,
}

/// Reads the file.
pub(super) fn read(
    root: Node<'_>,
    units: &[Unit],
    currency: Currency,
    days: &[NamedDay],
    findings: &mut Findings,
) -> Terms {
    let Some(mut map) = root.map(&mut findings.problems) else { return Terms::default() };
    let list = map.require("tiers", &mut findings.problems);
    let (ascends, grows, matrix) = (map.take("ascent"), map.take("growth"), map.take("benefits"));
    map.finish(&mut findings.problems);
    let tiers = tiers(root, list, units, findings);
    let problems = &mut findings.problems;
    let around = ascent::Around { units, currency, days };
    Terms {
        ascent: ascends.and_then(|node| ascent::read(node, &tiers, &around, problems)),
        growth: grows.and_then(|node| ascent::growth(node, &around, problems)),
        benefits: matrix.map(|node| ascent::benefits(node, &tiers, problems)).unwrap_or_default(),
        tiers,
    }
}

fn tiers(root: Node<'_>, list: Option<Node<'_>>, units: &[Unit], findings: &mut Findings) -> Vec<Tier> {
    let mut tiers: Vec<Tier> = Vec::new();
    let mut seen = Vec::new();
    for mut map in maps(list, limits::TIERS_MAX, &mut findings.problems) {
        let place = map.require("id", &mut findings.problems);
        let id = place.and_then(|node| values::id(node, TierId::new, &mut findings.problems));
        let name = values::name(&mut map, &mut findings.problems);
        let multiplier = multiplier(&mut map, tiers.last(), &mut findings.problems);
        let validity = map.take("validity").map(|node| validities(node, units, findings)).unwrap_or_default();
        let from = map.take("from");
        let reached = from.and_then(|node| rising(node, tiers.last(), &mut findings.problems));
        let keep = map.take("keep").and_then(|node| kept(node, reached, &mut findings.problems));
        map.finish(&mut findings.problems);
        let (Some(place), Some(id)) = (place, id) else { continue };
        unique(&mut seen, id.as_str(), place, &mut findings.problems);
        let rank = tiers.len() as u8;
        let tier = Tier { id, name, rank, earning_multiplier: multiplier, validity, from: reached, keep };
        if let Some(unit) = tiers.last().and_then(|below| shorter(&tier, below, units)) {
            let message = format!("keeps `{unit}` for a shorter time than the tier below it");
            findings.warnings.push(place.problem(message));
        }
        tiers.push(tier);
    }
    if tiers.is_empty() && findings.problems.is_empty() {
        findings.problems.push(root.problem("needs a tier: members without distinction are one tier"));
    }
    tiers
}

/// The score from which on a tier is reached: higher than that of the tier before.
fn rising(node: Node<'_>, below: Option<&Tier>, problems: &mut Problems) -> Option<i64> {
    let from = node.integer_in(0..=ascent::SCORE_MAX, problems)?;
    let rises = below.and_then(|below| below.from).is_none_or(|below| below < from);
    node.or_problem(rises.then_some(from), "must be above that of the tier before it", problems)
}

/// The score below which a tier is lost: at most the one that reaches it.
fn kept(node: Node<'_>, from: Option<i64>, problems: &mut Problems) -> Option<i64> {
    let keep = node.integer_in(0..=ascent::SCORE_MAX, problems)?;
    let fits = from.is_some_and(|from| keep <= from);
    node.or_problem(fits.then_some(keep), "must be at most `from`, which it needs", problems)
}

fn multiplier(map: &mut MapReader<'_>, below: Option<&Tier>, problems: &mut Problems) -> Decimal {
    let Some(node) = map.take("earning_multiplier") else { return Decimal::ONE };
    let Some(number) = node.decimal(problems) else { return Decimal::ONE };
    let fits = Some(number).filter(|number| !number.is_negative() && *number <= Decimal::from(MULTIPLIER_MAX));
    node.or_problem(fits, &format!("must be from 0 to {MULTIPLIER_MAX}"), problems);
    if let Some(below) = below.filter(|below| below.earning_multiplier > number) {
        let message = format!(
            "is less than {} of `{}` before it: tiers are written lowest first",
            below.earning_multiplier, below.id
        );
        problems.push(node.problem(message));
    }
    number
}

/// `validity: { points: natural_year }`: by unit.
fn validities(node: Node<'_>, units: &[Unit], findings: &mut Findings) -> Vec<(UnitId, Validity)> {
    let mut validities = Vec::new();
    for (key, value) in node.entries(&mut findings.problems).unwrap_or_default() {
        let validity = values::validity(value, findings);
        match units.iter().find(|unit| unit.id.as_str() == key) {
            Some(unit) => validities.extend(validity.map(|validity| (unit.id.clone(), validity))),
            None => {
                let suggestion = closest(key, units.iter().map(|unit| unit.id.as_str()));
                findings.problems.push(value.problem(format!("there is no unit `{key}`")).suggest(suggestion));
            }
        }
    }
    validities
}

/// A unit that lives shorter in a tier than in the one below it.
fn shorter<'u>(tier: &Tier, below: &Tier, units: &'u [Unit]) -> Option<&'u UnitId> {
    let of = |tier: &Tier, unit: &Unit| {
        let own = tier.validity.iter().find(|(id, _)| *id == unit.id);
        own.map_or_else(|| unit.validity.clone(), |(_, validity)| validity.clone())
    };
    let lives = |validity: &Validity| match validity {
        Validity::Forever => Some(u32::MAX),
        other => other.nominal_days(),
    };
    let is_shorter = |unit: &&Unit| {
        let days = lives(&of(tier, unit)).zip(lives(&of(below, unit)));
        days.is_some_and(|(days, days_below)| days < days_below)
    };
    units.iter().find(is_shorter).map(|unit| &unit.id)
}
