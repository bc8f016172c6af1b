//! What rules may look at, from an event and a member.

use std::cell::OnceCell;

use compact_str::CompactString;
use jifen_rules::formula::apportion;
use jifen_rules::{DataLookup, LineFacts, LocalTime, MemberFacts, OrderFacts, TierFacts};
use jifen_vocab::{Day, Timestamp, Zone};
use serde_json::Value;
use smallvec::SmallVec;

use crate::book::stages::Stage;
use crate::book::{RuleBook, Tier};
use crate::events::OrderPaid;
use crate::member::Member;

/// An event's data, parsed when a rule first asks for a field.
#[derive(Debug)]
pub struct LazyData<'a> {
    json: &'a [u8],
    parsed: OnceCell<Value>,
}

impl<'a> LazyData<'a> {
    /// Data that may be asked for.
    pub fn new(json: &'a [u8]) -> Self {
        LazyData { json, parsed: OnceCell::new() }
    }
}

impl DataLookup for LazyData<'_> {
    fn find(&self, path: &[CompactString]) -> Option<&Value> {
        let parsed = self.parsed.get_or_init(|| serde_json::from_slice(self.json).unwrap_or(Value::Null));
        parsed.find(path)
    }
}

/// The lines of an order as rules see them.
pub type LineView<'a> = SmallVec<[LineFacts<'a>; 8]>;

/// An order as rules see it.
pub fn order_facts<'a>(book: &RuleBook, paid: &'a OrderPaid) -> OrderFacts<'a> {
    OrderFacts {
        id: paid.order.as_str(),
        amount: paid.amount,
        currency: book.currency,
        discount: paid.discount,
        shipping: paid.shipping,
        points_paid: paid.points_paid,
    }
}

/// Lines by what was paid for them: a discount and what points paid weigh on all lines alike, by largest remainder;
/// shipping earns nothing. A kind of goods that the rule book does not know counts as its default.
pub fn lines_paid<'a>(book: &'a RuleBook, paid: &'a OrderPaid) -> LineView<'a> {
    let gross: i64 = paid.lines.iter().map(|line| line.amount).sum();
    let goods = (paid.amount - paid.shipping).clamp(0, gross.max(0));
    let view = |amount: i64, line: &'a crate::events::OrderLine| LineFacts {
        sku: line.sku.as_deref(),
        category: Some(book.category(line.category.as_deref())),
        quantity: line.quantity,
        amount,
    };
    if goods == gross {
        return paid.lines.iter().map(|line| view(line.amount, line)).collect();
    }
    let weights = paid.lines.iter().enumerate().map(|(index, line)| (index as u32, line.amount));
    let mut view: LineView<'a> = paid.lines.iter().map(|line| view(0, line)).collect();
    for (index, amount) in apportion(goods, weights) {
        view[index as usize].amount = amount;
    }
    view
}

/// A member as rules see them on that day, before what happens then; without badges, which are held until an instant.
pub fn member_facts<'a>(member: &'a Member, book: &RuleBook, day: Day) -> MemberFacts<'a> {
    let body = &member.body;
    let since = |at| i64::from(day.number() - book.zone.day_of(at).number());
    let stage = book.looks_at_stage.then(|| member.stage_on(book, day)).flatten();
    MemberFacts {
        id: body.id.as_str(),
        tags: &body.tags,
        badges: &[],
        orders: body.orders,
        spent: body.spent,
        days: since(body.joined),
        idle_days: body.active.map_or(0, since).max(0),
        stage: stage.map_or("", Stage::as_str),
    }
}

/// A tier as rules see it.
pub fn tier_facts(tier: &Tier) -> TierFacts<'_> {
    TierFacts { id: tier.id.as_str(), rank: i64::from(tier.rank), earning_multiplier: tier.earning_multiplier }
}

/// The instant on the program's calendar and clock.
pub fn local(zone: &Zone, at: Timestamp) -> LocalTime {
    LocalTime::at(zone, at)
}
