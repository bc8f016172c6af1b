//! From what happened to messages in an inbox and their deliveries.

use compact_str::{CompactString, format_compact};
use jifen_rules::{Facts as RuleFacts, LocalTime, MemberFacts, NoData, TierFacts};
use jifen_vocab::{Money, Timestamp};
use xxhash_rust::xxh3::xxh3_64;

use super::delivery::earliest;
use super::{Cause, Delivery, Fact, Facts, Message};
use crate::book::messages::{
    BothTemplates, Copy, MessageKind, MessageTerms, PROGRAM_BLANK, Shown, Sort, Trigger, Variant,
};
use crate::book::{Name, RuleBook, stages};
use crate::desk::Desk;
use crate::member::MemberBody;

/// Tells a member what has just happened, by every kind of message that the rule book in force sends on it.
pub fn notify(desk: &mut Desk<'_>, member: &MemberBody, cause: Cause) {
    notify_at(desk, member, cause, desk.now());
}

/// Tells a member what happened at that instant, which may be earlier: what fell due is told when it was due.
pub fn notify_at(desk: &mut Desk<'_>, member: &MemberBody, cause: Cause, at: Timestamp) {
    let trigger = cause.trigger();
    let book = desk.books().at(desk.now());
    if !book.messages.tells(trigger) {
        return;
    }
    let facts = cause.facts();
    for kind in book.messages.kinds.iter().filter(|kind| kind.on == trigger && kind.on != Trigger::Hand) {
        tell(desk, book, kind, member, &facts, at);
    }
}

/// Writes one message and its deliveries, where the kind is meant for that member. Gives its id.
pub(super) fn tell(
    desk: &mut Desk<'_>,
    book: &RuleBook,
    kind: &MessageKind,
    member: &MemberBody,
    facts: &Facts,
    at: Timestamp,
) -> Option<CompactString> {
    let who = Who::of(book, member, at);
    if kind.when.as_ref().is_some_and(|when| !who.is(when)) {
        return None;
    }
    let segment = kind.segments.iter().find(|segment| who.is(&segment.when));
    let variant = variant_of(kind, member.id.as_str());
    let copies = [segment.map(|segment| &segment.copy), variant.map(|variant| &variant.copy), Some(&kind.copy)];
    let fill = |pick: fn(&Copy) -> Option<&BothTemplates>| {
        let template = copies.iter().copied().flatten().find_map(pick)?;
        Some(template.fill(|blank, zh| value(book, facts, blank, zh)))
    };
    let after = variant.and_then(|variant| variant.after_ms).unwrap_or(kind.after_ms);
    let shown = at.plus_millis(after);
    let message = Message {
        v: 1,
        member: member.id.clone(),
        kind: kind.id.clone(),
        at: shown,
        until: shown.plus_days(i64::from(kind.keep_days)),
        popup: kind.shown == Shown::Popup,
        title: fill(|copy| copy.title.as_ref()).unwrap_or_default(),
        text: fill(|copy| copy.text.as_ref()).unwrap_or_default(),
        short: fill(|copy| copy.short.as_ref()),
        link: kind.link.clone(),
        segment: segment.map(|segment| segment.id.clone()),
        variant: variant.map(|variant| variant.id.clone()),
        by_hand: kind.on == Trigger::Hand,
        read: None,
    };
    // An inbox is in the order of its identifiers: what is shown later stands above what is shown now.
    let id = desk.new_id_at("msg", shown);
    let day = book.zone.day_of(desk.now());
    let way = message.variant.as_deref().unwrap_or_default();
    desk.count("messages", day, format_compact!("{}|inbox|made|{way}", kind.id), 1);
    let due = earliest(book, kind.urgent, shown.max(desk.now()));
    for (place, route) in kind.send.iter().enumerate() {
        let delivery = Delivery::new(&id, &message, kind, route.clone(), due, desk.now(), &book.messages);
        desk.write_new(&format_compact!("{id}-{place}"), delivery);
    }
    desk.write_new(&id, message);
    Some(id)
}

/// Which way of sending is tried on that member: the same for ever, whoever else there is.
fn variant_of<'k>(kind: &'k MessageKind, member: &str) -> Option<&'k Variant> {
    let place = u8::try_from(xxh3_64(format_compact!("{}/{member}", kind.id).as_bytes()) % 100).unwrap_or(0);
    let mut upto = 0_u8;
    kind.variants.iter().find(|variant| {
        upto = upto.saturating_add(variant.share);
        place < upto
    })
}

/// A member, as conditions see them where there is no event.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    book: &'a RuleBook,
    member: &'a MemberBody,
    at: Timestamp,
}

impl<'a> Who<'a> {
    /// That member at an instant.
    pub fn of(book: &'a RuleBook, member: &'a MemberBody, at: Timestamp) -> Self {
        Who { book, member, at }
    }

    /// Whether a condition holds of them; one without a value does not.
    pub fn is(&self, condition: &jifen_rules::cel::Condition) -> bool {
        let Who { book, member, at } = *self;
        let tier = book.tier(member.tier.as_str());
        let today = book.zone.day_of(at).number();
        let days = today - book.zone.day_of(member.joined).number();
        let idle = today - book.zone.day_of(member.active.unwrap_or(member.joined)).number();
        let (days, idle_days) = (i64::from(days), i64::from(idle.max(0)));
        let seen = stages::Seen { idle_days, days, orders: member.orders, spent: member.spent };
        let stage = stages::stage_of(&book.stages, &seen).map_or("", |rule| rule.stage.as_str());
        let badges = member.badges_at(at);
        let facts = RuleFacts {
            event_type: "",
            event_source: "",
            at,
            local: LocalTime::at(&book.zone, at),
            order: None,
            lines: &[],
            member: MemberFacts {
                id: member.id.as_str(),
                tags: &member.tags,
                badges: &badges,
                orders: member.orders,
                spent: member.spent,
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
}

/// What stands in a blank; nothing for those that are filled when the message is read or sent.
fn value(book: &RuleBook, facts: &Facts, blank: &str, zh: bool) -> Option<String> {
    if blank == PROGRAM_BLANK {
        return Some(pick(&book.name, zh).to_owned());
    }
    if let Some((_, fact)) = facts.iter().find(|(name, _)| name == blank) {
        return Some(written(book, fact, zh));
    }
    let points = blank.strip_suffix("_worth")?;
    let (_, fact) = facts.iter().find(|(name, _)| name == points)?;
    let Fact::Points(number, unit) = fact else { return None };
    // Points without a worth are said as what they are.
    Some(book.worth(unit, *number).map_or_else(|| written(book, fact, zh), |money| money_text(money, zh)))
}

fn written(book: &RuleBook, fact: &Fact, zh: bool) -> String {
    match fact {
        Fact::Points(points, unit) => {
            let name = book.unit(unit.as_str()).map_or("", |unit| pick(&unit.name, zh));
            format!("{} {name}", grouped(*points))
        }
        Fact::Money(amount) => money_text(Money { amount: *amount, currency: book.currency }, zh),
        Fact::Date(Some(at)) => {
            let day = book.zone.day_of(*at);
            match zh {
                true => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
                false => day.to_string(),
            }
        }
        Fact::Date(None) => if zh { "另行通知" } else { "further notice" }.to_owned(),
        Fact::Number(number) => grouped(*number),
        Fact::Name(name) => pick(name, zh).to_owned(),
    }
}

fn pick(name: &Name, zh: bool) -> &str {
    if zh { &name.zh } else { &name.en }
}

/// A number with its thousands apart.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn money_text(money: Money, zh: bool) -> String {
    let text = money.to_string();
    match (text.strip_suffix(" CNY"), zh) {
        (Some(number), true) => format!("{number} 元"),
        (Some(number), false) => format!("{number} yuan"),
        (None, _) => text,
    }
}

/// What a kind's message would say to somebody in the lowest tier, with facts made up: for previews.
pub fn sample(book: &RuleBook, kind: &MessageKind, copy: &Copy, now: Timestamp) -> (Name, Name, Option<Name>) {
    let facts: Facts = kind
        .blanks()
        .into_iter()
        .map(|(name, sort)| {
            let fact = match sort {
                Sort::Points => Fact::Points(1_200, book.default_unit.clone()),
                Sort::Money => Fact::Money(4_600),
                Sort::Date => Fact::Date(Some(now.plus_days(30))),
                Sort::Number => Fact::Number(3),
                Sort::Name => Fact::Name(Name { zh: format!("〔{name}〕"), en: format!("[{name}]") }),
            };
            (CompactString::new(name), fact)
        })
        .collect();
    let fill = |own: Option<&BothTemplates>, usual: Option<&BothTemplates>| {
        own.or(usual).map(|template| template.fill(|blank, zh| value(book, &facts, blank, zh)))
    };
    let usual = &kind.copy;
    (
        fill(copy.title.as_ref(), usual.title.as_ref()).unwrap_or_default(),
        fill(copy.text.as_ref(), usual.text.as_ref()).unwrap_or_default(),
        fill(copy.short.as_ref(), usual.short.as_ref()),
    )
}

impl Delivery {
    fn new(
        message_id: &CompactString,
        message: &Message,
        kind: &MessageKind,
        route: crate::book::messages::Route,
        due: Timestamp,
        now: Timestamp,
        terms: &MessageTerms,
    ) -> Delivery {
        let until = due.plus_millis(i64::from(terms.stale_hours) * 3_600_000);
        Delivery::waiting(message_id, message, kind, route, now, (due, until))
    }
}
