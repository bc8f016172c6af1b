//! An award's explanation in words: a sentence that a shop assistant can read aloud, and the arithmetic in one line.
//!
//! Only numbers and names are stored ([`Why`]); the words are made here, when somebody asks.

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
    let mut parts = vec![counted(why, unit, lang)];
    parts.extend(why.factors.iter().map(|factor| match (lang, shown_name(&factor.from)) {
        (Lang::Zh, "") => format!("再乘以{}", factor.by),
        (Lang::Zh, name) => format!("再乘以{}（{name}）", factor.by),
        (Lang::En, "") => format!("times {}", factor.by),
        (Lang::En, name) => format!("times {} ({name})", factor.by),
    }));
    parts.extend(why.chance_ppm.filter(|chance| *chance < 1_000_000).map(|chance| drawn(chance, lang)));
    parts.retain(|part| !part.is_empty());
    let result = grouped(why.untrimmed.unwrap_or(points));
    let head = match (lang, parts.is_empty()) {
        (Lang::Zh, true) => format!("{rule_name}：得{result}{unit_name}"),
        (Lang::Zh, false) => format!("{rule_name}：{}，得{result}{unit_name}", parts.join("，")),
        (Lang::En, true) => format!("{rule_name}: {result} {unit_name}"),
        (Lang::En, false) => format!("{rule_name}: {}, gives {result} {unit_name}", parts.join(", ")),
    };
    let trims =
        why.trims.iter().enumerate().map(|(n, trim)| trimmed(trim, (n + 1 == why.trims.len()).then_some(points), lang));
    let tail: String = trims.collect();
    match lang {
        Lang::Zh => format!("{head}{tail}。"),
        Lang::En => format!("{head}{tail}."),
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
    line.push_str(&format!(" = {}", grouped(why.untrimmed.unwrap_or(points))));
    if why.untrimmed.is_some() {
        line.push_str(&format!(" → {}", grouped(points)));
    }
    line.trim_start().to_owned()
}

/// What was counted and at which rate, in words.
fn counted(why: &Why, unit: &str, lang: Lang) -> String {
    let basis = why.basis.map(|basis| money(basis, lang));
    let each = why.basis.zip(why.each).map(|(basis, each)| money(Money { amount: each, ..basis }, lang));
    match (lang, basis, why.steps, why.rate, each) {
        (Lang::Zh, Some(basis), Some(steps), Some(rate), Some(each)) => {
            format!("消费{basis}，每满{each}得{rate}{unit}，共{}次", grouped(steps))
        }
        (Lang::En, Some(basis), Some(steps), Some(rate), Some(each)) => {
            format!("{rate} {unit} for each full {each} of {basis}, {} times", grouped(steps))
        }
        (Lang::Zh, Some(basis), None, Some(rate), Some(each)) => format!("消费{basis}，每{each}得{rate}{unit}"),
        (Lang::En, Some(basis), None, Some(rate), Some(each)) => format!("{rate} {unit} for each {each} of {basis}"),
        (Lang::Zh, Some(basis), ..) => format!("消费{basis}，按分段费率计算"),
        (Lang::En, Some(basis), ..) => format!("{basis} by the rates of its steps"),
        (Lang::Zh, None, Some(count), Some(rate), _) => match why.each {
            Some(each) => format!("数量{}，每{}得{rate}{unit}", grouped(count), grouped(each)),
            None => format!("{}次，每次{rate}{unit}", grouped(count)),
        },
        (Lang::En, None, Some(count), Some(rate), _) => match why.each {
            Some(each) => format!("{rate} {unit} for each {} of {}", grouped(each), grouped(count)),
            None => format!("{} times {rate} {unit}", grouped(count)),
        },
        // A fixed number is the result itself, unless something multiplied it.
        (_, None, None, Some(_), _) if why.factors.is_empty() => String::new(),
        (Lang::Zh, None, None, Some(rate), _) => format!("{rate}{unit}"),
        (Lang::En, None, None, Some(rate), _) => format!("{rate} {unit}"),
        _ => String::new(),
    }
}

/// That it was drawn, and at which chance.
fn drawn(chance_ppm: u32, lang: Lang) -> String {
    let percent = jifen_vocab::Decimal::new(i64::from(chance_ppm), 4).unwrap_or(jifen_vocab::Decimal::ZERO);
    match lang {
        Lang::Zh => format!("以{percent}%的机会抽中"),
        Lang::En => format!("drawn at a chance of {percent}%"),
    }
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
            let each = money(Money { amount: why.each.unwrap_or(1), ..basis }, lang);
            match lang {
                Lang::Zh => format!("{}个满{each} × {rate}", grouped(steps)),
                Lang::En => format!("{} full {each} × {rate}", grouped(steps)),
            }
        }
        (Some(basis), None, Some(rate)) => {
            let whole = why.each.is_none_or(|each| each == basis.currency.minor_per_major());
            let part =
                why.each.filter(|_| !whole).map(|each| format!(" ÷ {}", money(Money { amount: each, ..basis }, lang)));
            format!("{}{} × {rate}", money(basis, lang), part.unwrap_or_default())
        }
        (Some(basis), _, None) => match lang {
            Lang::Zh => format!("{} 按分段", money(basis, lang)),
            Lang::En => format!("{} by steps", money(basis, lang)),
        },
        (None, Some(count), Some(rate)) => {
            let part = why.each.map(|each| format!(" ÷ {}", grouped(each))).unwrap_or_default();
            format!("{}{part} × {rate}", grouped(count))
        }
        (None, _, Some(rate)) => rate,
        (None, _, None) => String::new(),
    }
}

/// What trimmed an award; the last one also says what it left.
fn trimmed(trim: &Trim, left: Option<i64>, lang: Lang) -> String {
    let limit = grouped(trim.limit);
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
        (Lang::Zh, Some(left)) => format!("；{name}{limit}，实得{}", grouped(left)),
        (Lang::Zh, None) => format!("；{name}{limit}"),
        (Lang::En, Some(left)) => format!("; {name} of {limit} left {}", grouped(left)),
        (Lang::En, None) => format!("; {name} of {limit}"),
    }
}

/// `tier.silver` is spoken as `silver`.
fn shown_name(from: &str) -> &str {
    from.strip_prefix("tier.").unwrap_or(from)
}

/// Money as it is spoken: `46.00 yuan`, `46.00元`; other currencies by their code.
fn money(money: Money, lang: Lang) -> String {
    let text = money.to_string();
    let (number, code) = text.split_once(' ').unwrap_or((&text, ""));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut number = group_digits(whole);
    if !fraction.is_empty() {
        number.push('.');
        number.push_str(fraction);
    }
    match (lang, code) {
        (Lang::Zh, "CNY") => format!("{number}元"),
        (Lang::En, "CNY") => format!("{number} yuan"),
        _ => format!("{number} {code}"),
    }
}

fn grouped(number: i64) -> String {
    group_digits(&number.to_string())
}

/// `1000` as `1,000`.
fn group_digits(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests;
