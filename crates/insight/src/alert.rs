//! Alerts: what the rule book watches, and what always is.

use jifen_program::RuleBook;
use jifen_program::book::Name;
use jifen_program::book::abuse::Issuance;
use jifen_program::book::boards::{AlertRule, Bound, Level};
use jifen_vocab::{Day, UnitId};

use crate::measure::measure;
use crate::series::Series;

/// Days that an alert is followed back to find since when it stands.
const FOLLOWED_DAYS: i32 = 90;

/// What a threshold is compared with besides the series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Budgets: their names, what was given of them, and how much there is.
    pub budgets: Vec<(String, i64, i64)>,
    /// The day of the newest comparison with the journal that found a difference beyond tolerance, with how many
    /// members in a million differ.
    pub disagreement: Option<(Day, u64)>,
    /// The day of the newest spot check that found a difference beyond tolerance, with how many of how many entries
    /// are not borne out by their receipts.
    pub doubts: Option<(Day, u64, u64)>,
}

/// Something somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The identifier, from the rule book for what it watches.
    pub id: String,
    /// How pressing it is.
    pub level: Level,
    /// In a few words.
    pub title: Name,
    /// What was found, the threshold, and what to do.
    pub detail: Name,
    /// Since which day it stands, as far as it was followed back.
    pub since: Day,
}

/// Every alert that stands on that day, the most pressing first. The series is that of the unit.
pub fn alerts(book: &RuleBook, unit: &UnitId, series: &Series, watched: &Watched, today: Day) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = watched.disagreement.iter().map(|(day, ppm)| disagreement(*day, *ppm)).collect();
    alerts.extend(watched.doubts.map(|(day, differing, entries)| doubts(day, differing, entries)));
    if let Some(share) = book.boards.budget_share {
        let used_up = watched.budgets.iter().filter_map(|budget| nearly_used(budget, share, today));
        alerts.extend(used_up);
    }
    let of_unit = |issuance: &&Issuance| issuance.unit == *unit;
    alerts.extend(
        book.abuse.issuance.iter().filter(of_unit).filter_map(|issuance| too_fast(issuance, book, series, today)),
    );
    alerts.extend(book.boards.alerts.iter().filter_map(|rule| watch(rule, book, series, today)));
    alerts.sort_by_key(|alert| std::cmp::Reverse(alert.level));
    alerts
}

/// An alert of the rule book, where it stands. A day is judged when it is over: today has only begun.
fn watch(rule: &AlertRule, book: &RuleBook, series: &Series, today: Day) -> Option<Alert> {
    let crossed = |day: Day| {
        // A window that is not full says nothing yet.
        let is_full = series.reaches_before(day.plus_days(2 - i32::from(rule.days)));
        let value = measure(rule.measure, series, book, day, rule.days).filter(|_| is_full)?;
        rule.bound.is_crossed(value).then_some(value)
    };
    let yesterday = today.plus_days(-1);
    let value = crossed(yesterday)?;
    let followed = (1..FOLLOWED_DAYS).take_while(|back| crossed(yesterday.plus_days(-back)).is_some());
    let since = yesterday.plus_days(-followed.last().unwrap_or(0));
    let (value, days) = (percent(value), rule.days);
    let (zh, en) = match rule.bound {
        Bound::Above(limit) => (format!("高于 {}", percent(limit)), format!("above {}", percent(limit))),
        Bound::Below(limit) => (format!("低于 {}", percent(limit)), format!("below {}", percent(limit))),
    };
    let detail = Name {
        zh: format!("{}：{value}（{days} 天），{zh}。{}", rule.measure.name().zh, rule.advice.zh),
        en: format!("{}: {value} over {days} days, {en}. {}", rule.measure.name().en, rule.advice.en),
    };
    Some(Alert { id: rule.id.to_string(), level: rule.level, title: rule.name.clone(), detail, since })
}

/// More points are given today or this month than was meant (LIM-23). Today is looked at while it lasts.
fn too_fast(issuance: &Issuance, book: &RuleBook, series: &Series, today: Day) -> Option<Alert> {
    let since = if issuance.is_monthly { today.start_of_month() } else { today };
    let sums = series.over(today, u16::try_from(today.number() - since.number() + 1).unwrap_or(1));
    let (given, stopped) = (sums.issued, sums.stopped);
    // What stops at the threshold never passes it: that something was refused tells.
    if given <= issuance.points && stopped == 0 {
        return None;
    }
    let unit = book.unit(issuance.unit.as_str()).map(|unit| unit.name.clone()).unwrap_or_default();
    let (zh, en) = if issuance.is_monthly { ("本月", "this month") } else { ("今日", "today") };
    let limit = issuance.points;
    let (zh_end, en_end) = match issuance.stops {
        true => ("超出部分已停止发放。", "Nothing is given beyond it."),
        false => ("请核查活动、规则与异常账号。", "Check campaigns, rules and accounts."),
    };
    Some(Alert {
        id: format!("issuance.{}.{}", issuance.unit, if issuance.is_monthly { "month" } else { "day" }),
        level: Level::Stop,
        title: Name { zh: "积分发放过快".to_owned(), en: "Points are given too fast".to_owned() },
        detail: Name {
            zh: format!("{zh}已发放 {given} {}，阈值为 {limit}。{zh_end}", unit.zh),
            en: format!("{given} {} were given {en}; the threshold is {limit}. {en_end}", unit.en),
        },
        since,
    })
}

fn nearly_used((name, given, all): &(String, i64, i64), share: i64, today: Day) -> Option<Alert> {
    let used = i128::from(*given) * 10_000 >= i128::from(share) * i128::from(*all);
    used.then(|| Alert {
        id: format!("budget.{name}"),
        level: if given >= all { Level::Stop } else { Level::Warn },
        title: Name {
            zh: format!("预算“{name}”即将用完"), en: format!("The budget “{name}” is nearly used")
        },
        detail: Name {
            zh: format!("已发放 {given} 积分，共 {all} 积分。用完后相关规则不再发放。"),
            en: format!("{given} of {all} points are given. Rules paid from it give nothing more when it is empty."),
        },
        since: today,
    })
}

fn disagreement(day: Day, ppm: u64) -> Alert {
    Alert {
        id: "reconciliation".to_owned(),
        level: Level::Stop,
        title: Name { zh: "账实不符".to_owned(), en: "Points shown differ from the journal".to_owned() },
        detail: Name {
            zh: format!("每百万会员中有 {ppm} 名的积分与账本不一致。请运行 `jifen verify` 并停止手工调整。"),
            en: format!(
                "{ppm} of a million members differ from the journal. Run `jifen verify`, and adjust nothing by hand."
            ),
        },
        since: day,
    }
}

fn doubts(day: Day, differing: u64, entries: u64) -> Alert {
    Alert {
        id: "spot-check".to_owned(),
        level: Level::Stop,
        title: Name {
            zh: "抽查发现账目与凭据不符".to_owned(), en: "Entries differ from their receipts".to_owned()
        },
        detail: Name {
            zh: format!("抽查 {entries} 笔变动，其中 {differing} 笔与凭据不符。请运行 `jifen verify` 并停止手工调整。"),
            en: format!(
                "{differing} of {entries} entries drawn by chance are not borne out by their receipts. Run `jifen \
                 verify`, and adjust nothing by hand."
            ),
        },
        since: day,
    }
}

/// Hundredths of a percent, as people read them.
fn percent(value: i64) -> String {
    let (whole, rest) = (value / 100, (value % 100).abs());
    let sign = if value < 0 && whole == 0 { "-" } else { "" };
    match rest {
        0 => format!("{sign}{whole}%"),
        rest if rest % 10 == 0 => format!("{sign}{whole}.{}%", rest / 10),
        rest => format!("{sign}{whole}.{rest:02}%"),
    }
}

#[cfg(test)]
mod tests {
    use jifen_vocab::Day;

    use super::{Level, doubts, percent};

    // row REL-14
    #[test]
    fn a_spot_check_that_fails_stops_people() {
        let alert = doubts(Day::new(2026, 11, 22).unwrap(), 2, 1_000);
        assert_eq!((alert.id.as_str(), alert.level), ("spot-check", Level::Stop));
        assert!(alert.detail.en.starts_with("2 of 1000 entries"), "{}", alert.detail.en);
        assert!(alert.detail.zh.contains("1000 笔变动，其中 2 笔"), "{}", alert.detail.zh);
    }

    #[test]
    fn percents_are_short() {
        let all: Vec<String> = [0, 5, 50, 1_234, 30_000, -25].into_iter().map(percent).collect();
        assert_eq!(all, ["0%", "0.05%", "0.5%", "12.34%", "300%", "-0.25%"]);
    }
}
