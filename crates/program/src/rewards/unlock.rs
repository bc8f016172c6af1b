//! Rewards that are unlocked by what a member did (CAT-17).

use compact_str::CompactString;
use jifen_rules::cel::{Condition, Scope};
use jifen_rules::{Facts, LocalTime, MemberFacts, NoData, TierFacts};
use jifen_vocab::{Refusal, Timestamp};

use super::Unlock;
use crate::book::RuleBook;
use crate::book::stages;
use crate::member::{BadgeHeld, Member};

/// What a condition may know of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deeds {
    /// The identifier.
    id: CompactString,
    /// Counted orders.
    orders: i64,
    /// What they paid, in minor units.
    spent: i64,
    /// When the membership began.
    joined: Timestamp,
    /// When the member last did something.
    active: Option<Timestamp>,
    /// What the member was given of badges, titles and frames.
    badges: Vec<BadgeHeld>,
}

impl Deeds {
    /// Of a member.
    pub fn of(member: &Member) -> Deeds {
        let body = &member.body;
        Deeds {
            id: CompactString::new(body.id.as_str()),
            orders: body.orders,
            spent: body.spent,
            joined: body.joined,
            active: body.active,
            badges: body.badges.clone(),
        }
    }
}

impl Unlock {
    /// The condition, compiled.
    ///
    /// # Errors
    /// `invalid-field` at `/unlock/when` with what is wrong.
    pub fn compile(&self, book: &RuleBook) -> Result<Condition, Refusal> {
        let tiers = book.tiers.iter().map(|tier| CompactString::new(tier.id.as_str())).collect();
        let condition = Condition::compile(&self.when, &Scope { streaks: Vec::new(), tiers });
        let condition =
            condition.map_err(|error| Refusal::field("/unlock/when", &format!("be a condition; {error}")))?;
        if condition.mentions_line() || condition.mentions_lines() {
            return Err(Refusal::field("/unlock/when", "look at the member only: there is no order here"));
        }
        Ok(condition)
    }
}

/// Whether the condition holds for somebody. Nobody in particular has done nothing.
pub fn is_unlocked(
    condition: &Condition,
    deeds: Option<&Deeds>,
    tags: &[CompactString],
    tier: &str,
    book: &RuleBook,
    now: Timestamp,
) -> bool {
    let Some(deeds) = deeds else { return false };
    let tier = book.tier(tier);
    let since = |instant: Timestamp| i64::from(book.zone.day_of(now).number() - book.zone.day_of(instant).number());
    let days = since(deeds.joined);
    let idle_days = since(deeds.active.unwrap_or(deeds.joined));
    let seen = stages::Seen { idle_days, days, orders: deeds.orders, spent: deeds.spent };
    let stage = stages::stage_of(&book.stages, &seen).map_or("", |rule| rule.stage.as_str());
    let held = deeds.badges.iter().filter(|held| held.until.is_none_or(|until| now < until));
    let badges: Vec<CompactString> = held.map(|held| held.badge.clone()).collect();
    let facts = Facts {
        event_type: "",
        event_source: "",
        at: now,
        local: LocalTime::at(&book.zone, now),
        order: None,
        lines: &[],
        member: MemberFacts {
            id: &deeds.id,
            tags,
            badges: &badges,
            orders: deeds.orders,
            spent: deeds.spent,
            days,
            idle_days,
            stage,
        },
        tier: TierFacts {
            id: tier.id.as_str(),
            rank: i64::from(tier.rank),
            earning_multiplier: tier.earning_multiplier,
        },
        channel: None,
        store: None,
        streaks: &[],
        data: &NoData,
    };
    condition.holds(&facts, None).unwrap_or(false)
}
