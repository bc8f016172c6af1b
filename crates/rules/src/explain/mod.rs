//! An award's explanation in words: a sentence that a shop assistant can read aloud, and the arithmetic in one line.
//!
//! Only numbers and names are stored ([`Why`]); the words are made here, when somebody asks.

use std::fmt::{self, Write};

use compact_str::format_compact;
use jifen_vocab::{Money, Trim, Why};

/// The language of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
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
        let _ = match (lang, shown_name(&factor.from)) {
            (Lang::Zh, "") => write!(out, "再乘以{by}"),
            (Lang::Zh, name) => write!(out, "再乘以{by}（{name}）"),
            (Lang::En, "") => write!(out, "times {by}"),
            (Lang::En, name) => write!(out, "times {by} ({name})"),
        };
    }
    if let Some(chance) = why.chance_ppm.filter(|chance| *chance < 1_000_000) {
        comma(&mut out, begin, lang);
        drawn(&mut out, chance, lang);
    }
    let result = Grouped(why.untrimmed.unwrap_or(points));
    let is_plain = out.len() == begin;
    comma(&mut out, begin, lang);
    let _ = match lang {
        Lang::Zh => write!(out, "得{result}{unit_name}"),
        Lang::En if is_plain => write!(out, "{result} {unit_name}"),
        Lang::En => write!(out, "gives {result} {unit_name}"),
    };
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
    let mut line = left_side(why, lang);
    for factor in &why.factors {
        line.push_str(&format!(" × {}", factor.by));
        match (lang, shown_name(&factor.from)) {
            (_, "") => {}
            (Lang::Zh, name) => line.push_str(&format!("（{name}）")),
            (Lang::En, name) => line.push_str(&format!(" ({name})")),
        }
    }
    line.push_str(&format!(" = {}", Grouped(why.untrimmed.unwrap_or(points))));
    if why.untrimmed.is_some() {
        line.push_str(&format!(" → {}", Grouped(points)));
    }
    line.trim_start().to_owned()
}

/// What was counted and at which rate, in words.
fn counted(out: &mut String, why: &Why, unit: &str, lang: Lang) {
    let basis = why.basis.map(|basis| Spoken(basis, lang));
    let each = why.basis.zip(why.each).map(|(basis, each)| Spoken(Money { amount: each, ..basis }, lang));
    let _ = match (lang, basis, why.steps, why.rate, each) {
        (Lang::Zh, Some(basis), Some(steps), Some(rate), Some(each)) => {
            write!(out, "消费{basis}，每满{each}得{rate}{unit}，共{}次", Grouped(steps))
        }
        (Lang::En, Some(basis), Some(steps), Some(rate), Some(each)) => {
            write!(out, "{rate} {unit} for each full {each} of {basis}, {} times", Grouped(steps))
        }
        (Lang::Zh, Some(basis), None, Some(rate), Some(each)) => write!(out, "消费{basis}，每{each}得{rate}{unit}"),
        (Lang::En, Some(basis), None, Some(rate), Some(each)) => {
            write!(out, "{rate} {unit} for each {each} of {basis}")
        }
        (Lang::Zh, Some(basis), ..) => write!(out, "消费{basis}，按分段费率计算"),
        (Lang::En, Some(basis), ..) => write!(out, "{basis} by the rates of its steps"),
        (Lang::Zh, None, Some(count), Some(rate), _) => match why.each {
            Some(each) => write!(out, "数量{}，每{}得{rate}{unit}", Grouped(count), Grouped(each)),
            None => write!(out, "{}次，每次{rate}{unit}", Grouped(count)),
        },
        (Lang::En, None, Some(count), Some(rate), _) => match why.each {
            Some(each) => write!(out, "{rate} {unit} for each {} of {}", Grouped(each), Grouped(count)),
            None => write!(out, "{} times {rate} {unit}", Grouped(count)),
        },
        // A fixed number is the result itself, unless something multiplied it.
        (_, None, None, Some(_), _) if why.factors.is_empty() => Ok(()),
        (Lang::Zh, None, None, Some(rate), _) => write!(out, "{rate}{unit}"),
        (Lang::En, None, None, Some(rate), _) => write!(out, "{rate} {unit}"),
        _ => Ok(()),
    };
}

/// That it was drawn, and at which chance.
fn drawn(out: &mut String, chance_ppm: u32, lang: Lang) {
    let percent = jifen_vocab::Decimal::new(i64::from(chance_ppm), 4).unwrap_or(jifen_vocab::Decimal::ZERO);
    let _ = match lang {
        Lang::Zh => write!(out, "以{percent}%的机会抽中"),
        Lang::En => write!(out, "drawn at a chance of {percent}%"),
    };
}

/// The left side of the arithmetic, without multipliers.
fn left_side(why: &Why, lang: Lang) -> String {
    let rate = why.rate.map(|rate| match lang {
        Lang::Zh => format!("{rate}分"),
        Lang::En if rate == jifen_vocab::Decimal::ONE => "1 pt".to_owned(),
        Lang::En => format!("{rate} pts"),
    });
    match (why.basis, why.steps, rate) {
        (Some(basis), Some(steps), Some(rate)) => {
            let each = Spoken(Money { amount: why.each.unwrap_or(1), ..basis }, lang);
            match lang {
                Lang::Zh => format!("{}个满{each} × {rate}", Grouped(steps)),
                Lang::En => format!("{} full {each} × {rate}", Grouped(steps)),
            }
        }
        (Some(basis), None, Some(rate)) => {
            let whole = why.each.is_none_or(|each| each == basis.currency.minor_per_major());
            let part =
                why.each.filter(|_| !whole).map(|each| format!(" ÷ {}", Spoken(Money { amount: each, ..basis }, lang)));
            format!("{}{} × {rate}", Spoken(basis, lang), part.unwrap_or_default())
        }
        (Some(basis), _, None) => match lang {
            Lang::Zh => format!("{} 按分段", Spoken(basis, lang)),
            Lang::En => format!("{} by steps", Spoken(basis, lang)),
        },
        (None, Some(count), Some(rate)) => {
            let part = why.each.map(|each| format!(" ÷ {}", Grouped(each))).unwrap_or_default();
            format!("{}{part} × {rate}", Grouped(count))
        }
        (None, _, Some(rate)) => rate,
        (None, _, None) => String::new(),
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
    let _ = match (lang, left) {
        (Lang::Zh, Some(left)) => write!(out, "；{name}{limit}，实得{}", Grouped(left)),
        (Lang::Zh, None) => write!(out, "；{name}{limit}"),
        (Lang::En, Some(left)) => write!(out, "; {name} of {limit} left {}", Grouped(left)),
        (Lang::En, None) => write!(out, "; {name} of {limit}"),
    };
}

/// `tier.silver` is spoken as `silver`.
fn shown_name(from: &str) -> &str {
    from.strip_prefix("tier.").unwrap_or(from)
}

/// Money as it is spoken: `46.00 yuan`, `46.00元`; other currencies by their code.
#[derive(Clone, Copy)]
struct Spoken(Money, Lang);

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spoken(money, lang) = self;
        let text = format_compact!("{money}");
        let (number, code) = text.split_once(' ').unwrap_or((&text, ""));
        let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
        group_digits(f, whole)?;
        f.write_str(fraction)?;
        match (lang, code) {
            (Lang::Zh, "CNY") => f.write_str("元"),
            (Lang::En, "CNY") => f.write_str(" yuan"),
            _ => write!(f, " {code}"),
        }
    }
}

/// `1000` as `1,000`.
#[derive(Clone, Copy)]
struct Grouped(i64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        group_digits(f, &format_compact!("{}", self.0))
    }
}

fn group_digits(f: &mut fmt::Formatter<'_>, number: &str) -> fmt::Result {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    f.write_str(sign)?;
    let (mut rest, mut end) = (digits, digits.len() % 3);
    if end == 0 {
        end = digits.len().min(3);
    }
    while !rest.is_empty() {
        let (group, more) = rest.split_at(end);
        f.write_str(group)?;
        if !more.is_empty() {
            f.write_str(",")?;
        }
        (rest, end) = (more, 3);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
