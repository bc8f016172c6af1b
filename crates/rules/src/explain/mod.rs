//! An award's explanation in words: a sentence that a shop assistant can read aloud, and the arithmetic in one line.
//!
//! Only numbers and names are stored ([`Why`]); the words are made here, when somebody asks.

use jifen_vocab::{Decimal, Money, Trim, Why};

/// The language of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Something that is said. Said directly and not through `std::fmt`, which takes several times as long: every award of
/// every event is explained in both languages.
trait Part {
    fn say(&self, out: &mut String);
}

macro_rules! say {
    ($out:expr, $($part:expr),+) => {{ $(Part::say(&$part, $out);)+ }};
}

impl Part for &str {
    fn say(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl Part for String {
    fn say(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl Part for Decimal {
    fn say(&self, out: &mut String) {
        self.write_to(out);
    }
}

/// One sentence: what was counted, at which rate, what multiplied it, and what trimmed it.
///
/// `rule_name` is what people call the rule, `unit_name` what they call its points ("积分", "points").
pub fn explain(why: &Why, points: i64, rule_name: &str, unit_name: &str, lang: Lang) -> String {
    // One point, two points: English names of units come in the plural.
    let one = lang == Lang::En && why.rate == Some(jifen_vocab::Decimal::ONE);
    let unit = if one { unit_name.strip_suffix('s').unwrap_or(unit_name) } else { unit_name };
    // Written in one pass: this is said twice for every award of every event.
    let mut out = String::with_capacity(192);
    out.push_str(rule_name);
    out.push_str(if lang == Lang::Zh { "：" } else { ": " });
    let begin = out.len();
    counted(&mut out, why, unit, lang);
    for factor in &why.factors {
        comma(&mut out, begin, lang);
        let by = factor.by;
        match (lang, shown_name(&factor.from)) {
            (Lang::Zh, "") => say!(&mut out, "再乘以", by),
            (Lang::Zh, name) => say!(&mut out, "再乘以", by, "（", name, "）"),
            (Lang::En, "") => say!(&mut out, "times ", by),
            (Lang::En, name) => say!(&mut out, "times ", by, " (", name, ")"),
        }
    }
    if let Some(chance) = why.chance_ppm.filter(|chance| *chance < 1_000_000) {
        comma(&mut out, begin, lang);
        drawn(&mut out, chance, lang);
    }
    let result = Grouped(why.untrimmed.unwrap_or(points));
    let is_plain = out.len() == begin;
    comma(&mut out, begin, lang);
    match lang {
        Lang::Zh => say!(&mut out, "得", result, unit_name),
        Lang::En if is_plain => say!(&mut out, result, " ", unit_name),
        Lang::En => say!(&mut out, "gives ", result, " ", unit_name),
    }
    for (n, trim) in why.trims.iter().enumerate() {
        trimmed(&mut out, trim, (n + 1 == why.trims.len()).then_some(points), lang);
    }
    out.push_str(if lang == Lang::Zh { "。" } else { "." });
    out
}

/// Parts one from the other, unless nothing was said since `begin`.
fn comma(out: &mut String, begin: usize, lang: Lang) {
    if out.len() > begin {
        out.push_str(if lang == Lang::Zh { "，" } else { ", " });
    }
}

/// The arithmetic in one line, such as `46.00 yuan × 1 pt × 1.2 (silver) = 55`.
pub fn arithmetic(why: &Why, points: i64, lang: Lang) -> String {
    let mut line = String::with_capacity(64);
    left_side(&mut line, why, lang);
    for factor in &why.factors {
        say!(&mut line, " × ", factor.by);
        match (lang, shown_name(&factor.from)) {
            (_, "") => {}
            (Lang::Zh, name) => say!(&mut line, "（", name, "）"),
            (Lang::En, name) => say!(&mut line, " (", name, ")"),
        }
    }
    say!(&mut line, " = ", Grouped(why.untrimmed.unwrap_or(points)));
    if why.untrimmed.is_some() {
        say!(&mut line, " → ", Grouped(points));
    }
    line.trim_start().to_owned()
}

/// What was counted and at which rate, in words.
fn counted(out: &mut String, why: &Why, unit: &str, lang: Lang) {
    let basis = why.basis.map(|basis| Spoken(basis, lang));
    let each = why.basis.zip(why.each).map(|(basis, each)| Spoken(Money { amount: each, ..basis }, lang));
    match (lang, basis, why.steps, why.rate, each) {
        (Lang::Zh, Some(basis), Some(steps), Some(rate), Some(each)) => {
            say!(out, "消费", basis, "，每满", each, "得", rate, unit, "，共", Grouped(steps), "次");
        }
        (Lang::En, Some(basis), Some(steps), Some(rate), Some(each)) => {
            say!(out, rate, " ", unit, " for each full ", each, " of ", basis, ", ", Grouped(steps), " times");
        }
        (Lang::Zh, Some(basis), None, Some(rate), Some(each)) => {
            say!(out, "消费", basis, "，每", each, "得", rate, unit);
        }
        (Lang::En, Some(basis), None, Some(rate), Some(each)) => {
            say!(out, rate, " ", unit, " for each ", each, " of ", basis);
        }
        (Lang::Zh, Some(basis), ..) => say!(out, "消费", basis, "，按分段费率计算"),
        (Lang::En, Some(basis), ..) => say!(out, basis, " by the rates of its steps"),
        (Lang::Zh, None, Some(count), Some(rate), _) => match why.each {
            Some(each) => say!(out, "数量", Grouped(count), "，每", Grouped(each), "得", rate, unit),
            None => say!(out, Grouped(count), "次，每次", rate, unit),
        },
        (Lang::En, None, Some(count), Some(rate), _) => match why.each {
            Some(each) => say!(out, rate, " ", unit, " for each ", Grouped(each), " of ", Grouped(count)),
            None => say!(out, Grouped(count), " times ", rate, " ", unit),
        },
        // A fixed number is the result itself, unless something multiplied it.
        (_, None, None, Some(_), _) if why.factors.is_empty() => {}
        (Lang::Zh, None, None, Some(rate), _) => say!(out, rate, unit),
        (Lang::En, None, None, Some(rate), _) => say!(out, rate, " ", unit),
        _ => {}
    }
}

/// That it was drawn, and at which chance.
fn drawn(out: &mut String, chance_ppm: u32, lang: Lang) {
    let percent = Decimal::new(i64::from(chance_ppm), 4).unwrap_or(Decimal::ZERO);
    match lang {
        Lang::Zh => say!(out, "以", percent, "%的机会抽中"),
        Lang::En => say!(out, "drawn at a chance of ", percent, "%"),
    }
}

/// The left side of the arithmetic, without multipliers.
fn left_side(out: &mut String, why: &Why, lang: Lang) {
    let rate = why.rate.map(|rate| match lang {
        Lang::Zh => format!("{rate}分"),
        Lang::En if rate == Decimal::ONE => "1 pt".to_owned(),
        Lang::En => format!("{rate} pts"),
    });
    match (why.basis, why.steps, rate) {
        (Some(basis), Some(steps), Some(rate)) => {
            let each = Spoken(Money { amount: why.each.unwrap_or(1), ..basis }, lang);
            match lang {
                Lang::Zh => say!(out, Grouped(steps), "个满", each, " × ", rate),
                Lang::En => say!(out, Grouped(steps), " full ", each, " × ", rate),
            }
        }
        (Some(basis), None, Some(rate)) => {
            say!(out, Spoken(basis, lang));
            let is_whole = why.each.is_none_or(|each| each == basis.currency.minor_per_major());
            if let Some(each) = why.each.filter(|_| !is_whole) {
                say!(out, " ÷ ", Spoken(Money { amount: each, ..basis }, lang));
            }
            say!(out, " × ", rate);
        }
        (Some(basis), _, None) => match lang {
            Lang::Zh => say!(out, Spoken(basis, lang), " 按分段"),
            Lang::En => say!(out, Spoken(basis, lang), " by steps"),
        },
        (None, Some(count), Some(rate)) => {
            say!(out, Grouped(count));
            if let Some(each) = why.each {
                say!(out, " ÷ ", Grouped(each));
            }
            say!(out, " × ", rate);
        }
        (None, _, Some(rate)) => say!(out, rate),
        (None, _, None) => {}
    }
}

/// What trimmed an award; the last one also says what it left.
fn trimmed(out: &mut String, trim: &Trim, left: Option<i64>, lang: Lang) {
    let limit = Grouped(trim.limit);
    let period = trim.cap.rsplit_once('/').map_or("", |(_, period)| period);
    let name = match (lang, period) {
        (Lang::Zh, _) if trim.cap.starts_with("budget:") => "活动预算",
        (Lang::En, _) if trim.cap.starts_with("budget:") => "the budget",
        (Lang::Zh, "day") => "每日上限",
        (Lang::En, "day") => "the daily limit",
        (Lang::Zh, "week") => "每周上限",
        (Lang::En, "week") => "the weekly limit",
        (Lang::Zh, "month") => "每月上限",
        (Lang::En, "month") => "the monthly limit",
        (Lang::Zh, "year") => "每年上限",
        (Lang::En, "year") => "the yearly limit",
        (Lang::Zh, _) => "总上限",
        (Lang::En, _) => "the limit",
    };
    match (lang, left) {
        (Lang::Zh, Some(left)) => say!(out, "；", name, limit, "，实得", Grouped(left)),
        (Lang::Zh, None) => say!(out, "；", name, limit),
        (Lang::En, Some(left)) => say!(out, "; ", name, " of ", limit, " left ", Grouped(left)),
        (Lang::En, None) => say!(out, "; ", name, " of ", limit),
    }
}

/// `tier.silver` is spoken as `silver`.
fn shown_name(from: &str) -> &str {
    from.strip_prefix("tier.").unwrap_or(from)
}

/// Money as it is spoken: `46.00 yuan`, `46.00元`; other currencies by their code.
#[derive(Clone, Copy)]
struct Spoken(Money, Lang);

impl Part for Spoken {
    fn say(&self, out: &mut String) {
        let Spoken(money, lang) = self;
        let per_major = money.currency.minor_per_major().unsigned_abs();
        let amount = money.amount.unsigned_abs();
        say_grouped(out, money.amount < 0, amount / per_major);
        let digits = u32::from(money.currency.digits());
        if digits > 0 {
            out.push('.');
            say_digits(out, amount % per_major, digits);
        }
        match (lang, money.currency.as_str()) {
            (Lang::Zh, "CNY") => out.push('元'),
            (Lang::En, "CNY") => out.push_str(" yuan"),
            (_, code) => say!(out, " ", code),
        }
    }
}

/// `1000` as `1,000`.
#[derive(Clone, Copy)]
struct Grouped(i64);

impl Part for Grouped {
    fn say(&self, out: &mut String) {
        say_grouped(out, self.0 < 0, self.0.unsigned_abs());
    }
}

fn say_grouped(out: &mut String, is_negative: bool, number: u64) {
    if is_negative {
        out.push('-');
    }
    let digits = number.checked_ilog10().map_or(1, |log| log + 1);
    let first = (digits - 1) % 3 + 1;
    let mut rest = digits - first;
    say_digits(out, number / 10_u64.pow(rest), first);
    while rest > 0 {
        rest -= 3;
        out.push(',');
        say_digits(out, number / 10_u64.pow(rest) % 1000, 3);
    }
}

/// The last so many digits of a number.
fn say_digits(out: &mut String, number: u64, digits: u32) {
    for place in (0..digits).rev() {
        out.push(char::from(b'0' + (number / 10_u64.pow(place) % 10) as u8));
    }
}

#[cfg(test)]
mod tests;
