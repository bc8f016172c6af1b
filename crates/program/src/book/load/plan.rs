//! `plan` of `prices.yaml`: how prices follow what happens.

use jifen_rules::document::{MapReader, Node, Problems};
use jifen_vocab::{Currency, Decimal, limits::AMOUNT_MAX};

use super::values;
use crate::book::ascent::Every;
use crate::book::plan::{
    BudgetRule, ConsumptionRule, CostShareRule, EvaluationRule, FloatRule, PlanTerms, SatisfactionRule, SurgeAnswer,
    SurgeRule,
};

/// Days beyond which a slip is more likely: a year.
const DAYS_MAX: i64 = 366;

/// Who carries proposals out.
const BY: [(&str, bool); 2] = [("itself", true), ("operator", false)];

/// A way to answer a surge.
type Answer = fn(Decimal) -> SurgeAnswer;

/// What is done about a surge.
const ANSWERS: [(&str, Answer); 2] = [("rise", SurgeAnswer::Rise), ("supply", SurgeAnswer::Supply)];

/// Reads the map.
pub(super) fn read(node: Node<'_>, currency: Currency, problems: &mut Problems) -> PlanTerms {
    let Some(mut map) = node.map(problems) else { return PlanTerms::default() };
    let mut number = |key| map.take(key).and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems));
    let (high_from, low_below) = (number("high_from"), number("low_below"));
    let terms = PlanTerms {
        alone: map.take("carried_out_by").and_then(|node| node.choice(&BY, problems)).unwrap_or(false),
        every: map.take("every").and_then(|node| node.choice(Every::WORDS, problems)),
        high_from: high_from.unwrap_or(AMOUNT_MAX),
        low_below: low_below.unwrap_or(0),
        budget: map.take("budget").and_then(|node| budget(node, currency, problems)),
        cost_share: map.take("cost_share").and_then(|node| cost_share(node, problems)),
        consumption: map.take("consumption").and_then(|node| consumption(node, problems)),
        satisfaction: map.take("satisfaction").and_then(|node| satisfaction(node, problems)),
        surge: map.take("surge").and_then(|node| surge(node, problems)),
        retire_fall: map.take("retire_fall").and_then(|node| values::share(node, problems)),
        evaluation: map.take("evaluation").and_then(|node| evaluation(node, problems)),
        float: map.take("float").and_then(|node| float(node, problems)),
    };
    map.finish(problems);
    terms
}

fn share(map: &mut MapReader<'_>, key: &'static str, problems: &mut Problems) -> Option<Decimal> {
    map.require(key, problems).and_then(|node| values::share(node, problems))
}

fn weight(map: &mut MapReader<'_>, key: &'static str, problems: &mut Problems) -> Option<Decimal> {
    map.require(key, problems).and_then(|node| values::weight(node, problems))
}

fn pieces(map: &mut MapReader<'_>, key: &'static str, problems: &mut Problems) -> Option<i64> {
    map.require(key, problems).and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems))
}

fn budget(node: Node<'_>, currency: Currency, problems: &mut Problems) -> Option<BudgetRule> {
    let mut map = node.map(problems)?;
    let quarter = map.require("quarter", problems).and_then(|node| values::money(node, currency, problems));
    let (rise, supply) = (share(&mut map, "rise", problems), share(&mut map, "supply", problems));
    map.finish(problems);
    Some(BudgetRule { quarter: quarter?, rise: rise?, supply: supply? })
}

fn cost_share(node: Node<'_>, problems: &mut Problems) -> Option<CostShareRule> {
    let mut map = node.map(problems)?;
    let above = share(&mut map, "above", problems);
    let back_to = map.require("back_to", problems).and_then(|node| {
        let back_to = values::share(node, problems)?;
        let fits = above.is_none_or(|above| back_to <= above);
        node.or_problem(fits.then_some(back_to), "must not lie above `above`", problems)
    });
    let (rise, supply) = (share(&mut map, "rise", problems), share(&mut map, "supply", problems));
    map.finish(problems);
    Some(CostShareRule { above: above?, back_to: back_to?, rise: rise?, supply: supply? })
}

fn consumption(node: Node<'_>, problems: &mut Problems) -> Option<ConsumptionRule> {
    let mut map = node.map(problems)?;
    let (below, fall) = (share(&mut map, "below", problems), share(&mut map, "fall", problems));
    map.finish(problems);
    Some(ConsumptionRule { below: below?, fall: fall? })
}

fn satisfaction(node: Node<'_>, problems: &mut Problems) -> Option<SatisfactionRule> {
    let mut map = node.map(problems)?;
    let below = map.require("below", problems).and_then(|node| values::stars(node, problems));
    let least = pieces(&mut map, "least", problems);
    let fall = share(&mut map, "fall", problems);
    map.finish(problems);
    Some(SatisfactionRule { below: below?, least: least?, fall: fall? })
}

fn surge(node: Node<'_>, problems: &mut Problems) -> Option<SurgeRule> {
    let mut map = node.map(problems)?;
    let days = map.require("days", problems).and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    let above = weight(&mut map, "above", problems);
    let least = pieces(&mut map, "least", problems);
    let by = share(&mut map, "by", problems);
    let answer = map.require("answer", problems).and_then(|node| node.choice(&ANSWERS, problems));
    map.finish(problems);
    Some(SurgeRule { days: days?, above: above?, least: least?, answer: answer?(by?) })
}

fn evaluation(node: Node<'_>, problems: &mut Problems) -> Option<EvaluationRule> {
    let mut map = node.map(problems)?;
    let least_quotes = pieces(&mut map, "least_quotes", problems);
    let conversion_below = share(&mut map, "conversion_below", problems);
    let benefit_above = weight(&mut map, "benefit_above", problems);
    let fall = share(&mut map, "fall", problems);
    map.finish(problems);
    Some(EvaluationRule {
        least_quotes: least_quotes?,
        conversion_below: conversion_below?,
        benefit_above: benefit_above?,
        fall: fall?,
    })
}

fn float(node: Node<'_>, problems: &mut Problems) -> Option<FloatRule> {
    let mut map = node.map(problems)?;
    let consumption = share(&mut map, "consumption", problems);
    let stars = map.require("stars", problems).and_then(|node| values::stars(node, problems));
    let cost = share(&mut map, "cost", problems);
    let competition = weight(&mut map, "competition", problems);
    let weights = map.require("weights", problems).and_then(|node| weights(node, problems));
    map.finish(problems);
    Some(FloatRule {
        consumption: consumption?,
        stars: stars?,
        cost: cost?,
        competition: competition?,
        weights: weights?,
    })
}

fn weights(node: Node<'_>, problems: &mut Problems) -> Option<[Decimal; 4]> {
    let mut map = node.map(problems)?;
    let behavior = share(&mut map, "behavior", problems);
    let satisfaction = share(&mut map, "satisfaction", problems);
    let (cost, competition) = (share(&mut map, "cost", problems), share(&mut map, "competition", problems));
    map.finish(problems);
    Some([behavior?, satisfaction?, cost?, competition?])
}
