//! Earning: what a rule book gives for an event, granted into a wallet.
//!
//! Nouns: [`Award`], [`Budget`], [`MemberRoom`]. Invariants: a cap counts what was given in its period and never gets
//! its room back; a budget gets its points back when an award is taken back; every award says how it came about.

mod budget;
mod facts;
mod once;
mod room;

use compact_str::CompactString;
use jifen_ledger::{Cause, Dated, EntryKind, Grant, Granted, Release};
use jifen_rules::rule::BudgetIndex;
use jifen_rules::{Judged, Period, Rule};
use jifen_vocab::{Day, GiftGiven, OrderId, Points, Refusal, RuleId, SourceLabel, TierId, Timestamp, UnitId, Why};
use serde::{Deserialize, Serialize};

use crate::book::{Earning, Pending, RuleBook};
use crate::wallets::Sitting;

pub use budget::{BUDGET, Budget};
pub use facts::{LazyData, LineView, lines_paid, local, member_facts, order_facts, tier_facts};
pub use once::{ONCE, Once, once_ids};
pub use room::MemberRoom;

/// An award as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// The unit.
    #[serde(rename = "u")]
    pub unit: UnitId,
    /// How much.
    #[serde(rename = "p")]
    pub points: Points,
    /// When it can be spent: the event's time unless it is pending; none while it waits for another event.
    #[serde(rename = "a")]
    pub available_at: Option<Timestamp>,
    /// When it lapses; none for never, or while that counts from its release.
    #[serde(rename = "x")]
    pub expires_at: Option<Timestamp>,
    /// The label it is reported under (PROG-04).
    #[serde(rename = "s")]
    pub source: SourceLabel,
    /// The rule.
    #[serde(rename = "r")]
    pub rule: RuleId,
    /// The version of the rule book.
    #[serde(rename = "v")]
    pub version: u32,
    /// How it came about.
    #[serde(rename = "w")]
    pub why: Why,
}

/// Why a rule gave nothing, or less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The rule, where it was one.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// Why.
    #[serde(rename = "c")]
    pub refusal: Refusal,
}

/// A chance that a dry run did not draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Odds {
    /// The rule.
    pub rule: RuleId,
    /// The chance in parts of a million.
    pub chance_ppm: u32,
    /// The fewest points, before limits.
    pub from: i64,
    /// The most points, before limits.
    pub to: i64,
}

/// What came of an award: for the answer, and for whoever keeps it to take it back some day.
#[derive(Debug, Clone)]
pub struct Given {
    /// For the answer.
    pub award: Award,
    /// Exactly which points.
    pub granted: Granted,
    /// The points of each line the award is based on.
    pub lines: Vec<(u32, i64)>,
    /// The budget that paid.
    pub budget: Option<CompactString>,
    /// The reward of the shelf that came with it.
    pub gift: Option<GiftGiven>,
}

/// When, in which tier and about what an event is judged.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The rule book of the event's time.
    pub book: &'a RuleBook,
    /// The event's time.
    pub at: Timestamp,
    /// The member's tier at that time.
    pub tier: &'a TierId,
    /// The order it is about.
    pub order: Option<&'a OrderId>,
    /// What brought it about, apart from the rule.
    pub cause: &'a Cause,
}

/// Grants what the rules decided and counts it in caps.
///
/// # Errors
/// `limit-exceeded` where the wallet is as full as it may get: nothing of the event counts then.
pub fn grant(sitting: &mut Sitting, occasion: &Occasion<'_>, judged: &Judged) -> Result<Vec<Given>, Refusal> {
    let book = occasion.book;
    let day = book.zone.day_of(occasion.at);
    let mut given = Vec::with_capacity(judged.awards.len());
    for award in &judged.awards {
        let rule = book.rules.rule(award.rule);
        let cause = Cause {
            rule: Some(rule.id.clone()),
            version: Some(book.version),
            label: Some(rule.source.clone()),
            why: Some(Box::new(award.why.clone())),
            ..occasion.cause.clone()
        };
        let terms = &book.earning[award.rule.0 as usize];
        let granted = sitting.ledger().grant(Grant {
            unit: rule.unit.clone(),
            points: Points::new(award.points),
            effective_at: occasion.at,
            dated: dated(occasion, rule, terms),
            release: release(occasion, terms),
            kind: EntryKind::Earn,
            cause,
        })?;
        for cap in &award.counted {
            let cap = book.rules.cap(*cap);
            let (start, keep) = period(cap.per, day);
            sitting.member.use_cap(&cap.key, start, keep, award.points);
        }
        if let Some(once) = rule.once {
            let (start, keep) = period(once, day);
            sitting.member.use_cap(&once_key(rule), start, keep, 1);
        }
        if let Some(total) = rule.total {
            let (start, keep) = period(total, day);
            sitting.member.use_cap(&total_key(rule), start, keep, in_full(award));
        }
        let lines = award.lines.iter().map(|share| (share.0, share.1)).collect();
        let budget = award.budget.map(|budget| book.rules.budget(budget).name.clone());
        given.push(Given { award: public(book, rule, award, &granted), granted, lines, budget, gift: None });
    }
    // A chance of a period is drawn once in it, whatever came of it.
    for missed in &judged.missed {
        let rule = book.rules.rule(missed.rule);
        if let Some(once) = rule.once {
            let (start, keep) = period(once, day);
            sitting.member.use_cap(&once_key(rule), start, keep, 1);
        }
    }
    Ok(given)
}

/// What an award was before limits trimmed it.
pub fn in_full(award: &jifen_rules::Award) -> i64 {
    award.why.untrimmed.unwrap_or(award.points)
}

fn public(book: &RuleBook, rule: &Rule, award: &jifen_rules::Award, granted: &Granted) -> Award {
    Award {
        unit: rule.unit.clone(),
        points: Points::new(award.points),
        available_at: granted.available_at,
        expires_at: granted.expires_at,
        source: rule.source.clone(),
        rule: rule.id.clone(),
        version: book.version,
        why: award.why.clone(),
    }
}

/// A rule's validity overrides the tier's, which overrides the unit's (EXP-04); it is fixed when points are earned
/// (decision 8).
fn dated(occasion: &Occasion<'_>, rule: &Rule, terms: &Earning) -> Dated {
    let book = occasion.book;
    let validity = terms.validity.clone().or_else(|| {
        let unit = book.unit(rule.unit.as_str())?;
        Some(book.validity(unit, book.tier(occasion.tier.as_str())))
    });
    match validity {
        None => Dated::At(None),
        Some(validity) if terms.from_release => Dated::OnRelease(validity),
        Some(validity) => Dated::At(validity.expires_at(occasion.at, &book.zone)),
    }
}

fn release(occasion: &Occasion<'_>, terms: &Earning) -> Option<Release> {
    let zone = &occasion.book.zone;
    match terms.pending.as_ref()? {
        Pending::Days(days) => Some(Release::after_days(*days, occasion.at, zone)),
        Pending::On(day) => Some(Release::At(zone.start_of(*day))),
        Pending::Until { event, within_days } => {
            let Release::At(until) = Release::after_days(*within_days, occasion.at, zone) else { return None };
            Some(Release::Awaiting {
                event: CompactString::new(event),
                key: occasion.order.map(|order| CompactString::new(order.as_str())),
                until,
            })
        }
    }
}

/// The first day of the period a day lies in, and for how many days after it late events may still fall into it; none
/// for a period without end.
pub fn period(per: Period, day: Day) -> (Day, Option<i32>) {
    match per {
        Period::Day => (day, Some(0)),
        Period::Week => (day.start_of_week(), Some(6)),
        Period::Month => (day.start_of_month(), Some(30)),
        Period::Year => (day.start_of_year(), Some(365)),
        Period::Ever => (Day::from_number(0), None),
    }
}

/// Under which name it is kept that a rule gave its award of a period.
pub fn once_key(rule: &Rule) -> CompactString {
    compact_str::format_compact!("once/{}", rule.id)
}

/// Under which name it is kept what a rule that tells the whole of a period has come to.
pub fn total_key(rule: &Rule) -> CompactString {
    compact_str::format_compact!("total/{}", rule.id)
}

/// Which budgets rules on that type of event are paid from.
pub fn budgets_on<'a>(book: &'a RuleBook, event_type: &str) -> impl Iterator<Item = BudgetIndex> + 'a {
    book.rules.rules_on(event_type).iter().filter_map(|&rule| book.rules.rule(rule).budget())
}
