//! How much of a bill points may pay, and why.

use compact_str::CompactString;
use jifen_vocab::{Code, Day, Ratio, Refusal, Rounding};
use serde::{Deserialize, Serialize};

use super::Part;
use crate::book::RuleBook;
use crate::book::deductions::{DeductionCoupon, DeductionRule};

/// A bill, before points pay any of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// What is to be paid in all, in minor units.
    pub amount: i64,
    /// What it is for; one kind of goods that nobody names where there is nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<BillLine>,
    /// On which channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<CompactString>,
    /// In which shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<CompactString>,
    /// The coupon the member wants to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<CompactString>,
    /// Points the member wants to use at most; all that may be used where there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// The kind of goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CompactString>,
    /// What it costs, in minor units. Lines need not add up to the bill: shipping and discounts weigh on all alike.
    pub amount: i64,
}

/// What points may pay of a bill on a day, part by part; at least one part. The badges are those the member holds.
///
/// # Errors
/// `invalid-field`; `deduction-unavailable` with why; `insufficient-points` for the points of a coupon.
pub fn work_out(
    book: &RuleBook,
    bill: &Bill,
    available: i64,
    badges: &[CompactString],
    day: Day,
) -> Result<Vec<Part>, Refusal> {
    let mut parts = Vec::new();
    let mut points = bill.points.unwrap_or(i64::MAX);
    let mut left = available.max(0);
    let mut rest = bill.amount;
    let mut goes_on = true;
    if let Some(coupon) = &bill.coupon {
        let coupon = coupon_for(book, coupon, bill, day)?;
        if coupon.points > points {
            return Err(Refusal::field("/points", "be at least the points of the coupon"));
        }
        if coupon.points > left {
            let refusal = Refusal::new(Code::InsufficientPoints);
            return Err(refusal.number("available", left).number("required", coupon.points));
        }
        points -= coupon.points;
        left -= coupon.points;
        rest -= coupon.off;
        goes_on = coupon.stackable;
        parts.push(coupon_part(coupon));
    }
    if goes_on {
        let means = Means { rest, points: points.min(left), badges };
        by_rules(book, bill, means, day, &mut parts);
    }
    if parts.is_empty() { Err(why_none(book, bill, left)) } else { Ok(parts) }
}

fn unavailable(why: &str) -> Refusal {
    Refusal::new(Code::DeductionUnavailable).word("why", why)
}

fn coupon_for<'b>(book: &'b RuleBook, id: &str, bill: &Bill, day: Day) -> Result<&'b DeductionCoupon, Refusal> {
    let found = book.deductions.coupons.iter().find(|coupon| coupon.id == id);
    let coupon = found.ok_or_else(|| unavailable("coupon_unknown").at("/coupon"))?;
    if !coupon.holds(day) {
        return Err(unavailable("coupon_not_now").at("/coupon"));
    }
    if bill.amount < coupon.least {
        return Err(too_small(bill, coupon.least));
    }
    Ok(coupon)
}

fn too_small(bill: &Bill, least: i64) -> Refusal {
    unavailable("bill_too_small").at("/amount").number("required", least).number("amount", bill.amount)
}

fn coupon_part(coupon: &DeductionCoupon) -> Part {
    Part {
        id: coupon.id.clone(),
        name: coupon.name.clone(),
        base: coupon.least,
        most: None,
        season: None,
        points: coupon.points,
        money: coupon.off,
    }
}

/// What there is to pay, and by what.
#[derive(Clone, Copy)]
struct Means<'a> {
    rest: i64,
    points: i64,
    badges: &'a [CompactString],
}

/// Each line counts for the first rule that fits it; the rules then pay in their order, as far as points go.
fn by_rules(book: &RuleBook, bill: &Bill, means: Means<'_>, day: Day, parts: &mut Vec<Part>) {
    let Means { rest, mut points, badges } = means;
    let gross = gross(bill);
    let mut taken = 0;
    for (rule, lines) in sums(book, bill) {
        // What lines before took is taken off, so that parts never add up to more than there is.
        let base = share(rest, lines + taken, gross) - share(rest, taken, gross);
        taken += lines;
        let (most, season) = rule.most_on(day);
        let may = most.ratio().checked_mul(Ratio::whole(base)).and_then(|may| may.round(Rounding::Floor));
        let (used, money) = exchange((rule.points, rule.off_with(badges)), may.unwrap_or(0).clamp(0, base), points);
        if used == 0 {
            continue;
        }
        points -= used;
        let season = season.map(|season| season.name.clone());
        let (id, name) = (rule.id.clone(), rule.name.clone());
        parts.push(Part { id, name, base, most: Some(most), season, points: used, money });
    }
}

fn gross(bill: &Bill) -> i64 {
    if bill.lines.is_empty() { bill.amount } else { bill.lines.iter().map(|line| line.amount).sum() }
}

/// What the lines of each rule add up to, in the order of the rules.
fn sums<'b>(book: &'b RuleBook, bill: &Bill) -> Vec<(&'b DeductionRule, i64)> {
    let whole = [BillLine { category: None, amount: bill.amount }];
    let lines = if bill.lines.is_empty() { &whole[..] } else { &bill.lines[..] };
    let rules = book.deductions.deductions.iter();
    let mut sums: Vec<(&DeductionRule, i64)> = rules.map(|rule| (rule, 0)).collect();
    for line in lines {
        let category = book.category(line.category.as_deref());
        let fits = |rule: &DeductionRule| {
            bill.amount >= rule.least && rule.fits(bill.channel.as_deref(), bill.store.as_deref(), category)
        };
        if let Some((_, sum)) = sums.iter_mut().find(|(rule, _)| fits(rule)) {
            *sum += line.amount;
        }
    }
    sums
}

/// Points and the money they stand for: no more of either than there is.
fn exchange((each, off): (i64, i64), money: i64, points: i64) -> (i64, i64) {
    let affordable = product(points, off) / i128::from(each);
    let money = i64::try_from(affordable).unwrap_or(i64::MAX).min(money);
    let needed = (product(money, each) + i128::from(off) - 1) / i128::from(off);
    match i64::try_from(needed) {
        Ok(needed) if money > 0 && needed <= points => (needed, money),
        _ => (0, 0),
    }
}

fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// `floor(value × part ÷ whole)`; `part` is at most `whole`, so that the result fits.
fn share(value: i64, part: i64, whole: i64) -> i64 {
    i64::try_from(product(value, part) / i128::from(whole.max(1))).unwrap_or(value)
}

/// Why points pay nothing of a bill.
fn why_none(book: &RuleBook, bill: &Bill, left: i64) -> Refusal {
    if book.deductions.deductions.is_empty() {
        return unavailable("no_deductions");
    }
    if sums(book, bill).iter().any(|(_, sum)| *sum > 0) {
        return if left == 0 { unavailable("no_points") } else { unavailable("nothing_left_to_pay") };
    }
    let rules = book.deductions.deductions.iter();
    match rules.map(|rule| rule.least).filter(|least| *least > bill.amount).min() {
        Some(least) => too_small(bill, least),
        None => unavailable("nothing_fits"),
    }
}
