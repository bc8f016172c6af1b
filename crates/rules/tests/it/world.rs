//! A small program to judge events in: names, a member, an order.

use std::cell::Cell;
use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_rules::document::{Document, Problems};
use jifen_rules::judge::{FreshRoom, Judged};
use jifen_rules::rule::{Budget, Cap, Rule};
use jifen_rules::{
    Draw, Facts, LineFacts, LocalTime, MemberFacts, Names, OrderFacts, Room, RuleSet, TierFacts, UnitName,
};
use jifen_vocab::{Currency, Decimal, SourceLabel, TierId, Timestamp, UnitId, Zone};
use serde_json::{Value, json};

pub(crate) const TIERS: [(&str, &str); 4] = [("ordinary", "1"), ("silver", "1.2"), ("gold", "1.5"), ("diamond", "2")];

/// The names of a program like the rule book's: a point is worth a fen of yuan.
pub(crate) fn names() -> Names {
    let unit = |id: &str, value: Option<&str>| UnitName { id: UnitId::new(id).unwrap(), value: value.map(decimal) };
    let label = |name: &str| SourceLabel::new(name).unwrap();
    let labels = ["purchase", "campaign", "store", "interaction", "sign-in", "lucky", "content", "task", "green"];
    Names {
        zone: Zone::named("Asia/Shanghai").unwrap(),
        currency: Currency::CNY,
        units: vec![unit("points", Some("0.01")), unit("growth", None), unit("task", None)],
        default_unit: UnitId::new("points").unwrap(),
        tiers: TIERS.iter().map(|(tier, _)| TierId::new(tier).unwrap()).collect(),
        sources: labels.map(label).into(),
        source_of: [("order.paid".to_owned(), label("purchase")), ("member.signed_in".to_owned(), label("sign-in"))]
            .into(),
        streaks: vec![CompactString::new("sign_in")],
        places: Vec::new(),
        days: Vec::new(),
    }
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Compiles a document of rules, multipliers and caps.
pub(crate) fn book(text: &str) -> RuleSet {
    let mut problems = Problems::new();
    let document = Document::parse("earning.yaml", text, &mut problems).unwrap_or_else(|| panic!("{problems:?}"));
    RuleSet::compile(document.root(), &names()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// An event to judge; amounts in fen.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: &'static str,
    pub(crate) at: &'static str,
    pub(crate) amount: Option<i64>,
    pub(crate) lines: Vec<(&'static str, i64, i64)>,
    pub(crate) tier: &'static str,
    pub(crate) orders: i64,
    pub(crate) days: i64,
    pub(crate) streak: i64,
    pub(crate) channel: Option<&'static str>,
    pub(crate) store: Option<&'static str>,
    pub(crate) tags: Vec<CompactString>,
    pub(crate) data: Value,
}

impl Event {
    /// A payment of an ordinary member who has bought before.
    pub(crate) fn paid(amount: i64) -> Event {
        Event {
            kind: "order.paid",
            at: "2026-03-03T12:00:00+08:00",
            amount: Some(amount),
            lines: Vec::new(),
            tier: "ordinary",
            orders: 3,
            days: 100,
            streak: 0,
            channel: Some("app"),
            store: None,
            tags: Vec::new(),
            data: json!({}),
        }
    }

    /// An event that is no order.
    pub(crate) fn of(kind: &'static str) -> Event {
        Event { kind, amount: None, ..Event::paid(0) }
    }

    /// The lines (category, quantity, amount); the order's amount becomes their sum.
    pub(crate) fn lines(self, lines: &[(&'static str, i64, i64)]) -> Event {
        Event { amount: Some(lines.iter().map(|(_, _, amount)| amount).sum()), lines: lines.to_vec(), ..self }
    }

    pub(crate) fn tier(self, tier: &'static str) -> Event {
        Event { tier, ..self }
    }

    pub(crate) fn at(self, at: &'static str) -> Event {
        Event { at, ..self }
    }

    /// Hands the facts of this event to somebody.
    pub(crate) fn facts<T>(&self, with: impl FnOnce(&Facts<'_>) -> T) -> T {
        let at = Timestamp::parse_rfc3339(self.at).unwrap();
        let line = |(category, quantity, amount): &(&'static str, i64, i64)| LineFacts {
            sku: None,
            category: Some(*category).filter(|category| !category.is_empty()),
            quantity: *quantity,
            amount: *amount,
        };
        let lines: Vec<LineFacts<'_>> = self.lines.iter().map(line).collect();
        let rank = TIERS.iter().position(|(tier, _)| *tier == self.tier).unwrap();
        let order = |amount| OrderFacts {
            id: "1001",
            amount,
            currency: Currency::CNY,
            discount: 0,
            shipping: 0,
            points_paid: 0,
        };
        with(&Facts {
            event_type: self.kind,
            event_source: "/shop/online",
            at,
            local: LocalTime::at(&names().zone, at),
            order: self.amount.map(order),
            lines: &lines,
            member: MemberFacts {
                id: "h906",
                tags: &self.tags,
                badges: &[],
                orders: self.orders,
                spent: 0,
                days: self.days,
                idle_days: 0,
                stage: "",
            },
            tier: TierFacts { id: self.tier, rank: rank as i64, earning_multiplier: decimal(TIERS[rank].1) },
            channel: self.channel,
            store: self.store,
            streaks: &[self.streak],
            data: &self.data,
        })
    }

    /// Judged by a member with nothing used; chances are not drawn.
    pub(crate) fn judged(&self, set: &RuleSet) -> Judged {
        self.judged_in(set, &FreshRoom)
    }

    pub(crate) fn judged_in(&self, set: &RuleSet, room: &dyn Room) -> Judged {
        self.facts(|facts| set.judge(facts, room, Draw::Odds))
    }

    /// Judged with these numbers drawn, one after another.
    pub(crate) fn drawn(&self, set: &RuleSet, numbers: &[u32]) -> Judged {
        let at = Cell::new(0);
        let mut next = || {
            at.set(at.get() + 1);
            numbers[at.get() - 1]
        };
        self.facts(|facts| set.judge(facts, &FreshRoom, Draw::Numbers(&mut next)))
    }

    /// The points of all awards together.
    pub(crate) fn points(&self, set: &RuleSet) -> i64 {
        self.judged(set).awards.iter().map(|award| award.points).sum()
    }
}

/// What a member used so far, by the key of the cap, what budgets have left, which rules gave their award.
#[derive(Debug, Clone, Default)]
pub(crate) struct Used {
    pub(crate) caps: BTreeMap<String, i64>,
    pub(crate) budgets: BTreeMap<String, i64>,
    pub(crate) earned: Vec<String>,
    pub(crate) totals: BTreeMap<String, i64>,
}

impl Used {
    pub(crate) fn cap(key: &str, points: i64) -> Used {
        Used { caps: [(key.to_owned(), points)].into(), ..Used::default() }
    }
}

impl Room for Used {
    fn used(&self, cap: &Cap) -> i64 {
        self.caps.get(cap.key.as_str()).copied().unwrap_or(0)
    }

    fn left(&self, budget: &Budget) -> i64 {
        self.budgets.get(budget.name.as_str()).copied().unwrap_or(budget.points)
    }

    fn earned(&self, rule: &Rule) -> bool {
        self.earned.iter().any(|id| id == rule.id.as_str())
    }

    fn total(&self, rule: &Rule) -> i64 {
        self.totals.get(rule.id.as_str()).copied().unwrap_or(0)
    }
}

/// Refusals as `rule code fact=value …`.
pub(crate) fn refusals(set: &RuleSet, judged: &Judged) -> Vec<String> {
    let shown = |refused: &jifen_rules::judge::Refused| {
        let mut text = format!("{} {}", set.rule(refused.rule).id, refused.refusal.code.as_str());
        for (name, fact) in &refused.refusal.facts {
            match fact {
                jifen_vocab::Fact::Number(value) => text.push_str(&format!(" {name}={value}")),
                jifen_vocab::Fact::Word(value) => text.push_str(&format!(" {name}={value}")),
            }
        }
        text
    };
    judged.refusals.iter().map(shown).collect()
}
