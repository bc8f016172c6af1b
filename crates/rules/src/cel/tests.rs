//! What conditions accept, mean and refuse.

use compact_str::CompactString;
use jifen_vocab::{Currency, Day, Timestamp};
use serde_json::json;

use super::*;
use crate::facts::{LineFacts, LocalTime, MemberFacts, OrderFacts, TierFacts};

fn scope() -> Scope {
    let words = |list: &[&str]| list.iter().map(|word| CompactString::new(word)).collect();
    Scope { streaks: words(&["sign_in"]), tiers: words(&["ordinary", "silver", "gold"]) }
}

/// Whether a condition holds for a usual order of a silver member.
fn holds(text: &str, line: Option<usize>) -> Result<bool, EvalError> {
    let data = json!({"code": "X-1", "steps": 8000, "ratio": 1.5, "ok": true, "list": ["a", 2], "nested": {"deep": "yes"}, "none": null});
    let tags = [CompactString::new("vip"), CompactString::new("新会员")];
    let badges = [CompactString::new("expert")];
    let line_of = |sku, category, quantity, amount| LineFacts { sku, category: Some(category), quantity, amount };
    let lines = [line_of(Some("t-1"), "daily", 2, 1200), line_of(None, "appliance", 1, 3400)];
    let facts = Facts {
        event_type: "order.paid",
        event_source: "/shop/online",
        at: Timestamp::from_millis(0),
        local: LocalTime::new(Day::parse("2026-06-18").unwrap(), 20, 15),
        order: Some(OrderFacts {
            id: "1001",
            amount: 4600,
            currency: Currency::CNY,
            discount: 0,
            shipping: 0,
            points_paid: 0,
        }),
        lines: &lines,
        member: MemberFacts {
            id: "h906",
            tags: &tags,
            badges: &badges,
            orders: 0,
            spent: 120_000,
            days: 3,
            idle_days: 0,
            stage: "growing",
        },
        tier: TierFacts { id: "silver", rank: 1, earning_multiplier: "1.2".parse().unwrap() },
        channel: Some("app"),
        store: None,
        streaks: &[7],
        data: &data,
    };
    Condition::compile(text, &scope()).unwrap_or_else(|error| panic!("{text}: {error}")).holds(&facts, line)
}

#[test]
fn conditions_mean_what_they_say() {
    let table = "
        order.amount >= 4600 | true
        order.amount > 46.00 | true
        member.orders == 0 && channel == 'app' | true
        member.days < 30 && tier.rank >= 1 | true
        tier.id in ['silver', 'gold'] | true
        local.month_day == '06-18' && local.date == '2026-06-18' && local.weekday == 4 | true
        local.hour in [20, 21] && local.minute / 15 == 1 | true
        'expert' in member.badges && !('vip' in member.badges) && size(member.badges) == 1 | true
        'vip' in member.tags && !('x' in member.tags) && size(member.tags) == 2 | true
        streak.sign_in % 7 == 0 | true
        lines.exists(l, l.category == 'appliance' && l.amount > 3000) | true
        lines.all(l, l.quantity == 1) | false
        lines.exists_one(l, l.quantity == 2) | true
        lines.filter(l, l.amount > 1000).size() == 2 && size(lines) == 2 | true
        lines.exists(a, lines.exists(b, a.amount < b.amount)) | true
        data.code.startsWith('X') && data.code.endsWith('1') && data['code'].contains('-') | true
        data.steps >= 8000 && data.ratio > 1 && data.ok | true
        data.ratio == 1.5 && data.none == null && data.nested.deep == 'yes' | true
        has(data.code) && !has(data.gone) && has(order.id) | true
        data.code in ['X-1', 'X-2'] && 'a' in data.list && !(3 in data.list) | true
        data.steps == 'many' | false
        event.type == 'order.paid' && event.source.startsWith('/shop') | true
        (order.amount > 5000 ? 'a' : 'b') == 'b' | true
        size('新会员') == 3 | true
        order.amount * 2 - 200 == 9000 && -order.amount < 0 | true
        true ? data.ok : false | true
        store == 'x' || true | true
        store == 'x' && false | false
        order.currency == \"CNY\" | true";
    for row in table.trim().lines() {
        let (text, expected) = row.rsplit_once('|').unwrap();
        assert_eq!(holds(text.trim(), None), Ok(expected.trim() == "true"), "{text}");
    }
}

#[test]
fn a_condition_over_lines_chooses_lines() {
    let text = "line.category == 'appliance' && order.amount > 0";
    assert_eq!(holds(text, Some(0)), Ok(false));
    assert_eq!(holds(text, Some(1)), Ok(true));
    assert_eq!(holds(text, None), Err(EvalError::NoLine));
    let condition = Condition::compile(text, &scope()).unwrap();
    assert!(condition.mentions_line() && !condition.mentions_lines());
    assert!(!Condition::compile("lines.exists(l, l.amount > 0)", &scope()).unwrap().mentions_line());
    assert_eq!(holds("has(line.sku)", Some(1)), Ok(false));
    assert_eq!(holds("line.sku == 't-1'", Some(1)), Err(EvalError::Missing));
}

#[test]
fn what_has_no_value_is_an_error_and_not_a_no() {
    for (text, error) in [
        ("store == 's319'", EvalError::Missing),
        ("data.gone == 1", EvalError::Missing),
        ("data.code > 1", EvalError::WrongType),
        ("data.code.size() + data.ok > 1", EvalError::WrongType),
        ("order.amount / (order.amount - 4600) > 1", EvalError::DivisionByZero),
        ("order.amount * 9223372036854775807 > 1", EvalError::Overflow),
        ("data.code", EvalError::WrongType),
    ] {
        assert_eq!(holds(text, None), Err(error), "{text}");
    }
}

/// The complaint as `line:column message -> suggestion`.
fn refused(text: &str) -> String {
    let error = Condition::compile(text, &scope()).expect_err(text);
    let suggestion = error.suggestion.map(|s| format!(" -> {s}")).unwrap_or_default();
    format!("{}:{} {}{suggestion}", error.line, error.column, error.message)
}

#[test]
fn mistakes_are_told_with_their_place_and_what_was_meant() {
    assert_eq!(refused("order.amuont > 1"), "1:1 there is no variable `order.amuont` -> order.amount");
    assert_eq!(refused("order.amount > 1 &&\n  tier.rnk == 1"), "2:3 there is no variable `tier.rnk` -> tier.rank");
    assert_eq!(refused("'新会员' in member.tag"), "1:10 there is no variable `member.tag` -> member.tags");
    assert_eq!(refused("streak.signin > 1"), "1:1 there is no streak `signin` -> streak.sign_in");
    assert_eq!(refused("tier.id == 'gld'"), "1:12 there is no tier `gld` -> gold");
    assert_eq!(
        refused("lines.exists(l, l.catgory == 'x')"),
        "1:17 a line has sku, category, quantity and amount -> category"
    );
    assert_eq!(refused("tier.rank == 'gold'"), "1:1 compares a whole number with text");
    assert_eq!(refused("order.amount"), "1:1 must be true or false, not a whole number");
    assert!(refused("order.amount * 1.5 > 3").contains("whole numbers only"));
    assert!(refused("channel.matches('a.*')").contains("patterns are not part of conditions"));
    assert!(refused("channel.startWith('a')").ends_with("-> startsWith"));
    assert_eq!(refused("order.amount >"), "1:15 expects a value, not the end");
    assert_eq!(refused("order.amount = 5"), "1:14 to compare, write `==`");
    assert_eq!(refused("channel == 'app' 5"), "1:18 expects an operator, not `5`");
    assert_eq!(refused("channel == 'app"), "1:12 is a text without an end");
    assert!(refused("lines.map(l, l.amount) == 1").contains("`map` is not a function"));
    assert!(refused("member.tags.exists(t, t == 'x')").contains("`exists` works over `lines`"));
    assert!(refused("5u == 5").contains("unsigned"));
    assert!(refused("{'a': 1}.a == 1").contains("maps are not part"));
    assert!(refused("channel in [store]").contains("only constants"));
    assert!(refused("data == 1").contains("needs a name after it"));
    assert!(refused(&"(".repeat(2000)).starts_with("1:"));
    assert!(refused(&format!("{}true", "!".repeat(2001))).starts_with("1:"));
    assert!(refused(&format!("1{} > 0", " + 1".repeat(500))).contains("64 operators in a row"));
    assert!(refused(&"a".repeat(3000)).contains("longer than"));
}

#[test]
fn texts_that_variables_are_compared_with_are_known() {
    let text =
        "lines.exists(l, l.category in ['a', 'b']) ||\n  'app' == channel && data.channel == 'x' && order.id != store";
    let condition = Condition::compile(text, &scope()).unwrap();
    let mentions: Vec<_> =
        condition.mentions().iter().map(|m| (m.variable, m.text.as_str(), m.line, m.column)).collect();
    assert_eq!(mentions, [("line.category", "a", 1, 31), ("line.category", "b", 1, 31), ("channel", "app", 2, 3)]);
}
